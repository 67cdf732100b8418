/** Options of the training of a single-step generator. */
import { checkWhole } from "../../engine/check-numbers.ts";
import { OptionsError } from "../../engine/errors.ts";

/** Choices of the training of a one-step generator; plain JSON. */
export interface OneStepSettings {
  /** Members of a case in the loss, ≥ 2. @defaultValue 2 */
  readonly members?: number;
  /** Sides of the blocks over whose means the CRPS is taken, divisors of the crop; 1 for pixels. @defaultValue [1, 2] */
  readonly scales?: readonly number[];
}

/** Without gaps. */
export type ResolvedOneStep = Required<OneStepSettings>;

/** Without gaps. @param crop - side of a crop @throws OptionsError where a number is out of range */
export function resolveOneStep(o: OneStepSettings, crop: number): ResolvedOneStep {
  const { members = 2, scales = [1, 2] } = o;
  checkWhole("train", { "oneStep.members": members }, 2);
  const wrong = scales.find((k) => !(Number.isInteger(k) && k > 0 && crop % k === 0));
  if (scales.length > 0 && wrong === undefined) return { members, scales };
  const text = `train: oneStep.scales is [${scales.join(", ")}], expected divisors of the crop, ${crop}`;
  throw new OptionsError(text, "scales", scales);
}
