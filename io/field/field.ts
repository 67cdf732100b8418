/** A physical quantity on a grid: numbers with named dimensions, coordinates, units, missing values and attributes. */
import ndarray, { type NdArray } from "ndarray";
import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { inspect } from "../../engine/printed.ts";
import { type Attributes, type FieldValues, sizeOf, textOf } from "../storage/source.ts";
import { type Axis, axisOf } from "./axes.ts";
import { type Calendar, decodeTime, parseTimeUnits, toDate, toIso } from "./calendar.ts";
import { fieldText } from "./printed.ts";
import { withoutRange } from "./provenance.ts";

export type { FieldValues };

/** Positions along one dimension, or auxiliary positions (2-D latitudes, scalar heights, station names are left out). */
export interface Coordinate {
  readonly name: string;
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
  readonly name: string;
  readonly attributes: Attributes;
}

/** What a {@link Field} is made of. */
export interface FieldOptions {
  /** Variable name, e.g. `pr`. */
  readonly name: string;
  /** One name per dimension, slowest first, e.g. `["time", "y", "x"]`. */
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  /** Row-major values, one per cell; kept, not copied. */
  readonly values: FieldValues;
  readonly units?: string | undefined;
  readonly coordinates?: readonly Coordinate[];
  readonly attributes?: Attributes;
  readonly gridMapping?: GridMapping | undefined;
  /** File it came from, for messages. */
  readonly source?: string | undefined;
}

/** One decoded moment of a time coordinate. */
export interface TimeStamp {
  readonly value: number;
  /** Without a zone, in the field's own calendar; undefined where the value is missing. */
  readonly iso: string | undefined;
  /** Undefined in calendars that JavaScript dates cannot express. */
  readonly date: Date | undefined;
}

/** A quantity on a grid; immutable by convention: every operation returns a new field. */
export class Field {
  readonly name: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly units: string | undefined;
  readonly coordinates: readonly Coordinate[];
  readonly attributes: Attributes;
  readonly gridMapping: GridMapping | undefined;
  readonly source: string | undefined;
  /** The values as an ndarray of the field's shape. */
  readonly array: NdArray<FieldValues>;

  /** @throws ShapeError if values, shape, dims and coordinates do not fit together. */
  constructor(options: FieldOptions) {
    const { name, dims, shape, values, coordinates = [] } = options;
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
    this.name = name;
    this.dims = [...dims];
    this.shape = [...shape];
    this.units = options.units;
    this.coordinates = coordinates;
    this.attributes = options.attributes ?? {};
    this.gridMapping = options.gridMapping;
    this.source = options.source;
    this.array = ndarray(values, [...shape]);
  }

  /** The values, contiguous and row-major over `shape`. */
  get values(): FieldValues {
    return this.array.data;
  }

  /** Size along a dimension. @throws ShapeError if the field has no such dimension. */
  size(dim: string): number {
    return this.shape[this.axisIndex(dim)]!;
  }

  /** The coordinate of this name, if there is one. */
  coordinate(name: string): Coordinate | undefined {
    return this.coordinates.find((c) => c.name === name);
  }

  /** Name of the dimension that plays a role (`"x"`, `"y"`, `"time"`, `"realization"`, …), if one does. */
  dimOf(axis: Axis): string | undefined {
    return this.dims.find((dim) => axisOf(dim, this.coordinate(dim)?.attributes ?? {}) === axis);
  }

  /** What `console.log` prints, in the order of xarray's repr; it looks at every value once. */
  [inspect](): string {
    return fieldText("Field", this, this.values);
  }

  /** A copy with some parts replaced; values and shape go together. */
  with(changes: Partial<FieldOptions>): Field {
    const { name, dims, shape, values, units, coordinates, attributes, gridMapping, source } = this;
    return new Field({ name, dims, shape, values, units, coordinates, attributes, gridMapping, source, ...changes });
  }

  /** 1 where a value is missing (NaN), else 0. */
  mask(): Uint8Array {
    return Uint8Array.from(this.values, (v) => (Number.isNaN(v) ? 1 : 0));
  }

  /** How many values are missing. */
  countMissing(): number {
    let count = 0;
    for (const v of this.values) if (Number.isNaN(v)) count++;
    return count;
  }

