/**
 * One sweep of Sinkhorn: f from g, and at the same pass over the pairs the column sums of the plan P = a b exp((f + g −
 * C)/ε), from which the marginal error and the next g follow. Rows are exact after it, so the error of the columns is
 * the error of the plan; measured on the side just written it would be 0 for any potentials.
 *
 * A sweep works with logarithms and one row of memory, or on the stored plan of an earlier one ("absorption",
 * Schmitzer, arXiv 1610.06519, §3): two multiplications a pair instead of an exponential, until the scalings grow out
 * of range.
 */

import { addScaled, dot } from "../../engine/numerics/vectors.ts";
import type { Geometry } from "../measure/geometry.ts";
import { exp } from "./exp.ts";

/** Balanced transport has ρ = ∞; otherwise marginals may differ at the price ρ KL. All weights are positive. */
export interface Problem {
  readonly geometry: Geometry;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly rho: number;
}

/** Terms below e^−45 of the row's largest are left out where the plan is not kept. */
const negligible = -45;
/** Scalings of the stored plan stay within this factor of 1. */
const largestScaling = 1e15;

/** The iterate: potentials, the plan's column sums, and the stored plan if there is one. */
export class Sweeper {
  readonly problem: Problem;
  readonly f: Float64Array;
  readonly g: Float64Array;
  /** Column sums of the plan of (f, g), after a sweep. */
  readonly columns: Float64Array;
  epsilon = 1;
  readonly #kept: Float64Array | undefined;
  #valid = false;
  readonly #f0: Float64Array;
  readonly #g0: Float64Array;
  readonly #v: Float64Array;
  readonly #heights: Float64Array;
  readonly #row: Float64Array;
  readonly #products = new Float64Array(4);

  /** @param keep - whether to store plans, rows × columns numbers */
  constructor(problem: Problem, keep: boolean) {
    const { rows, columns } = problem.geometry;
    this.problem = problem;
    this.f = new Float64Array(rows);
    this.g = new Float64Array(columns);
    this.columns = new Float64Array(columns);
    this.#kept = keep ? new Float64Array(rows * columns) : undefined;
    this.#f0 = new Float64Array(rows);
    this.#g0 = new Float64Array(columns);
    this.#v = new Float64Array(columns);
    this.#heights = new Float64Array(columns);
    this.#row = new Float64Array(columns);
  }

