/** Readings in windows of the fine grid: a model draws there what it would draw on the whole map. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { Field, whereOf } from "../../io/field/index.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { gridOf, regridLazy } from "../../io/regrid/index.ts";
import { asColumn, atStations, stationDim } from "../../io/stations/index.ts";
import { commonTimes } from "../../verification/matching/index.ts";
import { coarseSource } from "../data/coarse-source.ts";
import { placeOf, rateUnits } from "../data/read-rain.ts";
import { isOff, kilometresOf } from "../model/spacing.ts";
import { evenly } from "../model/texture.ts";
import type { ModelFrame, ModelSource } from "../sampling/model-source.ts";

/**
 * Fine cells along a side of the part of a window that has readings, at least one coarse cell, and most windows that are drawn: those of
 * maps have many readings.
 */
const CORES = { points: { core: 1, most: 800 }, maps: { core: 16, most: 200 } } as const;
/** Fine cells around that part; crops of training have 48 along a side. */
const MARGIN = 16;
/** Most times that are looked through. */
const MOST_TIMES = 300;
/** Fine cells along a side of a region, whose readings are one group where there are few times. */
const REGION = 64;

/** A window of one time. */
export interface ReadWindow {
  /** Position of its time along the input. */
  readonly time: number;
  /** First coarse row and column, and numbers of them. */
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  /** Position of each reading among the window's fine cells. */
  readonly at: readonly number[];
  /** Readings in mm/h. */
  readonly truth: readonly number[];
  /** Coarse rain there, in mm/h. */
  readonly rain: readonly number[];
  /** Group that they belong to. */
  readonly group: number;
}

/** Readings of one time and one region, which depend on each other; so do groups of one time, and groups of one region. */
export interface Group {
  readonly time: number;
  readonly region: number;
}

export interface ReadWindows {
  /** By time. */
  readonly windows: readonly ReadWindow[];
  /** Time and region of each group. */
  readonly groups: readonly Group[];
  readonly readings: number;
  readonly times: number;
  readonly regions: number;
  /** True where they are of gauges; else they are those of cells. */
  readonly points: boolean;
}

/** Reader of the truth of one time: mm/h of each fine cell that has a reading. */
type ReadTruth = (position: number) => Promise<ReadonlyMap<number, number>>;

/** A place along the leading dimensions of an input, by its position along time. */
export const placeAt = (input: LazyField, position: number): readonly number[] =>
  input.dimOf("time") === undefined ? [] : [position];

/**
 * Windows with readings where the coarse rain is wet, spread evenly over times and places.
 *
 * @throws ShapeError, DomainError where truth and input have no times or cells in common
 */
export async function readWindows(
  source: ModelSource,
  truth: LazyField,
  factor: number,
  options: { readonly interval?: number | "time"; readonly onNotice?: (line: string) => void },
): Promise<ReadWindows> {
  const [input] = source.reads as [LazyField];
  if (input.dims.length > (input.dimOf("time") === undefined ? 2 : 3)) {
    const hint = "select one position of the others";
    throw new ShapeError(`calibrateAmplitude: ${whereOf(input)}`, "time, y and x", input.dims.join(", "), hint);
  }
  const points = stationDim(truth) !== undefined;
  const read = points ? stationTruth(source.grid!, truth, options) : mapTruth(source.grid!, truth, factor, options);
  const roles = { caller: "calibrateAmplitude", forecast: "input", truth: "truth" };
  const common = commonTimes(input, truth, "value", roles);
  const chosen = evenly(common.length, MOST_TIMES).map((n) => common[n]!);
  const { core, most } = CORES[points ? "points" : "maps"];
  const found: Omit<ReadWindow, "group">[] = [];
  for (const { forecast, truth: position } of chosen) {
    const frame = await source.read(placeAt(input, forecast));
    found.push(...windowsOf(frame, await read(position), { factor, core, time: forecast }));
  }
  if (found.length === 0) {
    const hint = "it needs readings inside of the input's cells where these are wet";
    throw new DomainError(`calibrateAmplitude: ${whereOf(truth)} has no reading in wet cells; ${hint}`, 0);
  }
  return grouped(
    evenly(found.length, most).map((n) => found[n]!),
    { columns: source.grid!.shape[1]!, factor, points },
  );
}

