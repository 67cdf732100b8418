/** Exact solutions as functions of a point, written independently of the formulas that problem files carry. */

/** Reynolds number of {@link kovasznay}. */
export const kovasznayReynolds = 40;

/** exp(−rate |x − c|²). */
export function gaussian(rate: number, center: readonly number[]): (x: ArrayLike<number>) => number {
  return (x) => {
    let squares = 0;
    for (let k = 0; k < center.length; k++) squares += (x[k]! - center[k]!) ** 2;
    return Math.exp(-rate * squares);
  };
}

/**
 * Kovasznay's flow behind a grid (1948, doi:10.1017/S0305004100023999) at Re = 40: velocities u, v and pressure p.
 */
export function kovasznay(x: number, y: number): readonly [u: number, v: number, p: number] {
  const lambda = kovasznayReynolds / 2 - Math.hypot(kovasznayReynolds / 2, 2 * Math.PI);
  const growth = Math.exp(lambda * x);
  const angle = 2 * Math.PI * y;
  return [1 - growth * Math.cos(angle), (lambda / (2 * Math.PI)) * growth * Math.sin(angle), (1 - growth * growth) / 2];
}

/**
 * r^{2/3} sin(2θ/3) with θ from the positive x axis: harmonic in the L-shape [−1, 1]² without [0, 1] × [−1, 0], zero
 * on the two edges at the reflex corner, with infinite gradient there.
 */
export function lShapeSingular(x: number, y: number): number {
  const angle = Math.atan2(y, x);
  const theta = angle < -1e-12 ? angle + 2 * Math.PI : angle;
  return Math.hypot(x, y) ** (2 / 3) * Math.sin((2 / 3) * theta);
}

/** The soliton (c/2) sech²(√c (x − ct − shift)/2) of u_t + 6 u u_x + u_xxx = 0. */
export function kdvSoliton(x: number, t: number, speed: number, shift = 0): number {
  return speed / 2 / Math.cosh((Math.sqrt(speed) / 2) * (x - speed * t - shift)) ** 2;
}

/**
 * Two solitons of u_t + 6 u u_x + u_xxx = 0 by Hirota's method (1971, doi:10.1103/PhysRevLett.27.1192): u = 2 ∂²_x
 * ln F with F = 1 + e¹ + e² + ((s₁−s₂)/(s₁+s₂))² e¹⁺², eⁱ = exp(sᵢ(x − sᵢ²t) − δᵢ), sᵢ = √cᵢ.
 *
 * @param speeds c₁ > c₂ > 0
 * @param phases δ₁, δ₂
 */
export function kdvTwoSolitons(
  x: number,
  t: number,
  speeds: readonly [number, number],
  phases: readonly [number, number],
): number {
  const s = speeds.map(Math.sqrt) as [number, number];
  const exponents = s.map((si, i) => si * (x - si * si * t) - phases[i]!) as [number, number];
  const coupling = 2 * Math.log((s[0] - s[1]) / (s[0] + s[1]));
  // Four exponentials with their rates: logarithmic derivatives are moments of their weights, so nothing overflows.
  const terms = [
    [0, 0],
    [exponents[0], s[0]],
    [exponents[1], s[1]],
    [exponents[0] + exponents[1] + coupling, s[0] + s[1]],
  ] as const;
  const greatest = Math.max(...terms.map(([e]) => e));
  let [mass, first] = [0, 0];
  for (const [e, rate] of terms) {
    const weight = Math.exp(e - greatest);
    mass += weight;
    first += weight * rate;
  }
  const mean = first / mass;
  let variance = 0;
  for (const [e, rate] of terms) variance += (Math.exp(e - greatest) / mass) * (rate - mean) ** 2;
  return 2 * variance;
}
