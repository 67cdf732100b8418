/** A scale for the network's first layer, from the problem alone. */
import { rng } from "../../engine/random/rng.ts";
import { significant } from "../../engine/text/number.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { evaluateAt, fewerPoints, nodesOf, zero } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { sourcesAt, substitution } from "../../equations/problem/index.ts";
import type { Enforcement } from "../solution/options.ts";
import { construct } from "./lift.ts";

const [least, most] = [2, 40];

/**
 * A scale for the first layer from the residual s before any training, that of the lift (which carries initial data and
 * boundary values that hold by construction), or of u = 0 where there is none: the share f = (mean |s|)²/mean s² of the
 * domain that s fills, seen as a cube, has sides f^(1/d) of the domain's; their inverse, between 2 and 40. For the
 * source of a Gaussian peak of width w in two dimensions that is about 0.5/w. Above three dimensions, where points do
 * not see s, and for residuals that are functions, it is 2.
 *
 * @param conditions - as `solve` is given them; "penalty" ones have no lift
 */
export function suggestedScale(problem: Problem, conditions: Enforcement = "exact"): number {
  const domain = domainOf(problem.domain);
  const d = domain.dimension;
  const inGraphs = [...nodesOf(problem.equations)].some(({ kind }) => kind === "function");
  if (d > 3 || inGraphs) return least;
  const points = domain.interior(fewerPoints(2 ** 14, problem.equations, 256), rng(0).split("scale"));
  const count = points.length / d;
  const ansatz = conditions === "penalty" ? [] : construct(problem, domain).ansatz;
  const lifts = problem.unknowns.map((_, i) => ansatz[i]?.lift ?? zero);
  const { equations, constants, trainable } = problem;
  const data = sourcesAt(problem, points);
  const put = substitution(lifts, d);
  const sizes = new Float64Array(count);
  for (const equation of equations) {
    evaluateAt(put(equation), points, d, { ...constants, ...trainable }, data).forEach((v, i) => {
      sizes[i]! += v * v;
    });
  }
  let [first, second] = [0, 0];
  for (const square of sizes) {
    first += Math.sqrt(square) / count;
    second += square / count;
  }
  const share = (first * first) / second;
  return Number.isFinite(share) && share > 0
    ? Math.min(most, Math.max(least, significant(share ** (-1 / d), 3)))
    : least;
}
