/** What a kind of generator is trained by on pairs: its loss, and the batches that the loss takes. */

import { quartileEdges } from "../diffusion/loss-by-level.ts";
import { maskedDenoisingLoss } from "../diffusion/masked-loss.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import type { Unet } from "../diffusion/unet.ts";
import type { Lesson } from "../downscaling/generator/loop.ts";
import { initializeOneStep } from "../one-step/loss.ts";
import { maskedOneStepLoss } from "../one-step/masked-loss.ts";
import { noiseBatch, noiseSidesOf } from "../one-step/noise.ts";
import { directionShapes, drawAllDirections } from "../one-step/sample-term.ts";
import { resolveOneStep } from "../one-step/settings.ts";
import { backgroundOf, type PairArchive, type StoredPairs } from "./arrays.ts";
import { covariateGroups, pairBatch, pairCropsOf } from "./batch.ts";
import type { PairCheckpoint } from "./pair-checkpoint.ts";
import { scalesOf, sigmaData } from "./paired-downscaler.ts";

/** What a lesson is made of. */
export interface PairLessonParts extends Pick<PairCheckpoint, "recipe" | "description" | "masked"> {
  readonly archive: PairArchive | StoredPairs;
  readonly network: Unet;
  /** Of diffusion. */
  readonly process: NoiseProcess;
}

/** The lesson of a recipe's generator. @throws OptionsError where its crops are too small for the choices */
export const pairLessonOf = (parts: PairLessonParts): Lesson =>
  parts.recipe.generator === "one-step" ? oneStepLesson(parts) : diffusionLesson(parts);

/** Crops, and what they hold. */
function cropping({ archive, recipe, description }: PairLessonParts) {
  const size = [archive.height, archive.width].map((n) => Math.min(recipe.crop, n)) as [number, number];
  const groups = recipe.dropout > 0 ? covariateGroups(description.channels) : [];
  const image = (depth: number, count = recipe.batch) => ({ shape: [count, ...size, depth] });
  const of = { channels: description.channels.length, outputs: description.targets.length };
  return { size, groups, image, ...of };
}

function diffusionLesson(parts: PairLessonParts): Lesson {
  const { archive, recipe, masked, network, process } = parts;
  const { size, groups, image, channels, outputs } = cropping(parts);
  return {
    inputs: [image(outputs), image(channels), image(outputs), { shape: [recipe.batch] }, image(outputs)],
    samples: [1, 1, 1, 1, 1],
    loss: maskedDenoisingLoss(network, {
      sigmaData,
      process,
      shown: masked,
      edges: quartileEdges(process, sigmaData, recipe.noise),
    }),
    initialize: (rng) => network.initialize(rng),
    batch: (stream) => pairBatch(archive, stream, recipe, size, groups, process),
  };
}

function oneStepLesson(parts: PairLessonParts): Lesson {
  const { archive, recipe, description, masked, network } = parts;
  const { size, groups, image, channels, outputs } = cropping(parts);
  const { members, scales, term, cut } = recipe.oneStep!;
  for (const side of size) resolveOneStep("trainPairs", recipe.oneStep!, side);
  const count = members * recipe.batch;
  const directions = term === null ? [] : directionShapes(term);
  const sides = noiseSidesOf(network);
  return {
    inputs: [
      image(outputs),
      image(channels),
      image(outputs),
      image(outputs),
      image(sides.length, count),
      ...directions.map((shape) => ({ shape })),
    ],
    samples: [1, 1, 1, 1, members, ...directions.map(() => 0)],
    loss: maskedOneStepLoss(network, {
      outputs: scalesOf(description.targets, cut),
      members,
      scales,
      shown: masked,
      ...(term && { term }),
    }),
    initialize: (rng) => initializeOneStep(network, rng),
    batch(stream) {
      const { condition, clean, valid } = pairCropsOf(archive, stream, recipe, size, groups);
      const background = backgroundOf(condition, description.channels, description.targets);
      const noise = noiseBatch(stream.split("noise"), count, ...size, sides);
      const drawn = drawAllDirections(stream.split("directions"), directions);
      return [clean, condition, background, valid, noise, ...drawn];
    },
  };
}
