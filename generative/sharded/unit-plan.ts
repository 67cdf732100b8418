/**
 * Units of work: an ensemble cut into blocks of times and groups of members. A plan says which unit is which part of the store, and
 * what all units are a function of, so that workers that share nothing but the store do the same.
 */

import { FormatError, OptionsError } from "../../engine/errors.ts";
import { readSealedJson } from "../../engine/files/sealed-json.ts";
import { createHash } from "../../engine/platform/hashing.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { placeAt } from "../data/coarse-frames.ts";
import { memberDim } from "../ensemble/members.ts";

/** Size of a task. */
export interface UnitSize {
  /** Times of a unit, ≥ 1. @defaultValue as many as make 64 MB with its members, at most 32 */
  readonly times?: number;
  /** Members of a unit, ≥ 1. @defaultValue all whose maps of one time make 64 MB, at least one */
  readonly members?: number;
}

/** All that the numbers of a task are a function of, besides its number. */
export interface UnitIdentity {
  /** SHA-256 of the model file, or of what a method says of itself. */
  readonly model: string;
  /** Root of all randomness. */
  readonly seed: number;
  /** Version of this package: another one may draw other bits. */
  readonly monge: string;
  /** SHA-256 of name, units, shape and coordinates of the result. */
  readonly grid: string;
  /** All options that change numbers, and the names and checksums of the files that are read. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** A store in tasks. */
export interface UnitPlan extends UnitIdentity {
  readonly variable: string;
  /** (time, realization, y, x) */
  readonly dims: readonly string[];
  /** Of the whole store, along `dims`. */
  readonly shape: readonly number[];
  /** Positions of a unit along each of `dims`; the last along each may have fewer. */
  readonly unit: readonly number[];
  /** Positions of a chunk of the store along each; they divide `unit`. */
  readonly chunk: readonly number[];
}

/** A worker's part of the units: every `count`-th, from `index` on. */
export interface Shard {
  /** 0 … count − 1 */
  readonly index: number;
  /** Shards in all, ≥ 1. */
  readonly count: number;
}

/** Most units of a store, and most chunks of a unit: lists of them are held in memory. */
const [MOST_UNITS, MOST_CHUNKS] = [1e7, 1e6];
/** Bytes of a unit and of a chunk that are aimed at. */
const [UNIT_BYTES, CHUNK_BYTES, TILE, MOST_TIMES] = [64e6, 16e6, 1024, 32];

/**
 * Cuts an ensemble into units, and units into chunks of at most some 16 MB.
 *
 * @param field - (time, realization, y, x); without time, units are groups of members
 * @throws OptionsError for more units than a store can have
 */
export function planUnits(field: LazyField, size: UnitSize, identity: Omit<UnitIdentity, "grid">): UnitPlan {
  const { dims, shape, name } = field;
  const [y, x] = dims.slice(-2) as [string, string];
  const time = dims.find((dim) => dim !== memberDim && dim !== y && dim !== x);
  const map = field.size(y) * field.size(x) * 4;
  const held = size.members ?? Math.max(1, Math.floor(UNIT_BYTES / map));
  const members = Math.min(held, field.size(memberDim));
  // Times that are drawn together are in one unit.
  const together = (time !== undefined && field.chunks?.[dims.indexOf(time)]) || 1;
  const some = Math.min(MOST_TIMES, Math.max(1, Math.floor(UNIT_BYTES / (members * map))));
  const fitting = together * Math.max(1, Math.floor(some / together));
  const unit = dims.map((dim, i) => {
    if (dim === memberDim) return members;
    return dim === time ? Math.min(size.times ?? fitting, shape[i]!) : shape[i]!;
  });
  const plan = {
    ...identity,
    grid: gridHash(field),
    variable: name,
    dims,
    shape,
    unit,
    chunk: chunksOf(dims, unit, time),
  };
  const count = unitCount(plan);
  if (count <= MOST_UNITS) return plan;
  const text = `downscaleUnits: ${shape.join(" x ")} in tasks of ${unit.join(" x ")} are ${count} tasks; expected at most ${MOST_UNITS}`;
  throw new OptionsError(`${text}; let tasks be larger, or draw the times into several stores`, "unit", size);
}

/** Tiles of maps, then as many times as fit, then members: sizes that divide those of the unit. */
function chunksOf(dims: readonly string[], unit: readonly number[], time: string | undefined): readonly number[] {
  const lead = dims.length - 2;
  const tile = unit.slice(lead).map((n) => Math.min(n, TILE));
  let room = CHUNK_BYTES / (sizeOf(tile) * 4);
  const out = [...unit.map(() => 1).slice(0, lead), ...tile];
  for (const dim of [time, memberDim]) {
    const axis = dims.indexOf(dim ?? "");
    if (axis < 0) continue;
    out[axis] = largestDivisor(unit[axis]!, room);
    room /= out[axis]!;
  }
  return out;
}

function largestDivisor(n: number, most: number): number {
  for (let d = Math.min(n, Math.floor(most)); d > 1; d--) if (n % d === 0) return d;
  return 1;
}

const sha = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex");

/** SHA-256 of name, units, shape and coordinates of a field, in the order in which a store has them. */
export function gridHash({
  name,
  units,
  dims,
  shape,
  coordinates,
}: Pick<LazyField, "name" | "units" | "dims" | "shape" | "coordinates">): string {
  const where = coordinates.map((c) => {
    const bits = (values: Float64Array | undefined) =>
      values === undefined ? "" : sha(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return [c.name, c.dims, bits(Float64Array.from(c.values)), bits(c.bounds && Float64Array.from(c.bounds))];
  });
  return sha(JSON.stringify([name, units ?? null, dims, shape, where]));
}

/** SHA-256 of all that the numbers of a unit are a function of. */
export function identityHash({ model, seed, monge, grid, options }: UnitIdentity): string {
  return sha(JSON.stringify([model, seed, monge, grid, options]));
}

/** Units along each dimension. */
const grid = ({ shape, unit }: UnitPlan) => shape.map((n, i) => Math.ceil(n / unit[i]!));

/** Number of tasks. */
export const unitCount = (plan: UnitPlan): number => sizeOf(grid(plan));

/** The part of the store that a unit is: half-open ranges by dimension. */
export function unitRegion(plan: UnitPlan, unit: number): Readonly<Record<string, readonly [number, number]>> {
  const at = placeAt(unit, grid(plan));
  return Object.fromEntries(
    plan.dims.map((dim, i) => {
      const from = at[i]! * plan.unit[i]!;
      return [dim, [from, Math.min(plan.shape[i]!, from + plan.unit[i]!)] as const];
    }),
  );
}

/** Numbers of the units of a shard. @throws OptionsError for an invalid shard */
export function unitsOfShard(plan: UnitPlan, { index, count }: Shard): readonly number[] {
  if (!(Number.isInteger(count) && count >= 1 && Number.isInteger(index) && index >= 0 && index < count)) {
    const text = `downscaleUnits: shard is ${index}/${count}; expected i/n with 0 ≤ i < n`;
    throw new OptionsError(text, "shard", `${index}/${count}`);
  }
  return Array.from({ length: unitCount(plan) }, (_, n) => n).filter((n) => n % count === index);
}

const fields = ["variable", "dims", "shape", "unit", "chunk", "model", "seed", "monge", "grid", "options"] as const;

/** Reads the plan of a store. @throws FormatError where there is none, or it is damaged */
export async function readPlan(store: string, path: string): Promise<UnitPlan> {
  const hint = "name a store that `downscaleUnits` (`monge downscale -o out.zarr`) wrote";
  const found = await readSealedJson(path, { format: "plan of tasks", hint, fields });
  const lists = [found["shape"], found["unit"], found["chunk"]] as const;
  const rank = Array.isArray(found["dims"]) ? found["dims"].length : -1;
  const isSizes = (list: unknown) =>
    Array.isArray(list) && list.length === rank && list.every((n) => Number.isSafeInteger(n) && n > 0);
  const isText = (["variable", "model", "monge", "grid"] as const).every((name) => typeof found[name] === "string");
  const fail = (what: string) => new FormatError(store, "plan of tasks", `${path} ${what}`, hint);
  const isName =
    isText && (found["variable"] as string).split(/[/\\]/).every((part) => !/^(\.{0,2}|.*\0.*)$/.test(part));
  if (!(lists.every(isSizes) && isName && Number.isSafeInteger(found["seed"]))) throw fail("does not describe one");
  const plan = found as unknown as UnitPlan;
  const units = unitCount(plan);
  if (units > MOST_UNITS) throw fail(`describes ${units} tasks; expected at most ${MOST_UNITS}`);
  const chunks = sizeOf(plan.unit.map((n, i) => Math.ceil(n / plan.chunk[i]!)));
  if (chunks > MOST_CHUNKS) throw fail(`describes tasks of ${chunks} chunks; expected at most ${MOST_CHUNKS}`);
  return plan;
}

/** Differences of two plans, in words; empty where tasks of one are tasks of the other. */
export function planDifferences(there: UnitPlan, asked: UnitPlan): readonly string[] {
  const show = (value: unknown) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "not given");
    return text.length > 60 ? `${text.slice(0, 57)}…` : text;
  };
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  const names = new Set([...Object.keys(there.options), ...Object.keys(asked.options)]);
  const pairs: (readonly [string, unknown, unknown])[] = [
    ...(["model", "seed", "monge", "variable", "dims", "shape", "unit", "grid"] as const).map(
      (name) => [name, there[name], asked[name]] as const,
    ),
    ...[...names].map((name) => [name, there.options[name], asked.options[name]] as const),
  ];
  return pairs
    .filter(([, a, b]) => !same(a, b))
    .map(([name, a, b]) => {
      if (name === "grid") return "coordinates of the result";
      return name === "inputs" ? otherInputs(a, b) : `${name} ${show(a)}, not ${show(b)}`;
    });
}

