/** Charts written as Vega-Lite specifications. Its typings stay behind this file: they need those of a browser. */
import { drawChart as draw, type ChartSpec as Typed } from "./vega.ts";

/**
 * Draws a Vega-Lite chart in the style of the other figures.
 *
 * @param spec - a chart of Vega-Lite (its `TopLevelSpec`, as data); its own `config` takes precedence
 * @returns the SVG text
 * @throws DomainError with Vega-Lite's words where it warns of the specification
 */
export function drawChart(spec: Readonly<Record<string, unknown>>): Promise<string> {
  return draw(spec as unknown as Typed);
}
