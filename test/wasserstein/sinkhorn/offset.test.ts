/** What adds the same to all plans must not cost digits of the plan: offsets of rows, of columns, and of whole clouds. */
import { rng } from "../../../engine/index.ts";
import { sinkhorn } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

type SinkhornResult = ReturnType<typeof sinkhorn>;

interface Case {
  readonly kind: "constant" | "separable" | "clouds";
  readonly n: number;
  readonly m: number;
  readonly tolerance: number;
  readonly solve: () => SinkhornResult;
  readonly a: Float64Array;
  readonly b: Float64Array;
}

/** A problem whose costs differ by about 1 beside an offset of 1 to 1e10. */
function drawn(seed: number): Case {
  const stream = rng(seed);
  const numbers = (name: string, count: number) => stream.split(name).uniform(new Float64Array(count));
  const [u, v, w, t] = numbers("sizes", 4) as unknown as [number, number, number, number];
  const [n, m] = [2 + Math.floor(10 * u), 2 + Math.floor(10 * v)];
  const offset = 10 ** (10 * w);
  const [e, q] = numbers("options", 2) as unknown as [number, number];
  const options = {
    epsilon: 10 ** (-2.5 + 2.5 * e),
    tolerance: 10 ** (-9 + 5 * q),
    maxIterations: 20_000,
    ...(t > 0.5 && { refine: "newton" as const }),
  };
  const weights = (name: string, count: number) => {
    const raw = numbers(name, count).map((x) => x + 0.1);
    const total = raw.reduce((s, x) => s + x, 0);
    return raw.map((x) => x / total);
  };
  const [a, b] = [weights("a", n), weights("b", m)];
  const kind = (["constant", "separable", "clouds"] as const)[seed % 3]!;
  const base = { kind, n, m, a, b, tolerance: options.tolerance };
  if (kind === "clouds") {
    const away = Math.sqrt(offset);
    const x = { points: numbers("x", 2 * n), count: n, dim: 2, weights: a };
    const y = { points: numbers("y", 2 * m).map((z) => z + away), count: m, dim: 2, weights: b };
    return { ...base, solve: () => sinkhorn(x, y, options) };
  }
  const [rows, columns] = [numbers("rows", n), numbers("columns", m)];
  const cost = numbers("cost", n * m).map((c, k) => {
    const own = kind === "constant" ? 1 : rows[Math.floor(k / m)]! - columns[k % m]!;
    return c + offset * own;
  });
  const problem = { cost, rows: n, columns: m, xWeights: a, yWeights: b };
  return { ...base, solve: () => sinkhorn(problem, undefined, options) };
}

/** ‖P1 − a‖₁ + ‖Pᵀ1 − b‖₁ of the plan as it is handed out. */
function errorOf({ a, b, n, m }: Case, result: SinkhornResult): number {
  const values = result.plan().toDense();
  let error = 0;
  for (let i = 0; i < n; i++) error += Math.abs(values.subarray(i * m, (i + 1) * m).reduce((s, p) => s + p, 0) - a[i]!);
  for (let j = 0; j < m; j++) {
    let column = 0;
    for (let i = 0; i < n; i++) column += values[i * m + j]!;
    error += Math.abs(column - b[j]!);
  }
  return error;
}

test("a plan that is said to have converged keeps its tolerance, whatever offset the costs have (300 seeded problems)", () => {
  const missed: string[] = [];
  let converged = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const one = drawn(seed);
    const result = one.solve();
    if (!result.converged) continue;
    converged++;
    const error = errorOf(one, result);
    if (!(error <= 1.001 * one.tolerance + 1e-13)) missed.push(`${seed} ${one.kind}: ${error} for ${one.tolerance}`);
  }
  assert.equal(missed, [], `${missed.length} of ${converged}`);
  assert.ok(converged > 250, `${converged} converged`);
});