function windowsOf(
  { input, how }: ModelFrame,
  truth: ReadonlyMap<number, number>,
  { factor, time, core: side }: { readonly factor: number; readonly time: number; readonly core: number },
): readonly Omit<ReadWindow, "group">[] {
  const { values, shape } = input as ShapedArray;
  const [height, width] = shape as [number, number];
  const { wet } = rainLimits(how.place?.interval);
  const [core, margin] = [Math.ceil(side / factor), Math.ceil(MARGIN / factor)];
  const tiles = new Map<number, { readonly at: number; readonly value: number; readonly rain: number }[]>();
  const across = Math.ceil(width / core);
  for (const [at, value] of truth) {
    const [row, column] = [Math.floor(at / (width * factor)), at % (width * factor)];
    const [cellRow, cellColumn] = [Math.floor(row / factor), Math.floor(column / factor)];
    const rain = values[cellRow * width + cellColumn]!;
    if (!(rain >= wet)) continue;
    const tile = Math.floor(cellRow / core) * across + Math.floor(cellColumn / core);
    tiles.set(tile, [...(tiles.get(tile) ?? []), { at, value, rain }]);
  }
  return [...tiles]
    .sort(([a], [b]) => a - b)
    .map(([tile, readings]) => {
      const from = (n: number) => Math.max(0, n * core - margin);
      const [top, left] = [from(Math.floor(tile / across)), from(tile % across)];
      const rows = Math.min(height, (Math.floor(tile / across) + 1) * core + margin) - top;
      const columns = Math.min(width, ((tile % across) + 1) * core + margin) - left;
      const inWindow = (at: number) => {
        const [row, column] = [Math.floor(at / (width * factor)), at % (width * factor)];
        return (row - top * factor) * columns * factor + column - left * factor;
      };
      return {
        ...{ time, top, left, rows, columns },
        at: readings.map(({ at }) => inWindow(at)),
        truth: readings.map(({ value }) => value),
        rain: readings.map(({ rain }) => rain),
      };
    });
}

/** Groups by times and regions. */
function grouped(
  windows: readonly Omit<ReadWindow, "group">[],
  { columns, factor, points }: { readonly columns: number; readonly factor: number; readonly points: boolean },
): ReadWindows {
  const across = Math.ceil(columns / REGION);
  const regionOf = ({ top, left }: (typeof windows)[number]) =>
    Math.floor((top * factor) / REGION) * across + Math.floor((left * factor) / REGION);
  const numbered = (keys: readonly number[]) =>
    new Map([...new Set(keys)].sort((a, b) => a - b).map((key, n) => [key, n] as const));
  const times = numbered(windows.map(({ time }) => time));
  const regions = numbered(windows.map(regionOf));
  const keys = windows.map((one) => times.get(one.time)! * regions.size + regions.get(regionOf(one))!);
  const groups = numbered(keys);
  return {
    windows: windows.map((one, n) => ({ ...one, group: groups.get(keys[n]!)! })),
    groups: [...groups.keys()].map((key) => ({ time: Math.floor(key / regions.size), region: key % regions.size })),
    readings: windows.reduce((sum, { truth }) => sum + truth.length, 0),
    ...{ times: times.size, regions: regions.size, points },
  };
}

/** Readings of stations, each in the cell that holds it; of several in one cell their mean. */
function stationTruth(grid: Field, truth: LazyField, options: Parameters<typeof readWindows>[3]): ReadTruth {
  const index = new Field({
    ...{ name: "cell", dims: grid.dims, shape: grid.shape, coordinates: grid.coordinates },
    ...{
      gridMapping: grid.gridMapping,
      values: Float64Array.from({ length: grid.shape[0]! * grid.shape[1]! }, (_, i) => i),
    },
  });
  const source = coarseSource("truth", truth, rateUnits, {
    rain: true,
    missing: "propagate",
    like: asColumn(truth),
    ...options,
  });
  let cells: Promise<ArrayLike<number>> | undefined;
  return async (position) => {
    cells ??= truth.load().then(async (stations) => (await atStations(index, stations).field.load()).values);
    const where = await cells;
    const { values } = source.inUnits(await at(source.field, position));
    const read = new Map<number, number[]>();
    for (let k = 0; k < values.length; k++) {
      const cell = where[k]!;
      if (!Number.isNaN(cell) && !Number.isNaN(values[k]!)) read.set(cell, [...(read.get(cell) ?? []), values[k]!]);
    }
    return new Map([...read].map(([cell, own]) => [cell, own.reduce((a, b) => a + b, 0) / own.length]));
  };
}

/** Cells of a fine map. */
function mapTruth(
  grid: Field,
  truth: LazyField,
  factor: number,
  options: Parameters<typeof readWindows>[3],
): ReadTruth {
  const maps = truth.mapsLast();
  const [own, wanted] = [maps, grid].map((one) => {
    const cells = placeOf(one as Field, undefined).grid;
    return cells && kilometresOf(cells);
  });
  if (own !== undefined && wanted !== undefined && isOff(own, [wanted, wanted])) {
    const way = "average it to these cells (`monge convert --grid`), or choose another factor";
    const what = `calibrateAmplitude: ${whereOf(truth)} has cells of ${own.toFixed(2)} km`;
    throw new DomainError(`${what}; expected ${wanted.toFixed(2)} km, the input's by factor ${factor}; ${way}`, own);
  }
  const source = coarseSource("truth", regridLazy(maps, gridOf(grid), { method: "nearest" }), rateUnits, {
    ...{ rain: true, missing: "propagate" },
    ...options,
  });
  return async (position) => {
    const { values } = source.inUnits(await at(source.field, position));
    const known = new Map<number, number>();
    for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i]!)) known.set(i, values[i]!);
    return known;
  };
}

/** One time of a field. */
function at(field: LazyField, position: number): Promise<Field> {
  const time = field.dimOf("time");
  return (time === undefined ? field : field.isel({ [time]: position })).load();
}
