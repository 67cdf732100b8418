/** `monge convert`: its options. */

import { type Command, InvalidArgumentError } from "commander";
import { among, positive, real, text, whole, wordOr } from "../../engine/checks.ts";
import { outputFormats } from "../../io/formats/index.ts";
import { assumeUnits, box, common, epsg, examples, external, timeRange, zarrVersion } from "../shell/read-options.ts";
import { addOptions, flag, option, type Values } from "../shell/table.ts";

const options = {
  output: option(
    "<file>",
    "what to write: .nc, .tif or .zarr; with --areas .csv or .nc; with --profile a folder",
    text,
    {
      short: "o",
      required: true,
    },
  ),
  variable: option("<name>", "variable to read, where several files hold several"),
  timeFromName: flag("files without times: take the date in each name"),
  start: option("<date>", "for steps without times, such as bands of a GeoTIFF: the first, such as 1983-01-01"),
  step: option("<step>", "with --start: from one to the next, such as 1day, 10min or 1month"),
  rename: option(
    "<old=new>",
    "a new name of the variable, a dimension or a coordinate; may be given several times",
    renames,
  ),
  dims: option("<order>", "order of the dimensions to write, such as time,lat,lon, by their new names", list),
  bbox: option("<W,S,E,N>", "cells whose centres lie in this box of longitudes and latitudes, in degrees", box),
  coarsen: option("<n>", "means of blocks of n x n cells, as a coarse input to try a model on", whole(2)),
  grid: option(
    "<grid>",
    "regrid to even steps in degrees, such as 0.5 or 0.25,0.5 (latitude, longitude), with edges at --bbox or around the " +
      "earth, or to the grid of another FILE or FILE:VARIABLE; --bbox is then that of the result",
  ),
  method: option("<name>", "with --grid (default: conservative)", among("conservative", "bilinear", "nearest")),
  minimumValid: option(
    "<share>",
    "with --grid, --coarsen or --every: least share of a new cell or period that must hold values (default: 1)",
    real(0),
  ),
  areas: option(
    "<areas>",
    "means over each polygon of a GeoJSON file, such as catchments, or over squares such as 16km, by the size of cells; OUTPUT is a table (.csv) or .nc",
    text,
    { conflicts: ["clipNegative", "format"] },
  ),
  indices: flag(
    "with --areas, of daily rain: indices of each whole year (PRCPTOT, Rx1day, Rx5day, SDII, R1mm, R10mm, R20mm, R95p, CDD, CWD) instead of the series",
  ),
  base: option("<years>", "with --indices: base period of R95p, such as 1981:2010 (default: all whole years)", years),
  time: option("<range>", "dates such as 2018, 2018-06 or 2018-06:2018-08, or indices such as 0:10", timeRange),
  every: option(
    "<step>",
    "take the values of each such period together, by --sum, --mean, --maximum, --minimum or --count: 1day, 6h, 5days, " +
      "month, season (December to February and on), year; after units are converted",
    text,
    { conflicts: ["areas"] },
  ),
  sum: flag("with --every: sums, of amounts"),
  mean: flag("with --every: means, weighed by the time that each value stands for"),
  maximum: flag("with --every: the largest value"),
  minimum: flag("with --every: the smallest value"),
  count: flag("with --every: how many values are there"),
  closed: option(
    "<side>",
    "with --every, of times without bounds: the side of its interval that a time stands at (default: left)",
    among("left", "right"),
  ),
  toUnits: option("<units>", "units of precipitation to write, such as mm/day"),
  override: flag("with --to-units: where names and methods disagree with the units, write them anew"),
  missingValue: option("<number>", "a value that means missing, where the files do not say so, such as -9999", real()),
  interval: option(
    "<seconds>",
    'between amounts and rates: seconds, "time" (its spacing) or "bounds"',
    wordOr("time", wordOr("bounds", positive())),
  ),
  accumulated: option(
    "<start>",
    "values are accumulated since the start of a run; write the amounts of each step. When the first run began, such as " +
      '2018-05-01, or "bounds" (of time), or "drop" to leave the first step out. All that is selected is held in memory',
  ),
  resets: option(
    "<hours>",
    'with --accumulated: hours of the day at which runs end, such as 0 or 6,18, or "never", or "detect"',
    resets,
  ),
  tolerance: option("<amount>", "with --accumulated: falls up to this, in the file's units, are rounding", real(0)),
  clipNegative: flag("set negative precipitation, as rounding leaves it, to 0; how much is said"),
  profile: option(
    "<name>",
    "precipitation by the rules of an archive, cordex-cmip6: names, attributes, units, middles of intervals, and the name of the file in OUTPUT",
    among("cordex-cmip6"),
    { conflicts: ["areas", "toUnits", "format", "compression", "zarrVersion", "epsg"] },
  ),
  attributes: option("<file>", "with --profile: JSON of the global attributes that the input lacks"),
  format: option("<format>", "format to write (default: by the name of OUTPUT)", among(...outputFormats)),
  compression: option("<level>", "deflate level of NetCDF-4 and GeoTIFF, 0 to 9", whole(0)),
  ...zarrVersion,
  epsg: option("<code>", '.tif: EPSG code of x and y, or "none" (default: from the input)', epsg),
  overwrite: flag("replace OUTPUT if it is there: a file, or a Zarr store; never an input"),
  slab: option("<MB>", "values held in memory at a time", positive(), { default: 64 }),
  ...assumeUnits(),
  ...external,
  ...common,
};

