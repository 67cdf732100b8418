/**
 * Contribution of a map to one group of scores: numbers that sum over maps, so that any choice of times can be scored
 * from them.
 */
import { eachSorted } from "../../engine/numerics/sort-columns.ts";
import type { CaseMap, Cases } from "../scores/cases.ts";
import { leastOf } from "../scores/dry.ts";

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

/** Gets `count` cells from the cell `from` on, their members in ascending order; the next member is `stride` further. */
export type SortedVisit = (sorted: Float64Array, stride: number, from: number, count: number) => void;

/** The one pass over a map's cells with their members sorted. */
export class SortedPass {
  readonly #map: CaseMap;
  readonly #members: number;
  readonly #visits: SortedVisit[] = [];
  readonly #ends: (() => void)[] = [];
  readonly #events = new Map<number, Uint16Array>();

  constructor(map: CaseMap, members: number) {
    this.#map = map;
    this.#members = members;
  }

  /** Calls back for all cells, some at a time. */
  visit(visit: SortedVisit): void {
    this.#visits.push(visit);
  }

  /** Calls back after the last cell. */
  after(end: () => void): void {
    this.#ends.push(end);
  }

  /** Members at or above the threshold in each cell, known after the pass. */
  events(threshold: number): Uint16Array {
    const found = this.#events.get(threshold);
    if (found) return found;
    const events = new Uint16Array(this.#map.truth.length);
    const [least, members] = [leastOf(threshold), this.#members];
    this.visit((sorted, stride, from, count) => {
      for (let m = 0; m < members; m++) {
        for (let i = 0, at = m * stride; i < count; i++, at++) events[from + i]! += Number(sorted[at]! >= least);
      }
    });
    this.#events.set(threshold, events);
    return events;
  }

  run(): void {
    const { forecast, truth } = this.#map;
    eachSorted(forecast, this.#members, truth.length, (...block) => {
      for (const visit of this.#visits) visit(...block);
    });
    for (const end of this.#ends) end();
  }
}

/** Members of a cell below a value. */
export function countBelow(sorted: Float64Array, stride: number, cell: number, members: number, value: number): number {
  let [low, high] = [0, members];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle * stride + cell]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A group of numbers of a tally. */
export interface TallyPart<T> {
  /** Number of these numbers. */
  size(plan: TallyPlan): number;
  /** Those of one map; read after the pass, which may fill them. */
  of(map: CaseMap, plan: TallyPlan, pass: SortedPass): ArrayLike<number>;
  /** Names them, or sums of them. @param next - gives them one by one */
  read(next: () => number, plan: TallyPlan): T;
}

/** Checks the types of a part. */
export const part = <T>(given: TallyPart<T>): TallyPart<T> => given;

/** The next so many numbers. */
export const take = (next: () => number, count: number): Float64Array => Float64Array.from({ length: count }, next);
