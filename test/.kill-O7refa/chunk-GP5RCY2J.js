import {
  balancedMasses,
  checkSameSpace,
  checkValues,
  checkedWeights,
  cloudPoints,
  explicitWeights,
  massOf
} from "./chunk-MYHAFT5B.js";
import {
  DomainError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// wasserstein/measure/geometry.ts
function matrixGeometry(cost, rows, columns) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const c of cost) {
    if (c < low) low = c;
    if (c > high) high = c;
  }
  return {
    rows,
    columns,
    range: high - low,
    row: (i) => cost.subarray(i * columns, (i + 1) * columns),
    at: (i, j) => cost[i * columns + j]
  };
}
function cloudGeometry(x, y, dim) {
  const rows = x.length / dim;
  const columns = y.length / dim;
  const axes = Array.from({ length: dim }, (_, k) => Float64Array.from({ length: columns }, (_2, j) => y[j * dim + k]));
  const out = new Float64Array(columns);
  return {
    rows,
    columns,
    range: diagonal(x, y, dim),
    row(i) {
      fillRow(out, axes, x, i * dim);
      return out;
    },
    at(i, j) {
      let sum2 = 0;
      for (let k = 0; k < dim; k++) sum2 += (x[i * dim + k] - y[j * dim + k]) ** 2;
      return sum2;
    }
  };
}
function fillRow(out, axes, x, from) {
  const n = out.length;
  for (let k = 0; k < axes.length; k += 3) {
    const [p, q, r] = [axes[k], axes[k + 1], axes[k + 2]];
    const [u, v, w] = [x[from + k], x[from + k + 1], x[from + k + 2]];
    const add = k > 0 ? 1 : 0;
    if (r !== void 0 && q !== void 0) {
      for (let j = 0; j < n; j++) {
        const [d, e, h] = [u - p[j], v - q[j], w - r[j]];
        out[j] = (add === 1 ? out[j] : 0) + d * d + e * e + h * h;
      }
    } else if (q !== void 0) {
      for (let j = 0; j < n; j++) {
        const d = u - p[j];
        const e = v - q[j];
        out[j] = (add === 1 ? out[j] : 0) + d * d + e * e;
      }
    } else {
      for (let j = 0; j < n; j++) {
        const d = u - p[j];
        out[j] = (add === 1 ? out[j] : 0) + d * d;
      }
    }
  }
}
function diagonal(x, y, dim) {
  let sum2 = 0;
  for (let k = 0; k < dim; k++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const points of [x, y]) {
      for (let i = k; i < points.length; i += dim) {
        if (points[i] < low) low = points[i];
        if (points[i] > high) high = points[i];
      }
    }
    sum2 += (high - low) ** 2;
  }
  return sum2;
}
function sampleCosts({ rows, columns, at }, limit = 1 << 18) {
  const pairs = rows * columns;
  const count = Math.min(pairs, limit);
  return Float64Array.from({ length: count }, (_, k) => {
    const pair = Math.floor(k * pairs / count);
    return at(Math.floor(pair / columns), pair % columns);
  });
}

// engine/numerics/vectors.ts
function unitVector(what, vector, dim) {
  if (vector.length !== dim) throw new ShapeError(what, [dim], [vector.length]);
  const unit = Float64Array.from(vector);
  let largest = 0;
  for (const v of unit) largest = Number.isFinite(v) ? Math.max(largest, Math.abs(v)) : Number.NaN;
  if (!(largest > 0)) {
    const found = largest === 0 ? "0" : "not finite";
    throw new DomainError(`${what} is ${found}, expected a finite vector other than 0`, vector);
  }
  for (let k = 0; k < dim; k++) unit[k] = unit[k] / largest;
  normalize(unit);
  return unit;
}
function dot(a, b) {
  const n = a.length;
  const whole2 = n - n % 4;
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let k = 0; k < whole2; k += 4) {
    s += a[k] * b[k];
    t += a[k + 1] * b[k + 1];
    u += a[k + 2] * b[k + 2];
    v += a[k + 3] * b[k + 3];
  }
  for (let k = whole2; k < n; k++) s += a[k] * b[k];
  return s + t + (u + v);
}
function sum(values) {
  let total = 0;
  for (let k = 0; k < values.length; k++) total += values[k];
  return total;
}
function addScaled(a, scale, b) {
  const n = a.length;
  for (let k = 0; k < n; k++) a[k] += scale * b[k];
}
function normalize(a) {
  const norm = Math.sqrt(dot(a, a));
  for (let k = 0; k < a.length; k++) a[k] /= norm;
}

// wasserstein/sinkhorn/exp.ts
var whole = Float64Array.from({ length: 1024 }, (_, i) => 2 ** -i);
var part = Float64Array.from({ length: 64 }, (_, i) => 2 ** (-i / 64));
var perUnit = 64 / Math.LN2;
var coarse = Math.fround(Math.LN2 / 64);
var fine = -29760223436840126e-27;
function exp(x) {
  if (!(x <= 0)) return Math.exp(x);
  if (x < -700) return 0;
  const k = 0.5 - x * perUnit | 0;
  const r = x + k * coarse + k * fine;
  return whole[k >> 6] * part[k & 63] * (1 + r * (1 + r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120))))));
}

