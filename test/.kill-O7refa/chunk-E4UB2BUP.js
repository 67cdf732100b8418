import {
  ownKind
} from "./chunk-RDQ5FCHV.js";
import {
  adamW,
  learningRateAt
} from "./chunk-6RL6FTP2.js";
import {
  ConvergenceError,
  FormatError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// solvers/optimizer/gauss-newton.ts
function gaussNewton(options = {}) {
  const { damping = 0.1, decrease = 5, increase = 2, floor = 1e-16, trials = 20 } = options;
  const { geodesic = true, refine = 0, form = "auto", decreaseAfterRefusal } = options;
  const above = (name, value, limit) => {
    if (!(value > limit && value < Number.POSITIVE_INFINITY)) {
      throw new OptionsError(`gaussNewton: ${name} is ${value}, expected a number > ${limit}`, name, value);
    }
  };
  above("damping", damping, 0);
  above("decrease", decrease, 1);
  if (decreaseAfterRefusal !== void 0 && !(decreaseAfterRefusal >= 1 && decreaseAfterRefusal < Infinity)) {
    const message = `gaussNewton: decreaseAfterRefusal is ${decreaseAfterRefusal}, expected a number \u2265 1`;
    throw new OptionsError(message, "decreaseAfterRefusal", decreaseAfterRefusal);
  }
  above("increase", increase, 1);
  above("floor", floor, 0);
  above("trials", trials, 0);
  above("refine", refine, -1);
  if (!["auto", "primal", "woodbury", "kernel"].includes(form)) {
    const expected = 'expected "auto", "primal", "woodbury" or "kernel"';
    throw new OptionsError(`gaussNewton: form is "${form}", ${expected}`, "form", form);
  }
  if (form === "kernel" && refine > 0) {
    throw new OptionsError('gaussNewton: refine needs a Jacobian, which form "kernel" has not', "refine", refine);
  }
  return Object.freeze({
    kind: "gauss-newton",
    damping,
    decrease,
    ...decreaseAfterRefusal !== void 0 && { decreaseAfterRefusal },
    increase,
    floor,
    trials,
    geodesic,
    refine,
    form
  });
}
var largest = 2e4;
function dualOf({ form, refine }, rows2, size) {
  if (form === "kernel" || form === "auto" && size >= largest && rows2 < size && refine === 0) return "kernel";
  return form === "woodbury" || form === "auto" && rows2 < size;
}
function startGaussNewton(options, program) {
  const { size, rows: rows2 } = program;
  const dual = dualOf(options, rows2, size);
  const form = { dual, geodesic: options.geodesic, refine: options.refine };
  const run = {
    damping: options.damping,
    async step(theta) {
      const { diagonal, loss: before } = await program.linearize(theta, dual);
      const largest2 = diagonal.reduce((most, value) => Math.max(most, value), 0);
      for (let trials = 1; trials <= options.trials; trials++) {
        const damping = run.damping;
        const { theta: moved, loss } = await program.trial(theta, damping * largest2, form);
        if (loss < before) {
          theta.set(moved);
          const decrease = trials > 1 ? options.decreaseAfterRefusal ?? options.decrease : options.decrease;
          run.damping = Math.max(options.floor, damping / decrease);
          return { loss, before, accepted: true, damping, trials };
        }
        run.damping *= options.increase;
      }
      return { loss: before, before, accepted: false, damping: run.damping, trials: options.trials };
    }
  };
  return run;
}

// solvers/optimizer/optimizer.ts
var dot = (x, y) => {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
};
var norm = (x) => {
  let largest2 = 0;
  for (const v of x) {
    if (!Number.isFinite(v)) return Math.abs(v);
    largest2 = Math.max(largest2, Math.abs(v));
  }
  if (largest2 === 0) return 0;
  let sum = 0;
  for (const v of x) sum += v / largest2 * (v / largest2);
  return largest2 * Math.sqrt(sum);
};
function checkSizes(where, size, objective, theta) {
  if (objective.size !== size) throw new ShapeError(`${where}: objective`, [size], [objective.size]);
  if (theta.length !== size) throw new ShapeError(`${where}: theta`, [size], [theta.length]);
}
function checkFinite(where, loss, gradientNorm) {
  if (Number.isFinite(loss) && Number.isFinite(gradientNorm)) return;
  throw new ConvergenceError(
    `${where}: at the given parameters the loss is ${loss} and the gradient's norm ${gradientNorm}; start from other parameters, or go back to a checkpoint`,
    "not-finite",
    { loss, gradientNorm }
  );
}
function storedNumbers(where, tensors, name, length) {
  const map = tensors instanceof Map ? tensors : new Map(Object.entries(tensors));
  const data = map.get(name)?.data;
  if (!(data instanceof Float64Array) || length !== void 0 && data.length !== length) {
    const found = data instanceof Float64Array ? `${data.length} numbers` : data === void 0 ? "nothing" : "no float64";
    throw new FormatError(
      where,
      "checkpoint",
      `tensor "${name}" holds ${found}${length === void 0 ? "" : `, expected ${length} numbers`}`,
      "restore the state of the same optimizer and network"
    );
  }
  return data;
}

// solvers/optimizer/line-search.ts
var WIDTH = 1e-15;
var [LEAST, MOST] = [1.1, 4];
async function searchLine(evaluate, start, first, options) {
  const { decrease, curvature, evaluations } = options;
  const test = decrease * start.slope;
  const bracket = { best: start, other: start, closed: false };
  let ceiling = 1e20;
  let [low, high] = [0, first + MOST * first];
  let [width, before] = [ceiling, 2 * ceiling];
  let stage = 1;
  let step = first;
  let lowest;
  let finite = false;
  const ended = () => ({ kind: lowest ? "decrease" : "none", point: lowest, finite });
  for (let count = 0; count < evaluations; count++) {
    const point = await evaluate(step);
    if (!Number.isFinite(point.value) || !Number.isFinite(point.slope)) {
      const best = bracket.best.step;
      ceiling = best + 0.99 * (step - best);
      const back = best + 0.1 * (step - best);
      if (back === best || back === step) return ended();
      step = back;
      high = Math.min(high, ceiling);
      continue;
    }
    finite = true;
    const enough = point.value <= start.value + step * test;
    if (enough && Math.abs(point.slope) <= -curvature * start.slope) return { kind: "wolfe", point, finite };
    if (point.value < start.value && !(lowest && lowest.value <= point.value)) lowest = point;
    if (bracket.closed && (step <= low || step >= high || high - low <= WIDTH * high)) return ended();
    if (step === ceiling && enough && point.slope <= test) return ended();
    if (stage === 1 && enough && point.slope >= 0) stage = 2;
    const tilt = stage === 1 && point.value <= bracket.best.value && !enough ? test : 0;
    step = nextStep(bracket, point, tilt, Math.max(low, 0), Math.min(high, ceiling));
    if (bracket.closed) {
      const [a, b] = [bracket.best.step, bracket.other.step];
      if (Math.abs(b - a) >= 0.66 * before) step = a + 0.5 * (b - a);
      before = width;
      width = Math.abs(b - a);
      [low, high] = [Math.min(a, b), Math.max(a, b)];
    } else {
      const forward = step - bracket.best.step;
      [low, high] = [step + LEAST * forward, step + MOST * forward];
    }
    step = Math.min(Math.max(step, 0), ceiling);
    if (bracket.closed && (step <= low || step >= high || high - low <= WIDTH * high)) return ended();
  }
  return ended();
}
function cubic(a, b, sign, clip) {
  const theta = 3 * (a.value - b.value) / (b.step - a.step) + a.slope + b.slope;
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope));
  const under = (theta / scale) ** 2 - a.slope / scale * (b.slope / scale);
  const gamma = sign * scale * Math.sqrt(clip ? Math.max(0, under) : under);
  return { ratio: (gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope), gamma };
}
function nextStep(bracket, raw, tilt, low, high) {
  const tilted = (p2) => ({
    step: p2.step,
    value: p2.value - tilt * p2.step,
    slope: p2.slope - tilt
  });
  const [x, y, p] = [tilted(bracket.best), tilted(bracket.other), tilted(raw)];
  const opposite = p.slope * Math.sign(x.slope) < 0;
  const secant = () => p.step + p.slope / (p.slope - x.slope) * (x.step - p.step);
  let next;
  if (p.value > x.value) {
    const c = x.step + cubic(x, p, p.step < x.step ? -1 : 1, false).ratio * (p.step - x.step);
    const chord = (x.value - p.value) / (p.step - x.step) + x.slope;
    const q = x.step + x.slope / chord / 2 * (p.step - x.step);
    next = Math.abs(c - x.step) < Math.abs(q - x.step) ? c : c + (q - c) / 2;
    bracket.closed = true;
  } else if (opposite) {
    const c = p.step + cubic(p, x, p.step > x.step ? -1 : 1, false).ratio * (x.step - p.step);
    const q = secant();
    next = Math.abs(c - p.step) > Math.abs(q - p.step) ? c : q;
    bracket.closed = true;
  } else if (Math.abs(p.slope) < Math.abs(x.slope)) {
    const { ratio, gamma } = cubic(p, x, p.step > x.step ? -1 : 1, true);
    const far = p.step > x.step ? high : low;
    const c = ratio < 0 && gamma !== 0 ? p.step + ratio * (x.step - p.step) : far;
    const q = secant();
    const nearer = Math.abs(c - p.step) < Math.abs(q - p.step);
    if (bracket.closed) {
      const limit = p.step + 0.66 * (y.step - p.step);
      next = nearer ? c : q;
      next = p.step > x.step ? Math.min(limit, next) : Math.max(limit, next);
    } else {
      next = Math.min(Math.max(nearer ? q : c, low), high);
    }
  } else if (bracket.closed) {
    next = p.step + cubic(p, y, p.step > y.step ? -1 : 1, false).ratio * (y.step - p.step);
  } else {
    next = p.step > x.step ? high : low;
  }
  if (p.value > x.value) {
    bracket.other = raw;
  } else {
    if (opposite) bracket.other = bracket.best;
    bracket.best = raw;
  }
  return next;
}

