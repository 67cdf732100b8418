/** Raw rasters after ESRI (BIL, BSQ, BIP, GridFloat), as PRISM publishes them: numbers in one file, their header beside it. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { FormatError } from "../../../engine/errors.ts";
import { getOwn } from "../../../engine/files/get-own.ts";
import { BinaryFile, elementSize, toNumbers } from "../../storage/binary-file.ts";
import { describeVariable, heldPart, sourceOfParts } from "../../storage/parts.ts";
import {
  type AttributeValue,
  type GridSource,
  type RawArray,
  type Slab,
  sizeOf,
  type VariableInfo,
} from "../../storage/source.ts";
import { nodataOf } from "../geotiff/bands.ts";
import { type BilHeader, readBilHeader } from "./header.ts";

const BAND_DATA = "band_data";
const SPATIAL_REF = "spatial_ref";
/** Names in ESRI's WKT of systems that have an EPSG code. */
const KNOWN: Readonly<Record<string, number>> = {
  GCS_WGS_1984: 4326,
  GCS_North_American_1983: 4269,
  GCS_North_American_1927: 4267,
  GCS_ETRS_1989: 4258,
};

/** The file of the reference system beside the raster. */
function projectionBeside(path: string): string | undefined {
  const stem = path.replace(/\.[^./\\]*$/, "");
  return [`${stem}.prj`, `${stem}.PRJ`].find((p) => existsSync(p) && statSync(p).size < 2 ** 16);
}

