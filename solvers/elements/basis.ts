/** Products of Legendre polynomials on a cell's box, at points. */
import { legendreAt } from "./legendre.ts";
import type { Cell } from "./mesh.ts";

/** Values of an axis' polynomials: a row of `width` for each order at each point, `stride` in all a point. */
interface Along {
  readonly table: Float64Array;
  readonly stride: number;
  readonly width: number;
}

/** An axis that is missing has a single polynomial. */
const missing: Along = { table: Float64Array.of(1), stride: 0, width: 1 };

/** The polynomials of a cell, and their derivatives, at points. */
export class Basis {
  readonly count: number;
  /** Number of polynomials. */
  readonly size: number;
  /** Of three axes, the last ones those of the cell. */
  readonly #axes: readonly [Along, Along, Along];
  readonly #scales: readonly number[];

  /**
   * @param points - [n, d]
   * @param orders - of derivatives along an axis, at most
   */
  constructor(cell: Pick<Cell, "box" | "degree">, points: Float64Array, orders: number) {
    const { low, high } = cell.box;
    const d = low.length;
    this.count = points.length / d;
    const width = cell.degree + 1;
    this.size = width ** d;
    this.#scales = low.map((l, k) => 2 / (high[k]! - l));
    const stride = (orders + 1) * width;
    const axes = low.map((l, k): Along => {
      const table = new Float64Array(this.count * stride);
      for (let i = 0; i < this.count; i++)
        legendreAt((points[i * d + k]! - l) * this.#scales[k]! - 1, cell.degree, orders, table, i * stride);
      return { table, stride, width };
    });
    const [x, y, z] = [axes.at(-3) ?? missing, axes.at(-2) ?? missing, axes.at(-1) ?? missing];
    this.#axes = [x, y, z];
  }

  /** Adds `factor` times a derivative of every polynomial at point i. */
  add(i: number, order: readonly number[], factor: number, out: Float64Array, at: number): void {
    const [x, y, z] = this.#axes;
    const d = order.length;
    const scaled = this.#scaled(order, factor);
    const fromX = i * x.stride + (d > 2 ? order[d - 3]! * x.width : 0);
    const fromY = i * y.stride + (d > 1 ? order[d - 2]! * y.width : 0);
    const fromZ = i * z.stride + order[d - 1]! * z.width;
    for (let a = 0, to = at; a < x.width; a++) {
      const p = scaled * x.table[fromX + a]!;
      for (let b = 0; b < y.width; b++, to += z.width) {
        const q = p * y.table[fromY + b]!;
        if (q !== 0) for (let c = 0; c < z.width; c++) out[to + c]! += q * z.table[fromZ + c]!;
      }
    }
  }

  /** A derivative of a sum of the polynomials at every point, by coefficients from `at` on. */
  values(order: readonly number[], coefficients: Float64Array, at: number): Float64Array {
    const [x, y, z] = this.#axes;
    const d = order.length;
    const scaled = this.#scaled(order, 1);
    const out = new Float64Array(this.count);
    let fromX = d > 2 ? order[d - 3]! * x.width : 0;
    let fromY = d > 1 ? order[d - 2]! * y.width : 0;
    let fromZ = order[d - 1]! * z.width;
    for (let i = 0; i < out.length; i++, fromX += x.stride, fromY += y.stride, fromZ += z.stride) {
      let sum = 0;
      for (let a = 0, of = at; a < x.width; a++) {
        const p = scaled * x.table[fromX + a]!;
        for (let b = 0; b < y.width; b++, of += z.width) {
          const q = p * y.table[fromY + b]!;
          if (q !== 0) for (let c = 0; c < z.width; c++) sum += q * z.table[fromZ + c]! * coefficients[of + c]!;
        }
      }
      out[i] = sum;
    }
    return out;
  }

  /** The factor, and those of the derivatives from the cell's own coordinates. */
  #scaled(order: readonly number[], factor: number): number {
    let scaled = factor;
    for (let k = 0; k < order.length; k++) for (let r = 0; r < order[k]!; r++) scaled *= this.#scales[k]!;
    return scaled;
  }
}

/** Products of the points and weights of rules along axes: points [n, d]. */
export function productPoints(
  low: readonly number[],
  high: readonly number[],
  rule: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> },
): { readonly points: Float64Array; readonly weights: Float64Array } {
  const [d, n] = [low.length, rule.nodes.length];
  const count = n ** d;
  const [points, weights] = [new Float64Array(count * d), new Float64Array(count).fill(1)];
  for (let i = 0; i < count; i++) {
    for (let k = d - 1, rest = i; k >= 0; k--) {
      const node = rest % n;
      rest = (rest - node) / n;
      points[i * d + k] = low[k]! + (high[k]! - low[k]!) * rule.nodes[node]!;
      weights[i]! *= rule.weights[node]!;
    }
  }
  return { points, weights };
}
