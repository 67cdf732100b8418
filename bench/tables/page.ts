/** Tables of Markdown that a comment names: read, compared with their record, and written. */
import { dirname } from "node:path";

/** Cells by line, the header first; a cell is null where the record says nothing of it. */
export type Rows = readonly (readonly (string | null)[])[];

/** A table of a page that comes from a record. */
export interface RecordedTable {
  /** Page, from the root of the repository. */
  readonly file: string;
  /** The page has `<!-- table: marker -->` above the table. */
  readonly marker: string;
  /** File or folder of results. */
  readonly record: string;
  /** What the table says by its record. Columns that the page has besides are of other sources and left alone. */
  readonly render: () => Rows | Promise<Rows>;
}

/** A table where it stands. */
interface Placed {
  /** Lines of the page before it. */
  readonly first: number;
  readonly rows: string[][];
  readonly delimiter: readonly string[];
}

const isRow = (line: string | undefined): line is string => line?.startsWith("|") ?? false;
const cellsOf = (line: string): string[] =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

function placedAt(lines: readonly string[], first: number): Placed {
  let last = first;
  while (isRow(lines[last])) last += 1;
  const [header = [], delimiter = [], ...rows] = lines.slice(first, last).map(cellsOf);
  return { first, rows: [header, ...rows], delimiter };
}

/** The table below a marker; undefined where the page has no such marker, or no table below it. */
function marked(lines: readonly string[], marker: string): Placed | undefined {
  const at = lines.indexOf(`<!-- table: ${marker} -->`);
  const first = lines.findIndex((line, i) => i > at && line !== "");
  return at < 0 || !isRow(lines[first]) ? undefined : placedAt(lines, first);
}

/** The page's rows with the cells of the record in their columns; a row that the page does not have comes without others. */
function merged({ rows: [header = [], ...body] }: Placed, [wanted = [], ...records]: Rows): string[][] {
  const twice = wanted.find((name, i) => wanted.indexOf(name) < i);
  if (twice !== undefined) throw new Error(`two columns of a recorded table are named "${twice}"; rename one`);
  const key = header.indexOf(wanted[0]!);
  if (!wanted.every((name) => header.includes(name!)))
    return [wanted, ...records].map((row) => row.map((cell) => cell ?? ""));
  const known = [...body];
  const found = records.map((record) => {
    const at = known.findIndex((row) => row[key] === record[0]);
    const [row] = at < 0 ? [undefined] : known.splice(at, 1);
    return header.map((name, i) => record[wanted.indexOf(name)] ?? row?.[i] ?? "");
  });
  return [[...header], ...found];
}

/** Where a page differs from a record, a line each; empty where it does not. */
export function differences(page: string, marker: string, rows: Rows): string[] {
  const placed = marked(page.split("\n"), marker);
  if (!placed) return [`no table below <!-- table: ${marker} -->`];
  const wanted = merged(placed, rows);
  const shown = (row: readonly string[] | undefined) => (row ? `| ${row.join(" | ")} |` : "nothing");
  const count = Math.max(wanted.length, placed.rows.length);
  return Array.from({ length: count }, (_, i) => [shown(placed.rows[i]), shown(wanted[i])] as const)
    .filter(([found, asked]) => found !== asked)
    .map(([found, asked]) => `${marker}: the page has ${found}, the record ${asked}`);
}

/** The page with its table as the record says. */
export function written(page: string, marker: string, rows: Rows): string {
  const lines = page.split("\n");
  const placed = marked(lines, marker);
  if (!placed) return page;
  const { first, delimiter } = placed;
  const next = merged(placed, rows);
  const widths = next[0]!.map((_, i) => Math.max(3, ...next.map((row) => row[i]!.length)));
  const isRight = (i: number) => delimiter[i]?.endsWith(":") ?? false;
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (isRight(i) ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join(" | ")} |`;
  const rule = widths.map((width, i) => (isRight(i) ? `${"-".repeat(width - 1)}:` : "-".repeat(width)));
  const [header, ...body] = next.map(line);
  lines.splice(first, placed.rows.length + 1, header!, line(rule), ...body);
  return lines.join("\n");
}

/** Tables of a page without a marker: number of the line and header. */
export function unmarked(page: string): { readonly line: number; readonly header: string }[] {
  const lines = page.split("\n");
  return lines.flatMap((line, i) => {
    if (!isRow(line) || isRow(lines[i - 1]) || !/^\|[\s:|-]+\|$/.test(lines[i + 1] ?? "")) return [];
    const above = lines.slice(0, i).findLast((one) => one !== "") ?? "";
    return above.startsWith("<!-- table: ") ? [] : [{ line: i + 1, header: line.replaceAll(/ +/g, " ") }];
  });
}

/** Path of a table as comma-separated values, beside its record. */
export const csvPath = ({ record, marker }: Pick<RecordedTable, "record" | "marker">): string =>
  `${/\.jsonl?$/.test(record) ? dirname(record) : record}/${marker}.csv`;

/** A table as comma-separated values (RFC 4180). */
export const csvOf = (rows: Rows): string =>
  rows
    .map((row) =>
      row
        .map((cell) => (cell ?? "").replaceAll("\\|", "|"))
        .map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
        .join(","),
    )
    .join("\n")
    .concat("\n");

/** A table by itself. */
export const markdown = ([header = [], ...rows]: Rows): string =>
  [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.map((cell) => cell ?? "").join(" | ")} |`)
    .join("\n");

/** All tables of a text. */
export function tablesOf(text: string): Rows[] {
  const lines = text.split("\n");
  return lines.flatMap((line, i) => (isRow(line) && !isRow(lines[i - 1]) ? [placedAt(lines, i).rows] : []));
}
