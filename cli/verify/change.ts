/** `monge verify --change`: how a climate changes beside the model that drives it, as a table, JSON and CSV. */

import { defined } from "../../engine/defined.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { percentColumn, printedNumber } from "../../engine/text/number.ts";
import { csvText } from "../../report/csv.ts";
import { type ChangeSignal, changeSignal } from "../../verification/index.ts";
import { type ChangeRow, changeRows, changeSheet, changeText } from "../../verification/sheets/index.ts";
import { periodNames, startStages } from "../shell/progress.ts";
import { statedRain, wetThresholdOf } from "../shell/read-options.ts";
import { emit, emitJson, say, table } from "../shell/terminal.ts";
import type { VerifyCommandOptions } from "./command.ts";
import type { Inputs } from "./inputs.ts";
import { isKnown } from "./tables.ts";

/** @param periods - of `--change` */
export async function verifyChange(
  { forecast, truth, checkUnchanged, notices }: Inputs,
  [from, to]: NonNullable<VerifyCommandOptions["change"]>,
  o: VerifyCommandOptions,
  names: Readonly<Record<string, string>>,
): Promise<void> {
  const { quantiles, toUnits: units, interval, draws, seed, block, output } = o;
  const wetThreshold = wetThresholdOf(o.wetThreshold);
  const stages = startStages(() => "maps");
  const found = await changeSignal(forecast, truth, {
    ...{ from, to },
    ...defined({ quantiles, units, interval, wetThreshold }),
    ...statedRain(o),
    ...(draws > 0 && { bootstrap: { seed, draws, tooFew: "none", ...defined({ block }) } }),
    onProgress: ({ period, done, total }) => stages.update(periodNames[period], done, total),
  }).finally(() => stages.stop());
  checkUnchanged();
  for (const line of notices()) say(line);
  if (o.json) emitJson({ command: "verify", ...names, ...found });
  else print(found, draws);
  if (output) {
    const { header, rows } = changeSheet(found);
    await writeAtomically(output, csvText(header, rows), { overwrite: o.overwrite ?? false });
  }
}

function print(found: ChangeSignal, draws: number): void {
  const { changes, coverage, members, units, wetThreshold, pattern } = found;
  const wet = wetThreshold === null ? "" : `; wet from ${printedNumber(wetThreshold, 4)}${units ? ` ${units}` : ""} on`;
  for (const [name, { range, times, cells, share }] of Object.entries(coverage)) {
    emit(
      `${name.padEnd(8)}  ${range[0]} to ${range[1]}: ${times[0]} times, of ${times[1]} and ${times[2]}; ${cells[0]} of ${cells[1]} values (${percentColumn(share)})`,
    );
  }
  emit(`forecast  ${members === 1 ? "one field" : `${members} members`}, in ${units ?? "no units"}${wet}`);
  const rows = changeRows(found);
  emit(`\n${changeTable(rows)}`);
  const known = !Number.isNaN(pattern.correlation);
  emit(
    `\nchanges of ${pattern.cells} cells' means: ${known ? `correlation ${printedNumber(pattern.correlation, 4)}, ` : ""}root mean square difference ${changeText(pattern.rmsd, changes === "additive" ? units : "1").replace("+", "")}`,
  );
  if (draws > 0 && rows.every(({ difference }) => Number.isNaN(difference.low))) {
    say("no intervals: the times of a period are too few to redraw");
  }
}

function changeTable(rows: readonly ChangeRow[]): string {
  return table(
    ["", "forecast", "to", "change", "driving", "to", "change", "difference", "95 %"],
    rows.map(({ statistic, changeUnits: unit, forecast, driving, difference }) => [
      statistic,
      ...[forecast, driving].flatMap(({ from, to, change }) => [
        printedNumber(from, 4),
        printedNumber(to, 4),
        changeText(change.value, unit),
      ]),
      changeText(difference.value, unit),
      isKnown(difference.low) ? `${changeText(difference.low, unit)} to ${changeText(difference.high, unit)}` : "–",
    ]),
  );
}
