/** A training on fields: a fine one, a coarse one of another data set or its block means, and covariates. */
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { rng } from "../../engine/random/rng.ts";
import { timeAxis } from "../../io/field/index.ts";
import type { PairFields } from "../data/fields.ts";
import type { ChosenImages } from "../data/images/choose.ts";
import { pairImages, usualImages } from "../data/images/of-pairs.ts";
import { storeName } from "../data/images/store.ts";
import { joinedPairs, type MatchedPairs, matchPairs, splitPairs, timesOfPart } from "../data/match.ts";
import { measureChannels, seenAt } from "../data/measure.ts";
import {
  archivesOfSources,
  fieldsOfArchive,
  fieldsOfBoxes,
  fieldsOfRegions,
  hashSources,
  type OpenedPairs,
  openPairs,
  type PairData,
} from "../data/sources.ts";
import { archivesOf } from "../model/archives.ts";
import { fieldOf } from "../model/channel.ts";
import type { ModelDescription } from "../model/configuration.ts";
import type { Downscaler } from "../model/downscaler.ts";
import { sizeOfGrid } from "../model/fine-grid.ts";
import { observedDistribution, type SteppedFields, withCoarse, withSteps } from "./own-coarse.ts";
import { type RecordedData, recipeOf, type TrainingPlan } from "./plan.ts";
import type { OpenedData, Prepared, PrepareOptions } from "./prepared.ts";
import { descriptionOf } from "./start.ts";
import { seriesOfPairs } from "./time-series.ts";
import { type ImageTrainingOptions, setUpImages, trainOnImages } from "./train-model.ts";

type Fields = Extract<RecordedData, { readonly fine: unknown }>;

/** Opens the fields of all roles. @throws OptionsError, FormatError */
export async function openFieldData(
  data: PairData,
  choices: Pick<TrainingPlan["choices"], "allowExternal">,
): Promise<OpenedData<Fields> & { readonly opened: OpenedPairs }> {
  const { allowExternal = false } = choices;
  const opened = await openPairs(data, { allowExternal });
  const { paths, given, listed } = opened;
  return {
    ...{ opened, paths, inMemory: given.length > 0 },
    recorded: { ...listed, context: data.context ?? [] },
    hash: () => hashSources(opened),
    notices: () => opened.notices(),
    close: () => opened.close(),
  };
}

/** The archive of each source, where the network is given it. @throws OptionsError */
export function archivesOfFields(
  listed: Fields,
  { archives, correct }: TrainingPlan["choices"],
  start: ModelDescription | undefined,
): readonly string[] | undefined {
  const known = start && archivesOf(start);
  const asked = archives ?? (known && true);
  if (asked === undefined) return undefined;
  if (correct) {
    const text = "train: `archives` does not go with `correct`, whose model takes any climate model; leave one out";
    throw new OptionsError(text, "archives", archives);
  }
  return archivesOfSources(asked, listed, known);
}

/** Matches, measures and cuts images to learn from and to validate on. @throws as `train` */
export async function prepareFields(
  { opened, recorded }: Awaited<ReturnType<typeof openFieldData>>,
  o: PrepareOptions,
): Promise<Prepared> {
  const { plan, start, resumed, onNotice } = o;
  const { regrid, interval, clipNegative, wetThreshold, timeFactor, time, validate, optional } = plan.choices;
  const { dropout = 0, factor: blocks = 4 } = plan.choices;
  const archives = archivesOfFields(recorded, plan.choices, start?.configuration);
  if (archives && timeFactor !== undefined) {
    const text = "train: `archives` does not go with timeFactor; train a model for each, or leave it out";
    throw new OptionsError(text, "archives", archives);
  }
  const stepped = timeFactor === undefined ? undefined : await withSteps(plan, opened.fields, timeFactor);
  if (stepped) sayStepped(stepped, o);
  else if (opened.fields.coarse.length === 0)
    onNotice?.(`learns from means over ${blocks} x ${blocks} cells of the fine data, which members conserve`);
  const { rain, notRain } = stepped ?? plan.choices;
  const options = {
    ...defined({ method: regrid }),
    ...(interval !== undefined && { interval: interval as number | "time" }),
    ...(clipNegative && { clipNegative }),
    ...defined({ rain, notRain, onNotice }),
  };
  const matched: MatchedPairs[] = [];
  const sets = archives ? archives.map((_, n) => fieldsOfArchive(opened, n)) : regionsOf(opened, plan.choices);
  for (const [n, fields] of sets.entries()) {
    const own = stepped?.fields ?? (await withCoarse(plan, fields));
    matched.push({ ...matchPairs(own, options), ...defined({ archive: archives?.[n] }) });
  }
  const pairs = joinedPairs(matched);
  const { parts = [pairs] } = pairs;
  sayRegions(pairs, o);
  const held = validate === undefined ? [] : splitPairs(pairs, validate, "validate").inside;
  const wanted = time === undefined ? pairs.times.map((_, n) => n) : splitPairs(pairs, time, "time").inside;
  // Steps that overlap those that are held out would give them away.
  const learned = wanted.filter((n) => !held.some((h) => h === n || (stepped && overlap(pairs, h, n))));
  if (learned.length === 0) {
    const hint = "name other times by `time` or `validate`";
    throw new OptionsError(`train: no times are left to learn from; ${hint}`, "validate", validate);
  }
  if (start) checkContext(recorded.context, start);
  const names = optional ?? (dropout > 0 ? [...pairs.with, ...pairs.static].map(({ name }) => name) : []);
  const description =
    resumed?.description ??
    (start && (await startedAt(start, pairs, learned))) ??
    (await measureChannels(pairs, learned, names, wetThreshold && wetThreshold * (stepped?.scale ?? 1)));
  const archive = await imagesOf(pairs, description, o, "learn", learned);
  const validated = held.length === 0 ? undefined : await imagesOf(pairs, description, o, "validate", held);
  const { factor: _, archives: _asked, ...recipe } = recipeOf(plan, o);
  const training: ImageTrainingOptions = { ...recipe, ...defined({ archives, validate: validated }) };
  const { count, height, width, dropped } = archive;
  const times = [learned.length, held.length] as const;
  return {
    started: { images: { count, height, width, dropped, description, times } },
    check: () => void setUpImages(archive, description, { ...training, ...defined({ start }) }),
    train: (how) => trainOnImages(archive, description, { ...training, ...how }),
    provenance: { data: recorded },
    ...(!stepped && {
      series: {
        count: parts.length,
        async read(n) {
          const own = timesOfPart(parts, n, held.length > 0 ? held : learned);
          return own.length > 0 ? seriesOfPairs(parts[n]!, own, description) : undefined;
        },
      },
    }),
    distribution: await observedDistribution(plan, pairs, learned, description),
  };
}

