import { test } from "uvu";
import * as assert from "uvu/assert";
import { OptionsError } from "../../../engine/errors.ts";
import { quantile } from "../../../engine/numerics/quantile.ts";
import { normalCdf } from "../../../engine/numerics/special.ts";
import { rng } from "../../../engine/rng.ts";
import {
  ConditionalRain,
  crpsCensoredLogNormal,
  halfMeanDifference,
  heldOutPeriod,
  latentOfRain,
  rainClimate,
  rainOfLatent,
  sliceDays,
  syntheticRain,
} from "../../../generative/synthetic/index.ts";
import { crps, rapsd, spectralSlope, verifyTiles } from "../../../verification/index.ts";
import { close } from "../../close.ts";

const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;

test("an archive is a function of its seed, and a day of its number alone", () => {
  const options = { seed: 3, size: 16, coarseNoise: 0.1 };
  const all = syntheticRain({ ...options, days: 12 });
  const some = syntheticRain({ ...options, days: 3, firstDay: 7 });
  for (const part of ["fine", "coarse", "latent", "latentCoarse"] as const) {
    assert.equal(some[part], sliceDays(all[part], 7, 10), part);
  }
  assert.equal(some.regime, all.regime.slice(7, 10));
  assert.not.equal(all.fine.values, syntheticRain({ ...options, days: 12, seed: 4 }).fine.values);
});

test("the coarse fields are block means, and the rain is the stated function of the latent field", () => {
  const { fine, coarse, latent, climate } = syntheticRain({ seed: 1, days: 2, size: 16, factor: 8 });
  assert.equal(coarse.shape, [2, 2, 2]);
  for (let b = 0; b < 8; b++) {
    let sum = 0;
    for (let y = 0; y < 8; y++) {
      for (let x = 0; x < 8; x++) sum += fine.values[Math.floor(b / 2) * 128 + y * 16 + (b % 2) * 8 + x]!;
    }
    close(coarse.values[b]!, sum / 64, 1e-6 * (sum / 64), `block ${b}`);
  }
  for (let i = 0; i < fine.values.length; i++) {
    const r = fine.values[i]!;
    close(rainOfLatent(climate, latent.values[i]!), r, 2e-6 * (r + 1), "R = T(G)"); // G is stored in float32
    if (r > 0.01) close(latentOfRain(climate, r), latent.values[i]!, 1e-5, "T⁻¹");
  }
});

test("dry share and 0.999-quantile hold exactly over the climate's law, and in an archive within its noise", () => {
  const options = { seed: 5, size: 32, dryFraction: 0.6, extreme: 25 };
  const climate = rainClimate(options);
  const above = (r: number) => mean(climate.mean.map((m) => normalCdf(m - latentOfRain(climate, r))));
  close(above(0), 0.4, 1e-12, "wet share");
  close(above(25), 0.001, 1e-14, "share above 25 mm/h");
  const { fine } = syntheticRain({ ...options, days: 1500, persistence: 0 });
  const wet = mean(fine.values.map((r) => (r > 0 ? 1 : 0)));
  close(wet, 0.4, 0.02, "wet share of 1500 days"); // one day's wet share has deviation ≈ 0.2: 4 standard errors
  close(quantile(fine.values, 0.999), 25, 4, "0.999-quantile of 1500 days");
});

test("latent anomalies have variance 1, the regime its share and its memory, and the field its slope", () => {
  const archive = syntheticRain({ seed: 6, days: 4000, size: 8, persistence: 3, regimeShare: 0.3 });
  const { latent, climate, regime } = archive;
  const anomaly = latent.values.map((g, i) => g - climate.mean[i % 64]!);
  close(mean(anomaly.map((a) => a * a)), 1, 0.06, "Var G");
  close(mean(regime.map((m) => m * m)), 0.3, 0.06, "variance of the regime"); // ≈ 1300 independent values, 4σ = 0.047
  const lag = (k: number) => mean(regime.slice(k).map((m, i) => m * regime[i]!)) / mean(regime.map((m) => m * m));
  close(lag(3), Math.exp(-1), 0.09, "autocorrelation at 3 days");
  close(lag(30), 0, 0.12, "autocorrelation at 30 days");
  const fields = syntheticRain({ seed: 7, days: 20, size: 64, slope: 2.5, orographicEffect: 0 }).latent.values;
  close(spectralSlope(rapsd(fields, 64), 2), 2.5, 0.1, "slope");
});

