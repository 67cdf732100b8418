/** The tables of docs/generator-results.md, as Markdown. */
import type { CellResult, TruthResult } from "./cell.ts";

/** All tables. */
export function tables(results: readonly CellResult[], truths: Readonly<Record<string, TruthResult>>): string {
  return `${results.length} trainings of ${Object.keys(truths).join(", ")}\n`;
}
