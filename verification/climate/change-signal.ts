/**
 * Climate change of a refined field against that of the climate model that drives it: two periods, both fields at the
 * same times and cells.
 */
import { anything, checkOptions, type OptionChecks } from "../../engine/checks.ts";
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { dotInOrder } from "../../engine/numerics/vectors.ts";
import type { WorkProgress } from "../../engine/progress.ts";
import { type LazyField, selectTimes, type TimeRange } from "../../io/dataset/index.ts";
import { checkTimes, type Field } from "../../io/field/index.ts";
import { type ChangeKind, changeKindOf, wetDayIn } from "../../io/rain/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { align, lazy } from "../matching/match-grids.ts";
import { commonTimes, placeOf, type TimeRoles, timeCount } from "../matching/match-times.ts";
import { readMaps } from "../matching/read-maps.ts";
import { conversion, rainRule } from "../matching/verify-units.ts";
import type { CaseMap } from "../scores/cases.ts";
import { pooledQuantiles, WeightedQuantiles } from "../scores/pooled.ts";
import { type BlockBootstrap, intervalOf, type ScoreInterval } from "../significance/blocks.ts";
import { redrawingOf } from "../significance/redrawing.ts";
import { sharedChecks, type VerifyOptions } from "../verify-options.ts";

/**
 * Options of {@link changeSignal}. Where nothing is said, precipitation is wet from 1 mm/day on, by the time that
 * amounts fell in, and the quantiles are [0.9, 0.99]; means and quantiles are of all values as they are, wet or dry.
 */
export interface ChangeSignalOptions
  extends Pick<VerifyOptions, "bootstrap" | "units" | "interval" | "rain" | "wetThreshold" | "quantiles"> {
  /** The earlier period; dates include both ends with the periods they name. */
  readonly from: TimeRange;
  /** The later period, which shares no time with the other. */
  readonly to: TimeRange;
  /** Called for each map of a period that is read. @defaultValue none */
  readonly onProgress?: (progress: WorkProgress & { readonly period: "from" | "to" }) => void;
}

/** A number of the climate in both periods. */
export interface PeriodChange {
  /** In the earlier period. */
  readonly from: number;
  /** In the later period. */
  readonly to: number;
  /**
   * By {@link ChangeSignal.changes}: to/from − 1, NaN where `from` is 0, or to − from. Ends are NaN without the option
   * `bootstrap`.
   */
  readonly change: ScoreInterval;
}

/** A change beside that of the driving model. */
export interface ChangeValue {
  /** Of all members together. */
  readonly forecast: PeriodChange;
  /** Of the driving model. */
  readonly driving: PeriodChange;
  /** The forecast's change less the driving model's; of ratios 0.01 is a percent of what was. */
  readonly difference: ScoreInterval;
}

/** Coverage of a period. */
export interface PeriodCoverage {
  /** First and last time that both have, in the driving model's calendar. */
  readonly range: readonly [first: string, last: string];
  /** Times that both have, all of the forecast and all of the driving model in the period. */
  readonly times: readonly [common: number, forecast: number, driving: number];
  /** Values of a cell at a time that both have, and all. */
  readonly cells: readonly [both: number, all: number];
  /** The one over the other. */
  readonly share: number;
}

