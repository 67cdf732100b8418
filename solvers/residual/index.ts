/** Residuals of a problem as a program over network parameters. */
export type { LeastSquaresProgram, Linearization, Trial, TrialForm } from "./program.ts";
