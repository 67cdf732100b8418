/** Scores of several methods as lines for people, and as JSON. */
import { percentColumn, signedPercent } from "../../engine/text/number.ts";
import type { Verification } from "../../verification/index.ts";
import { table } from "./terminal.ts";

export interface ScoreRow {
  readonly method: string;
  readonly found: Verification;
}

/** Coverage of the scores in a sentence. */
export const coverageLine = ({ times, cells, share }: Verification["coverage"]): string =>
  `scored: ${times[0]} of ${times[1]} times, ${cells[0]} of ${cells[1]} values (${percentColumn(share)})`;

/** CRPS (fair), error of the mean, biases of q99.9 and of the wet share, spectrum error, spread over skill. */
export function scoreTable(rows: readonly ScoreRow[]): string {
  const header = ["", "CRPS mm/h", "MAE mm/h", "q99.9 bias", "wet fraction", "spectrum dB", "spread/skill"];
  const lines = rows.map(({ method, found: { scores: s } }) => [
    method,
    s.crps.toFixed(4),
    s.mae.toFixed(4),
    signedPercent(s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? Number.NaN),
    signedPercent(s.wetFractionBias),
    s.ralsd.toFixed(2),
    Number.isNaN(s.spreadSkill) ? "–" : s.spreadSkill.toFixed(2),
  ]);
  return table(header, lines);
}

/** The numbers of the table under their names. */
export function scoresJson({ method, found: { scores: s, coverage, members } }: ScoreRow): Record<string, unknown> {
  return {
    method,
    times: coverage.times[0],
    members,
    crps: s.crps,
    mae: s.mae,
    rmse: s.rmse,
    q999Bias: s.quantiles.find(({ q }) => q === 0.999)?.pooledBias ?? null,
    wetFractionBias: s.wetFractionBias,
    spectrumError: s.ralsd,
    spreadSkill: s.spreadSkill,
  };
}
