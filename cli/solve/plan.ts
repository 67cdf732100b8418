/** From the command line of `monge solve` to a problem, options of `solve`, and what to write at the end. */
import { extname, join } from "node:path";
import { defined } from "../../engine/defined.ts";
import { FormatError, isMongeError, OptionsError } from "../../engine/errors.ts";
import { findUnfinished, recordOf } from "../../engine/files/find-run.ts";
import { getOwn } from "../../engine/files/get-own.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { textFile } from "../../engine/files/read-bounded.ts";
import { readRunOptions } from "../../engine/files/run.ts";
import {
  exampleProblems,
  filesOfProblem,
  type GridOfData,
  type Problem,
  pde,
  pointsOfColumns,
  problemFromJson,
  readColumns,
  readProblem,
} from "../../equations/problem/index.ts";
import type { RandomFeatureOptions } from "../../solvers/features/index.ts";
import type { Budget, CommonOptions } from "../../solvers/solution/index.ts";
import { commonOptions } from "../../solvers/solution/index.ts";
import type { ResolvedOptions } from "../../solvers/solve/index.ts";
import { checkFiles, WrongInput } from "../shell/failure.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import type { SolveCommandOptions } from "./command.ts";
import { featureOptions } from "./method-options.ts";
import type { NetworkPlan } from "./network-plan.ts";

/** Plan of a solve. */
export interface SolvePlan {
  readonly problem: Problem;
  readonly options: CommonOptions;
  /** The network asked for; absent where the method is chosen automatically. */
  readonly network?: NetworkPlan;
  /** Folder of the run to go on with. */
  readonly resume: string | undefined;
  /** One solve with random features, where that was asked for. */
  readonly features?: RandomFeatureOptions;
  /** Points along every axis, where a grid is wanted. */
  readonly grid: Readonly<Record<string, number>> | undefined;
  /** The grid of a file, for the NetCDF file. */
  readonly like?: GridOfData;
  /** Points [n, axes] of --at. */
  readonly at?: Float64Array;
  /** File of the domain's mesh. */
  readonly mesh?: string;
}

const prefix = "example:";

/** Options that choose the method; without one of them it is chosen automatically. */
const choices = [
  ...["sampler", "cells", "optimizer", "network", "depth", "width", "activation", "scale", "features"],
  ...["points", "boundaryPoints", "stepsPerRound", "starts", "randomFeatures", "featureScales", "startSize"],
  ...["preset", "term", "conditions", "weights", "batch", "precision", "samplerOptions", "optimizerOptions"],
] as const satisfies readonly (keyof SolveCommandOptions)[];

/** Options that belong to a run and cannot be changed when it goes on. */
const fixed = [...choices, "seed", "blas", "out"] as const;

/**
 * Resolves everything before any work.
 *
 * @throws WrongInput where the problem is wrong; OptionsError where options are, or do not fit it
 */
export async function planSolve(argument: string | undefined, o: SolveCommandOptions): Promise<SolvePlan> {
  if (o.resume !== undefined) checkResume(argument, o);
  await checkPlaces(argument, o);
  if (o.resume !== undefined) return resumed(o, o.resume);
  if (argument === undefined) {
    throw new OptionsError("solve: name a problem, FILE.json or example:NAME (see --list)", "problem", argument);
  }
  const problem = await problemOf(argument);
  const features = featureOptions(o);
  const budget = budgetOf(o);
  const isAsked = choices.some((name) => o[name] !== undefined);
  const network = isAsked ? (await import("./network-plan.ts")).networkPlan(problem, o, budget) : undefined;
  const { seed, threads, blas } = o;
  return {
    problem,
    ...defined({ features, network }),
    options: network?.options ?? commonOptions(defined({ budget, seed, threads, blas })),
    resume: undefined,
    ...(o.like === undefined
      ? { grid: gridOf(problem, o) }
      : { grid: undefined, like: await likeOf(argument, o.like, problem, o) }),
    ...pointsOf(problem, o),
    ...meshOf(argument, problem),
  };
}

