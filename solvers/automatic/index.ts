/** Solving with a method that is chosen by itself, and how far its results can be trusted. */
export { type Chosen, isAutomatic, type Solved, solve, solveByRows } from "./solve.ts";
