import {
  constant
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  printingFields
} from "./chunk-O7EZDEUO.js";
import {
  DomainError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// wasserstein/measure/measure.ts
var sameMass = 1e-6;
function cloudPoints(where, { points, count: count2, dim }) {
  if (!(Number.isInteger(count2) && Number.isInteger(dim) && count2 >= 1 && dim >= 1)) {
    throw new ShapeError(where, "count \u2265 1 and dim \u2265 1, both whole", [count2, dim]);
  }
  if (points.length !== count2 * dim) {
    throw new ShapeError(`${where}.points`, [count2 * dim], [points.length], `${count2} points of ${dim} coordinates`);
  }
  checkValues(`${where}.points`, points);
  return points instanceof Float64Array ? points : new Float64Array(points);
}
function checkSameSpace(where, x, y) {
  if (x.dim !== y.dim)
    throw new ShapeError(`${where}: dim of y`, [x.dim], [y.dim], "both clouds must lie in one space");
}
function checkValues(where, values) {
  const n = values.length;
  for (let i = 0; i < n; i++) {
    if (values[i] - values[i] !== 0) {
      throw new DomainError(`${where}[${i}] is ${values[i]}, expected a finite number; mask missing values`, values[i]);
    }
  }
}
function checkRange(what, ...results) {
  for (const result of results) {
    const values = typeof result === "number" ? [result] : result;
    for (let i = 0; i < values.length; i++) {
      if (values[i] - values[i] === 0) continue;
      throw new DomainError(`${what} exceeds the range of float64; rescale the coordinates or the weights`, values[i]);
    }
  }
}
function balancedMasses(where, a, n, b, m, { normalize = false } = {}) {
  const left = massOf(`${where}: x weights`, a, n);
  const right = massOf(`${where}: y weights`, b, m);
  const given = a !== void 0 && b !== void 0;
  if (given && !normalize && Math.abs(left.total - right.total) > sameMass * Math.max(left.total, right.total)) {
    const sums = `${left.total} and ${right.total}`;
    throw new DomainError(`${where}: weights sum to ${sums}; pass \`normalize: true\` to compare shapes only`, sums);
  }
  return [left, right];
}
function massOf(where, weights, count2) {
  if (weights === void 0) return { weights: void 0, total: 1 };
  const scaled = checkedWeights(where, weights, count2);
  let total = 0;
  for (let i = 0; i < count2; i++) total += scaled[i];
  if (!(total > 0 && total < Number.POSITIVE_INFINITY)) {
    throw new DomainError(`${where} sum to ${total}, expected a positive finite mass`, total);
  }
  for (let i = 0; i < count2; i++) scaled[i] /= total;
  return { weights: scaled, total };
}
function checkedWeights(where, weights, count2) {
  if (weights.length !== count2) throw new ShapeError(where, [count2], [weights.length], "give one weight a point");
  const copy = new Float64Array(weights);
  for (let i = 0; i < count2; i++) {
    const w = copy[i];
    if (w >= 0 && w < Number.POSITIVE_INFINITY) continue;
    throw new DomainError(`${where}[${i}] is ${copy[i]}, expected a finite number \u2265 0`, copy[i]);
  }
  return copy;
}
function explicitWeights({ weights }, count2) {
  return weights ?? new Float64Array(count2).fill(1 / count2);
}
function checkOrder(where, p) {
  if (!(p >= 1 && Number.isFinite(p))) throw new OptionsError(`${where}: p is ${p}, expected a finite p \u2265 1`, "p", p);
}

// wasserstein/measure/ground-cost.ts
function groundCost(where, { p = 1, huber }) {
  checkOrder(where, p);
  if (huber !== void 0) {
    if (!(huber > 0 && Number.isFinite(huber))) {
      throw new OptionsError(`${where}: huber is ${huber}, expected a finite threshold > 0`, "huber", huber);
    }
    if (p !== 1) throw new OptionsError(`${where}: huber goes with p = 1 alone, p is ${p}; leave one out`, "p", p);
    const at = (gap) => {
      const d = Math.abs(gap);
      return d <= huber ? d * d / (2 * huber) : d - huber / 2;
    };
    const slope = (gap) => gap > huber ? 1 : gap < -huber ? -1 : gap / huber;
    return { p, huber, at, slope };
  }
  if (p === 1) return { p, huber, at: Math.abs, slope: (gap) => gap > 0 ? 1 : gap < 0 ? -1 : 0 };
  if (p === 2) return { p, huber, at: (gap) => gap * gap, slope: (gap) => 2 * gap };
  return {
    p,
    huber,
    at: (gap) => Math.abs(gap) ** p,
    slope: (gap) => gap === 0 ? 0 : p * Math.abs(gap) ** (p - 1) * Math.sign(gap)
  };
}

// wasserstein/line/float-sort.ts
var RADIX = 2048;
var SMALL = 48;
var FloatSorter = class {
  #n;
  #histogram = new Uint32Array(3 * RADIX);
  #keys;
  #values;
  #order;
  /** @param n - length of the arrays, ≥ 1 */
  constructor(n) {
    this.#n = n;
    this.#keys = [new Uint32Array(n), new Uint32Array(n)];
    this.#values = [new Float64Array(n), new Float64Array(n)];
    this.#order = [new Uint32Array(n), new Uint32Array(n)];
  }
  /** The values of `x` in ascending order. No NaN. */
  values(x) {
    const n = this.#n;
    const [v, w] = this.#values;
    if (n < SMALL) {
      w.set(x);
    } else {
      const [k, l] = this.#keys;
      const h = this.#count(x);
      for (let i = 0; i < n; i++) {
        const key = k[i];
        const to = h[key & 2047]++;
        l[to] = key;
        v[to] = x[i];
      }
      for (let i = 0; i < n; i++) {
        const key = l[i];
        const to = h[RADIX + (key >>> 11 & 2047)]++;
        k[to] = key;
        w[to] = v[i];
      }
      for (let i = 0; i < n; i++) v[h[2 * RADIX + (k[i] >>> 22)]++] = w[i];
      w.set(v);
    }
    let moves = n < SMALL ? Number.NEGATIVE_INFINITY : -8 * n;
    for (let i = 1; i < n; i++) {
      const value = w[i];
      let j = i - 1;
      for (; j >= 0 && w[j] > value; j--) w[j + 1] = w[j];
      w[j + 1] = value;
      moves += i - 1 - j;
      if (moves > 0) return w.sort();
    }
    return w;
  }
  /** Indices of `x` in ascending order of its values, stable. No NaN. */
  order(x) {
    const n = this.#n;
    const [o, q] = this.#order;
    if (n < SMALL) {
      for (let i = 0; i < n; i++) q[i] = i;
    } else {
      const [k] = this.#keys;
      const h = this.#count(x);
      for (let i = 0; i < n; i++) q[h[k[i] & 2047]++] = i;
      for (let i = 0; i < n; i++) {
        const at = q[i];
        o[h[RADIX + (k[at] >>> 11 & 2047)]++] = at;
      }
      for (let i = 0; i < n; i++) {
        const at = o[i];
        q[h[2 * RADIX + (k[at] >>> 22)]++] = at;
      }
    }
    let moves = n < SMALL ? Number.NEGATIVE_INFINITY : -8 * n;
    for (let i = 1; i < n; i++) {
      const at = q[i];
      const value = x[at];
      let j = i - 1;
      for (; j >= 0 && x[q[j]] > value; j--) q[j + 1] = q[j];
      q[j + 1] = at;
      moves += i - 1 - j;
      if (moves > 0) return q.sort((s, t) => x[s] - x[t] || s - t);
    }
    return q;
  }
  /** Fills the keys, whose unsigned order is the order of the values, and the starts of their digits. */
  #count(x) {
    const n = this.#n;
    const [keys] = this.#keys;
    const h = this.#histogram.fill(0);
    const words = new Uint32Array(x.buffer, x.byteOffset, 2 * n);
    for (let i = 0; i < n; i++) {
      const bits = words[2 * i + 1] === 2147483648 ? 0 : words[2 * i + 1];
      const key = (bits ^ (bits >> 31 | 2147483648)) >>> 0;
      keys[i] = key;
      h[key & 2047]++;
      h[RADIX + (key >>> 11 & 2047)]++;
      h[2 * RADIX + (key >>> 22)]++;
    }
    for (let digit = 0; digit < 3; digit++) {
      let start = 0;
      for (let k = digit * RADIX; k < (digit + 1) * RADIX; k++) {
        const size = h[k];
        h[k] = start;
        start += size;
      }
    }
    return h;
  }
};

