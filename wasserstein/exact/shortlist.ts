/** Routes that the network simplex method searches before all others: of each row those of least reduced cost. */

/** Routes that are searched first, row after row. */
export interface Shortlist {
  /** Routes of each row. */
  readonly width: number;
  readonly columns: Int32Array;
  readonly costs: Float64Array;
}

/** Routes of a row on the shortlist; where there are few columns, all of them. */
const WIDTH = 40;
export const FEW = 256;

/** One value in eight is looked at to guess below which value a few more than the wanted ones lie. */
const STRIDE = 8;
const RANK = 9;

/**
 * The routes of each row with the least cost − price.
 *
 * @param cost - [n, m] row-major
 * @param prices - of the columns
 */
export function shortlist(cost: Float64Array, n: number, m: number, prices: Float64Array): Shortlist {
  if (m <= FEW) {
    return { width: m, columns: Int32Array.from({ length: n * m }, (_, at) => at % m), costs: cost };
  }
  const columns = new Int32Array(n * WIDTH);
  const costs = new Float64Array(n * WIDTH);
  const reduced = new Float64Array(m);
  const near = new Int32Array(m);
  const lowest = new Float64Array(RANK);
  const room = new Float64Array(m);
  for (let i = 0; i < n; i++) {
    const row = i * m;
    for (let j = 0; j < m; j++) reduced[j] = cost[row + j]! - prices[j]!;
    let count = below(reduced, sampled(reduced, i % STRIDE, lowest), near);
    if (count < WIDTH) count = below(reduced, Number.POSITIVE_INFINITY, near);
    for (let k = 0; k < count; k++) room[k] = reduced[near[k]!]!;
    const bound = select(room, count, WIDTH - 1);
    // Ties with the bound may be more than there is room for.
    let at = i * WIDTH;
    const end = at + WIDTH;
    for (let k = 0; k < count; k++) if (reduced[near[k]!]! < bound) columns[at++] = near[k]!;
    for (let k = 0; at < end; k++) if (reduced[near[k]!]! === bound) columns[at++] = near[k]!;
    for (at = i * WIDTH; at < end; at++) costs[at] = cost[row + columns[at]!]!;
  }
  return { width: WIDTH, columns, costs };
}

/** Places of the values up to `bound`. @returns how many there are */
function below(values: Float64Array, bound: number, places: Int32Array): number {
  let count = 0;
  for (let j = 0; j < values.length; j++) if (values[j]! <= bound) places[count++] = j;
  return count;
}

/** The {@link RANK}th least of every {@link STRIDE}th value. */
function sampled(values: Float64Array, from: number, lowest: Float64Array): number {
  lowest.fill(Number.POSITIVE_INFINITY);
  for (let j = from; j < values.length; j += STRIDE) {
    const value = values[j]!;
    if (value >= lowest[RANK - 1]!) continue;
    let slot = RANK - 1;
    for (; slot > 0 && lowest[slot - 1]! > value; slot--) lowest[slot] = lowest[slot - 1]!;
    lowest[slot] = value;
  }
  return lowest[RANK - 1]!;
}

/** The value of the given rank, from 0, among the first `count`, which are moved (Hoare 1961). */
function select(values: Float64Array, count: number, rank: number): number {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank]!;
}
