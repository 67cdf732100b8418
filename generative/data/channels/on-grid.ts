/** A field brought onto the fine grid map by map: a block of it in memory at a time, units converted, gaps as NaN. */
import type { LazyField } from "../../../io/dataset/index.ts";
import { Field } from "../../../io/field/index.ts";
import { type RegridMethod, regrid, regridWeights } from "../../../io/regrid/index.ts";
import { sizeOf } from "../../../io/storage/index.ts";
import { type FineGrid, regridGridOf, sizeOfGrid } from "../../model/fine-grid.ts";
import type { Convert } from "./quantity.ts";

/** Bytes of a field that are held at a time. */
const HELD = 16e6;

/** Least share of the weights that must lie on values; below it a pixel is a gap. */
const LEAST_VALID = 0.5;

/** Maps of a field by their position along time. */
export interface Maps {
  /** [height, width] on the fine grid; NaN where missing. The array is the caller's. */
  read(at: number): Promise<Float32Array>;
}

/** Maps of a field as it is. @param field - y and x last, at most time before them */
export function mapsOf(field: LazyField, convert: Convert): Maps {
  return mapsThrough(field, sizeOf(field.shape.slice(-2)), convert);
}

/**
 * Maps of a field on the fine grid. Between the outer centres of its grid and the edge of its cells, the nearest value is
 * taken; further out there is a gap, and where more than half of the weights lie on gaps.
 *
 * @throws as {@link regridWeights}: other reference systems, grids without positions
 */
export function mapsOnGrid(field: LazyField, grid: FineGrid, method: RegridMethod, convert: Convert): Maps {
  const dims = field.dims.slice(-2);
  const coordinates = field.coordinates.filter((c) => c.dims.length > 0 && c.dims.every((dim) => dims.includes(dim)));
  const { name, gridMapping, source } = field;
  const plane = field.shape.slice(-2);
  const pixels = sizeOf(plane);
  const about = { name, gridMapping, source, coordinates };
  const map = new Field({ ...about, dims, shape: plane, values: new Float32Array(pixels) });
  const weights = regridWeights(map, regridGridOf(grid), { method, border: "clamp" });
  return mapsThrough(field, sizeOf(sizeOfGrid(grid)), (part) => {
    const { values } = convert(part);
    const shape = [values.length / pixels, ...plane];
    // What does not lie on the plane has done its part.
    const maps = new Field({ ...about, dims: ["map", ...dims], shape, values });
    return regrid(maps, weights, { minimumValid: LEAST_VALID });
  });
}

/** Maps of blocks of times that something is done to; the last block is kept. */
function mapsThrough(field: LazyField, pixels: number, change: (part: Field) => Field): Maps {
  const [time] = field.dims.slice(0, -2);
  const count = time === undefined ? 1 : field.size(time);
  const per = Math.max(1, Math.floor(HELD / Math.max(field.bytes / count, 4 * pixels)));
  let held: { readonly from: number; readonly values: Promise<Field["values"]> } | undefined;
  const load = async (from: number): Promise<Field["values"]> => {
    const part = time === undefined ? field : field.isel({ [time]: [from, Math.min(from + per, count)] });
    return change(await part.load()).values;
  };
  return {
    async read(at) {
      const from = at - (at % per);
      if (held?.from !== from) held = { from, values: load(from) };
      const values = await held.values;
      const map = values.subarray((at - from) * pixels, (at - from + 1) * pixels);
      return map instanceof Float32Array ? map.slice() : Float32Array.from(map);
    },
  };
}
