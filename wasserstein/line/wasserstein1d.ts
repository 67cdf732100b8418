/**
 * The exact Wasserstein distance on the line: transport in order of rank. Host form: plain or typed arrays, float64
 * inside, any sizes and weights, with gradients in positions and weights. O(n log n), by radix sort.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import { type GroundCost, type GroundCostOptions, groundCost } from "../measure/ground-cost.ts";
import { balancedMasses, checkRange, checkValues, type Mass, type MassOptions } from "../measure/measure.ts";
import type { QuantileWeight } from "../measure/quantile-weight.ts";
import { asValues, rank, sortedValues, type Values } from "./radix-sort.ts";
import { fromSorted, massGradient, shareTies } from "./rank-gradient.ts";
import { levelsFrom, type Ranked, rankValue } from "./rank-transport.ts";
import { rankGradientWithZeros } from "./zero-masses.ts";

/** Options of {@link wasserstein1d}. */
export interface Wasserstein1dOptions extends GroundCostOptions, MassOptions {
  /** Non-negative weight of each element of `x`. @defaultValue equal weights */
  readonly a?: ArrayLike<number>;
  /** Non-negative weight of each element of `y`. @defaultValue equal weights */
  readonly b?: ArrayLike<number>;
  /** @deprecated now `a`; goes with version 0.3 */
  readonly xWeights?: ArrayLike<number>;
  /** @deprecated now `b`; goes with version 0.3 */
  readonly yWeights?: ArrayLike<number>;
  /**
   * Positions that both measures share, one per element, not descending: then `x` and `y` are their masses there (a
   * histogram, or a density times the widths of its cells). @defaultValue none: `x` and `y` are positions
   */
  readonly support?: ArrayLike<number>;
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
 * Value with its gradients. Among equal values the gradient in positions is shared in proportion to their weights, and
 * where matched values are equal it is 0 at p = 1; so equal elements are always treated alike.
 */
export interface Wasserstein1dGradient {
  /** As {@link wasserstein1d} returns it. */
  readonly value: number;
  /** In each element of `x`: positions, or masses on a `support`. 0 where masked. */
  readonly x: Float64Array;
  /** In each element of `y`. */
  readonly y: Float64Array;
  /**
   * In each weight of `x` (on a `support` the same as `x`). Weights act through their share of the sum, so that Σ
   * weight·gradient is 0.
   */
  readonly xWeights: Float64Array;
  /** In each weight of `y`. */
  readonly yWeights: Float64Array;
}

/**
 * W_p^p(x, y) = ∫₀¹ |F⁻¹(q) − G⁻¹(q)|^p w(q) dq between two weighted samples (w = 1 unless `quantileWeight`; Peyré and
 * Cuturi, arXiv 1803.00567, §2.6); for equal sizes without weights the mean of |sort(x) − sort(y)|^p. In the unit of
 * the samples to the power p (unless `root`).
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one
 * @throws DomainError where a value or weight is not finite, a weight is negative, the sums of weights differ, a
 *   support descends, or the result exceeds the range of float64
 * @throws OptionsError where p < 1, or options exclude each other
 * @throws ShapeError where a sample is empty (or wholly masked) or lengths do not fit
 */
export function wasserstein1d(x: ArrayLike<number>, y: ArrayLike<number>, options: Wasserstein1dOptions = {}): number {
  const { cost, left, right, unit, root } = prepare(x, y, options, false);
  const value = rankValue(left.ranked, right.ranked, cost, options.quantileWeight);
  const result = finish(value, cost, root) * unit;
  checkRange("wasserstein1d: the distance", result);
  return result;
}

/** What {@link transport1d} returns. */
export interface Transport1dResult {
  /** W_p^p (W_p with `root`). */
  readonly value: number;
  /** Derivatives of the value, as told at {@link Wasserstein1dGradient}: in positions and in weights. */
  gradient(): {
    /** In the elements of `x`; on a `support` undefined. */
    readonly x: Float64Array | undefined;
    readonly y: Float64Array | undefined;
    readonly a: Float64Array;
    readonly b: Float64Array;
  };
}

/**
 * {@link wasserstein1d} as an object, as all distances between clouds are.
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one
 * @throws as {@link wasserstein1d}
 */
export function transport1d(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: Wasserstein1dOptions = {},
): Transport1dResult {
  return printingFields("transport1d", {
    value: wasserstein1d(x, y, options),
    gradient() {
      const { x: ofX, y: ofY, xWeights: a, yWeights: b } = wasserstein1dGradient(x, y, options);
      return options.support === undefined ? { x: ofX, y: ofY, a, b } : { x: undefined, y: undefined, a, b };
    },
  });
}

/**
 * {@link wasserstein1d} with its gradients. With `root` they are those of W_p, and 0 where W_p is 0.
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one
 * @throws as {@link wasserstein1d}
 * @deprecated now `transport1d(x, y, …).gradient()`; goes with version 0.3
 */
export function wasserstein1dGradient(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: Wasserstein1dOptions = {},
): Wasserstein1dGradient {
  const { cost, left, right, unit, root } = prepare(x, y, options, true);
  const { value, ...raw } = rankGradientWithZeros(left.ranked, right.ranked, cost, options.quantileWeight);
  const chain = !root ? 1 : value > 0 ? value ** (1 / cost.p - 1) / cost.p : 0;
  const ends = [
    { side: left, slopes: raw.left, levels: raw.leftLevels, count: x.length },
    { side: right, slopes: raw.right, levels: raw.rightLevels, count: y.length },
  ].map(({ side, slopes, levels, count }) => {
    shareTies(side.ranked, slopes);
    const masses = massGradient(side.ranked, levels, side.mass.total);
    const spread = (ranked: Float64Array, factor: number) => fromSorted(ranked, side.order, side.kept, count, factor);
    return { positions: spread(slopes, chain), weights: spread(masses, chain * unit) };
  });
  const [a, b] = ends as [(typeof ends)[number], (typeof ends)[number]];
  checkRange("wasserstein1d: the gradient", a.positions, a.weights, b.positions, b.weights);
  const key = options.support === undefined ? "positions" : "weights";
  const found = { value: finish(value, cost, root) * unit, x: a[key], y: b[key] };
  return printingFields("wasserstein1dGradient", { ...found, xWeights: a.weights, yWeights: b.weights });
}

interface Side {
  readonly ranked: Ranked;
  /** Element at each rank; undefined where the elements are in order already, or nobody asks. */
  readonly order: Uint32Array | undefined;
  /** Elements that were kept by the mask; undefined for all. */
  readonly kept: Uint32Array | undefined;
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

function prepare(x: ArrayLike<number>, y: ArrayLike<number>, options: Wasserstein1dOptions, ordered: boolean): Problem {
  const { support, mask, root = false } = options;
  const cost = groundCost("wasserstein1d", options);
  if (root && cost.huber !== undefined) {
    throw new OptionsError("wasserstein1d: huber has no root; leave `root` or `huber` out", "root", root);
  }
  const kept = mask === undefined ? undefined : keptBy(mask, x.length, y.length);
  const pick = (values: ArrayLike<number>) => {
    const all = asValues(values);
    return kept === undefined ? all : all instanceof Float32Array ? pickFrom(all, kept) : pickFrom(all, kept);
  };
  const [u, v] = support === undefined ? [pick(x), pick(y)] : positions(support, x, y, options, pick);
  const [xWeights, yWeights] = support === undefined ? weightsOf(options) : [x, y];
  for (const [name, weights, values] of [
    ["xWeights", xWeights, x],
    ["yWeights", yWeights, y],
  ] as const) {
    if (weights === undefined || weights.length === values.length) continue;
    throw new ShapeError(`wasserstein1d: ${name}`, [values.length], [weights.length], "give one weight a value");
  }
  for (const [name, values] of [
    ["x", u],
    ["y", v],
  ] as const) {
    if (values.length === 0) throw new ShapeError(`wasserstein1d: ${name}`, "at least one value that counts", "none");
    checkValues(`wasserstein1d: ${support === undefined ? name : "support"}`, values);
  }
  const chosen = (weights: ArrayLike<number> | undefined) => (weights === undefined ? undefined : pick(weights));
  const masses = balancedMasses("wasserstein1d", chosen(xWeights), u.length, chosen(yWeights), v.length, options);
  const unit = root && cost.p !== 1 ? powerOfTwo(u, v) : 1;
  const side = (values: Values, mass: Mass): Side => {
    const scaled = unit === 1 ? values : Float64Array.from(values, (t) => t / unit);
    if (support !== undefined) {
      return {
        ranked: { values: new Float64Array(scaled), ...levelsFrom(mass.weights, undefined) },
        order: undefined,
        kept,
        mass,
      };
    }
    if (!ordered && mass.weights === undefined) {
      return { ranked: { values: sortedValues(scaled), levels: undefined }, order: undefined, kept, mass };
    }
    const { order, values: ascending } = rank(scaled);
    return { ranked: { values: ascending, ...levelsFrom(mass.weights, order) }, order, kept, mass };
  };
  return { cost, left: side(u, masses[0]), right: side(v, masses[1]), unit, root };
}

const weightsOf = ({ a, b, xWeights, yWeights }: Wasserstein1dOptions) => [a ?? xWeights, b ?? yWeights] as const;

function positions(
  support: ArrayLike<number>,
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: Wasserstein1dOptions,
  pick: (values: ArrayLike<number>) => Values,
): [Values, Values] {
  if (weightsOf(options).some((given) => given !== undefined)) {
    const hint = "on a support x and y are the weights; leave a and b out";
    throw new OptionsError(`wasserstein1d: ${hint}`, "support");
  }
  for (const [name, values] of Object.entries({ x, y })) {
    if (values.length === support.length) continue;
    throw new ShapeError(`wasserstein1d: ${name}`, [support.length], [values.length], "give one mass a support point");
  }
  const z = pick(support);
  for (let k = 1; k < z.length; k++) {
    if (z[k]! >= z[k - 1]!) continue;
    if (Number.isNaN(z[k]! - z[k - 1]!)) break;
    throw new DomainError(`wasserstein1d: support descends at ${k}, from ${z[k - 1]} to ${z[k]}; sort it`, z[k]);
  }
  return [z, z];
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
