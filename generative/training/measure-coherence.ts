/**
 * Coherence of a model's noise: the parts that stay and that move, and the correlations of both, with which the departures of members
 * from the mean of the others have the autocorrelations of the true field's departures, at fixed pixels and along the motion. The
 * first are what sums over time are made of, the second are what a film shows.
 */
import { LEAST_CARRIED, type Motion, type NoiseLink } from "../diffusion/time-noise.ts";
import { transformed } from "../model/channel.ts";
import type { MeasuredCoherence } from "../model/coherence.ts";
import type { Downscaler } from "../model/downscaler.ts";
import type { ModelInput } from "../model/images.ts";
import type { RainPlace } from "../model/spacing.ts";
import { evenly } from "../model/texture.ts";

/** One time of a {@link TimeSeries}. */
export interface TimeImage {
  readonly input: ModelInput;
  /** In the units of each target, [height, width, targets]; NaN where missing. */
  readonly truth: Float32Array;
}

/** Times that follow each other evenly, on one window. */
export interface TimeSeries {
  readonly step: number;
  readonly images: readonly TimeImage[];
  /** From each time to the next. @defaultValue none that is known */
  readonly motions?: readonly Motion[] | undefined;
  /** Global row and column of the first pixel. */
  readonly origin: readonly [number, number];
  /** Grid and interval of the coarse rain. @defaultValue not known */
  readonly place?: RainPlace;
  /** The archive that it is from. @defaultValue the model knows of none */
  readonly archive?: string | undefined;
}

/** Correlations that are drawn with; between them what follows is interpolated. */
const DRAWN = [0, 0.5, 0.8, 0.95];
const [MEMBERS, EVALUATIONS] = [4, 8];
/** Largest lag that is compared. */
const LAGS = 4;
/** Most events or regions that are measured on. */
const MOST_SERIES = 3;
/** Fewer steps make no model worth measuring. */
export const LEAST_STEPS = 100;

/**
 * @param count - of the events or regions, of which at most three are measured on
 * @param read - the series of one; undefined where it has none. Those of another step in time than the first are left out
 * @returns undefined where the series have no variation
 */
export async function measureCoherence(
  model: Downscaler,
  count: number,
  read: (n: number) => Promise<TimeSeries | undefined>,
  { seed, signal }: { readonly seed: number; readonly signal?: AbortSignal | undefined },
): Promise<MeasuredCoherence | undefined> {
  const series: TimeSeries[] = [];
  for (const n of evenly(count, MOST_SERIES)) {
    const found = await read(n);
    if (found && (series.length === 0 || found.step === series[0]!.step)) series.push(found);
  }
  const [first] = series;
  if (first === undefined) return undefined;
  const moves = series.every(({ motions }) => motions !== undefined);
  const drawn = async (correlation: number, moving: boolean) => {
    const sums = { member: new Float64Array(2 * LAGS + 1), truth: new Float64Array(2 * LAGS + 1) };
    for (const one of series) {
      signal?.throwIfAborted();
      for (const films of await departures(model, one, { correlation, moving, seed })) {
        for (const who of ["member", "truth"] as const) {
          for (let lag = 0; lag <= LAGS; lag++) sums[who][lag]! += lagged(films[who], lag);
          if (!moves) continue;
          for (let lag = 1; lag <= LAGS; lag++) sums[who][LAGS + lag]! += lagged(films[who], lag, shiftsOf(one));
        }
      }
    }
    const of = (all: Float64Array) => Array.from(all.subarray(1), (v) => v / all[0]!);
    return { member: of(sums.member), truth: of(sums.truth) };
  };
  const none = await drawn(0, false);
  const still: number[][] = [none.member];
  const moving: number[][] = [none.member];
  for (const correlation of DRAWN.slice(1)) {
    still.push((await drawn(correlation, false)).member);
    if (moves) moving.push((await drawn(correlation, true)).member);
  }
  if (![...none.truth, ...none.member].every(Number.isFinite)) return undefined;
  return { step: first.step, ...fitted(none.truth, still, moves ? moving : undefined) };
}

/**
 * The least squared misfit of autocorrelations. Those of a mixture are taken as mixed by the shares, and between the correlations that
 * were drawn with as straight.
 *
 * @param truth - at fixed pixels by lag, then along the motion
 * @param still - of members whose noise stays, by correlation
 * @param moving - of those whose noise moves
 */
export function fitted(
  truth: readonly number[],
  still: readonly (readonly number[])[],
  moving?: readonly (readonly number[])[],
): Omit<MeasuredCoherence, "step"> {
  const lags = moving === undefined ? LAGS : truth.length;
  let [best, least] = [{ share: 1, still: 0, moving: 0 }, Number.POSITIVE_INFINITY];
  const tries = Array.from({ length: Math.round(DRAWN.at(-1)! / FINE) + 1 }, (_, i) => Number((i * FINE).toFixed(2)));
  const stays = tries.map((correlation) => between(still, correlation));
  const moves = moving && tries.map((correlation) => between(moving, correlation));
  for (let tenths = moving === undefined ? 10 : 0; tenths <= 10; tenths++) {
    const share = tenths / 10;
    for (const [i, stay] of stays.entries()) {
      if (share === 0 && i > 0) continue;
      for (const [j, move] of (moves ?? [stay]).entries()) {
        if (share === 1 && j > 0) continue;
        let misfit = 0;
        for (let k = 0; k < lags; k++) misfit += (share * stay[k]! + (1 - share) * move[k]! - truth[k]!) ** 2;
        if (misfit < least) [best, least] = [{ share, still: tries[i]!, moving: tries[j]! }, misfit];
      }
    }
  }
  return best;
}

