/** Vectors as plain arrays. */

/** ⟨a, b⟩, in four sums that a processor adds up side by side. */
export function dot(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  const whole = n - (n % 4);
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let k = 0; k < whole; k += 4) {
    s += a[k]! * b[k]!;
    t += a[k + 1]! * b[k + 1]!;
    u += a[k + 2]! * b[k + 2]!;
    v += a[k + 3]! * b[k + 3]!;
  }
  for (let k = whole; k < n; k++) s += a[k]! * b[k]!;
  return s + t + (u + v);
}

/** ⟨a, b⟩, added up from the first to the last. */
export function dotInOrder(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += a[k]! * b[k]!;
  return total;
}

/** √(Σ aᵢ²), added up from the first to the last. */
export const norm = (a: ArrayLike<number>): number => Math.sqrt(dotInOrder(a, a));

/** √(Σ aᵢ²/n). */
export const rootMeanSquare = (a: ArrayLike<number>): number => Math.sqrt(dotInOrder(a, a) / a.length);

export function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k]!;
  return total / values.length;
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k]!;
  return total;
}

/** `a += scale·b` */
export function addScaled(a: Float64Array, scale: number, b: Float64Array): void {
  const n = a.length;
  for (let k = 0; k < n; k++) a[k]! += scale * b[k]!;
}

/** Scales to norm 1 in place; the caller sees to it that the norm is neither 0 nor overflows. */
export function normalize(a: Float64Array): void {
  const norm = Math.sqrt(dot(a, a));
  for (let k = 0; k < a.length; k++) a[k]! /= norm;
}

/** The first place of a sorted list whose value is not below the given one. */
export function firstNotBelow(sorted: ArrayLike<number>, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
