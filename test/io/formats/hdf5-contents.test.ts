// Inside: what is read of a file without HDF5, beside what HDF5 says of it.
/** Structures of HDF5 files: groups, datasets, types, attributes and references are those that HDF5 finds. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FormatError } from "../../../engine/index.ts";
import { readContents } from "../../../io/formats/netcdf/hdf5/contents.ts";
import { openHdf5 } from "../../../io/formats/netcdf/hdf5/file.ts";
import { superblockOf } from "../../../io/formats/netcdf/hdf5/headers.ts";
import { isEndless } from "../../../io/formats/netcdf/hdf5/heap-guard.ts";
import { type Contents, type Entry, walkHdf5 } from "../../../io/formats/netcdf/hdf5/walk.ts";
import { inspect, openGrid, readField, writeNetcdf } from "../../../io/index.ts";
import { attributeTypes } from "../../../io/storage/attributes.ts";
import { BinaryFile } from "../../../io/storage/binary-file.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { over } from "../fields.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder } = temporaryFolder(test);

/** Few names and many, which are kept in headers, in trees over heaps, and in tables; in the order of their making and not. */
const MAKE = `
import sys, json, h5py, numpy as np
paths = []
kinds = [">i2", "<f8", "u1", ">f4", "<u8"]
values = [1.5, np.int8(3), "text é", np.arange(3, dtype=">i4"), np.array(["a", "bcd"], dtype=object), np.bytes_("fixed"), np.array([b"a ", b"bcd"]), h5py.Empty("f"), np.float32(0.1), np.uint64(2**60)]
for version in ("earliest", "latest"):
    for order in (False, True):
        for n in (3, 12, 400):
            paths.append("%s/%s-%d-%d.h5" % (sys.argv[1], version, order, n))
            f = h5py.File(paths[-1], "w", libver=version, track_order=order)
            for k in range(n):
                packed = k % 4 == 1
                more = dict(chunks=(1, 3), maxshape=(None, 3)) if k % 2 else {}
                if packed: more.update(compression="gzip", shuffle=True)
                data = np.arange(6, dtype=kinds[k % 5]).reshape(2, 3)
                v = f.create_dataset("v%03dé" % (k * 7919 % n), data=data, track_order=order, **more)
                for a in range(n if k < 2 else 1): v.attrs["a%03d" % (a * 31 % n)] = values[a % 10]
            g = f.create_group("group/inner", track_order=order); g.attrs["x"] = 1
            for k in range(n): g.create_dataset("d%d" % k, data=k)
            f["one"] = np.arange(2.); f["one"].make_scale("one"); f["v000é"].dims[0].attach_scale(f["one"])
            f.close()
print(json.dumps(paths))
`;

/** What both must say of a dataset; of texts HDF5 gives the order of bytes, which they have not. */
function shown(entry: Entry) {
  const { type, signed, vlen, littleEndian, size, shape, maxshape, chunks } = entry.metadata;
  const isText = type === 3;
  return {
    ...{ name: entry.name, type, signed, vlen, shape, chunks, stored: entry.stored, attributes: entry.attributes },
    ...{ types: entry.attributes[attributeTypes], scale: entry.scale, id: entry.dimensionId, ids: entry.coordinateIds },
    ...(!isText && { size, littleEndian: size === 1 || littleEndian }),
    most: maxshape?.map((n) => (n > Number.MAX_SAFE_INTEGER ? "endless" : n)),
    ...{ header: entry.header(), scales: entry.scales() },
    filters: entry.filters().map(({ id, cd_values }) => [id, ...cd_values]),
  };
}

const all = ({ entries, groups }: Contents) => ({
  entries: entries.map(shown),
  groups: [...groups].map(([name, attributes]) => [name, attributes, attributes[attributeTypes]]),
});

function read(path: string): Contents | undefined {
  const file = new BinaryFile(path, "hdf5");
  try {
    return readContents(file, () => Promise.reject(new Error("HDF5 was asked")));
  } finally {
    file.close();
  }
}

async function check(path: string): Promise<boolean> {
  const ours = read(path);
  if (ours === undefined) return false;
  const file = await openHdf5(path);
  assert.equal(all(ours), all(walkHdf5(file, path)), path);
  file.close();
  return true;
}

test("what is read of the corpus without HDF5 is what HDF5 finds, and nearly all of it is", async () => {
  const data = fileURLToPath(new URL("../../data/", import.meta.url));
  const paths = readdirSync(data, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(nc|h5)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const file = new BinaryFile(path, "hdf5");
      const isHdf5 = superblockOf(file) !== undefined;
      file.close();
      return isHdf5;
    });
  let known = 0;
  for (const path of paths) if (await check(path)) known++;
  assert.ok(known >= paths.length - 3, `${known} of ${paths.length}`);
});

test("few and many names and attributes of h5py, old and new, in either order, are what HDF5 finds", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  for (const path of python(MAKE, folder) as string[]) assert.ok(await check(path), path);
});

test("a newer file with one byte of its structure changed is left to HDF5, which refuses it", () => {
  const path = fileURLToPath(new URL("../../data/radar/knmi_20100826_cut.nc", import.meta.url));
  const [bytes, damaged] = [readFileSync(path), join(folder, "damaged.nc")];
  const found = ["OHDR", "BTHD", "FRHP"]
    .map((kind) => [kind, bytes.indexOf(kind)] as const)
    .filter(([, at]) => at >= 0);
  assert.ok(found.length > 0);
  for (const [kind, at] of found) {
    const changed = Buffer.from(bytes);
    changed[at + 20]! ^= 1;
    writeFileSync(damaged, changed);
    assert.is(read(damaged), undefined, kind);
  }
});

test("a file that ends early is left to HDF5", async () => {
  const path = fileURLToPath(new URL("../../data/radar/knmi_20100826_cut.nc", import.meta.url));
  assert.ok(read(path), "whole");
  const cut = join(folder, "cut.nc");
  writeFileSync(cut, readFileSync(path).subarray(0, -8));
  assert.is(read(cut), undefined);
});

test("values of a compact dataset are read where they lie, in its header", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  const path = join(folder, "compact.h5");
  python(
    `
import sys, h5py, numpy as np
f = h5py.File(sys.argv[1], "w"); p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT)
h5py.h5d.create(f.id, b"c", h5py.h5t.IEEE_F32BE, h5py.h5s.create_simple((3,)), p).write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(3, dtype="f4"))
f.close(); print(1)
`,
    path,
  );
  const source = await openGrid(path);
  assert.equal(await source.read("c"), Float32Array.of(0, 1, 2));
  source.close();
});

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
