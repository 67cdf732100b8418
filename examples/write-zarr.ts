/**
 * An archive of NetCDF files as one Zarr store, slab by slab. Without arguments: twelve maps of radar, of `test/data`.
 *
 *   node --import tsx --conditions=source examples/write-zarr.ts ["pr_*.nc" pr.zarr]
 */
import { openDataset, writeField } from "../io/index.ts";

/** Joins the files along time and writes them in chunks of `days`; no more than one slab is in memory. */
export async function writeStore(files: string, store: string, days = 30): Promise<void> {
  const archive = await openDataset(files);
  try {
    const pr = await archive.variable();
    await writeField(store, pr, { chunks: { time: days }, attributes: archive.attributes });
  } finally {
    archive.close();
  }
}

if (process.argv[1] === import.meta.filename) {
  const radar = new URL("../test/data/radar/fmi_20160928_cut.nc", import.meta.url).pathname;
  const [files = radar, store = "pr.zarr"] = process.argv.slice(2);
  await writeStore(files, store);
}
