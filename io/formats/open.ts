/** Opens a file by what its first bytes say, never by its name. */

import { FormatError } from "../../engine/errors.ts";
import { Buffer } from "../../engine/platform/bytes.ts";
import { existsSync, statSync } from "../../engine/platform/files.ts";
import { Field } from "../field/field.ts";
import { BinaryFile } from "../storage/binary-file.ts";
import { describeVariable, heldPart, type SourcePart, sourceOfParts } from "../storage/parts.ts";
import type { Attributes, FieldValues, FileFormat, GridSource, VariableInfo } from "../storage/source.ts";
import { foreignFormat, HEAD_BYTES } from "./foreign.ts";
import type { GridFormat, OpenOptions } from "./format.ts";
import { allFormats, readableFormats } from "./table.ts";
import { openWrapped, type Wrapping } from "./wrapped/unwrap.ts";

const WRAPPINGS: readonly (readonly [sign: string, wrapping: Wrapping])[] = [
  ["\x1f\x8b", "gzip"],
  ["PK\x03\x04", "zip"],
  ["PK\x05\x06", "zip"],
];

/** @throws FormatError unless the path leads to something on this machine. */
function checkThere(path: string): void {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(path) ?? [];
  if (scheme !== undefined) {
    const way = /^(s3|gs|gcs|az|abfs)$/.test(scheme)
      ? "copy it to this machine"
      : "fetch it first, for example with `curl -LO`";
    throw new FormatError(path, "unknown", `it is an address (${scheme}); expected a file or folder`, way);
  }
  if (!existsSync(path)) throw new FormatError(path, "unknown", "there is no such file", "check the path");
}

interface Recognised {
  readonly kind: string;
  /** None of what wraps a file. */
  readonly format?: GridFormat;
}

/** The first format that says that a file is its own. */
function ask(path: string, head: Buffer, kind: "file" | "folder", own: readonly GridFormat[]): Recognised | undefined {
  for (const format of allFormats(own)) {
    if ((format.kind ?? "file") !== kind) continue;
    const found = format.recognise?.(head, path) ?? false;
    if (found !== false) return { kind: found === true ? format.name : found, format };
  }
  return undefined;
}

function find(path: string, own: readonly GridFormat[]): Recognised {
  checkThere(path);
  if (statSync(path).isDirectory()) {
    const found = ask(path, Buffer.alloc(0), "folder", own);
    if (found !== undefined) return found;
    throw new FormatError(path, "unknown", "it is a folder, and not one of a Zarr store", "name a file or a store");
  }
  if (!statSync(path).isFile()) throw new FormatError(path, "unknown", "it is not a file", "name a file");
  const head = headOf(path);
  const start = head.toString("latin1", 0, 4);
  const wrapped = WRAPPINGS.find(([sign]) => start.startsWith(sign))?.[1];
  if (wrapped !== undefined) return { kind: wrapped };
  const found = ask(path, head, "file", own);
  if (found !== undefined) return found;
  const expected = `expected ${readableFormats(own)}`;
  const foreign = foreignFormat(path, head);
  if (foreign) throw new FormatError(path, foreign.name, `it is ${foreign.name}; ${expected}`, foreign.way);
  const shown = head.length === 0 ? "it is empty" : `it begins with ${JSON.stringify(start)}`;
  throw new FormatError(path, "unknown", `${shown}; ${expected}`, "convert it with `gdal_translate` or `cdo`");
}

/** @throws FormatError where the system does not let it be read. */
function headOf(path: string): Buffer {
  let file: BinaryFile;
  try {
    file = new BinaryFile(path, "unknown");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why =
      code === "EACCES" || code === "EPERM" ? "you are not permitted to read it" : `it cannot be read (${message})`;
    throw new FormatError(path, "unknown", why, "check the rights on the file", { cause });
  }
  try {
    return file.bytes(0, Math.min(file.size, HEAD_BYTES));
  } finally {
    file.close();
  }
}

