/** The circle, unbalanced transport on the line, fused Gromov, free supports and plans from projections. */
import { rng } from "../../engine/random/rng.ts";
import { emd } from "../../wasserstein/exact/emd.ts";
import { freeSupportBarycenter } from "../../wasserstein/exact/free-support.ts";
import { fusedGromovWasserstein, gromovWasserstein } from "../../wasserstein/gromov/gromov.ts";
import { wassersteinCircle } from "../../wasserstein/line/circle.ts";
import { unbalancedWasserstein1d } from "../../wasserstein/line/unbalanced1d.ts";
import { wasserstein1d } from "../../wasserstein/line/wasserstein1d.ts";
import { sinkhorn } from "../../wasserstein/sinkhorn/sinkhorn.ts";
import { slicedPlan } from "../../wasserstein/sliced/sliced-plan.ts";
import { assert, close, test } from "../harness.ts";
import { uniform, uniformCloud } from "./clouds.ts";

test("on the circle the distance is that of exact transport with the shorter arc as distance", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const [n, m] = [3 + (seed % 5), 2 + (seed % 7)];
    const [x, y] = [uniform(seed, "x", n).map((v) => 3 * v - 1), uniform(seed, "y", m)];
    const [a, b] = [uniform(seed, "a", n).map((w) => w + 0.1), uniform(seed, "b", m).map((w) => w + 0.1)];
    const equal = seed % 2 === 0;
    for (const p of [1, 1.5, 2, 3]) {
      const cost = Float64Array.from({ length: n * m }, (_, k) => {
        const gap = Math.abs(x[Math.floor(k / m)]! - y[k % m]!) % 1;
        return Math.min(gap, 1 - gap) ** p;
      });
      const masses = equal ? {} : { xWeights: a, yWeights: b };
      const exact = emd({ cost, rows: n, columns: m, ...masses }, undefined, { normalize: true }).value;
      const [left, right] = equal
        ? [x, y]
        : [
            { values: x, weights: a },
            { values: y, weights: b },
          ];
      const { value, plan } = wassersteinCircle(left, right, { p, normalize: true });
      close(value, exact, 1e-13, `seed ${seed}, p ${p}`);
      const dense = plan().toDense();
      close(
        dense.reduce((s, q, k) => s + q * cost[k]!, 0),
        exact,
        1e-13,
        "the plan",
      );
    }
  }
  close(wassersteinCircle([350], [10], { period: 360 }).value, 20, 1e-12);
  assert.is(wassersteinCircle([0.1, 0.6], [0.6, 0.1], { p: 2 }).value, 0);
});

test("derivatives on the circle are central differences", () => {
  const [x, y] = [uniform(3, "x", 6), uniform(3, "y", 6)];
  for (const p of [1, 2]) {
    const g = wassersteinCircle(x, y, { p, period: 0.7 }).gradient();
    for (const side of ["x", "y"] as const) {
      for (let i = 0; i < 6; i++) {
        const at = (h: number) => {
          const moved = (side === "x" ? x : y).slice();
          moved[i]! += h;
          return wassersteinCircle(side === "x" ? moved : x, side === "y" ? moved : y, { p, period: 0.7 }).value;
        };
        close(g[side][i]!, (at(1e-6) - at(-1e-6)) / 2e-6, 1e-7, `${side}[${i}], p ${p}`);
      }
    }
  }
});

test("unbalanced transport on the line lies in Sinkhorn's bracket of the exact unbalanced cost, and is two points' closed form", () => {
  const [x, y] = [uniform(1, "x", 12).map((v) => 3 * v), uniform(1, "y", 9).map((v) => 3 * v + 0.3)];
  const [a, b] = [uniform(1, "a", 12), uniform(1, "b", 9)];
  for (const reach of [0.3, 1, 5]) {
    const line = unbalancedWasserstein1d(
      { values: x, weights: a },
      { values: y, weights: b },
      { reach, tolerance: 1e-5 },
    );
    assert.ok(line.converged, `reach ${reach}: ${line.iterations} ${line.bounds}`);
    const side = (points: Float64Array, weights: Float64Array) => ({ points, count: points.length, dim: 1, weights });
    const { bounds } = sinkhorn(side(x, a), side(y, b), {
      reach,
      epsilon: 1e-3,
      tolerance: 1e-8,
      maxIterations: 20_000,
    });
    assert.ok(line.bounds[1] >= bounds[0] - 1e-12 && line.bounds[0] <= bounds[1] + 1e-12, `${line.bounds} ${bounds}`);
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 9; j++) assert.ok(line.f[i]! + line.g[j]! <= (x[i]! - y[j]!) ** 2 + 1e-9);
    }
  }
  // ρ(m₁ + m₂) − 2ρ √(m₁m₂) e^{−c/2ρ}
  const [m1, m2, reach, c] = [2, 0.5, 0.7, 1.3];
  const rho = 2 * reach ** 2;
  const exact = rho * (m1 + m2) - 2 * rho * Math.sqrt(m1 * m2) * Math.exp(-c / (2 * rho));
  close(
    unbalancedWasserstein1d(
      { values: [0], weights: [m1] },
      { values: [Math.sqrt(c)], weights: [m2] },
      { reach, tolerance: 1e-12 },
    ).value,
    exact,
    1e-10,
  );
});

