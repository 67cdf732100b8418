/** Sizes of cells and intervals of time: whether those of an input are those of training, to a fifth. */

import { among, type Check, list, optional, positive, real, record } from "../../engine/checks.ts";
import { numberText } from "../../engine/text/number.ts";

/** Sizes of the cells of a grid. */
export interface RainGrid {
  /** Of `y` and `x`. */
  readonly units: "degrees" | "m";
  /** From row to row, > 0. */
  readonly y: number;
  /** From column to column, > 0. */
  readonly x: number;
  /** Of the middle, in degrees; gives the length of a degree of longitude is. @defaultValue unknown */
  readonly latitude?: number;
}

/** Grid and interval of rain. */
export interface RainPlace {
  /** Sizes of its cells. @defaultValue unknown */
  readonly grid?: RainGrid;
  /** Seconds that a value stands for. @defaultValue unknown */
  readonly interval?: number;
}

type Range = readonly [number, number];

/** Sizes of cells that were seen. */
export interface GridRange {
  /** Of `y` and `x`. */
  readonly units: RainGrid["units"];
  /** Smallest and largest distance from row to row. */
  readonly y: Range;
  /** Smallest and largest distance from column to column. */
  readonly x: Range;
  /** Degrees; gives the length of a degree of longitude is. @defaultValue unknown */
  readonly latitude?: number;
}

/** Relative tolerance of spacing and interval. */
const TOLERANCE = 0.2;
const METRES_PER_DEGREE = 111_195;

const range = list(positive(), 2, 2);
/** Tells what is wrong with a stored {@link GridRange}. */
export const gridCheck: Check = record({
  units: among("degrees", "m"),
  y: range,
  x: range,
  latitude: optional(real(-90, 90)),
});

/** Tells what is wrong with a {@link RainPlace}. */
export const placeCheck: Check = record({
  grid: optional(
    record({ units: among("degrees", "m"), y: positive(), x: positive(), latitude: optional(real(-90, 90)) }),
  ),
  interval: optional(positive()),
});

/** Cell sizes that differ from those that were seen by more than a fifth, in words, and those that were seen. */
export function cellsOff(trained: GridRange, met: RainGrid): readonly [string, string] | undefined {
  if (!differs(trained, met)) return undefined;
  const turned = differs(trained, { ...met, y: met.x, x: met.y }) ? "" : " (are y and x exchanged?)";
  return [`cells of ${cells(asRange(met))}`, `for cells of ${cells(trained)}${turned}`];
}

/** The range of several grids; in metres where their units differ. */
export function rangeOf(grids: readonly RainGrid[]): GridRange | undefined {
  const alike = grids.every(({ units }) => units === grids[0]!.units);
  const all = alike ? grids : grids.flatMap((grid) => inMetres(asRange(grid)) ?? []);
  if (all.length === 0) return undefined;
  const latitudes = grids.flatMap(({ latitude }) => (latitude === undefined ? [] : [latitude]));
  const latitude = latitudes.reduce((a, b) => a + b, 0) / latitudes.length;
  return {
    units: all[0]!.units,
    y: extent(all.flatMap(({ y }) => y)),
    x: extent(all.flatMap(({ x }) => x)),
    ...(latitudes.length > 0 && { latitude }),
  };
}

/** Degrees are compared as degrees; with metres they are compared as such, where the latitude is known. */
function differs(trained: GridRange, met: RainGrid): boolean {
  const same = trained.units === met.units;
  const [a, b] = same ? [trained, asRange(met)] : [inMetres(trained), inMetres(asRange(met))];
  return a !== undefined && b !== undefined && (isOff(b.y[0], a.y) || isOff(b.x[0], a.x));
}

function inMetres({ units, y, x, latitude }: GridRange): GridRange | undefined {
  if (units === "m") return { units, y, x };
  if (latitude === undefined) return undefined;
  const times = (r: Range, by: number): Range => [r[0] * by, r[1] * by];
  const parallel = METRES_PER_DEGREE * Math.cos((latitude * Math.PI) / 180);
  return { units: "m", y: times(y, METRES_PER_DEGREE), x: times(x, parallel) };
}

/** One size of cells as a range. */
export const asRange = ({ y, x, ...rest }: RainGrid): GridRange => ({ ...rest, y: [y, y], x: [x, x] });
export const extent = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)];
/** True if a value lies beyond a range by more than a fifth. */
export const isOff = (value: number, [low, high]: Range): boolean =>
  !(value >= low * (1 - TOLERANCE) && value <= high * (1 + TOLERANCE));

/** A range in words, such as `0.5 to 4 km`. */
export const shown = ([low, high]: Range, unit: string): string =>
  `${low === high ? numberText(low, 3) : `${numberText(low, 3)} to ${numberText(high, 3)}`} ${unit}`;

function cells({ units, y, x }: GridRange): string {
  const scaled = (r: Range): string => {
    if (units === "degrees") return shown(r, "degrees");
    return r[0] < 1000 ? shown(r, "m") : shown([r[0] / 1000, r[1] / 1000], "km");
  };
  return `${scaled(y)} (y) by ${scaled(x)} (x)`;
}

/** Ratio of the sides up to which cells were trained on and scored. */
const MOST_RATIO = 1.5;

/** Cells that are longer than those of any training, in words; undefined where they are not, or have no known size. */
export function longCells(grid: RainGrid): string | undefined {
  const metres = inMetres(asRange(grid));
  const ratio = metres && Math.max(metres.y[0] / metres.x[0], metres.x[0] / metres.y[0]);
  if (ratio === undefined || ratio <= MOST_RATIO * (1 + 1e-3)) return undefined;
  return `its cells are ${numberText(ratio, 3)} times as long as wide; the model was trained and scored on cells of up to ${MOST_RATIO} times`;
}

/** Side of a square as large as a cell, km; undefined for degrees at an unknown latitude. */
export function kilometresOf(grid: RainGrid): number | undefined {
  const metres = inMetres(asRange(grid));
  return metres && Math.sqrt(metres.y[0] * metres.x[0]) / 1000;
}
