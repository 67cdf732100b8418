/** Evolutions on elements: on shapes, and in boxes where splines do not march. */
export { evolutionKind, evolutionPieces, readEvolutionPieces } from "./evolution-pieces.ts";
export { type EvolutionOptions, type Rung, solveEvolution } from "./solve.ts";
export { type StageProblem, stageProblem } from "./stage-problem.ts";
