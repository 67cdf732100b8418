import {
  MarchedSolution,
  Solution,
  assemble,
  blasName,
  blasOf,
  domainOf,
  edgesOf,
  evaluate,
  evaluator,
  fewerPoints,
  handedOn,
  hardnessOf,
  nodesOf,
  parameterCount,
  pointsElsewhere,
  problemToJson,
  processorMilliseconds,
  resolveOptions,
  rowsAndJacobian,
  solve,
  startNumbers,
  startPoints,
  suggestedScale,
  timeToMarch,
  weightedRows,
  windowOf
} from "./chunk-2A2JZMMH.js";
import {
  systemBlas
} from "./chunk-RFNE7LAF.js";
import {
  describeNetwork,
  isKnownNetwork,
  mlp,
  networkProgram,
  sum
} from "./chunk-REA3PM3L.js";
import {
  gaussNewton
} from "./chunk-E4UB2BUP.js";
import {
  gaussianMixture,
  residualDensity,
  sobol
} from "./chunk-M7QUBEK6.js";
import {
  createRun
} from "./chunk-HHEHUTHZ.js";
import {
  compile
} from "./chunk-TNAG3B54.js";
import {
  rng
} from "./chunk-PHUSJ35S.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  ConvergenceError,
  DomainError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// solvers/baseline/pace.ts
var OutOfTime = class extends Error {
  /** What it would have taken. */
  seconds;
  constructor(what, seconds) {
    super(`no time for ${what}, about ${seconds.toPrecision(2)} s`);
    this.name = "OutOfTime";
    this.seconds = seconds;
  }
};
var firstRate = 1e10;
var unhurried = () => ({ left: () => Number.POSITIVE_INFINITY, now: () => 0, rate: firstRate });
var paceWith = (pace, left) => ({
  left,
  now: () => pace.now(),
  get rate() {
    return pace.rate;
  },
  set rate(rate) {
    pace.rate = rate;
  }
});
function ask({ left }, what, seconds) {
  if (seconds > left()) throw new OutOfTime(what, seconds);
}

// solvers/automatic/speed.ts
var tolerated = 1.5;
var Speed = class {
  /** Seconds of the whole budget, of whichever clock is ahead; infinite where it has none. */
  whole;
  #slowness = 1;
  #known = false;
  #pace;
  #share;
  constructor({ seconds, processorSeconds }, spent) {
    const [ofClock, ofProcessor] = [seconds ?? Number.POSITIVE_INFINITY, processorSeconds ?? Number.POSITIVE_INFINITY];
    this.whole = Math.min(ofClock, ofProcessor);
    this.#share = () => {
      const now2 = spent();
      return Math.max(now2.seconds / ofClock, now2.processorSeconds / ofProcessor);
    };
    const now = () => this.limited ? this.#share() * this.whole : 0;
    this.#pace = { ...unhurried(), now };
  }
  get limited() {
    return this.whole < Number.POSITIVE_INFINITY;
  }
  /** Share of the budget that is used; 0 without a clock. */
  share() {
    return this.limited ? this.#share() : 0;
  }
  /** A pace that ends where so much of the budget is used. */
  until(limit) {
    return paceWith(this.#pace, () => this.limited ? (limit - this.#share()) * this.whole : Number.POSITIVE_INFINITY);
  }
  /** Nominal seconds of work that are done in so many seconds. */
  nominal(seconds) {
    return seconds / this.#slowness;
  }
  /**
   * Does a piece of work of so many nominal seconds, and learns from what it takes.
   *
   * @throws OutOfTime where pieces before it tell that it takes longer than there is, or the work says so itself
   */
  async timed(nominal, pace, work) {
    if (this.#known) ask(pace, "features", nominal * this.#slowness / tolerated);
    const began = this.#pace.now();
    const learn = (more2) => {
      const ratio = (this.#pace.now() - began + more2) / nominal;
      if (this.limited) this.#slowness = ratio > tolerated ? 2 ** Math.ceil(Math.log2(ratio / tolerated)) : 1;
    };
    try {
      const done2 = await work();
      learn(0);
      this.#known = true;
      return done2;
    } catch (error) {
      if (error instanceof OutOfTime) learn(error.seconds);
      throw error;
    }
  }
};

// solvers/baseline/least-squares.ts
var panelWidth = 64;
function panelMatrix(rows, columns, width = panelWidth) {
  const count = Math.ceil(columns / width);
  return { rows, columns, width, panels: Array.from({ length: count }, () => new Float64Array(rows * width)) };
}
function setRow({ columns, width, panels }, row, values, from) {
  for (const [p, panel] of panels.entries()) {
    const start = p * width;
    const end = Math.min(columns, start + width);
    panel.set(values.subarray(from + start, from + end), row * width);
  }
}
function setEntry({ width, panels }, row, column, value) {
  panels[Math.floor(column / width)][row * width + column % width] = value;
}
function leastSquaresSolver(rows, threads = 1, blas) {
  return blas ? byLapack(blas, rows, threads) : byPanels(rows, threads);
}
function byLapack(blas, rows, threads) {
  return {
    matrix: (columns) => panelMatrix(rows, columns, columns),
    async solve(a, b) {
      checkShape(a, b, rows);
      blas.useThreads(threads);
      const x = blas.leastSquares(a.panels[0], rows, a.columns, b);
      if (x?.every(Number.isFinite)) return x;
      throw new DomainError("leastSquares: columns depend on one another; leave some out", a.columns);
    },
    async dispose() {
    }
  };
}
function checkShape({ rows, columns }, b, expected) {
  if (rows === expected && b.length === expected && columns <= expected) return;
  const found2 = `[${rows}, ${columns}] and ${b.length} numbers`;
  throw new ShapeError("leastSquares", `a matrix [${expected}, at most ${expected}] and ${expected} numbers`, found2);
}
function byPanels(rows, threads) {
  const panel = { shape: [rows, panelWidth] };
  const square = { shape: [panelWidth, panelWidth] };
  const options = { precision: "float64", threads };
  let programs;
  const compiled = () => {
    programs ??= Promise.all([
      compile((v) => [tf.matMul(v, v, true, false)], [panel], { ...options, name: "panel gram" }),
      compile(
        (v, t, c) => [tf.sub(c, tf.matMul(v, tf.matMul(t, tf.matMul(v, c, true, false), true, false)))],
        [panel, square, panel],
        { ...options, name: "panel update" }
      )
    ]);
    return programs;
  };
  return {
    matrix: (columns) => panelMatrix(rows, columns),
    async solve(a, b) {
      checkShape(a, b, rows);
      const { columns, panels } = a;
      const [gram, update] = await compiled();
      const v = new Float64Array(rows * panelWidth);
      const products = new Float64Array(panelWidth * panelWidth);
      const triangle = [];
      for (const [p, current] of panels.entries()) {
        const first = p * panelWidth;
        const width = Math.min(panelWidth, columns - first);
        const { list, factors } = reduce(current, rows, first, width, b);
        triangle.push(...list.map((column) => column.slice(0, columns)));
        if (p === panels.length - 1) break;
        vectors(list, rows, first, v);
        await gram.run([v], { into: [products] });
        const t = triangular(products, factors);
        for (let q = p + 1; q < panels.length; q++) {
          await update.run([v, t, panels[q].slice()], { into: [panels[q]] });
        }
      }
      return backSubstitute(triangle, b);
    },
    async dispose() {
      for (const program of await programs ?? []) await program.dispose();
    }
  };
}
function reduce(panel, rows, first, width, b) {
  const list = Array.from({ length: width }, (_, j) => {
    const column = new Float64Array(rows);
    for (let i = 0; i < rows; i++) column[i] = panel[i * panelWidth + j];
    return column;
  });
  const factors = new Float64Array(panelWidth);
  for (const [j, v] of list.entries()) {
    const pivot = first + j;
    let largest = 0;
    for (let i = pivot; i < rows; i++) largest = Math.max(largest, Math.abs(v[i]));
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
      const what = `column ${pivot} is ${largest === 0 ? "a combination of those before it" : "not finite"}`;
      throw new DomainError(`leastSquares: ${what}; give more regularisation or fewer features`, largest);
    }
    let sum2 = 0;
    for (let i = pivot; i < rows; i++) sum2 += (v[i] / largest) ** 2;
    const alpha = v[pivot];
    const beta = -Math.sign(alpha || 1) * largest * Math.sqrt(sum2);
    factors[j] = (beta - alpha) / beta;
    const scale = 1 / (alpha - beta);
    for (let i = pivot + 1; i < rows; i++) v[i] *= scale;
    v[pivot] = 1;
    reflect(v, factors[j], pivot, [...list.slice(j + 1), b]);
    v[pivot] = beta;
  }
  return { list, factors };
}
function reflect(v, f, from, columns) {
  const rows = v.length;
  let c = 0;
  for (; c + 3 < columns.length; c += 4) {
    const [a, b, d, e] = [columns[c], columns[c + 1], columns[c + 2], columns[c + 3]];
    let [s, t, u, w] = [0, 0, 0, 0];
    for (let i = from; i < rows; i++) {
      const x = v[i];
      s += x * a[i];
      t += x * b[i];
      u += x * d[i];
      w += x * e[i];
    }
    s *= f;
    t *= f;
    u *= f;
    w *= f;
    for (let i = from; i < rows; i++) {
      const x = v[i];
      a[i] -= s * x;
      b[i] -= t * x;
      d[i] -= u * x;
      e[i] -= w * x;
    }
  }
  for (; c < columns.length; c++) {
    const a = columns[c];
    let s = 0;
    for (let i = from; i < rows; i++) s += v[i] * a[i];
    s *= f;
    for (let i = from; i < rows; i++) a[i] -= s * v[i];
  }
}
function vectors(list, rows, first, out) {
  out.fill(0);
  for (const [j, column] of list.entries()) {
    out[(first + j) * panelWidth + j] = 1;
    for (let i = first + j + 1; i < rows; i++) out[i * panelWidth + j] = column[i];
  }
}
function triangular(products, factors) {
  const n = panelWidth;
  const t = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    const f = factors[j];
    t[j * (n + 1)] = f;
    for (let i = 0; i < j; i++) {
      let sum2 = 0;
      for (let k = i; k < j; k++) sum2 += t[i * n + k] * products[k * n + j];
      t[i * n + j] = -f * sum2;
    }
  }
  return t;
}
function backSubstitute(columns, y) {
  const x = new Float64Array(columns.length);
  for (let j = columns.length - 1; j >= 0; j--) {
    const column = columns[j];
    const value = y[j] / column[j];
    x[j] = value;
    for (let i = 0; i < j; i++) y[i] -= column[i] * value;
  }
  return x;
}

