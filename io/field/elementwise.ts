/** Means of fields over dimensions, and comparison of their values one by one. */
import { sizeOf } from "../storage/source.ts";
import { axisIndex } from "./cut.ts";
import type { Coordinate, Field } from "./field.ts";
import { permuted } from "./reshape.ts";

/** Means over some dimensions of the values that are there (see `Field.mean`). */
export function meanOf(field: Field, over: readonly string[]): Field {
  const gone = new Set(over.map((dim) => axisIndex(field, dim)));
  const axes = field.dims.map((_, k) => k);
  const kept = axes.filter((k) => !gone.has(k));
  const dims = kept.map((k) => field.dims[k]!);
  const shape = kept.map((k) => field.shape[k]!);
  const ordered = permuted(field.values, field.shape, [...kept, ...axes.filter((k) => gone.has(k))]);
  const cells = sizeOf(shape);
  const count = cells === 0 ? 0 : ordered.length / cells;
  const values = new Float64Array(cells);
  for (let i = 0; i < cells; i++) {
    let [sum, known] = [0, 0];
    for (let k = i * count; k < (i + 1) * count; k++) {
      const value = ordered[k]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      known += 1;
    }
    values[i] = known === 0 ? Number.NaN : sum / known;
  }
  const coordinates = field.coordinates.filter((one) => one.dims.every((dim) => dims.includes(dim)));
  const methods = [field.attributes["cell_methods"], ...over.map((dim) => `${dim}: mean`)];
  const attributes = { ...field.attributes, cell_methods: methods.filter((one) => one !== undefined).join(" ") };
  return field.with({ dims, shape, values, coordinates, attributes });
}

const same = (a: ArrayLike<number> | undefined, b: ArrayLike<number> | undefined): boolean => {
  if (a === undefined || b === undefined) return a === b;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !(Number.isNaN(a[i]) && Number.isNaN(b[i]))) return false;
  return true;
};

/** True if two fields hold the same (see `Field.equals`). */
export function sameFields(a: Field, b: Field): boolean {
  const match = (one: Coordinate) => {
    const other = b.coordinate(one.name);
    return (
      other !== undefined &&
      String(one.dims) === String(other.dims) &&
      one.attributes["units"] === other.attributes["units"] &&
      same(one.values, other.values) &&
      same(one.bounds, other.bounds)
    );
  };
  return (
    String(a.dims) === String(b.dims) &&
    same(a.shape, b.shape) &&
    a.units === b.units &&
    a.coordinates.length === b.coordinates.length &&
    a.coordinates.every(match) &&
    same(a.values, b.values)
  );
}
