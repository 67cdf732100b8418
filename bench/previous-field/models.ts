/** The library's model of block means with two channels more: the fine field of the time before, moved along, and where there is none. */
import { conserveBlocks } from "../../engine/numerics/conserve-blocks.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { CropSource } from "../../generative/data/examples.ts";
import type { ImagePlace } from "../../generative/data/images/choose.ts";
import { ImagesInMemory } from "../../generative/data/images/images.ts";
import { blockInputs, type CropInputs, cropSource } from "../../generative/data/images/source.ts";
import { measureNormalization } from "../../generative/data/tiles/measure.ts";
import { cutTiles, type StackedTiles } from "../../generative/data/tiles/tiles.ts";
import { compiledDenoiser } from "../../generative/diffusion/denoiser.ts";
import { drawResiduals, resolveDraw } from "../../generative/diffusion/draw.ts";
import { processOfModel } from "../../generative/diffusion/process/kinds.ts";
import { LEAST_CARRIED, type NoiseLink, type NoisePart } from "../../generative/diffusion/time-noise.ts";
import { type UnetOptions, unet } from "../../generative/diffusion/unet.ts";
import { conditionsOf, describeBlocks, type Normalization } from "../../generative/model/blocks.ts";
import { untransformed } from "../../generative/model/channel.ts";
import type { MeasuredCoherence } from "../../generative/model/coherence.ts";
import { dryBelow } from "../../generative/model/downscaler.ts";
import { trainingObjective } from "../../generative/training/objective.ts";
import { resolveRecipe } from "../../generative/training/recipe.ts";
import { rainLimits } from "../../io/rain/index.ts";
import { trained } from "../two-stages/models.ts";
import { cut, FACTOR, type Film, frameOf, moved, type Region } from "./film.ts";

/** Side of a tile that is learned from. */
export const TILE = 64;

/** Tiles of a film, and what came before each. */
export interface Archive {
  readonly film: Film;
  readonly tiles: StackedTiles;
  readonly places: readonly ImagePlace[];
  /** Rates below it are dry, mm/h. */
  readonly wet: number;
}

/** Options of a training; the recipe is otherwise that of the package. */
export interface PreviousRecipe {
  readonly seed: number;
  readonly steps: number;
  readonly batch: number;
  readonly crop: number;
  readonly network: UnetOptions;
  /** Share of the crops without a field before. */
  readonly masked: number;
  /** Standard deviation of white noise on it, in deviations of the residual. */
  readonly noise: number;
}

/** One time of a film to draw. */
export interface Moment {
  /** Window of the whole map. */
  readonly region: Region;
  /** mm/h, of the window's cells. */
  readonly coarse: Float32Array;
  readonly time: number;
  readonly noise: readonly NoisePart[];
}

/** Fields before: none, that of all members, or of each. */
export type Before = Float32Array | readonly Float32Array[] | undefined;

