/** Partial and semi-relaxed transport, against enumeration, optimality conditions and central differences. */

import { OptionsError, rng } from "../../../engine/index.ts";
import { emd, partialTransport, semiRelaxedTransport, sinkhorn } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { uniform, uniformCloud } from "../clouds.ts";

/** Least cost of k pairs out of a matrix, by enumeration. */
function bestPairs(cost: Float64Array, n: number, m: number, k: number): number {
  const search = (row: number, used: number, left: number): number => {
    if (left === 0) return 0;
    if (n - row < left) return Number.POSITIVE_INFINITY;
    let best = search(row + 1, used, left);
    for (let j = 0; j < m; j++) {
      if (used & (1 << j)) continue;
      best = Math.min(best, cost[row * m + j]! + search(row + 1, used | (1 << j), left - 1));
    }
    return best;
  };
  return search(0, 0, k);
}

test("partial transport of k unit masses is the cheapest choice of k pairs, also where costs are negative", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const [n, m] = [3 + (seed % 3), 4 + (seed % 2)];
    const cost = uniform(seed, "cost", n * m).map((c) => (seed % 4 === 0 ? c - 0.5 : c));
    for (let k = 1; k <= Math.min(n, m); k++) {
      const [a, b] = [new Float64Array(n).fill(1), new Float64Array(m).fill(1)];
      const { value, dualityGap, plan } = partialTransport(
        { cost, rows: n, columns: m, xWeights: a, yWeights: b },
        undefined,
        { mass: k },
      );
      close(value, bestPairs(cost, n, m, k), 1e-12, `seed ${seed}, k ${k}`);
      assert.ok(dualityGap! < 1e-12, `${dualityGap}`);
      close(
        plan().masses.reduce((s, q) => s + q, 0),
        k,
        1e-12,
      );
    }
  }
});

test("all of the lighter side's mass, with equal sides, is transport; its potentials are admissible", () => {
  const [x, y] = [uniformCloud(1, "x", 7), uniformCloud(1, "y", 7)];
  close(partialTransport(x, y, { mass: 1 }).value, emd(x, y).value, 1e-14);
  const { f, g, price, value, plan } = partialTransport(x, y, { mass: 0.4, p: 1 });
  for (let i = 0; i < 7; i++) {
    assert.ok(f[i]! <= 0 && g[i]! <= 0);
    for (let j = 0; j < 7; j++) {
      const c = Math.hypot(x.points[2 * i]! - y.points[2 * j]!, x.points[2 * i + 1]! - y.points[2 * j + 1]!);
      assert.ok(f[i]! + g[j]! + price <= c + 1e-14);
    }
  }
  close(f.reduce((s, v) => s + v / 7, 0) + g.reduce((s, v) => s + v / 7, 0) + 0.4 * price, value, 1e-14);
  const { rows, columns, masses } = plan();
  for (const sums of [rows, columns]) {
    const marginal = new Float64Array(7);
    for (const [k, i] of sums.entries()) marginal[i]! += masses[k]!;
    for (const w of marginal) assert.ok(w <= 1 / 7 + 1e-15);
  }
});

/** Central differences of a value in points, weights and one number, along random directions. */
function differences(
  value: (x: Float64Array, y: Float64Array, a: Float64Array, b: Float64Array) => number,
  at: readonly Float64Array[],
  slopes: readonly (Float64Array | undefined)[],
  tolerance: number,
  what: string,
): void {
  for (const [k, slope] of slopes.entries()) {
    const d = rng(k + 5).normal(new Float64Array(at[k]!.length));
    const h = 1e-6;
    const moved = (s: number) =>
      value(
        ...(at.map((v, l) => (l === k ? v.map((q, i) => q + s * d[i]!) : v)) as [
          Float64Array,
          Float64Array,
          Float64Array,
          Float64Array,
        ]),
      );
    const expected = (moved(h) - moved(-h)) / (2 * h);
    const found = slope!.reduce((s, v, i) => s + v * d[i]!, 0);
    close(found, expected, tolerance * Math.max(1, Math.abs(expected)), `${what}: input ${k}`);
  }
}

