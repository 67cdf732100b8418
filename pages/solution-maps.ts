/** Pictures of a solution: maps with the points that were used, and how residual and error fell. */
import { anything, checkOptions, flag, whole } from "../engine/checks.ts";
import { printedNumber } from "../engine/text/number.ts";
import { type Curve, curveFigure } from "../report/curve-figure.ts";
import type { MapAxes } from "../report/map-figure.ts";
import { solutionFigure } from "../report/solution-figure.ts";
import { exactQuantities, quantityList, type Solution, someRows } from "../solvers/solution/index.ts";
import { type Plane, planesOf, valuesOn } from "./solution-planes.ts";
import { trueValues } from "./solution-truth.ts";

/** Cells along a side of a map; nodes of a curve. */
const [cells, nodes] = [160, 401];
/** Most points over a map. */
const mostDots = 1000;

/**
 * Draws the solution, and what the problem asks for beside the unknowns, with its error, where that is known, and its
 * residual with the last set of points: curves in one dimension, maps in two; in three the three planes through the
 * middle, or the plane at the beginning, in the middle and at the end of time; above that one plane through the middle,
 * at the end of time.
 *
 * @param options - shown besides
 * @returns the SVG text
 * @throws OptionsError at the name of an option that there is not
 */
export async function solutionPicture(
  solution: Solution,
  options: {
    /** The last set of points, [n, axes]. @defaultValue none */
    readonly points?: Float64Array | undefined;
    /** True if the true solution is drawn beside, where it is known. @defaultValue false */
    readonly truth?: boolean;
    /** Panels in a row. @defaultValue as `mapFigure` */
    readonly columns?: number;
  } = {},
): Promise<string> {
  checkOptions("solutionPicture", options, { points: anything, truth: flag, columns: whole(1, 12) });
  const { points, truth: isShown = false, columns } = options;
  const { problem } = solution;
  const { axes, unknowns, quantities } = problem;
  if (axes.length === 1) return line(solution);
  const planes = planesOf(problem);
  const drawn: DrawnPlane[] = [];
  for (const plane of planes) drawn.push(await drawPlane(solution, plane));
  const dots = axes.length === 2 && points !== undefined ? someOf(points) : undefined;
  const residualName = dots && points ? `residual, ${countText(dots.length / 2, points.length / 2)}` : "residual";
  const one = planes.length === 1;
  /** One panel for each plane, in the same colours. */
  const panels = (name: string, values: (d: DrawnPlane) => Float64Array) =>
    drawn.map((d, i) => ({
      name: one ? name : `${name}, ${planes[i]!.held}`,
      ...{ values: values(d), axes: d.axes },
      ...(!one && { alike: name }),
    }));
  const error = unknowns.length > 1 ? "error, all unknowns" : `error of ${unknowns[0]}`;
  const inRow = one ? columns : planes.length;
  return solutionFigure({
    title: one && planes[0]!.held !== "" ? `${problem.name} at ${planes[0]!.held}` : problem.name,
    ...{ subtitle: standing(solution), height: cells, width: cells, axes: drawn[0]!.axes },
    ...(inRow !== undefined && { columns: inRow }),
    unknowns: [
      ...unknowns.flatMap((name, k) => panels(name, (d) => d.values[k]!)),
      ...(isShown && drawn[0]!.truth
        ? unknowns.flatMap((name, k) => panels(`${name}, true`, (d) => d.truth![k]!))
        : []),
      ...quantities.flatMap(({ name }, k) => panels(name, (d) => d.quantities[k]!)),
      ...(isShown && drawn[0]!.trueQuantities
        ? quantities.flatMap(({ name }, k) => panels(`${name}, true`, (d) => d.trueQuantities![k]!))
        : []),
    ],
    sizes: [
      ...(drawn[0]!.error ? panels(error, (d) => d.error!) : []),
      ...panels(residualName, (d) => d.residual).map((panel) => ({ ...panel, ...(dots && { dots }) })),
    ],
  });
}

/** Values on one plane, each [cells, cells], NaN outside the domain. */
interface DrawnPlane {
  readonly axes: MapAxes;
  /** One for each unknown. */
  readonly values: readonly Float64Array[];
  readonly truth?: readonly Float64Array[];
  readonly error?: Float64Array;
  /** One for each quantity that is asked for. */
  readonly quantities: readonly Float64Array[];
  readonly trueQuantities?: readonly Float64Array[];
  readonly residual: Float64Array;
}

