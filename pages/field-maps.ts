/** Maps of a field along time: members, their mean and spread, and what else is to be seen beside them. */

import { numberText } from "../engine/text/number.ts";
import type { LazyField } from "../io/dataset/index.ts";
import {
  type Coordinate,
  type Field,
  instantsOf,
  isoOf,
  middlesOf,
  precipitationFactor,
  precipitationUnits,
  rainFinding,
  timeAxis,
  timeUnitsOf,
} from "../io/field/index.ts";
import { valueSpan } from "../io/rain/index.ts";
import { textOf } from "../io/storage/index.ts";
import { differenceScale, type MapFigureOptions, type MapPanel, mapFigure, smoothScale } from "../report/index.ts";
import { mapAxes } from "./map-axes.ts";
import { rainColors } from "./rain-colors.ts";

/** A picture of one time. */
export interface DrawnTime {
  /** The picture. */
  readonly svg: string;
  /** Text for those who do not see the picture. */
  readonly alt: string;
  /** Of all values that are there. */
  readonly sum: number;
}

/** Maps of one time that are to be drawn. */
export interface TimeMaps extends Pick<MapFigureOptions, "panels" | "scale" | "units" | "axes" | "coast" | "firstRow"> {
  /** Text for those who do not see the picture. */
  readonly alt: string;
  /** Of all values that are there. */
  readonly sum: number;
}

/** Further maps of one time. */
export interface MapsBeside {
  /** Members to show, ≥ 1. */
  readonly members: number;
  /** One map on the same grid; its difference from the mean is drawn as well. @defaultValue none */
  readonly truth?: Field;
  /** One map of what the field was made from, on a grid of its own. @defaultValue none */
  readonly input?: Field;
}

/** Maps of a field. */
export interface FieldMaps {
  /** A date or a position for each time; one for a field without times. */
  readonly labels: readonly string[];
  /** Size of the ensemble; 1 for a field without members. */
  readonly members: number;
  /** The maps of a time: members, their mean and spread, the truth and the error, the input. */
  maps(time: number, beside: MapsBeside): Promise<TimeMaps>;
  /** Draws the maps of a time in one picture, so many in a row, three by default. */
  draw(time: number, options: MapsBeside & { readonly columns?: number }): Promise<DrawnTime>;
}

/**
 * Maps of a field, one time at once: a rain scale for precipitation, in units for the eye.
 *
 * @param field - (time …, realization, y, x): maps last; read when something is drawn
 */
export function fieldMaps(field: LazyField): FieldMaps {
  const time = field.dimOf("time");
  const count = time === undefined ? 1 : field.size(time);
  const known = labelsOf(field);
  const labels = Array.from({ length: count }, (_, k) => known[k] ?? (count === 1 ? "the only time" : `time ${k}`));
  const shown = shownAs(field);
  const cells = field.shape.slice(-2).reduce((a, b) => a * b, 1);
  const maps = async (k: number, beside: MapsBeside) => mapsOf(await mapAt(field, k), beside, shown);
  return {
    labels,
    maps,
    members: Math.max(1, field.shape.reduce((a, b) => a * b, 1) / (cells * count)),
    async draw(k, { columns = 3, ...beside }) {
      const { alt, sum, ...figure } = await maps(k, beside);
      const svg = mapFigure({ ...figure, columns: Math.min(columns, figure.panels.length), panelSize: 300 });
      return { svg, alt: `${figure.panels.length > 1 ? "Maps" : "Map"} of ${labels[k]!}: ${alt}`, sum };
    },
  };
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) sum += values[i]!;
  return sum;
}

/** Dates and times, or positions. */
export function labelsOf(field: LazyField): readonly string[] {
  const axis = timeAxis(field);
  return axis === undefined ? [] : labelled(axis, instantsOf);
}

function labelled(axis: Coordinate, momentsOf: (axis: Coordinate) => Float64Array): readonly string[] {
  if (!/\ssince\s/i.test(textOf(axis.attributes, "units") ?? "")) return Array.from(axis.values, (_, k) => `time ${k}`);
  const unitsOf = timeUnitsOf(axis);
  return Array.from(momentsOf(axis), (instant) =>
    isoOf(instant, unitsOf)
      .replace("T", " ")
      .replace(/ 00:00:00$/, ""),
  );
}

/** Positions in another field of the times of one: by the bounds of time where both have them, else by the times themselves. */
export function sameTimes(own: Field | LazyField, other: Field | LazyField): readonly (number | undefined)[] {
  const [axis, otherAxis] = [timeAxis(own), timeAxis(other)];
  if (axis === undefined && otherAxis === undefined) return [0];
  if (axis === undefined || otherAxis === undefined) return [];
  const hasBounds = [axis, otherAxis].every(({ bounds }) => bounds !== undefined);
  const keys = (one: Coordinate) => labelled(one, hasBounds ? middlesOf : instantsOf);
  const known = new Map(keys(otherAxis).map((key, k) => [key, k]));
  return keys(axis).map((key) => known.get(key));
}

export async function mapAt(field: LazyField, k: number): Promise<Field> {
  const dim = field.dimOf("time");
  return (dim === undefined ? field : field.isel({ [dim]: [k, k + 1] })).load();
}

