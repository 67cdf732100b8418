/**
 * monge: the main functions of both halves. Everything else stands behind `monge/solvers` (conditions, networks,
 * samplers), `monge/generative`, `monge/verification`, `monge/io`, `monge/wasserstein`, `monge/report` and `monge/engine`.
 *
 * @module monge
 */
export { isMongeError, rng } from "./engine/index.ts";
export {
  baselineDownscaler,
  downscale,
  downscaleTo,
  loadDownscaler,
  pretrained,
  train,
} from "./generative/index.ts";
export { coarsen, Field, openDataset, readField, regrid, writeField } from "./io/index.ts";
export { loadSolution, pde, problemFromJson, solve } from "./solvers/index.ts";
export { verify } from "./verification/index.ts";
export { emd, sinkhorn, slicedWasserstein, wasserstein1d } from "./wasserstein/index.ts";
