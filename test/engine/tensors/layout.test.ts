import { compile, tf } from "../../../engine/index.ts";
import { blockedDomain, conv2d, groupNorm, silu, sizeOf, trace } from "../../../engine/tensors/index.ts";
import { unet } from "../../../generative/diffusion/index.ts";
import { assert, equalBy, test } from "../../harness.ts";
import { type Draw, judge, type KernelCase } from "./kernel-harness.ts";

/** One step of a chain, chosen by four numbers and the shape at hand. */
function step(x: tf.Tensor, [kind, a, b, c]: readonly [number, number, number, number]): tf.Tensor {
  const { rank, shape } = x;
  const axis = a % rank;
  const n = shape[axis]!;
  const steps: readonly (() => tf.Tensor)[] = [
    () => {
      const axes = shape.map((_, i) => i);
      const perm = axes.map(() => 0).map((_, i) => axes.splice((a + i * b + c) % axes.length, 1)[0]!);
      return tf.transpose(x, perm);
    },
    () => tf.concat([x, tf.mul(x, 2)], axis),
    () => {
      const begin = shape.map((_, i) => (i === axis ? b % n : 0));
      return tf.slice(
        x,
        begin,
        shape.map((d, i) => (i === axis ? 1 + (c % (n - begin[i]!)) : d)),
      );
    },
    () =>
      tf.pad(
        x,
        shape.map((_, i): [number, number] => (i === axis ? [b % 2, c % 2] : [0, 0])),
      ),
    () => (rank > 1 ? tf.sum(x, axis, b % 2 === 0) : tf.square(x)),
    () => tf.add(x, tf.mean(x, [axis], true)),
    // Two neighbouring axes become one.
    () => (rank > 1 ? tf.reshape(x, mergeAt(shape, a % (rank - 1))) : x),
    // An axis is split in two.
    () => (n % 2 === 0 ? tf.reshape(x, [...shape.slice(0, axis), 2, n / 2, ...shape.slice(axis + 1)]) : x),
    () => tf.softmax(x),
    () => tf.cumsum(x, axis),
    () => tf.reverse(x, axis),
    () => tf.stack(tf.unstack(x, axis).toReversed(), axis),
    () =>
      tf.tile(
        x,
        shape.map((_, i) => (i === axis ? 2 : 1)),
      ),
    () =>
      tf.mul(
        x,
        tf.reshape(
          tf.range(1, n + 1, 1, "float32"),
          shape.map((_, i) => (i === axis ? n : 1)),
        ),
      ),
  ];
  const chosen = steps[kind % steps.length]!;
  const y = chosen();
  // tfjs has gradients of tile up to rank 4.
  return y.rank <= 4 && y.size <= 2000 ? y : x;
}

const mergeAt = (shape: readonly number[], i: number) => [
  ...shape.slice(0, i),
  shape[i]! * shape[i + 1]!,
  ...shape.slice(i + 2),
];

function chain(d: Draw): KernelCase {
  const number = () => d.int(0, 1000);
  const plan = Array.from({ length: d.int(1, 7) }, () => [number(), number(), number(), number()] as const);
  const shape = [d.int(1, 2), d.int(2, 4), d.int(2, 4), d.int(1, 3)];
  return {
    inputs: [
      { shape, low: -1, high: 1 },
      { shape: [3, 3, shape[3]!, 4], low: -0.5, high: 0.5 },
    ],
    fn: (x, w) => plan.reduce(step, tf.tanh(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same")) as tf.Tensor),
  };
}

test("any chain of moves and reductions after a convolution equals tfjs, and its gradient the differences", async () => {
  await judge(chain, [{ precision: "float64" }, { precision: "float32" }], 120, 3);
});

// An activation, 8192 numbers after pooling, outweighs every filter.
const [n, size, channels] = [2, 32, 16];

function network(depth: number): (...tensors: tf.Tensor[]) => tf.Tensor {
  return (x, w, gain, offset) => {
    let y = x as tf.Tensor4D;
    for (let i = 0; i < depth; i++) {
      const h = groupNorm(y, gain as tf.Tensor1D, offset as tf.Tensor1D, { groups: 4 });
      y = tf.add(y, conv2d(silu(h), w as tf.Tensor4D));
    }
    return tf.avgPool(y, 2, 2, "valid");
  };
}

const specs = [
  { shape: [n, size, size, channels] },
  { shape: [3, 3, channels, channels] },
  { shape: [channels] },
  { shape: [channels] },
];

/** Transposes that move a whole activation. */
const moved = (fn: (...tensors: tf.Tensor[]) => readonly tf.Tensor[], block: number): number => {
  const graph = trace(fn, specs, { precision: "float32", blocks: { channels: block, leastFill: 0.75 } });
  return graph.nodes.filter(
    (node) => node.operator === "Transpose" && sizeOf(graph.value(node.inputs[0]!)!.shape) >= n * 16 * 16 * channels,
  ).length;
};

for (const block of [0, 16]) {
  test(`a convolutional network transposes its image once on entry and once on exit (blocks of ${block})`, () => {
    for (const depth of [1, 4])
      assert.is(
        moved((...ts) => [network(depth)(...ts)], block),
        2,
        `depth ${depth}`,
      );
  });

  test(`a training step transposes the image alone, whatever its depth (blocks of ${block})`, () => {
    const loss = (depth: number) => (x: tf.Tensor, w: tf.Tensor, a: tf.Tensor, b: tf.Tensor) => {
      const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) =>
        tf.mean(tf.square(network(depth)(x, ...p))).asScalar(),
      )([w, a, b]);
      return [value, ...grads];
    };
    for (const depth of [1, 4]) assert.is(moved(loss(depth), block), 1, `depth ${depth}`);
  });
}

