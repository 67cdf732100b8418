/** Cutting a part out of a field: what is left of its dimensions and coordinates, and which values it takes. */
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { lengthOf, type Range, subRanges, takeRanges } from "../storage/block.ts";
import type { Attributes } from "../storage/source.ts";
import { dimOf } from "./axes.ts";
import type { Coordinate, GridMapping } from "./field.ts";
import { withoutRange, withoutTransform } from "./provenance.ts";

/** A selection by position: one index drops the dimension, `[from, to)` keeps it. Negative single indices count from the end. */
export type IndexSelection = Readonly<Record<string, number | Range>>;

/** Positions along one dimension. */
export interface Pick {
  readonly ranges: readonly Range[];
  /** True if the dimension stays; a single label drops it. */
  readonly keep: boolean;
  /** Added to the coordinate along each range, where longitudes are given in another convention. */
  readonly shifts?: readonly number[];
}

/** A field without its values. */
export interface Outline {
  readonly name: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly coordinates: readonly Coordinate[];
  readonly attributes: Attributes;
  readonly gridMapping: GridMapping | undefined;
  /** File it came from, for messages. */
  readonly source: string | undefined;
  /** Coordinates that are not read yet. */
  readonly late?: readonly { readonly name: string; readonly attributes: Attributes }[];
}

/** A field without its values. */
export type Measured = Omit<Outline, "late"> & { readonly units: string | undefined };

/** A part of a field, which knows what it takes of the whole. */
export interface Part extends Outline {
  /** Dimensions of the whole. */
  readonly of: readonly string[];
  /** The taken positions of each of them. */
  readonly picks: readonly Pick[];
}

/** A field in words, for messages. */
export function whereOf({ source, name }: { readonly source?: string | undefined; readonly name: string }): string {
  return `${source ? `${source}: ` : ""}variable ${name}`;
}

/** Everything along dimensions of these sizes. */
export function allOf(shape: readonly number[]): Pick[] {
  return shape.map((n) => ({ ranges: n > 0 ? [[0, n]] : [], keep: true }));
}

/** The part that is the whole. */
export function wholeOf(outline: Outline): Part {
  const { name, dims, shape, coordinates, attributes, gridMapping, source, late = [] } = outline;
  return { name, dims, shape, coordinates, attributes, gridMapping, source, late, of: dims, picks: allOf(shape) };
}

/** Position of a dimension. @throws ShapeError if there is none of this name */
export function axisIndex(
  field: Omit<Outline, "shape" | "coordinates" | "attributes" | "gridMapping">,
  dim: string,
): number {
  const axis = field.dims.indexOf(dim);
  if (axis >= 0) return axis;
  throw new ShapeError(`${whereOf(field)}: dimension`, `one of ${field.dims.join(", ") || "none"}`, dim);
}

/**
 * A part by position.
 *
 * @throws ShapeError for an unknown dimension; OptionsError for an index out of range
 */
export function cutPositions(whole: Outline, selection: IndexSelection): Part {
  let part = wholeOf(whole);
  for (const [dim, pick] of Object.entries(selection)) {
    const size = part.shape[axisIndex(part, dim)]!;
    const single = typeof pick === "number";
    const from = single ? (pick < 0 ? pick + size : pick) : pick[0];
    const to = single ? from + 1 : pick[1];
    if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= size && from < to)) {
      const wanted = single ? `0 to ${size - 1}` : `[from, to) with 0 <= from < to <= ${size}`;
      throw new OptionsError(`${whereOf(whole)}: ${dim} is ${JSON.stringify(pick)}; expected ${wanted}`, dim, pick);
    }
    part = take(part, dim, { ranges: [[from, to]], keep: !single });
  }
  return part;
}

/**
 * Restricts one dimension of a part; coordinates and bounds follow.
 *
 * @param moved - name of the coordinate that the shifts of `pick` are for
 */
export function take(part: Part, dim: string, pick: Pick, moved?: string): Part {
  const axis = axisIndex(part, dim);
  const whole = lengthOf(pick.ranges) === part.shape[axis] && pick.ranges.length === 1;
  const left = (dims: readonly string[]) => (pick.keep ? dims : dims.filter((d) => d !== dim));
  const horizontal = dim === dimOf(part, "x") || dim === dimOf(part, "y");
  const at = part.of.indexOf(dim);
  const ranges = pick.ranges.flatMap((range) => subRanges(part.picks[at]!.ranges, range));
  return {
    ...part,
    dims: left(part.dims),
    shape: part.shape.flatMap((n, i) => (i !== axis ? [n] : pick.keep ? [lengthOf(ranges)] : [])),
    picks: part.picks.with(at, { ranges, keep: pick.keep }),
    coordinates: part.coordinates.map((c) => {
      const along = c.dims.indexOf(dim);
      if (along < 0) return c;
      const shape = c.dims.map((d) => part.shape[part.dims.indexOf(d)]!);
      const dims = left(c.dims);
      const attributes = whole ? c.attributes : withoutRange(c.attributes);
      const { bounds, ...bare } = { ...c, attributes, dims, values: takeRanges(c.values, shape, along, pick.ranges) };
      if (c.name === moved) shift(bare.values, pick, 1);
      // The corners of cells are no edges of a line.
      if (!bounds || (c.dims.length > 1 && dims.length < c.dims.length)) return bare;
      const edges = takeRanges(bounds, [...shape, bounds.length / c.values.length], along, pick.ranges);
      if (c.name === moved) shift(edges, pick, 2);
      return { ...bare, bounds: edges };
    }),
    attributes: whole ? part.attributes : withoutRange(part.attributes),
    gridMapping: horizontal && !(whole && pick.keep) ? withoutTransform(part.gridMapping) : part.gridMapping,
  };
}

function shift(values: Float64Array, { ranges, shifts }: Pick, width: number): void {
  let at = 0;
  for (const [i, [from, to]] of ranges.entries()) {
    for (let n = (to - from) * width; shifts && n > 0; n--) values[at++]! += shifts[i] ?? 0;
  }
}
