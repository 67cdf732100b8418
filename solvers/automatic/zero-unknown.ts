/** Unknowns that may be 0: their error beside their size says nothing. */
import { rng } from "../../engine/random/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { isZero, zero } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { substitution } from "../problem/manufactured.ts";
import type { Problem } from "../problem/problem.ts";
import { fewerPoints } from "../residual/elsewhere.ts";
import { Solution } from "../solve/solution.ts";
import type { Solved } from "./feature-solve.ts";

/** Points at which the equations are looked at; how many times as much as before, or as others' errors make, each may leave, and which share of what it leaves where all is 0. */
const [looked, mostTimes, mostShare] = [1024, 3, 0.2];

/**
 * Whether conditions and data leave it open that an unknown is 0, and each equation holds as well with 0 in its place, as far as the others are known.
 *
 * @param error - relative error of all unknowns together, as estimated
 */
export async function mayBeZero(solution: Solved, unknown: number, error: number): Promise<boolean> {
  if (isTold(solution.problem, unknown)) return false;
  for (const part of solution instanceof Solution ? [solution] : solution.windows) {
    const { problem, network, theta, report } = part;
    const with0 = (absent: (k: number) => boolean) => {
      const put = substitution(
        problem.unknowns.map((_, k) => (absent(k) ? zero : undefined)),
        problem.axes.length,
      );
      return new Solution({ ...problem, equations: problem.equations.map(put) }, network, theta, report);
    };
    const points = domainOf(problem.domain).interior(fewerPoints(looked, problem.equations), rng(0).split("absent"));
    const left = async (of: Solution) => sizes(await of.residual(points), problem.equations.length);
    const others = [with0((k) => k === unknown), with0(() => true)] as const;
    const [own, without, nothing] = [await left(part), await left(others[0]), await left(others[1])];
    for (const other of others) await other.dispose();
    const holds = (v: number, i: number) =>
      v <= mostTimes * Math.max(own[i]!, error * nothing[i]!) && (nothing[i] === 0 || v <= mostShare * nothing[i]!);
    if (!without.every(holds)) return false;
  }
  return true;
}

/** Whether something says of an unknown what it is where all is 0 else. */
function isTold({ unknowns, axes, conditions, integrals, observations }: Problem, unknown: number): boolean {
  const put = substitution(
    unknowns.map(() => zero),
    axes.length,
  );
  const speaks = (e: Expression) => [...nodesOf(e)].some((node) => "unknown" in node && node.unknown === unknown);
  return (
    conditions.some((c) => c.kind !== "periodic" && speaks(c.residual) && !isZero(put(c.residual))) ||
    integrals.some(({ integrand, value }) => speaks(integrand) && !isZero(value)) ||
    observations.some(({ quantity }) => speaks(quantity))
  );
}

/** Root mean square of each of so many columns. */
const sizes = (rows: Float64Array, columns: number): number[] =>
  Array.from({ length: columns }, (_, k) =>
    Math.sqrt(rows.reduce((sum, v, i) => (i % columns === k ? sum + v * v : sum), 0) / (rows.length / columns)),
  );
