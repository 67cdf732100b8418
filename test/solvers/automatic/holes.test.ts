/** What is chosen where a domain has a hole. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../solvers/automatic/solve.ts";
import { pde } from "../../../solvers/problem/pde.ts";

test("by itself a solution that is steep beside a small hole gets features around it", async () => {
  const problem = pde({
    name: "ring",
    domain: {
      difference: [
        { shape: "disk", center: [0, 0], radius: 1 },
        { shape: "disk", center: [0.1, 0], radius: 0.2 },
      ],
    },
    equations: "lap(u) = 0",
    exact: "((x - 0.1)^2 - y^2)/((x - 0.1)^2 + y^2)^2 + log((x - 0.1)^2 + y^2)",
    conditions: "exact",
  });
  const solution = await solve(problem, { budget: { steps: 12 } });
  assert.match(solution.report.method!.at(-1)!, /^taken: .* around holes/);
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 1e-6, `${relativeL2}`);
  await solution.dispose();
});

test.run();
