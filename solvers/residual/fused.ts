/**
 * Residual rows and their Jacobian in one pass over the points (engine/rows), where the problem has nothing that such a
 * pass cannot compute: integrals, unknowns at several other points and functions of the caller are for compiled graphs.
 */

import { type RowProgram, rowProgram } from "../../engine/rows/program.ts";
import type { SystemBlas } from "../../engine/system/system-blas.ts";
import { nodesOf, pointsElsewhere } from "../../equations/expression/index.ts";
import { columnsAndFactors } from "./jacobian.ts";
import { factorTensors, groupsOf, type WriteJacobian } from "./jacobian-writer.ts";
import { type Model, parameterCount } from "./model.ts";
import type { GroupPoints } from "./program.ts";
import type { RowGroup } from "./rows.ts";

/** Rows and Jacobian at the points that were set last. */
export interface FusedRows {
  setPoints(groups: readonly GroupPoints[]): void;
  /** Fills r [M] at θ, and returns Σ r². */
  residual(theta: Float64Array, r: Float64Array): number;
  /** The same, and J [M, P], which the next call overwrites. */
  jacobian(theta: Float64Array, r: Float64Array): Awaited<ReturnType<WriteJacobian>>;
}

/** The pass, compiled at once; undefined where there is none for this problem. */
export function fusedRows(model: Model, groups: readonly RowGroup[], blas: SystemBlas): FusedRows | undefined {
  const isForGraphs = ({ sum, residuals }: RowGroup) =>
    sum ||
    pointsElsewhere(residuals) > 1 ||
    // It is recorded with other numbers of points, of which such a function may know.
    [...nodesOf(residuals)].some(({ kind }) => kind === "function");
  if (groups.some(isForGraphs)) return undefined;
  const sets = groups.map((group) => ({
    count: group.count,
    widths: [model.dimension, 1, Math.max(1, group.data.length)],
    record: (theta: Parameters<Record>[0], [points, rootWeights, data]: Parameters<Record>[1]) => {
      const few = { ...group, count: points!.shape[0]! };
      const tensors = { points: points!, rootWeights: rootWeights!, data: data! };
      return columnsAndFactors(model, few, theta, tensors).map(({ rows, factors }) => ({
        value: rows,
        factors: factorTensors([factors]),
        blocks: groupsOf([factors])[0]!.blocks,
      }));
    },
  }));
  const program = rowProgram(parameterCount(model), sets, blas);
  return program && around(program);
}

type Record = Parameters<typeof rowProgram>[1][number]["record"];

const around = (program: RowProgram): FusedRows => ({
  setPoints(groups) {
    for (const [k, { points, rootWeights, data }] of groups.entries())
      program.setInputs(k, [points, rootWeights, data]);
  },
  residual(theta, r) {
    program.values(theta, r);
    return sumOfSquares(r);
  },
  jacobian(theta, r) {
    program.fill(theta, r);
    return { loss: sumOfSquares(r), jacobian: program.matrix };
  },
});

function sumOfSquares(r: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!;
  return sum;
}
