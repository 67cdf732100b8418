/** Legendre polynomials with mean square 1 on [−1, 1], and their derivatives. */

/**
 * All polynomials up to a degree with all derivatives up to an order, at one place.
 *
 * @param x - in [−1, 1]
 * @param out - [orders + 1, degree + 1] from `at` on
 */
export function legendreAt(x: number, degree: number, orders: number, out: Float64Array, at: number): void {
  const width = degree + 1;
  // Without their factors: P'_{k+1} = P'_{k−1} + (2k + 1) P_k, and the same of higher derivatives.
  for (let r = 0; r <= orders; r++) {
    const row = at + r * width;
    for (let k = 0; k <= degree; k++) {
      if (r > 0) out[row + k] = k < r ? 0 : (k > 1 ? out[row + k - 2]! : 0) + (2 * k - 1) * out[row - width + k - 1]!;
      else
        out[row + k] =
          k === 0 ? 1 : k === 1 ? x : ((2 * k - 1) * x * out[row + k - 1]! - (k - 1) * out[row + k - 2]!) / k;
    }
  }
  for (let k = 0; k <= degree; k++) {
    const factor = Math.sqrt(2 * k + 1);
    for (let r = 0; r <= orders; r++) out[at + r * width + k]! *= factor;
  }
}
