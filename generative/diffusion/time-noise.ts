/**
 * Normal noise whose times are correlated, each still a function of its own number: a weighted sum of the white noise of the times
 * before it, with the weights of an autoregressive process of first order cut off where they have fallen to a hundredth.
 */
import { OptionsError } from "../../engine/errors.ts";
import { type NormalFieldOptions, normalField } from "../../engine/random/noise-field.ts";

/** Weights below this share of the first are left out. */
const LEAST = 0.01;
/** Beyond it some hundred fields would be summed for each. */
const MOST = 0.98;

/** @throws OptionsError where it is out of range */
export function checkCoherence(caller: string, coherence: number): void {
  if (coherence >= 0 && coherence <= MOST) return;
  const text = `${caller}: coherence is ${coherence}, expected the noise's correlation of neighbouring times, 0 to ${MOST}`;
  throw new OptionsError(text, "coherence", coherence);
}

/** Weights of the white noise of a time, the one before, and so on; their squares add up to 1. */
export function coherenceWeights(coherence: number): readonly number[] {
  if (coherence === 0) return [1];
  const count = Math.ceil(Math.log(LEAST) / Math.log(coherence)) + 1;
  const powers = Array.from({ length: count }, (_, k) => coherence ** k);
  const norm = Math.sqrt(powers.reduce((sum, w) => sum + w * w, 0));
  return powers.map((w) => w / norm);
}

/**
 * Unit normal noise of a time on a window of pixels. Times that are j apart have the correlation r^j·(1 − r^(2(n−j)))/(1 − r^(2n)) with
 * r the coherence and n the number of weights: that of the autoregressive process to 10⁻⁴, and 0 from n times on.
 *
 * @param frame - number of the time, ≥ 0
 * @param coherence - correlation of neighbouring times, 0 (white) to 0.98
 */
export function timeNoise(
  frame: number,
  coherence: number,
  options: Omit<NormalFieldOptions, "channel">,
): Float32Array {
  const weights = coherenceWeights(coherence);
  const [first, ...others] = weights as [number, ...number[]];
  // Times before the first one of the file have numbers that no file reaches.
  const field = (time: number, out?: Float32Array) =>
    normalField({ ...options, ...(out && { out }), channel: time >= 0 ? time : 2 ** 53 + time });
  const sum = field(frame, options.out);
  if (others.length === 0) return sum;
  const total = Float64Array.from(sum, (z) => first * z);
  const white = new Float32Array(sum.length);
  for (const [k, weight] of others.entries()) {
    field(frame - k - 1, white);
    for (let i = 0; i < total.length; i++) total[i]! += weight * white[i]!;
  }
  sum.set(total);
  return sum;
}
