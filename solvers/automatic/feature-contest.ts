/** Which random features suit a problem: short competitions, judged by the residual on fresh points. */
import { holesOf } from "../domain/holes.ts";
import { isDetermined } from "../problem/check-missing.ts";
import type { Problem } from "../problem/problem.ts";
import type { Solution } from "../solve/solution.ts";
import { timeToMarch } from "../solve/window.ts";
import { obliqueDirection } from "./direction.ts";
import { type FeaturePlan, type FeatureRun, firstWindow, wordsOf } from "./feature-solve.ts";
import { areCheap } from "./rows-about.ts";
import { unlessUnsolvable, zeroResidual } from "./trust.ts";
import { fewest, shareOfWindows } from "./work.ts";

/** A plan with the residual that it left. */
export interface Tried {
  readonly plan: FeaturePlan;
  readonly residual: number;
  /** The solution, of the first window where the plan has several. */
  readonly solution?: Solution | undefined;
}

/** What the competition needs. */
export interface FeatureContest {
  readonly run: FeatureRun;
  /** The largest number of features that so many seconds allow. */
  readonly featuresFor: (seconds: number) => number | undefined;
  /** Nominal seconds of the whole budget. */
  readonly work: number;
  readonly say: (line: string) => void;
}

/** Most dimensions in which features see a solution. */
const mostDimensions = 4;
/** Share of the budget for a probe, and nominal seconds below which it is mostly compilation. */
const [shareOfProbe, leastProbe] = [0.03, 0.3];
/** Share of the residual of u = 0 that needs no improvement. */
export const done = 1e-9;
/** Share of the residual of u = 0 below which constants that were found tell where others begin. */
const resolved = 0.05;
/** Factor of the residual below which a plan is better, and not by chance, where there are observations. */
const beyondChance = 0.9;
/** A factor that is a gain, and not chance. */
export const gain = 1.5;

/**
 * Whether random features can solve it at all. Constants are found from observations; where conditions are open beside them features are wild wherever nothing was observed, which
 * networks are not.
 */
export const suitsFeatures = (problem: Problem): boolean =>
  problem.axes.length <= mostDimensions && (!seeksConstants(problem) || isFittable(problem));

const isFittable = (problem: Problem): boolean =>
  problem.observations.length > 0 && areCheap(problem) && (problem.axes.length === 1 || isDetermined(problem));

/** Whether there are constants to be found. */
export const seeksConstants = ({ trainable }: Pick<Problem, "trainable">): boolean => Object.keys(trainable).length > 0;

/** Constants that were found, as first guesses of another solution. */
export const valuesOfConstants = ({ report }: Solution): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(report.constants).map(([name, { value }]) => [name, value]));

/** What a competition ends with. */
export interface FeatureContestResult {
  /** The plan with the least residual, where one came to an end. */
  readonly best: Tried | undefined;
  /** Residual of u = 0, and what residuals are divided by; all residuals are in the same units. */
  readonly nothing: number;
  readonly scale: number | undefined;
  /** Whether all plans leave the same, which is noise of observations. */
  readonly isLevel: boolean;
}

/** Largest weights on the whole problem, and along one axis alone: each next one while the one before was a gain. */
const [reaches, reachesOfLines] = [
  [4, 12, 36, 108],
  [4, 16, 64, 256],
];
/** Share of the residual of u = 0 above which features along a direction are tried. */
const muchLeft = 1e-3;
/** Largest weights along a direction of its own, and how many times as many features that needs: all of them are those of a line. */
const [reachesOfDirections, moreFeatures] = [[100, 300, 30], 1.4];
/** Nominal seconds below which the largest weights, and the most windows, are left out. */
const leastForAll = 10;
/** Share of the budget for all windows of a problem without space, which mostly compiles. */
const shareOfLines = 0.5;

