/** Maps of a field along time: members, their mean and spread, and what else is to be seen beside them. */
import { saysRain } from "../generative/verification/index.ts";
import type { LazyField } from "../io/dataset/index.ts";
import {
  type Field,
  instantsOf,
  isoOf,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
  timeUnitsOf,
} from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";
import { type MapPanel, mapFigure, rainScale, smoothScale } from "../report/index.ts";
import { mapAxes } from "./map-axes.ts";

/** A picture of one time. */
export interface DrawnTime {
  /** The picture. */
  readonly svg: string;
  /** What is seen. */
  readonly alt: string;
  /** Of all values that are there. */
  readonly sum: number;
}

/** What can be drawn of a field. */
export interface FieldMaps {
  /** A date or a position for each time; one for a field without times. */
  readonly labels: readonly string[];
  /** Size of the ensemble; 1 for a field without members. */
  readonly members: number;
  /** Draws the maps of a time, so many in a row, three by default. `truth` is one map on the same grid. */
  draw(
    time: number,
    options: { readonly members: number; readonly truth?: Field; readonly columns?: number },
  ): Promise<DrawnTime>;
}

/**
 * What can be drawn of a field, one time at once: a rain scale for precipitation, in units for the eye.
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
  return {
    labels,
    members: Math.max(1, field.shape.reduce((a, b) => a * b, 1) / (cells * count)),
    async draw(k, { members, truth, columns = 3 }) {
      const map = await mapAt(field, k);
      return {
        sum: sumOf(map.values),
        ...drawn(map, { members, columns, label: labels[k]!, shown, ...(truth && { truth }) }),
      };
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
  if (axis === undefined) return [];
  if (!/\ssince\s/i.test(textOf(axis.attributes, "units") ?? "")) return Array.from(axis.values, (_, k) => `time ${k}`);
  const unitsOf = timeUnitsOf(axis);
  return Array.from(instantsOf(axis), (instant) =>
    isoOf(instant, unitsOf)
      .replace("T", " ")
      .replace(/ 00:00:00$/, ""),
  );
}

export async function mapAt(field: LazyField, k: number): Promise<Field> {
  const dim = field.dimOf("time");
  return (dim === undefined ? field : field.isel({ [dim]: [k, k + 1] })).load();
}

interface Drawing {
  readonly members: number;
  readonly columns: number;
  readonly label: string;
  readonly shown: Shown;
  readonly truth?: Field;
}

/** Members, their mean and spread, and the truth. */
function drawn(
  map: Field,
  { members, columns, label, shown, truth }: Drawing,
): { readonly svg: string; readonly alt: string } {
  const [height, width] = map.shape.slice(-2) as [number, number];
  const cells = height * width;
  const count = map.values.length / cells;
  const panel = (title: string, values: ArrayLike<number>): MapPanel => ({ title, values, height, width });
  const member = (m: number) => map.values.subarray(m * cells, (m + 1) * cells);
  const over = (of: (values: readonly number[]) => number) =>
    Float64Array.from({ length: cells }, (_, i) =>
      of(Array.from({ length: count }, (_, m) => map.values[m * cells + i]!)),
    );
  const mean = over((v) => v.reduce((a, b) => a + b, 0) / count);
  const spread = over((v) => {
    const middle = v.reduce((a, b) => a + b, 0) / count;
    return Math.sqrt(v.reduce((sum, x) => sum + (x - middle) ** 2, 0) / (count - 1));
  });
  const largest = (values: ArrayLike<number>) =>
    Array.from(values).reduce((top, v) => (Number.isNaN(v) ? top : Math.max(top, v)), 0);
  const scaled = (values: ArrayLike<number>) =>
    shown.factor === 1 ? values : Float64Array.from(values, (v) => v * shown.factor);
  const panels = [
    ...Array.from({ length: Math.min(members, count) }, (_, m) =>
      panel(count > 1 ? `member ${m}` : "field", scaled(member(m))),
    ),
    ...(count > 1 ? [panel(`mean of ${count}`, scaled(mean)), panel("spread", scaled(spread))] : []),
    ...(truth && truth.values.length === cells ? [panel("truth", scaled(truth.values))] : []),
  ];
  const [low, high] = extent(panels);
  const svg = mapFigure({
    panels,
    scale: shown.rain
      ? rainScale(shown.units === "mm/h" ? {} : { first: 0.5 })
      : smoothScale(low, high > low ? high : low + 1),
    units: shown.units,
    columns: Math.min(columns, panels.length),
    panelSize: 300,
    ...mapAxes(map),
  });
  const most = `largest value ${Number((shown.factor * largest(map.values)).toPrecision(3))} ${shown.units}`;
  const true_ = truth ? `, in the truth ${Number((shown.factor * largest(truth.values)).toPrecision(3))}` : "";
  return { svg, alt: `Maps of ${label}: ${panels.map(({ title }) => title).join(", ")}; ${most}${true_}` };
}

/** In which units values are drawn. */
interface Shown {
  readonly units: string;
  readonly factor: number;
  readonly rain: boolean;
}

/** Rates of rain in mm/day, or mm/h where the file has them; amounts in mm; all else as it is. */
function shownAs(field: LazyField): Shown {
  const { units } = field;
  if (units === undefined || saysRain(field) !== true) return { units: units ?? "", factor: 1, rain: false };
  const hourly = /h-1|\/h/.test(units);
  const to = precipitationUnits(units).kind === "amount" ? "mm" : hourly ? "mm h-1" : "mm day-1";
  const said = { mm: "mm", "mm h-1": "mm/h", "mm day-1": "mm/day" }[to];
  return { units: said, factor: precipitationFactor(units, to), rain: true };
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
