/**
 * A Gaussian mixture that follows the residual where grids cannot go: annealed importance-weighted
 * expectation–maximisation, in the manner of the cross-entropy method (Rubinstein and Kroese 2004) and of population Monte
 * Carlo (Cappé, Douc, Guillin, Marin and Robert 2008, doi:10.1007/s11222-008-9059-x).
 */
import { checkNames } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { maxSobolDimension, sobolSequence } from "../../engine/random/sobol.ts";
import { storedNumbers, tensor } from "../stored-numbers.ts";
import {
  checkCount,
  effectiveShare,
  normalised,
  quasiUniformPoints,
  residualAt,
  roundStream,
  rowWeights,
  uniformDensity,
} from "./domain-points.ts";
import { fitted, type Mixture, mixtureDensity, mixturePoints } from "./mixture.ts";
import type { CellOptions } from "./on-cells.ts";
import { checkNumber } from "./options.ts";
import { chances, drawSystematic, inclusions, rows } from "./pool-draw.ts";
import type { ActiveSampler, PointSet, SampleContext, Sampler, SamplingDomain } from "./sampler.ts";

/** Options of {@link gaussianMixture}. */
export interface GaussianMixtureOptions extends Pick<CellOptions, "uniformFraction"> {
  /** Number of components. @defaultValue 3 */
  readonly components?: number;
  /** Points at which |s| is looked at in each EM round of the first round, and for the starting means. @defaultValue 20000 */
  readonly startPool?: number;
  /** Points of the one EM round of every later draw. @defaultValue 8000 */
  readonly pool?: number;
  /**
   * Row weights w ∝ q^(−tempering), in [0, 1]. 1 is unbiased, w = 1/(N |Ω| q); below 1 the weights are scaled to Σ w = 1,
   * vary less, and make points near the feature count more than their volume; 0 is 1/N. @defaultValue 1
   */
  readonly tempering?: number;
}

/** Standard deviations at the start, as a share of the box's sides. */
const startDeviation = 0.3;
/** The first round has one EM round on |s|^T for each T. */
const temperatures = [0.1, 0.2, 0.4, 0.7, 1, 1, 1];
/** Factor on the standard deviations after every EM round, and least weight of a component of a hundred or fewer. */
const [inflation, leastWeight] = [1.1, 0.02];

/** A mixture that follows |r|; made by {@link gaussianMixture}. */
export interface GaussianMixtureSampler extends Sampler, Required<GaussianMixtureOptions> {
  readonly kind: "gaussianMixture";
}

/**
 * Gaussian mixture, for boxes of any dimension, meant for d ≥ 4. Its components have diagonal covariance and are truncated
 * to the box, with the exact truncated mass in the density. The first round starts from means at large |s| in a Sobol pool and
 * sharpens |s|^T step by step, T → 1, where s is the source if the context gives one, else the residual; every later one
 * makes one EM round on |r|. The features `startPool` must meet are those of |s|^T at the lowest temperature, which are wide.
 *
 * @throws OptionsError if an option is out of range
 */
export function gaussianMixture(options: GaussianMixtureOptions = {}): GaussianMixtureSampler {
  checkNames("gaussianMixture", options, "components startPool pool tempering uniformFraction kind");
  const { components = 3, startPool = 20_000, pool = 8_000, uniformFraction = 0.3 } = options;
  const { tempering = 1 } = options;
  const check = (option: string, value: number, low: number, high: number, rest = {}) =>
    checkNumber("gaussianMixture", option, value, { low, high, ...rest });
  check("components", components, 1, 1000, { whole: true });
  check("startPool", startPool, components, 2 ** 24, { whole: true });
  check("pool", pool, 1, 2 ** 24, { whole: true });
  check("uniformFraction", uniformFraction, 0, 1, { above: true });
  check("tempering", tempering, 0, 1);
  return { kind: "gaussianMixture", components, startPool, pool, uniformFraction, tempering };
}

