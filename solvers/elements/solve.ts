/** Solves on meshes that are refined where most is left. */

import { rng } from "../../engine/random/rng.ts";
import type { Team } from "../../engine/system/team.ts";
import type { Pieces, Problem } from "../../equations/problem/index.ts";
import { dot } from "../constants/index.ts";
import { roundingOf, sizesOf, type Weakest, weakest } from "./conditioning.ts";
import { type Continuation, continuation } from "./continuation.ts";
import { type Discretisation, discretised } from "./discretisation.ts";
import { type Neighbour, neighbourOf, nextToGuess } from "./eigenvalues.ts";
import { elementPieces } from "./element-pieces.ts";
import { correction, type Fronts, rowSquares } from "./elimination.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { minimised, type Solved } from "./newton.ts";
import { effectOfNoise, fitted, type NoiseEffect, type OtherFit, rowsMissed } from "./observations.ts";
import { type Indicator, marked, raised, refine } from "./refinement.ts";
import {
  type CellResidual,
  missedBy,
  residualOfZero,
  residualsOn,
  type Shares,
  sharesOn,
  totalSquares,
} from "./residuals.ts";
import { halves } from "./rows.ts";
import { integralSite } from "./site.ts";
import { startMesh } from "./start-mesh.ts";

export { unsuitedToElements } from "./discretisation.ts";

/** One mesh of a solve. */
export interface Course {
  readonly elements: number;
  /** Root of the sum of squares of all rows. */
  readonly residual: number;
  /** Change of each unknown since the mesh before, L². */
  readonly changed: readonly number[];
  /** L² of each unknown. */
  readonly size: readonly number[];
  /** Change of each unknown over its L², both without the ten-thousandth of the domain that changed most: of what is unbounded in a corner, as far as it has an L². */
  readonly elsewhere: readonly number[];
  /** Share of what was left, of the elements that were cut for this mesh. */
  readonly cut: number;
  /** Of Newton's method. */
  readonly steps: number;
}

/** Options of {@link solveByElements}. */
export interface ElementOptions {
  readonly signal?: AbortSignal | undefined;
  /** Relative error L² that is enough, where rows leave as little as {@link smallResidual} says. */
  readonly tolerance: number;
  /** Seconds of the processor; Infinity for no limit. */
  readonly seconds: number;
  /** Meshes at most, ≥ 1: with a number of meshes and no seconds results are bitwise identical. */
  readonly meshes: number;
  /** Eliminates fronts together with another thread. @defaultValue this one alone */
  readonly share?: Team["share"] | undefined;
  /** False where the machine's own LAPACK may not eliminate. @defaultValue true */
  readonly blas?: boolean | undefined;
  /** Milliseconds of the processor. */
  readonly clock: () => number;
  /** Standard deviation of the noise of observations by what is missed of them, both in units of sigma; needed where there are observations. */
  readonly noise?: (missed: Float64Array) => number;
  /** Seed of other first guesses of constants to be found from observations. @defaultValue 0 */
  readonly seed?: number | undefined;
  /** Called with each mesh. */
  readonly onMesh?: ((mesh: Mesh, course: Course) => void) | undefined;
}

/** Refinement of the mesh. */
export interface Refinement {
  /** Degree of the polynomials along each axis. */
  readonly degree: (layout: Discretisation) => number;
  /** By what elements are cut. */
  readonly indicator: Indicator;
  /** Elements that are cut at once, where there is no limit of time. */
  readonly atOnce: number;
}

