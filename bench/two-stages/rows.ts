/** Results of the ways to refine by a large factor, and their table. */
import type { MethodScores } from "../pretrain/judge.ts";
import { meanText } from "../rain-in-time/rows.ts";

/** A result of one training. */
export interface StagesRow extends MethodScores {
  readonly data: string;
  readonly factor: number;
  readonly seed: number;
  readonly arm: string;
  readonly steps: number;
  /** Root mean square of the truth less the estimated mean, in ln(1 + R/unit). */
  readonly expected?: number;
  /** Processor seconds of the training, and microseconds of a pixel and member. */
  readonly training: number;
  readonly microseconds: number;
}

/** Means over seeds with 95 % intervals; the change of the CRPS is of the same seeds. */
export function stagesTable(rows: readonly StagesRow[]): readonly (readonly string[])[] {
  const header = [
    "archive",
    "arm",
    "seeds",
    "CRPS",
    "change, %",
    "spread/skill",
    "RALSD dB",
    "q99.9, %",
    "wet, points",
  ];
  const names = [...new Set(rows.map(nameOf))].toSorted((a, b) => order(a) - order(b));
  return [
    [...header, "error of the mean", "training s", "µs"],
    ...names.map((name) => {
      const group = rows.filter((row) => nameOf(row) === name);
      const changes = group.flatMap((row) => {
        const { crps } = rows.find((one) => one.arm === "one" && same(one, row)) ?? {};
        return crps === undefined || row.arm === "one" ? [] : [100 * Math.log(row.crps / crps)];
      });
      const mean = (of: (row: StagesRow) => number | undefined, digits: number) =>
        meanText(
          group.flatMap((row) => of(row) ?? []),
          digits,
        );
      return [
        ...name.split(" | "),
        `${group.length}`,
        mean(({ crps }) => crps, 4),
        meanText(changes, 1),
        mean(({ spreadSkill }) => spreadSkill, 2),
        mean(({ ralsd }) => ralsd, 2),
        mean(({ q999 }) => q999, 1),
        mean(({ wet }) => wet, 1),
        mean(({ expected }) => expected, 3),
        mean(({ training }) => training, 0),
        mean(({ microseconds }) => microseconds, 1),
      ];
    }),
  ];
}

const nameOf = ({ data, factor, arm }: StagesRow): string => `${data} ×${factor} | ${arm}`;
const same = (a: StagesRow, b: StagesRow) => a.data === b.data && a.factor === b.factor && a.seed === b.seed;
const arms = ["one", "two", "two-long", "cascade-2x4", "cascade-4x2"];
/** Archives as they came, arms as the rule has them. */
const order = (name: string) => (name.startsWith("knmi") ? arms.length : 0) + arms.indexOf(name.split(" | ")[1]!);
