/** Functionals: numbers that a problem asks for, made of integrals, means, extremes and values at points. */
import { OptionsError } from "../../engine/errors.ts";
import { parseDomain, timeName } from "../domain/spec.ts";
import type { Expression } from "../expression/expression.ts";
import { parseExpression } from "../expression/parse.ts";
import { rewritten } from "../expression/quadrature.ts";
import { textError } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { scopeOf } from "./names.ts";
import { type PlaceContext, parsePlaces } from "./place.ts";
import type { Place, Problem, ProblemSpec } from "./problem.ts";

/** A number that is taken of the solution in the domain, or on a part of its boundary. */
export interface FunctionalPart {
  readonly kind: "integral" | "mean" | "max" | "min";
  /** In unknowns, their derivatives, coordinates and constants; on the boundary also of its outward normal. */
  readonly of: Expression;
  /** Parts of the boundary. @defaultValue the domain */
  readonly on?: readonly Place[];
}

/** A number that a problem asks for. */
export interface Functional {
  readonly name: string;
  /** In constants and values at points; `nameOfPart` stands for each part. */
  readonly formula: Expression;
  readonly parts: readonly FunctionalPart[];
  /** The moment of its parts, "every" of them, or "over" all of time together; absent where there is no time. */
  readonly at?: number | "every" | "over";
  /** As written. */
  readonly text: string;
}

/** Name of the constant that stands for a part. */
export const nameOfPart = (k: number): string => `part ${k}`;

const kinds: Readonly<Record<string, FunctionalPart["kind"]>> = {
  ...{ integral: "integral", int: "integral", "∫": "integral", mean: "mean", average: "mean", max: "max", min: "min" },
};

/**
 * Reads functionals by name: `{ "mean": "mean(u)", "drag": "2*integral(p*nx - nu*u_n, cylinder)", "top": "max(u) at t = 1" }`.
 *
 * @throws OptionsError for a name that is none, and a time outside; FormatError for a formula that cannot be read
 */
export function readFunctionals({ functionals = {} }: ProblemSpec, context: PlaceContext): Functional[] {
  const { scope } = context;
  if (Object.keys(functionals).length > 0 && scope.parameters)
    throw new OptionsError("pde: functionals have no meaning where the solution depends on parameters", "functionals");
  return Object.entries(functionals).map(([name, text]) => {
    if (!/^\p{L}[\p{L}\p{Nd}_]*$/u.test(name))
      throw new OptionsError(
        `pde: the functional "${name}" has no name; give a letter followed by letters, digits and underscores`,
        "functionals",
        name,
      );
    return readFunctional(name, text, context);
  });
}

/** The names and the domain of a problem, against which places are read. */
export const placesOf = (problem: Problem): PlaceContext => ({
  scope: scopeOf(problem),
  shape: parseDomain(problem.domain).shape,
  bounds: problem.bounds,
  constants: { ...problem.trainable, ...problem.constants },
});

/** One functional. */
export function readFunctional(name: string, text: string, context: PlaceContext): Functional {
  const { scope, bounds } = context;
  const { formula: written, at } = momentOf(text, context);
  const parts: FunctionalPart[] = [];
  const names: string[] = [];
  let [rest, done] = ["", 0];
  for (const call of callsOf(written)) {
    const part = partOf(call, context, text);
    if (!part) continue;
    // A name that no formula of the user's has.
    const letter = `zz${"z".repeat(parts.length)}`;
    names.push(letter);
    parts.push(part);
    rest += `${written.slice(done, call.from)}${letter}`;
    done = call.to;
  }
  rest += written.slice(done);
  const constants = [...scope.constants, ...names];
  const formula = parseExpression(rest, { ...scope, constants }, { unknowns: true });
  const open = [...nodesOf(formula)].find(({ kind }) => kind === "derivative" || kind === "laplacian");
  if (open) {
    const u = "unknown" in open ? scope.unknowns[open.unknown]! : "u";
    const way = `write mean(${u}), integral(${u}), max(${u}) or ${u}(${scope.axes.join(", ")}) at a point`;
    throw textError(text, 0, `the functional ${name} has ${u} itself, which is a function`, way);
  }
  const place = [...nodesOf(formula)].find(
    (node) => node.kind === "coordinate" && (node.axis !== scope.time || at === "over"),
  );
  if (place?.kind === "coordinate") {
    const axis = scope.axes[place.axis]!;
    const point = scope.axes.map((a, k) => (k === scope.time ? a : middleOf(bounds[k]!)));
    const way =
      place.axis === scope.time
        ? `write "… at every ${axis}", or mean(…), integral(…) or max(…) over ${axis}`
        : `write it inside of mean(…), integral(…) or max(…), or a point, as ${scope.unknowns[0]}(${point.join(", ")})`;
    throw textError(text, 0, `the functional ${name} has ${axis} itself, which is no number`, way);
  }
  const whole = rewritten(formula, (e) =>
    e.kind === "constant" && names.includes(e.name) ? { ...e, name: nameOfPart(names.indexOf(e.name)) } : undefined,
  );
  return { name, formula: whole, parts, ...(at !== undefined && { at }), text };
}