  /** ρ/(ρ + ε), the damping of unbalanced updates. */
  get #damping(): number {
    const { rho } = this.problem;
    return rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + this.epsilon);
  }

  /** Sets ε. A plan stored at another one no longer serves. */
  cool(epsilon: number): void {
    if (epsilon !== this.epsilon) this.#valid = false;
    this.epsilon = epsilon;
  }

  /** Sets g from outside. */
  place(g: Float64Array): void {
    this.g.set(g);
    if (this.#valid) for (let j = 0; j < g.length; j++) this.#v[j] = Math.exp((g[j]! - this.#g0[j]!) / this.epsilon);
  }

  /** f from g, and `columns`. @param keep - store the plan, for cheaper sweeps at the same ε from here on */
  sweep(keep: boolean): void {
    if (keep && this.#valid && this.#kernelSweep()) return;
    this.#logSweep(keep ? this.#kept : undefined);
    this.#valid = keep && this.#kept !== undefined;
    if (this.#valid) {
      this.#f0.set(this.f);
      this.#g0.set(this.g);
      this.#v.fill(1);
    }
  }

  #logSweep(kept: Float64Array | undefined): void {
    const { geometry, a, b } = this.problem;
    const { f, g, columns, epsilon } = this;
    const heights = this.#heights;
    const n = geometry.rows;
    const m = geometry.columns;
    const inverse = 1 / epsilon;
    const damp = this.#damping;
    const floor = kept === undefined ? negligible : -700;
    for (let j = 0; j < m; j++) heights[j] = g[j]! * inverse + Math.log(b[j]!);
    columns.fill(0);
    for (let i = 0; i < n; i++) {
      const cost = geometry.row(i);
      const terms = kept === undefined ? this.#row : kept.subarray(i * m, (i + 1) * m);
      const { top, sum } = exponentials(cost, heights, inverse, floor, terms);
      const balanced = -epsilon * (top + Math.log(sum));
      f[i] = damp * balanced;
      const mass = damp === 1 ? a[i]! : a[i]! * Math.exp((f[i]! - balanced) * inverse);
      deposit(columns, terms, mass / sum, kept !== undefined);
    }
  }

  /** False where a number left its range; then nothing but f and the columns, which a log sweep rewrites, has changed. */
  #kernelSweep(): boolean {
    const { geometry, a } = this.problem;
    const { f, columns, epsilon } = this;
    const v = this.#v;
    const f0 = this.#f0;
    const kept = this.#kept!;
    const m = geometry.columns;
    const damp = this.#damping;
    const products = this.#products;
    for (let j = 0; j < m; j++) if (!(v[j]! < largestScaling && v[j]! > 1 / largestScaling)) return false;
    columns.fill(0);
    for (let start = 0; start < geometry.rows; start += 4) {
      const count = Math.min(4, geometry.rows - start);
      rowProducts(products, kept, start * m, count, v);
      for (let k = 0; k < count; k++) {
        const i = start + k;
        let u = a[i]! / products[k]!;
        if (damp !== 1) u = Math.exp(((damp - 1) * f0[i]!) / epsilon) * u ** damp;
        if (!(u < largestScaling && u > 1 / largestScaling)) return false;
        f[i] = f0[i]! + epsilon * Math.log(u);
        products[k] = u;
      }
      addRows(columns, kept, start * m, count, products);
    }
    for (let j = 0; j < m; j++) columns[j]! *= v[j]!;
    return true;
  }

  /** L1 distance of the marginals of the plan of (f, g) from where they should be. */
  error(): number {
    const { b, rho } = this.problem;
    let sum = 0;
    for (let j = 0; j < b.length; j++) {
      const wanted = rho === Number.POSITIVE_INFINITY ? b[j]! : b[j]! * Math.exp(-this.g[j]! / rho);
      sum += Math.abs(this.columns[j]! - wanted);
    }
    return sum;
  }

  /** The dual objective at (f, g) after a sweep, for comparing iterates (a constant is left out). */
  value(): number {
    const { a, b, rho } = this.problem;
    const { f, g, columns, epsilon } = this;
    let sum = 0;
    for (let j = 0; j < b.length; j++) sum -= epsilon * columns[j]!;
    if (rho === Number.POSITIVE_INFINITY) return sum + dot(a, f) + dot(b, g);
    for (let i = 0; i < a.length; i++) sum -= rho * a[i]! * Math.expm1(-f[i]! / rho);
    for (let j = 0; j < b.length; j++) sum -= rho * b[j]! * Math.expm1(-g[j]! / rho);
    return sum;
  }

  /** The next g. A column whose sum underflowed gets its value from scratch. */
  advance(): void {
    const { b, rho, geometry } = this.problem;
    const { g, columns, epsilon } = this;
    const damp = this.#damping;
    for (let j = 0; j < g.length; j++) {
      const ratio = columns[j]! / b[j]!;
      // Small sums may have lost the terms that were left out.
      const balanced = ratio > 1e-5 ? g[j]! - epsilon * Math.log(ratio) : this.#columnFromScratch(j);
      g[j] = damp * balanced;
      if (this.#valid) this.#v[j] = Math.exp((g[j]! - this.#g0[j]!) / epsilon);
    }
    if (rho !== Number.POSITIVE_INFINITY) this.#translate(geometry.rows);
  }

  #columnFromScratch(j: number): number {
    const { geometry, a } = this.problem;
    const { f, epsilon } = this;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < a.length; i++) top = Math.max(top, (f[i]! - geometry.at(i, j)) / epsilon + Math.log(a[i]!));
    let sum = 0;
    for (let i = 0; i < a.length; i++) sum += Math.exp((f[i]! - geometry.at(i, j)) / epsilon + Math.log(a[i]!) - top);
    return -epsilon * (top + Math.log(sum));
  }

  /**
   * Unbalanced: (f + t, g − t) with the t that maximises the dual; the plan does not change. Without it ε ≪ ρ needs
   * about ρ/ε sweeps (Séjourné, Vialard and Peyré, arXiv 2201.00730).
   */
  #translate(rows: number): void {
    const { a, b, rho } = this.problem;
    const { f, g } = this;
    const t = bestShift(a, f, b, g, rho);
    for (let i = 0; i < rows; i++) {
      f[i]! += t;
      this.#f0[i]! += t;
    }
    for (let j = 0; j < g.length; j++) {
      g[j]! -= t;
      this.#g0[j]! -= t;
    }
  }
}