export type ConvertOptions = Values<typeof options>;

/** Adds the command to the program. */
export function addConvert(program: Command): void {
  const command = program
    .command("convert")
    .summary("cut, convert and rewrite gridded files")
    .description(
      "Reads one variable of one file, or of several that make one field along time, cuts it by place and time, converts " +
        "its units, and writes OUTPUT slab by slab. Only what is selected is read.",
    )
    .argument("<input...>", "FILE or FILE:VARIABLE; several files are one field along time")
    .addHelpText(
      "after",
      examples(
        "monge convert imerg.HDF5 -o pr.nc --variable Grid/precipitation --rename precipitation=pr --dims time,lat,lon",
        "monge convert bands.tif -o pr.nc --start 1983-01-01 --step 1day --rename band_data=pr --assume-units mm/day",
        "monge convert pr_1950.nc pr_1951.nc -o pr.nc",
        "monge convert tp.nc -o alps.nc --bbox 5,43,16,48 --time 2018-06:2018-08 --to-units mm/day --interval time",
        "monge convert era5.nc:tp -o hourly.nc --accumulated drop --resets 0 --to-units mm",
        "monge convert pr.nc -o coarse.nc --grid 1 --bbox -10,36,4,44 --minimum-valid 0.5",
        "monge convert radar.nc -o coarse.nc --coarsen 4",
        "monge convert hourly.nc -o daily.nc --every 1day --sum",
        "monge convert pr.nc -o june.tif --time 2018-06",
        "monge convert fine.nc -o series.csv --areas catchments.geojson",
        "monge convert daily.nc -o out --profile cordex-cmip6 --attributes cordex.json",
        "monge convert fine.nc -o indices.nc --areas catchments.geojson --indices --base 1981:2010",
      ),
    )
    .action(async (input: readonly string[], options: ConvertOptions) => {
      const { convert } = await import("./run.ts");
      await convert(input, options);
    });
  addOptions(command, options);
}

function years(text: string): readonly [from: number, to: number] {
  const [from, to, ...more] = text.split(":").map(Number);
  if (Number.isInteger(from) && Number.isInteger(to) && from! <= to! && more.length === 0) return [from!, to!];
  throw new InvalidArgumentError("expected first and last year, such as 1981:2010.");
}

function list(text: string): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return names;
  throw new InvalidArgumentError("expected names such as time,lat,lon.");
}

function renames(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [old, to, ...more] = text.split("=").map((name) => name.trim());
  if (old && to && more.length === 0) return { ...before, [old]: to };
  throw new InvalidArgumentError("expected OLD=NEW, such as precipitation=pr.");
}

function resets(text: string): readonly number[] | "never" | "detect" {
  if (text === "never" || text === "detect") return text;
  const numbers = text.split(",").map((hour) => (hour.trim() === "" ? Number.NaN : Number(hour)));
  if (numbers.every((hour) => Number.isInteger(hour) && hour >= 0 && hour < 24)) return numbers;
  throw new InvalidArgumentError("expected whole hours from 0 to 23, such as 0 or 6,18.");
}
