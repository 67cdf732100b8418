// engine/printable.ts
var STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
var MOST_LETTERS = 100;
function printable(text) {
  return text.replace(STEERING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
function shortened(text, most = MOST_LETTERS) {
  const line = printable(
    text.slice(0, 4 * most).replace(/\s+/g, " ").trim()
  );
  return line.length > most || text.length > 4 * most ? `${line.slice(0, most - 1)}\u2026` : line;
}

// cli/shell/terminal.ts
var isQuiet = false;
function hush(quiet) {
  isQuiet = quiet;
}
var speaks = () => !isQuiet;
function say(line) {
  if (!isQuiet) complain(line);
}
function complain(line) {
  process.stderr.write(`${printable(line)}
`);
}
function emit(text) {
  const clean = printable(text);
  process.stdout.write(clean.endsWith("\n") ? clean : `${clean}
`);
}
function emitJson(value) {
  emit(JSON.stringify(value, null, 2));
}
function table(header, rows, left = 1) {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => (row[i] ?? "").length)));
  const line = (row) => row.map((cell, i) => i < left ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ");
  return [line(header), line(widths.map((n) => "\u2500".repeat(n))), ...rows.map(line)].map((l) => l.trimEnd()).join("\n");
}
function duration(seconds) {
  const s = Math.round(seconds);
  const two = (n) => String(n).padStart(2, "0");
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return `${Math.floor(s / 3600)} h ${two(Math.floor(s % 3600 / 60))} min`;
}
function shellWord(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export {
  shortened,
  hush,
  speaks,
  say,
  complain,
  emit,
  emitJson,
  table,
  duration,
  shellWord
};
