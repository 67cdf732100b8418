/** How good a downscaler is on tiles that it was not trained on, told while it trains. */
import { OptionsError } from "../../engine/errors.ts";
import { among, type Check, either, optional, real, record, whole } from "../../engine/files/plain-checks.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { rng } from "../../engine/rng.ts";
import { crpsField, spreadAndError } from "../../verification/scores/index.ts";
import { levelsFor } from "../diffusion/sampler.ts";
import { eventOf } from "./archive/batches.ts";
import { type StoredTiles, type TileArchive, tileOf } from "./archive/tiles.ts";
import type { Downscaler } from "./downscaler.ts";
import type { Judgement } from "./generator/choose-model.ts";
import type { GeneratorName } from "./generator/generator.ts";
import type { Judged } from "./generator/loop.ts";

/** How training is judged on tiles that it does not see. */
export interface Validation {
  /** Steps between; also after the last. @defaultValue a tenth of all steps */
  readonly every?: number;
  /** Tiles, chosen once by the seed. @defaultValue 16, or all */
  readonly images?: number;
  /** Drawn for each tile. @defaultValue 8 */
  readonly members?: number;
  /** Network evaluations a member, of diffusion; the one-step generator takes 1. @defaultValue 8 */
  readonly evaluations?: number;
  /** Stop where so many validations in a row are no better than the best before. @defaultValue never */
  readonly patience?: number;
}

/** Without gaps. */
export type ResolvedValidation = Required<Omit<Validation, "patience">> & { readonly patience: number | null };

const COUNT = whole(1, 2 ** 31);
const SEVERAL = whole(2, 2 ** 31);

/** Tells what is wrong with a stored {@link ResolvedValidation}. */
export const validationCheck: Check = record({
  every: COUNT,
  images: COUNT,
  members: SEVERAL,
  evaluations: COUNT,
  patience: either(among(null), COUNT),
});

/** The same of one with gaps, as in the record of a run. */
export const validationChoicesCheck: Check = record({
  every: optional(COUNT),
  images: optional(COUNT),
  members: optional(SEVERAL),
  evaluations: optional(COUNT),
  patience: optional(COUNT),
});

/**
 * Fills in defaults and checks ranges.
 *
 * @param usual - members, where nothing is said
 * @throws OptionsError
 */
export function resolveValidation(
  caller: string,
  steps: number,
  o: { readonly validation?: Validation; readonly generator?: GeneratorName },
  usual = 8,
): ResolvedValidation {
  const { every = Math.max(1, Math.ceil(steps / 10)), images = 16, members = usual, ...rest } = o.validation ?? {};
  const { evaluations = o.generator === "one-step" ? 1 : 8, patience = null } = rest;
  const resolved = { every, images, members, evaluations, patience };
  const complaint = validationCheck(resolved, "validation");
  if (complaint !== undefined) throw new OptionsError(`${caller}: ${complaint}`, "validation", o.validation);
  if (o.generator !== "one-step") levelsFor("dpm++2m", evaluations);
  return resolved;
}

/** Scores on held-out tiles. Plain JSON. */
export interface ValidationScores {
  /** Fair CRPS in mm/h, smaller is better. */
  readonly crps: number;
  /** Spread over skill, 1 for a reliable ensemble; null where the ensemble mean has no error. */
  readonly spreadSkill: number | null;
}

/** Tells what is wrong with stored {@link ValidationScores}. */
export const scoresCheck: Check = record({ crps: real(0), spreadSkill: either(among(null), real(0)) });

/** Options of {@link validateDownscaler}. */
type ValidateOptions = Pick<ResolvedValidation, "images" | "members" | "evaluations"> & {
  readonly seed: number;
  /** Of each event, where the model was told of archives. */
  readonly archives?: readonly string[] | undefined;
  /** Rates below it are 0, mm/h. @defaultValue 0.1 */
  readonly wetThreshold?: number;
};

/**
 * Draws an ensemble from the block means of each of some tiles, and scores it against the tile. The same options give the same
 * tiles and noise, so that models are compared like with like.
 */
export async function validateDownscaler(
  model: Downscaler,
  archive: TileArchive | StoredTiles,
  options: ValidateOptions,
): Promise<ValidationScores> {
  return (await judgeDownscaler(model, archive, options)).scores;
}

/** What scores of all tiles together are compared by. */
export const judgementOf = ({ crps, spreadSkill }: ValidationScores): Judgement => ({
  byImage: [crps],
  spreadSkill: [spreadSkill],
});

/** The scores of {@link validateDownscaler}, and what they are compared by: those of each tile. */
export async function judgeDownscaler(
  model: Downscaler,
  archive: TileArchive | StoredTiles,
  options: ValidateOptions,
): Promise<Judged<ValidationScores>> {
  const { seed, images, members, evaluations, archives, wetThreshold = 0.1 } = options;
  // Few evaluations, whatever the model draws with.
  const method = "dpm++2m" as const;
  const { size, count } = archive;
  const { factor } = model.configuration.normalization;
  const [pixels, side] = [size * size, size / factor];
  const chosen = rng(seed).split("validation").permutation(count).subarray(0, images).sort();
  const truth = new Float64Array(chosen.length * pixels);
  // Members come first for spread and error, last for the score.
  const first = new Float64Array(members * truth.length);
  const last = new Float64Array(members * truth.length);
  for (const [n, tile] of chosen.entries()) {
    const fine = tileOf(archive, tile);
    truth.set(fine, n * pixels);
    const coarse = { values: blockMean(fine, 1, size, size, factor), height: side, width: side };
    const told = archives && { archive: archives[eventOf(archive, tile)]! };
    // What kind of rain it is was checked when it was read.
    const taken = model.generator === "diffusion" && { evaluations, method };
    const one = { seed, frame: tile, members, ...taken, wetThreshold, force: true, ...told };
    const { values: drawn } = await model.sample(coarse, one);
    for (let m = 0; m < members; m++) {
      for (let i = 0; i < pixels; i++) {
        const value = drawn[m * pixels + i]!;
        first[m * truth.length + n * pixels + i] = value;
        last[(n * pixels + i) * members + m] = value;
      }
    }
  }
  const points = truth.length;
  const field = crpsField({ values: last, shape: [points, members] }, { values: truth, shape: [points] });
  const mean = (of: Float64Array) => of.reduce((a, b) => a + b, 0) / of.length;
  const { variance, squaredError } = spreadAndError(first, truth, members);
  const spread = (((members + 1) / members) * variance) / squaredError;
  const spreadSkill = squaredError > 0 ? Math.sqrt(spread) : null;
  const byImage = Array.from(chosen, (_, n) => mean(field.subarray(n * pixels, (n + 1) * pixels)));
  return { scores: { crps: mean(field), spreadSkill }, judgement: { byImage, spreadSkill: [spreadSkill] } };
}
