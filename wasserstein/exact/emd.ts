/**
 * Exact optimal transport between discrete measures, with the dual potentials that prove it: assignment by Jonker and
 * Volgenant where all masses are equal, network simplex elsewhere. Float64; memory 8·n·m bytes for the costs.
 */
import { callback, checkOptions, flag, real } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { balancedMasses, type Cloud, checkRange, explicitWeights, type Mass } from "../measure/measure.ts";
import { type CloudPair, type CostProblem, type Sides, sidesOf } from "../measure/problem.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { centred, certify, type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { assign } from "./assignment.ts";
import { costsOf, pairGradient } from "./costs.ts";
import { transport } from "./network-simplex.ts";
import { withExactMasses } from "./true-masses.ts";

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
  readonly onProgress: ((progress: { readonly pivots: number }) => void) | undefined;
}

/**
 * The exact optimal transport cost between two discrete measures, min Σ P·C over plans P with marginals a and b
 * (Kantorovich; Peyré and Cuturi, arXiv 1803.00567, eq. 2.11), with an optimal plan and optimal potentials.
 *
 * Weights down to 1e-28 of all keep their digits; smaller ones, and zero, are allowed and count to 1e-28 of all.
 *
 * @param x - a cloud, or a cost problem and no `y`
 * @param y - a cloud; between clouds moving costs ‖x − y‖^p
 * @param options - order and masses
 * @returns the least cost Σ mass·cost (W_p^p between clouds), or its p-th root with `root`.
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, a weight negative, the sums of weights differ without `normalize`,
 * or
 *   the problem needs more than 2²⁷ costs
 * @throws OptionsError where p < 1, or `root` is asked of a cost problem
 */
export function emd(
  x: Cloud | CostProblem,
  y?: Cloud,
  options: {
    /** Order of the cost ‖x − y‖^p between clouds, p ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /** Return W_p, the p-th root of the cost; for clouds only. @defaultValue false */
    readonly root?: boolean;
    /**
     * Called with the pivots of the network simplex so far, every 256 of them; how many there will be is not known
     * before. Not called where an assignment is found without pivots. @defaultValue none
     */
    readonly onProgress?: (progress: { readonly pivots: number }) => void;
    /** Scale each side's weights to sum 1, whatever they sum to. @defaultValue false: sums that differ are an error */
    readonly normalize?: boolean;
  } = {},
): TransportResult<TransportGradient<Float64Array | undefined>> & {
  /** Potential of each row: f[i] + g[j] ≤ cost[i, j], equal where mass moves; fixed by Σ a·f = 0. */
  readonly f: Float64Array;
  /** Potential of each column; Σ b·g is the least cost. */
  readonly g: Float64Array;
  /**
   * (Σ mass·cost − Σ a·f − Σ b·g) relative to the least cost, which bounds how far the plan is from the optimum
   * whatever found it. Where the least cost nearly vanishes, relative to a thousandth of Σ a·|f| + Σ b·|g|.
   */
  readonly dualityGap: number;
  /** An optimal plan with at most n + m − 1 routes. */
  plan(): TransportPlan;
  /**
   * ∂/∂x_i = Σ_j P_ij ∂‖x_i − y_j‖^p, ∂/∂a = f in the normalised weights (envelope theorem); of a point without weight
   * from the right. One subgradient where the plan or the potentials are not unique; with `root`, 0 where the value is
   * 0.
   */
  gradient(): TransportGradient<Float64Array | undefined>;
} {
  checkOptions("emd", options, { p: real(1), root: flag, normalize: flag, onProgress: callback });
  return solve(pose(sidesOf("emd", x, y), options));
}

export type EmdResult = ReturnType<typeof emd>;

/** Options of {@link emd}. */
export type EmdOptions = NonNullable<Parameters<typeof emd>[2]>;

function slopes(problem: Problem, plan: TransportPlan, { value, f, g }: Pick<EmdResult, "value" | "f" | "g">) {
  const { clouds, cost, p, root, n, m } = problem;
  const chain = !root ? 1 : value > 0 ? value ** (1 - p) / p : 0;
  const [a, b] = [explicitWeights(problem.a, n), explicitWeights(problem.b, m)];
  const scaled = (potential: Float64Array, weights: Float64Array) => centred(potential, weights).map((h) => chain * h);
  return {
    ...pairGradient(clouds, plan, p, chain),
    xWeights: scaled(
      firstMass(f, a, g, b, (i, j) => cost[i * m + j]!),
      a,
    ),
    yWeights: scaled(
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

function pose(sides: Sides, options: EmdOptions): Problem {
  const { p = 2, root = false } = options;
  const { clouds, n, m, xWeights: a, yWeights: b } = sides;
  if (root && !clouds) {
    const hint = "root is for clouds; take the root of the value of a cost problem yourself";
    throw new OptionsError(`emd: ${hint}`, "root", root);
  }
  const cost = costsOf("emd", sides, p);
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
      problem.onProgress && ((pivots) => problem.onProgress!({ pivots })),
    );
    const positive = (mass: Mass, count: number) => explicitWeights(mass, count).filter((w) => w > 0);
    const tree = problem.units.exact
      ? whole
      : withExactMasses(costs, positive(problem.a, n), positive(problem.b, m), whole);
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
  return printingFields("emd", {
    value: found,
    f: u,
    g: v,
    dualityGap,
    plan: () => plan,
    gradient: () => slopes(problem, plan, { value: found, f: u, g: v }),
  });
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

/** Masses as whole numbers. */
interface WholeMasses {
  readonly supply: Float64Array;
  readonly demand: Float64Array;
  readonly total: number;
  /** True if these are the weights, and not the nearest multiples of a unit. */
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
