/**
 * Stations in files of discrete sampling geometry (CF-1.11, chapter 9), `featureType = "timeSeries"`, in each of its
 * four layouts.
 */
import { FormatError } from "../../engine/errors.ts";
import {
  chooseVariable,
  coordinateVariables,
  isNumeric,
  ownAttributes,
  plausible,
  readCoordinate,
} from "../dataset/variable.ts";
import { axisOf, geographicOf } from "../field/axes.ts";
import { positionNames } from "../field/named-positions.ts";
import { openGrid } from "../formats/open.ts";
import { readWhole } from "../storage/read-variable.ts";
import { type GridSource, textOf, type VariableInfo } from "../storage/source.ts";
import { type Measurement, type Station, type StationTable, tableOf } from "./table.ts";

/**
 * Reads one variable of all stations: over stations and times, over stations and observations with times of their own,
 * or along observations one station after the other or with the number of a station each.
 *
 * @throws FormatError where places or times are missing; DomainError where a time of a station comes twice
 */
export async function readStationFile(path: string, wanted?: string): Promise<StationTable> {
  const source = await openGrid(path);
  try {
    return await readFrom(source, wanted);
  } finally {
    source.close();
  }
}

async function readFrom(source: GridSource, wanted: string | undefined): Promise<StationTable> {
  const { path, format, variables } = source;
  const names = plausible(variables).filter((name) => !serves(variables.find((v) => v.name === name)!));
  const info = chooseVariable(source, wanted ?? (names.length === 1 ? names[0] : undefined));
  const fail = (what: string, way: string) => new FormatError(path, format, `variable ${info.name}: ${what}`, way);
  const timeInfo = [...coordinateVariables(variables, info), ...variables].find(
    (v) =>
      isNumeric(v) &&
      axisOf(v.name, v.attributes) === "time" &&
      v.dims.length > 0 &&
      v.dims.every((dim) => info.dims.includes(dim)),
  );
  if (timeInfo === undefined) throw fail("it has no times", "expected a time for each of its values");
  const time = await readCoordinate(source, timeInfo);
  const { dim, stationAt } = await layoutOf(source, info, timeInfo);
  const stations = await stationsOf(source, dim, fail);
  const values = await readWhole(source, info);
  const timeAt = indexer(info, timeInfo.dims);
  const measured: Measurement[] = [];
  for (const [i, value] of values.entries()) {
    const [station, k] = [stationAt(i), timeAt(i)];
    if (!(station >= 0 && station < stations.length)) continue;
    const { bounds } = time;
    const edges = bounds && { bounds: [bounds[2 * k]!, bounds[2 * k + 1]!] as const };
    measured.push({ station, time: time.values[k]!, value, ...edges });
  }
  const { name, units } = info;
  return tableOf(path, stations, measured, time.attributes, { name, units, attributes: ownAttributes(info) });
}

/** Sizes, numbers and names of stations are no measurements. */
const serves = ({ attributes }: VariableInfo): boolean =>
  ["sample_dimension", "instance_dimension", "cf_role"].some((name) => attributes[name] !== undefined);

/** Position on some of the dimensions of a value's position among all. */
function indexer({ dims, shape }: VariableInfo, own: readonly string[]): (i: number) => number {
  const steps = dims.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const axes = own.map((dim) => dims.indexOf(dim));
  return (i) => axes.reduce((at, axis) => at * shape[axis]! + (Math.floor(i / steps[axis]!) % shape[axis]!), 0);
}

/** The dimension of stations, none of a file of one, and the station of each value. */
async function layoutOf(
  source: GridSource,
  info: VariableInfo,
  time: VariableInfo,
): Promise<{ readonly dim: string | undefined; readonly stationAt: (i: number) => number }> {
  const { variables } = source;
  const [first] = info.dims;
  const ragged = (name: string) => variables.find((v) => textOf(v.attributes, name) !== undefined && isNumeric(v));
  const sizes = ragged("sample_dimension");
  if (sizes && info.dims.length === 1 && textOf(sizes.attributes, "sample_dimension") === first) {
    const counts = await readWhole(source, sizes);
    const owner = Array.from(counts).flatMap((n, station) => Array.from({ length: n || 0 }, () => station));
    return { dim: sizes.dims[0], stationAt: (i) => owner[i] ?? -1 };
  }
  const indices = ragged("instance_dimension");
  if (indices && info.dims.length === 1 && indices.dims[0] === first) {
    const owner = await readWhole(source, indices);
    return { dim: textOf(indices.attributes, "instance_dimension"), stationAt: (i) => owner[i]! };
  }
  const own = info.dims.filter((d) => !time.dims.includes(d));
  const places = geographicOf(
    variables,
    "y",
    (v) => isNumeric(v) && v.dims.length === 1 && info.dims.includes(v.dims[0]!),
  );
  const dim = own.length === 1 ? own[0] : places?.dims[0];
  return { dim, stationAt: dim === undefined ? () => 0 : indexer(info, [dim]) };
}

async function stationsOf(
  source: GridSource,
  dim: string | undefined,
  fail: (what: string, way: string) => FormatError,
): Promise<readonly Station[]> {
  const { variables } = source;
  const dims = dim === undefined ? "" : dim;
  const placed = (role: "x" | "y") => geographicOf(variables, role, (v) => String(v.dims) === dims && isNumeric(v));
  const [lat, lon] = [placed("y"), placed("x")];
  if (!lat || !lon) {
    const what = `no latitude and longitude of its stations${dim === undefined ? "" : ` along ${dim}`}`;
    throw fail(what, 'expected a file of stations (`featureType = "timeSeries"`)');
  }
  const [latitudes, longitudes] = [await readWhole(source, lat), await readWhole(source, lon)];
  const names = await idsOf(source, dims);
  return Array.from(latitudes, (latitude, k) => ({
    id: names?.[k] ?? `${k + 1}`,
    latitude,
    longitude: longitudes[k]!,
  }));
}

/** Names of the stations: the variable that says that it holds them, else the one that is called as the dimension, or a text. */
async function idsOf(source: GridSource, dim: string): Promise<readonly string[] | undefined> {
  const along = source.variables.filter(({ dims, dtype }) =>
    dtype === "char" ? dim === String(dims.slice(0, -1)) : dim === String(dims),
  );
  const isText = ({ dtype }: VariableInfo) => dtype === "char" || dtype === "string";
  const found =
    along.find(({ attributes }) => textOf(attributes, "cf_role") === "timeseries_id") ??
    along.find(({ name }) => name === dim) ??
    along.find(isText);
  if (found === undefined) return undefined;
  if (isText(found)) return source.readTexts?.(found.name);
  if (!isNumeric(found)) return undefined;
  const { name, attributes } = found;
  const values = Float64Array.from(await readWhole(source, found));
  return (
    positionNames({ coordinates: [{ name, dims: [dim], values, attributes }] }, name) ?? Array.from(values, String)
  );
}
