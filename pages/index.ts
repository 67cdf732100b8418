/** Reports on one page: a training, an ensemble, how good it was. */
export { type EnsemblePageOptions, ensemblePage } from "./ensemble-page.ts";
export { mapAxes } from "./map-axes.ts";
export { trainingPage } from "./training-page.ts";
export { writePage } from "./write-page.ts";
