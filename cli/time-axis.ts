/** The times of a field. */
import type { Field } from "../io/field/index.ts";
import { timeAxis } from "../io/field/index.ts";
import { textOf } from "../io/storage/index.ts";

/** Properties that a field shares with one that is not read yet. */
export type FieldLayout = Pick<
  Field,
  "dims" | "coordinates" | "gridMapping" | "times" | "dimOf" | "coordinate" | "size"
>;

/** The moments of a field's frames, where it has times. */
export function timesOf(field: Field): readonly (string | undefined)[] {
  const units = textOf(timeAxis(field)?.attributes ?? {}, "units") ?? "";
  return /\ssince\s/i.test(units) ? field.times().map(({ iso }) => iso) : [];
}
