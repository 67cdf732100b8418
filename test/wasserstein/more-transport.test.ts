/** The circle, unbalanced transport on the line, fused Gromov, free supports and plans from projections. */
import { rng } from "../../engine/index.ts";
import { emd, freeSupportBarycenter, slicedPlan, wasserstein1d, wassersteinCircle } from "../../wasserstein/index.ts";
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
