/** Tasks of the page that solves equations: texts, pictures and files of a solution. */
import { checkOptions, isPlainObject, kind, positive, real, text, whole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { printProblem, problemFromJson, toMathml } from "../../equations/problem/index.ts";
import { reportAttributes, usualGrid, writeSolution } from "../../pages/solution-file.ts";
import { inShort, solutionParts } from "../../pages/solution-parts.ts";
import { type SolutionSlices, solutionSlices } from "../../pages/solution-slices.ts";
import { solutionTable } from "../../pages/solution-table.ts";
import { type Solution, solve } from "../../solvers/index.ts";
import type { PageFile, Reports, Workplace } from "./task.ts";

/** A problem, and what it may cost. */
export interface SolveAsked {
  readonly problem: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  readonly tolerance: number;
  /** Panels of the picture in a row. */
  readonly columns: number;
}

/** A solution as the page shows it. */
export interface Solved {
  /** The problem as it was understood. */
  readonly mathml: string;
  readonly text: string;
  readonly summary: string;
  readonly isDoubtful: boolean;
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly picture: { readonly svg: string; readonly alt: string; readonly caption: string };
  readonly tried: readonly string[];
  /** On three axes or more: the axis, and its ends, along which {@link SolveTasks.slice} draws. */
  readonly along: { readonly axis: string; readonly ends: readonly [number, number]; readonly of: string } | undefined;
  /** NetCDF and a table; none of a problem on more axes than a file is written of. */
  readonly files: readonly PageFile[];
}

/** Requests, and their answers. */
export interface SolveTasks {
  solve(asked: SolveAsked, reports: Reports): Promise<Solved>;
  /** The last solution, if it is still the one that is asked for, at a place of the axis that it is drawn along. */
  slice(asked: {
    readonly of: string;
    readonly at: number;
    readonly columns: number;
  }): Promise<{ readonly svg: string }>;
}

/** Most axes of which the page gives a file. */
const mostAxes = 3;

export function solveTasks(place: Workplace): SolveTasks {
  let name = "";
  let last: { readonly solution: Solution; readonly slices: SolutionSlices | undefined } | undefined;
  return {
    async solve(asked, { notice }) {
      const checks = { problem: kind("an object", isPlainObject), seconds: positive(), tolerance: positive() };
      checkOptions("solve", asked, { ...checks, columns: whole(1, 12) }, [...Object.keys(checks), "columns"]);
      const { problem: json, seconds, tolerance, columns } = asked;
      const problem = problemFromJson(json);
      await last?.solution.dispose();
      last = undefined;
      const solution = await solve(problem, {
        ...{ budget: { seconds, tolerance }, seed: 1, threads: place.threads },
        onTrial: ({ words, residual }) => notice(`${words}: residual ${residual.toExponential(1)}`),
      });
      const slices = solutionSlices(solution);
      last = { solution, slices };
      name = crypto.getRandomValues(new Uint32Array(2)).join("-");
      const parts = await solutionParts(solution, columns);
      const facts = parts.find((part) => part.kind === "facts");
      const { svg = "", alt = "", caption = "" } = parts.find((part) => part.kind === "picture") ?? {};
      return {
        ...{ mathml: toMathml(problem), text: printProblem(problem) },
        ...{ summary: inShort(solution), isDoubtful: solution.status === "doubtful" },
        facts: facts?.facts ?? [],
        picture: { svg, alt, caption },
        tried: solution.report.method ?? [],
        along: slices && { axis: slices.axis, ends: slices.ends, of: name },
        files: problem.axes.length <= mostAxes ? await filesOf(solution, place) : [],
      };
    },
    async slice(asked) {
      const { of, at, columns } = asked;
      checkOptions("slice", asked, { of: text, at: real(), columns: whole(1, 12) }, ["of", "at", "columns"]);
      if (of === name && last?.slices) return { svg: await last.slices.draw(at, columns) };
      throw new OptionsError("this solution was given up for another one; solve it again", "of", of);
    },
  };
}

async function filesOf(solution: Solution, place: Workplace): Promise<readonly PageFile[]> {
  const { problem, report } = solution;
  const grid = await solution.onGrid(usualGrid(problem.axes));
  const [netcdf, table] = [place.newPath("solution.nc"), place.newPath("solution.csv")];
  await writeSolution(netcdf, grid, { title: printProblem(problem), attributes: reportAttributes(report) });
  await writeAtomically(table, solutionTable(grid));
  return [await place.keep(netcdf, "solution.nc"), await place.keep(table, "solution.csv")];
}
