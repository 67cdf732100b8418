/** Solving with an automatic choice of method and an estimate of the error. */
export { solve, solveByRows } from "./solve.ts";
