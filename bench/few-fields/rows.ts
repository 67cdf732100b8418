/** Scores of models tuned on few fields, with and without a Wasserstein term: choice of the term, effects with intervals, tables. */
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import { rng } from "../../engine/random/rng.ts";
import type { MethodScores } from "../pretrain/judge.ts";

/** Scores of one training. */
export interface FewFieldsRow extends MethodScores {
  readonly archive: string;
  readonly role: "weight" | "judgment";
  readonly fields: number;
  readonly seed: number;
  /** "none", "shipped" (not tuned), or a form of the distance and its weight. */
  readonly arm: string;
  /** Processor seconds of training and scoring. */
  readonly seconds: number;
}

/** Differences that the rule names, in the order of its losses. */
const losses = [
  { name: "ln CRPS, %", guard: 1, of: ({ crps }: MethodScores) => 100 * Math.log(crps) },
  { name: "size of q99.9 bias, points", guard: 2, of: ({ q999 }: MethodScores) => Math.abs(q999) },
  { name: "RALSD, dB", guard: 0.2, of: ({ ralsd }: MethodScores) => ralsd },
];
const coverage = 1 - 0.05 / losses.length;
const DRAWS = 10_000;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const unique = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** The control of a term: the same weight and directions without sorting. */
export const controlOf = (arm: string): string => arm.replace("batch-sliced", "batch-paired");

/** Differences of a loss of an arm against another, by archive and seed. */
function differences(
  rows: readonly FewFieldsRow[],
  arm: string,
  of: (row: MethodScores) => number,
  beside = "none",
): number[][] {
  const with_ = rows.filter((row) => row.arm === arm);
  return unique(with_.map(({ archive }) => archive)).map((archive) =>
    with_
      .filter((row) => row.archive === archive)
      .flatMap((row) => {
        const without = rows.find(
          (one) => one.arm === beside && one.archive === archive && one.fields === row.fields && one.seed === row.seed,
        );
        return without === undefined ? [] : [of(row) - of(without)];
      }),
  );
}

/** The arms of the choice by their mean loss in units of the guards, the chosen one first. */
export function ranking(rows: readonly FewFieldsRow[]): readonly (readonly [arm: string, loss: number])[] {
  const some = rows.filter(({ role }) => role === "weight");
  return unique(some.map(({ arm }) => arm).filter((arm) => arm !== "none" && arm !== "shipped"))
    .map((arm): [string, number] => [
      arm,
      losses.reduce((sum, { of, guard }) => sum + mean(differences(some, arm, of).map(mean)) / guard, 0),
    ])
    .toSorted((a, b) => a[1] - b[1]);
}

/** Effects of an arm with so many fields against another. */
function effects(rows: readonly FewFieldsRow[], fields: number, arm: string, beside: string) {
  const some = rows.filter((row) => row.role === "judgment" && row.fields === fields);
  return losses.map(({ name, guard, of }) => {
    const found = differences(some, arm, of, beside);
    const random = rng(1).split(name);
    const again = <T>(values: readonly T[]) =>
      Array.from(random.integers(values.length, 0, values.length), (i) => values[i]!);
    const draws = Float64Array.from({ length: DRAWS }, () =>
      mean(again(found).map((archive) => mean(again(archive)))),
    ).sort();
    const tail = (1 - coverage) / 2;
    return {
      ...{ name, guard, mean: mean(found.map(mean)), archives: found.length },
      ...{ better: found.filter((one) => mean(one) < 0).length },
      ...{ low: quantileOfSorted(draws, tail), high: quantileOfSorted(draws, 1 - tail) },
    };
  });
}

/** What the rule says of the effects. */
function verdict(found: ReturnType<typeof effects>): string {
  const improved = found.some(({ high }) => high < 0);
  const broken = found.some(({ mean, guard }) => mean > guard);
  if (improved) return broken ? "costs" : "helps";
  return found.some(({ low }) => low > 0) ? "harms" : "no effect";
}

/** Effects of the chosen term and of its control: mean change, interval, archives where it is lower. */
export function effectsTable(rows: readonly FewFieldsRow[]): readonly (readonly string[])[] {
  const [chosen] = ranking(rows)[0]!;
  const control = controlOf(chosen);
  const compared = [
    [5, "the term, none", chosen, "none"],
    [5, "its control without sorting, none", control, "none"],
    [5, "the term, its control", chosen, control],
    [16, "the term, none", chosen, "none"],
  ] as const;
  return [
    ["fields", "compared", ...losses.map(({ name }) => `change of ${name}`), "the rule says"],
    ...compared.map(([fields, name, arm, beside]) => {
      const found = effects(rows, fields, arm, beside);
      const cells = found.map(
        (one) =>
          `${one.mean.toFixed(2)} (${one.low.toFixed(2)} to ${one.high.toFixed(2)}); lower in ${one.better} of ${one.archives}`,
      );
      return [`${fields}`, name, ...cells, verdict(found)];
    }),
  ];
}

/** Mean losses of the candidates on the archives of the choice, in units of the guards. */
export const choiceTable = (rows: readonly FewFieldsRow[]): readonly (readonly string[])[] => [
  ["term and weight", "sum of changes, in units of the guards"],
  ...ranking(rows).map(([arm, loss]) => [arm, loss.toFixed(2)]),
];

/** Mean scores over seeds by archive: as shipped, and tuned without and with the chosen term. */
export function scoresTable(rows: readonly FewFieldsRow[]): readonly (readonly string[])[] {
  const [chosen] = ranking(rows)[0]!;
  const cases = unique(
    rows.filter(({ role }) => role === "judgment").map(({ archive, fields, arm }) => [archive, fields, arm].join("|")),
  );
  return [
    ["archive", "fields", "model", "seeds", "CRPS", "q99.9, %", "RALSD dB", "spread/skill", "wet, points"],
    ...cases.map((name) => {
      const some = rows.filter(({ archive, fields, arm }) => [archive, fields, arm].join("|") === name);
      const { archive, fields, arm } = some[0]!;
      const of = (key: keyof MethodScores, digits: number) => mean(some.map((row) => row[key])).toFixed(digits);
      const models = { none: "tuned", shipped: "as shipped", [chosen]: "tuned with the term" };
      const model = models[arm] ?? "tuned with the control";
      return [
        ...[archive, `${fields || "–"}`, model, `${some.length}`],
        ...[of("crps", 4), of("q999", 1), of("ralsd", 2), of("spreadSkill", 2), of("wet", 1)],
      ];
    }),
  ];
}
