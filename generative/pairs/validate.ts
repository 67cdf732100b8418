/** How good a paired downscaler is on pairs that it was not trained on. */
import { rng } from "../../engine/rng.ts";
import { crpsField, spreadAndError } from "../../verification/scores/index.ts";
import type { Judgement } from "../downscaling/generator/choose-model.ts";
import type { Judged } from "../downscaling/generator/loop.ts";
import { backgroundOf, imageOf, type PairArchive, type StoredPairs } from "./arrays.ts";
import { type PairedDownscaler, untransformed } from "./paired-downscaler.ts";

/** Options of {@link validatePairs}. */
export interface ValidateOptions {
  /** Chooses images and noise. */
  readonly seed: number;
  /** At most so many. */
  readonly images: number;
  /** At least 2. */
  readonly members: number;
  /** Of diffusion. */
  readonly evaluations: number;
}

/** Scores on held-out pairs. Plain JSON. */
export interface PairScores {
  /** Mean over the targets of CRPS in units of the truth's mean absolute deviation; smaller is better. */
  readonly score: number;
  /** One for each target, in the model's order. */
  readonly targets: readonly {
    readonly name: string;
    /** Fair CRPS in the target's units. */
    readonly crps: number;
    /** Spread over skill, 1 for a reliable ensemble; null where the ensemble mean has no error. */
    readonly spreadSkill: number | null;
  }[];
}

/**
 * Scores an ensemble of each of some images at the pixels that have a value. The same options give the same images and noise,
 * so that models are compared like with like.
 */
export async function validatePairs(
  model: PairedDownscaler,
  archive: PairArchive | StoredPairs,
  options: ValidateOptions,
): Promise<PairScores> {
  return (await judgePairs(model, archive, options)).scores;
}

/** What scores of all images together are compared by. */
export const judgementOf = ({ score, targets }: PairScores): Judgement => ({
  byImage: [score],
  spreadSkill: targets.map(({ spreadSkill }) => spreadSkill),
});

/** The scores of {@link validatePairs}, and what they are compared by: the score of each image. */
export async function judgePairs(
  model: PairedDownscaler,
  archive: PairArchive | StoredPairs,
  { seed, images, members, evaluations }: ValidateOptions,
): Promise<Judged<PairScores>> {
  const { channels, targets } = model.configuration;
  const { height, width, outputs } = archive;
  const pixels = height * width;
  const chosen = rng(seed).split("validation").permutation(archive.count).subarray(0, images).sort();
  const cases = targets.map(() => ({ ensemble: [] as number[], truth: [] as number[], ends: [] as number[] }));
  const read = targets.map((target) => untransformed(target));
  for (const image of chosen) {
    const { condition, clean, valid: known } = imageOf(archive, image);
    const valid = Uint8Array.from({ length: pixels }, (_, i) =>
      known.subarray(i * outputs, (i + 1) * outputs).includes(1) ? 1 : 0,
    );
    const background = backgroundOf(condition, channels, targets);
    const input = { height, width, condition, background, valid };
    const taken = model.generator === "diffusion" && { evaluations };
    const { values } = await model.sample(input, { seed, frame: image, members, ...taken });
    for (let i = 0; i < pixels * outputs; i++) {
      if (known[i] === 0) continue;
      const k = i % outputs;
      const { ensemble, truth } = cases[k]!;
      truth.push(read[k]!(background[i]! + targets[k]!.deviation * clean[i]!));
      for (let m = 0; m < members; m++) ensemble.push(values[m * pixels * outputs + i]!);
    }
    for (const { truth, ends } of cases) ends.push(truth.length);
  }
  const scored = targets.map(({ name }, k) => ({ name, ...scoresOf(cases[k]!, members) }));
  const scores = {
    score: scored.reduce((sum, { relative }) => sum + relative, 0) / scored.length,
    targets: scored.map(({ relative: _1, byImage: _2, ...rest }) => rest),
  };
  const byImage = Array.from(chosen, (_, n) => scored.reduce((sum, one) => sum + one.byImage[n]!, 0) / scored.length);
  return { scores, judgement: { ...judgementOf(scores), byImage } };
}

/**
 * @param cases - the ensemble as [points, members], and where the points of each image end
 * @returns `byImage` has the mean `relative`: an image counts by its points
 */
function scoresOf(
  { ensemble, truth, ends }: { ensemble: number[]; truth: number[]; ends: readonly number[] },
  members: number,
) {
  const points = truth.length;
  const observed = Float64Array.from(truth);
  const field = crpsField(
    { values: Float64Array.from(ensemble), shape: [points, members] },
    { values: observed, shape: [points] },
  );
  const total = (of: Float64Array) => of.reduce((a, b) => a + b, 0);
  const crps = total(field) / field.length;
  const byMember = Float64Array.from(ensemble, (_, i) => ensemble[(i % points) * members + Math.floor(i / points)]!);
  const { variance, squaredError } = spreadAndError(byMember, observed, members);
  const mean = observed.reduce((a, b) => a + b, 0) / points;
  const deviation = observed.reduce((sum, v) => sum + Math.abs(v - mean), 0) / points;
  const spread = (((members + 1) / members) * variance) / squaredError;
  const unit = deviation > 0 ? deviation : 1;
  return {
    crps,
    spreadSkill: squaredError > 0 ? Math.sqrt(spread) : null,
    relative: crps / unit,
    byImage: ends.map((end, n) => (total(field.subarray(ends[n - 1] ?? 0, end)) * ends.length) / points / unit),
  };
}
