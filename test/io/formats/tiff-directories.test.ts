/** Directories of TIFF files built by hand: circles, overlaps, too many, tags of too many values. */
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openGrid, readField } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";

const { folder } = temporaryFolder(test);

type Tag = readonly [tag: number, type: number, count: number, value: number];

/** The tags of an image of 2 x 2 bytes that lie at byte 8. */
// biome-ignore format: a table
const IMAGE: readonly Tag[] = [
  [256, 3, 1, 2], [257, 3, 1, 2], [258, 3, 1, 8], [259, 3, 1, 1], [262, 3, 1, 1], [273, 4, 1, 8], [278, 3, 1, 2],
  [279, 4, 1, 4],
];

/** Writes a directory; returns where it ends. */
function directory(bytes: Buffer, start: number, tags: readonly Tag[], next: number): number {
  bytes.writeUInt16LE(tags.length, start);
  tags.forEach(([tag, type, count, value], i) => {
    const at = start + 2 + 12 * i;
    bytes.writeUInt16LE(tag, at);
    bytes.writeUInt16LE(type, at + 2);
    bytes.writeUInt32LE(count, at + 4);
    bytes.writeUInt32LE(value, at + 8);
  });
  bytes.writeUInt32LE(next, start + 2 + 12 * tags.length);
  return start + 6 + 12 * tags.length;
}

function tiff(name: string, size: number, fill: (bytes: Buffer) => void): string {
  const bytes = Buffer.alloc(size);
  bytes.write("II*\0");
  bytes.writeUInt32LE(12, 4);
  bytes.set([1, 2, 3, 4], 8);
  fill(bytes);
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test("an image built by hand is read, also beside subdirectories that lead in a circle, which nobody follows", async () => {
  const plain = tiff("plain.tif", 400, (bytes) => directory(bytes, 12, IMAGE, 0));
  assert.equal([...(await readField(plain)).values], [1, 2, 3, 4]);
  const sub = tiff("sub.tif", 400, (bytes) => directory(bytes, 12, [...IMAGE, [330, 13, 1, 12]], 0));
  assert.equal([...(await readField(sub)).values], [1, 2, 3, 4]);
});

test("a damaged frame of Zstandard, and one that unpacks to far more than its block, are refused at once", async () => {
  const frame = (blocks: Buffer) => Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]), blocks]);
  const zstd = (name: string, blocks: Buffer) => {
    const bytes = frame(blocks);
    const tags = IMAGE.map(([tag, type, count, value]): Tag => {
      if (tag === 259) return [tag, type, count, 50000];
      return [tag, type, count, tag === 273 ? 200 : tag === 279 ? bytes.length : value];
    });
    return tiff(name, 200 + bytes.length, (file) => {
      directory(file, 12, tags, 0);
      bytes.copy(file, 200);
    });
  };
  // Headers of blocks: the last one or not, their kind (0 as it is, 1 repeated, 3 none), their size (RFC 8878, 3.1.1.2).
  const block = (last: 0 | 1, kind: number, size: number) => {
    const bytes = Buffer.alloc(4, 7);
    bytes.writeUIntLE(last | (kind << 1) | (size << 3), 0, 3);
    return bytes;
  };
  assert.equal([...(await readField(zstd("sound.tif", block(1, 1, 4)))).values], [7, 7, 7, 7]);
  const refused = /its block 0 (holds \d+ bytes instead of 4|cannot be decoded as ZSTD)/;
  await refuses(readField(zstd("damaged.tif", block(1, 3, 4))), refused);
  const bomb = Buffer.concat([...Array.from({ length: 50_000 }, () => block(0, 1, 131_072)), block(1, 1, 4)]);
  await refuses(readField(zstd("bomb.tif", bomb)), refused);
});

test("a directory that leads to itself, and two and three that lead in a circle, are refused", async () => {
  for (const length of [1, 2, 3]) {
    const size = 6 + 12 * IMAGE.length;
    const path = tiff(`circle${length}.tif`, 12 + size * length, (bytes) => {
      for (let i = 0; i < length; i++) directory(bytes, 12 + i * size, IMAGE, 12 + ((i + 1) % length) * size);
    });
    await refuses(openGrid(path), /its directories run in a circle/);
  }
});

test("9 999 directories are read, and more than 10 000 refused by their number", async () => {
  const size = 6 + 12 * IMAGE.length;
  const chain = (length: number) =>
    tiff(`chain${length}.tif`, 12 + size * length, (bytes) => {
      for (let i = 0; i < length; i++) {
        directory(bytes, 12 + i * size, IMAGE, i === length - 1 ? 0 : 12 + (i + 1) * size);
      }
    });
  assert.equal([...(await readField(chain(9_999))).values].slice(0, 4), [1, 2, 3, 4]);
  await refuses(openGrid(chain(10_001)), /it has more than 10000 directories/);
});

test("directories of 50 000 tags that lie over one another are refused before they fill the memory", async () => {
  // Each begins in the unused half of a short value of the one before. The pointer to the next lies over a tag that the
  // earlier ones skip, as its type is 0; no other tag has its number.
  const [first, tags, length] = [1012, 50_000, 5_000];
  const numbers = Array.from({ length: 65_536 }, (_, i) => i).filter((n) => n > 400 && n % 12 !== first % 12);
  const path = tiff("overlap.tif", first + 6 + 12 * tags, (bytes) => {
    bytes.writeUInt32LE(first, 4);
    for (let i = 0; i < tags; i++) {
      const at = first + 2 + 12 * i;
      bytes.writeUInt16LE(numbers[i]!, at);
      bytes.writeUInt16LE(3, at + 2);
      bytes.writeUInt32LE(1, at + 4);
    }
    for (let k = 0; k < length; k++) {
      const start = first + 12 * k;
      bytes.writeUInt16LE(tags - 3 * k, start);
      bytes.writeUInt32LE(k === length - 1 ? 0 : start + 12, start + 2 + 12 * (tags - 3 * k));
    }
  });
  await refuses(openGrid(path), /its directories lie over one another/);
});

test("a tag of a hundred million values is refused by name, in a file that could hold them", async () => {
  const path = tiff("values.tif", 400, (bytes) => {
    directory(
      bytes,
      12,
      IMAGE.map((tag) => (tag[0] === 273 ? [273, 4, 100_000_000, 400] : tag)),
      0,
    );
  });
  truncateSync(path, 400 + 4e8);
  await refuses(openGrid(path), /its tag 273 has 100000000 values; at most \d+ are read/);
});

test.run();
