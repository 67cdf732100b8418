import { solveByRows } from "../../../solvers/automatic/index.ts";
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, inFolder, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

/** A bend of width 0.01: its curvature is the hardest part of it. */
const bend: ProblemSpec = {
  name: "bend",
  domain: { x: [-1, 1] },
  constants: { w: 0.01 },
  equations: "u_xx = source",
  manufactured: "sqrt(x^2+w^2)",
  conditions: "exact",
};
const within = (error: number, estimate: number, factor: number) =>
  assert.ok(estimate <= factor * error && error <= factor * estimate, `${error}, estimated ${estimate}`);

test("a solution is believed where only the unknown is asked for, and doubted by name where a curvature is that it does not have", async () => {
  const alone = await solveByRows(pde(bend), { budget: { steps: 4 } });
  assert.is(alone.status, "converged");
  const asked = pde({ ...bend, quantities: { flux: "-u_x", curvature: "u_xx" } });
  const solution = (await solveByRows(asked, { budget: { steps: 4 } })) as Solution;
  assert.equal(solution.coefficients, (alone as Solution).coefficients, "it is the same solution");
  const { perQuantity } = await someErrors(solution);
  const { quantities, gradient, advice } = solution.report.estimate!;
  assert.ok(perQuantity!["curvature"]! > 0.1 && perQuantity!["flux"]! < 0.01);
  for (const name of ["flux", "curvature"]) within(perQuantity![name]!, quantities![name]!, 5);
  // In one dimension the slope is the flux.
  assert.ok(Math.abs(gradient! / quantities!["flux"]! - 1) < 1e-12);
  assert.is(solution.status, "doubtful");
  assert.match(advice!, /^the error of curvature is estimated at 1\d %; /);

  await inFolder(async (folder) => {
    await solution.save(folder);
    const again = await loadSolution(folder);
    assert.equal(again.report.estimate, solution.report.estimate);
    const points = Float64Array.of(-0.3, 0.2);
    assert.equal(await again.quantity("curvature", points), await solution.quantity("u_xx", points));
  });
});

test("the error of each unknown is estimated beside its own size, and a solution is doubted for a small one", async () => {
  const problem = pde({
    name: "large and steep",
    domain: { x: [-1, 1] },
    unknowns: ["u", "v"],
    equations: ["u_xx = source", "v_xx = source"],
    manufactured: ["3000*sin(pi*x)", "1/(1+1e4*x^2)"],
    conditions: "exact",
  });
  const solution = (await solveByRows(problem, { budget: { steps: 4 } })) as Solution;
  const { relativeL2, perUnknown } = await someErrors(solution);
  const { relativeL2: together, unknowns, advice } = solution.report.estimate!;
  assert.ok(relativeL2 < 0.03 && together < 0.03 && perUnknown["v"]! > 1, "nothing is seen of v in both together");
  assert.ok(unknowns!["u"]! < 1e-6 && unknowns!["v"]! > 1, JSON.stringify(unknowns));
  assert.is(solution.status, "doubtful");
  assert.match(advice!, /^the error of v is estimated at \d+ %; /);
  await inFolder(async (folder) => {
    await solution.save(folder);
    assert.equal((await loadSolution(folder)).report.estimate, solution.report.estimate);
  });
});

test("the error at the last moment is estimated beside what is left of a decaying solution there", async () => {
  // Both marches share what their cells leave, most of 1e-10 here: at the rate 0.7 the estimate is 5.1 times too small.
  for (const [rate, factor] of [
    [0.5, 5],
    [0.7, 5.2],
    [1, 5],
  ] as const) {
    const heat = pde({
      name: "heat",
      domain: { x: [0, 1], t: [0, 1] },
      constants: { rate },
      equations: "u_t = rate*u_xx",
      exact: "exp(-rate*pi^2*t)*sin(pi*x)",
      conditions: "exact",
    });
    const solution = (await solve(heat, { budget: { steps: 4 } })) as Solution;
    const points = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? (i + 1) / 200 : 1));
    const left = Math.exp(-rate * Math.PI ** 2);
    const values = points.filter((_, i) => i % 2 === 0).map((x) => left * Math.sin(Math.PI * x));
    const { relativeL2 } = await solution.errors({ points, values, unknowns: 1 });
    within(relativeL2, solution.report.estimate!.end!, factor);
  }
});

test("an unknown that is 0 is not doubted for an error beside its size, which is made of the others' errors", async () => {
  const problem = pde({
    ...{ ...bend, constants: { w: 0.03 } },
    unknowns: ["u", "v"],
    equations: ["u_xx = source", "v_xx = u - source"],
    manufactured: ["sqrt(x^2+w^2)", "0"],
  });
  const solution = await solve(problem, { budget: { steps: 4 } });
  const { relativeL2, unknowns } = solution.report.estimate!;
  assert.ok(relativeL2 < 0.01 && unknowns!["v"]! > 0.03, JSON.stringify(unknowns));
  assert.is(solution.status, "converged");
});

test("what is asked for and not finite is called doubtful, whatever the unknown is", async () => {
  const half = pde({
    name: "half",
    domain: { x: [0, 1] },
    equations: "u_xx + u = 0",
    exact: "cos(x) + sin(x)",
    conditions: "exact",
    quantities: { root: "sqrt(u - 1.2)", twice: "2*u" },
  });
  const solution = await solve(half, { budget: { steps: 4 } });
  const { quantities, advice } = solution.report.estimate!;
  assert.is(solution.status, "doubtful");
  assert.match(advice!, /^root is not finite everywhere; /);
  assert.ok(Number.isNaN(quantities!["root"]!) && quantities!["twice"]! < 1e-9);
});

test.run();