/** Posterior mean and variance of G by dense linear algebra: C from the spectrum, A as a matrix, Cholesky solves. */
function dense(climate: ReturnType<typeof rainClimate>, y: ArrayLike<number>) {
  const { size, factor, power, coarseNoise } = climate;
  const [n, h] = [size * size, size / factor];
  const covariance = Float64Array.from({ length: n }, (_, lag) => {
    let sum = 0;
    for (let k = 0; k < n; k++) {
      const phase = Math.floor(k / size) * Math.floor(lag / size) + (k % size) * (lag % size);
      sum += power[k]! * Math.cos((2 * Math.PI * phase) / size);
    }
    return sum / n;
  });
  const c = (i: number, j: number) => {
    const dy = (Math.floor(i / size) - Math.floor(j / size) + size) % size;
    return covariance[dy * size + (((i % size) - (j % size) + size) % size)]!;
  };
  const cell = (i: number) => Math.floor(i / size / factor) * h + Math.floor((i % size) / factor);
  const m = h * h;
  const cross = Array.from({ length: n }, () => new Float64Array(m)); // C Aᵀ
  const inner = Array.from({ length: m }, (_, a) =>
    Float64Array.from({ length: m }, (_, b) => (a === b ? coarseNoise ** 2 : 0)),
  );
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) cross[i]![cell(j)]! += c(i, j) / factor ** 2;
  for (let i = 0; i < n; i++) for (let b = 0; b < m; b++) inner[cell(i)]![b]! += cross[i]![b]! / factor ** 2;
  const solve = (right: Float64Array): Float64Array => {
    const [a, x] = [inner.map((row) => row.slice()), right.slice()];
    for (let p = 0; p < m; p++) {
      for (let r = p + 1; r < m; r++) {
        const f = a[r]![p]! / a[p]![p]!;
        for (let q = p; q < m; q++) a[r]![q]! -= f * a[p]![q]!;
        x[r]! -= f * x[p]!;
      }
    }
    for (let p = m - 1; p >= 0; p--) {
      for (let q = p + 1; q < m; q++) x[p]! -= a[p]![q]! * x[q]!;
      x[p]! /= a[p]![p]!;
    }
    return x;
  };
  const anomaly = Float64Array.from({ length: m }, (_, b) => y[b]!);
  for (let i = 0; i < n; i++) anomaly[cell(i)]! -= climate.mean[i]! / factor ** 2;
  const weights = solve(anomaly);
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, k) => s + v * b[k]!, 0);
  return {
    mean: Float64Array.from({ length: n }, (_, i) => climate.mean[i]! + dot(cross[i]!, weights)),
    variance: Float64Array.from({ length: n }, (_, i) => c(i, i) - dot(cross[i]!, solve(cross[i]!))),
  };
}

test("the conditional law by Fourier transform is that of dense Gaussian conditioning", () => {
  for (const [size, factor, coarseNoise] of [
    [8, 4, 0],
    [8, 2, 0.3],
    [12, 3, 0.1],
  ] as const) {
    const climate = rainClimate({ seed: 8, size, factor, coarseNoise });
    const y = rng(9).normal((size / factor) ** 2);
    const law = new ConditionalRain(climate).latent(y);
    const expected = dense(climate, y);
    for (let i = 0; i < size * size; i++) {
      close(law.mean[i]!, expected.mean[i]!, 1e-11, `mean, ${size}/${factor}`);
      close(law.deviation[i]! ** 2, expected.variance[i]!, 1e-11, `variance, ${size}/${factor}`);
    }
  }
});

