/** Variables of a file in the conventions CF-1.11, worked out from a field and others on its grid before any format comes in. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Coordinate, FieldTemplate } from "../field/field.ts";
import { pickAttributes } from "../storage/attributes.ts";
import type { Attributes } from "../storage/source.ts";

/** A variable: the grid's coordinates (scales), other coordinates, edges of cells, the grid mapping, or data. */
export type CfVariable = {
  readonly name: string;
  readonly dims: readonly string[];
  /** References to other variables included, how values are stored not. */
  readonly attributes: Attributes;
} & (
  | { readonly kind: "scale" | "auxiliary" | "bounds"; readonly coordinate: Coordinate }
  | { readonly kind: "mapping" }
  | { readonly kind: "data"; readonly part: FieldTemplate }
);

/** Attributes that say how values are stored, or name variables that are not there: written anew, or left out. */
const OWN =
  /^(_FillValue|missing_value|scale_factor|add_offset|_Unsigned|_ChunkSizes|_Quantize\w+|_NCProperties|grid_mapping|coordinates|bounds|climatology|ancillary_variables|cell_measures|formula_terms|zarr_conventions|(spatial|proj):.*)$/;

/** Dimension and size of the edges or corners of a coordinate's cells; undefined where it has none. */
export function edgeDimension({
  values,
  bounds,
}: Coordinate): { readonly name: string; readonly size: number } | undefined {
  if (!bounds) return undefined;
  const size = values.length === 0 ? 2 : bounds.length / values.length;
  return { name: size === 2 ? "nv" : `nv${size}`, size };
}

/**
 * A coordinate's attributes and the name of its edges; of a climatology, they are the years and months that it is over
 * (CF 7.4).
 */
function coordinateAttributes({ name, attributes, bounds }: Coordinate): Attributes {
  const kept = pickAttributes(attributes, (key) => !OWN.test(key));
  return bounds ? { ...kept, ["climatology" in attributes ? "climatology" : "bounds"]: `${name}_bnds` } : kept;
}

/**
 * The variables of a file: coordinates in the field's order, each with its edges behind it, the grid mapping, data.
 *
 * @param parts - the field, or its template, and others on the same dimensions and coordinates
 * @throws ShapeError where the parts have not the same dimensions; OptionsError where two variables would have one name
 */
export function cfLayout(where: string, parts: readonly FieldTemplate[]): CfVariable[] {
  const [first, ...also] = parts as [FieldTemplate, ...FieldTemplate[]];
  const { dims, shape, coordinates = [], gridMapping } = first;
  for (const one of also) {
    if (String(one.dims) === String(dims) && String(one.shape) === String(shape)) continue;
    throw new ShapeError(`${where}: ${one.name} beside ${first.name}`, shape, one.shape, "same dimensions");
  }
  const isScale = (c: Coordinate) => dims.includes(c.name) && String(c.dims) === c.name;
  const auxiliary = coordinates.filter((c) => !isScale(c)).map((c) => c.name);
  const references = {
    ...(auxiliary.length > 0 && { coordinates: auxiliary.join(" ") }),
    ...(gridMapping && { grid_mapping: gridMapping.name }),
  };
  const variables: CfVariable[] = [
    ...coordinates.flatMap((coordinate): CfVariable[] => {
      const { name, dims: own } = coordinate;
      const kind = isScale(coordinate) ? "scale" : "auxiliary";
      const edge = edgeDimension(coordinate);
      return [
        { name, dims: own, kind, coordinate, attributes: coordinateAttributes(coordinate) },
        ...(edge
          ? [{ name: `${name}_bnds`, dims: [...own, edge.name], kind: "bounds" as const, coordinate, attributes: {} }]
          : []),
      ];
    }),
    ...(gridMapping ? [{ ...gridMapping, dims: [], kind: "mapping" as const }] : []),
    ...parts.map((part) => {
      const { name, units, attributes = {} } = part;
      const kept = pickAttributes(attributes, (key) => !OWN.test(key) && !(key === "units" && units !== undefined));
      const all = { ...(units !== undefined && { units }), ...kept, ...references };
      return { name, dims, kind: "data" as const, part, attributes: all };
    }),
  ];
  checkDistinct(where, variables, [...dims, ...new Set(coordinates.flatMap((c) => edgeDimension(c)?.name ?? []))]);
  return variables;
}

function checkDistinct(where: string, variables: readonly CfVariable[], dims: readonly string[]): void {
  const names = variables.map((v) => v.name);
  const twice =
    names.find((n, i) => names.indexOf(n) !== i) ??
    dims.find((d, i) => dims.indexOf(d) !== i) ??
    variables.find((v) => v.kind !== "scale" && dims.includes(v.name))?.name;
  if (twice === undefined) return;
  const message = `${where}: two variables or dimensions would be named ${twice}; rename one (\`field.with({ name })\`)`;
  throw new OptionsError(message, "name", twice);
}
