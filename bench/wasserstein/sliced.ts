/** How fast is the sliced Wasserstein distance of 10 000 points in 10 dimensions on 100 directions, against POT? */

import { rng } from "../../engine/random/rng.ts";
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { wasserstein1dGraph } from "../../wasserstein/line/graph.ts";
import type { Cloud } from "../../wasserstein/measure/measure.ts";
import { sampleDirections } from "../../wasserstein/sliced/directions.ts";
import { type SlicedOptions, slicedWasserstein } from "../../wasserstein/sliced/sliced.ts";
import { type Bench, type BenchOptions, interleave, ours, type Result, resultOf } from "../measure.ts";
import { agreement, startPeer } from "../peer.ts";

const [count, dim, lines] = [10_000, 10, 100];

async function compare(name: string, gradient: boolean, { threads, quick, say }: BenchOptions): Promise<Result[]> {
  const stream = rng(10);
  const x: Cloud = { points: stream.normal(count * dim), count, dim };
  const y: Cloud = { points: stream.normal(count * dim).map((v) => 0.5 + 1.3 * v), count, dim };
  const directions = sampleDirections(lines, dim, { kind: "orthonormal", rng: stream });
  const inputs = [
    { name: "x", shape: [count, dim], values: x.points },
    { name: "y", shape: [count, dim], values: y.points },
    { name: "directions", shape: [lines, dim], values: directions.points },
  ];
  const distance = (options: SlicedOptions) => {
    const found = slicedWasserstein(x, y, options);
    if (gradient) found.gradient();
    return found.value;
  };
  let value = 0;
  const host = async () => {
    value = distance({ directions });
  };
  const sliced = (u: tf.Tensor, v: tf.Tensor, theta: tf.Tensor) => {
    const [a, b] = [u, v].map((points) => tf.matMul(theta as tf.Tensor2D, points as tf.Tensor2D, false, true));
    return tf.mean(wasserstein1dGraph(a as tf.Tensor2D, b as tf.Tensor2D, { p: 2 })) as tf.Scalar;
  };
  const graph = await compile(
    (...tensors) => {
      const [a, b, theta] = tensors as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      if (!gradient) return [sliced(a, b, theta)];
      const f = (u: tf.Tensor, v: tf.Tensor) => sliced(u, v, theta);
      const { value: loss, grads } = tf.valueAndGrads(f)([a, b]);
      return [loss, ...grads];
    },
    inputs.map(({ shape }) => ({ shape })),
    { threads, name: "sliced" },
  );
  const floats = inputs.map(({ values }) => Float32Array.from(values));
  const peer = await startPeer("sliced.py", inputs, { gradient }, threads, say);
  const others = peer?.variants.map((v) => ({ ...peer.contender(v), label: v })) ?? [];
  const notes = await agreement({ inputs, run: host, value: () => value, dispose: async () => {} }, peer);
  const timed = await interleave(
    [ours("host", host), ours("compiled graph, float32", () => graph.run(floats)), ...others],
    { turns: quick ? 2 : 10, drop: 1000 },
    say,
  );
  await Promise.all([graph.dispose(), peer?.close()]);
  const against = (label: string) => timed.timings.filter((t) => t.side === "ours" || t.label.startsWith(label));
  return [
    resultOf(name, { timings: against("POT"), notes: timed.notes }, { goal: 2, notes }),
    resultOf(`${name}, one line`, { timings: against(gradient ? "torch" : "NumPy"), notes: [] }),
  ];
}

export const slicedSpeed: Bench = {
  name: "sliced",
  question: "sliced W₂² of 10 000 points in 10 dimensions, 100 directions, against POT, and against one line of NumPy",
  async run(options) {
    const value = await compare("sliced", false, options);
    options.say("  with gradients in both clouds:");
    return [...value, ...(await compare("sliced-gradient", true, options))];
  },
};
