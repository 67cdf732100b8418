/**
 * Unit normal noise of a time that is correlated with that of the times before it, along the motion of what is seen. At each time it is
 * white in space: pixels have ancestors of their own at the time before, as an autoregressive process of first order takes them,
 * z(t, x) = r·z(t − 1, a(x)) + √(1 − r²)·w(t, x), where a pixel without an ancestor begins anew with w.
 */
import { type NormalFieldOptions, normalField } from "../../engine/random/noise-field.ts";

/** A chain of times ends where this share of the noise is left: what came before is taken as one white field. */
export const LEAST_CARRIED = 0.02;
/** Beyond it some hundred fields would be summed for each. */
export const MOST_COHERENT = 0.98;

/** Displacement of what is seen since the time before, by square cells that cover the whole map. */
export interface Motion {
  /** Side of a cell in pixels. */
  readonly cell: number;
  readonly rows: number;
  readonly columns: number;
  /** Pixels downwards and to the right, [rows, columns]. */
  readonly down: Float32Array;
  readonly right: Float32Array;
  /** Global row and column of the first pixel. */
  readonly origin: readonly [number, number];
}

/** From a time to the one before it. */
export interface NoiseLink {
  /** Number of the earlier time, ≥ 0. */
  readonly frame: number;
  /** Correlation of the noise of both, 0 to 0.98. */
  readonly correlation: number;
  /** @defaultValue none: pixel by pixel */
  readonly motion?: Motion;
}

/** A part of the noise whose times hang together in one way. */
export interface NoisePart {
  /** Of the variance of the noise; all of a frame add up to 1. */
  readonly share: number;
  /** The times before it, latest first; empty for white noise. */
  readonly links: readonly NoiseLink[];
}

/** True where some of the noise follows a motion. */
export const isMoving = (parts: readonly NoisePart[]): boolean =>
  parts.some(({ links }) => links.some(({ motion }) => motion !== undefined));

/** Steps of the parts of a noise are so far apart. */
const PART = 2 ** 28;

/**
 * Unit normal noise of a time on a window of pixels, the sum of independent parts. It depends on the pixels alone, whatever the window.
 *
 * @param frame - number of the time, ≥ 0
 * @param parts - none for white noise
 */
export function timeNoise(
  frame: number,
  parts: readonly NoisePart[],
  options: Omit<NormalFieldOptions, "channel">,
): Float32Array {
  const [first, ...others] = parts;
  const whole = chainNoise(frame, first?.links ?? [], options);
  if (first === undefined || others.length === 0) return whole;
  const total = Float64Array.from(whole, (z) => Math.sqrt(first.share) * z);
  const { step = 0, ...window } = options;
  for (const [k, { share, links }] of others.entries()) {
    const more = chainNoise(frame, links, { ...window, step: step + (k + 1) * PART });
    for (let i = 0; i < total.length; i++) total[i]! += Math.sqrt(share) * more[i]!;
  }
  whole.set(total);
  return whole;
}

/**
 * Unit normal noise along one chain of times.
 *
 * @param frame - number of the time, ≥ 0
 * @param links - the times before it, latest first; empty for white noise
 */
export function chainNoise(
  frame: number,
  links: readonly NoiseLink[],
  options: Omit<NormalFieldOptions, "channel">,
): Float32Array {
  if (links.length === 0) return normalField({ ...options, channel: frame });
  const { top, left, height, width } = options;
  const total = new Float64Array(height * width);
  let places: Places = { top, left, rows: height, columns: width, at: undefined };
  let carried = 1;
  for (let k = 0; k <= links.length; k++) {
    const link = links[k];
    const channel = k === 0 ? frame : links[k - 1]!.frame;
    const { at } = places;
    const window = { top: places.top, left: places.left, height: places.rows, width: places.columns };
    const white = normalField({ ...options, ...window, channel });
    const own = link === undefined ? carried : carried * Math.sqrt(1 - link.correlation ** 2);
    const before = link && ancestors(places, link, total.length);
    for (let i = 0; i < total.length; i++) {
      const from = at === undefined ? i : at[i]!;
      if (from < 0) continue;
      const ends = before?.at !== undefined && before.at[i]! < 0;
      total[i]! += (ends ? carried : own) * white[from]!;
    }
    if (before === undefined) break;
    places = before;
    carried *= link!.correlation;
    if (places.rows === 0) break;
  }
  return Float32Array.from(total);
}

