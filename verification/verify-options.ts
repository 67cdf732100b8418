/** Options of `verify`, and their checks. */

import { checkOption } from "../engine/numerics/shaped-array.ts";
import type { NoticeOptions } from "../engine/progress.ts";
import { numberText } from "../engine/text/number.ts";
import type { LazyField } from "../io/dataset/index.ts";
import type { Field } from "../io/field/index.ts";
import { checkEvents, type Events } from "./matching/events.ts";
import type { Score } from "./scores/cases.ts";
import { leastOf } from "./scores/dry.ts";
import { type BlockBootstrap, checkBootstrap } from "./significance/blocks.ts";
import { fieldScoreNames } from "./tally/field-scores.ts";

/** Options of {@link verify}. */
export interface VerifyOptions extends NoticeOptions {
  /** Scores of your own, besides those of this package. @defaultValue none */
  readonly scores?: readonly Score[];
  /**
   * Grouping of times that are also scored apart: `"season"` (DJF, MAM, JJA, SON), `"month"`, `"year"`, the label of a date and time, or a label for
   * each time of the truth. @defaultValue no events
   */
  readonly events?: Events;
  /**
   * Intervals of the scores of this package, over times, by redraws of blocks of consecutive times, within each event or period by itself.
   * @defaultValue none
   */
  readonly bootstrap?: BlockBootstrap;
  /**
   * Another forecast, scored at the same times and cells, those of all three; with `bootstrap` the differences have intervals from the
   * same redraws.
   * @defaultValue none
   */
  readonly against?: Field | LazyField;
  /** Units to score in. @defaultValue the truth's, of a change signal the forecast's */
  readonly units?: string;
  /**
   * Seconds that a value stands for, where bounds of time do not say it: for amounts that meet rates, and for what is dry;
   * `"time"` is the spacing of times. @defaultValue bounds of time; for what is dry also the steps of times
   */
  readonly interval?: number | "time";
  /** The truth, of a change signal the forecast, is precipitation. @defaultValue by its units and names; an error where these leave it open */
  readonly rain?: boolean;
  /**
   * Set negative precipitation to 0 instead of refusing it; down to a hundredth of what counts as wet, as packing leaves it,
   * that is done anyway. @defaultValue false
   */
  readonly clipNegative?: boolean;
  /** Matching of times: those of one value, or those at one position. @defaultValue "value" */
  readonly times?: "value" | "position";
  /**
   * Below it precipitation is 0, at or above it wet; in the units of the scores, > 0; null to score values as they are.
   * @defaultValue 0.1 mm over the time that a value stands for, 0.1 mm/h where that is less than an hour or a rate's is not
   * known; null for all else than precipitation
   */
  readonly wetThreshold?: number | null;
  /** Quantile levels, each in (0, 1). @defaultValue [0.99, 0.999, 0.9999] */
  readonly quantiles?: readonly number[];
  /** Sides of the windows of the fractions skill score, in cells. @defaultValue 1, 3, 9, 27, 81 as far as they fit */
  readonly fssWindows?: readonly number[];
  /**
   * Events `value ≥ threshold` for each of these, for scores of yes and no, probabilities, the tail and the fractions skill score, in
   * the units of the scores; none may lie below the wet threshold. @defaultValue the wet threshold, 10 and 100 times as much; for the
   * fractions skill score the wet threshold alone
   */
  readonly thresholds?: readonly number[];
  /** Scores rain as objects: structure, amplitude, location; gaps are dry on both sides. @defaultValue false */
  readonly sal?: boolean;
  /**
   * A map of whole numbers on the truth's grid, each a region that is scored by itself as well; NaN and 0 belong to none.
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
  /** Called with the progress: maps that are read, maps that are scored, redraws, one after the other. @defaultValue none */
  readonly onProgress?: (stage: VerifyStage, done: number, total: number) => void;
}

/** Part of the work of `verify`. */
export type VerifyStage = "reading" | "scoring" | "redrawing";

/** @throws OptionsError */
export function checkVerifyOptions(
  { scores = [], fssWindows = [], interval, events, bootstrap, thresholds, wetThreshold: wet }: VerifyOptions,
  quantiles: readonly number[],
  times: string,
): void {
  checkEvents(events);
  if (bootstrap) checkBootstrap(bootstrap);
  for (const q of quantiles) checkOption("verify", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  checkOption(
    "verify",
    "wetThreshold",
    wet,
    wet == null || (wet > 0 && wet < Infinity),
    "it must be > 0, or none (`wetThreshold: null`)",
  );
  checkOption("verify", "times", times, times === "value" || times === "position", 'it must be "value" or "position"');
  const seconds = interval === undefined || interval === "time" || (interval > 0 && interval < Infinity);
  checkOption("verify", "interval", interval, seconds, 'it must be seconds > 0, or "time"');
  for (const n of fssWindows)
    checkOption("verify", "fssWindows", n, Number.isInteger(n) && n >= 1, "each must be an integer ≥ 1");
  for (const t of thresholds ?? [])
    checkOption("verify", "thresholds", t, Number.isFinite(t), "each must be a finite number");
  const names = [...fieldScoreNames];
  for (const score of scores) {
    const whole = typeof score?.of === "function" && typeof score.name === "string" && score.name !== "";
    checkOption("verify", "scores", JSON.stringify(score), whole, "each must be an object { name, of(cases) }");
    checkOption("verify", "scores", score.name, !names.includes(score.name), "the name is taken; give it another");
    names.push(score.name);
  }
}

/** @throws OptionsError for events of less rain than counts as none */
export function checkThresholds({ thresholds = [] }: VerifyOptions, wet: number | null): void {
  if (wet === null) return;
  const expected = `below ${numberText(wet, 6)} precipitation counts as 0; give that or more, or a lower \`wetThreshold\``;
  for (const t of thresholds) checkOption("verify", "thresholds", t, t >= leastOf(wet), expected);
}
