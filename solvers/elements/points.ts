/** Places of the rows of an element: inside of it, on the boundary, and where it meets others. */

import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { type Points, productPoints } from "./basis.ts";
import type { Cell, Face } from "./mesh.ts";
import type { Region, Stretch } from "./region.ts";

/** Points with weights: of an element and of each of its sides they sum to about 1. */
export interface Weighted extends Points {
  readonly weights: Float64Array;
}

/** Points on the boundary. */
export interface BoundaryPart extends Weighted {
  /** Outward, [n, d]. */
  readonly normals: Float64Array;
  /** Its place: on a face of the bounding box, or an edge as the user counts them. */
  readonly flat: { readonly axis: number; readonly side: "low" | "high" } | undefined;
  readonly edge: number | undefined;
}

/** Points of a grid at most, beside the polynomials along an axis, in a cell of which little lies inside. */
const finest = 8;

/**
 * Points inside of an element: of Gauss's rule, or where it is cut those of an even grid that lie inside.
 *
 * @param n - along an axis
 */
export function interiorPoints(cell: Cell, region: Region, n: number): Weighted {
  const { shape, dimension } = region;
  const { low, high } = cell.box;
  const extent = extentWeight(region, across(cell));
  if (!cell.cut || !shape) {
    const { weights, ...places } = productPoints(low, high, gaussLegendre(n));
    return { ...places, weights: weights.map((w) => w * extent) };
  }
  const wanted = n ** dimension;
  for (let side = n; ; side = Math.ceil(side * 1.3)) {
    const rule = {
      nodes: Float64Array.from({ length: side }, (_, k) => (k + 0.5) / side),
      weights: new Float64Array(side),
    };
    const { points } = productPoints(low, high, rule);
    const inside: number[] = [];
    for (let i = 0; i < points.length; i += 2)
      if (shape.inside(points[i]!, points[i + 1]!)) inside.push(points[i]!, points[i + 1]!);
    const count = inside.length / 2;
    if (count < wanted && side < finest * n) continue;
    return {
      points: Float64Array.from(inside),
      along: undefined,
      weights: new Float64Array(count).fill(extent / Math.max(1, count)),
    };
  }
}

/** Points of an integral over an element: weights sum to the share of its box that lies inside. */
export function integralPoints(cell: Cell, { shape }: Region): Weighted {
  const { low, high } = cell.box;
  const n = cell.degree + 1;
  if (!cell.cut || !shape) return productPoints(low, high, gaussLegendre(n));
  const side = 6 * n;
  const rule = {
    nodes: Float64Array.from({ length: side }, (_, k) => (k + 0.5) / side),
    weights: new Float64Array(side).fill(1 / side),
  };
  const found = productPoints(low, high, rule);
  const { points, weights } = found;
  for (let i = 0; i < weights.length; i++) if (!shape.inside(points[2 * i]!, points[2 * i + 1]!)) weights[i] = 0;
  return found;
}

/** Points on the boundary of the region that belong to an element. */
export function boundaryPoints(cell: Cell, region: Region, periodic: readonly number[], n: number): BoundaryPart[] {
  const { shape, dimension: d, low, high } = region;
  if (!shape) {
    const sides = Array.from({ length: d }, (_, axis) => axis).filter((axis) => !periodic.includes(axis));
    return sides.flatMap((axis) =>
      (["low", "high"] as const).flatMap((side): BoundaryPart[] => {
        const bound = side === "low" ? low : high;
        if (cell[side][axis] !== bound[axis]) return [];
        const { weights, ...places } = acrossAxis(cell.low, cell.high, axis, bound[axis]!, n);
        const normals = new Float64Array(places.points.length);
        for (let i = axis; i < normals.length; i += d) normals[i] = side === "low" ? -1 : 1;
        const extent = extentWeight(
          region,
          cell.low.flatMap((l, k) => (k === axis ? [] : [cell.high[k]! - l])),
        );
        return [{ ...places, weights: weights.map((w) => w * extent), normals, flat: { axis, side }, edge: undefined }];
      }),
    );
  }
  const lengths = cell.stretches.map(({ piece, from, to }) => shape.pieces[piece]!.measure * (to - from));
  const all = lengths.reduce((sum, length) => sum + length, 0);
  const widths = [0, 1].map((k) => cell.box.high[k]! - cell.box.low[k]!);
  return cell.stretches.map(({ piece, from, to }, s): BoundaryPart => {
    // The whole boundary in a cell has as many points as two of its sides.
    const count =
      cell.stretches.length === 1 ? 2 * n : Math.max(1, Math.min(n, Math.ceil((2 * n * lengths[s]!) / all)));
    const { weights, ...part } = stretchPart(region, { piece, from, to }, count);
    return {
      ...part,
      weights: weights.map((w, i) => {
        const across = Math.abs(part.normals[2 * i + 1]!) * widths[0]! + Math.abs(part.normals[2 * i]!) * widths[1]!;
        return (w / across) * extentWeight(region, [across]);
      }),
    };
  });
}

