/** Thresholds of rain and of clutter by the interval of a value: one rule for every command. */
import { precipitationFactor } from "../field/index.ts";

/** Limits in mm/h. */
export interface RainLimits {
  /** Rates below it are dry: 0.1 mm/h, or 0.1 mm over the interval where that is less. */
  readonly wet: number;
  /**
   * Rates above it are no rain: 200 mm/h over up to an hour; over D hours 422·D^0.475 mm, the envelope of what was ever
   * measured (World Meteorological Organization, Guide to Hydrological Practices, WMO-No. 168, chapter 5). A day: 1910
   * mm.
   */
  readonly clutter: number;
}

/** Threshold of dry, mm, over an hour or a longer time of a value; gauges and radars resolve no less. */
const DEPTH = 0.1;

/** @param interval - seconds that a value stands for. @defaultValue an hour at most */
export function rainLimits(interval: number | undefined): RainLimits {
  const hours = Math.max((interval ?? 0) / 3600, 1);
  return { wet: DEPTH / hours, clutter: hours > 1 ? 422 * hours ** (0.475 - 1) : 200 };
}

/**
 * Threshold of dry in units of precipitation; see {@link RainLimits}.
 *
 * @param interval - seconds that a value stands for. @defaultValue 0.1 mm/h for rates, 0.1 mm for amounts
 */
export function wetThresholdIn(units: string, interval: number | undefined): number {
  const depth = DEPTH * Math.min(1, (interval ?? 3600) / 3600);
  return depth * precipitationFactor("mm", units, interval ?? 3600);
}

/**
 * A wet day of ETCCDI, 1 mm a day, in units of precipitation. @param interval - seconds that an amount fell in.
 * @defaultValue a day
 */
export function wetDayIn(units: string, interval: number | undefined): number {
  return precipitationFactor("mm day-1", units, interval ?? 86400);
}

/** Above it, values are no rain, in units of precipitation; see {@link RainLimits}. */
export function clutterLimitIn(units: string, interval: number | undefined): number {
  return rainLimits(interval).clutter * precipitationFactor("mm h-1", units, interval ?? 3600);
}

/** Part by which packing or a spectral model may make a 0 negative, of {@link wetThresholdIn}. */
export const ROUNDING = 0.01;

/** Drawn rates are cut at so many times what training took for clutter. */
export const BEYOND_CLUTTER = 2;

/** Difference of values: by a factor (rain, never below 0), or by a sum (temperature). */
export type ChangeKind = "multiplicative" | "additive";

/** Precipitation changes by factors; all else by sums, since its zero may be a choice of units. */
export const changeKindOf = (rain: boolean): ChangeKind => (rain ? "multiplicative" : "additive");
