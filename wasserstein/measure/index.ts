/** Point clouds with masses, samples on the line, cost problems, their ground costs, and plans between them. */
export type { Cloud } from "./measure.ts";
export type { CostProblem } from "./problem.ts";
export { type QuantileWeight, upperTailWeight } from "./quantile-weight.ts";
export type { TransportGradient, TransportResult } from "./result.ts";
export type { Samples } from "./samples.ts";
export type { TransportPlan } from "./transport-plan.ts";
