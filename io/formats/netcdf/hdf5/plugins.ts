/** HDF5's filters by name (portal.hdfgroup.org, "Registered Filter Plugins"): which are there, and why others are not. */
import type { ChunkFilter } from "./filters.ts";

const NAMES: Readonly<Record<number, string>> = {
  1: "deflate",
  2: "shuffle",
  3: "Fletcher-32",
  4: "szip",
  5: "n-bit",
  6: "scale-offset",
  307: "bzip2",
  32000: "LZF",
  32001: "Blosc",
  32004: "LZ4",
  32008: "bitshuffle",
  32013: "ZFP",
  32014: "FPZIP",
  32015: "Zstandard",
  32017: "SZ",
  32018: "FCIDECOMP",
  32019: "JPEG",
  32022: "BitGroom",
  32023: "granular BitRound",
  32024: "SZ3",
  32026: "Blosc2",
  32028: "SPERR",
};
/** Built into the library, or one of its plugins. */
const THERE = new Set([1, 2, 3, 4, 5, 6, 307, 32000, 32001, 32004, 32008, 32013, 32015, 32019, 32022, 32023, 32026]);
const BLOSC = 32001;
/** Codecs of Blosc by the number in the filter's parameters: of these the library's plugin has no decoder. */
const BLOSC_MISSING: Readonly<Record<number, string>> = { 3: "Snappy", 4: "zlib" };

/** A filter's name, with its number where it is not one of HDF5's own. */
export function filterName({ id }: ChunkFilter): string {
  const name = NAMES[id] ?? "an unknown filter";
  return id < 256 ? name : `${name} (HDF5 filter ${id})`;
}

/** Why the HDF5 library cannot undo the filters of a dataset; undefined where it can. */
export function whyNotThroughHdf5(filters: readonly ChunkFilter[]): string | undefined {
  const missing = filters.find(({ id }) => !THERE.has(id));
  if (missing !== undefined) return `are packed by ${filterName(missing)}, which monge cannot undo`;
  const blosc = filters.find(({ id }) => id === BLOSC);
  const codec = BLOSC_MISSING[blosc?.cd_values[6] ?? 0];
  return codec && `are packed by ${filterName(blosc!)} with ${codec}, which monge cannot undo in this layout`;
}
