/** Tables of separated values in text files; the only importer of csv-parse. */
import { type CsvError, type InfoRecord, parse } from "csv-parse/sync";
import { FormatError, OptionsError } from "../errors.ts";
import { readBounded } from "./read-bounded.ts";

/** Most bytes of a file. */
const mostBytes = 2 ** 28;

/** A row of a table. */
export interface CsvRow {
  /** Without white space around them. */
  readonly cells: readonly string[];
  /** Line of the file on which the row ends, from 1 on. */
  readonly line: number;
}

/**
 * Rows of a table (RFC 4180), that of names first: separated by the first of comma, semicolon and tab that the names
 * hold, else by white space. Empty lines are left out.
 *
 * @param comment - sign of lines that are left out, too @defaultValue none
 * @returns at least one row; all have the same number of cells
 * @throws OptionsError for a file that cannot be read or is too large
 * @throws FormatError for an empty table, a row of another length, and quotes inside of cells
 */
export function readCsv(path: string, comment = ""): readonly [CsvRow, ...CsvRow[]] {
  const text = textOf(path);
  const fail = (what: string, way: string) => new FormatError(path, "CSV", what, way);
  const lines = text.split("\n");
  const isComment = (line: string) => comment !== "" && line.trimStart().startsWith(comment);
  const names = lines.find((line) => line.trim() !== "" && !isComment(line)) ?? "";
  const separator = [",", ";", "\t"].find((one) => names.includes(one));
  const spaced = () => lines.map((line) => line.trim().split(/\s+/).join(" ")).join("\n");
  const comments = { comment, comment_no_infix: true };
  const form = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true, info: true, ...comments };
  let parsed: unknown;
  try {
    parsed = parse(separator === undefined ? spaced() : text, { ...form, delimiter: separator ?? " " });
  } catch (cause) {
    throw fail((cause as CsvError).message, "put quotes around whole cells, and double those inside");
  }
  const records = parsed as readonly { readonly record: string[]; readonly info: InfoRecord }[];
  const [head, ...rows] = records.map(({ record, info }): CsvRow => ({ cells: record, line: info.lines }));
  if (head === undefined) throw fail("it is empty", "expected a line of names, then a row for each record");
  const bad = rows.find(({ cells }) => cells.length !== head.cells.length);
  if (bad === undefined) return [head, ...rows];
  throw fail(
    `line ${bad.line} has ${bad.cells.length} cells`,
    `expected ${head.cells.length}, as the line of names has`,
  );
}

function textOf(path: string): string {
  try {
    const bytes = readBounded(path, mostBytes);
    if (bytes !== undefined) return bytes.toString("utf8");
    throw new OptionsError(`${path} has more than ${mostBytes} bytes; expected at most so many`, "file", path);
  } catch (cause) {
    if (cause instanceof OptionsError) throw cause;
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new OptionsError(`${path} cannot be read (${why}); give the path of a CSV file`, "file", path);
  }
}
