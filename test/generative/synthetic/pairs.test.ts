// Inside: the climate behind synthetic rain.
import { DomainError, OptionsError, rng, ShapeError } from "../../../engine/index.ts";
import { quantile } from "../../../engine/numerics/quantile.ts";
import { normalCdf } from "../../../engine/numerics/special.ts";
import {
  crpsCensoredLogNormal,
  halfMeanDifference,
} from "../../../examples/synthetic-distribution/censored-lognormal.ts";
import { Conditioning, latentOfRain } from "../../../examples/synthetic-distribution/conditional.ts";
import { type ExactDistribution, exactDistribution } from "../../../examples/synthetic-distribution/index.ts";
import { type SyntheticPairs, syntheticPairs } from "../../../generative/index.ts";
import { cellsAlong } from "../../../generative/synthetic/cells.ts";
import {
  type ClimateSettings,
  rainOfLatent,
  syntheticClimate,
  usualClimate,
} from "../../../generative/synthetic/climate.ts";
import { pairsOf } from "../../../generative/synthetic/pairs.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { hasPython, pythonOn, skip } from "../../io/oracle.ts";

const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
const deviationOf = (v: ArrayLike<number>) => {
  const m = mean(v);
  return Math.sqrt(mean(Array.from(v, (x) => (x - m) ** 2)));
};
const image = ({ fine }: SyntheticPairs, n: number) => {
  const points = fine.shape[1]! * fine.shape[2]!;
  return fine.values.subarray(n * points, (n + 1) * points);
};
/** Pairs of another climate. */
const pairsWith = ({
  times,
  ...settings
}: Partial<ClimateSettings> & { readonly seed: number; readonly times: number }) =>
  pairsOf(syntheticClimate({ ...usualClimate, ...settings }), times, 0);
const distributions = new WeakMap<SyntheticPairs, ExactDistribution>();
/** The exact distribution of pairs, prepared once. */
function exactOf(pairs: SyntheticPairs): ExactDistribution {
  const found = distributions.get(pairs) ?? exactDistribution(pairs);
  distributions.set(pairs, found);
  return found;
}
const small = { size: 12, factor: 4 } as const;
const climate12 = { height: 12, width: 12, factor: 4 } as const;

test("pairs are a function of the seed, and an hour of its number alone", () => {
  const all = syntheticPairs({ ...small, seed: 3, times: 6 });
  const some = syntheticPairs({ ...small, seed: 3, times: 2, firstTime: 4 });
  assert.equal(some.fine.values, all.fine.isel({ time: [4, 6] }).values);
  assert.equal(some.coarse.values, all.coarse.isel({ time: [4, 6] }).values);
  assert.equal(some.fine.coordinate("time")!.bounds, Float64Array.of(4, 5, 5, 6));
  assert.equal(some.orography.values, all.orography.values);
  assert.equal(exactOf(some).conditional(1).mean, exactOf(all).conditional(5).mean);
  assert.not.equal(syntheticPairs({ ...small, seed: 4, times: 6 }).fine.values, all.fine.values);
});

test("both data sets and the ground are fields on one piece of the earth, at any ratio of their grids", () => {
  const { fine, coarse, orography } = syntheticPairs({ seed: 1, times: 2, size: [10, 15], factor: 3.8 });
  assert.equal(
    [fine.shape, coarse.shape, orography.shape],
    [
      [2, 10, 15],
      [2, 3, 4],
      [10, 15],
    ],
  );
  assert.equal([fine.units, coarse.units, orography.units], ["mm h-1", "mm h-1", "m"]);
  for (const name of ["lat", "lon"]) {
    const [f, c] = [fine.coordinate(name)!, coarse.coordinate(name)!];
    assert.equal(orography.coordinate(name), f);
    assert.is(c.bounds![0], f.bounds![0]);
    close(c.bounds![1]! - c.bounds![0]!, 3.8 * (f.bounds![1]! - f.bounds![0]!), 1e-9, "size of a cell");
    close(c.values[1]!, (c.bounds![2]! + c.bounds![3]!) / 2, 1e-9, "centre of a cell");
  }
  assert.equal(coarse.coordinate("time"), fine.coordinate("time"));
});

test("the weights of moved cells are overlaps with pixels, clipped at the border and adding up to 1", () => {
  const plain = (size: number, factor: number, shift: number) =>
    cellsAlong(size, factor, shift).map(({ from, weights }) => [from, ...weights].map((w) => Number(w.toFixed(12))));
  assert.equal(plain(8, 4, 0), [
    [0, 0.25, 0.25, 0.25, 0.25],
    [4, 0.25, 0.25, 0.25, 0.25],
  ]);
  assert.equal(plain(8, 4, 1.5), [
    [1, 0.125, 0.25, 0.25, 0.25, 0.125],
    [5, 0.2, 0.4, 0.4],
  ]);
  assert.equal(plain(5, 2.5, -0.5), [
    [0, 0.5, 0.5],
    [2, 0.4, 0.4, 0.2],
  ]);
});