/** Images of some times. */
async function imagesOf(
  pairs: MatchedPairs,
  description: ModelDescription,
  { plan: { data, choices, dataSha256 }, take, unchanged }: PrepareOptions,
  part: "learn" | "validate",
  times: readonly number[],
): Promise<ChosenImages> {
  const { seed = 0, tile = usualImages.tile, cap: limit = usualImages.limit } = choices;
  const source = pairImages(pairs, times, description, { ...usualImages, tile });
  const { regrid, interval, clipNegative, archives, regions } = choices;
  const decides = { tile, regrid, interval, clipNegative, archives, regions };
  const roles = Object.entries(data).map(([role, paths]) => [role, paths.length]);
  async function* frames() {
    yield* source.frames();
    unchanged();
  }
  const { images } = await take(
    { ...source, frames },
    {
      ...{ shares: { ...usualImages, limit }, rng: rng(seed).split("tiles").split(part) },
      name: storeName(Object.values(data).flat(), [part, roles, dataSha256, decides, times, description]),
    },
  );
  return images;
}

/** The fields of each region, or of the only one. @throws OptionsError where options do not go with regions */
function regionsOf(
  opened: OpenedPairs,
  { regions: boxes, archives, correct, timeFactor }: TrainingPlan["choices"],
): readonly PairFields[] {
  const found = fieldsOfRegions(opened);
  const given = { archives, correct: correct || undefined, timeFactor };
  const other = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined && (boxes !== undefined || found.length > 0)) {
    const text = `train: ${other} takes one region, not several; train a model for each, or leave it out`;
    throw new OptionsError(text, boxes === undefined ? other : "regions", boxes ?? given);
  }
  if (boxes === undefined) return found.length > 0 ? found : [opened.fields];
  if (found.length === 0) return fieldsOfBoxes(opened.fields, boxes);
  const text = "train: `regions` are boxes of one fine source; give one, or leave them out: each source is a region";
  throw new OptionsError(text, "regions", boxes);
}

/** Says which regions are learned from. */
function sayRegions({ parts = [] }: MatchedPairs, { onNotice }: PrepareOptions): void {
  if (parts.length === 0 || parts[0]!.archive !== undefined) return;
  const each = parts.map(({ fine: [fine], grid, times }) => {
    return `${sizeOfGrid(grid).join(" x ")} at ${times.length} times (${fine!.source || fine!.name})`;
  });
  onNotice?.(`learns from ${parts.length} regions: ${each.join(", ")}`);
}

/** True if the coarse steps of two of the pairs have times in common. */
function overlap({ coarse: [coarse], fine, times }: MatchedPairs, a: number, b: number): boolean {
  const { bounds } = timeAxis(coarse!)!;
  const edge = (n: number, side: 0 | 1) => bounds![2 * times[n]!.at[fine.length]! + side]!;
  return edge(a, 0) < edge(b, 1) && edge(b, 0) < edge(a, 1);
}

function sayStepped({ fields, starts, left }: SteppedFields, { plan, onNotice }: PrepareOptions): void {
  const { count, seconds } = fields.steps!;
  const { factor = 4 } = plan.choices;
  onNotice?.(
    `${starts.length} steps of ${count} times of ${seconds} s; ${left} times belong to no whole step and are left out`,
  );
  if ("coarse" in plan.data && plan.data.coarse.length === 0) {
    const cells = factor === 1 ? "" : ` and over ${factor} x ${factor} cells`;
    onNotice?.(`learns from means over steps${cells} of the fine data, which it conserves`);
  }
}

/** @throws OptionsError where other context is asked for than the model to start from has */
function checkContext(asked: readonly string[], { configuration: { channels } }: Downscaler): void {
  const own = new Set(channels.filter(({ role }) => role === "context").map(fieldOf));
  if (asked.length === 0 || (asked.length === own.size && asked.every((name) => own.has(name)))) return;
  const has = own.size === 0 ? "none" : [...own].join(",");
  const text = `train: \`context\` is ${asked.join(",")}, the model to start from has ${has}; leave it out`;
  throw new OptionsError(text, "context", asked);
}

/** Description of a model that training begins with; the times that it is tuned on are seen too. */
async function startedAt(
  { configuration }: Downscaler,
  pairs: MatchedPairs,
  learned: readonly number[],
): Promise<ModelDescription> {
  const { seen, ...description } = descriptionOf(configuration);
  return { ...description, seen: await seenAt(pairs, learned, description.channels, { seen }) };
}
