/** The tables of `radar-arms.ts`. */
import { rng } from "../engine/random/rng.ts";
import type { Scores } from "./array-scores/verify-tiles.ts";
import { pairedBootstrap } from "./paired-bootstrap.ts";

/** Scores of one arm. */
export interface Row {
  readonly name: string;
  readonly seconds?: { readonly training: number; readonly sampling: number };
  readonly pooled: Scores;
  readonly events: Readonly<Record<string, Scores>>;
  /** Fair CRPS of each tile. */
  readonly crps: readonly number[];
}

/** Prints all rows as one table of Markdown. */
export function print(rows: readonly Row[]): void {
  const percent = (v: number) => `${v >= 0 ? "+" : ""}${(100 * v).toFixed(1)} %`;
  const cells = (name: string, s: Scores, seconds?: Row["seconds"]) => [
    name,
    s.crps.toFixed(4),
    s.mae.toFixed(4),
    percent(s.quantiles[0]!.pooledBias),
    percent(s.quantiles[1]!.pooledBias),
    percent(s.quantiles[1]!.mapBias),
    s.quantiles[1]!.mapError.toFixed(2),
    percent(s.wetFractionBias),
    Number(s.spreadSkill ?? Number.NaN).toFixed(2),
    s.ralsd.log.toFixed(2),
    s.blockRmse.toFixed(4),
    seconds ? `${seconds.training.toFixed(0)} + ${seconds.sampling.toFixed(0)}` : "",
  ];
  const header = [
    "arm",
    "fair CRPS",
    "MAE",
    "q99",
    "q99.9",
    "tile q99.9",
    "tile q99.9 error",
    "wet",
    "spread/skill",
    "RALSD log",
    "block RMSE",
    "s train + sample",
  ];
  const lines = [header, header.map(() => "---")];
  for (const row of rows) {
    lines.push(cells(row.name, row.pooled, row.seconds));
    for (const [event, s] of Object.entries(row.events)) lines.push(cells(`· ${event}`, s));
  }
  process.stdout.write(`${lines.map((line) => `| ${line.join(" | ")} |`).join("\n")}\n`);
}

/** Each arm against the first one, conserving: mean over the seeds, tiles redrawn within their event. */
export function compare(arms: ReadonlyMap<string, readonly Row[]>, labels: readonly string[]): void {
  const [[first, base] = ["", []], ...others] = [...arms];
  for (const event of new Set(labels)) {
    const mean = (rows: readonly Row[]) =>
      labels.flatMap((label, i) =>
        label === event ? [rows.reduce((sum, { crps }) => sum + crps[i]!, 0) / rows.length] : [],
      );
    for (const [arm, rows] of others) {
      const { difference, low, high } = pairedBootstrap(mean(rows), mean(base), { random: rng(1) });
      const [d, a, b] = [difference, low, high].map((v) => v.toFixed(5));
      process.stdout.write(`${event}: fair CRPS of ${arm} less that of ${first}: ${d} (${a} to ${b})\n`);
    }
  }
}
