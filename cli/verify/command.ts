/** `monge verify`: its options. */

import { type Command, InvalidArgumentError, Option } from "commander";
import type { DatasetOptions } from "../../io/dataset/index.ts";
import { guide } from "../shell/guide.ts";
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
  timeRange,
} from "../shell/read-options.ts";

/** Options of a comparison with a truth, which a driving model is not. */
const scoring = ["against", "coarse", "fine", "by", "regions", "thresholds", "time", "pairTimes"].concat([
  ...["climate", "transport", "accumulate", "areas", "figures", "stations", "stationScores"],
]);

const read = {
  by: ["season", "month", "year", "day"],
  thresholds: numbers,
  quantiles: numbers,
  wetThreshold: wetFrom,
  regrid: ["conservative", "bilinear", "nearest"],
  time: timeRange,
  interval: secondsOrTime,
  block,
  transport: positive(),
  accumulate: durations,
  areas: (text: string) => text.split(","),
  change: periods,
} as const;

export interface VerifyCommandOptions
  extends CommonOptions,
    OverwriteOption,
    RainOption,
    Read<typeof read>,
    Pick<DatasetOptions, "allowExternal">,
    Record<"draws" | "seed", number>,
    Partial<Record<"against" | "coarse" | "fine" | "regions" | "stations" | "stationScores", string>>,
    Partial<Record<"output" | "figures" | "toUnits", string>>,
    Partial<Record<"climate" | "clipNegative", boolean>> {
  readonly pairTimes: "value" | "position";
}

