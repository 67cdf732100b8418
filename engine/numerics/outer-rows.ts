/**
 * The rows of a matrix as sums of outer products: what the Jacobian of a network is, layer by layer. Compiled to
 * WebAssembly with vector instructions for the given shapes, so that each row is written once and as a whole.
 */
import { append, code, fits, memoryOf, page, type, type WasmFunction, wasmModule } from "./wasm-code.ts";

/** h ⊗ z, of two of the arrays, by number. */
export interface OuterProduct {
  /** [rows, inputs], or [1, inputs] with `shared`: the same in every row. */
  readonly h: number;
  readonly shared: boolean;
  /** [rows, outputs] */
  readonly z: number;
  /** True if z is also added to the `bias` columns. */
  readonly value: boolean;
  /**
   * Rows of z, and of h unless it is shared, that come before those of the product: an array can hold the factors of
   * several. @defaultValue 0
   */
  readonly after?: number;
}

/** Columns that are Σ h ⊗ z, row-major [inputs, outputs]; with `bias` [outputs] more after them. */
export interface OuterBlock {
  /** First column. */
  readonly offset: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly bias: boolean;
  readonly products: readonly OuterProduct[];
}

/** Rows that are made alike: `count` of them, or with `sum` one that is the sum of all. */
export interface OuterGroup {
  readonly count: number;
  readonly sum: boolean;
  readonly blocks: readonly OuterBlock[];
}

/** Arrays to be filled, and what makes the matrix from them. */
export interface OuterRows {
  /** The factors. */
  readonly arrays: readonly Float64Array[];
  /** [rows, columns]; columns that no block has are zero. */
  readonly matrix: Float64Array;
  /** Fills the matrix. */
  run(): void;
}

/** Capacity of a WebAssembly memory, in float64 numbers. */
const most = 2 ** 29 - page;

/** Products whose factors are held in registers at a time. */
const atOnce = 6;

/**
 * Memory for the factors and the matrix, and the compiled function between them.
 *
 * @param lengths - numbers in each array of factors
 * @param groups - one after the other, as their rows are in the matrix
 * @param columns - of the matrix
 * @returns undefined where it would be more than a memory of WebAssembly can hold (4 GB), or there is none, or more
 * instructions than a function may have
 */
export function outerRows(
  lengths: readonly number[],
  groups: readonly OuterGroup[],
  columns: number,
): OuterRows | undefined {
  const rows = groups.reduce((total, { count, sum }) => total + (sum ? 1 : count), 0);
  // Two numbers more, as addresses are kept at multiples of sixteen bytes.
  const starts: number[] = [];
  let next = 0;
  for (const length of [...lengths, rows * columns]) {
    starts.push(next * 8);
    next += length + (length % 2);
  }
  if (next > most) return undefined;
  const memory = memoryOf(Math.ceil((next * 8) / page));
  if (!memory) return undefined;
  const [arrays, [matrix]] = [lengths, [rows * columns]].map((all, k) =>
    all.map((length, i) => new Float64Array(memory.buffer, starts[k * lengths.length + i]!, length)),
  ) as [Float64Array[], [Float64Array]];

  const writer = new OuterWriter();
  let row = 0;
  for (const group of groups) {
    const to = code.constant(starts[lengths.length]! + row * columns * 8);
    writer.group(group, { to, columns, count: code.constant(group.count), at: (k) => code.constant(starts[k]!) });
    row += group.sum ? 1 : group.count;
  }
  const made = writer.made();
  if (!fits(made)) return undefined;
  const run = wasmModule([made], memory)[0]!;
  const sums = groups.some(({ sum }) => sum);
  return {
    arrays,
    matrix,
    run() {
      // Sums are added to what is there.
      if (sums) matrix.fill(0);
      run();
    },
  };
}

/** Places of a group's arrays and rows, as instructions that leave an address or a number. */
export interface OuterPlace {
  /** First row of the matrix. */
  readonly to: readonly number[];
  /** Of the matrix. */
  readonly columns: number;
  /** Rows to be made. */
  readonly count: readonly number[];
  /** First row of an array. */
  at(array: number): readonly number[];
  /** Numbers from one row of an array to the next, at least as many as it has columns. @defaultValue so many */
  stride?(array: number, columns: number): number;
}

/** The instructions. */
export class OuterWriter {
  readonly locals: number[] = [];
  readonly body: number[] = [];
  readonly #parameters: number;
  readonly #row: number;
  readonly #input: number;
  readonly #out: number;
  readonly #to: number;
  readonly #held: readonly number[];
  readonly #pointers = new Map<number, number>();

  /** @param parameters - of the function, which come before its local variables */
  constructor(parameters = 0) {
    this.#parameters = parameters;
    [this.#row, this.#input, this.#out, this.#to] = [0, 0, 0, 0].map(() => this.#local(type.i32)) as [
      number,
      number,
      number,
      number,
    ];
    this.#held = Array.from({ length: atOnce }, () => this.#local(type.v128));
  }

  /** The function that fills all groups. */
  made(): WasmFunction {
    return { parameters: this.#parameters, locals: this.locals, body: this.body };
  }

  #local(kind: number): number {
    this.locals.push(kind);
    return this.#parameters + this.locals.length - 1;
  }