test("an offset of rows and columns goes to the potentials and the value, and leaves the plan as it is", () => {
  const [n, m] = [5, 7];
  const stream = rng(3);
  const cost = stream.split("cost").uniform(new Float64Array(n * m));
  const [r, s] = [stream.split("r").normal(new Float64Array(n)), stream.split("s").normal(new Float64Array(m))];
  const moved = cost.map((c, k) => c + 10 * r[Math.floor(k / m)]! + 10 * s[k % m]! + 100);
  const options = { epsilon: 0.05, tolerance: 1e-13, maxIterations: 50_000 };
  const [plain, shifted] = [cost, moved].map((c) => sinkhorn({ cost: c, rows: n, columns: m }, undefined, options)) as [
    SinkhornResult,
    SinkhornResult,
  ];
  const mean = (v: Float64Array) => v.reduce((t, x) => t + x, 0) / v.length;
  const extra = 10 * mean(r) + 10 * mean(s) + 100;
  close(shifted.entropicValue, plain.entropicValue + extra, 1e-11);
  close(shifted.value, plain.value + extra, 1e-11);
  close(shifted.linearCost, plain.linearCost + extra, 1e-11);
  for (const k of [0, 1] as const) close(shifted.bounds[k], plain.bounds[k] + extra, 1e-9);
  close(shifted.dualityGap, plain.dualityGap, 1e-10);
  for (const [i, f] of plain.f.entries()) close(shifted.f[i]!, f + 10 * (r[i]! - mean(r)), 1e-11);
  for (const [j, g] of plain.g.entries()) close(shifted.g[j]!, g + 10 * (s[j]! + mean(r)) + 100, 1e-11);
  const [p, q] = [plain.plan().toDense(), shifted.plan().toDense()];
  for (const [k, v] of p.entries()) close(q[k]!, v, 1e-12);
});

test("with reach an offset c of all costs scales the plan by exp(−c/(2ρ + ε)) and raises both potentials by cρ/(2ρ + ε)", () => {
  const [n, m, epsilon, reach] = [6, 8, 0.1, 3];
  const rho = 2 * reach ** 2;
  const cost = rng(5).uniform(new Float64Array(n * m));
  const solved = (c: number) => {
    const moved = { cost: cost.map((v) => v + c), rows: n, columns: m };
    return sinkhorn(moved, undefined, { epsilon, reach, tolerance: 1e-12, maxIterations: 20_000 });
  };
  const plain = solved(0);
  for (const c of [-5, 1, 40]) {
    const raised = solved(c);
    for (const [i, f] of plain.f.entries()) close(raised.f[i]!, f + (c * rho) / (2 * rho + epsilon), 1e-8);
    for (const [j, g] of plain.g.entries()) close(raised.g[j]!, g + (c * rho) / (2 * rho + epsilon), 1e-8);
    const [p, q] = [plain.plan().toDense(), raised.plan().toDense()];
    for (const [k, v] of p.entries()) close(q[k]!, v * Math.exp(-c / (2 * rho + epsilon)), 1e-9);
  }
});

test("with reach an offset of 1e8 beside differences of 1 costs the plan no digits, nor the certificate", () => {
  const [n, m, epsilon, reach, c] = [12, 9, 0.1, 1e4, 1e8];
  const rho = 2 * reach ** 2;
  const stream = rng(7);
  // Multiples of 2⁻¹⁰, which the offset leaves as they are.
  const cost = stream
    .split("cost")
    .uniform(new Float64Array(n * m))
    .map((v) => Math.round(v * 1024) / 1024);
  const raw = stream
    .split("a")
    .uniform(new Float64Array(n))
    .map((v) => v + 0.1);
  const total = raw.reduce((t, v) => t + v);
  const weights = raw.map((v) => v / total);
  for (const refine of [{}, { refine: "newton" as const }]) {
    const options = { epsilon, reach, tolerance: 1e-13, maxIterations: 20_000, ...refine };
    const [plain, raised] = [0, c].map((by) =>
      sinkhorn({ cost: cost.map((v) => v + by), rows: n, columns: m, xWeights: weights }, undefined, options),
    ) as [SinkhornResult, SinkhornResult];
    assert.ok(plain.converged && raised.converged);
    const scale = Math.exp(-c / (2 * rho + epsilon));
    const [p, q] = [plain.plan().toDense(), raised.plan().toDense()];
    for (const [k, v] of p.entries()) close(q[k]! / (scale * v), 1, 1e-11);
    for (const [result, plan] of [
      [plain, p],
      [raised, q],
    ] as const) {
      const left = Array.from(result.g, (g, j) =>
        plan.reduce((s, v, k) => (k % m === j ? s - v : s), Math.exp(-g / rho) / m),
      );
      close(
        result.marginalError,
        left.reduce((s, v) => s + Math.abs(v), 0),
        1e-15,
      );
    }
    close(raised.linearCost / (p.reduce((s, v) => s + v) * scale * c), 1, 1e-7);
    for (const [i, f] of plain.f.entries()) close(raised.f[i]! / (f + (c * rho) / (2 * rho + epsilon)), 1, 1e-15);
    // All plans of these marginals cost c to within the differences, which bounds the objective.
    assert.ok(
      raised.bounds[0] <= raised.bounds[1] && raised.bounds[1] - raised.bounds[0] < 1e-8 * raised.entropicValue,
    );
    assert.ok(raised.dualityGap >= 0 && raised.dualityGap < 1e-7, `${raised.dualityGap}`);
  }
});