test("derivatives of partial, entropic partial and semi-relaxed transport are central differences", () => {
  const [n, m, dim] = [6, 5, 2];
  const [x, y] = [uniformCloud(2, "x", n), uniformCloud(2, "y", m)];
  const [a, b] = [uniform(2, "a", n).map((w) => w + 0.3), uniform(2, "b", m).map((w) => w + 0.4)];
  const clouds = (px: Float64Array, py: Float64Array, wa: Float64Array, wb: Float64Array) =>
    [
      { points: px, count: n, dim, weights: wa },
      { points: py, count: m, dim, weights: wb },
    ] as const;
  const objective = (found: { readonly value: number; readonly entropicValue?: number }) =>
    found.entropicValue ?? found.value;
  const tight = { tolerance: 1e-13, maxIterations: 50_000 };
  for (const p of [1, 2]) {
    const ways = {
      partial: (px: Float64Array, py: Float64Array, wa: Float64Array, wb: Float64Array, mass = 1.1) =>
        partialTransport(...clouds(px, py, wa, wb), { mass, p }),
      entropic: (px: Float64Array, py: Float64Array, wa: Float64Array, wb: Float64Array, mass = 1.1) =>
        partialTransport(...clouds(px, py, wa, wb), { mass, p, epsilon: 0.05, ...tight }),
      "semi-relaxed": (px: Float64Array, py: Float64Array, wa: Float64Array, wb: Float64Array) =>
        semiRelaxedTransport(...clouds(px, py, wa, wb), { p, epsilon: 0.05, reach: 0.5, ...tight }),
      free: (px: Float64Array, py: Float64Array, wa: Float64Array, wb: Float64Array) =>
        semiRelaxedTransport(...clouds(px, py, wa, wb), { p }),
    };
    for (const [name, way] of Object.entries(ways)) {
      const result = way(x.points, y.points, a, b);
      const g = result.gradient();
      differences(
        (...v) => objective(way(...v)),
        [x.points, y.points, a, b],
        [g.x, g.y, g.xWeights, g.yWeights],
        2e-5,
        `${name}, p = ${p}`,
      );
      if (name !== "partial" && name !== "entropic") continue;
      const h = 1e-6;
      const by = way as (typeof ways)["partial"];
      const at = (mass: number) => objective(by(x.points, y.points, a, b, mass));
      const up = at(1.1 + h) - at(1.1 - h);
      close((result as ReturnType<typeof by>).price, up / (2 * h), 1e-5, `${name}: price`);
    }
  }
});

test("entropic partial transport tends to the exact one, and with all mass to Sinkhorn's", () => {
  const [x, y] = [uniformCloud(3, "x", 6), uniformCloud(3, "y", 6)];
  const exact = partialTransport(x, y, { mass: 0.5 }).value;
  const soft = partialTransport(x, y, { mass: 0.5, epsilon: 2e-3, tolerance: 1e-6, maxIterations: 50_000 });
  assert.ok(soft.converged, `${soft.marginalError}`);
  close(soft.value, exact, 4e-3);
  const all = { epsilon: 0.05, tolerance: 1e-12, maxIterations: 50_000 };
  const whole = partialTransport(x, y, { mass: 1, ...all });
  close(whole.entropicValue, sinkhorn(x, y, all).entropicValue, 1e-9);
  close(whole.value, sinkhorn(x, y, all).value, 1e-9);
});

test("semi-relaxed transport without price sends every point to the nearest, and with a high one is transport", () => {
  const [x, y] = [uniformCloud(4, "x", 6), uniformCloud(4, "y", 5)];
  const free = semiRelaxedTransport(x, y);
  let expected = 0;
  for (let i = 0; i < 6; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < 5; j++) {
      least = Math.min(
        least,
        (x.points[2 * i]! - y.points[2 * j]!) ** 2 + (x.points[2 * i + 1]! - y.points[2 * j + 1]!) ** 2,
      );
    }
    expected += least / 6;
  }
  close(free.value, expected, 1e-15);
  const options = { epsilon: 0.05, tolerance: 1e-12, maxIterations: 50_000 };
  const priced = semiRelaxedTransport(x, y, { ...options, reach: 1e4 });
  close(priced.entropicValue, sinkhorn(x, y, options).entropicValue, 1e-6);
  close(priced.value, sinkhorn(x, y, options).value, 1e-6);
});

test("options out of range are refused with the way out", () => {
  const [x, y] = [uniformCloud(5, "x", 3), uniformCloud(5, "y", 3)];
  throws(() => partialTransport(x, y, { mass: 1.2 }), OptionsError, /at most 1/);
  throws(() => partialTransport(x, y, { mass: 0 }), OptionsError, /mass is 0/);
  throws(() => partialTransport(x, y, { mass: 0.5, epsilon: -1 }), OptionsError, /epsilon is -1/);
  throws(() => semiRelaxedTransport(x, y, { reach: 1 }), OptionsError, /needs epsilon/);
  throws(() => partialTransport(x, undefined, { mass: 0.5 }), OptionsError, /two clouds/);
});

test.run();
