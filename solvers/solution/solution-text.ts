/** The text of a solution that `console.log` prints. */
import { printedLines, shortNumber } from "../../engine/text/inspect.ts";
import { numberText } from "../../engine/text/number.ts";
import type { Problem } from "../../equations/problem/index.ts";
import type { FunctionalSeries, FunctionalValue } from "./functionals.ts";
import type { SolutionReport } from "./solution.ts";
import { networkKind, type Trial } from "./trial.ts";

/** The parts of the text. */
export interface SolutionSummary {
  readonly problem: Problem;
  readonly report: SolutionReport;
  readonly trial: Pick<Trial, "kind" | "words">;
}

/** Most conditions that are written out. */
const most = 4;

/**
 * A few lines: how it ended, how good it is, what it cost, which conditions are hard, and constants that were found.
 */
export function solutionText(
  { problem, report, trial }: SolutionSummary,
  more: readonly [string, string][] = [],
): string {
  const { status, residual, scale, estimate, steps, rounds, seconds, exactConditions, penalizedConditions } = report;
  const constants = Object.entries(report.constants).map(
    ([name, { value, standardDeviation }]) =>
      `${name} = ${shortNumber(value)}${plusMinus(standardDeviation, shortNumber)}`,
  );
  return printedLines(`Solution of ${JSON.stringify(problem.name)} (${status})`, [
    ["unknowns", `${some(problem.unknowns)} of ${some(problem.axes)}`],
    ["residual", `${shortNumber(residual)} × ${shortNumber(scale)}, root mean square`],
    ...(estimate ? [["error", `${shortNumber(estimate.relativeL2)}, estimated by ${estimate.by}`] as const] : []),
    ["effort", `${steps} steps in ${rounds} rounds, ${shortNumber(seconds)} s`],
    [trial.kind === networkKind ? "network" : "space", trial.words],
    ...more,
    ...(exactConditions.length > 0 ? [["exact", some(exactConditions)] as const] : []),
    ...(penalizedConditions.length > 0 ? [["penalty", some(penalizedConditions)] as const] : []),
    ...Object.entries(report.functionals ?? {}).map(([name, one]) => [name, functionalText(one)] as const),
    ...(constants.length > 0 ? [["found", some(constants)] as const] : []),
  ]);
}

/** A found constant in six digits, or as many as its standard deviation allows, with one more. */
export function foundConstant(value: number, standardDeviation: number | undefined): string {
  const known = standardDeviation !== undefined && standardDeviation > 0 ? Math.abs(value) / standardDeviation : 1;
  const digits = Math.ceil(Math.log10(Math.max(1, known))) + 1;
  return numberText(value, Math.min(16, Math.max(6, digits)));
}

/** A standard deviation as it follows a number; nothing where there is none. */
export const plusMinus = (standardDeviation: number | undefined, written: (size: number) => string): string =>
  standardDeviation === undefined
    ? ""
    : ` ± ${standardDeviation === Number.POSITIVE_INFINITY ? "∞" : written(standardDeviation)}`;

/** `0.4053 ± 2.1e-6`; of a series its first and its last number. */
export function functionalText(
  one: FunctionalValue | FunctionalSeries,
  written: (size: number) => string = shortNumber,
): string {
  const text = (value: number, error: number) => `${foundConstant(value, error)}${plusMinus(error, written)}`;
  if ("value" in one) return text(one.value, one.error);
  const at = (k: number) => `${text(one.values.at(k)!, one.errors.at(k)!)} at t = ${shortNumber(one.times.at(k)!)}`;
  return `${at(0)}, ${at(-1)}`;
}

/** The first few of a list. */
function some(list: readonly string[]): string {
  const rest = list.length - most;
  return list.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
