// Inside: a kernel, the fast exponential.
import { readFileSync } from "node:fs";
import { type Cloud, emd, type SinkhornOptions, sinkhorn } from "../../../wasserstein/index.ts";
import { exp } from "../../../wasserstein/sinkhorn/exp.ts";
import { assert, close, test } from "../../harness.ts";
import { cloudOf, planarPair, uniformCloud } from "../clouds.ts";

const random = (seed: number, count: number, dim: number) => uniformCloud(seed, "points", count, dim);
const everyWay: readonly SinkhornOptions[] = [
  {},
  { online: true },
  { refine: "newton" },
  { refine: "newton", online: true },
];

test("the exponential is that of Math.exp to rounding, 0 far below, and passes NaN on", () => {
  for (let x = 0; x > -700; x -= 0.0371) close(exp(x) / Math.exp(x), 1, 5e-16, `exp(${x})`);
  assert.is(exp(-1000), 0);
  assert.is(exp(Number.NEGATIVE_INFINITY), 0);
  assert.is(exp(3), Math.exp(3));
  assert.ok(Number.isNaN(exp(Number.NaN)));
});

test("on the pair of 50-point clouds every way gives the recorded costs at every ε", () => {
  const [x, y] = planarPair();
  for (const [epsilon, value, linear] of [
    [1, 0.318798112378, 0.312089770637],
    [0.1, 0.269447072615, 0.22927911563],
    [0.01, 0.190551246191, 0.169938032459],
    [0.003, 0.173201279387, 0.164022712489],
  ] as const) {
    for (const way of everyWay) {
      const r = sinkhorn(x, y, { epsilon, tolerance: 1e-11, maxIterations: 5000, ...way });
      assert.ok(r.converged);
      // Recorded to 12 digits.
      close(r.entropicValue, value, 1e-11, `value at ${epsilon}`);
      close(r.linearCost, linear, 1e-11, `linear cost at ${epsilon}`);
      close(r.dualityGap, 0, 1e-10);
    }
  }
});

test("N(m, s²) against N(n, t²): the closed form of entropic transport between Gaussians", () => {
  // Equidistant points with the density as weights integrate Gaussians to rounding.
  const gaussian = (mean: number, deviation: number): Cloud => {
    const points = Array.from({ length: 241 }, (_, i) => mean + deviation * (i - 120) * 0.06);
    return cloudOf(
      points,
      1,
      points.map((p) => Math.exp(-((p - mean) ** 2) / (2 * deviation ** 2))),
    );
  };
  for (const [sigma, expected] of [
    [0.3, 2.748379],
    [0.7, 3.117704],
  ] as const) {
    const r = sinkhorn(gaussian(0, 0.5), gaussian(1.5, 1), {
      epsilon: 2 * sigma ** 2,
      tolerance: 1e-11,
      normalize: true,
    });
    const d = Math.sqrt(4 * 0.25 * 1 + sigma ** 4);
    const s2 = sigma ** 2;
    const closed = 1.5 ** 2 + 0.25 + 1 - d + s2 * (1 - Math.log(2 * s2)) + s2 * Math.log(d + s2);
    close(r.entropicValue, closed, 1e-9);
    close(r.entropicValue, expected, 1e-6);
  }
});

test("POT finds the same plans and costs, balanced and unbalanced", () => {
  const { cases } = JSON.parse(readFileSync(new URL("../../oracles/sinkhorn-pot.json", import.meta.url), "utf8"));
  let seen = 0;
  for (const one of cases) {
    if (one.kind === "divergence") continue;
    const [x, y] = [cloudOf(one.x, one.dim, one.a), cloudOf(one.y, one.dim, one.b)];
    for (const way of everyWay) {
      const reach = one.rho === undefined ? {} : { reach: Math.sqrt(one.rho / 2) };
      const r = sinkhorn(x, y, { epsilon: one.epsilon, tolerance: 1e-12, maxIterations: 20000, ...reach, ...way });
      close(r.entropicValue, one.value, 1e-10 * Math.abs(one.value), `${one.kind} value`);
      close(r.linearCost, one.linearCost, 1e-9 * one.linearCost, `${one.kind} linear cost`);
      for (const [k, p] of r.plan().toDense().entries()) close(p, one.plan[k], 1e-10, `plan[${k}]`);
      if (one.exact !== undefined) assert.ok(r.bounds[0] <= one.exact && one.exact <= r.bounds[1]);
      seen++;
    }
  }
  assert.is(seen, 20);
});

