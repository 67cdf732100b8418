/** Lines for people on standard error, data on standard output. */

import { printable } from "../../engine/text/escape-terminal.ts";

let isQuiet = false;

/** Prints only data and errors from now on, as `--quiet` asks, or everything. */
export function hush(quiet: boolean): void {
  isQuiet = quiet;
}

/** True where progress and notices are printed. */
export const speaks = (): boolean => !isQuiet;

/** A line for people, none with `--quiet`. */
export function say(line: string): void {
  if (!isQuiet) complain(line);
}

/** A line for people that is always printed: an error. */
export function complain(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** Data. */
export function emit(text: string): void {
  const clean = printable(text);
  process.stdout.write(clean.endsWith("\n") ? clean : `${clean}\n`);
}

/** One JSON document; numbers that are not finite become null. */
export function emitJson(value: unknown): void {
  emit(JSON.stringify(value, null, 2));
}

/** A table with its first column on the left and the others on the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], left = 1): string {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return [line(header), line(widths.map((n) => "─".repeat(n))), ...rows.map(line)].map((l) => l.trimEnd()).join("\n");
}

/** `3`, `45 s`, `2 min 05 s`, `1 h 02 min`. */
export function duration(seconds: number): string {
  const s = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
}

/** As a shell would take it back. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
