/** Marching in time: problems, fields and their derivatives. */
export type { ImplicitSystem } from "./implicit-system.ts";
export { march, marchable, startTrouble } from "./march.ts";
export { derivativesAt, marchPieces, readMarchPieces } from "./marched-field.ts";
export { radau } from "./radau.ts";
