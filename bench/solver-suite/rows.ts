/** Rows of the tables of the suite's results. */
import type { Rows } from "../tables/page.ts";

/** One result of `bench/solver-suite.ts`, or of `bench/solver-reach.ts`. */
export interface SuiteResult {
  readonly problem: string;
  readonly budget: number;
  readonly seed: number;
  readonly status: string;
  readonly error: number;
  readonly estimate: number | null;
  readonly processorSeconds: number;
  /** Lines on the way, or the last of them alone: the method that was taken. */
  readonly method?: string | readonly string[];
}

/** Two digits; "–" for what was not estimated. */
export const digits = (v: number | null): string => (v === null ? "–" : v.toExponential(1));
/** Two digits, without an exponent from 1 on. */
export function plain(v: number | null): string {
  // Rounded first: 0.99997 is 1.0.
  const two = v === null ? 0 : Number(v.toPrecision(2));
  return two < 1 ? digits(v) : two < 10 ? two.toFixed(1) : v!.toFixed(0);
}

/** Whether the estimate is right within a factor of 5. */
export const isWithin = ({ error, estimate }: SuiteResult): boolean =>
  estimate !== null && Math.max(error / estimate, estimate / error) <= 5;
/** Error and estimate of rounding, where a factor says nothing. */
export const isRounding = ({ error, estimate }: SuiteResult): boolean =>
  Math.max(error, estimate ?? Number.POSITIVE_INFINITY) < 1e-12;
export const isDoubted = ({ status }: Pick<SuiteResult, "status">): boolean =>
  status === "doubtful" || status === "diverged";
/** Wrong by more than 0.1. */
export const isWrong = ({ error }: SuiteResult): boolean => !(error <= 0.1);
/** Right, and doubted all the same. */
export const isTimid = (result: SuiteResult): boolean => result.error <= 1e-2 && isDoubted(result);
const count = (results: readonly SuiteResult[], holds: (r: SuiteResult) => boolean) => results.filter(holds).length;

const runsOf = (results: readonly SuiteResult[], problem: string, budget: number) =>
  results.filter((r) => r.problem === problem && r.budget === budget).sort((a, b) => a.seed - b.seed);
const each = (runs: readonly SuiteResult[], show: (r: SuiteResult) => string): string => {
  const shown = runs.map(show);
  return shown.length > 1 && shown.every((one) => one === shown[0]) ? `${shown[0]} (all)` : shown.join(", ");
};
const list = (runs: readonly SuiteResult[], show: (r: SuiteResult) => string) => runs.map(show).join(", ");

/** The worst error, and how many of the runs are doubtful. */
function worst(runs: readonly SuiteResult[]): string {
  const doubted = count(runs, isDoubted);
  const doubt = doubted === 0 ? "" : doubted === runs.length ? ", doubtful" : `, ${doubted} of ${runs.length} doubtful`;
  return `${plain(Math.max(...runs.map(({ error }) => error)))}${doubt}`;
}

/** Kind of the method that a run ended with. */
function kindOf({ method }: SuiteResult): string {
  const taken = [method ?? ""].flat().at(-1)!;
  const kinds = { march: "marching", elements: "elements", features: "random features", mlp: "a network" };
  return Object.entries(kinds).find(([word]) => taken.includes(word))?.[1] ?? "–";
}

/** The worst seed of each problem in 6 s, what it was estimated at, and by which method, under names for readers. */
export function worstRows(
  results: readonly SuiteResult[],
  header: string,
  names: Readonly<Record<string, string>>,
): Rows {
  return [
    [header, "error, worst of three seeds", "estimated", "by"],
    ...Object.entries(names).map(([problem, name]) => {
      const runs = runsOf(results, problem, 6);
      const last = runs.reduce((a, b) => (b.error > a.error ? b : a));
      return [name, worst(runs), plain(last.estimate), kindOf(last)];
    }),
  ];
}

/** One run of a method that was chosen by hand. */
function byHand(runs: readonly SuiteResult[]): string | null {
  const [run] = runs;
  if (!run) return null;
  return `${plain(run.error)} in ${run.processorSeconds < 1 ? "under 1" : run.processorSeconds.toFixed(0)} s`;
}

