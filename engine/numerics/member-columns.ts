/**
 * Ranks of one number each among many short columns, as of the truth among members at each point, and their squares: two
 * columns at once by vector instructions of WebAssembly.
 */
import { code, memoryOf, page, type, type WasmMemory, wasmModule } from "./wasm-code.ts";

type Numbers = Float32Array | Float64Array;

/** Bytes of columns that are looked at together: calls for each row are few, and a cache near the processor holds them. */
const BLOCK_BYTES = 2 ** 17;
/** Columns that are looked at together; an odd number of cache lines from one row to the next fills all of a cache. */
function blockOf(rows: number): number {
  const lines = Math.max(1, Math.min(127, Math.floor(BLOCK_BYTES / 64 / rows)));
  return 8 * (lines - 1 + (lines % 2));
}
/** Rows up to which code is made. */
const most = 128;

/** Arrays for a number of rows, and what fills the results. */
interface Columns {
  /** Columns of a row. */
  readonly block: number;
  /** [rows, block] */
  readonly rows: Float64Array;
  /** [block] */
  readonly others: Float64Array;
  /** Minus the rows below each of the other numbers, and minus those not above, at even places. */
  readonly below: Int32Array;
  readonly notAbove: Int32Array;
  /** Two parts each of the sums of squares round the mean, of squares of the mean's distance, and of 0 · rows. */
  readonly sums: Float64Array;
  /** Ranks of so many columns, an even number. */
  rank(columns: number): void;
  /** Adds the squares of so many columns, an even number. */
  spread(columns: number): void;
}

const known = new Map<number, Columns>();

function columnsOf(rows: number): Columns {
  let columns = known.get(rows);
  if (columns === undefined) {
    const block = blockOf(rows);
    const memory = rows <= most ? memoryOf(Math.ceil((8 * ((rows + 3) * block + 8)) / page)) : undefined;
    columns = memory ? byVectors(rows, memory) : byNumbers(rows);
    known.set(rows, columns);
  }
  columns.sums.fill(0);
  return columns;
}

/** 0 times a number is NaN where that is none, or infinite. */
const areFinite = ({ sums }: Columns): boolean => sums[4]! + sums[5]! === 0;

/**
 * Hands out how many rows are below each number, and how many not above it, some columns at a time.
 *
 * @param values - [rows, others.length]
 * @param visit - gets `count` columns from the column `from` on; of column k minus both numbers stand at 2k
 * @returns false where a value is not finite
 */
export function eachRank(
  values: Numbers,
  others: Numbers,
  rows: number,
  visit: (below: Int32Array, notAbove: Int32Array, from: number, count: number) => void,
): boolean {
  const columns = columnsOf(rows);
  eachBlock(columns, values, others, rows, (from, count) => {
    columns.rank(count + (count % 2));
    visit(columns.below, columns.notAbove, from, count);
  });
  return areFinite(columns);
}

/** Σ(x − mean)² of all columns, and Σ(mean − other)²; undefined where a value is not finite. */
export function squaresOf(values: Numbers, others: Numbers, rows: number): readonly [number, number] | undefined {
  const columns = columnsOf(rows);
  const { sums } = columns;
  eachBlock(columns, values, others, rows, (_, count) => columns.spread(count + (count % 2)));
  return areFinite(columns) ? [sums[0]! + sums[1]!, sums[2]! + sums[3]!] : undefined;
}

function eachBlock(
  { block, rows: held, others: seen }: Columns,
  values: Numbers,
  others: Numbers,
  rows: number,
  use: (from: number, count: number) => void,
): void {
  const columns = others.length;
  for (let from = 0; from < columns; from += block) {
    const count = Math.min(block, columns - from);
    for (let row = 0; row < rows; row++) {
      held.set(values.subarray(row * columns + from, row * columns + from + count), row * block);
      // Beside an odd last column stands one that adds nothing.
      if (count % 2 === 1) held[row * block + count] = 0;
    }
    seen.set(others.subarray(from, from + count));
    if (count % 2 === 1) seen[count] = 0;
    use(from, count);
  }
}

