/**
 * Contribution of a map to one group of scores: numbers that sum over maps, so that any choice of times can be scored
 * from them.
 */
import type { CaseMap, Cases } from "../scores/cases.ts";

/** Settings common to all maps. */
export interface TallyPlan extends Pick<Cases, "members" | "shape" | "wetThreshold"> {
  /** Levels in (0, 1). */
  readonly quantiles: readonly number[];
  /** Events of the fractions skill score, in the units of the cases, and sides of its windows in cells. */
  readonly fss: readonly { readonly threshold: number; readonly window: number }[];
  /** Events `value ≥ threshold` of the scores of yes and no, and thresholds of the tail's CRPS. */
  readonly thresholds: readonly number[];
  /** Wavenumbers of the spectra; 0 without. */
  readonly rings: number;
  /** R₀ of the spectra of ln(1 + R/R₀), in the units of the cases; undefined for spectra of the values. */
  readonly logUnit: number | undefined;
  /** Rain is taken apart into objects. */
  readonly objects: boolean;
}

/** A group of numbers of a tally. */
export interface TallyPart<T> {
  /** Number of these numbers. */
  size(plan: TallyPlan): number;
  /** Those of one map. */
  of(map: CaseMap, plan: TallyPlan): Iterable<number>;
  /** Names them, or sums of them. @param next - gives them one by one */
  read(next: () => number, plan: TallyPlan): T;
}

/** Checks the types of a part. */
export const part = <T>(given: TallyPart<T>): TallyPart<T> => given;

/** The next so many numbers. */
export const take = (next: () => number, count: number): Float64Array => Float64Array.from({ length: count }, next);
