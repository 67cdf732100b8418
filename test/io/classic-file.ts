/** A small writer of NetCDF-3 for tests of its reader: a field with its coordinates in one file, no records. */
import type { Field } from "../../io/index.ts";

/** Codes of types, as the format defines them. */
const NC = { char: 2, float: 5, double: 6 };

/** The bytes of CDF-1, CDF-2 or CDF-5 (NetCDF Users Guide, "File Format Specifications"). */
export function classicBytes(field: Field, version: 1 | 2 | 5 = 2): Buffer {
  const wide = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(BigInt(value));
    return bytes;
  };
  const narrow = (value: number) => wide(value).subarray(4);
  const count = version === 5 ? wide : narrow;
  const offset = version === 1 ? narrow : wide;
  const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
  const text = (value: string) => [count(Buffer.byteLength(value)), padded(Buffer.from(value))];
  const list = <T>(tag: number, items: readonly T[], of: (item: T) => readonly Buffer[]) => [
    ...[narrow(items.length === 0 ? 0 : tag), count(items.length)],
    ...items.flatMap(of),
  ];
  const attributes = (all: object) =>
    list(12, Object.entries(all), ([name, value]) =>
      typeof value === "number"
        ? [...text(name), narrow(NC.double), count(1), bigEndian(Float64Array.of(value))]
        : [...text(name), narrow(NC.char), ...text(String(value))],
    );
  const variables = [
    ...field.coordinates.map(({ name, dims, values, attributes }) => ({ name, dims, values, attributes })),
    {
      ...{ name: field.name, dims: field.dims, values: field.values },
      attributes: { ...field.attributes, ...(field.units !== undefined && { units: field.units }) },
    },
  ];
  const data = variables.map(({ values }) => padded(bigEndian(values)));
  const header = (starts: readonly number[]) =>
    Buffer.concat([
      ...[Buffer.from([0x43, 0x44, 0x46, version]), count(0)],
      ...list(10, [...field.dims.entries()], ([i, dim]) => [...text(dim), count(field.shape[i]!)]),
      ...attributes({ Conventions: "CF-1.11" }),
      ...list(11, [...variables.entries()], ([i, { name, dims, values, attributes: own }]) => [
        ...[...text(name), count(dims.length), ...dims.map((dim) => count(field.dims.indexOf(dim)))],
        ...attributes(own),
        narrow(values instanceof Float32Array ? NC.float : NC.double),
        ...[count(data[i]!.length), offset(starts[i]!)],
      ]),
    ]);
  let at = header(variables.map(() => 0)).length;
  const starts = data.map(({ length }) => {
    at += length;
    return at - length;
  });
  return Buffer.concat([header(starts), ...data]);
}

function bigEndian(values: Float32Array | Float64Array): Buffer {
  const bytes = Buffer.from(values.slice().buffer);
  return values instanceof Float32Array ? bytes.swap32() : bytes.swap64();
}
