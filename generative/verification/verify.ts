/** Scores of a forecast field against the true one: what is common to both is compared, and what that was is told. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/rng.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import type { Field } from "../../io/field/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import type { CaseMap, Cases, Score, ScoreValue } from "./cases.ts";
import { dryBelow } from "./dry.ts";
import { type Aligned, align } from "./match-grids.ts";
import { type CommonTime, commonTimes, placeOf, timeCount } from "./match-times.ts";
import { type FieldScores, fieldScoreNames, fieldScores } from "./scores.ts";
import { conversion, defaultThreshold, type ToUnits } from "./verify-units.ts";

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** Scores of your own, besides those of this package. @defaultValue none */
  readonly scores?: readonly Score[];
  /** Label of the event of a time, by its date and time, or one for each time of the truth. @defaultValue no events */
  readonly events?: readonly string[] | ((time: string) => string);
  /** Units to score in. @defaultValue the truth's */
  readonly units?: string;
  /** Seconds over which amounts fell, where they meet rates; `"time"` is the spacing of times. @defaultValue bounds of time */
  readonly interval?: number | "time";
  /** Which times belong together: those of one value, or those at one position. @defaultValue "value" */
  readonly times?: "value" | "position";
  /**
   * Below it precipitation is 0, at or above it wet; in the units of the scores, > 0; null to score values as they are.
   * @defaultValue 0.1 mm/h for rates of precipitation, 0.1 mm for amounts, else null
   */
  readonly wetThreshold?: number | null;
  /** Quantile levels in (0, 1). @defaultValue [0.99, 0.999, 0.9999] */
  readonly quantiles?: readonly number[];
  /** Fractions skill score. @defaultValue the wet threshold; windows of 1, 3, 9, 27, 81 cells as far as they fit */
  readonly fss?: { readonly thresholds?: readonly number[]; readonly windows?: readonly number[] };
  /** Seed of the random rank of a truth that equals some members. @defaultValue ties are shared out over their ranks */
  readonly seed?: number;
}

/** How much was compared. */
export interface FieldCoverage {
  /** Times of which something is scored, and all of the forecast. */
  readonly times: readonly [scored: number, all: number];
  /** All times of the truth. */
  readonly truthTimes: number;
  /** Cells that are scored, and all that the truth has at the common times. */
  readonly cells: readonly [scored: number, all: number];
  /** The one over the other. */
  readonly share: number;
  /** Cells at common times that miss in the truth, and those of its others that miss in some member. */
  readonly gaps: { readonly truth: number; readonly forecast: number };
}

/** Scores of some times, by their names. */
export type AllScores = FieldScores & Readonly<Record<string, ScoreValue>>;

/** Result of {@link verify}. */
export interface Verification {
  readonly scores: AllScores;
  readonly coverage: FieldCoverage;
  /** By label, in order of first appearance; empty without the option `events`. */
  readonly events: Readonly<Record<string, { readonly scores: AllScores; readonly coverage: FieldCoverage }>>;
  readonly members: number;
  readonly units: string | undefined;
  /** What counted as wet, in `units`; null where nothing did. */
  readonly wetThreshold: number | null;
}

/** A map before scoring: its cells, and how many there might have been. */
interface Counted {
  readonly map: CaseMap;
  readonly event: string | undefined;
  readonly gaps: { readonly truth: number; readonly forecast: number };
}

/**
 * Scores a forecast against the truth where both have values. Times are matched by their bounds where both have them, else by
 * their moments, precipitation is converted to the truth's units, dimensions may come in any order; nothing is regridded. A
 * cell counts where the truth and every member have a value; each counts the same, whatever its area. Lazy fields are read in
 * pieces; what is common is kept in memory.
 *
 * @param forecast - with a dimension of members (realization) or without
 * @throws ShapeError where times or grids do not fit, naming both, or nothing is common; UnitsError where units do not;
 * DomainError for infinite values, negative precipitation, and where no cell is scored; OptionsError
 */
