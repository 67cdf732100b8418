/** `monge info`: what files hold, as a table or as JSON. */

import { statSync } from "node:fs";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { type Dataset, namedFiles, openDataset } from "../../io/dataset/index.ts";
import { sizeOf, type VariableInfo } from "../../io/storage/index.ts";
import { checkFiles, Unfinished } from "../shell/failure.ts";
import { startProgress } from "../shell/progress.ts";
import { emit, emitJson, say } from "../shell/terminal.ts";
import type { InfoOptions } from "./command.ts";
import { type Place, placeOf } from "./describe-field.ts";
import { infoText } from "./text.ts";
import { chunksOf, describeValues, type ValuesDescription } from "./values.ts";

/** Values above this are only read of the variable that was named. */
const MOST_VALUES = 2 ** 26;
/** A bar is shown from so many values on, or so many chunks of a file. */
const MANY_VALUES = 2 ** 25;
const MANY_CHUNKS = 1e5;

/** Summary of open files. */
export interface Summary {
  readonly data: Dataset;
  /** Times, grid and projection of the first variable that has each. */
  readonly place: Place;
  readonly values: ReadonlyMap<string, ValuesDescription>;
  /** Why the values or coordinates of a variable could not be read. */
  readonly problems: ReadonlyMap<string, string>;
}

export async function info(texts: readonly string[], given: InfoOptions): Promise<void> {
  if (texts.length === 1 && texts[0] === "pretrained" && !given.dryRun) return ofModel(texts[0], given);
  const { files: paths, variable } = await namedFiles(texts, given.variable);
  const options = { ...given, ...(variable !== undefined && { variable }) };
  checkFiles("FILE", paths);
  const [first] = paths as [string];
  if (options.dryRun) {
    const files = paths.length === 1 ? { file: first } : { files: paths };
    return emitJson({ command: "info", ...files, variable: options.variable ?? null, values: options.values });
  }
  if (options.check !== undefined) {
    const { checkFilesOf } = await import("./check.ts");
    return checkFilesOf(paths, options.json);
  }
  if (paths.length === 1 && (await isModel(first))) return ofModel(first, options);
  const data = await openDataset(paths, {
    ...(options.variable !== undefined && { variable: options.variable }),
    timeFromName: options.timeFromName ?? false,
    allowExternal: options.allowExternal ?? false,
  });
  try {
    const summary = await summarize(data, options);
    for (const line of data.notices()) say(line);
    if (options.json) emitJson(asJson(summary));
    else emit(infoText(summary));
    // Values that were asked for are missing.
    if (options.variable !== undefined && summary.problems.size > 0) throw new Unfinished();
  } finally {
    data.close();
  }
}

async function ofModel(name: string, options: InfoOptions): Promise<void> {
  const { modelInfo } = await import("./model.ts");
  return modelInfo(name, options);
}

async function isModel(path: string): Promise<boolean> {
  if (path.endsWith(".safetensors")) return true;
  if (!statSync(path).isDirectory()) return false;
  const { zarrVersion } = await import("../../io/formats/index.ts");
  return zarrVersion(path) === undefined;
}

async function summarize(data: Dataset, options: InfoOptions): Promise<Summary> {
  const values = new Map<string, ValuesDescription>();
  const places: Place[] = [];
  const problems = new Map<string, string>();
  for (const { name } of choose(data, options.variable)) {
    try {
      const variable = await data.variable(name);
      places.push(placeOf(variable));
      const size = sizeOf(variable.shape);
      if (!options.values || size === 0 || (options.variable === undefined && size > MOST_VALUES)) continue;
      const isLong = size > MANY_VALUES || chunksOf(variable) > MANY_CHUNKS;
      const bar = isLong ? startProgress(`reading ${name}`, size, { unit: "values" }) : undefined;
      values.set(name, await describeValues(variable, (done) => bar?.update(done)).finally(() => bar?.stop()));
    } catch (error) {
      // The header is described all the same.
      if (!(error instanceof FormatError)) throw error;
      problems.set(name, error.message);
    }
  }
  const place = {
    times: places.find(({ times }) => times !== null)?.times ?? null,
    grid: places.find(({ grid }) => grid.length > 0)?.grid ?? [],
    crs: places.find(({ crs }) => crs !== null)?.crs ?? null,
  };
  return { data, place, values, problems };
}

/** Variables of which more than the header is described. */
function choose({ paths, variables, dataVariables }: Dataset, wanted: string | undefined): readonly VariableInfo[] {
  if (wanted === undefined) return variables.filter(({ name }) => dataVariables.includes(name));
  const found = variables.filter(({ name }) => name === wanted);
  if (found.length > 0) return found;
  const names = variables.map(({ name }) => name).join(", ") || "none";
  throw new OptionsError(`${paths[0]}: it has no variable ${wanted}; it has ${names}`, "variable", wanted);
}

function asJson({ data, place, values, problems }: Summary) {
  const { paths, format, dims, variables, attributes, dataVariables } = data;
  return {
    path: paths[0],
    ...(paths.length > 1 && { files: paths }),
    format,
    dimensions: dims,
    variables: variables.map(({ name, dtype, dims: over, shape, units, chunks, attributes: own }) => ({
      name,
      dtype,
      dims: over,
      shape,
      units: units ?? null,
      chunks: chunks ?? null,
      data: dataVariables.includes(name),
      ...(values.has(name) && { values: values.get(name) }),
      ...(problems.has(name) && { problem: problems.get(name) }),
      attributes: own,
    })),
    ...place,
    attributes,
  };
}
