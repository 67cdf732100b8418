import {
  drawLoss
} from "./chunk-G5BM5TCQ.js";
import {
  drawEnsemble,
  scoreTable,
  scoresJson
} from "./chunk-OSQEFCU3.js";
import {
  downscale,
  loadDownscaler,
  train
} from "./chunk-3CUCI7F2.js";
import "./chunk-BBUHPERK.js";
import "./chunk-2A2JZMMH.js";
import "./chunk-B76RVHYB.js";
import "./chunk-RFNE7LAF.js";
import "./chunk-REA3PM3L.js";
import {
  cholesky
} from "./chunk-E4UB2BUP.js";
import "./chunk-M7QUBEK6.js";
import "./chunk-RDQ5FCHV.js";
import {
  baselineDownscaler
} from "./chunk-6HDMKCOB.js";
import "./chunk-U2MKQBF5.js";
import {
  checkOption,
  verifyTiles
} from "./chunk-HNA2YWTQ.js";
import "./chunk-HHEHUTHZ.js";
import {
  normalCdf,
  normalDensity
} from "./chunk-O6FHBCA2.js";
import "./chunk-IHC7556Q.js";
import "./chunk-6RL6FTP2.js";
import "./chunk-TNAG3B54.js";
import "./chunk-JYSZMQVP.js";
import "./chunk-UT3GBMX3.js";
import {
  onInterrupt
} from "./chunk-MVKM2D2H.js";
import "./chunk-M5E6TLWJ.js";
import {
  startProgress
} from "./chunk-CUG62DKC.js";
import "./chunk-MHZ2235X.js";
import {
  version
} from "./chunk-6KCX3X7U.js";
import "./chunk-AOR7BF42.js";
import "./chunk-GP5RCY2J.js";
import {
  inverseFft2,
  wavenumbers
} from "./chunk-MYHAFT5B.js";
import {
  normalQuantile,
  rng
} from "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import "./chunk-MXIOKUDV.js";
import "./chunk-AWWB6X6Z.js";
import {
  Field,
  checkFolder,
  prepareOutputs,
  writeGeotiff,
  writeNetcdf
} from "./chunk-72SAAEYX.js";
import "./chunk-O7EZDEUO.js";
import {
  ConvergenceError,
  DomainError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";
import {
  duration,
  emit,
  emitJson,
  say,
  shellWord
} from "./chunk-K2VWOMW7.js";

// cli/demo/run.ts
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, relative, resolve } from "node:path";

// generative/synthetic/censored-lognormal.ts
function crpsCensoredLogNormal(y, mu, sigma, offset) {
  if (!(y >= 0)) throw new DomainError(`crpsCensoredLogNormal: rain is ${y}; it must be \u2265 0`, y);
  check(sigma, offset);
  const o = y + offset;
  const a = Math.exp(mu + 0.5 * sigma * sigma);
  const k = (Math.log(offset) - mu) / sigma;
  const w = (Math.log(o) - mu) / sigma;
  const dry = offset * normalCdf(k);
  const mean = dry + a * normalCdf(sigma - k);
  const shortfall = o * normalCdf(w) - a * normalCdf(w - sigma) - dry + a * normalCdf(k - sigma);
  return mean - o + 2 * shortfall - halfMeanDifference(mu, sigma, offset);
}
function halfMeanDifference(mu, sigma, offset) {
  check(sigma, offset);
  const a = Math.exp(mu + 0.5 * sigma * sigma);
  const k = (Math.log(offset) - mu) / sigma;
  const joint = bivariateNormal(sigma - k, sigma * Math.SQRT1_2);
  return -offset * normalCdf(k) * normalCdf(-k) - a * normalCdf(sigma - k) + 2 * a * joint;
}
function check(sigma, offset) {
  if (!(sigma > 0)) throw new DomainError(`censored lognormal: sigma is ${sigma}; it must be > 0`, sigma);
  if (!(offset > 0)) throw new DomainError(`censored lognormal: offset is ${offset}; it must be > 0`, offset);
}
var NODES = (() => {
  const n = 24;
  return Array.from({ length: n }, (_, i) => {
    let x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
    let derivative = 0;
    for (let step = 0; step < 8; step++) {
      let [p, previous] = [x, 1];
      for (let j = 2; j <= n; j++) [p, previous] = [((2 * j - 1) * x * p - (j - 1) * previous) / j, p];
      derivative = n * (x * p - previous) / (x * x - 1);
      x -= p / derivative;
    }
    const theta = Math.PI / 8 * (x + 1);
    const weight = Math.PI / 8 * 2 / ((1 - x * x) * derivative ** 2);
    return { sin: Math.sin(theta), cos2: Math.cos(theta) ** 2, weight };
  });
})();
function bivariateNormal(h, k) {
  let sum = 0;
  for (const { sin, cos2, weight } of NODES) sum += weight * Math.exp(-(h * h - 2 * h * k * sin + k * k) / (2 * cos2));
  return normalCdf(h) * normalCdf(k) + sum / (2 * Math.PI);
}

