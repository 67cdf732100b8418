/** The function `calibrateAmplitude`: one number of a model, fitted to measurements. */
import { abortSignal, among, callback, checkOptions, either, type OptionChecks } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { crpsField } from "../../verification/scores/index.ts";
import { type EnsembleOptions, ensembleChecks } from "../ensemble/ensemble.ts";
import { cutBlock } from "../model/cut-off.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { chosenFactor, textureOfFrame } from "../model/input-scale.ts";
import { blockSource } from "../sampling/block-source.ts";
import { CUT_OFFS, type CutSums, fitCutOff, type WetReadings, type WetShares } from "./cut-off.ts";
import { errorsCheck, errorVariance, type GaugeErrors, usualErrors } from "./errors.ts";
import { type Fit, fitAmplitude, LIMITS, logRatio, type ReadingScores, rootOf } from "./fit.ts";
import { placeAt, type ReadWindow, readWindows } from "./readings.ts";

/** Options of {@link calibrateAmplitude}. */
export interface CalibrateOptions
  extends Pick<
    EnsembleOptions,
    | "factor"
    | "seed"
    | "evaluations"
    | "interval"
    | "units"
    | "clipNegative"
    | "archive"
    | "force"
    | "signal"
    | "onProgress"
    | "onNotice"
  > {
  /**
   * Errors of the readings as measurements of a cell; "none" for values that are of cells. @defaultValue of stations 0.1 mm, 10 % and
   * of a point in a cell of 1 km over an hour 10 %; of maps "none"
   */
  readonly errors?: GaugeErrors | "none";
}

const { factor, seed, evaluations, interval, units, clipNegative, archive, force } = ensembleChecks;
const checks: OptionChecks<CalibrateOptions> = {
  ...{ factor, seed, evaluations, interval, units, clipNegative, archive, force },
  ...{ signal: abortSignal, onProgress: callback, onNotice: callback, errors: either(among("none"), errorsCheck) },
};

/** An amplitude and a cut-off that are fitted to readings, and how well the amplitude is known. */
export interface AmplitudeCalibration extends Fit {
  /** Readings that were compared. */
  readonly readings: number;
  /** Number of their times. */
  readonly times: number;
  /** True for readings of gauges, whose errors were counted as spread. */
  readonly points: boolean;
  /** Unit of the CRPS, that of the input. */
  readonly units: string | undefined;
  /** Amplitudes that were drawn; between them all is interpolated. */
  readonly drawn: readonly ({ readonly amplitude: number } & ReadingScores)[];
  /** Least value of the archive besides 0, in the input's units, which members have in all scores but `before`; 0 for none. */
  readonly cutOff: number;
  /** Shares of readings and members that are wet. */
  readonly wet: WetShares;
}

/** Members of each window. */
const MEMBERS = 4;
/** Most cut-offs that an amplitude is fitted with: each changes the other a little. */
const MOST_ROUNDS = 4;
/** From one amplitude that is drawn to the next. */
const STEP = 1.2;
/** A fit is refused where spread over skill is not calibrated afterwards in so many cases. */
const LEAST_SURE = 0.8;
/** A fit is refused with fewer independent readings: of 50 random wet cells, a third of the amplitudes were wrong. */
const LEAST_EFFECTIVE = 100;
/**
 * Squares of a reading count over the coarse rain there and this share of its mean. Variances of rain grow with it, so
 * that without weights the few heaviest readings decide.
 */
const LEAST_RAIN = 0.3;
/** A fit is refused where errors of the readings alone are such a share of the squared errors: it would be a fit of these errors. */
const MOST_ERRORS = 0.5;
/** A fit is refused with fewer times or regions: the bootstrap knows nothing then. */
const LEAST_GROUPS = 8;