// wasserstein/sinkhorn/newton.ts
var newtonLimit = 3e3;
var threshold = 1e-15;
function checkNewton(where, columns) {
  if (columns <= newtonLimit) return;
  const hint = 'leave out refine: "newton", or give the smaller measure as y';
  throw new ShapeError(`${where}: refine`, `at most ${newtonLimit} points in y`, `${columns}`, hint);
}
function newtonStep(sweeper, error, budget) {
  const { g, epsilon } = sweeper;
  const start = Float64Array.from(g);
  const value = sweeper.value();
  const { direction, slope } = solveDirection(sweeper, error);
  const trial = new Float64Array(g.length);
  let sweeps = 0;
  for (let t = 1; t > 1e-4 && sweeps < budget; t /= t > 0.2 ? 2 : 4) {
    for (let j = 0; j < trial.length; j++) trial[j] = start[j] + t * epsilon * direction[j];
    sweeper.place(trial);
    sweeper.sweep(true);
    sweeps++;
    const now = sweeper.error();
    if (now < (1 - t / 2) * error || sweeper.value() >= value + 1e-4 * t * epsilon * slope) {
      if (Number.isFinite(now)) return { accepted: true, sweeps, error: now };
    }
  }
  sweeper.place(start);
  sweeper.sweep(true);
  return { accepted: false, sweeps: sweeps + 1, error: sweeper.error() };
}
function solveDirection(sweeper, error) {
  const { problem, f, g, epsilon, columns } = sweeper;
  const { geometry, a, b, rho } = problem;
  const m = geometry.columns;
  const balanced = rho === Number.POSITIVE_INFINITY;
  const residual = new Float64Array(m);
  const diagonal2 = new Float64Array(m);
  for (let j = 0; j < m; j++) {
    const wanted = balanced ? b[j] : b[j] * Math.exp(-g[j] / rho);
    residual[j] = wanted - columns[j];
    diagonal2[j] = Math.max(columns[j], 1e-3 * wanted) + (balanced ? 0 : epsilon / rho * wanted);
  }
  const heights = new Float64Array(m);
  for (let j = 0; j < m; j++) heights[j] = g[j] / epsilon + Math.log(b[j]);
  const schur = new Float64Array(m * m);
  const index = new Int32Array(m);
  const entries = new Float64Array(m);
  for (let i = 0; i < geometry.rows; i++) {
    const cost = geometry.row(i);
    const height = f[i] / epsilon + Math.log(a[i]);
    const mass = balanced ? a[i] : a[i] * Math.exp(-f[i] / rho) * (1 + epsilon / rho);
    const floor = Math.log(threshold * mass);
    let count = 0;
    for (let j = 0; j < m; j++) {
      const z = height + heights[j] - cost[j] / epsilon;
      if (z < floor) continue;
      index[count] = j;
      entries[count++] = exp(z);
    }
    for (let s = 0; s < count; s++) {
      const row = index[s] * m;
      const weight = entries[s] / mass;
      for (let t = 0; t <= s; t++) schur[row + index[t]] -= weight * entries[t];
    }
  }
  for (let shift = Math.max(1e-13, Math.min(1e-4, error * 1e-3)); shift < 1; shift *= 30) {
    const factor = cholesky(schur, diagonal2, shift, m);
    if (factor === void 0) continue;
    const direction2 = substitute(factor, residual, m);
    const slope = dot(direction2, residual);
    if (Number.isFinite(slope)) return { direction: direction2, slope };
  }
  const direction = residual.map((r, j) => r / diagonal2[j]);
  return { direction, slope: dot(direction, residual) };
}
function cholesky(schur, d, shift, m) {
  const lower = Float64Array.from(schur);
  const first = new Int32Array(m);
  for (let i = 0; i < m; i++) {
    const rowI = i * m;
    lower[rowI + i] += d[i] * (1 + shift);
    let from = 0;
    while (lower[rowI + from] === 0) from++;
    first[i] = from;
    for (let j = from; j <= i; j++) {
      const rowJ = j * m;
      const k = Math.max(from, first[j]);
      let sum2 = lower[rowI + j];
      if (k < j) sum2 -= dotAt(lower, rowI + k, rowJ + k, j - k);
      if (j < i) {
        lower[rowI + j] = sum2 / lower[rowJ + j];
      } else {
        if (!(sum2 > 1e-16 * d[i])) return void 0;
        lower[rowI + i] = Math.sqrt(sum2);
      }
    }
  }
  return { lower, first };
}
function dotAt(x, p, q, count) {
  const whole2 = count - count % 4;
  let [s, t, u, v] = [0, 0, 0, 0];
  for (let k = 0; k < whole2; k += 4) {
    s += x[p + k] * x[q + k];
    t += x[p + k + 1] * x[q + k + 1];
    u += x[p + k + 2] * x[q + k + 2];
    v += x[p + k + 3] * x[q + k + 3];
  }
  for (let k = whole2; k < count; k++) s += x[p + k] * x[q + k];
  return s + t + (u + v);
}
function substitute({ lower, first }, right, m) {
  const x = Float64Array.from(right);
  for (let i = 0; i < m; i++) {
    let sum2 = x[i];
    for (let k = first[i]; k < i; k++) sum2 -= lower[i * m + k] * x[k];
    x[i] = sum2 / lower[i * m + i];
  }
  for (let i = m - 1; i >= 0; i--) {
    x[i] /= lower[i * m + i];
    addScaled(x.subarray(first[i], i), -x[i], lower.subarray(i * m + first[i], i * m + i));
  }
  return x;
}

