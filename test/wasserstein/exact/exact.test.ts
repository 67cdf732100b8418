// Inside: a kernel, the assignment that starts at given prices.
/** Exact transport: brute force, POT, SciPy, the line, and the certificate that it carries itself. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { rng } from "../../../engine/index.ts";
import { assign } from "../../../wasserstein/exact/assignment.ts";
import { type Cloud, type CostProblem, emd } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

const oracle = JSON.parse(readFileSync(new URL("../../oracles/exact-transport.json", import.meta.url), "utf8")) as {
  cases: { n: number; m: number; d: number; weights: string; p: number; pot: number; scipy?: number }[];
  ties: { n: number; scipy: number }[];
};
const alpha = [0.7548776662466927, 0.5698402909980532, 0.4301597090019468, 0.2451223337533073, 0.6180339887498949];

type Weights = ArrayLike<number> | undefined;
type EmdOptions = NonNullable<Parameters<typeof emd>[2]>;
type EmdResult = ReturnType<typeof emd>;

function onClouds({ x, y }: { x: Cloud; y: Cloud }, a?: Weights, b?: Weights, options?: EmdOptions): EmdResult {
  return emd({ ...x, ...(a && { weights: a }) }, { ...y, ...(b && { weights: b }) }, options);
}

function onCosts(costs: CostProblem, xWeights?: Weights, yWeights?: Weights, options?: EmdOptions): EmdResult {
  return emd({ ...costs, xWeights, yWeights }, undefined, options);
}

/** The clouds of test/oracles/exact_transport.py. */
function cloud(n: number, d: number, start: number, scale = 1, shift: readonly number[] = []): Cloud {
  const points = Float64Array.from({ length: n * d }, (_, at) => {
    const k = at % d;
    return scale * (((start + 1 + Math.floor(at / d)) * alpha[k]!) % 1) + (shift[k] ?? 0);
  });
  return { points, count: n, dim: d };
}

function oracleWeights(kind: string, n: number, seed: number): number[] | undefined {
  if (kind === "equal") return undefined;
  return Array.from({ length: n }, (_, i) =>
    kind === "zeros" && (i + seed) % 3 === 0 ? 0 : 1 + ((i * 7919 + seed) % 13),
  );
}

/** Marginals, feasibility of the potentials, complementary slackness. */
function checkOptimality(result: EmdResult, cost: ArrayLike<number>, a: readonly number[], b: readonly number[]): void {
  const { shape, rows, columns, masses } = result.plan();
  const [n, m] = shape;
  const scale = Math.max(...Array.from(cost, Math.abs), Number.MIN_VALUE);
  assert.ok(masses.length <= n + m - 1, `${masses.length} routes`);
  const left = [...a];
  const right = [...b];
  for (const [k, mass] of masses.entries()) {
    assert.ok(mass > 0);
    left[rows[k]!]! -= mass;
    right[columns[k]!]! -= mass;
    const slack = cost[rows[k]! * m + columns[k]!]! - result.f[rows[k]!]! - result.g[columns[k]!]!;
    close(slack / scale, 0, 1e-13, "slack of a used route");
  }
  for (const rest of [...left, ...right]) close(rest, 0, 1e-15, "marginal");
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      assert.ok(result.f[i]! + result.g[j]! <= cost[i * m + j]! + 1e-15 * scale, "u + v ≤ cost");
    }
  }
  close(result.f.reduce((sum, f, i) => sum + f * a[i]!, 0) / scale, 0, 1e-13, "Σ a·u");
}

const share = (w: readonly number[]) => w.map((x) => x / w.reduce((s, y) => s + y, 0));
const equal = (n: number) => new Array<number>(n).fill(1 / n);

function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => [...rest.slice(0, at), n - 1, ...rest.slice(at)]),
  );
}

test("small assignments equal the best of all permutations, ties included", () => {
  const all = [1, 2, 3, 4, 5, 6].map(permutations);
  const costs = fc.integer({ min: 1, max: 6 }).chain((n) =>
    fc.array(fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ min: -1, max: 1, noNaN: true })), {
      minLength: n * n,
      maxLength: n * n,
    }),
  );
  fc.assert(
    fc.property(costs, (values) => {
      const n = Math.sqrt(values.length);
      const best = Math.min(...all[n - 1]!.map((s) => s.reduce((sum, j, i) => sum + values[i * n + j]!, 0)));
      const result = emd({ cost: Float64Array.from(values), rows: n, columns: n });
      close(result.value, best / n, 1e-14);
      checkOptimality(result, values, equal(n), equal(n));
    }),
    { seed: 3, numRuns: 300 },
  );
});

