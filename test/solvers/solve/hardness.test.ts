/** Hard and soft conditions, under their names of today and of version 0.1. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { OptionsError } from "../../../engine/errors.ts";
import { randomFeatures } from "../../../solvers/baseline/random-features.ts";
import { mlp } from "../../../solvers/network/mlp.ts";
import { dirichlet } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import { inTodaysNames } from "../../../solvers/solve/hardness.ts";
import type { SolveOptions } from "../../../solvers/solve/options.ts";
import { loadWholeSolution as loadSolution } from "../../../solvers/solve/solution.ts";
import { solve } from "../../../solvers/solve/solve.ts";

const problem = pde({ name: "line", domain: { x: [0, 1] }, equations: "u_xx = 0", conditions: [dirichlet("u = x")] });

test("hard conditions hold for any parameters, soft ones are all rows, and the names of version 0.1 mean the same", async () => {
  const reports = new Map<string, string>();
  for (const conditions of ["hard", "exact", "soft", "fitted"] as const) {
    const options = { conditions, budget: { steps: 1 }, points: 20, boundaryPoints: 4 };
    const solution = await solve(problem, options);
    const features = await randomFeatures(problem, { features: 8, conditions });
    const ends = await solution.evaluate(Float64Array.of(0, 1));
    if (conditions === "hard") assert.equal(ends, Float64Array.of(0, 1));
    for (const { report } of [solution, features]) {
      const hard = report.conditions === "hard";
      assert.equal(hard ? report.softConditions : report.hardConditions, []);
      assert.equal(hard ? report.hardConditions : report.softConditions, ["u = x"]);
    }
    assert.is(features.report.conditions, solution.report.conditions);
    reports.set(conditions, JSON.stringify([solution.report.conditions, [...solution.theta]]));
    await solution.dispose();
    await features.dispose();
  }
  assert.is(reports.get("exact"), reports.get("hard"));
  assert.is(reports.get("fitted"), reports.get("soft"));
  assert.is.not(reports.get("hard"), reports.get("soft"));
});

test("other words are refused with those that there are", async () => {
  for (const conditions of ["firm", "constructor", 1] as unknown as SolveOptions["conditions"][]) {
    for (const run of [
      () => solve(problem, { conditions: conditions! }),
      () => randomFeatures(problem, { conditions: conditions! }),
    ]) {
      const error = await run().catch((e: unknown) => e);
      assert.ok(
        error instanceof OptionsError && /expected "hard", "rounded", "fading" or "soft"/.test(error.message),
        String(error),
      );
    }
  }
});

test("a solution whose values fade from the faces is the same after it was saved", async () => {
  const bump = pde({
    name: "bump",
    domain: { "x1..x4": [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-10*((x1-0.3)^2+x2^2+x3^2+x4^2))",
    conditions: "exact",
  });
  const options = { network: mlp({ width: 4, depth: 1 }), budget: { steps: 1 }, points: 20 };
  const solution = await solve(bump, { ...options, conditions: "fading" });
  const folder = await mkdtemp(join(tmpdir(), "monge-fading-"));
  try {
    await solution.save(folder);
    const loaded = await loadSolution(folder);
    assert.is(loaded.report.conditions, "fading");
    const points = Float64Array.of(0.5, 0.1, 0, -0.2, 1, 0, 0, 0);
    assert.equal(await loaded.evaluate(points), await solution.evaluate(points));
    await loaded.dispose();
  } finally {
    await solution.dispose();
    await rm(folder, { recursive: true });
  }
});

test("what was saved changes its names and nothing else", () => {
  const now = { conditions: "soft", hardConditions: ["a"], softConditions: [], steps: 3 };
  assert.equal(inTodaysNames({ conditions: "fitted", exactConditions: ["a"], fittedConditions: [], steps: 3 }), now);
  assert.equal(inTodaysNames(now), now);
  assert.equal(inTodaysNames({ conditions: 4 }), { conditions: 4 });
  for (const odd of [null, 3, "exact", ["exact"]]) assert.equal(inTodaysNames(odd), odd);
});

test.run();
