// Inside: HDF5 itself, whose typings the package leaves out.
/** The HDF5 library under failures: what it loses is given back, and good files stay good. */
import { readdirSync } from "node:fs";
import { relative } from "node:path";
import { openHdf5 } from "../../../io/formats/netcdf/hdf5/file.ts";
import { hdf5Library } from "../../../io/formats/netcdf/hdf5/library.ts";
import { walkHdf5 } from "../../../io/formats/netcdf/hdf5/walk.ts";
import { openGrid } from "../../../io/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { damagedFiles, openMany } from "./hdf5-damage.ts";

const { folder } = temporaryFolder(test);

test("after 2 600 refused files a sound one is read, and no handle is lost", async () => {
  const files = await damagedFiles(folder);
  const handles = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
  await openMany(files, 200);
  const before = handles();
  await openMany(files, 2600);
  assert.ok(handles() <= before + 64, `${before} handles before, ${handles()} after`);
});

test("a file is opened by its relative name", async () => {
  const { sound } = await damagedFiles(folder);
  const source = await openGrid(relative(process.cwd(), sound));
  assert.is((await source.read("pr")).length, 12);
  source.close();
});

test("a file that leads to no other is read without a search of all its objects for each variable", async () => {
  const { sound } = await damagedFiles(folder);
  const { Module } = (await hdf5Library(false)).h5;
  const search = Module.get_referenced_name;
  let searches = 0;
  Module.get_referenced_name = (...given: Parameters<typeof search>) => {
    searches++;
    return search(...given);
  };
  try {
    const file = await openHdf5(sound);
    for (const { own, header } of walkHdf5(file, sound).entries) assert.is(own(), header());
    file.close();
  } finally {
    Module.get_referenced_name = search;
  }
  assert.is(searches, 0);
});

test("after the library has stopped, files are opened in a new one, and those of the old one say so", async () => {
  const { sound } = await damagedFiles(folder);
  // Files that lead to others are read through HDF5.
  const leading = { allowExternal: true };
  const first = await hdf5Library(true);
  const source = await openGrid(sound, leading);
  const file = await openHdf5(sound, true);
  first.note(new WebAssembly.RuntimeError("unreachable"));
  assert.ok(first.stopped);
  await refuses(source.read("pr"), /stopped.*open the file again/, Error);
  file.close();
  source.close();
  const again = await openGrid(sound, leading);
  assert.is((await again.read("pr")).length, 12);
  assert.ok((await hdf5Library(true)) !== first);
  again.close();
});

test.run();
