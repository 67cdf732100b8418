/** Lines for people about what was compared, and about the ranks. */
import { percentColumn, printedNumber } from "../../engine/text/number.ts";
import type { Verification } from "../verify.ts";

/** Times, cells and gaps that were compared, line by line. */
export function coverageLines({ coverage, members, units, wetThreshold, interval }: Verification): string[] {
  const { times, truthTimes, cells, share, gaps } = coverage;
  const missing = `${gaps.truth} cells miss in the truth, ${gaps.forecast} more in the forecast`;
  const over = interval === undefined ? "" : ` (values over ${interval} s)`;
  const wet =
    wetThreshold === null
      ? "not taken as rain: values as they are, no events"
      : `rain below ${printedNumber(wetThreshold, 4)}${units ? ` ${units}` : ""} counts as 0${over}`;
  return [
    `scored    ${times[0]} times, of ${times[1]} in the forecast and ${truthTimes} in the truth`,
    `cells     ${cells[0]} of ${cells[1]} (${percentColumn(share)}); ${missing}`,
    `forecast  ${members === 1 ? "one field" : `${members} members`}, in ${units ?? "no units"}; ${wet}`,
  ];
}

/** Ranks, and whether they are flat. */
export function rankLines({ scores, rankFlatness }: Verification): string[] {
  if (scores.rankHistogram.length === 0) return [];
  const shares = scores.rankHistogram.map((v) => `${(100 * v).toFixed(1)}`).join(" ");
  if (rankFlatness === undefined || Number.isNaN(rankFlatness.p)) return [`ranks of the truth, %: ${shares}`];
  const { chiSquare, p, ranks } = rankFlatness;
  const flat = `flat by chance with p = ${p < 1e-4 ? "less than 0.0001" : p.toPrecision(2)}`;
  return [`ranks of the truth, %: ${shares}`, `${flat} (χ² ${chiSquare.toFixed(1)} of ${ranks} cells, one a map)`];
}
