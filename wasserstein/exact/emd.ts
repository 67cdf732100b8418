/**
 * Exact optimal transport between discrete measures, with the dual potentials that prove it: assignment by Jonker and
 * Volgenant where all masses are equal, network simplex elsewhere. Float64; memory 8·n·m bytes for the costs.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/printed.ts";
import {
  balancedMasses,
  type Cloud,
  checkOrder,
  checkRange,
  checkSameSpace,
  checkValues,
  cloudPoints,
  explicitWeights,
  type Mass,
  type MassOptions,
} from "../measure/measure.ts";
import { centred, certify, type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { assign } from "./assignment.ts";
import { transport } from "./network-simplex.ts";
import { settle } from "./true-masses.ts";

/** The price of moving one unit of mass from place i to place j. */
export interface CostMatrix {
  /** [rows, columns] row after row, finite; may be negative. */
  readonly cost: Float64Array | Float32Array;
  readonly rows: number;
  readonly columns: number;
}

/** Two clouds, between which moving costs ‖x − y‖^p. */
export interface CloudPair {
  readonly x: Cloud;
  readonly y: Cloud;
}

/** Options of {@link emd}. */
export interface EmdOptions extends MassOptions {
  /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
  readonly p?: number;
  /** Return W_p, the p-th root of the cost; for clouds only. @defaultValue false */
  readonly root?: boolean;
}

/** What {@link emd} returns. */
export interface EmdResult {
  /** Least cost Σ mass·cost (W_p^p between clouds), or its p-th root with `root`. */
  readonly value: number;
  /** An optimal plan with at most n + m − 1 routes. */
  readonly plan: TransportPlan;
  /** Potential of each row: u[i] + v[j] ≤ cost[i, j], equal where mass moves; fixed by Σ a·u = 0. */
  readonly u: Float64Array;
  /** Potential of each column; Σ b·v is the least cost. */
  readonly v: Float64Array;
  /**
   * (Σ mass·cost − Σ a·u − Σ b·v) relative to the least cost, which bounds how far the plan is from the optimum whatever
   * found it. Where the least cost nearly vanishes, relative to a thousandth of Σ a·|u| + Σ b·|v|.
   */
  readonly dualityGap: number;
}

/** {@link EmdResult} with the derivatives of the value. */
export interface EmdGradient extends EmdResult {
  /** [n, dim], for the points of x. */
  readonly x: Float64Array;
  /** [m, dim] */
  readonly y: Float64Array;
  /** In the normalised weights, up to a constant (fixed by Σ a·gradient = 0); without weight, from the right. */
  readonly a: Float64Array;
  readonly b: Float64Array;
}

interface Problem {
  readonly cost: Float64Array;
  readonly n: number;
  readonly m: number;
  readonly a: Mass;
  readonly b: Mass;
  /** The same weights as whole numbers of equal sum, exact where they came as counts or all alike. */
  readonly units: WholeMasses;
  readonly p: number;
  readonly root: boolean;
}

/** Above this many costs (1 GiB) one should not start. */
const mostCosts = 2 ** 27;

/**
 * The exact optimal transport cost between two discrete measures, min Σ P·C over plans P with marginals a and b
 * (Kantorovich; Peyré and Cuturi, arXiv 1803.00567, eq. 2.11), with an optimal plan and optimal potentials.
 *
 * Weights may be as small as float64 allows beside the others, or zero.
 *
 * @param problem - a cost matrix, or two clouds with the cost ‖x − y‖^p
 * @param a - weights of rows. @defaultValue those of the cloud `x`, else equal
 * @param b - weights of columns. @defaultValue those of the cloud `y`, else equal
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, a weight negative, the sums of weights differ without `normalize`, or
 *   the problem needs more than 2²⁷ costs
 * @throws OptionsError where p < 1, or `root` is asked of a cost matrix
 */
export function emd(
  problem: CostMatrix | CloudPair,
  a?: ArrayLike<number>,
  b?: ArrayLike<number>,
  options: EmdOptions = {},
): EmdResult {
  return solve(pose(problem, a, b, options));
}

/**
 * {@link emd} between clouds with its gradient: ∂/∂x_i = Σ_j P_ij ∂‖x_i − y_j‖^p, ∂/∂a = u (envelope theorem). One
 * subgradient where the plan or the potentials are not unique; with `root`, 0 where the value is 0.
 *
 * @throws as {@link emd}
 */
