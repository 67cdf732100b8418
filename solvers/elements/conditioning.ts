/** Conditioning of the rows: how far functions move, at most, that what is left of rows or their rounding moves. */
import { rng } from "../../engine/random/rng.ts";
import type { Discretisation } from "./discretisation.ts";
import { columnLengths, type Factor, normalSolved, type Values } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { halves } from "./rows.ts";
import { integralSite } from "./site.ts";

/** The functions that rows determine least. */
export interface Weakest {
  /**
   * L² of the functions, over the root of the sum of squares of their rows: the reciprocal of the least singular value.
   */
  readonly amplification: number;
  /** True where rows of their last polynomials are small beside their rows. */
  readonly isResolved: boolean;
  readonly values: Values;
}

/** Inverse power steps. */
const steps = 2;
/** Largest square of the rows of the last polynomials, beside that of all rows. */
const mostOfLast = 1e-2;

/**
 * Inverse power steps with R and Rᵀ (Golub & Van Loan, Matrix Computations, 8.2.2), with functions measured in L²: each
 * costs two substitutions.
 *
 * @param factor - R of the rows of the mesh
 */
export function weakest(layout: Discretisation, mesh: Mesh, factor: Factor): Weakest {
  const cells = mesh.elements();
  const random = rng(0).split("conditioning");
  let of: ReadonlyMap<Cell, Float64Array> = new Map(
    cells.map((cell) => [cell, cell.coefficients!.map((_, k) => (random.uniform() - 0.5) / (1 + k))]),
  );
  let values: Values | undefined;
  let size = total(sizesOf(layout, of));
  for (let step = 0; step < steps; step++) {
    const w = new Map([...of].map(([cell, c]) => [cell, massTimes(layout, cell, c).map((v) => v / size)]));
    values = normalSolved(layout, factor, w);
    of = values.coefficients;
    size = total(sizesOf(layout, of));
  }
  // AᵀAv is the last right-hand side, of size 1: ‖Av‖² is about ‖v‖.
  return {
    amplification: Math.sqrt(size),
    isResolved: lastRows(layout, factor, of) <= mostOfLast * size,
    values: values!,
  };
}

/** Squares of the rows of polynomials of the highest two degrees along an axis. */
function lastRows(
  { region: { dimension } }: Discretisation,
  factor: Factor,
  of: ReadonlyMap<Cell, Float64Array>,
): number {
  let sum = 0;
  for (const [cell, lengths] of columnLengths(factor)) {
    // Polynomials of a cell that the boundary cuts are free outside.
    if (cell.cut) continue;
    const width = cell.degree + 1;
    const c = of.get(cell)!;
    for (let k = 0; k < c.length; k++) {
      let isLast = false;
      for (let axis = 0, rest = k % width ** dimension; axis < dimension; axis++, rest = Math.floor(rest / width))
        isLast ||= rest % width >= width - 2;
      if (isLast) sum += (lengths[k]! * c[k]!) ** 2;
    }
  }
  return sum;
}

/** L² of each unknown. */
export function sizesOf(layout: Discretisation, coefficients: ReadonlyMap<Cell, Float64Array>): number[] {
  const squares = layout.problem.unknowns.map(() => 0);
  for (const [cell, own] of coefficients) {
    const w = massTimes(layout, cell, own);
    const n = own.length / squares.length;
    squares.forEach((_, j) => {
      for (let k = j * n; k < (j + 1) * n; k++) squares[j]! += own[k]! * w[k]!;
    });
  }
  return squares.map(Math.sqrt);
}

const total = (values: readonly number[]) => Math.hypot(...values);

/** L² products of functions with each polynomial of an element. */
function massTimes(layout: Discretisation, cell: Cell, coefficients: Float64Array): Float64Array {
  const volume = halves(cell).reduce((p, h) => p * 2 * h, 1);
  if (!cell.cut) return coefficients.map((c) => volume * c);
  const { at, basis } = integralSite(layout, cell);
  const none = new Array<number>(layout.region.dimension).fill(0);
  const out = new Float64Array(coefficients.length);
  for (let from = 0; from < out.length; from += basis.size) {
    const values = basis.values(none, coefficients, from);
    for (const [i, weight] of at.weights.entries())
      if (weight > 0) basis.add(i, none, volume * weight * values[i]!, out, from);
  }
  return out;
}

/** Least relative change of a row by rounding. */
const rounding = 2 ** -53;

/**
 * Root of the sum of squares by which rounding moves rows: of each element, of the sum of its coefficients times their
 * columns.
 */
export function roundingOf(factor: Factor): number {
  let sum = 0;
  for (const [{ coefficients }, columns] of columnLengths(factor))
    sum += columns.reduce((own, size, k) => own + size * Math.abs(coefficients![k]!), 0) ** 2;
  return rounding * Math.sqrt(sum);
}
