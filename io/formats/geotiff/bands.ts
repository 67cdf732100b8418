/**
 * The bands of a GeoTIFF as one variable of numbers: nodata, scale and offset, alpha bands and mask images turned into
 * what a decoder of NetCDF understands, or decoded here where it cannot (masks, bands of different scales).
 */

import { FormatError } from "../../../engine/errors.ts";
import { rangeOf, rawArray } from "../../storage/number-types.ts";
import {
  type AttributeValue,
  type DataType,
  isNumberType,
  type NumberType,
  type RawArray,
} from "../../storage/source.ts";
import { type BandDimension, dimensionsOf, type MetadataItem, parseMetadata, perBand } from "./metadata.ts";
import { windowReader } from "./tiff/blocks.ts";
import { refuseTiff } from "./tiff/directory.ts";
import type { TiffImage } from "./tiff/image.ts";

/** The bands of one image, without alpha. */
export interface Bands {
  readonly count: number;
  readonly dtype: NumberType;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly dimensions: readonly BandDimension[] | undefined;
  /** Metadata of the whole file. */
  readonly items: readonly MetadataItem[];
  /** Values `[bands, rows, columns]` of a range of bands, missing ones as NaN or as `_FillValue`. */
  read(first: number, count: number, window: RowsAndColumns, into?: Uint8Array): Promise<RawArray>;
}