/** A solution by elements. */
export interface ElementSolve {
  readonly pieces: Pieces;
  /** The solution on the mesh before, as functions on the last one. */
  readonly previous: Pieces;
  /** Of each equation and then each condition: size of what is left beside that of its terms, from 0 to 1. */
  readonly rows: readonly number[];
  /** Largest share of an equation that elements leave unbalanced, and a step or peak that is the cause. */
  readonly imbalance: number;
  readonly narrow: Shares["narrow"];
  readonly course: readonly Course[];
  /** Relative error L² that rounding of rows may make, along the functions that they determine least. */
  readonly rounded: number;
  /** True where rows hardly determine some functions, and the mesh does not resolve these: what it shows of them is arbitrary. */
  readonly isOpen: boolean;
  /** Relative L² of a step with rows at more points, where rows determine some functions little. */
  readonly corrected: number;
  /** Relative error L², estimated: of all unknowns together, at least the imbalance where that is above a thousandth, and of each. */
  readonly error: number;
  /** Constants that were to be found, with their relative errors, estimated. */
  readonly constants: Readonly<Record<string, { readonly value: number; readonly error: number }>>;
  /** Of a problem of eigenvalues, the one beside that which was found. */
  readonly neighbour: Neighbour | undefined;
  /** Residuals of observations in units of sigma, and the effect of their noise; none where there are none, or it is not at rest. */
  readonly missed: Float64Array;
  readonly noise: NoiseEffect | undefined;
  /** Constants to which other starts led. */
  readonly others: readonly OtherFit[];
  /** True where errors are what a higher degree changes, and not the last mesh. */
  readonly isByDegree: boolean;
  /** Of what the last mesh changed, the share that is estimated. */
  readonly share: number;
  readonly errors: readonly number[];
  /** The same of each without the ten-thousandth of the domain that the last mesh changed most. */
  readonly elsewhere: readonly number[];
  /** Root of the sum of squares of all rows, and that of the zero function, on the last mesh. */
  readonly residual: number;
  readonly zeroResidual: number;
  /** True where Newton's method came to rest. */
  readonly converged: boolean;
}

/** Degrees that cost least for what they gain. */
function degreeFor({ problem, region, highest }: Discretisation): number {
  if (region.dimension !== 2) return region.dimension === 1 ? 12 : 5;
  if (problem.unknowns.length > 1) return 6;
  return Math.max(...highest) > 2 ? 9 : 8;
}

/**
 * Solves a problem by least squares on elements: rows of residuals at points inside, of conditions, and of values and derivatives that are continuous, on a mesh that
 * is refined where most is left. Nonlinear problems by Newton's method with exact derivatives.
 *
 * @param problem - for which {@link unsuitedToElements} has nothing to say
 * @returns undefined where the residual of the zero function is not finite, or a constant to be found is not determined, or not found
 */
