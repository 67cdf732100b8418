/**
 * The texture of coarse fields: how their variance falls with scale, how much of them is wet, how strong the rain is. Measured in
 * square windows in training and of an input, so that a model says where what it refines is of another kind.
 */
import { among, type Check, either, list, optional, positive, real, record } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { mean as meanOf } from "../../engine/numerics/vectors.ts";

export interface TextureOptions {
  /** Least wet value, of precipitation. @defaultValue it is none: no wet share, no intensity */
  readonly wet?: number;
  /** c of ln(1 + v/c), in which differences are taken. @defaultValue of the values themselves */
  readonly unit?: number;
}

export interface Texture {
  /** log₂ of the mean squared difference of cells two apart over that of neighbours: 0 for white noise, 2 for a smooth field. */
  readonly slope: number;
  /** Share of wet cells; 1 of what is no precipitation. */
  readonly wetShare: number;
  /** ln of the mean of wet values; 0 of what is no precipitation. */
  readonly intensity: number;
  /**
   * log₂ of the mean squared second difference of two cells over that of one: 0 for white noise, 4 for a smooth field. Unlike
   * `slope` it distinguishes steep spectra, so also a field that is smoother than its cells. @defaultValue unknown
   */
  readonly lastOctave?: number;
  /** The same of four cells over two. @defaultValue unknown, as in windows below 9 cells */
  readonly octaveBefore?: number;
}

/** A mean and a standard deviation over windows. */
export interface TextureSpread {
  readonly mean: number;
  readonly deviation: number;
}

/** The texture of training. Plain JSON. */
export interface SeenTexture extends TextureOptions {
  /** Of windows by their wet share, which the slope depends on, parted at 0.2, 0.4 and 0.7; null for too few. */
  readonly slopes: readonly (TextureSpread | null)[];
  /** Of the share of wet cells. */
  readonly wetShare: TextureSpread;
  /** Of ln of the mean of wet values. */
  readonly intensity: TextureSpread;
}

const spreadCheck = record({ mean: real(), deviation: real(0) });
/** Tells what is wrong with a stored {@link SeenTexture}. */
export const textureCheck: Check = record({
  wet: optional(positive()),
  unit: optional(positive()),
  slopes: list(either(among(null), spreadCheck), 4, 4),
  wetShare: spreadCheck,
  intensity: spreadCheck,
});

/** Cells along a side of a window, where a map has them. */
export const WINDOW = 16;
/** Least cells along a side. */
const LEAST_SIDE = 5;
/** Windows with fewer wet cells are left out, as training takes few of them. */
const LEAST_WET = 0.1;
const MOST_MISSING = 0.25;
const WET_CLASSES = [0.2, 0.4, 0.7] as const;
/** Windows below which nothing is said. */
const FEWEST = 8;
/**
 * Slopes farther than this many deviations of a window from training, in the mean over an input's windows, are of another
 * texture; and so much more for few windows. Calibrated on radar by bench/texture.ts; docs/how-to/downscaling.md has the counts.
 */
const SLOPE_OFF = 0.6;
/** The same of wet share and intensity, which change with the weather. */
const OTHERS_OFF = 3;
/** Deviations below it are rounding, or one kind of weather. */
const LEAST_DEVIATION = { slope: 0.1, wetShare: 0.1, intensity: 0.3 } as const;

/** Textures of the windows of a map: as many whole ones as fit, around its middle. @param map - [height, width]; NaN is missing */
export function texturesOf(
  map: ArrayLike<number>,
  [height, width]: readonly [number, number],
  side: number,
  { wet, unit }: TextureOptions,
): readonly Texture[] {
  const [rows, columns] = [Math.min(side, height), Math.min(side, width)];
  if (Math.min(rows, columns) < LEAST_SIDE) return [];
  const found: Texture[] = [];
  const window = new Float64Array(rows * columns);
  for (const top of starts(height, rows)) {
    for (const left of starts(width, columns)) {
      let [there, wetCells, sum] = [0, 0, 0];
      for (let i = 0; i < window.length; i++) {
        const v = map[(top + Math.floor(i / columns)) * width + left + (i % columns)]!;
        window[i] = unit === undefined ? v : Math.log1p(v / unit);
        if (Number.isNaN(v)) continue;
        there++;
        if (wet !== undefined && v < wet) continue;
        wetCells++;
        sum += v;
      }
      if (there < (1 - MOST_MISSING) * window.length || wetCells < LEAST_WET * there) continue;
      const slope = Math.log2(difference(window, columns, 2) / difference(window, columns, 1));
      if (!Number.isFinite(slope)) continue;
      const intensity = wet === undefined ? 0 : Math.log(sum / wetCells);
      const bent = (lag: number) => Math.log2(secondDifference(window, columns, lag));
      const [lastOctave, octaveBefore] = [bent(2) - bent(1), bent(4) - bent(2)];
      found.push({
        ...{ slope, wetShare: wetCells / there, intensity },
        ...(Number.isFinite(lastOctave) && { lastOctave }),
        ...(Number.isFinite(octaveBefore) && { octaveBefore }),
      });
    }
  }
  return found;
}

