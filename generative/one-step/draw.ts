/** Members of the one-step generator on one grid: keyed noise, and one tiled evaluation of the network. */

import { OptionsError } from "../../engine/errors.ts";
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { type CompiledDenoiser, type CompiledDenoiserOptions, programsByShape } from "../diffusion/denoiser.ts";
import { type DrawOptions, inTiles, type ResolvedDraw } from "../diffusion/draw.ts";
import type { ImageRows } from "../diffusion/tiling.ts";
import { isMoving } from "../diffusion/time-noise.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { oneStepOutput } from "./loss.ts";
import { noiseBlocks, noiseImages } from "./noise.ts";

/** The network with fixed parameters as native programs; what they give is in units of the data's deviation. */
export function compiledOneStep(
  network: Unet,
  parameters: Readonly<Record<string, Parameter>>,
  options: Omit<CompiledDenoiserOptions, "process"> = {},
): CompiledDenoiser {
  const channels = network.options.inputChannels - noiseBlocks.length;
  return programsByShape(network.options.outputChannels, (count, height, width) =>
    compile(
      (noise, condition) => {
        const weights = Object.entries(parameters).map(([name, p]) => [name, tf.tensor(p.values, p.shape)] as const);
        const tensors = Object.fromEntries(weights);
        return [oneStepOutput(network, tensors, noise as tf.Tensor4D, condition as tf.Tensor4D)];
      },
      [{ shape: [count, height, width, noiseBlocks.length] }, { shape: [count, height, width, channels] }],
      { name: "one-step generator", ...options },
    ),
  );
}

/** Input of {@link drawOneStep}. */
export interface OneStepDrawing {
  readonly program: CompiledDenoiser;
  /** Multiples of what the network needs. */
  readonly height: number;
  readonly width: number;
  /** Values a pixel. @defaultValue 1 */
  readonly outputs?: number;
  /** Standardised, [height, width, channels]. */
  readonly condition: Float32Array | ImageRows;
}

/** Checks that no option of samplers with many evaluations is given. @throws OptionsError where one is given */
export function checkOneEvaluation(caller: string, o: DrawOptions): void {
  for (const name of ["evaluations", "method", "noiseRange", "churn"] as const) {
    const value = o[name];
    if (value === undefined || (name === "evaluations" && value === 1)) continue;
    const why = "the model is a one-step generator, a member of which is one evaluation; leave it out";
    throw new OptionsError(`${caller}: ${name} is ${JSON.stringify(value)}, but ${why}`, name, value);
  }
}

/**
 * Draws members. Noise belongs to global pixels, and where tiles overlap their outputs are fused.
 *
 * @returns what the network says, [members, height, width, outputs]
 */
export async function drawOneStep(drawing: OneStepDrawing, o: ResolvedDraw): Promise<Float32Array> {
  const { program, height, width, outputs = 1, condition } = drawing;
  const inputs = noiseBlocks.length;
  const { seed, frame, noise: parts, origin } = o;
  const moving = isMoving(parts);
  const noiseOf = (member: number, top: number, count: number) => {
    const noise = new Float32Array(count * width * inputs);
    const place = { origin: [origin[0] + top, origin[1]] as const, height: count, width };
    noiseImages({ seed, frame, parts, member: o.firstMember + member, ...place }, noise);
    return noise;
  };
  const of = (member: number): ImageRows => {
    // Made for the rows that are drawn: noise belongs to pixels, whatever the window. Along a motion every window would look for its
    // ancestors anew.
    const whole = moving ? noiseOf(member, 0, height) : undefined;
    return {
      channels: inputs,
      rows: (top, count) =>
        whole?.subarray(top * width * inputs, (top + count) * width * inputs) ?? noiseOf(member, top, count),
    };
  };
  const network = await inTiles(program, { height, width, outputs, condition, images: { channels: inputs, of } }, o);
  const output = await network(new Float32Array(0), 0);
  o.onProgress?.(1, 1);
  return output;
}
