/** Fields side by side, with one colour scale for all of them. */

import {
  among,
  anything,
  callback,
  checkOptions,
  either,
  flag,
  type OptionChecks,
  real,
  text as textCheck,
  whole,
} from "../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../engine/errors.ts";
import { Buffer } from "../engine/platform/bytes.ts";
import { coastPath, type FromEarth, type Place, projectedCoastPath } from "./coastlines.ts";
import { barHeight, colorBar } from "./color-bar.ts";
import { type ColorScale, checkScale } from "./color-scale.ts";
import { countMissing, rasterPng } from "./raster.ts";
import { escapeXml, fontFamily, ink, shortNumber } from "./style.ts";
import { niceTicks } from "./ticks.ts";

/** One field of a figure. */
export interface MapPanel {
  /** Row-major [height, width], in the units of the colour scale; NaN marks missing cells. */
  readonly values: ArrayLike<number>;
  /** Rows, ≥ 1. */
  readonly height: number;
  /** Columns, ≥ 1. */
  readonly width: number;
  /** Said above the field. */
  readonly title: string;
  /** A second, smaller line: a score, a date. `@defaultValue` none */
  readonly note?: string;
  /** A scale of its own, with a bar of its own below the field. `@defaultValue` the figure's */
  readonly scale?: ColorScale;
  /** Units of the panel's own bar. `@defaultValue` the figure's */
  readonly units?: string;
  /** Coordinates of its own. `@defaultValue` the figure's */
  readonly axes?: MapAxes;
  /** Places to mark by dots, row-major [n, 2] (x, y) in the coordinates of the axes. `@defaultValue` none */
  readonly dots?: ArrayLike<number>;
  /** Arrows, row-major [n, 4] (x, y of the tail, x, y of the head) in the coordinates of the axes. `@defaultValue` none */
  readonly arrows?: ArrayLike<number>;
}

/** One axis of all panels. */
export interface MapAxis {
  /** Name with units, e.g. `"x"` or `"longitude (°E)"`. */
  readonly name: string;
  /** Coordinates of the outer cell edges: left and right, or bottom and top. */
  readonly range: readonly [number, number];
}

/** Both axes of a panel. */
export interface MapAxes {
  /** Across. */
  readonly x: MapAxis;
  /** Upwards. */
  readonly y: MapAxis;
}

/** Content of a figure: panels side by side on one scale of colours. */
export interface MapFigureOptions {
  /** The fields; coarse and fine ones are drawn at one size. */
  readonly panels: readonly MapPanel[];
  /** Colours of all panels without a scale of their own. */
  readonly scale: ColorScale;
  /** Units of the values, said beside the colour bar; `""` for none. */
  readonly units: string;
  /** Said above the whole figure. `@defaultValue` none */
  readonly title?: string;
  /** Below the title, smaller. `@defaultValue` none */
  readonly subtitle?: string;
  /** Panels in a row, 1 … 12. `@defaultValue` all up to four, then four (three for 5, 6 or 9 panels) */
  readonly columns?: number;
  /** Wanted side of a panel, 32 … 2048 SVG units; the finest field gets a whole number of units a cell. `@defaultValue` 256 */
  readonly panelSize?: number;
  /** `"top"` draws the first row of a field at the top, `"bottom"` at the bottom. `@defaultValue` "top" */
  readonly firstRow?: "top" | "bottom";
  /** Coordinates. `@defaultValue` none, the fields are only framed */
  readonly axes?: MapAxes;
  /** Draws coastlines: true if the axes are longitude and latitude in degrees, else how a latitude and a longitude become y and x of the axes. `@defaultValue` false */
  readonly coast?: boolean | FromEarth;
  /** True if the bar that panels share is drawn. `@defaultValue` true */
  readonly bar?: boolean;
}

const checks: OptionChecks<MapFigureOptions> = {
  ...{ panels: anything, scale: anything, axes: anything, units: textCheck, title: textCheck, subtitle: textCheck },
  ...{
    columns: whole(1, 12),
    panelSize: real(32, 2048),
    firstRow: among("top", "bottom"),
    coast: either(flag, callback),
    bar: flag,
  },
};

const gap = 18;
const margin = 16;

