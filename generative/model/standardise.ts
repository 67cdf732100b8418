/** From maps in their units to what the network sees. */
import { type Channel, type Target, transformed } from "./channel.ts";

/**
 * Standardised channels, (t(v) − mean)/deviation, and 0 where v is missing.
 *
 * @param maps - of each channel, in its units, [height, width]
 * @returns [height, width, channels]
 */
export function conditionOf(maps: readonly Float32Array[], channels: readonly Channel[]): Float32Array {
  const count = channels.length;
  const pixels = maps[0]?.length ?? 0;
  const condition = new Float32Array(pixels * count);
  for (const [c, { transform, mean, deviation }] of channels.entries()) {
    const map = maps[c]!;
    for (let i = 0; i < pixels; i++) {
      const value = (transformed(transform, map[i]!) - mean) / deviation;
      condition[i * count + c] = Number.isNaN(value) ? 0 : value;
    }
  }
  return condition;
}

/**
 * The background of each target, in its transformed units: that of its coarse channel, whose gaps (0 in `condition`) have the
 * channel's mean, or the target's mean.
 *
 * @param condition - standardised channels, [pixels, channels], in the order of `channels`
 * @param channels - all of the model, in order
 * @param targets - all of the model, in order
 * @returns [pixels, targets]
 */
export function backgroundOf(
  condition: Float32Array,
  channels: readonly Channel[],
  targets: readonly Target[],
): Float32Array {
  const pixels = condition.length / channels.length;
  const out = new Float32Array(pixels * targets.length);
  for (const [k, { background, mean: own }] of targets.entries()) {
    const from = channels.findIndex(({ name }) => name === background);
    const { mean, deviation } = channels[from] ?? { mean: own, deviation: 0 };
    for (let i = 0; i < pixels; i++) {
      const known = from < 0 ? 0 : condition[i * channels.length + from]!;
      out[i * targets.length + k] = mean + deviation * known;
    }
  }
  return out;
}
