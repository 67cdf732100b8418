/** Description of one field, whatever its edition of GRIB, or of Nimrod. */
import type { Octets } from "./bits.ts";
import { widened } from "./reduced.ts";

/** Why a message cannot be read; the reader adds the file and the place. */
export class GribProblem extends Error {
  /** True if the message is sound, and only of a kind that is not read. */
  readonly unread: boolean;
  constructor(message: string, unread = false, options?: ErrorOptions) {
    super(message, options);
    this.unread = unread;
  }
}

/** The numbers that stand for what was measured, as text (`2/0.1.8`, `1/98.128.228`). */
export interface GribParameter {
  readonly key: string;
  readonly name: string;
  readonly units: string | undefined;
  readonly title: string | undefined;
}

/** Relation of values to an interval. */
export type Statistic = "mean" | "sum" | "maximum" | "minimum" | "point" | "difference";

/** Attributes of a grid mapping. */
export type Mapping = Readonly<Record<string, string | number | readonly number[]>>;

/** Points in rows and columns: degrees, for a rotated pole of its own, or metres on a plane. */
export interface GribGrid {
  readonly key: string;
  readonly columns: number;
  readonly rows: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly mapping: Mapping;
  readonly system: "geographic" | "rotated" | "plane";
  /** Scanning mode (flag table 3.4). */
  readonly scanning: number;
  /** Points of each row of the file, where they are shorter than the grid's (a reduced grid). */
  readonly lengths?: readonly number[];
}

/** Points that the file holds. */
export const pointsOf = ({ lengths, rows, columns }: GribGrid): number =>
  lengths === undefined ? rows * columns : lengths.reduce((a, b) => a + b, 0);

/** One field of a file. */
export interface GribMessage {
  readonly edition: 1 | 2 | "nimrod";
  readonly parameter: GribParameter;
  /** Kind of level (code table 4.5 or 3), and its value in SI units. */
  readonly levelType: number;
  readonly level: number;
  readonly member: number | undefined;
  readonly grid: GribGrid;
  /** Whole seconds since 1970: start of the run, and of the interval that the values cover, and its end. NaN without a date. */
  readonly reference: number;
  readonly from: number;
  readonly to: number;
  readonly statistic: Statistic;
  /** True where a codec has to be loaded before. */
  readonly isJpeg2000?: boolean;
  /** Values by rows of the grid; NaN where missing. */
  decode(): Float32Array;
}

/** Most points of one field. */
export const MOST_POINTS = 2 ** 27;

/** Puts values of the file's order into rows, with NaN where the bitmap has 0. */
export function arrange(packed: Float64Array, bitmap: Uint8Array | undefined, grid: GribGrid): Float32Array {
  const { columns, lengths } = grid;
  if (lengths === undefined) return inRows(packed, bitmap, grid);
  return widened(inRows(packed, bitmap, { columns: pointsOf(grid), rows: 1, scanning: 0 }), lengths, columns);
}

function inRows(
  packed: Float64Array,
  bitmap: Uint8Array | undefined,
  { columns, rows, scanning }: Pick<GribGrid, "columns" | "rows" | "scanning">,
): Float32Array {
  const n = rows * columns;
  const [byColumn, zigzag] = [(scanning & 0x20) !== 0, (scanning & 0x10) !== 0];
  if (bitmap === undefined && !byColumn && !zigzag) return new Float32Array(packed);
  const out = new Float32Array(n);
  let next = 0;
  for (let i = 0; i < n; i++) {
    const there = bitmap === undefined || (bitmap[i >> 3]! >> (7 - (i & 7))) & 1;
    const value = there ? packed[next++]! : Number.NaN;
    let at = i;
    if (byColumn || zigzag) {
      const line = byColumn ? rows : columns;
      const [a, b] = [Math.floor(i / line), i % line];
      const along = zigzag && a % 2 === 1 ? line - 1 - b : b;
      at = byColumn ? along * columns + a : a * columns + along;
    }
    out[at] = value;
  }
  return out;
}

/** Number of points of a bitmap that are there. */
export function countBits(bitmap: Uint8Array, n: number): number {
  let count = 0;
  for (let i = 0; i < n; i++) count += (bitmap[i >> 3]! >> (7 - (i & 7))) & 1;
  return count;
}

/** Bits that say which points are there, behind six octets of their section. @throws GribProblem for too few of them */
export function bitmapIn({ bytes }: Octets, points: number, ofCatalogue: boolean): Uint8Array {
  if (ofCatalogue) throw new GribProblem("its bitmap is one of a catalogue", true);
  const bits = bytes.subarray(6);
  if (bits.length * 8 < points) throw new GribProblem(`its bitmap has ${bits.length * 8} bits; expected ${points}`);
  return bits;
}
