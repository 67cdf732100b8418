import "./chunk-AOR7BF42.js";
import {
  addScaled,
  certify,
  cloudGeometry,
  dot,
  dualValue,
  eachPlanRow,
  normalize,
  offsetValue,
  prepare,
  solve,
  solveSymmetric,
  sum,
  unitVector
} from "./chunk-GP5RCY2J.js";
import {
  FloatSorter,
  argsort,
  balancedMasses,
  checkOrder,
  checkRange,
  checkSameSpace,
  checkValues,
  cloudPoints,
  explicitWeights,
  massOf,
  multiscaleWasserstein,
  wasserstein1d
} from "./chunk-MYHAFT5B.js";
import {
  rng
} from "./chunk-PHUSJ35S.js";
import "./chunk-2JKOHZZA.js";
import "./chunk-JHNL2DBA.js";
import {
  readField
} from "./chunk-MXIOKUDV.js";
import {
  convertPrecipitation
} from "./chunk-AWWB6X6Z.js";
import {
  checkFiles,
  isGeographic,
  textOf
} from "./chunk-72SAAEYX.js";
import {
  printing,
  printingFields
} from "./chunk-O7EZDEUO.js";
import {
  DomainError,
  OptionsError,
  ShapeError,
  UnitsError
} from "./chunk-Y46VEHZ7.js";
import {
  emit,
  emitJson
} from "./chunk-K2VWOMW7.js";

// cli/distance/run.ts
import { existsSync } from "node:fs";

// wasserstein/measure/transport-plan.ts
function transportPlan(rows, columns, masses, shape) {
  const used = (_, k) => masses[k] !== 0;
  const [i, j, mass] = [rows.filter(used), columns.filter(used), masses.filter((q) => q !== 0)];
  const plan = {
    shape,
    rows: i,
    columns: j,
    masses: mass,
    toDense() {
      const [n, m] = shape;
      const dense = new Float64Array(n * m);
      for (let k = 0; k < mass.length; k++) dense[i[k] * m + j[k]] += mass[k];
      return dense;
    }
  };
  return printing(plan, () => `${mass.length} routes between ${shape[0]} and ${shape[1]} points`);
}
function certify2(cost, plan, u, a, b) {
  const [n, m] = plan.shape;
  const v = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  const spent = new Sum();
  for (let k = 0; k < plan.masses.length; k++) {
    const [i, j, mass] = [plan.rows[k], plan.columns[k], plan.masses[k]];
    spent.add(mass * cost[i * m + j]);
  }
  const known = u.map((f) => Number.isNaN(f) ? 0 : f);
  u.set(
    centred(known, a).map((f, i) => Number.isNaN(u[i]) ? Number.NaN : f)
    // keeps the marks
  );
  for (let i = 0; i < n; i++) {
    const own = u[i];
    if (Number.isNaN(own)) continue;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const rest = cost[at] - own;
      if (rest < v[j]) v[j] = rest;
    }
  }
  for (let i = 0; i < n; i++) {
    if (!Number.isNaN(u[i])) continue;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < m; j++) least = Math.min(least, cost[i * m + j] - v[j]);
    u[i] = least;
  }
  const earned = new Sum();
  let size = 0;
  for (const [potential, weights2] of [
    [u, a],
    [v, b]
  ]) {
    for (let k = 0; k < weights2.length; k++) {
      earned.add(potential[k] * weights2[k]);
      size += Math.abs(potential[k] * weights2[k]);
    }
  }
  const value = spent.total();
  const gap = Math.abs(value - earned.total());
  const scale = Math.max(Math.abs(value), size / 1e3);
  return { value, v, dualityGap: gap === 0 ? 0 : gap / scale };
}
function centred(potential, weights2) {
  const [moment, mass] = [new Sum(), new Sum()];
  for (let i = 0; i < weights2.length; i++) {
    moment.add(potential[i] * weights2[i]);
    mass.add(weights2[i]);
  }
  const mean = moment.total() / mass.total();
  return potential.map((f) => f - mean);
}
var Sum = class {
  #sum = 0;
  #lost = 0;
  add(term2) {
    const next = this.#sum + term2;
    this.#lost += Math.abs(this.#sum) >= Math.abs(term2) ? this.#sum - next + term2 : term2 - next + this.#sum;
    this.#sum = next;
  }
  total() {
    return this.#sum + this.#lost;
  }
};

// wasserstein/exact/assignment.ts
function assign(cost, n) {
  const state = {
    n,
    cost,
    columnOf: new Int32Array(n).fill(-1),
    rowOf: new Int32Array(n).fill(-1),
    prices: new Float64Array(n)
  };
  let free = reduceColumns(state);
  free = reduceRows(state, free);
  if (n >= 256 && free.length > 32) return void 0;
  free = reduceRows(state, free);
  augment(state, free);
  return { columns: state.columnOf, prices: state.prices };
}
function reduceColumns({ n, cost, columnOf, rowOf: rowOf2, prices }) {
  const least = new Int32Array(n);
  prices.set(cost.subarray(0, n));
  for (let i = 1; i < n; i++) {
    for (let j = 0, at = i * n; j < n; j++, at++) {
      if (cost[at] < prices[j]) {
        prices[j] = cost[at];
        least[j] = i;
      }
    }
  }
  const wanted = new Int32Array(n);
  for (let j = n - 1; j >= 0; j--) {
    const i = least[j];
    wanted[i]++;
    if (columnOf[i] !== -1) continue;
    columnOf[i] = j;
    rowOf2[j] = i;
  }
  const free = [];
  for (let i = 0; i < n; i++) {
    const own = columnOf[i];
    if (own === -1) free.push(i);
    if (own === -1 || wanted[i] !== 1) continue;
    let slack = Number.POSITIVE_INFINITY;
    for (let j = 0, at = i * n; j < n; j++, at++) {
      const reduced = cost[at] - prices[j];
      if (reduced < slack && j !== own) slack = reduced;
    }
    if (slack !== Number.POSITIVE_INFINITY) prices[own] -= slack;
  }
  return Int32Array.from(free);
}
function reduceRows({ n, cost, columnOf, rowOf: rowOf2, prices }, free) {
  const left = [];
  let bids = 0;
  for (const start of free) {
    let i = start;
    for (; ; ) {
      let first = Number.POSITIVE_INFINITY;
      let second = Number.POSITIVE_INFINITY;
      let best = -1;
      let next = -1;
      for (let j = 0, at = i * n; j < n; j++, at++) {
        const reduced = cost[at] - prices[j];
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
      const lowered = prices[best] - (second - first);
      const bid = second !== Number.POSITIVE_INFINITY && lowered < prices[best];
      if (bid) prices[best] = lowered;
      else if (rowOf2[best] !== -1 && next !== -1) best = next;
      const displaced = rowOf2[best];
      if (!bid && displaced !== -1) {
        left.push(i);
        break;
      }
      columnOf[i] = best;
      rowOf2[best] = i;
      if (displaced === -1) break;
      columnOf[displaced] = -1;
      i = displaced;
      if (++bids > 4 * n) {
        left.push(i);
        break;
      }
    }
  }
  return Int32Array.from(left);
}
function augment({ n, cost, columnOf, rowOf: rowOf2, prices }, free) {
  const distance2 = new Float64Array(n);
  const from = new Int32Array(n);
  const rest = new Int32Array(n);
  const scanned = new Int32Array(n);
  for (const start of free) {
    distance2.fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < n; j++) rest[j] = j;
    let count = n;
    let row = start;
    let base = 0;
    let end = -1;
    let nearest = 0;
    for (; ; ) {
      nearest = Number.POSITIVE_INFINITY;
      let slot = -1;
      for (let k = 0, at = row * n; k < count; k++) {
        const j = rest[k];
        const d = cost[at + j] - prices[j] - base;
        let known = distance2[j];
        if (d < known) {
          distance2[j] = known = d;
          from[j] = row;
        }
        if (known < nearest || known === nearest && rowOf2[j] === -1) {
          nearest = known;
          slot = k;
        }
      }
      const column = rest[slot];
      if (rowOf2[column] === -1) {
        end = column;
        break;
      }
      rest[slot] = rest[--count];
      scanned[n - 1 - count] = column;
      row = rowOf2[column];
      base = cost[row * n + column] - prices[column] - nearest;
    }
    for (let k = 0; k < n - count; k++) {
      const j = scanned[k];
      prices[j] += distance2[j] - nearest;
    }
    for (let j = end; ; ) {
      const i = from[j];
      const before = columnOf[i];
      rowOf2[j] = i;
      columnOf[i] = j;
      if (i === start) break;
      j = before;
    }
  }
}

// wasserstein/exact/costs.ts
var mostCosts = 2 ** 27;
function costsOf(where, problem, p) {
  const clouds = "x" in problem;
  const [n, m] = clouds ? [problem.x.count, problem.y.count] : [problem.rows, problem.columns];
  if (!clouds && !(Number.isInteger(n) && Number.isInteger(m) && n >= 1 && m >= 1)) {
    throw new ShapeError(`${where}: cost`, "rows \u2265 1 and columns \u2265 1, both whole", [n, m]);
  }
  if (n * m > mostCosts) {
    throw new DomainError(`${where}: ${n} \xD7 ${m} costs do not fit; use sinkhorn, which brackets the exact cost`, n * m);
  }
  return { cost: clouds ? cloudCosts(where, problem, p) : matrixCosts(where, problem), n, m };
}
function pairGradient(clouds, { rows, columns, masses }, p, factor = 1) {
  if (clouds === void 0) return { x: void 0, y: void 0 };
  const { dim } = clouds.x;
  const [px, py] = [clouds.x.points, clouds.y.points];
  const [x, y] = [new Float64Array(px.length), new Float64Array(py.length)];
  for (let k = 0; k < masses.length; k++) {
    const [i, j] = [rows[k] * dim, columns[k] * dim];
    const square = p === 2 ? 1 : squaredDistance(px, i, py, j, dim);
    if (square === 0) continue;
    const slope = factor * masses[k] * p * square ** (p / 2 - 1);
    for (let c = 0; c < dim; c++) {
      const pull2 = slope * (px[i + c] - py[j + c]);
      x[i + c] += pull2;
      y[j + c] -= pull2;
    }
  }
  return { x, y };
}
function matrixCosts(where, { cost, rows, columns }) {
  if (cost.length !== rows * columns) throw new ShapeError(`${where}: cost`, [rows * columns], [cost.length]);
  checkValues(`${where}: cost`, cost);
  return cost instanceof Float64Array ? cost : Float64Array.from(cost);
}
function cloudCosts(where, { x, y }, p) {
  checkSameSpace(where, x, y);
  const [px, py] = [cloudPoints(`${where}: x`, x), cloudPoints(`${where}: y`, y)];
  const { dim } = x;
  const cost = new Float64Array(x.count * y.count);
  for (let i = 0, at = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++, at++) cost[at] = squaredDistance(px, i * dim, py, j * dim, dim);
  }
  if (p !== 2) for (let k = 0; k < cost.length; k++) cost[k] = p === 1 ? Math.sqrt(cost[k]) : cost[k] ** (p / 2);
  for (const c of cost) {
    if (c === Number.POSITIVE_INFINITY) {
      throw new DomainError(`${where}: a distance to the power p is beyond float64; scale the points down`, c);
    }
  }
  return cost;
}
function squaredDistance(x, i, y, j, dim) {
  let sum2 = 0;
  for (let c = 0; c < dim; c++) sum2 += (x[i + c] - y[j + c]) ** 2;
  return sum2;
}

// wasserstein/exact/shortlist.ts
var WIDTH = 40;
var FEW = 256;
var STRIDE = 8;
var RANK = 9;
function shortlist(cost, n, m, prices) {
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
    for (let j = 0; j < m; j++) reduced[j] = cost[row + j] - prices[j];
    let count = below(reduced, sampled(reduced, i % STRIDE, lowest), near);
    if (count < WIDTH) count = below(reduced, Number.POSITIVE_INFINITY, near);
    for (let k = 0; k < count; k++) room[k] = reduced[near[k]];
    const bound2 = select(room, count, WIDTH - 1);
    let at = i * WIDTH;
    const end = at + WIDTH;
    for (let k = 0; k < count; k++) if (reduced[near[k]] < bound2) columns[at++] = near[k];
    for (let k = 0; at < end; k++) if (reduced[near[k]] === bound2) columns[at++] = near[k];
    for (at = i * WIDTH; at < end; at++) costs[at] = cost[row + columns[at]];
  }
  return { width: WIDTH, columns, costs };
}
function below(values, bound2, places) {
  let count = 0;
  for (let j = 0; j < values.length; j++) if (values[j] <= bound2) places[count++] = j;
  return count;
}
function sampled(values, from, lowest) {
  lowest.fill(Number.POSITIVE_INFINITY);
  for (let j = from; j < values.length; j += STRIDE) {
    const value = values[j];
    if (value >= lowest[RANK - 1]) continue;
    let slot = RANK - 1;
    for (; slot > 0 && lowest[slot - 1] > value; slot--) lowest[slot] = lowest[slot - 1];
    lowest[slot] = value;
  }
  return lowest[RANK - 1];
}
function select(values, count, rank) {
  let [low, high] = [0, count - 1];
  while (low < high) {
    const pivot2 = values[low + high >> 1];
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot2) i++;
      while (values[j] > pivot2) j--;
      if (i > j) break;
      const held = values[i];
      values[i++] = values[j];
      values[j--] = held;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return values[rank];
}