test("in the long run the fine rain has the dry share that is asked for and its extreme; the other is never dry", () => {
  const wet: number[] = [];
  const extreme: number[] = [];
  let median: number[] = [];
  for (let seed = 0; seed < 150; seed++) {
    const { fine, coarse } = pairsWith({ seed, times: 2, dryFraction: 0.4 });
    wet.push(mean(fine.values.map((r) => (r > 0 ? 1 : 0))));
    extreme.push(mean(fine.values.map((r) => (r > 15 ? 1 : 0))));
    median = median.concat(Array.from(coarse.values.filter((_, i) => i % 37 === 0)));
  }
  const error = (v: number[]) => 4.5 * (deviationOf(v) / Math.sqrt(v.length));
  close(mean(wet), 0.6, error(wet), "wet share");
  close(mean(extreme), 0.001, error(extreme), "share above the extreme");
  assert.ok(error(wet) < 0.05 && error(extreme) < 0.0006, "the errors are small enough to tell");
  close(quantile(Float64Array.from(median), 0.5), 0.3, 0.03, "median of the coarse rain");
  assert.ok(median.every((r) => r > 0));
});

/** Covariances by explicit Fourier matrices, cells by cutting pixels into twentieths; the distribution by numpy's dense solver. */
const ORACLE = `
import json, sys
import numpy as np
o = json.load(sys.stdin)
n, h, w, f = o["side"], o["height"], o["width"], o["factor"]
k = np.fft.fftfreq(n)
radius = np.hypot(k[:, None], k[None, :])
def power(slope, variance):
    p = (1 + (radius * o["outerScale"]) ** 2) ** (-slope / 2)
    return p * variance / p.mean()
def covariance(p):
    e = np.exp(2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)
    return (e @ p @ e.T).real / n**2
def matrix(size, shift):
    cut = 20
    place = (np.arange(size * cut) + 0.5) / cut
    cells = int(np.ceil(size / f - 1e-9))
    rows = []
    for i in range(cells):
        inside = ((place > i * f + shift) & (place < (i + 1) * f + shift)).astype(float)
        row = inside.reshape(size, cut).sum(1)
        rows.append(row / row.sum())
    return np.array(rows)
a = np.kron(matrix(h, o["displacement"][0]), matrix(w, o["displacement"][1]))
yy, xx = [v.ravel() for v in np.mgrid[0:h, 0:w]]
lags = ((yy[:, None] - yy) % n, (xx[:, None] - xx) % n)
weather = covariance(power(o["weatherSlope"], 1 - o["orographyShare"]))[lags]
ground = covariance(power(o["orographySlope"], 1))[lags] * o["orographyShare"]
y = np.log(np.array(o["coarse"]) / o["coarseMedian"]) / o["coarseTail"]
z = (np.array(o["orography"]) - 1000) / 300
out = []
for c, m in ((weather, np.sqrt(o["orographyShare"]) * z), (weather + ground, np.zeros(h * w))):
    s = a @ c @ a.T + o["coarseNoise"] ** 2 * np.eye(len(a))
    gain = np.linalg.solve(s, a @ c).T
    out.append({"mean": (m + gain @ (y - a @ m)).tolist(), "deviation": np.sqrt(np.diag(c - gain @ a @ c)).tolist()})
json.dump(out, sys.stdout)
`;

test("the conditional distribution is that of dense Gaussian conditioning in numpy, with and without the orography", () => {
  if (!hasPython("numpy")) return skip("numpy is not installed");
  for (const options of [
    { ...climate12, seed: 5 },
    { seed: 6, height: 9, width: 14, factor: 3.8, displacement: [-0.35, 1.9], coarseNoise: 0.3, orographyShare: 0.5 },
  ] as const) {
    const pairs = pairsWith({ ...options, times: 2 });
    const { climate, coarse, orography } = pairs;
    const { rows, columns, weather: _w, ground: _g, orography: _o, ...plain } = climate;
    const cells = rows.length * columns.length;
    const input = {
      ...plain,
      coarse: Array.from(coarse.values.subarray(cells)),
      orography: Array.from(orography.values),
    };
    const [given, without] = pythonOn(ORACLE, input) as { mean: number[]; deviation: number[] }[];
    for (const [exact, oracle] of [
      [exactOf(pairs).conditional(1), given!],
      [exactOf(pairs).conditional(1, { orography: false }), without!],
    ] as const) {
      // Heights are float32: 1000 m to 6e-5 m, z to 2e-7.
      for (const [i, m] of oracle.mean.entries()) close(exact.mean[i]!, m, 2e-6, `mean at ${i}`);
      for (const [i, d] of oracle.deviation.entries()) close(exact.deviation[i]!, d, 1e-9, `deviation at ${i}`);
    }
  }
});

