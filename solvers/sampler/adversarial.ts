/**
 * The adversary: points from the density p that maximises ∫ p g(r) − β D(p ‖ uniform), for two payoffs g, three regularizers D and two
 * forms of p. Derivation and measurements: docs/explanation/adversary.md.
 */
import { checkNames } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { Regularizer } from "../flow/index.ts";
import { startExact } from "./exact-adversary.ts";
import { startFlow } from "./flow-adversary.ts";
import { type FlowTraining, flowTraining } from "./flow-training.ts";
import { type CellOptions, type ResolvedCells, resolvedCells } from "./on-cells.ts";
import { checkChoice, checkNumber } from "./options.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";

/** Options of {@link adversarial}. Those of cells are for the exact form, those of training for the flow. */
export interface AdversarialOptions extends CellOptions, FlowTraining {
  /** g(r): "abs" is |r|, "square" is r². @defaultValue "abs"; "square" with "wasserstein", as published */
  readonly payoff?: "abs" | "square";
  /**
   * D, with p relative to the uniform density: "chi-square" is the mean of (p − 1)², "entropy" that of p ln p, "wasserstein" the integral of |∇p|²,
   * whose dual is the dual Sobolev norm, a linearised Wasserstein distance (arXiv 2305.18702). @defaultValue "chi-square"
   */
  readonly regularizer?: Regularizer;
  /**
   * "exact": the maximiser on cells to three dimensions, in boxes of more on a tree of boxes (not "wasserstein"). "flow": a normalising flow, for
   * any number. @defaultValue "exact"
   */
  readonly form?: "exact" | "flow";
  /**
   * β in a unit that follows the residual, > 0; smaller concentrates more. Chi-square: half the mean of g, so that p ∝ g at 1. Entropy: the
   * greatest g. Wasserstein: the least β at which the unconstrained maximiser stays above a fifth of the uniform density; for a flow to three
   * dimensions, beyond which β follows the flow. @defaultValue 1; 0.12 with "entropy", 0.003 with "wasserstein"
   */
  readonly kappa?: number;
  /** Row weights 1/(N |Ω| q), p/(N q) (the loss ∫ r² p of the min-max problem), or 1/N. @defaultValue "unbiased" */
  readonly weights?: "unbiased" | "paper" | "none";
  /** Exact, "wasserstein": the least density as a share of the uniform one, in (0, 1). @defaultValue 0.2 */
  readonly floor?: number;
  /** Exact, "wasserstein": certified gap at which the maximisation stops, as a share of its gain, > 0. @defaultValue 0.01 */
  readonly tolerance?: number;
  /** Exact, "wasserstein": most iterations of the maximisation a round, ≥ 1; the report says if they sufficed. @defaultValue 500 */
  readonly maxIterations?: number;
  /**
   * Flow: a bounded KRnet (arXiv 2305.09063), or with "wasserstein" the KRnet with a logit of the published method, all its points its own after
   * a first uniform round, for baselines. @defaultValue "bounded"
   */
  readonly flow?: "bounded" | "krnet";
  /** Flow, "wasserstein": β itself in the place of κ, ≥ 0; it does not follow the residual. @defaultValue none; 5 with "krnet" */
  readonly beta?: number;
}

type Described = Required<
  Pick<AdversarialOptions, "payoff" | "regularizer" | "kappa" | "weights" | "uniformFraction">
> & {
  readonly kind: "adversarial";
};

