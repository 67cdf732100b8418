/**
 * Pictures of fields, curves and ensembles, as SVG and PNG, without a browser.
 *
 * @module report
 */

export { drawChart } from "./chart.ts";
export { type ColorScale, differenceScale, rainScale, smoothScale } from "./color-scale.ts";
export { type Curve, type CurveFigureOptions, curveFigure } from "./curve-figure.ts";
export { type MapAxes, type MapFigureOptions, type MapPanel, mapFigure } from "./map-figure.ts";
export { drawMaps } from "./page/linked-maps.ts";
export { htmlPage, type PagePart, type PagePicture, type PageSection } from "./page/page.ts";
export { rankFigure } from "./rank-figure.ts";
export { verificationFigure } from "./verification-figures.ts";
export { writePicture } from "./write-picture.ts";
