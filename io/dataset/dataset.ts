/** Files opened to look and select before anything is read: one file, or many as one field along time. */

import { checkOptions, flag, type OptionChecks, real, text } from "../../engine/checks.ts";
import { OptionsError } from "../../engine/errors.ts";
import { shortened } from "../../engine/text/escape-terminal.ts";
import { inspect, printedLines } from "../../engine/text/inspect.ts";
import { allOf } from "../field/cut.ts";
import type { Coordinate } from "../field/field.ts";
import { type OpenOptions, openChecks } from "../formats/format.ts";
import type { Attributes, DimensionInfo, FileFormat, VariableInfo } from "../storage/source.ts";
import { type ArchiveOptions, indexArchive, type Member } from "./archive.ts";
import { FilePool } from "./archive-pool.ts";
import { type FileJoin, storeOf } from "./archive-store.ts";
import { type LateCoordinate, LazyField, type VariableStore } from "./lazy-field.ts";
import { namedFiles } from "./named-files.ts";
import {
  auxiliaryTime,
  chooseVariable,
  coordinateVariables,
  mappingOf,
  ownAttributes,
  plausible,
  readCoordinate,
  timeDimension,
} from "./variable.ts";

/** Options of {@link openDataset}. */
export interface DatasetOptions extends OpenOptions, ArchiveOptions {}

/** Options of {@link Dataset.variable}. */
export interface VariableOptions {
  /** Units to take instead of the file's, where these are missing or wrong. */
  readonly units?: string;
  /** A value that means missing, where the file does not say so: as it is once unpacked. @defaultValue none */
  readonly missingValue?: number;
}

/** Checks of {@link VariableOptions}. */
export const variableChecks: OptionChecks<VariableOptions> = { units: text, missingValue: real() };

interface Contents {
  readonly format: FileFormat;
  readonly dims: readonly DimensionInfo[];
  readonly variables: readonly VariableInfo[];
  readonly attributes: Attributes;
  readonly joined: FileJoin;
  /** The joined time coordinate of many files. */
  readonly time: Coordinate | undefined;
  /** The variable that was asked for as the files were opened. */
  readonly named: string | undefined;
}

/** Open files as dimensions, variables and attributes; close it when done. */
export class Dataset {
  /** In order of time. */
  readonly paths: readonly string[];
  /** Of the first file, like `attributes`. */
  readonly format: FileFormat;
  readonly dims: readonly DimensionInfo[];
  readonly variables: readonly VariableInfo[];
  readonly attributes: Attributes;
  /** Names of the variables that look like data. */
  readonly dataVariables: readonly string[];
  private readonly contents: Contents;
  private readonly pool: FilePool;

  /** {@link openDataset} makes these. */
  constructor(contents: Contents, pool: FilePool) {
    this.contents = contents;
    this.pool = pool;
    this.paths = contents.joined.members.map(({ path }) => path);
    this.format = contents.format;
    this.dims = contents.dims;
    this.variables = contents.variables;
    this.attributes = contents.attributes;
    this.dataVariables = plausible(contents.variables);
  }

  /** Text for `console.log`: dimensions, and the variables that look like data. */
  [inspect](): string {
    const sizes = this.dims.map(({ name, size }) => `${shortened(name)}: ${size}`).join(", ");
    const row = ({ name, dims, units }: VariableInfo) =>
      [
        shortened(name, 40),
        `(${dims.map((dim) => shortened(dim, 40)).join(", ")})${units ? ` ${shortened(units)}` : ""}`,
      ] as const;
    const data = this.variables.filter(({ name }) => this.dataVariables.includes(name));
    const others = this.variables.length - data.length;
    const counted = others > 0 ? [["", `and ${others} other variables`] as const] : [];
    return printedLines(`Dataset (${sizes}), ${this.format}`, [...data.slice(0, 20).map(row), ...counted]);
  }

  /**
   * A variable with its coordinates read and its values still in the files.
   *
   * @param name - the one that was named as the files were opened, else the only one that looks like data, by default
   * @throws FormatError if it is not there or not numeric, or where files do not hold the same; OptionsError where
   * several
   *   look like data and none is named
   */
  async variable(name?: string, options: VariableOptions = {}): Promise<LazyField> {
    checkOptions("Dataset.variable", options, variableChecks);
    const { joined, time, format } = this.contents;
    const [first] = joined.members as [Member];
    const info = chooseVariable({ path: first.path, format, variables: first.variables }, name ?? this.contents.named);
    const stored = storeOf(info.name, joined, this.pool, options.units !== undefined);
    const store = options.missingValue === undefined ? stored : without(options.missingValue, stored);
    const coordinates: Coordinate[] = time && store.dims.includes(time.dims[0]!) ? [time] : [];
    const late: LateCoordinate[] = [];
    const moving = joined.dim ?? timeDimension(first.variables, info);
    const dating = auxiliaryTime(first.variables, info);
    const read = (one: VariableInfo) => this.pool.use(first.path, (source) => readCoordinate(source, one));
    // It takes the place of the one that says nothing.
    if (dating && !time) coordinates.push({ ...(await read(dating)), name: dating.dims[0]! });
    for (const one of coordinateVariables(first.variables, info)) {
      if (one === dating || one.name === dating?.dims[0] || one.name === time?.name) continue;
      const moves = moving !== undefined && one.dims.includes(moving) && (time !== undefined || one.dims.length > 1);
      if (moves) late.push({ name: one.name, attributes: one.attributes, store: storeOf(one.name, joined, this.pool) });
      else coordinates.push(await read(one));
    }
    return new LazyField({
      name: info.name,
      units: options.units ?? info.units,
      coordinates,
      late,
      attributes: ownAttributes(info),
      gridMapping: mappingOf(first.variables, info),
      source: joined.members.length === 1 ? first.path : `${first.path} … ${this.paths.at(-1)}`,
      paths: this.files,
      store,
      picks: allOf(store.shape),
    });
  }

