import { DomainError, OptionsError, ShapeError } from "../../../engine/index.ts";
import { type GridMass, gridBarycenter, gridDivergence } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";
import { rain } from "./fields.ts";

const bell = (n: number, my: number, mx: number, s: number, mass = 1) => {
  const values = Float64Array.from({ length: n * n }, (_, i) =>
    Math.exp(-((Math.floor(i / n) - my) ** 2 + ((i % n) - mx) ** 2) / (2 * s * s)),
  );
  const total = values.reduce((sum, v) => sum + v, 0);
  return { values: values.map((v) => (mass * v) / total), shape: [n, n] };
};

/** Mass, mean place and variance along both axes. */
function moments({ values, shape }: { values: Float64Array; shape: readonly number[] }) {
  const [mass, n] = [values.reduce((s, v) => s + v, 0), shape[1]!];
  const mean = (of: (y: number, x: number) => number) =>
    values.reduce((s, v, i) => s + v * of(Math.floor(i / n), i % n), 0) / mass;
  const [y, x] = [mean((u) => u), mean((_, v) => v)];
  return { mass, y, x, yy: mean((u) => (u - y) ** 2), xx: mean((_, v) => (v - x) ** 2) };
}

test("of Gaussians of one width the debiased barycenter is that Gaussian at the mean place, the entropic one wider by ε/2", () => {
  const n = 40;
  const fields = [bell(n, 12, 14, 3), bell(n, 24, 22, 3)];
  const options = { epsilon: 10, weights: [0.25, 0.75], tolerance: 1e-10 };
  const sharp = gridBarycenter(fields, { ...options, tolerance: 1e-7 });
  assert.ok(sharp.converged);
  // The edges of the grid cut the bells.
  for (const [i, v] of bell(n, 21, 20, 3).values.entries())
    close(sharp.values[i]!, v, 2e-4 * bell(n, 21, 20, 3).values[860]!);
  const wide = moments(gridBarycenter(fields, { ...options, debias: false }));
  // arXiv 2006.02575, theorem 2: σ² + ε/2 for equal variances, with ε = 2σ'².
  close(wide.yy, 9 + 5, 0.05);
  close(wide.y, 21, 1e-3);
  close(wide.x, 20, 1e-3);
});

test("of one field it is that field, with weights 1 and 0 the first", () => {
  const [a, b] = [bell(20, 8, 9, 2), bell(20, 12, 11, 1.5)];
  const options = { epsilon: 2, tolerance: 1e-7, maxIterations: 2000 };
  for (const [i, v] of gridBarycenter([a], options).values.entries()) close(v, a.values[i]!, 1e-4);
  const first = gridBarycenter([a, b], { ...options, weights: [1, 0] });
  for (const [i, v] of first.values.entries()) close(v, a.values[i]!, 1e-4);
});

test("at the barycenter the gradient of the sum of divergences is level, and 0 with reach", () => {
  const fields = [bell(10, 3, 4, 1.5), bell(10, 6, 5, 1.2, 2), bell(10, 5, 3, 1.8, 0.5)];
  const weights = [0.5, 0.2, 0.3];
  for (const reach of [undefined, 3]) {
    const options = { epsilon: 4, normalize: reach === undefined, ...(reach && { reach }) };
    const { values, shape } = gridBarycenter(fields, { ...options, weights, tolerance: 1e-8, maxIterations: 500 });
    const slope = new Float64Array(100);
    for (const [k, field] of fields.entries()) {
      const way = { ...options, tolerance: 1e-10, maxIterations: 20_000 };
      const { yWeights: own } = gridDivergence(field, { values, shape }, way).gradient();
      for (let i = 0; i < 100; i++) slope[i]! += weights[k]! * own[i]!;
    }
    const mass = values.reduce((s, v) => s + v, 0);
    const mean = values.reduce((s, v, i) => s + v * slope[i]!, 0) / mass;
    const apart = values.reduce((s, v, i) => s + v * Math.abs(slope[i]! - mean), 0) / mass;
    if (reach) close(mean, 0, 1e-4);
    // Divergences between these fields are of the order of ten.
    close(apart, 0, 1e-3);
  }
});

test("with reach, of a field and c times itself it is the field with the mass of the mean of roots squared", () => {
  const a = bell(20, 9, 10, 2);
  const four = { ...a, values: a.values.map((v) => 4 * v) };
  const r = gridBarycenter([a, four], { epsilon: 1, reach: 4, tolerance: 1e-8, maxIterations: 5000 });
  assert.ok(r.converged);
  close(moments(r).mass, 1.5 ** 2, 0.01);
  close(moments(r).yy, 4, 0.05);
});

