/** A physical quantity on a grid: numbers with named dimensions, coordinates, units, missing values and attributes. */

import ndarray, { type NdArray } from "ndarray";
import { checkNames } from "../../engine/checks.ts";
import { ShapeError } from "../../engine/errors.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { takeBlock } from "../storage/block.ts";
import { type Attributes, type FieldValues, sizeOf } from "../storage/source.ts";
import type { Measured, Part } from "./cut.ts";
import { meanOf, sameFields } from "./elementwise.ts";
import { Gridded } from "./gridded.ts";
import { fieldText } from "./printed.ts";
import { type Names, permuted, renaming, reordering } from "./reshape.ts";

export type { FieldValues };

/** Positions along one dimension, or auxiliary positions (2-D latitudes, scalar heights, station names are left out). */
export interface Coordinate {
  /** As in the file, groups included. */
  readonly name: string;
  /** One name per dimension, slowest first; none of a scalar. */
  readonly dims: readonly string[];
  /** Row-major over `dims`; NaN stands for missing. */
  readonly values: Float64Array;
  /** CF attributes with `units`, `standard_name`, `calendar`, …; `bounds` is kept apart. */
  readonly attributes: Attributes;
  /** Cell edges `[n, 2]` of a one-dimensional coordinate, corners `[…, 4]` of a two-dimensional one, in the same units. */
  readonly bounds?: Float64Array;
}

/** The variable that says which map projection the coordinates live in, passed through as it is. */
export interface GridMapping {
  /** Name of the variable, as `grid_mapping` of the data refers to it. */
  readonly name: string;
  /** CF parameters of the projection: `grid_mapping_name`, `crs_wkt`, … */
  readonly attributes: Attributes;
}

/** Parts of a {@link Field}. */
export interface FieldOptions {
  /** Variable name, e.g. `pr`. */
  readonly name: string;
  /** One name per dimension, slowest first, e.g. `["time", "y", "x"]`. */
  readonly dims: readonly string[];
  /** Size of each dimension, in the order of `dims`. */
  readonly shape: readonly number[];
  /** Row-major values, one per cell; kept, not copied. */
  readonly values: FieldValues;
  /** CF (udunits) text, e.g. `mm/day`. @defaultValue undefined: not known */
  readonly units?: string | undefined;
  /** Along some of the dimensions, or scalar; of any order. @defaultValue none */
  readonly coordinates?: readonly Coordinate[];
  /** CF attributes of the variable besides its units. @defaultValue none */
  readonly attributes?: Attributes;
  /** Projection of the coordinates. @defaultValue none */
  readonly gridMapping?: GridMapping | undefined;
  /** File it came from, for messages. */
  readonly source?: string | undefined;
}

/** A field that may lack its values: what a file is laid out from. Every {@link Field} is one. */
export type FieldTemplate = Omit<FieldOptions, "values" | "source"> & { readonly values?: FieldValues };

/** One decoded moment of a time coordinate. */
export interface TimeStamp {
  /** As stored, in the units of the time coordinate. */
  readonly value: number;
  /** Without a zone, in the field's own calendar; undefined where the value is missing. */
  readonly iso: string | undefined;
  /** Undefined in calendars that JavaScript dates cannot express. */
  readonly date: Date | undefined;
}

/** All of a field but its values. @throws OptionsError for an option that there is not */
function measured(options: FieldOptions): Measured {
  // A field that is spread brings its array along.
  checkNames("Field", options, "name dims shape values units coordinates attributes gridMapping source array");
  const { name, dims, shape, units, coordinates = [], attributes = {}, gridMapping, source } = options;
  return { name, dims: [...dims], shape: [...shape], units, coordinates, attributes, gridMapping, source };
}

/** A quantity on a grid; immutable by convention: every operation returns a new field. */
export class Field extends Gridded<Field> {
  /** The values as an ndarray of the field's shape. */
  readonly array: NdArray<FieldValues>;

