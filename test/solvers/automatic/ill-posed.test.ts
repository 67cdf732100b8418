// Inside: a decision of the automatic choice by itself.
import { illPosed } from "../../../solvers/automatic/warnings.ts";
import { dirichlet, initial, neumann, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const inTime = (equations: string, more: Partial<ProblemSpec> = {}) =>
  pde({
    ...{ name: "diffusion", domain: { x: [0, 1], t: [0, 1] }, equations },
    ...{ conditions: [initial("u = x*(1-x)"), dirichlet("u = 0", { on: "x" })], ...more },
  });
const inPlane = (equations: string, conditions: ProblemSpec["conditions"] = [dirichlet("u = 0")]) =>
  pde({ name: "plane", domain: { x: [0, 1], y: [-1, 1] }, equations, conditions });

test("diffusion backward in time is told by the sign of its coefficient, of whichever side of the equation", () => {
  for (const equation of ["u_t = -u_xx", "0 = u_xx + 3*u_t", "u_t = dx((x-1/2)*u_x)", "-u_t = u_xx + u^2"])
    assert.match(illPosed(inTime(equation))!, /^it diffuses backward in t: /, equation);
  for (const equation of ["u_t = u_xx", "0 = u_xx - 3*u_t", "u_t = dx(x*u_x) - u", "u_t = (1+u^2)*u_xx"])
    assert.is(illPosed(inTime(equation)), undefined, equation);
  const wave = [initial(["u = x*(1-x)", "u_t = 0"]), dirichlet("u = 0", { on: "x" })];
  assert.is(illPosed(inTime("u_tt = u_xx", { conditions: wave })), undefined);
});

test("values all round a domain in which the equation is hyperbolic somewhere are told, and not where a side is free", () => {
  for (const equation of ["u_yy = u_xx + 1", "y*u_xx + u_yy = 1", "u_xy = 1", "u_xx + 3*dx(dy(u)) + u_yy = 1"])
    assert.match(illPosed(inPlane(equation))!, /^it is hyperbolic, at least in part/, equation);
  for (const equation of ["-lap(u) = 1", "u_xx + dx(dy(u)) + u_yy = 1", "y^2*u_xx + u_yy = 1", "lap(u) + u*u_x = 1"])
    assert.is(illPosed(inPlane(equation)), undefined, equation);
  const free = [
    dirichlet("u = sin(pi*x)", { on: "y = -1" }),
    neumann("u_n = 0", { on: "y = -1" }),
    dirichlet("u = 0", { on: "x" }),
  ];
  assert.is(illPosed(inPlane("u_yy = u_xx", free)), undefined);
});

test("an elliptic equation with two conditions on one side is Cauchy's problem, and none with one on each", () => {
  const two = ["u = sin(3*pi*x) on y = -1", "u_y = 0 on y = -1", "u = 0 on x"];
  assert.match(illPosed(inPlane("lap(u) = 0", two))!, /Cauchy's problem/);
  assert.match(illPosed(inPlane("u_xx + (2 + y)*u_yy - u = x", two))!, /Cauchy's problem/);
  assert.is(
    illPosed(inPlane("lap(u) = 0", ["u = sin(3*pi*x) on y = -1", "u_y = 0 on y = 1", "u = 0 on x"])),
    undefined,
  );
  assert.is(illPosed(inPlane("u_yy = u_xx", two)), undefined);
});

test("an ill-posed problem ends doubtful, by features and by elements", async () => {
  for (const problem of [inTime("u_t = -u_xx"), inPlane("y*u_xx + u_yy = 1")]) {
    const { status, estimate } = (await solve(problem, { budget: { processorSeconds: 1 } })).report;
    assert.is(status, "doubtful");
    assert.is(estimate!.advice, illPosed(problem));
  }
});

test("a layer that small residuals move far is doubted where elements put it elsewhere", async () => {
  const layer = pde({
    ...{ name: "layer", domain: { x: [0, 2] }, conditions: "exact", equations: "-0.0208*u_xx + u*u_x = source" },
    manufactured: "-0.688*tanh((x - 1.444)/0.107)",
  });
  const solution = await solve(layer, { budget: { processorSeconds: 4 } });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2 < 0.1 || solution.status === "doubtful", `off by ${relativeL2}, ${solution.status}`);
});

test("a wave whose condition stands where it leaves is doubted, though a march of it overflows", async () => {
  const problem = pde({
    name: "leaving",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_t + u_x = 0",
    conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x = 1" })],
  });
  const { status, report } = await solve(problem, { seed: 0, threads: 1, budget: { processorSeconds: 1.5 } });
  assert.is(status, "doubtful", JSON.stringify(report.method));
});

test.run();
