/** Squared distances between all pairs of some long vectors, by vector instructions of WebAssembly where there is memory. */
import { code, memoryOf, page, type, type WasmMemory, wasmModule } from "./wasm-code.ts";

type Numbers = Float32Array | Float64Array;

/** Numbers of each vector that are looked at together. */
const block = 256;

/** Adds Σ(a − b)² over a block of two rows, by their numbers, to the sum of a pair. */
interface PairSums {
  /** [vectors, block] */
  readonly rows: Float64Array;
  readonly add: (a: number, b: number) => number;
}

const known = new Map<number, PairSums>();

/**
 * Σ(xᵢ − xⱼ)² for all i > j: (1, 0), (2, 0), (2, 1), (3, 0), …
 *
 * @param vectors - of one length
 */
export function pairDistances(vectors: readonly Numbers[]): Float64Array {
  const [count, length] = [vectors.length, vectors[0]?.length ?? 0];
  const sums = new Float64Array((count * (count - 1)) / 2);
  let pairs = known.get(count);
  if (pairs === undefined) {
    const memory = memoryOf(Math.ceil((8 * (count * block + 2)) / page));
    pairs = memory ? byVectors(count, memory) : byNumbers(count);
    known.set(count, pairs);
  }
  const { rows, add } = pairs;
  for (let from = 0; from < length; from += block) {
    const to = Math.min(length, from + block);
    // What stands behind the last numbers is alike in all rows.
    if (to - from < block) rows.fill(0);
    for (let i = 0; i < count; i++) rows.set(vectors[i]!.subarray(from, to), i * block);
    for (let i = 1, at = 0; i < count; i++) for (let j = 0; j < i; j++, at++) sums[at]! += add(i, j);
  }
  return sums;
}

function byVectors(count: number, memory: WasmMemory): PairSums {
  const { get, set, constant, add, notEqual, repeat, pair } = code;
  const [a, b, end, gap] = [0, 1, 2, 3];
  const sums = [4, 5];
  const step = 16 * sums.length;
  const body = [
    ...[...get(a), ...constant(8 * block), ...add, ...set(end)],
    ...repeat([
      ...sums.flatMap((sum, k) => [
        ...[...get(a), ...pair.load(16 * k), ...get(b), ...pair.load(16 * k), ...pair.sub, ...set(gap)],
        ...[...get(sum), ...get(gap), ...get(gap), ...pair.mul, ...pair.add, ...set(sum)],
      ]),
      ...[...get(b), ...constant(step), ...add, ...set(b)],
      ...[...get(a), ...constant(step), ...add, ...set(a), ...get(a), ...get(end), ...notEqual],
    ]),
    ...[...constant(8 * count * block), ...get(sums[0]!), ...get(sums[1]!), ...pair.add, ...pair.store(0)],
  ];
  const locals = [type.i32, type.v128, type.v128, type.v128];
  const run = wasmModule([{ parameters: 2, locals, body }], memory)[0]!;
  const numbers = new Float64Array(memory.buffer, 0, count * block + 2);
  return {
    rows: numbers.subarray(0, count * block),
    add(i, j) {
      run(8 * block * i, 8 * block * j);
      return numbers[count * block]! + numbers[count * block + 1]!;
    },
  };
}

function byNumbers(count: number): PairSums {
  const rows = new Float64Array(count * block);
  return {
    rows,
    add(i, j) {
      let sum = 0;
      for (let k = 0; k < block; k++) sum += (rows[i * block + k]! - rows[j * block + k]!) ** 2;
      return sum;
    },
  };
}
