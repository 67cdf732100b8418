/** Evolutions on elements: on shapes, and in boxes where splines do not march. */
export { evolutionKind, evolutionPieces, readEvolutionPieces } from "./evolution-pieces.ts";
export { NoHybrid } from "./no-hybrid.ts";
export { type EvolutionOptions, type Rung, solveEvolution } from "./solve.ts";
export { type StageSpace, spaceOfFluxes, spaceOfRows } from "./space.ts";
export { type StageProblem, stageProblem } from "./stage-problem.ts";
export { weakForm } from "./weak-form.ts";
