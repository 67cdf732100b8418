/**
 * Constants to be found from observations: Levenberg and Marquardt's method (Marquardt 1963, doi:10.1137/0111030) on the constants, with coefficients that are always the best for them (variable projection:
 * Golub and Pereyra 1973, doi:10.1137/0710036). R of all rows has the step of the constants in its last rows.
 */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { rng } from "../../engine/random/rng.ts";
import type { Pieces } from "../../equations/problem/index.ts";
import { sizesOf } from "./conditioning.ts";
import { type Discretisation, isLinearInUnknowns, type ObservedForm } from "./discretisation.ts";
import { elementPieces } from "./element-pieces.ts";
import { type Elimination, solvedOn, triangleOfConstants, withDraw } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { minimised, type Solved } from "./newton.ts";
import { countedLeft, type Left, leftOn, missedBy } from "./residuals.ts";

/** Steps, trials of one, damping of the first, and its factors after a trial that lowers the loss and one that does not. */
const [mostSteps, trials, first, down, up] = [25, 8, 1e-3, 0.1, 10];
/** Sizes of a constant by which a step may move it, and a step in standard deviations of the noise that is the last one. */
const [leap, short] = [5, 0.01];

/** Coefficients that are best for constants. */
interface Trial {
  readonly values: readonly number[];
  readonly coefficients: ReadonlyMap<Cell, Float64Array>;
  readonly left: ReadonlyMap<Cell, Left>;
  readonly loss: number;
}

/** A fit's constants, and the squares of all rows in units of sigma. */
export interface OtherFit {
  readonly values: readonly number[];
  readonly loss: number;
}

/** The best of the fits from the guesses and from other starts, with the others. */
export function fittedFromStarts(
  layout: Discretisation,
  mesh: Mesh,
  starts: readonly (readonly number[])[],
  { hasTime, isEarly }: { readonly hasTime: () => boolean; readonly isEarly: () => boolean },
): { readonly solved: Solved | undefined; readonly others: readonly OtherFit[] } {
  const cells = mesh.elements();
  const zero = new Map(cells.map((cell) => [cell, cell.coefficients!]));
  const found: (OtherFit & { readonly solved: Solved; readonly coefficients: typeof zero })[] = [];
  for (const start of starts) {
    if (found.length > 0 && !isEarly()) break;
    for (const [i, name] of layout.sought.entries()) layout.constants[name] = start[i]!;
    for (const [cell, c] of zero) cell.coefficients = c;
    const solved = fitted(layout, mesh, hasTime);
    const coefficients = new Map(cells.map((cell) => [cell, cell.coefficients!]));
    const values = layout.sought.map((name) => layout.constants[name]!);
    if (solved) found.push({ solved, coefficients, values, loss: solved.loss / unitOf(layout) ** 2 });
  }
  // The number of starts that there is time for should not change the last digits.
  const best = found.reduce<(typeof found)[number] | undefined>(
    (a, b) => (a && !(b.loss < nearly * a.loss) ? a : b),
    undefined,
  );
  for (const [i, name] of layout.sought.entries()) layout.constants[name] = best?.values[i] ?? layout.constants[name]!;
  for (const [cell, c] of best?.coefficients ?? []) cell.coefficients = c;
  return { solved: best?.solved, others: found.filter((one) => one !== best) };
}
/** Share of a loss that is no less. */
const nearly = 1 - 1e-6;

/** The layout with its constants as known ones. */
const heldIn = (layout: Discretisation): Discretisation =>
  layout.memo.get(layout, "held", () => ({ ...layout, sought: [], linear: isLinearInUnknowns(layout) }));

/**
 * Finds the constants that fit best near those of the layout, with their coefficients, which the mesh has then.
 *
 * @param hasTime - asked before each step but the first
 * @returns undefined where the rows of the first constants have no solution
 */
export function fitted(
  layout: Discretisation,
  mesh: Mesh,
  hasTime: () => boolean,
): (Solved & { readonly loss: number }) | undefined {
  const { constants, sought, problem } = layout;
  const held = heldIn(layout);
  const k = sought.length;
  const count = problem.observations.reduce((sum, { values }) => sum + values.length, 0);
  const moveTo = ({ values, coefficients }: Pick<Trial, "values" | "coefficients">) => {
    for (const [i, name] of sought.entries()) constants[name] = values[i]!;
    for (const [cell, c] of coefficients) cell.coefficients = c;
  };
  const at = (values: readonly number[], coefficients: Trial["coefficients"]): Trial | undefined => {
    moveTo({ values, coefficients });
    if (!minimised(held, mesh, undefined, { most: 20, hasTime: () => true })?.converged) return undefined;
    const left = leftOn(held, mesh, "solved");
    const found = new Map(mesh.elements().map((cell) => [cell, cell.coefficients!]));
    const loss = countedLeft(left);
    return Number.isFinite(loss) ? { values, coefficients: found, left, loss } : undefined;
  };
  let best = at(
    sought.map((name) => constants[name]!),
    new Map(mesh.elements().map((cell) => [cell, cell.coefficients!])),
  );
  if (!best) return undefined;
  let damping = first;
  let found: Elimination;
  for (let steps = 0; ; steps++) {
    moveTo(best);
    found = solvedOn(layout, mesh, undefined, best.left)!;
    const ended = (converged: boolean) => ({
      ...{ left: leftOn(layout, mesh), steps: steps + 1, converged, found, about: { ...constants }, loss: best!.loss },
    });
    const { rows, right } = triangleOfConstants(layout, found.factor);
    const from: Trial = best;
    const rest = right.map((v, i) => v - from.values.reduce((sum, c, j) => sum + rows[i * k + j]! * c, 0));
    const missed = missedBy(layout, mesh);
    const noise = (unitOf(layout) ** 2 * dot(missed, missed)) / Math.max(1, count - k);
    if (k === 0 || dot(rest, rest) < short ** 2 * noise) return ended(true);
    if (steps === mostSteps || !hasTime()) return ended(false);
    const downhill = Float64Array.from(sought, (_, i) => rest.reduce((sum, v, r) => sum + v * rows[r * k + i]!, 0));
    const normal = normalOf(rows, k);
    let next: Trial | undefined;
    for (let t = 0; t < trials && !next && hasTime(); t++) {
      const damped = normal.map((v, n) => (n % (k + 1) === 0 ? v * (1 + damping + 1e-12) + 1e-300 : v));
      const step = cholesky(damped, k)?.solve(downhill) ?? new Float64Array(k);
      const sizes = from.values.map((v, i) => Math.max(Math.abs(v), Math.abs(problem.trainable[sought[i]!]!)) || 1);
      const longest = Math.max(1, ...step.map((v, i) => Math.abs(v) / (leap * sizes[i]!)));
      const trial = at(
        from.values.map((v, i) => v + step[i]! / longest),
        from.coefficients,
      );
      damping *= trial && trial.loss < from.loss ? down : up;
      if (trial && trial.loss < from.loss) next = trial;
    }
    if (!next) {
      moveTo(from);
      return ended(true);
    }
    best = next;
  }
}

