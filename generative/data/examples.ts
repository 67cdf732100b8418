/** Examples of training and validation, whatever they are cut from: crops of a batch, and held-out cases. */
import type { Rng } from "../../engine/random/rng.ts";
import type { ModelInput } from "../model/images.ts";

/** Crops of one batch, at the fine resolution, channels last. */
export interface Crops {
  /** Clean data: (t(v) − background)/deviation of each target, [batch, height, width, targets]. */
  readonly clean: Float32Array;
  /** Standardised channels, [batch, height, width, channels]. */
  readonly condition: Float32Array;
  /** In transformed units of each target, [batch, height, width, targets]. */
  readonly background: Float32Array;
  /** 1 where a target has a value, else 0, as `clean`. @defaultValue all have */
  readonly valid?: Float32Array;
}

export interface CropSource {
  readonly height: number;
  readonly width: number;
  /** True if targets have gaps: crops then have `valid`. */
  readonly gaps: boolean;
  /** One batch. @param stream - decides all of it */
  crops(stream: Rng): Crops;
}

export interface HeldOutCase {
  readonly input: ModelInput;
  /** In the units of each target, [height, width, targets]. */
  readonly truth: Float32Array;
  /** 1 where a target has a value, else 0, as `truth`. @defaultValue all have */
  readonly known?: Uint8Array;
  /** The archive that it is from. @defaultValue the model knows of none */
  readonly archive?: string;
}

export interface HeldOut {
  readonly count: number;
  read(at: number): HeldOutCase;
}