test("exact samples repeat the coarse field without noise, and have the law's mean, spread and exceedance", () => {
  const climate = rainClimate({ seed: 10, size: 16 });
  const y = syntheticRain({ seed: 10, days: 1, size: 16 }).latentCoarse.values;
  const conditional = new ConditionalRain(climate);
  const members = 4000;
  const g = conditional.sampleLatent(y, members, rng(1));
  for (let b = 0; b < 16; b++) {
    let sum = 0;
    for (let d = 0; d < 16; d++) sum += g[(Math.floor(b / 4) * 4 + (d >> 2)) * 16 + (b % 4) * 4 + (d & 3)]!;
    close(sum / 16, y[b]!, 1e-12, `block ${b}`);
  }
  const law = conditional.latent(y);
  const wet = conditional.exceedance(y, 1);
  const rain = conditional.sample(y, members, rng(1));
  for (let i = 0; i < 256; i += 5) {
    const at = Float64Array.from({ length: members }, (_, m) => g[m * 256 + i]!);
    const s = law.deviation[i]!;
    close(mean(at), law.mean[i]!, (4.5 * s) / Math.sqrt(members), "mean");
    close(mean(at.map((v) => (v - law.mean[i]!) ** 2)) / s ** 2, 1, 4.5 * Math.sqrt(2 / members), "variance");
    const p = wet[i]!;
    const share = mean(Float64Array.from({ length: members }, (_, m) => (rain[m * 256 + i]! > 1 ? 1 : 0)));
    close(share, p, 4.5 * Math.sqrt((p * (1 - p)) / members) + 1 / members, "P(R > 1)");
  }
});

test("over the generator's days, exact exceedances and quantiles are reliable", () => {
  const archive = syntheticRain({ seed: 11, days: 600, size: 16, coarseNoise: 0.2, persistence: 0 });
  const conditional = new ConditionalRain(archive.climate);
  const sums = { forecast: 0, event: 0, square: 0, below: 0, wetQuantile: 0, brier: 0 };
  for (let d = 0; d < 600; d++) {
    const y = archive.latentCoarse.values.subarray(d * 16, (d + 1) * 16);
    const truth = archive.fine.values.subarray(d * 256, (d + 1) * 256);
    const p = conditional.exceedance(y, 2);
    const q90 = conditional.quantile(y, 0.9);
    for (let i = 0; i < 256; i++) {
      const event = truth[i]! > 2 ? 1 : 0;
      sums.forecast += p[i]!;
      sums.event += event;
      sums.square += p[i]! * (1 - p[i]!);
      sums.brier += (event - p[i]!) ** 2;
      if (q90[i]! > 0) {
        sums.wetQuantile++;
        if (truth[i]! <= q90[i]!) sums.below++;
      }
    }
  }
  close(sums.event / sums.forecast, 1, 0.03, "events per unit of probability");
  close(sums.brier / sums.square, 1, 0.03, "Brier score per expected Brier score, E p(1 − p)");
  close(sums.below / sums.wetQuantile, 0.9, 0.01, "share below the 0.9-quantile");
});

test("the CRPS of the censored lognormal is the integral of its definition", () => {
  for (const [y, mu, sigma, c] of [
    [0, 0.2, 0.9, 1],
    [0, -3, 0.4, 1],
    [2.5, 0.2, 0.9, 1],
    [0.3, 1.5, 0.5, 0.7],
    [40, 1, 1.2, 1.1],
    [1, -4, 1, 1],
  ] as const) {
    const cdf = (r: number) => normalCdf((Math.log(r + c) - mu) / sigma);
    // On a logarithmic axis r = c(eᵗ − 1) the integrand is smooth on both sides of y.
    const side = (from: number, to: number, jump: number) => {
      const n = 20_000;
      let sum = 0;
      for (let i = 0; i <= n; i++) {
        const t = from + ((to - from) * i) / n;
        const weight = i === 0 || i === n ? 1 : i % 2 ? 4 : 2;
        sum += weight * (cdf(c * Math.expm1(t)) - jump) ** 2 * c * Math.exp(t);
      }
      return (sum * (to - from)) / (3 * n);
    };
    const split = Math.log1p(y / c);
    const top = Math.max(split, mu + 12 * sigma - Math.log(c)) + 0.1;
    close(crpsCensoredLogNormal(y, mu, sigma, c), side(0, split, 0) + side(split, top, 1), 1e-11 * (1 + y), `y = ${y}`);
  }
});

