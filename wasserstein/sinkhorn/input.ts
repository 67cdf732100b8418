/** Arguments of `sinkhorn` and `sinkhornDivergence`, checked and brought into the form they work with. */
import {
  among,
  type Check,
  callback,
  checkOptions,
  flag,
  isPlainObject,
  kind,
  type OptionChecks,
  positive,
  real,
  record,
  whole,
} from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { checkCosts } from "../exact/costs.ts";
import { cloudGeometry, type Geometry, matrixGeometry, sampleCosts } from "../measure/geometry.ts";
import {
  balancedMasses,
  type Cloud,
  checkedWeights,
  checkSameSpace,
  cloudPoints,
  explicitWeights,
  type Mass,
  type MassOptions,
  massOf,
} from "../measure/measure.ts";
import { type CostProblem, sidesOf } from "../measure/problem.ts";
import { checkNewton } from "./newton.ts";
import {
  type Centred,
  centred,
  loweredClouds,
  loweredMatrix,
  type Offset,
  reducedClouds,
  reducedMatrix,
} from "./offset.ts";
import type { Settings } from "./solve.ts";
import type { Problem } from "./sweep.ts";

/** Options of `sinkhorn` and its relatives. */
export interface SinkhornOptions extends MassOptions {
  /**
   * Strength of the entropy, > 0, in the unit of the costs; or as a multiple of the median cost (of all pairs, or of
   * 2¹⁸ pairs on a regular stride where there are more). @defaultValue 0.05 standard deviations of the costs
   */
  readonly epsilon?: number | { readonly relativeTo: "median-cost"; readonly factor: number };
  /** The same as a length: ε = 2 blur², of a cost of order p on a grid p blur^p. @defaultValue by `epsilon` */
  readonly blur?: number;
  /**
   * Unbalanced transport: the length beyond which mass is rather made or lost, ρ = 2 reach², of a cost of order p on a
   * grid p reach^p.
   * @defaultValue balanced
   */
  readonly reach?: number;
  /** Bound on the L1 error of the marginals. @defaultValue 1e-6 */
  readonly tolerance?: number;
  /** Bound on passes over all pairs, or over the grid. @defaultValue 2000 */
  readonly maxIterations?: number;
  /** Newton steps after the descent to ε: where more passes are needed without than y has points. Memory: columns². */
  readonly refine?: "newton";
  /** Memory that grows with the points, not with the pairs. @defaultValue true above 2²⁴ pairs */
  readonly online?: boolean;

  // You rarely need this.
  /** Speed up the sweeps at the last ε by Anderson mixing; `false` is Sinkhorn as in the books. @defaultValue true */
  readonly mixing?: boolean;
  /** Called after each pass at the last ε: passes so far, and the L1 error of the marginals. @defaultValue none */
  readonly onProgress?: (progress: { readonly iterations: number; readonly error: number }) => void;
}

/** One measure without its points of no weight. */
export interface Support {
  /** Number of points as given. */
  readonly count: number;
  /** Indices of the points that are in. */
  readonly kept: Int32Array;
  /** Weights of the points that are in, all positive. */
  readonly weights: Float64Array;
  /** Sum of the given weights before they were scaled. */
  readonly total: number;
  /** All coordinates and those of the points that are in; empty for a cost matrix. */
  readonly all: Float64Array;
  readonly points: Float64Array;
  readonly dim: number;
}

export interface Prepared {
  readonly problem: Problem;
  readonly settings: Settings;
  readonly x: Support;
  readonly y: Support;
  /** Costs between all points as given, less the offset, for the potentials of points without weight. */
  readonly everything: Geometry;
  /** Terms to add back to the potentials and the value. */
  readonly offset: Offset | undefined;
  /** Name of the function, for messages. */
  readonly where: string;
}

