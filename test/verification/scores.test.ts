import { DomainError, rng } from "../../engine/index.ts";
import { fft2, filterNoise, inverseFft2, quantile, spectralAmplitude } from "../../engine/numerics/index.ts";
import {
  contingencyScores,
  fss,
  heavyRainRegionError,
  peakPrecipitationError,
  ralsd,
  rankHistogram,
  rapsd,
  returnLevel,
  spreadSkill,
} from "../../verification/index.ts";
import { spectralSlope } from "../../verification/scores/index.ts";
import { assert, close, test, throws } from "../harness.ts";

test("the Fourier transform is the sum of its definition at sizes of every kind", () => {
  // biome-ignore format: a table
  const rows = [
    [1, 1], [2, 2], [4, 8], [3, 5], [6, 16], [7, 12], [1, 9],
  ] as const;
  for (const [h, w] of rows) {
    const random = rng(h * 100 + w);
    const [re, im] = [random.normal(h * w), random.normal(h * w)];
    const f = fft2(re, h, w, im);
    for (let k = 0; k < h * w; k++) {
      let [a, b] = [0, 0];
      for (let x = 0; x < h * w; x++) {
        const phase = Math.floor(k / w) * Math.floor(x / w) * w + (k % w) * (x % w) * h;
        const angle = (-2 * Math.PI * phase) / (h * w);
        a += re[x]! * Math.cos(angle) - im[x]! * Math.sin(angle);
        b += re[x]! * Math.sin(angle) + im[x]! * Math.cos(angle);
      }
      close(f.re[k]!, a, 1e-12, `${h}×${w} real ${k}`);
      close(f.im[k]!, b, 1e-12, `${h}×${w} imaginary ${k}`);
    }
    const back = inverseFft2(f, h, w);
    for (let x = 0; x < h * w; x++) close(back.re[x]!, re[x]!, 1e-13, "round trip");
  }
});

test("contingency scores of 82 hits, 38 false alarms, 23 misses, 222 correct negatives", () => {
  const s = contingencyScores({ hits: 82, falseAlarms: 38, misses: 23, correctNegatives: 222 });
  const expected = {
    accuracy: 0.83287671,
    frequencyBias: 1.1428571,
    pod: 0.7809524,
    far: 0.316667,
    pofd: 0.146154,
    csi: 0.573426,
    hss: 0.608871,
    hk: 0.6348,
    ets: 0.437682,
    sedi: 0.789308,
    mcc: 0.611707,
    f1: 0.728889,
  };
  for (const [name, value] of Object.entries(expected)) close(s[name as keyof typeof s], value, 2e-6, name);
  close(s.csi, s.f1 / (2 - s.f1), 1e-15, "CSI = F1/(2 − F1)");
});

test("FSS is 1 for equal fields, the pixel formula at window 1, and 2of/(o² + f²) over the whole domain", () => {
  const n = 10;
  const field = (share: number, seed: number) => {
    const out = new Float64Array(n * n);
    for (const i of rng(seed)
      .permutation(n * n)
      .slice(0, share * n * n))
      out[i] = 1;
    return out;
  };
  const [f, o] = [field(0.2, 1), field(0.3, 2)];
  close(fss(f, f, n, n, { threshold: 0.5, window: 3 }), 1, 1e-15, "identical");
  let both = 0;
  for (let i = 0; i < n * n; i++) both += f[i]! * o[i]!;
  close(fss(f, o, n, n, { threshold: 0.5, window: 1 }), (2 * both) / 50, 1e-14, "pixels");
  close(fss(f, o, n, n, { threshold: 0.5, window: 2 * n - 1 }), 0.923077, 5e-7, "windows that all hold the domain");
});

test("FSS windows are those of a zero-padded moving average, of odd and even side", () => {
  const [h, w] = [6, 7];
  const random = rng(4);
  const [f, o] = [random.uniform(h * w), random.uniform(h * w)];
  for (const window of [2, 3, 4]) {
    const share = (v: Float64Array, y: number, x: number) => {
      let count = 0;
      for (let dy = 0; dy < window; dy++) {
        for (let dx = 0; dx < window; dx++) {
          const [yy, xx] = [y + dy - Math.floor(window / 2), x + dx - Math.floor(window / 2)];
          if (yy >= 0 && yy < h && xx >= 0 && xx < w && v[yy * w + xx]! >= 0.6) count++;
        }
      }
      return count / window ** 2;
    };
    let [above, below] = [0, 0];
    for (let i = 0; i < h * w; i++) {
      const [a, b] = [share(f, Math.floor(i / w), i % w), share(o, Math.floor(i / w), i % w)];
      above += (a - b) ** 2;
      below += a * a + b * b;
    }
    close(fss(f, o, h, w, { threshold: 0.6, window }), 1 - above / below, 1e-13, `window ${window}`);
  }
});

