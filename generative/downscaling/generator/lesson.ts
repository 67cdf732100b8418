/** What a kind of generator is trained by on block means: its loss, and the batches that the loss takes. */
import { type Rng, rng } from "../../../engine/rng.ts";
import { denoisingLoss } from "../../diffusion/loss.ts";
import { quartileEdges } from "../../diffusion/loss-by-level.ts";
import type { LossTerm } from "../../diffusion/loss-term.ts";
import type { NoiseProcess } from "../../diffusion/process/process.ts";
import type { Unet } from "../../diffusion/unet.ts";
import { initializeOneStep, oneStepLoss } from "../../one-step/loss.ts";
import { noiseBatch, noiseBlocks } from "../../one-step/noise.ts";
import type { Normalization } from "../archive/conditions.ts";
import type { StoredTiles, TileArchive } from "../archive/tiles.ts";
import type { ResolvedRecipe } from "../recipe.ts";
import { cropsOf, trainingBatch } from "../training-batch.ts";
import type { Lesson } from "./loop.ts";

/** What a lesson is made of. */
export interface LessonParts {
  readonly archive: TileArchive | StoredTiles;
  readonly recipe: ResolvedRecipe;
  readonly normalization: Normalization;
  readonly network: Unet;
  /** Of diffusion. */
  readonly process: NoiseProcess;
  /** Archives that the network is told of, in the order of their channels. */
  readonly names: readonly string[];
  readonly term: LossTerm | null;
}

/** The lesson of a recipe's generator. */
export const lessonOf = (parts: LessonParts): Lesson =>
  parts.recipe.generator === "one-step" ? oneStepLesson(parts) : diffusionLesson(parts);

/** Shapes of what a term draws in each step. */
export const drawnShapes = (term: LossTerm | null, crop: number): readonly { readonly shape: number[] }[] =>
  (term?.draws?.(rng(0), crop) ?? []).map(({ shape }) => ({ shape: [...shape] }));

function diffusionLesson({ archive, recipe, normalization, network, process, names, term }: LessonParts): Lesson {
  const { batch, crop } = recipe;
  const { sigmaData } = normalization;
  const image = (channels: number) => ({ shape: [batch, crop, crop, channels] });
  return {
    inputs: [
      image(1),
      image(2 + names.length),
      image(1),
      { shape: [batch] },
      ...(term === null ? [] : [image(1), ...drawnShapes(term, crop)]),
    ],
    // A term may compare whole batches.
    ...(term === null && { samples: [1, 1, 1, 1] }),
    loss: denoisingLoss(network, { sigmaData, process, term, edges: quartileEdges(process, sigmaData, recipe.noise) }),
    initialize: (rng) => network.initialize(rng),
    batch(stream) {
      const [clean, condition, noise, sigma, background] = trainingBatch(
        archive,
        stream,
        recipe,
        normalization,
        process,
        names,
      ) as [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];
      const inputs = [clean, condition, noise, sigma];
      return term === null ? inputs : [...inputs, background, ...drawsOf(term, stream, crop)];
    },
  };
}

/** What a term draws in a step. */
export const drawsOf = (term: LossTerm | null, stream: Rng, crop: number): Float32Array[] =>
  (term?.draws?.(stream.split("directions"), crop) ?? []).map(({ values }) => values);

function oneStepLesson({ archive, recipe, normalization, network, names, term }: LessonParts): Lesson {
  const { batch, crop } = recipe;
  const { members, scales } = recipe.oneStep!;
  const { factor, sigmaData, unit = 1 } = normalization;
  const image = (channels: number, side = crop, count = batch) => ({ shape: [count, side, side, channels] });
  return {
    inputs: [
      image(1),
      image(2 + names.length),
      image(1),
      image(1, crop / factor),
      image(noiseBlocks.length, crop, members * batch),
      ...drawnShapes(term, crop),
    ],
    ...(term === null && { samples: [1, 1, 1, 1, members] }),
    loss: oneStepLoss(network, { sigmaData, factor, unit, members, scales, term }),
    initialize: (rng) => initializeOneStep(network, rng),
    batch(stream) {
      const { rain, coarse, background, condition } = cropsOf(archive, stream, recipe, normalization, names);
      const truth = rain.map((r) => Math.log1p(r / unit));
      const noise = noiseBatch(stream.split("noise"), members * batch, crop);
      return [truth, condition, background, coarse, noise, ...drawsOf(term, stream, crop)];
    },
  };
}
