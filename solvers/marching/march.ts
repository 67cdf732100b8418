/**
 * Marching a problem in time: ever finer splines and steps, one pair after the other, until what changes from one to
 * the next is small enough.
 */
import { mean } from "../../engine/numerics/vectors.ts";
import { sobolSequence } from "../../engine/random/sobol.ts";
import { significant } from "../../engine/text/number.ts";
import {
  type Algebra,
  columnsAt,
  type Expression,
  evaluate,
  evaluateAt,
  partial,
  unit,
} from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { sourcesAt, turnsAlong } from "../../equations/problem/index.ts";
import { breakPoints } from "./break-points.ts";
import { collocation, type Mesh, unknownSpaces } from "./collocation.ts";
import { type EvolutionForm, evolutionForm, Mismatch } from "./evolution-form.ts";
import { consistentState, troubleAtStart } from "./first-moment.ts";
import { gauged } from "./gauge.ts";
import type { ImplicitSystem } from "./implicit-system.ts";
import { withLowerIndex } from "./index-reduction.ts";
import { derivativesAt, firstUnknowns, type MarchedField } from "./marched-field.ts";
import { withMemories } from "./memories.ts";
import { distanceOfStates, type MissedStart, missedStart } from "./missed-start.ts";
import { isPeriodicPlane, periodicCollocation } from "./periodic-collocation.ts";
import { type Marched, radau } from "./radau.ts";
import { polynomialAt } from "./radau-stages.ts";
import { cellsFor, firstEdges, refined, statesOf, tails, throughPlaces } from "./refinement.ts";
import { singularRows, type Trouble, troubleInSpace } from "./singular-start.ts";
import { meetWalls, startState } from "./start.ts";
import { longestSteps } from "./time-scales.ts";

/** Options of a march. */
export interface MarchingOptions {
  /** Relative error at which it ends. */
  readonly tolerance: number;
  /** Work that it may do, in seconds of a nominal machine. */
  readonly seconds: number;
  /** True where no time is left: a clock's word, asked at every step, with the error so far. */
  readonly isOver: (error: number | undefined) => boolean;
  /** False where the machine's own BLAS may not eliminate. @defaultValue true */
  readonly blas?: boolean | undefined;
  /** Points of space and time, [n, axes], at which marches are compared. @defaultValue quasi-uniform ones */
  readonly points?: Float64Array | undefined;
}

/** A march that came to something. */
export interface MarchResult {
  readonly field: MarchedField;
  /**
   * A coarser march, and the share of the difference between the two that is thought to be the error of the finer one.
   */
  readonly coarse: MarchedField;
  readonly share: number;
  /** Relative error that the difference does not show: of steps that both marches have. */
  readonly least: number;
  /** Root mean square of the equations' residuals, beside that of the derivatives in time: its scale. */
  readonly residual: number;
  readonly scale: number;
  /** Why the solution ends before its time, in words. */
  readonly ended?: string;
  /** Why its start has no solution or several, in words. */
  readonly warning?: string;
  /** Growth of small errors up to where it came, where it was followed. */
  readonly growth: number | undefined;
  /** True where a finer march did not come closer. */
  readonly isStuck: boolean;
  /** True where there was no time for a finer one; false where none can be finer. */
  readonly isOutOfTime: boolean;
  /** True where equations without space hide constraints: their index is 2 or higher. */
  readonly hasHidden: boolean;
  /** The marches that were tried, line by line. */
  readonly method: readonly string[];
  /** Steps in time of the last march. */
  readonly steps: number;
  /** Marches. */
  readonly rungs: number;
  /** Of the last march. */
  readonly plan: MarchPlan;
}

/** Why there is no march, in words. */
export interface Refused {
  readonly refused: string;
  /** True where equations contradict conditions at the start, so that no other method has a solution either. */
  readonly isContradiction?: boolean;
}

/** Cells, and the tolerance of steps. */
export interface MarchPlan {
  readonly mesh: Mesh;
  readonly tolerance: number;
}

/** Operations of a nominal second. */
const rate = 9e7;
/** Operations that an evaluation takes at least. */
const overhead = 1000;
/**
 * First tolerance of steps, by how much each is smaller than the one before, and the least, but for rounding of their
 * products.
 */
