/** A training on events of fine precipitation, whose block means are refined: what is read of them, and the tiles. */

import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { blockMean } from "../../engine/numerics/grid.ts";
import { leastCommonMultiple } from "../../engine/numerics/least-common-multiple.ts";
import type { ShapedArray } from "../../engine/numerics/shaped-array.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { basename } from "../../engine/platform/paths.ts";
import { rng } from "../../engine/random/rng.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { whereOf } from "../../io/field/index.ts";
import { BEYOND_CLUTTER } from "../../io/rain/index.ts";
import { mapDims } from "../data/map-dims.ts";
import { hashSources, type OpenedSources, openSources } from "../data/sources.ts";
import type { Tiles } from "../data/tiles/tiles.ts";
import { archivesOf, archivesOfEvents } from "../model/archives.ts";

import type { ModelConfiguration } from "../model/configuration.ts";
import { Downscaler } from "../model/downscaler.ts";
import { atScale, chosenFactor, isOfManyScales, meanTexture, rainUnits } from "../model/input-scale.ts";
import type { RainPlace } from "../model/spacing.ts";
import { evenly, texturesOf, WINDOW } from "../model/texture.ts";
import {
  type EventPlan,
  eventsOf,
  labelsOf,
  listData,
  rainOfEvent,
  type TilePart,
  type TrainingData,
  takeTiles,
} from "./events.ts";
import { type EventData, heldOut } from "./hold-out.ts";
import { isTimeRange, type RecordedData, recipeOf, type TrainingChoices, type TrainingPlan } from "./plan.ts";
import type { OpenedData, Prepared, PrepareOptions } from "./prepared.ts";
import { resolveRecipe } from "./recipe.ts";
import { startFrom } from "./start.ts";
import { seriesOfEvent } from "./time-series.ts";
import { type TileTrainingOptions, trainOnTiles } from "./train-model.ts";
import { withPreset } from "./wassdiff.ts";

type Events = Extract<RecordedData, { readonly events: unknown }>;

/**
 * Opens events to learn from and to validate on.
 *
 * @param check - is given what a record says of them before a file is looked for
 * @throws OptionsError where a file is missing; else as {@link openSources} and `check`
 */
export async function openEvents(
  data: TrainingData,
  validate: TrainingChoices["validate"],
  { variable, allowExternal = false }: Pick<TrainingPlan["choices"], "variable" | "allowExternal">,
  check: (recorded: Events) => void,
): Promise<OpenedData<Events> & Pick<OpenedSources, "fields">> {
  const learned = await listData(data, variable);
  const held = validate === undefined || isTimeRange(validate) ? undefined : await listData(validate, variable);
  const sources = [...learned.sources, ...(held?.sources ?? [])];
  const labels = [...learned.labels, ...(held?.labels ?? [])];
  const recorded: Events = { events: learned.labels, ...(held && { held: held.labels }) };
  check(recorded);
  const missing = labels.find((path, n) => typeof sources[n] === "string" && !existsSync(path));
  if (missing !== undefined) {
    throw new OptionsError(`${missing}: there is no such file; check \`data\``, "data", missing);
  }
  const opened = await openSources("data", sources, { allowExternal });
  const { fields, paths, given } = opened;
  if (fields.length !== labels.length) {
    opened.close();
    throw new OptionsError(`train: variable is ${variable}; expected one, of every event`, "variable", variable);
  }
  return {
    ...{ fields, paths, inMemory: given.length > 0 },
    recorded,
    hash: () => hashSources(opened),
    notices: () => opened.notices(),
    close: () => opened.close(),
  };
}

/** The network halves the resolution twice. */
const HALVINGS = 4;
const CROP = 32;
const TILE = 64;

/**
 * Sides of crops and tiles, and archives, as choices: those that are left out follow from the factor, or are the model's to start
 * from.
 *
 * @throws OptionsError where they do not fit
 */