function starts(length: number, side: number): readonly number[] {
  const count = Math.floor(length / side);
  const first = Math.floor((length - count * side) / 2);
  return Array.from({ length: count }, (_, i) => first + i * side);
}

/** Mean squared difference of cells so far apart along rows and columns; NaN where there are none. */
function difference(window: Float64Array, columns: number, lag: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < window.length; i++) {
    for (const j of [(i % columns) + lag < columns ? i + lag : window.length, i + lag * columns]) {
      const d = window[j]! - window[i]!;
      if (!(d * d >= 0)) continue;
      sum += d * d;
      count++;
    }
  }
  return sum / count;
}

/** Mean squared second difference, over so many cells to both sides, along rows and columns; NaN where there are none. */
function secondDifference(window: Float64Array, columns: number, lag: number): number {
  let [sum, count] = [0, 0];
  for (let i = lag; i < window.length; i++) {
    for (const step of [
      (i % columns) - lag >= 0 && (i % columns) + lag < columns ? lag : window.length,
      lag * columns,
    ]) {
      const d = window[i - step]! - 2 * window[i]! + window[i + step]!;
      if (!(d * d >= 0)) continue;
      sum += d * d;
      count++;
    }
  }
  return sum / count;
}

const classOf = ({ wetShare }: Texture): number => WET_CLASSES.filter((edge) => wetShare >= edge).length;

/** Texture of the training data; undefined for too few windows. */
export function seenTexture(textures: readonly Texture[], { wet, unit }: TextureOptions): SeenTexture | undefined {
  if (textures.length < FEWEST) return undefined;
  const slopes = [0, 1, 2, 3].map((k) => {
    const own = textures.filter((one) => classOf(one) === k);
    return own.length < FEWEST ? null : spreadOf(own.map(({ slope }) => slope));
  });
  return {
    ...defined({ wet, unit }),
    slopes,
    wetShare: spreadOf(textures.map(({ wetShare }) => wetShare)),
    intensity: spreadOf(textures.map(({ intensity }) => intensity)),
  };
}

function spreadOf(values: readonly number[]): TextureSpread {
  const mean = meanOf(values);
  return { mean, deviation: Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2))) };
}

/** Differences of an input's texture from that of training, in words; empty where too little is known. */
export function textureOff(seen: SeenTexture, textures: readonly Texture[]): readonly string[] {
  const two = (v: number) => v.toFixed(2);
  const found: string[] = [];
  const like = textures.flatMap((one) => {
    const spread = seen.slopes[classOf(one)];
    return spread
      ? [{ slope: one.slope, mean: spread.mean, deviation: Math.max(spread.deviation, LEAST_DEVIATION.slope) }]
      : [];
  });
  if (like.length >= FEWEST) {
    const [slope, mean, deviation] = (["slope", "mean", "deviation"] as const).map((key) =>
      meanOf(like.map((one) => one[key])),
    ) as [number, number, number];
    const off = meanOf(like.map((one) => (one.slope - one.mean) / one.deviation));
    if (Math.abs(off) > SLOPE_OFF + 2 / Math.sqrt(like.length)) {
      const kind = off < 0 ? "rougher" : "smoother";
      found.push(
        `${kind} (slope of the variance from 1 to 2 cells ${two(slope)}, training ${two(mean)} ± ${two(deviation)})`,
      );
    }
  }
  if (seen.wet === undefined || textures.length < FEWEST) return found;
  for (const [name, words] of [
    ["wetShare", ["drier", "wetter", "wet share"]],
    ["intensity", ["weaker", "stronger", "ln of the mean of wet values"]],
  ] as const) {
    const { mean, deviation } = seen[name];
    const value = meanOf(textures.map((one) => one[name]));
    if (Math.abs(value - mean) <= OTHERS_OFF * Math.max(deviation, LEAST_DEVIATION[name])) continue;
    const [less, more, what] = words;
    found.push(`${value < mean ? less : more} (${what} ${two(value)}, training ${two(mean)} ± ${two(deviation)})`);
  }
  return found;
}

/**
 * The notice of an input whose texture is unlike.
 *
 * @param command - that tunes the model on fine data of the input's kind; undefined where none does
 */
export function textureNotice(unlike: readonly string[], command: string | undefined): string {
  const tune = command === undefined ? "" : `; where there are fine data of its kind, tune the model: ${command}`;
  return `the texture of INPUT is unlike that of training: ${unlike.join("; ")}: no score stands for it${tune}`;
}

/** Positions spread evenly over `count`, at most `most`. */
export const evenly = (count: number, most: number): readonly number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) => Math.floor(((i + 0.5) * count) / Math.min(count, most)));
