/** Geodesics of positive definite matrices, against the distance and the barycenter that are computed otherwise. */

import { DomainError, rng } from "../../../engine/index.ts";
import { buresBarycenter, buresWasserstein } from "../../../examples/papers/gaussian/index.ts";
import { spdExp, spdGeodesic, spdLog } from "../../../examples/papers/spd-geometry.ts";
import {
  positive as matrixOf,
  spectralMap,
  symmetricEigen,
  symmetricPart,
  valuesOf,
} from "../../../examples/papers/spd-normalization.ts";
import { close, test, throws } from "../../harness.ts";

function positive(seed: number, name: string, d: number): Float64Array {
  const f = rng(seed)
    .split(name)
    .normal(new Float64Array((d + 2) * d));
  const out = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) for (let r = 0; r < d + 2; r++) out[i * d + j]! += (f[r * d + i]! * f[r * d + j]!) / d;
  }
  return out;
}

/** The distance; under a metric M that after x ↦ M^{-½}x. */
const distance = (a: Float64Array, b: Float64Array, metric?: Float64Array) => {
  const d = Math.sqrt(a.length);
  const mean = new Float64Array(d);
  const half = metric && spectralMap(symmetricEigen(matrixOf("metric", metric, d)), (v) => 1 / Math.sqrt(v));
  const of = (cov: Float64Array) => ({
    mean,
    cov: half ? valuesOf(symmetricPart(half.mmul(matrixOf("cov", cov, d)).mmul(half))) : cov,
  });
  return buresWasserstein(of(a), of(b), { root: true }).value;
};

test("the geodesic runs at constant speed, under the plain and the generalised metric, and the logarithm is its tangent", () => {
  for (const d of [1, 2, 4]) {
    const [a, b] = [positive(d, "a", d), positive(d, "b", d)];
    for (const metric of [undefined, positive(d, "metric", d)]) {
      const whole = distance(a, b, metric);
      for (const t of [0, 0.3, 0.8, 1]) {
        const point = spdGeodesic(a, b, t, metric);
        close(distance(a, point, metric), t * whole, 1e-9 * whole, `d ${d}, t ${t}`);
        close(distance(point, b, metric), (1 - t) * whole, 1e-9 * whole, `d ${d}, t ${t}`);
        const tangent = spdLog(a, b, metric);
        const there = spdExp(
          a,
          tangent.map((v) => t * v),
          metric,
        );
        for (const [k, v] of point.entries()) close(there[k]!, v, 1e-10, `exp, d ${d}, t ${t}`);
      }
      const h = 1e-6;
      const [tangent, near] = [spdLog(a, b, metric), spdGeodesic(a, b, h, metric)];
      for (const [k, v] of tangent.entries()) close((near[k]! - a[k]!) / h, v, 1e-4);
    }
  }
});

test("a point of the geodesic is the barycenter of its ends", () => {
  const [a, b] = [positive(7, "a", 3), positive(7, "b", 3)];
  const mean = new Float64Array(3);
  const { cov } = buresBarycenter(
    [
      { mean, cov: a },
      { mean, cov: b },
    ],
    { weights: [0.75, 0.25] },
  );
  for (const [k, v] of spdGeodesic(a, b, 0.25).entries()) close(v, cov[k]!, 1e-9);
});

test("what is not positive definite, or leaves the space, is refused", () => {
  throws(() => spdLog([1, 0, 0, 0], [1, 0, 0, 1]), DomainError, /positive definite/);
  throws(() => spdGeodesic([1], [2], 1.5), DomainError, /t is 1.5/);
  throws(() => spdExp([1], [-2]), DomainError, /shorter tangent/);
});

test.run();
