/** JSON of Zarr stores: read with the bare `NaN` and `Infinity` that Python writes, written in one fixed form. */

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

const BARE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;
const MARK = "\u0001monge:";

/**
 * Parses JSON in which `NaN`, `Infinity` and `-Infinity` may stand bare, as numbers.
 * @throws SyntaxError if it is no JSON for other reasons.
 */
export function parseLoose(text: string): unknown {
  const marked = text.replace(BARE, (found) => (found.startsWith('"') ? found : JSON.stringify(MARK + found)));
  if (marked === text) return JSON.parse(text);
  return JSON.parse(marked, (_, value) =>
    typeof value === "string" && value.startsWith(MARK) ? Number(value.slice(MARK.length)) : value,
  );
}

/** Text of a metadata document; numbers that JSON lacks become the strings that Zarr 3 has for them. */
export function formatJson(value: unknown): string {
  const text = (_: string, v: unknown) => (typeof v === "number" && !Number.isFinite(v) ? String(v) : v);
  return `${JSON.stringify(value, text, 2)}\n`;
}

/** Whether a parsed value is an object (not a list, not null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
