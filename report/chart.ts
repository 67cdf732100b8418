/** Charts of one's own, in Vega-Lite's words. Its typings stay behind this file: they need those of a browser. */
import { drawChart as draw, type ChartSpec as Typed } from "./vega.ts";

/** A chart in Vega-Lite's own words (its `TopLevelSpec`, as data). */
export type ChartSpec = Readonly<Record<string, unknown>>;

/**
 * Draws a Vega-Lite chart in the style of the house.
 *
 * @param spec - the chart; its own `config` wins over the house's
 * @returns the SVG text
 * @throws DomainError with Vega-Lite's words where it warns of the specification
 */
export function drawChart(spec: ChartSpec): Promise<string> {
  return draw(spec as unknown as Typed);
}
