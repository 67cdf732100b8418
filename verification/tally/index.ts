/** Sums over maps, of which the scores of fields are made; for scores of arrays. */
export { type FieldScores, ranksOf, scalarScores } from "./field-scores.ts";
export type { TallyPlan } from "./part.ts";
export { spectra } from "./spectra.ts";
export { planOf, type Sums, summed, sumsOf, tallyOf } from "./tally.ts";
