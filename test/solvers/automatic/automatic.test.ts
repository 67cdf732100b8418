import { OptionsError } from "../../../engine/index.ts";
import { solveByRows } from "../../../solvers/automatic/index.ts";
import { loadSolution, mlp, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, inFolder, refuses, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const beam = pde({
  name: "beam",
  domain: { x: [0, 1] },
  equations: "u_xxxx + 1 = 0",
  exact: "-x^4/24 + x^3/6 - x^2/4",
  conditions: [
    { type: "dirichlet", equation: "u = 0", on: "x = 0" },
    { type: "neumann", equation: "u_n = 0", on: "x = 0" },
    { type: "robin", equation: "u_xx = 0", on: "x = 1" },
    { type: "robin", equation: "u_xxx = 0", on: "x = 1" },
  ],
});

const within = (error: number, estimate: number, factor: number): boolean =>
  estimate <= factor * error && error <= factor * estimate;

test("the text of a beam alone gives its deflection to eleven digits, with an estimate that is right within a factor of 20", async () => {
  const solution = await solveByRows(beam, { budget: { steps: 20 } });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2 < 1e-11, `error ${relativeL2}`);
  assert.is(solution.status, "converged");
  assert.ok(
    within(relativeL2, solution.report.estimate!.relativeL2, 20),
    `estimate ${solution.report.estimate!.relativeL2}`,
  );
});

test("a solution that the conditions make by themselves is not doubted for leaving the residual of u = 0", async () => {
  const made = pde({
    name: "made",
    domain: { x: [-1, 1], t: [0, 3] },
    equations: "u_tt - u_xx + u^2 + x*cos(t) - x^2*cos(t)^2 = 0",
    exact: "x*cos(t)",
    conditions: [
      { type: "initial", equation: ["u = x", "u_t = 0"] },
      { type: "dirichlet", equation: "u = x*cos(t)", on: "x" },
    ],
  });
  const solution = await solveByRows(made, { budget: { steps: 8 } });
  assert.ok((await someErrors(solution)).relativeL2 < 1e-14);
  assert.is(solution.status, "converged");
});

test("measured values stand for conditions, and are fitted by features", async () => {
  const places = [0.1, 0.3, 0.5, 0.7, 0.9];
  const seen = pde({
    name: "seen",
    domain: { x: [0, 1] },
    equations: "u_xx = -pi^2*sin(pi*x)",
    exact: "sin(pi*x)",
    observations: [{ points: places.map((x) => [x]), values: places.map((x) => Math.sin(Math.PI * x)) }],
  });
  const solution = await solve(seen, { budget: { steps: 4 } });
  assert.ok((await someErrors(solution)).relativeL2 < 1e-12);
});

/** A step too thin for what the budget allows. */
const step = pde({
  name: "step",
  domain: { x: [-1, 1], t: [0, 1] },
  equations: "u_t + u*u_x = 0.002*u_xx",
  conditions: [
    { type: "initial", equation: "u = -sin(pi*x)" },
    { type: "dirichlet", equation: "u = 0", on: "x" },
  ],
});

test("shallow water, whose equations have no residual for u = 0, keeps its depth and swings as small waves do", async () => {
  const shallow = pde({
    name: "shallow water",
    domain: { x: [0, 1], t: [0, 0.4] },
    unknowns: ["h", "q"],
    equations: ["h_t + q_x = 0", "q_t + dx(q^2/h + h^2/2) = 0"],
    conditions: [
      { type: "initial", equation: ["h = 1 + 0.1*cos(2*pi*x)", "q = 0"] },
      { type: "periodic", on: "x" },
    ],
  });
  const solution = await solve(shallow, { budget: { steps: 8 } });
  // Water is neither made nor lost: the mean depth stays 1, at every moment.
  const n = 64;
  for (const t of [0.05, 0.15, 0.25, 0.35]) {
    const h = await solution.quantity(
      "h",
      Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? Math.floor(i / 2) / n : t)),
    );
    const mean = h.reduce((sum, v) => sum + v, 0) / n;
    assert.ok(Math.abs(mean - 1) < 1e-3, `mean depth ${mean} at ${t}`);
    // Small waves stand: h = 1 + 0.1 cos 2πx cos 2πt, up to squares of a tenth.
    const height = Math.max(...h) - Math.min(...h);
    assert.ok(Math.abs(height - 0.2 * Math.abs(Math.cos(2 * Math.PI * t))) < 0.03, `height ${height} at ${t}`);
  }
  await solution.dispose();
});

test("what is out of reach is called doubtful, with advice", async () => {
  const solution = await solveByRows(step, { budget: { steps: 6 } });
  assert.is(solution.status, "doubtful");
  assert.match(solution.report.estimate!.advice!, /give it more time/);
});

test("a constant that the observations hardly tell is doubted, with its standard deviation", async () => {
  const decay = (values: (t: number) => number): ProblemSpec => ({
    name: "decay",
    domain: { t: [0, 1] },
    equations: "u_t = -k*u",
    trainable: { k: 1 },
    conditions: [{ type: "initial", equation: "u = 1" }],
    observations: [{ quantity: "u", points: [[0.001], [0.002]], values: [0.001, 0.002].map(values), sigma: 0.1 }],
  });
  const blind = await solve(pde(decay((t) => Math.exp(-2 * t))), { budget: { steps: 4 } });
  assert.is(blind.status, "doubtful");
  assert.match(blind.report.estimate!.advice!, /^k is .* with a standard deviation of .*; .* or more observations$/);
});

test("the same seed and steps give the same bits, decisions included", async () => {
  const options = { budget: { steps: 4 }, seed: 3 };
  const [a, b] = [await solve(beam, options), await solve(beam, options)];
  assert.equal(a.report.method, b.report.method);
  const points = Float64Array.of(0.1, 0.5, 0.9);
  assert.equal(await a.evaluate(points), await b.evaluate(points));
  assert.is(a.report.estimate!.relativeL2, b.report.estimate!.relativeL2);
});

test("a recorded solve without options is kept with its estimate and method", async () => {
  await inFolder(async (root) => {
    const solution = await solve(beam, { budget: { steps: 4 }, runs: root });
    const loaded = await loadSolution(solution.run!);
    assert.equal(loaded.report, solution.report);
  });
});

test("an option that chooses a method leaves nothing to be chosen", async () => {
  const solution = await solve(beam, { network: mlp({ width: 4, depth: 1 }), points: 50, budget: { steps: 2 } });
  assert.is(solution.trial.network.kind, "mlp");
  assert.is(solution.report.estimate, undefined);
});

test("wrong options are refused before any work", async () => {
  for (const options of [{ budget: { steps: -1 } }, { seed: 0.5 }]) {
    await refuses(solve(beam, options), /./, OptionsError);
  }
});

test.run();
