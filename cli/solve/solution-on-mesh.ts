/** A solution on a mesh, as the text of a file for ParaView. */

import { OptionsError } from "../../engine/errors.ts";
import { gridMesh, readMesh, vtuText } from "../../equations/mesh/index.ts";
import { type Solution, valuesAt } from "../../solvers/solution/index.ts";
import type { SolvePlan } from "./plan.ts";

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
