/** Comparison of two values of one quantity, of rain and of all else. */

/** Difference of values: by a factor (rain, never below 0), or by a sum (temperature). */
export type ChangeKind = "multiplicative" | "additive";

/** Precipitation changes by factors; all else by sums, since its zero may be a choice of units. */
export const changeKindOf = (rain: boolean): ChangeKind => (rain ? "multiplicative" : "additive");
