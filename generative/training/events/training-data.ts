/** Events of a training: files, or fields that are in memory or still in their files; each is one event. */
import { resolve } from "node:path";
import { OptionsError } from "../../../engine/errors.ts";
import { expandPatterns, type LazyField, type TimeRange } from "../../../io/dataset/index.ts";
import { precipitationFactor } from "../../../io/field/index.ts";
import { rainLimits } from "../../../io/rain/index.ts";
import { type Intervals, type RainStream, rainOf, rateUnits } from "../../data/read-rain.ts";
import { type FieldSource, type FieldSources, sourcesOf } from "../../data/sources.ts";
import type { RainFrames } from "../../data/tiles/tiles.ts";
import type { RainPlace } from "../../model/spacing.ts";

/** Files (names, or patterns with `*`, `?`, `**`, `{a,b}`) or fields of fine precipitation; each is one event. */
export type TrainingData = FieldSources;

/** Events, and what is read of them. */
export interface EventPlan {
  /** Files, or names of the fields. */
  readonly data: readonly string[];
  readonly units?: string;
  readonly interval?: Intervals;
  readonly time?: TimeRange;
  /** @defaultValue 1 */
  readonly every?: number;
  readonly cap?: number;
  /** In the units of the data. */
  readonly wetThreshold?: number;
  readonly largestRate?: number;
  readonly tile: number;
  /** Times that are held out, or the events that are. @defaultValue nothing */
  readonly validate?: TimeRange | readonly string[];
}

/** Events, listed. */
export interface ListedData {
  /** Paths, or names of the fields. */
  readonly labels: readonly string[];
  readonly sources: readonly FieldSource[];
}

/**
 * Lists events.
 *
 * @param variable - of the files. @defaultValue their only one
 * @throws OptionsError where there are none, or a pattern meets no file
 */
export async function listData(data: TrainingData, variable?: string): Promise<ListedData> {
  const labels: string[] = [];
  const sources: FieldSource[] = [];
  for (const item of sourcesOf(data)) {
    const found = typeof item === "string" ? await expandPatterns([item]) : [item];
    for (const one of found) {
      labels.push(typeof one === "string" ? resolve(one) : one.source || one.name);
      sources.push(typeof one === "string" && variable !== undefined ? `${one}:${variable}` : one);
    }
  }
  if (labels.length > 0) return { labels, sources };
  throw new OptionsError("train: `data` is empty; name at least one file or field", "data", data);
}

/** The events to learn from, and behind them those to validate on. */
export const labelsOf = ({ data, validate = [] }: Pick<EventPlan, "data" | "validate">): readonly string[] =>
  "length" in validate ? [...data, ...validate] : data;

/** Place and limits of an event. */
export interface SeenEvent extends Required<LimitsOf> {
  readonly place: RainPlace;
}

/** Numbers, among {@link labelsOf}, of the events to learn from, or to validate on. */
export function eventsOf(plan: EventPlan, part: "learned" | "held"): readonly number[] {
  const all = [...labelsOf(plan).keys()];
  if (plan.validate === undefined || !("length" in plan.validate)) return all;
  return all.filter((index) => index < plan.data.length === (part === "learned"));
}

/** An event as rain that is read in pieces. @param index - among {@link labelsOf} */
export function rainOfEvent(field: LazyField, index: number, plan: EventPlan, bytes: number): RainStream {
  const { validate } = plan;
  return rainOf(field, { ...plan, apart: validate && "length" in validate ? undefined : validate, index, bytes });
}

/** Dry and clutter limits in mm/h: as stated in the units of the data, else by their interval. */
export function limitsOf(plan: EventPlan, { units, interval, span }: RainStream): Required<LimitsOf> {
  const { wet, clutter } = rainLimits(span);
  const scale = precipitationFactor(units, rateUnits, interval);
  const { wetThreshold, largestRate } = plan;
  return {
    wetThreshold: wetThreshold === undefined ? wet : wetThreshold * scale,
    largestRate: largestRate === undefined ? clutter : largestRate * scale,
  };
}

type LimitsOf = Pick<RainFrames, "wetThreshold" | "largestRate">;