const middleOf = ([low, high]: readonly [number, number]): number => Number(((low + high) / 2).toPrecision(3));

/** The moment at the end of a text; the last one where none is said. */
function momentOf(
  text: string,
  { scope, bounds }: PlaceContext,
): { readonly formula: string; readonly at?: Functional["at"] } {
  const [, formula = text, every, over, moment] =
    new RegExp(
      `^(.*?)\\s+(?:at\\s+(every)\\s+${timeName}|(over)\\s+${timeName}|at\\s+${timeName}\\s*=\\s*([-−]?[\\d.]+(?:e[-+]?\\d+)?))\\s*$`,
      "su",
    ).exec(text) ?? [];
  if (scope.time === undefined) {
    if (formula === text) return { formula };
    throw new OptionsError(`pde: the functional "${text}" names a time; the domain has none`, "functionals", text);
  }
  if (every !== undefined) return { formula, at: "every" };
  if (over !== undefined) return { formula, at: "over" };
  const [begin, end] = bounds[scope.time]!;
  const at = moment === undefined ? end : Number(moment.replace("−", "-"));
  if (at >= begin && at <= end) return { formula, at };
  throw new OptionsError(
    `pde: the functional "${text}" is at ${timeName} = ${at}; give a time from ${begin} to ${end}`,
    "functionals",
    text,
  );
}

interface Called {
  readonly kind: FunctionalPart["kind"];
  readonly args: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** Calls of the kinds of parts that stand in no other one. */
function callsOf(text: string): Called[] {
  const found: Called[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\p{Nd}_])(integral|int|∫|mean|average|max|min)\s*\(/gu)) {
    if (match.index < (found.at(-1)?.to ?? 0)) continue;
    const args = [""];
    let to = match.index + match[0].length;
    for (let depth = 1; depth > 0; to++) {
      const sign = text[to];
      if (sign === undefined) throw textError(text, match.index, `the bracket of ${match[1]} is open`, "close it");
      if ("([{".includes(sign)) depth++;
      if (")]}".includes(sign)) depth--;
      if (depth === 1 && sign === ",") args.push("");
      else if (depth > 0) args[args.length - 1] += sign;
    }
    found.push({ kind: kinds[match[1]!]!, args, from: match.index, to });
  }
  return found;
}

/** The part that a call is; undefined for an integral along a variable, and the larger of two formulas. */
function partOf({ kind, args }: Called, context: PlaceContext, text: string): FunctionalPart | undefined {
  const [formula, ...rest] = args;
  if (kind === "integral" && rest.length > 2) return undefined;
  const on = rest.join(",").trim();
  if ((kind === "max" || kind === "min") && on !== "" && !isPlace(on, context)) return undefined;
  const places = on === "" ? undefined : parsePlaces(on, context);
  const inside = places?.find(
    (place) => typeof place === "object" && "axis" in place && place.axis === context.scope.time,
  );
  if (inside)
    throw textError(
      text,
      0,
      `"${on}" is a moment, and no part of the boundary in space`,
      'write "… at t = …" behind the functional',
    );
  const of = parseExpression(formula!.trim(), context.scope, { unknowns: true, ...(places && { normal: true }) });
  return { kind, of, ...(places && { on: places }) };
}

/** True for a text that names a part of the boundary. */
function isPlace(text: string, { shape }: PlaceContext): boolean {
  if (/[<>=]/.test(text) || /^(boundary|left|right|top|bottom|edge\s+\d+)$/.test(text)) return true;
  return shape.kind === "mesh" && Object.hasOwn(shape.groups, text);
}
