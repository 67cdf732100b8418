/** States of a march at moments, of which those are left out that polynomials in time through the others have. */

/** Moments that are looked at together, and strides that are tried. */
const [block, strides] = [16, [8, 4, 2]];
/** Moments of a polynomial. */
const points = 6;

export class Moments {
  readonly times: number[] = [];
  readonly values: Float64Array[] = [];
  /** Number of the first moment after a layer. */
  smooth = 0;
  readonly #isSmall: (difference: Float64Array) => boolean;
  /** First moment that may still be left out. */
  #open = 1;

  /** @param isSmall - true of a difference that does not count */
  constructor(time: number, values: Float64Array, isSmall: (difference: Float64Array) => boolean) {
    this.times.push(time);
    this.values.push(values);
    this.#isSmall = isSmall;
  }

  /** The end of a layer at the start. */
  layer(time: number, values: Float64Array): void {
    this.add(time, values);
    this.smooth = 1;
    this.#open = 2;
  }

  add(time: number, values: Float64Array): void {
    this.times.push(time);
    this.values.push(values);
    if (this.times.length - this.#open >= block) this.#thin();
  }

  /** Ends. @param complete - gives values at a moment what steps leave rough */
  end(complete: (values: Float64Array, time: number) => Float64Array): void {
    this.#thin();
    for (let k = this.smooth; k < this.times.length; k++) this.values[k] = complete(this.values[k]!, this.times[k]!);
  }

  /** Leaves out all but each n-th of the open moments, where a cubic through those that stay has the others. */
  #thin(): void {
    const from = this.#open - 1;
    const count = this.times.length - 1 - from;
    const stride = strides.find((n) => count >= 3 * n && this.#suffices(from, n));
    const keep = (_: unknown, k: number) =>
      stride === undefined || k <= from || (k - from) % stride === 0 || k === this.times.length - 1;
    const [times, values] = [this.times.filter(keep), this.values.filter(keep)];
    this.times.splice(0, this.times.length, ...times);
    this.values.splice(0, this.values.length, ...values);
    this.#open = this.times.length;
  }

  #suffices(from: number, n: number): boolean {
    const nodes = [0, 1, 2, 3].map((k) => from + k * n);
    const at = from + n + (n >> 1);
    const [row] = weightsAt(
      nodes.map((k) => this.times[k]!),
      this.times[at]!,
      0,
    );
    const off = this.values[at]!.slice();
    for (const [j, k] of nodes.entries())
      for (let i = 0; i < off.length; i++) off[i]! -= row![j]! * this.values[k]![i]!;
    return this.#isSmall(off);
  }
}

/** Moments about a time with their factors in a derivative of the polynomial through them. */
export function around(
  times: readonly number[],
  smooth: number,
  time: number,
  order: number,
): { readonly first: number; readonly factors: readonly number[] } {
  let [low, high] = [0, Math.max(0, times.length - 2)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle - 1;
  }
  const [from, to] = low < smooth ? [0, smooth + 1] : [smooth, times.length];
  const count = Math.min(points, to - from);
  const first = Math.max(from, Math.min(to - count, low + 1 - (count >> 1)));
  return { first, factors: weightsAt(times.slice(first, first + count), time, order)[order]! };
}

/** Factors of values at nodes in the derivatives of their polynomial, [order][node] (Fornberg 1988). */
function weightsAt(nodes: readonly number[], x: number, order: number): number[][] {
  const rows = Array.from({ length: order + 1 }, (_, m) => nodes.map((__, j) => Number(m === 0 && j === 0)));
  let c1 = 1;
  for (let i = 1; i < nodes.length; i++) {
    let c2 = 1;
    const last = rows.map((row) => row[i - 1]!);
    for (let j = 0; j < i; j++) {
      const c3 = nodes[i]! - nodes[j]!;
      c2 *= c3;
      for (let m = Math.min(i, order); m >= 0; m--) {
        const below = m > 0 ? m * rows[m - 1]![j]! : 0;
        if (j === i - 1) rows[m]![i] = (c1 * ((m > 0 ? m * last[m - 1]! : 0) - (nodes[i - 1]! - x) * last[m]!)) / c2;
        rows[m]![j] = ((nodes[i]! - x) * rows[m]![j]! - below) / c3;
      }
    }
    c1 = c2;
  }
  return rows;
}