// wasserstein/exact/first-prices.ts
var FEATURES = 8;
var SHARE = 3;
var NEAR = 0.05;
function firstPrices(cost, supply, demand, solve3) {
  const [n, m] = [supply.length, demand.length];
  const plain = leastCosts(cost, n, m);
  if (Math.min(n, m) < FEW) return plain;
  const [rows, columns] = [some(n), some(m)];
  const left = partOf(supply, rows, columns, (i, j) => cost[i * m + j]);
  const right = partOf(demand, columns, rows, (j, i) => cost[i * m + j]);
  const part = new Float64Array(left.places.length * right.places.length);
  let at = 0;
  for (const i of left.places) for (const j of right.places) part[at++] = cost[i * m + j];
  const u = solve3(part, left.masses, right.masses);
  const coarse = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (const [k, i] of left.places.entries()) {
    const own = u[k];
    for (let j = 0, from = i * m; j < m; j++, from++) {
      const rest = cost[from] - own;
      if (rest < coarse[j]) coarse[j] = rest;
    }
  }
  if (Math.max(left.spread, right.spread) < NEAR) return coarse;
  return bound(cost, supply, demand, coarse) > bound(cost, supply, demand, plain) ? coarse : plain;
}
function partOf(masses, chosen, others, cost) {
  const features = Math.min(FEATURES, others.length);
  const probes = Int32Array.from({ length: features }, (_, k) => others[Math.floor(k * others.length / features)]);
  const tableOf = (places2) => {
    const table2 = new Float64Array(places2.length * features);
    let at = 0;
    for (const i of places2) for (const j of probes) table2[at++] = cost(i, j);
    return table2;
  };
  const table = tableOf(chosen);
  const own = tableOf(Int32Array.from(masses, (_, k) => k));
  const gathered = new Float64Array(chosen.length);
  let far = 0;
  for (let i = 0; i < masses.length; i++) {
    let [nearest, least] = [0, Number.POSITIVE_INFINITY];
    for (let k = 0, at = 0; k < chosen.length; k++) {
      let distance2 = 0;
      for (let f = i * features; f < (i + 1) * features; f++, at++) {
        const difference2 = own[f] - table[at];
        distance2 += difference2 * difference2;
      }
      if (distance2 < least) [nearest, least] = [k, distance2];
    }
    gathered[nearest] += masses[i];
    far += least;
  }
  const places = chosen.filter((_, k) => gathered[k] > 0);
  return { places, masses: gathered.filter((q) => q > 0), spread: far / variance(own, features) };
}
function variance(table, width) {
  const rows = table.length / width;
  let sum2 = 0;
  for (let f = 0; f < width; f++) {
    let [mean, square] = [0, 0];
    for (let at = f; at < table.length; at += width) mean += table[at] / rows;
    for (let at = f; at < table.length; at += width) square += (table[at] - mean) ** 2;
    sum2 += square;
  }
  return sum2;
}
function bound(cost, supply, demand, prices) {
  const [n, m] = [supply.length, demand.length];
  let [value, total] = [0, 0];
  for (let j = 0; j < m; j++) {
    value += demand[j] * prices[j];
    total += demand[j];
  }
  let [mass, sum2] = [0, 0];
  for (let i = 0; i < n; i += 4) {
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      const rest = cost[at] - prices[j];
      if (rest < least) least = rest;
    }
    sum2 += supply[i] * least;
    mass += supply[i];
  }
  return value + sum2 * total / mass;
}
function some(n) {
  const key = (i) => Math.imul(Math.imul(i + 1, 2654435761) ^ i >>> 3, 2246822507) >>> 0;
  const keys = Float64Array.from({ length: n }, (_, i) => key(i));
  const order = Int32Array.from(keys.keys()).sort((i, j) => keys[i] - keys[j] || i - j);
  return order.subarray(0, Math.ceil(n / SHARE)).sort();
}
function leastCosts(cost, n, m) {
  const least = new Float64Array(m).fill(Number.POSITIVE_INFINITY);
  for (let i = 0, at = 0; i < n; i++) {
    for (let j = 0; j < m; j++, at++) if (cost[at] < least[j]) least[j] = cost[at];
  }
  return least;
}

// wasserstein/exact/spanning-tree.ts
function pivot(tree, row, column, reduced) {
  const { n, parent, size, flow } = tree;
  let a = row;
  let b = column;
  let least = Number.POSITIVE_INFINITY;
  let leaving = -1;
  let leastBelow = Number.POSITIVE_INFINITY;
  let leavingBelow = -1;
  while (a !== b) {
    if (size[a] <= size[b]) {
      if (a < n && flow[a] < least) {
        least = flow[a];
        leaving = a;
      }
      a = parent[a];
    } else {
      if (b >= n && flow[b] <= leastBelow) {
        leastBelow = flow[b];
        leavingBelow = b;
      }
      b = parent[b];
    }
  }
  const onRowSide = least < leastBelow;
  if (!onRowSide) {
    least = leastBelow;
    leaving = leavingBelow;
  }
  if (least > 0) {
    for (let node2 = row; node2 !== a; node2 = parent[node2]) flow[node2] += node2 < n ? -least : least;
    for (let node2 = column; node2 !== a; node2 = parent[node2]) flow[node2] += node2 < n ? least : -least;
  }
  const moved = size[leaving];
  const [top, bottom] = onRowSide ? [row, column] : [column, row];
  for (let node2 = parent[leaving]; node2 !== a; node2 = parent[node2]) size[node2] -= moved;
  for (let node2 = bottom; node2 !== a; node2 = parent[node2]) size[node2] += moved;
  let node = top;
  let above = bottom;
  let carried = least;
  let below2 = 0;
  for (; ; ) {
    const old = parent[node];
    const held = flow[node];
    const under = size[node];
    detach(tree, node, old);
    attach(tree, node, above);
    flow[node] = carried;
    size[node] = moved - below2;
    if (node === leaving) break;
    below2 = under;
    above = node;
    node = old;
    carried = held;
  }
  const by = onRowSide ? reduced : -reduced;
  if (2 * moved <= parent.length) shift(tree, top, -1, by);
  else shift(tree, parent.length - 1, top, -by);
}
function detach({ parent, firstChild, next, previous }, node, from) {
  const [before, after] = [previous[node], next[node]];
  if (before === -1) firstChild[from] = after;
  else next[before] = after;
  if (after !== -1) previous[after] = before;
  parent[node] = -1;
}
function attach({ parent, firstChild, next, previous }, node, to) {
  const head = firstChild[to];
  parent[node] = to;
  previous[node] = -1;
  next[node] = head;
  if (head !== -1) previous[head] = node;
  firstChild[to] = node;
}
function shift({ firstChild, next, potential, stack }, top, but, by) {
  let size = 0;
  stack[size++] = top;
  while (size > 0) {
    const node = stack[--size];
    potential[node] += by;
    for (let child = firstChild[node]; child !== -1; child = next[child]) if (child !== but) stack[size++] = child;
  }
}
function rooted(cost, n, m, rows, columns, masses) {
  const nodes = n + m;
  const firstRoute = new Int32Array(nodes).fill(-1);
  const empty = () => new Int32Array(nodes).fill(-1);
  const tree = {
    n,
    m,
    parent: empty(),
    size: new Int32Array(nodes).fill(1),
    flow: new Float64Array(nodes),
    firstChild: empty(),
    next: empty(),
    previous: empty(),
    potential: new Float64Array(nodes),
    stack: new Int32Array(nodes)
  };
  const nextRoute = new Int32Array(2 * rows.length).fill(-1);
  for (const [k, i] of rows.entries()) {
    for (const [end, node] of [
      [2 * k, i],
      [2 * k + 1, n + columns[k]]
    ]) {
      nextRoute[end] = firstRoute[node];
      firstRoute[node] = end;
    }
  }
  const queue = [nodes - 1];
  for (const node of queue) {
    for (let end = firstRoute[node]; end !== -1; end = nextRoute[end]) {
      const k = end >> 1;
      const other = end % 2 === 0 ? n + columns[k] : rows[k];
      if (other === tree.parent[node]) continue;
      attach(tree, other, node);
      tree.flow[other] = masses[k];
      queue.push(other);
    }
  }
  for (const node of queue.reverse()) if (tree.parent[node] !== -1) tree.size[tree.parent[node]] += tree.size[node];
  setPotentials(tree, cost);
  return tree;
}
function setPotentials({ n, m, firstChild, next, potential, stack }, cost) {
  let size = 0;
  stack[size++] = n + m - 1;
  potential[n + m - 1] = 0;
  while (size > 0) {
    const node = stack[--size];
    for (let child = firstChild[node]; child !== -1; child = next[child]) {
      potential[child] = child < n ? potential[node] + cost[child * m + node - n] : potential[node] - cost[node * m + child - n];
      stack[size++] = child;
    }
  }
}

// wasserstein/exact/first-tree.ts
function firstTree(cost, supply, demand, prices) {
  const [n, m] = [supply.length, demand.length];
  const [left, room] = [supply.slice(), demand.slice()];
  const [leftTie, roomTie] = [new Int32Array(n).fill(1), new Int32Array(m)];
  roomTie[m - 1] = n;
  const [rowEnded, columnEnded] = [new Uint8Array(n), new Uint8Array(m)];
  const count = n + m - 1;
  const [rows, columns, masses] = [new Int32Array(count), new Int32Array(count), new Float64Array(count)];
  let [liveRows, liveColumns] = [every(n), every(m)];
  let found = 0;
  while (found < count) {
    const { ends, order, width } = cheapest(cost, m, liveRows, liveColumns, prices);
    for (const at of order) {
      const i = liveRows[Math.floor(at / width)];
      const j = liveColumns[ends[at]];
      if (rowEnded[i] || columnEnded[j]) continue;
      const rowEnds = left[i] < room[j] || left[i] === room[j] && leftTie[i] < roomTie[j];
      const mass = rowEnds ? left[i] : room[j];
      const tie = rowEnds ? leftTie[i] : roomTie[j];
      rows[found] = i;
      columns[found] = j;
      masses[found] = mass;
      if (++found === count) break;
      left[i] -= mass;
      room[j] -= mass;
      leftTie[i] -= tie;
      roomTie[j] -= tie;
      if (rowEnds) rowEnded[i] = 1;
      else columnEnded[j] = 1;
    }
    liveRows = liveRows.filter((i) => !rowEnded[i]);
    liveColumns = liveColumns.filter((j) => !columnEnded[j]);
  }
  return rooted(cost, n, m, rows, columns, masses);
}
function every(count) {
  return Int32Array.from({ length: count }, (_, k) => k);
}
function cheapest(cost, m, rows, columns, prices) {
  const [p, q] = [rows.length, columns.length];
  let part = cost;
  if (p * q < cost.length) {
    part = new Float64Array(p * q);
    let at = 0;
    for (const i of rows) for (const j of columns) part[at++] = cost[i * m + j];
  }
  const own = Float64Array.from(columns, (j) => prices[j]);
  const { width, columns: ends, costs } = shortlist(part, p, q, own);
  const reduced = new Float32Array(p * width);
  for (let i = 0; i < p; i++) {
    let least = Number.POSITIVE_INFINITY;
    for (let at = i * width; at < (i + 1) * width; at++) least = Math.min(least, costs[at] - own[ends[at]]);
    for (let at = i * width; at < (i + 1) * width; at++) reduced[at] = costs[at] - own[ends[at]] - least;
  }
  return { ends, order: argsort(reduced), width };
}

