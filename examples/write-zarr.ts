/** An archive of NetCDF files as one Zarr store, slab by slab: `node --import tsx --conditions=source examples/write-zarr.ts "pr_*.nc" pr.zarr` */
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

const [files, store] = process.argv.slice(2);
if (process.argv[1] === new URL(import.meta.url).pathname && files && store) await writeStore(files, store);
