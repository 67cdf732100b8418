/** What a downscaler is trained on: files, or fields that are in memory or still in their files; each is one event. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { expandPatterns, LazyField, lazyField } from "../../io/dataset/index.ts";
import { Field } from "../../io/field/index.ts";
import type { RainFrames } from "./archive/index.ts";
import { placeOf, rainOf, readRain, thin } from "./read-rain.ts";
import type { RainPlace } from "./trained-on.ts";
import type { TrainingPlan } from "./training-plan.ts";

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

/** SHA-256 of each event: of the file, or of the values of the field. */
export async function hashData(plan: TrainingPlan, fields: readonly LazyField[] | undefined): Promise<string[]> {
  if (fields === undefined) return Promise.all(plan.data.map(fileHash));
  const hashes: string[] = [];
  for (const field of fields) hashes.push(await fieldHash(field));
  return hashes;
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
  throw new FormatError(plan.data[at]!, "data", `it has changed since ${folder} began`, "start another run");
}

/**
 * Reads the events one at a time.
 *
 * @param places - of the events, filled as they are read
 */
export async function* readEvents(
  plan: TrainingPlan,
  fields: readonly LazyField[] | undefined,
  places: RainPlace[],
): AsyncGenerator<RainFrames> {
  const { variable, units, time: range, interval: intervals, every, cap: limit, allowExternal = false } = plan;
  for (const [index, label] of plan.data.entries()) {
    const options = {
      ...(units !== null && { units }),
      ...(range !== null && { time: range }),
      ...(intervals !== null && { intervals }),
      index,
    };
    const rain =
      fields === undefined
        ? await readRain(label, { ...options, allowExternal, ...(variable !== null && { variable }) })
        : await rainOf(fields[index]!, options);
    places.push(placeOf(rain.field, rain.span));
    const values = thin(rain, every);
    const { height, width } = rain;
    const time = values.length / (height * width);
    // The name keys the choice of tiles: without folders, so that a moved archive gives the same ones.
    yield { name: `${index}:${basename(label)}`, values, time, height, width, ...(limit !== null && { limit }) };
  }
}
