/** Residuals of a problem as a program over network parameters. */
export type { LeastSquaresProgram } from "./program.ts";
