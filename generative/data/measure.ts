/** Measures what standardises channels and targets, on the times to learn from, one time in memory at once. */
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import { numberText, significant } from "../../engine/text/number.ts";
import { cellSize } from "../../io/field/index.ts";
import { wetThresholdIn } from "../../io/rain/index.ts";
import { archiveChannel, archiveList } from "../model/archives.ts";
import { type Channel, type Target, type Transform, transformed } from "../model/channel.ts";
import type { ModelDescription, SeenInputs } from "../model/configuration.ts";
import { fineGridOf, sizeOfGrid, spacingOf } from "../model/fine-grid.ts";
import { type SeenTimes, seenTimes } from "../model/seen-times.ts";
import { isOff, rangeOf } from "../model/spacing.ts";
import { accumulationGuard } from "./channels/accumulation-guard.ts";
import { type Clipped, channelGuards, channelMaps } from "./channels/channel-maps.ts";
import { draftChannels, draftTargets } from "./channels/drafts.ts";
import { clutterLimits } from "./channels/quantity.ts";
import { Moments, Sample } from "./channels/statistics.ts";
import { targetMaps } from "./channels/target-maps.ts";
import { placed } from "./fields.ts";
import type { MatchedPairs } from "./match.ts";
import { seenTextures } from "./seen-textures.ts";

/** A measured description, with its grid or, of several regions, the sizes of its cells. */
export type MeasuredPairs = ModelDescription & Required<Pick<ModelDescription, "seen">>;

/** Statistics of a first pass. */
interface Look {
  readonly channels: readonly { readonly range: Moments; readonly wet: Sample; gaps: number }[];
  readonly targets: readonly { readonly range: Moments; readonly wet: Sample }[];
  /** 1 for pixels of the first grid where a target ever has a value. */
  readonly valid: Uint8Array;
}

/**
 * Channels, targets and grid of pairs, with transforms, means, deviations and ranges of the given times. The transform of
 * precipitation is ln(1 + v/c), with c the lower quartile of the wet target values; all else is linear. An input with gaps
 * where a target has a value gets a channel of role `"missing"`.
 *
 * @param times - indices into `pairs.times`: those to learn from
 * @param optional - names of `with` and `static` fields that training leaves out at times, so that they may be absent
 * @param wetThreshold - values of fine precipitation below it, in its units, are dry. @defaultValue 0.1 mm over its interval, 0.1 mm/h
 *   where that is less than an hour
 * @throws OptionsError for no times; DomainError where a field has no values on the grid, does not vary, or only rises as sums
 *   since the start of a run do
 */
