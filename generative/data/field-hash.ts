/** Checksums of fields that are in no file. */
import { createHash } from "node:crypto";
import type { LazyField } from "../../io/dataset/index.ts";

/** SHA-256 of a field: its name, units, sizes and values. */
export async function fieldHash(field: LazyField): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([field.name, field.units, field.dims, field.shape]));
  for await (const { values } of field.slabs()) {
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest("hex");
}