// wasserstein/sinkhorn/offset.ts
function reducedMatrix(whole2) {
  const { rows, columns } = whole2;
  const cost = new Float64Array(rows * columns);
  const [x, y] = [new Float64Array(rows), new Float64Array(columns).fill(Number.POSITIVE_INFINITY)];
  for (let i = 0; i < rows; i++) {
    const row = whole2.row(i);
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < columns; j++) if (row[j] < least) least = row[j];
    x[i] = least;
    for (let j = 0, at = i * columns; j < columns; j++, at++) {
      const rest = row[j] - least;
      cost[at] = rest;
      if (rest < y[j]) y[j] = rest;
    }
  }
  for (let at = 0; at < cost.length; ) for (let j = 0; j < columns; j++) cost[at++] -= y[j];
  return { geometry: matrixGeometry(cost, rows, columns), offset: { x, y } };
}
function centred(all, dim, kept, weights) {
  const mean = new Float64Array(dim);
  let total = 0;
  for (const w of weights) total += w;
  for (const [k, i] of kept.entries()) {
    for (let c = 0; c < dim; c++) mean[c] += weights[k] / total * all[i * dim + c];
  }
  const points = all.slice();
  for (let at = 0; at < points.length; ) for (let c = 0; c < dim; c++) points[at++] -= mean[c];
  return { points, mean };
}
function reducedClouds(x, y, dim) {
  const apart = x.mean.map((v, c) => v - y.mean[c]);
  const square = apart.reduce((s, v) => s + v * v, 0);
  const along = ({ points }, factor, constant) => {
    const out = new Float64Array(points.length / dim);
    for (let i = 0; i < out.length; i++) {
      let sum2 = 0;
      for (let c = 0; c < dim; c++) sum2 += points[i * dim + c] * apart[c];
      out[i] = factor * sum2 + constant;
    }
    return out;
  };
  const geometry = cloudGeometry(x.points, y.points, dim);
  return { geometry, offset: { x: along(x, 2, 0), y: along(y, -2, square) } };
}

