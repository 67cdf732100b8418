/** An evolution on one mesh: steps in time, whose lengths follow the difference of two orders. */
import type { Cell } from "../elements/mesh.ts";
import { first, gamma, later, type Tableau } from "./runge-kutta.ts";
import type { RowsLeft, Stage, StageTolerance } from "./stage-system.ts";

/** A system that can be marched: vectors of a mesh, and stages to be solved on it. */
export interface MarchedSystem {
  readonly cells: readonly Cell[];
  /** Of vectors. */
  readonly length: number;
  /** L² of each unknown. */
  sizes(vector: Float64Array): Float64Array;
  /** Sizes of differences beside those of the unknowns. */
  beside(differences: Float64Array, sizes: Float64Array): number;
  /** Calls with each unknown and the part of vectors that an element has of it. */
  eachUnknown(visit: (unknown: number, from: number, to: number) => void): void;
  /** Solves a stage; false where Newton's method did not come to rest. */
  solve(stage: Stage, at: StageTolerance): boolean;
  /** Squares that a solved stage leaves on each element. */
  residuals(stage: Stage): RowsLeft;
}

/** States at moments: values and derivatives in time of all unknowns, as vectors of a system. */
export interface MeshMarch {
  readonly times: readonly number[];
  readonly values: readonly Float64Array[];
  readonly rates: readonly Float64Array[];
  /** Sum over steps of what the rows of their last stages leave on each element, and the mean of its share. */
  readonly left: Float64Array;
  readonly share: number;
  /** Largest difference of the two orders in a step, beside the sizes of the unknowns; layers at the start aside. */
  readonly error: number;
  /** Why it ends before its time. */
  readonly ended: "time" | "collapse" | undefined;
}

/** Options of a march. */
export interface MarchOptions {
  /** Highest order in time of each unknown. */
  readonly inTime: readonly number[];
  readonly interval: readonly [number, number];
  /** Derivatives in time at the start, order by order: vectors. */
  readonly start: readonly Float64Array[];
  /** Error of a step beside the sizes of the unknowns. */
  readonly tolerance: number;
  /** Sizes that the unknowns have at least. */
  readonly sizes: Float64Array;
  readonly firstStep: number;
  readonly longestStep: number;
  /** True where the start makes layers, which are smoothed at once: the first step is as long as it is asked for. */
  readonly isContradicted: boolean;
  readonly isOver: () => boolean;
}

/** Share of the tolerance that Newton's method may leave. */
const ofNewton = 0.02;
/** Margin, growth of a step that is worth a new factorisation and its most, and shares of one that failed. */
const [margin, leastGrowth, mostGrowth, leastShare, ofFailed] = [0.85, 1.8, 5, 0.15, 0.25];
/** Ratio of errors from which a shorter step has not helped, and of the least error so found that is good enough. */
const [falling, ofFloor] = [0.7, 1.5];
/** Growth of a step after layers at the start. */
const afterLayers = 2;
/** Shortest step beside the whole time. */
const shortest = 1e-12;

/** Marches. */
export function marchOn(system: MarchedSystem, options: MarchOptions): MeshMarch {
  const { inTime, interval, tolerance, isOver } = options;
  const [begin, end] = interval;
  const sizes = options.sizes.slice();
  const grow = (vector: Float64Array) =>
    system.sizes(vector).forEach((size, k) => {
      sizes[k] = Math.max(sizes[k]!, size);
    });
  let state = options.start;
  grow(state[0]!);
  let rates: readonly Float64Array[] | undefined;
  const times = [begin];
  const values = [state[0]!];
  const speeds: Float64Array[] = [];
  const left = new Float64Array(system.cells.length);
  let [shares, error] = [0, 0];
  const evenly = (time: number, wanted: number) => (end - time) / Math.max(1, Math.ceil((end - time) / wanted - 1e-9));
  let step = evenly(begin, options.firstStep);
  let ended: MeshMarch["ended"];
  let refused: { readonly size: number; readonly step: number } | undefined;
  let floor = 0;
  for (let time = begin; time < end; ) {
    if (isOver()) {
      ended = "time";
      break;
    }
    const done = stepFrom(system, { state, rates, time, step, inTime, at: { most: ofNewton * tolerance, sizes } });
    const size = done ? system.beside(done.error, sizes) / tolerance : Number.POSITIVE_INFINITY;
    const by = margin * size ** -0.25;
    const isTaken = options.isContradicted && done !== undefined && times.length === 1;
    const isFloor = refused !== undefined && size > falling * refused.size;
    if (!isTaken && !(size <= 1) && isFloor && Number.isFinite(refused!.size)) {
      // Shorter steps gain nothing: the mesh, or a start that conditions contradict, is all that is seen.
      floor = Math.max(floor, refused!.size);
      step = refused!.step;
      refused = undefined;
      continue;
    }
    if (!isTaken && !(size <= Math.max(1, ofFloor * floor))) {
      refused = { size, step };
      step = evenly(time, step * Math.max(leastShare, done ? Math.min(0.7, by) : ofFailed));
      if (step < shortest * (end - begin)) {
        ended = "collapse";
        break;
      }
      continue;
    }
    [refused, floor] = [undefined, times.length === 1 ? 0 : floor];
    const { next, nextRates, stage } = done!;
    if (speeds.length === 0) speeds.push(firstRates(system, inTime, state, next, nextRates, step));
    const { squares, share } = system.residuals(stage);
    squares.forEach((square, c) => {
      left[c]! += square;
    });
    shares += step * share ** 2;
    if (!isTaken) error = Math.max(error, size * tolerance);
    const isLast = end - time - step < 1e-9 * step;
    time = isLast ? end : time + step;
    [state, rates] = [next, nextRates];
    grow(next[0]!);
    times.push(time);
    values.push(next[0]!);
    speeds.push(nextRates[0]!);
    if (isTaken && size > 1 && !isLast) step = evenly(time, afterLayers * step);
    else if (!isLast) {
      const longer = Math.min(step * Math.min(mostGrowth, by), options.longestStep);
      if (longer >= leastGrowth * step) step = evenly(time, longer);
    }
  }
  if (speeds.length === 0) speeds.push(new Float64Array(system.length));
  smoothAlgebraic(system, inTime, times, values, speeds);
  return { times, values, rates: speeds, left, share: Math.sqrt(shares / (end - begin)), error, ended };
}

