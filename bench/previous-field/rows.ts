/** Results of members that are drawn after the field before, and their tables. */
import type { SumScores, TimeScoresValue } from "../../verification/series/index.ts";
import { meanText } from "../rain-in-time/rows.ts";
import type { AlongErrors, Edges, Persistence } from "./diagnostics.ts";

/** A result of one film. */
export interface FilmRow extends Pick<TimeScoresValue, "autocorrelation"> {
  readonly data: string;
  readonly seed: number;
  readonly arm: string;
  readonly steps: number;
  /** Processor seconds of the training, and microseconds of a pixel and member. */
  readonly training: number;
  readonly microseconds: number;
  /** As measured in training. */
  readonly coherence: {
    readonly step: number;
    readonly share: number;
    readonly still: number;
    readonly moving: number;
  } | null;
  readonly sums: readonly Pick<SumScores, "duration" | "of" | "windows" | "count" | "crps" | "spreadSkill">[];
  readonly edges: Edges;
  /** Of the truth. */
  readonly persistence?: Persistence;
}

type Rows = readonly FilmRow[];

const names: Readonly<Record<string, string>> = {
  fmi: "FMI 2017-05-09",
  mch: "MeteoSwiss 2016-07-11",
  knmi: "KNMI 2010-08-26",
};
const arms = [
  "independent",
  "measured",
  "previous",
  "previous-true",
  "previous-fine-motion",
  "previous-none",
  "previous-measured",
  "previous-noisy",
];
const [STEP, HOUR] = [300, 3600];
/** Seconds of the sums whose spread is judged. */
const DURATIONS = [900, 1800, HOUR, 3 * HOUR];

/** Results that differ in their seeds alone, with those of independent times of the same seeds. */
function groupsOf(
  rows: Rows,
): readonly { readonly head: readonly string[]; readonly own: Rows; readonly opponents: Rows }[] {
  return Object.keys(names).flatMap((data) =>
    arms.flatMap((arm) => {
      const own = rows.filter((row) => row.data === data && row.arm === arm);
      if (own.length === 0) return [];
      const opponents = own.map(
        ({ seed }) => rows.find((row) => row.data === data && row.seed === seed && row.arm === "independent")!,
      );
      return [{ head: [names[data]!, arm, `${own.length}`], own, opponents }];
    }),
  );
}

const sumOf = ({ sums }: FilmRow, of: string, duration: number) =>
  sums.find((one) => one.of === of && one.duration === duration)!;
const crpsOf = (row: FilmRow, duration: number) => sumOf(row, "cells", duration).crps;
/** Mean distance of the spread over skill of sums from 1, in its logarithm. */
export const misfitOf = (row: FilmRow): number =>
  DURATIONS.reduce((sum, n) => sum + Math.abs(Math.log(sumOf(row, "cells", n).spreadSkill)), 0) / DURATIONS.length;

/** Scores of cells. */
export function previousTable(rows: Rows): readonly (readonly string[])[] {
  const spreads = ["5 min", "15 min", "30 min", "1 h", "3 h"];
  const changes = ["5 min", "1 h", "3 h"].flatMap((name) => [`CRPS, ${name}`, `change, ${name}, %`]);
  return [
    ["radar", "arm", "seeds", ...changes, ...spreads.map((name) => `spread/skill, ${name}`), "misfit of sums", "time"],
    ...groupsOf(rows).map(({ head, own, opponents }) => {
      const change = (duration: number) =>
        own.map((row, k) => 100 * Math.log(crpsOf(row, duration) / crpsOf(opponents[k]!, duration)));
      const isOpponent = head[1] === "independent";
      return [
        ...head,
        ...[STEP, HOUR, 3 * HOUR].flatMap((duration) => [
          meanText(
            own.map((row) => crpsOf(row, duration)),
            4,
          ),
          isOpponent ? "–" : meanText(change(duration), 1),
        ]),
        ...[STEP, ...DURATIONS].map((duration) =>
          meanText(own.map((row) => sumOf(row, "cells", duration).spreadSkill)),
        ),
        meanText(own.map(misfitOf)),
        meanText(own.map((row, k) => row.microseconds / opponents[k]!.microseconds)),
      ];
    }),
  ];
}

/** Spread over skill of hourly means of squares, and gaps of the autocorrelation. */
export function previousCatchments(rows: Rows): readonly (readonly string[])[] {
  const areas = ["16 km²", "64 km²", "256 km²", "1024 km²"];
  return [
    [
      "radar",
      "arm",
      "seeds",
      ...areas,
      "lags, at a place",
      "lags, along the motion",
      "lag 1 along it, truth",
      "lag 1 along it, members",
    ],
    ...groupsOf(rows).map(({ head, own }) => {
      const gap = (which: "place" | "motion") =>
        meanText(
          own.map(({ autocorrelation: { [which]: lags } }) =>
            Math.max(...lags.truth.map((v, k) => Math.abs(v - lags.forecast[k]!))),
          ),
        );
      const first = (who: "truth" | "forecast") => meanText(own.map((row) => row.autocorrelation.motion[who][0]!));
      return [
        ...head,
        ...areas.map((area) => meanText(own.map((row) => sumOf(row, area, HOUR).spreadSkill))),
        ...[gap("place"), gap("motion"), first("truth"), first("forecast")],
      ];
    }),
  ];
}

/** Halves of cells along the edges of squares. */
export function previousEdges(rows: Rows): readonly (readonly string[])[] {
  const along = ["1", "2", "4"].flatMap((n) => [`${n} cells on, truth`, `${n} cells on, members`]);
  return [
    [
      "radar",
      "arm",
      "seeds",
      "variance, 5 min",
      "variance, 1 h",
      ...along,
      "explained, moved",
      "by fine motion",
      "still",
    ],
    ...groupsOf(rows).map(({ head, own }) => [
      ...head,
      meanText(own.map(({ edges }) => edges.variance.time)),
      meanText(own.map(({ edges }) => edges.variance.hour)),
      ...[0, 1, 2].flatMap((k) => [
        meanText(own.map(({ edges }) => edges.along.truth[k]!)),
        meanText(own.map(({ edges }) => edges.along.member[k]!)),
      ]),
      ...(["coarse", "fine", "still"] as const).map((which) => {
        const explained = own[0]!.persistence?.[which];
        return explained === undefined ? "–" : explained.toFixed(2);
      }),
    ]),
  ];
}

/** The true field before in the place of members, by motion. */
export function previousMotion(rows: readonly AlongErrors[]): readonly (readonly string[])[] {
  return [
    ["radar", "true field before, moved along", "error, 5 min", "error, 1 h", "one-sided within cells, %"],
    ...rows.map(({ data, motion, time, hour, onesided }) => [
      names[data]!,
      motion === "none" ? "not taken: interpolation" : `motion: ${motion}`,
      ...[time.toFixed(4), hour.toFixed(4), (100 * onesided).toFixed(1)],
    ]),
  ];
}