/**
 * Draws fields side by side as SVG. Cells are pixels of embedded images, never smoothed; missing (NaN) cells are grey,
 * and the colour bar says so. Panels that use the figure's scale share one bar at the bottom.
 *
 * @param options - panels, scale and units first
 * @returns the SVG text; `writePicture` makes a file of it
 * @throws OptionsError without panels, with columns or panelSize out of range, or dots or arrows without axes;
 * ShapeError if a field's values do not
 *   fit its height and width, or panels differ in aspect ratio; DomainError if a scale is not one
 */
export function mapFigure(options: MapFigureOptions): string {
  checkOptions("mapFigure", options, checks);
  const { panels, scale, units, title = "", subtitle = "", firstRow = "top", axes } = options;
  check(options);
  const { width, height, head, bottom, sharedBar, whole, placeOf } = layoutOf(options);

  const drawn = panels.map((panel, i) => {
    const { x, y } = placeOf(i);
    const mine = panel.axes ?? axes;
    const image = Buffer.from(rasterPng(panel, panel.scale ?? scale, firstRow)).toString("base64");
    const bar =
      panel.scale === undefined
        ? ""
        : colorBar(
            panel.scale,
            { x: x + 8, y: y + height + bottom + 8, width: width - 16 },
            panel.units ?? units,
            countMissing(panel.values) > 0,
          );
    return [
      text(x, y - head + 16, panel.title, fitting(panel.title, 13.5, width), "start", true),
      panel.note === undefined ? "" : text(x, y - 9, panel.note, fitting(panel.note, 11.5, width), "start"),
      `<image x="${x}" y="${y}" width="${width}" height="${height}" preserveAspectRatio="none" image-rendering="optimizeSpeed" href="data:image/png;base64,${image}"/>`,
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#666666" stroke-width="1"/>`,
      mine && options.coast ? drawCoast(options.coast, mine, { x, y, width, height }, i) : "",
      mine && panel.dots ? drawDots(panel.dots, mine, { x, y, width, height }) : "",
      mine && panel.arrows ? drawArrows(panel.arrows, mine, { x, y, width, height }) : "",
      mine ? drawAxes(mine, x, y, width, height) : "",
      bar,
    ].join("");
  });

  const missing = panels.some((panel) => panel.scale === undefined && countMissing(panel.values) > 0);
  const barWidth = Math.min(whole.width - 2 * margin, 720);
  const barPlace = { x: (whole.width - barWidth) / 2, y: whole.height - margin - barHeight + 4, width: barWidth };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole.width}" height="${whole.height}" viewBox="0 0 ${whole.width} ${whole.height}" font-family="${fontFamily}">`,
    // resvg reads the attribute of the images and skips the media rule; browsers follow the rule.
    "<style>@media all{image{image-rendering:pixelated}}</style>",
    `<rect width="100%" height="100%" fill="white"/>`,
    title === "" ? "" : text(margin, margin + 15, title, 16, "start", true),
    subtitle === "" ? "" : text(margin, margin + (title === "" ? 12 : 35), subtitle, 12.5, "start"),
    ...drawn,
    sharedBar > 0 ? colorBar(scale, barPlace, units, missing) : "",
    "</svg>",
  ].join("\n");
}

/** Sizes of a figure in SVG units, and where the fields of its panels lie. */
function layoutOf({ panels, title = "", subtitle = "", panelSize = 256, bar = true, ...options }: MapFigureOptions) {
  const columns = options.columns ?? defaultColumns(panels.length);
  const finest = panels.reduce((best, panel) => (panel.width > best.width ? panel : best));
  const cell = Math.max(1, Math.round(panelSize / Math.max(finest.width, finest.height)));
  const [width, height] = [finest.width * cell, finest.height * cell];
  const head = panels.some((panel) => panel.note !== undefined) ? 42 : 26;
  const measured = options.axes ?? panels.find((panel) => panel.axes);
  const left = Math.max(0, ...panels.map(({ axes = options.axes }) => (axes ? axisWidth(axes.y, height) : 0)));
  const bottom = measured ? 44 : 0;
  const ownBars = panels.some((panel) => panel.scale !== undefined) ? barHeight + 8 : 0;
  const sharedBar = bar && panels.some((panel) => panel.scale === undefined) ? barHeight + gap : 0;
  const top = margin + (title === "" ? 0 : 30) + (subtitle === "" ? 0 : 20);
  const [stepX, stepY] = [left + width + gap, head + height + bottom + ownBars + gap];
  const rows = Math.ceil(panels.length / columns);
  const used = Math.min(columns, panels.length);
  const least = Math.max(
    sharedBar > 0 ? 340 : 0,
    2 * margin + Math.max(textWidth(title, 16), textWidth(subtitle, 12.5)),
  );
  const whole = {
    width: Math.max(Math.ceil(least), 2 * margin + used * stepX - gap),
    height: top + rows * stepY - gap + sharedBar + margin,
  };
  const placeOf = (panel: number) => ({
    x: margin + left + (panel % columns) * stepX,
    y: top + head + Math.floor(panel / columns) * stepY,
  });
  return { width, height, head, bottom, sharedBar, whole, placeOf };
}

