/** Conservation laws with jumps, as texts, with their solution at the last moment where a formula has it. */
import type { ProblemSpec } from "../../equations/problem/index.ts";
import { densityOfSod, depthOfDam, saturation } from "../../test/solvers/conservation/exact.ts";

/** A problem; its name is that of `bench/peers/finite_volumes.py`. */
export interface ConservationProblem {
  readonly spec: ProblemSpec;
  /** Processor seconds, and the L¹ error of the first unknown over its width that is asked for; `none` beside a fine grid. */
  readonly seconds: number;
  readonly goal?: number;
  readonly exact?: (x: number) => number;
  /** Cells along an axis of the peer's grid that stands for the solution where there is no formula. */
  readonly fine?: number;
}

const euler = {
  constants: { gamma: 1.4 },
  unknowns: ["rho", "u", "p"],
  functions: { E: "p/(gamma - 1) + rho*u^2/2" },
  equations: ["rho_t + (rho*u)_x = 0", "(rho*u)_t + (rho*u^2 + p)_x = 0", "dt(E) + dx((E + p)*u) = 0"],
} as const;

/** States in the quarters of the unit square, from the upper right against the clock (Lax and Liu 1998, doi:10.1137/S1064827595291819). */
const quarters = (...[a, b, c, d]: readonly number[]) =>
  `if(x > 0.5, if(y > 0.5, ${a}, ${d}), if(y > 0.5, ${b}, ${c}))`;

export const problems: readonly ConservationProblem[] = [
  {
    spec: {
      name: "advected box",
      domain: { x: [0, 1], t: [0, 1] },
      equations: "u_t + u_x = 0",
      conditions: ["u(x, 0) = if(x > 0.3 and x < 0.6, 1, 0)", "u periodic"],
    },
    ...{ seconds: 1, goal: 4e-2 },
    exact: (x) => Number(x > 0.3 && x < 0.6),
  },
  {
    spec: {
      name: "Burgers, shock",
      domain: { x: [0, 1], t: [0, 0.8] },
      equations: "u_t + u*u_x = 0",
      conditions: ["u(x, 0) = if(x < 0.3, 1, 0)", "u = 1 on x = 0"],
    },
    ...{ seconds: 1, goal: 2e-3 },
    exact: (x) => Number(x < 0.7),
  },
  {
    spec: {
      name: "Buckley-Leverett",
      domain: { x: [-1, 1], t: [0, 0.4] },
      equations: "u_t + dx(u^2/(u^2 + (1 - u)^2/2)) = 0",
      conditions: "u(x, 0) = if(x < 0, 1, 0)",
    },
    ...{ seconds: 1, goal: 7e-3 },
    exact: (x) => saturation(x / 0.4),
  },
  {
    spec: {
      name: "traffic, fan",
      domain: { x: [-1, 1], t: [0, 1] },
      unknowns: ["rho"],
      equations: "rho_t + dx(rho*(1 - rho)) = 0",
      conditions: "rho(x, 0) = if(x < 0, 0.9, 0.1)",
    },
    seconds: 1,
    exact: (x) => (1 - Math.max(-0.8, Math.min(0.8, x))) / 2,
  },
  {
    spec: {
      name: "dam",
      domain: { x: [-5, 5], t: [0, 0.8] },
      unknowns: ["h", "q"],
      equations: ["h_t + q_x = 0", "q_t + dx(q^2/h + 9.81*h^2/2) = 0"],
      conditions: ["h(x, 0) = if(x < 0, 2, 1)", "q(x, 0) = 0"],
    },
    ...{ seconds: 1, goal: 5e-3 },
    exact: (x) => depthOfDam(x / 0.8, 2, 1, 9.81),
  },
  {
    spec: {
      name: "Sod",
      ...euler,
      domain: { x: [0, 1], t: [0, 0.2] },
      conditions: ["rho(x, 0) = if(x < 0.5, 1, 0.125)", "u(x, 0) = 0", "p(x, 0) = if(x < 0.5, 1, 0.1)"],
    },
    ...{ seconds: 1, goal: 4e-3 },
    exact: (x) => densityOfSod((x - 0.5) / 0.2),
  },
  {
    spec: {
      name: "Shu-Osher",
      ...euler,
      domain: { x: [-5, 5], t: [0, 1.8] },
      conditions: [
        "rho(x, 0) = if(x < -4, 3.857143, 1 + 0.2*sin(5*x))",
        "u(x, 0) = if(x < -4, 2.629369, 0)",
        "p(x, 0) = if(x < -4, 10.33333, 1)",
      ],
    },
    ...{ seconds: 30, fine: 8000 },
  },
  {
    spec: {
      name: "configuration 3",
      constants: { gamma: 1.4 },
      domain: { x: [0, 1], y: [0, 1], t: [0, 0.3] },
      unknowns: ["rho", "u", "v", "p"],
      functions: { E: "p/(gamma - 1) + rho*(u^2 + v^2)/2" },
      equations: [
        "dt(rho) + dx(rho*u) + dy(rho*v) = 0",
        "dt(rho*u) + dx(rho*u^2 + p) + dy(rho*u*v) = 0",
        "dt(rho*v) + dx(rho*u*v) + dy(rho*v^2 + p) = 0",
        "dt(E) + dx((E + p)*u) + dy((E + p)*v) = 0",
      ],
      conditions: [
        `rho(x, y, 0) = ${quarters(1.5, 0.5323, 0.138, 0.5323)}`,
        `u(x, y, 0) = ${quarters(0, 1.206, 1.206, 0)}`,
        `v(x, y, 0) = ${quarters(0, 0, 1.206, 1.206)}`,
        `p(x, y, 0) = ${quarters(1.5, 0.3, 0.029, 0.3)}`,
      ],
    },
    ...{ seconds: 30, fine: 400 },
  },
];
