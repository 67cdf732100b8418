/** The maps of a model's channels, read from fields that are found by name, and what about these is not as in training. */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import type { LazyField } from "../../../io/dataset/index.ts";
import { cellSize } from "../../../io/field/index.ts";
import { boundsLengths, ROUNDING, wetThresholdIn } from "../../../io/rain/index.ts";
import { textOf } from "../../../io/storage/index.ts";
import { isArchive } from "../../model/archives.ts";
import type { Channel } from "../../model/channel.ts";
import { contextMap, contextOf } from "../../model/context.ts";
import { type FineGrid, sizeOfGrid } from "../../model/fine-grid.ts";
import { type Complaint, differences } from "../../model/guards.ts";
import { placed } from "../fields.ts";
import { type MatchedFields, type MatchedPairs, partOf } from "../match.ts";
import { type AccumulationGuard, accumulationGuard } from "./accumulation-guard.ts";
import { type Maps, mapsOf, mapsOnGrid } from "./on-grid.ts";
import { conversionTo, precipitationInterval, seemsRain } from "./quantity.ts";

/** Channels of one time. */
export interface ChannelMaps {
  /**
   * Maps of the channels, in their units, [height, width] each; NaN where missing. Those of role `"missing"` are 0 and 1.
   *
   * @param n - index of the time
   * @throws DomainError for negative precipitation
   */
  read(n: number): Promise<readonly Float32Array[]>;
  /** Those of roles `"coarse"`, `"with"` and `"static"` alone, by the names of their channels. */
  inputs(n: number): Promise<ReadonlyMap<string, Float32Array>>;
  /** Values of a channel on the grid of its own field, in its units. */
  own(name: string, n: number): Promise<Float32Array>;
  /** Fields by the names of their channels; those that are absent or made here are not in it. */
  readonly fields: ReadonlyMap<string, LazyField>;
  /** Differences of the fields from those of training. */
  readonly complaints: readonly Complaint[];
  /** Negative values that were set to 0 so far. */
  readonly clipped: Readonly<Clipped>;
}

type InputRole = "coarse" | "with" | "static";
const ROLES: readonly InputRole[] = ["coarse", "with", "static"];

/** The variable that a channel was made of: names that were taken have their role behind them. */
const bareName = ({ name, role }: Channel): string => name.replace(new RegExp(` \\(${role}\\)$`), "");

/**
 * Readers of channels on a grid; of several parts, on that of each.
 *
 * @throws OptionsError for a channel without a field; UnitsError for fields whose units are those of something else; ShapeError
 * for grids that do not fit
 */
