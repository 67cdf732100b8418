/** Errors that show the text with a caret under the character they mean, and suggestions for misspelt names. */
import { FormatError } from "../../engine/errors.ts";

/** A FormatError about the character at offset `at` of an equation's text. */
export function textError(text: string, at: number, message: string, hint: string): FormatError {
  const line = text.replaceAll(/[\n\t]/g, " ");
  return new FormatError("pde", "equation", message, `${hint}\n  ${line}\n  ${" ".repeat(at)}^`);
}

/** `did you mean …?` where one of the known names is close, else the list of the names. */
export function suggest(name: string, known: readonly string[]): string {
  const distances = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }));
  const best = distances.reduce<{ one: string; distance: number } | undefined>(
    (a, b) => (a !== undefined && a.distance <= b.distance ? a : b),
    undefined,
  );
  if (best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)))
    return `did you mean ${best.one}?`;
  return `known are ${known.join(", ")}`;
}

/** Number of insertions, deletions, replacements and swaps of neighbours between two words. */
function editDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  const at = (i: number, j: number) => table[i]![j]!;
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      table[i]![j] = best;
    }
  }
  return at(a.length, b.length);
}