/** The t for which (f + t, g − t) has the largest unbalanced dual value. */
export function bestShift(a: Float64Array, f: Float64Array, b: Float64Array, g: Float64Array, rho: number): number {
  return (rho / 2) * (logMass(a, f, rho) - logMass(b, g, rho));
}

/** log Σ w exp(−h/ρ). */
function logMass(w: Float64Array, h: Float64Array, rho: number): number {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < w.length; i++) top = Math.max(top, -h[i]! / rho);
  let sum = 0;
  for (let i = 0; i < w.length; i++) sum += w[i]! * Math.exp(-h[i]! / rho - top);
  return top + Math.log(sum);
}

/** terms = exp(heights − cost/ε − top), with top the largest exponent. */
function exponentials(
  cost: Float64Array,
  heights: Float64Array,
  inverse: number,
  floor: number,
  terms: Float64Array,
): { readonly top: number; readonly sum: number } {
  const m = cost.length;
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < m; j++) {
    const z = heights[j]! - cost[j]! * inverse;
    terms[j] = z;
    if (z > top) top = z;
  }
  let sum = 0;
  for (let j = 0; j < m; j++) {
    const z = terms[j]! - top;
    const e = z < floor ? 0 : exp(z);
    terms[j] = e;
    sum += e;
  }
  return { top, sum };
}

/** columns += scale · terms; and terms ← scale · terms where they are to be kept. */
function deposit(columns: Float64Array, terms: Float64Array, scale: number, keep: boolean): void {
  const m = columns.length;
  if (keep) {
    for (let j = 0; j < m; j++) {
      const p = terms[j]! * scale;
      terms[j] = p;
      columns[j]! += p;
    }
  } else {
    addScaled(columns, scale, terms);
  }
}

/** out[k] = ⟨row k, v⟩ of up to four rows of a matrix at once: v is read once for all, three times as fast as one by one. */
function rowProducts(out: Float64Array, matrix: Float64Array, from: number, count: number, v: Float64Array): void {
  const m = v.length;
  if (count < 4) {
    for (let k = 0; k < count; k++) out[k] = dot(matrix.subarray(from + k * m, from + (k + 1) * m), v);
    return;
  }
  let [p, q, r, s] = [0, 0, 0, 0];
  const [second, third, fourth] = [from + m, from + 2 * m, from + 3 * m];
  for (let j = 0; j < m; j++) {
    const w = v[j]!;
    p += matrix[from + j]! * w;
    q += matrix[second + j]! * w;
    r += matrix[third + j]! * w;
    s += matrix[fourth + j]! * w;
  }
  out[0] = p;
  out[1] = q;
  out[2] = r;
  out[3] = s;
}

/** out += Σ scales[k] · row k, of up to four rows of a matrix at once. */
function addRows(out: Float64Array, matrix: Float64Array, from: number, count: number, scales: Float64Array): void {
  const m = out.length;
  if (count < 4) {
    for (let k = 0; k < count; k++) addScaled(out, scales[k]!, matrix.subarray(from + k * m, from + (k + 1) * m));
    return;
  }
  const [p, q, r, s] = scales as unknown as readonly [number, number, number, number];
  const [second, third, fourth] = [from + m, from + 2 * m, from + 3 * m];
  for (let j = 0; j < m; j++) {
    out[j]! += p * matrix[from + j]! + q * matrix[second + j]! + (r * matrix[third + j]! + s * matrix[fourth + j]!);
  }
}
