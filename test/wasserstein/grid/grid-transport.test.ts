import { rng, ShapeError } from "../../../engine/index.ts";
import { Field } from "../../../io/index.ts";
import { emd, type GridTransportOptions, gridTransport, sinkhorn } from "../../../wasserstein/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { cellsOf, costsOf, moved, rain, randomField } from "./fields.ts";

test("on grids of one to three axes value, costs, potentials and marginals are those of Sinkhorn between the cells", () => {
  // biome-ignore format: a table
  const cases = [
    [[17], [0.2]], [[7, 11], [0.3, 0.1]], [[1, 13], [2, 0.1]], [[3, 5, 4], [0.3, 0.1, 0.25]],
  ] as const;
  for (const [shape, spacing] of cases) {
    const [a, b] = [randomField(1, shape), randomField(2, shape, 0.6)];
    for (const reach of [undefined, 0.5]) {
      for (const epsilon of [1, 0.05, 0.005]) {
        const options = { epsilon, tolerance: 1e-11, maxIterations: 20_000, ...(reach && { reach }) };
        const points = sinkhorn(cellsOf(a, spacing), cellsOf(b, spacing), options);
        const r = gridTransport(a, b, { spacing, ...options });
        const what = `${shape} at ε ${epsilon}, reach ${reach}`;
        assert.ok(r.converged, what);
        close(r.entropicValue, points.entropicValue, 1e-10, `value ${what}`);
        close(r.value, points.value, 1e-9, `transport cost ${what}`);
        assert.ok(r.bounds[0] <= r.value && r.value <= r.bounds[1], `${r.value} outside ${r.bounds} ${what}`);
        close(r.linearCost, points.linearCost, 1e-9, `linear cost ${what}`);
        close(
          r.costByAxis!.reduce((s, v) => s + v, 0),
          r.linearCost,
          1e-14,
        );
        close(r.dualityGap, 0, 1e-9, what);
        for (const [i, v] of points.f.entries()) close(r.f[i]!, v, 1e-7, `f[${i}] ${what}`);
        for (const [i, v] of points.g.entries()) close(r.g[i]!, v, 1e-7, `g[${i}] ${what}`);
        const plan = points.plan();
        const [dense, columns] = [plan.toDense(), plan.shape[1]];
        for (const [k, v] of r.plan().toDense().entries()) close(v, dense[k]!, 1e-9, `plan[${k}] ${what}`);
        const rows = a.values.map((_, i) => dense.subarray(i * columns, (i + 1) * columns).reduce((s, v) => s + v, 0));
        for (const [i, v] of r.marginals().x.entries()) close(v, rows[i]!, 1e-9, `marginal ${what}`);
      }
    }
  }
});

