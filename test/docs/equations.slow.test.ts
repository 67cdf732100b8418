/** The pages about equations do what they say, block by block. */
import { dirichlet, initial, type Problem, pde } from "../../solvers/index.ts";
import { assert, test } from "../harness.ts";
import { tryPage } from "./page.ts";

/** For a reader in a hurry. */
const small = "network: mlp({ width: 6, depth: 1 }), points: 60, boundaryPoints: 20, budget: { steps: 3 }";
const heat = pde({
  name: "heat",
  domain: { x: [0, 1], t: [0, 1] },
  equations: "u_t = 0.1*u_xx",
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
});

test("the page of solving: every problem can be solved, and names of one block serve the next", async () => {
  const tried = await tryPage("how-to/solve-an-equation.md", {
    own: { points: Float64Array.of(0.5, 0.5) },
    replace: {
      "budget: { seconds: 60 } });\nconsole.log(solution": "budget: { steps: 6 } });\nconsole.log(solution",
      "budget: { seconds: 60 } });\nconsole.log(sharp": "budget: { steps: 3 }, points: 60 });\nconsole.log(sharp",
      "budget: { seconds: 10 }": "budget: { steps: 6 }",
    },
  });
  tried.clear();
  const { left, right, cavity } = tried.names as { readonly [name in "left" | "right"]: number } & {
    readonly cavity: Problem;
  };
  // By hand: a = c x − x²/2 and b = d x + 1/20 − d − x²/20 with c = 10 d and d = 0.1625/5.5.
  const d = 0.1625 / 5.5;
  assert.ok(Math.abs(left - (10 * d * 0.25 - 0.25 ** 2 / 2)) < 1e-6, `${left}`);
  assert.ok(Math.abs(right - (0.05 - 0.25 * d - 0.75 ** 2 / 20)) < 1e-6, `${right}`);
  assert.is(cavity.equations.length, 3);
  assert.match(tried.printed[0]!, /^converged [\d.e-]+\n$/);
  assert.match(tried.printed.at(-1)!, /^budget [\d.]+\n$/);
});

test("the page of inverse problems: the constant that is found has a standard deviation", async () => {
  const tried = await tryPage("how-to/inverse-problems.md", {
    own: { points: Float64Array.of(0.1, 0.2, -0.3, 0.4), values: Float64Array.of(0.5, 0.4) },
    replace: { "solve(viscosity)": `solve(viscosity, { ${small} })` },
  });
  tried.clear();
  const { constants } = tried.names as { readonly constants: { readonly nu: Record<string, number> } };
  assert.equal(Object.keys(constants.nu).sort(), ["standardDeviation", "value"]);
});

test("the pages of reference: conditions and residuals as functions are accepted, and a problem is solved by the automatic choice", async () => {
  (await tryPage("reference/problems.md")).clear();
  const tried = await tryPage("reference/solvers.md", {
    own: { problem: heat },
    replace: { "budget: { processorSeconds: 60 }": "budget: { processorSeconds: 10 }" },
  });
  tried.clear();
  const { solution } = tried.names as { readonly solution: { readonly status: string } };
  assert.is(solution.status, "converged");
});

test("each optimizer and sampler of the two pages that choose one takes steps", async () => {
  const replace = { "solve(problem, {": `solve(problem, { ${small},` };
  for (const page of ["explanation/which-optimizer.md", "explanation/which-sampler.md"])
    (await tryPage(page, { own: { problem: heat }, replace, leave: { "node --import tsx": "minutes" } })).clear();
});

test.run();
