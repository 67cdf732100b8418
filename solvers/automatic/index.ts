/** Solving with an automatic choice of method and an estimate of the error. */
export { choose, type Method, methods } from "./policy.ts";
export { settingOf } from "./setting.ts";
export { solve, solveByRows } from "./solve.ts";
