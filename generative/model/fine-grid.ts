/** The grid that a paired downscaler makes values on, as plain JSON that a model keeps. */
import { among, anything, type Check, list, optional, real, record, text, whole } from "../../engine/checks.ts";
import { ShapeError } from "../../engine/errors.ts";
import { significant } from "../../engine/text/number.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { type CellSize, type Coordinate, cellSize, Field, type GridMapping } from "../../io/field/index.ts";
import { gridOf, type RegridGrid } from "../../io/regrid/index.ts";
import type { Attributes } from "../../io/storage/index.ts";

/** Positions along one dimension. Plain JSON. */
export interface GridAxis {
  readonly name: string;
  readonly dim: string;
  /** Length n, in the units of `attributes`. */
  readonly values: readonly number[];
  /** Edges of the cells, [n, 2]. @defaultValue halfway between the positions */
  readonly bounds?: readonly number[];
  /** CF attributes, `units` included. */
  readonly attributes: Attributes;
}

/** Latitudes or longitudes of all pixels, row by row. Plain JSON. */
export interface GridPositions {
  readonly name: string;
  /** Degrees, [height, width]. */
  readonly values: readonly number[];
  /** CF attributes, `units` included. */
  readonly attributes: Attributes;
}

/** Rows and columns, and which pixels never have a value. Plain JSON. */
export interface FineGrid {
  readonly y: GridAxis;
  readonly x: GridAxis;
  /** Projection of y and x. @defaultValue none */
  readonly gridMapping?: GridMapping;
  /** Of rotated, projected and curvilinear grids, where known. */
  readonly positions?: readonly [latitude: GridPositions, longitude: GridPositions];
  /** True if y and x only count rows and columns. @defaultValue false */
  readonly numbered?: boolean;
  /**
   * Pixels, row by row, as lengths of runs: with values, without, with, … (the first may be 0); they sum to all pixels.
   * @defaultValue all have values
   */
  readonly runs?: readonly number[];
}

/** A map of more would not fit into memory beside its channels. */
const MOST_PIXELS = 2 ** 28;

const axisCheck = record({
  name: text,
  dim: text,
  values: list(real(), 1),
  bounds: optional(list(real(), 2)),
  attributes: anything,
});

const positionsCheck = record({ name: text, values: list(real(), 1), attributes: anything });

const shapeCheck = record({
  y: axisCheck,
  x: axisCheck,
  positions: optional(list(positionsCheck, 2, 2)),
  numbered: optional(among(true, false)),
  gridMapping: optional(record({ name: text, attributes: anything })),
  runs: optional(list(whole(0), 1)),
});

/** Tells what is wrong with a stored {@link FineGrid}. */
export const fineGridCheck: Check = (value, at) => {
  const wrong = shapeCheck(value, at);
  if (wrong !== undefined) return wrong;
  const { y, x, runs, positions = [] } = value as FineGrid;
  for (const [axis, { values, bounds }] of Object.entries({ y, x })) {
    if (bounds === undefined || bounds.length === 2 * values.length) continue;
    return `${at}.${axis}.bounds has ${bounds.length} numbers, expected ${2 * values.length}`;
  }
  const wanted = y.values.length * x.values.length;
  if (wanted > MOST_PIXELS) return `${at} has ${wanted} pixels, expected at most ${MOST_PIXELS}`;
  const odd = positions.find(({ values }) => values.length !== wanted);
  if (odd) return `${at}.positions: ${odd.name} has ${odd.values.length} values, expected ${wanted}`;
  const [sum, pixels] = [runs?.reduce((a, b) => a + b, 0), wanted];
  return sum === undefined || sum === pixels ? undefined : `${at}.runs sum to ${sum}, expected ${pixels} pixels`;
};

/**
 * The grid that a field lies on. Latitudes and longitudes over rows and columns are kept to eight digits, without corners.
 *
 * @param valid - [height, width], 0 for pixels that never have a value. @defaultValue all have
 * @throws ShapeError where y and x have no positions
 */
export function fineGridOf(field: Field | LazyField, valid?: Uint8Array): FineGrid {
  const { y, x, gridMapping, positions, numbered } = gridOf(field as Field);
  const runs = valid?.includes(0) ? runsOf(valid) : undefined;
  return {
    y: axisOf(y),
    x: axisOf(x),
    ...(gridMapping && { gridMapping }),
    ...(positions && { positions: [placesOf(positions[0]), placesOf(positions[1])] }),
    ...(numbered && { numbered }),
    ...(runs && { runs }),
  };
}

