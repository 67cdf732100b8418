/** The result of a verification as rows of numbers, one for each score of each part. */
import { shortNumber } from "../../engine/text/inspect.ts";
import { quantileName } from "../../engine/text/number.ts";
import type { TimeScores } from "../score-times.ts";
import type { ScoreInterval } from "../significance/blocks.ts";
import type { Verification } from "../verify.ts";

/** One score of one part; what was not asked for is undefined. */
export interface ScoreRow {
  /** `"all"`, an event, or `"region 1"`. */
  readonly part: string;
  /** Such as `events ≥ 1 csi`. */
  readonly score: string;
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Of the other forecast. */
  readonly other: number | undefined;
  readonly difference: ScoreInterval | undefined;
}

/** Subject of a score; a part of its name. */
const labels: Readonly<Record<string, (value: number) => string>> = {
  q: (q) => quantileName(q),
  threshold: (t) => `≥ ${shortNumber(t)}`,
  window: (n) => `${n} x ${n}`,
  duration: (seconds) => `${shortNumber(seconds)} s`,
  of: (name) => String(name),
};

/** Parts of scores that have tables of their own. */
const unlisted = new Set(["rankHistogram", "places"]);

/** Numbers within a score under names such as `events ≥ 1 csi`; diagrams and ranks are no rows. */
function leaves(value: unknown, name: readonly string[] = []): (readonly [name: string, value: unknown])[] {
  if (typeof value === "number" || (typeof value === "object" && value !== null && "low" in value)) {
    return [[name.join(" "), value]];
  }
  if (Array.isArray(value)) {
    return value.flatMap((each, k) => leaves(each, typeof each === "number" ? [...name, `${k + 1}`] : name));
  }
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const own = entries.flatMap(([key, v]) => (key in labels ? [labels[key]!(v as number)] : []));
  return entries.flatMap(([key, v]) => {
    if (key in labels || unlisted.has(key)) return [];
    return leaves(v, [...name, ...own, ...(key === name.at(-1) ? [] : [key])]);
  });
}

const mark = " intervals ";
const isEnds = (score: string): boolean => score.includes(mark);

/** Every score of a part, one a row. */
export function rowsOf(part: string, { scores, intervals, against }: TimeScores): ScoreRow[] {
  const { rankHistogram: _, ...numbers } = scores;
  const of = (values: unknown) => new Map(leaves(values ?? {}));
  const [ends, others, apart] = [of(intervals), of(against?.scores), of(against?.differences)];
  const found = leaves(numbers);
  // Scores of one's own bring their intervals themselves.
  const brought = new Map(
    found.flatMap(([score, value]) => (isEnds(score) ? [[score.replace(mark, " "), value]] : [])),
  );
  return found
    .filter(([score]) => !isEnds(score))
    .map(([score, value]) => {
      const interval = (ends.get(score) ?? brought.get(score)) as ScoreInterval | undefined;
      return {
        part,
        score,
        value: value as number,
        low: interval?.low,
        high: interval?.high,
        other: others.get(score) as number | undefined,
        difference: apart.get(score) as ScoreInterval | undefined,
      };
    });
}

/** All rows: of everything, of each event, of each region. */
export function allRows(found: Verification): ScoreRow[] {
  return [
    ...rowsOf("all", found),
    ...Object.entries(found.events).flatMap(([label, part]) => rowsOf(label, part)),
    ...Object.entries(found.regions).flatMap(([label, part]) => rowsOf(`region ${label}`, part)),
  ];
}

/** Numbers under the names of their columns. */
export interface NumberSheet {
  /** Name of each column. */
  readonly header: readonly string[];
  /** Each as long as the header; undefined for what is not there. */
  readonly rows: readonly (readonly (string | number | undefined)[])[];
}

/**
 * All rows as one sheet, for a file.
 *
 * @param found - of `verify`
 */
export function scoreSheet(found: Verification): NumberSheet {
  return {
    header: [
      ...["part", "score", "value", "low", "high", "against"],
      ...["difference", "difference_low", "difference_high"],
    ],
    rows: allRows(found).map(({ part, score, value, low, high, other, difference }) => [
      ...[part, score, value, low, high, other],
      ...[difference?.value, difference?.low, difference?.high],
    ]),
  };
}