/** Loss and gradients of a small U-Net as compiled for a device. */
const unetNodes = (training: boolean, block: number, shaders: boolean) => {
  const net = unet({ baseChannels: 32, multipliers: [1, 2], groups: 8 });
  const names = Object.keys(net.shapes);
  const run = (tensors: readonly tf.Tensor[], weights: readonly tf.Tensor[]) =>
    net.apply(
      Object.fromEntries(names.map((name, i) => [name, weights[i]!])),
      tensors[0] as tf.Tensor4D,
      tensors[1] as tf.Tensor1D,
    );
  const fn = (...tensors: tf.Tensor[]) => {
    const [images, weights] = [tensors.slice(0, 2), tensors.slice(2)];
    if (!training) return [run(images, weights)];
    return tf.valueAndGrads((...w: tf.Tensor[]) => tf.mean(tf.square(run(images, w))))(weights).grads;
  };
  const inputs = [{ shape: [2, 16, 16, 3] }, { shape: [2] }, ...names.map((name) => ({ shape: net.shapes[name]! }))];
  return trace(fn, inputs, { precision: "float32", blocks: { channels: block, leastFill: 0.75 }, shaders }).nodes;
};
const count = (nodes: ReturnType<typeof unetNodes>, operator: string) =>
  nodes.filter((n) => n.operator === operator).length;

test("a network whose channels fill blocks stays in them from its first convolution to its last", () => {
  const nodes = unetNodes(false, 16, false);
  assert.equal([count(nodes, "ReorderInput"), count(nodes, "ReorderOutput")], [0, 1]);
  assert.ok(nodes.filter((n) => n.operator === "Conv").every((n) => n.domain === blockedDomain));
});

test("a training step compiled for WebGPU has no operator that would send it back to the processor", () => {
  const nodes = unetNodes(true, 0, true);
  assert.ok(count(nodes, "MatMul") > 0);
  equalBy(
    nodes.filter((n) => n.domain !== ""),
    (n) => n.operator,
    [],
  );
});

test("a normalisation of large maps keeps float32's digits, whichever way its sums are taken", async () => {
  for (const side of [96, 520]) {
    const shape = [1, side, side, 2];
    const x = Float32Array.from({ length: side * side * 2 }, (_, k) => 3 + Math.sin(k * 1.7) + Math.cos(k * 0.013));
    const fn = (image: tf.Tensor) => {
      const ones = tf.ones([2]) as tf.Tensor1D;
      return [groupNorm(image as tf.Tensor4D, ones, tf.zeros([2]), { groups: 2 })];
    };
    const single = await compile((v) => fn(v), [{ shape }]);
    const double = await compile((v) => fn(v), [{ shape }], { precision: "float64" });
    const [a] = (await single.run([x])) as Float32Array[];
    const [b] = (await double.run([Float64Array.from(x)])) as Float64Array[];
    const error = a!.reduce((most, v, k) => Math.max(most, Math.abs(v - b![k]!)), 0);
    assert.ok(error < 5e-5, `${side}²: ${error}`);
    await single.dispose();
    await double.dispose();
  }
});

test.run();
