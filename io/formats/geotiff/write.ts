/** Fields as cloud-optimised GeoTIFF: see `tiff/writer.ts` for the bytes. */

import { checkOptions } from "../../../engine/checks.ts";
import { ShapeError } from "../../../engine/errors.ts";
import { writeAtomically } from "../../../engine/files/atomic-file.ts";
import { axisOf } from "../../field/axes.ts";
import { regularStep } from "../../field/even-spacing.ts";
import type { Coordinate, Field } from "../../field/field.ts";
import { soundLine } from "../../field/horizontal.ts";
import { metresPer } from "../../field/length-units.ts";
import { globalAttributes, type Provenance } from "../../field/provenance.ts";
import { type AttributeValue, numbersOf, sizeOf, textOf } from "../../storage/source.ts";
import { geoKeysOf, onSphere } from "./geo-keys.ts";
import { type GeotiffOptions, geotiffChecks } from "./options.ts";
import { kindOf, type Packing, packingOf, tileCutter } from "./pack.ts";
import { averaged, levelSizes, nearest, type Plane } from "./tiff/pyramid.ts";
import { ascii, double, short, type Tag, writeTiff } from "./tiff/writer.ts";

interface Axis1d {
  readonly start: number;
  readonly step: number;
  readonly flip: boolean;
}

/** Outer edge, cell size and direction of a horizontal coordinate, in metres or degrees; x must grow, y must fall. */
function layAxis(coordinate: Coordinate, scale: number, grows: boolean): Axis1d {
  const { name, values, bounds } = soundLine("writeGeotiff", coordinate);
  // A single cell has a size only if its edges are stated.
  const single =
    values.length === 1 && bounds ? { first: (bounds[0]! + bounds[1]!) / 2, step: bounds[1]! - bounds[0]! } : undefined;
  const { first, step } = single ?? regularStep(name, values);
  const flip = step > 0 !== grows;
  const last = first + step * (values.length - 1);
  const [from, along] = flip ? [last, -step] : [first, step];
  return { start: (from - along / 2) * scale, step: along * scale, flip };
}

/** Position of the pixels as tags, and whether rows and columns must be turned round. */
function placeOf(
  field: Field,
  yDim: string,
  xDim: string,
  scaled: boolean,
): { tags: Tag[]; flipY: boolean; flipX: boolean } {
  const line = (dim: string) => field.coordinates.find((c) => c.name === dim && c.dims.length === 1);
  const [y, x] = [line(yDim), line(xDim)];
  const turned = (textOf(field.gridMapping?.attributes ?? {}, "GeoTransform") ?? "").trim().split(/\s+/).map(Number);
  if (!y && !x && turned.length === 6 && turned.every(Number.isFinite)) {
    const [x0, xColumn, xRow, y0, yColumn, yRow] = turned as [number, number, number, number, number, number];
    const matrix = [xColumn, xRow, 0, x0, yColumn, yRow, 0, y0, 0, 0, 0, 0, 0, 0, 0, 1];
    return { tags: [double(34264, matrix)], flipY: false, flipX: false };
  }
  const missing = !x ? xDim : !y ? yDim : undefined;
  if (!x || !y)
    throw new ShapeError(`writeGeotiff: field ${field.name}`, `a coordinate for dimension ${missing}`, "none");
  const unit = (c: Coordinate) => (scaled ? metresPer(textOf(c.attributes, "units")) : 1);
  const [across, down] = [layAxis(x, unit(x), true), layAxis(y, unit(y), false)];
  const tags = [double(33550, [across.step, -down.step, 0]), double(33922, [0, 0, 0, across.start, down.start, 0])];
  return { tags, flipY: down.flip, flipX: across.flip };
}

interface BandPlace {
  readonly dim: string;
  /** Value of the coordinate, or index. */
  readonly value: number;
  /** As a date where it is a time. */
  readonly text: string;
  readonly isTime: boolean;
}

