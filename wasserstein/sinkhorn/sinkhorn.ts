/**
 * Entropic optimal transport between weighted points (Sinkhorn), balanced and unbalanced, with a certificate:
 * OT_ε(a, b) = min over P ≥ 0 of ⟨P, C⟩ + ε KL(P | a⊗b) with P1 = a, Pᵀ1 = b, or for unbalanced transport
 * + ρ KL(P1 | a) + ρ KL(Pᵀ1 | b) in their place (Peyré and Cuturi, arXiv 1803.00567, ch. 4 and 10). Host, float64.
 */
import { printingFields } from "../../engine/text/inspect.ts";
import { type Cloud, checkRange } from "../measure/measure.ts";
import type { CostProblem } from "../measure/problem.ts";
import type { EntropicResult, TransportGradient } from "../measure/result.ts";
import type { Certificate } from "./certificate.ts";
import { allPotentials, planOf, sinkhornGradient } from "./gradient.ts";
import { type Prepared, prepare, type SinkhornOptions } from "./input.ts";
import { certificateOf, givenValue, solveReduced } from "./reduced.ts";

/**
 * Entropic transport between two clouds with the cost ‖x − y‖² (no ½), or for given costs. `value` is the transport
 * cost ⟨P, C⟩ (POT: `value_linear`), `entropicValue` the objective with its entropy (POT: `value`).
 *
 * Weights are scaled to sum to one (the two sums must agree, or `normalize`); with `reach` they stay as they are. A
 * small ε is safe: it comes down from the range of the costs by halves. Iterations grow like range/ε at worst, and
 * `refine: "newton"` then saves most of them. A result that did not converge says so (`converged`), and its bounds
 * hold.
 *
 * @returns result of {@link sinkhorn}.
 * @throws OptionsError for an option out of range
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, a weight negative, the sums of weights differ, or ε is below 1e-14
 * of
 *   the range of the costs
 */
export function sinkhorn(
  x: Cloud | CostProblem,
  y?: Cloud,
  options: SinkhornOptions = {},
): EntropicResult<TransportGradient<Float64Array | undefined>> & {
  /** Linear systems solved. */
  readonly newtonSteps: number;
} {
  return run(prepare("sinkhorn", x, y, options));
}

export type SinkhornResult = ReturnType<typeof sinkhorn>;

function run(prepared: Prepared): SinkhornResult {
  const { f, g, epsilon, planMass, ...report } = solveReduced(prepared);
  const potentials = { f, g, epsilon };
  const all = allPotentials(prepared, potentials);
  if (prepared.problem.rho === Number.POSITIVE_INFINITY) centre(prepared, all);
  const entropicValue = givenValue(prepared, potentials, planMass);
  checkRange(`${prepared.where}: the cost or a potential`, entropicValue, ...all);
  let proof: Certificate | undefined;
  const certificate = () => {
    proof ??= certificateOf(prepared, potentials);
    const { cost, linearCost, bounds, dualityGap } = proof;
    checkRange(`${prepared.where}: the bounds of the cost`, cost, linearCost, bounds, dualityGap);
    return proof;
  };
  return printingFields("sinkhorn", {
    get value() {
      return certificate().cost;
    },
    entropicValue,
    f: all[0],
    g: all[1],
    epsilon,
    ...report,
    get linearCost() {
      return certificate().linearCost;
    },
    get bounds() {
      return certificate().bounds;
    },
    get dualityGap() {
      return certificate().dualityGap;
    },
    plan: () => planOf(prepared, potentials),
    gradient: () => sinkhornGradient(prepared, potentials, all),
  });
}

/** Σ a·f = 0, the constant going to g. */
function centre({ x }: Prepared, [f, g]: readonly [Float64Array, Float64Array]): void {
  let mean = 0;
  for (const [k, i] of x.kept.entries()) mean += x.weights[k]! * f[i]!;
  for (let i = 0; i < f.length; i++) f[i]! -= mean;
  for (let j = 0; j < g.length; j++) g[j]! += mean;
}
