/** Options of drawing an ensemble, which all methods check, those without a network as well. */
import {
  among,
  either,
  flag,
  kind,
  list,
  type OptionChecks,
  optional,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { type DrawOptions, drawChecks } from "../diffusion/draw.ts";
import { type Force, guardNames } from "./guards.ts";
import { placeCheck, type RainPlace } from "./spacing.ts";
import type { Texture } from "./texture.ts";

/** Options of `Downscaler.sample`; tiles are multiples of the factor and of the network's levels. */
export interface SampleOptions extends DrawOptions {
  /**
   * Scale every block to its coarse mean; of fields that are no precipitation shift it. In `downscale` also of models of fields, whose means
   * are over the fine cells that have values. @defaultValue true for block means and models of fine data alone; else false
   */
  readonly conserve?: boolean;
  /**
   * Block means: what to do with missing input: refuse, or leave the fine pixels of a missing cell missing. Its neighbours are drawn
   * as if it had the rain of what lies around it. @defaultValue "error"
   */
  readonly missing?: "error" | "propagate";
  /**
   * Block means: fine pixels that are to have values, [height · factor, width · factor], 0 for those that are left missing; the coarse
   * rain is then the mean of those of a block that are to have them. @defaultValue all of the cells that are not missing
   */
  readonly valid?: Uint8Array;
  /** The archive that the input is from, or most like, of those that the model knows. @defaultValue the model knows of none */
  readonly archive?: string;
  /** Block means: what is known of the coarse rain; compared with what the model was trained for. @defaultValue nothing */
  readonly place?: RainPlace;
  /** Block means: fine cells along a side of a coarse one, of those that the model refines by. @defaultValue the model's own */
  readonly factor?: number;
  /** Models of many scales: texture of the larger field that the coarse rain is a part of. @defaultValue measured on the coarse rain */
  readonly texture?: Texture;
  /**
   * Block means: go on where the rain is not of the kind that the model was trained for: whatever it is, or for the guards that are
   * named. @defaultValue false
   */
  readonly force?: Force;
  /**
   * Block means: least rate that the archive has besides 0, in the units of the input; cells below it give their rain to the larger ones
   * of their block. @defaultValue 0
   */
  readonly cutOff?: number;

  // You rarely need these.
  /**
   * Values of precipitation below this, in the units of the input, become 0, before conservation. @defaultValue that of training; half of it where
   * diffusion refines block means
   */
  readonly wetThreshold?: number;
}

/** Checks of {@link SampleOptions}. */
export const sampleChecks: OptionChecks<SampleOptions> = {
  ...drawChecks,
  conserve: flag,
  missing: among("error", "propagate"),
  valid: kind("a Uint8Array", (value) => value instanceof Uint8Array),
  archive: text,
  place: placeCheck,
  factor: whole(),
  texture: record({
    ...{ slope: real(), wetShare: real(0, 1), intensity: real() },
    ...{ lastOctave: optional(real()), octaveBefore: optional(real()) },
  }),
  force: either(flag, list(among(...guardNames))),
  cutOff: real(0),
  wetThreshold: real(0),
};