export function fittedChoices(
  { events, held = [] }: Events,
  choices: TrainingPlan["choices"],
  start: ModelConfiguration | undefined,
): TrainingPlan["choices"] & { readonly crop: number; readonly tile: number } {
  const preset = withPreset(choices as TrainingChoices);
  const { factor = start?.blocks?.factor ?? 4, validate, validation, interval } = preset;
  const side = leastCommonMultiple(factor, HALVINGS);
  const crop = preset.crop ?? Math.ceil(CROP / side) * side;
  const tile = preset.tile ?? Math.max(crop, Math.floor(TILE / factor) * factor);
  const check = (option: string, value: unknown, holds: boolean, expected: string) => {
    if (!holds) throw new OptionsError(`train: ${option} is ${value}; ${expected}`, option, value);
  };
  check("crop", crop, crop % side === 0, `it must be a multiple of ${side}`);
  check("tile", tile, tile % factor === 0 && tile >= crop, `it must be a multiple of ${factor} and at least ${crop}`);
  const files = events.length + held.length;
  const fits = !Array.isArray(interval) || interval.length === 1 || interval.length === files;
  check("interval", interval, fits, `it must be one value, or ${files}, one a file`);
  const validated = validate !== undefined || held.length > 0;
  if (validation !== undefined) check("validation", JSON.stringify(validation), validated, "it needs `validate`");
  const known = start && archivesOf(start);
  const asked = choices.archives ?? (known && true);
  return {
    ...choices,
    ...{ crop, tile },
    ...(asked && { archives: archivesOfEvents(asked, [...events, ...held], known) }),
  };
}

/** Plan of reading events. */
export function eventPlanOf(
  { events, held }: Events,
  choices: TrainingPlan["choices"] & { readonly tile: number },
): EventPlan {
  const { tile, units, time, every, cap, wetThreshold, largestRate, validate, interval } = choices;
  const seconds = typeof interval === "number" ? [interval] : interval;
  const chosen = { units, time, every, cap, wetThreshold, largestRate, interval: seconds };
  return { data: events, tile, ...defined({ ...chosen, validate: held ?? validate }) };
}

/** A model of many scales at the scale of fine tiles. */
function atScaleOf(model: Downscaler, factor: number, { grid, interval }: RainPlace, tiles?: Tiles): Downscaler {
  chosenFactor("train", model.configuration, factor);
  const coarse = grid && { ...grid, y: grid.y * factor, x: grid.x * factor };
  const place = defined({ grid: coarse, interval });
  const some = tiles ? evenly(tiles.count, MOST_TEXTURES).map((n) => blockMeansOf(tiles, n, factor)) : [];
  const texture = meanTexture(
    some.flatMap(({ values, shape }) => texturesOf(values, shape as [number, number], WINDOW, rainUnits(interval))),
  );
  const none = { values: new Float32Array(0), shape: [0, 0] };
  const at = atScale(model.configuration, none, { factor, place, ...defined({ texture }) });
  return new Downscaler(at, model.parameters);
}

/** Most tiles whose texture is measured. */
const MOST_TEXTURES = 200;

function blockMeansOf(tiles: Tiles, n: number, factor: number): ShapedArray {
  const { clean } = tiles.read(n);
  const [height, width] = [tiles.height / factor, tiles.width / factor];
  return { values: blockMean(clean, 1, tiles.height, tiles.width, factor), shape: [height, width] };
}

/** Choices whose tile, where none is asked for, is as large as the maps at most. */
function tileThatFits(
  { recorded, fields }: Pick<EventData, "recorded" | "fields">,
  choices: TrainingPlan["choices"],
  start: ModelConfiguration | undefined,
): TrainingPlan["choices"] & { readonly tile: number } {
  const { validation: _, ...rest } = choices;
  const { tile, crop } = fittedChoices(recorded, rest, start);
  const sides = fields.map((field) => Math.min(...field.mapsLast().shape.slice(-2)));
  const { factor = start?.blocks?.factor ?? 4 } = choices;
  const step = leastCommonMultiple(factor, HALVINGS);
  const fits = Math.floor(Math.max(...sides) / step) * step;
  if (choices.tile !== undefined || fits >= tile || fits === 0) return { ...choices, tile };
  return { ...choices, tile: fits, crop: choices.crop ?? Math.min(crop, fits) };
}

/** Notices of files whose maps hold no tile. @throws OptionsError where none holds one, with sides that fit */
function smallerThanTile(
  fields: readonly LazyField[],
  plan: EventPlan,
  { tile, crop, factor }: { readonly tile: number; readonly crop: number; readonly factor: number },
): readonly string[] {
  const parts = plan.validate === undefined ? (["learned"] as const) : (["learned", "held"] as const);
  const found = parts.flatMap((part) => {
    const numbers = eventsOf(plan, part);
    const small = numbers.flatMap((n) => {
      const maps = fields[n]!.mapsLast();
      mapDims(whereOf(maps), maps);
      const [rows, columns] = maps.shape.slice(-2) as [number, number];
      const text = `${labelsOf(plan)[n]}: its maps of ${rows} x ${columns} cells are smaller than a tile of ${tile} x ${tile}`;
      return Math.min(rows, columns) < tile ? [{ text, side: Math.min(rows, columns) }] : [];
    });
    if (small.length < numbers.length) return small.map(({ text }) => `${text}, and give none`);
    const step = leastCommonMultiple(factor, HALVINGS);
    const largest = small.reduce((best, one) => (one.side > best.side ? one : best));
    const fits = Math.floor(largest.side / step) * step;
    const sides = fits < crop ? `\`tile: ${fits}\` and \`crop: ${fits}\`` : `\`tile: ${fits}\``;
    throw new OptionsError(`train: ${largest.text}; give ${fits === 0 ? "larger maps" : sides}`, "tile", tile);
  });
  return [...new Set(found)];
}

