/** Tables of CSV as grids of a problem: a column for each axis and one of values, a row for each place. */
import { FormatError } from "../../engine/errors.ts";
import { readCsv } from "../../engine/files/csv.ts";
import { timeName } from "../domain/spec.ts";
import type { DataSpec } from "./data-spec.ts";
import { fail, type GridSpec, textOfNumbers } from "./grid-functions.ts";
import { withoutMissing } from "./grid-of-field.ts";
import type { Outline } from "./written-domain.ts";

const dated = /^[+-]?\d{4,5}-\d{1,2}-\d{1,2}/;

/**
 * The grid of a CSV file.
 *
 * @param path - with `:COLUMN` behind it where the column of values is named @defaultValue the function's name, "value", or the only one left
 * @throws FormatError for a cell that is no number; OptionsError where columns or rows lack
 */
export async function gridOfColumns(name: string, path: string, data: DataSpec, { axes }: Outline): Promise<GridSpec> {
  const [, file, column] = /^(.*?\.\w+)(?::([^:/\\]*))?$/s.exec(path) as unknown as [
    string,
    string,
    string | undefined,
  ];
  const [{ cells: names }, ...rows] = readCsv(file, "#");
  const { along = {} } = data;
  const own = axes.flatMap((axis) => {
    const at = names.indexOf(along[axis] ?? axis);
    return at >= 0 ? [{ axis, at }] : [];
  });
  const has = `${file} has ${names.join(", ")}`;
  if (own.length === 0) throw fail(name, `has no column of an axis (${axes.join(", ")})`, has);
  const rest = names.filter((_, k) => !own.some(({ at }) => at === k));
  const wanted =
    column ?? [name, "value"].find((one) => rest.includes(one)) ?? (rest.length === 1 ? rest[0]! : undefined);
  const at = wanted === undefined ? -1 : names.indexOf(wanted);
  if (at < 0) {
    const what = wanted === undefined ? "has no column of its values" : `has no column "${wanted}"`;
    throw fail(name, what, `${has}; name one, as in ${data.file}:${rest[0] ?? "value"}`);
  }
  const numberOf = (text: string, line: number, mayMiss: boolean): number => {
    const value = text === "" || /^nan$/i.test(text) ? Number.NaN : Number(text);
    if (Number.isFinite(value) || (mayMiss && (text === "" || /^nan$/i.test(text)))) return value;
    throw new FormatError(file, `line ${line}`, `"${text}" is no finite number`, "correct it");
  };
  const timeOf = await timesOf(name, data);
  const columns = own.map(({ axis, at: k }) =>
    rows.map(({ cells, line }) =>
      axis === timeName && dated.test(cells[k]!) ? timeOf(cells[k]!) : numberOf(cells[k]!, line, false),
    ),
  );
  const places = columns.map((one) => [...new Set(one)].sort((a, b) => a - b));
  const shape = places.map(({ length }) => length);
  const size = shape.reduce((a, b) => a * b, 1);
  const where = places.map((one) => new Map(one.map((x, i) => [x, i])));
  const values = new Float64Array(size).fill(Number.NaN);
  const seen = new Uint8Array(size);
  for (const [r, { cells, line }] of rows.entries()) {
    const i = columns.reduce((to, one, k) => to * shape[k]! + where[k]!.get(one[r]!)!, 0);
    if (seen[i]) throw new FormatError(file, `line ${line}`, "its place is there twice", "leave one of the rows out");
    seen[i] = 1;
    values[i] = numberOf(cells[at]!, line, true);
  }
  if (rows.length !== size) {
    const grid = own.map(({ axis }, k) => `${axis} (${shape[k]})`).join(" × ");
    const way = "give a row for each place of a grid, or bring scattered points onto one first";
    throw fail(name, `has ${rows.length} rows for the ${size} places of ${grid} in ${file}`, way);
  }
  return {
    axes: Object.fromEntries(own.map(({ axis }, k) => [axis, places[k]!])),
    values: textOfNumbers(withoutMissing(name, values, shape, data)),
    ...(data.interpolation !== undefined && { interpolation: data.interpolation }),
    source: `${data.file}: ${names[at]}`,
  };
}

/** Dates as the problem's times. */
async function timesOf(name: string, { time }: DataSpec): Promise<(text: string) => number> {
  const { parseTimeUnits } = await import("../../io/field/index.ts");
  return (text) => {
    if (time === undefined)
      throw fail(
        name,
        `has dates along ${timeName}`,
        `say what the problem's time is, as in "time": "days since ${text}"`,
      );
    const wanted = parseTimeUnits(time);
    return (parseTimeUnits(`seconds since ${text}`).origin - wanted.origin) / wanted.step;
  };
}
