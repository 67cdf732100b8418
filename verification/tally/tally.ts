/** The tally of a map: all groups of numbers one after another. A new group is a part of `groups.ts` and a row below. */
import type { CaseMap, Cases } from "../scores/cases.ts";
import { cells } from "./cells.ts";
import { crpsParts } from "./crps-parts.ts";
import { eventCounts } from "./event-counts.ts";
import { mapQuantiles, objects, ranks, spectra, tail, vectors, windows } from "./groups.ts";
import { SortedPass, type TallyPart, type TallyPlan } from "./part.ts";

const parts = { cells, mapQuantiles, windows, spectra, eventCounts, tail, crpsParts, vectors, objects, ranks };

/** Sums over maps. */
export type Sums = { readonly [K in keyof typeof parts]: ReturnType<(typeof parts)[K]["read"]> };

const rows = Object.entries(parts) as readonly [string, TallyPart<unknown>][];

/** Options of a plan. */
export interface TallyOptions {
  readonly quantiles: readonly number[];
  /** @defaultValue 1, 3, 9, 27, 81 as far as they fit the map */
  readonly fssWindows: readonly number[] | undefined;
  /** @defaultValue the wet threshold, 10 and 100 times as much; of the fractions skill score the wet threshold alone */
  readonly thresholds: readonly number[] | undefined;
  readonly spectrum: boolean;
  readonly logUnit: number | undefined;
  readonly objects: boolean;
}

/** The plan for maps of a shape. */
export function planOf(maps: Pick<Cases, "members" | "shape" | "wetThreshold">, options: TallyOptions): TallyPlan {
  const { members, shape, wetThreshold } = maps;
  const wet = wetThreshold === null ? [] : [wetThreshold];
  const thresholds = options.thresholds ?? wet.flatMap((w) => [w, 10 * w, 100 * w]);
  const plane = shape.length === 2;
  const least = Math.min(...shape);
  const sides = options.fssWindows ?? [1, 3, 9, 27, 81].filter((n) => n <= least);
  return {
    ...{ members, shape, wetThreshold, quantiles: options.quantiles, thresholds },
    fss: plane
      ? (options.thresholds ?? wet).flatMap((threshold) => sides.map((window) => ({ threshold, window })))
      : [],
    rings: options.spectrum && plane && least >= 4 ? Math.floor(Math.max(...shape) / 2) - 1 : 0,
    logUnit: options.logUnit,
    objects: options.objects && plane && wetThreshold !== null,
  };
}

/** Length of a tally. */
export const tallySize = (plan: TallyPlan): number => rows.reduce((sum, [, part]) => sum + part.size(plan), 0);

/** The tally of one map, which {@link sumsOf} names; sums of tallies are tallies. */
export function tallyOf(map: CaseMap, plan: TallyPlan): Float64Array {
  const out = new Float64Array(tallySize(plan));
  const pass = new SortedPass(map, plan.members);
  const groups = rows.map(([, part]) => part.of(map, plan, pass));
  pass.run();
  let at = 0;
  for (const group of groups) {
    out.set(group, at);
    at += group.length;
  }
  return out;
}

/** The sum of tallies that count so many times. @param weights - @defaultValue each counts once */
export function summed(tallies: readonly Float64Array[], weights?: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(tallies[0]?.length ?? 0);
  for (const [t, tally] of tallies.entries()) {
    const weight = weights?.[t] ?? 1;
    if (weight !== 0) for (let i = 0; i < sums.length; i++) sums[i]! += weight * tally[i]!;
  }
  return sums;
}

/** Names the numbers of a tally. */
export function sumsOf(tally: Float64Array, plan: TallyPlan): Sums {
  let at = 0;
  const next = () => tally[at++]!;
  return Object.fromEntries(rows.map(([name, part]) => [name, part.read(next, plan)])) as Sums;
}
