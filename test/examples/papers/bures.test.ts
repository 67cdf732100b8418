/** Gaussian transport: closed forms, the map, differences, singular and repeated spectra. */
import fc from "fast-check";
import { rng } from "../../../engine/index.ts";
import type { BuresOptions } from "../../../examples/papers/gaussian/bures.ts";
import { buresBarycenter } from "../../../examples/papers/gaussian/bures-barycenter.ts";
import { buresWasserstein, type Gaussian, gaussianOf } from "../../../examples/papers/gaussian/index.ts";
import { Matrix } from "../../../examples/papers/gaussian/matrix.ts";
import { assert, close, test } from "../../harness.ts";

type FullGaussian = Extract<Gaussian, { cov: unknown }>;

const closeAll = (actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, what = "") => {
  assert.is(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) close(actual[i]!, expected[i]!, tolerance, `${what}[${i}]`);
};
const centre = (cov: readonly number[]): FullGaussian => ({ mean: new Float64Array(Math.sqrt(cov.length)), cov });
const normals = (seed: number, count: number) => rng(seed).normal(count);
/** GᵀG/r of an [r, d] normal matrix: positive definite for r ≥ d, singular for r < d. */
function randomCov(seed: number, d: number, r = d + 2): number[] {
  const g = normals(seed, r * d);
  return Array.from({ length: d * d }, (_, k) => {
    const [i, j] = [Math.floor(k / d), k % d];
    let sum = 0;
    for (let s = 0; s < r; s++) sum += (g[s * d + i]! * g[s * d + j]!) / r;
    return sum;
  });
}
const square = (values: ArrayLike<number>, d: number) =>
  new Matrix(Array.from({ length: d }, (_, i) => Array.from({ length: d }, (_, j) => values[i * d + j]!)));
const eye = (d: number, s = 1) => Array.from({ length: d * d }, (_, k) => (k % (d + 1) === 0 ? s : 0));

const [A, B] = [
  [2, 0.5, 0.5, 1],
  [1, -0.3, -0.3, 3],
];

test("the 2×2 example has its closed form", () => {
  // tr √(AB) = √(tr AB + 2√(det A det B)) in two dimensions.
  const trace = 2 * 1 + 0.5 * -0.3 * 2 + 1 * 3;
  const expected = 3 + 4 - 2 * Math.sqrt(trace + 2 * Math.sqrt(1.75 * 2.91));
  close(buresWasserstein(centre(A), centre(B)).value, expected, 1e-14);
  close(expected, 0.9293118549677741, 1e-14);
});

test("commuting covariances: Σ(√a − √b)²; translation: ‖m‖²; the root is the distance", () => {
  const [a, b] = [
    [1, 4, 9, 0],
    [2, 2, 0, 5],
  ];
  const expected = a.reduce((sum, x, i) => sum + (Math.sqrt(x) - Math.sqrt(b[i]!)) ** 2, 0);
  const mean = [0, 0, 0, 0];
  close(buresWasserstein({ mean, variance: a }, { mean, variance: b }).value, expected, 1e-14);
  const diag = (v: readonly number[]) => eye(4).map((x, k) => x * v[k % 5 === 0 ? k / 5 : 0]!);
  close(buresWasserstein({ mean, cov: diag(a) }, { mean, variance: b }).value, expected, 1e-14);
  const moved = buresWasserstein({ mean: [0, 0], cov: A }, { mean: [0, 10], cov: A }, { root: true });
  close(moved.value, 10, 1e-13);
  closeAll(moved.gradient().y.mean, [0, 1], 1e-14);
  closeAll(moved.gradient().x.mean, [0, -1], 1e-14);
});

test("the distance of a Gaussian from a slightly changed one keeps its digits", () => {
  // tr A + tr B − 2 tr(·)^½ loses all of them here: 1e-20 beside 2.
  for (const e of [1e-6, 1e-10]) {
    const { value } = buresWasserstein(centre(eye(2)), centre(eye(2, (1 + e) ** 2)));
    close(value / (2 * e * e), 1, 1e-4);
  }
  assert.ok(buresWasserstein(centre(A), centre(A)).value < 1e-29);
});

