/** Newton's method on a mesh, damped by what is left of the rows. */
import type { Discretisation } from "./discretisation.ts";
import { type Fronts, solvedOn } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { countedLeft, type Left, leftOn } from "./residuals.ts";

/** A solution on a mesh. */
export interface Solved {
  readonly left: ReadonlyMap<Cell, Left>;
  readonly steps: number;
  /** True where it came to rest. */
  readonly converged: boolean;
}

/** Change of coefficients, beside them, at which it rests. */
const rest = 1e-9;
/** Least share of a step that is tried. */
const shortest = 1 / 128;

/**
 * Brings the coefficients of all elements to where the rows leave least: by one solve where they are linear.
 *
 * @param most - steps at most
 * @param goesOn - asked before each step but the first
 */
export function minimised(
  layout: Discretisation,
  mesh: Mesh,
  known: Fronts | undefined,
  { most, goesOn }: { readonly most: number; readonly goesOn: () => boolean },
): Solved {
  const cells = mesh.elements();
  if (layout.linear) {
    for (const [cell, c] of solvedOn(layout, mesh, known)) cell.coefficients = c;
    return { left: leftOn(layout, mesh), steps: 1, converged: true };
  }
  let left: ReadonlyMap<Cell, Left> = leftOn(layout, mesh);
  for (let step = 1; step <= most; step++) {
    if (step > 1 && !goesOn()) return { left, steps: step - 1, converged: false };
    const before = new Map(cells.map((cell) => [cell, cell.coefficients!]));
    const next = solvedOn(layout, mesh, undefined);
    const now = countedLeft(leftOn(layout, mesh, left));
    let found: ReadonlyMap<Cell, Left> | undefined;
    let share = 1;
    for (; share >= shortest; share /= 2) {
      for (const cell of cells) {
        const to = next.get(cell)!;
        cell.coefficients = before.get(cell)!.map((v, k) => v + share * (to[k]! - v));
      }
      const seen = leftOn(layout, mesh, left);
      if (
        countedLeft(seen) <= now * (1 - 0.1 * share) ||
        (share === 1 && step > 1 && countedLeft(seen) <= now * 1.0001)
      ) {
        found = seen;
        break;
      }
    }
    if (!found) {
      for (const cell of cells) cell.coefficients = before.get(cell)!;
      return { left, steps: step, converged: false };
    }
    const fell = countedLeft(found) / now;
    left = leftOn(layout, mesh);
    let [moved, size] = [0, 0];
    for (const cell of cells) {
      const old = before.get(cell)!;
      cell.coefficients!.forEach((v, k) => {
        moved += (v - old[k]!) ** 2;
        size += v * v;
      });
    }
    if (share === 1 && (moved <= rest ** 2 * size || fell > 0.98)) return { left, steps: step, converged: true };
  }
  return { left, steps: most, converged: false };
}
