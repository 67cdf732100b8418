/** The mesh with which refinement begins: cells that are not too long, cut where the boundary or a coefficient turns or steps across an axis. */
import { type Expression, functionOfPoint } from "../expression/expression.ts";
import { turnOf } from "../expression/kinks.ts";
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

/** A step of tanh and its like is narrow where its argument grows by 1 on this share of the axis; then the cells about it end so many such lengths beside it. */
const [narrow, beside] = [1e-3, 8];

/** The argument of a smooth step, as tanh, about where it is 0. */
const stepOf = (e: Expression): Expression | undefined =>
  e.kind === "call" && ["tanh", "erf", "atan", "exp", "square", "pow"].includes(e.name) ? e.args[0] : undefined;

/**
 * Places along an axis where a function has a kink or a jump that lies across it, and about smooth steps that are too narrow to be met by a point: where none sees the step of a
 * coefficient, its flux is lost and nothing is left of any row.
 */
function turnsAlong(
  { equations, source = [], constants, axes }: Problem,
  axis: number,
  low: number,
  high: number,
): number[] {
  const looks = 256;
  const found = new Set<number>();
  for (const node of nodesOf([...equations, ...source])) {
    const step = stepOf(node);
    const turn = turnOf(node) ?? step;
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
      const h = 1e-9 * (high - low);
      const length = (2 * h) / Math.abs(value(b + h) - value(b - h));
      if (!step) found.add(b);
      else if (length < narrow * (high - low)) for (const k of [-beside, 0, beside]) found.add(b + k * length);
    }
  }
  return [...found].slice(0, mostWalls);
}
