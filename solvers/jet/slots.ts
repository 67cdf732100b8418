/**
 * Derivatives that travel with a value. A slot is a derivative along axes in ascending order (`[0, 0, 1]` is ∂xxy; `[]`
 * the value) or one Laplacian over some axes. A set of slots is closed: with a derivative come all those it is computed
 * from.
 */
import { DomainError } from "../../engine/errors.ts";
import { maxOrder } from "../../equations/expression/index.ts";

/** A derivative by its axes, or the Laplacian over `laplacian` axes. */
export type Slot = readonly number[] | { readonly laplacian: readonly number[] };

/** A closed set of slots of functions in d variables; the first is the value. */
export interface SlotSet {
  /** Number of variables d ≥ 1. */
  readonly dimension: number;
  /** In the order in which a jet has them. */
  readonly slots: readonly Slot[];
  /** Position of a derivative, or −1. */
  indexOf(axes: readonly number[]): number;
  /** Position of the Laplacian, or −1. */
  readonly laplacian: number;
  /** Each axis of the Laplacian, from 0; empty without one. */
  readonly laplacianAxes: readonly number[];
  /** Highest order of a derivative. */
  readonly order: number;
}

const isLaplacian = (slot: Slot): slot is { readonly laplacian: readonly number[] } => "laplacian" in slot;

/**
 * The closed set that contains the given derivatives.
 *
 * @param derivatives - each as a list of axes in any order
 * @param laplacianAxes - axes of one Laplacian that is needed as a sum only
 * @throws DomainError for an axis that does not exist or an order above four
 */
export function slotSet(
  dimension: number,
  derivatives: readonly (readonly number[])[],
  laplacianAxes: readonly number[] = [],
): SlotSet {
  const found = new Map<string, readonly number[]>([["", []]]);
  const add = (axes: readonly number[]): void => {
    for (const axis of axes) {
      if (!(Number.isInteger(axis) && axis >= 0 && axis < dimension)) {
        throw new DomainError(`slotSet: axis ${axis} does not exist in ${dimension} dimensions`, axis);
      }
    }
    if (axes.length > maxOrder) {
      throw new DomainError(`slotSet: a derivative of order ${axes.length}; orders up to ${maxOrder} exist`, axes);
    }
    const sorted = [...axes].sort((a, b) => a - b);
    if (found.has(sorted.join())) return;
    found.set(sorted.join(), sorted);
    sorted.forEach((_, i) => {
      add(sorted.filter((_, j) => j !== i));
    });
  };
  for (const axes of derivatives) add(axes);
  for (const axis of laplacianAxes) add([axis]);
  const plain = [...found.values()].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  const slots: Slot[] = [...plain];
  if (laplacianAxes.length > 0) slots.push({ laplacian: [...laplacianAxes] });
  const positions = new Map(plain.map((axes, i) => [axes.join(), i]));
  return Object.freeze({
    dimension,
    slots,
    indexOf: (axes: readonly number[]) => positions.get([...axes].sort((a, b) => a - b).join()) ?? -1,
    laplacian: laplacianAxes.length > 0 ? slots.length - 1 : -1,
    laplacianAxes,
    order: Math.max(laplacianAxes.length > 0 ? 2 : 0, ...plain.map((axes) => axes.length)),
  });
}

/**
 * Rule by which a product or a composition makes a slot from others: sums of products of slot positions with a factor.
 */
export interface SplitTerm {
  readonly factor: number;
  readonly left: number;
  readonly right: number;
}

/** Leibniz: (fg) in a slot is Σ factor · f[left] · g[right]. */
export function productTerms(set: SlotSet, slot: Slot): readonly SplitTerm[] {
  if (isLaplacian(slot)) {
    const firsts = slot.laplacian.map((axis) => ({ factor: 2, left: set.indexOf([axis]), right: set.indexOf([axis]) }));
    return [{ factor: 1, left: 0, right: set.laplacian }, ...firsts, { factor: 1, left: set.laplacian, right: 0 }];
  }
  const terms = new Map<string, SplitTerm>();
  for (let subset = 0; subset < 1 << slot.length; subset++) {
    const left = set.indexOf(slot.filter((_, i) => subset & (1 << i)));
    const right = set.indexOf(slot.filter((_, i) => !(subset & (1 << i))));
    const key = `${left},${right}`;
    terms.set(key, { factor: (terms.get(key)?.factor ?? 0) + 1, left, right });
  }
  return [...terms.values()];
}

/** One term of Faà di Bruno's formula: factor · φ^(order) · Π z[blocks]. */
export interface CompositionTerm {
  readonly factor: number;
  readonly order: number;
  readonly blocks: readonly number[];
}

/** Faà di Bruno: φ(z) in a slot other than the value is the sum of these terms. */
export function compositionTerms(set: SlotSet, slot: Slot): readonly CompositionTerm[] {
  if (isLaplacian(slot)) {
    const squares = slot.laplacian.map((axis) => ({
      factor: 1,
      order: 2,
      blocks: [axis, axis].map((a) => set.indexOf([a])),
    }));
    return [{ factor: 1, order: 1, blocks: [set.laplacian] }, ...squares];
  }
  const terms = new Map<string, CompositionTerm>();
  for (const partition of partitions(slot.map((_, i) => i))) {
    const blocks = partition.map((block) => set.indexOf(block.map((i) => slot[i]!))).sort((a, b) => a - b);
    const key = blocks.join();
    terms.set(key, { factor: (terms.get(key)?.factor ?? 0) + 1, order: blocks.length, blocks });
  }
  return [...terms.values()];
}

/** All partitions of a list into blocks. */
function partitions(items: readonly number[]): number[][][] {
  if (items.length === 0) return [[]];
  const [first, ...rest] = items as [number, ...number[]];
  return partitions(rest).flatMap((partition) => [
    [[first], ...partition],
    ...partition.map((block, i) => [[first, ...block], ...partition.filter((_, j) => j !== i)]),
  ]);
}