test("the exact CRPS is the limit of large exact ensembles, and its mean over days is its expectation", () => {
  const archive = syntheticRain({ seed: 12, days: 400, size: 16, persistence: 0 });
  const conditional = new ConditionalRain(archive.climate);
  const y = archive.latentCoarse.values.subarray(0, 16);
  const truth = archive.fine.values.subarray(0, 256);
  const exact = conditional.crps(y, truth);
  const members = 3000;
  const sample = conditional.sample(y, members, rng(3));
  for (let i = 0; i < 256; i += 17) {
    const column = Float64Array.from({ length: members }, (_, m) => sample[m * 256 + i]!);
    const spread = Math.sqrt(mean(column.map((r) => r * r)));
    // Rain rarer than one member in 3000 may not be seen at all: 1e-6 mm/h.
    close(crps(column, truth[i]!), exact[i]!, (5 * spread) / Math.sqrt(members) + 1e-6, `pixel ${i}`);
  }
  let [score, expected] = [0, 0];
  for (let d = 0; d < 400; d++) {
    const at = archive.latentCoarse.values.subarray(d * 16, (d + 1) * 16);
    score += mean(conditional.crps(at, archive.fine.values.subarray(d * 256, (d + 1) * 256)));
    expected += mean(conditional.expectedCrps(at));
  }
  close(score / expected, 1, 0.06, "mean score over its expectation");
  close(halfMeanDifference(0, 1, 1e-12), Math.exp(0.5) * (2 * normalCdf(Math.SQRT1_2) - 1), 1e-9, "Gini's lognormal");
});

test("verifyTiles finds the exact ensemble calibrated: flat ranks, spread–skill 1, no quantile bias, the exact CRPS", () => {
  const [days, members] = [150, 8];
  const archive = syntheticRain({ seed: 13, days, size: 32, persistence: 0 });
  const conditional = new ConditionalRain(archive.climate);
  const values = new Float32Array(days * members * 1024);
  let exact = 0;
  for (let d = 0; d < days; d++) {
    const y = archive.latentCoarse.values.subarray(d * 64, (d + 1) * 64);
    values.set(conditional.sample(y, members, rng(4).split(d)), d * members * 1024);
    exact += mean(conditional.crps(y, archive.fine.values.subarray(d * 1024, (d + 1) * 1024))) / days;
  }
  const ensemble = { values, shape: [days, members, 32, 32] };
  const { pooled } = verifyTiles(ensemble, archive.fine, archive.coarse, { wetThreshold: 1e-6, seed: 1 });
  close(pooled.crps / exact, 1, 0.03, "CRPS over the exact one");
  close(pooled.spreadSkill, 1, 0.12, "spread–skill of a heavy-tailed law");
  for (let r = 0; r <= members; r++) close(pooled.rankHistogram[r]!, 1 / 9, 0.008, `rank ${r}`);
  close(pooled.quantiles[0]!.pooledBias, 0, 0.05, "q99");
  close(pooled.wetFractionBias, 0, 0.02, "wet share");
  close(pooled.ralsd.log, 0, 0.4, "RALSD of ln(1 + R), dB");
});

test("the held-out period ends the archive, after a gap", () => {
  assert.equal(heldOutPeriod(200), { train: { from: 0, to: 130 }, heldOut: { from: 160, to: 200 } });
  assert.equal(heldOutPeriod(10, { share: 0.5, gap: 0 }), { train: { from: 0, to: 5 }, heldOut: { from: 5, to: 10 } });
  const expect = (run: () => unknown, option: string) =>
    assert.throws(run, (e: unknown) => e instanceof OptionsError && e.option === option);
  expect(() => heldOutPeriod(30), "days");
  expect(() => heldOutPeriod(100, { share: 1 }), "share");
  expect(() => syntheticRain({ seed: 1, days: 0 }), "days");
  expect(() => syntheticRain({ seed: 1, days: 1, size: 16, factor: 3 }), "factor");
  expect(() => syntheticRain({ seed: 1, days: 1, dryFraction: 1 }), "dryFraction");
  expect(() => syntheticRain({ seed: 1, days: 1, tail: Number.NaN }), "tail");
});

test.run();