function axisOf({ name, dims, values, bounds, attributes }: Coordinate): GridAxis {
  const list = (numbers: Float64Array) => Array.from(numbers);
  return { name, dim: dims[0]!, values: list(values), ...(bounds && { bounds: list(bounds) }), attributes };
}

const placesOf = ({ name, values, attributes }: Coordinate): GridPositions => ({
  name,
  values: Array.from(values, (v) => significant(v, 8)),
  attributes,
});

/** Height and width in pixels. */
export const sizeOfGrid = ({ y, x }: FineGrid): readonly [height: number, width: number] => [
  y.values.length,
  x.values.length,
];

/** The grid as coordinates, for the regridder and for what is written. */
export function regridGridOf({ y, x, gridMapping, positions, numbered }: FineGrid): RegridGrid {
  const line = ({ name, dim, values, bounds, attributes }: GridAxis): Coordinate => ({
    name,
    dims: [dim],
    values: Float64Array.from(values),
    attributes,
    ...(bounds && { bounds: Float64Array.from(bounds) }),
  });
  const places = ({ name, values, attributes }: GridPositions): Coordinate => ({
    name,
    dims: [y.dim, x.dim],
    values: Float64Array.from(values),
    attributes,
  });
  return {
    y: line(y),
    x: line(x),
    gridMapping,
    ...(positions && { positions: [places(positions[0]), places(positions[1])] }),
    ...(numbered && { numbered }),
  };
}

/** Sizes of its cells, as far as its coordinates have them. */
export function spacingOf(grid: FineGrid): CellSize | undefined {
  const { y, x, gridMapping, positions = [], numbered } = regridGridOf(grid);
  const shape = sizeOfGrid(grid);
  const dims = [grid.y.dim, grid.x.dim];
  const coordinates = [...(numbered ? [] : [y, x]), ...positions];
  const values = new Float32Array(shape[0] * shape[1]);
  return cellSize(new Field({ name: "grid", dims, shape, values, coordinates, gridMapping }));
}

/** Pixels that are to have values, [height, width]; undefined where all are. */
export function validOf(grid: FineGrid): Uint8Array | undefined {
  if (grid.runs === undefined) return undefined;
  const [height, width] = sizeOfGrid(grid);
  const valid = new Uint8Array(height * width);
  let at = 0;
  for (const [i, length] of grid.runs.entries()) {
    valid.fill(i % 2 === 0 ? 1 : 0, at, at + length);
    at += length;
  }
  return valid;
}

function runsOf(valid: Uint8Array): number[] {
  const runs: number[] = [];
  let [last, length] = [1, 0];
  for (const v of valid) {
    if (v !== last) {
      runs.push(length);
      [last, length] = [v, 0];
    }
    length++;
  }
  return [...runs, length];
}

/** The first positions of a grid, and those of another that they are not, to a thousandth of a cell. */
function differing(
  grid: FineGrid,
  other: FineGrid,
): readonly [wanted: readonly number[], met: readonly number[]] | undefined {
  const lists = ({ y, x, positions }: FineGrid) => [y, x, ...(positions ?? [])].map(({ values }) => values);
  for (const [k, wanted] of lists(grid).entries()) {
    const met = lists(other)[k] ?? [];
    const cell = wanted.length > 1 ? Math.abs(wanted[1]! - wanted[0]!) || 1 : 1;
    if (met.length !== wanted.length || met.some((v, i) => Math.abs(v - wanted[i]!) > 1e-3 * cell))
      return [wanted, met];
  }
  return undefined;
}

/** True if two grids have the same positions, to a thousandth of a cell. */
export const sameGrid = (a: FineGrid, b: FineGrid): boolean =>
  differing(a, b) === undefined && JSON.stringify(a.gridMapping) === JSON.stringify(b.gridMapping);

/** @throws ShapeError unless the field lies on the grid of the other, to a thousandth of a cell */
export function checkSameGrid(where: string, field: LazyField, grid: FineGrid, whose: string): void {
  const found = differing(grid, fineGridOf(field));
  if (found === undefined) return;
  const shown = (values: readonly number[]) => `${values.length} positions from ${values[0]} to ${values.at(-1)}`;
  const [wanted, met] = found;
  throw new ShapeError(where, `the grid of ${whose} (${shown(wanted)})`, shown(met), "regrid one of them before");
}
