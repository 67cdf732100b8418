/** What is doubtful about a problem before it is solved: whether its solution settles it. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve } from "../../../solvers/automatic/index.ts";
import { dirichlet, initial, periodic } from "../../../solvers/problem/conditions.ts";
import { pde } from "../../../solvers/problem/pde.ts";

const line = { name: "line", domain: { x: [-1, 1] } } as const;
const judged = async (spec: Parameters<typeof pde>[0]) => {
  const { status, report } = await solve(pde(spec), { budget: { steps: 8 } });
  return { status, advice: report.estimate?.advice };
};

test("a singular place inside that has no smooth solution for its data leaves the solution doubtful, and the advice says why", async () => {
  const uneven = await judged({ ...line, equations: "u_xx + u_x/x = 1", conditions: [dirichlet("u = x")] });
  assert.is(uneven.status, "doubtful");
  assert.match(uneven.advice!, /singular at x = 0, inside of the domain: .* only special data have a solution/);
  const beyond = { name: "beyond", domain: { t: [0, 1] }, conditions: [initial("u = 1")] } as const;
  assert.match((await judged({ ...beyond, equations: "u_t = -u/(t - 0.5)" })).advice!, /singular at t = 0\.5/);
});

test("special data that have one settle the doubt; several solutions are not settled by one", async () => {
  const even = { ...line, equations: "u_xx + u_x/x = 1", conditions: [dirichlet("u = 0")] } as const;
  assert.is(pde(even).doubts!.length, 1);
  assert.equal(await judged(even), { status: "converged", advice: undefined });
  const several = await judged({ ...line, equations: "u_xx = 2*u_x/x + 1", conditions: [dirichlet("u = x^2")] });
  assert.is(several.status, "doubtful");
  assert.match(several.advice!, /so that there are several solutions/);
});

test("a jump at a value of the unknown is a doubt for solutions that pass it, and settled by one that does not", async () => {
  const beyond = (value: number) =>
    judged({ ...line, equations: `dx(if(u > ${value}, 1, 2)*u_x) = 2`, conditions: [dirichlet("u = 0")] });
  // u = (x² - 1)/2 or less.
  assert.equal(await beyond(-5), { status: "converged", advice: undefined });
  const passed = await beyond(-0.1);
  assert.is(passed.status, "doubtful");
  assert.match(passed.advice!, /jumps where u \+ 0\.1 changes its sign/);
});

test("a conservation law that breaks before the end is doubtful, however well its rows are met", async () => {
  const { status, advice } = await judged({
    ...{ name: "law", domain: { x: [0, 1], t: [0, 0.8] }, equations: "u_t + u*u_x = 0" },
    conditions: [initial("u = 0.5 + 0.4*sin(2*pi*x)"), periodic({ on: "x" })],
  });
  assert.is(status, "doubtful");
  assert.match(advice!, /characteristics of the equation cross at t = 0\.4/);
});

test.run();
