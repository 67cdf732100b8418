/** Passes over rows, number by number. Skipped without the machine's BLAS. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { systemBlas } from "../../engine/numerics/system-blas.ts";
import { rowProgram } from "../../engine/rows/program.ts";
import { tf } from "../../engine/tensor.ts";

const blas = systemBlas();
const unless = blas ? test : test.skip;
if (!blas) console.log("SKIP passes over rows: koffi or a library is missing");

/** f(θ x) at many x. */
function valuesOf(f: (x: tf.Tensor) => tf.Tensor, x: Float64Array): Float64Array {
  const program = rowProgram(
    1,
    [
      {
        count: x.length,
        widths: [1],
        record: (theta, [column]) => [{ value: f(tf.mul(column!, tf.reshape(theta, []))), blocks: [], factors: [] }],
      },
    ],
    blas!,
  );
  program!.setInputs(0, [x]);
  const into = new Float64Array(x.length);
  program!.values(Float64Array.of(1), into);
  return into;
}

unless("tanh of two numbers at a time is right to three units of the last place", () => {
  const x = Float64Array.from({ length: 20_001 }, (_, i) => Math.sinh((i - 10_000) / 1000) / 500);
  const found = valuesOf(tf.tanh, x);
  let worst = 0;
  for (const [i, v] of x.entries()) worst = Math.max(worst, Math.abs(found[i]! / Math.tanh(v) - 1) || 0);
  assert.ok(worst < 3.5 * 2 ** -52, `${worst / 2 ** -52} units`);
});

unless(
  "tanh keeps the sign of zero, numbers too small for their square, and what is no number; far out it is 1",
  () => {
    const found = valuesOf(tf.tanh, Float64Array.of(0, -0, 1e-300, -5e-324, 25, -710, Infinity, -Infinity, Number.NaN));
    assert.equal(Array.from(found), [0, -0, 1e-300, -5e-324, 1, -1, 1, -1, Number.NaN]);
    assert.ok(Object.is(found[1], -0));
  },
);

unless("functions that the host evaluates, comparisons and roots are those of the host", () => {
  const x = Float64Array.from({ length: 37 }, (_, i) => 0.1 + i / 7);
  const pairs: [(x: tf.Tensor) => tf.Tensor, (x: number) => number][] = [
    [tf.sin, Math.sin],
    [tf.exp, Math.exp],
    [tf.log, Math.log],
    [tf.sqrt, Math.sqrt],
    [tf.reciprocal, (v) => 1 / v],
    [(t) => tf.abs(tf.sub(t, tf.scalar(2))), (v) => Math.abs(v - 2)],
    [(t) => tf.where(tf.less(t, tf.scalar(1)), t, tf.neg(t)), (v) => (v < 1 ? v : -v)],
    [(t) => tf.maximum(t, tf.scalar(2)), (v) => Math.max(v, 2)],
  ];
  for (const [k, [traced, host]] of pairs.entries()) {
    const found = valuesOf(traced, x);
    for (const [i, v] of x.entries()) assert.is(found[i], host(v), `function ${k} at ${v}`);
  }
});

unless("there is no pass for an operator that it has not", () => {
  const set = {
    ...{ count: 5, widths: [3] },
    record: (theta: tf.Tensor, [x]: readonly tf.Tensor[]) => [
      { value: tf.mul(tf.sum(x!, 1, true), tf.reshape(theta, [])), blocks: [], factors: [] },
    ],
  };
  assert.is(rowProgram(1, [set], blas!), undefined);
});

test.run();
