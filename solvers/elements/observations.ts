/**
 * Constants to be found from observations, with coefficients that are always the best for them: R of all rows has the
 * step of the constants in its last rows.
 */

import { cholesky } from "../../engine/numerics/cholesky.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { Pieces } from "../../equations/problem/index.ts";
import {
  type Candidate,
  fromOtherStarts,
  isAstray,
  levenbergMarquardt,
  type NormalEquations,
  normalEquations,
  sizesOfConstants,
} from "../constants/index.ts";
import { sizesOf } from "./conditioning.ts";
import { type Discretisation, isLinearInUnknowns, type ObservedForm } from "./discretisation.ts";
import { elementPieces } from "./element-pieces.ts";
import { type Elimination, solvedOn, triangleOfConstants, withDraw } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { minimised, type Solved } from "./newton.ts";
import { type CellResidual, countedSquares, missedBy, residualsOn } from "./residuals.ts";

/**
 * Bounds of the weight of observations, beside that of equations, and its share of that with which what is missed of
 * observations counts as much as what the mesh leaves of equations: the discrepancy principle (Morozov 1966), by which
 * no row asks for more than it can be known to hold.
 */
const observing = { least: 1e-6, most: 1e-4, share: 0.3, bias: 0.3 } as const;
/** Share of a loss by which another start has to be better. */
const nearly = 1e-6;

/** Constants and the coefficients that are best for them. */
interface Trial extends Candidate {
  readonly coefficients: ReadonlyMap<Cell, Float64Array>;
  readonly residuals: ReadonlyMap<Cell, CellResidual>;
  readonly missed: Float64Array;
}

/** Rows about a trial, eliminated but for the constants. */
interface Eliminated extends NormalEquations {
  readonly at: Trial;
  readonly found: Elimination;
  readonly about: Readonly<Record<string, number>>;
}

/** Constants that fit best near a start; the loss is in units of sigma. */
interface Fit extends Trial {
  readonly solved: Solved;
}

/** Constants to which another start led, and the squares of all rows in units of sigma. */
export type OtherFit = Candidate;

/** Other starts than the guesses. */
export interface Starts {
  readonly random: Rng;
  readonly hasTime: (isAstray: boolean) => boolean;
}

/** The layout with its constants as known ones. */
const heldIn = (layout: Discretisation): Discretisation =>
  layout.memo.get(layout, "held", () => ({ ...layout, sought: [], linear: isLinearInUnknowns(layout) }));

function moveTo(
  { constants, sought }: Discretisation,
  { values, coefficients }: Pick<Trial, "values" | "coefficients">,
): void {
  for (const [i, name] of sought.entries()) constants[name] = values[i]!;
  for (const [cell, c] of coefficients) cell.coefficients = c;
}

/**
 * The constants that fit best, with their coefficients, which the mesh has then: those near the layout's, or of several
 * starts the best.
 *
 * @param hasTime - asked before each step but the first
 * @returns undefined where the rows of the first constants have no solution
 */
export function fitted(
  layout: Discretisation,
  mesh: Mesh,
  hasTime: () => boolean,
  starts?: Starts,
): { readonly solved: Solved; readonly others: readonly OtherFit[] } | undefined {
  const { constants, sought, problem } = layout;
  const own = sought.map((name) => constants[name]!);
  const coefficients = new Map(mesh.elements().map((cell) => [cell, cell.coefficients!]));
  const fit = (values: readonly number[]) => fitFrom(layout, mesh, { values, coefficients }, hasTime);
  const first = fit(own);
  const { best, others } =
    starts && sought.length > 0
      ? fromOtherStarts<Fit>(first, {
          ...{ ...starts, guesses: Object.values(problem.trainable), fit, margin: ({ loss }) => nearly * loss },
          isAstray: (one) =>
            !one ||
            isAstray(
              problem,
              one.missed,
              layout.observations.map(({ sigma }) => sigma),
            ),
        })
      : { best: first, others: [] };
  if (!best) return undefined;
  moveTo(layout, best);
  return { solved: best.solved, others };
}

