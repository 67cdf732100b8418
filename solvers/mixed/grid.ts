/**
 * Points of quadrilaterals at Gauss's and Lobatto's places, for continuous polynomials of one degree; and the products of
 * Legendre's polynomials, two degrees lower, of what may jump between them.
 */
import { lobatto, type Nodal } from "../spectral/nodal.ts";
import type { Block } from "./blocks.ts";
import { type Quad, type Quads, type Side as SideOfQuad, sideOf, sides } from "./quads.ts";

/** A quadrilateral as its place in a block. */
export type Place = Pick<Quad, "block" | "u" | "v">;

/** A side of a quadrilateral. */
export interface Side {
  readonly quad: number;
  /** Points, [n]. */
  readonly points: Int32Array;
  /** Outward unit normals by axis, each [n]. */
  readonly normals: readonly Float64Array[];
  /** Weights of its quadrature, [n]. */
  readonly weights: Float64Array;
  readonly outer: boolean;
}

/** Points of all quadrilaterals in turn, [quads, n, n] with v running fastest. */
export class PlaneGrid {
  readonly degree: number;
  readonly functions: Nodal;
  /** Points of a quadrilateral, and their number in all. */
  readonly each: number;
  readonly count: number;
  /** Coordinates by axis. */
  readonly columns: readonly Float64Array[];
  readonly weights: Float64Array;
  /** Derivative of a quadrilateral's own coordinate a by axis k, at 2·a + k. */
  readonly slopes: readonly Float64Array[];
  /** Functions that may jump: number, and [each, number] of values and of derivatives by own coordinates. */
  readonly jumping: { readonly count: number; readonly values: Float64Array; readonly first: readonly Float64Array[] };

  constructor(blocks: readonly Block[], places: readonly Place[], degree: number) {
    this.degree = degree;
    this.functions = lobatto(degree);
    const n = degree + 1;
    this.each = n * n;
    this.count = places.length * this.each;
    this.columns = [0, 1].map(() => new Float64Array(this.count));
    this.weights = new Float64Array(this.count);
    this.slopes = [0, 1, 2, 3].map(() => new Float64Array(this.count));
    this.jumping = jumpingOf(this.functions, degree);
    for (const [q, { block, u, v }] of places.entries()) {
      const { low, high } = blocks[block]!;
      for (let i = 0; i < n; i++) {
        const at = u[0] + ((1 + this.functions.nodes[i]!) / 2) * (u[1] - u[0]);
        const [from, to] = [low(at), high(at)];
        for (let j = 0; j < n; j++) {
          const share = v[0] + ((1 + this.functions.nodes[j]!) / 2) * (v[1] - v[0]);
          for (const k of [0, 1]) this.columns[k]![q * this.each + i * n + j] = (1 - share) * from[k]! + share * to[k]!;
        }
      }
    }
    this.#measure();
  }

  /** Derivative by a quadrilateral's own coordinate. */
  deriveOwn(values: Float64Array, axis: number, out: Float64Array): void {
    const n = this.degree + 1;
    const { first } = this.functions;
    const [step, stride] = axis === 0 ? [1, n] : [n, 1];
    for (let start = 0; start < values.length; start += n * n) {
      for (let line = 0; line < n; line++) {
        const from = start + line * step;
        for (let i = 0; i < n; i++) {
          let sum = 0;
          for (let j = 0; j < n; j++) sum += first[i * n + j]! * values[from + j * stride]!;
          out[from + i * stride] = sum;
        }
      }
    }
  }

  /** Derivatives by both axes. */
  derive(values: Float64Array): readonly [Float64Array, Float64Array] {
    const own = [0, 1].map((axis) => {
      const out = new Float64Array(values.length);
      this.deriveOwn(values, axis, out);
      return out;
    });
    return [this.along(0, own[0]!, own[1]!), this.along(1, own[0]!, own[1]!)];
  }

  /** Derivative along an axis of values at the points of one quadrilateral. */
  deriveOn(quad: number, values: Float64Array, axis: 0 | 1): Float64Array {
    const own = [0, 1].map((a) => {
      const out = new Float64Array(values.length);
      this.deriveOwn(values, a, out);
      return out;
    });
    const [p, q] = [this.slopes[axis]!, this.slopes[2 + axis]!];
    return values.map((_, i) => p[quad * this.each + i]! * own[0]![i]! + q[quad * this.each + i]! * own[1]![i]!);
  }

  /** Derivative along an axis, of those by both of a quadrilateral's own coordinates. */
  along(axis: 0 | 1, byU: Float64Array, byV: Float64Array): Float64Array {
    const [p, q] = [this.slopes[axis]!, this.slopes[2 + axis]!];
    const out = new Float64Array(byU.length);
    for (let i = 0; i < out.length; i++) out[i] = p[i]! * byU[i]! + q[i]! * byV[i]!;
    return out;
  }

