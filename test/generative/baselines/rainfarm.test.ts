// Inside: noise by itself.
import { DomainError, rng } from "../../../engine/index.ts";
import { lognormalNoise } from "../../../generative/baselines/lognormal-noise.ts";
import { fitRainSlope } from "../../../generative/baselines/rainfarm.ts";
import { rapsd, spectralSlope } from "../../../verification/scores/index.ts";
import { assert, test, throws } from "../../harness.ts";

const mean = (v: readonly number[]) => v.reduce((a, b) => a + b, 0) / v.length;

test("the logarithm of the noise has mean 0, deviation 1, and the slope that was asked for", () => {
  const [height, width, count] = [32, 48, 60];
  const slopes = Array.from({ length: count }, (_, n) => {
    const noise = lognormalNoise(height, width, 2.6)(rng(4).split(n));
    const logs = noise.map(Math.log);
    const [m, v] = [mean([...logs]), mean(Array.from(logs, (x) => x * x))];
    assert.ok(Math.abs(m) < 1e-12 && Math.abs(v - 1) < 2e-3, `${m} ${v}`);
    return spectralSlope(rapsd(logs, height, width));
  });
  const m = mean(slopes);
  const error = Math.sqrt(mean(slopes.map((s) => (s - m) ** 2)) / (count - 1));
  // Four standard errors of the mean, and the rounding of wavenumbers to rings.
  assert.ok(Math.abs(m - 2.6) < 4 * error + 0.05, `${m} ± ${error}`);
  assert.ok(error < 0.05, `${error}`);
});

test("the slope of fields with a power law is found from their mean spectrum, whatever constant and scale they have", () => {
  const [side, count] = [64, 40];
  const values = new Float64Array(count * side * side);
  for (let n = 0; n < count; n++) {
    const noise = lognormalNoise(side, side, 3)(rng(9).split(n));
    values.set(
      noise.map((v) => 50 + 3 * Math.log(v)),
      n * side * side,
    );
  }
  const slope = fitRainSlope({ values, shape: [count, side, side] });
  // Forty fields: each of the lowest rings has some hundred independent values, 10 % of power, 0.05 of slope.
  assert.ok(Math.abs(slope - 3) < 0.1, `${slope}`);
});

test("fields that are dry or too small have no slope, and the way out is named", () => {
  assert.throws(() => fitRainSlope({ values: new Float64Array(64), shape: [1, 8, 8] }), /give `slope`/);
  throws(() => fitRainSlope({ values: new Float64Array(25).fill(1), shape: [1, 5, 5] }), DomainError, /5 x 5/);
});

test.run();