export function channelMaps(
  channels: readonly Channel[],
  fields: MatchedFields & Pick<MatchedPairs, "parts">,
  grid: FineGrid,
): ChannelMaps {
  if (fields.parts) return mapsOfParts(channels, fields.parts);
  const [height, width] = sizeOfGrid(grid);
  const complaints: Complaint[] = [];
  const clipped = { count: 0, least: 0 };
  const found = ROLES.flatMap((role) => [...assigned(role, channels, fields, complaints)]);
  // Positions are the same at all times.
  const places = new Map(
    channels
      .filter((channel) => channel.role === "context" && contextOf(channel)[0] === "position")
      .map((channel) => [channel.name, contextMap(channel, grid, undefined)]),
  );
  const sources = new Map(found.map(([channel, field]) => [channel.name, source(channel, field)]));
  const unmoved = new Map<string, (n: number) => Promise<Float32Array>>();

  /** Reads a channel at a time, on the fine grid or on its own. */
  function source(channel: Channel, field: LazyField, place: "fine" | "own" = "fine") {
    const role = channel.role as InputRole;
    const where = placed(fields.caller, role, field);
    const slot = slotOf(fields, role, field);
    const wet = channel.transform.kind === "log" ? wetThresholdIn(channel.units!, channel.interval) : 0;
    const { onGrid, asItIs } = mapsOfChannel(channel, field, where, fields, complaints);
    const maps: Maps = place === "own" ? asItIs() : onGrid(grid);
    let still: Promise<Float32Array> | undefined;
    return async (n: number): Promise<Float32Array> => {
      if (slot === undefined) still ??= maps.read(0);
      const map = await (still ?? maps.read(fields.times[n]!.at[slot!]!));
      if (channel.transform.kind === "log")
        clipNegative(where, map, wet, fields.options.clipNegative ?? false, clipped);
      return map;
    };
  }

  const inputs = async (n: number): Promise<Map<string, Float32Array>> => {
    const maps = new Map<string, Float32Array>();
    for (const { name, role } of channels) {
      if (role === "missing" || role === "context" || role === "archive") continue;
      const read = sources.get(name);
      maps.set(name, read ? await read(n) : new Float32Array(height * width).fill(Number.NaN));
    }
    return maps;
  };
  return {
    fields: new Map(found.map(([{ name }, field]) => [name, field])),
    complaints,
    clipped,
    inputs,
    own(name, n) {
      const [channel, field] = found.find(([one]) => one.name === name)!;
      const read = unmoved.get(name) ?? source(channel, field, "own");
      unmoved.set(name, read);
      return read(n);
    },
    async read(n) {
      const maps = await inputs(n);
      return channels.map((channel) => {
        const { name, role, of } = channel;
        if (role === "missing") return maps.get(of!)!.map((v) => (Number.isNaN(v) ? 1 : 0));
        if (role === "archive") return new Float32Array(height * width).fill(isArchive(channel, fields.archive));
        if (role === "context") return places.get(name) ?? contextMap(channel, grid, fields.moments?.[n]);
        return maps.get(name)!;
      });
    },
  };
}

/** Channels of several parts, whose times follow each other. */
function mapsOfParts(channels: readonly Channel[], parts: readonly MatchedPairs[]): ChannelMaps {
  const maps = parts.map((part) => channelMaps(channels, part, part.grid));
  const at = <T>(n: number, read: (maps: ChannelMaps, time: number) => T): T => {
    const [part, time] = partOf(parts, n);
    return read(maps[part]!, time);
  };
  return {
    fields: maps[0]!.fields,
    complaints: maps.flatMap(({ complaints }) => complaints),
    get clipped() {
      return clippedOf(maps);
    },
    inputs: (n) => at(n, (own, time) => own.inputs(time)),
    own: (name, n) => at(n, (own, time) => own.own(name, time)),
    read: (n) => at(n, (own, time) => own.read(time)),
  };
}

export const clippedOf = (parts: readonly { readonly clipped: Readonly<Clipped> }[]): Clipped =>
  parts.reduce(
    (sum, { clipped }) => ({ count: sum.count + clipped.count, least: Math.min(sum.least, clipped.least) }),
    { count: 0, least: 0 },
  );

/** The field of each channel of a role: that of the same name, else of the same standard name, else the one rain. */
function assigned(
  role: InputRole,
  channels: readonly Channel[],
  fields: MatchedFields,
  complaints: Complaint[],
): ReadonlyMap<Channel, LazyField> {
  const wanted = channels.filter((channel) => channel.role === role);
  const found = new Map<Channel, LazyField>();
  const free = new Set(fields[role]);
  const standard = ({ attributes }: LazyField) => textOf(attributes, "standard_name");
  const rules: readonly ((channel: Channel, field: LazyField) => boolean)[] = [
    (channel, field) => bareName(channel) === field.name,
    (channel, field) => channel.standardName !== undefined && channel.standardName === standard(field),
    (channel, field) => channel.transform.kind === "log" && seemsRain(role, field),
  ];
  for (const rule of rules) {
    for (const channel of wanted.filter((one) => !found.has(one))) {
      const fitting = [...free].filter((field) => rule(channel, field));
      if (fitting.length !== 1) continue;
      found.set(channel, fitting[0]!);
      free.delete(fitting[0]!);
    }
  }
  for (const channel of wanted) {
    if (found.has(channel) || channel.optional) continue;
    const named = channel.standardName === undefined ? "" : `, ${channel.standardName}`;
    const has = fields[role].map(({ name }) => name).join(", ") || "no field";
    const what = `the model was trained with ${bareName(channel)} (${channel.units ?? "no units"}${named}) as \`${role}\``;
    const way = `give a variable of that name as \`${role}\``;
    throw new OptionsError(`${fields.caller}: ${what}, and ${has} is given; ${way}`, role, channel.name);
  }
  for (const field of free) {
    const takes = wanted.map(bareName).join(", ") || "nothing";
    const text = `${field.name} as \`${role}\`, of which the model takes ${takes}`;
    complaints.push({ guard: "variable", text });
  }
  return found;
}

