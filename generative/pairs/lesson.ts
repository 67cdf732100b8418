/** What a kind of generator is trained by on pairs: its loss, and the batches that the loss takes. */

import { quartileEdges } from "../diffusion/loss-by-level.ts";
import type { LossTerm } from "../diffusion/loss-term.ts";
import { maskedDenoisingLoss } from "../diffusion/masked-loss.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import type { Unet } from "../diffusion/unet.ts";
import { drawnShapes, drawsOf } from "../downscaling/generator/lesson.ts";
import type { Lesson } from "../downscaling/generator/loop.ts";
import { initializeOneStep } from "../one-step/loss.ts";
import { maskedOneStepLoss } from "../one-step/masked-loss.ts";
import { noiseBatch, noiseBlocks } from "../one-step/noise.ts";
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
  /** Of a one-step generator. */
  readonly term: LossTerm | null;
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
  const { archive, recipe, description, masked, network, term } = parts;
  const { size, groups, image, channels, outputs } = cropping(parts);
  const { members, scales } = recipe.oneStep!;
  for (const side of size) resolveOneStep("trainPairs", recipe.oneStep!, side);
  const crop = Math.min(...size);
  const count = members * recipe.batch;
  return {
    inputs: [
      image(outputs),
      image(channels),
      image(outputs),
      image(outputs),
      image(noiseBlocks.length, count),
      ...drawnShapes(term, crop),
    ],
    ...(term === null && { samples: [1, 1, 1, 1, members] }),
    loss: maskedOneStepLoss(network, { outputs: scalesOf(description.targets), members, scales, shown: masked, term }),
    initialize: (rng) => initializeOneStep(network, rng),
    batch(stream) {
      const { condition, clean, valid } = pairCropsOf(archive, stream, recipe, size, groups);
      const background = backgroundOf(condition, description.channels, description.targets);
      const noise = noiseBatch(stream.split("noise"), count, ...size);
      return [clean, condition, background, valid, noise, ...drawsOf(term, stream, crop)];
    },
  };
}
