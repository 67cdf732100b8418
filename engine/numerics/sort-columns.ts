/**
 * Sorting of many short columns, as of the members at each cell: Batcher's network of exchanges (1968,
 * doi:10.1145/1468075.1468121) without a branch, of two columns at once by vector instructions of WebAssembly.
 */
import { sortedValues } from "./radix-sort.ts";
import { code, memoryOf, page, type, type WasmMemory, wasmModule } from "./wasm-code.ts";

/** Columns that are sorted at a time; an odd number of cache lines from one row to the next fills all of a cache. */
const block = 200;
/** Rows up to which a network is built: its exchanges grow faster than the operations of a sort. */
const most = 128;

/** Columns side by side, [rows, block], and what sorts the first so many of them. */
interface ColumnSorter {
  readonly rows: Float64Array;
  sort(columns: number): void;
}

const sorters = new Map<number, ColumnSorter>();

/**
 * Hands out columns in ascending order, some at a time.
 *
 * @param values - [rows, columns], no NaN
 * @param visit - gets `count` columns from the column `from` on; the next number of a column is `stride` further
 */
export function eachSorted(
  values: Float32Array | Float64Array,
  rows: number,
  columns: number,
  visit: (sorted: Float64Array, stride: number, from: number, count: number) => void,
): void {
  let sorter = sorters.get(rows);
  if (sorter === undefined) {
    const memory = rows > 1 && rows <= most ? memoryOf(Math.ceil((rows * block * 8) / page)) : undefined;
    sorter = memory ? byNetwork(rows, memory) : byColumn(rows);
    sorters.set(rows, sorter);
  }
  for (let from = 0; from < columns; from += block) {
    const count = Math.min(block, columns - from);
    for (let row = 0; row < rows; row++) {
      sorter.rows.set(values.subarray(row * columns + from, row * columns + from + count), row * block);
    }
    sorter.sort(count);
    visit(sorter.rows, block, from, count);
  }
}

function byNetwork(rows: number, memory: WasmMemory): ColumnSorter {
  const [end, at] = [0, 1];
  const held = Array.from({ length: rows }, (_, row) => 2 + row);
  const body = [
    ...held.flatMap((row, i) => [...code.get(at), ...code.pair.load(i * block * 8), ...code.set(row)]),
    ...exchanges(rows).flatMap(([i, j]) => {
      const both = [...code.get(held[i]!), ...code.get(held[j]!)];
      return [
        ...both,
        ...code.pair.smaller,
        ...both,
        ...code.pair.larger,
        ...code.set(held[j]!),
        ...code.set(held[i]!),
      ];
    }),
    ...held.flatMap((row, i) => [...code.get(at), ...code.get(row), ...code.pair.store(i * block * 8)]),
    ...[...code.get(at), ...code.constant(16), ...code.add, ...code.tee(at), ...code.get(end), ...code.notEqual],
  ];
  const locals = [type.i32, ...held.map(() => type.v128)];
  const sort = wasmModule([{ parameters: 1, locals, body: code.repeat(body) }], memory)[0]!;
  return {
    rows: new Float64Array(memory.buffer, 0, rows * block),
    sort: (columns) => sort(16 * Math.ceil(columns / 2)),
  };
}

/** Pairs of rows to be put in order, one after another (Knuth, The Art of Computer Programming 3, 5.2.2 M). */
function exchanges(rows: number): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  const top = 2 ** (Math.ceil(Math.log2(rows)) - 1);
  for (let p = top; p >= 1; p /= 2) {
    for (let q = top, r = 0, d = p; ; d = q - p, q /= 2, r = p) {
      for (let i = 0; i < rows - d; i++) if ((i & p) === r) pairs.push([i, i + d]);
      if (q === p) break;
    }
  }
  return pairs;
}

function byColumn(rows: number): ColumnSorter {
  const values = new Float64Array(rows * block);
  const column = new Float64Array(rows);
  return {
    rows: values,
    sort(columns) {
      for (let c = 0; c < columns; c++) {
        for (let r = 0; r < rows; r++) column[r] = values[r * block + c]!;
        const sorted = sortedValues(column);
        for (let r = 0; r < rows; r++) values[r * block + c] = sorted[r]!;
      }
    },
  };
}
