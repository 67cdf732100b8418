/**
 * Shapes in space as functions: signed distance, boundary pieces with normals, placing of quasi-uniform points inside.
 */
import { DomainError } from "../../engine/errors.ts";
import { distanceToEdges } from "./box-tree.ts";
import { byCells } from "./cells-of-distance.ts";
import { ellipse } from "./ellipse.ts";
import { level } from "./level.ts";
import { meshGeometry } from "./mesh.ts";
import { polygonArea } from "./polygon-check.ts";
import type { Shape, Vertex } from "./spec.ts";
import { normalOf } from "./unit-points.ts";

/** A piece of a boundary, parametrised by the unit cube so that equal volumes there are equal measures on it. */
export interface Piece {
  /** Length, area, … of the piece; 1 for a point. */
  readonly measure: number;
  /** Error of `measure` where it is not negligible. */
  readonly measureError?: number;
  /** Writes the point and the outward unit normal that belong to `dimension` unit coordinates starting at `at`. */
  place(unit: ArrayLike<number>, at: number, point: Float64Array, normal: Float64Array): void;
  /** Set where the piece lies in a plane x_axis = value. */
  readonly flat?: { readonly axis: number; readonly value: number };
  /** Set on polygons and meshes: index of the edge or facet in the order the user wrote. */
  readonly edge?: number;
}

/** A shape in space. */
export interface Geometry {
  readonly dimension: number;
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** Volume where a formula or a quadrature gives it, and its error where that is not negligible. */
  readonly volume?: number;
  readonly volumeError?: number;
  /**
   * Signed distance of the point at `at`, negative inside; never farther from zero than the truth, exact for
   * primitives. Of shapes given by formulas it is of first order at the boundary. Where it is farther from zero than
   * `near` (`@defaultValue Infinity`), anything between does that has its sign and is farther than `near` as well: with
   * 0 it is the question of the side.
   */
  distance(points: ArrayLike<number>, at: number, near?: number): number;
  /** Pieces that together cover the boundary; all of them belong to it unless `keeps` says otherwise. */
  readonly pieces: readonly Piece[];
  /** True where a point of piece `index` lies on the boundary, with this outward normal, and on no earlier piece. */
  keeps?(point: Float64Array, normal: Float64Array, index: number): boolean;
  /** Of a mesh: numbers of pieces by the name of a part of the boundary. */
  readonly groups?: Readonly<Record<string, readonly number[]>>;
  /** Of a combination: the shapes without parts of which it is made. */
  readonly leaves?: readonly Leaf[];
  /** Uniform points inside from so many unit coordinates, where a formula gives them. */
  readonly inside?: {
    readonly coordinates: number;
    place(unit: ArrayLike<number>, at: number, point: Float64Array): void;
  };
}

/** The functions of a checked shape. */
export function geometryOf(shape: Shape): Geometry {
  switch (shape.kind) {
    case "box":
      return box(shape.low, shape.high);
    case "ball":
      return ball(shape.center, shape.radius);
    case "polygon":
      return polygon(shape.vertices, shape.reversed, shape.holes);
    case "ellipse":
      return ellipse(shape);
    case "level":
      return level(shape);
    case "mesh":
      return meshGeometry(shape);
    default:
      return combination(shape);
  }
}

function box(low: readonly number[], high: readonly number[]): Geometry {
  const dimension = low.length;
  const widths = low.map((l, k) => high[k]! - l);
  const volume = widths.reduce((a, b) => a * b, 1);
  const pieces = widths.flatMap((_, axis): Piece[] =>
    [low[axis]!, high[axis]!].map((value, side) => ({
      measure: widths.reduce((product, width, k) => (k === axis ? product : product * width), 1),
      flat: { axis, value },
      place(unit, at, point, normal) {
        for (let k = 0, from = at; k < dimension; k++) {
          normal[k] = 0;
          point[k] = k === axis ? value : low[k]! + widths[k]! * unit[from++]!;
        }
        normal[axis] = side === 0 ? -1 : 1;
      },
    })),
  );
  return {
    dimension,
    low,
    high,
    volume,
    pieces,
    distance(points, at) {
      let outside = 0;
      let nearest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < dimension; k++) {
        const x = points[at + k]!;
        const past = Math.max(low[k]! - x, x - high[k]!);
        nearest = Math.max(nearest, past);
        if (past > 0) outside += past * past;
      }
      return nearest > 0 ? Math.sqrt(outside) : nearest;
    },
    inside: {
      coordinates: dimension,
      place(unit, at, point) {
        for (let k = 0; k < dimension; k++) point[k] = low[k]! + widths[k]! * unit[at + k]!;
      },
    },
  };
}

