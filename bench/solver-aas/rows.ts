/** Rows of the tables of `bench/solver-aas/run.ts`: medians over seeds, the worst in parentheses. */
import { plain } from "../solver-suite/rows.ts";
import type { Rows } from "../tables/page.ts";

/** One run, as `results.json` has it. */
export interface AasResult {
  readonly problem: string;
  readonly arm: string;
  readonly seed: number;
  readonly seconds: number;
  readonly l2: number;
  readonly max: number;
  readonly h1: number;
  readonly spread: number;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;

/** @param arms - the arm of each row, by what the row is called */
export function aasRows(results: readonly AasResult[], problem: string, arms: Readonly<Record<string, string>>): Rows {
  const rows = Object.entries(arms).map(([name, arm]) => {
    const runs = results.filter((r) => r.problem === problem && r.arm === arm).sort((a, b) => a.seed - b.seed);
    // Of two runs there is no median.
    const few = runs.length < 3;
    const cell = (of: (r: AasResult) => number, show = plain) => {
      const values = runs.map(of);
      return few ? values.map(show).join(", ") : `${show(median(values))} (${show(Math.max(...values))})`;
    };
    const seconds = runs.map((r) => r.seconds);
    const used = few ? seconds.map((s) => s.toFixed(0)).join(", ") : median(seconds).toFixed(0);
    const spread = cell((r) => r.spread);
    return [name, used, cell((r) => r.l2), cell((r) => r.max), cell((r) => r.h1), spread];
  });
  return [["points", "processor s", "relative L²", "largest error", "gradient", "std(r²)/mean(r²)"], ...rows];
}

/** One run of `bench/solver-aas/cases.ts`. */
export interface CaseRun {
  readonly problem: string;
  readonly arm: string;
  readonly seed: number;
  readonly seconds: number;
  readonly steps: number;
  readonly l2: number;
  /** The method that `solve` took. */
  readonly by: string;
}

const caseNames = {
  peak: "one peak",
  "two-peaks": "two peaks",
  "gaussian-10d": "ten dimensions",
  parametric: "a peak whose centre is a parameter",
};
/** Arms of Gauss–Newton whose points follow the residual. */
const adaptive = ["adversary", "mixture"];

const errorsOf = (runs: readonly CaseRun[]) =>
  [...runs]
    .sort((a, b) => a.seed - b.seed)
    .map(({ l2 }) => l2.toExponential(1))
    .join(", ");

/** The cases by arm, errors of the seeds: the text alone, the best points by their median, Sobol points, and the published method. */
export function caseRows(runs: readonly CaseRun[]): Rows {
  const rows = Object.entries(caseNames).map(([problem, name]) => {
    const of = (arm: string) => runs.filter((run) => run.problem === problem && run.arm === arm);
    const [best] = adaptive
      .map((points) => ({ points, own: of(points) }))
      .filter(({ own }) => own.length > 0)
      .sort((a, b) => median(a.own.map(({ l2 }) => l2)) - median(b.own.map(({ l2 }) => l2)));
    const text = of("text");
    return [
      ...[name, errorsOf(text), text[0]?.by ?? "", best ? `${best.points}: ${errorsOf(best.own)}` : ""],
      ...[errorsOf(of("uniform")), errorsOf(of("aas"))],
    ];
  });
  return [["case", "the text alone, 6 s", "by", "best points, 8 s", "Sobol points, 8 s", "AAS, 8 s"], ...rows];
}