// wasserstein/exact/network-simplex.ts
function transport(cost, supply, demand) {
  const [n, m] = [supply.length, demand.length];
  const prices = firstPrices(cost, supply, demand, (...part) => transport(...part).u);
  const tree = firstTree(cost, supply, demand, prices);
  let pivots = 0;
  let list = shortlist(cost, n, m, prices);
  for (let round = 0; round < 1e3; round++) {
    pivots += exhaust(tree, list);
    setPotentials(tree, cost);
    if (optimal(tree, cost)) break;
    for (let j = 0; j < m; j++) prices[j] = -tree.potential[n + j];
    list = shortlist(cost, n, m, prices);
  }
  return harvest(tree, pivots);
}
function exhaust(tree, { width, columns: ends, costs }) {
  const { n, potential } = tree;
  const columns = potential.subarray(n);
  const rowsPerBlock = Math.max(1, Math.ceil(Math.sqrt(n / width)));
  let pivots = 0;
  let row = 0;
  for (let searched = 0; searched < n; ) {
    let best = 0;
    let fromRow = -1;
    let toColumn = -1;
    for (let block2 = 0; block2 < rowsPerBlock && searched < n; block2++, searched++) {
      const own = potential[row];
      let bound2 = best + own;
      let found = -1;
      for (let at = row * width; at < (row + 1) * width; at++) {
        const price = costs[at] + columns[ends[at]];
        if (price >= bound2 || !negative(own - price, costs[at], columns[ends[at]], own)) continue;
        bound2 = price;
        found = ends[at];
      }
      if (found >= 0) {
        best = bound2 - own;
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
function negative(below2, cost, column, row) {
  return below2 > 4 * Number.EPSILON * (Math.abs(cost) + Math.abs(column) + Math.abs(row));
}
function optimal({ n, m, potential }, cost) {
  const columns = potential.subarray(n);
  for (let i = 0, at = 0; i < n; i++) {
    const own = potential[i];
    for (let j = 0; j < m; j++, at++) {
      const price = cost[at] + columns[j];
      if (price < own && negative(own - price, cost[at], columns[j], own)) return false;
    }
  }
  return true;
}
function harvest({ n, m, parent, flow, potential }, pivots) {
  const count = n + m - 1;
  const rows = new Int32Array(count);
  const columns = new Int32Array(count);
  const masses = new Float64Array(count);
  for (let node = 0; node < count; node++) {
    const other = parent[node];
    rows[node] = node < n ? node : other;
    columns[node] = (node < n ? other : node) - n;
    masses[node] = flow[node];
  }
  return { rows, columns, masses, u: potential.slice(0, n), v: potential.slice(n).map((x) => -x), pivots };
}

// wasserstein/exact/true-masses.ts
var noise = 1e-12;
function settle(cost, a, b, tree) {
  const [n, m] = [a.length, b.length];
  const basis = { rows: tree.rows.slice(), columns: tree.columns.slice() };
  let pivots = 0;
  for (; ; ) {
    const walk = walkOf(basis, n, m);
    const masses = flows(walk, a, b);
    const bad = worst(basis, masses, a, b);
    const { u, v } = potentials(walk, basis, cost, n, m);
    if (bad === -1 || pivots >= 20 * (n + m)) {
      const clean = masses.map((q) => Math.max(0, q));
      return { ...basis, masses: clean, u, v, pivots: tree.pivots + pivots };
    }
    exchange(basis, bad, walk, cost, u, v);
    pivots++;
  }
}
function walkOf({ rows, columns }, n, m) {
  const nodes = n + m;
  const first = new Int32Array(nodes).fill(-1);
  const next = new Int32Array(2 * rows.length);
  for (let k = 0; k < rows.length; k++) {
    for (const [end, node] of [
      [2 * k, rows[k]],
      [2 * k + 1, n + columns[k]]
    ]) {
      next[end] = first[node];
      first[node] = end;
    }
  }
  const order = new Int32Array(nodes);
  const [parent, route] = [new Int32Array(nodes).fill(-1), new Int32Array(nodes).fill(-1)];
  for (let read = 0, write = 1; read < write; read++) {
    const node = order[read];
    for (let end = first[node]; end !== -1; end = next[end]) {
      const k = end >> 1;
      if (k === route[node]) continue;
      const other = end % 2 === 0 ? n + columns[k] : rows[k];
      parent[other] = node;
      route[other] = k;
      order[write++] = other;
    }
  }
  return { order, parent, route };
}
function flows({ order, parent, route }, a, b) {
  const n = a.length;
  const nodes = order.length;
  const high = new Float64Array(nodes);
  const low = new Float64Array(nodes);
  high.set(a);
  high.set(b, n);
  giveRest(high, low, n);
  const masses = new Float64Array(nodes - 1);
  for (let k = nodes - 1; k > 0; k--) {
    const node = order[k];
    const [h, l] = [high[node], low[node]];
    masses[route[node]] = h + l;
    const above = parent[node];
    addTo(high, low, above, -h);
    addTo(high, low, above, -l);
  }
  return masses;
}
function addTo(high, low, at, term2) {
  const h = high[at];
  const sum2 = h + term2;
  const back = sum2 - h;
  const rest = low[at] + (h - (sum2 - back) + (term2 - back));
  const top = sum2 + rest;
  high[at] = top;
  low[at] = rest - (top - sum2);
}
function giveRest(high, low, n) {
  const [h, l] = [new Float64Array(1), new Float64Array(1)];
  let largest = 0;
  for (let k = 0; k < high.length; k++) {
    addTo(h, l, 0, k < n ? high[k] : -high[k]);
    if (high[k] > high[largest]) largest = k;
  }
  const sign = largest < n ? -1 : 1;
  addTo(high, low, largest, sign * h[0]);
  addTo(high, low, largest, sign * l[0]);
}
function worst({ rows, columns }, masses, a, b) {
  let [bad, least] = [-1, -noise];
  for (let k = 0; k < masses.length; k++) {
    if (masses[k] >= 0) continue;
    const relative = masses[k] / Math.min(a[rows[k]], b[columns[k]]);
    if (relative < least) [bad, least] = [k, relative];
  }
  return bad;
}
function potentials({ order, parent, route }, { rows, columns }, cost, n, m) {
  const [u, v] = [new Float64Array(n), new Float64Array(m)];
  for (let k = 1; k < order.length; k++) {
    const node = order[k];
    const [i, j] = [rows[route[node]], columns[route[node]]];
    if (parent[node] < n) v[j] = cost[i * m + j] - u[i];
    else u[i] = cost[i * m + j] - v[j];
  }
  return { u, v };
}
function exchange(basis, leaving, { order, parent, route }, cost, u, v) {
  const [n, m] = [u.length, v.length];
  const below2 = new Uint8Array(order.length);
  let top = -1;
  for (const node of order) {
    if (route[node] === leaving) top = node;
    if (node === top || parent[node] >= 0 && below2[parent[node]] === 1) below2[node] = 1;
  }
  const rowsBelow = top < n ? 0 : 1;
  let [best, row, column] = [Number.POSITIVE_INFINITY, -1, -1];
  for (let i = 0; i < n; i++) {
    if (below2[i] !== rowsBelow) continue;
    for (let j = 0, at = i * m; j < m; j++, at++) {
      if (below2[n + j] === rowsBelow) continue;
      const reduced = cost[at] - u[i] - v[j];
      if (reduced < best) [best, row, column] = [reduced, i, j];
    }
  }
  basis.rows[leaving] = row;
  basis.columns[leaving] = column;
}

// wasserstein/exact/whole-masses.ts
function wholeCounts(a, n, b, m) {
  const [left, right] = [countsOf(a, n), countsOf(b, m)];
  if (!left || !right) return void 0;
  const [mine, other] = [left, right].map((counts) => counts.reduce((sum2, q) => sum2 + q, 0));
  if (!(mine * other < 2 ** 53)) return void 0;
  if (mine === other) return { supply: left, demand: right, total: mine, exact: true };
  return { supply: left.map((q) => q * other), demand: right.map((q) => q * mine), total: mine * other, exact: true };
}
function countsOf(weights2, count) {
  if (weights2 === void 0 || alike(weights2)) return new Float64Array(count).fill(1);
  const copy = Float64Array.from(weights2);
  return copy.every(Number.isInteger) ? copy : void 0;
}
function alike(values) {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}
function wholeMasses(a, b) {
  const total = 2 ** 52;
  const [supply, demand] = [a, b].map((weights2) => {
    const units = weights2.map((w) => w > 0 ? Math.max(1, Math.round(w * total)) : 0);
    let rest = total;
    let largest = 0;
    for (const [i, q] of units.entries()) {
      rest -= q;
      if (q > units[largest]) largest = i;
    }
    units[largest] += rest;
    return units;
  });
  return { supply, demand, total, exact: false };
}

// wasserstein/exact/emd.ts
function emd(x, second, third, fourth) {
  if (second !== void 0 && "points" in second) {
    return solve2(pose({ x, y: second }, third ?? {}));
  }
  const listed = third !== void 0 && "length" in third;
  const a = second === void 0 ? void 0 : { a: second };
  const options = { ...listed ? { b: third } : third, ...a, ...fourth };
  if ("points" in x) {
    throw new OptionsError("emd: expected two clouds, or one cost matrix and no y; y is missing", "y", "none");
  }
  return solve2(pose(x, options));
}
var oldNames = {
  get u() {
    return this.f;
  },
  get v() {
    return this.g;
  }
};
function withOldNames(result) {
  return Object.setPrototypeOf(result, oldNames);
}
function slopes(problem, { value, plan, f, g }) {
  const { clouds, cost, p, root, n, m } = problem;
  const chain = !root ? 1 : value > 0 ? value ** (1 - p) / p : 0;
  const [a, b] = [explicitWeights(problem.a, n), explicitWeights(problem.b, m)];
  const scaled = (potential, weights2) => centred(potential, weights2).map((h) => chain * h);
  return {
    ...pairGradient(clouds, plan, p, chain),
    a: scaled(
      firstMass(f, a, g, b, (i, j) => cost[i * m + j]),
      a
    ),
    b: scaled(
      firstMass(g, b, f, a, (j, i) => cost[i * m + j]),
      b
    )
  };
}
function firstMass(own, weights2, other, otherWeights, cost) {
  return own.map((u, i) => {
    if (weights2[i] > 0) return u;
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < other.length; j++) {
      if (otherWeights[j] > 0) least = Math.min(least, cost(i, j) - other[j]);
    }
    return least;
  });
}
function pose(problem, options) {
  const { p = 2, root = false } = options;
  checkOrder("emd", p);
  const clouds = "x" in problem ? problem : void 0;
  if (root && !clouds) {
    const hint = "root is for clouds; take the root of the value of a cost matrix yourself";
    throw new OptionsError(`emd: ${hint}`, "root", root);
  }
  const { cost, n, m } = costsOf("emd", problem, p);
  const [a, b] = [options.a ?? clouds?.x.weights, options.b ?? clouds?.y.weights];
  const [left, right] = balancedMasses("emd", a, n, b, m, options);
  const units = wholeCounts(a, n, b, m) ?? wholeMasses(explicitWeights(left, n), explicitWeights(right, m));
  return { cost, clouds, n, m, a: left, b: right, units, p, root };
}
function solve2(problem) {
  const { cost, n, m, p, root } = problem;
  const { supply, demand, total } = problem.units;
  const matched = total === n && n === m && alike(supply) && alike(demand) ? assign(cost, n) : void 0;
  let plan;
  const u = new Float64Array(n).fill(Number.NaN);
  if (matched) {
    const { columns, prices } = matched;
    plan = transportPlan(
      Int32Array.from({ length: n }, (_, i) => i),
      columns,
      new Float64Array(n).fill(1 / n),
      [n, m]
    );
    for (let i = 0; i < n; i++) u[i] = cost[i * n + columns[i]] - prices[columns[i]];
  } else {
    const rows = positions(supply);
    const columns = positions(demand);
    const all = rows.length === n && columns.length === m;
    const costs = all ? cost : submatrix(cost, m, rows, columns);
    const whole = transport(
      costs,
      all ? supply : supply.filter((q) => q > 0),
      all ? demand : demand.filter((q) => q > 0)
    );
    const positive = (mass, count) => explicitWeights(mass, count).filter((w) => w > 0);
    const tree = problem.units.exact ? whole : settle(costs, positive(problem.a, n), positive(problem.b, m), whole);
    plan = transportPlan(
      tree.rows.map((i) => rows[i]),
      tree.columns.map((j) => columns[j]),
      problem.units.exact ? tree.masses.map((q) => q / total) : tree.masses,
      [n, m]
    );
    for (const [k, i] of rows.entries()) u[i] = tree.u[k];
  }
  const { value, v, dualityGap } = certify2(cost, plan, u, explicitWeights(problem.a, n), explicitWeights(problem.b, m));
  checkRange("emd: a potential", u, v, dualityGap);
  const found = root && p !== 1 ? Math.max(value, 0) ** (1 / p) : value;
  const gradient2 = () => slopes(problem, { value: found, plan, f: u, g: v });
  return withOldNames(printingFields("emd", { value: found, plan, f: u, g: v, dualityGap, gradient: gradient2 }));
}
function positions(units) {
  const found = [];
  for (const [i, q] of units.entries()) if (q > 0) found.push(i);
  return Int32Array.from(found);
}
function submatrix(cost, m, rows, columns) {
  const out = new Float64Array(rows.length * columns.length);
  let at = 0;
  for (const i of rows) for (const j of columns) out[at++] = cost[i * m + j];
  return out;
}

// engine/numerics/product.ts
var block = 4;
function matrixProduct(a, b, n, k, m) {
  const out = new Float64Array(n * m);
  const packed = new Float64Array(block * k);
  for (let j = 0; j < m; j += block) {
    const wide = Math.min(block, m - j);
    if (wide < block) packed.fill(0);
    for (let l = 0; l < k; l++) for (let t = 0; t < wide; t++) packed[block * l + t] = b[l * m + j + t];
    for (let i = 0; i + block <= n; i += block) fourRows(a, packed, out, i, j, k, m, wide);
    for (let i = n - n % block; i < n; i++) {
      for (let t = 0; t < wide; t++) {
        let sum2 = 0;
        for (let l = 0; l < k; l++) sum2 += a[i * k + l] * packed[block * l + t];
        out[i * m + j + t] = sum2;
      }
    }
  }
  return out;
}
function fourRows(a, packed, out, i, j, k, m, wide) {
  const [m0, m1] = [i * k, (i + 1) * k];
  const [m2, m3] = [m1 + k, m1 + 2 * k];
  let [a0, a1, a2, a3] = [0, 0, 0, 0];
  let [b0, b1, b2, b3] = [0, 0, 0, 0];
  let [c0, c1, c2, c3] = [0, 0, 0, 0];
  let [d0, d1, d2, d3] = [0, 0, 0, 0];
  for (let l = 0, q = 0; l < k; l++, q += block) {
    const p = packed[q];
    const r = packed[q + 1];
    const s = packed[q + 2];
    const t = packed[q + 3];
    const w0 = a[m0 + l];
    const w1 = a[m1 + l];
    const w2 = a[m2 + l];
    const w3 = a[m3 + l];
    a0 += p * w0;
    a1 += r * w0;
    a2 += s * w0;
    a3 += t * w0;
    b0 += p * w1;
    b1 += r * w1;
    b2 += s * w1;
    b3 += t * w1;
    c0 += p * w2;
    c1 += r * w2;
    c2 += s * w2;
    c3 += t * w2;
    d0 += p * w3;
    d1 += r * w3;
    d2 += s * w3;
    d3 += t * w3;
  }
  put(out, i * m + j, wide, a0, a1, a2, a3);
  put(out, (i + 1) * m + j, wide, b0, b1, b2, b3);
  put(out, (i + 2) * m + j, wide, c0, c1, c2, c3);
  put(out, (i + 3) * m + j, wide, d0, d1, d2, d3);
}
function put(out, at, wide, p, q, r, s) {
  out[at] = p;
  if (wide > 1) out[at + 1] = q;
  if (wide > 2) out[at + 2] = r;
  if (wide > 3) out[at + 3] = s;
}

// wasserstein/sinkhorn/gradient.ts
var mostEntries = 2 ** 27;
function allPotentials(prepared, { f, g, epsilon }) {
  const { x, y, everything, problem, offset } = prepared;
  const damp = problem.rho === Number.POSITIVE_INFINITY ? 1 : problem.rho / (problem.rho + epsilon);
  const update = (other, potential, costOf2) => {
    let top = Number.NEGATIVE_INFINITY;
    const heights = new Float64Array(potential.length);
    for (const [k, at] of other.kept.entries()) {
      heights[k] = (potential[k] - costOf2(at)) / epsilon + Math.log(other.weights[k]);
      top = Math.max(top, heights[k]);
    }
    const sum2 = heights.reduce((s, h) => s + Math.exp(h - top), 0);
    return -damp * epsilon * (top + Math.log(sum2));
  };
  const fill = (own, known, unknown, more) => {
    const found = completed(own, known, unknown);
    return more === void 0 ? found : found.map((h, i) => h + more[i]);
  };
  const completed = (own, known, unknown) => {
    if (own.kept.length === own.count) return known;
    const all = new Float64Array(own.count).fill(Number.NaN);
    for (const [k, at] of own.kept.entries()) all[at] = known[k];
    for (let i = 0; i < all.length; i++) if (Number.isNaN(all[i])) all[i] = unknown(i);
    return all;
  };
  return [
    fill(x, f, (i) => update(y, g, (j) => everything.at(i, j)), offset?.x),
    fill(y, g, (j) => update(x, f, (i) => everything.at(i, j)), offset?.y)
  ];
}
function densePlan({ problem, x, y }, potentials2) {
  if (x.count * y.count > mostEntries) {
    const message = `sinkhorn.plan: ${x.count} \xD7 ${y.count} entries are more than ${mostEntries}`;
    throw new DomainError(`${message}; make rows of it from f and g`, x.count * y.count);
  }
  const values = new Float64Array(x.count * y.count);
  eachPlanRow(problem, potentials2, (i, row) => {
    const start = x.kept[i] * y.count;
    for (let j = 0; j < row.length; j++) values[start + y.kept[j]] = row[j];
  });
  return { values, rows: x.count, columns: y.count };
}
function pointGradients(prepared, potentials2) {
  const { problem, x, y } = prepared;
  const { dim } = x;
  const ofX = new Float64Array(x.points.length);
  const ofY = new Float64Array(y.points.length);
  eachPlanRow(problem, potentials2, (i, row) => {
    for (let k = 0; k < dim; k++) {
      const at = x.points[i * dim + k];
      let sum2 = 0;
      for (let j = 0, q = k; j < row.length; j++, q += dim) {
        const pull2 = 2 * row[j] * (at - y.points[q]);
        sum2 += pull2;
        ofY[q] -= pull2;
      }
      ofX[i * dim + k] = sum2;
    }
  });
  return [spread(x, ofX, dim), spread(y, ofY, dim)];
}
function spread({ count, kept }, values, dim) {
  if (kept.length === count) return values;
  const all = new Float64Array(count * dim);
  for (const [k, i] of kept.entries()) all.set(values.subarray(k * dim, (k + 1) * dim), i * dim);
  return all;
}
function weightGradient({ kept, weights: weights2, total }, all, { rho, epsilon, otherMass }) {
  const balanced = rho === Number.POSITIVE_INFINITY;
  const slopes2 = balanced ? all : all.map((h) => rho - (rho + epsilon) * Math.exp(-h / rho) + epsilon * otherMass);
  if (!balanced && total === 1) return slopes2;
  let mean = 0;
  for (const [k, i] of kept.entries()) mean += weights2[k] * slopes2[i];
  const out = slopes2.map((s) => (s - mean) / total);
  if (balanced) checkRange("sinkhorn: the gradient in the weights", out);
  return out;
}
function sinkhornGradient(prepared, potentials2, [f, g]) {
  const { problem, x, y } = prepared;
  const [ofX, ofY] = x.dim > 0 ? pointGradients(prepared, potentials2) : [void 0, void 0];
  const { rho } = problem;
  const { epsilon } = potentials2;
  return {
    x: ofX,
    y: ofY,
    a: weightGradient(x, f, { rho, epsilon, otherMass: sum(problem.b) }),
    b: weightGradient(y, g, { rho, epsilon, otherMass: sum(problem.a) })
  };
}

// wasserstein/sinkhorn/sinkhorn.ts
function sinkhorn(x, y, options = {}) {
  return run(prepare("sinkhorn", x, y, options));
}
function run(prepared) {
  const { problem, settings } = prepared;
  const { f, g, epsilon, planMass, ...report } = solve(problem, settings);
  const potentials2 = { f, g, epsilon };
  const offset = offsetValue(prepared);
  const all = allPotentials(prepared, potentials2);
  if (problem.rho === Number.POSITIVE_INFINITY) centre(prepared, all);
  const value = dualValue(problem, potentials2, planMass) + offset;
  checkRange(`${prepared.where}: the cost or a potential`, value, ...all);
  let proof;
  const certificate = () => {
    proof ??= withOffset(prepared, certify(problem, potentials2), offset);
    checkRange(`${prepared.where}: the bounds of the cost`, proof.linearCost, proof.bounds, proof.dualityGap);
    return proof;
  };
  return printingFields("sinkhorn", {
    value,
    f: all[0],
    g: all[1],
    epsilon,
    ...report,
    get linearCost() {
      return certificate().linearCost;
    },
    get bounds() {
      return certificate().bounds;
    },
    get dualityGap() {
      return certificate().dualityGap;
    },
    plan: () => densePlan(prepared, potentials2),
    gradient: () => sinkhornGradient(prepared, potentials2, all)
  });
}
function centre({ x }, [f, g]) {
  let mean = 0;
  for (const [k, i] of x.kept.entries()) mean += x.weights[k] * f[i];
  for (let i = 0; i < f.length; i++) f[i] -= mean;
  for (let j = 0; j < g.length; j++) g[j] += mean;
}
function withOffset({ offset, x, y }, proof, added) {
  if (offset === void 0) return proof;
  const { rows, columns, bounds } = proof;
  let linearCost = proof.linearCost;
  let size = Math.abs(added);
  for (const [k, i] of x.kept.entries()) {
    linearCost += rows[k] * offset.x[i];
    size += x.weights[k] * Math.abs(offset.x[i]);
  }
  for (const [l, j] of y.kept.entries()) {
    linearCost += columns[l] * offset.y[j];
    size += y.weights[l] * Math.abs(offset.y[j]);
  }
  const slack = 2 ** -48 * size;
  return { ...proof, linearCost, bounds: [bounds[0] + added - slack, bounds[1] + added + slack] };
}

// wasserstein/gromov/gromov.ts
function gromovWasserstein(x, y, options = {}) {
  return search("gromovWasserstein", { ...prepare2(x, y, options), alpha: 1, linear: void 0 }, options);
}
function search(where, problem, options) {
  const { polish = true, tolerance = 1e-9, maxIterations = 500, start, starts = ["product", "sorted"] } = options;
  const { n, m, a, b, base } = problem;
  const spread2 = base.reduce((sum2, v, k) => sum2 + v * a[Math.floor(k / m)] * b[k % m], 0);
  const epsilon = options.epsilon ?? Math.max(0.05 * spread2, Number.MIN_VALUE);
  if (!(epsilon >= 0 && Number.isFinite(epsilon))) {
    throw new OptionsError(`${where}: epsilon is ${epsilon}, expected a finite number \u2265 0`, "epsilon", epsilon);
  }
  if (!(tolerance >= 0)) {
    throw new OptionsError(`${where}: tolerance is ${tolerance}, expected \u2265 0`, "tolerance", tolerance);
  }
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1)) {
    const wanted = "expected a whole number \u2265 1";
    throw new OptionsError(`${where}: maxIterations is ${maxIterations}, ${wanted}`, "maxIterations");
  }
  if (start !== void 0) {
    if (start.length !== n * m) throw new ShapeError(`${where}: start`, [n, m], [start.length]);
    massOf(`${where}: start`, start, n * m);
  }
  if (starts.length === 0 || starts.some((one) => one !== "product" && one !== "sorted")) {
    throw new OptionsError(`${where}: starts are [${starts}], expected "product", "sorted" or both`, "starts", starts);
  }
  const product = () => Float64Array.from({ length: n * m }, (_, k) => a[Math.floor(k / m)] * b[k % m]);
  const from = start ? [rounded(start, problem)] : starts.map((one) => one === "product" ? product() : bySortedRows(problem));
  const flat = spread2 === 0 && problem.linear === void 0;
  let best;
  const hot = !flat && epsilon > 0;
  for (const plan of from) {
    const ways = hot && polish ? [true, false] : [hot];
    for (const warm of ways) {
      const soft2 = warm ? entropic(problem, plan, epsilon, tolerance, maxIterations) : still(plan);
      const sharp2 = polish && !flat ? frankWolfe(problem, soft2.plan, tolerance, maxIterations) : still(soft2.plan);
      const value2 = costAt(problem, sharp2.plan, sharp2.inner ?? sandwich(problem, sharp2.plan));
      if (best === void 0 || value2 < best.value) best = { value: value2, soft: soft2, sharp: sharp2 };
    }
  }
  const { value, soft, sharp } = best;
  return printingFields(where, {
    value,
    bounds: [Math.min(fusedBound(problem), value), value],
    plan: sharp.plan,
    iterations: soft.iterations + sharp.iterations,
    converged: soft.converged && sharp.converged
  });
}
var still = (plan) => ({ plan, iterations: 0, converged: true });
function entropic(problem, from, epsilon, tolerance, limit) {
  const { n, m, a, b } = problem;
  let plan = from;
  for (let k = 1; k <= limit; k++) {
    const cost = { cost: gradientOf(problem, plan), rows: n, columns: m };
    const next = sinkhorn(cost, void 0, { epsilon, a, b, tolerance: 1e-10, maxIterations: 2e4 }).plan().values;
    const change = next.reduce((sum2, p, i) => sum2 + Math.abs(p - plan[i]), 0);
    plan = next;
    if (change <= tolerance) return { plan: rounded(plan, problem), iterations: k, converged: true };
  }
  return { plan: rounded(plan, problem), iterations: limit, converged: false };
}
function frankWolfe(problem, from, tolerance, limit) {
  const { n, m, a, b, alpha } = problem;
  const plan = from.slice();
  const inner = sandwich(problem, plan);
  for (let k = 1; k <= limit; k++) {
    const gradient2 = gradientAt(problem, inner);
    const target = emd({ cost: gradient2, rows: n, columns: m }, void 0, { a, b }).plan.toDense();
    const step = difference(target, plan);
    const slope = dot(gradient2, step);
    if (slope >= -tolerance * Math.max(Math.abs(costAt(problem, plan, inner)), Number.MIN_VALUE)) {
      return { plan, iterations: k, converged: true, inner };
    }
    const innerStep = difference(sandwich(problem, target), inner);
    const curvature = -2 * alpha * dot(innerStep, step);
    const t = curvature > 0 ? Math.min(1, -slope / (2 * curvature)) : slope + curvature < 0 ? 1 : 0;
    for (let i = 0; i < plan.length; i++) {
      plan[i] += t * step[i];
      inner[i] += t * innerStep[i];
    }
  }
  return { plan, iterations: limit, converged: false, inner };
}
function difference(a, b) {
  const out = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) out[i] = a[i] - b[i];
  return out;
}
function sandwich({ n, m, left, right }, plan) {
  return matrixProduct(left, timesRight(plan, right, n, m), n, n, m);
}
function timesRight(plan, right, n, m) {
  let routes = 0;
  for (let k = 0; k < plan.length; k++) if (plan[k] !== 0) routes++;
  if (routes > n * m / 8) return matrixProduct(plan, right, n, m, m);
  const out = new Float64Array(n * m);
  for (let k = 0; k < plan.length; k++) {
    const p = plan[k];
    if (p === 0) continue;
    const [to, from] = [k - k % m, k % m * m];
    for (let l = 0; l < m; l++) out[to + l] += p * right[from + l];
  }
  return out;
}
var gradientOf = (problem, plan) => gradientAt(problem, sandwich(problem, plan));
function gradientAt({ base, alpha, linear }, inner) {
  const out = new Float64Array(base.length);
  for (let k = 0; k < out.length; k++) out[k] = 2 * (base[k] - 2 * inner[k]);
  if (linear) for (let k = 0; k < out.length; k++) out[k] = alpha * out[k] + (1 - alpha) * linear[k];
  return out;
}
function costAt({ base, alpha, linear }, plan, inner) {
  let sum2 = 0;
  for (let k = 0; k < plan.length; k++) sum2 += plan[k] * (base[k] - 2 * inner[k]);
  const quadratic = Math.max(0, sum2);
  return linear === void 0 ? quadratic : alpha * quadratic + (1 - alpha) * dot(linear, plan);
}
function fusedBound(problem) {
  const { n, m, a, b, alpha, linear } = problem;
  const quadratic = lowerBound(problem);
  if (linear === void 0) return quadratic;
  const { value, dualityGap } = emd({ cost: linear, rows: n, columns: m }, void 0, { a, b });
  return alpha * quadratic + (1 - alpha) * (value - Math.abs(dualityGap * value));
}
function rounded(plan, { n, m, a, b }) {
  const out = plan.slice();
  const rows = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum2 = 0;
    for (let j = 0; j < m; j++) sum2 += out[i * m + j];
    const factor = sum2 > a[i] ? a[i] / sum2 : 1;
    for (let j = 0; j < m; j++) out[i * m + j] *= factor;
    rows[i] = Math.max(0, a[i] - sum2 * factor);
  }
  const columns = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    let sum2 = 0;
    for (let i = 0; i < n; i++) sum2 += out[i * m + j];
    const factor = sum2 > b[j] ? b[j] / sum2 : 1;
    for (let i = 0; i < n; i++) {
      rows[i] += out[i * m + j] * (1 - factor);
      out[i * m + j] *= factor;
    }
    columns[j] = Math.max(0, b[j] - sum2 * factor);
  }
  const missing = columns.reduce((s, v) => s + v, 0);
  if (missing > 0) for (let k = 0; k < n * m; k++) out[k] += rows[Math.floor(k / m)] * columns[k % m] / missing;
  return out;
}
function bySortedRows({ n, m, left, right, a, b }) {
  const order = (d, w) => {
    const rows2 = eccentricities(d, w);
    return Array.from(w.keys()).sort((i, k) => rows2[i] - rows2[k]);
  };
  const [rows, columns] = [order(left, a), order(right, b)];
  const plan = new Float64Array(n * m);
  for (let i = 0, j = 0, [s, t] = [a[rows[0]], b[columns[0]]]; ; ) {
    const mass = Math.min(s, t);
    plan[rows[i] * m + columns[j]] += mass;
    [s, t] = [s - mass, t - mass];
    if (i === n - 1 && j === m - 1) return plan;
    if (j === m - 1 || i < n - 1 && s <= t) s += a[rows[++i]];
    else t += b[columns[++j]];
  }
}
function eccentricities(distances, w) {
  const n = w.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum2 = 0;
    for (let k = 0; k < n; k++) sum2 += w[k] * distances[i * n + k] ** 2;
    return Math.sqrt(sum2);
  });
}
function lowerBound({ left, right, a, b }) {
  const pairs = (w) => {
    const n = w.length;
    return Float64Array.from({ length: n * n }, (_, k) => w[Math.floor(k / n)] * w[k % n]);
  };
  const second = { a: pairs(a), b: pairs(b), p: 2, normalize: true };
  const first = { a, b, p: 2, normalize: true };
  return Math.max(
    wasserstein1d(eccentricities(left, a), eccentricities(right, b), first),
    wasserstein1d(left, right, second)
  );
}
function prepare2(x, y, options) {
  for (const [name, { distances, count }] of Object.entries({ x, y })) {
    const where = `gromovWasserstein: ${name}.distances`;
    if (!(Number.isInteger(count) && count >= 1) || distances.length !== count * count) {
      throw new ShapeError(where, [count, count], [distances.length]);
    }
    checkValues(where, distances);
    for (let k = 0; k < distances.length; k++) {
      const mirrored = distances[k % count * count + Math.floor(k / count)];
      if (Math.abs(distances[k] - mirrored) <= 1e-9 * Math.abs(mirrored)) continue;
      throw new OptionsError(`${where} is not symmetric: ${distances[k]} against ${mirrored}`, name, distances[k]);
    }
  }
  const [n, m] = [x.count, y.count];
  const masses = balancedMasses("gromovWasserstein", x.weights, n, y.weights, m, options);
  const [a, b] = [explicitWeights(masses[0], n), explicitWeights(masses[1], m)];
  const [u, v] = [eccentricities(x.distances, a), eccentricities(y.distances, b)];
  const base = Float64Array.from({ length: n * m }, (_, k) => u[Math.floor(k / m)] ** 2 + v[k % m] ** 2);
  return { n, m, left: x.distances, right: y.distances, a, b, base };
}

