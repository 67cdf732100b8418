/**
 * Only this file imports Vega and Vega-Lite: a chart described as data becomes an SVG text, without a browser.
 *
 * Reference: Satyanarayan et al. 2017, "Vega-Lite: a grammar of interactive graphics", doi:10.1109/TVCG.2016.2599030.
 */
import type { compile, TopLevelSpec } from "vega-lite";
import { DomainError } from "../engine/errors.ts";
import { fontFamily, ink } from "./style.ts";

/** A chart in Vega-Lite's own words. */
export type ChartSpec = TopLevelSpec;

/** The layers of a layered chart. */
export type ChartLayers = Extract<TopLevelSpec, { layer: unknown }>["layer"];

const config = {
  font: fontFamily,
  background: "white",
  padding: 12,
  view: { stroke: null },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: "normal",
    titlePadding: 8,
    labelColor: ink,
    titleColor: ink,
    domainColor: "#888888",
    tickColor: "#888888",
    gridColor: "#e4e4e4",
  },
  legend: { labelFontSize: 12, titleFontSize: 12, labelColor: ink, labelLimit: 320, symbolStrokeWidth: 2.5 },
  title: {
    fontSize: 15,
    fontWeight: "bold",
    color: ink,
    anchor: "start",
    offset: 10,
    subtitleColor: ink,
    subtitleFontSize: 12,
    subtitlePadding: 5,
  },
} as const;

/** Vega-Lite prints warnings and goes on; here a warning is an error. */
const strictLogger: NonNullable<NonNullable<Parameters<typeof compile>[1]>["logger"]> = {
  level: (() => strictLogger) as typeof strictLogger.level,
  error: refuse,
  warn: refuse,
  info: () => strictLogger,
  debug: () => strictLogger,
};

function refuse(...words: readonly unknown[]): never {
  throw new DomainError(`drawChart: ${words.join(" ")}; correct the chart's specification`);
}

/**
 * Draws a Vega-Lite chart in the style of the other figures.
 *
 * @param spec - the chart; its own `config` takes precedence
 * @returns the SVG text
 * @throws DomainError with Vega-Lite's words where it warns of the specification, and where data or a picture has an
 * address: nothing is fetched
 */
export async function drawChart(spec: ChartSpec): Promise<string> {
  // Vega awaits at its top level, which `require("monge/report")` could not pass; it is loaded with the first chart.
  const [{ loader, None: noLevel, parse, View }, { compile }] = await Promise.all([
    import("vega"),
    import("vega-lite"),
  ]);
  const compiled = compile(spec, { config, logger: strictLogger });
  // Vega would fetch what an address names, and draw without it where that fails.
  const addresses: string[] = [];
  const refuseAddress = (address: string) => {
    addresses.push(address);
    return Promise.reject(new Error(address));
  };
  const closed = { ...loader(), load: refuseAddress, sanitize: refuseAddress };
  const view = new View(parse(compiled.spec), { renderer: "none", logLevel: noLevel, loader: closed });
  try {
    const svg = await view.toSVG();
    if (addresses.length > 0) refuse(`data at an address are not fetched, got ${addresses[0]}; give them as values,`);
    return svg;
  } finally {
    view.finalize();
  }
}
