/**
 * Symmetric positive definite matrices as the space of centred Gaussians: geodesics, logarithm and exponential of the
 * Bures–Wasserstein metric (Malagò, Montrucchio and Pistone, arXiv 1801.09269; Bhatia, Jain and Lim, arXiv 1712.01504), and of
 * the generalised one, which measures (x − y)ᵀM⁻¹(x − y) (Han, Mishra, Jawanpuria and Gao, arXiv 2110.10464).
 */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { checkRange } from "../measure/measure.ts";
import { checkedSymmetric } from "./gaussian.ts";
import {
  Matrix,
  matrixOf,
  type SymmetricEigen,
  spectralMap,
  symmetricEigen,
  symmetricPart,
  valuesOf,
} from "./matrix.ts";

/**
 * The point at time t of the geodesic from A (t = 0) to B (t = 1): (1 − t)²A + t²B + t(1 − t)((AB)^½ + (BA)^½), at distance t·d
 * from A. Also the barycenter of A and B with the weights 1 − t and t.
 *
 * @param a - A at t = 0, [d, d] row after row, symmetric positive definite
 * @param b - B at t = 1, likewise
 * @param t - in [0, 1]
 * @param options - metric of the space
 * @throws ShapeError where sizes do not fit
 * @throws DomainError where a number is not finite, a matrix not symmetric positive definite, or t not in [0, 1]
 */
export function spdGeodesic(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  t: number,
  options: {
    /** M [d, d], symmetric positive definite. @defaultValue the identity */
    readonly metric?: ArrayLike<number>;
  } = {},
): Float64Array {
  if (!(t >= 0 && t <= 1)) throw new DomainError(`spdGeodesic: t is ${t}, expected 0 to 1`, t);
  const frame = frameOf("spdGeodesic", a, options);
  const [from, to] = [frame.inward(frame.given), frame.inward(positive("spdGeodesic: b", b, frame.dim).matrix)];
  const cross = crossRoot(from, to);
  const point = from
    .clone()
    .mul((1 - t) ** 2)
    .add(to.clone().mul(t ** 2))
    .add(
      cross
        .clone()
        .add(cross.transpose())
        .mul(t * (1 - t)),
    );
  return result("spdGeodesic", frame.outward(symmetricPart(point)));
}

/**
 * The tangent at A of the geodesic to B: (AB)^½ + (BA)^½ − 2A. `spdExp` undoes it.
 *
 * @param a - A, [d, d] row after row, symmetric positive definite
 * @param b - B, likewise [d, d]
 * @param options - metric of the space
 * @throws as {@link spdGeodesic}
 */
export function spdLog(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: {
    /** M [d, d], symmetric positive definite. @defaultValue the identity */
    readonly metric?: ArrayLike<number>;
  } = {},
): Float64Array {
  const frame = frameOf("spdLog", a, options);
  const [from, to] = [frame.inward(frame.given), frame.inward(positive("spdLog: b", b, frame.dim).matrix)];
  const cross = crossRoot(from, to);
  return result("spdLog", frame.outward(symmetricPart(cross.clone().mul(2)).sub(from.mul(2))));
}

/**
 * Point at time 1 of the geodesic from A with the tangent V: A + V + LAL with LA + AL = V.
 *
 * @param a - A, [d, d] row after row, symmetric positive definite
 * @param tangent - [d, d], symmetric
 * @param options - metric of the space
 * @throws as {@link spdGeodesic}; DomainError where the geodesic leaves the positive definite matrices before time 1
 */
export function spdExp(
  a: ArrayLike<number>,
  tangent: ArrayLike<number>,
  options: {
    /** M [d, d], symmetric positive definite. @defaultValue the identity */
    readonly metric?: ArrayLike<number>;
  } = {},
): Float64Array {
  const frame = frameOf("spdExp", a, options);
  const from = frame.inward(frame.given);
  const v = frame.inward(checkedSymmetric("spdExp: tangent", tangent, frame.dim));
  const { values, vectors } = symmetricEigen(from);
  const turned = vectors.transpose().mmul(v).mmul(vectors);
  for (let i = 0; i < frame.dim; i++) {
    for (let j = 0; j < frame.dim; j++) turned.set(i, j, turned.get(i, j) / (values[i]! + values[j]!));
  }
  const factor = Matrix.eye(frame.dim).add(symmetricPart(vectors.mmul(turned).mmul(vectors.transpose())));
  const least = Math.min(...symmetricEigen(factor).values);
  if (!(least > 0)) {
    const hint = "the geodesic leaves the positive definite matrices before time 1; take a shorter tangent";
    throw new DomainError(`spdExp: I + L has the eigenvalue ${least}; ${hint}`, least);
  }
  return result("spdExp", frame.outward(symmetricPart(factor.mmul(from).mmul(factor))));
}

interface Frame {
  readonly dim: number;
  readonly given: Matrix;
  /** To coordinates in which M is the identity, and back. */
  inward(matrix: Matrix): Matrix;
  outward(matrix: Matrix): Matrix;
}

function frameOf(where: string, a: ArrayLike<number>, { metric }: { readonly metric?: ArrayLike<number> }): Frame {
  const dim = Math.round(Math.sqrt(a.length));
  if (dim < 1 || dim * dim !== a.length) throw new ShapeError(`${where}: a`, "d × d values", [a.length]);
  const given = positive(`${where}: a`, a, dim).matrix;
  if (metric === undefined) {
    const same = (matrix: Matrix) => matrix.clone();
    return { dim, given, inward: same, outward: same };
  }
  const { eigen } = positive(`${where}: metric`, metric, dim);
  const [root, inverse] = [spectralMap(eigen, Math.sqrt), spectralMap(eigen, (s) => 1 / Math.sqrt(s))];
  return {
    dim,
    given,
    inward: (matrix) => symmetricPart(inverse.mmul(matrix).mmul(inverse)),
    outward: (matrix) => symmetricPart(root.mmul(matrix).mmul(root)),
  };
}

export function positive(
  where: string,
  values: ArrayLike<number>,
  dim: number,
): { readonly matrix: Matrix; readonly eigen: SymmetricEigen } {
  const matrix = checkedSymmetric(where, values, dim);
  const eigen = symmetricEigen(matrix);
  const [least, largest] = [Math.min(...eigen.values), Math.max(...eigen.values)];
  if (!(least > dim * Number.EPSILON * largest)) {
    const message = `${where} has the eigenvalue ${least} beside ${largest}, expected a positive definite matrix`;
    throw new DomainError(message, least);
  }
  return { matrix: matrixOf(valuesOf(matrix), dim, dim), eigen };
}

/** (AB)^½ = A^½ (A^½BA^½)^½ A^{-½} */
function crossRoot(a: Matrix, b: Matrix): Matrix {
  const eigen = symmetricEigen(a);
  const [half, inverse] = [spectralMap(eigen, Math.sqrt), spectralMap(eigen, (s) => 1 / Math.sqrt(s))];
  const inner = symmetricEigen(symmetricPart(half.mmul(b).mmul(half)));
  return half.mmul(spectralMap(inner, (s) => Math.sqrt(Math.max(0, s)))).mmul(inverse);
}

function result(where: string, matrix: Matrix): Float64Array {
  const values = valuesOf(matrix);
  checkRange(`${where}: the result`, values);
  return values;
}
