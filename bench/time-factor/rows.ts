/** Results of hours refined to 5 minutes, and their table. */
import type { SumScores, TimeScoresValue } from "../../verification/series/index.ts";

/** A result of one arm. */
export interface TimeFactorRow extends Pick<TimeScoresValue, "sums"> {
  readonly radar: string;
  readonly seed: number;
  readonly arm: string;
  /** Largest difference of a block's mean over an hour from the input's, over the largest of these. */
  readonly off: number;
  readonly seconds: number;
}

const cellsOf = ({ sums }: TimeFactorRow) => sums.filter((one) => one.of === "cells");

/** CRPS and spread over skill at 5, 15, 30 and 60 minutes, and the CRPS of cells of 4 km at 5 minutes. */
export function lineOf(row: TimeFactorRow): string {
  const cells = cellsOf(row);
  const crps = cells.map((one) => one.crps.toFixed(4)).join(" ");
  const spread = cells.map((one) => one.spreadSkill?.toFixed(2) ?? "–").join(" ");
  const cell = row.sums.find((one) => one.of === "4 km")?.crps.toFixed(4) ?? "";
  return `| ${[row.radar, row.seed, row.arm, crps, spread, cell, row.off.toExponential(1), row.seconds.toFixed(0)].join(" | ")} |`;
}

const radars: Readonly<Record<string, string>> = {
  fmi: "FMI 2017-05-09",
  mch: "MeteoSwiss 2016-07-11",
  knmi: "KNMI 2010-08-26",
};

/** A row for each radar and arm, the values of its seeds beside each other. */
export function timeFactorTable(rows: readonly TimeFactorRow[]): readonly (readonly string[])[] {
  const withCells = rows.some(({ sums }) => sums.some(({ of }) => of === "4 km"));
  const header = [
    ...["radar", "method", "CRPS, 5 min", "spread/skill, 5 min"],
    ...(withCells ? ["CRPS, 5 min, cells of 4 km"] : []),
    ...["CRPS, 30 min", "CRPS, 1 h", "spread/skill, 1 h"],
  ];
  const groups = new Map<string, TimeFactorRow[]>();
  for (const row of rows)
    groups.set(`${row.radar} ${row.arm}`, [...(groups.get(`${row.radar} ${row.arm}`) ?? []), row]);
  const body = [...groups.values()].map((group) => {
    const [{ radar, arm }] = group as [TimeFactorRow];
    const own = group.toSorted((a, b) => a.seed - b.seed);
    const of = (minutes: number, read: (one: SumScores) => string, area = "cells") =>
      [
        ...new Set(own.map(({ sums }) => read(sums.find((one) => one.duration === 60 * minutes && one.of === area)!))),
      ].join(", ");
    const spread = (one: SumScores) => (one.spreadSkill ? one.spreadSkill.toFixed(2) : "–");
    const crps = (one: SumScores) => one.crps.toFixed(4);
    return [
      ...[radars[radar] ?? radar, arm, of(5, crps), of(5, spread), ...(withCells ? [of(5, crps, "4 km")] : [])],
      ...[of(30, crps), of(60, crps), of(60, spread)],
    ];
  });
  return [header, ...body];
}

/** How far rain within an hour of a radar can be told from hourly means. */
export interface LimitsRow {
  readonly radar: string;
  /** Correlation of cells with themselves later, at a place and along the best shift. */
  readonly lags: readonly { readonly minutes: number; readonly place: number; readonly moved: number }[];
  /** Share of the variance that hourly means explain, spread evenly and moved along. */
  readonly uniform: number;
  readonly advected: number;
}

/** A row for each radar. */
export function limitsTable(rows: readonly LimitsRow[]): readonly (readonly string[])[] {
  const percent = (v: number) => `${(100 * v).toFixed(0)} %`;
  const minutes = rows[0]!.lags.map((lag) => `${lag.minutes} min, at a place/moving`);
  return [
    ["radar", ...minutes, "variance explained by the hour's mean", "moved along"],
    ...rows.map(({ radar, lags, uniform, advected }) => [
      radars[radar] ?? radar,
      ...lags.map(({ place, moved }) => `${place.toFixed(2)}/${moved.toFixed(2)}`),
      percent(uniform),
      percent(advected),
    ]),
  ];
}