/** Checks everything before any work. @throws OptionsError, DomainError, ShapeError */
export function prepare(
  where: string,
  x: Cloud | CostProblem,
  y: Cloud | undefined,
  options: SinkhornOptions,
): Prepared {
  checkOptions(where, options, sinkhornChecks);
  checkEntropy(where, options);
  const { clouds, costs, n, m, xWeights, yWeights } = sidesOf(where, x, y);
  if (costs) checkCosts(where, costs);
  const [a, b] = masses(where, { weights: xWeights, count: n }, { weights: yWeights, count: m }, options);
  const dim = clouds?.x.dim ?? 0;
  if (clouds) checkSameSpace(where, clouds.x, clouds.y);
  const left = support(n, a, dim, clouds && cloudPoints(`${where}: x`, clouds.x));
  const right = support(m, b, dim, clouds && cloudPoints(`${where}: y`, clouds.y));
  const everything = costs
    ? matrixGeometry(Float64Array.from(costs.cost), n, m)
    : cloudGeometry(left.all, right.all, dim);
  const whole = left.kept.length === n && right.kept.length === m;
  const subset = (all: Geometry, from: Float64Array, to: Float64Array): Geometry => {
    if (whole) return all;
    if (costs) return subMatrix(all, left.kept, right.kept);
    return cloudGeometry(pointsAt(from, left.kept, dim), pointsAt(to, right.kept, dim), dim);
  };
  const geometry = subset(everything, left.all, right.all);
  const settings = settingsOf(where, geometry, everything.range, options);
  const rho = rhoOf(options);
  const sides = { where, settings, x: left, y: right };
  const problemOn = (one: Geometry): Problem => ({ geometry: one, a: left.weights, b: right.weights, rho });
  const balanced = rho === Number.POSITIVE_INFINITY;
  if (costs) {
    const reduced = balanced ? reducedMatrix(everything) : loweredMatrix(everything);
    if (reduced === undefined) return { ...sides, problem: problemOn(geometry), everything, offset: undefined };
    const problem = problemOn(subset(reduced.geometry, left.all, right.all));
    return { ...sides, problem, everything: reduced.geometry, offset: reduced.offset };
  }
  const [from, to] = [left, right].map((side) => centred(side.all, dim, side.kept, side.weights)) as [Centred, Centred];
  if (!balanced) {
    const lowered = loweredClouds(from, to, dim, left.kept, right.kept);
    if (lowered === undefined) return { ...sides, problem: problemOn(geometry), everything, offset: undefined };
    return { ...sides, problem: problemOn(lowered.kept), everything: lowered.geometry, offset: lowered.offset };
  }
  const reduced = reducedClouds(from, to, dim);
  const problem = problemOn(subset(reduced.geometry, from.points, to.points));
  return { ...sides, problem, everything: reduced.geometry, offset: reduced.offset };
}

/** ρ of `reach`. */
const rhoOf = ({ reach }: SinkhornOptions): number => (reach === undefined ? Number.POSITIVE_INFINITY : 2 * reach ** 2);

/** A length > 0; its square must be a number as well. */
export const lengthCheck = kind<number>(
  "a finite number > 0",
  (value) => positive()(2 * Number(value) ** 2, "") === undefined && Number(value) > 0,
);
const relative = record({ relativeTo: among("median-cost"), factor: positive() });
const epsilonCheck: Check = (value, at) => (isPlainObject(value) ? relative : positive())(value, at);

/** Checks of {@link SinkhornOptions}. */
export const sinkhornChecks: OptionChecks<SinkhornOptions> = {
  ...{ epsilon: epsilonCheck, blur: lengthCheck, reach: lengthCheck, tolerance: real(0), maxIterations: whole() },
  ...{ refine: among("newton"), online: flag, mixing: flag, onProgress: callback, normalize: flag },
};

/** @throws OptionsError where ε is given twice */
export function checkEntropy(where: string, { epsilon, blur }: SinkhornOptions): void {
  if (epsilon === undefined || blur === undefined) return;
  throw new OptionsError(
    `${where}: blur is ${blur}, expected either epsilon or blur (epsilon = 2 blur²)`,
    "blur",
    blur,
  );
}

interface Side {
  readonly weights: ArrayLike<number> | undefined;
  readonly count: number;
}

interface Weighted {
  readonly weights: Float64Array;
  readonly total: number;
}

/** With `reach` masses are kept as given; products of two of them with costs must stay in float64. */
const largestMass = 1e100;

