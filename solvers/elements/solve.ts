/** Solves on meshes that are refined where most is left. */

import { rng } from "../../engine/random/rng.ts";
import type { Team } from "../../engine/system/team.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type Continuation, continuation } from "./continuation.ts";
import { type Discretisation, discretised } from "./discretisation.ts";
import { nextToGuess } from "./eigenvalues.ts";
import type { Fronts } from "./elimination.ts";
import { canBeLed, ledToLayers, passThroughConditions } from "./leading.ts";
import type { Cell, Mesh } from "./mesh.ts";
import { type Course, changeOf, type ElementSolve, MeshEvidence } from "./mesh-evidence.ts";
import { minimised, type Solved } from "./newton.ts";
import { fitted, type OtherFit, weighObservations } from "./observations.ts";
import { type Indicator, marked, refine } from "./refinement.ts";
import { type CellResidual, residualOfZero, residualsOn, totalSquares } from "./residuals.ts";
import { startMesh } from "./start-mesh.ts";

export { unsuitedToElements } from "./discretisation.ts";

/** Options of {@link solveByElements}. */
export interface ElementOptions {
  readonly signal?: AbortSignal | undefined;
  /** Relative error L² that is enough, where rows leave as little as that asks for. */
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
  /**
   * Standard deviation of the noise of observations by what is missed of them, both in units of sigma; needed where
   * there are observations.
   */
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

/** Degrees that cost least for what they gain. */
function degreeFor({ problem, region, highest }: Discretisation): number {
  if (region.dimension === 1) return 12;
  if (problem.unknowns.length > 1) return 6;
  return Math.max(...highest) > 2 ? 9 : 8;
}

/**
 * Solves a problem by least squares on elements: rows of residuals at points inside, of conditions, and of values and
 * derivatives that are continuous, on a mesh that is refined where most is left. Nonlinear problems by Newton's method
 * with exact derivatives.
 *
 * @param problem - for which {@link unsuitedToElements} has nothing to say
 * @returns undefined where the residual of the zero function is not finite, nor on a line that of polynomials through
 *   the conditions, or a constant to be found is not
 *   determined, or not found
 */
export function solveByElements(
  problem: Problem,
  options: ElementOptions,
  { degree, indicator, atOnce } = usualRefinement,
): ElementSolve | undefined {
  const { tolerance, seconds, meshes, clock } = options;
  const began = clock();
  const spent = () => (clock() - began) / 1000;
  let layout = discretised(problem, options);
  let mesh = startMesh(layout, degree(layout));
  const zeroOut = () => {
    for (const cell of mesh.elements()) cell.coefficients = zeroCoefficients(layout, cell);
  };
  zeroOut();
  let atStart = totalSquares(residualsOn(layout, mesh));
  const hasZero = Number.isFinite(atStart);
  if (!hasZero && canBeLed(layout)) {
    passThroughConditions(layout, mesh, () => spent() < seconds);
    atStart = totalSquares(residualsOn(layout, mesh));
    layout = { ...layout, atStart: Math.sqrt(atStart) };
  }
  if (!Number.isFinite(atStart)) return undefined;
  const isObserved = layout.observations.length > 0;
  const isEigenproblem = layout.sought.length > 0 && !isObserved;
  if (isEigenproblem) drawCoefficients(layout, mesh);
  if (isObserved) weighObservations(layout, Number.POSITIVE_INFINITY);
  const known: Fronts | undefined = layout.linear && !isObserved ? new Map() : undefined;
  const course: Course[] = [];
  let others: readonly OtherFit[] = [];
  /** Elements and amplification of every mesh at rest. */
  const amplified: (readonly [elements: number, amplification: number])[] = [];
  let cut = 1;
  let unconverged = 0;
  let eased: Continuation | undefined;
  let wasLed = !canBeLed(layout);
  /** True where a continuation in the leading coefficient was needed and did not come to its end. */
  let isUnled = false;
  let wasEased = !hasZero || layout.linear || layout.sought.length > 0 || isObserved;
  /** True where Newton's method comes to rest on the last mesh alone. */
  const isRough = layout.region.dimension > 1 && !layout.linear && layout.sought.length === 0 && !isObserved;
  /** Coefficients with which the last mesh began, when it is solved once more. */
  let again: ReadonlyMap<Cell, Float64Array> | undefined;
  for (;;) {
    const cells = mesh.elements();
    const old = again ?? new Map(cells.map((cell) => [cell, cell.coefficients!]));
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
      return minimised(eased?.layout ?? layout, mesh, known, {
        most: course.length === 0 ? 30 : 8,
        hasTime,
        ...(again ? { isNear: true } : isRough && { rest: roughly }),
      });
    };
    let solved = solve();
    if (solved && isEigenproblem) solved = nextToGuess(layout, mesh, solved, solve);
    if (solved && !wasLed && course.length === coarse - 1) {
      wasLed = true;
      const isLeft = Math.sqrt(totalSquares(solved.residuals)) > unresolved * residualOfZero(layout, mesh);
      const toLead = () => spent() < shareOfLeading * seconds;
      const found = isLeft ? ledToLayers(layout, startMesh(layout, degree(layout)), toLead) : undefined;
      isUnled = isLeft && !found;
      if (found) {
        [mesh, eased, wasEased] = [found, undefined, true];
        course.length = 0;
        continue;
      }
    }
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
    // Old elements beside new ones are made again; new fronts above them cost as much again.
    const each = took / (known ? fresh + cells.length / 4 : cells.length);
    // Of the next mesh, if it is the last one, a step more.
    const next = isRough ? each * (1 + 1 / steps) : each;
    const affordable = Number.isFinite(seconds)
      ? Math.floor((seconds - spent()) / (1.3 * next) / (known ? 6 : 4) - (known ? 0 : cells.length / 4))
      : atOnce;
    const isWhole = !eased || (converged && !eased.grow());
    if (isWhole) eased = undefined;
    const evidence = new MeshEvidence({
      ...{ layout, mesh, solved, course, isWhole, tolerance, hasTime },
      before: { coefficients: old, constants },
      coarser: amplified.findLast(([elements]) => elements <= mostOfCoarser * cells.length)?.[1],
      affords: (times) => times * each * cells.length < seconds - spent(),
      noise: (missed) => options.noise!(missed),
    });
    if (layout.region.dimension === 1 && evidence.isExact) amplified.push([cells.length, evidence.amplification]);
    unconverged = converged ? 0 : unconverged + 1;
    const residualsBefore = course.map((one) => one.residual);
    const isMore =
      now.residual > mostMore * Math.min(...residualsBefore) &&
      mostMore * now.residual > residualsBefore.at(-mostRestless)!;
    const isLost = unconverged >= mostRestless && isMore;
    const isAborted = options.signal?.aborted === true;
    const least = isRough ? cells.length / leastGrowth : 1;
    const isOver = course.length >= meshes || affordable < least || isAborted;
    if (again || evidence.isEnough() || isLost || isOver) {
      isUnled &&= now.residual > unresolved * residualOfZero(layout, mesh);
      if (again || !isRough || !isWhole || isAborted) return { ...evidence.result(), others, isUnled };
      again = old;
      course.pop();
      continue;
    }
    weighObservations(layout, evidence.bias);
    const chosen = marked(evidence.weakRows() ?? indicator(mesh, residuals), affordable);
    cut = total(chosen.map((cell) => Math.sqrt(residuals.get(cell)!.total))) ** 2 / totalSquares(residuals);
    for (const cell of chosen) refine(layout, mesh, cell, residuals.get(cell)!.middle);
  }
}

