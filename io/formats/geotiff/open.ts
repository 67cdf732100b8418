/**
 * GeoTIFF files as one variable `band_data` over time (or bands), y and x: the first image of the file or one of its
 * overviews, with coordinates of pixel centres. Blocks are decoded by `tiff/codec.ts`.
 */

import { FormatError, OptionsError } from "../../../engine/errors.ts";
import { existsSync, statSync } from "../../../engine/platform/files.ts";
import { BinaryFile } from "../../storage/binary-file.ts";
import { describeVariable, heldPart, sourceOfParts } from "../../storage/parts.ts";
import type { AttributeValue, GridSource, RawArray, Slab, VariableInfo } from "../../storage/source.ts";
import { type Bands, bandsOf, joined } from "./bands.ts";
import { referenceOf, type TiffReference } from "./crs-of-keys.ts";
import { readDirectories, refuseTiff, type TiffDirectory } from "./tiff/directory.ts";
import { imageOf, type TiffImage } from "./tiff/image.ts";

/** Name of the one variable of a GeoTIFF, as rioxarray has it. */
export const BAND_DATA = "band_data";
/** Name of its grid mapping. */
export const SPATIAL_REF = "spatial_ref";

/** Options of `openGrid`. */
export interface GeotiffReadOptions {
  /** Overview that is read: 0 is the image itself, 1 the first, finest overview. @defaultValue 0 */
  readonly overview?: number;
  /**
   * Cell size that is fine enough, > 0, in the units of x (degrees, metres): the coarsest overview with cells no larger
   * is read. Not together with `overview`. @defaultValue the finest there is
   */
  readonly resolution?: number;
}

interface Level {
  readonly image: TiffImage;
  readonly mask: TiffImage | undefined;
}

const REDUCED = 1;
const MASK = 4;

/** The image, its overviews from fine to coarse, each with its mask, and how many images there are besides. */
function levelsOf(file: BinaryFile, directories: readonly TiffDirectory[]): { levels: Level[]; others: number } {
  const kind = (d: TiffDirectory) => d.number(254, d.number(255, 1) === 2 ? REDUCED : 0);
  const main = imageOf(file, directories[0]!);
  const rest = directories.slice(1);
  const reduced = rest.filter((d) => (kind(d) & REDUCED) !== 0 && (kind(d) & MASK) === 0);
  const images = [main, ...reduced.map((d) => imageOf(file, d))].sort((a, b) => b.width - a.width);
  const masks = rest.filter((d) => (kind(d) & MASK) !== 0).map((d) => imageOf(file, d));
  const levels = images.map((image) => ({
    image,
    mask: masks.find((m) => m.width === image.width && m.height === image.height),
  }));
  return { levels, others: rest.length - reduced.length - masks.length };
}

const maskBeside = (path: string) => `${path}.msk`;

