/** Jets: derivatives that go forward through formulas, over numbers and tensors. */
export { coordinateAlgebra, jetAlgebra } from "./jet.ts";
export { numberRing } from "./ring.ts";
export { slotSet } from "./slots.ts";