/**
 * The format of a file from its first bytes (HDF5 also behind a user block).
 *
 * @param path - a file, or the folder of a Zarr store
 * @param options - `formats` of one's own, asked before those of monge
 * @throws FormatError if the file is missing, empty, or none of the formats that monge reads.
 */
export function sniff(path: string, { formats = [] }: Pick<OpenOptions, "formats"> = {}): FileFormat | Wrapping {
  return find(path, formats).kind;
}

/**
 * Opens a file for reading; close it when done. What gzip or zip wraps is unpacked into a temporary file first.
 *
 * @param path - a file, or the folder of a Zarr store
 * @throws FormatError as `sniff`, or if it is damaged.
 */
export async function openGrid(path: string, options: OpenOptions = {}): Promise<GridSource> {
  const { kind, format } = find(path, options.formats ?? []);
  if (kind === "gzip" || kind === "zip") {
    const inside = (unpacked: string) => {
      const within = sniff(unpacked, options);
      if (within !== "gzip" && within !== "zip") return openGrid(unpacked, options);
      throw new FormatError(path, within, `it is ${within} inside ${kind}`, "unpack it by hand");
    };
    return openWrapped(path, kind, inside, options);
  }
  if (format?.open === undefined)
    throw new FormatError(path, kind, `it is ${kind}, a format that is only written`, "give its format an `open`");
  const opened = await format.open(path, options, kind);
  return withinRank(opened instanceof Field ? sourceOf(path, kind, opened) : opened);
}

/** HDF5 has 32 dimensions at most and numpy 64; work on a variable grows with the square of their number. */
const MOST_DIMENSIONS = 64;

/** Variables over more dimensions than any grid has are listed and not read. */
function withinRank(source: GridSource): GridSource {
  if (!source.variables.some(({ dims }) => dims.length > MOST_DIMENSIONS)) return source;
  const variables = source.variables.map((v): VariableInfo => {
    if (v.dims.length <= MOST_DIMENSIONS) return v;
    const type = `array of ${v.dims.length} dimensions (more than ${MOST_DIMENSIONS})`;
    const { chunks: _, ...rest } = v;
    return { ...rest, dtype: "other", type, dims: [], shape: [] };
  });
  return { ...source, variables };
}

function held(
  name: string,
  dims: readonly string[],
  shape: readonly number[],
  values: FieldValues,
  attributes: Attributes,
): SourcePart {
  const dtype = values instanceof Float32Array ? "float32" : "float64";
  return heldPart(describeVariable(name, dtype, dims, shape, attributes), values);
}

/** A field with its coordinates, bounds and grid mapping as the variables of a file; NaN is missing. */
function sourceOf(path: string, format: string, field: Field): GridSource {
  const { dims, shape, coordinates, gridMapping, units } = field;
  const auxiliary = coordinates.filter(({ name }) => !dims.includes(name)).map(({ name }) => name);
  const variables: SourcePart[] = coordinates.flatMap(({ name, dims: over, values, attributes, bounds }) => {
    const sizes = over.map((dim) => field.size(dim));
    if (bounds === undefined) return [held(name, over, sizes, values, attributes)];
    const edges = bounds.length / values.length;
    return [
      held(name, over, sizes, values, { ...attributes, bounds: `${name}_bnds` }),
      held(`${name}_bnds`, [...over, `nv${edges}`], [...sizes, edges], bounds, {}),
    ];
  });
  if (gridMapping) variables.push(held(gridMapping.name, [], [], Float64Array.of(0), gridMapping.attributes));
  variables.push(
    held(field.name, dims, shape, field.values, {
      ...field.attributes,
      ...(units !== undefined && { units }),
      ...(auxiliary.length > 0 && { coordinates: auxiliary.join(" ") }),
      ...(gridMapping && { grid_mapping: gridMapping.name }),
    }),
  );
  return sourceOfParts({ path, format, attributes: {}, close() {} }, variables);
}
