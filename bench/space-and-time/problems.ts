/** Problems in three axes of space, and shapes in time, each with what it is judged by. */
import type { DomainSpec, ProblemSpec } from "../../solvers/index.ts";

/** A problem, its budgets in processor seconds with the goal of each, and its truth. */
export interface SpaceProblem {
  readonly spec: ProblemSpec;
  readonly goals: readonly (readonly [seconds: number, error: number])[];
  /** All unknowns at a point; undefined where the formula is not summed. */
  readonly exact?: (point: readonly number[]) => readonly number[] | undefined;
  /** A functional, and the number that it is. */
  readonly functional?: { readonly text: string; readonly value?: number; readonly of: string };
  /** The classical code of `bench/peers/` that finds the values at points. */
  readonly peer?: string;
}

const [sin, cos, exp, pi] = [Math.sin, Math.cos, Math.exp, Math.PI];
const box: DomainSpec = { x: [0, 1], y: [0, 1], z: [0, 1] };

/** −Δu = 1 in a cube: double series, in closed form along the axis whose walls are farthest. */
function cube(point: readonly number[]): readonly number[] | undefined {
  const [x, y, z] = [...point].sort((a, b) => Math.abs(a - 0.5) - Math.abs(b - 0.5)).reverse() as [
    number,
    number,
    number,
  ];
  if (Math.min(z, 1 - z) < 0.06) return undefined;
  let sum = (x * (1 - x)) / 2;
  const most = 121;
  for (let m = 1; m < most; m += 2)
    for (let n = 1; n < most; n += 2) {
      const square = pi * pi * (m * m + n * n);
      const l = Math.sqrt(square);
      const fall = (exp(-l * z) + exp(-l * (1 - z))) / (1 + exp(-l));
      // The part without z is x(1 − x)/2 less what the walls of y take, which the same series sums.
      sum -= (16 / (pi * pi * m * n * square)) * fall * sin(m * pi * x) * sin(n * pi * y);
    }
  for (let m = 1; m < 40 * most; m += 2) {
    const l = pi * m;
    sum -= (4 / l ** 3) * ((exp(-l * y) + exp(-l * (1 - y))) / (1 + exp(-l))) * sin(l * x);
  }
  return [sum];
}

const holes: readonly (readonly [x: number, y: number, r: number])[] = [
  ...[-9, -3, 3, 9].flatMap((y) => [[-4, y, 1] as const, [4, y, 1] as const]),
  ...[-6, 0, 6].flatMap((y) => [[0, y, 1] as const, [-3.2, y, 0.4] as const, [3.2, y, 0.4] as const]),
];
const around = (radius: number) =>
  holes
    .filter(([, , r]) => r === radius)
    .map(([x, y, r]) => `(x - ${x})^2 + (y - ${y})^2 = ${Number((r * r).toFixed(4))}`);

const elastic = (equation: string, on: string) => ({ type: "neumann" as const, equation, on });
const turned = (k: number): SpaceProblem => ({
  spec: {
    name: `bump exp(−${k} r²), turned half round`,
    domain: { x: [-1, 1], y: [-1, 1], t: [0, "pi"] },
    equations: "u_t + y*u_x - x*u_y = 0",
    conditions: [`u(x,y,0) = exp(-${k}*((x - 0.4)^2 + y^2))`, "u = 0 on boundary"],
  },
  goals: [[6, 1e-3]],
  exact: ([x, y, t]) => [exp(-k * ((x! * cos(t!) - y! * sin(t!) - 0.4) ** 2 + (x! * sin(t!) + y! * cos(t!)) ** 2))],
});
const hole = "(x - 0.2)^2 + (y - 0.2)^2 = 0.0025";

