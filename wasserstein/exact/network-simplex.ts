/**
 * The transport problem by the network simplex method (Ahuja, Magnanti and Orlin, Network Flows, 1993, ch. 11): a
 * spanning tree of n + m − 1 routes; of a block of the others the one with the most negative reduced cost enters.
 *
 * Masses are whole numbers: sums and differences of whole numbers below 2⁵³ are exact, hence so are ties, and the
 * plan's marginals.
 */
import { firstPrices } from "./first-prices.ts";
import { firstTree } from "./first-tree.ts";
import { type Shortlist, shortlist } from "./shortlist.ts";
import { pivot, setPotentials, type Tree } from "./spanning-tree.ts";

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
