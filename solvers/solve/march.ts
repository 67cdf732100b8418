/**
 * Time marching: a network for each of several windows in time, begun with what the one before ends with (Wight & Zhao 2020,
 * arXiv 2007.04542; Krishnapriyan et al. 2021, arXiv 2109.01050). For transport over many lengths and layers that grow, where one
 * network for all of time converges to something that ignores the start.
 */
import { mkdir } from "node:fs/promises";
import { OptionsError } from "../../engine/errors.ts";
import { openMetrics } from "../../engine/files/run.ts";
import { lockFolder } from "../../engine/files/run-lock.ts";
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { mlp } from "../network/mlp.ts";
import type { Problem } from "../problem/problem.ts";
import { blasOfWindows, MarchedSolution, type MarchRecord, readWindows, saveWindow } from "./marched-solution.ts";
import {
  processorMilliseconds,
  type ResolvedOptions,
  type Round,
  recorded,
  resolveOptions,
  type SolveOptions,
} from "./options.ts";
import { suggestedScale } from "./scale.ts";
import type { Solution } from "./solution.ts";
import { solve } from "./solve.ts";
import { isRecorded, recordedPoints } from "./some-points.ts";
import type { Budget, Progress } from "./training.ts";
import { edgesOf, handedOn, type StartTable, startNumbers, startPoints, windowOf } from "./window.ts";

/** Options of {@link march}: those of `solve` hold for each window, but the budget is that of all windows together. */
export interface MarchOptions
  extends Omit<SolveOptions, "preset" | "runs" | "resume" | "checkpointEvery" | "start" | "onProgress"> {
  /** Their number (of equal length), or the times between them, in order. */
  readonly windows: number | readonly number[];
  /** Begin every window with the parameters of the one before, not with random ones. @defaultValue false */
  readonly carry?: boolean;
  /**
   * Weight of the values that a window begins with, as the mean of squares beside that of the scaled residuals. Conditions
   * have 1e4 by default; across a short time, that much made steps small and errors 30 to 100 times larger (convection). @defaultValue 1
   */
  readonly startWeight?: number;
  /**
   * Folder that keeps every window when it is done. Windows that are there already, of the same problem and options, are not
   * solved again: so an interrupted march goes on. @defaultValue none
   */
  readonly folder?: string;
  /** Called after every round of every window (from 0). */
  readonly onProgress?: (progress: Progress, round: Round, window: number) => void;
}

/**
 * Solves a problem in time window by window. Values (and time derivatives below the order of the equations) at the end of a window
 * become rows at the start of the next, at fresh points on every set. What the windows leave of the budget is shared out evenly.
 *
 * @param problem - made by `pde`, with time; nothing to be found, nothing that holds at its end or over all of it
 * @returns the windows together; it ends early where one was aborted or diverged
 * @throws OptionsError where the problem or an option does not allow it; DomainError where another process uses the folder;
 *   the errors of `solve`
 * @example
 * const far = await march(pde(referenceProblem("convection").spec), { windows: 20, budget: { seconds: 100 } });
 */
export async function march(problem: Problem, options: MarchOptions): Promise<MarchedSolution> {
  const { windows, carry = false, startWeight = 1, folder, onProgress: _p, ...each } = options;
  const edges = edgesOf(windows, problem);
  const count = edges.length - 1;
  const network = each.network ?? mlp({ scale: suggestedScale(problem) });
  const blas = each.blas ?? (folder && (await blasOfWindows(folder))) ?? "auto";
  const resolved = resolveOptions({ ...each, network, blas }, problem, domainOf(problem.domain));
  if ((resolved.budget.steps ?? count) < count) {
    throw new OptionsError(
      `march: ${resolved.budget.steps} steps for ${count} windows; give each at least one`,
      "budget",
    );
  }
  if (!(startWeight > 0 && startWeight < Infinity)) {
    throw new OptionsError(
      `march: startWeight is ${startWeight}, expected a finite number > 0`,
      "startWeight",
      startWeight,
    );
  }
  const { budget: _, threads: _t, ...fixed } = recorded(resolved);
  const record = { edges, carry, startWeight, ...fixed };
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const lock = folder === undefined ? undefined : lockFolder(folder, `march: the folder ${folder}`);
  try {
    const done = folder === undefined ? [] : await readWindows(folder, problem, record, network);
    return await goOn(problem, { ...options, network }, { resolved, record, done });
  } finally {
    lock?.release();
  }
}

