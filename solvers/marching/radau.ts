/**
 * Radau IIA of order 5 for implicit systems F(t, y, y′, y″, …) = 0, differential or algebraic (Hairer and Wanner,
 * Solving Ordinary Differential Equations II, IV.8): three stages by simplified Newton's method in two systems, one
 * real and one complex; an embedded formula of order 3 controls the step. Higher derivatives are eliminated, so that
 * systems do not grow with the order.
 */
import { justBefore } from "./break-points.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import {
  allFinite,
  coefficientsOf,
  combined,
  complexIm,
  complexRe,
  complexRight,
  embedded,
  type Factors,
  inverse,
  minus,
  movesOf,
  nodes,
  placeBefore,
  plus,
  polynomialAt,
  real,
  type Stages,
  type Step,
  secondStage,
  stageProduct,
  stagesOf,
} from "./radau-stages.ts";
import { Rounding } from "./rounding.ts";
import type { Turn } from "./switches.ts";

export interface RadauOptions {
  /** Relative, > 0. */
  readonly tolerance: number;
  /** The longest step from t on. */
  readonly longest: (t: number) => number;
  /** Times in order at which derivatives may jump, and steps end. @defaultValue none */
  readonly breaks?: readonly number[];
  /** Operations after which it ends, and what else may end it. */
  readonly mostWork: number;
  readonly isOver: () => boolean;
  /** Length of the first step. @defaultValue 1e-4 of the interval */
  readonly first?: number;
  /** True where what rounding does is followed. */
  readonly rounding?: boolean;
  /**
   * True where factors of highest derivatives are 0 at the start: the first step has those of its middle.
   * @defaultValue false
   */
  readonly isSingular?: boolean | undefined;
  /** Sides of switches at the start. @defaultValue those of the state */
  readonly sides?: ReadonlyMap<number, number>;
}

/** The steps of a march. */
export interface Marched {
  readonly steps: readonly Step[];
  readonly until: number;
  /** Why it ended before the end: no time for more, or no step is short enough. */
  readonly reason?: "work" | "collapse";
  readonly work: number;
  /** Perturbation of every step by rounding, where it was followed. */
  readonly rounding?: readonly Step[];
}

/** Share of a step after which values are finite that are not at its start. */
const shortly = 1e-9;
/**
 * Largest value of s·(s − c₁)·(s − c₂)·(s − 1) in a step, and what may be lost between stages, beside the tolerance.
 */
const [largestProduct, betweenStages] = [0.0182, 0.1];

/** The fourth power's part within a step, at most: by how much its polynomial misses the step before. */
function bendOf(step: Step, before: Step): Float64Array[] {
  const place = placeBefore(step, before);
  const by = largestProduct / Math.abs(stageProduct(place));
  return step.start.map((level, j) => {
    const out = new Float64Array(level.length);
    for (let i = 0; i < out.length; i++) out[i] = by * (secondStage(before, j, i) - polynomialAt(step, j, i, place));
    return out;
  });
}

/** Newton's iterations of a step at most. */
const mostIterations = 8;
/** Bounds of the change of a step; no change where it would be less than the last. */
const [shrink, growth, noChange] = [0.2, 8, 1.2];
/** The same where factors cost more than so many steps. */
const [noChangeOfCostly, costly] = [1.6, 1];
/** Operations after which the clock is asked again: to ask costs more than a step of a small system. */
const betweenClocks = 2e5;
/** Step, beside t and the interval, below which there is none. */
const leastStep = 1e-14;
/** Steps that look for the end at a switch, and the time to it, beside t and the interval, that is none. */
const [mostLandings, landed] = [6, 1e-14];
/** Times that a switch may turn at one moment. */
const mostTurns = 4;
/** Size that counts beside a component's own, relative to the largest so far. */
const [floorAlone, floorTogether] = [1e-4, 1e-3];
/** The same relative to the largest of all kinds, for unknowns that are 0. */
const floorOfNothing = 1e-10;
/** Size of what counts as nothing, as values of a source that fades: below it digits are lost. */
export const nothing = 1e-100;

