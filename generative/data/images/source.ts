/** Images on the fine grid as examples: random crops, of which some lack a covariate, and held-out images. */
import type { Rng } from "../../../engine/random/rng.ts";
import { untransformed } from "../../model/channel.ts";
import type { ModelDescription } from "../../model/configuration.ts";
import { backgroundOf } from "../../model/standardise.ts";
import type { CropSource, Crops, HeldOut } from "../examples.ts";
import { drawPairCrops } from "./crops.ts";
import { covariateGroups, leaveOut } from "./dropout.ts";
import { imageOf, type PairArchive, type StoredPairs } from "./images.ts";

/** Options of drawing crops. */
export interface ImageCropOptions {
  readonly batch: number;
  /** Largest side of a crop; smaller images are taken whole. */
  readonly crop: number;
  /** Share of the crops from which a covariate is left out. */
  readonly dropout: number;
  readonly symmetries: boolean;
}

/** Crops of images. */
export function imageSource(
  archive: PairArchive | StoredPairs,
  { channels, targets }: ModelDescription,
  { batch, crop, dropout, symmetries }: ImageCropOptions,
): CropSource {
  const [height, width] = [archive.height, archive.width].map((n) => Math.min(crop, n)) as [number, number];
  const groups = dropout > 0 ? covariateGroups(channels) : [];
  return {
    ...{ height, width, gaps: true },
    crops(stream: Rng): Crops {
      const { condition, clean, valid } = drawPairCrops(archive, stream.split("crops"), {
        ...{ count: batch, height, width, symmetries },
      });
      if (dropout > 0) leaveOut(condition, archive.channels, groups, dropout, batch, stream.split("dropout"));
      return { condition, clean, valid, background: backgroundOf(condition, channels, targets) };
    },
  };
}

/** Images to validate on, at the pixels where a target has a value. */
export function heldImages(archive: PairArchive | StoredPairs, { channels, targets }: ModelDescription): HeldOut {
  const { height, width, count, outputs } = archive;
  const read = targets.map((target) => untransformed(target, { ceiling: Number.POSITIVE_INFINITY }));
  return {
    count,
    read(image) {
      const { condition, clean, valid: known } = imageOf(archive, image);
      const valid = Uint8Array.from({ length: height * width }, (_, i) =>
        known.subarray(i * outputs, (i + 1) * outputs).includes(1) ? 1 : 0,
      );
      const background = backgroundOf(condition, channels, targets);
      const truth = clean.map((v, i) => {
        const k = i % outputs;
        return known[i] === 0 ? Number.NaN : read[k]!(background[i]! + targets[k]!.deviation * v);
      });
      return { input: { height, width, condition, background, valid }, truth, known };
    },
  };
}
