/** Examples of training and validation from images: random crops, of which some lack inputs, and held-out images. */
import { blockMean } from "../../../engine/numerics/grid.ts";
import { conditionsOf, type Normalization } from "../../model/blocks.ts";
import { untransformed } from "../../model/channel.ts";
import type { ModelDescription } from "../../model/configuration.ts";
import { backgroundOf } from "../../model/standardise.ts";
import type { CropSource, Crops, HeldOut } from "../examples.ts";
import { type DrawnCrops, drawCrops } from "./crops.ts";
import { covariateGroups, type InputGroup, leaveOut } from "./dropout.ts";
import type { Images } from "./images.ts";

export interface CropSourceOptions {
  readonly batch: number;
  /** Largest side of a crop; smaller images are taken whole. */
  readonly crop: number;
  /** Share of the crops from which an input is left out. */
  readonly dropout: number;
  readonly symmetries: boolean;
}

/** Inputs of the network for crops of images. */
export interface CropInputs {
  /** Crops begin at multiples of it. */
  readonly stride: number;
  readonly optional: readonly InputGroup[];
  /** Channels, background and clean data of crops. */
  complete(drawn: DrawnCrops, o: { readonly batch: number; readonly height: number; readonly width: number }): Crops;
}

export function cropSource(
  images: Images,
  { stride, optional, complete }: CropInputs,
  { batch, crop, dropout, symmetries }: CropSourceOptions,
): CropSource {
  const [height, width] = [images.height, images.width].map((n) => Math.min(crop, n)) as [number, number];
  return {
    ...{ height, width, gaps: images.masked },
    crops(stream) {
      const drawn = drawCrops(images, stream.split("crops"), { count: batch, height, width, stride, symmetries });
      const crops = complete(drawn, { batch, height, width });
      if (dropout > 0) {
        const channels = crops.condition.length / (batch * height * width);
        leaveOut(crops.condition, channels, optional, { share: dropout, batch, stream: stream.split("dropout") });
      }
      return crops;
    },
  };
}

/** Inputs that images have beside their targets. */
export const channelInputs = ({ channels, targets }: ModelDescription): CropInputs => ({
  stride: 1,
  optional: covariateGroups(channels),
  complete: ({ images: _, ...drawn }) => ({ ...drawn, background: backgroundOf(drawn.condition, channels, targets) }),
});

/** Value of the field in conditions that are missing or left out: no rain has it. */
export const WITHHELD = -1;

export interface ImageLabels {
  readonly names: readonly string[];
  /** Position among the names. */
  of(image: number): number;
}

/** Inputs that are block means of tiles of rain in mm/h, and the label of their data set. */
export function blockInputs(constants: Normalization, labels?: ImageLabels): CropInputs {
  const { factor, unit = 1, divisor = 1, deviation = 1, conditionMean, conditionStd } = constants;
  return {
    stride: factor,
    optional: [{ values: [0, 1], absent: (WITHHELD - conditionMean) / conditionStd, missing: [] }],
    complete({ images, clean: rain }, { batch, height, width }) {
      const coarse = blockMean(rain, batch, height, width, factor);
      const given = labels && { names: labels.names, of: Array.from(images, (image) => labels.of(image)) };
      const seen = conditionsOf(coarse, batch, height / factor, width / factor, constants, given);
      const clean = rain.map((r, i) => (Math.log1p(r / unit) / divisor - seen.background[i]!) / deviation);
      return { ...seen, clean };
    },
  };
}

/** Images to validate on, at the pixels where a target has a value. */
export function heldImages(images: Images, { channels, targets }: ModelDescription): HeldOut {
  const { height, width, count, outputs } = images;
  const read = targets.map((target) => untransformed(target, { ceiling: Number.POSITIVE_INFINITY }));
  return {
    count,
    read(image) {
      const { condition, clean, valid: known } = images.read(image);
      const valid = Uint8Array.from({ length: height * width }, (_, i) =>
        known === undefined || known.subarray(i * outputs, (i + 1) * outputs).includes(1) ? 1 : 0,
      );
      const background = backgroundOf(condition, channels, targets);
      const truth = clean.map((v, i) => {
        const k = i % outputs;
        return known?.[i] === 0 ? Number.NaN : read[k]!(background[i]! + targets[k]!.deviation * v);
      });
      return { input: { height, width, condition, background, valid }, truth, ...(known && { known }) };
    },
  };
}

/** Tiles to validate on: each is drawn from its block means. */
export function heldTiles(tiles: Images, factor: number, labels?: ImageLabels): HeldOut {
  const { height, width, count } = tiles;
  return {
    count,
    read(tile) {
      const truth = tiles.read(tile).clean;
      const values = blockMean(truth, 1, height, width, factor);
      const label = labels && { archive: labels.names[labels.of(tile)]! };
      return { input: { values, shape: [height / factor, width / factor] }, truth, ...label };
    },
  };
}
