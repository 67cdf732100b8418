/**
 * Prints the tables of research/rain-calibration from its record.
 *
 *   node --import tsx --conditions=source bench/rain-calibration.ts
 */
import { calibrationCases, goalRows, isLeftOut, warningRows, wayRows } from "./pretrain/calibration.ts";
import { readRecord, recordOf } from "./pretrain/judged.ts";
import { scoreTable } from "./pretrain/print.ts";

const recorded = readRecord(recordOf("rain"));
const before = calibrationCases(recorded, "version 3");
const columns = {
  "version 3, all": before,
  "version 3, left out": calibrationCases(recorded, "version 3", isLeftOut),
  "more archives, left out": calibrationCases(recorded, "more archives", isLeftOut),
};
const known = Object.fromEntries(Object.entries(columns).filter(([, cases]) => cases.length > 0));
process.stdout.write(`${[goalRows(known), wayRows(before), warningRows(before)].map(scoreTable).join("\n\n")}\n`);
