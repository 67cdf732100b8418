/** The mesh with which refinement begins: cells that are not too long, cut where the boundary or a coefficient turns across an axis. */
import { turnOf } from "../expression/kinks.ts";
import { functionOfPoint } from "../expression/point-function.ts";
import { nodesOf } from "../expression/tree.ts";
import type { Problem } from "../problem/problem.ts";
import type { Discretisation } from "./discretisation.ts";
import { type Cell, Mesh } from "./mesh.ts";

/** Elements at least, by dimension. */
const fewest = [0, 8, 16, 8];
/** Flat walls at most that are all put on cuts. */
const mostWalls = 24;

/** A mesh with even elements. */
export function startMesh(layout: Discretisation, degree: number): Mesh {
  const { region, problem } = layout;
  const mesh = new Mesh(region, degree);
  const d = region.dimension;
  for (let axis = 0; axis < d; axis++) {
    const walls = new Set(
      (region.shape?.pieces ?? []).flatMap(({ flat }) => (flat?.axis === axis ? [flat.value] : [])),
    );
    const width = region.high[axis]! - region.low[axis]!;
    const cuts = [
      ...(walls.size <= mostWalls ? walls : []),
      ...turnsAlong(problem, axis, region.low[axis]!, region.high[axis]!),
    ];
    for (const at of cuts)
      for (const cell of mesh.elements())
        if (cell.low[axis]! < at - 1e-9 * width && cell.high[axis]! > at + 1e-9 * width) mesh.split(cell, axis, at);
  }
  const longest = (cell: Cell) => {
    const widths = cell.low.map(
      (l, k) => (cell.high[k]! - l) / (d > 1 && k === problem.time ? region.high[k]! - region.low[k]! : 1),
    );
    return widths.indexOf(Math.max(...widths));
  };
  const half = (cell: Cell) => {
    const axis = longest(cell);
    mesh.split(cell, axis, (cell.low[axis]! + cell.high[axis]!) / 2);
  };
  while (mesh.elements().length < fewest[d]!) {
    const cells = mesh.elements();
    const size = (cell: Cell) => cell.high.reduce((p, h, k) => p * (h - cell.low[k]!), 1);
    const largest = Math.max(...cells.map(size));
    for (const cell of cells) if (size(cell) > 0.4 * largest) half(cell);
  }
  return mesh;
}

/** Places along an axis where a function has a kink or a jump that lies across it. */
function turnsAlong(
  { equations, source = [], constants, axes }: Problem,
  axis: number,
  low: number,
  high: number,
): number[] {
  const looks = 256;
  const found = new Set<number>();
  for (const node of nodesOf([...equations, ...source])) {
    const turn = turnOf(node);
    if (!turn) continue;
    const inside = [...nodesOf(turn)];
    const alone = inside.every(
      (e) =>
        e.kind === "number" ||
        e.kind === "constant" ||
        e.kind === "call" ||
        (e.kind === "coordinate" && e.axis === axis),
    );
    if (!alone || !inside.some(({ kind }) => kind === "coordinate")) continue;
    const f = functionOfPoint(turn, constants);
    const point = new Float64Array(axes.length);
    const value = (x: number) => {
      point[axis] = x;
      return f(point);
    };
    // Not at even places: a turn at a node would be missed, or found twice.
    const place = (k: number) => low + ((high - low) * (k + 0.318)) / (looks + 0.636);
    for (let k = 0; k < looks; k++) {
      let [a, b] = [place(k), place(k + 1)];
      if (value(a) > 0 === value(b) > 0) continue;
      const above = value(b) > 0;
      for (let round = 0; round < 60; round++) {
        const middle = (a + b) / 2;
        if (value(middle) > 0 === above) b = middle;
        else a = middle;
      }
      found.add(b);
    }
  }
  return [...found].slice(0, mostWalls);
}