// generative/synthetic/climate.ts
function rainOfLatent(climate, g) {
  if (g <= climate.threshold) return 0;
  return climate.scale * (Math.exp(climate.tail * g) - Math.exp(climate.tail * climate.threshold));
}
function latentOfRain(climate, rain) {
  return Math.log(rain / climate.scale + Math.exp(climate.tail * climate.threshold)) / climate.tail;
}

// generative/synthetic/pair-cells.ts
function cellsAlong(size, factor, shift) {
  return Array.from({ length: Math.ceil(size / factor - 1e-9) }, (_, i) => {
    const low = Math.max(0, i * factor + shift);
    const high = Math.min(size, (i + 1) * factor + shift);
    const from = Math.floor(low);
    const overlaps = Float64Array.from({ length: Math.ceil(high) - from }, (_2, j) => {
      return Math.min(high, from + j + 1) - Math.max(low, from + j);
    });
    return { from, weights: overlaps.map((o) => o / (high - low)) };
  });
}
function cellMeans(image, width, rows, columns) {
  const out = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      let sum = 0;
      for (let a = 0; a < row.weights.length; a++) {
        const at = (row.from + a) * width + column.from;
        for (let b = 0; b < column.weights.length; b++) sum += row.weights[a] * column.weights[b] * image[at + b];
      }
      out[i * columns.length + j] = sum;
    });
  });
  return out;
}

// generative/synthetic/torus-field.ts
function torusFields(power, side, random) {
  const re = random.normal(side * side);
  const im = random.normal(side * side);
  for (let i = 0; i < re.length; i++) {
    const amplitude = side * Math.sqrt(power[i]);
    re[i] *= amplitude;
    im[i] *= amplitude;
  }
  return inverseFft2({ re, im }, side, side);
}
function torusCovariance(power, side) {
  return inverseFft2({ re: power, im: new Float64Array(power.length) }, side, side).re;
}
function windowOf(square, side, height, width) {
  const out = new Float64Array(height * width);
  for (let y = 0; y < height; y++) out.set(square.subarray(y * side, y * side + width), y * width);
  return out;
}

