/**
 * The 2-Wasserstein distance between Gaussian measures (Bures–Wasserstein; Dowson and Landau 1982, Bhatia, Jain and Lim,
 * arXiv 1712.01504), its optimal map and its gradient, from the polar factor of the product of the roots: nothing is
 * divided by differences of eigenvalues, so repeated and zero eigenvalues need no care.
 */
import { ShapeError } from "../../../engine/errors.ts";
import { printingFields } from "../../../engine/text/inspect.ts";
import { checkRange } from "../../../wasserstein/measure/measure.ts";
import type { TransportResult } from "../../../wasserstein/measure/result.ts";
import { type Gaussian, type Root, rootOf } from "./gaussian.ts";
import { Matrix, matrixOf, singularValues, spectralMap, symmetricEigen, symmetricPart, valuesOf } from "./matrix.ts";

/** Derivatives with respect to both Gaussians. */
export interface BuresGradient {
  /** Of the first Gaussian, in the form that it was given in. */
  readonly x: {
    /** [d] */
    readonly mean: Float64Array;
    /** [d, d], for a full covariance. */
    readonly cov?: Float64Array;
    /** [d], for a diagonal one. */
    readonly variance?: Float64Array;
    /** [r, d], for a factor. */
    readonly factor?: Float64Array;
  };
  /** Of the second Gaussian, likewise. */
  readonly y: BuresGradient["x"];
}

/**
 * The squared 2-Wasserstein distance between two Gaussians. With `variance` on both sides it is the distance under the
 * normalised Gaussian Wasserstein similarity of boxes; with `factor` on both sides the cost grows with the ranks, not
 * with d³ (tr(A^½BA^½)^½ is the nuclear norm of the product of the factors, arXiv 2009.14075). In the metric
 * (x − y)ᵀM⁻¹(x − y) it is the distance of both Gaussians after x ↦ M^{-½}x (arXiv 2110.10464).
 *
 * @param options - whether the root is taken
 * @returns ‖m₁ − m₂‖² + tr A + tr B − 2 tr(A^½ B A^½)^½, or its root.
 * @throws ShapeError where dimensions do not fit
 * @throws DomainError where a number is not finite, or a covariance not symmetric positive semi-definite
 */
export function buresWasserstein(
  x: Gaussian,
  y: Gaussian,
  options: {
    /** Return the distance instead of its square. @defaultValue false */
    readonly root?: boolean;
  } = {},
): TransportResult<BuresGradient> & {
  /** The optimal map from x to y. */
  readonly map: {
    /**
     * M, [d, d] row after row; zero on directions in which the first Gaussian has no spread.
     * @throws DomainError where an entry exceeds the range of float64
     */
    readonly matrix: () => Float64Array;
    /** Maps points [count, d], row after row. */
    readonly apply: (points: ArrayLike<number>) => Float64Array;
    /** False where no map exists: the first Gaussian is flat in a direction in which mass would have to split. */
    readonly exact: boolean;
  };
  /**
   * With a singular covariance the distance is infinitely steep out of its range; what is given is the part along the range.
   * With `root`, 0 where the value is 0.
   */
  gradient(): BuresGradient;
} {
  const [first, second] = [rootOf("buresWasserstein: x", x), rootOf("buresWasserstein: y", y)];
  const { dim } = first;
  if (second.dim !== dim) throw new ShapeError("buresWasserstein: mean of y", [dim], [second.dim]);
  const shift = Matrix.columnVector(Array.from(first.mean, (m, i) => m - second.mean[i]!));
  const [f, g] = [first.factor.clone(), second.factor.clone()];
  // From here on in units in which squares stay in range.
  const unit = powerOfTwo(f, g, shift);
  for (const one of [f, g, shift]) one.div(unit);
  const turn = polar(f, g);

  // ‖F − QG‖² over all rows, those of the shorter factor filled up with zeros: no difference of large traces.
  const size = turn.full.rows;
  const square = norm2(shift) + norm2(padded(f, size).sub(turn.full.mmul(padded(g, size))));
  const value = options.root ? Math.sqrt(square) : square;
  const chain = !options.root ? 1 : square > 0 ? 1 / (2 * value) : 0;
  // The value has the unit squared, its root the unit.
  const [valueUnit, slopeUnit, covUnit] = options.root ? [unit, 1, 1 / unit] : [unit ** 2, unit, 1];
  const meanSlope = shift.clone().mul(2 * chain * slopeUnit);
  const [fInverse, gInverse] = [f, g].map((a) => once(() => coInverse(a))) as [() => Matrix, () => Matrix];
  const map = transportMap(first, second, g, fInverse, turn);
  const oneSide = (
    own: Gaussian,
    mine: Matrix,
    inverse: () => Matrix,
    other: Matrix,
    rotation: Matrix,
  ): BuresGradient["x"] => {
    const sign = mine === f ? 1 : -1;
    const mean = valuesOf(meanSlope).map((v) => (v === 0 ? 0 : sign * v));
    if ("factor" in own) {
      const slope = mine.clone().sub(rotation.mmul(other));
      return { mean, factor: valuesOf(slope.mul(2 * chain * slopeUnit)) };
    }
    const linear = other.transpose().mmul(rotation.transpose()).mmul(inverse());
    const slope = Matrix.eye(dim)
      .sub(symmetricPart(linear))
      .mul(chain * covUnit);
    return "variance" in own ? { mean, variance: Float64Array.from(slope.diag()) } : { mean, cov: valuesOf(slope) };
  };
  const gradient = (): BuresGradient => {
    const sides = {
      x: oneSide(x, f, fInverse, g, turn.used),
      y: oneSide(y, g, gInverse, f, turn.used.transpose()),
    };
    for (const side of Object.values(sides)) checkRange("buresWasserstein: the gradient", ...Object.values(side));
    return sides;
  };
  checkRange("buresWasserstein: the distance", value * valueUnit);
  return printingFields("buresWasserstein", { value: value * valueUnit, map, gradient });
}