const [firstTolerance, finer, leastTolerance] = [1e-3, 0.1, 0.99e-11];
/** The same where there is no space, which costs next to nothing. */
const firstAlone = 1e-5;
/** Gauss points of a cell: on a line, in a plane. */
const gaussPoints = [1, 4, 5];
/** The same where an unknown counts through its slopes alone. */
const oddPoints = 5;
/** Cells along each axis to begin with. */
const firstCells = [0, 16, 4];
/** The same in a plane where an unknown counts through its slopes alone. */
const firstOddCells = 3;
/** The same of smooth splines with one point in a cell. */
const firstSmoothCells = 16;
/** Most cells along an axis for the start's sake, beside those: on a line, in a plane, and of smooth splines. */
const [mostFirst, mostFirstSmooth] = [[1, 8, 6], 4] as const;
/**
 * Growth of their number, and how much of the start they may miss: a share of it, or so many times what the most of
 * them miss.
 */
const [growthOfFirst, missable, timesLeast] = [1.5, 1e-3, 3];
/**
 * Cells in a plane that a tenth of that share is worth at any cost: with fewer, what oscillates asks for short steps.
 */
const worthAnyCost = 1.5;
/** Share of the time that the first march in a plane may take, and its steps. */
const [shareOfFirst, stepsOfFirst] = [0.1, 15];
/** Bounds of their growth from one march to the next. */
const [leastGrowth, mostGrowth] = [1.25, 2.5];
/** Largest tails, beside the tolerance of steps; a tenth of it for every order of derivatives above the second. */
const tailShare = 3;
/** Growth where the difference between marches does not fall, and where a march failed. */
const [growthIfStuck, growthIfFailed] = [1.7, 2];
/** Ratio of a difference to the one before it where it does fall. */
const falling = 0.3;
/** Cells of a coarser march, beside those of the one that is compared with it. */
const coarser = 0.6;
/**
 * Points at which marches are compared: without space or on a line, and in a plane, where each value is a sum of more.
 */
const compared = [2048, 2048, 1024];
/**
 * Bounds of the share of a difference that is the error of the finer of two marches, and the power of their residuals'
 * ratio that it is.
 */
const [leastShare, mostShare, errorByResidual] = [0.01, 0.2, 4 / 3];
/**
 * Power of residuals' ratio from which on they do not fall, the least share then, and ratio of changes below which
 * these say it in their place.
 */
const [notFalling, shareIfNot, fallingFast] = [0.6, 0.5, 0.1];
/** Roundings in a step. */
const mostRounding = 8;
/**
 * Difference of two starts, beside what the finer one misses, from which on they differ by that; and change beside it
 * below which equations smooth it.
 */
const [alike, smoothed] = [0.1, 0.1];
/** Growth of the number of steps from which on marches differ by their errors. */
const newSteps = 1.3;
/** Growth of the number of steps where their tolerance falls tenfold. */
const moreSteps = 1.8;
/** Power of the number of coefficients with which a march in a plane costs more. */
const costInPlane = 1.6;
/** Share of the time by which two marches that end early may differ to have found where the solution ends. */
const sameEnd = 0.02;
/** Error of a march to the end above which one that ends before may be right. */
const known = 1e-4;
/** Difference of what equations determine at the start from what a condition says, beside both. */
const mostContradiction = 0.03;
/** Growth beside the start that is called unbounded. */
const mostGrown = 1e3;
/** Cells along each axis of space on which perturbations of the start are followed. */
const cellsAtStart = 6;
/** Share of the time in which conditions on walls hardly change. */
const shortly = 1e-5;
/** Largest jump of density that is not worth uneven cells. */
const mostEven = 1.7;

/** Why a problem cannot be marched, in words; undefined where it can. */
export function marchable(written: Problem): string | undefined {
  const problem = prepared(written);
  const form = evolutionForm(problem);
  if (typeof form === "string") return form;
  try {
    collocation(problem, form, evenMesh(problem, form, 1));
    return undefined;
  } catch (error) {
    if (error instanceof Mismatch) return error.message;
    throw error;
  }
}

/** The problem with memories as unknowns, and in equations that hide no constraint, as far as it can be. */
const prepared = (written: Problem): Problem => withLowerIndex(withMemories(written));

/** The cells of the first march: as many as the start asks for, as far as there is time. */
function firstMesh(problem: Problem, form: EvolutionForm, seconds: number): Mesh {
  const d = form.space.length;
  const isOdd = form.floating.length > 0 && d > 0;
  const cells = isOdd && d === 2 ? firstOddCells : firstCells[d]!;
  const gauss = isOdd ? oddPoints : gaussPoints[d]!;
  const edgesOf = form.space.map((_, a) => firstEdges(problem, form, a));
  const meshOf = (counts: readonly number[]): Mesh => ({ gauss, edges: counts.map((count, a) => edgesOf[a]!(count)) });
  const counts = startCells(problem, form, [cells, mostFirst[d]! * cells], missable, meshOf);
  if (d < 2) return meshOf(counts);
  const least = startCells(problem, form, [cells, Math.floor(worthAnyCost * cells)], finer * missable, meshOf);
  while (counts.some((count, a) => count > least[a]!) && costOfFirst(meshOf(counts)) > shareOfFirst * seconds)
    counts.forEach((count, a) => {
      counts[a] = count - 1;
    });
  return meshOf(counts.map((count, a) => Math.max(count, least[a]!)));

  function costOfFirst(mesh: Mesh): number {
    const { work } = collocation(problem, form, mesh);
    return (stepsOfFirst * (5 * work.factorisation + 4 * (3 * work.evaluation + work.solution))) / rate;
  }
}

