/**
 * Linear assignment by the algorithm of Jonker and Volgenant, Computing 38 (1987) 325–340: column reduction, reduction
 * transfer, augmenting row reduction, then shortest augmenting paths. O(n³) at worst, near n² log n on most matrices.
 */

/** An optimal assignment with the dual prices that prove it. */
export interface Assignment {
  /** Column of each row. */
  readonly columns: Int32Array;
  /** Prices of the columns: every row's assigned column attains the minimum over j of cost − price. */
  readonly prices: Float64Array;
}

interface State {
  readonly n: number;
  readonly cost: Float64Array;
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
  readonly prices: Float64Array;
}

/**
 * Minimises Σ cost[i, σ(i)] over permutations σ.
 *
 * @param cost - [n, n] row-major, finite
 * @param prices - those of a problem much like this one, to start from in place of the column reduction
 * @returns undefined where so many rows are free after the reductions (points of the plane are like this) that the
 * network simplex method is the faster way to go on
 */
export function assign(cost: Float64Array, n: number, prices?: Float64Array): Assignment | undefined {
  const state: State = {
    n,
    cost,
    columnOf: new Int32Array(n).fill(-1),
    rowOf: new Int32Array(n).fill(-1),
    prices: prices?.slice() ?? new Float64Array(n),
  };
  // Any prices will do: rows that take their best column at them keep what the paths need.
  const free = prices === undefined ? reduceColumns(state) : Int32Array.from({ length: n }, (_, i) => i);
  const reduced = reduceRows(state, free, n >= 256 ? 32 : n);
  if (reduced === undefined) return undefined;
  augment(state, reduceRows(state, reduced, n)!);
  return { columns: state.columnOf, prices: state.prices };
}

/** Every column's price becomes its least cost, rows take what they can; then assigned rows lower their column's price. */
function reduceColumns({ n, cost, columnOf, rowOf, prices }: State): Int32Array {
  const least = new Int32Array(n);
  prices.set(cost.subarray(0, n));
  for (let i = 1; i < n; i++) {
    for (let j = 0, at = i * n; j < n; j++, at++) {
      if (cost[at]! < prices[j]!) {
        prices[j] = cost[at]!;
        least[j] = i;
      }
    }
  }
  const wanted = new Int32Array(n);
  for (let j = n - 1; j >= 0; j--) {
    const i = least[j]!;
    wanted[i]!++;
    if (columnOf[i] !== -1) continue;
    columnOf[i] = j;
    rowOf[j] = i;
  }
  const free: number[] = [];
  for (let i = 0; i < n; i++) {
    const own = columnOf[i]!;
    if (own === -1) free.push(i);
    // A row that is the least of one column only can give its slack to that column.
    if (own === -1 || wanted[i] !== 1) continue;
    let slack = Number.POSITIVE_INFINITY;
    for (let j = 0, at = i * n; j < n; j++, at++) {
      const reduced = cost[at]! - prices[j]!;
      if (reduced < slack && j !== own) slack = reduced;
    }
    if (slack !== Number.POSITIVE_INFINITY) prices[own]! -= slack;
  }
  return Int32Array.from(free);
}

/**
 * Each free row bids for its best column, lowering the price until the second best is as good, and may displace a row
 * that then bids at once. With rounded numbers a bid can leave the price as it is: such a row waits for the paths.
 *
 * @returns the rows that are still free; undefined, as soon as that is known, where they are more than `most`
 */
function reduceRows(
  { n, cost, columnOf, rowOf, prices }: State,
  free: Int32Array,
  most: number,
): Int32Array | undefined {
  const left: number[] = [];
  let bids = 0;
  for (const start of free) {
    if (left.length > most) return undefined;
    let i = start;
    for (;;) {
      let first = Number.POSITIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      let best = -1;
      let next = -1;
      for (let j = 0, at = i * n; j < n; j++, at++) {
        const reduced = cost[at]! - prices[j]!;
        if (reduced >= second) continue;
        if (reduced < first) {
          second = first;
          next = best;
          first = reduced;
          best = j;
        } else {
          second = reduced;
          next = j;
        }
      }
      const lowered = prices[best]! - (second - first);
      const bid = second !== Number.POSITIVE_INFINITY && lowered < prices[best]!;
      if (bid) prices[best] = lowered;
      else if (rowOf[best] !== -1 && next !== -1) best = next; // a tie: the other column may be free
      const displaced = rowOf[best]!;
      if (!bid && displaced !== -1) {
        left.push(i);
        break;
      }
      columnOf[i] = best;
      rowOf[best] = i;
      if (displaced === -1) break;
      columnOf[displaced] = -1;
      i = displaced;
      if (++bids > 4 * n) {
        left.push(i);
        break;
      }
    }
  }
  return left.length > most ? undefined : Int32Array.from(left);
}

/** Shortest augmenting paths (Dijkstra without a queue: one pass relaxes the columns and finds the nearest) per free row. */
function augment({ n, cost, columnOf, rowOf, prices }: State, free: Int32Array): void {
  const distance = new Float64Array(n);
  const from = new Int32Array(n);
  const rest = new Int32Array(n);
  const scanned = new Int32Array(n);
  for (const start of free) {
    distance.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) rest[j] = j;
    let count = n;
    let row = start;
    let base = 0;
    let end = -1;
    let nearest = 0;
    for (;;) {
      nearest = Number.POSITIVE_INFINITY;
      let slot = -1;
      for (let k = 0, at = row * n; k < count; k++) {
        const j = rest[k]!;
        const d = cost[at + j]! - prices[j]! - base;
        let known = distance[j]!;
        if (d < known) {
          distance[j] = known = d;
          from[j] = row;
        }
        // Among equals prefer a free column: it ends the search.
        if (known < nearest || (known === nearest && rowOf[j] === -1)) {
          nearest = known;
          slot = k;
        }
      }
      const column = rest[slot]!;
      if (rowOf[column] === -1) {
        end = column;
        break;
      }
      rest[slot] = rest[--count]!;
      scanned[n - 1 - count] = column;
      row = rowOf[column]!;
      base = cost[row * n + column]! - prices[column]! - nearest;
    }
    for (let k = 0; k < n - count; k++) {
      const j = scanned[k]!;
      prices[j]! += distance[j]! - nearest;
    }
    for (let j = end; ; ) {
      const i = from[j]!;
      const before = columnOf[i]!;
      rowOf[j] = i;
      columnOf[i] = j;
      if (i === start) break;
      j = before;
    }
  }
}
