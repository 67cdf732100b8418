/**
 * Are the tables of README.md, the docs and the research pages those of their records?
 *
 * `node --import tsx --conditions=source bench/tables.ts [--write] [--unrecorded]`
 *
 * Prints where they differ; `--write` writes the records' numbers into the pages, and each table as CSV beside its record; `--unrecorded` lists the tables that no record is known of.
 */
import { readdirSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { writeAtomically } from "../engine/files/atomic-file.ts";
import { csvOf, csvPath, differences, unmarked, written } from "./tables/page.ts";
import { recordedTables } from "./tables/recorded.ts";
import { shippedScores } from "./tables/shipped-scores.ts";

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, unrecorded: { type: "boolean", default: false } },
});
const pages = [
  "README.md",
  ...["docs", "research"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name}`)
      .filter((path) => path.endsWith(".md") && !path.startsWith("docs/api/"))
      .sort(),
  ),
];
if (values.unrecorded)
  for (const file of pages)
    for (const { line, header } of unmarked(readFileSync(file, "utf8"))) console.log(`${file}:${line}: ${header}`);
else
  for (const table of recordedTables) {
    const { file, marker } = table;
    const [page, rows] = [readFileSync(file, "utf8"), await table.render()];
    for (const difference of differences(page, marker, rows)) console.log(`${file}: ${difference}`);
    if (!values.write) continue;
    await writeAtomically(file, written(page, marker, rows));
    await writeAtomically(csvPath(table), csvOf(rows));
  }
if (values.write) await writeAtomically("models/scores.json", `${JSON.stringify(shippedScores(), null, 2)}\n`);