/** Result of {@link changeSignal}. */
export interface ChangeSignal {
  /**
   * Of precipitation ratios, to/from − 1 ("multiplicative"); of all else differences, to − from, in `units`
   * ("additive"), as quantile delta mapping has them. Wet frequencies have ratios in both.
   */
  readonly changes: ChangeKind;
  /** Mean of all values. */
  readonly mean: ChangeValue;
  /** Share of wet values; undefined without a wet threshold. */
  readonly wetFrequency: ChangeValue | undefined;
  /** Mean of wet values; undefined without a wet threshold. */
  readonly wetIntensity: ChangeValue | undefined;
  /** Of all values, dry ones too, by numpy's linear rule. */
  readonly quantiles: readonly (ChangeValue & { readonly q: number })[];
  /** Of the changes of the cells' means over time and members. */
  readonly pattern: {
    /** Pearson's, over cells; NaN where a field changes everywhere alike. */
    readonly correlation: number;
    /** Root mean square of forecast less driving: a share where changes are ratios, else in `units`. */
    readonly rmsd: number;
    /** Cells that have a change in both fields: values in both periods, and for a ratio an earlier mean other than 0. */
    readonly cells: number;
  };
  /** Times and cells that were compared in each period. */
  readonly coverage: { readonly from: PeriodCoverage; readonly to: PeriodCoverage };
  /** M ≥ 1; 1 for a forecast without members. */
  readonly members: number;
  /** Of all numbers that are no shares and no ratios; undefined where the forecast has none. */
  readonly units: string | undefined;
  /** In `units`; null where wet values are not distinguished. */
  readonly wetThreshold: number | null;
}

const caller = "changeSignal";
const checks: OptionChecks<ChangeSignalOptions> = { ...sharedChecks, from: anything, to: anything };
const roles: TimeRoles = { caller, forecast: "forecast", truth: "driving" };

/** `truth` of a map is the driving model here. */
type Side = "forecast" | "truth";

interface Period {
  readonly maps: readonly CaseMap[];
  readonly times: readonly string[];
  readonly coverage: PeriodCoverage;
  readonly part: LazyField;
  readonly members: number;
  readonly size: number;
}

/**
 * The change of the mean, of wet values and of quantiles between two periods, in a forecast and in the climate model
 * that drives it. Correction and refinement may alter the change without meaning to (Maraun 2016,
 * doi:10.1007/s40641-016-0050-x). Both are taken at the times and cells that both have; each value counts the same,
 * whatever its area. Bring the driving model to the forecast's grid first,
 * `regridLazy(driving, grid, { method: "conservative" })`: its own cells then count by area.
 *
 * @param forecast - with a dimension of members (realization) or without; both periods are in it
 * @param driving - without members, on the forecast's grid
 * @throws OptionsError for a field without times, a period without any, periods that share times, and options out of
 * range; ShapeError where no time is common or grids differ; UnitsError where units or calendars do not fit;
 * DomainError for infinite values, where no cell has values of both, and for too few times to redraw
 * @example
 * const { mean } = await changeSignal(ours, driving, {
 *   ...{ from: { dates: ["1981", "2010"] }, to: { dates: ["2071", "2100"] } },
 *   bootstrap: { seed: 1, block: { days: 365 } },
 * });
 * mean.difference; // { value, low, high }
 */
