/**
 * Many files as one field along time. The index pass reads headers and coordinates; it puts the files in order of time,
 * re-expresses their times in the units of the earliest, and refuses files that do not belong together.
 */

import { FormatError, OptionsError } from "../../engine/errors.ts";
import { basename } from "../../engine/platform/paths.ts";
import { axisOf } from "../field/axes.ts";
import { encodeTime, parseTimeUnits, type TimeUnits } from "../field/calendar.ts";
import { dateRange } from "../field/dates.ts";
import type { Coordinate } from "../field/field.ts";
import { instantsOf, isoOf, timeUnitsOf } from "../field/instants.ts";
import type { GridSource, VariableInfo } from "../storage/source.ts";
import type { FilePool } from "./archive-pool.ts";
import { auxiliaryTime, coordinateVariables, isNumeric, plausible, readCoordinate, timeDimension } from "./variable.ts";

/** One file of an archive. */
export interface Member {
  readonly path: string;
  readonly variables: readonly VariableInfo[];
  /** Position of its first time along the joined dimension, and how many it has. */
  readonly offset: number;
  readonly count: number;
}

/** Files that make one time axis. */
export interface Archive {
  readonly members: readonly Member[];
  /** The joined time coordinate. */
  readonly time: Coordinate;
  /** True if the files have no time dimension, only a time: they are stacked along a new one. */
  readonly stacked: boolean;
}

/** Options of joining files. */
export interface ArchiveOptions {
  /**
   * The variable to read, as `:VARIABLE` behind a file's name says; the times and grids of many files must fit together
   * for it.
   * @defaultValue all that look like data
   */
  readonly variable?: string | undefined;
  /**
   * True if the date in a file's name is its time, where nothing in the file says when: `chirps-v2.0.2018.06.03.tif`,
   * `PRISM_ppt_20180603.tif`. @defaultValue false
   */
  readonly timeFromName?: boolean;
}

interface Indexed {
  readonly path: string;
  readonly variables: readonly VariableInfo[];
  readonly time: Coordinate;
  readonly units: TimeUnits;
  readonly instants: Float64Array;
  readonly stacked: boolean;
}

const SWITCH = parseTimeUnits("days since 1582-10-15", "proleptic_gregorian").origin;

function refuse(path: string, what: string, hint: string): FormatError {
  return new FormatError(path, "archive", what, hint);
}

/** The variable that holds the time of a file: that of a dimension, or a single one; undefined without. */
function findTime(source: GridSource, wanted: string | undefined): readonly [VariableInfo, boolean] | undefined {
  const { variables } = source;
  const names = wanted === undefined ? plausible(variables) : [wanted];
  const chosen = names.flatMap((name) => variables.find((v) => v.name === name) ?? []);
  for (const variable of chosen) {
    const dim = timeDimension(variables, variable);
    const info = auxiliaryTime(variables, variable) ?? variables.find((v) => v.name === dim);
    if (info && isNumeric(info)) return [info, false];
  }
  for (const variable of chosen) {
    const scalar = coordinateVariables(variables, variable).find(
      (v) => v.dims.length === 0 && axisOf(v.name, v.attributes) === "time",
    );
    if (scalar) return [scalar, true];
  }
  const single = variables.filter((v) => v.dims.length === 0 && isNumeric(v));
  const own = single.find((v) => v.name === "time") ?? single.find((v) => v.attributes.standard_name === "time");
  return own && [own, true];
}

/** The time of a file, from within or from its name. */
async function readTime(source: GridSource, options: ArchiveOptions): Promise<readonly [Coordinate, boolean]> {
  const found = findTime(source, options.variable);
  if (found) {
    const time = await readCoordinate(source, found[0]);
    return [{ ...time, name: time.dims[0] ?? time.name }, found[1]];
  }
  if (options.timeFromName) return [timeFromName(source.path), true];
  const hint = "name files with a time coordinate, take it from their names (`timeFromName`), or open it alone";
  throw refuse(source.path, "it has no time to join files by", hint);
}

