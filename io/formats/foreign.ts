/** Formats that monge does not read, by their first bytes, and the way out of each. */
import type { Buffer } from "../../engine/platform/bytes.ts";
import { existsSync } from "../../engine/platform/files.ts";
import { basename } from "../../engine/platform/paths.ts";

const FROM_R = "write it as NetCDF in R, with `ncdf4` or `terra::writeCDF`";
const TRANSLATE = "convert it with `gdal_translate IN OUT.tif`";

/** Bytes that are looked at. */
export const HEAD_BYTES = 1024;

/** Format of a file in words, and the way out. */
export interface Foreign {
  readonly name: string;
  readonly way: string;
  /** True if its bytes say so; else it is found from what stands beside it, or from being text. */
  readonly known: boolean;
}

const BY_START: readonly (readonly [start: RegExp | string, name: string, way: string])[] = [
  [/^BZh[1-9]/, "bzip2", "unpack it with `bunzip2` first"],
  ["\xfd7zXZ\0", "xz", "unpack it with `unxz` first"],
  ["\x28\xb5\x2f\xfd", "Zstandard", "unpack it with `unzstd` first"],
  ["\x04\x22\x4d\x18", "LZ4", "unpack it with `unlz4` first"],
  ["\x1f\x9d", "compress (.Z)", "unpack it with `uncompress` first"],
  [/^(7z\xbc\xaf|Rar!)/, "a 7z or RAR archive", "unpack it first"],
  [/^[\s\S]{257}ustar/, "a tar archive", "unpack it with `tar -xf` first"],
  ["\x0e\x03\x13\x01", "HDF4", "convert it with `h4toh5` or `gdal_translate`"],
  [/^GIF8/, "GIF", TRANSLATE],
  [/^\x89PNG/, "PNG", TRANSLATE],
  [/^\xff\xd8\xff/, "JPEG", TRANSLATE],
  ["\xff\x4f\xff\x51", "JPEG 2000", TRANSLATE],
  ["\0\0\0\x0cjP  ", "JPEG 2000", TRANSLATE],
  [/^BM[\s\S]{12}[(l|]/, "BMP", TRANSLATE],
  [/^(NITF|NSIF)\d/, "NITF", TRANSLATE],
  [/^EHFA_HEADER_TAG/, "Erdas Imagine", TRANSLATE],
  ["SQLite format 3\0", "SQLite (a GeoPackage?)", TRANSLATE],
  [/^P[1-7]\s/, "a PGM or PPM picture", TRANSLATE],
  ["\0\0\x27\x0a", "a shapefile, which holds no grid", "rasterize it with `gdal_rasterize`"],
  [/^BUFR/, "BUFR, reports and no grid", "read it with ecCodes"],
  [/^RD[AXB][23]\n/, "RData of R", FROM_R],
  ["X\n\0\0\0", "RDS of R", FROM_R],
  [/^MATLAB 5/, "a MAT-file of version 5", "save it with `-v7.3` or as NetCDF"],
  [/^\x93NUMPY/, "an array of numpy", "write it as NetCDF with xarray, so that it has coordinates"],
  [/^(PAR1|ARROW1|FEA1)/, "a table (Parquet or Arrow)", "write it as NetCDF with xarray"],
  [/^%PDF/, "PDF", "name a file of data"],
  [/^version https:\/\/git-lfs/, "a pointer of Git LFS", "fetch the file itself with `git lfs pull`"],
  [
    /^\s*(<!doctype html|<html)/i,
    "a web page, not the data",
    "the download was refused or needs a login: fetch it again",
  ],
  [/^\s*<VRTDataset/, "a VRT of GDAL", TRANSLATE],
  [/^\s*<\?xml/, "XML", "name a file of data"],
  [/^\s*ncols\s+\d/i, "an ASCII grid", TRANSLATE],
  [/^DSAA|^DSBB|^DSRB/, "a Surfer grid", TRANSLATE],
  [
    /^\s*\{[\s\S]{0,200}"(refs|version)"\s*:/,
    "a reference file of kerchunk",
    'open it with xarray (`engine="kerchunk"`) and write NetCDF or Zarr',
  ],
  [
    /^#! ?rscript|^dset\s/i,
    "a control file of GrADS",
    "name the data file, or `cdo -f nc import_binary IN.ctl OUT.nc`",
  ],
  [/^ENVI\s/, "the header of an ENVI raster", "`gdal_translate DATA OUT.tif`, with the data file beside it"],
];

/** Text without control characters, other than lines and tabs. */
function isText(head: Buffer): boolean {
  return head.length > 8 && head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

/** Format of a file and the way out; undefined for a file of unknown kind. */
export function foreignFormat(path: string, head: Buffer): Foreign | undefined {
  const start = head.toString("latin1");
  const found = BY_START.find(([sign]) => (typeof sign === "string" ? start.startsWith(sign) : sign.test(start)));
  if (found && /^(bzip2|xz)$/.test(found[1]) && /\.(rdata|rda|rds)$/i.test(path)) {
    return { name: `RData of R, packed by ${found[1]}`, way: FROM_R, known: true };
  }
  if (found) return { name: found[1], way: found[2], known: true };
  if (isText(head)) {
    const way = "write it as NetCDF, for example with xarray, or name the file of data";
    return { name: "plain text", way, known: false };
  }
  const stem = path.replace(/\.[^./\\]*$/, "");
  const beside = [`${stem}.hdr`, `${path}.hdr`].find((p) => p !== path && existsSync(p));
  if (beside === undefined) return undefined;
  return { name: `raw numbers, described by ${basename(beside)}`, way: TRANSLATE, known: false };
}