// wasserstein/sinkhorn/divergence.ts
function sinkhornDivergence(x, y, options = {}) {
  const prepared = prepare("sinkhornDivergence", x, y, options);
  const xy = term(prepared, solve(prepared.problem, prepared.settings));
  const xx = selfTerm(prepared, prepared.x);
  const yy = selfTerm(prepared, prepared.y);
  const { rho, a, b } = prepared.problem;
  const { epsilon } = prepared.settings;
  const excess = sum(a) - sum(b);
  const penalty = rho === Number.POSITIVE_INFINITY ? 0 : epsilon / 2 * excess ** 2;
  const terms = [xy, xx, yy].map(({ solution }) => solution);
  const value = xy.value - (xx.value + yy.value) / 2 + penalty;
  checkRange("sinkhornDivergence: the divergence", value);
  return printingFields("sinkhornDivergence", {
    value,
    parts: { xy: xy.value, xx: xx.value, yy: yy.value },
    marginalError: Math.max(...terms.map((s) => s.marginalError)),
    iterations: terms.reduce((s, { iterations }) => s + iterations, 0),
    converged: terms.every((s) => s.converged),
    epsilon,
    gradient: () => gradient(xy, xx, yy, excess)
  });
}
function term(prepared, solution) {
  const own = dualValue(prepared.problem, solution, solution.planMass);
  return { prepared, solution, value: own + offsetValue(prepared) };
}
function selfTerm({ problem, settings }, own) {
  const { points, weights: weights2, all, dim } = own;
  const geometry = cloudGeometry(points, points, dim);
  const everything = points === all ? geometry : cloudGeometry(all, all, dim);
  const self = { geometry, a: weights2, b: weights2, rho: problem.rho };
  const sides = { where: "sinkhornDivergence", settings, x: own, y: own };
  const prepared = { ...sides, problem: self, everything, offset: void 0 };
  return term(prepared, settings.newton ? solve(self, settings) : solveSymmetric(self, settings));
}
function gradient(xy, xx, yy, excess) {
  const [x, y] = pointGradients(xy.prepared, xy.solution);
  const [selfX] = pointGradients(xx.prepared, xx.solution);
  const [selfY] = pointGradients(yy.prepared, yy.solution);
  for (let i = 0; i < x.length; i++) x[i] -= selfX[i];
  for (let j = 0; j < y.length; j++) y[j] -= selfY[j];
  return { x, y, a: weights(xy, xx, 0, excess), b: weights(xy, yy, 1, -excess) };
}
function weights(cross, self, side, excess) {
  const { problem, x, y } = cross.prepared;
  const { rho } = problem;
  const { epsilon } = cross.solution;
  const own = side === 0 ? x : y;
  const potential = allPotentials(cross.prepared, cross.solution)[side];
  const selfPotential = allPotentials(self.prepared, self.solution)[0];
  const common = { rho, epsilon };
  const out = weightGradient(own, potential, { ...common, otherMass: sum(side === 0 ? problem.b : problem.a) });
  const less = weightGradient(own, selfPotential, { ...common, otherMass: sum(self.prepared.problem.a) });
  const push = rho === Number.POSITIVE_INFINITY || own.total !== 1 ? 0 : epsilon * excess;
  return out.map((v, i) => v - less[i] + push);
}

