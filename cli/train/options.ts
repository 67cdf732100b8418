/** Options of `monge train`: their readers, and what these give. */
import { InvalidArgumentError } from "commander";
import type { TrainOptions as VerbOptions } from "../../generative/training/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import { type AssumedUnitsOption, type CommonOptions, intervals, type Read, timeRange } from "../shell/read-options.ts";

/** Options that the library has under the same name. */
export const same = [
  ...(["time", "validate", "clipNegative", "rain", "notRain", "allowExternal", "wetThreshold", "factor"] as const),
  ...(["timeFactor", "cap", "start", "crop", "batch", "steps", "seed", "dropout", "threads", "device"] as const),
  ...(["out", "name", "archives", "regions", "preset", "resume"] as const),
] as const;

/** Readers of options. */
export const read = { interval: intervals, validate: heldOut, set: assigned } as const;

/** As parsed; what is absent has the default that the help names. */
export interface TrainOptions
  extends CommonOptions,
    AssumedUnitsOption,
    Read<typeof read>,
    Pick<VerbOptions, Exclude<(typeof same)[number], "validate"> | "variable">,
    Partial<Record<"data" | "fine" | "coarse" | "with" | "static" | "context", readonly string[]>> {
  readonly correct?: true | string;
  readonly channels: number;
}

/** Names with commas. */
export const names = (value: string): readonly string[] => value.split(",").map((name) => name.trim());

/** One range of times, or files. */
function heldOut(value: string, before: TimeRange | readonly string[] | undefined): TimeRange | readonly string[] {
  if (before !== undefined && !("length" in before)) {
    throw new InvalidArgumentError("expected one range of times, or files.");
  }
  if (before === undefined && !/[./\\*]/.test(value)) return timeRange(value);
  return [...((before as readonly string[] | undefined) ?? []), value];
}

/** `crop=64`, `validation.every=100`: names of options, and values as JSON or plain text, into one record. */
function assigned(text: string, before: VerbOptions = {}): VerbOptions {
  const [, path, value] = /^([A-Za-z]\w*(?:\.[A-Za-z]\w*)*)=(.+)$/s.exec(text) ?? [];
  if (path === undefined)
    throw new InvalidArgumentError("expected NAME=VALUE, such as tile=64 or validation.every=100.");
  return withValue({ ...before }, path.split("."), parsed(value!));
}

function withValue(record: object, [key, ...rest]: readonly string[], value: unknown): object {
  if (rest.length === 0) return { ...record, [key!]: value };
  const part: unknown = Object.hasOwn(record, key!) ? Reflect.get(record, key!) : {};
  return { ...record, [key!]: withValue(typeof part === "object" && part !== null ? part : {}, rest, value) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
