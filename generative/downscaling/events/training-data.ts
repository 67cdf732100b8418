/** What a downscaler is trained on: files, or fields that are in memory or still in their files; each is one event. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { FormatError, OptionsError } from "../../../engine/errors.ts";
import { fileHashes, fileSize } from "../../../engine/files/file-hash.ts";
import { expandPatterns, LazyField, lazyField, type TimeRange } from "../../../io/dataset/index.ts";
import { Field, type FieldValues, precipitationFactor } from "../../../io/field/index.ts";
import type { RainFrames } from "../archive/index.ts";
import { rainLimits } from "../rain-limits.ts";
import type { RainPlace } from "../trained-on.ts";
import type { TrainingPlan } from "../training-plan.ts";
import { placeOf, type RainStream, rainOf, rateUnits, withRain } from "./read-rain.ts";

/** Files (names, or patterns with `*`, `?`, `**`, `{a,b}`) or fields of fine precipitation; each is one event. */
export type TrainingData = string | Field | LazyField | readonly string[] | readonly (Field | LazyField)[];

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
  const fields = items.map((one) => (one instanceof Field ? lazyField(one) : (one as LazyField)));
  return { labels: fields.map(({ source, name }) => source || name), fields };
}

/** The events to learn from, and behind them those to judge by. */
export const labelsOf = ({ data, validate = [] }: TrainingPlan): readonly string[] =>
  "length" in validate ? [...data, ...validate] : data;

/** SHA-256 of each event: of the file, or of the values of the field. */
export async function hashData(plan: TrainingPlan, fields: readonly LazyField[] | undefined): Promise<string[]> {
  if (fields === undefined) return fileHashes(labelsOf(plan));
  const hashes: string[] = [];
  for (const field of fields) hashes.push(await fieldHash(field));
  return hashes;
}

/** Bytes of the events: of their files, or of their values. */
export async function dataBytes(plan: TrainingPlan, fields: readonly LazyField[] | undefined): Promise<number> {
  if (fields !== undefined) return fields.reduce((sum, { bytes }) => sum + bytes, 0);
  let sum = 0;
  for (const path of labelsOf(plan)) sum += await fileSize(path);
  return sum;
}

/** SHA-256 of a field: its name, units, sizes and values. */
export async function fieldHash(field: LazyField): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([field.name, field.units, field.dims, field.shape]));
  for await (const { values } of field.slabs()) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}

/** @throws FormatError where data are not those that a run began with */
export function checkData(folder: string, plan: TrainingPlan, hashes: readonly string[]): void {
  const at = hashes.findIndex((hash, i) => hash !== plan.dataSha256?.[i]);
  if (at < 0) return;
  throw new FormatError(labelsOf(plan)[at]!, "data", `it has changed since ${folder} began`, "start another run");
}

/** What is known of an event besides its frames. */
export interface SeenEvent extends Required<LimitsOf> {
  readonly place: RainPlace;
}

/**
 * Reads the events one at a time and piece by piece: those to learn from, or what is to be judged by.
 *
 * @param fields - the events, where they are not in files
 * @param seen - filled as they are read
 */
export async function* readEvents(
  plan: TrainingPlan,
  part: "learned" | "judged",
  fields: readonly LazyField[] | undefined,
  seen: SeenEvent[],
): AsyncGenerator<RainFrames> {
  const { variable, units, time: range, interval: intervals, validate, allowExternal = false } = plan;
  const others = validate !== undefined && "length" in validate;
  const times = validate === undefined || others ? undefined : (validate as TimeRange);
  for (const [index, label] of labelsOf(plan).entries()) {
    if (others && index < plan.data.length !== (part === "learned")) continue;
    const options = {
      ...(times && { apart: times }),
      ...(units !== null && { units }),
      ...(range !== null && { time: range }),
      ...(intervals !== null && { intervals }),
      index,
    };
    // The name keys the choice of tiles: without folders, so that a moved archive gives the same ones.
    const event = { plan, name: `${index}:${basename(label)}`, held: part === "judged", seen };
    if (fields !== undefined) yield* framesOf(rainOf(fields[index]!, options), event);
    else {
      const named = { ...options, allowExternal, ...(variable !== null && { variable }) };
      yield* withRain(label, named, (rain) => framesOf(rain, event));
    }
  }
}

interface ReadEvent {
  readonly plan: TrainingPlan;
  readonly name: string;
  /** Whether the frames that are held out are meant, or the others. */
  readonly held: boolean;
  readonly seen: SeenEvent[];
}

/** Every `every`-th frame of an event, of those that are held out or of the others, in pieces. */
async function* framesOf(rain: RainStream, { plan, name, held, seen }: ReadEvent): AsyncGenerator<RainFrames> {
  const { height, width, apart, span } = rain;
  const { every, cap } = plan;
  const limits = limitsOf(plan, rain);
  const plane = height * width;
  let [passed, first] = [0, 0];
  for await (const field of rain.pieces()) {
    const frames = field.values.length / plane;
    const kept: number[] = [];
    for (let n = Math.ceil(passed / every) * every; n < passed + frames; n += every) {
      if (apart === undefined || Boolean(apart[n]) === held) kept.push(n - passed);
    }
    passed += frames;
    if (kept.length === 0) continue;
    if (first === 0) seen.push({ place: placeOf(field, span), ...limits });
    const whole = kept.length === frames && field.values instanceof Float32Array ? field.values : undefined;
    const values = whole ?? takeFrames(field.values, kept, plane);
    const piece = { name, values, time: kept.length, first, height, width, ...limits };
    yield { ...piece, ...(cap !== null && { limit: cap }) };
    first += kept.length;
  }
}

function takeFrames(values: FieldValues, frames: readonly number[], plane: number): Float32Array {
  const out = new Float32Array(frames.length * plane);
  for (const [to, n] of frames.entries()) out.set(values.subarray(n * plane, (n + 1) * plane), to * plane);
  return out;
}

/** What is dry and what is clutter, in mm/h: as stated in the units of the data, else by their interval. */
function limitsOf(plan: TrainingPlan, { units, interval, span }: RainStream): Required<LimitsOf> {
  const { wet, clutter } = plan.limits === "mm h-1" ? rainLimits(undefined) : rainLimits(span);
  const scale = plan.limits ? 1 : precipitationFactor(units, rateUnits, interval === undefined ? {} : { interval });
  const { wetThreshold, largestRate } = plan;
  return {
    wetThreshold: wetThreshold === null ? wet : wetThreshold * scale,
    largestRate: largestRate === null ? clutter : largestRate * scale,
  };
}

type LimitsOf = Pick<RainFrames, "wetThreshold" | "largestRate">;
