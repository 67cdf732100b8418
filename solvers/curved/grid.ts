/**
 * Points of curved blocks in two or three axes, each with products of polynomials of one degree, and what their maps make
 * of derivatives.
 */
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
  /** Axes of space. */
  readonly dimension: number;
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
  /** Coordinates of points moved from the faces of their block into it, where rounding does not bring them outside. */
  readonly within: readonly Float64Array[];
  /** Derivative of a block's own coordinate a by axis k, at axes·a + k. */
  readonly slopes: readonly Float64Array[];
  readonly sides: readonly Side[];
  /** True where the map of each block keeps one orientation. */
  readonly isRegular: boolean;

  constructor(blocks: readonly Block[], degree: number) {
    this.blocks = blocks;
    this.degree = degree;
    this.dimension = blocks[0]!.low(0, 0).length;
    this.functions = lobatto(degree);
    const d = this.dimension;
    this.each = (degree + 1) ** d;
    this.count = blocks.length * this.each;
    this.columns = Array.from({ length: d }, () => new Float64Array(this.count));
    this.within = this.columns.map(() => new Float64Array(this.count));
    this.weights = new Float64Array(this.count);
    this.slopes = Array.from({ length: d * d }, () => new Float64Array(this.count));
    this.#place();
    this.isRegular = this.#measure();
    [this.nodeOf, this.nodes] = this.#number();
    this.active = new Uint8Array(this.nodes).fill(1);
    this.sides = this.#sides();
  }

  /** Derivative by a coordinate of the blocks. */
  deriveOwn(values: Float64Array, axis: number, out: Float64Array): void {
    const n = this.degree + 1;
    const inner = n ** (this.dimension - 1 - axis);
    contract(this.functions.first, n, values, out, {
      outer: this.count / (n * inner),
      step: n * inner,
      from: 0,
      inner,
    });
  }

  /** Derivatives by all axes. */
  derive(values: Float64Array): Float64Array[] {
    const out = this.columns.map(() => new Float64Array(this.count));
    const own = new Float64Array(this.count);
    const d = this.dimension;
    for (let a = 0; a < d; a++) {
      this.deriveOwn(values, a, own);
      for (let k = 0; k < d; k++) {
        const [slope, to] = [this.slopes[d * a + k]!, out[k]!];
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
    const face = this.each / n;
    for (const [b, { low, high }] of this.blocks.entries()) {
      for (let j = 0; j < face; j++) {
        const [u, v] = [nodes[Math.floor(j / (face / n))]!, nodes[j % n]!];
        const [from, to] = [low(u, v), high(u, v)];
        for (let i = 0; i < n; i++) {
          const at = b * this.each + i * face + j;
          const share = (1 + nodes[i]!) / 2;
          for (const [k, column] of this.columns.entries()) column[at] = (1 - share) * from[k]! + share * to[k]!;
        }
      }
    }
  }

  #measure(): boolean {
    const { nodes, weights } = this.functions;
    const [n, d] = [weights.length, this.dimension];
    const maps = this.columns.map((column) =>
      this.columns.map((_, a) => {
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
        const m = (k: number, a: number) => maps[k % d]![a % d]![i]!;
        const cofactor = (k: number, a: number) =>
          d === 2
            ? (k === a ? 1 : -1) * m(k + 1, a + 1)
            : m(k + 1, a + 1) * m(k + 2, a + 2) - m(k + 1, a + 2) * m(k + 2, a + 1);
        let volume = 0;
        for (let k = 0; k < d; k++) volume += m(k, 0) * cofactor(k, 0);
        [least, most] = [Math.min(least, volume), Math.max(most, volume)];
        this.weights[i] = Math.abs(volume);
        for (let k = 0; k < d; k++) this.within[k]![i] = this.columns[k]![i]!;
        for (let a = 0; a < d; a++) {
          const own = Math.floor(i / n ** (d - 1 - a)) % n;
          this.weights[i]! *= weights[own]!;
          for (let k = 0; k < d; k++) {
            this.slopes[d * a + k]![i] = cofactor(k, a) / volume;
            if (own === 0 || own === n - 1) this.within[k]![i]! -= (a === 0 ? inward : aside) * nodes[own]! * m(k, a);
          }
        }
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
      const keys = choices.reduce<string[]>((all, own) => all.flatMap((key) => own.map((x) => `${key},${x}`)), [""]);
      const same = keys.map((key) => known.get(key)).find((node) => node !== undefined);
      nodeOf[i] = same ?? nodes++;
      if (same === undefined) known.set(keys[0]!, nodeOf[i]!);
    }
    return [nodeOf, nodes];
  }

  #sides(): Side[] {
    const { weights } = this.functions;
    const [n, d] = [weights.length, this.dimension];
    const face = this.each / n;
    const seen = new Map<string, number>();
    const all = this.blocks.flatMap((_, b) =>
      this.columns.flatMap((__, axis) =>
        [0, n - 1].map((end) => {
          const inner = n ** (d - 1 - axis);
          const points = Int32Array.from(
            { length: face },
            (___, i) => b * this.each + (Math.floor(i / inner) * n + end) * inner + (i % inner),
          );
          const sign = end === 0 ? -1 : 1;
          const lengths = Float64Array.from(points, (i) =>
            Math.hypot(...this.columns.map((___, k) => this.slopes[d * axis + k]![i]!)),
          );
          const normals = this.columns.map((___, k) =>
            Float64Array.from(points, (point, i) => (sign * this.slopes[d * axis + k]![point]!) / lengths[i]!),
          );
          const areas = Float64Array.from(points, (point, i) => (this.weights[point]! * lengths[i]!) / weights[end]!);
          const ends = d === 2 ? [0, n - 1] : [0, n - 1, n * n - n, n * n - 1];
          const corners = ends.map((i) => this.nodeOf[points[i]!]!);
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
/** Parts of a block's half by which points of its faces lie within it: of its surfaces, and of the faces between these. */
const [inward, aside] = [1e-11, 1e-13];
