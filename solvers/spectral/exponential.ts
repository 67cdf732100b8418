/**
 * Exponential steps of order 4 (Cox and Matthews, J. Comput. Phys. 176 (2002) 430) in the eigenfunctions of what evens
 * out: diffusion with constant factors in a box is exact, and what reacts and carries is explicit. The difference to a
 * formula of order 3 controls steps (Whalen, Brio and Moloney, J. Comput. Phys. 280 (2015) 579).
 */
import { type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import { type Marched, nothing, type RadauOptions } from "../marching/radau.ts";
import type { Step } from "../marching/radau-stages.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import { explicitSystem } from "./explicit-system.ts";
import { Modes } from "./fast-diagonalisation.ts";
import type { SpectralForm } from "./form.ts";
import { Mismatch, type SpectralRows } from "./rows.ts";

/** Times of the fastest reaction from which a march is long. */
const longReaction = 40;
/** States at which reactions are sampled, and crossings of a side in the time of a reaction from which on it is carried. */
const [sampled, carried] = [64, 0.05];

/**
 * True for evolutions in a rectangle whose second derivatives have constant factors, each unknown its own, and whose
 * conditions are linear, where both axes are periodic or the time is long: reactions bound steps then, and what is left
 * of implicit ones is their cost.
 */
export function suitsExponential(form: SpectralForm): boolean {
  const { space, inside, faces, leaves, inTime, floating, cuts, time } = form;
  if (time === undefined || space.length !== 2 || floating.length > 0 || inTime.some((order) => order !== 1))
    return false;
  if (cuts.some((own, k) => own.length > 2 && !form.periodic[k])) return false;
  const names = new Set(leaves.map(({ name }) => name));
  const isConstant = (e: Expression) =>
    [...nodesOf(e)].every((node) => node.kind !== "coordinate" && !(node.kind === "data" && names.has(node.name)));
  const suits = inside.every(({ slopes }, k) => {
    const leading = slopes.flatMap(({ leaf, slope }) => {
      const { unknown, inSpace, inTime: order } = leaves[leaf]!;
      return order > 0 || inSpace.reduce((a, b) => a + b) > 1 ? [{ unknown, inSpace, slope }] : [];
    });
    const evens = leading.filter(({ inSpace }) => inSpace.includes(2));
    return (
      evens.length === space.length &&
      leading.length === evens.length + 1 &&
      leading.every(({ unknown, slope }) => unknown === k && isConstant(slope))
    );
  });
  return (
    suits &&
    faces.every(({ slopes }) => slopes.every(({ slope }) => isConstant(slope))) &&
    (form.periodic.every(Boolean) || reactions(form) > longReaction)
  );
}

/**
 * Times of the fastest reaction in the interval, over samples of the domain with the states of the start; 0 where what is
 * carried bounds steps.
 */
function reactions({ problem, inside, leaves, starts, space, time }: SpectralForm): number {
  const { bounds, constants } = problem;
  const d = bounds.length;
  const [begin, end] = bounds[time!]!;
  const shares = [0.7548776662, 0.5698402909, 0.3247179572];
  const points = Float64Array.from({ length: sampled * d }, (_, i) => {
    const [low, high] = bounds[i % d]!;
    return low + (high - low) * ((0.5 + Math.floor(i / d) * shares[i % d]!) % 1);
  });
  const first = points.map((v, i) => (i % d === time ? begin : v));
  const states = starts.map(([start]) => evaluateAt(start!, first, d, constants));
  const data = Object.fromEntries(
    leaves.map(({ name, unknown, inSpace, inTime }) => {
      const isState = inTime === 0 && inSpace.every((o) => o === 0);
      return [name, isState ? states[unknown]! : new Float64Array(sampled)];
    }),
  );
  const most = (e: Expression) =>
    evaluateAt(e, points, d, constants, data).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const lengths = space.map((axis) => bounds[axis]![1] - bounds[axis]![0]);
  let [reaction, crossing] = [0, 0];
  for (const { slopes } of inside) {
    const mass = most(slopes.find(({ leaf }) => leaves[leaf]!.inTime > 0)!.slope);
    for (const { leaf, slope } of slopes) {
      const { inSpace, inTime } = leaves[leaf]!;
      const along = inSpace.indexOf(1);
      if (along >= 0) crossing = Math.max(crossing, most(slope) / mass / lengths[along]!);
      else if (inTime === 0 && inSpace.every((o) => o === 0)) reaction = Math.max(reaction, most(slope) / mass);
    }
  }
  return crossing > carried * reaction ? 0 : reaction * (end - begin);
}

const [safety, least, most] = [0.9, 0.2, 2.5];
/** Share of the last stage that a formula of order 3 gives to the end of the step. */
const embedded = 0.6;
/** Ratio of steps below which a longer one is not worth new factors, and steps per power of 2. */
const [worthy, perDoubling] = [1.15, 8];
/**
 * First step at a tolerance of 1, and the shortest, beside the interval. It is shorter where the tolerance is smaller, since
 * steps that only growth bounds would else be those of the march before, whose error no difference shows.
 */
const [firstStep, leastStep] = [3e-4, 1e-12];
/** The most numbers that steps keep, and the miss in the middle of two that are kept as one, beside the tolerance. */
const [mostStored, ofMiddle] = [4e7, 0.2];
/** Part of the work after which the whole is foretold, and operations after which the clock is asked again. */
const [foretold, betweenClocks] = [0.3, 2e6];
/** Multiplications of transforms that take as long as one nominal operation, and stages that a step costs. */
const [perOperation, ofStep] = [7, 4.8];

/** Factors of a step for each mode. */
interface Factors {
  readonly whole: Float64Array;
  readonly half: Float64Array;
  /** Of rates at the start for half a step. */
  readonly toHalf: Float64Array;
  /** Of rates at the start, at each of both middles and at the end. */
  readonly start: Float64Array;
  readonly middle: Float64Array;
  readonly end: Float64Array;
  /** Of a third divided difference of rates, which parabolas through them miss. */
  readonly third: Float64Array;
}

/** Modes of one box. @throws Mismatch where conditions prescribe values on a part of a side alone */
export function modesAt(rows: SpectralRows, begin: number, start: Float64Array): Modes {
  const { form, grid, size } = rows;
  // Factors of conditions are known then.
  rows.evaluate(begin, [start, new Float64Array(size)]);
  const modes = Modes.in(rows, nodeBoxes(form, grid, largestBoxes(form))[0]!);
  if (!modes) throw new Mismatch("conditions prescribe values on a part of a side alone");
  return modes;
}

/** Marches from `begin` to `end`. */
export function exponentialMarch(
  rows: SpectralRows,
  [begin, end]: readonly [number, number],
  start: Float64Array,
  { tolerance, longest, mostWork, isOver }: Pick<RadauOptions, "tolerance" | "longest" | "mostWork" | "isOver">,
): Marched {
  const { form, grid, size: length } = rows;
  const modes = modesAt(rows, begin, start);
  const system = explicitSystem(rows);
  const span = end - begin;
  const transforms = grid.axes.reduce((sum, { nodes }) => sum + 2 * nodes * length, 0) / perOperation;
  const operations = ofStep * (system.work + transforms);
  const decay = decays(rows, modes);
  const statesOf = (t: number, own: Float64Array) => {
    const y = modes.function(own);
    system.prescribe(t, [y]);
    return y;
  };
  /** Rates without what evens out. */
  const restOf = (t: number, own: Float64Array, y: Float64Array) => {
    const rates = system.rates(t, [y])[0]!;
    const rest = modes.of(rates);
    for (let i = 0; i < rest.length; i++) rest[i]! += decay[i]! * own[i]!;
    return { rates, rest };
  };
  const sizes = (own: Float64Array) =>
    form.inside.map((_, k) =>
      Math.sqrt(own.subarray(modes.starts[k], modes.starts[k + 1]).reduce((s, v) => s + v * v, 0)),
    );
  const known = new Map<number, Factors>();
  const factorsFor = (h: number) => {
    const factors = known.get(h) ?? factorsOf(decay, h);
    known.set(h, factors);
    for (const old of [...known.keys()].slice(0, -perDoubling)) known.delete(old);
    return factors;
  };
  const steps: Step[] = [];
  /** The start of the last step that is kept and its middle, where it can take another one. */
  let open: { readonly from: Knot; readonly middle: Knot } | undefined;
  let own = modes.of(start);
  let [t, work, asked] = [begin, 0, 0];
  let y = start;
  let { rates, rest } = restOf(t, own, y);
  const largest = sizes(own);
  let before: { readonly step: number; readonly rest: Float64Array } | undefined;
  let h = roundedStep(firstStep * tolerance ** (1 / 4) * span, span);
  const ended = (reason?: Marched["reason"]): Marched => ({ steps, until: t, work, ...(reason && { reason }) });
  while (t < end) {
    while (h > longest(t)) h = roundedStep(h / 2, span);
    const isLast = t + 1.001 * h >= end;
    const step = isLast ? end - t : h;
    const expected = work > foretold * mostWork ? (work * span) / (t - begin) : 0;
    const isFull = steps.length * 4 * length > mostStored;
    if (isFull || expected > mostWork || (work - asked > betweenClocks && isOver())) return ended("work");
    if (work - asked > betweenClocks) asked = work;
    if (step < leastStep * span && !isLast) return ended("collapse");
    const f = isLast ? factorsOf(decay, step) : factorsFor(step);
    const half = t + step / 2;
    const a = combined([f.half, own], [f.toHalf, rest]);
    const atA = restOf(half, a, statesOf(half, a)).rest;
    const b = combined([f.half, own], [f.toHalf, atA]);
    const atB = restOf(half, b, statesOf(half, b)).rest;
    const c = combined([f.half, a], [f.toHalf, atB.map((v, i) => 2 * v - rest[i]!)]);
    const atC = restOf(t + step, c, statesOf(t + step, c)).rest;
    const middles = atA.map((v, i) => v + atB[i]!);
    const next = combined([f.whole, own], [f.start, rest], [f.middle, middles], [f.end, atC]);
    const now = isLast ? end : t + step;
    const values = statesOf(now, next);
    const after = restOf(now, next, values);
    work += operations;
    const off = sizes(f.end.map((v, i) => embedded * v * (atC[i]! - after.rest[i]!)));
    if (before) {
      // By the rates of the step before: those of sources that change in time alone are the same at both ends.
      const [p, q] = [before.step, step];
      const missed = f.third.map((v, i) => {
        const ahead =
          ((2 / q) * ((after.rest[i]! - 0.5 * middles[i]!) / (q / 2) - (0.5 * middles[i]! - rest[i]!) / (q / 2))) / 2;
        const behind = ((0.5 * middles[i]! - rest[i]!) / (q / 2) - (rest[i]! - before!.rest[i]!) / p) / (p + q / 2);
        return (v * (ahead - behind)) / (p + q);
      });
      for (const [k, v] of sizes(missed).entries()) off[k] = Math.max(off[k]!, v);
    }
    const reached = sizes(next).map((v, k) => Math.max(v, largest[k]!));
    const whole = Math.max(...reached, nothing);
    const error = Math.max(...off.map((v, k) => v / (tolerance * Math.max(reached[k]!, leastSize * whole))));
    const by = Number.isFinite(error) ? safety * Math.max(error, 1e-12) ** -0.25 : least;
    if (!(error <= 1)) {
      h = roundedStep(step * Math.max(least, Math.min(by, 0.9)), span);
      continue;
    }
    for (const [k, v] of reached.entries()) largest[k] = v;
    keep({ t, y, rates }, { t: now, y: values, rates: after.rates });
    before = { step, rest };
    [t, own, y, rates, rest] = [now, next, values, after.rates, after.rest];
    if (by > worthy || by < 1) h = roundedStep(step * Math.min(most, by), span);
  }
  return ended();

  /** Keeps a step by its cubic, or together with the one before where their cubic passes through the middle. */
  function keep(from: Knot, to: Knot): void {
    if (open) {
      const both = cubic(open.from, to);
      const s = (open.middle.t - open.from.t) / both.h;
      const [p, q, r] = both.coefficients[0] as [Float64Array, Float64Array, Float64Array];
      let [off, size] = [0, 0];
      for (const [i, v] of open.middle.y.entries()) {
        off += (both.start[0]![i]! + s * (p[i]! + s * (q[i]! + s * r[i]!)) - v) ** 2;
        size += v * v;
      }
      if (off <= (ofMiddle * tolerance) ** 2 * size) {
        steps[steps.length - 1] = both;
        open = undefined;
        return;
      }
    }
    steps.push(cubic(from, to));
    open = { from, middle: to };
  }
}

/** Size of an unknown beside the largest, at least. */
export const leastSize = 1e-3;

/** A state with its rates. */
interface Knot {
  readonly t: number;
  readonly y: Float64Array;
  readonly rates: Float64Array;
}

/** The cubic between two states with their rates. */
function cubic(from: Knot, to: Knot): Step {
  const h = to.t - from.t;
  const slope = from.rates.map((v) => h * v);
  const [second, third] = [new Float64Array(slope.length), new Float64Array(slope.length)];
  for (let i = 0; i < slope.length; i++) {
    const [move, last] = [to.y[i]! - from.y[i]!, h * to.rates[i]!];
    second[i] = 3 * move - 2 * slope[i]! - last;
    third[i] = slope[i]! + last - 2 * move;
  }
  return { t: from.t, h, start: [from.y], coefficients: [[slope, second, third]] };
}

/** Rates with which modes decay. */
export function decays(rows: SpectralRows, modes: Modes): Float64Array {
  const out = modes.values.slice();
  for (const k of rows.form.inside.keys()) {
    const mass = rows.meanFactor(k, ({ unknown, inTime }) => unknown === k && inTime === 1);
    for (let i = modes.starts[k]!; i < modes.starts[k + 1]!; i++) out[i]! /= mass;
  }
  return out;
}

/** The longest step of a ladder of lengths that is no longer. */
const roundedStep = (h: number, span: number) =>
  span * 2 ** (Math.floor(perDoubling * Math.log2(h / span)) / perDoubling);

/** Sums of products. */
function combined(...pairs: readonly (readonly [Float64Array, Float64Array])[]): Float64Array {
  const out = new Float64Array(pairs[0]![0].length);
  for (const [a, b] of pairs) for (let i = 0; i < out.length; i++) out[i]! += a[i]! * b[i]!;
  return out;
}

/** Terms of the series of φ functions within 1. */
const terms = 18;

/** φ₁ to φ₄ at z: φₖ(z) = Σ zʲ/(j + k)!. */
function phi(z: number): readonly [number, number, number, number] {
  if (Math.abs(z) > 1) {
    const one = Math.expm1(z) / z;
    const two = (one - 1) / z;
    const three = (two - 1 / 2) / z;
    return [one, two, three, (three - 1 / 6) / z];
  }
  let four = 0;
  for (let j = terms; j >= 0; j--) four = four * z + inverseFactorials[j + 4]!;
  const three = four * z + 1 / 6;
  const two = three * z + 1 / 2;
  return [two * z + 1, two, three, four];
}

const inverseFactorials = Array.from({ length: terms + 5 }, () => 1);
for (let j = 2; j < inverseFactorials.length; j++) inverseFactorials[j] = inverseFactorials[j - 1]! / j;

function factorsOf(decay: Float64Array, h: number): Factors {
  const factors: Factors = {
    whole: new Float64Array(decay.length),
    half: new Float64Array(decay.length),
    toHalf: new Float64Array(decay.length),
    start: new Float64Array(decay.length),
    middle: new Float64Array(decay.length),
    end: new Float64Array(decay.length),
    third: new Float64Array(decay.length),
  };
  for (let i = 0; i < decay.length; i++) {
    const z = -h * decay[i]!;
    const [one, two, three, four] = phi(z);
    factors.whole[i] = Math.exp(z);
    factors.half[i] = Math.exp(z / 2);
    factors.toHalf[i] = (h / 2) * phi(z / 2)[0];
    factors.start[i] = h * (one - 3 * two + 4 * three);
    factors.middle[i] = 2 * h * (two - 2 * three);
    factors.end[i] = h * (4 * three - two);
    // The integral of s (s − h/2) (s − h), as it decays.
    factors.third[i] = h ** 4 * (6 * four - 3 * three + two / 2);
  }
  return factors;
}
