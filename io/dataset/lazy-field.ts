/** A variable that is not read yet: its coordinates are here, its values stay in the file until a part is loaded. */

import { OptionsError, ShapeError } from "../../engine/errors.ts";
import { inspect, shortNumber } from "../../engine/printed.ts";
import { type Axis, axisOf, isGeographic } from "../field/axes.ts";
import {
  type Coordinate,
  Field,
  type FieldValues,
  type GridMapping,
  type TimeStamp,
  withoutTransform,
} from "../field/field.ts";
import { fieldText } from "../field/printed.ts";
import { withoutRange } from "../field/provenance.ts";
import { type Attributes, sizeOf } from "../storage/source.ts";
import { lengthOf, place, type Range, subRanges, takeRanges } from "./block.ts";
import { isLongitude, type Label, type Pick, pickNumbers, type SelectOptions } from "./select.ts";
import { pickPlane } from "./select-plane.ts";
import { pickTimes } from "./select-time.ts";
import type { LateCoordinate, VariableStore } from "./variable-store.ts";

export type { LateCoordinate, VariableStore };

/** What a {@link LazyField} is made of. */
export interface LazyParts {
  readonly name: string;
  readonly units: string | undefined;
  readonly coordinates: readonly Coordinate[];
  readonly late: readonly LateCoordinate[];
  readonly attributes: Attributes;
  readonly gridMapping: GridMapping | undefined;
  readonly source: string;
  /** Files that are read. */
  readonly paths?: readonly string[];
  readonly store: VariableStore;
  /** One for each dimension of the store. */
  readonly picks: readonly Pick[];
}

/** A selection by position: one index drops the dimension, `[from, to)` keeps it. Negative single indices count from the end. */
export type IndexSelection = Readonly<Record<string, number | Range>>;

/** Options of {@link LazyField.slabs}. */
export interface SlabOptions {
  /** Size of the values of one piece, in bytes; a piece has at least one position. @defaultValue 64e6 */
  readonly bytes?: number;
}

const ALIASES: readonly (readonly [RegExp, Axis, RegExp])[] = [
  [/^(lat|latitude)$/i, "y", /^(degrees?_?n|latitude$)/i],
  [/^(lon|longitude)$/i, "x", /^(degrees?_?e|longitude$)/i],
];

/**
 * A variable of an open dataset, or a part of it. Selecting reads nothing and gives another one; `load` reads exactly what
 * is selected. Immutable; usable until the dataset is closed.
 */
export class LazyField {
  readonly name: string;
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  readonly units: string | undefined;
  /** Coordinates that do not change with time are here with their values; the others come with `load`. */
  readonly coordinates: readonly Coordinate[];
  readonly attributes: Attributes;
  readonly gridMapping: GridMapping | undefined;
  /** File, or first and last file. */
  readonly source: string;
  /** What it is made of. */
  readonly parts: LazyParts;

  /** Datasets make these; see {@link Dataset.variable}. */
  constructor(parts: LazyParts) {
    const { store, picks } = parts;
    this.parts = parts;
    this.name = parts.name;
    this.units = parts.units;
    this.coordinates = parts.coordinates;
    this.attributes = parts.attributes;
    this.gridMapping = parts.gridMapping;
    this.source = parts.source;
    this.dims = store.dims.filter((_, i) => picks[i]!.keep);
    this.shape = picks.filter(({ keep }) => keep).map(({ ranges }) => lengthOf(ranges));
  }

  /** What `console.log` prints; it reads nothing. */
  [inspect](): string {
    return fieldText("LazyField", this, `not read, ${shortNumber(this.bytes / 1e6)} MB`);
  }

  /** Size of the values once loaded, in bytes. */
  get bytes(): number {
    return sizeOf(this.shape) * (this.parts.store.target === "float32" ? 4 : 8);
  }

  /** Storage chunks along `dims`, where the file is chunked. */
  get chunks(): readonly number[] | undefined {
    const { store, picks } = this.parts;
    return store.chunks?.filter((_, i) => picks[i]!.keep);
  }

  /** Positions in the file (or the joined files) that are taken along a dimension. @throws ShapeError as {@link size} */
  positions(dim: string): readonly Range[] {
    this.axis(dim);
    return this.parts.picks[this.parts.store.dims.indexOf(dim)]!.ranges;
  }