/** Position of each band along the leading dimensions. */
function bandPlaces(field: Field): BandPlace[][] {
  const leading = field.dims.slice(0, -2);
  const times = field.times();
  return Array.from({ length: sizeOf(field.shape.slice(0, -2)) }, (_, band) => {
    let rest = band;
    const places: BandPlace[] = [];
    for (const dim of [...leading].reverse()) {
      const index = rest % field.size(dim);
      rest = Math.floor(rest / field.size(dim));
      const coordinate = field.coordinate(dim);
      const isTime = axisOf(dim, coordinate?.attributes ?? {}) === "time";
      const value = coordinate?.values[index] ?? index;
      places.unshift({ dim, value, text: (isTime ? times[index]?.iso : undefined) ?? `${value}`, isTime });
    }
    return places;
  });
}

function describeBand(places: readonly BandPlace[]): string {
  if (places.length === 1 && places[0]!.isTime) return places[0]!.text;
  return places.map(({ dim, text }) => `${dim}=${text}`).join(" ");
}

const escapeXml = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

/** A value as GDAL writes attributes of NetCDF: several in braces. */
function textFor(value: AttributeValue): string {
  return Array.isArray(value) ? `{${value.join(",")}}` : `${value}`;
}

/**
 * GDAL's metadata: where the file comes from, what the bands are, with their positions as GDAL's own NetCDF reader
 * writes them.
 */
function metadata(
  field: Field,
  places: readonly BandPlace[][],
  names: readonly string[],
  { scale, offset }: Packing,
  provenance: Provenance,
): string {
  const item = (name: string, text: string, more = "") =>
    `<Item name="${escapeXml(name)}"${more}>${escapeXml(text)}</Item>`;
  const items: string[] = [];
  // Global attributes under the names that GDAL gives those of NetCDF, which its NetCDF writer turns back.
  const { Conventions: _, ...about } = globalAttributes(provenance);
  for (const [name, value] of Object.entries(about)) items.push(item(`NC_GLOBAL#${name}`, textFor(value)));
  for (const name of ["standard_name", "long_name", "cell_methods", "comment"]) {
    const text = textOf(field.attributes, name);
    if (text) items.push(item(name, text));
  }
  for (const dim of field.dims.slice(0, -2)) {
    for (const [name, value] of Object.entries(field.coordinate(dim)?.attributes ?? {}))
      if (typeof value === "string" && value !== "") items.push(item(`${dim}#${name}`, value));
  }
  names.forEach((name, sample) => {
    const role = (what: string) => ` sample="${sample}" role="${what}"`;
    for (const { dim, value } of places[sample]!)
      if (Number.isFinite(value)) items.push(item(`NETCDF_DIM_${dim}`, `${value}`, ` sample="${sample}"`));
    if (name !== "") items.push(item("DESCRIPTION", name, role("description")));
    if (field.units) items.push(item("UNITTYPE", field.units, role("unittype")));
    if (scale !== 1) items.push(item("SCALE", `${scale}`, role("scale")));
    if (offset !== 0) items.push(item("OFFSET", `${offset}`, role("offset")));
  });
  return `<GDALMetadata>${items.join("")}</GDALMetadata>`;
}

/** One band with north up and west left. */
function planeOf(field: Field, band: number, flipY: boolean, flipX: boolean): Plane {
  const [height, width] = [field.shape.at(-2)!, field.shape.at(-1)!];
  const source = field.values.subarray(band * height * width, (band + 1) * height * width);
  if (!flipY && !flipX) return { width, height, values: source };
  const values = source instanceof Float32Array ? new Float32Array(source.length) : new Float64Array(source.length);
  for (let row = 0; row < height; row++) {
    const from = (flipY ? height - 1 - row : row) * width;
    const line = values.subarray(row * width, (row + 1) * width);
    line.set(source.subarray(from, from + width));
    if (flipX) line.reverse();
  }
  return { width, height, values };
}

