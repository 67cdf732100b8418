/** The scores of CORDEX-ML-Bench (arXiv 2606.29172) under its names. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { mean } from "../../engine/numerics/vectors.ts";
import { precipitationFactor } from "../../io/field/index.ts";
import { type CaseMap, type Cases, type Score, wholeMap } from "../scores/cases.ts";
import { ralsd, rapsd } from "../scores/spectrum.ts";
import { commonCells } from "./common-cells.ts";
import { type DailySeries, wetDayIndices } from "./wet-day-indices.ts";

/** An index of the climate: means over cells of it on both sides and of their difference. */
export type CordexIndex = {
  readonly truth: number;
  /** Mean of the members'. */
  readonly forecast: number;
  /** Mean over cells of forecast − truth. */
  readonly bias: number;
  /** Mean over cells of ∣forecast − truth∣, the one number of the benchmark. */
  readonly absolute: number;
};

/** Each member is scored as a simulation by itself; units are those of the scores. */
export type CordexScores = {
  readonly cells: number;
  readonly years: number;
  /** Mean over cells of the root mean square error over time. */
  readonly rmse: number;
  /** Log-spectral distance of the values as they are, dB, gaps as 0; NaN where maps have no rows and columns. */
  readonly ralsd: number;
  /**
   * `mean`; of precipitation `rx1day`, `sdii`, `cdd` and `cwd` with wet days of 1 mm and more, in mm and days, else `txx` and `txn`,
   * the mean largest and smallest value of a year; `lag1_corr`, the correlation with the day before; `interannual_var`, the
   * standard deviation of the means of years. Of an index that a cell does not have, such as `sdii` without a wet day, the cell is left out.
   */
  readonly indices: Readonly<Record<string, CordexIndex>>;
};

/**
 * A score of daily fields for `verify`: what CORDEX-ML-Bench (arXiv 2606.29172) measures, at cells that have a value every day.
 *
 * ```ts
 * const { scores } = await verify(fine, truth, { scores: [cordexScores()] });
 * ```
 *
 * @returns a score of the name `cordex`, which {@link CordexScores} describes. It throws OptionsError where times are no days and
 *   DomainError where no cell has every day
 */
export function cordexScores(): Score<CordexScores> {
  return { name: "cordex", check: (times) => void datesOf(times), of: scoresOf };
}

/** The year and day of each time, and 1 where the day follows the one before it. @throws OptionsError */
function datesOf(times: readonly (string | undefined)[]) {
  const dates = times.map((time) =>
    /^([+-]?\d+)-(\d\d)-(\d\d)/
      .exec(time ?? "")
      ?.slice(1)
      .map(Number),
  );
  const follows = dates.map((now, t) => {
    const before = dates[t - 1];
    if (!now || !before) return false;
    const [years, months] = [now[0]! - before[0]!, now[1]! - before[1]!];
    if (years === 0 && months === 0) return now[2] === before[2]! + 1;
    // Of any calendar: the first day after one of the last ones that a month may have.
    return 12 * years + months === 1 && now[2] === 1 && before[2]! >= (before[1] === 2 ? 28 : 30);
  });
  if (dates.some((date) => !date) || follows.filter(Boolean).length < (times.length - 1) / 2) {
    const text = `verify: the scores of CORDEX-ML-Bench need one map a day; times from ${times[0]} on are no consecutive days`;
    throw new OptionsError(`${text}; leave \`cordex\` out`, "cordex");
  }
  return { years: dates.map((date) => date![0]!), follows };
}

/** One side of a cell: its days, and where each year begins. */
interface Series extends DailySeries {
  readonly rain: Float64Array;
  readonly follows: readonly boolean[];
  readonly years: readonly (readonly [from: number, to: number])[];
}

const yearly = ({ rain, years }: Series, of: (values: Float64Array) => number): number[] =>
  years.map(([from, to]) => of(rain.subarray(from, to)));

/** A climate index of days, averaged over years. */
const ofYears = (index: (days: DailySeries) => number) => (series: Series) =>
  mean(
    series.years.map(([from, to]) =>
      index({ rain: series.rain.subarray(from, to), follows: series.follows.slice(from, to), heavy: Number.NaN }),
    ),
  );

