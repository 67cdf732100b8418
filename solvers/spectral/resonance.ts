/** Nearness of a linear problem to one that has no solution or several, as waves in a box at one of its frequencies. */
import { type Expression, evaluateAt } from "../../equations/expression/index.ts";
import { largestBoxes, nodeBoxes } from "./boxes.ts";
import { FastDiagonalisation } from "./fast-diagonalisation.ts";
import type { RowsForm, SpectralForm } from "./form.ts";
import { gmres } from "./gmres.ts";
import type { Grid } from "./grid.ts";
import { SpectralRows } from "./rows.ts";

/** The most iterations, and share of the right side that is left. */
const [most, tolerance] = [100, 1e-8];

/** Points of a grid with the nodes that they have. */
interface Points {
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
  readonly nodeOf: Int32Array;
  readonly nodes: number;
}

/**
 * Growth of a relative change of what multiplies the unknowns themselves into one of the solution; 0 where those terms
 * have the sign of a decay, and no resonance is possible.
 */
export const growthOfChanges = (form: SpectralForm, grid: Grid): number =>
  growthBySolution(form, { ...grid, columns: grid.columns() }, (parts) => {
    const rows = new SpectralRows(form, grid);
    const right = new Float64Array(rows.size);
    for (const [k, part] of parts.entries())
      for (let i = 0; i < grid.count; i++)
        right[k * grid.nodes + grid.nodeOf[i]!]! += grid.weights[i]! * (part?.[i] ?? 0);
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
    return solver.isSingular ? undefined : moves;
  });

/**
 * The same by any solution of the rows.
 *
 * @param solve - values at nodes for a right side of each equation at points; undefined where the rows are singular
 */
export function growthBySolution(
  form: RowsForm,
  { columns, weights, nodeOf, nodes }: Points,
  solve: (right: readonly (Float64Array | undefined)[]) => Float64Array | undefined,
): number {
  if (!form.isLinear || form.floating.length > 0) return 0;
  const { leaves, inside, problem, space } = form;
  const d = problem.axes.length;
  const points = new Float64Array(weights.length * d);
  for (const [k, column] of columns.entries()) for (const [i, x] of column.entries()) points[i * d + space[k]!] = x;
  const at = (slope: Expression) => evaluateAt(slope, points, d, problem.constants);
  const smooth = smoothOn(columns);
  let size = 0;
  const right = inside.map(({ slopes }, k) => {
    const own = slopes.filter(({ leaf }) => leaves[leaf]!.unknown === k);
    const ofValues = own.find(({ leaf }) => leaves[leaf]!.inSpace.every((order) => order === 0));
    const seconds = own.filter(({ leaf }) => leaves[leaf]!.inSpace.includes(2)).map(({ slope }) => at(slope));
    if (!ofValues) return undefined;
    const factor = at(ofValues.slope);
    if (!seconds.some((second) => second.some((v, i) => weights[i]! > 0 && v * factor[i]! > 0))) return undefined;
    for (let i = 0; i < weights.length; i++) size += weights[i]! * smooth[i]! ** 2;
    return factor.map((v, i) => v * smooth[i]!);
  });
  if (size === 0) return 0;
  const moves = solve(right);
  if (moves === undefined) return Number.POSITIVE_INFINITY;
  let moved = 0;
  for (let k = 0; k < inside.length; k++)
    for (let i = 0; i < weights.length; i++) moved += weights[i]! * moves[k * nodes + nodeOf[i]!]! ** 2;
  return Math.sqrt(moved / size);
}

/** A function that has a part in every wave of a box. */
function smoothOn(columns: readonly Float64Array[]): Float64Array {
  const product = new Float64Array(columns[0]!.length).fill(1);
  for (const column of columns) {
    const low = column.reduce((a, b) => Math.min(a, b));
    const high = column.reduce((a, b) => Math.max(a, b));
    for (const [i, x] of column.entries()) {
      const share = (x - low) / (high - low);
      product[i]! *= 0.3 + share + 0.7 * share ** 2;
    }
  }
  return product;
}
