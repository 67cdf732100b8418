/**
 * Two solitons of the Korteweg–de Vries equation u_t + 6 u u_x + u_xxx = 0: a tall one, of speed 4, runs into a low one, of
 * speed 1, is shifted forward by ln 9/2 ≈ 1.1 and goes on as if nothing had been, which is what makes it a soliton
 * (Zabusky & Kruskal 1965, doi:10.1103/PhysRevLett.15.240). Third derivatives travel through the network as jets. The true
 * solution is Hirota's u = 2 ∂²/∂x² ln F (1971, doi:10.1103/PhysRevLett.27.1192), written just so; it gives the initial and
 * boundary values, and nothing between. Mass ∫u dx and momentum ∫u² dx are constants of the motion, both nearly 6 here: how
 * well they are kept is reported although nothing was trained on them.
 *
 *   node --import tsx examples/kdv.ts [--seconds 60] [--seed 1] [--out kdv]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { curveFigure, mapFigure, smoothScale, writePicture } from "../report/index.ts";
import {
  adversarial,
  type Budget,
  dirichlet,
  initial,
  mlp,
  neumann,
  pde,
  printProblem,
  type Solution,
  solve,
} from "../solvers/index.ts";

const [low, high, until] = [-10, 12, 2.5];
const tall = "2*(x + 5) - 8*t";
const small = "x + 1 - t";
const hirota = `1 + exp(${tall}) + exp(${small}) + exp(${tall} + ${small})/9`;

/** The problem. An equation of third order in x needs three conditions in x; two of them on the right, where energy leaves. */
export const kdv = pde({
  name: "two solitons",
  domain: { x: [low, high], t: [0, until] },
  equations: "u_t + 6*u*u_x + u_xxx = 0",
  exact: `2*dx(dx(log(${hirota})))`,
  conditions: [initial("exact"), dirichlet("exact", { on: "x" }), neumann("exact", { on: `x = ${high}` })],
});

/** Options of {@link solveKdv}. */
export interface KdvOptions {
  readonly budget: Budget;
  readonly seed: number;
  /** Collocation points. @defaultValue 1200 */
  readonly points?: number;
  /** Neurons in each of the four layers. @defaultValue 12 */
  readonly width?: number;
}

/** The solution and how good it is. */
export interface KdvReport {
  readonly solution: Solution;
  readonly relativeL2: number;
  readonly maxError: number;
  /** At t = 0 and at four later moments. */
  readonly moments: readonly { readonly t: number; readonly mass: number; readonly momentum: number }[];
  /** Distance by which the tall soliton's crest is farther at the end than it would be alone. */
  readonly shift: number;
  /** The same of the exact solution; ln 9/2 once the two are far apart. */
  readonly exactShift: number;
}

/** Solves, and evaluates the error. */
export async function solveKdv(options: KdvOptions): Promise<KdvReport> {
  const { budget, seed, points = 1200, width = 12 } = options;
  const solution = await solve(kdv, {
    network: mlp({ width, depth: 4, scale: 3 }),
    sampler: adversarial({ shape: [256, 64] }),
    boundaryPoints: 200,
    ...{ points, budget, seed },
  });
  const { relativeL2, maxError } = await solution.errors();
  const count = 2201;
  const step = (high - low) / (count - 1);
  const x = Float64Array.from({ length: count }, (_, i) => low + i * step);
  const at = (t: number) => Float64Array.from(Array.from(x, (v) => [v, t]).flat());
  const moments = [];
  for (const part of [0, 0.25, 0.5, 0.75, 1]) {
    const u = await solution.evaluate(at(part * until));
    const integral = (f: (v: number) => number) => step * u.reduce((sum, v) => sum + f(v), 0);
    moments.push({ t: part * until, mass: integral((v) => v), momentum: integral((v) => v * v) });
  }
  /** The crest between nodes, by the parabola through three. */
  const shiftOf = (u: ArrayLike<number>) => {
    let top = 1;
    for (let i = 1; i < count - 1; i++) if (u[i]! > u[top]!) top = i;
    const [a, b, c] = [u[top - 1]!, u[top]!, u[top + 1]!];
    return x[top]! + (step * (a - c)) / (2 * (a - 2 * b + c)) - (-5 + 4 * until);
  };
  return {
    ...{ solution, relativeL2, maxError, moments },
    shift: shiftOf(await solution.evaluate(at(until))),
    exactShift: shiftOf(x.map((v) => exact(v, until))),
  };
}