export async function measureChannels(
  pairs: MatchedPairs,
  times: readonly number[],
  optional: readonly string[] = [],
  wetThreshold?: number,
): Promise<MeasuredPairs> {
  checkTimes(pairs, times);
  checkOptional(pairs, optional);
  if (wetThreshold !== undefined && !(wetThreshold > 0 && Number.isFinite(wetThreshold))) {
    const text = `train: wetThreshold is ${wetThreshold}; expected a number above 0 in the units of the fine field`;
    throw new OptionsError(text, "wetThreshold", wetThreshold);
  }
  const drafts = draftTargets(pairs, wetThreshold);
  checkIntervals(pairs, drafts);
  const all = spacedAsMet(draftChannels(pairs, drafts, optional), pairs);
  const [inputs, contexts] = [all.filter((c) => c.role !== "context"), all.filter((c) => c.role === "context")];
  checkContexts(pairs, times);
  const limits = clutterLimits(drafts, undefined);
  const look = await firstLook(pairs, times, inputs, drafts, limits);
  const targets = drafts.map((target, o) => ({ ...target, transform: transformOf(target, look.targets[o]!.wet) }));
  const channels = inputs.map((channel, c): Channel => {
    if (channel.transform.kind !== "log") return channel;
    const refines = targets.find(({ background }) => background === channel.name);
    return { ...channel, transform: refines?.transform ?? transformOf(channel, look.channels[c]!.wet) };
  });
  const measured = await moments(pairs, times, channels, targets, limits);
  const ranged = channels.map((channel, c) => withMoments(channel, look.channels[c]!.range, measured.channels[c]!));
  const gaps = ranged.flatMap((channel, c): Channel[] => {
    if (look.channels[c]!.gaps === 0 && !channel.optional) return [];
    const transform: Transform = { kind: "linear" };
    const { name } = channel;
    return [{ name: `${name} missing`, role: "missing", of: name, transform, mean: 0, deviation: 1, range: [0, 1] }];
  });
  const archives = archiveList(pairs.parts?.flatMap(({ archive }) => archive ?? []) ?? []);
  const spacing = rangeOf(pairs.grids?.flatMap((grid) => spacingOf(grid) ?? []) ?? []);
  return {
    channels: [...ranged, ...contexts, ...gaps, ...archives.map(archiveChannel)],
    targets: targets.map((target, o) => measuredTarget(target, look.targets[o]!.range, measured.targets[o]!, ranged)),
    ...(pairs.grids === undefined && { grid: fineGridOf(pairs.fine[0]!, look.valid) }),
    ...(spacing && { spacing }),
    ...(pairs.steps && { steps: pairs.steps }),
    seen: await seenAt(pairs, times, [...ranged, ...contexts]),
  };
}

/**
 * Properties of the training that inputs are compared with besides ranges.
 *
 * @param before - what a model that training begins with has seen: its times count too, its textures do not
 */
export async function seenAt(
  pairs: MatchedPairs,
  times: readonly number[],
  channels: readonly Channel[],
  before?: { readonly seen: SeenTimes | undefined },
): Promise<SeenInputs> {
  const moments = times.flatMap((n) => pairs.moments?.[n] ?? []);
  const textures = await seenTextures(channels, pairs, times);
  return { ...seenTimes(channels, moments, before), ...(Object.keys(textures).length > 0 && { textures }) };
}

/** Something for each target; the steps in time of one variable share it. */
function ofTargets<T>({ steps }: MatchedPairs, targets: readonly Target[], make: () => T): readonly T[] {
  const one = steps && make();
  return targets.map(() => one ?? make());
}

/** @throws ShapeError where values of a part stand for another time than those of the first */
function checkIntervals({ caller, parts = [] }: MatchedPairs, drafts: readonly Target[]): void {
  for (const part of parts.slice(1)) {
    for (const [o, { interval: met }] of draftTargets(part, undefined).entries()) {
      const { interval } = drafts[o]!;
      if (interval === undefined || met === undefined || !isOff(met, [interval, interval])) continue;
      const way = "sum or average one of them before, or train a model for each";
      throw new ShapeError(placed(caller, "fine", part.fine[o]!), `values over ${interval} s`, `${met} s`, way);
    }
  }
}

/** Channels with the sizes of cells of all parts. */
function spacedAsMet(channels: readonly Channel[], { parts }: MatchedPairs): readonly Channel[] {
  if (parts === undefined) return channels;
  const maps = parts.map((part) => channelMaps(channels, part, part.grid).fields);
  return channels.map((channel) => {
    const cells = channel.spacing ? maps.flatMap((fields) => cellSize(fields.get(channel.name)!) ?? []) : [];
    const spacing = rangeOf(cells);
    return spacing ? { ...channel, spacing } : channel;
  });
}

function checkTimes({ times: all }: MatchedPairs, times: readonly number[]): void {
  if (times.length === 0) throw new OptionsError("train: there are no times to learn from; give some", "times", times);
  const bad = times.find((n) => !(Number.isInteger(n) && n >= 0 && n < all.length));
  if (bad === undefined) return;
  throw new OptionsError(`train: times has ${bad}; expected indices of 0 to ${all.length - 1}`, "times", bad);
}