/** Marches from t to `end`. @param start - derivatives in time below the highest order, by order */
export function radau(
  system: ImplicitSystem,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
  options: RadauOptions,
): Marched {
  const { tolerance, longest, breaks = [], mostWork, isOver, first } = options;
  const { rounding: isFollowed = false, isSingular = false } = options;
  const { size } = system;
  const norm = weightedNorm(system, tolerance);
  const newtonTolerance = Math.max((10 * Number.EPSILON) / tolerance, Math.min(0.03, Math.sqrt(tolerance)));
  const ofStep = 2 * (3 * system.work.evaluation + system.work.solution);
  const unchanged = 5 * system.work.factorisation > costly * ofStep ? noChangeOfCostly : noChange;
  const steps: Step[] = [];
  const rounding = isFollowed ? new Rounding(system, start) : undefined;
  let y: readonly Float64Array[] = start.map((level) => level.slice());
  /** The unknowns and all of their derivatives where F is linearised. */
  let here: readonly Float64Array[] = [...y, new Float64Array(size)];
  let t = begin;
  let h = first ?? 1e-4 * (end - begin);
  let nextBreak = 0;
  system.past?.begin(t, y, steps);
  const { switches } = system;
  switches?.begin(t, here, options.sides);
  /** The switch at which a step is to end, how often that was tried, and the step that went over it. */
  let landing: { readonly turn: Turn; tries: number; readonly over: number } | undefined;
  /** The time at which switches turned last, and how often each did there. */
  let lastTurn = Number.NaN;
  const turnsNow = new Map<number, number>();
  let hasSlid = false;
  let [work, asked] = [0, Number.NEGATIVE_INFINITY];
  const isPastTime = () => {
    if (work - asked < betweenClocks) return false;
    asked = work;
    return isOver();
  };
  let factors: ReturnType<typeof factorsFor> | undefined;
  let [fresh, known] = [false, false];
  let [lastStep, lastError]: [number | undefined, number] = [undefined, 1];
  norm.see(y);
  const ended = (reason?: Marched["reason"]): Marched => ({
    ...{ steps, until: t, work },
    ...(reason && { reason }),
    // What slides forgets its perturbations, and the steep line magnifies their rounding.
    ...(rounding && !hasSlid && { rounding: rounding.steps }),
  });
  function turnTo(turn: Turn, step: Step) {
    switches!.turn(turn, step);
    if (t !== lastTurn) turnsNow.clear();
    turnsNow.set(turn.index, (turnsNow.get(turn.index) ?? 0) + 1);
    lastTurn = t;
    known = false;
  }
  function factorsFor(step: number) {
    work += 5 * system.work.factorisation;
    return {
      step,
      one: system.factor(real / step, 0),
      two: system.factor(complexRe / step, complexIm / step),
    };
  }
  while (t < end) {
    const least = leastStep * Math.max(Math.abs(t), end - begin);
    h = Math.min(h, longest(t));
    while (nextBreak < breaks.length && breaks[nextBreak]! <= t) nextBreak++;
    const stop = Math.min(end, breaks[nextBreak] ?? end);
    if (t + 1.01 * h >= stop) h = stop - t;
    let accepted = false;
    let rejected = false;
    while (!accepted) {
      if (work > mostWork || isPastTime()) return ended("work");
      if (!(h > least) && t + h < end) return ended("collapse");
      if (!known) {
        system.linearise(isSingular && steps.length === 0 ? t + h / 2 : t, here);
        work += 2 * system.work.evaluation;
        [known, fresh] = [true, true];
        factors = undefined;
      }
      if (factors?.step !== h) factors = factorsFor(h);
      const forget = norm.keep();
      const guess = guessed(steps.at(-1), t, h, y);
      const last = t + h >= stop - least ? stop : t + h;
      const lastStage = last === breaks[nextBreak] ? justBefore(last) : t + h;
      const solved = newton(system, { t, h, y, factors, lastStage, enough: newtonTolerance, norm, guess });
      work += (3 * system.work.evaluation + system.work.solution) * (solved.iterations + 1);
      if (!solved.converged) {
        forget();
        if (fresh) h *= steps.length === 0 ? 0.1 : 0.5;
        if (!fresh || (isSingular && steps.length === 0)) known = false;
        rejected = true;
        landing = undefined;
        continue;
      }
      const { stages, iterations, rate } = solved;
      const next = stages.levels.map((level) => level[2]!);
      norm.see(next);
      let error = errorOf(system, { t, h, y, stages, factors });
      let size1 = norm.of(error, y, next);
      if (rejected && size1 > 1) {
        error = errorOf(system, { t, h, y, stages, factors, before: error });
        size1 = norm.of(error, y, next);
      }
      const isBroken = t > begin && (t === breaks[nextBreak - 1] || t === lastTurn);
      const step: Step = { t, h, ...(isBroken && { breaks: true }), start: y, coefficients: coefficientsOf(y, stages) };
      const before = steps.at(-1);
      // Where F is stiff the embedded formula sees nothing of what lies between the stages.
      if (before && !isBroken) size1 = Math.max(size1, betweenStages * norm.of(bendOf(step, before), y, next));
      if (!Number.isFinite(size1)) size1 = 1e10;
      const safety = (0.9 * (2 * mostIterations + 1)) / (2 * mostIterations + iterations);
      if (size1 > 1) {
        forget();
        if (isSingular && steps.length === 0) known = false;
        h *= Math.max(steps.length === 0 ? 0.05 : shrink, safety * stepFactor(h, lastStep, size1, lastError));
        rejected = true;
        landing = undefined;
        continue;
      }
      if (switches && !landing) {
        const turn = switches.turnIn(step);
        if (turn?.s === 0) {
          const often = t === lastTurn ? (turnsNow.get(turn.index) ?? 0) : 0;
          if (often > mostTurns) return ended("collapse");
          forget();
          turnTo(turn, step);
          // Both sides have led back.
          if (often % 2 === 1) {
            switches.slide(turn);
            hasSlid = true;
          }
          rejected = true;
          continue;
        }
        if (turn) {
          landing = { turn, tries: 0, over: h };
          forget();
          h *= turn.s;
          continue;
        }
      } else if (switches && landing) {
        const missed = switches.missed(step, landing.turn);
        const isThere = !(Math.abs(missed) > landed * Math.max(Math.abs(t), end - begin));
        if (!isThere && landing.tries++ < mostLandings && h + missed > least && t + h + missed <= stop) {
          forget();
          h += missed;
          continue;
        }
      }
      const again = iterations > 2 && rate > 1e-3;
      let factor = Math.min(growth, safety * stepFactor(h, lastStep, size1, lastError));
      if (rejected) factor = Math.min(factor, 1);
      if (!again && factor >= 1 && factor < unchanged) factor = 1;
      system.past?.accept(step);
      steps.push(step);
      if (rounding) work += rounding.follow({ t, h, y, ...solved.last, factors, lastStage, next });
      [lastStep, lastError] = [h, Math.max(size1, 1e-10)];
      t = last;
      y = next;
      here = stages.one(2);
      h *= factor;
      fresh = false;
      if (again && !system.isFixed) known = false;
      if (landing) {
        h = Math.max(h, landing.over);
        turnTo(landing.turn, step);
        landing = undefined;
      }
      accepted = true;
    }
  }
  return ended();
}

