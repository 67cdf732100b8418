/** A field in memory as a lazy one, for what works slab by slab on both. */

import { type Check, kind } from "../../engine/checks.ts";
import { allOf } from "../field/cut.ts";
import { Field } from "../field/field.ts";
import { takeBlock } from "../storage/block.ts";
import { LazyField } from "./lazy-field.ts";

/** A field, in memory or not. */
export const fieldCheck: Check = kind("a field", (value) => value instanceof Field || value instanceof LazyField);

/** A field that is in memory as a {@link LazyField}; a lazy one is itself. Values are not copied until a part is loaded. */
export function lazyField(field: Field | LazyField): LazyField {
  if (field instanceof LazyField) return field;
  const { name, dims, shape, units, coordinates, attributes, gridMapping, values, source } = field;
  return new LazyField({
    name,
    units,
    coordinates,
    late: [],
    attributes,
    gridMapping,
    source,
    store: {
      dims,
      shape,
      chunks: undefined,
      target: values instanceof Float32Array ? "float32" : "float64",
      read: async ({ start, count }) => {
        const part = takeBlock(
          values,
          shape,
          start.map((from, axis) => [[from, from + count[axis]!]]),
        );
        return part === values ? values.slice() : part;
      },
    },
    picks: allOf(shape),
  });
}
