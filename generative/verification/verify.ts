/** Scores of a forecast field against the true one: what is common to both is compared, and what that was is told. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { checkOption } from "../../engine/numerics/shaped-array.ts";
import { rng } from "../../engine/rng.ts";
import { LazyField, lazyField } from "../../io/dataset/index.ts";
import { type Field, instantsOf, timeAxis } from "../../io/field/index.ts";
import { type BlockBootstrap, blockLength, checkBootstrap, enough, redraws } from "./blocks.ts";
import type { Cases, Score } from "./cases.ts";
import { checkEvents, type Events, labelsOf } from "./events.ts";
import { align } from "./match-grids.ts";
import { type CommonTime, commonTimes, placeOf, timeCount } from "./match-times.ts";
import { type Counted, readMaps, together } from "./read-maps.ts";
import { type ScoringOptions, scoreTimes, Tallied, type TimeScores } from "./score-times.ts";
import { fieldScoreNames } from "./scores.ts";
import { planOf } from "./tally.ts";
import { conversion, defaultThreshold } from "./verify-units.ts";

/** Options of {@link verify}. */
export interface VerifyOptions {
  /** Scores of your own, besides those of this package. @defaultValue none */
  readonly scores?: readonly Score[];
  /**
   * What times are also scored by: `"season"` (DJF, MAM, JJA, SON), `"month"`, `"year"`, the label of a date and time, or a label for
   * each time of the truth. @defaultValue no events
   */
  readonly events?: Events;
  /**
   * Intervals of the scores of this package, over times, by redraws of blocks of consecutive times, within each event by itself.
   * @defaultValue none
   */
  readonly bootstrap?: BlockBootstrap;
  /**
   * Another forecast, scored at the same times and cells, those of all three; the differences have intervals from the same redraws,
   * so that `bootstrap` is needed.
   * @defaultValue none
   */
  readonly against?: Field | LazyField;
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
  /** Whether `ralsd` is found, which takes a transform of every map; gaps are dry on both sides. @defaultValue false */
  readonly spectrum?: boolean;
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

/** Result of {@link verify}. */
export interface Verification extends TimeScores {
  readonly coverage: FieldCoverage;
  /** By label, in order of first appearance; empty without the option `events`. */
  readonly events: Readonly<Record<string, TimeScores & { readonly coverage: FieldCoverage }>>;
  readonly members: number;
  readonly units: string | undefined;
  /** What counted as wet, in `units`; null where nothing did. */
  readonly wetThreshold: number | null;
}

/** A forecast at the common times. */
interface Side {
  readonly maps: readonly Counted[];
  readonly members: number;
  readonly tallied: Tallied;
}

/**
 * Scores a forecast against the truth where both have values. Times are matched by their bounds where both have them, else by
 * their moments, precipitation is converted to the truth's units, dimensions may come in any order; nothing is regridded. A
 * cell counts where the truth and every member have a value; each counts the same, whatever its area. Lazy fields are read in
 * pieces; what is common is kept in memory.
 *
 * @param forecast - with a dimension of members (realization) or without
 * @throws ShapeError where times or grids do not fit, naming both, or nothing is common; UnitsError where units do not;
 * DomainError for infinite values, negative precipitation, where no cell is scored, and for too few times to redraw; OptionsError
 * @example
 * const { events } = await verify(ours, truth, { events: "season", bootstrap: { seed: 1 }, against: bilinear });
 * events.DJF.against.differences.crps; // { value, low, high }
 */
export async function verify(
  forecast: Field | LazyField,
  truth: Field | LazyField,
  options: VerifyOptions = {},
): Promise<Verification> {
  const [given, observed] = [lazy(forecast), lazy(truth)];
  const other = options.against && lazy(options.against);
  const { quantiles = [0.99, 0.999, 0.9999], times = "value", fss = {}, interval, bootstrap } = options;
  const units = options.units ?? observed.units;
  const { wetThreshold = defaultThreshold(observed, units) } = options;
  check(options, quantiles, wetThreshold, times);
  const toTruth = conversion("truth", observed, units, interval);
  const forecasts = [given, ...(other ? [other] : [])].map((field) => ({
    convert: [conversion("forecast", field, units, interval), toTruth] as const,
    aligned: align(field, observed),
  }));
  const found = forecasts.map(({ aligned }) => commonTimes(aligned.forecast, aligned.truth, times));
  const shared = found.map((own) => new Set(own.map(({ truth: at }) => at)));
  const common = found.map((own) => own.filter(({ truth: at }) => shared.every((all) => all.has(at))));
  if (common[0]!.length === 0) throw noneOfThree(other!, found as [CommonTime[], CommonTime[]]);
  const redrawing = bootstrap && redrawingOf(bootstrap, common[0]!.length, observed);
  const labels = labelsOf(options.events, common[0]!, timeCount(observed));
  const tallyOptions = { quantiles, fssThresholds: fss.thresholds, fssWindows: fss.windows };
  const sides: Side[] = [];
  for (const [k, { aligned, convert }] of forecasts.entries()) {
    const { members, shape } = aligned;
    const maps = await readMaps(aligned, common[k]!, convert, wetThreshold);
    const plan = planOf({ members, shape, wetThreshold }, { ...tallyOptions, spectrum: options.spectrum ?? false });
    sides.push({ maps, members, tallied: new Tallied(plan) });
  }
  const [first, second] = paired(sides);
  const { shape } = forecasts[0]!.aligned;
  const all = [timeCount(given), timeCount(observed)] as const;
  const { seed } = options;
  const scoring: ScoringOptions = {
    own: options.scores ?? [],
    ties: seed === undefined ? undefined : () => rng(seed).split("rank-ties"),
    ...redrawing,
    coverage: bootstrap?.coverage ?? 0.95,
  };
  const of = (which: readonly number[], [count, truthTimes]: readonly [number, number]) => {
    const part = which.map((k) => first!.maps[k]!);
    const kept = which.filter((k) => first!.maps[k]!.map.truth.length > 0);
    const scored = (side: Side) => {
      const maps = kept.map((k) => side.maps[k]!.map);
      const cells = maps.reduce((sum, map) => sum + map.truth.length, 0);
      const cases: Cases = { maps, members: side.members, cells, shape, units, wetThreshold };
      return { cases, tallied: side.tallied };
    };
    const own = scored(first!);
    const gap = (side: "truth" | "forecast") => part.reduce((sum, { gaps }) => sum + gaps[side], 0);
    const { cells } = own.cases;
    const had = cells + gap("forecast");
    const coverage: FieldCoverage = {
      times: [kept.length, count],
      truthTimes,
      cells: [cells, had],
      share: cells / had,
      gaps: { truth: gap("truth"), forecast: gap("forecast") },
    };
    return { ...scoreTimes(own, second && scored(second), scoring), coverage };
  };
  if (first!.maps.every(({ map }) => map.truth.length === 0)) {
    const what = `at ${common[0]!.length} common times no cell has a value of the truth and of every member`;
    throw new DomainError(`${placeOf("forecast", given)}: ${what}; choose other times or another part`, 0);
  }
  const indices = Array.from(labels.keys());
  const events = [...new Set(labels.flatMap((label) => label ?? []))].map((label) => {
    const part = indices.filter((k) => labels[k] === label);
    return [label, of(part, [part.length, part.length])] as const;
  });
  return { ...of(indices, all), events: Object.fromEntries(events), members: first!.members, units, wetThreshold };
}

const lazy = (field: Field | LazyField): LazyField => (field instanceof LazyField ? field : lazyField(field));

/** Forecasts at the cells that all of them have. */
function paired([first, second]: readonly Side[]): readonly Side[] {
  if (!second) return [first!];
  const both = first!.maps.map((own, k) => together(own, second.maps[k]!));
  return [
    { ...first!, maps: both.map(([own]) => own) },
    { ...second, maps: both.map(([, own]) => own) },
  ];
}

function noneOfThree(other: LazyField, [own, against]: readonly [CommonTime[], CommonTime[]]): ShapeError {
  const range = (times: readonly CommonTime[]) => `${times[0]!.iso} … ${times.at(-1)!.iso} (${times.length})`;
  const where = `${placeOf("against", other)}: times`;
  return new ShapeError(
    where,
    `some of ${range(own)}, the forecast's`,
    range(against),
    "no time is common to all three",
  );
}

/** How times are redrawn. @throws DomainError where the times are too few, or days are asked for and times not known */
function redrawingOf(bootstrap: BlockBootstrap, times: number, truth: LazyField): Pick<ScoringOptions, "redraws"> {
  const days = spacing(truth);
  const block = blockLength(bootstrap, times, days);
  if (!enough(times, block)) {
    const way = "give a shorter bootstrap.block, or more times";
    throw new DomainError(`verify: ${times} common times are fewer than two blocks of ${block}; ${way}`, times);
  }
  const { seed, draws = 1000 } = bootstrap;
  return {
    redraws: (count) => {
      const own = blockLength(bootstrap, count, days);
      return enough(count, own) ? redraws(rng(seed).split("blocks"), count, own, draws) : undefined;
    },
  };
}

/** Days from one time to the next, in the middle of all; undefined without times. */
function spacing(field: LazyField): number | undefined {
  const time = timeAxis(field);
  if (time === undefined || time.values.length < 2) return undefined;
  const instants = instantsOf(time);
  const steps = instants.slice(1).map((t, i) => Math.abs(t - instants[i]!));
  return steps.sort()[Math.floor(steps.length / 2)]! / 86_400_000;
}

function check(
  { scores = [], fss = {}, interval, events, bootstrap, against }: VerifyOptions,
  quantiles: readonly number[],
  wet: number | null,
  times: string,
): void {
  checkEvents(events);
  if (bootstrap) checkBootstrap(bootstrap);
  else if (against) {
    const way = "a difference needs its interval: give bootstrap: { seed }";
    throw new OptionsError(`verify: against without bootstrap; ${way}`, "bootstrap", bootstrap);
  }
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