/** Gustafsson's predictive controller, and the plain one where there is no step before. */
function stepFactor(h: number, before: number | undefined, error: number, lastError: number): number {
  const size = Math.max(error, 1e-16);
  const multiplier = before === undefined ? 1 : (h / before) * (lastError / size) ** 0.25;
  return Math.min(1, multiplier) * size ** -0.25;
}

/** The moves that the polynomial of the step before foretells. */
function guessed(before: Step | undefined, t: number, h: number, y: readonly Float64Array[]): Float64Array[] {
  const n = y[0]!.length;
  if (!before) return nodes.map(() => new Float64Array(n));
  return nodes.map((node) => {
    const s = (t + node * h - before.t) / before.h;
    const moves = new Float64Array(n);
    for (let i = 0; i < n; i++) moves[i] = polynomialAt(before, 0, i, s) - y[0]![i]!;
    return moves;
  });
}

interface NewtonInput {
  readonly t: number;
  readonly h: number;
  readonly y: readonly Float64Array[];
  readonly factors: Factors;
  /** The time of the last stage: before a jump at the end of the step. */
  readonly lastStage: number;
  readonly enough: number;
  readonly norm: ReturnType<typeof weightedNorm>;
  readonly guess: Float64Array[];
}

function newton(system: ImplicitSystem, { t, h, y, factors, lastStage, enough, norm, guess }: NewtonInput) {
  const n = system.size;
  let z = guess;
  const w = inverse.map((row) => combined(z, row));
  const [w0, w1, w2] = w as [Float64Array, Float64Array, Float64Array];
  let [before, rate, converged] = [Number.NaN, 0, false];
  let k = 0;
  // What is determined at every moment follows the other unknowns an iteration later.
  const firstRate = system.orders.includes(0) ? 2 : 1;
  let stages = stagesOf(y, z, h);
  let last = { stages, residuals: [] as readonly Float64Array[] };
  for (; k < mostIterations; k++) {
    system.past?.move({ t, h, y, stages });
    const residuals = nodes.map((node, i) => system.evaluate(node === 1 ? lastStage : t + node * h, stages.one(i)));
    if (!residuals.every(allFinite)) break;
    last = { stages, residuals };
    const one = factors.one.solve(
      combined(
        residuals,
        inverse[0].map((v) => -v),
      ),
    );
    const both = factors.two.solve(complexRight(residuals));
    for (let i = 0; i < n; i++) {
      w0[i]! += one[i]!;
      w1[i]! += both[2 * i]!;
      w2[i]! += both[2 * i + 1]!;
    }
    if (norm.hasNothing()) norm.see(stagesOf(y, movesOf(w), h).levels.map((level) => level[2]!));
    let square = 0;
    for (let i = 0; i < n; i++) {
      // Derivatives that are eliminated move by as much over the step.
      let least = norm.weight(i, y[0]!, 0);
      for (let j = 1; j < system.orders[i]!; j++) least = Math.min(least, norm.weight(i, y[j]!, j) * (h / real) ** j);
      const [a, b, c] = [one[i]! / least, both[2 * i]! / least, both[2 * i + 1]! / least];
      square += a * a + b * b + c * c;
    }
    const size = Math.sqrt(square / (3 * n));
    if (k > 0) rate = size / before;
    const expected = (rate ** (mostIterations - k) / (1 - rate)) * size;
    if (!Number.isFinite(size) || (k >= firstRate && (rate >= 1 || expected > enough))) {
      // At the level of rounding the iteration neither falls nor matters.
      if (!(Number.isFinite(size) && size < enough)) break;
    }
    z = movesOf(w);
    stages = stagesOf(y, z, h);
    before = size;
    if (
      size === 0 ||
      system.isSolved ||
      (k > 0 && rate < 1 && (rate / (1 - rate)) * size < enough) ||
      (k === 0 && size < 1e-3 * enough)
    ) {
      converged = true;
      k++;
      break;
    }
  }
  return { stages, last, converged, iterations: Math.max(1, k), rate };
}

