/** Reference problems with time. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import { gridPoints } from "../../equations/domain/index.ts";
import type { ProblemSpec } from "../../equations/problem/index.ts";
import { coleHopf } from "./cole-hopf.ts";
import { kdvTwoSolitons } from "./exact-solutions.ts";
import type { FourierEvolution } from "./fourier-evolution.ts";
import { atPoints, type ReferenceProblem } from "./reference-problem.ts";
import { allenCahn } from "./semilinear.ts";
import { boxPoints } from "./test-points.ts";

const { PI, cos, sin, exp } = Math;

interface Recipe {
  readonly spec: ProblemSpec;
  readonly reference: (points: Float64Array) => Float64Array;
  readonly accuracy?: number;
  readonly points: (rng: Rng) => Float64Array;
  readonly published: readonly string[];
}

function problem({ spec, reference, accuracy = 1e-14, points, published }: Recipe): ReferenceProblem {
  const testSet = (random: Rng) => {
    const at = points(random);
    return { points: at, values: reference(at) };
  };
  return { name: spec.name, spec, reference, accuracy, testSet, published };
}

/** u_t = Δu/4 on the unit cube with u = e^{−π²dt/4} Π sin πx_i (ENGD, arXiv 2302.13163). */
export function heat(d: number): ReferenceProblem {
  const names = d === 1 ? ["x"] : Array.from({ length: d }, (_, k) => `x${k + 1}`);
  const modes = names.map((x) => `sin(pi*${x})`).join("*");
  return problem({
    spec: {
      name: `heat-${d}d`,
      domain: { ...Object.fromEntries(names.map((x) => [x, [0, 1] as const])), t: [0, 1] },
      constants: { kappa: 0.25 },
      equations: ["u_t = kappa*lap(u)"],
      exact: `exp(-${d}*pi^2*kappa*t)*${modes}`,
      conditions: [
        { type: "initial", equation: `u = ${modes}` },
        { type: "dirichlet", equation: "u = 0" },
      ],
    },
    reference: atPoints(d + 1, (x) => {
      let value = exp((-d * PI * PI * x[d]!) / 4);
      for (let k = 0; k < d; k++) value *= sin(PI * x[k]!);
      return value;
    }),
    points: (random) =>
      d === 1
        ? gridPoints([0, 0], [1, 1], [101, 101])
        : boxPoints(Array(d + 1).fill(0), Array(d + 1).fill(1), 20_000, random),
    published: [
      d === 1
        ? "ENGD: absolute L2 2.8e-8 on a GPU (data of arXiv 2405.15603)"
        : "ENGD: absolute L2 7.4e-7 on a GPU (data of arXiv 2405.15603)",
    ],
  });
}

const burgersConditions = [
  { type: "initial", equation: "u = -sin(pi*x)" },
  { type: "dirichlet", equation: "u = 0", on: "x" },
] as const;

/** Burgers with ν = 0.01/π: a layer of width 0.003 grows at x = 0. The reference is {@link coleHopf}. */
export function burgers(): ReferenceProblem {
  return problem({
    spec: {
      name: "burgers",
      domain: { x: [-1, 1], t: [0, 1] },
      constants: { nu: "0.01/pi" },
      equations: ["u_t + u*u_x = nu*u_xx"],
      conditions: burgersConditions,
    },
    reference: coleHopf(),
    points: () => gridPoints([-1, 0], [1, 1], [257, 101]),
    published: [
      "RAD about 2e-4 (arXiv 2207.10289)",
      "SOAP 4.0e-5 (arXiv 2502.00604, as quoted by others)",
      "SSBroyden 1.6e-8 (arXiv 2405.04230, quoted in 2501.16371)",
    ],
  });
}

/** Options of {@link inverseBurgers}. */
export interface InverseBurgersOptions {
  /** Number of observations. `@defaultValue 200` */
  readonly count?: number;
  /** Standard deviation of their noise. `@defaultValue 0.01` */
  readonly noise?: number;
  /** Stream for places and noise. `@defaultValue` a fixed one: the default data are part of the problem */
  readonly rng?: Rng;
}

/** Burgers with unknown ν (true value 0.01/π, first guess 0.05) from noisy observations of the Cole–Hopf solution. */
export function inverseBurgers(options: InverseBurgersOptions = {}): ReferenceProblem {
  const { count = 200, noise = 0.01, rng: random = rng(0).split("inverse-burgers") } = options;
  const forward = burgers();
  const points = boxPoints([-1, 0], [1, 1], count, random.split("points"));
  const errors = random.split("noise").normal(count);
  return {
    ...forward,
    name: "inverse-burgers",
    spec: {
      ...forward.spec,
      name: "inverse-burgers",
      trainable: { nu: 0.05 },
      observations: [
        {
          points: Array.from(points),
          values: Array.from(coleHopf()(points), (u, i) => u + noise * errors[i]!),
          ...(noise > 0 && { sigma: noise }),
        },
      ],
    },
    published: [],
  };
}

let allenCahnSolution: FourierEvolution | undefined;

/**
 * Allen–Cahn with sharp interfaces. The reference is {@link allenCahn}, computed at first use (about 2 s) and kept.
 */
