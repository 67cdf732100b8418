/** What a kind of generator is trained by on block means: its loss, and the batches that the loss takes. */
import { comparesBatches, directionShape } from "../../diffusion/field-term.ts";
import { denoisingLoss } from "../../diffusion/loss.ts";
import { quartileEdges } from "../../diffusion/loss-by-level.ts";
import type { NoiseProcess } from "../../diffusion/process/process.ts";
import type { Unet } from "../../diffusion/unet.ts";
import { initializeOneStep, oneStepLoss } from "../../one-step/loss.ts";
import { noiseBatch, noiseSidesOf } from "../../one-step/noise.ts";
import { directionShapes, drawAllDirections } from "../../one-step/sample-term.ts";
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
  /** Rates below it are delivered as 0, mm/h. */
  readonly wetThreshold: number;
}

/** The lesson of a recipe's generator. */
export const lessonOf = (parts: LessonParts): Lesson =>
  parts.recipe.generator === "one-step" ? oneStepLesson(parts) : diffusionLesson(parts);

function diffusionLesson({ archive, recipe, normalization, network, process, names }: LessonParts): Lesson {
  const { batch, crop, term } = recipe;
  const { sigmaData } = normalization;
  const directions = term === null ? undefined : directionShape(term, crop);
  const image = (channels: number) => ({ shape: [batch, crop, crop, channels] });
  const conditions = image(2 + names.length);
  return {
    inputs: [
      image(1),
      conditions,
      image(1),
      { shape: [batch] },
      ...(term === null ? [] : [image(1)]),
      ...(directions === undefined ? [] : [{ shape: directions }]),
    ],
    ...(term === null
      ? { samples: [1, 1, 1, 1] }
      : !comparesBatches(term) && { samples: [1, 1, 1, 1, 1, ...(directions === undefined ? [] : [0])] }),
    loss: denoisingLoss(network, {
      sigmaData,
      process,
      edges: quartileEdges(process, sigmaData, recipe.noise),
      ...(term && { term }),
    }),
    initialize: (rng) => network.initialize(rng),
    batch(stream) {
      const inputs = trainingBatch(archive, stream, recipe, normalization, process, names);
      return term === null ? inputs.slice(0, 4) : inputs;
    },
  };
}

function oneStepLesson({ archive, recipe, normalization, network, names, wetThreshold }: LessonParts): Lesson {
  const { batch, crop } = recipe;
  const { members, scales, term, cut } = recipe.oneStep!;
  const { factor, sigmaData, unit = 1 } = normalization;
  const directions = term === null ? [] : directionShapes(term);
  const sides = noiseSidesOf(network);
  const image = (channels: number, side = crop, count = batch) => ({ shape: [count, side, side, channels] });
  return {
    inputs: [
      image(1),
      image(2 + names.length),
      image(1),
      image(1, crop / factor),
      image(sides.length, crop, members * batch),
      ...directions.map((shape) => ({ shape })),
    ],
    samples: [1, 1, 1, 1, members, ...directions.map(() => 0)],
    loss: oneStepLoss(network, {
      sigmaData,
      factor,
      unit,
      members,
      scales,
      ...(term && { term }),
      ...(cut && { cut: wetThreshold }),
    }),
    initialize: (rng) => initializeOneStep(network, rng),
    batch(stream) {
      const { rain, coarse, background, condition } = cropsOf(archive, stream, recipe, normalization, names);
      const truth = rain.map((r) => Math.log1p(r / unit));
      const noise = noiseBatch(stream.split("noise"), members * batch, crop, crop, sides);
      const drawn = drawAllDirections(stream.split("directions"), directions);
      return [truth, condition, background, coarse, noise, ...drawn];
    },
  };
}
