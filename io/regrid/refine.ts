/** Fields at other resolutions by a whole factor: conservative block means down, bilinear interpolation up. */

import { checkOptions, flag, real } from "../../engine/checks.ts";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import { geographicOf } from "../field/axes.ts";
import { dividedLine, edgesAlong, seamless, withCorners } from "../field/corners.ts";
import { whereOf } from "../field/cut.ts";
import type { Coordinate, Field } from "../field/field.ts";
import { soundCoordinates } from "../field/horizontal.ts";
import { withoutRange, withoutTransform } from "../field/provenance.ts";
import { sizeOf, textOf } from "../storage/source.ts";
import { degreesOf, vectorOf } from "./sphere.ts";
import type { RegridOptions } from "./weights.ts";

/** Options of {@link coarsen}. */
export interface CoarsenOptions extends Pick<RegridOptions, "minimumValid"> {
  /**
   * True if rows and columns that do not fill a block are left out, at the end of y and x.
   * @defaultValue false: such a grid is an error
   */
  readonly crop?: boolean;
}

function checkFactor(name: string, field: Field, factor: number): readonly [string, string] {
  if (!Number.isInteger(factor) || factor < 1) {
    throw new OptionsError(`${name}: factor is ${factor}; expected a whole number of at least 1`, "factor", factor);
  }
  const [y, x] = field.dims.slice(-2);
  if (y === undefined || x === undefined) {
    throw new ShapeError(
      `${name}: field ${field.name}`,
      "y and x as its last two dimensions",
      field.dims.join(", ") || "none",
    );
  }
  return [y, x];
}

function coarsenLine(values: Float64Array, factor: number): Float64Array {
  return Float64Array.from({ length: values.length / factor }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < factor; k++) sum += values[i * factor + k]! - values[i * factor]!;
    return values[i * factor]! + sum / factor;
  });
}

/** Rule by which coordinates come to cells of another size. */
interface CoordinateMaps {
  /** Along rows or along columns. */
  line(c: Coordinate): Coordinate;
  /** Values over rows and columns, the last two dimensions. */
  plane(values: Float64Array): Float64Array;
  /** Substitute of a coordinate over rows or columns in another order. */
  others(c: Coordinate): readonly Coordinate[];
}

function mapCoordinates(
  { dims, shape }: Field,
  coordinates: readonly Coordinate[],
  { line, plane, others }: CoordinateMaps,
): readonly Coordinate[] {
  const [y, x] = dims.slice(-2) as [string, string];
  const places = placesOver(coordinates, shape.at(-1)!, plane);
  return coordinates.flatMap((c) => {
    if (!c.dims.includes(y) && !c.dims.includes(x)) return [c];
    if (c.dims.length === 1) return [line(c)];
    if (c.dims.at(-2) !== y || c.dims.at(-1) !== x) return others(c);
    const { bounds: _, ...rest } = c;
    return [{ ...rest, values: places.get(c) ?? plane(c.values) }];
  });
}

/** Latitudes and longitudes that go around a pole, where longitudes jump: mapped as vectors from the earth's centre. */
function placesOver(
  coordinates: readonly Coordinate[],
  width: number,
  plane: CoordinateMaps["plane"],
): ReadonlyMap<Coordinate, Float64Array> {
  const [lat, lon] = flatPlaces(coordinates);
  if (!lat || !lon || seamless(lon.values, width)) return new Map();
  const vectors = Array.from(lat.values, (v, i) => vectorOf(v, lon.values[i]!));
  const axis = (k: 0 | 1 | 2) => plane(Float64Array.from(vectors, (v) => v[k]));
  const [x, y, z] = [axis(0), axis(1), axis(2)];
  const places = Array.from(x, (_, i) => degreesOf(x[i]!, y[i]!, z[i]!));
  return new Map([
    [lat, Float64Array.from(places, ([v]) => v)],
    [lon, Float64Array.from(places, ([, v]) => v)],
  ]);
}

/** Latitude and longitude over rows and columns, where a field has them. */
const flatPlaces = (coordinates: readonly Coordinate[]) =>
  (["y", "x"] as const).map((role) => geographicOf(coordinates, role, ({ dims }) => dims.length === 2));

