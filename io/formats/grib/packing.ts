/** Values of GRIB fields: simple packing, complex packing with spatial differences, PNG, JPEG 2000, IEEE floats (WMO-No. 306, I.2). */

import { decodePng } from "../../../engine/files/png.ts";
import type { Buffer } from "../../../engine/platform/bytes.ts";
import { bitsIn, unpackBits } from "../../storage/bits.ts";
import { Octets } from "./bits.ts";
import { unpackJpeg2000 } from "./jpeg2000.ts";
import { GribProblem } from "./message.ts";

/** The template of JPEG 2000. */
export const JPEG2000 = 40;

/** Reference value, binary and decimal scale: `(reference + x * 2^binary) / 10^decimal`. */
export interface Scale {
  readonly reference: number;
  readonly binary: number;
  readonly decimal: number;
}

/** Applies the scale to packed numbers, in their place; NaN stays. */
export function scaled(values: Float64Array, { reference, binary, decimal }: Scale): Float64Array {
  const [step, power] = [2 ** binary, 10 ** Math.abs(decimal)];
  if (decimal < 0) for (let i = 0; i < values.length; i++) values[i] = (values[i]! * step + reference) * power;
  else for (let i = 0; i < values.length; i++) values[i] = (values[i]! * step + reference) / power;
  return values;
}

/** Values of template 5.n of GRIB 2, in the order of the file, without those that a bitmap leaves out. */
export function unpack2(template: number, five: Buffer, data: Buffer, count: number): Float64Array {
  const octets = new Octets(five);
  if (template === 4) return unpackIeee(octets.uint(11, 1), data, count);
  const scale = { reference: octets.ieee(11), binary: octets.signed(15, 2), decimal: octets.signed(17, 2) };
  const width = octets.uint(19, 1);
  if (template === 0) return scaled(unpackBits(data, 40, count, width), scale);
  if (template === 2 || template === 3) return scaled(unpackGroups(octets, data, count, template === 3), scale);
  if (template === 41) return scaled(width === 0 ? new Float64Array(count) : unpackPng(data, count), scale);
  if (template === JPEG2000) {
    return scaled(width === 0 ? new Float64Array(count) : unpackJpeg2000(data.subarray(5), count), scale);
  }
  const name = { 42: "CCSDS (AEC)", 50: "spherical harmonics", 51: "spherical harmonics" }[template];
  throw new GribProblem(`its values are packed as ${name ?? `template 5.${template}`}, which is not read`, true);
}

function unpackIeee(precision: number, data: Buffer, count: number): Float64Array {
  if (precision !== 1 && precision !== 2) throw new GribProblem(`its floats have precision ${precision}`, true);
  const size = 4 * precision;
  if (5 + count * size > data.length) throw new GribProblem(`its data section holds fewer than ${count} values`);
  const read = (i: number) => (precision === 1 ? data.readFloatBE(5 + i * 4) : data.readDoubleBE(5 + i * 8));
  return Float64Array.from({ length: count }, (_, i) => read(i));
}

function unpackPng(data: Buffer, count: number): Float64Array {
  const header = data.subarray(5);
  // Width and height are in the header of a PNG; more than was promised must not take the memory.
  if (header.length < 33 || header.readUInt32BE(16) * header.readUInt32BE(20) !== count)
    throw new GribProblem(`its PNG does not hold ${count} pixels`);
  let image: ReturnType<typeof decodePng>;
  try {
    image = decodePng(header);
  } catch (cause) {
    throw new GribProblem(`its PNG cannot be read (${(cause as Error).message})`, false, { cause });
  }
  const { data: pixels, channels } = image;
  const base = image.depth === 16 ? 65536 : 256;
  if (image.depth < 8) return unpackBits(pixels as Uint8Array, 0, count, image.depth);
  return Float64Array.from({ length: count }, (_, i) => {
    let value = 0;
    for (let c = 0; c < channels; c++) value = value * base + pixels[i * channels + c]!;
    return value;
  });
}

/** Complex packing (templates 5.2, 5.3): groups of their own width, and differences of first or second order. */
function unpackGroups(five: Octets, data: Buffer, count: number, differences: boolean): Float64Array {
  const width = five.uint(19, 1);
  const missing = five.uint(22, 1);
  const groups = five.uint(31, 4);
  const [widthBase, widthBits] = [five.uint(35, 1), five.uint(36, 1)];
  const [lengthBase, lengthStep] = [five.uint(37, 4), five.uint(41, 1)];
  const [lastLength, lengthBits] = [five.uint(42, 4), five.uint(46, 1)];
  if (groups > count) throw new GribProblem(`it promises ${groups} groups for ${count} values`);
  const [order, octets] = differences ? [five.uint(47, 1), five.uint(48, 1)] : [0, 0];
  if (order > 2 || octets > 4) throw new GribProblem(`differences of order ${order} in ${octets} octets`, true);
  const extra = new Octets(data);
  const firsts = Array.from({ length: order }, (_, i) => (octets === 0 ? 0 : extra.signed(5 + i * octets, octets)));
  const least = order > 0 && octets > 0 ? extra.signed(5 + order * octets, octets) : 0;
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let at = 5 + (order > 0 ? (order + 1) * octets : 0);
  const list = (bits: number) => {
    const values = bitsIn(view, 8 * at, groups, bits);
    at += Math.ceil((groups * bits) / 8);
    return values;
  };
  const [references, widths, lengths] = [list(width), list(widthBits), list(lengthBits)];
  const out = new Float64Array(count);
  let [n, place] = [0, 8 * at];
  for (let g = 0; g < groups; g++) {
    const bits = widths[g]! + widthBase;
    const length = g === groups - 1 ? lastLength : lengths[g]! * lengthStep + lengthBase;
    if (n + length > count || bits > 32) throw new GribProblem(`its group ${g} has ${length} values of ${bits} bits`);
    bitsIn(view, place, length, bits, out, n);
    place += length * bits;
    const reference = references[g]!;
    const end = n + length;
    if (missing === 0) {
      for (; n < end; n++) out[n]! += reference;
      continue;
    }
    // A group without bits says by its reference that its values are missing.
    const top = 2 ** (bits === 0 ? width : bits) - 1;
    for (; n < end; n++) {
      const raw = bits === 0 ? reference : out[n]!;
      const gone = raw === top || (missing > 1 && raw === top - 1);
      out[n] = gone ? Number.NaN : out[n]! + reference;
    }
  }
  if (n !== count) throw new GribProblem(`its groups hold ${n} values; expected ${count}`);
  if (order > 0) undoDifferences(out, order, firsts, least);
  return out;
}

function undoDifferences(values: Float64Array, order: number, firsts: readonly number[], least: number): void {
  let [before, earlier, seen] = [0, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const now = values[i]!;
    if (Number.isNaN(now)) continue;
    const value = seen < order ? firsts[seen++]! : now + least + (order === 1 ? before : 2 * before - earlier);
    earlier = before;
    before = value;
    values[i] = value;
  }
}