/** Coordinates of the data that do not change with time. */
function gridOf(source: GridSource, wanted: string | undefined, time: Coordinate): VariableInfo[] {
  const names = wanted === undefined ? plausible(source.variables) : [wanted];
  const found = new Set<VariableInfo>();
  for (const name of names) {
    const variable = source.variables.find((v) => v.name === name);
    if (!variable) continue;
    for (const info of coordinateVariables(source.variables, variable)) {
      if (info.name !== time.name && info.dims.length > 0 && !info.dims.some((d) => time.dims.includes(d)))
        found.add(info);
    }
  }
  return [...found];
}

/** True if two coordinates agree to a small part of a cell (files of one archive may hold float32 and float64). */
function samePositions(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  let [low, high] = [Infinity, -Infinity];
  for (const v of a) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const slack = Math.max(
    ((high - low) / Math.max(1, a.length - 1)) * 1e-3,
    Math.max(Math.abs(low), Math.abs(high)) * 1e-6,
  );
  return a.every((v, i) => v === b[i] || Math.abs(v - b[i]!) <= slack || (Number.isNaN(v) && Number.isNaN(b[i]!)));
}

function checkGrid(
  first: string,
  grid: ReadonlyMap<string, Coordinate>,
  path: string,
  name: string,
  own: Coordinate,
): void {
  const known = grid.get(name);
  if (known === undefined) return;
  if (String(known.dims) === String(own.dims) && samePositions(known.values, own.values)) return;
  const differs = `coordinate ${name} (${own.dims.join(", ")}; ${own.values.length} positions from ${own.values[0]} to ${own.values.at(-1)})`;
  const there = `${known.values.length} from ${known.values[0]} to ${known.values.at(-1)}`;
  throw refuse(
    path,
    `its grid is not that of ${first}: ${differs} differs (${there} there)`,
    "join files of one grid, or regrid one first",
  );
}

function checkOrder(path: string, instants: Float64Array, units: TimeUnits): void {
  if (instants.length === 0) throw refuse(path, "it holds no times yet", "leave it out");
  const at = instants.findIndex((v, i) => Number.isNaN(v) || (i > 0 && !(v > instants[i - 1]!)));
  if (at < 0) return;
  const what = Number.isNaN(instants[at]!)
    ? `its time ${at} is missing`
    : `its times do not increase (${isoOf(instants[at]!, units)} follows ${isoOf(instants[at - 1]!, units)})`;
  throw refuse(path, what, "sort its times first, for example with `cdo sorttimestamp`");
}

/** Standard and proleptic Gregorian days are the same since 1582-10-15. */
function sameCalendar(a: Indexed, b: Indexed): boolean {
  if (a.units.calendar === b.units.calendar) return true;
  const modern = (one: Indexed) => /standard|gregorian/.test(one.units.calendar) && one.instants[0]! >= SWITCH;
  return modern(a) && modern(b);
}

/** Calendar and layout of time must be those of the first file that was named. */
function checkAlike(first: Indexed, one: Indexed): void {
  if (!sameCalendar(first, one)) {
    const what = `its calendar is ${one.units.calendar}, that of ${first.path} is ${first.units.calendar}`;
    throw refuse(one.path, what, "join files of one calendar");
  }
  if (one.time.name === first.time.name && one.stacked === first.stacked) return;
  const show = ({ time }: Indexed) => `${time.name} (${time.dims.length > 0 ? "a dimension" : "a single one"})`;
  throw refuse(
    one.path,
    `its time is ${show(one)}, that of ${first.path} is ${show(first)}`,
    "join files of one layout",
  );
}

/** Equal variables of many files are held once. */
function internVariables(known: Map<string, VariableInfo>, variables: readonly VariableInfo[]): VariableInfo[] {
  return variables.map((info) => {
    const key = JSON.stringify(info);
    const same = known.get(key) ?? info;
    known.set(key, same);
    return same;
  });
}

