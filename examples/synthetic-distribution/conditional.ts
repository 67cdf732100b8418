/**
 * The exact distribution of the fine rain given the values of the coarse data set. y = A G + ε is monotone in them, and G is
 * Gaussian: with C the covariance of what is unknown of G and Σ = A C Aᵀ + Var ε, G given y has the mean
 * m + C Aᵀ Σ⁻¹ (y − A m) and the covariance C − C Aᵀ Σ⁻¹ A C. With the orography given m = √share · z, and C is that
 * of the weather W; without it m = 0, and C is that of √share · z + W.
 */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { type CholeskyFactor, cholesky } from "../../engine/numerics/cholesky.ts";
import { inverseFft2 } from "../../engine/numerics/fft.ts";
import { normalQuantile } from "../../engine/numerics/normal-quantile.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import { normalCdf } from "../../engine/numerics/special.ts";
import type { Rng } from "../../engine/random/rng.ts";
import {
  type Cells,
  cellMeans,
  rainOfLatent,
  type SyntheticClimate,
  torusFields,
  windowOf,
} from "../../generative/synthetic/index.ts";
import { crpsCensoredLogNormal, halfMeanDifference } from "./censored-lognormal.ts";

/** Most numbers of the matrix between pixels and cells: 512 MB. */
const MATRIX_LIMIT = 2 ** 26;

/** Conditioning on coarse values, prepared once for a climate; every array is [height, width] of the fine grid. */
export class Conditioning {
  readonly climate: SyntheticClimate;
  readonly withOrography: boolean;
  /** Standard deviation of G at every pixel, the same for all coarse values. */
  readonly deviation: Float64Array;
  readonly #power: Float64Array;
  readonly #prior: Float64Array;
  /** C Aᵀ, a row a cell: [cells, height · width]. */
  readonly #cross: Float64Array;
  readonly #factor: CholeskyFactor;

