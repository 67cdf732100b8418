/** Sums of networks: their values, and corrections by random features on top of a solution. */
import { OptionsError } from "../../../engine/index.ts";
import { mlp, pde, randomFeatures, Solution, solve, sum } from "../../../solvers/index.ts";
import { networkCheck, networkChoices, type Sum } from "../../../solvers/network/index.ts";
import { networkTrial } from "../../../solvers/solve/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

/** No conditions, so that the solution is the network itself. */
const free = pde({ name: "free", domain: { x: [0, 1], y: [0, 1] }, equations: "u = x", allow: ["missing-condition"] });

test("a sum of networks has the sum of their values, and derivatives", async () => {
  const parts = [mlp({ width: 5, depth: 2 }), mlp({ width: 3, depth: 1, activation: "sin" })] as const;
  const each = await Promise.all(parts.map((network) => solve(free, { network, points: 20, budget: { steps: 1 } })));
  const { report } = each[0]!;
  const theta = Float64Array.from(each.flatMap((s) => Array.from(s.coefficients)));
  const both = new Solution(free, networkTrial(free, sum({ parts }), theta, report.conditions), report);
  const points = Float64Array.of(0.1, 0.2, 0.7, 0.9);
  for (const formula of ["u", "u_xy", "lap(u)"]) {
    const [a, b] = await Promise.all(each.map((s) => s.quantity(formula, points)));
    const found = await both.quantity(formula, points);
    found.forEach((v, i) => {
      assert.ok(Math.abs(v - a![i]! - b![i]!) <= 1e-12 * Math.max(1, Math.abs(v)), formula);
    });
  }
});

test("a sum can be trained, and its parts are checked when they are read", async () => {
  const network = sum({ parts: [mlp({ width: 4, depth: 1 }), mlp({ width: 3, depth: 1 })] });
  const solution = await solve(free, { network, points: 60, budget: { steps: 15 } });
  assert.ok(solution.report.residual < 1e-3, `residual ${solution.report.residual}`);
  assert.is(networkCheck(JSON.parse(JSON.stringify(network)), "network"), undefined);
  assert.match(String(networkCheck({ kind: "sum", parts: [{ kind: "mine" }] }, "network")), /parts/);
  assert.not(networkChoices.includes("sum"));
  assert.throws(
    () => sum({ parts: [] }),
    (e: unknown) => e instanceof OptionsError,
  );
});

const poisson = pde({
  ...{ name: "poisson", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)" },
  ...{ exact: "sin(pi*x)*sin(pi*y)", conditions: [{ type: "dirichlet", equation: "u = 0" }] },
});

test("what features add to a crude solution of a linear problem is its error", async () => {
  const crude = await solve(poisson, { network: mlp({ width: 6, depth: 1 }), points: 200, budget: { steps: 4 } });
  const { relativeL2 } = await someErrors(crude);
  const corrected = await randomFeatures(poisson, { base: crude, features: 150, scale: [1, 2, 4] });
  assert.ok(relativeL2 > 1e-4);
  assert.ok((await someErrors(corrected)).relativeL2 < 1e-3 * relativeL2);
  assert.is((corrected.trial.network as Sum).parts.length, 2);
});

test.run();
