/** A domain as samplers see it. */

/** A set from which points are drawn. A solver's domain offers this view of itself. */
export interface SamplingDomain {
  /** Number of coordinates, time included. */
  readonly dimension: number;
  /** Lower corner of the bounding box, one number per coordinate. */
  readonly low: readonly number[];
  /** Upper corner of the bounding box, one number per coordinate. */
  readonly high: readonly number[];
  /** Volume of Ω, not of its bounding box. */
  readonly volume: number;
  /** 1 for every point `[n, dimension]` inside Ω, else 0. */
  contains(points: Float64Array): Uint8Array;
  /** True where Ω is its bounding box. */
  readonly isBox: boolean;
}
