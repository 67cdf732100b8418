/** A field in memory seen as an open file: what a format that reads its files whole needs. */
import { FormatError } from "../../engine/errors.ts";
import type { Field } from "../field/field.ts";
import { emptyLike } from "../storage/block.ts";
import { copyBox, indexOf, stridesOf } from "../storage/box.ts";
import {
  type Attributes,
  type FieldValues,
  type GridSource,
  type RawArray,
  sizeOf,
  slabWithin,
  type VariableInfo,
} from "../storage/source.ts";

interface ArrayVariable extends VariableInfo {
  readonly values: FieldValues;
}

function held(
  name: string,
  dims: readonly string[],
  shape: readonly number[],
  values: FieldValues,
  attributes: Attributes,
): ArrayVariable {
  const dtype = values instanceof Float32Array ? "float32" : "float64";
  const { units } = attributes;
  return { name, dtype, dims, shape, units: typeof units === "string" ? units : undefined, attributes, values };
}

/** A field with its coordinates, bounds and grid mapping as the variables of a file; NaN is missing. */
export function sourceOf(path: string, format: string, field: Field): GridSource {
  const { dims, shape, coordinates, gridMapping, units } = field;
  const auxiliary = coordinates.filter(({ name }) => !dims.includes(name)).map(({ name }) => name);
  const variables: ArrayVariable[] = coordinates.flatMap(({ name, dims: over, values, attributes, bounds }) => {
    const sizes = over.map((dim) => field.size(dim));
    if (bounds === undefined) return [held(name, over, sizes, values, attributes)];
    const edges = bounds.length / values.length;
    return [
      held(name, over, sizes, values, { ...attributes, bounds: `${name}_bnds` }),
      held(`${name}_bnds`, [...over, `nv${edges}`], [...sizes, edges], bounds, {}),
    ];
  });
  if (gridMapping) variables.push(held(gridMapping.name, [], [], Float64Array.of(0), gridMapping.attributes));
  variables.push(
    held(field.name, dims, shape, field.values, {
      ...field.attributes,
      ...(units !== undefined && { units }),
      ...(auxiliary.length > 0 && { coordinates: auxiliary.join(" ") }),
      ...(gridMapping && { grid_mapping: gridMapping.name }),
    }),
  );
  return {
    path,
    format,
    dims: dims.map((name, i) => ({ name, size: shape[i]!, unlimited: false })),
    variables,
    attributes: {},
    async read(name, slab): Promise<RawArray> {
      const found = variables.find((one) => one.name === name);
      if (!found) throw new FormatError(path, format, `variable ${name} is not in it`, `it has ${field.name}`);
      const { start, count } = slabWithin(`${path}: variable ${name}`, found.shape, slab);
      const strides = stridesOf(found.shape);
      const values = emptyLike(found.values, sizeOf(count));
      const from = { words: found.values, offset: indexOf(start, strides), strides };
      copyBox(from, { words: values, offset: 0, strides: stridesOf(count) }, count, 1);
      return values;
    },
    close() {},
  };
}
