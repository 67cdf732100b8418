/** Partial transport on the line between points of equal mass, for every number of pairs at once. */
import { checkWhole } from "../../engine/check-numbers.ts";
import { ShapeError } from "../../engine/errors.ts";
import { printingFields } from "../../engine/text/inspect.ts";
import { groundCost } from "../measure/ground-cost.ts";
import { checkOrder, checkRange, checkValues } from "../measure/measure.ts";
import type { TransportGradient, TransportResult } from "../measure/result.ts";
import { type Samples, unweighted } from "../measure/samples.ts";
import { type TransportPlan, transportPlan } from "../measure/transport-plan.ts";
import { argsort, asValues } from "./radix-sort.ts";

/** Points that are all joined, next to each other in the order of both samples: as many of x as of y. */
interface Block {
  /** Places in the order of both samples, both ends included. */
  readonly from: number;
  readonly to: number;
  readonly cost: number;
}

/** A pair that would be added: the free neighbours of a block on both sides, or two free points side by side. */
interface Candidate {
  readonly left: number;
  readonly right: number;
  readonly rise: number;
  readonly cost: number;
}

/**
 * The cheapest k pairs between two samples on the line, for k = 1 … `count`, points of the same mass each (Chapel and Tavenard,
 * ICLR 2025, openreview.net/forum?id=kzEPsHbJDv; here for any p ≥ 1): a pair that is added keeps all points joined that were, and takes two free points with nothing
 * but joined ones between them, so that a heap of such neighbours finds the next one. O(n log n) for the heap, and the costs of
 * blocks that grow, which for p = 1 follow by sums and else are taken afresh: up to O(n²) where all points end in one block.
 *
 * For weighted points there is `partialTransport`.
 *
 * @param x - finite values, at least one
 * @param y - finite values, at least one; another number is fine
 * @param options - order, and how many points move
 * @returns the least Σ |x − y|^p over `count` pairs.
 * @throws ShapeError where a sample is empty; DomainError where a number is not finite or the result leaves float64
 * @throws OptionsError where p < 1, count is not a whole number in range, or there are weights
 */
export function partialWasserstein1d(
  x: Samples,
  y: Samples,
  options: {
    /** Order of the cost |x − y|^p, ≥ 1. @defaultValue 2 */
    readonly p?: number;
    /** Number of pairs, 1 to the size of the smaller sample. @defaultValue that size */
    readonly count?: number;
  } = {},
): TransportResult<TransportGradient<Float64Array, undefined>> & {
  /** [count], the least cost of 1, 2, … `count` pairs, a convex sequence. */
  readonly costs: Float64Array;
  /** The cheapest `count` pairs, in ascending order of value, of mass one each. */
  plan(): TransportPlan;
} {
  const where = "partialWasserstein1d";
  const [u, v] = [unweighted(`${where}: x`, x), unweighted(`${where}: y`, y)];
  const most = Math.min(u.length, v.length);
  if (most === 0) throw new ShapeError(`${where}: samples`, "at least one value each", [u.length, v.length]);
  const { p = 2, count = most } = options;
  checkOrder(where, p);
  checkWhole(where, { count }, 1, most);
  checkValues(`${where}: x`, u);
  checkValues(`${where}: y`, v);
  const line = new Line(u, v, p);
  const costs = new Float64Array(count);
  let total = 0;
  for (let k = 0; k < count; k++) {
    total += line.join();
    costs[k] = total;
  }
  checkRange(`${where}: the cost`, costs);
  const { rows, columns } = line.pairs();
  return printingFields(where, {
    value: total,
    costs,
    plan: () => transportPlan(rows, columns, new Float64Array(count).fill(1), [u.length, v.length]),
    gradient() {
      const { slope } = groundCost(where, { p });
      const [dx, dy] = [new Float64Array(u.length), new Float64Array(v.length)];
      for (const [k, i] of rows.entries()) {
        dx[i] = slope(u[i]! - v[columns[k]!]!);
        dy[columns[k]!] = -dx[i]!;
      }
      return { x: dx, y: dy, xWeights: undefined, yWeights: undefined };
    },
  });
}

