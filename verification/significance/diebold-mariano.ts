/** Test of equal skill of two forecasts by Diebold and Mariano (1995), corrected as by Harvey, Leybourne and Newbold (1997). */
import { DomainError } from "../../engine/errors.ts";
import { checkFinite } from "../../engine/numerics/shaped-array.ts";
import { studentCdf } from "../../engine/numerics/special.ts";

/** Result of `dieboldMariano`. */
export type DieboldMariano = {
  /** < 0 where the first forecast has the smaller scores; NaN where the differences have no positive variance. */
  readonly statistic: number;
  /** Two-sided, of Student's t with n − 1 degrees of freedom. */
  readonly p: number;
  readonly times: number;
  /** Times after which differences count as independent. */
  readonly horizon: number;
};

/**
 * @param differences - score of the first forecast less that of the second, in order of time, at least 3
 * @param horizon - h ≥ 1: autocovariances up to lag h − 1 enter the variance (doi:10.1016/S0169-2070(96)00719-4, eq.
 * 3–9)
 * @throws DomainError
 */
export function dieboldMariano(differences: ArrayLike<number>, horizon = 1): DieboldMariano {
  const n = differences.length;
  checkFinite("dieboldMariano: differences", differences);
  if (n < 3) throw new DomainError(`dieboldMariano: ${n} differences; at least 3 are needed`, n);
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon < n)) {
    throw new DomainError(
      `dieboldMariano: horizon is ${horizon}; it must be a whole number from 1 to ${n - 1}`,
      horizon,
    );
  }
  const values = Float64Array.from(differences);
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const covariance = (lag: number): number => {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += (values[t]! - mean) * (values[t - lag]! - mean);
    return sum / n;
  };
  let variance = covariance(0);
  for (let lag = 1; lag < horizon; lag++) variance += 2 * covariance(lag);
  const correction = (n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n;
  const statistic = variance > 0 ? Math.sqrt(correction) * (mean / Math.sqrt(variance / n)) : Number.NaN;
  const p = Number.isNaN(statistic) ? Number.NaN : 2 * studentCdf(-Math.abs(statistic), n - 1);
  return { statistic, p, times: n, horizon };
}