// wasserstein/sinkhorn/input.ts
function prepare(where, x, y, options) {
  checkOptions(where, options);
  const { xMask, yMask } = options;
  const matrix = "cost" in x;
  if (matrix === (y !== void 0)) {
    throw new OptionsError(
      `${where}: expected two clouds, or one cost matrix and no y`,
      "y",
      matrix ? "given" : "none"
    );
  }
  if (matrix) checkMatrix(where, x);
  const n = matrix ? x.rows : x.count;
  const m = matrix ? x.columns : y.count;
  const [a, b] = masses(
    where,
    { weights: options.a ?? (matrix ? void 0 : x.weights), count: n, mask: xMask },
    { weights: options.b ?? y?.weights, count: m, mask: yMask },
    options
  );
  const points = (name, cloud, mask) => cloudPoints(`${where}: ${name}`, mask === void 0 ? cloud : withoutMasked(cloud, mask));
  const dim = matrix ? 0 : x.dim;
  if (!matrix) checkSameSpace(where, x, y);
  const left = support(n, a, dim, matrix ? void 0 : points("x", x, xMask));
  const right = support(m, b, dim, matrix ? void 0 : points("y", y, yMask));
  const everything = matrix ? matrixGeometry(Float64Array.from(x.cost), n, m) : cloudGeometry(left.all, right.all, dim);
  const whole2 = left.kept.length === n && right.kept.length === m;
  const subset = (all, from2, to2) => {
    if (whole2) return all;
    if (matrix) return subMatrix(all, left.kept, right.kept);
    return cloudGeometry(pointsAt(from2, left.kept, dim), pointsAt(to2, right.kept, dim), dim);
  };
  const geometry = subset(everything, left.all, right.all);
  const settings = settingsOf(where, geometry, everything.range, options);
  const rho = rhoOf(options);
  const sides = { where, settings, x: left, y: right };
  const problemOn = (one) => ({ geometry: one, a: left.weights, b: right.weights, rho });
  if (rho !== Number.POSITIVE_INFINITY)
    return { ...sides, problem: problemOn(geometry), everything, offset: void 0 };
  if (matrix) {
    const reduced2 = reducedMatrix(everything);
    const problem2 = problemOn(subset(reduced2.geometry, left.all, right.all));
    return { ...sides, problem: problem2, everything: reduced2.geometry, offset: reduced2.offset };
  }
  const [from, to] = [left, right].map((side) => centred(side.all, dim, side.kept, side.weights));
  const reduced = reducedClouds(from, to, dim);
  const problem = problemOn(subset(reduced.geometry, from.points, to.points));
  return { ...sides, problem, everything: reduced.geometry, offset: reduced.offset };
}
var rhoOf = ({ reach }) => reach === void 0 ? Number.POSITIVE_INFINITY : 2 * reach ** 2;
function checkOptions(where, options) {
  const { epsilon, blur, tolerance = 1e-6, maxIterations = 2e3, scaling = 0.5, refine } = options;
  const fail = (option, value, expected) => {
    throw new OptionsError(`${where}: ${option} is ${value}, expected ${expected}`, option, value);
  };
  if (epsilon !== void 0 && blur !== void 0) fail("blur", blur, "either epsilon or blur (epsilon = 2 blur\xB2)");
  if (typeof epsilon === "object" && epsilon.relativeTo !== "median-cost") {
    fail("epsilon.relativeTo", epsilon.relativeTo, '"median-cost"');
  }
  const factor = typeof epsilon === "object" ? epsilon.factor : epsilon;
  for (const [name, value] of Object.entries({ epsilon: factor, blur, reach: options.reach })) {
    const size = value === void 0 || name === "epsilon" ? value : 2 * value ** 2;
    if (size === void 0 || value > 0 && size > 0 && Number.isFinite(size)) continue;
    fail(name, value, "a positive finite number");
  }
  if (!(tolerance >= 0)) fail("tolerance", tolerance, "a number \u2265 0");
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1))
    fail("maxIterations", maxIterations, "a whole number \u2265 1");
  if (!(scaling > 0 && scaling < 1)) fail("scaling", scaling, "a number between 0 and 1");
  if (refine !== void 0 && refine !== "newton") fail("refine", refine, '"newton" or nothing');
}
function checkMatrix(where, { cost, rows, columns }) {
  if (!(Number.isInteger(rows) && Number.isInteger(columns) && rows >= 1 && columns >= 1)) {
    throw new ShapeError(`${where}: cost`, "rows \u2265 1 and columns \u2265 1, both whole", [rows, columns]);
  }
  if (cost.length !== rows * columns) throw new ShapeError(`${where}: cost`, [rows * columns], [cost.length]);
  checkValues(`${where}: cost`, cost);
}
var largestMass = 1e100;
function masses(where, x, y, options) {
  const [a, b] = [inMask(`${where}: x`, x), inMask(`${where}: y`, y)];
  if (options.reach === void 0 && x.weights !== void 0 && y.weights !== void 0) {
    const [left, right] = balancedMasses(where, a, x.count, b, y.count, options);
    return [written(left, x.count), written(right, y.count)];
  }
  const side = (name, weights, { count, weights: given }) => {
    const scaled = massOf(name, weights, count);
    const keep = options.reach !== void 0 && options.normalize !== true && given !== void 0;
    if (keep && !(scaled.total <= largestMass && scaled.total >= 1 / largestMass)) {
      const expected = `a mass from ${1 / largestMass} to ${largestMass} with reach`;
      throw new DomainError(`${name} sum to ${scaled.total}, expected ${expected}; scale both sides`, scaled.total);
    }
    return keep ? { weights: checkedWeights(name, weights, count), total: 1 } : written(scaled, count);
  };
  return [side(`${where}: x weights`, a, x), side(`${where}: y weights`, b, y)];
}
function written(mass, count) {
  return { weights: explicitWeights(mass, count), total: mass.total };
}
function inMask(where, { weights, count, mask }) {
  if (mask === void 0) return weights;
  if (mask.length !== count) throw new ShapeError(`${where} mask`, [count], [mask.length], "one entry a point");
  if (weights !== void 0 && weights.length !== count) return weights;
  return Float64Array.from({ length: count }, (_, i) => mask[i] ? weights?.[i] ?? 1 : 0);
}
function withoutMasked(cloud, mask) {
  const points = Float64Array.from(cloud.points);
  const first = Array.from(mask).findIndex((one) => Boolean(one));
  for (let i = 0; i < cloud.count; i++) {
    if (!mask[i]) points.copyWithin(i * cloud.dim, first * cloud.dim, (first + 1) * cloud.dim);
  }
  return { ...cloud, points };
}
function support(count, { weights, total }, dim, all = new Float64Array()) {
  const kept = Int32Array.from(weights.keys()).filter((i) => weights[i] > 0);
  if (kept.length === count) return { count, kept, weights, total, all, points: all, dim };
  return { count, kept, weights: weights.filter((w) => w > 0), total, all, points: pointsAt(all, kept, dim), dim };
}
function pointsAt(all, kept, dim) {
  const points = new Float64Array(kept.length * dim);
  for (const [k, i] of kept.entries()) points.set(all.subarray(i * dim, (i + 1) * dim), k * dim);
  return points;
}
function offsetValue({ offset, x, y }) {
  if (offset === void 0) return 0;
  let sum2 = 0;
  for (const [k, i] of x.kept.entries()) sum2 += x.weights[k] * offset.x[i];
  for (const [k, j] of y.kept.entries()) sum2 += y.weights[k] * offset.y[j];
  return sum2;
}
function subMatrix(whole2, rows, columns) {
  const cost = new Float64Array(rows.length * columns.length);
  for (const [k, i] of rows.entries()) {
    const row = whole2.row(i);
    for (const [l, j] of columns.entries()) cost[k * columns.length + l] = row[j];
  }
  return matrixGeometry(cost, rows.length, columns.length);
}
var extreme = 2 ** 1e3;
function settingsOf(where, geometry, wholeRange, options) {
  const { tolerance = 1e-6, maxIterations = 2e3, refine, scaling = 0.5, mixing = true, online } = options;
  const { range, rows, columns } = geometry;
  if (!(wholeRange < extreme)) {
    throw new DomainError(`${where}: the costs overflow float64; scale the coordinates down`, range);
  }
  const epsilon = epsilonOf(geometry, options);
  if (!(epsilon <= extreme && epsilon >= 1 / extreme)) {
    const hint = "from 1e-301 to 1e301; rescale the costs";
    throw new DomainError(`${where}: epsilon is ${epsilon}, expected ${hint}`, epsilon);
  }
  if (!(range / epsilon < 1e14)) {
    const limit = (range * 1e-14).toPrecision(2);
    const message = `${where}: epsilon is ${epsilon}, below the rounding of costs that differ by ${range}`;
    throw new DomainError(`${message}; take at least ${limit}, or \`emd\` for the exact cost`, epsilon);
  }
  if (refine === "newton") checkNewton(where, columns);
  return {
    epsilon,
    tolerance,
    maxIterations,
    newton: refine === "newton",
    mixing,
    keep: !(online ?? rows * columns > 2 ** 24),
    scaling
  };
}
function epsilonOf(geometry, { epsilon, blur }) {
  if (typeof epsilon === "number") return epsilon;
  if (blur !== void 0) return 2 * blur ** 2;
  const costs = sampleCosts(geometry);
  if (epsilon !== void 0) {
    const middle = costs.sort()[costs.length >> 1];
    return epsilon.factor * (middle > 0 ? middle : geometry.range) || 1;
  }
  const { range } = geometry;
  if (!(range > 0)) return 1;
  const mean = costs.reduce((s, c) => s + c / range, 0) / costs.length;
  const variance = costs.reduce((s, c) => s + (c / range - mean) ** 2, 0) / costs.length;
  const deviation = Math.sqrt(variance);
  return Math.max(0.05 * range * (deviation > 1e-6 ? deviation : 1), 1 / extreme);
}

