/** Products that the machine's BLAS makes for a part of the rows. */
import type { LibraryProduct } from "./code.ts";
import type { MemorySlot, MemorySlots } from "./memory.ts";

/** Addresses of the matrices of a product. */
export interface Where {
  readonly left: MemorySlot;
  readonly right: number;
  readonly to: MemorySlot;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly add: boolean;
}

/** The addresses of a product for so many rows. */
export const whereOf = (
  { left, right, item, transposed, bias }: LibraryProduct,
  places: MemorySlots,
  rows: number,
): Where => ({
  rows,
  left: places.of(left),
  right: transposed ? places.transposed(right) : places.of(right).address,
  to: places.of(item),
  ...{ inner: left.width, columns: item.width, add: bias !== undefined },
});

/** Products of arrays side by side with the same right factor as one. */
export function merged(pieces: readonly (number | Where)[]): (number | Where)[] {
  const all: (number | Where)[] = [];
  for (const piece of pieces) {
    const before = all.at(-1);
    if (typeof piece === "object" && typeof before === "object" && isAfter(before, piece)) {
      all[all.length - 1] = { ...before, rows: before.rows + piece.rows };
    } else all.push(piece);
  }
  return all;
}

function isAfter(a: Where, b: Where): boolean {
  const adjoins = (one: MemorySlot, next: MemorySlot) =>
    !one.full && !next.full && one.stride === next.stride && next.address === one.address + a.rows * one.stride * 8;
  const alike = a.right === b.right && a.inner === b.inner && a.columns === b.columns && !a.add && !b.add;
  const share = (one: MemorySlot, other: MemorySlot) =>
    one.address < other.address + b.rows * other.stride * 8 && other.address < one.address + a.rows * one.stride * 8;
  // Neither reads what the other writes.
  return alike && adjoins(a.left, b.left) && adjoins(a.to, b.to) && !share(a.left, b.to) && !share(a.to, b.left);
}
