/** Newton's method on a mesh: damped by what is left of the rows, or with constants to be found. */
import type { Discretisation } from "./discretisation.ts";
import { type Elimination, type Fronts, solvedOn } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { type CellResidual, countedSquares, residualsOn } from "./residuals.ts";

/** A solution on a mesh. */
export interface Solved {
  readonly residuals: ReadonlyMap<Cell, CellResidual>;
  readonly steps: number;
  /** True where it came to rest. */
  readonly converged: boolean;
  /** Values that the rows of the last step determine, with their R. */
  readonly found: Elimination;
  /** Constants to be found, in these rows. */
  readonly about: Readonly<Record<string, number>>;
}

/** Change of coefficients, beside them, at which it rests. */
const exactly = 1e-9;
/** Least share of a step that is tried. */
const shortest = 1 / 1024;
/** Share of the squares that a step may leave where it rests as well. */
const resting = 0.98;
/** Steps of which each weighs the rows anew; with weights that follow the solution, steps could go round in circles. */
const mostWeighed = 8;

/** Options of {@link minimised}. */
export interface NewtonOptions {
  /** Steps at most. */
  readonly most: number;
  /** Asked before each step but the first. */
  readonly hasTime: () => boolean;
  /** Change of coefficients, beside them, by a whole step that is the last one. @defaultValue 1e-9 */
  readonly rest?: number;
  /** True where it begins where it rested before, and need not leave less. */
  readonly isNear?: boolean;
}

/**
 * Brings the coefficients of all elements to where the rows leave least: by one solve where they are linear.
 *
 * @returns undefined where nothing determines a constant to be found
 */
export function minimised(
  layout: Discretisation,
  mesh: Mesh,
  known: Fronts | undefined,
  { most, hasTime, rest = exactly, isNear = false }: NewtonOptions,
): Solved | undefined {
  const cells = mesh.elements();
  if (layout.linear) {
    const found = solvedOn(layout, mesh, known);
    if (!take(layout, found)) return undefined;
    return { residuals: residualsOn(layout, mesh), steps: 1, converged: true, found, about: layout.constants };
  }
  if (layout.sought.length > 0) return withConstants(layout, mesh, hasTime);
  let found: Elimination | undefined;
  const ended = (steps: number, converged: boolean): Solved => ({
    ...{ residuals: residualsOn(layout, mesh), steps, converged, found: found!, about: layout.constants },
  });
  let as: ReadonlyMap<Cell, CellResidual> | undefined;
  for (let step = 1; step <= most; step++) {
    if (step > 1 && !hasTime()) return ended(step - 1, false);
    const before = new Map(cells.map((cell) => [cell, cell.coefficients!]));
    as = residualsOn(layout, mesh, step <= mostWeighed || !as ? "solved" : as);
    const now = countedSquares(as);
    found = solvedOn(layout, mesh, undefined, as)!;
    const next = found.coefficients;
    let seen = now;
    let share = 1;
    for (; share >= shortest; share /= 2) {
      for (const cell of cells) {
        const to = next.get(cell)!;
        cell.coefficients = before.get(cell)!.map((v, k) => v + share * (to[k]! - v));
      }
      seen = countedSquares(residualsOn(layout, mesh, as));
      if (seen <= now * (1 - 0.1 * share) || (share === 1 && (isNear || step > 1) && seen <= now * 1.0001)) break;
    }
    if (share < shortest) {
      for (const cell of cells) cell.coefficients = before.get(cell)!;
      return ended(step, false);
    }
    if (share === 1 && (change(cells, before) <= rest || seen / now > resting)) return ended(step, true);
  }
  return ended(most, false);
}

/** Change of all coefficients beside them. */
function change(cells: readonly Cell[], before: ReadonlyMap<Cell, Float64Array>): number {
  let [moved, size] = [0, 0];
  for (const cell of cells) {
    const old = before.get(cell)!;
    cell.coefficients!.forEach((v, k) => {
      moved += (v - old[k]!) ** 2;
      size += v * v;
    });
  }
  return Math.sqrt(moved / size);
}

/**
 * Makes what was found that of the elements, and the constants where they are not held.
 *
 * @returns false where nothing was found
 */
function take(
  { constants, sought }: Discretisation,
  found: Elimination | undefined,
  held = false,
): found is Elimination {
  for (const [cell, c] of found?.coefficients ?? []) cell.coefficients = c;
  if (!held && found)
    sought.forEach((name, k) => {
      constants[name] = found.constants[k]!;
    });
  return found !== undefined;
}

/** Steps at most with constants held, and with constants free. */
const [mostHeld, mostFree] = [60, 12];
/** Change of a constant, beside its distance from its guess, from which it is free. */
const nearby = 1e-2;

/**
 * Newton's method for the unknowns and constants at once. First the constants stay at their guesses in all derivatives,
 * which is inverse iteration with a shift where the problem is one of eigenvalues: it leads to the eigenvalue next to
 * the guess.
 */
function withConstants(layout: Discretisation, mesh: Mesh, hasTime: () => boolean): Solved | undefined {
  const { constants, sought, problem } = layout;
  const cells = mesh.elements();
  const guesses = sought.map((name) => problem.trainable[name]!);
  Object.assign(constants, problem.trainable);
  let last: Float64Array | undefined;
  let found: Elimination | undefined;
  let about: Solved["about"] = {};
  let steps = 0;
  let free = false;
  for (; steps < mostHeld + mostFree && (steps === 0 || hasTime()); steps++) {
    const before = new Map(cells.map((cell) => [cell, cell.coefficients!]));
    about = { ...constants };
    const now = solvedOn(layout, mesh, undefined);
    if (!take(layout, now, !free)) return undefined;
    found = now;
    const near = (k: number, by: number) => Math.abs(now.constants[k]! - (last?.[k] ?? Number.NaN)) <= by;
    if (free && change(cells, before) <= exactly && guesses.every((_, k) => near(k, exactly * Math.abs(last![k]!))))
      return { residuals: residualsOn(layout, mesh), steps: steps + 1, converged: true, found, about };
    free ||=
      steps >= mostHeld || guesses.every((guess, k) => near(k, nearby * Math.abs(now.constants[k]! - guess) + exactly));
    last = now.constants;
  }
  return { residuals: residualsOn(layout, mesh), steps, converged: false, found: found!, about };
}
