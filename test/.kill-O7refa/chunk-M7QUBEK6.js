import {
  ownKind
} from "./chunk-RDQ5FCHV.js";
import {
  compileTraining
} from "./chunk-IHC7556Q.js";
import {
  adam
} from "./chunk-6RL6FTP2.js";
import {
  compile,
  dense
} from "./chunk-TNAG3B54.js";
import {
  cosineTransform,
  dualSobolevNorm
} from "./chunk-MYHAFT5B.js";
import {
  normalQuantile,
  rng
} from "./chunk-PHUSJ35S.js";
import {
  constant
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  ConvergenceError,
  DomainError,
  FormatError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/numerics/sobol.ts
var joeKuo = `
  0 1|1 1 3|1 1 3 1|2 1 1 1|1 1 1 3 3|4 1 3 5 13|2 1 1 5 5 17|4 1 1 5 5 5|7 1 1 7 11 19|11 1 1 5 1 1|
  13 1 1 1 3 11|14 1 3 5 5 31|1 1 3 3 9 7 49|13 1 1 1 15 21 21|16 1 3 1 13 27 49|19 1 1 1 15 7 5|
  22 1 3 1 15 13 25|25 1 1 5 5 19 61|1 1 3 7 11 23 15 103|4 1 3 7 13 13 15 69|7 1 1 3 13 7 35 63|
  8 1 3 5 9 1 25 53|14 1 3 1 13 9 35 107|19 1 3 1 5 27 61 31|21 1 1 5 11 19 41 61|28 1 3 5 3 3 13 69|
  31 1 1 7 13 1 19 1|32 1 3 7 5 13 19 59|37 1 1 3 9 25 29 41|41 1 3 5 13 23 1 55|42 1 3 7 3 13 59 17|
  50 1 3 1 3 5 53 69|55 1 1 5 5 23 33 13|56 1 1 7 7 1 61 123|59 1 1 7 9 13 61 49|62 1 3 3 5 3 55 33|
  14 1 3 1 15 31 13 49 245|21 1 3 5 15 31 59 63 97|22 1 3 1 11 11 11 77 249|38 1 3 1 11 27 43 71 9|
  47 1 1 7 15 21 11 81 45|49 1 3 7 3 25 31 65 79|50 1 3 1 1 19 11 3 205|52 1 1 5 9 19 21 29 157|
  56 1 3 7 11 1 33 89 185|67 1 3 3 3 15 9 79 71|70 1 3 7 11 15 39 119 27|84 1 1 3 1 11 31 97 225|
  97 1 1 1 3 23 43 57 177|103 1 3 7 7 17 17 37 71|115 1 3 1 5 27 63 123 213|122 1 1 3 5 11 43 53 133|
  8 1 3 5 5 29 17 47 173 479|13 1 3 3 11 3 1 109 9 69|16 1 1 1 5 17 39 23 5 343|22 1 3 1 5 25 15 31 103 499|
  25 1 1 1 11 11 17 63 105 183|44 1 1 5 11 9 29 97 231 363|47 1 1 5 15 19 45 41 7 383|
  52 1 3 7 7 31 19 83 137 221|55 1 1 1 3 23 15 111 223 83|59 1 1 5 13 31 15 55 25 161|
  62 1 1 3 13 25 47 39 87 257`;
var maxSobolDimension = 64;
var BITS = 32;
var directions;
function sobolSequence(dimension, rng2) {
  if (!(Number.isInteger(dimension) && dimension >= 1 && dimension <= maxSobolDimension)) {
    const way = "use latinHypercube or uniform above 64 dimensions";
    throw new OptionsError(
      `sobolSequence: dimension is ${dimension}, expected 1 to 64; ${way}`,
      "dimension",
      dimension
    );
  }
  directions ??= directionNumbers();
  const columns2 = directions.slice(0, dimension);
  const seeds = rng2 && Uint32Array.from(rng2.integers(dimension, -(2 ** 31), 2 ** 31));
  const state = new Uint32Array(dimension);
  let index = 0;
  const next = (count) => {
    const points = new Float64Array(count * dimension);
    for (let i = 0, at = 0; i < count; i++) {
      for (let k = 0; k < dimension; k++, at++) {
        points[at] = seeds ? (scramble(state[k], seeds[k]) + 0.5) * 2 ** -BITS : state[k] * 2 ** -BITS;
      }
      index++;
      const bit = 31 - Math.clz32(index & -index);
      for (let k = 0; k < dimension; k++) state[k] ^= columns2[k][bit];
    }
    return points;
  };
  return { dimension, next };
}
function scramble(word, seed) {
  let x = reverse(word);
  x ^= Math.imul(x, 1025551850);
  x = x + seed | 0;
  x = Math.imul(x, seed >>> 16 | 1);
  x ^= Math.imul(x, 89287766);
  x ^= Math.imul(x, 1403136100);
  return reverse(x);
}
function reverse(word) {
  let x = word;
  x = x >>> 1 & 1431655765 | (x & 1431655765) << 1;
  x = x >>> 2 & 858993459 | (x & 858993459) << 2;
  x = x >>> 4 & 252645135 | (x & 252645135) << 4;
  x = x >>> 8 & 16711935 | (x & 16711935) << 8;
  return (x >>> 16 | x << 16) >>> 0;
}
function directionNumbers() {
  const first = Uint32Array.from({ length: BITS }, (_, j) => 1 << BITS - 1 - j);
  const others = joeKuo.trim().split("|").map((row2) => {
    const [a, ...m] = row2.trim().split(" ").map(Number);
    const degree = m.length;
    const v = Uint32Array.from({ length: BITS }, (_, j) => j < degree ? m[j] << BITS - 1 - j : 0);
    for (let j = degree; j < BITS; j++) {
      v[j] = v[j - degree] ^ v[j - degree] >>> degree;
      for (let k = 1; k < degree; k++) {
        if (a >>> degree - 1 - k & 1) v[j] ^= v[j - k];
      }
    }
    return v;
  });
  return [first, ...others];
}

// solvers/sampler/domain-points.ts
var LEAST_SHARE = 1e-6;
function roundStream({ rng: rng2, round }) {
  return rng2.split(round);
}
function toBox(domain, points) {
  const { dimension: d, low, high } = domain;
  for (let at = 0; at < points.length; at++) {
    const k = at % d;
    points[at] = low[k] + points[at] * (high[k] - low[k]);
  }
  return points;
}
function accepted(domain, count, candidates) {
  if (domain.isBox) return candidates(count);
  const d = domain.dimension;
  const points = new Float64Array(count * d);
  let filled = 0;
  let tried = 0;
  while (filled < count) {
    const rate = tried === 0 ? 1 : Math.max(filled / tried, 1e-3);
    const tries = Math.ceil((count - filled) / rate * 1.1) + 16;
    const candidate = candidates(tries);
    const inside = domain.contains(candidate);
    for (let i = 0; i < tries && filled < count; i++) {
      if (inside[i] !== 1) continue;
      points.set(candidate.subarray(i * d, (i + 1) * d), filled * d);
      filled++;
    }
    tried += tries;
    if (filled < tried * LEAST_SHARE && tried > 1 / LEAST_SHARE) {
      const way = "check contains and the bounding box";
      throw new DomainError(
        `accepted: of ${tried} points of the bounding box ${filled} lie in the domain; ${way}`,
        tried
      );
    }
  }
  return points;
}
function uniformPoints(domain, count, rng2) {
  return accepted(domain, count, (n) => toBox(domain, rng2.uniform(n * domain.dimension)));
}
function evenPoints(domain, count, rng2) {
  if (domain.dimension > maxSobolDimension) return uniformPoints(domain, count, rng2);
  const sequence = sobolSequence(domain.dimension, rng2);
  return accepted(domain, count, (n) => toBox(domain, sequence.next(n)));
}
function uniformDensity(domain, points) {
  return Float64Array.from(domain.contains(points), (inside) => inside / domain.volume);
}
function uniformSet(domain, points) {
  const count = points.length / domain.dimension;
  return {
    points,
    weights: new Float64Array(count).fill(1 / count),
    density: new Float64Array(count).fill(1 / domain.volume)
  };
}
function rowWeights(domain, density, kind) {
  const count = density.length;
  return density.map((q) => kind === "none" ? 1 / count : 1 / (count * domain.volume * q));
}
function checkCount(sampler, count) {
  if (Number.isInteger(count) && count >= 1) return;
  throw new OptionsError(`${sampler}: count is ${count}, expected a whole number of at least 1`, "count", count);
}
async function residualAt(sampler, context, points) {
  const d = context.domain.dimension;
  const values = await context.residual(points);
  if (values.length * d !== points.length) {
    throw new ShapeError(`${sampler}: residual`, [points.length / d], [values.length], "one value a point");
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= 0 && value < Number.POSITIVE_INFINITY) continue;
    const place = Array.from(points.subarray(i * d, (i + 1) * d)).join(", ");
    const way = "the equation may be undefined there, or the network has diverged";
    throw new DomainError(`${sampler}: the residual is ${value} at (${place}), expected finite and \u2265 0; ${way}`, value);
  }
  return values;
}
function normalised(values) {
  let scale = 0;
  for (const value of values) scale = Math.max(scale, value);
  return { values: scale > 0 ? values.map((value) => value / scale) : values.slice(), scale };
}
function effectiveShare(weights) {
  let [sum, squares] = [0, 0];
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares > 0 ? sum * sum / (weights.length * squares) : 0;
}

// solvers/sampler/cells.ts
var PROBES = 2 ** 20;
function defaultShape(dimension) {
  return new Array(dimension).fill([512, 128, 32][dimension - 1] ?? 32);
}
function layCells(sampler, domain, asked) {
  const d = domain.dimension;
  if (d > 3) {
    const way = "use gaussianMixture or rad above 3 dimensions";
    throw new OptionsError(`${sampler}: the domain has ${d} dimensions, expected at most 3; ${way}`, "domain", d);
  }
  const shape = asked ?? defaultShape(d);
  if (shape.length !== d || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new OptionsError(`${sampler}: shape is [${shape}], expected ${d} positive whole numbers`, "shape", shape);
  }
  const spacing = shape.map((n, k) => (domain.high[k] - domain.low[k]) / n);
  const count = shape.reduce((product, n) => product * n, 1);
  const volume = spacing.reduce((product, h) => product * h, 1);
  const whole = { domain, shape, spacing, count, volume };
  return domain.isBox ? whole : { ...whole, ...measured(sampler, whole) };
}
function measured(sampler, cells) {
  const { domain, count, volume } = cells;
  const d = domain.dimension;
  const side = Math.max(2, Math.floor((PROBES / count) ** (1 / d)));
  const probes = side ** d;
  const shares = new Float64Array(count);
  const anchors = new Float64Array(count * d);
  const at = new Float64Array(count * d);
  for (let probe = 0; probe < probes; probe++) {
    let rest = probe;
    const offset = Array.from({ length: d }, () => {
      const step = rest % side;
      rest = Math.floor(rest / side);
      return (step + 0.5) / side;
    });
    placeInCells(cells, at, (k) => offset[k]);
    const inside = domain.contains(at);
    for (let cell = 0; cell < count; cell++) {
      if (inside[cell] !== 1) continue;
      if (shares[cell] === 0) anchors.set(at.subarray(cell * d, (cell + 1) * d), cell * d);
      shares[cell] += 1 / probes;
    }
  }
  let [full, cut] = [0, 0];
  const isFull = (share) => share > 1 - 0.5 / probes;
  for (const share of shares) {
    if (isFull(share)) full += volume;
    else cut += share * volume;
  }
  const factor = cut > 0 ? (domain.volume - full) / cut : 1;
  if (!(factor > 0) || full + cut === 0) {
    const way = "give more cells, or correct the volume";
    throw new DomainError(
      `${sampler}: the cells inside the domain have the volume ${full + cut}, the domain ${domain.volume}; ${way}`,
      domain.volume
    );
  }
  return { shares: shares.map((share) => isFull(share) ? 1 : share * factor), anchors };
}
function placeInCells(cells, out, offset) {
  const { shape, spacing, domain, count } = cells;
  const d = shape.length;
  const index = new Array(d).fill(0);
  for (let cell = 0; cell < count; cell++) {
    for (let k = 0; k < d; k++) {
      out[cell * d + k] = domain.low[k] + (index[k] + offset(k, cell)) * spacing[k];
    }
    for (let k = d - 1; k >= 0; k--) {
      index[k]++;
      if (index[k] < shape[k]) break;
      index[k] = 0;
    }
  }
}
function cellPoints(cells, rng2) {
  const { domain, count, shares, anchors } = cells;
  const d = domain.dimension;
  const all = new Float64Array(count * d);
  const jitter = rng2?.uniform(count * d);
  placeInCells(cells, all, (k, cell) => jitter ? jitter[cell * d + k] : 0.5);
  if (!shares || !anchors) return { points: all, cells: Uint32Array.from({ length: count }, (_, i) => i) };
  const inside = domain.contains(all);
  const kept = Uint32Array.from([...shares.keys()].filter((cell) => shares[cell] > 0));
  const points = new Float64Array(kept.length * d);
  for (let i = 0; i < kept.length; i++) {
    const cell = kept[i];
    points.set((inside[cell] === 1 ? all : anchors).subarray(cell * d, (cell + 1) * d), i * d);
  }
  return { points, cells: kept };
}
function cellDensity(cells, values) {
  const { shares, volume, domain } = cells;
  const masked = shares ? values.map((value, i) => shares[i] > 0 ? value : 0) : values;
  let mass = 0;
  for (let i = 0; i < masked.length; i++) mass += masked[i] * (shares ? shares[i] : 1) * volume;
  if (mass > 0) return masked.map((value) => value / mass);
  return masked.map((_, i) => shares && shares[i] === 0 ? 0 : 1 / domain.volume);
}
function valuesAt(cells, values, points) {
  const { domain, shape, spacing } = cells;
  const d = shape.length;
  const inside = domain.contains(points);
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    if (inside[i] !== 1) return 0;
    let cell = 0;
    for (let k = 0; k < d; k++) {
      const step = Math.floor((points[i * d + k] - domain.low[k]) / spacing[k]);
      cell = cell * shape[k] + Math.min(Math.max(step, 0), shape[k] - 1);
    }
    return values[cell];
  });
}
function drawFromCells(cells, density, count, rng2) {
  const { domain, shape, spacing } = cells;
  const d = shape.length;
  const sums = distributions(density, shape);
  const sequence = sobolSequence(d, rng2);
  return accepted(domain, count, (n) => {
    const points = sequence.next(n);
    for (let i = 0; i < n; i++) {
      let before = 0;
      for (let k = 0; k < d; k++) {
        const size = shape[k];
        const sum = sums[k];
        const from = before * size;
        const target = points[i * d + k] * sum[from + size - 1];
        let [low, high] = [0, size - 1];
        while (low < high) {
          const middle = low + high >> 1;
          if (sum[from + middle] > target) high = middle;
          else low = middle + 1;
        }
        const base = low > 0 ? sum[from + low - 1] : 0;
        const within = Math.min((target - base) / (sum[from + low] - base), 1 - 2 ** -33);
        points[i * d + k] = domain.low[k] + (low + within) * spacing[k];
        before = from + low;
      }
    }
    return points;
  });
}
function distributions(density, shape) {
  const sums = new Array(shape.length);
  let totals = density;
  for (let k = shape.length - 1; k >= 0; k--) {
    const size = shape[k];
    const running = totals.slice();
    const next = new Float64Array(totals.length / size);
    for (let row2 = 0; row2 < next.length; row2++) {
      for (let i = 1; i < size; i++) running[row2 * size + i] += running[row2 * size + i - 1];
      next[row2] = running[(row2 + 1) * size - 1];
    }
    sums[k] = running;
    totals = next;
  }
  return sums;
}
function drawMixed(cells, density, count, share, rng2) {
  const spread = Math.min(count, Math.max(1, Math.round(share * count)));
  const d = cells.domain.dimension;
  const points = new Float64Array(count * d);
  points.set(evenPoints(cells.domain, spread, rng2.split("spread")));
  points.set(drawFromCells(cells, density, count - spread, rng2.split("cells")), spread * d);
  return { points, uniformShare: spread / count };
}