/** Volume of the unit ball in d dimensions, π^{d/2}/Γ(d/2 + 1), by V_d = V_{d−2}·2π/d. */
function unitBallVolume(dimension: number): number {
  let volume = dimension % 2 === 0 ? 1 : 2;
  for (let d = dimension % 2 === 0 ? 2 : 3; d <= dimension; d += 2) volume *= (2 * Math.PI) / d;
  return volume;
}

function ball(center: readonly number[], radius: number): Geometry {
  const dimension = center.length;
  const direction = (unit: ArrayLike<number>, at: number, out: Float64Array): void => {
    if (dimension === 2) {
      out[0] = Math.cos(2 * Math.PI * unit[at]!);
      out[1] = Math.sin(2 * Math.PI * unit[at]!);
      return;
    }
    let squares = 0;
    for (let k = 0; k < dimension; k++) {
      out[k] = normalOf(unit[at + k]!);
      squares += out[k]! ** 2;
    }
    for (let k = 0; k < dimension; k++) out[k] = out[k]! / Math.sqrt(squares);
  };
  const surface = (turn: (unit: ArrayLike<number>, at: number, out: Float64Array) => void, measure: number): Piece => ({
    measure,
    place(unit, at, point, normal) {
      turn(unit, at, normal);
      for (let k = 0; k < dimension; k++) point[k] = center[k]! + radius * normal[k]!;
    },
  });
  const volume = unitBallVolume(dimension) * radius ** dimension;
  const pieces =
    dimension === 1
      ? [-1, 1].map((side) => surface((_unit, _at, out) => out.fill(side), 1))
      : [surface(direction, (volume * dimension) / radius)];
  return {
    dimension,
    low: center.map((c) => c - radius),
    high: center.map((c) => c + radius),
    volume,
    pieces,
    distance(points, at) {
      let squares = 0;
      for (let k = 0; k < dimension; k++) squares += (points[at + k]! - center[k]!) ** 2;
      return Math.sqrt(squares) - radius;
    },
    inside: {
      coordinates: dimension === 2 ? 2 : dimension + 1,
      place(unit, at, point) {
        const reach = radius * unit[at]! ** (1 / dimension);
        direction(unit, at + 1, point);
        for (let k = 0; k < dimension; k++) point[k] = center[k]! + reach * point[k]!;
      },
    },
  };
}

/** The number that edge k has in the order in which the user wrote n points, the last joined to the first. */
const writtenEdge = (k: number, n: number, reversed: boolean): number => (reversed ? (2 * n - 2 - k) % n : k);

function polygon(vertices: readonly Vertex[], reversed: boolean, holes: readonly (readonly Vertex[])[]): Geometry {
  const rings = [vertices, ...holes];
  const [low, high] = [Math.min, Math.max].map((choose) =>
    [0, 1].map((k) => choose(...vertices.map((v) => v[k]!))),
  ) as [number[], number[]];
  const edges = rings.flatMap((ring) => ring.map((v, k) => [v, ring[(k + 1) % ring.length]!] as const));
  const n = vertices.length;
  const pieces = edges.map(([[x, y], [ex, ey]], k): Piece => {
    const length = Math.hypot(ex - x, ey - y);
    const flat = ex === x ? { axis: 0, value: x } : ey === y ? { axis: 1, value: y } : undefined;
    return {
      measure: length,
      ...(k < n && { edge: writtenEdge(k, n, reversed) }),
      ...(flat && { flat }),
      place(unit, at, point, normal) {
        point[0] = x + (ex - x) * unit[at]!;
        point[1] = y + (ey - y) * unit[at]!;
        normal[0] = (ey - y) / length;
        normal[1] = (x - ex) / length;
      },
    };
  });
  return {
    dimension: 2,
    low,
    high,
    volume: rings.reduce((sum, ring) => sum + polygonArea(ring), 0),
    pieces,
    distance: byCells(distanceToEdges(edges), { low, high }),
  };
}

