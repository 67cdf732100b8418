/** Problems in time by a classical method: splines in space, an implicit method of order 5 in time. */
export { type MarchingOptions, type MarchResult, march, marchable } from "./march.ts";
export { derivativeAt, type MarchedField, marchKind, marchPieces, readMarchPieces } from "./marched-field.ts";