// wasserstein/sinkhorn/mixing.ts
var depth = 8;
var ridge = 1e-13;
var Mixer = class {
  #weights;
  #residual;
  #image;
  /** Differences of residuals and of images between successive iterates, the latest last. */
  #residualSteps = [];
  #imageSteps = [];
  /** @param weights - of the inner product, positive */
  constructor(weights) {
    this.#weights = weights;
  }
  /** Forgets all iterates. */
  reset() {
    this.#residual = void 0;
    this.#image = void 0;
    this.#residualSteps = [];
    this.#imageSteps = [];
  }
  /** The iterate to try after g; undefined where there is no history yet. */
  propose(g, image) {
    const residual = image.map((v, j) => v - g[j]);
    if (this.#residual !== void 0 && this.#image !== void 0) {
      const [before, beforeImage] = [this.#residual, this.#image];
      this.#residualSteps.push(residual.map((v, j) => v - before[j]));
      this.#imageSteps.push(image.map((v, j) => v - beforeImage[j]));
      if (this.#residualSteps.length > depth) {
        this.#residualSteps.shift();
        this.#imageSteps.shift();
      }
    }
    this.#residual = residual;
    this.#image = image.slice();
    const share = this.#leastSquares(residual);
    if (share === void 0) return void 0;
    const mixed = image.slice();
    for (const [k, step] of this.#imageSteps.entries()) {
      for (let j = 0; j < mixed.length; j++) mixed[j] -= share[k] * step[j];
    }
    return mixed;
  }
  /** Shares for which the residual less the steps is least; undefined without steps. */
  #leastSquares(residual) {
    const steps = this.#residualSteps;
    const count = steps.length;
    if (count === 0) return void 0;
    const rows = steps.map((step) => [...steps.map((other) => this.#inner(step, other)), this.#inner(step, residual)]);
    for (let k = 0; k < count; k++) rows[k][k] *= 1 + ridge;
    for (let k = 0; k < count; k++) {
      const pivot = rows[k][k];
      if (!(pivot > 0)) return void 0;
      for (let i = k + 1; i < count; i++) {
        const factor = rows[i][k] / pivot;
        for (let j = k; j <= count; j++) rows[i][j] -= factor * rows[k][j];
      }
    }
    const share = new Array(count).fill(0);
    for (let k = count - 1; k >= 0; k--) {
      let rest = rows[k][count];
      for (let j = k + 1; j < count; j++) rest -= rows[k][j] * share[j];
      share[k] = rest / rows[k][k];
    }
    return share.every(Number.isFinite) ? share : void 0;
  }
  #inner(x, y) {
    const w = this.#weights;
    let sum2 = 0;
    for (let j = 0; j < x.length; j++) sum2 += w[j] * x[j] * y[j];
    return sum2;
  }
};

// wasserstein/sinkhorn/sweep.ts
var negligible = -45;
var largestScaling = 1e15;
var Sweeper = class {
  problem;
  f;
  g;
  /** Column sums of the plan of (f, g), after a sweep. */
  columns;
  epsilon = 1;
  #kept;
  #valid = false;
  #f0;
  #g0;
  #v;
  #heights;
  #row;
  #products = new Float64Array(4);
  /** @param keep - whether to store plans, rows × columns numbers */
  constructor(problem, keep) {
    const { rows, columns } = problem.geometry;
    this.problem = problem;
    this.f = new Float64Array(rows);
    this.g = new Float64Array(columns);
    this.columns = new Float64Array(columns);
    this.#kept = keep ? new Float64Array(rows * columns) : void 0;
    this.#f0 = new Float64Array(rows);
    this.#g0 = new Float64Array(columns);
    this.#v = new Float64Array(columns);
    this.#heights = new Float64Array(columns);
    this.#row = new Float64Array(columns);
  }
  /** ρ/(ρ + ε), the damping of unbalanced updates. */
  get #damping() {
    const { rho } = this.problem;
    return rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + this.epsilon);
  }
  /** Sets ε. A plan stored at another one no longer serves. */
  cool(epsilon) {
    if (epsilon !== this.epsilon) this.#valid = false;
    this.epsilon = epsilon;
  }
  /** Sets g from outside. */
  place(g) {
    this.g.set(g);
    if (this.#valid) for (let j = 0; j < g.length; j++) this.#v[j] = Math.exp((g[j] - this.#g0[j]) / this.epsilon);
  }
  /** f from g, and `columns`. @param keep - store the plan, for cheaper sweeps at the same ε from here on */
  sweep(keep) {
    if (keep && this.#valid && this.#kernelSweep()) return;
    this.#logSweep(keep ? this.#kept : void 0);
    this.#valid = keep && this.#kept !== void 0;
    if (this.#valid) {
      this.#f0.set(this.f);
      this.#g0.set(this.g);
      this.#v.fill(1);
    }
  }
  #logSweep(kept) {
    const { geometry, a, b } = this.problem;
    const { f, g, columns, epsilon } = this;
    const heights = this.#heights;
    const n = geometry.rows;
    const m = geometry.columns;
    const inverse = 1 / epsilon;
    const damp = this.#damping;
    const floor = kept === void 0 ? negligible : -700;
    for (let j = 0; j < m; j++) heights[j] = g[j] * inverse + Math.log(b[j]);
    columns.fill(0);
    for (let i = 0; i < n; i++) {
      const cost = geometry.row(i);
      const terms = kept === void 0 ? this.#row : kept.subarray(i * m, (i + 1) * m);
      const { top, sum: sum2 } = exponentials(cost, heights, inverse, floor, terms);
      const balanced = -epsilon * (top + Math.log(sum2));
      f[i] = damp * balanced;
      const mass = damp === 1 ? a[i] : a[i] * Math.exp((f[i] - balanced) * inverse);
      deposit(columns, terms, mass / sum2, kept !== void 0);
    }
  }
  /** False where a number left its range; then nothing but f and the columns, which a log sweep rewrites, has changed. */
  #kernelSweep() {
    const { geometry, a } = this.problem;
    const { f, columns, epsilon } = this;
    const v = this.#v;
    const f0 = this.#f0;
    const kept = this.#kept;
    const m = geometry.columns;
    const damp = this.#damping;
    const products = this.#products;
    for (let j = 0; j < m; j++) if (!(v[j] < largestScaling && v[j] > 1 / largestScaling)) return false;
    columns.fill(0);
    for (let start = 0; start < geometry.rows; start += 4) {
      const count = Math.min(4, geometry.rows - start);
      rowProducts(products, kept, start * m, count, v);
      for (let k = 0; k < count; k++) {
        const i = start + k;
        let u = a[i] / products[k];
        if (damp !== 1) u = Math.exp((damp - 1) * f0[i] / epsilon) * u ** damp;
        if (!(u < largestScaling && u > 1 / largestScaling)) return false;
        f[i] = f0[i] + epsilon * Math.log(u);
        products[k] = u;
      }
      addRows(columns, kept, start * m, count, products);
    }
    for (let j = 0; j < m; j++) columns[j] *= v[j];
    return true;
  }
  /** L1 distance of the marginals of the plan of (f, g) from where they should be. */
  error() {
    const { b, rho } = this.problem;
    let sum2 = 0;
    for (let j = 0; j < b.length; j++) {
      const wanted = rho === Number.POSITIVE_INFINITY ? b[j] : b[j] * Math.exp(-this.g[j] / rho);
      sum2 += Math.abs(this.columns[j] - wanted);
    }
    return sum2;
  }
  /** The dual objective at (f, g) after a sweep, for comparing iterates (a constant is left out). */
  value() {
    const { a, b, rho } = this.problem;
    const { f, g, columns, epsilon } = this;
    let sum2 = 0;
    for (let j = 0; j < b.length; j++) sum2 -= epsilon * columns[j];
    if (rho === Number.POSITIVE_INFINITY) return sum2 + dot(a, f) + dot(b, g);
    for (let i = 0; i < a.length; i++) sum2 -= rho * a[i] * Math.expm1(-f[i] / rho);
    for (let j = 0; j < b.length; j++) sum2 -= rho * b[j] * Math.expm1(-g[j] / rho);
    return sum2;
  }
  /** The next g. A column whose sum underflowed gets its value from scratch. */
  advance() {
    const { b, rho, geometry } = this.problem;
    const { g, columns, epsilon } = this;
    const damp = this.#damping;
    for (let j = 0; j < g.length; j++) {
      const ratio = columns[j] / b[j];
      const balanced = ratio > 1e-5 ? g[j] - epsilon * Math.log(ratio) : this.#columnFromScratch(j);
      g[j] = damp * balanced;
      if (this.#valid) this.#v[j] = Math.exp((g[j] - this.#g0[j]) / epsilon);
    }
    if (rho !== Number.POSITIVE_INFINITY) this.#translate(geometry.rows);
  }
  #columnFromScratch(j) {
    const { geometry, a } = this.problem;
    const { f, epsilon } = this;
    let top = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < a.length; i++) top = Math.max(top, (f[i] - geometry.at(i, j)) / epsilon + Math.log(a[i]));
    let sum2 = 0;
    for (let i = 0; i < a.length; i++) sum2 += Math.exp((f[i] - geometry.at(i, j)) / epsilon + Math.log(a[i]) - top);
    return -epsilon * (top + Math.log(sum2));
  }
  /**
   * Unbalanced: (f + t, g − t) with the t that maximises the dual; the plan does not change. Without it ε ≪ ρ needs
   * about ρ/ε sweeps (Séjourné, Vialard and Peyré, arXiv 2201.00730).
   */
  #translate(rows) {
    const { a, b, rho } = this.problem;
    const { f, g } = this;
    const t = bestShift(a, f, b, g, rho);
    for (let i = 0; i < rows; i++) {
      f[i] += t;
      this.#f0[i] += t;
    }
    for (let j = 0; j < g.length; j++) {
      g[j] -= t;
      this.#g0[j] -= t;
    }
  }
};
function bestShift(a, f, b, g, rho) {
  return rho / 2 * (logMass(a, f, rho) - logMass(b, g, rho));
}
function logMass(w, h, rho) {
  let top = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < w.length; i++) top = Math.max(top, -h[i] / rho);
  let sum2 = 0;
  for (let i = 0; i < w.length; i++) sum2 += w[i] * Math.exp(-h[i] / rho - top);
  return top + Math.log(sum2);
}
function exponentials(cost, heights, inverse, floor, terms) {
  const m = cost.length;
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < m; j++) {
    const z = heights[j] - cost[j] * inverse;
    terms[j] = z;
    if (z > top) top = z;
  }
  let sum2 = 0;
  for (let j = 0; j < m; j++) {
    const z = terms[j] - top;
    const e = z < floor ? 0 : exp(z);
    terms[j] = e;
    sum2 += e;
  }
  return { top, sum: sum2 };
}
function deposit(columns, terms, scale, keep) {
  const m = columns.length;
  if (keep) {
    for (let j = 0; j < m; j++) {
      const p = terms[j] * scale;
      terms[j] = p;
      columns[j] += p;
    }
  } else {
    addScaled(columns, scale, terms);
  }
}
function rowProducts(out, matrix, from, count, v) {
  const m = v.length;
  if (count < 4) {
    for (let k = 0; k < count; k++) out[k] = dot(matrix.subarray(from + k * m, from + (k + 1) * m), v);
    return;
  }
  let [p, q, r, s] = [0, 0, 0, 0];
  const [second, third, fourth] = [from + m, from + 2 * m, from + 3 * m];
  for (let j = 0; j < m; j++) {
    const w = v[j];
    p += matrix[from + j] * w;
    q += matrix[second + j] * w;
    r += matrix[third + j] * w;
    s += matrix[fourth + j] * w;
  }
  out[0] = p;
  out[1] = q;
  out[2] = r;
  out[3] = s;
}
function addRows(out, matrix, from, count, scales) {
  const m = out.length;
  if (count < 4) {
    for (let k = 0; k < count; k++) addScaled(out, scales[k], matrix.subarray(from + k * m, from + (k + 1) * m));
    return;
  }
  const [p, q, r, s] = scales;
  const [second, third, fourth] = [from + m, from + 2 * m, from + 3 * m];
  for (let j = 0; j < m; j++) {
    out[j] += p * matrix[from + j] + q * matrix[second + j] + (r * matrix[third + j] + s * matrix[fourth + j]);
  }
}

