/**
 * The exact Wasserstein distance on the line: transport in order of rank (Peyré and Cuturi, arXiv 1803.00567, §2.6).
 * Plain arrays, float64, any sizes and weights, with the gradient in the sample positions.
 */
import { DomainError, OptionsError, ShapeError } from "../engine/errors.ts";

/** Options of {@link wasserstein1d}. */
export interface Wasserstein1dOptions {
  /** Order p ≥ 1. @defaultValue 1 */
  readonly p?: number;
  /** Non-negative weight of each element of `x`. @defaultValue equal weights */
  readonly xWeights?: ArrayLike<number>;
  /** Non-negative weight of each element of `y`. @defaultValue equal weights */
  readonly yWeights?: ArrayLike<number>;
  /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: unequal sums are an error */
  readonly normalize?: boolean;
  /** Return W_p instead of W_p^p. @defaultValue false */
  readonly root?: boolean;
}

/** Value with gradients in the positions; where W is not differentiable (ties), one subgradient. */
export interface Wasserstein1dGradient {
  readonly value: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
}

interface Side {
  readonly order: Uint32Array;
  /** Cumulated weights in sorted order, the last exactly 1. */
  readonly levels: Float64Array;
  readonly total: number;
}

/**
 * W_p^p(x, y) = ∫₀¹ |F⁻¹(q) − G⁻¹(q)|^p dq between two weighted samples; for equal sizes without weights the mean of
 * |sort(x) − sort(y)|^p. In the unit of the samples to the power p (unless `root`).
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one
 * @throws DomainError where a value or weight is not finite, a weight is negative, or the sums of weights differ
 * @throws OptionsError where p < 1
 * @throws ShapeError where a sample is empty or the weights have another length
 */
export function wasserstein1d(x: ArrayLike<number>, y: ArrayLike<number>, options: Wasserstein1dOptions = {}): number {
  check(x, y, options);
  const { p = 1, xWeights, yWeights, root = false } = options;
  if (xWeights === undefined && yWeights === undefined && x.length === y.length) {
    const a = Float64Array.from(x).sort();
    const b = Float64Array.from(y).sort();
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!) ** p;
    return finish(sum / a.length, p, root);
  }
  return wasserstein1dGradient(x, y, options).value;
}

/**
 * {@link wasserstein1d} with its gradient in both samples. With `root` the gradient is that of W_p, and 0 where W_p is 0.
 *
 * @throws as {@link wasserstein1d}
 */
export function wasserstein1dGradient(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: Wasserstein1dOptions = {},
): Wasserstein1dGradient {
  check(x, y, options);
  const { p = 1, normalize = false, root = false } = options;
  const left = side("xWeights", x, options.xWeights);
  const right = side("yWeights", y, options.yWeights);
  const weighted = options.xWeights !== undefined && options.yWeights !== undefined;
  if (weighted && !normalize && Math.abs(left.total - right.total) > 1e-6 * Math.max(left.total, right.total)) {
    const sums = `${left.total} and ${right.total}`;
    throw new DomainError(`wasserstein1d: weights sum to ${sums}; pass normalize: true to compare shapes only`, sums);
  }
  const gradientX = new Float64Array(x.length);
  const gradientY = new Float64Array(y.length);
  let sum = 0;
  let level = 0;
  for (let i = 0, j = 0; i < x.length && j < y.length; ) {
    const next = Math.min(left.levels[i]!, right.levels[j]!);
    const mass = next - level;
    const at = left.order[i]!;
    const against = right.order[j]!;
    const gap = x[at]! - y[against]!;
    sum += mass * Math.abs(gap) ** p;
    const slope = mass === 0 || gap === 0 ? 0 : mass * p * Math.abs(gap) ** (p - 1) * Math.sign(gap);
    gradientX[at]! += slope;
    gradientY[against]! -= slope;
    level = next;
    const [doneX, doneY] = [left.levels[i]! === next, right.levels[j]! === next];
    if (doneX) i++;
    if (doneY) j++;
  }
  if (root && sum > 0) {
    const chain = sum ** (1 / p - 1) / p;
    for (const gradient of [gradientX, gradientY]) for (const i of gradient.keys()) gradient[i]! *= chain;
  } else if (root) {
    gradientX.fill(0);
    gradientY.fill(0);
  }
  return { value: finish(sum, p, root), x: gradientX, y: gradientY };
}

function finish(sum: number, p: number, root: boolean): number {
  return root && p !== 1 ? sum ** (1 / p) : sum;
}

function side(name: string, values: ArrayLike<number>, weights?: ArrayLike<number>): Side {
  const n = values.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const levels = new Float64Array(n);
  let total = 0;
  for (const [rank, i] of order.entries()) {
    total += weights === undefined ? 1 : weights[i]!;
    levels[rank] = total;
  }
  if (!(total > 0)) throw new DomainError(`wasserstein1d: ${name} sum to ${total}, expected a positive mass`, total);
  // Equal weights as exact fractions, so that equal sizes pair off without slivers; everything ends at exactly 1.
  for (let rank = 0; rank < n; rank++) levels[rank] = levels[rank]! === total ? 1 : levels[rank]! / total;
  return { order, levels, total };
}

function check(x: ArrayLike<number>, y: ArrayLike<number>, options: Wasserstein1dOptions): void {
  const { p = 1, xWeights, yWeights } = options;
  if (!(p >= 1 && Number.isFinite(p))) throw new OptionsError(`wasserstein1d: p is ${p}, expected p ≥ 1`, "p", p);
  for (const [name, values] of Object.entries({ x, y })) {
    if (values.length === 0) throw new ShapeError(`wasserstein1d: ${name}`, "at least one value", "none");
    finite(name, values, Number.NEGATIVE_INFINITY);
  }
  for (const [name, weights, values] of [
    ["xWeights", xWeights, x],
    ["yWeights", yWeights, y],
  ] as const) {
    if (weights === undefined) continue;
    if (weights.length !== values.length) {
      throw new ShapeError(`wasserstein1d: ${name}`, [values.length], [weights.length], "give one weight a value");
    }
    finite(name, weights, 0);
  }
}

function finite(name: string, values: ArrayLike<number>, lowest: number): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i]) && values[i]! >= lowest) continue;
    const wanted = lowest === 0 ? "a non-negative finite number" : "a finite number";
    throw new DomainError(`wasserstein1d: ${name}[${i}] is ${values[i]}, expected ${wanted}`, values[i]);
  }
}
