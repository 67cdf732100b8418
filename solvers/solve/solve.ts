/** `solve`: from a problem to a solution. */
import { basename } from "node:path";
import { latestCheckpoint } from "../../engine/checkpoint.ts";
import { FormatError } from "../../engine/errors.ts";
import { createRun, openRun, type Run } from "../../engine/run.ts";
import { domainOf } from "../domain/domain.ts";
import { problemToJson } from "../problem/json.ts";
import type { Problem } from "../problem/problem.ts";
import { start } from "../sampler/start.ts";
import { assemble } from "./assemble.ts";
import { resolveOptions, type SolveOptions } from "./options.ts";
import { Solution, type SolutionReport } from "./solution.ts";
import { startStepper } from "./stepper.ts";
import { readTrainState, train } from "./train.ts";

/**
 * Solves a problem with a physics-informed network: residual rows at collocation points that a sampler renews every few steps,
 * minimised in float64.
 *
 * @param problem - made by `pde`
 * @throws OptionsError where an option is out of range, or does not fit the problem
 * @throws ConvergenceError where the residual of the first network is not finite
 * @example
 * const peak = pde({ name: "peak", domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = source",
 *   manufactured: "exp(-1000*((x-0.5)^2+(y-0.5)^2))", conditions: "exact" });
 * const solution = await solve(peak, { network: mlp({ scale: 20 }), sampler: adversarial(), budget: { seconds: 60 } });
 * (await solution.errors()).relativeL2;
 */
export async function solve(problem: Problem, options: SolveOptions = {}): Promise<Solution> {
  const clock = options.clock ?? (() => performance.now());
  const began = clock();
  const domain = domainOf(problem.domain);
  const resolved = resolveOptions(options, domain);
  const assembly = assemble(problem, domain, resolved.network);
  const sampler = start(resolved.sampler, domain);
  const run = await openRecord(problem, options, resolved);
  const resumed = options.resume === undefined ? undefined : await lastState(options.resume);
  const offset = resumed?.seconds ?? 0;
  const every = options.checkpointEvery ?? 10;
  try {
    const result = await train({
      ...resolved,
      assembly,
      sampler,
      stepper: (program) => startStepper(resolved.optimizer, program, resolved.warmStart),
      elapsed: () => offset + (clock() - began) / 1000,
      ...(options.signal && { signal: options.signal }),
      ...(resumed && { resume: resumed }),
      onRound: (progress, theta, points) => {
        run?.log({ ...progress });
        options.onProgress?.(progress, { theta: theta.slice(), points });
      },
      ...(run && {
        onCheckpoint: async ({ tensors, ...state }) => {
          if (state.round % every === 0 || options.signal?.aborted)
            await run.checkpoint({ step: state.round, tensors, state });
        },
      }),
    });
    const { model } = assembly;
    const k = model.trainable.length;
    const report: SolutionReport = {
      status: result.status,
      seconds: result.seconds,
      steps: result.steps,
      rounds: result.rounds,
      residual: Math.sqrt(result.freshLoss),
      scale: result.scale,
      exactConditions: assembly.held.map((c) => c.text),
      fittedConditions: assembly.rows.map((c) => c.text),
      constants: Object.fromEntries(
        model.trainable.map((name, i) => [
          name,
          {
            value: result.theta[model.network.size + i]!,
            standardDeviation: Math.sqrt(result.covariance[i * (k + 1)]!),
          },
        ]),
      ),
    };
    const solution = new Solution(problem, resolved.network, result.theta, report, run?.directory);
    if (run) {
      await solution.save(run.directory);
      // An aborted run can go on from its last checkpoint.
      if (result.status !== "aborted") await run.finish(report);
    }
    return solution;
  } finally {
    sampler.dispose?.();
  }
}

async function openRecord(
  problem: Problem,
  options: SolveOptions,
  resolved: ReturnType<typeof resolveOptions>,
): Promise<Run | undefined> {
  if (options.resume !== undefined) return openRun(options.resume);
  if (options.runs === undefined) return undefined;
  return createRun({
    root: options.runs,
    name: problem.name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "") || "problem",
    options: { problem: problemToJson(problem), ...resolved },
    seed: resolved.seed,
    device: "cpu",
    precision: "float64",
  });
}

async function lastState(folder: string) {
  const path = await latestCheckpoint(folder);
  if (path === undefined) {
    throw new FormatError(
      folder,
      "run",
      `${basename(folder)} has no checkpoint`,
      "start anew, or lower checkpointEvery",
    );
  }
  return readTrainState(path);
}