export function solveByElements(
  problem: Problem,
  options: ElementOptions,
  { degree, indicator, atOnce } = usualRefinement,
): ElementSolve | undefined {
  const { tolerance, seconds, meshes, clock } = options;
  const began = clock();
  const spent = () => (clock() - began) / 1000;
  const layout = discretised(problem, options);
  const mesh = startMesh(layout, degree(layout));
  const zeroOut = () => {
    for (const cell of mesh.elements()) cell.coefficients = zeroCoefficients(layout, cell);
  };
  zeroOut();
  if (!Number.isFinite(totalSquares(residualsOn(layout, mesh)))) return undefined;
  const isObserved = layout.observations.length > 0;
  const isEigenproblem = layout.sought.length > 0 && !isObserved;
  if (isEigenproblem) drawCoefficients(layout, mesh);
  layout.observing.weight = isObserved ? observing.most : 0;
  const volume = layout.region.low.reduce((p, l, k) => p * (layout.region.high[k]! - l), 1);
  const known: Fronts | undefined = layout.linear && !isObserved ? new Map() : undefined;
  const course: Course[] = [];
  let others: readonly OtherFit[] = [];
  /** Elements and amplification of every mesh at rest. */
  const amplified: (readonly [elements: number, amplification: number])[] = [];
  let cut = 1;
  let unconverged = 0;
  let eased: Continuation | undefined;
  let wasEased = layout.linear || layout.sought.length > 0 || isObserved;
  for (;;) {
    const cells = mesh.elements();
    const old = new Map(cells.map((cell) => [cell, cell.coefficients!]));
    const constants = { ...layout.constants };
    const fresh = course.length === 0 ? cells.length : cells.filter((cell) => !known?.has(cell)).length;
    const start = spent();
    const hasTime = () => spent() < toEnd * seconds;
    const solve = (): Solved | undefined => {
      if (isObserved) {
        const random = rng(options.seed ?? 0).split("constants");
        const starts = {
          random,
          hasTime: (misses: boolean) => spent() < (misses ? shareWhereMissed : shareOfStarts) * seconds,
        };
        const found = fitted(layout, mesh, hasTime, course.length === 0 ? starts : undefined);
        if (course.length === 0) others = found?.others ?? [];
        return found?.solved;
      }
      return minimised(eased?.layout ?? layout, mesh, known, { most: course.length === 0 ? 30 : 8, hasTime });
    };
    let solved = solve();
    if (solved && isEigenproblem) solved = nextToGuess(layout, mesh, solved, solve);
    const isAstray = solved?.converged === false && !wasEased && course.length < coarse && hasTime();
    if (isAstray && Math.sqrt(totalSquares(solved!.residuals)) > astray * residualOfZero(layout, mesh)) {
      wasEased = true;
      const kept = cells.map((cell) => cell.coefficients!);
      eased = continuation(layout, mesh, zeroOut, hasTime);
      if (eased) solved = eased.solved;
      else for (const [k, cell] of cells.entries()) cell.coefficients = kept[k]!;
    }
    const lost = isEigenproblem && course.length === 0 && solved?.converged !== true;
    if (!solved || lost) return undefined;
    const { residuals, steps, converged } = solved;
    const took = (spent() - start) / (course.length === 0 ? 1 + others.length : 1);
    const now: Course = {
      elements: cells.length,
      residual: Math.sqrt(totalSquares(residuals)),
      ...changeOf(layout, cells, old),
      cut,
      steps,
    };
    course.push(now);
    options.onMesh?.(mesh, now);
    const share = shareOf(course);
    const byMesh = {
      errors: now.changed.map((moved, k) => (share * moved) / now.size[k]!),
      change: (share * total(now.changed)) / total(now.size),
    };
    const { change } = byMesh;
    // Old elements beside new ones are made again; new fronts above them cost as much again.
    const each = took / (known ? fresh + cells.length / 4 : cells.length);
    const affordable = Number.isFinite(seconds)
      ? Math.floor((seconds - spent()) / (1.3 * each) / (known ? 6 : 4) - (known ? 0 : cells.length / 4))
      : atOnce;
    const isWhole = !eased || (converged && !eased.grow());
    if (isWhole) eased = undefined;
    // Where Newton's method does not come to rest, others have to solve it; with constants to be found it comes to rest beside its guess or not at all.
    const isChecked = converged && !isEigenproblem;
    let shared: Shares | undefined;
    const shares = () => {
      shared ??= sharesOn(
        layout,
        mesh,
        now.size.map((size) => size / Math.sqrt(volume)),
      );
      return shared;
    };
    const isResolved = () =>
      (isObserved || now.residual <= smallResidual(layout, tolerance) * residualOfZero(layout, mesh)) &&
      shares().imbalance <= Math.max(tolerance, balanced);
    const isAtRest = converged && isWhole;
    const missed = isObserved ? missedBy(layout, mesh) : new Float64Array(0);
    const observedRows = isObserved ? rowsMissed(layout, missed) : 0;
    /** Rows of equations that the mesh leaves, beside residuals of observations: more than 1 where it moves the solution more than their noise does. */
    const bias = observedRows > 0 ? now.residual / observedRows : 0;
    /** True where observations count so little, and are missed by so little, that a finer mesh will not weigh them anew. */
    const isSettled = () => {
      const isKnown = problem.observations.some(({ hasSigma }) => hasSigma);
      const isMissed = isKnown && dot(missed, missed) > missed.length + 2 * Math.sqrt(2 * missed.length);
      return !isObserved || (layout.observing.weight <= observing.least && bias <= observing.bias && !isMissed);
    };
    const noise =
      isObserved && isAtRest ? effectOfNoise(layout, mesh, options.noise!(missed) * Math.max(1, bias)) : undefined;
    /** Without observations, by whose noise functions are evaluated that rows determine little. */
    const isExact = isAtRest && !isObserved;
    const size = total(now.size);
    const { factor } = solved.found;
    let weak: Weakest | undefined;
    const weakestHere = () => {
      weak ??= weakest(layout, mesh, factor);
      return weak;
    };
    const rounding = isExact ? roundingOf(factor) : 0;
    const moves = (left: number) => (weakestHere().amplification * left) / size;
    const isLeast = isExact && now.residual <= mostOfRounding * rounding;
    /** True where the last mesh has moved it by no more than rounding may. */
    const isBelow = () => isLeast && change <= moves(rounding);
    const isRounded = () =>
      moves(rounding) > singular || (isBelow() && (moves(rounding) <= most.unresolved || weakestHere().isResolved));
    const coarser = amplified.findLast(([elements]) => elements <= most.coarser * cells.length);
    if (isExact && layout.region.dimension === 1) amplified.push([cells.length, weakestHere().amplification]);
    /** True on a line where the mesh has not come to know yet how little rows determine: finer ones may find that they determine next to nothing. */
    const isGrowing =
      isExact && !isLeast && coarser && weakestHere().amplification > Math.max(most.settled, grown * coarser[1]);
    /** True where functions that rows hardly determine are resolved, and what is left moves them by next to nothing. */
    const isDetermined = () =>
      weakestHere().amplification <= usual ||
      (weakestHere().isResolved && !isGrowing && moves(now.residual) <= most.left);
    const goal = Math.max(tolerance, noise ? besideNoise * noise.error : 0);
    const isSmall = isWhole && change <= goal && isSettled() && (!isChecked || isResolved());
    const isAlike = () => raisedHere().change <= Math.max(tolerance, moves(rounding));
    let byDegree: typeof byMesh | undefined;
    /** Errors that a higher degree shows, where it costs little. */
    const raisedHere = () => {
      const isCheap =
        !isObserved && layout.region.dimension === 1 && costOfRaised * each * cells.length < seconds - spent();
      if (byDegree || !isAtRest || !isCheap || layout.sought.length > 0) return byDegree ?? byMesh;
      const next = raised(layout, mesh, hasTime);
      if (!next) return byMesh;
      const { changed, size } = changeOf(layout, next.cells, next.before);
      byDegree = { errors: changed.map((moved, k) => moved / size[k]!), change: total(changed) / total(size) };
      return byDegree;
    };
    const isEnough = (isLeast && isRounded()) || (isSmall && (!isExact || (isDetermined() && isAlike())));
    unconverged = converged ? 0 : unconverged + 1;
    const before = course.map((one) => one.residual);
    const isMore = now.residual > mostMore * Math.min(...before) && mostMore * now.residual > before.at(-mostRestless)!;
    const isLost = unconverged >= mostRestless && isMore;
    const ends = isEnough || isLost || course.length >= meshes || affordable < 1 || options.signal?.aborted === true;
    if (ends) {
      const [pieces, previous] = [elementPieces(mesh), elementPieces(mesh, old)];
      const { rows, imbalance, narrow } = shares();
      const rounded = isLeast ? moves(rounding) : 0;
      const isOpen =
        isExact && (isGrowing || (weakestHere().amplification > most.amplified && !weakestHere().isResolved));
      const isWeak = isExact && !layout.region.shape && weakestHere().amplification > usual;
      const fix = isWeak ? correction(layout, solved.found) : undefined;
      const corrected = fix ? sizesOf(layout, fix.coefficients) : now.size.map(() => 0);
      const moved = Math.max(rounded > singular ? rounded : 0, isOpen ? Math.min(1, moves(now.residual)) : 0);
      const own = raisedHere();
      const seen = Math.max(moved, moved > 0 ? own.change || 0 : own.change, total(corrected) / size);
      return {
        pieces,
        previous,
        course,
        error: imbalance <= balanced ? seen : Math.max(seen, imbalance),
        rounded,
        isOpen,
        corrected: total(corrected) / size,
        errors: own.errors.map((error, k) => Math.max(error, corrected[k]! / now.size[k]!)),
        elsewhere: now.elsewhere.map((moved) => share * moved),
        constants: Object.fromEntries(
          layout.sought.map((name, k) => {
            const value = layout.constants[name]!;
            const off = Math.max(share * Math.abs(constants[name]! - value), Math.abs(fix?.constants[k] ?? 0));
            return [name, { value, error: Math.abs(off / value) }];
          }),
        ),
        neighbour: isAtRest && isEigenproblem ? neighbourOf(layout, mesh, solved) : undefined,
        isByDegree: byDegree !== undefined,
        share,
        residual: now.residual,
        zeroResidual: residualOfZero(layout, mesh),
        converged: converged && isWhole,
        ...{ rows, imbalance, narrow, missed, noise, others },
      };
    }
    layout.observing.weight = Math.min(
      observing.most,
      Math.max(observing.least, bias * observing.share * layout.observing.weight),
    );
    const values =
      weak && (isSmall || isBelow()) ? rowSquares(layout, factor, weak.values) : indicator(mesh, residuals);
    const chosen = marked(values, affordable);
    cut = total(chosen.map((cell) => Math.sqrt(residuals.get(cell)!.total))) ** 2 / totalSquares(residuals);
    for (const cell of chosen) refine(layout, mesh, cell, residuals.get(cell)!.middle);
  }
}

