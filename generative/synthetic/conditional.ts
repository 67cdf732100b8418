/**
 * The exact law of the synthetic rain given the coarse latent field y = A G + ε, A the block mean. G is Gaussian and
 * periodic, so A C Aᵀ is diagonal in the coarse Fourier basis: with P the power of G − mean, b the transfer function
 * of the block mean and S(q) = factor⁻² Σ_{k ≡ q} |b|² P + Var ε, the gain of y's transform on wavenumber k is
 * P(k) b̄(k)/S(q), and the posterior variance is the prior's minus that of the posterior mean (Gaussian conditioning).
 */
import { ShapeError } from "../../engine/errors.ts";
import { type ComplexArray, fft2, inverseFft2 } from "../../engine/numerics/fft.ts";
import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import { checkFinite, checkOption } from "../../engine/numerics/shaped-array.ts";
import { normalCdf } from "../../engine/numerics/special.ts";
import type { Rng } from "../../engine/rng.ts";
import { crpsCensoredLogNormal, halfMeanDifference } from "./censored-lognormal.ts";
import { latentOfRain, type RainClimate, rainOfLatent } from "./climate.ts";
import { filterNoise } from "./gaussian-field.ts";

/** The law of G at every pixel, `[size, size]`, given one coarse field. */
export interface PixelLaw {
  /** E G, `[size, size]`. */
  readonly mean: Float64Array;
  /** √Var G, `[size, size]`. */
  readonly deviation: Float64Array;
}

/** Conditioning on the coarse latent field, prepared once for a climate. */
export class ConditionalRain {
  readonly climate: RainClimate;
  readonly #gain: ComplexArray;
  readonly #deviation: Float64Array;

  constructor(climate: RainClimate) {
    this.climate = climate;
    const { gain, explained } = prepare(climate);
    this.#gain = gain;
    this.#deviation = explained.map((v) => Math.sqrt(Math.max(0, 1 - v))); // Var G = 1
  }

  /**
   * Law of G given `coarse`, `[size/factor, size/factor]`: normal with this mean and deviation at every pixel.
   *
   * @throws ShapeError; DomainError for non-finite values
   */
  latent(coarse: ArrayLike<number>): PixelLaw {
    return { mean: this.#posteriorMean(coarse), deviation: this.#deviation.slice() };
  }

  /** P(R > rain | coarse) at every pixel, for rain ≥ 0 mm/h. */
  exceedance(coarse: ArrayLike<number>, rain: number): Float64Array {
    checkOption("exceedance", "rain", rain, rain >= 0, "it must be ≥ 0");
    const g = latentOfRain(this.climate, rain);
    const { mean, deviation } = this.latent(coarse);
    return mean.map((m, i) => normalCdf((m - g) / deviation[i]!));
  }

  /** The q-quantile of R at every pixel, mm/h, q in (0, 1). */
  quantile(coarse: ArrayLike<number>, q: number): Float64Array {
    checkOption("quantile", "q", q, q > 0 && q < 1, "it must lie in (0, 1)");
    const z = normalQuantile(q);
    const { mean, deviation } = this.latent(coarse);
    return mean.map((m, i) => rainOfLatent(this.climate, m + z * deviation[i]!));
  }

  /** CRPS of the exact law at every pixel, mm/h: what no forecast can beat on average. */
  crps(coarse: ArrayLike<number>, truth: ArrayLike<number>): Float64Array {
    const { size } = this.climate;
    if (truth.length !== size * size)
      throw new ShapeError("ConditionalRain.crps: truth", [size * size], [truth.length]);
    checkFinite("ConditionalRain.crps: truth", truth);
    return this.#overPixels(coarse, (mu, sigma, offset, i) => crpsCensoredLogNormal(truth[i]!, mu, sigma, offset));
  }

  /** Expectation of {@link crps} over truths drawn from the law itself, ½E|R − R′|. */
  expectedCrps(coarse: ArrayLike<number>): Float64Array {
    return this.#overPixels(coarse, halfMeanDifference);
  }

  /**
   * Fields of rain drawn from the exact joint law given `coarse`, `[members, size, size]`, by Matheron's rule
   * G′ + K(y − A G′ − ε′). Member m uses `random.split(m)`.
   */
  sample(coarse: ArrayLike<number>, members: number, random: Rng): Float64Array {
    const latent = this.sampleLatent(coarse, members, random);
    return latent.map((g) => rainOfLatent(this.climate, g));
  }

  /** As {@link sample}, before G is turned into rain. */
  sampleLatent(coarse: ArrayLike<number>, members: number, random: Rng): Float64Array {
    const { size, factor, amplitude, regimeShare, coarseNoise } = this.climate;
    checkOption("sample", "members", members, Number.isInteger(members) && members >= 1, "it must be an integer ≥ 1");
    const points = size * size;
    const mean = this.#posteriorMean(coarse);
    const out = new Float64Array(members * points);
    for (let m = 0; m < members; m++) {
      const stream = random.split(m);
      const prior = filterNoise(stream.normal(points), amplitude, size, size);
      const regime = Math.sqrt(regimeShare) * stream.normal();
      const blocks = blockMeans(prior, size, factor);
      const noise = stream.normal(blocks.length);
      const correction = this.#apply(blocks.map((b, i) => b + regime + coarseNoise * noise[i]!));
      for (let i = 0; i < points; i++) out[m * points + i] = mean[i]! + prior[i]! + regime - correction[i]!;
    }
    return out;
  }

  #posteriorMean(coarse: ArrayLike<number>): Float64Array {
    const { size, factor, mean } = this.climate;
    const cells = (size / factor) ** 2;
    if (coarse.length !== cells) throw new ShapeError("ConditionalRain: coarse", [cells], [coarse.length]);
    checkFinite("ConditionalRain: coarse", coarse);
    const prior = blockMeans(mean, size, factor);
    const update = this.#apply(prior.map((p, i) => coarse[i]! - p));
    return update.map((u, i) => mean[i]! + u);
  }