interface Moment {
  readonly state: readonly Float64Array[];
  /** Derivatives in time of the state; undefined at the start. */
  readonly rates: readonly Float64Array[] | undefined;
  readonly time: number;
  readonly step: number;
  readonly inTime: readonly number[];
  readonly at: StageTolerance;
}

/** One step; undefined where a stage was not solved. */
function stepFrom(system: MarchedSystem, { state, rates, time, step, inTime, at }: Moment) {
  const { a, c, error, isExplicitFirst }: Tableau = rates ? later : first;
  const rate = 1 / (gamma * step);
  const orders = state.length;
  const slopes: (readonly Float64Array[])[] = isExplicitFirst ? [rates!] : [];
  let stage: { readonly time: number; readonly rate: number; known: readonly Float64Array[]; guess: Float64Array };
  for (let i = slopes.length; i < c.length; i++) {
    const known = state.map((own, m) => {
      const out = own.slice();
      for (const [j, slope] of slopes.entries()) addTo(out, step * a[i]![j]!, slope[m]!);
      return out;
    });
    const guess = known[0]!.slice();
    const before = slopes.at(-1);
    if (before) addTo(guess, 1 / rate, before[0]!);
    stage = { time: time + c[i]! * step, rate, known, guess };
    if (!system.solve(stage, at)) return undefined;
    const own: Float64Array[] = [];
    for (let m = 0; m < orders; m++) {
      const value = m === 0 ? guess : own[m - 1]!;
      own.push(value.map((v, k) => rate * (v - known[m]![k]!)));
    }
    slopes.push(own);
  }
  const last = slopes.at(-1)!;
  // What equations smooth within the step is no error: the difference goes through a stage as well.
  const moved = stage!.known.map((own, m) => {
    const out = own.slice();
    for (const [i, slope] of slopes.entries()) addTo(out, step * error[i]!, slope[m]!);
    return out;
  });
  const smoothed = { ...stage!, known: moved, guess: stage!.guess.slice() };
  if (!system.solve(smoothed, at)) return undefined;
  const off = smoothed.guess.map((v, k) => v - stage!.guess[k]!);
  const next = [stage!.guess, ...last.slice(0, -1)];
  return {
    ...{ next, nextRates: last, stage: stage! },
    error: system.sizes(off).map((size, k) => (inTime[k]! > 0 ? size : 0)),
  };
}

function addTo(out: Float64Array, factor: number, of: Float64Array): void {
  if (factor === 0) return;
  for (let i = 0; i < out.length; i++) out[i]! += factor * of[i]!;
}

/** Derivatives in time at the start: what is prescribed, or that of the parabola of the first step. */
function firstRates(
  system: MarchedSystem,
  inTime: readonly number[],
  start: readonly Float64Array[],
  next: readonly Float64Array[],
  nextRates: readonly Float64Array[],
  step: number,
): Float64Array {
  const out = next[0]!.map((v, i) => (2 * (v - start[0]![i]!)) / step - nextRates[0]![i]!);
  system.eachUnknown((k, from, to) => {
    if (inTime[k]! > 1) out.set(start[1]!.subarray(from, to), from);
  });
  return out;
}

/** Rates of unknowns that equations determine at every moment, and their start: by parabolas through their values. */
function smoothAlgebraic(
  system: MarchedSystem,
  inTime: readonly number[],
  times: readonly number[],
  values: readonly Float64Array[],
  rates: readonly Float64Array[],
): void {
  if (inTime.every((order) => order > 0) || times.length < 3) return;
  const slope = (i: number, t: number, k: number) => {
    const [p, q, r] = [times[i - 1]!, times[i]!, times[i + 1]!];
    const [a, b, c] = [values[i - 1]![k]!, values[i]![k]!, values[i + 1]![k]!];
    const [first, second] = [(b - a) / (q - p), (c - b) / (r - q)];
    return first + ((second - first) / (r - p)) * (2 * t - p - q);
  };
  const last = times.length - 1;
  system.eachUnknown((unknown, from, to) => {
    if (inTime[unknown]! > 0) return;
    for (let k = from; k < to; k++) {
      // The start is not known: along the line of the first two moments after it.
      values[0]![k] =
        values[1]![k]! - ((values[2]![k]! - values[1]![k]!) / (times[2]! - times[1]!)) * (times[1]! - times[0]!);
      for (let i = 0; i <= last; i++) rates[i]![k] = slope(Math.min(last - 1, Math.max(1, i)), times[i]!, k);
    }
  });
}
