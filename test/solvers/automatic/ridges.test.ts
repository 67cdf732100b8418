/** Whether values on faces fade where the method is chosen by itself. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hardnessFor } from "../../../solvers/automatic/ridges.ts";
import { domainOf } from "../../../solvers/domain/domain.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";

const hardness = (spec: Partial<ProblemSpec>) => {
  const problem = pde({ name: "bump", domain: { "x1..x6": [-1, 1] }, equations: "-lap(u) = source", ...spec });
  return hardnessFor(problem, domainOf(problem.domain));
};
const bump = (centre: number): Partial<ProblemSpec> => ({
  manufactured: `exp(-10*((x1-${centre})^2 + x2^2 + (x3+0.1)^2 + x4^2 + x5^2 + x6^2))`,
  conditions: "exact",
});

test("a bump's values on faces fade where they are more than a thousandth of its peak, which even points do not see", () => {
  // Faces at 0.7 and at 0.9: exp(−4.9) and exp(−8.1) of the peak.
  assert.is(hardness(bump(0.3)), "fading");
  assert.is(hardness(bump(0)), "hard");
});

test("values on faces fade where nothing is known of the solution's size", () => {
  const values = "exp(-10*((x1-0.3)^2 + x2^2 + x3^2 + x4^2 + x5^2 + x6^2))";
  const conditions = [{ type: "dirichlet", equation: `u = ${values}` }] as const;
  assert.is(hardness({ equations: "-lap(u) = 1", conditions }), "fading");
});

test.run();
