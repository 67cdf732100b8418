/** Indicators that say which elements are cut: what is left of rows, |r|, and the adversary's mass. */

import { elementPieces } from "../../solvers/elements/element-pieces.ts";
import type { Cell, Mesh } from "../../solvers/elements/mesh.ts";
import type { Indicator } from "../../solvers/elements/refinement.ts";
import type { Problem } from "../../solvers/problem/problem.ts";
import { obstacleMaximum } from "../../solvers/sampler/obstacle.ts";
import { PiecewiseSolution } from "../../solvers/solve/piecewise-solution.ts";

/** Cells of the grid along an axis. */
const side = 128;

/** Residuals of all equations together at points, 0 outside. */
async function residualAt(problem: Problem, mesh: Mesh, points: Float64Array): Promise<Float64Array> {
  const solution = new PiecewiseSolution(problem, elementPieces(mesh), {} as never);
  const values = await solution.residual(points);
  const n = problem.equations.length;
  return Float64Array.from({ length: values.length / n }, (_, i) => {
    const r = Math.hypot(...values.subarray(i * n, (i + 1) * n));
    return Number.isNaN(r) ? 0 : r;
  });
}

/** Indicators of one problem by name; they are asked when they are needed, since residuals come as promises. */
export type AsyncIndicator = (
  problem: Problem,
  mesh: Mesh,
  left: Parameters<Indicator>[1],
) => Promise<ReadonlyMap<Cell, number>>;

const grid = ({ low, high }: Mesh["region"]) =>
  Float64Array.from({ length: 2 * side * side }, (_, i) => {
    const [k, cell] = [i % 2, i % 2 === 0 ? Math.floor(i / 2 / side) : Math.floor(i / 2) % side];
    return low[k]! + ((high[k]! - low[k]!) * (cell + 0.5)) / side;
  });

/** ∫ over every element of a density on the grid, which is constant in its cells. */
function massOf(mesh: Mesh, density: Float64Array): Map<Cell, number> {
  const { low, high } = mesh.region;
  const width = [0, 1].map((k) => (high[k]! - low[k]!) / side);
  return new Map(
    mesh.elements().map((cell) => {
      const spans = [0, 1].map((k) => {
        const [a, b] = [(cell.low[k]! - low[k]!) / width[k]!, (cell.high[k]! - low[k]!) / width[k]!];
        const [first, last] = [Math.max(0, Math.floor(a)), Math.min(side - 1, Math.ceil(b) - 1)];
        return Array.from({ length: last - first + 1 }, (_, i) => {
          const at = first + i;
          return [at, (Math.min(b, at + 1) - Math.max(a, at)) * width[k]!] as const;
        });
      });
      let mass = 0;
      for (const [i, p] of spans[0]!) for (const [j, q] of spans[1]!) mass += density[i * side + j]! * p * q;
      return [cell, mass] as const;
    }),
  );
}

/** By name. */
export const indicators: Readonly<Record<string, AsyncIndicator>> = {
  rows: async (_problem, _mesh, left) => new Map([...left].map(([cell, { total }]) => [cell, total])),
  residual: async (problem, mesh) => {
    const n = 12;
    const found = new Map<Cell, number>();
    for (const cell of mesh.elements()) {
      const { low, high } = cell.box;
      const points = Float64Array.from({ length: 2 * n * n }, (_, i) => {
        const k = i % 2;
        const at = k === 0 ? Math.floor(i / 2 / n) : Math.floor(i / 2) % n;
        return low[k]! + ((high[k]! - low[k]!) * (at + 0.5)) / n;
      });
      const r = await residualAt(problem, mesh, points);
      const area = (high[0]! - low[0]!) * (high[1]! - low[1]!);
      found.set(cell, (area * r.reduce((a, b) => a + b, 0)) / r.length);
    }
    return found;
  },
  adversary: async (problem, mesh) => {
    const r = await residualAt(problem, mesh, grid(mesh.region));
    const largest = r.reduce((a, b) => Math.max(a, b), 0) || 1;
    const { low, high } = mesh.region;
    const spacing = [0, 1].map((k) => (high[k]! - low[k]!) / side);
    const { density } = obstacleMaximum({
      ...{ values: r.map((v) => (v / largest) ** 2), shape: [side, side], spacing },
      ...{ floor: 0.2, kappa: 0.003, tolerance: 0.01, maxIterations: 500 },
    });
    const least = 0.2 / ((high[0]! - low[0]!) * (high[1]! - low[1]!));
    return massOf(
      mesh,
      density.map((p) => Math.max(0, p - least)),
    );
  },
};
