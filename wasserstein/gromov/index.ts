/** Gromov–Wasserstein: transport between spaces that share no metric. */
export { fusedGromovWasserstein, type GromovOptions, gromovWasserstein, type MetricMeasure } from "./gromov.ts";
export { gromovWasserstein1d } from "./gromov-line.ts";
