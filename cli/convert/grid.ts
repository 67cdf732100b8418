/** The grid that `monge convert` writes on: blocks of cells (`--coarsen`), even steps, or that of another file (`--grid`). */
import { existsSync } from "node:fs";
import { OptionsError } from "../../engine/errors.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { namedFields, openDataset } from "../../io/dataset/index.ts";
import { type Coordinate, geographicOf } from "../../io/field/index.ts";
import { coarsenLazy, gridOf, type RegridGrid, regridLazy, regularGrid } from "../../io/regrid/index.ts";
import { say } from "../shell/terminal.ts";
import type { ConvertOptions } from "./command.ts";

/** Options that choose the grid. */
type GridOptions = Pick<
  ConvertOptions,
  "coarsen" | "grid" | "method" | "minimumValid" | "bbox" | "allowExternal" | "every"
>;

/** Cells of the source kept on every side of a box, so that target cells at its edge have all they need. */
const margin = 2;

/** @throws OptionsError where an option of the grid goes without it */
export function checkGrid(o: GridOptions): void {
  if (o.coarsen !== undefined && o.grid !== undefined)
    throw new OptionsError("--coarsen and --grid both choose the grid; give one of them", "coarsen", o.coarsen);
  if (o.grid !== undefined) return;
  if (o.method !== undefined) throw new OptionsError("--method is for --grid", "method", o.method);
  if (o.minimumValid !== undefined && o.coarsen === undefined && o.every === undefined)
    throw new OptionsError("--minimum-valid is for --grid, --coarsen and --every", "minimumValid", o.minimumValid);
}

/** Means of blocks of `factor` x `factor` cells; rows and columns beyond the last whole block are left out, and said. */
export function inBlocks(variable: LazyField, factor: number, minimumValid: number | undefined): LazyField {
  const blocks = coarsenLazy(variable, factor, { crop: true, ...(minimumValid !== undefined && { minimumValid }) });
  const left = [-2, -1].map((k) => variable.shape.at(k)! - factor * blocks.shape.at(k)!);
  if (left.some((n) => n > 0)) {
    const [rows, columns] = left;
    say(`${factor} does not divide the grid: the last ${rows} rows and ${columns} columns are left out`);
  }
  return blocks;
}

/**
 * The variable on the grid that is asked for, and the files that the grid is from; the box is that of the result.
 * @throws OptionsError, and as `regrid`
 */
export async function onGrid(
  variable: LazyField,
  o: GridOptions & { readonly grid: string },
): Promise<{ readonly part: LazyField; readonly grid: readonly string[] }> {
  const { method = "conservative", minimumValid, bbox } = o;
  const { target, files } = await targetOf(o);
  const part = bbox === undefined ? variable : around(variable, bbox);
  const more = minimumValid !== undefined && { minimumValid };
  return { part: regridLazy(part, target, { method, ...more }), grid: files };
}

async function targetOf({ grid, bbox, allowExternal = false }: GridOptions & { readonly grid: string }): Promise<{
  readonly target: RegridGrid;
  readonly files: readonly string[];
}> {
  const step = grid.split(",").map((text) => (text.trim() === "" ? Number.NaN : Number(text)));
  if (step.length <= 2 && step.every((v) => v > 0 && Number.isFinite(v))) {
    const [dy, dx = dy] = step as [number, number?];
    const [west, south, east, north] = bbox ?? [-180, -90, 180, 90];
    const lon = [west, east > west ? east : east + 360] as const;
    return { target: regularGrid({ step: [dy, dx!], lat: [south, north], lon }), files: [] };
  }
  const { files, names } = namedFields(grid);
  if (!existsSync(files)) {
    const way = "give a step in degrees, such as 0.5 or 0.25,0.5 (latitude, longitude), or a file whose grid to take";
    throw new OptionsError(`--grid ${grid}: there is no such file; ${way}`, "grid", grid);
  }
  const data = await openDataset(files, { allowExternal });
  try {
    const whole = await data.variable(names[0] ?? data.dataVariables[0]);
    const part = bbox === undefined ? whole : whole.sel({ lon: [bbox[0], bbox[2]], lat: [bbox[1], bbox[3]] });
    const target = gridOf(part);
    for (const line of data.notices()) say(line);
    return { target, files: data.files };
  } finally {
    data.close();
  }
}

/** The part of a variable that a box needs; all of it where its cells have no latitudes and longitudes. */
function around(variable: LazyField, [west, south, east, north]: NonNullable<GridOptions["bbox"]>): LazyField {
  const own = variable.dims.slice(-2);
  const over = ({ dims }: Coordinate) => dims.length > 0 && dims.every((dim) => own.includes(dim));
  const [lat, lon] = (["y", "x"] as const).map((role) => geographicOf(variable.coordinates, role, over));
  if (!lat || !lon) return variable;
  const columns = lat.dims.length === 2 ? variable.size(lat.dims[1]!) : 1;
  const [dy, dx] = [lat, lon].map(({ values }) => margin * widest(values, columns)) as [number, number];
  const width = (east > west ? east : east + 360) - west + 2 * dx;
  const labels = { lat: [Math.max(-90, south - dy), Math.min(90, north + dy)] as [number, number] };
  return variable.sel(width >= 360 ? labels : { ...labels, lon: [west - dx, west - dx + width] });
}

/** Largest step from one position to the next, along rows and columns. */
function widest(values: Float64Array, columns: number): number {
  let most = 0;
  const step = (a: number, b: number) => {
    // Not that over the seam.
    const d = Math.abs(a - b);
    if (d < 180 && d > most) most = d;
  };
  for (let i = 0; i < values.length; i++) {
    if (i >= columns) step(values[i]!, values[i - columns]!);
    if (i % columns > 0) step(values[i]!, values[i - 1]!);
  }
  return most;
}