// wasserstein/sliced/von-mises-fisher.ts
function checkConcentration(where, concentration) {
  if (Number.isFinite(concentration) && concentration >= 0) return;
  const wanted = "expected a finite number \u2265 0 (for one fixed direction give that direction)";
  throw new DomainError(`${where}: concentration is ${concentration}, ${wanted}`, concentration);
}
function drawAroundPole(count, dim, concentration, rng2) {
  const gaps = Float64Array.from({ length: count }, () => drawGap(dim, concentration, rng2));
  return { dim, gaps, normals: rng2.normal(count * dim) };
}
function drawGap(dim, kappa, rng2) {
  if (dim === 1) return rng2.uniform() < 1 / (1 + Math.exp(-2 * kappa)) ? 0 : 2;
  if (dim === 3) {
    const u = rng2.uniform();
    return kappa === 0 ? 2 * u : Math.min(2, -Math.log1p(u * Math.expm1(-2 * kappa)) / kappa);
  }
  const n = dim - 1;
  const root = Math.hypot(2 * kappa, n);
  const b = n / (2 * kappa + root);
  const a = (n + 2 * kappa + root) / 4;
  const bound2 = 4 * a * b / (1 + b) - n * Math.log(n);
  for (; ; ) {
    const normal = rng2.normal(dim);
    const e = (1 + normal[0] / Math.sqrt(dot(normal, normal))) / 2;
    const scale = 1 - (1 - b) * e;
    const t = 2 * a * b / scale;
    if (n * Math.log(t) - t + bound2 > Math.log(1 - rng2.uniform())) return 2 * b * e / scale;
  }
}
function placeAround(draws, centre2) {
  const { dim, gaps, normals } = draws;
  const points = normals.slice();
  for (const [l, gap] of gaps.entries()) {
    const row = points.subarray(l * dim, (l + 1) * dim);
    if (dim > 1) {
      addScaled(row, -dot(row, centre2), centre2);
      normalize(row);
      addScaled(row, -dot(row, centre2), centre2);
    }
    const side = dim > 1 ? Math.sqrt(gap * (2 - gap)) : 0;
    for (let k = 0; k < dim; k++) row[k] = side * row[k] + (1 - gap) * centre2[k];
    normalize(row);
  }
  return points;
}

