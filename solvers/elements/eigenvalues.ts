/** Eigenvalues beside the one that was found: how far the next one is, and which of them is next to the guess. */
import { sizesOf, weakest } from "./conditioning.ts";
import { type Discretisation, isLinearInUnknowns } from "./discretisation.ts";
import { inverseStep } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import type { Solved } from "./newton.ts";
import { integralSite } from "./site.ts";

/** An eigenvalue beside the one that was found. */
export interface Neighbour {
  /** Distance from the eigenvalue that was found. */
  readonly away: number;
  /** True where it may be nearer to the guess than the one that was found. */
  readonly isNearer: boolean;
  /** False where it may lie on either side, or be a pair of complex ones. */
  readonly isOneSided: boolean;
  /** Its function, or a sum of those on either side; of any size. */
  readonly coefficients: ReadonlyMap<Cell, Float64Array>;
}

/** Steps of inverse iteration, and the cosine from which the last one is a multiple of the one before. */
const [inverseSteps, oneSided] = [5, 0.9];
/** Distance of a neighbour, beside that of the guess, from which a search can distinguish the two. */
const leastSeparation = 1e-6;

/**
 * The eigenvalue beside the one that was found, by inverse iteration among functions that are no multiple of the one
 * found (Golub & Van Loan, Matrix Computations, 7.6.1).
 *
 * @returns undefined where the problem is not one of eigenvalues
 */
export function neighbourOf(layout: Discretisation, mesh: Mesh, { found, about }: Solved): Neighbour | undefined {
  if (
    layout.sought.length !== 1 ||
    !isLinearInUnknowns({ ...layout, conditions: [], integrals: [] }) ||
    mesh.elements().some((cell) => hasSource(layout, cell))
  )
    return undefined;
  const { constants, problem } = layout;
  const [name] = layout.sought as [string];
  const [value, middle, guess] = [constants[name]!, about[name]!, problem.trainable[name]!];
  constants[name] = middle;
  let of = weakest(layout, mesh, found.factor).values.coefficients;
  let [far, alike] = [0, 0];
  for (let step = 0; step < inverseSteps; step++) {
    const next = inverseStep(layout, found.factor, of).coefficients;
    const [before, after] = [of, next].map((one) => Math.hypot(...sizesOf(layout, one))) as [number, number];
    const mixed = new Map(
      [...next].map(([cell, c]) => [cell, c.map((v, k) => v / after + of.get(cell)![k]! / before)]),
    );
    // ‖p + q‖² = 2 + 2 (p, q) of unit vectors.
    [far, alike] = [before / after, Math.hypot(...sizesOf(layout, mixed)) ** 2 / 2 - 1];
    of = next;
  }
  constants[name] = value;
  // With μ in rows (L + μ B) z = B v has z = v/(μ − λ′).
  const isOneSided = Math.abs(alike) > oneSided;
  const sides = isOneSided ? [-Math.sign(alike)] : [1, -1];
  const others = sides.map((side) => middle + side * far);
  return {
    away: Math.min(...others.map((other) => Math.abs(other - value))),
    isNearer: others.some((other) => Math.abs(other - guess) < Math.abs(value - guess)),
    ...{ isOneSided, coefficients: of },
  };
}

/** True where equations leave something of the zero function in a cell. */
function hasSource(layout: Discretisation, cell: Cell): boolean {
  const found = cell.coefficients;
  cell.coefficients = undefined;
  const isLeft = integralSite(layout, cell)
    .forms(layout.equations)
    .some(({ residual }) => residual.some((r) => r !== 0));
  cell.coefficients = found;
  return isLeft;
}

/** The eigenvalue that was found on a mesh, or the one beside it where that is nearer to the guess. */
export function nextToGuess(
  layout: Discretisation,
  mesh: Mesh,
  first: Solved,
  again: () => Solved | undefined,
): Solved {
  const [name] = layout.sought as [string];
  const [guess, value] = [layout.problem.trainable[name]!, layout.constants[name]!];
  const neighbour = first.converged ? neighbourOf(layout, mesh, first) : undefined;
  if (!neighbour?.isNearer || neighbour.away < leastSeparation * Math.abs(value - guess)) return first;
  const kept = new Map(mesh.elements().map((cell) => [cell, cell.coefficients!]));
  const [size, other] = [kept, neighbour.coefficients].map((of) => Math.hypot(...sizesOf(layout, of))) as [
    number,
    number,
  ];
  for (const [cell, c] of neighbour.coefficients) cell.coefficients = c.map((v) => (v * size) / other);
  const second = again();
  if (second?.converged && Math.abs(layout.constants[name]! - guess) < Math.abs(value - guess)) return second;
  layout.constants[name] = value;
  for (const [cell, c] of kept) cell.coefficients = c;
  return first;
}
