/** A variable that is not read yet: its coordinates are here, its values stay in the file until a part is loaded. */

import { checkOptions, positive, text } from "../../engine/checks.ts";
import { inspect } from "../../engine/text/inspect.ts";
import { bytesText } from "../../engine/text/number.ts";
import { axisOf } from "../field/axes.ts";
import { axisIndex, type Measured, type Part, type Pick } from "../field/cut.ts";
import { type Coordinate, Field, type FieldValues } from "../field/field.ts";
import { Gridded } from "../field/gridded.ts";
import { fieldText } from "../field/printed.ts";
import { type Names, permuted, renaming, reordering } from "../field/reshape.ts";
import { timeSteps } from "../field/time-steps.ts";
import { lengthOf, place, type Range, subRanges } from "../storage/block.ts";
import { type Attributes, type Slab, sizeOf } from "../storage/source.ts";

/** Source of the decoded values of a whole variable. */
export interface VariableStore {
  readonly dims: readonly string[];
  readonly shape: readonly number[];
  /** Sizes of the storage chunks, where the file is chunked. */
  readonly chunks: readonly number[] | undefined;
  readonly target: "float32" | "float64";
  /** Values of a slab, row-major. */
  read(slab: Slab): Promise<FieldValues>;
  /**
   * Looks whether what was read is as it was: files are looked at with every reading, the many files of a store here.
   * @throws FormatError where it changed while it was read
   */
  check?(): void;
}

/** A coordinate that changes with time; it is read together with the values. */
export interface LateCoordinate {
  readonly name: string;
  readonly attributes: Attributes;
  readonly store: VariableStore;
}

/** Parts of a {@link LazyField}. */
export interface LazyParts extends Omit<Measured, "dims" | "shape"> {
  readonly late: readonly LateCoordinate[];
  /** Files that are read. */
  readonly paths?: readonly string[];
  readonly store: VariableStore;
  /** One for each dimension of the store. */
  readonly picks: readonly Pick[];
}

/**
 * A variable of an open dataset, or a part of it. Selecting reads nothing and gives another one; `load` reads exactly
 * what is selected. Immutable; usable until the dataset is closed.
 */
export class LazyField extends Gridded<LazyField> {
  /** Its parts. */
  readonly parts: LazyParts;

  /** Datasets make these; see {@link Dataset.variable}. */
  constructor(parts: LazyParts) {
    const { store, picks } = parts;
    const dims = store.dims.filter((_, i) => picks[i]!.keep);
    super({ ...parts, dims, shape: picks.filter(({ keep }) => keep).map(({ ranges }) => lengthOf(ranges)) });
    this.parts = parts;
  }

  /** Text for `console.log`; it reads nothing. */
  [inspect](): string {
    return fieldText("LazyField", this, `not read, ${bytesText(this.bytes)}`);
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

  /** Coordinates that change with time: they come with the values, and nothing is selected by them before. */
  get late(): readonly LateCoordinate[] {
    return this.parts.late;
  }

  /** Positions in the file (or the joined files) that are taken along a dimension. @throws ShapeError as {@link size} */
  positions(dim: string): readonly Range[] {
    axisIndex(this, dim);
    return this.parts.picks[this.parts.store.dims.indexOf(dim)]!.ranges;
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
   *
   * @param options - `bytes`: size of the values of one piece, in bytes; a piece has at least one position
   */
  pieces(options: { readonly bytes?: number } = {}): LazyField[] {
    checkOptions("LazyField.pieces", options, { bytes: positive() });
    const { bytes = 64e6 } = options;
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
  async *slabs(options: { readonly bytes?: number } = {}): AsyncGenerator<Field> {
    checkOptions("LazyField.slabs", options, { bytes: positive() });
    for (const piece of this.pieces(options)) yield await piece.load();
  }

  rename(names: Names): LazyField {
    if (Object.keys(names).length === 0) return this;
    const { late, store, ...rest } = this.parts;
    const { to, ...changes } = renaming(this, names);
    const under = (own: VariableStore): VariableStore => ({ ...own, dims: own.dims.map(to) });
    return new LazyField({
      ...rest,
      ...changes,
      store: under(store),
      late: late.map((c) => ({ ...c, name: to(c.name), store: under(c.store) })),
    });
  }

  transpose(dims: readonly string[]): LazyField {
    if (String(dims) === String(this.dims)) return this;
    const { coordinates } = reordering(this, dims);
    const { store, picks, ...rest } = this.parts;
    // Dimensions that a selection dropped stand in front; they have one position.
    const dropped = store.dims.map((_, i) => i).filter((i) => !picks[i]!.keep);
    const whole = [...dropped, ...dims.map((dim) => store.dims.indexOf(dim))];
    const pick = <E>(list: readonly E[]): E[] => whole.map((axis) => list[axis]!);
    return new LazyField({
      ...rest,
      coordinates,
      picks: pick(picks),
      store: {
        dims: pick(store.dims),
        shape: pick(store.shape),
        chunks: store.chunks && pick(store.chunks),
        target: store.target,
        check: () => store.check?.(),
        async read({ start, count }) {
          const back = (list: readonly number[]) => list.map((_, axis) => list[whole.indexOf(axis)]!);
          return permuted(await store.read({ start: back(start), count: back(count) }), back(count), whole);
        },
      },
    });
  }

  /**
   * The same with times along the dimension that has none: that of time without units, else the first that is neither y
   * nor x. It is then named `time`; its times are those of the proleptic Gregorian calendar. Single days, months and
   * years that begin with their date get bounds.
   *
   * @param options.start - date of the first step, such as `"1983-01-01"` or `"1983-01-01T06"`
   * @param options.step - a whole number of units, such as `"1day"`, `"6 hours"`, `"10min"`, `"1month"`, `"1year"`
   * @throws OptionsError where it has times already or no such dimension, or for an invalid date or step
   * @example bands.withTimes({ start: "1983-01-01", step: "1day" })
   */
  withTimes(options: { readonly start: string; readonly step: string }): LazyField {
    checkOptions("LazyField.withTimes", options, { start: text, step: text }, ["start", "step"]);
    const { time, dim } = timeSteps(this, options);
    const named = dim === "time" ? this : this.rename({ [dim]: "time" });
    const others = named.coordinates.filter((c) => c.name !== "time" && axisOf(c.name, c.attributes) !== "time");
    return new LazyField({ ...named.parts, coordinates: [time, ...others] });
  }

  protected part({ coordinates, attributes, gridMapping, picks }: Part): LazyField {
    const { store, picks: own } = this.parts;
    const left = new Map(this.dims.map((dim, i) => [dim, picks[i]!]));
    const both = own.map((pick, axis): Pick => {
      const { ranges, keep } = (pick.keep && left.get(store.dims[axis]!)) || { ranges: undefined, keep: false };
      return ranges ? { ranges: ranges.flatMap((range) => subRanges(pick.ranges, range)), keep } : pick;
    });
    return new LazyField({ ...this.parts, coordinates, attributes, gridMapping, picks: both });
  }
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
