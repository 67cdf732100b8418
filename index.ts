/**
 * monge: the main functions of both halves. Everything else stands behind `monge/solvers`, `monge/generative`,
 * `monge/verification`, `monge/io`, `monge/wasserstein`, `monge/report` and `monge/engine`.
 */
export { isMongeError, type MongeError, Rng, rng } from "./engine/index.ts";
export {
  baselineDownscaler,
  Downscaler,
  downscale,
  downscaleTo,
  loadDownscaler,
  pretrained,
  train,
} from "./generative/index.ts";
export { coarsen, Field, openDataset, readField, regrid, writeField } from "./io/index.ts";
export {
  adversarial,
  dirichlet,
  gaussNewton,
  initial,
  loadSolution,
  mlp,
  neumann,
  pde,
  periodic,
  problemFromJson,
  randomFeatures,
  residualDensity,
  solve,
  uniform,
} from "./solvers/index.ts";
export { verify } from "./verification/index.ts";
export {
  emd,
  sinkhorn,
  sinkhornDivergence,
  slicedWasserstein,
  wasserstein1d,
} from "./wasserstein/index.ts";
