/** A generator of rain that takes one evaluation of its network a member. */
export { absoluteDifference, type Distance, fairEnergy } from "./fair-energy.ts";
export type { OneStepSettings } from "./settings.ts";