// solvers/sampler/options.ts
function checkNumber(sampler, option, value, range) {
  const { low, high = Number.POSITIVE_INFINITY, above = false, whole = false } = range;
  const inside = Number.isFinite(value) && (above ? value > low : value >= low) && value <= high;
  if (!inside || whole && !Number.isInteger(value)) {
    const bounds = `${above ? "(" : "["}${low}, ${high === Number.POSITIVE_INFINITY ? "\u221E)" : `${high}]`}`;
    const what = whole ? "a whole number" : "a number";
    throw new OptionsError(`${sampler}: ${option} is ${value}, expected ${what} in ${bounds}`, option, value);
  }
  return value;
}
function checkChoice(sampler, option, value, known) {
  if (!known.includes(value)) {
    throw new OptionsError(
      `${sampler}: ${option} is ${JSON.stringify(value)}, expected ${known.map((k) => JSON.stringify(k)).join(" or ")}`,
      option,
      value
    );
  }
  return value;
}

// solvers/sampler/sampler-state.ts
function tensor(values, shape = [values.length]) {
  return { shape: [...shape], data: Float64Array.from(values) };
}
function stored(sampler, tensors, name, length) {
  const found = tensors instanceof Map ? tensors.get(name) : tensors[name];
  const data = found?.data;
  if (!(data instanceof Float64Array)) {
    throw bad(sampler, `tensor ${JSON.stringify(name)} is ${found === void 0 ? "missing" : "not float64"}`);
  }
  if (length !== void 0 && data.length !== length) {
    throw bad(sampler, `tensor ${JSON.stringify(name)} has ${data.length} values where ${length} are needed`);
  }
  return data.slice();
}
function bad(sampler, message) {
  return new FormatError(sampler, "sampler state", message, "restore the state of a sampler with the same options");
}

// solvers/sampler/residual-density.ts
function residualDensity(options = {}) {
  const { power = 1, weights = "unbiased" } = options;
  checkNumber("residualDensity", "power", power, { low: 0, above: true });
  checkChoice("residualDensity", "weights", weights, ["unbiased", "none"]);
  return { kind: "residualDensity", power, weights, ...resolvedCells("residualDensity", options) };
}
function resolvedCells(sampler, options) {
  const { shape, uniformFraction = 0.3, damping = 0.5, jitter = true } = options;
  checkNumber(sampler, "uniformFraction", uniformFraction, { low: 0, above: true, high: 1 });
  checkNumber(sampler, "damping", damping, { low: 0, high: 1 - 1e-9 });
  for (const n of shape ?? []) checkNumber(sampler, "shape", n, { low: 1, whole: true });
  return { uniformFraction, damping, jitter, ...shape && { shape: [...shape] } };
}
function startCells(sampler, domain, rule) {
  const { kind, uniformFraction, damping, jitter } = sampler;
  const cells = layCells(kind, domain, sampler.shape);
  let p = cellDensity(cells, new Float64Array(cells.count));
  let drawn = false;
  let uniformShare = 1;
  let share = 1;
  const mixed = (inside, atPoints) => atPoints.map((value, i) => uniformShare * inside[i] + (1 - uniformShare) * value);
  const draw = async (context) => {
    checkCount(kind, context.count);
    const rng2 = roundStream(context);
    const places = cellPoints(cells, jitter ? rng2.split("jitter") : void 0);
    const seen = normalised(await residualAt(kind, context, places.points));
    const values = new Float64Array(cells.count);
    for (let i = 0; i < places.cells.length; i++) values[places.cells[i]] = seen.values[i];
    const fresh3 = rule.density(cells, { values, scale: seen.scale });
    const keep = drawn ? damping : 0;
    p = fresh3.map((value, i) => (1 - keep) * value + keep * p[i]);
    drawn = true;
    const set = drawMixed(cells, p, context.count, uniformFraction, rng2);
    uniformShare = set.uniformShare;
    const atPoints = valuesAt(cells, p, set.points);
    const density = mixed(uniformDensity(domain, set.points), atPoints);
    const weights = rule.weights(density, atPoints);
    share = effectiveShare(weights);
    return { points: set.points, density, weights };
  };
  return {
    draw,
    density: (points) => mixed(uniformDensity(domain, points), valuesAt(cells, p, points)),
    state: () => ({
      cells: tensor(p, cells.shape),
      round: tensor([drawn ? 1 : 0, uniformShare, share]),
      ...Object.fromEntries(Object.entries(rule.state()).map(([name, values]) => [name, tensor(values)]))
    }),
    restore(tensors) {
      p = stored(kind, tensors, "cells", cells.count);
      const [isDrawn, lastUniform, lastShare] = stored(kind, tensors, "round", 3);
      drawn = isDrawn === 1;
      uniformShare = lastUniform;
      share = lastShare;
      rule.restore((name, length) => stored(kind, tensors, name, length));
    },
    report: () => ({ ...rule.report(), topMass: topMass(cells, p), effectiveShare: share })
  };
}
function topMass({ shares, volume, domain }, p) {
  const order = Uint32Array.from(p, (_, i) => i).sort((a, b) => p[b] - p[a]);
  let room = 0.01 * domain.volume;
  let mass = 0;
  for (const cell of order) {
    const taken = Math.min(room, (shares ? shares[cell] : 1) * volume);
    mass += taken * p[cell];
    room -= taken;
    if (room <= 0) break;
  }
  return mass;
}
function startResidualDensity(sampler, domain) {
  return startCells(sampler, domain, {
    density: (cells, { values }) => cellDensity(
      cells,
      values.map((value) => value ** sampler.power)
    ),
    weights: (q) => rowWeights(domain, q, sampler.weights),
    state: () => ({}),
    restore: () => {
    },
    report: () => ({})
  });
}

// engine/numerics/fast-cosine.ts
var isPowerOfTwo = (n) => (n & n - 1) === 0;
var factors = /* @__PURE__ */ new Map();
function fastCosineTransform(values, shape, work, inverse = false) {
  if (!shape.every(isPowerOfTwo)) {
    cosineTransform(values, shape, inverse);
    return;
  }
  const one = inverse ? backward : forward;
  let inner = values.length;
  for (const n of shape) {
    inner /= n;
    if (n === 1) continue;
    if (inner > 1) {
      for (let block = 0; block < values.length; block += n * inner) one(values, work, block, n, inner);
    } else {
      const lines = values.length / n;
      transpose(values, work, lines, n);
      one(work, values, 0, n, lines);
      transpose(work, values, n, lines);
    }
  }
  if (!inverse) return;
  const scale = shape.reduce((product, n) => n > 1 ? product * 2 / n : product, 1);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
}
function halfSecants(n) {
  const known = factors.get(n);
  if (known) return known;
  const made = Float64Array.from({ length: n / 2 }, (_, j) => 0.5 / Math.cos(Math.PI * (2 * j + 1) / (2 * n)));
  factors.set(n, made);
  return made;
}
function forward(rows3, work, start2, n, m) {
  if (n === 1) return;
  const half = n / 2;
  const secants = halfSecants(n);
  for (let j = 0; j < half; j++) {
    const secant = secants[j];
    const [a, b, sum, difference] = [start2 + j * m, start2 + (n - 1 - j) * m, start2 + j * m, start2 + (half + j) * m];
    for (let i = 0; i < m; i++) {
      const x = rows3[a + i];
      const y = rows3[b + i];
      work[sum + i] = x + y;
      work[difference + i] = (x - y) * secant;
    }
  }
  forward(work, rows3, start2, half, m);
  forward(work, rows3, start2 + half * m, half, m);
  for (let j = 0; j < half; j++) {
    const [even, odd, out] = [start2 + j * m, start2 + (half + j) * m, start2 + 2 * j * m];
    for (let i = 0; i < m; i++) rows3[out + i] = work[even + i];
    if (j === half - 1) for (let i = 0; i < m; i++) rows3[out + m + i] = work[odd + i];
    else for (let i = 0; i < m; i++) rows3[out + m + i] = work[odd + i] + work[odd + m + i];
  }
}
function backward(rows3, work, start2, n, m) {
  for (let i = 0; i < m; i++) rows3[start2 + i] /= 2;
  synthesis(rows3, work, start2, n, m);
}
function synthesis(rows3, work, start2, n, m) {
  if (n === 1) return;
  const half = n / 2;
  for (let j = 0; j < half; j++) {
    const [even, odd, from] = [start2 + j * m, start2 + (half + j) * m, start2 + 2 * j * m];
    for (let i = 0; i < m; i++) work[even + i] = rows3[from + i];
    if (j === 0) for (let i = 0; i < m; i++) work[odd + i] = rows3[from + m + i];
    else for (let i = 0; i < m; i++) work[odd + i] = rows3[from + m + i] + rows3[from - m + i];
  }
  synthesis(work, rows3, start2, half, m);
  synthesis(work, rows3, start2 + half * m, half, m);
  const secants = halfSecants(n);
  for (let j = 0; j < half; j++) {
    const secant = secants[j];
    const [a, b, sum, difference] = [start2 + j * m, start2 + (n - 1 - j) * m, start2 + j * m, start2 + (half + j) * m];
    for (let i = 0; i < m; i++) {
      const x = work[sum + i];
      const y = work[difference + i] * secant;
      rows3[a + i] = x + y;
      rows3[b + i] = x - y;
    }
  }
}
var TILE = 16;
function transpose(from, to, height, width) {
  for (let top = 0; top < height; top += TILE) {
    const bottom = Math.min(top + TILE, height);
    for (let left = 0; left < width; left += TILE) {
      const right = Math.min(left + TILE, width);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) to[j * height + i] = from[i * width + j];
    }
  }
}