/** Adds the command to the program. */
export function addVerify(program: Command): void {
  const command = program
    .command("verify")
    .summary("score a forecast, an ensemble or one field, against observations")
    .description(
      "Scores FORECAST against TRUTH, each FILE or FILE:VARIABLE; FILE may be a quoted pattern along time. Times are matched by their " +
        "bounds, units of rain converted to the truth's; what either lacks is left out and counted. Prints what was scored, the " +
        "scores with 95 % intervals from redrawn blocks of times, and with --against how far they differ from another " +
        "forecast's. Of several variables, FILE:pr,tas in one order, it compares the correlations between them instead. " +
        `${guide("how-to/verification.md")} has every formula.`,
    )
    .argument("<forecast>", "FILE or FILE:VARIABLE; members are its dimension `realization` (member, number)")
    .argument("[truth]", "FILE or FILE:VARIABLE; none with --stations")
    .option(
      "--against <forecast>",
      "another forecast, FILE or FILE:VARIABLE, scored at the same times and cells; or bilinear, qm, qdm, rainfarm made of --coarse",
    )
    .option("--coarse <file:variable>", "--against bilinear, qm, qdm, rainfarm: the coarse field that was refined")
    .option(
      "--fine <file:variable>",
      "--against qm, qdm: observations of other times, to whose distribution values are mapped",
    )
    .option("--by <part>", "scores by season, month, year or day as well")
    .option(
      "--regions <file:variable>",
      "scores by region as well: a map of whole numbers on the truth's grid, 0 is none",
    )
    .addOption(
      new Option(
        "--stations <file>",
        "the truth is measured at stations: a table (.csv) with columns id, longitude, latitude, time, value and units, or a CF file " +
          "of time series; FILE:VARIABLE names another column. The forecast is taken from the cell that holds each station, or with " +
          "--regrid bilinear between the four centres around it",
      ).conflicts(["regions", "transport", "areas"]),
    )
    .option("--station-scores <file>", "with --stations: scores of each station, one a row (.csv)")
    .option(
      "--thresholds <list>",
      "events `value >= threshold`, in the truth's units, none below the wet threshold (default: that, 10 and 100 times as much)",
    )
    .option("--quantiles <list>", "levels whose bias is found (default: 0.99,0.999,0.9999; with --change 0.9,0.99)")
    .option(
      "--wet-threshold <value>",
      "rain below it is 0, in the truth's units (default: 0.1 mm over the interval, 0.1 mm/h where that is less than an hour; with --change 1 mm/day; none: values as they are)",
    )
    .option("--regrid <rule>", "bring the forecasts to the truth's grid first")
    .option("--time <range>", "dates such as 2018-06 or 2018-06:2018-08 of the truth (default: all)")
    .addOption(
      new Option("--pair-times <how>", "times belong together by value, or by position")
        .choices(["value", "position"])
        .default("value"),
    )
    .option("--to-units <units>", "units to score in (default: the truth's)")
    .option(
      "--interval <seconds>",
      'seconds that a value stands for, where times have no bounds: for amounts that meet rates, and for what is dry; or "time"',
    )
    .option(
      "--clip-negative",
      "set negative rain to 0 instead of refusing it; what is within a hundredth of wet is always",
    )
    .option("--draws <n>", "redraws of blocks of times for the intervals; 0 for none", integer(0), 1000)
    .option("--block <times>", "length of a block: times, or days such as 5d (default: cubic root of the times)")
    .option("--seed <n>", "root of all randomness", integer(0), 0)
    .option("--climate", "daily rain: indices of wet days and return levels as well")
    .option(
      "--transport <km>",
      "how far forecast rain must be moved to become observed rain, at most so many km; what is left is surplus or missing",
    )
    .option(
      "--accumulate <durations>",
      "scores of sums over 15min,1h,6h,1day (of rates means), autocorrelation in time, spells and the hour of most rain",
    )
    .option(
      "--areas <list>",
      "scores of means over squares such as 16km,64km, and over the polygons of a GeoJSON file, such as catchments",
    )
    .addOption(
      new Option(
        "--change <from,to>",
        "TRUTH is the climate model that drives FORECAST: how both change between two periods such as 1981:2010,2071:2100, and nothing else; --regrid brings TRUTH to FORECAST's grid",
      ).conflicts([...scoring]),
    )
    .option("-o, --output <file>", "write every score, one a row (.csv)")
    .option("--figures <folder>", "draw ranks, reliability, ROC, quantiles, spectra and FSS (.png)")
    .addHelpText(
      "after",
      examples(
        "monge verify fine.nc radar.nc:pr",
        "monge verify fine.nc radar.nc:pr --against bilinear --coarse coarse.nc --thresholds 1,5,10 -o scores.csv",
        "monge verify fine.nc --stations gauges.csv --station-scores scores.csv",
        "monge verify joint.nc:pr,tas obs.nc:pr,tas --by season",
        "monge verify fine.nc eobs_2003.nc:pr --by season --climate --figures figures",
        "monge verify fine.nc radar.nc:pr --accumulate 15min,1h,6h --areas 16km,catchments.geojson",
        "monge verify fine.nc cmip5.nc:pr --change 1981:2010,2071:2100 --regrid conservative --block 365d",
        "monge verify era5.nc:tp radar.nc:pr --interval 3600 --regrid conservative --json | jq .scores.crps",
      ),
    )
    .action(async (forecast: string, truth: string | undefined, options: VerifyCommandOptions) => {
      const { verifyFiles } = await import("./run.ts");
      await verifyFiles(forecast, truth, options, command);
    });
  readBy(command, read);
  addRain(command, "TRUTH (with --change FORECAST)");
  addOverwrite(command);
  addExternal(command);
  addCommon(command);
}

const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400, day: 86_400, days: 86_400 };

/** `15min,1h,1day` in seconds. */
export function durations(text: string): readonly number[] {
  return text.split(",").map((one) => {
    const [, count, unit] = /^\s*(\d+)\s*([a-z]+)\s*$/.exec(one) ?? [];
    const found = Number(count) * (seconds[unit ?? ""] ?? Number.NaN);
    if (found > 0) return found;
    throw new InvalidArgumentError(`${one}: expected durations such as 15min, 1h, 6h, 1day, separated by commas`);
  });
}

/** A threshold above 0, or `none`: the reader of options has an empty text for null. */
export function wetFrom(text: string): number | "none" {
  return text === "none" ? text : positive()(text);
}

/** Seconds above 0, or `time`. */
export function secondsOrTime(text: string): number | "time" {
  return text === "time" ? text : positive()(text);
}

/** `5` times, or `5d` days. */
function block(text: string): number | { readonly days: number } {
  const days = /^(.+)d$/.exec(text);
  if (days) return { days: positive()(days[1]!) };
  return integer(1)(text);
}