/** Options of every member of an ensemble. @throws OptionsError for those of one solution, and of one method */
export function ensembleOptions(path: string | undefined, o: SolveCommandOptions): CommonOptions {
  const { csv, vtu, onnx } = o.output ?? {};
  if (path === undefined || path.startsWith(prefix))
    throw new OptionsError(
      "--members is for a problem's file whose functions are files; name FILE.json",
      "members",
      path,
    );
  const alone = (["resume", "out", "at", "figure", "curves", "dryRun", ...choices] as const).find(
    (name) => o[name] !== undefined,
  );
  if (alone !== undefined || (csv ?? vtu ?? onnx) !== undefined)
    throw new OptionsError(
      `--members goes with the automatic choice of method and -o FILE.nc; leave ${alone === undefined ? `-o ${csv ?? vtu ?? onnx}` : `\`${alone}\``} out`,
      "members",
      true,
    );
  const { seed, threads, blas } = o;
  return commonOptions(defined({ budget: budgetOf(o), seed, threads, blas }));
}

/** A target alone is given the default time. */
function budgetOf({ seconds, processorSeconds, steps, residual, tolerance }: SolveCommandOptions): Budget | undefined {
  const limits = { seconds, processorSeconds, steps };
  const unlimited = Object.values(limits).every((limit) => limit === undefined);
  if (unlimited && residual === undefined && tolerance === undefined) return undefined;
  return {
    ...(Object.fromEntries(Object.entries(limits).filter(([, limit]) => limit !== undefined)) as Budget),
    ...(unlimited && { seconds: 60 }),
    ...(residual !== undefined && { residual }),
    ...(tolerance !== undefined && { tolerance }),
  };
}

/** @throws OptionsError for what a run that goes on has in its record */
function checkResume(argument: string | undefined, o: SolveCommandOptions): void {
  if (argument !== undefined) {
    throw new OptionsError("solve: --resume has its problem in its record; leave PROBLEM out", "problem", argument);
  }
  const given = fixed.find((name) => o[name] !== undefined);
  if (given !== undefined) {
    throw new OptionsError(`solve: a run goes on with its own \`${given}\`; leave it out`, given, o[given]);
  }
}

async function resumed(o: SolveCommandOptions, place: string): Promise<SolvePlan> {
  const folder = await findUnfinished(place);
  const path = join(folder, "options.json");
  const stored = (await readRunOptions(folder)) as (ResolvedOptions & { readonly problem?: unknown }) | null;
  if (!stored?.problem || !stored.network) {
    throw new FormatError(path, "run", "it is no record of `monge solve`", "name a run that this command began");
  }
  const { problem: written, ...recorded } = stored;
  const problem = problemFromJson(written, path);
  const budget = budgetOf(o) ?? recorded.budget;
  const { recordedPlan } = await import("./network-plan.ts");
  const network = recordedPlan(problem, {
    ...{ ...recorded, blas: recorded.blas ?? "none", budget },
    ...defined({ threads: o.threads }),
  });
  return { problem, network, options: network.options, resume: folder, grid: gridOf(problem, o) };
}

/** @throws OptionsError where --at goes without a table or is a place, or its file lacks an axis */
function pointsOf({ axes, unknowns }: Problem, { at, output, grid }: SolveCommandOptions): Pick<SolvePlan, "at"> {
  if (at === undefined) return {};
  if (output?.csv === undefined)
    throw new OptionsError("--at says where a table has its points; give -o FILE.csv, too", "at", at);
  if (grid !== undefined) throw new OptionsError("--at and --grid are both given; keep one of them", "at", at);
  if (at.split(",").every((part) => part.trim() !== "" && Number.isFinite(Number(part))))
    throw new OptionsError(
      `--at is ${at}; it takes a CSV file of points, with the columns ${axes.join(",")}; for the value at one place ` +
        `write \`"functionals": { "here": "${unknowns[0]}(${at})" }\` into the problem`,
      "at",
      at,
    );
  checkFiles("--at", [at]);
  return { at: pointsOfColumns(readColumns(at), axes, at) };
}

async function problemOf(argument: string): Promise<Problem> {
  if (argument.startsWith(prefix)) {
    const name = argument.slice(prefix.length);
    const spec = getOwn(exampleProblems, name);
    if (spec) return pde(spec);
    const names = Object.keys(exampleProblems).join(", ");
    throw new OptionsError(`solve: there is no example "${name}"; there are ${names}`, "problem", name);
  }
  checkFiles("PROBLEM", [argument]);
  try {
    return await readProblem(argument);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    const [, shown = ""] = error.message.split("\n");
    const key = keyOf(textFile(argument, "problem"), shown.trim());
    throw new WrongInput(error, key === undefined ? argument : `${argument}: ${key}`);
  }
}