test("with reach clouds far from each other have the plan of their costs less the square of the distance", () => {
  const [n, m, away, epsilon, reach] = [10, 13, 8192, 0.5, 1e4];
  const rho = 2 * reach ** 2;
  const stream = rng(8);
  const dyadic = (name: string, count: number) =>
    stream
      .split(name)
      .uniform(new Float64Array(count))
      .map((v) => Math.round(v * 64) / 64);
  const [x, y] = [dyadic("x", 2 * n), dyadic("y", 2 * m)];
  const cost = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const [d, e] = [x[2 * i]! - y[2 * j]!, x[2 * i + 1]! - y[2 * j + 1]!];
      // (d − away)² + e² less away².
      cost[i * m + j] = d * d + e * e - 2 * away * d;
    }
  }
  const b = Float64Array.from({ length: m }, (_, j) => (j === 4 ? 0 : 1 / (m - 1)));
  const options = { epsilon, reach, tolerance: 1e-12, maxIterations: 50_000, refine: "newton" as const };
  const plain = sinkhorn({ cost, rows: n, columns: m, yWeights: b }, undefined, options);
  const far = Float64Array.from(y, (v, k) => (k % 2 === 0 ? v + away : v));
  const moved = sinkhorn({ points: x, count: n, dim: 2 }, { points: far, count: m, dim: 2, weights: b }, options);
  assert.ok(plain.converged && moved.converged);
  const scale = Math.exp(-(away ** 2) / (2 * rho + epsilon));
  const [p, q] = [plain.plan().toDense(), moved.plan().toDense()];
  for (const [k, v] of p.entries()) close(q[k]!, scale * v, 1e-10);
  // Only the sum of two potentials is fixed to so many digits where mass is hardly made or lost.
  const apart = (2 * away ** 2 * rho) / (2 * rho + epsilon);
  for (const [j, g] of plain.g.entries()) close(moved.f[0]! + moved.g[j]! - apart, plain.f[0]! + g, 1e-6, `g[${j}]`);
});

test("points without weight have the potential of the costs as given", () => {
  const cloud = (points: number[], weights: number[]) => ({
    points: Float64Array.from(points),
    count: points.length,
    dim: 1,
    weights,
  });
  const x = cloud([0, 1, 2, 50], [1, 1, 1, 0]);
  const y = cloud([1000, 1001], [1, 2]);
  const { f, g, epsilon } = sinkhorn(x, y, { epsilon: 0.5, tolerance: 1e-13, maxIterations: 10_000, normalize: true });
  // f_i = −ε log Σ_j b_j exp((g_j − C_ij)/ε) for every i.
  for (const [i, p] of x.points.entries()) {
    const heights = [0, 1].map((j) => (g[j]! - (p - y.points[j]!) ** 2) / epsilon + Math.log(y.weights[j]! / 3));
    const top = Math.max(...heights);
    const soft = -epsilon * (top + Math.log(heights.reduce((s, h) => s + Math.exp(h - top), 0)));
    close(f[i]!, soft, 1e-6, `f[${i}]`);
  }
});

test.run();
