/** Rows as comma-separated values (RFC 4180), numbers in full and missing ones empty. */
type Cell = string | number | null | undefined;

/** @param rows - each as long as the header */
export function csvText(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => cells.map(cellText).join(",");
  return `${[header, ...rows].map(line).join("\r\n")}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null || cell === undefined || (typeof cell === "number" && !Number.isFinite(cell))) return "";
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