  /** A local variable that points to the current row of an array. */
  #pointer(array: number): number {
    const known = this.#pointers.get(array);
    if (known !== undefined) return known;
    const made = this.#local(type.i32);
    this.#pointers.set(array, made);
    return made;
  }

  group({ sum, blocks }: Omit<OuterGroup, "count">, place: OuterPlace): void {
    const { to, columns, count, at, stride = (_, width) => width } = place;
    const { body } = this;
    /** Bytes by which the pointer of each array goes on with a row. */
    const steps = new Map<number, number>();
    for (const { inputs, outputs, products } of blocks) {
      for (const { h, shared, z } of products) {
        steps.set(h, shared ? 0 : stride(h, inputs) * 8);
        steps.set(z, stride(z, outputs) * 8);
      }
    }
    for (const array of steps.keys()) body.push(...at(array), ...code.set(this.#pointer(array)));
    body.push(...to, ...code.set(this.#out), ...count, ...code.set(this.#row));
    const ahead = (local: number, bytes: number) => [
      ...code.get(local),
      ...code.constant(bytes),
      ...code.add,
      ...code.tee(local),
    ];
    const inner = blocks.flatMap((block) => this.#block(block, sum, stride));
    for (const [array, step] of steps) {
      const pointer = this.#pointer(array);
      if (step > 0) inner.push(...ahead(pointer, step).slice(0, -code.tee(pointer).length), ...code.set(pointer));
    }
    if (!sum) inner.push(...code.get(this.#out), ...code.constant(columns * 8), ...code.add, ...code.set(this.#out));
    inner.push(...ahead(this.#row, -1));
    append(body, code.repeat(inner));
  }

  #block(
    { offset, inputs, outputs, bias, products }: OuterBlock,
    sum: boolean,
    stride: (array: number, columns: number) => number,
  ): number[] {
    const parts: number[] = [];
    const at = offset * 8;
    if (products.length === 0) return parts;
    const factors = products.map(({ h, shared, z, value, after = 0 }) => ({
      h: { array: h, bytes: shared ? 0 : after * stride(h, inputs) * 8 },
      z: { array: z, bytes: after * stride(z, outputs) * 8 },
      value,
    }));
    for (let k = 0; k < products.length; k += atOnce) {
      const some = factors.slice(k, k + atOnce);
      const add = sum || k > 0;
      // With one output the vector is that of the inputs.
      if (outputs === 1) {
        const pairs = some.map(({ h, z }) => ({ one: z, many: h }));
        append(parts, this.#splat(pairs, []), this.#stretch(pairs, inputs, this.#out, at, add));
      } else {
        const pairs = some.map(({ h, z }) => ({ one: h, many: z }));
        const move = (local: number, bytes: number) => [
          ...code.get(local),
          ...code.constant(bytes),
          ...code.add,
          ...code.set(local),
        ];
        parts.push(...code.constant(0), ...code.set(this.#input), ...code.get(this.#out), ...code.set(this.#to));
        append(
          parts,
          code.repeat([
            ...this.#splat(pairs, [...code.get(this.#input), ...code.add]),
            ...this.#stretch(pairs, outputs, this.#to, at, add),
            ...move(this.#to, outputs * 8),
            ...move(this.#input, 8),
            ...[...code.get(this.#input), ...code.constant(inputs * 8), ...code.notEqual],
          ]),
        );
      }
    }
    if (bias) append(parts, this.#bias(factors, outputs, at + inputs * outputs * 8, sum));
    return parts;
  }

  /** Holds one number of each product, twice side by side. */
  #splat(pairs: readonly { readonly one: Factor }[], further: readonly number[]): number[] {
    return pairs.flatMap(({ one }, i) => [
      ...code.get(this.#pointer(one.array)),
      ...further,
      ...code.pair.loadTwice(one.bytes),
      ...code.set(this.#held[i]!),
    ]);
  }

  /** Writes the sum of the held numbers times `length` numbers of the other factors. */
  #stretch(
    pairs: readonly { readonly many: Factor }[],
    length: number,
    to: number,
    at: number,
    add: boolean,
  ): number[] {
    const parts: number[] = [];
    for (let k = 0; k < length; k += 2) {
      // The last of an odd number goes alone: the column after it is another block's.
      const single = k === length - 1;
      const { mul, add: plus } = single ? { mul: code.scalar.mul, add: code.scalar.add } : code.pair;
      parts.push(...code.get(to));
      for (const [i, { many }] of pairs.entries()) {
        const held = single ? [...code.get(this.#held[i]!), ...firstLane] : code.get(this.#held[i]!);
        const load = single ? code.scalar.load : code.pair.load;
        parts.push(...code.get(this.#pointer(many.array)), ...load(many.bytes + k * 8), ...held, ...mul);
        if (i > 0) parts.push(...plus);
      }
      if (add) parts.push(...code.get(to), ...(single ? code.scalar.load : code.pair.load)(at + k * 8), ...plus);
      parts.push(...(single ? code.scalar.store : code.pair.store)(at + k * 8));
    }
    return parts;
  }

  #bias(
    products: readonly { readonly z: Factor; readonly value: boolean }[],
    outputs: number,
    at: number,
    sum: boolean,
  ): number[] {
    const own = products.filter(({ value }) => value);
    const parts: number[] = [];
    if (own.length === 0) return parts;
    for (let k = 0; k < outputs; k += 2) {
      const { load, store, add } = k === outputs - 1 ? code.scalar : code.pair;
      parts.push(...code.get(this.#out));
      for (const [i, { z }] of own.entries()) {
        parts.push(...code.get(this.#pointer(z.array)), ...load(z.bytes + k * 8));
        if (i > 0) parts.push(...add);
      }
      if (sum) parts.push(...code.get(this.#out), ...load(at + k * 8), ...add);
      parts.push(...store(at + k * 8));
    }
    return parts;
  }
}

/** An array, and the bytes in it that come before the rows of a product. */
interface Factor {
  readonly array: number;
  readonly bytes: number;
}

/** The first of two numbers. */
const firstLane = [0xfd, 0x21, 0];
