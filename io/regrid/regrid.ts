/** Fields on other grids: conservative, bilinear or nearest, with a stated rule for missing data. */
import { checkOptions } from "../../engine/checks.ts";
import { ShapeError } from "../../engine/errors.ts";
import { type Coordinate, Field } from "../field/field.ts";
import { withoutRange, withoutTransform } from "../field/provenance.ts";
import { textOf } from "../storage/source.ts";
import { applyWeights } from "./apply.ts";
import { gridOf, linesOf, type RegridGrid } from "./grid.ts";
import {
  type RegridOptions,
  type RegridWeights,
  regridChecks,
  regridWeights,
  type Weights,
  waysOf,
} from "./weights.ts";

/** Coordinates of the result: those of the target's grid, and those of the field that do not lie on its own. */
function coordinatesOf(field: Field, target: Field | RegridGrid, grid: RegridGrid): Coordinate[] {
  const own = field.dims.slice(-2);
  const { y, x, numbered } = grid;
  const positions: readonly Coordinate[] = grid.positions ?? [];
  const [dims, placed] = [
    [y.name, x.name],
    [...(numbered ? [] : [y, x]), ...positions],
  ];
  const taken = (name: string) => dims.includes(name) || placed.some((c) => c.name === name);
  const kept = field.coordinates.filter((c) => !c.dims.some((dim) => own.includes(dim)) && !taken(c.name));
  const auxiliary =
    target instanceof Field
      ? target.coordinates.filter(
          (c) => c.dims.length > 0 && c.dims.every((dim) => dims.includes(dim)) && !taken(c.name),
        )
      : [];
  return [...kept, ...placed, ...auxiliary.filter((c) => !kept.some((k) => k.name === c.name))];
}

function sameLine(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  return a.length === b.length && Array.from(a).every((v, i) => v === b[i]);
}

/** True if weights were made for this grid. */
function madeFor(weights: Weights, grid: RegridGrid): boolean {
  if (!("cells" in weights)) {
    const { y, x } = linesOf("regrid", grid);
    return sameLine(y.centres, weights.source.y.centres) && sameLine(x.centres, weights.source.x.centres);
  }
  const placesOf = ({ y, x, positions }: RegridGrid) => [y, x, ...(positions ?? [])];
  const own = placesOf(grid);
  const made = placesOf(weights.source);
  return own.length === made.length && own.every(({ values }, i) => sameLine(values, made[i]!.values));
}

/**
 * A field on another grid. Every image (time, member, …) takes the same weights; sums run in float64, the result has
 * the type of the field's values. Attributes stay; conservative regridding adds `area: mean` to `cell_methods`.
 * Averages of amounts per area keep the amount of water: the sum of value times {@link cellAreas} is the same on both
 * grids where the target covers the source (to float64 rounding for a Float64Array).
 *
 * @param field - y and x are its last two dimensions.
 * @param target - a grid ({@link regularGrid}), a field that lies on it, or weights made before for this field's grid
 * ({@link regridWeights}; method and border are then theirs).
 * @param options - method, and treatment of missing values and partly covered cells
 * @throws ShapeError as {@link regridWeights}, and for weights of another grid;
 * OptionsError for options out of range.
 */
export function regrid(field: Field, target: RegridWeights, options?: Omit<RegridOptions, "method" | "border">): Field;
export function regrid(field: Field, target: Field | RegridGrid, options: RegridOptions): Field;
export function regrid(
  field: Field,
  target: Field | RegridGrid | RegridWeights,
  options: Partial<RegridOptions> = {},
): Field {
  checkOptions("regrid", options, regridChecks);
  const ready = "shape" in target && "method" in target;
  const weights = (ready ? target : regridWeights(field, target, waysOf(options as RegridOptions))) as Weights;
  if (ready && !madeFor(weights, gridOf(field))) {
    const shown = `${field.shape.slice(-2).join(" x ")} cells with other positions`;
    const expected = "the grid that the weights were made for";
    throw new ShapeError(`regrid: field ${field.name}`, expected, shown, "make weights for this grid");
  }
  const { normalization = "fracarea", minimumValid = 1 } = options;
  const grid = weights.target;
  const [height, width] = [grid.y.values.length, grid.x.values.length];
  const values = applyWeights(field.values, weights, {
    normalization: weights.method === "conservative" ? normalization : "fracarea",
    minimumValid,
  });
  const methods = textOf(field.attributes, "cell_methods");
  const averaged = { cell_methods: methods ? `${methods} area: mean` : "area: mean" };
  return field.with({
    dims: [...field.dims.slice(0, -2), grid.y.dims[0]!, grid.x.dims[0]!],
    shape: [...field.shape.slice(0, -2), height, width],
    values,
    coordinates: coordinatesOf(field, ready ? grid : target, grid),
    attributes: { ...withoutRange(field.attributes), ...(weights.method === "conservative" && averaged) },
    // That of the field says where the new cells lie only if they are of its system.
    gridMapping: withoutTransform(grid.gridMapping ?? ("cells" in weights ? undefined : field.gridMapping)),
  });
}
