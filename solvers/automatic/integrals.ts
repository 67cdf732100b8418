/** Whether equations hold with other nodes of their integrals: between the nodes at which they were met a solution may do what it likes. */
import { rng } from "../../engine/rng.ts";
import { domainOf } from "../domain/domain.ts";
import { hasQuadrature, withNodes } from "../expression/quadrature.ts";
import { fewerPoints } from "../residual/elsewhere.ts";
import { Solution } from "../solve/solution.ts";
import type { Solved } from "./feature-solve.ts";
import { rootMeanSquare } from "./misfit.ts";

/** Points at which the equations are looked at, at least so many where each of them asks for many others, and how many times the nodes. */
const [looked, fewest, more] = [128, 8, 1.5];
/** How many times as much, and which share of what u = 0 leaves, they may leave with more nodes. */
const [mostTimes, leastShare] = [3, 1e-3];

/**
 * What the equations leave with half as many nodes again in each integral, in words, where that is much more than with their own; undefined
 * where it is not, or there are no integrals.
 */
export async function unresolvedIntegrals(solution: Solved): Promise<string | undefined> {
  for (const part of solution instanceof Solution ? [solution] : solution.windows) {
    const { problem, network, theta, report } = part;
    if (!problem.equations.some(hasQuadrature)) return undefined;
    const equations = withNodes(problem.equations, (size) => Math.ceil(more * size));
    const count = fewerPoints(looked, equations, fewest);
    const points = domainOf(problem.domain).interior(count, rng(0).split("integrals"));
    const finer = new Solution({ ...problem, equations }, network, theta, report);
    const [own, now] = [rootMeanSquare(await part.residual(points)), rootMeanSquare(await finer.residual(points))];
    await finer.dispose();
    if (now > mostTimes * own && now > leastShare * report.scale) {
      const [finely, coarsely] = [now, own].map((v) => v.toPrecision(2));
      return `with half as many nodes again in its integrals it leaves ${finely}, with their own ${coarsely}; give them more nodes, as in integral(f, s, 0, 1, 32), or integrate what is not singular`;
    }
  }
  return undefined;
}
