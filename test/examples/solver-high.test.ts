import { evaluateAt } from "../../equations/expression/index.ts";
import { centred, offCentre, solveBump } from "../../examples/high-dimensional.ts";
import { assert, test } from "../harness.ts";

test("sixty steps solve the ten-dimensional bump to 5 % in the whole box", async () => {
  const report = await solveBump({ budget: { steps: 60 }, seed: 1, points: 1500, width: 10 });
  assert.ok(report.relativeL2 < 0.05, `relative L2 error ${report.relativeL2}`);
  // The sum of squares is what the parts are parts of.
  assert.ok(Math.abs(Math.hypot(report.near, report.far) - report.relativeL2) < 1e-12 * report.relativeL2);
  // 60 000 stratified points see the integral of v² to better than a percent.
  assert.ok(Math.abs(report.calibration - 1) < 0.01, `calibration ${report.calibration}`);
});

test("the bumps as written are 1 at their centres and exp(−10 · ¼) half a unit away", () => {
  const centre = [0.3, -0.2, 0.25, 0.1, -0.3, 0.2, -0.1, -0.25, 0.15, 0.3];
  for (const [problem, at] of [
    [centred, new Array<number>(10).fill(0)],
    [offCentre, centre],
  ] as const) {
    const points = Float64Array.from([...at, at[0]! + 0.5, ...at.slice(1)]);
    const [top, side] = evaluateAt(problem.exact![0]!, points, 10, {});
    assert.ok(Math.abs(top! - 1) < 1e-15 && Math.abs(side! - Math.exp(-2.5)) < 1e-14, `${top}, ${side}`);
  }
});

test.run();
