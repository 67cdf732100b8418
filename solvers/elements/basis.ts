/** Products of Legendre polynomials on a cell's box, at points. */
import { legendreAt } from "./legendre.ts";
import type { Cell } from "./mesh.ts";

/** The polynomials of a cell, and their derivatives, at points. */
export class Basis {
  readonly count: number;
  /** Number of polynomials. */
  readonly size: number;
  readonly #tables: readonly Float64Array[];
  readonly #scales: readonly number[];
  readonly #width: number;
  readonly #orders: number;

  /**
   * @param points - [n, d]
   * @param orders - of derivatives along an axis, at most
   */
  constructor(cell: Pick<Cell, "box" | "degree">, points: Float64Array, orders: number) {
    const { low, high } = cell.box;
    const d = low.length;
    this.count = points.length / d;
    this.#width = cell.degree + 1;
    this.#orders = orders;
    this.size = this.#width ** d;
    this.#scales = low.map((l, k) => 2 / (high[k]! - l));
    const stride = (orders + 1) * this.#width;
    this.#tables = low.map((l, k) => {
      const table = new Float64Array(this.count * stride);
      for (let i = 0; i < this.count; i++)
        legendreAt((points[i * d + k]! - l) * this.#scales[k]! - 1, cell.degree, orders, table, i * stride);
      return table;
    });
  }

  /** Adds `factor` times a derivative of every polynomial at point i. */
  add(i: number, order: readonly number[], factor: number, out: Float64Array, at: number): void {
    const [tables, width, d] = [this.#tables, this.#width, order.length];
    const stride = (this.#orders + 1) * width;
    let scaled = factor;
    for (let k = 0; k < d; k++) for (let r = 0; r < order[k]!; r++) scaled *= this.#scales[k]!;
    const row = (k: number) => i * stride + order[k]! * width;
    // A missing axis is one with a single polynomial.
    const [x, y, z] = [d - 3, d - 2, d - 1];
    const [nx, ny] = [x < 0 ? 1 : width, y < 0 ? 1 : width];
    const last = tables[z]!;
    const end = row(z);
    for (let a = 0, to = at; a < nx; a++) {
      const p = x < 0 ? scaled : scaled * tables[x]![row(x) + a]!;
      for (let b = 0; b < ny; b++, to += width) {
        const q = y < 0 ? p : p * tables[y]![row(y) + b]!;
        if (q !== 0) for (let c = 0; c < width; c++) out[to + c]! += q * last[end + c]!;
      }
    }
  }

  /** A derivative of a sum of the polynomials at every point, by coefficients from `at` on. */
  values(order: readonly number[], coefficients: Float64Array, at: number): Float64Array {
    const row = new Float64Array(this.size);
    const out = new Float64Array(this.count);
    for (let i = 0; i < this.count; i++) {
      row.fill(0);
      this.add(i, order, 1, row, 0);
      let sum = 0;
      for (let a = 0; a < row.length; a++) sum += row[a]! * coefficients[at + a]!;
      out[i] = sum;
    }
    return out;
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
