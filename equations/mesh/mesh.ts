/** Meshes as files have them, and their boundary. */
import type { MeshBoundary } from "../domain/spec.ts";

/** Cells of one kind: `width` numbers of points each. */
export interface CellBlock {
  readonly shape: CellShape;
  readonly points: readonly (readonly number[])[];
  /** Name of the part that each cell belongs to, if any. */
  readonly groups: readonly (string | undefined)[];
}

/** Shapes of cells by their corners. */
export type CellShape = "line" | "triangle" | "quadrilateral" | "tetrahedron" | "hexahedron" | "prism" | "pyramid";

/** Points and cells. */
export interface Mesh {
  /** Three coordinates each. */
  readonly points: readonly (readonly number[])[];
  readonly blocks: readonly CellBlock[];
  /** Set where triangles are a surface in space even if it is flat. */
  readonly isSurface?: boolean;
}

/** Corners of each shape, its dimension, and its sides as numbers of corners. */
export const shapes: Readonly<
  Record<
    CellShape,
    { readonly corners: number; readonly dimension: number; readonly sides: readonly (readonly number[])[] }
  >
> = {
  line: { corners: 2, dimension: 1, sides: [] },
  triangle: { corners: 3, dimension: 2, sides: cycle(3) },
  quadrilateral: { corners: 4, dimension: 2, sides: cycle(4) },
  tetrahedron: {
    corners: 4,
    dimension: 3,
    sides: [
      [0, 2, 1],
      [0, 1, 3],
      [1, 2, 3],
      [0, 3, 2],
    ],
  },
  hexahedron: {
    ...{ corners: 8, dimension: 3 },
    sides: [
      [0, 3, 2, 1],
      [4, 5, 6, 7],
      [0, 1, 5, 4],
      [1, 2, 6, 5],
      [2, 3, 7, 6],
      [3, 0, 4, 7],
    ],
  },
  prism: {
    corners: 6,
    dimension: 3,
    sides: [
      [0, 2, 1],
      [3, 4, 5],
      [0, 1, 4, 3],
      [1, 2, 5, 4],
      [2, 0, 3, 5],
    ],
  },
  pyramid: {
    corners: 5,
    dimension: 3,
    sides: [
      [0, 3, 2, 1],
      [0, 1, 4],
      [1, 2, 4],
      [2, 3, 4],
      [3, 0, 4],
    ],
  },
};

function cycle(n: number): readonly (readonly number[])[] {
  return Array.from({ length: n }, (_, k) => [k, (k + 1) % n]);
}

/** Highest dimension of the cells. */
export const dimensionOf = ({ blocks }: Mesh): number =>
  blocks.reduce((most, { shape }) => Math.max(most, shapes[shape].dimension), 0);

/** True of a mesh in the plane z = 0, which is a domain of the plane. */
const isPlane = ({ points }: Mesh): boolean => points.every(([, , z]) => z === 0);

/**
 * The boundary: sides that one cell has alone, or all triangles of a surface in space; with the named cells that lie on
 * it.
 */
export function boundaryOf(mesh: Mesh): MeshBoundary {
  const top = dimensionOf(mesh);
  const isSurface = mesh.isSurface ?? (top === 2 && !isPlane(mesh));
  const dimension = isSurface ? 3 : top;
  const keyOf = (corners: readonly number[]) => [...corners].sort((a, b) => a - b).join();
  const sides = new Map<string, readonly number[]>();
  const names = new Map<string, string[]>();
  for (const { shape, points, groups } of mesh.blocks) {
    const { dimension: own, sides: ofShape } = shapes[shape];
    points.forEach((corners, i) => {
      if (own === dimension - 1 && groups[i] !== undefined) {
        const key = keyOf(corners);
        names.set(key, [...(names.get(key) ?? []), groups[i]!]);
      }
      if (isSurface && own === 2) sides.set(keyOf(corners), corners);
      if (own !== dimension) return;
      for (const side of ofShape) {
        const at = side.map((c) => corners[c]!);
        const key = keyOf(at);
        if (!sides.delete(key)) sides.set(key, at);
      }
    });
  }
  const facets: number[][] = [];
  const found: Record<string, number[]> = {};
  for (const [key, corners] of sides) {
    const parts =
      dimension === 2 || corners.length === 3
        ? [corners]
        : [corners.slice(0, 3), [corners[0]!, corners[2]!, corners[3]!]];
    for (const part of parts) {
      for (const name of names.get(key) ?? []) {
        const own = found[name] ?? [];
        found[name] = own;
        own.push(facets.length);
      }
      facets.push([...part]);
    }
  }
  // Points inside are none of the boundary's.
  const number = new Map<number, number>();
  const used = facets.map((facet) =>
    facet.map((i) => {
      if (!number.has(i)) number.set(i, number.size);
      return number.get(i)!;
    }),
  );
  const points = [...number.keys()].map((i) => mesh.points[i]!.slice(0, dimension));
  return { points, facets: used, groups: found };
}
