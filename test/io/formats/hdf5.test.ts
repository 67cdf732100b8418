// Inside: where chunks lie, beside what HDF5 says.
/** How HDF5 stores datasets: every layout, index and filter read as h5py reads it; damage and other types are refused. */
import { readFileSync, writeFileSync } from "node:fs";
import { rng } from "../../../engine/index.ts";
import { type Dataset, isDataset, openHdf5, ownAddressOf } from "../../../io/formats/netcdf/hdf5/file.ts";
import { fletcher32 } from "../../../io/formats/netcdf/hdf5/filters.ts";
import { readChunkIndex, readStorage } from "../../../io/formats/netcdf/hdf5/layout.ts";
import { unshuffle } from "../../../io/formats/netcdf/hdf5/unshuffle.ts";
import { openGrid } from "../../../io/index.ts";
import { BinaryFile } from "../../../io/storage/binary-file.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { hasPython, python, skip } from "../oracle.ts";

const { folder, at } = temporaryFolder(test);

/** The same datasets in files of old and new versions, with and without a user block. */
const MAKE = `
import sys, json, h5py, numpy as np
out = {}
for libver, block in (("earliest", 0), ("v108", 512), ("v110", 0), ("latest", 2048)):
    path = "%s/%s.h5" % (sys.argv[1], libver); f = h5py.File(path, "w", libver=(libver, "latest"), userblock_size=block)
    g = f.create_group("deep/er"); a = np.arange(60 * 7 * 5, dtype="f4").reshape(60, 7, 5) * 0.25
    f["contiguous"] = a
    f["big"] = a.astype(">f8")
    f.create_dataset("single", data=a, chunks=(60, 7, 5), compression=4)
    f.create_dataset("fixed", data=a, chunks=(7, 3, 2), shuffle=True, compression=4, fletcher32=True)
    f.create_dataset("one", data=a, chunks=(7, 3, 2), maxshape=(None, 7, 5), shuffle=True, compression=1)
    f.create_dataset("two", data=a.astype(">i2"), chunks=(7, 3, 2), maxshape=(None, None, 5), shuffle=True, compression=1, fletcher32=True)
    f.create_dataset("plain", data=a.astype("u1"), chunks=(8, 3, 2))
    f.create_dataset("many", data=np.arange(3600, dtype="i4").reshape(60, 60), chunks=(1, 1))
    f.create_dataset("scaled", data=a.astype("i4"), chunks=(10, 7, 5), scaleoffset=0)
    f.create_dataset("lone", data=np.float32(2.5)); g["inside"] = a[3]
    x = f.create_dataset("filled", (20, 9), dtype="i2", chunks=(5, 4), fillvalue=-7, compression=4); x[7, 3] = 1
    x = f.create_dataset("zeros", (20, 9), dtype="i2", chunks=(5, 4)); x[7, 3] = 1
    f.create_dataset("void", (3, 4), dtype="f4", fillvalue=1.5)
    f.create_dataset("deep/Zürich/" + "long" * 70, data=a, chunks=(7, 3, 2))
    x = f.create_dataset("shrunk", data=a, chunks=(7, 3, 2), maxshape=(None, None, None), compression=1); x.resize((20, 5, 3)); x.resize((30, 7, 4))
    p = h5py.h5p.create(h5py.h5p.DATASET_CREATE); p.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((4,)), p).write(h5py.h5s.ALL, h5py.h5s.ALL, np.arange(4, dtype="i4"))
    for k in range(40): f["fixed"].attrs["note%d" % k] = "x" * 300
    f["loop"] = f["deep"]; g["up"] = f["/"]; f["soft"] = h5py.SoftLink("/fixed"); f["gone"] = h5py.SoftLink("/nowhere"); f["deep/self"] = h5py.SoftLink("/deep")
    f.close(); f = h5py.File(path); res = {}
    for name in ("contiguous", "big", "single", "fixed", "one", "two", "plain", "many", "scaled", "lone", "deep/er/inside", "deep/Zürich/" + "long" * 70, "filled", "zeros", "void", "shrunk", "compact", "soft"):
        d = f[name]; v = d[()]
        info = [d.id.get_chunk_info(i) for i in range(d.id.get_num_chunks())] if d.chunks else []
        res[name] = {"values": np.asarray(v).astype("f8").ravel().tolist(), "shape": list(d.shape),
            "chunks": [[list(i.chunk_offset), i.byte_offset, i.size, i.filter_mask] for i in info]}
    out[path] = res
print(json.dumps(out))
`;
type Chunk = [offset: number[], position: number, size: number, mask: number];
interface Stored {
  readonly values: number[];
  readonly shape: number[];
  readonly chunks: Chunk[];
}
let made: Record<string, Record<string, Stored>> | undefined;