// solvers/optimizer/quasi-newton.ts
function wolfeOptions(where, options) {
  const { decrease = 1e-4, curvature = 0.9, searchEvaluations = 25 } = options;
  const refuse = (name, value, expected) => {
    throw new OptionsError(`${where}: ${name} is ${value}, expected ${expected}`, name, value);
  };
  if (!(curvature > 0 && curvature < 1)) refuse("curvature", curvature, "a number in (0, 1)");
  if (!(decrease > 0 && decrease < curvature))
    refuse("decrease", decrease, `a number in (0, curvature = ${curvature})`);
  if (!(Number.isInteger(searchEvaluations) && searchEvaluations >= 1)) {
    refuse("searchEvaluations", searchEvaluations, "a whole number \u2265 1");
  }
  return { decrease, curvature, searchEvaluations };
}
var equal = (x, y) => x.every((v, i) => v === y[i]);
function startQuasiNewton(where, model, size, options) {
  const { decrease, curvature, searchEvaluations } = options;
  const search = { decrease, curvature, evaluations: searchEvaluations };
  let known;
  async function descend(at, direction, slope, first) {
    let evaluations = 0;
    const trial = async (step) => {
      const theta = at.theta.map((v, i) => v + step * direction[i]);
      const gradient = new Float64Array(size);
      if (equal(theta, at.theta)) return { step, value: NaN, slope: NaN, theta, gradient };
      evaluations++;
      const value = await at.objective.evaluate(theta, gradient);
      return { step, value, slope: dot(gradient, direction), theta, gradient };
    };
    const result = await searchLine(trial, { step: 0, value: at.loss, slope }, first, search);
    return { ...result, evaluations };
  }
  return {
    async step(objective, theta) {
      checkSizes(where, size, objective, theta);
      let evaluations = 0;
      if (known?.objective !== objective || !equal(known.theta, theta)) {
        const gradient = new Float64Array(size);
        const loss2 = await objective.evaluate(theta.slice(), gradient);
        evaluations++;
        known = { objective, theta: theta.slice(), loss: loss2, gradient };
      }
      const at = known;
      const gradientNorm = norm(at.gradient);
      checkFinite(where, at.loss, gradientNorm);
      const still = { loss: at.loss, before: at.loss, accepted: false, wolfe: false, stepLength: 0, gradientNorm };
      if (gradientNorm === 0) return { ...still, evaluations };
      const steepest = () => at.gradient.map((g) => -g);
      let direction = model.direction(at.gradient);
      let slope = dot(direction, at.gradient);
      let fresh = model.fresh;
      if (!(slope < 0 && Number.isFinite(slope))) {
        model.reset();
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
      }
      const first = () => fresh ? Math.min(1, 1 / gradientNorm) : 1;
      let found = await descend(at, direction, slope, first());
      evaluations += found.evaluations;
      let finite = found.finite;
      if (!found.point && !fresh) {
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
        found = await descend(at, direction, slope, first());
        evaluations += found.evaluations;
        finite ||= found.finite;
        if (found.point) model.reset();
      }
      const { point } = found;
      if (!point) {
        if (finite) return { ...still, evaluations };
        throw new ConvergenceError(
          `${where}: the loss is ${at.loss} at the given parameters and not finite anywhere tried below it; check the problem for poles, or start from other parameters`,
          "not-finite",
          { loss: at.loss, gradientNorm, evaluations }
        );
      }
      const s = point.theta.map((v, i) => v - at.theta[i]);
      const y = point.gradient.map((v, i) => v - at.gradient[i]);
      model.update(s, y, at.gradient, point.step);
      theta.set(point.theta);
      known = { objective, theta: point.theta, loss: point.value, gradient: point.gradient };
      const wolfe = found.kind === "wolfe";
      const [loss, stepLength] = [point.value, point.step];
      return { loss, before: at.loss, accepted: true, wolfe, stepLength, evaluations, gradientNorm };
    },
    changed() {
      known = void 0;
      model.changed();
    },
    state: () => model.state(),
    restore(tensors) {
      model.restore(tensors);
      known = void 0;
    }
  };
}