test("between two points of any masses, unbalanced transport has a closed form", () => {
  for (const [p, q, cost, epsilon, rho] of [
    [1, 1, 0.5, 0.1, 1],
    [2, 0.5, 1.3, 0.2, 0.7],
    [2, 0.5, 1.3, 1e-3, 50],
    [0.1, 7, 40, 0.3, 2],
  ] as const) {
    const exponent = (rho + epsilon) / (2 * rho + epsilon);
    const moved = (p * q) ** exponent * Math.exp(-cost / (2 * rho + epsilon));
    const value = rho * (p + q) + epsilon * p * q - (2 * rho + epsilon) * moved;
    for (const way of everyWay) {
      const options = { epsilon, reach: Math.sqrt(rho / 2), tolerance: 1e-11, ...way };
      const r = sinkhorn(cloudOf([0], 1, [p]), cloudOf([Math.sqrt(cost)], 1, [q]), options);
      assert.ok(r.converged && r.iterations < 50, `${r.iterations} passes`);
      // The tolerance is absolute.
      close(r.plan().toDense()[0]!, moved, 1e-9 * moved + 1e-11);
      close(r.entropicValue, value, 1e-9 * value);
      close(r.dualityGap, 0, 1e-8);
    }
  }
});

test("the bounds hold the exact cost between them, converged or not", () => {
  for (let seed = 1; seed <= 12; seed++) {
    const [x, y] = [random(seed, 30, 2), random(100 + seed, 22, 2)];
    const exact = emd(x, y).value;
    for (const epsilon of [1, 1e-2, 1e-4]) {
      for (const maxIterations of [1, 2, 30, 1000]) {
        const r = sinkhorn(x, y, { epsilon, maxIterations });
        const [low, high] = r.bounds;
        assert.ok(low <= r.value && r.value <= high, `value ${r.value} outside ${low} to ${high}`);
        assert.ok(
          low <= exact && exact <= high,
          `${low} ≤ ${exact} ≤ ${high} at ε ${epsilon}, ${maxIterations} passes`,
        );
        assert.ok(r.dualityGap >= 0);
      }
    }
    const [low, high] = sinkhorn(x, y, { epsilon: 1e-4, refine: "newton" }).bounds;
    close(low, high, 0.02 * exact, "bracket at small ε");
  }
});

test("clouds in 1 to 7 dimensions cost what the matrix of their squared distances does", () => {
  for (let dim = 1; dim <= 7; dim++) {
    const [x, y] = [random(dim, 5, dim), random(50 + dim, 6, dim)];
    const cost = new Float64Array(30);
    for (let k = 0; k < 30 * dim; k++) {
      const [i, j, axis] = [Math.floor(k / (6 * dim)), Math.floor(k / dim) % 6, k % dim];
      cost[i * 6 + j]! += (x.points[i * dim + axis]! - y.points[j * dim + axis]!) ** 2;
    }
    for (const way of everyWay) {
      const options = { epsilon: 0.1, tolerance: 1e-12, ...way };
      const r = sinkhorn(x, y, options);
      close(r.entropicValue, sinkhorn({ cost, rows: 5, columns: 6 }, undefined, options).entropicValue, 1e-12);
      close(
        r
          .plan()
          .toDense()
          .reduce((sum, p, k) => sum + p * cost[k]!, 0),
        r.linearCost,
        1e-13,
      );
    }
  }
});

test("the marginal error is that of the plan, not, as in many codes, of the side just written, where it is always 0", () => {
  const [x, y] = planarPair();
  for (const way of everyWay) {
    for (const maxIterations of [2, 5, 9]) {
      const r = sinkhorn(x, y, { epsilon: 0.01, maxIterations, tolerance: 0, ...way });
      const plan = r.plan();
      const [values, [rows, columns]] = [plan.toDense(), plan.shape];
      let error = 0;
      for (let i = 0; i < rows; i++)
        error += Math.abs(values.slice(i * columns, (i + 1) * columns).reduce((s, p) => s + p, 0) - 0.02);
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += values[i * columns + j]!;
        error += Math.abs(sum - 0.02);
      }
      close(r.marginalError, error, 1e-13);
      assert.not(r.converged && r.marginalError > 0);
    }
  }
});

test("ε may be given as a length, relative to the median cost, or not at all", () => {
  const [x, y] = planarPair();
  close(sinkhorn(x, y, { blur: 0.1 }).epsilon, 0.02, 1e-16);
  const costs = Array.from({ length: 2500 }, (_, k) => {
    const [i, j] = [Math.floor(k / 50), k % 50];
    return (x.points[2 * i]! - y.points[2 * j]!) ** 2 + (x.points[2 * i + 1]! - y.points[2 * j + 1]!) ** 2;
  });
  const median = [...costs].sort((p, q) => p - q)[1250]!;
  close(sinkhorn(x, y, { epsilon: { relativeTo: "median-cost", factor: 0.1 } }).epsilon, 0.1 * median, 1e-15);
  const mean = costs.reduce((s, c) => s + c, 0) / 2500;
  const deviation = Math.sqrt(costs.reduce((s, c) => s + (c - mean) ** 2, 0) / 2500);
  close(sinkhorn(x, y).epsilon, 0.05 * deviation, 1e-13);
});

test("plans too large to write out are refused; the rest still works", () => {
  const big = random(1, 12000, 1);
  const r = sinkhorn(big, big, { epsilon: 10, maxIterations: 1, online: true });
  assert.ok(Number.isFinite(r.entropicValue));
  assert.throws(() => r.plan(), /entries/);
});

test.run();