// wasserstein/line/radix-sort.ts
var RADIX2 = 2048;
var SMALL2 = 1024;
function asValues(x) {
  return x instanceof Float32Array || x instanceof Float64Array ? x : new Float64Array(x);
}
function sortedValues(x, sorter) {
  const n = x.length;
  if (n < SMALL2) return x.slice().sort();
  if (x instanceof Float64Array) {
    const shift = exactShift(x);
    const sorted = (sorter ?? new FloatSorter(n)).values(shift === 0 ? x : x.map((v) => v - shift));
    if (shift !== 0) for (let i = 0; i < n; i++) sorted[i] += shift;
    return sorted;
  }
  const starts = new Uint32Array(3 * RADIX2);
  const keys = keysOf(x, starts);
  const other = new Uint32Array(n);
  for (let i = 0; i < n; i++) other[starts[keys[i] & 2047]++] = keys[i];
  for (let i = 0; i < n; i++) keys[starts[RADIX2 + (other[i] >>> 11 & 2047)]++] = other[i];
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    other[starts[2 * RADIX2 + (key >>> 22)]++] = key ^ (~(key >> 31) | 2147483648);
  }
  return new Float32Array(other.buffer);
}
function rank(x) {
  const n = x.length;
  if (n < SMALL2) return n === 0 ? { order: new Uint32Array(0), values: new Float64Array(0) } : rankSmall(x);
  const even = x instanceof Float64Array ? rankEven(x) : void 0;
  if (even !== void 0) return even;
  const starts = new Uint32Array(3 * RADIX2);
  const shift = x instanceof Float64Array ? exactShift(x) : 0;
  const keys = x instanceof Float32Array ? keysOf(x, starts) : upperKeys(x, shift, starts);
  const [moved, order, other] = [new Uint32Array(n), new Uint32Array(n), new Uint32Array(n)];
  for (let i = 0; i < n; i++) {
    const to = starts[keys[i] & 2047]++;
    moved[to] = keys[i];
    order[to] = i;
  }
  for (let i = 0; i < n; i++) {
    const key = moved[i];
    const to = starts[RADIX2 + (key >>> 11 & 2047)]++;
    keys[to] = key;
    other[to] = order[i];
  }
  for (let i = 0; i < n; i++) order[starts[2 * RADIX2 + (keys[i] >>> 22)]++] = other[i];
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) values[k] = x[order[k]];
  return x instanceof Float32Array || finished(values, order) ? { order, values } : rankSmall(x);
}
function argsort(x) {
  return rank(x).order;
}
function rankEven(x) {
  const n = x.length;
  const [low, high] = ends(x);
  const scale = (RADIX2 * RADIX2 - 1) / (high - low);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) return void 0;
  const keys = new Uint32Array(n);
  const starts = new Uint32Array(2 * RADIX2);
  for (let i = 0; i < n; i++) {
    const key = (x[i] - low) * scale >>> 0;
    keys[i] = key;
    starts[key & 2047]++;
    starts[RADIX2 + (key >>> 11)]++;
  }
  let insertions = 0;
  for (let k = RADIX2; k < 2 * RADIX2; k++) insertions += starts[k] ** 2 / (4 * RADIX2);
  if (insertions > 2 * n) return void 0;
  accumulate(starts);
  const [order, other] = [new Uint32Array(n), new Uint32Array(n)];
  const upper = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    const to = starts[key & 2047]++;
    other[to] = i;
    upper[to] = key >>> 11;
  }
  for (let i = 0; i < n; i++) order[starts[RADIX2 + upper[i]]++] = other[i];
  const values = new Float64Array(n);
  for (let k = 0; k < n; k++) values[k] = x[order[k]];
  return finished(values, order) ? { order, values } : void 0;
}
function rankSmall(x) {
  const order = Uint32Array.from(x.keys()).sort((i, j) => x[i] - x[j] || i - j);
  return { order, values: Float64Array.from(order, (i) => x[i]) };
}
function finished(values, order) {
  const n = values.length;
  let left = 8 * n;
  for (let i = 1; i < n; i++) {
    const value = values[i];
    if (values[i - 1] <= value) continue;
    const at = order[i];
    let j = i - 1;
    for (; j >= 0 && values[j] > value; j--) {
      values[j + 1] = values[j];
      order[j + 1] = order[j];
    }
    values[j + 1] = value;
    order[j + 1] = at;
    left -= i - j;
    if (left < 0) return false;
  }
  return true;
}
function ends(x) {
  let low = x[0];
  let high = low;
  for (let i = 1; i < x.length; i++) {
    const v = x[i];
    if (v < low) low = v;
    else if (v > high) high = v;
  }
  return [low, high];
}
function upperKeys(x, shift, starts) {
  const n = x.length;
  const keys = new Uint32Array(n);
  const y = shift === 0 ? x : x.map((v) => v - shift);
  const words = new Uint32Array(y.buffer, y.byteOffset, 2 * n);
  for (let i = 0; i < n; i++) {
    const bits = words[2 * i + 1];
    keys[i] = bits === 2147483648 ? 2147483648 : (bits ^ (bits >> 31 | 2147483648)) >>> 0;
  }
  count(keys, starts);
  return keys;
}
function exactShift(x) {
  const [low, high] = ends(x);
  if (low > 0 && high <= 2 * low) return low;
  return high < 0 && low >= 2 * high ? high : 0;
}
function keysOf(x, starts) {
  const n = x.length;
  const bits = new Uint32Array(x.buffer, x.byteOffset, n);
  const keys = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const b = bits[i] === 2147483648 ? 0 : bits[i];
    keys[i] = (b ^ (b >> 31 | 2147483648)) >>> 0;
  }
  count(keys, starts);
  return keys;
}
function count(keys, starts) {
  const n = keys.length;
  for (let i = 0; i < n; i++) {
    const key = keys[i];
    starts[key & 2047]++;
    starts[RADIX2 + (key >>> 11 & 2047)]++;
    starts[2 * RADIX2 + (key >>> 22)]++;
  }
  accumulate(starts);
}
function accumulate(starts) {
  for (let digit = 0; digit < starts.length; digit += RADIX2) {
    let start = 0;
    for (let k = digit; k < digit + RADIX2; k++) {
      const size = starts[k];
      starts[k] = start;
      start += size;
    }
  }
}