/** Finds and cuts the tiles. @throws as `train` */
export async function prepareEvents(
  { inMemory, ...opened }: Awaited<ReturnType<typeof openEvents>>,
  o: PrepareOptions,
): Promise<Prepared> {
  const { plan, start, onNotice } = o;
  const sized = tileThatFits(opened, plan.choices, start?.configuration);
  const given: EventData = { ...opened, choices: sized };
  const named = sized.validate !== undefined || opened.recorded.held !== undefined;
  const split = start === undefined || named ? given : heldOut(given, sized.tile);
  const { recorded, fields } = split;
  const choices = fittedChoices(recorded, split.choices, start?.configuration);
  if (split.notice !== undefined) onNotice?.(split.notice);
  if (inMemory && choices.variable !== undefined) {
    const text = `train: variable is ${choices.variable}; it must be left out: the data are fields`;
    throw new OptionsError(text, "variable", choices.variable);
  }
  const events = eventPlanOf(recorded, choices);
  const recipe = recipeOf({ ...plan, choices }, o);
  const factor = (choices.factor as number | undefined) ?? start?.configuration.blocks?.factor ?? 4;
  const many = start !== undefined && isOfManyScales(start.configuration);
  const asked = { ...recipe, factor };
  const begun =
    start && startFrom(many ? atScaleOf(start, factor, {}) : start, o.resumed ? {} : many ? asked : recipe).recipe;
  const archives = choices.archives as readonly string[] | undefined;
  // What is refused is so before the data are read.
  resolveRecipe(
    { ...recipe, ...begun },
    { symmetries: true, blocks: true, archives, validated: events.validate !== undefined },
  );
  for (const line of smallerThanTile(fields, events, { tile: choices.tile, crop: choices.crop, factor }))
    onNotice?.(line);
  const notices = fields.map((field, index) => rainOfEvent(field, index, events, 64e6).notice);
  for (const line of new Set(notices)) if (line !== undefined) onNotice?.(line);
  const random = rng(choices.seed ?? 0);
  const cut = (part: TilePart) => takeTiles(part, { ...o, events, fields });
  const { tiles, seen } = await cut({ part: "learned", rng: random.split("tiles") });
  const held = events.validate && (await cut({ part: "held", rng: random.split("validation tiles") }));
  // Names of events begin with their numbers.
  const all = [tiles, ...(held ? [held.tiles] : [])].flatMap((one) => one.events);
  const options: TileTrainingOptions = {
    ...recipe,
    ...(archives && { archives: all.map(({ name }) => archives[Number.parseInt(name, 10)]!) }),
    wetThreshold: Math.min(...seen.map((event) => event.wetThreshold)),
    ceiling: BEYOND_CLUTTER * Math.max(...seen.map((event) => event.largestRate)),
    places: seen.map(({ place }) => place),
    ...(held && { validate: held.tiles }),
  };
  // Coherence is measured on what the model is validated by, else on what it learned from.
  const part = named ? "held" : "learned";
  const numbers = eventsOf(events, part);
  return {
    started: { tiles },
    train(how) {
      if (!many || !how.start) return trainOnTiles(tiles, { ...options, ...how });
      const from = atScaleOf(start, factor, seen[0]?.place ?? {}, tiles);
      return trainOnTiles(tiles, { ...options, factor, ...how, start: from }).finally(() => from.dispose());
    },
    series: {
      count: numbers.length,
      read(n, model) {
        const index = numbers[n]!;
        const rain = rainOfEvent(fields[index]!, index, events, 64e6);
        const how = { held: part === "held", archive: archives?.[index] };
        return seriesOfEvent(rain, model.configuration.blocks!.factor, how);
      },
    },
    provenance: {
      data: { events: labelsOf(events).map((path) => basename(path)) },
      ...defined({ variable: choices.variable }),
    },
  };
}