/** Members, their mean and spread, the truth and the error, and the input. */
function mapsOf(map: Field, { members, truth, input }: MapsBeside, shown: Shown): TimeMaps {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const cells = height * width;
  const count = map.values.length / cells;
  const values = scaled(map.values, shown.factor);
  const panel = (title: string, of: ArrayLike<number>): MapPanel => ({ title, values: of, height, width });
  const member = (m: number) => values.subarray(m * cells, (m + 1) * cells);
  const over = (of: (values: readonly number[]) => number) =>
    Float64Array.from({ length: cells }, (_, i) => of(Array.from({ length: count }, (_, m) => values[m * cells + i]!)));
  const middleOf = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / count;
  const mean = over(middleOf);
  const spread = over((v) => Math.sqrt(v.reduce((sum, x) => sum + (x - middleOf(v)) ** 2, 0) / (count - 1)));
  const like = truth && truth.values.length === cells ? shownLike(shown, truth) : undefined;
  const seen = like && scaled(rowsAs(map, truth!), like.factor);
  const error = like?.units === shown.units ? seen!.map((v, i) => mean[i]! - v) : undefined;
  const fields = [
    ...Array.from({ length: Math.min(members, count) }, (_, m) =>
      panel(count > 1 ? `member ${m}` : seen ? "field" : map.name, member(m)),
    ),
    ...(count > 1 ? [panel(`mean of ${count}`, mean)] : []),
    ...(seen ? [panel(titled("truth", like!, shown), seen)] : []),
  ];
  const coarse = input && inputPanel(map, input, shown);
  const [low, high] = extent(coarse ? [...fields, coarse] : fields);
  const own = shown.rain ? {} : { scale: smoothScale(0, largest(spread) || 1) };
  const panels = [
    ...fields,
    ...(count > 1 ? [{ ...panel("spread", spread), ...own }] : []),
    ...(error
      ? [
          {
            ...panel(count > 1 ? "mean − truth" : "field − truth", error),
            scale: differenceScale(mostOf(error)),
          },
        ]
      : []),
    ...(coarse ? [coarse] : []),
  ];
  const most = `largest value ${numberText(largest(values), 3)} ${shown.units}`;
  const true_ = seen ? `, in the truth ${numberText(largest(seen), 3)}` : "";
  return {
    panels,
    scale: shown.rain ? rainColors(shown.units, shown.seconds) : smoothScale(low, high > low ? high : low + 1),
    units: shown.units,
    ...mapAxes(map),
    sum: sumOf(map.values),
    alt: `${panels.map(({ title }) => title).join(", ")}; ${most}${true_}`,
  };
}

const scaled = (values: ArrayLike<number>, factor: number) => Float64Array.from(values, (v) => v * factor);

function largest(values: ArrayLike<number>): number {
  let top = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > top) top = values[i]!;
  return top;
}

/** The size that one in a hundred of the differences surpass, so that a single cell does not take the colour from all others. */
function mostOf(differences: Float64Array): number {
  const sizes = differences
    .filter((v) => v !== 0 && !Number.isNaN(v))
    .map(Math.abs)
    .sort();
  return sizes[Math.floor(0.99 * sizes.length)] ?? 1;
}

/** A name, with its units where they are others than those of the figure. */
const titled = (name: string, { units }: Shown, shown: Shown) => (units === shown.units ? name : `${name} (${units})`);

/** The first map of another field, its rows in the order of this one's: one may begin in the north, the other in the south. */
function rowsAs(map: Field, other: Field): ArrayLike<number> {
  const [height, width] = other.shape.slice(-2) as [number, number];
  const values = other.values.subarray(0, height * width);
  const [own, its] = [mapAxes(map), mapAxes(other)];
  if (own.firstRow === its.firstRow || !own.axes || !its.axes) return values;
  return values.map((_, i) => values[(height - 1 - Math.floor(i / width)) * width + (i % width)]!);
}

/** The input has a grid, and may have units of its own. */
function inputPanel(map: Field, input: Field, shown: Shown): MapPanel {
  const [height, width] = input.shape.slice(-2) as [number, number];
  const like = shownLike(shown, input);
  const { axes } = mapAxes(input);
  const values = scaled(rowsAs(map, input), like.factor);
  return { title: titled("input", like, shown), values, height, width, ...(axes && { axes }) };
}

/** In which units values are drawn. */
interface Shown {
  readonly units: string;
  readonly factor: number;
  readonly rain: boolean;
  /** That each value of rain stands for, as far as the times show it. */
  readonly seconds?: number | undefined;
}

/** A field beside it in the same units where that needs no length of time, else in its own. */
function shownLike(shown: Shown, other: Field): Shown {
  const own = shownAs(other);
  if (!shown.rain || !own.rain || own.units === shown.units) return own;
  const to = { mm: "mm", "mm/h": "mm h-1", "mm/day": "mm day-1" }[shown.units]!;
  const same = precipitationUnits(other.units).kind === precipitationUnits(to).kind;
  return same ? { ...shown, factor: precipitationFactor(other.units, to) } : own;
}

/** Rates of rain in mm/day, or mm/h where the file has them; amounts in mm; all else as it is. */
export function shownAs(field: LazyField | Field): Shown {
  const { units } = field;
  if (units === undefined || rainFinding(field).is !== "rain") return { units: units ?? "", factor: 1, rain: false };
  const hourly = /h-1|\/h/.test(units);
  const to = precipitationUnits(units).kind === "amount" ? "mm" : hourly ? "mm h-1" : "mm day-1";
  const said = { mm: "mm", "mm h-1": "mm/h", "mm day-1": "mm/day" }[to];
  return { units: said, factor: precipitationFactor(units, to), rain: true, seconds: valueSpan(field) };
}

function extent(panels: readonly MapPanel[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of panels) {
    for (let i = 0; i < values.length; i++) {
      if (values[i]! < low) low = values[i]!;
      if (values[i]! > high) high = values[i]!;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
