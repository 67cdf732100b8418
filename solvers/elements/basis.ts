/** Products of Legendre polynomials on a cell's box, at points. */
import type { Cell } from "./mesh.ts";

/** Points [n, d]. */
export interface Points {
  readonly points: Float64Array;
  /** Places along axes of which they are all combinations, the last axis fastest; undefined where they are none. */
  readonly along: readonly Float64Array[] | undefined;
}

/** Values of an axis' polynomials: a row of `width` for each order at each of its places, `stride` in all a place. */
interface Along {
  readonly table: Float64Array;
  readonly stride: number;
  readonly width: number;
  /** Point i is at place ⌊i/step⌋ mod places. */
  readonly places: number;
  readonly step: number;
}

/** An axis that is missing has a single polynomial. */
const missing: Along = { table: Float64Array.of(1), stride: 0, width: 1, places: 1, step: 1 };

/** The polynomials of a cell, and their derivatives, at points. */
export class Basis {
  readonly count: number;
  /** Number of polynomials. */
  readonly size: number;
  /** Of three axes, the last ones those of the cell. */
  readonly #axes: readonly [Along, Along, Along];
  readonly #scales: readonly number[];
  readonly #isProduct: boolean;

  /** @param orders - of derivatives along an axis, at most */
  constructor({ box: { low, high }, degree }: Pick<Cell, "box" | "degree">, { points, along }: Points, orders: number) {
    const d = low.length;
    const width = degree + 1;
    this.count = along ? along.reduce((product, { length }) => product * length, 1) : points.length / d;
    this.size = width ** d;
    this.#scales = low.map((l, k) => 2 / (high[k]! - l));
    this.#isProduct = along !== undefined;
    const stride = (orders + 1) * width;
    let step = 1;
    const axes: Along[] = [];
    for (let k = d - 1; k >= 0; k--) {
      const places = along ? along[k]!.length : this.count;
      const table = new Float64Array(places * stride);
      for (let i = 0; i < places; i++) {
        const x = along ? along[k]![i]! : points[i * d + k]!;
        legendreAt((x - low[k]!) * this.#scales[k]! - 1, degree, orders, table, i * stride);
      }
      axes.unshift({ table, stride, width, places, step });
      if (along) step *= places;
    }
    this.#axes = [axes.at(-3) ?? missing, axes.at(-2) ?? missing, axes.at(-1) ?? missing];
  }

  /** Adds `factor` times a derivative of every polynomial at point i. */
  add(i: number, order: readonly number[], factor: number, out: Float64Array, at: number): void {
    const [x, y, z] = this.#axes;
    const scaled = this.#scaled(order, factor);
    const [fromX, fromY, fromZ] = [rowOf(x, i, order, 3), rowOf(y, i, order, 2), rowOf(z, i, order, 1)];
    const [p, q, r] = [x.table, y.table, z.table];
    for (let a = 0, to = at; a < x.width; a++) {
      const first = scaled * p[fromX + a]!;
      for (let b = 0; b < y.width; b++, to += z.width) {
        const both = first * q[fromY + b]!;
        if (both !== 0) for (let c = 0; c < z.width; c++) out[to + c]! += both * r[fromZ + c]!;
      }
    }
  }

  /** A derivative of a sum of the polynomials at every point, by coefficients from `at` on. */
  values(order: readonly number[], coefficients: Float64Array, at: number): Float64Array {
    const scaled = this.#scaled(order, 1);
    if (this.#isProduct) {
      const [x, y, z] = this.#axes;
      const own = coefficients.subarray(at, at + this.size);
      const alongZ = contracted(own, x.width * y.width, z, rowOf(z, 0, order, 1), 1);
      const alongY = contracted(alongZ, x.width, y, rowOf(y, 0, order, 2), z.places);
      const all = contracted(alongY, 1, x, rowOf(x, 0, order, 3), y.places * z.places);
      if (scaled !== 1) for (let i = 0; i < all.length; i++) all[i]! *= scaled;
      return all;
    }
    const [x, y, z] = this.#axes;
    const [p, q, r] = [x.table, y.table, z.table];
    const out = new Float64Array(this.count);
    for (let i = 0; i < out.length; i++) {
      const [fromX, fromY, fromZ] = [rowOf(x, i, order, 3), rowOf(y, i, order, 2), rowOf(z, i, order, 1)];
      let sum = 0;
      for (let a = 0, of = at; a < x.width; a++) {
        for (let b = 0; b < y.width; b++, of += z.width) {
          let inner = 0;
          for (let c = 0; c < z.width; c++) inner += r[fromZ + c]! * coefficients[of + c]!;
          sum += p[fromX + a]! * q[fromY + b]! * inner;
        }
      }
      out[i] = scaled * sum;
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

/** Start of the row of a derivative at point i in the table of the axis that is `fromEnd`th from the end. */
function rowOf({ step, places, stride, width }: Along, i: number, order: readonly number[], fromEnd: number): number {
  const place = places === 1 ? 0 : Math.floor(i / step) % places;
  return place * stride + (order.length >= fromEnd ? order[order.length - fromEnd]! * width : 0);
}

/** Sums over the polynomials of one axis: of [outer, polynomials, inner] to [outer, places, inner]. */
function contracted(values: Float64Array, outer: number, axis: Along, from: number, inner: number): Float64Array {
  const { table, stride, width, places } = axis;
  if (axis === missing) return values;
  const out = new Float64Array(outer * places * inner);
  for (let o = 0, to = 0; o < outer; o++) {
    for (let i = 0; i < places; i++, to += inner) {
      const row = from + i * stride;
      let of = o * width * inner;
      if (inner === 1) {
        let sum = 0;
        for (let k = 0; k < width; k++) sum += table[row + k]! * values[of + k]!;
        out[to] = sum;
        continue;
      }
      for (let k = 0; k < width; k++, of += inner) {
        const factor = table[row + k]!;
        for (let j = 0; j < inner; j++) out[to + j]! += factor * values[of + j]!;
      }
    }
  }
  return out;
}

/** Products of the points and weights of rules along axes: points [n, d]. */
export function productPoints(
  low: readonly number[],
  high: readonly number[],
  rule: { readonly nodes: ArrayLike<number>; readonly weights: ArrayLike<number> },
): Points & { readonly along: readonly Float64Array[]; readonly weights: Float64Array } {
  const [d, n] = [low.length, rule.nodes.length];
  const along = low.map((l, k) => Float64Array.from(rule.nodes, (node) => l + (high[k]! - l) * node));
  const count = n ** d;
  const [points, weights] = [new Float64Array(count * d), new Float64Array(count).fill(1)];
  for (let i = 0; i < count; i++) {
    for (let k = d - 1, rest = i; k >= 0; k--) {
      const node = rest % n;
      rest = (rest - node) / n;
      points[i * d + k] = along[k]![node]!;
      weights[i]! *= rule.weights[node]!;
    }
  }
  return { points, weights, along };
}

/**
 * All Legendre polynomials with mean square 1 on [−1, 1] up to a degree with all derivatives up to an order, at one
 * place.
 *
 * @param x - in [−1, 1]
 * @param out - [orders + 1, degree + 1] from `at` on
 */
export function legendreAt(x: number, degree: number, orders: number, out: Float64Array, at: number): void {
  const width = degree + 1;
  // Without their factors: P'_{k+1} = P'_{k−1} + (2k + 1) P_k, and the same of higher derivatives.
  for (let r = 0; r <= orders; r++) {
    const row = at + r * width;
    for (let k = 0; k <= degree; k++) {
      if (r > 0) out[row + k] = k < r ? 0 : (k > 1 ? out[row + k - 2]! : 0) + (2 * k - 1) * out[row - width + k - 1]!;
      else
        out[row + k] =
          k === 0 ? 1 : k === 1 ? x : ((2 * k - 1) * x * out[row + k - 1]! - (k - 1) * out[row + k - 2]!) / k;
    }
  }
  for (let k = 0; k <= degree; k++) {
    const factor = Math.sqrt(2 * k + 1);
    for (let r = 0; r <= orders; r++) out[at + r * width + k]! *= factor;
  }
}