/**
 * Fits the amplitude of a model's first noise to measurements, so that the spread of members is their skill, and the cut-off of their
 * archive, so that as many members are wet. The cut-off is chosen among 0 and 0.5 to 32 thresholds of dry, and is 0 where it is no better on
 * readings that it was not fitted to. They are fitted where the coarse rain is wet, in windows around the readings, of which at most 800 are drawn (of maps 200).
 *
 * @param input - the coarse field, as of `downscale`
 * @param truth - measurements at stations as of `readStations`, or maps on the fine grid, at some of the input's times
 * @throws DomainError where the readings do not determine it: they are worth fewer than 100 independent ones, or spread over skill
 *   would be within 0.8 to 1.25 in fewer than 80 of 100 redraws of blocks of times and of regions of 64 fine cells; where errors of
 *   the readings are half or more of the squared errors; where no amplitude from 0.5 to 2 is the right one; OptionsError for models without block means; as `downscale`
 */
export async function calibrateAmplitude(
  model: Downscaler,
  input: Field | LazyField,
  truth: Field | LazyField,
  options: CalibrateOptions = {},
): Promise<AmplitudeCalibration> {
  checkOptions("calibrateAmplitude", options, checks);
  const { configuration } = model;
  if (!configuration.blocks) {
    const what = "the model was trained with fields of its own; an amplitude is fitted to models of block means";
    throw new OptionsError(`calibrateAmplitude: ${what}`, "model", configuration.targets[0]!.name);
  }
  const { seed = 0, errors, signal, onProgress, ...reading } = options;
  const refined = chosenFactor("calibrateAmplitude", configuration, options.factor);
  const source = await blockSource(model, input, { ...reading, seed, members: MEMBERS, missing: "propagate" });
  const found = await readWindows(source, lazyField(truth), refined, defined({ interval: options.interval }));
  const groups = Math.max(found.times, found.regions);
  if (groups < LEAST_GROUPS) {
    const what = `${found.readings} readings are of ${groups} times or regions of 64 fine cells`;
    throw tooFew(`${what}; expected ${LEAST_GROUPS} or more`, groups);
  }
  const own = errors ?? (found.points ? usualErrors : "none");
  let done = 0;
  const draw = async (amplitude: number): Promise<WindowSums> => {
    return drawWindows(model, source, found.windows, {
      ...{ amplitude, seed, factor: refined, groups: found.groups.length },
      ...{ errors: own === "none" ? { absolute: 0, relative: 0, point: 0 } : own },
      ...defined({ evaluations: options.evaluations }),
      onWindow() {
        signal?.throwIfAborted();
        done++;
        // Amplitudes are drawn one after the other until one is too wide and one too narrow.
        onProgress?.({ done, total: Math.max(2, Math.ceil(done / found.windows.length)) * found.windows.length });
      },
    });
  };
  const draws: WindowSums[] = [await draw(1)];
  const [first] = draws as [WindowSums];
  const sumsOf = (cut: number) => draws.map((one) => one.cut[cut]!);
  if (!Number.isFinite(logRatio(first.cut[0]!))) {
    throw tooFew("members have no spread or no error at the readings", logRatio(first.cut[0]!));
  }
  const share = first.errors / first.cut[0]!.squared.reduce((a, b) => a + b, 0);
  if (share >= MOST_ERRORS) {
    const what = `errors of the readings alone are ${Math.round(100 * share)} % of the squared errors of the members there, expected less than ${100 * MOST_ERRORS}`;
    const way =
      'give sums over longer intervals, of which errors are a smaller share, or errors "none" (`--readings cells`) for values of cells';
    throw new DomainError(`calibrateAmplitude: ${what}; ${way}`, share);
  }
  /** Draws amplitudes from 1 on until one is too wide and one too narrow. */
  const bracket = async (cut: number): Promise<number> => {
    const up = logRatio(first.cut[cut]!) < 0;
    const at = (n: number) => (up ? STEP ** n : STEP ** -n);
    for (let n = 1; ; n++) {
      const known = draws.find(({ amplitude }) => amplitude === at(n));
      const one = known ?? (await draw(at(n)));
      if (known === undefined) draws.push(one);
      const isWithin = at(n + 1) <= LIMITS[1] && at(n + 1) >= LIMITS[0];
      if (logRatio(one.cut[cut]!) < 0 !== up || !isWithin) break;
    }
    draws.sort((a, b) => a.amplitude - b.amplitude);
    return Math.min(Math.max(rootOf(sumsOf(cut)), draws[0]!.amplitude), draws.at(-1)!.amplitude);
  };
  const wetAt = (amplitude: number, given?: number) => {
    const cuts = CUT_OFFS.map((_, n) => sumsOf(n));
    return fitCutOff(cuts, first.readings, found, { amplitude, ...defined({ given }) });
  };
  // Both depend on each other: no cut-off first, then in turns until it stays.
  let [cut, rounds] = [0, 0];
  let wet = wetAt(await bracket(cut));
  while (wet.chosen !== cut && ++rounds < MOST_ROUNDS) {
    cut = wet.chosen;
    wet = wetAt(await bracket(cut));
  }
  wet = wetAt(await bracket(cut), cut);
  const drawn = sumsOf(cut);
  if (LIMITS.includes(rootOf(drawn))) {
    const last = logRatio(drawn[0]!) > 0 ? drawn[0]! : drawn.at(-1)!;
    const what = `spread over skill is ${Math.exp(logRatio(last)).toFixed(2)} with the amplitude ${last.amplitude.toFixed(2)}`;
    const way = `no amplitude calibrates the model at these ${found.readings} readings: see that their places, times and units are the input's`;
    throw new DomainError(`calibrateAmplitude: ${what}, expected 1; ${way}`, Math.exp(logRatio(last)));
  }
  const fit = fitAmplitude(drawn, found, { variance: first.cut[cut]!.variance, seed });
  if (!(fit.sure >= LEAST_SURE && fit.effective >= LEAST_EFFECTIVE)) {
    const counts = `${found.readings} readings of ${found.times} times are worth ${Math.round(fit.effective)} independent ones, expected ${LEAST_EFFECTIVE}`;
    const then = `spread over skill would be within 0.8 to 1.25 in ${Math.round(100 * fit.sure)} of 100 cases, expected ${100 * LEAST_SURE}`;
    throw tooFew(`${counts}; with the amplitude ${fit.amplitude.toFixed(2)} ${then}`, fit.effective);
  }
  const scale = source.scale ?? 1;
  const { readings, times, points } = found;
  const scoresOf = (one: CutSums): ReadingScores => ({
    spreadSkill: Math.exp(logRatio(one)),
    crps: one.crps.reduce((a, b) => a + b, 0) / readings,
  });
  const inUnits = ({ spreadSkill, crps }: ReadingScores) => ({ spreadSkill, crps: crps * scale });
  const { chosen: _, ...shares } = wet;
  return {
    ...fit,
    ...{ before: inUnits(scoresOf(first.cut[0]!)), after: inUnits(fit.after), heldOut: inUnits(fit.heldOut) },
    ...{ readings, times, points, units: source.template.units },
    cutOff: CUT_OFFS[cut]! * first.dry * scale,
    wet: shares,
    drawn: drawn.map((one) => ({ amplitude: one.amplitude, ...inUnits(scoresOf(one)) })),
  };
}

