/**
 * Elements: piecewise polynomials on boxes that are refined where most is left, for problems whose solution is local.
 */
export { elementKind, readElementPieces } from "./element-pieces.ts";
export { type Cell, Mesh } from "./mesh.ts";
export { type ElementSolve, singular } from "./mesh-evidence.ts";
export { newtonStepFrom } from "./newton-step.ts";
export { regionOf } from "./region.ts";
export { type ElementOptions, type Refinement, solveByElements, unsuitedToElements, usualRefinement } from "./solve.ts";
export { solveByElementsOn } from "./threads.ts";