type BuresResult = ReturnType<typeof buresWasserstein>;

/** Options of {@link buresWasserstein}. */
export type BuresOptions = NonNullable<Parameters<typeof buresWasserstein>[2]>;

/** A power of two near the largest entry; 1 for zeros. */
export function powerOfTwo(...parts: readonly Matrix[]): number {
  let top = 0;
  for (const part of parts) for (const x of part.to1DArray()) top = Math.max(top, Math.abs(x));
  return top > 0 && top < Number.POSITIVE_INFINITY ? 2 ** Math.max(-1000, Math.floor(Math.log2(top))) : 1;
}

interface Turn {
  /** Orthogonal [k, k], k the larger number of rows: the Q that minimises ‖F − QG‖. */
  readonly full: Matrix;
  /** Its part on non-zero singular values, [rows of F, rows of G]. */
  readonly used: Matrix;
  readonly rank: number;
}

/** The polar factor of F Gᵀ. */
function polar(f: Matrix, g: Matrix): Turn {
  const size = Math.max(f.rows, g.rows);
  const { u, values, v } = singularValues(padded(f, size).mmul(padded(g, size).transpose()));
  const noise = size * Number.EPSILON * Math.sqrt(norm2(f)) * Math.sqrt(norm2(g));
  const part = u.clone();
  let rank = 0;
  for (const [k, s] of values.entries()) {
    if (s > noise) rank++;
    else part.mulColumn(k, 0);
  }
  const used = part.mmul(v.transpose()).subMatrix(0, f.rows - 1, 0, g.rows - 1);
  return { full: u.mmul(v.transpose()), used, rank };
}

function padded(a: Matrix, rows: number): Matrix {
  if (a.rows === rows) return a.clone();
  const out = Matrix.zeros(rows, a.columns);
  out.setSubMatrix(a, 0, 0);
  return out;
}

/** Frobenius norm, squared. */
function norm2(a: Matrix): number {
  let sum = 0;
  for (const x of a.to1DArray()) sum += x * x;
  return sum;
}

/** The pseudo-inverse of Fᵀ, [r, d]. */
function coInverse(f: Matrix): Matrix {
  // From FFᵀ or FᵀF, whichever is smaller, unless F is its own (symmetric) root: then directly.
  if (f.rows === f.columns) {
    const { u, values, v } = singularValues(f);
    const floor = f.rows * Number.EPSILON * Math.max(0, ...values);
    const scaled = u.clone();
    for (const [k, s] of values.entries()) scaled.mulColumn(k, s > floor ? 1 / s : 0);
    return scaled.mmul(v.transpose());
  }
  const wide = f.rows < f.columns;
  const eigen = symmetricEigen(wide ? f.mmul(f.transpose()) : f.transpose().mmul(f));
  const floor = Math.max(f.rows, f.columns) * Number.EPSILON * Math.max(0, ...eigen.values);
  const inverse = spectralMap(eigen, (s) => (s > floor ? 1 / s : 0));
  return wide ? inverse.mmul(f) : f.mmul(inverse);
}

function transportMap(from: Root, to: Root, g: Matrix, fInverse: () => Matrix, turn: Turn): BuresResult["map"] {
  const { dim } = from;
  // x ↦ Gᵀ Qᵀ (Fᵀ)⁺ x, as two thin matrices.
  const factors = once(() => [g.transpose().mmul(turn.used.transpose()), fInverse()] as const);
  return {
    exact: turn.rank >= rankOf(g),
    matrix() {
      const [outer, inner] = factors();
      const matrix = valuesOf(outer.mmul(inner));
      checkRange("buresWasserstein: the map", matrix);
      return matrix;
    },
    apply(points) {
      if (points.length % dim !== 0) {
        throw new ShapeError("buresWasserstein: points", `a multiple of ${dim} values`, [points.length]);
      }
      const [outer, inner] = factors();
      const x = matrixOf(points, points.length / dim, dim).subRowVector(from.mean);
      return valuesOf(x.mmul(inner.transpose()).mmul(outer.transpose()).addRowVector(to.mean));
    },
  };
}

function rankOf(a: Matrix): number {
  const { values } = singularValues(a.rows < a.columns ? a.transpose() : a);
  const noise = Math.max(a.rows, a.columns) * Number.EPSILON * Math.max(0, ...values);
  return values.filter((s) => s > noise).length;
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