/** Cells along each axis with which splines follow the start, between bounds, but for a share of it. */
function startCells(
  problem: Problem,
  form: EvolutionForm,
  [least, largest]: readonly [number, number],
  share: number,
  meshOf: (counts: readonly number[]) => Mesh,
): number[] {
  const most = form.space.map(() => largest);
  const missedBy = (counts: readonly number[]) => {
    const mesh = meshOf(counts);
    const spaces = unknownSpaces(form.orders, form.periodic, mesh);
    return missedStart(problem, form, mesh, spaces, startState(problem, form, mesh, spaces)).share;
  };
  const counts = most.map(() => least);
  if (counts.length === 0 || missedBy(counts) <= share) return counts;
  // Along one axis after the other, with as many cells as there may be along the others.
  return counts.map((_, a) => {
    const missedWith = (count: number) => missedBy(most.map((v, other) => (other === a ? count : v)));
    const goal = Math.max(share, timesLeast * missedWith(largest));
    let count = least;
    while (count < largest && missedWith(count) > goal) count = Math.min(largest, Math.ceil(growthOfFirst * count));
    return count;
  });
}

/** Even cells with one point each. */
function smoothMesh(problem: Problem, form: EvolutionForm): Mesh {
  const meshOf = ([count]: readonly number[]) => ({ ...evenMesh(problem, form, transformable(count!)), gauss: 1 });
  return meshOf([
    Math.max(...startCells(problem, form, [firstSmoothCells, mostFirstSmooth * firstSmoothCells], missable, meshOf)),
  ]);
}

const evenMesh = (problem: Problem, { space, periodic }: EvolutionForm, cells: number): Mesh => ({
  gauss: gaussPoints[space.length]!,
  edges: space.map((axis, a) => {
    const [low, high] = problem.bounds[axis]!;
    const n = periodic[a] ? Math.max(cells, 3) : cells;
    return Float64Array.from({ length: n + 1 }, (_, i) => (i === n ? high : low + ((high - low) * i) / n));
  }),
});

/**
 * Marches a problem.
 *
 * @returns what the finest march found, or the reason why there is none
 */
export function march(written: Problem, options: MarchingOptions): MarchResult | Refused {
  const problem = prepared(written);
  const form = evolutionForm(problem);
  if (typeof form === "string") return { refused: form };
  try {
    const result = ladder(problem, form, options);
    if (problem === written || "refused" in result) return result;
    const { length } = written.unknowns;
    return { ...result, field: firstUnknowns(result.field, length), coarse: firstUnknowns(result.coarse, length) };
  } catch (error) {
    if (error instanceof Mismatch) return { refused: error.message };
    throw error;
  }
}

/**
 * One march by the plan of another, of a problem that differs by its constants: without a second one, and so without an
 * estimate.
 *
 * @returns its solution, or why it does not come to the end
 */
export function marchBy(
  written: Problem,
  { mesh, tolerance }: MarchPlan,
  { seconds, isOver, blas }: Pick<MarchingOptions, "seconds" | "isOver" | "blas">,
): MarchedField | string {
  const problem = prepared(written);
  const form = evolutionForm(problem);
  if (typeof form === "string") return form;
  const rung = marchOnce(problem, form, mesh, {
    ...{ tolerance, longest: longestSteps(problem, form), points: new Float64Array(0), blas },
    isSingular: singularRows(problem, form).length > 0,
    ...{ mostWork: seconds * rate, isOver: () => isOver(undefined) },
  });
  return rung.marched.reason === undefined
    ? firstUnknowns(rung.field, written.unknowns.length)
    : wordsOf(rung, tolerance);
}

/** One march. */
interface Rung extends MarchPlan {
  readonly marched: Marched;
  readonly field: MarchedField;
  readonly values: readonly Float64Array[];
  /** Evaluated when it is first asked for. */
  residuals(): Residuals;
  /** Relative error by rounding, where it was followed. */
  readonly rounding: number | undefined;
  /** Its start, and by how much that misses the one that is asked for. */
  readonly begun: readonly Float64Array[];
  readonly missed: MissedStart;
}