// solvers/baseline/feature-rows.ts
var chunk = 256;
var chunkOf = ({ residuals }) => fewerPoints(chunk, residuals, 8);
function featurePrograms(model, threads) {
  const known = /* @__PURE__ */ new Map();
  const opened = [];
  const open = (program) => {
    opened.push(program);
    return program;
  };
  return {
    of: (filled) => rowsOf(model, filled, { threads, known, open }),
    async dispose() {
      for (const program of opened) await (await program).dispose();
    }
  };
}
function rowsOf(model, filled, { threads, known: shared, open }) {
  const size = parameterCount(model);
  const parts = filled.map(({ group, at }, place) => {
    const each = group.sum ? group : { ...group, count: Math.min(chunkOf(group), group.count) };
    const widths = [model.dimension, 1, Math.max(1, group.data.length)];
    const specs = [{ shape: [size] }, ...widths.map((w) => ({ shape: [each.count, w] }))];
    const programs = /* @__PURE__ */ new Map();
    const name = `${place}, ${each.count}`;
    const program = shared.get(name) ?? ((withColumns) => {
      const known = programs.get(withColumns);
      if (known) return known;
      const fn = (theta, points, rootWeights, data) => {
        const tensors = [{ points, rootWeights, data }];
        if (!withColumns) return [weightedRows(model, [each], theta, tensors)];
        const { rows, jacobian } = rowsAndJacobian(model, [each], theta, tensors);
        return [rows, jacobian.at(-1).values];
      };
      const made = compile((...inputs) => fn(...inputs), specs, {
        precision: "float64",
        threads,
        name: `features, ${group.name}`
      });
      programs.set(withColumns, open(made));
      return made;
    });
    shared.set(name, program);
    const count = (group.sum ? 1 : group.count) * group.residuals.length;
    return { group, each, at, widths, program, count };
  });
  const total = parts.reduce((sum2, p) => sum2 + p.count, 0);
  let secondsAPoint = 0;
  async function run(theta, pace, into, taken) {
    const result = new Float64Array(total);
    const some = taken && new Float64Array(taken.length);
    const picked = (columns, from) => {
      if (!taken || !some) return [columns, from];
      for (let k = 0; k < taken.length; k++) some[k] = columns[from + taken[k]];
      return [some, 0];
    };
    let row = 0;
    for (const [part2, { group, each, at, widths, program }] of parts.entries()) {
      ask(pace, "compilation", 0);
      const compiled = await program(into !== void 0);
      const stride = compiled.outputs[1]?.shape.at(-1) ?? 0;
      const out = compiled.outputs.map((o) => new Float64Array(o.shape.reduce((a, b) => a * b, 1)));
      const sources = [at.points, at.rootWeights, at.data];
      const inputs = widths.map((width) => new Float64Array(each.count * width));
      const began = pace.now();
      for (let from = 0; from < group.count; from += each.count) {
        if (from > 0) ask(pace, "residual rows", (pace.now() - began) * (group.count - from) / from);
        const n = Math.min(each.count, group.count - from);
        for (const [k, input] of inputs.entries()) {
          const width = widths[k];
          input.set(sources[k].subarray(from * width, (from + n) * width));
          for (let i = n; i < each.count; i++) input.copyWithin(i * width, 0, width);
        }
        await compiled.run([theta, ...inputs], { into: out });
        const [values, columns] = out;
        for (let equation = 0; equation < group.residuals.length; equation++) {
          const [start, rows] = group.sum ? [equation, 1] : [equation * each.count, n];
          for (let i = start; i < start + rows; i++) {
            result[row] = values[i];
            if (into) setRow(into, row, ...picked(columns, i * stride));
            row++;
          }
        }
      }
      if (part2 === 0 && into) secondsAPoint = (pace.now() - began) / group.count;
    }
    return result;
  }
  return {
    count: total,
    get secondsAPoint() {
      return secondsAPoint;
    },
    rows: (theta, pace = unhurried()) => run(theta, pace),
    rowsAndColumns: (theta, into, pace = unhurried(), taken = void 0) => run(theta, pace, into, taken)
  };
}

