/** The half of the suite that the automatic solve was developed on. */
import { evolve } from "./periodic-evolution.ts";
import { formula, reference, type SuiteProblem } from "./suite-problem.ts";

const { PI, atan, cos, exp, log, sin, sqrt, tanh } = Math;

const arc: SuiteProblem = {
  source: "arc layer, W. Mitchell's wave front (Appl. Math. Comput. 220, 2013) with slope 20; formula",
  spec: {
    name: "arc-layer",
    domain: { x: [0, 1], y: [0, 1] },
    equations: "-lap(u) = source",
    manufactured: "atan(20*(sqrt((x+0.05)^2+(y+0.05)^2)-0.7))",
    conditions: "exact",
  },
  truth: formula([0, 0], [1, 1], ([x, y]) => atan(20 * (sqrt((x! + 0.05) ** 2 + (y! + 0.05) ** 2) - 0.7))),
};

/** u = 1/(1 + e^{(x − ct)/√2}), c = √2(½ − a). */
const front = (x: number, t: number) => 1 / (1 + exp((x - Math.SQRT2 * 0.25 * t) / Math.SQRT2));
const nagumo: SuiteProblem = {
  source: "Nagumo's front (a = 1/4); formula",
  spec: {
    name: "nagumo-front",
    domain: { x: [-20, 20], t: [0, 20] },
    constants: { a: 0.25 },
    equations: "u_t = u_xx + u*(1-u)*(u-a)",
    conditions: [
      { type: "initial", equation: "u = 1/(1+exp(x/sqrt(2)))" },
      { type: "dirichlet", equation: "u = 1/(1+exp((x-sqrt(2)*(1/2-a)*t)/sqrt(2)))", on: "x" },
    ],
  },
  truth: formula([-20, 0], [20, 20], ([x, t]) => front(x!, t!)),
};

const kleinGordon: SuiteProblem = {
  source: "periodic cubic Klein–Gordon wave over ten time units; Fourier and Runge–Kutta, 128 nodes, 4000 steps",
  spec: {
    name: "klein-gordon-periodic",
    domain: { x: [0, 6.283185307179586], t: [0, 10] },
    equations: "u_tt - u_xx + u + u^3 = 0",
    conditions: [
      { type: "initial", equation: ["u = sin(x) + 0.5*cos(2*x)", "u_t = 0"] },
      { type: "periodic", on: "x" },
    ],
  },
  truth: () =>
    evolve(
      {
        ...{ low: 0, high: 2 * PI, until: 10, nodes: 96, steps: 4000, snapshots: 50 },
        initial: (x) => [sin(x) + 0.5 * cos(2 * x), 0],
        rate: ([u, v], [uxx]) => [v!, uxx! - u! - u! ** 3],
      },
      1,
    ),
};

const twoUnknowns: SuiteProblem = {
  source: "two reacting and diffusing unknowns (FitzHugh–Nagumo terms), manufactured; formula",
  spec: {
    name: "two-unknowns",
    domain: { x: [0, 1], y: [0, 1], t: [0, 1] },
    unknowns: ["u", "v"],
    equations: ["u_t = 0.1*lap(u) + u - u^3 - v + source", "v_t = 0.05*lap(v) + u - v + source"],
    manufactured: ["exp(-t)*sin(pi*x)*sin(2*pi*y)", "cos(t)*sin(2*pi*x)*sin(pi*y)"],
    conditions: "exact",
  },
  truth: formula([0, 0, 0], [1, 1, 1], ([x, y, t]) => [
    exp(-t!) * sin(PI * x!) * sin(2 * PI * y!),
    cos(t!) * sin(2 * PI * x!) * sin(PI * y!),
  ]),
};

