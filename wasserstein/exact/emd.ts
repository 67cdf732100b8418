/**
 * Exact optimal transport between discrete measures, with the dual potentials that prove it: assignment by Jonker and
 * Volgenant where all masses are equal, network simplex elsewhere. Float64; memory 8·n·m bytes for the costs.
 */
import { OptionsError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import {
  balancedMasses,
  type Cloud,
  checkOrder,
  checkRange,
  explicitWeights,
  type Mass,
  type MassOptions,
} from "../measure/measure.ts";
import { centred, certify, type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { assign } from "./assignment.ts";
import { type CloudPair, type CostMatrix, costsOf, pairGradient } from "./costs.ts";
import { transport } from "./network-simplex.ts";
import { settle } from "./true-masses.ts";
import { alike, type WholeMasses, wholeCounts, wholeMasses } from "./whole-masses.ts";

/** Options of {@link emd}. */
export interface EmdOptions extends MassOptions {
  /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
  readonly p?: number;
  /** Return W_p, the p-th root of the cost; for clouds only. @defaultValue false */
  readonly root?: boolean;
  /** Weights of x (of rows), before those in the cloud. @defaultValue those of the cloud, else equal */
  readonly a?: ArrayLike<number>;
  /** Weights of y (of columns). */
  readonly b?: ArrayLike<number>;
  /**
   * Told the pivots of the network simplex so far, every 256 of them; how many there will be is not known before. Not called
   * where an assignment is found without pivots. @defaultValue none
   */
  readonly onProgress?: (pivots: number) => void;
}

/** What {@link emd} returns. */
export interface EmdResult {
  /** Least cost Σ mass·cost (W_p^p between clouds), or its p-th root with `root`. */
  readonly value: number;
  /** An optimal plan with at most n + m − 1 routes. */
  readonly plan: TransportPlan;
  /** Potential of each row: f[i] + g[j] ≤ cost[i, j], equal where mass moves; fixed by Σ a·f = 0. */
  readonly f: Float64Array;
  /** Potential of each column; Σ b·g is the least cost. */
  readonly g: Float64Array;
  /** @deprecated now `f`; goes with version 0.3 */
  readonly u: Float64Array;
  /** @deprecated now `g`; goes with version 0.3 */
  readonly v: Float64Array;
  /**
   * (Σ mass·cost − Σ a·f − Σ b·g) relative to the least cost, which bounds how far the plan is from the optimum whatever
   * found it. Where the least cost nearly vanishes, relative to a thousandth of Σ a·|f| + Σ b·|g|.
   */
  readonly dualityGap: number;
  /**
   * Derivatives of the value: ∂/∂x_i = Σ_j P_ij ∂‖x_i − y_j‖^p, ∂/∂a = f (envelope theorem). One subgradient where the plan
   * or the potentials are not unique; with `root`, 0 where the value is 0.
   */
  gradient(): EmdSlopes;
}

/** Derivatives of the value of {@link emd}. */
export interface EmdSlopes {
  /** [n, dim], for the points of x; for a cost matrix undefined, its derivative being the plan. */
  readonly x: Float64Array | undefined;
  /** [m, dim] */
  readonly y: Float64Array | undefined;
  /** [n], in the normalised weights, up to a constant (fixed by Σ a·gradient = 0); without weight, from the right. */
  readonly a: Float64Array;
  /** [m], likewise for y. */
  readonly b: Float64Array;
}

/** {@link EmdResult} with the derivatives of the value. */
export interface EmdGradient extends EmdResult {
  /** [n, dim] */
  readonly x: Float64Array;
  /** [m, dim] */
  readonly y: Float64Array;
  /** [n], as in {@link EmdSlopes}. */
  readonly a: Float64Array;
  /** [m], as in {@link EmdSlopes}. */
  readonly b: Float64Array;
}

interface Problem {
  readonly cost: Float64Array;
  readonly clouds: CloudPair | undefined;
  readonly n: number;
  readonly m: number;
  readonly a: Mass;
  readonly b: Mass;
  /** The same weights as whole numbers of equal sum, exact where they came as counts or all alike. */
  readonly units: WholeMasses;
  readonly p: number;
  readonly root: boolean;
  readonly onProgress: ((pivots: number) => void) | undefined;
}

/**
 * The exact optimal transport cost between two discrete measures, min Σ P·C over plans P with marginals a and b
 * (Kantorovich; Peyré and Cuturi, arXiv 1803.00567, eq. 2.11), with an optimal plan and optimal potentials.
 *
 * Weights down to 1e-28 of all keep their digits; smaller ones, and zero, are allowed and count to 1e-28 of all.
 *
 * @param x - a cloud, or a cost matrix and no `y`
 * @param y - a cloud; between clouds moving costs ‖x − y‖^p
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, a weight negative, the sums of weights differ without `normalize`, or
 *   the problem needs more than 2²⁷ costs
 * @throws OptionsError where p < 1, or `root` is asked of a cost matrix
 */
export function emd(x: Cloud, y: Cloud, options?: EmdOptions): EmdResult;
export function emd(cost: CostMatrix, y?: undefined, options?: EmdOptions): EmdResult;
/** @deprecated now `emd(x, y, { a, b, … })` and `emd(cost, undefined, { a, b, … })`; goes with version 0.3 */
export function emd(
  problem: CostMatrix | CloudPair,
  a?: ArrayLike<number>,
  b?: ArrayLike<number>,
  options?: EmdOptions,
): EmdResult;
export function emd(
  x: Cloud | CostMatrix | CloudPair,
  second?: Cloud | ArrayLike<number>,
  third?: EmdOptions | ArrayLike<number>,
  fourth?: EmdOptions,
): EmdResult {
  if (second !== undefined && "points" in second) {
    return solve(pose({ x: x as Cloud, y: second }, (third ?? {}) as EmdOptions));
  }
  const listed = third !== undefined && "length" in third;
  const a = second === undefined ? undefined : { a: second };
  const options = { ...(listed ? { b: third as ArrayLike<number> } : third), ...a, ...fourth };
  if ("points" in x) {
    throw new OptionsError("emd: expected two clouds, or one cost matrix and no y; y is missing", "y", "none");
  }
  return solve(pose(x, options));
}

/**
 * {@link emd} between clouds with its gradient.
 *
 * @param a - one weight per point of x. @defaultValue those of the cloud, else equal
 * @param b - one weight per point of y. @defaultValue those of the cloud, else equal
 * @deprecated now `emd(x, y, …).gradient()`; goes with version 0.3
 * @throws as {@link emd}
 */
export function emdGradient(
  pair: CloudPair,
  a?: ArrayLike<number>,
  b?: ArrayLike<number>,
  options: EmdOptions = {},
): EmdGradient {
  const result = solve(pose(pair, { ...options, ...(a && { a }), ...(b && { b }) }));
  const { x, y, a: inA, b: inB } = result.gradient();
  return withOldNames(printingFields("emd with gradient", { ...result, x: x!, y: y!, a: inA, b: inB }));
}

/** What answers to the names of before, and shows in no list of fields. */
const oldNames = {
  get u(): Float64Array {
    return (this as unknown as EmdResult).f;
  },
  get v(): Float64Array {
    return (this as unknown as EmdResult).g;
  },
};

function withOldNames<T extends Pick<EmdResult, "f" | "g">>(result: T): T & Pick<EmdResult, "u" | "v"> {
  return Object.setPrototypeOf(result, oldNames);
}

function slopes(problem: Problem, { value, plan, f, g }: Pick<EmdResult, "value" | "plan" | "f" | "g">): EmdSlopes {
  const { clouds, cost, p, root, n, m } = problem;
  const chain = !root ? 1 : value > 0 ? value ** (1 - p) / p : 0;
  const [a, b] = [explicitWeights(problem.a, n), explicitWeights(problem.b, m)];
  const scaled = (potential: Float64Array, weights: Float64Array) => centred(potential, weights).map((h) => chain * h);
  return {
    ...pairGradient(clouds, plan, p, chain),
    a: scaled(
      firstMass(f, a, g, b, (i, j) => cost[i * m + j]!),
      a,
    ),
    b: scaled(
      firstMass(g, b, f, a, (j, i) => cost[i * m + j]!),
      b,
    ),
  };
}

/** Potentials, and for points without mass what the first mass put there costs: it meets points with mass alone. */
function firstMass(
  own: Float64Array,
  weights: Float64Array,
  other: Float64Array,
  otherWeights: Float64Array,
  cost: (i: number, j: number) => number,
): Float64Array {
  return own.map((u, i) => {
    if (weights[i]! > 0) return u;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < other.length; j++) {
      if (otherWeights[j]! > 0) least = Math.min(least, cost(i, j) - other[j]!);
    }
    return least;
  });
}

function pose(problem: CostMatrix | CloudPair, options: EmdOptions): Problem {
  const { p = 2, root = false } = options;
  checkOrder("emd", p);
  const clouds = "x" in problem ? problem : undefined;
  if (root && !clouds) {
    const hint = "root is for clouds; take the root of the value of a cost matrix yourself";
    throw new OptionsError(`emd: ${hint}`, "root", root);
  }
  const { cost, n, m } = costsOf("emd", problem, p);
  const [a, b] = [options.a ?? clouds?.x.weights, options.b ?? clouds?.y.weights];
  const [left, right] = balancedMasses("emd", a, n, b, m, options);
  const units = wholeCounts(a, n, b, m) ?? wholeMasses(explicitWeights(left, n), explicitWeights(right, m));
  return { cost, clouds, n, m, a: left, b: right, units, p, root, onProgress: options.onProgress };
}

function solve(problem: Problem): EmdResult {
  const { cost, n, m, p, root } = problem;
  const { supply, demand, total } = problem.units;
  const matched = total === n && n === m && alike(supply) && alike(demand) ? assign(cost, n) : undefined;
  let plan: TransportPlan;
  const u = new Float64Array(n).fill(Number.NaN);
  if (matched) {
    const { columns, prices } = matched;
    plan = transportPlan(
      Int32Array.from({ length: n }, (_, i) => i),
      columns,
      new Float64Array(n).fill(1 / n),
      [n, m],
    );
    for (let i = 0; i < n; i++) u[i] = cost[i * n + columns[i]!]! - prices[columns[i]!]!;
  } else {
    const rows = positions(supply);
    const columns = positions(demand);
    const all = rows.length === n && columns.length === m;
    const costs = all ? cost : submatrix(cost, m, rows, columns);
    const whole = transport(
      costs,
      all ? supply : supply.filter((q) => q > 0),
      all ? demand : demand.filter((q) => q > 0),
      problem.onProgress,
    );
    const positive = (mass: Mass, count: number) => explicitWeights(mass, count).filter((w) => w > 0);
    const tree = problem.units.exact ? whole : settle(costs, positive(problem.a, n), positive(problem.b, m), whole);
    plan = transportPlan(
      tree.rows.map((i) => rows[i]!),
      tree.columns.map((j) => columns[j]!),
      problem.units.exact ? tree.masses.map((q) => q / total) : tree.masses,
      [n, m],
    );
    for (const [k, i] of rows.entries()) u[i] = tree.u[k]!;
  }
  const { value, v, dualityGap } = certify(cost, plan, u, explicitWeights(problem.a, n), explicitWeights(problem.b, m));
  checkRange("emd: a potential", u, v, dualityGap);
  const found = root && p !== 1 ? Math.max(value, 0) ** (1 / p) : value;
  const gradient = () => slopes(problem, { value: found, plan, f: u, g: v });
  return withOldNames(printingFields("emd", { value: found, plan, f: u, g: v, dualityGap, gradient }));
}

function positions(units: Float64Array): Int32Array {
  const found: number[] = [];
  for (const [i, q] of units.entries()) if (q > 0) found.push(i);
  return Int32Array.from(found);
}

function submatrix(cost: Float64Array, m: number, rows: Int32Array, columns: Int32Array): Float64Array {
  const out = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const i of rows) for (const j of columns) out[at++] = cost[i * m + j]!;
  return out;
}
