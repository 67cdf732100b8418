import { test } from "uvu";
import * as assert from "uvu/assert";
import { solve as solveByItself } from "../../../solvers/automatic/index.ts";
import { mayHaveNullSpace, nullSpaceDirection } from "../../../solvers/automatic/null-space.ts";
import { estimate } from "../../../solvers/automatic/trust.ts";
import { mlp } from "../../../solvers/network/mlp.ts";
import { pde } from "../../../solvers/problem/pde.ts";
import { solve } from "../../../solvers/solve/solve.ts";

const network = mlp({ width: 12, depth: 3, scale: 2 });
const line = (equations: string, manufactured: string) =>
  pde({ name: "line", domain: { x: [0, 2] }, equations, manufactured, conditions: "exact" });
/** To move the layer costs e⁻²⁵ of the equation. */
const layer = line("-0.0117*u_xx + u*u_x = source", "-0.6*tanh((x - 0.454)/0.21)");

test("a layer at the wrong place, which a residual of 1e-6 does not show, is said to be open by percents and doubted", async () => {
  assert.ok(mayHaveNullSpace(layer));
  const solution = await solve(layer, { network, points: 600, budget: { steps: 250 } });
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 > 0.3 && solution.report.residual < 1e-5, `${relativeL2}, residual ${solution.report.residual}`);
  const open = (await nullSpaceDirection(solution, { threads: 1 }))!;
  assert.ok(open > 0.03, `${open}`);
  const far = { unknowns: 1e-8, each: [1e-8], gradient: 1e-7, quantities: [] };
  const {
    by,
    advice,
    relativeL2: told,
    gradient,
  } = await estimate(layer, solution, { correction: { size: far }, open });
  assert.is(told, open);
  assert.is(gradient, open, "its slopes are off by as much at least");
  assert.is(by, "a null-space direction");
  assert.match(advice!, /a layer may be anywhere; tell where it is, by observations/);
});

test("where every change of a solution shows in its rows no direction is open", async () => {
  const sound = [line("-0.1*u_xx + u*u_x = source", "-0.6*tanh((x - 0.454)/0.5)"), line("-u_xx = source", "sin(3*x)")];
  for (const problem of sound) {
    const solution = await solve(problem, { network, points: 300, budget: { steps: 60 } });
    assert.is(await nullSpaceDirection(solution, { threads: 1 }), undefined, problem.text.manufactured as string);
  }
});

test("u = 0 is doubted where an eigenfunction solves the problem as well, and is not where it alone does", async () => {
  const at = (equations: string) => pde({ name: "none", domain: { x: [0, 1] }, equations, conditions: "u = 0" });
  const judge = async (equations: string) => {
    const { report } = await solveByItself(at(equations), { budget: { steps: 40 } });
    return report;
  };
  const { status, estimate: told } = await judge("u_xx + pi^2*u = 0");
  assert.is(status, "doubtful");
  assert.is(told!.relativeL2, Number.POSITIVE_INFINITY);
  assert.match(told!.advice!, /something else leaves its rows as they are as well.*integral or observations/);
  assert.is((await judge("u_xx + 5*u = 0")).status, "converged");
});

test("problems in time, with constants to be found, and whose rows ask for many other points are not looked at", () => {
  const heat = { name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" } as const;
  assert.not(mayHaveNullSpace(pde({ ...heat, conditions: [{ type: "initial", equation: "u = 0" }, "u = 0"] })));
  const fredholm = (nodes: number) =>
    pde({ name: "fredholm", domain: { x: [0, 1] }, equations: `u = 1 + integral(x*s*u(s), s, 0, 1, ${nodes})/2` });
  assert.equal([fredholm(16), fredholm(64)].map(mayHaveNullSpace), [true, false]);
});

test.run();