/** Inputs are named with their checksums, or as those of before by something else. */
function otherInputs(there: unknown, asked: unknown): string {
  const [a, b] = [there, asked].map((list) => (Array.isArray(list) ? list.map(String) : [])) as [string[], string[]];
  const nameOf = (one: string) => one.replace(/ [0-9a-f]{64}$/, "");
  const left = a.filter((one) => !b.includes(one)).map(nameOf);
  const came = b.filter((one) => !a.includes(one)).map(nameOf);
  const changed = came.filter((name) => left.includes(name));
  if (changed.length > 0) return `other contents of ${changed.join(", ")}`;
  return `inputs ${left.join(", ") || "fewer"}, not ${came.join(", ") || "fewer"}`;
}

const leadingOf = ({ dims }: UnitPlan) => dims.slice(0, -2).filter((dim) => dim !== memberDim);

/** Times of the whole store. */
export const allFrames = (plan: UnitPlan): number =>
  leadingOf(plan).reduce((n, dim) => n * plan.shape[plan.dims.indexOf(dim)]!, 1);

/** Times of a unit. */
export function unitFrames(plan: UnitPlan, unit: number): number {
  const region = unitRegion(plan, unit);
  return leadingOf(plan).reduce((n, dim) => n * (region[dim]![1] - region[dim]![0]), 1);
}

/** Counts evaluations on through units: an ensemble counts them for all its times, and begins anew after the last. */
export function evaluationCounter() {
  let [last, done, total] = [0, 0, 0];
  return {
    /** Takes the counts of an ensemble. @returns evaluations since the beginning */
    count(now: number, all: number): number {
      done += now >= last ? now - last : now;
      last = now === all ? 0 : now;
      total = all;
      return done;
    },
    /** Evaluations for one time; undefined before the first was counted. */
    perFrame: (plan: UnitPlan): number | undefined => (total === 0 ? undefined : Math.round(total / allFrames(plan))),
  };
}
