/** A verification in a few sentences, for a reader who does not know the scores. */
import { percentText, printedNumber } from "../../engine/text/number.ts";
import type { Verification } from "../verify.ts";

/** Quantile that stands for heavy rain, where it was asked for; else the highest that was. */
const heavy = 0.999;

/**
 * The main scores in sentences: error, error beside another forecast's, spread, rain's extent, heaviest values. Scores
 * that are NaN have no sentence.
 *
 * @param found - of `verify`
 * @returns one to five sentences
 */
export function summaryOf(found: Verification): string[] {
  const { scores, members, units, wetThreshold, against } = found;
  const [many, of] = [members > 1, units === undefined ? "" : ` ${units}`];
  const { crps, spreadSkill, wetFractionBias, quantiles } = scores;
  const out = [
    many
      ? `The CRPS, the error of the whole ensemble, is ${printedNumber(crps, 3)}${of}.`
      : `The mean absolute error is ${printedNumber(scores.mae, 3)}${of}.`,
  ];
  const other = against?.scores.crps;
  if (other !== undefined && other > 0) {
    const d = against!.differences.crps;
    const sure = Number.isFinite(d.low) && Number.isFinite(d.high);
    const unclear = sure && d.low <= 0 && d.high >= 0 ? ", which chance may have made" : "";
    const share = 1 - crps / other;
    out.push(
      `This is ${percentText(Math.abs(share))} ${share < 0 ? "above" : "below"} the other forecast's ${printedNumber(other, 3)}${unclear}.`,
    );
  }
  if (many && !Number.isNaN(spreadSkill)) out.push(spreadSentence(spreadSkill));
  if (wetThreshold !== null && !Number.isNaN(wetFractionBias)) {
    const wet = `${printedNumber(wetThreshold, 3)}${of} or more`;
    out.push(
      Math.abs(wetFractionBias) < 0.005
        ? `Rain of ${wet} is as frequent as in the truth.`
        : `Rain of ${wet} is ${percentText(Math.abs(wetFractionBias))} ${wetFractionBias > 0 ? "too frequent" : "too rare"}.`,
    );
  }
  const top = quantiles.find(({ q }) => q === heavy) ?? quantiles.at(-1);
  if (top !== undefined && !Number.isNaN(top.pooledBias)) {
    const name = `The value that ${percentText(1 - top.q)} of cells exceed`;
    out.push(
      Math.abs(top.pooledBias) < 0.005
        ? `${name} is that of the truth.`
        : `${name} is ${percentText(Math.abs(top.pooledBias))} too ${top.pooledBias > 0 ? "high" : "low"}.`,
    );
  }
  return out;
}

function spreadSentence(ratio: number): string {
  const number = `spread/skill is ${printedNumber(ratio, 3)}`;
  if (ratio >= 0.9 && ratio <= 1.1) return `The members differ as much as they should: ${number}.`;
  const much = ratio < 1 ? "little" : "much";
  const enough = ratio >= 0.8 && ratio <= 1.25 ? "which is good enough for most uses" : "and should be 1";
  return `The members differ too ${much} from each other for the errors that they make: ${number}, ${enough}.`;
}
