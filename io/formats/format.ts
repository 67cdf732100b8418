/** A file format as one object: how files of it are recognised, opened and written. In-house ones are rows of `table.ts`. */
import { anything, flag, type OptionChecks, positive, text, whole } from "../../engine/checks.ts";
import type { AtomicOptions } from "../../engine/files/atomic-file.ts";
import type { Coordinate, Field, FieldTemplate } from "../field/field.ts";
import type { Provenance } from "../field/provenance.ts";
import type { GridSource } from "../storage/source.ts";
import type { ExternalOptions } from "../storage/within.ts";
import type { GeotiffReadOptions } from "./geotiff/open.ts";
import type { Packing, StoredType } from "./netcdf/layout/options.ts";
import type { UnwrapOptions } from "./wrapped/unwrap.ts";
import type { ZarrVersion } from "./zarr/metadata.ts";

/** Options of `openGrid`; each holds for the formats that know it. */
export interface OpenOptions extends GeotiffReadOptions, UnwrapOptions, ExternalOptions {
  /** Formats of one's own, asked before those of monge, in order. @defaultValue none */
  readonly formats?: readonly GridFormat[];
}

/** Checks of {@link OpenOptions}. */
export const openChecks: OptionChecks<OpenOptions> = {
  ...{ formats: anything, overview: whole(0), resolution: positive() },
  ...{ maxUnpackedBytes: positive(), member: text, allowExternal: flag },
};

/** Fields in one file. */
export interface BesideOptions {
  /** More fields of other names, on the same dimensions and coordinates, in the same file or store. @defaultValue none */
  readonly also?: readonly FieldTemplate[];
}

/** Checks of {@link BesideOptions}, and of replacing what is there. */
export const besideChecks: OptionChecks<BesideOptions & AtomicOptions> = { also: anything, overwrite: flag };

/** Options of storage that have a check in a format's table. */
export type Storage<Checks> = Pick<StorageOptions, keyof Checks & keyof StorageOptions>;

/** Options of storage. An option that the format does not know is an error. */
export interface StorageOptions extends Provenance {
  /**
   * Level: 0 (none) to 9 of deflate in NetCDF-4 (4 unless stated), GeoTIFF (6) and Zarr's gzip (5); 1 to 22 of Zarr's
   * zstd (3), 0 for none. @defaultValue as the format has it
   */
  readonly compression?: number;
  /**
   * Element type of the values. Into integers only whole numbers go, others are an error; Zarr has float32 and float64.
   * @defaultValue that of the field
   */
  readonly dtype?: StoredType;
  /**
   * Sizes of the storage chunks by dimension, in NetCDF-4 and Zarr. @defaultValue whole maps, in tiles of 1024 beyond 4
   * MB; in Zarr as many times as fit 4 MB
   */
  readonly chunks?: Readonly<Record<string, number>>;
  /**
   * NetCDF-4: whether bytes are sorted by significance before deflating. It makes most smooth fields smaller, and
   * rain, which is mostly zeros, larger. @defaultValue true for integers, packed values included, false for floats
   */
  readonly shuffle?: boolean;
  /** NetCDF: storing in integers with `scale_factor` and `add_offset`. Zero stays exactly zero. @defaultValue none */
  readonly packing?: Packing;
  /**
   * NetCDF: decimal digits to keep, 1 to 7: the bits after them become zero, which deflate stores in little room. The
   * error is at most half a unit of the last digit kept. @defaultValue all
   */
  readonly significantDigits?: number;
  /** NetCDF: whether the time dimension can grow. @defaultValue true */
  readonly unlimitedTime?: boolean;
  /**
   * NetCDF, GeoTIFF (nodata): stored in place of missing values. @defaultValue netCDF's own for the type, the lowest
   * number when packing; in GeoTIFF NaN for floats, and for whole numbers with gaps the lowest that a signed type has,
   * the highest that an unsigned one has
   */
  readonly fillValue?: number;
  /** Zarr: version of the format. GDAL 3.10 and older programs read only 2. @defaultValue 3 */
  readonly version?: ZarrVersion;
  /** Zarr: how each chunk is compressed. All chunks have checksums, but for `"none"` in version 2. @defaultValue "zstd" */
  readonly compressor?: "zstd" | "gzip" | "none";
  /** GeoTIFF: EPSG code of x and y, or `"none"`. @defaultValue found from the field, see `geoKeysOf` */
  readonly epsg?: number | "none";
  /** GeoTIFF: physical units per stored unit: `value = stored * scale + offset`. @defaultValue 1 */
  readonly scale?: number;
  /** GeoTIFF: physical value of a stored 0. @defaultValue 0 */
  readonly offset?: number;
  /**
   * GeoTIFF: how overviews are made: means of what is not missing, the middle pixel (categories), or not. @defaultValue
   * "average"
   */
  readonly overviews?: "average" | "nearest" | "none";
  /** GeoTIFF: edge of a tile in pixels, a multiple of 16; smaller images take smaller tiles. @defaultValue 512 */
  readonly tile?: number;
  /** GeoTIFF: 64-bit offsets, for files of more than 4 GiB. @defaultValue where the plain numbers pass 4 GiB */
  readonly bigTiff?: boolean;
  /** GeoTIFF: one description per band. @defaultValue the time, or positions as `time=2016-07-11T10:00:00 realization=3` */
  readonly bands?: readonly string[];
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
  /** Path at which the part that is written can be read, of a format that cannot be closed before its end. */
  readonly unfinished?: string;
  /** Gives up: removes what was written. Does nothing after the end. */
  abort(): Promise<void>;
}

