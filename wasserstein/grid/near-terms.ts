/**
 * log Σ_k w_jk exp(x_k − e_jk) where ε is small beside the axis, so that few terms of a sum count. The axis is cut into segments of
 * eight: the largest x of one less the least exponent is a bound on its terms, and segments whose bound is negligible beside a term
 * that is there are not looked at.
 */
import { exp } from "../sinkhorn/exp.ts";

/** What lies below e^−36 of a sum is not added. */
export const negligible = 36;

const size = 8;

/** The kernel of one axis between all its places. */
export class NearTerms {
  readonly #to: number;
  readonly #from: number;
  /** [to, from] */
  readonly #exponents: Float64Array;
  readonly #weights: Float64Array | undefined;
  /** Least exponent of a row in a segment: [to, segments]. */
  readonly #least: Float64Array;
  readonly #tops: Float64Array;

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
    this.#tops = new Float64Array(segments);
    this.#least = new Float64Array(to * segments).fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < to; j++) {
      for (let k = 0; k < from; k++) {
        const at = j * segments + Math.floor(k / size);
        this.#least[at] = Math.min(this.#least[at]!, exponents[j * from + k]!);
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
    const from = this.#from;
    const tops = this.#tops;
    for (let r = 0; r < count; r++) {
      const start = r * from;
      let some = false;
      for (let K = 0; K < tops.length; K++) {
        let top = Number.NEGATIVE_INFINITY;
        const stop = Math.min(from, (K + 1) * size);
        for (let k = K * size; k < stop; k++) if (x[start + k]! > top) top = x[start + k]!;
        tops[K] = top;
        some ||= top > Number.NEGATIVE_INFINITY;
      }
      if (some) this.#line(x, start, out, r, count, wanted);
    }
  }

  #line(
    x: Float64Array,
    start: number,
    out: Float64Array,
    r: number,
    count: number,
    wanted: Uint8Array | undefined,
  ): void {
    const [to, from, tops, least, exponents, weights] = [
      this.#to,
      this.#from,
      this.#tops,
      this.#least,
      this.#exponents,
      this.#weights,
    ];
    const segments = tops.length;
    for (let j = 0; j < to; j++) {
      if (wanted !== undefined && wanted[j * count + r] === 0) continue;
      const [row, bounds] = [j * from - start, j * segments];
      let [best, first] = [Number.NEGATIVE_INFINITY, 0];
      for (let K = 0; K < segments; K++) {
        const bound = tops[K]! - least[bounds + K]!;
        if (bound > best) [best, first] = [bound, K];
      }
      // The largest term of the most promising segment: others are measured by it.
      let top = Number.NEGATIVE_INFINITY;
      for (let k = start + first * size, stop = start + Math.min(from, (first + 1) * size); k < stop; k++) {
        const z = x[k]! - exponents[row + k]!;
        if (z > top) top = z;
      }
      if (top === Number.NEGATIVE_INFINITY) continue;
      let floor = top - negligible;
      let sum = 0;
      for (let K = 0; K < segments; K++) {
        if (tops[K]! - least[bounds + K]! <= floor) continue;
        for (let k = start + K * size, stop = start + Math.min(from, (K + 1) * size); k < stop; k++) {
          const z = x[k]! - exponents[row + k]!;
          if (!(z > floor)) continue;
          if (z > top) {
            sum *= exp(top - z);
            [top, floor] = [z, z - negligible];
          }
          sum += exp(z - top) * (weights === undefined ? 1 : weights[row + k]!);
        }
      }
      out[j * count + r] = top + Math.log(sum);
    }
  }
}
