/**
 * Certificates from potentials on a grid: the same bounds as between points (`sinkhorn/certificate.ts`), without the
 * plan. Sums of the plan times a cost are sums over the axes, each one application of the kernel with that axis' cost
 * in it.
 */
import { dot, sum } from "../../engine/numerics/vectors.ts";
import { type Certificate, dualPart, dualValue, klDivergence, klTo } from "../sinkhorn/certificate.ts";
import { bestShift } from "../sinkhorn/sweep.ts";
import { axisCosts } from "./axes.ts";
import type { Side } from "./box.ts";
import { GridKernel } from "./operator.ts";
import type { GridProblem } from "./solve.ts";

/** Potentials on the cells with mass. */
export interface GridPotentials {
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly epsilon: number;
  /** Σ P */
  readonly planMass: number;
}

export interface GridCertificate extends Certificate {
  /** Σ P C of each axis. */
  readonly costByAxis: Float64Array;
  /** Row and column sums of the plan. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** Relative error of sums of the plan, which come from logarithms of up to some hundreds. */
export const rounding = 2 ** -40;

/** Sums over the plan exp(hx + hy − C/ε), of any scalings of its rows and columns. */
export class PlanSums {
  readonly #problem: GridProblem;
  readonly #toX: GridKernel;
  readonly #toY: GridKernel;
  readonly #costs: readonly GridKernel[];

