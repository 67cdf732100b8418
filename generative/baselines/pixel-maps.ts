/** Quantile maps of every pixel of a fine grid, for each part of the year, fitted in stripes of rows that fit in memory. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { sharedDoubles, sharedFloats } from "../../engine/system/crew.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Coordinate, Field } from "../../io/field/index.ts";
import type { ChangeKind } from "../../io/rain/index.ts";
import { gridOf, type RegridGrid, regridLazy } from "../../io/regrid/index.ts";
import { isColumn } from "../../io/stations/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { CoarseSource } from "../data/coarse-source.ts";
import type { YearWindows } from "../model/year-windows.ts";
import { crew, type FittedMaps, fewest, worthThreads } from "./parts.ts";

/** Series that the maps are fitted to. */
export interface MapSources {
  /** Observations on the fine grid, (time, y, x). */
  readonly fine: LazyField;
  /** The coarse data set over its history. */
  readonly coarse: CoarseSource;
  /** The series to be mapped. */
  readonly input: CoarseSource;
}

/** Options of the fit. */
export interface MapOptions {
  readonly method: "qm" | "qdm";
  readonly kind: ChangeKind;
  readonly windows: YearWindows;
  readonly quantiles: number;
  /** Multiplicative: rain below it is dry, in the units of `fine`; else 0. */
  readonly threshold: number;
  readonly seed: number;
  /** Numbers of times in their files: random numbers belong to them. */
  readonly frameOf: Readonly<Record<"coarse" | "input", (time: number) => number>>;
  readonly signal: AbortSignal | undefined;
  readonly threads: number;
}

/** Fitted maps. */
export interface PixelMaps {
  /** Maps the fields of successive times, on the fine grid and in the units of `fine`. */
  apply(values: Field["values"], firstTime: number): Promise<Float32Array>;
  /** Pixels that have observations but no maps: those beyond the coarse grid, and those with too few values. */
  readonly unknown: number;
}

/** Most numbers of all maps. */
const most = 2 ** 29;