test("an ensemble's barycenter keeps the height of the peaks, the mean does not; masked cells stay empty", () => {
  const n = 32;
  const members = [bell(n, 12, 10, 2), bell(n, 14, 18, 2), bell(n, 18, 14, 2)];
  const peak = Math.max(...members[0]!.values);
  const mean = members[0]!.values.map((_, i) => members.reduce((s, m) => s + m.values[i]! / 3, 0));
  const best = gridBarycenter(members, { epsilon: 4 });
  assert.ok(Math.max(...best.values) > 0.9 * peak && Math.max(...mean) < 0.5 * peak);
  const mask = mean.map((_, i) => (i % n > 28 ? 0 : 1));
  const masked = gridBarycenter(
    members.map((m) => ({ ...m, mask })),
    { epsilon: 4 },
  );
  assert.is(masked.values[29], 0);
});

test("matched intensities are the mean quantile function of the members, in the order of the barycenter's cells", () => {
  const n = 16;
  const members = [rain(3, n), rain(4, n)].map((f) => ({ values: f.values, shape: f.shape }));
  const options = { epsilon: 4, reach: 6, maxIterations: 30 };
  const [plain, matched] = [
    gridBarycenter(members, options),
    gridBarycenter(members, { ...options, intensities: "matched" }),
  ];
  const sorted = (v: ArrayLike<number>) => Float64Array.from(v).sort();
  const [first, second] = [sorted(members[0]!.values), sorted(members[1]!.values)];
  for (const [k, v] of sorted(matched.values).entries()) close(v, (first[k]! + second[k]!) / 2, 1e-12);
  const order = Array.from(plain.values.keys()).sort((i, j) => plain.values[i]! - plain.values[j]!);
  for (let k = 1; k < order.length; k++) assert.ok(matched.values[order[k]!]! >= matched.values[order[k - 1]!]!);
});

test("POT's convolutional barycenters, debiased and not, and its unbalanced one are ours", () => {
  if (!hasPython("ot")) return skip("no POT for /usr/bin/python3");
  const n = 16;
  const [a, b] = [rain(11, n), rain(12, n)].map((f) => {
    const values = f.values.map((v) => v + 1e-3 / n ** 2);
    const total = values.reduce((s, v) => s + v, 0);
    return { values: values.map((v) => v / total), shape: f.shape };
  }) as [GridMass & { values: Float64Array }, GridMass & { values: Float64Array }];
  const program = `
import sys, json, numpy as np, ot
q = json.load(sys.stdin); n = q["n"]; A = np.array([q["a"], q["b"]]).reshape(2, n, n); w = np.array(q["w"])
t = np.linspace(0, 1, n); c1 = (t[:, None] - t[None, :]) ** 2
C = (c1[:, None, :, None] + c1[None, :, None, :]).reshape(n * n, n * n)
plain = ot.bregman.convolutional_barycenter2d(A, q["epsilon"], weights=w, stopThr=1e-12, numItermax=300)
sharp = ot.bregman.convolutional_barycenter2d_debiased(A, q["epsilon"], weights=w, stopThr=1e-12, numItermax=300)
free = ot.unbalanced.barycenter_unbalanced(A.reshape(2, -1).T * np.array([1, 2]), C, q["epsilon"], q["rho"], weights=w, stopThr=1e-12, numItermax=300)
print(json.dumps([np.asarray(x).ravel().tolist() for x in (plain, sharp, free)]))`;
  const [epsilon, reach] = [0.02, 0.3];
  const weights = [0.4, 0.6];
  const ask = { n, a: [...a.values], b: [...b.values], w: weights, epsilon, rho: 2 * reach ** 2 };
  const [plain, sharp, free] = pythonOn(program, ask) as [number[], number[], number[]];
  const options = { spacing: 1 / (n - 1), epsilon, weights, tolerance: 1e-13, maxIterations: 300 };
  const twice = { ...b, values: b.values.map((v) => 2 * v) };
  // After equal numbers of iterations; the debiased one begins a little differently.
  for (const [ours, theirs, tolerance] of [
    [gridBarycenter([a, b], { ...options, debias: false }), plain, 1e-7],
    [gridBarycenter([a, b], options), sharp, 1e-3],
    [gridBarycenter([a, twice], { ...options, reach, debias: false }), free, 1e-7],
  ] as const) {
    const peak = Math.max(...theirs);
    for (const [i, v] of theirs.entries()) close(ours.values[i]!, v, tolerance * peak, `cell ${i}`);
  }
});

test("what does not fit is refused", () => {
  const a = bell(6, 2, 3, 1);
  throws(() => gridBarycenter([]), ShapeError, /at least one/);
  throws(() => gridBarycenter([a, a], { weights: [1] }), ShapeError, /weights/);
  throws(() => gridBarycenter([a, a], { weights: [0, 0] }), DomainError, /sum to 0/);
  const sphere = { latitude: [0, 1, 2, 3, 4, 5], longitude: [0, 1, 2, 3, 4, 5], metric: "great-circle" } as const;
  const intensities = "kept" as "matched";
  throws(() => gridBarycenter([a], { intensities }), OptionsError, /"transported", "matched"/);
  throws(() => gridBarycenter([a, a], { sphere }), OptionsError, /separable/);
});

test.run();
