/** The first tree of the network simplex method: cheap routes first, ranked by prices of the columns. */
import { argsort } from "../line/radix-sort.ts";
import { type Shortlist, shortlist } from "./shortlist.ts";
import { rooted, type Tree } from "./spanning-tree.ts";

/**
 * Of the cheapest routes of each row, in order of cost less the price of the column and less the least such cost of the
 * row, each takes what is left at its ends (the matrix minimum rule); then so again with the rows and columns that are
 * left.
 *
 * Each step uses up a row or a column, so the routes form a tree. Ties are broken as if each row had a little more
 * mass, and the last column all of it (Orden 1956): this is what makes the tree strongly feasible.
 *
 * @returns the tree, and the shortlist of all rows that it began with
 */
export function firstTree(
  cost: Float64Array,
  supply: Float64Array,
  demand: Float64Array,
  prices: Float64Array,
): { readonly tree: Tree; readonly list: Shortlist } {
  const [n, m] = [supply.length, demand.length];
  const [left, room] = [supply.slice(), demand.slice()];
  const [leftTie, roomTie] = [new Int32Array(n).fill(1), new Int32Array(m)];
  roomTie[m - 1] = n;
  const [rowEnded, columnEnded] = [new Uint8Array(n), new Uint8Array(m)];
  const count = n + m - 1;
  const [rows, columns, masses] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)];
  let [liveRows, liveColumns] = [every(n), every(m)];
  const whole = shortlist(cost, n, m, prices);
  let found = 0;
  while (found < count) {
    const list = found === 0 ? whole : partOf(cost, m, liveRows, liveColumns, prices);
    const { columns: ends, width } = list;
    const order = byReducedCost(list, liveColumns, prices);
    for (const at of order) {
      const i = liveRows[Math.floor(at / width)]!;
      const j = liveColumns[ends[at]!]!;
      if (rowEnded[i] || columnEnded[j]) continue;
      const rowEnds = left[i]! < room[j]! || (left[i] === room[j] && leftTie[i]! < roomTie[j]!);
      const mass = rowEnds ? left[i]! : room[j]!;
      const tie = rowEnds ? leftTie[i]! : roomTie[j]!;
      rows[found] = i;
      columns[found] = j;
      masses[found] = mass;
      if (++found === count) break;
      left[i]! -= mass;
      room[j]! -= mass;
      leftTie[i]! -= tie;
      roomTie[j]! -= tie;
      if (rowEnds) rowEnded[i] = 1;
      else columnEnded[j] = 1;
    }
    liveRows = liveRows.filter((i) => !rowEnded[i]);
    liveColumns = liveColumns.filter((j) => !columnEnded[j]);
  }
  return { tree: rooted(cost, n, m, rows, columns, masses), list: whole };
}

function every(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, k) => k);
}

/** The shortlist between some rows and columns; its columns are places among these. */
function partOf(cost: Float64Array, m: number, rows: Int32Array, columns: Int32Array, prices: Float64Array): Shortlist {
  const part = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const i of rows) for (const j of columns) part[at++] = cost[i * m + j]!;
  const own = Float64Array.from(columns, (j) => prices[j]!);
  return shortlist(part, rows.length, columns.length, own);
}

/** The order of a shortlist's routes by how much they cost, at these prices, above the least of their row. */
function byReducedCost({ width, columns: ends, costs }: Shortlist, columns: Int32Array, prices: Float64Array) {
  const own = Float64Array.from(columns, (j) => prices[j]!);
  const reduced = new Float32Array(costs.length);
  for (let from = 0; from < costs.length; from += width) {
    let least = Number.POSITIVE_INFINITY;
    for (let at = from; at < from + width; at++) least = Math.min(least, costs[at]! - own[ends[at]!]!);
    for (let at = from; at < from + width; at++) reduced[at] = costs[at]! - own[ends[at]!]! - least;
  }
  return argsort(reduced);
}
