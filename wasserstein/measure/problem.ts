/** Problems of two sides: two clouds, or the costs between two sides, with weights. */
import { OptionsError } from "../../engine/errors.ts";
import type { Cloud } from "./measure.ts";

/** Transport by given costs: the price of moving one unit of mass from place i to place j, and the masses there. */
export interface CostProblem {
  /** [rows, columns] row after row, finite; may be negative. */
  readonly cost: Float64Array | Float32Array;
  /** Places n that mass comes from, ≥ 1. */
  readonly rows: number;
  /** Places m that mass goes to, ≥ 1. */
  readonly columns: number;
  /** [rows], non-negative. @defaultValue equal weights */
  readonly xWeights?: ArrayLike<number> | undefined;
  /** [columns], non-negative. @defaultValue equal weights */
  readonly yWeights?: ArrayLike<number> | undefined;
}

/** Two clouds, between which moving costs ‖x − y‖^p. */
export interface CloudPair {
  readonly x: Cloud;
  readonly y: Cloud;
}

/** A problem in either form, read. */
export interface Sides {
  /** Undefined for a cost problem. */
  readonly clouds: CloudPair | undefined;
  /** Undefined for two clouds. */
  readonly costs: CostProblem | undefined;
  readonly n: number;
  readonly m: number;
  readonly xWeights: ArrayLike<number> | undefined;
  readonly yWeights: ArrayLike<number> | undefined;
}

/**
 * @param where - name of the function, for messages
 * @throws OptionsError where there are neither two clouds nor a cost problem alone
 */
export function sidesOf(where: string, x: Cloud | CostProblem, y: Cloud | undefined): Sides {
  const costs = "cost" in x;
  if (costs === (y !== undefined)) {
    const given = costs ? "given" : "none";
    throw new OptionsError(`${where}: expected two clouds, or one cost problem and no y`, "y", given);
  }
  if (costs) {
    return { clouds: undefined, costs: x, n: x.rows, m: x.columns, xWeights: x.xWeights, yWeights: x.yWeights };
  }
  const pair = { x, y: y! };
  return { clouds: pair, costs: undefined, n: x.count, m: y!.count, xWeights: x.weights, yWeights: y!.weights };
}
