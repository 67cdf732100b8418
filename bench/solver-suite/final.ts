/** The half of the suite that nothing was tried on before the final run. */

import { gridPoints } from "../../equations/domain/index.ts";
import { kdv } from "../reference/semilinear.ts";
import { evolve } from "./periodic-evolution.ts";
import { formula, type SuiteProblem } from "./suite-problem.ts";

const { PI, cos, exp, sin, sqrt, tanh } = Math;

const diffusionReaction: SuiteProblem = {
  source: "DeepXDE, pinn_forward/diffusion_reaction (five modes); formula",
  spec: {
    name: "diffusion-reaction",
    domain: { x: [-Math.PI, Math.PI], t: [0, 1] },
    equations: "u_t = u_xx + exp(-t)*(3*sin(2*x)/2 + 8*sin(3*x)/3 + 15*sin(4*x)/4 + 63*sin(8*x)/8)",
    conditions: [
      { type: "initial", equation: "u = sin(x) + sin(2*x)/2 + sin(3*x)/3 + sin(4*x)/4 + sin(8*x)/8" },
      { type: "dirichlet", equation: "u = 0", on: "x" },
    ],
  },
  truth: formula([-PI, 0], [PI, 1], ([x, t]) =>
    [1, 2, 3, 4, 8].reduce((sum, k) => sum + (exp(-t!) * sin(k * x!)) / k, 0),
  ),
};

const kleinGordon: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Klein_Gordon (quadratic, ten time units); formula",
  spec: {
    name: "klein-gordon",
    domain: { x: [-1, 1], t: [0, 10] },
    equations: "u_tt - u_xx + u^2 + x*cos(t) - x^2*cos(t)^2 = 0",
    conditions: [
      { type: "initial", equation: ["u = x", "u_t = 0"] },
      { type: "dirichlet", equation: "u = x*cos(t)", on: "x" },
    ],
  },
  truth: formula([-1, 0], [1, 10], ([x, t]) => x! * cos(t!)),
};

const multiscale: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Poisson_multiscale_1d; formula",
  spec: {
    name: "poisson-multiscale",
    domain: { x: [0, 1] },
    equations: "u_xx + (2*pi)^2*sin(2*pi*x) + 0.1*(50*pi)^2*sin(50*pi*x) = 0",
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  },
  truth: formula([0], [1], ([x]) => sin(2 * PI * x!) + 0.1 * sin(50 * PI * x!)),
};

const helmholtz: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Helmholtz_Dirichlet_2d (k = 4π); formula",
  spec: {
    name: "helmholtz",
    domain: { x: [0, 1], y: [0, 1] },
    constants: { k: "4*pi" },
    equations: "-lap(u) - k^2*u = k^2*sin(k*x)*sin(k*y)",
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  },
  truth: formula([0, 0], [1, 1], ([x, y]) => sin(4 * PI * x!) * sin(4 * PI * y!)),
};

const velocities = {
  u: "-(exp(x)*sin(y+z) + exp(z)*cos(x+y))*exp(-t)",
  v: "-(exp(y)*sin(z+x) + exp(x)*cos(y+z))*exp(-t)",
  w: "-(exp(z)*sin(x+y) + exp(y)*cos(z+x))*exp(-t)",
};
const beltrami: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Beltrami_flow (Navier–Stokes in three dimensions and time); formula",
  spec: {
    name: "beltrami-flow",
    domain: { x: [-1, 1], y: [-1, 1], z: [-1, 1], t: [0, 1] },
    unknowns: ["u", "v", "w", "p"],
    equations: [
      "u_t + u*u_x + v*u_y + w*u_z + p_x = lap(u)",
      "v_t + u*v_x + v*v_y + w*v_z + p_y = lap(v)",
      "w_t + u*w_x + v*w_y + w*w_z + p_z = lap(w)",
      "u_x + v_y + w_z = 0",
    ],
    conditions: [
      { type: "dirichlet", equation: [`u = ${velocities.u}`, `v = ${velocities.v}`, `w = ${velocities.w}`] },
      { type: "initial", equation: [`u = ${velocities.u}`, `v = ${velocities.v}`, `w = ${velocities.w}`] },
    ],
    integrals: ["p = 0"],
    allow: ["missing-condition"],
  },
  // The pressure is fixed by another condition than DeepXDE's: velocities are compared.
  truth: () => {
    const { points, values } = formula([-1, -1, -1, 0], [1, 1, 1, 1], ([x, y, z, t]) => [
      -(exp(x!) * sin(y! + z!) + exp(z!) * cos(x! + y!)) * exp(-t!),
      -(exp(y!) * sin(z! + x!) + exp(x!) * cos(y! + z!)) * exp(-t!),
      -(exp(z!) * sin(x! + y!) + exp(y!) * cos(z! + x!)) * exp(-t!),
      0,
    ])();
    return { points, values, unknowns: 4, known: Uint8Array.from(values, (_, i) => (i % 4 === 3 ? 0 : 1)) };
  },
};