  /** Size along a dimension. @throws ShapeError if there is no such dimension. */
  size(dim: string): number {
    return this.shape[this.axis(dim)]!;
  }

  /** The coordinate of this name, if there is one. */
  coordinate(name: string): Coordinate | undefined {
    return this.coordinates.find((c) => c.name === name);
  }

  /** Name of the dimension that plays a role (`"x"`, `"y"`, `"time"`, `"realization"`, …), if one does. */
  dimOf(role: Axis): string | undefined {
    return this.dims.find((dim) => axisOf(dim, this.coordinate(dim)?.attributes ?? {}) === role);
  }

  /** The decoded time coordinate, empty where there is none. @throws UnitsError if its units are not understood. */
  times(): readonly TimeStamp[] {
    const coordinates = this.coordinates.filter((c) => axisOf(c.name, c.attributes) === "time").slice(0, 1);
    const [time] = coordinates;
    if (time === undefined || time.dims.length > 1) return [];
    const shape = time.dims.map((dim) => this.size(dim));
    return new Field({ name: this.name, dims: time.dims, shape, values: time.values, coordinates }).times();
  }

  /**
   * A part by position, as {@link Field.isel}; nothing is read.
   * @throws ShapeError for an unknown dimension; OptionsError for an index out of range.
   */
  isel(selection: IndexSelection): LazyField {
    let result: LazyField = this;
    for (const [dim, pick] of Object.entries(selection)) {
      const size = result.size(dim);
      const single = typeof pick === "number";
      const from = single ? (pick < 0 ? pick + size : pick) : pick[0];
      const to = single ? from + 1 : pick[1];
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= size && from < to)) {
        const wanted = single ? `0 to ${size - 1}` : `[from, to) with 0 <= from < to <= ${size}`;
        const where = `${this.source}: variable ${this.name}`;
        throw new OptionsError(`${where}: ${dim} is ${JSON.stringify(pick)}; expected ${wanted}`, dim, pick);
      }
      result = result.take(dim, { ranges: [[from, to]], keep: !single });
    }
    return result;
  }

  /**
   * A part by label; nothing is read.
   *
   * Keys are names of coordinates; `lat`, `lon` (or `latitude`, `longitude`), `time`, `x` and `y` also find the coordinate
   * that plays the role. A range takes everything from label to label, both included, in file order; a text takes the
   * period it names and keeps the dimension; a number takes one position and drops the dimension. Longitudes are matched
   * around the circle: a box that crosses the seam of the grid comes joined in order, with longitudes in the box's
   * convention; a western end above the eastern one goes over the 180th meridian. On two-dimensional latitudes and
   * longitudes, ranges give the smallest box of indices around the cells inside.
   *
   * @throws OptionsError for an unknown name or where nothing lies at the labels; UnitsError for unreadable time units.
   */
  sel(labels: Readonly<Record<string, Label>>, options: SelectOptions = {}): LazyField {
    const where = `${this.source}: variable ${this.name}`;
    let result: LazyField = this;
    const plane: { latitude?: readonly [string, Label]; longitude?: readonly [string, Label] } = {};
    for (const [name, label] of Object.entries(labels)) {
      // On what the labels before have left: two coordinates may lie along one dimension, as those of stations.
      const coordinate = result.resolve(where, name);
      const { dims } = coordinate;
      if (dims.length === 1) {
        const isTime = axisOf(coordinate.name, coordinate.attributes) === "time";
        const dated =
          isTime && (Array.isArray(label) ? label.some((v) => typeof v === "string") : typeof label === "string");
        const pick = dated
          ? pickTimes(where, coordinate, label, options)
          : pickNumbers(where, coordinate, label, options);
        result = result.take(dims[0]!, pick, coordinate.name);
      } else plane[axisOf(coordinate.name, coordinate.attributes) === "y" ? "latitude" : "longitude"] = [name, label];
    }
    const { latitude, longitude } = plane;
    const any = latitude ?? longitude;
    if (any === undefined) return result;
    const { dims } = result.resolve(where, any[0]);
    const lat = latitude ? result.resolve(where, latitude[0]) : result.partner(where, dims, "y");
    const lon = longitude ? result.resolve(where, longitude[0]) : result.partner(where, dims, "x");
    const size = dims.map((dim) => result.size(dim)) as [number, number];
    const picks = pickPlane(where, lat, lon, [latitude?.[1], longitude?.[1]], size, options);
    return result.take(dims[0]!, picks[0]).take(dims[1]!, picks[1]);
  }

  /** Reads the selected part, and nothing else. @throws FormatError if its bytes cannot be had. */
  async load(): Promise<Field> {
    const { store, picks, late } = this.parts;
    const values = await readPicks(store, picks);
    const byDim = new Map(store.dims.map((dim, i) => [dim, picks[i]!]));
    const more: Coordinate[] = [];
    for (const { name, attributes, store: own } of late) {
      const ownPicks = own.dims.map((dim) => byDim.get(dim)!);
      const read = Float64Array.from(await readPicks(own, ownPicks));
      more.push({ name, attributes, dims: own.dims.filter((_, i) => ownPicks[i]!.keep), values: read });
    }
    const { name, dims, shape, units, attributes, gridMapping, source } = this;
    const coordinates = [...this.coordinates, ...more];
    return new Field({ name, dims, shape, values, units, coordinates, attributes, gridMapping, source });
  }

  /**
   * The part in pieces along time (or the leading dimension), in order, cut where storage chunks end as far as the size
   * allows. Each is as `isel` would give it; together they are the whole.
   */
  pieces(options: SlabOptions = {}): LazyField[] {
    const { bytes = 64e6 } = options;
    if (!(bytes > 0))
      throw new OptionsError(`${this.source}: slabs of ${bytes} bytes; expected more than 0`, "bytes", bytes);
    const dim = this.dimOf("time") ?? this.dims[0];
    if (dim === undefined || sizeOf(this.shape) === 0) return [this];
    const axis = this.parts.store.dims.indexOf(dim);
    const size = this.size(dim);
    const fitting = Math.max(1, Math.floor(bytes / (this.bytes / size)));
    const chunk = this.parts.store.chunks?.[axis] ?? 1;
    const step = fitting >= chunk ? Math.floor(fitting / chunk) * chunk : fitting;
    const { ranges } = this.parts.picks[axis]!;
    const out: LazyField[] = [];
    for (let from = 0; from < size; ) {
      // Cut at multiples of the chunks of the file, not of the selection.
      const [[stored]] = subRanges(ranges, [from, from + 1]) as [Range];
      const ahead = ranges.length > 1 || fitting < chunk ? step : step - (stored % chunk);
      const to = Math.min(size, from + ahead);
      out.push(this.isel({ [dim]: [from, to] }));
      from = to;
    }
    return out;
  }

  /** Loads the pieces one after the other: `for await (const field of pr.slabs({ bytes: 64e6 })) …`. */
  async *slabs(options: SlabOptions = {}): AsyncGenerator<Field> {
    for (const piece of this.pieces(options)) yield await piece.load();
  }

  private axis(dim: string): number {
    const axis = this.dims.indexOf(dim);
    if (axis >= 0) return axis;
    throw new ShapeError(`${this.source}: dimension of variable ${this.name}`, `one of ${this.dims.join(", ")}`, dim);
  }

  /** The coordinate that a name means: its own, or the one that plays the role. */
  private resolve(where: string, name: string): Coordinate {
    const own = this.coordinate(name);
    const roles = { time: "time", x: "x", y: "y" } as const;
    const alias = ALIASES.find(([pattern]) => pattern.test(name));
    const dim = Object.hasOwn(roles, name) ? this.dimOf(roles[name as "x"]) : undefined;
    const found = own ?? (alias ? this.geographic(alias[1] as "x" | "y") : this.coordinate(dim ?? ""));
    const selectable = found && found.dims.length > 0 && found.dims.length <= 2;
    if (selectable && (found.dims.length === 1 || alias)) return found;
    const names = this.coordinates.filter((c) => c.dims.length === 1).map((c) => c.name);
    const has = `it has ${[...names, ...(this.geographic("y") ? ["lat"] : []), ...(this.geographic("x") ? ["lon"] : [])].filter((v, i, all) => all.indexOf(v) === i).join(", ") || "none"}`;
    const hint = this.dims.includes(name) ? "the dimension has no coordinate; select it by position with isel" : has;
    throw new OptionsError(`${where}: there is no coordinate ${name} to select by; ${hint}`, name);
  }

  /** The latitude or longitude on the earth, of one or two dimensions. */
  private geographic(role: "x" | "y"): Coordinate | undefined {
    return this.coordinates.find(
      (c) =>
        (c.dims.length === 1 || c.dims.length === 2) &&
        axisOf(c.name, c.attributes) === role &&
        (isGeographic(c.name, c.attributes) || isLongitude(c)),
    );
  }

  private partner(where: string, dims: readonly string[], role: "x" | "y"): Coordinate {
    const found = this.geographic(role);
    if (found && String(found.dims) === String(dims)) return found;
    throw new OptionsError(`${where}: no ${role === "y" ? "latitude" : "longitude"} over ${dims.join(", ")}`, role);
  }

  /** Restricts one dimension. */
  private take(dim: string, pick: Pick, moved?: string): LazyField {
    const { store, picks, gridMapping, attributes } = this.parts;
    const whole = lengthOf(pick.ranges) === this.size(dim) && pick.ranges.length === 1;
    const coordinates = this.coordinates.map((c) => {
      const at = c.dims.indexOf(dim);
      if (at < 0) return c;
      const shape = c.dims.map((d) => this.size(d));
      const dims = pick.keep ? c.dims : c.dims.filter((d) => d !== dim);
      const attributes = whole ? c.attributes : withoutRange(c.attributes);
      const part = { ...c, attributes, dims, values: takeRanges(c.values, shape, at, pick.ranges) };
      const { bounds: _, ...bare } = part;
      if (c.name === moved && pick.shifts) shift(bare.values, pick, 1);
      // The corners of cells are no edges of a line.
      if (!c.bounds || (c.dims.length > 1 && dims.length < c.dims.length)) return bare;
      const edges = takeRanges(c.bounds, [...shape, c.bounds.length / c.values.length], at, pick.ranges);
      if (c.name === moved && pick.shifts) shift(edges, pick, 2);
      return { ...bare, bounds: edges };
    });
    const horizontal = dim === this.dimOf("x") || dim === this.dimOf("y");
    const axis = store.dims.indexOf(dim);
    const ranges = pick.ranges.flatMap((range) => subRanges(picks[axis]!.ranges, range));
    return new LazyField({
      ...this.parts,
      coordinates,
      attributes: whole ? attributes : withoutRange(attributes),
      gridMapping: horizontal && !(whole && pick.keep) ? withoutTransform(gridMapping) : gridMapping,
      picks: picks.with(axis, { ranges, keep: pick.keep }),
    });
  }
}

