/** Pictures of a solution: maps with the points that were used, and how residual and error fell. */
import { type Curve, curveFigure } from "../../report/curve-figure.ts";
import { solutionFigure } from "../../report/solution-figure.ts";
import { writePicture } from "../../report/write-picture.ts";
import type { Errors } from "../../solvers/solve/index.ts";
import { gridPoints, Solution } from "../../solvers/solve/index.ts";
import type { SolvePlan } from "./plan.ts";
import type { Solved } from "./report.ts";
import { testSetOf, trueValues } from "./truth.ts";

/** Where a run stood after a round. */
export interface Snapshot {
  readonly seconds: number;
  readonly steps: number;
  readonly freshLoss: number;
  readonly theta: Float64Array;
}

/** Cells along a side of a map; nodes of a curve. */
const [cells, nodes] = [160, 401];
/** Most points over a map. */
const mostDots = 1000;
/** Most rounds and points for the curve of the error. */
const [mostErrors, mostPoints] = [30, 4096];

/**
 * Draws the solution with its error, where that is known, and its residual with the last set of points: curves in one dimension,
 * maps in two, above that the plane through the middle, at the end of time.
 */
export async function drawSolution(
  path: string,
  solution: Solved,
  plan: SolvePlan,
  points: Float64Array | undefined,
): Promise<void> {
  const { problem, domain } = solution;
  const { axes, unknowns } = problem;
  if (axes.length === 1) return drawLine(path, solution, plan);
  const { low, high } = domain;
  const plane = planeOf(plan);
  const [a, b] = plane.axes;
  const two = gridPoints([low[b]!, low[a]!], [high[b]!, high[a]!], [cells, cells], true);
  const all = Float64Array.from({ length: cells * cells * axes.length }, (_, i) => {
    const [row, k] = [Math.floor(i / axes.length), i % axes.length];
    return k === a ? two[2 * row + 1]! : k === b ? two[2 * row]! : plane.at[k]!;
  });
  const inside = domain.isBox ? undefined : domain.contains(all);
  const rows = Array.from({ length: cells * cells }, (_, i) => i).filter((i) => inside?.[i] !== 0);
  const some = Float64Array.from(rows.flatMap((i) => Array.from(all.subarray(i * axes.length, (i + 1) * axes.length))));
  /** Of columns [rows, width], one number a cell. */
  const spread = (f: (i: number) => number) => {
    const out = new Float64Array(cells * cells).fill(Number.NaN);
    rows.forEach((row, i) => {
      out[row] = f(i);
    });
    return out;
  };
  const n = unknowns.length;
  const values = await solution.evaluate(some);
  const truth = trueValues(plan, some);
  const residual = await solution.residual(some);
  const m = problem.equations.length;
  const dots = axes.length === 2 && points !== undefined ? someOf(points) : undefined;
  const range = (k: number) => ({ name: axes[k]!, range: [low[k]!, high[k]!] as const });
  const svg = solutionFigure({
    title: `${problem.name}${plane.text}`,
    ...{ height: cells, width: cells },
    axes: { x: range(a), y: range(b) },
    unknowns: unknowns.map((name, k) => ({ name, values: spread((i) => values[i * n + k]!) })),
    sizes: [
      ...(truth
        ? [
            {
              name: n > 1 ? "error, all unknowns" : `error of ${unknowns[0]}`,
              values: spread((i) => norm(n, (k) => values[i * n + k]! - truth[i * n + k]!)),
            },
          ]
        : []),
      {
        name: dots && points ? `residual, ${countText(dots.length / 2, points.length / 2)}` : "residual",
        values: spread((i) => norm(m, (k) => residual[i * m + k]!)),
        ...(dots && { dots }),
      },
    ],
  });
  await writePicture(path, svg, { scale: 1.5 });
}

/** The two axes that are drawn, and where the others are held. */
function planeOf({ problem }: SolvePlan) {
  const { axes, bounds, time } = problem;
  const shown = [0, 1] as const;
  const at = bounds.map(([low, high], k) => (k === time ? high : (low + high) / 2));
  const held = axes.flatMap((name, k) => (k < 2 ? [] : [`${name} = ${Number(at[k]!.toPrecision(4))}`]));
  const few = held.length > 3 ? [...held.slice(0, 1), "…", ...held.slice(-1)] : held;
  return { axes: shown, at, text: held.length > 0 ? ` at ${few.join(", ")}` : "" };
}

/**
 * At most {@link mostDots} of the points [n, 2] from all parts of the set in proportion. Not every second one: those of a Sobol sequence lie in
 * one half of the square. Steps of the golden section have no such pattern in common with it.
 */