// solvers/optimizer/lbfgs.ts
function lbfgs(options = {}) {
  const { memory = 20 } = options;
  if (!(Number.isInteger(memory) && memory >= 1)) {
    throw new OptionsError(`lbfgs: memory is ${memory}, expected a whole number \u2265 1`, "memory", memory);
  }
  return Object.freeze({ kind: "lbfgs", memory, ...wolfeOptions("lbfgs", options) });
}
function startLbfgs(options, size) {
  let pairs = [];
  const model = {
    get fresh() {
      return pairs.length === 0;
    },
    direction: (gradient) => twoLoops(pairs, gradient),
    update(s, y) {
      if (!(dot(s, y) > 0)) return;
      pairs = [...pairs, { s, y }].slice(-options.memory);
    },
    reset() {
      pairs = [];
    },
    // Curvature is a local property of the network, and ages out of the memory by itself.
    changed() {
    },
    state: () => ({
      size: { shape: [], data: Float64Array.of(size) },
      s: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.s)) },
      y: { shape: [pairs.length, size], data: joined(pairs.map((p) => p.y)) }
    }),
    restore(tensors) {
      const own = storedNumbers("lbfgs", tensors, "size", 1)[0];
      const s = storedNumbers("lbfgs", tensors, "s", own === size ? void 0 : size);
      const y = storedNumbers("lbfgs", tensors, "y", s.length);
      const count = s.length / size;
      const part = (data, i) => data.slice(i * size, (i + 1) * size);
      pairs = Array.from({ length: count }, (_, i) => ({ s: part(s, i), y: part(y, i) })).slice(-options.memory);
    }
  };
  return startQuasiNewton("lbfgs", model, size, options);
}
function joined(rows2) {
  const size = rows2[0]?.length ?? 0;
  const data = new Float64Array(rows2.length * size);
  rows2.forEach((row2, i) => {
    data.set(row2, i * size);
  });
  return data;
}
function twoLoops(pairs, gradient) {
  const q = gradient.map((g) => -g);
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    const { s, y } = pairs[k];
    const alpha = dot(s, q) / dot(s, y);
    alphas[k] = alpha;
    for (let i = 0; i < q.length; i++) q[i] -= alpha * y[i];
  }
  const last = pairs.at(-1);
  const scale = last ? dot(last.s, last.y) / dot(last.y, last.y) : 1;
  for (let i = 0; i < q.length; i++) q[i] *= scale;
  for (const [k, { s, y }] of pairs.entries()) {
    const factor = alphas[k] - dot(y, q) / dot(s, y);
    for (let i = 0; i < q.length; i++) q[i] += factor * s[i];
  }
  return q;
}

