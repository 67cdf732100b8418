/** Events of a training: files, or fields that are in memory or still in their files; each is one event. */
import { OptionsError } from "../../../engine/errors.ts";
import { expandPatterns, LazyField, lazyField, type TimeRange } from "../../../io/dataset/index.ts";
import { Field, type FieldValues, precipitationFactor } from "../../../io/field/index.ts";
import { rainLimits } from "../../../io/rain/index.ts";
import { type Intervals, openRain, placeOf, type RainStream, rainOf, rateUnits } from "../../data/read-rain.ts";
import type { RainFrames } from "../../data/tiles/tiles.ts";
import type { RainPlace } from "../../model/spacing.ts";

/** Files (names, or patterns with `*`, `?`, `**`, `{a,b}`) or fields of fine precipitation; each is one event. */
export type TrainingData = string | Field | LazyField | readonly string[] | readonly (Field | LazyField)[];

/** Events, and what is read of them. */
export interface EventPlan {
  /** Files, or names of the fields. */
  readonly data: readonly string[];
  readonly variable: string | null;
  readonly units: string | null;
  readonly interval: Intervals | null;
  readonly time: TimeRange | null;
  readonly every: number;
  readonly cap: number | null;
  /** In the units of the data. */
  readonly wetThreshold: number | null;
  readonly largestRate: number | null;
  readonly tile: number;
  readonly allowExternal: boolean;
  /** Times that are held out, or the events that are. @defaultValue nothing */
  readonly validate?: TimeRange | readonly string[];
}

/** The data of one training, listed. */
export interface ListedData {
  /** Paths, or names of the fields. */
  readonly labels: readonly string[];
  /** Undefined for files. */
  readonly fields?: readonly LazyField[];
}

/** Lists events. @throws OptionsError where there are none, a pattern meets no file, or files and fields are mixed */
export async function listData(data: TrainingData): Promise<ListedData> {
  const items: readonly (string | Field | LazyField)[] =
    typeof data === "string" || data instanceof Field || data instanceof LazyField ? [data] : data;
  if (items.length === 0)
    throw new OptionsError("train: `data` is empty; name at least one file or field", "data", data);
  const paths = items.filter((one) => typeof one === "string");
  if (paths.length === items.length) return { labels: await expandPatterns(paths) };
  if (paths.length > 0) {
    throw new OptionsError("train: `data` holds names and fields; give the one or the other", "data", paths);
  }
  const fields = items.map((one) => lazyField(one as Field | LazyField));
  return { labels: fields.map(({ source, name }) => source || name), fields };
}

/** The events to learn from, and behind them those to validate on. */
export const labelsOf = ({ data, validate = [] }: Pick<EventPlan, "data" | "validate">): readonly string[] =>
  "length" in validate ? [...data, ...validate] : data;

/** Place and limits of an event. */
export interface SeenEvent extends Required<LimitsOf> {
  readonly place: RainPlace;
}

/** A piece that was read. */
interface ReadPiece {
  /** True if no value of it is there. */
  readonly empty: boolean;
  /** Those to learn from, or to validate on. @defaultValue none of them are here */
  readonly frames?: RainFrames;
  /** Of the event; with its first frames. */
  readonly seen?: SeenEvent;
}

/** Numbers, among {@link labelsOf}, of the events to learn from, or to validate on. */
export function eventsOf(plan: EventPlan, part: "learned" | "held"): readonly number[] {
  const all = [...labelsOf(plan).keys()];
  if (plan.validate === undefined || !("length" in plan.validate)) return all;
  return all.filter((index) => index < plan.data.length === (part === "learned"));
}

/** Opens an event by its number among {@link labelsOf}. @param fields - the events, where they are not in files */
export async function openEvent(
  plan: EventPlan,
  index: number,
  bytes: number,
  fields: readonly LazyField[] | undefined,
): Promise<{ readonly rain: RainStream; close(): void }> {
  const { validate } = plan;
  const apart = validate === undefined || "length" in validate ? undefined : validate;
  const options = { ...plan, apart, index, bytes };
  if (fields !== undefined) return { rain: rainOf(fields[index]!, options), close: () => {} };
  return openRain(labelsOf(plan)[index]!, options);
}

interface EventPart {
  readonly plan: EventPlan;
  readonly name: string;
  /** True if the frames that are held out are meant, or the others. */
  readonly held: boolean;
}

/** Every `every`-th frame of a piece, of those that are held out or of the others. */
export async function readPiece(rain: RainStream, number: number, { plan, name, held }: EventPart): Promise<ReadPiece> {
  const { height, width, apart, span, pieces } = rain;
  const { every } = plan;
  const before = pieces.slice(0, number).reduce((sum, { frames }) => sum + frames, 0);
  const piece = pieces[number]!;
  const chosen = (from: number, to: number): number[] => {
    const kept: number[] = [];
    for (let n = Math.ceil(from / every) * every; n < to; n += every) {
      if (apart === undefined || Boolean(apart[n]) === held) kept.push(n);
    }
    return kept;
  };
  const field = await piece.load();
  const empty = !field.values.some((v) => !Number.isNaN(v));
  const kept = chosen(before, before + piece.frames);
  if (kept.length === 0) return { empty };
  const first = chosen(0, before).length;
  const limits = limitsOf(plan, rain);
  const whole = kept.length === piece.frames && field.values instanceof Float32Array ? field.values : undefined;
  const plane = height * width;
  const own = kept.map((n) => n - before);
  const values = whole ?? takeFrames(field.values, own, plane);
  return {
    empty,
    frames: { name, values, shape: [kept.length, height, width], first, ...limits },
    ...(first === 0 && { seen: { place: placeOf(field, span), ...limits } }),
  };
}

function takeFrames(values: FieldValues, frames: readonly number[], plane: number): Float32Array {
  const out = new Float32Array(frames.length * plane);
  for (const [to, n] of frames.entries()) out.set(values.subarray(n * plane, (n + 1) * plane), to * plane);
  return out;
}

/** Dry and clutter limits in mm/h: as stated in the units of the data, else by their interval. */
function limitsOf(plan: EventPlan, { units, interval, span }: RainStream): Required<LimitsOf> {
  const { wet, clutter } = rainLimits(span);
  const scale = precipitationFactor(units, rateUnits, interval === undefined ? {} : { interval });
  const { wetThreshold, largestRate } = plan;
  return {
    wetThreshold: wetThreshold === null ? wet : wetThreshold * scale,
    largestRate: largestRate === null ? clutter : largestRate * scale,
  };
}

type LimitsOf = Pick<RainFrames, "wetThreshold" | "largestRate">;
