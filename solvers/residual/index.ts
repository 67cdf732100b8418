/** Residuals of a problem as a program over network parameters. */

export { evaluator } from "./evaluator.ts";
export { fusedRows } from "./fused.ts";
export { type Model, parameterCount } from "./model.ts";
export { type GroupPoints, type LeastSquaresProgram, leastSquaresProgram } from "./program.ts";
export { type RowGroup, rowCount } from "./rows.ts";
