/**
 * Scores of films: sums over time, means over areas, autocorrelation, spells, the hour of most rain. The CRPS is fair
 * (Ferro 2014), the spread over skill that of Fortin et al. (2014, doi:10.1175/JHM-D-14-0008.1).
 */
import { anything, checkOptions, list, positive } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { cellMotion } from "../../engine/numerics/cell-motion.ts";
import { mean } from "../../engine/numerics/vectors.ts";
import { precipitationUnits } from "../../io/field/index.ts";
import { type CaseMap, type Cases, type Score, wholeMap } from "../scores/cases.ts";
import { pooledQuantiles, relativeBias } from "../scores/pooled.ts";
import { spreadOverSkill } from "../scores/rank.ts";
import { cellSums } from "../tally/cells.ts";
import { ranksOf } from "../tally/field-scores.ts";
import { type AreaSet, areaMeans } from "./areas.ts";

/** Options of {@link timeScores}. */
export interface TimeScoresOptions {
  /** Durations in seconds, of any number, each a multiple of the step of the times. @defaultValue none besides that step */
  readonly accumulate?: readonly number[];
  /** Areas whose means are scored besides the cells. @defaultValue none */
  readonly areas?: readonly AreaSet[];
}

/** Levels whose bias is found. */
const quantiles = [0.99, 0.999];

/** Scores of sums of one duration, of cells or of the means of areas. */
export type SumScores = {
  /** In seconds. */
  readonly duration: number;
  /** `cells`, or the name of the areas. */
  readonly of: string;
  /** Windows side by side in time. */
  readonly windows: number;
  /** Sums that are scored, of all windows. */
  readonly count: number;
  /** Fair, of sums of amounts and of means of rates; with one member the mean absolute error. */
  readonly crps: number;
  /** NaN with one member. */
  readonly spreadSkill: number;
  /** Share of the truth in each rank among the members; where all is dry left out. */
  readonly rankHistogram: readonly number[];
  /** Quantile of all members' sums over the truth's, less 1. */
  readonly quantiles: readonly { readonly q: number; readonly bias: number }[];
  /** Mean over cells or areas of the largest sum of each: a point of the intensity–duration curve. */
  readonly maximum: { readonly truth: number; readonly forecast: number };
};

/** Scores of a film of maps. */
export type TimeScoresValue = {
  /** Most frequent seconds between times. */
  readonly step: number;
  readonly sums: readonly SumScores[];
  /**
   * Autocorrelation by lag 1, 2, … of departures from the mean of the other members, of precipitation in ln(1 + R/3w)
   * with w the wet threshold: at one place, and along the motion of the ensemble mean. Empty with fewer than three
   * members.
   */
  readonly autocorrelation: {
    readonly place: { readonly truth: readonly number[]; readonly forecast: readonly number[] };
    readonly motion: { readonly truth: readonly number[]; readonly forecast: readonly number[] };
  };
  /** Mean length of spells in seconds; those at the ends of a run of times are counted as they are. */
  readonly spells: {
    readonly wet: { readonly truth: number; readonly forecast: number };
    readonly dry: { readonly truth: number; readonly forecast: number };
  };
  /** Hour of the day whose mean over all cells and days is largest; NaN where the step is longer than six hours. */
  readonly hourOfMaximum: { readonly truth: number; readonly forecast: number };
};

/** Largest lag of the autocorrelation. */
const LAGS = 6;

/**
 * A score of films for `verify`.
 *
 * ```ts
 * const inTime = timeScores({ accumulate: [3600], areas: [squareAreas("16 km", [640, 710], [16, 16])] });
 * const { scores } = await verify(forecast, truth, { scores: [inTime] });
 * ```
 *
 * @throws OptionsError when it is found, for durations that are no multiples of the step
 */
export function timeScores(options: TimeScoresOptions = {}): Score<TimeScoresValue> {
  checkOptions("timeScores", options, { accumulate: list(positive()), areas: anything });
  return { name: "time", check: (times) => checkDurations(times, options), of: (cases) => scoresOf(cases, options) };
}