/** The least cost over all vertices of the transport polytope: plans on spanning trees of the routes. */
function leastVertex(cost: readonly number[], a: readonly number[], b: readonly number[]): number {
  const [n, m] = [a.length, b.length];
  let best = Number.POSITIVE_INFINITY;
  const choose = (from: number, picked: number[]): void => {
    if (picked.length < n + m - 1) {
      for (let k = from; k < n * m; k++) choose(k + 1, [...picked, k]);
      return;
    }
    const left = [...a, ...b];
    let rest = picked.map((k) => [Math.floor(k / m), n + (k % m), cost[k]!] as const);
    let sum = 0;
    while (rest.length > 0) {
      const degree = (node: number) => rest.filter(([i, j]) => i === node || j === node).length;
      const leaf = rest.find(([i, j]) => degree(i) === 1 || degree(j) === 1);
      if (!leaf) return; // a cycle: no tree
      const [i, j, price] = leaf;
      const [end, other] = degree(i) === 1 ? [i, j] : [j, i];
      const mass = left[end]!;
      if (mass < -1e-12) return;
      sum += mass * price;
      left[other]! -= mass;
      rest = rest.filter((route) => route !== leaf);
      left[end] = 0;
    }
    if (left.every((q) => Math.abs(q) < 1e-12)) best = Math.min(best, sum);
  };
  choose(0, []);
  return best;
}

test("small weighted problems equal the best vertex of the polytope, degenerate ones included", () => {
  const weight = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0.01, max: 1, noNaN: true }));
  const problem = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })).chain(([n, m]) =>
    fc.tuple(
      fc.array(fc.integer({ min: -2, max: 5 }), { minLength: n * m, maxLength: n * m }),
      fc.array(weight, { minLength: n, maxLength: n }).filter((w) => w.some((x) => x > 0)),
      fc.array(weight, { minLength: m, maxLength: m }).filter((w) => w.some((x) => x > 0)),
    ),
  );
  fc.assert(
    fc.property(problem, ([cost, a, b]) => {
      const matrix: CostProblem = { cost: Float64Array.from(cost), rows: a.length, columns: b.length };
      const result = onCosts(matrix, a, b, { normalize: true });
      close(result.value, leastVertex(cost, share(a), share(b)), 1e-13);
      checkOptimality(result, cost, share(a), share(b));
    }),
    { seed: 5, numRuns: 200 },
  );
});

for (const c of oracle.cases) {
  test(`${c.n} and ${c.m} points in dimension ${c.d}, ${c.weights} weights, p = ${c.p}: as POT and SciPy`, () => {
    const pair = { x: cloud(c.n, c.d, 0), y: cloud(c.m, c.d, c.n, 0.5, new Array(c.d).fill(0.3)) };
    const [a, b] = [oracleWeights(c.weights, c.n, 0), oracleWeights(c.weights, c.m, 5)];
    const result = onClouds(pair, a, b, { p: c.p, normalize: true });
    close(result.value / c.pot, 1, 1e-12, "POT");
    if (c.scipy !== undefined) close(result.value / c.scipy, 1, 1e-12, "SciPy");
    assert.ok(result.dualityGap <= 1e-12, `gap ${result.dualityGap}`);
  });
}

test("whole-number costs full of ties: as SciPy, by assignment and by the network simplex method", () => {
  for (const { n, scipy } of oracle.ties) {
    const cost = Float64Array.from({ length: n * n }, (_, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      return (i * 37 + j * 101 + i * j * 7) % 11;
    });
    const ones = new Array<number>(n).fill(1);
    for (const weights of [undefined, ones]) {
      const result = onCosts({ cost, rows: n, columns: n }, weights, weights);
      close(result.value, scipy / n, 1e-14);
      checkOptimality(result, cost, equal(n), equal(n));
    }
  }
});

test("2000 points: gap ≤ 1e-12 relative to the value, with equal and with unequal weights", () => {
  const n = 2000;
  for (const [d, kind] of [
    [2, "equal"],
    [5, "equal"],
    [3, "weighted"],
  ] as const) {
    const pair = { x: cloud(n, d, 0), y: cloud(n, d, n, 0.9, [0.05, 0.1]) };
    const [a, b] = [oracleWeights(kind, n, 0), oracleWeights(kind, n, 7)];
    const { value, plan, f: u, g: v, dualityGap } = onClouds(pair, a, b, { normalize: true });
    assert.ok(dualityGap <= 1e-12, `gap ${dualityGap}`);
    // The same from outside: the mean of the potentials is the cost.
    const mean = (w: readonly number[], f: Float64Array) => f.reduce((sum, g, i) => sum + w[i]! * g, 0);
    const dual = mean(a ? share(a) : equal(n), u) + mean(b ? share(b) : equal(n), v);
    close(dual / value, 1, 1e-12, "dual over primal");
    assert.ok(plan().masses.length <= 2 * n - 1);
  }
});