test("a field of power k^−β is fitted with slope β, and RALSD(P, c²P) = |20 log₁₀ c| dB", () => {
  const n = 64;
  const filter = spectralAmplitude(n, n, 3);
  const fields = new Float64Array(20 * n * n);
  for (let m = 0; m < 20; m++)
    fields.set(
      filterNoise(
        rng(6)
          .split(m)
          .normal(n * n),
        filter,
        n,
        n,
      ),
      m * n * n,
    );
  const power = rapsd(fields, n);
  close(spectralSlope(power, 2), 3, 0.1, "slope");
  close(
    ralsd(
      rapsd(
        fields.map((v) => 2 * v),
        n,
      ),
      power,
    ),
    6.0206,
    5e-5,
    "factor 2",
  );
});

test("an exchangeable ensemble has flat ranks and spread–skill 1; a shifted truth fills the last rank", () => {
  const [cases, members] = [40_000, 4];
  const random = rng(7);
  const ensemble = { values: random.normal(cases * members), shape: [cases, members] };
  const truth = { values: random.normal(cases), shape: [cases] };
  const ranks = rankHistogram(ensemble, truth);
  const chi2 = ranks.reduce((s, r) => s + (cases * (r - 0.2) ** 2) / 0.2, 0);
  assert.ok(chi2 < 18.5, `χ² with 4 degrees of freedom is ${chi2}`); // p = 0.001
  close(spreadSkill(ensemble, truth), 1, 0.02, "spread–skill"); // RMSE known to 0.35 %
  const shifted = { values: truth.values.map((v) => v + 10), shape: [cases] };
  close(rankHistogram(ensemble, shifted)[members]!, 1, 0, "last rank");
});

test("ties are shared out over their ranks, and at random with the same mean", () => {
  const cases = 30_000;
  const ensemble = { values: new Float64Array(cases * 3).map((_, i) => (i % 3 === 2 ? 1 : 0)), shape: [cases, 3] };
  const truth = { values: new Float64Array(cases), shape: [cases] };
  const split = rankHistogram(ensemble, truth); // truth 0 ties two of the members 0, 0, 1
  [1 / 3, 1 / 3, 1 / 3, 0].forEach((p, r) => {
    close(split[r]!, p, 1e-12, `rank ${r}`);
  });
  const drawn = rankHistogram(ensemble, truth, { random: rng(8) });
  [1 / 3, 1 / 3, 1 / 3, 0].forEach((p, r) => {
    close(drawn[r]!, p, 0.011, `drawn rank ${r}`);
  }); // 4 standard errors
  assert.equal(drawn, rankHistogram(ensemble, truth, { random: rng(8) }), "the same seed, the same ranks");
  const dry = { values: new Float64Array(4), shape: [1, 4] };
  throws(() => rankHistogram(dry, { values: new Float64Array(1), shape: [1] }), DomainError, /^/);
});

test("HRRE counts pixels and MPPE compares quantiles, wherever they lie", () => {
  const truth = Float64Array.of(0, 10, 60, 57, 56, 3, 2, 1);
  const forecast = Float64Array.of(55, 10, 70, 0, 0, 3, 2, 1);
  assert.is(heavyRainRegionError(forecast, truth), 2);
  close(peakPrecipitationError(forecast, truth, 0.5), Math.abs(2.5 - 6.5), 1e-14);
  close(peakPrecipitationError(forecast, truth), 70 - 0.007 * 15 - (60 - 0.007 * 3), 1e-12);
  assert.is(heavyRainRegionError(forecast.toReversed(), truth), 2);
  assert.is(peakPrecipitationError(forecast.toReversed(), truth), peakPrecipitationError(forecast, truth));
});

test("quantiles interpolate between order statistics", () => {
  close(quantile([3, 1, 2, 10], 0.5), 2.5, 0);
  close(quantile([3, 1, 2, 10], 0.9), 3 + 0.7 * 7, 1e-14);
  assert.is(quantile([5], 0.3), 5);
  assert.is(quantile([1, 2], 1), 2);
});

test("return levels of GEV(50, 15, 0.1), and the Gumbel law as the limit of shape 0", () => {
  const law = { location: 50, scale: 15, shape: 0.1 };
  [
    [2, 55.5997],
    [10, 87.8553],
    [50, 121.5901],
    [100, 137.6146],
  ].forEach(([period, level]) => {
    close(returnLevel(law, period!), level!, 6e-5, `T = ${period}`);
  });
  close(returnLevel({ ...law, shape: 1e-9 }, 50), returnLevel({ ...law, shape: 0 }, 50), 1e-6);
});

test.run();