export async function verify(
  forecast: Field | LazyField,
  truth: Field | LazyField,
  options: VerifyOptions = {},
): Promise<Verification> {
  const [given, observed] = [lazy(forecast), lazy(truth)];
  const { quantiles = [0.99, 0.999, 0.9999], times = "value", fss = {}, interval } = options;
  const units = options.units ?? observed.units;
  const { wetThreshold = defaultThreshold(observed, units) } = options;
  check(options, quantiles, wetThreshold, times);
  const convert = [
    conversion("forecast", given, units, interval),
    conversion("truth", observed, units, interval),
  ] as const;
  const aligned = align(given, observed);
  const common = commonTimes(aligned.forecast, aligned.truth, times);
  const labels = labelsOf(options.events, common, timeCount(observed));
  const counted = await readMaps(aligned, common, convert, wetThreshold, labels);
  const { seed } = options;
  const rows = fieldScores({
    quantiles,
    fssThresholds: fss.thresholds,
    fssWindows: fss.windows,
    random: seed === undefined ? undefined : () => rng(seed).split("rank-ties"),
  });
  const { members, shape } = aligned;
  const all = [timeCount(given), timeCount(observed)] as const;
  const of = (part: readonly Counted[], [count, truthTimes]: readonly [number, number]) => {
    const maps = part.map(({ map }) => map).filter((map) => map.truth.length > 0);
    const cells = maps.reduce((sum, map) => sum + map.truth.length, 0);
    const gap = (side: "truth" | "forecast") => part.reduce((sum, { gaps }) => sum + gaps[side], 0);
    const cases: Cases = { maps, members, cells, shape, units, wetThreshold };
    const scored = [...rows, ...(options.scores ?? [])].map((score) => [score.name, score.of(cases)] as const);
    const had = cells + gap("forecast");
    const coverage: FieldCoverage = {
      times: [maps.length, count],
      truthTimes,
      cells: [cells, had],
      share: cells / had,
      gaps: { truth: gap("truth"), forecast: gap("forecast") },
    };
    return { scores: Object.fromEntries(scored) as unknown as AllScores, coverage };
  };
  if (counted.every(({ map }) => map.truth.length === 0)) {
    const what = `at ${common.length} common times no cell has a value of the truth and of every member`;
    throw new DomainError(`${placeOf("forecast", given)}: ${what}; choose other times or another part`, 0);
  }
  const events = [...new Set(counted.flatMap(({ event }) => event ?? []))].map((label) => {
    const part = counted.filter(({ event }) => event === label);
    return [label, of(part, [part.length, part.length])] as const;
  });
  return { ...of(counted, all), events: Object.fromEntries(events), members, units, wetThreshold };
}

const lazy = (field: Field | LazyField): LazyField => (field instanceof LazyField ? field : lazyField(field));

