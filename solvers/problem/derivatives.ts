/** The derivatives of the unknowns that expressions need, so that no others are propagated. */
import { unit } from "../expression/build.ts";
import type { Expression } from "../expression/expression.ts";
import type { Scope } from "../expression/scope.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Problem } from "./problem.ts";

/** The derivatives of one unknown that are needed. */
export interface Derivatives {
  readonly unknown: number;
  /** The multi-indices that appear, lowest order first. */
  readonly used: readonly (readonly number[])[];
  /**
   * The smallest set that contains them and can be propagated: with each multi-index all that are ≤ it entry by entry; with a
   * Laplacian the value and the gradient along its axes. Lowest order first; the value always comes first.
   */
  readonly orders: readonly (readonly number[])[];
  /** Axes of the Laplacian, where it appears. */
  readonly laplacian: readonly number[] | undefined;
}

/** The name of a derivative along one axis, such as "u_tt": the unknown itself for order 0. */
export const derivativeName = (unknown: string, axis: string, order: number): string =>
  order === 0 ? unknown : `${unknown}_${axis.repeat(order)}`;

/** Derivatives that a problem needs, for every unknown: in equations, conditions, integrals and observations. */
export function derivativesOf(problem: Problem): Derivatives[] {
  const { equations, conditions, integrals, observations, unknowns, axes } = problem;
  return derivativesIn(
    [
      ...equations,
      ...conditions.flatMap((c) => (c.kind === "periodic" ? c.matched : [c.residual])),
      ...integrals.map((i) => i.integrand),
      ...observations.map((o) => o.quantity),
    ],
    unknowns.length,
    axes.length,
  );
}

/**
 * Derivatives that appear in some expressions, for every unknown (also for those that do not appear).
 *
 * @param unknowns number of unknowns
 * @param dimension number of axes
 */
export function derivativesIn(expressions: readonly Expression[], unknowns: number, dimension: number): Derivatives[] {
  const used = Array.from({ length: unknowns }, () => new Map<string, readonly number[]>());
  const laplacians = new Map<number, readonly number[]>();
  for (const node of nodesOf(expressions)) {
    if (node.kind === "derivative") used[node.unknown]!.set(node.order.join(), node.order);
    if (node.kind === "laplacian") laplacians.set(node.unknown, node.axes);
  }
  return used.map((orders, unknown) => {
    const laplacian = laplacians.get(unknown);
    const closed = new Map<string, readonly number[]>();
    for (const order of orders.values()) for (const below of belowOrEqual(order)) closed.set(below.join(), below);
    for (const axis of laplacian ?? []) closed.set(unit(dimension, axis).join(), unit(dimension, axis));
    const none = unit(dimension, -1);
    closed.set(none.join(), none);
    return { unknown, used: [...orders.values()].sort(byOrder), orders: [...closed.values()].sort(byOrder), laplacian };
  });
}

/** All multi-indices that are ≤ `order` entry by entry. */
function belowOrEqual(order: readonly number[]): number[][] {
  return order.reduce<number[][]>(
    (heads, o) => heads.flatMap((head) => Array.from({ length: o + 1 }, (_, k) => [...head, k])),
    [[]],
  );
}

function byOrder(a: readonly number[], b: readonly number[]): number {
  const size = (o: readonly number[]) => o.reduce((x, y) => x + y, 0);
  const first = a.findIndex((o, k) => o !== b[k]);
  return size(a) - size(b) || (first < 0 ? 0 : b[first]! - a[first]!);
}

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