// generative/synthetic/pair-climate.ts
function pairClimate(options) {
  const full = withDefaults(options);
  const { height, width, factor, displacement, slope, orographySlope, outerScale, orographyShare } = full;
  let side = 128;
  while (side < 2 * Math.max(height, width)) side *= 2;
  const ground = powerLaw(side, orographySlope, outerScale, 1);
  const threshold = normalQuantile(full.dryFraction);
  const { tail, extreme } = full;
  return {
    ...full,
    side,
    weather: powerLaw(side, slope, outerScale, 1 - orographyShare),
    ground,
    orography: windowOf(torusFields(ground, side, pairStream(full.seed).split("orography")).re, side, height, width),
    rows: cellsAlong(height, factor, displacement[0]),
    columns: cellsAlong(width, factor, displacement[1]),
    threshold,
    scale: extreme / (Math.exp(tail * normalQuantile(0.999)) - Math.exp(tail * threshold))
  };
}
function pairStream(seed) {
  return rng(seed).split("synthetic-pairs");
}
function coarseRain({ coarseMedian, coarseTail }, y) {
  return coarseMedian * Math.exp(coarseTail * y);
}
function latentOfCoarse({ coarseMedian, coarseTail }, rain) {
  return Math.log(rain / coarseMedian) / coarseTail;
}
function powerLaw(side, slope, outerScale, variance) {
  const k = wavenumbers(side);
  const power = Float64Array.from({ length: side * side }, (_, i) => {
    const f = Math.hypot(k[Math.floor(i / side)], k[i % side]) / side;
    return (1 + (f * outerScale) ** 2) ** (-slope / 2);
  });
  const mean = power.reduce((a, b) => a + b, 0) / power.length;
  return power.map((p) => p * variance / mean);
}
function withDefaults(options) {
  const full = {
    seed: options.seed,
    height: options.height ?? 64,
    width: options.width ?? 64,
    factor: options.factor ?? 4,
    displacement: options.displacement ?? [1.25, -0.75],
    coarseNoise: options.coarseNoise ?? 0.1,
    coarseMedian: options.coarseMedian ?? 0.3,
    coarseTail: options.coarseTail ?? 0.9,
    orographyShare: options.orographyShare ?? 0.3,
    orographySlope: options.orographySlope ?? 2.6,
    slope: options.slope ?? 3,
    outerScale: options.outerScale ?? 48,
    dryFraction: options.dryFraction ?? 0.55,
    extreme: options.extreme ?? 15,
    tail: options.tail ?? 0.8
  };
  const check2 = (option, holds, expectation) => checkOption("syntheticPairs", option, full[option], holds, expectation);
  const positive = (v) => v > 0 && v < Infinity;
  const { height, width, factor, displacement } = full;
  check2("height", Number.isInteger(height) && height >= 2, "it must be an integer \u2265 2");
  check2("width", Number.isInteger(width) && width >= 2, "it must be an integer \u2265 2");
  check2(
    "factor",
    factor >= 1 && factor <= Math.min(height, width),
    "it must lie between 1 and the grid's shorter side"
  );
  const near = displacement.length === 2 && displacement.every((d) => Math.abs(d) <= factor / 2);
  check2("displacement", near, `it must be two numbers of at most half a cell, ${factor / 2}`);
  [height, width].forEach((size, axis) => {
    const last = size - (Math.ceil(size / factor - 1e-9) - 1) * factor;
    check2(
      "displacement",
      displacement[axis] < last - 1e-6,
      `it must leave a part of the last cell inside, below ${last}`
    );
  });
  check2("coarseNoise", positive(full.coarseNoise), "it must be above 0");
  check2("coarseMedian", positive(full.coarseMedian), "it must be above 0, mm/h");
  check2("coarseTail", positive(full.coarseTail), "it must be above 0");
  check2("orographyShare", full.orographyShare >= 0 && full.orographyShare < 1, "it must lie in [0, 1)");
  check2("orographySlope", full.orographySlope >= 0 && full.orographySlope < 20, "it must lie in [0, 20)");
  check2("slope", full.slope >= 0 && full.slope < 20, "it must lie in [0, 20)");
  check2("outerScale", positive(full.outerScale), "it must be above 0 pixels");
  check2("dryFraction", full.dryFraction > 0 && full.dryFraction < 0.999, "it must lie in (0, 0.999)");
  check2("extreme", positive(full.extreme), "it must be above 0, mm/h");
  check2("tail", full.tail > 0 && full.tail < 10, "it must lie in (0, 10)");
  return full;
}

