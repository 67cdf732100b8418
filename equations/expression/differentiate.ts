/** Exact partial derivatives of expressions, with shared subtrees differentiated once. */
import { DomainError } from "../../engine/errors.ts";
import { call, elsewhere, isZero, number, one, partial, table, total, unit, zero } from "./build.ts";
import type { Expression } from "./expression.ts";
import { quadrature } from "./quadrature.ts";
import { bottomUp } from "./tree.ts";

/** The highest total order of a derivative of an unknown. */
export const maxOrder = 4;

/** A leaf with respect to which to differentiate: a coordinate, or a column given from outside. */
export type Variable = { readonly axis: number } | { readonly data: string };

/**
 * The derivative of an expression along an axis (or with respect to a data leaf, which is then a variable of its own).
 * Kinks (abs, min, max) have the mean of their one-sided derivatives.
 *
 * @param dimension number of axes
 * @param memo results for this variable so far: hand the same map in again to share work between expressions
 * @throws DomainError where a derivative of an unknown would exceed order 4, or a data leaf has no derivative
 */
export function differentiate(
  expression: Expression,
  variable: Variable,
  dimension: number,
  memo = new Map<Expression, Expression>(),
): Expression {
  for (const node of bottomUp(expression, memo)) memo.set(node, derivativeOfNode(node, variable, dimension, memo));
  return memo.get(expression)!;
}

function derivativeOfNode(
  e: Expression,
  variable: Variable,
  dimension: number,
  memo: ReadonlyMap<Expression, Expression>,
): Expression {
  switch (e.kind) {
    case "number":
    case "constant":
    case "abscissa":
      return zero;
    case "quadrature":
      return quadrature(e, memo.get(e.args[0]!)!);
    case "coordinate":
      return "axis" in variable && e.axis === variable.axis ? one : zero;
    case "data":
      if ("data" in variable) return e.name === variable.data ? one : zero;
      throw new DomainError(`differentiate: "${e.name}" is given point by point; it has no derivative here`, e.name);
    case "derivative":
      if ("data" in variable) return zero;
      return raised(e.unknown, e.order, variable.axis);
    case "laplacian":
      if ("data" in variable) return zero;
      return total(e.axes.map((k) => raised(e.unknown, unit(dimension, k, 2), variable.axis)));
    case "elsewhere":
      // The chain rule through the coordinates of the other point.
      return total(
        e.args.map((a, k) => {
          const slope = memo.get(a)!;
          return isZero(slope) ? zero : call("mul", elsewhere(e.unknown, raisedOrder(e.order, k), e.args), slope);
        }),
      );
    case "table":
      return total(
        e.args.map((a, k) => {
          const slope = memo.get(a)!;
          if (isZero(slope)) return zero;
          // Flat between its jumps, as sign is; what is differentiated by an equation may have none (check-regular.ts).
          const own = e.table.derivative(k);
          return own ? call("mul", table(own, e.args), slope) : zero;
        }),
      );
    case "function":
      throw new DomainError(`differentiate: the function ${e.name} has no symbolic derivative`, e.name);
    case "call": {
      return derivativeOfCall(e, (k) => memo.get(e.args[k]!)!);
    }
  }
}

/** The derivative of an unknown, once more along `axis`. */
function raised(unknown: number, order: readonly number[], axis: number): Expression {
  return partial(unknown, raisedOrder(order, axis));
}

function raisedOrder(order: readonly number[], axis: number): number[] {
  const next = order.map((o, k) => (k === axis ? o + 1 : o));
  const sum = next.reduce((a, b) => a + b, 0);
  if (sum > maxOrder) {
    const message = `differentiate: a derivative of order ${sum} would be needed; at most ${maxOrder} can be propagated`;
    throw new DomainError(`${message}, so write the equation as a system`, sum);
  }
  return next;
}

type Call = Extract<Expression, { kind: "call" }>;

function derivativeOfCall(e: Call, slope: (k: number) => Expression): Expression {
  const [a, b] = e.args as [Expression, Expression];
  const da = slope(0);
  const scaled = (factor: () => Expression) => (isZero(da) ? zero : call("mul", factor(), da));
  switch (e.name) {
    case "add":
    case "sub":
      return call(e.name, da, slope(1));
    case "mul":
      return call("add", call("mul", da, b), call("mul", a, slope(1)));
    case "div": {
      // a/b: a'/b − a b'/b²
      const db = slope(1);
      const first = call("div", da, b);
      return isZero(db) ? first : call("sub", first, call("div", call("mul", a, db), call("square", b)));
    }
    case "neg":
      return call("neg", da);
    case "pow": {
      const db = slope(1);
      const lowered = b.kind === "number" ? number(b.value - 1) : call("sub", b, one);
      const base = scaled(() => call("mul", b, call("pow", a, lowered)));
      return isZero(db) ? base : call("add", base, call("mul", call("mul", e, call("log", a)), db));
    }
    case "square":
      return scaled(() => call("mul", number(2), a));
    case "sin":
      return scaled(() => call("cos", a));
    case "cos":
      return scaled(() => call("neg", call("sin", a)));
    case "tan":
      return scaled(() => call("add", one, call("square", e)));
    case "exp":
      return scaled(() => e);
    case "log":
      return call("div", da, a);
    case "sqrt":
      return isZero(da) ? zero : call("div", da, call("mul", number(2), e));
    case "abs":
      return scaled(() => call("sign", a));
    case "sign":
      return zero;
    case "tanh":
      return scaled(() => call("sub", one, call("square", e)));
    case "sinh":
      return scaled(() => call("cosh", a));
    case "cosh":
      return scaled(() => call("sinh", a));
    case "atan":
      return isZero(da) ? zero : call("div", da, call("add", one, call("square", a)));
    case "atan2": {
      // (x y' − y x')/(x² + y²), with y the first argument.
      const db = slope(1);
      const turned = call("sub", call("mul", b, da), call("mul", a, db));
      return isZero(turned) ? zero : call("div", turned, call("add", call("square", a), call("square", b)));
    }
    case "erf":
      return scaled(() => call("mul", number(2 / Math.sqrt(Math.PI)), call("exp", call("neg", call("square", a)))));
    case "if":
      return call("if", a, slope(1), slope(2));
    case "min":
    case "max": {
      // max(a, b) = (a + b + |a − b|)/2, min with a minus.
      const db = slope(1);
      const lean = call("mul", call("sign", call("sub", a, b)), call("sub", da, db));
      const both = call("add", da, db);
      return call("mul", number(0.5), call(e.name === "max" ? "add" : "sub", both, lean));
    }
  }
}

/** Partial derivatives of any order of one expression; those on the way are kept for the next question. */
export function derivativesOfExpression(
  expression: Expression,
  dimension: number,
): (order: readonly number[]) => Expression {
  const known = new Map<string, Expression>([[unit(dimension, -1).join(), expression]]);
  const memos = Array.from({ length: dimension }, () => new Map<Expression, Expression>());
  const get = (order: readonly number[]): Expression => {
    const found = known.get(order.join());
    if (found) return found;
    const axis = order.findIndex((o) => o > 0);
    const lower = get(order.map((o, k) => (k === axis ? o - 1 : o)));
    const result = differentiate(lower, { axis }, dimension, memos[axis]!);
    known.set(order.join(), result);
    return result;
  };
  return get;
}
