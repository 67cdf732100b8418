/** The downscaler's network as both sides of a benchmark get it: sizes, parameters without zeros, one batch. */
import { rng } from "../../engine/random/rng.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { denoisingLoss } from "../../generative/diffusion/loss.ts";
import { edm } from "../../generative/diffusion/process/edm.ts";
import { type Parameter, type Unet, type UnetOptions, unet } from "../../generative/diffusion/unet.ts";
import { normal32, uniform32 } from "../inputs.ts";
import { flopsOf } from "../peak.ts";
import type { SharedTensor } from "../peer.ts";

/** Standard deviation of the clean data in all benchmarks. */
export const sigmaData = 0.13;

export interface UnetCase {
  readonly network: Unet;
  readonly parameters: Record<string, Parameter>;
  /** Clean data, condition, unit noise, σ. */
  readonly batch: readonly SharedTensor[];
  /** Parameters (named `param.NAME`) and batch. */
  readonly shared: readonly SharedTensor[];
  /** Sizes that the peer needs. */
  readonly options: Readonly<Record<string, unknown>>;
}

export function unetCase(count: number, size: number, options: UnetOptions = {}): UnetCase {
  const network = unet(options);
  const parameters = network.initialize(rng(1));
  for (const [name, { shape, values }] of Object.entries(parameters)) {
    // A fresh network gives zero; both sides shall have something to agree on.
    if (values.every((v) => v === 0)) values.set(uniform32(name, shape, -0.02, 0.02).values);
  }
  const image = (name: string, channels: number, scale: number) => normal32(name, [count, size, size, channels], scale);
  const batch = [
    image("clean", 1, sigmaData),
    image("condition", 2, 1),
    image("noise", 1, 1),
    uniform32("sigma", [count], 0.05, 1),
  ];
  const weights = Object.entries(parameters).map(([name, p]) => ({ name: `param.${name}`, ...p }));
  const { multipliers, blocks, groups } = network.options;
  return {
    network,
    parameters,
    batch,
    shared: [...weights, ...batch],
    options: { sigmaData, groups, blocks, levels: multipliers.length },
  };
}

/** The loss of denoising alone, of data without gaps. */
export const plainLoss = { process: edm, gaps: false, shown: false, term: null, edges: [] } as const;

/** Floating-point operations of loss and gradients. */
export function unetStepFlops({ network, parameters, batch }: UnetCase): number {
  const loss = denoisingLoss(network, { ...plainLoss, sigmaData });
  const names = Object.keys(parameters);
  const value = (weights: readonly tf.Tensor[], inputs: readonly tf.Tensor[]) =>
    loss(Object.fromEntries(names.map((name, i) => [name, weights[i]!])), inputs).loss;
  return flopsOf(
    (...tensors) => {
      const inputs = tensors.slice(names.length);
      return tf.valueAndGrads((...weights: tf.Tensor[]) => value(weights, inputs))(tensors.slice(0, names.length))
        .grads;
    },
    [...names.map((name) => ({ shape: parameters[name]!.shape })), ...batch.map(({ shape }) => ({ shape }))],
  );
}
