/** Walks over expressions, and the sharing of equal parts. */
import type { Expression } from "./expression.ts";

/**
 * The nodes of an expression that are not in `done`, each once and after its arguments; without recursion, so that
 * depth is no limit. The caller puts each node into `done` before it asks for the next one.
 */
export function* bottomUp(expression: Expression, done: Pick<ReadonlySet<Expression>, "has">): Generator<Expression> {
  const stack = [expression];
  for (let e = stack.at(-1); e; e = stack.at(-1)) {
    const missing = "args" in e && !done.has(e) ? e.args.filter((a) => !done.has(a)) : [];
    if (missing.length > 0) {
      for (const arg of missing.reverse()) stack.push(arg);
      continue;
    }
    stack.pop();
    if (!done.has(e)) yield e;
  }
}

/**
 * The same expressions with equal subtrees made one object, so that `evaluate` computes each of them once.
 * Expressions shared in one call share nodes with one another as well.
 */
export function share(expressions: readonly Expression[]): Expression[] {
  const nodes = new Map<string, Expression>();
  const numbersOf = new Map<Expression, number>();
  const shared = new Map<Expression, Expression>();
  const visit = (e: Expression): Expression => {
    if (numbersOf.has(e)) return e;
    const args = "args" in e ? e.args.map((a) => shared.get(a)!) : [];
    // Two functions of one name need not be the same: each node is its own.
    const own = e.kind === "function" ? ` ${numbersOf.size}` : "";
    const head = headOf(e);
    const key = "args" in e ? `${head}(${args.map((a) => numbersOf.get(a))})${own}` : leafKey(e);
    const known = nodes.get(key);
    if (known) return known;
    const unchanged = !("args" in e) || args.every((a, i) => a === e.args[i]);
    const node: Expression = unchanged ? e : Object.freeze({ ...e, args: Object.freeze(args) });
    nodes.set(key, node);
    numbersOf.set(node, numbersOf.size);
    return node;
  };
  return expressions.map((expression) => {
    for (const node of bottomUp(expression, shared)) shared.set(node, visit(node));
    return shared.get(expression)!;
  });
}

function headOf(e: Expression): string {
  if (e.kind === "elsewhere") return `E${e.unknown}[${e.order}]`;
  if (e.kind === "table") return `T${e.table.toJSON()}`;
  if (e.kind === "quadrature") return `Q${e.size},${e.depth}`;
  return "args" in e ? e.name : "";
}

function leafKey(e: Exclude<Expression, { args: unknown }>): string {
  switch (e.kind) {
    case "number":
      return Object.is(e.value, -0) ? "-0" : `${e.value}`;
    case "coordinate":
      return `@${e.axis}`;
    case "constant":
      return `c:${e.name}`;
    case "abscissa":
      return `a${e.size},${e.depth}`;
    case "data":
      return `d:${e.name}`;
    case "derivative":
      return `D${e.unknown}[${e.order}]`;
    case "laplacian":
      return `L${e.unknown}[${e.axes}]`;
  }
}

/** Every distinct node of an expression or of a list of them, once, in no promised order. */
export function* nodesOf(of: Expression | readonly Expression[]): Generator<Expression> {
  const seen = new Set<Expression>();
  const stack = [of].flat().reverse();
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    yield e;
    if ("args" in e) for (const arg of e.args) stack.push(arg);
  }
}
