/**
 * The transport problem by the network simplex method (Ahuja, Magnanti and Orlin, Network Flows, 1993, ch. 11): a
 * spanning tree of n + m − 1 routes, the most negative reduced cost in a block of routes enters (block pivot search), and
 * the leaving route keeps the tree strongly feasible, so that degenerate pivots cannot cycle (Cunningham 1976).
 *
 * Masses are whole numbers: sums and differences of whole numbers below 2⁵³ are exact, hence so are ties, and the
 * plan's marginals.
 */

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

/** Nodes 0 … n−1 are rows, n … n+m−1 columns; the last column is the root. The route of a node leads to its parent. */
interface Tree {
  readonly n: number;
  readonly m: number;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  readonly flow: Float64Array;
  readonly firstChild: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** u of rows, then −v of columns, so that the reduced cost of a route is cost − potential[i] + potential[n + j]. */
  readonly potential: Float64Array;
  readonly stack: Int32Array;
}

/**
 * Minimises Σ cost·mass over plans with the given marginals.
 *
 * @param cost - [n, m] row-major, finite
 * @param supply - positive whole numbers
 * @param demand - positive whole numbers of the same sum, below 2⁵³
 */
export function transport(
  cost: Float64Array,
  supply: Float64Array,
  demand: Float64Array,
  prices: Float64Array = leastCosts(cost, supply.length, demand.length),
): TransportTree {
  const [n, m] = [supply.length, demand.length];
  const tree = plant(cost, supply, demand, prices);
  const { potential, parent, flow } = tree;
  const rowsPerBlock = Math.max(1, Math.ceil(Math.sqrt(n * m) / m));
  const columns = potential.subarray(n);
  let pivots = 0;
  let fresh = false;
  let refreshed = 0;
  // Rows searched since the last route entered; a whole round without one on fresh potentials ends the search.
  for (let row = 0, searched = 0; ; ) {
    if (searched >= n) {
      if (fresh || ++refreshed > 100) break; // the bound is for rounding alone; the certificate would show it
      // Potentials that were moved many times hold rounding of the size of the largest costs they have met.
      setPotentials(tree, cost);
      fresh = true;
      searched = 0;
    }
    let best = 0;
    let fromRow = -1;
    let toColumn = -1;
    for (let block = 0; block < rowsPerBlock && searched < n; block++, searched++) {
      const own = potential[row]!;
      let bound = best + own;
      let found = -1;
      for (let j = 0, at = row * m; j < m; j++, at++) {
        const price = cost[at]! + columns[j]!;
        if (price >= bound) continue;
        // Negative by more than the rounding of its own terms?
        if (own - price <= 4 * Number.EPSILON * (Math.abs(cost[at]!) + Math.abs(columns[j]!) + Math.abs(own))) continue;
        bound = price;
        found = j;
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
    fresh = false;
  }
  return harvest(tree, parent, flow, pivots);
}

function harvest(tree: Tree, parent: Int32Array, flow: Float64Array, pivots: number): TransportTree {
  const { n, m, potential } = tree;
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

/** The route row → column of reduced cost `reduced` < 0 enters the tree. */
function pivot(tree: Tree, row: number, column: number, reduced: number): void {
  const { n, parent, depth, flow } = tree;
  let a = row;
  let b = column;
  // The first blocking route seen from the row, the last seen from the column: the last one on the cycle.
  let least = Number.POSITIVE_INFINITY;
  let leaving = -1;
  let leastBelow = Number.POSITIVE_INFINITY;
  let leavingBelow = -1;
  while (a !== b) {
    if (depth[a]! >= depth[b]!) {
      if (a < n && flow[a]! < least) {
        least = flow[a]!;
        leaving = a;
      }
      a = parent[a]!;
    } else {
      if (b >= n && flow[b]! <= leastBelow) {
        leastBelow = flow[b]!;
        leavingBelow = b;
      }
      b = parent[b]!;
    }
  }
  const onRowSide = least < leastBelow;
  if (!onRowSide) {
    least = leastBelow;
    leaving = leavingBelow;
  }
  if (least > 0) {
    for (let node = row; node !== a; node = parent[node]!) flow[node]! += node < n ? -least : least;
    for (let node = column; node !== a; node = parent[node]!) flow[node]! += node < n ? least : -least;
  }
  // Cut the leaving route, hang its side of the tree under the entering route, reversing the path between them.
  let node = onRowSide ? row : column;
  let above = onRowSide ? column : row;
  let carried = least;
  for (;;) {
    const old = parent[node]!;
    const held = flow[node]!;
    detach(tree, node, old);
    attach(tree, node, above);
    flow[node] = carried;
    if (node === leaving) break;
    above = node;
    node = old;
    carried = held;
  }
  shift(tree, onRowSide ? row : column, reduced);
}

function detach({ parent, firstChild, next, previous }: Tree, node: number, from: number): void {
  const [before, after] = [previous[node]!, next[node]!];
  if (before === -1) firstChild[from] = after;
  else next[before] = after;
  if (after !== -1) previous[after] = before;
  parent[node] = -1;
}

function attach({ parent, firstChild, next, previous }: Tree, node: number, to: number): void {
  const head = firstChild[to]!;
  parent[node] = to;
  previous[node] = -1;
  next[node] = head;
  if (head !== -1) previous[head] = node;
  firstChild[to] = node;
}

/** Adds to the potentials of a subtree what makes its new route's reduced cost 0, and renews the depths. */
function shift(tree: Tree, top: number, reduced: number): void {
  const { n, parent, depth, firstChild, next, potential, stack } = tree;
  const by = top < n ? reduced : -reduced;
  let size = 0;
  stack[size++] = top;
  while (size > 0) {
    const node = stack[--size]!;
    potential[node]! += by;
    depth[node] = depth[parent[node]!]! + 1;
    for (let child = firstChild[node]!; child !== -1; child = next[child]!) stack[size++] = child;
  }
}

function leastCosts(cost: Float64Array, n: number, m: number): Float64Array {
  const least = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) if (cost[at]! < least[j]!) least[j] = cost[at]!;
  }
  return least;
}

/**
 * A first tree: every row in turn takes its cheapest remaining columns, after prices of columns are subtracted. Each step
 * uses up a row or a column, so the routes form a tree. Ties are broken as if each row had a little more mass, and the
 * last column all of it (Orden 1956): this is what makes the tree strongly feasible.
 */
function plant(cost: Float64Array, supply: Float64Array, demand: Float64Array, prices: Float64Array): Tree {
  const [n, m] = [supply.length, demand.length];
  const nodes = n + m;
  const room = demand.slice();
  const roomTie = new Int32Array(m);
  roomTie[m - 1] = n;
  const alive = Int32Array.from({ length: m }, (_, j) => j);
  let count = m;
  const [rows, columns, masses] = [[] as number[], [] as number[], [] as number[]];
  for (let i = 0; i < n; i++) {
    let [left, leftTie] = [supply[i]!, 1];
    while (count > 0) {
      let [slot, best] = [0, Number.POSITIVE_INFINITY];
      for (let k = 0; k < count; k++) {
        const j = alive[k]!;
        const reduced = cost[i * m + j]! - prices[j]!;
        if (reduced < best) [slot, best] = [k, reduced];
      }
      const j = alive[slot]!;
      const rowEnds = i < n - 1 && (left < room[j]! || (left === room[j]! && leftTie < roomTie[j]!));
      rows.push(i);
      columns.push(j);
      masses.push(rowEnds ? left : room[j]!);
      if (rowEnds) {
        room[j]! -= left;
        roomTie[j]! -= leftTie;
        break;
      }
      left -= room[j]!;
      leftTie -= roomTie[j]!;
      alive[slot] = alive[--count]!;
    }
  }
  return rooted(cost, n, m, rows, columns, masses, new Int32Array(nodes).fill(-1));
}

function rooted(
  cost: Float64Array,
  n: number,
  m: number,
  rows: readonly number[],
  columns: readonly number[],
  masses: readonly number[],
  firstRoute: Int32Array,
): Tree {
  const nodes = n + m;
  const empty = () => new Int32Array(nodes).fill(-1);
  const tree: Tree = {
    n,
    m,
    parent: empty(),
    depth: new Int32Array(nodes),
    flow: new Float64Array(nodes),
    firstChild: empty(),
    next: empty(),
    previous: empty(),
    potential: new Float64Array(nodes),
    stack: new Int32Array(nodes),
  };
  // Routes at each node, as linked lists over both ends.
  const nextRoute = new Int32Array(2 * rows.length).fill(-1);
  for (const [k, i] of rows.entries()) {
    for (const [end, node] of [
      [2 * k, i],
      [2 * k + 1, n + columns[k]!],
    ] as const) {
      nextRoute[end] = firstRoute[node]!;
      firstRoute[node] = end;
    }
  }
  const queue = [nodes - 1];
  for (const node of queue) {
    for (let end = firstRoute[node]!; end !== -1; end = nextRoute[end]!) {
      const k = end >> 1;
      const other = end % 2 === 0 ? n + columns[k]! : rows[k]!;
      if (other === tree.parent[node]) continue;
      attach(tree, other, node);
      tree.flow[other] = masses[k]!;
      tree.depth[other] = tree.depth[node]! + 1;
      queue.push(other);
    }
  }
  setPotentials(tree, cost);
  return tree;
}

/** Potentials from the costs of the tree's routes alone; 0 at the root. */
function setPotentials({ n, m, firstChild, next, potential, stack }: Tree, cost: Float64Array): void {
  let size = 0;
  stack[size++] = n + m - 1;
  potential[n + m - 1] = 0;
  while (size > 0) {
    const node = stack[--size]!;
    for (let child = firstChild[node]!; child !== -1; child = next[child]!) {
      potential[child] =
        child < n ? potential[node]! + cost[child * m + node - n]! : potential[node]! - cost[node * m + child - n]!;
      stack[size++] = child;
    }
  }
}