/** Residuals of the equations. */
interface Residuals {
  /** Root mean square of the residuals, beside that of the derivatives in time. */
  readonly residual: number;
  readonly scale: number;
}

function ladder(problem: Problem, form: EvolutionForm, options: MarchingOptions): ReturnType<typeof march> {
  const d = form.space.length;
  const method: string[] = [];
  const trouble = troubleOf(problem, form);
  if (trouble.contradiction !== undefined) return { refused: trouble.contradiction, isContradiction: true };
  const longest = longestSteps(problem, form);
  const points = options.points ?? comparedPoints(problem);
  const startPoints = points.map((v, i) => (i % (d + 1) === form.time ? problem.bounds[form.time]![0] : v));
  let tolerance = d === 0 ? firstAlone : firstTolerance;
  const turns = form.space.map((axis) => turnsAlong(problem, axis, problem.bounds[axis]!).map(({ at }) => at));
  let smooth = isPeriodicPlane(form) && turns.every(({ length }) => length === 0);
  let mesh = smooth ? smoothMesh(problem, form) : laid(firstMesh(problem, form, options.seconds));
  let spent = 0;
  let best: Best | undefined;
  let before: Rung | undefined;
  let lastChange: number | undefined;
  /** Of the last march in which it was followed. */
  let rounding: number | undefined;
  let rungs = 0;
  let [stuck, isOutOfTime] = [false, false];
  for (;;) {
    const rung = marchOnce(problem, form, mesh, {
      ...{ tolerance, longest, points, blas: options.blas, isSingular: trouble.isSingular },
      rounding: rounding === undefined || (d === 0 && isLast()),
      ...{ mostWork: (options.seconds - spent) * rate, isOver: () => options.isOver(best?.error ?? errorUnknown()) },
    });
    rounding = rung.rounding ?? rounding;
    const cost = rung.marched.work / rate;
    spent += cost;
    rungs++;
    method.push(`marched: ${wordsOf(rung, tolerance)}`);
    if (rung.marched.reason === "work") {
      isOutOfTime = true;
      // The first march is as good as it was: it is compared with as much of the second as there is.
      if (!best && before && isComparable(before, rung))
        best = { rung: before, coarse: rung, ...ofPart(before, rung, tolerance / finer) };
      break;
    }
    const ended = rung.marched.reason === "collapse";
    if (before && sameReach(problem, form, before, rung)) {
      const change = changeOf(before, rung);
      const fall = d === 0 ? finer : (rung.residuals().residual / before.residuals().residual || 1) ** errorByResidual;
      const share = errorShareOf(d, { fall, ratio: lastChange === undefined ? undefined : change / lastChange });
      // With as many steps as before their error is the same, and in no difference.
      const isSeen = rung.marched.steps.length > newSteps * before.marched.steps.length;
      const least = Math.max(
        isSeen ? 0 : leastErrorOf(rung, tolerance),
        Math.min(mostRounding * (rounding ?? 0), 2 * Math.max(change, lastChange ?? 0)),
        missedBy(before, rung, change),
      );
      stuck = lastChange !== undefined && change > falling * lastChange;
      lastChange = change;
      best = { rung, coarse: before, share, least, error: Math.max(least, share * change), isStuck: share >= 1 };
      method[method.length - 1] += `, changes by ${change.toExponential(1)}`;
      if (best.error <= options.tolerance) break;
    }
    // Where coarser steps have come to the end and agree, it is rounding that no finer one passes.
    if (ended && best && best.rung.marched.reason === undefined && best.error <= known) break;
    if (isLast()) break;
    if (ended && before?.marched.reason === "collapse" && best) break;
    before = rung;
    const failed = ended && !best;
    if (failed && smooth) {
      // Coefficients that differ much over space: by factors of the whole matrix.
      smooth = false;
      [mesh, before] = [laid(firstMesh(problem, form, options.seconds)), undefined];
      continue;
    }
    // As many cells as there is time for, where more would be wanted.
    const affordable = Math.max(0, (options.seconds - spent) / (cost * moreSteps)) ** (1 / (d === 2 ? costInPlane : 1));
    // In a plane a first comparison is worth more than a finer mesh that may not come to the end.
    const growing = d === 2 && !best ? leastGrowth : mostGrowth;
    const most = Math.min(growing, affordable ** (1 / Math.max(1, d)));
    const [next, growth] = failed ? moreCells(form, rung) : nextMesh(form, rung, { tolerance, stuck, most });
    if (growth > affordable * 1.001 || options.isOver(best?.error)) {
      isOutOfTime = true;
      if (!best && !ended && !options.isOver(0)) best = checked(rung);
      break;
    }
    mesh = laid(next);
    if (!failed) tolerance *= finer;
  }
  if (!best) return { refused: method.at(-1) ?? "there was no time" };
  const { rung, coarse, share, least } = best;
  const ended = rung.marched.reason === "collapse" ? endWords(problem, form, rung) : undefined;
  const warning = trouble.warning ?? (d > 0 ? ownWay(problem, form, rung, startPoints) : undefined);
  return {
    ...(warning !== undefined && { warning }),
    field: rung.field,
    coarse: coarse.field,
    ...{ share, least, method, ...rung.residuals() },
    growth: rounding === undefined ? undefined : rounding / Number.EPSILON,
    isStuck: best.isStuck === true,
    isOutOfTime,
    hasHidden: trouble.hasHidden === true,
    steps: rung.marched.steps.length,
    ...{ rungs, plan: rung },
    ...(ended && { ended }),
  };

  /** The error of a march that came to the end and is not compared yet: it is worth its check. */
  function errorUnknown(): number | undefined {
    return before && before.marched.reason === undefined ? 0 : undefined;
  }

  /** True where no tolerance is finer. */
  function isLast(): boolean {
    return tolerance * finer < leastTolerance;
  }

  /**
   * Error by what a march misses of the start, beside the size of the solution: two marches may miss alike. Where their
   * starts differ, it counts as much as that difference did; where the equations smooth it, only its mean is left,
   * which falls as the square of its size where the start jumps.
   */
  function missedBy(coarse: Rung, { missed, field, begun, mesh }: Rung, change: number): number {
    if (d === 0 || missed.share === 0) return 0;
    const between = distanceOfStates(problem, form, mesh, [
      [field.spaces, begun],
      [coarse.field.spaces, coarse.begun],
    ]);
    if (between <= alike * missed.share) return missed.share;
    const share = missed.share / between;
    return change < smoothed * between
      ? change * Math.min(share, share ** 2)
      : missed.share * Math.min(1, change / between);
  }

  /** The mesh with edges where coefficients jump, and with odd numbers of cells where these are asked for. */
  function laid(mesh: Mesh): Mesh {
    if (mesh.gauss === 1 || form.floating.length > 0) return oddWhereFloating(form, mesh);
    return { ...mesh, edges: mesh.edges.map((own, a) => throughPlaces(own, turns[a]!)) };
  }

  /** A march that nothing finer can follow, compared with a coarser one. */
  function checked(rung: Rung) {
    const edges = rung.mesh.edges.map((own) => evenEdges(own, Math.max(1, Math.round(coarser * (own.length - 1)))));
    const coarse = marchOnce(problem, form, laid({ ...rung.mesh, edges }), {
      ...{ tolerance: tolerance / finer, longest, points, blas: options.blas, isSingular: trouble.isSingular },
      ...{ mostWork: (options.seconds - spent) * rate, isOver: () => options.isOver(0) },
    });
    rungs++;
    method.push(`marched: ${wordsOf(coarse, tolerance / finer)}`);
    if (!isComparable(rung, coarse)) return undefined;
    return { rung, coarse, ...ofPart(rung, coarse, tolerance) };
  }

  /**
   * Measures of a march beside another one that ends early: the difference from it until its end counts as if it grew
   * linearly.
   */
  function ofPart(rung: Rung, part: Rung, tolerance: number) {
    const [begin, end] = problem.bounds[form.time]!;
    const share = Math.max(1, (end - begin) / (part.marched.until - begin));
    const least = Math.max(leastErrorOf(rung, tolerance), missedBy(part, rung, changeOf(part, rung)));
    return { share, least, error: Number.NaN };
  }
}

