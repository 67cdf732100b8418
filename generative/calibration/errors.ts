/**
 * Error of a gauge as the measurement of a cell, given the rain of the cell. Gauges of the same kind side by side differ by a constant and
 * a share of the rain (Ciach 2003, doi:10.1175/1520-0426(2003)20<752:LREITB>2.0.CO;2); a point differs from the mean of its cell the more,
 * the larger the cell and the shorter the interval (Villarini and Krajewski 2008, doi:10.1016/j.advwatres.2008.04.007).
 */
import { real, record } from "../../engine/checks.ts";
import { fineSpacing } from "../model/input-scale.ts";
import type { RainPlace } from "../model/spacing.ts";

/** Standard deviations of the errors of gauges, which add up as variances. */
export interface GaugeErrors {
  /** Of any reading, in mm. */
  readonly absolute: number;
  /** As a share of the rain. */
  readonly relative: number;
  /** Of a point in a cell of 1 km over an hour, as a share of the rain; it grows with √km and falls with the fourth root of hours. */
  readonly point: number;
}

/** Usual errors, round numbers of the order that the sources found. */
export const usualErrors: GaugeErrors = { absolute: 0.1, relative: 0.1, point: 0.1 };

/** Checks of {@link GaugeErrors}. */
export const errorsCheck = record({ absolute: real(0), relative: real(0), point: real(0) });

/** Most of the rain that a point may differ by. */
const MOST_POINT = 0.5;

/**
 * Variance of a reading in (mm/h)², for rain whose mean square is given.
 *
 * @param place - of the coarse rain; cells of unknown size count as of 1 km, an unknown interval as an hour
 */
export function errorVariance(
  { absolute, relative, point }: GaugeErrors,
  place: RainPlace,
  factor: number,
): (meanSquare: number) => number {
  const hours = (place.interval ?? 3600) / 3600;
  const inside = Math.min(MOST_POINT, (point * Math.sqrt(fineSpacing(place, factor) ?? 1)) / hours ** 0.25);
  const [constant, share] = [(absolute / hours) ** 2, relative ** 2 + inside ** 2];
  return (meanSquare) => constant + share * meanSquare;
}
