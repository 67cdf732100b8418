// Inside: HDF5 itself, whose typings the package leaves out.
/** Files that lead out of themselves: refused unless it is allowed; and text that would steer a terminal. */
import { readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { printable, shortened } from "../../engine/text/escape-terminal.ts";
import { hdf5Library } from "../../io/formats/netcdf/hdf5/library.ts";
import { Field, openGrid, writeNetcdf, writeZarr } from "../../io/index.ts";
import { mongeHere } from "../cli/run.ts";
import { assert, refuses, temporaryFolder, test } from "../harness.ts";
import { createHdf5 } from "./make-hdf5.ts";
import { hasPython, python, skip } from "./oracle.ts";

const { folder } = temporaryFolder(test);

const field = (name: string) =>
  new Field({
    name,
    dims: ["y", "x"],
    shape: [2, 3],
    values: Float32Array.of(1, 2, 3, 4, 5, 6),
    units: "mm",
    coordinates: [],
  });

const MAKE = `
import sys, h5py, numpy as np
d = sys.argv[1]
open(d + "/secret.bin", "wb").write(np.arange(6, dtype="<f4").tobytes())
with h5py.File(d + "/inner.h5", "w") as f: f["pr"] = np.arange(6, dtype="f4")
with h5py.File(d + "/leads.h5", "w") as f:
    f["own"] = np.arange(3, dtype="f4")
    f.create_dataset("stored", shape=(6,), dtype="<f4", external=[(d + "/secret.bin", 0, 24)])
    f["linked"] = h5py.ExternalLink(d + "/inner.h5", "/pr")
    l = h5py.VirtualLayout(shape=(6,), dtype="f4"); l[:] = h5py.VirtualSource(d + "/inner.h5", "pr", shape=(6,))
    f.create_virtual_dataset("virtual", l, fillvalue=-1)
with h5py.File(d + "/itself.h5", "w", libver="latest") as f:
    f["own"] = np.arange(3, dtype="f4")
    l = h5py.VirtualLayout(shape=(4, 6), dtype="f4"); l[:] = h5py.VirtualSource(".", "pr", shape=(4, 6))
    f.create_virtual_dataset("pr", l, fillvalue=-1)
    for one, other in (("a", d + "/itself.h5"), ("b", "itself.h5")):
        l = h5py.VirtualLayout(shape=(6,), dtype="f4"); l[2:5] = h5py.VirtualSource(other, "/b" if one == "a" else "a", shape=(6,))[2:5]
        f.create_virtual_dataset(one, l, fillvalue=-1)
    l = h5py.VirtualLayout(shape=(3,), dtype="f4"); l[:] = h5py.VirtualSource(".", "own", shape=(3,))
    f.create_virtual_dataset("sound", l, fillvalue=-1)
print("{}")
`;

test("external storage, external links and virtual datasets of HDF5 are refused by name, and followed when allowed", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  python(MAKE, folder);
  const path = join(folder, "leads.h5");
  const source = await openGrid(path);
  assert.equal([...(await source.read("own"))], [0, 1, 2]);
  await refuses(source.read("stored"), /secret\.bin, which is not followed; .*allowExternal: true/);
  await refuses(source.read("linked"), /inner\.h5, which is not followed/);
  await refuses(source.read("virtual"), /inner\.h5, which is not followed/);
  source.close();
  const trusted = await openGrid(path, { allowExternal: true });
  for (const name of ["stored", "linked", "virtual"]) {
    assert.equal([...(await trusted.read(name))], [0, 1, 2, 3, 4, 5], name);
  }
  trusted.close();
});

test("a virtual dataset that is made of itself is refused, alone or through another one, and its file is read", async () => {
  if (!hasPython("h5py")) return skip("no h5py for /usr/bin/python3");
  python(MAKE, folder);
  const path = join(folder, "itself.h5");
  const source = await openGrid(path);
  for (const name of ["pr", "a", "b"]) {
    await refuses(source.read(name), new RegExp(`variable ${name} is a virtual dataset that is made of itself`));
  }
  for (const name of ["own", "sound"]) assert.equal([...(await source.read(name))], [0, 1, 2], name);
  source.close();
});