/** @throws OptionsError for a duration that is no multiple of the step */
function checkDurations(times: readonly (string | undefined)[], { accumulate = [] }: TimeScoresOptions): void {
  const step = stepOf(times.map(secondsOf));
  const odd = accumulate.find((duration) => !isWhole(duration / step));
  if (odd === undefined) return;
  const has = Number.isNaN(step) ? "needs two times, with dates" : `is no multiple of the ${step} s between the times`;
  throw new OptionsError(`verify: a duration of ${odd} s ${has}; give others`, "accumulate", odd);
}

const isWhole = (steps: number): boolean => Number.isInteger(steps) && steps >= 1;

/** Maps that follow each other by one step. */
type Run = readonly CaseMap[];

function scoresOf(cases: Cases, { accumulate = [], areas = [] }: TimeScoresOptions): TimeScoresValue {
  const { maps, members, wetThreshold } = cases;
  const seconds = maps.map(({ time }) => secondsOf(time));
  const { step, runs } = runsOf(maps, seconds);
  const durations = [...new Set([step, ...accumulate])].filter(Number.isFinite).sort((a, b) => a - b);
  const sums = durations.flatMap((duration) => {
    // The times of a part, such as one season, may lie farther apart than all of them.
    const steps = duration / step;
    const windows = isWhole(steps) ? runs.flatMap((run) => windowsOf(run, steps, cases)) : [];
    return [undefined, ...areas].map((set) => sumScores(windows, duration, set, cases, quantiles));
  });
  return {
    step,
    sums,
    autocorrelation: members < 3 ? noLags : autocorrelation(runs, cases),
    spells: wetThreshold === null ? noSpells : spells(runs, step, members),
    hourOfMaximum: step <= 6 * 3600 ? hourOfMaximum(maps) : { truth: Number.NaN, forecast: Number.NaN },
  };
}

const noLags = { place: { truth: [], forecast: [] }, motion: { truth: [], forecast: [] } };
const unknown = { truth: Number.NaN, forecast: Number.NaN };
const noSpells = { wet: unknown, dry: unknown };

/** Seconds since 1970 of an ISO date and time; NaN without one. */
function secondsOf(time: string | undefined): number {
  const found = /^(-?\d+)-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?)?/.exec(time ?? "");
  if (found === null) return Number.NaN;
  const [year, month, day, hour = 0, minute = 0, second = 0] = found.slice(1).map((text) => Number(text ?? 0));
  return Date.UTC(year!, month! - 1, day, hour, minute) / 1000 + second;
}

