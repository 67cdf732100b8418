/**
 * The distribution of R = max(L, c) − c with ln L ~ N(mu, sigma²): dry with probability Φ((ln c − mu)/sigma), a shifted lognormal
 * above. Its CRPS in closed form: shifting does not change the score, so it is that of M = max(L, c) against o = y + c,
 * E|M − o| − ½E|M − M′|, with every term a partial expectation of the lognormal.
 */
import { DomainError } from "../../engine/errors.ts";
import { normalCdf } from "../../engine/numerics/special.ts";

/**
 * CRPS of the distribution against y ≥ 0. With A = e^{μ+σ²/2}, k = (ln c − μ)/σ, w = (ln o − μ)/σ:
 * E M = cΦ(k) + AΦ(σ − k) and E(o − M)⁺ = ∫_c^o F = oΦ(w) − AΦ(w − σ) − cΦ(k) + AΦ(k − σ).
 *
 * @param y - rain that fell, in the unit of the offset
 * @param mu - μ, mean of ln L
 * @param sigma - σ, standard deviation of ln L
 * @param offset - c, below which L is dry
 * @returns in the unit of y
 * @throws DomainError for y < 0, sigma ≤ 0 or offset ≤ 0
 */
export function crpsCensoredLogNormal(y: number, mu: number, sigma: number, offset: number): number {
  if (!(y >= 0)) throw new DomainError(`crpsCensoredLogNormal: rain is ${y}; it must be ≥ 0`, y);
  check(sigma, offset);
  const o = y + offset;
  const a = Math.exp(mu + 0.5 * sigma * sigma);
  const k = (Math.log(offset) - mu) / sigma;
  const w = (Math.log(o) - mu) / sigma;
  const dry = offset * normalCdf(k);
  const mean = dry + a * normalCdf(sigma - k);
  const shortfall = o * normalCdf(w) - a * normalCdf(w - sigma) - dry + a * normalCdf(k - sigma);
  return mean - o + 2 * shortfall - halfMeanDifference(mu, sigma, offset);
}

/**
 * ½E|R − R′| = ∫_c^∞ F(1 − F), by parts: −cΦ(k)(1 − Φ(k)) − AΦ(σ − k) + 2A Φ₂(σ − k, σ/√2; 1/√2).
 *
 * @throws DomainError for sigma ≤ 0 or offset ≤ 0
 */
export function halfMeanDifference(mu: number, sigma: number, offset: number): number {
  check(sigma, offset);
  const a = Math.exp(mu + 0.5 * sigma * sigma);
  const k = (Math.log(offset) - mu) / sigma;
  const joint = bivariateNormal(sigma - k, sigma * Math.SQRT1_2);
  return -offset * normalCdf(k) * normalCdf(-k) - a * normalCdf(sigma - k) + 2 * a * joint;
}

function check(sigma: number, offset: number): void {
  if (!(sigma > 0)) throw new DomainError(`censored lognormal: sigma is ${sigma}; it must be > 0`, sigma);
  if (!(offset > 0)) throw new DomainError(`censored lognormal: offset is ${offset}; it must be > 0`, offset);
}

/** Gauss–Legendre nodes and weights on [0, π/4], by Newton's method on the Legendre polynomial. */
const NODES = ((): readonly { readonly sin: number; readonly cos2: number; readonly weight: number }[] => {
  const n = 24;
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let derivative = 0;
    for (let step = 0; step < 8; step++) {
      let [p, previous] = [x, 1];
      for (let j = 2; j <= n; j++) [p, previous] = [((2 * j - 1) * x * p - (j - 1) * previous) / j, p];
      derivative = (n * (x * p - previous)) / (x * x - 1);
      x -= p / derivative;
    }
    const theta = (Math.PI / 8) * (x + 1);
    const weight = ((Math.PI / 8) * 2) / ((1 - x * x) * derivative ** 2);
    return { sin: Math.sin(theta), cos2: Math.cos(theta) ** 2, weight };
  });
})();

/**
 * Φ₂(h, k; 1/√2), the bivariate normal distribution function: Φ(h)Φ(k) + (1/2π) ∫₀^{π/4} exp(−(h² − 2hk sin θ + k²)
 * / (2 cos²θ)) dθ (Plackett 1954, doi:10.1093/biomet/41.3-4.351; Drezner and Wesolowsky 1990).
 */
function bivariateNormal(h: number, k: number): number {
  let sum = 0;
  for (const { sin, cos2, weight } of NODES) sum += weight * Math.exp(-(h * h - 2 * h * k * sin + k * k) / (2 * cos2));
  return normalCdf(h) * normalCdf(k) + sum / (2 * Math.PI);
}
