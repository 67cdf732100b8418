import { rng } from "../../engine/index.ts";
import { domainOf } from "../../equations/domain/index.ts";
import { evaluateAt } from "../../equations/expression/index.ts";
import type { Solution } from "../../solvers/index.ts";

/** Errors at some points of the domain: those that the library takes by itself are 65 536. */
export function someErrors(solution: Solution, count = 2000) {
  const { domain, axes, constants, exact } = solution.problem;
  const points = domainOf(domain).interior(count, rng(0));
  const columns = exact!.map((e) => evaluateAt(e, points, axes.length, constants));
  const values = Float64Array.from(
    { length: count * columns.length },
    (_, i) => columns[i % columns.length]![Math.floor(i / columns.length)]!,
  );
  return solution.errors({ points, values, unknowns: columns.length });
}
