/** How well the data determine trainable constants. */
import { cholesky } from "../../engine/numerics/cholesky.ts";
import type { LeastSquaresProgram } from "../residual/program.ts";
import type { Assembly, GroupWeights } from "./assemble.ts";

/** Most parameters of which JᵀJ is made: three gigabytes. */
const most = 20_000;

/**
 * Laplace's approximation: with loss = τ·(χ² + the equations' rows over τ), the covariance of θ is τ (JᵀJ)⁻¹, of which the block of
 * the trainable constants is returned; not a number where JᵀJ is not positive definite, or the network too large for one.
 */
export async function laplace(
  assembly: Assembly,
  rows: LeastSquaresProgram,
  theta: Float64Array,
  weights: GroupWeights,
) {
  const { network, trainable } = assembly.model;
  const [n, k] = [rows.size, trainable.length];
  if (k === 0) return new Float64Array(0);
  if (n > most) return new Float64Array(k * k).fill(Number.NaN);
  const { matrix, diagonal } = await rows.linearize(theta);
  const largest = diagonal.reduce((most, v) => Math.max(most, v), 0);
  // Directions that no row sees must not stop the factorisation.
  for (let i = 0; i < n; i++) matrix[i * (n + 1)]! += 1e-14 * largest;
  const factor = cholesky(matrix, n);
  if (!factor) return new Float64Array(k * k).fill(Number.NaN);
  const tau = assembly.temperature(weights.observations);
  return Float64Array.from(
    trainable.flatMap((_, i) => {
      const unit = new Float64Array(n);
      unit[network.size + i] = 1;
      return [
        ...factor
          .solve(unit)
          .subarray(network.size)
          .map((v) => tau * v),
      ];
    }),
  );
}
