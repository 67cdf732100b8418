/** Curves: losses over steps, errors over time, spectra over wavenumbers. */
import { anything, checkOptions, flag, text } from "../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../engine/errors.ts";
import { axisSpec, type CurveAxis, extentOf } from "./chart-axis.ts";
import type { MapFigureOptions } from "./map-figure.ts";
import { curveStyle } from "./style.ts";
import { type ChartLayers, drawChart } from "./vega.ts";

/** One curve. */
export interface Curve {
  /** For the legend; no two curves of a figure have the same. */
  readonly name: string;
  /** [n], in the units that the x axis names. */
  readonly x: ArrayLike<number>;
  /** [n]; NaN breaks the curve. */
  readonly y: ArrayLike<number>;
  /** Lower and upper end of a shaded band, [n] each, e.g. over seeds. `@defaultValue` none */
  readonly band?: { readonly low: ArrayLike<number>; readonly high: ArrayLike<number> };
  /** Dashed, for references. `@defaultValue` false */
  readonly dashed?: boolean;
  /**
   * Curves of one word share a panel; panels stand below one another, in the order of their first curves.
   * `@defaultValue` one panel for all
   */
  readonly panel?: string;
}

/** Curves and axes of a figure. */
export interface CurveFigureOptions extends Pick<MapFigureOptions, "title" | "subtitle"> {
  /** At least one, drawn in this order. */
  readonly curves: readonly Curve[];
  /** Axis across. */
  readonly x: CurveAxis;
  /** Axis upwards; of several panels each is called by its curves. */
  readonly y: CurveAxis;
  /**
   * True for a plot area of 380 by 380 SVG units, for quantities of one kind on both axes. `@defaultValue` 560 by 340;
   * several panels share 1.5 times the height
   */
  readonly square?: boolean;
}

/**
 * Draws curves with a legend as SVG.
 *
 * @param options - curves and axes first
 * @returns the SVG text; `writePicture` makes a file of it
 * @throws OptionsError without curves or with two of one name; ShapeError if lengths within a curve differ; DomainError
 *   for an x that is not finite, an infinite y, or a value at or below 0 on a logarithmic axis
 */
export async function curveFigure(options: CurveFigureOptions): Promise<string> {
  const checks = { curves: anything, x: anything, y: anything, square: flag, title: text, subtitle: text };
  checkOptions("curveFigure", options, checks);
  const { curves, x, y, title, subtitle, square = false } = options;
  const [width, height] = square ? [380, 380] : [560, 340];
  check(options);
  const styles = new Map(curves.map((curve, k) => [curve, curveStyle(k, curve.dashed)]));
  const xAxis = { field: "x", ...axisSpec(x, extentOf(curves.map((curve) => curve.x)), false) };
  const groups = [...new Set(curves.map(({ panel }) => panel))].map((name) =>
    curves.filter(({ panel }) => panel === name),
  );
  const several = groups.length > 1;
  const panels = groups.map((group) => ({
    ...{ width, height: several ? Math.round((1.5 * height) / groups.length) : height },
    layer: layersOf(group, styles, xAxis, several ? { ...y, name: namesOf(group) } : y),
  }));
  const heading = subtitle === undefined ? title : { text: title ?? "", subtitle };
  const common = {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    ...(heading !== undefined && { title: heading }),
  };
  if (!several) return drawChart({ ...common, ...panels[0]! });
  // Each panel has a legend of its own curves.
  const own = { color: "independent", strokeDash: "independent" } as const;
  return drawChart({ ...common, vconcat: panels, resolve: { scale: own, legend: own } });
}

/** Name of a panel's axis. */
const namesOf = (curves: readonly Curve[]): string =>
  curves
    .filter(({ dashed }) => !dashed)
    .map(({ name }) => name)
    .join(", ");

