/** The points and rounds that a record or a picture keeps of many. */
import { significant } from "../../engine/text/number.ts";

const golden = (Math.sqrt(5) - 1) / 2;

/**
 * At most `most` of the numbers 0 … count − 1, from all parts in proportion. Not every second one: those of a Sobol sequence lie in
 * one half of the square. Steps of the golden section have no such pattern in common with it.
 */
export function someRows(count: number, most: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const keyed = all.map((i) => ({ i, key: (i * golden) % 1 })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, most).map(({ i }) => i);
}

/** Rounds whose points are recorded: the first four, then each 1.4 times as late as the one before, so that few are of a long run. */
export function isRecorded(round: number): boolean {
  let at = 3;
  while (at < round) at = Math.ceil(1.4 * at);
  return round < 3 || at === round;
}

/** Most points of a round that its record keeps. */
const mostPlaces = 500;

/** Points [n, axes] for the record of a run: at most 500, to four digits. */
export function recordedPoints(points: Float64Array, axes: number): number[] {
  return someRows(points.length / axes, mostPlaces).flatMap((i) =>
    Array.from(points.subarray(i * axes, (i + 1) * axes), (v) => significant(v, 4)),
  );
}
