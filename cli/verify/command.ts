/** `monge verify`: its options. */

import { type Command, InvalidArgumentError } from "commander";
import { among, positive, text, whole, wordOr } from "../../engine/checks.ts";
import { guide } from "../shell/guide.ts";
import { common, examples, external, numbers, overwrite, periods, rain, timeRange } from "../shell/read-options.ts";
import { addOptions, flag, option, readerOf, type Values } from "../shell/table.ts";

/** Options of a comparison with a truth, which a driving model is not. */
const scoring = ["against", "coarse", "fine", "by", "regions", "thresholds", "time", "pairTimes"].concat([
  ...["climate", "cordex", "transport", "accumulate", "areas", "figures", "stations", "stationScores"],
]);

const options = {
  against: option(
    "<forecast>",
    "another forecast, FILE or FILE:VARIABLE, scored at the same times and cells; or bilinear, qm, qdm, rainfarm made of --coarse",
  ),
  coarse: option("<file:variable>", "--against bilinear, qm, qdm, rainfarm: the coarse field that was refined"),
  fine: option(
    "<file:variable>",
    "--against qm, qdm: observations of other times, to whose distribution values are mapped",
  ),
  by: option("<part>", "scores by season, month, year or day as well", among("season", "month", "year", "day")),
  regions: option("<file:variable>", "scores by region as well: a map of whole numbers on the truth's grid, 0 is none"),
  stations: option(
    "<file>",
    "the truth is measured at stations: a table (.csv) with columns id, longitude, latitude, time, value and units, or a CF file " +
      "of time series; FILE:VARIABLE names another column. The forecast is taken from the cell that holds each station, or with " +
      "--regrid bilinear between the four centres around it",
    text,
    { conflicts: ["regions", "transport", "areas"] },
  ),
  stationScores: option("<file>", "with --stations: scores of each station, one a row (.csv)"),
  thresholds: option(
    "<list>",
    "events `value >= threshold`, in the truth's units, none below the wet threshold (default: that, 10 and 100 times as much)",
    numbers,
  ),
  quantiles: option(
    "<list>",
    "levels whose bias is found (default: 0.99,0.999,0.9999; with --change 0.9,0.99)",
    numbers,
  ),
  wetThreshold: option(
    "<value>",
    "rain below it is 0, in the truth's units (default: 0.1 mm over the interval, 0.1 mm/h where that is less than an hour; with --change 1 mm/day; none: values as they are)",
    wordOr("none", positive()),
  ),
  regrid: option(
    "<rule>",
    "bring the forecasts to the truth's grid first",
    among("conservative", "bilinear", "nearest"),
  ),
  time: option("<range>", "dates such as 2018-06 or 2018-06:2018-08 of the truth (default: all)", timeRange),
  pairTimes: option("<how>", "times belong together by value, or by position", among("value", "position"), {
    default: "value",
  }),
  toUnits: option("<units>", "units to score in (default: the truth's)"),
  interval: option(
    "<seconds>",
    'seconds that a value stands for, where times have no bounds: for amounts that meet rates, and for what is dry; or "time"',
    wordOr("time", positive()),
  ),
  clipNegative: flag("set negative rain to 0 instead of refusing it; what is within a hundredth of wet is always"),
  draws: option("<n>", "redraws of blocks of times for the intervals; 0 for none", whole(0), { default: 1000 }),
  block: option("<times>", "length of a block: times, or days such as 5d (default: cubic root of the times)", block),
  seed: option("<n>", "root of all randomness", whole(0), { default: 0 }),
  climate: flag("daily rain: indices of wet days and return levels as well"),
  cordex: flag("daily values: the scores of CORDEX-ML-Bench by its names as well"),
  transport: option(
    "<km>",
    "how far forecast rain must be moved to become observed rain, at most so many km; what is left is surplus or missing",
    positive(),
  ),
  accumulate: option(
    "<durations>",
    "scores of sums over 15min,1h,6h,1day (of rates means), autocorrelation in time, spells and the hour of most rain",
    durations,
  ),
  areas: option(
    "<list>",
    "scores of means over squares such as 16km,64km, and over the polygons of a GeoJSON file, such as catchments",
    (text: string) => text.split(","),
  ),
  change: option(
    "<from,to>",
    "TRUTH is the climate model that drives FORECAST: how both change between two periods such as 1981:2010,2071:2100, and nothing else; --regrid brings TRUTH to FORECAST's grid",
    periods,
    { conflicts: scoring },
  ),
  output: option("<file>", "write every score, one a row (.csv)", text, { short: "o" }),
  figures: option("<folder>", "draw ranks, reliability, ROC, quantiles, spectra and FSS (.png)"),
  ...rain("TRUTH (with --change FORECAST)"),
  ...overwrite,
  ...external,
  ...common,
};

export type VerifyCommandOptions = Values<typeof options>;

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
  addOptions(command, options);
}

const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400, day: 86_400, days: 86_400 };

/** `15min,1h,1day` in seconds. */
export function durations(text: string): readonly number[] {
  return text.split(",").map((one) => {
    const [, count, unit] = /^\s*(\d+)\s*([a-z]+)\s*$/.exec(one) ?? [];
    const found = Number(count) * (seconds[unit ?? ""] ?? Number.NaN);
    if (found > 0) return found;
    throw new InvalidArgumentError("expected durations such as 15min, 1h, 6h, 1day, separated by commas.");
  });
}

/** `5` times, or `5d` days. */
function block(text: string): number | { readonly days: number } {
  const days = /^(.+)d$/.exec(text);
  if (days) return { days: readerOf(positive())(days[1]!) };
  return readerOf(whole())(text);
}