/** Rows that are left by no more than so many times their rounding are as small as they can be. */
const mostOfRounding = 30;
/** Time of an element with a higher degree, beside its own. */
const costOfRaised = 4;
/** Relative error by rounding from which rows cannot be distinguished from singular ones. */
export const singular = 0.03;
/**
 * Bounds of the weight of observations, beside that of equations, and its share of that with which what is missed of observations counts as much as what the mesh leaves of equations: the
 * discrepancy principle (Morozov 1966), by which no row asks for more than it can be known to hold.
 */
const observing = { least: 1e-6, most: 1e-4, share: 0.3, bias: 0.3 } as const;
/** Shares of the time in which constants begin at other guesses, and in which they do where observations are missed. */
const [shareOfStarts, shareWhereMissed] = [0.2, 0.6];
/** Change of a solution by the last mesh, beside the effect of noise, that is small enough. */
const besideNoise = 0.2;
/** Amplification of rows that determine all functions well. */
const usual = 100;
/**
 * Relative errors: that rounding may make with functions that rows hardly determine, and need not be resolved; and that what is left of rows may make, if it lay along these functions.
 * Amplification of functions that need not be resolved.
 */
const most = { unresolved: 1e-10, left: 1e-3, amplified: 1e6, settled: 1e3, coarser: 2 / 3 };
/** Growth of the amplification, beside a mesh with at most so many elements, with which it has not settled. */
const grown = 1.5;

