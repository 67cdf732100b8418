/** `solve`: from a problem to a solution. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { openRun, type Run } from "../../engine/files/run.ts";
import { domainOf } from "../../equations/domain/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { parameterCount } from "../residual/model.ts";
import { start } from "../sampler/kinds.ts";
import { systemClock } from "../solution/budget.ts";
import type { SolveOptions } from "../solution/options.ts";
import { isRecorded, newRun, recordedPoints } from "../solution/run-record.ts";
import type { NetworkSolution } from "../solution/solution.ts";
import { Solution, type SolutionReport } from "../solution/solution.ts";
import { assemble } from "./assemble.ts";
import { type ResolvedOptions, recorded, resolveOptions } from "./network-options.ts";
import { networkTrial } from "./network-trial.ts";
import { blasOfRun, checkTrainState, lastState, type TrainState } from "./resume.ts";
import { startStepper } from "./stepper.ts";
import { train } from "./train.ts";

/**
 * Solves a problem with a physics-informed network: residual rows at collocation points that a sampler renews every few
 * steps, minimised in float64.
 *
 * A run with a record can go on after an abort or a crash (`resume`), from its last checkpoint, which holds whole
 * rounds only. With the same budget it is bitwise identical to a run that was never interrupted. A larger budget is
 * allowed, and then moves the moment at which the number of points grows.
 *
 * @param problem - made by `pde`
 * @param automatic - stays in the record: the network was chosen by an automatic solve, which is to evaluate it
 * @throws OptionsError where an option is out of range, or does not fit the problem, or differs from those of the
 *   resumed run
 * @throws FormatError where the folder of runs cannot be written, or the one to resume holds no run of a solver
 * @throws DomainError where the run to resume has ended
 * @throws ConvergenceError where the residual of the first network is not finite
 * @example
 * const peak = pde({ name: "peak", domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = source",
 *   manufactured: "exp(-1000*((x-0.5)^2+(y-0.5)^2))", conditions: "exact" });
 * const solution = await solve(peak, { network: mlp({ scale: 20 }), sampler: adversarial(), budget: { seconds: 60 } });
 * (await solution.errors()).relativeL2;
 */
export async function solve(problem: Problem, options: SolveOptions = {}, automatic = false): Promise<NetworkSolution> {
  const { wall, processor } = options.clock ?? systemClock;
  const [began, used] = [wall(), processor()];
  const domain = domainOf(problem.domain);
  const resolved = resolveOptions({ ...options, blas: await blasOfRun(options) }, problem, domain);
  const assembly = assemble(problem, domain, resolved.network, resolved.conditions);
  checkStart(options.start, parameterCount(assembly.model));
  const sampler = start(resolved.sampler, domain);
  let latest: TrainState | undefined;
  let saved = -1;
  let run: Run | undefined;
  try {
    run = await openRecord(problem, options, { ...recorded(resolved), ...(automatic && { automatic }) });
    const resumed =
      options.resume === undefined ? undefined : await lastState(options.resume, problem, recorded(resolved));
    const { seconds: offset = 0, processorSeconds: usedBefore = 0 } = resumed ?? {};
    const every = options.checkpointEvery ?? 10;
    const keep = async (whole: TrainState) => {
      checkTrainState(whole);
      const { tensors, ...state } = whole;
      saved = state.round;
      await run?.checkpoint({ step: state.round, tensors, state });
    };
    const result = await train({
      ...resolved,
      assembly,
      sampler,
      stepper: (program) => startStepper(resolved.optimizer, program, resolved.warmStart),
      elapsed: () => offset + (wall() - began) / 1000,
      processor: () => usedBefore + (processor() - used) / 1000,
      ...(options.start && { start: options.start }),
      ...(options.signal && { signal: options.signal }),
      ...(resumed && { resume: resumed }),
      onRound: (progress, theta, set) => {
        const isKept = isRecorded(progress.round);
        run?.log({ ...progress, ...(isKept && { places: recordedPoints(set.points, problem.axes.length) }) });
        options.onProgress?.({ ...progress, state: { ...set, theta: theta.slice() } });
      },
      ...(run && {
        onCheckpoint: async (state) => {
          latest = state;
          if (state.round > 0 && state.round % every === 0) await keep(state);
        },
      }),
    });
    const { model } = assembly;
    const report: SolutionReport = {
      status: result.status,
      ...(result.reason !== undefined && { reason: result.reason }),
      seconds: result.seconds,
      processorSeconds: result.processorSeconds,
      steps: result.steps,
      rounds: result.rounds,
      residual: Math.sqrt(result.freshLoss),
      scale: result.scale,
      conditions: resolved.conditions,
      exactConditions: assembly.held.map((c) => c.text),
      penalizedConditions: assembly.rows.map((c) => c.text),
      constants: Object.fromEntries(
        model.trainable.map((name, i) => {
          const standardDeviation = result.deviations[i];
          const value = result.theta[model.network.size + i]!;
          return [name, { value, ...(standardDeviation !== undefined && { standardDeviation }) }];
        }),
      ),
    };
    const trial = networkTrial(problem, resolved.network, result.theta, resolved.conditions);
    const solution = new Solution(problem, trial, report, run?.directory);
    if (run) {
      await solution.save(run.directory);
      // An aborted run can go on, from its last whole round.
      if (result.status !== "aborted") await run.finish(report);
      else if (latest && latest.round > saved) await keep(latest);
    }
    return solution;
  } finally {
    run?.close();
    sampler.dispose?.();
  }
}

/** @throws ShapeError, DomainError where first parameters do not fit the network or are not finite */
function checkStart(start: Float64Array | undefined, size: number): void {
  if (!start) return;
  if (start.length !== size) throw new ShapeError("solve: start", [size], [start.length]);
  const bad = start.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new DomainError(
      `solve: start[${bad}] is ${start[bad]}; give finite parameters, or leave start out`,
      start[bad],
    );
}

async function openRecord(
  problem: Problem,
  options: SolveOptions,
  resolved: ResolvedOptions & { readonly automatic?: true },
): Promise<Run | undefined> {
  if (options.resume !== undefined) return openRun(options.resume);
  if (options.runs === undefined) return undefined;
  return newRun(options.runs, problem, resolved, resolved.precision);
}