// solvers/baseline/linearity.ts
var degreeOf = {
  number: () => 0,
  coordinate: () => 0,
  constant: () => 0,
  data: () => 0,
  derivative: () => 1,
  laplacian: () => 1,
  elsewhere: () => 1,
  call: (name, args) => ofCall(name, args),
  apply: () => 2
};
function ofCall(name, args) {
  const [a, b = 0] = args;
  if (args.every((one) => one === 0)) return 0;
  switch (name) {
    case "add":
    case "sub":
    case "neg":
      return Math.max(a, b);
    case "mul":
      return a + b > 1 ? 2 : 1;
    case "div":
      return b === 0 ? a : 2;
    case "if":
      return a === 0 ? Math.max(b, args[2] ?? 0) : 2;
    default:
      return 2;
  }
}
var isLinear = (expression) => evaluate(expression, degreeOf) < 2;

// solvers/baseline/unit.ts
var rounding = 1e-10;
async function residualOfNothing(assembly, threads) {
  const { equations } = assembly.problem;
  const size = await sizeOfNothing(assembly, equations, threads);
  if (size > rounding) return size;
  const terms = await sizeOfNothing(assembly, equations.flatMap(termsOf), threads);
  if (terms > 0 && size <= rounding * terms) return terms;
  return size > 0 ? size : 1;
}
async function sizeOfNothing({ model, domain, interior, interiorData }, expressions, threads) {
  const points = domain.interior(fewerPoints(2 ** 12, expressions, 128), rng(0).split("scale"));
  const program = evaluator(model, expressions, { data: interior(1, 1).data, threads });
  const silent = new Float64Array(model.network.size);
  const values = await program.evaluate(silent, points, interiorData(points));
  await program.dispose();
  const mean = sumOfSquares(values) / (points.length / domain.dimension);
  if (!Number.isFinite(mean)) {
    const bad = values.find((v) => !Number.isFinite(v));
    throw new ConvergenceError(`randomFeatures: the residual of u = 0 is ${bad} somewhere in the domain`, "diverged");
  }
  return Math.sqrt(mean);
}
function termsOf(e) {
  const isSum = e.kind === "call" && ["add", "sub", "neg"].includes(e.name);
  return isSum ? e.args.flatMap(termsOf) : [e];
}
var sumOfSquares = (values) => values.reduce((sum2, v) => sum2 + v * v, 0);

// solvers/baseline/newton.ts
var enough = 0.01;
var halvings = 12;
async function minimise(rows, theta, options) {
  const { linear, regularization, threads, blas, pace, taken } = options;
  const all = theta.subarray(theta.length - options.coefficients);
  const at = taken ?? [...all.keys()];
  const [n, m] = [at.length, rows.count];
  const total = regularization > 0 || m < n ? m + n : m;
  const solver = leastSquaresSolver(total, threads, blas);
  const operations = 2 * total * n * n;
  let mu;
  let [steps, status] = [0, "budget"];
  const lossOf = (r) => sumOfSquares(r) + mu * mu * at.reduce((s, j) => s + all[j] ** 2, 0);
  try {
    while (steps < options.steps) {
      const matrix = solver.matrix(n);
      const right = new Float64Array(total);
      const r = await rows.rowsAndColumns(theta, matrix, pace, taken);
      mu ??= regularization * longest(matrix);
      for (let i = 0; i < m; i++) right[i] = -r[i];
      for (let j = 0; j < total - m; j++) {
        setEntry(matrix, m + j, j, mu);
        right[m + j] = -mu * all[at[j]];
      }
      const before = lossOf(r);
      ask(pace, "a linear solve", operations / pace.rate);
      const began = pace.now();
      const step = await solver.solve(matrix, right);
      if (operations > 1e8 && pace.now() > began) pace.rate = operations / (pace.now() - began);
      if (linear) {
        at.forEach((j, k) => {
          all[j] += step[k];
        });
        return { status: "converged", steps: steps + 1 };
      }
      const possible = sumOfSquares(right.subarray(n));
      const after = await search(rows, theta, { all, at, step, before, lossOf, pace });
      steps++;
      if (after === void 0) status = "stalled";
      else if (after > (1 - enough) * before || after < (1 + enough) * possible) status = "converged";
      if (status !== "budget") break;
    }
  } catch (error) {
    if (!(error instanceof OutOfTime) || steps === 0) throw error;
  } finally {
    await solver.dispose();
  }
  return { status, steps };
}
async function search(rows, theta, { all, at, step, before, lossOf, pace }) {
  const start = at.map((j) => all[j]);
  const goTo = (length) => {
    at.forEach((j, k) => {
      all[j] = start[k] + length * step[k];
    });
  };
  try {
    for (let k = 0, length = 1; k < halvings; k++, length /= 2) {
      goTo(length);
      const after = lossOf(await rows.rows(theta, pace));
      if (after < before) return after;
    }
  } catch (error) {
    goTo(0);
    throw error;
  }
  goTo(0);
  return void 0;
}
function longest({ width, panels }) {
  let most2 = 0;
  for (const panel of panels) {
    const sums = new Float64Array(width);
    for (let i = 0; i < panel.length; i++) sums[i % width] += panel[i] ** 2;
    most2 = sums.reduce((a, b) => Math.max(a, b), most2);
  }
  return Math.sqrt(most2);
}

