/** One batch of training on pairs: crops, of which some are not told a covariate, and their noise. */
import type { Rng } from "../../engine/rng.ts";
import type { NoiseProcess } from "../diffusion/process/process.ts";
import type { PairArchive, StoredPairs } from "./arrays.ts";
import { type Channel, fieldOf } from "./channel.ts";
import { drawPairCrops, type PairCrops } from "./crops.ts";
import type { ResolvedPairRecipe } from "./recipe.ts";

/** Channels that are left out together, and those that say so. */
export interface CovariateGroup {
  readonly field: string;
  /** Places of its channels. */
  readonly values: readonly number[];
  /** Places of the channels that tell its gaps. */
  readonly missing: readonly number[];
}

/** The covariates that dropout leaves out: the optional ones, or all where none is marked optional. */
export function covariateGroups(channels: readonly Channel[]): CovariateGroup[] {
  const covariates = channels.filter(({ role }) => role === "with" || role === "static" || role === "context");
  const marked = covariates.filter(({ optional }) => optional);
  const names = new Set((marked.length > 0 ? marked : covariates).map(fieldOf));
  return [...names].map((field) => {
    // Gaps are told by channel, and a field may have several.
    const own = (channel: Channel): boolean => channel.role !== "coarse" && rootOf(channel, channels) === field;
    const places = channels.flatMap((channel, i) => (own(channel) ? [i] : []));
    const tells = (i: number): boolean => channels[i]!.role === "missing";
    return { field, values: places.filter((i) => !tells(i)), missing: places.filter(tells) };
  });
}

/** The field whose values or gaps a channel tells. */
function rootOf(channel: Channel, channels: readonly Channel[]): string {
  const source = channel.role === "missing" ? channels.find(({ name }) => name === channel.of) : channel;
  return source === undefined || source.role === "coarse" ? "" : fieldOf(source);
}

/** Whether no covariate has a direction, so that turned and mirrored crops are as likely as the crops themselves. */
export const directionless = (channels: readonly Channel[]): boolean =>
  channels.every(({ role, name }) => role === "coarse" || role === "missing" || /^(season|hour) /.test(name));

/**
 * Crops, of which some are not told a covariate.
 *
 * @param stream - decides them
 * @param size - height and width of the crops
 */
export function pairCropsOf(
  archive: PairArchive | StoredPairs,
  stream: Rng,
  { batch, dropout, symmetries }: ResolvedPairRecipe,
  size: readonly [number, number],
  groups: readonly CovariateGroup[],
): PairCrops {
  const options = { count: batch, height: size[0], width: size[1], symmetries };
  const crops = drawPairCrops(archive, stream.split("crops"), options);
  if (dropout > 0) leaveOut(crops.condition, archive.channels, groups, dropout, batch, stream.split("dropout"));
  return crops;
}

/**
 * A batch of diffusion: clean data [b, h, w, o], condition [b, h, w, c], unit noise [b, h, w, o], σ [b], mask [b, h, w, o].
 *
 * @param stream - decides the whole batch
 * @param size - height and width of the crops
 */
export function pairBatch(
  archive: PairArchive | StoredPairs,
  stream: Rng,
  recipe: ResolvedPairRecipe,
  size: readonly [number, number],
  groups: readonly CovariateGroup[],
  process: NoiseProcess,
): Float32Array[] {
  const { condition, clean, valid } = pairCropsOf(archive, stream, recipe, size, groups);
  const noise = stream.split("noise").normal(new Float32Array(clean.length));
  const sigma = process.trainingLevels(stream.split("sigma").stratified(recipe.batch), 1, recipe.noise);
  return [clean, condition, noise, sigma, valid];
}

function leaveOut(
  condition: Float32Array,
  channels: number,
  groups: readonly CovariateGroup[],
  dropout: number,
  batch: number,
  stream: Rng,
): void {
  const drawn = stream.uniform(batch * groups.length);
  const length = condition.length / batch;
  for (let n = 0; n < batch; n++) {
    for (const [g, { values, missing }] of groups.entries()) {
      if (drawn[n * groups.length + g]! >= dropout) continue;
      for (let at = n * length; at < (n + 1) * length; at += channels) {
        for (const k of values) condition[at + k] = 0;
        for (const k of missing) condition[at + k] = 1;
      }
    }
  }
}
