/**
 * Nimrod files of the Met Office: for each field a header of 512 octets and its values, each between its length in four,
 * all big endian (Met Office, Nimrod File Format v2.6-4). Elements are counted from 1, as in the format's table.
 */

import { FormatError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { BinaryFile } from "../storage/binary-file.ts";
import type { GridSource } from "../storage/source.ts";
import type { GribGrid, GribMessage, Mapping, Statistic } from "./grib/message.ts";
import { type PlacedField, sourceOfFields } from "./grib/variables.ts";

const HEADER = 512;
const MISSING = -32767;
const ELSEWHERE = "read it with iris in Python, and write NetCDF";
const AGAIN = "fetch it again";

type Fail = (what: string, way: string) => FormatError;

/** True of a header between two lengths. */
export function isNimrod(head: Uint8Array): boolean {
  if (head.length < HEADER + 8) return false;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return bytes.readUInt32BE(0) === HEADER && bytes.readUInt32BE(HEADER + 4) === HEADER;
}

/** Names by the code of a field (element 19). */
const names: Readonly<Record<number, string>> = {
  ...{ 12: "air_pressure", 58: "air_temperature", 61: "precipitation_amount", 63: "precipitation_rate" },
  ...{ 155: "visibility", 172: "cloud_area_fraction", 214: "precipitation_amount", 218: "snowfall_amount" },
};

/** Kinds of grids that are not read (element 15). */
const grids: Readonly<Record<number, string>> = {
  ...{ 2: "space view", 3: "polar stereographic", 5: "rotated latitude and longitude" },
};

const airy = { semi_major_axis: 6377563.396, semi_minor_axis: 6356256.91 };
const international = { semi_major_axis: 6378388, semi_minor_axis: 6356911.946 };

/** The National Grid of Great Britain, with its shift to WGS 84 (EPSG:27700 and 1314, good to 5 m). */
const nationalGrid = {
  ...{ longitude_of_central_meridian: -2, scale_factor_at_central_meridian: 0.9996012717 },
  ...{ latitude_of_projection_origin: 49, false_easting: 400_000, false_northing: -100_000 },
  towgs84: [446.448, -125.157, 542.06, 0.15, 0.247, 0.842, -20.489],
};

/** Opens a file. @throws FormatError for a grid or numbers that are not read, and one that is cut off */
export function openNimrod(path: string): GridSource {
  const file = new BinaryFile(path, "nimrod");
  try {
    const fields = fieldsOf(path, file.bytes(0, file.size));
    const split = "split the file by times with iris in Python";
    return sourceOfFields({ path, format: "nimrod", way: ELSEWHERE, split }, { fields, unread: [] });
  } finally {
    file.close();
  }
}

function fieldsOf(path: string, bytes: Buffer): readonly PlacedField[] {
  const out: PlacedField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const fail: Fail = (what, way) =>
      new FormatError(path, "nimrod", `field ${out.length + 1} at byte ${at}: ${what}`, way);
    if (!isNimrod(bytes.subarray(at))) throw fail(`it has no header of ${HEADER} bytes`, AGAIN);
    const data = at + HEADER + 8;
    const length = data + 4 <= bytes.length ? bytes.readUInt32BE(data) : 0;
    const end = data + length + 8;
    if (length === 0 || end > bytes.length || bytes.readUInt32BE(end - 4) !== length)
      throw fail("its values are cut off", AGAIN);
    out.push({ field: fieldOf(bytes.subarray(at + 4, data - 4), bytes.subarray(data + 4, end - 4), fail), offset: at });
    at = end;
  }
  return out;
}

/** Ways to read numbers, by their type (0 real, 1 whole) and octets. */
const readers = {
  ...{ "0/4": "readFloatBE", "1/1": "readInt8", "1/2": "readInt16BE", "1/4": "readInt32BE" },
} as const;