/** GDAL's mask beside a file, `FILE.msk`, where it is of the same size. */
function outerMask(path: string, image: TiffImage): TiffImage | undefined {
  const beside = maskBeside(path);
  if (!existsSync(beside) || !statSync(beside).isFile()) return undefined;
  const file = new BinaryFile(beside, "geotiff");
  try {
    const mask = imageOf(file, readDirectories(file)[0]!);
    if (mask.width === image.width && mask.height === image.height) return mask;
    throw refuseTiff(
      beside,
      `it masks ${mask.height} x ${mask.width} pixels of an image of ${image.height} x ${image.width}`,
    );
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Position of pixels by GDAL's six numbers: `x = t[0] + column t[1] + row t[2]`, `y = t[3] + column t[4] + row t[5]`,
 * with column and row counted from the outer corner of the first pixel (OGC 19-008r4).
 */
type Transform = readonly [number, number, number, number, number, number];

/** The transform that tags state, with pixel-is-point moved to the pixel's corner; undefined without any. */
function transformOf(directory: TiffDirectory, pointIsCentre: boolean): Transform | undefined {
  const [scale, tie, matrix] = [33550, 33922, 34264].map((tag) => directory.numbers(tag)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let t: Transform;
  if (matrix.length === 16) t = [matrix[3]!, matrix[0]!, matrix[1]!, matrix[7]!, matrix[4]!, matrix[5]!];
  else if (scale.length >= 2 && tie.length >= 6) {
    const [dx, dy] = [scale[0]!, -scale[1]!];
    t = [tie[3]! - tie[0]! * dx, dx, 0, tie[4]! - tie[1]! * dy, 0, dy];
  } else return undefined;
  if (!pointIsCentre) return t;
  return [t[0] - (t[1] + t[2]) / 2, t[1], t[2], t[3] - (t[4] + t[5]) / 2, t[4], t[5]];
}

function chooseLevel(
  path: string,
  levels: readonly Level[],
  transform: Transform | undefined,
  options: GeotiffReadOptions,
) {
  const { overview, resolution } = options;
  const full = levels[0]!.image;
  const sizes = levels.map(({ image }) => `${image.height} x ${image.width}`).join(", ");
  if (resolution !== undefined) {
    if (!(resolution > 0) || overview !== undefined || !transform) {
      const why = overview !== undefined ? "together with overview" : transform ? "" : "of a file without georeference";
      const text = `${path}: resolution is ${resolution} ${why}; expected one positive number, the size of a cell`;
      throw new OptionsError(text, "resolution", resolution);
    }
    const cell = Math.hypot(transform[1], transform[4]);
    const fine = levels.filter(({ image }) => (cell * full.width) / image.width <= resolution * (1 + 1e-9));
    return fine.at(-1) ?? levels[0]!;
  }
  const chosen = levels[overview ?? 0];
  if (chosen && Number.isInteger(overview ?? 0)) return chosen;
  const text = `${path}: overview is ${overview}; expected 0 to ${levels.length - 1} (${sizes})`;
  throw new OptionsError(text, "overview", overview);
}

/** The transform of an overview covers the same ground with fewer pixels. */
function coarser(t: Transform, full: TiffImage, image: TiffImage): Transform {
  const [x, y] = [full.width / image.width, full.height / image.height];
  return [t[0], t[1] * x, t[2] * y, t[3], t[4] * x, t[5] * y];
}

function axis(reference: TiffReference, vertical: boolean, even: boolean): VariableInfo["attributes"] {
  const letter = vertical ? "Y" : "X";
  const role = even ? { axis: letter } : {};
  if (reference.geographic) {
    const name = vertical ? "latitude" : "longitude";
    return { standard_name: name, units: vertical ? "degrees_north" : "degrees_east", ...role };
  }
  if (reference.keys.size === 0) return role;
  const units = reference.units === undefined ? {} : { units: reference.units };
  return { standard_name: `projection_${letter.toLowerCase()}_coordinate`, ...units, ...role };
}

/** Metadata of the file that mentions its values, as attributes of the variable; the rest belongs to the file. */
function splitItems(bands: Bands): { own: Record<string, AttributeValue>; global: Record<string, AttributeValue> } {
  const own: Record<string, AttributeValue> = {};
  const global: Record<string, AttributeValue> = {};
  for (const { name, band, text } of bands.items) {
    if (band !== undefined || name === "AREA_OR_POINT") continue;
    // Global attributes of NetCDF, as GDAL and monge write them.
    const carried = /^NC_GLOBAL#([A-Za-z][\w.-]*)$/.exec(name)?.[1];
    if (carried !== undefined) global[carried] = text;
    // Of names in words, such as "Observation time", attributes have the words joined.
    const joined = name.replaceAll(" ", "_");
    if (!/^[A-Za-z]\w*$/.test(joined)) continue;
    if (/^(standard_name|long_name|cell_methods|comment)$/.test(joined)) own[joined] = text;
    else global[joined] = text;
  }
  return { own, global };
}

interface Coordinate {
  readonly info: VariableInfo;
  readonly at: (...index: number[]) => number;
}

/** Coordinates of pixel centres: one of each row and column, or of each pixel where the grid is turned. */
function coordinatesOf(t: Transform | undefined, reference: TiffReference, y: number, x: number) {
  const straight = t !== undefined && t[2] === 0 && t[4] === 0;
  const dims = straight && reference.geographic ? (["latitude", "longitude"] as const) : (["y", "x"] as const);
  if (t === undefined) return { dims, auxiliary: [], coordinates: [] };
  const make = (
    name: string,
    own: readonly string[],
    shape: readonly number[],
    vertical: boolean,
    at: Coordinate["at"],
  ) => {
    const attributes = axis(reference, vertical, straight);
    return { info: describeVariable(name, "float64", own, shape, attributes), at };
  };
  if (straight) {
    const coordinates: Coordinate[] = [
      make(dims[0], [dims[0]], [y], true, (i) => t[3] + (i! + 0.5) * t[5]),
      make(dims[1], [dims[1]], [x], false, (i) => t[0] + (i! + 0.5) * t[1]),
    ];
    return { dims, auxiliary: [], coordinates };
  }
  const names = reference.geographic ? ["latitude", "longitude"] : ["yc", "xc"];
  const coordinates: Coordinate[] = [
    make(names[0]!, dims, [y, x], true, (i, j) => t[3] + (j! + 0.5) * t[4] + (i! + 0.5) * t[5]),
    make(names[1]!, dims, [y, x], false, (i, j) => t[0] + (j! + 0.5) * t[1] + (i! + 0.5) * t[2]),
  ];
  return { dims, auxiliary: names, coordinates };
}

function fill({ start, count }: Slab, at: Coordinate["at"]): Float64Array {
  if (count.length === 1) return Float64Array.from({ length: count[0]! }, (_, i) => at(start[0]! + i));
  const columns = count[1]!;
  return Float64Array.from({ length: count[0]! * columns }, (_, i) =>
    at(start[0]! + Math.floor(i / columns), start[1]! + (i % columns)),
  );
}

/** Runs of neighbouring bands that a slab of the leading dimensions takes. */
function bandRuns(sizes: readonly number[], { start, count }: Slab): [first: number, count: number][] {
  const leading = sizes.length;
  if (leading === 0) return [[0, 1]];
  let runs: [number, number][] = [[start[0]!, count[0]!]];
  for (let axis = 1; axis < leading; axis++) {
    const [size, from, several] = [sizes[axis]!, start[axis]!, count[axis]!];
    if (several === size) runs = runs.map(([first, n]) => [first * size, n * size]);
    else
      runs = runs.flatMap(([first, n]) =>
        Array.from({ length: n }, (_, i): [number, number] => [(first + i) * size + from, several]),
      );
  }
  return runs;
}

function sourceOf(file: BinaryFile, options: GeotiffReadOptions, onClose: (() => void)[]): GridSource {
  const { path } = file;
  const { levels, others } = levelsOf(file, readDirectories(file));
  const main = levels[0]!.image;
  const reference = referenceOf(main.directory);
  const transform = transformOf(main.directory, reference.point);
  const level = chooseLevel(path, levels, transform, options);
  const { image } = level;
  const outer = level.mask || image !== main ? undefined : outerMask(path, image);
  if (outer) onClose.push(() => outer.file.close());
  const bands = bandsOf(main, image, level.mask ?? outer);
  const here = transform && coarser(transform, main, image);
  const {
    dims: [yName, xName],
    coordinates,
    auxiliary,
  } = coordinatesOf(here, reference, image.height, image.width);
  const leading =
    bands.dimensions ?? (bands.count > 1 ? [{ name: "band", values: counted(bands.count), attributes: {} }] : []);
  const names = [...leading.map((d) => d.name), yName, xName];
  const sizes = leading.map((d) => d.values.length);
  const shape = [...sizes, image.height, image.width];
  const { own, global } = splitItems(bands);
  const chunks = [
    ...sizes.map((n) => (image.planar ? 1 : n)),
    Math.min(image.blockHeight, image.height),
    Math.min(image.blockWidth, image.width),
  ];
  const ties = main.directory.numbers(33922);
  const mapping: Record<string, AttributeValue> = { ...reference.attributes };
  if (here && (here[2] !== 0 || here[4] !== 0)) mapping.GeoTransform = here.join(" ");
  // Many tie points without a cell size are ground control points: kept for who can use them, no coordinates here.
  if (!here && ties.length >= 12) mapping.ground_control_points = Array.from(ties);
  const attributes = {
    ...own,
    ...bands.attributes,
    ...(auxiliary.length > 0 && { coordinates: auxiliary.join(" ") }),
    grid_mapping: SPATIAL_REF,
  };
  const read = async (slab: Slab, into?: Uint8Array): Promise<RawArray> => {
    const [row, column] = slab.start.slice(-2) as [number, number];
    const [rows, columns] = slab.count.slice(-2) as [number, number];
    const runs = bandRuns(sizes, slab);
    const window = { row, column, rows, columns };
    if (runs.length === 1) return bands.read(...runs[0]!, window, into);
    const parts: RawArray[] = [];
    for (const [first, count] of runs) parts.push(await bands.read(first, count, window));
    return joined(parts, bands.dtype);
  };
  const overviews = levels.slice(1).map((l) => `${l.image.height} x ${l.image.width}`);
  return sourceOfParts(
    {
      path,
      files: outer ? [maskBeside(path)] : [],
      format: "geotiff",
      attributes: {
        ...global,
        ...(overviews.length > 0 && { overviews: overviews.join(", ") }),
        ...(others > 0 && { further_images: others }),
      },
      close: () => {
        for (const close of onClose) close();
      },
    },
    [
      { info: { ...describeVariable(BAND_DATA, bands.dtype, names, shape, attributes), chunks }, read },
      { info: describeVariable(SPATIAL_REF, "int32", [], [], mapping) },
      ...leading.map(({ name, values, attributes: said }) =>
        heldPart(describeVariable(name, "float64", [name], [values.length], said), Float64Array.from(values)),
      ),
      ...coordinates.map(({ info, at }) => ({ info, read: (slab: Slab) => fill(slab, at) })),
    ],
  );
}

const counted = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

/**
 * Opens a GeoTIFF as one variable `band_data` with coordinates of pixel centres. Bands whose descriptions are dates
 * (or that GDAL or monge wrote with their positions) run over those dimensions, others over `band`, counted from 1.
 * An alpha band is no band of the variable: where it is 0, pixels are missing, as where a mask (in the file, or
 * `FILE.msk` beside it) is 0. A rotated grid has two-dimensional coordinates.
 *
 * @param path - a TIFF or BigTIFF file, whatever its ending
 * @throws FormatError if it is damaged or holds what is not lossless numbers; OptionsError for an overview that is
 *   not there.
 */
export async function openGeotiff(path: string, options: GeotiffReadOptions = {}): Promise<GridSource> {
  const file = new BinaryFile(path, "geotiff");
  const onClose = [() => file.close()];
  try {
    return sourceOf(file, options, onClose);
  } catch (cause) {
    for (const close of onClose) close();
    if (cause instanceof FormatError || cause instanceof OptionsError) throw cause;
    throw refuseTiff(path, `its directory cannot be read (${(cause as Error).message})`, cause);
  }
}
