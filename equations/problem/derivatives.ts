/** Names and orders of derivatives. */
import type { Expression } from "../expression/expression.ts";
import type { Scope } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";

/** The name of a derivative along one axis, such as "u_tt": the unknown itself for order 0. */
export const derivativeName = (unknown: string, axis: string, order: number): string =>
  order === 0 ? unknown : `${unknown}_${axis.repeat(order)}`;

/** Highest order of a derivative of each unknown along each axis. */
export function highestOrders(expressions: readonly Expression[], scope: Pick<Scope, "axes" | "unknowns">): number[][] {
  const orders = scope.unknowns.map(() => scope.axes.map(() => 0));
  for (const node of nodesOf(expressions)) {
    if (node.kind === "derivative") {
      const row = orders[node.unknown]!;
      for (const [k, o] of node.order.entries()) row[k] = Math.max(row[k]!, o);
    } else if (node.kind === "laplacian") {
      const row = orders[node.unknown]!;
      for (const k of node.axes) row[k] = Math.max(row[k]!, 2);
    }
  }
  return orders;
}