test("so they are for other orders, uneven and closed axes, and masks around missing values", () => {
  const shape = [6, 9];
  const [a, b] = [randomField(3, shape), randomField(4, shape)];
  const uneven = [
    [0, 0.1, 0.25, 0.5, 0.55, 0.9],
    [3, 2.9, 2.5, 2.2, 2.1, 1.7, 1.2, 1.1, 1],
  ];
  const even = [
    [0, 0.1, 0.2, 0.3, 0.4, 0.5],
    [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
  ];
  for (const p of [1, 1.5, 2]) {
    const common = { epsilon: 0.03, tolerance: 1e-11, maxIterations: 20_000 };
    const agree = (options: GridTransportOptions, matrix: ReturnType<typeof costsOf>) => {
      const r = gridTransport(a, b, { ...common, p, ...options });
      const expected = sinkhorn({ ...matrix, xWeights: a.values, yWeights: b.values }, undefined, common);
      close(r.entropicValue, expected.entropicValue, 1e-9);
      for (const [i, v] of expected.f.entries()) close(r.f[i]!, v, 1e-7);
    };
    agree({ coordinates: uneven }, costsOf(shape, uneven, p));
    const wrapped = costsOf(shape, even, p);
    const across = costsOf([1, 9], [[0], even[1]!], p, 0.9);
    const down = costsOf([6, 1], [even[0]!, [0]], p);
    for (let i = 0; i < 54; i++) {
      for (let j = 0; j < 54; j++) {
        const [y, x] = [Math.floor(i / 9), i % 9];
        const [v, u] = [Math.floor(j / 9), j % 9];
        wrapped.cost[i * 54 + j] = across.cost[x * 9 + u]! + down.cost[y * 6 + v]!;
      }
    }
    agree({ spacing: 0.1, periodic: [false, true] }, wrapped);
  }
  const mask = a.values.map((_, i) => (i % 5 === 0 ? 0 : 1));
  const hidden = (values: Float64Array) => values.map((v, i) => (mask[i] ? v : Number.NaN));
  const zeros = (values: Float64Array) => values.map((v, i) => (mask[i] ? v : 0));
  const options = { spacing: 0.1, epsilon: 0.01, normalize: true, tolerance: 1e-10 };
  const masked = gridTransport(
    { values: hidden(a.values), shape, mask },
    { values: hidden(b.values), shape, mask },
    options,
  );
  const plain = gridTransport({ values: zeros(a.values), shape }, { values: zeros(b.values), shape }, options);
  assert.is(masked.value, plain.value);
  assert.is(masked.entropicValue, plain.entropicValue);
  assert.ok(Number.isNaN(masked.f[0]!) && Number.isFinite(masked.f[1]!));
  assert.is(masked.gradient().xWeights[0], 0);
});

test("the bounds hold the exact cost between them at any stop, and meet it as ε falls", () => {
  for (let seed = 1; seed <= 6; seed++) {
    const [a, b] = [randomField(seed, [6, 7], 0.5), randomField(100 + seed, [6, 7], 0.5)];
    for (const p of [1, 2]) {
      const costs = costsOf(
        [6, 7],
        [
          [0, 1, 2, 3, 4, 5],
          [0, 1, 2, 3, 4, 5, 6],
        ],
        p,
      );
      const exact = emd({ ...costs, xWeights: a.values, yWeights: b.values }).value;
      for (const epsilon of [10, 0.3, 0.01]) {
        for (const maxIterations of [1, 3, 2000]) {
          const [low, high] = gridTransport(a, b, { epsilon, maxIterations, p }).bounds;
          assert.ok(low <= exact && exact <= high, `${low} ≤ ${exact} ≤ ${high} at ε ${epsilon}, p ${p}`);
        }
      }
      const sharp = gridTransport(a, b, { epsilon: 0.02, maxIterations: 5000, p });
      assert.ok(sharp.bounds[1] - sharp.bounds[0] <= 0.02 * exact, `${sharp.bounds} around ${exact}, p ${p}`);
    }
  }
});

test("a field moved by s costs |s|², every cell's mass by s, both ways; the entropic cost grows by |s|² exactly", () => {
  const a = rain(5, 40);
  const inner = { values: a.values.map((v, i) => (i % 40 < 32 && i < 40 * 34 ? v : 0)), shape: a.shape };
  const total = inner.values.reduce((s, v) => s + v, 0);
  const field = { values: inner.values.map((v) => v / total), shape: a.shape };
  const there = moved(field, 5, 7);
  const spacing = [2, 3];
  const options = { spacing, tolerance: 1e-10, maxIterations: 20_000 };
  const squared = (5 * 2) ** 2 + (7 * 3) ** 2;
  for (const epsilon of [40, 2]) {
    const self = gridTransport(field, field, { ...options, epsilon });
    const r = gridTransport(field, there, { ...options, epsilon });
    close(r.entropicValue, self.entropicValue + squared, 1e-7);
    assert.ok(r.bounds[0] <= squared && squared <= r.bounds[1]);
  }
  const sharp = gridTransport(field, there, { ...options, epsilon: 0.2, tolerance: 1e-8 });
  close(sharp.linearCost, squared, 1e-6 * squared);
  const { x: out, y: back } = sharp.displacement();
  for (const [i, v] of field.values.entries()) {
    if (v === 0) assert.ok(Number.isNaN(out[0]![i]!));
    else {
      close(out[0]![i]!, 10, 1e-3);
      close(out[1]![i]!, 21, 1e-3);
    }
    if (there.values[i]! > 0) {
      close(back[0]![i]!, -10, 1e-3);
      close(back[1]![i]!, -21, 1e-3);
    }
  }
});

test("fields go in as they are", () => {
  const [a, b] = [randomField(1, [5, 7]), randomField(2, [5, 7])];
  const [x, y] = [a, b].map(({ values, shape }) => {
    return new Field({ name: "pr", units: "mm", dims: ["y", "x"], shape, values: Float64Array.from(values) });
  });
  assert.is(gridTransport(x!, y!, { blur: 1 }).value, gridTransport(a, b, { blur: 1 }).value);
});

test("axes of size 1 that one field has and the other lacks do not count; several members ask for one of them", () => {
  const values = rng(3).uniform(new Float64Array(64));
  const other = rng(4).uniform(new Float64Array(64));
  const options = { normalize: true, blur: 1 };
  const plain = gridTransport({ values, shape: [8, 8] }, { values: other, shape: [8, 8] }, options);
  const dated = gridTransport({ values, shape: [1, 8, 8] }, { values: other, shape: [1, 1, 8, 8] }, options);
  assert.is(dated.value, plain.value);
  assert.is(dated.displacement().x.length, 2);
  const several = { values: new Float64Array(256), shape: [1, 4, 8, 8] };
  throws(() => gridTransport({ values, shape: [1, 8, 8] }, several, options), ShapeError, /`isel`/);
});

test.run();
