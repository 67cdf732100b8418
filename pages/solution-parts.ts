/** A solution in words, facts and a picture, as reports and pages show it. */
import { printedNumber } from "../engine/text/number.ts";
import type { PagePart } from "../report/index.ts";
import { foundConstant, functionalText, plusMinus, type Solution } from "../solvers/solution/index.ts";
import { estimateFacts } from "./estimate-facts.ts";
import { solutionPicture } from "./solution-maps.ts";
import { testSetOf } from "./solution-truth.ts";

/** Reliability of a solution, its estimated error, and how it ended, in words. */
export function inShort({ report: { status, estimate, seconds, steps } }: Solution): string {
  const { relativeL2 = Number.NaN, advice = "its status is doubtful" } = estimate ?? {};
  const warning = status === "doubtful" ? `Do not rely on this solution: ${advice}. ` : "";
  const error = Number.isFinite(relativeL2)
    ? `The estimated error is ${printedNumber(relativeL2, 3)} of the solution's size.`
    : "The error was not estimated.";
  return `${warning}${error} Status ${status} after ${printedNumber(seconds, 3)} s and ${steps} steps.`;
}

/** Facts of a solution, and its picture. */
export async function solutionParts(solution: Solution, columns = 2): Promise<PagePart[]> {
  const { problem, report } = solution;
  const test = testSetOf(solution.problem);
  const errors = test && (await solution.errors(test));
  const { estimate } = report;
  const facts: (readonly [string, string])[] = [
    ...(errors
      ? ([
          ["relative L2 error", `${printedNumber(errors.relativeL2, 3)}, at ${errors.points} points`],
          ...Object.entries(errors.perQuantity ?? {}).map(
            ([q, v]) => [`relative L2 error of ${q}`, printedNumber(v, 3)] as const,
          ),
          ["largest error", printedNumber(errors.maxError, 3)],
        ] as const)
      : []),
    ...estimateFacts(estimate),
    ...Object.entries(report.functionals ?? {}).map(
      ([name, one]) => [name, functionalText(one, (v) => printedNumber(v, 3))] as const,
    ),
    ...(estimate?.advice === undefined ? [] : [["advice", estimate.advice] as const]),
    [
      "residual",
      `${printedNumber(report.residual, 3)} of that of u = 0, which is ${printedNumber(report.scale, 3)} (root mean squares)`,
    ],
    ...Object.entries(report.constants).map(
      ([name, { value, standardDeviation }]) =>
        [
          name,
          `${foundConstant(value, standardDeviation)}${plusMinus(standardDeviation, (v) => printedNumber(v, 3))}`,
        ] as const,
    ),
  ];
  const dimensions = problem.axes.length;
  const shown = [
    dimensions === 1 ? "Curves" : "Maps",
    `of ${[...problem.unknowns, ...problem.quantities.map(({ name }) => name)].join(", ")}`,
    ...(errors ? [`beside the true solution; largest error ${printedNumber(errors.maxError, 3)}`] : []),
  ];
  const ofCurves = errors ? "Dashed: the true solution." : "";
  const ofMaps = errors
    ? "Error and residual by their size, on logarithmic scales."
    : "Residual by its size, on a logarithmic scale.";
  const caption = dimensions === 1 ? ofCurves : ofMaps;
  const svg = await solutionPicture(solution, { truth: true, columns });
  return [
    { kind: "facts", facts },
    { kind: "picture", svg, alt: shown.join(" "), caption },
  ];
}
