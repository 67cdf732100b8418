/** The problem solved in costs without their offset, and what is said of it in the costs as given. */
import { type Certificate, certify, dualValue, type Potentials } from "./certificate.ts";
import type { Prepared } from "./input.ts";
import { type Solution, solve } from "./solve.ts";

/**
 * Solves a prepared problem. The plan is a b exp((f + g − C′)/ε) of the potentials returned, the costs less their
 * offset.
 *
 * Unbalanced, costs c higher scale the plan by e^{−c/(2ρ + ε)} and raise both potentials by cρ/(2ρ + ε), of which c/2
 * is the offset's: cε/(2(2ρ + ε)) is left to take off.
 */
export function solveReduced({ problem, settings, offset }: Prepared): Solution {
  const common = offset?.common ?? 0;
  if (common === 0) return solve(problem, settings);
  const { rho } = problem;
  const { epsilon, tolerance, onProgress } = settings;
  const scale = Math.exp(-common / (2 * rho + epsilon));
  const report: typeof onProgress =
    onProgress && ((at) => onProgress({ iterations: at.iterations, error: scale * at.error }));
  const solved = solve(problem, { ...settings, tolerance: tolerance / Math.max(1, scale), onProgress: report });
  const move = (-common * epsilon) / (2 * (2 * rho + epsilon));
  return {
    ...solved,
    f: solved.f.map((h) => h + move),
    g: solved.g.map((h) => h + move),
    marginalError: scale * solved.marginalError,
    planMass: scale * solved.planMass,
  };
}

/** The dual value, in the costs as given. */
export function givenValue(prepared: Prepared, potentials: Potentials, planMass: number): number {
  const { problem, offset } = prepared;
  const half = (offset?.common ?? 0) / 2;
  if (half === 0) return dualValue(problem, potentials, planMass) + offsetValue(prepared);
  const raised = (h: Float64Array) => h.map((v) => v + half);
  return dualValue(problem, { ...potentials, f: raised(potentials.f), g: raised(potentials.g) }, planMass);
}

/** Σ a·r + Σ b·s: what the offset adds to the value of balanced transport; 0 without one. */
function offsetValue({ offset, x, y }: Prepared): number {
  if (offset === undefined) return 0;
  let sum = 0;
  for (const [k, i] of x.kept.entries()) sum += x.weights[k]! * offset.x[i]!;
  for (const [k, j] of y.kept.entries()) sum += y.weights[k]! * offset.y[j]!;
  return sum;
}

/** The certificate, of the costs as given. */
export function certificateOf(prepared: Prepared, potentials: Potentials): Certificate {
  const { problem, offset, x, y } = prepared;
  const proof = certify(problem, potentials, prepared.settings.keep, (offset?.common ?? 0) / 2);
  if (offset === undefined || offset.common !== 0) return proof;
  const { rows, columns, bounds } = proof;
  const added = offsetValue(prepared);
  let linearCost = proof.linearCost;
  let size = Math.abs(added);
  for (const [k, i] of x.kept.entries()) {
    linearCost += rows[k]! * offset.x[i]!;
    size += x.weights[k]! * Math.abs(offset.x[i]!);
  }
  for (const [l, j] of y.kept.entries()) {
    linearCost += columns[l]! * offset.y[j]!;
    size += y.weights[l]! * Math.abs(offset.y[j]!);
  }
  // The rounding of the offset's own sums.
  const slack = 2 ** -48 * size;
  const moved = [bounds[0] + added - slack, bounds[1] + added + slack] as const;
  return { ...proof, cost: proof.cost + added, linearCost, bounds: moved };
}