/**
 * Writes a field as a cloud-optimised GeoTIFF with north up: the last two dimensions are y and x on a regular grid (or
 * a turned one that came from a GeoTIFF), all positions along the others become bands. Coordinates in kilometres are
 * written in metres. Whole-number types store exactly what fits, or it is an error. In memory it takes one band and
 * its overviews beside the field.
 *
 * @param path - replaced when the new file is complete
 * @throws ShapeError if the field has no regular y and x at its end; OptionsError if the projection has no EPSG code
 *   and none is stated; DomainError for a value that cannot be stored.
 */
export async function writeGeotiff(path: string, field: Field, options: GeotiffOptions = {}): Promise<void> {
  checkOptions("writeGeotiff", options, geotiffChecks);
  const [yDim, xDim] = [field.dims.at(-2), field.dims.at(-1)];
  if (xDim === undefined || yDim === undefined || field.dimOf("x") !== xDim || field.dimOf("y") !== yDim) {
    throw new ShapeError(
      `writeGeotiff: field ${field.name}`,
      "y and x as its last two dimensions",
      field.dims.join(", "),
    );
  }
  const [height, width] = [field.size(yDim), field.size(xDim)];
  const keys = geoKeysOf(field, xDim, yDim, options.epsg);
  // Keys that came with a file state the unit of its coordinates themselves.
  const own =
    options.epsg === undefined && numbersOf(field.gridMapping?.attributes ?? {}, "geo_key_directory").length > 0;
  const { tags, flipY, flipX } = placeOf(field, yDim, xDim, !own);
  const places = bandPlaces(field);
  const bands = places.length;
  const names = options.bands ?? places.map(describeBand);
  if (names.length !== bands) throw new ShapeError("writeGeotiff: bands", [bands], [names.length]);
  const packing = packingOf(field.values, options);
  const { bits, format } = kindOf(packing.dtype);
  const tile = Math.min(options.tile ?? 512, 16 * Math.ceil(Math.max(width, height) / 16));
  const { overviews = "average", compression = 6 } = options;
  const levels = overviews === "none" ? [{ width, height }] : levelSizes(width, height, tile);
  const model = keys ? [] : [short(34735, 1, 1, 0, 2, 1024, 0, 1, onSphere(field, xDim, yDim) ? 2 : 1, 1025, 0, 1, 1)];
  const reference: Tag[] = keys
    ? [
        short(34735, ...keys.directory),
        ...(keys.doubles.length > 0 ? [double(34736, keys.doubles)] : []),
        ...(keys.ascii === "" ? [] : [ascii(34737, keys.ascii)]),
      ]
    : model;
  const { nodata } = packing;
  const raw = levels.reduce((n, l) => n + l.width * l.height, 0) * bands * (bits / 8);
  const plan = {
    path,
    levels,
    bands,
    bits,
    format,
    tile,
    predictor: (compression === 0 ? 1 : format === 3 ? 3 : 2) as 1 | 2 | 3,
    compression,
    big: options.bigTiff ?? raw > 2 ** 32 - 2 ** 24,
    tags: [...tags, ...reference, ascii(42112, metadata(field, places, names, packing, options))],
    sharedTags: nodata === undefined ? [] : [ascii(42113, Number.isNaN(nodata) ? "nan" : String(nodata))],
  };
  const coarser = overviews === "nearest" ? nearest : averaged;
  let [lastBand, pyramid]: [number, Plane[]] = [-1, []];
  const planeAt = (level: number, band: number): Plane => {
    if (band !== lastBand) [lastBand, pyramid] = [band, [planeOf(field, band, flipY, flipX)]];
    while (pyramid.length <= level) pyramid.push(coarser(pyramid.at(-1)!));
    return pyramid[level]!;
  };
  const write = (temporary: string) =>
    writeTiff(temporary, plan, (level, band) => tileCutter(planeAt(level, band), packing, tile, level === 0));
  await writeAtomically(path, write, { overwrite: options.overwrite ?? true });
}