const wave: SuiteProblem = {
  source: "DeepXDE, pinn_forward/wave_1d (speed 10); formula",
  spec: {
    name: "wave-speed-10",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_tt = 100*u_xx",
    conditions: [
      { type: "initial", equation: ["u = sin(pi*x) + sin(2*pi*x)", "u_t = 0"] },
      { type: "dirichlet", equation: "u = 0", on: "x" },
    ],
  },
  truth: formula([0, 0], [1, 1], ([x, t]) => sin(PI * x!) * cos(10 * PI * t!) + sin(2 * PI * x!) * cos(20 * PI * t!)),
};

const lambda = 10 - sqrt(100 + 4 * PI * PI);
const kovasznay: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Kovasznay_flow (Re = 20); formula",
  spec: {
    name: "kovasznay-20",
    domain: { x: [-0.5, 1], y: [-0.5, 1.5] },
    unknowns: ["u", "v", "p"],
    constants: { Re: 20, l: "10 - sqrt(100 + 4*pi^2)" },
    equations: ["u*u_x + v*u_y + p_x = lap(u)/Re", "u*v_x + v*v_y + p_y = lap(v)/Re", "u_x + v_y = 0"],
    conditions: [
      {
        type: "dirichlet",
        equation: ["u = 1 - exp(l*x)*cos(2*pi*y)", "v = l/(2*pi)*exp(l*x)*sin(2*pi*y)"],
      },
      { type: "dirichlet", equation: "p = (1 - exp(2*l*x))/2", on: "x = 1" },
    ],
  },
  truth: formula([-0.5, -0.5], [1, 1.5], ([x, y]) => [
    1 - exp(lambda * x!) * cos(2 * PI * y!),
    (lambda / (2 * PI)) * exp(lambda * x!) * sin(2 * PI * y!),
    (1 - exp(2 * lambda * x!)) / 2,
  ]),
};

const plate: SuiteProblem = {
  source: "DeepXDE, pinn_forward/elasticity_plate (displacements and stresses); formula",
  spec: {
    name: "elasticity-plate",
    domain: { x: [0, 1], y: [0, 1] },
    unknowns: ["u", "v", "a", "b", "c"],
    constants: { lambda: 1, mu: 0.5, Q: 4 },
    equations: [
      "a = (lambda + 2*mu)*u_x + lambda*v_y",
      "b = (lambda + 2*mu)*v_y + lambda*u_x",
      "c = mu*(u_y + v_x)",
      "a_x + c_y = lambda*(-4*pi^2*cos(2*pi*x)*sin(pi*y) + Q*y^3*pi*cos(pi*x)) + mu*(-pi^2*cos(2*pi*x)*sin(pi*y) + Q*y^3*pi*cos(pi*x)) - 8*mu*pi^2*cos(2*pi*x)*sin(pi*y)",
      "c_x + b_y = lambda*(3*Q*y^2*sin(pi*x) - 2*pi^2*cos(pi*y)*sin(2*pi*x)) + mu*(-2*pi^2*cos(pi*y)*sin(2*pi*x) - pi^2*Q*y^4/4*sin(pi*x)) + 6*mu*Q*y^2*sin(pi*x)",
    ],
    conditions: [
      { type: "dirichlet", equation: "u = 0", on: "y" },
      { type: "dirichlet", equation: "v = 0", on: "x" },
      { type: "dirichlet", equation: "v = 0", on: "y = 0" },
      { type: "dirichlet", equation: "a = 0", on: "x" },
      { type: "dirichlet", equation: "b = (lambda + 2*mu)*Q*sin(pi*x)", on: "y = 1" },
    ],
    allow: ["missing-condition"],
  },
  truth: () => {
    const { points, values } = formula([0, 0], [1, 1], ([x, y]) => [
      cos(2 * PI * x!) * sin(PI * y!),
      sin(PI * x!) * y! ** 4,
      0,
      0,
      0,
    ])();
    return { points, values, unknowns: 5, known: Uint8Array.from(values, (_, i) => (i % 5 < 2 ? 1 : 0)) };
  },
};