/** Two pictures: profiles before, during and after the encounter, and u with its error over space and time. */
export async function drawKdv({ solution, relativeL2 }: KdvReport): Promise<{ profiles: string; error: string }> {
  const x = Float64Array.from({ length: 441 }, (_, i) => low + (i * (high - low)) / 440);
  const curves = [];
  for (const t of [0, 1.25, 2.5]) {
    const y = await solution.evaluate(Float64Array.from(Array.from(x, (v) => [v, t]).flat()));
    curves.push({ name: `t = ${t}`, x, y });
  }
  const profiles = await curveFigure({
    title: "A tall soliton overtakes a low one",
    curves,
    x: { name: "x" },
    y: { name: "u" },
  });

  const [width, height] = [440, 220];
  const cells = Float64Array.from({ length: 2 * width * height }, (_, i) => {
    const cell = Math.floor(i / 2);
    return i % 2 === 0
      ? low + ((high - low) * ((cell % width) + 0.5)) / width
      : (until * (Math.floor(cell / width) + 0.5)) / height;
  });
  const u = await solution.evaluate(cells);
  const error = mapFigure({
    panels: [
      { title: "u", values: u, width, height, scale: smoothScale(0, 2), units: "u" },
      {
        title: "|u − exact|",
        note: `relative L² error ${relativeL2.toExponential(1)}`,
        values: u.map((v, i) => Math.log10(Math.max(1e-12, Math.abs(v - exact(cells[2 * i]!, cells[2 * i + 1]!))))),
        ...{ width, height, scale: smoothScale(-8, -2), units: "log₁₀ |u − exact|" },
      },
    ],
    scale: smoothScale(0, 2),
    units: "",
    panelSize: 440,
    firstRow: "bottom",
    axes: { x: { name: "x", range: [low, high] }, y: { name: "t", range: [0, until] } },
  });
  return { profiles, error };
}

/** Hirota's solution, from the moments of four exponentials; a second way beside the formula in the problem. */
export function exact(x: number, t: number): number {
  const [a, b] = [2 * (x + 5) - 8 * t, x + 1 - t];
  const terms = [
    [1, 0],
    [Math.exp(a), 2],
    [Math.exp(b), 1],
    [Math.exp(a + b) / 9, 3],
  ] as const;
  const moment = (power: number) => terms.reduce((sum, [weight, rate]) => sum + weight * rate ** power, 0);
  return 2 * (moment(2) / moment(0) - (moment(1) / moment(0)) ** 2);
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: "1" },
      out: { type: "string", default: "kdv" },
    },
  });
  process.stdout.write(`${printProblem(kdv)}\n\n`);
  const report = await solveKdv({ budget: { seconds: Number(values.seconds) }, seed: Number(values.seed) });
  const { steps, seconds } = report.solution.report;
  process.stdout.write(
    `${steps} steps in ${seconds.toFixed(1)} s\n` +
      `relative L² error   ${report.relativeL2.toExponential(1)}\n` +
      `largest error       ${report.maxError.toExponential(1)}\n` +
      `shift of the tall   ${report.shift.toFixed(4)}  (exact ${report.exactShift.toFixed(4)})\n\n` +
      "t         mass      momentum\n",
  );
  for (const { t, mass, momentum } of report.moments) {
    process.stdout.write(`${t.toFixed(3)} ${mass.toFixed(6).padStart(10)} ${momentum.toFixed(6).padStart(10)}\n`);
  }
  const { profiles, error } = await drawKdv(report);
  await writePicture(join(values.out, "profiles.png"), profiles, { scale: 2 });
  await writePicture(join(values.out, "error.png"), error, { scale: 2 });
  process.stdout.write(`written: ${values.out}/profiles.png, ${values.out}/error.png\n`);
}
