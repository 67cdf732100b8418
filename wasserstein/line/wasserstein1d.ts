/**
 * The exact Wasserstein distance on the line: transport in order of rank. Host form: plain or typed arrays, float64
 * inside, any sizes and weights, with gradients in positions and weights. O(n log n), by radix sort; O(n) where the
 * values ascend.
 */
import { checkNames } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { asValues, rank, sortedValues, type Values } from "../../engine/numerics/radix-sort.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { type GroundCost, type GroundCostOptions, groundCost } from "../measure/ground-cost.ts";
import {
  balancedMasses,
  checkRange,
  checkValues,
  explicitWeights,
  type Mass,
  type MassOptions,
} from "../measure/measure.ts";
import type { QuantileWeight } from "../measure/quantile-weight.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type Samples, samplesOf } from "../measure/samples.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { monotone } from "./monotone-plan.ts";
import { fromSorted, massGradient, shareTies } from "./rank-gradient.ts";
import { levelsFrom, type Ranked, rankValue } from "./rank-transport.ts";
import { rankGradientWithZeros } from "./zero-masses.ts";

/** Options of {@link wasserstein1d}. */
export interface Wasserstein1dOptions extends GroundCostOptions, MassOptions {
  /**
   * Elements that count (not 0, not false), the same for `x` and `y`, which then have one length. What stands elsewhere
   * may be NaN. To mask one side alone, give it weights. @defaultValue all
   */
  readonly mask?: ArrayLike<number | boolean>;
  /** Weights levels, for instance `upperTailWeight(0.01)`. @defaultValue all levels alike */
  readonly quantileWeight?: QuantileWeight;
  /** Return W_p instead of W_p^p. Not with `huber`. @defaultValue false */
  readonly root?: boolean;
}

/**
 * W_p^p(x, y) = ∫₀¹ |F⁻¹(q) − G⁻¹(q)|^p w(q) dq between two weighted samples (w = 1 unless `quantileWeight`; Peyré and
 * Cuturi, arXiv 1803.00567, §2.6); for equal sizes without weights the mean of |sort(x) − sort(y)|^p. In the unit of
 * the samples to the power p (unless `root`).
 *
 * With `root` the gradient is that of W_p, and 0 where W_p is 0.
 *
 * @param x - finite values, at least one, with weights or without
 * @param y - finite values, at least one, with weights or without
 * @returns W_p^p, or W_p with `root`.
 * @throws DomainError where a value or weight is not finite, a weight is negative, the sums of weights differ, or the
 *   result exceeds the range of float64
 * @throws OptionsError where p < 1, or options exclude each other
 * @throws ShapeError where a sample is empty (or wholly masked) or lengths do not fit
 */
export function wasserstein1d(
  x: Samples,
  y: Samples,
  options: Wasserstein1dOptions = {},
): TransportResult & {
  /** In order of rank. */
  plan(): TransportPlan;
} {
  checkNames("wasserstein1d", options, "mask quantileWeight root p huber normalize");
  const { cost, left, right, unit, root } = prepare(x, y, options, false);
  const value = finish(rankValue(left.ranked, right.ranked, cost, options.quantileWeight), cost, root) * unit;
  checkRange("wasserstein1d: the distance", value);
  return printingFields("wasserstein1d", {
    value,
    plan: () => planOf(prepare(x, y, options, true)),
    gradient: () => lineGradient(x, y, options),
  });
}

/** {@link wasserstein1d} and its gradient from one sort. */
export function lineGradient(
  x: Samples,
  y: Samples,
  options: Wasserstein1dOptions = {},
): TransportGradient & { readonly value: number } {
  const { cost, left, right, unit, root } = prepare(x, y, options, true);
  const { value, ...raw } = rankGradientWithZeros(left.ranked, right.ranked, cost, options.quantileWeight);
  const chain = !root ? 1 : value > 0 ? value ** (1 / cost.p - 1) / cost.p : 0;
  const ends = [
    { side: left, slopes: raw.left, levels: raw.leftLevels },
    { side: right, slopes: raw.right, levels: raw.rightLevels },
  ].map(({ side, slopes, levels }) => {
    shareTies(side.ranked, slopes);
    const masses = massGradient(side.ranked, levels, side.mass.total);
    const spread = (ranked: Float64Array, factor: number) =>
      fromSorted(ranked, side.order, side.kept, side.count, factor);
    return { positions: spread(slopes, chain), weights: spread(masses, chain * unit) };
  });
  const [a, b] = ends as [(typeof ends)[number], (typeof ends)[number]];
  checkRange("wasserstein1d: the gradient", a.positions, a.weights, b.positions, b.weights);
  const found = { value: finish(value, cost, root) * unit, x: a.positions, y: b.positions };
  return printingFields("gradient", { ...found, xWeights: a.weights, yWeights: b.weights });
}

