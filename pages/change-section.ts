/** Climate change beside that of the driving model, as a section of a page. */

import { percentColumn, printedNumber } from "../engine/text/number.ts";
import { csvText } from "../report/csv.ts";
import type { PageSection } from "../report/index.ts";
import type { ChangeSignal } from "../verification/index.ts";
import { changeRows, changeSheet, changeText } from "../verification/sheets/index.ts";

/**
 * The section.
 *
 * @param found - of `changeSignal`
 * @returns coverage of both periods, the changes with intervals of their difference, all numbers as CSV
 */
export function changeSection(found: ChangeSignal): PageSection {
  const { changes, coverage, members, units, wetThreshold, pattern } = found;
  const [rows, sheet] = [changeRows(found), changeSheet(found)];
  return {
    heading: "The change between two periods",
    parts: [
      {
        kind: "facts",
        facts: [
          ...Object.entries(coverage).map(
            ([name, { range, times, share }]) =>
              [
                name === "from" ? "earlier period" : "later period",
                `${range[0]} to ${range[1]}: ${times[0]} common times, ${percentColumn(share)} of the values`,
              ] as const,
          ),
          ["forecast", members === 1 ? "one field" : `${members} members`],
          [
            "wet",
            wetThreshold === null ? "not distinguished" : `from ${printedNumber(wetThreshold, 4)} ${units ?? ""} on`,
          ],
          [
            "changes of the cells' means",
            `${pattern.cells} cells, correlation ${printedNumber(pattern.correlation, 4)}, root mean square difference ${changeText(pattern.rmsd, changes === "additive" ? units : "1").replace("+", "")}`,
          ],
        ],
      },
      {
        kind: "table",
        caption: `Of the forecast and of the model that drives it${units === undefined ? "" : `, in ${units} where they have units`}`,
        header: ["", "forecast", "to", "change", "driving", "to", "change", "difference", "95 % from", "to"],
        rows: rows.map(({ statistic, changeUnits: unit, forecast, driving, difference }) => [
          statistic,
          ...[forecast, driving].flatMap(({ from, to, change }) => [
            printedNumber(from, 4),
            printedNumber(to, 4),
            changeText(change.value, unit),
          ]),
          ...[difference.value, difference.low, difference.high].map((v) => changeText(v, unit)),
        ]),
        csv: { name: "change.csv", text: csvText(sheet.header, sheet.rows) },
      },
    ],
  };
}
