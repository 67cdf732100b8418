/** Nearness of a linear problem to one that has no solution or several, as waves in a box at one of its frequencies. */
import { type Expression, evaluateAt } from "../../equations/expression/index.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import { FastDiagonalisation } from "./fast-diagonalisation.ts";
import type { SpectralForm } from "./form.ts";
import { gmres } from "./gmres.ts";
import type { Grid } from "./grid.ts";
import { SpectralRows } from "./rows.ts";

/** The most iterations, and share of the right side that is left. */
const [most, tolerance] = [100, 1e-8];

/**
 * Growth of a relative change of what multiplies the unknowns themselves into one of the solution; 0 where those terms
 * have the sign of a decay, and no resonance is possible.
 */
export function growthOfChanges(form: SpectralForm, grid: Grid): number {
  if (!form.isLinear || form.floating.length > 0) return 0;
  const { leaves, inside, problem, space } = form;
  const columns = grid.columns();
  const d = problem.axes.length;
  const points = new Float64Array(grid.count * d);
  for (const [k, column] of columns.entries()) for (const [i, x] of column.entries()) points[i * d + space[k]!] = x;
  const at = (slope: Expression) => evaluateAt(slope, points, d, problem.constants);
  const right = new Float64Array(inside.length * grid.nodes);
  const smooth = smoothOn(grid, columns);
  let size = 0;
  for (const [k, { slopes }] of inside.entries()) {
    const own = slopes.filter(({ leaf }) => leaves[leaf]!.unknown === k);
    const ofValues = own.find(({ leaf }) => leaves[leaf]!.inSpace.every((order) => order === 0));
    const seconds = own.filter(({ leaf }) => leaves[leaf]!.inSpace.includes(2)).map(({ slope }) => at(slope));
    if (!ofValues) continue;
    const factor = at(ofValues.slope);
    if (!seconds.some((second) => second.some((v, i) => grid.weights[i]! > 0 && v * factor[i]! > 0))) continue;
    for (let i = 0; i < grid.count; i++) {
      const w = grid.weights[i]!;
      right[k * grid.nodes + grid.nodeOf[i]!]! += w * factor[i]! * smooth[i]!;
      size += w * smooth[i]! ** 2;
    }
  }
  if (size === 0) return 0;
  const rows = new SpectralRows(form, grid);
  rows.evaluate(0, [new Float64Array(rows.size)]);
  rows.fixed.forEach((isFixed, i) => {
    if (isFixed) right[i] = 0;
  });
  const solver = new FastDiagonalisation(rows, nodeBoxes(form, grid, largestBoxes(form)), true);
  const moves = new Float64Array(rows.size);
  const options = { tolerance, most, isOver: () => false };
  gmres(
    (x, out) => rows.apply(0, x, out),
    (r) => solver.solve(r, 0),
    right,
    moves,
    options,
  );
  if (solver.isSingular) return Number.POSITIVE_INFINITY;
  let moved = 0;
  for (let k = 0; k < inside.length; k++)
    for (let i = 0; i < grid.count; i++) moved += grid.weights[i]! * moves[k * grid.nodes + grid.nodeOf[i]!]! ** 2;
  return Math.sqrt(moved / size);
}

/** A function that has a part in every wave of a box. */
const smoothOn = ({ axes }: Grid, columns: readonly Float64Array[]): Float64Array =>
  columns[0]!.map((_, i) =>
    columns.reduce((product, column, k) => {
      const { cuts } = axes[k]!;
      const share = (column[i]! - cuts[0]!) / (cuts.at(-1)! - cuts[0]!);
      return product * (0.3 + share + 0.7 * share ** 2);
    }, 1),
  );
