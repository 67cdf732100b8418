/** The recorded comparison of samplers at narrow features, as a benchmark that runs nothing: its table and its verdicts. */
import { fileURLToPath } from "node:url";
import type { Bench } from "../measure.ts";
import { recordedLines } from "../recorded-lines.ts";
import { type NarrowRun, narrowRows, narrowVerdicts } from "./rows.ts";

const record = new URL("../../research/narrow-features/results.jsonl", import.meta.url);

export const narrowFeatures: Bench = {
  name: "narrow-features",
  question: "which points for narrow features that move in five and six axes (from the record)",
  async run({ say }) {
    const runs = recordedLines<NarrowRun>(fileURLToPath(record));
    const [head = [], ...rows] = narrowRows(runs);
    for (const row of [head, head.map(() => "---"), ...rows]) say(`| ${row.join(" | ")} |`);
    for (const verdict of narrowVerdicts(runs)) say(verdict);
    return [];
  },
};
