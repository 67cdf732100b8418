/** Linear systems with few diagonals. */

/**
 * Solves A·x = b by elimination without pivoting, in place: for matrices whose diagonal leads, such as those of implicit steps in time.
 *
 * @param a - [n, 2w + 1], row i holding columns i − w … i + w; overwritten by its factors
 * @param b - [n]; overwritten by x, which is not finite where a pivot is 0
 * @param w - diagonals on each side, from 0
 */
export function solveBanded(a: Float64Array, b: Float64Array, w: number): void {
  const [n, width] = [b.length, 2 * w + 1];
  for (let k = 0; k < n; k++) {
    const pivot = a[k * width + w]!;
    for (let i = k + 1; i <= Math.min(n - 1, k + w); i++) {
      const factor = a[i * width + w + k - i]! / pivot;
      if (factor === 0) continue;
      for (let j = 1; j <= w; j++) a[i * width + w + k - i + j]! -= factor * a[k * width + w + j]!;
      b[i]! -= factor * b[k]!;
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    let sum = b[k]!;
    for (let j = 1; j <= Math.min(w, n - 1 - k); j++) sum -= a[k * width + w + j]! * b[k + j]!;
    b[k] = sum / a[k * width + w]!;
  }
}
