import { readFileSync } from "node:fs";
import { isMongeError, rng } from "../../../engine/index.ts";
import { gromovWasserstein, gromovWasserstein1d, type MetricMeasure } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

interface GromovCase {
  readonly distances: readonly [number[], number[]];
  readonly a: number[];
  readonly b: number[];
  readonly epsilon: number;
  readonly entropic: number;
  readonly plan: number[];
  readonly exact: number;
}
const oracle: { readonly gromov: readonly GromovCase[] } = JSON.parse(
  readFileSync(new URL("../../oracles/wasserstein-line.json", import.meta.url), "utf8"),
);

const onLine = (x: ArrayLike<number>): MetricMeasure => {
  const n = x.length;
  return {
    count: n,
    distances: Float64Array.from({ length: n * n }, (_, k) => Math.abs(x[Math.floor(k / n)]! - x[k % n]!)),
  };
};

function permutations(n: number): number[][] {
  if (n === 1) return [[0]];
  return permutations(n - 1).flatMap((p) =>
    Array.from({ length: n }, (_, k) => [...p.slice(0, k), n - 1, ...p.slice(k)]),
  );
}

/** The least cost over all permutations: for equal sizes and weights an upper bound that no permutation beats. */
function byPermutations(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const n = x.length;
  const costs = permutations(n).map((s) => {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < n; k++) {
        sum += (Math.abs(x[i]! - x[k]!) - Math.abs(y[s[i]!]! - y[s[k]!]!)) ** 2;
      }
    }
    return sum / (n * n);
  });
  return Math.min(...costs);
}

test("on the line, sorting is never better than the best permutation, mostly equal, and the lower bound is below", () => {
  const stream = rng(3);
  for (const n of [2, 3, 4, 5, 6]) {
    for (let k = 0; k < 20; k++) {
      const [x, y] = [stream.normal(n), stream.normal(n).map((v) => (k % 2 === 0 ? v : Math.exp(2 * v)))];
      const best = byPermutations(x, y);
      const { value, bounds } = gromovWasserstein1d(x, y);
      close(value, best, 1e-12 * (1 + best), `n ${n}`);
      assert.ok(bounds[0] <= best * (1 + 1e-12) && bounds[1] === value);
    }
  }
});

test("but sorting is not the optimum: two outliers of one sample against a far cluster of the other", () => {
  const x = [-0.34, -0.33, -0.29, -0.28, 3.06, 3.16];
  const y = [-2.28, -0.27, -0.26, -0.25, -0.2, 1.71];
  const best = byPermutations(x, y);
  const { value, bounds } = gromovWasserstein1d(x, y);
  assert.ok(best < 0.8 * value, `${best} against ${value}`);
  assert.ok(bounds[0] <= best);
  const solved = gromovWasserstein(onLine(x), onLine(y));
  assert.ok(solved.value <= best * (1 + 1e-9), "the general solver finds at least the best permutation");
});

test("the lower bound from sorted eccentricities, which is all that a sorting loss sees, is 0 between different measures", () => {
  const x = [0, 0, 2, 2];
  const y = [-1, -1, 1, 1].map((v) => v + 5);
  assert.is(gromovWasserstein1d(x, y).value, 0);
  // Two points of the line, and four at mutual distance √2: eccentricities agree, the spaces do not.
  const root = Math.SQRT2;
  const simplex = { count: 4, distances: Float64Array.from({ length: 16 }, (_, k) => (k % 5 === 0 ? 0 : root)) };
  const line = { count: 2, distances: Float64Array.of(0, Math.sqrt(3), Math.sqrt(3), 0) };
  const { bounds, value } = gromovWasserstein(simplex, line);
  assert.ok(bounds[0] > 0.01, "the second bound, by all distances, tells them apart");
  assert.ok(bounds[0] <= value);
});

test("shifts and reflections cost nothing, scaling by s costs (1 − s)² times the mean squared distance", () => {
  const x = rng(4).normal(30);
  close(
    gromovWasserstein1d(
      x,
      x.map((v) => v + 7),
    ).value,
    0,
    1e-12,
  );
  const turned = gromovWasserstein1d(
    x,
    x.map((v) => 3 - v),
  );
  close(turned.value, 0, 1e-12);
  assert.is(turned.matching, "decreasing");
  const { distances } = onLine(x);
  const square = distances.reduce((s, d) => s + d * d, 0) / 900;
  close(
    gromovWasserstein1d(
      x,
      x.map((v) => 2 * v),
    ).value,
    square,
    1e-12,
  );
  const general = gromovWasserstein(onLine(x.subarray(0, 8)), onLine(x.subarray(0, 8).map((v) => v + 7)));
  close(general.value, 0, 1e-9);
});

