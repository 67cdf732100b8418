/** A solution on elements: evaluated, laid down as plain data, and made of it again. */
import type { DomainSpec } from "../../equations/domain/index.ts";
import { damaged, type Pieces, type Problem } from "../../equations/problem/index.ts";
import { Basis } from "./basis.ts";
import { type Cell, Mesh } from "./mesh.ts";
import { regionOf } from "./region.ts";

/**
 * The tree from its root on, the lower child first: the axis and place of a cut, a degree for an element, 0 for what is
 * empty.
 */
type Layout = readonly (readonly [axis: number, at: number] | number)[];

/** The tree of a mesh as plain data. */
export function layoutOf(mesh: Mesh): Layout {
  const layout: (readonly [number, number] | number)[] = [];
  const visit = (cell: Cell): void => {
    if (!cell.split) layout.push(cell.empty ? 0 : cell.degree);
    else {
      layout.push([cell.split.axis, cell.split.at]);
      for (const child of cell.split.children) visit(child);
    }
  };
  visit(mesh.root);
  return layout;
}

/** Name of the kind. */
export const elementKind = "elements";

/** The functions on a mesh by the coefficients of its elements, which are kept as they are. */
export function elementPieces(mesh: Mesh, coefficientsOf?: ReadonlyMap<Cell, Float64Array>): Pieces {
  const cells = mesh.elements();
  const own = new Map(cells.map((cell) => [cell, (coefficientsOf?.get(cell) ?? cell.coefficients)!]));
  const coefficients = new Float64Array([...own.values()].reduce((sum, c) => sum + c.length, 0));
  let at = 0;
  for (const c of own.values()) {
    coefficients.set(c, at);
    at += c.length;
  }
  const degrees = [...new Set(cells.map(({ degree }) => degree))].sort((a, b) => a - b).join(", ");
  return {
    kind: elementKind,
    words: `${cells.length} elements, polynomials of degree ${degrees}, ${coefficients.length} coefficients`,
    coefficients,
    layout: layoutOf(mesh),
    at: (points) => derivativesOn(mesh, own, points),
  };
}

function derivativesOn(mesh: Mesh, coefficientsOf: ReadonlyMap<Cell, Float64Array>, points: Float64Array) {
  const d = mesh.root.box.low.length;
  const inside = new Map<Cell, number[]>();
  for (let i = 0; i < points.length / d; i++) {
    const cell = mesh.elementAt(points, i * d);
    if (!cell) continue;
    const list = inside.get(cell);
    if (list) list.push(i);
    else inside.set(cell, [i]);
  }
  const groups = Array.from(inside, ([cell, list]) => {
    const some = new Float64Array(list.length * d);
    for (const [k, i] of list.entries()) some.set(points.subarray(i * d, (i + 1) * d), k * d);
    return { cell, list, some };
  });
  let most = -1;
  let bases: readonly Basis[] = [];
  return (unknown: number, order: readonly number[]) => {
    const highest = Math.max(...order);
    if (highest > most) {
      most = highest;
      bases = groups.map(({ cell, some }) => new Basis(cell, { points: some, along: undefined }, most));
    }
    const out = new Float64Array(points.length / d).fill(Number.NaN);
    groups.forEach(({ cell, list }, g) => {
      const basis = bases[g]!;
      const values = basis.values(order, coefficientsOf.get(cell)!, unknown * basis.size);
      list.forEach((i, k) => {
        out[i] = values[k]!;
      });
    });
    return out;
  };
}

/**
 * The mesh of which {@link layoutOf} made plain data.
 *
 * @throws FormatError where it is no mesh of the domain
 */
export function readMesh(path: string, domain: DomainSpec, layout: unknown): Mesh {
  const fail = damaged(path);
  const region = regionOf(domain);
  if (!region || !Array.isArray(layout)) return fail("the mesh is missing");
  const mesh = new Mesh(region, 1);
  let next = 0;
  const visit = (cell: Cell): void => {
    const entry: unknown = layout[next++];
    if (Array.isArray(entry)) {
      const [axis, cut] = entry as unknown[];
      const known = Number.isInteger(axis) && (axis as number) >= 0 && (axis as number) < region.dimension;
      const place =
        known && typeof cut === "number" && cut > cell.low[axis as number]! && cut < cell.high[axis as number]!;
      if (!place) fail(`the mesh is cut at ${JSON.stringify(entry)}`);
      mesh.split(cell, axis as number, cut as number);
      for (const child of cell.split!.children) visit(child);
    } else if (!(Number.isInteger(entry) && (entry as number) >= 0 && (entry as number) < 100)) {
      fail(`an element has the degree ${JSON.stringify(entry)}`);
    } else if (!cell.empty) {
      cell.degree = entry as number;
    }
  };
  visit(mesh.root);
  if (next !== layout.length) fail(`the mesh has ${next} cells, where there are ${layout.length}`);
  return mesh;
}

/**
 * The pieces that {@link elementPieces} stored.
 *
 * @throws FormatError where it is no mesh of the problem's domain, or coefficients are missing
 */
export function readElementPieces(path: string, problem: Problem, layout: unknown, coefficients: Float64Array): Pieces {
  const mesh = readMesh(path, problem.domain, layout);
  let at = 0;
  for (const cell of mesh.elements()) {
    const size = problem.unknowns.length * (cell.degree + 1) ** mesh.region.dimension;
    cell.coefficients = coefficients.slice(at, at + size);
    at += size;
  }
  if (at !== coefficients.length) damaged(path)(`${coefficients.length} coefficients for a mesh that has ${at}`);
  return elementPieces(mesh);
}
