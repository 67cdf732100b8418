/** Indicators that say which elements are cut: what is left of rows, |r|, and the adversary's mass. */
import type { Discretisation } from "../../solvers/elements/discretisation.ts";
import type { Cell, Mesh } from "../../solvers/elements/mesh.ts";
import type { Indicator } from "../../solvers/elements/refinement.ts";
import { Site } from "../../solvers/elements/site.ts";
import { obstacleMaximum } from "../../solvers/sampler/obstacle.ts";

/** Cells of the grid along an axis. */
const side = 128;

/** Sizes of the residuals of all equations together at points [n, 2], by the coefficients of the elements; 0 outside. */
function residualAt(layout: Discretisation, mesh: Mesh, points: Float64Array): Float64Array {
  const out = new Float64Array(points.length / 2);
  const inside = new Map<Cell, number[]>();
  for (let i = 0; i < out.length; i++) {
    const [x, y] = [points[2 * i]!, points[2 * i + 1]!];
    const cell = mesh.region.shape?.inside(x, y) === false ? undefined : mesh.elementAt(points, 2 * i);
    if (!cell) continue;
    const list = inside.get(cell);
    if (list) list.push(i);
    else inside.set(cell, [i]);
  }
  for (const [cell, list] of inside) {
    const some = Float64Array.from(list.flatMap((i) => [points[2 * i]!, points[2 * i + 1]!]));
    const at = { points: some, along: undefined, weights: new Float64Array(list.length) };
    const forms = new Site(layout, cell, at).forms(layout.equations);
    for (const [k, i] of list.entries()) out[i] = Math.hypot(...forms.map(({ residual }) => residual[k]!));
  }
  return out;
}

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

/** By name, for a problem. */
export const indicators: Readonly<Record<string, (layout: Discretisation) => Indicator>> = {
  rows: () => (_mesh, left) => new Map([...left].map(([cell, { total }]) => [cell, total])),
  residual: (layout) => (mesh) => {
    const n = 12;
    const found = new Map<Cell, number>();
    for (const cell of mesh.elements()) {
      const { low, high } = cell.box;
      const points = Float64Array.from({ length: 2 * n * n }, (_, i) => {
        const k = i % 2;
        const at = k === 0 ? Math.floor(i / 2 / n) : Math.floor(i / 2) % n;
        return low[k]! + ((high[k]! - low[k]!) * (at + 0.5)) / n;
      });
      const r = residualAt(layout, mesh, points);
      const area = (high[0]! - low[0]!) * (high[1]! - low[1]!);
      found.set(cell, (area * r.reduce((a, b) => a + b, 0)) / r.length);
    }
    return found;
  },
  adversary: (layout) => (mesh) => {
    const r = residualAt(layout, mesh, grid(mesh.region));
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