function planOf({ left, right }: Problem): TransportPlan {
  const { rows, columns, masses } = monotone(ends(left), ends(right));
  const given = ({ kept }: Side, at: Int32Array) => (kept === undefined ? at : at.map((k) => kept[k]!));
  return transportPlan(given(left, rows), given(right, columns), masses, [left.count, right.count]);
}

function ends({ ranked, order, mass }: Side): Parameters<typeof monotone>[0] {
  const n = ranked.values.length;
  return { order: order ?? Uint32Array.from(ranked.values.keys()), weights: explicitWeights(mass, n) };
}

interface Side {
  readonly ranked: Ranked;
  /** Element at each rank; undefined where the elements are in order already, or nobody asks. */
  readonly order: Uint32Array | undefined;
  /** Elements that were kept by the mask; undefined for all. */
  readonly kept: Uint32Array | undefined;
  /** Elements as given. */
  readonly count: number;
  readonly mass: Mass;
}

interface Problem {
  readonly cost: GroundCost;
  readonly left: Side;
  readonly right: Side;
  /** Positions were divided by this power of two, so that powers neither overflow nor vanish. */
  readonly unit: number;
  readonly root: boolean;
}

function prepare(first: Samples, second: Samples, options: Wasserstein1dOptions, ordered: boolean): Problem {
  const { mask, root = false } = options;
  const where = "wasserstein1d";
  const cost = groundCost(where, options);
  if (root && cost.huber !== undefined) {
    throw new OptionsError(`${where}: huber has no root; leave \`root\` or \`huber\` out`, "root", root);
  }
  const [x, y] = [samplesOf(`${where}: x`, first), samplesOf(`${where}: y`, second)];
  const kept = mask === undefined ? undefined : keptBy(mask, x.values.length, y.values.length);
  const pick = (values: ArrayLike<number>) =>
    kept === undefined ? asValues(values) : pickFrom(asValues(values), kept);
  const [u, v] = [pick(x.values), pick(y.values)];
  for (const [name, values] of [
    ["x", u],
    ["y", v],
  ] as const) {
    if (values.length === 0) throw new ShapeError(`${where}: ${name}`, "at least one value that counts", "none");
    checkValues(`${where}: ${name}`, values);
  }
  const chosen = (weights: ArrayLike<number> | undefined) => (weights === undefined ? undefined : pick(weights));
  const masses = balancedMasses(where, chosen(x.weights), u.length, chosen(y.weights), v.length, options);
  const unit = root && cost.p !== 1 ? powerOfTwo(u, v) : 1;
  const side = (values: Values, mass: Mass, count: number): Side => {
    const scaled = unit === 1 ? values : Float64Array.from(values, (t) => t / unit);
    if (!ordered && mass.weights === undefined) {
      return { ranked: { values: sortedValues(scaled), levels: undefined }, order: undefined, kept, count, mass };
    }
    if (ascends(scaled)) {
      return {
        ranked: { values: scaled, ...levelsFrom(mass.weights, undefined) },
        order: undefined,
        kept,
        count,
        mass,
      };
    }
    const { order, values: ascending } = rank(scaled);
    return { ranked: { values: ascending, ...levelsFrom(mass.weights, order) }, order, kept, count, mass };
  };
  const [left, right] = [side(u, masses[0], x.values.length), side(v, masses[1], y.values.length)];
  return { cost, left, right, unit, root };
}

function ascends(values: Values): boolean {
  for (let k = 1; k < values.length; k++) if (values[k]! < values[k - 1]!) return false;
  return true;
}

function keptBy(mask: ArrayLike<number | boolean>, n: number, m: number): Uint32Array {
  if (mask.length !== n || mask.length !== m) {
    throw new ShapeError("wasserstein1d: mask", [n, m], [mask.length], "a mask needs x and y of its own length");
  }
  const kept: number[] = [];
  for (let i = 0; i < n; i++) if (mask[i]) kept.push(i);
  return Uint32Array.from(kept);
}

function pickFrom(values: Values, at: Uint32Array): Values {
  const n = at.length;
  const out = values instanceof Float32Array ? new Float32Array(n) : new Float64Array(n);
  for (let k = 0; k < n; k++) out[k] = values[at[k]!]!;
  return out;
}

/** A power of two near the largest magnitude. */
function powerOfTwo(u: Values, v: Values): number {
  let top = 0;
  for (const values of [u, v]) for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i]!));
  return top === 0 ? 1 : 2 ** Math.min(1023, Math.max(-1000, Math.floor(Math.log2(top))));
}

function finish(value: number, { p }: GroundCost, root: boolean): number {
  if (!(value < Number.POSITIVE_INFINITY)) {
    throw new DomainError(
      `wasserstein1d: W_${p}^${p} exceeds the range of float64; pass \`root: true\` or rescale`,
      value,
    );
  }
  return root && p !== 1 ? value ** (1 / p) : value;
}
