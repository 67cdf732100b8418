/** Scores of a model on data that it was not trained on. */
import { among, type Check, either, list, optionals, real, record, text, whole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { crpsField, spreadAndError } from "../../verification/scores/index.ts";
import type { HeldOut } from "../data/examples.ts";
import { levelsFor } from "../diffusion/sampler.ts";
import type { Downscaler } from "../model/downscaler.ts";
import type { Judgement } from "./choose-model.ts";

/** Validation on data that training does not see. */
export interface Validation {
  /** Steps between; also after the last. @defaultValue a tenth of all steps */
  readonly every?: number;
  /** Tiles or images, chosen once by the seed. @defaultValue 16, or all */
  readonly images?: number;
  /** Drawn for each of them, at least 2. @defaultValue 8 of block means, else 4 */
  readonly members?: number;
  /** Network evaluations a member. @defaultValue 8 */
  readonly evaluations?: number;
  /** Stop where so many validations in a row are no better than the best before. @defaultValue never */
  readonly patience?: number;
}

/** Without gaps. */
export type ResolvedValidation = Required<Omit<Validation, "patience">> & { readonly patience: number | null };

const COUNT = whole(1, 2 ** 31);
const parts = { every: COUNT, images: COUNT, members: whole(2, 2 ** 31), evaluations: COUNT };

/** Tells what is wrong with a stored {@link ResolvedValidation}. */
export const validationCheck: Check = record({ ...parts, patience: either(among(null), COUNT) });

/** The same of one with gaps, as in the record of a run. */
export const validationChoicesCheck: Check = record(optionals({ ...parts, patience: COUNT }));

/** Fills in defaults and checks ranges. @param usual - members, where nothing is said @throws OptionsError */
export function resolveValidation(
  steps: number,
  o: { readonly validation?: Validation },
  usual: number,
): ResolvedValidation {
  const { every = Math.max(1, Math.ceil(steps / 10)), images = 16, members = usual, ...rest } = o.validation ?? {};
  const { evaluations = 8, patience = null } = rest;
  const resolved = { every, images, members, evaluations, patience };
  const complaint = validationCheck(resolved, "validation");
  if (complaint !== undefined) throw new OptionsError(`train: ${complaint}`, "validation", o.validation);
  levelsFor("dpm++2m", evaluations);
  return resolved;
}

/** Scores on held-out data. Plain JSON. */
export interface ValidationScores {
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

/** Tells what is wrong with stored {@link ValidationScores}. */
export const scoresCheck: Check = record({
  score: real(),
  targets: list(record({ name: text, crps: real(), spreadSkill: either(among(null), real(0)) }), 1, 64),
});

/** Scores, and what they are compared by: the score of each case. */
export interface Judged {
  readonly scores: ValidationScores;
  readonly judgement: Judgement;
}

/**
 * Scores an ensemble of each of some cases at the pixels that have a value. The same options give the same cases and noise,
 * so that models are compared like with like.
 */
export async function validate(
  model: Downscaler,
  held: HeldOut,
  {
    seed,
    images,
    members,
    evaluations,
  }: Pick<ResolvedValidation, "images" | "members" | "evaluations"> & { readonly seed: number },
): Promise<Judged> {
  const { targets, blocks } = model.configuration;
  const outputs = targets.length;
  const chosen = rng(seed).split("validation").permutation(held.count).subarray(0, images).sort();
  const cases = targets.map(() => ({ ensemble: [] as number[], truth: [] as number[], ends: [] as number[] }));
  // Few evaluations, whatever the model draws with. What is dry is dry, and what kind of rain it is was checked when it was read.
  const solver = { evaluations, method: "dpm++2m" as const };
  const wet = blocks && { wetThreshold: targets[0]!.wetThreshold!, force: true };
  for (const at of chosen) {
    const { input, truth, known, archive } = held.read(at);
    const label = archive !== undefined && { archive };
    const { values } = await model.sample(input, { seed, frame: at, members, ...solver, ...wet, ...label });
    for (let i = 0; i < truth.length; i++) {
      if (known?.[i] === 0) continue;
      const of = cases[i % outputs]!;
      of.truth.push(truth[i]!);
      for (let m = 0; m < members; m++) of.ensemble.push(values[m * truth.length + i]!);
    }
    for (const { truth, ends } of cases) ends.push(truth.length);
  }
  const scored = targets.map(({ name }, k) => ({ name, ...scoresOf(cases[k]!, members) }));
  const mean = (of: (one: (typeof scored)[number]) => number) =>
    scored.reduce((sum, one) => sum + of(one), 0) / scored.length;
  const scores = {
    score: mean(({ relative }) => relative),
    targets: scored.map(({ name, crps, spreadSkill }) => ({ name, crps, spreadSkill })),
  };
  const byImage = Array.from(chosen, (_, n) => mean((one) => one.byImage[n]!));
  return { scores, judgement: { byImage, spreadSkill: scores.targets.map(({ spreadSkill }) => spreadSkill) } };
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
