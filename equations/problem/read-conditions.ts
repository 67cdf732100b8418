/** Reads conditions: what holds on the boundary, at the first moment, and from one face of a box to the other. */
import { OptionsError } from "../../engine/errors.ts";
import { timeName } from "../domain/spec.ts";
import { call, data, partial, total, unit } from "../expression/build.ts";
import { derivativesOfExpression } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import { parseEquations } from "../expression/parse.ts";
import { spelled, toText } from "../expression/print.ts";
import { spaceAxes } from "../expression/scope.ts";
import { suggest, textError } from "../expression/syntax-error.ts";
import { tokensOf } from "../expression/tokens.ts";
import { nodesOf } from "../expression/tree.ts";
import { derivativeName } from "./derivatives.ts";
import { type PlaceContext, parsePlaces, parseSurface } from "./place.ts";
import type { Condition, ConditionSpec, Place, ProblemSpec, ValueCondition } from "./problem.ts";

/** The names, the domain and the exact solution that formulas of conditions are read against. */
export interface ConditionContext extends PlaceContext {
  readonly exact: readonly Expression[] | undefined;
  /** Takes what conditions differentiate. */
  /** Number of fields, the last unknowns: they have no conditions. */
  readonly fields: number;
  /** Highest order of derivatives along each axis [unknown][axis]. */
  readonly orders: readonly (readonly number[])[];
}

/**
 * Conditions as written one by one; `"exact"` stands for values on the boundary (with normal derivatives
 * for equations above second order in space) and at the first moment.
 */
export function conditionSpecs(
  spec: ProblemSpec,
  time: number | undefined,
  orders: ConditionContext["orders"],
): readonly (ConditionSpec | string)[] {
  if (spec.conditions !== "exact")
    return [spec.conditions ?? []]
      .flat()
      .flatMap((one): readonly (ConditionSpec | string)[] => (typeof one === "string" ? textsOf(one) : [one]));
  if (spec.exact === undefined && spec.manufactured === undefined) {
    const message = 'pde: conditions are "exact", but no solution is given; add "exact" or "manufactured"';
    throw new OptionsError(message, "conditions", spec.conditions);
  }
  const exact = (type: "dirichlet" | "neumann" | "initial"): ConditionSpec => ({ type, equation: "exact" });
  const high = orders.some((row) => row.some((order, k) => k !== time && order > 2));
  return [exact("dirichlet"), ...(high ? [exact("neumann")] : []), ...(time === undefined ? [] : [exact("initial")])];
}