// wasserstein/line/rank-transport.ts
function rankValue(left, right, cost, weight) {
  const [x, y] = [left.values, right.values];
  const [n, m] = [x.length, y.length];
  if (left.levels === void 0 && right.levels === void 0 && n === m && weight === void 0) {
    return pairedSum(x, y, cost) / n;
  }
  if (left.rest !== void 0 || right.rest !== void 0) return rankGradient(left, right, cost, weight).value;
  const [a, b] = [levelsOf(left), levelsOf(right)];
  if (weight === void 0 && cost.huber === void 0 && (cost.p === 1 || cost.p === 2)) {
    const sum2 = cost.p === 1 ? mergedDistance(x, a, y, b) : mergedSquare(x, a, y, b);
    if (!Number.isNaN(sum2)) return sum2;
  }
  let [sum, level, height] = [0, 0, 0];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const [p, q] = [a[i], b[j]];
    const next = Math.min(p, q);
    if (next > level) {
      const top = weight === void 0 ? next : weight.cumulative(next);
      if (top > height) sum += (top - height) * cost.at(x[i] - y[j]);
      level = next;
      height = top;
    }
    if (p <= q) i++;
    if (q <= p) j++;
  }
  return sum;
}
function mergedDistance(x, a, y, b) {
  const [n, m] = [x.length, y.length];
  let [sum, level] = [0, 0];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const p = a[i];
    const q = b[j];
    const next = Math.min(p, q);
    sum += (next - level) * Math.abs(x[i] - y[j]);
    level = next;
    i += p <= q ? 1 : 0;
    j += q <= p ? 1 : 0;
  }
  return sum;
}
function mergedSquare(x, a, y, b) {
  const [n, m] = [x.length, y.length];
  let [sum, level] = [0, 0];
  for (let i = 0, j = 0; i < n && j < m; ) {
    const p = a[i];
    const q = b[j];
    const next = Math.min(p, q);
    const gap = x[i] - y[j];
    sum += (next - level) * (gap * gap);
    level = next;
    i += p <= q ? 1 : 0;
    j += q <= p ? 1 : 0;
  }
  return sum;
}
function rankGradient(left, right, cost, weight) {
  const [x, y] = [left.values, right.values];
  const [n, m] = [x.length, y.length];
  const [a, b] = [levelsOf(left), levelsOf(right)];
  const fine = left.rest !== void 0 || right.rest !== void 0;
  const [ra, rb] = fine ? [restOf(left, a), restOf(right, b)] : [];
  const [dx, dy, da, db] = [new Float64Array(n), new Float64Array(m), new Float64Array(n), new Float64Array(m)];
  let [sum, level, height, under] = [0, 0, 0, 0];
  for (let i = 0, j = 0; ; ) {
    const next = Math.min(a[i], b[j]);
    const order = a[i] - b[j] || (fine ? ra[i] - rb[j] : 0);
    const rest = fine ? order <= 0 ? ra[i] : rb[j] : 0;
    if (next > level || next === level && rest > under) {
      const top = weight === void 0 ? next : weight.cumulative(next);
      const mass = weight === void 0 ? top - height + (rest - under) : top - height;
      if (mass > 0) {
        const gap = x[i] - y[j];
        const slope = mass * cost.slope(gap);
        sum += mass * cost.at(gap);
        dx[i] += slope;
        dy[j] -= slope;
      }
      level = next;
      height = top;
      under = rest;
    }
    const stepX = i < n - 1 && order <= 0;
    const stepY = j < m - 1 && order >= 0;
    if (!(stepX || stepY)) break;
    const density = weight === void 0 ? 1 : weight.density(next);
    const [x0, y0] = [x[i], y[j]];
    const x1 = stepX ? x[i + 1] : x0;
    const y1 = stepY ? y[j + 1] : y0;
    const [c00, c10, c01, c11] = [cost.at(x0 - y0), cost.at(x1 - y0), cost.at(x0 - y1), cost.at(x1 - y1)];
    const half = density / 2;
    if (stepX) da[i++] = half * (c00 - c10) + half * (c01 - c11);
    if (stepY) db[j++] = half * (c00 - c01) + half * (c10 - c11);
  }
  return { value: sum, left: dx, right: dy, leftLevels: da, rightLevels: db };
}
var smallShare = 1e-6;
function levelsFrom(weights, order) {
  if (weights === void 0) return { levels: void 0 };
  const n = weights.length;
  const levels = new Float64Array(n);
  let total = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < n; k++) {
    const w = weights[order === void 0 ? k : order[k]];
    if (w > 0 && w < least) least = w;
    total += w;
    levels[k] = total;
  }
  if (least < smallShare / n * total) return fineLevels(weights, order);
  for (let k = 0; k < n; k++) levels[k] = levels[k] === total ? 1 : levels[k] / total;
  return { levels };
}
function fineLevels(weights, order) {
  const n = weights.length;
  const [levels, rest] = [new Float64Array(n), new Float64Array(n)];
  let largest = 0;
  let [high, low] = [1, 0];
  for (let k = 0; k < n; k++) {
    [high, low] = plus(high, low, -weights[k]);
    if (weights[k] > weights[largest]) largest = k;
  }
  const left = high + low;
  [high, low] = [0, 0];
  for (let k = 0; k < n; k++) {
    const at = order === void 0 ? k : order[k];
    [high, low] = plus(high, low, weights[at]);
    if (at === largest) [high, low] = plus(high, low, left);
    levels[k] = high;
    rest[k] = low;
  }
  for (let k = n - 1; k >= 0; k--) {
    const at = order === void 0 ? k : order[k];
    levels[k] = 1;
    rest[k] = 0;
    if (weights[at] > 0) break;
  }
  return { levels, rest };
}
function plus(high, low, term) {
  const sum = high + term;
  const back = sum - high;
  const rest = low + (high - (sum - back) + (term - back));
  const top = sum + rest;
  return [top, rest - (top - sum)];
}
function restOf({ levels, rest }, values) {
  if (rest !== void 0) return rest;
  const n = values.length;
  const out = new Float64Array(n);
  if (levels !== void 0) return out;
  const split = (v) => {
    const c = 134217729 * v;
    const top = c - (c - v);
    return [top, v - top];
  };
  const [n1, n0] = split(n);
  for (let k = 0; k < n; k++) {
    const value = values[k];
    const product = n * value;
    const [v1, v0] = split(value);
    const lost = n0 * v0 - (product - n1 * v1 - n0 * v1 - n1 * v0);
    out[k] = (k + 1 - product - lost) / n;
  }
  return out;
}
function massAt({ values, levels, rest }, k) {
  if (levels === void 0) return 1 / values.length;
  const mass = levels[k] - (k === 0 ? 0 : levels[k - 1]);
  return rest === void 0 ? mass : mass + (rest[k] - (k === 0 ? 0 : rest[k - 1]));
}
function levelsOf({ values, levels }) {
  if (levels !== void 0) return levels;
  const n = values.length;
  const equal = new Float64Array(n);
  for (let k = 0; k < n; k++) equal[k] = (k + 1) / n;
  return equal;
}
function pairedSum(x, y, cost) {
  const n = x.length;
  let sum = 0;
  if (cost.huber !== void 0 || cost.p !== 1 && cost.p !== 2) {
    for (let k = 0; k < n; k++) sum += cost.at(x[k] - y[k]);
  } else if (cost.p === 1) {
    for (let k = 0; k < n; k++) sum += Math.abs(x[k] - y[k]);
  } else {
    for (let k = 0; k < n; k++) sum += (x[k] - y[k]) ** 2;
  }
  return sum;
}

// wasserstein/line/rank-gradient.ts
function shareTies(ranked, slopes) {
  const { values, levels } = ranked;
  const n = values.length;
  for (let start = 0; start < n; ) {
    let end = start + 1;
    let sum = slopes[start];
    for (; end < n && values[end] === values[start]; end++) sum += slopes[end];
    if (end - start > 1) {
      const weigh = (k) => levels === void 0 ? 1 : massAt(ranked, k);
      let mass = 0;
      for (let k = start; k < end; k++) mass += weigh(k);
      for (let k = start; k < end; k++) {
        const own = weigh(k);
        slopes[k] = mass > 0 ? sum * own / mass : 0;
      }
    }
    start = end;
  }
}
function massGradient(ranked, slopes, total) {
  const n = slopes.length;
  const out = new Float64Array(n);
  let sum = 0;
  let mean = 0;
  for (let k = n - 1; k >= 0; k--) {
    sum += slopes[k];
    out[k] = sum;
    mean += sum * massAt(ranked, k);
  }
  for (let k = 0; k < n; k++) out[k] = (out[k] - mean) / total;
  return out;
}
function fromSorted(ranked, order, kept, count2, factor) {
  if (order === void 0 && kept === void 0 && factor === 1) return ranked;
  const out = new Float64Array(count2);
  for (let k = 0; k < ranked.length; k++) {
    const at = order === void 0 ? k : order[k];
    out[kept === void 0 ? at : kept[at]] = ranked[k] * factor;
  }
  return out;
}

