/** Ridge regression on standardised numbers. */
import { cholesky } from "../../engine/numerics/cholesky.ts";

const PENALTY = 1;

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** The prediction of values from rows of numbers; a number that is NaN is not known, and taken as the mean. */
export function ridge(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): (row: readonly number[]) => number {
  const size = rows[0]!.length;
  const scales = Array.from({ length: size }, (_, k) => {
    const known = rows.map((row) => row[k]!).filter((v) => !Number.isNaN(v));
    const middle = mean(known);
    return { middle, deviation: Math.sqrt(mean(known.map((v) => (v - middle) ** 2))) || 1 };
  });
  const standard = (row: readonly number[]) =>
    scales.map(({ middle, deviation }, k) => (Number.isNaN(row[k]!) ? 0 : (row[k]! - middle) / deviation));
  const level = mean(values);
  const all = rows.map(standard);
  const product = (a: (row: readonly number[], n: number) => number) => all.reduce((sum, row, n) => sum + a(row, n), 0);
  const normal = Float64Array.from({ length: size ** 2 }, (_, i) => {
    const [k, l] = [Math.floor(i / size), i % size];
    return product((row) => row[k]! * row[l]!) + (k === l ? PENALTY : 0);
  });
  const right = Float64Array.from({ length: size }, (_, k) => product((row, n) => row[k]! * (values[n]! - level)));
  // The penalty makes it positive definite.
  const weights = cholesky(normal, size)!.solve(right);
  return (row) => level + standard(row).reduce((sum, v, k) => sum + v * weights[k]!, 0);
}
