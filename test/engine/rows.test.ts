/** Passes over rows, number by number. Skipped without the machine's BLAS. */

import { compile, constant, rng, tf } from "../../engine/index.ts";
import { Functions } from "../../engine/rows/code.ts";
import { NotInRows } from "../../engine/rows/items.ts";
import { merged, rowProgram } from "../../engine/rows/program.ts";
import { systemBlas } from "../../engine/system/system-blas.ts";
import { assert, test, throws } from "../harness.ts";

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

/** One equation: θ times what is made of the columns of x. */
function columnOf(
  x: Float64Array,
  width: number,
  f: (x: tf.Tensor) => tf.Tensor,
  count = x.length / width,
): Float64Array | undefined {
  const record = (theta: tf.Tensor, [columns]: readonly tf.Tensor[]) => [
    { value: tf.mul(f(columns!), tf.reshape(tf.slice(theta, [0], [1]), [])), blocks: [], factors: [] },
  ];
  const program = rowProgram(9, [{ count, widths: [width], record }], blas!);
  program?.setInputs(0, [x]);
  const into = new Float64Array(count);
  program?.values(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), into);
  return program && into;
}

unless(
  "special numbers have the values of compiled graphs in all operators, NaN, zeros of both signs and denormals among them",
  async () => {
    const special = [
      0,
      -0,
      5e-324,
      -5e-324,
      2e-308,
      1e-160,
      0.3,
      -0.3,
      1,
      -1,
      2.5,
      -2.5,
      700,
      -700,
      710,
      1e5,
      1e22,
      -1e308,
      Infinity,
      -Infinity,
      NaN,
    ];
    const x = Float64Array.from(special.flatMap((a) => special.map(() => a)));
    const y = Float64Array.from(special.flatMap(() => special));
    const both = Float64Array.from({ length: 2 * x.length }, (_, i) => (i % 2 === 0 ? x : y)[i >> 1]!);
    const one = (k: number, t: tf.Tensor) => tf.slice(t, [0, k], [t.shape[0]!, 1]);
    const less = (a: tf.Tensor, b: tf.Tensor) => tf.where(tf.less(a, b), a, tf.neg(b));
    const functions: readonly ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
      ...[tf.tanh, tf.sin, tf.cos, tf.exp, tf.log, tf.sinh, tf.atan, tf.sqrt, tf.abs, tf.neg, tf.reciprocal, tf.relu],
      ...[tf.add, tf.sub, tf.mul, tf.div, tf.minimum, tf.maximum, less],
      (a) => tf.pow(a, tf.scalar(3)),
      (a) => tf.pow(a, tf.scalar(-2)),
      (a) => tf.pow(a, tf.scalar(0.5)),
      (a, b) => tf.where(tf.logicalAnd(tf.greater(a, b), tf.logicalNot(tf.equal(a, tf.scalar(1)))), a, b),
    ];
    // biome-ignore format: a table
    const names = [
      "tanh", "sin", "cos", "exp", "log", "sinh", "atan", "sqrt", "abs", "neg", "reciprocal", "relu", "add", "sub",
      "mul", "div", "min", "max", "less", "cube", "power -2", "power 1/2", "both",
    ];
    for (const [k, f] of functions.entries()) {
      const found = columnOf(both, 2, (t) => f(one(0, t), one(1, t)));
      const graph = await compile((t) => [f(one(0, t), one(1, t))], [{ shape: [x.length, 2] }], {
        precision: "float64",
      });
      const [expected] = await graph.run([both]);
      await graph.dispose();
      for (const [i, v] of (expected as Float64Array).entries()) {
        const near = Object.is(found![i], v) || Math.abs(found![i]! - v) <= 1e-14 * Math.abs(v) + 1e-323;
        assert.ok(near, `${names[k]} of ${x[i]} and ${y[i]} is ${found![i]}, in the graph ${v}`);
      }
    }
  },
);

unless(
  "a product of the points alone with a row added to it has all rows, also of more points than a part holds",
  () => {
    const [width, count] = [4, 301];
    const x = rng(2).uniform(count * width);
    const [matrix, row] = [rng(3).uniform(width * 6), rng(4).uniform(6)];
    const record = (theta: tf.Tensor, [t]: readonly tf.Tensor[]) => {
      const product = tf.matMul(t as tf.Tensor2D, constant(matrix, [width, 6]) as tf.Tensor2D);
      const all = tf.mul(tf.add(product, constant(row, [1, 6])), tf.reshape(theta, []));
      return [{ value: tf.slice(all, [0, 5], [t!.shape[0]!, 1]), blocks: [], factors: [] }];
    };
    const program = rowProgram(1, [{ count, widths: [width], record }], blas!)!;
    const found = new Float64Array(count);
    program.setInputs(0, [x]);
    program.values(Float64Array.of(1), found);
    for (let i = 0; i < count; i++) {
      let sum = row[5]!;
      for (let k = 0; k < width; k++) sum += x[i * width + k]! * matrix[k * 6 + 5]!;
      assert.ok(Math.abs(found[i]! - sum) < 1e-14, `row ${i}: ${found[i]}, not ${sum}`);
    }
  },
);

