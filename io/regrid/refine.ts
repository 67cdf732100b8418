/** Fields at other resolutions by a whole factor: conservative block means down, bilinear interpolation up. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { type BlockMeanOptions, bilinearUpsample, blockMean } from "../../engine/numerics/grid.ts";
import { dividedLine, edgesAlong, withCorners } from "../field/corners.ts";
import type { Coordinate, Field } from "../field/field.ts";
import { withoutRange, withoutTransform } from "../field/provenance.ts";
import { sizeOf, textOf } from "../storage/source.ts";

/** Options of {@link coarsen}. */
export interface CoarsenOptions extends BlockMeanOptions {
  /**
   * Whether rows and columns that do not fill a block are left out, at the end of y and x.
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

function coarsenCoordinate(field: Field, c: Coordinate, y: string, x: string, factor: number): Coordinate {
  const along = c.dims.filter((d) => d === y || d === x);
  if (along.length === 0) return c;
  if (c.dims.length === 1) {
    const part = { ...c, values: coarsenLine(c.values, factor) };
    if (!c.bounds) return part;
    const edges = edgesAlong(c)!;
    const bounds = Float64Array.from({ length: edges.length / factor }, (_, i) => {
      const cell = Math.floor(i / 2) * factor;
      return i % 2 === 0 ? edges[2 * cell]! : edges[2 * (cell + factor - 1) + 1]!;
    });
    return { ...part, bounds };
  }
  const { bounds: _, ...rest } = c;
  return { ...rest, values: planeMean(c, field, y, x, factor) };
}

/** Block means of a two-dimensional coordinate in float64 (positions need more digits than float32 has). */
function planeMean(c: Coordinate, field: Field, y: string, x: string, factor: number): Float64Array {
  if (c.dims.at(-2) !== y || c.dims.at(-1) !== x) {
    throw new ShapeError(`coarsen: coordinate ${c.name}`, `${y}, ${x} as its last dimensions`, c.dims.join(", "));
  }
  const [height, width] = [field.size(y), field.size(x)];
  const out = new Float64Array(c.values.length / (factor * factor));
  for (let i = 0; i < c.values.length; i++) {
    const column = i % width;
    const row = Math.floor(i / width);
    const block = Math.floor((row % height) / factor) + Math.floor(row / height) * (height / factor);
    out[block * (width / factor) + Math.floor(column / factor)]! += c.values[i]! / (factor * factor);
  }
  return out;
}

/**
 * Conservative coarsening: every cell of the result is the mean of `factor` x `factor` cells, so that sums over blocks
 * are kept (on grids of equal cell areas). A block with any missing value is missing, unless `minimumValid` is lower.
 * Coordinates, two-dimensional ones too, are averaged; `cell_methods` gains `area: mean`.
 *
 * @param field - y and x are its last two dimensions.
 * @throws ShapeError if the factor does not divide the grid and `crop` is not set; OptionsError for a bad factor.
 */
export function coarsen(field: Field, factor: number, options: CoarsenOptions = {}): Field {
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
  const values = blockMean(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor, options);
  const methods = textOf(field.attributes, "cell_methods");
  return field.with({
    shape: [...field.shape.slice(0, -2), height / factor, width / factor],
    values,
    coordinates: withCorners(
      field.coordinates.map((c) => coarsenCoordinate(field, c, y, x, factor)),
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

function refineCoordinate(field: Field, c: Coordinate, y: string, x: string, factor: number): Coordinate[] {
  if (!c.dims.includes(y) && !c.dims.includes(x)) return [c];
  const { bounds: _, ...rest } = c;
  if (c.dims.length === 1) {
    const cells = dividedLine(c, factor);
    return [{ ...rest, ...(cells ?? { values: refineLine(c.name, c.values, factor) }) }];
  }
  if (c.dims.at(-2) !== y || c.dims.at(-1) !== x || c.dims.length !== 2) return [];
  const [height, width] = [field.size(y), field.size(x)];
  const wide = new Float64Array(height * width * factor);
  for (let row = 0; row < height; row++) {
    wide.set(refineLine(c.name, c.values.subarray(row * width, (row + 1) * width), factor), row * width * factor);
  }
  const out = new Float64Array(wide.length * factor);
  const columns = width * factor;
  for (let column = 0; column < columns; column++) {
    const line = refineLine(
      c.name,
      Float64Array.from({ length: height }, (_, r) => wide[r * columns + column]!),
      factor,
    );
    for (let r = 0; r < line.length; r++) out[r * columns + column] = line[r]!;
  }
  return [{ ...rest, values: out }];
}

/**
 * Bilinear refinement by a whole factor with half-pixel centres and clamped edges (as torch's
 * `align_corners=False`): exact for affine fields except in the outer half of the border cells. Cells of
 * rows and columns are divided into equal ones, with bounds; two-dimensional coordinates are refined linearly, with corners.
 *
 * @param field - y and x are its last two dimensions.
 * @param factor - whole, ≥ 1
 * @throws OptionsError for a bad factor; ShapeError if a coordinate has a single position.
 */
export function refine(field: Field, factor: number): Field {
  const [y, x] = checkFactor("refine", field, factor);
  if (factor === 1) return field;
  const [height, width] = [field.size(y), field.size(x)];
  return field.with({
    shape: [...field.shape.slice(0, -2), height * factor, width * factor],
    values: bilinearUpsample(field.values, sizeOf(field.shape.slice(0, -2)), height, width, factor),
    coordinates: withCorners(
      field.coordinates.flatMap((c) => refineCoordinate(field, c, y, x, factor)),
      height * factor,
      width * factor,
    ),
    gridMapping: withoutTransform(field.gridMapping),
  });
}
