/** Conditions that are written as one text: `u = 0 on x = 1`, `y'(1) + 2*y(1) = 0`, `periodic in x`. */
import { OptionsError } from "../../engine/errors.ts";
import { functionNames } from "../expression/calls.ts";
import { type Expression, evaluate, numbers } from "../expression/expression.ts";
import { parseEquations } from "../expression/parse.ts";
import { spelled } from "../expression/print.ts";
import { type Scope, spaceAxes } from "../expression/scope.ts";
import { tokensOf } from "../expression/tokens.ts";
import { nodesOf } from "../expression/tree.ts";
import { parsePlaces } from "./place.ts";
import type { ConditionSpec } from "./problem.ts";
import type { ConditionContext } from "./read-conditions.ts";

/** `u(0, t) = u(1, t) = 0`, `u(±1, t) = 0` and `u(0) = 0, u(1) = 1` as one text for each value. */
export function textsOf(text: string): readonly string[] {
  if (text.includes("±")) return ["-", "+"].flatMap((sign) => textsOf(text.replaceAll("±", sign)));
  const atPoints = text.split(/,(?=\s*\p{L}[\p{L}\p{Nd}_]*['′″]*\([^()]*\)\s*=)/u);
  if (atPoints.length > 1 && atPoints.every((one) => one.includes("="))) return atPoints.flatMap(textsOf);
  const sides = text.split("=");
  const [value, ...others] = sides.reverse();
  const isChain =
    others.length > 1 && others.every((side) => /^\p{L}[\p{L}\p{Nd}_]*['′″]*(?:\s*\([^()]*\))?$/u.test(side.trim()));
  return isChain ? others.reverse().map((side) => `${side.trim()} = ${value!.trim()}`) : [text];
}

/**
 * The condition that one text says: `u = 0`, `u_n = 0 on y = 0`, `u = sin(pi*x) at t = 0`, `u(x, 0) = sin(pi*x)`,
 * `periodic in x`. Its type follows from the equation and the place; without a place it holds on the whole boundary, or
 * at the first moment where there is no space.
 */
export function specOfText(text: string, context: ConditionContext): ConditionSpec {
  const { time } = context.scope;
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
    : (placeAfterBar(text) ?? placeOfArguments(text, context.scope));
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

/** `d^2y/dx^2` before the brackets of a place: what stands above, the unknown, the axis, and what stands below. */
const derivativeAtPoint =
  /(?<![\p{L}\p{Nd}_])[∂d]\^?([2-4]?)(\p{L}[\p{L}\p{Nd}_]*)\/[∂d](\p{L}[\p{L}_]*)\^?([2-4]?)(?=\s?\([^()]*\))/gu;

/** A call such as `u(x, 0)` or `y'(1)`. */
const callAtPoint = /((?=\p{L})(?<![\p{L}_]\p{Nd}*)\p{L}[\p{L}\p{Nd}_]*['′″]*)\s*\(([^()]*)\)/gu;

/**
 * `u = f` and the face `t = 0` of `u(x, 0) = f`, `y' + 2*y = 0` and `x = 1` of `y'(1) + 2*y(1) = 0`: the arguments are
 * the axes in their order, all but one by name. Unknowns at another place than the first stay as they are, so that
 * `y(0) + y(1) = 3` is `y + y(1) = 3` at x = 0.
 */
function placeOfArguments(written: string, scope: Scope): readonly [equation: string, on?: string] {
  const { axes, unknowns } = scope;
  const text = written.replace(derivativeAtPoint, (whole, above: string, of: string, axis: string, below: string) => {
    const isOne = above === below && unknowns.includes(of) && axes.includes(axis);
    return isOne ? `${of}_${axis.repeat(Number(above || 1))}` : whole;
  });
  // u(t = 0) = f names the axis.
  const [, name, axis, at, value] = /^\s*([^\s(]+)\s*\(\s*([^\s=]+)\s*=([^=()]*)\)\s*=([^=]*)$/u.exec(text) ?? [];
  if (axes.includes(axis!)) return [`${name} = ${value!.trim()}`, `${axis} = ${at!.trim()}`];
  const placeOf = (inner: string) => {
    const given = inner.split(",").map((argument) => argument.trim());
    const fixed = axes.flatMap((axis, k) => (given[k] === axis ? [] : [`${axis} = ${given[k]}`]));
    return given.length === axes.length && fixed.length === 1 ? fixed[0] : undefined;
  };
  const isFunction = (name: string) => functionNames(scope).includes(name);
  const [place] = [...text.matchAll(callAtPoint)].flatMap(([, name, inner]) =>
    isFunction(name!) ? [] : [placeOf(inner!)],
  );
  if (place === undefined) return [text];
  const equation = text.replace(callAtPoint, (whole, name: string, inner: string) =>
    !isFunction(name) && placeOf(inner) === place ? name : whole,
  );
  return [equation.trim(), place];
}

/**
 * The same conditions, where those that say that an unknown and all its derivatives below the highest agree at both
 * ends, as `y(0) = y(1)` and `y'(0) = y'(1)`, are one: `y periodic in x`.
 */
export function withPeriodicPairs<C extends ConditionSpec | string>(
  written: readonly C[],
  context: ConditionContext,
): readonly (ConditionSpec | C)[] {
  const { scope, orders } = context;
  const pairs = written.map((one) => (typeof one === "string" ? pairOf(one, context) : undefined));
  const ordersAt = (axis: number, unknown: number) =>
    new Set(pairs.flatMap((pair) => (pair?.axis === axis && pair.unknown === unknown ? [pair.order] : [])));
  const isWhole = ({ axis, unknown }: Pair) => ordersAt(axis, unknown).size === orders[unknown]![axis]!;
  return written.flatMap((one, i): readonly (ConditionSpec | C)[] => {
    const pair = pairs[i];
    if (!pair || !isWhole(pair)) return [one];
    const { axis, unknown, order } = pair;
    if (order > 0) return [];
    return [{ type: "periodic", on: scope.axes[axis]!, unknowns: [scope.unknowns[unknown]!] }];
  });
}

/** A derivative of an unknown along an axis of a box that agrees at both ends, of an order below the highest. */
interface Pair {
  readonly axis: number;
  readonly unknown: number;
  readonly order: number;
}

function pairOf(text: string, { scope, shape, bounds, constants, orders }: ConditionContext): Pair | undefined {
  const sides = text.split("=");
  const isCall = (side: string) => side.trim().match(callAtPoint)?.[0] === side.trim();
  if (shape.kind !== "box" || sides.length !== 2 || !sides.every(isCall)) return undefined;
  const equations = parseEquations(text, scope, { unknowns: true });
  const [[left, right]] = equations as [readonly [Expression, Expression]];
  if (equations.length > 1 || left.kind !== "elsewhere" || right.kind !== "elsewhere") return undefined;
  const ends = ({ args }: { readonly args: readonly Expression[] }) =>
    args.flatMap((arg, k) => (arg.kind === "coordinate" && arg.axis === k ? [] : [{ arg, axis: k }]));
  const [[a, ...more], [b, ...others]] = [ends(left), ends(right)];
  if (!a || !b || more.length + others.length > 0 || a.axis !== b.axis) return undefined;
  const { axis } = a;
  if ([...nodesOf([a.arg, b.arg])].some(({ kind }) => kind === "coordinate")) return undefined;
  const at = [a.arg, b.arg].map((arg) => evaluate(arg, numbers({ constants })));
  const [low, high] = bounds[axis]!;
  const near = (v: number, w: number) => Math.abs(v - w) <= 1e-12 * Math.max(1, high - low);
  if (!(near(Math.min(...at), low) && near(Math.max(...at), high))) return undefined;
  const order = left.order[axis]!;
  const alike = left.unknown === right.unknown && left.order.every((o, k) => o === right.order[k]);
  const isPure = left.order.every((o, k) => k === axis || o === 0);
  if (!alike || !isPure || order >= orders[left.unknown]![axis]!) return undefined;
  return { axis, unknown: left.unknown, order };
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
