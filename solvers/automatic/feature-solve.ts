/** Random features on a whole problem, or in windows of time one after the other. */
import { ConvergenceError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import type { Hole } from "../domain/holes.ts";
import type { Interval } from "../domain/spec.ts";
import { ask, type Deadline } from "../features/deadline.ts";
import type { Oblique } from "../features/feature-weights.ts";
import { type Begin, type FeatureFit, type FitOptions, featuresWithin } from "../features/random-features.ts";
import type { Problem } from "../problem/problem.ts";
import { MarchedSolution } from "../solve/marched-solution.ts";
import type { FeatureTrial } from "../solve/options.ts";
import type { Solution } from "../solve/solution.ts";
import { edgesOf, handedOn, type StartTable, startNumbers, startPoints, windowOf } from "../solve/window.ts";
import type { Speed } from "./speed.ts";
import { boundaryPointsFor, secondsOfFeatures } from "./work.ts";

/** A solution of either kind. */
export type Solved = Solution | MarchedSolution;

/** How features are chosen. */
export interface FeaturePlan {
  readonly features: number;
  /** Largest weight of a feature in scaled coordinates; the features are shared out among it and its halves. */
  readonly reach: number;
  /** Factor of the weights along every axis. */
  readonly stretch: readonly number[];
  /** Windows of time; 1 is the whole. */
  readonly windows: number;
  /** Holes of the domain around which a share of the features has coordinates of its own. @defaultValue none */
  readonly holes?: readonly Hole[];
  /** A direction along which three of four features vary; conditions are rows then, since what carries them into the domain is steep along axes. @defaultValue none */
  readonly oblique?: Oblique;
}

/** Seed, threads and how conditions are met. */
export type FeatureRun = Pick<
  FitOptions,
  "threads" | "blas" | "conditions" | "residualScale" | "clock" | "processorClock" | "guesses" | "starts"
> & {
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  readonly speed: Speed;
  /** When time is over. */
  readonly pace: Deadline;
  /** What a window of time may leave: one that leaves more has lost the solution, and those after it begin with what it ends with. @defaultValue any */
  readonly mostLeft?: number | undefined;
  /** Told of every set of features that was fitted. */
  readonly onTrial?: ((trial: FeatureTrial) => void) | undefined;
};

/** How much the values count that a window begins with, beside the conditions of the problem. */
const startWeight = 0.01;

/** The scales of a plan: its reach and as many halves as make sense. */
export function scalesOf({ reach }: FeaturePlan): readonly number[] {
  const all = [reach];
  while (all.length < 5 && all[0]! > 1) all.unshift(all[0]! / 2);
  return all;
}

/** Options of the features of a plan. */
export function optionsOf(problem: Problem, plan: FeaturePlan, run: FeatureRun): FitOptions {
  const { pace: _, signal: _s, speed: _f, onTrial: _t, mostLeft: _m, ...rest } = run;
  return {
    ...rest,
    features: plan.features,
    scale: scalesOf(plan),
    stretch: plan.stretch,
    ...(plan.holes && { holes: plan.holes }),
    ...(plan.oblique && { oblique: plan.oblique, conditions: "penalty" }),
    newtonSteps: 10,
    // Networks are judged so.
    ...(Object.keys(problem.trainable).length > 0 && { judgedObservations: 0.01 }),
    boundaryPoints: boundaryPointsFor(problem, plan.features),
  };
}

/** The first window of a plan, alone: what the others will be like. */
export function firstWindow(problem: Problem, plan: FeaturePlan, run: FeatureRun): Promise<Solution> {
  const part = plan.windows === 1 ? problem : windowOf(problem, firstOf(edgesOf(plan.windows, problem)));
  return solveOne(part, plan, optionsOf(problem, plan, run), run);
}

/** One problem by features, timed; of a plan with windows, the window of that number. @throws OutOfTime where there is none for a first solution */
export async function solveOne(
  problem: Problem,
  plan: FeaturePlan,
  options: FitOptions,
  { speed, pace, onTrial }: FeatureRun,
  window = 0,
): Promise<Solution> {
  const { features, windows } = plan;
  let fit: FeatureFit | undefined;
  const work = () =>
    featuresWithin(problem, options, pace, (seen) => {
      fit = seen;
    });
  const nominal = secondsOfFeatures(problem, features, options.blas, options.guesses !== undefined);
  const solution = await speed.timed(nominal, pace, work);
  const { residual } = solution.report;
  if (fit) onTrial?.({ ...fit, words: wordsOf(plan, problem), seconds: 0, residual, windows, window });
  return solution;
}

/** A plan in words. */
export function wordsOf({ features, reach, stretch, windows, holes, oblique }: FeaturePlan, { axes }: Problem): string {
  const steep = axes.flatMap((axis, k) => (stretch[k] === 1 ? [] : [`${stretch[k]} times along ${axis}`]));
  const where = windows === 1 ? "" : `, ${windows} windows of time`;
  const around = holes ? ", around holes" : "";
  const numbers = oblique?.direction.map((n) => n.toFixed(2)).join(", ");
  const along = oblique ? `, to ${oblique.reach} along (${numbers}), conditions as rows` : "";
  return `${features} random features, weights to ${Number(reach.toPrecision(3))}${around}${along}${steep.length > 0 ? `, ${steep.join(", ")}` : ""}${where}`;
}

const firstOf = (edges: readonly number[]): readonly [number, number] => [edges[0]!, edges[1]!];

/**
 * Solves with features, window by window where the plan has several: each a problem of its own that begins with what the one before
 * ends with.
 *
 * @returns undefined where it was aborted before the last window
 * @throws OutOfTime where time was over before, or will be
 * @throws ConvergenceError where a window leaves more than it may
 */
export async function solveWithFeatures(
  problem: Problem,
  plan: FeaturePlan,
  run: FeatureRun,
): Promise<Solved | undefined> {
  if (plan.windows === 1) return solveOne(problem, plan, optionsOf(problem, plan, run), run);
  return marchWithFeatures(problem, plan, run);
}

/**
 * Windows of time one after the other.
 *
 * @param base - a solution in the same windows, which the features correct: each window begins with the corrected end of the one before, so that an error grows from
 *   window to window as the equations say
 */
export async function marchWithFeatures(
  problem: Problem,
  plan: FeaturePlan,
  run: FeatureRun,
  base?: MarchedSolution,
): Promise<MarchedSolution | undefined> {
  const edges = base?.edges ?? edgesOf(plan.windows, problem);
  const root = rng(run.seed);
  const done: Solution[] = [];
  const began = run.pace.now();
  for (let k = 0; k < plan.windows; k++) {
    if (run.signal?.aborted) break;
    if (k > 0) ask(run.pace, "windows of time", ((run.pace.now() - began) * (plan.windows - k)) / k);
    const draw = root.split("window").split(k);
    const interval = [edges[k]!, edges[k + 1]!] as const;
    const bare = windowOf(problem, interval);
    const last = done.at(-1);
    const tables: StartTable[] = await startNumbers(problem, interval[0], last);
    if (last && tables.length === 0) {
      const points = startPoints(bare, draw.split("start"));
      for (const quantity of handedOn(problem)) {
        tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
      }
    }
    const begin = base === undefined ? beginOf(bare, tables, interval) : undefined;
    const options = { ...optionsOf(problem, plan, run), begin, seed: Math.floor(draw.uniform() * 2 ** 53) };
    const corrected = base && { base: base.windows[k]!, residualScale: base.windows[k]!.report.scale, newtonSteps: 3 };
    const scaled = { ...(done[0] && { residualScale: done[0].report.scale }), ...options, ...corrected };
    const solution = await solveOne(windowOf(problem, interval, tables, startWeight), plan, scaled, run, k);
    await last?.dispose();
    const { residual } = solution.report;
    if (residual > (run.mostLeft ?? Number.POSITIVE_INFINITY)) {
      await solution.dispose();
      const message = `the solution is lost in window ${k + 1}, which leaves ${residual.toExponential(1)}`;
      throw new ConvergenceError(message, "diverged");
    }
    done.push(solution);
  }
  return done.length === plan.windows ? new MarchedSolution(problem, edges, done) : undefined;
}

/** Points in a window at which it begins with what it was handed, and the golden section, by which they are spread over its time. */
const [mostBegun, golden] = [1024, (Math.sqrt(5) - 1) / 2];

/** The values that a window was handed, at all of its times. */
function beginOf(
  { axes, time, unknowns }: Problem,
  tables: readonly StartTable[],
  [from, to]: Interval,
): Begin | undefined {
  const plain = (k: number) =>
    tables.find(
      ({ quantity: { expression: e } }) => e.kind === "derivative" && e.unknown === k && e.order.every((n) => n === 0),
    );
  const count = Math.min(mostBegun, tables[0]?.values.length ?? 0);
  if (axes.length === 1 || count === 0) return undefined;
  const points = tables[0]!.points.slice(0, count * axes.length);
  for (let i = 0; i < count; i++) points[i * axes.length + time!] = from + (to - from) * ((i * golden) % 1);
  return { points, values: unknowns.map((_, k) => plain(k)?.values.slice(0, count)) };
}
