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

/** Source of the crops of a training. */
export interface CropSource {
  /** Of a crop. */
  readonly height: number;
  /** Of a crop. */
  readonly width: number;
  /** True if targets have gaps: crops then have `valid`. */
  readonly gaps: boolean;
  /** One batch. @param stream - decides all of it */
  crops(stream: Rng): Crops;
}

/** One held-out case. */
export interface HeldOutCase {
  readonly input: ModelInput;
  /** In the units of each target, [height, width, targets]. */
  readonly truth: Float32Array;
  /** 1 where a target has a value, else 0, as `truth`. @defaultValue all have */
  readonly known?: Uint8Array;
  /** The archive that it is from. @defaultValue the model knows of none */
  readonly archive?: string;
}

/** Data to validate on. */
export interface HeldOut {
  readonly count: number;
  /** A case by its number, from 0. */
  read(at: number): HeldOutCase;
}