/**
 * Share of a change that is the error of the finer of two marches: as errors fall with tolerances or residuals, and no
 * less than the changes themselves do.
 *
 * @param fall - of tolerances, or of residuals
 * @param ratio - of the change to the one before it, where there is one
 */
function errorShareOf(
  d: number,
  { fall, ratio = 0 }: { readonly fall: number; readonly ratio?: number | undefined },
): number {
  // Where the start jumps, the derivatives of the solution have no root mean square, and residuals cannot fall.
  if (d > 0 && ratio > 0 && ratio < fallingFast && fall > notFalling) return mostShare;
  const tail = ratio < 0.5 ? ratio / (1 - ratio) : 1;
  if (d === 0) return Math.max(fall, tail);
  const share = Math.min(mostShare, Math.max(leastShare, fall));
  return ratio >= 1 || fall > notFalling ? Math.max(shareIfNot, tail) : share;
}

/** Why a march went its own way from the start, in words. @param points - of the first moment */
function ownWay(problem: Problem, form: EvolutionForm, { field }: Rung, points: Float64Array): string | undefined {
  const at = derivativesAt(field, points);
  const d = problem.axes.length;
  for (const { unknown, order, value, text } of form.stated) {
    if (order > 0) continue;
    const wanted = evaluateAt(value, points, d, problem.constants);
    const found = at(
      unknown,
      problem.axes.map(() => 0),
    );
    const meanOf = form.floating.includes(unknown) ? mean : () => 0;
    const [a, b] = [meanOf(wanted), meanOf(found)];
    let [squares, size] = [0, 0];
    wanted.forEach((v, i) => {
      squares += (v - a - found[i]! + b) ** 2;
      size += Math.max((v - a) ** 2, (found[i]! - b) ** 2);
    });
    if (squares > mostContradiction ** 2 * size) {
      const percent = significant(100 * Math.sqrt(squares / size), 2);
      return `the equations contradict "${text}" at the start by ${percent} %, and go their own way; leave it out, or correct one of them`;
    }
  }
  return undefined;
}

