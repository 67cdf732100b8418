/** Adversarial adaptive sampling (AAS: arXiv 2305.18702) by three methods under one name. */
import { checkNames } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { cellDensity } from "./cells.ts";
import { rowWeights } from "./domain-points.ts";
import {
  type FlowAdversarialOptions,
  type FlowAdversarialSampler,
  flowAdversarial,
  type PaperAdversarialOptions,
  type PaperAdversarialSampler,
  paperAdversarial,
  startFlowAdversarial,
} from "./flow-adversarial.ts";
import { type ObstacleResult, type ObstacleState, obstacleMaximum } from "./obstacle.ts";
import { checkChoice, checkNumber } from "./options.ts";
import { type CellOptions, type ResolvedCells, resolvedCells, startCells } from "./residual-density.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";

/** Options of {@link adversarial}: the method and its own options. */
export type AdversarialOptions =
  | ({ readonly method?: "exact" } & ExactAdversarialOptions)
  | ({ readonly method: "flow" } & FlowAdversarialOptions)
  | ({ readonly method: "paper" } & PaperAdversarialOptions);

/** Adversarial adaptive sampling; made by {@link adversarial}. */
export type AdversarialSampler = ExactAdversarialSampler | FlowAdversarialSampler | PaperAdversarialSampler;

/**
 * Adversarial adaptive sampling: the points are drawn from the density that does most harm to the residual, held back by a
 * gradient penalty. `"exact"` (the default) finds it on a grid, for up to three dimensions: see `exactAdversarial`.
 * `"flow"` trains a bounded KRnet, for any number: see `flowAdversarial`. `"paper"` is the published density model, for
 * baselines: see `paperAdversarial`.
 *
 * @param options - `method`, and the options of that method
 * @throws OptionsError if the method is unknown or an option is out of range
 */
export function adversarial(options?: { readonly method?: "exact" } & ExactAdversarialOptions): ExactAdversarialSampler;
export function adversarial(options: { readonly method: "flow" } & FlowAdversarialOptions): FlowAdversarialSampler;
export function adversarial(options: { readonly method: "paper" } & PaperAdversarialOptions): PaperAdversarialSampler;
export function adversarial(options: AdversarialOptions): AdversarialSampler;
export function adversarial(options: AdversarialOptions = {}): AdversarialSampler {
  const names =
    "method floor tolerance maxIterations shape uniformFraction damping jitter kappa weights steps batch " +
    "pool learningRate trainingShare layers width bins beta kind";
  checkNames("adversarial", options, names);
  if (options.method === "flow") return flowAdversarial(options);
  if (options.method === "paper") return paperAdversarial(options);
  const { method = "exact" } = options;
  if (method === "exact") return exactAdversarial(options);
  const known = '"exact", "flow" or "paper"';
  throw new OptionsError(`adversarial: method is ${JSON.stringify(method)}, expected ${known}`, "method", method);
}

/** Starts {@link adversarial}. */
export function startAdversarial(sampler: AdversarialSampler, domain: SamplingDomain): ActiveSampler {
  return sampler.method === "exact" ? startExactAdversarial(sampler, domain) : startFlowAdversarial(sampler, domain);
}

/** Options of `exactAdversarial`. */
export interface ExactAdversarialOptions extends CellOptions, Pick<FlowAdversarialOptions, "kappa" | "weights"> {
  /** ε: the adversary's least density as a share of the uniform one, in (0, 1). @defaultValue 0.2 */
  readonly floor?: number;
  /** Certified gap at which the inner maximisation stops, as a share of its gain over uniform, > 0. @defaultValue 0.01 */
  readonly tolerance?: number;
  /** Most iterations of the inner maximisation a round, ≥ 1; the report says whether they sufficed. @defaultValue 500 */
  readonly maxIterations?: number;
}

/** Adversarial adaptive sampling with the exact adversary; made by `exactAdversarial`. */
export interface ExactAdversarialSampler
  extends Sampler,
    ResolvedCells,
    Required<Omit<ExactAdversarialOptions, keyof CellOptions>> {
  readonly kind: "adversarial";
  readonly method: "exact";
}

/**
 * AAS with the exact adversary: every round the density p that maximises ∫ r² p − β∫|∇p|² over p ≥ ε/|Ω|, ∫ p = 1 is found
 * on a grid, damped with the last one (½ old + ½ new; the first round takes the new one), and 30 % Sobol points and 70 %
 * points from p make the set. The adversary chooses the points; unbiased weights keep the loss the plain mean of r², which
 * measured 4–115 times better than the weights p/q on peak problems. Where Ω is not a box, the adversary is that of the
 * bounding box with r = 0 outside, restricted to Ω.
 *
 * @throws OptionsError if an option is out of range
 */
export function exactAdversarial(options: ExactAdversarialOptions = {}): ExactAdversarialSampler {
  const { kappa = 0.003, floor = 0.2, tolerance = 0.01, maxIterations = 500 } = options;
  const { weights = "unbiased" } = options;
  checkNumber("adversarial", "kappa", kappa, { low: 0, above: true });
  checkNumber("adversarial", "floor", floor, { low: 0, above: true, high: 1 - 1e-9 });
  checkNumber("adversarial", "tolerance", tolerance, { low: 0, above: true });
  checkNumber("adversarial", "maxIterations", maxIterations, { low: 1, whole: true });
  checkChoice("adversarial", "weights", weights, ["unbiased", "paper", "none"]);
  const cells = resolvedCells("adversarial", options);
  return { kind: "adversarial", method: "exact", kappa, floor, tolerance, maxIterations, weights, ...cells };
}

/** Starts `exactAdversarial`; every round continues from where the last inner maximisation ended. */
export function startExactAdversarial(sampler: ExactAdversarialSampler, domain: SamplingDomain): ActiveSampler {
  const { floor, kappa, tolerance, maxIterations } = sampler;
  let warm: ObstacleState | undefined;
  let numbers: Readonly<Record<string, number>> = {};
  return startCells(sampler, domain, {
    density(cells, { values, scale }) {
      const { shape, spacing } = cells;
      const squares = values.map((value) => value * value);
      const problem = { values: squares, shape, spacing, floor, kappa, tolerance, maxIterations };
      const result = obstacleMaximum({ ...problem, ...(warm && { warm }) });
      warm = result.state;
      numbers = summary(result, scale * scale);
      return cellDensity(cells, result.density);
    },
    weights(q, p) {
      if (sampler.weights !== "paper") return rowWeights(domain, q, sampler.weights);
      return p.map((value, i) => value / (p.length * q[i]!));
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
  });
}

const REPORTED = ["beta", "value", "bound", "gap", "iterations", "converged"] as const;

/** Numbers of the report; r² was divided by `scale`. */
function summary(result: ObstacleResult, scale: number): Readonly<Record<string, number>> {
  const { beta, value, bound, gap, iterations, converged } = result;
  return {
    beta: beta * scale,
    value: value * scale,
    bound: bound * scale,
    gap,
    iterations,
    converged: Number(converged),
  };
}
