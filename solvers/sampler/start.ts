/** From descriptions of samplers to samplers at work. */
import { OptionsError } from "../../engine/errors.ts";
import { type AdversarialSampler, startAdversarial } from "./adversarial.ts";
import { type DasSampler, startDas } from "./flow-das.ts";
import { type GaussianMixtureSampler, startGaussianMixture } from "./gaussian-mixture.ts";
import { type RadSampler, type RarDSampler, startRad, startRarD } from "./pool.ts";
import { type ResidualDensitySampler, startResidualDensity } from "./residual-density.ts";
import { type R3Sampler, startR3 } from "./retain-release.ts";
import type { ActiveSampler, Sampler, SamplingDomain } from "./sampler.ts";
import { type LatinHypercubeSampler, type SobolSampler, startEven, type UniformSampler } from "./uniform.ts";

/** The samplers of this folder that {@link start} knows. */
export type KnownSampler =
  | UniformSampler
  | SobolSampler
  | LatinHypercubeSampler
  | RadSampler
  | RarDSampler
  | R3Sampler
  | ResidualDensitySampler
  | AdversarialSampler
  | DasSampler
  | GaussianMixtureSampler;

type Starters = {
  readonly [K in KnownSampler["kind"]]: (
    sampler: Extract<KnownSampler, { kind: K }>,
    domain: SamplingDomain,
  ) => ActiveSampler;
};

const starters: Starters = {
  uniform: startEven,
  sobol: startEven,
  latinHypercube: startEven,
  rad: startRad,
  rarD: startRarD,
  r3: startR3,
  residualDensity: startResidualDensity,
  adversarial: startAdversarial,
  das: startDas,
  gaussianMixture: startGaussianMixture,
};

/** Whether {@link start} knows a kind. */
export function isKnownSampler(sampler: Sampler): sampler is KnownSampler {
  return Object.hasOwn(starters, sampler.kind);
}

/**
 * Sets a sampler to work on a domain.
 *
 * @param sampler - as made by `uniform()`, `adversarial()` and so on, also after a trip through JSON
 * @throws OptionsError if the kind is unknown, or the sampler does not work on such a domain
 */
export function start(sampler: Sampler, domain: SamplingDomain): ActiveSampler {
  if (!isKnownSampler(sampler)) {
    const known = Object.keys(starters).join(", ");
    throw new OptionsError(
      `start: there is no sampler ${JSON.stringify(sampler.kind)}, only ${known}`,
      "kind",
      sampler.kind,
    );
  }
  const starter = starters[sampler.kind] as (sampler: KnownSampler, domain: SamplingDomain) => ActiveSampler;
  return starter(sampler, domain);
}