// engine/numerics/cholesky.ts
var PANEL = 48;
function cholesky(a, n) {
  if (!Number.isInteger(n) || n < 1 || a.length !== n * n) {
    throw new ShapeError("cholesky: a", `n\xB2 numbers for n = ${n} \u2265 1`, `${a.length} numbers`);
  }
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) lower.set(a.subarray(i * n, i * n + i + 1), i * n);
  for (let from = 0; from < n; from += PANEL) {
    const to = Math.min(n, from + PANEL);
    if (!factorDiagonal(lower, n, from, to)) return void 0;
    solvePanel(lower, n, from, to);
    updateTrailing(lower, n, from, to);
  }
  return {
    size: n,
    lower,
    solve(b) {
      if (b.length !== n) throw new ShapeError("cholesky: right-hand side", `${n} numbers`, `${b.length} numbers`);
      return substitute(lower, n, b);
    }
  };
}
function factorDiagonal(l, n, from, to) {
  for (let j = from; j < to; j++) {
    const rowJ = j * n;
    let pivot = l[rowJ + j];
    for (let k = from; k < j; k++) pivot -= l[rowJ + k] * l[rowJ + k];
    if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return false;
    const root = Math.sqrt(pivot);
    l[rowJ + j] = root;
    for (let i = j + 1; i < to; i++) {
      const rowI = i * n;
      let sum = l[rowI + j];
      for (let k = from; k < j; k++) sum -= l[rowI + k] * l[rowJ + k];
      l[rowI + j] = sum / root;
    }
  }
  return true;
}
function solvePanel(l, n, from, to) {
  let i = to;
  for (; i + 3 < n; i += 4) {
    const [r0, r1, r2, r3] = [i * n, i * n + n, i * n + 2 * n, i * n + 3 * n];
    for (let j = from; j < to; j++) {
      const rowJ = j * n;
      let [s0, s1, s2, s3] = [l[r0 + j], l[r1 + j], l[r2 + j], l[r3 + j]];
      for (let k = from; k < j; k++) {
        const v = l[rowJ + k];
        s0 -= l[r0 + k] * v;
        s1 -= l[r1 + k] * v;
        s2 -= l[r2 + k] * v;
        s3 -= l[r3 + k] * v;
      }
      const pivot = l[rowJ + j];
      l[r0 + j] = s0 / pivot;
      l[r1 + j] = s1 / pivot;
      l[r2 + j] = s2 / pivot;
      l[r3 + j] = s3 / pivot;
    }
  }
  for (; i < n; i++) {
    const row2 = i * n;
    for (let j = from; j < to; j++) {
      let sum = l[row2 + j];
      for (let k = from; k < j; k++) sum -= l[row2 + k] * l[j * n + k];
      l[row2 + j] = sum / l[j * n + j];
    }
  }
}
function updateTrailing(l, n, from, to) {
  const width = to - from;
  const rows2 = n - to;
  const tiles = Math.ceil(rows2 / 4);
  const packed = new Float64Array(tiles * 4 * width);
  for (let r = 0; r < rows2; r++) {
    const at = (r >> 2) * 4 * width + (r & 3);
    const row2 = (to + r) * n + from;
    for (let k = 0; k < width; k++) packed[at + 4 * k] = l[row2 + k];
  }
  const tile = new Float64Array(16);
  for (let p = 0; p < tiles; p++) {
    for (let q = 0; q <= p; q++) {
      multiplyTile(packed, p * 4 * width, q * 4 * width, width, tile);
      const height = Math.min(4, rows2 - 4 * p);
      for (let r = 0; r < height; r++) {
        const at = (to + 4 * p + r) * n + to + 4 * q;
        const columns = p === q ? r + 1 : 4;
        for (let c = 0; c < columns; c++) l[at + c] -= tile[4 * r + c];
      }
    }
  }
}
function multiplyTile(packed, x, y, width, tile) {
  let [t0, t1, t2, t3, t4, t5, t6, t7] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [t8, t9, t10, t11, t12, t13, t14, t15] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < 4 * width; k += 4) {
    const y0 = packed[y + k];
    const y1 = packed[y + k + 1];
    const y2 = packed[y + k + 2];
    const y3 = packed[y + k + 3];
    const x0 = packed[x + k];
    t0 += x0 * y0;
    t1 += x0 * y1;
    t2 += x0 * y2;
    t3 += x0 * y3;
    const x1 = packed[x + k + 1];
    t4 += x1 * y0;
    t5 += x1 * y1;
    t6 += x1 * y2;
    t7 += x1 * y3;
    const x2 = packed[x + k + 2];
    t8 += x2 * y0;
    t9 += x2 * y1;
    t10 += x2 * y2;
    t11 += x2 * y3;
    const x3 = packed[x + k + 3];
    t12 += x3 * y0;
    t13 += x3 * y1;
    t14 += x3 * y2;
    t15 += x3 * y3;
  }
  tile[0] = t0;
  tile[1] = t1;
  tile[2] = t2;
  tile[3] = t3;
  tile[4] = t4;
  tile[5] = t5;
  tile[6] = t6;
  tile[7] = t7;
  tile[8] = t8;
  tile[9] = t9;
  tile[10] = t10;
  tile[11] = t11;
  tile[12] = t12;
  tile[13] = t13;
  tile[14] = t14;
  tile[15] = t15;
}
function substitute(l, n, b) {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    let sum = x[i];
    for (let k = 0; k < i; k++) sum -= l[i * n + k] * x[k];
    x[i] = sum / l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    const value = x[i] / l[i * n + i];
    x[i] = value;
    for (let k = 0; k < i; k++) x[k] -= l[i * n + k] * value;
  }
  return x;
}

