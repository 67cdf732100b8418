/** Values of our own readers of HDF5 and GeoTIFF against those of h5wasm and geotiff, bit by bit. */
import { basename } from "node:path";
import { openGrid } from "../../../io/index.ts";
import { dataFiles } from "../../data.ts";
import { assert, test } from "../../harness.ts";
import { type Family, libraries, ours, type Slab, same } from "../library-roads.ts";

/** Files of which the library gives other values: a variable shorter than its dimension, which is filled up here; an alpha band, which masks. */
const OTHERS = {
  hdf5: ["netcdfc_ref_hdf5_compat2.nc"],
  tiff: ["rasterio_RGBA.uint16.tif", "riocogeo_image_no_overview.tif"],
};

/** Of more numbers than this the last of the first axis are compared; `corpus.test.ts` has all of them by netCDF-C. */
const most = 1e6;
function partOf(shape: readonly number[]): Slab | undefined {
  const isLarge = shape.length > 2 && shape.reduce((product, n) => product * n, 1) > most;
  const [first, ...rest] = shape as [number, ...number[]];
  return isLarge ? { start: [first - 1, ...rest.map(() => 0)], count: [1, ...rest] } : undefined;
}

/** Names of files that differ, and how many variables were compared. */
async function compare(family: Family, paths: readonly string[]) {
  const differ = new Set<string>();
  let count = 0;
  for (const path of paths) {
    const source = await openGrid(path).catch(() => undefined);
    const wanted =
      family === "tiff" ? source?.variables.slice(0, 1) : source?.format === "hdf5" ? source.variables : [];
    const numeric = (wanted ?? []).filter(({ dtype }) => !["char", "string", "other"].includes(dtype));
    source?.close();
    if (numeric.length === 0) continue;
    const library = await libraries[family](path);
    const mine = await ours(path);
    for (const { name, shape } of numeric) {
      const slab = partOf(shape);
      const read = await mine.read(name, slab).catch(() => undefined);
      if (read === undefined) continue;
      const other = await library.read(name, slab).catch(() => undefined);
      if (other === undefined || !same(read, other)) differ.add(basename(path));
      else count++;
    }
    library.close();
    mine.close();
  }
  return { differ: [...differ].sort(), count };
}

test("numbers of NetCDF-4 and HDF5 files are those of h5wasm", async () => {
  const files = dataFiles(["coarse", "pairs", "radar", "corpus/netcdf", "hdf5-filters"], /\.(nc|nc4|h5)$/);
  const { differ, count } = await compare("hdf5", files);
  assert.equal(
    differ.filter((name) => !OTHERS.hdf5.includes(name)),
    [],
  );
  assert.ok(count > 100, `${count} variables were compared`);
});

test("pixels of GeoTIFF files are those of geotiff", async () => {
  const { differ, count } = await compare("tiff", dataFiles(["coarse", "corpus/tiff"], /\.tiff?$/));
  assert.equal(
    differ.filter((name) => !OTHERS.tiff.includes(name)),
    [],
  );
  assert.ok(count > 10, `${count} files were compared`);
});

test.run();