// solvers/baseline/random-features.ts
var [fewestFresh, fewestInAHurry] = [2048, 128];
var [part, fewestForParts] = [4, 120];
async function featuresWithin(problem, options, pace) {
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  const [began, used] = [clock(), processor()];
  const domain = domainOf(problem.domain);
  const { features, activation, scales, conditions, newtonSteps: newtonSteps2, seed, threads, ...filling } = checked(options);
  if (Object.keys(problem.trainable).length > 0) {
    const names = Object.keys(problem.trainable).join(", ");
    throw new OptionsError(`randomFeatures: "${problem.name}" asks for ${names}; use solve`, "trainable", names);
  }
  const { base } = options;
  const own = mlp({ width: features, depth: 1, activation, scale: scales[0] });
  const network = base ? sum({ parts: [partOf(base), own] }) : own;
  const assembly = assemble(problem, domain, network, conditions);
  const root = rng(seed);
  const stretch = options.stretch ?? problem.axes.map(() => 1);
  if (stretch.length !== problem.axes.length || !stretch.every((s) => s > 0 && s < Number.POSITIVE_INFINITY)) {
    const message = `randomFeatures: stretch is [${stretch.join(", ")}], expected a number > 0 for each of ${problem.axes.join(", ")}`;
    throw new OptionsError(message, "stretch", stretch);
  }
  const known = base?.theta.length ?? 0;
  const drawn = frozen(assembly, { network: own, scales, stretch, known }, root.split("features"));
  const theta = Float64Array.from([...base?.theta ?? [], ...drawn]);
  const scale = options.residualScale ?? base?.report.scale ?? await residualOfNothing(assembly, threads);
  const filled = (share, draw) => {
    const [points, boundaryPoints] = [filling.points, filling.boundaryPoints].map((n) => Math.ceil(n * share));
    return filledGroups(assembly, { ...filling, points, boundaryPoints, scale }, draw);
  };
  const groups = filled(1, root.split("points"));
  const linear = groups.every(({ group }) => group.residuals.every(isLinear));
  const programs = featurePrograms(assembly.model, threads);
  const coefficients = (features + 1) * problem.unknowns.length;
  const regularization = options.regularization ?? (linear ? 1e-14 : 1e-12);
  const blas = blasOf(blasName("randomFeatures", options.blas));
  let begun = 0;
  const common = { coefficients, linear, regularization, threads, blas, pace };
  try {
    if (!linear && features >= fewestForParts) {
      const taken = firstFeatures(Math.floor(features / part), features, problem.unknowns.length);
      const some = programs.of(filled(1 / part, root.split("part")));
      begun = (await minimise(some, theta, { ...common, taken, steps: newtonSteps2 })).steps;
    }
    const rows = programs.of(groups);
    const { status, steps: ended } = await minimise(rows, theta, { ...common, steps: linear ? 1 : newtonSteps2 });
    const many = Math.max(filling.points, fewestFresh);
    const affordable = Math.floor(Math.max(0, pace.left()) / rows.secondsAPoint);
    const count = affordable < many ? Math.max(fewestInAHurry, affordable) : many;
    const fresh = programs.of(filledGroups(assembly, { ...filling, points: count, scale }, root.split("fresh")));
    const residual = Math.sqrt(sumOfSquares(await fresh.rows(theta)));
    return new Solution(problem, network, theta, {
      ...{ status, steps: begun + ended, residual, scale, conditions, rounds: 1, constants: {} },
      seconds: (clock() - began) / 1e3,
      processorSeconds: (processor() - used) / 1e3,
      hardConditions: assembly.held.map((c) => c.text),
      softConditions: assembly.rows.map((c) => c.text)
    });
  } finally {
    await programs.dispose();
  }
}
function firstFeatures(some, features, unknowns) {
  const biases = Array.from({ length: unknowns }, (_, i) => features * unknowns + i);
  return [...Array(some * unknowns).keys(), ...biases];
}
async function residualOfZero(problem, { scale, conditions }) {
  const network = mlp({ width: 1, depth: 1 });
  const assembly = assemble(problem, domainOf(problem.domain), network, conditions);
  const weights = { equations: 1, conditions: 1e4, observations: 1 };
  const filling = { points: fewerPoints(fewestFresh, problem.equations), boundaryPoints: 256, weights, scale };
  const programs = featurePrograms(assembly.model, 1);
  const theta = new Float64Array(assembly.model.network.size + assembly.model.trainable.length);
  theta.set(Object.values(problem.trainable), assembly.model.network.size);
  const values = await programs.of(filledGroups(assembly, filling, rng(0).split("nothing"))).rows(theta);
  await programs.dispose();
  return Math.sqrt(sumOfSquares(values));
}
function checked(options) {
  const { features = 1e3, activation = "sin", scale = [1, 2, 4], newtonSteps: newtonSteps2 = 20, seed = 0, threads = 1 } = options;
  const { points = 3 * features, boundaryPoints = 2 * features, regularization = 0, residualScale = 1 } = options;
  const scales = typeof scale === "number" ? [scale] : scale;
  const fail = (name, value, expected) => {
    throw new OptionsError(`randomFeatures: ${name} is ${value}, expected ${expected}`, name, value);
  };
  for (const [name, value] of Object.entries({ features, points, boundaryPoints, newtonSteps: newtonSteps2, threads })) {
    if (!(Number.isInteger(value) && value >= 1)) fail(name, value, "a whole number \u2265 1");
  }
  if (!(Number.isSafeInteger(seed) && seed >= 0)) fail("seed", seed, "a whole number \u2265 0");
  if (scales.length === 0 || scales.some((s) => !(s > 0 && s < Number.POSITIVE_INFINITY))) {
    fail("scale", JSON.stringify(scale), "numbers > 0");
  }
  if (!(regularization >= 0 && regularization < 1))
    fail("regularization", regularization, "a number from 0 to below 1");
  const weights = { equations: 1, conditions: 1e4, observations: 1, ...options.weights };
  for (const [name, value] of Object.entries(weights)) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) fail(`weights.${name}`, value, "a number > 0");
  }
  if (!(residualScale > 0 && residualScale < Number.POSITIVE_INFINITY))
    fail("residualScale", residualScale, "a finite number > 0");
  const conditions = hardnessOf("randomFeatures", options.base?.report.conditions ?? options.conditions ?? "hard");
  return { features, activation, scales, points, boundaryPoints, conditions, weights, newtonSteps: newtonSteps2, seed, threads };
}
function partOf({ network }) {
  if (isKnownNetwork(network)) return network;
  const message = `randomFeatures: base has a network of your own, "${network.kind}"; only those of this package can be corrected`;
  throw new OptionsError(message, "base", network.kind);
}
function frozen({ model, problem }, { network, scales, stretch, known }, draw) {
  const theta = new Float64Array(model.network.size - known);
  const width = network.width;
  const inputs = (theta.length - (width + 1) * problem.unknowns.length) / width - 1;
  const weights = draw.split("weights").normal(inputs * width);
  const places = draw.split("biases").uniform(inputs * width);
  const periodic = problem.conditions.flatMap((c) => c.kind === "periodic" ? [c.on.axis] : []);
  const factors = stretch.flatMap((s, k) => periodic.includes(k) ? [s, s] : [s]);
  for (let j = 0; j < width; j++) {
    const scale = scales[j % scales.length];
    let bias = network.activation === "sin" ? 2 * Math.PI * places[j] : 0;
    for (let k = 0; k < inputs; k++) {
      const weight = scale * (factors[k] ?? 1) * weights[k * width + j];
      theta[k * width + j] = weight;
      if (network.activation === "tanh") bias -= weight * (2 * places[k * width + j] - 1);
    }
    theta[inputs * width + j] = bias;
  }
  return theta;
}
function filledGroups(assembly, filling, draw) {
  const { points: count, boundaryPoints, weights, scale } = filling;
  const points = assembly.domain.interior(count, draw.split("interior"));
  const set = {
    points,
    weights: new Float64Array(count).fill(1 / count),
    density: new Float64Array(count).fill(1 / assembly.domain.volume)
  };
  const others = assembly.others({ interior: count, boundary: boundaryPoints }, weights);
  return [
    { group: assembly.interior(count, scale), at: assembly.interiorPoints(set, weights.equations) },
    ...others.map((o, i) => ({ group: o.group, at: o.draw(draw.split(`other ${i}`)) }))
  ];
}

