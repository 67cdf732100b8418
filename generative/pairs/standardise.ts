/** From maps in their units to what the network sees. */
import { type Channel, transformed } from "./channel.ts";

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
