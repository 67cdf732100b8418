/** Solving with an automatic choice of method and an estimate of the error. */
export type { Solved } from "./policy.ts";
export { solve, solveByRows } from "./solve.ts";
