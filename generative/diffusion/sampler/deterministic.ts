/** Steps of the probability-flow ODE dx/dσ = (x − D(x; σ))/σ. */
import type { Solver, Solving } from "./method.ts";

/** First order; with exact noise levels it is DDIM. */
export function euler({ x, levels }: Solving): Solver {
  return {
    advance(estimate, sigma, i) {
      const ratio = levels[i + 1]! / sigma;
      for (let k = 0; k < x.length; k++) x[k] = ratio * x[k]! + (1 - ratio) * estimate[k]!;
    },
  };
}

/** Second order by the trapezoid, with a second evaluation at the next level. */
export function heun({ x, levels, evaluate }: Solving): Solver {
  const ahead = new Float32Array(x.length);
  const slope = new Float64Array(x.length);
  return {
    async advance(estimate, sigma, i) {
      const next = levels[i + 1]!;
      for (let k = 0; k < x.length; k++) {
        slope[k] = (x[k]! - estimate[k]!) / sigma;
        ahead[k] = x[k]! + (next - sigma) * slope[k]!;
      }
      const corrected = await evaluate(ahead, next);
      for (let k = 0; k < x.length; k++) {
        x[k]! += ((next - sigma) * (slope[k]! + (ahead[k]! - corrected[k]!) / next)) / 2;
      }
    },
  };
}

/** DPM-Solver++(2M) in λ = −ln σ: the estimate is extrapolated to the middle of the step. */
export function multistep({ x, levels }: Solving): Solver {
  const previous = new Float32Array(x.length);
  return {
    advance(estimate, sigma, i) {
      const step = Math.log(sigma / levels[i + 1]!);
      const extrapolation = i === 0 ? 0 : step / (2 * Math.log(levels[i - 1]! / sigma));
      const ratio = levels[i + 1]! / sigma;
      const gain = -Math.expm1(-step);
      for (let k = 0; k < x.length; k++) {
        const now = estimate[k]!;
        x[k] = ratio * x[k]! + gain * (now + extrapolation * (now - previous[k]!));
      }
      previous.set(estimate);
    },
  };
}
