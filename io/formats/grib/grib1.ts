/** Messages of GRIB edition 1 (WMO-No. 306, I.2, FM 92-XI). */
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { unpackBits } from "../../storage/bits.ts";
import { Octets } from "./bits.ts";
import { type GridSays, gridOf, reducedTo } from "./grid.ts";
import {
  arrange,
  bitmapIn,
  countBits,
  type GribGrid,
  type GribMessage,
  GribProblem,
  pointsOf,
  type Statistic,
} from "./message.ts";
import { parameter1 } from "./names.ts";
import { scaled } from "./packing.ts";
import { planeOf, projections } from "./plane.ts";

/** Seconds of the units of code table 4; months and longer have no fixed length. */
const UNITS: Readonly<Record<number, number>> = {
  0: 60,
  1: 3600,
  2: 86400,
  10: 10800,
  11: 21600,
  12: 43200,
  13: 900,
  14: 1800,
  254: 1,
};
const GRIDS: Readonly<Record<number, string>> = {
  13: "oblique Lambert",
  50: "spherical harmonics",
  90: "space view",
};

/** Parses one message from its first octet to its last. @throws GribProblem, RangeError where it cannot be */
export function readGrib1(message: Buffer): GribMessage {
  let at = 8;
  const section = (): Octets => {
    const length = message.readUIntBE(at, 3);
    if (length < 4 || at + length > message.length - 4) throw new GribProblem(`a section has ${length} octets`);
    at += length;
    return new Octets(message.subarray(at - length, at));
  };
  const product = section();
  const flags = product.uint(7, 1);
  if ((flags & 128) === 0) throw new GribProblem("its grid is one of a catalogue, not described in it", true);
  const grid = readGrid(section());
  const bits = flags & 64 ? section() : undefined;
  const bitmap = bits && bitmapIn(bits, pointsOf(grid), bits.uint(4, 2) !== 0);
  const data = section();
  const [levelType, levels] = [product.uint(9, 1), product.uint(10, 2)];
  const [reference, from, to, statistic] = timesOf(product);
  return {
    edition: 1,
    parameter: parameter1(product.uint(4, 1), product.uint(3, 1), product.uint(8, 1)),
    levelType,
    level: levelType === 100 ? levels * 100 : levels,
    member: memberOf(product),
    grid,
    reference,
    from,
    to,
    statistic,
    decode: () => arrange(valuesOf(data, product.signed(26, 2), bitmap, pointsOf(grid)), bitmap, grid),
  };
}

/** The ensemble member in ECMWF's local part (definition 1); 0 for a single run. */
function memberOf(product: Octets): number | undefined {
  if (product.bytes.length < 51 || product.uint(4, 1) !== 98 || product.uint(40, 1) !== 1) return undefined;
  return product.uint(49, 1);
}

function timesOf(product: Octets): readonly [number, number, number, Statistic] {
  const [century, year, month, day, hour, minute] = [24, 12, 13, 14, 15, 16].map((i) => product.uint(i, 1)) as number[];
  // Fields that hold at all times (heights, masks) may have no date.
  if (year === 255 && month === 255 && day === 255) return [Number.NaN, Number.NaN, Number.NaN, "point"];
  const start = Date.UTC((century! - 1) * 100 + year!, month! - 1, day!, hour!, minute!) / 1000;
  if (month! < 1 || month! > 12 || day! < 1 || day! > 31) throw new GribProblem(`its date is ${year}-${month}-${day}`);
  const [unit, range] = [product.uint(17, 1), product.uint(20, 1)];
  const seconds = UNITS[unit];
  const [p1, p2] = [product.uint(18, 1), product.uint(19, 1)];
  if (seconds === undefined) throw new GribProblem(`its times are in unit ${unit}, which has no fixed length`, true);
  if (range === 0) return [start, start + p1 * seconds, start + p1 * seconds, "point"];
  if (range === 1) return [start, start, start, "point"];
  if (range === 10) {
    const point = start + product.uint(18, 2) * seconds;
    return [start, point, point, "point"];
  }
  const statistic = ({ 2: "point", 3: "mean", 4: "sum", 5: "difference" } as const)[range];
  if (statistic === undefined) throw new GribProblem(`its times are of kind ${range} (code table 5)`, true);
  return [start, start + p1 * seconds, start + p2 * seconds, statistic];
}

function readGrid(grid: Octets): GribGrid {
  const kind = grid.uint(5, 1);
  if (![0, 1, 3, 4, 5, 10].includes(kind))
    throw new GribProblem(`its grid is ${GRIDS[kind] ?? `of kind ${kind}`}`, true);
  const [columns, rows] = [grid.uint(6, 2), grid.uint(8, 2)];
  const isReduced = columns === 65535;
  if (rows === 65535 || (isReduced && kind !== 0 && kind !== 4))
    throw new GribProblem("its grid is reduced by columns, or on a plane", true);
  const angle = (at: number) => grid.signed(at, 3) / 1000;
  const figure =
    grid.uint(16, 1) & 64 ? { semi_major_axis: 6378160, inverse_flattening: 297 } : { earth_radius: 6367470 };
  const scanning = grid.uint(27, 1);
  if (kind === 1 || kind === 3 || kind === 5) {
    const steps = kind === 1 ? 28 : 20;
    const south = (grid.uint(26, 1) & 128) !== 0;
    const mapping = {
      1: () => projections.mercator(angle(23)),
      3: () => projections.conic("lambert_conformal_conic", angle(17), angle(28), [angle(28), angle(31)]),
      5: () => projections.stereographic(angle(17), 60, south),
    }[kind]();
    const step = [grid.uint(steps, 3), grid.uint(steps + 3, 3)] as const;
    return planeOf({
      columns,
      rows,
      first: [angle(10), angle(13)],
      step,
      scanning,
      mapping: { ...mapping, ...figure },
    });
  }
  const says: GridSays = {
    kind: kind === 4 ? "gaussian" : "regular",
    columns,
    rows,
    first: [angle(10), angle(13)],
    last: [angle(17), angle(20)],
    scanning,
    ...(kind === 4 && { parallels: grid.uint(25, 2) }),
    ...(kind === 10 && { pole: { lat: angle(32), lon: angle(35), angle: new Octets(grid.bytes).ibm(38) } }),
    figure,
  };
  return gridOf(isReduced ? reducedTo(lengthsOf(grid, rows), says) : says);
}

/** Points of the rows of a reduced grid, which come after its vertical coordinates. */
function lengthsOf(grid: Octets, rows: number): readonly number[] {
  const begin = grid.uint(4, 1) - 1 + 4 * grid.uint(3, 1);
  if (grid.uint(4, 1) === 255 || begin + 2 * rows > grid.bytes.length)
    throw new GribProblem(`it has no points for ${rows} rows`);
  return Array.from({ length: rows }, (_, i) => grid.uint(begin + 2 * i, 2));
}

function valuesOf(data: Octets, decimal: number, bitmap: Uint8Array | undefined, points: number): Float64Array {
  const flags = data.uint(3, 1) >> 4;
  if (flags & 8) throw new GribProblem("its values are spherical harmonics", true);
  if (flags & 4) throw new GribProblem("its values are in second-order packing", true);
  if (flags & 1) throw new GribProblem("its values are packed with further flags", true);
  const count = bitmap ? countBits(bitmap, points) : points;
  const scale = { reference: data.ibm(6), binary: data.signed(4, 2), decimal };
  return scaled(unpackBits(data.bytes, 88, count, data.uint(10, 1)), scale);
}