/** Meshes in turn on which Newton's method does not come to rest, while residuals are so many times the least of all meshes and do not fall by as much: others have to solve it. */
const [mostRestless, mostMore] = [4, 10];

/** Seconds, beside those asked for, in which the last mesh may come to rest. */
const toEnd = 1.1;

/** Meshes on which a continuation may begin, where more than this share of the residual of the zero function is left: Newton's method has found nothing. */
const [coarse, astray] = [3, 1e-2];

const total = (values: readonly number[]) => Math.hypot(...values);

/**
 * Share of the residual of the zero function that may be left where an error is small enough: two meshes agree as well where neither sees a step of a coefficient,
 * or where there is no solution, and what they leave shows it. A coarse mesh may lead Newton's method to what is none, which the next meshes begin with.
 */
const smallResidual = ({ linear }: Discretisation, tolerance: number): number =>
  linear ? Math.min(1e-4, Math.max(1e-2 * tolerance, 1e-6)) : 1e-7;

const zeroCoefficients = ({ problem, region }: Discretisation, { degree }: Cell) =>
  new Float64Array(problem.unknowns.length * (degree + 1) ** region.dimension);

/** Constants by chance on each element, with which a search for eigenfunctions begins: none is orthogonal to them. */
function drawCoefficients({ problem: { unknowns } }: Discretisation, mesh: Mesh): void {
  const random = rng(0).split("eigenfunctions");
  for (const cell of mesh.elements()) {
    cell.coefficients = cell.coefficients!.slice();
    for (const [k] of unknowns.entries())
      cell.coefficients[(k * cell.coefficients.length) / unknowns.length] = 0.5 + random.uniform();
  }
}

