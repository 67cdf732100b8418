/** Moments and quantiles of values that come map by map. */
import { quantile } from "../../../engine/numerics/quantile.ts";

/** Count, mean, spread and range; missing values are passed over. */
export class Moments {
  count = 0;
  least = Number.POSITIVE_INFINITY;
  greatest = Number.NEGATIVE_INFINITY;
  private average = 0;
  private squares = 0;

  /** Takes a value up (Welford 1962, doi:10.1080/00401706.1962.10490022). */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.count++;
    const off = value - this.average;
    this.average += off / this.count;
    this.squares += off * (value - this.average);
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
  }

  get mean(): number {
    return this.average;
  }

  /** Standard deviation, n − 1. */
  get deviation(): number {
    return this.count > 1 ? Math.sqrt(this.squares / (this.count - 1)) : 0;
  }

  /** Mean square of the distance from a value. */
  meanSquareFrom(value: number): number {
    return this.squares / this.count + (this.average - value) ** 2;
  }
}

/** A sample of at most 2^21 values for quantiles: every one, then every second, every fourth … */
export class Sample {
  private readonly values: number[] = [];
  private stride = 1;
  private met = 0;
  private readonly most: number;

  constructor(most = 2 ** 21) {
    this.most = most;
  }

  add(value: number): void {
    if (this.met++ % this.stride !== 0) return;
    if (this.values.length === this.most) {
      const kept = this.values.filter((_, i) => i % 2 === 0);
      this.values.length = 0;
      for (const v of kept) this.values.push(v);
      this.stride *= 2;
      if ((this.met - 1) % this.stride !== 0) return;
    }
    this.values.push(value);
  }

  get size(): number {
    return this.values.length;
  }

  /** @throws DomainError for no values */
  quantile(q: number): number {
    return quantile(this.values, q);
  }
}
