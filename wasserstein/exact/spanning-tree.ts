/**
 * The spanning tree of routes of the network simplex method, and its pivots. The route that leaves keeps the tree
 * strongly feasible, so that degenerate pivots cannot cycle (Cunningham 1976).
 */

/** Nodes 0 … n−1 are rows, n … n+m−1 columns; the last column is the root. The route of a node leads to its parent. */
export interface Tree {
  readonly n: number;
  readonly m: number;
  readonly parent: Int32Array;
  /** Nodes in the subtree under each node, itself included. */
  readonly size: Int32Array;
  readonly flow: Float64Array;
  readonly firstChild: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  /** u of rows, then −v of columns, so that the reduced cost of a route is cost − potential[i] + potential[n + j]. */
  readonly potential: Float64Array;
  readonly stack: Int32Array;
}

/** The route row → column of reduced cost `reduced` < 0 enters the tree. */
export function pivot(tree: Tree, row: number, column: number, reduced: number): void {
  const { n, parent, size, flow } = tree;
  let a = row;
  let b = column;
  // The first blocking route seen from the row, the last seen from the column: the last one on the cycle.
  let least = Number.POSITIVE_INFINITY;
  let leaving = -1;
  let leastBelow = Number.POSITIVE_INFINITY;
  let leavingBelow = -1;
  while (a !== b) {
    // The smaller subtree does not hold the other node.
    if (size[a]! <= size[b]!) {
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
  const moved = size[leaving]!;
  const [top, bottom] = onRowSide ? [row, column] : [column, row];
  for (let node = parent[leaving]!; node !== a; node = parent[node]!) size[node]! -= moved;
  for (let node = bottom; node !== a; node = parent[node]!) size[node]! += moved;
  // Cut the leaving route, hang its side of the tree under the entering route, reversing the path between them.
  let node = top;
  let above = bottom;
  let carried = least;
  let below = 0;
  for (;;) {
    const old = parent[node]!;
    const held = flow[node]!;
    const under = size[node]!;
    detach(tree, node, old);
    attach(tree, node, above);
    flow[node] = carried;
    size[node] = moved - below;
    if (node === leaving) break;
    below = under;
    above = node;
    node = old;
    carried = held;
  }
  // What makes the new route's reduced cost 0: on one side of it, or the opposite on the other, which may be smaller.
  const by = onRowSide ? reduced : -reduced;
  if (2 * moved <= parent.length) shift(tree, top, -1, by);
  else shift(tree, parent.length - 1, top, -by);
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

/** Adds to the potentials of a subtree, without the subtree of `but`. */
function shift({ firstChild, next, potential, stack }: Tree, top: number, but: number, by: number): void {
  let size = 0;
  stack[size++] = top;
  while (size > 0) {
    const node = stack[--size]!;
    potential[node]! += by;
    for (let child = firstChild[node]!; child !== -1; child = next[child]!) if (child !== but) stack[size++] = child;
  }
}

/** The tree of these routes, hung up at the last column. */
export function rooted(
  cost: Float64Array,
  n: number,
  m: number,
  rows: Int32Array,
  columns: Int32Array,
  masses: Float64Array,
): Tree {
  const nodes = n + m;
  const firstRoute = new Int32Array(nodes).fill(-1);
  const empty = () => new Int32Array(nodes).fill(-1);
  const tree: Tree = {
    n,
    m,
    parent: empty(),
    size: new Int32Array(nodes).fill(1),
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
      queue.push(other);
    }
  }
  for (const node of queue.reverse()) if (tree.parent[node] !== -1) tree.size[tree.parent[node]!]! += tree.size[node]!;
  setPotentials(tree, cost);
  return tree;
}

/** Potentials from the costs of the tree's routes alone; 0 at the root. */
export function setPotentials({ n, m, firstChild, next, potential, stack }: Tree, cost: Float64Array): void {
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