// wasserstein/line/zero-masses.ts
function rankGradientWithZeros(left, right, cost, weight) {
  const [x, y] = [withMass(left), withMass(right)];
  if (x === void 0 && y === void 0) return rankGradient(left, right, cost, weight);
  const [a, b] = [x ?? all(left), y ?? all(right)];
  const found = rankGradient(a.ranked, b.ranked, cost, weight);
  const mirrored = { ...cost, at: (gap) => cost.at(-gap) };
  return {
    value: found.value,
    left: spread(left, a, found.left),
    right: spread(right, b, found.right),
    leftLevels: filled(left, a, found.leftLevels, b.ranked, cost, weight),
    rightLevels: filled(right, b, found.rightLevels, a.ranked, mirrored, weight)
  };
}
var all = (ranked) => ({ ranked, ranks: Uint32Array.from(ranked.values, (_, k) => k) });
function withMass(ranked) {
  const { values, levels, rest } = ranked;
  if (levels === void 0) return void 0;
  const ranks = [];
  for (let k = 0; k < values.length; k++) if (massAt(ranked, k) > 0) ranks.push(k);
  if (ranks.length === values.length) return void 0;
  const pick = (from) => Float64Array.from(ranks, (k) => from[k]);
  const kept = { values: pick(values), levels: pick(levels), rest: rest && pick(rest) };
  return { ranked: kept, ranks: Uint32Array.from(ranks) };
}
function spread({ values }, { ranks }, slopes) {
  const out = new Float64Array(values.length);
  for (const [l, k] of ranks.entries()) out[k] = slopes[l];
  return out;
}
function filled(whole, { ranked, ranks }, slopes, other, cost, weight) {
  const n = whole.values.length;
  const count2 = ranks.length;
  const masses = slopes.slice();
  for (let l = count2 - 2; l >= 0; l--) masses[l] += masses[l + 1];
  const levels = ranked.levels ?? Float64Array.from(ranked.values, (_, k) => (k + 1) / count2);
  const density = (q) => weight === void 0 ? 1 : weight.density(q);
  const out = new Float64Array(n);
  let next = count2;
  for (let k = n - 1, j = other.values.length - 1; k >= 0; k--) {
    if (next > 0 && ranks[next - 1] === k) {
      next--;
      out[k] = masses[next];
      continue;
    }
    const level = next === 0 ? 0 : levels[next - 1];
    while (j > 0 && levelBelow(other, j) >= level) j--;
    const upper = j + 1 < other.values.length && next > 0 && levelBelow(other, j + 1) === level ? j + 1 : j;
    const near = next < count2 ? next : count2 - 1;
    const from = ranked.values[near];
    const moved = [j, upper].map(
      (l) => cost.at(whole.values[k] - other.values[l]) - cost.at(from - other.values[l])
    );
    out[k] = masses[near] + density(level) * (moved[0] + moved[1]) / 2;
  }
  for (let k = 0; k < n; k++) out[k] = k + 1 < n ? out[k] - out[k + 1] : 0;
  return out;
}
function levelBelow({ levels, values }, j) {
  if (j === 0) return 0;
  return levels === void 0 ? j / values.length : levels[j - 1];
}

// wasserstein/line/wasserstein1d.ts
function wasserstein1d(x, y, options = {}) {
  const { cost, left, right, unit, root } = prepare(x, y, options, false);
  const value = rankValue(left.ranked, right.ranked, cost, options.quantileWeight);
  const result = finish(value, cost, root) * unit;
  checkRange("wasserstein1d: the distance", result);
  return result;
}
function wasserstein1dGradient(x, y, options = {}) {
  const { cost, left, right, unit, root } = prepare(x, y, options, true);
  const { value, ...raw } = rankGradientWithZeros(left.ranked, right.ranked, cost, options.quantileWeight);
  const chain = !root ? 1 : value > 0 ? value ** (1 / cost.p - 1) / cost.p : 0;
  const ends2 = [
    { side: left, slopes: raw.left, levels: raw.leftLevels, count: x.length },
    { side: right, slopes: raw.right, levels: raw.rightLevels, count: y.length }
  ].map(({ side, slopes, levels, count: count2 }) => {
    shareTies(side.ranked, slopes);
    const masses = massGradient(side.ranked, levels, side.mass.total);
    const spread2 = (ranked, factor) => fromSorted(ranked, side.order, side.kept, count2, factor);
    return { positions: spread2(slopes, chain), weights: spread2(masses, chain * unit) };
  });
  const [a, b] = ends2;
  checkRange("wasserstein1d: the gradient", a.positions, a.weights, b.positions, b.weights);
  const key = options.support === void 0 ? "positions" : "weights";
  const found = { value: finish(value, cost, root) * unit, x: a[key], y: b[key] };
  return printingFields("wasserstein1dGradient", { ...found, xWeights: a.weights, yWeights: b.weights });
}
function prepare(x, y, options, ordered) {
  const { support, mask, root = false } = options;
  const cost = groundCost("wasserstein1d", options);
  if (root && cost.huber !== void 0) {
    throw new OptionsError("wasserstein1d: huber has no root; leave `root` or `huber` out", "root", root);
  }
  const kept = mask === void 0 ? void 0 : keptBy(mask, x.length, y.length);
  const pick = (values) => {
    const all2 = asValues(values);
    return kept === void 0 ? all2 : all2 instanceof Float32Array ? pickFrom(all2, kept) : pickFrom(all2, kept);
  };
  const [u, v] = support === void 0 ? [pick(x), pick(y)] : positions(support, x, y, options, pick);
  const [xWeights, yWeights] = support === void 0 ? weightsOf(options) : [x, y];
  for (const [name, weights, values] of [
    ["xWeights", xWeights, x],
    ["yWeights", yWeights, y]
  ]) {
    if (weights === void 0 || weights.length === values.length) continue;
    throw new ShapeError(`wasserstein1d: ${name}`, [values.length], [weights.length], "give one weight a value");
  }
  for (const [name, values] of [
    ["x", u],
    ["y", v]
  ]) {
    if (values.length === 0) throw new ShapeError(`wasserstein1d: ${name}`, "at least one value that counts", "none");
    checkValues(`wasserstein1d: ${support === void 0 ? name : "support"}`, values);
  }
  const chosen = (weights) => weights === void 0 ? void 0 : pick(weights);
  const masses = balancedMasses("wasserstein1d", chosen(xWeights), u.length, chosen(yWeights), v.length, options);
  const unit = root && cost.p !== 1 ? powerOfTwo(u, v) : 1;
  const side = (values, mass) => {
    const scaled = unit === 1 ? values : Float64Array.from(values, (t) => t / unit);
    if (support !== void 0) {
      return {
        ranked: { values: new Float64Array(scaled), ...levelsFrom(mass.weights, void 0) },
        order: void 0,
        kept,
        mass
      };
    }
    if (!ordered && mass.weights === void 0) {
      return { ranked: { values: sortedValues(scaled), levels: void 0 }, order: void 0, kept, mass };
    }
    const { order, values: ascending } = rank(scaled);
    return { ranked: { values: ascending, ...levelsFrom(mass.weights, order) }, order, kept, mass };
  };
  return { cost, left: side(u, masses[0]), right: side(v, masses[1]), unit, root };
}
var weightsOf = ({ a, b, xWeights, yWeights }) => [a ?? xWeights, b ?? yWeights];
function positions(support, x, y, options, pick) {
  if (weightsOf(options).some((given) => given !== void 0)) {
    const hint = "on a support x and y are the weights; leave a and b out";
    throw new OptionsError(`wasserstein1d: ${hint}`, "support");
  }
  for (const [name, values] of Object.entries({ x, y })) {
    if (values.length === support.length) continue;
    throw new ShapeError(`wasserstein1d: ${name}`, [support.length], [values.length], "give one mass a support point");
  }
  const z = pick(support);
  for (let k = 1; k < z.length; k++) {
    if (z[k] >= z[k - 1]) continue;
    if (Number.isNaN(z[k] - z[k - 1])) break;
    throw new DomainError(`wasserstein1d: support descends at ${k}, from ${z[k - 1]} to ${z[k]}; sort it`, z[k]);
  }
  return [z, z];
}
function keptBy(mask, n, m) {
  if (mask.length !== n || mask.length !== m) {
    throw new ShapeError("wasserstein1d: mask", [n, m], [mask.length], "a mask needs x and y of its own length");
  }
  const kept = [];
  for (let i = 0; i < n; i++) if (mask[i]) kept.push(i);
  return Uint32Array.from(kept);
}
function pickFrom(values, at) {
  const n = at.length;
  const out = values instanceof Float32Array ? new Float32Array(n) : new Float64Array(n);
  for (let k = 0; k < n; k++) out[k] = values[at[k]];
  return out;
}
function powerOfTwo(u, v) {
  let top = 0;
  for (const values of [u, v]) for (let i = 0; i < values.length; i++) top = Math.max(top, Math.abs(values[i]));
  return top === 0 ? 1 : 2 ** Math.min(1023, Math.max(-1e3, Math.floor(Math.log2(top))));
}
function finish(value, { p }, root) {
  if (!(value < Number.POSITIVE_INFINITY)) {
    throw new DomainError(
      `wasserstein1d: W_${p}^${p} exceeds the range of float64; pass \`root: true\` or rescale`,
      value
    );
  }
  return root && p !== 1 ? value ** (1 / p) : value;
}

