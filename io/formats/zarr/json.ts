/**
 * JSON of Zarr stores: read with the bare `NaN` and `Infinity` that Python writes, written in one fixed form. A whole
 * number with a point (`1.0`) is a float for Python: it is noted as one, and written as one.
 */
import { isTooDeep } from "../../../engine/files/json-keys.ts";
import { attributeTypes } from "../../storage/attributes.ts";
import type { NumberType } from "../../storage/source.ts";

/** A parsed JSON object; its whole numbers that were written as floats are noted. */
export type JsonObject = Readonly<Record<string, unknown>> & {
  readonly [attributeTypes]?: Readonly<Record<string, NumberType>>;
};

type Noted = { [attributeTypes]?: Record<string, NumberType> };

const SPECIAL = /"[^"\\]*(?:\\.[^"\\]*)*"?|-?\bInfinity\b|\bNaN\b|-?\b\d+(?:\.\d+(?:[eE][-+]?\d+)?|[eE][-+]?\d+)/g;
const MARK = "\u0001monge:";
const NUMBER = /^(NaN|-?Infinity|-?\d[\d.eE+-]*)$/;
const MARKED = /"\\u0001monge:(-?\d[\d.e+-]*)"/g;

/** Lists and objects within one another; what goes through them calls itself as often. */
const MOST_DEPTH = 256;

/**
 * Parses JSON in which `NaN`, `Infinity` and `-Infinity` may stand bare, as numbers.
 * @throws SyntaxError if it is no JSON for other reasons, or nested too deep.
 */
export function parseLoose(text: string): unknown {
  if (isTooDeep(text, MOST_DEPTH)) {
    throw new SyntaxError(`its lists and objects are nested more than ${MOST_DEPTH} deep`);
  }
  const marked = text.replace(SPECIAL, (found) => {
    if (found.startsWith('"')) return found;
    const plain = Number.isFinite(Number(found)) && !Number.isInteger(Number(found));
    return plain ? found : JSON.stringify(MARK + found);
  });
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, function (this: Noted, key: string, value: unknown) {
    const note = () => {
      this[attributeTypes] = { ...this[attributeTypes], [key]: "float64" };
    };
    if (Array.isArray(value) && (value as Noted)[attributeTypes]) {
      delete (value as Noted)[attributeTypes];
      note();
    }
    const digits = typeof value === "string" && value.startsWith(MARK) ? value.slice(MARK.length) : undefined;
    if (digits === undefined || !NUMBER.test(digits)) return value;
    const number = Number(digits);
    if (Number.isFinite(number)) note();
    return number;
  });
}

/** A number as a float: with a point or an exponent. */
function floatText(value: unknown): unknown {
  if (typeof value !== "number" || !Number.isInteger(value)) return value;
  const digits = Object.is(value, -0) ? "-0" : String(value);
  return MARK + (digits.includes("e") ? digits : `${digits}.0`);
}

/** Text of a metadata document; numbers that JSON lacks become the strings that Zarr 3 has for them. */
export function formatJson(value: unknown): string {
  function text(this: JsonObject, key: string, v: unknown): unknown {
    if (typeof v === "number" && !Number.isFinite(v)) return String(v);
    if (!this[attributeTypes]?.[key]?.startsWith("float")) return v;
    return Array.isArray(v) ? v.map(floatText) : floatText(v);
  }
  return `${JSON.stringify(value, text, 2).replace(MARKED, "$1")}\n`;
}

/** True if a parsed value is an object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
