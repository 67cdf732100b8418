import { rng } from "../../../engine/index.ts";
import { dot } from "../../../engine/numerics/index.ts";
import { maxSlicedWasserstein } from "../../../examples/papers/max-sliced.ts";
import { climbSphere, polishSummit, shortestInHull } from "../../../examples/papers/sphere-ascent.ts";
import { type Cloud, type Directions, sampleDirections, slicedWasserstein } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import oracle from "../../oracles/wasserstein-sliced.json" with { type: "json" };
import {
  normalCloud,
  numbers,
  shifted,
  slopeAlong,
  unitVector,
  weightedCloud,
} from "../../wasserstein/sliced/sliced-cases.ts";

test("on θᵀMθ the ascent is the power iteration: it ends at the largest eigenvalue", () => {
  const axes = sampleDirections(6, 6, { kind: "orthonormal", rng: rng(1) });
  const row = (l: number) => axes.points.subarray(6 * l, 6 * l + 6);
  const eigenvalues = [5, 4, 2, 1, 0.5, 0];
  const f = (theta: Float64Array) => {
    const gradient = new Float64Array(6);
    let value = 0;
    for (const [l, e] of eigenvalues.entries()) {
      const along = dot(row(l), theta);
      value += e * along ** 2;
      for (let k = 0; k < 6; k++) gradient[k]! += 2 * e * along * row(l)[k]!;
    }
    return { value, gradient };
  };
  const summit = climbSphere(f, unitVector([1, 1, 1, 1, 1, 1]), { maxIterations: 200, tolerance: 1e-14 });
  assert.ok(summit.converged);
  close(summit.value, 5, 1e-11);
  close(Math.abs(dot(summit.direction, row(0))), 1, 1e-11);
});

test("the shortest vector in a hull is the foot of the perpendicular, or 0 inside", () => {
  const vector = (...v: number[]) => Float64Array.from(v);
  const { point } = shortestInHull([vector(3, 1), vector(0, 2), vector(4, 4)]);
  // On the edge from (3, 1) to (0, 2): (3, 1) + s(−3, 1) with s = 8/10.
  close(point[0]!, 0.6, 1e-9);
  close(point[1]!, 1.8, 1e-9);
  const inside = shortestInHull([vector(1, 0), vector(-1, 1), vector(-1, -2)]);
  close(Math.hypot(...inside.point), 0, 1e-6);
  close(
    inside.weights.reduce((sum, w) => sum + w, 0),
    1,
    1e-12,
  );
});

test("over kinks the ascent goes on to the maximum of a minimum of quadratics", () => {
  // min(θ₁², θ₂², θ₃²) is largest, ⅓, where all three are equal.
  const f = (theta: Float64Array) => {
    let least = 0;
    for (const k of theta.keys()) if (theta[k]! ** 2 < theta[least]! ** 2) least = k;
    const gradient = new Float64Array(3);
    gradient[least] = 2 * theta[least]!;
    return { value: theta[least]! ** 2, gradient };
  };
  const options = { maxIterations: 500, tolerance: 1e-14 };
  const direction = unitVector([1, 0.5, 0.2]);
  const summit = polishSummit(f, { ...f(direction), direction, iterations: 0, converged: false }, options);
  assert.ok(summit.converged);
  close(summit.value, 1 / 3, 1e-6);
  for (const t of summit.direction) close(Math.abs(t), Math.sqrt(1 / 3), 1e-6);
  for (const { weight } of summit.witnesses) close(weight, 1 / 3, 1e-3);
});

test("a translation by t costs ‖t‖^p along t/‖t‖", () => {
  for (const dim of [1, 2, 5, 40]) {
    const x = normalCloud(rng(dim), 30, dim);
    const t = rng(30 + dim).normal(dim);
    const length = Math.sqrt(dot(t, t));
    for (const p of [1, 2, 3]) {
      const result = maxSlicedWasserstein(x, shifted(x, t), { p, rng: rng(2) });
      close(result.value, length ** p, 1e-9 * (1 + length ** p), `d ${dim}, p ${p}`);
      close(dot(result.direction, t) / length, 1, 1e-9);
      assert.ok(result.converged);
    }
  }
});

test("between the best of random directions, which POT returns, and the distance in space lies the max-sliced one", () => {
  for (const { dim, p, x, y, a, b, directions, largest, exact } of oracle.cases) {
    const cloud = (points: number[], weights: number[]): Cloud => ({
      points: Float64Array.from(points),
      count: weights.length,
      dim,
      weights,
    });
    const [left, right] = [cloud(x, a), cloud(y, b)];
    const { value, direction } = maxSlicedWasserstein(left, right, { p, rng: rng(4) });
    assert.ok(value >= largest ** p * (1 - 1e-12), `d ${dim}: ${value} below POT's ${largest ** p}`);
    assert.ok(value <= exact * (1 + 1e-9), `d ${dim}: ${value} above ${exact}`);
    const random = sampleDirections(500, dim, { rng: rng(5) });
    const { slices } = slicedWasserstein(left, right, { p, directions: random });
    assert.ok(value >= Math.max(...slices) * (1 - 1e-9), `d ${dim}: a random direction is better`);
    const along: Directions = { points: direction, count: 1, dim, kind: "uniform" };
    close(slicedWasserstein(left, right, { p, directions: along }).value, value, 1e-12 * (1 + value));
    assert.is(directions.length % dim, 0);
  }
});

test("envelope gradients are central differences of the re-optimised value, in points and weights", () => {
  const dim = 3;
  for (const [x, y] of [
    [normalCloud(rng(9), 11, dim), normalCloud(rng(10), 7, dim, 0.8)],
    [weightedCloud(rng(11), 8, dim), weightedCloud(rng(12), 8, dim, 0.8)],
  ] as const) {
    for (const root of [false, true]) {
      const options = { root, normalize: true, tolerance: 1e-16, maxIterations: 2000 };
      const found = maxSlicedWasserstein(x, y, { ...options, rng: rng(13) });
      const g = found.gradient();
      const starts: Directions = { points: found.direction, count: 1, dim, kind: "uniform" };
      const f = (cloud: Cloud) => maxSlicedWasserstein(cloud, y, { ...options, starts }).value;
      for (const part of ["points", "weights"] as const) {
        const gradient = part === "points" ? g.x : g.xWeights;
        const along = numbers(`max ${part}`, gradient.length);
        // The maximum is found to 1e-8 of itself, hence the wide step.
        const difference = slopeAlong(f, x, part, along, part === "points" ? 1e-4 : 1e-5);
        close(dot(gradient, along), difference, 2e-3 * (1 + Math.abs(difference)), part);
      }
    }
  }
});

test("equal clouds, one point, duplicates and extreme coordinates end without NaN", () => {
  const base = normalCloud(rng(14), 10, 3);
  for (const points of [
    base.points,
    new Float64Array(30),
    new Float64Array(30).fill(1e300),
    base.points.map((v) => v * 1e200),
    base.points.map((v) => v * 1e-200),
  ]) {
    const x = { ...base, points };
    const same = maxSlicedWasserstein(x, x, { root: true, rng: rng(1) });
    assert.is(same.value, 0);
    assert.ok(same.converged && same.gradient().x.every((g) => g === 0));
    const other = maxSlicedWasserstein(x, base, { root: true, rng: rng(1) });
    assert.ok(Number.isFinite(other.value) && other.gradient().x.every(Number.isFinite));
  }
});

test.run();
