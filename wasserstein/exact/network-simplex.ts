/**
 * The transport problem by the network simplex method (Ahuja, Magnanti and Orlin, Network Flows, 1993, ch. 11): a
 * spanning tree of n + m − 1 routes; of a block of the others the one with the most negative reduced cost enters.
 *
 * Masses are whole numbers: sums and differences of whole numbers below 2⁵³ are exact, hence so are ties, and the
 * plan's marginals.
 */
import { pivot, plant, setPotentials, type Tree } from "./spanning-tree.ts";

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

/** Routes that are searched before all others, row after row. */
interface Shortlist {
  /** Routes of each row. */
  readonly width: number;
  readonly columns: Int32Array;
  readonly costs: Float64Array;
}

/** Routes of a row on the shortlist; where there are few columns, all of them. */
const WIDTH = 40;
const FEW = 256;

/**
 * Minimises Σ cost·mass over plans with the given marginals.
 *
 * It starts from prices of columns: their least costs, or those that solve the problem between a quarter of the rows and of the
 * columns, whichever bounds the optimum better. Most pivots are found among the routes of least reduced cost of each row, which are copied out; the whole matrix is read
 * when none of these enters any more, and ends the search or gives the next shortlist.
 *
 * @param cost - [n, m] row-major, finite
 * @param supply - positive whole numbers
 * @param demand - positive whole numbers of the same sum, below 2⁵³
 */
export function transport(cost: Float64Array, supply: Float64Array, demand: Float64Array): TransportTree {
  const [n, m] = [supply.length, demand.length];
  const prices = firstPrices(cost, supply, demand);
  const tree = plant(cost, supply, demand, prices);
  let pivots = 0;
  let list = shortlist(cost, n, m, prices);
  // The bound is for rounding alone; the certificate would show it.
  for (let round = 0; round < 1000; round++) {
    pivots += exhaust(tree, list);
    // Potentials that were moved many times hold rounding of the size of the largest costs they have met.
    setPotentials(tree, cost);
    if (optimal(tree, cost)) break;
    for (let j = 0; j < m; j++) prices[j] = -tree.potential[n + j]!;
    list = shortlist(cost, n, m, prices);
  }
  return harvest(tree, pivots);
}

/** Pivots until no route of the list enters: of a block of them the most negative does. @returns how many pivots */
function exhaust(tree: Tree, { width, columns: ends, costs }: Shortlist): number {
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
    searched = 0;
  }
  return pivots;
}

/** Whether a reduced cost is below 0 by more than the rounding of its own terms. */
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

/** The routes of each row with the least cost − price. */
function shortlist(cost: Float64Array, n: number, m: number, prices: Float64Array): Shortlist {
  const width = m > FEW ? WIDTH : m;
  const columns = new Int32Array(n * width);
  const costs = new Float64Array(n * width);
  const reduced = new Float64Array(m);
  const heap = new Float64Array(width);
  for (let i = 0, at = 0; i < n; i++) {
    const row = i * m;
    for (let j = 0; j < m; j++) reduced[j] = cost[row + j]! - prices[j]!;
    const bound = width < m ? least(reduced, heap) : Number.POSITIVE_INFINITY;
    // Ties with the bound may be more than there is room for.
    const end = at + width;
    for (let j = 0; j < m && at < end; j++) if (reduced[j]! < bound) at = push(at, j, cost[row + j]!);
    for (let j = 0; j < m && at < end; j++) if (reduced[j]! === bound) at = push(at, j, cost[row + j]!);
  }
  function push(at: number, j: number, c: number): number {
    columns[at] = j;
    costs[at] = c;
    return at + 1;
  }
  return { width, columns, costs };
}

/** The greatest of the `heap.length` least values; `heap` is room for them, with the greatest on top. */
function least(values: Float64Array, heap: Float64Array): number {
  const size = heap.length;
  heap.set(values.subarray(0, size));
  heap.sort().reverse();
  for (let j = size; j < values.length; j++) {
    const value = values[j]!;
    if (value >= heap[0]!) continue;
    let at = 0;
    for (let child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size && heap[child + 1]! > heap[child]!) child++;
      if (heap[child]! <= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
  return heap[0]!;
}

/**
 * Prices to start from. Between samples of one law the least costs of columns are near the optimum; where the laws differ
 * they are far off, and potentials that solve transport between a part of both sides are nearer. Dual values tell.
 */
function firstPrices(cost: Float64Array, supply: Float64Array, demand: Float64Array): Float64Array {
  const [n, m] = [supply.length, demand.length];
  const plain = leastCosts(cost, n, m);
  if (Math.min(n, m) < FEW) return plain;
  const [rows, columns] = [some(n), some(m)];
  const part = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const i of rows) for (const j of columns) part[at++] = cost[i * m + j]!;
  const { u } = transport(part, shares(supply, rows), shares(demand, columns));
  const coarse = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (const [k, i] of rows.entries()) {
    const own = u[k]!;
    for (let j = 0, from = i * m; j < m; j++, from++) {
      const rest = cost[from]! - own;
      if (rest < coarse[j]!) coarse[j] = rest;
    }
  }
  return bound(cost, supply, demand, coarse) > bound(cost, supply, demand, plain) ? coarse : plain;
}

/** The dual value at these prices and the row potentials that they leave, by every fourth row. */
function bound(cost: Float64Array, supply: Float64Array, demand: Float64Array, prices: Float64Array): number {
  const [n, m] = [supply.length, demand.length];
  let [value, total] = [0, 0];
  for (let j = 0; j < m; j++) {
    value += demand[j]! * prices[j]!;
    total += demand[j]!;
  }
  let [mass, sum] = [0, 0];
  for (let i = 0; i < n; i += 4) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const rest = cost[at]! - prices[j]!;
      if (rest < least) least = rest;
    }
    sum += supply[i]! * least;
    mass += supply[i]!;
  }
  return value + (sum * total) / mass;
}

/** A quarter of the numbers below n, without order in them, the same ones each time. */
function some(n: number): Int32Array {
  const key = (i: number) => Math.imul(Math.imul(i + 1, 0x9e3779b1) ^ (i >>> 3), 0x85ebca6b) >>> 0;
  const keys = Float64Array.from({ length: n }, (_, i) => key(i));
  const order = Int32Array.from(keys.keys()).sort((i, j) => keys[i]! - keys[j]! || i - j);
  return order.subarray(0, Math.ceil(n / 4)).sort();
}

/** Masses of a part in proportion, as whole numbers of one sum. */
function shares(masses: Float64Array, part: Int32Array): Float64Array {
  const total = 2 ** 40;
  let sum = 0;
  for (const k of part) sum += masses[k]!;
  const units = Float64Array.from(part, (k) => Math.max(1, Math.round((masses[k]! / sum) * total)));
  let [rest, largest] = [total, 0];
  for (const [k, q] of units.entries()) {
    rest -= q;
    if (q > units[largest]!) largest = k;
  }
  units[largest]! += rest;
  return units;
}

function leastCosts(cost: Float64Array, n: number, m: number): Float64Array {
  const least = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) if (cost[at]! < least[j]!) least[j] = cost[at]!;
  }
  return least;
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
