/** Problems in time by a classical method: splines in space, an implicit method of order 5 in time. */
export { type MarchingOptions, type MarchResult, march, marchable } from "./march.ts";
export { marchKind, marchPieces, readMarchPieces } from "./march-pieces.ts";
export { derivativeAt, type MarchedField } from "./marched-field.ts";
