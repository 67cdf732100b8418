/** `monge solve`: from a problem to a solution, printed, and written where that is asked for. */
import { basename } from "node:path";
import { writeAtomically } from "../engine/atomic-file.ts";
import { printProblem } from "../solvers/problem/print-problem.ts";
import type { Solution } from "../solvers/solve/solution.ts";
import { solve } from "../solvers/solve/solve.ts";
import type { Budget, Progress as SolverProgress } from "../solvers/solve/train.ts";
import { Unfinished } from "./failure.ts";
import { onInterrupt } from "./interrupt.ts";
import { startProgress } from "./progress.ts";
import { writeSolution } from "./solution-field.ts";
import type { SolveCommandOptions } from "./solve.ts";
import { drawCurves, drawSolution, type Snapshot } from "./solve-pictures.ts";
import { planSolve, type SolvePlan } from "./solve-plan.ts";
import { describePlan, errorsOf, listReferences, outcomeJson, outcomeTable, planJson } from "./solve-report.ts";
import { emit, emitJson, say, shellWord } from "./terminal.ts";
import { version } from "./version.ts";

export async function solveCommand(argument: string | undefined, o: SolveCommandOptions): Promise<void> {
  if (o.list) return listReferences(o.json === true);
  const plan = await planSolve(argument, o);
  describePlan(plan);
  if (o.dryRun) return emitJson(planJson(plan, o));
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once");
  const snapshots: Snapshot[] = [];
  let points: Float64Array | undefined;
  try {
    const { budget } = plan.options;
    const bar = startProgress("solving", total(budget), { unit: unitOf(budget) });
    const solution = await solve(plan.problem, {
      ...plan.options,
      signal: interrupt.signal,
      ...(plan.resume !== undefined && { resume: plan.resume }),
      ...(o.out !== undefined && { runs: o.out }),
      checkpointEvery: o.checkpointEvery,
      onProgress(progress, round) {
        bar.update(done(progress, budget), noteOf(progress));
        points = round.points;
        if (o.curves !== undefined) snapshots.push({ ...progress, theta: round.theta });
      },
    }).finally(() => bar.stop());
    try {
      await finish(solution, plan, o, snapshots, points);
    } finally {
      await solution.dispose();
    }
  } finally {
    interrupt.stop();
  }
}

/** Judges, prints and writes. @throws Unfinished where the run was aborted or diverged */
async function finish(
  solution: Solution,
  plan: SolvePlan,
  o: SolveCommandOptions,
  snapshots: readonly Snapshot[],
  points: Float64Array | undefined,
): Promise<void> {
  const { problem, options, grid } = plan;
  const errors = await errorsOf(solution, plan);
  const { status, residual } = solution.report;
  if (grid !== undefined) {
    const command = ["monge", ...process.argv.slice(2)].map(shellWord).join(" ");
    await writeSolution(o.nc!, await solution.onGrid(grid), {
      title: printProblem(problem)
        .replaceAll(/\s*\n\s*/g, "; ")
        .replaceAll(/ {2,}/g, "  "),
      history: `${command} (monge ${version()}, Node ${process.versions.node}, seed ${options.seed})`,
      attributes: { status, residual, ...(errors && { relative_l2_error: errors.relativeL2 }) },
    });
  }
  if (o.onnx !== undefined) await writeAtomically(o.onnx, await solution.toOnnx());
  if (o.figure !== undefined) await drawSolution(o.figure, solution, plan, points);
  if (o.curves !== undefined) await drawCurves(o.curves, solution, plan, snapshots);
  for (const path of [o.nc, o.onnx, o.figure, o.curves]) if (path !== undefined) say(`wrote ${path}`);
  if (solution.run !== undefined) say(`recorded in ${solution.run}`);
  if (o.json) emitJson(outcomeJson(solution, plan, errors, o));
  else emit(outcomeTable(solution, plan, errors));
  if (status === "aborted") {
    const hint = solution.run === undefined ? "" : `; to go on: monge solve --resume ${shellWord(solution.run)}`;
    say(`${basename(problem.name)}: stopped early${hint}`);
  }
  if (status === "aborted" || status === "diverged") throw new Unfinished(status);
}

const inSeconds = ({ seconds }: Budget) => seconds !== undefined;
const total = (budget: Budget): number => (inSeconds(budget) ? Math.ceil(budget.seconds!) : budget.steps!);
const unitOf = (budget: Budget): string => (inSeconds(budget) ? "s" : "steps");
const done = ({ seconds, steps }: SolverProgress, budget: Budget): number =>
  inSeconds(budget) ? Math.min(total(budget), Math.round(seconds)) : steps;

function noteOf({ freshLoss, steps, points }: SolverProgress): string {
  return `residual ${Math.sqrt(freshLoss).toExponential(1)}, step ${steps}, ${points} points`;
}
