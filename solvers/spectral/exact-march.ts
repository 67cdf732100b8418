/**
 * Evolutions whose modes each decay by themselves: diffusion with constant factors in a box, with sources and conditions
 * that do not change. Their states are exact at all moments, so that nothing but the polynomials between moments has an
 * error in time.
 */
import { type Expression, nodesOf } from "../../equations/expression/index.ts";
import { type Marched, nothing, type RadauOptions } from "../marching/radau.ts";
import type { Step } from "../marching/radau-stages.ts";
import { explicitSystem } from "./explicit-system.ts";
import { decays, leastSize, modesAt } from "./exponential.ts";
import type { SpectralForm } from "./form.ts";
import type { SpectralRows } from "./rows.ts";

/**
 * True for linear equations of first order in time in one box, each with its own unknown alone, its second derivatives
 * along the axes and its value, all with constant factors; and conditions with constant factors. Nothing changes in time.
 */
export function suitsExact({ inside, faces, leaves, inTime, floating, cuts, periodic, time, isLinear }: SpectralForm) {
  if (time === undefined || !isLinear || floating.length > 0 || inTime.some((order) => order !== 1)) return false;
  if (cuts.some((own, k) => own.length > 2 && !periodic[k])) return false;
  const names = new Set(leaves.map(({ name }) => name));
  const isConstant = (e: Expression) =>
    [...nodesOf(e)].every((node) => node.kind !== "coordinate" && !(node.kind === "data" && names.has(node.name)));
  const stays = (e: Expression) => [...nodesOf(e)].every((node) => !(node.kind === "coordinate" && node.axis === time));
  return (
    inside.every(
      ({ residual, slopes }, k) =>
        stays(residual) &&
        slopes.every(({ leaf, slope }) => {
          const { unknown, inSpace } = leaves[leaf]!;
          const isEven = inSpace.every((order) => order !== 1);
          return unknown === k && isEven && isConstant(slope);
        }),
    ) &&
    faces.every(
      ({ residual, slopes }) =>
        stays(residual) &&
        slopes.every(({ slope }) => isConstant(slope)) &&
        new Set(slopes.map(({ leaf }) => leaves[leaf]!.unknown)).size === 1,
    )
  );
}

/** Error of a quintic by values and two derivatives at its ends: h⁶/46080 of the sixth derivative. */
const ofQuintic = 1 / 46_080;
/** Share of the tolerance for it. */
const share = 0.2;
/** The shortest step beside the interval, and the growth of steps. */
const [shortest, mostGrowth] = [1e-12, 8];
/** The most numbers that steps keep. */
const mostStored = 4e7;
/** Transforms of a step, and multiplications of them that take as long as one nominal operation. */
const [transformsOfStep, perOperation] = [3, 7];

/** A state with its first two derivatives in time, at the nodes, and rates of its modes. */
interface Knot {
  readonly t: number;
  readonly levels: readonly [Float64Array, Float64Array, Float64Array];
  readonly rates: Float64Array;
  readonly sizes: readonly number[];
}

