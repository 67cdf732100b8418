/** A whole variable, or some of its times, in one call; and what a file holds. */
import { anything, checkOptions, flag, text } from "../../engine/checks.ts";
import { DomainError, OptionsError, ShapeError } from "../../engine/errors.ts";
import type { Field } from "../field/field.ts";
import { type OpenOptions, openChecks } from "../formats/format.ts";
import { openGrid } from "../formats/open.ts";
import type { GridSource } from "../storage/source.ts";
import { openDataset, type VariableOptions, variableChecks } from "./dataset.ts";
import type { LazyField } from "./lazy-field.ts";
import { plausible } from "./variable.ts";

/**
 * Reads one variable with its coordinates, units, attributes and grid mapping; missing values become NaN.
 *
 * @param path - any format that monge reads, recognised by content; also inside gzip or zip. `"era5.nc:tp"` names a
 * variable.
 * @param options.variable - name of the variable; unless given or named with the path the only plausible one
 * @param options.time - half-open range of indices along the variable's time dimension; all unless given
 * @param options.allowEmpty - whether a field without a single value is returned instead of being an error
 * @throws FormatError if the file is damaged or another format, or the variable is not there; OptionsError where
 * several look like data and none is named, or for a time range outside the file; DomainError if every value is
 * missing.
 */
export async function readField(
  path: string,
  options: OpenOptions &
    VariableOptions & {
      readonly variable?: string;
      readonly time?: readonly [from: number, to: number];
      readonly allowEmpty?: boolean;
    } = {},
): Promise<Field> {
  const own = { variable: text, time: anything, allowEmpty: flag };
  checkOptions("readField", options, { ...openChecks, ...variableChecks, ...own });
  const { variable: name, units, missingValue, time: range, allowEmpty: _, ...opening } = options;
  const data = await openDataset(path, { ...opening, ...(name !== undefined && { variable: name }) });
  try {
    const variable = await data.variable(undefined, {
      ...(units !== undefined && { units }),
      ...(missingValue !== undefined && { missingValue }),
    });
    const part = range === undefined ? variable : cut(path, variable, range);
    if (part.shape.includes(0)) {
      throw new ShapeError(
        `${path}: variable ${part.name}`,
        "at least one value",
        part.shape,
        "the file holds no records yet",
      );
    }
    const field = await part.load();
    data.checkUnchanged();
    if (options.allowEmpty || field.values.some((v) => !Number.isNaN(v))) return field;
    throw new DomainError(
      `${path}: variable ${field.name} has only missing values${range ? ` in time range [${range.join(", ")}]` : ""}; ` +
        "expected at least one number; choose another variable or time range, or pass `allowEmpty: true`",
    );
  } finally {
    data.close();
  }
}

function cut(path: string, variable: LazyField, range: readonly [number, number]): LazyField {
  const dim = variable.dimOf("time");
  if (dim === undefined) {
    const dims = variable.dims.join(", ");
    throw new OptionsError(`${path}: variable ${variable.name} has no time dimension (it has ${dims})`, "time", range);
  }
  const [from, to] = range;
  const size = variable.size(dim);
  if (Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from < to && to <= size)
    return variable.isel({ [dim]: range });
  const expected = `[from, to) with 0 <= from < to <= ${size}`;
  throw new OptionsError(`${path}: time range is [${range.join(", ")}]; expected ${expected}`, "time", range);
}

/**
 * Says what a file holds without reading its data.
 *
 * @param path - a file, or the folder of a Zarr store
 * @returns the description of the file, and `dataVariables`: names of the variables that {@link readField} would take for
 * data
 * @throws FormatError if it is damaged or no format that monge reads.
 */
export async function inspect(
  path: string,
  options: OpenOptions = {},
): Promise<
  Pick<GridSource, "path" | "format" | "dims" | "variables" | "attributes"> & {
    readonly dataVariables: readonly string[];
  }
> {
  checkOptions("inspect", options, openChecks);
  const source = await openGrid(path, options);
  try {
    const { format, dims, variables, attributes } = source;
    return { path, format, dims, variables, attributes, dataVariables: plausible(variables) };
  } finally {
    source.close();
  }
}