// wasserstein/sliced/directions.ts
function sampleDirections(count, dim, options) {
  const { kind = "uniform", location, concentration, rng: rng2 } = options;
  for (const [name, value] of Object.entries({ count, dim })) {
    if (!(Number.isSafeInteger(value) && value >= 1)) {
      throw new DomainError(`sampleDirections: ${name} is ${value}, expected a whole number \u2265 1`, value);
    }
  }
  if (kind === "vonMisesFisher") {
    if (location === void 0 || concentration === void 0) {
      const missing = location === void 0 ? "location" : "concentration";
      throw new OptionsError(`sampleDirections: kind "vonMisesFisher" needs \`${missing}\``, missing);
    }
    checkConcentration("sampleDirections", concentration);
    const centre2 = unitVector("sampleDirections: location", location, dim);
    const draws = drawAroundPole(count, dim, concentration, rng2);
    return { points: placeAround(draws, centre2), count, dim, kind };
  }
  if (location !== void 0 || concentration !== void 0) {
    const extra = location === void 0 ? "concentration" : "location";
    throw new OptionsError(`sampleDirections: \`${extra}\` belongs to kind "vonMisesFisher", not "${kind}"`, extra);
  }
  if (kind === "uniform") return { points: uniformRows(count, dim, rng2), count, dim, kind };
  if (kind === "orthonormal") return { points: orthonormalRows(count, dim, rng2), count, dim, kind };
  const kinds = '"uniform", "orthonormal" or "vonMisesFisher"';
  throw new OptionsError(`sampleDirections: kind is "${String(kind)}", expected ${kinds}`, "kind", kind);
}
function uniformRows(count, dim, rng2) {
  const points = rng2.normal(count * dim);
  for (let l = 0; l < count; l++) normalize(points.subarray(l * dim, (l + 1) * dim));
  return points;
}
function orthonormalRows(count, dim, rng2) {
  const points = rng2.normal(count * dim);
  for (let start = 0; start < count; start += dim) {
    for (let l = start; l < Math.min(start + dim, count); l++) {
      const row = points.subarray(l * dim, (l + 1) * dim);
      for (let sweep2 = 0; sweep2 < 2; sweep2++) {
        for (let k = start; k < l; k++) {
          const other = points.subarray(k * dim, (k + 1) * dim);
          addScaled(row, -dot(row, other), other);
        }
        normalize(row);
      }
    }
  }
  return points;
}
function rowOf(directions, l) {
  return directions.points.subarray(l * directions.dim, (l + 1) * directions.dim);
}

// wasserstein/sliced/estimators.ts
function checkEstimator(caller, options) {
  const { energy = "softmax" } = options;
  const allowed = {
    estimator: ["mean", "controlVariate", "energy"],
    variate: ["lower", "upper"],
    coefficient: ["regression", "paper"]
  };
  for (const [name, values] of Object.entries(allowed)) {
    const value = options[name];
    if (value !== void 0 && !values.includes(value)) {
      throw new OptionsError(`${caller}: ${name} is "${value}", expected one of ${values.join(", ")}`, name, value);
    }
  }
  if (energy !== "softmax" && !(Number.isFinite(energy) && energy >= 0)) {
    throw new OptionsError(`${caller}: energy is ${energy}, expected "softmax" or a power \u2265 0`, "energy", energy);
  }
}
function combine(costs, variate, options, unit, p) {
  const { detach: detach2 = true, coefficient = "regression", energy = "softmax" } = options;
  if (options.estimator === "energy") return byEnergy(costs, energy, detach2, unit);
  const count = costs.length;
  const mean = average(costs);
  if (variate === void 0) {
    const even = new Float64Array(count).fill(1 / count);
    return { value: mean, coefficient: 0, costs: even, variates: void 0, mean: 0, residuals: costs };
  }
  const { values: c, mean: expected } = variate;
  const middle = average(c);
  const excess = middle - expected;
  const centre2 = coefficient === "paper" ? expected : middle;
  let covariance = 0;
  let variance3 = 0;
  for (let l = 0; l < count; l++) {
    covariance += (costs[l] - mean) * (c[l] - centre2);
    variance3 += (c[l] - centre2) ** 2;
  }
  const idle = !(Math.sqrt(variance3 / count) > 1e-12 * mean ** (2 / p));
  const raw = idle ? 0 : covariance / variance3;
  const most = coefficient === "regression" ? p * mean ** (1 - 2 / p) : Number.POSITIVE_INFINITY;
  const gamma = coefficient === "regression" ? Math.min(Math.max(raw, 0), most) : raw;
  const byCost = new Float64Array(count).fill(1 / count);
  const byVariate = new Float64Array(count).fill(-gamma / count);
  let byMean = gamma;
  if (!detach2 && gamma !== 0 && gamma !== raw) {
    for (let l = 0; l < count; l++) byCost[l] -= excess * gamma * (1 - 2 / p) / (mean * count);
  } else if (!detach2 && gamma !== 0) {
    for (let l = 0; l < count; l++) {
      byCost[l] -= excess * (c[l] - middle) / variance3;
      byVariate[l] -= excess * (costs[l] - mean - 2 * gamma * (c[l] - centre2)) / variance3;
    }
    if (coefficient === "paper") byMean -= 2 * gamma * count * excess ** 2 / variance3;
  }
  const residuals = costs.map((w, l) => w - gamma * (c[l] - middle));
  const value = mean - gamma * excess;
  return { value, coefficient: gamma, costs: byCost, variates: byVariate, mean: byMean, residuals };
}
function byEnergy(costs, energy, detach2, unit) {
  const largest = costs.reduce((most, w) => Math.max(most, w), 0);
  const weights2 = costs.map((w) => {
    if (w === largest) return 1;
    return energy === "softmax" ? Math.exp((w - largest) * unit) : (w / largest) ** energy;
  });
  const total = weights2.reduce((sum2, w) => sum2 + w, 0);
  for (let l = 0; l < weights2.length; l++) weights2[l] /= total;
  let value = 0;
  for (let l = 0; l < weights2.length; l++) value += weights2[l] * costs[l];
  const byCost = detach2 ? weights2 : weights2.map((w, l) => {
    const lead = costs[l] - value;
    if (energy === "softmax") return w === 0 || lead === 0 ? w : w + w * lead * unit;
    return costs[l] === 0 ? w : w * (1 + energy * (1 - value / costs[l]));
  });
  return { value, coefficient: 0, costs: byCost, variates: void 0, mean: 0, residuals: costs };
}
function average(values) {
  return values.reduce((sum2, v) => sum2 + v, 0) / values.length;
}
function standardError(residuals, block2) {
  const blocks = residuals.length / block2;
  if (blocks < 2 || !Number.isInteger(blocks)) return null;
  const means = Float64Array.from(
    { length: blocks },
    (_, k) => average(residuals.subarray(k * block2, (k + 1) * block2))
  );
  const mean = average(means);
  const squares = means.reduce((sum2, v) => sum2 + (v - mean) ** 2, 0);
  return Math.sqrt(squares / (blocks - 1) / blocks);
}

// wasserstein/sliced/line-transport.ts
function lineTransport(n, m, p, a, b, potentials2 = false) {
  const left = new FloatSorter(n);
  const right = new FloatSorter(m);
  const [du, dv] = [new Float64Array(n), new Float64Array(m)];
  const f = potentials2 ? new Float64Array(n) : void 0;
  const g = potentials2 ? new Float64Array(m) : void 0;
  const [levelsU, levelsV] = [new Float64Array(n), new Float64Array(m)];
  const paired = a === void 0 && b === void 0 && n === m;
  function pairValue(u, v) {
    const x = left.values(u);
    const y = right.values(v);
    let sum2 = 0;
    if (p === 1) for (let k = 0; k < n; k++) sum2 += Math.abs(x[k] - y[k]);
    else if (p === 2) for (let k = 0; k < n; k++) sum2 += (x[k] - y[k]) * (x[k] - y[k]);
    else for (let k = 0; k < n; k++) sum2 += Math.abs(x[k] - y[k]) ** p;
    return sum2 / n;
  }
  function pairGradient2(u, v) {
    const order = left.order(u);
    const other = right.order(v);
    let sum2 = 0;
    for (let k = 0; k < n; k++) {
      const i = order[k];
      const j = other[k];
      const gap = u[i] - v[j];
      const slope = slopeOf(gap, p);
      sum2 += gap * slope;
      du[i] = slope / n;
      dv[j] = -slope / n;
    }
    return sum2 / (n * p);
  }
  function walk(u, v) {
    const order = left.order(u);
    const other = right.order(v);
    cumulate(levelsU, order, a);
    cumulate(levelsV, other, b);
    du.fill(0);
    dv.fill(0);
    if (f) f[order[0]] = 0;
    if (g) g[other[0]] = costOf(u[order[0]] - v[other[0]], p);
    let sum2 = 0;
    let level = 0;
    for (let i = 0, j = 0; ; ) {
      const at = order[i];
      const against = other[j];
      const next = Math.min(levelsU[i], levelsV[j]);
      const mass = next - level;
      if (mass > 0) {
        const gap = u[at] - v[against];
        const slope = mass * slopeOf(gap, p);
        sum2 += gap * slope;
        du[at] += slope;
        dv[against] -= slope;
        level = next;
      }
      if (i === n - 1 && j === m - 1) break;
      const stepU = i < n - 1 && levelsU[i] <= levelsV[j];
      const stepV = j < m - 1 && levelsV[j] <= levelsU[i];
      if (stepU) i++;
      if (stepV) j++;
      if (f && g) extend(f, g, u, v, at, against, order[i], other[j], p);
    }
    return sum2 / p;
  }
  return {
    value: (u, v) => paired ? pairValue(u, v) : walk(u, v),
    gradient: (u, v) => paired && !potentials2 ? pairGradient2(u, v) : walk(u, v),
    du,
    dv,
    f,
    g
  };
}
function extend(f, g, u, v, i, j, nextI, nextJ, p) {
  const cost = (s, t) => costOf(u[s] - v[t], p);
  if (nextJ === j) f[nextI] = cost(nextI, j) - g[j];
  else if (nextI === i) g[nextJ] = cost(i, nextJ) - f[i];
  else {
    const viaU = cost(nextI, j) - g[j];
    const viaV = cost(nextI, nextJ) - (cost(i, nextJ) - f[i]);
    f[nextI] = (viaU + viaV) / 2;
    g[nextJ] = cost(nextI, nextJ) - f[nextI];
  }
}
function cumulate(levels, order, weights2) {
  const n = levels.length;
  if (weights2 === void 0) {
    for (let k = 0; k < n; k++) levels[k] = (k + 1) / n;
    return;
  }
  let total = 0;
  for (let k = 0; k < n; k++) {
    total += weights2[order[k]];
    levels[k] = total;
  }
  for (let k = 0; k < n; k++) levels[k] = levels[k] === total ? 1 : levels[k] / total;
}
function costOf(gap, p) {
  return p === 2 ? gap * gap : p === 1 ? Math.abs(gap) : Math.abs(gap) ** p;
}
function slopeOf(gap, p) {
  if (p === 2) return 2 * gap;
  return p === 1 ? Math.sign(gap) : p * Math.abs(gap) ** (p - 1) * Math.sign(gap);
}