/** The start of a file that is written piece by piece. */
export interface Beginning {
  /** The first stretch along time. */
  readonly first: Field;
  /** Size of the whole. */
  readonly extent: {
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
  };
  /** Of the whole, as far as they are known before values are read. */
  readonly coordinates: readonly Coordinate[];
}

/** Size of a field that is to be written. */
export type Extent = Beginning["extent"];

/** A file format. The least that reads is `name`, `extensions`, `recognise` and `open`; the least that writes, `write`. */
export interface GridFormat {
  /** As in `{ format: "netcdf4" }`, and in errors. */
  readonly name: string;
  /** Endings of the names of such files, in small letters with the dot; the first format that has one writes it. */
  readonly extensions: readonly string[];
  /** In words, where errors list what can be read. @defaultValue not listed */
  readonly title?: string;
  /** One file, or a folder that is replaced as a whole. @defaultValue "file" */
  readonly kind?: "file" | "folder";
  /**
   * True if a file is of this format, or in a word which kind of it.
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
   * Writes a field in one piece. A file is written under another name, which takes its place when it is complete,
   * unless the format sees to that itself; a folder it makes itself.
   */
  write?(path: string, field: Field, options: StorageOptions & { readonly overwrite: boolean }): void | Promise<void>;
  /** True if `write` itself makes files appear whole or not at all. @defaultValue false */
  readonly atomic?: boolean;
  /** Begins a file that is written stretch by stretch along time, and appears whole. Is preferred to `write`. */
  create?(
    path: string,
    beginning: Beginning,
    options: StorageOptions & { readonly overwrite: boolean },
  ): Promise<FieldWriter>;
  /** Positions along time that come together; Infinity for all. @defaultValue by the budget, as the source is stored */
  stretch?(extent: Beginning["extent"], options: StorageOptions): number | undefined;
  /** With a folder: why what is there may not be replaced; undefined if it may. */
  refuse?(path: string): string | undefined;
  /** Names of the storage options that it knows. @defaultValue all; it checks them itself */
  readonly options?: readonly (keyof StorageOptions)[];
}

/**
 * Options of {@link GridFormat.create} and {@link GridFormat.write}: `overwrite`, whether what is there, or comes there
 * meanwhile, is replaced.
 */
export type CreateOptions = StorageOptions & { readonly overwrite: boolean };
