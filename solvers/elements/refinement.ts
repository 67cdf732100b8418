/** Finer meshes: the elements that are cut, axes and places of the cuts, and polynomials of a higher degree. */

import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { Basis, productPoints } from "./basis.ts";
import type { Discretisation } from "./discretisation.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { minimised } from "./newton.ts";
import type { CellResidual } from "./residuals.ts";

/** Share of what is left whose elements are cut. */
const bulk = 0.8;
/** An axis is cut where the last polynomials along it hold this share of what those of the worst axis do. */
const alike = 0.05;
/** If the residual lies farther than this from the middle of an element, it is cut near that side, so far from it. */
const [leaning, near] = [0.5, 0.2];

/** Numbers by which elements are ordered for refinement. */
export type Indicator = (mesh: Mesh, residuals: ReadonlyMap<Cell, CellResidual>) => ReadonlyMap<Cell, number>;

/** Elements that hold the bulk of an indicator, largest first. */
export function marked(indicator: ReadonlyMap<Cell, number>, most: number): Cell[] {
  const sorted = [...indicator].sort(([a, p], [b, q]) => q - p || a.id - b.id);
  const all = sorted.reduce((sum, [, v]) => sum + v, 0);
  const found: Cell[] = [];
  let sum = 0;
  for (const [cell, value] of sorted) {
    if (found.length >= most || (sum > bulk * all && value < 0.1 * sorted[0]![1])) break;
    found.push(cell);
    sum += value;
  }
  return found;
}

/**
 * Cuts an element across the axes along which its polynomials, or others of the same degree, fall least, on the side
 * where most is left.
 */
export function refine(
  layout: Discretisation,
  mesh: Mesh,
  cell: Cell,
  middle: ArrayLike<number>,
  polynomials = cell.coefficients!,
): void {
  const d = layout.region.dimension;
  const tails = tailsOf(layout, cell.degree, polynomials);
  const worst = Math.max(...tails);
  let parts = [cell];
  for (let axis = 0; axis < d; axis++) {
    if (!(tails[axis]! >= alike * worst)) continue;
    const side = middle[axis]!;
    const share = side > leaning ? 1 - near : side < -leaning ? near : 0.5;
    parts = parts.flatMap((part) => {
      const at = part.low[axis]! + share * (part.high[axis]! - part.low[axis]!);
      cutAt(layout, mesh, part, axis, at);
      return [...part.split!.children];
    });
  }
}

/** Cuts an element, and hands its polynomials on. */
function cutAt(layout: Discretisation, mesh: Mesh, cell: Cell, axis: number, at: number): void {
  mesh.split(cell, axis, at);
  layout.memo.drop(cell);
  if (!cell.coefficients) return;
  for (const child of cell.split!.children) child.coefficients = carriedOver(layout, cell, child, child.degree);
}

/** Coefficients in another box, and of another degree: of the same polynomial where that can be. */
export function carriedOver(
  { problem }: Discretisation,
  from: Cell,
  to: Pick<Cell, "box">,
  degree: number,
): Float64Array {
  const places = productPoints(to.box.low, to.box.high, gaussLegendre(degree + 1));
  const d = to.box.low.length;
  const [old, next] = [new Basis(from, places, 0), new Basis({ box: to.box, degree }, places, 0)];
  const none = new Array<number>(d).fill(0);
  const out = new Float64Array(problem.unknowns.length * next.size);
  problem.unknowns.forEach((_, j) => {
    old.values(none, from.coefficients!, j * old.size).forEach((v, i) => {
      next.add(i, none, v * places.weights[i]!, out, j * next.size);
    });
  });
  return out;
}

/** Mean squares of the last two polynomials along every axis. */
function tailsOf({ problem, region: { dimension: d } }: Discretisation, degree: number, c: Float64Array): number[] {
  const width = degree + 1;
  const size = width ** d;
  const tails = new Array<number>(d).fill(0);
  problem.unknowns.forEach((_, j) => {
    const own = new Array<number>(d).fill(0);
    let all = 0;
    for (let a = 0; a < size; a++) {
      const square = c[j * size + a]! ** 2;
      if (a > 0) all += square;
      for (let k = d - 1, rest = a; k >= 0; k--) {
        if (rest % width >= width - 2) own[k]! += square;
        rest = Math.floor(rest / width);
      }
    }
    // Each unknown beside its own size.
    if (all > 0) for (let k = 0; k < d; k++) tails[k]! += own[k]! / all;
  });
  return tails;
}

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
  const copy = mesh.copy(mesh.root.degree + added, (from, to) => {
    to.coefficients = carriedOver(layout, from, to, to.degree);
  });
  const cells = copy.elements();
  const before = new Map(cells.map((cell) => [cell, cell.coefficients!]));
  return minimised(layout, copy, undefined, { most: mostSteps, hasTime })?.converged ? { cells, before } : undefined;
}