test("fused Gromov–Wasserstein is transport at alpha 0 and Gromov–Wasserstein at 1; its value is that of its plan", () => {
  const space = (seed: number, name: string, count: number) => {
    const points = uniform(seed, name, 2 * count);
    const distances = Float64Array.from({ length: count * count }, (_, k) => {
      const [i, j] = [Math.floor(k / count), k % count];
      return Math.hypot(points[2 * i]! - points[2 * j]!, points[2 * i + 1]! - points[2 * j + 1]!);
    });
    return { distances, count };
  };
  const [x, y] = [space(1, "x", 8), space(1, "y", 7)];
  const cost = uniform(1, "cost", 56);
  close(fusedGromovWasserstein(x, y, { cost, alpha: 0 }).value, emd({ cost, rows: 8, columns: 7 }).value, 1e-12);
  close(fusedGromovWasserstein(x, y, { cost, alpha: 1 }).value, gromovWasserstein(x, y).value, 1e-12);
  for (const options of [{}, { epsilon: 0 }, { epsilon: 0, starts: ["product"] as const }]) {
    const { value, bounds, plan: found, gradient } = fusedGromovWasserstein(x, y, { cost, alpha: 0.3, ...options });
    const plan = found().toDense();
    let expected = 0;
    for (let i = 0; i < 8; i++) {
      for (let j = 0; j < 7; j++) {
        expected += 0.7 * cost[i * 7 + j]! * plan[i * 7 + j]!;
        for (let k = 0; k < 8; k++) {
          for (let l = 0; l < 7; l++) {
            const gap = x.distances[i * 8 + k]! - y.distances[j * 7 + l]!;
            expected += 0.3 * gap * gap * plan[i * 7 + j]! * plan[k * 7 + l]!;
          }
        }
      }
    }
    close(value, expected, 1e-12);
    // The value of the plan as it is, with one distance another.
    const slope = gradient().x;
    for (const at of [1, 12, 30]) {
      const [i, k] = [Math.floor(at / 8), at % 8];
      let derivative = 0;
      for (let j = 0; j < 7; j++) {
        for (let l = 0; l < 7; l++) {
          const gap = x.distances[at]! - y.distances[j * 7 + l]!;
          derivative += 0.6 * gap * plan[i * 7 + j]! * plan[k * 7 + l]!;
        }
      }
      close(slope[at]!, derivative, 1e-14, `slope ${at}`);
    }
    const moved = (d: readonly [Float64Array, Float64Array]) => d[0].reduce((s, v, k) => s + v * d[1][k]!, 0);
    // Of degree two in both distances together.
    const { y: other } = gradient();
    let quadratic = value;
    for (const [k, q] of plan.entries()) quadratic -= 0.7 * q * cost[k]!;
    close(moved([slope, x.distances]) + moved([other, y.distances]), 2 * quadratic, 1e-12);
    assert.ok(bounds[0] <= value && bounds[1] === value);
  }
});

test("a barycenter of free support between two clouds of its size is their midpoints, and of one cloud that cloud", () => {
  const x = uniformCloud(1, "x", 6);
  const y = { ...x, points: x.points.map((v, k) => v + [0.3, -0.2][k % 2]!) };
  const one = freeSupportBarycenter([y], { start: x });
  assert.ok(one.converged);
  close(one.value, 0, 1e-20);
  const between = freeSupportBarycenter([x, y], { start: x, weights: [3, 1] });
  for (const [k, v] of between.cloud.points.entries()) close(v, x.points[k]! + [0.075, -0.05][k % 2]!, 1e-12);
  // 3/4·1/4 of the squared shift.
  close(between.value, (3 / 16) * 0.13, 1e-12);
});

test("a plan from projections bounds W₂² from above, is exact on the line and for shifts, and keeps the weights", () => {
  const weights = uniform(2, "a", 30);
  const [x, y] = [
    { ...uniformCloud(2, "x", 30), weights },
    { ...uniformCloud(2, "y", 25), weights: uniform(2, "b", 25) },
  ];
  const exact = emd(x, y, { normalize: true }).value;
  for (const kind of ["best", "mean"] as const) {
    const { value, plan } = slicedPlan(x, y, { normalize: true, kind, rng: rng(1) });
    assert.ok(value >= exact && value < 6 * exact, `${value} ${exact}`);
    const rows = new Float64Array(30);
    const routes = plan();
    for (const [k, i] of routes.rows.entries()) rows[i]! += routes.masses[k]!;
    const total = weights.reduce((s, w) => s + w, 0);
    for (const [i, w] of weights.entries()) close(rows[i]!, w / total, 1e-14);
  }
  const equal = uniformCloud(2, "x", 30);
  const moved = { ...equal, points: equal.points.map((v) => v + 2) };
  const shift = slicedPlan(equal, moved, { rng: rng(2), directions: 3 });
  close(shift.value, 8, 1e-12);
  for (const [k, v] of shift.gradient().x.entries()) close(v, -4 / 30, 1e-12, `${k}`);
  const [u, v] = [uniformCloud(3, "x", 9, 1), uniformCloud(3, "y", 9, 1)];
  close(
    slicedPlan(u, v, { rng: rng(3), directions: 1 }).value,
    wasserstein1d(u.points, v.points, { p: 2 }).value,
    1e-14,
  );
});

test.run();