// wasserstein/sliced/slices.ts
function slicePair([x, y], dim, p, [a, b]) {
  let largest = 0;
  for (const points of [x, y]) for (const v of points) largest = Math.max(largest, Math.abs(v));
  const extreme = largest > 1e100 || largest > 0 && largest < 1e-100;
  const scale = extreme ? 2 ** Math.min(1023, Math.max(-1021, Math.ceil(Math.log2(largest)))) : 1;
  const n = x.length / dim;
  const m = y.length / dim;
  const centre2 = new Float64Array(dim);
  for (const points of [x, y]) {
    for (let i = 0; i < points.length; ) for (let k = 0; k < dim; k++) centre2[k] += points[i++] / scale / (n + m);
  }
  const moved = (points) => {
    const out = new Float64Array(points.length);
    for (let i = 0; i < out.length; ) for (let k = 0; k < dim; k++, i++) out[i] = points[i] / scale - centre2[k];
    return out;
  };
  return { n, m, dim, p, x: moved(x), y: moved(y), a, b, scale };
}
function lineOf(pair, potentials2 = false) {
  return lineTransport(pair.n, pair.m, pair.p, pair.a, pair.b, potentials2);
}
function inUnits(value, unit) {
  return value === 0 ? 0 : value * unit;
}
function sweep(pair, directions, given, visit) {
  const { n, m, dim } = pair;
  const rows = 4;
  const us = Array.from({ length: rows }, () => new Float64Array(n));
  const vs = Array.from({ length: rows }, () => new Float64Array(m));
  for (let start = 0; start < directions.count; start += rows) {
    const count = Math.min(rows, directions.count - start);
    if (given === void 0) {
      const some2 = directions.points.subarray(start * dim, (start + count) * dim);
      project(pair.x, some2, dim, us);
      project(pair.y, some2, dim, vs);
    }
    for (let r = 0; r < count; r++) {
      const l = start + r;
      if (given !== void 0) {
        copyScaled(us[r], given.x, l * n, pair.scale);
        copyScaled(vs[r], given.y, l * m, pair.scale);
      }
      visit(l, us[r], vs[r]);
    }
  }
}
function copyScaled(out, from, start, scale) {
  for (let i = 0; i < out.length; i++) out[i] = from[start + i] / scale;
}
function project(points, directions, dim, out) {
  const n = points.length / dim;
  if (directions.length < 4 * dim) {
    for (let r = 0; r * dim < directions.length; r++) {
      const to = out[r];
      const theta = directions.subarray(r * dim, (r + 1) * dim);
      for (let i = 0, at = 0; i < n; i++) {
        let sum2 = 0;
        for (let k = 0; k < dim; k++) sum2 += points[at++] * theta[k];
        to[i] = sum2;
      }
    }
    return;
  }
  const [o0, o1, o2, o3] = out;
  for (let i = 0, at = 0; i < n; i++) {
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < dim; k++) {
      const v = points[at++];
      s0 += v * directions[k];
      s1 += v * directions[dim + k];
      s2 += v * directions[2 * dim + k];
      s3 += v * directions[3 * dim + k];
    }
    o0[i] = s0;
    o1[i] = s1;
    o2[i] = s2;
    o3[i] = s3;
  }
}
function emptyPull(pair, weights2) {
  return {
    x: new Float64Array(pair.x.length),
    y: new Float64Array(pair.y.length),
    a: weights2 ? new Float64Array(pair.n) : void 0,
    b: weights2 ? new Float64Array(pair.m) : void 0
  };
}
function pull(into, line, theta, share) {
  if (share === 0) return;
  addOuter(into.x, line.du, theta, share);
  addOuter(into.y, line.dv, theta, share);
  if (into.a && line.f) addScaled(into.a, share, line.f);
  if (into.b && line.g) addScaled(into.b, share, line.g);
}
function addOuter(into, column, row, share) {
  const dim = row.length;
  for (let i = 0, at = 0; i < column.length; i++) {
    const factor = share * column[i];
    for (let k = 0; k < dim; k++) into[at++] += factor * row[k];
  }
}
function meanOf(points, dim, weights2) {
  const mean = new Float64Array(dim);
  const n = points.length / dim;
  for (let i = 0, at = 0; i < n; i++) {
    const weight = weights2 === void 0 ? 1 / n : weights2[i];
    for (let k = 0; k < dim; k++) mean[k] += weight * points[at++];
  }
  return mean;
}
function gradientsOf(sum2, pair, masses, unit) {
  const bySide = unit / pair.scale;
  return {
    x: sum2.x.map((g) => inUnits(g, bySide)),
    y: sum2.y.map((g) => inUnits(g, bySide)),
    ...sum2.a && { xWeights: centred2(sum2.a, masses[0], unit) },
    ...sum2.b && { yWeights: centred2(sum2.b, masses[1], unit) }
  };
}
function centred2(gradient2, { weights: weights2, total }, unit) {
  let mean = 0;
  for (const [i, g] of gradient2.entries()) mean += g * (weights2 === void 0 ? 1 / gradient2.length : weights2[i]);
  return gradient2.map((g) => inUnits((g - mean) / total, unit));
}

// wasserstein/sliced/input.ts
function readPair(caller, x, y, options) {
  const { p = 2, normalize: normalize2 = false } = options;
  checkOrder(caller, p);
  const points = [cloudPoints(`${caller}: x`, x), cloudPoints(`${caller}: y`, y)];
  checkSameSpace(caller, x, y);
  const masses = balancedMasses(caller, x.weights, x.count, y.weights, y.count, { normalize: normalize2 });
  return { pair: slicePair(points, x.dim, p, [masses[0].weights, masses[1].weights]), masses };
}
function directionsFor(caller, dim, options) {
  const { directions = defaultCount(dim), kind = "orthonormal", rng: rng2, estimator } = options;
  if (typeof directions === "number") {
    if (!(Number.isSafeInteger(directions) && directions >= 1)) {
      const wanted = "expected a whole number \u2265 1, or directions of your own";
      throw new OptionsError(`${caller}: directions is ${directions}, ${wanted}`, "directions", directions);
    }
    if (rng2 === void 0) {
      throw new OptionsError(`${caller}: directions are to be drawn; pass \`rng\`, or directions of your own`, "rng");
    }
    return sampleDirections(directions, dim, { kind, rng: rng2 });
  }
  if (directions.dim !== dim || directions.points.length !== directions.count * dim || directions.count < 1) {
    const actual = [directions.count, directions.dim];
    throw new ShapeError(`${caller}: directions`, `[count, ${dim}]`, actual, "one unit vector a row");
  }
  for (let l = 0; l < directions.count; l++) {
    const norm = Math.sqrt(dot(rowOf(directions, l), rowOf(directions, l)));
    if (Math.abs(norm - 1) <= 1e-6) continue;
    throw new DomainError(`${caller}: direction ${l} has norm ${norm}, expected 1; divide it by its norm`, norm);
  }
  if (estimator === "controlVariate" && directions.kind === "vonMisesFisher") {
    const reason = "the mean of a control variate is known for uniform directions only";
    throw new OptionsError(`${caller}: ${reason}; use estimator "mean"`, "estimator", estimator);
  }
  return directions;
}
function defaultCount(dim) {
  return dim > 64 ? 64 : dim * Math.ceil(64 / dim);
}
function checkProjections(caller, pair, directions, given) {
  for (const [name, values, count] of [
    ["x", given.x, pair.n],
    ["y", given.y, pair.m]
  ]) {
    if (values.length !== directions.count * count) {
      const expected = [directions.count, count];
      throw new ShapeError(`${caller}: projections.${name}`, expected, `${values.length} numbers`);
    }
    checkValues(`${caller}: projections.${name}`, values);
  }
}

// wasserstein/sliced/variate.ts
function runningVariate(pair, directions, kind) {
  const { dim } = pair;
  const sides = [
    { points: pair.x, weights: pair.a, mean: meanOf(pair.x, dim, pair.a) },
    { points: pair.y, weights: pair.b, mean: meanOf(pair.y, dim, pair.b) }
  ];
  const shift2 = sides[0].mean.map((m, k) => m - sides[1].mean[k]);
  const along = Float64Array.from({ length: directions.count }, (_, l) => dot(rowOf(directions, l), shift2));
  const values = along.map((c) => c * c);
  const spread2 = kind === "upper" ? sides.reduce((sum2, side) => sum2 + trace(side, dim), 0) : 0;
  return {
    values,
    mean: (dot(shift2, shift2) + spread2) / dim,
    record(l, u, v) {
      if (kind === "upper") values[l] += variance2(u, pair.a) + variance2(v, pair.b);
    },
    pull(into, { variates, mean }) {
      if (variates === void 0) return;
      const byShift = shift2.map((s) => 2 * mean * s / dim);
      for (const [l, c] of along.entries()) addScaled(byShift, 2 * variates[l] * c, rowOf(directions, l));
      pullShift(into.x, into.a, sides[0], byShift, 1);
      pullShift(into.y, into.b, sides[1], byShift, -1);
      if (kind === "lower") return;
      pullSpread(into.x, into.a, sides[0], directions, variates, mean);
      pullSpread(into.y, into.b, sides[1], directions, variates, mean);
    }
  };
}
function pullShift(points, weights2, side, byShift, sign) {
  const dim = byShift.length;
  for (let i = 0; i * dim < points.length; i++) {
    addScaled(points.subarray(i * dim, (i + 1) * dim), sign * weightOf(side, i, dim), byShift);
    if (weights2) weights2[i] += sign * dot(side.points.subarray(i * dim, (i + 1) * dim), byShift);
  }
}
function pullSpread(points, weights2, side, directions, variates, mean) {
  const dim = side.mean.length;
  for (let i = 0; i * dim < points.length; i++) {
    const away = side.points.slice(i * dim, (i + 1) * dim);
    addScaled(away, -1, side.mean);
    const pull2 = away.map((v) => mean * v / dim);
    for (const [l, share] of variates.entries()) {
      const theta = rowOf(directions, l);
      addScaled(pull2, share * dot(theta, away), theta);
    }
    addScaled(points.subarray(i * dim, (i + 1) * dim), 2 * weightOf(side, i, dim), pull2);
    if (weights2) weights2[i] += dot(away, pull2);
  }
}
function trace(side, dim) {
  let sum2 = 0;
  for (let i = 0; i * dim < side.points.length; i++) {
    let square = 0;
    for (let k = 0; k < dim; k++) square += (side.points[i * dim + k] - side.mean[k]) ** 2;
    sum2 += weightOf(side, i, dim) * square;
  }
  return sum2;
}
function variance2(values, weights2) {
  const n = values.length;
  const mean = meanOf(values, 1, weights2)[0];
  let sum2 = 0;
  for (let i = 0; i < n; i++) sum2 += (weights2 === void 0 ? 1 / n : weights2[i]) * (values[i] - mean) ** 2;
  return sum2;
}
function weightOf({ points, weights: weights2 }, i, dim) {
  return weights2 === void 0 ? dim / points.length : weights2[i];
}

// wasserstein/sliced/sliced.ts
function slicedWasserstein(x, y, options = {}) {
  return evaluate("slicedWasserstein", x, y, options, void 0);
}
function evaluate(caller, x, y, options, wanted) {
  const { estimator = "mean", variate: kind = "lower", detach: detach2 = true, root = false, projections } = options;
  checkEstimator(caller, options);
  const { pair, masses } = readPair(caller, x, y, options);
  const directions = directionsFor(caller, pair.dim, options);
  if (projections) checkProjections(caller, pair, directions, projections);
  const line = lineOf(pair, wanted?.weights);
  const variate = estimator === "controlVariate" ? runningVariate(pair, directions, kind) : void 0;
  const costs = new Float64Array(directions.count);
  const sum2 = wanted && emptyPull(pair, wanted.weights);
  const once = estimator === "mean" || variate !== void 0 && detach2;
  sweep(pair, directions, projections, (l, u, v) => {
    costs[l] = sum2 && once ? line.gradient(u, v) : line.value(u, v);
    if (sum2 && once) pull(sum2, line, rowOf(directions, l), 1 / directions.count);
    variate?.record(l, u, v);
  });
  const { p, scale } = pair;
  const combined = combine(costs, variate, options, scale ** p, p);
  const value = Math.max(combined.value, 0);
  const slope = root ? value > 0 ? value ** (1 / p - 1) / p : 0 : 1;
  const unit = root ? scale : scale ** p;
  const block2 = directions.kind === "orthonormal" ? pair.dim : 1;
  const error = estimator === "energy" ? null : standardError(combined.residuals, block2);
  const result = {
    value: inUnits(root ? value ** (1 / p) : value, unit),
    standardError: error === null ? null : inUnits(error * slope, unit),
    slices: costs.map((w) => inUnits(w, scale ** p)),
    directions,
    coefficient: inUnits(combined.coefficient, scale ** (p - 2)),
    clamped: combined.value < 0
  };
  checkRange(`${caller}: the distance${root ? "" : " to the power p (see `root`)"}`, result.value);
  if (!sum2) return printingFields(caller, result);
  if (!once) {
    sweep(pair, directions, projections, (l, u, v) => {
      line.gradient(u, v);
      pull(sum2, line, rowOf(directions, l), combined.costs[l]);
    });
  }
  variate?.pull(sum2, combined);
  const gradients = gradientsOf(sum2, pair, masses, slope * unit);
  checkRange(`${caller}: the gradient`, ...Object.values(gradients));
  return printingFields(caller, { ...result, ...gradients });
}

