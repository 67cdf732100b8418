/** Report of `monge solve`: the problem before the work, its solution after it. */
import { getOwn } from "../../engine/files/get-own.ts";
import { numberText } from "../../engine/text/number.ts";
import { equationList, exampleProblems, printProblem, problemToJson } from "../../equations/problem/index.ts";
import { testSetOf } from "../../pages/solution-truth.ts";
import {
  type Budget,
  type ErrorEstimate,
  type Errors,
  foundConstant,
  functionalText,
  isByNetwork,
  plusMinus,
  type Solution,
} from "../../solvers/solution/index.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { SolveCommandOptions } from "./command.ts";
import type { SolvePlan } from "./plan.ts";

/** The problem as understood, what holds exactly, and how it will be solved. */
export function describePlan({ problem, options, resume, network, features }: SolvePlan): void {
  const { seed, budget } = options;
  say(printProblem(problem));
  for (const line of network?.conditions ?? []) say(`  ${line}`);
  if (features) {
    const weights = [features.scale ?? [1, 2, 4]].flat().join(", ");
    say(`  ${features.features} random features, weights to ${weights}, seed ${seed}`);
    return;
  }
  say(`  ${network?.words ?? "automatic method"}, ${budgetText(budget)}, seed ${seed}`);
  const { count, steps } = network?.options.starts ?? { count: 1, steps: 0 };
  if (count > 1) say(`  the best of ${count} after ${steps} steps of each goes on`);
  if (resume !== undefined) say(`  going on in ${resume}`);
}

function budgetText({ seconds, processorSeconds, steps, residual, tolerance }: Budget): string {
  const parts = [
    ...(seconds === undefined ? [] : [`${seconds} s`]),
    ...(processorSeconds === undefined ? [] : [`${processorSeconds} s of the processor`]),
    ...(steps === undefined ? [] : [`${steps} steps`]),
    ...(residual === undefined ? [] : [`residual ${residual}`]),
    ...(tolerance === undefined ? [] : [`an error of ${tolerance}`]),
  ];
  return `until ${parts.join(" or ")}`;
}

/** All options, resolved. */
export function planJson(plan: SolvePlan, o: SolveCommandOptions) {
  const { problem, options, resume, grid, network, features } = plan;
  const { out = null, output = {}, figure = null, curves = null, checkpointEvery } = o;
  return {
    command: "solve",
    problem: problemToJson(problem),
    automatic: network === undefined,
    ...(features
      ? { randomFeatures: features }
      : (network?.options ?? { seed: options.seed, budget: options.budget, threads: options.threads })),
    ...{
      resume: resume ?? null,
      out,
      checkpointEvery,
      output: Object.values(output),
      grid: grid ?? null,
      figure,
      curves,
    },
  };
}

/** Errors against the exact solution, where there is one. */
export async function errorsOf(solution: Solution, plan: SolvePlan): Promise<Errors | undefined> {
  const test = testSetOf(plan.problem);
  return test && solution.errors(test);
}

/** One object for machines; null where nothing is known. */
export function outcomeJson(
  solution: Solution,
  { problem, options, network, features }: SolvePlan,
  errors: Errors | undefined,
  o: SolveCommandOptions,
) {
  const { report } = solution;
  const found = isByNetwork(solution) ? solution.trial.network : null;
  const { status, reason, seconds, steps, rounds, residual, scale, exactConditions, penalizedConditions } = report;
  const constants = Object.entries(report.constants).map(
    ([name, { value, standardDeviation = null }]) =>
      [name, { value, standardDeviation, true: getOwn(problem.constants, name) ?? null }] as const,
  );
  return {
    status,
    ...(reason !== undefined && { reason }),
    relativeL2: errors?.relativeL2 ?? null,
    maxError: errors?.maxError ?? null,
    ...(errors?.absent !== undefined && { absent: errors.absent }),
    seconds,
    steps,
    residual,
    seed: options.seed,
    constants: Object.fromEntries(constants),
    ...(report.functionals && { functionals: report.functionals }),
    problem: problem.name,
    perUnknown: errors?.perUnknown ?? null,
    ...(errors?.perQuantity && { perQuantity: errors.perQuantity }),
    testPoints: errors?.points ?? null,
    ...{ rounds, residualScale: scale, points: network?.options.points ?? null, exactConditions, penalizedConditions },
    ...(network === undefined || features || report.estimate
      ? { network: found, estimate: report.estimate ?? null, method: report.method ?? [] }
      : { network: network.options.network, sampler: network.sampler, optimizer: network.options.optimizer.kind }),
    processorSeconds: report.processorSeconds ?? null,
    run: solution.run ?? null,
    files: writtenFiles(o),
  };
}

