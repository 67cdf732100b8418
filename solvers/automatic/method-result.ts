/** The result of a method, and what is asked of every result before its assessment. */
import { rm } from "../../engine/platform/files.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { volumeKind } from "../conservation/cell-history.ts";
import { marchKind } from "../marching/marched-field.ts";
import type { Budget } from "../solution/budget.ts";
import type { Solution } from "../solution/solution.ts";
import { assess, doubtful, type Evidence, errorOf, type Warnings } from "./assessment.ts";
import { looseConstant, missedData } from "./constants.ts";
import { jumpingSlopes } from "./jumping-slopes.ts";
import type { Setting } from "./setting.ts";
import { shockIn } from "./shocks.ts";
import { illPosed, mayBeZero, missingStart, openWarning } from "./warnings.ts";

/** The result of a method. */
export interface MethodResult<S extends Solution = Solution> {
  readonly solution: S;
  readonly evidence: Evidence;
  /** A solution on a coarser mesh, with which functionals are compared where it is there. */
  readonly coarser?: Solution | undefined;
  /** For people: what it is. */
  readonly words: string;
  /** True where no other method can do better, whatever is doubtful about it. */
  readonly isFinal: boolean;
  /** True where others may be far nearer to the solution, though nothing is doubtful about it. */
  readonly isRough?: boolean;
  /** Evidence against the solution of another method; undefined where there is none. */
  readonly objection?: (to: Solution) => Promise<Objection | undefined>;
}

/** Warnings against a solution, with comparisons that show its error. */
export type Objection = Pick<Evidence, "warnings"> & Partial<Pick<Evidence, "compared">>;

/** Advice for systems in time of high index. */
export const moreForHidden =
  "its equations hide constraints (their index is 2 or higher), which cost digits at every step: differentiate in time the equation without derivatives, until no constraint is hidden";

/** A result with its estimate and status. */
export async function assessed<R extends MethodResult>(
  problem: Problem,
  { budget }: Pick<Setting, "budget">,
  result: R,
): Promise<R> {
  const { solution } = result;
  const missed = await missedData(problem, solution, solution.trial.kind === marchKind);
  // Finite volumes hold on cells, and need no slopes at a shock.
  const shock = solution.trial.kind === volumeKind ? undefined : await shockIn(solution);
  const known = [
    ...(missed ? [{ by: "the observations that it misses", share: missed.share }] : []),
    ...(shock ? [{ by: "what its equations leave", share: shock.share }] : []),
    ...(result.evidence.known ?? []),
  ];
  const warnings: Warnings = {
    missed: missed?.words,
    unseen: missingStart(problem),
    illPosed: illPosed(withFoundConstants(problem, solution)),
    text: await openWarning(problem, solution),
    shock: shock?.words,
    constants: looseConstant(problem, solution.report),
    slopes: await jumpingSlopes(solution),
    ...stated(result.evidence.warnings),
  };
  const excused = [...(result.evidence.excused ?? [])];
  const evidence: Evidence = { ...result.evidence, known, warnings, excused };
  const all = errorOf(evidence, ({ unknowns }) => unknowns).error;
  for (const k of problem.unknowns.length > 1 && all <= (evidence.most ?? doubtful) ? problem.unknowns.keys() : [])
    if (!(errorOf(evidence, ({ each }) => each[k]!).error <= doubtful) && (await mayBeZero(solution, k, all)))
      excused.push(k);
  return withVerdict(problem, budget, result, evidence);
}

/** An assessed result after more was found that speaks against it. */
export const withWarnings = <R extends MethodResult>(
  problem: Problem,
  { budget }: Pick<Setting, "budget">,
  result: R,
  { warnings, compared = [] }: Objection,
): R => {
  const { evidence } = result;
  const more = { compared: [...evidence.compared, ...compared], warnings: { ...evidence.warnings, ...warnings } };
  return withVerdict(problem, budget, result, { ...evidence, ...more });
};

function withVerdict<R extends MethodResult>(problem: Problem, budget: Budget, result: R, evidence: Evidence): R {
  const { solution } = result;
  return { ...result, evidence, solution: solution.reporting(assess(problem, evidence, solution.report, budget)) };
}

/** Warnings that have words. */
const stated = (warnings: Warnings): Warnings =>
  Object.fromEntries(Object.entries(warnings).filter(([, words]) => words !== undefined));

/** The problem with constants that were found as known ones. */
export function withFoundConstants(problem: Problem, { report }: Pick<Solution, "report">): Problem {
  const found = Object.entries(report.constants).map(([name, { value }]) => [name, value]);
  return { ...problem, constants: { ...problem.constants, ...Object.fromEntries(found) }, trainable: {} };
}

/** True where a result has nothing that speaks against it. */
export const hasNoWarning = ({ solution }: MethodResult): boolean => solution.report.estimate?.advice === undefined;

/** Frees a solution that is not taken; its record is no result, unless its training can go on. */
export async function discard(solution: Solution, { options }: Setting): Promise<void> {
  await solution.dispose();
  if (solution.run !== undefined && !options.signal?.aborted) await rm(solution.run, { recursive: true });
}
