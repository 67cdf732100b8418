/** Scores of several methods as lines for people, and as JSON. */
import type { Scores } from "../../verification/arrays/index.ts";
import type { Coverage } from "../../verification/matching/index.ts";
import { table } from "./terminal.ts";

export interface ScoreRow {
  readonly method: string;
  readonly scores: Scores;
}

/** A score and how much of the truth it is over. */
export interface CoveredRow extends ScoreRow {
  readonly coverage: Coverage;
}

/** Coverage of the scores in a sentence. */
export function coverageLine({ times, cells, share, tile }: Coverage): string {
  const parts = tile === null ? "" : `, in tiles of ${tile} x ${tile} without a gap`;
  return `scored: ${times[0]} of ${times[1]} times, ${cells[0]} of ${cells[1]} values (${(100 * share).toFixed(1)} %)${parts}`;
}

/** The same under names. */
export function coverageJson({ times, cells, share, tile }: Coverage): Record<string, unknown> {
  return { timesScored: times[0], times: times[1], cellsScored: cells[0], cells: cells[1], share, tile };
}

const percent = (v: number): string =>
  Number.isNaN(v) ? "–" : `${v >= 0 ? "+" : "−"}${Math.abs(100 * v).toFixed(1)} %`;

/** CRPS (fair), error of the mean, biases of q99.9 and of the wet share, spectrum error, spread over skill. */
export function scoreTable(rows: readonly ScoreRow[]): string {
  const header = ["", "CRPS mm/h", "MAE mm/h", "q99.9 bias", "wet fraction", "spectrum dB", "spread/skill"];
  const lines = rows.map(({ method, scores: s }) => [
    method,
    s.crps.toFixed(4),
    s.mae.toFixed(4),
    percent(s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? Number.NaN),
    percent(s.wetFractionBias),
    s.ralsd.log.toFixed(2),
    Number.isNaN(s.spreadSkill) ? "–" : s.spreadSkill.toFixed(2),
  ]);
  return table(header, lines);
}

/** The numbers of the table under their names. */
export function scoresJson({ method, scores: s }: ScoreRow): Record<string, unknown> {
  return {
    method,
    tiles: s.tiles,
    members: s.members,
    crps: s.crps,
    mae: s.mae,
    rmse: s.rmse,
    q999Bias: s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? null,
    wetFractionBias: s.wetFractionBias,
    spectrumError: s.ralsd.log,
    spreadSkill: s.spreadSkill,
    blockRmse: s.blockRmse,
  };
}
