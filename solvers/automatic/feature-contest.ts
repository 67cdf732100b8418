/** Which random features suit a problem: a short competition, judged by the residual on fresh points. */
import { ConvergenceError, DomainError } from "../../engine/errors.ts";
import { residualOfZero } from "../baseline/random-features.ts";
import type { Problem } from "../problem/problem.ts";
import type { SolutionReport } from "../solve/solution.ts";
import { timeToMarch } from "../solve/window.ts";
import { type FeaturePlan, type FeatureRun, firstWindow } from "./feature-solve.ts";
import { featuresFor, shareOfFeatures } from "./work.ts";

/** A plan with the residual that it left. */
export interface Tried {
  readonly plan: FeaturePlan;
  readonly residual: number;
}

/** What the competition needs. */
export interface FeatureContest {
  readonly run: FeatureRun;
  /** Nominal seconds of the whole budget. */
  readonly work: number;
  readonly say: (line: string) => void;
}

/** Most dimensions in which features see a solution. */
const mostDimensions = 3;
/** Nominal seconds below which a probe is mostly compilation. */
const leastProbe = 0.3;
/** Share of what u = 0 leaves that needs no improvement. */
export const done = 1e-9;
/** A factor that is a gain, and not chance. */
const gain = 1.5;

/** Whether random features can solve it at all. */
export const suitsFeatures = ({ axes, trainable, observations }: Problem): boolean =>
  axes.length <= mostDimensions && Object.keys(trainable).length === 0 && observations.length === 0;

/** What a competition ends with. */
export interface FeatureContestResult {
  /** Plans with their residuals, the best first. */
  readonly tried: readonly Tried[];
  /** What u = 0 leaves, in the same units. */
  readonly nothing: number;
}

/** Runs the competition. */
export async function featureContest(problem: Problem, contest: FeatureContest): Promise<FeatureContestResult> {
  const { run, work, say } = contest;
  const tried: Tried[] = [];
  let nothing: number | undefined;
  const d = problem.axes.length;
  const even = problem.axes.map(() => 1);
  const probe = featuresFor(problem, Math.max(work * 0.04, leastProbe));
  const attempt = async (plan: FeaturePlan): Promise<number> => {
    if (run.signal?.aborted || run.late?.()) return Number.POSITIVE_INFINITY;
    const report = await reportOf(problem, plan, run);
    const residual = report?.residual ?? Number.POSITIVE_INFINITY;
    if (report && plan.windows === 1) nothing ??= await residualOfZero(problem, report);
    tried.push({ plan, residual });
    say(`${wordsOf(plan, problem)}: residual ${residual.toExponential(1)}`);
    return residual;
  };
  if (probe === undefined) return { tried, nothing: 1 };
  const whole = { features: probe, stretch: even, windows: 1 };
  const reaches = d === 1 ? [4, 16, 64] : work >= 20 ? [4, 16, 48] : [4, 12];
  for (const reach of reaches) await attempt({ ...whole, reach });
  for (const windows of windowsOf(problem, work)) {
    const features = featuresFor(problem, (work * shareOfFeatures) / windows);
    const { plan, residual } = best(tried)!;
    // The first number of windows tells which weights suit them; what is good enough needs no other number.
    const first = plan.windows === 1;
    if (features === undefined || residual <= done * (nothing ?? 1)) continue;
    for (const reach of first ? [4, 12] : [plan.reach]) await attempt({ features, reach, stretch: even, windows });
  }
  if (d > 1 && (best(tried)?.residual ?? 0) > 1e-4) {
    for (let axis = 0; axis < d; axis++) {
      const { plan, residual } = best(tried)!;
      const steeper = (by: number) =>
        attempt({ ...plan, stretch: plan.stretch.map((s, k) => (k === axis ? s * by : s)) });
      if ((await steeper(3)) < residual / gain) await steeper(9);
      else if (d === 2 && work < 20) break;
    }
  }
  return { tried: tried.sort((a, b) => a.residual - b.residual), nothing: nothing ?? 1 };
}

/** Numbers of windows worth a try. */
function windowsOf(problem: Problem, work: number): readonly number[] {
  if (problem.time === undefined || !canMarch(problem)) return [];
  if (problem.axes.length === 1) return [12, 50];
  return work >= 20 ? [12, 36, 4] : [12, 4];
}

function canMarch(problem: Problem): boolean {
  try {
    timeToMarch(problem);
    return true;
  } catch {
    return false;
  }
}

const best = (tried: readonly Tried[]): Tried | undefined =>
  tried.reduce<Tried | undefined>((a, b) => (a && a.residual <= b.residual ? a : b), undefined);

/** How a plan's first window came out; undefined where the features have no solution. */
async function reportOf(problem: Problem, plan: FeaturePlan, run: FeatureRun): Promise<SolutionReport | undefined> {
  try {
    const { report } = await firstWindow(problem, plan, run);
    return Number.isFinite(report.residual) ? report : undefined;
  } catch (error) {
    // Columns that depend on one another, or a loss that is not finite: another plan may do.
    if (error instanceof DomainError || error instanceof ConvergenceError) return undefined;
    throw error;
  }
}

/** A plan in words. */
export function wordsOf({ features, reach, stretch, windows }: FeaturePlan, { axes }: Problem): string {
  const steep = axes.flatMap((axis, k) => (stretch[k] === 1 ? [] : [`${stretch[k]} times along ${axis}`]));
  const where = windows === 1 ? "" : `, ${windows} windows of time`;
  return `${features} random features, weights to ${reach}${steep.length > 0 ? `, ${steep.join(", ")}` : ""}${where}`;
}