test("a chunk of a Zarr store that is a link out of it is refused, and followed when allowed", async () => {
  const store = join(folder, "store.zarr");
  await writeZarr(store, field("pr"));
  const inside = readdirSync(store, { recursive: true, withFileTypes: true });
  const chunk = inside.find((e) => e.isFile() && /^(c|0|0\.0)$/.test(e.name) && e.parentPath.includes("pr"))!;
  assert.ok(chunk, inside.map((e) => e.name).join(" "));
  const at = join(chunk.parentPath, chunk.name);
  const elsewhere = join(folder, "chunk.bin");
  renameSync(at, elsewhere);
  symlinkSync(elsewhere, at);
  const source = await openGrid(store);
  await refuses(source.read("pr"), /link out of the store, to .*chunk\.bin, which is not followed/);
  source.close();
  const trusted = await openGrid(store, { allowExternal: true });
  assert.equal([...(await trusted.read("pr"))], [1, 2, 3, 4, 5, 6]);
  trusted.close();
  // A link that stays inside is a part of the store.
  rmSync(at);
  renameSync(elsewhere, join(store, "pr", "kept"));
  symlinkSync(join(store, "pr", "kept"), at);
  const own = await openGrid(store);
  assert.equal([...(await own.read("pr"))], [1, 2, 3, 4, 5, 6]);
  own.close();
});

test("groups nested deeper than 64 are refused with the limit, and 60 deep are read", async () => {
  for (const [depth, fits] of [
    [60, true],
    [66, false],
  ] as const) {
    const path = join(folder, `deep${depth}.h5`);
    const file = await createHdf5(path);
    let name = "";
    for (let i = 0; i < depth; i++) {
      file.create_group(`${name}/g`);
      name += "/g";
    }
    file.create_dataset({ name: `${name}/pr`, data: Float32Array.of(7), shape: [1] });
    file.close();
    if (!fits) await refuses(openGrid(path), /nested more than 64 deep/);
    else {
      const source = await openGrid(path);
      assert.equal([...(await source.read(`${name}/pr`.slice(1)))], [7]);
      source.close();
    }
  }
});

test("each dataset asks HDF5 for the name of none of its scales", async () => {
  const path = join(folder, "many.nc");
  await writeNetcdf(path, field("pr"));
  const { Dataset } = (await hdf5Library(false)).h5;
  const asked = Dataset.prototype.get_attached_scales;
  let count = 0;
  Dataset.prototype.get_attached_scales = function (axis: number) {
    count++;
    return asked.call(this, axis);
  };
  try {
    const source = await openGrid(path);
    assert.equal(source.variables.find(({ name }) => name === "pr")?.dims, ["y", "x"]);
    source.close();
  } finally {
    Dataset.prototype.get_attached_scales = asked;
  }
  assert.is(count, 0);
});

test("text from a file cannot steer a terminal, and is cut", async () => {
  assert.is(printable("a\u001b[2Jb\u0007\u009bc\u202e\td\n"), "a\\u001b[2Jb\\u0007\\u009bc\\u202e\td\n");
  assert.is(shortened(`x\n${"y".repeat(1e6)}`).length, 100);
  const path = join(folder, "rude.nc");
  writeFileSync(path, rudeFile());
  for (const args of [
    ["info", path],
    ["info", path, "--json"],
    ["convert", path, "-o", join(folder, "out.nc")],
    ["info", `${path}\u001b[2J`],
  ]) {
    // biome-ignore format: a list
    const { stdout, stderr } = await mongeHere(...args);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    assert.not.match(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, args[0]!);
    if (args.at(-1) === "--json")
      assert.is((JSON.parse(stdout) as { attributes: { title: string } }).attributes.title.slice(0, 6), "\u001b[31mt");
    else
      assert.ok(stdout.length + stderr.length < 10_000, `${args[0]} printed ${stdout.length + stderr.length} letters`);
  }
});

/** A NetCDF-3 file of one variable, with an attribute of a megabyte that begins with an escape. */
function rudeFile(): Buffer {
  const word = (n: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(n);
    return bytes;
  };
  const text = (s: string) => {
    const bytes = Buffer.from(s);
    return Buffer.concat([word(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
  };
  const attribute = (name: string, value: string) => Buffer.concat([text(name), word(2), text(value)]);
  const title = attribute("title", `\u001b[31m${"t".repeat(1e6)}`);
  const head = (begin: number) =>
    Buffer.concat([
      Buffer.from("CDF\x01", "latin1"), word(0),
      word(10), word(1), text("x\u001b[2J"), word(2),
      word(12), word(1), title,
      word(11), word(1), text("pr\u0007"), word(1), word(0),
      word(12), word(1), attribute("units", `\u001b[5m${"u".repeat(1e5)}`),
      word(5), word(8), word(begin),
    ]); // biome-ignore format: one line a part
  const values = Buffer.alloc(8);
  return Buffer.concat([head(head(0).length), values]);
}

test.run();