/** True where a march reaches the end and the other one some time. */
const isComparable = (whole: Rung, part: Rung): boolean =>
  whole.marched.reason === undefined && part.marched.steps.length > 0;

/** Error of steps of a tolerance that another march with such steps has as well. */
const leastErrorOf = (rung: Rung, tolerance: number): number =>
  rung.mesh.edges.length === 0 ? rung.residuals().residual : Math.min(tolerance / 10, rung.residuals().residual);

/** A march with the one that it is compared with, as in {@link MarchResult}, and its estimated error. */
interface Best extends Pick<MarchResult, "share" | "least"> {
  readonly rung: Rung;
  readonly coarse: Rung;
  readonly error: number;
  /** True where the change was no smaller than the one before. */
  readonly isStuck?: boolean;
}

const wordsOf = ({ mesh, marched }: Rung, tolerance: number): string => {
  const cells = mesh.edges.length === 0 ? "" : `${mesh.edges.map((e) => e.length - 1).join(" × ")} cells, `;
  const early =
    marched.reason === "work"
      ? `, no time after t = ${marched.until}`
      : marched.reason
        ? `, ends at ${marched.until}`
        : "";
  return `${cells}${marched.steps.length} steps at ${tolerance.toExponential(0)}${early}`;
};

interface OnceOptions {
  readonly tolerance: number;
  readonly longest: (t: number) => number;
  readonly mostWork: number;
  readonly isOver: () => boolean;
  readonly points: Float64Array;
  /** True where what rounding does is followed. */
  readonly rounding?: boolean;
  readonly isSingular: boolean | undefined;
  readonly blas: boolean | undefined;
}

/** Rows on a mesh, as a system in time. */
function systemOf(problem: Problem, form: EvolutionForm, mesh: Mesh, blas?: boolean) {
  const rows =
    mesh.gauss === 1 && form.space.length > 0
      ? periodicCollocation(problem, form, mesh)
      : collocation(problem, form, mesh, blas);
  const { size, spaces } = rows;
  const [orders, kinds] = [new Uint8Array(size), new Int32Array(size)];
  spaces.forEach((one, k) => {
    orders.fill(form.inTime[k]!, one.first, one.first + one.size);
    kinds.fill(k, one.first, one.first + one.size);
  });
  const system: ImplicitSystem = {
    ...{ size, orders, kinds, alone: form.space.length === 0, isFixed: rows.isFixed, isSolved: rows.isSolved },
    ...{ past: rows.past, switches: rows.switches },
    work: { ...rows.work, evaluation: rows.work.evaluation + overhead },
    evaluate: rows.evaluate,
    linearise: rows.linearise,
    factor: rows.factor,
  };
  return { rows, system };
}

/** Trouble at the first moment. */
function troubleOf(problem: Problem, form: EvolutionForm): Trouble {
  const mesh = evenMesh(problem, form, cellsAtStart);
  const discretised = () => {
    const { rows, system } = systemOf(problem, form, mesh);
    return { system, state: startState(problem, form, mesh, rows.spaces) };
  };
  if (form.space.length > 0) return troubleInSpace(problem, form, discretised);
  const { system, state } = discretised();
  return troubleAtStart(problem, form, system, state);
}

/** Trouble at the start of a problem that could be marched; none where it could not. */
export function startTrouble(written: Problem): Trouble {
  const problem = prepared(written);
  const form = evolutionForm(problem);
  return typeof form === "string" ? {} : troubleOf(problem, form);
}