// wasserstein/sinkhorn/solve.ts
var sweepsBeforeNewton = 10;
var newtonEntry = 0.01;
var stageError = 0.2;
var stepsPerStage = 4;
function descent(range, epsilon, scaling) {
  const stages = [];
  for (let e = range; e > epsilon && Number.isFinite(e); e *= scaling) stages.push(e);
  return stages;
}
function solve(problem, settings) {
  const { epsilon, tolerance, maxIterations, newton, mixing, keep, scaling } = settings;
  const sweeper = new Sweeper(problem, keep);
  const mass = sum(problem.a);
  let iterations = 0;
  let newtonSteps = 0;
  for (const stage of descent(problem.geometry.range, epsilon, scaling)) {
    if (iterations >= maxIterations - 1) break;
    sweeper.cool(stage);
    sweeper.sweep(false);
    iterations++;
    let rough = newton ? sweeper.error() : 0;
    for (let k = 0; k < stepsPerStage && rough > stageError * mass && iterations < maxIterations - 1; k++) {
      const step = newtonStep(sweeper, rough, maxIterations - 1 - iterations);
      newtonSteps++;
      iterations += step.sweeps;
      rough = step.error;
      if (!step.accepted) break;
    }
    sweeper.advance();
  }
  sweeper.cool(epsilon);
  sweeper.sweep(keep);
  iterations++;
  let error = sweeper.error();
  let plain = 0;
  const mixer = new Mixer(problem.b);
  const [before, image] = [new Float64Array(problem.b.length), new Float64Array(problem.b.length)];
  while (error > tolerance && iterations < maxIterations) {
    if (newton && (error < newtonEntry * mass || plain >= sweepsBeforeNewton)) {
      const step = newtonStep(sweeper, error, maxIterations - iterations);
      newtonSteps++;
      iterations += step.sweeps;
      error = step.error;
      if (!step.accepted) plain = 0;
      if (step.accepted || iterations >= maxIterations) continue;
    }
    before.set(sweeper.g);
    sweeper.advance();
    const mixes = mixing && !newton && iterations + 2 <= maxIterations;
    const mixed = mixes ? mixer.propose(before, sweeper.g) : void 0;
    if (mixed !== void 0) {
      image.set(sweeper.g);
      sweeper.place(mixed);
    }
    sweeper.sweep(keep);
    iterations++;
    plain++;
    const tried = sweeper.error();
    if (mixed !== void 0 && !(tried < error)) {
      mixer.reset();
      sweeper.place(image);
      sweeper.sweep(keep);
      iterations++;
      error = sweeper.error();
    } else {
      error = tried;
    }
  }
  const { f, g, columns } = sweeper;
  const planMass = sum(columns);
  return { f, g, epsilon, marginalError: error, planMass, iterations, newtonSteps, converged: error <= tolerance };
}
function solveSymmetric(problem, settings) {
  const { epsilon, tolerance, maxIterations, keep, scaling } = settings;
  const sweeper = new Sweeper(problem, keep);
  const h = new Float64Array(problem.a.length);
  const average = () => {
    for (let i = 0; i < h.length; i++) h[i] = (h[i] + sweeper.f[i]) / 2;
    sweeper.place(h);
  };
  let iterations = 0;
  for (const stage of descent(problem.geometry.range, epsilon, scaling)) {
    if (iterations >= maxIterations - 1) break;
    sweeper.cool(stage);
    sweeper.sweep(false);
    average();
    iterations++;
  }
  sweeper.cool(epsilon);
  let error = Number.POSITIVE_INFINITY;
  let planMass = 0;
  for (; ; ) {
    sweeper.sweep(keep);
    iterations++;
    ({ error, planMass } = symmetricRows(problem, epsilon, h, sweeper.f));
    if (error <= tolerance || iterations >= maxIterations) break;
    average();
  }
  const converged = error <= tolerance;
  return { f: h, g: h, epsilon, marginalError: error, planMass, iterations, newtonSteps: 0, converged };
}
function symmetricRows({ a, rho }, epsilon, h, f) {
  let error = 0;
  let planMass = 0;
  for (let i = 0; i < a.length; i++) {
    const row = a[i] * Math.exp((h[i] - f[i] * (1 + epsilon / rho)) / epsilon);
    error += Math.abs(row - a[i] * Math.exp(-h[i] / rho));
    planMass += row;
  }
  return { error, planMass };
}

