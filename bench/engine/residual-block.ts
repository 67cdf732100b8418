/** How fast is the heart of the downscaler's network, against PyTorch's better memory layout? */
import { compile } from "../../engine/tensors/compile.ts";
import { conv2d, groupNorm } from "../../engine/tensors/nn.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { normal32, uniform32 } from "../inputs.ts";
import { type Bench, interleave, ours, resultOf } from "../measure.ts";
import { flopsOf } from "../peak.ts";
import { agreement, type SharedTensor, startPeer } from "../peer.ts";
import type { Prepare } from "../prepared.ts";

const [batch, size, channels, groups] = [8, 64, 64, 8];

const block = (x: tf.Tensor4D, p: readonly tf.Tensor[]): tf.Tensor4D => {
  const [gamma1, beta1, filter1, gamma2, beta2, filter2] = p as never as [
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor4D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor4D,
  ];
  const h = conv2d(groupNorm(x, gamma1, beta1, { groups, activation: "silu" }), filter1);
  return tf.add(x, conv2d(groupNorm(h, gamma2, beta2, { groups, activation: "silu" }), filter2)) as tf.Tensor4D;
};

/** The block alone. */
export const residualForward = (x: tf.Tensor, ...parameters: tf.Tensor[]): tf.Tensor[] => [
  block(x as tf.Tensor4D, parameters),
];

/** Loss ‖x + block(x)‖² and its gradients with respect to the image and all parameters. */
export const residualStep = (...inputs: tf.Tensor[]): tf.Tensor[] => {
  const { value, grads } = tf.valueAndGrads((x: tf.Tensor, ...p: tf.Tensor[]) =>
    tf.sum(tf.square(block(x as tf.Tensor4D, p))),
  )(inputs);
  return [value, ...grads];
};

/** Inputs of {@link residualStep}. */
export function residualInputs(n: number, side: number, c: number): SharedTensor[] {
  return [
    normal32("image", [n, side, side, c]),
    uniform32("gamma1", [c], 0.5, 1.5),
    uniform32("beta1", [c], -0.5, 0.5),
    normal32("filter1", [3, 3, c, c], 1 / Math.sqrt(9 * c)),
    uniform32("gamma2", [c], 0.5, 1.5),
    uniform32("beta2", [c], -0.5, 0.5),
    normal32("filter2", [3, 3, c, c], 1 / Math.sqrt(9 * c)),
  ];
}

export const prepareResidualBlock: Prepare = async (options) => {
  const inputs = residualInputs(batch, size, channels);
  const arrays = inputs.map((t) => t.values as Float32Array);
  const compiled = await compile(residualStep, inputs, { name: "residual block", ...options });
  const into = compiled.outputs.map((o) => new Float32Array(o.shape.reduce((a, b) => a * b, 1)));
  return {
    inputs,
    run: () => compiled.run(arrays, { into }),
    value: () => into[0]![0]!,
    dispose: () => compiled.dispose(),
  };
};

export const residualBlock: Bench = {
  name: "residual-block",
  question: "residual block (GroupNorm, SiLU, 3×3 convolution, twice), forward and backward, 8×64×64×64",
  async run({ threads, quick, say }) {
    const mine = await prepareResidualBlock({ threads });
    const peer = await startPeer("residual_block.py", mine.inputs, { groups }, threads, say);
    const others = peer?.variants.map((v) => peer.contender(v)) ?? [];
    const notes = await agreement(mine, peer);
    const timed = await interleave(
      [ours("compiled", mine.run), ...others],
      { turns: quick ? 2 : 8, runs: quick ? 1 : 2, settle: 1 },
      say,
    );
    await mine.dispose();
    await peer?.close();
    return [resultOf(residualBlock.name, timed, { goal: 1, notes, flops: flopsOf(residualStep, mine.inputs) })];
  },
};
