/** Costs between two clouds, or those of a matrix, checked; and what moving points changes in them. */
import { DomainError, ShapeError } from "../../engine/errors.ts";
import { checkSameSpace, checkValues, cloudPoints } from "../measure/measure.ts";
import type { CloudPair, CostProblem, Sides } from "../measure/problem.ts";
import type { TransportPlan } from "../measure/transport-plan.ts";

/** Above this many costs (1 GiB) one should not start. */
const mostCosts = 2 ** 27;

/**
 * Costs [n, m] of a problem: the matrix itself where it is float64.
 *
 * @param where - name of the function, for messages
 * @throws ShapeError where lengths or dimensions do not fit
 * @throws DomainError where a number is not finite, or there are more than 2²⁷ costs
 */
export function costsOf(where: string, { clouds, costs, n, m }: Sides, p: number): Float64Array {
  if (costs) checkShape(where, costs);
  if (n * m > mostCosts) {
    throw new DomainError(`${where}: ${n} × ${m} costs do not fit; use sinkhorn, which brackets the exact cost`, n * m);
  }
  return clouds ? cloudCosts(where, clouds, p) : matrixCosts(where, costs!);
}

function checkShape(where: string, { rows, columns }: CostProblem): void {
  if (Number.isInteger(rows) && Number.isInteger(columns) && rows >= 1 && columns >= 1) return;
  throw new ShapeError(`${where}: cost`, "rows ≥ 1 and columns ≥ 1, both whole", [rows, columns]);
}

/** @throws ShapeError, DomainError where a matrix of costs has other numbers than it says, or one is not finite */
export function checkCosts(where: string, costs: CostProblem): void {
  checkShape(where, costs);
  const { cost, rows, columns } = costs;
  if (cost.length !== rows * columns) throw new ShapeError(`${where}: cost`, [rows * columns], [cost.length]);
  checkValues(`${where}: cost`, cost);
}

/** Σ_j P_ij ∂‖x_i − y_j‖^p/∂x_i for a sparse plan, and in y; `factor` times that. Undefined where there are no clouds. */
export function pairGradient(
  clouds: CloudPair | undefined,
  { rows, columns, masses }: Pick<TransportPlan, "rows" | "columns" | "masses">,
  p: number,
  factor = 1,
): { readonly x: Float64Array | undefined; readonly y: Float64Array | undefined } {
  if (clouds === undefined) return { x: undefined, y: undefined };
  const { dim } = clouds.x;
  const [px, py] = [clouds.x.points, clouds.y.points];
  const [x, y] = [new Float64Array(px.length), new Float64Array(py.length)];
  for (let k = 0; k < masses.length; k++) {
    const [i, j] = [rows[k]! * dim, columns[k]! * dim];
    const square = p === 2 ? 1 : squaredDistance(px, i, py, j, dim);
    if (square === 0) continue;
    const slope = factor * masses[k]! * p * square ** (p / 2 - 1);
    for (let c = 0; c < dim; c++) {
      const pull = slope * (px[i + c]! - py[j + c]!);
      x[i + c]! += pull;
      y[j + c]! -= pull;
    }
  }
  return { x, y };
}

function matrixCosts(where: string, costs: CostProblem): Float64Array {
  checkCosts(where, costs);
  return costs.cost instanceof Float64Array ? costs.cost : Float64Array.from(costs.cost);
}

function cloudCosts(where: string, { x, y }: CloudPair, p: number): Float64Array {
  checkSameSpace(where, x, y);
  const [px, py] = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)];
  const { dim } = x;
  const cost = new Float64Array(x.count * y.count);
  for (let i = 0, at = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++, at++) cost[at] = squaredDistance(px, i * dim, py, j * dim, dim);
  }
  if (p !== 2) for (let k = 0; k < cost.length; k++) cost[k] = p === 1 ? Math.sqrt(cost[k]!) : cost[k]! ** (p / 2);
  for (const c of cost) {
    if (c === Number.POSITIVE_INFINITY) {
      throw new DomainError(`${where}: a distance to the power p is beyond float64; scale the points down`, c);
    }
  }
  return cost;
}

function squaredDistance(x: ArrayLike<number>, i: number, y: ArrayLike<number>, j: number, dim: number): number {
  let sum = 0;
  for (let c = 0; c < dim; c++) sum += (x[i + c]! - y[j + c]!) ** 2;
  return sum;
}