function files(): Record<string, Record<string, Stored>> | undefined {
  if (!hasPython("h5py")) return undefined;
  made ??= python(MAKE, folder) as Record<string, Record<string, Stored>>;
  return made;
}

test("contiguous, compact and chunked datasets with every index, filter and byte order hold what h5py reads", async () => {
  const all = files();
  if (!all) return skip("no h5py for /usr/bin/python3");
  for (const [path, datasets] of Object.entries(all)) {
    const source = await openGrid(path);
    for (const [name, { values, shape }] of Object.entries(datasets)) {
      const label = `${path} ${name}`;
      assert.equal(Array.from(await source.read(name)), values, label);
      if (shape.length === 0) continue;
      const start = shape.map((n) => Math.floor(n / 3));
      const count = shape.map((n, i) => Math.ceil((n - start[i]!) / 2));
      const part = Array.from(await source.read(name, { start, count }));
      const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
      const expected = part.map((_, k) => {
        let rest = k;
        let place = 0;
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          place += (start[axis]! + (rest % count[axis]!)) * strides[axis]!;
          rest = Math.floor(rest / count[axis]!);
        }
        return values[place];
      });
      assert.equal(part, expected, `${label} from ${start}`);
    }
    source.close();
  }
});

test("the chunk index is the one that HDF5 gives, in files of netCDF's version; newer indexes are left to h5wasm", async () => {
  const all = files();
  if (!all) return skip("no h5py for /usr/bin/python3");
  let count = 0;
  for (const [path, datasets] of Object.entries(all)) {
    // Where links may lead to other files, an address has to be proved.
    const file = await openHdf5(path, true);
    const bytes = new BinaryFile(path, "hdf5");
    for (const [name, { shape, chunks }] of Object.entries(datasets)) {
      const dataset = file.get(name);
      if (!isDataset(dataset)) throw new Error(name);
      const address = ownAddressOf(dataset, path);
      // A link is not the dataset itself.
      assert.is(address === undefined, name === "soft", `${path} ${name}`);
      const layout = address === undefined ? undefined : readStorage(bytes, address)?.layout;
      if (layout?.kind === "contiguous") continue;
      const old = chunks.length > 0 && /earliest|v108/.test(path) && name !== "soft";
      assert.is(layout !== undefined, old, `${path} ${name}`);
      if (layout === undefined) continue;
      const index = readChunkIndex(bytes, layout, shape)!;
      const sizes = layout.chunks;
      const grid = shape.map((n, axis) => Math.ceil(n / sizes[axis]!));
      const found: Chunk[] = [];
      index.numbers.forEach((number, row) => {
        let rest = number;
        const offset = shape.map(() => 0);
        for (let axis = shape.length - 1; axis >= 0; axis--) {
          offset[axis] = (rest % grid[axis]!) * sizes[axis]!;
          rest = Math.floor(rest / grid[axis]!);
        }
        found.push([offset, index.positions[row]!, index.sizes[row]!, index.masks[row]!]);
      });
      const order = (a: Chunk, b: Chunk) => a[1] - b[1];
      assert.equal(found.sort(order), [...chunks].sort(order), `${path} ${name}`);
      count += found.length;
    }
    bytes.close();
    file.close();
  }
  console.log(`${count} chunks are where HDF5 finds them`);
  assert.ok(count > 7000);
});