/** Position of the field of the first panel: left, top, width and height as shares of the whole figure, 0 … 1. */
export function firstPlace(options: MapFigureOptions): readonly [number, number, number, number] {
  const { width, height, whole, placeOf } = layoutOf(options);
  const { x, y } = placeOf(0);
  return [x / whole.width, y / whole.height, width / whole.width, height / whole.height];
}

function check(options: MapFigureOptions): void {
  const { panels, scale } = options;
  const [first] = panels;
  if (first === undefined) throw new OptionsError("mapFigure: expected at least one panel, got none", "panels", panels);
  checkScale(scale);
  for (const panel of panels) {
    if (panel.values.length !== panel.height * panel.width)
      throw new ShapeError(`mapFigure: values of "${panel.title}"`, [panel.height, panel.width], [panel.values.length]);
    if (panel.scale) checkScale(panel.scale);
    if (panel.dots && (!(panel.axes ?? options.axes) || panel.dots.length % 2 !== 0))
      throw new OptionsError(
        `mapFigure: dots of "${panel.title}" need pairs of coordinates, and axes to measure them along`,
        "dots",
        panel.dots.length,
      );
    if (panel.arrows && (!(panel.axes ?? options.axes) || panel.arrows.length % 4 !== 0))
      throw new OptionsError(
        `mapFigure: arrows of "${panel.title}" need four coordinates each, and axes to measure them along`,
        "arrows",
        panel.arrows.length,
      );
    if (panel.height * first.width !== first.height * panel.width)
      throw new ShapeError(
        `mapFigure: aspect ratio of "${panel.title}"`,
        `that of [${first.height}, ${first.width}]`,
        [panel.height, panel.width],
        "draw fields of another region in another figure",
      );
  }
  const pairs = [options.axes, ...panels.map((panel) => panel.axes)];
  for (const axis of pairs.flatMap((pair) => (pair ? [pair.x, pair.y] : [])))
    if (!(axis.range[0] < axis.range[1]))
      throw new DomainError(
        `mapFigure: range of axis "${axis.name}" must increase, got ${axis.range.join(", ")}; flip the field with firstRow`,
        axis.range,
      );
}

function defaultColumns(count: number): number {
  if (count <= 4) return Math.max(1, count);
  return count === 5 || count === 6 || count === 9 ? 3 : 4;
}

/** Width of bold text, from the mean advance of DejaVu Sans Bold, about 0.66 of its size. */
function textWidth(words: string, size: number): number {
  return 0.66 * size * words.length;
}

/** The size, made smaller, down to 7, where the words would not fit. */
function fitting(words: string, size: number, width: number): number {
  return Math.max(7, Math.min(size, (size * width) / Math.max(1, textWidth(words, size))));
}

function text(
  x: number,
  y: number,
  words: string,
  size: number,
  anchor: "start" | "middle" | "end",
  bold = false,
): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="${Number(size.toFixed(2))}" text-anchor="${anchor}"${bold ? ' font-weight="bold"' : ""} fill="${ink}">${escapeXml(words)}</text>`;
}

/** Coastlines in one path, dark inside a bright rim, cut at the edges of the panel. */
function drawCoast(coast: true | FromEarth, axes: MapAxes, place: Place, panel: number): string {
  const range = { x: axes.x.range, y: axes.y.range };
  const path = coast === true ? coastPath(range, place) : projectedCoastPath(range, place, coast);
  if (path === "") return "";
  const { x, y, width, height } = place;
  return `<clipPath id="coast${panel}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath><g clip-path="url(#coast${panel})">${strokes(path, "linejoin", ["#ffffff", 2], ["#333333", 0.9])}</g>`;
}

/** One path in several colours and widths, the first at the back; nothing where it is empty. */
const strokes = (
  path: string,
  round: "linecap" | "linejoin",
  ...pens: readonly (readonly [string, number])[]
): string =>
  (path === "" ? [] : pens)
    .map(
      ([color, width]) =>
        `<path d="${path}" fill="none" stroke="${color}" stroke-width="${width}" stroke-${round}="round"/>`,
    )
    .join("");