function tooFew(what: string, value: number): DomainError {
  return new DomainError(`calibrateAmplitude: ${what}; give more times or stations, best of several events`, value);
}

interface WindowSums {
  readonly amplitude: number;
  /** Of the members with each of {@link CUT_OFFS}. */
  readonly cut: readonly CutSums[];
  readonly readings: WetReadings;
  /** Variances of the readings' errors beside members without a cut-off, weighted as the squares. */
  readonly errors: number;
  /** Threshold of dry, mm/h. */
  readonly dry: number;
}

async function drawWindows(
  model: Downscaler,
  source: Awaited<ReturnType<typeof blockSource>>,
  windows: readonly ReadWindow[],
  o: {
    readonly amplitude: number;
    readonly seed: number;
    readonly factor: number;
    readonly groups: number;
    readonly errors: GaugeErrors;
    readonly evaluations?: number;
    onWindow(): void;
  },
): Promise<WindowSums> {
  const empty = () => new Float64Array(o.groups);
  const all = CUT_OFFS.map(() => ({ expected: empty(), squared: empty(), crps: empty(), wet: empty() }));
  const readings = { all: empty(), wet: empty() };
  let [dry, errors] = [0, 0];
  const rains = windows.flatMap(({ rain }) => rain);
  const least = (LEAST_RAIN * rains.reduce((a, b) => a + b, 0)) / rains.length;
  const each = CUT_OFFS.map((): [expected: number, squared: number][] => []);
  let held: { readonly time: number; readonly frame: Awaited<ReturnType<typeof source.read>> } | undefined;
  for (const window of windows) {
    const { time, group, at, truth, rain } = window;
    if (held?.time !== time) held = { time, frame: await source.read(placeAt(source.reads[0]!, time)) };
    const { input, how } = held.frame;
    const coarse = input as ShapedArray;
    const texture = textureOfFrame(coarse, how.place?.interval);
    const { values, height, width } = await model.sample(cut(coarse, window), {
      ...how,
      ...{ members: MEMBERS, seed: o.seed, amplitude: (how.amplitude ?? 1) * o.amplitude },
      ...{ origin: [how.origin![0] + window.top * o.factor, how.origin![1] + window.left * o.factor] },
      ...defined({ texture, evaluations: o.evaluations }),
    });
    const error = errorVariance(o.errors, how.place ?? {}, o.factor);
    dry = rainLimits(how.place?.interval).wet;
    const isWet = (v: number) => Math.fround(v) >= Math.fround(dry);
    const grid = { factor: o.factor, width };
    const blocks = new Set(at.map((i) => blockOf(i, grid)));
    for (const [k, sums] of all.entries()) {
      const drawn = new Float64Array(at.length * MEMBERS);
      for (let member = 0; member < MEMBERS; member++) {
        const image = values.slice(member * height * width, (member + 1) * height * width);
        if (k > 0) for (const block of blocks) cutBlock(image, block, CUT_OFFS[k]! * dry, grid);
        for (const [n, i] of at.entries()) drawn[n * MEMBERS + member] = image[i]!;
      }
      const scores = crpsField(
        { values: drawn, shape: [at.length, MEMBERS] },
        { values: Float64Array.from(truth), shape: [at.length] },
      );
      for (const [n, value] of truth.entries()) {
        const own = drawn.subarray(n * MEMBERS, (n + 1) * MEMBERS);
        const mean = own.reduce((a, b) => a + b, 0) / MEMBERS;
        const variance = own.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (MEMBERS - 1);
        const ofReading = error(own.reduce((sum, v) => sum + v * v, 0) / MEMBERS);
        const weight = 1 / (rain[n]! + least);
        const expected = weight * ((1 + 1 / MEMBERS) * variance + ofReading);
        const squared = weight * (mean - value) ** 2;
        if (k === 0) errors += weight * ofReading;
        each[k]!.push([expected, squared]);
        sums.expected[group]! += expected;
        sums.squared[group]! += squared;
        sums.crps[group]! += scores[n]!;
        sums.wet[group]! += own.filter(isWet).length / MEMBERS;
      }
    }
    readings.all[group]! += truth.length;
    readings.wet[group]! += truth.filter(isWet).length;
    o.onWindow();
  }
  const { amplitude } = o;
  const summed = all.map((sums, k) => ({ amplitude, ...sums, variance: varianceOf(each[k]!) }));
  return { amplitude, cut: summed, readings, errors, dry };
}

/** Mean square of a reading's share in ln(spread over skill), times the number of readings. */
function varianceOf(each: readonly (readonly [expected: number, squared: number])[]): number {
  const meanOf = (k: 0 | 1) => each.reduce((sum, one) => sum + one[k], 0) / each.length;
  const [expected, squared] = [meanOf(0), meanOf(1)];
  return each.reduce((sum, [e, s]) => sum + ((e / expected - s / squared) / 2) ** 2, 0) / each.length;
}

/** Number of the block of a fine cell. */
function blockOf(at: number, { factor, width }: { readonly factor: number; readonly width: number }): number {
  return Math.floor(at / width / factor) * (width / factor) + Math.floor((at % width) / factor);
}

function cut({ values, shape }: ShapedArray, { top, left, rows, columns }: ReadWindow): ShapedArray {
  const width = shape[1]!;
  const out = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const from = (top + row) * width + left;
    out.set(values.subarray(from, from + columns), row * columns);
  }
  return { values: out, shape: [rows, columns] };
}
