/** A scale for the network's first layer, from the problem alone. */
import { rng } from "../../engine/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { columns, evaluate, evaluateAt, nodesOf } from "../expression/expression.ts";
import type { Problem } from "../problem/problem.ts";

const [least, most] = [2, 40];

/**
 * A scale for the first layer from the residual s of u = 0: the share f = (mean |s|)²/mean s² of the domain that s fills, seen
 * as a cube, has sides f^(1/d) of the domain's; their inverse, between 2 and 40. For the source of a Gaussian peak of width w in
 * two dimensions that is about 0.5/w. Above three dimensions, where points do not see s, and for residuals that are functions, it is 2.
 */
export function suggestedScale(problem: Problem): number {
  const domain = domainOf(problem.domain);
  const d = domain.dimension;
  const inGraphs = [...nodesOf(problem.equations)].some(({ kind }) => kind === "function");
  if (d > 3 || inGraphs) return least;
  const points = domain.interior(2 ** 14, rng(0).split("scale"));
  const count = points.length / d;
  const { constants, trainable } = problem;
  const zero = new Float64Array(count);
  const algebra = columns(count, {
    coordinates: Array.from({ length: d }, (_, k) => Float64Array.from(zero, (_v, i) => points[i * d + k]!)),
    constants: { ...constants, ...trainable },
    data: Object.fromEntries(
      (problem.source ?? []).map((source, i) => [`source${i}`, evaluateAt(source, points, d, constants)]),
    ),
    derivative: () => zero,
  });
  const sizes = new Float64Array(count);
  for (const equation of problem.equations) {
    evaluate(equation, algebra).forEach((v, i) => {
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
    ? Math.min(most, Math.max(least, Number((share ** (-1 / d)).toPrecision(3))))
    : least;
}