/** Most frequent seconds from one time to the next; NaN for fewer than two. */
function stepOf(seconds: readonly number[]): number {
  const counts = new Map<number, number>();
  for (let n = 1; n < seconds.length; n++) {
    const apart = seconds[n]! - seconds[n - 1]!;
    if (apart > 0) counts.set(apart, (counts.get(apart) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? Number.NaN;
}

function runsOf(
  maps: readonly CaseMap[],
  seconds: readonly number[],
): { readonly step: number; readonly runs: readonly Run[] } {
  const step = stepOf(seconds);
  const runs: CaseMap[][] = [];
  for (const [n, map] of maps.entries()) {
    if (n > 0 && seconds[n]! - seconds[n - 1]! === step) runs.at(-1)!.push(map);
    else runs.push([map]);
  }
  return { step, runs };
}

/** Sums of windows side by side; of rates and of what is no precipitation means. */
function windowsOf(run: Run, steps: number, { members, shape, units }: Cases): CaseMap[] {
  const size = shape.reduce((a, b) => a * b, 1);
  const scale = isAmount(units) ? 1 : 1 / steps;
  const out: CaseMap[] = [];
  for (let from = 0; from + steps <= run.length; from += steps) {
    const part = run.slice(from, from + steps);
    if (steps === 1) {
      out.push(part[0]!);
      continue;
    }
    const [seen, truth, forecast] = [new Uint16Array(size), new Float64Array(size), new Float64Array(members * size)];
    for (const map of part) {
      const cells = map.truth.length;
      for (let i = 0; i < cells; i++) {
        const at = map.positions?.[i] ?? i;
        seen[at]! += 1;
        truth[at]! += map.truth[i]! * scale;
        for (let m = 0; m < members; m++) forecast[m * size + at]! += map.forecast[m * cells + i]! * scale;
      }
    }
    const kept = Uint32Array.from(seen.keys()).filter((i) => seen[i] === steps);
    const cut = new Float64Array(members * kept.length);
    for (let m = 0; m < members; m++)
      for (const [k, i] of kept.entries()) cut[m * kept.length + k] = forecast[m * size + i]!;
    const positions = kept.length === size ? undefined : kept;
    out.push({ time: part[0]!.time, forecast: cut, truth: Float64Array.from(kept, (i) => truth[i]!), positions });
  }
  return out;
}

function isAmount(units: string | undefined): boolean {
  try {
    return precipitationUnits(units).kind === "amount";
  } catch {
    return false;
  }
}

/** A map of areas in the place of cells: those at least half of which have values. */
function ofAreas(
  { time, truth, forecast, positions }: CaseMap,
  meansOf: ReturnType<typeof areaMeans>,
  members: number,
): CaseMap {
  const own = meansOf(truth, positions);
  const kept = Uint32Array.from(own.keys()).filter((k) => !Number.isNaN(own[k]!));
  const cut = (all: Float64Array) => Float64Array.from(kept, (k) => all[k]!);
  const means = new Float64Array(members * kept.length);
  for (let m = 0; m < members; m++) {
    const values = forecast.subarray(m * truth.length, (m + 1) * truth.length);
    means.set(cut(meansOf(values, positions)), m * kept.length);
  }
  return { time, forecast: means, truth: cut(own), positions: kept };
}

function sumScores(
  windows: readonly CaseMap[],
  duration: number,
  set: AreaSet | undefined,
  { members }: Cases,
  levels: readonly number[],
): SumScores {
  const means = set && areaMeans(set);
  const maps = means === undefined ? windows : windows.map((map) => ofAreas(map, means, members));
  const largest = new Map<number, [truth: number, forecast: Float64Array]>();
  for (const { forecast, truth, positions } of maps) {
    const cells = truth.length;
    for (let i = 0; i < cells; i++) {
      const at = positions?.[i] ?? i;
      const most = largest.get(at) ?? [
        Number.NEGATIVE_INFINITY,
        new Float64Array(members).fill(Number.NEGATIVE_INFINITY),
      ];
      most[0] = Math.max(most[0], truth[i]!);
      for (let m = 0; m < members; m++) most[1][m] = Math.max(most[1][m]!, forecast[m * cells + i]!);
      largest.set(at, most);
    }
  }
  const { cells: count, crps, variance, squaredError } = cellSums(maps, members);
  const [ours, theirs] = [pooledQuantiles(maps, "forecast", levels), pooledQuantiles(maps, "truth", levels)];
  const mean = (of: (one: [number, Float64Array]) => number) =>
    [...largest.values()].reduce((sum, one) => sum + of(one), 0) / largest.size;
  return {
    ...{ duration, of: set?.name ?? "cells", windows: windows.length, count },
    crps: crps / count,
    spreadSkill: spreadOverSkill(variance, squaredError, members),
    rankHistogram: ranksOf({ maps, members }, undefined),
    quantiles: levels.map((q, k) => ({ q, bias: relativeBias(ours[k]!, theirs[k]!) })),
    maximum: { truth: mean(([truth]) => truth), forecast: mean(([, all]) => all.reduce((a, b) => a + b, 0) / members) },
  };
}

/** Departures of truth and members from the mean of the other members, by lag. */
function autocorrelation(
  runs: readonly Run[],
  { members, shape, wetThreshold }: Cases,
): TimeScoresValue["autocorrelation"] {
  const [height, width] = shape.length === 2 ? (shape as [number, number]) : [1, shape.reduce((a, b) => a * b, 1)];
  const size = height * width;
  const transform = (v: number) => (wetThreshold === null ? v : Math.log1p(v / (3 * wetThreshold)));
  const sums = { place: lagSums(), motion: lagSums() };
  const cell = Math.max(1, Math.ceil(Math.sqrt(size) / 200));
  for (const run of runs) {
    const past: { readonly departures: Departures; readonly shift: Shift | undefined }[] = [];
    let before: Float32Array | undefined;
    for (const map of run) {
      const { departures, mean } = departuresOf(map, members, size, transform);
      const cells = meansOf(mean, height, width, cell);
      const shift = before && shiftOf(before, cells.values, cells.rows, cells.columns, cell, height, width);
      before = cells.values;
      past.unshift({ departures, shift });
      if (past.length > LAGS + 1) past.pop();
      for (const [lag, { departures: earlier }] of past.entries()) {
        add(sums.place, lag, departures, earlier, undefined);
        const ways = past.slice(0, lag).map((one) => one.shift);
        if (wetThreshold !== null && ways.every((way) => way !== undefined))
          add(sums.motion, lag, departures, earlier, ways as Shift[]);
      }
    }
  }
  const of = ({ truth, forecast, counts }: LagSums) => {
    const by = (all: Float64Array) =>
      Array.from({ length: LAGS }, (_, k) => all[k + 1]! / counts[k + 1]! / (all[0]! / counts[0]!)).filter(
        Number.isFinite,
      );
    return { truth: by(truth), forecast: by(forecast) };
  };
  return { place: of(sums.place), motion: wetThreshold === null ? noLags.motion : of(sums.motion) };
}

interface Departures {
  /** [members][cells]: of the truth and of the member itself from the mean of the other members; NaN where missing. */
  readonly truth: readonly Float32Array[];
  readonly forecast: readonly Float32Array[];
}

function departuresOf(
  { truth, forecast, positions }: CaseMap,
  members: number,
  size: number,
  transform: (v: number) => number,
): { readonly departures: Departures; readonly mean: Float32Array } {
  const cells = truth.length;
  const whole = Array.from({ length: members }, (_, m) =>
    wholeMap(Float64Array.from(forecast.subarray(m * cells, (m + 1) * cells), transform), positions, size, Number.NaN),
  );
  const observed = wholeMap(Float64Array.from(truth, transform), positions, size, Number.NaN);
  const mean = new Float32Array(size);
  const [own, its] = [whole.map(() => new Float32Array(size)), whole.map(() => new Float32Array(size))];
  for (let i = 0; i < size; i++) {
    let sum = 0;
    for (const map of whole) sum += map[i]!;
    mean[i] = Number.isNaN(sum) ? 0 : sum / members;
    for (const [m, map] of whole.entries()) {
      const others = (sum - map[i]!) / (members - 1);
      own[m]![i] = map[i]! - others;
      its[m]![i] = observed[i]! - others;
    }
  }
  return { departures: { truth: its, forecast: own }, mean };
}

interface LagSums {
  readonly truth: Float64Array;
  readonly forecast: Float64Array;
  readonly counts: Float64Array;
}

const lagSums = (): LagSums => ({
  truth: new Float64Array(LAGS + 1),
  forecast: new Float64Array(LAGS + 1),
  counts: new Float64Array(LAGS + 1),
});

/** Place of a cell at the time before; −1 outside of the map. */
type Shift = (cell: number) => number;

function add(
  sums: LagSums,
  lag: number,
  now: Departures,
  before: Departures,
  ways: readonly Shift[] | undefined,
): void {
  const size = now.truth[0]!.length;
  for (let i = 0; i < size; i++) {
    let at = i;
    if (ways) for (let k = 0; k < ways.length && at >= 0; k++) at = ways[k]!(at);
    if (at < 0) continue;
    for (const [m, truth] of now.truth.entries()) {
      const product = truth[i]! * before.truth[m]![at]!;
      if (Number.isNaN(product)) break;
      sums.truth[lag]! += product;
      sums.forecast[lag]! += now.forecast[m]![i]! * before.forecast[m]![at]!;
      sums.counts[lag]! += 1;
    }
  }
}

function meansOf(values: Float32Array, height: number, width: number, cell: number) {
  if (cell === 1) return { values, rows: height, columns: width };
  const [rows, columns] = [Math.ceil(height / cell), Math.ceil(width / cell)];
  const [sums, counts] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(Math.floor(i / width) / cell) * columns + Math.floor((i % width) / cell);
    sums[at]! += values[i]!;
    counts[at]! += 1;
  }
  return { values: sums.map((v, i) => v / counts[i]!), rows, columns };
}

function shiftOf(
  before: Float32Array,
  after: Float32Array,
  rows: number,
  columns: number,
  cell: number,
  height: number,
  width: number,
): Shift {
  const { down, right } = cellMotion(before, after, rows, columns);
  return (i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
    const [v, u] = [y - Math.round(down[at]! * cell), x - Math.round(right[at]! * cell)];
    return v < 0 || u < 0 || v >= height || u >= width ? -1 : v * width + u;
  };
}

/** Mean lengths of spells of all cells that have a value at all times of a run. */
function spells(runs: readonly Run[], step: number, members: number): TimeScoresValue["spells"] {
  const found = { truth: spellSums(), forecast: spellSums() };
  for (const run of runs) {
    if (run.length < 2) continue;
    const places = run.map(({ positions, truth }) => positions ?? Uint32Array.from(truth.keys()));
    const indices = places.map((own) => new Map(Array.from(own, (at, i) => [at, i])));
    for (const at of places[0]!) {
      const own = indices.map((index) => index.get(at));
      if (own.some((i) => i === undefined)) continue;
      countSpells(
        run.map(({ truth }, n) => truth[own[n]!]! > 0),
        found.truth,
      );
      for (let m = 0; m < members; m++) {
        countSpells(
          run.map(({ forecast, truth }, n) => forecast[m * truth.length + own[n]!]! > 0),
          found.forecast,
        );
      }
    }
  }
  const length = (who: "truth" | "forecast", kind: 0 | 1) => (found[who].steps[kind]! / found[who].count[kind]!) * step;
  const both = (kind: 0 | 1) => ({ truth: length("truth", kind), forecast: length("forecast", kind) });
  return { wet: both(1), dry: both(0) };
}

const spellSums = () => ({ steps: [0, 0], count: [0, 0] });

function countSpells(wet: readonly boolean[], { steps, count }: ReturnType<typeof spellSums>): void {
  for (const [n, is] of wet.entries()) {
    const kind = is ? 1 : 0;
    steps[kind]! += 1;
    if (n === 0 || wet[n - 1] !== is) count[kind]! += 1;
  }
}

/** The hour with the largest mean, from means over all cells. */
function hourOfMaximum(maps: readonly CaseMap[]): TimeScoresValue["hourOfMaximum"] {
  const sums = { truth: new Float64Array(24), forecast: new Float64Array(24) };
  const counts = new Float64Array(24);
  for (const { time, middle = time, truth, forecast } of maps) {
    const seconds = secondsOf(middle);
    if (Number.isNaN(seconds) || truth.length === 0) continue;
    const hour = Math.floor((((seconds % 86_400) + 86_400) % 86_400) / 3600);
    sums.truth[hour]! += mean(truth);
    sums.forecast[hour]! += mean(forecast);
    counts[hour]! += 1;
  }
  const most = (all: Float64Array) => {
    let best = Number.NaN;
    for (let h = 0; h < 24; h++) {
      if (counts[h]! > 0 && !(all[best]! / counts[best]! >= all[h]! / counts[h]!)) best = h;
    }
    return best;
  };
  return { truth: most(sums.truth), forecast: most(sums.forecast) };
}
