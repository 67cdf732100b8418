/** Input of a score: forecast and truth cell by cell, without gaps. */

type Numbers = Float32Array | Float64Array;

/** One time: the cells of its map where truth and all members have a value. */
export interface CaseMap {
  /** Date and time in the truth's calendar; undefined without times. */
  readonly time: string | undefined;
  /** The middle of the bounds of the time. @defaultValue `time` */
  readonly middle?: string | undefined;
  /** [members, cells]; rain below the wet threshold is 0, here and in `truth`. */
  readonly forecast: Numbers;
  /** [cells] */
  readonly truth: Numbers;
  /** Position of each cell on the map, row by row; undefined where the map has no gaps. */
  readonly positions: Uint32Array | undefined;
}

/** Times that are scored together. */
export interface Cases {
  /** One for each time. */
  readonly maps: readonly CaseMap[];
  /** M ≥ 1; 1 for a forecast without members. */
  readonly members: number;
  /** Cells of all maps. */
  readonly cells: number;
  /** Sizes of a map, [height, width] on grids. */
  readonly shape: readonly number[];
  /** Of all values; undefined where the truth has none. */
  readonly units: string | undefined;
  /** At or above it a cell is wet, in `units`; null for quantities that are not precipitation. */
  readonly wetThreshold: number | null;
}

/** Value of a score: numbers, lists and records of them; NaN where it is not defined. */
export type ScoreValue = number | null | string | readonly ScoreValue[] | { readonly [name: string]: ScoreValue };

/** A score. One of your own is an object of this shape, handed in as one of the option `scores`. */
export interface Score<T extends ScoreValue = ScoreValue> {
  /** Its name in the result. */
  readonly name: string;
  /**
   * Called before anything is read, with the times that will be scored.
   *
   * @param times - date and time in the truth's calendar; undefined without times
   * @throws OptionsError where the score has no meaning for them
   */
  check?(times: readonly (string | undefined)[]): void;
  /** The score of cases; there may be none, where it should be NaN. */
  of(cases: Cases): T;
}

/** A map with its gaps: `values` [cells] at their positions, `gap` elsewhere. */
export function wholeMap<T extends Numbers | Uint16Array>(
  values: T,
  positions: Uint32Array | undefined,
  size: number,
  gap: number,
): T {
  if (positions === undefined) return values;
  const out = new (values.constructor as new (size: number) => T)(size);
  out.fill(gap);
  for (const [i, at] of positions.entries()) out[at] = values[i]!;
  return out;
}
