// Inside: the method of networks, one of those that `solve` chooses from.
/** Every kind of condition, by made-up solutions that small networks must find in few steps, to ten times the error measured. */

import type { ProblemSpec } from "../../../equations/problem/index.ts";
import { dirichlet, initial, integral, neumann, pde, periodic, robin } from "../../../equations/problem/index.ts";
import { mlp } from "../../../solvers/network/index.ts";
import { sobol } from "../../../solvers/sampler/index.ts";
import type { SolveOptions } from "../../../solvers/solution/index.ts";
import { solve } from "../../../solvers/solve/solve.ts";
import { assert, test } from "../../harness.ts";

const small: SolveOptions = {
  ...{ network: mlp({ width: 10, depth: 1 }), sampler: sobol(), points: 200, boundaryPoints: 50 },
  ...{ weights: { conditions: 100 }, growth: { after: 0.7, factor: 1 }, budget: { steps: 60 }, seed: 1 },
};

interface Case {
  readonly name: string;
  readonly problem: Omit<ProblemSpec, "name">;
  readonly options?: SolveOptions;
  /** Relative L² error that must be reached. */
  readonly error: number;
  /** Numbers of conditions that are hard and that are soft. */
  readonly split: readonly [held: number, fitted: number];
}

const square = { x: [0, 1], y: [0, 1] } as const;
const strip = { x: [0, 1], t: [0, 0.5] } as const;
const cases: readonly Case[] = [
  {
    name: "Dirichlet: -u'' = f with two values",
    problem: { domain: { x: [-1, 2] }, equations: "-u_xx = source", manufactured: "exp(x)*sin(2*x)", conditions: "exact" },
    error: 1e-5,
    split: [1, 0],
  },
  {
    name: "Neumann on one side, Dirichlet on three: -Δu + u = f",
    problem: {
...{ domain: square, equations: "-lap(u) + u = source", manufactured: "exp(x)*cos(2*y)" },
conditions: [dirichlet("exact", { on: "x = 0" }), dirichlet("exact", { on: "y" }), neumann("exact", { on: "x = 1" })],
},
    error: 3e-5,
    split: [2, 1],
  },
  {
    name: "Neumann everywhere with the integral: -u'' = f, ∫u = 0",
    problem: {
...{ domain: { x: [0, 2] }, equations: "-u_xx = source", manufactured: "cos(pi*x) + x^2/2 - 2/3" },
...{ conditions: [neumann("exact")], integrals: [integral("u = 0")] },
},
    error: 3e-5,
    split: [0, 1],
  },
  {
    name: "Robin: u_n + 2u = g on one end",
    problem: {
...{ domain: { x: [0, 1] }, equations: "-u_xx + u = source", manufactured: "sin(2*x) + x" },
conditions: [dirichlet("exact", { on: "x = 0" }), robin("u_n + 2*u = 2*cos(2) + 1 + 2*(sin(2) + 1)", { on: "x = 1" })],
},
    error: 3e-6,
    split: [1, 1],
  },
  {
    name: "A value on part of the boundary by a predicate",
    problem: {
...{ domain: square, equations: "-lap(u) = source", manufactured: "sin(x + y)" },
conditions: [dirichlet("exact", { on: "x + y < 1" }), dirichlet("exact", { on: "x + y > 0.9" })],
},
    error: 1e-5,
    split: [0, 2],
  },
  {
    name: "Initial: the heat equation from u(x, 0)",
    problem: {
...{ domain: strip, equations: "u_t = u_xx + source", manufactured: "exp(-t)*sin(pi*x) + x*t" },
conditions: "exact",
},
    error: 3e-5,
    split: [2, 0],
  },
  {
name: "Initial u and u_t: the wave equation",
problem: {
...{ domain: { x: [0, 1], t: [0, 1] }, equations: "u_tt = u_xx", exact: "sin(pi*x)*(cos(pi*t) + sin(pi*t)/pi)" },
conditions: [initial(["u = sin(pi*x)", "u_t = sin(pi*x)"]), dirichlet("u = 0")],
},
...{ options: { budget: { steps: 80 } }, error: 1e-3, split: [3, 0] },
},
  {
    name: "Periodic: convection carries a wave around",
    problem: {
...{ domain: { x: [0, 2], t: [0, 1] }, equations: "u_t + 3*u_x = 0", exact: "sin(pi*(x - 3*t))" },
conditions: [initial("exact"), periodic({ on: "x" })],
},
    options: { network: mlp({ width: 12, depth: 2 }), points: 400, budget: { steps: 120 } },
    error: 1e-3,
    split: [2, 0],
  },
  {
    name: "First order: advection with a value on the inflow alone",
    problem: {
...{ domain: square, equations: "2*u_x + u_y = source", manufactured: "sin(x - 2*y) + x*y" },
conditions: [dirichlet("exact", { on: "x = 0" }), dirichlet("exact", { on: "y = 0" })],
},
    error: 2e-4,
    split: [2, 0],
  },
  {
    name: "Fourth order: a beam with u and u_n given at both ends",
    problem: { domain: { x: [0, 1] }, equations: "u_xxxx = source", manufactured: "sin(2*x)*exp(x)", conditions: "exact" },
    error: 1e-6,
    split: [1, 1],
  },
  {
    name: "Two unknowns: -Δu + v = f, -Δv + u u_x = g",
    problem: {
...{ domain: square, unknowns: ["u", "v"], equations: ["-lap(u) + v = source", "-lap(v) + u*u_x = source"] },
...{ manufactured: { u: "sin(x + y)", v: "exp(x)*y" }, conditions: "exact" },
},
    error: 1e-6,
    split: [2, 0],
  },
  {
    name: "A disk with zero on its edge",
    problem: {
...{ domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "-lap(u) = source" },
...{ manufactured: "(1 - x^2 - y^2)*exp(x)", conditions: [dirichlet("u = 0")] },
},
    error: 1e-5,
    split: [1, 0],
  },
  {
    name: "A disk with other values, as rows",
    problem: {
...{ domain: { shape: "ball", center: [0, 0], radius: 1 }, equations: "-lap(u) = source" },
...{ manufactured: "exp(x)*cos(y) + x^2", conditions: "exact" },
},
    error: 2e-3,
    split: [0, 1],
  },
  {
name: "Heat on a disk with zero on its edge",
problem: {
...{ domain: { shape: "ball", center: [0, 0], radius: 1, t: [0, 0.5] }, equations: "u_t = lap(u) + source" },
...{ manufactured: "(1 - x^2 - y^2)*exp(-t)*(1 + x/2)", conditions: [initial("exact"), dirichlet("u = 0")] },
},
...{ options: { points: 400 }, error: 3e-5, split: [2, 0] },
},
  {
name: "An L-shape with values as rows",
problem: {
domain: { shape: "polygon", vertices: [[-1, -1], [1, -1], [1, 0], [0, 0], [0, 1], [-1, 1]] },
...{ equations: "-lap(u) = source", manufactured: "sin(2*x)*cosh(y)", conditions: "exact" },
},
...{ options: { boundaryPoints: 120 }, error: 1e-2, split: [0, 1] },
},
  {
name: "A box in three dimensions",
problem: {
...{ domain: { x: [0, 1], y: [0, 1], z: [0, 1] }, equations: "-lap(u) = source" },
...{ manufactured: "sin(x + 2*y)*exp(z)", conditions: "exact" },
},
...{ options: { points: 400 }, error: 1e-6, split: [1, 0] },
},
]; // biome-ignore format: a table

for (const { name, problem, options, error, split } of cases) {
  test(name, async () => {
    const solution = await solve(pde({ name, ...problem }), { ...small, ...options });
    const { exactConditions, penalizedConditions } = solution.report;
    assert.equal([exactConditions.length, penalizedConditions.length], split);
    const { relativeL2 } = await solution.errors();
    if (process.env.SHOW)
      process.stdout.write(`${name}: ${relativeL2} (${solution.status}, ${solution.report.steps})\n`);
    assert.ok(relativeL2 < error, `${relativeL2} ≥ ${error}`);
    await solution.dispose();
  });
}

test.run();
