/** Scores of films: sums over time, means over areas, and how long things last. */
export { type AreaSet, areaSeries, polygonAreas, squareAreas } from "./areas.ts";
export { dependenceScores } from "./dependence.ts";
export { type PlaceScores, placeScores } from "./place-scores.ts";
export { type SumScores, type TimeScoresOptions, type TimeScoresValue, timeScores } from "./time-scores.ts";
