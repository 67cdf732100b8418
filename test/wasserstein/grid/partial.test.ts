import { emd, gridPartialTransport } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import { costsOf, rain, randomField } from "./fields.ts";

const index = (n: number) => Array.from({ length: n }, (_, i) => i);

test("the bounds hold the exact cost, which is exact transport with a cell where mass is left behind", () => {
  for (const [seed, reach] of [
    [1, 3],
    [2, 1.5],
    [3, 20],
  ] as const) {
    const [a, b] = [randomField(seed, [5, 6], 0.5), randomField(seed + 50, [5, 6], 0.5)];
    const more = { ...b, values: b.values.map((v) => 1.6 * v) };
    const { cost } = costsOf([5, 6], [index(5), index(6)], 2);
    const price = reach ** 2 / 2;
    // Points 0…29 and the bin; from bin to bin nothing is paid.
    const wide = Float64Array.from({ length: 31 * 31 }, (_, k) => {
      const [i, j] = [Math.floor(k / 31), k % 31];
      return i < 30 && j < 30 ? cost[i * 30 + j]! : i === 30 && j === 30 ? 0 : price;
    });
    const problem = { cost: wide, rows: 31, columns: 31, xWeights: [...a.values, 1.6], yWeights: [...more.values, 1] };
    const exact = emd(problem).value * 2.6;
    for (const epsilon of [2, 0.3, 0.03]) {
      const r = gridPartialTransport(a, more, { reach, epsilon, maxIterations: 5000 });
      assert.ok(r.bounds[0] <= exact && exact <= r.bounds[1], `${r.bounds} hold ${exact} at ε ${epsilon}`);
      assert.ok(r.bounds[0] <= r.value && r.value <= r.bounds[1], `${r.value} outside ${r.bounds}`);
      const dense = r.plan().toDense();
      close(
        dense.reduce((s, q, k) => s + q * cost[k]!, 0),
        r.linearCost,
        1e-9,
      );
      if (epsilon < 0.1) assert.ok(r.bounds[1] - r.bounds[0] < 0.05 * exact);
      for (const [i, v] of r.marginals().x.entries()) assert.ok(v <= a.values[i]! * (1 + 1e-9));
    }
  }
});

test("derivatives of the entropic objective in the masses are central differences, where mass moves and where it stays", () => {
  const [a, b] = [randomField(8, [4, 5], 0.4), randomField(9, [4, 5], 0.4)];
  const options = { reach: 2.5, epsilon: 0.4, tolerance: 1e-12, maxIterations: 50_000 };
  const at = (x: typeof a, y: typeof a) => gridPartialTransport(x, y, options);
  const { xWeights, yWeights } = at(a, b).gradient();
  const bumped = (field: typeof a, cell: number, h: number) => ({
    ...field,
    values: field.values.map((v, i) => (i === cell ? v + h : v)),
  });
  for (let cell = 0; cell < 20; cell++) {
    const h = 1e-6;
    for (const [slopes, field, of] of [
      [xWeights, a, (f: typeof a) => at(f, b)],
      [yWeights, b, (f: typeof a) => at(a, f)],
    ] as const) {
      if (field.values[cell] === 0) assert.ok(Number.isNaN(slopes[cell]!));
      else {
        const [up, down] = [of(bumped(field, cell, h)), of(bumped(field, cell, -h))];
        close(slopes[cell]!, (up.entropicValue - down.entropicValue) / (2 * h), 1e-5, `cell ${cell}`);
      }
    }
  }
});

test("fields whose mass differs from place to place settle in hundreds of passes, where potentials must climb to the price", () => {
  const [side, by] = [48, 8];
  const field = rain(6, side);
  const noise = randomField(7, [side, side]).values.map((v) => v * side * side);
  const shifted = field.values.map((_, i) => {
    const from = Math.floor(i / side) * side + (((i % side) + by) % side);
    return field.values[from]! * (0.7 + 0.6 * Math.min(1, noise[i]!));
  });
  const there = { shape: [side, side], values: Float64Array.from(shifted) };
  const { converged, iterations, bounds } = gridPartialTransport(field, there, { reach: 40, blur: 1, tolerance: 1e-4 });
  assert.ok(converged && iterations < 500, `${iterations} passes, ${bounds}`);
});

test.run();
