/** Sums over cells: CRPS, errors of the mean, spread, wet cells. */
import { eachSorted } from "../../engine/numerics/sort-columns.ts";
import type { CaseMap } from "../scores/cases.ts";
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
    let [distance, spread, mae, bias, variance, squaredError] = [0, 0, 0, 0, 0, 0];
    eachSorted(forecast, members, count, (sorted, stride, from, some) => {
      for (let i = 0; i < some; i++) {
        const y = truth[from + i]!;
        let total = 0;
        for (let m = 0, at = i; m < members; m++, at += stride) {
          const x = sorted[at]!;
          total += x;
          distance += Math.abs(x - y);
          spread += (2 * m + 1 - members) * x;
        }
        const mean = total / members;
        let squares = 0;
        for (let m = 0, at = i; m < members; m++, at += stride) squares += (sorted[at]! - mean) ** 2;
        variance += squares / (members - 1);
        squaredError += (mean - y) ** 2;
        mae += Math.abs(mean - y);
        bias += mean - y;
      }
    });
    const ecdf = distance / members - spread / members ** 2;
    const fair = members > 1 ? distance / members - spread / (members * (members - 1)) : ecdf;
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
  for (let i = 0; i < values.length; i++) count += Number(values[i]! > 0);
  return count;
}
