import { drawBurgers, solveBurgers } from "../../examples/burgers.ts";
import { assert, test } from "../harness.ts";

test("sixty steps solve Burgers' equation to 3e-3, and find the slope of Basdevant et al. to a percent", async () => {
  const report = await solveBurgers({ budget: { steps: 60 }, seed: 1, points: 1500, width: 12 });
  assert.ok(report.relativeL2 < 3e-3, `relative L2 error ${report.relativeL2}`);
  assert.ok(Math.abs(report.slope + 152.00516) < 1.5, `slope ${report.slope}`);
  assert.ok(Math.abs(report.moment - 0.5105) < 0.01, `at t = ${report.moment}`);
  const { profiles, error } = await drawBurgers(report);
  for (const words of ["t = 0.25", "t = 1"]) assert.ok(profiles.includes(words), words);
  assert.ok(error.includes("|u − exact|"));
});

test.run();