// solvers/optimizer/ss-broyden.ts
function ssBroyden(options = {}) {
  return Object.freeze({ kind: "ss-broyden", ...wolfeOptions("ssBroyden", options) });
}
function startSsBroyden(options, size) {
  return startQuasiNewton("ssBroyden", selfScaledBroyden(size), size, options);
}
function selfScaledBroyden(size) {
  let h = identity(size);
  let fresh = true;
  const reset = () => {
    h = identity(size);
    fresh = true;
  };
  const matrix = () => unpack(h, size);
  return {
    get fresh() {
      return fresh;
    },
    direction: (gradient) => multiply(h, gradient).map((v) => -v),
    update(s, y, gradient, stepLength) {
      if (learn(h, s, y, gradient, stepLength)) fresh = false;
    },
    reset,
    changed() {
      if (!fresh && !cholesky(matrix(), size)) reset();
    },
    state: () => ({
      inverseHessian: { shape: [h.length], data: h.slice() },
      fresh: { shape: [], data: Float64Array.of(Number(fresh)) }
    }),
    restore(tensors) {
      const stored = storedNumbers("ssBroyden", tensors, "inverseHessian", h.length);
      fresh = storedNumbers("ssBroyden", tensors, "fresh", 1)[0] === 1;
      h = stored.slice();
    },
    matrix
  };
}
var packedLength = (n) => n * (n + 1) / 2;
function identity(n) {
  const h = new Float64Array(packedLength(n));
  for (let i = 0; i < n; i++) h[packedLength(i + 1) - 1] = 1;
  return h;
}
function unpack(h, n) {
  const full = new Float64Array(n * n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      full[i * n + j] = h[at];
      full[j * n + i] = h[at];
    }
  return full;
}
function multiply(h, x) {
  const out = new Float64Array(x.length);
  for (let i = 0, row2 = 0; i < x.length; i++, row2 += i) {
    const xi = x[i];
    let sum = h[row2 + i] * xi;
    for (let j = 0; j < i; j++) {
      const v = h[row2 + j];
      sum += v * x[j];
      out[j] += v * xi;
    }
    out[i] += sum;
  }
  return out;
}
function scaling(a, b, h, n) {
  if (!(a > 1e-10) || n === 1) return { tau: Math.min(1, 1 / b), phi: 1 };
  const c = Math.sqrt(a / (1 + a));
  const rho = Math.min(1, h * (1 - c));
  const theta = Math.max((rho - 1) / a, Math.min(1 / rho, (1 - b) / b));
  const sigma = 1 + theta * a;
  const root = Math.abs(sigma) ** (1 / (1 - n));
  const least = Math.min(1, 1 / b);
  const tau = theta <= 0 ? Math.min(least * root, sigma) : least * Math.min(root, 1 / theta);
  return { tau, phi: (1 - theta) / (1 + a * theta) };
}
function learn(h, s, y, gradient, stepLength) {
  const n = s.length;
  const curvature = dot(y, s);
  if (!(curvature > 0)) return false;
  const hy = multiply(h, y);
  const yhy = dot(y, hy);
  const rho = 1 / curvature;
  const ratio = rho * yhy;
  const b = -stepLength * rho * dot(s, gradient);
  const { tau, phi } = scaling(ratio * b - 1, b, ratio, n);
  if (!(yhy > 0 && b > 0 && tau > 0 && Number.isFinite(rho) && Number.isFinite(tau) && Number.isFinite(phi))) {
    return false;
  }
  const v = s.map((si, i) => rho * si - hy[i] / yhy);
  const [scale, first, second] = [1 / tau, 1 / (tau * yhy), phi * yhy / tau];
  for (let i = 0, row2 = 0; i < n; i++, row2 += i) {
    const [wi, vi, si] = [first * hy[i], second * v[i], rho * s[i]];
    for (let j = 0; j <= i; j++) h[row2 + j] = scale * h[row2 + j] - wi * hy[j] + vi * v[j] + si * s[j];
  }
  return true;
}