function coarsenAlong(c: Coordinate, factor: number): Coordinate {
  const part = { ...c, values: coarsenLine(c.values, factor) };
  if (!c.bounds) return part;
  const edges = edgesAlong(c)!;
  const bounds = Float64Array.from({ length: edges.length / factor }, (_, i) => {
    const cell = Math.floor(i / 2) * factor;
    return i % 2 === 0 ? edges[2 * cell]! : edges[2 * (cell + factor - 1) + 1]!;
  });
  return { ...part, bounds };
}

/** Block means in float64 (positions need more digits than float32 has). */
function planeMean(values: Float64Array, height: number, width: number, factor: number): Float64Array {
  const out = new Float64Array(values.length / (factor * factor));
  for (let i = 0; i < values.length; i++) {
    const column = i % width;
    const row = Math.floor(i / width);
    const block = Math.floor((row % height) / factor) + Math.floor(row / height) * (height / factor);
    out[block * (width / factor) + Math.floor(column / factor)]! += values[i]! / (factor * factor);
  }
  return out;
}

/**
 * Conservative coarsening: every cell of the result is the mean of `factor` x `factor` cells, so that sums over blocks
 * are kept (on grids of equal cell areas). A block with any missing value is missing, unless `minimumValid` is lower.
 * Coordinates, two-dimensional ones too, are averaged; `cell_methods` gains `area: mean`.
 *
 * @param field - y and x are its last two dimensions.
 * @throws ShapeError if the factor does not divide the grid and `crop` is not set, and for coordinates that turn back
 * or lie nowhere on the earth; OptionsError for a bad factor.
 */
export function coarsen(field: Field, factor: number, options: CoarsenOptions = {}): Field {
  checkOptions("coarsen", options, { crop: flag, minimumValid: real(0, 1) });
  const [y, x] = checkFactor("coarsen", field, factor);
  const [height, width] = [field.size(y), field.size(x)];
  const [rows, columns] = [height - (height % factor), width - (width % factor)];
  if (rows === 0 || columns === 0) {
    throw new ShapeError(`coarsen: field ${field.name}`, `at least ${factor} x ${factor} cells`, [height, width]);
  }
  if (rows !== height || columns !== width) {
    if (!options.crop) {
      throw new ShapeError(
        `coarsen: field ${field.name}`,
        `a grid that ${factor} divides`,
        `${height} x ${width}`,
        `crop it to ${rows} x ${columns}: \`crop: true\`, or \`field.isel({ ${y}: [0, ${rows}], ${x}: [0, ${columns}] })\``,
      );
    }
    return coarsen(field.isel({ [y]: [0, rows], [x]: [0, columns] }), factor, options);
  }
  const values = blockMean(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor, options.minimumValid);
  const methods = textOf(field.attributes, "cell_methods");
  return field.with({
    shape: [...field.shape.slice(0, -2), height / factor, width / factor],
    values,
    coordinates: withCorners(
      mapCoordinates(field, soundCoordinates(`coarsen: ${whereOf(field)}`, field, { gaps: true }), {
        line: (c) => coarsenAlong(c, factor),
        plane: (values) => planeMean(values, height, width, factor),
        others: ({ name, dims }) => {
          throw new ShapeError(`coarsen: coordinate ${name}`, `${y}, ${x} as its last dimensions`, dims.join(", "));
        },
      }),
      height / factor,
      width / factor,
    ),
    attributes:
      factor === 1
        ? field.attributes
        : { ...withoutRange(field.attributes), cell_methods: methods ? `${methods} area: mean` : "area: mean" },
    gridMapping: withoutTransform(field.gridMapping),
  });
}

/** Centres of finer cells on a line: linear between the given centres, and on beyond the outer ones. */
function refineLine(name: string, values: Float64Array, factor: number): Float64Array {
  const n = values.length;
  if (n < 2)
    throw new ShapeError(`refine: coordinate ${name}`, "at least 2 positions, to know the size of a cell", [n]);
  return Float64Array.from({ length: n * factor }, (_, i) => {
    const position = (i + 0.5) / factor - 0.5;
    const low = Math.min(Math.max(Math.floor(position), 0), n - 2);
    return values[low]! + (position - low) * (values[low + 1]! - values[low]!);
  });
}