/** A part of a combination. */
interface Leaf {
  readonly geometry: Geometry;
  /** −1 where the shape is taken away. */
  readonly sign: 1 | -1;
}

/** The shapes without parts of which a geometry is made, taken away where `sign` is −1. */
const leavesOf = (geometry: Geometry, sign: 1 | -1): readonly Leaf[] =>
  geometry.leaves?.map((leaf) => ({ ...leaf, sign: sign === leaf.sign ? 1 : -1 })) ?? [{ geometry, sign }];

/** True where no distance is that of a formula, so that they do not grow faster than the way that a point goes. */
const isExact = (shape: Shape): boolean => ("parts" in shape ? shape.parts.every(isExact) : shape.kind !== "level");

function combination(shape: Extract<Shape, { readonly parts: readonly Shape[] }>): Geometry {
  const parts = shape.parts.map(geometryOf);
  const dimension = parts[0]!.dimension;
  const union = shape.kind === "union";
  const combined: Geometry["distance"] = (points, at, near = Number.POSITIVE_INFINITY) => {
    let result = parts[0]!.distance(points, at, near);
    // One part far enough inside of a union, or outside of the others, decides.
    for (let k = 1; k < parts.length && !((union ? -result : result) > near); k++) {
      const other = parts[k]!.distance(points, at, near);
      if (union) result = Math.min(result, other);
      else result = Math.max(result, shape.kind === "difference" ? -other : other);
    }
    return result;
  };
  const bound = (pick: (geometry: Geometry) => readonly number[], choose: (...values: number[]) => number) =>
    pick(parts[0]!).map((first, k) =>
      shape.kind === "difference" ? first : choose(...parts.map((part) => pick(part)[k]!)),
    );
  const low = bound((part) => part.low, union ? Math.min : Math.max);
  const high = bound((part) => part.high, union ? Math.max : Math.min);
  if (low.some((l, k) => !(l < high[k]!))) {
    throw new DomainError(`domainOf: the ${shape.kind} is empty: its parts' bounding boxes do not overlap`, shape);
  }
  const distance = dimension === 2 && shape.parts.every(isExact) ? byCells(combined, { low, high }) : combined;
  const leaves = parts.flatMap((part, k) => leavesOf(part, shape.kind === "difference" && k > 0 ? -1 : 1));
  const owners = leaves.flatMap((leaf, index) => leaf.geometry.pieces.map(() => index));
  const step = 1e-7 * Math.hypot(...low.map((l, k) => high[k]! - l));
  const [ahead, behind] = [new Float64Array(dimension), new Float64Array(dimension)];
  return {
    dimension,
    low,
    high,
    distance,
    leaves,
    pieces: leaves.flatMap(({ geometry, sign }) => (sign === 1 ? geometry.pieces : geometry.pieces.map(turned))),
    keeps(point, normal, index) {
      for (let k = 0; k < dimension; k++) {
        ahead[k] = point[k]! + step * normal[k]!;
        behind[k] = point[k]! - step * normal[k]!;
      }
      if (!(distance(behind, 0, 0) < 0 && distance(ahead, 0, 0) > 0)) return false;
      // Where the surfaces of two parts coincide, the earlier part has it.
      for (const { geometry, sign } of leaves.slice(0, owners[index]!)) {
        const out = sign * geometry.distance(ahead, 0, 1.02 * step);
        if (!(out > 0.99 * step && out < 1.02 * step)) continue;
        const back = sign * geometry.distance(behind, 0, 1.02 * step);
        if (back < -0.99 * step && out - back < 2.01 * step) return false;
      }
      return true;
    },
  };
}

/** The same piece seen from the other side. */
function turned(piece: Piece): Piece {
  return {
    ...piece,
    place(unit, at, point, normal) {
      piece.place(unit, at, point, normal);
      for (let k = 0; k < normal.length; k++) normal[k] = -normal[k]!;
    },
  };
}