/** A model that draws a member of a time after the one before. */
export interface PreviousModel {
  readonly unit: number;
  /**
   * @param before - ln(1 + R/unit) of the time before, moved along, of each member, or one of all; NaN where there is none
   * @returns mm/h, [members, height, width]
   */
  draw(moment: Moment, o: MemberOptions, before?: Before): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Members that are drawn of one time. */
export interface MemberOptions {
  readonly seed: number;
  readonly members: number;
  readonly evaluations: number;
}

/** Seconds that a value stands for. */
const INTERVAL = 300;
/** Most tiles of a film. */
const MOST = 1000;

/** Noise of a time as `downscale` has it with even steps, with the motions of the film, which are found once. */
export function noiseOf(film: Film, measured: MeasuredCoherence | undefined, time: number): readonly NoisePart[] {
  if (measured === undefined) return [];
  const { share, still, moving } = measured;
  const linksOf = (correlation: number, follow: boolean): readonly NoiseLink[] => {
    const links: NoiseLink[] = [];
    for (let n = time, carried = 1; correlation > 0 && n > 0 && carried >= LEAST_CARRIED; n--, carried *= correlation) {
      links.push({ frame: n - 1, correlation, ...(follow && { motion: film.inPixels(n) }) });
    }
    return links;
  };
  const parts = [
    { share, links: linksOf(still, false) },
    { share: 1 - share, links: linksOf(moving, true) },
  ];
  return parts.filter((part) => part.share > 0);
}

/** Wet tiles of a film, and some drier ones. */
export async function archiveOf(film: Film): Promise<Archive> {
  const { wet, clutter } = rainLimits(INTERVAL);
  const frames = { name: "film", limit: MOST, values: film.field.values as Float32Array, shape: film.field.shape };
  const tiles = await cutTiles([frames], rng(2), { size: TILE, wetThreshold: wet, largestRate: clutter });
  return { film, tiles, places: tiles.events[0]!.places, wet };
}

/**
 * Writes both channels of a map that was moved along: standardised, 0 where there is none; 1 where there is none.
 *
 * @param to - pixels of `depth` values, of which these are the last two
 */
function writeChannels(to: Float32Array, depth: number, before: Float32Array | undefined, c: Normalization): void {
  for (let i = 0, at = depth - 2; at < to.length; i++, at += depth) {
    const f = before === undefined ? Number.NaN : before[i]!;
    const none = Number.isNaN(f);
    to[at] = none ? 0 : (f - c.conditionMean) / c.conditionStd;
    to[at + 1] = none ? 1 : 0;
  }
}

/** Room for two channels behind the two of block means. */
function widened(condition: Float32Array): Float32Array {
  const out = new Float32Array(2 * condition.length);
  for (let i = 0; i < condition.length; i += 2) {
    out[2 * i] = condition[i]!;
    out[2 * i + 1] = condition[i + 1]!;
  }
  return out;
}

function sourceOf(
  { film, tiles, places, wet }: Archive,
  c: Normalization,
  recipe: ReturnType<typeof recipeOf>,
  noise: number,
) {
  const pixels = TILE ** 2;
  const condition = new Float32Array(2 * tiles.count * pixels);
  for (const [n, { frame, row, column }] of places.entries()) {
    const region = { top: row, left: column, height: TILE, width: TILE };
    // As where a window is drawn: what comes in over the tile's edge is not known.
    const rain =
      frame === 0 ? undefined : cut(frameOf(film.field, frame - 1), film.map, region).map((v) => (v < wet ? 0 : v));
    const before = rain && moved(rain, region, film.motion(frame), region, c.unit ?? 1);
    writeChannels(condition.subarray(2 * n * pixels, 2 * (n + 1) * pixels), 2, before, c);
  }
  const images = new ImagesInMemory({
    ...{ height: TILE, width: TILE, count: tiles.count, channels: 2, outputs: 1 },
    ...{ condition, clean: tiles.values },
  });
  const blocks = blockInputs(c);
  const inputs: CropInputs = {
    stride: FACTOR,
    optional: [{ values: [2], absent: 0, missing: [3] }],
    complete(drawn, o) {
      const crops = blocks.complete(drawn, o);
      const all = widened(crops.condition);
      for (const [i, v] of drawn.condition.entries()) all[4 * (i >> 1) + 2 + (i & 1)] = v;
      return { ...crops, condition: all };
    },
  };
  const source = cropSource(images, inputs, recipe);
  return noise === 0 ? source : degraded(source, (noise * c.sigmaData) / c.conditionStd);
}

/** White noise on the field before, where there is one. */
function degraded(source: CropSource, deviation: number): CropSource {
  return {
    ...source,
    crops(stream) {
      const crops = source.crops(stream);
      const { condition } = crops;
      const noise = stream.split("degraded").normal(new Float32Array(condition.length / 4));
      for (const [i, z] of noise.entries()) if (condition[4 * i + 3] === 0) condition[4 * i + 2]! += deviation * z;
      return crops;
    },
  };
}

const recipeOf = ({ seed, steps, batch, crop, network, masked }: PreviousRecipe) =>
  resolveRecipe(
    { seed, steps, batch, crop, network, factor: FACTOR, dropout: masked },
    { symmetries: true, blocks: true, validated: false },
  );

/** Crops, noise and levels are those of the library's model of the same seed. */
export async function trainPrevious(archive: Archive, given: PreviousRecipe): Promise<PreviousModel> {
  const root: Rng = rng(given.seed);
  const recipe = recipeOf(given);
  const constants = measureNormalization(archive.tiles, FACTOR, root.split("measure"), recipe.unit);
  const { sigmaData, unit = 1 } = constants;
  const described = describeBlocks(constants, { wetThreshold: archive.wet });
  const description = { ...described, channels: [...described.channels, ...described.channels] };
  const process = processOfModel(recipe.process);
  const network = unet({ ...recipe.network, inputChannels: 5 });
  const source = sourceOf(archive, constants, recipe, given.noise);
  const objective = trainingObjective({ source, recipe, description, masked: false, network, process, term: null });
  const parameters = await trained(objective, recipe, network, root);
  const denoiser = compiledDenoiser(network, parameters, sigmaData, { process });
  const [target] = described.targets;
  const finish = untransformed(target!, { wetThreshold: dryBelow(described, target!)! });
  return {
    unit,
    async draw({ region: { top, left, height, width }, coarse, time, noise }, o, before) {
      const [rows, columns] = [height / FACTOR, width / FACTOR];
      const { background, condition } = conditionsOf(coarse, 1, rows, columns, constants);
      const seen = widened(condition);
      const draw = resolveDraw(
        "previous field",
        { ...o, frame: time, origin: [top, left], noise, ...tilesFor(height) },
        leastCommonMultiple(FACTOR, network.multiple),
      );
      const drawing = { denoiser, process, sigmaData, height, width, condition: seen };
      const shared = before === undefined || before instanceof Float32Array;
      const values = new Float32Array(o.members * height * width);
      for (const [member, one] of (shared ? [before] : before).entries()) {
        writeChannels(seen, 4, one, constants);
        const residual = await drawResiduals(drawing, shared ? draw : { ...draw, members: 1, firstMember: member });
        values.set(residual, member * height * width);
      }
      for (let i = 0; i < values.length; i++) values[i] = finish(background[i % background.length]! + values[i]!);
      const fine = { values, shape: [1, o.members, height, width] };
      return conserveBlocks(fine, { values: coarse, shape: [1, rows, columns] }, FACTOR).values as Float32Array;
    },
    dispose: () => denoiser.dispose(),
  };
}

/** The whole window at once, one member at a time. */
export const tilesFor = (side: number) => ({ tiles: [side, FACTOR] as const, batch: 1 });