/** Gauss's points on a stretch of a plane shape's boundary: weights sum to its length. */
export function stretchPart({ shape, low, high }: Region, { piece, from, to }: Stretch, count: number): BoundaryPart {
  const { pieces, place, slack } = shape!;
  const rule = gaussLegendre(count);
  const [points, normals] = [new Float64Array(2 * count), new Float64Array(2 * count)];
  const [point, normal] = [new Float64Array(2), new Float64Array(2)];
  for (const [i, node] of rule.nodes.entries()) {
    place(piece, from + (to - from) * node, point, normal);
    points.set(point, 2 * i);
    normals.set(normal, 2 * i);
  }
  const { flat, edge, measure } = pieces[piece]!;
  const side =
    flat &&
    (
      [
        ["low", low],
        ["high", high],
      ] as const
    ).find(([, bound]) => Math.abs(bound[flat.axis]! - flat.value) <= slack)?.[0];
  return {
    ...{ points, along: undefined, normals, edge },
    weights: rule.weights.map((w) => w * (measure * (to - from))),
    flat: flat && side && { axis: flat.axis, side },
  };
}

/** Points of a face, as one of its two elements sees it. */
export function facePoints(region: Region, { axis, low, high, at }: Face, side: 0 | 1, n: number): Weighted {
  const whole = (of: readonly number[]) => [...of.slice(0, axis), at[side], ...of.slice(axis)];
  const extent = extentWeight(
    region,
    low.map((l, k) => high[k]! - l),
  );
  const { weights, ...places } = acrossAxis(whole(low), whole(high), axis, at[side], n);
  return { ...places, weights: weights.map((w) => w * extent) };
}

function acrossAxis(low: readonly number[], high: readonly number[], axis: number, at: number, n: number): Weighted {
  const place = Float64Array.of(at);
  const others = low.map((_, k) => k).filter((k) => k !== axis);
  if (others.length === 0) return { points: place, weights: Float64Array.of(1), along: [place] };
  const pick = (of: readonly number[]) => others.map((k) => of[k]!);
  const { points, weights, along } = productPoints(pick(low), pick(high), gaussLegendre(n));
  const [d, count] = [low.length, weights.length];
  const out = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    out[i * d + axis] = at;
    others.forEach((k, j) => {
      out[i * d + k] = points[i * (d - 1) + j]!;
    });
  }
  return { points: out, weights, along: [...along.slice(0, axis), place, ...along.slice(axis)] };
}

/** Weight of the rows of an element or face for its extent across: its mean length over that of the domain. */
function extentWeight({ low, high }: Region, lengths: readonly number[]): number {
  const whole = Math.max(...low.map((l, k) => high[k]! - l));
  const n = lengths.length;
  return n === 0 ? 1 : lengths.reduce((p, v) => p * v, 1) ** (1 / n) / whole;
}

/** Without the shortest axis. */
export const across = ({ box }: Cell): number[] =>
  box.low
    .map((l, k) => box.high[k]! - l)
    .sort((a, b) => a - b)
    .slice(1);