// solvers/automatic/work.ts
var [rateOfLapack, rateOfGraphs] = [12e9, 25e8];
var entry = 6e-8;
var [compiling, compilingEach] = [0.2, 2e-3];
var newtonSteps = 4;
var ordinary = 100;
var secondsOfStep = 0.25;
var [fewest, most, mostColumns] = [24, 2400, 2400];
var [shareOfWhole, shareOfWindows] = [0.22, 0.3];
var shareBeforeWindows = 0.14;
function nominalSeconds({ seconds, processorSeconds, steps }) {
  const inSteps = steps === void 0 ? Number.POSITIVE_INFINITY : steps * secondsOfStep;
  return Math.min(seconds ?? Number.POSITIVE_INFINITY, processorSeconds ?? Number.POSITIVE_INFINITY, inSteps);
}
var isLinearProblem = ({ equations, conditions, integrals }) => [
  ...equations,
  ...conditions.flatMap((c) => c.kind === "periodic" ? c.matched : [c.residual]),
  ...integrals.map((i) => i.integrand)
].every(isLinear);
var boundaryPointsFor = ({ axes }, features) => axes.length <= 2 ? Math.min(300, 2 * features) : 2 * features;
function secondsOfFeatures(problem, features, blas = "auto") {
  const columns = (features + 1) * problem.unknowns.length;
  const rows = 3 * features * problem.equations.length + boundaryPointsFor(problem, features);
  const rate = blas !== "none" && systemBlas() ? rateOfLapack : rateOfGraphs;
  const entries = rows * columns * (1 + pointsElsewhere(problem.equations));
  const each = 2 * (rows + columns) * columns ** 2 / rate + entry * entries;
  const nodes = [...nodesOf(problem.equations)].length;
  return (isLinearProblem(problem) ? 1 : newtonSteps) * each + compiling + compilingEach * Math.max(0, nodes - ordinary);
}
function featuresFor(problem, seconds, blas = "auto") {
  const limit = Math.min(most, Math.floor(mostColumns / problem.unknowns.length) - 1);
  const costs = (features) => secondsOfFeatures(problem, features, blas);
  if (costs(fewest) > seconds) return void 0;
  let [low, high] = [fewest, limit];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (costs(middle) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}
var secondsOfStepWith = (parameters, rows, blas = "auto") => (1.5 * rows * parameters ** 2 + parameters ** 3) / (blas !== "none" && systemBlas() ? 1e10 : 5e9) + 0.02;

// solvers/automatic/feature-solve.ts
var startWeight = 0.01;
function scalesOf({ reach }) {
  const all = [reach];
  while (all.length < 5 && all[0] > 1) all.unshift(all[0] / 2);
  return all;
}
function optionsOf(problem, plan, run) {
  const { pace: _, signal: _s, speed: _f, ...rest } = run;
  return {
    ...rest,
    features: plan.features,
    scale: scalesOf(plan),
    stretch: plan.stretch,
    newtonSteps: 10,
    boundaryPoints: boundaryPointsFor(problem, plan.features)
  };
}
function firstWindow(problem, plan, run) {
  const part2 = plan.windows === 1 ? problem : windowOf(problem, firstOf(edgesOf(plan.windows, problem)));
  return solveOne(part2, plan, optionsOf(problem, plan, run), run);
}
function solveOne(problem, { features }, options, { speed, pace }) {
  return speed.timed(
    secondsOfFeatures(problem, features, options.blas),
    pace,
    () => featuresWithin(problem, options, pace)
  );
}
var firstOf = (edges) => [edges[0], edges[1]];
async function solveWithFeatures(problem, plan, run) {
  if (plan.windows === 1) return solveOne(problem, plan, optionsOf(problem, plan, run), run);
  const edges = edgesOf(plan.windows, problem);
  const root = rng(run.seed);
  const done2 = [];
  const began = run.pace.now();
  for (let k = 0; k < plan.windows; k++) {
    if (run.signal?.aborted) break;
    if (k > 0) ask(run.pace, "windows of time", (run.pace.now() - began) * (plan.windows - k) / k);
    const draw = root.split("window").split(k);
    const interval = [edges[k], edges[k + 1]];
    const bare = windowOf(problem, interval);
    const last = done2.at(-1);
    const tables = await startNumbers(problem, interval[0], last);
    if (last && tables.length === 0) {
      const points = startPoints(bare, draw.split("start"));
      for (const quantity of handedOn(problem)) {
        tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
      }
    }
    const options = { ...optionsOf(problem, plan, run), seed: Math.floor(draw.uniform() * 2 ** 53) };
    const scaled = { ...done2[0] && { residualScale: done2[0].report.scale }, ...options };
    const solution = await solveOne(windowOf(problem, interval, tables, startWeight), plan, scaled, run);
    await last?.dispose();
    done2.push(solution);
  }
  return done2.length === plan.windows ? new MarchedSolution(problem, edges, done2) : void 0;
}

// solvers/automatic/trust.ts
var compared = 4096;
var doubtful = 0.03;
var mostLeft = 0.2;
async function distance(problem, u, v) {
  const points = domainOf(problem.domain).interior(compared, rng(0).split("trust"));
  const [a, b] = [await u.evaluate(points), await v.evaluate(points)];
  let [difference, size] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    size += a[i] ** 2;
  }
  return size > 0 ? Math.sqrt(difference / size) : Math.sqrt(difference);
}
async function correct(problem, base, plan, run) {
  const { pace: _, signal: _s, speed: _f, ...rest } = run;
  const known = withFoundConstants(problem, base);
  return unlessUnsolvable(async () => {
    const options = {
      ...rest,
      weights: { observations: 0.01 },
      ...{ base: known, features: plan.features, scale: scalesOf(plan), stretch: plan.stretch, newtonSteps: 3 },
      boundaryPoints: boundaryPointsFor(problem, plan.features)
    };
    const corrected = await solveOne(known.problem, plan, options, run);
    const size = await distance(problem, corrected, base);
    return { corrected, size, left: corrected.report.residual / base.report.residual };
  });
}
var leastLeft = 1e-3;
var found = /* @__PURE__ */ new WeakMap();
async function leftByNothing(problem, report) {
  const known = found.get(problem) ?? /* @__PURE__ */ new Map();
  found.set(problem, known);
  const units = JSON.stringify([report.scale, report.conditions]);
  const left = known.get(units) ?? residualOfZero(problem, report);
  known.set(units, left);
  return Math.max(leastLeft, await left);
}
async function unlessUnsolvable(work) {
  try {
    return await work();
  } catch (error) {
    if ([DomainError, ConvergenceError, OutOfTime].some((kind) => error instanceof kind)) return void 0;
    throw error;
  }
}
function withFoundConstants(problem, base) {
  const found2 = Object.entries(base.report.constants).map(([name, { value }]) => [name, value]);
  if (found2.length === 0) return base;
  const constants = { ...problem.constants, ...Object.fromEntries(found2) };
  const theta = base.theta.slice(0, base.theta.length - found2.length);
  return new Solution({ ...problem, constants, trainable: {} }, base.network, theta, { ...base.report, constants: {} });
}
async function estimate(problem, solution, { correction, second }) {
  const { residual } = solution.report;
  const byCorrection = correction?.size;
  const bySecond = second && second.distance * Math.min(1, residual / second.solution.report.residual);
  const found2 = [byCorrection, bySecond].filter((v) => v !== void 0 && Number.isFinite(v));
  const seen = found2.length > 0 ? Math.max(...found2) : Number.NaN;
  const by = found2.length === 0 ? "nothing" : seen === byCorrection ? "correction by random features" : "a second solution";
  const nothing = await leftByNothing(problem, solution.report);
  const share = residual / nothing;
  const relativeL2 = share > mostLeft && share > seen ? Math.sqrt(share * seen) : seen;
  const advice = share > mostLeft ? `it leaves ${percent(share)} of what u = 0 leaves; ${more}` : found2.length === 0 ? share > 1e-3 ? `nothing could be compared with it, and it leaves ${percent(share)} of what u = 0 leaves; ${more}` : void 0 : relativeL2 > doubtful ? `its error is estimated at ${percent(relativeL2)}; ${more}` : void 0;
  return { relativeL2, by, ...advice !== void 0 && { advice } };
}
var more = "give it more time, or a network and windows of time of your own";
var percent = (share) => `${Number((100 * share).toPrecision(2))} %`;

