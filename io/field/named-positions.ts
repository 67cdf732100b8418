/** Numbers along a dimension that stand for names, as flags have them (CF-1.11, section 3.5). */
import { textOf } from "../storage/source.ts";
import type { Coordinate, Field } from "./field.ts";

/** A name as one word, since blanks part the names of a list. */
const wordOf = (name: string): string => name.trim().replaceAll(/\s/g, "_");

/** Numbers from 1 along a dimension of its name, with the names as their meanings. */
export function namedPositions(dim: string, longName: string, names: readonly string[]): Coordinate {
  const numbers = names.map((_, k) => k + 1);
  return {
    ...{ name: dim, dims: [dim], values: Float64Array.from(numbers) },
    attributes: {
      long_name: longName,
      cf_role: "timeseries_id",
      flag_values: numbers,
      flag_meanings: names.map(wordOf).join(" "),
    },
  };
}

/** The names along a dimension, without blanks; undefined where it has none. */
export function positionNames(field: Pick<Field, "coordinates">, dim: string): readonly string[] | undefined {
  const own = field.coordinates.find(({ name, attributes }) => name === dim && "flag_meanings" in attributes);
  const words = own && textOf(own.attributes, "flag_meanings")?.split(" ");
  // Selected stations keep their numbers.
  return words && Array.from(own.values, (number) => words[number - 1] ?? `${number}`);
}