  /** @throws ShapeError if values, shape, dims and coordinates do not fit together. */
  constructor(options: FieldOptions) {
    super(measured(options));
    const { name, dims, shape, coordinates } = this;
    const { values } = options;
    if (dims.length !== shape.length) {
      throw new ShapeError(`Field ${name}: shape`, `${dims.length} sizes, one for each of ${dims.join(", ")}`, shape);
    }
    if (new Set(dims).size !== dims.length)
      throw new ShapeError(`Field ${name}: dims`, "different names", dims.join(", "));
    if (!shape.every((n) => Number.isInteger(n) && n >= 0)) {
      throw new ShapeError(`Field ${name}: shape`, "whole numbers of at least 0", shape);
    }
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        `Field ${name}: values`,
        `${sizeOf(shape)} of shape [${shape.join(", ")}]`,
        `${values.length}`,
      );
    }
    for (const coordinate of coordinates) {
      const sizes = coordinate.dims.map((dim) => {
        const axis = dims.indexOf(dim);
        if (axis >= 0) return shape[axis]!;
        throw new ShapeError(`Field ${name}: coordinate ${coordinate.name}`, `dims among ${dims.join(", ")}`, dim);
      });
      if (coordinate.values.length !== sizeOf(sizes)) {
        throw new ShapeError(`Field ${name}: coordinate ${coordinate.name}`, sizes, [coordinate.values.length]);
      }
      const edges = (coordinate.bounds?.length ?? 0) / coordinate.values.length;
      const fits = coordinate.dims.length < 2 ? edges === 2 : Number.isInteger(edges) && edges > 2;
      if (coordinate.bounds && coordinate.values.length > 0 && !fits) {
        const expected = [...sizes, coordinate.dims.length < 2 ? 2 : 4];
        throw new ShapeError(`Field ${name}: bounds of ${coordinate.name}`, expected, [coordinate.bounds.length]);
      }
    }
    this.array = ndarray(values, [...shape]);
  }

  /** The values, contiguous and row-major over `shape`. */
  get values(): FieldValues {
    return this.array.data;
  }

  /** Text for `console.log`, in the order of xarray's repr; it looks at every value once. */
  [inspect](): string {
    return fieldText("Field", this, this.values);
  }

  /** A copy with some parts replaced; values and shape go together. */
  with(changes: Partial<FieldOptions>): Field {
    const { name, dims, shape, values, units, coordinates, attributes, gridMapping, source } = this;
    return new Field({ name, dims, shape, values, units, coordinates, attributes, gridMapping, source, ...changes });
  }

  rename(names: Names): Field {
    if (Object.keys(names).length === 0) return this;
    const { to, ...changes } = renaming(this, names);
    return this.with({ ...changes, dims: this.dims.map(to) });
  }

  transpose(dims: readonly string[]): Field {
    if (String(dims) === String(this.dims)) return this;
    const { order, shape, coordinates } = reordering(this, dims);
    return this.with({ dims, shape, coordinates, values: permuted(this.values, this.shape, order) });
  }

  /**
   * Means over dimensions, of the values that are there; missing where none is. Coordinates along them are left out.
   *
   * @param dims - names of dimensions, such as `"time"` or `["y", "x"]` @defaultValue all: a field of one value
   * @throws ShapeError if there is no such dimension
   */
  mean(dims: string | readonly string[] = this.dims): Field {
    return meanOf(this, typeof dims === "string" ? [dims] : dims);
  }

  /**
   * A field of the results of a function of each value, in float64. Units and attributes stay: replace them by {@link Field.with}
   * where they no longer hold.
   *
   * @param f - of a value, NaN where it is missing, and its position in `values`
   */
  map(f: (value: number, index: number) => number): Field {
    return this.with({ values: Float64Array.from(this.values, f) });
  }

  /** True if both have the same dimensions, sizes, units, coordinates and values; missing values are equal to each other. */
  equals(other: Field): boolean {
    return sameFields(this, other);
  }

  /** 1 where a value is missing (NaN), else 0. */
  missing(): Uint8Array {
    return Uint8Array.from(this.values, (v) => (Number.isNaN(v) ? 1 : 0));
  }

  /** Number of missing values. */
  countMissing(): number {
    let count = 0;
    for (const v of this.values) if (Number.isNaN(v)) count++;
    return count;
  }

  protected part({ dims, shape, coordinates, attributes, gridMapping, picks }: Part): Field {
    const values = takeBlock(
      this.values,
      this.shape,
      picks.map(({ ranges }) => ranges),
    );
    return this.with({ dims, shape, values, coordinates, attributes, gridMapping });
  }
}
