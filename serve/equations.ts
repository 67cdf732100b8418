/** Equations as the page asks for them: lines of text made a problem, and solved while someone watches. */
import { join } from "node:path";
import { OptionsError } from "../engine/errors.ts";
import { significant } from "../engine/text/number.ts";
import { type Problem, printProblem, problemFromJson, toMathml } from "../equations/problem/index.ts";
import { estimateFacts } from "../pages/estimate-facts.ts";
import { reportAttributes, solutionPage, solutionPicture, writeSolution } from "../pages/index.ts";
import { solve } from "../solvers/automatic/index.ts";
import { mlp } from "../solvers/network/index.ts";
import { someRows } from "../solvers/solution/index.ts";
import type { FileStore } from "./file-store.ts";
import type { JobReports } from "./jobs.ts";

/** A problem as it is typed; each text has one entry a line. */
export interface TypedProblem {
  readonly equations: string;
  /** `x: -1, 1` */
  readonly domain: string;
  /** `u = 0 on x`, `u = sin(pi*x) at t = 0`, `periodic in x`, `exact` */
  readonly conditions: string;
  /** `nu = 0.01/pi` */
  readonly constants: string;
  /** `u, v` */
  readonly unknowns: string;
  /** `exp(-x^2)`: the solution from which sources are derived; empty for none. */
  readonly manufactured: string;
}

const lines = (text: string): string[] =>
  text
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

const wrong = (what: string, line: string, way: string) => new OptionsError(`${what}: "${line}"; ${way}`, what, line);

/**
 * The problem of what was typed.
 *
 * @throws OptionsError that names the line; all errors of `pde`
 */
export function typedProblem(typed: TypedProblem): Problem {
  const domain = lines(typed.domain).map((line) => {
    const [, name, rest = ""] = /^([A-Za-z]\w*)\s*(?::|=|\bin\b)(.*)$/s.exec(line) ?? [];
    const parts = rest
      .trim()
      .replace(/^\[|\]$/g, "")
      .split(",");
    const ends = parts.map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    if (name === undefined || ends.length !== 2 || !ends.every(Number.isFinite))
      throw wrong("domain", line, "write a line for each axis, such as x: -1, 1");
    return [name, ends as [number, number]] as const;
  });
  const constants = lines(typed.constants).map((line) => {
    const [, name, value = ""] = /^([A-Za-z]\w*)\s*=(.*)$/s.exec(line) ?? [];
    if (name === undefined || value === "") throw wrong("constants", line, "write name = number, such as nu = 0.01");
    return [name, value.trim()] as const;
  });
  const unknowns = typed.unknowns.split(/[\s,]+/).filter((name) => name !== "");
  const conditions = lines(typed.conditions);
  const manufactured = typed.manufactured.trim();
  return problemFromJson({
    name: "typed",
    domain: Object.fromEntries(domain),
    ...(unknowns.length > 0 && { unknowns }),
    ...(constants.length > 0 && { constants: Object.fromEntries(constants) }),
    equations: lines(typed.equations),
    ...(conditions.length === 1 && conditions[0] === "exact"
      ? { conditions: "exact" }
      : { conditions: conditions.map((line) => condition(line, unknowns)) }),
    ...(manufactured !== "" && { manufactured }),
  });
}

/** A line as a condition: of the initial ones at t = …, else by what it prescribes: `u_n`, alone or with u, or u. */
function condition(line: string, unknowns: readonly string[]) {
  const periodic = /^periodic\s+(?:in|on|along)\s+(\w+)$/.exec(line);
  if (periodic) return { type: "periodic", on: periodic[1]! };
  const initial = /^(.*\S)\s+at\s+t\s*=\s*\S+$/s.exec(line) ?? /^(.*\S)\s+(?:at the start|initially)$/s.exec(line);
  if (initial) return { type: "initial", equation: initial[1]! };
  const [, equation, place] = /^(.*\S)\s+on\s+(?:the\s+)?(\S.*)$/s.exec(line) ?? [];
  if (equation === undefined || !equation.includes("=")) {
    throw wrong(
      "conditions",
      line,
      "write for instance u = 0 on x, u = sin(pi*x) at t = 0, u_n = 0 on x = 1, periodic in x",
    );
  }
  const names = unknowns.length > 0 ? unknowns : ["u"];
  const words = new Set(equation.split("=")[0]!.match(/[\p{L}_][\p{L}\p{Nd}_]*/gu));
  const isNormal = names.some((name) => words.has(`${name}_n`));
  const isMixed = isNormal && names.some((name) => words.has(name));
  return { type: isMixed ? "robin" : isNormal ? "neumann" : "dirichlet", equation, on: place };
}

/** A problem as it was understood. */
export const understood = (problem: Problem) => ({ mathml: toMathml(problem), text: printProblem(problem) });

/** Most points that are shown of a round. */
const mostPoints = 400;

/** Solves, and makes the page of it and a file. */
export async function solveJob(
  store: FileStore,
  problem: Problem,
  { seconds, seed, network }: { readonly seconds: number; readonly seed: number; readonly network: boolean },
  { signal, progress, round, page }: JobReports,
): Promise<unknown> {
  const d = problem.axes.length;
  const began = performance.now();
  const report = () => progress("solving", Math.min((performance.now() - began) / 1e3, seconds), seconds);
  report();
  /** Networks count their own seconds; all that is tried stands on one line. */
  const show = (residual: number, points: Float64Array) =>
    round(
      [(performance.now() - began) / 1e3, residual],
      someRows(points.length / d, mostPoints).flatMap((i) =>
        [points[i * d]!, d > 1 ? points[i * d + 1]! : 0].map((v) => significant(v, 4)),
      ),
    );
  const ticking = setInterval(report, 500);
  const solution = await solve(problem, {
    ...(network && { network: mlp() }),
    ...{ budget: { seconds }, seed, signal, runs: join(store.folder, "runs"), checkpointEvery: 5 },
    onProgress: ({ freshLoss, state }) => show(Math.sqrt(freshLoss), state.points),
    onTrial: ({ residual, points }) => show(residual, points),
  }).finally(() => clearInterval(ticking));
  try {
    const { report } = solution;
    const svg = await solutionPicture(solution, { columns: 2, truth: true });
    const path = store.place(".nc");
    if (d <= 3) {
      const grid = Object.fromEntries(problem.axes.map((axis) => [axis, d === 3 ? 41 : 101]));
      await writeSolution(path, await solution.onGrid(grid), {
        title: printProblem(problem),
        history: `monge serve, ${seconds} s, seed ${seed}`,
        attributes: reportAttributes(report),
      });
    }
    const run = await savedIn(store, solution);
    page(await solutionPage(run));
    const { status, residual, estimate, method = [] } = report;
    return {
      ...{ status, residual, method, svg },
      ...{ estimate: estimateFacts(estimate), advice: estimate?.advice ?? "" },
      file: d <= 3 ? store.adopt(path, "solution.nc").id : null,
    };
  } finally {
    await solution.dispose();
  }
}

/** A folder that holds the solution. */
async function savedIn(store: FileStore, solution: Awaited<ReturnType<typeof solve>>): Promise<string> {
  if (solution.run !== undefined) return solution.run;
  const folder = store.place("");
  await solution.save(folder);
  return folder;
}
