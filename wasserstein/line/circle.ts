/**
 * Transport on the circle: that on the line for the best place to cut it open (Delon, Salomon and Sobolevskii, arXiv
 * 0902.3527). With θ the level that meets the cut, the cost ∫ |F⁻¹(q) − G⁻¹(q − θ)|^p dq is convex in θ, and piecewise
 * linear between samples; its slope has the sign that bisection needs.
 */
import { anything, checkOptions, flag, positive } from "../../engine/checks.ts";
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { type GroundCost, groundCost } from "../measure/ground-cost.ts";
import { balancedMasses, checkValues, explicitWeights } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type Samples, samplesOf } from "../measure/samples.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";

interface Side {
  /** In [0, 1), ascending. */
  readonly places: Float64Array;
  /** Mass up to each place, the last exactly 1. */
  readonly levels: Float64Array;
  readonly order: Uint32Array;
}

/**
 * The Wasserstein distance to the power p between weighted positions on a circle (directions, hours of the day,
 * seasons).
 *
 * @param x - finite positions, at least one value, in the unit of `period`
 * @param y - finite positions, at least one value, in the unit of `period`
 * @param options - order, period and masses
 * @returns W_p^p along the circle, in the unit of the positions to the power p.
 * @throws ShapeError where a side is empty or weights have another length
 * @throws DomainError where a number is not finite, a weight negative, or the sums of weights differ
 * @throws OptionsError where p < 1 or the period is not a positive finite number
 */
export function wassersteinCircle(
  x: Samples,
  y: Samples,
  options: {
    /** Order p ≥ 1. @defaultValue 1 */
    readonly p?: number;
    /** Length of the circle: 360 for degrees, 24 for hours. @defaultValue 1 */
    readonly period?: number;
    /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: sums that differ are an error */
    readonly normalize?: boolean;
  } = {},
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** The level θ of y's quantile function that meets the cut. */
  readonly shift: number;
  /** In order of rank around the circle. */
  plan(): TransportPlan;
} {
  const where = "wassersteinCircle";
  checkOptions(where, options, { p: anything, period: positive(), normalize: flag });
  const { period = 1 } = options;
  const cost = groundCost(where, options);
  const [first, second] = [samplesOf(`${where}: x`, x), samplesOf(`${where}: y`, y)];
  const [u, v] = [first.values, second.values];
  for (const [name, values] of Object.entries({ x: u, y: v })) {
    if (values.length === 0) throw new ShapeError(`${where}: ${name}`, "at least one value", "none");
    checkValues(`${where}: ${name}`, values);
  }
  const masses = balancedMasses(where, first.weights, u.length, second.weights, v.length, options);
  const left = sideOf(u, explicitWeights(masses[0], u.length), period);
  const right = sideOf(v, explicitWeights(masses[1], v.length), period);
  // Ends such that no step falls on a level where both sides have one, as multiples of 1/n would.
  let [low, high] = [-1.618033988749895, 1.718281828459045];
  for (let k = 0; k < 60; k++) {
    const middle = (low + high) / 2;
    if (run(left, right, middle, cost).slope < 0) low = middle;
    else high = middle;
  }
  // The cost is linear on what is left; the better end is the minimum to rounding.
  const [shift, value] = [low, high]
    .map((t) => [t, run(left, right, t, cost).value] as const)
    .reduce((best, one) => (one[1] < best[1] ? one : best));
  const scale = period ** cost.p;
  if (!Number.isFinite(value * scale))
    throw new DomainError(`${where}: the result exceeds the range of float64`, period);
  return printingFields(where, {
    value: Math.max(0, value) * scale,
    shift,
    plan() {
      const [rows, columns, masses] = [[] as number[], [] as number[], [] as number[]];
      run(left, right, shift, cost, (i, j, mass) => {
        rows.push(left.order[i]!);
        columns.push(right.order[j]!);
        masses.push(mass);
      });
      const shape = [u.length, v.length] as const;
      return transportPlan(Int32Array.from(rows), Int32Array.from(columns), Float64Array.from(masses), shape);
    },
    gradient() {
      const [dx, dy] = [new Float64Array(u.length), new Float64Array(v.length)];
      run(left, right, shift, cost, (i, j, mass, gap) => {
        const pull = (mass * cost.slope(gap) * scale) / period;
        dx[left.order[i]!]! += pull;
        dy[right.order[j]!]! -= pull;
      });
      return { x: dx, y: dy, xWeights: undefined, yWeights: undefined };
    },
  });
}

function sideOf(values: ArrayLike<number>, weights: Float64Array, period: number): Side {
  const turned = Float64Array.from(values, (v) => {
    const t = v / period - Math.floor(v / period);
    return t < 1 ? t : 0;
  });
  const order = Uint32Array.from(turned.keys()).filter((i) => weights[i]! > 0);
  order.sort((i, j) => turned[i]! - turned[j]!);
  const levels = new Float64Array(order.length);
  let level = 0;
  for (const [k, i] of order.entries()) levels[k] = level += weights[i]!;
  for (let k = 0; k < levels.length; k++) levels[k]! /= level;
  return { places: Float64Array.from(order, (i) => turned[i]!), levels, order };
}

/** Cost at a shift, and its derivative in the shift from the right. */
function run(
  { places: x, levels: a }: Side,
  { places: y, levels: b }: Side,
  shift: number,
  cost: GroundCost,
  see?: (i: number, j: number, mass: number, gap: number) => void,
): { readonly value: number; readonly slope: number } {
  const m = y.length;
  // The piece of y that stands at level 0 of x: turn whole, and its place among the pieces.
  const start = -shift;
  let turn = Math.floor(start);
  let j = 0;
  while (j < m - 1 && b[j]! <= start - turn) j++;
  if (b[j]! <= start - turn) [turn, j] = [turn + 1, 0];
  let [value, slope, level] = [0, 0, 0];
  for (let i = 0; i < x.length; ) {
    const gap = x[i]! - (y[j]! + turn);
    const end = b[j]! + turn + shift;
    const next = Math.min(a[i]!, end, 1);
    if (next > level) {
      value += (next - level) * cost.at(gap);
      see?.(i, j, next - level, gap);
      level = next;
    }
    const stepX = a[i]! <= end;
    if (end < 1 && end <= a[i]!) {
      // With a little more shift this piece of y reaches further up, against what x has above.
      const above = stepX && i + 1 < x.length ? x[i + 1]! : x[i]!;
      const j1 = j + 1 < m ? j + 1 : 0;
      const turn1 = j + 1 < m ? turn : turn + 1;
      slope += cost.at(above - (y[j]! + turn)) - cost.at(above - (y[j1]! + turn1));
      [j, turn] = [j1, turn1];
      if (stepX) i++;
    } else {
      i++;
    }
  }
  return { value, slope };
}
