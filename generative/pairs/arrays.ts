/** The arrays between fields and the network: images on the fine grid, channels last. */
import type { Channel, Target } from "./channel.ts";

/** What the network is given for one time. */
export interface PairInput {
  /** Rows of the fine grid. */
  readonly height: number;
  /** Columns of the fine grid. */
  readonly width: number;
  /** Standardised channels, [height, width, channels] in the order of the model; gaps are 0. */
  readonly condition: Float32Array;
  /** In transformed units of each target, [height, width, outputs]. */
  readonly background: Float32Array;
  /** Pixels that are to have values, [height, width]: 0 for those that are left missing. @defaultValue all */
  readonly valid?: Uint8Array;
}

/** Images to train on or to judge by. */
export interface PairArchive {
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Number of images. */
  readonly count: number;
  /** Number of input channels. */
  readonly channels: number;
  /** Number of targets. */
  readonly outputs: number;
  /** Standardised channels, [count, height, width, channels]; gaps are 0. */
  readonly condition: Float32Array;
  /** Standardised residual of each target, (t(v) − background)/deviation, [count, height, width, outputs]; 0 where missing. */
  readonly clean: Float32Array;
  /** 1 where the target has a value, else 0, [count, height, width, outputs]. */
  readonly valid: Uint8Array;
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