// solvers/sampler/obstacle.ts
var REACH = 0.15;
var RELAXATION = 1.6;
var CHECK_EVERY = 5;
var ADAPT_UNTIL = 100;
function obstacleMaximum(problem) {
  const { values, shape, spacing, floor, tolerance, maxIterations } = problem;
  const closed = dualSobolevNorm({ values, shape }, { spacing, floor });
  const n = values.length;
  const volume = spacing.reduce((product, h) => product * h, 1) * n;
  const beta = problem.beta ?? closed.beta * problem.kappa;
  const mean = closed.mass / volume;
  if (closed.beta === 0) return uniformResult(problem, mean, volume);
  if (beta >= closed.beta) {
    const { optimalDensity: density, maximum } = dualSobolevNorm({ values, shape }, { spacing, beta });
    const state = {
      z: density.map((p2) => p2 * volume),
      y: new Float64Array(n),
      rho: startPenalty(problem, beta / closed.beta)
    };
    const exact = { value: maximum, bound: maximum, gap: 0, iterations: 0, converged: true, beta };
    return { density, multiplier: new Float64Array(n), ...exact, state };
  }
  const unit = 2 * beta / volume;
  const force = values.map((f) => (f - mean) / unit);
  const work = new Float64Array(n);
  const spectrum = force.slice();
  fastCosineTransform(spectrum, shape, work);
  const symbol = laplacianSymbol(shape, spacing);
  let rho = problem.warm?.rho ?? startPenalty(problem, beta / closed.beta);
  const z = problem.warm?.z.slice() ?? new Float64Array(n).fill(1);
  const y = problem.warm?.y.slice() ?? new Float64Array(n);
  const p = new Float64Array(n);
  let best = certificate({ z, y, rho, force, symbol, floor, shape });
  let iteration = 0;
  while (best.gap > tolerance && iteration < maxIterations) {
    iteration++;
    for (let i = 0; i < n; i++) p[i] = rho * (z[i] - y[i]);
    fastCosineTransform(p, shape, work);
    for (let i = 0; i < n; i++) p[i] = (p[i] + spectrum[i]) / (symbol[i] + rho);
    p[0] = n;
    fastCosineTransform(p, shape, work, true);
    let [primal, dual, sizeZ, sizeY] = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const before = z[i];
      const w = RELAXATION * p[i] + (1 - RELAXATION) * before + y[i];
      const after = Math.max(w, floor);
      y[i] = w - after;
      z[i] = after;
      primal += (p[i] - after) ** 2;
      dual += (after - before) ** 2;
      sizeZ += after * after;
      sizeY += (w - after) ** 2;
    }
    if (iteration % CHECK_EVERY > 0 && iteration < maxIterations) continue;
    best = certificate({ z, y, rho, force, symbol, floor, shape });
    if (iteration > ADAPT_UNTIL || sizeY === 0 || primal === 0 || dual === 0) continue;
    const ratio = Math.sqrt(primal * sizeY / (sizeZ * dual));
    if (ratio > 0.5 && ratio < 2) continue;
    const factor = Math.min(5, Math.max(0.2, ratio));
    rho *= factor;
    for (let i = 0; i < n; i++) y[i] /= factor;
  }
  return {
    density: best.z.map((value) => value / volume),
    multiplier: best.multiplier.map((value) => value * unit),
    value: mean + best.value * unit,
    bound: mean + best.bound * unit,
    gap: best.gap,
    iterations: iteration,
    converged: best.gap <= tolerance,
    beta,
    state: { z, y, rho }
  };
}
function uniformResult(problem, mean, volume) {
  const n = problem.values.length;
  const state = { z: new Float64Array(n).fill(1), y: new Float64Array(n), rho: startPenalty(problem, 1) };
  const exact = { value: mean, bound: mean, gap: 0, iterations: 0, converged: true, beta: 0 };
  return { density: new Float64Array(n).fill(1 / volume), multiplier: new Float64Array(n), ...exact, state };
}
function startPenalty({ shape, spacing }, kappa) {
  const longest = Math.max(...shape.map((n, k) => n * spacing[k]));
  return (Math.PI / (REACH * longest)) ** 2 / Math.sqrt(Math.min(kappa, 1));
}
function certificate({ z, y, rho, force, symbol, floor, shape }) {
  const n = z.length;
  const mean = z.reduce((sum, value2) => sum + value2, 0) / n;
  const stretch = mean > floor ? (1 - floor) / (mean - floor) : 0;
  const feasible = z.map((value2) => stretch > 0 ? floor + (value2 - floor) * stretch : 1);
  const multiplier = y.map((value2) => -rho * value2);
  const [zHat, gHat] = [feasible.slice(), force.map((f, i) => f + multiplier[i])];
  fastCosineTransform(zHat, shape, y.slice());
  fastCosineTransform(gHat, shape, y.slice());
  let [work, slack, gradient, dual] = [0, 0, 0, 0];
  const norms2 = cosineNorms(shape);
  for (let i = 0; i < n; i++) {
    work += force[i] * feasible[i];
    slack += multiplier[i];
    if (i === 0) continue;
    gradient += norms2[i] * symbol[i] * zHat[i] ** 2;
    dual += norms2[i] * gHat[i] ** 2 / symbol[i];
  }
  const value = work / n - gradient / 2;
  const bound = slack / n * (1 - floor) + dual / 2;
  return { z: feasible, multiplier, value, bound, gap: bound > 0 ? Math.max(0, bound - value) / bound : 0 };
}
function laplacianSymbol(shape, spacing) {
  const axes = shape.map(
    (n, axis) => Float64Array.from({ length: n }, (_, k) => (2 / spacing[axis] * Math.sin(Math.PI * k / (2 * n))) ** 2)
  );
  return overCells(shape, (at) => at.reduce((sum, k, axis) => sum + axes[axis][k], 0));
}
var norms = /* @__PURE__ */ new Map();
function cosineNorms(shape) {
  const key = shape.join();
  const known = norms.get(key);
  if (known) return known;
  const made = overCells(
    shape,
    (at) => at.reduce((product, k, axis) => product * ((k > 0 ? 2 : 1) / shape[axis] ** 2), 1)
  );
  norms.set(key, made);
  return made;
}
function overCells(shape, value) {
  const index = new Array(shape.length).fill(0);
  const out = new Float64Array(shape.reduce((product, n) => product * n, 1));
  for (let cell = 0; cell < out.length; cell++) {
    out[cell] = value(index);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return out;
}

// solvers/sampler/exact-adversarial.ts
function exactAdversarial(options = {}) {
  const { kappa = 3e-3, floor = 0.2, tolerance = 0.01, maxIterations = 500 } = options;
  const { weights = "unbiased" } = options;
  checkNumber("adversarial", "kappa", kappa, { low: 0, above: true });
  checkNumber("adversarial", "floor", floor, { low: 0, above: true, high: 1 - 1e-9 });
  checkNumber("adversarial", "tolerance", tolerance, { low: 0, above: true });
  checkNumber("adversarial", "maxIterations", maxIterations, { low: 1, whole: true });
  checkChoice("adversarial", "weights", weights, ["unbiased", "paper", "none"]);
  const cells = resolvedCells("adversarial", options);
  return { kind: "adversarial", method: "exact", kappa, floor, tolerance, maxIterations, weights, ...cells };
}
function startExactAdversarial(sampler, domain) {
  const { floor, kappa, tolerance, maxIterations } = sampler;
  let warm;
  let numbers = {};
  return startCells(sampler, domain, {
    density(cells, { values, scale }) {
      const { shape, spacing } = cells;
      const squares = values.map((value) => value * value);
      const problem = { values: squares, shape, spacing, floor, kappa, tolerance, maxIterations };
      const result = obstacleMaximum({ ...problem, ...warm && { warm } });
      warm = result.state;
      numbers = summary(result, scale * scale);
      return cellDensity(cells, result.density);
    },
    weights(q, p) {
      if (sampler.weights !== "paper") return rowWeights(domain, q, sampler.weights);
      return p.map((value, i) => value / (p.length * q[i]));
    },
    state: () => ({
      ...warm && { split: warm.z, multiplier: warm.y },
      penalty: Float64Array.of(...warm ? [warm.rho] : []),
      report: Float64Array.from(REPORTED, (name) => numbers[name] ?? Number.NaN)
    }),
    restore(stored2) {
      const [rho] = stored2("penalty");
      const count = stored2("cells").length;
      warm = rho === void 0 ? void 0 : { z: stored2("split", count), y: stored2("multiplier", count), rho };
      const report = stored2("report", REPORTED.length);
      numbers = warm ? Object.fromEntries(REPORTED.map((name, i) => [name, report[i]])) : {};
    },
    report: () => numbers
  });
}
var REPORTED = ["beta", "value", "bound", "gap", "iterations", "converged"];
function summary(result, scale) {
  const { beta, value, bound, gap, iterations, converged } = result;
  return {
    beta: beta * scale,
    value: value * scale,
    bound: bound * scale,
    gap,
    iterations,
    converged: Number(converged)
  };
}

// generative/flow/flow.ts
function stagesOf(dimension, drop, layers, single) {
  const stages = [];
  for (let size = dimension; size > 0; size -= drop) {
    const half = Math.ceil(size / 2);
    if (size === 1 && !single) break;
    const couplings = Array.from({ length: size === 1 ? 1 : layers }, (_, layer) => {
      const name = `stage${stages.length}.layer${layer}`;
      if (size === 1) return { name, size, kept: [0, 0], moved: [0, 1] };
      return layer % 2 === 0 ? { name, size, kept: [0, half], moved: [half, size] } : { name, size, kept: [half, size], moved: [0, half] };
    });
    stages.push({ size, couplings });
  }
  return stages;
}
var sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);
function columns(z, [from, to]) {
  return from === 0 && to === z.shape[1] ? z : tf.slice(z, [0, from], [z.shape[0], to - from]);
}
function replaced(z, [from, to], value) {
  const parts = [
    ...from > 0 ? [columns(z, [0, from])] : [],
    value,
    ...to < z.shape[1] ? [columns(z, [to, z.shape[1]])] : []
  ];
  return parts.length === 1 ? value : tf.concat(parts, 1);
}
function checkSize(name, value, least, most = Number.MAX_SAFE_INTEGER) {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? `\u2265 ${least}` : `from ${least} to ${most}`;
  throw new OptionsError(`krnet: ${name} is ${value}, expected a whole number ${range}`, name, value);
}

// generative/flow/quadratic.ts
function quadraticMap(y, { low, begin, widths, left, rise }) {
  const share = tf.clipByValue(tf.div(tf.sub(tf.expandDims(y, 2), begin), widths), 0, 1);
  const climb = tf.mul(rise, share);
  const area = tf.mul(tf.mul(widths, share), tf.add(left, tf.mul(climb, 0.5)));
  const first = tf.slice(
    left,
    left.shape.map(() => 0),
    [...left.shape.slice(0, -1), 1]
  );
  const density = tf.add(tf.reshape(first, first.shape.slice(0, -1)), tf.sum(climb, 2));
  const sum = tf.sum(area, 2);
  return { value: low === 0 ? sum : tf.add(sum, constant(low)), density };
}
function inverseQuadraticMap(v, { low, widths, left, rise }) {
  const areas = tf.mul(widths, tf.add(left, tf.mul(rise, 0.5)));
  const from = tf.cumsum(areas, areas.rank - 1, true);
  const raised = low === 0 ? v : tf.sub(v, constant(low));
  const inside = tf.div(tf.minimum(tf.relu(tf.sub(tf.expandDims(raised, 2), from)), areas), widths);
  const root = tf.sqrt(tf.relu(tf.add(tf.square(left), tf.mul(tf.mul(inside, rise), 2))));
  const share = tf.div(tf.mul(inside, 2), tf.add(left, root));
  const sum = tf.sum(tf.mul(tf.minimum(share, 1), widths), 2);
  return low === 0 ? sum : tf.add(sum, constant(low));
}

// generative/flow/bounded-krnet.ts
var RANGE = { widths: 2.5, nodes: 4 };
function boundedKrnet(options) {
  const { dimension, layers = 4, width = 24, bins = 8, blocks = Math.min(2, options.dimension) } = options;
  checkSize("dimension", dimension, 1);
  checkSize("layers", layers, 1);
  checkSize("width", width, 1);
  checkSize("bins", bins, 2);
  checkSize("blocks", blocks, 1, dimension);
  const couplings = stagesOf(dimension, Math.ceil(dimension / blocks), layers, true).flatMap((s) => s.couplings);
  const shapes = {};
  for (const { name, kept, moved } of couplings) {
    const [inputs, outputs] = [kept[1] - kept[0], (moved[1] - moved[0]) * (2 * bins + 1)];
    if (inputs > 0) {
      shapes[`${name}.kernel1`] = [inputs, width];
      shapes[`${name}.bias1`] = [width];
      shapes[`${name}.kernel2`] = [width, width];
      shapes[`${name}.bias2`] = [width];
      shapes[`${name}.kernel3`] = [width, outputs];
    }
    shapes[`${name}.bias3`] = [outputs];
  }
  const mesh = (parameters, { name, kept, moved }, all) => {
    const p = (part2) => parameters[`${name}.${part2}`];
    const m = moved[1] - moved[0];
    let raw = tf.reshape(p("bias3"), [1, m, 2 * bins + 1]);
    if (kept[1] > kept[0]) {
      const centred = tf.sub(tf.mul(columns(all, kept), 2), 1);
      const first = tf.tanh(dense(centred, p("kernel1"), p("bias1")));
      const second = tf.tanh(dense(first, p("kernel2"), p("bias2")));
      raw = tf.reshape(dense(second, p("kernel3"), p("bias3")), [-1, m, 2 * bins + 1]);
    }
    const rows3 = raw.shape[0];
    const part = (from, size) => tf.slice(raw, [0, 0, from], [rows3, m, size]);
    const lengths = tf.exp(bounded(part(0, bins), RANGE.widths));
    const widths = tf.div(lengths, tf.sum(lengths, 2, true));
    const heights = tf.exp(bounded(part(bins, bins + 1), RANGE.nodes));
    const lower = tf.slice(heights, [0, 0, 0], [rows3, m, bins]);
    const upper = tf.slice(heights, [0, 0, 1], [rows3, m, bins]);
    const mass = tf.mul(tf.sum(tf.mul(widths, tf.add(lower, upper)), 2, true), 0.5);
    const left = tf.div(lower, mass);
    const rise = tf.div(tf.sub(upper, lower), mass);
    return { low: 0, begin: tf.cumsum(widths, 2, true), widths, left, rise };
  };
  const forward2 = (parameters, points) => {
    let z = points;
    let logDeterminant;
    for (const coupling of couplings) {
      const { value, density } = quadraticMap(columns(z, coupling.moved), mesh(parameters, coupling, z));
      const term = tf.sum(tf.log(density), 1);
      logDeterminant = logDeterminant ? tf.add(logDeterminant, term) : term;
      z = replaced(z, coupling.moved, value);
    }
    return { reference: z, logDeterminant };
  };
  return Object.freeze({
    kind: "bounded-krnet",
    dimension,
    shapes,
    parameterCount: Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0),
    initialize: (rng2) => Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, fresh(name, shape, rng2.split(name))])),
    forward: forward2,
    inverse(parameters, reference) {
      let z = reference;
      for (const coupling of [...couplings].reverse()) {
        z = replaced(z, coupling.moved, inverseQuadraticMap(columns(z, coupling.moved), mesh(parameters, coupling, z)));
      }
      return z;
    },
    logDensity: (parameters, points) => forward2(parameters, points).logDeterminant,
    reference: (uniform2) => uniform2.slice(),
    measure: () => ({})
  });
}
function fresh(name, shape, rng2) {
  const values = new Float64Array(sizeOf(shape));
  const scale = name.endsWith("kernel1") ? 2.5 / Math.sqrt(shape[0]) : name.endsWith("bias1") ? 1.5 : name.endsWith("kernel2") ? 1 / Math.sqrt(shape[0]) : 0;
  if (scale > 0) rng2.normal(values);
  for (let i = 0; i < values.length; i++) values[i] *= scale;
  return { shape, values };
}
var bounded = (x, limit) => tf.mul(tf.tanh(tf.mul(x, constant(1 / limit))), constant(limit));