// wasserstein/images/block-means.ts
function blockMeans(values, mask, grid, k) {
  if (k === 1) return { values, mask };
  const size = values.length / (k * k);
  const sums = new Float64Array(size);
  const counts = new Uint32Array(size);
  eachPixel(grid, k, (pixel, block) => {
    if (mask !== void 0 && mask[pixel] === 0) return;
    sums[block] += values[pixel];
    counts[block]++;
  });
  const coarse = mask && Uint8Array.from(counts, (c) => 2 * c >= k * k ? 1 : 0);
  for (let i = 0; i < size; i++) sums[i] = coarse === void 0 || coarse[i] === 1 ? sums[i] / counts[i] : 0;
  return { values: sums, mask: coarse };
}
function blockMeansAdjoint(gradient, factor, mask, grid, k, into) {
  const counts = new Uint32Array(gradient.length);
  const counted = (pixel) => mask === void 0 || mask[pixel] === 1;
  eachPixel(grid, k, (pixel, block) => {
    if (counted(pixel)) counts[block]++;
  });
  eachPixel(grid, k, (pixel, block) => {
    if (counted(pixel) && 2 * counts[block] >= k * k) into[pixel] += factor * gradient[block] / counts[block];
  });
}
function signedLog(x) {
  return x.map((v) => Math.sign(v) * Math.log1p(Math.abs(v)));
}
function eachPixel({ batch, height, width }, k, see) {
  const across = width / k;
  for (let row = 0; row < batch * height; row++) {
    const first = Math.floor(row / k) * across;
    for (let column = 0; column < width; column++) see(row * width + column, first + Math.floor(column / k));
  }
}

// wasserstein/images/multiscale-plan.ts
function multiscalePlan(where, shape, options) {
  const { scales = [1, 2, 4, 8], reduce = "perImage", transform = "none" } = options;
  const [batch, height, width, channels = 1] = shape;
  if (shape.length !== 3 && shape.length !== 4 || channels !== 1 || shape.some((n) => n < 1)) {
    throw new ShapeError(where, "[batch, height, width] or [batch, height, width, 1]", shape);
  }
  if (!["perImage", "pooled", "batch", "patch"].includes(reduce)) {
    throw new OptionsError(
      `${where}: reduce is ${reduce}, expected perImage, pooled, batch or patch`,
      "reduce",
      reduce
    );
  }
  if (transform !== "none" && transform !== "log1p") {
    throw new OptionsError(`${where}: transform is ${transform}, expected none or log1p`, "transform", transform);
  }
  if (scales.length === 0) throw new OptionsError(`${where}: scales are empty, give at least [1]`, "scales", scales);
  const weights = options.scaleWeights ?? scales.map(() => 1 / scales.length);
  if (weights.length !== scales.length) {
    throw new ShapeError(`${where}: scaleWeights`, [scales.length], [weights.length], "give one weight a scale");
  }
  for (const w of weights) {
    if (!(w >= 0 && Number.isFinite(w))) {
      throw new OptionsError(`${where}: scaleWeights hold ${w}, expected finite numbers \u2265 0`, "scaleWeights", w);
    }
  }
  for (const k of scales) {
    if (!(Number.isInteger(k) && k >= 1)) {
      throw new OptionsError(`${where}: scales hold ${k}, expected whole numbers \u2265 1`, "scales", k);
    }
    if (height % k === 0 && width % k === 0) continue;
    throw new ShapeError(
      `${where}: scale ${k}`,
      `a divisor of ${height} and ${width}`,
      [k],
      "choose other scales or crop"
    );
  }
  const plans = scales.map((scale, i) => {
    const [h, w] = [height / scale, width / scale];
    const tiles2 = tilesOf(where, h, w, scale, reduce, options);
    const dim = reduce === "batch" ? h * w : tiles2.size ** 2;
    const bundle = reduce === "batch" || reduce === "patch" ? directionsFor(where, dim, scale, options) : void 0;
    return {
      scale,
      weight: weights[i],
      height: h,
      width: w,
      directions: bundle && cloudPoints(`${where}: directions`, bundle),
      count: bundle?.count ?? 0,
      tiles: tiles2
    };
  });
  return { batch, height, width, reduce, log: transform === "log1p", cost: groundCost(where, options), scales: plans };
}
function directionsFor(where, dim, scale, { reduce, directions }) {
  if (directions === void 0) {
    const example = "directions: (dim) => sampleDirections(64, dim, { rng: rng(1) })";
    throw new OptionsError(`${where}: reduce "${reduce}" needs \`directions\`, for instance ${example}`, "directions");
  }
  const bundle = directions(dim, scale);
  if (bundle.dim === dim) return bundle;
  throw new ShapeError(`${where}: directions at scale ${scale}`, [bundle.count, dim], [bundle.count, bundle.dim]);
}
function tilesOf(where, h, w, scale, reduce, options) {
  const { patchSize: size = 7, patchOffset: [top, left] = [0, 0] } = options;
  if (!(Number.isInteger(size) && size >= 1)) {
    throw new OptionsError(`${where}: patchSize is ${size}, expected a whole number \u2265 1`, "patchSize", size);
  }
  for (const v of [top, left]) {
    if (Number.isInteger(v) && v >= 0 && v < size) continue;
    throw new DomainError(`${where}: patchOffset holds ${v}, expected whole numbers from 0 to ${size - 1}`, v);
  }
  const [down, across] = [Math.floor((h - top) / size), Math.floor((w - left) / size)];
  if (reduce === "patch" && (down < 1 || across < 1)) {
    const hint = "use a smaller patchSize or offset, or drop this scale";
    throw new ShapeError(`${where}: scale ${scale}`, `room for a tile of ${size}`, [h, w], hint);
  }
  return { size, top, left, down, across };
}