class Line {
  readonly #values: Float64Array;
  /** Place in its sample; of y: counted on after x. */
  readonly #origin: Uint32Array;
  readonly #n: number;
  readonly #p: number;
  /** By both ends. */
  readonly #blocks = new Map<number, Block>();
  readonly #joined: Uint8Array;
  readonly #heap: Candidate[] = [];

  constructor(x: ArrayLike<number>, y: ArrayLike<number>, p: number) {
    const all = new Float64Array(x.length + y.length);
    all.set(asValues(x));
    all.set(asValues(y), x.length);
    this.#origin = argsort(all);
    this.#values = Float64Array.from(this.#origin, (at) => all[at]!);
    this.#n = x.length;
    this.#p = p;
    this.#joined = new Uint8Array(all.length);
    for (let k = 0; k + 1 < all.length; k++) this.#offer(k, k + 1);
  }

  #isX(place: number): boolean {
    return this.#origin[place]! < this.#n;
  }

  /** Adds the cheapest pair. @returns what it costs more */
  join(): number {
    for (;;) {
      const { left, right, rise, cost } = this.#take();
      if (this.#joined[left] || this.#joined[right]) continue;
      this.#joined[left] = 1;
      this.#joined[right] = 1;
      let [from, to, sum] = [left, right, cost];
      // The block between them is in `cost`; those outside, next to them, are joined to it as they are.
      const [before, after] = [this.#blocks.get(left - 1), this.#blocks.get(right + 1)];
      if (before) {
        this.#drop(before);
        [from, sum] = [before.from, sum + before.cost];
      }
      if (after) {
        this.#drop(after);
        [to, sum] = [after.to, sum + after.cost];
      }
      const inside = this.#blocks.get(left + 1);
      if (inside && inside.to === right - 1) this.#drop(inside);
      const block = { from, to, cost: sum };
      this.#blocks.set(from, block);
      this.#blocks.set(to, block);
      this.#offer(from - 1, to + 1);
      return rise;
    }
  }

  #drop({ from, to }: Block): void {
    this.#blocks.delete(from);
    this.#blocks.delete(to);
  }

  /** The pair of two free places with nothing, or one block, between them, if they are of both samples. */
  #offer(left: number, right: number): void {
    if (left < 0 || right >= this.#values.length || this.#isX(left) === this.#isX(right)) return;
    const between = this.#blocks.get(left + 1);
    const cost = this.#cost(left, right);
    push(this.#heap, { left, right, cost, rise: cost - (between?.cost ?? 0) });
  }

  #take(): Candidate {
    return pop(this.#heap)!;
  }

  /** Σ |x − y|^p of the places from left to right, as many of x as of y, joined in order. */
  #cost(left: number, right: number): number {
    const [values, p] = [this.#values, this.#p];
    if (p === 1) {
      // Each gap is crossed by as many as there are more of one sample on its left.
      let [sum, excess] = [0, 0];
      for (let k = left; k < right; k++) {
        excess += this.#isX(k) ? 1 : -1;
        sum += Math.abs(excess) * (values[k + 1]! - values[k]!);
      }
      return sum;
    }
    let [i, j, sum] = [left, left, 0];
    const pairs = (right - left + 1) / 2;
    for (let k = 0; k < pairs; k++, i++, j++) {
      while (!this.#isX(i)) i++;
      while (this.#isX(j)) j++;
      const d = Math.abs(values[i]! - values[j]!);
      sum += p === 2 ? d * d : d ** p;
    }
    return sum;
  }

  pairs(): { readonly rows: Int32Array; readonly columns: Int32Array } {
    const [x, y]: [number[], number[]] = [[], []];
    for (const [place, joined] of this.#joined.entries()) {
      if (!joined) continue;
      const at = this.#origin[place]!;
      if (at < this.#n) x.push(at);
      else y.push(at - this.#n);
    }
    return { rows: Int32Array.from(x), columns: Int32Array.from(y) };
  }
}

/** The least rise on top. */
function push(heap: Candidate[], one: Candidate): void {
  let at = heap.length;
  heap.push(one);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent]!.rise <= one.rise) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = one;
}

function pop(heap: Candidate[]): Candidate | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let at = 0;
  for (let child = 1; child < heap.length; child = 2 * at + 1) {
    if (child + 1 < heap.length && heap[child + 1]!.rise < heap[child]!.rise) child++;
    if (heap[child]!.rise >= last.rise) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
  return top;
}
