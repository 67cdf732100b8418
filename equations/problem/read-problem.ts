/** Problems whose functions come from files and fields: grids of NetCDF, Zarr, GeoTIFF, GRIB and CSV become parts of a problem. */

import { OptionsError } from "../../engine/errors.ts";
import { parseJson } from "../../engine/files/json-text.ts";
import { textFile } from "../../engine/files/read-bounded.ts";
import { dirname, isAbsolute, join } from "../../engine/platform/paths.ts";
import type { LazyField } from "../../io/dataset/index.ts";
import { suggest } from "../expression/syntax-error.ts";
import { type DataSpec, isData } from "./data-spec.ts";
import type { GridSpec } from "./grid-functions.ts";
import type { GridOfData, Members } from "./grid-of-field.ts";
import { problemFromJson } from "./json.ts";
import type { Problem, ProblemSpec } from "./problem.ts";
import { checkSpec } from "./spec-check.ts";
import { outlineOf } from "./written-domain.ts";

/**
 * Reads a problem whose functions may be files or fields, and puts their numbers into it: what is solved and saved needs
 * the files no more. Of each file only the part about the domain is read.
 *
 * @param problem - the path of a JSON file, beside which its files lie, or a problem in code
 * @throws OptionsError for a file that is not there, a grid that does not cover the domain, and what a file leaves open
 * @throws FormatError for a file or a variable that cannot be read; UnitsError for units that are missing or of another
 *   quantity; DomainError for missing values; all errors of `pde`
 * @example
 * await readProblem({
 *   name: "seepage", domain: { x: [0, 5], y: [0, 3] }, equations: "-div(k*grad(h)) = 0",
 *   functions: { k: { file: "perm.tif", interpolation: "linear" } }, conditions: ["h = 1 on x = 0", "h = 0 on x = 5"],
 * });
 */
export async function readProblem(problem: string | ProblemSpec): Promise<Problem> {
  const { path, written } = writtenAt(problem);
  return problemFromJson(await withData(written, dirname(path)), path);
}

/**
 * Reads one problem for each member of an ensemble: functions whose files have a dimension of members have that one, and
 * others are the same in all.
 *
 * @param problem - as {@link readProblem} takes it
 * @throws OptionsError where no function has members, or two have different numbers of them; all errors of `readProblem`
 */
export async function readEnsemble(problem: string | ProblemSpec): Promise<readonly Problem[]> {
  const { path, written } = writtenAt(problem);
  const counts = new Map<string, number>();
  const member = async (one: number) => problemFromJson(await withData(written, dirname(path), { one, counts }), path);
  const first = await member(0);
  const [[name, count] = ["", 1], ...others] = [...counts].filter(([, n]) => n > 1);
  if (count === 1)
    throw new OptionsError("readEnsemble: no function of the problem has members; use readProblem", "members");
  const other = others.find(([, n]) => n !== count);
  if (other !== undefined)
    throw new OptionsError(
      `readEnsemble: ${name} has ${count} members and ${other[0]} has ${other[1]}; give as many, or take one by "at"`,
      "members",
    );
  const all = [first];
  for (let k = 1; k < count; k++) all.push(await member(k));
  return all;
}

function writtenAt(problem: string | ProblemSpec): { readonly path: string; readonly written: unknown } {
  if (typeof problem !== "string") return { path: "problem", written: problem };
  return { path: problem, written: parseJson(textFile(problem, "problem"), problem) };
}

/** A problem, as written, with numbers in the place of files and fields. */
async function withData(written: unknown, folder: string, members?: Members): Promise<unknown> {
  checkSpec(written);
  const { functions = {} } = written;
  const found: Record<string, string | GridSpec> = {};
  for (const [name, one] of Object.entries(functions))
    found[name] = isData(one) ? await gridOf(name, one, written, { folder, members }) : one;
  return written.functions ? { ...written, functions: found } : written;
}

async function gridOf(
  name: string,
  data: DataSpec,
  spec: ProblemSpec,
  { folder, members }: { readonly folder: string; readonly members: Members | undefined },
): Promise<GridSpec> {
  const outline = outlineOf(spec, folder);
  const { file, field } = data;
  const { gridOfField } = await import("./grid-of-field.ts");
  // Where the function is called, it is asked at other places than those of the domain.
  const called = new RegExp(`(?<![\\p{L}\\p{Nd}_])${name}\\s*\\(`, "u");
  const whole = called.test(JSON.stringify({ ...spec, functions: textsOf(spec) }));
  if (field !== undefined) return gridOfField(name, field, data, outline, whole, members);
  const path = isAbsolute(file!) ? file! : join(folder, file!);
  if (isTable(path)) {
    const { gridOfColumns } = await import("./grid-of-columns.ts");
    return gridOfColumns(name, path, data, outline);
  }
  return withField(name, path, (variable) => gridOfField(name, variable, data, outline, whole, members));
}

/** Works on the one variable that a path names. */
async function withField<T>(name: string, path: string, work: (variable: LazyField) => T | Promise<T>): Promise<T> {
  const { openFields } = await import("../../io/dataset/index.ts");
  const opened = await openFields(path);
  try {
    const [variable, other] = opened.fields;
    if (other === undefined) return await work(variable!);
    throw new OptionsError(
      `pde: the function "${name}" names several variables (${path}); name one`,
      "functions",
      path,
    );
  } finally {
    opened.close();
  }
}

/**
 * The grid of a function's file inside of the domain of a problem.
 *
 * @param path - of the problem's file
 * @throws OptionsError where the function is none of a file with a grid
 */
export async function gridOfFunction(path: string, name: string): Promise<GridOfData> {
  const spec = parseJson(textFile(path, "problem"), path) as ProblemSpec;
  const { functions = {} } = spec;
  const data = Object.hasOwn(functions, name) ? functions[name] : undefined;
  const isGrid = isData(data) && data.file !== undefined && !isTable(data.file);
  if (!isGrid) {
    const known = Object.entries(functions).flatMap(([own, one]) => (isData(one) ? [own] : []));
    const way = known.length > 0 ? suggest(name, known) : "the problem has no function of a file";
    throw new OptionsError(`--like ${name}: it is no function with the grid of a file; ${way}`, "like", name);
  }
  const { gridInside } = await import("./grid-of-field.ts");
  const folder = dirname(path);
  return withField(name, isAbsolute(data.file!) ? data.file! : join(folder, data.file!), (variable) =>
    gridInside(name, variable, data, outlineOf(spec, folder)),
  );
}

/** True for the path of a table of text. */
const isTable = (path: string): boolean => /\.(csv|tsv|txt)(:[^/\\]*)?$/i.test(path);

/** Functions that are texts. */
const textsOf = ({ functions = {} }: ProblemSpec) => Object.values(functions).filter((one) => typeof one === "string");
