/** The kernel of a grid, exp(−C/ε) between the cells of two boxes, applied axis by axis. */
import { exp } from "../sinkhorn/exp.ts";
import { axisCosts } from "./axes.ts";
import { AxisKernel, plainRange } from "./axis-kernel.ts";
import type { Box, Side } from "./box.ts";

/** From logarithms on the cells of one side to those on the cells of another. */
export class GridKernel {
  readonly #to: Side;
  readonly #from: Side;
  readonly #kernels: readonly AxisKernel[];
  readonly #plain: boolean;
  /** Cells of `to` with mass: no others are needed of the last axis. */
  readonly #wanted: Uint8Array;
  readonly #work: readonly [Float64Array, Float64Array];

  /** @param weights - [to, from] ≥ 0 of an axis, multiplied into its kernel */
  constructor(to: Side, from: Side, p: number, epsilon: number, weights: readonly (Float64Array | undefined)[] = []) {
    this.#to = to;
    this.#from = from;
    const costs = to.axes.map((axis, k) => axisCosts(axis, from.axes[k]!, p));
    const range = costs.reduce((sum, c) => sum + c.reduce((top, v) => Math.max(top, v), 0), 0) / epsilon;
    this.#plain = range <= plainRange;
    this.#kernels = costs.map(
      (c, k) => new AxisKernel(c, to.shape[k]!, from.shape[k]!, epsilon, this.#plain, weights[k]),
    );
    this.#wanted = new Uint8Array(to.shape.reduce((product, n) => product * n, 1));
    for (const cell of to.kept) this.#wanted[cell] = 1;
    const size = largestStage(to, from);
    this.#work = [new Float64Array(size), new Float64Array(size)];
  }

  /** out_i = log Σ_j exp(heights_j − C_ij/ε), both over the cells with mass. */
  apply(heights: Float64Array, out: Float64Array): void {
    let [x, y] = this.#work;
    const from = this.#from;
    const kept = from.kept;
    let size = from.shape.reduce((product, n) => product * n, 1);
    let top = 0;
    if (this.#plain) {
      top = heights.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
      x.fill(0, 0, size);
      for (let k = 0; k < kept.length; k++) x[kept[k]!] = exp(heights[k]! - top);
    } else {
      x.fill(Number.NEGATIVE_INFINITY, 0, size);
      for (let k = 0; k < kept.length; k++) x[kept[k]!] = heights[k]!;
    }
    for (let k = this.#kernels.length - 1; k >= 0; k--) {
      const kernel = this.#kernels[k]!;
      const next = (size / kernel.from) * kernel.to;
      if (this.#plain) kernel.plain(x.subarray(0, size), y);
      else kernel.logarithmic(x.subarray(0, size), y, k === 0 ? this.#wanted : undefined);
      [x, y] = [y, x];
      size = next;
    }
    const cells = this.#to.kept;
    if (this.#plain) for (let i = 0; i < cells.length; i++) out[i] = top + Math.log(x[cells[i]!]!);
    else for (let i = 0; i < cells.length; i++) out[i] = x[cells[i]!]!;
  }
}

/** Numbers that are held at most between two axes. */
function largestStage(to: Box, from: Box): number {
  let size = from.shape.reduce((product, n) => product * n, 1);
  let largest = size;
  for (let k = from.shape.length - 1; k >= 0; k--) {
    size = (size / from.shape[k]!) * to.shape[k]!;
    largest = Math.max(largest, size);
  }
  return largest;
}