// generative/flow/krnet.ts
var STRENGTH = 0.6;
var LOG_SCALE = 5;
var REACH2 = 50;
var RATIO = 1.2;
var EDGE = 1e-15;
function krnet(options) {
  const { dimension, layers = 6, width = 24, bins = 32, drop = 1, margin = 5e-3 } = options;
  checkSize("dimension", dimension, 1);
  checkSize("layers", layers, 1);
  checkSize("width", width, 1);
  checkSize("bins", bins, 2);
  checkSize("drop", drop, 1);
  if (bins % 2 !== 0) throw new OptionsError(`krnet: bins is ${bins}, expected an even number`, "bins", bins);
  if (!(margin >= 0 && margin < 1)) {
    throw new OptionsError(`krnet: margin is ${margin}, expected a share of the side in [0, 1)`, "margin", margin);
  }
  const couplings = stagesOf(dimension, drop, layers, false).flatMap((s) => s.couplings);
  const shapes = {};
  for (const { name, size, kept, moved } of couplings) {
    const [inputs, outputs] = [kept[1] - kept[0], moved[1] - moved[0]];
    shapes[`${name}.normBias`] = [size];
    shapes[`${name}.normScale`] = [size];
    shapes[`${name}.kernel1`] = [inputs, width];
    shapes[`${name}.bias1`] = [width];
    shapes[`${name}.kernel2`] = [width, width];
    shapes[`${name}.bias2`] = [width];
    shapes[`${name}.kernel3`] = [width, 2 * outputs];
    shapes[`${name}.bias3`] = [2 * outputs];
    shapes[`${name}.shift`] = [outputs];
  }
  shapes["last.normBias"] = [dimension];
  shapes["last.normScale"] = [dimension];
  shapes["last.density"] = [dimension, bins - 1];
  const affine = (parameters, { name, kept, moved }, x) => {
    const p = (part) => parameters[`${name}.${part}`];
    const layer = (input, i) => dense(input, p(`kernel${i}`), p(`bias${i}`));
    const hidden = tf.relu(layer(tf.relu(layer(columns(x, kept), 1)), 2));
    const out = tf.tanh(layer(hidden, 3));
    const m = moved[1] - moved[0];
    const factor = tf.add(tf.mul(columns(out, [0, m]), constant(STRENGTH)), 1);
    const summand = tf.mul(columns(out, [m, 2 * m]), tf.exp(tf.clipByValue(p("shift"), -LOG_SCALE, LOG_SCALE)));
    return { factor, summand };
  };
  const scaleOf = (parameters, name) => tf.clipByValue(parameters[`${name}.normScale`], -LOG_SCALE, LOG_SCALE);
  const normalized = (parameters, name, x) => {
    const scale = scaleOf(parameters, name);
    return { x: tf.mul(tf.add(x, parameters[`${name}.normBias`]), tf.exp(scale)), log: tf.sum(scale) };
  };
  const restored = (parameters, name, x) => tf.sub(tf.mul(x, tf.exp(tf.neg(scaleOf(parameters, name)))), parameters[`${name}.normBias`]);
  const lengths = meshLengths(bins);
  const last = (parameters) => {
    const row2 = (values) => constant(values, [1, 1, bins]);
    const heights = tf.exp(parameters["last.density"]);
    const dual = constant(
      lengths.slice(1).map((h, k) => (h + lengths[k]) / 2),
      [1, bins - 1]
    );
    const free = constant(2 * REACH2 - (lengths[0] + lengths[bins - 1]) / 2);
    const mass = tf.sum(tf.mul(heights, dual), 1, true);
    const inner = tf.reshape(tf.mul(heights, tf.div(free, mass)), [1, dimension, bins - 1]);
    const end = tf.ones([1, dimension, 1]);
    const left = tf.concat([end, inner], 2);
    const rise = tf.sub(tf.concat([inner, end], 2), left);
    const begin = lengths.map((_, k) => lengths.subarray(0, k).reduce((a, b) => a + b, -REACH2));
    return { low: -REACH2, begin: row2(begin), widths: row2(lengths), left, rise };
  };
  const beyond = (x) => tf.sub(tf.relu(tf.sub(x, REACH2)), tf.relu(tf.sub(tf.neg(x), REACH2)));
  const through = (parameters, points, norm) => {
    const inner = tf.div(tf.add(points, constant(margin)), constant(1 + 2 * margin));
    const y = tf.clipByValue(inner, EDGE, 1 - EDGE);
    const rest = tf.sub(1, y);
    let x = tf.log(tf.div(y, rest));
    let total = tf.neg(tf.sum(tf.log(tf.mul(tf.mul(y, rest), constant(1 + 2 * margin))), 1));
    for (const coupling of couplings) {
      const active = columns(x, [0, coupling.size]);
      const step2 = norm(coupling.name, active);
      const { factor, summand } = affine(parameters, coupling, step2.x);
      const moved = tf.add(tf.mul(columns(step2.x, coupling.moved), factor), summand);
      const next = replaced(step2.x, coupling.moved, moved);
      x = replaced(x, [0, coupling.size], next);
      total = tf.add(total, tf.add(tf.sum(tf.log(factor), 1), step2.log));
    }
    const step = norm("last", x);
    const { value, density } = quadraticMap(step.x, last(parameters));
    total = tf.add(total, tf.add(tf.sum(tf.log(density), 1), step.log));
    const reference = tf.add(value, beyond(step.x));
    return { reference, logDeterminant: total };
  };
  const forward2 = (parameters, points) => through(parameters, points, (name, x) => normalized(parameters, name, x));
  return Object.freeze({
    kind: "krnet",
    dimension,
    shapes,
    parameterCount: Object.values(shapes).reduce((sum, shape) => sum + sizeOf(shape), 0),
    initialize: (rng2) => Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, fresh2(name, shape, rng2.split(name))])),
    forward: forward2,
    inverse(parameters, reference) {
      const inside = tf.clipByValue(reference, -REACH2, REACH2);
      let x = tf.add(inverseQuadraticMap(inside, last(parameters)), beyond(reference));
      x = restored(parameters, "last", x);
      for (const coupling of [...couplings].reverse()) {
        const active = columns(x, [0, coupling.size]);
        const { factor, summand } = affine(parameters, coupling, active);
        const moved = tf.div(tf.sub(columns(active, coupling.moved), summand), factor);
        const before = restored(parameters, coupling.name, replaced(active, coupling.moved, moved));
        x = replaced(x, [0, coupling.size], before);
      }
      return tf.sub(tf.mul(tf.sigmoid(x), constant(1 + 2 * margin)), constant(margin));
    },
    logDensity(parameters, points) {
      const { reference, logDeterminant } = forward2(parameters, points);
      const normal = tf.add(tf.mul(tf.square(reference), constant(0.5)), constant(0.5 * Math.log(2 * Math.PI)));
      return tf.sub(logDeterminant, tf.sum(normal, 1));
    },
    reference: (uniform2) => uniform2.map(normalQuantile),
    measure(parameters, points) {
      const measured3 = {};
      through(parameters, points, (name, x) => {
        const centre = tf.mean(x, 0, true);
        const deviation = tf.add(tf.sqrt(tf.mean(tf.square(tf.sub(x, centre)), 0)), constant(1e-6));
        const bias = tf.reshape(tf.neg(centre), [-1]);
        const scale = tf.neg(tf.log(deviation));
        measured3[`${name}.normBias`] = bias;
        measured3[`${name}.normScale`] = scale;
        return normalized({ [`${name}.normBias`]: bias, [`${name}.normScale`]: scale }, name, x);
      });
      return measured3;
    }
  });
}
function meshLengths(bins) {
  const half = bins / 2;
  const first = REACH2 * (RATIO - 1) / (RATIO ** half - 1);
  return Float64Array.from({ length: bins }, (_, k) => first * RATIO ** (k < half ? half - 1 - k : k - half));
}
function fresh2(name, shape, rng2) {
  const values = new Float64Array(sizeOf(shape));
  if (name.includes("kernel")) {
    const deviation = Math.sqrt(2 / (shape[0] + shape[1]));
    rng2.normal(values);
    for (let i = 0; i < values.length; i++) values[i] *= deviation;
  }
  return { shape, values };
}

// generative/flow/objective.ts
var REACH3 = 0.02;
function adversaryLoss(flow, parameters, inputs) {
  const [gained, paid, weights, differences, penalty, barrier] = inputs;
  const count = weights.shape[0];
  const [shifts, base] = differences.shape;
  const logs = flow.logDensity(parameters, tf.concat([gained, paid], 0));
  const density = tf.exp(logs);
  const part = (from, size) => tf.slice(density, [from], [size]);
  const shifted = tf.reshape(part(count + base, shifts * base), [shifts, base]);
  const squares = tf.square(tf.sub(shifted, part(count, base)));
  const energy = tf.sum(tf.mul(differences, squares));
  const gain = tf.sum(tf.mul(weights, tf.sub(part(0, count), 1)));
  const entropy = tf.neg(tf.div(tf.sum(tf.mul(weights, tf.slice(logs, [0], [count]))), tf.sum(weights)));
  const objective = tf.sub(tf.mul(tf.reshape(penalty, []), energy), gain);
  const loss = tf.add(objective, tf.mul(tf.reshape(barrier, []), entropy));
  return { loss, metrics: { gain, energy, entropy } };
}
function crossEntropyLoss(flow, parameters, inputs) {
  const [points, weights] = inputs;
  const loss = tf.neg(tf.sum(tf.mul(weights, flow.logDensity(parameters, points))));
  return { loss, metrics: {} };
}
function differencePoints(points, weights, sides, shifts, rng2, reach = REACH3) {
  const d = sides.length;
  const count = weights.length;
  const shifted = new Float64Array(shifts * count * d);
  const scaled = new Float64Array(shifts * count);
  const order = Int32Array.from({ length: d }, (_, k) => k);
  for (let i = 0; i < count; i++) {
    if (shifts < d) rng2.shuffle(order);
    const row2 = points.subarray(i * d, (i + 1) * d);
    const longest = reach * Math.min(1, (count * weights[i]) ** (1 / d));
    const step = longest * (0.25 + 0.75 * rng2.uniform());
    for (let j = 0; j < shifts; j++) {
      const axis = order[j];
      const at = j * count + i;
      shifted.set(row2, at * d);
      if (weights[i] === 0) continue;
      const before = row2[axis];
      const sign = before < step ? 1 : before > 1 - step || rng2.uniform() < 0.5 ? -1 : 1;
      const after = before + sign * step;
      shifted[at * d + axis] = after;
      scaled[at] = weights[i] * d / shifts / ((after - before) * sides[axis]) ** 2;
    }
  }
  return { points: shifted, weights: scaled };
}

