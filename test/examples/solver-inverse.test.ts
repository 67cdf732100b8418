import { findViscosity, truth } from "../../examples/inverse.ts";
import { assert, test } from "../harness.ts";

test("the viscosity is found within its own standard deviations, which are near Cramér and Rao's bound", async () => {
  const report = await findViscosity({ budget: { steps: 70 }, seed: 2, points: 1000, width: 10 });
  const { value, standardDeviation, bound } = report;
  assert.ok(Math.abs(value - truth) < 3.5 * standardDeviation, `${value} ± ${standardDeviation} against ${truth}`);
  // The residual holds u to the equation only as well as its weight does, hence more than the bound; and the bound is that at
  // the truth, not at the estimate, hence perhaps a little less.
  assert.ok(standardDeviation > 0.8 * bound && standardDeviation < 2 * bound, `${standardDeviation}, bound ${bound}`);
  assert.ok(report.relativeL2 < 0.01, `u itself: ${report.relativeL2}`);
});

test.run();
