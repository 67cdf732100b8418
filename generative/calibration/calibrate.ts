/** The function `calibrateAmplitude`: one number of a model, fitted to measurements. */
import { abortSignal, among, callback, checkOptions, either, type OptionChecks } from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { type LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { crpsField } from "../../verification/scores/index.ts";
import { type EnsembleOptions, ensembleChecks } from "../ensemble/ensemble.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { chosenFactor, textureOfFrame } from "../model/input-scale.ts";
import { blockSource } from "../sampling/block-source.ts";
import { errorsCheck, errorVariance, type GaugeErrors, usualErrors } from "./errors.ts";
import { type Fit, fitAmplitude, type GroupSums, LIMITS, logRatio, type ReadingScores, rootOf } from "./fit.ts";
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

/** An amplitude that is fitted to readings, and how well it is known. */
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
}

/** Members of each window. */
const MEMBERS = 4;
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
/** A fit is refused with fewer times or regions: the bootstrap knows nothing then. */
const LEAST_GROUPS = 8;

/**
 * Fits the amplitude of a model's first noise to measurements, so that the spread of members is their skill. It is fitted where the
 * coarse rain is wet, in windows around the readings, of which at most 800 are drawn (of maps 200).
 *
 * @param input - the coarse field, as of `downscale`
 * @param truth - measurements at stations as of `readStations`, or maps on the fine grid, at some of the input's times
 * @throws DomainError where the readings do not determine it: they are worth fewer than 100 independent ones, or spread over skill
 *   would be within 0.8 to 1.25 in fewer than 80 of 100 redraws of blocks of times and of regions of 64 fine cells; where no
 *   amplitude from 0.5 to 2 is the right one; OptionsError for models without block means; as `downscale`
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
  const first = await draw(1);
  if (!Number.isFinite(logRatio(first))) {
    throw tooFew("members have no spread or no error at the readings", logRatio(first));
  }
  const up = logRatio(first) < 0;
  const drawn: WindowSums[] = [first];
  do {
    const amplitude = up ? STEP ** drawn.length : STEP ** -drawn.length;
    drawn.push(await draw(amplitude));
  } while (
    logRatio(drawn.at(-1)!) < 0 === up &&
    (up ? STEP ** drawn.length <= LIMITS[1] : STEP ** -drawn.length >= LIMITS[0])
  );
  const last = drawn.at(-1)!;
  drawn.sort((a, b) => a.amplitude - b.amplitude);
  if (LIMITS.includes(rootOf(drawn))) {
    const what = `spread over skill is ${Math.exp(logRatio(last)).toFixed(2)} with the amplitude ${last.amplitude.toFixed(2)}`;
    const way = `no amplitude calibrates the model at these ${found.readings} readings: see that their places, times and units are the input's`;
    throw new DomainError(`calibrateAmplitude: ${what}, expected 1; ${way}`, Math.exp(logRatio(last)));
  }
  const fit = fitAmplitude(drawn, found, { variance: first.variance, seed });
  if (!(fit.sure >= LEAST_SURE && fit.effective >= LEAST_EFFECTIVE)) {
    const counts = `${found.readings} readings of ${found.times} times are worth ${Math.round(fit.effective)} independent ones, expected ${LEAST_EFFECTIVE}`;
    const then = `spread over skill would be within 0.8 to 1.25 in ${Math.round(100 * fit.sure)} of 100 cases, expected ${100 * LEAST_SURE}`;
    throw tooFew(`${counts}; with the amplitude ${fit.amplitude.toFixed(2)} ${then}`, fit.effective);
  }
  const scale = source.scale ?? 1;
  const inUnits = ({ spreadSkill, crps }: ReadingScores) => ({ spreadSkill, crps: crps * scale });
  const { readings, times, points } = found;
  return {
    ...fit,
    ...{ before: inUnits(fit.before), after: inUnits(fit.after), heldOut: inUnits(fit.heldOut) },
    ...{ readings, times, points, units: source.template.units },
    drawn: drawn.map((one) => ({
      amplitude: one.amplitude,
      ...inUnits({ spreadSkill: Math.exp(logRatio(one)), crps: one.crps.reduce((a, b) => a + b, 0) / readings }),
    })),
  };
}

function tooFew(what: string, value: number): DomainError {
  return new DomainError(`calibrateAmplitude: ${what}; give more times or stations, best of several events`, value);
}

interface WindowSums extends GroupSums {
  /** Mean square of a reading's share in ln(spread over skill), times the number of readings. */
  readonly variance: number;
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
  const sums = {
    expected: new Float64Array(o.groups),
    squared: new Float64Array(o.groups),
    crps: new Float64Array(o.groups),
  };
  const all = windows.flatMap(({ rain }) => rain);
  const least = (LEAST_RAIN * all.reduce((a, b) => a + b, 0)) / all.length;
  const each: [expected: number, squared: number][] = [];
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
    const drawn = Float64Array.from({ length: at.length * MEMBERS }, (_, i) => {
      return values[(i % MEMBERS) * height * width + at[Math.floor(i / MEMBERS)]!]!;
    });
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
      each.push([expected, squared]);
      sums.expected[group]! += expected;
      sums.squared[group]! += squared;
      sums.crps[group]! += scores[n]!;
    }
    o.onWindow();
  }
  const meanOf = (k: 0 | 1) => each.reduce((sum, one) => sum + one[k], 0) / each.length;
  const [expected, squared] = [meanOf(0), meanOf(1)];
  const variance = each.reduce((sum, [e, s]) => sum + ((e / expected - s / squared) / 2) ** 2, 0) / each.length;
  return { amplitude: o.amplitude, ...sums, variance };
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
