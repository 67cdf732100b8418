/** A solve on one page: what was solved, what came out, how it went, with which settings. */

import { FormatError } from "../engine/errors.ts";
import { readMetrics, readRunOptions } from "../engine/files/run.ts";
import { version } from "../engine/files/version.ts";
import { existsSync } from "../engine/platform/files.ts";
import { basename, join } from "../engine/platform/paths.ts";
import { printedNumber } from "../engine/text/number.ts";
import { printProblem, toMathml } from "../equations/problem/index.ts";
import { htmlPage, type PageSection } from "../report/index.ts";
import { isByNetwork, type Solution } from "../solvers/solution/index.ts";
import { holdsSolution, loadSolution } from "../solvers/solve/index.ts";
import { courseSections } from "./course-sections.ts";
import { inShort, solutionParts } from "./solution-parts.ts";

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
