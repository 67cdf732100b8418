/** Problems whose data alone keep the solution from being nothing. */
import { isZero, zero } from "../expression/build.ts";
import { substitution } from "../problem/manufactured.ts";
import type { Problem } from "../problem/problem.ts";

/** Whether u = 0 solves all equations and conditions, whatever constants are, and observations are there that it does not meet. */
export function isHomogeneous({ axes, unknowns, equations, conditions, integrals, observations }: Problem): boolean {
  const put = substitution(
    unknowns.map(() => zero),
    axes.length,
  );
  return (
    observations.length > 0 &&
    equations.every((e) => isZero(put(e))) &&
    conditions.every((c) => c.kind === "periodic" || (c.table === undefined && isZero(put(c.residual)))) &&
    integrals.every(({ integrand, value }) => isZero(value) && isZero(put(integrand)))
  );
}