// generative/flow/model.ts
async function openFlow(flow, rng2, options) {
  const d = flow.dimension;
  const { objective, batch = 1e3, shifts = d <= 3 ? d : 2, learningRate = 3e-3, beta2 = 0.95, clipNorm } = options;
  const { average = 0.95, rows: rows3 = 1e3, threads = 1 } = options;
  for (const [name, value, most] of [
    ["batch", batch - 1, 1e7],
    ["rows", rows3, 1e7],
    ["shifts", shifts, d]
  ]) {
    if (Number.isInteger(value) && value >= 1 && value <= most) continue;
    throw new OptionsError(`openFlow: ${name} is ${value}, expected a whole number from 1 to ${most}`, name, value);
  }
  if (!(average >= 0 && average < 1)) {
    throw new OptionsError(`openFlow: average is ${average}, expected a decay in [0, 1)`, "average", average);
  }
  const run = { precision: "float64", device: "cpu", threads };
  const names = Object.keys(flow.shapes);
  const initial = flow.initialize(rng2);
  const adversary = objective === "adversary";
  const base = Math.floor(batch / 2);
  const trainer = await compileTraining(
    {
      parameters: initial,
      inputs: adversary ? [
        { shape: [batch - base, d] },
        { shape: [(1 + shifts) * base, d] },
        { shape: [batch - base] },
        { shape: [shifts, base] },
        { shape: [1] },
        { shape: [1] }
      ] : [{ shape: [batch, d] }, { shape: [batch] }],
      loss: (parameters, inputs) => (adversary ? adversaryLoss : crossEntropyLoss)(flow, parameters, inputs),
      optimizer: adam({ learningRate, beta2 }),
      ...clipNorm === void 0 ? {} : { clipNorm },
      ...average > 0 ? { ema: { decay: average, warmup: true } } : {}
    },
    { ...run, name: `${flow.kind} training` }
  );
  const programs = /* @__PURE__ */ new Map();
  const program = (name, size) => {
    const key = `${name}.${size}`;
    const found = programs.get(key);
    if (found) return found;
    const specs = names.map((parameter) => ({ shape: flow.shapes[parameter] }));
    const compiled = compile(
      (...tensors) => {
        const parameters = Object.fromEntries(names.map((n, i) => [n, tensors[i]]));
        const points = tensors[names.length];
        if (name === "logDensity") return [flow.logDensity(parameters, points)];
        if (name === "inverse") return [flow.inverse(parameters, points)];
        const mapped = flow.forward(parameters, points);
        return [mapped.reference, mapped.logDeterminant];
      },
      [...specs, { shape: [size, d] }],
      { ...run, name: `${flow.kind} ${name}` }
    );
    programs.set(key, compiled);
    return compiled;
  };
  let vectors;
  const current = () => {
    if (!vectors) {
      const { ema } = trainer.state();
      vectors = names.map((n) => ema[n]);
    }
    return vectors;
  };
  const blocks = async (name, points, widths) => {
    if (points.length % d !== 0)
      throw new ShapeError("FlowModel: points", `rows of ${d} numbers`, `${points.length} in all`);
    const count = points.length / d;
    const outputs = widths.map((w) => new Float64Array(count * w));
    const compiled = await program(name, rows3);
    const parameters = current();
    for (let from = 0; from < count; from += rows3) {
      const part = points.subarray(from * d, Math.min(from + rows3, count) * d);
      const block = new Float64Array(rows3 * d).fill(0.5);
      block.set(part);
      const results = await compiled.run([...parameters, block]);
      results.forEach((result, k) => {
        outputs[k].set(result.subarray(0, part.length / d * widths[k]), from * widths[k]);
      });
    }
    return outputs;
  };
  const load = (state) => {
    trainer.load(state);
    vectors = void 0;
  };
  return {
    flow,
    batch,
    shifts,
    get steps() {
      return trainer.state().step;
    },
    async step(inputs) {
      const report = await trainer.step(inputs);
      vectors = void 0;
      return report;
    },
    logDensity: async (points) => (await blocks("logDensity", points, [1]))[0],
    sample: async (uniform2) => (await blocks("inverse", flow.reference(uniform2), [d]))[0],
    async forward(points) {
      const [reference, logDeterminant] = await blocks("forward", points, [d, 1]);
      return { reference, logDeterminant };
    },
    async measure(points) {
      const values = await measured2(flow, current(), points, run);
      if (values.size === 0) return;
      const state = trainer.state();
      const merged = (slot) => Object.fromEntries(names.map((n) => [n, values.get(n) ?? slot[n]]));
      load({ ...state, parameters: merged(state.parameters), ema: merged(state.ema) });
    },
    state() {
      const { step, ...slots } = trainer.state();
      const tensors = { step: { shape: [], data: Float64Array.of(step) } };
      for (const [slot, named] of Object.entries(slots)) {
        for (const n of names) tensors[`${slot}.${n}`] = { shape: flow.shapes[n], data: named[n] };
      }
      return tensors;
    },
    restore(tensors) {
      load(trainingState(flow, tensors));
    },
    async dispose() {
      await trainer.dispose();
      for (const compiled of programs.values()) await (await compiled).dispose();
      programs.clear();
    }
  };
}
async function measured2(flow, vectors, points, run) {
  const names = Object.keys(flow.shapes);
  let found = [];
  if (flow.kind === "bounded-krnet") return /* @__PURE__ */ new Map();
  const compiled = await compile(
    (...tensors) => {
      const parameters = Object.fromEntries(names.map((n, i) => [n, tensors[i]]));
      const values = flow.measure(parameters, tensors[names.length]);
      found = Object.keys(values);
      return Object.values(values);
    },
    [...names.map((n) => ({ shape: flow.shapes[n] })), { shape: [points.length / flow.dimension, flow.dimension] }],
    { ...run, name: `${flow.kind} measure` }
  );
  const results = await compiled.run([...vectors, points]);
  await compiled.dispose();
  return new Map(found.map((n, i) => [n, results[i]]));
}
function trainingState(flow, tensors) {
  const get = (name, size) => {
    const tensor2 = tensors instanceof Map ? tensors.get(name) : tensors[name];
    const data = tensor2?.data;
    if (data instanceof Float64Array && data.length === size) return data;
    const met = data ? `${data.constructor.name} of ${data.length}` : "nothing";
    throw new FormatError(name, "flow state", `found ${met}`, `${size} float64 numbers of this flow are needed`);
  };
  const slot = (name) => Object.fromEntries(
    Object.entries(flow.shapes).map(([n, shape]) => [
      n,
      get(
        `${name}.${n}`,
        shape.reduce((a, b) => a * b, 1)
      )
    ])
  );
  return {
    step: get("step", 1)[0],
    parameters: slot("parameters"),
    ema: slot("ema"),
    firstMoment: slot("firstMoment"),
    secondMoment: slot("secondMoment")
  };
}

// solvers/sampler/flow-domain.ts
var LEAST_SHARE2 = 1e-3;
function domainFlow(sampler, flow, domain, options) {
  const d = domain.dimension;
  const boxVolume = domain.low.reduce((product, low, k) => product * (domain.high[k] - low), 1);
  const everywhere = domain.isBox && flow.kind === "bounded-krnet";
  let opened;
  let model;
  let pending;
  let inside = 1;
  const open = (stream) => {
    opened ??= openFlow(flow, stream, options).then((made) => {
      if (pending) made.restore(pending);
      pending = void 0;
      model = made;
      return made;
    });
    return opened;
  };
  const unitPoints = (stream) => {
    if (d > maxSobolDimension) return (count) => stream.uniform(count * d).map((u) => Math.max(u, 2 ** -54));
    const sequence = sobolSequence(d, stream);
    return (count) => sequence.next(count);
  };
  const membership = (unit) => {
    const marks = domain.isBox ? new Uint8Array(unit.length / d).fill(1) : domain.contains(toBox(domain, unit.slice()));
    for (let at = 0; at < unit.length; at++) if (!(unit[at] >= 0 && unit[at] <= 1)) marks[Math.floor(at / d)] = 0;
    return marks;
  };
  const squares = async (context, unit) => {
    const marks = membership(unit);
    const rows3 = Array.from(marks.keys()).filter((i) => marks[i] === 1);
    const asked = new Float64Array(rows3.length * d);
    for (const [j, i] of rows3.entries()) asked.set(unit.subarray(i * d, (i + 1) * d), j * d);
    const residuals = await residualAt(sampler, context, toBox(domain, asked));
    const out = new Float64Array(marks.length);
    for (const [j, i] of rows3.entries()) out[i] = residuals[j] ** 2;
    return out;
  };
  return {
    open,
    squares,
    get inside() {
      return inside;
    },
    get steps() {
      return model?.steps ?? 0;
    },
    async draw(count, stream) {
      const made = await open(rng(0));
      const next = unitPoints(stream);
      const unit = new Float64Array(count * d);
      let [filled, tried] = [0, 0];
      while (filled < count) {
        const rate = tried === 0 ? inside : Math.max(filled / tried, LEAST_SHARE2);
        const tries = everywhere ? count : Math.ceil((count - filled) / rate * 1.1) + 16;
        const proposals = roundedInside(await made.sample(next(tries)), everywhere);
        const marks = membership(proposals);
        for (let i = 0; i < tries && filled < count; i++) {
          tried++;
          if (marks[i] === 1) unit.set(proposals.subarray(i * d, (i + 1) * d), d * filled++);
        }
        if (tried > 1e3 / LEAST_SHARE2 && filled < tried * LEAST_SHARE2) {
          const advice = "lower the learning rate, or start anew";
          throw new ConvergenceError(
            `${sampler}: of ${tried} points of the flow ${filled} lie in the domain; ${advice}`,
            "diverged",
            filled / tried
          );
        }
      }
      inside = filled / tried;
      const logs = await made.logDensity(unit);
      return { points: toBox(domain, unit), density: logs.map((l) => Math.exp(l) / (boxVolume * inside)) };
    },
    async density(points) {
      const marks = domain.contains(points);
      if (!model && !pending) return Float64Array.from(marks, (mark) => mark / domain.volume);
      const made = await open(rng(0));
      const unit = points.map((x, at) => (x - domain.low[at % d]) / (domain.high[at % d] - domain.low[at % d]));
      const logs = await made.logDensity(unit);
      return logs.map((l, i) => marks[i] === 1 ? Math.exp(l) / (boxVolume * inside) : 0);
    },
    async weightedPoints(stream, { size, uniformShare }) {
      const made = await open(stream.split("parameters"));
      const share = made.steps === 0 ? 1 : uniformShare;
      const uniforms = Math.round(size * share);
      const even = unitPoints(stream.split("uniform"))(uniforms);
      const own = await made.sample(unitPoints(stream.split("flow"))(size - uniforms));
      const points = interleaved(even, roundedInside(own, everywhere), d);
      const density = share === 1 ? new Float64Array(size).fill(1) : (await made.logDensity(points)).map(Math.exp);
      const inBox = (i) => points.subarray(i * d, (i + 1) * d).every((z) => z >= 0 && z <= 1);
      const weights = density.map((p, i) => inBox(i) ? 1 / (share + (1 - share) * p) : 0);
      return { points, weights };
    },
    state: () => model ? { ...model.state(), inside: tensor([inside]) } : pending ?? {},
    restore(tensors) {
      const untrained = !(tensors instanceof Map ? tensors.has("step") : "step" in tensors);
      if (untrained) {
        this.dispose();
        return;
      }
      inside = stored(sampler, tensors, "inside", 1)[0];
      if (model) model.restore(tensors);
      else pending = tensors;
    },
    dispose() {
      void opened?.then(
        (made) => made.dispose(),
        () => {
        }
      );
      [opened, model, pending, inside] = [void 0, void 0, void 0, 1];
    }
  };
}
function roundedInside(unit, exact) {
  if (!exact) return unit;
  return unit.map((z) => z > 1 && z < 1 + 1e-12 ? 1 : z);
}
function interleaved(a, b, d) {
  const [m, n] = [a.length / d, b.length / d];
  const out = new Float64Array((m + n) * d);
  let [i, j] = [0, 0];
  while (i + j < m + n) {
    const first = j >= n || i < m && (i + 0.5) * n <= (j + 0.5) * m;
    const row2 = first ? a.subarray(i * d, (i + 1) * d) : b.subarray(j * d, (j + 1) * d);
    out.set(row2, (i + j) * d);
    if (first) i++;
    else j++;
  }
  return out;
}
async function drawMixture(flow, domain, count, share, stream) {
  const uniforms = Math.round(share * count);
  const own = await flow.draw(count - uniforms, stream.split("flow"));
  const even = evenPoints(domain, uniforms, stream.split("uniform"));
  const points = new Float64Array(count * domain.dimension);
  points.set(even);
  points.set(own.points, even.length);
  const flowDensity = new Float64Array(count);
  flowDensity.set(await flow.density(even));
  flowDensity.set(own.density, uniforms);
  const actual = uniforms / count;
  const density = flowDensity.map((p) => actual / domain.volume + (1 - actual) * p);
  return { points, density, flowDensity };
}

// solvers/sampler/flow-training.ts
function checkTraining(sampler, { learningRate, ...sizes }) {
  for (const [name, value] of Object.entries(sizes)) checkNumber(sampler, name, value, { low: 1, whole: true });
  checkNumber(sampler, "learningRate", learningRate, { low: 0, above: true });
  if (sizes.pool < sizes.batch) {
    const expected = `expected at least the batch, ${sizes.batch}`;
    throw new OptionsError(`${sampler}: pool is ${sizes.pool}, ${expected}`, "pool", sizes.pool);
  }
}
function weightedMean(sampler, { squares, weights }) {
  let sum = 0;
  for (let i = 0; i < squares.length; i++) sum += squares[i] * weights[i];
  const mean = sum / squares.length;
  if (!Number.isFinite(mean)) {
    throw new ConvergenceError(`${sampler}: the mean of r\xB2 is ${mean}; lower the learning rate`, "diverged", mean);
  }
  return mean;
}
function gainDraw({ points, squares, weights }, d, stream, smooth) {
  const sums = new Float64Array(squares.length);
  let [total, of2] = [0, 0];
  const [first, second] = [new Float64Array(d), new Float64Array(d)];
  const order = mortonOrder(points, d);
  for (const [position, i] of order.entries()) {
    const mass = squares[i] * weights[i];
    total += mass;
    of2 += mass * mass;
    sums[position] = total;
    for (let k = 0; k < d; k++) {
      first[k] += mass * points[i * d + k];
      second[k] += mass * points[i * d + k] ** 2;
    }
  }
  const effective = total * total / of2;
  const width = (4 / ((d + 2) * effective)) ** (1 / (d + 4));
  const steps = first.map((f, k) => {
    const deviation = Math.sqrt(Math.max(0, second[k] / total - (f / total) ** 2));
    return smooth ? width * (effective < 2 * d ? Math.max(deviation, 0.1) : deviation) : 0;
  });
  return (count) => {
    const out = new Float64Array(count * d);
    const offset = stream.uniform();
    let at = 0;
    for (let j = 0; j < count; j++) {
      const level = (j + offset) / count * total;
      while (at < sums.length - 1 && sums[at] <= level) at++;
      for (let k = 0; k < d; k++) {
        const z = points[order[at] * d + k] + (smooth ? steps[k] * stream.normal() : 0);
        out[j * d + k] = smooth ? Math.abs(z - 2 * Math.round(z / 2)) : z;
      }
    }
    return out;
  };
}
function mortonOrder(points, d) {
  const bits = Math.max(1, Math.floor(30 / d));
  const keys = Float64Array.from({ length: points.length / d }, (_, i) => {
    let key = 0;
    for (let level = 1; level <= bits; level++) {
      for (let k = 0; k < Math.min(d, 30); k++) key = 2 * key + (Math.floor(points[i * d + k] * 2 ** level) & 1);
    }
    return key;
  });
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b] || a - b);
}

