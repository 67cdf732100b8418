/** Point clouds with masses, their ground costs, and plans between them. */
export type { GroundCostOptions } from "./ground-cost.ts";
export type { Cloud, MassOptions } from "./measure.ts";
export { type QuantileWeight, upperTailWeight } from "./quantile-weight.ts";
export type { TransportPlan } from "./transport-plan.ts";
