/** What the texts of a problem differentiate: derivatives are taken branch by branch, so that what jumps has to be known. */
import { derivativesOfExpression } from "../expression/differentiate.ts";
import type { Expression } from "../expression/expression.ts";
import type { Differentiated } from "../expression/parse.ts";
import { nodesOf } from "../expression/tree.ts";

/** The expressions that one text differentiates. */
export interface NotedSlopes {
  readonly of: "equation" | "condition" | "integral" | "quantity" | "solution";
  /** The text, or the name of a quantity, a function, or an unknown. */
  readonly text: string;
  readonly differentiated: readonly Differentiated[];
}

/** Opens the list of a text. */
export type Slopes = (of: NotedSlopes["of"], text: string) => Differentiated[];

/** For texts of which nobody asks. */
export const noSlopes: Slopes = () => [];

/** Lists text by text. */
export function notedSlopes(): { readonly slopes: Slopes; readonly noted: readonly NotedSlopes[] } {
  const noted: NotedSlopes[] = [];
  const slopes: Slopes = (of, text) => {
    const differentiated: Differentiated[] = [];
    noted.push({ of, text, differentiated });
    return differentiated;
  };
  return { slopes, noted };
}

/** What is differentiated of a solution that is put into equations: for every derivative in them the last step along each axis. */
export function noteSolution(
  slopes: Slopes,
  equations: readonly Expression[],
  solution: readonly Expression[],
  { axes, unknowns }: { readonly axes: readonly string[]; readonly unknowns: readonly string[] },
): void {
  const nodes = [...nodesOf(equations)];
  for (const [k, formula] of solution.entries()) {
    if (![...nodesOf(formula)].some((e) => e.kind === "call" && turning.includes(e.name))) continue;
    const derivative = derivativesOfExpression(formula, axes.length);
    const orders = nodes.flatMap((e) => {
      if (e.kind === "derivative" && e.unknown === k) return [e.order];
      if (e.kind === "laplacian" && e.unknown === k)
        return e.axes.map((axis) => axes.map((_, j) => (j === axis ? 2 : 0)));
      return [];
    });
    const differentiated = slopes("solution", unknowns[k]!);
    for (const order of orders)
      for (const [axis, n] of order.entries())
        if (n > 0) differentiated.push({ of: derivative(order.map((o, j) => (j === axis ? o - 1 : o))), axis });
  }
}

/** Functions that have kinks or jumps. */
const turning: readonly string[] = ["if", "sign", "abs", "min", "max", "div"];
