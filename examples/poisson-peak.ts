/**
 * One narrow peak in an empty square: −Δu = s on [−1, 1]² with u = exp(−1000 |x − (½, ½)|²), the first problem of AAS
 * (arXiv 2305.18702). The source lives in 0.35 % of the square, so quasi-uniform points hardly meet it, while u is −Δ's inverse
 * of all of it: where the residual is wrong near the peak, u is wrong everywhere. The same network, optimizer, number of
 * points and budget are given to three samplers: even (Sobol) points renewed every ten steps, points in proportion to the
 * residual, and points from the adversary of AAS, who puts them where they do most harm. The picture shows the error of each
 * with the points of its last round.
 *
 *   node --import tsx examples/poisson-peak.ts [--seconds 60] [--seed 1] [--out peak.png]
 */
import { parseArgs } from "node:util";
import { mapFigure, smoothScale, writePicture } from "../report/index.ts";
import {
  adversarial,
  type Budget,
  mlp,
  pde,
  printProblem,
  type Sampler,
  type Solution,
  sobol,
  solve,
} from "../solvers/index.ts";

/** The problem; `source` is −Δ of the function made up, derived symbolically. */
export const peak = pde({
  name: "peak",
  domain: { x: [-1, 1], y: [-1, 1] },
  equations: "-lap(u) = source",
  manufactured: "exp(-1000*((x - 0.5)^2 + (y - 0.5)^2))",
  conditions: "exact",
});

const samplers = {
  "quasi-uniform points": sobol(),
  "density of |r|": adversarial(),
  "adversary of AAS": adversarial({ regularizer: "wasserstein" }),
} satisfies Readonly<Record<string, Sampler>>;

/** A sampler of this comparison. */
export type Arm = keyof typeof samplers;

/** Options of {@link comparePeak}. */
export interface PeakOptions {
  /** Of each sampler. */
  readonly budget: Budget;
  readonly seed: number;
  /** @defaultValue all three */
  readonly arms?: readonly Arm[];
  /** Collocation points. @defaultValue 2000 */
  readonly points?: number;
  /** Neurons in each of the four layers. @defaultValue 14 */
  readonly width?: number;
}

/** Result of one sampler. */
export interface PeakRow {
  readonly arm: Arm;
  readonly solution: Solution;
  readonly relativeL2: number;
  readonly maxError: number;
  /** Collocation points of the last round, [n, 2]. */
  readonly points: Float64Array;
}

/** Solves the problem once with every sampler; everything else is equal. */
export async function comparePeak(options: PeakOptions): Promise<PeakRow[]> {
  const { budget, seed, arms = Object.keys(samplers) as Arm[], points = 2000, width = 14 } = options;
  const rows: PeakRow[] = [];
  for (const arm of arms) {
    const network = mlp({ width, depth: 4, scale: 20 }); // features of a 20th of the square's half side
    let last: Float64Array = new Float64Array(0);
    const solution = await solve(peak, {
      ...{ network, sampler: samplers[arm], points, budget, seed },
      onProgress: ({ state }) => {
        last = state.points;
      },
    });
    const { relativeL2, maxError } = await solution.errors();
    rows.push({ arm, solution, relativeL2, maxError, points: last });
  }
  return rows;
}

/** Error of every solution, on one logarithmic scale, under its last points, of which at most `most` are drawn. */
export async function drawPeak(rows: readonly PeakRow[], cells = 256, most = 1000): Promise<string> {
  const truth = (x: number, y: number) => Math.exp(-1000 * ((x - 0.5) ** 2 + (y - 0.5) ** 2));
  const side = Float64Array.from({ length: cells }, (_, i) => -1 + (2 * i + 1) / cells);
  const at = Float64Array.from(Array.from(side, (y) => Array.from(side, (x) => [x, y])).flat(2));
  const panels = [];
  for (const { arm, solution, relativeL2, points } of rows) {
    const u = await solution.evaluate(at);
    const values = u.map((v, i) => Math.log10(Math.max(1e-12, Math.abs(v - truth(at[2 * i]!, at[2 * i + 1]!)))));
    const stride = Math.ceil(points.length / 2 / most);
    const dots = points.filter((_, i) => Math.floor(i / 2) % stride === 0);
    const note = `relative L² error ${relativeL2.toExponential(1)}, ${solution.report.steps} steps`;
    panels.push({ title: arm, note, values, width: cells, height: cells, dots });
  }
  const axis = (name: string) => ({ name, range: [-1, 1] as const });
  return mapFigure({
    title: "Error |u − exact| and collocation points: one peak, equal budgets",
    panels,
    scale: smoothScale(-7, 0),
    units: "log₁₀ |u − exact|",
    panelSize: 320,
    firstRow: "bottom",
    axes: { x: axis("x"), y: axis("y") },
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      out: { type: "string", default: "peak.png" },
    },
  });
  process.stdout.write(`${printProblem(peak)}\n\n`);
  const seconds = Number(values.seconds) / Object.keys(samplers).length;
  const rows = await comparePeak({ budget: { seconds }, seed: Number(values.seed) });
  process.stdout.write("sampler           relative L²   largest error   steps   seconds\n");
  for (const { arm, solution, relativeL2, maxError } of rows) {
    const { steps, seconds: taken } = solution.report;
    process.stdout.write(
      `${arm.padEnd(16)} ${relativeL2.toExponential(1).padStart(12)} ${maxError.toExponential(1).padStart(15)}` +
        `${String(steps).padStart(8)} ${taken.toFixed(1).padStart(9)}\n`,
    );
  }
  await writePicture(values.out, await drawPeak(rows), { scale: 2 });
  process.stdout.write(`\nwritten: ${values.out}\n`);
}