interface ErrorInput {
  readonly t: number;
  readonly h: number;
  readonly y: readonly Float64Array[];
  readonly stages: Stages;
  readonly factors: Factors;
  /** A first estimate, by which the state is moved to filter it once more. */
  readonly before?: readonly Float64Array[];
}

/** The embedded formula's difference, level by level. */
function errorOf(system: ImplicitSystem, { t, h, y, stages, factors, before }: ErrorInput): Float64Array[] {
  const moved = before ? y.map((level, j) => plus(level, before[j]!)) : y;
  // Derivatives at the start as the embedded formula has them, so that the levels above the first are eliminated.
  const sums = stages.levels.map((level, j) =>
    combined(
      level.map((at) => minus(at, y[j]!)),
      embedded.map((w) => w / h),
    ),
  );
  const of: Float64Array[] = [moved[0]!];
  const gaps: Float64Array[] = [];
  let carried: Float64Array | undefined;
  for (let j = 0; j < y.length; j++) {
    const own = sums[j]!;
    for (let i = 0; i < own.length; i++) own[i] = -own[i]! - (carried ? (real / h) * carried[i]! : 0);
    of.push(own);
    if (j + 1 < y.length) {
      carried = minus(moved[j + 1]!, own);
      gaps.push(carried);
    }
  }
  const rows = system.evaluate(t, of);
  // What is prescribed may have no value at the first moment, as erf(x/√t) at x = 0.
  const finite = allFinite(rows) ? rows : system.evaluate(t + shortly * h, of);
  for (let i = 0; i < finite.length; i++) finite[i] = -finite[i]!;
  const errors = [factors.one.solve(finite)];
  for (const gap of gaps) {
    const last = errors.at(-1)!;
    const next = new Float64Array(last.length);
    for (let i = 0; i < next.length; i++) next[i] = (real / h) * last[i]! - gap[i]!;
    errors.push(next);
  }
  return errors;
}

