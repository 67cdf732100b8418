/** `monge report`: its options. */
import { type Command, InvalidArgumentError, Option } from "commander";
import {
  addCommon,
  addExternal,
  addOverwrite,
  addRain,
  type CommonOptions,
  examples,
  integer,
  numbers,
  type OverwriteOption,
  periods,
  positive,
  type RainOption,
  type Read,
  readBy,
} from "../shell/read-options.ts";
import { durations, secondsOrTime, wetFrom } from "../verify/command.ts";

const read = {
  thresholds: numbers,
  wetThreshold: wetFrom,
  interval: secondsOrTime,
  by: ["season", "month", "year"],
  transport: positive(),
  change: periods,
  at: places,
  accumulate: durations,
} as const;

export interface ReportOptions
  extends CommonOptions,
    OverwriteOption,
    RainOption,
    Read<typeof read>,
    Partial<Record<"truth" | "input" | "areas", string>>,
    Partial<Record<"sums" | "film" | "clipNegative" | "allowExternal", boolean>>,
    Record<"times" | "members" | "seed", number> {
  readonly output: string;
}

/** Adds the command to the program. */
export function addReport(program: Command): void {
  const command = program
    .command("report")
    .summary("make one page of a training, a solve, a field, or a forecast and the truth")
    .description(
      "Writes one HTML page that holds all it shows: it needs no network, and no JavaScript but for its sliders. Of a run of `monge train`: losses, " +
        "held-out scores, options. Of a run of `monge solve --out`: the equations, solution, error, points round by round, residual. Of a field, FILE or FILE:VARIABLE: maps of members, mean and spread along time, and with --truth the scores and diagrams of " +
        "`monge verify`.",
    )
    .argument("<what>", "a run's folder, FILE or FILE:VARIABLE")
    .requiredOption("-o, --output <file>", "the page, .html")
    .option("--truth <file:variable>", "a field on the same grid: drawn beside, and scored against")
    .option("--input <file:variable>", "what the field was made from, on its own coarse grid: drawn beside")
    .option("--thresholds <list>", "--truth: events `value >= threshold`, in the truth's units")
    .option(
      "--wet-threshold <value>",
      "--truth: rain below it is 0, in the truth's units (default: as `monge verify`; none: values as they are)",
    )
    .option("--interval <seconds>", '--truth: seconds that a value stands for, where times have no bounds; or "time"')
    .option("--clip-negative", "--truth: set negative rain to 0 instead of refusing it")
    .option("--by <part>", "--truth: scores by part of time as well")
    .option("--transport <km>", "--truth: rain moved by transport as well, at most so far")
    .addOption(
      new Option(
        "--change <from,to>",
        "--truth is the climate model that drives the field, on its grid: how both change between two periods such as 1981:2010,2071:2100, and no scores",
      ).conflicts(["thresholds", "by", "transport", "accumulate"]),
    )
    .option(
      "--at <lon,lat>",
      "rain along time of all members, and of --truth, in the cell that holds a place; may be given several times",
    )
    .option(
      "--areas <areas>",
      "rain along time of means over the polygons of a GeoJSON file, such as catchments, the first twelve",
    )
    .option(
      "--accumulate <durations>",
      "--truth: scores of sums over 15min,1h,6h,1day, of cells and of --areas, intensity by duration and autocorrelation",
    )
    .option("--sums", "maps of the rain of all times together")
    .option("--times <n>", "times to draw, evenly chosen, at most 200", integer(1), 8)
    .addOption(
      new Option("--film", "draw all times in order, at most the first 200; Play runs through them").conflicts("times"),
    )
    .option("--members <n>", "members to draw, at most 8", integer(1), 3)
    .option("--seed <n>", "--truth: root of the redraws", integer(0), 0)
    .addHelpText(
      "after",
      examples(
        "monge report runs/00001-train -o training.html",
        "monge report runs/00002-burgers -o burgers.html",
        "monge report fine.nc --input coarse.nc -o fine.html",
        "monge report fine.nc --truth radar.nc:pr --thresholds 1,10 -o scores.html",
        "monge report fine.nc --truth radar.nc:pr --film --sums --at 4.9,52.4 --areas catchments.geojson -o event.html",
      ),
    )
    .action(async (what: string, options: ReportOptions) => {
      const { report } = await import("./run.ts");
      await report(what, options, command);
    });
  readBy(command, read);
  addRain(command, "--truth (with --change the field)");
  addOverwrite(command);
  addExternal(command);
  addCommon(command);
}

type Place = readonly [longitude: number, latitude: number];

/** `4.9,52.4`, after those that were given before. */
function places(text: string, before: readonly Place[] = []): readonly Place[] {
  const [longitude, latitude, ...more] = text.split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  if (Number.isFinite(longitude) && Math.abs(latitude!) <= 90 && more.length === 0)
    return [...before, [longitude!, latitude!]];
  throw new InvalidArgumentError("expected longitude and latitude in degrees, such as 4.9,52.4.");
}
