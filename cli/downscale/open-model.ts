/** Generator of `monge downscale`: a model, or with `--method` a baseline, and which options belong to which. */
import { OptionsError } from "../../engine/errors.ts";
import { baselineDownscaler } from "../../generative/baselines/index.ts";
import { type OpenedSources, openSources } from "../../generative/data/index.ts";
import type { FieldDownscaler } from "../../generative/ensemble/index.ts";
import { loadDownscaler } from "../../generative/model/index.ts";
import type { AnyDownscaler } from "../../generative/sampling/index.ts";
import { type LazyField, selectTimes } from "../../io/dataset/index.ts";
import { statedRain } from "../shell/read-options.ts";
import type { DownscaleOptions } from "./command.ts";

/** Options that one kind of method has and another lacks. */
const owned = {
  blocks: [
    "coherence",
    "conserve",
    "archive",
    "coarsen",
    "score",
    "evaluations",
    "sampler",
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
    "threads",
    "device",
  ],
  steps: ["coherence", "conserve", "coarse", "with", "static", "grid", "evaluations", "sampler", "threads", "device"],
  method: [
    "grid",
    "fine",
    "coarse",
    "history",
    "factor",
    "timeFactor",
    "window",
    "quantiles",
    "slope",
    "amplitude",
    "rain",
    "notRain",
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

/** @throws as `loadDownscaler`; OptionsError for options of the other kind of model */
export async function openModel(
  path: string,
  options: DownscaleOptions,
  given: (name: string) => boolean,
  how: Parameters<typeof loadDownscaler>[1],
): Promise<OpenedModel> {
  const model = await loadDownscaler(path, how);
  try {
    const { blocks, steps } = model.configuration;
    checkKind(blocks ? "blocks" : steps ? "steps" : "fields", options, given);
  } catch (error) {
    await model.dispose();
    throw error;
  }
  return { model, close: async () => model.dispose() };
}

/** The baseline that `--method` names, with what it is fitted to. @throws OptionsError, FormatError */
export async function openMethod(o: DownscaleOptions): Promise<OpenedModel> {
  const opened: OpenedSources[] = [];
  const close = async () => {
    for (const one of opened) one.close();
  };
  const field = async (role: "fine" | "coarse" | "grid"): Promise<LazyField | undefined> => {
    const found = await openSources(role, o[role], { allowExternal: o.allowExternal ?? false });
    opened.push(found);
    if (found.fields.length > 1) {
      throw new OptionsError(`--${role} ${o[role]}: a baseline takes one variable; name one`, role, o[role]);
    }
    const [one] = found.fields;
    return one && o.history && role !== "grid" ? selectTimes(one, o.history) : one;
  };
  try {
    const [fine, coarse, grid] = [await field("fine"), await field("coarse"), await field("grid")];
    return { model: baseline(o, { ...(fine && { fine }), ...(coarse && { coarse }), ...(grid && { grid }) }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function baseline(
  o: DownscaleOptions,
  fields: { readonly fine?: LazyField; readonly coarse?: LazyField; readonly grid?: LazyField },
): FieldDownscaler {
  const { method, factor, timeFactor, window, quantiles, slope, amplitude, wetThreshold } = o;
  return baselineDownscaler({
    method: method!,
    ...fields,
    ...(factor !== undefined && { factor }),
    ...(timeFactor !== undefined && { timeFactor }),
    ...(window !== undefined && { window }),
    ...(quantiles !== undefined && { quantiles }),
    ...(slope !== undefined && { slope }),
    ...(amplitude !== undefined && { amplitude }),
    ...(wetThreshold !== undefined && { wetThreshold }),
    ...statedRain(o),
  });
}
