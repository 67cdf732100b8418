/**
 * log Σ_k w_jk exp(x_k − e_jk) where ε is small beside the axis, so that few terms of a sum count. The axis is cut into
 * segments of eight: the largest x of one less the least exponent is a bound on its terms, and segments whose bound is
 * negligible beside a term that is there are not looked at. They are met nearest first, so that the far ones are not
 * even asked.
 *
 * Within a segment plain numbers do, exp(x_k − top) times exp(least − e_jk), where exponents differ by less than 600;
 * beyond, terms are added one by one.
 */
import { exp } from "../sinkhorn/exp.ts";

/** Terms below e^−36 of a sum are not added. */
export const negligible = 36;

const size = 8;
const plainSpread = 600;

/** The kernel of one axis between all its places. */
export class NearTerms {
  readonly #to: number;
  readonly #from: number;
  /** [to, from] */
  readonly #exponents: Float64Array;
  readonly #weights: Float64Array | undefined;
  readonly #segments: number;
  /** Of each row the segments, that of the least exponent first: [to, segments]. */
  readonly #order: Uint32Array;
  /** Least exponent of a row in these, in this order, and whether plain numbers do. */
  readonly #least: Float64Array;
  readonly #plain: Uint8Array;
  /** w exp(least − exponent), [to, from] */
  readonly #kernel: Float64Array;
  // Of the line at hand: the largest x of each segment, where it is, exp(x − it); bounds in the order of the row at
  // hand.
  readonly #tops: Float64Array;
  readonly #places: Int32Array;
  readonly #scaled: Float64Array;
  readonly #bounds: Float64Array;

  /**
   * @param exponents - [to, from] ≥ 0
   * @param weights - [to, from] ≥ 0 @defaultValue all 1
   */
  constructor(exponents: Float64Array, to: number, from: number, weights?: Float64Array) {
    this.#to = to;
    this.#from = from;
    this.#exponents = exponents;
    this.#weights = weights;
    const segments = Math.ceil(from / size);
    this.#segments = segments;
    this.#tops = new Float64Array(segments);
    this.#places = new Int32Array(segments);
    this.#scaled = new Float64Array(from);
    this.#bounds = new Float64Array(segments);
    this.#order = new Uint32Array(to * segments);
    this.#least = new Float64Array(to * segments);
    this.#plain = new Uint8Array(to * segments);
    this.#kernel = new Float64Array(to * from);
    const [low, high] = [new Float64Array(segments), new Float64Array(segments)];
    for (let j = 0; j < to; j++) {
      low.fill(Number.POSITIVE_INFINITY);
      high.fill(0);
      for (let k = 0; k < from; k++) {
        const [K, e] = [Math.floor(k / size), exponents[j * from + k]!];
        if (e < low[K]!) low[K] = e;
        if (e > high[K]!) high[K] = e;
      }
      const own = this.#order.subarray(j * segments, (j + 1) * segments);
      for (let K = 0; K < segments; K++) own[K] = K;
      own.sort((K, L) => low[K]! - low[L]! || K - L);
      for (const [at, K] of own.entries()) {
        this.#least[j * segments + at] = low[K]!;
        this.#plain[j * segments + at] = high[K]! - low[K]! <= plainSpread ? 1 : 0;
      }
      for (let k = 0, at = j * from; k < from; k++, at++) {
        this.#kernel[at] = exp(low[Math.floor(k / size)]! - exponents[at]!) * (weights?.[at] ?? 1);
      }
    }
  }

  /**
   * out[j, r] for all lines.
   *
   * @param x - [count, from], logarithms; −∞ for nothing
   * @param out - [to, count], −∞ where a line is empty
   * @param wanted - [to, count], 0 where `out` is not looked at @defaultValue all are
   */
  apply(x: Float64Array, out: Float64Array, count: number, wanted?: Uint8Array): void {
    for (let r = 0; r < count; r++) {
      const highest = this.#take(x, r * this.#from);
      if (highest > Number.NEGATIVE_INFINITY) this.#line(x, r, highest, out, count, wanted);
    }
  }

  /** Tops of the segments of a line, and what its numbers are relative to them. @returns the largest number */
  #take(x: Float64Array, start: number): number {
    const [from, tops, places, scaled] = [this.#from, this.#tops, this.#places, this.#scaled];
    let highest = Number.NEGATIVE_INFINITY;
    for (let K = 0; K < tops.length; K++) {
      const stop = Math.min(from, (K + 1) * size);
      let [top, place] = [Number.NEGATIVE_INFINITY, K * size];
      for (let k = K * size; k < stop; k++) if (x[start + k]! > top) [top, place] = [x[start + k]!, k];
      tops[K] = top;
      places[K] = place;
      if (top > highest) highest = top;
      if (top === Number.NEGATIVE_INFINITY) continue;
      for (let k = K * size; k < stop; k++) scaled[k] = exp(x[start + k]! - top);
    }
    return highest;
  }

  #line(
    x: Float64Array,
    r: number,
    highest: number,
    out: Float64Array,
    count: number,
    wanted: Uint8Array | undefined,
  ): void {
    const [to, from, exponents, tops, bounds] = [this.#to, this.#from, this.#exponents, this.#tops, this.#bounds];
    const [order, least, plain, places] = [this.#order, this.#least, this.#plain, this.#places];
    const [kernel, scaled, weights, segments] = [this.#kernel, this.#scaled, this.#weights, this.#segments];
    const start = r * from;
    for (let j = 0; j < to; j++) {
      if (wanted !== undefined && wanted[j * count + r] === 0) continue;
      const [row, first] = [j * from, j * segments];
      // The largest of the terms at the tops of segments, which others must come near; and the unit they are scaled by,
      // at most e^600 times it.
      let top = Number.NEGATIVE_INFINITY;
      let unit = Number.NEGATIVE_INFINITY;
      let met = 0;
      for (; met < segments; met++) {
        const rest = least[first + met]!;
        if (highest - rest <= top - negligible) break;
        const K = order[first + met]!;
        const bound = tops[K]! - rest;
        bounds[met] = bound;
        if (bound <= top) continue;
        const term = tops[K]! - exponents[row + places[K]!]!;
        if (term > top) top = term;
        if (bound > unit && plain[first + met] === 1) unit = bound;
      }
      if (top > unit) unit = top;
      let sum = 0;
      for (let at = 0; at < met; at++) {
        const bound = bounds[at]!;
        if (bound <= top - negligible) continue;
        const K = order[first + at]!;
        const stop = Math.min(from, (K + 1) * size);
        if (plain[first + at] === 1) {
          let part = 0;
          for (let k = K * size; k < stop; k++) part += kernel[row + k]! * scaled[k]!;
          sum += part * exp(bound - unit);
          continue;
        }
        for (let k = K * size; k < stop; k++) {
          const z = x[start + k]! - exponents[row + k]!;
          if (!(z > top - negligible)) continue;
          if (z > unit) {
            sum *= exp(unit - z);
            unit = z;
          }
          sum += exp(z - unit) * (weights === undefined ? 1 : weights[row + k]!);
        }
      }
      out[j * count + r] = unit + Math.log(sum);
    }
  }
}
