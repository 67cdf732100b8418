/** Contents of a Zarr store: its variables in the conventions CF-1.11, and their metadata in both versions. */
import { among, anything, type OptionChecks } from "../../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../../engine/errors.ts";
import type { AtomicOptions } from "../../../engine/files/atomic-file.ts";
import { axisOf, countsMembers } from "../../field/axes.ts";
import type { FieldTemplate, FieldValues } from "../../field/field.ts";
import { provenanceChecks } from "../../field/provenance.ts";
import { type Attributes, sizeOf } from "../../storage/source.ts";
import { cfLayout, edgeDimension } from "../cf-layout.ts";
import { type BesideOptions, besideChecks, type Extent, type Storage, type StorageOptions } from "../format.ts";
import { geozarrAttributes } from "./geozarr.ts";

/** Options of `createZarr` and `writeZarr`. */
export interface ZarrOptions extends AtomicOptions, BesideOptions, Storage<typeof storage> {}

const storage = {
  ...{ ...provenanceChecks, dtype: among("float32", "float64"), compression: anything, chunks: anything },
  ...{ version: among(2, 3), compressor: among("zstd", "gzip", "none") },
};

/** Checks of {@link ZarrOptions}. */
export const zarrChecks: OptionChecks<ZarrOptions> = { ...storage, ...besideChecks };

/** A variable of the store. */
export interface VariableLayout {
  readonly name: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly dtype: "float32" | "float64" | "int32";
  readonly attributes: Attributes;
  /** Its values, where they are known when the store is made. */
  readonly values?: FieldValues;
  readonly isData: boolean;
}

const CHUNK_BYTES = 4 * 2 ** 20;
const TILE = 1024;
/** Whole maps and as many steps as fit 4 MB; tiles of 1024 x 1024 where one map is larger. */
function usualChunks(shape: readonly number[], bytes: number): number[] {
  const plane = shape.slice(-2).map((n) => Math.max(1, n));
  const tile = sizeOf(plane) * bytes <= CHUNK_BYTES ? plane : plane.map((n) => Math.min(n, TILE));
  const steps = Math.max(1, Math.floor(CHUNK_BYTES / (sizeOf(tile) * bytes)));
  return shape.map((n, i) => {
    if (i >= shape.length - 2) return tile[i - Math.max(0, shape.length - 2)]!;
    return i === shape.length - 3 ? Math.max(1, Math.min(n, steps)) : 1;
  });
}

function chunksOf(template: FieldTemplate, options: ZarrOptions, bytes: number): number[] {
  const { dims, shape } = template;
  const usual = usualChunks(shape, bytes);
  for (const [dim, size] of Object.entries(options.chunks ?? {})) {
    if (!dims.includes(dim) || !Number.isInteger(size) || size < 1) {
      const expected = `a whole number of at least 1 for one of ${dims.join(", ")}`;
      throw new OptionsError(`createZarr: chunks has ${dim}: ${size}; expected ${expected}`, "chunks", options.chunks);
    }
  }
  return dims.map((dim, i) => options.chunks?.[dim] ?? usual[i]!);
}

function checkCompression({ compressor = "zstd", compression }: ZarrOptions): void {
  const [low, high] = compressor === "zstd" ? [1, 22] : [0, 9];
  if (compression === undefined) return;
  if (compressor !== "none" && Number.isInteger(compression) && compression >= low && compression <= high) return;
  const expected = compressor === "none" ? "none for no compressor" : `${low} to ${high} for ${compressor}`;
  const message = `createZarr: compression is ${compression}; expected ${expected}`;
  throw new OptionsError(message, "compression", compression);
}

function checkNames(names: readonly string[]): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  const bad = names.find((n) => n === "" || /^\.|^__|^(c|zarr\.json)$|[\u0000-\u001f/\\\u007f]/.test(n));
  if (bad === undefined) return;
  const message = `createZarr: ${JSON.stringify(bad)} cannot name a variable; expected a name that can be a folder's`;
  throw new OptionsError(message, "name", bad);
}

/**
 * Lays a store out: coordinates, bounds, grid mapping, data.
 * @throws OptionsError for unfit options or names; ShapeError if the templates do not fit together.
 */
