/** Text of fields on a console: a few lines in the order of xarray's repr. */
import { isMongeError } from "../../engine/errors.ts";
import { shortened } from "../../engine/text/escape-terminal.ts";
import { shortNumber } from "../../engine/text/inspect.ts";
import { type Attributes, type AttributeValue, type FieldValues, textOf } from "../storage/source.ts";
import { axisOf } from "./axes.ts";
import type { Measured } from "./cut.ts";
import type { Coordinate } from "./field.ts";
import { isoOf, timeUnitsOf } from "./instants.ts";

/** More coordinates and attributes than this are counted, not shown. */
const MOST_LINES = 8;

/**
 * The lines of a field.
 *
 * @param kind - name of its class
 * @param values - of a field that is read; else what is said in their place
 */
export function fieldText(kind: string, field: Measured, values: FieldValues | string): string {
  const { name, dims, shape, units, coordinates, attributes, gridMapping } = field;
  const sizes = dims.map((dim, i) => `${shortened(dim)}: ${shape[i]}`).join(", ");
  const type = typeof values === "string" ? "" : values instanceof Float32Array ? " float32" : " float64";
  const title = `${kind} ${shortened(name)} (${sizes})${type}${units === undefined ? "" : `, ${shortened(units)}`}`;
  const mapping: readonly Row[] = gridMapping
    ? [[gridMapping.name, textOf(gridMapping.attributes, "grid_mapping_name") ?? ""]]
    : [];
  return [
    title,
    ...section("Coordinates", coordinates.map(coordinateRow)),
    ...section("Grid mapping", mapping),
    `Values: ${typeof values === "string" ? values : valuesText(values)}`,
    ...section(
      "Attributes",
      Object.entries(attributes).map(([key, value]) => [key, attributeText(value)]),
    ),
  ].join("\n");
}

type Row = readonly [name: string, text: string];

function section(title: string, rows: readonly Row[]): string[] {
  if (rows.length === 0) return [];
  const shown = rows.slice(0, MOST_LINES).map(([name, text]) => [shortened(name, 40), shortened(text)] as const);
  const width = Math.max(...shown.map(([name]) => name.length));
  const more = rows.length - shown.length;
  return [
    `${title}:`,
    ...shown.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
}

function coordinateRow({ name, dims, values, attributes, bounds }: Coordinate): Row {
  const units = textOf(attributes, "units");
  const time = axisOf(name, attributes) === "time" ? datesOf(values, attributes) : undefined;
  const [first, last] = time ?? [values[0], values.at(-1)].map((v) => (v === undefined ? "" : shortNumber(v)));
  const range = values.length === 0 ? "empty" : values.length === 1 ? first : `${first} … ${last}`;
  const unit = units === undefined || time !== undefined ? "" : ` ${units}`;
  return [name, `(${dims.join(", ")}) ${range}${unit}${bounds === undefined ? "" : ", with bounds"}`];
}

/** First and last date; undefined where the units are not understood. */
function datesOf(values: Float64Array, attributes: Attributes): readonly [string, string] | undefined {
  if (values.length === 0) return undefined;
  try {
    const units = timeUnitsOf({ attributes });
    const date = (v: number): string => isoOf(v * units.step + units.origin, units);
    return [date(values[0]!), date(values.at(-1)!)];
  } catch (error) {
    if (isMongeError(error)) return undefined;
    throw error;
  }
}

function valuesText(values: FieldValues): string {
  let [low, high, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const v = values[i]!;
    if (Number.isNaN(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
    sum += v;
    count++;
  }
  const gaps = values.length - count;
  const missing = gaps === 0 ? "none missing" : `${gaps} of ${values.length} missing`;
  if (count === 0) return values.length === 0 ? "none" : missing;
  return `min ${shortNumber(low)}, mean ${shortNumber(sum / count)}, max ${shortNumber(high)}, ${missing}`;
}

function attributeText(value: AttributeValue): string {
  if (typeof value === "string") return value;
  const list = Array.isArray(value) || ArrayBuffer.isView(value) ? Array.from(value as ArrayLike<unknown>) : [value];
  return list.slice(0, 6).map(String).join(", ") + (list.length > 6 ? ", …" : "");
}
