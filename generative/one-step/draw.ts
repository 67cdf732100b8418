/** Members of the one-step generator on one grid: keyed noise, one tiled evaluation, then conservation on the whole grid. */
import { compile } from "../../engine/compile.ts";
import { OptionsError } from "../../engine/errors.ts";
import { tf } from "../../engine/tensor.ts";
import { type CompiledDenoiser, type CompiledDenoiserOptions, programsByShape } from "../diffusion/denoiser.ts";
import type { DrawOptions, ResolvedDraw } from "../diffusion/draw.ts";
import { tiledDenoiser } from "../diffusion/tiling.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import { oneStepOutput } from "./loss.ts";
import { noiseBlocks, noiseImages } from "./noise.ts";
import { type RainScale, settle } from "./settle.ts";

/** The network with fixed parameters as native programs; what they give is in units of sigmaData. */
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

/** What is drawn from; sizes are multiples of what the network needs. */
export interface OneStepDrawing extends RainScale {
  readonly program: CompiledDenoiser;
  readonly sigmaData: number;
  /** mm/h without gaps, [height, width]. */
  readonly coarse: { readonly values: Float32Array; readonly height: number; readonly width: number };
  /** Standardised, [height · factor, width · factor, channels]. */
  readonly condition: Float32Array;
  /** ln(1 + R/c), [height · factor, width · factor]. */
  readonly background: Float32Array;
}

/** What belongs to samplers of many evaluations. @throws OptionsError where one is given */
export function checkOneEvaluation(caller: string, o: DrawOptions): void {
  for (const name of ["evaluations", "method", "noiseRange", "churn", "snr"] as const) {
    const value = o[name];
    if (value === undefined || (name === "evaluations" && value === 1)) continue;
    const why = "the model is a one-step generator, a member of which is one evaluation; leave it out";
    throw new OptionsError(`${caller}: ${name} is ${JSON.stringify(value)}, but ${why}`, name, value);
  }
}

/**
 * Draws members. Noise belongs to global pixels; where tiles overlap their outputs are fused before blocks are conserved.
 *
 * @returns ln(1 + R/c) less the background, [members, height · factor, width · factor]
 */
export async function drawOneStep(drawing: OneStepDrawing, o: ResolvedDraw): Promise<Float32Array> {
  const { program, sigmaData, coarse, condition, background, ...rain } = drawing;
  const [height, width] = [coarse.height * rain.factor, coarse.width * rain.factor];
  const pixels = height * width;
  const inputs = noiseBlocks.length;
  const noise = new Float32Array(o.members * pixels * inputs);
  for (let member = 0; member < o.members; member++) {
    const window = { seed: o.seed, frame: o.frame, member, origin: o.origin, height, width };
    noiseImages(window, noise.subarray(member * pixels * inputs, (member + 1) * pixels * inputs));
  }
  const network = await tiledDenoiser({
    members: o.members,
    height,
    width,
    inputs,
    condition,
    tile: o.tiles[0],
    overlap: o.tiles[1],
    batch: o.batch,
    denoiser: (rows, columns) => program.forShape(o.batch, rows, columns),
  });
  const field = await network(noise, 0);
  for (let i = 0; i < field.length; i++) field[i] = background[i % pixels]! + sigmaData * field[i]!;
  settle(field, coarse, rain);
  for (let i = 0; i < field.length; i++) field[i] = field[i]! - background[i % pixels]!;
  o.onStep?.(1, 1);
  return field;
}