// wasserstein/sinkhorn/certificate.ts
function eachPlanRow({ geometry, a, b }, { f, g, epsilon }, see) {
  const inverse = 1 / epsilon;
  const heights = g.map((v, j) => v * inverse + Math.log(b[j]));
  const plan = new Float64Array(heights.length);
  for (let i = 0; i < geometry.rows; i++) {
    const cost = geometry.row(i);
    const height = f[i] * inverse + Math.log(a[i]);
    for (let j = 0; j < plan.length; j++) plan[j] = exp(height + heights[j] - cost[j] * inverse);
    see(i, plan, cost);
  }
}
function dualValue({ a, b, rho }, { f, g, epsilon }, planMass) {
  const product = sum(a) * sum(b);
  return dualPart(a, f, rho) + dualPart(b, g, rho) - epsilon * (planMass - product);
}
function dualPart(w, h, rho) {
  let total = 0;
  for (let i = 0; i < w.length; i++) {
    total += w[i] * (rho === Number.POSITIVE_INFINITY ? h[i] : -rho * Math.expm1(-h[i] / rho));
  }
  return total;
}
function certify(problem, potentials) {
  return problem.rho === Number.POSITIVE_INFINITY ? certifyBalanced(problem, potentials) : certifyUnbalanced(problem, potentials);
}
function certifyBalanced(problem, potentials) {
  const { a, b } = problem;
  const { f, g, epsilon } = potentials;
  const columns = new Float64Array(b.length);
  const rowSums = new Float64Array(a.length);
  const columnSums = new Float64Array(b.length);
  const rowScale = new Float64Array(a.length);
  let linearCost = 0;
  let mass = 0;
  eachPlanRow(problem, potentials, (i, plan, cost) => {
    let row = 0;
    let moved = 0;
    for (let j = 0; j < plan.length; j++) {
      row += plan[j];
      columnSums[j] += plan[j];
      moved += plan[j] * cost[j];
    }
    linearCost += moved;
    rowSums[i] = row;
    mass += row;
    const scale = row > a[i] ? a[i] / row : 1;
    rowScale[i] = scale;
    for (let j = 0; j < plan.length; j++) columns[j] += scale * plan[j];
  });
  const columnScale = columns.map((c, j) => c > b[j] ? b[j] / c : 1);
  const restB = columns.map((c, j) => Math.max(0, b[j] - columnScale[j] * c));
  const restA = new Float64Array(a.length);
  let scaled = 0;
  let rounded = 0;
  let entropy = 0;
  let remainder = 0;
  eachPlanRow(problem, potentials, (i, plan, cost) => {
    let row = 0;
    let cross = 0;
    for (let j = 0; j < plan.length; j++) {
      const p = rowScale[i] * plan[j] * columnScale[j];
      row += p;
      rounded += p * cost[j];
      cross += restB[j] * cost[j];
      const log = (f[i] + g[j] - cost[j]) / epsilon + Math.log(rowScale[i]) + Math.log(columnScale[j]);
      if (p > 0) entropy += p * log;
    }
    scaled += row;
    restA[i] = Math.max(0, a[i] - row);
    remainder += restA[i] * cross;
  });
  const rest = sum(restA);
  const upper = rounded + (rest > 0 ? remainder / Math.max(rest, Number.MIN_VALUE) : 0);
  let kl = scaled > 0 ? entropy - scaled * Math.log(scaled) : 0;
  if (rest > 0) kl += rest * (klTo(restA, rest, a) + klTo(restB, sum(restB), b));
  const [lower, slack] = exactLower(problem, f);
  const gap = upper + epsilon * kl - dualValue(problem, potentials, mass);
  const bounds = [lower - slack, upper + slack];
  return { linearCost, bounds, dualityGap: Math.max(0, gap), rows: rowSums, columns: columnSums };
}
function klTo(rest, total, w) {
  let kl = 0;
  for (let i = 0; i < w.length; i++) {
    const p = rest[i] / total;
    if (p > 0) kl += p * logRatio(p, w[i]);
  }
  return kl;
}
function logRatio(p, w) {
  const ratio = p / w;
  return ratio > 0 && ratio < Number.POSITIVE_INFINITY ? Math.log(ratio) : Math.log(p) - Math.log(w);
}
function certifyUnbalanced(problem, potentials) {
  const { a, b, rho } = problem;
  const { f, g, epsilon } = potentials;
  const rows = new Float64Array(a.length);
  const columns = new Float64Array(b.length);
  let linearCost = 0;
  let potential = 0;
  eachPlanRow(problem, potentials, (i, plan, cost) => {
    for (let j = 0; j < plan.length; j++) {
      const p = plan[j];
      rows[i] += p;
      columns[j] += p;
      linearCost += p * cost[j];
      potential += p * (f[i] + g[j]);
    }
  });
  const mass = sum(rows);
  const penalty = rho * (klDivergence(rows, a) + klDivergence(columns, b));
  const primal = potential - epsilon * (mass - sum(a) * sum(b)) + penalty;
  const [lower, slack] = exactLower(problem, f);
  const gap = Math.max(0, primal - dualValue(problem, potentials, mass));
  return { linearCost, bounds: [lower - slack, linearCost + penalty + slack], dualityGap: gap, rows, columns };
}
function klDivergence(p, w) {
  let kl = 0;
  for (let i = 0; i < w.length; i++) kl += (p[i] > 0 ? p[i] * logRatio(p[i], w[i]) : 0) - p[i] + w[i];
  return kl;
}
function exactLower({ geometry, a, b, rho }, f) {
  const down = new Float64Array(b.length).fill(Number.POSITIVE_INFINITY);
  for (let i = 0; i < a.length; i++) {
    const cost = geometry.row(i);
    const height = f[i];
    for (let j = 0; j < down.length; j++) {
      const c = cost[j] - height;
      if (c < down[j]) down[j] = c;
    }
  }
  const up = new Float64Array(a.length);
  let size = 0;
  for (let i = 0; i < a.length; i++) {
    const cost = geometry.row(i);
    let least = Number.POSITIVE_INFINITY;
    for (let j = 0; j < down.length; j++) {
      const c = cost[j] - down[j];
      if (c < least) least = c;
    }
    up[i] = least;
    size += a[i] * Math.abs(least);
  }
  for (let j = 0; j < down.length; j++) size += b[j] * Math.abs(down[j]);
  if (rho !== Number.POSITIVE_INFINITY) {
    const t = bestShift(a, up, b, down, rho);
    for (let i = 0; i < up.length; i++) up[i] += t;
    for (let j = 0; j < down.length; j++) down[j] -= t;
  }
  return [dualPart(a, up, rho) + dualPart(b, down, rho), 2 ** -48 * size];
}

export {
  cloudGeometry,
  unitVector,
  dot,
  sum,
  addScaled,
  normalize,
  exp,
  prepare,
  checkOptions,
  offsetValue,
  Mixer,
  bestShift,
  descent,
  solve,
  solveSymmetric,
  eachPlanRow,
  dualValue,
  certify
};