function checkOptional(pairs: MatchedPairs, optional: readonly string[]): void {
  const names = [...pairs.with, ...pairs.static].map(({ name }) => name);
  const unknown = optional.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const has = names.join(", ") || "none";
  throw new OptionsError(`train: optional has ${unknown}; with and static have ${has}`, "optional", unknown);
}

/** Ranges, wet values, gaps and valid pixels, in units. */
async function firstLook(
  pairs: MatchedPairs,
  times: readonly number[],
  channels: readonly Channel[],
  targets: readonly Target[],
  limits: readonly number[],
): Promise<Look> {
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const found = {
    channels: channels.map(() => ({ range: new Moments(), wet: new Sample(), gaps: 0 })),
    targets: ofTargets(pairs, targets, () => ({ range: new Moments(), wet: new Sample() })),
    valid: new Uint8Array(sizeOfGrid(pairs.grid).reduce((a, b) => a * b)),
  };
  const thresholds = [
    ...targets.map((target) => target.wetThreshold),
    ...channels.map(({ transform, units, interval }) =>
      transform.kind === "log" ? wetThresholdIn(units!, interval) : undefined,
    ),
  ].map((v) => Math.fround(v ?? Number.POSITIVE_INFINITY));
  const guards = targets.map(({ wetThreshold }, o) => {
    const field = outputs.fields[o]!;
    return accumulationGuard(placed(pairs.caller, "fine", field), field, wetThreshold !== undefined);
  });
  const others = channelGuards(pairs.caller, channels, inputs);
  for (const n of times) {
    const made = await outputs.read(n);
    const now = new Uint8Array(made[0]!.length);
    for (const [o, map] of made.entries()) {
      guards[o]!.see(map);
      for (let i = 0; i < map.length; i++) if (!Number.isNaN(map[i]!)) now[i] = 1;
      takeUp(map, found.targets[o]!, thresholds[o]!, limits[o]!);
    }
    const maps = await inputs.inputs(n);
    for (const [c, { name }] of channels.entries()) {
      const [channel, map] = [found.channels[c]!, maps.get(name)!];
      others.get(name)?.see(map);
      for (let i = 0; i < map.length; i++) if (now[i] === 1 && Number.isNaN(map[i]!)) channel.gaps++;
      takeUp(map, channel, thresholds[targets.length + c]!);
    }
    if (pairs.grids === undefined) for (let i = 0; i < now.length; i++) found.valid[i]! |= now[i]!;
  }
  for (const guard of [...guards, ...others.values()]) guard.check();
  tellClipped(pairs, "fine", outputs.clipped);
  tellClipped(pairs, "input", inputs.clipped);
  for (const [o, { name }] of targets.entries()) checkThere(`fine variable ${name}`, found.targets[o]!.range);
  for (const [c, { name, role }] of channels.entries()) checkThere(`${role} ${name}`, found.channels[c]!.range);
  return found;
}

function tellClipped({ options }: MatchedPairs, whose: string, { count, least }: Clipped): void {
  if (count === 0) return;
  options.onNotice?.(`${count} negative values of ${whose} precipitation, down to ${numberText(least, 3)}, set to 0`);
}

function takeUp(
  map: Float32Array,
  { range, wet }: { range: Moments; wet: Sample },
  threshold: number,
  limit = Number.POSITIVE_INFINITY,
): void {
  for (let i = 0; i < map.length; i++) {
    const value = map[i]!;
    if (value > limit) continue;
    range.add(value);
    if (value >= threshold) wet.add(value);
  }
}

function checkThere(what: string, { count }: Moments): void {
  if (count > 0) return;
  const way = "choose another time or variable, and check that the grids lie in one place";
  throw new DomainError(
    `train: ${what} has only missing values on the fine grid at the times to learn from; ${way}`,
    0,
  );
}

