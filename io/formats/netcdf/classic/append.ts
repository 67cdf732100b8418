/** Records added to a NetCDF-3 file in place: written behind the last one, then counted. */

import { fstatSync } from "node:fs";
import { open } from "node:fs/promises";
import { FormatError } from "../../../../engine/errors.ts";
import type { FieldTemplate } from "../../../field/field.ts";
import { BinaryFile } from "../../../storage/binary-file.ts";
import { sizeOf } from "../../../storage/source.ts";
import { storedSize } from "../layout/encode.ts";
import type { StoredType } from "../layout/options.ts";
import type { PlannedVariable } from "../layout/plan.ts";
import { readClassicHeader } from "./header.ts";
import { type RecordLayout, writeRecordCount, writeRecords } from "./write.ts";
import { type ClassicVersion, padded } from "./write-header.ts";

/** Location of the records of an existing file. */
function layoutOf(path: string, variables: readonly PlannedVariable[]) {
  const file = new BinaryFile(path, "netcdf3");
  try {
    const header = readClassicHeader(path, file.size, (length) => file.bytes(0, length));
    const version = file.bytes(3, 1)[0] as ClassicVersion;
    const records = header.variables.filter((v) => header.dimensions[v.dimensionIds[0] ?? -1]?.size === 0);
    const placed = records.map((stored) => {
      const shape = stored.dimensionIds.slice(1).map((id) => header.dimensions[id]!.size);
      const variable = variables.find((v) => v.name === stored.name)!;
      const bytes = sizeOf(shape) * storedSize(stored.dtype as StoredType);
      return { variable, record: true, shape, bytes, begin: stored.begin };
    });
    const recordBytes = placed.length === 1 ? placed[0]!.bytes : placed.reduce((sum, p) => sum + padded(p.bytes), 0);
    const layout: RecordLayout = { placed, recordBytes, firstRecord: Math.min(...placed.map((p) => p.begin)) };
    return { version, count: header.recordCount, layout };
  } finally {
    file.close();
  }
}

/**
 * Adds `count` records. Readers see the old number of them until all are on the disk; after a failure the file has its old
 * length.
 *
 * @param variables - all record variables of the file.
 * @throws FormatError if the file does not say how many records it has.
 */
export async function appendRecords(
  path: string,
  variables: readonly PlannedVariable[],
  parts: readonly FieldTemplate[],
  count: number,
): Promise<void> {
  const { version, count: before, layout } = layoutOf(path, variables);
  if (before === undefined) {
    const hint = "copy it with `nccopy` first";
    throw new FormatError(
      path,
      "netcdf3",
      "its number of records is left open, as by a writer that still streams",
      hint,
    );
  }
  const handle = await open(path, "r+");
  try {
    const { size } = fstatSync(handle.fd);
    const after = before + count;
    try {
      await writeRecords(handle, layout, parts, before, count);
      await handle.truncate(layout.firstRecord + after * layout.recordBytes);
      await handle.sync();
    } catch (error) {
      await handle.truncate(size);
      throw error;
    }
    await writeRecordCount(handle, version, after);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