/** Errors and estimates of each problem with two budgets, by seed, and what a choice by hand gives. */
export function halfRows(results: readonly SuiteResult[], tuned: readonly SuiteResult[], half: string): Rows {
  const of = results.filter((r) => "half" in r && r.half === half);
  const doubt = (runs: readonly SuiteResult[]) => {
    const seeds = runs.filter(isDoubted).map(({ seed }) => seed);
    return seeds.length === 0
      ? ""
      : seeds.length === runs.length
        ? ", all doubtful"
        : `, seed ${seeds.join(" and ")} doubtful`;
  };
  return [
    ["problem", "6 s: errors of three seeds", "estimates", "doubtful", "60 s: error", "estimate", "used, s", "by hand"],
    ...[...new Set(of.map(({ problem }) => problem))].map((problem) => {
      const [short, long] = [runsOf(of, problem, 6), runsOf(of, problem, 60)];
      return [
        ...[problem, each(short, (r) => plain(r.error)), each(short, (r) => plain(r.estimate))],
        ...[String(count(short, isDoubted)), each(long, (r) => plain(r.error)) + doubt(long)],
        ...[each(long, (r) => plain(r.estimate)), list(long, (r) => r.processorSeconds.toFixed(0))],
        byHand(runsOf(tuned, problem, 60)),
      ];
    }),
  ];
}

/** Results of problems drawn by chance, a row for each kind. */
export function kindRows(results: readonly SuiteResult[], kindOf: (problem: string) => string): Rows {
  const kinds = [...new Set(results.map(({ problem }) => kindOf(problem)))].sort();
  const header = ["kind", "problems", "error: median, nine of ten, worst", "error and estimate are rounding"];
  return [
    [...header, "estimate within 5 of the others", "doubtful", "wrong by > 0.1"],
    ...kinds.map((kind) => {
      const of = results.filter(({ problem }) => kindOf(problem) === kind);
      const errors = of.map(({ error }) => error).sort((a, b) => a - b);
      const at = (share: number) => digits(errors[Math.min(errors.length - 1, Math.floor(share * errors.length))]!);
      const others = count(of, (r) => !isRounding(r) && isWithin(r));
      return [
        ...[kind, String(of.length), `${at(0.5)}, ${at(0.9)}, ${at(1)}`],
        ...[count(of, isRounding), others, count(of, isDoubted), count(of, isWrong)].map(String),
      ];
    }),
  ];
}

/** What can be counted of results, by the words of the tables before and with a change. */
const counts: Readonly<Record<string, (results: readonly SuiteResult[]) => string>> = {
  results: (all) => String(all.length),
  "estimates within 5": (all) => String(count(all, isWithin)),
  "too small by more than 5": (all) => String(count(all, (r) => r.estimate !== null && r.error > 5 * r.estimate)),
  "too large by more than 5": (all) => String(count(all, (r) => r.estimate !== null && r.estimate > 5 * r.error)),
  "wrong by more than 0.1": (all) => String(count(all, isWrong)),
  "of these not doubted": (all) => String(count(all, (r) => isWrong(r) && !isDoubted(r))),
  "below 1e-2, and doubted": (all) => String(count(all, isTimid)),
  doubted: (all) => String(count(all, isDoubted)),
  "mean seconds": (all) => (all.reduce((sum, r) => sum + r.processorSeconds, 0) / all.length).toFixed(1),
  "longest run of 6 s": (all) => Math.max(...all.map((r) => r.processorSeconds)).toFixed(1),
};

/** Counts of results with a change; those before it, and rows that are no count, have no record. */
export const countRows = (results: readonly SuiteResult[], rows: readonly string[]): Rows => [
  ["", "with it"],
  ...rows.map((row) => [row, counts[row]?.(results) ?? null]),
];

/** Results beside their goals, which the worst of three seeds has to reach. */
export function reachRows(
  results: readonly SuiteResult[],
  goals: Readonly<Record<string, number>>,
  budget: number,
  problems: readonly string[],
  seconds = false,
): Rows {
  const rows = problems.flatMap((problem) => {
    const runs = runsOf(results, problem, budget);
    if (runs.length === 0) return [];
    const [most, goal] = [Math.max(...runs.map(({ error }) => error)), goals[problem]!];
    const verdict = most > goal ? "no" : runs.length < 3 ? `in ${runs.length} of 3 seeds run` : "yes";
    const errors = [goal.toExponential(0), list(runs, (r) => digits(r.error)), digits(most)];
    const used = [list(runs, (r) => digits(r.estimate)), list(runs, (r) => r.processorSeconds.toFixed(0))];
    return [[problem, ...(seconds ? [String(budget)] : []), ...errors, ...used, verdict]];
  });
  const header = ["goal", "errors by seed", "worst", "estimated", "used, s", "reached"];
  return [["problem", ...(seconds ? ["seconds"] : []), ...header], ...rows];
}
