/** `monge solve`: from a problem to a solution, printed, and written where that is asked for. */
import { basename } from "node:path";
import { writeAtomically } from "../../engine/files/atomic-file.ts";
import { printProblem } from "../../equations/problem/index.ts";
import type { Snapshot } from "../../pages/solution-curves.ts";
import type { OnGrid } from "../../pages/solution-file.ts";
import { solutionTable } from "../../pages/solution-table.ts";
import { trueValues } from "../../pages/solution-truth.ts";
import { solve as solveByItself, solveByRows } from "../../solvers/automatic/index.ts";
import type {
  Budget,
  Errors,
  FeatureTrial,
  GridSolution,
  NetworkSolution,
  Progress as SolverProgress,
} from "../../solvers/solution/index.ts";
import { exactQuantities, isByNetwork, type Solution, valuesAt } from "../../solvers/solution/index.ts";
import { Doubtful, Unfinished } from "../shell/failure.ts";
import { type Interrupt, onInterrupt } from "../shell/interrupt.ts";
import { startProgress } from "../shell/progress.ts";
import { emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import { version } from "../shell/version.ts";
import type { SolveCommandOptions } from "./command.ts";
import { planSolve, type SolvePlan } from "./plan.ts";
import { describePlan, errorsOf, listExamples, outcomeJson, outcomeTable, planJson } from "./report.ts";
import { solutionOnMesh } from "./solution-on-mesh.ts";

export async function solveCommand(argument: string | undefined, o: SolveCommandOptions): Promise<void> {
  if (o.list) return listExamples(o.json === true);
  const plan = await planSolve(argument, o);
  describePlan(plan);
  if (o.dryRun) return emitJson(planJson(plan, o));
  // Marches, elements and rows compute without a pause, and have nothing to keep before their end.
  const isLate = plan.network === undefined;
  const interrupt = onInterrupt("coming to a stop after this step; again to stop at once", { isLate });
  const snapshots: Snapshot[] = [];
  const tried: FeatureTrial[] = [];
  let points: Float64Array | undefined;
  try {
    const { budget } = plan.options;
    const { resume } = plan;
    const bar = startProgress("solving", total(budget), { unit: unitOf(budget) });
    const { seed, threads, blas } = plan.options;
    const began = performance.now();
    // Marches and elements have no ONNX model and no trials to draw.
    const solveAlone = o.output?.onnx === undefined && o.curves === undefined ? solveByItself : solveByRows;
    const solving: Promise<Solution> = plan.features
      ? (await import("../../solvers/features/index.ts")).randomFeatures(plan.problem, plan.features)
      : plan.network === undefined
        ? solveAlone(plan.problem, {
            ...{ budget, seed, threads, blas, signal: interrupt.signal, checkpointEvery: o.checkpointEvery },
            ...(o.out !== undefined && { runs: o.out }),
            onProgress({ state, ...progress }) {
              interrupt.take();
              const since = { ...progress, seconds: (performance.now() - began) / 1000 };
              bar.update(done(since, budget), noteOf(progress));
              points = state.points;
              if (o.curves !== undefined) snapshots.push(since);
            },
            onTrial(trial) {
              const { words, residual, seconds } = trial;
              bar.update(
                Math.min(total(budget), inSeconds(budget) ? Math.round(seconds) : 0),
                `residual ${residual.toExponential(1)} of ${words}`,
              );
              if (o.curves !== undefined) tried.push(trial);
            },
          })
        : solveByItself(plan.problem, {
            ...plan.network.options,
            signal: interrupt.signal,
            ...(resume !== undefined && { resume }),
            ...(o.out !== undefined && { runs: o.out }),
            checkpointEvery: o.checkpointEvery,
            onProgress({ state, ...progress }) {
              bar.update(done(progress, budget), noteOf(progress));
              points = state.points;
              if (o.curves !== undefined) snapshots.push({ ...progress, theta: state.theta });
            },
          });
    const solution = await solving.finally(() => bar.stop());
    interrupt.stop();
    try {
      await finish(solution, plan, o, { snapshots, tried, points }, interrupt);
    } finally {
      await solution.dispose();
    }
  } finally {
    interrupt.stop();
  }
}

/** Course of the solve. */
interface Course {
  /** Of every round of a network. */
  readonly snapshots: readonly Snapshot[];
  /** Random features. */
  readonly tried: readonly FeatureTrial[];
  /** The last set. */
  readonly points: Float64Array | undefined;
}

/** Judges, prints and writes. @throws Interrupted or Unfinished where the run was aborted or diverged */
async function finish(
  solution: Solution,
  plan: SolvePlan,
  o: SolveCommandOptions,
  { snapshots, tried, points }: Course,
  interrupt: Interrupt,
): Promise<void> {
  const { problem } = plan;
  const errors = await errorsOf(solution, plan);
  const { status } = solution.report;
  if (plan.like !== undefined) {
    const { solutionLike } = await import("./like.ts");
    await writeNc(await solutionLike(solution, plan.like), solution, plan, o, errors);
  }
  if (plan.grid !== undefined) await writeGrid(solution, plan, o, plan.grid, errors);
  const overwrite = o.overwrite ?? false;
  const { nc, csv, vtu, onnx } = o.output ?? {};
  if (plan.at && csv !== undefined) {
    const truth = { unknowns: trueValues(problem, plan.at), quantities: exactQuantities(problem, plan.at) };
    await writeAtomically(csv, solutionTable(await valuesAt(solution, plan.at), truth), { overwrite });
  }
  if (vtu !== undefined) {
    await writeAtomically(vtu, await solutionOnMesh(solution, plan), { overwrite });
  }
  if (o.figure !== undefined) {
    const { solutionPicture } = await import("../../pages/solution-maps.ts");
    const { writePicture } = await import("../../report/write-picture.ts");
    await writePicture(o.figure, await solutionPicture(solution, { points }), { scale: 1.5, overwrite });
  }
  if (onnx !== undefined) await writeAtomically(onnx, await (solution as NetworkSolution).toOnnx(), { overwrite });
  if (o.curves !== undefined) {
    const { searchCurves, solutionCurves } = await import("../../pages/solution-curves.ts");
    const { writePicture } = await import("../../report/write-picture.ts");
    const timed = inSeconds(plan.options.budget);
    const curves =
      plan.network === undefined || !isByNetwork(solution)
        ? await searchCurves(problem.name, tried, snapshots)
        : await solutionCurves(solution, snapshots, timed);
    await writePicture(o.curves, curves, { scale: 1.5, overwrite });
  }
  for (const path of [nc, csv, vtu, onnx, o.figure, o.curves]) if (path !== undefined) say(`wrote ${path}`);
  const { run } = solution;
  if (run !== undefined) say(`recorded in ${run}`);
  if (o.json) emitJson(outcomeJson(solution, plan, errors, o));
  else emit(outcomeTable(solution, plan, errors));
  for (const line of solution.report.method ?? []) say(`  ${line}`);
  if (status === "aborted") {
    const hint = run === undefined ? "" : `; to go on: monge solve --resume ${shellWord(run)}`;
    say(`${basename(problem.name)}: stopped early${hint}`);
  }
  if (status === "aborted") interrupt.check();
  if (status === "aborted" || status === "diverged") throw new Unfinished(status);
  if (status === "doubtful" && !o.allowDoubtful) throw new Doubtful(status);
}

/** Writes the solution on the grid with all that is known of it. */
async function writeGrid(
  solution: Solution,
  plan: SolvePlan,
  o: SolveCommandOptions,
  grid: NonNullable<SolvePlan["grid"]>,
  errors: Errors | undefined,
): Promise<void> {
  const { problem } = plan;
  const { output: { nc, csv } = {}, overwrite = false } = o;
  const values = await solution.onGrid(grid);
  if (csv !== undefined && !plan.at) {
    const truth = { unknowns: trueValues(problem, values.points), quantities: exactQuantities(problem, values.points) };
    await writeAtomically(csv, solutionTable(values, truth), { overwrite });
  }
  if (nc === undefined || plan.like !== undefined) return;
  await writeNc(values, solution, plan, o, errors);
}

/** Writes a NetCDF file. */
async function writeNc(
  values: GridSolution | OnGrid,
  solution: Solution,
  { problem, options }: SolvePlan,
  { output, overwrite = false }: SolveCommandOptions,
  errors: Errors | undefined,
): Promise<void> {
  const { reportAttributes, writeSolution } = await import("../../pages/solution-file.ts");
  const command = ["monge", ...process.argv.slice(2)].map(shellWord).join(" ");
  await writeSolution(output!.nc!, values, {
    overwrite,
    title: printProblem(problem).replaceAll(/ {2,}/g, "  "),
    history: `${command} (monge ${version()}, Node ${process.versions.node}, seed ${options.seed})`,
    attributes: { ...reportAttributes(solution.report), ...(errors && { relative_l2_error: errors.relativeL2 }) },
  });
}

const inSeconds = ({ seconds, processorSeconds }: Budget) => seconds !== undefined || processorSeconds !== undefined;
const total = (budget: Budget): number =>
  inSeconds(budget) ? Math.ceil(budget.seconds ?? budget.processorSeconds!) : budget.steps!;
const unitOf = (budget: Budget): string => (inSeconds(budget) ? "s" : "steps");
const done = ({ seconds, steps }: SolverProgress, budget: Budget): number =>
  inSeconds(budget) ? Math.min(total(budget), Math.round(seconds)) : steps;

function noteOf({ freshLoss, steps, points }: SolverProgress): string {
  return `residual ${Math.sqrt(freshLoss).toExponential(1)}, step ${steps}, ${points} points`;
}
