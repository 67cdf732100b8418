/** A field in memory seen as an open file: what a format that reads its files whole needs. */
import type { Field } from "../field/field.ts";
import { describeVariable, heldPart, type SourcePart, sourceOfParts } from "../storage/parts.ts";
import type { Attributes, FieldValues, GridSource } from "../storage/source.ts";

function held(
  name: string,
  dims: readonly string[],
  shape: readonly number[],
  values: FieldValues,
  attributes: Attributes,
): SourcePart {
  const dtype = values instanceof Float32Array ? "float32" : "float64";
  return heldPart(describeVariable(name, dtype, dims, shape, attributes), values);
}

/** A field with its coordinates, bounds and grid mapping as the variables of a file; NaN is missing. */
export function sourceOf(path: string, format: string, field: Field): GridSource {
  const { dims, shape, coordinates, gridMapping, units } = field;
  const auxiliary = coordinates.filter(({ name }) => !dims.includes(name)).map(({ name }) => name);
  const variables: SourcePart[] = coordinates.flatMap(({ name, dims: over, values, attributes, bounds }) => {
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
  return sourceOfParts({ path, format, attributes: {}, close() {} }, variables);
}
