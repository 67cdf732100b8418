/** Gromov–Wasserstein: transport between spaces that share no metric. */

export {
  type FusedGromovOptions,
  fusedGromovWasserstein,
  type GromovOptions,
  type GromovResult,
  gromovWasserstein,
  type MetricMeasure,
} from "./gromov.ts";
export { type GromovLineOptions, type GromovLineResult, gromovWasserstein1d } from "./gromov-line.ts";
