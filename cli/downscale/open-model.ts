/** Generator of `monge downscale`: a model, or with `--method` a baseline, and which options belong to which. */
import type { Command } from "commander";
import { defined } from "../../engine/defined.ts";
import { OptionsError } from "../../engine/errors.ts";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { type OpenedSources, openSources } from "../../generative/data/index.ts";
import type { AnyDownscaler } from "../../generative/sampling/index.ts";
import { type LazyField, selectTimes } from "../../io/dataset/index.ts";
import { checkNamed } from "../shell/open-field.ts";
import { statedRain } from "../shell/read-options.ts";
import { openSeries } from "../shell/station-series.ts";
import type { DownscaleOptions } from "./command.ts";
import type { ResolvedDownscale } from "./resolve.ts";

/** Options that one kind of method has and another lacks. */
const owned = {
  blocks: [
    "calibrate",
    "cutOff",
    "coherence",
    "conserve",
    "archive",
    "coarsen",
    "score",
    "evaluations",
    "sampler",
    "amplitude",
    "threads",
    "device",
    "factor",
  ],
  fields: [
    "coherence",
    "conserve",
    "archive",
    "coarse",
    "with",
    "static",
    "past",
    "grid",
    "target",
    "evaluations",
    "sampler",
    "amplitude",
    "threads",
    "device",
  ],
  steps: [
    "coherence",
    "conserve",
    "coarse",
    "with",
    "static",
    "grid",
    "evaluations",
    "sampler",
    "amplitude",
    "threads",
    "device",
  ],
  method: [
    "grid",
    "fine",
    "stations",
    "coarse",
    "history",
    "factor",
    "timeFactor",
    "window",
    "quantiles",
    "slope",
    "rain",
    "notRain",
    "threads",
  ],
} as const satisfies Readonly<Record<string, readonly (keyof DownscaleOptions)[]>>;

const whys = {
  blocks: "the model was trained on block means of one data set",
  fields: "the model was trained with --fine; this belongs to models of --data",
  steps: "the model was trained with --time-factor",
  method: "with --method there is no model",
} as const;

/** @throws OptionsError for options of another kind of method */
export function checkKind(kind: keyof typeof owned, options: DownscaleOptions, given: (name: string) => boolean): void {
  const own: readonly string[] = owned[kind];
  const wrong = Object.values(owned)
    .flat()
    .find((name) => !own.includes(name) && given(name));
  if (wrong === undefined) return;
  const flag = options[wrong] === false ? `no-${wrong}` : wrong.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);
  throw new OptionsError(`--${flag} means nothing here: ${whys[kind]}; leave it out`, wrong, options[wrong]);
}

/** Generator with its disposal. */
export interface OpenedModel {
  readonly model: AnyDownscaler;
  close(): Promise<void>;
}

/** The model or the baseline that was asked for. @throws as `loadDownscaler`; OptionsError for options of another kind of it */
export async function openGenerator(
  { model: path, threads, device }: ResolvedDownscale,
  options: DownscaleOptions,
  command: Command,
): Promise<OpenedModel> {
  const given = (name: string) => command.getOptionValueSource(name) === "cli";
  if (path === undefined) {
    checkKind("method", options, given);
    return openMethod(options, threads);
  }
  // With the tensor library, which methods do without.
  const { loadDownscaler } = await import("../../generative/model/index.ts");
  const model = await loadDownscaler(path, { threads, device });
  try {
    const { blocks, steps } = model.configuration;
    checkKind(blocks ? "blocks" : steps ? "steps" : "fields", options, given);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return { model, close: async () => model.dispose() };
}

/** @throws OptionsError where stations are asked for together with a grid, or with an output that cannot hold them */
export function checkStations(o: DownscaleOptions): void {
  if (o.stations === undefined) return;
  const extra = (["fine", "grid", "factor", "rows", "columns", "figure", "unit", "shard", "resume"] as const).find(
    (name) => o[name] !== undefined,
  );
  if (extra !== undefined) {
    throw new OptionsError(`--stations does not go with --${extra}; leave one out`, extra, o[extra]);
  }
  if (/\.(nc|csv)$/i.test(o.output)) return;
  throw new OptionsError(`--output is ${o.output}; with --stations expected .nc or .csv`, "output", o.output);
}

/** The baseline that `--method` names, with what it is fitted to. @throws OptionsError, FormatError */
async function openMethod(o: DownscaleOptions, threads: number): Promise<OpenedModel> {
  const opened: OpenedSources[] = [];
  const close = async () => {
    for (const one of opened) one.close();
  };
  checkStations(o);
  if (o.method === "mbcn") {
    throw new OptionsError("--method mbcn is for monge downscale, which holds all in memory", "method", o.method);
  }
  const field = async (role: "fine" | "coarse" | "grid"): Promise<LazyField | undefined> => {
    const own = role === "coarse" && o.stations !== undefined && o.coarse !== undefined && (await openSeries(o.coarse));
    if (own) return only(role, own);
    const found = await openSources(role, o[role], { allowExternal: o.allowExternal ?? false });
    opened.push(found);
    return only(role, found.fields);
  };
  const only = (role: "fine" | "coarse" | "grid" | "stations", fields: readonly LazyField[]): LazyField | undefined => {
    if (fields.length > 1) {
      throw new OptionsError(`--${role} ${o[role]}: a baseline takes one variable; name one`, role, o[role]);
    }
    const [one] = fields;
    return one && o.history && role !== "grid" ? selectTimes(one, o.history) : one;
  };
  try {
    const stations = o.stations === undefined ? undefined : only("stations", await stationsOf(o.stations));
    const onPoints = o.method === "bilinear";
    const fine = onPoints ? await field("fine") : (stations ?? (await field("fine")));
    const [coarse, grid] = [await field("coarse"), onPoints && stations ? stations : await field("grid")];
    return {
      model: baselineDownscaler({
        ...{ method: o.method!, ...baselineOf(o), ...defined({ fine, coarse, grid }) },
        // Of other methods only where they are asked for, to be refused.
        ...(hasThreads.has(o.method!) ? { threads } : defined({ threads: o.threads })),
      }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function stationsOf(text: string): Promise<readonly LazyField[]> {
  checkNamed("--stations", text);
  const found = await openSeries(text);
  if (found) return found;
  const way = "expected a table (.csv) or a CF time series; maps are for --fine";
  throw new OptionsError(`--stations ${text}: it holds no stations; ${way}`, "stations", text);
}

/** Methods whose work threads share. */
const hasThreads: ReadonlySet<string> = new Set(["qm", "qdm", "rainfarm"]);

/** Options of a baseline that are the same in the library. */
const baselineOf = (o: DownscaleOptions) => {
  const { factor, timeFactor, window, quantiles, slope, wetThreshold } = o;
  return { ...defined({ factor, timeFactor, window, quantiles, slope, wetThreshold }), ...statedRain(o) };
};
