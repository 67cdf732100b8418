/** Training objective: the loss, and the batches that it takes. */

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
import type { ResolvedRecipe } from "./recipe.ts";

/** A loss with what it takes. */
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
  readonly process: NoiseProcess;
  readonly term: LossTerm | null;
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

/** The objective of a recipe. */
export function trainingObjective(parts: ObjectiveParts): Objective {
  const { source, recipe, description, masked, network, process, term } = parts;
  const { batch, crop } = recipe;
  const { sigmaData = 1 } = description;
  const [channels, outputs] = [description.channels.length, description.targets.length];
  const image = (depth: number) => ({ shape: [batch, source.height, source.width, depth] });
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
