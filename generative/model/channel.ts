/**
 * Inputs and outputs of the network: channels on the fine grid, each with a name, units, a transform and
 * the statistics that standardise it. All of it is stored in the model, so that an input is asked for by name and units.
 */

import type { GridRange } from "./spacing.ts";

/** From values to those that are learned: ln(1 + v/unit)/divisor, for what is never negative, or the values themselves. */
export type Transform =
  | { readonly kind: "log"; readonly unit: number; readonly divisor?: number }
  | { readonly kind: "linear" };

export type Range = readonly [least: number, greatest: number];

/** One input channel on the fine grid. Plain JSON. */
export interface Channel {
  /** Of the variable, or of what it is: `"latitude"`, `"season cosine"`, `"t2m missing"`. Unique in a model. */
  readonly name: string;
  /**
   * `"coarse"`: of the data set that is refined; `"with"`: another one of each time; `"static"`: the same at all times;
   * `"context"`: made from grid and time; `"missing"`: 1 where channel `of` has a gap, else 0; `"archive"`: 1 in data of the archive
   * of this name, else 0; `"scale"`: a number that is the same over the whole image, of models that refine at many scales.
   */
  readonly role: "coarse" | "with" | "static" | "context" | "missing" | "archive" | "scale";
  /** The channel whose gaps it marks. Only of role `"missing"`. */
  readonly of?: string;
  /** CF standard name. @defaultValue the data had none */
  readonly standardName?: string;
  /** Of the values before the transform. */
  readonly units?: string;
  /** Seconds that a value stands for. @defaultValue unknown, or none */
  readonly interval?: number;
  /** t, applied before standardising. */
  readonly transform: Transform;
  /** Of the transformed training values: the network sees (t(v) − mean)/deviation, and 0 where v is missing. */
  readonly mean: number;
  /** Standard deviation of the transformed training values. */
  readonly deviation: number;
  /** Of the training values, in `units`. */
  readonly range: Range;
  /** Of the grid that it came on, of roles `"coarse"` and `"with"`. @defaultValue unknown */
  readonly spacing?: GridRange;
  /** Method of regridding to the fine grid. @defaultValue it is made there */
  readonly method?: "bilinear" | "conservative" | "nearest";
  /** True if training left it out at times, so that it may be absent. @defaultValue false */
  readonly optional?: boolean;
}

/** One variable that the model makes. Plain JSON. */
export interface Target {
  /** Of the variable. Unique in a model. */
  readonly name: string;
  /** CF standard name. @defaultValue the data had none */
  readonly standardName?: string;
  /** Of the variable. @defaultValue the data had none */
  readonly longName?: string;
  /** Of the values before the transform. @defaultValue the data had none */
  readonly units?: string;
  /** Of amounts: seconds over which they fell. */
  readonly interval?: number;
  /** CF `cell_methods`. @defaultValue the data had none */
  readonly cellMethods?: string;
  /** t, applied before the background is subtracted. */
  readonly transform: Transform;
  /** The channel of role `"coarse"` whose transformed value is the background; null: the background is `mean`. */
  readonly background: string | null;
  /** Mean of the transformed training values. */
  readonly mean: number;
  /** Root mean square of the residual t(v) − background over the training values: the network makes residual/deviation. */
  readonly deviation: number;
  /** Of the training values, in `units`. */
  readonly range: Range;
  /** Values below it, in `units`, become 0; only of precipitation. */
  readonly wetThreshold?: number;
  /** Values are cut at it, in `units`. @defaultValue with a logarithm ten times the largest of training, else none */
  readonly ceiling?: number;
}

/** t(v); NaN stays. */
export function transformed(transform: Transform, value: number): number {
  return transform.kind === "log" ? Math.log1p(value / transform.unit) / (transform.divisor ?? 1) : value;
}

/** t⁻¹; for logarithms at least 0. */
export function restored(transform: Transform, value: number): number {
  if (transform.kind === "linear") return value;
  return transform.unit * Math.expm1((transform.divisor ?? 1) * Math.max(value, 0));
}

/** From the transformed value of a target to the value that is written. @param limits - in place of the target's own */
export function untransformed(
  { transform, wetThreshold = 0, range, ceiling }: Target,
  limits: { readonly wetThreshold?: number; readonly ceiling?: number } = {},
): (t: number) => number {
  const wet = limits.wetThreshold ?? wetThreshold;
  if (transform.kind === "linear" && wet === 0) return (t) => t;
  const usual = transform.kind === "log" ? BEYOND_TRAINING * range[1] : Number.POSITIVE_INFINITY;
  const most = limits.ceiling ?? ceiling ?? usual;
  return (t) => {
    const value = Math.min(restored(transform, t), most);
    return value < wet ? 0 : value;
  };
}

/** Logarithms are cut at so many times the largest value of training: a guard against nonsense. */
const BEYOND_TRAINING = 10;

/** The field that a channel belongs to: channels of one field are left out together. */
export function fieldOf({ name, role, of }: Channel): string {
  if (role === "missing") return of ?? name;
  if (role !== "context") return name;
  return /^(season|hour) /.exec(name)?.[1] ?? "position";
}
