import { compile, constant, tf } from "../../../engine/index.ts";
import { trace } from "../../../engine/tensors/index.ts";
import { assert, equalBy, test } from "../../harness.ts";

const n = 100;
const column = Float64Array.from({ length: n }, (_, i) => Math.sin(3 * i) * 10 ** ((i % 7) - 3));

test("columns with numbers, known before or not, give the bits of plain arithmetic", async () => {
  const third = 1 / 3;
  const program = await compile(
    (x, s) => [
      tf.mul(constant(third), tf.sub(x!, tf.reshape(s!, [1, 1]))),
      tf.div(tf.add(x!, s!), constant(third)),
      tf.div(constant(1), tf.add(tf.square(x!), constant(third))),
      // Repeated already, further on.
      tf.add(tf.mul(tf.onesLike(x!), s!), tf.mul(x!, s!)),
    ],
    [{ shape: [n, 1] }, { shape: [] }],
    { precision: "float64" },
  );
  const s = 0.7;
  const found = await program.run([column, Float64Array.of(s)]);
  const expected = [
    (x: number) => third * (x - s),
    (x: number) => (x + s) / third,
    (x: number) => 1 / (x * x + third),
    (x: number) => s + x * s,
  ];
  for (const [i, f] of expected.entries()) assert.equal([...found[i]!], Array.from(column, f), `output ${i}`);
  await program.dispose();
});

test("a number meets a column of the solvers in its shape, and a matrix as it is", () => {
  const shapes = (columns: number, precision: "float32" | "float64") => {
    const graph = trace((x) => [tf.mul(x!, constant(0.1))], [{ shape: [n, columns] }], { precision });
    return graph.nodes.find(({ operator }) => operator === "Mul")!.inputs.map((name) => graph.value(name)!.shape);
  };
  assert.equal(shapes(1, "float64"), [
    [n, 1],
    [n, 1],
  ]);
  assert.equal(shapes(2, "float64"), [[n, 2], []]);
  assert.equal(shapes(1, "float32"), [[n, 1], []]);
});

test("outputs that are an input, a number, one another, or read by others come out right", async () => {
  const program = await compile(
    (x) => {
      const y = tf.exp(tf.mul(x!, constant(0.01)));
      return [x!, y, y, tf.neg(y), constant([1, 2], [2]), tf.reshape(y, [n])];
    },
    [{ shape: [n, 1] }],
    { precision: "float64" },
  );
  const [x, y, again, minus, two, flat] = await program.run([column]);
  assert.equal(x, column);
  assert.ok(y!.every((v, i) => Math.abs(v / Math.exp(0.01 * column[i]!) - 1) < 1e-14));
  assert.equal(again, y);
  assert.equal(flat, y);
  assert.equal(
    minus,
    y!.map((v) => -v),
  );
  assert.equal([...two!], [1, 2]);
  await program.dispose();
});

test("an output is written by the operator that gives it", () => {
  const graph = trace((x) => [tf.exp(x!)], [{ shape: [n, 3] }], { precision: "float64" });
  equalBy(graph.nodes, ({ operator, outputs }) => [operator, ...outputs], [["Exp", "out0"]]);
});

test.run();
