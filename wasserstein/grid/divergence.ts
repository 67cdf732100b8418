/** The debiased divergence of two fields on a grid. */
import { checkOptions } from "../../engine/checks.ts";
import { sum } from "../../engine/numerics/vectors.ts";
import type { TransportGradient } from "../measure/result.ts";
import { type Debiased, debiased } from "../sinkhorn/divergence.ts";
import { massGradients } from "./grid-transport.ts";
import {
  type GridMass,
  type GridSupport,
  type GridTransportOptions,
  gridChecks,
  type PreparedGrid,
  prepareGrid,
} from "./input.ts";
import { type Solved, solveTransport } from "./solved.ts";

/**
 * S_ε(a, b) = OT_ε(a, b) − ½ OT_ε(a, a) − ½ OT_ε(b, b) (+ ε/2 (m_a − m_b)² with `reach`): ≥ 0, and 0 where a = b (arXiv
 * 1810.08278, eq. 3; 1910.12958). For equal fields it is exactly 0.
 *
 * @param options - as for `gridTransport`; all three costs share ε
 * @returns S_ε in length^p for a unit of mass. Early stops can make it negative by about ε times the marginal error.
 * Its gradient is in the masses, over the whole grid.
 * @throws as `gridTransport`
 */
export function gridDivergence(
  x: GridMass,
  y: GridMass,
  options: GridTransportOptions = {},
): Debiased<TransportGradient<undefined, Float64Array>> {
  checkOptions("gridDivergence", options, gridChecks);
  const prepared = prepareGrid("gridDivergence", x, y, options);
  const { x: from, y: to, rho } = prepared;
  const xx = solveTransport(prepared, from.side, from.side);
  const alike = same(from.side.cells, to.side.cells) && same(from.side.weights, to.side.weights);
  const yy = alike ? xx : solveTransport(prepared, to.side, to.side);
  const xy = alike ? xx : solveTransport(prepared, from.side, to.side);
  const excess = sum(from.side.weights) - sum(to.side.weights);
  return debiased("gridDivergence", [xy, xx, yy], { rho, excess }, () => gradient(prepared, xy, xx, yy, excess));
}

function same(u: ArrayLike<number>, v: ArrayLike<number>): boolean {
  if (u.length !== v.length) return false;
  for (let i = 0; i < u.length; i++) if (u[i] !== v[i]) return false;
  return true;
}

function gradient(
  prepared: PreparedGrid,
  xy: Solved,
  xx: Solved,
  yy: Solved,
  excess: number,
): TransportGradient<undefined, Float64Array> {
  const { x, y, rho } = prepared;
  const cross = massGradients(prepared, xy, xy.everywhere());
  // Of a symmetric cost both arguments move, and half of it counts: once the gradient in the first.
  const ofX = massGradients({ ...prepared, y: x }, xx, xx.everywhere()).xWeights;
  const ofY = massGradients({ ...prepared, x: y }, yy, yy.everywhere()).xWeights;
  // Where the masses are fixed, the excess is and stays zero.
  const push = (total: number) => (rho === Number.POSITIVE_INFINITY || total !== 1 ? 0 : xy.epsilon * excess);
  const less = (u: Float64Array, v: Float64Array, more: number, mask: GridSupport["mask"]) =>
    u.map((w, i) => (mask === undefined || mask[i] ? w - v[i]! + more : 0));
  return {
    x: undefined,
    y: undefined,
    xWeights: less(cross.xWeights, ofX, push(x.total), x.mask),
    yWeights: less(cross.yWeights, ofY, -push(y.total), y.mask),
  };
}
