/** The multifrontal method against systems with known solutions. */

import { rng } from "../../../engine/index.ts";
import { multifrontal } from "../../../engine/numerics/index.ts";
import { systemBlas } from "../../../engine/system/index.ts";
import { assert, test } from "../../harness.ts";

/** Cells on a ring, each with g rows that touch its g columns and m of the next. */
function ring(cells: number, g: number, m: number) {
  const n = cells * g;
  const columns = Array.from({ length: n }, (_, row) => Math.floor(row / g) * g).flatMap((first) =>
    Array.from({ length: g + m }, (_, j) => (first + j) % n),
  );
  const starts = Int32Array.from({ length: n + 1 }, (_, row) => row * (g + m));
  const pattern = { starts, columns: Int32Array.from(columns), width: n };
  return { pattern, cells: Int32Array.from({ length: n }, (_, row) => Math.floor(row / g)) };
}

for (const [parts, count, g, m] of [
  [1, 40, 3, 2],
  [2, 40, 3, 2],
  [1, 6, 70, 45],
  [2, 6, 70, 45],
] as const) {
  test(`a ${parts === 1 ? "real" : "complex"} system on a ring of ${count} cells of ${g} unknowns is solved to rounding`, () => {
    const { pattern, cells } = ring(count, g, m);
    const { starts, columns, width } = pattern;
    const values = rng(1).normal(columns.length * parts);
    const x = rng(2).normal(width * parts);
    const b = new Float64Array(width * parts);
    for (let i = 0; i < width; i++) {
      for (let at = starts[i]!; at < starts[i + 1]!; at++) {
        const j = columns[at]!;
        if (parts === 1) b[i]! += values[at]! * x[j]!;
        else {
          const [p, q, s, t] = [values[2 * at]!, values[2 * at + 1]!, x[2 * j]!, x[2 * j + 1]!];
          b[2 * i]! += p * s - q * t;
          b[2 * i + 1]! += p * t + q * s;
        }
      }
    }
    const factors = multifrontal(pattern, cells, 1).factor(values, parts === 2);
    assert.is(factors.deficient, 0);
    assert.ok(factors.solve(b).every((v, i) => Math.abs(v - x[i]!) < 1e-11));
  });
}

test("without the machine's BLAS the bits are those of MONGE_BLAS=none", ({ skip }) => {
  if (systemBlas() === undefined) return skip("this machine has no BLAS");
  const { pattern, cells } = ring(6, 70, 45);
  const values = rng(1).normal(pattern.columns.length);
  const solved = (blas: boolean) =>
    multifrontal(pattern, cells, 1, blas).factor(values, false).solve(rng(2).normal(pattern.width));
  const [usual, without] = [solved(true), solved(false)];
  const before = process.env["MONGE_BLAS"];
  process.env["MONGE_BLAS"] = "none";
  try {
    assert.equal(without, solved(true));
  } finally {
    if (before === undefined) delete process.env["MONGE_BLAS"];
    else process.env["MONGE_BLAS"] = before;
  }
  assert.ok(
    without.some((v, k) => v !== usual[k]),
    "the library has other bits",
  );
});

test("a column without a pivot is 0, and what is determined is solved", () => {
  // Differences on a ring leave a constant open.
  const n = 9;
  const starts = Int32Array.from({ length: n + 1 }, (_, i) => 2 * i);
  const columns = Int32Array.from({ length: 2 * n }, (_, k) => ((k >> 1) + (k % 2)) % n);
  const values = Float64Array.from({ length: 2 * n }, (_, k) => (k % 2 === 0 ? -1 : 1));
  const x = Float64Array.from({ length: n }, (_, i) => Math.sin(i));
  const b = x.map((v, i) => x[(i + 1) % n]! - v);
  const cells = Int32Array.from({ length: n }, (_, i) => i);
  const factors = multifrontal({ starts, columns, width: n }, cells, 1).factor(values, false);
  assert.is(factors.deficient, 1);
  const found = factors.solve(b);
  for (let i = 1; i < n; i++) assert.ok(Math.abs(found[i]! - found[0]! - (x[i]! - x[0]!)) < 1e-12);
});

test.run();
