/**
 * Certificates from the potentials of a transport problem: bounds of the exact cost, and how far the plan is from the
 * entropic optimum. A plan that is not stored is made again for each pass.
 */

import { addScaled, dot, sum } from "../../engine/numerics/vectors.ts";
import { exp } from "./exp.ts";
import { bestShift, type Problem } from "./sweep.ts";

export interface Potentials {
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly epsilon: number;
}

export interface Certificate {
  /**
   * The exact problem's objective at an admissible plan: balanced P rounded to its marginals, unbalanced P with the
   * penalties.
   */
  readonly cost: number;
  /** Σ P C. */
  readonly linearCost: number;
  /** The exact (ε = 0) optimal cost lies between these. */
  readonly bounds: readonly [number, number];
  /** Objective of an admissible plan minus the dual value: the entropic optimum lies between the two. */
  readonly dualityGap: number;
  /** Marginals of the plan. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/**
 * Shows every row of the plan P = a b exp((f + g − C)/ε), with the costs. The arrays hold during the call.
 *
 * @param all - filled with all rows, which hold afterwards too
 */
export function eachPlanRow(
  { geometry, a, b }: Problem,
  { f, g, epsilon }: Potentials,
  see: (i: number, plan: Float64Array, cost: Float64Array) => void,
  all?: Float64Array,
): void {
  const inverse = 1 / epsilon;
  const m = b.length;
  const heights = g.map((v, j) => v * inverse + Math.log(b[j]!));
  const row = all === undefined ? new Float64Array(m) : undefined;
  for (let i = 0; i < geometry.rows; i++) {
    const plan = row ?? all!.subarray(i * m, (i + 1) * m);
    const cost = geometry.row(i);
    const height = f[i]! * inverse + Math.log(a[i]!);
    for (let j = 0; j < plan.length; j++) plan[j] = exp(height + heights[j]! - cost[j]! * inverse);
    see(i, plan, cost);
  }
}

/** Dual value at (f, g), a lower bound of the entropic cost at any f and g. */
export function dualValue(
  { a, b, rho }: Pick<Problem, "a" | "b" | "rho">,
  { f, g, epsilon }: Potentials,
  planMass: number,
): number {
  const product = sum(a) * sum(b);
  return dualPart(a, f, rho) + dualPart(b, g, rho) - epsilon * (planMass - product);
}

/** ⟨w, h⟩, or for unbalanced transport −ρ⟨w, e^{−h/ρ} − 1⟩. */
export function dualPart(w: Float64Array, h: Float64Array, rho: number): number {
  let total = 0;
  for (let i = 0; i < w.length; i++) {
    total += w[i]! * (rho === Number.POSITIVE_INFINITY ? h[i]! : -rho * Math.expm1(-h[i]! / rho));
  }
  return total;
}

/**
 * @param keep - stores the plan of balanced transport between its passes
 * @param half - half of what all costs, and each potential, of unbalanced transport are short of
 */
export function certify(problem: Problem, potentials: Potentials, keep: boolean, half: number): Certificate {
  return problem.rho === Number.POSITIVE_INFINITY
    ? certifyBalanced(problem, potentials, keep)
    : certifyUnbalanced(problem, potentials, half);
}

/**
 * Below: the dual at the c-transforms of f, which is admissible for the exact problem. Above: the plan rounded to the
 * marginals (Altschuler, Weed and Rigollet, arXiv 1705.09634, algorithm 2): rows, then columns scaled down, and the
 * rest moved by a plan of rank one.
 */
function certifyBalanced(problem: Problem, potentials: Potentials, keep: boolean): Certificate {
  const { a, b } = problem;
  const { f, g, epsilon } = potentials;
  const columns = new Float64Array(b.length);
  const rowSums = new Float64Array(a.length);
  const columnSums = new Float64Array(b.length);
  const rowScale = new Float64Array(a.length);
  const down = new Float64Array(b.length).fill(Number.POSITIVE_INFINITY);
  const up = new Float64Array(a.length);
  let linearCost = 0;
  let mass = 0;
  const kept = keep ? new Float64Array(a.length * b.length) : undefined;
  const first = (i: number, plan: Float64Array, cost: Float64Array) => {
    lowerTo(down, cost, f[i]!);
    const [row, moved] = rowSumsOf(plan, cost, columnSums);
    linearCost += moved;
    rowSums[i] = row;
    mass += row;
    const scale = row > a[i]! ? a[i]! / row : 1;
    rowScale[i] = scale;
    addScaled(columns, scale, plan);
  };
  eachPlanRow(problem, potentials, first, kept);
  const columnScale = columns.map((c, j) => (c > b[j]! ? b[j]! / c : 1));
  // (f + g − C)/ε and the logarithms of both scales are what makes a row of the rounded plan: sums over it are enough.
  const heights = columnScale.map((scale, j) => g[j]! / epsilon + Math.log(Math.max(scale, Number.MIN_VALUE)));
  const restB = columns.map((c, j) => Math.max(0, b[j]! - columnScale[j]! * c));
  const restA = new Float64Array(a.length);
  let scaled = 0;
  let rounded = 0;
  let entropy = 0;
  let remainder = 0;
  const second = (i: number, plan: Float64Array, cost: Float64Array) => {
    up[i] = leastAbove(cost, down);
    const scale = rowScale[i]!;
    const [row, moved, high] = roundedRow(plan, scale, columnScale, cost, heights);
    scaled += row;
    rounded += moved;
    if (row > 0) entropy += row * (f[i]! / epsilon + Math.log(scale)) + high - moved / epsilon;
    restA[i] = Math.max(0, a[i]! - row);
    if (restA[i]! > 0) remainder += restA[i]! * dot(restB, cost);
  };
  if (kept === undefined) eachPlanRow(problem, potentials, second);
  else {
    const m = b.length;
    for (let i = 0; i < a.length; i++) second(i, kept.subarray(i * m, (i + 1) * m), problem.geometry.row(i));
  }
  const rest = sum(restA);
  const upper = rounded + (rest > 0 ? remainder / Math.max(rest, Number.MIN_VALUE) : 0);
  // KL is convex: the rounded plan is a mixture of its two parts, whose KL is at most that of the parts.
  let kl = scaled > 0 ? entropy - scaled * Math.log(scaled) : 0;
  if (rest > 0) kl += rest * (klTo(restA, rest, a) + klTo(restB, sum(restB), b));
  const [lower, slack] = exactLower(problem, up, down);
  const gap = upper + epsilon * kl - dualValue(problem, potentials, mass);
  const bounds = [lower - slack, upper + slack] as const;
  return { cost: upper, linearCost, bounds, dualityGap: Math.max(0, gap), rows: rowSums, columns: columnSums };
}

/** Σ p and Σ p C of a row, which is added to the columns. */
function rowSumsOf(plan: Float64Array, cost: Float64Array, columns: Float64Array): [number, number] {
  let [row, moved] = [0, 0];
  for (let j = 0; j < plan.length; j++) {
    const p = plan[j]!;
    row += p;
    columns[j]! += p;
    moved += p * cost[j]!;
  }
  return [row, moved];
}

/** Σ p, Σ p C and Σ p h of a row that is scaled, and each of its columns. */
function roundedRow(
  plan: Float64Array,
  scale: number,
  scales: Float64Array,
  cost: Float64Array,
  heights: Float64Array,
): [number, number, number] {
  let [row, moved, high] = [0, 0, 0];
  for (let j = 0; j < plan.length; j++) {
    const p = scale * plan[j]! * scales[j]!;
    row += p;
    moved += p * cost[j]!;
    high += p * heights[j]!;
  }
  return [row, moved, high];
}

/** KL(rest/total | w). */
export function klTo(rest: Float64Array, total: number, w: Float64Array): number {
  let kl = 0;
  for (let i = 0; i < w.length; i++) {
    const p = rest[i]! / total;
    if (p > 0) kl += p * logRatio(p, w[i]!);
  }
  return kl;
}

/** log(p/w), where the ratio may leave the range. */
function logRatio(p: number, w: number): number {
  const ratio = p / w;
  return ratio > 0 && ratio < Number.POSITIVE_INFINITY ? Math.log(ratio) : Math.log(p) - Math.log(w);
}

/**
 * Unbalanced: every plan is admissible, and its objective without the entropy bounds the exact one from above. The plan
 * of potentials being a b exp((f + g − C)/ε), its objective exceeds their dual value by ρ times the divergences of its
 * marginals from a e^{−f/ρ} and b e^{−g/ρ}.
 */
function certifyUnbalanced(problem: Problem, potentials: Potentials, half: number): Certificate {
  const { a, b, rho } = problem;
  const rows = new Float64Array(a.length);
  const columns = new Float64Array(b.length);
  const down = new Float64Array(b.length).fill(Number.POSITIVE_INFINITY);
  let linearCost = 0;
  eachPlanRow(problem, potentials, (i, plan, cost) => {
    lowerTo(down, cost, potentials.f[i]!);
    const [row, moved] = rowSumsOf(plan, cost, columns);
    rows[i] = row;
    linearCost += moved;
  });
  const up = Float64Array.from(a, (_, i) => leastAbove(problem.geometry.row(i), down));
  linearCost += 2 * half * sum(rows);
  const penalty = rho * (klDivergence(rows, a) + klDivergence(columns, b));
  // Masses that left float64 count as its least.
  const left = (w: Float64Array, h: Float64Array) =>
    w.map((mass, i) => Math.max(mass * Math.exp(-(h[i]! + half) / rho), Number.MIN_VALUE));
  const gap = rho * (klDivergence(rows, left(a, potentials.f)) + klDivergence(columns, left(b, potentials.g)));
  const [lower, slack] = exactLower(problem, up, down, half);
  return {
    cost: linearCost + penalty,
    linearCost,
    bounds: [lower - slack, linearCost + penalty + slack],
    dualityGap: Math.max(0, gap),
    rows,
    columns,
  };
}

/** KL of measures of any mass: Σ p log(p/w) − p + w. */
export function klDivergence(p: Float64Array, w: Float64Array): number {
  let kl = 0;
  for (let i = 0; i < w.length; i++) kl += (p[i]! > 0 ? p[i]! * logRatio(p[i]!, w[i]!) : 0) - p[i]! + w[i]!;
  return kl;
}

/** down ← min(down, cost − height): after all rows, the c-transform of the heights. */
function lowerTo(down: Float64Array, cost: Float64Array, height: number): void {
  for (let j = 0; j < down.length; j++) {
    const c = cost[j]! - height;
    if (c < down[j]!) down[j] = c;
  }
}

/** min(cost − down). */
function leastAbove(cost: Float64Array, down: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < down.length; j++) {
    const c = cost[j]! - down[j]!;
    if (c < least) least = c;
  }
  return least;
}

/**
 * Dual value of the exact problem at g = f^c (`down`) and f = f^cc (`up`; unbalanced: shifted against each other for the
 * best, in place), and what rounding may have added to it.
 */
function exactLower({ a, b, rho }: Problem, up: Float64Array, down: Float64Array, half = 0): readonly [number, number] {
  let size = 0;
  for (let i = 0; i < up.length; i++) size += a[i]! * Math.abs(up[i]!);
  for (let j = 0; j < down.length; j++) size += b[j]! * Math.abs(down[j]!);
  if (rho !== Number.POSITIVE_INFINITY) {
    const t = bestShift(a, up, b, down, rho);
    for (let i = 0; i < up.length; i++) up[i]! += t + half;
    for (let j = 0; j < down.length; j++) down[j]! += half - t;
    if (half !== 0) size += Math.abs(half) * (sum(a) + sum(b));
  }
  return [dualPart(a, up, rho) + dualPart(b, down, rho), 2 ** -48 * size];
}
