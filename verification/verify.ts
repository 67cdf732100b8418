/** Scores of a forecast field against the true one: the times and cells common to both are compared, and reported. */

import { checkOptions } from "../engine/checks.ts";
import { DomainError, ShapeError } from "../engine/errors.ts";
import { nextTurn } from "../engine/platform/machine.ts";
import { rng } from "../engine/random/rng.ts";
import type { LazyField } from "../io/dataset/index.ts";
import {
  checkTimes,
  type Field,
  instantsOf,
  measuresWater,
  precipitationFactor,
  precipitationUnits,
  timeAxis,
} from "../io/field/index.ts";
import { sizeOf } from "../io/storage/index.ts";
import { type ClimateScores, climateScores } from "./climate/climate-scores.ts";
import { labelsOf } from "./matching/events.ts";
import { align, lazy } from "./matching/match-grids.ts";
import { type CommonTime, commonTimes, placeOf, timeCount } from "./matching/match-times.ts";
import { type Counted, readMaps, thinned, together } from "./matching/read-maps.ts";
import { regionsOf, within } from "./matching/regions.ts";
import { conversion, type RainRule, rainRule } from "./matching/verify-units.ts";
import { type ScoringOptions, scoreTimes, Tallied, type TimeScores } from "./score-times.ts";
import type { Cases } from "./scores/cases.ts";
import { redrawingOf } from "./significance/redrawing.ts";
import { planOf } from "./tally/tally.ts";
import { checkThresholds, type VerifyOptions, type VerifyStage, verifyChecks } from "./verify-options.ts";

export type { VerifyOptions, VerifyStage } from "./verify-options.ts";

/** Coverage of a comparison. */
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
  /** Times and cells that were scored, and that were left out. */
  readonly coverage: FieldCoverage;
  /** By label, in order of first appearance; empty without the option `events`. */
  readonly events: Readonly<Record<string, TimeScores & { readonly coverage: FieldCoverage }>>;
  /**
   * By number; empty without the option `regions`. Cells are those that are scored, and those of the region at all
   * common times.
   */
  readonly regions: Readonly<Record<string, TimeScores & { readonly cells: readonly [scored: number, all: number] }>>;
  /** With the option `climate`. */
  readonly climate?: ClimateScores;
  /** M ≥ 1; 1 for a forecast without members. */
  readonly members: number;
  /** Of the scores; undefined where the truth has none. */
  readonly units: string | undefined;
  /** Threshold of wet values, in `units`; null where nothing did. */
  readonly wetThreshold: number | null;
  /** Seconds that a value of precipitation stands for, as far as is known; undefined for all else. */
  readonly interval: number | undefined;
}

/** Maps of a forecast at the common times, and their parts in each region. */
interface Side {
  readonly maps: Counted[];
  readonly regional: ReadonlyMap<number, Counted[]>;
  readonly members: number;
  readonly tallied: Tallied;
}

/** Values that are kept of all maps together, some 256 MB of float64. */
const mostKept = 2 ** 25;

/**
 * Scores a forecast against the truth where both have values. Times are matched by their bounds where both have them,
 * else by their moments, precipitation is converted to the truth's units, dimensions may come in any order; nothing is
 * regridded. A cell counts where the truth and every member have a value; each counts the same, whatever its area. Lazy
 * fields are read in pieces. Of more than 2²⁵ common values only every n-th cell is kept, unless `scores` or `climate`
 * ask for all: pooled quantiles, the CRPS's uncertainty, Wasserstein distances, and ranks whose ties are drawn are of
 * these cells, and a notice says so. Formulas and their sources stand in docs/how-to/verification.md.
 *
 * @param forecast - with a dimension of members (realization) or without
 * @throws ShapeError where times or grids do not fit, naming both, or nothing is common; UnitsError where units do not;
 * DomainError for infinite values, negative precipitation, where no cell is scored, and for too few times to redraw;
 * OptionsError
 * @example
 * const { events } = await verify(ours, truth, { events: "season", bootstrap: { seed: 1 }, against: bilinear });
 * events.DJF.against.differences.crps; // { value, low, high }
 */
export const verify = (
  forecast: Field | LazyField,
  truth: Field | LazyField,
  options: VerifyOptions = {},
): Promise<Verification> => verifyKeeping(forecast, truth, options, mostKept);

