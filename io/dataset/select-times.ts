/** A stretch of time, by date or by index. */
import { OptionsError } from "../../engine/errors.ts";
import { whereOf } from "../field/cut.ts";
import type { LazyField } from "./lazy-field.ts";

/** Times by date, both ends included with the periods they name (null: open), or by index `[from, to)`. */
export type TimeRange =
  | { readonly dates: readonly [from: string | null, to: string | null] }
  | { readonly indices: readonly [from: number, to: number] };

/** The part of a variable at dates or indices. @throws OptionsError where there are none */
export function selectTimes(variable: LazyField, range: TimeRange): LazyField {
  const dim = variable.dimOf("time") ?? ("indices" in range ? variable.dims[0] : undefined);
  if (dim === undefined) {
    const dims = variable.dims.join(", ") || "none";
    throw new OptionsError(`${whereOf(variable)} has no time (it has ${dims})`, "time", range);
  }
  return "dates" in range ? variable.sel({ [dim]: range.dates }) : variable.isel({ [dim]: range.indices });
}
