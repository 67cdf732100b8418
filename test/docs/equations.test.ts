/** The pages about equations do what they say, block by block. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dirichlet, initial, type Problem, pde } from "../../solvers/index.ts";
import { tryPage } from "./page.ts";

/** For a reader in a hurry. */
const small = "network: mlp({ width: 6, depth: 1 }), points: 60, boundaryPoints: 20, budget: { steps: 3 }";
const heat = pde({
  name: "heat",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_t = 0.1*u_xx",
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
});

test("the page of solving: every problem is accepted and can be solved, and names of one block serve the next", async () => {
  const tried = await tryPage("reference/solvers.md", {
    own: { points: Float64Array.of(0.1, 0.2, -0.3, 0.4), values: Float64Array.of(0.5, 0.4) },
    before: { 8: () => ({ problem: heat }), 9: () => ({ points: Float64Array.of(0.5, 0.5) }) },
    replace: {
      "budget: { seconds: 60 } });\nconsole": "budget: { steps: 3 }, points: 60 });\nconsole",
      "budget: { seconds: 10 }": "budget: { processorSeconds: 0.5 }",
      "weights: { equations: 10 }": `${small}, weights: { equations: 10 }`,
      "budget: { processorSeconds: 60 }": "budget: { processorSeconds: 1 }",
      "windows: 20, budget: { seconds: 100 }": `windows: 2, ${small}`,
    },
  });
  tried.clear();
  const { left, right, cavity, constants } = tried.names as {
    readonly [name in "left" | "right"]: number;
  } & { readonly cavity: Problem; readonly constants: { readonly nu: Record<string, number> } };
  // By hand: a = c x − x²/2 and b = d x + 1/20 − d − x²/20 with c = 10 d and d = 0.1625/5.5.
  const d = 0.1625 / 5.5;
  assert.ok(Math.abs(left - (10 * d * 0.25 - 0.25 ** 2 / 2)) < 1e-6, `${left}`);
  assert.ok(Math.abs(right - (0.05 - 0.25 * d - 0.75 ** 2 / 20)) < 1e-6, `${right}`);
  assert.is(cavity.equations.length, 3);
  assert.equal(Object.keys(constants.nu).sort(), ["standardDeviation", "value"]);
  assert.match(tried.printed[0]!, /^budget [\d.]+\n$/);
});

test("each optimizer and sampler of the two pages that choose one takes steps", async () => {
  const replace = { "solve(problem, {": `solve(problem, { ${small},` };
  for (const page of ["explanation/which-optimizer.md", "explanation/which-sampler.md"])
    (await tryPage(page, { own: { problem: heat }, replace, leave: { "node --import tsx": "minutes" } })).clear();
});

test.run();