export async function changeSignal(
  forecast: Field | LazyField,
  driving: Field | LazyField,
  options: ChangeSignalOptions,
): Promise<ChangeSignal> {
  checkOptions(caller, options, checks);
  const [given, model] = [lazy(forecast), lazy(driving)];
  const { quantiles: levels = [0.9, 0.99], bootstrap, units = given.units } = options;
  const { rain, wetThreshold } = rainRule("forecast", [given, model], units, options, wetDayIn, caller);
  const changes = changeKindOf(rain);
  for (const field of [given, model]) checkTimes(field);
  const read = (name: "from" | "to") => periodOf(given, model, name, units, options);
  const periods = [await read("from"), await read("to")] as const;
  const twice = new Set(periods[0].times);
  const shared = periods[1].times.find((time) => twice.has(time));
  if (shared !== undefined) {
    throw new OptionsError(
      `${caller}: both periods hold ${shared}; let the later period begin after the earlier one ends`,
      "to",
      options.to,
    );
  }
  const once = periods.map(({ maps }) => new Float64Array(maps.length).fill(1));
  const draws = bootstrap ? drawsOf(periods, bootstrap) : [];
  const sides = (["forecast", "truth"] as const).map((side) => ({
    sums: periods.map(({ maps }) => sumsOf(maps, side, wetThreshold)),
    exact: periods.map(({ maps }) => pooledQuantiles(maps, side, levels)),
    redrawn: periods.map(({ maps }, p) => {
      if (draws.length === 0) return [];
      const dry = maps.every((map) => map[side].every((v) => v >= 0));
      const distribution = new WeightedQuantiles(maps, side, levels, dry);
      return draws.map((weights) => distribution.of(weights[p]!));
    }),
  }));
  const coverage = bootstrap?.coverage ?? 0.95;
  /** @param of - the number of a side and period in a redraw; in none for −1 */
  const value = (of: (side: number, period: number, draw: number) => number, kind = changes): ChangeValue => {
    const change = (side: number, draw: number) => changeOf(kind, of(side, 0, draw), of(side, 1, draw));
    const interval = (share: (draw: number) => number) =>
      intervalOf(
        finite(share(-1)),
        Float64Array.from(draws, (_, d) => finite(share(d))),
        coverage,
      );
    const [own, other] = [0, 1].map((side) => ({
      from: of(side, 0, -1),
      to: of(side, 1, -1),
      change: interval((draw) => change(side, draw)),
    }));
    return {
      forecast: own!,
      driving: other!,
      difference: interval((draw) => change(0, draw) - change(1, draw)),
    };
  };
  const ratio = (over: keyof Sums, under: keyof Sums, kind = changes) =>
    value((side, period, draw) => {
      const sums = sides[side]!.sums[period]!;
      const weights = draw < 0 ? once[period]! : draws[draw]![period]!;
      return dotInOrder(sums[over], weights) / dotInOrder(sums[under], weights);
    }, kind);
  const wet = wetThreshold !== null;
  return {
    changes,
    mean: ratio("sum", "count"),
    wetFrequency: wet ? ratio("wet", "count", "multiplicative") : undefined,
    wetIntensity: wet ? ratio("wetSum", "wet") : undefined,
    quantiles: levels.map((q, k) => ({
      q,
      ...value((side, period, draw) => {
        const { exact, redrawn } = sides[side]!;
        return (draw < 0 ? exact[period]! : redrawn[period]![draw]!)[k]!;
      }),
    })),
    pattern: patternOf(periods, changes),
    coverage: { from: periods[0].coverage, to: periods[1].coverage },
    ...{ members: periods[0].members, units, wetThreshold },
  };
}

const changeOf = (kind: ChangeKind, from: number, to: number): number =>
  kind === "additive" ? to - from : to / from - 1;

/** A number over 0 has no size. */
const finite = (v: number): number => (Number.isFinite(v) ? v : Number.NaN);

async function periodOf(
  forecast: LazyField,
  driving: LazyField,
  name: "from" | "to",
  units: string | undefined,
  { [name]: range, interval, onProgress = () => {} }: ChangeSignalOptions,
): Promise<Period> {
  for (const [role, field] of [
    ["forecast", forecast],
    ["driving", driving],
  ] as const) {
    if (field.dimOf("time") !== undefined) continue;
    const where = `${placeOf(role, field, caller)} has no dimension of time`;
    throw new OptionsError(`${where}; a change needs times of both periods`, name, range);
  }
  const convert = [
    conversion("forecast", forecast, units, interval, caller),
    conversion("driving", driving, units, interval, caller),
  ] as const;
  const aligned = align(selectTimes(forecast, range), selectTimes(driving, range), roles);
  const common = commonTimes(aligned.forecast, aligned.truth, "value", roles);
  const maps: CaseMap[] = [];
  let done = 0;
  for await (const { map } of readMaps(aligned, common, convert, { wetThreshold: null, clip: false })) {
    if (map.truth.length > 0) maps.push(map);
    onProgress({ period: name, done: ++done, total: common.length });
  }
  const size = sizeOf(aligned.shape);
  const cells = maps.reduce((sum, { truth }) => sum + truth.length, 0);
  const times = common.map(({ iso }) => iso!);
  if (cells === 0) {
    const what = `no cell has values of both at the ${times.length} common times from ${times[0]} to ${times.at(-1)}`;
    throw new DomainError(`${placeOf("forecast", forecast, caller)}: ${what}; choose other periods`, 0);
  }
  const coverage: PeriodCoverage = {
    range: [times[0]!, times.at(-1)!],
    times: [times.length, timeCount(aligned.forecast), timeCount(aligned.truth)],
    cells: [cells, size * times.length],
    share: cells / (size * times.length),
  };
  return { maps, times, coverage, part: aligned.truth, members: aligned.members, size };
}

