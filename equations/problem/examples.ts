/** Problems to begin with, as plain JSON. */
import type { ProblemSpec } from "./problem.ts";

const pi = Math.PI;

/** By name: what `monge solve example:NAME` solves. */
export const exampleProblems: Readonly<Record<string, ProblemSpec>> = Object.fromEntries(
  (
    [
      {
        name: "peak",
        domain: { x: [-1, 1], y: [-1, 1] },
        equations: "-lap(u) = source",
        manufactured: "exp(-1000*((x-0.5)^2+(y-0.5)^2))",
        conditions: "exact",
      },
      {
        name: "poisson",
        domain: { x: [0, 1], y: [0, 1] },
        equations: "-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)",
        exact: "sin(pi*x)*sin(pi*y)",
        conditions: "u = 0",
      },
      {
        name: "heat",
        domain: { x: [0, 1], t: [0, 1] },
        constants: { kappa: 0.25 },
        equations: "u_t = kappa*lap(u)",
        exact: "exp(-pi^2*kappa*t)*sin(pi*x)",
        conditions: [
          { type: "initial", equation: "u = sin(pi*x)" },
          { type: "dirichlet", equation: "u = 0" },
        ],
      },
      {
        name: "burgers",
        domain: { x: [-1, 1], t: [0, 1] },
        constants: { nu: "0.01/pi" },
        equations: "u_t + u*u_x = nu*u_xx",
        conditions: [
          { type: "initial", equation: "u = -sin(pi*x)" },
          { type: "dirichlet", equation: "u = 0", on: "x" },
        ],
      },
      {
        name: "convection",
        domain: { x: [0, 2 * pi], t: [0, 1] },
        constants: { c: 80 },
        equations: "u_t + c*u_x = 0",
        exact: "sin(x - c*t)",
        conditions: [
          { type: "initial", equation: "u = sin(x)" },
          { type: "periodic", on: "x" },
        ],
      },
      {
        name: "kovasznay",
        domain: { x: [-0.5, 1], y: [-0.5, 1.5] },
        unknowns: ["u", "v", "p"],
        constants: { Re: 40, k: "20 - sqrt(400 + 4*pi^2)" },
        equations: ["u*u_x + v*u_y = -p_x + lap(u)/Re", "u*v_x + v*v_y = -p_y + lap(v)/Re", "u_x + v_y = 0"],
        exact: {
          u: "1 - exp(k*x)*cos(2*pi*y)",
          v: "k/(2*pi)*exp(k*x)*sin(2*pi*y)",
          p: "1/2*(1 - exp(2*k*x))",
        },
        conditions: [
          { type: "dirichlet", equation: ["u = 1 - exp(k*x)*cos(2*pi*y)", "v = k/(2*pi)*exp(k*x)*sin(2*pi*y)"] },
          { type: "dirichlet", equation: "p = 1/2*(1 - exp(2*k*x))", on: "x = 1" },
        ],
      },
    ] as const satisfies readonly ProblemSpec[]
  ).map((spec) => [spec.name, spec]),
);