/** Dots in one path, bright inside a dark rim so that they show on any colour; those outside the axes are left out. */
function drawDots(dots: ArrayLike<number>, axes: MapAxes, place: Place): string {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  let path = "";
  for (let i = 0; i < dots.length; i += 2) {
    const [u, v] = [(dots[i]! - x0) / (x1 - x0), (dots[i + 1]! - y0) / (y1 - y0)];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1)) continue;
    path += `M${(place.x + u * place.width).toFixed(1)} ${(place.y + (1 - v) * place.height).toFixed(1)}h0`;
  }
  return strokes(path, "linecap", ["#1a1a2e", 2.4], ["#ffffff", 1.5]);
}

/** Arrows in one path, rimmed as dots are; those with their tail outside the axes are left out. */
function drawArrows(arrows: ArrayLike<number>, axes: MapAxes, place: Place): string {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  let path = "";
  for (let i = 0; i < arrows.length; i += 4) {
    const at = (k: number) => [(arrows[i + k]! - x0) / (x1 - x0), (arrows[i + k + 1]! - y0) / (y1 - y0)] as const;
    const [[u, v], [u2, v2]] = [at(0), at(2)];
    if (!(u >= 0 && u <= 1 && v >= 0 && v <= 1 && Number.isFinite(u2 + v2))) continue;
    const [x, y] = [place.x + u * place.width, place.y + (1 - v) * place.height];
    const [dx, dy] = [(u2 - u) * place.width, (v - v2) * place.height];
    const head = Math.min(4, Math.hypot(dx, dy) / 2) / (Math.hypot(dx, dy) || 1);
    const barb = (side: number) => [-head * (dx + side * 0.6 * dy), -head * (dy - side * 0.6 * dx)] as const;
    const line = (vector: readonly [number, number]) => `l${vector[0].toFixed(1)} ${vector[1].toFixed(1)}`;
    const tip = `M${(x + dx).toFixed(1)} ${(y + dy).toFixed(1)}`;
    path += `M${x.toFixed(1)} ${y.toFixed(1)}${line([dx, dy])}${tip}${line(barb(1))}${tip}${line(barb(-1))}`;
  }
  return strokes(path, "linecap", ["#ffffff", 2.8], ["#1a1a2e", 1.2]);
}

/** Tick marks of an axis upwards of so many SVG units. */
const ticksUp = ({ range }: MapAxis, height: number): readonly number[] =>
  niceTicks(range[0], range[1], Math.max(2, Math.floor(height / 45)));

/** Width of an axis upwards: its marks, its longest number (a digit of 11 units is 7 wide, a minus 9.2), and its name. */
const axisWidth = (axis: MapAxis, height: number): number =>
  Math.max(58, 33 + 7 * Math.max(...ticksUp(axis, height).map((tick) => shortNumber(tick).length)));

/** Ticks, numbers and names below and to the left of one panel. */
function drawAxes(axes: MapAxes, x: number, y: number, width: number, height: number): string {
  const [x0, x1] = axes.x.range;
  const [y0, y1] = axes.y.range;
  const below = niceTicks(x0, x1, Math.max(2, Math.floor(width / 55))).map((tick) => {
    const place = x + (width * (tick - x0)) / (x1 - x0);
    const label = shortNumber(tick);
    // A long number at the right end stays inside the figure.
    const centre = Math.min(place, x + width + margin - 2 - 3.5 * label.length);
    return `<path d="M${place.toFixed(2)} ${y + height}v5" stroke="#666666"/>${text(centre, y + height + 17, label, 11, "middle")}`;
  });
  const beside = ticksUp(axes.y, height).map((tick) => {
    const place = y + height - (height * (tick - y0)) / (y1 - y0);
    return `<path d="M${x} ${place.toFixed(2)}h-5" stroke="#666666"/>${text(x - 8, place + 4, shortNumber(tick), 11, "end")}`;
  });
  const [left, middle] = [x + 14 - axisWidth(axes.y, height), y + height / 2];
  const names =
    text(x + width / 2, y + height + 34, axes.x.name, 12, "middle") +
    `<g transform="rotate(-90 ${left} ${middle})">${text(left, middle + 4, axes.y.name, 12, "middle")}</g>`;
  return below.join("") + beside.join("") + names;
}
