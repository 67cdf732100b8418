/** A variable on another grid, regridded when a part of it is loaded. */
import { checkOptions } from "../../engine/checks.ts";
import { LazyField } from "../dataset/lazy-field.ts";
import { allOf } from "../field/cut.ts";
import { Field, type FieldValues } from "../field/field.ts";
import { type Range, takeBlock } from "../storage/block.ts";
import { sizeOf } from "../storage/source.ts";
import type { RegridGrid } from "./grid.ts";
import { type CoarsenOptions, coarsen } from "./refine.ts";
import { regrid } from "./regrid.ts";
import { type RegridOptions, regridChecks, regridWeights, waysOf } from "./weights.ts";

/** Values of the source that are held at a time, in bytes. */
const held = 64e6;

/**
 * The variable as {@link regrid} gives it, map by map: nothing is read before a part is loaded, and then at most 64 MB
 * of the source at a time, or one map. Weights are made once. Coordinates that are read together with the values are
 * left out.
 *
 * @param variable - y and x are its last two dimensions
 * @param target - a grid, or a field that lies on it
 * @throws as {@link regrid}
 * @example
 * const coarse = regridLazy(await data.variable("pr"), regularGrid({ step: 1 }), { method: "conservative" });
 * await writeField("pr1.nc", coarse);
 */
export function regridLazy(variable: LazyField, target: Field | RegridGrid, options: RegridOptions): LazyField {
  checkOptions("regridLazy", options, regridChecks, ["method"]);
  const weights = regridWeights(patternOf(variable), target, waysOf(options));
  return mapByMap(variable, (part) => regrid(part, weights, options));
}

/**
 * The variable as {@link coarsen} gives it, map by map: nothing is read before a part is loaded, and then at most 64 MB
 * of the source at a time, or one map. Coordinates that are read together with the values are left out.
 *
 * @param variable - y and x are its last two dimensions
 * @throws as {@link coarsen}
 */
export function coarsenLazy(variable: LazyField, factor: number, options: CoarsenOptions = {}): LazyField {
  return mapByMap(variable, (part) => coarsen(part, factor, options));
}

/** One map of a variable without its values: what all its maps have in common. */
function patternOf({ name, dims, shape, units, attributes, gridMapping, source, coordinates }: LazyField): Field {
  const own = dims.slice(-2);
  const flat = {
    ...{ name, units, attributes, gridMapping, source },
    dims: own,
    shape: shape.slice(-2),
    coordinates: coordinates.filter((c) => c.dims.every((dim) => own.includes(dim))),
  };
  return new Field({ ...flat, values: new Float32Array(sizeOf(flat.shape)) });
}

/** The variable changed map by map when a part of it is loaded. @param change - gives every map the same new rows and columns */
function mapByMap(variable: LazyField, change: (part: Field) => Field): LazyField {
  const { name, dims, units, source, coordinates } = variable;
  const single = variable.bytes === 4 * sizeOf(variable.shape);
  const leading = dims.slice(0, -2);
  const own = dims.slice(-2);
  const pattern = change(patternOf(variable));
  const [y, x] = pattern.dims as [string, string];
  const shape = [...variable.shape.slice(0, -2), ...pattern.shape];

  /** Positions [from, to) of the leading dimensions, all of the grid. */
  const read = async (start: readonly number[], count: readonly number[]): Promise<FieldValues> => {
    const part = variable.isel(
      Object.fromEntries(leading.map((dim, k) => [dim, [start[k]!, start[k]! + count[k]!] as const])),
    );
    const axis = count.findIndex((n) => n > 1);
    if (part.bytes <= held || axis < 0) return change(await part.load()).values;
    const total = sizeOf(count) * sizeOf(pattern.shape);
    const out = single ? new Float32Array(total) : new Float64Array(total);
    for (let i = 0, at = 0; i < count[axis]!; i++) {
      const values = await read(start.with(axis, start[axis]! + i), count.with(axis, 1));
      out.set(values, at);
      at += values.length;
    }
    return out;
  };
  return new LazyField({
    ...{ name, units, attributes: pattern.attributes, gridMapping: pattern.gridMapping, source },
    ...(variable.parts.paths && { paths: variable.parts.paths }),
    coordinates: [
      ...coordinates.filter((c) => !c.dims.some((dim) => own.includes(dim)) && c.name !== y && c.name !== x),
      ...pattern.coordinates.filter((c) => c.dims.some((dim) => dim === y || dim === x)),
    ],
    late: [],
    store: {
      dims: [...leading, y, x],
      shape,
      chunks: undefined,
      target: single ? "float32" : "float64",
      check: () => variable.parts.store.check?.(),
      async read({ start, count }) {
        const values = await read(start.slice(0, -2), count.slice(0, -2));
        const leads = leading.length;
        const ranges = count.map((n, k): Range[] => (k < leads ? [[0, n]] : [[start[k]!, start[k]! + n]]));
        return takeBlock(values, [...count.slice(0, -2), ...pattern.shape], ranges);
      },
    },
    picks: allOf(shape),
  });
}
