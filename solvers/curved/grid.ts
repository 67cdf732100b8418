/** Points of curved blocks, each with products of polynomials of one degree, and what their maps make of derivatives. */
import { contract } from "../spectral/grid.ts";
import { lobatto, type Nodal } from "../spectral/nodal.ts";
import type { Block } from "./shape.ts";

/** A side of a block, on the boundary of the domain where it is outer. */
export interface Side {
  /** Points, [n]. */
  readonly points: Int32Array;
  /** Outward unit normals by axis, each [n]. */
  readonly normals: readonly Float64Array[];
  /** Weights of its quadrature, [n]. */
  readonly weights: Float64Array;
  readonly outer: boolean;
}

/** Points of all blocks in turn; nodes are what they have in common. */
export class CurvedGrid {
  readonly blocks: readonly Block[];
  readonly degree: number;
  readonly functions: Nodal;
  /** Points of a block. */
  readonly each: number;
  readonly count: number;
  readonly nodes: number;
  readonly nodeOf: Int32Array;
  /** Coordinates of points, by axis. */
  readonly columns: readonly Float64Array[];
  /** Weight of each point. */
  readonly weights: Float64Array;
  /** All nodes belong to the domain. */
  readonly active: Uint8Array;
  /** Derivative of a block's own coordinate a by axis k, at 3·a + k. */
  readonly slopes: readonly Float64Array[];
  readonly sides: readonly Side[];
  /** True where the map of each block keeps one orientation. */
  readonly isRegular: boolean;

  constructor(blocks: readonly Block[], degree: number) {
    this.blocks = blocks;
    this.degree = degree;
    this.functions = lobatto(degree);
    const n = degree + 1;
    this.each = n ** 3;
    this.count = blocks.length * this.each;
    this.columns = [0, 1, 2].map(() => new Float64Array(this.count));
    this.weights = new Float64Array(this.count);
    this.slopes = Array.from({ length: 9 }, () => new Float64Array(this.count));
    this.#place();
    this.isRegular = this.#measure();
    [this.nodeOf, this.nodes] = this.#number();
    this.active = new Uint8Array(this.nodes).fill(1);
    this.sides = this.#sides();
  }

  /** Derivative by a coordinate of the blocks. */
  deriveOwn(values: Float64Array, axis: number, out: Float64Array): void {
    const n = this.degree + 1;
    const inner = n ** (2 - axis);
    contract(this.functions.first, n, values, out, {
      outer: this.count / (n * inner),
      step: n * inner,
      from: 0,
      inner,
    });
  }

  /** Derivatives by all axes. */
  derive(values: Float64Array): Float64Array[] {
    const out = [0, 1, 2].map(() => new Float64Array(this.count));
    const own = new Float64Array(this.count);
    for (let a = 0; a < 3; a++) {
      this.deriveOwn(values, a, own);
      for (let k = 0; k < 3; k++) {
        const [slope, to] = [this.slopes[3 * a + k]!, out[k]!];
        for (let i = 0; i < own.length; i++) to[i]! += slope[i]! * own[i]!;
      }
    }
    return out;
  }

  /** Values at points of values at nodes, from `from` on. */
  spread(values: Float64Array, from: number): Float64Array {
    return Float64Array.from(this.nodeOf, (node) => values[from + node]!);
  }