/** The reference system in a `.prj` (ESRI's WKT), as attributes of a grid mapping. */
function referenceIn(file: string | undefined): Record<string, AttributeValue> {
  const wkt = file === undefined ? "" : readFileSync(file, "utf8").trim();
  if (!/^(GEOGCS|PROJCS)\[/.test(wkt)) return {};
  const out: Record<string, AttributeValue> = { crs_wkt: wkt };
  if (wkt.startsWith("GEOGCS")) out.grid_mapping_name = "latitude_longitude";
  const figure = /SPHEROID\["[^"]*",\s*([\d.]+),\s*([\d.]+)/.exec(wkt);
  if (figure) Object.assign(out, { semi_major_axis: Number(figure[1]), inverse_flattening: Number(figure[2]) });
  const code = wkt.startsWith("GEOGCS") ? getOwn(KNOWN, /^GEOGCS\["([^"]*)"/.exec(wkt)?.[1] ?? "") : undefined;
  if (code !== undefined) out.epsg_code = `EPSG:${code}`;
  return out;
}

function axis(vertical: boolean, geographic: boolean, known: boolean): VariableInfo["attributes"] {
  const letter = vertical ? "Y" : "X";
  if (!known) return { axis: letter };
  const name = vertical ? "latitude" : "longitude";
  if (geographic) return { standard_name: name, units: vertical ? "degrees_north" : "degrees_east", axis: letter };
  return { standard_name: `projection_${letter.toLowerCase()}_coordinate`, axis: letter };
}

/** Reads rows of one band; those that lie side by side with nothing between are one read. */
function readRows(file: BinaryFile, header: BilHeader, band: number, slab: Slab, out: RawArray, offset: number): void {
  const { dtype, littleEndian, layout, bands } = header;
  const size = elementSize(dtype);
  const [row, column] = slab.start.slice(-2) as [number, number];
  const [rows, columns] = slab.count.slice(-2) as [number, number];
  const step = layout === "BIP" ? bands : 1;
  const base =
    header.skip +
    (layout === "BSQ"
      ? band * (header.rows * header.bandRowBytes + header.bandGapBytes)
      : layout === "BIL"
        ? band * header.bandRowBytes
        : 0);
  const stride = layout === "BSQ" ? header.bandRowBytes : header.totalRowBytes;
  const length = columns * step * size;
  const together = length === stride ? rows : 1;
  for (let r = 0; r < rows; r += together) {
    const bytes = file.bytes(base + (row + r) * stride + column * step * size, length * together);
    const values = toNumbers(bytes, dtype, littleEndian);
    const to = offset + r * columns;
    if (step === 1) out.set(values, to);
    else for (let i = 0, from = band; i < columns * together; i++, from += step) out[to + i] = values[from]!;
  }
}

function create(header: BilHeader, n: number): RawArray {
  return toNumbers(new Uint8Array(n * elementSize(header.dtype)), header.dtype, true);
}

/**
 * Opens a raw raster with an ESRI header as one variable `band_data`.
 * @throws FormatError if the header is missing or wrong, or the file shorter than it says.
 */
export function openBil(path: string): GridSource {
  const header = readBilHeader(path);
  const file = new BinaryFile(path, "bil");
  const { rows, columns, bands, layout, place } = header;
  const row = layout === "BIP" ? columns * bands * elementSize(header.dtype) : header.bandRowBytes;
  const rest = layout === "BIL" ? (bands - 1) * header.bandRowBytes + row : row;
  const needed =
    layout === "BSQ"
      ? header.skip + bands * rows * header.bandRowBytes + (bands - 1) * header.bandGapBytes
      : header.skip + (rows - 1) * header.totalRowBytes + rest;
  if (file.size < needed) {
    file.close();
    throw file.truncated(needed);
  }
  // Writers may fill up the last row; more than that, and the header is that of another file.
  const most =
    header.skip + (layout === "BSQ" ? bands * (rows * row + header.bandGapBytes) : rows * header.totalRowBytes);
  if (file.size > Math.max(needed, most)) {
    file.close();
    const what = `it has ${file.size} bytes; its header ${header.path} promises ${needed}`;
    throw new FormatError(path, "bil", what, "correct the header, or keep the file with its own");
  }
  const projection = projectionBeside(path);
  const mapping = referenceIn(projection);
  const known = mapping.crs_wkt !== undefined;
  const geographic = mapping.grid_mapping_name !== undefined;
  const [yName, xName] = geographic && place ? ["latitude", "longitude"] : ["y", "x"];
  const dims = bands > 1 ? ["band", yName, xName] : [yName, xName];
  const shape = bands > 1 ? [bands, rows, columns] : [rows, columns];
  const [nodata] = nodataOf(header.nodata === undefined ? undefined : `${header.nodata}`, header.dtype);
  const attributes: Record<string, AttributeValue> = nodata === undefined ? {} : { _FillValue: nodata };
  const data = describeVariable(BAND_DATA, header.dtype, dims, shape, { ...attributes, grid_mapping: SPATIAL_REF });
  const line = (name: string, count: number, said: VariableInfo["attributes"], at: (i: number) => number) =>
    heldPart(
      describeVariable(name, "float64", [name], [count], said),
      Float64Array.from({ length: count }, (_, i) => at(i)),
    );
  const read = (slab: Slab): RawArray => {
    const out = create(header, sizeOf(slab.count));
    const [first, count] = bands > 1 ? [slab.start[0]!, slab.count[0]!] : [0, 1];
    const cells = sizeOf(slab.count.slice(-2));
    for (let b = 0; b < count && cells > 0; b++) readRows(file, header, first + b, slab, out, b * cells);
    return out;
  };
  return sourceOfParts(
    {
      path,
      files: [header.path, ...(projection === undefined ? [] : [projection])],
      format: "bil",
      attributes: {},
      close: () => file.close(),
    },
    [
      { info: data, read },
      { info: describeVariable(SPATIAL_REF, "int32", [], [], mapping) },
      ...(bands > 1 ? [line("band", bands, {}, (i) => i + 1)] : []),
      ...(place
        ? [
            line(yName, rows, axis(true, geographic, known), (i) => place.y - i * place.dy),
            line(xName, columns, axis(false, geographic, known), (i) => place.x + i * place.dx),
          ]
        : []),
    ],
  );
}