function masses(where: string, x: Side, y: Side, options: SinkhornOptions): readonly [Weighted, Weighted] {
  // What a side without weights is missing, it takes from the other; only two sums can differ.
  if (options.reach === undefined && x.weights !== undefined && y.weights !== undefined) {
    const [left, right] = balancedMasses(where, x.weights, x.count, y.weights, y.count, options);
    return [written(left, x.count), written(right, y.count)];
  }
  const side = (name: string, { count, weights }: Side): Weighted => {
    const scaled = massOf(name, weights, count);
    const keep = options.reach !== undefined && options.normalize !== true && weights !== undefined;
    if (keep && !(scaled.total <= largestMass && scaled.total >= 1 / largestMass)) {
      const expected = `a mass from ${1 / largestMass} to ${largestMass} with reach`;
      throw new DomainError(`${name} sum to ${scaled.total}, expected ${expected}; scale both sides`, scaled.total);
    }
    return keep ? { weights: checkedWeights(name, weights, count), total: 1 } : written(scaled, count);
  };
  return [side(`${where}: x weights`, x), side(`${where}: y weights`, y)];
}

function written(mass: Mass, count: number): Weighted {
  return { weights: explicitWeights(mass, count), total: mass.total };
}

function support(
  count: number,
  { weights, total }: Weighted,
  dim: number,
  all: Float64Array = new Float64Array(),
): Support {
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i]! > 0);
  if (kept.length === count) return { count, kept, weights, total, all, points: all, dim };
  return { count, kept, weights: weights.filter((w) => w > 0), total, all, points: pointsAt(all, kept, dim), dim };
}

function pointsAt(all: Float64Array, kept: Int32Array, dim: number): Float64Array {
  const points = new Float64Array(kept.length * dim);
  for (const [k, i] of kept.entries()) points.set(all.subarray(i * dim, (i + 1) * dim), k * dim);
  return points;
}

function subMatrix(whole: Geometry, rows: Int32Array, columns: Int32Array): Geometry {
  const cost = new Float64Array(rows.length * columns.length);
  for (const [k, i] of rows.entries()) {
    const row = whole.row(i);
    for (const [l, j] of columns.entries()) cost[k * columns.length + l] = row[j]!;
  }
  return matrixGeometry(cost, rows.length, columns.length);
}

/** Costs and ε stay below this, and ε above its inverse: sums and quotients of them then stay in float64. */
const extreme = 2 ** 1000;

function settingsOf(where: string, geometry: Geometry, wholeRange: number, options: SinkhornOptions): Settings {
  const { tolerance = 1e-6, maxIterations = 2000, refine, mixing = true, online, onProgress } = options;
  const { range, rows, columns } = geometry;
  // Points without weight are out of the problem, but get potentials.
  if (!(wholeRange < extreme)) {
    throw new DomainError(`${where}: the costs overflow float64; scale the coordinates down`, range);
  }
  const epsilon = epsilonOf(geometry, options);
  if (!(epsilon <= extreme && epsilon >= 1 / extreme)) {
    const hint = "from 1e-301 to 1e301; rescale the costs";
    throw new DomainError(`${where}: epsilon is ${epsilon}, expected ${hint}`, epsilon);
  }
  if (!(range / epsilon < 1e14)) {
    const limit = (range * 1e-14).toPrecision(2);
    const message = `${where}: epsilon is ${epsilon}, below the rounding of costs that differ by ${range}`;
    throw new DomainError(`${message}; take at least ${limit}, or \`emd\` for the exact cost`, epsilon);
  }
  if (refine === "newton") checkNewton(where, columns);
  return {
    epsilon,
    tolerance,
    maxIterations,
    onProgress,
    newton: refine === "newton",
    mixing,
    keep: !(online ?? rows * columns > 2 ** 24),
  };
}

function epsilonOf(geometry: Geometry, { epsilon, blur }: SinkhornOptions): number {
  if (typeof epsilon === "number") return epsilon;
  if (blur !== undefined) return 2 * blur ** 2;
  const costs = sampleCosts(geometry);
  if (epsilon !== undefined) {
    const middle = costs.sort()[costs.length >> 1]!;
    // Half or more of the pairs at no distance: the range is all the scale there is.
    return epsilon.factor * (middle > 0 ? middle : geometry.range) || 1;
  }
  // In units of the range: squares of extreme costs leave float64.
  const { range } = geometry;
  if (!(range > 0)) return 1;
  const mean = costs.reduce((s, c) => s + c / range, 0) / costs.length;
  const variance = costs.reduce((s, c) => s + (c / range - mean) ** 2, 0) / costs.length;
  const deviation = Math.sqrt(variance);
  // All costs equal but for rounding: any ε gives the same plan.
  return Math.max(0.05 * range * (deviation > 1e-6 ? deviation : 1), 1 / extreme);
}
