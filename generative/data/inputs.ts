/** Inputs of a trained model: fields found by name, brought onto the output grid, and checked against those of training. */
import { DomainError, OptionsError } from "../../engine/errors.ts";
import { numberText } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type Coordinate, Field, timeAxis } from "../../io/field/index.ts";
import { holdingCells, refine } from "../../io/regrid/index.ts";
import { sizeOf } from "../../io/storage/index.ts";
import { archiveIndex, archivesOf } from "../model/archives.ts";
import type { Channel, Target } from "../model/channel.ts";
import type { ModelDescription } from "../model/configuration.ts";
import { contextMap, contextOf } from "../model/context.ts";
import { type FineGrid, fineGridOf, regridGridOf, sizeOfGrid, spacingOf, validOf } from "../model/fine-grid.ts";
import { type Complaint, differences, passGuards } from "../model/guards.ts";
import type { ChannelInput } from "../model/images.ts";
import type { SampleOptions } from "../model/sample-options.ts";
import { unrecordedTimes } from "../model/seen-times.ts";
import { asRange } from "../model/spacing.ts";
import { backgroundOf, conditionOf } from "../model/standardise.ts";
import { type ChannelMaps, channelGuards, channelMaps } from "./channels/channel-maps.ts";
import type { PairFields } from "./fields.ts";
import { type MatchedFields, matchFields, type PairOptions } from "./match.ts";
import { unlikeTextures } from "./seen-textures.ts";

export interface PairInputOptions
  extends Omit<PairOptions, "method">,
    Pick<SampleOptions, "force" | "missing" | "archive"> {
  /**
   * Grid of the output: that of a field (a template, whose missing values are left missing), or cells of the
   * coarse field divided by a whole number. @defaultValue the grid of training
   */
  readonly grid?: LazyField | number;
}

/** Inputs that are read time by time. */
export interface PairInputs {
  readonly count: number;
  /** Of the coarse field; undefined where it has none. */
  readonly times: Coordinate | undefined;
  /** Position of each time along those of the coarse field: times that another field lacks are left out. */
  readonly places: readonly number[];
  readonly grid: FineGrid;
  /** Differences of the inputs from those of training, in words; empty unless `force` was needed. */
  readonly complaints: readonly string[];
  /** Differences of their texture from that of training, in words. */
  readonly unlike: readonly string[];
  read(n: number): Promise<ChannelInput>;
  /** Coarse cells that a target is refined from, and their values at a time in its units; undefined where it is from none, or from a grid of another system. */
  means(target: Target): (CoarseCells & { read(n: number): Promise<Float32Array> }) | undefined;
}

/**
 * Finds the fields of a model's channels by name (standard name, else the one precipitation), converts their units, matches
 * their times, and reads all once to compare them with those of training.
 *
 * @throws OptionsError for fields that are not given; UnitsError for other quantities; ShapeError for times or grids that do
 * not fit; DomainError where spacing (± 20 %), interval (± 20 %), variables or ranges are not those of training, unless forced
 */
