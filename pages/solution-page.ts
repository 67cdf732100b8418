/** A solve on one page: what was solved, what came out, how it went, with which settings. */

import { FormatError } from "../engine/errors.ts";
import { readMetrics, readRunOptions } from "../engine/files/run.ts";
import { version } from "../engine/files/version.ts";
import { existsSync } from "../engine/platform/files.ts";
import { basename, join } from "../engine/platform/paths.ts";
import { printedNumber } from "../engine/text/number.ts";
import { printProblem, toMathml } from "../equations/problem/index.ts";
import { htmlPage, type PagePart, type PageSection } from "../report/index.ts";
import { foundConstant, functionalText, isByNetwork, plusMinus, type Solution } from "../solvers/solution/index.ts";
import { holdsSolution, loadSolution } from "../solvers/solve/index.ts";
import { courseSections } from "./course-sections.ts";
import { estimateFacts } from "./estimate-facts.ts";
import { solutionPicture } from "./solution-maps.ts";
import { testSetOf } from "./solution-truth.ts";

/**
 * The report of a run that `solve` wrote.
 *
 * @param directory - the run's folder
 * @returns HTML
 * @throws FormatError where the folder holds no solution, or a damaged one
 */
export async function solutionPage(directory: string): Promise<string> {
  if (!holdsSolution(directory)) {
    throw new FormatError(directory, "run", "it holds no solution", "give the folder of a finished solve");
  }
  const solution = await loadSolution(directory);
  try {
    const { problem } = solution;
    const lines = await readMetrics(directory);
    const settings = existsSync(join(directory, "options.json")) ? await readRunOptions(directory) : undefined;
    const sections: PageSection[] = [
      {
        heading: "Problem",
        parts: [{ kind: "mathematics", mathml: toMathml(problem), text: printProblem(problem) }],
      },
      { heading: "Solution", parts: await solutionParts(solution) },
      ...(await courseSections(directory, solution, lines)),
      { heading: "Settings and time", parts: [{ kind: "facts", facts: settingsOf(settings, solution) }] },
    ];
    return htmlPage({
      title: `Solution of ${problem.name}`,
      lead: inShort(solution),
      sections,
      provenance: [
        ["run", basename(directory)],
        ["monge", version()],
      ],
    });
  } finally {
    await solution.dispose();
  }
}

/** Reliability of a solution, its estimated error, and how it ended, in words. */
function inShort({ report: { status, estimate, seconds, steps } }: Solution): string {
  const { relativeL2 = Number.NaN, advice = "its status is doubtful" } = estimate ?? {};
  const warning = status === "doubtful" ? `Do not rely on this solution: ${advice}. ` : "";
  const error = Number.isFinite(relativeL2)
    ? `The estimated error is ${printedNumber(relativeL2, 3)} of the solution's size.`
    : "The error was not estimated.";
  return `${warning}${error} Status ${status} after ${printedNumber(seconds, 3)} s and ${steps} steps.`;
}

async function solutionParts(solution: Solution): Promise<PagePart[]> {
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
  const caption =
    dimensions === 1
      ? "Dashed: the true solution, where it is known."
      : "Error and residual by their size, on logarithmic scales.";
  const svg = await solutionPicture(solution, { truth: true, columns: 2 });
  return [
    { kind: "facts", facts },
    { kind: "picture", svg, alt: shown.join(" "), caption },
  ];
}

/** Options as words: `kind mlp, width 12`; what is empty is left out. */
function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(", ") || "none";
  if (typeof value !== "object" || value === null) return String(value);
  const parts = Object.entries(value).filter(([, v]) => typeof v !== "object" || Object.keys(v ?? {}).length > 0);
  return parts.map(([name, v]) => `${name} ${typeof v === "object" ? `(${text(v)})` : text(v)}`).join(", ") || "none";
}

function settingsOf(settings: unknown, solution: Solution): (readonly [string, string])[] {
  const { report } = solution;
  const { problem: _, ...rest } = (settings ?? {}) as Readonly<Record<string, unknown>>;
  const network =
    isByNetwork(solution) && !("network" in rest) ? [["network", text(solution.trial.network)] as const] : [];
  return [
    ["seconds", printedNumber(report.seconds, 3)],
    ...(report.processorSeconds === undefined
      ? []
      : [["seconds of the processor", printedNumber(report.processorSeconds, 3)] as const]),
    ["steps", `${report.steps} in ${report.rounds} rounds`],
    ["exact conditions", report.exactConditions.join("; ") || "none"],
    ["penalised conditions", report.penalizedConditions.join("; ") || "none"],
    ...Object.entries(rest).map(([name, value]) => [name, text(value)] as const),
    ...network,
    ...(report.method ?? []).map((line, k) => [`method, ${k + 1}`, line] as const),
  ];
}
