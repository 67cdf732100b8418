/** `monge report`: its options. */
import { type Command, InvalidArgumentError } from "commander";
import { among, positive, text, whole, wordOr } from "../../engine/checks.ts";
import { common, examples, external, numbers, overwrite, periods, rain } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";
import { durations } from "../verify/command.ts";

const options = {
  output: option("<file>", "the page, .html", text, { short: "o", required: true }),
  truth: option(
    "<file:variable>",
    "a field on the same grid, or with --regrid on another: drawn beside, and scored against",
  ),
  input: option("<file:variable>", "what the field was made from, on its own coarse grid: drawn beside"),
  thresholds: option("<list>", "--truth: events `value >= threshold`, in the truth's units", numbers),
  wetThreshold: option(
    "<value>",
    "--truth: rain below it is 0, in the truth's units (default: as `monge verify`; none: values as they are)",
    wordOr("none", positive()),
  ),
  regrid: option("<rule>", "--truth: bring the field to its grid first", among("conservative", "bilinear", "nearest"), {
    conflicts: ["change"],
  }),
  interval: option(
    "<seconds>",
    '--truth: seconds that a value stands for, where times have no bounds; or "time"',
    wordOr("time", positive()),
  ),
  clipNegative: flag("--truth: set negative rain to 0 instead of refusing it"),
  by: option("<part>", "--truth: scores by part of time as well", among("season", "month", "year")),
  transport: option("<km>", "--truth: rain moved by transport as well, at most so far", positive()),
  change: option(
    "<from,to>",
    "--truth is the climate model that drives the field, on its grid: how both change between two periods such as 1981:2010,2071:2100, and no scores",
    periods,
    { conflicts: ["thresholds", "by", "transport", "accumulate"] },
  ),
  at: option(
    "<lon,lat>",
    "rain along time of all members, and of --truth, in the cell that holds a place; may be given several times",
    places,
  ),
  areas: option(
    "<areas>",
    "rain along time of means over the polygons of a GeoJSON file, such as catchments, the first twelve",
  ),
  accumulate: option(
    "<durations>",
    "--truth: scores of sums over 15min,1h,6h,1day, of cells and of --areas, intensity by duration and autocorrelation",
    durations,
  ),
  sums: flag("maps of the rain of all times together"),
  times: option("<n>", "times to draw, evenly chosen, at most 200", whole(), { default: 8 }),
  film: flag("draw all times in order, at most the first 200; Play runs through them", { conflicts: ["times"] }),
  members: option("<n>", "members to draw, at most 8", whole(), { default: 3 }),
  seed: option("<n>", "--truth: root of the redraws", whole(0), { default: 0 }),
  ...rain("--truth (with --change the field)"),
  ...overwrite,
  ...external,
  ...common,
};

export type ReportOptions = Values<typeof options>;

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
  addOptions(command, options);
}

type Place = readonly [longitude: number, latitude: number];

/** `4.9,52.4`, after those that were given before. */
function places(text: string, before: readonly Place[] = []): readonly Place[] {
  const [longitude, latitude, ...more] = text.split(",").map((one) => (one.trim() === "" ? Number.NaN : Number(one)));
  if (Number.isFinite(longitude) && Math.abs(latitude!) <= 90 && more.length === 0)
    return [...before, [longitude!, latitude!]];
  throw new InvalidArgumentError("expected longitude and latitude in degrees, such as 4.9,52.4.");
}
