/** Every kind of condition, by made-up solutions that small networks must find in few steps, to ten times the error measured. */

import {
  dirichlet,
  initial,
  integral,
  mlp,
  neumann,
  type ProblemSpec,
  pde,
  periodic,
  robin,
  type SolveOptions,
  sobol,
  solve,
} from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { vertices } from "../vertices.ts";

const small: SolveOptions = {
  ...{ network: mlp({ width: 10, depth: 1 }), sampler: sobol(), points: 200, boundaryPoints: 50 },
  ...{ weights: { conditions: 100 }, growth: { after: 0.7, factor: 1 }, budget: { steps: 60 }, seed: 1 },
};

const square = { x: [0, 1], y: [0, 1] } as const;
const strip = { x: [0, 1], t: [0, 0.5] } as const;
const disk = { shape: "ball", center: [0, 0], radius: 1 } as const;
type Case = readonly [
  name: string,
  problem: Omit<ProblemSpec, "name">,
  /** Relative L² error that must be reached. */
  error: number,
  /** Numbers of conditions that are hard and that are soft. */
  split: readonly [held: number, fitted: number],
  options?: SolveOptions,
];

// biome-ignore format: a table
const cases: readonly Case[] = [
  ["Dirichlet: -u'' = f with two values",
    { domain: { x: [-1, 2] }, equations: "-u_xx = source", manufactured: "exp(x)*sin(2*x)", conditions: "exact" },
    1e-5, [1, 0]],
  ["Neumann on one side, Dirichlet on three: -Δu + u = f",
    { domain: square, equations: "-lap(u) + u = source", manufactured: "exp(x)*cos(2*y)",
      conditions: [dirichlet("exact", { on: "x = 0" }), dirichlet("exact", { on: "y" }), neumann("exact", { on: "x = 1" })] },
    3e-5, [2, 1]],
  ["Neumann everywhere with the integral: -u'' = f, ∫u = 0",
    { domain: { x: [0, 2] }, equations: "-u_xx = source", manufactured: "cos(pi*x) + x^2/2 - 2/3",
      conditions: [neumann("exact")], integrals: [integral("u = 0")] },
    3e-5, [0, 1]],
  ["Robin: u_n + 2u = g on one end",
    { domain: { x: [0, 1] }, equations: "-u_xx + u = source", manufactured: "sin(2*x) + x",
      conditions: [dirichlet("exact", { on: "x = 0" }), robin("u_n + 2*u = 2*cos(2) + 1 + 2*(sin(2) + 1)", { on: "x = 1" })] },
    3e-6, [1, 1]],
  ["A value on part of the boundary by a predicate",
    { domain: square, equations: "-lap(u) = source", manufactured: "sin(x + y)",
      conditions: [dirichlet("exact", { on: "x + y < 1" }), dirichlet("exact", { on: "x + y > 0.9" })] },
    1e-5, [0, 2]],
  ["Initial: the heat equation from u(x, 0)",
    { domain: strip, equations: "u_t = u_xx + source", manufactured: "exp(-t)*sin(pi*x) + x*t", conditions: "exact" },
    3e-5, [2, 0]],
  ["Initial u and u_t: the wave equation",
    { domain: { x: [0, 1], t: [0, 1] }, equations: "u_tt = u_xx", exact: "sin(pi*x)*(cos(pi*t) + sin(pi*t)/pi)",
      conditions: [initial(["u = sin(pi*x)", "u_t = sin(pi*x)"]), dirichlet("u = 0")] },
    1e-3, [3, 0], { budget: { steps: 80 } }],
  ["Periodic: convection carries a wave around",
    { domain: { x: [0, 2], t: [0, 1] }, equations: "u_t + 3*u_x = 0", exact: "sin(pi*(x - 3*t))",
      conditions: [initial("exact"), periodic({ on: "x" })] },
    1e-3, [2, 0], { network: mlp({ width: 12, depth: 2 }), points: 400, budget: { steps: 120 } }],
  ["First order: advection with a value on the inflow alone",
    { domain: square, equations: "2*u_x + u_y = source", manufactured: "sin(x - 2*y) + x*y",
      conditions: [dirichlet("exact", { on: "x = 0" }), dirichlet("exact", { on: "y = 0" })] },
    2e-4, [2, 0]],
  ["Fourth order: a beam with u and u_n given at both ends",
    { domain: { x: [0, 1] }, equations: "u_xxxx = source", manufactured: "sin(2*x)*exp(x)", conditions: "exact" },
    1e-6, [1, 1]],
  ["Two unknowns: -Δu + v = f, -Δv + u u_x = g",
    { domain: square, unknowns: ["u", "v"], equations: ["-lap(u) + v = source", "-lap(v) + u*u_x = source"],
      manufactured: { u: "sin(x + y)", v: "exp(x)*y" }, conditions: "exact" },
    1e-6, [2, 0]],
  ["A disk with zero on its edge",
    { domain: disk, equations: "-lap(u) = source", manufactured: "(1 - x^2 - y^2)*exp(x)", conditions: [dirichlet("u = 0")] },
    1e-5, [1, 0]],
  ["A disk with other values, as rows",
    { domain: disk, equations: "-lap(u) = source", manufactured: "exp(x)*cos(y) + x^2", conditions: "exact" },
    2e-3, [0, 1]],
  ["Heat on a disk with zero on its edge",
    { domain: { ...disk, t: [0, 0.5] }, equations: "u_t = lap(u) + source",
      manufactured: "(1 - x^2 - y^2)*exp(-t)*(1 + x/2)", conditions: [initial("exact"), dirichlet("u = 0")] },
    3e-5, [2, 0], { points: 400 }],
  ["An L-shape with values as rows",
    { domain: { shape: "polygon", vertices: vertices("-1 -1, 1 -1, 1 0, 0 0, 0 1, -1 1") },
      equations: "-lap(u) = source", manufactured: "sin(2*x)*cosh(y)", conditions: "exact" },
    1e-2, [0, 1], { boundaryPoints: 120 }],
  ["A box in three dimensions",
    { domain: { x: [0, 1], y: [0, 1], z: [0, 1] }, equations: "-lap(u) = source",
      manufactured: "sin(x + 2*y)*exp(z)", conditions: "exact" },
    1e-6, [1, 0], { points: 400 }],
];

for (const [name, problem, error, split, options] of cases) {
  test(name, async () => {
    const solution = await solve(pde({ name, ...problem }), { ...small, ...options });
    const { exactConditions, penalizedConditions } = solution.report;
    assert.equal([exactConditions.length, penalizedConditions.length], split);
    const { relativeL2 } = await solution.errors();
    assert.ok(relativeL2 < error, `${relativeL2} ≥ ${error}`);
    await solution.dispose();
  });
}

test.run();
