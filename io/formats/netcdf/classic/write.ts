/**
 * NetCDF-3, written as it comes: the header and the fixed variables first, then record after record. The number of
 * records is put into the header after them, so that a reader never sees one that is not whole.
 */

import { type FileHandle, open } from "node:fs/promises";
import { writeFully } from "../../../../engine/files/write-fully.ts";
import type { FieldTemplate } from "../../../field/field.ts";
import { elementSize, swapBytes } from "../../../storage/number-types.ts";
import { sizeOf } from "../../../storage/source.ts";
import type { NetcdfFormat } from "../layout/options.ts";
import type { NetcdfPlan, PlannedVariable } from "../layout/plan.ts";
import type { NetcdfSink } from "../layout/sink.ts";
import { CLASSIC_FORMATS, type ClassicVersion } from "./header.ts";
import { type ClassicLayout, layOutClassic, type VariablePlace } from "./write-header.ts";

const BATCH_BYTES = 4 * 2 ** 20;
/** Puts the number of complete records into the header. */
async function writeRecordCount(handle: FileHandle, version: ClassicVersion, records: number): Promise<void> {
  const bytes = Buffer.alloc(version === 5 ? 8 : 4);
  if (version === 5) bytes.writeBigUInt64BE(BigInt(records));
  else bytes.writeUInt32BE(records);
  writeFully(handle.fd, bytes, 4);
}

/** The part of a layout that records need; also known of a file that exists. */
type RecordLayout = Pick<ClassicLayout, "recordBytes" | "firstRecord" | "placed">;

/** Writes `count` steps of every record variable as records `at`, `at + 1`, … */
async function writeRecords(
  handle: FileHandle,
  { placed, recordBytes, firstRecord }: RecordLayout,
  parts: readonly FieldTemplate[],
  at: number,
  count: number,
): Promise<void> {
  const records = placed.filter((p) => p.record);
  const taken = records.map((p) => ({ ...p, cells: sizeOf(p.shape), values: p.variable.take(parts) }));
  const position = firstRecord + at * recordBytes;
  const batch = Math.floor(BATCH_BYTES / recordBytes);
  if (batch === 0) {
    for (let step = 0; step < count; step++) {
      for (const { variable, cells, values, begin } of taken) {
        const part = values.subarray(step * cells, (step + 1) * cells);
        await writeRun(handle, variable, part, begin + (at + step) * recordBytes);
      }
    }
    return;
  }
  for (let from = 0; from < count; from += batch) {
    const n = Math.min(batch, count - from);
    const bytes = Buffer.alloc(n * recordBytes);
    for (const { variable, cells, values, begin } of taken) {
      const size = elementSize(variable.dtype);
      const encoded = variable.encode(values.subarray(from * cells, (from + n) * cells));
      const raw = new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
      for (let i = 0; i < n; i++) {
        const target = i * recordBytes + begin - firstRecord;
        bytes.set(raw.subarray(i * cells * size, (i + 1) * cells * size), target);
        swapBytes(bytes.subarray(target, target + cells * size), size);
      }
    }
    writeFully(handle.fd, bytes, position + from * recordBytes);
  }
}

/** Writes values that follow one another in the file. */
async function writeRun(
  handle: FileHandle,
  variable: PlannedVariable,
  values: Float32Array | Float64Array,
  position: number,
): Promise<void> {
  const size = elementSize(variable.dtype);
  const cells = BATCH_BYTES / size;
  for (let from = 0; from < values.length; from += cells) {
    const encoded = variable.encode(values.subarray(from, from + cells));
    const bytes = new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength).slice();
    writeFully(handle.fd, swapBytes(bytes, size), position + from * size);
  }
}

/** Writes the stretch `[at, at + count)` along one axis of a fixed variable; all of it where it has no such axis. */
async function writeFixed(
  handle: FileHandle,
  { variable, shape, begin }: VariablePlace,
  parts: readonly FieldTemplate[],
  { along, at, count }: { readonly along: string | undefined; readonly at: number; readonly count: number },
): Promise<void> {
  const values = variable.take(parts);
  const axis = variable.dims.indexOf(along ?? "");
  if (axis < 0) return writeRun(handle, variable, values, begin);
  const size = elementSize(variable.dtype);
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  for (let i = 0; i < outer; i++) {
    const run = values.subarray(i * count * inner, (i + 1) * count * inner);
    await writeRun(handle, variable, run, begin + (i * shape[axis]! + at) * inner * size);
  }
}

/**
 * Begins a NetCDF-3 file: its header, and all that the template says.
 *
 * @throws OptionsError if the format cannot hold it; ShapeError if a growing time is not the first dimension.
 */
export async function openClassicSink(
  temporary: string,
  where: string,
  plan: NetcdfPlan,
  template: FieldTemplate,
  format: NetcdfFormat,
): Promise<NetcdfSink> {
  const layout = layOutClassic(where, plan, format);
  const { version, header, placed, recordBytes, firstRecord } = layout;
  const handle = await open(temporary, "r+");
  const arriving = placed.filter((p) => !p.record && (p.variable.streamed || p.variable.kind === "data"));
  let written = 0;
  let isOpen = true;
  try {
    writeFully(handle.fd, header, 0);
    for (const one of placed) {
      if (one.record || arriving.includes(one)) continue;
      await writeFixed(handle, one, [template], { along: undefined, at: 0, count: 0 });
    }
    await handle.truncate(firstRecord);
  } catch (error) {
    await handle.close();
    throw error;
  }
  const flush = async () => {
    await handle.truncate(firstRecord + written * recordBytes);
    await writeRecordCount(handle, version, recordBytes > 0 ? written : 0);
  };
  const release = async () => {
    if (isOpen) await handle.close();
    isOpen = false;
  };
  return {
    format: CLASSIC_FORMATS[version],
    release,
    async append(parts, count) {
      for (const one of arriving) await writeFixed(handle, one, parts, { along: plan.along, at: written, count });
      if (recordBytes > 0) await writeRecords(handle, layout, parts, written, count);
      written += count;
    },
    async flush() {
      await handle.datasync();
      await flush();
      await handle.datasync();
    },
    async finish() {
      await flush();
      await release();
    },
  };
}
