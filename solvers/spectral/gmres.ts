/** Solution of linear systems by GMRES with restarts (Saad and Schultz 1986). */
import { dot } from "../../engine/numerics/vectors.ts";

export interface GmresResult {
  readonly iterations: number;
  /** Size of the last residual over that of the right side, both preconditioned. */
  readonly left: number;
}

/** Directions that are kept. */
const kept = 60;

/**
 * Solves A x = b, beginning with x.
 *
 * @param multiply - writes A x
 * @param precondition - an approximate solution for a right side, in its place
 */
export function gmres(
  multiply: (x: Float64Array, out: Float64Array) => void,
  precondition: (residual: Float64Array) => void,
  b: Float64Array,
  x: Float64Array,
  { tolerance, most, isOver }: { readonly tolerance: number; readonly most: number; readonly isOver: () => boolean },
): GmresResult {
  const n = b.length;
  const work = new Float64Array(n);
  const right = b.slice();
  precondition(right);
  const whole = norm(right);
  if (whole === 0) return { iterations: 0, left: 0 };
  let iterations = 0;
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    multiply(x, work);
    const first = new Float64Array(n);
    for (let i = 0; i < n; i++) first[i] = b[i]! - work[i]!;
    precondition(first);
    const size = norm(first);
    const left = size / whole;
    // A restart that gains nothing is at rounding, or will not come further.
    if (left <= tolerance || iterations >= most || isOver() || !(size < 0.9 * before)) return { iterations, left };
    before = size;
    for (let i = 0; i < n; i++) first[i]! /= size;
    const basis = [first];
    const columns: number[][] = [];
    const turns: (readonly [number, number])[] = [];
    const g = [size];
    while (basis.length <= kept && iterations < most && Math.abs(g.at(-1)!) > tolerance * whole && !isOver()) {
      const next = new Float64Array(n);
      multiply(basis.at(-1)!, next);
      precondition(next);
      iterations++;
      const column: number[] = [];
      for (const v of basis) {
        const h = dot(v, next);
        column.push(h);
        for (let i = 0; i < n; i++) next[i]! -= h * v[i]!;
      }
      const length = norm(next);
      for (const [k, [c, s]] of turns.entries())
        [column[k], column[k + 1]] = [c * column[k]! + s * column[k + 1]!, c * column[k + 1]! - s * column[k]!];
      const k = turns.length;
      const radius = Math.hypot(column[k]!, length);
      if (!(radius > 0) || !Number.isFinite(radius)) break;
      const turn = [column[k]! / radius, length / radius] as const;
      turns.push(turn);
      column[k] = radius;
      columns.push(column);
      g.push(-turn[1] * g[k]!);
      g[k]! *= turn[0];
      if (length <= 1e-14 * radius) break;
      for (let i = 0; i < n; i++) next[i]! /= length;
      basis.push(next);
    }
    const y = new Float64Array(columns.length);
    for (let k = y.length - 1; k >= 0; k--) {
      let value = g[k]!;
      for (let j = k + 1; j < y.length; j++) value -= columns[j]![k]! * y[j]!;
      y[k] = value / columns[k]![k]!;
      for (let i = 0; i < n; i++) x[i]! += y[k]! * basis[k]![i]!;
    }
    if (y.length === 0) return { iterations, left };
  }
}

/** ‖a‖ */
export const norm = (a: Float64Array): number => Math.sqrt(dot(a, a));
