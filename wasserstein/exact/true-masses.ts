/**
 * From a basis that is optimal for masses in whole units to one for the masses themselves. Potentials do not depend on
 * masses; the flows on a spanning tree follow from them by sums, here in twice the digits of float64. Where a flow
 * turns out negative (units were too coarse for a small mass) steps of the dual simplex method correct it.
 */
import type { TransportTree } from "./network-simplex.ts";

/** Flows below 0 by no more than this part of the lesser mass at their ends are rounding of the weights, and 0. */
const noise = 1e-12;
/** Twice the digits of float64 end here, beside masses that sum to one: flows below 0 by no more are rounding, and 0. */
const leastFlow = 2 ** -96;

/** Routes of a spanning tree, as ends. Nodes 0 … n−1 are rows, n … n+m−1 columns. */
interface Basis {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

interface Walk {
  /** Nodes from the root on, parents first. */
  readonly order: Int32Array;
  readonly parent: Int32Array;
  /** Route to the parent. */
  readonly route: Int32Array;
}

/**
 * @param cost - [n, m]
 * @param a - positive masses, summing to one to rounding
 * @param b - the same
 */
export function withExactMasses(
  cost: Float64Array,
  a: Float64Array,
  b: Float64Array,
  tree: TransportTree,
): TransportTree {
  const [n, m] = [a.length, b.length];
  const basis = { rows: tree.rows.slice(), columns: tree.columns.slice() };
  let pivots = 0;
  for (;;) {
    const walk = walkOf(basis, n, m);
    const masses = flows(walk, a, b);
    const bad = worst(basis, masses, a, b);
    const { u, v } = potentials(walk, basis, cost, n, m);
    // The bound is for ties that lead round in a circle; the certificate would show it.
    if (bad === -1 || pivots >= 20 * (n + m)) {
      const clean = masses.map((q) => Math.max(0, q));
      return { ...basis, masses: clean, u, v, pivots: tree.pivots + pivots };
    }
    exchange(basis, bad, walk, cost, u, v);
    pivots++;
  }
}

function walkOf({ rows, columns }: Basis, n: number, m: number): Walk {
  const nodes = n + m;
  const first = new Int32Array(nodes).fill(-1);
  const next = new Int32Array(2 * rows.length);
  for (let k = 0; k < rows.length; k++) {
    for (const [end, node] of [
      [2 * k, rows[k]!],
      [2 * k + 1, n + columns[k]!],
    ] as const) {
      next[end] = first[node]!;
      first[node] = end;
    }
  }
  const order = new Int32Array(nodes);
  const [parent, route] = [new Int32Array(nodes).fill(-1), new Int32Array(nodes).fill(-1)];
  for (let read = 0, write = 1; read < write; read++) {
    const node = order[read]!;
    for (let end = first[node]!; end !== -1; end = next[end]!) {
      const k = end >> 1;
      if (k === route[node]) continue;
      const other = end % 2 === 0 ? n + columns[k]! : rows[k]!;
      parent[other] = node;
      route[other] = k;
      order[write++] = other;
    }
  }
  return { order, parent, route };
}

/** Mass on each route, by which the root's mass is what is left: of the largest node, a share of one, it is rounding. */
function flows({ order, parent, route }: Walk, a: Float64Array, b: Float64Array): Float64Array {
  const n = a.length;
  const nodes = order.length;
  const high = new Float64Array(nodes);
  const low = new Float64Array(nodes);
  high.set(a);
  high.set(b, n);
  giveRest(high, low, n);
  const masses = new Float64Array(nodes - 1);
  for (let k = nodes - 1; k > 0; k--) {
    const node = order[k]!;
    const [h, l] = [high[node]!, low[node]!];
    masses[route[node]!] = h + l;
    const above = parent[node]!;
    addTo(high, low, above, -h);
    addTo(high, low, above, -l);
  }
  return masses;
}

/** (high, low)[at] += term, without loss to twice the digits (Dekker 1971). */
function addTo(high: Float64Array, low: Float64Array, at: number, term: number): void {
  const h = high[at]!;
  const sum = h + term;
  const back = sum - h;
  const rest = low[at]! + (h - (sum - back) + (term - back));
  const top = sum + rest;
  high[at] = top;
  low[at] = rest - (top - sum);
}

/** Makes both sides sum to the same: what rounding of the weights left between them goes to the largest mass. */
function giveRest(high: Float64Array, low: Float64Array, n: number): void {
  const [h, l] = [new Float64Array(1), new Float64Array(1)];
  let largest = 0;
  for (let k = 0; k < high.length; k++) {
    addTo(h, l, 0, k < n ? high[k]! : -high[k]!);
    if (high[k]! > high[largest]!) largest = k;
  }
  const sign = largest < n ? -1 : 1;
  addTo(high, low, largest, sign * h[0]!);
  addTo(high, low, largest, sign * l[0]!);
}

/** The route whose flow is the most below 0 for its ends; −1 where none is by more than noise. */
function worst({ rows, columns }: Basis, masses: Float64Array, a: Float64Array, b: Float64Array): number {
  let [bad, least] = [-1, -noise];
  for (let k = 0; k < masses.length; k++) {
    if (masses[k]! >= -leastFlow) continue;
    const relative = masses[k]! / Math.min(a[rows[k]!]!, b[columns[k]!]!);
    if (relative < least) [bad, least] = [k, relative];
  }
  return bad;
}

function potentials(
  { order, parent, route }: Walk,
  { rows, columns }: Basis,
  cost: Float64Array,
  n: number,
  m: number,
) {
  const [u, v] = [new Float64Array(n), new Float64Array(m)];
  for (let k = 1; k < order.length; k++) {
    const node = order[k]!;
    const [i, j] = [rows[route[node]!]!, columns[route[node]!]!];
    if (parent[node]! < n) v[j] = cost[i * m + j]! - u[i]!;
    else u[i] = cost[i * m + j]! - v[j]!;
  }
  return { u, v };
}

/** The route that leaves cuts the tree in two; the cheapest that carries mass the other way between them comes in. */
function exchange(
  basis: Basis,
  leaving: number,
  { order, parent, route }: Walk,
  cost: Float64Array,
  u: Float64Array,
  v: Float64Array,
): void {
  const [n, m] = [u.length, v.length];
  const below = new Uint8Array(order.length);
  let top = -1;
  for (const node of order) {
    if (route[node] === leaving) top = node;
    if (node === top || (parent[node]! >= 0 && below[parent[node]!] === 1)) below[node] = 1;
  }
  // A row's subtree that sends less than nothing lacks mass; a column's has too much.
  const rowsBelow = top < n ? 0 : 1;
  let [best, row, column] = [Number.POSITIVE_INFINITY, -1, -1];
  for (let i = 0; i < n; i++) {
    if (below[i] !== rowsBelow) continue;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      if (below[n + j] === rowsBelow) continue;
      const reduced = cost[at]! - u[i]! - v[j]!;
      if (reduced < best) [best, row, column] = [reduced, i, j];
    }
  }
  basis.rows[leaving] = row;
  basis.columns[leaving] = column;
}
