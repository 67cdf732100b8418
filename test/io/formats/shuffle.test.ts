/** HDF5's shuffle filter. */
import { rng } from "../../../engine/index.ts";
import { unshuffle } from "../../../io/formats/netcdf/hdf5/unshuffle.ts";
import { assert, test } from "../../harness.ts";

test("byte k of element i of n is at k n + i of what is shuffled, for elements of any size and number, wherever the result lies", () => {
  const random = rng(3);
  for (const size of [1, 2, 3, 4, 8]) {
    for (const n of [0, 1, 15, 511, 512, 513, 16384, 16400, 40_001]) {
      // Bytes behind the last whole element stay where they are.
      const bytes = Uint8Array.from(random.uniform(new Float64Array(n * size + (size > 1 ? 1 : 0))), (u) => 256 * u);
      const expected = Uint8Array.from(bytes, (byte, at) =>
        at < n * size ? bytes[(at % size) * n + Math.floor(at / size)]! : byte,
      );
      for (const offset of [0, 1, 4]) {
        const target = new Uint8Array(bytes.length + offset).subarray(offset);
        unshuffle(bytes, target, size);
        assert.is(Buffer.compare(target, expected), 0, `${n} elements of ${size} bytes, from byte ${offset} on`);
      }
    }
  }
});

test.run();