// solvers/optimizer/adam.ts
var HALVINGS = 40;
function startAdam(options, size) {
  const { beta1, beta2, epsilon, weightDecay, learningRate } = options;
  let first = new Float64Array(size);
  let second = new Float64Array(size);
  let count = 0;
  let base;
  const gradient = new Float64Array(size);
  return {
    async step(objective, theta) {
      checkSizes("adam", size, objective, theta);
      const at = theta.slice();
      let loss = await objective.evaluate(at, gradient);
      const before = loss;
      let evaluations = 1;
      while (base && !(Number.isFinite(loss) && Number.isFinite(norm(gradient)))) {
        if (evaluations > HALVINGS) {
          throw new ConvergenceError(
            `adam: the loss stays ${loss} however small the last update is made; lower the learning rate`,
            "not-finite",
            { loss, evaluations }
          );
        }
        for (let i = 0; i < size; i++) at[i] = base[i] + 0.5 * (at[i] - base[i]);
        loss = await objective.evaluate(at, gradient);
        evaluations++;
      }
      if (evaluations > 1) first.fill(0);
      const gradientNorm = norm(gradient);
      checkFinite("adam", loss, gradientNorm);
      const rate = learningRateAt(learningRate, count);
      const t = count + 1;
      const correction = (beta) => beta === 0 ? 1 : -Math.expm1(t * Math.log(beta));
      const size1 = rate / correction(beta1);
      const root = Math.sqrt(correction(beta2));
      for (let i = 0; i < size; i++) {
        const g = gradient[i];
        first[i] = beta1 * first[i] + (1 - beta1) * g;
        second[i] = beta2 * second[i] + (1 - beta2) * g * g;
        theta[i] = at[i] * (1 - rate * weightDecay) - size1 * first[i] / (Math.sqrt(second[i]) / root + epsilon);
      }
      base = at;
      count = t;
      return { loss, before, accepted: true, wolfe: false, stepLength: rate, evaluations, gradientNorm };
    },
    changed() {
    },
    state: () => ({
      firstMoment: { shape: [size], data: first.slice() },
      secondMoment: { shape: [size], data: second.slice() },
      base: { shape: [base ? size : 0], data: base?.slice() ?? new Float64Array(0) },
      step: { shape: [], data: Float64Array.of(count) }
    }),
    restore(tensors) {
      const stored = (name, length) => storedNumbers("adam", tensors, name, length).slice();
      const from = stored("base");
      const restored = [stored("firstMoment", size), stored("secondMoment", size), stored("step", 1)];
      if (from.length > 0) stored("base", size);
      [first, second] = restored;
      count = restored[2][0];
      base = from.length > 0 ? from : void 0;
    }
  };
}

