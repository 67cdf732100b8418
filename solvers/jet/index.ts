/** Jets: derivatives with respect to inputs, carried forward. */
export type { Jet, JetAlgebra } from "./jet.ts";
export type { SlotSet } from "./slots.ts";