function check(
  { scores = [], fss = {}, interval }: VerifyOptions,
  quantiles: readonly number[],
  wet: number | null,
  times: string,
): void {
  for (const q of quantiles) checkOption("verify", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  checkOption("verify", "wetThreshold", wet, wet === null || (wet > 0 && wet < Infinity), "it must be > 0, or null");
  checkOption("verify", "times", times, times === "value" || times === "position", 'it must be "value" or "position"');
  const seconds = interval === undefined || interval === "time" || (interval > 0 && interval < Infinity);
  checkOption("verify", "interval", interval, seconds, 'it must be seconds > 0, or "time"');
  for (const n of fss.windows ?? [])
    checkOption("verify", "fss.windows", n, Number.isInteger(n) && n >= 1, "each must be an integer ≥ 1");
  for (const t of fss.thresholds ?? [])
    checkOption("verify", "fss.thresholds", t, Number.isFinite(t), "each must be a finite number");
  const names = [...fieldScoreNames];
  for (const score of scores) {
    const whole = typeof score?.of === "function" && typeof score.name === "string" && score.name !== "";
    checkOption("verify", "scores", JSON.stringify(score), whole, "each must be an object { name, of(cases) }");
    checkOption("verify", "scores", score.name, !names.includes(score.name), "the name is taken; give it another");
    names.push(score.name);
  }
}

function labelsOf(
  events: VerifyOptions["events"],
  common: readonly CommonTime[],
  truthTimes: number,
): readonly (string | undefined)[] {
  if (events === undefined) return common.map(() => undefined);
  if (typeof events !== "function") {
    if (events.length === truthTimes) return common.map(({ truth }) => events[truth]);
    throw new ShapeError("verify: events", [truthTimes], [events.length], "one label for each time of the truth");
  }
  return common.map(({ iso }) => {
    if (iso !== undefined) return events(iso);
    throw new OptionsError(
      "verify: events is a function of times, but none are matched; give labels",
      "events",
      events,
    );
  });
}

/** Reads what is common, in pieces of some 64 MB, and leaves gaps out. */
async function readMaps(
  { forecast, truth, members, shape, order }: Aligned,
  common: readonly CommonTime[],
  [toForecast, toTruth]: readonly [ToUnits, ToUnits],
  wetThreshold: number | null,
  labels: readonly (string | undefined)[],
): Promise<readonly Counted[]> {
  const points = sizeOf(shape);
  const most = Math.max(1, Math.floor(64e6 / Math.max(1, 8 * points * members)));
  const counted: Counted[] = [];
  for (let from = 0; from < common.length; ) {
    let to = from + 1;
    const runs = (k: number) =>
      common[k]!.forecast === common[k - 1]!.forecast + 1 && common[k]!.truth === common[k - 1]!.truth + 1;
    while (to < common.length && to - from < most && runs(to)) to++;
    const f = toForecast(await part(forecast, common[from]!.forecast, to - from)).values;
    const t = toTruth(await part(truth, common[from]!.truth, to - from)).values;
    checkValues(placeOf("forecast", forecast), f, wetThreshold);
    checkValues(placeOf("truth", truth), t, wetThreshold);
    for (let k = 0; k < to - from; k++) {
      const own = f.subarray(k * members * points, (k + 1) * members * points);
      const { map, gaps } = mapOf(own, t.subarray(k * points, (k + 1) * points), members, order);
      const dry = (values: CaseMap["truth"]) => (wetThreshold === null ? values : dryBelow(values, wetThreshold));
      const { iso } = common[from + k]!;
      const whole = { ...map, time: iso, forecast: dry(map.forecast), truth: dry(map.truth) };
      counted.push({ map: whole, gaps, event: labels[from + k] });
    }
    from = to;
  }
  return counted;
}

function part(field: LazyField, from: number, count: number): Promise<Field> {
  const dim = field.dimOf("time");
  return (dim === undefined ? field : field.isel({ [dim]: [from, from + count] })).load();
}

function checkValues(where: string, values: CaseMap["truth"], wetThreshold: number | null): void {
  const at = values.findIndex((v) => v === Infinity || v === -Infinity || (wetThreshold !== null && v < 0));
  if (at < 0) return;
  const hint = Number.isFinite(values[at])
    ? "precipitation is at least 0; set rounding errors to 0, or score values as they are with wetThreshold: null"
    : "mark what is missing as NaN";
  throw new DomainError(`${where}: a value is ${values[at]}; ${hint}`, values[at]);
}

/** The cells where nothing is missing. */
function mapOf(
  forecast: CaseMap["forecast"],
  truth: CaseMap["truth"],
  members: number,
  order: Uint32Array | undefined,
): Pick<Counted, "gaps"> & { readonly map: Omit<CaseMap, "time"> } {
  const points = truth.length;
  const gaps = { truth: 0, forecast: 0 };
  const kept: number[] = [];
  for (let i = 0; i < points; i++) {
    const at = order?.[i] ?? i;
    if (Number.isNaN(truth[i])) {
      gaps.truth++;
      continue;
    }
    let whole = true;
    for (let m = 0; m < members && whole; m++) whole = !Number.isNaN(forecast[m * points + at]);
    if (whole) kept.push(i);
    else gaps.forecast++;
  }
  if (kept.length === points && order === undefined) return { gaps, map: { forecast, truth, positions: undefined } };
  const positions = Uint32Array.from(kept);
  const cut = forecast.slice(0, members * kept.length);
  for (let m = 0; m < members; m++) {
    for (const [k, i] of positions.entries()) cut[m * kept.length + k] = forecast[m * points + (order?.[i] ?? i)]!;
  }
  const own = truth.slice(0, kept.length);
  for (const [k, i] of positions.entries()) own[k] = truth[i]!;
  return { gaps, map: { forecast: cut, truth: own, positions: kept.length === points ? undefined : positions } };
}
