/** Random numbers that are addressed, and quasi-random ones. */

export { normalField } from "./noise-field.ts";
export { Rng, rng } from "./rng.ts";
export { sobolSequence } from "./sobol.ts";