export async function pairInputs(
  given: Pick<PairFields, "coarse" | "with" | "static">,
  description: ModelDescription,
  options: PairInputOptions = {},
): Promise<PairInputs> {
  const { grid: wanted, force = false, missing = "error", archive, ...read } = options;
  const { channels, targets } = description;
  if (given.coarse.length === 0) throw new OptionsError("downscale: `coarse` has no fields; give one", "coarse", []);
  archiveIndex("downscale", archivesOf(description), archive);
  const fields = { ...matchFields("downscale", given, read), ...(archive !== undefined && { archive }) };
  const grid = await outputGrid(wanted, description, fields);
  const maps = channelMaps(channels, fields, grid);
  const [own, trained] = [spacingOf(grid), description.grid && spacingOf(description.grid)];
  const { season, hour } = description.seen ?? {};
  const moments = fields.moments && {
    season: fields.moments.map((moment) => moment.season),
    hour: fields.moments.map((moment) => moment.hour),
  };
  const complaints = [
    ...maps.complaints,
    ...differences({ cells: trained ? asRange(trained) : description.spacing }, { cells: own }, "an output grid"),
    ...differences({ season, hour }, { ...moments }),
    ...(await outOfRange(channels, maps, fields.times.length, grid)),
  ];
  const { onNotice } = options;
  const gaps = complaints.filter(({ guard }) => guard === "missing");
  const leave = gaps.length > 0 && missing === "error";
  const way = `give inputs of that kind${leave ? ', or leave those pixels missing with `missing: "propagate"`' : ""}`;
  if (missing === "propagate") for (const { text } of gaps) onNotice?.(`stays missing where INPUT has ${text}`);
  const unrecorded = unrecordedTimes(channels, description.seen);
  if (unrecorded.length > 0) {
    onNotice?.(
      `not checked against the training: ${unrecorded.join(", ")} (the model has no record of the times of its training)`,
    );
  }
  const passed = passGuards(
    "downscale",
    missing === "error" ? complaints : complaints.filter((one) => !gaps.includes(one)),
    { force, ...(onNotice && { onNotice }) },
    way,
  );
  const { count, least } = maps.clipped;
  if (count > 0) onNotice?.(`${count} negative values of precipitation, down to ${numberText(least, 3)}, set to 0`);
  const [height, width] = sizeOfGrid(grid);
  const known = new Set(channels.map(({ of }) => of));
  const whole = channels.flatMap(({ name, role, optional }, c) =>
    missing === "error" || role === "missing" || optional || known.has(name) ? [] : [c],
  );
  const always = validOf(grid);
  return {
    count: fields.times.length,
    times: timesOf(fields),
    places: fields.times.map(({ at }) => at[0]!),
    grid,
    complaints: passed,
    unlike: await unlikeTextures(channels, description.seen?.textures ?? {}, fields, grid),
    means({ background }) {
      const field = background === null ? undefined : maps.fields.get(background);
      const cells = field && coarseCells(field, grid);
      return cells && { ...cells, read: (n) => maps.own(background!, n) };
    },
    async read(n) {
      const read = await maps.read(n);
      const condition = conditionOf(read, channels);
      const valid = withoutGaps(
        always,
        whole.map((c) => read[c]!),
      );
      return {
        height,
        width,
        condition,
        background: backgroundOf(condition, channels, targets),
        ...(valid && { valid }),
      };
    },
  };
}

/** The pixels that are to have values, without those where one of some maps has none. */
function withoutGaps(valid: Uint8Array | undefined, maps: readonly Float32Array[]): Uint8Array | undefined {
  if (!maps.some((map) => map.some(Number.isNaN))) return valid;
  return Uint8Array.from(maps[0]!, (_, i) => (valid?.[i] !== 0 && maps.every((map) => !Number.isNaN(map[i]!)) ? 1 : 0));
}

async function outputGrid(
  wanted: LazyField | number | undefined,
  { grid }: ModelDescription,
  { coarse }: MatchedFields,
): Promise<FineGrid> {
  if (wanted === undefined && grid !== undefined) return grid;
  if (wanted === undefined) {
    const way = "give a field as a template, or a whole number of fine cells along a coarse one";
    throw new OptionsError(`downscale: the model has no grid; ${way}`, "grid", wanted);
  }
  if (typeof wanted !== "number") {
    const template = wanted.ungroup().mapsLast();
    const leading = template.dims.slice(0, -2).map((dim) => [dim, 0] as const);
    const map = await template.isel(Object.fromEntries(leading)).load();
    const valid = Uint8Array.from(map.values, (v) => (Number.isNaN(v) ? 0 : 1));
    return fineGridOf(map, valid.includes(1) ? valid : undefined);
  }
  const { name, dims, shape, coordinates, gridMapping, source } = coarse[0]!;
  const own = dims.slice(-2);
  const size = shape.slice(-2);
  const map = new Field({
    ...{ name, gridMapping, source, dims: own, shape: size, values: new Float32Array(sizeOf(size)) },
    coordinates: coordinates.filter((c) => c.dims.length > 0 && c.dims.every((dim) => own.includes(dim))),
  });
  return fineGridOf(refine(map, wanted));
}