/** Indices of all variables. */
const always = {
  mean: ({ rain }: Series) => mean(rain),
  lag1_corr: ({ rain, follows }: Series) => {
    const at = Array.from(rain.keys()).filter((t) => follows[t]);
    const [now, before] = [at.map((t) => rain[t]!), at.map((t) => rain[t - 1]!)];
    const [a, b] = [mean(now), mean(before)];
    const product = (x: readonly number[], p: number, y: readonly number[], q: number) =>
      mean(x.map((v, i) => (v - p) * (y[i]! - q)));
    return product(now, a, before, b) / Math.sqrt(product(now, a, now, a) * product(before, b, before, b));
  },
  interannual_var: (series: Series) => {
    const means = yearly(series, mean);
    const middle = mean(means);
    return Math.sqrt(mean(means.map((v) => (v - middle) ** 2)));
  },
};
const wet = {
  rx1day: ofYears((days) => wetDayIndices(days).Rx1day),
  sdii: (series: Series) => wetDayIndices(series).SDII,
  cdd: ofYears((days) => wetDayIndices(days).CDD),
  cwd: ofYears((days) => wetDayIndices(days).CWD),
};
const other = {
  txx: (series: Series) => mean(yearly(series, (values) => values.reduce((a, b) => Math.max(a, b)))),
  txn: (series: Series) => mean(yearly(series, (values) => values.reduce((a, b) => Math.min(a, b)))),
};

function scoresOf(cases: Cases): CordexScores {
  const { maps, members, units, wetThreshold } = cases;
  if (maps.length === 0) return none;
  const { years: labels, follows } = datesOf(maps.map(({ time }) => time));
  const starts = [...labels.keys()].filter((t) => t === 0 || labels[t] !== labels[t - 1]);
  const years = starts.map((from, k) => [from, starts[k + 1] ?? labels.length] as const);
  const cells = commonCells(maps);
  if (cells.count === 0)
    throw new DomainError("verify: no cell has every day; the scores of CORDEX-ML-Bench need one", 0);
  const isRain = wetThreshold !== null;
  // Thresholds of wet days are in mm a day.
  const factor = isRain ? precipitationFactor(units!, "mm day-1", 86_400) : 1;
  const indices: Readonly<Record<string, (series: Series) => number>> = { ...always, ...(isRain ? wet : other) };
  const sums = Object.keys(indices).map(() => ({ cells: 0, truth: 0, forecast: 0, bias: 0, absolute: 0 }));
  let rmse = 0;
  for (let cell = 0; cell < cells.count; cell++) {
    const side = (of: "truth" | "forecast", member = 0) =>
      Float64Array.from(maps, (map, t) => map[of][member * map.truth.length + cells.place(t, cell)]!);
    const truth = side("truth");
    const own = Array.from({ length: members }, (_, m) => side("forecast", m));
    rmse += Math.sqrt(mean(own.map((values) => mean(values.map((v, t) => (v - truth[t]!) ** 2)))));
    for (const [k, [name, index]] of Object.entries(indices).entries()) {
      const scale = name in wet ? factor : 1;
      const value = (values: Float64Array) =>
        index({ rain: scale === 1 ? values : values.map((v) => scale * v), follows, years, heavy: Number.NaN });
      const [observed, found] = [value(truth), mean(own.map(value))];
      if (Number.isNaN(observed) || Number.isNaN(found)) continue;
      const sum = sums[k]!;
      sum.cells++;
      sum.truth += observed;
      sum.forecast += found;
      sum.bias += found - observed;
      sum.absolute += Math.abs(found - observed);
    }
  }
  return {
    ...{ cells: cells.count, years: years.length, rmse: rmse / cells.count, ralsd: spectralDistance(cases) },
    indices: Object.fromEntries(
      Object.keys(indices).map((name, k) => {
        const { cells: n, truth, forecast, bias, absolute } = sums[k]!;
        return [name, { truth: truth / n, forecast: forecast / n, bias: bias / n, absolute: absolute / n }];
      }),
    ),
  };
}

const none: CordexScores = {
  ...{ cells: 0, years: 0, rmse: Number.NaN, ralsd: Number.NaN, indices: {} },
};

function spectralDistance({ maps, members, shape }: Cases): number {
  const [height, width] = shape as [number, number];
  if (shape.length !== 2 || Math.min(height, width) < 4) return Number.NaN;
  const of = (side: "truth" | "forecast", count: number) => {
    const power = (map: CaseMap, m: number) => {
      const cells = map.truth.length;
      const values = map[side].subarray(m * cells, (m + 1) * cells);
      return rapsd(wholeMap(values, map.positions, height * width, 0), height, width);
    };
    const sum = new Float64Array(Math.floor(Math.max(height, width) / 2) - 1);
    for (const map of maps)
      for (let m = 0; m < count; m++) for (const [k, p] of power(map, m).entries()) sum[k]! += p / count;
    return sum;
  };
  return ralsd(of("forecast", members), of("truth", 1));
}
