/**
 * The transport problem by the network simplex method (Ahuja, Magnanti and Orlin, Network Flows, 1993, ch. 11): a
 * spanning tree of n + m − 1 routes; of a block of the others the one with the most negative reduced cost enters.
 *
 * Masses are whole numbers: sums and differences of whole numbers below 2⁵³ are exact, hence so are ties, and the
 * plan's marginals.
 */

import { argsort } from "../../engine/numerics/radix-sort.ts";
import { firstPrices } from "./first-prices.ts";
import { type Shortlist, shortlist } from "./shortlist.ts";
import { pivot, rooted, setPotentials, type Tree } from "./spanning-tree.ts";

/** Pivots between two words of progress. */
const often = 256;

/** A basic optimal plan and its potentials. */
export interface TransportTree {
  /** Routes of the tree: row, column and mass, n + m − 1 of them; some masses may be 0. */
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly masses: Float64Array;
  /** u[i] + v[j] = cost[i, j] on the tree and ≤ elsewhere, to rounding. */
  readonly u: Float64Array;
  readonly v: Float64Array;
  readonly pivots: number;
}

/**
 * Minimises Σ cost·mass over plans with the given marginals.
 *
 * It starts from prices of columns that a smaller problem gives, and from a tree of the cheapest routes at these. Most
 * pivots are found among the routes of least reduced cost of each row, which are copied out; the whole matrix is read
 * when none of these enters any more, and ends the search or gives the next shortlist.
 *
 * @param cost - [n, m] row-major, finite
 * @param supply - positive whole numbers
 * @param demand - positive whole numbers of the same sum, below 2⁵³
 * @param onProgress - called with the pivots so far, every {@link often} of them
 */
export function transport(
  cost: Float64Array,
  supply: Float64Array,
  demand: Float64Array,
  onProgress?: (pivots: number) => void,
): TransportTree {
  const [n, m] = [supply.length, demand.length];
  const prices = firstPrices(cost, supply, demand, (...part) => transport(...part).u);
  const start = firstTree(cost, supply, demand, prices);
  const { tree } = start;
  let { list } = start;
  let pivots = 0;
  // The bound is for rounding alone; the certificate would show it.
  for (let round = 0; round < 1000; round++) {
    const before = pivots;
    pivots += exhaust(tree, list, onProgress && ((more) => onProgress(before + more)));
    // Potentials that were moved many times hold rounding of the size of the largest costs they have met.
    setPotentials(tree, cost);
    if (optimal(tree, cost)) break;
    for (let j = 0; j < m; j++) prices[j] = -tree.potential[n + j]!;
    list = shortlist(cost, n, m, prices);
  }
  return harvest(tree, pivots);
}

/** Pivots until no route of the list enters: of a block of them the most negative does. @returns how many pivots */
function exhaust(
  tree: Tree,
  { width, columns: ends, costs }: Shortlist,
  onProgress?: (pivots: number) => void,
): number {
  const { n, potential } = tree;
  const columns = potential.subarray(n);
  const rowsPerBlock = Math.max(1, Math.ceil(Math.sqrt(n / width)));
  let pivots = 0;
  let row = 0;
  for (let searched = 0; searched < n; ) {
    let best = 0;
    let fromRow = -1;
    let toColumn = -1;
    for (let block = 0; block < rowsPerBlock && searched < n; block++, searched++) {
      const own = potential[row]!;
      let bound = best + own;
      let found = -1;
      for (let at = row * width; at < (row + 1) * width; at++) {
        const price = costs[at]! + columns[ends[at]!]!;
        if (price >= bound || !negative(own - price, costs[at]!, columns[ends[at]!]!, own)) continue;
        bound = price;
        found = ends[at]!;
      }
      if (found >= 0) {
        best = bound - own;
        fromRow = row;
        toColumn = found;
      }
      row = row + 1 === n ? 0 : row + 1;
    }
    if (fromRow === -1) continue;
    pivot(tree, fromRow, n + toColumn, best);
    pivots++;
    if (pivots % often === 0) onProgress?.(pivots);
    searched = 0;
  }
  return pivots;
}

/** True if a reduced cost is below 0 by more than the rounding of its own terms. */
function negative(below: number, cost: number, column: number, row: number): boolean {
  return below > 4 * Number.EPSILON * (Math.abs(cost) + Math.abs(column) + Math.abs(row));
}

function optimal({ n, m, potential }: Tree, cost: Float64Array): boolean {
  const columns = potential.subarray(n);
  for (let i = 0, at = 0; i < n; i++) {
    const own = potential[i]!;
    for (let j = 0; j < m; j++, at++) {
      const price = cost[at]! + columns[j]!;
      if (price < own && negative(own - price, cost[at]!, columns[j]!, own)) return false;
    }
  }
  return true;
}

function harvest({ n, m, parent, flow, potential }: Tree, pivots: number): TransportTree {
  const count = n + m - 1;
  const rows = new Int32Array(count);
  const columns = new Int32Array(count);
  const masses = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    const other = parent[node]!;
    rows[node] = node < n ? node : other;
    columns[node] = (node < n ? other : node) - n;
    masses[node] = flow[node]!;
  }
  return { rows, columns, masses, u: potential.slice(0, n), v: potential.slice(n).map((x) => -x), pivots };
}

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
function firstTree(
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