  constructor(problem: GridProblem, epsilon: number) {
    const { x, y, p } = problem;
    this.#problem = problem;
    this.#toX = new GridKernel(x, y, p, epsilon);
    this.#toY = new GridKernel(y, x, p, epsilon);
    this.#costs = x.axes.map((axis, k) => {
      const weights = new Array<Float64Array | undefined>(x.axes.length).fill(undefined);
      weights[k] = axisCosts(axis, y.axes[k]!, p);
      return new GridKernel(x, y, p, epsilon, weights);
    });
  }

  rows(hx: Float64Array, hy: Float64Array): Float64Array {
    return sums(this.#toX, this.#problem.x, hy, hx);
  }

  columns(hx: Float64Array, hy: Float64Array): Float64Array {
    return sums(this.#toY, this.#problem.y, hx, hy);
  }

  costByAxis(hx: Float64Array, hy: Float64Array): Float64Array {
    return Float64Array.from(this.#costs, (kernel) => sum(sums(kernel, this.#problem.x, hy, hx)));
  }
}

/** exp(own + log K exp(other)) */
function sums(kernel: GridKernel, to: Side, other: Float64Array, own: Float64Array): Float64Array {
  const out = new Float64Array(to.kept.length);
  kernel.apply(other, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i]! + own[i]!);
  return out;
}

/** h/ε + log w */
export const heightsOf = (potential: Float64Array, weights: Float64Array, epsilon: number): Float64Array =>
  potential.map((v, i) => v / epsilon + Math.log(weights[i]!));

/** Bounds, costs and marginals of the plan of two potentials. */
export function certifyGrid(problem: GridProblem, potentials: GridPotentials): GridCertificate {
  const { x, y, rho } = problem;
  const { f, g, epsilon } = potentials;
  const plan = new PlanSums(problem, epsilon);
  const [hx, hy] = [heightsOf(f, x.weights, epsilon), heightsOf(g, y.weights, epsilon)];
  const rows = plan.rows(hx, hy);
  const columns = plan.columns(hx, hy);
  const costByAxis = plan.costByAxis(hx, hy);
  const measured = { rows, columns, costByAxis, linearCost: sum(costByAxis) };
  const proof =
    rho === Number.POSITIVE_INFINITY
      ? balanced(problem, potentials, plan, rows, hx, hy)
      : unbalanced(problem, potentials, measured);
  return { ...measured, ...proof };
}

type Proof = Pick<Certificate, "cost" | "bounds" | "dualityGap">;

/** The plan rounded to the marginals (arXiv 1705.09634, algorithm 2) above, the dual at c-transforms below. */
function balanced(
  problem: GridProblem,
  potentials: GridPotentials,
  plan: PlanSums,
  rows: Float64Array,
  hx: Float64Array,
  hy: Float64Array,
): Proof {
  const { x, y } = problem;
  const [a, b] = [x.weights, y.weights];
  const { f, g, epsilon, planMass } = potentials;
  const rowScale = rows.map((row, i) => (row > a[i]! ? Math.log(a[i]! / row) : 0));
  const hx2 = hx.map((h, i) => h + rowScale[i]!);
  const sunk = plan.columns(hx2, hy);
  const columnScale = sunk.map((column, j) => (column > b[j]! ? Math.log(b[j]! / column) : 0));
  const columns = sunk.map((column, j) => column * Math.exp(columnScale[j]!));
  const hy2 = hy.map((h, j) => h + columnScale[j]!);
  const kept = plan.rows(hx2, hy2);
  const rounded = sum(plan.costByAxis(hx2, hy2));
  const restA = kept.map((row, i) => Math.max(0, a[i]! - row));
  const restB = columns.map((column, j) => Math.max(0, b[j]! - column));
  const rest = sum(restA);
  const upper = rounded + (rest > 0 ? productCost(problem, restA, restB) / rest : 0);
  const scaled = sum(kept);
  const entropy =
    dot(
      kept,
      f.map((v, i) => v / epsilon + rowScale[i]!),
    ) +
    dot(
      columns,
      g.map((v, j) => v / epsilon + columnScale[j]!),
    ) -
    rounded / epsilon;
  let kl = scaled > 0 ? entropy - scaled * Math.log(scaled) : 0;
  if (rest > 0) kl += rest * (klTo(restA, rest, a) + klTo(restB, sum(restB), b));
  const [lower, size] = exactLower(problem, f);
  const slack = rounding * (size + upper);
  const gap = upper + epsilon * kl - dualValue({ a, b, rho: problem.rho }, { f, g, epsilon }, planMass);
  return { cost: upper, bounds: [Math.max(0, lower - slack), upper + slack], dualityGap: Math.max(0, gap) };
}

/** Every plan is admissible. */
function unbalanced(
  problem: GridProblem,
  potentials: GridPotentials,
  { rows, columns, linearCost }: Pick<GridCertificate, "rows" | "columns" | "linearCost">,
): Proof {
  const { x, y, rho } = problem;
  const [a, b] = [x.weights, y.weights];
  const { f, g, epsilon, planMass } = potentials;
  const penalty = rho * (klDivergence(rows, a) + klDivergence(columns, b));
  const mass = sum(rows);
  const primal = dot(rows, f) + dot(columns, g) - epsilon * (mass - sum(a) * sum(b)) + penalty;
  const [lower, size] = exactLower(problem, f);
  const slack = rounding * (size + linearCost + penalty + rho * (mass + sum(a) + sum(b)));
  const gap = primal - dualValue({ a, b, rho }, { f, g, epsilon }, planMass);
  const cost = linearCost + penalty;
  return { cost, bounds: [Math.max(0, lower - slack), cost + slack], dualityGap: Math.max(0, gap) };
}

/** Σ u_i v_j C_ij, by the marginals along each axis. */
function productCost({ x, y, p }: GridProblem, u: Float64Array, v: Float64Array): number {
  let total = 0;
  for (const [k, axis] of x.axes.entries()) {
    const costs = axisCosts(axis, y.axes[k]!, p);
    const [left, right] = [marginal(x, u, k), marginal(y, v, k)];
    for (let i = 0; i < left.length; i++) {
      for (let j = 0; j < right.length; j++) total += left[i]! * right[j]! * costs[i * right.length + j]!;
    }
  }
  return total;
}

function marginal({ shape, kept }: Side, values: Float64Array, axis: number): Float64Array {
  const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const out = new Float64Array(shape[axis]!);
  for (let k = 0; k < values.length; k++) out[Math.floor(kept[k]! / inner) % shape[axis]!]! += values[k]!;
  return out;
}

/** Dual value of the exact problem at f^cc and f^c, and the size of what it is the sum of. */
function exactLower({ x, y, p, rho }: GridProblem, f: Float64Array): readonly [number, number] {
  const [a, b] = [x.weights, y.weights];
  const down = cTransform(y, x, p, f);
  const up = cTransform(x, y, p, down);
  const size = dot(a, up.map(Math.abs)) + dot(b, down.map(Math.abs));
  const shift = rho === Number.POSITIVE_INFINITY ? 0 : bestShift(a, up, b, down, rho);
  const [higher, lower] = [up.map((v) => v + shift), down.map((v) => v - shift)];
  return [dualPart(a, higher, rho) + dualPart(b, lower, rho), size];
}

/** min over the cells of `from` of C_ij − h_j, at the cells of `to`. */
export function cTransform(to: Side, from: Side, p: number, h: Float64Array): Float64Array {
  let shape = [...from.shape];
  let values = new Float64Array(shape.reduce((product, n) => product * n, 1)).fill(Number.POSITIVE_INFINITY);
  for (let k = 0; k < h.length; k++) values[from.kept[k]!] = -h[k]!;
  for (let k = shape.length - 1; k >= 0; k--) {
    const costs = axisCosts(to.axes[k]!, from.axes[k]!, p);
    const [m, n] = [to.shape[k]!, from.shape[k]!];
    const lines = values.length / n;
    const next = new Float64Array(m * lines);
    for (let r = 0; r < lines; r++) lowest(values, r * n, n, costs, next, r, lines);
    values = next;
    shape = [m, ...shape.slice(0, -1)];
  }
  return Float64Array.from(to.kept, (i) => values[i]!);
}

function lowest(
  values: Float64Array,
  start: number,
  n: number,
  costs: Float64Array,
  out: Float64Array,
  r: number,
  lines: number,
): void {
  const m = costs.length / n;
  for (let j = 0; j < m; j++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0, at = j * n; k < n; k++, at++) {
      const v = values[start + k]! + costs[at]!;
      if (v < least) least = v;
    }
    out[j * lines + r] = least;
  }
}
