/** Pictures of a solution: maps with the points that were used, and how residual and error fell. */
import { type Curve, curveFigure } from "../report/curve-figure.ts";
import { solutionFigure } from "../report/solution-figure.ts";
import { gridPoints, type MarchedSolution, type Solution, someRows } from "../solvers/solve/index.ts";
import { type Known, trueValues } from "./solution-truth.ts";

/** Cells along a side of a map; nodes of a curve. */
const [cells, nodes] = [160, 401];
/** Most points over a map. */
const mostDots = 1000;

/** What {@link solutionPicture} shows besides. */
export interface SolutionPictureOptions {
  /** The last set of points, [n, axes]. @defaultValue none */
  readonly points?: Float64Array | undefined;
  /** Whether the true solution is drawn beside, where it is known. @defaultValue false */
  readonly truth?: boolean;
  /** Panels in a row. @defaultValue as `mapFigure` */
  readonly columns?: number;
}

/** A solution of either kind. */
export type AnySolution = Solution | MarchedSolution;

/**
 * Draws the solution with its error, where that is known, and its residual with the last set of points: curves in one dimension,
 * maps in two, above that the plane through the middle, at the end of time.
 *
 * @returns the SVG text
 */
export async function solutionPicture(
  solution: AnySolution,
  known: Known,
  { points, truth: isShown = false, columns }: SolutionPictureOptions = {},
): Promise<string> {
  const { problem, domain } = solution;
  const { axes, unknowns } = problem;
  if (axes.length === 1) return line(solution, known);
  const { low, high } = domain;
  const plane = planeOf(known);
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
  const truth = trueValues(known, some);
  const residual = await solution.residual(some);
  const m = problem.equations.length;
  const dots = axes.length === 2 && points !== undefined ? someOf(points) : undefined;
  const range = (k: number) => ({ name: axes[k]!, range: [low[k]!, high[k]!] as const });
  return solutionFigure({
    title: `${problem.name}${plane.text}`,
    ...{ height: cells, width: cells },
    axes: { x: range(a), y: range(b) },
    ...(columns !== undefined && { columns }),
    unknowns: [
      ...unknowns.map((name, k) => ({ name, values: spread((i) => values[i * n + k]!) })),
      ...(truth && isShown
        ? unknowns.map((name, k) => ({ name: `${name}, true`, values: spread((i) => truth[i * n + k]!) }))
        : []),
    ],
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
}

/** The two axes that are drawn, and where the others are held. */
function planeOf({ problem }: Known) {
  const { axes, bounds, time } = problem;
  const shown = [0, 1] as const;
  const at = bounds.map(([low, high], k) => (k === time ? high : (low + high) / 2));
  const held = axes.flatMap((name, k) => (k < 2 ? [] : [`${name} = ${Number(at[k]!.toPrecision(4))}`]));
  const few = held.length > 3 ? [...held.slice(0, 1), "…", ...held.slice(-1)] : held;
  return { axes: shown, at, text: held.length > 0 ? ` at ${few.join(", ")}` : "" };
}

/** At most {@link mostDots} of the points [n, 2]. */
export function someOf(points: Float64Array): Float64Array {
  const rows = someRows(points.length / 2, mostDots);
  return Float64Array.from(rows.flatMap((i) => [points[2 * i]!, points[2 * i + 1]!]));
}

const countText = (shown: number, all: number) => (shown < all ? `${shown} of ${all} points` : `${all} points`);

const norm = (n: number, f: (k: number) => number): number =>
  Math.sqrt(Array.from({ length: n }, (_, k) => f(k) ** 2).reduce((x, y) => x + y, 0));

async function line(solution: AnySolution, known: Known): Promise<string> {
  const { axes, unknowns, name } = solution.problem;
  const [low, high] = [solution.domain.low[0]!, solution.domain.high[0]!];
  const x = Float64Array.from({ length: nodes }, (_, i) => low + ((high - low) * i) / (nodes - 1));
  const values = await solution.evaluate(x);
  const truth = trueValues(known, x);
  const n = unknowns.length;
  const column = (of: Float64Array, k: number) => x.map((_, i) => of[i * n + k]!);
  const curves = unknowns.flatMap((u, k): Curve[] => [
    { name: u, x, y: column(values, k) },
    ...(truth ? [{ name: `${u}, true`, x, y: column(truth, k), dashed: true }] : []),
  ]);
  return curveFigure({ curves, x: { name: axes[0]! }, y: { name: unknowns.join(", ") }, title: name });
}
