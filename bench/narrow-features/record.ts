/** The recorded comparison of samplers at narrow features, as a benchmark that runs nothing: its table and its verdicts. */
import { readFileSync } from "node:fs";
import type { Bench } from "../measure.ts";
import { type NarrowRun, narrowRows, narrowVerdicts } from "./rows.ts";

const record = new URL("../../research/narrow-features/results.json", import.meta.url);

export const narrowFeatures: Bench = {
  name: "narrow-features",
  question: "which points for narrow features that move in five and six axes (from the record)",
  async run({ say }) {
    const runs: readonly NarrowRun[] = JSON.parse(readFileSync(record, "utf8"));
    const [head = [], ...rows] = narrowRows(runs);
    for (const row of [head, head.map(() => "---"), ...rows]) say(`| ${row.join(" | ")} |`);
    for (const verdict of narrowVerdicts(runs)) say(verdict);
    return [];
  },
};
