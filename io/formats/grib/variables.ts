/**
 * Fields of a file, one by one, as variables on (number, time, level, y, x): those of one parameter, statistic, kind of
 * level and grid are one variable; what was not sent is missing.
 */
import { FormatError } from "../../../engine/errors.ts";
import { copyBox, indexOf, positionsBetween, stridesOf } from "../../storage/box.ts";
import { describeVariable, heldPart, type SourcePart, sourceOfParts } from "../../storage/parts.ts";
import { type AttributeValue, type GridSource, type Slab, sizeOf, type VariableInfo } from "../../storage/source.ts";
import { type GribGrid, type GribMessage, GribProblem } from "./message.ts";

/** A field, and where its message lies. */
export interface PlacedField {
  readonly field: GribMessage;
  readonly offset: number;
}

/** All that can be read of a file, and why the rest cannot. */
export interface FileFields {
  readonly fields: readonly PlacedField[];
  readonly unread: readonly string[];
}

/** File of which the fields are, and the ways out where one cannot be read, or two are for one place. */
export interface FieldFile {
  readonly path: string;
  readonly format: string;
  readonly way: string;
  readonly split: string;
}
const TIME = { standard_name: "time", units: "seconds since 1970-01-01", calendar: "proleptic_gregorian" } as const;

interface Axis {
  readonly name: string;
  readonly values: readonly number[];
}

interface Variable {
  readonly info: VariableInfo;
  /** Field at each position along the leading dimensions; undefined where none was sent. */
  readonly fields: readonly (PlacedField | undefined)[];
}

type Said = Record<string, AttributeValue>;

/** Names axes so that equal ones are shared and others are distinguished by a number. */
class Axes {
  readonly lines = new Map<string, SourcePart>();
  readonly #names = new Map<string, string>();

  add(base: string, values: ArrayLike<number>, attributes: Said, bounds?: Float64Array): string {
    const all = Float64Array.from(values);
    return this.#named(base, [[...all], attributes, bounds ? [...bounds] : 0], (name) => {
      const said = bounds ? { ...attributes, bounds: `${name}_bnds` } : attributes;
      this.#line(name, [name], [all.length], said, all);
      if (bounds) this.#line(`${name}_bnds`, [name, "bnds"], [all.length, 2], {}, bounds);
    });
  }

  scalar(base: string, attributes: Said): string {
    return this.#named(base, attributes, (name) => this.#line(name, [], [], attributes, new Float64Array(1)));
  }

  #named(base: string, content: unknown, put: (name: string) => void): string {
    const key = JSON.stringify([base, content]);
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const name = freeName(base, this.lines);
    this.#names.set(key, name);
    put(name);
    return name;
  }

  #line(name: string, dims: string[], shape: number[], attributes: Said, values: Float64Array): void {
    this.lines.set(name, heldPart(describeVariable(name, "float64", dims, shape, attributes), values));
  }
}

/** The name, or with a number where it is taken. */
function freeName(base: string, taken: { has(name: string): boolean }): string {
  let name = base;
  for (let k = 2; taken.has(name); k++) name = `${base}_${k}`;
  return name;
}

const distinct = (values: readonly number[]) => [...new Set(values)].sort((a, b) => a - b);

/** Levels whose value says something, and its units; the others are one surface. */
const LEVELS: Readonly<Record<string, readonly [name: string, units: string]>> = {
  "1/100": ["pressure", "Pa"],
  "2/100": ["pressure", "Pa"],
  "1/103": ["height_above_sea", "m"],
  "1/105": ["height", "m"],
  "2/102": ["height_above_sea", "m"],
  "2/103": ["height", "m"],
  "nimrod/0": ["height", "m"],
  "nimrod/1": ["height_above_sea", "m"],
  "nimrod/2": ["pressure", "hPa"],
};

type Line = readonly [name: string, standardName: string, units: string];