  /** K·v: from a coarse anomaly to the expected fine anomaly. */
  #apply(coarse: Float64Array): Float64Array {
    const { size, factor } = this.climate;
    const h = size / factor;
    const y = fft2(coarse, h, h);
    const re = new Float64Array(size * size);
    const im = new Float64Array(size * size);
    for (let k = 0; k < re.length; k++) {
      const q = (Math.floor(k / size) % h) * h + (k % h);
      const [a, b, c, d] = [this.#gain.re[k]!, this.#gain.im[k]!, y.re[q]!, y.im[q]!];
      re[k] = a * c - b * d;
      im[k] = a * d + b * c;
    }
    return inverseFft2({ re, im }, size, size).re;
  }

  #overPixels(
    coarse: ArrayLike<number>,
    score: (mu: number, sigma: number, offset: number, i: number) => number,
  ): Float64Array {
    const { scale, tail, threshold } = this.climate;
    const offset = scale * Math.exp(tail * threshold);
    const { mean, deviation } = this.latent(coarse);
    return mean.map((m, i) => score(Math.log(scale) + tail * m, tail * deviation[i]!, offset, i));
  }
}

/** Gain on every wavenumber, and the variance that y explains at every pixel. */
function prepare(climate: RainClimate): { gain: ComplexArray; explained: Float64Array } {
  const { size, factor, power, coarseNoise } = climate;
  const h = size / factor;
  const coarseIndex = (k: number) => (Math.floor(k / size) % h) * h + (k % h);
  const b = blockTransfer(size, factor);
  const s = new Float64Array(h * h).fill(coarseNoise ** 2);
  for (let k = 0; k < power.length; k++) {
    s[coarseIndex(k)]! += ((b.re[k]! ** 2 + b.im[k]! ** 2) * power[k]!) / factor ** 2;
  }
  const gain = { re: new Float64Array(size * size), im: new Float64Array(size * size) };
  for (let k = 0; k < power.length; k++) {
    const variance = s[coarseIndex(k)]!;
    if (variance === 0) continue; // no coarse signal at this wavenumber, hence nothing to gain from it
    gain.re[k] = (power[k]! * b.re[k]!) / variance;
    gain.im[k] = (-power[k]! * b.im[k]!) / variance;
  }
  return { gain, explained: explainedVariance(size, factor, gain, s) };
}

/** b(k) = factor⁻² Σ_d e^{2πi k·d/size} over the offsets d of a block: the mean over the block whose corner is x. */
function blockTransfer(size: number, factor: number): ComplexArray {
  const window = new Float64Array(size * size);
  for (let y = 0; y < factor; y++) window.fill(1 / factor ** 2, y * size, y * size + factor);
  const { re, im } = fft2(window, size, size);
  return { re, im: im.map((v) => -v) };
}

/**
 * Variance of the posterior mean, (h²/size⁴) Σ_q S(q) |Σ_{k ≡ q} gain(k) e^{2πi k·x/size}|². It depends on the place
 * in the block only, so one block is computed.
 */
function explainedVariance(size: number, factor: number, gain: ComplexArray, s: Float64Array): Float64Array {
  const h = size / factor;
  const block = new Float64Array(factor * factor);
  for (let d = 0; d < block.length; d++) {
    const [dy, dx] = [Math.floor(d / factor), d % factor];
    const re = new Float64Array(h * h);
    const im = new Float64Array(h * h);
    for (let k = 0; k < gain.re.length; k++) {
      const [ky, kx] = [Math.floor(k / size), k % size];
      const angle = (2 * Math.PI * ((ky * dy + kx * dx) % size)) / size;
      const [c, n] = [Math.cos(angle), Math.sin(angle)];
      const q = (ky % h) * h + (kx % h);
      re[q]! += gain.re[k]! * c - gain.im[k]! * n;
      im[q]! += gain.re[k]! * n + gain.im[k]! * c;
    }
    let sum = 0;
    for (let q = 0; q < s.length; q++) sum += s[q]! * (re[q]! ** 2 + im[q]! ** 2);
    block[d] = (sum * h * h) / size ** 4;
  }
  return Float64Array.from({ length: size * size }, (_, i) => {
    return block[(Math.floor(i / size) % factor) * factor + ((i % size) % factor)]!;
  });
}

/** Block means in float64, `[size/factor, size/factor]`. */
function blockMeans(values: Float64Array, size: number, factor: number): Float64Array {
  const h = size / factor;
  const out = new Float64Array(h * h);
  for (let i = 0; i < values.length; i++) {
    out[Math.floor(i / size / factor) * h + Math.floor((i % size) / factor)]! += values[i]! / factor ** 2;
  }
  return out;
}