// wasserstein/images/multiscale.ts
function multiscaleWasserstein(pred, target, options = {}) {
  const where = "multiscaleWasserstein";
  const plan = multiscalePlan(where, pred.shape, options);
  const pixels = plan.batch * plan.height * plan.width;
  const mask = maskOf(where, options.mask, plan);
  const [x, y] = [pred, target].map(({ values, shape }, k) => {
    const name = `${where}: ${k === 0 ? "pred" : "target"}`;
    const fits = shape.slice(0, 3).every((n, axis) => n === pred.shape[axis]) && shape.length >= 3;
    if (!fits) throw new ShapeError(name, pred.shape, shape, "one shape for both");
    if (values.length !== pixels) throw new ShapeError(`${name}.values`, [pixels], [values.length]);
    const clean = Float64Array.from(values, (v, i) => mask === void 0 || mask[i] === 1 ? v : 0);
    checkValues(name, clean);
    return clean;
  });
  const gradient = new Float64Array(pixels);
  let value = 0;
  const perScale = plan.scales.map((scale) => {
    const [a, b] = [x, y].map((v2) => blockMeans(v2, mask, plan, scale.scale));
    const [u, v] = plan.log ? [signedLog(a.values), signedLog(b.values)] : [a.values, b.values];
    checkRange("multiscaleWasserstein: a mean of blocks", u, v);
    const part = compare(u, v, a.mask, plan, scale);
    if (plan.log) for (let i = 0; i < u.length; i++) part.gradient[i] /= 1 + Math.abs(a.values[i]);
    blockMeansAdjoint(part.gradient, scale.weight, mask, plan, scale.scale, gradient);
    value += scale.weight * part.value;
    return part.value;
  });
  checkRange("multiscaleWasserstein: the distance", value, gradient);
  return printingFields("multiscaleWasserstein", { value, perScale, gradient });
}
function compare(u, v, mask, plan, scale) {
  const area = scale.height * scale.width;
  const { batch, reduce } = plan;
  if (reduce === "perImage") return byRows(u, v, mask, batch, area, plan);
  if (reduce === "pooled") return byRows(u, v, mask, 1, batch * area, plan);
  const rows = reduce === "batch" ? wholeImages(batch, area) : tileIndices(batch, scale);
  return sliced(u, v, rows, reduce === "batch" ? area : scale.tiles.size ** 2, plan, scale);
}
function byRows(u, v, mask, rows, length, plan) {
  const gradient = new Float64Array(u.length);
  const counted = Array.from({ length: rows }, (_, r) => r).filter(
    (r) => mask === void 0 || mask.subarray(r * length, (r + 1) * length).includes(1)
  );
  let sum = 0;
  for (const r of counted) {
    const [from, to] = [r * length, (r + 1) * length];
    const part = wasserstein1dGradient(u.subarray(from, to), v.subarray(from, to), {
      ...costOptions(plan),
      ...mask && { mask: mask.subarray(from, to) }
    });
    sum += part.value;
    for (let i = 0; i < length; i++) gradient[from + i] = part.x[i] / counted.length;
  }
  return { value: sum / Math.max(1, counted.length), gradient };
}
function sliced(u, v, rows, dim, plan, { directions, count: count2 }) {
  const points = rows.length / dim;
  const gradient = new Float64Array(u.length);
  const project = (values, l) => Float64Array.from({ length: points }, (_, r) => {
    let sum2 = 0;
    for (let k = 0; k < dim; k++) sum2 += directions[l * dim + k] * values[rows[r * dim + k]];
    return sum2;
  });
  let sum = 0;
  for (let l = 0; l < count2; l++) {
    const part = wasserstein1dGradient(project(u, l), project(v, l), costOptions(plan));
    sum += part.value / count2;
    for (let r = 0; r < points; r++) {
      const pull = part.x[r] / count2;
      if (pull === 0) continue;
      for (let k = 0; k < dim; k++) gradient[rows[r * dim + k]] += pull * directions[l * dim + k];
    }
  }
  return { value: sum, gradient };
}
function costOptions({ cost }) {
  return { p: cost.p, ...cost.huber !== void 0 && { huber: cost.huber } };
}
function wholeImages(batch, area) {
  return Uint32Array.from({ length: batch * area }, (_, i) => i);
}
function tileIndices(batch, { height, width, tiles: tiles2 }) {
  const { size, top, left, down, across } = tiles2;
  const rows = [];
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < down; r++) {
      for (let c = 0; c < across; c++) {
        const corner = (b * height + top + r * size) * width + left + c * size;
        for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) rows.push(corner + i * width + j);
      }
    }
  }
  return Uint32Array.from(rows);
}
function maskOf(where, mask, { batch, height, width }) {
  if (mask === void 0) return void 0;
  const area = height * width;
  if (mask.length !== area && mask.length !== batch * area) {
    const hint = `one value a pixel of the batch, or ${area} for all images`;
    throw new ShapeError(`${where}: mask`, [batch * area], [mask.length], hint);
  }
  return Uint8Array.from({ length: batch * area }, (_, i) => mask[i % mask.length] ? 1 : 0);
}

// engine/numerics/fft.ts
import FFT from "fft.js";
var transforms = /* @__PURE__ */ new Map();
var isPowerOfTwo = (n) => (n & n - 1) === 0;
function bluestein(n) {
  let size = 1;
  while (size < 2 * n - 1) size *= 2;
  const inner = transformOf(size);
  const chirp = new Float64Array(2 * n);
  const kernel = new Float64Array(2 * size);
  for (let k = 0; k < n; k++) {
    const angle = Math.PI * (k * k % (2 * n)) / n;
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = -Math.sin(angle);
    for (const at of k === 0 ? [0] : [k, size - k]) {
      kernel[2 * at] = Math.cos(angle);
      kernel[2 * at + 1] = Math.sin(angle);
    }
  }
  const spectrum = new Float64Array(2 * size);
  inner(spectrum, kernel);
  const padded = new Float64Array(2 * size);
  const work = new Float64Array(2 * size);
  return (out, line) => {
    padded.fill(0);
    for (let k = 0; k < 2 * n; k += 2) {
      const [a, b, c, d] = [line[k], line[k + 1], chirp[k], chirp[k + 1]];
      padded[k] = a * c - b * d;
      padded[k + 1] = a * d + b * c;
    }
    inner(work, padded);
    for (let k = 0; k < 2 * size; k += 2) {
      const [a, b, c, d] = [work[k], work[k + 1], spectrum[k], spectrum[k + 1]];
      padded[k] = a * d + b * c;
      padded[k + 1] = a * c - b * d;
    }
    inner(work, padded);
    for (let k = 0; k < 2 * n; k += 2) {
      const [a, b, c, d] = [work[k + 1] / size, work[k] / size, chirp[k], chirp[k + 1]];
      out[k] = a * c - b * d;
      out[k + 1] = a * d + b * c;
    }
  };
}
function transformOf(n) {
  const known = transforms.get(n);
  if (known) return known;
  let made;
  if (n === 1) made = (out, line) => out.set(line);
  else if (isPowerOfTwo(n)) {
    const plan = new FFT(n);
    made = (out, line) => plan.transform(out, line);
  } else made = bluestein(n);
  transforms.set(n, made);
  return made;
}
function transform2(data, height, width) {
  const along = (n, lines, start, step) => {
    if (n === 1) return;
    const apply = transformOf(n);
    const line = new Float64Array(2 * n);
    const out = new Float64Array(2 * n);
    for (let l = 0; l < lines; l++) {
      for (let k = 0, at = 2 * l * start; k < 2 * n; k += 2, at += 2 * step) {
        line[k] = data[at];
        line[k + 1] = data[at + 1];
      }
      apply(out, line);
      for (let k = 0, at = 2 * l * start; k < 2 * n; k += 2, at += 2 * step) {
        data[at] = out[k];
        data[at + 1] = out[k + 1];
      }
    }
  };
  along(width, height, width, 1);
  along(height, width, 1, width);
}
function checkSize(name, length, height, width) {
  for (const n of [height, width]) {
    if (!Number.isInteger(n) || n < 1) throw new DomainError(`${name}: a size must be a positive integer, got ${n}`, n);
  }
  if (length !== height * width) throw new ShapeError(name, [height * width], [length], "values are [height, width]");
}
function fft2(values, height, width, imaginary) {
  checkSize("fft2", values.length, height, width);
  if (imaginary) checkSize("fft2", imaginary.length, height, width);
  const n = height * width;
  const data = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    data[2 * i] = values[i];
    if (imaginary) data[2 * i + 1] = imaginary[i];
  }
  transform2(data, height, width);
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    re[i] = data[2 * i];
    im[i] = data[2 * i + 1];
  }
  return { re, im };
}
function inverseFft2(spectrum, height, width) {
  const { re, im } = fft2(spectrum.im, height, width, spectrum.re);
  const n = height * width;
  for (let i = 0; i < n; i++) {
    re[i] = re[i] / n;
    im[i] = im[i] / n;
  }
  return { re: im, im: re };
}
function wavenumbers(n) {
  return Int32Array.from({ length: n }, (_, k) => k < (n + 1) / 2 ? k : k - n);
}

