/** Sums over cells: CRPS, errors of the mean, spread, wet cells. */
import type { CaseMap } from "../scores/cases.ts";
import { part, SortedPass } from "./part.ts";

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

export const cells = part({
  size: () => names.length,
  of: (map, { members }, pass) => cellsOf(map, members, pass),
  read: named,
});

function named(next: () => number): Record<(typeof names)[number], number> {
  return Object.fromEntries(names.map((name) => [name, next()])) as Record<(typeof names)[number], number>;
}

function cellsOf({ truth }: CaseMap, members: number, pass: SortedPass): Float64Array {
  const out = new Float64Array(names.length);
  out[0] = 1;
  let means = new Float64Array(0);
  pass.visit((sorted, stride, from, count) => {
    if (means.length < count) means = new Float64Array(count);
    means.fill(0);
    let [distance, spread, mae, bias, squares, squaredError, wet, wetTruth] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let m = 0; m < members; m++) {
      let sum = 0;
      for (let i = 0, at = m * stride; i < count; i++, at++) {
        const x = sorted[at]!;
        means[i]! += x;
        distance += Math.abs(x - truth[from + i]!);
        sum += x;
      }
      spread += (2 * m + 1 - members) * sum;
    }
    for (let i = 0; i < count; i++) {
      const y = truth[from + i]!;
      const mean = means[i]! / members;
      means[i] = mean;
      squaredError += (mean - y) ** 2;
      mae += Math.abs(mean - y);
      bias += mean - y;
      wetTruth += Number(y > 0);
    }
    for (let m = 0; m < members; m++) {
      for (let i = 0, at = m * stride; i < count; i++, at++) {
        const x = sorted[at]!;
        squares += (x - means[i]!) ** 2;
        wet += Number(x > 0);
      }
    }
    const ecdf = distance / members - spread / members ** 2;
    const fair = members > 1 ? distance / members - spread / (members * (members - 1)) : ecdf;
    const variance = squares / (members - 1);
    [count, fair, ecdf, mae, bias, variance, squaredError, wet, wetTruth].forEach((sum, k) => {
      out[k + 1]! += sum;
    });
  });
  return out;
}

/** The sums of some maps, where no other group of the tally is needed. */
export function cellSums(maps: readonly CaseMap[], members: number) {
  const sums = new Float64Array(names.length);
  for (const map of maps) {
    const pass = new SortedPass(map, members);
    const own = cellsOf(map, members, pass);
    pass.run();
    for (const [k, v] of own.entries()) sums[k]! += v;
  }
  let at = 0;
  return named(() => sums[at++]!);
}
