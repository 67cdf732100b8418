/** The debiased divergence of two fields on a grid. */
import { sum } from "../../engine/numerics/vectors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { checkRange } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { massGradients } from "./grid-transport.ts";
import { type GridMass, type GridSupport, type GridTransportOptions, type PreparedGrid, prepareGrid } from "./input.ts";
import { type Solved, solveTransport } from "./solved.ts";

/**
 * S_ε(a, b) = OT_ε(a, b) − ½ OT_ε(a, a) − ½ OT_ε(b, b) (+ ε/2 (m_a − m_b)² with `reach`): ≥ 0, and 0 where a = b (arXiv 1810.08278,
 * eq. 3; 1910.12958). For equal fields it is exactly 0.
 *
 * @param options - as for `gridTransport`; all three costs share ε
 * @returns S_ε in length^p for a unit of mass. Early stops can make it negative by about ε times the marginal error. Its gradient is in the masses, over the whole grid.
 * @throws as `gridTransport`
 */
export function gridDivergence(
  x: GridMass,
  y: GridMass,
  options: GridTransportOptions = {},
): TransportResult<TransportGradient<undefined, Float64Array>> & {
  /** The three entropic objectives. */
  readonly parts: { readonly xy: number; readonly xx: number; readonly yy: number };
  /** The largest of the three. */
  readonly marginalError: number;
  /** Passes over the grid, of all three. */
  readonly iterations: number;
  /** True if all three did. */
  readonly converged: boolean;
  /** Strength of the entropy that was used, length^p. */
  readonly epsilon: number;
} {
  const prepared = prepareGrid("gridDivergence", x, y, options);
  const { x: from, y: to, rho } = prepared;
  const xx = solveTransport(prepared, from.side, from.side);
  const alike = same(from.side.cells, to.side.cells) && same(from.side.weights, to.side.weights);
  const yy = alike ? xx : solveTransport(prepared, to.side, to.side);
  const xy = alike ? xx : solveTransport(prepared, from.side, to.side);
  const excess = sum(from.side.weights) - sum(to.side.weights);
  const penalty = rho === Number.POSITIVE_INFINITY ? 0 : (xy.epsilon / 2) * excess ** 2;
  const value = xy.value - (xx.value + yy.value) / 2 + penalty;
  checkRange("gridDivergence: the divergence", value);
  const all = [xy, xx, yy];
  return printingFields("gridDivergence", {
    value,
    parts: { xy: xy.value, xx: xx.value, yy: yy.value },
    marginalError: Math.max(...all.map((s) => s.marginalError)),
    iterations: all.reduce((s, { iterations }) => s + iterations, 0),
    converged: all.every((s) => s.converged),
    epsilon: xy.epsilon,
    gradient: () => gradient(prepared, xy, xx, yy, excess),
  });
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
