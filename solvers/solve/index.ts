/** Networks: their options, training and functions, and solutions of any kind from their records. */
export { type Assembly, assemble } from "./assemble.ts";
export { construct } from "./lift.ts";
export { holdsSolution, loadSolution } from "./load-solution.ts";
export { defaultSampler, presetOptions, type ResolvedOptions, resolveOptions } from "./network-options.ts";
export { networkTrial } from "./network-trial.ts";
export { suggestedScale } from "./scale.ts";
export { solve } from "./solve.ts";
