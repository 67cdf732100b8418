// Inside: a decision of the automatic choice by itself.
/** Constants to be found, watched while a network is trained. */
import { rng } from "../../../engine/index.ts";
import { constantsAtWork } from "../../../solvers/automatic/constants.ts";
import { dirichlet, initial, mlp, type ProblemSpec, pde, sobol, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { estimateBy } from "./assessed.ts";

test("a constant that moved by more than a tenth of itself in the last third of the steps is told, by name", () => {
  const work = constantsAtWork({ trainable: { a: 0, b: 0 } });
  const theta = (a: number, b: number) => Float64Array.from([7, 7, a, b]);
  work.watch(10, theta(0, 0));
  work.watch(20, theta(1, 2));
  work.watch(30, theta(1, 2.9));
  assert.is(work.moving(30, theta(1, 2.1)), undefined);
  assert.is(work.moving(30, theta(1, 4)), "b moved by 50 % in the last third of the steps");
  // Not one step was seen before: nothing is known.
  assert.is(work.moving(12, theta(1, 4)), undefined);
  assert.match(work.moving(30, theta(Number.NaN, 2))!, /^a moved/);
  assert.is(constantsAtWork({ trainable: {} }).moving(30, theta(1, 1)), undefined);
});

test("a constant found without observations is not doubted by a standard deviation, which hung on a weight of theirs", async () => {
  const problem = pde({
    name: "eigen",
    domain: { x: [0, 1] },
    trainable: { lam: 8 },
    equations: "u_xx + lam*u = 0",
    conditions: [dirichlet("u = 0")],
    integrals: ["u^2 = 0.5"],
  });
  const solution = await solve(problem, {
    ...{ network: mlp({ width: 6, depth: 1 }), points: 60, sampler: sobol(), budget: { steps: 40 }, seed: 0 },
    weights: { observations: 1e4 },
  });
  const { value } = solution.report.constants.lam!;
  assert.ok(Math.abs(value / Math.PI ** 2 - 1) < 1e-3, `${value}`);
  const { advice = "" } = await estimateBy(problem, solution, {});
  assert.not.match(advice, /standard deviation/);
  assert.match((await estimateBy(problem, solution, { moving: "lam moved by 50 %" })).advice!, /^lam moved by 50 %/);
  await solution.dispose();
});

test("a constant that neither equations nor conditions tell of is doubted, with observations or without: a and b where a·b is all that counts", async () => {
  const found = async (more: Partial<ProblemSpec>) => {
    const problem = pde({
      ...{ name: "product", domain: { x: [0, 1] }, trainable: { a: 2, b: 4.5 }, equations: "u_xx + a*b*u = 0" },
      ...{ conditions: [dirichlet("u = 0")], ...more },
    });
    const solution = await solve(problem, {
      ...{ network: mlp({ width: 6, depth: 1 }), points: 60, sampler: sobol(), budget: { steps: 40 } },
      seed: 0,
    });
    const { a, b } = solution.report.constants;
    assert.ok(Math.abs((a!.value * b!.value) / Math.PI ** 2 - 1) < 1e-3, `${a!.value} ${b!.value}`);
    assert.equal([a!.standardDeviation, b!.standardDeviation], [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    assert.match((await estimateBy(problem, solution, {})).advice!, /^nothing determines a and b, or only together; /);
    await solution.dispose();
  };
  await found({ integrals: ["u^2 = 0.5"] });
  await found({ observations: [{ points: [[0.5]], values: [1], sigma: 0.01 }] });
});

test("an eigenvalue is found as well in other units", async () => {
  const problem = pde({
    ...{ name: "units", domain: { x: [0, 1] }, trainable: { mu: 8e-9 }, equations: "u_xx + 1e9*mu*u = 0" },
    ...{ conditions: [dirichlet("u = 0")], integrals: ["u^2 = 0.5"] },
  });
  const solution = await solve(problem, {
    ...{ network: mlp({ width: 6, depth: 1 }), points: 60, sampler: sobol(), budget: { steps: 40 } },
    seed: 0,
  });
  assert.equal(Object.keys(solution.report.constants.mu!), ["value"]);
  await solution.dispose();
});

test("where no noise is told the standard deviation of a constant is as if the noise had been, and of exact data next to none", async () => {
  const noise = rng(3).split("noise").normal(40);
  const found = async (size: number, sigma?: number) => {
    const points = Array.from({ length: 40 }, (_, i) => [(i + 0.5) / 20]);
    const values = points.map(([t], i) => Math.exp(-1.3 * t!) + size * noise[i]!);
    const problem = pde({
      ...{ name: "decay", domain: { t: [0, 2] }, equations: "u_t = -a*u", conditions: [initial("u = 1")] },
      ...{ trainable: { a: 1 }, observations: [{ points, values, ...(sigma !== undefined && { sigma }) }] },
    });
    const solution = await solve(problem, {
      ...{ network: mlp({ width: 8, depth: 2 }), points: 100, sampler: sobol(), budget: { steps: 60 } },
      seed: 0,
    });
    await solution.dispose();
    return solution.report.constants.a!.standardDeviation!;
  };
  const [told, untold, exact] = [await found(0.02, 0.02), await found(0.02), await found(0)];
  assert.ok(Math.abs(untold / told - 1) < 0.4, `${untold}, told ${told}`);
  assert.ok(exact < 1e-5, `${exact}`);
});

test("where the noise is told too small a standard deviation comes from what the solution leaves of the values", async () => {
  const noise = rng(5).split("noise").normal(40);
  const points = Array.from({ length: 40 }, (_, i) => [(i + 0.5) / 20]);
  const values = points.map(([t], i) => Math.exp(-1.3 * t!) + 0.02 * noise[i]!);
  const problem = pde({
    ...{ name: "decay", domain: { t: [0, 2] }, equations: "u_t = -a*u", conditions: [initial("u = 1")] },
    ...{ trainable: { a: 1 }, observations: [{ points, values, sigma: 0.001 }] },
  });
  const solution = await solve(problem, {
    ...{ network: mlp({ width: 8, depth: 2 }), points: 100, sampler: sobol(), budget: { steps: 60 } },
    seed: 0,
  });
  const { value, standardDeviation } = solution.report.constants.a!;
  assert.ok(Math.abs(value - 1.3) < 4 * standardDeviation!, `${value} ± ${standardDeviation}`);
  await solution.dispose();
});

test.run();