/** Steps of the correlations that are tried. */
const FINE = 0.05;

function between(drawn: readonly (readonly number[])[], correlation: number): readonly number[] {
  const after = Math.max(
    1,
    DRAWN.findIndex((one) => one >= correlation),
  );
  const [low, high] = [DRAWN[after - 1]!, DRAWN[after]!];
  const share = (correlation - low) / (high - low);
  return drawn[0]!.map((_, k) => (1 - share) * drawn[after - 1]![k]! + share * drawn[after]![k]!);
}

/** A film of departures, [times][pixels]; NaN where missing. */
type Film = readonly Float32Array[];

/** Departures of each member, and of the truth, from the mean of the other members, in units of the target's transform. */
async function departures(
  model: Downscaler,
  { images, motions, origin, archive, place }: TimeSeries,
  { correlation, moving, seed }: { readonly correlation: number; readonly moving: boolean; readonly seed: number },
): Promise<readonly { readonly member: Film; readonly truth: Film }[]> {
  const { targets } = model.configuration;
  const { transform, wetThreshold } = targets[0]!;
  const solver = { evaluations: EVALUATIONS, method: "dpm++2m" as const };
  const films = Array.from({ length: MEMBERS }, () => ({ member: [] as Float32Array[], truth: [] as Float32Array[] }));
  for (const [n, { input, truth }] of images.entries()) {
    const links: NoiseLink[] = [];
    for (let k = n, carried = 1; correlation > 0 && k > 0 && carried >= LEAST_CARRIED; k--, carried *= correlation) {
      const motion = moving ? motions?.[k - 1] : undefined;
      links.push({ frame: k - 1, correlation, ...(motion && { motion }) });
    }
    const { values } = await model.sample(input, {
      ...{ seed, frame: n, members: MEMBERS, noise: [{ share: 1, links }], origin, force: true, ...solver },
      ...(model.configuration.blocks && wetThreshold !== undefined && { wetThreshold }),
      ...(archive !== undefined && { archive }),
      ...(place && { place, factor: model.configuration.blocks!.factor }),
    });
    const each = values.length / MEMBERS;
    const pixels = each / targets.length;
    const of = (from: ArrayLike<number>, i: number) => transformed(transform, from[i]!);
    for (const [m, film] of films.entries()) {
      const [own, observed] = [new Float32Array(pixels), new Float32Array(pixels)];
      for (let i = 0; i < pixels; i++) {
        let others = 0;
        for (let k = 0; k < MEMBERS; k++) if (k !== m) others += of(values, k * each + i * targets.length);
        others /= MEMBERS - 1;
        observed[i] = of(truth, i * targets.length) - others;
        own[i] = Number.isNaN(observed[i]) ? Number.NaN : of(values, m * each + i * targets.length) - others;
      }
      film.member.push(own);
      film.truth.push(observed);
    }
  }
  return films;
}

/** Mean product of what is so many times apart, at one pixel or where the motion leads, over all pixels that have both. */
function lagged(film: Film, lag: number, shifts?: Shifts): number {
  let [sum, count] = [0, 0];
  for (let n = lag; n < film.length; n++) {
    const [now, before] = [film[n]!, film[n - lag]!];
    for (let i = 0; i < now.length; i++) {
      let at = i;
      for (let k = n - 1; shifts && k >= n - lag && at >= 0; k--) at = shifts(k, at);
      const product = at < 0 ? Number.NaN : now[i]! * before[at]!;
      if (Number.isNaN(product)) continue;
      sum += product;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Place at a time of a pixel of the time after, or −1. */
type Shifts = (time: number, pixel: number) => number;

function shiftsOf({ images, motions, origin }: TimeSeries): Shifts {
  const { input, truth } = images[0]!;
  const [rows, columns] = "values" in input ? (input.shape as [number, number]) : [input.height, input.width];
  const scale = "values" in input ? Math.sqrt(truth.length / input.values.length) : 1;
  const [height, width] = [rows * scale, columns * scale];
  return (time, pixel) => {
    const { cell, rows, columns, down, right } = motions![time]!;
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    const row = Math.min(rows - 1, Math.floor((y + origin[0]) / cell));
    const at = row * columns + Math.min(columns - 1, Math.floor((x + origin[1]) / cell));
    const [v, u] = [y - Math.round(down[at]!), x - Math.round(right[at]!)];
    return v < 0 || u < 0 || v >= height || u >= width ? -1 : v * width + u;
  };
}
