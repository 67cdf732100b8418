/**
 * Integrals as one node: Σ_q w_q f(x_q) by Gauss and Legendre's rule on [0, 1], where f is written once, with an
 * abscissa for x_q. What an integral costs to read, to differentiate and to compile then does not grow with its nodes.
 *
 * Each integral has a depth: the number of integrals that it stands in, itself included. Inside of it are only its own
 * abscissa and those of lower depth.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { call, elsewhere, number, table, total, zero } from "./build.ts";
import type { Expression } from "./expression.ts";
import { bottomUp, nodesOf } from "./tree.ts";

/** The integral of an abscissa: the number of its nodes, and its depth ≥ 1. */
export type Rule = Pick<Extract<Expression, { kind: "abscissa" }>, "size" | "depth">;

/** The place of a node of the rule, between 0 and 1. */
export function abscissa({ size, depth }: Rule): Expression {
  return Object.freeze({ kind: "abscissa", size, depth });
}

/** The integral over the rule's abscissa from 0 to 1; a number where there are only numbers in it. */
export function quadrature({ size, depth }: Rule, body: Expression): Expression {
  if (!lanesOf(body).has(depth)) return body;
  const node: Expression = Object.freeze({ kind: "quadrature", size, depth, args: Object.freeze([body]) });
  const numeric: readonly Expression["kind"][] = ["number", "abscissa", "call", "quadrature"];
  if (lanesOf(node).size > 0 || ![...nodesOf(node)].every(({ kind }) => numeric.includes(kind))) return node;
  const value = unrolled(node);
  return value.kind === "number" ? value : node;
}

const none: ReadonlyMap<number, number> = new Map();
const lanes = new WeakMap<Expression, ReadonlyMap<number, number>>();

/** The abscissae that an expression depends on: the numbers of their nodes, by depth. */
export function lanesOf(expression: Expression): ReadonlyMap<number, number> {
  const known = { has: (e: Expression) => lanes.has(e) } as ReadonlyMap<Expression, unknown>;
  for (const e of bottomUp(expression, known)) {
    const inside = "args" in e ? e.args.map((a) => lanes.get(a)!).filter((own) => own.size > 0) : [];
    const all = new Map(inside.flatMap((own) => [...own]));
    if (e.kind === "abscissa") all.set(e.depth, e.size);
    if (e.kind === "quadrature") all.delete(e.depth);
    lanes.set(e, all.size === 0 ? none : all);
  }
  return lanes.get(expression)!;
}

/** At how many combinations of nodes an expression is evaluated at each point. */
export const copiesOf = (expressions: readonly Expression[]): number =>
  [...new Map(expressions.flatMap((e) => [...lanesOf(e)])).values()].reduce((product, size) => product * size, 1);

/** True for an expression with integrals in it. */
export const hasQuadrature = (expression: Expression): boolean =>
  [...nodesOf(expression)].some(({ kind }) => kind === "quadrature");

/** The same expressions with other numbers of nodes in their integrals. */
export function withNodes(expressions: readonly Expression[], sizeOf: (size: number) => number): Expression[] {
  const memo = new Map<Expression, Expression>();
  const sized = (e: Expression, args: readonly Expression[]) => {
    if (e.kind !== "abscissa" && e.kind !== "quadrature") return undefined;
    const own = e.kind === "quadrature" ? withArgs(e, args) : e;
    return "size" in own ? Object.freeze({ ...own, size: sizeOf(own.size) }) : own;
  };
  return expressions.map((e) => rewritten(e, sized, memo));
}

const written = new WeakMap<Expression, Expression>();

/** The same expression with sums in the place of integrals, term by term. */
export function unrolled(expression: Expression): Expression {
  const known = written.get(expression);
  if (known) return known;
  const result = hasQuadrature(expression) ? writtenOut(expression) : expression;
  written.set(expression, result);
  return result;
}

/** The value of an abscissa, inside of those of lower depth. */
interface Binding {
  readonly depth: number;
  readonly value: number;
  readonly memo: Map<Expression, Expression>;
  readonly outer: Binding | undefined;
}

function writtenOut(expression: Expression): Expression {
  const closed = new Map<Expression, Expression>();
  const visit = (e: Expression, within: Binding | undefined): Expression => {
    const deepest = Math.max(0, ...lanesOf(e).keys());
    let at = within;
    while (at && at.depth > deepest) at = at.outer;
    const memo = at?.memo ?? closed;
    const known = memo.get(e);
    if (known) return known;
    const made = replaced(e, at);
    memo.set(e, made);
    return made;
  };
  const replaced = (e: Expression, at: Binding | undefined): Expression => {
    if (e.kind === "abscissa") {
      let own = at;
      while (own && own.depth !== e.depth) own = own.outer;
      return own ? number(own.value) : e;
    }
    if (!("args" in e)) return e;
    if (e.kind === "quadrature") {
      const { nodes, weights } = gaussLegendre(e.size);
      const terms = Array.from(nodes, (value, q) => {
        const inside: Binding = { depth: e.depth, value, memo: new Map(), outer: at };
        return call("mul", number(weights[q]!), visit(e.args[0]!, inside));
      });
      return total(terms);
    }
    return withArgs(
      e,
      e.args.map((a) => visit(a, at)),
    );
  };
  return visit(expression, undefined);
}

/** The same node with other arguments, simplified; itself where they are the same. */
export function withArgs(e: Extract<Expression, { args: unknown }>, args: readonly Expression[]): Expression {
  if (args.every((a, i) => a === e.args[i])) return e;
  switch (e.kind) {
    case "call":
      return call(e.name, ...args);
    case "elsewhere":
      return elsewhere(e.unknown, e.order, args);
    case "quadrature":
      return quadrature(e, args[0] ?? zero);
    case "table":
      return table(e.table, args);
    case "function":
      return Object.freeze({ ...e, args: Object.freeze([...args]) });
  }
}

/**
 * The expression with other nodes in it, from its leaves up; where `made` has none a node stays, with other arguments.
 */
export function rewritten(
  expression: Expression,
  made: (e: Expression, args: readonly Expression[]) => Expression | undefined,
  memo = new Map<Expression, Expression>(),
): Expression {
  for (const e of bottomUp(expression, memo)) {
    const args = "args" in e ? e.args.map((a) => memo.get(a)!) : [];
    memo.set(e, made(e, args) ?? ("args" in e ? withArgs(e, args) : e));
  }
  return memo.get(expression)!;
}

/** The expression with `at[k]` in the place of coordinate k, where there is one. It is without unknowns. */
export function movedTo(expression: Expression, at: Readonly<Record<number, Expression>>): Expression {
  // Its own integrals go inside of those that the new place depends on.
  const around = Math.max(0, ...Object.values(at).flatMap((e) => [...lanesOf(e).keys()]));
  const deeper = ({ size, depth }: Rule) => ({ size, depth: depth + around });
  return rewritten(expression, (e, args) => {
    if (e.kind === "coordinate") return at[e.axis];
    if (e.kind === "abscissa") return abscissa(deeper(e));
    return e.kind === "quadrature" ? quadrature(deeper(e), args[0]!) : undefined;
  });
}
