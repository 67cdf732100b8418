/** Expressions at another point. */
import type { Expression } from "./expression.ts";
import { abscissa, lanesOf, quadrature, withArgs } from "./quadrature.ts";

/** The expression with `at[k]` in the place of coordinate k, where there is one. It is without unknowns. */
export function movedTo(expression: Expression, at: Readonly<Record<number, Expression>>): Expression {
  const memo = new Map<Expression, Expression>();
  // Its own integrals go inside of those that the new place depends on.
  const around = Math.max(0, ...Object.values(at).flatMap((e) => [...lanesOf(e).keys()]));
  const deeper = ({ size, depth }: { size: number; depth: number }) => ({ size, depth: depth + around });
  const visit = (e: Expression): Expression => {
    const known = memo.get(e);
    if (known) return known;
    const made =
      e.kind === "coordinate"
        ? (at[e.axis] ?? e)
        : e.kind === "abscissa"
          ? abscissa(deeper(e))
          : e.kind === "quadrature"
            ? quadrature(deeper(e), visit(e.args[0]!))
            : "args" in e
              ? withArgs(e, e.args.map(visit))
              : e;
    memo.set(e, made);
    return made;
  };
  return visit(expression);
}
