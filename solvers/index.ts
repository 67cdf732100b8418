/**
 * Partial differential equations: problems as text, physics-informed networks, samplers, optimizers, `solve`.
 *
 * @module solvers
 */

export type { Domain, DomainSpec } from "../equations/domain/index.ts";
export {
  type ConditionSpec,
  dirichlet,
  exampleProblems,
  initial,
  integral,
  interfaceCondition,
  neumann,
  type Problem,
  type ProblemSpec,
  pde,
  periodic,
  printProblem,
  problemFromJson,
  problemToJson,
  readEnsemble,
  readProblem,
  robin,
  toLatex,
  toMathml,
} from "../equations/problem/index.ts";
export { solve } from "./automatic/index.ts";
export { type RandomFeatureOptions, randomFeatures } from "./features/index.ts";
export { boundedKrnet, type Flow, krnet } from "./flow/index.ts";
export {
  type AnyNetwork,
  blockOf,
  columnAlgebra,
  columnsOf,
  freeParameters,
  linear,
  type MlpOptions,
  mlp,
  type NetworkProgram,
  type OwnNetwork,
  scaledCoordinates,
  sum,
} from "./network/index.ts";
export {
  type AnyOptimizer,
  type GaussNewtonOptions,
  gaussNewton,
  type OwnOptimizer,
  type Stepper,
} from "./optimizer/index.ts";
export type { LeastSquaresProgram } from "./residual/index.ts";
export {
  type ActiveSampler,
  type AdversarialOptions,
  type AnySampler,
  adversarial,
  gaussianMixture,
  type OwnSampler,
  type PointSet,
  quasiUniformPoints,
  rowWeights,
  type SampleContext,
  type Sampler,
  type SamplingDomain,
  sobol,
  uniform,
} from "./sampler/index.ts";
export {
  type Budget,
  type Errors,
  type NetworkTrial,
  type Progress,
  Solution,
  type SolveOptions,
  type Status,
  type TestSet,
  type Trial,
} from "./solution/index.ts";
export { loadSolution } from "./solve/index.ts";
