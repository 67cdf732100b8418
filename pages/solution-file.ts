/** A solution on a grid as NetCDF. */
import { anything, checkOptions, flag, text } from "../engine/checks.ts";
import { version } from "../engine/files/version.ts";
import { printProblem } from "../equations/problem/index.ts";
import { type Coordinate, Field, type GridMapping } from "../io/field/index.ts";
import { writeNetcdf } from "../io/formats/index.ts";
import type { GridSolution, Solution } from "../solvers/solution/index.ts";

/** One field per unknown and per quantity that is asked for; all without units. */
function solutionFields({ dims, shape, values, quantities, coordinates, gridMapping }: OnGrid): readonly Field[] {
  const fields = (what: string, columns: Readonly<Record<string, Float64Array>>) =>
    Object.entries(columns).map(([name, numbers]) => {
      const attributes = { long_name: `${what} ${name}` };
      return new Field({ name, dims, shape, values: numbers, units: "1", coordinates, gridMapping, attributes });
    });
  return [...fields("unknown", values), ...fields("quantity", quantities)];
}

/** Values of a solution over named dimensions. */
export interface OnGrid extends Pick<GridSolution, "shape" | "values" | "quantities"> {
  readonly dims: readonly string[];
  readonly coordinates: readonly Coordinate[];
  readonly gridMapping?: GridMapping | undefined;
}

/** A coordinate of the problem. */
export const ownCoordinate = (name: string, values: Float64Array): Coordinate => ({
  ...{ name, dims: [name], values },
  attributes: { units: "1", long_name: name === "t" ? "time of the problem" : `coordinate ${name}` },
});

/** A solution on a grid over the axes in order. */
export const onAxes = ({ axes, shape, coordinates, values, quantities }: GridSolution): OnGrid => ({
  ...{ dims: axes, shape, values, quantities },
  coordinates: axes.map((name, k) => ownCoordinate(name, coordinates[k]!)),
});

/** Global attributes that say how a solution went: status, residual, estimated error, and constants that were found. */
export function reportAttributes({
  status,
  residual,
  estimate,
  constants,
}: Solution["report"]): Readonly<Record<string, string | number>> {
  const found = Object.entries(constants).flatMap(([name, { value, standardDeviation }]) => [
    [name, value] as const,
    ...(standardDeviation === undefined ? [] : [[`${name}_standard_deviation`, standardDeviation] as const]),
  ]);
  return {
    ...{ status, residual },
    ...(estimate && Number.isFinite(estimate.relativeL2) && { estimated_relative_l2_error: estimate.relativeL2 }),
    ...Object.fromEntries(found.map(([name, value]) => [`found_${name}`, value])),
  };
}

/** Points along an axis of the grid of a solution that is given as it is, by the number of axes. */
const usualPoints = [401, 161, 41, 17];

/** The usual grid of a solution: evenly spaced points that fit a file. */
export const usualGrid = (axes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(axes.map((name) => [name, usualPoints[axes.length - 1] ?? 9]));

/**
 * Writes all unknowns, and what is asked for, into one NetCDF file; cells outside the domain are missing.
 *
 * @param path - ending in .nc
 * @param solution - as `solve` gives it, on evenly spaced points of its own choice (401, 161², 41³ or 17⁴), or on a grid (`onGrid`)
 * @param about - title, history and attributes of the file
 * @throws FormatError where it cannot be written
 */
export async function writeSolution(
  path: string,
  solution: Solution | GridSolution | OnGrid,
  about: {
    /** The problem as it was understood; its lines are joined. @defaultValue that of a solution, else none */
    readonly title?: string;
    /** The command, versions and seed. @defaultValue this function and its version */
    readonly history?: string;
    /** Global attributes, such as the errors. @defaultValue of a solution {@link reportAttributes}, else none */
    readonly attributes?: Readonly<Record<string, string | number>>;
    /** True if a file that is there is replaced. @defaultValue true */
    readonly overwrite?: boolean;
  } = {},
): Promise<void> {
  checkOptions("writeSolution", about, { title: text, history: text, attributes: anything, overwrite: flag });
  const whole = "onGrid" in solution ? solution : undefined;
  const grid = "onGrid" in solution ? await solution.onGrid(usualGrid(solution.problem.axes)) : solution;
  const [first, ...also] = solutionFields("axes" in grid ? onAxes(grid) : grid) as [Field, ...Field[]];
  const { history = `writeSolution (monge ${version()})`, overwrite = true } = about;
  const { attributes = whole ? reportAttributes(whole.report) : {} } = about;
  const title = (about.title ?? (whole ? printProblem(whole.problem) : ""))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("; ");
  // The problem's time has no calendar and does not grow.
  await writeNetcdf(path, first, {
    also,
    history,
    attributes: { ...(title !== "" && { title }), ...attributes },
    unlimitedTime: false,
    overwrite,
  });
}