const byResiduals: Indicator = (_, residuals) =>
  new Map([...residuals].map(([cell, { total }]: [Cell, CellResidual]) => [cell, total]));

/** Elements of the degree that costs least for what it gains, which are cut by what is left of their rows. */
export const usualRefinement: Refinement = { degree: degreeFor, indicator: byResiduals, atOnce: 48 };

/** Share of an equation that elements may leave unbalanced: less of it says little of the error, as beside a corner. */
const balanced = 1e-3;

/** Least share of the last change that is estimated. */
const leastShare = 0.1;

/** Share of what the last mesh changed that is still wrong: as far as rows fell with it, and as if elements that were not cut were off by as much for what is left of them. */
function shareOf(course: readonly Course[]): number {
  const [last, previous] = [course.at(-1)!, course.at(-2)];
  if (!previous) return Number.NaN;
  const fall = Math.min(1, last.residual / previous.residual);
  const uncut = Math.sqrt(Math.max(0, 1 - last.cut) / Math.max(last.cut, 1e-12));
  return Math.max(leastShare, fall, uncut);
}

/** Share of the domain that is left out. */
const leftOut = 1e-4;

/** L² of the unknowns, and of what they changed by. */
function changeOf(
  layout: Discretisation,
  cells: readonly Cell[],
  before: ReadonlyMap<Cell, Float64Array>,
): Pick<Course, "changed" | "size" | "elsewhere"> {
  const { problem, region } = layout;
  const none = new Array<number>(region.dimension).fill(0);
  const parts = problem.unknowns.map((): Part[] => []);
  for (const cell of cells) {
    const { at, basis } = integralSite(layout, cell);
    const volume = halves(cell).reduce((p, h) => p * 2 * h, 1);
    const old = before.get(cell)!;
    const difference = cell.coefficients!.map((v, k) => v - old[k]!);
    parts.forEach((own, j) => {
      const values = basis.values(none, cell.coefficients!, j * basis.size);
      const differences = basis.values(none, difference, j * basis.size);
      at.weights.forEach((w, i) => {
        own.push({ measure: volume * w, moved: differences[i]! ** 2, size: values[i]! ** 2 });
      });
    });
  }
  const root = (of: readonly Part[], which: "moved" | "size") =>
    Math.sqrt(of.reduce((sum, part) => sum + part.measure * part[which], 0));
  return {
    changed: parts.map((own) => root(own, "moved")),
    size: parts.map((own) => root(own, "size")),
    elsewhere: parts.map((own) => {
      const sorted = own.toSorted((a, b) => b.moved - a.moved);
      const whole = own.reduce((sum, { measure }) => sum + measure, 0);
      let [first, out] = [0, sorted[0]!.measure];
      while (out <= leftOut * whole) out += sorted[++first]!.measure;
      const rest = sorted.slice(first);
      return root(rest, "moved") / root(rest, "size");
    }),
  };
}

/** A point of an integral, with squares of a change and of a value. */
interface Part {
  readonly measure: number;
  readonly moved: number;
  readonly size: number;
}
