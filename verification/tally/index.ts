/** Sums over maps, of which the scores of fields are made; for scores of arrays. */
export { eachScore, type FieldScores, ranksOf, type ScalarScores, scalarScores } from "./field-scores.ts";
export { spectra, spectraOf } from "./groups.ts";
export type { TallyPlan } from "./part.ts";
export { planOf, type Sums, summed, sumsOf, tallyOf } from "./tally.ts";
