/** The exact adversary on cells: in closed form for chi-square and entropy, by an obstacle problem for the dual Sobolev norm. */
import { OptionsError } from "../../engine/errors.ts";
import type { ExactSampler } from "./adversarial.ts";
import { type Cells, cellDensity } from "./cells.ts";
import { rowWeights } from "./domain-points.ts";
import { type ObstacleResult, type ObstacleState, obstacleMaximum } from "./obstacle.ts";
import { type CellRule, startCells } from "./on-cells.ts";
import type { ActiveSampler, SamplingDomain } from "./sampler.ts";
import { startTree } from "./tree.ts";

/**
 * The z ≥ 0 with Σ u z = 1 that maximises Σ u (g z) − β Σ u (z − 1)², up to a factor: z ∝ max(0, g − c). From κ = 1 on, β = κ ḡ/2, c is (1 − κ) ḡ,
 * and z ∝ g at κ = 1. Below, c is the level at which Σ u max(0, g − c) = κ ḡ, if that exceeds it.
 *
 * @param payoff - g ≥ 0
 * @param masses - u ≥ 0, of any sum
 */
export function chiSquareMaximiser(payoff: Float64Array, masses: Float64Array, kappa: number): Float64Array {
  let [total, sum] = [0, 0];
  for (const [i, u] of masses.entries()) {
    total += u;
    sum += u * payoff[i]!;
  }
  const mean = sum / total;
  let level = (1 - kappa) * mean;
  if (level > 0) {
    // Σ u max(0, g − c) falls with c: the cells above the level are the first ones in falling order of g.
    const order = Uint32Array.from(payoff.keys()).sort((a, b) => payoff[b]! - payoff[a]!);
    let [above, within] = [0, 0];
    for (const i of order) {
      if (above > 0 && payoff[i]! <= (within - kappa * sum) / above) break;
      above += masses[i]!;
      within += masses[i]! * payoff[i]!;
    }
    level = (within - kappa * sum) / above;
  }
  return payoff.map((g) => Math.max(0, g - level));
}

/** The z ≥ 0 that maximises Σ u (g z) − β Σ u z ln z, up to a factor: z ∝ exp(g/β), β = κ max g. */
export function entropyMaximiser(payoff: Float64Array, kappa: number): Float64Array {
  let greatest = 0;
  for (const g of payoff) greatest = Math.max(greatest, g);
  return payoff.map((g) => (greatest > 0 ? Math.exp((g / greatest - 1) / kappa) : 1));
}

/**
 * Starts the exact form: on cells up to three axes, where with the dual Sobolev norm every round continues from where the last maximisation
 * ended, beyond on a tree of boxes.
 *
 * @throws OptionsError where the domain has more axes than three, and is no box, or the dual Sobolev norm or cells are asked for
 */
export function startExact(sampler: ExactSampler, domain: SamplingDomain): ActiveSampler {
  const { kind, regularizer, payoff, kappa, weights } = sampler;
  const gains = (values: Float64Array) => (payoff === "abs" ? values : values.map((v) => v * v));
  const maximiser = (values: Float64Array, masses: Float64Array) =>
    regularizer === "entropy"
      ? entropyMaximiser(gains(values), kappa)
      : chiSquareMaximiser(gains(values), masses, kappa);
  const weigh = (q: Float64Array, p: Float64Array) =>
    weights === "paper" ? p.map((value, i) => value / (p.length * q[i]!)) : rowWeights(domain, q, weights);
  if (domain.dimension > 3) {
    const refused = (option: "regularizer" | "shape", way: string) => {
      const found = `${option} is ${JSON.stringify(sampler[option])} in ${domain.dimension} dimensions`;
      throw new OptionsError(
        `${kind}: ${found}, where the exact form is on a tree of boxes; ${way}`,
        option,
        sampler[option],
      );
    };
    if (regularizer === "wasserstein") refused("regularizer", 'give form: "flow"');
    if (sampler.shape) refused("shape", "leave it out");
    return startTree(sampler, domain, maximiser, weigh);
  }
  const rule: CellRule =
    regularizer === "wasserstein"
      ? obstacleRule(sampler, gains)
      : {
          density: (cells, { values }) => cellDensity(cells, maximiser(values, massesOf(cells))),
          state: () => ({}),
          restore: () => {},
          report: () => ({}),
        };
  return startCells(sampler, domain, rule, weigh);
}

const massesOf = ({ shares, count }: Cells) => shares ?? new Float64Array(count).fill(1);

/**
 * The density that maximises ∫ g p − β∫|∇p|² over p ≥ ε/|Ω|. Where Ω is not a box, the one of the bounding box with g = 0 outside, restricted
 * to Ω.
 */
function obstacleRule(sampler: ExactSampler, gains: (values: Float64Array) => Float64Array): CellRule {
  const { floor, tolerance, maxIterations } = sampler as Required<ExactSampler>;
  let warm: ObstacleState | undefined;
  let numbers: Readonly<Record<string, number>> = {};
  return {
    density(cells, { values, scale }) {
      const { shape, spacing } = cells;
      const problem = { values: gains(values), shape, spacing, floor, kappa: sampler.kappa, tolerance, maxIterations };
      const result = obstacleMaximum({ ...problem, ...(warm && { warm }) });
      warm = result.state;
      numbers = summary(result, sampler.payoff === "abs" ? scale : scale * scale);
      return cellDensity(cells, result.density);
    },
    state: () => ({
      ...(warm && { split: warm.z, multiplier: warm.y }),
      penalty: Float64Array.of(...(warm ? [warm.rho] : [])),
      report: Float64Array.from(REPORTED, (name) => numbers[name] ?? Number.NaN),
    }),
    restore(stored) {
      const [rho] = stored("penalty");
      const count = stored("cells").length;
      warm = rho === undefined ? undefined : { z: stored("split", count), y: stored("multiplier", count), rho };
      const report = stored("report", REPORTED.length);
      numbers = warm ? Object.fromEntries(REPORTED.map((name, i) => [name, report[i]!])) : {};
    },
    report: () => numbers,
  };
}

const REPORTED = ["beta", "value", "bound", "gap", "iterations", "converged"] as const;

/** Numbers of the report; the payoff was divided by `scale`. */
function summary(result: ObstacleResult, scale: number): Readonly<Record<string, number>> {
  const { beta, value, bound, gap, iterations, converged } = result;
  const [b, v, most] = [beta, value, bound].map((number) => number * scale) as [number, number, number];
  return { beta: b, value: v, bound: most, gap, iterations, converged: Number(converged) };
}
