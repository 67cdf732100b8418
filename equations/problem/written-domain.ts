/**
 * Domains as they are written: formulas of constants stand for numbers, rows of axes for axes, parameters beside them.
 */
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { domainOf } from "../domain/domain.ts";
import { combinationNames, type DomainSpec, type Interval, parseDomain, timeName } from "../domain/spec.ts";
import { type Expression, evaluate, numbers } from "../expression/expression.ts";
import { parseExpression, parsePredicate } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import type { Scope } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";
import { withFiles } from "./files.ts";
import type { ProblemSpec } from "./problem.ts";

/** Most axes of a row "x1..xN". */
const mostAxes = 10_000;

/** Keys of shapes whose texts are no numbers. */
const words = new Set(["shape", "axes", "geojson", "file", "project", "mesh"]);

/**
 * The domain in numbers, with parameters as axes before time.
 *
 * @throws OptionsError for texts that are no numbers, rows of axes that do not count up from 1, and parameters beside
 *   shapes
 */
export function numericDomain(
  { domain, parameters = {} }: ProblemSpec,
  constants: Readonly<Record<string, number>>,
): DomainSpec {
  const value = (text: string, path: string): number => {
    const scope = { axes: [], time: undefined, unknowns: [], constants: Object.keys(constants) };
    try {
      return evaluate(parseExpression(text, scope, { unknowns: false }), numbers({ constants }));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new OptionsError(`pde: ${path} is no number: ${error.message}`, "domain", text);
    }
  };
  const inNumbers = (v: unknown, path: string): unknown => {
    if (typeof v === "string") return value(v, path);
    if (Array.isArray(v)) return v.map((item, k) => inNumbers(item, `${path}[${k}]`));
    if (typeof v !== "object" || v === null) return v;
    return Object.fromEntries(
      Object.entries(v).map(([key, part]) => [
        key,
        words.has(key)
          ? part
          : key === "inside" && typeof part === "string"
            ? withoutConstants(part, v as Readonly<Record<string, unknown>>, constants)
            : inNumbers(part, `${path}.${key}`),
      ]),
    );
  };
  const numeric = expandAxes(inNumbers(domain, "domain") as DomainSpec);
  const names = Object.keys(parameters);
  if (names.length === 0) return numeric;
  if ("shape" in numeric || "mesh" in numeric || combinationNames.some((name) => name in numeric))
    throw new OptionsError("pde: parameters need a box; give the domain as one", "parameters", names);
  const twice = names.find((name) => Object.hasOwn(numeric, name) || name === timeName);
  if (twice !== undefined)
    throw new OptionsError(`pde: the parameter "${twice}" is an axis already; rename it`, "parameters", twice);
  const { [timeName]: time, ...space } = numeric as Readonly<Record<string, readonly [number, number]>>;
  const added = inNumbers(parameters, "parameters") as Readonly<Record<string, readonly [number, number]>>;
  return { ...space, ...added, ...(time && { [timeName]: time }) } as DomainSpec;
}

/**
 * The comparisons of a shape with the values of constants in them; as they are where none appears, or where they cannot
 * be read.
 */
function withoutConstants(
  text: string,
  { within }: Readonly<Record<string, unknown>>,
  constants: Readonly<Record<string, number>>,
): string {
  const axes = Object.keys((within as object | undefined) ?? {});
  let read: Expression;
  try {
    read = parsePredicate(text, { axes, time: undefined, unknowns: [], constants: Object.keys(constants) });
  } catch (error) {
    if (error instanceof FormatError) return text;
    throw error;
  }
  if (![...nodesOf(read)].some((node) => node.kind === "constant")) return text;
  return written(inValues(read, constants), axes);
}

/** Comparisons as text again: "and" is a minimum, "or" a maximum. */
function written(e: Expression, axes: readonly string[]): string {
  if (e.kind !== "call" || (e.name !== "min" && e.name !== "max")) return `${toText(e, { axes, unknowns: [] })} > 0`;
  const [a, b] = e.args.map((part) => `(${written(part, axes)})`);
  return `${a} ${e.name === "min" ? "and" : "or"} ${b}`;
}

const inValues = (e: Expression, constants: Readonly<Record<string, number>>): Expression =>
  e.kind === "constant"
    ? { kind: "number", value: constants[e.name]! }
    : e.kind === "call"
      ? { ...e, args: e.args.map((part) => inValues(part, constants)) }
      : e;

/** `{ "x1..x10": [-1, 1] }` → `{ x1: [-1, 1], …, x10: [-1, 1] }`. */
function expandAxes(domain: DomainSpec): DomainSpec {
  const entries = Object.entries(domain).flatMap(([key, value]): [string, unknown][] => {
    const match = /^(\p{L}+)(\d+)\.\.\1(\d+)$/u.exec(key);
    if (!match) return [[key, value]];
    const [first, last] = [Number(match[2]), Number(match[3])];
    if (last > mostAxes)
      throw new OptionsError(`pde: "${key}" are more than ${mostAxes} axes; give fewer`, "domain", key);
    if (first !== 1 || last < 1)
      throw new OptionsError(`pde: the axes "${key}" do not count up from 1; write "x1..x10"`, "domain", key);
    return Array.from({ length: last }, (_, k) => [`${match[1]}${k + 1}`, value]);
  });
  return Object.fromEntries(entries) as unknown as DomainSpec;
}

/** Ends of the bounding box along each axis. */
export function boundsOf(domain: DomainSpec): readonly Interval[] {
  const { low, high } = domainOf(domain);
  return low.map((l, k) => [l, high[k]!] as const);
}

/** Axes of a problem with the ends of its bounding box. */
export interface Outline {
  readonly axes: readonly string[];
  readonly bounds: Readonly<Record<string, Interval>>;
}

/** The outline of a problem as it is written. @param folder - where the files of its domain lie */
export function outlineOf(spec: ProblemSpec, folder: string): Outline {
  const written = { ...spec, domain: withFiles(spec.domain, folder) };
  const domain = numericDomain(written, readConstants(spec.constants ?? {}, {}));
  const { axes } = parseDomain(domain);
  const bounds = boundsOf(domain);
  return { axes, bounds: Object.fromEntries(axes.map((axis, k) => [axis, bounds[k]!])) };
}

/** Values of constants, each of which may use those before it. @throws OptionsError for one that is not finite */
export function readConstants(
  spec: Readonly<Record<string, number | string>>,
  earlier: Readonly<Record<string, number>>,
) {
  const values: Record<string, number> = {};
  for (const [name, value] of Object.entries(spec)) {
    const constants = { ...earlier, ...values };
    const scope: Scope = { axes: [], time: undefined, unknowns: [], constants: Object.keys(constants) };
    const result =
      typeof value === "number"
        ? value
        : evaluate(parseExpression(value, scope, { unknowns: false }), numbers({ constants }));
    if (!Number.isFinite(result))
      throw new OptionsError(`pde: the constant ${name} = ${value} is ${result}; give a finite number`, name, value);
    values[name] = result;
  }
  return values;
}