function shift(values: Float64Array, { ranges, shifts = [] }: Pick, width: number): void {
  let at = 0;
  ranges.forEach(([from, to], i) => {
    for (let n = (to - from) * width; n > 0; n--) values[at++]! += shifts[i] ?? 0;
  });
}

/** Reads what the picks take of every dimension, joined. */
async function readPicks(store: VariableStore, picks: readonly Pick[]): Promise<FieldValues> {
  const shape = picks.map(({ ranges }) => lengthOf(ranges));
  const only = (ranges: readonly Range[]) => ranges[0] ?? [0, 0];
  if (picks.every(({ ranges }) => ranges.length <= 1)) {
    const slab = picks.map(({ ranges }) => only(ranges));
    return store.read({ start: slab.map(([from]) => from), count: shape });
  }
  const total = sizeOf(shape);
  const out = store.target === "float32" ? new Float32Array(total) : new Float64Array(total);
  const visit = async (axis: number, start: number[], count: number[], at: number[]): Promise<void> => {
    if (axis === picks.length) return place(await store.read({ start, count }), count, out, shape, at);
    let passed = 0;
    for (const [from, to] of picks[axis]!.ranges) {
      await visit(axis + 1, [...start, from], [...count, to - from], [...at, passed]);
      passed += to - from;
    }
  };
  await visit(0, [], [], []);
  return out;
}
