/** Standard deviations of trainable constants by Laplace's approximation, and the constants that no row depends on. */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import { noise, sizesOfConstants, unseen } from "../constants/index.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import type { GroupWeights } from "../solution/options.ts";
import type { Assembly } from "./assemble.ts";

/** Most parameters of which JᵀJ is made: three gigabytes. */
const most = 20_000;
/**
 * Added to the diagonal of JᵀJ as a part of its largest entry: directions that no row sees must not stop the
 * factorisation.
 */
const ridge = 1e-14;

/**
 * Standard deviations of the trainable constants by Laplace's approximation: with loss = τ·(χ² + the equations' rows
 * over τ), the covariance of θ is τ (JᵀJ)⁻¹. Constants are measured in units of themselves.
 *
 * @returns one for each: undefined without observations, since there is no noise; Infinity where no row depends on
 *   it; NaN where JᵀJ is not positive definite, or the network too large for one
 */
export async function laplace(
  { model, problem, temperature }: Assembly,
  rows: LeastSquaresProgram,
  theta: Float64Array,
  weights: GroupWeights,
): Promise<(number | undefined)[]> {
  const { network, trainable } = model;
  const n = rows.size;
  if (trainable.length === 0) return [];
  if (n > most) return trainable.map(() => Number.NaN);
  const linearization = await rows.linearize(theta);
  const { matrix, diagonal } = linearization;
  const units = sizesOfConstants(problem, theta);
  for (const [i, unit] of units.entries()) {
    const at = network.size + i;
    for (let j = 0; j < n; j++) {
      matrix[at * n + j]! *= unit;
      matrix[j * n + at]! *= unit;
    }
  }
  const added = ridge * diagonal.subarray(0, network.size).reduce((most, v) => Math.max(most, v), 0);
  for (let i = 0; i < n; i++) matrix[i * (n + 1)]! += added;
  const factor = cholesky(matrix, n);
  if (!factor) return trainable.map(() => Number.NaN);
  const tau = temperature(weights.observations) * noise(problem, linearization.rows, temperature(weights.observations));
  return units.map((size, i) => {
    const at = network.size + i;
    const direction = new Float64Array(n);
    direction[at] = 1;
    const variance = factor.solve(direction)[at]!;
    if (added * variance > unseen) return Number.POSITIVE_INFINITY;
    return problem.observations.length > 0 ? size * Math.sqrt(tau * variance) : undefined;
  });
}