  /** The decoded time coordinate, empty where there is none. @throws UnitsError if its units are not understood. */
  times(): readonly TimeStamp[] {
    const time = this.coordinates.find((c) => axisOf(c.name, c.attributes) === "time" && c.dims.length <= 1);
    if (!time) return [];
    const units = parseTimeUnits(textOf(time.attributes, "units") ?? "", textOf(time.attributes, "calendar"));
    return Array.from(time.values, (value) => {
      const moment = decodeTime(value, units);
      const calendar: Calendar = units.calendar;
      return { value, iso: moment && toIso(moment), date: moment && toDate(moment, calendar) };
    });
  }

  /**
   * A part of the field by index: `isel({ time: 3 })` drops the dimension, `isel({ time: [0, 10] })` keeps it.
   * Negative single indices count from the end.
   *
   * @throws ShapeError for an unknown dimension; OptionsError for an index out of range.
   */
  isel(selection: Readonly<Record<string, number | readonly [from: number, to: number]>>): Field {
    let result: Field = this;
    for (const [dim, pick] of Object.entries(selection)) result = result.select(dim, pick);
    return result;
  }

  private select(dim: string, pick: number | readonly [number, number]): Field {
    const axis = this.axisIndex(dim);
    const size = this.shape[axis]!;
    const single = typeof pick === "number";
    const from = single ? (pick < 0 ? pick + size : pick) : pick[0];
    const to = single ? from + 1 : pick[1];
    const inside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= size && from < to;
    if (!inside) {
      const wanted = single ? `0 to ${size - 1}` : `[from, to) with 0 <= from < to <= ${size}`;
      throw new OptionsError(`Field.isel: ${dim} is ${JSON.stringify(pick)}; expected ${wanted}`, dim, pick);
    }
    const take = (values: FieldValues, dims: readonly string[], shape: readonly number[]) => {
      const at = dims.indexOf(dim);
      return at < 0 ? values : takeRange(values, shape, at, from, to);
    };
    const kept = (dims: readonly string[]) => (single ? dims.filter((d) => d !== dim) : dims);
    const coordinates = this.coordinates.map((c) => {
      const shape = c.dims.map((d) => this.size(d));
      if (!c.dims.includes(dim)) return c;
      const attributes = to - from === size ? c.attributes : withoutRange(c.attributes);
      const part = { ...c, attributes, dims: kept(c.dims), values: take(c.values, c.dims, shape) as Float64Array };
      // The corners of cells are no edges of a line.
      const { bounds: _, ...bare } = part;
      if (!c.bounds || (c.dims.length > 1 && part.dims.length < c.dims.length)) return bare;
      return {
        ...part,
        bounds: take(c.bounds, [...c.dims, " edge"], [...shape, c.bounds.length / c.values.length]) as Float64Array,
      };
    });
    return this.with({
      dims: kept(this.dims),
      shape: this.shape.flatMap((n, i) => (i === axis ? (single ? [] : [to - from]) : [n])),
      values: take(this.values, this.dims, this.shape),
      coordinates,
      attributes: to - from === size ? this.attributes : withoutRange(this.attributes),
      gridMapping:
        dim === this.dimOf("x") || dim === this.dimOf("y") ? withoutTransform(this.gridMapping) : this.gridMapping,
    });
  }

  private axisIndex(dim: string): number {
    const axis = this.dims.indexOf(dim);
    if (axis < 0) throw new ShapeError(`Field ${this.name}: dimension`, `one of ${this.dims.join(", ")}`, dim);
    return axis;
  }
}

/** GeoTransform is GDAL's restatement of the coordinates; it is left out where these change. */
export function withoutTransform(mapping: GridMapping | undefined): GridMapping | undefined {
  if (!mapping) return undefined;
  const { GeoTransform: _, ...attributes } = mapping.attributes;
  return { name: mapping.name, attributes };
}

/** Copies `[from, to)` along one axis of a row-major array. */
function takeRange(values: FieldValues, shape: readonly number[], axis: number, from: number, to: number): FieldValues {
  const inner = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const step = shape[axis]! * inner;
  const length = (to - from) * inner;
  const out = values instanceof Float32Array ? new Float32Array(outer * length) : new Float64Array(outer * length);
  for (let i = 0; i < outer; i++) out.set(values.subarray(i * step + from * inner, i * step + to * inner), i * length);
  return out;
}
