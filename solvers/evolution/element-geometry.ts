/**
 * Quadrature on elements that the boundary cuts, exact for polynomials: by the divergence theorem the integral over an
 * element is one over its outline of integrals along lines that end there.
 */
import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { productPoints } from "../elements/basis.ts";
import type { Cell, Face, Mesh } from "../elements/mesh.ts";
import { type BoundaryPart, stretchPart } from "../elements/points.ts";
import type { PlaneShape, Region, Stretch } from "../elements/region.ts";

/** A part of an element's outline: a face that it has with another element, or a part of the boundary. */
export interface Side {
  /** [n, 2] */
  readonly points: Float64Array;
  /** Outward, [n, 2]. */
  readonly normals: Float64Array;
  readonly weights: Float64Array;
  readonly face: Face | undefined;
  readonly part: BoundaryPart | undefined;
}

/** Points inside of an element, whose weights sum to its area. */
export interface InsidePoints {
  readonly points: Float64Array;
  readonly weights: Float64Array;
}

/** An element with points on its sides. */
export interface Outline {
  readonly cell: Cell;
  readonly sides: readonly Side[];
}

/** Points along a curved side beyond those of a flat one, for an angle of 1 by which it turns. */
const ofCurves = 4;
/** Sum that normals of an outline may have: beside its length, and lengths of rounding by which stretches are cut. */
const [open, ofRounding] = [1e-7, 20];

/** Outlines of all elements, or what is wrong with one of them, in words. */
export function outlines(mesh: Mesh, periodic: readonly number[]): readonly Outline[] | string {
  const around = new Map<Cell, (readonly [face: Face, side: 0 | 1])[]>();
  for (const face of [...mesh.faces(periodic).values()].flat())
    for (const side of [0, 1] as const) {
      const cell = face.cells[side];
      around.set(cell, [...(around.get(cell) ?? []), [face, side]]);
    }
  const found: Outline[] = [];
  for (const cell of mesh.elements()) {
    const sides = [
      ...(around.get(cell) ?? []).map(([face, side]) => faceSide(cell, face, side)),
      ...boundarySides(cell, mesh.region, periodic),
    ];
    const { shape } = mesh.region;
    if (cell.cut && shape) {
      const total = [0, 1].map((k) =>
        sides.reduce((sum, { weights, normals }) => weights.reduce((s, w, i) => s + w * normals[2 * i + k]!, sum), 0),
      );
      const isClosed = Math.hypot(...total) <= open * lengthOf(sides) + ofRounding * shape.slack;
      if (!isClosed) return `the outline of an element at ${cell.low} is open`;
    }
    found.push({ cell, sides });
  }
  return found;
}

/** Length of an outline. */
export const lengthOf = (sides: readonly Side[]): number =>
  sides.reduce((sum, { weights }) => weights.reduce((s, w) => s + w, sum), 0);

/** Points inside of an element. */
export function insidePoints({ cell, sides }: Outline): InsidePoints {
  const { low, high } = cell.box;
  if (cell.cut) return byLines(cell, sides);
  const { points, weights } = productPoints(low, high, gaussLegendre(cell.degree + 1));
  const area = (high[0]! - low[0]!) * (high[1]! - low[1]!);
  return { points, weights: weights.map((w) => w * area) };
}

function faceSide(cell: Cell, face: Face, side: 0 | 1): Side {
  const { axis, at, low, high } = face;
  const { nodes, weights } = gaussLegendre(cell.degree + 1);
  const length = high[0]! - low[0]!;
  const [points, normals] = [new Float64Array(2 * nodes.length), new Float64Array(2 * nodes.length)];
  for (const [i, node] of nodes.entries()) {
    points[2 * i + axis] = at[side];
    points[2 * i + 1 - axis] = low[0]! + length * node;
    normals[2 * i + axis] = side === 0 ? 1 : -1;
  }
  return { points, normals, weights: weights.map((w) => w * length), face, part: undefined };
}

function boundarySides(cell: Cell, region: Region, periodic: readonly number[]): Side[] {
  const { shape } = region;
  const ofPart = (part: BoundaryPart): Side => ({ ...part, face: undefined, part });
  if (shape)
    return joined(cell.stretches, shape).map((stretch) => {
      const turn = Math.acos(Math.max(-1, Math.min(1, cosineOfTurn(shape, stretch))));
      return ofPart(stretchPart(region, stretch, cell.degree + 1 + Math.ceil(ofCurves * turn - 1e-6)));
    });
  const { nodes, weights } = gaussLegendre(cell.degree + 1);
  const sides: Side[] = [];
  for (const axis of [0, 1]) {
    if (periodic.includes(axis)) continue;
    for (const side of ["low", "high"] as const) {
      if (cell[side][axis] !== region[side][axis]) continue;
      const along = 1 - axis;
      const length = cell.high[along]! - cell.low[along]!;
      const [points, normals] = [new Float64Array(2 * nodes.length), new Float64Array(2 * nodes.length)];
      for (const [i, node] of nodes.entries()) {
        points[2 * i + axis] = cell[side][axis]!;
        points[2 * i + along] = cell.low[along]! + length * node;
        normals[2 * i + axis] = side === "low" ? -1 : 1;
      }
      const own = { points, normals, weights: weights.map((w) => w * length), along: undefined };
      sides.push(ofPart({ ...own, flat: { axis, side }, edge: undefined }));
    }
  }
  return sides;
}

/** Stretches, those of one straight edge that follow one another as one. */
function joined(stretches: readonly Stretch[], { pieces }: PlaneShape): readonly Stretch[] {
  const found: Stretch[] = [];
  for (const stretch of stretches) {
    const last = found.at(-1);
    const isOne =
      last?.piece === stretch.piece && last.to === stretch.from && pieces[stretch.piece]!.edge !== undefined;
    if (isOne) found[found.length - 1] = { ...last, to: stretch.to };
    else found.push(stretch);
  }
  return found;
}

function cosineOfTurn({ place }: PlaneShape, { piece, from, to }: Stretch): number {
  const [point, first, last] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
  place(piece, from, point, first);
  place(piece, to, point, last);
  return first[0]! * last[0]! + first[1]! * last[1]!;
}

/** By lines along that axis and from that end of the box which leave the region least. */
function byLines({ box, degree }: Cell, sides: readonly Side[]): InsidePoints {
  const { nodes, weights } = gaussLegendre(degree + 1);
  let best: { points: number[]; weights: number[]; size: number } | undefined;
  for (const axis of [0, 1]) {
    for (const from of [box.low[axis]!, box.high[axis]!]) {
      const own = { points: [] as number[], weights: [] as number[], size: 0 };
      for (const { points, normals, weights: ofSide } of sides) {
        for (const [i, w] of ofSide.entries()) {
          const length = points[2 * i + axis]! - from;
          const across = w * normals[2 * i + axis]! * length;
          if (Math.abs(across) < 1e-14 * w * Math.abs(box.high[axis]! - box.low[axis]!)) continue;
          own.size += Math.abs(across);
          for (const [k, node] of nodes.entries()) {
            const place = from + length * node;
            own.points.push(...(axis === 0 ? [place, points[2 * i + 1]!] : [points[2 * i]!, place]));
            own.weights.push(across * weights[k]!);
          }
        }
      }
      if (!best || own.size < best.size * (1 - 1e-9)) best = own;
    }
  }
  return { points: Float64Array.from(best!.points), weights: Float64Array.from(best!.weights) };
}
