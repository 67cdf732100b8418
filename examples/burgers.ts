/**
 * A smooth wave that steepens into a layer: Burgers' equation u_t + u u_x = ν u_xx with ν = 0.01/π from u = −sin πx. At
 * t = 0.51 the layer at x = 0 is steepest, u_x = −152.00516 (Basdevant et al. 1986, doi:10.1016/0045-7930(86)90036-8): less
 * than a hundredth of the width holds the whole difficulty. Initial and boundary values hold by construction, points follow the
 * residual, Gauss–Newton does the rest. The answer is compared with the Cole–Hopf integral, which is good to 1e-14, at
 * points that training never saw, and by the slope of 1986.
 *
 *   node --import tsx examples/burgers.ts [--seconds 60] [--seed 1] [--out burgers]
 */

import { join } from "node:path";
import { parseArgs } from "node:util";
import { coleHopf } from "../bench/reference/cole-hopf.ts";
import { curveFigure, differenceScale, mapFigure, smoothScale, writePicture } from "../report/index.ts";
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

/** The problem. */
export const burgers = pde({
  name: "burgers",
  domain: { x: [-1, 1], t: [0, 1] },
  constants: { nu: "0.01/pi" },
  equations: "u_t + u*u_x = nu*u_xx",
  conditions: [initial("u = -sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
});

/** Options of {@link solveBurgers}. */
export interface BurgersOptions {
  readonly budget: Budget;
  readonly seed: number;
  /** Collocation points. @defaultValue 4000 */
  readonly points?: number;
  /** Neurons in each of the four layers. @defaultValue 16 */
  readonly width?: number;
}

/** The solution and how good it is. */
export interface BurgersReport {
  readonly solution: Solution;
  /** On 257 × 101 points of (x, t). */
  readonly relativeL2: number;
  readonly maxError: number;
  /** u_x(0, t) where it is steepest. */
  readonly slope: number;
  /** The moment of that. */
  readonly moment: number;
}

/** Solves and evaluates. */
export async function solveBurgers(options: BurgersOptions): Promise<BurgersReport> {
  const { budget, seed, points = 4000, width = 16 } = options;
  const solution = await solve(burgers, {
    network: mlp({ width, depth: 4, scale: 2 }),
    sampler: adversarial({ shape: [512, 64] }), // cells as fine across the layer as it is wide
    ...{ points, budget, seed },
  });
  const at = grid(257, 101);
  const { relativeL2, maxError } = await solution.errors({ points: at, values: coleHopf()(at) });

  const moments = Float64Array.from({ length: 2001 }, (_, i) => i / 2000);
  const slopes = await solution.quantity("u_x", Float64Array.from(Array.from(moments, (t) => [0, t]).flat()));
  const steepest = slopes.reduce((best, v, i) => (v < slopes[best]! ? i : best), 0);
  return { solution, relativeL2, maxError, slope: slopes[steepest]!, moment: moments[steepest]! };
}

/** Two pictures: profiles at several moments over the exact ones, and the error over space and time. */
export async function drawBurgers({
  solution,
  relativeL2,
}: BurgersReport): Promise<{ profiles: string; error: string }> {
  const exact = coleHopf();
  const x = Float64Array.from({ length: 401 }, (_, i) => -1 + i / 200);
  const curves = [];
  for (const t of [0, 0.25, 0.5, 1]) {
    const y = await solution.evaluate(Float64Array.from(Array.from(x, (v) => [v, t]).flat()));
    curves.push({ name: `t = ${t}`, x, y });
  }
  const profiles = await curveFigure({
    title: "Burgers' equation, ν = 0.01/π",
    curves,
    x: { name: "x" },
    y: { name: "u" },
  });

  const [width, height] = [400, 200];
  const cells = Float64Array.from({ length: 2 * width * height }, (_, i) => {
    const cell = Math.floor(i / 2);
    return i % 2 === 0 ? -1 + (2 * (cell % width) + 1) / width : (Math.floor(cell / width) + 0.5) / height;
  });
  const truth = exact(cells);
  const u = await solution.evaluate(cells);
  const error = mapFigure({
    panels: [
      { title: "u", values: u, width, height, scale: differenceScale(1), units: "u" },
      {
        title: "|u − exact|",
        note: `relative L² error ${relativeL2.toExponential(1)}`,
        values: u.map((v, i) => Math.log10(Math.max(1e-12, Math.abs(v - truth[i]!)))),
        ...{ width, height, scale: smoothScale(-9, -3), units: "log₁₀ |u − exact|" },
      },
    ],
    scale: differenceScale(1),
    units: "",
    panelSize: 400,
    firstRow: "bottom",
    axes: { x: { name: "x", range: [-1, 1] }, y: { name: "t", range: [0, 1] } },
  });
  return { profiles, error };
}

/** All nodes of an even grid, both ends included: [nx · nt, 2]. */
function grid(nx: number, nt: number): Float64Array {
  return Float64Array.from({ length: 2 * nx * nt }, (_, i) => {
    const node = Math.floor(i / 2);
    return i % 2 === 0 ? -1 + (2 * (node % nx)) / (nx - 1) : Math.floor(node / nx) / (nt - 1);
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      out: { type: "string", default: "burgers" },
    },
  });
  process.stdout.write(`${printProblem(burgers)}\n\n`);
  const report = await solveBurgers({ budget: { seconds: Number(values.seconds) }, seed: Number(values.seed) });
  const { steps, seconds } = report.solution.report;
  process.stdout.write(
    `${steps} steps in ${seconds.toFixed(1)} s\n` +
      `relative L² error   ${report.relativeL2.toExponential(1)}\n` +
      `largest error       ${report.maxError.toExponential(1)}\n` +
      `steepest slope      ${report.slope.toFixed(4)} at t = ${report.moment.toFixed(4)}  (−152.0052 at 0.5105)\n`,
  );
  const { profiles, error } = await drawBurgers(report);
  await writePicture(join(values.out, "profiles.png"), profiles, { scale: 2 });
  await writePicture(join(values.out, "error.png"), error, { scale: 2 });
  process.stdout.write(`written: ${values.out}/profiles.png, ${values.out}/error.png\n`);
}