/** Starts {@link gaussianMixture}. @throws OptionsError if the domain is not a box */
export function startGaussianMixture(sampler: GaussianMixtureSampler, domain: SamplingDomain): ActiveSampler {
  if (!domain.isBox) {
    const way = "the mass of the mixture is known on boxes only; take sobol() or adversarial()";
    throw new OptionsError(`gaussianMixture: the domain is not a box; ${way}`, "domain", domain.dimension);
  }
  const { kind, components, uniformFraction, tempering } = sampler;
  const d = domain.dimension;
  let mixture: Mixture | undefined;
  let uniformShare = 1;
  let share = 1;
  let fitShare = 1;

  /** Density with a share `even` of uniform points, inside Ω. */
  const mixed = (points: Float64Array, of: Mixture, even: number): Float64Array =>
    mixtureDensity(of, points).map((q) => even / domain.volume + (1 - even) * q);

  const points = (of: Mixture, count: number, rng: Rng) => {
    const spread = Math.min(count, Math.max(1, Math.round(uniformFraction * count)));
    const out = new Float64Array(count * d);
    out.set(quasiUniformPoints(domain, spread, rng.split("spread")));
    const rest = count - spread;
    const stream = rng.split("mixture");
    const unit =
      d < maxSobolDimension ? sobolSequence(d + 1, stream).next(rest) : stream.uniform(rest * (d + 1)).map(positive);
    out.set(mixturePoints(of, unit), spread * d);
    return { points: out, even: spread / count };
  };

  const improved = async (of: Mixture, context: SampleContext, count: number, temperature: number, rng: Rng) => {
    const set = points(of, count, rng);
    const { values, scale } = normalised(await residualAt(kind, context, set.points));
    if (scale === 0) return undefined;
    const q = mixed(set.points, of, set.even);
    const pointWeights = values.map((value, i) => value ** temperature / q[i]!);
    fitShare = effectiveShare(pointWeights);
    return fitted(of, set.points, pointWeights, { inflation, leastWeight: Math.min(leastWeight, 1 / components) });
  };

  /** Means at points of a Sobol pool chosen in proportion to |s|^T, spread wide. */
  const begin = async (context: SampleContext, rng: Rng): Promise<Mixture | undefined> => {
    const pool = quasiUniformPoints(domain, sampler.startPool, rng.split("pool"));
    const { values, scale } = normalised(await residualAt(kind, context, pool));
    if (scale === 0) return undefined;
    const inclusion = inclusions(chances(values, temperatures[0]!, 0), components);
    const chosen = drawSystematic(inclusion, components, rng.split("means"));
    const { low, high } = domain;
    const sides = Float64Array.from({ length: components * d }, (_, at) => high[at % d]! - low[at % d]!);
    return {
      ...{ low, high, means: rows(pool, d, chosen) },
      weights: new Float64Array(components).fill(1 / components),
      deviations: sides.map((side) => side * startDeviation),
    };
  };

  const draw = async (context: SampleContext): Promise<PointSet> => {
    checkCount(kind, context.count);
    const { count } = context;
    const rng = roundStream(context);
    if (mixture) {
      mixture = (await improved(mixture, context, sampler.pool, 1, rng.split("fit"))) ?? mixture;
    } else {
      const first = context.source ? { ...context, residual: context.source.bind(context) } : context;
      mixture = await begin(first, rng);
      for (const [step, temperature] of temperatures.entries()) {
        if (!mixture) break;
        const better = await improved(mixture, first, sampler.startPool, temperature, rng.split("fit").split(step));
        mixture = better ?? mixture;
      }
    }
    const even = { points: quasiUniformPoints(domain, mixture ? 0 : count, rng.split("points")), even: 1 };
    const set = mixture ? points(mixture, count, rng.split("points")) : even;
    uniformShare = set.even;
    const density = mixture ? mixed(set.points, mixture, set.even) : new Float64Array(count).fill(1 / domain.volume);
    const weights = temperedWeights(domain, density, tempering);
    share = effectiveShare(weights);
    return { points: set.points, density, weights };
  };
  return {
    draw,
    density(at) {
      const inside = uniformDensity(domain, at);
      if (!mixture) return inside;
      return mixed(at, mixture, uniformShare).map((q, i) => (inside[i]! > 0 ? q : 0));
    },
    state: () => ({
      numbers: tensor([uniformShare, share, fitShare]),
      weights: tensor(mixture?.weights ?? []),
      means: tensor(mixture?.means ?? []),
      deviations: tensor(mixture?.deviations ?? []),
    }),
    restore(tensors) {
      [uniformShare, share, fitShare] = storedNumbers(kind, tensors, "numbers", 3) as unknown as [
        number,
        number,
        number,
      ];
      const weights = storedNumbers(kind, tensors, "weights");
      const size = weights.length === 0 ? 0 : components * d;
      const means = storedNumbers(kind, tensors, "means", size);
      const deviations = storedNumbers(kind, tensors, "deviations", size);
      mixture = size === 0 ? undefined : { low: domain.low, high: domain.high, weights, means, deviations };
    },
    report: () => ({ effectiveShare: share, fitEffectiveShare: fitShare }),
  };
}

/** w = 1/(N |Ω| q) for t = 1, else w ∝ q^(−t) with Σ w = 1. */
function temperedWeights(domain: SamplingDomain, density: Float64Array, t: number): Float64Array {
  if (t === 1) return rowWeights(domain, density, "unbiased");
  const powers = density.map((q) => (domain.volume * q) ** -t);
  const sum = powers.reduce((total, w) => total + w, 0);
  return powers.map((w) => w / sum);
}

/** 0 is a uniform number but has no quantile. */
function positive(u: number): number {
  return u > 0 ? u : 2 ** -54;
}
