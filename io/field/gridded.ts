/** Names, roles and parts of fields, read or not. */
import { anything, checkOptions } from "../../engine/checks.ts";
import type { Attributes } from "../storage/source.ts";
import { type Axis, dimOf } from "./axes.ts";
import { axisIndex, cutPositions, type IndexSelection, type Measured, type Outline, type Part } from "./cut.ts";
import type { Coordinate, GridMapping, TimeStamp } from "./field.ts";
import { type Names, namesWithoutGroups } from "./reshape.ts";
import type { SelectOptions } from "./select.ts";
import { cutLabels, type LabelSelection } from "./select-labels.ts";
import { timesOf } from "./time-axis.ts";

/** A quantity on a grid, read or not; `Self` is the class of its parts. */
export abstract class Gridded<Self> implements Outline {
  /** Of the variable, e.g. `pr`. */
  readonly name: string;
  /** One name per dimension, slowest first. */
  readonly dims: readonly string[];
  /** Size of each dimension, in the order of `dims`. */
  readonly shape: readonly number[];
  /** CF (udunits) text, e.g. `mm/day`; undefined where not known. */
  readonly units: string | undefined;
  /** Along some of the dimensions, or scalar; of one that is not read, those that do not change with time. */
  readonly coordinates: readonly Coordinate[];
  /** CF attributes of the variable besides its units. */
  readonly attributes: Attributes;
  /** Projection of the coordinates; undefined where none is stated. */
  readonly gridMapping: GridMapping | undefined;
  /** File, or first and last file; undefined where it comes from none. */
  readonly source: string | undefined;

  constructor({ name, dims, shape, units, coordinates, attributes, gridMapping, source }: Measured) {
    this.name = name;
    this.dims = dims;
    this.shape = shape;
    this.units = units;
    this.coordinates = coordinates;
    this.attributes = attributes;
    this.gridMapping = gridMapping;
    this.source = source;
  }

  /** Size along a dimension. @throws ShapeError if there is no such dimension. */
  size(dim: string): number {
    return this.shape[axisIndex(this, dim)]!;
  }

  /** The coordinate of this name, if there is one. */
  coordinate(name: string): Coordinate | undefined {
    return this.coordinates.find((c) => c.name === name);
  }

  /** Name of the dimension that plays a role (`"x"`, `"y"`, `"time"`, `"realization"`, …), if one does. */
  dimOf(role: Axis): string | undefined {
    return dimOf(this, role);
  }

  /** The decoded time coordinate, empty where there is none. @throws UnitsError if its units are not understood. */
  times(): readonly TimeStamp[] {
    return timesOf(this);
  }

  /**
   * A part by position: `isel({ time: 3 })` drops the dimension, `isel({ time: [0, 10] })` keeps it.
   * Negative single indices count from the end.
   *
   * @throws ShapeError for an unknown dimension; OptionsError for an index out of range.
   */
  isel(selection: IndexSelection): Self {
    return this.part(cutPositions(this, selection));
  }

  /**
   * A part by label.
   *
   * Keys are names of coordinates; `lat`, `lon` (or `latitude`, `longitude`), `time`, `x` and `y` also find the
   * coordinate that plays the role. A range takes everything from label to label, both included, in file order; a text
   * takes the period it names and keeps the dimension; a number takes one position and drops the dimension. Longitudes
   * are matched around the circle: a box that crosses the seam of the grid comes joined in order, with longitudes in
   * the box's convention; a western end above the eastern one goes over the 180th meridian. On two-dimensional
   * latitudes and longitudes, stated or by the grid mapping, ranges give the smallest box of indices around the cells
   * inside.
   *
   * @throws OptionsError for an unknown name or where nothing lies at the labels; UnitsError for unreadable time units.
   * @example field.sel({ time: ["1950-06", "1950-08"], lat: [40, 50], lon: [-5, 6] })
   */
  sel(labels: LabelSelection, options: SelectOptions = {}): Self {
    checkOptions("Field.sel", options, { method: anything, tolerance: anything });
    return this.part(cutLabels(this, labels, options));
  }

  /**
   * The same under other names.
   *
   * @param names - new names by old ones, of the variable, its dimensions, coordinates and grid mapping
   * @throws OptionsError for a name that it does not have, and where two things would have one name
   * @example field.rename({ "Grid/precipitation": "pr", lat: "y" })
   */
  abstract rename(names: Names): Self;

  /**
   * The same with its dimensions in this order; two-dimensional coordinates follow.
   *
   * @param dims - all of its dimensions
   * @throws OptionsError for others
   */
  abstract transpose(dims: readonly string[]): Self;

  /**
   * The same without the groups before its names, `Grid/precipitation` as `precipitation`, so that any format can hold
   * it. Where two names would become one, the groups stay in them, with `_` for `/`.
   */
  ungroup(): Self {
    return this.rename(namesWithoutGroups(this));
  }

  /** The same with y and x as its last dimensions, where it has both. */
  mapsLast(): Self {
    const [y, x] = [this.dimOf("y"), this.dimOf("x")];
    const whole = y !== undefined && x !== undefined;
    return this.transpose(whole ? [...this.dims.filter((dim) => dim !== y && dim !== x), y, x] : this.dims);
  }

  /** The field of a part of this one's outline. */
  protected abstract part(part: Part): Self;
}
