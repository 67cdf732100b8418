/** Reference problems without time. */
import type { Rng } from "../../engine/random/rng.ts";
import type { DomainSpec } from "../../equations/domain/index.ts";
import { domainOf, gridPoints } from "../../equations/domain/index.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";
import type { TestSet } from "../../solvers/solution/evaluation.ts";
import { gaussian, kovasznay, kovasznayReynolds, lShapeSingular } from "./exact-solutions.ts";
import { atPoints, type ReferenceProblem } from "./reference-problem.ts";
import { boxPoints, peakMixture } from "./test-points.ts";

const { PI, cos, sin } = Math;

/** Centre of the shifted ten-dimensional Gaussian; all faces of [−1, 1]^10 are at least 0.7 away. */
export const offCentre: readonly number[] = [0.3, -0.2, 0.25, 0.1, -0.3, 0.2, -0.1, -0.25, 0.15, 0.3];

const square: DomainSpec = { x: [-1, 1], y: [-1, 1] };
const cube = (d: number, low: number, high: number): DomainSpec =>
  Object.fromEntries(Array.from({ length: d }, (_, k) => [`x${k + 1}`, [low, high] as const]));
const range = (d: number) => Array.from({ length: d }, (_, k) => k + 1);

interface Recipe {
  readonly spec: ProblemSpec;
  readonly dimension: number;
  readonly solution: (x: Float64Array) => number | readonly number[];
  readonly points: (rng: Rng) => Float64Array;
  readonly published: readonly string[];
}

function problem({ spec, dimension, solution, points, published }: Recipe): ReferenceProblem {
  const reference = atPoints(dimension, solution);
  const unknowns = spec.unknowns?.length ?? 1;
  const testSet = (rng: Rng): TestSet => {
    const at = points(rng);
    return { points: at, values: reference(at), ...(unknowns > 1 && { unknowns }) };
  };
  return { name: spec.name, spec, reference, accuracy: 1e-14, testSet, published };
}

function peakText(x: number, y: number): string {
  const shift = (name: string, c: number) => `(${name}${c > 0 ? "-" : "+"}${Math.abs(c)})^2`;
  return `exp(-1000*(${shift("x", x)}+${shift("y", y)}))`;
}

/** −Δu = s with one peak of width 0.022 (AAS, arXiv 2305.18702). */
export function peak(): ReferenceProblem {
  return problem({
    spec: {
      name: "peak",
      domain: square,
      equations: ["-lap(u) = source"],
      manufactured: peakText(0.5, 0.5),
      conditions: "exact",
    },
    dimension: 2,
    solution: gaussian(1000, [0.5, 0.5]),
    points: () => gridPoints([-1, -1], [1, 1], [256, 256], true),
    published: ["AAS and DAS: order 1e-2 to 1e-3 (arXiv 2305.18702, 2112.14038; order of magnitude, from curves)"],
  });
}

/** −∇·(u∇|x|²) + Δu = s with two peaks (AAS, arXiv 2305.18702). */
export function twoPeaks(): ReferenceProblem {
  const [one, other] = [gaussian(1000, [0.5, 0.5]), gaussian(1000, [-0.5, -0.5])];
  return problem({
    spec: {
      name: "two-peaks",
      domain: square,
      equations: ["-(2*x*u_x + 2*y*u_y + 4*u) + lap(u) = source"],
      manufactured: `${peakText(0.5, 0.5)} + ${peakText(-0.5, -0.5)}`,
      conditions: "exact",
    },
    dimension: 2,
    solution: (x) => one(x) + other(x),
    points: () => gridPoints([-1, -1], [1, 1], [256, 256], true),
    published: ["AAS and DAS: order 1e-2 to 1e-3 (arXiv 2305.18702, 2112.14038; order of magnitude, from curves)"],
  });
}

/** −Δu + u − u³ = s in ten dimensions, u = exp(−10|x − c|²) (AAS, arXiv 2305.18702, c = 0). */
export function gaussian10(name: string, center: readonly number[]): ReferenceProblem {
  const solution = gaussian(10, center);
  const reference = atPoints(10, solution);
  const squares = center.map((c, k) => (c === 0 ? `x${k + 1}^2` : `(x${k + 1}${c > 0 ? "-" : "+"}${Math.abs(c)})^2`));
  return {
    name,
    spec: {
      name,
      domain: cube(10, -1, 1),
      equations: ["-lap(u) + u - u^3 = source"],
      manufactured: `exp(-10*(${squares.join(" + ")}))`,
      conditions: "exact",
    },
    reference,
    accuracy: 1e-15,
    testSet(rng) {
      const { points, weights } = peakMixture(center, 60_000, rng);
      return { points, weights, values: reference(points) };
    },
    published: ["AAS and DAS: order 1e-2 (arXiv 2305.18702; order of magnitude, from curves)"],
  };
}

/** −Δu = 2π² sin πx sin πy on the unit square (ENGD, arXiv 2302.13163). */
export function poisson2(): ReferenceProblem {
  return problem({
    spec: {
      name: "poisson-2d",
      domain: { x: [0, 1], y: [0, 1] },
      equations: ["-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)"],
      exact: "sin(pi*x)*sin(pi*y)",
      conditions: [{ type: "dirichlet", equation: "u = 0" }],
    },
    dimension: 2,
    solution: ([x, y]) => sin(PI * x!) * sin(PI * y!),
    points: () => gridPoints([0, 0], [1, 1], [101, 101]),
    published: [
      "ENGD: absolute L2 9.0e-7 at 100 s, 6.1e-8 at 1000 s on a GPU (arXiv 2302.13163, data of 2405.15603); divide by 1/2 for relative",
    ],
  });
}

