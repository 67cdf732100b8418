/** From maps in their units to what the network sees, and the background that it corrects. */
import { ShapeError } from "../../engine/errors.ts";
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
 * The background of each target in its transformed units: that of its coarse channel (the channel's mean in gaps), or the
 * target's mean.
 *
 * @param condition - [..., channels] of {@link conditionOf}
 * @returns [..., outputs]
 */
export function backgroundOf(
  condition: Float32Array,
  channels: readonly Channel[],
  targets: readonly Target[],
): Float32Array {
  const pixels = condition.length / channels.length;
  const background = new Float32Array(pixels * targets.length);
  for (const [o, target] of targets.entries()) {
    const c = channels.findIndex(({ name }) => name === target.background);
    if (target.background !== null && c < 0) {
      const names = channels.map(({ name }) => name).join(", ");
      throw new ShapeError(`background of ${target.name}`, `a channel ${target.background}`, names);
    }
    const { mean, deviation } = c < 0 ? { mean: target.mean, deviation: 0 } : channels[c]!;
    for (let i = 0; i < pixels; i++) {
      const value = c < 0 ? 0 : condition[i * channels.length + c]!;
      background[i * targets.length + o] = value * deviation + mean;
    }
  }
  return background;
}
