/** Flows on boxes with a known density: KRnet and bounded KRnet. */
export { boundedKrnet } from "./bounded-krnet.ts";
export type { Flow } from "./flow.ts";
export { krnet } from "./krnet.ts";
export { type FlowModel, type FlowModelOptions, openFlow } from "./model.ts";
export { differencePoints, type Regularizer } from "./objective.ts";