// generative/synthetic/pair-law.ts
var MOST = 2 ** 26;
var PairLaw = class {
  climate;
  withOrography;
  /** Standard deviation of G at every pixel, the same for all coarse values. */
  deviation;
  #power;
  #prior;
  /** C Aᵀ, a row a cell: [cells, height · width]. */
  #cross;
  #factor;
  /** @throws OptionsError where the grid is too large for the matrix between its pixels and cells */
  constructor(climate, withOrography = true) {
    const { height, width, side, rows, columns, weather, ground, orographyShare, orography, coarseNoise } = climate;
    const [points, cells] = [height * width, rows.length * columns.length];
    if (points * cells > MOST) {
      const expectation = `their product must be at most ${MOST}; use a smaller grid or a larger factor`;
      throw new OptionsError(`PairLaw: ${points} pixels and ${cells} coarse cells; ${expectation}`, "height", height);
    }
    this.climate = climate;
    this.withOrography = withOrography;
    const known = withOrography ? 0 : orographyShare;
    this.#power = weather.map((p, i) => p + known * ground[i]);
    const root = withOrography ? Math.sqrt(orographyShare) : 0;
    this.#prior = orography.map((z) => root * z);
    const covariance = torusCovariance(this.#power, side);
    this.#cross = crossCovariance(covariance, side, height, width, rows, columns);
    const inner = new Float64Array(cells * cells);
    for (let j = 0; j < cells; j++) {
      inner.set(cellMeans(this.#cross.subarray(j * points, (j + 1) * points), width, rows, columns), j * cells);
      inner[j * cells + j] += coarseNoise ** 2;
    }
    const factor = cholesky(inner, cells);
    if (!factor) throw new DomainError("PairLaw: the coarse values are dependent; raise coarseNoise", coarseNoise);
    this.#factor = factor;
    const explained = explainedVariance(factor, this.#cross, points);
    this.deviation = explained.map((v) => Math.sqrt(Math.max(0, covariance[0] - v)));
  }
  /**
   * The law given one coarse field, row-major over its cells, mm/h.
   *
   * @throws ShapeError; DomainError for values that are not above 0
   */
  given(coarse) {
    const { rows, columns } = this.climate;
    const cells = rows.length * columns.length;
    if (coarse.length !== cells) throw new ShapeError("PairLaw.given: coarse", [cells], [coarse.length]);
    const latent = Float64Array.from(coarse, (rain) => {
      if (rain > 0 && rain < Infinity) return latentOfCoarse(this.climate, rain);
      throw new DomainError(`PairLaw.given: coarse rain is ${rain}; this data set reports values above 0 alone`, rain);
    });
    const mean = this.#update(this.#prior, latent);
    return new ConditionalPair(this, mean, (random) => this.#draw(latent, random));
  }
  /**
   * Expectation of the CRPS at every pixel over all weather and all orographies, mm/h. The mean of the law is itself normal
   * about 0 with variance 1 − deviation², so this is ∫ ½E|R − R′| over it, by the trapezoidal rule.
   */
  expectedCrps() {
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
  #draw(latent, random) {
    const { side, height, width, rows, columns, coarseNoise } = this.climate;
    const { re, im } = torusFields(this.#power, side, random.split("fields"));
    const noise = random.split("noise");
    return [re, im].map((square) => {
      const prior = windowOf(square, side, height, width).map((v, i) => v + this.#prior[i]);
      const errors = noise.normal(rows.length * columns.length);
      return this.#update(
        prior,
        latent.map((y, j) => y - coarseNoise * errors[j])
      );
    });
  }
  /** g + C Aᵀ Σ⁻¹ (y − A g). */
  #update(g, latent) {
    const { width, rows, columns } = this.climate;
    const own = cellMeans(g, width, rows, columns);
    const weights = this.#factor.solve(latent.map((y, j) => y - own[j]));
    const out = g.slice();
    weights.forEach((weight, j) => {
      const row = this.#cross.subarray(j * out.length, (j + 1) * out.length);
      for (let i = 0; i < out.length; i++) out[i] += weight * row[i];
    });
    return out;
  }
};
var ConditionalPair = class {
  /** Mean of G. */
  mean;
  /** Standard deviation of G. */
  deviation;
  #climate;
  #draw;
  /** @internal */
  constructor(law, mean, draw) {
    this.mean = mean;
    this.deviation = law.deviation;
    this.#climate = law.climate;
    this.#draw = draw;
  }
  /** Fields of rain from the joint law of all pixels, [members, height, width]. Member m uses `random.split(⌊m/2⌋)`. */
  sample(members, random) {
    checkOption("sample", "members", members, Number.isInteger(members) && members >= 1, "it must be an integer \u2265 1");
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
  exceedance(rain) {
    checkOption("exceedance", "rain", rain, rain >= 0, "it must be \u2265 0");
    const g = latentOfRain(this.#climate, rain);
    return this.mean.map((m, i) => normalCdf((m - g) / this.deviation[i]));
  }
  /** The q-quantile of R, q in (0, 1). */
  quantile(q) {
    checkOption("quantile", "q", q, q > 0 && q < 1, "it must lie in (0, 1)");
    const z = normalQuantile(q);
    return this.mean.map((m, i) => rainOfLatent(this.#climate, m + z * this.deviation[i]));
  }
  /** CRPS against a truth, [height, width]: on average no forecast from the same information has less. */
  crps(truth) {
    if (truth.length !== this.mean.length) throw new ShapeError("crps: truth", [this.mean.length], [truth.length]);
    return this.#overPixels((mu, sigma, offset, i) => crpsCensoredLogNormal(truth[i], mu, sigma, offset));
  }
  /** Expectation of {@link crps} over truths from this law, ½E|R − R′|. */
  expectedCrps() {
    return this.#overPixels(halfMeanDifference);
  }
  #overPixels(score) {
    const { scale, tail } = this.#climate;
    const offset = offsetOf(this.#climate);
    return this.mean.map((m, i) => score(Math.log(scale) + tail * m, tail * this.deviation[i], offset, i));
  }
};
var offsetOf = ({ scale, tail, threshold }) => scale * Math.exp(tail * threshold);
function crossCovariance(covariance, side, height, width, rows, columns) {
  const out = new Float64Array(rows.length * columns.length * height * width);
  const wrap = (lag) => (lag + side) % side;
  rows.forEach((row, i) => {
    const band = new Float64Array(height * side);
    for (let y = 0; y < height; y++) {
      row.weights.forEach((weight, a) => {
        const at = wrap(y - row.from - a) * side;
        for (let lag = 0; lag < side; lag++) band[y * side + lag] += weight * covariance[at + lag];
      });
    }
    columns.forEach((column, j) => {
      const start = (i * columns.length + j) * height * width;
      column.weights.forEach((weight, b) => {
        for (let x = 0; x < width; x++) {
          const lag = wrap(x - column.from - b);
          for (let y = 0; y < height; y++) out[start + y * width + x] += weight * band[y * side + lag];
        }
      });
    });
  });
  return out;
}
function explainedVariance({ lower, size }, cross, points) {
  const whitened = cross.slice();
  const out = new Float64Array(points);
  for (let j = 0; j < size; j++) {
    const row = whitened.subarray(j * points, (j + 1) * points);
    for (let k = 0; k < j; k++) {
      const weight = lower[j * size + k];
      const before = whitened.subarray(k * points, (k + 1) * points);
      for (let i = 0; i < points; i++) row[i] -= weight * before[i];
    }
    const pivot = lower[j * size + j];
    for (let i = 0; i < points; i++) {
      row[i] /= pivot;
      out[i] += row[i] ** 2;
    }
  }
  return out;
}

// generative/synthetic/pair-fields.ts
var PIXEL = 0.05;
var SOUTH = 42;
var WEST = 4;
function pairGrid(rows, columns, factor) {
  const edges = (corner, i) => Number((corner + i * factor * PIXEL).toFixed(9));
  const axis = (name, n, corner, attributes) => ({
    name,
    dims: [name],
    values: Float64Array.from({ length: n }, (_, i) => edges(corner, i + 0.5)),
    bounds: Float64Array.from({ length: 2 * n }, (_, i) => edges(corner, Math.floor(i / 2) + i % 2)),
    attributes
  });
  return [
    axis("lat", rows, SOUTH, { standard_name: "latitude", units: "degrees_north", axis: "Y" }),
    axis("lon", columns, WEST, { standard_name: "longitude", units: "degrees_east", axis: "X" })
  ];
}
function rainField({ values, shape }, first, factor, longName) {
  const [times, rows, columns] = shape;
  const time = {
    name: "time",
    dims: ["time"],
    values: Float64Array.from({ length: times }, (_, i) => first + i + 0.5),
    bounds: Float64Array.from({ length: 2 * times }, (_, i) => first + Math.floor(i / 2) + i % 2),
    attributes: { standard_name: "time", units: "hours since 2001-01-01 00:00:00", calendar: "standard", axis: "T" }
  };
  return new Field({
    name: "pr",
    dims: ["time", "lat", "lon"],
    shape,
    values,
    units: "mm h-1",
    coordinates: [time, ...pairGrid(rows, columns, factor)],
    attributes: { standard_name: "lwe_precipitation_rate", long_name: longName, cell_methods: "time: mean" }
  });
}
function orographyField(standardised, rows, columns) {
  return new Field({
    name: "orog",
    dims: ["lat", "lon"],
    shape: [rows, columns],
    values: Float32Array.from(standardised, (z) => 1e3 + 300 * z),
    units: "m",
    coordinates: pairGrid(rows, columns, 1),
    attributes: { standard_name: "surface_altitude", long_name: "height of the ground" }
  });
}

// generative/synthetic/pairs.ts
function syntheticPairs(options) {
  const { times, firstTime = 0, ...rest } = options;
  checkOption("syntheticPairs", "times", times, Number.isInteger(times) && times >= 1, "it must be an integer \u2265 1");
  checkOption(
    "syntheticPairs",
    "firstTime",
    firstTime,
    Number.isInteger(firstTime) && firstTime >= 0,
    "it must be \u2265 0"
  );
  const climate = pairClimate(rest);
  const { height, width, rows, columns, factor } = climate;
  const [points, cells] = [height * width, rows.length * columns.length];
  const fine = new Float32Array(times * points);
  const coarse = new Float32Array(times * cells);
  for (let n = 0; n < times; n++) {
    const { latent, seen } = hourOf(climate, firstTime + n);
    for (let i = 0; i < points; i++) fine[n * points + i] = rainOfLatent(climate, latent[i]);
    for (let j = 0; j < cells; j++) coarse[n * cells + j] = coarseRain(climate, seen[j]);
  }
  const laws = /* @__PURE__ */ new Map();
  const prepared = (withOrography) => {
    const law = laws.get(withOrography) ?? new PairLaw(climate, withOrography);
    laws.set(withOrography, law);
    return law;
  };
  const at = (withOrography, n) => {
    const holds = Number.isInteger(n) && n >= 0 && n < times;
    checkOption("law", "n", n, holds, `it must be an integer from 0 to ${times - 1}`);
    return prepared(withOrography).given(coarse.subarray(n * cells, (n + 1) * cells));
  };
  const mean = (v) => v.reduce((a, b) => a + b, 0) / v.length;
  return {
    fine: rainField({ values: fine, shape: [times, height, width] }, firstTime, 1, "rain rate"),
    coarse: rainField(
      { values: coarse, shape: [times, rows.length, columns.length] },
      firstTime,
      factor,
      "rain rate of a coarse data set"
    ),
    orography: orographyField(climate.orography, height, width),
    climate,
    law: (n) => at(true, n),
    lawWithoutOrography: (n) => at(false, n),
    expectedCrps: () => ({
      withOrography: mean(prepared(true).expectedCrps()),
      withoutOrography: mean(prepared(false).expectedCrps())
    })
  };
}
function hourOf(climate, hour) {
  const { seed, side, height, width, rows, columns, weather, orography, orographyShare, coarseNoise } = climate;
  const stream = pairStream(seed).split("hour").split(hour);
  const latent = windowOf(torusFields(weather, side, stream.split("weather")).re, side, height, width);
  const root = Math.sqrt(orographyShare);
  for (let i = 0; i < latent.length; i++) latent[i] += root * orography[i];
  const noise = stream.split("noise").normal(rows.length * columns.length);
  const seen = cellMeans(latent, width, rows, columns).map((y, j) => y + coarseNoise * noise[j]);
  return { latent, seen };
}

// cli/demo/run.ts
var learnedFrom = { fine: "fine.nc", coarse: "coarse.nc", orography: "orography.nc" };
var heldOut = { coarse: "held-out-coarse.nc", fine: "held-out-fine.nc" };
var made = { ensemble: "downscaled.nc", hour: "downscaled.tif", map: "map.png" };
var fileNames = [learnedFrom, heldOut, made].flatMap((group) => Object.values(group));
function shown(path) {
  const near = relative(process.cwd(), path);
  return shellWord(near.startsWith("..") ? path : near || ".");
}
async function demo(options) {
  const plan = resolvePlan(options);
  const path = (name) => join(plan.out, name);
  checkFolder(plan.out);
  if (existsSync(plan.out)) {
    prepareOutputs(
      fileNames.map((name) => ({ path: path(name), option: "out" })),
      [],
      options.overwrite
    );
  }
  if (options.dryRun) return emitJson({ command: "demo", ...plan });
  const began = performance.now();
  const interrupt = onInterrupt("stopping; again to stop at once");
  try {
    say(`1/4  ${plan.hours} hours of synthetic rain seen by two data sets, 64 x 64 and 16 x 16, and ${plan.heldOut} held out`);
    const data = makePairs(plan);
    await writePairs(data, plan);
    say(`2/4  training on both and the orography for ${plan.steps} steps`);
    const run = await trainModel(plan, interrupt);
    say(`3/4  downscaling ${plan.heldOut} held-out hours, ${plan.members} members`);
    const fine = await drawMembers(run, data, plan, interrupt);
    say("4/4  scores on the held-out hours");
    const rows = await scoreAll(fine, data, plan);
    await writeEnsemble(fine, data, plan);
    const seconds = (performance.now() - began) / 1e3;
    const files = fileNames.map(path);
    if (options.json) return emitJson({ seconds, run, files, steps: plan.steps, scores: rows.map(scoresJson) });
    emit(scoreTable(rows));
    say("The exact law is told what monge is told: no method from that has less CRPS in the long run.");
    for (const file of files) say(`wrote ${shown(file)}`);
    const [coarse, orography] = [path(heldOut.coarse), path(learnedFrom.orography)].map(shown);
    say(`${duration(seconds)}; next: monge downscale ${shown(run)} ${coarse} --static ${orography} -o again.nc`);
  } finally {
    interrupt.stop();
  }
}
function resolvePlan(o) {
  const { seed, steps, hours, heldOut: heldOut2, members, channels, batch, evaluations } = o;
  if (channels % 8 !== 0) {
    throw new OptionsError(`--channels is ${channels}; it must be a multiple of 8`, "channels", channels);
  }
  const threads = o.threads ?? Math.min(2, availableParallelism());
  return { out: resolve(o.out), seed, steps, hours, heldOut: heldOut2, members, channels, batch, evaluations, threads };
}
function makePairs({ seed, hours, heldOut: heldOut2 }) {
  return {
    learned: syntheticPairs({ seed, times: hours }),
    held: syntheticPairs({ seed, times: heldOut2, firstTime: hours })
  };
}
var historyOf = ({ seed, steps }) => `monge demo --seed ${seed} --steps ${steps} (monge ${version()})`;
async function writePairs({ learned, held }, plan) {
  await mkdir(plan.out, { recursive: true });
  const write = (name, field, title) => writeNetcdf(join(plan.out, name), field, {
    history: historyOf(plan),
    attributes: { title, source: `monge ${version()}: synthetic rain, seed ${plan.seed}` }
  });
  await write(learnedFrom.fine, learned.fine, "Synthetic rain");
  await write(learnedFrom.coarse, learned.coarse, "Coarse data set of the rain of fine.nc");
  await write(learnedFrom.orography, learned.orography, "Height of the ground under the synthetic rain");
  await write(heldOut.coarse, held.coarse, "Coarse data set of the rain of held-out-fine.nc");
  await write(heldOut.fine, held.fine, "Synthetic rain that was held out");
}
async function trainModel(plan, interrupt) {
  const { out, seed, steps, threads, channels, batch } = plan;
  const bar = startProgress("training", steps, { unit: "steps" });
  const path = (name) => join(out, name);
  const ended = await train(
    { fine: path(learnedFrom.fine), coarse: path(learnedFrom.coarse), static: path(learnedFrom.orography) },
    {
      seed,
      steps,
      batch,
      network: { baseChannels: channels },
      warmup: Math.min(50, steps),
      threads,
      out: path("runs"),
      name: "demo",
      checkpointEvery: Math.max(steps, 1),
      signal: interrupt.signal,
      onProgress: ({ step, loss }) => bar.update(step, `loss ${loss.toFixed(4)}`),
      onFinish: drawLoss
    }
  ).finally(() => bar.stop());
  await ended.downscaler?.dispose();
  if (ended.status === "diverged") throw new ConvergenceError(ended.reason, "diverged");
  if (ended.status === "aborted") throw interrupt.error();
  return ended.run;
}
async function drawMembers(run, { held }, plan, interrupt) {
  const { members, seed, evaluations, threads } = plan;
  const model = await loadDownscaler(run, { threads });
  const total = plan.heldOut * members * evaluations;
  const bar = startProgress("downscaling", total, { unit: "evaluations" });
  try {
    return await downscale(model, held.coarse, {
      static: [held.orography],
      members,
      seed,
      evaluations,
      signal: interrupt.signal,
      onProgress: (done, all) => bar.update(Math.round(done / all * total))
    });
  } finally {
    bar.stop();
    await model.dispose();
  }
}
var arrayOf = ({ values, shape }) => ({ values: Float32Array.from(values), shape });
async function scoreAll(fine, { learned, held }, { members, seed }) {
  const [truth, coarse] = [arrayOf(held.fine), arrayOf(held.coarse)];
  const row = (method, ensemble) => ({
    method,
    scores: verifyTiles(ensemble, truth, coarse).pooled
  });
  const { fine: observed, coarse: reported } = learned;
  const smooth = baselineDownscaler({ method: "bilinear", grid: observed });
  const mapping = baselineDownscaler({ method: "qm", fine: observed, coarse: reported, window: "year" });
  return [
    row("monge", arrayOf(fine)),
    row("bilinear", arrayOf(await downscale(smooth, held.coarse))),
    row("quantile mapping", arrayOf(await downscale(mapping, held.coarse))),
    row("exact law", exactEnsemble(held, members, seed))
  ];
}
function exactEnsemble({ fine, law }, members, seed) {
  const [hours, height, width] = fine.shape;
  const values = new Float32Array(hours * members * height * width);
  for (let n = 0; n < hours; n++) {
    values.set(law(n).sample(members, rng(seed).split("exact").split(n)), n * members * height * width);
  }
  return { values, shape: [hours, members, height, width] };
}
async function writeEnsemble(fine, { held }, plan) {
  const path = (name) => join(plan.out, name);
  await writeNetcdf(path(made.ensemble), fine, {
    history: historyOf(plan),
    attributes: { title: `Ensemble of fine precipitation from ${heldOut.coarse}`, source: `monge ${version()}` }
  });
  const bands = Array.from({ length: plan.members }, (_, i) => `member=${i}`);
  await writeGeotiff(path(made.hour), fine.isel({ time: 0 }), { bands });
  await drawEnsemble(path(made.map), {
    coarse: held.coarse,
    fine: arrayOf(fine),
    grid: held.fine,
    truth: held.fine,
    title: "Synthetic rain"
  });
}
export {
  demo
};
