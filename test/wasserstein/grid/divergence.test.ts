import {
  type GridMass,
  type GridTransportOptions,
  gridDivergence,
  gridTransport,
  sinkhornDivergence,
} from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";
import { cellsOf, moved, randomField } from "./fields.ts";

const scaled = (field: GridMass, c: number) => ({ ...field, values: Float64Array.from(field.values, (v) => c * v) });

test("the divergence and its gradients are those between the cells, balanced and with reach", () => {
  const spacing = [0.2, 0.1];
  const [a, b] = [randomField(1, [5, 8]), scaled(randomField(2, [5, 8], 0.5), 1)];
  for (const reach of [undefined, 0.4]) {
    const right = reach ? scaled(b, 1.7) : b;
    const options = { epsilon: 0.02, tolerance: 1e-12, maxIterations: 20_000, ...(reach && { reach }) };
    const r = gridDivergence(a, right, { spacing, ...options });
    const points = sinkhornDivergence(cellsOf(a, spacing), cellsOf(right, spacing), options);
    close(r.value, points.value, 1e-10);
    const [mine, theirs] = [r.gradient(), points.gradient()];
    for (const [i, v] of theirs.xWeights.entries()) close(mine.xWeights[i]!, v, 1e-7);
    for (const [i, v] of theirs.yWeights.entries()) close(mine.yWeights[i]!, v, 1e-7);
  }
});

test("S(a, a) is 0 to the last bit, S is symmetric, positive, and |s|² for a field moved by s", () => {
  const [a, b] = [randomField(3, [9, 9]), randomField(4, [9, 9])];
  const options = { epsilon: 1, tolerance: 1e-11, maxIterations: 5000 };
  for (const reach of [undefined, 2]) {
    const way = { ...options, ...(reach && { reach }) };
    assert.is(gridDivergence(a, a, way).value, 0);
    const there = gridDivergence(a, b, way).value;
    close(gridDivergence(b, a, way).value, there, 1e-9);
    assert.ok(there > 1e-3);
  }
  const inner = { shape: [9, 9], values: a.values.map((v, i) => (i % 9 < 6 && i < 54 ? v : 0)) };
  const far = gridDivergence(inner, moved(inner, 3, 2), { ...options, normalize: true });
  close(far.value, 13, 1e-8);
});

/** The central difference of `of` in one cell. */
function slope(of: (field: GridMass) => number, field: GridMass, cell: number, step: number): number {
  const at = (d: number) =>
    of({ ...field, values: Float64Array.from(field.values, (v, i) => (i === cell ? v + d : v)) });
  return (at(step) - at(-step)) / (2 * step);
}

const objective = (found: { readonly value: number; readonly entropicValue?: number }): number =>
  found.entropicValue ?? found.value;

test("gradients in the masses and the spacing are the central differences", () => {
  const [a, b] = [randomField(5, [6, 7], 0.2), scaled(randomField(6, [6, 7], 0.2), 1.3)];
  for (const of of [gridTransport, gridDivergence]) {
    for (const options of [{ normalize: true }, { reach: 1.5 }] as const) {
      const way: GridTransportOptions = {
        spacing: [1, 0.7],
        epsilon: 0.3,
        tolerance: 1e-13,
        maxIterations: 50_000,
        ...options,
      };
      const gradient = of(a, b, way).gradient();
      const size = Math.max(...gradient.xWeights.map(Math.abs));
      for (const cell of [0, 10, 23, 41]) {
        if (a.values[cell]! > 0) {
          close(
            gradient.xWeights[cell]!,
            slope((x) => objective(of(x, b, way)), a, cell, 1e-4 * a.values[cell]!),
            1e-5 * size,
          );
        }
        if (b.values[cell]! > 0) {
          close(
            gradient.yWeights[cell]!,
            slope((y) => objective(of(a, y, way)), b, cell, 1e-4 * b.values[cell]!),
            1e-5 * size,
          );
        }
      }
    }
  }
  const way = { epsilon: 0.3, tolerance: 1e-13, maxIterations: 50_000, normalize: true };
  const at = (h: number) => gridTransport(a, b, { ...way, spacing: [1, h] }).entropicValue;
  const gradient = gridTransport(a, b, { ...way, spacing: [1, 0.7] }).gradient().spacing!;
  close(gradient[1]!, (at(0.7 + 1e-5) - at(0.7 - 1e-5)) / 2e-5, 1e-6);
});

test.run();