test("of millions of chunks those that were written are read, and the others are the fill value", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  const [path, size] = [at("sparse.h5"), 3000];
  const make = `
import sys, h5py
f = h5py.File(sys.argv[1], "w")
d = f.create_dataset("pr", (3000, 3000), dtype="i2", chunks=(1, 1), fillvalue=-7)
d[5, 7] = 3; d[5, 2999] = 4; d[2999, 0] = 5
print("{}")`;
  python(make, path);
  const written = new Map([
    [5 * size + 7, 3],
    [5 * size + 2999, 4],
    [2999 * size, 5],
  ]);
  const file = await openHdf5(path, true);
  const bytes = new BinaryFile(path, "hdf5");
  const { layout } = readStorage(bytes, ownAddressOf(file.get("pr") as Dataset, path)!)!;
  assert.ok(layout?.kind === "chunked");
  assert.equal(readChunkIndex(bytes, layout, [size, size])!.numbers, [...written.keys()]);
  bytes.close();
  file.close();
  const source = await openGrid(path);
  const whole = await source.read("pr");
  assert.is(whole.length, size * size);
  assert.ok(whole.every((v, i) => v === (written.get(i) ?? -7)));
  const part = await source.read("pr", { start: [4, 6], count: [40, 2990] });
  assert.equal(
    Array.from(part.entries()).filter(([, v]) => v !== -7),
    [[2990 + 1, 3]],
  );
  source.close();
});

test("groups that hold themselves end", async () => {
  const all = files();
  if (!all) return skip("no h5py for /usr/bin/python3");
  const source = await openGrid(Object.keys(all)[0]!);
  const names = source.variables.map((v) => v.name);
  source.close();
  assert.ok(names.includes("deep/er/inside"), names.join());
  assert.ok(names.includes(`deep/Zürich/${"long".repeat(70)}`), names.join());
  assert.ok(names.length < 60, `${names.length} variables`);
});

test("a chunk that is damaged is refused by name and place, never read", async () => {
  const all = files();
  if (!all) return skip("no h5py for /usr/bin/python3");
  const path = at("earliest.h5");
  const good = readFileSync(path);
  for (const name of ["single", "fixed", "one", "two"]) {
    const [offset, position, size] = all[path]![name]!.chunks.at(-1)!;
    for (const flip of [Math.floor(size / 2), size - 1]) {
      const bad = Buffer.from(good);
      bad[position + flip]! ^= 0x10;
      writeFileSync(at("bad.h5"), bad);
      const source = await openGrid(at("bad.h5"));
      const place = offset.map((o, axis) => o / (name === "single" ? [60, 7, 5] : [7, 3, 2])[axis]!).join(", ");
      await refuses(source.read(name), `bad.h5: chunk [${place}] of variable ${name} is damaged`);
      source.close();
    }
  }
});

test("a never-written chunk is `_FillValue` where HDF5 has no fill value of its own", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  const code = `
import sys, h5py, numpy as np
f = h5py.File(sys.argv[1], "w"); x = f.create_dataset("rain", (4, 6), dtype=sys.argv[2], chunks=(2, 3)); x[0, 0] = 5
x.attrs["_FillValue"] = np.array([-99], dtype=sys.argv[2]); f.create_dataset("none", (2,), dtype=sys.argv[2]).attrs["_FillValue"] = np.array([-99], dtype=sys.argv[2])
print(1)`;
  for (const type of ["f4", ">f8", "i2", ">i8"]) {
    python(code, at("fill.h5"), type);
    const source = await openGrid(at("fill.h5"));
    const rain = Array.from(await source.read("rain", { start: [0, 0], count: [1, 6] }));
    assert.equal(rain, [5, 0, 0, -99, -99, -99], type);
    assert.equal(Array.from(await source.read("none")), [-99, -99], type);
    source.close();
  }
});