// engine/numerics/cosine-transform.ts
function cosineTransform(values, shape, inverse = false) {
  let inner = values.length;
  for (const n of shape) {
    inner /= n;
    if (n > 1) alongAxis(values, n, inner, inverse);
  }
}
function alongAxis(values, n, stride, inverse) {
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    cosines[k] = Math.cos(Math.PI * k / (2 * n));
    sines[k] = Math.sin(Math.PI * k / (2 * n));
  }
  const starts = [];
  for (let block = 0; block < values.length; block += n * stride) {
    for (let offset = 0; offset < stride; offset++) starts.push(block + offset);
  }
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let pair = 0; pair < starts.length; pair += 2) {
    const first = starts[pair];
    const second = starts[pair + 1] ?? first;
    if (inverse) backward(values, first, second, stride, { re, im, cosines, sines });
    else forward(values, first, second, stride, { re, im, cosines, sines });
  }
}
function forward(values, first, second, stride, work) {
  const { re, im, cosines, sines } = work;
  const n = re.length;
  for (let j = 0; j < n; j++) {
    const at = j % 2 === 0 ? j / 2 : n - (j + 1) / 2;
    re[at] = values[first + j * stride];
    im[at] = values[second + j * stride];
  }
  const z = fft2(re, 1, n, im);
  for (let k = 0; k < n; k++) {
    const mirror = k === 0 ? 0 : n - k;
    const [a, b, c, d] = [z.re[k], z.im[k], z.re[mirror], z.im[mirror]];
    values[first + k * stride] = (cosines[k] * (a + c) + sines[k] * (b - d)) / 2;
    values[second + k * stride] = (cosines[k] * (b + d) + sines[k] * (c - a)) / 2;
  }
}
function backward(values, first, second, stride, work) {
  const { re, im, cosines, sines } = work;
  const n = re.length;
  for (let k = 0; k < n; k++) {
    const [x, y] = [values[first + k * stride], values[second + k * stride]];
    const mirror = (n - k) * stride;
    const [p, q] = k === 0 ? [0, 0] : [values[first + mirror], values[second + mirror]];
    const [c, s] = [cosines[k], sines[k]];
    re[k] = c * x + s * p - (s * y - c * q);
    im[k] = s * x - c * p + (c * y + s * q);
  }
  const z = inverseFft2({ re, im }, 1, n);
  for (let j = 0; j < n; j++) {
    const at = j % 2 === 0 ? j / 2 : n - (j + 1) / 2;
    values[first + j * stride] = z.re[at];
    values[second + j * stride] = z.im[at];
  }
}

// wasserstein/images/dual-sobolev.ts
function dualSobolevNorm(density, options) {
  const { values, shape } = density;
  const spacing = checked(density, options);
  const count2 = values.length;
  const cell = spacing.reduce((product, h) => product * h, 1);
  const volume = cell * count2;
  let scale = 0;
  for (let i = 0; i < count2; i++) scale = Math.max(scale, Math.abs(values[i]));
  if (scale === 0) scale = 1;
  const f = Float64Array.from(values, (x) => x / scale);
  const mean = f.reduce((sum, x) => sum + x, 0) / count2;
  for (let i = 0; i < count2; i++) f[i] -= mean;
  const potential = solvePoisson(f, shape, spacing);
  let norm = 0;
  let deepest = 0;
  for (let i = 0; i < count2; i++) {
    norm += f[i] * potential[i] * cell;
    deepest = Math.max(deepest, -potential[i]);
  }
  norm = Math.max(0, norm);
  const positivity = volume * deepest / 2;
  const beta = options.beta === void 0 ? positivity / (1 - (options.floor ?? 0.2)) : options.beta / scale;
  const slope = beta > 0 ? 1 / (2 * beta) : 0;
  const result = {
    value: norm * scale * scale,
    gradient: potential.map((p) => 2 * p * cell * scale),
    mass: mean * volume * scale,
    optimalDensity: potential.map((p) => 1 / volume + p * slope),
    maximum: (mean + norm * slope / 2) * scale,
    beta: beta * scale,
    positivityBeta: positivity * scale,
    positive: beta >= positivity,
    potential: potential.map((p) => p * scale)
  };
  const { positive: _, ...numbers } = result;
  checkRange("dualSobolevNorm: the result", ...Object.values(numbers));
  return printingFields("dualSobolevNorm", result);
}
function solvePoisson(f, shape, spacing) {
  const phi = f.slice();
  cosineTransform(phi, shape);
  const symbols = shape.map(
    (n, axis) => Float64Array.from({ length: n }, (_, k) => (2 / spacing[axis] * Math.sin(Math.PI * k / (2 * n))) ** 2)
  );
  const [a, b, c] = [...new Array(3 - shape.length).fill(new Float64Array(1)), ...symbols];
  let at = 0;
  for (const x of a) {
    for (const y of b) {
      for (const z of c) {
        const symbol = x + y + z;
        phi[at] /= symbol > 0 ? symbol : Number.POSITIVE_INFINITY;
        at++;
      }
    }
  }
  cosineTransform(phi, shape, true);
  return phi;
}
function checked({ values, shape }, { spacing, beta, floor }) {
  const count2 = shape.reduce((product, n) => product * n, 1);
  if (shape.length < 1 || shape.length > 3 || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError("dualSobolevNorm: shape", "one to three positive whole numbers", shape);
  }
  if (values.length !== count2) throw new ShapeError("dualSobolevNorm: values", [count2], [values.length]);
  checkValues("dualSobolevNorm: values", values);
  const steps = typeof spacing === "number" ? shape.map(() => spacing) : spacing ?? [];
  if (steps.length !== shape.length) {
    throw new ShapeError("dualSobolevNorm: spacing", [shape.length], [steps.length], "one length an axis");
  }
  for (const h of steps) {
    if (!(h > 0 && h < Number.POSITIVE_INFINITY)) {
      throw new DomainError(`dualSobolevNorm: spacing is ${h}, expected a positive length`, h);
    }
  }
  if (beta !== void 0 && !(beta > 0 && beta < Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`dualSobolevNorm: beta is ${beta}, expected > 0`, "beta", beta);
  }
  if (floor !== void 0 && !(floor > 0 && floor < 1)) {
    throw new OptionsError(`dualSobolevNorm: floor is ${floor}, expected a share in (0, 1)`, "floor", floor);
  }
  if (floor !== void 0 && beta !== void 0) {
    throw new OptionsError("dualSobolevNorm: give beta or floor, not both; floor chooses beta", "floor", floor);
  }
  return steps;
}

