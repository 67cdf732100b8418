/**
 * Reports on one page: a training, an ensemble, how good it was, a solution; and the pictures and files of solutions.
 *
 * @module pages
 */
export { type EnsemblePageOptions, ensemblePage } from "./ensemble-page.ts";
export { solutionCurves } from "./solution-curves.ts";
export { reportAttributes, writeSolution } from "./solution-file.ts";
export { solutionPicture } from "./solution-maps.ts";
export { solutionPage } from "./solution-page.ts";
export { trainingPage } from "./training-page.ts";
export { writePage } from "./write-page.ts";