function timesOf({ coarse, times }: MatchedFields): Coordinate | undefined {
  const time = timeAxis(coarse[0]!);
  if (time === undefined) return undefined;
  const places = times.map(({ at }) => at[0]!);
  const { bounds, ...rest } = time;
  return {
    ...rest,
    values: Float64Array.from(places, (i) => time.values[i]!),
    ...(bounds && { bounds: Float64Array.from(places.flatMap((i) => [bounds[2 * i]!, bounds[2 * i + 1]!])) }),
  };
}

/** Reads all: values far beyond those of training, gaps where training had none. */
async function outOfRange(
  channels: readonly Channel[],
  maps: ChannelMaps,
  times: number,
  grid: FineGrid,
): Promise<readonly Complaint[]> {
  const valid = validOf(grid);
  const seen = channels.map(() => ({
    least: Number.POSITIVE_INFINITY,
    greatest: Number.NEGATIVE_INFINITY,
    gaps: 0,
    all: 0,
  }));
  const positions = new Map(
    channels
      .filter((channel) => channel.role === "context" && contextOf(channel)[0] === "position")
      .map((channel) => [channel.name, contextMap(channel, grid, undefined)]),
  );
  const guards = channelGuards("downscale", channels, maps);
  for (let n = 0; n < times; n++) {
    const inputs = await maps.inputs(n);
    for (const [c, { name }] of channels.entries()) {
      const [one, map] = [seen[c]!, inputs.get(name) ?? positions.get(name)];
      if (map === undefined) continue;
      guards.get(name)?.see(map);
      for (let i = 0; i < map.length; i++) {
        if (valid?.[i] === 0) continue;
        const value = map[i]!;
        one.all++;
        if (Number.isNaN(value)) one.gaps++;
        if (value < one.least) one.least = value;
        if (value > one.greatest) one.greatest = value;
      }
    }
  }
  for (const guard of guards.values()) guard.check();
  const known = new Set(channels.map(({ of }) => of));
  return channels.flatMap(({ name, role, transform, range, units = "", optional }, c): readonly Complaint[] => {
    const { least, greatest, gaps, all } = seen[c]!;
    if (all === 0) return [];
    if (gaps === all && !optional) {
      const way = "choose another time or variable, and check that the grids lie in one place";
      throw new DomainError(
        `downscale: ${role} ${name} has only missing values on the output grid; ${way}`,
        Number.NaN,
      );
    }
    const values = { range, units, log: transform.kind === "log" };
    const trained = { values, gaps: known.has(name) ? undefined : ("none" as const) };
    return differences(trained, { values: [least, greatest], gaps: [gaps, all] }, name);
  });
}

/** Pixels of the cells of a coarse grid. */
interface CoarseCells {
  /** Pixels whose centre lies in each cell, row by row; of cells beyond the fine grid none. */
  readonly pixels: readonly (readonly number[])[];
  /** True if coarse cells are unions of pixels. */
  readonly nested: boolean;
}

/** The cells of a coarse field on a fine grid; undefined where the grids are of different systems. */
function coarseCells(coarse: LazyField, grid: FineGrid): CoarseCells | undefined {
  const held = holdingCells(coarse, regridGridOf(grid));
  if (held === undefined) return undefined;
  const pixels: number[][] = Array.from({ length: sizeOf(coarse.shape.slice(-2)) }, () => []);
  for (const [at, cell] of held.of.entries()) if (cell >= 0) pixels[cell]!.push(at);
  return { pixels, nested: held.nested };
}
