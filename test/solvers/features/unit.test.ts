/** The unit of residuals, where the source is nothing but rounding. */

import { pde, randomFeatures } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const around = {
  difference: [
    { x: [-1, 1], y: [-1, 1] },
    { shape: "disk", center: [0.1, 0.2], radius: 0.4 },
  ],
} as const;
const r2 = "((x - 0.1)^2 + (y - 0.2)^2)";
const harmonic = `log(${r2}) + 0.1*(x - 0.1)/${r2}`;

const texts = {
  "derived from a harmonic solution": { equations: "-lap(u) = source", manufactured: harmonic },
  "a formula that cancels": { equations: "lap(u) = 1e4*(sin(x)^2 + cos(x)^2 - 1)", exact: harmonic },
  "a formula that cancels, in brackets": {
    equations: "lap(u) = (3*sin(x)^2 + 3*cos(x)^2 - 3)*exp(9*y)",
    exact: harmonic,
  },
};

for (const [name, text] of Object.entries(texts)) {
  test(`where a source is rounding alone, the conditions make the solution: ${name}`, async () => {
    const problem = pde({ name: "harmonic", domain: around, conditions: "exact", ...text });
    const solution = await randomFeatures(problem, { features: 300, scale: [1, 2, 4], seed: 1 });
    assert.ok(solution.report.scale > 1e-3, `unit ${solution.report.scale}`);
    const { relativeL2 } = await someErrors(solution);
    assert.ok(relativeL2 < 1e-2, `${relativeL2}`);
    await solution.dispose();
  });
}

test.run();
