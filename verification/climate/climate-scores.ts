/**
 * Indices of daily rain by year, and levels that return, in the forecast and in the truth; intervals by redraws of
 * whole years.
 */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { quantileOfSorted } from "../../engine/numerics/quantile.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { precipitationFactor } from "../../io/field/index.ts";
import type { CaseMap } from "../scores/cases.ts";
import { returnLevel } from "../scores/extremes.ts";
import { intervalOf, redraws, type ScoreInterval } from "../significance/blocks.ts";
import { commonCells } from "./common-cells.ts";
import { gevOfLMoments, momentsOfSorted } from "./gev.ts";
import { type DailySeries, type WetDayIndex, wetDayIndices } from "./wet-day-indices.ts";

/** One number of the climate on both sides. */
export type ClimateValue = {
  readonly truth: number;
  /** Mean over members. */
  readonly forecast: number;
  /** forecast/truth − 1; ends are NaN without the option `bootstrap`, and for fewer than five years. */
  readonly bias: ScoreInterval;
};

/** The climate of daily rain. */
export interface ClimateScores {
  /** Whole years that are there on both sides. */
  readonly years: number;
  /** Cells that have every day. */
  readonly cells: number;
  /** Means over years and cells, in mm and days. */
  readonly indices: Readonly<Record<WetDayIndex, ClimateValue>>;
  /**
   * Daily rain, mm, that returns once in so many years: of the regional distribution of annual maxima, L-moment ratios
   * averaged over cells (Hosking and Wallis 1997), times their mean maximum; empty for fewer than ten years.
   */
  readonly returnLevels: readonly (ClimateValue & { readonly period: number })[];
}

/** Options of the climate scores. */
export interface ClimateOptions {
  readonly units: string | undefined;
  /** Values are precipitation. */
  readonly rain: boolean;
  /** Seconds that a value stands for, as far as is known. */
  readonly span: number | undefined;
  readonly members: number;
  /** Of each map, in days of the truth's calendar; undefined where times are not known. */
  readonly days: readonly number[] | undefined;
  readonly bootstrap: { readonly random: Rng; readonly draws: number; readonly coverage: number } | undefined;
}

const periods = [2, 5, 10, 20, 50];

/** Years of whole days at the cells that have every day. */
interface Years {
  readonly labels: readonly string[];
  readonly cells: number;
  /** Series of a year at a cell; member −1 is the truth. */
  series(year: number, cell: number, member: number): DailySeries;
}

/**
 * @param maps - daily, in order of time
 * @throws OptionsError where times are no days, or units none of rain; DomainError where no cell has every day
 */
export function climateScores(maps: readonly CaseMap[], options: ClimateOptions): ClimateScores {
  const years = yearsOf(maps, options);
  const { labels, cells } = years;
  const { members, bootstrap } = options;
  const sides = [[-1], Array.from({ length: members }, (_, m) => m)];
  const names = Object.keys(wetDayIndices(years.series(0, 0, -1))) as WetDayIndex[];
  // For each side and index: the mean over cells and members of each year.
  const means = sides.map((side) => {
    const found = names.map(() => new Array<number>(labels.length));
    for (const year of labels.keys()) {
      const sums = names.map(() => ({ sum: 0, count: 0 }));
      for (let cell = 0; cell < cells; cell++) {
        for (const member of side) {
          const indices = wetDayIndices(years.series(year, cell, member));
          for (const [k, name] of names.entries()) {
            if (Number.isNaN(indices[name])) continue;
            sums[k]!.sum += indices[name];
            sums[k]!.count++;
          }
        }
      }
      for (const [k, { sum, count }] of sums.entries()) found[k]![year] = sum / count;
    }
    return found;
  });
  const once = new Float64Array(labels.length).fill(1);
  const mean = (values: readonly number[], weights: ArrayLike<number>): number => {
    let [sum, total] = [0, 0];
    values.forEach((v, y) => {
      if (Number.isNaN(v)) return;
      sum += weights[y]! * v;
      total += weights[y]!;
    });
    return sum / total;
  };
  const draws =
    bootstrap && labels.length >= 5
      ? Array.from(redraws(bootstrap.random, labels.length, 1, bootstrap.draws), (weights) => weights.slice())
      : [];
  const compare = (of: (side: number, weights: ArrayLike<number>) => number): ClimateValue => {
    const [truth, forecast] = [of(0, once), of(1, once)];
    const drawn = Float64Array.from(draws, (weights) => of(1, weights) / of(0, weights) - 1);
    return { truth, forecast, bias: intervalOf(forecast / truth - 1, drawn, bootstrap?.coverage ?? 0.95) };
  };
  const indices = names.map((name, k) => [name, compare((side, weights) => mean(means[side]![k]!, weights))] as const);
  const maxima = sides.map((side) => maximaOf(years, side));
  return {
    years: labels.length,
    cells,
    indices: Object.fromEntries(indices) as Record<WetDayIndex, ClimateValue>,
    returnLevels:
      labels.length < 10
        ? []
        : periods.map((period) => ({
            period,
            ...compare((side, weights) => regionalLevel(maxima[side]!, weights, period)),
          })),
  };
}

