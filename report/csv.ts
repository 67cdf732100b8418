/** Rows as comma-separated values. */
/** A cell of a sheet; null is empty. */
export type Cell = string | number | null | undefined;

/**
 * Rows as comma-separated values (RFC 4180): numbers in full; missing and not finite ones are empty.
 *
 * @param header - name of each column
 * @param rows - each as long as the header
 * @returns lines that end in CR LF
 */
export function csvText(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => cells.map(cellText).join(",");
  return `${[header, ...rows].map(line).join("\r\n")}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