/** Bands, lines and lone points of the curves of a panel. */
function layersOf(
  curves: readonly Curve[],
  styles: ReadonlyMap<Curve, ReturnType<typeof curveStyle>>,
  xAxis: { readonly field: string } & ReturnType<typeof axisSpec>,
  y: CurveAxis,
): ChartLayers {
  const heights = curves.flatMap((curve) => [curve.y, ...(curve.band ? [curve.band.low, curve.band.high] : [])]);
  const yAxis = axisSpec(y, extentOf(heights), true);
  const names = curves.map((curve) => curve.name);
  const rows = curves.flatMap((curve) =>
    Array.from(curve.x, (at, i) => ({ curve: curve.name, x: at, y: orGap(curve.y[i]!) })),
  );
  // A point between two gaps has no line to lie on.
  const lone = rows.filter((row, i) => {
    const joins = (other?: typeof row): boolean => other?.curve === row.curve && other.y !== null;
    return row.y !== null && !joins(rows[i - 1]) && !joins(rows[i + 1]);
  });
  const bands = curves.flatMap(({ name, x: xs, band }) =>
    band
      ? Array.from(xs, (at, i) => ({ curve: name, x: at, low: orGap(band.low[i]!), high: orGap(band.high[i]!) }))
      : [],
  );
  const legend =
    curves.length === 1
      ? null
      : {
          title: null,
          orient: "top" as const,
          columns: Math.min(4, names.length),
          symbolType: "stroke",
          symbolSize: 500,
          symbolOpacity: 1,
        };
  const byCurve = { field: "curve", type: "nominal" as const, legend };
  const color = {
    ...byCurve,
    scale: { domain: names, range: curves.map((curve) => styles.get(curve)!.color) },
  };
  const dash = { ...byCurve, scale: { domain: names, range: curves.map((curve) => [...styles.get(curve)!.dash]) } };
  const bandLayer = {
    data: { values: bands },
    mark: { type: "area", opacity: 0.18 },
    encoding: { x: xAxis, y: { field: "low", ...yAxis }, y2: { field: "high" }, color },
  };
  const lineLayer = {
    data: { values: rows },
    mark: { type: "line", strokeWidth: 2, invalid: "break-paths-show-domains" },
    encoding: { x: xAxis, y: { field: "y", ...yAxis }, color, strokeDash: dash },
  };
  const loneLayer = {
    data: { values: lone },
    mark: { type: "circle", size: 18, opacity: 1 },
    encoding: { x: xAxis, y: { field: "y", ...yAxis }, color },
  };
  return [bandLayer, lineLayer, loneLayer].filter((layer) => layer.data.values.length > 0) as ChartLayers;
}

function orGap(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function check({ curves, x, y }: CurveFigureOptions): void {
  if (curves.length === 0)
    throw new OptionsError("curveFigure: expected at least one curve, got none", "curves", curves);
  const seen = new Set<string>();
  for (const curve of curves) {
    if (seen.has(curve.name))
      throw new OptionsError(
        `curveFigure: two curves are called "${curve.name}"; name them apart`,
        "curves",
        curve.name,
      );
    seen.add(curve.name);
    const columns = [curve.y, ...(curve.band ? [curve.band.low, curve.band.high] : [])];
    for (const column of columns) {
      if (column.length !== curve.x.length)
        throw new ShapeError(`curveFigure: "${curve.name}"`, [curve.x.length], [column.length], "as many y as x");
      checkValues(`y of "${curve.name}"`, column, y, true);
    }
    checkValues(`x of "${curve.name}"`, curve.x, x, false);
  }
}

function checkValues(what: string, values: ArrayLike<number>, axis: CurveAxis, gaps: boolean): void {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]!;
    if (gaps && Number.isNaN(value)) continue;
    if (!Number.isFinite(value))
      throw new DomainError(
        `curveFigure: ${what} is ${value} at ${i}; expected finite numbers${gaps ? " or NaN" : ""}`,
        value,
      );
    if (axis.log && value <= 0)
      throw new DomainError(
        `curveFigure: ${what} is ${value} at ${i}, on a logarithmic axis; drop the point or set log to false`,
        value,
      );
  }
}