export function emdGradient(
  pair: CloudPair,
  a?: ArrayLike<number>,
  b?: ArrayLike<number>,
  options: EmdOptions = {},
): EmdGradient {
  const problem = pose(pair, a, b, options);
  const result = solve(problem);
  const { p, root } = problem;
  const { dim } = pair.x;
  const [px, py] = [pair.x.points, pair.y.points];
  const x = new Float64Array(px.length);
  const y = new Float64Array(py.length);
  const chain = !root ? 1 : result.value > 0 ? result.value ** (1 - p) / p : 0;
  const { rows, columns, masses } = result.plan;
  for (let k = 0; k < masses.length; k++) {
    const [i, j] = [rows[k]! * dim, columns[k]! * dim];
    const square = problem.p === 2 ? 1 : squaredDistance(px, i, py, j, dim);
    if (square === 0) continue;
    const slope = chain * masses[k]! * p * square ** (p / 2 - 1);
    for (let c = 0; c < dim; c++) {
      const pull = slope * (px[i + c]! - py[j + c]!);
      x[i + c]! += pull;
      y[j + c]! -= pull;
    }
  }
  const [wa, wb] = [explicitWeights(problem.a, problem.n), explicitWeights(problem.b, problem.m)];
  const at = (i: number, j: number) => problem.cost[i * problem.m + j]!;
  const scaled = (potential: Float64Array, weights: Float64Array) => centred(potential, weights).map((f) => chain * f);
  return printingFields("emd with gradient", {
    ...result,
    x,
    y,
    a: scaled(firstMass(result.u, wa, result.v, wb, at), wa),
    b: scaled(
      firstMass(result.v, wb, result.u, wa, (j, i) => at(i, j)),
      wb,
    ),
  });
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

function pose(
  problem: CostMatrix | CloudPair,
  a: ArrayLike<number> | undefined,
  b: ArrayLike<number> | undefined,
  options: EmdOptions,
): Problem {
  const { p = 2, root = false } = options;
  checkOrder("emd", p);
  const clouds = "x" in problem;
  if (root && !clouds) {
    throw new OptionsError(
      "emd: root is for clouds; take the root of the value of a cost matrix yourself",
      "root",
      root,
    );
  }
  const [n, m] = clouds ? [problem.x.count, problem.y.count] : [problem.rows, problem.columns];
  if (!clouds && !(Number.isInteger(n) && Number.isInteger(m) && n >= 1 && m >= 1)) {
    throw new ShapeError("emd: cost", "rows ≥ 1 and columns ≥ 1, both whole", [n, m]);
  }
  if (n * m > mostCosts) {
    throw new DomainError(`emd: ${n} × ${m} costs do not fit; use sinkhorn, which brackets the exact cost`, n * m);
  }
  const cost = clouds ? cloudCosts(problem, p) : matrixCosts(problem);
  const xWeights = a ?? (clouds ? problem.x.weights : undefined);
  const yWeights = b ?? (clouds ? problem.y.weights : undefined);
  const [left, right] = balancedMasses("emd", xWeights, n, yWeights, m, options);
  const units =
    wholeCounts(xWeights, n, yWeights, m) ?? wholeMasses(explicitWeights(left, n), explicitWeights(right, m));
  return { cost, n, m, a: left, b: right, units, p, root };
}

function matrixCosts({ cost, rows, columns }: CostMatrix): Float64Array {
  if (cost.length !== rows * columns) throw new ShapeError("emd: cost", [rows * columns], [cost.length]);
  checkValues("emd: cost", cost);
  return cost instanceof Float64Array ? cost : Float64Array.from(cost);
}

function cloudCosts({ x, y }: CloudPair, p: number): Float64Array {
  checkSameSpace("emd", x, y);
  const [px, py] = [cloudPoints("emd: x", x), cloudPoints("emd: y", y)];
  const { dim } = x;
  const cost = new Float64Array(x.count * y.count);
  for (let i = 0, at = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++, at++) cost[at] = squaredDistance(px, i * dim, py, j * dim, dim);
  }
  if (p !== 2) for (let k = 0; k < cost.length; k++) cost[k] = p === 1 ? Math.sqrt(cost[k]!) : cost[k]! ** (p / 2);
  for (const c of cost) {
    if (c === Number.POSITIVE_INFINITY) {
      throw new DomainError("emd: a distance to the power p is beyond float64; scale the points down", c);
    }
  }
  return cost;
}

function squaredDistance(x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number, dim: number): number {
  let sum = 0;
  for (let c = 0; c < dim; c++) sum += (x[i + c]! - y[j + c]!) ** 2;
  return sum;
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
  return printingFields("emd", { value: found, plan, u, v, dualityGap });
}

interface WholeMasses {
  readonly supply: Float64Array;
  readonly demand: Float64Array;
  readonly total: number;
  /** Whether these are the weights, and not the nearest multiples of a unit. */
  readonly exact: boolean;
}

/** Weights that are counts, or all alike, as exact whole numbers; undefined where one side is neither. */
function wholeCounts(
  a: ArrayLike<number> | undefined,
  n: number,
  b: ArrayLike<number> | undefined,
  m: number,
): WholeMasses | undefined {
  const [left, right] = [countsOf(a, n), countsOf(b, m)];
  if (!left || !right) return undefined;
  const [mine, other] = [left, right].map((counts) => counts.reduce((sum, q) => sum + q, 0)) as [number, number];
  if (!(mine * other < 2 ** 53)) return undefined;
  if (mine === other) return { supply: left, demand: right, total: mine, exact: true };
  return { supply: left.map((q) => q * other), demand: right.map((q) => q * mine), total: mine * other, exact: true };
}

function countsOf(weights: ArrayLike<number> | undefined, count: number): Float64Array | undefined {
  if (weights === undefined || alike(weights)) return new Float64Array(count).fill(1);
  const copy = Float64Array.from(weights);
  return copy.every(Number.isInteger) ? copy : undefined;
}

function alike(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

/** Both sides' weights in units of 2⁻⁵², each summing to exactly 2⁵²; a weight has at least one. */
function wholeMasses(a: Float64Array, b: Float64Array): WholeMasses {
  const total = 2 ** 52;
  const [supply, demand] = [a, b].map((weights) => {
    const units = weights.map((w) => (w > 0 ? Math.max(1, Math.round(w * total)) : 0));
    let rest = total;
    let largest = 0;
    for (const [i, q] of units.entries()) {
      rest -= q;
      if (q > units[largest]!) largest = i;
    }
    units[largest]! += rest;
    return units;
  }) as [Float64Array, Float64Array];
  return { supply, demand, total, exact: false };
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
