/** A solution as the text of a file: a table of points, or a mesh for ParaView. */

import { OptionsError } from "../../engine/errors.ts";
import { gridMesh, readMesh, vtuText } from "../../equations/mesh/index.ts";
import { csvText } from "../../report/csv.ts";
import { type GridSolution, type Solution, valuesAt } from "../../solvers/solution/index.ts";
import type { SolvePlan } from "./plan.ts";

/** True values at the points of a grid. */
export interface Truth {
  /** [count, unknowns]; undefined where they are not known. */
  readonly unknowns: Float64Array | undefined;
  /** [count, quantities] of what the problem asks for; undefined where they are not known. */
  readonly quantities: Float64Array | undefined;
}

/**
 * A table: a row for each point of the grid, its coordinates, the unknowns and what the problem asks for, and beside
 * them their true values where they are known. Outside the domain cells are empty.
 */
export function solutionTable(
  { axes, points, values, quantities }: Pick<GridSolution, "axes" | "points" | "values" | "quantities">,
  truth: Truth,
): string {
  const d = axes.length;
  const columns = (found: Readonly<Record<string, Float64Array>>, known: Float64Array | undefined) =>
    Object.entries(found).map(([name, column], k, { length }) => ({ name, column, known, k, n: length }));
  const all = [...columns(values, truth.unknowns), ...columns(quantities, truth.quantities)];
  const compared = all.filter(({ known }) => known !== undefined);
  const header = [...axes, ...all.map(({ name }) => name), ...compared.map(({ name }) => `${name}_true`)];
  // What is not finite inside of the domain has a true value all the same: cells are empty where the first unknown has
  // none.
  const first = all[0]!.column;
  const rows = Array.from({ length: points.length / d }, (_, i) => [
    ...points.subarray(i * d, (i + 1) * d),
    ...all.map(({ column }) => column[i]!),
    ...compared.map(({ known, k, n }) => (Number.isNaN(first[i]) ? undefined : known![i * n + k])),
  ]);
  return csvText(header, rows);
}

/** The solution on the mesh of its domain or on the grid, at the end of time, for ParaView. */
export async function solutionOnMesh(
  solution: Solution,
  { problem, mesh: file, grid = {} }: Pick<SolvePlan, "problem" | "mesh" | "grid">,
): Promise<string> {
  const { axes, bounds, time } = problem;
  const space = axes.flatMap((_, k) => (k === time ? [] : [k]));
  if (space.length === 0 || space.length > 3)
    throw new OptionsError(
      `-o FILE.vtu needs one to three axes of space; the problem has ${space.length}`,
      "output",
      space.length,
    );
  const coordinates = space.map((k) => {
    const [low, high] = bounds[k]!;
    const n = grid[axes[k]!]!;
    return Float64Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  });
  const whole = file === undefined ? gridMesh(coordinates, () => true) : readMesh(file);
  const points = Float64Array.from(
    whole.points.flatMap((p) => axes.map((_, k) => (k === time ? bounds[k]![1] : p[space.indexOf(k)]!))),
  );
  const { values, quantities } = await valuesAt(solution, points);
  const [first] = Object.values(values);
  const mesh = file === undefined ? gridMesh(coordinates, (i) => !Number.isNaN(first![i])) : whole;
  return vtuText(mesh, { ...values, ...quantities });
}
