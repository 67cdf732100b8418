/**
 * GeoTIFF files through geotiff.js (this file is its only door), with what that library leaves out: big-endian offset
 * tables, pixel-is-point, tie points away from the corner, nodata, scale and offset.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fromFile, type GeoTIFF, type GeoTIFFImage } from "geotiff";
import { FormatError } from "../engine/errors.ts";
import { type Transform, tieToTransform } from "./geotransform.ts";
import {
  type AttributeValue,
  type DataType,
  type GridSource,
  type RawArray,
  type Slab,
  slabWithin,
  type VariableInfo,
} from "./source.ts";
import { findTiffFault } from "./tiff-check.ts";

/** Name of the one variable of a GeoTIFF, as rioxarray has it. */
export const BAND_DATA = "band_data";
/** Name of its grid mapping. */
export const SPATIAL_REF = "spatial_ref";

const HINT = "check it with `gdalinfo`, or rewrite it with `gdal_translate IN OUT`";

function refuse(path: string, what: string, cause?: unknown): FormatError {
  return new FormatError(path, "geotiff", what, HINT, cause === undefined ? {} : { cause });
}

/**
 * geotiff.js 3.0.5 reads offset tables that lie outside the first block as little-endian whatever the file says, and
 * silently returns zeros. For big-endian files the tables are read here and put where the library looks first.
 */
function repairOffsets(path: string, image: GeoTIFFImage): void {
  const directory = image.fileDirectory;
  if (image.littleEndian) return;
  const file = openSync(path, "r");
  try {
    for (const [tag, table] of directory.deferredArrays) {
      const bytes = Buffer.alloc(table.length * table.itemSize);
      if (table.arrayOffset + bytes.length > fstatSync(file).size) throw refuse(path, "its offset table is cut off");
      readSync(file, bytes, 0, bytes.length, table.arrayOffset);
      const values = Array.from({ length: table.length }, (_, i) => {
        if (table.itemSize === 2) return bytes.readUInt16BE(2 * i);
        return table.itemSize === 4 ? bytes.readUInt32BE(4 * i) : Number(bytes.readBigUInt64BE(8 * i));
      });
      directory.actualizedFields.set(tag, values);
      directory.deferredArrays.delete(tag);
    }
  } finally {
    closeSync(file);
  }
}

/** JPEG and colour-difference pixels are pictures: no exact numbers, and geotiff.js does not turn them into RGB. */
function refusePictures(path: string, image: GeoTIFFImage): void {
  const tag = (name: string): unknown =>
    image.fileDirectory.hasTag(name as never) ? image.fileDirectory.getValue(name as never) : undefined;
  const compression = Number(tag("Compression") ?? 1);
  if (compression === 6 || compression === 7) throw refuse(path, "it is compressed as JPEG; expected lossless numbers");
  if (Number(tag("PhotometricInterpretation") ?? 1) === 6)
    throw refuse(path, "it holds YCbCr colours; expected numbers");
}

function dataType(path: string, image: GeoTIFFImage): DataType {
  const format = image.getSampleFormat() ?? 1;
  const bits = image.getBitsPerSample();
  const name = `${{ 1: "uint", 2: "int", 3: "float" }[format] ?? "other"}${bits}`;
  if (["uint8", "uint16", "uint32", "int8", "int16", "int32", "float32", "float64"].includes(name))
    return name as DataType;
  if (name === "float16") return "float32";
  if (format === 1 && bits < 8) return "uint8";
  if (format === 1 && bits < 16) return "uint16";
  throw refuse(path, `samples of ${bits} bits in format ${format} are not numbers that monge reads`);
}

const numbers = (value: unknown): number[] =>
  value === undefined || value === null ? [] : Array.from(value as ArrayLike<number>);

async function transformOf(image: GeoTIFFImage): Promise<Transform | undefined> {
  const directory = image.fileDirectory;
  const get = async (tag: string) =>
    numbers(directory.hasTag(tag as never) ? await directory.loadValue(tag as never) : undefined);
  const point = image.getGeoKeys()?.GTRasterTypeGeoKey === 2;
  return tieToTransform(
    await get("ModelPixelScale"),
    await get("ModelTiepoint"),
    await get("ModelTransformation"),
    point,
  );
}

async function crsAttributes(image: GeoTIFFImage): Promise<Record<string, AttributeValue>> {
  const keys = image.getGeoKeys();
  const directory = image.fileDirectory;
  const out: Record<string, AttributeValue> = {};
  if (!keys) return out;
  const code = keys.ProjectedCSTypeGeoKey ?? keys.GeographicTypeGeoKey;
  const geographic = keys.GTModelTypeGeoKey === 2;
  if (geographic) out.grid_mapping_name = "latitude_longitude";
  if (typeof code === "number" && code > 1024 && code < 32767) out.epsg_code = `EPSG:${code}`;
  out.geo_key_directory = numbers(await directory.loadValue("GeoKeyDirectory" as never));
  if (directory.hasTag("GeoDoubleParams" as never)) {
    out.geo_double_params = numbers(await directory.loadValue("GeoDoubleParams" as never));
  }
  if (directory.hasTag("GeoAsciiParams" as never)) {
    out.geo_ascii_params = String(await directory.loadValue("GeoAsciiParams" as never)).replace(/\0+$/, "");
  }
  return out;
}