/** A row of an observation for a residual of one sigma. */
const unitOf = ({ observing, observations }: Discretisation) => {
  const [{ weight, sigma }] = observations as [ObservedForm];
  return observing.weight * weight * sigma;
};

/** Root of the sum of squares of the rows of observations, by what is missed in units of sigma. */
export const rowsMissed = (layout: Discretisation, missed: Float64Array): number =>
  unitOf(layout) * Math.sqrt(dot(missed, missed));

const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** RᵀR. */
const normalOf = (rows: Float64Array, k: number) =>
  Float64Array.from({ length: k * k }, (_, n) => {
    const [i, j] = [Math.floor(n / k), n % k];
    let sum = 0;
    for (let r = 0; r < k; r++) sum += rows[r * k + i]! * rows[r * k + j]!;
    return sum;
  });

/** The effect of noise of observations. */
export interface NoiseEffect {
  /** Of constants to be found, by Cramér and Rao's bound; Infinity where nothing determines one. */
  readonly deviations: readonly number[];
  /** Root mean square of the change of all unknowns, beside them. */
  readonly error: number;
  /** Solutions of observations that were drawn anew, with their constants. */
  readonly draws: readonly { readonly pieces: Pieces; readonly constants: Readonly<Record<string, number>> }[];
}

/** Solutions that are drawn. */
const draws = 8;
/** Share of a constant's columns, squared, below which what observations determine of it is rounding. */
const open = 1e-20;

/**
 * The effect of noise on a solution that was found on a mesh, with equations that are linearised about it.
 *
 * @param noise - standard deviation of the noise in units of each sigma
 */
export function effectOfNoise(layout: Discretisation, mesh: Mesh, noise: number): NoiseEffect {
  const random = rng(0).split("noise of observations");
  const noises = Array.from({ length: draws }, (_, j) =>
    layout.observations.map(({ values, sigma }, k) => {
      const drawn = random.split(j).split(k).normal(values.length);
      return drawn.map((v) => v * noise * sigma);
    }),
  );
  const drawn = { ...layout, draws: noises };
  const left = leftOn(heldIn(layout), mesh, "solved");
  const { factor, coefficients, constants } = solvedOn(drawn, mesh, undefined, left)!;
  const k = layout.sought.length;
  const { rows } = triangleOfConstants(drawn, factor);
  const scale = noise * unitOf(layout);
  const normal = normalOf(rows, k);
  const inverse = k > 0 ? cholesky(normal, k) : undefined;
  const moved = noises.map((_, j) => withDraw(drawn, factor, j));
  const own = new Map(mesh.elements().map((cell) => [cell, cell.coefficients!]));
  const size = Math.hypot(...sizesOf(layout, own));
  const shifted = moved.map((one) => {
    const change = new Map(
      [...one.coefficients].map(([cell, c]) => [cell, c.map((v, i) => v - coefficients.get(cell)![i]!)]),
    );
    return { change, constants: one.constants.map((v, i) => v - constants[i]!) };
  });
  return {
    deviations: layout.sought.map((_, i) => {
      const column = Float64Array.from({ length: k }, (_, c) => (c === i ? 1 : 0));
      const isOpen = !inverse || !(normal[i * (k + 1)]! > open);
      return isOpen ? Number.POSITIVE_INFINITY : scale * Math.sqrt(inverse.solve(column)[i]!);
    }),
    error:
      Math.sqrt(shifted.reduce((sum, { change }) => sum + Math.hypot(...sizesOf(layout, change)) ** 2, 0) / draws) /
      size,
    draws: shifted.map((one) => ({
      pieces: elementPieces(
        mesh,
        new Map([...own].map(([cell, c]) => [cell, c.map((v, i) => v + one.change.get(cell)![i]!)])),
      ),
      constants: Object.fromEntries(
        layout.sought.map((name, i) => [name, layout.constants[name]! + one.constants[i]!]),
      ),
    })),
  };
}
