/** Calibration of sums and of means of areas by the package's model: the table of its record. */

/** A line of the record of bench/rain-sums.ts. */
export interface SumsRow {
  readonly archive: string;
  readonly factor: number;
  /** True of an archive that training saw. */
  readonly seen: boolean;
  readonly windows: number;
  readonly sums: readonly { readonly duration: number; readonly of: string; readonly spreadSkill: number }[];
}

const hour = 3600;
const names: Readonly<Record<string, string>> = {
  ...{ bom: "BoM 2020", opera: "OPERA 2018", "mch-2015": "MeteoSwiss 2015", "mch-2016": "MeteoSwiss 2016" },
  ...{ "fmi-2017": "FMI 2017, seen", knmi: "KNMI 2010, seen" },
};

const found = ({ sums }: SumsRow, cells: boolean, isHour: boolean): number =>
  sums.find(({ of, duration }) => (of === "cells") === cells && (duration === hour) === isHour)!.spreadSkill;

/** Squares that begin two cells off the edges of coarse cells cut them unless these have two cells. */
const cutsCells = ({ factor }: SumsRow): boolean => factor > 2;

/** Spread over skill of all cases, and how many reach the goals of those that training never saw. */
export function rainSumsTable(rows: readonly SumsRow[]): readonly (readonly string[])[] {
  const within = (v: number, [low, high]: readonly [number, number]) => v >= low && v <= high;
  const wide = [0.8, 1.25] as const;
  const count = (of: readonly SumsRow[], value: (row: SumsRow) => number, range: readonly [number, number]) =>
    `${of.filter((row) => within(value(row), range)).length} of ${of.length}`;
  const fresh = rows.filter(({ seen }) => !seen);
  const single = (row: SumsRow) => found(row, true, false);
  const calibrated = fresh.filter((row) => within(single(row), wide));
  const areas = fresh.filter(cutsCells);
  return [
    ["archive", "factor", "single fields", "sums of an hour", "256 km², single", "256 km², an hour"],
    ...rows.map((row) => [
      ...[names[row.archive]!, `×${row.factor}`],
      ...[single(row), found(row, true, true)].map((v) => v.toFixed(2)),
      ...[false, true].map((isHour) => (cutsCells(row) ? found(row, false, isHour).toFixed(2) : "–")),
    ]),
    [
      ...["within the goal, not seen", ""],
      count(fresh, single, wide),
      count(calibrated, (row) => found(row, true, true), wide),
      count(areas, (row) => found(row, false, false), [0.85, 1.15]),
      count(areas, (row) => found(row, false, true), [0.85, 1.15]),
    ],
  ];
}
