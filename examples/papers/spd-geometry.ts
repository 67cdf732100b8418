/**
 * Symmetric positive definite matrices as the space of centred Gaussians: geodesics, logarithm and exponential of the
 * Bures–Wasserstein metric (Malagò, Montrucchio and Pistone, arXiv 1801.09269; Bhatia, Jain and Lim, arXiv 1712.01504), and of
 * the generalised one, which measures (x − y)ᵀM⁻¹(x − y) (Han, Mishra, Jawanpuria and Gao, arXiv 2110.10464).
 */
import { Matrix } from "ml-matrix";
import { DomainError } from "../../engine/errors.ts";
import { positive, spectralMap, symmetricEigen, symmetricPart, valuesOf } from "./spd-normalization.ts";

type Numbers = ArrayLike<number>;

/** The point at time t of the geodesic from A (t = 0) to B (t = 1): (1 − t)²A + t²B + t(1 − t)((AB)^½ + (BA)^½), at distance t·d from A. */
export function spdGeodesic(a: Numbers, b: Numbers, t: number, metric?: Numbers): Float64Array {
  if (!(t >= 0 && t <= 1)) throw new DomainError(`spdGeodesic: t is ${t}, expected 0 to 1`, t);
  const { from, inward, outward, dim } = frameOf("spdGeodesic", a, metric);
  const to = inward(positive("spdGeodesic: b", b, dim));
  const cross = symmetricPart(crossRoot(from, to)).mul(2 * t * (1 - t));
  return valuesOf(
    outward(
      Matrix.mul(from, (1 - t) ** 2)
        .add(Matrix.mul(to, t ** 2))
        .add(cross),
    ),
  );
}

/** The tangent at A of the geodesic to B: (AB)^½ + (BA)^½ − 2A. `spdExp` undoes it. */
export function spdLog(a: Numbers, b: Numbers, metric?: Numbers): Float64Array {
  const { from, inward, outward, dim } = frameOf("spdLog", a, metric);
  const cross = symmetricPart(crossRoot(from, inward(positive("spdLog: b", b, dim))));
  return valuesOf(outward(cross.sub(from).mul(2)));
}

/** Point at time 1 of the geodesic from A with the tangent V: A + V + LAL with LA + AL = V. */
export function spdExp(a: Numbers, tangent: Numbers, metric?: Numbers): Float64Array {
  const { from, inward, outward, dim } = frameOf("spdExp", a, metric);
  const v = inward(Matrix.from1DArray(dim, dim, Array.from(tangent)));
  const { values, vectors } = symmetricEigen(from);
  const turned = vectors.transpose().mmul(v).mmul(vectors);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) turned.set(i, j, turned.get(i, j) / (values[i]! + values[j]!));
  const factor = Matrix.eye(dim).add(symmetricPart(vectors.mmul(turned).mmul(vectors.transpose())));
  const least = Math.min(...symmetricEigen(factor).values);
  if (!(least > 0)) {
    const hint = "the geodesic leaves the positive definite matrices before time 1; take a shorter tangent";
    throw new DomainError(`spdExp: I + L has the eigenvalue ${least}; ${hint}`, least);
  }
  return valuesOf(outward(factor.mmul(from).mmul(factor)));
}

/** A in coordinates in which M is the identity, and the way there and back. */
function frameOf(where: string, a: Numbers, metric: Numbers | undefined) {
  const dim = Math.round(Math.sqrt(a.length));
  const eigen = symmetricEigen(metric === undefined ? Matrix.eye(dim) : positive(`${where}: metric`, metric, dim));
  const [root, inverse] = [spectralMap(eigen, Math.sqrt), spectralMap(eigen, (s) => 1 / Math.sqrt(s))];
  const inward = (matrix: Matrix) => symmetricPart(inverse.mmul(matrix).mmul(inverse));
  const outward = (matrix: Matrix) => symmetricPart(root.mmul(matrix).mmul(root));
  return { dim, from: inward(positive(`${where}: a`, a, dim)), inward, outward };
}

/** (AB)^½ = A^½ (A^½BA^½)^½ A^{-½} */
function crossRoot(a: Matrix, b: Matrix): Matrix {
  const eigen = symmetricEigen(a);
  const [half, inverse] = [spectralMap(eigen, Math.sqrt), spectralMap(eigen, (s) => 1 / Math.sqrt(s))];
  const inner = symmetricEigen(symmetricPart(half.mmul(b).mmul(half)));
  return half.mmul(spectralMap(inner, (s) => Math.sqrt(Math.max(0, s)))).mmul(inverse);
}