async function bandAttributes(path: string, image: GeoTIFFImage): Promise<Record<string, AttributeValue>> {
  const out: Record<string, AttributeValue> = {};
  const nodata = image.getGDALNoData();
  if (nodata !== null && nodata !== undefined) out._FillValue = nodata;
  const bands = image.getSamplesPerPixel();
  const scales = await Promise.all(Array.from({ length: bands }, (_, i) => image.getGDALMetadata(i)));
  for (const [key, name, fallback] of [
    ["SCALE", "scale_factor", 1],
    ["OFFSET", "add_offset", 0],
  ] as const) {
    const values = scales.map((s) => Number((s as Record<string, unknown> | null)?.[key] ?? fallback));
    if (values.some((v) => v !== values[0]))
      throw refuse(path, `its bands have different ${name}s (${values.join(", ")})`);
    if (values[0] !== fallback) out[name] = values[0]!;
  }
  const descriptions = scales.map((s) => String((s as Record<string, unknown> | null)?.DESCRIPTION ?? ""));
  if (descriptions.some((d) => d !== "")) out.band_description = descriptions;
  const unit = (scales[0] as Record<string, unknown> | null)?.UNITTYPE;
  if (typeof unit === "string") out.units = unit;
  if (bands > 0) out.grid_mapping = SPATIAL_REF;
  return out;
}

function axis(name: string, geographic: boolean, vertical: boolean, units: string): VariableInfo["attributes"] {
  const letter = vertical ? "y" : "x";
  return geographic
    ? { standard_name: name, units: vertical ? "degrees_north" : "degrees_east", axis: letter.toUpperCase() }
    : { standard_name: `projection_${letter}_coordinate`, units, axis: letter.toUpperCase() };
}

async function describe(path: string, tiff: GeoTIFF): Promise<GridSource> {
  const image = await tiff.getImage();
  repairOffsets(path, image);
  refusePictures(path, image);
  const [height, width, bands] = [image.getHeight(), image.getWidth(), image.getSamplesPerPixel()];
  const transform = await transformOf(image);
  const crs = await crsAttributes(image);
  const geographic = crs.grid_mapping_name === "latitude_longitude";
  const straight = transform !== undefined && transform[2] === 0 && transform[4] === 0;
  const [yName, xName] = straight && geographic ? ["latitude", "longitude"] : ["y", "x"];
  const data = await bandAttributes(path, image);
  const dims = bands > 1 ? ["band", yName, xName] : [yName, xName];
  const shape = bands > 1 ? [bands, height, width] : [height, width];
  const variable = (
    name: string,
    dtype: DataType,
    own: readonly string[],
    size: readonly number[],
    attributes: VariableInfo["attributes"],
  ) => {
    const units = attributes.units;
    return { name, dtype, dims: own, shape: size, attributes, units: typeof units === "string" ? units : undefined };
  };
  const variables: VariableInfo[] = [
    variable(BAND_DATA, dataType(path, image), dims, shape, data),
    variable(
      SPATIAL_REF,
      "int32",
      [],
      [],
      transform && !straight ? { ...crs, GeoTransform: transform.join(" ") } : crs,
    ),
  ];
  if (straight) {
    const metre = image.getGeoKeys()?.ProjLinearUnitsGeoKey;
    const units = metre === 9036 ? "km" : metre === 9002 ? "ft" : metre === 9003 ? "US_survey_foot" : "m";
    variables.push(variable(yName, "float64", [yName], [height], axis("latitude", geographic, true, units)));
    variables.push(variable(xName, "float64", [xName], [width], axis("longitude", geographic, false, units)));
  }
  const read = async (name: string, slab?: Slab): Promise<RawArray> => {
    const info = variables.find((v) => v.name === name);
    if (info === undefined || name === SPATIAL_REF) throw refuse(path, `variable ${name} holds no numbers`);
    const { start, count } = slabWithin(`${path}: variable ${name}`, info.shape, slab);
    if (name !== BAND_DATA) {
      const [origin, step] = name === xName ? [transform![0], transform![1]] : [transform![3], transform![5]];
      return Float64Array.from({ length: count[0]! }, (_, i) => origin + (start[0]! + i + 0.5) * step);
    }
    const [row, column] = start.slice(-2) as [number, number];
    const [rows, columns] = count.slice(-2) as [number, number];
    const first = bands > 1 ? start[0]! : 0;
    const samples = Array.from({ length: bands > 1 ? count[0]! : 1 }, (_, i) => first + i);
    try {
      const window = [column, row, column + columns, row + rows];
      const parts = (await image.readRasters({ window, samples, interleave: false })) as unknown as RawArray[];
      const size = parts[0]!.length;
      const out = new (parts[0]!.constructor as new (n: number) => RawArray)(size * parts.length);
      parts.forEach((part, i) => {
        out.set(part, i * size);
      });
      return out;
    } catch (cause) {
      throw refuse(path, `its pixels cannot be decoded (${(cause as Error).message})`, cause);
    }
  };
  return {
    path,
    format: "geotiff",
    dims: dims.map((name, i) => ({ name, size: shape[i]!, unlimited: false })),
    variables,
    attributes: {},
    read,
    close: () => void tiff.close(),
  };
}

/**
 * Opens a GeoTIFF (its first image) as one variable `band_data` with coordinates of pixel centres.
 * @throws FormatError if it is damaged or holds what is not numbers.
 */
export async function openGeotiff(path: string): Promise<GridSource> {
  const fault = findTiffFault(path);
  if (fault !== undefined) throw refuse(path, fault);
  let tiff: GeoTIFF | undefined;
  try {
    tiff = await fromFile(path);
    return await describe(path, tiff);
  } catch (cause) {
    await tiff?.close();
    if (cause instanceof FormatError) throw cause;
    throw refuse(path, `its directory cannot be read (${(cause as Error).message})`, cause);
  }
}
