/** Pictures of fields, curves and ensembles, as SVG and PNG, without a browser. */

export { type ChartSpec, drawChart } from "./chart.ts";
export type { CurveAxis } from "./chart-axis.ts";
export {
  type ColorScale,
  differenceScale,
  rainScale,
  type SmoothScale,
  type SteppedScale,
  smoothScale,
} from "./color-scale.ts";
export { type Cell, csvText } from "./csv.ts";
export { type Curve, type CurveFigureOptions, curveFigure } from "./curve-figure.ts";
export { type MapAxis, type MapFigureOptions, type MapPanel, mapFigure } from "./map-figure.ts";
export { type DrawnMaps, drawMaps, type MapsToDraw, type PageMaps } from "./page/linked-maps.ts";
export {
  htmlPage,
  type PageMathematics,
  type PageOptions,
  type PagePart,
  type PagePicture,
  type PageSection,
  type PageSlides,
  type PageTable,
} from "./page/page.ts";
export { svgToPng } from "./png.ts";
export { type RankFigureOptions, rankFigure } from "./rank-figure.ts";
export { type FirstRow, type Raster, rasterPng } from "./raster.ts";
export {
  fssFigure,
  quantileFigure,
  reliabilityFigure,
  rocFigure,
  spectrumFigure,
  type VerificationDiagrams,
} from "./verification-figures.ts";
export { writePicture } from "./write-picture.ts";
