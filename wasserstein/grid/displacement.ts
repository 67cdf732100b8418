/** Displacement of mass: the barycentric projection of the plan, less where it is. */
import { axisMoves } from "./axes.ts";
import type { PlacedSide } from "./box.ts";
import type { GridPotentials } from "./certificate.ts";
import { GridKernel } from "./operator.ts";

/** Mean displacement of the mass of each cell, one array an axis over the whole grid; NaN where there is no mass. */
export interface GridDisplacement {
  /** Of the mass of x, to where it lies in y: one array per axis, over the whole grid. */
  readonly x: readonly Float64Array[];
  /** Of the mass of y, to where it came from in x: one array per axis, over the whole grid. */
  readonly y: readonly Float64Array[];
}

/**
 * Σ_j P_ij (y_j − x_i) / Σ_j P_ij along each axis.
 *
 * @param size - cells of the whole grid
 */
export function displacements(
  own: PlacedSide,
  other: PlacedSide,
  p: number,
  potential: Float64Array,
  { epsilon }: Pick<GridPotentials, "epsilon">,
  size: number,
): Float64Array[] {
  const heights = potential.map((v, j) => v / epsilon + Math.log(other.weights[j]!));
  const mass = new Float64Array(own.kept.length);
  const moved = new Float64Array(own.kept.length);
  new GridKernel(own, other, p, epsilon).apply(heights, mass);
  return own.axes.map((axis, k) => {
    // Moves have both signs: they are counted from the farthest one.
    const moves = axisMoves(axis, other.axes[k]!);
    const least = moves.reduce((low, v) => Math.min(low, v), 0);
    const weights = new Array<Float64Array | undefined>(own.axes.length).fill(undefined);
    weights[k] = moves.map((v) => v - least);
    new GridKernel(own, other, p, epsilon, weights).apply(heights, moved);
    const all = new Float64Array(size).fill(Number.NaN);
    for (let i = 0; i < mass.length; i++) all[own.cells[i]!] = Math.exp(moved[i]! - mass[i]!) + least;
    return all;
  });
}