test("the gradient on the line equals central differences, with weights and unequal sizes", () => {
  const stream = rng(5);
  const [x, y] = [stream.normal(6), stream.normal(9).map((v) => -Math.exp(v))];
  const [left, right] = [
    { values: x, weights: stream.uniform(6) },
    { values: y, weights: stream.uniform(9) },
  ];
  const found = () => gromovWasserstein1d(left, right, { normalize: true });
  const gradient = found().gradient();
  for (const [name, values] of Object.entries({ x, y })) {
    for (const i of values.keys()) {
      const at = values[i]!;
      const h = 1e-6;
      values[i] = at + h;
      const up = found().value;
      values[i] = at - h;
      const down = found().value;
      values[i] = at;
      close(gradient[name as "x" | "y"][i]!, (up - down) / (2 * h), 1e-7, `${name}[${i}]`);
    }
  }
});

test("a monotone plan costs on the line what the general cost says it does", () => {
  const [x, y] = [rng(6).normal(7), rng(7).normal(7)];
  const sorted = [x, y].map((v) => v.slice().sort()) as [Float64Array, Float64Array];
  const { value, matching } = gromovWasserstein1d(x, y);
  const partner = (i: number) => sorted[1][matching === "increasing" ? i : 6 - i]!;
  let cost = 0;
  for (let i = 0; i < 7; i++) {
    for (let k = 0; k < 7; k++) {
      const gap = Math.abs(sorted[0][i]! - sorted[0][k]!) - Math.abs(partner(i) - partner(k));
      cost += gap ** 2 / 49;
    }
  }
  close(value, cost, 1e-14);
});

test("the entropic stage agrees with POT's in value and plan; polished, it is at least as good as POT's exact solver", () => {
  for (const { distances, a, b, epsilon, entropic, plan, exact } of oracle.gromov) {
    const [x, y] = [
      { distances: Float64Array.from(distances[0]), count: a.length, weights: a },
      { distances: Float64Array.from(distances[1]), count: b.length, weights: b },
    ];
    const product = Float64Array.from(plan, (_, k) => a[Math.floor(k / b.length)]! * b[k % b.length]!);
    const soft = gromovWasserstein(x, y, { epsilon, polish: false, starts: [product], tolerance: 1e-10 });
    assert.ok(soft.converged);
    close(soft.value, entropic, 1e-6 * (1 + entropic), "entropic");
    for (const [k, p] of soft.plan().toDense().entries()) close(p, plan[k]!, 1e-6, `plan ${k}`);
    const sharp = gromovWasserstein(x, y, { epsilon });
    assert.ok(sharp.value <= exact * (1 + 1e-9), `${sharp.value} against ${exact}`);
    assert.ok(sharp.bounds[0] <= exact);
    const dense = sharp.plan().toDense();
    const rows = a.map((_, i) => dense.subarray(i * b.length, (i + 1) * b.length).reduce((s, p) => s + p, 0));
    for (const [i, row] of rows.entries()) close(row, a[i]!, 1e-12, `marginal ${i}`);
  }
});

test("measures on grids of different size are compared: a pattern and its refinement are near, another is far", () => {
  const grid = (n: number, mass: (u: number, v: number) => number): MetricMeasure => {
    const at = (k: number) => [((k % n) + 0.5) / n, (Math.floor(k / n) + 0.5) / n] as const;
    const count = n * n;
    const distances = Float64Array.from({ length: count * count }, (_, k) => {
      const [[s, t], [u, v]] = [at(Math.floor(k / count)), at(k % count)];
      return Math.hypot(s - u, t - v);
    });
    return { count, distances, weights: Float64Array.from({ length: count }, (_, k) => mass(...at(k))) };
  };
  const cell = (u: number, v: number) => Math.exp(-20 * ((u - 0.4) ** 2 + (v - 0.6) ** 2));
  const turned = (u: number, v: number) => cell(v, 1 - u);
  const spread = () => 1;
  const options = { normalize: true, epsilon: 0.02, maxIterations: 60, tolerance: 1e-6 };
  const near = gromovWasserstein(grid(4, cell), grid(5, turned), options).value;
  const far = gromovWasserstein(grid(4, cell), grid(5, spread), options).value;
  assert.ok(far > 3 * near, `${far} against ${near}`);
});

test("one point, equal points and wrong input", () => {
  const one = { count: 1, distances: Float64Array.of(0) };
  assert.is(gromovWasserstein(one, one).value, 0);
  const same = { count: 3, distances: new Float64Array(9) };
  assert.is(gromovWasserstein(same, one).value, 0);
  assert.is(gromovWasserstein1d([1, 1, 1], [5]).value, 0);
  const refused = (run: () => unknown, kind: string) =>
    assert.throws(run, (e: unknown) => isMongeError(e) && e.kind === kind, kind);
  refused(() => gromovWasserstein({ count: 2, distances: Float64Array.of(0, 1, 2, 0) }, one), "options");
  refused(() => gromovWasserstein({ count: 2, distances: Float64Array.of(0, 1) }, one), "shape");
  refused(() => gromovWasserstein({ count: 1, distances: Float64Array.of(Number.NaN) }, one), "domain");
  refused(() => gromovWasserstein(one, one, { epsilon: -1 }), "options");
  refused(() => gromovWasserstein1d([Number.NaN], [1]), "domain");
  refused(() => gromovWasserstein1d([], [1]), "shape");
});

test.run();
