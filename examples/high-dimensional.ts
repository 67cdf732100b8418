/**
 * Ten dimensions, where no grid goes: −Δu + u − u³ = s on [−1, 1]¹⁰ with u = exp(−10 |x|²), the nonlinear problem of AAS
 * (arXiv 2305.18702). The ball of radius ½ around the middle is 2.4e-6 of the box: of 2500 quasi-uniform points none is in it. A mixture of
 * Gaussians finds the source by annealing and then follows the residual; rows are weighted by the inverse of the density.
 * Laplacians are carried forward through the network (arXiv 2307.08214) at the cost of ten first derivatives.
 *
 * The error is that of the whole box: ∫(u − v)² / ∫v² by importance sampling from two normal distributions and the uniform one, since
 * either alone is blind to half of the question. Inputs are x and x², which suits a radial bump in the middle: `--off-centre`
 * shows what is left of that elsewhere.
 *
 *   node --import tsx examples/high-dimensional.ts [--seconds 60] [--seed 1] [--off-centre]
 */
import { parseArgs } from "node:util";
import { referenceProblem } from "../bench/reference/catalogue.ts";
import { rng } from "../engine/index.ts";
import { type Budget, gaussianMixture, mlp, pde, printProblem, type Solution, solve } from "../solvers/index.ts";

/** The bump in the middle. */
export const centred = bump("centred", "x");
/** The bump elsewhere, at the place of the reference problem `gaussian-10d-off-centre`. */
export const offCentre = bump("off-centre", "x - [0.3, -0.2, 0.25, 0.1, -0.3, 0.2, -0.1, -0.25, 0.15, 0.3]");

function bump(name: string, from: string) {
  return pde({
    name,
    domain: { "x1..x10": [-1, 1] },
    equations: "-lap(u) + u - u^3 = source",
    manufactured: `exp(-10*normsq(${from}))`,
    conditions: "exact",
  });
}

/** Options of {@link solveBump}. */
export interface BumpOptions {
  readonly budget: Budget;
  readonly seed: number;
  /** @defaultValue false */
  readonly offCentre?: boolean;
  /** Collocation points. @defaultValue 2500 */
  readonly points?: number;
  /** Neurons in each of the three layers. @defaultValue 12 */
  readonly width?: number;
}

/** The solution and how good it is. */
export interface BumpReport {
  readonly solution: Solution;
  /** √(∫(u − v)² / ∫v²) over the box. */
  readonly relativeL2: number;
  /** The same with the integrals over |x − centre| < ½ alone, relative to all of ∫v². */
  readonly near: number;
  /** And outside. */
  readonly far: number;
  /** ∫v² as the test points see it, over its exact value (π/20)⁵: says how far to trust them. */
  readonly calibration: number;
}

/** Solves, and evaluates the error on 60 000 weighted points. */
export async function solveBump(options: BumpOptions): Promise<BumpReport> {
  const { budget, seed, points = 2500, width = 12 } = options;
  const problem = options.offCentre ? offCentre : centred;
  const solution = await solve(problem, {
    network: mlp({ width, depth: 3, scale: 2, squares: true, outputScale: 0.3 }),
    sampler: gaussianMixture({ tempering: 0.5 }),
    ...{ points, budget, seed },
  });
  const test = referenceProblem(options.offCentre ? "gaussian-10d-off-centre" : "gaussian-10d").testSet(rng(1));
  const u = await solution.evaluate(test.points);
  let [near, far, size] = [0, 0, 0];
  for (const [i, v] of test.values.entries()) {
    const w = test.weights![i]!;
    const error = w * (u[i]! - v) ** 2;
    if (v > Math.exp(-2.5))
      near += error; // |x − centre| < ½
    else far += error;
    size += w * v * v;
  }
  const relative = (part: number) => Math.sqrt(part / size);
  return {
    solution,
    relativeL2: relative(near + far),
    near: relative(near),
    far: relative(far),
    calibration: size / (Math.PI / 20) ** 5,
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      "off-centre": { type: "boolean", default: false },
    },
  });
  process.stdout.write(`${printProblem(values["off-centre"] ? offCentre : centred)}\n\n`);
  const report = await solveBump({
    budget: { seconds: Number(values.seconds) },
    seed: Number(values.seed),
    offCentre: values["off-centre"],
  });
  const { steps, seconds } = report.solution.report;
  process.stdout.write(
    `${steps} steps in ${seconds.toFixed(1)} s\n` +
      `relative L² error in the whole box   ${report.relativeL2.toExponential(1)}\n` +
      `  within ½ of the centre             ${report.near.toExponential(1)}\n` +
      `  outside                            ${report.far.toExponential(1)}\n` +
      `∫u² by the test points / exact       ${report.calibration.toFixed(4)}\n`,
  );
}
