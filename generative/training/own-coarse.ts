/** Training on one fine data set alone: the coarse one is made of it, and its distribution is kept where the model is to correct others. */
import { OptionsError } from "../../engine/errors.ts";
import { lazyField } from "../../io/dataset/index.ts";
import type { PairFields } from "../data/fields.ts";
import type { MatchedPairs } from "../data/match.ts";
import { ownBlocks } from "../data/own-blocks.ts";
import type { ModelConfiguration, ModelDescription } from "../model/configuration.ts";
import { type MeasuredDistribution, measureDistribution } from "./measure-distribution.ts";
import type { TrainingPlan } from "./plan.ts";

/** True if a model was trained on means of its own fine data. */
export function isOwnCoarse({ provenance }: ModelConfiguration): boolean {
  const data = provenance?.["data"] as { readonly coarse?: unknown } | undefined;
  return Array.isArray(data?.coarse) && data.coarse.length === 0;
}

/** The fields of a plan; without coarse ones, block means of the fine ones. @throws OptionsError */
export async function withCoarse({ choices }: TrainingPlan, fields: PairFields): Promise<PairFields> {
  if (choices.correct && fields.coarse.length > 0) {
    const text =
      "train: `correct` learns from observations alone; leave `coarse` out, the climate model is given to `downscale`";
    throw new OptionsError(text, "correct", true);
  }
  if (choices.correct && fields.fine.length > 1) {
    const text = `train: \`correct\` takes one fine variable, not ${fields.fine.length}; train a model for each`;
    throw new OptionsError(text, "correct", true);
  }
  if (fields.coarse.length > 0) return fields;
  const { factor = 4 } = choices;
  const coarse = [];
  for (const field of fields.fine) {
    const whole = await field.load();
    coarse.push(lazyField(ownBlocks(whole, factor)));
  }
  return { ...fields, coarse };
}

/** The distribution of the coarse observations at the times that are learned from; undefined for models that do not correct. */
export async function observedDistribution(
  { choices }: TrainingPlan,
  pairs: MatchedPairs,
  learned: readonly number[],
  { channels }: ModelDescription,
): Promise<MeasuredDistribution | undefined> {
  if (!choices.correct) return undefined;
  const interval = channels.find(({ role }) => role === "coarse")?.interval;
  return measureDistribution(pairs.coarse[0]!, {
    times: learned.map((n) => pairs.times[n]!.at[pairs.fine.length]!),
    ...(interval !== undefined && { interval }),
  });
}