// solvers/optimizer/stepper.ts
var restart = 1e-9;
var growth = 1e3;
function gaussNewtonStepper(options, program) {
  const run = startGaussNewton(options, program);
  let trials = 0;
  let failed = false;
  return {
    async step(theta) {
      const before = run.damping;
      const step = await run.step(theta);
      trials = step.trials;
      if (!step.accepted) {
        failed = true;
        run.damping = Math.max(before * growth, restart);
      }
      return step;
    },
    changed() {
      failed = false;
    },
    state: () => ({ damping: { shape: [1], data: Float64Array.of(run.damping) } }),
    restore(state) {
      run.damping = storedNumbers("gaussNewton", state, "damping", 1)[0];
    },
    report: () => ({ damping: run.damping, trials, failed: failed ? 1 : 0 })
  };
}
function gradientStepper(optimizer, program) {
  const objective = {
    size: program.size,
    evaluate: (theta, gradient) => program.lossAndGradient(theta, gradient)
  };
  let last;
  return {
    async step(theta) {
      last = await optimizer.step(objective, theta);
      return last;
    },
    changed: () => optimizer.changed(),
    state: () => optimizer.state(),
    restore: (state) => optimizer.restore(state),
    report: () => last ? { stepLength: last.stepLength, gradientNorm: last.gradientNorm } : {}
  };
}