async function drawPlane(solution: Solution, plane: Plane): Promise<DrawnPlane> {
  const { problem } = solution;
  const { unknowns, quantities } = problem;
  const { some, spread, evaluated: values, ...drawn } = await valuesOn(solution, plane, cells);
  const n = unknowns.length;
  const m = problem.equations.length;
  const truth = trueValues(problem, some);
  const residual = some.length > 0 ? await solution.residual(some) : some;
  const trueAsked = exactQuantities(problem, some);
  const q = quantities.length;
  return {
    ...drawn,
    ...(trueAsked && { trueQuantities: quantities.map((_, k) => spread((i) => trueAsked[i * q + k]!)) }),
    residual: spread((i) => norm(m, (k) => residual[i * m + k]!)),
    ...(truth && {
      truth: unknowns.map((_, k) => spread((i) => truth[i * n + k]!)),
      error: spread((i) => norm(n, (k) => values[i * n + k]! - truth[i * n + k]!)),
    }),
  };
}

/** At most {@link mostDots} of the points [n, 2]. */
export function someOf(points: Float64Array): Float64Array {
  const rows = someRows(points.length / 2, mostDots);
  return Float64Array.from(rows.flatMap((i) => [points[2 * i]!, points[2 * i + 1]!]));
}

const countText = (shown: number, all: number) => (shown < all ? `${shown} of ${all} points` : `${all} points`);

const norm = (n: number, f: (k: number) => number): number =>
  Math.sqrt(Array.from({ length: n }, (_, k) => f(k) ** 2).reduce((x, y) => x + y, 0));

async function line(solution: Solution): Promise<string> {
  const { problem } = solution;
  const { axes, name } = problem;
  const [low, high] = [solution.domain.low[0]!, solution.domain.high[0]!];
  const x = Float64Array.from({ length: nodes }, (_, i) => low + ((high - low) * i) / (nodes - 1));
  const curvesOf = (names: readonly string[], values: Float64Array, truth: Float64Array | undefined) => {
    const column = (of: Float64Array, k: number) => x.map((_, i) => of[i * names.length + k]!);
    return names.flatMap((one, k): Curve[] => [
      { name: one, x, y: column(values, k) },
      ...(truth ? [{ name: `${one}, true`, x, y: column(truth, k), dashed: true }] : []),
    ]);
  };
  const asked = problem.quantities.map((q) => q.name);
  const curves = inPanels([
    ...curvesOf(problem.unknowns, await solution.evaluate(x), trueValues(solution.problem, x)),
    ...curvesOf(asked, await solution.expressions(quantityList(problem), x), exactQuantities(problem, x)),
  ]);
  return curveFigure({
    ...{ curves, title: name, subtitle: standing(solution), x: { name: axes[0]! } },
    y: { name: [...problem.unknowns, ...asked].join(", ") },
  });
}

/** Status of a solution and its estimated error. */
function standing({ report: { status, estimate } }: Solution): string {
  const error = estimate?.relativeL2 ?? Number.NaN;
  return Number.isFinite(error) ? `${status} · estimated relative error ${printedNumber(error, 2)}` : status;
}

/** Largest value of a panel over that of a curve in it. */
const mostUnlike = 20;

/**
 * Curves in panels by their largest values, large ones first: in each these are within a factor of 20. A dashed curve,
 * which is the true one, stays with the one before it. Where one panel will do the curves are as they were.
 */
export function inPanels(curves: readonly Curve[]): readonly Curve[] {
  const sets = curves.flatMap((curve, k) => {
    if (curve.dashed) return [];
    const next = curves[k + 1];
    const members = next?.dashed ? [curve, next] : [curve];
    return [{ members, size: Math.max(...members.map(({ y }) => largest(y))) }];
  });
  const sizes = sets.map(({ size }) => size).filter((size) => size > 0);
  const tops: number[] = [];
  for (const size of sizes.sort((a, b) => b - a)) {
    const top = tops.at(-1);
    if (top === undefined || top > mostUnlike * size) tops.push(size);
  }
  if (tops.length < 2) return curves;
  // What is 0 everywhere is seen in any of them.
  const panelOf = (size: number) => (size > 0 ? tops.findLastIndex((top) => top >= size) : 0);
  const placed = sets.flatMap(({ members, size }) =>
    members.map((curve) => ({ ...curve, panel: String(panelOf(size)) })),
  );
  return placed.sort((a, b) => Number(a.panel) - Number(b.panel));
}

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]!) > most) most = Math.abs(values[i]!);
  return most;
}