test("T pushes one covariance to the other, is symmetric, and E‖x − Tx‖² is the value", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1000), (d, seed) => {
      const [a, b] = [randomCov(seed, d), randomCov(seed + 5000, d)];
      const { map, value } = buresWasserstein(centre(a), centre(b));
      const t = square(map.matrix(), d);
      assert.ok(map.exact);
      closeAll(t.mmul(square(a, d)).mmul(t).to1DArray(), b, 1e-8, "TAT"); // cond(A)^½·1e-16 at worst 1e-9 here
      closeAll(t.to1DArray(), t.transpose().to1DArray(), 1e-8, "Tᵀ");
      const rest = Matrix.eye(d).sub(t);
      close(rest.mmul(square(a, d)).mmul(rest).trace(), value, 1e-8);
    }),
    { seed: 11, numRuns: 60 },
  );
});

function along(gaussian: Gaussian, t: number, seed: number): { moved: Gaussian; dot: (g: object) => number } {
  const d = gaussian.mean.length;
  const dm = normals(seed, d);
  const mean = Array.from(gaussian.mean, (x, i) => x + t * dm[i]!);
  const pair = (g: ArrayLike<number> | undefined, e: ArrayLike<number>) =>
    Array.from(g!, (x, i) => x * e[i]!).reduce((s, x) => s + x, 0);
  type Parts = { mean: Float64Array; cov?: Float64Array; variance?: Float64Array; factor?: Float64Array };
  if ("cov" in gaussian) {
    const z = normals(seed + 1, d * d);
    const e = z.map((x, k) => (x + z[(k % d) * d + Math.floor(k / d)]!) / 2);
    const cov = Array.from(gaussian.cov, (x, i) => x + t * e[i]!);
    return { moved: { mean, cov }, dot: (g) => pair((g as Parts).mean, dm) + pair((g as Parts).cov, e) };
  }
  const key = "variance" in gaussian ? "variance" : "factor";
  const values: ArrayLike<number> = "variance" in gaussian ? gaussian.variance : gaussian.factor;
  const e = normals(seed + 1, values.length);
  const next = Array.from(values, (x, i) => x + t * e[i]!);
  return {
    moved: { mean, [key]: next } as never,
    dot: (g) => pair((g as Parts).mean, dm) + pair((g as Parts)[key], e),
  };
}

function checkGradient(from: Gaussian, to: Gaussian, options: BuresOptions, tolerance: number): void {
  const h = 1e-5;
  const gradient = buresWasserstein(from, to, options).gradient();
  const at = (t: number) => buresWasserstein(along(from, t, 7).moved, along(to, t, 17).moved, options).value;
  const slope = along(from, 0, 7).dot(gradient.x) + along(to, 0, 17).dot(gradient.y);
  close((at(h) - at(-h)) / (2 * h), slope, tolerance * Math.max(1, Math.abs(slope)));
}

test("gradients are central differences, repeated eigenvalues included", () => {
  const mean = [0.3, -0.2, 0.5];
  const general: Gaussian = { mean, cov: randomCov(1, 3) };
  const other: Gaussian = { mean: [1, 0, 0], cov: randomCov(2, 3) };
  const pairs: [Gaussian, Gaussian][] = [
    [general, other],
    [{ mean, cov: eye(3) }, other],
    [
      { mean, cov: eye(3) },
      { mean: [0, 0, 1], cov: eye(3, 2) },
    ],
    [
      { mean, cov: [2, 0, 0, 0, 2, 0, 0, 0, 5] },
      { mean: [0, 0, 1], cov: [5, 0, 0, 0, 2, 0, 0, 0, 2] },
    ],
    [
      { mean, variance: [1, 2, 3] },
      { mean: [0, 0, 1], variance: [1, 1, 1] },
    ],
    [{ mean, factor: normals(5, 12) }, other],
    [
      { mean, factor: normals(5, 6) },
      { mean: [0, 0, 1], factor: normals(6, 9) },
    ],
  ];
  for (const [from, to] of pairs) {
    for (const options of [{}, { root: true }]) {
      checkGradient(from, to, options, 1e-7); // error h²·third derivative + rounding/h
    }
  }
});

test("equal Gaussians: value 0, map the identity, gradient 0, also for the root", () => {
  for (const cov of [eye(3), randomCov(4, 3), [1, 0, 0, 0, 1, 0, 0, 0, 0]]) {
    const { value, map, gradient } = buresWasserstein(centre(cov), centre(cov));
    close(value, 0, 1e-28);
    assert.ok(map.exact);
    const t = square(map.matrix(), 3);
    closeAll(t.mmul(square(cov, 3)).mmul(t.transpose()).to1DArray(), cov, 1e-13);
    if (cov[8] !== 0) closeAll(gradient().x.cov!, new Float64Array(9), 1e-12);
  }
  const point: Gaussian = { mean: [1, 2], variance: [0, 0] };
  const same = buresWasserstein(point, point, { root: true });
  assert.is(same.value, 0);
  for (const part of [...same.gradient().x.mean, ...same.gradient().x.variance!]) assert.is(Math.abs(part), 0);
});

