/** Files of tensors changed on purpose: without a checksum, as before there were any, or with a value replaced. */

/** The header and the data of a file. */
export function parted(bytes: Uint8Array): { readonly header: Record<string, Entry>; readonly data: Uint8Array } {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.subarray(8 + length) };
}

/** An entry of a header. */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** A file of a header, as an object or as text, and data. */
export function joined(header: unknown, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(json.length), true);
  return new Uint8Array(Buffer.concat([length, json, data]));
}

/** The file without its checksum. @param change - of every text of the metadata */
export function withoutSeal(bytes: Uint8Array, change = (text: string) => text): Uint8Array {
  const { header, data } = parted(bytes);
  const { "monge-sha256": _, ...rest } = header["__metadata__"] as unknown as Record<string, string>;
  const metadata = Object.fromEntries(Object.entries(rest).map(([key, text]) => [key, change(text)]));
  return joined({ ...header, __metadata__: metadata }, data);
}

/** The file without its checksum and with the first value of a float tensor replaced. */
export function withTensor(bytes: Uint8Array, name: string, value: number): Uint8Array {
  const { header, data } = parted(withoutSeal(bytes));
  const { dtype, data_offsets } = header[name]!;
  const changed = Buffer.from(data);
  if (dtype === "F32") changed.writeFloatLE(value, data_offsets[0]);
  else changed.writeDoubleLE(value, data_offsets[0]);
  return joined(header, changed);
}
