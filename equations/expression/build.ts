/** Constructors of expressions that fold numbers and drop what changes nothing, so that derivatives stay small. */
import type { Expression } from "./expression.ts";
import { type FunctionName, scalarFunctions } from "./functions.ts";
import type { Table } from "./table.ts";

/** The number `value`. */
export function number(value: number): Expression {
  return Object.freeze({ kind: "number", value });
}

export const zero: Expression = number(0);
export const one: Expression = number(1);

/** The coordinate along an axis. */
export function coordinate(axis: number): Expression {
  return Object.freeze({ kind: "coordinate", axis });
}

/** A partial derivative; all orders 0 for the unknown itself. */
export function partial(unknown: number, order: readonly number[]): Expression {
  return Object.freeze({ kind: "derivative", unknown, order: Object.freeze([...order]) });
}

/** The Laplacian over `axes`; in one dimension the second derivative. `dimension` is the number of all axes. */
export function laplacian(unknown: number, axes: readonly number[], dimension: number): Expression {
  const [only, ...more] = axes;
  if (only !== undefined && more.length === 0) return partial(unknown, unit(dimension, only, 2));
  return Object.freeze({ kind: "laplacian", unknown, axes: Object.freeze([...axes]) });
}

/** A column given from outside. */
export function data(name: string): Expression {
  return Object.freeze({ kind: "data", name });
}

/** The multi-index with `order` at one axis. */
export function unit(dimension: number, axis: number, order = 1): number[] {
  return Array.from({ length: dimension }, (_, k) => (k === axis ? order : 0));
}

/** A call exactly as asked for, without any simplification. */
export function plainCall(name: FunctionName, args: readonly Expression[]): Expression {
  return Object.freeze({ kind: "call", name, args: Object.freeze([...args]) });
}

/** True for the number 0. */
export const isZero = (e: Expression): boolean => e.kind === "number" && e.value === 0;

const isNumber = (e: Expression): e is Extract<Expression, { kind: "number" }> => e.kind === "number";
const is = (e: Expression, value: number): boolean => e.kind === "number" && e.value === value;

/** A call, simplified by rules that hold for all finite values of the arguments. */
export function call(name: FunctionName, ...args: readonly Expression[]): Expression {
  if (args.every((a) => isNumber(a))) {
    const [a, b, c] = args.map((e) => (isNumber(e) ? e.value : Number.NaN));
    const value = scalarFunctions[name](a!, b ?? Number.NaN, c ?? Number.NaN);
    if (Number.isFinite(value)) return number(value);
  }
  return simplified(name, args[0]!, args[1] ?? zero, args[2] ?? zero) ?? plainCall(name, args);
}

function simplified(name: FunctionName, a: Expression, b: Expression, c: Expression): Expression | undefined {
  switch (name) {
    case "add":
      if (is(a, 0)) return b;
      if (is(b, 0)) return a;
      return negative(b) && call("sub", a, negative(b)!);
    case "sub":
      if (is(b, 0)) return a;
      if (is(a, 0)) return call("neg", b);
      return negative(b) && call("add", a, negative(b)!);
    case "mul":
      return product(a, b);
    case "div":
      if (is(b, 1)) return a;
      return is(a, 0) && !is(b, 0) ? zero : undefined;
    case "neg":
      if (a.kind === "call" && a.name === "neg") return a.args[0]!;
      if (a.kind === "call" && a.name === "mul" && isNumber(a.args[0]!))
        return call("mul", number(-a.args[0].value), a.args[1]!);
      return undefined;
    case "pow":
      if (is(b, 1)) return a;
      if (is(b, 0)) return one;
      if (is(b, 2)) return call("square", a);
      return undefined;
    case "if":
      if (isNumber(a)) return a.value > 0 ? b : c;
      return isZero(b) && isZero(c) ? zero : undefined;
    default:
      return undefined;
  }
}