/** Quantities that were asked for and exist. */
function writtenFiles({ output: { nc, csv, vtu, onnx } = {}, figure, curves }: SolveCommandOptions) {
  const named = (path: string | undefined) => path || null;
  return {
    nc: named(nc),
    csv: named(csv),
    vtu: named(vtu),
    onnx: named(onnx),
    figure: named(figure),
    curves: named(curves),
  };
}

/** Lines for people. */
export function outcomeTable(solution: Solution, plan: SolvePlan, errors: Errors | undefined): string {
  const { problem } = plan;
  const {
    status,
    reason,
    residual,
    scale,
    seconds,
    processorSeconds,
    steps,
    rounds,
    constants,
    estimate,
    functionals = {},
  } = solution.report;
  const meaning = {
    converged: "the tolerance is reached, or more work gains nothing more",
    budget: "the budget is used up",
    diverged: `${reason ?? "the loss ceased to be finite"}; this is the best before`,
    aborted: "stopped before the budget was used up",
    stalled: "no better step was found",
    doubtful: "it should not be believed",
  }[status];
  const several = problem.unknowns.length > 1;
  const rows: (readonly [string, string])[] = [
    ["status", `${status}: ${meaning}`],
    ...(errors
      ? ([
          [
            "relative L2",
            `${digits(errors.relativeL2)}  (against the exact solution, ${errors.points} points${errors.absent ? `, without the ${errors.absent} at which there is no solution` : ""})`,
          ],
          ...(several ? Object.entries(errors.perUnknown).map(([u, v]) => [`  of ${u}`, digits(v)] as const) : []),
          ...Object.entries(errors.perQuantity ?? {}).map(([q, v]) => [`  of ${q}`, digits(v)] as const),
          ["max error", digits(errors.maxError)],
        ] as const)
      : []),
    ...(estimate ? estimateRows(estimate) : []),
    ...Object.entries(functionals).map(([name, one]) => [name, functionalText(one, digits)] as const),
    // Finite volumes hold on cells, and have no residual at points.
    ...(Number.isNaN(residual)
      ? []
      : ([
          [
            "residual",
            `${digits(residual)}  (root mean square of weighted rows, equations divided by ${digits(scale)})`,
          ],
        ] as const)),
    [
      "seconds",
      `${seconds.toFixed(1)}${processorSeconds === undefined ? "" : `  (${processorSeconds.toFixed(1)} of the processor)`}`,
    ],
    ["steps", `${steps} in ${rounds} rounds`],
    ...Object.entries(constants).map(([name, { value, standardDeviation }]) => {
      const truth = getOwn(problem.constants, name);
      const known = truth === undefined ? "" : `  (truly ${numberText(truth, 6)})`;
      return [
        name,
        `${foundConstant(value, standardDeviation)}${plusMinus(standardDeviation, digits)}${known}`,
      ] as const;
    }),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
}

function estimateRows({
  relativeL2,
  unknowns = {},
  quantities = {},
  gradient,
  end,
  rows = {},
  by,
  advice,
}: ErrorEstimate): (readonly [string, string])[] {
  const size = (value: number) => (Number.isFinite(value) ? digits(value) : "unknown");
  return [
    ["estimated", `${size(relativeL2)}  (relative L2, by ${by})`],
    ...Object.entries({ ...unknowns, ...quantities }).map(([name, value]) => [`  of ${name}`, size(value)] as const),
    ...(end === undefined ? [] : [["  at the end", size(end)] as const]),
    ...(gradient === undefined ? [] : [["  of slopes", size(gradient)] as const]),
    ...Object.entries(rows).map(([text, share]) => ["left", `${size(share)} of the terms of ${text}`] as const),
    ...(advice === undefined ? [] : [["advice", advice] as const]),
  ];
}

const digits = (value: number): string => value.toExponential(2);

/** The examples, equation by equation. */
export function listExamples(json: boolean): void {
  const all = Object.values(exampleProblems);
  if (json) {
    emitJson(all);
    return;
  }
  emit(
    all
      .flatMap((spec) => [
        `example:${spec.name}`,
        ...equationList(spec).map((e) => `  ${typeof e === "string" ? e : e.name}`),
      ])
      .join("\n"),
  );
}
