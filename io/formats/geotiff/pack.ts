/** From physical values to stored samples of a tile, with every loss refused that was not asked for. */
import { DomainError, OptionsError } from "../../../engine/errors.ts";
import { elementSize, rangeOf, rawArray } from "../../storage/number-types.ts";
import type { StorageOptions } from "../format.ts";
import type { Plane } from "./tiff/pyramid.ts";

/** Sample types that are written. */
export const GEOTIFF_TYPES = ["uint8", "uint16", "int16", "int32", "float32", "float64"] as const;
type GeotiffType = (typeof GEOTIFF_TYPES)[number];

/** Storage of values: `value = stored * scale + offset`, missing ones as `nodata`. */
export interface Packing {
  readonly dtype: GeotiffType;
  readonly scale: number;
  readonly offset: number;
  /** Undefined for whole numbers where nothing is missing. */
  readonly nodata: number | undefined;
}

/**
 * Storage of a type: bits; 1 unsigned, 2 signed, 3 floating; and what stands for missing values where the caller states
 * nothing.
 */
export function kindOf(dtype: GeotiffType) {
  const [low, high] = rangeOf(dtype);
  const format = dtype.startsWith("float") ? 3 : dtype.startsWith("int") ? 2 : 1;
  const nodata = format === 3 ? Number.NaN : format === 2 ? low : high;
  return { bits: (8 * elementSize(dtype)) as 8 | 16 | 32 | 64, format: format as 1 | 2 | 3, low, high, nodata };
}

/** @throws OptionsError for a packing that cannot be. */
export function packingOf(
  values: Float32Array | Float64Array,
  options: Pick<StorageOptions, "dtype" | "scale" | "offset" | "fillValue">,
): Packing {
  const { scale = 1, offset = 0 } = options;
  const dtype = (options.dtype ?? (values instanceof Float64Array ? "float64" : "float32")) as GeotiffType;
  const kind = kindOf(dtype);
  let nodata = options.fillValue;
  if (
    nodata !== undefined &&
    kind.format !== 3 &&
    !(Number.isInteger(nodata) && nodata >= kind.low && nodata <= kind.high)
  ) {
    const text = `writeGeotiff: fillValue is ${nodata}; expected a whole number from ${kind.low} to ${kind.high} for ${dtype}`;
    throw new OptionsError(text, "fillValue", nodata);
  }
  if (nodata !== undefined && dtype === "float32") nodata = Math.fround(nodata);
  // Whole numbers without gaps keep their whole range.
  if (nodata === undefined && (kind.format === 3 || values.some(Number.isNaN))) nodata = kind.nodata;
  return { dtype, scale, offset, nodata };
}

/**
 * Cuts tiles out of a plane; what lies beyond its edge is nodata, or 0.
 *
 * @param exact - whether a value must be stored as it is (the image), or may be rounded (overviews of whole numbers).
 * @throws DomainError for a value that the type cannot hold, that is not a whole number of scales where no scale is
 *   stated, or that would be taken for nodata.
 */
export function tileCutter(plane: Plane, packing: Packing, tile: number, exact: boolean) {
  const { dtype, scale, offset, nodata } = packing;
  const kind = kindOf(dtype);
  const whole = kind.format !== 3;
  const packed = scale !== 1 || offset !== 0;
  const refuse = (value: number, why: string, way: string): never => {
    throw new DomainError(`writeGeotiff: the value ${value} ${why}; ${way}`, value);
  };
  return (tileRow: number, tileColumn: number): Uint8Array => {
    const out = rawArray(dtype, tile * tile);
    const [top, left] = [tileRow * tile, tileColumn * tile];
    const [rows, columns] = [Math.min(tile, plane.height - top), Math.min(tile, plane.width - left)];
    if (nodata !== undefined && (rows < tile || columns < tile)) out.fill(nodata);
    for (let row = 0; row < rows; row++) {
      let from = (top + row) * plane.width + left;
      for (let to = row * tile, end = to + columns; to < end; to++, from++) {
        const value = plane.values[from]!;
        if (Number.isNaN(value)) {
          out[to] = nodata!;
          continue;
        }
        let stored = packed ? (value - offset) / scale : value;
        if (whole) {
          const rounded = Math.round(stored);
          if (exact && !packed && rounded !== stored)
            refuse(value, `is no whole number, which ${dtype} would store`, "state a `scale`, or write float32");
          if (!(rounded >= kind.low && rounded <= kind.high))
            refuse(
              value,
              `does not fit into ${dtype} with scale ${scale} and offset ${offset}`,
              "choose another scale or type",
            );
          stored = rounded;
        }
        out[to] = stored;
        if (out[to] === nodata) {
          if (exact)
            refuse(value, `would be stored as ${nodata}, which stands for missing`, "choose another `fillValue`");
          // A mean that happens to be nodata moves to the next number.
          out[to] = nextTo(nodata!, dtype);
        }
      }
    }
    return new Uint8Array(out.buffer);
  };
}

function nextTo(nodata: number, dtype: GeotiffType): number {
  const { format, high } = kindOf(dtype);
  if (format !== 3) return nodata + 1 > high ? nodata - 1 : nodata + 1;
  return nodata === 0 ? 1e-30 : nodata * (1 + (dtype === "float32" ? 2 ** -23 : 2 ** -52));
}
