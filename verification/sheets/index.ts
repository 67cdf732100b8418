/** Scores as rows of a table, for people and for CSV. */
export { type ChangeRow, changeRows, changeSheet, changeText } from "./change-rows.ts";
export { coverageLines, rankLines } from "./lines.ts";
export { rowsOf, type ScoreRow, scoreSheet } from "./score-rows.ts";
export { summaryOf } from "./summary.ts";