/** Rows and columns. */
const LINES: Readonly<Record<GribGrid["system"], readonly [y: Line, x: Line]>> = {
  geographic: [
    ["latitude", "latitude", "degrees_north"],
    ["longitude", "longitude", "degrees_east"],
  ],
  rotated: [
    ["rlat", "grid_latitude", "degrees"],
    ["rlon", "grid_longitude", "degrees"],
  ],
  plane: [
    ["y", "projection_y_coordinate", "m"],
    ["x", "projection_x_coordinate", "m"],
  ],
};

/** The variables of these fields. @throws FormatError where two of them are for one place of a variable */
export function sourceOfFields(file: FieldFile, { fields, unread }: FileFields): GridSource {
  const { path, format, way } = file;
  const groups = grouped(fields, ({ field: { parameter, edition, levelType, statistic, grid, to } }) =>
    [parameter.key, edition, levelType, statistic, grid.key, !Number.isNaN(to)].join("|"),
  );
  const axes = new Axes();
  const variables = new Map<string, Variable>();
  for (const group of groups.flatMap(byInterval)) {
    const name = freeName(group[0]!.field.parameter.name, variables);
    variables.set(name, variableOf(file, name, group, axes));
  }
  let last: { readonly of: GribMessage; readonly values: Float32Array } | undefined;
  const decoded = ({ field, offset }: PlacedField): Float32Array => {
    if (last?.of === field) return last.values;
    try {
      last = { of: field, values: field.decode() };
      return last.values;
    } catch (error) {
      if (!(error instanceof GribProblem || error instanceof RangeError)) throw error;
      throw new FormatError(path, format, `the message at byte ${offset}: ${error.message}`, way, { cause: error });
    }
  };
  /** Planes that were not sent are missing. */
  const read = ({ info, fields }: Variable, { start, count }: Slab, into?: Uint8Array): Float32Array => {
    const out = into
      ? new Float32Array(into.buffer, into.byteOffset, into.length / 4)
      : new Float32Array(sizeOf(count));
    const lead = info.shape.length - 2;
    const cells = sizeOf(count.slice(lead));
    const strides = stridesOf(info.shape);
    const first = indexOf(start.slice(lead), strides.slice(lead));
    const last = start.slice(0, lead).map((n, d) => n + count[d]! - 1);
    const inner = stridesOf(count).slice(lead);
    const planes = stridesOf(info.shape.slice(0, lead));
    let to = 0;
    for (const at of cells > 0 ? positionsBetween(start.slice(0, lead), last) : []) {
      const placed = fields[indexOf(at, planes)];
      if (placed) {
        const from = { words: decoded(placed), offset: first, strides: strides.slice(lead) };
        copyBox(from, { words: out, offset: to, strides: inner }, count.slice(lead), 1);
      } else out.fill(Number.NaN, to, to + cells);
      to += cells;
    }
    return out;
  };
  const release = () => {
    last = undefined;
  };
  return sourceOfParts(
    {
      path,
      format,
      attributes: unread.length === 0 ? {} : { fields_not_read: unread.join("; ") },
      release,
      close: release,
    },
    [
      ...[...variables.values()].map((one) => ({
        info: one.info,
        read: (slab: Slab, into?: Uint8Array) => read(one, slab, into),
      })),
      ...axes.lines.values(),
    ],
  );
}

/**
 * Fields that end together but begin apart are several variables: sums since the start of the run, and those of the
 * last hours by their length, as weather services send both.
 */
function byInterval(group: readonly PlacedField[]): readonly (readonly PlacedField[])[] {
  const begins = new Map<string, number>();
  const isOne = group.every(({ field: { member, level, to, from } }) => {
    const key = `${member}|${level}|${to}`;
    if (!begins.has(key)) begins.set(key, from);
    return Object.is(begins.get(key), from);
  });
  if (isOne) return [group];
  return grouped(group, ({ field: { from, to, reference } }) => (from === reference ? "run" : `${to - from}`));
}