/** Annual maxima of a cell, of all members, in ascending order, each with its year. */
interface Maxima {
  readonly values: Float64Array;
  readonly years: Uint32Array;
}

function maximaOf({ labels, cells, series }: Years, members: readonly number[]): readonly Maxima[] {
  return Array.from({ length: cells }, (_, cell) => {
    const all = labels.flatMap((_, year) =>
      members.map((member) => ({ year, value: wetDayIndices(series(year, cell, member)).Rx1day })),
    );
    all.sort((a, b) => a.value - b.value);
    return {
      values: Float64Array.from(all, ({ value }) => value),
      years: Uint32Array.from(all, ({ year }) => year),
    };
  });
}

function regionalLevel(maxima: readonly Maxima[], weights: ArrayLike<number>, period: number): number {
  let [mean, ratio, skewness, count] = [0, 0, 0, 0];
  for (const { values, years } of maxima) {
    const own = momentsOfSorted(values, (i) => weights[years[i]!]!);
    if (!(own.scale > 0 && own.mean > 0)) continue;
    mean += own.mean;
    ratio += own.scale / own.mean;
    skewness += own.skewness;
    count++;
  }
  if (count === 0) return Number.NaN;
  const distribution = gevOfLMoments({ mean: 1, scale: ratio / count, skewness: skewness / count });
  return (mean / count) * returnLevel(distribution, period);
}

function yearsOf(maps: readonly CaseMap[], { members, days: instants, ...what }: ClimateOptions): Years {
  const times = checkedDays(maps, instants);
  const factor = dailyFactor(what);
  const common = commonCells(maps);
  if (common.count === 0) throw new DomainError("verify: no cell has every day; climate needs whole series", 0);
  const cells = Array.from({ length: common.count }, (_, cell) => cell);
  const days = maps.map(({ forecast, truth }, map) => {
    const of = (values: CaseMap["truth"], image: number) =>
      Float64Array.from(cells, (cell) => factor * values[image * truth.length + common.place(map, cell)]!);
    return [of(truth, 0), ...Array.from({ length: members }, (_, m) => of(forecast, m))];
  });
  const labels = [...new Set(times.map(({ year }) => year))];
  const byYear = labels.map((label) => times.flatMap(({ year }, d) => (year === label ? [d] : [])));
  const follows = byYear.map((own) => own.map((d, k) => k > 0 && times[d]!.day - times[own[k - 1]!]!.day === 1));
  // [year][image][cell][day], so that a series is one piece.
  const series = byYear.map((own) =>
    Array.from({ length: members + 1 }, (_, image) =>
      cells.map((cell) => Float64Array.from(own, (d) => days[d]![image]![cell]!)),
    ),
  );
  const heavy = cells.map((cell) => {
    const wet = days.map((day) => day[0]![cell]!).filter((v) => v >= 1);
    return wet.length === 0 ? Number.NaN : quantileOfSorted(Float64Array.from(wet).sort(), 0.95);
  });
  return {
    labels,
    cells: common.count,
    series: (year, cell, member) => ({
      rain: series[year]![member + 1]![cell]!,
      follows: follows[year]!,
      heavy: heavy[cell]!,
    }),
  };
}

/**
 * Factor from the units of the scores to mm a day. @throws OptionsError for all else than precipitation, and for other
 * intervals
 */
function dailyFactor({ units, rain, span }: Pick<ClimateOptions, "units" | "rain" | "span">): number {
  if (!rain || units === undefined) {
    const what = `climate needs precipitation, which ${units === undefined ? "without units" : `"${units}" by these names`} is not`;
    throw new OptionsError(`verify: ${what}; say \`rain: true\` where it is`, "climate");
  }
  if (span !== undefined && Math.abs(span - 86400) > 1) {
    throw new OptionsError(
      `verify: climate needs values over a day; these are over ${span} s; leave it out`,
      "climate",
    );
  }
  return precipitationFactor(units, "mm day-1", 86400);
}

/** Number and year of each day. @throws OptionsError where times are no days */
function checkedDays(
  maps: readonly CaseMap[],
  instants: readonly number[] | undefined,
): readonly { readonly day: number; readonly year: string }[] {
  const hint = "climate needs one map a day; leave the option out";
  if (instants === undefined || maps.some(({ time }) => time === undefined)) {
    throw new OptionsError(`verify: times are matched by position and have no dates; ${hint}`, "climate");
  }
  const days = maps.map(({ time }, k) => ({ day: Math.floor(instants[k]!), year: /^[+-]?\d+/.exec(time!)![0] }));
  const steps = days.slice(1).map(({ day }, k) => day - days[k]!.day);
  if (steps.some((step) => step <= 0) || steps.filter((step) => step === 1).length < steps.length / 2) {
    throw new OptionsError(`verify: times from ${maps[0]!.time} on are no consecutive days; ${hint}`, "climate");
  }
  return days;
}
