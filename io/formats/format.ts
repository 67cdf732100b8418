/** A file format as one object: how files of it are told, opened and written. In-house ones are rows of `table.ts`. */
import type { Coordinate, Field } from "../field/field.ts";
import type { Provenance } from "../field/provenance.ts";
import type { GridSource } from "../storage/source.ts";
import type { ExternalOptions } from "../storage/within.ts";
import type { GeotiffReadOptions } from "./geotiff/open.ts";
import type { GeotiffOptions } from "./geotiff/write.ts";
import type { NetcdfOptions, StoredType } from "./netcdf/layout/options.ts";
import type { UnwrapOptions } from "./wrapped/unwrap.ts";
import type { ZarrOptions } from "./zarr/layout.ts";

/** Options of `openGrid`; each holds for the formats that know it. */
export interface OpenOptions extends GeotiffReadOptions, UnwrapOptions, ExternalOptions {
  /** Formats of one's own, asked before those of monge, in order. @defaultValue none */
  readonly formats?: readonly GridFormat[];
}

type NetcdfOnly = Omit<NetcdfOptions, "format" | "compression" | "chunks" | "dtype" | "overwrite" | keyof Provenance>;
type GeotiffOnly = Omit<GeotiffOptions, "compression" | "dtype" | "overwrite" | keyof Provenance>;
type ZarrOnly = Pick<ZarrOptions, "version" | "compressor">;

/** How a file stores a field. An option that the format does not know is an error. */
export interface StorageOptions extends Provenance, NetcdfOnly, GeotiffOnly, ZarrOnly {
  /** Level, 0 (none) to 9 of deflate, 0 to 22 of zstd in Zarr; not NetCDF-3. @defaultValue as the format has it */
  readonly compression?: number;
  /** Element type of the values. @defaultValue that of the field */
  readonly dtype?: StoredType;
  /** Sizes of the storage chunks by dimension; NetCDF-4 (all dimensions) and Zarr. @defaultValue as the format has it */
  readonly chunks?: Readonly<Record<string, number>>;
}

/** A file that is being written. */
export interface FieldWriter {
  /** Writes the next stretch along time; the whole where there is no time. */
  append(field: Field): Promise<void>;
  /**
   * Completes the file and puts it in its place.
   *
   * @param place - another path in the same folder, for a file that holds less than was meant
   */
  close(place?: string): Promise<void>;
  /** Where what is written so far can be read, of a format that cannot be closed before its end. */
  readonly unfinished?: string;
  /** Gives up: removes what was written. Does nothing after the end. */
  abort(): Promise<void>;
}

/** The size of a field that is to be written. */
export interface Extent {
  /** One name per dimension, slowest first. */
  readonly dims: readonly string[];
  /** Size of each dimension, of all stretches together. */
  readonly shape: readonly number[];
  /** The dimension along which stretches come. */
  readonly time: string | undefined;
  /** Size of the values, in bytes. */
  readonly bytes: number;
  /** Bytes of values that are held at a time. */
  readonly budget: number;
}

/** What a file begins with. */
export interface Beginning {
  /** The first stretch along time. */
  readonly first: Field;
  /** Of the whole. */
  readonly extent: Extent;
  /** Of the whole, as far as they are known before values are read. */
  readonly coordinates: readonly Coordinate[];
}

/** A file format. The least that reads is `name`, `extensions`, `recognise` and `open`; the least that writes, `write`. */
export interface GridFormat {
  /** As in `{ format: "netcdf4" }`, and in errors. */
  readonly name: string;
  /** How names of such files end, in small letters with the dot; the first format that has one writes it. */
  readonly extensions: readonly string[];
  /** In words, where errors list what can be read. @defaultValue not listed */
  readonly title?: string;
  /** Whether it is one file, or a folder that is replaced as a whole. @defaultValue "file" */
  readonly kind?: "file" | "folder";
  /**
   * Whether a file is of this format, or in a word which kind of it.
   *
   * @param head - its first bytes, up to 1024; none of a folder
   */
  recognise?(head: Uint8Array, path: string): boolean | string;
  /**
   * Opens a file that was recognised: as a source, or whole as a field.
   * @throws FormatError if it is damaged
   */
  open?(path: string, options: OpenOptions, kind: string): GridSource | Field | Promise<GridSource | Field>;
  /**
   * Writes a field in one piece. A file is written under another name, which takes its place when it is complete, unless
   * the format sees to that itself; a folder it makes itself.
   */
  write?(path: string, field: Field, options: CreateOptions): void | Promise<void>;
  /** Whether `write` itself makes files appear whole or not at all. @defaultValue false */
  readonly atomic?: boolean;
  /** Begins a file that is written stretch by stretch along time, and appears whole. Is preferred to `write`. */
  create?(path: string, beginning: Beginning, options: CreateOptions): Promise<FieldWriter>;
  /** Positions along time that come together; Infinity for all. @defaultValue by the budget, as the source is stored */
  stretch?(extent: Extent, options: StorageOptions): number | undefined;
  /** With a folder: why what is there may not be replaced; undefined if it may. */
  refuse?(path: string): string | undefined;
  /** Names of the storage options that it knows. @defaultValue all; it checks them itself */
  readonly options?: readonly (keyof StorageOptions)[];
}

/** Options of {@link GridFormat.create} and {@link GridFormat.write}. */
export interface CreateOptions extends StorageOptions {
  /** Whether what is there, or comes there meanwhile, is replaced. */
  readonly overwrite: boolean;
}