function byNumbers(rows: number): Columns {
  const block = blockOf(rows);
  const held = new Float64Array(rows * block);
  const others = new Float64Array(block);
  const [below, notAbove, sums] = [new Int32Array(2 * block), new Int32Array(2 * block), new Float64Array(6)];
  const rank = (columns: number) => {
    for (let i = 0; i < columns; i++) {
      let [less, most] = [0, 0];
      for (let row = 0; row < rows; row++) {
        const x = held[row * block + i]!;
        less -= Number(x < others[i]!);
        most -= Number(x <= others[i]!);
        sums[4]! += 0 * x;
      }
      below[2 * i] = less;
      notAbove[2 * i] = most;
    }
  };
  const spread = (columns: number) => {
    for (let i = 0; i < columns; i++) {
      let mean = 0;
      for (let row = 0; row < rows; row++) mean += held[row * block + i]! / rows;
      for (let row = 0; row < rows; row++) sums[i % 2]! += (held[row * block + i]! - mean) ** 2;
      sums[2 + (i % 2)]! += (others[i]! - mean) ** 2;
      sums[4]! += 0 * mean;
    }
  };
  return { block, rows: held, others, below, notAbove, sums, rank, spread };
}

function byVectors(rows: number, memory: WasmMemory): Columns {
  const block = blockOf(rows);
  const { get, set, tee, constant, add, notEqual, repeat, pair } = code;
  const [end, at, y, x, first, second, third, zero] = [0, 1, 2, 3, 4, 5, 6, 7];
  const place = (row: number) => 8 * block * row;
  const [below, notAbove, sums] = [place(rows + 1), place(rows + 2), place(rows + 3)];
  const load = (row: number) => [...get(at), ...pair.load(place(row))];
  const plus = (local: number, value: readonly number[], sum: readonly number[]) => [
    ...get(local),
    ...value,
    ...sum,
    ...set(local),
  ];
  const next = [...get(at), ...constant(16), ...add, ...tee(at), ...get(end), ...notEqual];
  const all = Array.from({ length: rows }, (_, row) => row);
  const finite = plus(third, [...get(x), ...get(zero), ...pair.mul], pair.add);
  const ranks = [
    ...[...load(rows), ...set(y), ...pair.none, ...set(first), ...pair.none, ...set(second)],
    ...all.flatMap((row) => [
      ...[...load(row), ...set(x)],
      ...plus(first, [...get(x), ...get(y), ...pair.less], pair.addBits),
      ...plus(second, [...get(x), ...get(y), ...pair.lessOrEqual], pair.addBits),
      ...finite,
    ]),
    ...[...get(at), ...get(first), ...pair.store(below), ...get(at), ...get(second), ...pair.store(notAbove)],
  ];
  const [mean, count] = [8, 9];
  const gap = (value: number) => [...get(value), ...get(mean), ...pair.sub, ...set(x)];
  const square = [...get(x), ...get(x), ...pair.mul];
  const squares = [
    ...[...load(rows), ...set(y), ...pair.none, ...set(mean)],
    ...all.flatMap((row) => [...load(row), ...set(x), ...plus(mean, get(x), pair.add), ...finite]),
    ...[...get(mean), ...get(count), ...pair.div, ...set(mean)],
    ...all.flatMap((row) => [...load(row), ...get(mean), ...pair.sub, ...set(x), ...plus(first, square, pair.add)]),
    ...[...gap(y), ...plus(second, square, pair.add)],
  ];
  const address = (offset: number) => [...constant(0), ...pair.load(sums + offset)];
  const kept = (offset: number, local: number) => [
    ...[...constant(0), ...address(offset), ...get(local), ...pair.add, ...pair.store(sums + offset)],
  ];
  const vectors = (n: number) => new Array<number>(n).fill(type.v128);
  // The number of rows, twice, stands behind the sums.
  const body = [...constant(0), ...pair.load(sums + 48), ...set(count)];
  const functions = [
    { parameters: 1, locals: [type.i32, ...vectors(8)], body: [...repeat([...ranks, ...next]), ...kept(32, third)] },
    {
      ...{ parameters: 1, locals: [type.i32, ...vectors(8)] },
      body: [...body, ...repeat([...squares, ...next]), ...kept(0, first), ...kept(16, second), ...kept(32, third)],
    },
  ];
  const [rank, spread] = wasmModule(functions, memory) as [(bytes: number) => void, (bytes: number) => void];
  const view = (from: number, length: number) => new Float64Array(memory.buffer, from, length);
  view(sums + 48, 2).fill(rows);
  return {
    ...{ block, rows: view(0, rows * block), others: view(place(rows), block), sums: view(sums, 6) },
    rank: (columns) => rank(8 * columns),
    spread: (columns) => spread(8 * columns),
    below: new Int32Array(memory.buffer, below, 2 * block),
    notAbove: new Int32Array(memory.buffer, notAbove, 2 * block),
  };
}
