/** Conditions that hold by construction, and those that are rows. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OptionsError } from "../../../engine/index.ts";
import { dirichlet, loadSolution, mlp, pde, randomFeatures, type SolveOptions, solve } from "../../../solvers/index.ts";
import { inTodaysNames } from "../../../solvers/solution/index.ts";
import { assert, test } from "../../harness.ts";

const problem = pde({ name: "line", domain: { x: [0, 1] }, equations: "u_xx = 0", conditions: [dirichlet("u = x")] });

test("exact conditions hold for any parameters, penalised ones are all rows", async () => {
  const reports = new Map<string, string>();
  for (const conditions of ["exact", "penalty"] as const) {
    const options = { conditions, budget: { steps: 1 }, points: 20, boundaryPoints: 4 };
    const solution = await solve(problem, options);
    const features = await randomFeatures(problem, { features: 8, conditions });
    const ends = await solution.evaluate(Float64Array.of(0, 1));
    if (conditions === "exact") assert.equal(ends, Float64Array.of(0, 1));
    for (const { report } of [solution, features]) {
      const exact = report.conditions === "exact";
      assert.equal(exact ? report.penalizedConditions : report.exactConditions, []);
      assert.equal(exact ? report.exactConditions : report.penalizedConditions, ["u = x"]);
    }
    assert.is(features.report.conditions, solution.report.conditions);
    reports.set(conditions, JSON.stringify([solution.report.conditions, [...solution.coefficients]]));
    await solution.dispose();
    await features.dispose();
  }
  assert.is.not(reports.get("exact"), reports.get("penalty"));
});

test("other words are refused with those that there are", async () => {
  for (const conditions of ["firm", "constructor", 1] as unknown as SolveOptions["conditions"][]) {
    for (const run of [
      () => solve(problem, { conditions: conditions! }),
      () => randomFeatures(problem, { conditions: conditions! }),
    ]) {
      const error = await run().catch((e: unknown) => e);
      assert.ok(
        error instanceof OptionsError && /expected one of "exact", "penalty"/.test(error.message),
        String(error),
      );
    }
  }
});

test("a solution whose values fade from the faces is the same after it was saved", async () => {
  const bump = pde({
    ...{ name: "bump", domain: { "x1..x4": [-1, 1] }, equations: "-lap(u) = source" },
    ...{ manufactured: "exp(-10*((x1-0.3)^2+x2^2+x3^2+x4^2))", conditions: "exact" },
  });
  const options = { network: mlp({ width: 4, depth: 1 }), budget: { steps: 1 }, points: 20 };
  const solution = await solve(bump, { ...options, conditions: "exact" });
  const folder = await mkdtemp(join(tmpdir(), "monge-fading-"));
  try {
    await solution.save(folder);
    const loaded = await loadSolution(folder);
    assert.is(loaded.report.conditions, "exact");
    const points = Float64Array.of(0.5, 0.1, 0, -0.2, 1, 0, 0, 0);
    assert.equal(await loaded.evaluate(points), await solution.evaluate(points));
    await loaded.dispose();
  } finally {
    await solution.dispose();
    await rm(folder, { recursive: true });
  }
});

test("what was saved changes its names and nothing else", () => {
  const now = { conditions: "penalty", exactConditions: ["a"], penalizedConditions: [], steps: 3 };
  assert.equal(inTodaysNames({ conditions: "fitted", exactConditions: ["a"], fittedConditions: [], steps: 3 }), now);
  assert.equal(inTodaysNames({ conditions: "soft", hardConditions: ["a"], softConditions: [], steps: 3 }), now);
  assert.equal(inTodaysNames(now), now);
  assert.equal(inTodaysNames({ conditions: 4 }), { conditions: 4 });
  for (const odd of [null, 3, "exact", ["exact"]]) assert.equal(inTodaysNames(odd), odd);
});

test.run();
