/**
 * What a model was trained for, and whether an input is of that kind. A network knows nothing of units: daily sums look to a
 * model of five-minute radar like any other numbers, and what comes out is rain that never fell so.
 */

import { among, type Check, list, optional, positive, real, record } from "../../engine/files/plain-checks.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { type StoredTiles, type TileArchive, tileOf } from "./archive/tiles.ts";
import { type Complaint, complaintsOf } from "./guards.ts";
import {
  evenly,
  type SeenTexture,
  seenTexture,
  type TextureOptions,
  textureCheck,
  texturesOf,
  WINDOW,
} from "./texture.ts";

/** Sizes of the cells of a grid. */
export interface RainGrid {
  /** Of `y` and `x`. */
  readonly units: "degrees" | "m";
  /** From row to row, > 0. */
  readonly y: number;
  /** From column to column, > 0. */
  readonly x: number;
  /** Of the middle, in degrees; tells how long a degree of longitude is. @defaultValue unknown */
  readonly latitude?: number;
}

/** What is known of rain besides its values. */
export interface RainPlace {
  /** Sizes of its cells. @defaultValue unknown */
  readonly grid?: RainGrid;
  /** Seconds that a value stands for. @defaultValue unknown */
  readonly interval?: number;
}

/** Least and greatest. */
type Range = readonly [number, number];

/** Sizes of cells that were seen. */
export interface GridRange {
  /** Of `y` and `x`. */
  readonly units: RainGrid["units"];
  /** Smallest and largest distance from row to row. */
  readonly y: Range;
  /** Smallest and largest distance from column to column. */
  readonly x: Range;
  /** Degrees; tells how long a degree of longitude is. @defaultValue unknown */
  readonly latitude?: number;
}

/** What a model was trained for. Plain JSON. */
export interface TrainedOn {
  readonly quantity: "precipitation rate";
  readonly units: "mm h-1";
  /** Largest coarse rate that was seen, mm/h. */
  readonly largest: number;
  /** Grids of the fine rain. @defaultValue unknown */
  readonly fine?: GridRange;
  /** Grids of the coarse rain. @defaultValue unknown */
  readonly coarse?: GridRange;
  /** Seconds that the values stood for. */
  readonly interval?: Range;
  /** Of the coarse rain. @defaultValue unknown, as in models of before this was stored */
  readonly texture?: SeenTexture;
}

/** How far spacing and interval may be off. */
const TOLERANCE = 0.2;
/** Rates above this many times the largest one seen are of another kind. */
export const BEYOND = 5;
const METRES_PER_DEGREE = 111_195;

const range = list(positive(), 2, 2);
/** Tells what is wrong with a stored {@link GridRange}. */
export const gridCheck: Check = record({
  units: among("degrees", "m"),
  y: range,
  x: range,
  latitude: optional(real(-90, 90)),
});

/** Tells what is wrong with a stored {@link TrainedOn}. */
export const trainedOnCheck: Check = record({
  quantity: among("precipitation rate"),
  units: among("mm h-1"),
  largest: positive(),
  fine: optional(gridCheck),
  coarse: optional(gridCheck),
  interval: optional(range),
  texture: optional(textureCheck),
});

/** Most tiles whose texture is measured. */
const MOST_TEXTURES = 500;

/** What tiles, and the places they are from, train a model for. @param how - the texture is measured */
export function trainedOn(
  archive: TileArchive | StoredTiles,
  factor: number,
  places: readonly RainPlace[],
  how: TextureOptions = { wet: 0.1, unit: 1 },
): TrainedOn {
  const { count, size } = archive;
  let largest = 0;
  for (let tile = 0; tile < count; tile++) {
    largest = blockMean(tileOf(archive, tile), 1, size, size, factor).reduce((a, b) => Math.max(a, b), largest);
  }
  const side = Math.floor(size / factor);
  const textures = evenly(count, MOST_TEXTURES).flatMap((tile) =>
    texturesOf(blockMean(tileOf(archive, tile), 1, size, size, factor), [side, side], WINDOW, how),
  );
  const texture = seenTexture(textures, how);
  const fine = rangeOf(places.flatMap(({ grid }) => (grid ? [grid] : [])));
  const times = (r: Range): Range => [r[0] * factor, r[1] * factor];
  const seconds = places.flatMap(({ interval }) => (interval === undefined ? [] : [interval]));
  return {
    quantity: "precipitation rate",
    units: "mm h-1",
    largest,
    ...(fine && { fine, coarse: { ...fine, y: times(fine.y), x: times(fine.x) } }),
    ...(seconds.length > 0 && { interval: extent(seconds) }),
    ...(texture && { texture }),
  };
}

/** How an input differs from what the model was trained for, in words; empty where nothing known does. */
export const mismatches = (trained: TrainedOn, place: RainPlace, values: ArrayLike<number>): readonly string[] =>
  unlike(trained, place, values).map(({ text }) => text);

/** The same by guards. */
export function unlike(trained: TrainedOn, place: RainPlace, values: ArrayLike<number>): readonly Complaint[] {
  const found: Complaint[] = [];
  const { coarse, interval, largest } = trained;
  if (coarse && place.grid) found.push(...complaintsOf("spacing", spacingOff(coarse, place.grid)));
  if (interval && place.interval !== undefined) {
    found.push(...complaintsOf("interval", intervalOff(interval, place.interval)));
  }
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  if (most > BEYOND * largest) {
    const text = `rates of up to ${digits(most)} mm/h, but it was trained on rates of up to ${digits(largest)} mm/h`;
    found.push({ guard: "range", text });
  }
  return found;
}

/** How cells differ from those that were seen by more than a fifth, in words; empty where they do not. */
export function spacingOff(trained: GridRange, met: RainGrid): readonly string[] {
  if (!differs(trained, met)) return [];
  const turned = differs(trained, { ...met, y: met.x, x: met.y }) ? "" : " (are y and x exchanged?)";
  return [`cells of ${cells(asRange(met))}, but it was trained for cells of ${cells(trained)}${turned}`];
}

/** How far an interval is from those that were seen, in words; empty within a fifth. */
export function intervalOff(trained: Range, met: number): readonly string[] {
  return isOff(met, trained) ? [`values over ${met} s, but it was trained for values over ${shown(trained, "s")}`] : [];
}

/** What of an input cannot be compared, because model or input do not tell. */
export function notComparable(trained: TrainedOn | undefined, place: RainPlace): readonly string[] {
  if (trained === undefined) return ["spacing", "interval", "range"];
  return [
    ...(trained.coarse && place.grid ? [] : ["spacing"]),
    ...(trained.interval && place.interval !== undefined ? [] : ["interval"]),
  ];
}

function rangeOf(grids: readonly RainGrid[]): GridRange | undefined {
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
const extent = (values: readonly number[]): Range => [Math.min(...values), Math.max(...values)];
const isOff = (value: number, [low, high]: Range): boolean =>
  !(value >= low * (1 - TOLERANCE) && value <= high * (1 + TOLERANCE));

/** Three digits. */
export const digits = (value: number): string => String(Number(value.toPrecision(3)));
const shown = ([low, high]: Range, unit: string): string =>
  `${low === high ? digits(low) : `${digits(low)} to ${digits(high)}`} ${unit}`;

function cells({ units, y, x }: GridRange): string {
  const scaled = (r: Range): string => {
    if (units === "degrees") return shown(r, "degrees");
    return r[0] < 1000 ? shown(r, "m") : shown([r[0] / 1000, r[1] / 1000], "km");
  };
  return `${scaled(y)} (y) by ${scaled(x)} (x)`;
}
