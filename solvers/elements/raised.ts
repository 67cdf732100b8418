/** A solve with polynomials of a higher degree on the same elements: what it changes is the error of the lower one. */
import type { Discretisation } from "./discretisation.ts";
import { type Cell, Mesh } from "./mesh.ts";
import { minimised } from "./newton.ts";
import { carriedOver } from "./refinement.ts";

/** Degrees that are added, and Newton's steps at most. */
const [added, mostSteps] = [6, 4];

/** A solution with a higher degree, with the one that it began with. */
export interface Raised {
  readonly cells: readonly Cell[];
  readonly before: ReadonlyMap<Cell, Float64Array>;
}

/**
 * Solves once more with a higher degree; the mesh stays as it is.
 *
 * @param hasTime - asked before each step but the first
 * @returns undefined where it did not come to rest
 */
export function raised(layout: Discretisation, mesh: Mesh, hasTime: () => boolean): Raised | undefined {
  const copy = new Mesh(mesh.region, mesh.root.degree + added);
  const visit = (from: Cell, to: Cell): void => {
    if (!from.split) {
      if (!from.empty) to.coefficients = carriedOver(layout, from, to, to.degree);
      return;
    }
    copy.split(to, from.split.axis, from.split.at);
    for (const [k, child] of from.split.children.entries()) visit(child, to.split!.children[k]!);
  };
  visit(mesh.root, copy.root);
  const cells = copy.elements();
  const before = new Map(cells.map((cell) => [cell, cell.coefficients!]));
  return minimised(layout, copy, undefined, { most: mostSteps, hasTime })?.converged ? { cells, before } : undefined;
}
