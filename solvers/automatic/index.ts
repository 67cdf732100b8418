/** Solving with a method that is chosen by itself, and how far its results can be trusted. */
export type { Solved } from "./feature-solve.ts";
export { type Chosen, isAutomatic, solve } from "./solve.ts";