/** @throws DomainError where a part of the year has no history; OptionsError where the maps do not fit in memory */
export async function pixelMaps(sources: MapSources, options: MapOptions, bytes = 256e6): Promise<PixelMaps> {
  const { fine, coarse, input } = sources;
  const { kind, windows, quantiles, threshold, seed, method, signal } = options;
  const [height, width] = fine.shape.slice(-2) as [number, number];
  const grid = gridOf(fine);
  const parts = windows.of(input.field);
  const used = [...new Set(parts)].sort((a, b) => a - b);
  const drawn = { fine: windows.drawn(fine), coarse: windows.drawn(coarse.field), input: windows.drawn(input.field) };
  for (const part of used) {
    for (const name of ["fine", "coarse"] as const) {
      if (drawn[name][part]!.length >= fewest) continue;
      const text = `the input has times in ${windows.nameOf(part)}, where \`${name}\` has ${drawn[name][part]!.length}`;
      const way = 'give a longer history, or take the distributions of other parts of the year (`window: "year"`)';
      throw new DomainError(`baselineDownscaler: ${text}; expected at least ${fewest}; ${way}`, part);
    }
  }
  const pixels = height * width;
  const count = used.length * pixels;
  if (2 * count * quantiles > most) {
    const text = `maps of ${pixels} pixels in ${used.length} parts of the year with ${quantiles} nodes are too many`;
    throw new OptionsError(
      `baselineDownscaler: ${text}; take fewer \`quantiles\`, or a part of the grid`,
      "quantiles",
      quantiles,
    );
  }
  const threads = leading(input.field) * pixels < worthThreads ? 1 : options.threads;
  const floats = (length: number) => sharedFloats(length, threads);
  const doubles = (length: number) => sharedDoubles(length, threads);
  const maps: FittedMaps = {
    ...{ kind, threshold, quantiles, pixels, at: floats(count * quantiles), change: floats(count * quantiles) },
    ...{ known: floats(count), cutValue: doubles(count), cutTie: doubles(count), upTo: doubles(count) },
  };
  const seen = floats(pixels);
  /** Values where all threads see them. */
  const shared = (values: Field["values"]) => {
    if (threads < 2) return values;
    const copy = values instanceof Float32Array ? floats(values.length) : doubles(values.length);
    copy.set(values);
    return copy;
  };

  const adapts = kind === "multiplicative";
  // Coarse values come with as many random numbers.
  const perRow = (leading(fine) + 2 * leading(coarse.field) + 2 * leading(input.field)) * width * 4;
  for (const [from, to] of stripes(height, Math.floor(bytes / perRow))) {
    signal?.throwIfAborted();
    const rows = { top: from, height: to - from, width };
    const observed = shared((await fine.isel({ [fine.dims.at(-2)!]: [from, to] }).load()).values);
    const history = shared((await onto(coarse, grid, [from, to])).values);
    const projected = method === "qdm" ? shared((await onto(input, grid, [from, to])).values) : undefined;
    const ties = async (frames: Float64Array): Promise<Float32Array> => {
      const out = floats(frames.length * rows.height * width);
      await crew.share({ kind: "noise", seed, frames, ...rows, out }, frames.length, threads);
      return out;
    };
    const numbers = (name: "coarse" | "input", count: number) =>
      Float64Array.from({ length: count }, (_, n) => options.frameOf[name](n));
    // One stream for both: a history that is mapped has the random numbers that it was fitted with.
    const noise = adapts && {
      history: await ties(numbers("coarse", leading(coarse.field))),
      projected: await ties(numbers("input", projected ? leading(input.field) : 0)),
    };
    const of = (name: keyof typeof drawn) => used.map((part) => drawn[name][part]!);
    const times = { observed: of("fine"), history: of("coarse"), projected: of("input") };
    const series = { observed, history, projected, times, ties: noise || undefined };
    await crew.share({ kind: "fit", maps, seen, ...rows, ...series }, rows.height, threads);
  }

  const places = new Map(used.map((part, i) => [part, i]));
  let unknown = 0;
  for (let i = 0; i < pixels; i++) if (seen[i] && used.some((_, place) => !maps.known[place * pixels + i])) unknown++;
  const isAdapted = adapts && maps.cutValue.some((value) => value < Number.POSITIVE_INFINITY);
  return {
    unknown,
    async apply(values, firstTime) {
      const count = values.length / pixels;
      const out = floats(values.length);
      const task = {
        ...({ kind: "apply", maps, seed, height, width, adapts: isAdapted, out } as const),
        values: shared(values),
        places: Int32Array.from({ length: count }, (_, n) => places.get(parts[firstTime + n]!)!),
        frames: Float64Array.from({ length: count }, (_, n) => options.frameOf.input(firstTime + n)),
      };
      await crew.share(task, count, threads);
      // What is handed out is the caller's own.
      return threads < 2 ? out : out.slice();
    },
  };
}

const leading = ({ shape }: LazyField): number => sizeOf(shape.slice(0, -2));

/** Rows [from, to) that are taken at a time: at least two, so that a grid of them has cells. */
function stripes(height: number, fitting: number): readonly (readonly [number, number])[] {
  const step = Math.max(2, fitting);
  const count = Math.max(1, Math.floor(height / step));
  return Array.from({ length: count }, (_, i) => [i * step, i === count - 1 ? height : (i + 1) * step] as const);
}

function rowsOf({ y, positions, ...grid }: RegridGrid, from: number, to: number): RegridGrid {
  const cut = (c: Coordinate): Coordinate => {
    const rows = (all: Float64Array) => {
      const each = all.length / y.values.length;
      return all.slice(each * from, each * to);
    };
    return { ...c, values: rows(c.values), ...(c.bounds && { bounds: rows(c.bounds) }) };
  };
  const [latitude, longitude] = positions ?? [];
  return { ...grid, y: cut(y), ...(latitude && longitude && { positions: [cut(latitude), cut(longitude)] }) };
}

/** All times of a coarse field on rows of the fine grid, in the units of the result; those of a column of stations are its own. */
async function onto(
  { field, inUnits }: CoarseSource,
  grid: RegridGrid,
  [from, to]: readonly [number, number],
): Promise<Field> {
  if (isColumn(field)) return inUnits(await field.isel({ [field.dims.at(-2)!]: [from, to] }).load());
  const rows = rowsOf(grid, from, to);
  return inUnits(await regridLazy(field, rows, { method: "bilinear", border: "clamp" }).load());
}
