/** Quantile maps of every pixel of a fine grid, for each part of the year, fitted in stripes of rows that fit in memory. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { normalCdf } from "../../engine/numerics/special.ts";
import { normalField } from "../../engine/random/noise-field.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import type { Coordinate, Field } from "../../io/field/index.ts";
import type { ChangeKind } from "../../io/rain/index.ts";
import { gridOf, type RegridGrid, regridLazy } from "../../io/regrid/index.ts";
import { isColumn } from "../../io/stations/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { CoarseSource } from "../data/coarse-source.ts";
import type { YearWindows } from "../model/year-windows.ts";
import { adapted, type DryCut, dryCut, type FrequencyAdaptation, fitFrequencyAdaptation } from "./adapt-frequency.ts";
import { applyDeltaMapAt, fitDeltaMap } from "./delta-map.ts";

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
}

/** Fitted maps. */
export interface PixelMaps {
  /** Maps the fields of successive times, on the fine grid and in the units of `fine`. */
  apply(values: ArrayLike<number>, firstTime: number): Float32Array;
  /** Pixels that have observations but no maps: those beyond the coarse grid, and those with too few values. */
  readonly unknown: number;
}

/** The fewest values of a distribution. */
const fewest = 10;
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
  const [at, change] = [new Float32Array(count * quantiles), new Float32Array(count * quantiles)];
  const known = new Uint8Array(count);
  const [cutValue, cutTie, upTo] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  const seen = new Uint8Array(pixels);

  // Coarse values come with as many random numbers.
  const perRow = (leading(fine) + 2 * leading(coarse.field) + 2 * leading(input.field)) * width * 4;
  for (const [from, to] of stripes(height, Math.floor(bytes / perRow))) {
    signal?.throwIfAborted();
    const observed = (await fine.isel({ [fine.dims.at(-2)!]: [from, to] }).load()).values;
    const history = (await onto(coarse, grid, [from, to])).values;
    const projected = method === "qdm" ? (await onto(input, grid, [from, to])).values : undefined;
    const plane = (to - from) * width;
    const noise = (frame: number) => normalField({ seed, step: frame, top: from, left: 0, height: to - from, width });
    // One stream for both: a history that is mapped has the random numbers that it was fitted with.
    const adapts = kind === "multiplicative";
    const historyTies = ties(adapts ? leading(coarse.field) : 0, (n) => noise(options.frameOf.coarse(n)));
    const inputTies = ties(adapts && projected ? leading(input.field) : 0, (n) => noise(options.frameOf.input(n)));
    for (let i = 0; i < plane; i++) {
      const pixel = from * width + i;
      for (const [place, part] of used.entries()) {
        const samples = {
          observed: series(observed, plane, i, drawn.fine[part]!),
          history: series(history, plane, i, drawn.coarse[part]!),
          projected: projected && series(projected, plane, i, drawn.input[part]!),
        };
        if (samples.observed.values.length > 0) seen[pixel] = 1;
        const counts = [samples.observed, samples.history, ...(samples.projected ? [samples.projected] : [])];
        if (counts.some(({ values }, k) => values.length < (k < 2 ? fewest : 1))) continue;
        const own = place * pixels + pixel;
        known[own] = 1;
        let [was, is] = [samples.history.values, samples.projected?.values];
        let cut: DryCut | undefined;
        if (adapts) {
          const adaptation = fitFrequencyAdaptation(was, samples.observed.values, threshold);
          upTo[own] = adaptation.upTo;
          // Most models are wet too often, and nothing is to be adapted.
          if (adaptation.share > 0) {
            const past = cutSeries(samples.history, historyTies, i, adaptation);
            const now = samples.projected && cutSeries(samples.projected, inputTies, i, adaptation);
            [was, is, cut] = [past.values, now?.values, (now ?? past).cut];
          }
        }
        cutValue[own] = cut?.value ?? Number.POSITIVE_INFINITY;
        cutTie[own] = cut?.tie ?? 1;
        const map = fitDeltaMap(
          { observed: samples.observed.values, history: was, ...(is && { projected: is }) },
          { kind, quantiles, threshold },
        );
        at.set(map.at, own * quantiles);
        change.set(map.change, own * quantiles);
      }
    }
  }

  const places = new Map(used.map((part, i) => [part, i]));
  let unknown = 0;
  for (let i = 0; i < pixels; i++) if (seen[i] && used.some((_, place) => !known[place * pixels + i])) unknown++;
  const map = { kind, threshold, at, change };
  const adapts = kind === "multiplicative" && cutValue.some((value) => value < Number.POSITIVE_INFINITY);
  return {
    unknown,
    apply(values, firstTime) {
      const out = new Float32Array(values.length);
      for (let at = 0, time = firstTime; at < values.length; at += pixels, time++) {
        const place = places.get(parts[time]!)!;
        const noise = adapts
          ? normalField({ seed, step: options.frameOf.input(time), top: 0, left: 0, height, width })
          : undefined;
        for (let i = 0; i < pixels; i++) {
          const own = place * pixels + i;
          let x = known[own] ? values[at + i]! : Number.NaN;
          if (noise && x < threshold && x >= cutValue[own]!) {
            const cut = { value: cutValue[own]!, tie: cutTie[own]! };
            x = adapted(x, normalCdf(noise[i]!), cut, { threshold, upTo: upTo[own]!, share: 0 });
          }
          out[at + i] = applyDeltaMapAt(map, own * quantiles, quantiles, x);
        }
      }
      return out;
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

/** Noise of each time, made once. */
function ties(count: number, make: (time: number) => Float32Array): readonly Float32Array[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** The values of a pixel that are there, and at which times. */
function series(
  values: ArrayLike<number>,
  plane: number,
  pixel: number,
  times: Int32Array,
): { readonly values: Float64Array; readonly positions: Int32Array } {
  const [own, positions] = [new Float64Array(times.length), new Int32Array(times.length)];
  let count = 0;
  for (let k = 0; k < times.length; k++) {
    const value = values[times[k]! * plane + pixel]!;
    if (Number.isNaN(value)) continue;
    own[count] = value;
    positions[count++] = times[k]!;
  }
  return { values: own.subarray(0, count), positions: positions.subarray(0, count) };
}

/** A pixel's series with its wet share adapted. */
function cutSeries(
  { values, positions }: ReturnType<typeof series>,
  noise: readonly Float32Array[],
  pixel: number,
  adaptation: FrequencyAdaptation,
): { readonly values: Float64Array; readonly cut: DryCut } {
  const random = uniforms(noise, pixel, positions);
  const cut = dryCut(values, random, adaptation);
  return { cut, values: values.map((v, k) => adapted(v, random[k]!, cut, adaptation)) };
}

const uniforms = (noise: readonly Float32Array[], pixel: number, times: Int32Array): Float64Array =>
  Float64Array.from(times, (n) => normalCdf(noise[n]![pixel]!));
