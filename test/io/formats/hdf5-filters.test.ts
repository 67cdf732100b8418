/** HDF5's registered filters: files that h5py wrote with the plugins of HDF5's own project, and what is said where one is missing. */
import { join } from "node:path";
import { FormatError } from "../../../engine/index.ts";
import { openGrid } from "../../../io/index.ts";
import { mongeDone, mongeHere } from "../../cli/run.ts";
import { assert, test } from "../../harness.ts";

const at = (name: string) => join(import.meta.dirname, "../../data/hdf5-filters", `${name}.h5`);
/** (7 j + 3 i mod 64) / 8 at row j, column i: exact in float32. */
const expected = Float32Array.from({ length: 120 }, (_, k) => ((7 * Math.floor(k / 10) + 3 * (k % 10)) % 64) / 8);

// biome-ignore format: a table
const rows = [
  "blosc-lz4", "blosc-zlib", "blosc-zstd", "blosc-blosclz", "blosc-lz4-newer-index", "bzip2", "lz4", "lzf",
  "bitshuffle-lz4", "bitshuffle-zstd", "zfp-reversible", "fletcher32-lz4", "zstd",
];
for (const name of rows) {
  test(`chunks packed by ${name} are what was written, bit for bit`, async () => {
    const source = await openGrid(at(name));
    assert.equal(await source.read("rain"), expected);
    assert.equal(await source.read("rain", { start: [4, 3], count: [2, 5] }), expected.filter((_, k) => {
      const [j, i] = [Math.floor(k / 10), k % 10];
      return j >= 4 && j < 6 && i >= 3 && i < 8;
    })); // biome-ignore format: one slab
    source.close();
  });
}

for (const [name, said] of [
  ["blosc-snappy", /Blosc \(HDF5 filter 32001\) with Snappy/],
  ["blosc-zlib-newer-index", /Blosc \(HDF5 filter 32001\) with zlib/],
  ["sz3-unread", /SZ3 \(HDF5 filter 32024\)/],
] as const) {
  test(`the filter that is missing for ${name} is named, with the way out`, async () => {
    const source = await openGrid(at(name));
    try {
      await source.read("rain");
      assert.unreachable();
    } catch (error) {
      assert.instance(error, FormatError);
      assert.match(String(error), said);
      assert.match(String(error), /h5repack/);
    } finally {
      source.close();
    }
    // The library is whole afterwards.
    const other = await openGrid(at("bzip2"));
    assert.equal(await other.read("rain"), expected);
    other.close();
  });
}

test("monge info shows the header of a file whose values cannot be unpacked, and says why", async () => {
  const { stdout } = await mongeDone("info", at("sz3-unread"));
  assert.match(stdout, /rain .*mm h-1/);
  assert.match(stdout, /SZ3 \(HDF5 filter 32024\)/);
  const named = await mongeHere("info", at("sz3-unread"), "--variable", "rain", "--json");
  assert.is(named.status, 1, "the values were asked for");
  const [variable] = (JSON.parse(named.stdout) as { variables: { name: string; problem: string }[] }).variables;
  assert.match(variable!.problem, /SZ3/);
});

test.run();