unless("the row that a product starts from does not come before another product has read what stood there", () => {
  // Two products by turns: what the first reads is read no more, and has the size of what the second makes.
  const x = rng(2).uniform(20);
  const [first, second] = [rng(3).uniform(16), rng(4).uniform(16)];
  const square = (numbers: Float64Array) => constant(numbers, [4, 4]) as tf.Tensor2D;
  const found = columnOf(x, 4, (t) => {
    const moving = tf.mul(t, 1) as tf.Tensor2D;
    const [a, b] = [tf.tanh(moving), tf.sqrt(moving)] as [tf.Tensor2D, tf.Tensor2D];
    const sum = tf.add(
      tf.matMul(a, square(first)),
      tf.add(tf.matMul(b, square(second)), constant(Float64Array.of(1, 2, 3, 4), [1, 4])),
    );
    return tf.slice(sum, [0, 0], [t.shape[0]!, 1]);
  });
  for (let i = 0; i < 5; i++) {
    let sum = 1;
    for (let k = 0; k < 4; k++) {
      sum += Math.tanh(x[4 * i + k]!) * first[4 * k]! + Math.sqrt(x[4 * i + k]!) * second[4 * k]!;
    }
    assert.ok(Math.abs(found![i]! - sum) < 1e-14, `row ${i}: ${found![i]}, not ${sum}`);
  }
});

unless("products are not one where the second reads what the first writes, or writes what the first reads", () => {
  const place = (address: number) => ({ address, full: false, stride: 4 });
  const product = (left: number, to: number) => ({
    ...{ left: place(left), to: place(to), right: 8000, rows: 4, inner: 4, columns: 4, add: false },
  });
  assert.is(merged([product(0, 512), product(128, 640)]).length, 1);
  assert.is(merged([product(0, 128), product(128, 256)]).length, 2);
  assert.is(merged([product(128, 0), product(256, 128)]).length, 2);
});

unless(
  "what a pass would read wrongly it refuses: columns beside rows, steps through θ, transposes of what is computed, no points",
  () => {
    const x = Float64Array.of(1, 2, 3, 4, 5);
    assert.is(
      columnOf(x, 1, (t) => tf.slice(tf.add(tf.reshape(t, [-1]), t), [0, 0], [t.shape[0]!, 1])),
      undefined,
    );
    const made = (f: (theta: tf.Tensor, t: tf.Tensor) => tf.Tensor, count = 5) =>
      rowProgram(
        9,
        [{ count, widths: [1], record: (theta, [t]) => [{ value: f(theta, t!), blocks: [], factors: [] }] }],
        blas!,
      );
    assert.is(
      made((theta, t) => tf.mul(t, tf.reshape(tf.slice(tf.reverse(theta, 0), [0], [1]), []))),
      undefined,
    );
    const strided = (theta: tf.Tensor) => tf.stridedSlice(theta, [0], [9], [4]);
    assert.is(
      made((theta, t) => tf.matMul(tf.concat([t, t, t], 1) as tf.Tensor2D, tf.reshape(strided(theta), [3, 1]))),
      undefined,
    );
    const scaled = (theta: tf.Tensor) => tf.reshape(tf.mul(tf.slice(theta, [0], [1]), 2), [1, 1]) as tf.Tensor2D;
    assert.is(
      made((theta, t) => tf.matMul(t as tf.Tensor2D, scaled(theta), false, true)),
      undefined,
    );
    assert.is(
      made((theta, t) => tf.mul(t, tf.reshape(tf.slice(theta, [0], [1]), [])), 0),
      undefined,
    );
  },
);

test("a function of more instructions or variables than engines take is refused before it is compiled", () => {
  const made = (instructions: number, variables: number) => ({
    ...{
      parameters: 1,
      locals: new Array<number>(variables).fill(0x7b),
      body: new Array<number>(instructions).fill(1),
    },
  });
  const functions = new Functions();
  for (const [instructions, variables] of [
    [7_600_001, 0],
    [1, 50_000],
  ] as const) {
    throws(() => functions.add(made(instructions, variables)), NotInRows, /^/);
  }
  assert.is(functions.add(made(5, 3)), 0);
});

unless("arrays that are longer or shorter than the pass are refused", () => {
  const record = (theta: tf.Tensor, [t]: readonly tf.Tensor[]) => [
    { value: tf.mul(t!, tf.reshape(theta, [])), blocks: [], factors: [] },
  ];
  const program = rowProgram(1, [{ count: 3, widths: [1], record }], blas!)!;
  assert.throws(() => program.setInputs(0, [new Float64Array(4)]), /input 0 of set 0: expected \[3\], got \[4\]/);
  assert.throws(
    () => program.values(new Float64Array(2), new Float64Array(3)),
    /parameters: expected \[1\], got \[2\]/,
  );
  assert.throws(() => program.fill(new Float64Array(1), new Float64Array(2)), /values: expected \[3\], got \[2\]/);
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