export function layOut(template: FieldTemplate, options: ZarrOptions): VariableLayout[] {
  checkCompression(options);
  const { dims, shape } = template;
  const sizes = new Map(dims.map((dim, i) => [dim, shape[i]!]));
  const variables = cfLayout("createZarr", [template, ...(options.also ?? [])]).map((one): VariableLayout => {
    const { name, dims: own, attributes } = one;
    if (one.kind === "data") {
      const dtype =
        (options.dtype as "float32" | "float64") ?? (one.part.values instanceof Float64Array ? "float64" : "float32");
      const chunks = chunksOf(one.part, options, dtype === "float32" ? 4 : 8);
      const geo = options.version === 2 ? {} : (geozarrAttributes(template) as Attributes);
      return { name, dims, shape, chunks, dtype, attributes: { ...attributes, ...geo }, isData: true };
    }
    const common = { name, dims: own, isData: false, attributes };
    if (one.kind === "mapping") {
      return { ...common, shape: [], chunks: [], dtype: "int32", values: Float64Array.of(0) };
    }
    const { coordinate, kind } = one;
    const { values, bounds } = coordinate;
    const size = coordinate.dims.map((dim) => sizes.get(dim) ?? 0);
    if (sizeOf(size) !== values.length) throw new ShapeError(`createZarr: coordinate ${name}`, size, [values.length]);
    // Times that come later find room in the chunk that is there.
    const grows = size.length === 1 && axisOf(coordinate.name, coordinate.attributes) === "time";
    const chunks = grows ? [Math.max(1024, size[0]!)] : usualChunks(size, 8);
    if (kind === "bounds") {
      const edges = edgeDimension(coordinate)!.size;
      return { ...common, shape: [...size, edges], chunks: [...chunks, edges], dtype: "float64", values: bounds! };
    }
    return { ...common, shape: size, chunks, dtype: countsMembers(coordinate) ? "int32" : "float64", values };
  });
  checkNames(variables.map((one) => one.name));
  return variables;
}

const level = ({ compressor = "zstd", compression }: ZarrOptions) => compression ?? (compressor === "zstd" ? 3 : 5);
const fillOf = ({ dtype }: VariableLayout) => (dtype === "int32" ? 0 : "NaN");

/** `zarr.json` of a variable. */
export function arrayDocument3(variable: VariableLayout, options: ZarrOptions): Record<string, unknown> {
  const { compressor = "zstd" } = options;
  const configuration = { level: level(options), ...(compressor === "zstd" ? { checksum: true } : {}) };
  return {
    zarr_format: 3,
    node_type: "array",
    shape: variable.shape,
    data_type: variable.dtype,
    chunk_grid: { name: "regular", configuration: { chunk_shape: variable.chunks } },
    chunk_key_encoding: { name: "default", configuration: { separator: "/" } },
    fill_value: fillOf(variable),
    codecs: [
      { name: "bytes", configuration: { endian: "little" } },
      // Deflate's own wrapping has a checksum; what is not packed gets one.
      compressor === "none" ? { name: "crc32c" } : { name: compressor, configuration },
    ],
    attributes: variable.attributes,
    dimension_names: variable.dims,
    storage_transformers: [],
  };
}

/** `.zarray` of a variable. */
export function arrayDocument2(variable: VariableLayout, options: ZarrOptions): Record<string, unknown> {
  const { compressor = "zstd" } = options;
  return {
    zarr_format: 2,
    shape: variable.shape,
    chunks: variable.chunks,
    dtype: { float32: "<f4", float64: "<f8", int32: "<i4" }[variable.dtype],
    compressor: compressor === "none" ? null : { id: compressor, level: level(options) },
    fill_value: variable.dtype === "int32" ? null : fillOf(variable),
    filters: null,
    order: "C",
    dimension_separator: ".",
  };
}

/** `.zattrs` of a variable. */
export function attributeDocument2({ dims, attributes }: VariableLayout): Record<string, unknown> {
  return { _ARRAY_DIMENSIONS: dims, ...attributes };
}

/** Steps of time in one chunk of a store that is written stretch by stretch. */
export function stepsOf({ dims, shape, time, bytes, budget }: Extent, { chunks }: StorageOptions): number {
  if (time === undefined) return 1;
  const size = shape[dims.indexOf(time)]!;
  return chunks?.[time] ?? Math.max(1, Math.min(size, Math.floor(Math.min(CHUNK_BYTES, budget) / (bytes / size))));
}

/** Steps of time that are written together: regions begin and end on the borders of chunks. */
export function zarrStretch(extent: Extent, options: StorageOptions): number {
  if (extent.time === undefined) return 1;
  const row = extent.bytes / extent.shape[extent.dims.indexOf(extent.time)]!;
  const steps = stepsOf(extent, options);
  return steps * Math.max(1, Math.floor(extent.budget / (row * steps)));
}
