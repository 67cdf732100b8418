/** Options of `verify`, and their checks. */

import {
  among,
  anything,
  between,
  type Check,
  callback,
  flag,
  list,
  type OptionChecks,
  positive,
  real,
  record,
  text,
  whole,
  wordOr,
} from "../engine/checks.ts";
import { checkOption } from "../engine/numerics/shaped-array.ts";
import type { NoticeOptions, WorkProgress } from "../engine/progress.ts";
import { numberText } from "../engine/text/number.ts";
import type { LazyField } from "../io/dataset/index.ts";
import type { Field } from "../io/field/index.ts";
import { type Events, eventsCheck } from "./matching/events.ts";
import type { Score } from "./scores/cases.ts";
import { leastOf } from "./scores/dry.ts";
import { type BlockBootstrap, bootstrapChecks } from "./significance/blocks.ts";
import { fieldScoreNames } from "./tally/field-scores.ts";

/** Options of {@link verify}. */
export interface VerifyOptions extends NoticeOptions {
  /** Scores of your own, besides those of this package. @defaultValue none */
  readonly scores?: readonly Score[];
  /**
   * Grouping of times that are also scored apart: `"season"` (DJF, MAM, JJA, SON), `"month"`, `"year"`, the label of a
   * date and time, or a label for each time of the truth. @defaultValue no events
   */
  readonly events?: Events;
  /**
   * Intervals of the scores of this package, over times, by redraws of blocks of consecutive times, within each event
   * or period by itself.
   * @defaultValue none
   */
  readonly bootstrap?: BlockBootstrap;
  /**
   * Another forecast, scored at the same times and cells, those of all three; with `bootstrap` the differences have
   * intervals from the same redraws.
   * @defaultValue none
   */
  readonly against?: Field | LazyField;
  /** Units to score in. @defaultValue the truth's, of a change signal the forecast's */
  readonly units?: string;
  /**
   * Seconds that a value stands for, where bounds of time do not say it: for amounts that meet rates, and for what is
   * dry; `"time"` is the spacing of times. @defaultValue bounds of time; for what is dry also the steps of times
   */
  readonly interval?: number | "time";
  /**
   * The truth, of a change signal the forecast, is precipitation. @defaultValue by its units and names; an error where
   * these leave it open
   */
  readonly rain?: boolean;
  /**
   * Set negative precipitation to 0 instead of refusing it; down to a hundredth of what counts as wet, as packing
   * leaves it, that is done anyway. @defaultValue false
   */
  readonly clipNegative?: boolean;
  /** Matching of times: those of one value, or those at one position. @defaultValue "value" */
  readonly times?: "value" | "position";
  /**
   * Below it precipitation is 0, at or above it wet; in the units of the scores, > 0; null to score values as they are.
   * @defaultValue 0.1 mm over the time that a value stands for, 0.1 mm/h where that is less than an hour or a rate's is
   * not known; null for all else than precipitation
   */
  readonly wetThreshold?: number | null;
  /** Quantile levels, each in (0, 1). @defaultValue [0.99, 0.999, 0.9999] */
  readonly quantiles?: readonly number[];
  /** Sides of the windows of the fractions skill score, in cells. @defaultValue 1, 3, 9, 27, 81 as far as they fit */
  readonly fssWindows?: readonly number[];
  /**
   * Events `value ≥ threshold` for each of these, for scores of yes and no, probabilities, the tail and the fractions
   * skill score, in the units of the scores; none may lie below the wet threshold. @defaultValue the wet threshold, 10
   * and 100 times as much; for the fractions skill score the wet threshold alone
   */
  readonly thresholds?: readonly number[];
  /** Scores rain as objects: structure, amplitude, location; gaps are dry on both sides. @defaultValue false */
  readonly sal?: boolean;
  /**
   * A map of whole numbers on the truth's grid, each a region that is scored by itself as well; NaN and 0 belong to
   * none.
   * @defaultValue none
   */
  readonly regions?: Field;
  /** Adds indices of wet days and return levels; for daily rain alone. @defaultValue false */
  readonly climate?: boolean;
  /**
   * Adds `ralsd`, which takes a transform of every map: of ln(1 + R), R in mm/h, for precipitation, else of the values;
   * gaps are dry on both sides. @defaultValue false
   */
  readonly spectrum?: boolean;
  /** Seed of the random rank of a truth that equals some members. @defaultValue ties are shared out over their ranks */
  readonly seed?: number;
  /** Called with the progress: maps that are read and scored, then redraws. @defaultValue none */
  readonly onProgress?: (progress: WorkProgress & { readonly stage: VerifyStage }) => void;
}

/** Part of the work of `verify`. */
export type VerifyStage = "scoring" | "redrawing";

/** A score of one's own: an object with a name that no score of this package has. */
const ownScore: Check = (score, at) => {
  const { name, of } = (score ?? {}) as Partial<Score>;
  if (typeof of !== "function" || typeof name !== "string" || name === "")
    return `${at} is ${JSON.stringify(score)}, expected an object { name, of(cases) }`;
  return fieldScoreNames.includes(name)
    ? `${at} has the name ${name} of a score of verify, expected another`
    : undefined;
};

/** Checks that `verify` and `changeSignal` share. */
export const sharedChecks = {
  bootstrap: record(bootstrapChecks),
  units: text,
  interval: wordOr("time", positive()),
  rain: flag,
  wetThreshold: wordOr(null, positive()),
  quantiles: list(between(0, 1)),
  onProgress: callback,
};

/** Checks of the options of `verify`. */
export const verifyChecks: OptionChecks<VerifyOptions> = {
  ...sharedChecks,
  scores: list(ownScore),
  events: eventsCheck,
  against: anything,
  clipNegative: flag,
  times: among("value", "position"),
  fssWindows: list(whole()),
  thresholds: list(real()),
  sal: flag,
  regions: anything,
  climate: flag,
  spectrum: flag,
  seed: anything,
  onNotice: callback,
};

/** @throws OptionsError for events of less rain than counts as none */
export function checkThresholds({ thresholds = [] }: VerifyOptions, wet: number | null): void {
  if (wet === null) return;
  const expected = `below ${numberText(wet, 6)} precipitation counts as 0; give that or more, or a lower \`wetThreshold\``;
  for (const t of thresholds) checkOption("verify", "thresholds", t, t >= leastOf(wet), expected);
}