// wasserstein/line/graph.ts
function sortedWasserstein(a, b, options = {}) {
  const shapes = [a, b, ...options.mask ? [options.mask] : []];
  if (shapes.some((t) => t.rank !== 2 || t.shape[0] !== a.shape[0] || t.shape[1] !== a.shape[1]) || a.size === 0) {
    throw new ShapeError("sortedWasserstein", a.shape, b.shape, "both arguments are [batch, n], one row per image");
  }
  const cost = groundCost("sortedWasserstein", options);
  const columns = a.shape[1];
  const { mask, quantileWeight } = options;
  if (quantileWeight !== void 0) {
    if (mask === void 0) return costSum(a, b, cost, massOf2(quantileWeight, columns));
    const message = "sortedWasserstein: quantileWeight and mask exclude each other; leave one out";
    throw new OptionsError(message, "quantileWeight", quantileWeight);
  }
  if (mask === void 0) return tf.div(costSum(a, b, cost), columns);
  const [x, y] = levelled(a, b, mask);
  return tf.div(costSum(x, y, cost), tf.maximum(tf.sum(mask, 1), 1));
}
function massOf2(weight, n) {
  const below = (k) => weight.cumulative(1 - k / n);
  return Float64Array.from({ length: n }, (_, k) => below(k) - below(k + 1));
}
function costSum(a, b, cost, masses) {
  const [rows, columns] = a.shape;
  const weighted = (x) => masses === void 0 ? x : tf.mul(x, constant(masses, [1, columns]));
  const op = tf.customGrad((...args) => {
    const [left, right, save] = args;
    save([left, right]);
    return {
      value: tf.sum(weighted(costOf(tf.sub(tf.topk(left, columns).values, tf.topk(right, columns).values), cost)), 1),
      // Sorts again: an op may keep its inputs only. The compiler sees equal nodes and sorts once.
      gradFunc: (upstream, saved) => {
        const [sortedLeft, sortedRight] = saved.map((x) => tf.topk(x, columns));
        const slope = weighted(slopeOf(tf.sub(sortedLeft.values, sortedRight.values), cost));
        const pull = tf.mul(slope, tf.reshape(upstream, [rows, 1]));
        return [readByRank(pull, sortedLeft.indices), tf.neg(readByRank(pull, sortedRight.indices))];
      }
    };
  });
  return op(a, b);
}
function levelled(a, b, mask) {
  const counts = tf.greater(mask, 0.5);
  const [x, y] = [a, b].map((t) => tf.where(counts, t, tf.zerosLike(t)));
  const top = tf.customGrad((...args) => {
    const [u, v, save] = args;
    save([u, v]);
    return {
      value: tf.maximum(tf.max(u), tf.max(v)),
      // It cancels from the value, so it has no part in the gradient.
      gradFunc: (_, saved) => saved.map((t) => tf.zerosLike(t))
    };
  })(x, y);
  const fill = tf.mul(top, tf.sub(1, mask));
  return [tf.add(x, fill), tf.add(y, fill)];
}
function costOf(gap, { p, huber }) {
  const size = tf.abs(gap);
  if (huber !== void 0) {
    const delta = constant(huber);
    const near = tf.minimum(size, delta);
    return tf.div(tf.mul(near, tf.sub(size, tf.div(near, 2))), delta);
  }
  if (p === 1) return size;
  return p === 2 ? tf.square(gap) : tf.pow(size, constant(p));
}
function slopeOf(gap, { p, huber }) {
  if (huber !== void 0) return tf.maximum(tf.minimum(tf.div(gap, constant(huber)), 1), -1);
  if (p === 1) return tf.sign(gap);
  if (p === 2) return tf.mul(gap, 2);
  return tf.mul(tf.mul(tf.sign(gap), constant(p)), tf.pow(tf.abs(gap), constant(p - 1)));
}
function readByRank(values, order) {
  const [rows, columns] = values.shape;
  const ranks = tf.topk(tf.neg(tf.cast(order, "float32")), columns).indices;
  const starts = tf.tensor2d(
    Int32Array.from({ length: rows }, (_, row) => row * columns),
    [rows, 1],
    "int32"
  );
  const flat = tf.reshape(tf.add(ranks, starts), [rows * columns]);
  return tf.reshape(tf.gather(tf.reshape(values, [rows * columns]), flat), [rows, columns]);
}
function batchSlicedWasserstein(a, b, directions, options = {}) {
  if (directions.rank !== 2 || directions.shape[0] !== a.shape[1]) {
    throw new ShapeError(
      "batchSlicedWasserstein",
      `[${a.shape[1]}, count]`,
      directions.shape,
      "one direction a column"
    );
  }
  const project = (x) => tf.matMul(directions, x, true, true);
  return tf.mean(sortedWasserstein(project(a), project(b), options));
}

// wasserstein/images/multiscale-graph.ts
function multiscaleWassersteinGraph(pred, target, options = {}) {
  const where = "multiscaleWassersteinGraph";
  const plan = multiscalePlan(where, pred.shape, options);
  for (const [name, other] of Object.entries({ target, ...options.mask && { mask: options.mask } })) {
    const fits = other.rank >= 3 && other.size === pred.size && other.shape.slice(0, 3).every((n, k) => n === pred.shape[k]);
    if (!fits) throw new ShapeError(`${where}: ${name}`, pred.shape, other.shape, "one shape for all");
  }
  const shape = [plan.batch, plan.height, plan.width];
  const mask = options.mask && tf.cast(tf.reshape(options.mask, shape), "float32");
  const images = [pred, target].map((x) => {
    const whole = tf.reshape(x, shape);
    return mask === void 0 ? whole : tf.where(tf.greater(mask, 0.5), whole, tf.zerosLike(whole));
  });
  const parts = plan.scales.map((scale) => {
    const { pool, mask: coarse } = pooling(plan, scale, mask);
    const [a, b] = images.map((x) => plan.log ? signedLog2(pool(x)) : pool(x));
    return tf.mul(compare2(a, b, coarse, plan, scale), constant(scale.weight));
  });
  return parts.reduce((sum, part) => tf.add(sum, part));
}
function pooling({ batch }, { scale: k, height, width }, mask) {
  if (k === 1) return { pool: (x) => x, mask };
  const sums = (x) => {
    const rows = tf.sum(tf.reshape(x, [batch * height, k, width * k]), 1);
    return tf.reshape(tf.sum(tf.reshape(rows, [batch * height * width, k]), 1), [batch, height, width]);
  };
  if (mask === void 0) return { pool: (x) => tf.div(sums(x), k * k), mask };
  const counts = sums(mask);
  const coarse = tf.cast(tf.greaterEqual(counts, k * k / 2), "float32");
  const share = tf.div(coarse, tf.maximum(counts, 1));
  return { pool: (x) => tf.mul(sums(x), share), mask: coarse };
}
function compare2(a, b, mask, plan, scale) {
  const { batch, reduce, cost } = plan;
  const options = { p: cost.p, ...cost.huber !== void 0 && { huber: cost.huber } };
  if (reduce === "perImage" || reduce === "pooled") {
    const rows2 = (x2) => tf.reshape(x2, [reduce === "pooled" ? 1 : batch, -1]);
    if (mask === void 0) return tf.mean(sortedWasserstein(rows2(a), rows2(b), options));
    const apart = sortedWasserstein(rows2(a), rows2(b), { ...options, mask: rows2(mask) });
    const counted = tf.sum(tf.cast(tf.greater(tf.sum(rows2(mask), 1), 0), "float32"));
    return tf.div(tf.sum(apart), tf.maximum(counted, 1));
  }
  const points = (x2) => reduce === "batch" ? tf.reshape(x2, [batch, -1]) : tiles(x2, scale);
  const [x, y] = [points(a), points(b)];
  const dim = x.shape[1];
  const rows = constant(scale.directions, [scale.count, dim]);
  return batchSlicedWasserstein(x, y, tf.transpose(rows), options);
}
function tiles(x, { tiles: { size, top, left, down, across } }) {
  const batch = x.shape[0];
  const cut = tf.slice(x, [0, top, left], [batch, down * size, across * size]);
  const split = tf.reshape(cut, [batch * down, size, across, size]);
  return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [batch * down * across, size * size]);
}
function signedLog2(x) {
  const op = tf.customGrad((...args) => {
    const [input, save] = args;
    save([input]);
    return {
      value: tf.mul(tf.sign(input), tf.log1p(tf.abs(input))),
      gradFunc: (upstream, [saved]) => tf.div(upstream, tf.add(tf.abs(saved), 1))
    };
  });
  return op(x);
}

// wasserstein/images/patches.ts
function patchDirections(stream, [height, width, , count2]) {
  const size = height * width;
  const out = stream.normal(new Float32Array(size * count2));
  for (let k = 0; k < count2; k++) {
    let mean = 0;
    for (let i = 0; i < size; i++) mean += out[i * count2 + k] / size;
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (out[i * count2 + k] - mean) ** 2;
    for (let i = 0; i < size; i++) out[i * count2 + k] = (out[i * count2 + k] - mean) / Math.sqrt(squares);
  }
  return out;
}
function patchProjections(x, filters) {
  const seen = tf.transpose(tf.conv2d(x, filters, 1, "valid"), [0, 3, 1, 2]);
  return tf.reshape(seen, [x.shape[0] * filters.shape[3], -1]);
}

export {
  fft2,
  inverseFft2,
  wavenumbers,
  cloudPoints,
  checkSameSpace,
  checkValues,
  checkRange,
  balancedMasses,
  massOf,
  checkedWeights,
  explicitWeights,
  checkOrder,
  FloatSorter,
  argsort,
  cosineTransform,
  dualSobolevNorm,
  wasserstein1d,
  multiscaleWasserstein,
  sortedWasserstein,
  batchSlicedWasserstein,
  multiscaleWassersteinGraph,
  patchDirections,
  patchProjections
};