/** The adversary on cells. */
export interface ExactSampler extends Sampler, Described, ResolvedCells {
  readonly kind: "adversarial";
  readonly form: "exact";
  /** With "wasserstein". */
  readonly floor?: number;
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** The adversary as a flow. */
export interface FlowSampler extends Sampler, Described, Required<FlowTraining> {
  readonly kind: "adversarial";
  readonly form: "flow";
  readonly flow: "bounded" | "krnet";
  readonly beta?: number;
}

/** Adversarial sampling; made by {@link adversarial}. */
export type AdversarialSampler = ExactSampler | FlowSampler;

const NAME = "adversarial";
const always = "kind payoff regularizer form kappa weights uniformFraction";
const ofCells = "shape damping jitter";
const ofObstacle = "floor tolerance maxIterations";
const ofFlow = "steps batch pool learningRate trainingShare layers width bins flow";
const kappas = { "chi-square": 1, entropy: 0.12, wasserstein: 0.003 } as const;
const moved = {
  exact: 'regularizer: "wasserstein"',
  flow: 'regularizer: "wasserstein", form: "flow"',
  paper: 'regularizer: "wasserstein", form: "flow", flow: "krnet"',
} as const;

/**
 * Adversarial sampling: every round, points are drawn from the density p that maximises ∫ p g(r) − β D(p ‖ uniform): where the residual is
 * large, held back by the regularizer D. 30 % of the points are uniform; unbiased weights keep the loss the mean of r², so that p decides
 * its variance and not what is minimised. In the exact form half of the last round's density stays. With the defaults p ∝ |r|.
 *
 * @throws OptionsError if an option is out of range, or does not belong to the form or the regularizer
 * @example adversarial({ regularizer: "entropy", kappa: 0.1 })
 */
export function adversarial(options: AdversarialOptions = {}): AdversarialSampler {
  refuseMethod(options);
  checkNames(NAME, options, [always, ofCells, ofObstacle, ofFlow, "beta"].join(" "));
  const { regularizer = "chi-square", form = "exact", flow = "bounded" } = options;
  checkChoice(NAME, "regularizer", regularizer, ["chi-square", "entropy", "wasserstein"]);
  checkChoice(NAME, "form", form, ["exact", "flow"]);
  const smooth = regularizer === "wasserstein";
  const published = form === "flow" && flow === "krnet";
  const { payoff = smooth ? "square" : "abs", kappa = kappas[regularizer] } = options;
  const { weights = published ? "none" : "unbiased" } = options;
  checkChoice(NAME, "payoff", payoff, ["abs", "square"]);
  checkNumber(NAME, "kappa", kappa, { low: 0, above: true });
  checkChoice(NAME, "weights", weights, ["unbiased", "paper", "none"]);
  const described = { kind: NAME, payoff, regularizer, kappa, weights } as const;
  if (form === "exact") {
    refuseForeign(options, `${always} ${ofCells} ${smooth ? ofObstacle : ""}`, `form "exact" with "${regularizer}"`);
    return { ...described, form, ...resolvedCells(NAME, options), ...(smooth && obstacle(options)) };
  }
  refuseForeign(options, `${always} ${ofFlow} ${smooth ? "beta" : ""}`, `form "flow" with "${regularizer}"`);
  checkChoice(NAME, "flow", flow, smooth ? ["bounded", "krnet"] : ["bounded"]);
  const { uniformFraction = published ? 0 : 0.3, beta = published ? 5 : undefined } = options;
  checkNumber(NAME, "uniformFraction", uniformFraction, { low: 0, high: 1 - 1e-9 });
  if (beta !== undefined) checkNumber(NAME, "beta", beta, { low: 0 });
  const training = flowTraining(NAME, options, published);
  if (!published) checkNumber(NAME, "trainingShare", training.trainingShare, { low: 0, above: true, high: 1 });
  return { ...described, form, flow, uniformFraction, ...(beta !== undefined && { beta }), ...training };
}

/** @throws OptionsError */
function obstacle({ floor = 0.2, tolerance = 0.01, maxIterations = 500 }: AdversarialOptions) {
  checkNumber(NAME, "floor", floor, { low: 0, above: true, high: 1 - 1e-9 });
  checkNumber(NAME, "tolerance", tolerance, { low: 0, above: true });
  checkNumber(NAME, "maxIterations", maxIterations, { low: 1, whole: true });
  return { floor, tolerance, maxIterations };
}

/** @throws OptionsError where an option is given that belongs to another form or regularizer */
function refuseForeign(options: AdversarialOptions, known: string, what: string): void {
  const foreign = Object.entries(options).find(
    ([name, value]) => value !== undefined && !known.split(" ").includes(name),
  );
  if (foreign === undefined) return;
  const [name, value] = foreign;
  throw new OptionsError(
    `${NAME}: ${name} is not for ${what}; leave it out, or give another form or regularizer`,
    name,
    value,
  );
}

/** @throws OptionsError where the option of earlier versions is given that chose between three adversaries */
function refuseMethod(options: AdversarialOptions & { readonly method?: unknown }): void {
  const { method } = options;
  if (method === undefined) return;
  const now = moved[method as keyof typeof moved] ?? Object.values(moved).join(" or ");
  throw new OptionsError(
    `${NAME}: method is ${JSON.stringify(method)}, which is no option any more; give ${now}`,
    "method",
    method,
  );
}

/** Starts {@link adversarial}. @throws OptionsError where the domain has more axes than the exact form can do */
export const startAdversarial = (sampler: AdversarialSampler, domain: SamplingDomain): ActiveSampler =>
  sampler.form === "exact" ? startExact(sampler, domain) : startFlow(sampler, domain);