/** −Δu = π² Σ cos πx_i in five dimensions (ENGD, arXiv 2302.13163). */
export function poisson5(): ReferenceProblem {
  const sum = range(5)
    .map((k) => `cos(pi*x${k})`)
    .join(" + ");
  return problem({
    spec: {
      name: "poisson-5d",
      domain: cube(5, 0, 1),
      equations: [`-lap(u) = pi^2*(${sum})`],
      exact: sum,
      conditions: "exact",
    },
    dimension: 5,
    solution: (x) => x.reduce((total, v) => total + cos(PI * v), 0),
    points: (rng) => boxPoints(Array(5).fill(0), Array(5).fill(1), 20_000, rng),
    published: [
      "ENGD: absolute L2 6.4e-7 at 100 s, 5.6e-8 at 3000 s on a GPU (data of arXiv 2405.15603)",
      "SPRING 2.6e-7 at 7000 s (data of arXiv 2505.12149)",
    ],
  });
}

/** Δu = 0 in ten dimensions, u = x₁x₂ + x₃x₄ + … (KFAC for PINNs, arXiv 2405.15603). */
export function harmonic10(): ReferenceProblem {
  return problem({
    spec: {
      name: "harmonic-10d",
      domain: cube(10, 0, 1),
      equations: ["-lap(u) = 0"],
      exact: "x1*x2 + x3*x4 + x5*x6 + x7*x8 + x9*x10",
      conditions: "exact",
    },
    dimension: 10,
    solution: (x) => [0, 2, 4, 6, 8].reduce((total, k) => total + x[k]! * x[k + 1]!, 0),
    points: (rng) => boxPoints(Array(10).fill(0), Array(10).fill(1), 20_000, rng),
    published: ["SPRING: absolute L2 1.2e-5 at 7000 s on a GPU (data of arXiv 2505.12149)"],
  });
}

/** Δu + u = s with u = sin aπx sin bπy on [−1, 1]² (Wang, Teng, Perdikaris 2021, arXiv 2001.04536). */
export function helmholtz(a: number, b: number): ReferenceProblem {
  return problem({
    spec: {
      name: `helmholtz-${a}-${b}`,
      domain: square,
      constants: { k: 1 },
      equations: ["lap(u) + k^2*u = source"],
      manufactured: `sin(${a}*pi*x)*sin(${b}*pi*y)`,
      conditions: [{ type: "dirichlet", equation: "u = 0" }],
    },
    dimension: 2,
    solution: ([x, y]) => sin(a * PI * x!) * sin(b * PI * y!),
    points: () => gridPoints([-1, -1], [1, 1], [201, 201]),
    published: ["FastLSQ, Helmholtz 2-D with k = 10: 1.9e-6 (arXiv 2602.10541)"],
  });
}

/** Δu = 0 in the L-shape with the corner singularity r^{2/3} sin(2θ/3). */
export function lShape(): ReferenceProblem {
  const domain: DomainSpec = {
    shape: "polygon",
    vertices: [
      [0, 0],
      [1, 0],
      [1, 1],
      [-1, 1],
      [-1, -1],
      [0, -1],
    ],
  };
  return problem({
    spec: {
      name: "l-shape",
      domain,
      equations: ["-lap(u) = 0"],
      // With φ the angle from the diagonal of the corner, u = r^{2/3} cos(2φ/3) and tan(φ/2) = −(x+y)/(√2 r + y − x).
      exact: "(x^2+y^2)^(1/3)*cos(4/3*atan((x+y)/(sqrt(2*(x^2+y^2)) + y - x)))",
      conditions: "exact",
    },
    dimension: 2,
    solution: ([x, y]) => lShapeSingular(x!, y!),
    points: (rng) => domainOf(domain).interior(20_000, rng),
    published: [],
  });
}

/** Steady Navier–Stokes behind a grid at Re = 40. */
export function kovasznayFlow(): ReferenceProblem {
  const reynolds = kovasznayReynolds;
  const lambda = `(${reynolds / 2} - sqrt(${(reynolds / 2) ** 2} + 4*pi^2))`;
  const exact = {
    u: `1 - exp(${lambda}*x)*cos(2*pi*y)`,
    v: `${lambda}/(2*pi)*exp(${lambda}*x)*sin(2*pi*y)`,
    p: `1/2*(1 - exp(2*${lambda}*x))`,
  };
  return problem({
    spec: {
      name: "kovasznay",
      domain: { x: [-0.5, 1], y: [-0.5, 1.5] },
      unknowns: ["u", "v", "p"],
      constants: { Re: reynolds },
      equations: navierStokes,
      exact,
      conditions: [
        { type: "dirichlet", equation: [`u = ${exact.u}`, `v = ${exact.v}`] },
        { type: "dirichlet", equation: `p = ${exact.p}`, on: "x = 1" },
      ],
    },
    dimension: 2,
    solution: ([x, y]) => kovasznay(x!, y!),
    points: () => gridPoints([-0.5, -0.5], [1, 1.5], [101, 101]),
    published: [],
  });
}

/** The steady incompressible Navier–Stokes equations in the plane. */
export const navierStokes: readonly string[] = [
  "u*u_x + v*u_y = -p_x + lap(u)/Re",
  "u*v_x + v*v_y = -p_y + lap(v)/Re",
  "u_x + v_y = 0",
];