// solvers/sampler/flow-adversarial.ts
var FLOOR = 0.2;
var MEMORY = 0.95;
var WARMUP = 20;
function flowAdversarial(options = {}) {
  const { steps = 200, batch = 512, pool = 8192, learningRate = 5e-3, share = 0.3, trainingShare = 0.5 } = options;
  const { kappa = 3e-3, balance = 0.1, layers = 4, width = 24, bins = 8, weights = "unbiased" } = options;
  checkTraining(NAME, { steps, batch, pool, learningRate, layers, width, bins });
  checkNumber(NAME, "share", share, { low: 0, high: 1 - 1e-9 });
  checkNumber(NAME, "trainingShare", trainingShare, { low: 0, above: true, high: 1 });
  checkNumber(NAME, "kappa", kappa, { low: 0, above: true });
  checkNumber(NAME, "balance", balance, { low: 0, above: true, high: 0.5 - 1e-9 });
  checkChoice(NAME, "weights", weights, ["unbiased", "paper", "none"]);
  const training = { steps, batch, pool, learningRate, share, trainingShare, layers, width, bins };
  return { kind: "adversarial", method: "flow", ...training, kappa, balance, weights };
}
function paperAdversarial(options = {}) {
  const { steps = 1e3, batch = 1e3, pool = 5e3, learningRate = 8e-4, beta = 5, trainingShare = 1 } = options;
  const { layers = 6, width = 24, bins = 32 } = options;
  checkTraining(NAME, { steps, batch, pool, learningRate, layers, width, bins });
  checkNumber(NAME, "beta", beta, { low: 0 });
  checkNumber(NAME, "trainingShare", trainingShare, { low: 0, high: 1 });
  const training = { steps, batch, pool, learningRate, trainingShare, layers, width, bins };
  return { kind: "adversarial", method: "paper", beta, ...training };
}
var NAME = "adversarial";
var REFRESH = 10;
var ENERGY_SHARE = 0.5;
var HIGH_SHARE = 0.1;
function startFlowAdversarial(sampler, domain) {
  const d = domain.dimension;
  const sides = domain.low.map((low, k) => domain.high[k] - low);
  const boxVolume = sides.reduce((a, b) => a * b, 1);
  const paper = sampler.method === "paper";
  const { layers, width, bins, batch, learningRate, steps } = sampler;
  const sizes = { dimension: d, layers, width, bins };
  const flow = domainFlow(NAME, paper ? krnet(sizes) : boundedKrnet(sizes), domain, {
    objective: "adversary",
    batch,
    learningRate,
    ...paper ? { beta2: 0.999, average: 0 } : {}
  });
  let [gain, energy, seen] = [0, 0, 0];
  let numbers = [Number.NaN, Number.NaN, Number.NaN, 1];
  const penalty = async (context, mean) => {
    if (sampler.method === "paper") return () => sampler.beta / (boxVolume * mean);
    if (d <= 3) {
      const fixed = sampler.kappa * await floorBeta(context) / (boxVolume * mean);
      return () => fixed;
    }
    const ceiling = Math.max(...sides) ** 2;
    return () => seen < WARMUP ? 0 : Math.min(ceiling, sampler.balance * Math.max(gain, 0) / Math.max(energy, 1e-300));
  };
  const barrier = (step) => {
    if (paper) return 0;
    return d <= 3 ? Math.max(0, 1 - 2 * step / steps) : 1;
  };
  const train = async (context, stream) => {
    const model = await flow.open(stream.split("parameters"));
    const { pool: size, trainingShare: uniformShare } = sampler;
    const drawn = await flow.weightedPoints(stream.split("pool"), { size, uniformShare });
    const pool = { ...drawn, squares: await flow.squares(context, drawn.points) };
    const mean = weightedMean(NAME, pool);
    if (mean === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const directions2 = stream.split("directions");
    const beta = await penalty(context, mean);
    const drawGain = gainDraw(pool, d, stream.split("gain"), !paper && d > 3);
    const half = Math.floor(batch / 2);
    let energyPoints = drawn;
    let b = 0;
    let last = { gain: 0, energy: 0 };
    for (let step = 0; step < steps; step++) {
      const block = step % REFRESH;
      if (block === 0) {
        const energyPool = { size: REFRESH * half, uniformShare: ENERGY_SHARE };
        energyPoints = await flow.weightedPoints(stream.split("energy").split(step), energyPool);
      }
      const points = energyPoints.points.subarray(block * half * d, (block + 1) * half * d);
      const weights = energyPoints.weights.subarray(block * half, (block + 1) * half).map((w) => w / half);
      const shifted = differencePoints(points, weights, sides, model.shifts, directions2);
      const paid = new Float64Array(points.length + shifted.points.length);
      paid.set(points);
      paid.set(shifted.points, points.length);
      b = beta();
      const gained = drawGain(batch - half);
      const scale = paper ? 1 : Math.max(1, gain) / (d <= 3 ? 1 : HIGH_SHARE);
      const mu = barrier(step);
      const gains = new Float64Array(batch - half).fill(1 / (scale * (batch - half)));
      const { metrics } = await model.step([
        gained,
        paid,
        gains,
        shifted.weights,
        Float64Array.of(b / scale),
        Float64Array.of(mu)
      ]);
      last = { gain: metrics["gain"] * scale, energy: metrics["energy"] };
      const keep = Math.min(MEMORY, seen / (seen + 1));
      gain = keep * gain + (1 - keep) * last.gain;
      energy = keep * energy + (1 - keep) * last.energy;
      seen++;
    }
    numbers = [b * boxVolume * mean, gain * mean, b * energy * mean, numbers[3]];
  };
  const floorBeta = async (context) => {
    const shape = defaultShape(d);
    const values = await flow.squares(context, gridCentres(shape));
    return dualSobolevNorm({ values, shape }, { spacing: sides.map((s, k) => s / shape[k]), floor: FLOOR }).beta;
  };
  return {
    async draw(context) {
      checkCount(NAME, context.count);
      const stream = roundStream(context);
      const { count } = context;
      if (sampler.method === "paper" && context.round === 0) {
        const points2 = evenPoints(domain, count, stream.split("uniform"));
        const density2 = new Float64Array(count).fill(1 / domain.volume);
        return { points: points2, density: density2, weights: rowWeights(domain, density2, "none") };
      }
      await train(context, stream.split("train"));
      const share = sampler.method === "paper" ? 0 : sampler.share;
      const { points, density, flowDensity } = await drawMixture(flow, domain, count, share, stream.split("draw"));
      const kind = sampler.method === "paper" ? "none" : sampler.weights;
      const weights = kind === "paper" ? flowDensity.map((p, i) => p / (count * density[i])) : rowWeights(domain, density, kind);
      numbers = [...numbers.slice(0, 3), effectiveShare(weights)];
      return { points, density, weights };
    },
    density: (points) => flow.density(points),
    state: () => ({
      ...flow.state(),
      averages: tensor([gain, energy, seen]),
      report: tensor(numbers)
    }),
    restore(tensors) {
      [gain, energy, seen] = stored(NAME, tensors, "averages", 3);
      numbers = [...stored(NAME, tensors, "report", 4)];
      flow.restore(tensors);
    },
    report() {
      const [beta, gained, paid, effective] = numbers;
      return { beta, gain: gained, penalty: paid, effectiveShare: effective, inside: flow.inside, steps: flow.steps };
    },
    dispose: () => flow.dispose()
  };
}
function gridCentres(shape) {
  const d = shape.length;
  const count = shape.reduce((a, b) => a * b, 1);
  const out = new Float64Array(count * d);
  for (let i = 0; i < count; i++) {
    for (let k = d - 1, rest = i; k >= 0; k--) {
      out[i * d + k] = (rest % shape[k] + 0.5) / shape[k];
      rest = Math.floor(rest / shape[k]);
    }
  }
  return out;
}

// solvers/sampler/adversarial.ts
function adversarial(options = {}) {
  if (options.method === "flow") return flowAdversarial(options);
  if (options.method === "paper") return paperAdversarial(options);
  const { method = "exact" } = options;
  if (method === "exact") return exactAdversarial(options);
  const known = '"exact", "flow" or "paper"';
  throw new OptionsError(`adversarial: method is ${JSON.stringify(method)}, expected ${known}`, "method", method);
}
function startAdversarial(sampler, domain) {
  return sampler.method === "exact" ? startExactAdversarial(sampler, domain) : startFlowAdversarial(sampler, domain);
}

// engine/numerics/normal-mass.ts
var ROOT_2PI = Math.sqrt(2 * Math.PI);
function upperTail(x) {
  const peak = Math.exp(-x * x / 2) / ROOT_2PI;
  if (x < 2.5) {
    let term = x;
    let sum = x;
    for (let k = 3; sum + term !== sum; k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 - peak * sum;
  }
  if (x === Number.POSITIVE_INFINITY) return 0;
  let fraction = x;
  for (let k = Math.ceil(30 + 600 / (x * x)); k >= 1; k--) fraction = x + k / fraction;
  return peak / fraction;
}
function normalMass(low, high) {
  if (low >= 0) return upperTail(low) - upperTail(high);
  if (high <= 0) return upperTail(-high) - upperTail(-low);
  return 1 - upperTail(-low) - upperTail(high);
}
function truncatedQuantile(u, low, high) {
  if (low + high > 0) return -truncatedQuantile(1 - u, -high, -low);
  const below = low <= 0 ? upperTail(-low) : 1 - upperTail(low);
  const z = normalQuantile(below + u * normalMass(low, high));
  return Math.min(Math.max(z, low), high);
}

// solvers/sampler/mixture.ts
var NARROWEST = 1e-4;
var WIDEST = 1;
function logParts(mixture, points) {
  const { low, high, weights, means, deviations } = mixture;
  const d = low.length;
  const parts = weights.length;
  const count = points.length / d;
  const out = new Float64Array(count * parts);
  for (let c = 0; c < parts; c++) {
    let constant2 = Math.log(weights[c]);
    for (let k = 0; k < d; k++) {
      const [mean, deviation] = [means[c * d + k], deviations[c * d + k]];
      const mass = normalMass((low[k] - mean) / deviation, (high[k] - mean) / deviation);
      constant2 -= Math.log(deviation * mass * Math.sqrt(2 * Math.PI));
    }
    for (let i = 0; i < count; i++) {
      let square = 0;
      for (let k = 0; k < d; k++) square += ((points[i * d + k] - means[c * d + k]) / deviations[c * d + k]) ** 2;
      out[i * parts + c] = constant2 - square / 2;
    }
  }
  return out;
}
function mixtureDensity(mixture, points) {
  const parts = mixture.weights.length;
  const logs = logParts(mixture, points);
  return Float64Array.from({ length: logs.length / parts }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < parts; c++) sum += Math.exp(logs[i * parts + c]);
    return sum;
  });
}
function mixturePoints(mixture, unit) {
  const { low, high, weights, means, deviations } = mixture;
  const d = low.length;
  const points = new Float64Array(unit.length / (d + 1) * d);
  for (let i = 0; i < points.length / d; i++) {
    let c = 0;
    for (let rest = unit[i * (d + 1)]; c < weights.length - 1 && rest >= weights[c]; c++) rest -= weights[c];
    for (let k = 0; k < d; k++) {
      const [mean, deviation] = [means[c * d + k], deviations[c * d + k]];
      const z = truncatedQuantile(
        unit[i * (d + 1) + 1 + k],
        (low[k] - mean) / deviation,
        (high[k] - mean) / deviation
      );
      points[i * d + k] = Math.min(Math.max(mean + deviation * z, low[k]), high[k]);
    }
  }
  return points;
}
function fitted(mixture, points, pointWeights, { inflation, leastWeight }) {
  const { low, high, weights: old } = mixture;
  const d = low.length;
  const parts = old.length;
  const logs = logParts(mixture, points);
  const mass = new Float64Array(parts);
  const first = new Float64Array(parts * d);
  const second = new Float64Array(parts * d);
  const scale = pointWeights.reduce((sum2, w) => sum2 + w, 0);
  for (let i = 0; i < pointWeights.length; i++) {
    if (!(pointWeights[i] > 0)) continue;
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < parts; c++) top = Math.max(top, logs[i * parts + c]);
    let total = 0;
    for (let c = 0; c < parts; c++) total += Math.exp(logs[i * parts + c] - top);
    for (let c = 0; c < parts; c++) {
      const w = pointWeights[i] / scale * Math.exp(logs[i * parts + c] - top) / total;
      mass[c] += w;
      for (let k = 0; k < d; k++) {
        const x = points[i * d + k] - mixture.means[c * d + k];
        first[c * d + k] += w * x;
        second[c * d + k] += w * x * x;
      }
    }
  }
  const means = mixture.means.slice();
  const deviations = mixture.deviations.slice();
  for (let c = 0; c < parts; c++) {
    if (!(mass[c] > 0)) continue;
    for (let k = 0; k < d; k++) {
      const at = c * d + k;
      const side = high[k] - low[k];
      const shift = first[at] / mass[c];
      const variance = Math.max(0, second[at] / mass[c] - shift * shift);
      means[at] += shift;
      deviations[at] = Math.min(Math.max(inflation * Math.sqrt(variance), NARROWEST * side), WIDEST * side);
    }
  }
  const floored = mass.map((m) => Math.max(m, leastWeight));
  const sum = floored.reduce((total, m) => total + m, 0);
  return { low, high, weights: floored.map((m) => m / sum), means, deviations };
}

