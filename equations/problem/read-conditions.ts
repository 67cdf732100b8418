/** Reads conditions: what holds on the boundary, at the first moment, and from one face of a box to the other. */
import { OptionsError } from "../../engine/errors.ts";
import { timeName } from "../domain/spec.ts";
import { call, data, partial, total, unit } from "../expression/build.ts";
import { derivativesOfExpression } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import { parseEquations } from "../expression/parse.ts";
import { toText } from "../expression/print.ts";
import { spaceAxes } from "../expression/scope.ts";
import { suggest, textError } from "../expression/syntax-error.ts";
import { nodesOf } from "../expression/tree.ts";
import { specOfText, textsOf } from "./condition-texts.ts";
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
  const ofUnknowns: readonly Expression["kind"][] = ["derivative", "laplacian", "elsewhere", "quadrature"];
  const free = (e: Expression) => ![...nodesOf(e)].some(({ kind }) => ofUnknowns.includes(kind));
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