/** Marches from `begin` to `end`. */
export function exactMarch(
  rows: SpectralRows,
  [begin, end]: readonly [number, number],
  start: Float64Array,
  { tolerance, longest, mostWork, isOver }: Pick<RadauOptions, "tolerance" | "longest" | "mostWork" | "isOver">,
): Marched {
  const { form, grid, size: length } = rows;
  const modes = modesAt(rows, begin, start);
  const system = explicitSystem(rows);
  const decay = decays(rows, modes);
  const first = modes.of(start);
  const known = modes.function(first);
  system.prescribe(begin, [known]);
  // What does not change: rates without what evens out.
  const rest = modes.of(system.rates(begin, [known])[0]!);
  for (let i = 0; i < rest.length; i++) rest[i]! += decay[i]! * first[i]!;
  const operations = (transformsOfStep * grid.axes.reduce((sum, { nodes }) => sum + nodes * length, 0)) / perOperation;
  const steps: Step[] = [];
  let work = system.work;
  let from = knotAt(begin);
  let [step, largest] = [shortest * (end - begin), from.sizes];
  while (from.t < end) {
    if ((steps.length + 1) * 6 * length > mostStored || work > mostWork || isOver())
      return { steps, until: from.t, work, reason: "work" };
    step = Math.min(longest(from.t), lengthFrom(from, step * mostGrowth));
    if (step <= shortest * (end - begin)) step = shortest * (end - begin);
    const isLast = from.t + 1.001 * step >= end;
    const to = knotAt(isLast ? end : from.t + step);
    steps.push(quintic(from, to));
    largest = largest.map((v, k) => Math.max(v, to.sizes[k]!));
    work += operations;
    from = to;
  }
  return { steps, until: from.t, work };

  function knotAt(t: number): Knot {
    const [own, rates, second] = [0, 1, 2].map(() => new Float64Array(first.length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let i = 0; i < own.length; i++) {
      const z = -(t - begin) * decay[i]!;
      const mean = Math.abs(z) > 1e-8 ? Math.expm1(z) / z : 1 + z / 2;
      own[i] = Math.exp(z) * first[i]! + (t - begin) * mean * rest[i]!;
      rates[i] = Math.exp(z) * (rest[i]! - decay[i]! * first[i]!);
      second[i] = -decay[i]! * rates[i]!;
    }
    const values = modes!.function(own);
    system.prescribe(t, [values]);
    const sizes = form.inside.map((_, k) => sizeOf(own, k));
    return { t, levels: [values, modes!.function(rates), modes!.function(second)], rates, sizes };
  }

  function sizeOf(own: Float64Array, k: number): number {
    let sum = 0;
    for (let i = modes!.starts[k]!; i < modes!.starts[k + 1]!; i++) sum += own[i]! ** 2;
    return Math.sqrt(sum);
  }

  /** The longest step whose quintic is near enough, up to a length, and not by more than a twentieth too short. */
  function lengthFrom({ rates }: Knot, most: number): number {
    const whole = Math.max(...largest, nothing);
    const bounds = largest.map((v) => (share * tolerance * Math.max(v, leastSize * whole)) ** 2);
    const squares = rates.map((v, i) => (decay[i] === 0 ? 0 : (v / decay[i]!) ** 2));
    const isNear = (h: number) =>
      bounds.every((bound, k) => {
        let sum = 0;
        for (let i = modes!.starts[k]!; i < modes!.starts[k + 1]!; i++) {
          const z = decay[i]! * h;
          const missed = ofQuintic * z * z * z * (z * z * z);
          // Of what is over soon the quintic misses no more than its own size.
          sum += squares[i]! * (missed < 1 ? missed * missed : 1);
        }
        return sum <= bound;
      });
    if (isNear(most)) return most;
    let [low, high] = [most / 2, most];
    while (low > shortest * (end - begin) && !isNear(low)) [low, high] = [low / 2, low];
    while (high > 1.05 * low) {
      const middle = Math.sqrt(low * high);
      if (isNear(middle)) low = middle;
      else high = middle;
    }
    return low;
  }
}

/** The quintic between two states with their first two derivatives, by the products sᵖ(1 − s)^q of {@link weightsOfParts}. */
function quintic(from: Knot, to: Knot): Step {
  const h = to.t - from.t;
  const [y, rates, second] = from.levels;
  const [z, later, last] = to.levels;
  const parts = [1, 2, 3, 4, 5].map(() => new Float64Array(y.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let i = 0; i < y.length; i++) {
    const a = z[i]! - y[i]!;
    const b = h * rates[i]! - a;
    const c = a - b - h * later[i]!;
    const d = (h * h * second[i]!) / 2 + b - c;
    parts[0][i] = a;
    parts[1][i] = b;
    parts[2][i] = c;
    parts[3][i] = d;
    parts[4][i] = (h * h * last[i]!) / 2 + b + 2 * c - d;
  }
  return { t: from.t, h, start: [y], coefficients: [parts] };
}