/** {@link verify} with another number of values that are kept. */
export async function verifyKeeping(
  forecast: Field | LazyField,
  truth: Field | LazyField,
  options: VerifyOptions,
  most: number,
): Promise<Verification> {
  checkOptions("verify", options, verifyChecks);
  const [given, observed] = [lazy(forecast), lazy(truth)];
  const other = options.against && lazy(options.against);
  const { quantiles = [0.99, 0.999, 0.9999], times = "value", interval, bootstrap } = options;
  const units = options.units ?? observed.units;
  for (const field of [observed, given, ...(other ? [other] : [])]) checkTimes(field);
  const toTruth = conversion("truth", observed, units, interval);
  const forecasts = [given, ...(other ? [other] : [])].map((field) => ({
    convert: [conversion("forecast", field, units, interval), toTruth] as const,
    aligned: align(field, observed),
  }));
  const rule = rainRule("truth", [observed, given], units, options);
  const { rain, span, wetThreshold } = rule;
  checkThresholds(options, wetThreshold);
  for (const line of noticesOf(options, rule, units)) options.onNotice?.(line);
  const found = forecasts.map(({ aligned }) => commonTimes(aligned.forecast, aligned.truth, times));
  const shared = found.map((own) => new Set(own.map(({ truth: at }) => at)));
  const common = found.map((own) => own.filter(({ truth: at }) => shared.every((all) => all.has(at))));
  if (common[0]!.length === 0) throw noneOfThree(other!, found as [CommonTime[], CommonTime[]]);
  for (const score of options.scores ?? []) score.check?.(common[0]!.map(({ iso }) => iso));
  const redrawing = bootstrap && redrawingOf(bootstrap, common[0]!.length, observed);
  const labels = labelsOf(options.events, common[0]!, timeCount(observed));
  const { spectrum = false, sal: objects = false, thresholds, fssWindows } = options;
  const tallyOptions = { quantiles, thresholds, fssWindows, spectrum, objects, logUnit: logUnitOf(rule, units) };
  const regions = options.regions && (await regionsOf(options.regions, observed));
  const count = common[0]!.length;
  const progress = (stage: VerifyStage, done: number, total: number) => options.onProgress?.({ stage, done, total });
  const { shape } = forecasts[0]!.aligned;
  const sides = forecasts.map(({ aligned: { members } }): Side => {
    const plan = planOf({ members, shape, wetThreshold }, tallyOptions);
    const regional = new Map(Array.from(regions?.keys() ?? [], (label) => [label, []]));
    return { maps: [], regional, members, tallied: new Tallied(plan) };
  });
  const values = sides.reduce((sum, { members }) => sum + (members + 1) * count * sizeOf(shape), 0);
  const every = options.scores?.length || options.climate ? 1 : stepFor(values / most, shape.at(-1)!);
  if (every > 1) {
    const of = "pooled quantiles, uncertainty, Wasserstein distances and drawn ties";
    options.onNotice?.(`${of} are of one in ${every} cells, as ${values} values are many; all else is of all cells`);
  }
  const readers = forecasts.map(({ aligned, convert }, k) =>
    readMaps(aligned, common[k]!, convert, {
      ...{ wetThreshold, clip: options.clipNegative ?? false },
      onClipped: (line) => options.onNotice?.(line),
    }),
  );
  for (let t = 0; t < count; t++) {
    const read = await Promise.all(readers.map(async (reader) => (await reader.next()).value!));
    const both = read.length === 2 ? together(read[0]!, read[1]!) : read;
    for (const [k, { maps, regional, tallied }] of sides.entries()) {
      const keep = (to: Counted[], counted: Counted) => {
        const kept = every > 1 ? thinned(counted, every) : counted;
        if (counted.cells > 0) tallied.add(counted.map, kept.map);
        to.push(kept);
      };
      keep(maps, both[k]!);
      for (const [label, cells] of regions ?? []) keep(regional.get(label)!, within(both[k]!, cells));
    }
    progress("scoring", t + 1, count);
    if (options.onProgress) await nextTurn();
  }
  // Reading says at its end what it set to 0.
  for (const reader of readers) await reader.next();
  const [first, second] = sides;
  const all = [timeCount(given), timeCount(observed)] as const;
  const { seed } = options;
  const draws = bootstrap?.draws ?? 1000;
  const parts = 1 + new Set(labels.filter((label) => label !== undefined)).size + (regions?.size ?? 0);
  let drawn = 0;
  const scoring: ScoringOptions = {
    own: options.scores ?? [],
    ties: seed === undefined ? undefined : () => rng(seed).split("rank-ties"),
    redraws:
      redrawing &&
      ((times) => redrawing(times, () => progress("redrawing", Math.min(++drawn, parts * draws), parts * draws))),
    coverage: bootstrap?.coverage ?? 0.95,
  };
  const scored = (side: Side, maps: readonly Counted[]) => {
    const kept = maps.map(({ map }) => map);
    const cells = maps.reduce((sum, counted) => sum + counted.cells, 0);
    const cases: Cases = { maps: kept, members: side.members, cells, shape, units, wetThreshold };
    return { cases, tallied: side.tallied };
  };
  const of = (which: readonly number[], [count, truthTimes]: readonly [number, number]) => {
    const part = which.map((k) => first!.maps[k]!);
    const kept = which.filter((k) => first!.maps[k]!.cells > 0);
    const maps = (side: Side) => kept.map((k) => side.maps[k]!);
    const own = scored(first!, maps(first!));
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
    return { ...scoreTimes(own, second && scored(second, maps(second)), scoring), coverage };
  };
  if (first!.maps.every(({ cells }) => cells === 0)) {
    const what = `at ${common[0]!.length} common times no cell has a value of the truth and of every member`;
    throw new DomainError(`${placeOf("forecast", given)}: ${what}; choose other times or another part`, 0);
  }
  const indices = Array.from(labels.keys());
  const events = [...new Set(labels.flatMap((label) => label ?? []))].map((label) => {
    const part = indices.filter((k) => labels[k] === label);
    return [label, of(part, [part.length, part.length])] as const;
  });
  const regional = Array.from(regions?.entries() ?? [], ([label, cells]) => {
    const own = (side: Side) =>
      scored(
        side,
        side.regional.get(label)!.filter((map) => map.cells > 0),
      );
    const part = own(first!);
    if (part.cases.cells === 0) {
      throw new DomainError(`verify: no cell of region ${label} is scored; leave the region out`, label);
    }
    const counts = [part.cases.cells, cells.size * common[0]!.length] as const;
    return [label, { ...scoreTimes(part, second && own(second), scoring), cells: counts }] as const;
  });
  const instants = timeAxis(observed) && instantsOf(timeAxis(observed)!);
  const climate =
    options.climate &&
    climateScores(
      first!.maps.map(({ map }) => map),
      {
        ...{ units, rain, span, members: first!.members },
        days: instants && common[0]!.map(({ truth: at }) => instants[at]! / 86_400_000),
        bootstrap: bootstrap && {
          random: rng(bootstrap.seed).split("years"),
          draws: bootstrap.draws ?? 1000,
          coverage: bootstrap.coverage ?? 0.95,
        },
      },
    );
  return {
    ...of(indices, all),
    events: Object.fromEntries(events),
    regions: Object.fromEntries(regional),
    ...(climate && { climate }),
    members: first!.members,
    units,
    wetThreshold,
    interval: span,
  };
}

