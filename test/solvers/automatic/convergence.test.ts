// Inside: a decision of the automatic choice by itself.
/** What is said of a network in many dimensions, where random features cannot correct it. */
import { rng } from "../../../engine/index.ts";
import { convergenceOf } from "../../../solvers/automatic/convergence.ts";
import { distance } from "../../../solvers/automatic/distance.ts";
import { mlp, type Progress, pde, Solution, solve } from "../../../solvers/index.ts";
import type { Round } from "../../../solvers/solution/options.ts";
import { networkTrial } from "../../../solvers/solve/index.ts";
import { solve as solveAsAsked } from "../../../solvers/solve/solve.ts";
import { assert, test } from "../../harness.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const exact = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v, k) => sum + Math.sin(v + k), 0);
const problem = pde({
  name: "six dimensions",
  domain: Object.fromEntries(names.map((name) => [name, [0, 1]])),
  equations: "lap(u) - u^2 = source",
  manufactured: names.map((name, k) => `sin(${name} + ${k})`).join(" + "),
  conditions: "exact",
});

test("in six dimensions a network's own course tells its error within a factor of five", async () => {
  const solution = await solve(problem, { seed: 1, budget: { steps: 40 } });
  const points = rng(2).uniform(6 * 2000);
  const values = Float64Array.from({ length: 2000 }, (_, i) => exact(points.subarray(6 * i, 6 * i + 6)));
  const { relativeL2 } = await solution.errors({ points, values });
  const { estimate, status } = solution.report;
  assert.is(estimate?.by, "convergence extrapolation");
  const ratio = estimate!.relativeL2 / relativeL2;
  assert.ok(ratio > 0.2 && ratio < 5, `${estimate!.relativeL2} estimated, ${relativeL2} true`);
  assert.is(status, relativeL2 < 0.03 ? "budget" : "doubtful");
  await solution.dispose();
});

test("it says nothing where the residual stood still, and else what was moved times q/(1 − q)", async () => {
  const line = pde({
    name: "line",
    domain: { x: [0, 1] },
    equations: "u_xx = 1",
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  });
  const network = mlp({ width: 3, depth: 1 });
  const now = await solveAsAsked(line, { network, points: 50, budget: { steps: 4 } });
  const before = now.coefficients.map((v) => 1.01 * v);
  const points = Float64Array.of(0.2, 0.5, 0.7);
  const density = Float64Array.of(1, 4, 2);
  const told = async (q: number) => {
    const course = convergenceOf(line);
    const round = (theta: Float64Array): Round => ({ theta, points, density, weights: density });
    const progress = (steps: number, loss: number) => ({ steps, freshLoss: loss }) as Progress;
    course.watch(progress(10, 1), round(before));
    course.watch(progress(20, (now.report.residual / q) ** 2), round(now.coefficients));
    return course.error(now);
  };
  const earlier = new Solution(line, networkTrial(line, network, before, now.report.conditions), now.report);
  const [a, b] = [await now.evaluate(points), await earlier.evaluate(points)];
  let [moved, size] = [0, 0];
  for (let i = 0; i < 3; i++) {
    moved += (a[i]! - b[i]!) ** 2 / density[i]!;
    size += a[i]! ** 2 / density[i]!;
  }
  const expected = Math.sqrt(moved / size);
  assert.ok(Math.abs((await distance(line, now, earlier, { points, density })).unknowns / expected - 1) < 1e-12);
  assert.ok(Math.abs((await told(0.5))!.unknowns / expected - 1) < 1e-9);
  assert.ok(Math.abs((await told(0.2))!.unknowns / (expected / 4) - 1) < 1e-9);
  assert.is(await told(0.9), undefined);
  await now.dispose();
  await earlier.dispose();
});

test.run();
