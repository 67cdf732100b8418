import { MongeError, rng } from "../../../engine/index.ts";
import { drawCrops, ImagesInMemory } from "../../../generative/data/index.ts";
import { assert, test, throws } from "../../harness.ts";

/** Every value tells its image, row and column. */
function told(height: number, width: number, count = 3) {
  const condition = Float32Array.from({ length: count * height * width * 2 }, (_, i) => i);
  const clean = Float32Array.from({ length: count * height * width }, (_, i) => i);
  const valid = new Uint8Array(clean.length).fill(1);
  const parts = { height, width, count, channels: 2, outputs: 1, condition, clean, valid };
  return Object.assign(new ImagesInMemory(parts), { valid });
}

const plain = { stride: 1, symmetries: false };

test("a crop is a part of an image, upright without symmetries, at a multiple of the stride, and follows from its stream alone", () => {
  const size = { count: 40, height: 4, width: 6, ...plain };
  const { clean, condition, valid } = drawCrops(told(9, 12), rng(1), size);
  assert.equal(drawCrops(told(9, 12), rng(1), size).clean, clean);
  assert.ok(valid!.every((v) => v === 1));
  const strided = drawCrops(told(16, 16), rng(5), { ...size, stride: 4, width: 4 }).clean;
  for (let n = 0; n < 40; n++) assert.equal([(strided[n * 16]! >> 4) % 4, strided[n * 16]! % 4], [0, 0]);
  for (const side of [20, 6])
    throws(() => drawCrops(told(16, 16), rng(1), { ...size, height: side, width: side, stride: 4 }), MongeError, /./);
  const corners = new Set<number>();
  for (let n = 0; n < 40; n++) {
    const first = clean[n * 24]!;
    corners.add(first);
    const column = first % 12;
    const row = Math.floor(first / 12) % 9;
    assert.ok(row <= 5 && column <= 6);
    for (let i = 0; i < 24; i++) {
      const at = first + Math.floor(i / 6) * 12 + (i % 6);
      assert.is(clean[n * 24 + i], at);
      assert.equal([...condition.subarray(2 * (n * 24 + i), 2 * (n * 24 + i) + 2)], [2 * at, 2 * at + 1]);
    }
  }
  assert.ok(corners.size > 20);
});

test("square crops take each of the eight symmetries, others each of the four that keep their sides", () => {
  for (const [height, width, wanted] of [
    [4, 4, 8],
    [4, 6, 4],
  ] as const) {
    const kinds = new Set<number>();
    const { clean } = drawCrops(told(height, width, 1), rng(2), {
      ...{ count: 100, height, width },
      ...plain,
      symmetries: true,
    });
    for (let n = 0; n < 100; n++) {
      const crop = [...clean.subarray(n * height * width, (n + 1) * height * width)];
      const kind = [0, 1, 2, 3, 4, 5, 6, 7].find((k) => {
        if (height !== width && k & 1) return false;
        const mirrored = (y: number, x: number) => (k & 4 ? height - 1 - y : y) * width + (k & 2 ? width - 1 - x : x);
        // Bit 0 transposes, then bit 1 mirrors the columns, then bit 2 the rows.
        const read = (row: number, column: number) => {
          const [y, x] = [k & 4 ? height - 1 - row : row, k & 2 ? width - 1 - column : column];
          return height !== width ? mirrored(row, column) : k & 1 ? x * width + y : y * width + x;
        };
        return crop.every((v, i) => v === read(Math.floor(i / width), i % width));
      });
      assert.ok(kind !== undefined, `crop ${n}`);
      kinds.add(kind!);
    }
    assert.is(kinds.size, wanted);
  }
});

test("places with values are taken first, and what is there is told", () => {
  const archive = told(32, 32, 1);
  // Values in one corner of 8 x 8 alone: a sixteenth of all places meets it with a quarter of a crop.
  archive.valid.forEach((_, i) => {
    archive.valid[i] = i % 32 < 8 && i < 8 * 32 ? 1 : 0;
  });
  const { valid, clean } = drawCrops(archive, rng(3), { count: 200, height: 8, width: 8, ...plain });
  for (const [i, v] of valid!.entries()) assert.is(v, archive.valid[clean[i]!]);
  const known = (n: number) => valid!.subarray(n * 64, (n + 1) * 64).reduce((a, b) => a + b, 0);
  const met = Array.from({ length: 200 }, (_, n) => known(n)).filter((share) => share > 0).length;
  // By chance 64 of 625 places meet the corner: some 20 of 200 at one draw, 116 at eight.
  assert.ok(met > 90, `${met} of 200`);
});

test.run();