// solvers/automatic/feature-contest.ts
var mostDimensions = 4;
var [shareOfProbe, leastProbe] = [0.03, 0.3];
var done = 1e-9;
var gain = 1.5;
var suitsFeatures = ({ axes, trainable }) => axes.length <= mostDimensions && Object.keys(trainable).length === 0;
var [reaches, reachesOfLines] = [
  [4, 12, 36, 108],
  [4, 16, 64, 256]
];
var leastForAll = 10;
var shareOfLines = 0.5;
async function featureContest(problem, contest) {
  const { run, work } = contest;
  const d = problem.axes.length;
  const features = contest.featuresFor(Math.max(work * shareOfProbe, leastProbe)) ?? fewest;
  let [nothing, scale] = [];
  const attempt = async (plan, pace = run.pace) => {
    const { residual: residual2, solution } = await tried(problem, plan, contest, {
      ...run,
      pace,
      ...scale && { residualScale: scale }
    });
    if (solution && nothing === void 0) {
      [nothing, scale] = [await leftByNothing(problem, solution.report), solution.report.scale];
    }
    return { plan, residual: residual2, solution };
  };
  const whole = { features, stretch: problem.axes.map(() => 1), windows: 1 };
  const inWindows = d === 1 && problem.time !== void 0 && canMarch(problem);
  const [first, ...others] = (d === 1 ? reachesOfLines : reaches).slice(
    0,
    inWindows ? 2 : d > 1 && work < leastForAll ? 3 : 4
  );
  const patient = run.speed.until(0.8);
  let best = await attempt({ ...whole, reach: first }, patient);
  if (nothing === void 0 && features > fewest) {
    best = await attempt(
      { ...whole, features: contest.featuresFor(work * shareOfProbe) ?? fewest, reach: first },
      patient
    );
  }
  for (const [i, reach] of others.entries()) {
    const next = await attempt({ ...whole, reach });
    if (next.residual < best.residual) best = next;
    else if (d > 1 || i > 0) break;
  }
  for (let axis = 0; d > 1 && axis < d; axis++) {
    if (best.residual <= 1e-6 * (nothing ?? 1)) break;
    best = await steeper(best, axis, attempt);
  }
  const { residual } = best;
  return { best: residual === Number.POSITIVE_INFINITY ? void 0 : best, nothing: nothing ?? 1, scale };
}
async function windowContest(problem, contest, whole) {
  const { run, work, featuresFor: featuresFor2 } = contest;
  let best;
  for (const windows of windowsOf(problem, work)) {
    const features = featuresFor2(work * (problem.axes.length === 1 ? shareOfLines : shareOfWindows) / windows);
    if (features === void 0) continue;
    const attempt = async (plan2) => ({
      plan: plan2,
      residual: (await tried(problem, plan2, contest, run)).residual
    });
    const plan = { ...best?.plan ?? whole, features, windows };
    const other = plan.reach > 4 ? plan.reach / 3 : 12;
    const plans = best ? [plan] : [plan, { ...plan, reach: other }];
    const found2 = [];
    for (const one of plans) found2.push(await attempt(one));
    let winner = found2.reduce((a, b) => b.residual < a.residual ? b : a);
    if (!best) {
      for (const [axis, s] of whole.stretch.entries()) if (s === 1) winner = await steeper(winner, axis, attempt);
    }
    if (best && !(winner.residual < best.residual)) break;
    best = winner;
  }
  return best && best.residual < Number.POSITIVE_INFINITY ? best : void 0;
}
async function steeper(from, axis, attempt) {
  let best = from;
  for (const by of [3, 9]) {
    const stretch = from.plan.stretch.map((s, k) => k === axis ? s * by : s);
    const next = await attempt({ ...from.plan, stretch });
    if (!(next.residual < best.residual)) break;
    best = next;
  }
  return best;
}
async function tried(problem, plan, { say }, run) {
  if (run.signal?.aborted || run.pace.left() <= 0) return { residual: Number.POSITIVE_INFINITY };
  const found2 = await unlessUnsolvable(() => firstWindow(problem, plan, run));
  const solution = found2 && Number.isFinite(found2.report.residual) ? found2 : void 0;
  const residual = solution?.report.residual ?? Number.POSITIVE_INFINITY;
  say(`${wordsOf(plan, problem)}: residual ${residual.toExponential(1)}`);
  return { residual, solution };
}
function windowsOf(problem, work) {
  if (problem.time === void 0 || !canMarch(problem)) return [];
  if (problem.axes.length === 1) return work >= leastForAll ? [12, 50] : [12];
  return work >= 20 ? [4, 12, 36] : [4, 12];
}
function canMarch(problem) {
  try {
    timeToMarch(problem);
    return true;
  } catch {
    return false;
  }
}
function wordsOf({ features, reach, stretch, windows }, { axes }) {
  const steep = axes.flatMap((axis, k) => stretch[k] === 1 ? [] : [`${stretch[k]} times along ${axis}`]);
  const where = windows === 1 ? "" : `, ${windows} windows of time`;
  return `${features} random features, weights to ${reach}${steep.length > 0 ? `, ${steep.join(", ")}` : ""}${where}`;
}