/** `u(0, t) = u(1, t) = 0`, `u(±1, t) = 0` and `u(0) = 0, u(1) = 1` as one text for each value. */
function textsOf(text: string): readonly string[] {
  if (text.includes("±")) return ["-", "+"].flatMap((sign) => textsOf(text.replaceAll("±", sign)));
  const atPoints = text.split(/,(?=\s*\p{L}[\p{L}\p{Nd}_]*['′″]*\([^()]*\)\s*=)/u);
  if (atPoints.length > 1 && atPoints.every((one) => one.includes("="))) return atPoints.flatMap(textsOf);
  const sides = text.split("=");
  const [value, ...others] = sides.reverse();
  const isChain =
    others.length > 1 && others.every((side) => /^\p{L}[\p{L}\p{Nd}_]*['′″]*(?:\s*\([^()]*\))?$/u.test(side.trim()));
  return isChain ? others.reverse().map((side) => `${side.trim()} = ${value!.trim()}`) : [text];
}

/** One written condition may hold several equations, and thus be several conditions. */
export function readConditions(written: ConditionSpec | string, context: ConditionContext): Condition[] {
  const spec = typeof written === "string" ? specOfText(written, context) : written;
  if (spec.type === "periodic") return readPeriodic(spec, context);
  const { scope } = context;
  const { type, weight = 1 } = spec;
  if (type === "initial" && scope.time === undefined)
    throw new OptionsError(
      `pde: an initial condition needs time; add "${timeName}": [start, end] to the domain`,
      "conditions",
      spec,
    );
  const places: readonly Place[] =
    spec.type === "initial"
      ? [{ axis: scope.time!, side: "low" }]
      : spec.type === "interface"
        ? [parseSurface(spec.on, context)]
        : parsePlaces(spec.on ?? "boundary", context);
  const texts = typeof spec.equation === "string" ? [spec.equation] : spec.equation;
  const made = texts.flatMap((text) => conditionsOf(text, type, context));
  return places.flatMap((on) => made.map((c): ValueCondition => ({ ...c, on, weight })));
}

/**
 * The condition that one text says: `u = 0`, `u_n = 0 on y = 0`, `u = sin(pi*x) at t = 0`, `u(x, 0) = sin(pi*x)`, `periodic in x`.
 * Its type follows from the equation and the place; without a place it holds on the whole boundary, or at the first moment where there is no space.
 */
function specOfText(text: string, context: ConditionContext): ConditionSpec {
  const { axes, time } = context.scope;
  const periodic = periodicText(text);
  if (periodic !== undefined) {
    const { which, along } = periodic;
    const listed = (names: string) => names.split(/,|\band\b/).map((name) => name.trim());
    return { type: "periodic", on: listed(along || onlySpace(context)), ...(which && { unknowns: listed(which) }) };
  }
  const last = [...text.matchAll(/\s(?:at|on|where|when|for)(?=\s.)/gs)].at(-1);
  const said = last && text.slice(0, last.index);
  const [equation, on] = said?.includes("=")
    ? [exactAsWritten(said.trim()), text.slice(said.length + last![0].length).trim()]
    : (placeAfterBar(text) ?? placeOfArguments(text, axes));
  const surface = /^the\s+interface\s+(.+)$/s.exec(on ?? "")?.[1];
  if (surface !== undefined) return { type: "interface", equation, on: surface };
  const places = on === undefined ? [] : parsePlaces(on, context);
  const first = places.some(
    (place) => typeof place === "object" && "axis" in place && place.axis === time && place.side === "low",
  );
  if (first || (on === undefined && time === 0)) return { type: "initial", equation };
  return { type: typeOf(equation, context), equation, ...(on !== undefined && { on }) };
}

/** `u and v` and `x` of `u and v periodic in x`, empty where they are left out; undefined for other texts. */
function periodicText(text: string): { readonly which: string; readonly along: string } | undefined {
  const words = text.trim().split(/\s+/);
  const at = words.indexOf("periodic");
  const [before, [preposition, ...axes]] = [words.slice(0, at), words.slice(at + 1)];
  const isPlace = preposition === undefined || (["in", "on", "along"].includes(preposition) && axes.length > 0);
  if (at < 0 || !isPlace || before.some((word) => word.includes("="))) return undefined;
  return { which: before.join(" "), along: axes.join(" ") };
}

/** The axis of space where there is one. @throws OptionsError where there are several */
function onlySpace({ scope }: ConditionContext): string {
  const space = spaceAxes(scope).map((k) => scope.axes[k]!);
  if (space.length === 1) return space[0]!;
  const way = `say along which: "periodic in ${space.join(", ") || "x"}"`;
  throw new OptionsError(`pde: a condition is "periodic"; ${way}`, "conditions", "periodic");
}

/** `u_n = exact` for `∂u/∂n = exact`, as it is printed. */
function exactAsWritten(equation: string): string {
  const at = equation.lastIndexOf("=");
  const derivative = equation.slice(0, Math.max(at, 0)).trimEnd();
  if (!derivative.startsWith("∂") || equation.slice(at + 1).trimStart() !== "exact") return equation;
  return `${spelled(tokensOf(derivative, 0, derivative.length)[0]!.text)} = exact`;
}

/** `u = f` and the face `x = 0` of `u|x=0 = f` and `u|_{x=0} = f`. */
function placeAfterBar(text: string): readonly [equation: string, on: string] | undefined {
  const [quantity, rest = "", ...more] = text.split("|");
  const [axis, at, value] = rest
    .replace(/^_?\{?/, "")
    .replace("}", "")
    .split("=");
  if (more.length > 0 || value === undefined || quantity!.includes("=")) return undefined;
  return [`${quantity!.trim()} = ${value.trim()}`, `${axis!.trim()} = ${at!.trim()}`];
}

/** `u = f` and the face `t = 0` of `u(x, 0) = f`: the arguments are the axes in their order, all but one by name. */
function placeOfArguments(text: string, axes: readonly string[]): readonly [equation: string, on?: string] {
  const [, name, inner, value] = /^\s*(\p{L}[\p{L}\p{Nd}_]*['′″]*)\s*\(([^()]*)\)\s*=([^=]*)$/u.exec(text) ?? [];
  const given = inner?.split(",").map((argument) => argument.trim());
  // u(t = 0) = f names the axis.
  const [named, at, ...more] = (inner ?? "").split("=").map((side) => side.trim());
  if (at && more.length === 0 && axes.includes(named!)) return [`${name} = ${value!.trim()}`, `${named} = ${at}`];
  if (given?.length !== axes.length) return [text];
  const fixed = axes.flatMap((axis, k) => (given[k] === axis ? [] : [`${axis} = ${given[k]}`]));
  return fixed.length === 1 ? [`${name} = ${value!.trim()}`, fixed[0]!] : [text];
}

/** Dirichlet without derivatives, Neumann with derivatives alone, Robin with both. */
function typeOf(equation: string, { scope }: ConditionContext): "dirichlet" | "neumann" | "robin" {
  if (/(?:^|=)\s*exact\s*$/.test(equation)) return /_n\s*=/.test(equation) ? "neumann" : "dirichlet";
  const sides = parseEquations(equation, scope, { unknowns: true, normal: true }).flat();
  const nodes = sides.flatMap((side) => [...nodesOf(side)]);
  const differentiated = nodes.some(
    (n) => n.kind === "laplacian" || (n.kind === "derivative" && n.order.some((o) => o > 0)),
  );
  if (!differentiated) return "dirichlet";
  return nodes.some((n) => n.kind === "derivative" && n.order.every((o) => o === 0)) ? "robin" : "neumann";
}

/** The conditions of one text, wherever they hold. */
function conditionsOf(text: string, type: ValueCondition["kind"], context: ConditionContext): Unplaced[] {
  const { scope } = context;
  if (text.trim() === "exact") return exactConditions(type, context).map(({ condition }) => condition);
  // "v = exact", "u_n = exact": one unknown of the exact ones.
  const one = /^\s*(\p{L}[\p{L}\p{Nd}]*)(_n|_(?=t)[\p{L}\p{Nd}]+)?\s*=\s*exact\s*$/u.exec(text);
  if (one) {
    const [, name = "", suffix] = one;
    const kind = suffix === "_n" ? "neumann" : type;
    const unknowns = scope.complex?.get(name) ?? [scope.unknowns.indexOf(name)];
    if (unknowns.includes(-1)) throw textError(text, 0, `"${name}" is no unknown`, suggest(name, scope.unknowns));
    const wanted = suffix === undefined || suffix === "_n" ? 0 : suffix.length - 1;
    return exactConditions(kind, context).flatMap(({ condition, unknown, derivative }) =>
      unknowns.includes(unknown) && derivative === wanted ? [condition] : [],
    );
  }
  return parseEquations(text, scope, {
    unknowns: true,
    normal: type === "neumann" || type === "robin" || type === "interface",
  }).map(([left, right], part, { length }) => {
    const residual = call("sub", left, right);
    checkKind(type, text, residual, context);
    const prescribes = prescribedBy(left, right, type);
    const shown = length === 1 ? text : `${text} (${part === 0 ? "real" : "imaginary"} part)`;
    return { kind: type, residual, ...(prescribes && { prescribes }), text: shown };
  });
}

/** A condition before it is known where it holds. */
type Unplaced = Omit<ValueCondition, "on" | "weight">;

/** One that the exact solution gives. */
interface ExactCondition {
  readonly condition: Unplaced;
  readonly unknown: number;
  /** Order in time, at the start. */
  readonly derivative: number;
}

/** A condition must be of the kind it is called. */
function checkKind(
  type: ValueCondition["kind"],
  text: string,
  residual: Expression,
  { scope, orders }: ConditionContext,
): void {
  const nodes = [...nodesOf(residual)];
  const derivatives = nodes.filter((n) => n.kind === "derivative");
  const differentiated =
    nodes.some((n) => n.kind === "laplacian") || derivatives.some((n) => n.order.some((o) => o > 0));
  const elsewhere = nodes.find((n) => n.kind === "elsewhere");
  if (derivatives.length === 0 && !differentiated && elsewhere)
    throw textError(
      text,
      0,
      "this asks for an unknown at a point, and conditions are written without one",
      atPoint(text, elsewhere, scope),
    );
  if (derivatives.length === 0 && !differentiated)
    throw textError(text, 0, "no unknown appears in this condition", `the unknowns are ${scope.unknowns.join(", ")}`);
  if (type === "dirichlet" && differentiated)
    throw textError(text, 0, "a Dirichlet condition has no derivatives", "use neumann or robin for this");
  if ((type === "neumann" || type === "robin") && !differentiated)
    throw textError(text, 0, `a ${type} condition needs a derivative`, "use dirichlet, or write u_n");
  if (type !== "initial") return;
  for (const { unknown, order } of derivatives) {
    const [have, highest] = [order[scope.time!]!, orders[unknown]![scope.time!]!];
    if (have < highest || (have === 0 && highest === 0)) continue;
    const way = `in t the equations are of order ${highest}`;
    throw textError(text, 0, `an initial condition on a time derivative of order ${have} is one too many`, way);
  }
}

/** The text to write for u(x, 0) = f or u(0, t) = f. */
function atPoint(
  text: string,
  { unknown, order, args }: Extract<Expression, { kind: "elsewhere" }>,
  { axes, unknowns, time }: ConditionContext["scope"],
): string {
  const fixed = args.findIndex((a, k) => !(a.kind === "coordinate" && a.axis === k));
  const along = order.flatMap((n, k) => Array<string>(n).fill(axes[k]!)).join("");
  const value = text.includes("=") ? text.slice(text.lastIndexOf("=") + 1).trim() : "…";
  const name = `${unknowns[unknown]}${along === "" ? "" : `_${along}`}`;
  const of = (type: string, on: string) => `write { "type": "${type}", "equation": "${name} = ${value}"${on} }`;
  if (fixed < 0) return `write "${name} = …"`;
  if (fixed === time) return of("initial", "");
  const place = toText(args[fixed]!, { axes, unknowns });
  return of(along === "" ? "dirichlet" : "neumann", `, "on": "${axes[fixed]} = ${place}"`);
}

/** `u = f`, in either order of the sides; initially also `u_t = f`. */
function prescribedBy(left: Expression, right: Expression, type: ValueCondition["kind"]) {
  if (type !== "dirichlet" && type !== "initial") return undefined;
  const free = (e: Expression) => ![...nodesOf(e)].some((n) => n.kind === "derivative" || n.kind === "laplacian");
  const pairs: [Expression, Expression][] = [
    [left, right],
    [right, left],
  ];
  for (const [a, value] of pairs) {
    if (a.kind === "derivative" && free(value)) return { unknown: a.unknown, order: a.order, value };
  }
  return undefined;
}

function exactConditions(type: ValueCondition["kind"], context: ConditionContext): ExactCondition[] {
  const { scope, exact, orders } = context;
  if (!exact) {
    const message = 'pde: a condition is "exact", but no solution is given; add "exact" or "manufactured"';
    throw new OptionsError(message, "conditions", "exact");
  }
  if (type === "robin" || type === "interface") {
    const message = `pde: ${type === "robin" ? "a" : "an"} ${type} condition cannot be "exact"; write its formula, or use dirichlet or neumann`;
    throw new OptionsError(message, "conditions", type);
  }
  const dimension = scope.axes.length;
  return scope.unknowns.slice(0, scope.unknowns.length - context.fields).flatMap((name, unknown): ExactCondition[] => {
    if (type === "neumann") {
      const slopes = spaceAxes(scope).map((k) => {
        const order = unit(dimension, k);
        const value = derivativesOfExpression(exact[unknown]!, dimension)(order);
        return call("mul", data(`normal${k}`), call("sub", partial(unknown, order), value));
      });
      const condition = { kind: type, residual: total(slopes), text: `${name}_n = exact` };
      return [{ condition, unknown, derivative: 0 }];
    }
    const highest = type === "initial" ? orders[unknown]![scope.time!]! : 1;
    return Array.from({ length: highest }, (_, k) => {
      const order = type === "initial" ? unit(dimension, scope.time!, k) : unit(dimension, -1);
      const value = derivativesOfExpression(exact[unknown]!, dimension)(order);
      const text = `${type === "initial" ? derivativeName(name, scope.axes[scope.time!]!, k) : name} = exact`;
      const residual = call("sub", partial(unknown, order), value);
      const condition = { kind: type, residual, prescribes: { unknown, order, value }, text };
      return { condition, unknown, derivative: k };
    });
  });
}

function readPeriodic(spec: Extract<ConditionSpec, { type: "periodic" }>, context: ConditionContext): Condition[] {
  const { scope, shape, orders } = context;
  const names = spec.unknowns ?? scope.unknowns;
  const unknowns = names.map((name) => {
    const unknown = scope.unknowns.indexOf(name);
    if (unknown < 0)
      throw new OptionsError(`pde: "${name}" is no unknown; ${suggest(name, scope.unknowns)}`, "unknowns", name);
    return unknown;
  });
  const { weight = 1 } = spec;
  return (typeof spec.on === "string" ? [spec.on] : spec.on).map((name) => {
    const axis = scope.axes.indexOf(name);
    if (axis < 0) throw new OptionsError(`pde: "${name}" is no axis; ${suggest(name, scope.axes)}`, "on", name);
    if (shape.kind !== "box")
      throw new OptionsError("pde: only boxes can be periodic; give the domain as a box", "on", name);
    const matched = unknowns.flatMap((unknown) =>
      Array.from({ length: Math.max(1, orders[unknown]![axis]!) }, (_, k) =>
        partial(unknown, unit(scope.axes.length, axis, k)),
      ),
    );
    const text = `${names.join(", ")} periodic in ${name}`;
    return { kind: "periodic", on: { axis, side: "both" }, unknowns, matched, weight, text };
  });
}
