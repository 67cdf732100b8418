// Inside: noise by itself, and its parts.
import { DomainError, rng } from "../../../engine/index.ts";
import { normalField } from "../../../engine/random/noise-field.ts";
import { sharedFloats } from "../../../engine/system/index.ts";
import { lognormalNoise } from "../../../generative/baselines/lognormal-noise.ts";
import { crew } from "../../../generative/baselines/parts.ts";
import { fitRainSlope } from "../../../generative/baselines/rainfarm.ts";
import { rapsd } from "../../../verification/index.ts";
import { spectralSlope } from "../../../verification/scores/index.ts";
import { assert, refuses, test, throws } from "../../harness.ts";

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

test("every part is computed once and all are there, with more threads than parts too; a part that fails throws its error", async () => {
  const frames = Float64Array.from({ length: 5 }, (_, i) => 7 * i);
  const task = { kind: "noise", seed: 2, frames, top: 3, height: 40, width: 30 } as const;
  const expected = [...frames].flatMap((step) => [
    ...normalField({ seed: 2, step, top: 3, left: 0, height: 40, width: 30 }),
  ]);
  for (const threads of [1, 2, 3, 9]) {
    const out = sharedFloats(5 * 1200, threads);
    await crew.share({ ...task, out }, 5, threads);
    assert.equal([...out], expected, `${threads} threads`);
    const wrong = { ...task, frames: frames.map((n) => (n === 28 ? -1 : n)), out };
    await refuses(crew.share(wrong, 5, threads), /step is -1/, DomainError);
  }
});

test.run();
