/** Results of sums over time and of catchments, and their tables. */
import type { SumScores, TimeScoresValue } from "../../verification/series/index.ts";

/** A result of one arm. */
export interface ReachRow extends Pick<TimeScoresValue, "sums" | "autocorrelation"> {
  readonly data: string;
  readonly seed: number;
  readonly arm: string;
  /** As measured in training. */
  readonly coherence: unknown;
  readonly seconds: number;
}

const HOUR = 3600;
const names: Readonly<Record<string, string>> = {
  fmi: "FMI 2017-05-09",
  mch: "MeteoSwiss 2016-07-11",
  knmi: "KNMI 2010-08-26, never learned from",
  bom: "Brisbane 2020-10-31, never learned from",
  iberia: "Iberia, two winters",
};

type Group = readonly ReachRow[];

/** Results that differ in their seeds alone. */
function groupsOf(rows: readonly ReachRow[]): readonly Group[] {
  const groups = new Map<string, ReachRow[]>();
  for (const row of rows.toSorted((a, b) => Object.keys(names).indexOf(a.data) - Object.keys(names).indexOf(b.data))) {
    const name = `${row.data} ${row.arm}`;
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()];
}

/** 97.5 % quantiles of Student's distribution, by degrees of freedom from 1. */
const student = [12.706, 4.303, 3.182, 2.776];

/** Mean of numbers, with the half width of its 95 % interval where there are several. */
export function meanText(values: readonly number[], digits = 2): string {
  const n = values.length;
  if (n === 0) return "–";
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return mean.toFixed(digits);
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return `${mean.toFixed(digits)} ± ${(student[n - 2]! * Math.sqrt(variance / n)).toFixed(digits)}`;
}

const sumsOf = (group: Group, of: string, duration: (seconds: number) => boolean): readonly SumScores[] =>
  group.flatMap(({ sums }) => sums.filter((one) => one.of === of && duration(one.duration)));
const headOf = (group: Group) => [names[group[0]!.data] ?? group[0]!.data, group[0]!.arm, `${group.length}`];

/** Spread over skill of sums of cells by duration, and their CRPS. */
export function sumsTable(rows: readonly ReachRow[]): readonly (readonly string[])[] {
  const header = ["data", "noise of times", "seeds", "one step", "15 or 30 min", "1 h", "3 h", "6 h", "5 days"];
  const durations = [[0.25, 0.5], [1], [3], [6], [120]];
  return [
    [...header, "CRPS, one step", "CRPS, 1 h or 5 days"],
    ...groupsOf(rows).map((group) => {
      const step = Math.min(...group[0]!.sums.map(({ duration }) => duration));
      const isStep = (duration: number) => duration === step;
      const spread = (holds: (duration: number) => boolean) =>
        meanText(sumsOf(group, "cells", holds).map((one) => one.spreadSkill));
      const crps = (holds: (duration: number) => boolean) =>
        meanText(
          sumsOf(group, "cells", holds).map((one) => one.crps),
          4,
        );
      return [
        ...headOf(group),
        spread(isStep),
        ...durations.map((hours) => spread((duration) => hours.includes(duration / HOUR))),
        crps(isStep),
        crps((duration) => [HOUR, 120 * HOUR].includes(duration)),
      ];
    }),
  ];
}

/** Spread over skill of hourly means of catchments, gaps of the autocorrelation, and processor time. */
export function catchmentsTable(rows: readonly ReachRow[]): readonly (readonly string[])[] {
  const areas = ["16 km²", "64 km²", "256 km²", "1024 km²"];
  const header = ["data", "noise of times", "seeds", ...areas, "lags, at a place", "lags, along the motion", "time"];
  const independent = (row: ReachRow) =>
    rows.find(({ data, seed, arm }) => data === row.data && seed === row.seed && arm === "independent");
  return [
    header,
    ...groupsOf(rows).map((group) => {
      const gap = (which: "place" | "motion") =>
        meanText(
          group.map(({ autocorrelation: { [which]: lags } }) =>
            Math.max(...lags.truth.map((v, k) => Math.abs(v - lags.forecast[k]!))),
          ),
        );
      const times = group.map((row) => row.seconds / (independent(row)?.seconds ?? row.seconds));
      return [
        ...headOf(group),
        ...areas.map((area) =>
          meanText(sumsOf(group, area, (duration) => duration === HOUR).map((one) => one.spreadSkill)),
        ),
        gap("place"),
        gap("motion"),
        meanText(times),
      ];
    }),
  ];
}