function marchOnce(problem: Problem, form: EvolutionForm, mesh: Mesh, { points, ...options }: OnceOptions): Rung {
  const { rows, system } = systemOf(problem, form, mesh, options.blas);
  const { spaces } = rows;
  const interval = problem.bounds[form.time]!;
  const start = startState(problem, form, mesh, spaces);
  const missed = missedStart(problem, form, mesh, spaces, start);
  const begun = start.map((level) => level.slice());
  meetWalls(rows, interval[0], start, shortly * (interval[1] - interval[0]));
  const consistent = system.alone
    ? consistentState(problem, form, system, start)
    : soonConsistent(system, interval, start, options.tolerance);
  const marched = radau(system, interval, consistent, { ...options, breaks: breakPoints(problem, form) });
  const { until } = marched;
  const steps = gauged(problem, form, spaces, marched.steps);
  const field: MarchedField = { spaces, space: form.space, time: form.time, steps, until };
  const still = problem.axes.map(() => 0);
  const at = steps.length === 0 ? undefined : derivativesAt(field, points);
  const values = at ? problem.unknowns.map((_, k) => at(k, still)) : [];
  let found: Residuals | undefined;
  const residuals = () => {
    found ??= at ? residualOf(problem, field, points, at) : { residual: 0, scale: 1 };
    return found;
  };
  const rounding =
    marched.rounding && steps.length > 0 ? shareOf({ ...field, steps: marched.rounding }, values, points) : undefined;
  return { mesh, tolerance: options.tolerance, marched, field, values, residuals, rounding, missed, begun };
}

/** Size of a field over that of all unknowns, which have these values at the points. */
function shareOf(field: MarchedField, values: readonly Float64Array[], points: Float64Array): number {
  const at = derivativesAt(field, points);
  const still = [...field.space, field.time].map(() => 0);
  let [sum, size] = [0, 0];
  values.forEach((own, k) => {
    const moved = at(k, still);
    own.forEach((v, i) => {
      if (Number.isNaN(v)) return;
      sum += moved[i]! ** 2;
      size += v ** 2;
    });
  });
  return size > 0 ? Math.sqrt(sum / size) : 0;
}

/** Root mean square of the equations' residuals, and of the derivatives in time, which it is beside. */
function residualOf(
  problem: Problem,
  field: MarchedField,
  points: Float64Array,
  derivative: ReturnType<typeof derivativesAt>,
): Residuals {
  const { axes, constants, unknowns, equations } = problem;
  const d = axes.length;
  const algebra: Algebra<Float64Array> = {
    ...columnsAt(points, d, { constants, derivative, data: sourcesAt(problem, points) }),
    // Without space alone, where a place is a time.
    elsewhere: (unknown, order, [at]) => derivativesAt(field, at!)(unknown, order),
  };
  const memo = new Map<Expression, Float64Array>();
  const mean = (of: readonly Expression[]) => {
    let [sum, finite] = [0, 0];
    for (const expression of of) {
      for (const v of evaluate(expression, algebra, memo)) {
        if (!Number.isFinite(v)) continue;
        sum += v * v;
        finite++;
      }
    }
    return Math.sqrt(sum / Math.max(1, finite));
  };
  const scale = mean(unknowns.map((_, k) => partial(k, unit(d, field.time)))) || 1;
  return { residual: mean(equations) / scale, scale };
}

/** A state in which unknowns that equations determine at every moment have the values that a very short step finds. */
export function soonConsistent(
  system: ImplicitSystem,
  [begin, end]: readonly [number, number],
  start: readonly Float64Array[],
  tolerance: number,
): readonly Float64Array[] {
  if (system.orders.every((order) => order > 0)) return start;
  const h = 1e-7 * (end - begin);
  const { steps } = radau(system, [begin, begin + h], start, {
    ...{ tolerance, longest: () => h, mostWork: Number.POSITIVE_INFINITY, isOver: () => false, first: h },
  });
  const last = steps.at(-1);
  if (last === undefined) return start;
  return start.map((level, j) =>
    j > 0 ? level : level.map((v, i) => (system.orders[i] === 0 ? polynomialAt(last, 0, i, 1) : v)),
  );
}

/** Quasi-uniform points of space and time. */
function comparedPoints({ bounds, axes }: Problem): Float64Array {
  const d = axes.length;
  return sobolSequence(d)
    .next(compared[d - 1]!)
    .map((u, i) => bounds[i % d]![0] + u * (bounds[i % d]![1] - bounds[i % d]![0]));
}