/** Shares of the time in which constants begin at other guesses, and in which they do where observations are missed. */
const [shareOfStarts, shareWhereMissed] = [0.2, 0.6];
/** Elements of a coarser mesh whose amplification is compared, beside those of a mesh, at most. */
const mostOfCoarser = 2 / 3;

/**
 * Meshes in turn on which Newton's method does not come to rest, while residuals are so many times the least of all
 * meshes and do not fall by as much: others have to solve it.
 */
const [mostRestless, mostMore] = [4, 10];

/**
 * On meshes in a plane before the last one: change of coefficients, beside them, by Newton's last step, and elements
 * beside those of them that are cut, at most.
 */
const [roughly, leastGrowth] = [0.02, 20];

/** Seconds, beside those asked for, in which the last mesh may come to rest. */
const toEnd = 1.1;

/**
 * Meshes on which a continuation may begin, where more than this share of the residual of the zero function is left:
 * Newton's method has found nothing.
 */
const [coarse, astray] = [3, 1e-2];
/**
 * Share of the residual of the zero function from which the last of these meshes may have layers that it has not got,
 * and the share of the time in which a continuation in the leading coefficient looks for them.
 */
const [unresolved, shareOfLeading] = [1e-3, 0.8];

const total = (values: readonly number[]) => Math.hypot(...values);

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
