import { test } from "uvu";
import * as assert from "uvu/assert";
import { type CompileOptions, compile, trace } from "../../../engine/compile.ts";
import { OptionsError } from "../../../engine/errors.ts";
import { conv2d, groupNorm } from "../../../engine/nn.ts";
import { storeHalf, toHalf } from "../../../engine/onnx/half.ts";
import { rng } from "../../../engine/rng.ts";
import { tf } from "../../../engine/tensor.ts";
import { refuses } from "../../refuses.ts";

test("Numbers round to the nearest of float16, ties to even, at both ends of its range", () => {
  // By numpy: np.array(v).astype(np.float16).view(np.uint16).
  const expected: readonly (readonly [number, number])[] = [
    ...([
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519, 0x7bff],
      [65520, 0x7c00],
    ] as const),
    ...([
      [1e-8, 0],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [1.5 * 2 ** -25, 1],
      [6.1e-5, 0x3ff],
      [2 ** -14, 0x400],
    ] as const),
    ...([
      [0.1, 0x2e66],
      [1 / 3, 0x3555],
      [2047.5, 0x6800],
      [2049, 0x6800],
      [2051, 0x6802],
    ] as const),
    ...([
      [Number.NaN, 0x7e00],
      [Number.POSITIVE_INFINITY, 0x7c00],
      [1 - 2 ** -12, 0x3c00],
      [1 - 2 ** -11, 0x3bff],
    ] as const),
  ];
  for (const [value, bits] of expected) assert.is(toHalf([value])[0], bits, String(value));
});

const weights = rng(5)
  .normal(new Float32Array(9 * 16 * 16))
  .map((w) => w / 12);
const image = rng(6).normal(new Float32Array(2 * 12 * 12 * 16));
const specs = [{ shape: [2, 12, 12, 16] }];

/** A convolution of constant weights, normalised, and a second one. */
const network = (x: tf.Tensor): tf.Tensor[] => {
  const w = tf.tensor4d(weights, [3, 3, 16, 16]);
  const ones = tf.ones([16]);
  const y = groupNorm(conv2d(x as tf.Tensor4D, w), ones as tf.Tensor1D, tf.zeros([16]) as tf.Tensor1D, { groups: 4 });
  return [conv2d(tf.relu(y) as tf.Tensor4D, w)];
};

async function run(options: CompileOptions): Promise<Float32Array> {
  const program = await compile(network, specs, options);
  const [y] = await program.run([image]);
  await program.dispose();
  return y as Float32Array;
}

test("Images and filters are of float16, sums over images are not, and inputs and outputs stay", () => {
  const graph = trace(network, specs, { precision: "float32" });
  const before = graph.nodes.filter(({ operator }) => operator !== "Cast").length;
  storeHalf(graph);
  const stored = [...graph.constants.values()].filter(({ type }) => type === "float16");
  assert.equal(
    stored.map(({ data }) => data.length),
    [weights.length],
  );
  const casts = graph.nodes.filter(({ operator }) => operator === "Cast");
  assert.is(graph.nodes.length - casts.length, before);
  assert.ok(casts.some(({ attributes }) => attributes["to"] === 10));
  const made = new Map(casts.map((node) => [node.outputs[0]!, node.attributes["to"]]));
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node.operator] as const)));
  for (const node of graph.nodes.filter(({ operator }) => /^Reduce|^GlobalAverage/.test(operator))) {
    const [read] = node.inputs;
    const source = producers.get(read!);
    assert.ok(made.get(read!) === 1 || (source !== "Conv" && source !== "Relu"), `${node.operator} reads ${source}`);
  }
  assert.equal([graph.inputs[0]!.type, graph.outputs[0]!.type], ["float", "float"]);
});

test("What is stored in float16 differs by its rounding, not more and not less", async () => {
  const [half, full] = [await run({ storage: "float16" }), await run({})];
  const rms = Math.hypot(...full) / Math.sqrt(full.length);
  const worst = Math.max(...half.map((v, i) => Math.abs(v - full[i]!))) / rms;
  assert.ok(worst > 1e-5 && worst < 1e-2, `${worst} of the deviation`);
});

test("What has no float16 is refused before anything is recorded", async () => {
  const recorded = () => assert.unreachable() as never;
  for (const options of [{ precision: "float64" }, { device: "eager" }, { device: "tensorflow" }] as const) {
    await refuses(compile(recorded, specs, { ...options, storage: "float16" }), /leave it out/, OptionsError);
  }
  await refuses(
    compile(recorded, specs, { storage: "half" as never }),
    /"float32" or "float16", got half/,
    OptionsError,
  );
});

test.run();