  /** @throws OptionsError where the grid is too large for the matrix between its pixels and cells */
  constructor(climate: SyntheticClimate, withOrography = true) {
    const { height, width, side, rows, columns, weather, ground, orographyShare, orography, coarseNoise } = climate;
    const [points, cells] = [height * width, rows.length * columns.length];
    if (points * cells > MATRIX_LIMIT) {
      const expectation = `their product must be at most ${MATRIX_LIMIT}; use a smaller grid or a larger factor`;
      throw new OptionsError(
        `Conditioning: ${points} pixels and ${cells} coarse cells; ${expectation}`,
        "height",
        height,
      );
    }
    this.climate = climate;
    this.withOrography = withOrography;
    const known = withOrography ? 0 : orographyShare;
    this.#power = weather.map((p, i) => p + known * ground[i]!);
    const root = withOrography ? Math.sqrt(orographyShare) : 0;
    this.#prior = orography.map((z) => root * z);
    const covariance = torusCovariance(this.#power, side);
    this.#cross = crossCovariance(covariance, side, height, width, rows, columns);
    const inner = new Float64Array(cells * cells);
    for (let j = 0; j < cells; j++) {
      inner.set(cellMeans(this.#cross.subarray(j * points, (j + 1) * points), width, rows, columns), j * cells);
      inner[j * cells + j]! += coarseNoise ** 2;
    }
    const factor = cholesky(inner, cells);
    if (!factor) throw new DomainError("Conditioning: the coarse values are dependent; raise coarseNoise", coarseNoise);
    this.#factor = factor;
    const explained = explainedVariance(factor, this.#cross, points);
    this.deviation = explained.map((v) => Math.sqrt(Math.max(0, covariance[0]! - v)));
  }

  /**
   * The distribution given one coarse field, row-major over its cells, mm/h.
   *
   * @throws ShapeError; DomainError for values that are not above 0
   */
  given(coarse: ArrayLike<number>): ConditionalDistribution {
    const { rows, columns } = this.climate;
    const cells = rows.length * columns.length;
    if (coarse.length !== cells) throw new ShapeError("Conditioning.given: coarse", [cells], [coarse.length]);
    const latent = Float64Array.from(coarse, (rain) => {
      if (rain > 0 && rain < Infinity) return Math.log(rain / this.climate.coarseMedian) / this.climate.coarseTail;
      throw new DomainError(
        `Conditioning.given: coarse rain is ${rain}; this data set reports values above 0 alone`,
        rain,
      );
    });
    const mean = this.#update(this.#prior, latent);
    return new ConditionalDistribution(this, mean, (random) => this.#draw(latent, random));
  }

  /**
   * Expectation of the CRPS at every pixel over all weather and all orographies, mm/h. The mean of the distribution is itself normal
   * about 0 with variance 1 − deviation², so this is ∫ ½E|R − R′| over it, by the trapezoidal rule.
   */
  expectedCrps(): Float64Array {
    const { tail, scale } = this.climate;
    const step = 0.25;
    return this.deviation.map((deviation) => {
      const spread = Math.sqrt(Math.max(0, 1 - deviation * deviation));
      let sum = 0;
      for (let u = -8; u <= 8; u += step) {
        const mu = Math.log(scale) + tail * spread * u;
        sum += normalDensity(u) * halfMeanDifference(mu, tail * deviation, offsetOf(this.climate));
      }
      return sum * step;
    });
  }

  /** Matheron's rule: two fields from the prior, each moved by what its own coarse values miss of those that are given. */
  #draw(latent: Float64Array, random: Rng): readonly Float64Array[] {
    const { side, height, width, rows, columns, coarseNoise } = this.climate;
    const { re, im } = torusFields(this.#power, side, random.split("fields"));
    const noise = random.split("noise");
    return [re, im].map((square) => {
      const prior = windowOf(square, side, height, width).map((v, i) => v + this.#prior[i]!);
      const errors = noise.normal(rows.length * columns.length);
      return this.#update(
        prior,
        latent.map((y, j) => y - coarseNoise * errors[j]!),
      );
    });
  }

  /** g + C Aᵀ Σ⁻¹ (y − A g). */
  #update(g: Float64Array, latent: Float64Array): Float64Array {
    const { width, rows, columns } = this.climate;
    const own = cellMeans(g, width, rows, columns);
    const weights = this.#factor.solve(latent.map((y, j) => y - own[j]!));
    const out = g.slice();
    weights.forEach((weight, j) => {
      const row = this.#cross.subarray(j * out.length, (j + 1) * out.length);
      for (let i = 0; i < out.length; i++) out[i]! += weight * row[i]!;
    });
    return out;
  }
}

/** The distribution at one time. Arrays are [height, width], rain in mm/h. */
export class ConditionalDistribution {
  /** Mean of G. */
  readonly mean: Float64Array;
  /** Standard deviation of G. */
  readonly deviation: Float64Array;
  readonly #climate: SyntheticClimate;
  readonly #draw: (random: Rng) => readonly Float64Array[];

  /** @internal */
  constructor(conditioning: Conditioning, mean: Float64Array, draw: (random: Rng) => readonly Float64Array[]) {
    this.mean = mean;
    this.deviation = conditioning.deviation;
    this.#climate = conditioning.climate;
    this.#draw = draw;
  }

  /** Fields of rain from the joint distribution of all pixels, [members, height, width]. Member m uses `random.split(⌊m/2⌋)`. */
  sample(members: number, random: Rng): Float64Array {
    checkOption("sample", "members", members, Number.isInteger(members) && members >= 1, "it must be an integer ≥ 1");
    const points = this.mean.length;
    const out = new Float64Array(members * points);
    for (let m = 0; m < members; m += 2) {
      this.#draw(random.split(m / 2)).forEach((latent, k) => {
        if (m + k === members) return;
        const rain = latent.map((g) => rainOfLatent(this.#climate, g));
        out.set(rain, (m + k) * points);
      });
    }
    return out;
  }

  /** P(R > rain), for rain ≥ 0. */
  exceedance(rain: number): Float64Array {
    checkOption("exceedance", "rain", rain, rain >= 0, "it must be ≥ 0");
    const g = latentOfRain(this.#climate, rain);
    return this.mean.map((m, i) => normalCdf((m - g) / this.deviation[i]!));
  }

  /** The q-quantile of R, q in (0, 1). */
  quantile(q: number): Float64Array {
    checkOption("quantile", "q", q, q > 0 && q < 1, "it must lie in (0, 1)");
    const z = normalQuantile(q);
    return this.mean.map((m, i) => rainOfLatent(this.#climate, m + z * this.deviation[i]!));
  }

  /** CRPS against a truth, [height, width]: on average no forecast from the same information has less. */
  crps(truth: ArrayLike<number>): Float64Array {
    if (truth.length !== this.mean.length) throw new ShapeError("crps: truth", [this.mean.length], [truth.length]);
    return this.#overPixels((mu, sigma, offset, i) => crpsCensoredLogNormal(truth[i]!, mu, sigma, offset));
  }

  /** Expectation of {@link crps} over truths of this distribution, ½E|R − R′|. */
  expectedCrps(): Float64Array {
    return this.#overPixels(halfMeanDifference);
  }

  #overPixels(score: (mu: number, sigma: number, offset: number, i: number) => number): Float64Array {
    const { scale, tail } = this.#climate;
    const offset = offsetOf(this.#climate);
    return this.mean.map((m, i) => score(Math.log(scale) + tail * m, tail * this.deviation[i]!, offset, i));
  }
}

const offsetOf = ({ scale, tail, threshold }: SyntheticClimate): number => scale * Math.exp(tail * threshold);

/** C Aᵀ: along the rows of each coarse row first, then along the columns. */
function crossCovariance(
  covariance: Float64Array,
  side: number,
  height: number,
  width: number,
  rows: Cells,
  columns: Cells,
): Float64Array {
  const out = new Float64Array(rows.length * columns.length * height * width);
  const wrap = (lag: number): number => (lag + side) % side;
  rows.forEach((row, i) => {
    // Covariance between the coarse row at column 0 and row y of the fine grid, by the lag along columns: [height, side].
    const band = new Float64Array(height * side);
    for (let y = 0; y < height; y++) {
      row.weights.forEach((weight, a) => {
        const at = wrap(y - row.from - a) * side;
        for (let lag = 0; lag < side; lag++) band[y * side + lag]! += weight * covariance[at + lag]!;
      });
    }
    columns.forEach((column, j) => {
      const start = (i * columns.length + j) * height * width;
      column.weights.forEach((weight, b) => {
        for (let x = 0; x < width; x++) {
          const lag = wrap(x - column.from - b);
          for (let y = 0; y < height; y++) out[start + y * width + x]! += weight * band[y * side + lag]!;
        }
      });
    });
  });
  return out;
}

/** diag(C Aᵀ Σ⁻¹ A C) = column sums of squares of L⁻¹ A C, by forward substitution over all pixels at once. */
function explainedVariance({ lower, size }: CholeskyFactor, cross: Float64Array, points: number): Float64Array {
  const whitened = cross.slice();
  const out = new Float64Array(points);
  for (let j = 0; j < size; j++) {
    const row = whitened.subarray(j * points, (j + 1) * points);
    for (let k = 0; k < j; k++) {
      const weight = lower[j * size + k]!;
      const before = whitened.subarray(k * points, (k + 1) * points);
      for (let i = 0; i < points; i++) row[i]! -= weight * before[i]!;
    }
    const pivot = lower[j * size + j]!;
    for (let i = 0; i < points; i++) {
      row[i]! /= pivot;
      out[i]! += row[i]! ** 2;
    }
  }
  return out;
}

/** The latent value whose rain is `rain` > 0; for 0 the threshold, the largest dry value. */
export function latentOfRain(
  { threshold, scale, tail }: Pick<SyntheticClimate, "threshold" | "scale" | "tail">,
  rain: number,
): number {
  return Math.log(rain / scale + Math.exp(tail * threshold)) / tail;
}

/** E G(x) G(x + h) of that field for every periodic lag h, [side, side]. */
function torusCovariance(power: Float64Array, side: number): Float64Array {
  return inverseFft2({ re: power, im: new Float64Array(power.length) }, side, side).re;
}

/** Standard normal density. */
const normalDensity = (z: number): number => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