/** The earliest file's time units for all; its own values where they are in these units already. */
function joinTimes(sorted: readonly Indexed[]): Coordinate {
  const [first] = sorted as [Indexed];
  const { step, origin } = first.units;
  const express = (one: Indexed, values: Float64Array): Float64Array =>
    one.units.step === step && one.units.origin === origin
      ? values
      : values.map((v) => (Math.round(v * one.units.step + one.units.origin) - origin) / step);
  const join = (parts: readonly Float64Array[]): Float64Array => {
    const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  const { bounds: _, ...rest } = first.time;
  const values = join(sorted.map((one) => express(one, one.time.values)));
  const bounded = sorted.every(({ time }) => time.bounds !== undefined);
  const edges = bounded ? { bounds: join(sorted.map((one) => express(one, one.time.bounds!))) } : {};
  return { ...rest, dims: first.stacked ? [rest.name] : rest.dims, values, ...edges };
}

/**
 * Reads headers and coordinates of all files.
 *
 * @throws FormatError naming both files where grids, dimensions or calendars differ or times overlap
 */
export async function indexArchive(
  paths: readonly string[],
  pool: FilePool,
  options: ArchiveOptions = {},
): Promise<Archive> {
  const known = new Map<string, VariableInfo>();
  const grid = new Map<string, Coordinate>();
  const indexed: Indexed[] = [];
  for (const path of paths) {
    indexed.push(
      await pool.use(path, async (source) => {
        const [time, stacked] = await readTime(source, options);
        const units = timeUnitsOf(time);
        const instants = instantsOf(time, units);
        checkOrder(path, instants, units);
        for (const own of gridOf(source, options.variable, time)) {
          const coordinate = await readCoordinate(source, own);
          if (indexed.length === 0) grid.set(own.name, coordinate);
          else checkGrid(paths[0]!, grid, path, own.name, coordinate);
        }
        return { path, variables: internVariables(known, source.variables), time, units, instants, stacked };
      }),
    );
  }
  const [given] = indexed as [Indexed];
  for (const one of indexed) checkAlike(given, one);
  const sorted = indexed.toSorted((a, b) => a.instants[0]! - b.instants[0]!);
  sorted.forEach((one, i) => {
    const before = sorted[i - 1];
    if (before === undefined || one.instants[0]! > before.instants.at(-1)!) return;
    const begins = isoOf(one.instants[0]!, one.units);
    const ends = isoOf(before.instants.at(-1)!, before.units);
    const hint = "leave one out, or cut it first (`monge convert --time`)";
    throw refuse(one.path, `it begins at ${begins}, but ${before.path} goes on until ${ends}: times overlap`, hint);
  });
  let offset = 0;
  const members = sorted.map(({ path, variables, instants }): Member => {
    const member = { path, variables, offset, count: instants.length };
    offset += instants.length;
    return member;
  });
  return { members, time: joinTimes(sorted), stacked: given.stacked };
}

/** A date of 8 digits or with `-`, `.` or `_` between, and then perhaps a clock; year and month alone need a separator. */
const DATE = /(?<!\d)(\d{4})(?:([-._]?)(\d{2})\2(\d{2})(?:[-._T]?(\d{2}):?(\d{2})(?:\d{2})?)?|[-._](\d{2}))(?!\d)/;
const UNITS = "hours since 1970-01-01";

/**
 * The time that a name holds, such as `chirps-v2.0.2018.06.03.tif`, `PRISM_ppt_20180603.tif`, `rain_2018-06.tif`,
 * `radar_201806031210.tif`, as a single coordinate in the standard calendar.
 *
 * @throws OptionsError where it holds none
 */
function timeFromName(path: string): Coordinate {
  const match = DATE.exec(basename(path));
  const [, year, , month = match?.[7], day, hour, minute] = match ?? [];
  const date = [year, month, day].filter((part) => part !== undefined).join("-");
  const clock = hour === undefined ? "" : `T${hour}:${minute}`;
  const units = parseTimeUnits(UNITS);
  try {
    if (year === undefined) throw new OptionsError("no date", "path", path);
    const { from } = dateRange(`${date}${clock}`, units.calendar);
    const attributes = { standard_name: "time", units: UNITS, calendar: "standard" };
    return { name: "time", dims: [], values: Float64Array.of(encodeTime(from, units)), attributes };
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    const expected = "expected one such as 2018-06-03, 2018.06.03, 20180603, 201806031210 or 2018-06";
    throw new OptionsError(
      `${path}: its name holds no date; ${expected}, or files with times of their own`,
      "path",
      path,
    );
  }
}
