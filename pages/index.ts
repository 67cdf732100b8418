/** Reports on one page: a training, an ensemble, how good it was, a solution; and the pictures and files of solutions. */
export { changeSection } from "./change-section.ts";
export { type EnsemblePageOptions, ensemblePage } from "./ensemble-page.ts";
export { type DrawnTime, type FieldMaps, fieldMaps, type MapsBeside, type TimeMaps } from "./field-maps.ts";
export { mapAxes } from "./map-axes.ts";
export { type Snapshot, solutionCurves } from "./solution-curves.ts";
export { type SolutionFile, solutionFields, writeSolution } from "./solution-file.ts";
export { type AnySolution, type SolutionPictureOptions, solutionPicture } from "./solution-maps.ts";
export { isSolve, solutionPage } from "./solution-page.ts";
export { type Known, testSetOf, trueValues } from "./solution-truth.ts";
export { trainingPage } from "./training-page.ts";
export {
  type MovedRainOptions,
  movedRain,
  type TransportExample,
  transportExample,
  transportFigure,
} from "./transport-figure.ts";
export { ranksFigure } from "./verification-sections.ts";
export { writePage } from "./write-page.ts";