// solvers/sampler/pool-draw.ts
var LEAST_CHANCE = 1e-9;
function chances(values, k, c) {
  const powers = values.map((value) => value ** k);
  const mean = powers.reduce((sum, value) => sum + value, 0) / powers.length;
  return powers.map((value) => (mean > 0 ? value / mean : 1) + c + LEAST_CHANCE);
}
function inclusions(chance, count) {
  const result = new Float64Array(chance.length);
  const sure = new Uint8Array(chance.length);
  for (let open = count, more = true; more; ) {
    let total = 0;
    for (let i = 0; i < chance.length; i++) total += sure[i] === 1 ? 0 : chance[i];
    more = false;
    const room = open;
    for (let i = 0; i < chance.length; i++) {
      if (sure[i] === 1) continue;
      result[i] = Math.min(1, room * chance[i] / total);
      if (result[i] === 1) {
        sure[i] = 1;
        open--;
        more = true;
      }
    }
  }
  return result;
}
function drawSystematic(inclusion, count, rng2) {
  const drawn = new Uint32Array(count);
  const start2 = rng2.uniform();
  const order = rng2.permutation(inclusion.length);
  const total = inclusion.reduce((sum2, value) => sum2 + value, 0);
  let found = 0;
  let sum = 0;
  for (let i = 0; i < inclusion.length && found < count; i++) {
    sum += inclusion[order[i]];
    if (sum * (count / total) > start2 + found || inclusion.length - i === count - found) drawn[found++] = order[i];
  }
  return drawn;
}
function drawSuccessive(chance, count, rng2) {
  const times = rng2.uniform(chance.length);
  for (let i = 0; i < times.length; i++) times[i] = -Math.log1p(-times[i]) / chance[i];
  const order = Uint32Array.from({ length: chance.length }, (_, i) => i).sort((a, b) => times[a] - times[b]);
  return order.slice(0, count);
}
function rows(points, dimension, indices) {
  const out = new Float64Array(indices.length * dimension);
  for (let i = 0; i < indices.length; i++) {
    out.set(points.subarray(indices[i] * dimension, (indices[i] + 1) * dimension), i * dimension);
  }
  return out;
}
function nearestValues(points, known, values, sides) {
  const d = sides.length;
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    let best = Number.POSITIVE_INFINITY;
    let at = 0;
    for (let j = 0; j < values.length; j++) {
      let distance = 0;
      for (let k = 0; k < d && distance < best; k++) {
        distance += ((points[i * d + k] - known[j * d + k]) / sides[k]) ** 2;
      }
      if (distance >= best) continue;
      best = distance;
      at = j;
    }
    return values[at];
  });
}

// solvers/sampler/gaussian-mixture.ts
function gaussianMixture(options = {}) {
  const { components = 3, spread = 0.3, temperatures = [0.1, 0.2, 0.4, 0.7, 1, 1, 1], startPool = 2e4 } = options;
  const { pool = 8e3, uniformFraction = 0.3, tempering = 1, inflation = 1.1, leastWeight = 0.02 } = options;
  const { weights = "unbiased" } = options;
  const check = (option, value, low, high, rest = {}) => checkNumber("gaussianMixture", option, value, { low, high, ...rest });
  check("components", components, 1, 1e3, { whole: true });
  check("spread", spread, 0, 1, { above: true });
  for (const temperature of temperatures) check("temperatures", temperature, 0, 1, { above: true });
  check("startPool", startPool, components, 2 ** 24, { whole: true });
  check("pool", pool, 1, 2 ** 24, { whole: true });
  check("uniformFraction", uniformFraction, 0, 1, { above: true });
  check("tempering", tempering, 0, 1);
  check("inflation", inflation, 1, 10);
  check("leastWeight", leastWeight, 0, 1 / components);
  checkChoice("gaussianMixture", "weights", weights, ["unbiased", "none"]);
  return {
    kind: "gaussianMixture",
    ...{ components, spread, temperatures: [...temperatures], startPool, pool },
    ...{ uniformFraction, tempering, inflation, leastWeight, weights }
  };
}
function startGaussianMixture(sampler, domain) {
  if (!domain.isBox) {
    const way = "the mass of the mixture is known on boxes only; use rad";
    throw new OptionsError(`gaussianMixture: the domain is not a box; ${way}`, "domain", domain.dimension);
  }
  const { kind, components, uniformFraction, tempering } = sampler;
  const d = domain.dimension;
  let mixture;
  let uniformShare = 1;
  let share = 1;
  let fitShare = 1;
  const mixed = (points2, of, even) => mixtureDensity(of, points2).map((q) => even / domain.volume + (1 - even) * q);
  const points = (of, count, rng2) => {
    const spread = Math.min(count, Math.max(1, Math.round(uniformFraction * count)));
    const out = new Float64Array(count * d);
    out.set(evenPoints(domain, spread, rng2.split("spread")));
    const rest = count - spread;
    const stream = rng2.split("mixture");
    const unit = d < maxSobolDimension ? sobolSequence(d + 1, stream).next(rest) : stream.uniform(rest * (d + 1)).map(positive);
    out.set(mixturePoints(of, unit), spread * d);
    return { points: out, even: spread / count };
  };
  const improved = async (of, context, count, temperature, rng2) => {
    const set = points(of, count, rng2);
    const { values, scale } = normalised(await residualAt(kind, context, set.points));
    if (scale === 0) return void 0;
    const q = mixed(set.points, of, set.even);
    const pointWeights = values.map((value, i) => value ** temperature / q[i]);
    fitShare = effectiveShare(pointWeights);
    return fitted(of, set.points, pointWeights, sampler);
  };
  const begin = async (context, rng2) => {
    const pool = evenPoints(domain, sampler.startPool, rng2.split("pool"));
    const { values, scale } = normalised(await residualAt(kind, context, pool));
    if (scale === 0) return void 0;
    const inclusion = inclusions(chances(values, sampler.temperatures[0] ?? 1, 0), components);
    const chosen = drawSystematic(inclusion, components, rng2.split("means"));
    const { low, high } = domain;
    const sides = Float64Array.from({ length: components * d }, (_, at) => high[at % d] - low[at % d]);
    return {
      ...{ low, high, means: rows(pool, d, chosen) },
      weights: new Float64Array(components).fill(1 / components),
      deviations: sides.map((side) => side * sampler.spread)
    };
  };
  const draw = async (context) => {
    checkCount(kind, context.count);
    const { count } = context;
    const rng2 = roundStream(context);
    if (mixture) {
      mixture = await improved(mixture, context, sampler.pool, 1, rng2.split("fit")) ?? mixture;
    } else {
      const first = context.source ? { ...context, residual: context.source.bind(context) } : context;
      mixture = await begin(first, rng2);
      for (const [step, temperature] of sampler.temperatures.entries()) {
        if (!mixture) break;
        const better = await improved(mixture, first, sampler.startPool, temperature, rng2.split("fit").split(step));
        mixture = better ?? mixture;
      }
    }
    const even = { points: evenPoints(domain, mixture ? 0 : count, rng2.split("points")), even: 1 };
    const set = mixture ? points(mixture, count, rng2.split("points")) : even;
    uniformShare = set.even;
    const density = mixture ? mixed(set.points, mixture, set.even) : new Float64Array(count).fill(1 / domain.volume);
    const weights = temperedWeights(domain, density, sampler.weights === "none" ? 0 : tempering);
    share = effectiveShare(weights);
    return { points: set.points, density, weights };
  };
  return {
    draw,
    density(at) {
      const inside = uniformDensity(domain, at);
      if (!mixture) return inside;
      return mixed(at, mixture, uniformShare).map((q, i) => inside[i] > 0 ? q : 0);
    },
    state: () => ({
      numbers: tensor([uniformShare, share, fitShare]),
      weights: tensor(mixture?.weights ?? []),
      means: tensor(mixture?.means ?? []),
      deviations: tensor(mixture?.deviations ?? [])
    }),
    restore(tensors) {
      [uniformShare, share, fitShare] = stored(kind, tensors, "numbers", 3);
      const weights = stored(kind, tensors, "weights");
      const size = weights.length === 0 ? 0 : components * d;
      const means = stored(kind, tensors, "means", size);
      const deviations = stored(kind, tensors, "deviations", size);
      mixture = size === 0 ? void 0 : { low: domain.low, high: domain.high, weights, means, deviations };
    },
    report: () => ({ effectiveShare: share, fitEffectiveShare: fitShare })
  };
}
function temperedWeights(domain, density, t) {
  if (t === 1) return rowWeights(domain, density, "unbiased");
  const powers = density.map((q) => (domain.volume * q) ** -t);
  const sum = powers.reduce((total, w) => total + w, 0);
  return powers.map((w) => w / sum);
}
function positive(u) {
  return u > 0 ? u : 2 ** -54;
}