/** A rectangle of pixels. */
export interface RowsAndColumns {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

const LARGEST = Math.fround(3.4028234663852886e38);

/**
 * The values that stand for missing, as the samples can hold them: none for a number that none can be. The largest
 * floats are often written with too few digits; then both the number as written and the one that is meant count.
 */
export function nodataOf(text: string | undefined, dtype: DataType): number[] {
  const word = text?.trim() ?? "";
  if (word === "") return [];
  const unlimited = /^([-+]?)inf/i.exec(word);
  const value = /^[-+]?nan/i.test(word) ? Number.NaN : Number(unlimited ? `${unlimited[1]}Infinity` : word);
  if (isNumberType(dtype) && !dtype.startsWith("float")) {
    const [low, high] = rangeOf(dtype);
    return Number.isInteger(value) && value >= low && value <= high ? [value] : [];
  }
  if (Number.isNaN(value)) return /nan/i.test(word) ? [value] : [];
  const [most, round] = dtype === "float32" ? [LARGEST, Math.fround] : [Number.MAX_VALUE, (v: number) => v];
  const written = round(value);
  if (unlimited) return [written];
  // Six digits of the largest float, as `%g` prints it, are off by a millionth.
  const meant = Math.abs(Math.abs(value / most) - 1) < 2e-6 || Math.abs(value) === Infinity;
  const values = Number.isFinite(written) ? [written] : [];
  return [...new Set(meant ? [Math.sign(value) * most, ...values] : values)];
}

function numbersPerBand(
  path: string,
  texts: readonly (string | undefined)[],
  fallback: number,
  what: string,
): number[] {
  return texts.map((text) => {
    const value = text === undefined ? fallback : Number(text);
    if (Number.isFinite(value)) return value;
    throw refuseTiff(path, `the ${what} of a band is ${JSON.stringify(text)}; expected a number`);
  });
}

const same = (values: readonly unknown[]) => values.every((v) => v === values[0]);

/**
 * The bands of an image.
 *
 * @param main - the full image, whose tags hold for its overviews too.
 * @param image - the image to read from.
 * @param mask - image of zeros where pixels are missing, of the same size.
 */
export function bandsOf(main: TiffImage, image: TiffImage, mask: TiffImage | undefined): Bands {
  const { path } = image.file;
  if (image.samples !== main.samples || (mask && mask.samples > 1 && mask.samples < main.samples)) {
    throw refuseTiff(
      path,
      `its overview or mask has another number of samples than its ${main.samples}: it is damaged`,
    );
  }
  const extras = Array.from(main.directory.numbers(338));
  const colours = main.samples - extras.length;
  // 1 and 2 are alpha, associated or not; 0 is a band that says nothing of itself. A mask image goes before it.
  const alpha = extras.findIndex((kind) => kind === 1 || kind === 2);
  const alphaBand = alpha < 0 || main.samples < 2 ? undefined : colours + alpha;
  const samples = Array.from({ length: main.samples }, (_, i) => i).filter((i) => i !== alphaBand);
  const items = parseMetadata(main.directory.text(42112) ?? "");
  if (items === undefined) {
    const what = "its metadata of bands (tag 42112) are damaged XML, so that scales and offsets are not known";
    throw new FormatError(path, "geotiff", what, "take another copy; `gdal_translate IN OUT.tif` goes on without them");
  }
  const texts = (role: string) => {
    const all = perBand(items, main.samples, role);
    return samples.map((i) => all[i]);
  };
  const scales = numbersPerBand(path, texts("scale"), 1, "scale");
  const offsets = numbersPerBand(path, texts("offset"), 0, "offset");
  const mixed = !(same(scales) && same(offsets));
  const masked = mask !== undefined || alphaBand !== undefined;
  const decoded = mixed || masked;
  const stored = image.type.dtype;
  const [nodata, also] = nodataOf(main.directory.text(42113), stored);
  const wide = /64$/.test(stored) || (/32$/.test(stored) && stored !== "float32");
  const names = texts("description");
  const units = texts("unittype");
  const attributes: Record<string, AttributeValue> = {};
  if (decoded) attributes._FillValue = Number.NaN;
  else if (nodata !== undefined) attributes._FillValue = nodata;
  if (!decoded && also !== undefined) attributes.missing_value = also;
  if (!mixed && scales[0] !== 1) attributes.scale_factor = scales[0]!;
  if (!mixed && offsets[0] !== 0) attributes.add_offset = offsets[0]!;
  if (names.some((n) => n !== undefined)) attributes.band_description = names.map((n) => n ?? "");
  if (same(units) && units[0]) attributes.units = units[0];
  else if (units.some((u) => u)) attributes.band_units = units.map((u) => u ?? "");
  const reader = windowReader(image);
  const masks = mask && windowReader(mask);
  const fill =
    nodata !== undefined && !Number.isNaN(nodata)
      ? nodata
      : stored.startsWith("float") && nodata !== undefined
        ? Number.NaN
        : 0;
  const dtype = decoded ? (wide ? "float64" : "float32") : stored;

  const read: Bands["read"] = async (first, count, { row, column, rows, columns }, into) => {
    const window = (sample: number, several: number) =>
      ({ start: [sample, row, column], count: [several, rows, columns] }) as const;
    // Bands before and behind the alpha band are two runs of samples.
    const run = alphaBand === undefined || first >= alphaBand ? count : Math.min(count, alphaBand - first);
    if (run === count && !decoded) return reader(window(samples[first]!, run), fill, into);
    const parts: RawArray[] = [];
    if (run > 0) parts.push(await reader(window(samples[first]!, run), fill));
    if (run < count) parts.push(await reader(window(samples[first + run]!, count - run), fill));
    const raw = joined(parts, stored);
    if (!decoded) return raw;
    const out = wide ? new Float64Array(raw.length) : new Float32Array(raw.length);
    const cells = rows * columns;
    for (let band = 0; band < count; band++) {
      const [scale, shift] = mixed ? [scales[first + band]!, offsets[first + band]!] : [1, 0];
      const seen =
        masks !== undefined
          ? await masks(window(mask!.samples > 1 ? samples[first + band]! : 0, 1), 0)
          : alphaBand === undefined
            ? undefined
            : await reader(window(alphaBand, 1), 0);
      for (let i = 0, at = band * cells; i < cells; i++, at++) {
        const value = raw[at]!;
        out[at] =
          value === nodata || value === also || (seen !== undefined && seen[i] === 0)
            ? Number.NaN
            : value * scale + shift;
      }
    }
    return out;
  };
  return { count: samples.length, dtype, attributes, dimensions: dimensionsOf(items, names), items, read };
}

/** Parts one after the other. */
export function joined(parts: readonly RawArray[], dtype: NumberType): RawArray {
  if (parts.length === 1) return parts[0]!;
  const out = rawArray(
    dtype,
    parts.reduce((n, p) => n + p.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
