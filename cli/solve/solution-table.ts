/** A solution on a grid as a table. */

import { csvText } from "../../report/index.ts";
import type { GridSolution } from "../../solvers/solve/index.ts";

/**
 * A table: a row for each point of the grid, its coordinates, the unknowns, and beside them their true values where they are known. Outside the
 * domain cells are empty.
 */
export function solutionTable({ axes, points, values }: GridSolution, truth: Float64Array | undefined): string {
  const unknowns = Object.keys(values);
  const [d, n] = [axes.length, unknowns.length];
  const header = [...axes, ...unknowns, ...(truth ? unknowns.map((name) => `${name}_true`) : [])];
  const rows = Array.from({ length: points.length / d }, (_, i) => {
    const found = unknowns.map((name) => values[name]![i]!);
    const known = truth ? unknowns.map((_name, k) => (Number.isNaN(found[k]) ? undefined : truth[i * n + k])) : [];
    return [...points.subarray(i * d, (i + 1) * d), ...found, ...known];
  });
  return csvText(header, rows);
}
