/** Sobol points: scipy's as an oracle, the net property, and what scrambling must and must not change. */

import { OptionsError, rng } from "../../../engine/index.ts";
import { sobolSequence } from "../../../engine/random/index.ts";
import { assert, test } from "../../harness.ts";
import oracle from "../../oracles/sobol-scipy.json" with { type: "json" };

/** Whether every elementary interval of volume 2^(t−m) of the first 2^m points' plane has exactly 2^t points. */
function isNet(points: Float64Array, d: number, axes: readonly [number, number], m: number, t: number): boolean {
  for (let a = 0; a <= m - t; a++) {
    const [p, q] = [2 ** a, 2 ** (m - t - a)];
    const counts = new Uint32Array(p * q);
    for (let i = 0; i < 2 ** m; i++) {
      counts[Math.floor(points[i * d + axes[0]]! * p) * q + Math.floor(points[i * d + axes[1]]! * q)]!++;
    }
    if (!counts.every((count) => count === 2 ** t)) return false;
  }
  return true;
}

test("the first points are the published ones", () => {
  const points = sobolSequence(2).next(8);
  const expected = [0, 0, 0.5, 0.5, 0.75, 0.25, 0.25, 0.75, 0.375, 0.375, 0.875, 0.875, 0.625, 0.125, 0.125, 0.625];
  assert.equal([...points], expected);
});

test("all 64 dimensions agree with scipy to the last bit", () => {
  const points = sobolSequence(oracle.dimension).next(4096);
  for (const [row, index] of oracle.indices.entries()) {
    const words = [...points.subarray(index * 64, (index + 1) * 64)].map((x) => x * 2 ** 32);
    assert.equal(words, oracle.words[row]);
  }
});

test("coordinates 1 and 2 are a (0, m, 2)-net, before scrambling and after", () => {
  for (const m of [4, 8, 12]) {
    for (const stream of [undefined, rng(1), rng(2), rng(3)]) {
      assert.ok(isNet(sobolSequence(2, stream).next(2 ** m), 2, [0, 1], m, 0), `m = ${m}`);
    }
  }
  const independent = rng(4).uniform(2 ** 9);
  assert.not.ok(isNet(independent, 2, [0, 1], 8, 0), "independent points are no net");
});

test("scrambling keeps the t of every pair of the first twelve coordinates", () => {
  const [m, d] = [8, 12];
  const plain = sobolSequence(d).next(2 ** m);
  const scrambled = sobolSequence(d, rng(5)).next(2 ** m);
  for (let a = 0; a < d; a++) {
    for (let b = 0; b < a; b++) {
      const quality = (points: Float64Array) => [...new Array(m).keys()].find((t) => isNet(points, d, [a, b], m, t));
      assert.is(quality(scrambled), quality(plain), `coordinates ${b} and ${a}`);
    }
  }
});

test("the next 2^m points are again a net, and drawing in pieces changes nothing", () => {
  const whole = sobolSequence(3, rng(6)).next(512);
  const pieces = sobolSequence(3, rng(6));
  const parts = [7, 249, 1, 255].flatMap((count) => [...pieces.next(count)]);
  assert.equal([...whole], parts);
  assert.ok(isNet(whole.subarray(256 * 3), 3, [0, 1], 8, 0));
});

test("a scrambled point is uniform: no bias at any scale over 4000 scramblings", () => {
  const seeds = 4000;
  const index = 5;
  const dimension = 3;
  const ones = new Float64Array(dimension * 16);
  let product = 0;
  for (let seed = 0; seed < seeds; seed++) {
    const x = sobolSequence(dimension, rng(7).split(seed))
      .next(index + 1)
      .subarray(index * dimension);
    for (let k = 0; k < dimension; k++) {
      for (let bit = 0; bit < 16; bit++) ones[k * 16 + bit]! += Math.floor(x[k]! * 2 ** (bit + 1)) % 2;
    }
    product += (x[0]! - 0.5) * (x[1]! - 0.5);
  }
  // 48 bits, each binomial: 4.5 standard deviations have a chance of 3e-4 for all together.
  for (const count of ones) assert.ok(Math.abs(count - seeds / 2) < 4.5 * Math.sqrt(seeds / 4), `${count}`);
  assert.ok(Math.abs(product) < (4.5 / 12) * Math.sqrt(seeds), "coordinates are uncorrelated");
});

test("scrambled points integrate a smooth function better than N^-1.2 where independent ones have N^-1/2", () => {
  const error = (count: number) => {
    let squares = 0;
    for (let seed = 0; seed < 40; seed++) {
      const points = sobolSequence(2, rng(8).split(seed)).next(count);
      let sum = 0;
      for (let i = 0; i < count; i++) sum += Math.exp(points[2 * i]!) * Math.cos(points[2 * i + 1]!);
      squares += (sum / count - (Math.E - 1) * Math.sin(1)) ** 2;
    }
    return Math.sqrt(squares / 40);
  };
  const rate = Math.log(error(128) / error(8192)) / Math.log(64);
  assert.ok(rate > 1.2, `rate ${rate}`); // Owen 1997: N^-3/2 up to logarithms
});

test("dimensions that have no direction numbers are refused", () => {
  for (const dimension of [0, 65, 1.5])
    assert.throws(
      () => sobolSequence(dimension),
      (e: unknown) => e instanceof OptionsError,
    );
});

test.run();