  #measure(): void {
    const { weights } = this.functions;
    const n = weights.length;
    const maps = this.columns.map((column) =>
      [0, 1].map((a) => {
        const out = new Float64Array(this.count);
        this.deriveOwn(column, a, out);
        return out;
      }),
    );
    for (let i = 0; i < this.count; i++) {
      const [xu, xv, yu, yv] = [maps[0]![0]![i]!, maps[0]![1]![i]!, maps[1]![0]![i]!, maps[1]![1]![i]!];
      const area = xu * yv - xv * yu;
      for (const [k, v] of [yv, -xv, -yu, xu].entries()) this.slopes[k]![i] = v / area;
      const local = i % this.each;
      this.weights[i] = weights[Math.floor(local / n)]! * weights[local % n]! * Math.abs(area);
    }
  }
}

function jumpingOf({ nodes }: Nodal, degree: number): PlaneGrid["jumping"] {
  const [n, m] = [degree + 1, degree - 1];
  const tables = [new Float64Array(n * m), new Float64Array(n * m)];
  for (let i = 0; i < n; i++) {
    const x = nodes[i]!;
    const [p, d] = [
      [1, x],
      [0, 1],
    ] as [number[], number[]];
    for (let k = 1; k < m; k++) {
      p.push(((2 * k + 1) * x * p[k]! - k * p[k - 1]!) / (k + 1));
      d.push(d[k - 1]! + (2 * k + 1) * p[k]!);
    }
    for (let k = 0; k < m; k++) {
      const norm = Math.sqrt(2 * k + 1);
      tables[0]![i * m + k] = norm * p[k]!;
      tables[1]![i * m + k] = norm * d[k]!;
    }
  }
  const product = (u: Float64Array, v: Float64Array) =>
    Float64Array.from({ length: n * n * m * m }, (_, at) => {
      const [point, k] = [Math.floor(at / (m * m)), at % (m * m)];
      return u[Math.floor(point / n) * m + Math.floor(k / m)]! * v[(point % n) * m + (k % m)]!;
    });
  const [values, slopes] = tables as [Float64Array, Float64Array];
  return { count: m * m, values: product(values, values), first: [product(slopes, values), product(values, slopes)] };
}

/** The nodes that points of quadrilaterals which meet have in common. */
export function nodesOf(mesh: Quads, degree: number): { readonly nodeOf: Int32Array; readonly nodes: number } {
  const n = degree + 1;
  const nodeOf = new Int32Array(mesh.all.length * n * n).fill(-1);
  let nodes = mesh.corners;
  const firstOf = new Map<string, number>();
  for (const [q, quad] of mesh.all.entries()) {
    const at = (i: number, j: number) => q * n * n + i * n + j;
    quad.corners.forEach((corner, k) => {
      nodeOf[at(k % 2 === 0 ? 0 : degree, k < 2 ? 0 : degree)] = corner;
    });
    for (const [side, [a, b]] of sides.entries()) {
      const key = sideOf(quad, side as SideOfQuad);
      const first = firstOf.get(key) ?? nodes;
      if (first === nodes) {
        firstOf.set(key, nodes);
        nodes += degree - 1;
      }
      const isForward = quad.corners[a]! < quad.corners[b]!;
      for (let k = 1; k < degree; k++)
        nodeOf[pointOnSide(q, side, k, n)] = first + (isForward ? k - 1 : degree - 1 - k);
    }
    for (let i = 1; i < degree; i++) for (let j = 1; j < degree; j++) nodeOf[at(i, j)] = nodes++;
  }
  return { nodeOf, nodes };
}

/** Number of point k of a side. */
function pointOnSide(quad: number, side: number, k: number, n: number): number {
  const end = side % 2 === 0 ? 0 : n - 1;
  return quad * n * n + (side < 2 ? k * n + end : end * n + k);
}

/** The sides of all quadrilaterals. */
export function sidesOf(mesh: Quads, grid: PlaneGrid): Side[] {
  const { slopes, weights, functions, degree } = grid;
  const n = degree + 1;
  return mesh.all.flatMap((quad, q) =>
    sides.map((_, side): Side => {
      const axis = side < 2 ? 1 : 0;
      const sign = side % 2 === 0 ? -1 : 1;
      const points = Int32Array.from({ length: n }, (_, k) => pointOnSide(q, side, k, n));
      const lengths = Float64Array.from(points, (i) => Math.hypot(slopes[2 * axis]![i]!, slopes[2 * axis + 1]![i]!));
      return {
        ...{ quad: q, points, outer: mesh.at(sideOf(quad, side as SideOfQuad)).length === 1 },
        normals: [0, 1].map((k) =>
          Float64Array.from(points, (i, at) => (sign * slopes[2 * axis + k]![i]!) / lengths[at]!),
        ),
        weights: Float64Array.from(points, (i, at) => (weights[i]! * lengths[at]!) / functions.weights[0]!),
      };
    }),
  );
}