/**
 * Sizes in units of what is tolerated: of a component's own size, or of the root mean square of its kind, with a share
 * of the largest so far.
 */
function weightedNorm({ size, orders, kinds, alone }: ImplicitSystem, tolerance: number) {
  const count = kinds.reduce((most, k) => Math.max(most, k), 0) + 1;
  const largest: Float64Array[] = [];
  /** Least weights of a kind, and in systems of kinds the weights, by level. */
  const weights: Float64Array[] = [];
  const isOf = (kind: number, level: number) => kinds.some((k, i) => k === kind && (level === 0 || orders[i]! > level));
  const see = (y: readonly Float64Array[]) => {
    y.forEach((level, j) => {
      largest[j] ??= new Float64Array(count);
      const [sums, counts] = [new Float64Array(count), new Float64Array(count)];
      for (let i = 0; i < size; i++) {
        const k = kinds[i]!;
        sums[k]! += level[i]! * level[i]!;
        counts[k]!++;
      }
      const own = sums.map((sum, k) => Math.sqrt(sum / counts[k]!));
      const all = largest[j]!.map((before, k) => Math.max(before, own[k]!));
      largest[j] = all;
      const most = all.reduce((m, v) => Math.max(m, v), 0);
      weights[j] = all.map((ever, k) => {
        const mine = alone ? floorAlone * ever : Math.max(own[k]!, floorTogether * ever);
        return tolerance * Math.max(mine, floorOfNothing * most, nothing);
      });
    });
  };
  const weight = (i: number, level: Float64Array, j = 0): number => {
    const least = weights[j]![kinds[i]!]!;
    return alone ? Math.max(least, tolerance * (Math.abs(level[i]!) + floorAlone * largest[j]![kinds[i]!]!)) : least;
  };
  return {
    see,
    weight,
    /** Keeps the sizes: the function returned restores them. */
    keep() {
      const [sizes, now] = [largest.slice(), weights.slice()];
      return () => {
        largest.splice(0, largest.length, ...sizes);
        weights.splice(0, weights.length, ...now);
      };
    },
    /** True where some unknown has been 0 so far. */
    hasNothing: () => largest.some((level, j) => level.some((v, k) => v === 0 && isOf(k, j))),
    of(errors: readonly Float64Array[], from: readonly Float64Array[], to: readonly Float64Array[]): number {
      let [sum, n] = [0, 0];
      for (let j = 0; j < errors.length; j++) {
        const [error, first, last] = [errors[j]!, from[j]!, to[j]!];
        for (let i = 0; i < size; i++) {
          if (orders[i]! <= j) continue;
          const part = error[i]! / (alone ? Math.max(weight(i, first, j), weight(i, last, j)) : weight(i, last, j));
          sum += part * part;
          n++;
        }
      }
      return Math.sqrt(sum / Math.max(1, n));
    },
  };
}
