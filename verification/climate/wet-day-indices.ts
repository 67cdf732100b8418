/** Indices of daily rain in one year at one place (ETCCDI: Zhang et al. 2011, doi:10.1002/wcc.147). */

/** Rain of a wet day, mm. */
const WET = 1;

/** Input of an index: days in order, some of them perhaps not in the series. */
export interface DailySeries {
  /** mm, one a day. */
  readonly rain: ArrayLike<number>;
  /** True where a day follows the one before it in the series. */
  readonly follows: ArrayLike<boolean>;
  /** mm: the 95 % quantile of the truth's wet days at this place, NaN without a wet day. */
  readonly heavy: number;
}

/** The longest run of days that are wet, or are not. */
function longestRun({ rain, follows }: DailySeries, wet: boolean): number {
  let [run, longest] = [0, 0];
  for (let d = 0; d < rain.length; d++) {
    if (rain[d]! >= WET !== wet) run = 0;
    else run = follows[d] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}

function sumOver({ rain }: DailySeries, least: number): number {
  let sum = 0;
  for (let d = 0; d < rain.length; d++) if (rain[d]! >= least) sum += rain[d]!;
  return sum;
}

function daysOver({ rain }: DailySeries, least: number): number {
  let count = 0;
  for (let d = 0; d < rain.length; d++) if (rain[d]! >= least) count++;
  return count;
}

function mostOver({ rain, follows }: DailySeries, days: number): number {
  let most = 0;
  for (let d = 0; d < rain.length; d++) {
    let [sum, k] = [rain[d]!, d];
    while (d - k < days - 1 && k > 0 && follows[k]) sum += rain[--k]!;
    most = Math.max(most, sum);
  }
  return most;
}

/** The indices; a new one is a row. */
export const wetDayIndices = {
  /** Rain of wet days, mm. */
  PRCPTOT: (days: DailySeries) => sumOver(days, WET),
  /** Largest rain of one day and of five days, mm. */
  Rx1day: (days: DailySeries) => mostOver(days, 1),
  Rx5day: (days: DailySeries) => mostOver(days, 5),
  /** Mean rain of wet days, mm; NaN without one. */
  SDII: (days: DailySeries) => sumOver(days, WET) / daysOver(days, WET),
  /** Days with 1, 10, 20 mm or more. */
  R1mm: (days: DailySeries) => daysOver(days, WET),
  R10mm: (days: DailySeries) => daysOver(days, 10),
  R20mm: (days: DailySeries) => daysOver(days, 20),
  /** Rain above the truth's 95 % quantile of wet days, mm. */
  R95p: (days: DailySeries) => {
    let sum = 0;
    for (let d = 0; d < days.rain.length; d++) if (days.rain[d]! > days.heavy) sum += days.rain[d]!;
    return sum;
  },
  /** Longest runs of dry and of wet days. */
  CDD: (days: DailySeries) => longestRun(days, false),
  CWD: (days: DailySeries) => longestRun(days, true),
} satisfies Record<string, (days: DailySeries) => number>;

/** Name of an index. */
export type WetDayIndex = keyof typeof wetDayIndices;