test("singular covariances: the value is the limit of regular ones, the map is exact where one exists", () => {
  const flat = randomCov(21, 4, 2);
  const full = randomCov(22, 4);
  const limit = (a: readonly number[], b: readonly number[]) => {
    const e = 1e-12;
    const plus = (c: readonly number[]) => c.map((x, k) => x + (k % 5 === 0 ? e : 0));
    return buresWasserstein(centre(plus(a)), centre(plus(b))).value;
  };
  for (const [a, b, exact] of [
    [full, flat, true],
    [flat, full, false],
    [flat, randomCov(23, 4, 2), true],
    [flat, randomCov(23, 4, 3), false],
    [new Array<number>(16).fill(0), full, false],
    [full, new Array<number>(16).fill(0), true],
  ] as const) {
    const { value, map, gradient } = buresWasserstein(centre(a), centre(b));
    close(value, limit(a, b), 1e-5); // the limit is approached like √e
    assert.is(map.exact, exact);
    for (const x of [...gradient().x.cov!, ...gradient().y.cov!, ...map.matrix()]) assert.ok(Number.isFinite(x));
    if (!exact) continue;
    const t = square(map.matrix(), 4);
    closeAll(t.mmul(square(a, 4)).mmul(t.transpose()).to1DArray(), b, 1e-10, "TATᵀ");
  }
});

test("factors give what covariances give: value, map; more features than samples", () => {
  const [n, m, d] = [5, 8, 40];
  const x = { points: normals(31, n * d), count: n, dim: d };
  const y = { points: normals(32, m * d).map((v) => 0.5 * v + 1), count: m, dim: d, weights: [1, 2, 3, 1, 1, 1, 2, 2] };
  const thin = buresWasserstein(gaussianOf(x, { lowRank: true }), gaussianOf(y, { lowRank: true }));
  const full = buresWasserstein(gaussianOf(x), gaussianOf(y));
  close(thin.value / full.value, 1, 1e-9);
  closeAll(thin.map.apply(x.points), full.map.apply(x.points), 1e-6);
  assert.is(thin.map.exact, false);
  assert.is(buresWasserstein(gaussianOf(y, { lowRank: true }), gaussianOf(x, { lowRank: true })).map.exact, true);
});

test("barycenter: diagonal closed form, one Gaussian, two as a point of the geodesic, stationarity", () => {
  const diagonal = buresBarycenter(
    [
      { mean: [0, 1], variance: [1, 16] },
      { mean: [4, 1], variance: [9, 0] },
    ],
    { weights: [1, 3] },
  );
  closeAll(diagonal.mean, [3, 1], 1e-14);
  closeAll(diagonal.cov, [6.25, 0, 0, 1], 1e-12);
  assert.ok(diagonal.converged);
  const one = buresBarycenter([{ mean: [1, 2], cov: A }]);
  closeAll(one.cov, A, 1e-12);
  close(one.value, 0, 1e-12);
  const t = 0.3;
  const two = buresBarycenter([centre(A), centre(B)], { weights: [1 - t, t] });
  const m = square(buresWasserstein(centre(A), centre(B)).map.matrix(), 2)
    .mul(t)
    .add(Matrix.eye(2).mul(1 - t));
  closeAll(two.cov, m.mmul(square(A, 2)).mmul(m).to1DArray(), 1e-11);
  const many = [61, 62, 63, 64].map((seed) => centre(randomCov(seed, 5)));
  const middle = buresBarycenter(many);
  assert.ok(middle.converged, `residual ${middle.residual}`);
  const at: Gaussian = { mean: middle.mean, cov: middle.cov };
  const parts = many.map((one) => buresWasserstein(at, one));
  close(
    parts.reduce((sum, p) => sum + p.value / 4, 0),
    middle.value,
    1e-11,
  );
  const slope = new Float64Array(25);
  for (const p of parts) for (const [k, g] of p.gradient().x.cov!.entries()) slope[k]! += g / 4;
  closeAll(slope, new Float64Array(25), 1e-8, "gradient at the barycenter");
});

test.run();