/** −e, for an e with a minus in front. */
function negative(e: Expression): Expression | undefined {
  if (isNumber(e)) return e.value < 0 ? number(-e.value) : undefined;
  if (e.kind !== "call") return undefined;
  const front = e.args[0]!;
  if (e.name === "neg") return front;
  return e.name === "mul" && isNumber(front) && front.value < 0
    ? call("mul", number(-front.value), e.args[1]!)
    : undefined;
}

/** Products keep one number, in front. */
function product(a: Expression, b: Expression): Expression | undefined {
  // 0 times something that is no finite number is none either.
  if (is(a, 0) || is(b, 0)) return [a, b].some((e) => isNumber(e) && !Number.isFinite(e.value)) ? undefined : zero;
  if (is(a, 1)) return b;
  if (is(b, 1)) return a;
  if (isNumber(b)) return call("mul", b, a);
  if (is(a, -1)) return call("neg", b);
  const front = (e: Expression) =>
    e.kind === "call" && e.name === "mul" && isNumber(e.args[0]!) ? e.args[0] : undefined;
  const rest = (e: Expression) => (e.kind === "call" ? e.args[1]! : e);
  if (isNumber(a)) {
    if (b.kind === "call" && b.name === "neg") return call("mul", number(-a.value), b.args[0]!);
    const factor = front(b);
    return factor && call("mul", number(a.value * factor.value), rest(b));
  }
  if (a.kind === "call" && a.name === "neg") return call("neg", call("mul", a.args[0]!, b));
  if (b.kind === "call" && b.name === "neg") return call("neg", call("mul", a, b.args[0]!));
  const [p, q] = [front(a), front(b)];
  if (p && q) return call("mul", number(p.value * q.value), call("mul", rest(a), rest(b)));
  if (p) return call("mul", p, call("mul", rest(a), b));
  if (q) return call("mul", q, call("mul", a, rest(b)));
  return undefined;
}

/** A partial derivative of an unknown at the point with these coordinates. */
export function elsewhere(unknown: number, order: readonly number[], at: readonly Expression[]): Expression {
  return Object.freeze({ kind: "elsewhere", unknown, order: Object.freeze([...order]), args: Object.freeze([...at]) });
}

/** A function on a grid at the point with these coordinates on its axes. */
export function table(of: Table, at: readonly Expression[]): Expression {
  return Object.freeze({ kind: "table", table: of, args: Object.freeze([...at]) });
}

/** The sum of any number of expressions. */
export function total(terms: readonly Expression[]): Expression {
  return terms.length === 0 ? zero : balanced(terms, (a, b) => call("add", a, b));
}

/**
 * Joins one or more items: up to 32 from the left, more by halves, so that the tree of thousands of them stays shallow.
 */
export function balanced<T>(items: readonly T[], join: (a: T, b: T) => T): T {
  if (items.length <= 32) return items.reduce(join);
  const middle = items.length >> 1;
  return join(balanced(items.slice(0, middle), join), balanced(items.slice(middle), join));
}

/**
 * The sum of the sizes of what an expression adds up, wherever in it that happens.
 *
 * @param ofLeaf - the size of what is no call
 */
export function termsOf(e: Expression, ofLeaf = (leaf: Expression): Expression => call("abs", leaf)): Expression {
  if (e.kind !== "call") return ofLeaf(e);
  const [a, b] = e.args;
  if (e.name === "neg") return termsOf(a!, ofLeaf);
  if (e.name === "add" || e.name === "sub") return call("add", termsOf(a!, ofLeaf), termsOf(b!, ofLeaf));
  if (e.name === "mul") return call("mul", termsOf(a!, ofLeaf), termsOf(b!, ofLeaf));
  if (e.name === "div") return call("div", termsOf(a!, ofLeaf), call("abs", b!));
  if (e.name === "if") return call("if", a!, termsOf(b!, ofLeaf), termsOf(e.args[2]!, ofLeaf));
  return call("abs", e);
}
