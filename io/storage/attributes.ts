/**
 * Types of the numbers in attributes. JavaScript has one type of number, files have ten: readers note the type beside
 * the attributes, under a symbol that copies by spread carry on, and writers store the number in it as long as it fits.
 */
import { rangeOf } from "./number-types.ts";
import { type Attributes, type AttributeValue, isNumberType, type NumberType } from "./source.ts";

/**
 * Key of the types in which numbers of attributes are stored, by attribute. A type is noted only where it is not the
 * one that the number would get anyway (see `attributeType`); one of your own is asked for with
 * `{ level: 3, [attributeTypes]: { level: "int16" } }`.
 */
export const attributeTypes: unique symbol = Symbol.for("monge.attributeTypes");

/** True if a type holds a number exactly; of 64-bit integers, those that JavaScript counts exactly. */
function holds(type: NumberType, value: number): boolean {
  if (type === "float64") return true;
  if (type === "float32") return Object.is(Math.fround(value), value);
  const [low, high] = rangeOf(type);
  return Number.isSafeInteger(value) && !Object.is(value, -0) && value >= low && value <= high;
}

const listed = (value: AttributeValue): readonly unknown[] => (typeof value === "object" ? value : [value]);

/**
 * The type in which an attribute's numbers are stored: the noted one, as long as it holds them; else int32, int64 or
 * float64, the first that does.
 */
export function attributeType(values: readonly number[], noted?: NumberType): NumberType {
  const fits = (type: NumberType | undefined) => type !== undefined && values.every((v) => holds(type, v));
  return [noted, "int32" as const, "int64" as const].find(fits) ?? "float64";
}

/** Attributes with the types that their numbers have in a file. */
export function typedAttributes(
  entries: Iterable<readonly [name: string, value: AttributeValue, type?: string | undefined]>,
): Attributes {
  const values: [string, AttributeValue][] = [];
  const types: [string, NumberType][] = [];
  for (const [name, value, type] of entries) {
    values.push([name, value]);
    const numbers = listed(value).filter((v) => typeof v === "number");
    if (type === undefined || !isNumberType(type) || numbers.length === 0) continue;
    if (attributeType(numbers) !== type) types.push([name, type]);
  }
  return withTypes(values, types);
}

function withTypes(
  values: readonly (readonly [string, AttributeValue])[],
  types: readonly (readonly [string, NumberType])[],
): Attributes {
  const attributes = Object.fromEntries(values);
  return types.length === 0 ? attributes : { ...attributes, [attributeTypes]: Object.fromEntries(types) };
}

/** A copy with the attributes whose names pass, and their types. */
export function pickAttributes(attributes: Attributes, keep: (name: string) => boolean): Attributes {
  const kept = <T>(table: Readonly<Record<string, T>>) => Object.entries(table).filter(([name]) => keep(name));
  return withTypes(kept<AttributeValue>(attributes), kept(attributes[attributeTypes] ?? {}));
}