// solvers/optimizer/kinds.ts
var row = (kind) => kind;
var rows = {
  "gauss-newton": row({ make: gaussNewton, start: gaussNewtonStepper, stepsPerRound: 10 }),
  "ss-broyden": row({
    make: ssBroyden,
    start: (optimizer, program) => gradientStepper(startSsBroyden(optimizer, program.size), program),
    stepsPerRound: 50
  }),
  lbfgs: row({
    make: lbfgs,
    start: (optimizer, program) => gradientStepper(startLbfgs(optimizer, program.size), program),
    stepsPerRound: 50
  }),
  adam: row({
    // Not adam(), which would drop the weight decay of what adamW() made.
    make: (options) => adamW({ weightDecay: 0, ...options }),
    start: (optimizer, program) => gradientStepper(startAdam(optimizer, program.size), program),
    stepsPerRound: 200
  })
};
var optimizerKinds = rows;
var optimizerNames = Object.keys(rows);
var isOwn = (optimizer, option) => ownKind(option, optimizer, "start", optimizerNames);
function checkOptimizer(optimizer, option = "optimizer") {
  if (!isOwn(optimizer, option)) optimizerKinds[optimizer.kind].make(optimizer);
}
function stepsOf(optimizer) {
  if (isOwn(optimizer, "optimizer")) return optimizer.stepsPerRound ?? 50;
  return optimizerKinds[optimizer.kind].stepsPerRound;
}
var methods = ["step", "changed", "state", "restore", "report"];
function startOptimizer(optimizer, program) {
  if (!isOwn(optimizer, "optimizer")) {
    const { make, start } = optimizerKinds[optimizer.kind];
    return start(make(optimizer), program);
  }
  const stepper = optimizer.start(program);
  const missing = methods.find((name) => typeof stepper?.[name] !== "function");
  if (missing === void 0) return stepper;
  const message = `optimizer "${optimizer.kind}": what start() gives has no ${missing}(); it needs ${methods.join(", ")}`;
  throw new OptionsError(message, "optimizer", missing);
}

export {
  cholesky,
  gaussNewton,
  storedNumbers,
  lbfgs,
  ssBroyden,
  optimizerKinds,
  optimizerNames,
  checkOptimizer,
  stepsOf,
  startOptimizer
};