export function someOf(points: Float64Array): Float64Array {
  const count = points.length / 2;
  if (count <= mostDots) return points;
  const order = Array.from({ length: count }, (_, i) => ({ i, key: (i * golden) % 1 })).sort((a, b) => a.key - b.key);
  return Float64Array.from(order.slice(0, mostDots).flatMap(({ i }) => [points[2 * i]!, points[2 * i + 1]!]));
}

const golden = (Math.sqrt(5) - 1) / 2;

const countText = (shown: number, all: number) => (shown < all ? `${shown} of ${all} points` : `${all} points`);

const norm = (n: number, f: (k: number) => number): number =>
  Math.sqrt(Array.from({ length: n }, (_, k) => f(k) ** 2).reduce((x, y) => x + y, 0));

async function drawLine(path: string, solution: Solved, plan: SolvePlan): Promise<void> {
  const { axes, unknowns, name } = solution.problem;
  const [low, high] = [solution.domain.low[0]!, solution.domain.high[0]!];
  const x = Float64Array.from({ length: nodes }, (_, i) => low + ((high - low) * i) / (nodes - 1));
  const values = await solution.evaluate(x);
  const truth = trueValues(plan, x);
  const n = unknowns.length;
  const column = (of: Float64Array, k: number) => x.map((_, i) => of[i * n + k]!);
  const curves = unknowns.flatMap((u, k): Curve[] => [
    { name: u, x, y: column(values, k) },
    ...(truth ? [{ name: `${u}, true`, x, y: column(truth, k), dashed: true }] : []),
  ]);
  await writePicture(
    path,
    await curveFigure({ curves, x: { name: axes[0]! }, y: { name: unknowns.join(", ") }, title: name }),
  );
}

/** Draws the residual after every round and, where the solution is known, the error at up to 30 of them. */
export async function drawCurves(
  path: string,
  solution: Solution,
  plan: SolvePlan,
  snapshots: readonly Snapshot[],
): Promise<void> {
  const timed = plan.options.budget.seconds !== undefined;
  const at = (one: Snapshot) => (timed ? one.seconds : one.steps);
  const residual: Curve = {
    name: "residual",
    // The loss on fresh points is that of the parameters before the round's steps.
    x: snapshots.map((_, i) => (i === 0 ? 0 : at(snapshots[i - 1]!))),
    y: snapshots.map((one) => Math.sqrt(one.freshLoss) || Number.NaN),
  };
  const chosen = snapshots.filter(
    (_, i) => i % Math.ceil(snapshots.length / mostErrors) === 0 || i === snapshots.length - 1,
  );
  const errors = await errorsAlong(solution, plan, chosen);
  const error: Curve[] = errors
    ? [{ name: "relative L2 error", x: chosen.map(at), y: errors.map((e) => e.relativeL2 || Number.NaN) }]
    : [];
  const svg = await curveFigure({
    title: plan.problem.name,
    curves: [residual, ...error],
    x: { name: timed ? "seconds" : "step" },
    y: { name: "after each round", log: true },
  });
  await writePicture(path, svg, { scale: 1.5 });
}

/** Errors of earlier parameters, on part of the test set. */
async function errorsAlong(
  solution: Solution,
  plan: SolvePlan,
  snapshots: readonly Snapshot[],
): Promise<Errors[] | undefined> {
  const test = testSetOf(plan);
  if (test === undefined) return undefined;
  const d = solution.domain.dimension;
  const n = solution.problem.unknowns.length;
  const count = test.points.length / d;
  // A stride without common factors with the sides of grids.
  const stride = count > mostPoints ? Math.floor(count / mostPoints) * 2 + 1 : 1;
  const kept = Array.from({ length: Math.min(count, mostPoints) }, (_, i) => (i * stride) % count);
  const take = (values: ArrayLike<number>, width: number) =>
    kept.flatMap((i) => Array.from({ length: width }, (_, k) => values[i * width + k]!));
  const part = {
    points: Float64Array.from(take(test.points, d)),
    values: Float64Array.from(take(test.values, n)),
    unknowns: n,
    ...(test.weights && { weights: Float64Array.from(take(test.weights, 1)) }),
    ...(test.known && { known: Uint8Array.from(take(test.known, n)) }),
  };
  const { problem, network, report } = solution;
  const earlier = new Solution(problem, network, solution.theta.slice(), report);
  const errors: Errors[] = [];
  for (const { theta } of snapshots) {
    earlier.theta.set(theta);
    errors.push(await earlier.errors(part));
  }
  await earlier.dispose();
  return errors;
}
