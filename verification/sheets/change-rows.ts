/** A change signal as rows of numbers. */

import type { ChangeSignal, ChangeValue } from "../climate/change-signal.ts";
import type { NumberSheet } from "./score-rows.ts";

/** One statistic of a {@link ChangeSignal}; its numbers are in {@link ChangeRow.units}, changes are shares. */
export interface ChangeRow extends ChangeValue {
  /** `mean`, `wetFrequency`, `wetIntensity`, `q99` and so on. */
  readonly statistic: string;
  /** Of `from` and `to`; undefined for shares, and where the fields have none. */
  readonly units: string | undefined;
}

/**
 * Every statistic that was asked for, the mean first.
 *
 * @param found - of {@link changeSignal}
 * @returns 1 + (2 with a wet threshold) + one a quantile
 */
export function changeRows({ mean, wetFrequency, wetIntensity, quantiles, units }: ChangeSignal): ChangeRow[] {
  return [
    { statistic: "mean", units, ...mean },
    ...(wetFrequency ? [{ statistic: "wetFrequency", units: undefined, ...wetFrequency }] : []),
    ...(wetIntensity ? [{ statistic: "wetIntensity", units, ...wetIntensity }] : []),
    ...quantiles.map(({ q, ...value }) => ({ statistic: `q${Number((100 * q).toFixed(4))}`, units, ...value })),
  ];
}

/**
 * The rows as one sheet, for a file; changes and their ends are shares.
 *
 * @param found - of {@link changeSignal}
 */
export function changeSheet(found: ChangeSignal): NumberSheet {
  const columns = ["from", "to", "change", "change_low", "change_high"];
  return {
    header: [
      ...["statistic", "units"],
      ...["forecast", "driving"].flatMap((who) => columns.map((column) => `${who}_${column}`)),
      ...["difference", "difference_low", "difference_high"],
    ],
    rows: changeRows(found).map(({ statistic, units, forecast, driving, difference }) => [
      ...[statistic, units],
      ...[forecast, driving].flatMap(({ from, to, change }) => [from, to, change.value, change.low, change.high]),
      ...[difference.value, difference.low, difference.high],
    ]),
  };
}
