/** Fluxes that are continuous where coefficients of theirs jump: of which unknown they replace the slope there. */
import type { Expression } from "../expression/expression.ts";
import { nodesOf } from "../expression/tree.ts";
import { highestOrders } from "./derivatives.ts";
import type { JumpingFlux, Problem } from "./problem.ts";
import { isOfAxis } from "./turns.ts";

/**
 * The unknown whose highest derivative but one along the axis makes the flux, and whose highest one is in no other
 * equation; that of the equation's own number first.
 *
 * @returns undefined where there is none
 */
export function unknownOfFlux(
  problem: Pick<Problem, "axes" | "unknowns" | "equations">,
  { equation, axis, flux }: Omit<JumpingFlux, "turns">,
): number | undefined {
  const orders = highestOrders(problem.equations, problem);
  const isSlope = (unknown: number) => (node: Expression) =>
    node.kind === "derivative" &&
    node.unknown === unknown &&
    node.order.every((order, k) => order === (k === axis ? orders[unknown]![axis]! - 1 : 0));
  const others = highestOrders(problem.equations.toSpliced(equation, 1), problem);
  const all = [...nodesOf(flux)];
  const found = problem.unknowns.flatMap((_, k) =>
    orders[k]![axis]! > others[k]![axis]! && all.some(isSlope(k)) ? [k] : [],
  );
  return found.includes(equation) ? equation : found[0];
}

/** True where a flux jumps at surfaces that do not lie across its axis: round or slanted ones. */
export const isSlanted = ({ axis, turns }: JumpingFlux): boolean => turns.some((turn) => !isOfAxis(turn, axis));
