import { evaluateAt } from "../../equations/expression/index.ts";
import { drawKdv, exact, kdv, solveKdv } from "../../examples/kdv.ts";
import { assert, test } from "../harness.ts";

test("Hirota's formula as text and as moments of exponentials agree", () => {
  const points = Float64Array.from([-5, 0, 1.2, 0, 0.3, 1.25, 6, 2.5, -9.9, 2.4, 11.9, 0.1]);
  const values = evaluateAt(kdv.exact![0]!, points, 2, {});
  // Both subtract squares of rates up to 3.
  values.forEach((v, i) => {
    assert.ok(Math.abs(v - exact(points[2 * i]!, points[2 * i + 1]!)) < 1e-13, `point ${i}`);
  });
});

test("110 steps solve the encounter of two solitons to 1 %, with mass, momentum and shift", async () => {
  const report = await solveKdv({ budget: { steps: 110 }, seed: 1, points: 800, width: 12 });
  assert.ok(report.relativeL2 < 0.01, `relative L2 error ${report.relativeL2}`);
  for (const { t, mass, momentum } of report.moments) {
    assert.ok(Math.abs(mass - 6) < 0.05 && Math.abs(momentum - 6) < 0.05, `${mass}, ${momentum} at ${t}`);
  }
  assert.ok(Math.abs(report.shift - report.exactShift) < 0.03, `${report.shift} against ${report.exactShift}`);
  const { profiles, error } = await drawKdv(report);
  assert.ok(profiles.includes("t = 1.25") && error.includes("|u − exact|"));
});

test.run();
