/** What is typed in the page, as the JSON of a problem. */
import { OptionsError } from "../../engine/errors.ts";

/** Texts of the page's fields; each has one entry a line. */
export interface Typed {
  readonly equations: string;
  /** `x: -1, 1` a line; `inside: x^2 + y^2 < 1` for a shape in that box, or the JSON of a shape. */
  readonly domain: string;
  /** `u = 0 on x`, `u = sin(pi*x) at t = 0`, `periodic in x` */
  readonly conditions: string;
  /** `nu = 0.01` */
  readonly constants: string;
  /** `u, v`; none for `u` */
  readonly unknowns: string;
  /** Further keys of the problem as JSON, such as `{ "functionals": { "mean": "mean(u)" } }`. */
  readonly more: string;
}

export const fields = ["equations", "domain", "conditions", "constants", "unknowns", "more"] as const;

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** The JSON that a problem's file has. @throws OptionsError that names the line which cannot be read */
export function problemJson(typed: Typed): Readonly<Record<string, unknown>> {
  const constants = constantsOf(typed.constants);
  const unknowns = typed.unknowns.split(/[\s,]+/).filter((name) => name !== "");
  return {
    name: "problem",
    domain: domainOf(typed.domain),
    ...(unknowns.length > 0 && { unknowns }),
    ...(constants.length > 0 && {
      constants: Object.fromEntries(constants.map(({ name, text }) => [name, numberOr(text)])),
    }),
    equations: linesOf(typed.equations),
    conditions: linesOf(typed.conditions),
    ...furtherOf(typed.more),
  };
}

/** A problem as text, short lists on one line. Texts in it are left as they are: they hold no line breaks. */
export const jsonText = (problem: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(problem, null, 2).replaceAll(/\[\n[^\n]*(?:,\n[^\n]*)*?\n *\]/g, (list) => {
    const line = list.replaceAll(/\n */g, " ").replace(/^\[ | \]$/g, (end) => end.trim());
    return /[[{]/.test(line.slice(1)) || line.length > 24 ? list : line;
  });

/** A constant as it is typed. */
export interface TypedConstant {
  readonly name: string;
  readonly text: string;
}

/** Constants, a line each. */
export const constantsOf = (text: string): readonly TypedConstant[] => {
  const names = new Set<string>();
  return linesOf(text).map((line) => {
    const [, name, value] = /^([^\s=:]+)\s*[=:]\s*(.+)$/.exec(line) ?? [];
    if (name === undefined) throw unreadable("constants", line, "write name = number, such as nu = 0.01");
    if (names.has(name)) throw unreadable("constants", line, `${name} has a line already`);
    names.add(name);
    return { name, text: value! };
  });
};

const numberOr = (text: string): number | string => (Number.isFinite(Number(text)) ? Number(text) : text);

function domainOf(text: string): unknown {
  if (text.trim().startsWith("{")) return jsonOf("domain", text);
  const axes: [name: string, ends: (number | string)[]][] = [];
  let inside: string | undefined;
  for (const line of linesOf(text)) {
    const [, name, rest = ""] = /^(\w+(?:\.\.\w+)?)\s*(?::|=|\bin\b)\s*(.+)$/.exec(line) ?? [];
    if (name === "inside" ? inside !== undefined : axes.some(([axis]) => axis === name))
      throw unreadable("domain", line, `${name} has a line already`);
    if (name === "inside") inside = rest;
    else {
      const ends = rest
        .replace(/^\[|\]$/g, "")
        .split(",")
        .map((end) => end.trim());
      if (name === undefined || ends.length !== 2 || ends.includes(""))
        throw unreadable("domain", line, "write a line for each axis, such as x: -1, 1");
      axes.push([name, ends.map(numberOr)]);
    }
  }
  const box = Object.fromEntries(axes);
  if (inside === undefined) return box;
  const { t, ...within } = box;
  return { inside, within, ...(t && { t }) };
}

/** Keys that have no field of their own. */
function furtherOf(text: string): Readonly<Record<string, unknown>> {
  const keys = jsonOf("more", text.trim() || "{}");
  if (typeof keys !== "object" || keys === null || Array.isArray(keys))
    throw unreadable("more", text, 'write an object, such as { "functionals": { "mean": "mean(u)" } }');
  const twice = fields.find((name) => name !== "more" && name in keys);
  if (twice) throw unreadable("more", text, `${twice} has a field of its own; write it there`);
  return keys;
}

function jsonOf(field: keyof Typed, text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(field, text, `it is no JSON (${(error as Error).message})`);
  }
}

const unreadable = (field: keyof Typed, line: string, way: string) =>
  new OptionsError(`${field}: "${line}"; ${way}`, field, line);
