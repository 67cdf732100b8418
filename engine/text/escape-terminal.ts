/** Text from files on its way to a terminal: what could steer the terminal is spelled out, what is too long is cut. */

/** Controls but tab and line feed, C1 controls, and marks that turn the direction of text around. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const STEERING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
const MOST_LETTERS = 100;

/** Spells out what could steer a terminal, as JSON does: `\\u001b`. JSON stays JSON. */
export function printable(text: string): string {
  return text.replace(STEERING, (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Text as part of a line, no longer than `most` letters. */
export function shortened(text: string, most: number = MOST_LETTERS): string {
  // A megabyte need not be searched to print a line of it.
  const line = printable(
    text
      .slice(0, 4 * most)
      .replace(/\s+/g, " ")
      .trim(),
  );
  return line.length > most || text.length > 4 * most ? `${line.slice(0, most - 1)}…` : line;
}
