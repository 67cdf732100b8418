/**
 * Errors of the true field before, moved along and scaled to the block means of the time: what the motion of coarse fields costs. Writes
 * research/rain-in-time/previous-motion.jsonl.
 *
 * `MONGE_DATA=DIR node --import tsx --conditions=source bench/previous-field/motion.ts`
 */
import { existsSync } from "node:fs";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { alongErrors } from "./diagnostics.ts";
import { rainiest, readFilm } from "./film.ts";

const folder = process.env["MONGE_DATA"];
if (folder === undefined || !existsSync(folder)) throw new Error("set MONGE_DATA to a folder of real files");
let lines = "";
for (const [data, name] of [
  ["fmi", "fmi_20170509"],
  ["mch", "mch_20160711"],
] as const) {
  const film = await readFilm(folder, name, [0, 36]);
  const rows = alongErrors(film, rainiest(film, [0, 36], 72, 24), data);
  for (const row of rows) lines += `${JSON.stringify(row)}\n`;
}
process.stdout.write(lines);
await writeAtomically("research/rain-in-time/previous-motion.jsonl", lines);
