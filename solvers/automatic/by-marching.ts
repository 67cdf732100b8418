/** Problems in time that a classical method can march: it comes first, and where it is good nothing else is tried. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { partial, unit } from "../expression/build.ts";
import { march, marchable } from "../marching/march.ts";
import type { Problem } from "../problem/problem.ts";
import { FieldSolution } from "../solve/field-solution.ts";
import type { ErrorEstimate, SolutionReport } from "../solve/solution.ts";
import { distance, scaled } from "./distance.ts";
import { illPosed } from "./ill-posed.ts";
import type { Speed } from "./speed.ts";

/** Relative error at which it is good enough, where no tolerance is asked for. */
const enough = 1e-9;
/** Error up to which a march has all of the budget, and share of it that others leave. */
const [good, shareIfPoor] = [0.03, 0.6];
/** Share of the budget for a march, so that it can be judged. */
const shareOfMarch = 0.9;
/** Share of the time up to which a march that no step continues has come to nothing. */
const nowhere = 1e-3;
/** Even points at which residuals are measured. */
const measured = 2048;

/** A march, and whether others need not be tried. */
export interface MarchCandidate {
  readonly solution: FieldSolution;
  readonly enough: boolean;
}

/**
 * Marches a problem, where that can be done.
 *
 * @param work - nominal seconds of the budget
 */
export async function byMarching(
  problem: Problem,
  {
    work,
    tolerance = enough,
    speed,
    say,
    aborted,
  }: {
    readonly work: number;
    readonly tolerance: number | undefined;
    readonly speed: Speed;
    readonly say: (line: string) => void;
    readonly aborted: () => boolean;
  },
): Promise<MarchCandidate | undefined> {
  const reason = marchable(problem);
  if (reason !== undefined) {
    if (problem.time !== undefined) say(`not marched: ${reason}`);
    return undefined;
  }
  const isOver = (error: number | undefined) =>
    aborted() || speed.share() > (error !== undefined && error <= good ? shareOfMarch : shareIfPoor);
  const result = march(problem, { tolerance, seconds: shareOfMarch * work, isOver });
  if ("refused" in result) {
    say(`not marched: ${result.refused}`);
    return undefined;
  }
  const { field, coarse, left, ended, method, steps, rungs } = result;
  for (const line of method) say(line);
  const { low, high } = domainOf(problem.domain);
  const [start, end] = [low[field.time]!, high[field.time]!];
  if (ended !== undefined && field.until - start < nowhere * (end - start)) {
    say(`not marched: ${ended}`);
    return undefined;
  }
  const size = await sizeOf(new FieldSolution(problem, field, nothing));
  const report = {
    ...nothing,
    ...size,
    steps,
    rounds: rungs,
    exactConditions: problem.conditions.map(({ text }) => text),
  };
  const solution = new FieldSolution(problem, field, report);
  const apart = scaled(await distance(problem, solution, new FieldSolution(problem, coarse, report)), left);
  const estimate = estimateOf(problem, apart, ended);
  const converged = apart.unknowns <= tolerance;
  const status = estimate.advice === undefined ? (converged ? "converged" : "budget") : "doubtful";
  return { solution: solution.told({ status, estimate }), enough: apart.unknowns <= good || ended !== undefined };
}

/** A report of nothing yet. */
const nothing: SolutionReport = {
  ...{ status: "budget", seconds: 0, steps: 0, rounds: 0, residual: 0, scale: 1, conditions: "exact" },
  ...{ exactConditions: [], penalizedConditions: [], constants: {} },
};

/** The root mean square of the equations' residuals, beside that of the derivatives in time. */
async function sizeOf(solution: FieldSolution): Promise<Pick<SolutionReport, "residual" | "scale">> {
  const { problem, field } = solution;
  const domain = domainOf(problem.domain);
  const points = domain.interior(measured, rng(0).split("march"));
  const slopes = problem.unknowns.map((_, k) => partial(k, unit(problem.axes.length, field.time)));
  const mean = (values: Float64Array) => {
    const known = values.filter(Number.isFinite);
    return Math.sqrt(known.reduce((sum, v) => sum + v * v, 0) / Math.max(1, known.length));
  };
  const scale = mean(await solution.expressions(slopes, points)) || 1;
  return { residual: mean(await solution.residual(points)) / scale, scale };
}

function estimateOf(
  problem: Problem,
  { unknowns, each, gradient, quantities, end }: Awaited<ReturnType<typeof distance>>,
  ended: string | undefined,
): ErrorEstimate {
  const own = problem.unknowns.map((name, k) => [name, each[k]!] as const);
  const asked = problem.quantities.map(({ name }, k) => [name, quantities[k]!] as const);
  const doubt = problem.doubts?.find(({ kind }) =>
    ["undetermined", "shock", "overdetermined", "flux"].includes(kind),
  )?.text;
  const worst = [...own, ...asked].find(([, error]) => !(error <= good));
  const far = unknowns > good ? `its error is estimated at ${percent(unknowns)}; give it more time` : undefined;
  const one = worst && `the error of ${worst[0]} is estimated at ${percent(worst[1])}; give it more time`;
  const advice = ended ?? doubt ?? illPosed(problem) ?? far ?? one;
  return {
    relativeL2: unknowns,
    ...(own.length > 1 && { unknowns: Object.fromEntries(own) }),
    ...(asked.length > 0 && { quantities: Object.fromEntries(asked) }),
    gradient,
    ...(end !== undefined && Number.isFinite(end) && { end }),
    by: "a coarser march",
    ...(advice !== undefined && { advice }),
  };
}

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
