/** Training objective of a kind of generator: its loss, and the batches that the loss takes. */

import { type Rng, rng } from "../../engine/random/rng.ts";
import type { TensorSpec } from "../../engine/tensors/compile.ts";
import type { TrainingProgram } from "../../engine/training/training.ts";
import type { CropSource, Crops } from "../data/examples.ts";
import { denoisingLoss } from "../diffusion/loss.ts";
import { quartileEdges } from "../diffusion/loss-by-level.ts";
import type { LossTerm } from "../diffusion/loss-term.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import type { Parameter, Unet } from "../diffusion/unet.ts";
import type { ModelDescription } from "../model/configuration.ts";
import { scalesOf } from "../model/downscaler.ts";
import { initializeOneStep, oneStepLoss } from "../one-step/loss.ts";
import { noiseBatch, noiseBlocks } from "../one-step/noise.ts";
import { resolveOneStep } from "../one-step/settings.ts";
import type { ResolvedRecipe } from "./recipe.ts";

/** A loss with what it takes: what a kind of generator is trained by. */
export interface Objective extends Pick<TrainingProgram, "loss" | "samples"> {
  readonly inputs: readonly TensorSpec[];
  /** Fresh parameters. */
  initialize(rng: Rng): Readonly<Record<string, Parameter>>;
  /** One batch, as `inputs` has it. @param stream - decides all of it */
  batch(stream: Rng): Float32Array[];
}

/** Parts of an objective. */
export interface ObjectiveParts {
  readonly source: CropSource;
  readonly recipe: ResolvedRecipe;
  readonly description: ModelDescription;
  /** True if the network is given which pixels of each target have a value. */
  readonly masked: boolean;
  readonly network: Unet;
  /** Of diffusion. */
  readonly process: NoiseProcess;
  readonly term: LossTerm | null;
}

/** The objective of a recipe's generator. @throws OptionsError where its crops are too small for the choices */
export const trainingObjective = (parts: ObjectiveParts): Objective =>
  parts.recipe.generator === "one-step" ? oneStep(parts) : diffusion(parts);

/** Shapes of the images of a batch. */
function shapesOf({
  source: { height, width },
  recipe: { batch },
  description: { channels, targets },
}: ObjectiveParts) {
  const image = (depth: number, count = batch) => ({ shape: [count, height, width, depth] });
  return { image, channels: channels.length, outputs: targets.length };
}

/** Unit noise and noise levels of the crops of a batch. @returns clean data, condition, noise and σ, as the losses take them */
export function noisyBatch(
  { clean, condition }: Crops,
  stream: Rng,
  { batch, noise: distribution }: Pick<ResolvedRecipe, "batch" | "noise">,
  process: NoiseProcess,
  sigmaData: number,
): Float32Array[] {
  const noise = stream.split("noise").normal(new Float32Array(clean.length));
  const sigma = process.trainingLevels(stream.split("sigma").stratified(batch), sigmaData, distribution);
  return [clean, condition, noise, sigma];
}

/** Shapes of what a term draws in each step. */
const drawnShapes = (term: LossTerm | null, crop: number): readonly TensorSpec[] =>
  (term?.draws?.(rng(0), crop) ?? []).map(({ shape }) => ({ shape: [...shape] }));

/** Arrays that a term draws in a step. */
const drawsOf = (term: LossTerm | null, stream: Rng, crop: number): Float32Array[] =>
  (term?.draws?.(stream.split("directions"), crop) ?? []).map(({ values }) => values);

function diffusion(parts: ObjectiveParts): Objective {
  const { source, recipe, description, masked, network, process, term } = parts;
  const { image, channels, outputs } = shapesOf(parts);
  const { batch, crop } = recipe;
  const { sigmaData = 1 } = description;
  const edges = quartileEdges(process, sigmaData, recipe.noise);
  const always = [image(outputs), image(channels), image(outputs), { shape: [batch] }];
  const initialize = (rng: Rng) => network.initialize(rng);
  const noisy = (crops: Crops, stream: Rng) => noisyBatch(crops, stream, recipe, process, sigmaData);
  const mask = source.gaps ? [image(outputs)] : [];
  const drawn = term ? [image(1), ...drawnShapes(term, crop)] : [];
  const inputs = [...always, ...mask, ...drawn];
  return {
    inputs,
    // A term may compare whole batches.
    ...(term === null && { samples: inputs.map(() => 1) }),
    loss: denoisingLoss(network, { sigmaData, process, gaps: source.gaps, shown: masked, term, edges }),
    initialize,
    batch(stream) {
      const crops = source.crops(stream);
      const own = term ? [crops.background, ...drawsOf(term, stream, crop)] : [];
      return [...noisy(crops, stream), ...(crops.valid ? [crops.valid] : []), ...own];
    },
  };
}

function oneStep(parts: ObjectiveParts): Objective {
  const { source, recipe, description, masked, network, term } = parts;
  const { image, channels, outputs } = shapesOf(parts);
  const { height, width } = source;
  for (const side of [height, width]) resolveOneStep(recipe.oneStep!, side);
  const { batch } = recipe;
  const { members, scales } = recipe.oneStep!;
  const { targets, blocks, sigmaData = 1 } = description;
  const count = members * batch;
  const crop = Math.min(height, width);
  const [{ transform }] = targets as [(typeof targets)[number]];
  const unit = transform.kind === "log" ? transform.unit : 1;
  const conserved = blocks && { factor: blocks.factor, unit };
  return {
    inputs: [
      image(outputs),
      image(channels),
      image(outputs),
      blocks ? { shape: [batch, height / blocks.factor, width / blocks.factor, 1] } : image(outputs),
      image(noiseBlocks.length, count),
      ...drawnShapes(term, crop),
    ],
    ...(term === null && { samples: [1, 1, 1, 1, members] }),
    loss: oneStepLoss(network, {
      ...{ members, scales, term, shown: masked },
      outputs: blocks ? [{ deviation: sigmaData, log: true }] : scalesOf(targets),
      conserved,
    }),
    initialize: (rng) => initializeOneStep(network, rng),
    batch(stream) {
      const { clean, condition, background, valid, blocks: means } = source.crops(stream);
      const noise = noiseBatch(stream.split("noise"), count, height, width);
      const [truth, beside] = means ? [means.field, means.coarse] : [clean, valid!];
      return [truth, condition, background, beside, noise, ...drawsOf(term, stream, crop)];
    },
  };
}
