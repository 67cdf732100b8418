/** A generator of rain that takes one evaluation of its network a member. */
export type { SampleTerm } from "./sample-term.ts";
export type { OneStepSettings, ResolvedOneStep } from "./settings.ts";
