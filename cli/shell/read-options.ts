/** Readers of values of options, and the options that several commands have. */
import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import { among, positive, whole } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import type { Intervals } from "../../generative/data/index.ts";
import type { Force, GuardName, YearWindow } from "../../generative/model/index.ts";
import type { TimeRange } from "../../io/dataset/index.ts";
import { flag, option, readerOf, type Values } from "./table.ts";

/** Numbers with commas between. */
export function numbers(text: string): readonly number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError("expected numbers such as 1,5,10.");
}

/** `5` or `5:8`: indices `[from, to)`. */
export function indexRange(text: string): readonly [number, number] {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = match?.[2] === undefined ? from + 1 : Number(match[2]);
  if (match && from < to) return [from, to];
  throw new InvalidArgumentError("expected an index such as 5, or a range such as 0:10 (without its end).");
}

/**
 * `2018`, `2018-06`, `2018-06:2018-08`, `2018-06-03T12:`: dates. `5`, `0:10`, `#1000:1200`: indices; without `#` they
 * have at most three digits, since four are a year.
 */
export function timeRange(text: string): TimeRange {
  if (/^#|^\d{1,3}(:\d{1,3})?$/.test(text)) return { indices: indexRange(text.replace(/^#/, "")) };
  const date = String.raw`[+-]?\d{4,}(?:-\d{1,2}(?:-\d{1,2}(?:[T ]\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)?)?)?Z?`;
  const match = new RegExp(`^(${date})?(:)?(${date})?$`).exec(text.trim());
  const [, from, colon, to] = match ?? [];
  if ((from === undefined && to === undefined) || (colon === undefined && to !== undefined)) {
    throw new InvalidArgumentError(
      "expected dates such as 2018, 2018-06 or 2018-06:2018-08, or indices such as 5, 0:10 or #1000:1200.",
    );
  }
  return { dates: colon === undefined ? [from!, from!] : [from ?? null, to ?? null] };
}

/** Two periods, `1981:2010,2071:2100`, each as {@link timeRange} reads it. */
export function periods(text: string): readonly [from: TimeRange, to: TimeRange] {
  const parts = text.split(",");
  if (parts.length === 2) return [timeRange(parts[0]!), timeRange(parts[1]!)];
  throw new InvalidArgumentError("expected an earlier and a later period, such as 1981:2010,2071:2100.");
}

/** An EPSG code, or `none`. */
export function epsg(text: string): number | "none" {
  if (text === "none") return text;
  if (/^\d{4,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a code such as 32633, or "none".');
}

/** `W,S,E,N` in degrees. */
export function box(text: string): readonly [west: number, south: number, east: number, north: number] {
  const parts = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const [west, south, east, north] = parts;
  if (parts.length === 4 && parts.every(Number.isFinite) && south! <= north!) return [west!, south!, east!, north!];
  throw new InvalidArgumentError("expected W,S,E,N in degrees, such as -5,40,5,50, the south below the north.");
}

/** `time`, one number of seconds, or one a file: `300,600`. */
export function intervals(text: string): Intervals {
  if (text === "time") return "time";
  return text.split(",").map(readerOf(positive()));
}

/** `year`, `season`, `month`, or a number of days. */
export function yearWindow(text: string): YearWindow {
  if (text === "year" || text === "season" || text === "month") return text;
  const days = Number(text);
  if (text.trim() !== "" && days >= 3 && days <= 366) return days;
  throw new InvalidArgumentError("expected year, season, month, or 3 to 366 days.");
}

/** Guards that `--force` may name. */
export const guardNames = [
  "variable",
  "interval",
  "spacing",
  "range",
  "missing",
  "season",
  "hour",
] as const satisfies readonly GuardName[];

/** `range,season`: guards that are dropped; `all`: each of them. */
export function guards(text: string): Force {
  if (text === "all") return true;
  const names = text.split(",");
  if (names.every(isGuard)) return names;
  throw new InvalidArgumentError(`expected all, or some of ${guardNames.join(", ")}, parted by commas.`);
}

const isGuard = (name: string): name is GuardName => (guardNames as readonly string[]).includes(name);

/** Words of a command line in which a `--force` that no guards follow is `--force=all`, so that it takes no operand for them. */
export const withPlainForce = (words: readonly string[]): readonly string[] =>
  words.map((word, i) =>
    word !== "--force" || ["all", ...guardNames].includes(words[i + 1]?.split(",")[0] ?? "") ? word : "--force=all",
  );

/** Threads of a network where none are named. */
export const defaultThreads = (): number => Math.min(8, availableParallelism());

/** Threads of a network. */
export const threads = {
  threads: option("<n>", "threads of the network (default: the cores, at most 8)", whole()),
};

/** Units of the input, where its files say nothing or the wrong thing. */
export const assumeUnits = (of = "the input") => ({
  assumeUnits: option("<units>", `units that ${of} is in, where its files lack them or are wrong`),
});

/** The permission to follow links. */
export const external = {
  allowExternal: flag("follow links of HDF5 and Zarr out of the files that are named; only for files you trust"),
};

/** Of commands that write files. */
export const overwrite = { overwrite: flag("replace files that are there; never an input") };

/** Of every command. */
export const common = {
  config: option(
    "<file>",
    "take options from options.json of an earlier run, or from a JSON object; flags take precedence",
  ),
  json: flag("print one JSON document on standard output"),
  dryRun: flag("print all options, resolved, and stop"),
  quiet: flag("print data and errors alone: no progress, no notices", { short: "q" }),
};

/** Values of the options of every command. */
export type CommonOptions = Omit<Values<typeof common>, "config">;

/** Options of a command without those that every command has, as a dry run prints them. */
export function ownOptions<T extends CommonOptions>({ json: _, dryRun: __, quiet: ___, ...own }: T) {
  return own;
}

/** Statements on a variable whose units and names do not say whether it is rain. @param what - the variable that decides */
export const rain = (what: string) => ({
  rain: flag(`${what} is rain, where its units and names leave that open`),
  notRain: flag(`${what} is not rain, where its units and names leave that open`),
});

/** The same for the library. @throws OptionsError where both are given */
export function statedRain({ rain: is, notRain }: Values<ReturnType<typeof rain>>): { readonly rain?: boolean } {
  if (is && notRain) throw new OptionsError("--rain and --not-rain are both given; leave one out", "rain", true);
  return is ? { rain: is } : notRain ? { rain: false } : {};
}

/** A threshold of `--wet-threshold` for the library, which has null for none. */
export const wetThresholdOf = (wet: number | "none" | undefined): number | null | undefined =>
  wet === "none" ? null : wet;

/** Version of a Zarr store that is written. */
export const zarrVersion = {
  zarrVersion: option("<n>", ".zarr: 3, or 2, which GDAL 3.10 and older programs read (default: 3)", among(2, 3)),
};

/** Examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}