const ks = (x: number, t: number) => {
  const h = tanh(t - x / 2);
  return 11 + 15 * h - 15 * h * h - 15 * h ** 3;
};
const ksText = (t: string) => `11 + 15*tanh(${t}-x/2) - 15*tanh(${t}-x/2)^2 - 15*tanh(${t}-x/2)^3`;
/** d/dx of the same, for the slopes on the ends. */
const ksSlope = "-1/2*(15 - 30*tanh(t-x/2) - 45*tanh(t-x/2)^2)*(1 - tanh(t-x/2)^2)";
const kuramoto: SuiteProblem = {
  source: "NeuralPDE, Kuramoto–Sivashinsky equation (α = γ = 1, β = 4); formula",
  spec: {
    name: "kuramoto-sivashinsky",
    domain: { x: [-10, 10], t: [0, 1] },
    equations: "u_t + u*u_x + u_xx + 4*u_xxx + u_xxxx = 0",
    conditions: [
      { type: "initial", equation: `u = ${ksText("0")}` },
      { type: "dirichlet", equation: `u = ${ksText("t")}`, on: "x" },
      { type: "robin", equation: `u_x = ${ksSlope}`, on: "x" },
    ],
  },
  truth: formula([-10, 0], [10, 1], ([x, t]) => ks(x!, t!)),
};

const advection: SuiteProblem = {
  source: "jaxpi, examples/adv (speed 50); formula",
  spec: {
    name: "advection-50",
    domain: { x: [0, 6.283185307179586], t: [0, 1] },
    equations: "u_t + 50*u_x = 0",
    conditions: [
      { type: "initial", equation: "u = sin(x)" },
      { type: "periodic", on: "x" },
    ],
  },
  truth: formula([0, 0], [2 * PI, 1], ([x, t]) => sin(x! - 50 * t!)),
};

const kdvWaves: SuiteProblem = {
  source: "jaxpi, examples/kdv (Zabusky and Kruskal's waves); Fourier and ETDRK4, 512 modes",
  spec: {
    name: "kdv-zabusky-kruskal",
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t + u*u_x + 0.022^2*u_xxx = 0",
    conditions: [
      { type: "initial", equation: "u = cos(pi*x)" },
      { type: "periodic", on: "x" },
    ],
  },
  truth: () => {
    const solution = kdv(
      { low: -1, high: 1, a: 1, b: 0.022 ** 2, initial: (x) => cos(PI * x) },
      { modes: 512, until: 1, steps: 4000, snapshots: 100 },
    );
    const points = gridPoints([-1, 0], [1, 1], [129, 101]);
    return { points, values: solution.evaluate(points) };
  },
};

const schroedinger: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Schrodinger (real and imaginary part); Fourier and Runge–Kutta, 256 nodes, 8000 steps",
  spec: {
    name: "schroedinger",
    domain: { x: [-5, 5], t: [0, 1.5707963267948966] },
    unknowns: ["u", "v"],
    equations: ["u_t + 0.5*v_xx + (u^2+v^2)*v = 0", "v_t - 0.5*u_xx - (u^2+v^2)*u = 0"],
    conditions: [
      { type: "initial", equation: ["u = 2/cosh(x)", "v = 0"] },
      { type: "periodic", on: "x" },
    ],
    allow: ["corner-mismatch"],
  },
  truth: () =>
    evolve(
      {
        ...{ low: -5, high: 5, until: PI / 2, nodes: 192, steps: 6000, snapshots: 50 },
        initial: (x) => [2 / Math.cosh(x), 0],
        rate: ([u, v], [uxx, vxx]) => {
          const square = u! * u! + v! * v!;
          return [-0.5 * vxx! - square * v!, 0.5 * uxx! + square * u!];
        },
      },
      2,
    ),
};

const parabolic: SuiteProblem = {
  source: "after NeuralPDE, systems of parabolic equations; two coupled linear ones, manufactured; formula",
  spec: {
    name: "parabolic-system",
    domain: { x: [0, 1], t: [0, 1] },
    unknowns: ["u", "w"],
    equations: ["u_t = u_xx - u + 2*w + source", "w_t = u + 0.3*w_xx + w + source"],
    manufactured: ["exp(t)*cos(3*x)", "exp(-2*t)*sin(5*x)"],
    conditions: "exact",
  },
  truth: formula([0, 0], [1, 1], ([x, t]) => [exp(t!) * cos(3 * x!), exp(-2 * t!) * sin(5 * x!)]),
};

/** In the order in which they are run. */
export const final: readonly SuiteProblem[] = [
  diffusionReaction,
  kleinGordon,
  multiscale,
  helmholtz,
  beltrami,
  wave,
  kovasznay,
  plate,
  kuramoto,
  advection,
  kdvWaves,
  schroedinger,
  parabolic,
];