export const problems: readonly SpaceProblem[] = [
  {
    spec: { name: "cube, −Δu = 1", domain: box, equations: "-lap(u) = 1", conditions: "u = 0" },
    goals: [[0.5, 1e-6]],
    exact: cube,
  },
  {
    spec: {
      name: "heat in a cube, two modes",
      domain: { ...box, t: [0, 1] } as DomainSpec,
      equations: "u_t = 0.1*lap(u)",
      conditions: [
        "u(x,y,z,0) = sin(pi*x)*sin(pi*y)*sin(pi*z) + sin(2*pi*x)*sin(pi*y)*sin(3*pi*z)",
        ...["u = 0 on x", "u = 0 on y", "u = 0 on z"],
      ],
    },
    goals: [[1, 1e-8]],
    exact: ([x, y, z, t]) => {
      const first = sin(pi * x!) * sin(pi * y!) * sin(pi * z!) * exp(-0.3 * pi * pi * t!);
      return [first + sin(2 * pi * x!) * sin(pi * y!) * sin(3 * pi * z!) * exp(-1.4 * pi * pi * t!)];
    },
  },
  {
    spec: {
      name: "layer of 0.01 in a cube",
      domain: box,
      functions: { g: "x - (exp((x-1)/0.01) - exp(-1/0.01))/(1 - exp(-1/0.01))" },
      equations: "-0.01*lap(u) + u_x = source",
      ...{ manufactured: "g*sin(pi*y)*sin(pi*z)", conditions: "u = 0" },
    },
    goals: [[6, 7e-6]],
    exact: ([x, y, z]) => [(x! - (exp((x! - 1) / 0.01) - exp(-100)) / (1 - exp(-100))) * sin(pi * y!) * sin(pi * z!)],
  },
  {
    spec: {
      name: "peak of 0.05 in a cube",
      ...{ domain: box, equations: "-lap(u) = source", conditions: "u = 0" },
      manufactured: "sin(pi*x)*sin(pi*y)*sin(pi*z)*exp(-((x - 0.4)^2 + (y - 0.55)^2 + (z - 0.6)^2)/(2*0.05^2))",
    },
    goals: [[6, 2.6e-4]],
    exact: ([x, y, z]) => [
      sin(pi * x!) * sin(pi * y!) * sin(pi * z!) * exp(-((x! - 0.4) ** 2 + (y! - 0.55) ** 2 + (z! - 0.6) ** 2) / 0.005),
    ],
  },
  {
    spec: {
      name: "cantilever 5 × 1 × 1, its tip",
      domain: { x: [0, 5], y: [0, 1], z: [0, 1] },
      unknowns: ["u", "v", "w"],
      constants: { E: 1000, nu: 0.3 },
      functions: {
        lamdiv: "E*nu/((1+nu)*(1-2*nu))*(u_x+v_y+w_z)",
        mu: "E/(2*(1+nu))",
        ...{ sxx: "lamdiv+2*mu*u_x", syy: "lamdiv+2*mu*v_y", szz: "lamdiv+2*mu*w_z" },
        ...{ sxy: "mu*(u_y+v_x)", sxz: "mu*(u_z+w_x)", syz: "mu*(v_z+w_y)" },
      },
      equations: ["dx(sxx)+dy(sxy)+dz(sxz)=0", "dx(sxy)+dy(syy)+dz(syz)=0", "dx(sxz)+dy(syz)+dz(szz)=0"],
      conditions: [
        ...["u", "v", "w"].map((name) => ({ type: "dirichlet" as const, equation: `${name} = 0`, on: "x = 0" })),
        ...[elastic("sxx = 0", "x = 5"), elastic("sxy = 0", "x = 5"), elastic("sxz = -1", "x = 5")],
        ...[elastic("sxy = 0", "y"), elastic("syy = 0", "y"), elastic("syz = 0", "y")],
        ...[elastic("sxz = 0", "z"), elastic("syz = 0", "z"), elastic("szz = 0", "z")],
      ],
    },
    goals: [[20, 1e-2]],
    functional: { text: "w(5, 0.5, 0.5)", of: "the same with four times the time" },
  },
  {
    spec: {
      name: "cube with a round hole, 1/r",
      domain: {
        difference: [
          { x: [-1, 1], y: [-1, 1], z: [-1, 1] },
          { shape: "ball", center: [0, 0, 0], radius: 0.4 },
        ],
      },
      ...{ equations: "lap(u) = 0", conditions: "u = 1/sqrt(x^2 + y^2 + z^2)" },
    },
    goals: [[20, 1e-4]],
    exact: ([x, y, z]) => [1 / Math.hypot(x!, y!, z!)],
  },
  {
    spec: {
      name: "ball, −Δu = 6 + x",
      domain: { shape: "ball", center: [0, 0, 0], radius: 1 },
      ...{ equations: "-lap(u) = 6 + x", conditions: "u = 0" },
    },
    goals: [[20, 1e-4]],
    exact: ([x, y, z]) => [(1 - x! * x! - y! * y! - z! * z!) * (1 + x! / 10)],
  },
  {
    spec: {
      name: "Taylor–Green in a cube, Re = 100",
      unknowns: ["u", "v", "w", "p"],
      domain: { x: [0, "2*pi"], y: [0, "2*pi"], z: [0, "2*pi"], t: [0, 1] },
      equations: [
        ...["u_t + u*u_x + v*u_y + w*u_z + p_x = lap(u)/100", "v_t + u*v_x + v*v_y + w*v_z + p_y = lap(v)/100"],
        ...["w_t + u*w_x + v*w_y + w*w_z + p_z = lap(w)/100", "u_x + v_y + w_z = 0"],
      ],
      conditions: [
        ...["u(x,y,z,0) = sin(x)*cos(y)*cos(z)", "v(x,y,z,0) = -cos(x)*sin(y)*cos(z)", "w(x,y,z,0) = 0"],
        "periodic in x, y, z",
      ],
      integrals: ["p = 0 at every t"],
    },
    goals: [[60, 1e-3]],
    peer: "taylor_green.py",
  },
  {
    spec: {
      name: "heat on a plate with 17 holes",
      domain: {
        difference: [
          { x: [-8, 8], y: [-12, 12] },
          ...holes.map(([x, y, radius]) => ({ shape: "ball" as const, center: [x, y] as const, radius })),
        ],
        t: [0, 3],
      },
      equations: "u_t = lap(u)",
      conditions: [
        { type: "initial", equation: "u = 0" },
        { type: "robin", equation: "u_n + u = 5", on: around(1) },
        { type: "robin", equation: "u_n + u = 1", on: around(0.4) },
        { type: "robin", equation: "u_n + u = 0.1", on: ["x = -8", "x = 8", "y = -12", "y = 12"] },
      ],
    },
    goals: [[6, 1e-3]],
  },
  {
    spec: {
      name: "L-shape in time",
      domain: { difference: [{ x: [-1, 1], y: [-1, 1] }, { x: [0, 1.1], y: [-1.1, 0] }], t: [0, 0.5] }, // biome-ignore format: one shape
      equations: "u_t = lap(u) + 1",
      conditions: ["u = 0", "u = 0 at t = 0"],
    },
    goals: [[6, 1e-4]],
  },
  {
    spec: {
      name: "heat to t = 100 with a source (PINNacle's Heat 2d-LT)",
      domain: { x: [0, 1], y: [0, 1], t: [0, 100] },
      equations: "u_t = 0.001*lap(u) + 5*sin(u^2)*(1 + 2*sin(pi*t/4))*sin(4*pi*x)*sin(2*pi*y)",
      conditions: ["u(x,y,0) = sin(4*pi*x)*sin(3*pi*y)", "u = 0 on x", "u = 0 on y"],
    },
    goals: [[20, 1e-2]],
  },
  {
    spec: {
      name: "wave in a square, 100 periods",
      domain: { x: [0, 1], y: [0, 1], t: [0, "100*sqrt(2)"] },
      equations: "u_tt = lap(u)",
      conditions: ["u(x,y,0) = sin(pi*x)*sin(pi*y)", "u_t(x,y,0) = 0", "u = 0 on boundary"],
    },
    goals: [[20, 1e-2]],
    exact: ([x, y, t]) => [sin(pi * x!) * sin(pi * y!) * cos(Math.SQRT2 * pi * t!)],
  },
  turned(60),
  turned(90),
  {
    spec: {
      name: "cylinder, DFG 2D-1, its drag",
      unknowns: ["u", "v", "p"],
      domain: {
        difference: [
          { x: [0, 2.2], y: [0, 0.41] },
          { shape: "ball", center: [0.2, 0.2], radius: 0.05 },
        ],
      },
      equations: ["u*u_x + v*u_y + p_x = 0.001*lap(u)", "u*v_x + v*v_y + p_y = 0.001*lap(v)", "u_x + v_y = 0"],
      conditions: [
        { type: "dirichlet", equation: "u = 1.2*y*(0.41 - y)/0.41^2", on: "x = 0" },
        { type: "dirichlet", equation: "v = 0", on: "x = 0" },
        { type: "robin", equation: "0.001*u_x - p = 0", on: "x = 2.2" },
        { type: "neumann", equation: "v_x = 0", on: "x = 2.2" },
        { type: "dirichlet", equation: "u = 0", on: ["y = 0", "y = 0.41", hole] },
        { type: "dirichlet", equation: "v = 0", on: ["y = 0", "y = 0.41", hole] },
      ],
    },
    goals: [[6, 1e-3]],
    functional: {
      text: `integral(500*(p*nx - 0.001*(2*u_x*nx + (u_y + v_x)*ny)), ${hole})`,
      ...{ value: 5.579_535_23, of: "Nabh 1998: 5.57953523" },
    },
  },
  {
    spec: {
      name: "Fichera's corner",
      domain: {
        difference: [
          { x: [-1, 1], y: [-1, 1], z: [-1, 1] },
          { x: [0, 1.1], y: [0, 1.1], z: [0, 1.1] },
        ],
      },
      ...{ equations: "-lap(u) = 1", conditions: "u = 0" },
    },
    goals: [
      [6, 5e-3],
      [60, 5e-4],
    ],
  },
];
