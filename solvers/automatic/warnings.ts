/** Warnings that depend on the solution: of the problem's text, and of unknowns that may be 0. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { isZero, zero } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { substitution } from "../problem/manufactured.ts";
import type { Problem } from "../problem/problem.ts";
import { fewerPoints } from "../residual/elsewhere.ts";
import type { Evaluable } from "../solve/evaluation.ts";

/** Points at which signs, and equations, are looked at. */
const [pointsOfSigns, pointsOfEquations] = [2048, 1024];
/** Factor of an equation's residual, or of the others' errors in it, that it may have with an unknown at 0, and share of the residual of u = 0. */
const [mostTimes, mostShare] = [3, 0.2];

/** The first warning of a problem's text that stays open with a solution. */
export async function openWarning(
  { warnings = [] }: Problem,
  solution: Pick<Evaluable, "problem" | "expressions">,
): Promise<string | undefined> {
  for (const { kind, text, where } of warnings) {
    if (kind === "undetermined" || kind === "singular") return text;
    if (kind === "flux" && (where === undefined || (await hasBothSigns(solution, where)))) return text;
  }
  return undefined;
}

async function hasBothSigns(
  solution: Pick<Evaluable, "problem" | "expressions">,
  formula: Expression,
): Promise<boolean> {
  const points = domainOf(solution.problem.domain).interior(pointsOfSigns, rng(0).split("passed"));
  return new Set((await solution.expressions([formula], points)).map((v) => (v > 0 ? 1 : -1))).size > 1;
}

/**
 * True where conditions and data leave it open that an unknown is 0, and each equation holds as well with 0 in its place, as far as the others are known:
 * then its error beside its size says nothing.
 *
 * @param error - relative error of all unknowns together, as estimated
 */
export async function mayBeZero(
  solution: Pick<Evaluable, "problem" | "expressions">,
  unknown: number,
  error: number,
): Promise<boolean> {
  const { problem } = solution;
  if (isPrescribed(problem, unknown)) return false;
  const points = domainOf(problem.domain).interior(
    fewerPoints(pointsOfEquations, problem.equations),
    rng(0).split("absent"),
  );
  const { length: n } = problem.equations;
  const left = async (isAbsent: (k: number) => boolean) => {
    const put = substitution(
      problem.unknowns.map((_, k) => (isAbsent(k) ? zero : undefined)),
      problem.axes.length,
    );
    return columnSizes(await solution.expressions(problem.equations.map(put), points), n);
  };
  const own = await left(() => false);
  const without = await left((k) => k === unknown);
  const nothing = await left(() => true);
  return without.every(
    (v, i) =>
      v <= mostTimes * Math.max(own[i]!, error * nothing[i]!) && (nothing[i] === 0 || v <= mostShare * nothing[i]!),
  );
}

/** True where a condition, an integral or an observation determines an unknown where all others are 0. */
function isPrescribed({ unknowns, axes, conditions, integrals, observations }: Problem, unknown: number): boolean {
  const put = substitution(
    unknowns.map(() => zero),
    axes.length,
  );
  const mentions = (e: Expression) => [...nodesOf(e)].some((node) => "unknown" in node && node.unknown === unknown);
  return (
    conditions.some((c) => c.kind !== "periodic" && mentions(c.residual) && !isZero(put(c.residual))) ||
    integrals.some(({ integrand, value }) => mentions(integrand) && !isZero(value)) ||
    observations.some(({ quantity }) => mentions(quantity))
  );
}

/** Root mean square of each of so many columns. */
const columnSizes = (rows: Float64Array, columns: number): number[] =>
  Array.from({ length: columns }, (_, k) =>
    Math.sqrt(rows.reduce((sum, v, i) => (i % columns === k ? sum + v * v : sum), 0) / (rows.length / columns)),
  );
