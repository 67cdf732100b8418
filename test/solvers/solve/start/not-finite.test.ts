/** What is not finite for u = 0 is refused before any work, with the term or the condition that is to blame, and a way out. */
import { ConvergenceError } from "../../../../engine/index.ts";
import { dirichlet, neumann, pde, randomFeatures, solve } from "../../../../solvers/index.ts";
import { assert, test } from "../../../harness.ts";

const square = { x: [-1, 1], y: [0, 1] } as const;
const disk = { shape: "ball", center: [0, 0], radius: 1 } as const;

async function refusal(run: () => Promise<unknown>): Promise<string> {
  const error = await run().catch((e: unknown) => e);
  assert.instance(error, ConvergenceError);
  return (error as Error).message;
}

test("a root of squared slopes has no derivative for u = 0: the term is named, and what to add to it", async () => {
  const equations = "-div(sqrt(u_x^2+u_y^2)*grad(u)) = 1";
  const problem = pde({ name: "p-Laplacian", domain: disk, equations, conditions: "u = 0" });
  const said =
    /residual of u = 0 is NaN at \(.*\): in equation 1 .* is 0\/0, since sqrt\(u_x\^2 \+ u_y\^2\) has no derivative .* as in sqrt\(u_x\^2 \+ u_y\^2 \+ 1e-6\)$/;
  assert.match(await refusal(() => solve(problem, { budget: { steps: 1 } })), said);
  assert.match(await refusal(() => solve(problem, { budget: { steps: 1 }, points: 20 })), said);
  assert.match(await refusal(() => randomFeatures(problem, { features: 20 })), said);
  const power = pde({ ...problem.text, equations: "-div((u_x^2+u_y^2)^0.25*grad(u)) = 1" });
  assert.match(
    await refusal(() => solve(power, { budget: { steps: 1 } })),
    /is Infinity, since \(u_x\^2 \+ u_y\^2\) to a power has no derivative .* \(u_x\^2 \+ u_y\^2 \+ 1e-6\)\^…$/,
  );
  const logarithm = pde({ ...problem.text, equations: "lap(u) = if(x > 2, 1, log(u))" });
  assert.match(
    await refusal(() => solve(logarithm, { budget: { steps: 1 } })),
    /in equation 1 log\(u\) is -Infinity; /,
  );
});

test("a prescribed value without a slope where the lift of a network is asked for one is refused by the name of its condition and the point", async () => {
  const root = "u = sqrt((sqrt(x^2+y^2)+x)/2)";
  const problem = pde({
    ...{ name: "Motz", domain: square, equations: "lap(u) = 0" },
    conditions: [
      dirichlet("u = 0", { on: "y = 0 and x < 0" }),
      neumann("u_n = 0", { on: "y = 0 and x > 0" }),
      dirichlet(root, { on: "x" }),
      dirichlet(root, { on: "y = 1" }),
    ],
  });
  const said =
    /what "u = sqrt.*" prescribes has no finite derivative along y at x = -1, y = 0; .*`conditions: "penalty"`/;
  const byElements = await solve(problem, { budget: { steps: 1 } });
  assert.ok(Number.isFinite(byElements.report.residual), "elements need no lift");
  await byElements.dispose();
  assert.match(await refusal(() => solve(problem, { budget: { steps: 1 }, points: 20 })), said);
  const soft = await solve(problem, { budget: { steps: 1 }, points: 20, boundaryPoints: 8, conditions: "penalty" });
  assert.ok(Number.isFinite(soft.report.residual));
  await soft.dispose();
});

test("a start with an infinite slope at an end, and a term that is infinite for u = 0 on the boundary alone, are tried", async () => {
  const problem = pde({
    ...{ name: "root", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" },
    conditions: [
      { type: "initial", equation: "u = sqrt(x)" },
      neumann("u_x/(1e-9 + u) = 1", { on: "x = 1" }),
      dirichlet("u = 0", { on: "x = 0" }),
    ],
  });
  const solution = await solve(problem, { budget: { steps: 2 }, points: 20 });
  assert.ok(Number.isFinite(solution.report.residual));
  await solution.dispose();
});

test.run();