  /** All files that are read: {@link paths}, and what lies beside them or is led to by links in them. */
  get files(): readonly string[] {
    return [...this.paths, ...this.pool.files];
  }

  /** @throws FormatError where what was read so far has been written to since, so that it does not belong together */
  checkUnchanged(): void {
    this.pool.check();
  }

  /** Notices about the parts that were read so far: chunks of a store that are not there. */
  notices(): readonly string[] {
    return this.pool.notices();
  }

  /** Closes the files; what was not loaded can no longer be. */
  close(): void {
    this.pool.close();
  }
}

/** Values but one, which is missing. */
function without(value: number, store: VariableStore): VariableStore {
  const both = [value, Math.fround(value)];
  return {
    ...store,
    async read(slab) {
      const values = await store.read(slab);
      for (let i = 0; i < values.length; i++) if (both.includes(values[i]!)) values[i] = Number.NaN;
      return values;
    },
  };
}

/** Shapes as they are once the files are joined. */
function joinContents(contents: Contents): Contents {
  const { joined, time, dims, variables } = contents;
  const { dim, stacked } = joined;
  if (time === undefined || dim === undefined) return contents;
  const size = time.values.length;
  if (stacked) {
    const data = new Set(plausible(variables));
    return {
      ...contents,
      dims: [{ name: dim, size, unlimited: false }, ...dims],
      variables: variables.map((v) => {
        if (v.name === time.name) return { ...v, dims: [dim], shape: [size] };
        return data.has(v.name) ? { ...v, dims: [dim, ...v.dims], shape: [size, ...v.shape] } : v;
      }),
    };
  }
  return {
    ...contents,
    dims: dims.map((d) => (d.name === dim ? { ...d, size } : d)),
    variables: variables.map((v) => ({ ...v, shape: v.shape.map((n, i) => (v.dims[i] === dim ? size : n)) })),
  };
}

/**
 * Opens files to select from them before reading. Several files are one field along time: they are put in order, their
 * times expressed in the units of the earliest, each unpacked by its own scale; only headers and coordinates are read.
 *
 * @param paths - one file of any format that monge reads, or several: same grid, variables, units and calendar, and
 * times
 *   that do not overlap. Holes between them are allowed; see {@link cadenceOf}. `"pr_*.nc"` stands for all files of such names,
 *   `"era5.nc:tp"` for a file and its variable.
 * @throws FormatError where a file cannot be read, or files do not belong together (it names both); OptionsError for
 *   unfit options.
 */
export async function openDataset(paths: string | readonly string[], options: DatasetOptions = {}): Promise<Dataset> {
  checkOptions("openDataset", options, { ...openChecks, variable: text, timeFromName: flag });
  const { timeFromName = false } = options;
  const { files: list, variable } = await namedFiles(typeof paths === "string" ? [paths] : paths, options.variable);
  if (list.length === 0) throw new OptionsError("openDataset: no files; name at least one", "paths", paths);
  const twice = list.find((path, i) => list.indexOf(path) !== i);
  if (twice !== undefined) throw new OptionsError(`openDataset: ${twice} is named twice; name it once`, "paths", twice);
  const pool = new FilePool(options);
  try {
    const archive =
      list.length > 1 || timeFromName ? await indexArchive(list, pool, { variable, timeFromName }) : undefined;
    const first = archive?.members[0]?.path ?? list[0]!;
    const contents = await pool.use(first, async ({ format, dims, variables, attributes }): Promise<Contents> => {
      const members = archive?.members ?? [{ path: first, variables, offset: 0, count: 1 }];
      const joined = { members, dim: archive?.time.dims[0], stacked: archive?.stacked ?? false };
      return { format, dims, variables, attributes, joined, time: archive?.time, named: variable };
    });
    return new Dataset(joinContents(contents), pool);
  } catch (error) {
    pool.close();
    throw error;
  }
}