test("the truth has every rank among samples equally often: at a pixel, in the mean, and in the roughness", () => {
  const [times, members, points] = [200, 9, 144];
  const pairs = pairsWith({ ...climate12, seed: 9, times, dryFraction: 0.3, coarseNoise: 0.6 });
  const statistics: Record<string, (rain: ArrayLike<number>, n: number) => number> = {
    pixel: (rain, n) => rain[(n * 29) % points]!,
    mean: (rain) => mean(rain),
    roughness: (rain) =>
      mean(Array.from({ length: points - 1 }, (_, i) => Math.abs(Math.log1p(rain[i + 1]!) - Math.log1p(rain[i]!)))),
  };
  const counts = Object.keys(statistics).map(() => new Float64Array(members + 1));
  for (let n = 0; n < times; n++) {
    const random = rng(77).split(n);
    const drawn = Float32Array.from(exactOf(pairs).conditional(n).sample(members, random));
    Object.values(statistics).forEach((statistic, s) => {
      const truth = statistic(image(pairs, n), n);
      const ranks = Array.from({ length: members }, (_, m) =>
        statistic(drawn.subarray(m * points, (m + 1) * points), n),
      );
      const [below, equal] = [ranks.filter((v) => v < truth).length, ranks.filter((v) => v === truth).length];
      counts[s]![below + Math.floor(random.split("tie").uniform() * (equal + 1))]! += 1;
    });
  }
  const each = times / (members + 1);
  Object.keys(statistics).forEach((name, s) => {
    const value = counts[s]!.reduce((sum, c) => sum + (c - each) ** 2 / each, 0);
    assert.ok(value < 37, `${name}: χ² with 9 degrees of freedom is ${value}; 37 is passed once in 40,000 seeds`);
  });
});

test("without orographic share both distributions are one, and an exact coarse pixel tells its latent value", () => {
  const flat = pairsWith({ ...climate12, seed: 2, times: 1, orographyShare: 0 });
  assert.equal(exactOf(flat).conditional(0).mean, exactOf(flat).conditional(0, { orography: false }).mean);
  const wet = pairsWith({
    ...{ seed: 2, times: 1, height: 6, width: 6, factor: 1, displacement: [0, 0], coarseNoise: 1e-4 },
    dryFraction: 0.01,
  });
  const { fine } = wet;
  const { conditional } = exactOf(wet);
  const told = conditional(0).quantile(0.5);
  for (const [i, r] of fine.values.entries()) close(told[i]!, r, 2e-3 * (r + 0.1), `pixel ${i}`);
  assert.ok(
    conditional(0)
      .exceedance(0)
      .every((p) => p > normalCdf(-4)),
  );
});

test("options that make no pairs, and times and values that these data do not have, are refused by name", () => {
  const refused = (options: object, what: RegExp) =>
    throws(() => syntheticPairs({ ...small, seed: 1, times: 1, ...options }), OptionsError, what);
  refused({ times: 0 }, /times is 0/);
  refused({ factor: 0.5 }, /factor is 0.5/);
  const impossible = (settings: object, what: RegExp) =>
    throws(() => pairsWith({ ...climate12, seed: 1, times: 1, ...settings }), OptionsError, what);
  impossible({ displacement: [3, 0] }, /displacement is 3,0; it must be two numbers of at most half a cell, 2/);
  impossible({ height: 13, displacement: [1.5, 0] }, /a part of the last cell inside/);
  impossible({ coarseNoise: 0 }, /coarseNoise is 0/);
  impossible({ orographyShare: 1 }, /orographyShare is 1/);
  const pairs = syntheticPairs({ ...small, seed: 1, times: 1 });
  assert.throws(() => exactOf(pairs).conditional(1), /n is 1; it must be an integer from 0 to 0/);
  const exact = new Conditioning(pairs.climate);
  assert.throws(
    () => exact.given([1]),
    (e: unknown) => e instanceof ShapeError,
  );
  throws(() => exact.given(new Float32Array(9)), DomainError, /values above 0/);
  const large = syntheticPairs({ seed: 1, times: 1, size: 200, factor: 4 });
  assert.throws(() => exactOf(large).conditional(0), /40000 pixels and 2500 coarse cells/);
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

test("half the mean difference of a lognormal without an offset is Gini's, and rain and latent values are inverse functions", () => {
  close(halfMeanDifference(0, 1, 1e-12), Math.exp(0.5) * (2 * normalCdf(Math.SQRT1_2) - 1), 1e-9);
  const { climate } = syntheticPairs({ ...small, seed: 1, times: 1 });
  assert.is(rainOfLatent(climate, climate.threshold), 0);
  for (const g of [climate.threshold + 0.01, 0.7, 3]) close(latentOfRain(climate, rainOfLatent(climate, g)), g, 1e-12);
});

test.run();
