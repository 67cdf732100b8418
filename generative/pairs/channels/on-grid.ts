/** A field brought onto the fine grid map by map: a block of it in memory at a time, units converted, gaps as NaN. */
import type { LazyField } from "../../../io/dataset/index.ts";
import { Field } from "../../../io/field/index.ts";
import { type RegridMethod, regrid, regridWeights } from "../../../io/regrid/index.ts";
import { sizeOf } from "../../../io/storage/index.ts";
import { type FineGrid, regridGridOf } from "../fine-grid.ts";
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

/**
 * Maps of a field as it is.
 *
 * @param field - y and x last, at most time before them
 */
export function mapsOf(field: LazyField, convert: Convert): Maps {
  const [time] = field.dims.slice(0, -2);
  const single = { read: async () => Float32Array.from(convert(await field.load()).values) };
  if (time === undefined) return single;
  const blocks = blocksOf(field, time, convert);
  const plane = sizeOf(field.shape.slice(-2));
  return {
    async read(at) {
      const { from, values } = await blocks(at);
      return Float32Array.from(values.subarray((at - from) * plane, (at - from + 1) * plane));
    },
  };
}

/**
 * Maps of a field on the fine grid. Between the outer centres of its grid and the edge of its cells, the nearest value is
 * taken; further out there is a gap, and where more than half of the weights lie on gaps.
 *
 * @throws as {@link regridWeights}: other reference systems, grids without positions
 */
export function mapsOnGrid(field: LazyField, grid: FineGrid, method: RegridMethod, convert: Convert): Maps {
  const plane = field.dims.slice(-2);
  const coordinates = field.coordinates.filter((c) => c.dims.length > 0 && c.dims.every((dim) => plane.includes(dim)));
  const { name, gridMapping, source } = field;
  const shape = field.shape.slice(-2);
  const mapOf = (values: Float32Array) =>
    new Field({ name, gridMapping, source, dims: plane, shape, values, coordinates });
  const weights = regridWeights(mapOf(new Float32Array(sizeOf(shape))), regridGridOf(grid), {
    method,
    border: "clamp",
  });
  const maps = mapsOf(field, convert);
  return {
    async read(at) {
      return regrid(mapOf(await maps.read(at)), weights, { minimumValid: LEAST_VALID }).values as Float32Array;
    },
  };
}

interface Block {
  readonly from: number;
  readonly values: Field["values"];
}

/** Reads blocks of times, keeping the last one. */
function blocksOf(field: LazyField, time: string, convert: Convert): (at: number) => Promise<Block> {
  const count = field.size(time);
  const per = Math.max(1, Math.floor(HELD / (field.bytes / count)));
  let held: { readonly index: number; readonly block: Promise<Block> } | undefined;
  const load = async (from: number): Promise<Block> => {
    const part = await field.isel({ [time]: [from, Math.min(from + per, count)] }).load();
    return { from, values: convert(part).values };
  };
  return (at) => {
    const index = Math.floor(at / per);
    if (held?.index !== index) held = { index, block: load(index * per) };
    return held.block;
  };
}
