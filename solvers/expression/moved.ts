/** Expressions at another point. */
import { call } from "./build.ts";
import type { Expression } from "./expression.ts";

/** The expression with `at[k]` in the place of coordinate k, where there is one. It is without unknowns. */
export function movedTo(expression: Expression, at: Readonly<Record<number, Expression>>): Expression {
  const memo = new Map<Expression, Expression>();
  const visit = (e: Expression): Expression => {
    const known = memo.get(e);
    if (known) return known;
    const made =
      e.kind === "coordinate" ? (at[e.axis] ?? e) : e.kind === "call" ? call(e.name, ...e.args.map(visit)) : e;
    memo.set(e, made);
    return made;
  };
  return visit(expression);
}