/** The key of JSON that holds a formula; nothing where it is not written there as it is. */
function keyOf(json: string, formula: string): string | undefined {
  const at = json.indexOf(JSON.stringify(formula));
  return at < 0 ? undefined : [...json.slice(0, at).matchAll(/"(\w+)"\s*:/g)].at(-1)?.[1];
}

/** Checks, before the work, that the folders of results are known and exist. */
async function checkPlaces(argument: string | undefined, o: SolveCommandOptions): Promise<void> {
  for (const option of ["figure", "curves"] as const) {
    const path = o[option];
    if (path !== undefined && ![".svg", ".png"].includes(extname(path).toLowerCase()))
      throw new OptionsError(`--${option} ${path} must end in .svg or .png`, option, path);
  }
  const inputs = argument === undefined || argument.startsWith(prefix) ? [] : filesOfProblem(argument);
  const run = o.resume === undefined ? [] : recordOf(await findUnfinished(o.resume));
  const places = [
    ...Object.values(o.output ?? {}).map((path) => ({ option: "output", path })),
    ...(["figure", "curves"] as const).map((option) => ({ option, path: o[option] })),
  ];
  await prepareOutputs(places, [...inputs, ...run], o.overwrite);
  if (o.out !== undefined) checkFolder(o.out);
  if (o.grid !== undefined && [o.output?.nc, o.output?.csv, o.output?.vtu].every((path) => path === undefined)) {
    throw new OptionsError(
      "--grid says where the solution is written; give -o FILE.nc, -o FILE.vtu or -o FILE.csv, too",
      "grid",
      o.grid,
    );
  }
}

/** @throws OptionsError where there is no NetCDF file to write, or the function has no grid of a file */
async function likeOf(
  path: string,
  name: string,
  problem: Problem,
  { output, grid }: SolveCommandOptions,
): Promise<GridOfData> {
  const { nc, ...others } = output ?? {};
  const other = Object.values(others)[0];
  if (nc === undefined || other !== undefined)
    throw new OptionsError(
      `--like is for NetCDF; give -o FILE.nc${other === undefined ? "" : `, without ${other}`}`,
      "like",
      name,
    );
  const { likeGrid } = await import("./like.ts");
  return likeGrid(path, name, problem, grid);
}

/** The mesh that a problem's file names, whose cells its solution can be written on. */
function meshOf(argument: string, { domain }: Problem): Pick<SolvePlan, "mesh"> {
  const mesh = "mesh" in domain ? filesOfProblem(argument).find((path) => /\.(msh|stl)$/i.test(path)) : undefined;
  return mesh === undefined ? {} : { mesh };
}

/** Most cells of a grid: half a gigabyte of points in two dimensions. */
const mostCells = 2 ** 25;

export function gridOf({ axes }: Problem, o: SolveCommandOptions): Readonly<Record<string, number>> | undefined {
  const { nc, vtu, csv } = o.output ?? {};
  const out = nc ?? vtu ?? csv;
  if (out === undefined || (o.at !== undefined && out === csv)) return undefined;
  const spelt = axes.map((axis) => `${axis}=…`).join(",");
  if (o.grid === undefined) {
    if (axes.length > 3)
      throw new OptionsError(`--output ${out} needs --grid ${spelt} above three dimensions`, "grid", undefined);
    return Object.fromEntries(axes.map((axis) => [axis, axes.length === 3 ? 41 : 101]));
  }
  const named = Object.keys(o.grid);
  const wrong = named.find((axis) => !axes.includes(axis)) ?? axes.find((axis) => !named.includes(axis));
  if (wrong !== undefined) {
    const what = axes.includes(wrong) ? `leaves out ${wrong}` : `names ${wrong}`;
    throw new OptionsError(`--grid ${what}; the axes are ${axes.join(", ")}: ${spelt}`, "grid", wrong);
  }
  const count = Object.values(o.grid).reduce((a, b) => a * b, 1);
  if (count > mostCells) throw new OptionsError(`--grid has ${count} points; at most ${mostCells}`, "grid", count);
  return o.grid;
}