test("HDF5's Fletcher-32 sum of known bytes", () => {
  // The sums of 16-bit words, high byte first: 0x0102, then 0x0102 + 0x0304, and with a last byte 0x0500.
  assert.is(fletcher32(Uint8Array.of(1, 2)), 0x01020102);
  assert.is(fletcher32(Uint8Array.of(1, 2, 3, 4)), (0x0508 << 16) | 0x0406);
  assert.is(fletcher32(Uint8Array.of(1, 2, 3, 4, 5)), (0x0e0e << 16) | 0x0906);
});

const TYPES = `
import sys, netCDF4, numpy as np, h5py
d = netCDF4.Dataset(sys.argv[1], "w"); d.createDimension("n", 2); d.createDimension("w", 6)
e = d.createEnumType("i1", "wetness", {"dry": 0, "wet": 1}); d.createVariable("state", e, ("n",))[:] = [0, 1]
c = d.createCompoundType(np.dtype([("a", "f4"), ("b", "i2")]), "pair"); d.createVariable("two", c, ("n",))
v = d.createVLType("f4", "rag"); x = d.createVariable("ragged", v, ("n",)); x[0] = np.ones(2, "f4"); x[1] = np.ones(3, "f4")
s = d.createVariable("name", str, ("n",)); s[0] = "Zürich"; s[1] = ""
t = d.createVariable("code", "S1", ("n", "w")); t[:] = netCDF4.stringtochar(np.array(["Bern".encode(), "Sitten".encode()], "S6"))
t = d.createVariable("accent", "S1", ("n", "w")); t[0] = np.frombuffer("Zürich"[:5].encode(), "S1"); t[1] = np.frombuffer(b"ab    ", "S1")
d.createVariable("rain", "f4", ("n",))[:] = 1; d.close()
with h5py.File(sys.argv[1], "a") as f:
    f.create_dataset("blob", data=np.void(b"12345")); f["half"] = np.ones(2, "f2"); f["fixed"] = np.array([b"one", b"three"]); f["flag"] = np.array([True, False])
print(1)
`;

test("enum, compound, vlen, opaque and odd numbers are listed with their type and refused with the way out; texts read", async () => {
  if (!hasPython("h5py", "netCDF4")) return skip("no h5py and netCDF4 for /usr/bin/python3");
  python(TYPES, at("types.nc"));
  const source = await openGrid(at("types.nc"));
  const types = Object.fromEntries(source.variables.map((v) => [v.name, v.type ?? v.dtype]));
  const expected = {
    state: "enum of int8 (dry = 0, wet = 1)",
    two: "compound (a: float32, b: int16)",
    ragged: "vlen of float32",
    blob: "opaque of 5 bytes",
    half: "float16",
    flag: "enum of int8 (FALSE = 0, TRUE = 1)",
    name: "string",
    code: "char",
    accent: "char",
    fixed: "string",
    rain: "float32",
  };
  assert.equal(Object.fromEntries(Object.keys(expected).map((name) => [name, types[name]])), expected);
  for (const [name, type] of Object.entries(expected)) {
    if (name === "rain") continue;
    const shown = type === "string" || type === "char" ? "text" : type;
    await refuses(source.read(name), `types.nc: variable ${name} is of type ${shown}; expected numbers; `);
  }
  const texts = await Promise.all(["name", "code", "accent", "fixed"].map((name) => source.readTexts!(name)));
  assert.equal(texts, [
    ["Zürich", ""],
    ["Bern", "Sitten"],
    ["Züric", "ab"],
    ["one", "three"],
  ]);
  source.close();
});

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
