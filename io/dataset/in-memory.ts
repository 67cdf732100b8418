/** A field in memory as a lazy one, for what works on both: selection by label, writing slab by slab. */

import type { Field, FieldValues } from "../field/field.ts";
import { lengthOf, takeRanges } from "./block.ts";
import { LazyField } from "./lazy-field.ts";

/**
 * A field that is in memory as a {@link LazyField}: `lazyField(field).sel({ time: "2018-06" }).load()` selects by label.
 * Values are not copied until a part is loaded.
 */
export function lazyField(field: Field): LazyField {
  const { name, dims, shape, units, coordinates, attributes, gridMapping, values, source } = field;
  return new LazyField({
    name,
    units,
    coordinates,
    late: [],
    attributes,
    gridMapping,
    source: source ?? name,
    store: {
      dims,
      shape,
      chunks: undefined,
      target: values instanceof Float32Array ? "float32" : "float64",
      read: async ({ start, count }) => {
        let part: FieldValues = values;
        const sizes = [...shape];
        for (const [axis, from] of start.entries()) {
          if (from === 0 && count[axis] === sizes[axis]) continue;
          const range = [from, from + count[axis]!] as const;
          part = takeRanges(part, sizes, axis, [range]);
          sizes[axis] = lengthOf([range]);
        }
        return part === values ? values.slice() : part;
      },
    },
    picks: shape.map((n) => ({ ranges: n > 0 ? [[0, n]] : [], keep: true })),
  });
}
