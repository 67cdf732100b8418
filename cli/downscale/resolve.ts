/** Options of `monge downscale` and `monge plan` with all defaults. */

import { existsSync } from "node:fs";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { fileHash } from "../../engine/files/file-hash.ts";
import { findModel, recordOfRun } from "../../generative/model/index.ts";
import { isUnitStore, notAUnitStore, unitStoreOf } from "../../generative/sharded/index.ts";
import { expandPatterns, namedFields, type TimeRange } from "../../io/dataset/index.ts";
import { checkFiles } from "../shell/failure.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { defaultThreads, statedRain } from "../shell/read-options.ts";
import { type Calibrated, isCalibration, readAmplitude } from "./calibrate.ts";
import type { DownscaleOptions } from "./command.ts";
import { shardFrom } from "./shard.ts";

/** Options as they are, with what follows from them. */
export type ResolvedDownscale = Awaited<ReturnType<typeof resolve>>;

/** Checks options as far as can be without reading the input, and says what follows from them. */
export async function resolve(
  modelPath: string | undefined,
  inputs: readonly string[],
  o: DownscaleOptions,
  how: { readonly writes: boolean } = { writes: true },
) {
  checkFiles("INPUT", inputs);
  const model = modelPath === undefined ? undefined : findModel(modelPath);
  const described = model === undefined ? undefined : await describedModel(model, o);
  const alone = isCalibration(o);
  const store = o.stations === undefined && !alone ? unitStoreOf(o.output) : undefined;
  if (o.figure !== undefined && !/\.(png|svg)$/i.test(o.figure)) {
    throw new OptionsError(`--figure ${o.figure} must end in .png or .svg`, "figure", o.figure);
  }
  if (o.score && !o.coarsen) {
    throw new OptionsError("--score needs --coarsen: without it INPUT has no truth to compare with", "score", true);
  }
  if (alone && (o.score || o.figure !== undefined)) {
    const name = o.score ? "score" : "figure";
    throw new OptionsError(
      `--${name} needs members, and --output ${o.output} is for the amplitude alone; leave it out`,
      name,
    );
  }
  const refuse = (path: string) => (isUnitStore(path) && !o.overwrite ? undefined : notAUnitStore(path));
  const places = [
    { path: store ?? o.output, option: "output", isStore: store !== undefined, refuse },
    { path: o.figure, option: "figure" },
  ];
  const others = [
    ...(o.with ?? []),
    ...(o.static ?? []),
    ...[o.past, o.grid, o.fine, o.stations, o.coarse].filter((one) => one !== undefined),
  ];
  const more = (await Promise.all(others.map((text) => expandPatterns([namedFields(text).files])))).flat();
  checkFiles("--with, --static, --past, --grid, --fine, --stations and --coarse", more);
  const measured = o.calibrate === undefined ? [] : await expandPatterns([namedFields(o.calibrate).files]);
  checkFiles("--calibrate", measured);
  checkUnits(o, store !== undefined);
  // What is there of units is looked at where it is gone on with.
  const isThere = store !== undefined && isUnitStore(store);
  const goesOn = isThere || ((o.resume || o.shard !== undefined) && existsSync(store ?? o.output));
  const read = [...(model === undefined ? [] : [model, ...recordOfRun(model)]), ...inputs, ...more, ...measured];
  const modelSha256 = model === undefined ? undefined : await fileHash(model);
  const factor = o.factor ?? described?.factor;
  const fitted: Omit<Partial<Calibrated>, "amplitude"> & { readonly amplitude: number | undefined } =
    typeof o.amplitude === "string"
      ? await readAmplitude(o.amplitude, { model: modelSha256, factor })
      : { amplitude: o.amplitude };
  if (how.writes) await prepareOutputs(places, read, o.overwrite || goesOn);
  return {
    ...o,
    model,
    modelSha256,
    ...fitted,
    // What is asked for counts more than what a file has.
    ...(o.cutOff !== undefined && { cutOff: o.cutOff, cutOffUnits: undefined }),
    input: inputs.length === 1 ? inputs[0]! : inputs,
    shard: o.shard && shardFrom(o.shard, process.env),
    members: o.members ?? (o.method === undefined || ["rainfarm", "fragments"].includes(o.method) ? 8 : 1),
    evaluations: described?.evaluations,
    threads: o.threads ?? defaultThreads(),
  };
}

/** A model's factor, and evaluations by options and what was tuned; the tensor library is loaded with it. */
async function describedModel(path: string, { evaluations, sampler }: DownscaleOptions) {
  const { describeModel, evaluationsFor } = await import("../../generative/model/index.ts");
  const described = await describeModel(path);
  return {
    factor: described.configuration.blocks?.factor,
    evaluations: evaluationsFor(described, defined({ evaluations, method: sampler })),
  };
}

/** Options that are null in JSON where they are absent, and those that are false. */
const values = [
  ...(["model", "modelSha256", "method", "fine", "stations", "coarse", "factor", "timeFactor", "window"] as const),
  ...(["quantiles", "slope", "input", "output", "variable", "with", "static", "past", "grid", "target"] as const),
  ...(["assumeUnits", "interval", "rows", "columns", "unit", "zarrVersion", "shard", "members", "seed"] as const),
  ...(["evaluations", "sampler", "amplitude", "conserve", "archive", "coherence", "missing", "wetThreshold"] as const),
  ...(["cutOff", "epsg", "calibrate", "figure", "threads", "device"] as const),
];
const flags = ["timeFromName", "allowExternal", "resume", "clipNegative", "coarsen", "score", "force"] as const;

/** All options, for JSON. */
export const resolvedJson = (plan: ResolvedDownscale) => ({
  ...Object.fromEntries(values.map((name) => [name, plan[name] ?? null])),
  ...Object.fromEntries(flags.map((name) => [name, plan[name] ?? false])),
  history: rangeJson(plan.history),
  time: rangeJson(plan.time),
  rain: statedRain(plan).rain ?? null,
});

/** @throws OptionsError for options of tasks where there are none, or for a part of them that would be drawn as if it were all */
function checkUnits(o: DownscaleOptions, isStore: boolean): void {
  if (o.zarrVersion !== undefined && !isStore) {
    throw new OptionsError("--zarr-version is for stores; name --output out.zarr", "zarrVersion", o.output);
  }
  const parts = { resume: o.resume, shard: o.shard, unit: o.unit };
  const [part] = Object.entries(parts).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (part === undefined) return;
  if (!isStore)
    throw new OptionsError(
      `--${part} is for stores and files by the year; name --output out.zarr, or out/{year}.nc`,
      part,
      o.output,
    );
  if (o.overwrite && (o.resume || o.shard !== undefined)) {
    const text = `--overwrite begins the store anew, --${o.resume ? "resume" : "shard"} goes on with it; leave one out`;
    throw new OptionsError(text, "overwrite", true);
  }
  if (o.score || o.figure !== undefined) {
    const name = o.score ? "score" : "figure";
    const text = `--${name} needs all tasks in one go; leave out --${part}, or draw from the finished store (monge report)`;
    throw new OptionsError(text, name, true);
  }
}

const rangeJson = (range: TimeRange | undefined) =>
  range === undefined ? null : "dates" in range ? range.dates : range.indices;
