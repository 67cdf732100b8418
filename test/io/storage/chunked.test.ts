/** Chunks that reading a box of a chunked array unpacks, and those that it keeps. */
import { ChunkCache, type ChunkedArray, readChunks } from "../../../io/storage/index.ts";
import { assert, test } from "../../harness.ts";

/** 12 x 12 bytes in chunks of 2 x 2, each byte its row-major number, and the numbers of the chunks that were unpacked. */
function counted(): { array: ChunkedArray; unpacked: number[] } {
  const unpacked: number[] = [];
  const array: ChunkedArray = {
    ...{ key: "", shape: [12, 12], chunks: [2, 2], size: 1, fill: new Uint8Array(1) },
    fetch([row, column], number) {
      unpacked.push(number);
      const first = 24 * row! + 2 * column!;
      return Promise.resolve(Uint8Array.of(first, first + 1, first + 12, first + 13));
    },
  };
  return { array, unpacked };
}

const expected = (start: readonly [number, number], [rows, columns]: readonly [number, number]) =>
  Array.from(
    { length: rows * columns },
    (_, i) => 12 * (start[0] + Math.floor(i / columns)) + start[1] + (i % columns),
  );

/** Reads a box twice. Returns how many chunks each reading unpacked. */
async function twice(kept: number, start: readonly [number, number], count: readonly [number, number]) {
  const { array, unpacked } = counted();
  const cache = new ChunkCache(kept);
  const seen: number[] = [];
  for (let i = 0; i < 2; i++) {
    const before = unpacked.length;
    assert.equal([...(await readChunks(array, cache, start, count))], expected(start, count));
    seen.push(unpacked.length - before);
  }
  return seen;
}

test("a window between the edges of chunks is unpacked once, its inner chunks too, where all of them can be kept", async () => {
  assert.equal(await twice(100, [1, 1], [6, 6]), [16, 0]);
});

test("a box of whole chunks keeps none of them", async () => {
  assert.equal(await twice(100, [2, 2], [6, 6]), [9, 9]);
  assert.equal(await twice(1000, [0, 0], [12, 12]), [36, 36]);
});

test("of a window larger than what can be kept, the chunks that it cuts are kept alone", async () => {
  assert.equal(await twice(50, [1, 1], [6, 6]), [16, 4]);
});

test("chunks that are not kept may be lent in memory that is used again", async () => {
  const { array } = counted();
  const memory = new Uint8Array(4);
  const cache = new ChunkCache(1000);
  const lender: ChunkedArray = {
    ...array,
    async fetch(position, number, target, lend) {
      const bytes = (await array.fetch(position, number, target))!;
      if (lend === undefined) return bytes;
      memory.set(bytes);
      lend(memory);
      memory.fill(0);
      return undefined;
    },
  };
  for (const [start, count] of [
    [
      [2, 2],
      [6, 6],
    ],
    [
      [0, 0],
      [12, 12],
    ],
    [
      [1, 1],
      [6, 7],
    ],
    [
      [1, 1],
      [6, 7],
    ],
  ] as const)
    assert.equal([...(await readChunks(lender, cache, start, count))], expected(start, count));
});

test.run();