// solvers/automatic/network-contest.ts
var fewestSteps = 12;
var shareOfStart = 0.05;
var [finalists, longer, leastForFinal] = [2, 2, 20];
function candidatesFor(problem) {
  const d = problem.axes.length;
  const scale = suggestedScale(problem);
  const several = problem.unknowns.length > 1;
  if (d === 1) {
    return [scale, 4 * scale].map((s) => ({
      network: mlp({ width: 12, depth: 3, scale: s }),
      points: fewerPoints(600, problem.equations, 100),
      sampler: residualDensity()
    }));
  }
  if (d <= 3) {
    const sampler = pointsElsewhere(problem.equations) > 0 ? sobol() : residualDensity();
    const points = fewerPoints(1500, problem.equations, 150);
    const deep = { network: mlp({ width: 12, depth: 4, scale }), points, sampler };
    return [
      deep,
      { network: mlp({ width: 16, depth: 4, scale }), points: fewerPoints(2e3, problem.equations, 150), sampler },
      { ...deep, network: mlp({ width: 12, depth: 5, scale: Math.min(40, 2 * scale) }) },
      // What one wide layer can say of one unknown, random features have said before; a second start of the first does more.
      several ? { network: mlp({ width: 48, depth: 1, scale: Math.max(2, scale / 2) }), points, sampler: sobol() } : { ...deep, another: true }
    ];
  }
  const box = domainOf(problem.domain).isBox;
  return [
    ...box ? [
      {
        network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }),
        sampler: gaussianMixture({ tempering: 0.5 }),
        points: 2500
      }
    ] : [],
    {
      network: mlp({ width: 64, depth: 1 }),
      sampler: sobol(),
      points: 2500,
      boundaryPoints: 1e3,
      weights: { conditions: 10 }
    },
    {
      network: mlp({ width: 16, depth: 3 }),
      sampler: sobol(),
      points: 2500,
      boundaryPoints: 500,
      weights: { conditions: 100 }
    }
  ];
}
async function networkContest(problem, contest) {
  const { common, work, late } = contest;
  const candidates = candidatesFor(problem);
  const stepsOf = (candidate) => stepsFor(problem, { ...candidate, ...common.blas !== void 0 && { blas: common.blas } }, work * shareOfStart);
  const all = candidates.filter((candidate) => stepsOf(candidate) >= fewestSteps);
  if (all.length < 2) {
    const [options] = candidates;
    return { options, solution: void 0, damping: 0.1, words: wordsOf2(problem, options) };
  }
  const begun = [];
  for (const { another, ...candidate } of all) {
    if (common.signal?.aborted || late() && begun.length > 0) break;
    const words = wordsOf2(problem, candidate) + (another ? ", another start" : "");
    const seed = (common.seed ?? 0) + (another ? 1 : 0);
    const first = { options: candidate, solution: void 0, damping: 0.1, words };
    const found2 = await walked(problem, first, { ...contest, common: { ...common, seed } }, stepsOf(candidate));
    if (found2) begun.push(found2);
  }
  begun.sort((a, b) => a.solution.report.residual - b.solution.report.residual);
  const ahead = begun.slice(0, work < leastForFinal ? 0 : finalists);
  for (const [i, one] of ahead.entries()) {
    if (ahead.length < 2 || common.signal?.aborted || late()) break;
    begun[i] = await walked(problem, one, contest, longer * one.solution.report.steps) ?? one;
  }
  return begun.reduce(
    (a, b) => a && a.solution.report.residual <= b.solution.report.residual ? a : b,
    void 0
  );
}
async function walked(problem, from, { common, say }, steps) {
  let { damping } = from;
  try {
    const solution = await goOn(problem, from, {
      ...common,
      growth: { after: 1, factor: 1 },
      budget: { steps },
      onProgress(progress, round) {
        damping = progress.optimizer["damping"] ?? damping;
        common.onProgress?.(progress, round);
      }
    });
    const { residual } = solution.report;
    say(`${from.words}: residual ${residual.toExponential(1)} after ${solution.report.steps} steps`);
    return { ...from, solution, damping };
  } catch (error) {
    if (!(error instanceof ConvergenceError)) throw error;
    return void 0;
  }
}
function wordsOf2(problem, { network }) {
  const { size } = networkProgram(network, domainOf(problem.domain), problem.unknowns.length);
  return describeNetwork(network, size);
}
function goOn(problem, { options, solution, damping }, common) {
  if (solution === void 0) return solve(problem, { ...common, ...options });
  return solve(problem, {
    ...common,
    ...options,
    optimizer: gaussNewton({ damping: Math.min(0.1, Math.max(1e-14, damping)) }),
    start: solution.theta,
    residualScale: solution.report.scale
  });
}
function stepsFor(problem, { network, points = 2e3, blas }, seconds) {
  const { size } = networkProgram(network, domainOf(problem.domain), problem.unknowns.length);
  return Math.min(60, Math.floor(seconds / secondsOfStepWith(size, points * problem.equations.length, blas)));
}