/** Position of a field among those with times; undefined for static ones. */
function slotOf(fields: MatchedFields, role: InputRole, field: LazyField): number | undefined {
  if (role === "static") return undefined;
  const before = fields.fine.length + (role === "with" ? fields.coarse.length : 0);
  return before + fields[role].indexOf(field);
}

function mapsOfChannel(
  channel: Channel,
  field: LazyField,
  where: string,
  fields: MatchedFields,
  complaints: Complaint[],
) {
  const rain = channel.transform.kind === "log";
  const { standardName, interval: seconds, spacing: cells } = channel;
  const interval = intervalOf(where, channel.role as InputRole, field, rain, fields);
  // Rain has several names.
  const kind = rain ? undefined : standardName;
  const seen = { kind, interval: seconds === undefined ? undefined : ([seconds, seconds] as const), cells };
  const met = { kind: textOf(field.attributes, "standard_name"), interval, cells: cellSize(field) };
  complaints.push(...differences(seen, met, field.name));
  const convert = conversionTo(where, field, channel.units, rain, interval ?? seconds);
  return {
    onGrid: (grid: FineGrid): Maps => mapsOnGrid(field, grid, channel.method ?? "bilinear", convert),
    asItIs: (): Maps => mapsOf(field, convert),
  };
}

/** Seconds that a value of an input stands for, as far as it is known. */
export function intervalOf(
  where: string,
  role: InputRole,
  field: LazyField,
  rain: boolean,
  { options }: MatchedFields,
): number | undefined {
  if (role === "static") return undefined;
  if (rain) return precipitationInterval(where, field, options.interval, role === "coarse");
  const lengths = boundsLengths(field);
  return lengths && lengths.reduce((a, b) => a + b, 0) / lengths.length;
}

/** Negative values that were set to 0. */
export interface Clipped {
  count: number;
  least: number;
}

/**
 * Sets negative precipitation to 0 in place, and counts it: where it is asked for, and down to a hundredth of what counts as
 * wet, which is what packing leaves.
 *
 * @param wet - least wet value
 * @throws DomainError for lower values, unless `clip`
 */
export function clipNegative(where: string, map: Float32Array, wet: number, clip: boolean, clipped: Clipped): void {
  let [count, least] = [0, 0];
  for (let i = 0; i < map.length; i++) {
    if (!(map[i]! < 0)) continue;
    count++;
    least = Math.min(least, map[i]!);
    map[i] = 0;
  }
  clipped.count += count;
  clipped.least = Math.min(clipped.least, least);
  if (clip || least >= -ROUNDING * wet) return;
  const way = "where that is rounding, set it to 0 with `clipNegative: true`";
  const text = `${where}: ${count} values of precipitation on one map are negative, down to ${least}; expected at least 0; ${way}`;
  throw new DomainError(text, least);
}

/** Guards of the channels that are read at each time, by their names. */
export function channelGuards(
  caller: string,
  channels: readonly Channel[],
  { fields }: ChannelMaps,
): ReadonlyMap<string, AccumulationGuard> {
  return new Map(
    channels.flatMap(({ name, role, transform }) => {
      const field = role === "static" ? undefined : fields.get(name);
      return field ? [[name, accumulationGuard(placed(caller, role, field), field, transform.kind === "log")]] : [];
    }),
  );
}