// solvers/sampler/flow-das.ts
function das(options = {}) {
  const { mode = "replace", flow = "bounded", steps = 200, batch = 512, pool = 8192, learningRate = 5e-3 } = options;
  const published = flow === "krnet";
  const { layers = published ? 6 : 4, width = 24, bins = published ? 32 : 8, share = 0.3 } = options;
  const { trainingShare = 0.5, growth = 0.1, weights = "unbiased" } = options;
  checkChoice("das", "mode", mode, ["replace", "grow"]);
  checkChoice("das", "flow", flow, ["bounded", "krnet"]);
  checkTraining("das", { steps, batch, pool, learningRate, layers, width, bins });
  checkNumber("das", "share", share, { low: 0, high: 1 - 1e-9 });
  checkNumber("das", "trainingShare", trainingShare, { low: 0, high: 1 });
  checkNumber("das", "growth", growth, { low: 0, above: true, high: 1 });
  checkChoice("das", "weights", weights, ["unbiased", "none"]);
  const training = { steps, batch, pool, learningRate, share, trainingShare, growth, layers, width, bins };
  return { kind: "das", mode, flow, ...training, weights };
}
function startDas(sampler, domain) {
  const d = domain.dimension;
  const { layers, width, bins, batch, learningRate, steps, share } = sampler;
  const sizes = { dimension: d, layers, width, bins };
  const made = sampler.flow === "krnet" ? krnet(sizes) : boundedKrnet(sizes);
  const flow = domainFlow("das", made, domain, { objective: "cross-entropy", batch, learningRate });
  let held = {
    points: new Float64Array(0),
    density: new Float64Array(0)
  };
  let [entropy, effective] = [Number.NaN, 1];
  const train = async (context) => {
    const stream = roundStream(context).split("train");
    const model = await flow.open(stream.split("parameters"));
    const drawn = await flow.weightedPoints(stream.split("pool"), {
      size: sampler.pool,
      uniformShare: sampler.trainingShare
    });
    const pool = { ...drawn, squares: await flow.squares(context, drawn.points) };
    if (weightedMean("das", pool) === 0) return;
    if (model.steps === 0) await model.measure(pool.points.subarray(0, batch * d));
    const next = gainDraw(pool, d, stream.split("residual"), d > 3);
    const weights = new Float64Array(batch).fill(1 / batch);
    for (let step = 0; step < steps; step++) entropy = (await model.step([next(batch), weights])).loss;
  };
  const finished = ({ points, density }) => {
    const weights = rowWeights(domain, density, sampler.weights);
    effective = effectiveShare(weights);
    return { points: points.slice(), density: density.slice(), weights };
  };
  return {
    async draw(context) {
      checkCount("das", context.count);
      const { count } = context;
      const stream = roundStream(context);
      if (sampler.mode === "replace") {
        await train(context);
        return finished(await drawMixture(flow, domain, count, share, stream.split("draw")));
      }
      const have = held.density.length;
      if (have === 0) {
        const points = evenPoints(domain, Math.ceil(count / 2), stream.split("start"));
        held = { points, density: new Float64Array(points.length / d).fill(1 / domain.volume) };
      } else if (have < count) {
        await train(context);
        const added = Math.min(count - have, Math.ceil(sampler.growth * count));
        const more = await drawMixture(flow, domain, added, share, stream.split("draw"));
        held = { points: joined(held.points, more.points), density: joined(held.density, more.density) };
      }
      return finished(held);
    },
    density: (points) => flow.density(points),
    state: () => ({
      ...flow.state(),
      heldPoints: tensor(held.points),
      heldDensity: tensor(held.density),
      report: tensor([entropy, effective])
    }),
    restore(tensors) {
      const density = stored("das", tensors, "heldDensity");
      held = { points: stored("das", tensors, "heldPoints", density.length * d), density };
      [entropy, effective] = stored("das", tensors, "report", 2);
      flow.restore(tensors);
    },
    report: () => ({ entropy, effectiveShare: effective, inside: flow.inside, steps: flow.steps }),
    dispose: () => flow.dispose()
  };
}
function joined(a, b) {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

// solvers/sampler/pool.ts
function rad(options = {}) {
  const { k = 1, c = 1, pool = 2e4, weights = "none" } = options;
  return { kind: "rad", ...checkedPool("rad", { k, c, pool, weights }) };
}
function rarD(options = {}) {
  const { k = 2, c = 0, pool = 2e4, growth = 0.05, weights = "none" } = options;
  checkNumber("rarD", "growth", growth, { low: 0, above: true, high: 1 });
  return { kind: "rarD", growth, ...checkedPool("rarD", { k, c, pool, weights }) };
}
function checkedPool(kind, options) {
  checkNumber(kind, "k", options.k, { low: 0 });
  checkNumber(kind, "c", options.c, { low: 0 });
  checkNumber(kind, "pool", options.pool, { low: 1, whole: true });
  checkChoice(kind, "weights", options.weights, ["unbiased", "none"]);
  return options;
}
async function choose(sampler, context, count) {
  const { domain } = context;
  const rng2 = roundStream(context);
  const { kind, k, c, pool: size, weights } = sampler;
  if (count > size) {
    throw new OptionsError(`${kind}: pool is ${size}, expected at least the ${count} points to draw`, "pool", size);
  }
  const pool = evenPoints(domain, size, rng2.split("pool"));
  const { values } = normalised(await residualAt(kind, context, pool));
  const chance = chances(values, k, c);
  const inclusion = inclusions(chance, count);
  const stream = rng2.split("choice");
  const chosen = weights === "unbiased" ? drawSystematic(inclusion, count, stream) : drawSuccessive(chance, count, stream);
  const poolDensity = inclusion.map((share) => share * size / (count * domain.volume));
  return {
    points: rows(pool, domain.dimension, chosen),
    density: rows(poolDensity, 1, chosen),
    pool,
    poolDensity
  };
}
function poolDensityAt(domain, points, { pool, density }) {
  const inside = uniformDensity(domain, points);
  if (density.length === 0) return inside;
  const sides = domain.low.map((low, k) => domain.high[k] - low);
  const values = nearestValues(points, pool, density, sides);
  return values.map((value, i) => inside[i] > 0 ? value : 0);
}
function startRad(sampler, domain) {
  let last = { pool: new Float64Array(0), density: new Float64Array(0) };
  let share = 1;
  return {
    async draw(context) {
      checkCount("rad", context.count);
      const { points, density, pool, poolDensity } = await choose(sampler, context, context.count);
      last = { pool, density: poolDensity };
      const weights = rowWeights(domain, density, sampler.weights);
      share = effectiveShare(weights);
      return { points, density, weights };
    },
    density: (points) => poolDensityAt(domain, points, last),
    state: () => ({ pool: tensor(last.pool), density: tensor(last.density), share: tensor([share]) }),
    restore(tensors) {
      const density = stored("rad", tensors, "density");
      last = { pool: stored("rad", tensors, "pool", density.length * domain.dimension), density };
      share = stored("rad", tensors, "share", 1)[0];
    },
    report: () => ({ effectiveShare: share })
  };
}
function startRarD(sampler, domain) {
  const none = new Float64Array(0);
  let held = { points: none, density: none };
  let last = { pool: none, density: none };
  const draw = async (context) => {
    checkCount("rarD", context.count);
    const { count } = context;
    const have = held.density.length;
    if (have === 0) {
      const points2 = evenPoints(domain, Math.ceil(count / 2), roundStream(context).split("start"));
      held = { points: points2, density: uniformDensity(domain, points2).fill(1 / domain.volume) };
    } else if (have < count) {
      const added = Math.min(count - have, Math.ceil(sampler.growth * count));
      const { points: points2, density: density2, pool, poolDensity } = await choose(sampler, context, added);
      held = { points: joined2(held.points, points2), density: joined2(held.density, density2) };
      last = { pool, density: poolDensity };
    }
    const { points, density } = held;
    return { points: points.slice(), density: density.slice(), weights: rowWeights(domain, density, sampler.weights) };
  };
  return {
    draw,
    density: (points) => poolDensityAt(domain, points, last),
    state: () => ({
      points: tensor(held.points),
      held: tensor(held.density),
      pool: tensor(last.pool),
      density: tensor(last.density)
    }),
    restore(tensors) {
      const heldDensity = stored("rarD", tensors, "held");
      const density = stored("rarD", tensors, "density");
      held = {
        points: stored("rarD", tensors, "points", heldDensity.length * domain.dimension),
        density: heldDensity
      };
      last = { pool: stored("rarD", tensors, "pool", density.length * domain.dimension), density };
    },
    report: () => ({ points: held.density.length })
  };
}
function joined2(a, b) {
  const out = new Float64Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}

// solvers/sampler/retain-release.ts
function r3() {
  return { kind: "r3" };
}
function startR3(_sampler, domain) {
  const d = domain.dimension;
  let held = new Float64Array(0);
  let retained = 0;
  const draw = async (context) => {
    checkCount("r3", context.count);
    const { count } = context;
    let kept = new Float64Array(0);
    if (held.length > 0) {
      const values = await residualAt("r3", context, held);
      const mean = values.reduce((sum, value) => sum + value / values.length, 0);
      const indices = [...values.keys()].filter((i) => values[i] > mean);
      kept = rows(held, d, indices.slice(0, count));
    }
    retained = kept.length / d / count;
    const points = new Float64Array(count * d);
    points.set(kept);
    points.set(uniformPoints(domain, count - kept.length / d, roundStream(context)), kept.length);
    held = points.slice();
    return { points, weights: new Float64Array(count).fill(1 / count), density: neighbourDensity(domain, held, held) };
  };
  return {
    draw,
    density: (points) => held.length > 0 ? neighbourDensity(domain, held, points) : uniformDensity(domain, points),
    state: () => ({ points: tensor(held), retained: tensor([retained]) }),
    restore(tensors) {
      held = stored("r3", tensors, "points");
      retained = stored("r3", tensors, "retained", 1)[0];
    },
    report: () => ({ retained })
  };
}
var NEIGHBOURS = 256;
function neighbourDensity(domain, all, points) {
  const d = domain.dimension;
  const sides = domain.low.map((low, k2) => domain.high[k2] - low);
  const total = all.length / d;
  const n = Math.min(total, NEIGHBOURS);
  const known = rows(
    all,
    d,
    Float64Array.from({ length: n }, (_, j) => Math.floor(j * total / n))
  );
  const k = Math.ceil(Math.sqrt(n));
  const box = sides.reduce((product, side) => product * side, 1);
  const inside = domain.contains(points);
  const distances = new Float64Array(n);
  return Float64Array.from({ length: points.length / d }, (_, i) => {
    if (inside[i] !== 1) return 0;
    for (let j = 0; j < n; j++) {
      let far = 0;
      for (let axis = 0; axis < d; axis++) {
        far = Math.max(far, Math.abs(points[i * d + axis] - known[j * d + axis]) / sides[axis]);
      }
      distances[j] = far;
    }
    const reach = distances.sort()[k - 1];
    let volume = box;
    for (let axis = 0; axis < d; axis++) {
      const u = (points[i * d + axis] - domain.low[axis]) / sides[axis];
      volume *= Math.min(1, u + reach) - Math.max(0, u - reach);
    }
    return k / (n * volume);
  });
}

// solvers/sampler/uniform.ts
function uniform() {
  return { kind: "uniform" };
}
function sobol() {
  return { kind: "sobol" };
}
function latinHypercube() {
  return { kind: "latinHypercube" };
}
var designs = {
  uniform: (domain, count, rng2) => uniformPoints(domain, count, rng2),
  sobol: (domain, count, rng2) => evenPoints(domain, count, rng2),
  latinHypercube: (domain, count, rng2) => accepted(domain, count, (n) => {
    const points = new Float64Array(n * domain.dimension);
    for (let k = 0; k < domain.dimension; k++) {
      const column = rng2.stratified(n);
      for (let i = 0; i < n; i++) points[i * domain.dimension + k] = column[i];
    }
    return toBox(domain, points);
  })
};
function startEven(sampler, domain) {
  return {
    async draw(context) {
      checkCount(sampler.kind, context.count);
      return uniformSet(domain, designs[sampler.kind](domain, context.count, roundStream(context)));
    },
    density: (points) => uniformDensity(domain, points),
    state: () => ({}),
    restore: () => {
    },
    report: () => ({})
  };
}

// solvers/sampler/checked-sampler.ts
var methods = ["draw", "density", "state", "restore", "report"];
function checkedSampler(kind, sampler) {
  for (const name of methods) {
    if (typeof sampler?.[name] === "function") continue;
    const message = `sampler "${kind}": what start() gives has no ${name}(); it needs ${methods.join(", ")}`;
    throw new OptionsError(message, "sampler", name);
  }
  return {
    draw: async (context) => checkSet(kind, await sampler.draw(context), context),
    density: (points) => sampler.density(points),
    state: () => sampler.state(),
    restore: (tensors) => sampler.restore(tensors),
    report: () => sampler.report(),
    dispose: () => sampler.dispose?.()
  };
}
function checkSet(kind, set, { domain, count }) {
  const d = domain.dimension;
  const n = set.weights.length;
  const where = `sampler "${kind}": draw`;
  if (set.points.length !== n * d) throw new ShapeError(`${where}: points`, [n, d], [set.points.length]);
  if (set.density.length !== n) throw new ShapeError(`${where}: density`, [n], [set.density.length]);
  if (n < 1 || n > count) throw new ShapeError(`${where}: weights`, `1 to ${count} points`, [n]);
  for (const name of ["points", "weights", "density"]) {
    const values = set[name];
    const bad2 = values.findIndex((v) => !Number.isFinite(v) || name !== "points" && v < 0);
    if (bad2 >= 0) {
      const expected = name === "points" ? "finite numbers" : "finite numbers \u2265 0";
      throw new DomainError(`${where}: ${name}[${bad2}] is ${values[bad2]}, expected ${expected}`, values[bad2]);
    }
  }
  const outside = domain.contains(set.points).findIndex((inside) => inside !== 1);
  if (outside >= 0) {
    const place = set.points.subarray(outside * d, (outside + 1) * d).join(", ");
    throw new DomainError(`${where}: point ${outside} at (${place}) is outside the domain`, outside);
  }
  return set;
}

// solvers/sampler/kinds.ts
var row = (kind) => kind;
var rows2 = {
  adversarial: row({
    make: adversarial,
    start: startAdversarial,
    names: {
      adversarial: { method: "exact" },
      "adversarial-flow": { method: "flow" },
      "adversarial-paper": { method: "paper" }
    },
    onCells: ["adversarial"]
  }),
  das: row({ make: das, start: startDas, names: { das: {} } }),
  residualDensity: row({
    make: residualDensity,
    start: startResidualDensity,
    names: { "residual-density": {} },
    onCells: ["residual-density"]
  }),
  gaussianMixture: row({ make: gaussianMixture, start: startGaussianMixture, names: { "gaussian-mixture": {} } }),
  rad: row({ make: rad, start: startRad, names: { rad: {} } }),
  rarD: row({ make: rarD, start: startRarD, names: { "rar-d": {} } }),
  r3: row({ make: () => r3(), start: startR3, names: { r3: {} } }),
  sobol: row({ make: () => sobol(), start: startEven, names: { sobol: {} } }),
  latinHypercube: row({ make: () => latinHypercube(), start: startEven, names: { "latin-hypercube": {} } }),
  uniform: row({ make: () => uniform(), start: startEven, names: { uniform: {} } })
};
var samplerKinds = rows2;
function checkSampler(sampler) {
  if (!ownKind("sampler", sampler, "start", Object.keys(rows2))) samplerKinds[sampler.kind].make(sampler);
}
function start(sampler, domain) {
  if (ownKind("sampler", sampler, "start", Object.keys(rows2))) {
    return checkedSampler(sampler.kind, sampler.start(domain));
  }
  const { make, start: begin } = samplerKinds[sampler.kind];
  return begin(make(sampler), domain);
}
var samplerNames = Object.values(samplerKinds).flatMap(({ names }) => Object.keys(names));
var namesOnCells = Object.values(samplerKinds).flatMap(({ onCells = [] }) => onCells);
function namedSampler(name, options = {}) {
  for (const { names, make } of Object.values(samplerKinds)) {
    if (Object.hasOwn(names, name)) return make({ ...options, ...names[name] });
  }
  throw new OptionsError(`there is no sampler "${name}", only ${samplerNames.join(", ")}`, "sampler", name);
}
function samplerName(sampler) {
  const names = samplerKinds[sampler.kind]?.names ?? {};
  const has = (options) => Object.entries(options).every(([key, value]) => sampler[key] === value);
  return Object.keys(names).find((name) => has(names[name])) ?? sampler.kind;
}

export {
  maxSobolDimension,
  sobolSequence,
  normalMass,
  truncatedQuantile,
  uniformPoints,
  evenPoints,
  rowWeights,
  residualDensity,
  adversarial,
  gaussianMixture,
  das,
  rad,
  rarD,
  r3,
  uniform,
  sobol,
  latinHypercube,
  checkSampler,
  start,
  samplerNames,
  namesOnCells,
  namedSampler,
  samplerName
};