/** Equality of how far two marches came. */
function sameReach({ bounds }: Problem, { time }: EvolutionForm, a: Rung, b: Rung): boolean {
  const [begin, end] = bounds[time]!;
  if (a.values.length === 0 || b.values.length === 0) return false;
  const gap = Math.abs(a.marched.until - b.marched.until);
  return a.marched.reason === b.marched.reason && gap <= sameEnd * (Math.min(b.marched.until, end) - begin);
}

/** ‖fine − coarse‖/‖fine‖ over all unknowns, where both have values. */
function changeOf(coarse: Rung, fine: Rung): number {
  let [change, size] = [0, 0];
  fine.values.forEach((now, k) => {
    now.forEach((v, i) => {
      const old = coarse.values[k]![i]!;
      if (Number.isNaN(old) || Number.isNaN(v)) return;
      change += (v - old) ** 2;
      size += v ** 2;
    });
  });
  return size > 0 ? Math.sqrt(change / size) : 0;
}

/**
 * With an odd number of cells where an unknown counts through its slopes alone: an even one has checkerboards that no
 * slope sees.
 */
function oddWhereFloating({ floating }: EvolutionForm, mesh: Mesh): Mesh {
  if (floating.length === 0 || mesh.gauss === 1) return mesh;
  return { ...mesh, edges: mesh.edges.map((own) => (own.length % 2 === 0 ? own : evenEdges(own, own.length))) };
}

/** An even mesh with more cells. */
function moreCells({ space }: EvolutionForm, { mesh }: Rung): readonly [Mesh, number] {
  const edges = mesh.edges.map((own) => evenEdges(own, Math.ceil(growthIfFailed * (own.length - 1))));
  return [{ ...mesh, edges }, growthIfFailed ** space.length];
}

function evenEdges(edges: Float64Array, count: number): Float64Array {
  const [low, high] = [edges[0]!, edges.at(-1)!];
  return Float64Array.from({ length: count + 1 }, (_, i) => (i === count ? high : low + ((high - low) * i) / count));
}

/** The mesh of the next march, and by how many times more coefficients it has. */
function nextMesh(
  { space, orders }: EvolutionForm,
  { mesh, field, marched, missed }: Rung,
  { tolerance, stuck, most }: { readonly tolerance: number; readonly stuck: boolean; readonly most: number },
): readonly [Mesh, number] {
  if (marched.steps.length === 0) return [mesh, 1];
  let growth = 1;
  const states = statesOf(marched.steps);
  const edges = space.map((_, a) => {
    const own = tails(field.spaces, states, a).map((v, cell) => Math.max(v, missed.along[a]![cell]!));
    const degree = Math.min(...field.spaces.map(({ along }) => along[a]!.local)) - 1;
    const before = mesh.edges[a]!;
    const now = before.length - 1;
    const order = Math.max(...orders.map((of) => of[a]!));
    const wanted = cellsFor(own, degree, tailShare * tolerance * finer ** (1 + Math.max(0, order - 2)));
    const least = stuck ? growthIfStuck : leastGrowth;
    const more = Math.max(now + 1, Math.floor(Math.min(most * now, Math.round(Math.max(least * now, wanted)))));
    const count = mesh.gauss === 1 ? transformable(more) : more;
    growth *= count / now;
    if (mesh.gauss === 1) return evenEdges(before, count);
    const next = refined(before, own, degree, count);
    return isEven(next) ? evenEdges(before, count) : next;
  });
  return [{ ...mesh, edges }, growth];
}

/** The next number of points of which Fourier transforms are fast: 2ⁿ or 3·2ⁿ. */
function transformable(count: number): number {
  const power = 2 ** Math.ceil(Math.log2(count));
  return count <= 0.75 * power ? 0.75 * power : power;
}

function isEven(edges: Float64Array): boolean {
  const widths = Array.from(edges.subarray(1), (v, i) => v - edges[i]!);
  const mean = (edges.at(-1)! - edges[0]!) / widths.length;
  return widths.every((w) => w > mean / mostEven && w < mean * mostEven);
}

/** The end of a solution in words. */
function endWords(problem: Problem, form: EvolutionForm, { marched }: Rung): string {
  const t = problem.axes[form.time]!;
  const at = significant(marched.until, 4);
  const sizeAt = (k: number) => marched.steps.at(k)!.start[0]!.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const grown = marched.steps.length > 0 && sizeAt(-1) > mostGrown * sizeAt(0);
  return grown
    ? `the solution grows without bound at ${t} = ${at}: it has none beyond`
    : `no step in time is short enough at ${t} = ${at}: the solution may end there`;
}
