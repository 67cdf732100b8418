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
const armNames = {
  text: "the text alone",
  mixture: "Gauss–Newton, mixture of eight Gaussians",
  tree: "Gauss–Newton, χ² on a tree",
  uniform: "Gauss–Newton, Sobol",
};

const errorsOf = (runs: readonly CaseRun[]) =>
  [...runs]
    .sort((a, b) => a.seed - b.seed)
    .map(({ l2 }) => l2.toExponential(1))
    .join(", ");

/** The cases by the text alone: errors of the seeds, and the method. */
export function caseRows(runs: readonly CaseRun[]): Rows {
  const rows = Object.entries(caseNames).map(([problem, name]) => {
    const own = runs.filter((run) => run.problem === problem && run.arm === "text");
    return [name, errorsOf(own), own[0]?.by ?? ""];
  });
  return [["case", "the text alone, 6 s", "by"], ...rows];
}

/** The parametric case by arm: errors of the seeds, and steps. */
export function parametricRows(runs: readonly CaseRun[]): Rows {
  const rows = Object.entries(armNames).map(([arm, name]) => {
    const own = runs.filter((run) => run.problem === "parametric" && run.arm === arm);
    return [
      name,
      errorsOf(own),
      String(own[0]?.seconds ?? ""),
      own.length > 0 ? String(median(own.map((r) => r.steps))) : "",
    ];
  });
  return [["points by", "relative L², seeds 501 to 503", "seconds", "steps"], ...rows];
}