/** Features on the whole problem, as few as tell plans apart. */
export async function featureContest(problem: Problem, contest: FeatureContest): Promise<FeatureContestResult> {
  const { run, work } = contest;
  const d = problem.axes.length;
  const features = contest.featuresFor(Math.max(work * shareOfProbe, leastProbe)) ?? fewest;
  let [nothing, scale]: (number | undefined)[] = [];
  // Constants go on from the best so far.
  let known: Solution | undefined;
  const seen: number[] = [];
  // Where noise of observations is all that is left plans differ by chance, and the smoothest is as good.
  const factor = problem.observations.length > 0 ? beyondChance : 1;
  const isBetter = (next: Tried, than: Tried) => next.residual < factor * than.residual;
  const attempt = async (plan: FeaturePlan, pace = run.pace): Promise<Tried> => {
    const { residual, solution } = await tried(problem, plan, contest, {
      ...run,
      pace,
      ...(scale && { residualScale: scale }),
      ...(known ? { guesses: valuesOfConstants(known) } : { starts: { count: 1, pace } }),
    });
    if (solution) seen.push(residual);
    if (solution && residual < Math.min(resolved * (nothing ?? 1), known?.report.residual ?? Number.POSITIVE_INFINITY))
      known = solution;
    if (solution && nothing === undefined) {
      [nothing, scale] = [await zeroResidual(problem, solution.report), solution.report.scale];
    }
    return { plan, residual, solution };
  };
  const whole = { features, stretch: problem.axes.map(() => 1), windows: 1 };
  const inWindows = d === 1 && problem.time !== undefined && canMarch(problem);
  const [first, ...others] = (d === 1 ? reachesOfLines : reaches).slice(
    0,
    inWindows ? 2 : d > 1 && work < leastForAll ? 3 : 4,
  );
  // The first one may take long, since without it nothing is known.
  const patient = run.speed.until(0.8);
  let best = await attempt({ ...whole, reach: first! }, patient);
  if (nothing === undefined && features > fewest) {
    // What the first one took tells how many there is time for.
    best = await attempt(
      { ...whole, features: contest.featuresFor(work * shareOfProbe) ?? fewest, reach: first! },
      patient,
    );
  }
  const holes = holesOf(problem.domain);
  if (holes.length > 0 && best.residual > done * (nothing ?? 1)) {
    const around = await attempt({ ...best.plan, holes });
    if (isBetter(around, best)) best = around;
  }
  const family = best.plan.holes ? { holes } : {};
  for (const [i, reach] of others.entries()) {
    const next = await attempt({ ...whole, ...family, reach });
    if (isBetter(next, best)) best = next;
    else if (d > 1 || i > 0) break;
  }
  const direction = best.residual > muchLeft * (nothing ?? 1) ? obliqueDirection(problem) : undefined;
  for (const reach of direction ? reachesOfDirections : []) {
    const oblique = { direction: direction!, reach };
    const next = await attempt({ ...whole, features: Math.ceil(moreFeatures * features), reach: first!, oblique });
    const before = best;
    if (isBetter(next, best)) best = next;
    if (before.plan.oblique && best !== before) break;
  }
  for (let axis = 0; d > 1 && axis < d && !best.plan.oblique; axis++) {
    if (best.residual <= 1e-6 * (nothing ?? 1)) break;
    best = await steeper(best, axis, attempt, isBetter);
  }
  const { residual } = best;
  const isLevel = factor < 1 && seen.length > 1 && Math.max(...seen) * factor <= Math.min(...seen);
  return { best: residual === Number.POSITIVE_INFINITY ? undefined : best, nothing: nothing ?? 1, scale, isLevel };
}

/** Features in windows of time, judged by the first window; begins with what was best on the whole. */
export async function windowContest(
  problem: Problem,
  contest: FeatureContest,
  whole: FeaturePlan,
): Promise<Tried | undefined> {
  const { run, work, featuresFor } = contest;
  let best: Tried | undefined;
  for (const windows of windowsOf(problem, work)) {
    const features = featuresFor((work * (problem.axes.length === 1 ? shareOfLines : shareOfWindows)) / windows);
    if (features === undefined) continue;
    const attempt = async (plan: FeaturePlan): Promise<Tried> => ({
      plan,
      residual: (await tried(problem, plan, contest, run)).residual,
    });
    const plan: FeaturePlan = { ...(best?.plan ?? whole), features, windows };
    const other = plan.reach > 4 ? plan.reach / 3 : 12;
    const plans = best ? [plan] : [plan, { ...plan, reach: other }];
    const found: Tried[] = [];
    for (const one of plans) found.push(await attempt(one));
    let winner = found.reduce((a, b) => (b.residual < a.residual ? b : a));
    if (!best) {
      for (const [axis, s] of whole.stretch.entries()) if (s === 1) winner = await steeper(winner, axis, attempt);
    }
    if (best && !(winner.residual < best.residual)) break;
    best = winner;
  }
  return best && best.residual < Number.POSITIVE_INFINITY ? best : undefined;
}

/** The same with weights three times as large along an axis, and nine times where that was a gain; the best of them. */
async function steeper(
  from: Tried,
  axis: number,
  attempt: (plan: FeaturePlan) => Promise<Tried>,
  isBetter: (next: Tried, than: Tried) => boolean = (next, than) => next.residual < than.residual,
): Promise<Tried> {
  let best = from;
  for (const by of [3, 9]) {
    const stretch = from.plan.stretch.map((s, k) => (k === axis ? s * by : s));
    const next = await attempt({ ...from.plan, stretch });
    if (!isBetter(next, best)) break;
    best = next;
  }
  return best;
}

async function tried(problem: Problem, plan: FeaturePlan, { say }: FeatureContest, run: FeatureRun) {
  if (run.signal?.aborted || run.pace.left() <= 0) return { residual: Number.POSITIVE_INFINITY };
  let why = "it is not finite";
  const found = await unlessUnsolvable(
    () => firstWindow(problem, plan, run),
    (reason) => {
      why = reason;
    },
  );
  const solution = found && Number.isFinite(found.report.residual) ? found : undefined;
  const residual = solution?.report.residual ?? Number.POSITIVE_INFINITY;
  say(`${wordsOf(plan, problem)}: ${solution ? `residual ${residual.toExponential(1)}` : `no result, ${why}`}`);
  return { residual, solution };
}

/** Numbers of windows worth a try, each next one where the one before was a gain. */
function windowsOf(problem: Problem, work: number): readonly number[] {
  if (problem.time === undefined || !canMarch(problem)) return [];
  if (problem.axes.length === 1) return work >= leastForAll ? [12, 50] : [12];
  return work >= 20 ? [4, 12, 36] : [4, 12];
}

/** Whether windows of time are tried: not where there are observations, of which a window sees its own alone and fits their noise. */
export function canMarch(problem: Problem): boolean {
  if (problem.observations.length > 0) return false;
  try {
    timeToMarch(problem);
    return true;
  } catch {
    return false;
  }
}
