/** Indices of daily rain in one year at one place (ETCCDI: Zhang et al. 2011, doi:10.1002/wcc.147). */

/** Rain of a wet day, mm. */
const WET = 1;

/** Input of the indices: days in order, some of them perhaps not in the series. */
export interface DailySeries {
  /** mm, one a day. */
  readonly rain: ArrayLike<number>;
  /** True where a day follows the one before it in the series. */
  readonly follows: ArrayLike<boolean>;
  /** mm: the 95 % quantile of the truth's wet days at this place, NaN without a wet day. */
  readonly heavy: number;
}

/** Indices of a series, mm and days. */
export interface WetDayIndices {
  /** Rain of wet days. */
  readonly PRCPTOT: number;
  /** Largest rain of one day and of five days. */
  readonly Rx1day: number;
  readonly Rx5day: number;
  /** Mean rain of wet days; NaN without one. */
  readonly SDII: number;
  /** Days with 1, 10, 20 mm or more. */
  readonly R1mm: number;
  readonly R10mm: number;
  readonly R20mm: number;
  /** Rain above the truth's 95 % quantile of wet days. */
  readonly R95p: number;
  /** Longest runs of dry and of wet days. */
  readonly CDD: number;
  readonly CWD: number;
}

/** Name of an index. */
export type WetDayIndex = keyof WetDayIndices;

/** All indices in one pass, with sums that take 0 where a branch could not be foreseen. */
export function wetDayIndices({ rain, follows, heavy }: DailySeries): WetDayIndices {
  let [total, above, most, most5, wetDays, days10, days20] = [0, 0, 0, 0, 0, 0, 0];
  let [dry, longestDry, run, longestRun] = [0, 0, 0, 0];
  // The four days before, 0 where they do not lead here.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let day = 0; day < rain.length; day++) {
    const r = rain[day]!;
    if (!follows[day]) [a, b, c, d, dry, run] = [0, 0, 0, 0, 0, 0];
    const wet = Number(r >= WET);
    total += wet * r;
    above += Number(r > heavy) * r;
    wetDays += wet;
    days10 += Number(r >= 10);
    days20 += Number(r >= 20);
    run = (run + 1) * wet;
    dry = (dry + 1) * (1 - wet);
    longestRun = Math.max(longestRun, run);
    longestDry = Math.max(longestDry, dry);
    most = Math.max(most, r);
    most5 = Math.max(most5, r + d + c + b + a);
    // One by one: a list would be made for each day.
    a = b;
    b = c;
    c = d;
    d = r;
  }
  return {
    ...{ PRCPTOT: total, Rx1day: most, Rx5day: most5, SDII: total / wetDays, R1mm: wetDays, R10mm: days10 },
    ...{ R20mm: days20, R95p: above, CDD: longestDry, CWD: longestRun },
  };
}
