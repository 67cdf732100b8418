/**
 * CRPS of an observation y against a known distribution, in closed form: ∫ (F(x) − 1[y ≤ x])² dx.
 * Formulas: Gneiting and Raftery 2007, doi:10.1198/016214506000001437 (normal); Jordan, Krüger and Lerch 2019,
 * doi:10.18637/jss.v090.i12, appendix A (exponential, lognormal, gamma).
 */
import { DomainError } from "../../engine/index.ts";
import { gammaCdf, logGamma, normalCdf } from "../../engine/numerics/index.ts";

function check(name: string, observation: number, positive: Record<string, number>): void {
  if (!Number.isFinite(observation)) {
    throw new DomainError(`${name}: observation is ${observation}; it must be finite`, observation);
  }
  for (const [parameter, value] of Object.entries(positive)) {
    if (!(value > 0 && value < Infinity)) {
      throw new DomainError(`${name}: ${parameter} is ${value}; it must be positive and finite`, value);
    }
  }
}

/**
 * N(mean, deviation²): s [ z(2Φ(z) − 1) + 2φ(z) − 1/√π ], z = (y − mean)/s.
 *
 * @param observation - y, finite
 * @param mean - in the unit of y
 * @param deviation - s > 0, in the unit of y
 * @returns in the unit of y
 * @throws DomainError where an argument is out of range
 */
export function crpsNormal(observation: number, mean: number, deviation: number): number {
  check("crpsNormal", observation, { deviation });
  const z = (observation - mean) / deviation;
  return (
    deviation *
    (z * (2 * normalCdf(z) - 1) + (2 * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI) - 1 / Math.sqrt(Math.PI))
  );
}

/**
 * Exponential distribution of the given rate λ: |y| − 2F(y)/λ + 1/(2λ).
 *
 * @param observation - y, finite
 * @param rate - λ > 0, per unit of y
 * @returns in the unit of y
 * @throws DomainError where an argument is out of range
 */
export function crpsExponential(observation: number, rate: number): number {
  check("crpsExponential", observation, { rate });
  const cdf = observation > 0 ? -Math.expm1(-rate * observation) : 0;
  return Math.abs(observation) - (2 * cdf - 0.5) / rate;
}

/**
 * exp N(mu, sigma²): y(2Φ(w) − 1) − 2e^{μ+σ²/2} [Φ(w − σ) + Φ(σ/√2) − 1], w = (ln y − μ)/σ.
 *
 * @param observation - y, finite
 * @param mu - μ, mean of the logarithm
 * @param sigma - σ > 0, standard deviation of the logarithm
 * @returns in the unit of y
 * @throws DomainError where an argument is out of range
 */
export function crpsLogNormal(observation: number, mu: number, sigma: number): number {
  check("crpsLogNormal", observation, { sigma });
  const w = observation > 0 ? (Math.log(observation) - mu) / sigma : -Infinity;
  const mean = Math.exp(mu + 0.5 * sigma * sigma);
  const half = normalCdf(w - sigma) + normalCdf(sigma * Math.SQRT1_2) - 1;
  return observation * (2 * normalCdf(w) - 1) - 2 * mean * half;
}

/**
 * Gamma distribution of shape a and rate b: y(2F_a(y) − 1) − (a/b)(2F_{a+1}(y) − 1) − 1/(b B(½, a)).
 *
 * @param observation - y, finite
 * @param shape - a > 0
 * @param rate - b > 0, per unit of y
 * @returns in the unit of y
 * @throws DomainError where an argument is out of range
 */
export function crpsGamma(observation: number, shape: number, rate: number): number {
  check("crpsGamma", observation, { shape, rate });
  const x = rate * observation;
  const inverseBeta = Math.exp(logGamma(shape + 0.5) - logGamma(shape)) / Math.sqrt(Math.PI);
  const tail = (shape / rate) * (2 * gammaCdf(shape + 1, x) - 1);
  return observation * (2 * gammaCdf(shape, x) - 1) - tail - inverseBeta / rate;
}
