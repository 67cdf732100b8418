/** What counts as rain and what is too much of it, by the time that a value stands for. */

/** Limits in mm/h. */
export interface RainLimits {
  /** Rates below it are dry: 0.1 mm/h, or 0.1 mm over the interval where that is less. */
  readonly wet: number;
  /**
   * Rates above it are no rain: 200 mm/h over up to an hour; over D hours 422·D^0.475 mm, the envelope of what was ever measured
   * (World Meteorological Organization, Guide to Hydrological Practices, WMO-No. 168, chapter 5). A day: 1910 mm.
   */
  readonly clutter: number;
}

/** @param interval - seconds that a value stands for. @defaultValue an hour at most */
export function rainLimits(interval: number | undefined): RainLimits {
  const hours = Math.max((interval ?? 0) / 3600, 1);
  return { wet: 0.1 / hours, clutter: hours > 1 ? 422 * hours ** (0.475 - 1) : 200 };
}

/** Drawn rates are cut at so many times what training took for clutter. */
export const BEYOND_CLUTTER = 2;