const radius = ([x, y]: Float64Array) => sqrt(x! * x! + y! * y!);
const annulus: SuiteProblem = {
  source: "harmonic function in an annulus; formula",
  spec: {
    name: "annulus",
    domain: {
      difference: [
        { shape: "disk", center: [0, 0], radius: 1 },
        { shape: "disk", center: [0, 0], radius: 0.4 },
      ],
    },
    equations: "lap(u) = 0",
    conditions: [{ type: "dirichlet", equation: "u = log(x^2+y^2)/2 + x*y/(x^2+y^2)^2 + x" }],
  },
  truth: formula(
    [-1, -1],
    [1, 1],
    ([x, y]) => log(x! * x! + y! * y!) / 2 + (x! * y!) / (x! * x! + y! * y!) ** 2 + x!,
    (p) => radius(p) < 1 && radius(p) > 0.4,
  ),
};

const peak3: SuiteProblem = {
  source: "a peak in three dimensions, off centre; formula",
  spec: {
    name: "peak-3d",
    domain: { x: [-1, 1], y: [-1, 1], z: [-1, 1] },
    equations: "-lap(u) = source",
    manufactured: "exp(-50*((x-0.3)^2+(y+0.2)^2+(z-0.4)^2))",
    conditions: "exact",
  },
  truth: formula([-0.2, -0.7, -0.1], [0.8, 0.3, 0.9], ([x, y, z]) =>
    exp(-50 * ((x! - 0.3) ** 2 + (y! + 0.2) ** 2 + (z! - 0.4) ** 2)),
  ),
};

const beam: SuiteProblem = {
  source: "DeepXDE, pinn_forward/Euler_beam; formula",
  spec: {
    name: "euler-beam",
    domain: { x: [0, 1] },
    equations: "u_xxxx + 1 = 0",
    conditions: [
      { type: "dirichlet", equation: "u = 0", on: "x = 0" },
      { type: "neumann", equation: "u_n = 0", on: "x = 0" },
      { type: "robin", equation: "u_xx = 0", on: "x = 1" },
      { type: "robin", equation: "u_xxx = 0", on: "x = 1" },
    ],
  },
  truth: formula([0], [1], ([x]) => -(x! ** 4) / 24 + x! ** 3 / 6 - x! ** 2 / 4),
};

const layer: SuiteProblem = {
  source: "stationary convection with a boundary layer of width 0.02; formula",
  spec: {
    name: "boundary-layer",
    domain: { x: [0, 1] },
    constants: { epsilon: 0.02 },
    equations: "-epsilon*u_xx + u_x = 1",
    conditions: [{ type: "dirichlet", equation: "u = 0" }],
  },
  truth: formula([0], [1], ([x]) => x! - (exp((x! - 1) / 0.02) - exp(-50)) / (1 - exp(-50))),
};

const tanhStep: SuiteProblem = {
  source: "u_t + u u_x = ν u_xx with a moving tanh step (ν = 0.01); formula",
  spec: {
    name: "burgers-step",
    domain: { x: [-1, 1], t: [0, 1] },
    constants: { nu: 0.01 },
    equations: "u_t + u*u_x = nu*u_xx",
    conditions: [
      { type: "initial", equation: "u = 1/2 - tanh((x+0.4)/(4*nu))/2" },
      { type: "dirichlet", equation: "u = 1/2 - tanh((x+0.4-t/2)/(4*nu))/2", on: "x" },
    ],
  },
  truth: formula([-1, 0], [1, 1], ([x, t]) => 0.5 - 0.5 * tanh((x! + 0.4 - t! / 2) / 0.04)),
};

/** In the order in which they are run. */
export const development: readonly SuiteProblem[] = [
  arc,
  nagumo,
  kleinGordon,
  twoUnknowns,
  annulus,
  peak3,
  beam,
  layer,
  tanhStep,
  reference("burgers", "DeepXDE, pinn_forward/Burgers; Cole and Hopf's integral"),
  reference("allen-cahn", "DeepXDE, pinn_forward/Allen_Cahn, and jaxpi; Fourier and ETDRK4, 2048 modes"),
  reference("gaussian-10d-off-centre", "arXiv 2305.18702, moved off the centre; formula"),
  reference("lid-driven-cavity", "Re = 100; table of Ghia, Ghia and Shin 1982"),
];
