/**
 * Viscosity from observations: Burgers' equation u_t + u u_x = ν u_xx with ν unknown, 500 observations of u at random places with
 * noise of standard deviation 0.02, and a first guess 16 times too large. ν is one more parameter of the least-squares
 * problem; its standard deviation comes from the inverse of JᵀJ (Laplace's approximation). The data are made by the
 * Cole–Hopf integral, so the truth is known, and so is the least standard deviation that any unbiased estimate can have:
 * Cramér and Rao's σ/√Σ(∂u/∂ν)², here by central differences of the integral.
 *
 *   node --import tsx examples/inverse.ts [--seconds 60] [--seed 1] [--count 500] [--noise 0.02]
 */

import { parseArgs } from "node:util";
import { coleHopf } from "../bench/reference/cole-hopf.ts";
import { rng } from "../engine/index.ts";
import {
  adversarial,
  type Budget,
  dirichlet,
  initial,
  mlp,
  pde,
  printProblem,
  type Solution,
  solve,
} from "../solvers/index.ts";

/** The viscosity that the observations were made with. */
export const truth = 0.01 / Math.PI;

/** Options of {@link findViscosity}. */
export interface InverseOptions {
  readonly budget: Budget;
  /** Of the observations and of the solver. */
  readonly seed: number;
  /** Number of observations. @defaultValue 500 */
  readonly count?: number;
  /** Standard deviation of their noise, > 0. @defaultValue 0.02 */
  readonly noise?: number;
  /** Collocation points. @defaultValue 2000 */
  readonly points?: number;
  /** Neurons in each of the four layers. @defaultValue 14 */
  readonly width?: number;
}

/** Estimated viscosity with its error. */
export interface InverseReport {
  readonly solution: Solution;
  readonly value: number;
  readonly standardDeviation: number;
  /** Cramér and Rao's bound for these observations. */
  readonly bound: number;
  /** Relative L² error of u itself. */
  readonly relativeL2: number;
}

/** The problem with observations of its own. */
export function viscosityProblem({
  seed,
  count = 500,
  noise = 0.02,
}: Pick<InverseOptions, "seed" | "count" | "noise">) {
  const stream = rng(seed);
  const points = stream
    .split("places")
    .uniform(2 * count)
    .map((u, i) => (i % 2 === 0 ? 2 * u - 1 : u));
  const errors = stream.split("noise").normal(count);
  const values = coleHopf({ nu: truth })(points).map((u, i) => u + noise * errors[i]!);
  return pde({
    name: "viscosity",
    domain: { x: [-1, 1], t: [0, 1] },
    trainable: { nu: 0.05 },
    equations: "u_t + u*u_x = nu*u_xx",
    conditions: [initial("u = -sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
    observations: [{ points, values, sigma: noise }],
  });
}

/** Finds u and ν. */
export async function findViscosity(options: InverseOptions): Promise<InverseReport> {
  const { budget, seed, points = 2000, width = 14 } = options;
  const problem = viscosityProblem(options);
  const solution = await solve(problem, {
    network: mlp({ width, depth: 4, scale: 2 }),
    sampler: adversarial({ shape: [256, 64] }),
    // More than by default: with less weight on the data the way from a wrong ν becomes stiff.
    weights: { observations: 0.1 },
    ...{ points, budget, seed },
  });
  const { value, standardDeviation = Number.NaN } = solution.report.constants["nu"]!;
  const [observed] = problem.observations;
  const step = 1e-3 * truth;
  const [above, below] = [truth + step, truth - step].map((nu) => coleHopf({ nu })(observed!.points));
  const information = above!.reduce((sum, u, i) => sum + ((u - below![i]!) / (2 * step)) ** 2, 0);
  const at = Float64Array.from(
    Array.from({ length: 101 * 101 }, (_, i) => [(i % 101) / 50 - 1, Math.floor(i / 101) / 100]).flat(),
  );
  const { relativeL2 } = await solution.errors({ points: at, values: coleHopf({ nu: truth })(at) });
  return { solution, value, standardDeviation, bound: observed!.sigma / Math.sqrt(information), relativeL2 };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      count: { type: "string", default: "500" },
      noise: { type: "string", default: "0.02" },
    },
  });
  const data = { seed: Number(values.seed), count: Number(values.count), noise: Number(values.noise) };
  process.stdout.write(`${printProblem(viscosityProblem(data))}\n\n`);
  const report = await findViscosity({ ...data, budget: { seconds: Number(values.seconds) } });
  const { value, standardDeviation, bound } = report;
  const { steps, seconds } = report.solution.report;
  const micro = (v: number) => (1e6 * v).toFixed(1);
  process.stdout.write(
    `${steps} steps in ${seconds.toFixed(1)} s; viscosities in units of 1e-6\n` +
      `found                      ${micro(value)} ± ${micro(standardDeviation)}\n` +
      `true                       ${micro(truth)}  (off by ${((value - truth) / standardDeviation).toFixed(2)} standard deviations)\n` +
      `Cramér–Rao bound           ± ${micro(bound)}\n` +
      `relative L² error of u     ${report.relativeL2.toExponential(1)}\n`,
  );
}