// cli/distance/places.ts
var packing = 1e-6;
var earth = 6371;
function placesOf(field, block2) {
  const { name, shape } = field;
  const [height, width] = shape.slice(-2);
  if (height === void 0 || width === void 0) {
    throw new ShapeError(`distance: ${name}`, "at least two dimensions, y and x last", shape);
  }
  const [y, x] = field.dims.slice(-2).map((dim, k) => lineOf2(field, dim, shape.at(k - 2)));
  const [unitY, unitX] = [y, x].map(({ attributes }) => attributes ? textOf(attributes, "units") ?? "" : "cells");
  const degrees = [y, x].every(({ name: dim, attributes }) => {
    return attributes && (isGeographic(dim, attributes) || /^(decimal_)?degrees?\b/i.test(textOf(attributes, "units") ?? ""));
  });
  if (!degrees && unitY !== unitX) {
    throw new UnitsError(`distance: ${name} has ${y.name} in ${unitY} and ${x.name} in ${unitX}`, unitY, unitX);
  }
  const turn = Math.PI / 180;
  const [down, across] = [Math.ceil(height / block2), Math.ceil(width / block2)];
  const masses = new Float64Array(down * across);
  let largest = 0;
  for (const value of field.values) if (value > largest) largest = value;
  let clipped = 0;
  for (const [i, value] of field.values.entries()) {
    if (value < 0 && value >= -packing * largest) {
      clipped++;
      continue;
    }
    if (value < 0) {
      const hint = "mass cannot be negative; compare values with --method 1d";
      throw new DomainError(`distance: ${name} holds ${value} at element ${i}; ${hint}`, value);
    }
    if (Number.isNaN(value)) continue;
    const cell = i % (height * width);
    const [row, column] = [Math.floor(cell / width), cell % width];
    const area = y.widths[row] * x.widths[column] * (degrees ? Math.cos(y.values[row] * turn) * (earth * turn) ** 2 : 1);
    masses[Math.floor(row / block2) * across + Math.floor(column / block2)] += value * area;
  }
  const kept = Array.from(masses.keys()).filter((k) => masses[k] > 0);
  if (kept.length === 0) throw new DomainError(`distance: ${name} has no mass, all is 0 or missing`, 0);
  const [ys, xs] = [middles(y.values, block2), middles(x.values, block2)];
  const points = kept.flatMap((k) => {
    const [v, u] = [ys[Math.floor(k / across)], xs[k % across]];
    if (!degrees) return [v, u];
    const [latitude, longitude] = [v * turn, u * turn];
    const ring = earth * Math.cos(latitude);
    return [ring * Math.cos(longitude), ring * Math.sin(longitude), earth * Math.sin(latitude)];
  });
  const weights2 = Float64Array.from(kept, (k) => masses[k]);
  const geographic = [y, x].every(({ name: dim, attributes }) => attributes && isGeographic(dim, attributes));
  return {
    cloud: { points: Float64Array.from(points), count: kept.length, dim: degrees ? 3 : 2, weights: weights2 },
    unit: degrees ? "km" : unitX || "1",
    kind: geographic ? "longitude and latitude" : degrees ? "rotated longitude and latitude" : unitX === "cells" ? "cells" : "map",
    map: geographic ? {} : field.gridMapping?.attributes ?? {},
    mass: weights2.reduce((sum2, w) => sum2 + w, 0),
    clipped
  };
}
function checkOneMap(a, b) {
  const hint = "bring both on one grid first, or use --method gromov, which compares distances within each";
  if (a.kind !== b.kind) {
    throw new OptionsError(`distance: A lies on ${a.kind}, B on ${b.kind}; ${hint}`, "method", b.kind);
  }
  if (a.unit !== b.unit) {
    throw new UnitsError(`distance: coordinates of A are in ${a.unit}, of B in ${b.unit}; ${hint}`, a.unit, b.unit);
  }
  for (const key of Object.keys(a.map)) {
    if (!Object.hasOwn(b.map, key) || String(a.map[key]) === String(b.map[key])) continue;
    throw new OptionsError(`distance: A and B are on different maps (their ${key} differ); ${hint}`, "method", key);
  }
}
function lineOf2(field, dim, size) {
  const coordinate = field.coordinate(dim);
  const values = coordinate?.values ?? Float64Array.from({ length: size }, (_, i) => i);
  const widths = Float64Array.from({ length: size }, (_, i) => {
    const [from, to] = [Math.max(0, i - 1), Math.min(size - 1, i + 1)];
    return to > from ? Math.abs(values[to] - values[from]) / (to - from) : 1;
  });
  return { values, widths, attributes: coordinate?.attributes, name: dim };
}
function middles(values, block2) {
  return Float64Array.from({ length: Math.ceil(values.length / block2) }, (_, k) => {
    const part = values.subarray(k * block2, (k + 1) * block2);
    return part.reduce((sum2, v) => sum2 + v, 0) / part.length;
  });
}

// cli/distance/run.ts
var mostPlaces = {
  emd: 4096,
  sinkhorn: 2e4,
  divergence: 2e4,
  gromov: 400
};
var ofValues = ["1d", "multiscale"];
async function distance(a, b, options) {
  const sides = [a, b].map(splitName);
  checkFiles(
    "A and B",
    sides.map(({ path }) => path)
  );
  const { method, root = false } = options;
  const p = options.p ?? (ofValues.includes(method) ? 1 : 2);
  if (p < 1 || p !== 2 && ["sinkhorn", "divergence", "gromov"].includes(method)) {
    throw new OptionsError(`distance: --p is ${p}; ${p < 1 ? "it starts at 1" : `${method} has p = 2 alone`}`, "p", p);
  }
  if (options.dryRun) return emitJson({ command: "distance", a: sides[0], b: sides[1], ...options, p, root });
  const [x, other] = await Promise.all(
    sides.map(({ path, variable }) => readField(path, variable === void 0 ? {} : { variable }))
  );
  const y = ofValues.includes(method) ? inUnitsOf(x, other, a, b) : other;
  const found = compute(x, y, p, options);
  const unit = found.unit && (root || p === 1 ? found.unit : `(${found.unit})^${p}`);
  const power = root ? (v) => Math.max(0, v) ** (1 / p) : (v) => v;
  const report = {
    method,
    p,
    root,
    value: power(found.value),
    unit: unit ?? null,
    bounds: found.bounds?.map(power) ?? null,
    meaning: root && p > 1 ? `${found.meaning}, its ${p === 2 ? "square root" : `${p}-th root`}` : found.meaning,
    ...found.converged !== void 0 && { converged: found.converged },
    a: { ...describe(x, sides[0].path), ...found.places?.[0] },
    b: { ...describe(other, sides[1].path), ...found.places?.[1] }
  };
  if (options.json) return emitJson(report);
  const digits = (v) => String(Number(v.toPrecision(8)));
  const bracket = report.bounds ? `${digits(report.bounds[0])} to ${digits(report.bounds[1])}` : "none";
  emit(
    [
      `value    ${digits(report.value)}${unit ? ` ${unit}` : ""}${found.converged === false ? "  (not converged)" : ""}`,
      `bracket  ${bracket}`,
      `method   ${method}: ${report.meaning}`
    ].join("\n")
  );
}
function compute(x, y, p, options) {
  const { method } = options;
  if (method === "1d") {
    const value = wasserstein1d(present(x), present(y), { p });
    return {
      value,
      bounds: [value, value],
      unit: x.units,
      meaning: `${named("W", p)} between the values of both fields, exact`
    };
  }
  if (method === "multiscale") return multiscale(x, y, p, options);
  const sides = [placesFor(x, options), placesFor(y, options)];
  if (method !== "gromov") checkOneMap(...sides);
  const places = sides.map(({ mass, cloud, clipped }) => ({ mass, places: cloud.count, clipped }));
  const found = move(sides[0].cloud, sides[1].cloud, p, options);
  return { ...found, meaning: `${found.meaning}; both masses scaled to one`, unit: sides[0].unit, places };
}
function move(u, v, p, { method, epsilon, seed }) {
  const common = { normalize: true, ...epsilon !== void 0 && { epsilon } };
  switch (method) {
    case "gromov": {
      const { value, bounds, converged } = gromovWasserstein(metric(u), metric(v), common);
      const meaning = "GW_2^2 between masses known by their mutual distances, a local optimum";
      return { value, bounds, meaning, converged };
    }
    case "emd": {
      const { value, dualityGap } = emd(u, v, { p, normalize: true });
      const meaning = `${named("W", p)} between masses at their places, exact`;
      return { value, bounds: [value * (1 - Math.abs(dualityGap)), value], meaning };
    }
    case "sinkhorn": {
      const { value, bounds, converged, epsilon: used } = sinkhorn(u, v, common);
      const meaning = `entropic transport cost at epsilon ${used.toPrecision(3)}; the bracket is for the exact W_2^2`;
      return { value, bounds, converged, meaning };
    }
    case "divergence": {
      const { value, converged, epsilon: used } = sinkhornDivergence(u, v, common);
      const meaning = `debiased Sinkhorn divergence at epsilon ${used.toPrecision(3)}, a squared distance`;
      return { value, bounds: null, converged, meaning };
    }
    default: {
      const { value } = slicedWasserstein(u, v, { p, normalize: true, rng: rng(seed) });
      return {
        value,
        bounds: null,
        meaning: `${named("SW", p)}, the mean of ${named("W", p)} over directions in ${u.dim} dimensions`
      };
    }
  }
}
var named = (distance2, p) => p === 1 ? `${distance2}_1` : `${distance2}_${p}^${p}`;
function multiscale(x, y, p, { scales }) {
  const [images, others] = [x, y].map((field) => {
    const [height2, width2] = field.shape.slice(-2);
    if (height2 === void 0 || width2 === void 0) {
      throw new ShapeError(`distance: ${field.name}`, "at least two dimensions, y and x last", field.shape);
    }
    return { values: field.values, shape: [field.values.length / (height2 * width2), height2, width2] };
  });
  const mask = Uint8Array.from(x.values, (v, i) => Number.isNaN(v) || Number.isNaN(y.values[i]) ? 0 : 1);
  const [, height, width] = images.shape;
  const sizes = scales?.split(",").map(Number) ?? [1, 2, 4, 8].filter((k) => height % k === 0 && width % k === 0);
  const { value } = multiscaleWasserstein(images, others, { p, mask, scales: sizes });
  const meaning = `mean over blocks of ${sizes.join(", ")} of ${named("W", p)} per image`;
  return { value, bounds: [value, value], unit: x.units, meaning };
}
function inUnitsOf(x, y, a, b) {
  if (x.units === void 0 || y.units === void 0 || x.units === y.units) return y;
  try {
    return convertPrecipitation(y, x.units);
  } catch (error) {
    if (!(error instanceof UnitsError)) throw error;
    const hint = "convert one of them first, or compare where the mass is (--method sliced, sinkhorn or emd)";
    throw new UnitsError(`distance: ${a} is in ${x.units}, ${b} in ${y.units}; ${hint}`, y.units, x.units);
  }
}
function present(field) {
  return Float64Array.from(field.values).filter((v) => !Number.isNaN(v));
}
function placesFor(field, { method, coarsen = 1 }) {
  const places = placesOf(field, coarsen);
  const limit = mostPlaces[method];
  const { count } = places.cloud;
  if (limit !== void 0 && count > limit) {
    const least = Math.ceil(coarsen * Math.sqrt(count / limit));
    const hint = `${method} takes ${limit}; add for instance --coarsen ${least}, or use --method sliced`;
    throw new OptionsError(`distance: ${field.name} has mass at ${count} places; ${hint}`, "method", method);
  }
  return places;
}
function metric({ points, count, dim, weights: weights2 }) {
  const distances = Float64Array.from({ length: count * count }, (_, k) => {
    const [i, j] = [Math.floor(k / count) * dim, k % count * dim];
    let square = 0;
    for (let c = 0; c < dim; c++) square += (points[i + c] - points[j + c]) ** 2;
    return Math.sqrt(square);
  });
  return { distances, count, weights: weights2 };
}
function describe({ name, shape, units, values }, file) {
  let missing = 0;
  for (const v of values) if (Number.isNaN(v)) missing++;
  return { file, variable: name, shape, units: units ?? null, missing };
}
function splitName(text) {
  const at = text.lastIndexOf(":");
  if (at <= 0 || existsSync(text) || /[\\/]/.test(text.slice(at))) return { path: text };
  return { path: text.slice(0, at), variable: text.slice(at + 1) };
}
export {
  distance
};
