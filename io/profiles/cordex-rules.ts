/**
 * Rules of the CORDEX-CMIP6 Archiving Specifications for Dynamical Downscaling, version 3 (doi:10.5281/zenodo.20274448),
 * each beside the sentence that it stands for.
 */
import { decodeTime, edgesOf, instantsOf, parseTimeUnits } from "../field/index.ts";
import { type Attributes, numbersOf, textOf, type VariableInfo } from "../storage/source.ts";
import { experiments, fixed, parts, regions, required, seconds, variables } from "./cordex-tables.ts";

/** A file as far as the rules look at it. */
export interface ProfileFile {
  readonly name: string;
  readonly format: string;
  readonly attributes: Attributes;
  readonly variables: readonly VariableInfo[];
  /** Values of times, bounds, rows and columns, and positions on the earth. */
  readonly values: ReadonlyMap<string, Float64Array>;
}

/** A rule that a file breaks: where it stands, what it says, and what was found. */
export interface Finding {
  readonly section: string;
  readonly rule: string;
  readonly found: string;
}

type Check = (file: ProfileFile) => readonly string[];

const said = ({ attributes }: ProfileFile, name: string): string => textOf(attributes, name) ?? "";
const shown = (value: unknown) => (value === undefined || value === "" ? "nothing" : JSON.stringify(value));

/** True where a file lacks an attribute, which the rule of table 1 names: other rules have nothing to compare then. */
const lacks = (file: ProfileFile, name: string): boolean => said(file, name) === "";

/** Findings of an attribute that must match. */
const like =
  (name: string, pattern: RegExp): Check =>
  (file) =>
    lacks(file, name) || pattern.test(said(file, name)) ? [] : [`${name} is ${shown(said(file, name))}`];

const mainOf = (file: ProfileFile) => file.variables.find(({ name }) => name === said(file, "variable_id"));
const named = (file: ProfileFile, name: string) => file.variables.find((one) => one.name === name);
const isFixed = (file: ProfileFile) => said(file, "frequency") === "fx";
const hasFrequency = (file: ProfileFile) => Object.hasOwn(seconds, said(file, "frequency"));

/** The dates of the first and last time, and of the edges of what they cover, in the file's calendar. */
function datesOf(file: ProfileFile) {
  const [time, values] = [named(file, "time"), file.values.get("time")];
  if (time === undefined || values === undefined || values.length === 0) return undefined;
  const bounds = file.values.get(textOf(time.attributes, "bounds") ?? "");
  const coordinate = { ...time, values, ...(bounds && { bounds }) };
  const units = parseTimeUnits(time.units ?? "", textOf(time.attributes, "calendar"));
  const date = (instant: number) => decodeTime(instant, { step: 1, origin: 0, calendar: units.calendar });
  return { instants: instantsOf(coordinate, units), edges: edgesOf(coordinate, units), date };
}

/** The times of a file's name, such as `20110101-20151231`; empty of fixed fields. */
export function spanText(file: ProfileFile): string {
  const dates = isFixed(file) ? undefined : datesOf(file);
  if (dates === undefined) return "";
  const digits = { mon: 6, day: 8 }[said(file, "frequency")] ?? 12;
  const text = (instant: number) => {
    const { year, month, day, hour, minute } = dates.date(instant)!;
    const two = [month, day, hour, minute].map((n) => String(n).padStart(2, "0")).join("");
    return `${String(year).padStart(4, "0")}${two}`.slice(0, digits);
  };
  return `_${text(dates.instants[0]!)}-${text(dates.instants.at(-1)!)}`;
}

/** The name that a file's attributes and times ask for. */
export const nameOf = (file: ProfileFile): string =>
  `${parts.map((name) => said(file, name)).join("_")}${spanText(file)}.nc`;

