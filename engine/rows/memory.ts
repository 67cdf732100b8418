/** Addresses of values in the memory of a program over rows. */
import type { Item } from "./items.ts";
import { strideOf } from "./kernels.ts";
import { madeBy, type Plan } from "./plan.ts";

/** An array in memory. */
export interface MemorySlot {
  /** Of its first number, in bytes. */
  readonly address: number;
  /** True with all rows of the points, and not only those of the part at hand. */
  readonly full: boolean;
  /** Numbers from one row to the next. */
  readonly stride: number;
}

/** Memory that is given out once. */
export class Arena {
  bytes = 0;
  readonly #numbers = new Map<string, number>();
  readonly #starts: { readonly address: number; readonly data: ArrayLike<number> }[] = [];

  /** So many numbers, and two more: pairs are read whole. */
  take(numbers: number): number {
    const address = this.bytes;
    this.bytes += 8 * (numbers + (numbers % 2) + 2);
    return address;
  }

  /** Numbers that stand there from the beginning. */
  begin(data: ArrayLike<number>): number {
    const address = this.take(data.length);
    this.#starts.push({ address, data });
    return address;
  }

  /** The address of a number. */
  number(value: number): number {
    const key = Object.is(value, -0) ? "-0" : `${value}`;
    const known = this.#numbers.get(key) ?? this.begin([value]);
    this.#numbers.set(key, known);
    return known;
  }

  /** Writes what stands there from the beginning. */
  fill(buffer: ArrayBuffer): void {
    for (const { address, data } of this.#starts) new Float64Array(buffer, address, data.length).set(data);
  }
}

/** Numbers a row that the arrays of a plan take, and where each begins; arrays that are read no more make space for others. */
export interface Layout {
  readonly numbers: number;
  readonly starts: ReadonlyMap<string, number>;
}

/** The arrays that a plan needs for a part of the rows. */
export function layoutOf(plan: Plan, isFull: (item: Item) => boolean): Layout {
  const starts = new Map<string, number>();
  const free = new Map<number, number[]>();
  const ending: { last: number; size: number; start: number }[] = [];
  let numbers = 0;
  const take = (size: number, last: number): number => {
    const known = free.get(size)?.pop();
    const start = known ?? numbers;
    if (known === undefined) numbers += size;
    ending.push({ last, size, start });
    return start;
  };
  const together = neighbours(plan, isFull);
  plan.steps.forEach((step, k) => {
    for (const one of ending.filter(({ last }) => last < k)) {
      free.set(one.size, [...(free.get(one.size) ?? []), one.start]);
      ending.splice(ending.indexOf(one), 1);
    }
    for (const { name, rows, width, ...item } of madeBy(step)) {
      const stride = strideOf(width);
      if (!plan.stored.has(name) || !rows || starts.has(name) || isFull({ name, rows, width, ...item })) continue;
      const names = together.get(name) ?? [name];
      const start = take(stride * names.length, Math.max(...names.map((one) => plan.stored.get(one)!)));
      for (const [i, one] of names.entries()) starts.set(one, start + i * stride);
    }
  });
  return { numbers, starts };
}

/** Names of arrays that stand side by side, so that products with the same right factor are one product of more rows. */
function neighbours(plan: Plan, isFull: (item: Item) => boolean): Map<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const made = new Set(plan.steps.flatMap(madeBy).map(({ name }) => name));
  const byRight = new Map<string, { left: Item; item: Item }[]>();
  for (const step of plan.steps) {
    if (step.kind !== "product" || step.bias || !step.left.rows) continue;
    const { left, item, right, transposed } = step;
    if ([left, item].some((one) => !made.has(one.name) || isFull(one))) continue;
    const key = `${right.name},${right.view},${right.height},${transposed}`;
    byRight.set(key, [...(byRight.get(key) ?? []), { left, item }]);
  }
  for (const products of byRight.values()) {
    const apart = products.filter(({ left, item }) => !found.has(left.name) && !found.has(item.name));
    for (const side of ["left", "item"] as const) {
      const names = apart.map((product) => product[side].name);
      for (const name of names) found.set(name, names);
    }
  }
  return found;
}

/** The places of all values of a set of points. */
export class MemorySlots {
  readonly #places = new Map<string, MemorySlot>();
  readonly #transposed = new Map<string, { address: number; item: Item }>();
  readonly #arena: Arena;
  readonly #parameters: number;

  constructor(arena: Arena, parameters: number) {
    this.#arena = arena;
    this.#parameters = parameters;
  }

  set(name: string, place: MemorySlot): void {
    this.#places.set(name, place);
  }

  of(item: Item): MemorySlot {
    const { name, view, constant, width } = item;
    if (view !== undefined) return { address: this.#parameters + view * 8, full: false, stride: width };
    const known = this.#places.get(name);
    if (known) return known;
    if (!constant) throw new RangeError(`rows: no place for ${name}`);
    const place = { address: this.#arena.begin(constant), full: false, stride: width };
    this.#places.set(name, place);
    return place;
  }

  /** The place of a small matrix, columns as rows. */
  transposed(item: Item): number {
    const key = `${this.of(item).address},${item.height}`;
    const known = this.#transposed.get(key);
    if (known) return known.address;
    const address = this.#arena.take(item.height * item.width);
    this.#transposed.set(key, { address, item });
    return address;
  }

  /** Matrices whose transposes are needed, and where these stand. */
  transposes(): { from: number; to: number; height: number; width: number }[] {
    return [...this.#transposed.values()].map(({ address, item }) => ({
      ...{ from: this.of(item).address, to: address },
      ...{ height: item.height, width: item.width },
    }));
  }
}