export function allenCahnProblem(): ReferenceProblem {
  const solution = () => {
    allenCahnSolution ??= allenCahn();
    return allenCahnSolution;
  };
  return problem({
    spec: {
      name: "allen-cahn",
      domain: { x: [-1, 1], t: [0, 1] },
      equations: ["u_t = 1e-4*u_xx - 5*u^3 + 5*u"],
      conditions: [
        { type: "initial", equation: "u = x^2*cos(pi*x)" },
        { type: "periodic", on: "x" },
      ],
    },
    reference(points) {
      const values = solution().evaluate(points);
      for (let i = 0; i < values.length; i++) {
        const x = points[2 * i]!;
        if (points[2 * i + 1] === 0) values[i] = x * x * cos(PI * x);
      }
      return values;
    },
    accuracy: 5e-10,
    points: () => gridPoints([-1, 0], [1, 1], [257, 101]),
    published: [
      "jaxpi 5.37e-5 (arXiv 2308.08468, repository)",
      "PirateNet 2.24e-5 (arXiv 2402.00326, repository)",
      "SSBroyden 9.4e-7 (arXiv 2405.04230, quoted in 2501.16371)",
    ],
  });
}

/** Korteweg–de Vries: a soliton of speed 4 overtakes one of speed 1. */
export function kdvTwoSolitonProblem(): ReferenceProblem {
  // s₁ = 2, s₂ = 1; a = (x + 4 − t)/2 belongs to the slow soliton, b = x + 10 − 4t to the fast one.
  const [a, b] = ["((x + 4 - t)/2)", "(x + 10 - 4*t)"];
  const above = `(4*cosh(${a})^2 + sinh(${b})^2)`;
  const below = `(cosh(${b} + ${a}) + 3*cosh(${b} - ${a}))`;
  const aboveSlope = `(4*cosh(${a})*sinh(${a}) + 2*cosh(${b})*sinh(${b}))`;
  const belowSlope = `(3/2*sinh(${b} + ${a}) + 3/2*sinh(${b} - ${a}))`;
  const exact = `6*${above}/${below}^2`;
  // The formula is Hirota's with these phases: each exponential is scaled by the square root of the coupling, 1/9.
  const shift = Math.log(3);
  return problem({
    spec: {
      name: "kdv-two-soliton",
      domain: { x: [-20, 20], t: [0, 4] },
      equations: ["u_t + 6*u*u_x + u_xxx = 0"],
      exact,
      conditions: [
        { type: "initial", equation: "exact" },
        { type: "dirichlet", equation: "exact", on: "x" },
        {
          type: "neumann",
          equation: `u_x = 6*${aboveSlope}/${below}^2 - 12*${above}*${belowSlope}/${below}^3`,
          on: "x = 20",
        },
      ],
    },
    reference: atPoints(2, ([x, t]) => kdvTwoSolitons(x!, t!, [4, 1], [-20 - shift, -4 - shift])),
    points: () => gridPoints([-20, 0], [20, 4], [401, 101]),
    published: [
      "vRBA with SSBroyden, a two-soliton problem with other parameters: 2.2e-6 (arXiv 2509.14198, as quoted by others)",
    ],
  });
}

/** u_tt = 4 u_xx with two modes (Wang, Yu, Perdikaris 2022, arXiv 2007.14527). */
export function wave(): ReferenceProblem {
  return problem({
    spec: {
      name: "wave",
      domain: { x: [0, 1], t: [0, 1] },
      equations: ["u_tt = 4*u_xx"],
      exact: "sin(pi*x)*cos(2*pi*t) + 1/2*sin(4*pi*x)*cos(8*pi*t)",
      conditions: [
        { type: "initial", equation: ["u = sin(pi*x) + 1/2*sin(4*pi*x)", "u_t = 0"] },
        { type: "dirichlet", equation: "u = 0", on: "x" },
      ],
    },
    reference: atPoints(2, ([x, t]) => sin(PI * x!) * cos(2 * PI * t!) + 0.5 * sin(4 * PI * x!) * cos(8 * PI * t!)),
    points: () => gridPoints([0, 0], [1, 1], [201, 201]),
    published: [
      "RAD about 9e-4 (arXiv 2207.10289)",
      "DSGNAR 7.2e-7 against SSBroyden 3.9e-2 (arXiv 2607.02194, as quoted by others)",
    ],
  });
}

/** u_t + 80 u_x = 0, periodic (Krishnapriyan et al. 2021, arXiv 2109.01050; jaxpi's speed). */
export function convection(): ReferenceProblem {
  return problem({
    spec: {
      name: "convection",
      domain: { x: [0, 2 * PI], t: [0, 1] },
      constants: { c: 80 },
      equations: ["u_t + c*u_x = 0"],
      exact: "sin(x - c*t)",
      conditions: [
        { type: "initial", equation: "u = sin(x)" },
        { type: "periodic", on: "x" },
      ],
    },
    reference: atPoints(2, ([x, t]) => sin(x! - 80 * t!)),
    points: () => gridPoints([0, 0], [2 * PI, 1], [201, 401]),
    published: ["jaxpi 6.88e-4 (arXiv 2308.08468, repository)"],
  });
}
