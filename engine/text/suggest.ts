/** Suggestions for names that are not known. */

/** Longer names are compared with none. */
const longestName = 64;

/** `did you mean …?` where one of the known names is close, else the list of the names. */
export function suggest(name: string, known: readonly string[]): string {
  if (name.length > longestName) return `known are ${known.join(", ")}`;
  const distances = known.map((one) => ({ one, distance: editDistance(name.toLowerCase(), one.toLowerCase()) }));
  const best = distances.reduce<{ one: string; distance: number } | undefined>(
    (a, b) => (a !== undefined && a.distance <= b.distance ? a : b),
    undefined,
  );
  // Any two names of one letter are as close as that.
  const near = name.length > 1 || best?.one.length !== 1;
  if (near && best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)))
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