/** 1 mm/h in the units of scores, for spectra of ln(1 + R); undefined for spectra of the values as they are. */
function logUnitOf({ rain, span, wetThreshold }: RainRule, units: string | undefined): number | undefined {
  if (!rain || wetThreshold === null) return undefined;
  if (span === undefined && precipitationUnits(units).kind === "amount") return Number.NaN;
  return precipitationFactor("mm h-1", units!, span);
}

/** Notices of defaults that a reader might not expect. */
function noticesOf(
  { thresholds, wetThreshold: given, against, bootstrap }: VerifyOptions,
  rule: RainRule,
  units: string | undefined,
) {
  const { rain, span, wetThreshold } = rule;
  const none = "so that nothing is an event: CSI, Brier score, ROC and FSS are left out";
  const lines: string[] = [];
  if (wetThreshold === null && thresholds === undefined) {
    if (given === null) lines.push(`values are scored as they are, ${none}; give \`thresholds\` for them`);
    else if (measuresWater(units)) lines.push(`not taken as precipitation, ${none}; say \`rain: true\` where it is`);
  }
  if (rain && span === undefined && given === undefined) {
    lines.push("nothing says over how long a rate stands, so that it is taken as that of a moment; `interval` says it");
  }
  if (against && !bootstrap) {
    lines.push("differences have no intervals; `bootstrap: { seed }` gives them at several times");
  }
  return lines;
}

/** Whole step of at least so much that meets all columns of a map. */
function stepFor(least: number, width: number): number {
  let step = Math.max(1, Math.ceil(least));
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  while (divisor(step, width) > 1) step++;
  return step;
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