/** ln(1 + v/c) with c the lower quartile of wet values, or linear. */
function transformOf(one: Channel | Target, wet: Sample): Transform {
  if (one.transform.kind !== "log" && !("wetThreshold" in one)) return one.transform;
  if (wet.size > 0) return { kind: "log", unit: significant(wet.quantile(0.25), 3) };
  throw new DomainError(`train: ${one.name} is dry at all times to learn from; give some with precipitation`, 0);
}

interface Residual {
  readonly values: Moments;
  /** Of t(v) − background where the coarse channel is there, and t(v) where it has a gap. */
  readonly off: Moments;
  readonly inGaps: Moments;
}

/** Moments of transformed values and residuals. */
async function moments(
  pairs: MatchedPairs,
  times: readonly number[],
  channels: readonly Channel[],
  targets: readonly Target[],
  limits: readonly number[],
): Promise<{ readonly channels: readonly Moments[]; readonly targets: readonly Residual[] }> {
  const [inputs, outputs] = [channelMaps(channels, pairs, pairs.grid), targetMaps(targets, pairs)];
  const found = {
    channels: channels.map(() => new Moments()),
    targets: ofTargets(pairs, targets, () => ({ values: new Moments(), off: new Moments(), inGaps: new Moments() })),
  };
  for (const n of times) {
    const maps = await inputs.inputs(n);
    for (const [c, { name, transform }] of channels.entries()) {
      const [map, moments] = [maps.get(name)!, found.channels[c]!];
      for (let i = 0; i < map.length; i++) moments.add(transformed(transform, map[i]!));
    }
    for (const [o, map] of (await outputs.read(n)).entries()) {
      const { transform, background } = targets[o]!;
      const under = background === null ? undefined : maps.get(background);
      const { values, off, inGaps } = found.targets[o]!;
      for (let i = 0; i < map.length; i++) {
        if (!(map[i]! <= limits[o]!)) continue;
        const value = transformed(transform, map[i]!);
        values.add(value);
        if (under === undefined) continue;
        const base = transformed(transform, under[i]!);
        if (Number.isNaN(base)) inGaps.add(value);
        else off.add(value - base);
      }
    }
  }
  return found;
}

/** @throws OptionsError for a context that is the same everywhere at all times */
function checkContexts({ context, grid, grids = [grid], moments }: MatchedPairs, times: readonly number[]): void {
  for (const name of context) {
    const places = Math.max(...grids.map((one) => sizeOfGrid(one).reduce((a, b) => a * b)));
    const many = name === "position" ? places : new Set(times.map((n) => moments?.[n]?.[name])).size;
    if (many > 1 || moments === undefined) continue;
    const text = `train: \`context\` ${name} is the same everywhere at all times to learn from; leave it out`;
    throw new OptionsError(text, "context", name);
  }
}

function withMoments(channel: Channel, { least, greatest }: Moments, { mean, deviation }: Moments): Channel {
  if (deviation > 0) return { ...channel, mean, deviation, range: [least, greatest] };
  const text = `train: ${channel.role} ${channel.name} is ${least} everywhere at all times to learn from; leave it out`;
  throw new DomainError(text, least);
}

function measuredTarget(
  target: Target,
  { least, greatest }: Moments,
  { values, off, inGaps }: Residual,
  channels: readonly Channel[],
): Target {
  const under = channels.find(({ name }) => name === target.background);
  const part = (moments: Moments, from: number) => (moments.count ? moments.count * moments.meanSquareFrom(from) : 0);
  const square = under
    ? (part(off, 0) + part(inGaps, under.mean)) / (off.count + inGaps.count)
    : values.meanSquareFrom(values.mean);
  if (square > 0) {
    return { ...target, mean: values.mean, deviation: Math.sqrt(square), range: [least, greatest] };
  }
  const way = "the fine field must differ from what it is refined from";
  throw new DomainError(`train: ${target.name} is its background everywhere, nothing is to be learned; ${way}`, square);
}
