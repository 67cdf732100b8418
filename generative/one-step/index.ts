/** A generator of rain that takes one evaluation of its network a member. */
export { absoluteDifference, fairEnergy } from "./fair-energy.ts";