/** The fit from constants and coefficients. */
function fitFrom(
  layout: Discretisation,
  mesh: Mesh,
  start: Pick<Trial, "values" | "coefficients">,
  hasTime: () => boolean,
): Fit | undefined {
  const { constants, sought, problem } = layout;
  const held = heldIn(layout);
  const k = sought.length;
  const unit = unitOf(layout) ** 2;
  const follow = (values: readonly number[], { coefficients }: Pick<Trial, "coefficients">) => {
    moveTo(layout, { values, coefficients });
    if (!minimised(held, mesh, undefined, { most: 20, hasTime: () => true })?.converged) return undefined;
    const residuals = residualsOn(held, mesh, "solved");
    const own = new Map(mesh.elements().map((cell) => [cell, cell.coefficients!]));
    const loss = countedSquares(residuals) / unit;
    return Number.isFinite(loss)
      ? { values, coefficients: own, residuals, loss, missed: missedBy(layout, mesh) }
      : undefined;
  };
  const linearise = (at: Trial): Eliminated => {
    moveTo(layout, at);
    const found = solvedOn(layout, mesh, undefined, at.residuals)!;
    const { rows, right } = triangleOfConstants(layout, found.factor);
    const rest = right.map((v, i) => at.values.reduce((sum, c, j) => sum + rows[i * k + j]! * c, -v));
    const sizes = sizesOfConstants(problem, at.values);
    const columns = sizes.map((size, c) => Float64Array.from({ length: k }, (_, i) => size * rows[i * k + c]!));
    return { ...normalEquations(columns, rest, sizes), at, found, about: { ...constants } };
  };
  const begun = follow(start.values, start);
  if (!begun) return undefined;
  const count = begun.missed.length;
  const { best, rows, steps, status } = levenbergMarquardt<Trial, Eliminated>(
    {
      ...{ linearise, follow, isOver: () => !hasTime() },
      variance: ({ missed }) => (unit * dotInOrder(missed, missed)) / Math.max(1, count - k),
    },
    begun,
  );
  const { found, about } = rows?.at === best ? rows : linearise(best);
  moveTo(layout, best);
  const residuals = residualsOn(layout, mesh);
  return { ...best, solved: { residuals, steps: steps + 1, converged: status === "converged", found, about } };
}

/** A row of an observation for a residual of one sigma. */
const unitOf = ({ observing, observations }: Discretisation) => {
  const [{ weight, sigma }] = observations as [ObservedForm];
  return observing.weight * weight * sigma;
};

/** Weighs observations for the next mesh. @param bias - of the last one */
export function weighObservations({ observing: now }: Discretisation, bias: number): void {
  now.weight = Math.min(observing.most, Math.max(observing.least, bias * observing.share * (now.weight || 1)));
}

/**
 * Rows of equations that a mesh leaves, beside those of observations.
 *
 * @param missed - of observations, in units of sigma
 */
export function biasOf(layout: Discretisation, missed: Float64Array, residual: number): number {
  const rows = unitOf(layout) * Math.sqrt(dotInOrder(missed, missed));
  return rows > 0 ? residual / rows : 0;
}

/** True where observations count so little, and are missed by so little, that a finer mesh will not weigh them anew. */
export function areSettled({ observing: now, problem }: Discretisation, missed: Float64Array, bias: number): boolean {
  const isKnown = problem.observations.some(({ hasSigma }) => hasSigma);
  const isMissed = isKnown && dotInOrder(missed, missed) > missed.length + 2 * Math.sqrt(2 * missed.length);
  return now.weight <= observing.least && bias <= observing.bias && !isMissed;
}

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
  const residuals = residualsOn(heldIn(layout), mesh, "solved");
  const { factor, coefficients, constants } = solvedOn(drawn, mesh, undefined, residuals)!;
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
