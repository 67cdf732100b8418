/** Numbers of any count of bits are those of the bits one by one. */
import { rng } from "../../../engine/index.ts";
import { unpackBits } from "../../../io/storage/index.ts";
import { assert, test, throws } from "../../harness.ts";

const bytes = Uint8Array.from(rng(3).uniform(400), (u) => Math.floor(256 * u));
const bitAt = (i: number) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1;

test("numbers of every width from every bit on are the sums of their bits", () => {
  for (let width = 0; width <= 32; width++) {
    for (let start = 0; start < 20; start++) {
      const expected = Array.from({ length: 90 }, (_, k) => {
        let value = 0;
        for (let b = 0; b < width; b++) value = 2 * value + bitAt(start + k * width + b);
        return value;
      });
      assert.equal(Array.from(unpackBits(bytes, start, 90, width)), expected, `${width} bits from ${start}`);
    }
  }
});

test("numbers are written into the array that is given, and no further", () => {
  const out = new Float64Array(6).fill(-1);
  assert.is(unpackBits(Uint8Array.of(0b10110001), 0, 4, 2, out), out);
  assert.equal([...out], [2, 3, 0, 1, -1, -1]);
  unpackBits(bytes, 0, 2, 0, out);
  assert.equal([...out], [0, 0, 0, 1, -1, -1]);
});

test("more numbers than the bytes hold are refused", () => {
  throws(() => unpackBits(Uint8Array.of(1), 0, 3, 3), RangeError, /3 numbers of 3 bits/);
  throws(() => unpackBits(bytes, 0, 1, 33), RangeError, /33 bits/);
});

test.run();