/** Along rows, then along columns. */
function refinePlane(values: Float64Array, height: number, width: number, factor: number): Float64Array {
  const [columns, name] = [width * factor, "over y and x"];
  const wide = new Float64Array(values.length * factor);
  for (let at = 0; at < values.length; at += width) {
    wide.set(refineLine(name, values.subarray(at, at + width), factor), at * factor);
  }
  const out = new Float64Array(wide.length * factor);
  for (let first = 0; first < wide.length; first += height * columns) {
    for (let column = 0; column < columns; column++) {
      const along = Float64Array.from({ length: height }, (_, r) => wide[first + r * columns + column]!);
      const line = refineLine(name, along, factor);
      for (let r = 0; r < line.length; r++) out[first * factor + r * columns + column] = line[r]!;
    }
  }
  return out;
}

type Vector = readonly [number, number, number];

/** Twice the area of the triangle of three places of the unit sphere, seen from its centre; negative where they run clockwise. */
function area(a: Vector, b: Vector, c: Vector): number {
  const [u, v] = [b, c].map((p) => [p[0] - a[0], p[1] - a[1], p[2] - a[2]] as const) as [Vector, Vector];
  return a[0] * (u[1] * v[2] - u[2] * v[1]) + a[1] * (u[2] * v[0] - u[0] * v[2]) + a[2] * (u[0] * v[1] - u[1] * v[0]);
}

/** Neighbours on a plane of places may not coincide, nor rows or columns turn back. @throws ShapeError with index and place */
function checkUnfolded(where: string, coordinates: readonly Coordinate[], width: number): void {
  const [lat, lon] = flatPlaces(coordinates);
  if (!lat || !lon || String(lat.dims) !== String(lon.dims)) return;
  const vectors = Array.from(lat.values, (v, i) => vectorOf(v, lon.values[i]!));
  let side = 0;
  for (let i = 0; i + width < vectors.length; i++) {
    if (i % width === width - 1) continue;
    // All longitudes of a row at the pole are one place.
    if ([i, i + 1, i + width].some((k) => Math.abs(lat.values[k]!) > 90 - 1e-6)) continue;
    const turn = area(vectors[i]!, vectors[i + 1]!, vectors[i + width]!);
    side ||= Math.sign(turn);
    if (turn * side > 0) continue;
    throw new ShapeError(
      `${where}: coordinates ${lat.name} and ${lon.name}`,
      "rows and columns that go one way, without repeated or folded cells",
      `${lat.values[i]}, ${lon.values[i]} at index [${Math.floor(i / width)}, ${i % width}]`,
      "correct them in the file, or cut the part out that is sound (`isel`)",
    );
  }
}

/**
 * Bilinear refinement by a whole factor with half-pixel centres and clamped edges (as torch's `align_corners=False`):
 * exact for affine fields except in the outer half of the border cells. Cells of rows and columns are divided into
 * equal ones, with bounds; two-dimensional coordinates are refined linearly, with corners.
 *
 * @param field - y and x are its last two dimensions.
 * @param factor - whole, ≥ 1
 * @throws OptionsError for a bad factor; ShapeError if a coordinate has a single position, turns back, or lies nowhere
 * on the earth.
 */
export function refine(field: Field, factor: number): Field {
  const [y, x] = checkFactor("refine", field, factor);
  const [height, width] = [field.size(y), field.size(x)];
  const where = `refine: ${whereOf(field)}`;
  const coordinates = soundCoordinates(where, field);
  checkUnfolded(where, coordinates, width);
  if (factor === 1) return field;
  return field.with({
    shape: [...field.shape.slice(0, -2), height * factor, width * factor],
    values: bilinearUpsample(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor),
    coordinates: withCorners(
      mapCoordinates(field, coordinates, {
        line: (c) => ({ ...c, ...(dividedLine(c, factor) ?? { values: refineLine(c.name, c.values, factor) }) }),
        plane: (values) => refinePlane(values, height, width, factor),
        others: () => [],
      }),
      height * factor,
      width * factor,
    ),
    gridMapping: withoutTransform(field.gridMapping),
  });
}