/** Weights of the maps of both periods, again and again; none where times are too few and that is allowed. */
function drawsOf(periods: readonly Period[], bootstrap: BlockBootstrap): readonly (readonly Float64Array[])[] {
  const drawn = periods.map(({ maps, part }, p) => {
    const how = { caller, stream: `change-${p === 0 ? "from" : "to"}` };
    const found = redrawingOf(bootstrap, maps.length, part, how)(maps.length, () => {});
    return found && Array.from(found.draws, (weights) => weights.slice());
  });
  const [from, to] = drawn;
  return from && to ? from.map((weights, d) => [weights, to[d]!]) : [];
}

/** Of each map. */
interface Sums {
  readonly count: Float64Array;
  readonly sum: Float64Array;
  readonly wet: Float64Array;
  readonly wetSum: Float64Array;
}

function sumsOf(maps: readonly CaseMap[], side: Side, threshold: number | null): Sums {
  const zeros = () => new Float64Array(maps.length);
  const sums = { count: zeros(), sum: zeros(), wet: zeros(), wetSum: zeros() };
  for (const [k, { [side]: values }] of maps.entries()) {
    // A float32 field is compared in float32, so that a stored 0.1 counts as 0.1.
    const least = values instanceof Float32Array ? Math.fround(threshold ?? Infinity) : (threshold ?? Infinity);
    sums.count[k] = values.length;
    for (const v of values) {
      sums.sum[k]! += v;
      if (v < least) continue;
      sums.wet[k]! += 1;
      sums.wetSum[k]! += v;
    }
  }
  return sums;
}

/** Mean of each cell over times and members; NaN where it has no value. */
function cellMeans({ maps, members, size }: Period, side: Side): Float64Array {
  const [sums, counts] = [new Float64Array(size), new Float64Array(size)];
  for (const { [side]: values, truth, positions } of maps) {
    const images = side === "forecast" ? members : 1;
    for (let i = 0; i < truth.length; i++) {
      const at = positions?.[i] ?? i;
      counts[at]! += images;
      for (let m = 0; m < images; m++) sums[at]! += values[m * truth.length + i]!;
    }
  }
  return sums.map((sum, at) => sum / counts[at]!);
}

function patternOf(periods: readonly Period[], kind: ChangeKind): ChangeSignal["pattern"] {
  const [own, other] = (["forecast", "truth"] as const).map((side) => {
    const [from, to] = periods.map((period) => cellMeans(period, side));
    return from!.map((v, at) => finite(changeOf(kind, v, to![at]!)));
  });
  const known = Array.from(own!.keys()).filter((at) => !Number.isNaN(own![at]! + other![at]!));
  const n = known.length;
  const mean = (of: (at: number) => number) => known.reduce((sum, at) => sum + of(at), 0) / n;
  const [a, b] = [own!, other!].map((changes) => {
    const middle = mean((at) => changes[at]!);
    const apart = changes.map((v) => v - middle);
    const deviation = Math.sqrt(mean((at) => apart[at]! ** 2));
    // Rounding of a change that is everywhere the same is no pattern.
    return { apart, deviation: deviation > 1e-6 * (1 + Math.abs(middle)) ? deviation : Number.NaN };
  });
  return {
    correlation: mean((at) => a!.apart[at]! * b!.apart[at]!) / (a!.deviation * b!.deviation),
    rmsd: Math.sqrt(mean((at) => (own![at]! - other![at]!) ** 2)),
    cells: n,
  };
}