function fieldOf(head: Buffer, data: Buffer, fail: Fail): GribMessage {
  const whole = (element: number) => head.readInt16BE(2 * (element - 1));
  const real = (element: number) => head.readFloatBE(62 + 4 * (element - 32));
  const text = (from: number, to: number) =>
    head
      .toString("latin1", from, to)
      .replace(/[^ -~]/g, " ")
      .trim();
  const [type, size, rows, columns] = [12, 13, 16, 17].map(whole) as [number, number, number, number];
  if (!(rows > 0 && columns > 0) || rows * columns * size !== data.length)
    throw fail(`it has ${data.length} bytes for ${rows} x ${columns} values of ${size}`, AGAIN);
  const read = readers[`${type}/${size}` as keyof typeof readers];
  if (read === undefined) throw fail(`its numbers are of type ${type} in ${size} bytes`, ELSEWHERE);
  const [stated, source, title] = [text(354, 362), text(362, 386), text(386, 410)];
  const { units, scale, offset } = title.startsWith("%") ? { units: "%", scale: 1, offset: 0 } : unitsOf(stated);
  const gap = type === 0 ? real(38) : whole(25);
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map(whole) as [number, number, ...number[]];
  const to = year > 0 ? Date.UTC(year, month - 1, day, hour, minute, Math.max(second!, 0)) / 1000 : Number.NaN;
  const [code, processing, member, minutes] = [19, 31, 29, 26].map(whole) as [number, number, number, number];
  // 32767 minutes stand for the seconds of the last element.
  const seconds = minutes === 32767 ? head.readInt16BE(510) : Math.max(minutes, 0) * 60;
  // Levels of 8888 and 9999 are the sea and the ground.
  const level = [8888, 9999, MISSING].includes(real(32)) ? 0 : real(32);
  // Thresholds and the top of a layer make fields of one code different; so do the mean (-98) and spread (-99) of members.
  const parts = [code, title, units, seconds, processing, real(33), real(48), real(49), Math.min(member, -1)];
  return {
    edition: "nimrod",
    parameter: { key: parts.join("|"), name: names[code] ?? `field_${code}`, units, title: title || source },
    ...{ levelType: whole(20), level, member: member >= 0 ? member : undefined },
    grid: gridOf(whole, real, [rows, columns], fail),
    ...{ reference: Number.NaN, from: to - seconds, to },
    statistic: seconds === 0 ? "point" : statisticOf(processing, units),
    decode: () =>
      Float32Array.from({ length: rows * columns }, (_, i) => {
        const number = data[read as "readInt16BE"](i * size);
        return number === gap ? Number.NaN : (number + offset) * scale;
      }),
  };
}

/** Units such as `mm/h*32`, of which the numbers are multiples. */
function unitsOf(stated: string): { readonly units: string; readonly scale: number; readonly offset: number } {
  if (stated === "m/2-25k") return { units: "m", scale: 2, offset: 25_000 };
  const [, units = stated, base = "1", power = "1"] = /^(.+?)\*(\d+)(?:\^(\d+))?$/.exec(stated) ?? [];
  return { units, scale: Number(base) ** -Number(power), offset: 0 };
}

/** Relation of values to their interval, by the flags of processing (element 31). */
function statisticOf(processing: number, units: string): Statistic {
  if (processing & 8192) return "maximum";
  if (processing & 4096) return "minimum";
  return units === "mm" ? "sum" : "mean";
}

function gridOf(
  whole: (element: number) => number,
  real: (element: number) => number,
  [rows, columns]: readonly [number, number],
  fail: Fail,
): GribGrid {
  const [kind, corner] = [whole(15), whole(24)];
  if (kind !== 0 && kind !== 1 && kind !== 4) throw fail(`its grid is ${grids[kind] ?? `of kind ${kind}`}`, ELSEWHERE);
  if (corner !== 0 && corner !== 1) throw fail("its columns begin in the east", ELSEWHERE);
  const [north, down, west, right] = [34, 35, 36, 37].map(real) as [number, number, number, number];
  if (!(right > 0 && down > 0 && Number.isFinite(north) && Number.isFinite(west)))
    throw fail(`its cells are ${right} x ${down}, from ${west}, ${north} on`, AGAIN);
  const line = (n: number, first: number, step: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);
  const [x, y] = [line(columns, west, right), line(rows, north, corner === 0 ? -down : down)];
  const figure = [airy, international][whole(28)] ?? (kind === 0 ? airy : international);
  const mapping = { ...mappingOf(kind, real, fail), ...figure };
  const key = JSON.stringify([mapping, rows, columns, north, down, west, right, corner]);
  return { ...{ key, columns, rows, x, y, mapping, scanning: 0 }, system: kind === 1 ? "geographic" : "plane" };
}

function mappingOf(kind: 0 | 1 | 4, real: (element: number) => number, fail: Fail): Mapping {
  if (kind === 1) return { grid_mapping_name: "latitude_longitude" };
  // Files leave the National Grid out, or state it in kilometres, and its scale in single precision is off by a metre.
  if (kind === 0) return { grid_mapping_name: "transverse_mercator", ...nationalGrid };
  const origin = [43, 44, 45, 46, 47].map(real) as [number, number, number, number, number];
  if (origin.includes(MISSING)) throw fail("its projection has no origin", ELSEWHERE);
  const [latitude, longitude, east, north, scale] = origin;
  return {
    ...{ grid_mapping_name: "transverse_mercator", latitude_of_projection_origin: latitude },
    ...{ longitude_of_central_meridian: longitude, scale_factor_at_central_meridian: scale },
    ...{ false_easting: east, false_northing: north },
  };
}
