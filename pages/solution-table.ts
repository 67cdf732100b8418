/** A solution as a table of points. */
import { csvText } from "../report/csv.ts";
import type { GridSolution } from "../solvers/solution/index.ts";

/** True values at points. */
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
  truth?: Truth,
): string {
  const d = axes.length;
  const columns = (found: Readonly<Record<string, Float64Array>>, known: Float64Array | undefined) =>
    Object.entries(found).map(([name, column], k, { length }) => ({ name, column, known, k, n: length }));
  const all = [...columns(values, truth?.unknowns), ...columns(quantities, truth?.quantities)];
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