/** The parts that are fixed before the first window is solved. */
interface Marching {
  readonly resolved: ResolvedOptions;
  readonly record: MarchRecord;
  /** Windows that were there already; the new ones are added. */
  readonly done: Solution[];
}

async function goOn(
  problem: Problem,
  options: MarchOptions & Pick<ResolvedOptions, "network">,
  { resolved, record, done }: Marching,
): Promise<MarchedSolution> {
  const { windows: _, carry = false, startWeight = 1, folder, onProgress, ...each } = options;
  const { edges } = record;
  const { network } = each;
  const count = edges.length - 1;
  const quantities = handedOn(problem);
  const root = rng(resolved.seed);
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  const [began, used] = [clock(), processor()];
  const earlier = done.reduce(
    (sum, { report }) => ({
      seconds: sum.seconds + report.seconds,
      processorSeconds: sum.processorSeconds + (report.processorSeconds ?? report.seconds),
    }),
    { seconds: 0, processorSeconds: 0 },
  );
  const log = folder === undefined ? undefined : openMetrics(folder, () => new Date());
  let marched = new MarchedSolution(problem, edges, done);
  for (let k = done.length; k < count; k++) {
    const draw = root.split("window").split(k);
    const last = done.at(-1);
    if (last && ["aborted", "diverged"].includes(last.report.status)) break;
    const interval = [edges[k]!, edges[k + 1]!] as const;
    const bare = windowOf(problem, interval);
    const tables: StartTable[] = await startNumbers(problem, interval[0], last);
    if (last && tables.length === 0) {
      const points = startPoints(bare, draw.split("start"));
      for (const quantity of quantities) {
        tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
      }
    }
    const spent = {
      seconds: earlier.seconds + (clock() - began) / 1000,
      processorSeconds: earlier.processorSeconds + (processor() - used) / 1000,
    };
    const steps = done.reduce((sum, { report }) => sum + report.steps, 0);
    const solution = await solve(windowOf(problem, interval, tables, startWeight / resolved.weights.conditions), {
      ...each,
      network,
      blas: resolved.blas,
      seed: Math.floor(draw.uniform() * 2 ** 53),
      budget: shareOf(resolved.budget, spent, steps, count - k),
      // One scale for all: later windows have no lift, so that u = 0 may leave nothing.
      ...(done[0] && { residualScale: resolved.residualScale ?? done[0].report.scale }),
      ...(carry && last && { start: last.theta }),
      onProgress: (progress, round) => {
        const isKept = isRecorded(progress.round);
        log?.({
          ...{ window: k, ...progress, seconds: spent.seconds + progress.seconds },
          ...(isKept && { places: recordedPoints(round.points, problem.axes.length) }),
        });
        onProgress?.(progress, round, k);
      },
    });
    await last?.dispose();
    done.push(solution);
    if (folder !== undefined && solution.report.status !== "aborted") await saveWindow(folder, problem, record, done);
    marched = new MarchedSolution(problem, edges, done);
  }
  return marched;
}

/** An equal share of what is left. */
function shareOf(
  { seconds, processorSeconds, steps, ...rest }: Budget,
  spent: { readonly seconds: number; readonly processorSeconds: number },
  taken: number,
  left: number,
): Budget {
  // A window has at least a moment, so that it has a solution.
  const part = (whole: number, gone: number) => Math.max(0.05, (whole - gone) / left);
  return {
    ...rest,
    ...(seconds !== undefined && { seconds: part(seconds, spent.seconds) }),
    ...(processorSeconds !== undefined && { processorSeconds: part(processorSeconds, spent.processorSeconds) }),
    ...(steps !== undefined && { steps: Math.max(1, Math.floor((steps - taken) / left)) }),
  };
}
