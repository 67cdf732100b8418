/** A change signal as rows of numbers. */

import { printedNumber, quantileName, signedPercent } from "../../engine/text/number.ts";
import type { ChangeSignal, ChangeValue } from "../climate/change-signal.ts";
import type { NumberSheet } from "./score-rows.ts";

/**
 * One statistic of a {@link ChangeSignal}; its numbers are in {@link ChangeRow.units}, changes in
 * {@link ChangeRow.changeUnits}.
 */
export interface ChangeRow extends ChangeValue {
  /** `mean`, `wetFrequency`, `wetIntensity`, `q99` and so on. */
  readonly statistic: string;
  /** Of `from` and `to`; undefined for shares, and where the fields have none. */
  readonly units: string | undefined;
  /** Of changes and of their difference: `"1"` for ratios; undefined where the fields have no units. */
  readonly changeUnits: string | undefined;
}

/**
 * Every statistic that was asked for, the mean first.
 *
 * @param found - of {@link changeSignal}
 * @returns 1 + (2 with a wet threshold) + one a quantile
 */
export function changeRows(found: ChangeSignal): ChangeRow[] {
  const { changes, mean, wetFrequency, wetIntensity, quantiles, units } = found;
  const row = (statistic: string, value: ChangeValue) => ({
    ...{ statistic, units, changeUnits: changes === "additive" ? units : "1" },
    ...value,
  });
  return [
    row("mean", mean),
    ...(wetFrequency ? [{ ...row("wetFrequency", wetFrequency), units: undefined, changeUnits: "1" }] : []),
    ...(wetIntensity ? [row("wetIntensity", wetIntensity)] : []),
    ...quantiles.map(({ q, ...value }) => row(quantileName(q), value)),
  ];
}

/** A change for people: "+5.0 %" of a ratio, "−0.54 K" of a difference, a dash where there is none. */
export function changeText(change: number, units: string | undefined): string {
  if (Number.isNaN(change)) return "–";
  if (units === "1") return signedPercent(change);
  return `${change > 0 ? "+" : ""}${printedNumber(change, 4)}${units === undefined ? "" : ` ${units}`}`;
}

/**
 * The rows as one sheet, for a file; changes and their ends are in `change_units`.
 *
 * @param found - of {@link changeSignal}
 */
export function changeSheet(found: ChangeSignal): NumberSheet {
  const columns = ["from", "to", "change", "change_low", "change_high"];
  return {
    header: [
      ...["statistic", "units", "change_units"],
      ...["forecast", "driving"].flatMap((who) => columns.map((column) => `${who}_${column}`)),
      ...["difference", "difference_low", "difference_high"],
    ],
    rows: changeRows(found).map(({ statistic, units, changeUnits, forecast, driving, difference }) => [
      ...[statistic, units, changeUnits],
      ...[forecast, driving].flatMap(({ from, to, change }) => [from, to, change.value, change.low, change.high]),
      ...[difference.value, difference.low, difference.high],
    ]),
  };
}
