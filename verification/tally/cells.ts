/** Sums over cells: CRPS, errors of the mean, spread, wet cells. */
import type { CaseMap } from "../scores/cases.ts";
import { crps } from "../scores/crps.ts";
import { spreadAndError } from "../scores/rank.ts";
import type { TallyPlan } from "./part.ts";

const names = [
  "maps",
  "cells",
  "crps",
  "crpsEcdf",
  "mae",
  "bias",
  "variance",
  "squaredError",
  "wetForecast",
  "wetTruth",
] as const;

export const cells = {
  size: () => names.length,
  of({ forecast, truth }: CaseMap, { members }: Pick<TallyPlan, "members">) {
    const count = truth.length;
    const column = new Float64Array(members);
    let [distance, ecdf, mae, bias] = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const y = truth[i]!;
      let total = 0;
      for (let m = 0; m < members; m++) {
        column[m] = forecast[m * count + i]!;
        total += column[m]!;
        distance += Math.abs(column[m]! - y) / members;
      }
      ecdf += crps(column, y, { variant: "ecdf" });
      mae += Math.abs(total / members - y);
      bias += total / members - y;
    }
    // ecdf = distance − S/M² and fair = distance − S/(M(M − 1)) share the sum S over pairs.
    const fair = members > 1 ? distance - ((distance - ecdf) * members) / (members - 1) : ecdf;
    const { variance, squaredError } = spreadAndError(forecast, truth, members);
    return [1, count, fair, ecdf, mae, bias, variance, squaredError, wetCells(forecast), wetCells(truth)];
  },
  read: (next: () => number) =>
    Object.fromEntries(names.map((name) => [name, next()])) as Record<(typeof names)[number], number>,
};

/** The sums of some maps, where no other group of the tally is needed. */
export function cellSums(maps: readonly CaseMap[], members: number): ReturnType<(typeof cells)["read"]> {
  const sums = new Float64Array(names.length);
  for (const map of maps) for (const [k, v] of cells.of(map, { members }).entries()) sums[k]! += v;
  let at = 0;
  return cells.read(() => sums[at++]!);
}

function wetCells(values: CaseMap["truth"]): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) count++;
  return count;
}
