/**
 * Finds Laplacians: where an equation depends on the pure second derivatives of an unknown along every space axis by
 * their sum alone, that sum is one Laplacian, which a network propagates at a fraction of the cost.
 */
import { data, laplacian, zero } from "./build.ts";
import { differentiate } from "./differentiate.ts";
import type { Expression } from "./expression.ts";
import { rewritten } from "./quadrature.ts";
import { bottomUp, nodesOf } from "./tree.ts";

/**
 * The same equations with Laplacians for sums of second derivatives. An unknown keeps its second derivatives in all the
 * equations where one of them is needed on its own in any.
 *
 * @param space indices of the space axes; with fewer than two there is nothing to find
 * @param elsewhere expressions that need derivatives as well (conditions)
 */
export function collapseLaplacians(
  equations: readonly Expression[],
  space: readonly number[],
  elsewhere: readonly Expression[] = [],
): Expression[] {
  if (space.length < 2) return [...equations];
  const seconds = (of: Expression | readonly Expression[]) =>
    new Set([...nodesOf(of)].flatMap((e) => (e.kind === "derivative" && axisOf(e, space) >= 0 ? [e.unknown] : [])));
  const alone = seconds(elsewhere);
  for (const e of equations) for (const unknown of seconds(e)) if (!countsBySum(e, unknown, space)) alone.add(unknown);
  return equations.map((equation) =>
    rewritten(equation, (e) => {
      if (e.kind !== "derivative" || axisOf(e, space) < 0 || alone.has(e.unknown)) return undefined;
      return axisOf(e, space) === space[0] ? laplacian(e.unknown, space, e.order.length) : zero;
    }),
  );
}

/** The axis of ∂²/∂axis², for a space axis; else −1. */
function axisOf({ order }: Extract<Expression, { kind: "derivative" }>, space: readonly number[]): number {
  const axis = order.reduce((a, b) => a + b, 0) === 2 ? order.indexOf(2) : -1;
  return space.includes(axis) ? axis : -1;
}

/** True where the derivatives of an equation by the second derivatives of an unknown are one formula. */
function countsBySum(equation: Expression, unknown: number, space: readonly number[]): boolean {
  if ([...nodesOf(equation)].some(({ kind }) => kind === "function")) return false;
  let dimension = 0;
  const named = rewritten(equation, (e) => {
    if (e.kind !== "derivative" || e.unknown !== unknown || axisOf(e, space) < 0) return undefined;
    dimension = e.order.length;
    return data(`∂² ${axisOf(e, space)}`);
  });
  const names = new Map<string, number>();
  const numbers = new Map<Expression, number>();
  const nameOf = (formula: Expression): number => {
    for (const e of bottomUp(formula, numbers)) {
      const args = "args" in e ? e.args.map((a) => numbers.get(a)!) : [];
      // What is added or multiplied has no order.
      if (e.kind === "call" && (e.name === "add" || e.name === "mul")) args.sort((a, b) => a - b);
      const key = JSON.stringify({ ...e, args });
      names.set(key, names.get(key) ?? names.size);
      numbers.set(e, names.get(key)!);
    }
    return numbers.get(formula)!;
  };
  return new Set(space.map((axis) => nameOf(differentiate(named, { data: `∂² ${axis}` }, dimension)))).size === 1;
}