/** Origin of the pixels of a window: a box, and for each pixel its place in it, or −1. */
interface Places {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
  /** @defaultValue the pixels of the box in order */
  readonly at: Int32Array | undefined;
}

/** Places at the time before. */
function ancestors(places: Places, { frame, motion }: NoiseLink, count: number): Places {
  if (motion === undefined) return places;
  const way = wayOf(motion, frame + 1);
  const { height, width } = way;
  const [first, second] = motion.origin;
  const found = new Int32Array(count).fill(-1);
  let [least, most, leftmost, rightmost] = [height, -1, width, -1];
  for (let i = 0; i < count; i++) {
    const at = places.at === undefined ? i : places.at[i]!;
    if (at < 0) continue;
    const row = places.top + Math.floor(at / places.columns) - first;
    const column = places.left + (at % places.columns) - second;
    if (row < 0 || column < 0 || row >= height || column >= width) continue;
    if (way.orphan[row * width + column] === 1) continue;
    const cell = way.cellOf(row, column);
    const [y, x] = [row - way.down[cell]!, column - way.right[cell]!];
    found[i] = y * width + x;
    least = Math.min(least, y);
    most = Math.max(most, y);
    leftmost = Math.min(leftmost, x);
    rightmost = Math.max(rightmost, x);
  }
  if (most < 0) return { top: first, left: second, rows: 0, columns: 0, at: found };
  const columns = rightmost - leftmost + 1;
  for (let i = 0; i < count; i++) {
    const from = found[i]!;
    if (from >= 0) found[i] = (Math.floor(from / width) - least) * columns + (from % width) - leftmost;
  }
  return { top: first + least, left: second + leftmost, rows: most - least + 1, columns, at: found };
}

/** A motion in whole pixels, and who has no ancestor. */
interface Way {
  readonly height: number;
  readonly width: number;
  /** Of each cell. */
  readonly down: Int16Array;
  readonly right: Int16Array;
  /** 1 for pixels without an ancestor of their own. */
  readonly orphan: Uint8Array;
  cellOf(row: number, column: number): number;
}

const known = new WeakMap<Motion, Way>();

/**
 * Each pixel's own ancestor at the time before. Of pixels that come from one place the first has it; who comes from outside of the map
 * has none. Displacements are rounded up or down by a sequence that spreads evenly over the times, so that the mean way is that of the
 * motion, and neighbours are rounded alike.
 */
function wayOf(motion: Motion, frame: number): Way {
  const found = known.get(motion);
  if (found) return found;
  const { cell, rows, columns } = motion;
  const [height, width] = [rows * cell, columns * cell];
  // Multiples of powers of the plastic number: the sequence that fills the square most evenly (Roberts 2018).
  const whole = (values: Float32Array, power: number) => {
    const shift = (frame * power) % 1;
    return Int16Array.from(values, (v) => Math.floor(v + shift));
  };
  const [down, right] = [whole(motion.down, 0.7548776662466927), whole(motion.right, 0.5698402909980532)];
  const cellOf = (row: number, column: number) =>
    Math.min(rows - 1, Math.floor(row / cell)) * columns + Math.min(columns - 1, Math.floor(column / cell));
  const orphan = new Uint8Array(height * width).fill(1);
  const taken = new Uint8Array(height * width);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const at = cellOf(y, x);
      const [row, column] = [y - down[at]!, x - right[at]!];
      if (row < 0 || column < 0 || row >= height || column >= width || taken[row * width + column] === 1) continue;
      taken[row * width + column] = 1;
      orphan[i] = 0;
    }
  }
  const way = { height, width, down, right, orphan, cellOf };
  known.set(motion, way);
  return way;
}