const rules: readonly (readonly [section: string, rule: string, check: Check])[] = [
  [
    "1. DRS elements",
    "elements consist of a-z, A-Z, 0-9 and dashes",
    (file) => parts.flatMap((name) => like(name, /^[a-zA-Z0-9-]+$/)(file)),
  ],
  [
    "2. Global attributes",
    "table 1 lists the attributes that every file has",
    (file) => {
      const missing = [...required, ...Object.keys(fixed)].filter((name) => lacks(file, name));
      return missing.length === 0 ? [] : [`no ${missing.join(", ")}`];
    },
  ],
  [
    "2. Global attributes",
    "some attributes have one value",
    (file) =>
      Object.entries(fixed).flatMap(([name, value]) =>
        lacks(file, name) || said(file, name) === value
          ? []
          : [`${name} is ${shown(said(file, name))}, not ${shown(value)}`],
      ),
  ],
  [
    "2. Global attributes",
    "activity_id begins with DD, ESD, FPS-URB-RCC or CPRCM",
    like("activity_id", /^(DD|ESD|FPS-URB-RCC|CPRCM)( |$)/),
  ],
  [
    "2. Global attributes",
    "source_type is ARCM, AORCM, AGCM or AOGCM",
    like("source_type", /^(ARCM|AORCM|AGCM|AOGCM)$/),
  ],
  [
    "2. Global attributes",
    "creation_date is YYYY-MM-DDTHH:MM:SSZ",
    like("creation_date", /^\d{4}(-\d\d){2}T\d\d(:\d\d){2}Z$/),
  ],
  [
    "2. Global attributes",
    "tracking_id is hdl:21.14103/ and a random UUID (version 4)",
    like("tracking_id", /^hdl:21\.14103\/[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/),
  ],
  [
    "1. DRS elements",
    "driving_variant_label is r1i1p1f1 and the like",
    like("driving_variant_label", /^r\d+i\d+p\d+f\d+$/),
  ],
  [
    "1. DRS elements",
    "version_realization is v1-r1 and the like",
    like("version_realization", /^v[1-9]\d*-r[1-9]\d*$/),
  ],
  [
    "1. DRS elements",
    "frequency is 1hr, 3hr, 6hr, day, mon or fx",
    (file) =>
      lacks(file, "frequency") || hasFrequency(file) ? [] : [`frequency is ${shown(said(file, "frequency"))}`],
  ],
  [
    "1. DRS elements",
    "domain_id is one of the vocabulary, and domain its name",
    (file) => {
      if (lacks(file, "domain_id")) return [];
      const [, region = "", resolution = ""] = /^(.+)-(\d+i?)$/.exec(said(file, "domain_id")) ?? [];
      const [name, resolutions = ""] = regions[region] ?? [];
      if (!resolutions.split(" ").includes(resolution)) return [`domain_id is ${shown(said(file, "domain_id"))}`];
      return ["", name].includes(said(file, "domain"))
        ? []
        : [`domain is ${shown(said(file, "domain"))}, not ${shown(name)}`];
    },
  ],
  [
    "1. DRS elements",
    "driving_experiment_id is evaluation, historical or a scenario, and driving_experiment its description",
    (file) => {
      const [id, text] = [said(file, "driving_experiment_id"), said(file, "driving_experiment")];
      if (id === "") return [];
      const known = Object.hasOwn(experiments, id) ? experiments[id] : undefined;
      if (known === undefined) return [`driving_experiment_id is ${shown(id)}`];
      return ["", known].includes(text) ? [] : [`driving_experiment is ${shown(text)}, not ${shown(known)}`];
    },
  ],
  [
    "3. File naming",
    "the name is made of the attributes and the first and last time",
    (file) =>
      parts.some((name) => lacks(file, name)) || file.name === nameOf(file)
        ? []
        : [`the name is ${file.name}, not ${nameOf(file)}`],
  ],
  ["5. File format", "files are NetCDF-4", ({ format }) => (format === "hdf5" ? [] : [`the format is ${format}`])],
  [
    "5. File format",
    "a file holds its one variable, in single precision, missing values as 1e20",
    (file) => {
      const main = mainOf(file);
      if (main === undefined) {
        return lacks(file, "variable_id") ? [] : [`there is no variable ${shown(said(file, "variable_id"))}`];
      }
      const fills = ["_FillValue", "missing_value"].flatMap((name) => numbersOf(main.attributes, name));
      const others = file.variables.filter(
        ({ name, dims }) => name !== main.name && String(dims) === String(main.dims) && dims.length > 2,
      );
      return [
        ...(main.dtype === "float32" ? [] : [`${main.name} is of type ${main.dtype}`]),
        ...(fills.length > 0 && fills.every((v) => v === Math.fround(1e20)) ? [] : [`missing is ${shown(fills[0])}`]),
        ...others.map(({ name }) => `${name} is there as well`),
      ];
    },
  ],
  [
    "5. File format",
    "coordinates are in double precision",
    (file) =>
      file.variables.flatMap(({ name, dtype }) =>
        !file.values.has(name) || dtype === "float64" ? [] : [`${name} is of type ${dtype}`],
      ),
  ],
  [
    "5. File format",
    "the variable has the name, units and method along time of the CMOR tables (ten variables are known here)",
    (file) => {
      const main = mainOf(file);
      const [standardName, units] = variables[main?.name ?? ""] ?? [];
      if (main === undefined || units === undefined) return [];
      const [is, has] = [textOf(main.attributes, "standard_name"), textOf(main.attributes, "cell_methods") ?? ""];
      return [
        ...(is === standardName ? [] : [`standard_name is ${shown(is)}, not ${shown(standardName)}`]),
        ...(main.units === units ? [] : [`units are ${shown(main.units)}, not ${shown(units)}`]),
        ...(/\btime: /.test(has) || isFixed(file) ? [] : [`cell_methods are ${shown(has)}`]),
        ...(/^pr/.test(main.name) && !/\btime: mean\b/.test(has)
          ? [`cell_methods are ${shown(has)}, not time: mean`]
          : []),
      ];
    },
  ],
  ["6. Domains and horizontal coordinates", "cells of i domains have edges on whole degrees", regularGrid],
  [
    "6. Domains and horizontal coordinates",
    "other grids have a mapping with the size of the earth, and latitudes and longitudes of their cells",
    nativeGrid,
  ],
  ["6. Domains and horizontal coordinates", "longitudes rise, and lie in -180 to 360", risingLongitudes],
  [
    "7. Time coordinate",
    "times are days since 1950-01-01 (or 1850-01-01) in the standard, proleptic_gregorian, 360_day or 365_day calendar",
    (file) => {
      const time = named(file, "time");
      if (time === undefined || isFixed(file)) return [];
      const { units = "", attributes } = time;
      const calendar = textOf(attributes, "calendar");
      return [
        ...(/^days since 1[89]50-01-01([ T]00:00:00Z?)?$/.test(units) ? [] : [`units are ${shown(units)}`]),
        ...(/^(standard|proleptic_gregorian|360_day|365_day)$/.test(calendar ?? "")
          ? []
          : [`calendar is ${shown(calendar)}`]),
      ];
    },
  ],
  ["7. Time coordinate", "intervals have bounds of whole hours, days or months, and times in their middle", intervals],
  [
    "8. Time period for each data file",
    "a file holds at most a year of hours, five years of days (from 1 or 6) or ten of months (from 1)",
    (file) => {
      const dates = isFixed(file) || !hasFrequency(file) ? undefined : datesOf(file);
      if (dates === undefined) return [];
      const [from, to] = [dates.instants[0]!, dates.instants.at(-1)!].map((one) => dates.date(one)!.year) as [
        number,
        number,
      ];
      const length = { mon: 10, day: 5 }[said(file, "frequency")] ?? 1;
      return Math.floor((from - 1) / length) === Math.floor((to - 1) / length) ? [] : [`it holds ${from} to ${to}`];
    },
  ],
];

const isRegular = (file: ProfileFile) => /i$/.test(said(file, "domain_id"));

function regularGrid(file: ProfileFile): readonly string[] {
  if (!isRegular(file)) return [];
  return ["lat", "lon"].flatMap((name) => {
    const values = file.values.get(name);
    if (values === undefined || named(file, name)!.dims.length !== 1 || values.length < 2)
      return [`${name} is no line`];
    const step = Math.abs(values.at(-1)! - values[0]!) / (values.length - 1);
    const whole = (v: number) => Math.abs(v - Math.round(v)) < 1e-6;
    return whole(1 / step) && whole(values[0]! / step - 0.5) ? [] : [`${name} begins at ${values[0]} by ${step}`];
  });
}

function nativeGrid(file: ProfileFile): readonly string[] {
  const main = mainOf(file);
  if (lacks(file, "domain_id") || isRegular(file) || main === undefined) return [];
  const places = ["lat", "lon"].filter((name) => {
    const found = named(file, name);
    return found?.dims.length !== 2 || !(textOf(main.attributes, "coordinates") ?? "").split(" ").includes(name);
  });
  const missing = places.map((name) => `no ${name} over rows and columns`);
  if (said(file, "grid").includes("(no grid_mapping)")) return missing;
  const mapping = named(file, textOf(main.attributes, "grid_mapping") ?? "");
  const kind = textOf(mapping?.attributes ?? {}, "grid_mapping_name");
  if (mapping === undefined || kind === undefined) return [...missing, "no grid mapping"];
  const isNamed = mapping.name === "crs" || mapping.name === kind;
  const hasSize = ["earth_radius", "semi_major_axis"].some((name) => numbersOf(mapping.attributes, name).length > 0);
  return [
    ...missing,
    ...(isNamed ? [] : [`the grid mapping is named ${mapping.name}, not crs`]),
    ...(hasSize ? [] : ["the grid mapping has no earth_radius"]),
  ];
}

function risingLongitudes(file: ProfileFile): readonly string[] {
  const [values, info] = [file.values.get("lon"), named(file, "lon")];
  if (values === undefined || info === undefined) return [];
  const columns = info.shape.at(-1)!;
  const out = values.find((v) => !(v >= -180 && v <= 360));
  const isPolar = /^(ANT|ARC)-/.test(said(file, "domain_id"));
  const falls = !isPolar && values.some((v, i) => i % columns > 0 && v <= values[i - 1]!);
  return [...(out === undefined ? [] : [`one is ${out}`]), ...(falls ? ["they fall along a row"] : [])];
}

function intervals(file: ProfileFile): readonly string[] {
  const main = mainOf(file);
  if (isFixed(file) || !hasFrequency(file)) return [];
  const dates = datesOf(file);
  if (dates === undefined) return ["there are no times"];
  if (main === undefined) return [];
  const step = (seconds[said(file, "frequency")] ?? Number.NaN) * 1000;
  const { instants, edges, date } = dates;
  if (/\btime: point\b/.test(textOf(main.attributes, "cell_methods") ?? "")) {
    const odd = instants.find((one) => one % step !== 0);
    return odd === undefined ? [] : [`one time is ${odd / 1000} s since 1970`];
  }
  if (edges === undefined) return ["times have no bounds"];
  const isMonth = (one: number) => {
    const { day, hour, minute, second } = date(one)!;
    return day === 1 && hour === 0 && minute === 0 && second === 0;
  };
  const problems = Array.from(instants, (middle, i) => {
    const [from, to] = [edges[2 * i]!, edges[2 * i + 1]!];
    if (Math.abs(middle - (from + to) / 2) > 500) return "a time is not the middle of its bounds";
    if (Number.isNaN(step))
      return isMonth(from) && isMonth(to) && to - from < 32 * 86_400_000 ? "" : "bounds are no months";
    const { hour, minute, second } = date(from)!;
    const isWhole = to - from === step && ((hour * 60 + minute) * 60 + second) % (step / 1000) === 0;
    return isWhole
      ? ""
      : `bounds are ${(to - from) / 3_600_000} hours from ${hour}:${String(minute).padStart(2, "0")} on`;
  });
  return [...new Set(problems)].filter((text) => text !== "");
}

/** The rules that a file breaks, in the order of the specifications' text. */
export const findingsOf = (file: ProfileFile): readonly Finding[] =>
  rules.flatMap(([section, rule, check]) => check(file).map((found) => ({ section, rule, found })));
