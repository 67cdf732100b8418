import { test } from "uvu";
import * as assert from "uvu/assert";
import { OptionsError } from "../../../engine/errors.ts";
import { normalField } from "../../../engine/random/noise-field.ts";
import { checkCoherence, coherenceWeights, timeNoise } from "../../../generative/diffusion/time-noise.ts";

const side = 160;
const window = { seed: 3, member: 1, step: 2, top: -5, left: 7, height: side, width: side };

/** Mean of the product of two fields of unit variance. */
const product = (a: Float32Array, b: Float32Array) => a.reduce((sum, v, i) => sum + v * b[i]!, 0) / a.length;
/** Four deviations of such a mean where the fields are independent. */
const noise = 4 / side;

test("without coherence the noise of a time is the white noise of its number, bit for bit", () => {
  assert.equal(timeNoise(9, 0, window), normalField({ ...window, channel: 9 }));
});

test("coherent noise has unit variance, and the autocorrelation of the autoregressive process, at the first times of a file too", () => {
  for (const r of [0.3, 0.9]) {
    const n = coherenceWeights(r).length;
    const fields = Array.from({ length: 9 }, (_, time) => timeNoise(time, r, window));
    for (const [j, field] of fields.entries()) {
      assert.ok(Math.abs(product(field, field) - 1) < Math.SQRT2 * noise);
      const expected = j >= n ? 0 : (r ** j * (1 - r ** (2 * (n - j)))) / (1 - r ** (2 * n));
      assert.ok(Math.abs(product(fields[0]!, field) - expected) < Math.SQRT2 * noise, `lag ${j} of ${r}`);
      assert.ok(Math.abs(expected - r ** j) < 1e-2);
    }
    assert.ok(Math.abs(product(timeNoise(0, r, window), timeNoise(n, r, window))) < noise);
  }
});

test("coherent noise of other members, steps and pixels is independent, and windows that overlap agree", () => {
  const own = timeNoise(4, 0.8, window);
  for (const other of [{ member: 0 }, { step: 3 }, { top: 1000 }, { seed: 4 }]) {
    assert.ok(Math.abs(product(own, timeNoise(4, 0.8, { ...window, ...other }))) < noise);
  }
  const part = timeNoise(4, 0.8, { ...window, top: window.top + 3, left: window.left + 2, height: 2, width: 5 });
  const cut = [3, 4].flatMap((y) => [...own.subarray(y * side + 2, y * side + 7)]);
  assert.equal([...part], cut);
});

test("a coherence out of range is refused with the range", () => {
  for (const wrong of [-0.1, 0.99, Number.NaN]) {
    assert.throws(
      () => checkCoherence("test", wrong),
      (e: Error) => e instanceof OptionsError && /0 to 0\.98/.test(e.message),
    );
  }
});

test.run();
