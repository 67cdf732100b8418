/** Features along a direction of their own, where the method is chosen by itself. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { obliqueDirection } from "../../../solvers/automatic/direction.ts";
import { solve } from "../../../solvers/automatic/solve.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../solvers/problem/problem.ts";

const square = (spec: Partial<ProblemSpec>) =>
  pde({
    name: "square",
    domain: { x: [0, 1], y: [0, 2] },
    equations: "-lap(u) + u = source",
    conditions: "exact",
    ...spec,
  });
const directionOf = (manufactured: string, spec: Partial<ProblemSpec> = {}) =>
  obliqueDirection(square({ manufactured, ...spec }));

test("the direction of a plane wave is its wave vector, in coordinates scaled by the sides of the box", () => {
  // 3x − 2y on sides 1 and 2 is (3, −4)/2 in coordinates from −1 to 1.
  const found = directionOf("cos(20*(3*x - 2*y) + 1)")!;
  const sign = Math.sign(found[0]!);
  for (const [k, expected] of [0.6, -0.8].entries())
    assert.ok(Math.abs(sign * found[k]! - expected) < 1e-3, `${found}`);
});

test("a solution that varies along an axis, in all directions or in two of them has no direction of its own", () => {
  assert.is(directionOf("tanh((x - 0.4)/0.05)"), undefined);
  assert.is(directionOf("exp(-100*((x - 0.4)^2 + (y - 1.1)^2))"), undefined);
  assert.is(directionOf("cos(15*(x + y/2)) + cos(15*(x - y/2))"), undefined);
});

test("axes that are periodic, and sources that are 0, have none", () => {
  const periodic = { type: "periodic", on: "x" } as const;
  const sides = { type: "dirichlet", equation: "u = exact", on: "y" } as const;
  assert.is(directionOf("cos(2*pi*(3*x - 2*y))", { conditions: [periodic, sides] }), undefined);
  assert.is(obliqueDirection(square({ equations: "lap(u) = 0", conditions: "u = x" })), undefined);
});

test("a wave across no axis that varies along one direction is solved by features along it, and said to be", async () => {
  const problem = square({ manufactured: "cos(40*(x - y/2) + 1)", conditions: "exact" });
  const solution = await solve(problem, { seed: 0, budget: { steps: 16 } });
  const { relativeL2 } = await solution.errors();
  const taken = solution.report.method!.at(-1)!;
  assert.match(taken, /along \((-0\.71, 0\.71|0\.71, -0\.71)\)/);
  assert.ok(relativeL2 < 1e-4, `${relativeL2}`);
  assert.is.not(solution.report.status, "doubtful");
  await solution.dispose();
});

test.run();