// solvers/automatic/stages.ts
var [enoughLeft, wellSolved] = [0.02, 1e-7];
var tooLate = 0.7;
var hopelessLeft = 0.3;
var [leastForNetworks, leastForBoth] = [4, 10];
var runOf = ({ options, seed, threads, speed }, limit) => ({
  ...{ seed, threads, signal: options.signal, speed, pace: speed.until(limit) },
  ...options.blas !== void 0 && { blas: options.blas },
  ...options.clock && { clock: options.clock },
  ...options.processorClock && { processorClock: options.processorClock }
});
async function byFeatures(problem, setting) {
  if (!suitsFeatures(problem)) return void 0;
  const { work, say, options, speed } = setting;
  const fitting = (seconds) => featuresFor(problem, speed.nominal(seconds), options.blas);
  const contest = { run: runOf(setting, 0.35), work, say, featuresFor: fitting };
  const { best, nothing, scale } = await featureContest(problem, contest);
  if (best === void 0) return void 0;
  const units = scale === void 0 ? {} : { residualScale: scale };
  const solved = async (plan2, limit, seed = setting.seed) => {
    const run2 = { ...runOf(setting, limit), ...units, seed };
    const solution2 = await unlessUnsolvable(() => solveWithFeatures(problem, plan2, run2));
    if (solution2) say(`${wordsOf(plan2, problem)}: residual ${solution2.report.residual.toExponential(1)}`);
    return solution2 && { plan: plan2, solution: solution2 };
  };
  const share = problem.time === void 0 ? shareOfWhole : shareBeforeWindows;
  const many = Math.max(fitting(work * share) ?? 0, best.plan.features);
  const inWindows = problem.time === 0 && problem.axes.length === 1 && canMarch(problem);
  const hopeless = best.residual > hopelessLeft * nothing && work >= leastForNetworks && !inWindows;
  const settled = hopeless || best.residual <= done * nothing || inWindows && best.residual > wellSolved * nothing;
  const grown = settled ? best.plan : { ...best.plan, features: many };
  const known = best.solution && { plan: best.plan, solution: best.solution };
  const first = (grown.features > best.plan.features ? await solved(grown, 0.9) : void 0) ?? known;
  if (first === void 0) return void 0;
  let main = first;
  const left = () => main.solution.report.residual / nothing;
  if (left() > wellSolved && !settled && problem.time === void 0 && problem.axes.length > 1) {
    const steeper2 = await solved({ ...main.plan, reach: 3 * main.plan.reach }, 1);
    if (steeper2 && steeper2.solution.report.residual < main.solution.report.residual) main = steeper2;
  }
  if (left() > wellSolved && problem.time !== void 0 && !(hopeless && work < leastForBoth)) {
    const run2 = { ...runOf(setting, 0.5), ...units };
    const windows = await windowContest(problem, { ...contest, run: run2 }, main.plan);
    const worthIt = (left2) => left2 <= 0.1 * nothing || work < leastForBoth;
    if (windows && worthIt(windows.residual) && windows.residual < main.solution.report.residual / gain) {
      const marched = await solved(windows.plan, windows.residual <= enoughLeft * nothing ? 1 : 0.7);
      if (marched && marched.solution.report.residual < main.solution.report.residual) main = marched;
    }
  }
  const { plan, solution } = main;
  const words = wordsOf(plan, problem);
  const enough2 = left() <= enoughLeft || work < leastForBoth && left() <= hopelessLeft || speed.share() > tooLate;
  if (!enough2) return { solution, evidence: {}, words, enough: enough2, plan };
  const again = { ...plan, features: Math.max(16, Math.floor(plan.features * 0.6)) };
  const second = await solved(again, 1.1, setting.seed + 1) ?? (main === first ? void 0 : first);
  const run = { ...runOf(setting, 1.1), seed: setting.seed + 2 };
  const correction = solution instanceof Solution ? await correct(problem, solution, { ...plan, reach: plan.reach * 1.5 }, run) : void 0;
  const evidence = {
    correction,
    second: second && { solution: second.solution, distance: await distance(problem, solution, second.solution) }
  };
  return { solution, evidence, words, enough: enough2, plan };
}
async function byNetworks(problem, setting, features) {
  const { options, seed, threads, work, say, speed } = setting;
  const { budget: _, runs, ...rest } = options;
  const common = { ...rest, seed, threads };
  const begun = await networkContest(problem, { common, work, say, late: () => speed.share() > 0.6 });
  if (begun === void 0) return void 0;
  const recordedAs = runs === void 0 ? {} : { runs };
  const trained = await goOn(problem, begun, { ...common, ...recordedAs, budget: restOf(setting, begun, 0.85) });
  say(`${begun.words}: residual ${trained.report.residual.toExponential(1)} after ${trained.report.steps} steps more`);
  const corrected = suitsDimension(problem) ? await corrections(problem, setting, trained, features?.plan) : void 0;
  const better = corrected && corrected.left < 0.7 ? corrected.corrected : void 0;
  if (corrected)
    say(
      `random features on top of it leave ${corrected.left.toPrecision(2)} of the residual, and add ${corrected.size.toExponential(1)}`
    );
  const second = features && {
    solution: features.solution,
    distance: await distance(problem, trained, features.solution)
  };
  const solution = better ? kept(trained, better) : trained;
  return {
    solution,
    evidence: { correction: corrected, second },
    words: begun.words + (better ? ", with random features on top" : ""),
    enough: true
  };
}
function kept(trained, { problem, network, theta, report }) {
  const { status, steps, rounds, constants } = trained.report;
  return new Solution(problem, network, theta, { ...report, status, steps, rounds, constants }, trained.run);
}
var suitsDimension = ({ axes }) => axes.length <= 5;
async function corrections(problem, setting, trained, plan) {
  const features = featuresFor(problem, setting.speed.nominal(setting.work * 0.05), setting.options.blas);
  if (features === void 0) return void 0;
  const even = problem.axes.map(() => 1);
  const plans = [4, 16].map((reach) => ({ features, reach, stretch: plan?.stretch ?? even, windows: 1 }));
  let best;
  for (const [i, one] of plans.entries()) {
    const found2 = await correct(problem, trained, one, { ...runOf(setting, 1.1), seed: setting.seed + 2 + i });
    if (found2 && !(best && best.left <= found2.left)) best = found2;
  }
  return best;
}
function restOf({ budget, spent }, { solution }, share) {
  const { seconds, processorSeconds } = spent();
  const { seconds: all, processorSeconds: allOfProcessor, steps, residual } = budget;
  return {
    ...all !== void 0 && { seconds: Math.max(0.05, share * all - seconds) },
    ...allOfProcessor !== void 0 && {
      processorSeconds: Math.max(0.05, share * allOfProcessor - processorSeconds)
    },
    ...steps !== void 0 && { steps: Math.max(1, steps - (solution?.report.steps ?? 0)) },
    ...residual !== void 0 && { residual }
  };
}

// solvers/automatic/solve.ts
var choices = [
  ...["network", "sampler", "optimizer", "warmStart", "points", "boundaryPoints", "stepsPerRound", "growth"],
  ...["conditions", "weights", "starts", "residualScale", "start", "resume", "preset", "batch"]
];
var isAutomatic = (options) => choices.every((name) => options[name] === void 0);
function solve2(problem, options = {}) {
  return isAutomatic(options) ? solveAutomatically(problem, options) : solve(problem, options);
}
async function solveAutomatically(problem, options) {
  const { budget, seed, threads } = resolveOptions(options, problem, domainOf(problem.domain));
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  const [began, used] = [clock(), processor()];
  const spent = () => ({ seconds: (clock() - began) / 1e3, processorSeconds: (processor() - used) / 1e3 });
  const method = [];
  const setting = {
    ...{ options, budget, seed, threads, spent },
    work: nominalSeconds(budget),
    say: (line) => method.push(line),
    speed: new Speed(budget, spent)
  };
  const features = await byFeatures(problem, setting);
  const networks = features?.enough ? void 0 : await byNetworks(problem, setting, features);
  const found2 = [features, networks].filter((c) => c !== void 0);
  const best = found2.reduce((a, b) => b.solution.report.residual < a.solution.report.residual ? b : a);
  method.push(`taken: ${best.words}`);
  const { report } = best.solution;
  const rival = found2.find((c) => c !== best)?.solution;
  const { correction, second = rival && { solution: rival, distance: await distance(problem, best.solution, rival) } } = best.evidence;
  const opinion = await estimate(problem, best.solution, { correction, second });
  const status = statusOf(
    { ...report, ...best === features && { status: "converged" } },
    {
      aborted: options.signal?.aborted === true,
      doubtful: opinion.advice !== void 0,
      target: budget.residual
    }
  );
  for (const { solution } of found2) if (solution !== best.solution) await solution.dispose();
  const told = best.solution.told({ ...spent(), status, estimate: opinion, method });
  return options.runs === void 0 ? told : recorded(problem, options, told);
}
function statusOf({ status, residual }, now) {
  if (now.aborted) return "aborted";
  if (status === "diverged") return status;
  if (now.doubtful) return "doubtful";
  return now.target !== void 0 && residual <= now.target ? "converged" : status;
}
async function recorded(problem, options, solution) {
  if (solution instanceof Solution && solution.run !== void 0) {
    await solution.save(solution.run);
    return solution;
  }
  const { seed = 0, budget = { seconds: 60 } } = options;
  const run = await createRun({
    root: options.runs,
    name: problem.name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 100) || "problem",
    options: { problem: problemToJson(problem), automatic: true, seed, budget },
    ...{ seed, device: "cpu", precision: "float64" }
  });
  try {
    await solution.save(run.directory);
    if (solution.report.status !== "aborted") await run.finish(solution.report);
  } finally {
    run.close();
  }
  return solution instanceof Solution ? new Solution(problem, solution.network, solution.theta, solution.report, run.directory) : solution;
}

export {
  solve2 as solve
};
