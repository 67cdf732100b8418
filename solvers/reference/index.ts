/** Reference problems with known solutions. */
export { type ReferenceName, referenceNames, referenceProblem } from "./catalogue.ts";
export { type ColeHopfOptions, coleHopf } from "./cole-hopf.ts";
export { recommendedOptions, recommendedWindows, type WindowOptions } from "./recommended.ts";
export type { ReferenceProblem } from "./reference-problem.ts";
