/**
 * RADOLAN composites of Germany's weather service (DWD): a header in ASCII and a number of two octets for each square
 * kilometre, from the south-west corner on (Kompositformat Version 2.5.7, DWD 2024).
 */

import { FormatError } from "../../engine/errors.ts";
import type { Buffer } from "../../engine/platform/bytes.ts";
import { gridMappingOf } from "../field/grid-mapping.ts";
import type { Projection } from "../field/proj.ts";
import { BinaryFile } from "../storage/binary-file.ts";
import { describeVariable, heldPart, sourceOfParts } from "../storage/parts.ts";
import type { Attributes, GridSource } from "../storage/source.ts";

/** Two letters of the product, day, hour and minute, station 10000, month and year, and the length. */
const START = /^([A-Z][A-Z0-9])(\d{2})(\d{2})(\d{2})\d{5}(\d{2})(\d{2})BY/;

/** Kilometres from the edges in the west and north to 51° N, 9° E, by rows and columns. */
const GRIDS: Readonly<Record<string, readonly [west: number, north: number]>> = {
  "900x900": [450, 450],
  "1100x900": [370, 550],
  "1200x1100": [470, 600],
  "1500x1400": [600, 700],
};

/** Flags of a number, whose lower 12 bits are its value. */
const [missing, negative, clutter, bits] = [0x2000, 0x4000, 0x8000, 0x0fff];

/** True of the first bytes of a composite. */
export const isRadolan = (head: string): boolean => START.test(head);

/**
 * Opens a composite of precipitation. @throws FormatError for another product or grid, and one that is cut off
 */
export function openRadolan(path: string): GridSource {
  const file = new BinaryFile(path, "radolan");
  try {
    return describe(path, file.bytes(0, file.size));
  } finally {
    file.close();
  }
}

function describe(path: string, bytes: Buffer): GridSource {
  const fail = (what: string, way: string) => new FormatError(path, "radolan", what, way);
  const end = bytes.indexOf(3);
  const header = bytes.toString("latin1", 0, Math.max(end, 0));
  const [, product, day, hour, minute, month, year] = START.exec(header) ?? [];
  if (product === undefined) throw fail("its header has no end", "fetch it again");
  const field = (pattern: RegExp) => pattern.exec(header.slice(17))?.[1];
  const size = field(/GP\s*(\d+x\s*\d+)/)?.replaceAll(" ", "");
  const corner = size === undefined ? undefined : GRIDS[size];
  const [digits, length] = [field(/PR\s*(E-\d+)/), field(/INT\s*(\d+)/)].map((text) => text?.replace("E", "1e"));
  if (size === undefined || corner === undefined || digits === undefined || !(Number(length) > 0)) {
    const has = `product ${product} on ${size ?? "a grid without a name"}`;
    const known = Object.keys(GRIDS).join(", ");
    throw fail(`it holds ${has}; expected sums of precipitation on ${known}`, "read it with wradlib in Python");
  }
  const [rows, columns] = size.split("x").map(Number) as [number, number];
  const data = bytes.subarray(end + 1);
  if (data.length < 2 * rows * columns) {
    const what = `it holds ${data.length} bytes of values; expected ${2 * rows * columns} for ${size}, two each`;
    throw fail(what, "fetch it again; products of one byte a value are reflectivities, which wradlib reads");
  }
  // Of version 5 on the earth is WGS 84, before a sphere.
  const figure =
    Number(field(/VS\s*(\d+)/)) >= 5
      ? { semi_major_axis: 6378137, inverse_flattening: 298.257223563 }
      : { earth_radius: 6370040 };
  const mapping: Attributes = {
    ...{ grid_mapping_name: "polar_stereographic", latitude_of_projection_origin: 90, standard_parallel: 60 },
    ...{ straight_vertical_longitude_from_pole: 10, ...figure },
  };
  const [middleY, middleX] = (gridMappingOf(mapping, 1) as Projection).fromEarth(51, 9);
  const [west, north] = [middleX - 1000 * corner[0], middleY + 1000 * corner[1]];
  const unit = Number(digits);
  const seconds = Number(length) * (/INT\s*\d+U1/.test(header) ? 86_400 : 60);
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    const number = data.readUInt16LE(2 * i);
    const row = rows - 1 - Math.floor(i / columns);
    const value = (number & bits) * unit;
    values[row * columns + (i % columns)] =
      number & (missing | clutter) ? Number.NaN : number & negative ? -value : value;
  }
  const time = Date.UTC(2000 + Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) / 1000;
  const line = (n: number, first: number, step: number) => Float64Array.from({ length: n }, (_, i) => first + i * step);
  const held = (name: string, dims: string[], numbers: Float64Array, attributes: Attributes) => {
    const shape = dims.map((dim) => ({ time: 1, bnds: 2, y: rows, x: columns })[dim]!);
    return heldPart(describeVariable(name, "float64", dims, shape, attributes), numbers);
  };
  const plane = (axis: "X" | "Y") => ({
    ...{ standard_name: `projection_${axis.toLowerCase()}_coordinate`, units: "m", axis },
  });
  const attributes = {
    ...{ long_name: `RADOLAN ${product}`, units: "mm", cell_methods: "time: sum", grid_mapping: "crs" },
    standard_name: "lwe_thickness_of_precipitation_amount",
  };
  return sourceOfParts({ path, format: "radolan", attributes: { radolan_header: header }, release() {}, close() {} }, [
    heldPart(describeVariable("pr", "float32", ["time", "y", "x"], [1, rows, columns], attributes), values),
    held("time", ["time"], Float64Array.of(time), {
      ...{ standard_name: "time", units: "seconds since 1970-01-01", calendar: "proleptic_gregorian" },
      bounds: "time_bnds",
    }),
    held("time_bnds", ["time", "bnds"], Float64Array.of(time - seconds, time), {}),
    held("y", ["y"], line(rows, north - 500, -1000), plane("Y")),
    held("x", ["x"], line(columns, west + 500, 1000), plane("X")),
    held("crs", [], new Float64Array(1), mapping),
  ]);
}