test("costs over twenty decades, costs of 1e-300 and 1e300, ties and zero weights: gap ≤ 1e-12 all the same", () => {
  const draw = rng(4);
  const kinds = [
    () => Math.floor(3 * draw.uniform()),
    () => 1e6 * draw.uniform() ** 20,
    () => Math.floor(2 * draw.uniform()) * 1e-300,
    () => (draw.uniform() - 0.5) * 1e300,
  ];
  for (let round = 0; round < 160; round++) {
    const n = 1 + Math.floor(60 * draw.uniform());
    const m = round % 3 === 0 ? n : 1 + Math.floor(60 * draw.uniform());
    const weights = (count: number) => {
      const counts = Array.from({ length: count }, (_, i) => (i > 0 && draw.uniform() < 0.3 ? 0 : 1 + (i % 4)));
      const wild = counts.map(() => draw.uniform() ** 30 + 1e-12);
      return [undefined, counts, wild][round % 5 === 0 ? 0 : 1 + (round % 2)];
    };
    const cost = Float64Array.from({ length: n * m }, kinds[round % 4]!);
    const result = onCosts({ cost, rows: n, columns: m }, weights(n), weights(m), { normalize: true });
    assert.ok(result.dualityGap <= 1e-12, `round ${round}: gap ${result.dualityGap}`);
    for (const x of [...result.f, ...result.g, result.value]) assert.ok(Number.isFinite(x), `round ${round}: ${x}`);
  }
});

test("a constant on the cost moves the value by it and leaves the plan; the dense plan holds the same masses", () => {
  const [n, m] = [7, 9];
  const base = Float64Array.from({ length: n * m }, (_, k) => (k * k * 0.37) % 1);
  const [a, b] = [oracleWeights("weighted", n, 1), oracleWeights("weighted", m, 2)];
  const plain = onCosts({ cost: base, rows: n, columns: m }, a, b, { normalize: true });
  const moved = onCosts({ cost: base.map((c) => c + 3), rows: n, columns: m }, a, b, { normalize: true });
  close(moved.value - plain.value, 3, 1e-14);
  assert.equal(moved.plan().toDense(), plain.plan().toDense());
  close(
    plain
      .plan()
      .toDense()
      .reduce((s, q) => s + q, 0),
    1,
    1e-15,
  );
});

test("an assignment that starts at any prices costs what emd's plan costs, and its prices prove it", () => {
  const stream = rng(31);
  for (const [k, n] of [2, 7, 40, 90].entries()) {
    const cost = stream.split(`cost ${k}`).uniform(n * n);
    const least = n * emd({ cost, rows: n, columns: n }).value;
    const own = assign(cost, n)!.prices;
    const starts = [own, own.map((v) => 1e6 - 3 * v), stream.split(`prices ${k}`).normal(n), new Float64Array(n)];
    for (const start of starts) {
      const before = start.slice();
      const { columns, prices } = assign(cost, n, start)!;
      assert.equal(
        [...columns].sort((i, j) => i - j),
        [...columns.keys()],
      );
      let total = 0;
      for (let i = 0; i < n; i++) {
        const at = cost[i * n + columns[i]!]! - prices[columns[i]!]!;
        total += cost[i * n + columns[i]!]!;
        for (let j = 0; j < n; j++)
          assert.ok(at <= cost[i * n + j]! - prices[j]! + 1e-8, `${n}: row ${i}, column ${j}`);
      }
      assert.ok(Math.abs(total - least) < 1e-8, `${n}: ${total} against ${least}`);
      assert.equal(start, before, "the prices handed in are left as they were");
    }
  }
});

test("emd tells its pivots in order and finds the same", () => {
  const draw = rng(1);
  const cloud = (count: number) => ({
    points: draw.uniform(new Float64Array(2 * count)),
    ...{ count, dim: 2, weights: draw.uniform(new Float64Array(count)) },
  });
  const [x, y] = [cloud(500), cloud(500)];
  const told: number[] = [];
  const { value } = emd(x, y, { normalize: true, onProgress: ({ pivots }) => told.push(pivots) });
  assert.ok(told.length >= 2, `${told}`);
  assert.equal(
    told,
    [...told].sort((a, b) => a - b),
  );
  assert.is(value, emd(x, y, { normalize: true }).value);
});

test.run();
