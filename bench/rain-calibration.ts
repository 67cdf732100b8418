/**
 * Prints the tables of research/rain-calibration-results.md from their record.
 *
 *   node --import tsx --conditions=source bench/rain-calibration.ts
 */
import { calibrationTables } from "./pretrain/calibration.ts";
import { readRecord, recordOf } from "./pretrain/judged.ts";
import { scoreTable } from "./pretrain/print.ts";

for (const [name, rows] of Object.entries(calibrationTables(readRecord(recordOf("rain"))))) {
  process.stdout.write(`${name}\n\n${scoreTable(rows)}\n\n`);
}
