/** Steady problems whose solution is local, and smooth ones beside them, with parameters drawn by chance. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";

/** A kind of problem, drawn as often as wanted. */
export interface Kind {
  readonly name: string;
  /** For readers. */
  readonly words: string;
  /** Relative L² that is wanted in 6 processor seconds. */
  readonly goal: number;
  /** Whether indicators are compared on it. */
  readonly local: boolean;
  readonly draw: (random: Rng) => Omit<ProblemSpec, "name">;
}

const square = { x: [0, 1], y: [0, 1] } as const;
const between = (random: Rng, low: number, high: number) => low + (high - low) * random.uniform();
const power = (random: Rng, low: number, high: number) => 10 ** between(random, low, high);

/** Kinds in the order of the table. */
export const kinds: readonly Kind[] = [
  {
    ...{ name: "outflow", words: "outflow layers, ε = 10^U(−3, −1.5)", goal: 1e-3, local: true },
    draw: (random) => {
      const [angle, e] = [between(random, 0.2, 1.37), power(random, -3, -1.5)];
      return {
        ...{ domain: square, constants: { e, a: Math.cos(angle), b: Math.sin(angle) } },
        functions: {
          "f(s)": "s - (exp(a*(s-1)/e) - exp(-a/e))/(1 - exp(-a/e))",
          "g(s)": "s - (exp(b*(s-1)/e) - exp(-b/e))/(1 - exp(-b/e))",
        },
        ...{ equations: "-e*lap(u) + a*u_x + b*u_y = source", manufactured: "f(x)*g(y)", conditions: "exact" },
      };
    },
  },
  {
    ...{ name: "outflow-thin", words: "outflow layers, ε = 10^U(−4, −3)", goal: 1e-3, local: false },
    draw: (random) => {
      const [angle, e] = [between(random, 0.2, 1.37), power(random, -4, -3)];
      return {
        ...{ domain: square, constants: { e, a: Math.cos(angle), b: Math.sin(angle) } },
        functions: {
          "f(s)": "s - (exp(a*(s-1)/e) - exp(-a/e))/(1 - exp(-a/e))",
          "g(s)": "s - (exp(b*(s-1)/e) - exp(-b/e))/(1 - exp(-b/e))",
        },
        ...{ equations: "-e*lap(u) + a*u_x + b*u_y = source", manufactured: "f(x)*g(y)", conditions: "exact" },
      };
    },
  },
  {
    ...{ name: "reaction", words: "layers on four walls, −ε²Δu + u, ε = 10^U(−3, −1.5)", goal: 1e-3, local: false },
    draw: (random) => ({
      ...{ domain: square, constants: { e: power(random, -3, -1.5) } },
      functions: { "f(s)": "1 - (exp((s-1)/e) + exp(-s/e))/(1 + exp(-1/e))" },
      ...{ equations: "-e^2*lap(u) + u = source", manufactured: "f(x)*f(y)", conditions: "exact" },
    }),
  },
  {
    ...{
      name: "interior",
      words: "an interior layer of width 10^U(−2.5, −1.5) along a random line",
      goal: 1e-3,
      local: true,
    },
    draw: (random) => {
      const angle = between(random, 0, Math.PI);
      const constants = {
        ...{ w: power(random, -2.5, -1.5), a: Math.cos(angle), b: Math.sin(angle) },
        ...{ p: between(random, 0.3, 0.7), q: between(random, 0.3, 0.7) },
      };
      const manufactured = "tanh((a*(x-p) + b*(y-q))/w)*cos(x*y)";
      return { domain: square, constants, equations: "-lap(u) = source", manufactured, conditions: "exact" };
    },
  },
  {
    ...{ name: "turning", words: "a turning point, −εΔu − (x − c)u_x + u, ε = 10^U(−4, −2)", goal: 1e-3, local: false },
    draw: (random) => ({
      ...{ domain: { x: [-1, 1], y: [0, 1] }, constants: { e: power(random, -4, -2), c: between(random, -0.5, 0.5) } },
      equations: "-e*lap(u) - (x-c)*u_x + u = source",
      ...{ manufactured: "tanh((x-c)/sqrt(2*e))*sin(pi*y)", conditions: "exact" },
    }),
  },
  {
    ...{ name: "corner", words: "an L with r^(2/3), plus a smooth part", goal: 1e-3, local: true },
    draw: (random) => ({
      domain: {
        difference: [
          { x: [-1, 1], y: [-1, 1] },
          { x: [0, 1], y: [-1, 0] },
        ],
      },
      constants: { a: between(random, -1, 1), b: between(random, 1, 3) },
      equations: "-lap(u) = (a*(b^2-1))*cos(b*x)*exp(y)",
      exact: "(x^2+y^2)^(1/3)*sin(2/3*if(y<0, atan2(y,x)+2*pi, atan2(y,x))) + a*cos(b*x)*exp(y)",
      conditions: "exact",
    }),
  },
  {
    ...{ name: "needle", words: "a Gaussian of width 10^U(−2.5, −1.5)", goal: 1e-3, local: true },
    draw: (random) => ({
      ...{
        domain: square,
        constants: { w: power(random, -2.5, -1.5), p: between(random, 0.1, 0.9), q: between(random, 0.1, 0.9) },
      },
      ...{ equations: "-lap(u) = source", manufactured: "exp(-((x-p)^2+(y-q)^2)/(2*w^2))", conditions: "exact" },
    }),
  },
  {
    ...{
      name: "interface",
      words: "a line with a coefficient that steps within 10^U(−6, −3)",
      goal: 1e-3,
      local: false,
    },
    draw: (random) => ({
      ...{
        domain: { x: [0, 1] },
        constants: { s: between(random, 0.2, 0.8), w: power(random, -6, -3), k: power(random, 0.5, 2) },
      },
      functions: { "c(x)": "1 + (k-1)*(1+tanh((x-s)/w))/2" },
      ...{ equations: "-dx(c(x)*u_x) = source", manufactured: "sin(3*x)*exp(x)", conditions: "exact" },
    }),
  },
  {
    ...{ name: "smooth", words: "Poisson, smooth", goal: 1e-6, local: false },
    draw: (random) => ({
      ...{
        domain: square,
        constants: { a: between(random, 1, 6), b: between(random, -2, 2), c: between(random, 1, 4) },
      },
      ...{ equations: "-lap(u) = source", manufactured: "sin(a*x+b*y)*exp(y) + cos(c*x*y)", conditions: "exact" },
    }),
  },
  {
    ...{ name: "helmholtz", words: "Helmholtz, k = U(30, 50)", goal: 1e-6, local: false },
    draw: (random) => {
      const angle = between(random, 0, Math.PI);
      const constants = { k: between(random, 30, 50), a: Math.cos(angle), b: Math.sin(angle) };
      return {
        ...{ domain: square, constants, equations: "lap(u) + k^2*u = source" },
        ...{ manufactured: "sin(k*(a*x+b*y)) + x*y", conditions: "exact" },
      };
    },
  },
  {
    ...{ name: "plate", words: "a clamped plate", goal: 1e-6, local: false },
    draw: (random) => ({
      ...{ domain: square, constants: { a: between(random, -2, 2), b: between(random, -2, 2) } },
      ...{ equations: "lap(lap(u)) = source", manufactured: "(sin(pi*x)*sin(pi*y))^2*exp(a*x+b*y)" },
      conditions: ["u = 0", { type: "neumann", equation: "u_n = 0" }],
    }),
  },
  {
    ...{ name: "bratu", words: "Bratu, λ = U(0.5, 3)", goal: 1e-6, local: false },
    draw: (random) => ({
      ...{ domain: square, constants: { c: between(random, 0.5, 3), a: between(random, -1, 2) } },
      ...{ equations: "lap(u) + c*exp(u) = source", manufactured: "4*x*(1-x)*y*(1-y)*exp(a*x*y)", conditions: "exact" },
    }),
  },
  {
    ...{ name: "minimal", words: "a minimal surface (catenoid)", goal: 1e-6, local: false },
    draw: (random) => {
      const half = between(random, 0.4, 0.65);
      return {
        domain: { x: [-half, half], y: [-half, half] },
        equations: "(1+u_y^2)*u_xx - 2*u_x*u_y*u_xy + (1+u_x^2)*u_yy = 0",
        ...{ exact: "sqrt(cosh(x)^2 - y^2)", conditions: "exact" },
      };
    },
  },
  {
    ...{ name: "disk", words: "−Δu + u in an ellipse", goal: 1e-6, local: false },
    draw: (random) => ({
      domain: {
        shape: "ellipse",
        center: [0, 0],
        radii: [between(random, 0.5, 1), between(random, 0.5, 1)],
        angle: between(random, 0, 3),
      },
      constants: { a: between(random, 1, 4) },
      ...{ equations: "-lap(u) + u = source", manufactured: "sin(a*x)*cosh(y)", conditions: "exact" },
    }),
  },
  {
    ...{ name: "stokes", words: "Stokes in a square, u, v, p", goal: 1e-3, local: false },
    draw: (random) => ({
      ...{
        domain: square,
        unknowns: ["u", "v", "p"],
        constants: { a: between(random, 1, 4), b: between(random, 1, 4) },
      },
      equations: ["-lap(u) + p_x = source", "-lap(v) + p_y = source", "u_x + v_y = source"],
      manufactured: ["b*sin(a*x)*cos(b*y)", "-a*cos(a*x)*sin(b*y)", "x*y - 1/4"],
      ...{ conditions: ["u = exact", "v = exact"], integrals: ["p = 0"] },
    }),
  },
  {
    ...{
      name: "obstacle",
      words: "Stokes past a disk between walls (doublet and stokeslet outside)",
      goal: 1e-3,
      local: false,
    },
    draw: (random) => ({
      domain: {
        difference: [
          { x: [-2, 2], y: [-1, 1] },
          { shape: "disk", center: [0, 0], radius: between(random, 0.2, 0.4) },
        ],
      },
      ...{ unknowns: ["u", "v", "p"], constants: { a: between(random, -1, 1), b: between(random, -1, 1) } },
      equations: ["-lap(u) + p_x = 0", "-lap(v) + p_y = 0", "u_x + v_y = 0"],
      // A uniform flow, a stokeslet and a doublet inside of the disk.
      exact: [
        "1 + a*(log(x^2+y^2)/2 - x^2/(x^2+y^2)) + 0.02*b*(y^2-x^2)/(x^2+y^2)^2",
        "-a*x*y/(x^2+y^2) - 0.04*b*x*y/(x^2+y^2)^2",
        "-2*a*x/(x^2+y^2)",
      ],
      conditions: ["u = exact", "v = exact"],
      integrals: ["p = 0"],
    }),
  },
  {
    ...{ name: "kovasznay", words: "Kovasznay’s flow, Re = U(20, 80)", goal: 1e-4, local: false },
    draw: (random) => {
      const Re = between(random, 20, 80);
      return {
        ...{ domain: { x: [-0.5, 1], y: [-0.5, 1.5] }, unknowns: ["u", "v", "p"] },
        constants: { Re, r: Re / 2 - Math.sqrt(Re ** 2 / 4 + 4 * Math.PI ** 2) },
        equations: ["u*u_x + v*u_y + p_x = lap(u)/Re", "u*v_x + v*v_y + p_y = lap(v)/Re", "u_x + v_y = 0"],
        exact: ["1 - exp(r*x)*cos(2*pi*y)", "r/(2*pi)*exp(r*x)*sin(2*pi*y)", "(1 - exp(2*r*x))/2"],
        conditions: "exact",
      };
    },
  },
];

/** Draw number k of a kind. */
export const drawn = ({ name, draw }: Kind, k: number): ProblemSpec => ({
  name: `${name}-${k}`,
  ...draw(rng(0).split(`elements ${name} ${k}`)),
});