  #place(): void {
    const { nodes } = this.functions;
    const n = nodes.length;
    for (const [b, { low, high }] of this.blocks.entries()) {
      for (let j = 0; j < n; j++) {
        for (let l = 0; l < n; l++) {
          const [from, to] = [low(nodes[j]!, nodes[l]!), high(nodes[j]!, nodes[l]!)];
          for (let i = 0; i < n; i++) {
            const at = b * this.each + (i * n + j) * n + l;
            const share = (1 + nodes[i]!) / 2;
            for (let k = 0; k < 3; k++) this.columns[k]![at] = (1 - share) * from[k]! + share * to[k]!;
          }
        }
      }
    }
  }

  #measure(): boolean {
    const { weights } = this.functions;
    const n = weights.length;
    const maps = this.columns.map((column) =>
      [0, 1, 2].map((a) => {
        const out = new Float64Array(this.count);
        this.deriveOwn(column, a, out);
        return out;
      }),
    );
    let isRegular = true;
    for (let b = 0; b < this.blocks.length; b++) {
      let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (let i = b * this.each; i < (b + 1) * this.each; i++) {
        // m(k, a): derivative of coordinate k by the block's own coordinate a.
        const m = (k: number, a: number) => maps[k % 3]![a % 3]![i]!;
        const cofactor = (k: number, a: number) =>
          m(k + 1, a + 1) * m(k + 2, a + 2) - m(k + 1, a + 2) * m(k + 2, a + 1);
        const volume = m(0, 0) * cofactor(0, 0) + m(1, 0) * cofactor(1, 0) + m(2, 0) * cofactor(2, 0);
        for (let a = 0; a < 3; a++) for (let k = 0; k < 3; k++) this.slopes[3 * a + k]![i] = cofactor(k, a) / volume;
        [least, most] = [Math.min(least, volume), Math.max(most, volume)];
        const [x, y, z] = [Math.floor(i / (n * n)) % n, Math.floor(i / n) % n, i % n];
        this.weights[i] = weights[x]! * weights[y]! * weights[z]! * Math.abs(volume);
      }
      if (
        !(least * most > 0) ||
        Math.min(Math.abs(least), Math.abs(most)) < flat * Math.max(Math.abs(least), Math.abs(most))
      )
        isRegular = false;
    }
    return isRegular;
  }

  /** Points at the same place are one node. */
  #number(): [Int32Array, number] {
    const lows = this.columns.map((column) => column.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
    const highs = this.columns.map((column) => column.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY));
    const unit = near * Math.hypot(...lows.map((low, k) => highs[k]! - low));
    const known = new Map<string, number>();
    const nodeOf = new Int32Array(this.count);
    let nodes = 0;
    for (let i = 0; i < this.count; i++) {
      const place = this.columns.map((column, k) => (column[i]! - lows[k]!) / unit);
      const down = place.map(Math.floor);
      // A place beside the edge of a cell of rounding may have its like in the next one.
      const choices = place.map((v, k) =>
        v - down[k]! < 0.25 ? [down[k]!, down[k]! - 1] : v - down[k]! > 0.75 ? [down[k]!, down[k]! + 1] : [down[k]!],
      );
      const keys = choices[0]!.flatMap((x) => choices[1]!.flatMap((y) => choices[2]!.map((z) => `${x},${y},${z}`)));
      const same = keys.map((key) => known.get(key)).find((node) => node !== undefined);
      nodeOf[i] = same ?? nodes++;
      if (same === undefined) known.set(keys[0]!, nodeOf[i]!);
    }
    return [nodeOf, nodes];
  }

  #sides(): Side[] {
    const { weights } = this.functions;
    const n = weights.length;
    const seen = new Map<string, number>();
    const all = this.blocks.flatMap((_, b) =>
      [0, 1, 2].flatMap((axis) =>
        [0, n - 1].map((end) => {
          const stride = n ** (2 - axis);
          const points = Int32Array.from({ length: n * n }, (__, i) => {
            const [p, q] = [Math.floor(i / n), i % n];
            const at = axis === 0 ? p * n + q : axis === 1 ? p * n * n + q : p * n * n + q * n;
            return b * this.each + end * stride + at;
          });
          const sign = end === 0 ? -1 : 1;
          const lengths = Float64Array.from(points, (i) =>
            Math.hypot(...[0, 1, 2].map((k) => this.slopes[3 * axis + k]![i]!)),
          );
          const normals = [0, 1, 2].map((k) =>
            Float64Array.from(points, (point, i) => (sign * this.slopes[3 * axis + k]![point]!) / lengths[i]!),
          );
          const areas = Float64Array.from(points, (point, i) => (this.weights[point]! * lengths[i]!) / weights[end]!);
          const corners = [0, n - 1, n * n - n, n * n - 1].map((i) => this.nodeOf[points[i]!]!);
          const key = corners.sort((x, y) => x - y).join();
          seen.set(key, (seen.get(key) ?? 0) + 1);
          return { points, normals, weights: areas, key };
        }),
      ),
    );
    return all.map(({ key, ...side }) => ({ ...side, outer: seen.get(key) === 1 }));
  }
}

/** Distance of points that are one node, beside the extent; and the least of a map's volumes beside its largest. */
const [near, flat] = [1e-8, 1e-3];
