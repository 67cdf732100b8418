/** Fields that the tests of grids share. */
import { rng } from "../../../engine/index.ts";
import type { Cloud, GridMass } from "../../../wasserstein/index.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** Positive where a uniform number is above `dry`, and summing to one. */
export function randomField(seed: number, shape: readonly number[], dry = 0.3): GridMass & { values: Float64Array } {
  const draw = rng(seed)
    .split("field")
    .uniform(new Float64Array(sizeOf(shape)));
  const values = draw.map((u) => (u > dry ? u - dry : 0));
  const total = values.reduce((s, v) => s + v, 0);
  return { values: values.map((v) => v / total), shape };
}

/** A few smooth cells of rain in the unit square, zero below a threshold. */
export function rain(seed: number, n: number): GridMass & { values: Float64Array } {
  const draw = rng(seed).split("rain").uniform(new Float64Array(32));
  const values = Float64Array.from({ length: n * n }, (_, i) => {
    let depth = 0;
    for (let k = 0; k < 32; k += 4) {
      const [u, v] = [Math.floor(i / n) / n - 0.1 - 0.8 * draw[k]!, (i % n) / n - 0.1 - 0.8 * draw[k + 1]!];
      depth += draw[k + 2]! * Math.exp(-(u * u + v * v) / (2 * (0.02 + 0.06 * draw[k + 3]!) ** 2));
    }
    return depth < 0.05 ? 0 : depth;
  });
  const total = values.reduce((s, v) => s + v, 0);
  return { values: values.map((v) => v / total), shape: [n, n] };
}

/** The cells as points, in the unit of `spacing`. */
export function cellsOf({ values, shape }: GridMass, spacing: readonly number[]): Cloud {
  const points: number[] = [];
  for (let i = 0; i < sizeOf(shape); i++) {
    const at: number[] = [];
    let rest = i;
    for (let k = shape.length - 1; k >= 0; k--) {
      at.unshift((rest % shape[k]!) * spacing[k]!);
      rest = Math.floor(rest / shape[k]!);
    }
    points.push(...at);
  }
  return { points: Float64Array.from(points), count: sizeOf(shape), dim: shape.length, weights: values };
}

/** Costs Σ |Δ|^p between all cells, by their coordinates. */
export function costsOf(
  shape: readonly number[],
  coordinates: readonly ArrayLike<number>[],
  p: number,
  period?: number,
) {
  const n = sizeOf(shape);
  const place = (i: number): number[] => {
    const at: number[] = [];
    let rest = i;
    for (let k = shape.length - 1; k >= 0; k--) {
      at.unshift(coordinates[k]![rest % shape[k]!]!);
      rest = Math.floor(rest / shape[k]!);
    }
    return at;
  };
  const cost = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const there = place(j);
      for (const [k, u] of place(i).entries()) {
        const d = Math.abs(u - there[k]!);
        cost[i * n + j]! += (period === undefined ? d : Math.min(d, period - d)) ** p;
      }
    }
  }
  return { cost, rows: n, columns: n };
}

/** The field moved by whole cells; what leaves the grid is an error of the test. */
export function moved({ values, shape }: GridMass, down: number, across: number): GridMass & { values: Float64Array } {
  const [h, w] = shape as [number, number];
  const out = new Float64Array(h * w);
  for (let i = 0; i < h * w; i++) {
    if (values[i] === 0) continue;
    const [y, x] = [Math.floor(i / w) + down, (i % w) + across];
    if (y < 0 || y >= h || x < 0 || x >= w) throw new Error("the field leaves the grid");
    out[y * w + x] = values[i]!;
  }
  return { values: out, shape };
}
