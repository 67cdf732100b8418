/** Adversarial adaptive sampling (AAS: arXiv 2305.18702) by three methods under one name. */
import { OptionsError } from "../../engine/errors.ts";
import {
  type ExactAdversarialOptions,
  type ExactAdversarialSampler,
  exactAdversarial,
  startExactAdversarial,
} from "./exact-adversarial.ts";
import {
  type FlowAdversarialOptions,
  type FlowAdversarialSampler,
  flowAdversarial,
  type PaperAdversarialOptions,
  type PaperAdversarialSampler,
  paperAdversarial,
  startFlowAdversarial,
} from "./flow-adversarial.ts";
import type { ActiveSampler, SamplingDomain } from "./sampler.ts";

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
