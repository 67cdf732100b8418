// Inside: a guard by itself.
/** Damaged global heaps of HDF5, on which the library (and ncdump, and h5dump) would never end. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "../../../engine/errors.ts";
import { isEndless } from "../../../io/formats/netcdf/hdf5/heap-guard.ts";
import { inspect, readField, writeNetcdf } from "../../../io/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { over } from "../fields.ts";

const { folder } = temporaryFolder(test);

/** A collection of objects [index, size], padded as the format says. */
function heapOf(objects: readonly (readonly [index: number, size: number])[], size: number): Buffer {
  const heap = Buffer.alloc(size);
  heap.write("GCOL");
  heap.writeUInt32LE(1, 4);
  heap.writeUInt32LE(size, 8);
  let at = 16;
  for (const [index, bytes] of objects) {
    heap.writeUInt16LE(index, at);
    heap.writeUInt32LE(bytes, at + 8);
    at += index === 0 ? bytes : 16 + Math.ceil(bytes / 8) * 8;
    if (at + 16 > size) break;
  }
  return heap;
}

test("a heap is endless where free space has no size or an object's size wraps around, and nowhere else", () => {
  assert.is(isEndless(heapOf([[1, 5], [2, 16], [0, 256 - 16 - 24 - 32]], 256)), false); // biome-ignore format: a list
  assert.is(isEndless(heapOf([[1, 232 - 16]], 248)), false);
  assert.is(isEndless(heapOf([[1, 5], [0, 0]], 256)), true); // biome-ignore format: a list
  // 16 + 0xfffffff0 is 2^32.
  const wraps = heapOf([], 256);
  wraps.writeUInt16LE(1, 16);
  wraps.writeUInt32LE(0xfffffff0, 24);
  assert.is(isEndless(wraps), true);
  assert.is(isEndless(heapOf([[1, 5], [0, 0]], 256).subarray(0, 40)), false, "not there yet"); // biome-ignore format: a list
});

test("a file whose heap leads in a circle is refused, and files after it are read", async () => {
  const path = join(folder, "rain.nc");
  const field = over({ time: [[0, 1], "days since 2000-01-01"], x: [[0, 1, 2], "m"] });
  await writeNetcdf(path, field);
  const bytes = readFileSync(path);
  const heap = bytes.indexOf("GCOL");
  assert.ok(heap > 0, "the references to dimension scales lie in a heap");
  let at = heap + 16;
  while (bytes.readUInt16LE(at) !== 0) at += 16 + Math.ceil(bytes.readUInt32LE(at + 8) / 8) * 8;
  bytes.writeUInt32LE(0, at + 8);
  const damaged = join(folder, "damaged.nc");
  writeFileSync(damaged, bytes);
  const error = await inspect(damaged).catch((e: unknown) => e);
  assert.ok(error instanceof FormatError && /damaged/.test(error.message), String(error));
  assert.equal((await readField(path)).values, field.values);
});

test.run();