/** Lists of what has one key, in the order of their first. */
function grouped<T>(list: readonly T[], keyOf: (one: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()];
}

function variableOf(
  { path, format, split }: FieldFile,
  name: string,
  group: readonly PlacedField[],
  axes: Axes,
): Variable {
  const { parameter, grid, statistic, levelType, edition } = group[0]!.field;
  const all = group.map(({ field }) => field);
  const [members, times, levels] = [
    distinct(all.map((f) => f.member ?? 0)),
    distinct(all.map((f) => f.to)),
    distinct(all.map((f) => f.level)),
  ];
  const level = LEVELS[`${edition}/${levelType}`] ?? ["level", ""];
  const fields: (PlacedField | undefined)[] = new Array(members.length * times.length * levels.length).fill(undefined);
  const [rank, moment, height] = [members, times, levels].map((list) => new Map(list.map((v, i) => [v, i]))) as Map<
    number,
    number
  >[];
  for (const one of group) {
    const { member = 0, to, level: at } = one.field;
    const index = (rank!.get(member)! * times.length + moment!.get(to)!) * levels.length + height!.get(at)!;
    const before = fields[index]?.field;
    if (before !== undefined) {
      const runs = !Object.is(before.reference, one.field.reference);
      const at = Number.isNaN(to) ? "without a date" : `for ${new Date(to * 1000).toISOString()}`;
      const what = `two fields of ${name} are ${at}${runs ? ", of different runs" : ""}`;
      throw new FormatError(path, format, what, `${split}, one run or interval a file`);
    }
    fields[index] = one;
  }
  const dims: Axis[] = [];
  if (members.length > 1)
    dims.push({ name: axes.add("number", members, { standard_name: "realization" }), values: members });
  const begins = times.map((to) => all.find((f) => Object.is(f.to, to))!.from);
  const interval = times.some((to, i) => !Object.is(begins[i], to));
  if (interval && all.some((f) => f.from !== begins[moment!.get(f.to)!]))
    throw new FormatError(path, format, `fields of ${name} for one time cover different intervals`, split);
  const bounds = interval ? Float64Array.from(times.flatMap((to, i) => [begins[i]!, to])) : undefined;
  if (!times.some(Number.isNaN)) dims.push({ name: axes.add("time", times, TIME, bounds), values: times });
  const [levelName, levelUnits] = level;
  const said: Record<string, AttributeValue> = { ...(levelUnits && { units: levelUnits }), axis: "Z" };
  if (levels.length > 1) dims.push({ name: axes.add(levelName, levels, said), values: levels });
  const [[y, ofY, unitsY], [x, ofX, unitsX]] = LINES[grid.system];
  const rows = axes.add(y, grid.y, { standard_name: ofY, units: unitsY, axis: "Y" });
  const columns = axes.add(x, grid.x, { standard_name: ofX, units: unitsX, axis: "X" });
  const attributes: Record<string, AttributeValue> = {
    ...(parameter.title && { long_name: parameter.title }),
    ...(parameter.units && { units: parameter.units }),
    ...(statistic !== "point" && statistic !== "difference" && { cell_methods: `time: ${statistic}` }),
    grid_mapping: axes.scalar("crs", { ...grid.mapping }),
    ...(grid.lengths && { interpolated: "linearly along the rows of a reduced grid" }),
    [`${format}_parameter`]: parameter.key,
    [`${format}_level`]: levels.length > 1 ? `${levelType}` : `${levelType}: ${levels[0]}`,
    // NSSL's radar composites say "missing" and "no coverage" by numbers.
    ...(parameter.key.startsWith("2/161.209.6.") && { missing_value: [-1, -3] }),
  };
  const info = describeVariable(
    name,
    "float32",
    [...dims.map((d) => d.name), rows, columns],
    [...dims.map((d) => d.values.length), grid.rows, grid.columns],
    attributes,
  );
  return { info, fields };
}
