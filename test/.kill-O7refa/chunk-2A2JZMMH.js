import {
  curveFigure,
  differenceScale,
  mapFigure,
  smoothScale
} from "./chunk-B76RVHYB.js";
import {
  systemBlas
} from "./chunk-RFNE7LAF.js";
import {
  checkNetwork,
  coordinateAlgebra,
  describeNetwork,
  jetAlgebra,
  mlp,
  networkCheck,
  networkProgram,
  parallelProgram,
  periodicNetwork,
  savedNetwork,
  separable,
  slotSet,
  tensorRing
} from "./chunk-REA3PM3L.js";
import {
  checkOptimizer,
  cholesky,
  gaussNewton,
  startOptimizer,
  stepsOf,
  storedNumbers
} from "./chunk-E4UB2BUP.js";
import {
  adversarial,
  checkSampler,
  evenPoints,
  gaussianMixture,
  maxSobolDimension,
  normalMass,
  residualDensity,
  sobol,
  sobolSequence,
  start,
  truncatedQuantile
} from "./chunk-M7QUBEK6.js";
import {
  dataOf
} from "./chunk-RDQ5FCHV.js";
import {
  createRun,
  loadCheckpoint,
  loadLatestCheckpoint,
  lockFolder,
  notFinite,
  openRun,
  readRunOptions,
  readSafetensors,
  readSealedJson,
  sealedJson,
  writeSafetensors
} from "./chunk-HHEHUTHZ.js";
import {
  among,
  anything,
  either,
  erf,
  fields,
  isPlainObject,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole
} from "./chunk-O6FHBCA2.js";
import {
  adam
} from "./chunk-6RL6FTP2.js";
import {
  compile
} from "./chunk-TNAG3B54.js";
import {
  recordToJson
} from "./chunk-JYSZMQVP.js";
import {
  microsoft
} from "./chunk-UT3GBMX3.js";
import {
  fft2,
  inverseFft2,
  wavenumbers
} from "./chunk-MYHAFT5B.js";
import {
  normalQuantile,
  rng
} from "./chunk-PHUSJ35S.js";
import {
  constant,
  currentGraph,
  isTracing,
  tensorOf,
  toPlain,
  tracedOf
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  Field,
  own,
  writeAtomically,
  writeNetcdf
} from "./chunk-72SAAEYX.js";
import {
  inspect,
  printedLines,
  printing,
  shortNumber
} from "./chunk-O7EZDEUO.js";
import {
  ConvergenceError,
  DomainError,
  FormatError,
  OptionsError,
  ShapeError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";

// solvers/expression/expression.ts
var arity = {
  add: 2,
  sub: 2,
  mul: 2,
  div: 2,
  neg: 1,
  pow: 2,
  sin: 1,
  cos: 1,
  tan: 1,
  exp: 1,
  log: 1,
  sqrt: 1,
  abs: 1,
  tanh: 1,
  sinh: 1,
  cosh: 1,
  atan: 1,
  min: 2,
  max: 2,
  sign: 1,
  square: 1,
  erf: 1,
  if: 3
};
function evaluate(expression, algebra, memo = /* @__PURE__ */ new Map()) {
  for (const node of bottomUp(expression, memo)) memo.set(node, evaluateNode(node, algebra, memo));
  return memo.get(expression);
}
function* bottomUp(expression, done) {
  const stack = [expression];
  for (let e = stack.at(-1); e; e = stack.at(-1)) {
    const missing2 = "args" in e && !done.has(e) ? e.args.filter((a) => !done.has(a)) : [];
    if (missing2.length > 0) {
      for (const arg of missing2.reverse()) stack.push(arg);
      continue;
    }
    stack.pop();
    if (!done.has(e)) yield e;
  }
}
function evaluateNode(e, algebra, memo) {
  switch (e.kind) {
    case "number":
      return algebra.number(e.value);
    case "coordinate":
      return algebra.coordinate(e.axis);
    case "constant":
      return algebra.constant(e.name);
    case "derivative":
      return algebra.derivative(e.unknown, e.order);
    case "laplacian":
      return algebra.laplacian(e.unknown, e.axes);
    case "data":
      return algebra.data(e.name);
    case "elsewhere": {
      if (!algebra.elsewhere)
        throw new OptionsError("evaluate: unknowns at other points have no value here", "equations");
      const at = e.args.map((a) => memo.get(a));
      return algebra.elsewhere(e.unknown, e.order, at, e);
    }
    case "call":
      return algebra.call(
        e.name,
        e.args.map((a) => memo.get(a))
      );
    case "function": {
      if (!algebra.apply)
        throw new OptionsError(`evaluate: the function ${e.name} exists in compiled graphs only`, "equations", e.name);
      return algebra.apply(
        e.apply,
        e.args.map((a) => memo.get(a))
      );
    }
  }
}
function numbers(bindings) {
  return bind(
    bindings,
    (v) => v,
    (a, b) => a + b,
    (name, args) => scalarFunctions[name](args[0], args[1] ?? Number.NaN, args[2] ?? Number.NaN)
  );
}
function columns(count4, bindings) {
  return bind(
    bindings,
    (v) => new Float64Array(count4).fill(v),
    (a, b) => a.map((v, i) => v + b[i]),
    (name, args) => {
      const f = scalarFunctions[name];
      const [a, b, c] = args;
      const result = new Float64Array(count4);
      for (let i = 0; i < count4; i++) result[i] = f(a[i], b?.[i] ?? Number.NaN, c?.[i] ?? Number.NaN);
      return result;
    }
  );
}
function evaluateAt(expression, points, axes, constants2 = {}, data2 = {}) {
  const count4 = points.length / axes;
  if (!Number.isInteger(count4))
    throw new DomainError(`evaluateAt: ${points.length} numbers are not whole points of ${axes} coordinates`, axes);
  const coordinates = Array.from(
    { length: axes },
    (_, k) => Float64Array.from({ length: count4 }, (_2, i) => points[i * axes + k])
  );
  return evaluate(expression, columns(count4, { coordinates, constants: constants2, data: data2 }));
}
function bind(bindings, lift, sum2, call3) {
  const found = (value, what) => {
    if (value === void 0)
      throw new OptionsError(`evaluate: ${what} has no value here; bind it`, "bindings", void 0);
    return value;
  };
  const derivative = (unknown2, order) => found(bindings.derivative, `derivative [${order}] of unknown ${unknown2}`)(unknown2, order);
  return {
    number: lift,
    coordinate: (axis) => found(bindings.coordinates?.[axis], `axis ${axis}`),
    constant: (name) => lift(found(own(bindings.constants, name), `constant "${name}"`)),
    data: (name) => found(own(bindings.data, name), `data "${name}"`),
    derivative,
    laplacian: (unknown2, axes) => {
      if (bindings.laplacian) return bindings.laplacian(unknown2, axes);
      const dimension = found(bindings.coordinates?.length, `laplacian of unknown ${unknown2}`);
      const second = (axis) => derivative(
        unknown2,
        Array.from({ length: dimension }, (_, k) => k === axis ? 2 : 0)
      );
      return axes.map(second).reduce(sum2);
    },
    call: call3
  };
}
var scalarFunctions = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  neg: (a) => -a,
  pow: (a, b) => a ** b,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  abs: Math.abs,
  tanh: Math.tanh,
  sinh: Math.sinh,
  cosh: Math.cosh,
  atan: Math.atan,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  sign: Math.sign,
  square: (a) => a * a,
  erf,
  if: (a, b, c) => a > 0 ? b : c
};
function share(expressions) {
  const nodes2 = /* @__PURE__ */ new Map();
  const numbersOf = /* @__PURE__ */ new Map();
  const shared2 = /* @__PURE__ */ new Map();
  const visit = (e) => {
    if (numbersOf.has(e)) return e;
    const args = "args" in e ? e.args.map((a) => shared2.get(a)) : [];
    const own2 = e.kind === "function" ? ` ${numbersOf.size}` : "";
    const head = e.kind === "elsewhere" ? `E${e.unknown}[${e.order}]` : "args" in e ? e.name : "";
    const key = "args" in e ? `${head}(${args.map((a) => numbersOf.get(a))})${own2}` : leafKey(e);
    const known3 = nodes2.get(key);
    if (known3) return known3;
    const unchanged = !("args" in e) || args.every((a, i) => a === e.args[i]);
    const node = unchanged ? e : Object.freeze({ ...e, args: Object.freeze(args) });
    nodes2.set(key, node);
    numbersOf.set(node, numbersOf.size);
    return node;
  };
  return expressions.map((expression) => {
    for (const node of bottomUp(expression, shared2)) shared2.set(node, visit(node));
    return shared2.get(expression);
  });
}
function leafKey(e) {
  switch (e.kind) {
    case "number":
      return Object.is(e.value, -0) ? "-0" : `${e.value}`;
    case "coordinate":
      return `@${e.axis}`;
    case "constant":
      return `c:${e.name}`;
    case "data":
      return `d:${e.name}`;
    case "derivative":
      return `D${e.unknown}[${e.order}]`;
    case "laplacian":
      return `L${e.unknown}[${e.axes}]`;
  }
}
function* nodesOf(of) {
  const seen = /* @__PURE__ */ new Set();
  const stack = [of].flat().reverse();
  for (let e = stack.pop(); e; e = stack.pop()) {
    if (seen.has(e)) continue;
    seen.add(e);
    yield e;
    if ("args" in e) for (const arg of e.args) stack.push(arg);
  }
}

// solvers/expression/build.ts
function number(value) {
  return Object.freeze({ kind: "number", value });
}
var zero = number(0);
var one = number(1);
function coordinate(axis) {
  return Object.freeze({ kind: "coordinate", axis });
}
function partial(unknown2, order) {
  return Object.freeze({ kind: "derivative", unknown: unknown2, order: Object.freeze([...order]) });
}
function laplacian(unknown2, axes, dimension) {
  const [only, ...more] = axes;
  if (only !== void 0 && more.length === 0) return partial(unknown2, unit(dimension, only, 2));
  return Object.freeze({ kind: "laplacian", unknown: unknown2, axes: Object.freeze([...axes]) });
}
function data(name) {
  return Object.freeze({ kind: "data", name });
}
function unit(dimension, axis, order = 1) {
  return Array.from({ length: dimension }, (_, k) => k === axis ? order : 0);
}
function plainCall(name, args) {
  return Object.freeze({ kind: "call", name, args: Object.freeze([...args]) });
}
var isZero = (e) => e.kind === "number" && e.value === 0;
var isNumber = (e) => e.kind === "number";
var is = (e, value) => e.kind === "number" && e.value === value;
function call(name, ...args) {
  if (args.every((a) => isNumber(a))) {
    const [a, b, c] = args.map((e) => isNumber(e) ? e.value : Number.NaN);
    const value = scalarFunctions[name](a, b ?? Number.NaN, c ?? Number.NaN);
    if (Number.isFinite(value)) return number(value);
  }
  return simplified(name, args[0], args[1] ?? zero, args[2] ?? zero) ?? plainCall(name, args);
}
function simplified(name, a, b, c) {
  switch (name) {
    case "add":
      if (is(a, 0)) return b;
      if (is(b, 0)) return a;
      return negative(b) && call("sub", a, negative(b));
    case "sub":
      if (is(b, 0)) return a;
      if (is(a, 0)) return call("neg", b);
      return negative(b) && call("add", a, negative(b));
    case "mul":
      return product(a, b);
    case "div":
      if (is(b, 1)) return a;
      return is(a, 0) && !is(b, 0) ? zero : void 0;
    case "neg":
      if (a.kind === "call" && a.name === "neg") return a.args[0];
      if (a.kind === "call" && a.name === "mul" && isNumber(a.args[0]))
        return call("mul", number(-a.args[0].value), a.args[1]);
      return void 0;
    case "pow":
      if (is(b, 1)) return a;
      if (is(b, 0)) return one;
      if (is(b, 2)) return call("square", a);
      return void 0;
    case "if":
      if (isNumber(a)) return a.value > 0 ? b : c;
      return isZero(b) && isZero(c) ? zero : void 0;
    default:
      return void 0;
  }
}
function negative(e) {
  if (isNumber(e)) return e.value < 0 ? number(-e.value) : void 0;
  if (e.kind !== "call") return void 0;
  const front = e.args[0];
  if (e.name === "neg") return front;
  return e.name === "mul" && isNumber(front) && front.value < 0 ? call("mul", number(-front.value), e.args[1]) : void 0;
}
function product(a, b) {
  if (is(a, 0) || is(b, 0)) return [a, b].some((e) => isNumber(e) && !Number.isFinite(e.value)) ? void 0 : zero;
  if (is(a, 1)) return b;
  if (is(b, 1)) return a;
  if (isNumber(b)) return call("mul", b, a);
  if (is(a, -1)) return call("neg", b);
  const front = (e) => e.kind === "call" && e.name === "mul" && isNumber(e.args[0]) ? e.args[0] : void 0;
  const rest = (e) => e.kind === "call" ? e.args[1] : e;
  if (isNumber(a)) {
    if (b.kind === "call" && b.name === "neg") return call("mul", number(-a.value), b.args[0]);
    const factor = front(b);
    return factor && call("mul", number(a.value * factor.value), rest(b));
  }
  if (a.kind === "call" && a.name === "neg") return call("neg", call("mul", a.args[0], b));
  if (b.kind === "call" && b.name === "neg") return call("neg", call("mul", a, b.args[0]));
  const [p, q] = [front(a), front(b)];
  if (p && q) return call("mul", number(p.value * q.value), call("mul", rest(a), rest(b)));
  if (p) return call("mul", p, call("mul", rest(a), b));
  if (q) return call("mul", q, call("mul", a, rest(b)));
  return void 0;
}
function elsewhere(unknown2, order, at) {
  return Object.freeze({ kind: "elsewhere", unknown: unknown2, order: Object.freeze([...order]), args: Object.freeze([...at]) });
}
function total(terms) {
  return terms.length === 0 ? zero : balanced(terms, (a, b) => call("add", a, b));
}
function balanced(items, join6) {
  if (items.length <= 32) return items.reduce(join6);
  const middle = items.length >> 1;
  return join6(balanced(items.slice(0, middle), join6), balanced(items.slice(middle), join6));
}

// solvers/expression/complex.ts
var isComplex = (value) => value.kind === "complex";
var complex = (re, im) => isZero(im) ? re : Object.freeze({ kind: "complex", re, im });
var parts = (value) => isComplex(value) ? [value.re, value.im] : [value, zero];
function complexCall(name, args, make) {
  const [[a, b], [c, d]] = [parts(args[0]), parts(args[1] ?? zero)];
  const mul = (x, y) => make("mul", [x, y]);
  switch (name) {
    case "add":
    case "sub":
      return complex(make(name, [a, c]), make(name, [b, d]));
    case "neg":
      return complex(make(name, [a]), make(name, [b]));
    case "mul":
      return complex(make("sub", [mul(a, c), mul(b, d)]), make("add", [mul(a, d), mul(b, c)]));
    case "div": {
      if (isZero(d)) return complex(make("div", [a, c]), make("div", [b, c]));
      const size = total([call("square", c), call("square", d)]);
      const re = make("add", [mul(a, c), mul(b, d)]);
      const im = make("sub", [mul(b, c), mul(a, d)]);
      return complex(make("div", [re, size]), make("div", [im, size]));
    }
    case "square":
      return complexCall("mul", [args[0], args[0]], make);
    case "pow":
      return wholePower(args[0], args[1], make);
    case "abs":
      return make("sqrt", [total([call("square", a), call("square", b)])]);
    case "exp": {
      const size = make("exp", [a]);
      return complex(mul(size, make("cos", [b])), mul(size, make("sin", [b])));
    }
    case "sin":
      return complex(mul(make("sin", [a]), make("cosh", [b])), mul(make("cos", [a]), make("sinh", [b])));
    case "cos":
      return complex(mul(make("cos", [a]), make("cosh", [b])), make("neg", [mul(make("sin", [a]), make("sinh", [b]))]));
    case "if":
      return isComplex(args[0]) ? void 0 : complex(make(name, [a, c, parts(args[2])[0]]), make(name, [a, d, parts(args[2])[1]]));
    default:
      return void 0;
  }
}
function wholePower(base, exponent, make) {
  if (isComplex(exponent) || exponent.kind !== "number") return void 0;
  const n = exponent.value;
  if (!(Number.isInteger(n) && n >= 1 && n <= 16)) return void 0;
  let result = base;
  for (let k = 1; k < n; k++) result = complexCall("mul", [result, base], make);
  return result;
}
var imaginary = Object.freeze({ kind: "complex", re: zero, im: number(1) });

// engine/numerics/gauss-legendre.ts
function gaussLegendre(n) {
  const [nodes2, weights] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    let x = Math.cos(Math.PI * (i + 0.75) / (n + 0.5));
    let slope = 1;
    for (let round3 = 0; round3 < 6; round3++) {
      let [value, before] = [1, 0];
      for (let k = 1; k <= n; k++) [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
      slope = n * (x * value - before) / (x * x - 1);
      x -= value / slope;
    }
    nodes2[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  return { nodes: nodes2, weights };
}

// solvers/expression/scope.ts
var functions = Object.keys(arity).filter(
  (name) => !["add", "sub", "mul", "div", "neg"].includes(name)
);
var synonyms = ["ln", "arctan", "sech", "erfc", "heaviside", "relu"];
var operations = [
  ...["lap", "grad", "div", "diff", "dn", "dot", "normsq", "norm", "sum", "prod"],
  ...["re", "im", "conj", "integral"]
];
var taken = /* @__PURE__ */ new Set([
  ...functions,
  ...synonyms,
  ...operations,
  "if",
  "pi",
  "source",
  "exact",
  "boundary",
  "and",
  "or"
]);
var hasMeaning = (name) => taken.has(name);
function isPosition(name, scope) {
  const space = spaceAxes(scope);
  return space.length > 0 && space.every((k, i) => scope.axes[k] === `${name}${i + 1}`);
}
function spaceAxes(scope) {
  return scope.axes.map((_, k) => k).filter((k) => k !== scope.time && !scope.parameters?.includes(k));
}
function axesOfSuffix(suffix, axes) {
  const names = axes.map((name, axis) => ({ name, axis })).sort((a, b) => b.name.length - a.name.length);
  const next = new Array(suffix.length);
  const fits = (at) => at === suffix.length || next[at] !== void 0;
  for (let at = suffix.length - 1; at >= 0; at--)
    next[at] = names.find(({ name }) => suffix.startsWith(name, at) && fits(at + name.length));
  if (!fits(0)) return void 0;
  const found = [];
  for (let at = 0; at < suffix.length; at += next[at].name.length) found.push(next[at].axis);
  return found;
}
function checkNames(scope) {
  const seen = /* @__PURE__ */ new Map();
  const check = (name, what, pattern2, hint) => {
    if (!pattern2.test(name)) throw new OptionsError(`pde: the ${what} "${name}" is no name; give ${hint}`, what, name);
    if (taken.has(name))
      throw new OptionsError(`pde: the ${what} "${name}" has a meaning of its own; rename it`, what, name);
    const other = seen.get(name);
    if (other) throw new OptionsError(`pde: "${name}" is both ${other} and ${what}; rename one of them`, what, name);
    if (isPosition(name, scope))
      throw new OptionsError(`pde: the ${what} "${name}" would hide the vector of the axes; rename it`, what, name);
    seen.set(name, what);
  };
  const letters = "a letter followed by letters and digits";
  for (const axis of scope.axes) check(axis, "axis", /^(?!n$)\p{L}[\p{L}\p{Nd}]*$/u, `${letters}, not n (the normal)`);
  for (const unknown2 of scope.unknowns)
    check(unknown2, "unknown", /^\p{L}[\p{L}\p{Nd}]*$/u, `${letters} (no underscore)`);
  for (const constant3 of scope.constants) {
    check(constant3, "constant", /^\p{L}[\p{L}\p{Nd}_]*$/u, "a letter followed by letters, digits and underscores");
    const [head, suffix] = splitDerivative(constant3);
    const derivative = suffix !== void 0 && (suffix === "n" || axesOfSuffix(suffix, scope.axes) !== void 0);
    if (scope.unknowns.includes(head) && derivative)
      throw new OptionsError(
        `pde: the constant "${constant3}" reads as a derivative of ${head}; rename it`,
        "constant",
        constant3
      );
  }
}
function splitDerivative(name) {
  const cut2 = name.indexOf("_");
  return cut2 < 0 ? [name, void 0] : [name.slice(0, cut2), name.slice(cut2 + 1)];
}

// solvers/expression/syntax-error.ts
var longestLine = 160;
function textError(text3, at, message, hint) {
  const from = text3.length <= longestLine ? 0 : Math.max(0, Math.min(at - longestLine / 2, text3.length - longestLine));
  const [before, after2] = [from > 0 ? "\u2026" : "", from + longestLine < text3.length ? "\u2026" : ""];
  const line3 = `${before}${text3.slice(from, from + longestLine).replaceAll(/\s/g, " ")}${after2}`;
  const caret = " ".repeat(at - from + before.length);
  return new FormatError("pde", "equation", cut(message), `${cut(hint)}
  ${line3}
  ${caret}^`);
}
function cut(text3) {
  return text3.length <= 2 * longestLine ? text3 : `${text3.slice(0, longestLine)} \u2026 ${text3.slice(-longestLine)}`;
}
var longestName = 64;
function suggest(name, known3) {
  if (name.length > longestName) return `known are ${known3.join(", ")}`;
  const distances = known3.map((one2) => ({ one: one2, distance: editDistance(name.toLowerCase(), one2.toLowerCase()) }));
  const best = distances.reduce(
    (a, b) => a !== void 0 && a.distance <= b.distance ? a : b,
    void 0
  );
  const near = name.length > 1 || best?.one.length !== 1;
  if (near && best !== void 0 && best.distance <= Math.max(1, Math.floor(name.length / 3)))
    return `did you mean ${best.one}?`;
  return `known are ${known3.join(", ")}`;
}
function editDistance(a, b) {
  const table = Array.from(
    { length: a.length + 1 },
    (_, i) => Array.from({ length: b.length + 1 }, (_2, j) => i === 0 ? j : i)
  );
  const at = (i, j) => table[i][j];
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, at(i - 2, j - 2) + 1);
      table[i][j] = best;
    }
  }
  return at(a.length, b.length);
}

// solvers/expression/calls.ts
var functionNames = ({ axes, functions: own2 }) => [
  ...functions,
  ...synonyms,
  ...operations,
  ...axes.map((a) => `d${a}`),
  ...own2?.keys() ?? []
];
var isVector = (value) => Array.isArray(value);
function callOf(r, s) {
  const { name, args } = s;
  const { axes, constants: constants2, functions: own2 } = r.scope;
  const user = own2?.get(name);
  if (user) return userCall(r, s);
  if (name === "if") {
    count(r, s, 3);
    return r.each(s, "if", [r.condition(args[0]), r.value(args[1]), r.value(args[2])]);
  }
  if (functions.includes(name)) {
    count(r, s, arity[name]);
    return r.each(
      s,
      name,
      args.map((a) => r.value(a))
    );
  }
  if (synonyms.includes(name)) {
    count(r, s, 1);
    return synonym(r, s, r.value(args[0]));
  }
  if (operations.includes(name)) return operation(r, s);
  if (name.startsWith("d") && axes.includes(name.slice(1))) {
    count(r, s, 1);
    return r.along(s, r.number(args[0]), [axes.indexOf(name.slice(1))]);
  }
  const [head] = splitDerivative(name);
  if (r.unknown(head) !== void 0) return unknownElsewhere(r, s);
  if ([...axes, ...constants2, "pi", "e"].includes(name) || isPosition(name, r.scope) || r.locals.has(name))
    throw r.error(s, `${name} is not a function`, `write ${name}*(\u2026) for a product`);
  const way3 = 'one of your own goes into "functions"';
  const close2 = suggest(name, functionNames(r.scope));
  throw r.error(s, `there is no function "${name}"`, `${close2}; ${way3}`.replace("?;", "? Else"));
}
function count(r, s, wanted) {
  if (s.args.length === wanted) return;
  const many = `${wanted} argument${wanted === 1 ? "" : "s"}`;
  throw r.error(s, `${s.name} takes ${many}, not ${s.args.length}`, "mend it");
}
function synonym(r, s, value) {
  const each = (name, ...args) => r.each(s, name, args);
  switch (s.name) {
    case "ln":
      return each("log", value);
    case "arctan":
      return each("atan", value);
    case "sech":
      return each("div", one, each("cosh", value));
    case "erfc":
      return each("sub", one, each("erf", value));
    case "heaviside":
      return each("mul", number(0.5), each("add", one, each("sign", value)));
    case "relu":
      return each("max", value, number(0));
  }
}
function userCall(r, s) {
  const own2 = r.scope.functions.get(s.name);
  const { parameters: parameters2, body } = own2;
  count(r, s, parameters2.length);
  const values = parameters2.map((name, k) => [name, r.value(s.args[k])]);
  try {
    return r.reading(own2, new Map(values)).value(body);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw r.error(s, `in ${s.name}, ${error.message.replace(/^pde: /, "")}
here`, "see the place shown");
  }
}
function unknownElsewhere(r, s) {
  const { axes } = r.scope;
  const [head, suffix] = splitDerivative(s.name);
  const wrong2 = () => {
    const way3 = `write ${s.name}*(\u2026) for a product, and ${s.name}(${axes.join(", ")}) for its value at another point`;
    return r.error(s, `${s.name} is not a function`, way3);
  };
  if (s.args.length !== axes.length) throw wrong2();
  if (!r.options.unknowns) throw r.error(s, `the unknown ${head} has no place here`, "give a formula in coordinates");
  const at = s.args.map((a) => r.scalar(a));
  if (at.some(speaksOfUnknowns)) throw wrong2();
  const order = suffix === void 0 ? unit(axes.length, -1) : r.orderOf(s, head, suffix);
  const pair = r.scope.complex?.get(head);
  if (pair) return complex(elsewhere(pair[0], order, at), elsewhere(pair[1], order, at));
  return elsewhere(r.scope.unknowns.indexOf(head), order, at);
}
var speaksOfUnknowns = (e) => [...nodesOf(e)].some(({ kind }) => kind === "derivative" || kind === "laplacian" || kind === "elsewhere");
var [usualNodes, mostNodes] = [16, 128];
function integral(r, s) {
  const [f, variable, low, high, nodes2] = s.args;
  if (s.args.length < 4 || s.args.length > 5) count(r, s, 4);
  if (variable.kind !== "symbol")
    throw r.error(variable, "this is no name of a variable", "write integral(f(s), s, a, b)");
  const size = nodes2 === void 0 ? usualNodes : nodes2.kind === "number" ? nodes2.value : Number.NaN;
  if (!(Number.isInteger(size) && size >= 2 && size <= mostNodes))
    throw r.error(nodes2, "this is no number of nodes", `give a whole number from 2 to ${mostNodes}`);
  const { name } = variable;
  const { axes, constants: constants2 } = r.scope;
  if (axes.includes(name) || constants2.includes(name) || r.unknown(name))
    throw r.error(variable, `${name} has a meaning already`, "take another name for the variable of the integral");
  const [a, b] = [r.scalar(low), r.scalar(high)];
  const length = call("sub", b, a);
  const rule2 = gaussLegendre(size);
  const terms = Array.from({ length: size }, (_, q) => {
    const at = call("add", a, call("mul", number(rule2.nodes[q]), length));
    return r.apply(s, "mul", [number(rule2.weights[q]), r.with([[name, at]]).number(f)]);
  });
  return r.apply(s, "mul", [length, r.total(s, terms)]);
}
function operation(r, s) {
  const space = spaceAxes(r.scope);
  const values = () => s.args.map((a) => r.value(a));
  if (s.args.length === 0) throw r.error(s, `${s.name} needs an argument`, "give one");
  const entries = () => values().flat();
  const only = () => {
    count(r, s, 1);
    return r.number(s.args[0]);
  };
  switch (s.name) {
    case "sum":
      return r.total(s, entries());
    case "prod":
      return balanced(entries(), (a, b) => r.apply(s, "mul", [a, b]));
    case "normsq":
      return r.total(
        s,
        entries().map((e) => squareOf(r, s, e))
      );
    case "norm":
      return r.apply(s, "sqrt", [
        r.total(
          s,
          entries().map((e) => squareOf(r, s, e))
        )
      ]);
    case "dot": {
      count(r, s, 2);
      const products2 = r.each(s, "mul", values());
      return isVector(products2) ? r.total(s, products2) : products2;
    }
    case "grad": {
      const f = only();
      return space.map((k) => r.along(s, f, [k]));
    }
    case "div": {
      const v = entries();
      if (v.length !== space.length) {
        const wanted = `div needs ${space.length} components, one for each space axis, not ${v.length}`;
        throw r.error(s, wanted, "mend it");
      }
      return r.total(
        s,
        v.map((f, i) => r.along(s, f, [space[i]]))
      );
    }
    case "lap":
      return laplacianOf(r, s, only());
    case "diff": {
      const [f, ...along] = s.args;
      const axes = along.map((a) => {
        const axis = a.kind === "symbol" ? r.scope.axes.indexOf(a.name) : -1;
        if (axis < 0) throw r.error(a, "this is no axis", `the axes are ${r.scope.axes.join(", ")}`);
        return axis;
      });
      if (axes.length === 0) throw r.error(s, "diff needs an axis", "write diff(f, x)");
      return r.along(s, r.number(f), axes);
    }
    case "dn":
      return r.alongNormal(s, only());
    case "re":
      return parts(only())[0];
    case "im":
      return parts(only())[1];
    case "conj": {
      const [re, im] = parts(only());
      return complex(re, call("neg", im));
    }
    case "integral":
      return integral(r, s);
  }
}
function squareOf(r, s, e) {
  const [re, im] = parts(e);
  return isComplex(e) ? call("add", call("square", re), call("square", im)) : r.apply(s, "square", [e]);
}
function laplacianOf(r, s, f) {
  const space = spaceAxes(r.scope);
  const of = (e) => e.kind === "derivative" && e.order.every((o) => o === 0) ? laplacian(e.unknown, space, e.order.length) : r.total(
    s,
    space.map((k) => r.along(s, e, [k, k]))
  );
  return isComplex(f) ? complex(of(f.re), of(f.im)) : of(f);
}

// solvers/expression/differentiate.ts
var maxOrder = 4;
function differentiate(expression, variable, dimension, memo = /* @__PURE__ */ new Map()) {
  for (const node of bottomUp(expression, memo)) memo.set(node, derivativeOfNode(node, variable, dimension, memo));
  return memo.get(expression);
}
function derivativeOfNode(e, variable, dimension, memo) {
  switch (e.kind) {
    case "number":
    case "constant":
      return zero;
    case "coordinate":
      return "axis" in variable && e.axis === variable.axis ? one : zero;
    case "data":
      if ("data" in variable) return e.name === variable.data ? one : zero;
      throw new DomainError(`differentiate: "${e.name}" is given point by point; it has no derivative here`, e.name);
    case "derivative":
      if ("data" in variable) return zero;
      return raised(e.unknown, e.order, variable.axis, 1);
    case "laplacian":
      if ("data" in variable) return zero;
      return total(e.axes.map((k) => raised(e.unknown, unit(dimension, k, 2), variable.axis, 1)));
    case "elsewhere":
      return total(
        e.args.map((a, k) => {
          const slope = memo.get(a);
          return isZero(slope) ? zero : call("mul", elsewhere(e.unknown, raisedOrder(e.order, k, 1), e.args), slope);
        })
      );
    case "function":
      throw new DomainError(`differentiate: the function ${e.name} has no symbolic derivative`, e.name);
    case "call": {
      return derivativeOfCall(e, (k) => memo.get(e.args[k]));
    }
  }
}
function raised(unknown2, order, axis, by) {
  return partial(unknown2, raisedOrder(order, axis, by));
}
function raisedOrder(order, axis, by) {
  const next = order.map((o, k) => k === axis ? o + by : o);
  const sum2 = next.reduce((a, b) => a + b, 0);
  if (sum2 > maxOrder) {
    const message = `differentiate: a derivative of order ${sum2} would be needed; at most ${maxOrder} can be propagated`;
    throw new DomainError(`${message}, so write the equation as a system`, sum2);
  }
  return next;
}
function derivativeOfCall(e, slope) {
  const [a, b] = e.args;
  const da = slope(0);
  const scaled2 = (factor) => isZero(da) ? zero : call("mul", factor(), da);
  switch (e.name) {
    case "add":
    case "sub":
      return call(e.name, da, slope(1));
    case "mul":
      return call("add", call("mul", da, b), call("mul", a, slope(1)));
    case "div": {
      const db = slope(1);
      const first = call("div", da, b);
      return isZero(db) ? first : call("sub", first, call("div", call("mul", a, db), call("square", b)));
    }
    case "neg":
      return call("neg", da);
    case "pow": {
      const db = slope(1);
      const lowered = b.kind === "number" ? number(b.value - 1) : call("sub", b, one);
      const base = scaled2(() => call("mul", b, call("pow", a, lowered)));
      return isZero(db) ? base : call("add", base, call("mul", call("mul", e, call("log", a)), db));
    }
    case "square":
      return scaled2(() => call("mul", number(2), a));
    case "sin":
      return scaled2(() => call("cos", a));
    case "cos":
      return scaled2(() => call("neg", call("sin", a)));
    case "tan":
      return scaled2(() => call("add", one, call("square", e)));
    case "exp":
      return scaled2(() => e);
    case "log":
      return call("div", da, a);
    case "sqrt":
      return isZero(da) ? zero : call("div", da, call("mul", number(2), e));
    case "abs":
      return scaled2(() => call("sign", a));
    case "sign":
      return zero;
    case "tanh":
      return scaled2(() => call("sub", one, call("square", e)));
    case "sinh":
      return scaled2(() => call("cosh", a));
    case "cosh":
      return scaled2(() => call("sinh", a));
    case "atan":
      return isZero(da) ? zero : call("div", da, call("add", one, call("square", a)));
    case "erf":
      return scaled2(() => call("mul", number(2 / Math.sqrt(Math.PI)), call("exp", call("neg", call("square", a)))));
    case "if":
      return call("if", a, slope(1), slope(2));
    case "min":
    case "max": {
      const db = slope(1);
      const lean = call("mul", call("sign", call("sub", a, b)), call("sub", da, db));
      const both = call("add", da, db);
      return call("mul", number(0.5), call(e.name === "max" ? "add" : "sub", both, lean));
    }
  }
}
function derivativesOfExpression(expression, dimension) {
  const known3 = /* @__PURE__ */ new Map([[unit(dimension, -1).join(), expression]]);
  const memos = Array.from({ length: dimension }, () => /* @__PURE__ */ new Map());
  const get = (order) => {
    const found = known3.get(order.join());
    if (found) return found;
    const axis = order.findIndex((o) => o > 0);
    const lower = get(order.map((o, k) => k === axis ? o - 1 : o));
    const result = differentiate(lower, { axis }, dimension, memos[axis]);
    known3.set(order.join(), result);
    return result;
  };
  return get;
}

// solvers/expression/print.ts
var bracket = (piece, least2, fence2 = round) => piece.rank >= least2 ? piece.text : fence2(piece.text);
var round = (text3) => `(${text3})`;
function render(expression, names, style2) {
  const done = /* @__PURE__ */ new Map();
  for (const node of bottomUp(expression, done)) done.set(node, renderNode(node, names, style2, done));
  return done.get(expression);
}
function renderNode(e, names, style2, done) {
  const unknownName = (i) => style2.name(names.unknowns[i] ?? `u${i}`);
  switch (e.kind) {
    case "number":
      return style2.number(e.value);
    case "coordinate":
      return { text: style2.name(names.axes[e.axis] ?? `x${e.axis + 1}`), rank: 4 };
    case "constant":
      return { text: style2.name(e.name), rank: 4 };
    case "data":
      return style2.data(e.name);
    case "laplacian":
      return style2.laplacian(unknownName(e.unknown));
    case "derivative": {
      const factors = e.order.flatMap((order, k) => order > 0 ? [{ axis: names.axes[k] ?? `x${k + 1}`, order }] : []);
      const unknown2 = unknownName(e.unknown);
      return factors.length === 0 ? { text: unknown2, rank: 4 } : style2.derivative(unknown2, factors);
    }
    case "elsewhere": {
      const name = renderNode({ ...e, kind: "derivative" }, names, style2, done).text;
      return style2.function(
        name,
        e.args.map((a) => done.get(a))
      );
    }
    case "function":
      return style2.function(
        e.name,
        e.args.map((a) => done.get(a))
      );
    case "call":
      return renderCall(
        e,
        e.args.map((a) => done.get(a)),
        style2
      );
  }
}
function renderCall(e, args, style2) {
  const [a, b] = args;
  const { plus, minus, fence: fence2 } = style2;
  switch (e.name) {
    case "add":
      return { text: a.text + plus + bracket(b, 2, fence2), rank: 1 };
    case "sub":
      return { text: a.text + minus + bracket(b, 2, fence2), rank: 1 };
    case "mul":
      return { text: style2.product(bracket(a, 2, fence2), bracket(b, style2.associative ? 2 : 3, fence2)), rank: 2 };
    case "div":
      return style2.quotient(a, b);
    case "neg":
      return style2.negative(a);
    case "pow":
      return style2.power(a, b);
    case "square":
      return style2.power(a, style2.number(2));
    case "if":
      return style2.function(e.name, [{ text: `${a.text} > 0`, rank: 1 }, ...args.slice(1)]);
    default:
      return style2.function(e.name, args);
  }
}
var plainStyle = {
  number: (value) => value === Math.PI ? { text: "pi", rank: 4 } : { text: String(value), rank: value < 0 || Object.is(value, -0) ? 2 : 4 },
  name: (name) => name,
  data: (name) => ({ text: name.replace(/^source\d+$/, "source"), rank: 4 }),
  derivative: (unknown2, factors) => ({
    text: `${unknown2}_${factors.map(({ axis, order }) => axis.repeat(order)).join("")}`,
    rank: 4
  }),
  laplacian: (unknown2) => ({ text: `lap(${unknown2})`, rank: 4 }),
  product: (a, b) => `${a}*${b}`,
  quotient: (a, b) => ({ text: `${bracket(a, 2)}/${bracket(b, 3)}`, rank: 2 }),
  power: (base, exponent) => ({ text: `${bracket(base, 4)}^${bracket(exponent, 4)}`, rank: 3 }),
  negative: (a) => ({ text: `-${bracket(a, 4)}`, rank: 1 }),
  function: (name, args) => ({ text: `${name}(${args.map((a) => a.text).join(", ")})`, rank: 4 }),
  plus: " + ",
  minus: " - ",
  fence: round,
  associative: false
};
var greek = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho _ sigma tau upsilon phi chi psi omega".split(
  " "
);
var greekLetter = (name) => {
  const index2 = greek.indexOf(name);
  return index2 < 0 ? void 0 : String.fromCodePoint(945 + index2);
};
var digits = (text3, of) => text3.replace(/\d/g, (d) => of[Number(d)]);
var superscript = (n) => digits(String(n), "\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079");
function multipleOfPi(value) {
  for (let q = 1; q <= 12; q++) {
    const p = Math.round(value / Math.PI * q);
    if (p !== 0 && Math.abs(p) <= 1e3 && Math.abs(p * Math.PI / q - value) <= 4e-16 * Math.abs(value)) return [p, q];
  }
  return void 0;
}
function shortNumber2(value, pi, minus) {
  const ratio = multipleOfPi(value);
  const size = Math.abs(value);
  const sign = value < 0 ? minus : "";
  const rank = value < 0 ? 2 : ratio && size !== Math.PI ? 2 : 4;
  if (!ratio) return { text: `${sign}${Number(size.toPrecision(6))}`, rank };
  const [p, q] = [Math.abs(ratio[0]), ratio[1]];
  return { text: `${sign}${p === 1 ? "" : p}${pi}${q === 1 ? "" : `/${q}`}`, rank };
}
var unicodeStyle = {
  number: (value) => {
    const short = shortNumber2(value, "\u03C0", "\u2212");
    const power2 = /^(−?)([\d.]+)e([+-])(\d+)$/.exec(short.text);
    if (!power2) return short;
    const [, sign, mantissa, below2, exponent] = power2;
    const ten = `10${below2 === "-" ? "\u207B" : ""}${superscript(Number(exponent))}`;
    return { text: `${sign}${mantissa === "1" ? "" : `${mantissa}\xB7`}${ten}`, rank: 2 };
  },
  name: (name) => {
    const [, stem, index2] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
    if (stem === void 0 || index2 === void 0) return name;
    return `${greekLetter(stem) ?? stem}${digits(index2, "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")}`;
  },
  data: (name) => ({ text: name.replace(/^source\d+$/, "source"), rank: name.includes("/") ? 3 : 4 }),
  derivative: (unknown2, factors) => {
    const total3 = factors.reduce((sum2, f) => sum2 + f.order, 0);
    const power2 = (n) => n === 1 ? "" : superscript(n);
    const under = factors.map(({ axis, order }) => `\u2202${unicodeStyle.name(axis)}${power2(order)}`).join("");
    return { text: `\u2202${power2(total3)}${unknown2}/${under}`, rank: 3 };
  },
  laplacian: (unknown2) => ({ text: `\u0394${unknown2}`, rank: 4 }),
  product: (a, b) => /^\d/.test(b) ? `${a}\xB7${b}` : `${a} ${b}`,
  quotient: (a, b) => ({ text: `${bracket(a, 2)}/${bracket(b, 4)}`, rank: 2 }),
  power: (base, exponent) => {
    const raised2 = /^−?\d+$/.test(exponent.text) ? superscriptText(exponent.text) : `^${bracket(exponent, 4)}`;
    return { text: `${bracket(base, 4)}${raised2}`, rank: 4 };
  },
  negative: (a) => ({ text: `\u2212${bracket(a, 2)}`, rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(", ");
    if (name === "abs") return { text: `|${inside}|`, rank: 4 };
    if (name === "sqrt") return { text: `\u221A(${inside})`, rank: 4 };
    return { text: `${name}(${inside})`, rank: 4 };
  },
  plus: " + ",
  minus: " \u2212 ",
  fence: round,
  associative: true
};
function superscriptText(integer) {
  return integer.startsWith("\u2212") ? `\u207B${superscript(Number(integer.slice(1)))}` : superscript(Number(integer));
}
var commands = /* @__PURE__ */ new Set(["sin", "cos", "tan", "exp", "log", "tanh", "sinh", "cosh", "min", "max"]);
var latexStyle = {
  number: (value) => {
    const short = shortNumber2(value, "\\pi ", "-");
    const text3 = short.text.trim();
    const scientific = text3.replace(/e\+?(-?\d+)$/, " \\cdot 10^{$1}").replace(/^(-?)1 \\cdot /, "$1");
    return { text: scientific, rank: scientific === text3 ? short.rank : 2 };
  },
  name: (name) => {
    const [, stem, index2] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
    if (stem === void 0 || index2 === void 0) return `\\mathrm{${name.replaceAll("_", "\\_")}}`;
    const letter = greekLetter(stem) ? `\\${stem}` : stem.length > 1 ? `\\mathrm{${stem}}` : stem;
    return index2 === "" ? letter : `${letter}_{${index2}}`;
  },
  data: (name) => {
    const normal = /^∂(.+)\/∂n$/.exec(name);
    if (normal) return { text: `\\frac{\\partial ${latexStyle.name(normal[1])}}{\\partial n}`, rank: 3 };
    return { text: `\\mathrm{${name.replace(/^source\d+$/, "source")}}`, rank: 4 };
  },
  derivative: (unknown2, factors) => {
    const total3 = factors.reduce((sum2, f) => sum2 + f.order, 0);
    const power2 = (n) => n === 1 ? " " : `^{${n}} `;
    const under = factors.map(({ axis, order }) => {
      const name = latexStyle.name(axis);
      return `\\partial ${name}${order === 1 ? "" : `^{${order}}`}`;
    });
    return { text: `\\frac{\\partial${power2(total3)}${unknown2}}{${under.join(" ")}}`, rank: 3 };
  },
  laplacian: (unknown2) => ({ text: `\\Delta ${unknown2}`, rank: 3 }),
  product: (a, b) => /^\d/.test(b) ? `${a} \\cdot ${b}` : `${a} \\, ${b}`,
  quotient: (a, b) => ({ text: `\\frac{${a.text}}{${b.text}}`, rank: 3 }),
  power: (base, exponent) => ({ text: `${bracket(base, 4)}^{${exponent.text}}`, rank: 3 }),
  negative: (a) => ({ text: `-${bracket(a, 2)}`, rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(", ");
    if (name === "abs") return { text: `|${inside}|`, rank: 4 };
    if (name === "sqrt") return { text: `\\sqrt{${inside}}`, rank: 4 };
    if (name === "atan") return { text: `\\arctan(${inside})`, rank: 4 };
    return { text: `${commands.has(name) ? `\\${name}` : `\\operatorname{${name}}`}(${inside})`, rank: 4 };
  },
  plus: " + ",
  minus: " - ",
  fence: round,
  associative: true
};
function toText(e, names) {
  return render(e, names, plainStyle).text;
}
function toUnicode(e, names) {
  return render(e, names, unicodeStyle).text;
}
var nameToUnicode = unicodeStyle.name;
var nameToLatex = latexStyle.name;
var numberToUnicode = (value) => unicodeStyle.number(value).text;

// solvers/expression/finite.ts
var risky = /* @__PURE__ */ new Set([
  "div",
  "pow",
  "log",
  "sqrt",
  "tan",
  "exp",
  "sinh",
  "cosh",
  "square",
  "mul"
]);
function finiteCall(name, args, scope, fail3) {
  const result = call(name, ...args);
  const numbers2 = args.flatMap((a) => a.kind === "number" ? [a.value] : []);
  if (numbers2.length === args.length) {
    if (result.kind === "number") return result;
    const value = scalarFunctions[name](numbers2[0], numbers2[1] ?? Number.NaN, numbers2[2] ?? Number.NaN);
    throw fail3(`${toText(result, scope)} is ${value}`);
  }
  if (result.kind !== "number") return result;
  const divides = name === "div" && args[1].kind !== "derivative";
  return divides || args.some(mayBeInfinite) ? plainCall(name, args) : result;
}
function mayBeInfinite(e) {
  let found = false;
  for (const node of nodesOf(e)) {
    if (node.kind === "derivative" || node.kind === "laplacian" || node.kind === "data") return false;
    found ||= node.kind === "call" && risky.has(node.name);
  }
  return found;
}

// solvers/expression/reader.ts
var isVector2 = (value) => Array.isArray(value);
var Reader = class _Reader {
  text;
  scope;
  options;
  /** Names that stand for values inside of a function or an integral. */
  locals;
  constructor(text3, scope, options, locals = /* @__PURE__ */ new Map()) {
    this.text = text3;
    this.scope = scope;
    this.options = options;
    this.locals = locals;
  }
  /** The same text with more names. */
  with(names) {
    return new _Reader(this.text, this.scope, this.options, new Map([...this.locals, ...names]));
  }
  /** The text of a function, with its arguments. */
  reading({ text: text3, before }, locals) {
    const { functions: _, ...scope } = this.scope;
    return new _Reader(text3, before ? { ...scope, functions: before } : scope, this.options, locals);
  }
  /** A real number. */
  scalar(s) {
    const value = this.number(s);
    if (!isComplex(value)) return value;
    throw this.error(s, "this is a complex number where a real one is needed", "take re(\u2026), im(\u2026) or abs(\u2026) of it");
  }
  /** A number, complex or not. */
  number(s) {
    const value = this.value(s);
    if (!isVector2(value)) return value;
    throw this.error(s, `this is a vector of ${value.length} where a number is needed`, "reduce it, as in sum(\u2026)");
  }
  error(s, message, hint) {
    return textError(this.text, s.at, message, hint);
  }
  value(s) {
    switch (s.kind) {
      case "number":
        return number(s.value);
      case "symbol":
        return this.#symbol(s);
      case "list":
        return s.items.map((item) => this.number(item));
      case "index":
        return this.#index(s);
      case "operator":
        return this.#operator(s);
      case "call":
        return callOf(this, s);
    }
  }
  /** A comparison, or several: positive where it holds. */
  condition(s) {
    if (s.kind === "operator") {
      const [a, b] = s.args;
      if (s.op === "and" || s.op === "or")
        return call(s.op === "and" ? "min" : "max", this.condition(a), this.condition(b));
      if (s.op === "<" || s.op === "<=") return call("sub", this.scalar(b), this.scalar(a));
      if (s.op === ">" || s.op === ">=") return call("sub", this.scalar(a), this.scalar(b));
    }
    throw this.error(s, "this is not a comparison", "write one with < or >");
  }
  #symbol(s) {
    const { axes, constants: constants2, functions: functions2 } = this.scope;
    const { name } = s;
    const local = this.locals.get(name);
    if (local !== void 0) return local;
    if (axes.includes(name)) return coordinate(axes.indexOf(name));
    if (constants2.includes(name)) return Object.freeze({ kind: "constant", name });
    const unknown2 = this.derivative(s);
    if (unknown2) return unknown2;
    if (functions2?.get(name)?.parameters.length === 0) return callOf(this, { ...s, kind: "call", args: [] });
    if (name === "pi" || name === "\u03C0") return number(Math.PI);
    if (name === "e") return number(Math.E);
    if (name === "i" && this.scope.complex?.size) return imaginary;
    if (isPosition(name, this.scope)) return spaceAxes(this.scope).map(coordinate);
    const normal = this.#normal(s);
    if (normal) return normal;
    if (name === "source") {
      if (this.options.source !== void 0) return data(this.options.source);
      throw this.error(s, "source has no meaning here", 'it is what `manufactured` derives; give "manufactured"');
    }
    throw this.#unknownName(s, name);
  }
  /** `nx`, `ny`, …: components of the outward normal. */
  #normal(s) {
    const axis = s.name.startsWith("n") ? this.scope.axes.indexOf(s.name.slice(1)) : -1;
    if (axis < 0 || !spaceAxes(this.scope).includes(axis)) return void 0;
    if (this.options.normal) return data(`normal${axis}`);
    throw this.error(s, "the normal has no meaning here", "it belongs into conditions on the boundary");
  }
  #unknownName(s, name) {
    const { axes, constants: constants2, unknowns } = this.scope;
    if (functionNames(this.scope).includes(name)) return this.error(s, `${name} is a function`, `write ${name}(\u2026)`);
    if (name === "i") {
      const way4 = 'name the unknowns that are complex: "complex": ["psi"]';
      return this.error(s, "i has no meaning where no unknown is complex", way4);
    }
    const known3 = [...axes, ...constants2, ...this.options.unknowns ? unknowns : [], "pi", "e"];
    const way3 = "a function goes into `functions`, a number into `constants`";
    return this.error(s, `"${name}" is unknown`, `${suggest(name, known3)}; ${way3}`.replace("?;", "? Else"));
  }
  /** `u`, `u_xt`, `u_n`; undefined for other names. */
  derivative(s) {
    const [head, suffix] = splitDerivative(s.name);
    const unknown2 = this.unknown(head);
    if (unknown2 === void 0) return void 0;
    if (!this.options.unknowns)
      throw this.error(s, `the unknown ${head} has no place here`, "give a formula in coordinates and constants");
    const none = unit(this.scope.axes.length, -1);
    if (suffix === "n") return this.alongNormal(s, unknown2(none));
    return unknown2(suffix === void 0 ? none : this.orderOf(s, head, suffix));
  }
  /** Makes derivatives of an unknown, real or complex; undefined for other names. */
  unknown(name) {
    const pair = this.scope.complex?.get(name);
    if (pair) return (order) => complex(partial(pair[0], order), partial(pair[1], order));
    const index2 = this.scope.unknowns.indexOf(name);
    return index2 < 0 ? void 0 : (order) => partial(index2, order);
  }
  /** The order of the derivative that a suffix such as "xxt" stands for. */
  orderOf(s, head, suffix) {
    const { axes } = this.scope;
    const name = `${head}_${suffix}`;
    const along = axesOfSuffix(suffix, axes);
    if (!along || along.length === 0) {
      const way3 = `the axes are ${axes.join(", ")}`;
      throw this.error(s, `"${name}" is a derivative of ${head} along an unknown axis`, way3);
    }
    if (along.length > maxOrder)
      throw this.error(s, `"${name}" has order ${along.length}, above ${maxOrder}`, "write the equation as a system");
    return along.reduce((order, axis) => order.map((o, k) => k === axis ? o + 1 : o), unit(axes.length, -1));
  }
  alongNormal(s, f) {
    if (!this.options.normal)
      throw this.error(s, "the normal derivative has no meaning here", "it belongs into conditions on the boundary");
    if (isComplex(f)) return this.#parts(f, (part) => this.alongNormal(s, part));
    const plain2 = f.kind === "derivative" && f.order.every((o) => o === 0) ? this.scope.unknowns[f.unknown] : void 0;
    if (this.options.display && plain2 !== void 0) return data(`\u2202${plain2}/\u2202n`);
    return total(spaceAxes(this.scope).map((k) => call("mul", data(`normal${k}`), this.#realAlong(s, f, [k]))));
  }
  #parts(f, map) {
    const [re, im] = parts(f);
    return isComplex(f) ? complex(map(re), map(im)) : map(re);
  }
  #index(s) {
    const of = this.value(s.of);
    if (!isVector2(of)) throw this.error(s, "this is no vector, and has no entries", "leave the index out");
    const to = s.to ?? s.from;
    const valid = Number.isInteger(s.from) && Number.isInteger(to) && s.from >= 1 && to >= s.from && to <= of.length;
    if (!valid) throw this.error(s, `no such entry of ${of.length}`, `count from 1 to ${of.length}`);
    return s.to === void 0 ? of[s.from - 1] : of.slice(s.from - 1, to);
  }
  #operator(s) {
    const names = { "+": "add", "-": "sub", "*": "mul", "/": "div", "^": "pow", negate: "neg" };
    if (!(s.op in names))
      throw this.error(s, `a comparison (${s.op}) is no number`, "use it for `on`, or as in if(x < 0, 1, 2)");
    const leibniz = s.op === "/" ? this.#leibniz(s.args[0], s.args[1]) : void 0;
    if (leibniz) return leibniz;
    const args = s.args.map((a) => this.value(a));
    return this.each(s, names[s.op], args);
  }
  /** `du/dx` and `a*du/dx`, which the grammar of division reads as (a*du)/dx. */
  #leibniz(over2, under) {
    const { axes, constants: constants2 } = this.scope;
    if (under.kind !== "symbol" || !under.name.startsWith("d") || constants2.includes(under.name)) return void 0;
    const axis = under.name.slice(1);
    if (!axes.includes(axis) && axis !== "n") return void 0;
    const isUnknown = (name) => name.startsWith("d") && this.unknown(name.slice(1)) !== void 0 && !constants2.includes(name);
    if (over2.kind === "symbol" && isUnknown(over2.name))
      return this.derivative({ kind: "symbol", name: `${over2.name.slice(1)}_${axis}`, at: over2.at });
    if (over2.kind !== "operator") return void 0;
    const [a, b] = over2.args;
    const inner = over2.op === "negate" ? this.#leibniz(a, under) : over2.op === "*" ? this.#leibniz(b, under) : void 0;
    if (!inner) return void 0;
    return over2.op === "negate" ? this.each(over2, "neg", [inner]) : this.each(over2, "mul", [this.value(a), inner]);
  }
  /** A function applied entry by entry; numbers go with every entry. */
  each(s, name, args) {
    const lengths = new Set(args.filter(isVector2).map((v) => v.length));
    if (lengths.size > 1)
      throw this.error(s, `vectors of ${[...lengths].join(" and ")} do not match`, "use equal lengths");
    const [length] = lengths;
    const entry = (i) => this.apply(
      s,
      name,
      args.map((a) => isVector2(a) ? a[i] : a)
    );
    return length === void 0 ? entry(0) : Array.from({ length }, (_, i) => entry(i));
  }
  /** A function of numbers. */
  apply(s, name, args) {
    const fail3 = (what) => this.error(s, what, "give a formula that is finite");
    const real2 = (n, of) => finiteCall(n, of, this.scope, fail3);
    if (!args.some(isComplex)) return real2(name, args);
    const result = complexCall(name, args, real2);
    if (result) return result;
    throw this.error(s, `${name} of a complex number is not known`, "write it with re(\u2026), im(\u2026), abs(\u2026), exp(\u2026)");
  }
  /** The sum of numbers. */
  total(s, terms) {
    if (!terms.some(isComplex)) return total(terms);
    return terms.reduce((a, b) => this.apply(s, "add", [a, b]));
  }
  /** The derivative of any expression along axes, one after the other. */
  along(s, f, axes) {
    return this.#parts(f, (part) => this.#realAlong(s, part, axes));
  }
  #realAlong(s, f, axes) {
    try {
      const dimension = this.scope.axes.length;
      const [first] = axes;
      if (axes.every((a) => a === first))
        return derivativesOfExpression(f, dimension)(unit(dimension, first, axes.length));
      return axes.reduce((e, axis) => differentiate(e, { axis }, dimension), f);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      throw this.error(s, error.message.replace(/^differentiate: /, ""), "see the place shown");
    }
  }
};

// solvers/expression/tokens.ts
var longestFormula = 1e6;
var reserved = new Set(
  ["true", "false", "null", "undefined", "NaN", "Infinity"].concat(["mod", "to", "in", "xor", "not", "end"])
);
var hints = /* @__PURE__ */ new Map([
  ["\xB2", "write ^2"],
  ["\xB3", "write ^3"],
  ["\xB7", "write *"],
  ["\xD7", "write *"],
  ["\u2212", "write -"],
  ["=", "an equation has one = between its two sides"],
  ["\u2202", "write u_x for \u2202u/\u2202x"],
  ["\u2207", "write grad(u) or div(\u2026)"],
  ["{", "use round brackets"],
  ["'", "write u_x for a derivative along x"]
]);
var pattern = /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[\p{L}_][\p{L}\p{Nd}_]*)|(?<sign><=|>=|\*\*|[-+*/^()[\],:<>])|\s+/uy;
function tokensOf(text3, start2, end) {
  if (end - start2 > longestFormula)
    throw textError(text3, start2, `this formula has ${end - start2} characters, above ${longestFormula}`, "shorten it");
  const part = text3.slice(start2, end);
  const tokens = [];
  pattern.lastIndex = 0;
  for (let index2 = 0; index2 < part.length; index2 = pattern.lastIndex) {
    const match = pattern.exec(part);
    const at = start2 + index2;
    if (!match) {
      const character = String.fromCodePoint(part.codePointAt(index2));
      throw textError(text3, at, `"${character}" has no meaning here`, hints.get(character) ?? "remove it");
    }
    const { number: number2, name, sign } = match.groups;
    if (number2 !== void 0) checkNumber(number2, part, index2, (m, h) => textError(text3, at, m, h));
    if (name !== void 0 && reserved.has(name))
      throw textError(text3, at, `"${name}" is a reserved word`, "use another name");
    const kind = number2 !== void 0 ? "number" : name !== void 0 ? "name" : sign !== void 0 ? "sign" : void 0;
    const written2 = sign === "**" ? "^" : match[0];
    if (kind) tokens.push({ kind, text: written2, at, end: at + match[0].length });
  }
  if (tokens.length === 0) throw textError(text3, start2, "there is nothing here", "write a formula");
  tokens.push({ kind: "end", text: "the end", at: end, end });
  return tokens;
}
function checkNumber(number2, part, index2, error) {
  const rest = part.slice(index2 + number2.length, index2 + number2.length + 32);
  const based = number2 === "0" ? /^[xXbBoO][\p{L}\p{Nd}_]*/u.exec(rest)?.[0] : void 0;
  if (based !== void 0)
    throw error(
      `"0${based}" is a number of another base for some and a product for others`,
      `write decimal numbers, and 0*${based} for the product`
    );
  const grouped = /^_\d*/.exec(rest)?.[0];
  if (grouped !== void 0)
    throw error(`"${number2}${grouped}" is no number`, "write digits without underscores, and * for a product");
  if (/^[\d.]/.test(rest))
    throw error(`"${number2}${/^[\d.]+/.exec(rest)[0]}" is no number`, "write one decimal point");
  if (/^[eE][+-]/.test(rest))
    throw error(
      `"${number2}${rest.slice(0, 2)}" lacks the digits of its exponent`,
      "write 1e-3, or 2*e + 3 for a product"
    );
  if (!Number.isFinite(Number(number2)))
    throw error(`${number2} is beyond the largest number, 1.8e308`, "give a smaller one, or rescale the problem");
}

// solvers/expression/syntax.ts
var deepestFormula = 200;
var plainChain = 32;
function parseSyntax(text3, start2 = 0, end = text3.length) {
  return new Parser(text3, tokensOf(text3, start2, end)).whole();
}
var Parser = class {
  #text;
  #tokens;
  #next = 0;
  #depth = 0;
  constructor(text3, tokens) {
    this.#text = text3;
    this.#tokens = tokens;
  }
  whole() {
    const result = this.#or();
    if (this.#token.kind !== "end") throw this.#unexpected();
    this.#checkDepth(result);
    return result;
  }
  /** Chains inside of brackets inside of chains are deep, too. */
  #checkDepth(tree) {
    let level2 = [tree];
    for (let depth = 0; level2.length > 0; depth++) {
      if (depth > 2 * deepestFormula) throw this.#tooDeep(level2[0].at);
      level2 = level2.flatMap(
        (s) => s.kind === "list" ? s.items : s.kind === "index" ? [s.of] : "args" in s ? s.args : []
      );
    }
  }
  get #token() {
    return this.#tokens[this.#next];
  }
  /** Whether one of these signs or words stands here; it is passed over. */
  #take(...texts) {
    const { kind, text: text3 } = this.#token;
    const found = kind === "sign" || kind === "name" ? texts.find((one2) => one2 === text3) : void 0;
    if (found !== void 0) this.#next++;
    return found;
  }
  #unexpected() {
    const { kind, text: text3, at } = this.#token;
    if (kind === "end") return textError(this.#text, at, "the formula breaks off here", "finish it");
    return textError(this.#text, at, `"${text3.slice(0, 40)}" is not expected here`, "mend the formula");
  }
  /** One level deeper. */
  #inside(at, read3) {
    if (++this.#depth > deepestFormula) throw this.#tooDeep(at);
    const result = read3();
    this.#depth--;
    return result;
  }
  #tooDeep(at) {
    const hint = "name its parts as constants or unknowns, or take brackets out";
    return textError(this.#text, at, `this formula is nested more than ${deepestFormula} deep`, hint);
  }
  /** Items with one of these operators between them. */
  #chain(ops, item) {
    const first = item();
    const links = [];
    for (let op = this.#take(...ops); op !== void 0; op = this.#take(...ops)) links.push({ op, item: item() });
    return { first, links };
  }
  #or() {
    const { first, links } = this.#chain(["or"], () => this.#and());
    return joined(first, links);
  }
  #and() {
    const { first, links } = this.#chain(["and"], () => this.#comparison());
    return joined(first, links);
  }
  /** `a < b < c` is `a < b and b < c`. */
  #comparison() {
    const { first, links } = this.#chain(["<", ">", "<=", ">="], () => this.#sum());
    const pairs = links.map(({ op, item }, i) => {
      const left = i === 0 ? first : links[i - 1].item;
      return { kind: "operator", op, args: [left, item], at: left.at };
    });
    const [pair, ...more] = pairs;
    return pair ? joined(
      pair,
      more.map((item) => ({ op: "and", item }))
    ) : first;
  }
  #sum() {
    const { first, links } = this.#chain(["+", "-"], () => this.#product());
    return joined(first, links, { inverse: "-", forward: "+" });
  }
  #product() {
    const first = this.#juxtaposed().item;
    const links = [];
    for (let op = this.#take("*", "/"); op !== void 0; op = this.#take("*", "/")) {
      const { at } = this.#token;
      const { item, implicit } = this.#juxtaposed();
      if (op === "/" && implicit)
        throw textError(
          this.#text,
          at,
          "a division beside a product without * can be read in two ways",
          "write the * or brackets"
        );
      links.push({ op, item });
    }
    return joined(first, links, { inverse: "/", forward: "*" });
  }
  /** `2x`, `2(x + 1)`, `x y`: factors without a sign between them. */
  #juxtaposed() {
    const first = this.#signed();
    const links = [];
    for (let last = first; this.#factorFollows(last); ) {
      last = this.#signed();
      links.push({ op: "*", item: last });
    }
    return { item: joined(first, links, { inverse: "*", forward: "*" }), implicit: links.length > 0 };
  }
  #factorFollows(last) {
    const { kind, text: text3 } = this.#token;
    if (kind === "name") return text3 !== "and" && text3 !== "or";
    if (kind === "number") return last.kind !== "number" && last.kind !== "operator";
    return kind === "sign" && text3 === "(";
  }
  #signed() {
    const { at } = this.#token;
    const sign = this.#take("-", "+");
    if (sign === void 0) return this.#power();
    const operand = this.#inside(at, () => this.#signed());
    return sign === "+" ? operand : { kind: "operator", op: "negate", args: [operand], at: operand.at };
  }
  #power() {
    const base = this.#postfix();
    if (!this.#take("^")) return base;
    const exponent = this.#inside(base.at, () => this.#signed());
    return { kind: "operator", op: "^", args: [base, exponent], at: base.at };
  }
  #postfix() {
    let result = this.#atom();
    for (let count4 = 0; ; count4++) {
      const { at } = this.#token;
      if (count4 > deepestFormula) throw this.#tooDeep(at);
      if (this.#take("[")) result = this.#index(result);
      else if (result.kind === "call" && this.#token.text === "(" && this.#token.kind === "sign")
        throw textError(this.#text, at, "only a name can be called", "write * for a product");
      else return result;
    }
  }
  #index(of) {
    const { at } = this.#token;
    const wrong2 = () => textError(this.#text, at, "an index is one number or a:b", "write x[2] or x[1:3]");
    const whole2 = () => {
      const token = this.#token;
      if (token.kind !== "number") throw wrong2();
      this.#next++;
      return Number(token.text);
    };
    const from = whole2();
    const to = this.#take(":") ? whole2() : void 0;
    if (!this.#take("]")) throw wrong2();
    return { kind: "index", of, from, ...to !== void 0 && { to }, at: of.at };
  }
  #atom() {
    const { kind, text: text3, at } = this.#token;
    if (kind === "number") {
      this.#next++;
      return { kind: "number", value: Number(text3), at };
    }
    if (kind === "name" && text3 !== "and" && text3 !== "or") {
      this.#next++;
      if (!this.#take("(")) return { kind: "symbol", name: text3, at };
      return { kind: "call", name: text3, args: this.#items(")", at), at };
    }
    if (this.#take("[")) return { kind: "list", items: this.#items("]", at), at };
    if (!this.#take("(")) throw this.#unexpected();
    const inner = this.#inside(at, () => this.#or());
    if (!this.#take(")")) throw this.#unclosed(")");
    return inner;
  }
  /** Formulas with commas between them, up to a closing bracket. */
  #items(close2, at) {
    if (this.#take(close2)) return [];
    return this.#inside(at, () => {
      const items = [this.#or()];
      while (this.#take(",")) items.push(this.#or());
      if (!this.#take(close2)) throw this.#unclosed(close2);
      return items;
    });
  }
  #unclosed(close2) {
    const { kind, at } = this.#token;
    return kind === "end" ? textError(this.#text, at, `a "${close2}" is missing here`, "close it") : this.#unexpected();
  }
};
function joined(first, links, { inverse, forward: forward2 } = {}) {
  const node = (op, a, b) => ({ kind: "operator", op, args: [a, b], at: a.at });
  if (links.length < plainChain) return links.reduce((a, { op, item: item2 }) => node(op, a, item2), first);
  const undone = (k) => k > 0 && forward2 !== void 0 && links[k - 1].op === inverse && inverse !== forward2;
  const item = (k) => k === 0 ? first : links[k - 1].item;
  const tree = (low, high) => {
    if (high - low === 1) return item(low);
    const middle = low + high >> 1;
    const flipped = undone(low) !== undone(middle);
    const op = forward2 === void 0 ? links[middle - 1].op : flipped ? inverse : forward2;
    return node(op, tree(low, middle), tree(middle, high));
  };
  return tree(0, links.length + 1);
}

// solvers/expression/parse.ts
function parseExpression(text3, scope, options, start2 = 0, end = text3.length) {
  return new Reader(text3, scope, options).scalar(parseSyntax(text3, start2, end));
}
function parseParts(text3, scope, options) {
  return parts(new Reader(text3, scope, options).number(parseSyntax(text3)));
}
function parseEquation(text3, scope, options) {
  const cut2 = equalSign(text3);
  return [parseExpression(text3, scope, options, 0, cut2), parseExpression(text3, scope, options, cut2 + 1)];
}
function parseEquations(text3, scope, options) {
  if (!scope.complex?.size) return [parseEquation(text3, scope, options)];
  const cut2 = equalSign(text3);
  const reader = new Reader(text3, scope, options);
  const [left, right] = [reader.number(parseSyntax(text3, 0, cut2)), reader.number(parseSyntax(text3, cut2 + 1))];
  const [[a, b], [c, d]] = [parts(left), parts(right)];
  return isComplex(left) || isComplex(right) ? [
    [a, c],
    [b, d]
  ] : [[a, c]];
}
function equalSign(text3) {
  const signs = [...text3.matchAll(/(?<![<>=!])=(?!=)/g)].map((m) => m.index);
  const [cut2, second] = signs;
  if (cut2 === void 0) throw textError(text3, text3.length, "there is no = here", "write left = right");
  if (second !== void 0) throw textError(text3, second, "this is a second =", "write one equation at a time");
  return cut2;
}
function parsePredicate(text3, scope) {
  return new Reader(text3, scope, { unknowns: false }).condition(parseSyntax(text3));
}

// solvers/expression/point-function.ts
function functionOfPoint(expression, constants2 = {}) {
  const inner = numbers({ constants: constants2 });
  const refuse = (what) => () => {
    throw new OptionsError(`evaluate: ${what} has no value at a point alone; bind it`, "bindings", void 0);
  };
  return evaluate(expression, {
    number: (value) => () => value,
    coordinate: (axis) => (x) => x[axis],
    constant: (name) => {
      const value = inner.constant(name);
      return () => value;
    },
    data: (name) => refuse(`data "${name}"`),
    derivative: refuse("an unknown"),
    laplacian: refuse("an unknown"),
    call(name, [a, b, c]) {
      const f = scalarFunctions[name];
      return (x) => f(a(x), b?.(x) ?? Number.NaN, c?.(x) ?? Number.NaN);
    }
  });
}

// solvers/domain/spec-checks.ts
var timeName = "t";
var farthest = 1e60;
function show(value) {
  const text3 = JSON.stringify(value) ?? String(value);
  return text3.length > 80 ? `${text3.slice(0, 77)}\u2026` : text3;
}
function defaultAxes(dimension) {
  return dimension <= 3 ? ["x", "y", "z"].slice(0, dimension) : Array.from({ length: dimension }, (_, k) => `x${k + 1}`);
}
function checkKeys(record2, keys2, where) {
  for (const key of Object.keys(record2)) {
    if (![...keys2, "axes", timeName].includes(key)) {
      const known3 = [...keys2, "axes", timeName].join(", ");
      throw new OptionsError(
        `domainOf: ${where} has the unknown key ${show(key)}; known are ${known3}`,
        key,
        record2[key]
      );
    }
  }
}
function axesFrom(record2, dimension, where) {
  const given = record2["axes"];
  if (given === void 0) return { axes: defaultAxes(dimension), given: false };
  if (!Array.isArray(given) || given.length !== dimension) {
    throw new OptionsError(`domainOf: ${where}.axes is ${show(given)}; give ${dimension} names`, "axes", given);
  }
  const axes = given.map(String);
  checkAxes(axes, where);
  return { axes, given: true };
}
function checkAxes(axes, where) {
  for (const axis of axes) {
    if (!/^[A-Za-z][A-Za-z0-9]*$/.test(axis) || axis === timeName) {
      const hint = `a letter followed by letters or digits, and ${timeName} only for time`;
      throw new OptionsError(`domainOf: ${where} has an axis named ${show(axis)}; give ${hint}`, where, axis);
    }
  }
  if (new Set(axes).size !== axes.length) {
    throw new OptionsError(`domainOf: ${where} names an axis twice: ${axes.join(", ")}`, where, axes);
  }
}
function checkInterval(value, where) {
  const numbers2 = checkNumbers(value, where);
  const [low, high] = numbers2;
  if (numbers2.length !== 2 || low === void 0 || high === void 0) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give [low, high]`, where, value);
  }
  if (!(low < high)) {
    throw new DomainError(`domainOf: ${where} is the empty interval [${low}, ${high}]; low must be below high`, value);
  }
  return [low, high];
}
function checkNumbers(value, where) {
  if (!Array.isArray(value) || value.length === 0) {
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; give a list of numbers`, where, value);
  }
  return value.map((entry, k) => checkNumber2(entry, `${where}[${k}]`));
}
function checkNumber2(value, where) {
  if (typeof value !== "number") {
    const meant = typeof value === "string" ? multipleOfPi2(value) : void 0;
    const way3 = meant === void 0 ? "give a number" : `give the number ${meant}`;
    throw new OptionsError(`domainOf: ${where} is ${show(value)}; ${way3}`, where, value);
  }
  if (!Number.isFinite(value)) throw new DomainError(`domainOf: ${where} is ${value}; give a finite number`, value);
  if (Math.abs(value) > farthest) {
    const way3 = "take other units of length, in which the domain is about one wide";
    throw new DomainError(`domainOf: ${where} is ${value}, beyond \xB1${farthest}; ${way3}`, value);
  }
  return value;
}
function multipleOfPi2(text3) {
  const [, sign, factor, divisor] = /^([+-]?)(?:(\d+(?:\.\d+)?)\*?)?pi(?:\/(\d+))?$/.exec(text3.replaceAll(/\s/g, "")) ?? [];
  if (sign === void 0) return void 0;
  return (sign === "-" ? -1 : 1) * Number(factor ?? 1) * Math.PI / Number(divisor ?? 1);
}
function checkPairs(list3, where, least2, most8) {
  if (!Array.isArray(list3) || list3.length < least2) {
    const wanted = `at least ${["no", "one", "two", "three", "four"][least2] ?? least2} [x, y] pairs`;
    throw new OptionsError(`domainOf: ${where} needs ${wanted}, got ${show(list3)}`, where, list3);
  }
  if (list3.length > most8) {
    throw new OptionsError(
      `domainOf: ${where} has ${list3.length} entries, at most ${most8} are allowed; leave some of them out`,
      where,
      list3.length
    );
  }
  return list3.map((pair, k) => {
    const numbers2 = checkNumbers(pair, `${where}[${k}]`);
    if (numbers2.length !== 2) {
      throw new OptionsError(
        `domainOf: ${where}[${k}] is ${show(pair)}; this shape is 2-D, its points are [x, y]`,
        where,
        pair
      );
    }
    return [numbers2[0], numbers2[1]];
  });
}

// solvers/domain/level-function.ts
function functionsOf({ value, low, text: text3 }) {
  const dimension = low.length;
  const slopes = low.map((_, axis) => functionOfPoint(differentiate(value, { axis }, dimension)));
  return {
    ...{ dimension, text: text3, value: functionOfPoint(value) },
    slopes(point, out) {
      let squares = 0;
      for (let k = 0; k < dimension; k++) {
        out[k] = slopes[k](point);
        squares += out[k] ** 2;
      }
      return Math.sqrt(squares);
    }
  };
}
function bringOnto(f, point, slope) {
  let size = 0;
  for (let step = 0; step < 30; step++) {
    const value = f.value(point);
    size = f.slopes(point, slope);
    if (!(size > 0) || value === 0) break;
    let moved = 0;
    for (let k = 0; k < f.dimension; k++) {
      const by = value / size * slope[k] / size;
      point[k] -= by;
      moved = Math.max(moved, Math.abs(by) / (Math.abs(point[k]) + 1e-300));
    }
    if (moved < 1e-16) break;
  }
  return size;
}

// solvers/domain/tracing.ts
var cellsBy = [0, 4e3, 180, 36];
function gridOf(low, high, value) {
  const d = low.length;
  const cells2 = cellsBy[d];
  const side = cells2 + 1;
  const inside = new Uint8Array(side ** d);
  const point = new Float64Array(d);
  let [open, some2] = [false, false];
  for (let i = 0; i < inside.length; i++) {
    let onFace = false;
    for (let k = d - 1, rest = i; k >= 0; k--) {
      const node = rest % side;
      rest = (rest - node) / side;
      onFace ||= node === 0 || node === cells2;
      point[k] = nodeAt(low[k], high[k], node, cells2);
    }
    if (!(value(point) > 0)) continue;
    inside[i] = 1;
    some2 = true;
    open ||= onFace;
  }
  return { low, high, cells: cells2, inside, open, some: some2 };
}
var nodeAt = (low, high, node, cells2) => node === cells2 ? high : low + (high - low) * node / cells2;
var orders = [
  [],
  [[0]],
  [
    [0, 1],
    [1, 0]
  ],
  [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0]
  ]
];
function facetsOf(grid, f) {
  const { low, high, cells: cells2, inside } = grid;
  const d = low.length;
  const side = cells2 + 1;
  const strides = low.map((_, k) => side ** (d - 1 - k));
  const facets = [];
  const crossings = /* @__PURE__ */ new Map();
  const position = (index2) => {
    const point = new Float64Array(d);
    for (let k = d - 1, rest = index2; k >= 0; k--) {
      point[k] = nodeAt(low[k], high[k], rest % side, cells2);
      rest = Math.floor(rest / side);
    }
    return point;
  };
  const crossing = (a, b) => {
    const key = Math.min(a, b) * inside.length + Math.max(a, b);
    const known3 = crossings.get(key) ?? (inside[a] ? between(position(a), position(b), f) : between(position(b), position(a), f));
    crossings.set(key, known3);
    return known3;
  };
  const offsets = [0];
  for (const stride of strides) offsets.push(...offsets.map((o) => o + stride));
  for (let i = 0; i < inside.length; i++) {
    if (!offsets.some((o) => inside[i + o] !== inside[i])) continue;
    if (strides.some((stride) => Math.floor(i / stride) % side === cells2)) continue;
    for (const order of orders[d]) {
      const corners = [i];
      for (const axis of order) corners.push(corners.at(-1) + strides[axis]);
      const [ins, outs] = [corners.filter((c) => inside[c]), corners.filter((c) => !inside[c])];
      if (ins.length === 0 || outs.length === 0) continue;
      const cut2 = ins.flatMap((a) => outs.map((b) => crossing(a, b)));
      const parts2 = cut2.length === 4 && d === 3 ? [cut2.slice(0, 3), cut2.slice(1)] : [cut2];
      for (const part of parts2) if (hasSize(part)) facets.push(turned(part, f));
    }
  }
  return facets;
}
var hasSize = (facet) => facet.length === 1 || sizeOf(facet) > 0;
function between(from, to, f) {
  const at = (s) => from.map((x, k) => x + s * (to[k] - x));
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (f.value(at(middle)) > 0) low = middle;
    else high = middle;
  }
  const point = at(high);
  const slope = new Float64Array(point.length);
  const size = f.slopes(point, slope);
  const [value, gap] = [f.value(point), Math.hypot(...from.map((x, k) => x - to[k]))];
  if (value !== 0 && !(Math.abs(value) <= 1e-6 * gap * size)) {
    const where = `[${Array.from(point, (x) => Number(x.toPrecision(4))).join(", ")}]`;
    const way3 = "write it so that both sides of the comparison are equal, and have slopes, on the boundary";
    throw new DomainError(
      `domainOf: inside "${f.text}" ends without a boundary at ${where}: it jumps there; ${way3}`,
      f.text
    );
  }
  return point;
}
function turned(facet, f) {
  if (facet.length === 1) return facet;
  const d = facet.length;
  const middle = facet[0].map((_, k) => facet.reduce((sum2, c) => sum2 + c[k] / d, 0));
  const slope = new Float64Array(d);
  f.slopes(middle, slope);
  const normal = normalOf(facet);
  const outwards = -normal.reduce((sum2, n, k) => sum2 + n * slope[k], 0);
  return outwards >= 0 ? facet : [facet[1], facet[0], ...facet.slice(2)];
}
function normalOf(facet) {
  const [a, b, c] = facet;
  if (facet.length === 2) return [b[1] - a[1], a[0] - b[0]];
  const u = b.map((x, k) => x - a[k]);
  const v = c.map((x, k) => x - a[k]);
  return [0, 1, 2].map((k) => {
    const [i, j] = [(k + 1) % 3, (k + 2) % 3];
    return u[i] * v[j] - u[j] * v[i];
  });
}
var sizeOf = (facet) => Math.hypot(...normalOf(facet)) / (facet.length === 3 ? 2 : 1);
var coneOf = (facet, origin) => normalOf(facet).reduce((sum2, n, k) => sum2 + n * (facet[0][k] - origin[k]), 0) / (facet.length === 3 ? 6 : 2);
function pointOnFacet(facet, r, s, out) {
  const [a, b, c] = facet;
  const far2 = facet.length === 3 ? Math.sqrt(r) : r;
  for (let k = 0; k < a.length; k++) {
    const end = b === void 0 ? a[k] : c === void 0 ? b[k] : b[k] + s * (c[k] - b[k]);
    out[k] = a[k] + far2 * (end - a[k]);
  }
}
function refined(facet, f, origin) {
  const once = halves(facet, f);
  const twice = facet.length === 2 ? once.flatMap((part) => halves(part, f)) : once;
  const all = facet.length === 2 ? [[facet], once, twice] : [[facet], once];
  const sizes = all.map((parts2) => parts2.reduce((sum2, p) => sum2 + sizeOf(p), 0));
  const cones = all.map((parts2) => parts2.reduce((sum2, p) => sum2 + coneOf(p, origin), 0));
  const [size, volume] = [extrapolated(sizes), extrapolated(cones)];
  return { size: size.value, sizeChange: size.change, volume: volume.value, volumeChange: volume.change };
}
function extrapolated(values) {
  const last = (k) => values[k] + (values[k] - values[k - 1]) / 3;
  const value = last(values.length - 1);
  return { value, change: value - (values.length > 2 ? last(values.length - 2) : values.at(-1)) };
}
function halves(facet, f) {
  const middle = (i, j) => {
    const point = facet[i].map((x, k) => (x + facet[j][k]) / 2);
    bringOnto(f, point, new Float64Array(point.length));
    return point;
  };
  const [a, b, c] = facet;
  if (facet.length === 2) {
    const ab2 = middle(0, 1);
    return [
      [a, ab2],
      [ab2, b]
    ];
  }
  const [ab, bc, ca] = [middle(0, 1), middle(1, 2), middle(2, 0)];
  return [
    [a, ab, ca],
    [ab, b, bc],
    [ca, bc, c],
    [ab, bc, ca]
  ];
}

// solvers/domain/inside.ts
var mostAxes = 3;
function parseInside(record2, where) {
  checkKeys(record2, ["inside", "within"], where);
  const { inside, within, axes: renamed } = record2;
  if (renamed !== void 0)
    throw new OptionsError(`domainOf: ${where}.axes is not needed; "within" names them`, "axes", renamed);
  if (typeof within !== "object" || within === null || Array.isArray(within)) {
    const way3 = 'give a box around it, such as { "x": [-1, 1], "y": [-1, 1] }';
    throw new OptionsError(`domainOf: ${where}.within is ${show(within)}; ${way3}`, "within", within);
  }
  const axes = Object.keys(within);
  checkAxes(axes, `${where}.within`);
  if (axes.length === 0 || axes.length > mostAxes) {
    const way3 = `give one to ${mostAxes}`;
    throw new OptionsError(`domainOf: ${where}.within has ${axes.length} axes; ${way3}`, "within", within);
  }
  const intervals = axes.map(
    (axis) => checkInterval(within[axis], `${where}.within.${axis}`)
  );
  const [low, high] = [intervals.map(([l]) => l), intervals.map(([, h]) => h)];
  const value = readComparisons(String(inside), axes, where);
  const { some: some2, open } = gridOf(low, high, functionOfPoint(value));
  if (!some2) {
    const way3 = "widen the box, turn the comparison round, or give a smaller box around what is small";
    throw new DomainError(`domainOf: ${where}.inside: "${inside}" holds nowhere in the box; ${way3}`, inside);
  }
  const shape = shapeOf(value, axes, { low, high });
  return {
    axes,
    given: true,
    shape: open ? { kind: "intersection", parts: [{ kind: "box", low, high }, shape] } : shape
  };
}
function readComparisons(text3, axes, where) {
  try {
    return parsePredicate(text3, { axes, time: void 0, unknowns: [], constants: [] });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new OptionsError(`domainOf: ${where}.inside cannot be read: ${error.message}`, "inside", text3);
  }
}
function shapeOf(e, axes, box2) {
  if (e.kind === "call" && (e.name === "min" || e.name === "max")) {
    const parts2 = e.args.map((part) => shapeOf(part, axes, box2));
    return { kind: e.name === "min" ? "intersection" : "union", parts: parts2 };
  }
  return { kind: "level", value: e, text: `${toText(e, { axes, unknowns: [] })} > 0`, ...box2 };
}

// solvers/domain/geojson.ts
var earth = 6371.0088;
function polygonsOfGeoJson(value, where, projected) {
  const polygons = polygonsOf(value, where);
  if (polygons.length === 0)
    throw wrong(where, "has no polygon", "give a Polygon, a MultiPolygon, or features of them");
  return projected ? inKilometres(polygons, where) : polygons;
}
var wrong = (where, what, way3) => new FormatError(where, "GeoJSON", what, way3);
function polygonsOf(value, where) {
  if (typeof value !== "object" || value === null)
    throw wrong(
      where,
      `is ${show(value)}`,
      'give an object such as { "type": "Polygon", "coordinates": [[[0, 0], \u2026]] }'
    );
  const { type, coordinates, geometry, features, geometries } = value;
  switch (type) {
    case "Polygon":
      return [readPolygon(coordinates, `${where}.coordinates`)];
    case "MultiPolygon":
      return list2(coordinates, `${where}.coordinates`).map((c, k) => readPolygon(c, `${where}.coordinates[${k}]`));
    case "Feature":
      return polygonsOf(geometry, `${where}.geometry`);
    case "FeatureCollection":
      return list2(features, `${where}.features`).flatMap((f, k) => polygonsOf(f, `${where}.features[${k}]`));
    case "GeometryCollection":
      return list2(geometries, `${where}.geometries`).flatMap((g, k) => polygonsOf(g, `${where}.geometries[${k}]`));
    default:
      throw wrong(`${where}.type`, `is ${show(type)}`, "give a Polygon, a MultiPolygon, or features of them");
  }
}
function list2(value, where) {
  if (Array.isArray(value) && value.length > 0) return value;
  throw wrong(where, Array.isArray(value) ? "is empty" : `is ${show(value)}`, "give a list with something in it");
}
function readPolygon(value, where) {
  return { rings: list2(value, where).map((ring, k) => readRing(ring, `${where}[${k}]`)), name: where };
}
function readRing(value, where) {
  const positions = list2(value, where).map((position, k) => {
    const [x, y, ...rest] = Array.isArray(position) ? position : [];
    const numbers2 = [x, y].every((v) => typeof v === "number" && Number.isFinite(v));
    if (!numbers2 || rest.length > 1)
      throw wrong(`${where}[${k}]`, `is ${show(position)}`, "give a position [x, y], in numbers");
    return [x, y];
  });
  const [first, last] = [positions[0], positions.at(-1)];
  if (first[0] !== last[0] || first[1] !== last[1])
    throw wrong(
      where,
      `is not closed: it begins at ${show(first)} and ends at ${show(last)}`,
      "repeat the first position at the end"
    );
  if (positions.length < 4)
    throw wrong(where, `has ${positions.length} positions`, "give at least four, the last as the first");
  return positions.slice(0, -1);
}
function inKilometres(polygons, where) {
  const all = polygons.flatMap(({ rings }) => rings.flat());
  const far2 = all.find(([x, y]) => !(Math.abs(x) <= 180 && Math.abs(y) <= 90));
  if (far2) {
    const swapped = all.every(([x, y]) => Math.abs(x) <= 90 && Math.abs(y) <= 180);
    const way3 = swapped ? "they look like [latitude, longitude]; GeoJSON has longitude first" : 'for x and y in a plane leave out "project"';
    throw new DomainError(`domainOf: ${where} has the position ${show(far2)}, no longitude and latitude; ${way3}`, far2);
  }
  const middle = (k) => {
    const values = all.map((p) => p[k]);
    return (Math.min(...values) + Math.max(...values)) / 2;
  };
  const [lon0, lat0] = [middle(0), middle(1)].map(radians);
  const project2 = ([lon, lat]) => {
    const [l, p] = [radians(lon) - lon0, radians(lat)];
    const k = earth * Math.sqrt(2 / (1 + Math.sin(lat0) * Math.sin(p) + Math.cos(lat0) * Math.cos(p) * Math.cos(l)));
    return [
      k * Math.cos(p) * Math.sin(l),
      k * (Math.cos(lat0) * Math.sin(p) - Math.sin(lat0) * Math.cos(p) * Math.cos(l))
    ];
  };
  return polygons.map(({ rings, name }) => ({ name, rings: rings.map((ring) => ring.map(project2)) }));
}
var radians = (degrees) => degrees * Math.PI / 180;

// solvers/domain/polygon-check.ts
function cross(a, b, c) {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}
function polygonArea(vertices) {
  const origin = vertices[0];
  let twice = 0;
  for (let k = 1; k + 1 < vertices.length; k++) twice += cross(origin, vertices[k], vertices[k + 1]);
  return twice / 2;
}
function polygonFault(vertices) {
  const n = vertices.length;
  const area = polygonArea(vertices);
  for (let i = 0; i < n; i++) {
    const [a, b] = [vertices[i], vertices[(i + 1) % n]];
    if (a[0] === b[0] && a[1] === b[1]) return { area, message: `vertices ${i} and ${(i + 1) % n} are the same point` };
    for (let j = i + 1; j < n; j++) {
      const [c, d] = [vertices[j], vertices[(j + 1) % n]];
      const neighbours = j === i + 1 || i === 0 && j === n - 1;
      if (neighbours ? foldsBack(a, b, c, d, j === i + 1) : meet(a, b, c, d)) {
        return { area, message: `edges ${i} and ${j} touch or cross; a simple polygon is needed` };
      }
    }
  }
  if (!(Math.abs(area) > 0)) return { area, message: "the area is zero" };
  return { area };
}
function foldsBack(a, b, c, d, forward2) {
  const [tip, one2, two] = forward2 ? [b, a, d] : [a, b, c];
  const along = (one2[0] - tip[0]) * (two[0] - tip[0]) + (one2[1] - tip[1]) * (two[1] - tip[1]);
  return cross(tip, one2, two) === 0 && along > 0;
}
function meet(a, b, c, d) {
  const sides = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)].map(Math.sign);
  const [abc, abd, cda, cdb] = [sides[0], sides[1], sides[2], sides[3]];
  if (abc * abd < 0 && cda * cdb < 0) return true;
  const within = (p, q, r) => Math.min(p[0], q[0]) <= r[0] && r[0] <= Math.max(p[0], q[0]) && Math.min(p[1], q[1]) <= r[1] && r[1] <= Math.max(p[1], q[1]);
  return abc === 0 && within(a, b, c) || abd === 0 && within(a, b, d) || cda === 0 && within(c, d, a) || cdb === 0 && within(c, d, b);
}
function holesFault(outline, holes) {
  for (const [k, hole] of holes.entries()) {
    if (ringsMeet(hole, outline)) return { hole: k, message: "touches or crosses the outline; move it inside" };
    if (!isInside(outline, hole[0])) return { hole: k, message: "lies outside of the outline; leave it out" };
    const other = holes.slice(0, k).findIndex((o) => ringsMeet(hole, o) || isInside(o, hole[0]) || isInside(hole, o[0]));
    if (other >= 0) return { hole: k, message: `and hole ${other} are not apart; make one of them` };
  }
  return void 0;
}
function ringsMeet(one2, other) {
  return one2.some((a, i) => {
    const b = one2[(i + 1) % one2.length];
    return other.some((c, j) => meet(a, b, c, other[(j + 1) % other.length]));
  });
}
function isInside(ring, [x, y]) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[j], ring[i]];
    if (ay > y !== by > y && x < ax + (bx - ax) * ((y - ay) / (by - ay))) inside = !inside;
  }
  return inside;
}

// solvers/domain/curve.ts
var cuts = 16;
var mostStarts = 4;
var rule = gaussLegendre(8);
function insideOfCurve(arcs, { low, high, edges }) {
  const lengths = arcs.map(lengthsOf);
  const out = new Float64Array(6);
  const piece = (k) => ({
    measure: lengths[k].at(-1),
    ...edges && { edge: edges[k] },
    place(unit2, at, point, normal) {
      arcs[k].at(parameterAt(arcs[k], lengths[k], unit2[at] * lengths[k].at(-1)), out);
      const speed = Math.hypot(out[2], out[3]);
      point[0] = out[0];
      point[1] = out[1];
      normal[0] = out[3] / speed;
      normal[1] = -out[2] / speed;
    }
  });
  return {
    dimension: 2,
    low,
    high,
    volume: areaOf(arcs),
    pieces: arcs.map((_, k) => piece(k)),
    distance: distanceTo(arcs)
  };
}
function sampled(arcs, perArc) {
  const out = new Float64Array(6);
  return arcs.flatMap(
    (arc) => Array.from({ length: perArc }, (_, i) => {
      arc.at(i / perArc, out);
      return [out[0], out[1]];
    })
  );
}
var speedAt = (arc, s, out) => {
  arc.at(s, out);
  return Math.sqrt(out[2] * out[2] + out[3] * out[3]);
};
function lengthsOf(arc) {
  const sums = [0];
  for (let k = 0; k < cuts; k++) sums.push(sums[k] + lengthBetween(arc, k / cuts, (k + 1) / cuts));
  return sums;
}
function lengthBetween(arc, a, b) {
  const out = new Float64Array(6);
  let sum2 = 0;
  for (let i = 0; i < rule.nodes.length; i++) sum2 += rule.weights[i] * speedAt(arc, a + (b - a) * rule.nodes[i], out);
  return sum2 * (b - a);
}
function parameterAt(arc, sums, length) {
  let k = 0;
  while (k + 1 < cuts && length >= sums[k + 1]) k++;
  const [from, to] = [k / cuts, (k + 1) / cuts];
  const out = new Float64Array(6);
  let s = from + (to - from) * ((length - sums[k]) / (sums[k + 1] - sums[k]));
  for (let step = 0; step < 8; step++) {
    const by = (sums[k] + lengthBetween(arc, from, s) - length) / speedAt(arc, s, out);
    s = Math.min(to, Math.max(from, s - by));
    if (Math.abs(by) < 1e-15) break;
  }
  return s;
}
function areaOf(arcs) {
  const out = new Float64Array(6);
  let sum2 = 0;
  for (const arc of arcs)
    for (let k = 0; k < cuts; k++)
      for (let i = 0; i < rule.nodes.length; i++) {
        arc.at((k + rule.nodes[i]) / cuts, out);
        sum2 += rule.weights[i] / cuts * (out[0] * out[3] - out[1] * out[2]);
      }
  return sum2 / 2;
}
function distanceTo(arcs) {
  const n = arcs.length * cuts;
  const samples = sampled(arcs, cuts);
  const gaps = samples.map(([x, y], i) => Math.hypot(samples[(i + 1) % n][0] - x, samples[(i + 1) % n][1] - y));
  const widest = Math.max(...gaps);
  const [xs, ys] = [0, 1].map((k) => Float64Array.from(samples, (p) => p[k]));
  const far2 = new Float64Array(n);
  const out = new Float64Array(6);
  return (points, at) => {
    const [px, py] = [points[at], points[at + 1]];
    let least2 = Number.POSITIVE_INFINITY;
    for (let i = 0; i < n; i++) {
      const [dx, dy] = [xs[i] - px, ys[i] - py];
      far2[i] = Math.sqrt(dx * dx + dy * dy);
      if (far2[i] < least2) least2 = far2[i];
    }
    if (Number.isNaN(px + py)) return Number.NaN;
    const starts = [];
    for (let i = 0; i < n; i++) {
      if (far2[i] > least2 + widest) continue;
      if (far2[i] <= far2[(i + n - 1) % n] && far2[i] <= far2[(i + 1) % n]) starts.push(i);
    }
    starts.sort((a, b) => far2[a] - far2[b]);
    let best = Number.POSITIVE_INFINITY;
    let side = 1;
    for (const i of starts.slice(0, mostStarts)) {
      nearestFrom(arcs, i / cuts, px, py, out);
      const [dx, dy] = [px - out[0], py - out[1]];
      const distance = Math.hypot(dx, dy);
      if (!(distance < best)) continue;
      best = distance;
      side = dx * out[3] - dy * out[2] > 0 ? 1 : -1;
    }
    return side * best;
  };
}
function nearestFrom(arcs, position, px, py, out) {
  const n = arcs.length;
  const go = (p2) => {
    const wrapped = (p2 % n + n) % n;
    const k = Math.min(n - 1, Math.floor(wrapped));
    arcs[k].at(wrapped - k, out);
    return (out[0] - px) * out[2] + (out[1] - py) * out[3];
  };
  let [low, high] = [position - 1 / cuts, position + 1 / cuts];
  let p = position;
  for (let step = 0; step < 60; step++) {
    const slope = go(p);
    if (slope > 0) high = p;
    else low = p;
    const bend = out[2] ** 2 + out[3] ** 2 + (out[0] - px) * out[4] + (out[1] - py) * out[5];
    const next = bend > 0 ? p - slope / bend : Number.NaN;
    const to = next > low && next < high ? next : (low + high) / 2;
    if (Math.abs(to - p) < 1e-15 * n || slope === 0) break;
    p = to;
  }
  go(p);
}

// solvers/domain/spline.ts
function splineArcs(points) {
  const n = points.length;
  const steps2 = points.map((p, k) => Math.hypot(points[(k + 1) % n][0] - p[0], points[(k + 1) % n][1] - p[1]));
  const slopes = [0, 1].map(
    (axis) => periodicSlopes(
      points.map((p) => p[axis]),
      steps2
    )
  );
  return points.map((p, k) => {
    const q = points[(k + 1) % n];
    const h = steps2[k];
    const cubic = [0, 1].map((axis) => {
      const [a, b] = [p[axis], q[axis]];
      const [c, d] = [slopes[axis][k] * h, slopes[axis][(k + 1) % n] * h];
      return [a, c, 3 * (b - a) - 2 * c - d, 2 * (a - b) + c + d];
    });
    const ends = cubic.map((c) => extremes(c));
    return {
      at(s, out) {
        for (let axis = 0; axis < 2; axis++) {
          const [a, b, c, d] = cubic[axis];
          out[axis] = a + s * (b + s * (c + s * d));
          out[2 + axis] = b + s * (2 * c + 3 * s * d);
          out[4 + axis] = 2 * c + 6 * s * d;
        }
      },
      bounds: { low: ends.map(([low]) => low), high: ends.map(([, high]) => high) }
    };
  });
}
function extremes([a, b, c, d]) {
  const root = Math.sqrt(4 * c * c - 12 * b * d);
  const turns = d === 0 ? [-b / (2 * c)] : [(-2 * c + root) / (6 * d), (-2 * c - root) / (6 * d)];
  const values = [0, 1, ...turns.filter((s) => s > 0 && s < 1)].map((s) => a + s * (b + s * (c + s * d)));
  return [Math.min(...values), Math.max(...values)];
}
function periodicSlopes(values, steps2) {
  const n = values.length;
  const before = (k) => (k + n - 1) % n;
  const lower = values.map((_, k) => steps2[k]);
  const upper = values.map((_, k) => steps2[before(k)]);
  const diagonal = values.map((_, k) => 2 * (steps2[k] + steps2[before(k)]));
  const right = values.map((v, k) => {
    const [ahead, behind] = [(values[(k + 1) % n] - v) / steps2[k], (v - values[before(k)]) / steps2[before(k)]];
    return 3 * (steps2[k] * behind + steps2[before(k)] * ahead);
  });
  const gamma = -diagonal[0];
  const changed = [...diagonal];
  changed[0] -= gamma;
  changed[n - 1] -= upper[n - 1] * lower[0] / gamma;
  const x = tridiagonal(lower, changed, upper, right);
  const u = values.map((_, k) => k === 0 ? gamma : k === n - 1 ? upper[n - 1] : 0);
  const z = tridiagonal(lower, changed, upper, u);
  const along = (v) => v[0] + lower[0] / gamma * v[n - 1];
  const factor = along(x) / (1 + along(z));
  return x.map((v, k) => v - factor * z[k]);
}
function tridiagonal(lower, diagonal, upper, right) {
  const n = diagonal.length;
  const [c, d] = [new Array(n), new Array(n)];
  for (let k = 0; k < n; k++) {
    const pivot = diagonal[k] - (k > 0 ? lower[k] * c[k - 1] : 0);
    c[k] = upper[k] / pivot;
    d[k] = (right[k] - (k > 0 ? lower[k] * d[k - 1] : 0)) / pivot;
  }
  for (let k = n - 2; k >= 0; k--) d[k] -= c[k] * d[k + 1];
  return d;
}
var splineOutline = (arcs, most8) => sampled(arcs, Math.max(1, Math.min(32, Math.floor(most8 / arcs.length))));
function ellipseArcs(center, [a, b], angle) {
  const [cos3, sin3] = [Math.cos(angle), Math.sin(angle)];
  return Array.from({ length: 4 }, (_, k) => ({
    at(s, out) {
      const quarter = Math.PI / 2;
      const [c, d] = [Math.cos((k + s) * quarter), Math.sin((k + s) * quarter)];
      for (const [i, u, v] of [
        [0, a * c, b * d],
        [2, -a * d * quarter, b * c * quarter],
        [4, -a * c * quarter ** 2, -b * d * quarter ** 2]
      ]) {
        out[i] = cos3 * u - sin3 * v + (i === 0 ? center[0] : 0);
        out[i + 1] = sin3 * u + cos3 * v + (i === 0 ? center[1] : 0);
      }
    }
  }));
}

// solvers/domain/shapes.ts
var mostVertices = 1024;
var mostPoints = 256;
var shapes = {
  ball: [["center", "radius"], readBall],
  disk: [["center", "radius"], readBall],
  ellipse: [["center", "radii", "angle"], readEllipse],
  polygon: [["vertices", "holes"], readPolygon2],
  spline: [["points"], readSpline],
  geojson: [["geojson", "file", "project"], readGeoJson]
};
function parsePrimitive(record2, where) {
  const known3 = Object.hasOwn(shapes, String(record2["shape"])) ? shapes[String(record2["shape"])] : void 0;
  if (known3 === void 0) {
    const names = Object.keys(shapes).map((name) => `"${name}"`);
    throw new OptionsError(
      `domainOf: ${where}.shape is ${show(record2["shape"])}; known are ${names.join(", ")}`,
      where,
      record2["shape"]
    );
  }
  const [keys2, read3] = known3;
  checkKeys(record2, ["shape", ...keys2], where);
  const shape = read3(record2, where);
  return { ...axesFrom(record2, shape.kind === "ball" ? shape.center.length : 2, where), shape };
}
function readBall(record2, where) {
  const center = checkNumbers(record2["center"], `${where}.center`);
  return { kind: "ball", center, radius: positive2(record2["radius"], `${where}.radius`) };
}
function readEllipse(record2, where) {
  const [center, radii] = ["center", "radii"].map((key) => {
    const numbers2 = checkNumbers(record2[key], `${where}.${key}`);
    if (numbers2.length === 2) return [numbers2[0], numbers2[1]];
    const way3 = 'an ellipse is 2-D: give two (in 3-D { "inside": "x^2/a^2 + \u2026 < 1", "within": \u2026 })';
    throw new OptionsError(`domainOf: ${where}.${key} has ${numbers2.length} numbers; ${way3}`, where, record2[key]);
  });
  radii.forEach((radius, k) => {
    positive2(radius, `${where}.radii[${k}]`);
  });
  const angle = record2["angle"] === void 0 ? 0 : checkNumber2(record2["angle"], `${where}.angle`);
  return { kind: "ellipse", center, radii, angle };
}
function positive2(value, where) {
  const number2 = checkNumber2(value, where);
  if (!(number2 > 0)) throw new DomainError(`domainOf: ${where} is ${number2}; it must be positive`, number2);
  return number2;
}
function readPolygon2(record2, where) {
  const vertices = checkPairs(record2["vertices"], `${where}.vertices`, 3, mostVertices);
  const list3 = record2["holes"] ?? [];
  if (!Array.isArray(list3)) {
    throw new OptionsError(
      `domainOf: ${where}.holes is ${show(list3)}; give a list of polygons, each a list of [x, y]`,
      where,
      list3
    );
  }
  const holes = list3.map((hole, k) => checkPairs(hole, `${where}.holes[${k}]`, 3, mostVertices));
  return polygonOf(vertices, holes, {
    outline: `${where}.vertices`,
    hole: (k) => `${where}.holes[${k}]`
  });
}
function polygonOf(vertices, holes, names) {
  const count4 = [vertices, ...holes].reduce((sum2, ring) => sum2 + ring.length, 0);
  if (count4 > mostVertices) {
    throw new OptionsError(
      `domainOf: ${names.outline} and its holes have ${count4} vertices, at most ${mostVertices} are allowed; leave some of them out`,
      names.outline,
      count4
    );
  }
  const oriented = (ring, name, sign) => {
    const fault2 = polygonFault(ring);
    if (fault2.message !== void 0) throw new DomainError(`domainOf: ${name}: ${fault2.message}`, ring);
    const reversed = sign * fault2.area < 0;
    return { ring: reversed ? [...ring].reverse() : ring, reversed };
  };
  const outer = oriented(vertices, names.outline, 1);
  const inner = holes.map((hole, k) => oriented(hole, names.hole(k), -1).ring);
  const fault = holesFault(outer.ring, inner);
  if (fault) throw new DomainError(`domainOf: ${names.hole(fault.hole)} ${fault.message}`, holes[fault.hole]);
  return { kind: "polygon", vertices: outer.ring, reversed: outer.reversed, holes: inner };
}
function readSpline(record2, where) {
  const points = checkPairs(record2["points"], `${where}.points`, 3, mostPoints);
  const twice = points.findIndex((p, k) => {
    const next = points[(k + 1) % points.length];
    return p[0] === next[0] && p[1] === next[1];
  });
  if (twice >= 0) {
    const way3 = "leave one out; the last point is joined to the first by itself";
    throw new DomainError(
      `domainOf: ${where}.points: points ${twice} and ${(twice + 1) % points.length} are the same; ${way3}`,
      points
    );
  }
  const outline = splineOutline(splineArcs(points), mostVertices);
  const fault = polygonFault(outline);
  if (fault.message !== void 0)
    throw new DomainError(
      `domainOf: ${where}.points: the spline through them crosses itself; give them in order, and more of them where it turns`,
      points
    );
  const reversed = polygonArea(outline) < 0;
  return { kind: "spline", points: reversed ? [...points].reverse() : points, reversed };
}
function readGeoJson(record2, where) {
  const { geojson, file, project: project2 } = record2;
  if (project2 !== void 0 && project2 !== "km") {
    const way3 = 'give "km" for longitude and latitude, or leave it out';
    throw new OptionsError(`domainOf: ${where}.project is ${show(project2)}; ${way3}`, "project", project2);
  }
  if (geojson === void 0) {
    const what = file === void 0 ? 'has neither "geojson" nor "file"' : `names the file ${show(file)}`;
    const way3 = file === void 0 ? "give one of them" : "hand the problem to pde, which reads it, or give the object as geojson";
    throw new OptionsError(`domainOf: ${where} ${what}; ${way3}`, where, file);
  }
  const polygons = polygonsOfGeoJson(geojson, `${where}.geojson`, project2 === "km").map(
    ({ rings, name }) => polygonOf(rings[0], rings.slice(1), { outline: `${name}[0]`, hole: (k) => `${name}[${k + 1}]` })
  );
  return polygons.length === 1 ? polygons[0] : { kind: "union", parts: polygons };
}

// solvers/domain/spec.ts
function overTime(spec, interval2) {
  return { ...spec, [timeName]: interval2 };
}
var combinationNames = ["union", "intersection", "difference"];
function parseDomain(spec) {
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) {
    throw new OptionsError(
      `domainOf: the domain is ${show(spec)}; give an object such as {"x": [-1, 1]}`,
      "domain",
      spec
    );
  }
  const named2 = parseNamed(spec, "domain");
  const { [timeName]: t } = spec;
  const axes = named2.axes;
  if (t === void 0) return { axes, shape: named2.shape };
  const interval2 = checkInterval(t, `domain.${timeName}`);
  return { axes: [...axes, timeName], time: axes.length, shape: named2.shape, interval: interval2 };
}
function parseNamed(spec, where) {
  const combination2 = combinationNames.find((name) => name in spec);
  if (combination2 !== void 0) return parseCombination(spec, combination2, where);
  const record2 = spec;
  if (typeof record2["shape"] === "string") return parsePrimitive(record2, where);
  if (typeof record2["inside"] === "string") return parseInside(record2, where);
  const axes = Object.keys(record2).filter((axis) => axis !== timeName);
  if (axes.length === 0 && (where !== "domain" || record2[timeName] === void 0))
    throw new OptionsError(`domainOf: ${where} has no axis: ${show(spec)}`, where, spec);
  checkAxes(axes, where);
  const intervals = axes.map((axis) => checkInterval(record2[axis], `${where}.${axis}`));
  return {
    axes,
    given: true,
    shape: { kind: "box", low: intervals.map(([low]) => low), high: intervals.map(([, high]) => high) }
  };
}
function parseCombination(spec, kind, where) {
  const record2 = spec;
  checkKeys(record2, [kind], where);
  const list3 = record2[kind];
  if (!Array.isArray(list3) || list3.length === 0) {
    throw new OptionsError(`domainOf: ${where}.${kind} is ${show(list3)}; give a list of shapes`, where, list3);
  }
  const parts2 = list3.map((part, k) => {
    const inside = `${where}.${kind}[${k}]`;
    if (typeof part !== "object" || part === null) {
      throw new OptionsError(`domainOf: ${inside} is ${show(part)}; give a shape`, inside, part);
    }
    if (timeName in part) {
      throw new OptionsError(
        `domainOf: ${inside} has a time axis; write "${timeName}" beside "${kind}" instead`,
        inside,
        part
      );
    }
    return parseNamed(part, inside);
  });
  const first = parts2.find(({ given }) => given) ?? parts2[0];
  for (const [k, { axes, given }] of parts2.entries()) {
    if (axes.length !== first.axes.length) {
      throw new DomainError(
        `domainOf: ${where}.${kind}[${k}] has ${axes.length} dimensions where another part has ${first.axes.length}`,
        axes
      );
    }
    if (given && axes.join() !== first.axes.join()) {
      const names2 = `axes ${axes.join(", ")} where another part has ${first.axes.join(", ")}`;
      throw new OptionsError(
        `domainOf: ${where}.${kind}[${k}] has ${names2}; use the same names in one order`,
        where,
        axes
      );
    }
  }
  const names = record2["axes"] === void 0 ? first : axesFrom(record2, first.axes.length, where);
  return { axes: names.axes, given: names.given, shape: { kind, parts: parts2.map(({ shape }) => shape) } };
}

// solvers/expression/mathml.ts
var escaped = (text3) => text3.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
var row = (text3) => `<mrow>${text3}</mrow>`;
var operator = (sign) => `<mo>${sign}</mo>`;
var fence = (text3) => row(`<mo>(</mo>${text3}<mo>)</mo>`);
var held = (piece, least2) => piece.rank >= least2 ? piece.text : fence(piece.text);
var power = (base, n) => n === 1 ? base : `<msup>${base}<mn>${n}</mn></msup>`;
var partial2 = "<mi>\u2202</mi>";
function nameToMathml(name) {
  const [, stem, index2] = /^(\p{L}+?)_?(\d*)$/u.exec(name) ?? [];
  if (stem === void 0 || index2 === void 0) return `<mi>${escaped(name)}</mi>`;
  const letter = `<mi>${escaped(greekLetter(stem) ?? stem)}</mi>`;
  return index2 === "" ? letter : `<msub>${letter}<mn>${index2}</mn></msub>`;
}
function numberPiece(value) {
  const { text: text3, rank } = shortNumber2(value, "\u03C0", "\u2212");
  const [, sign, mantissa, exponent] = /^(−?)([^e]+)(?:e\+?(-?\d+))?$/.exec(text3);
  const before = sign === "" ? "" : operator("\u2212");
  const [, whole2, pi, divisor] = /^(\d*)(π)(?:\/(\d+))?$/.exec(mantissa) ?? [];
  if (pi !== void 0) {
    const over2 = `${whole2 === "" ? "" : `<mn>${whole2}</mn>`}<mi>\u03C0</mi>`;
    const value_ = divisor === void 0 ? over2 : `<mfrac>${row(over2)}<mn>${divisor}</mn></mfrac>`;
    return { text: before + value_, rank };
  }
  if (exponent === void 0) return { text: `${before}<mn>${mantissa}</mn>`, rank };
  const ten = `<msup><mn>10</mn>${row(exponent.startsWith("-") ? `<mo>\u2212</mo><mn>${exponent.slice(1)}</mn>` : `<mn>${exponent}</mn>`)}</msup>`;
  return { text: `${before}${mantissa === "1" ? "" : `<mn>${mantissa}</mn>${operator("\xB7")}`}${ten}`, rank: 2 };
}
var style = {
  number: numberPiece,
  name: nameToMathml,
  data: (name) => {
    const normal = /^∂(.+)\/∂n$/.exec(name);
    if (normal === null) return { text: `<mi>${escaped(name.replace(/^source\d+$/, "source"))}</mi>`, rank: 4 };
    return { text: `<mfrac>${row(partial2 + nameToMathml(normal[1]))}${row(`${partial2}<mi>n</mi>`)}</mfrac>`, rank: 3 };
  },
  derivative: (unknown2, factors) => {
    const total3 = factors.reduce((sum2, f) => sum2 + f.order, 0);
    const under = factors.map(({ axis, order }) => partial2 + power(nameToMathml(axis), order)).join("");
    return { text: `<mfrac>${row(power(partial2, total3) + unknown2)}${row(under)}</mfrac>`, rank: 3 };
  },
  laplacian: (unknown2) => ({ text: `<mi mathvariant="normal">\u0394</mi>${unknown2}`, rank: 3 }),
  product: (a, b) => `${a}${operator(/^<mn>/.test(b) ? "\xB7" : "&#8290;")}${b}`,
  quotient: (a, b) => ({ text: `<mfrac>${row(a.text)}${row(b.text)}</mfrac>`, rank: 3 }),
  power: (base, exponent) => ({ text: `<msup>${row(held(base, 4))}${row(exponent.text)}</msup>`, rank: 3 }),
  negative: (a) => ({ text: operator("\u2212") + held(a, 2), rank: 1 }),
  function: (name, args) => {
    const inside = args.map((a) => a.text).join(operator(","));
    if (name === "abs") return { text: row(`<mo>|</mo>${inside}<mo>|</mo>`), rank: 4 };
    if (name === "sqrt") return { text: `<msqrt>${inside}</msqrt>`, rank: 4 };
    return { text: `<mi>${escaped(name === "atan" ? "arctan" : name)}</mi><mo>&#8289;</mo>${fence(inside)}`, rank: 4 };
  },
  plus: operator("+"),
  minus: operator("\u2212"),
  fence,
  associative: true
};
function expressionToMathml(e, names) {
  return render(e, names, style).text;
}
var numberToMathml = (value) => numberPiece(value).text;
var textToMathml = (words2) => `<mtext>${escaped(words2).replace(/^ | $/g, "&#160;")}</mtext>`;

// solvers/problem/names.ts
var writtenUnknowns = ({ unknowns = ["u"] }) => unknowns;
var fieldsOf = ({ fields: fields3 = {} }) => Object.fromEntries(
  Object.entries(fields3).map(([name, field]) => [name, typeof field === "number" ? { smooth: field } : field])
);
function readNames(spec, axes) {
  const written2 = writtenUnknowns(spec);
  const { complex: complexNames = [], parameters: parameters2 = {} } = spec;
  const stranger = complexNames.find((name) => !written2.includes(name));
  if (stranger !== void 0)
    throw new OptionsError(
      `pde: "complex" speaks of "${stranger}"; ${suggest(stranger, written2)}`,
      "complex",
      stranger
    );
  const complex2 = /* @__PURE__ */ new Map();
  const unknowns = [];
  for (const name of written2) {
    if (!complexNames.includes(name)) unknowns.push(name);
    else {
      complex2.set(name, [unknowns.length, unknowns.length + 1]);
      unknowns.push(`${name}Re`, `${name}Im`);
    }
  }
  unknowns.push(...Object.keys(fieldsOf(spec)));
  const time = axes.indexOf(timeName);
  const indices = Object.keys(parameters2).map((name) => axes.indexOf(name));
  const scope = {
    axes,
    time: time < 0 ? void 0 : time,
    unknowns,
    constants: [.../* @__PURE__ */ new Set([...Object.keys(spec.constants ?? {}), ...Object.keys(spec.trainable ?? {})])],
    ...indices.length > 0 && { parameters: indices },
    ...complex2.size > 0 && { complex: complex2 }
  };
  checkNames(scope);
  const functions2 = readFunctions(spec, scope);
  return functions2.size > 0 ? { ...scope, functions: functions2 } : scope;
}
var scopeOf = ({ text: text3, axes }) => readNames(text3, axes);
function readFunctions({ functions: functions2 = {} }, scope) {
  const found = /* @__PURE__ */ new Map();
  for (const [head, text3] of Object.entries(functions2)) {
    const [, name, , list3 = ""] = /^\s*(\p{L}[\p{L}\p{Nd}]*)\s*(\(([^()]*)\))?\s*$/u.exec(head) ?? [];
    const fail3 = (what, way3) => {
      throw new OptionsError(`pde: the function "${head}" ${what}; ${way3}`, "functions", head);
    };
    if (name === void 0) return fail3("has no name", 'write it as "k(s)", or "flux" for one without arguments');
    const parameters2 = list3.split(",").map((p) => p.trim());
    if (list3.trim() === "") parameters2.length = 0;
    const bad = parameters2.find((p, k) => !/^\p{L}[\p{L}\p{Nd}]*$/u.test(p) || parameters2.indexOf(p) !== k);
    if (bad !== void 0) fail3(`has the argument "${bad}"`, "give names of letters and digits, each once");
    if (hasMeaning(name)) fail3("has a meaning of its own", "rename it");
    if ([...scope.axes, ...scope.unknowns, ...scope.constants].includes(name) || found.has(name))
      fail3("is named as something else is", "rename one of them");
    const body = syntaxOf(head, text3);
    found.set(name, { parameters: parameters2, body, text: text3, before: new Map(found) });
  }
  return found;
}
function syntaxOf(head, text3) {
  try {
    return parseSyntax(text3);
  } catch (error) {
    if (!isMongeError(error)) throw error;
    throw new OptionsError(`pde: the function "${head}" cannot be read: ${error.message}`, "functions", text3);
  }
}

// solvers/problem/equations.ts
function equationList({ equations }) {
  return Array.isArray(equations) ? equations : [equations];
}
function readEquations(spec, scope) {
  const texts = equationList(spec);
  const written2 = writtenUnknowns(spec);
  const wrongNumber = () => {
    const unknowns = `${written2.length} (${written2.join(", ")})`;
    const message = `pde: there are ${texts.length} equations for ${unknowns} unknowns; give one for each`;
    return new OptionsError(message, "equations", texts);
  };
  if (texts.length !== written2.length) throw wrongNumber();
  const manufactured = spec.manufactured !== void 0;
  if (manufactured && scope.complex) {
    const way3 = 'write the source out, and the solution as "exact"';
    throw new OptionsError(`pde: sources of complex equations cannot be derived; ${way3}`, "manufactured");
  }
  const equations = texts.flatMap((text3, i) => {
    if (typeof text3 !== "string") return readFunction(text3, scope);
    const source = manufactured ? { source: `source${i}` } : {};
    return parseEquations(text3, scope, { unknowns: true, ...source }).map(([left, right]) => {
      const residual = call("sub", left, right);
      if (unknownAppears(residual)) return residual;
      throw textError(text3, 0, "no unknown appears in this equation", `the unknowns are ${scope.unknowns.join(", ")}`);
    });
  });
  const fields3 = Object.keys(fieldsOf(spec));
  if (equations.length !== scope.unknowns.length - fields3.length) throw wrongNumber();
  for (const [i, name] of scope.unknowns.entries()) {
    const appears = (n) => "unknown" in n && n.unknown === i;
    if (![...nodesOf(equations)].some(appears))
      throw new OptionsError(`pde: ${name} appears in no equation; leave it out of the unknowns`, "unknowns", name);
  }
  return equations;
}
function slopesOfFields(spec, { axes, unknowns }) {
  return Object.entries(fieldsOf(spec)).flatMap(([name, { smooth: smooth2, over: over2 = axes }]) => {
    const stranger = over2.find((axis) => !axes.includes(axis));
    if (stranger !== void 0)
      throw new OptionsError(
        `pde: the field ${name} is over "${stranger}"; ${suggest(stranger, axes)}`,
        "fields",
        name
      );
    return axes.map((axis, k) => {
      const weight = number(over2.includes(axis) ? smooth2 : 1);
      return call("mul", weight, partial(unknowns.indexOf(name), unit(axes.length, k)));
    });
  });
}
function guessesOfFields(spec, scope) {
  return Object.fromEntries(
    Object.entries(fieldsOf(spec)).flatMap(
      ([name, { guess }]) => guess === void 0 ? [] : [[scope.unknowns.indexOf(name), parseExpression(`${guess}`, scope, { unknowns: false })]]
    )
  );
}
function readFunction({ inputs, residual, name = "residual" }, scope) {
  const args = inputs.map((input) => parseExpression(input, scope, { unknowns: true }));
  if (!args.some(unknownAppears)) {
    const message = `pde: no unknown appears in the inputs of ${name}; the unknowns are ${scope.unknowns.join(", ")}`;
    throw new OptionsError(message, "equations", inputs);
  }
  return { kind: "function", name, args: share(args), apply: residual };
}
var unknownAppears = (e) => [...nodesOf(e)].some((n) => "unknown" in n);

// solvers/problem/print-problem.ts
var unicode = {
  expression: toUnicode,
  name: nameToUnicode,
  number: numberToUnicode,
  text: (words2) => words2,
  signs: { in: " \u2208 ", equals: " = ", comma: ", ", zero: /0$/, more: " > ", integral: "\u222B ", measure: " d\u03A9" }
};
var mathml = {
  expression: expressionToMathml,
  name: nameToMathml,
  number: numberToMathml,
  text: textToMathml,
  signs: {
    in: "<mo>\u2208</mo>",
    equals: "<mo>=</mo>",
    comma: "<mo>,</mo>",
    zero: /<mn>0<\/mn>$/,
    more: "<mo>&gt;</mo>",
    integral: "<mo>\u222B</mo>",
    measure: '<mspace width="0.2em"/><mi>d</mi><mi>\u03A9</mi>'
  }
};
function printProblem(problem4) {
  const { name } = problem4;
  const lines = linesOf(problem4, unicode).map(({ formula, where }) => ({ formula: shortened(formula), where }));
  const width = Math.min(60, Math.max(...lines.map((line3) => line3.formula.length)));
  const rows = lines.map(({ formula, where }) => `  ${where ? `${formula.padEnd(width)}  ${where}` : formula}`);
  return [`${name}: ${header(problem4, unicode)}`, ...rows].join("\n");
}
var mostLines = 16;
function printingProblem(problem4) {
  return printing(problem4, () => {
    const lines = printProblem(problem4).split("\n");
    const rest = lines.length - mostLines;
    return [...lines.slice(0, mostLines), ...rest > 0 ? [`  \u2026 and ${rest} more lines`] : []].join("\n");
  });
}
function shortened(formula) {
  const most8 = 110;
  return formula.length > most8 ? `${formula.slice(0, most8 - 1).trimEnd()}\u2026` : formula;
}
function toMathml(problem4) {
  const cell = (text3) => `<mtd>${text3}</mtd>`;
  const rows = linesOf(problem4, mathml).map(({ formula, where }) => `<mtr>${cell(formula)}${cell(where)}</mtr>`);
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mtable displaystyle="true" columnspacing="2em">${rows.join("")}</mtable></math>`;
}
function header(problem4, press) {
  const axes = problem4.axes.map((a) => press.name(a));
  const many = axes.length > 4 ? [axes[0], "\u2026", axes.at(-1)] : axes;
  return `${problem4.unknowns.map((u) => press.name(u)).join(", ")}(${many.join(", ")}) on ${domainText(problem4, press)}`;
}
function domainText(problem4, press) {
  const { axes, bounds } = problem4;
  const interval2 = (k) => `[${press.number(bounds[k][0])}, ${press.number(bounds[k][1])}]`;
  const { shape } = parseDomain(problem4.domain);
  const time = problem4.time === void 0 ? "" : `, t${press.signs.in}${interval2(problem4.time)}`;
  const space = spaceAxes(problem4);
  if (shape.kind !== "box") {
    const words2 = {
      ball: space.length === 2 ? "a disk" : "a ball",
      ellipse: "an ellipse",
      polygon: shape.kind === "polygon" && shape.holes.length > 0 ? "a polygon with holes" : "a polygon",
      spline: "the inside of a spline",
      level: shape.kind === "level" ? shape.text : "",
      intersection: "an intersection of shapes"
    };
    return `${press.text(words2[shape.kind] ?? `a ${shape.kind} of shapes`)}${time}`;
  }
  const same = space.length > 3 && space.every((k) => interval2(k) === interval2(0));
  if (same) {
    const range2 = `${press.name(axes[space[0]])}, \u2026, ${press.name(axes[space.at(-1)])}`;
    return `${range2}${press.signs.in}${interval2(0)}${time}`;
  }
  return space.map((k) => `${press.name(axes[k])}${press.signs.in}${interval2(k)}`).join(", ") + time;
}
function linesOf(problem4, press) {
  const { text: text3, unknowns } = problem4;
  const names = [.../* @__PURE__ */ new Set([...Object.keys(problem4.constants), ...Object.keys(problem4.trainable)])];
  const scope = scopeOf(problem4);
  const equation2 = (formula, options = {}) => {
    if (scope.complex || /\bintegral\s*\(/.test(formula)) return press.text(formula);
    const sides = parseEquation(formula, scope, { unknowns: true, display: true, ...options });
    return sides.map((side) => press.expression(side, scope)).join(press.signs.equals);
  };
  const equations = equationList(text3);
  const { manufactured } = text3;
  const source = manufactured === void 0 ? {} : { source: "source" };
  const given = problem4.exact ?? [];
  const solution2 = given.map((e, i) => press.name(unknowns[i]) + press.signs.equals + press.expression(e, scope));
  return [
    ...equations.map((one2, i) => ({
      formula: typeof one2 === "string" ? equation2(one2, source) : press.expression(problem4.equations[i], scope) + press.signs.equals + press.number(0),
      where: ""
    })),
    ...problem4.conditions.map((c) => ({
      formula: condition(c, problem4, press, equation2),
      where: placeText(c, scope, problem4, press)
    })),
    ...problem4.integrals.map(({ integrand, value, at }) => ({
      formula: `${press.signs.integral}${press.expression(integrand, scope)}${press.signs.measure}${press.signs.equals}${press.expression(value, scope)}`,
      where: at === void 0 ? "" : `${press.text("at ")}${press.name("t")}${press.signs.equals}${press.number(at)}`
    })),
    ...problem4.observations.map(({ quantity, values, sigma }) => ({
      formula: press.expression(quantity, scope),
      where: press.text(`observed at ${values.length} points, noise ${sigma}`)
    })),
    ...solution2.map((formula) => ({
      formula,
      where: press.text(manufactured === void 0 ? "the exact solution" : "manufactured; it defines the source")
    })),
    ...names.map((name) => constantLine(name, problem4, press))
  ];
}
function constantLine(name, { constants: constants2, trainable }, press) {
  const value = (of) => press.name(name) + press.signs.equals + press.number(of);
  const guess = own(trainable, name);
  if (guess === void 0) return { formula: value(constants2[name]), where: "" };
  const truth = own(constants2, name);
  const where = truth === void 0 ? "to be found, from this guess" : `to be found, from this guess; truly ${Number(truth.toPrecision(6))}`;
  return { formula: value(guess), where: press.text(where) };
}
function condition(c, problem4, press, equation2) {
  if (c.kind === "periodic")
    return `${c.unknowns.map((u) => press.name(problem4.unknowns[u])).join(press.signs.comma)}${press.text(" periodic")}`;
  if (!c.text.endsWith("= exact")) return equation2(c.text, { normal: true });
  const left = c.text.replace(/ = exact$/, "");
  return equation2(`${left} = 0`, { normal: true }).replace(press.signs.zero, press.text("the exact one"));
}
function placeText({ on, kind }, scope, problem4, press) {
  const face2 = ({ axis, side }) => {
    const [low, high] = problem4.bounds[axis];
    const at = (value) => `${press.name(scope.axes[axis])}${press.signs.equals}${press.number(value)}`;
    return side === "both" ? at(low) + press.signs.comma + at(high) : at(side === "low" ? low : high);
  };
  if (kind === "periodic") return `${press.text("in ")}${press.name(scope.axes[on.axis])}`;
  if (on === "boundary") return press.text("on the boundary");
  if ("edge" in on) return press.text(`on edge ${on.edge}`);
  if ("surface" in on)
    return `${press.text("where ")}${press.expression(on.surface, scope)}${press.signs.equals}${press.number(0)}`;
  if ("where" in on)
    return `${press.text("where ")}${press.expression(on.where, scope)}${press.signs.more}${press.number(0)}`;
  return `${press.text(on.axis === problem4.time ? "at " : "on ")}${face2(on)}`;
}

// solvers/solve/solution.ts
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

// solvers/domain/unit-points.ts
function unitSequence(dimension, random) {
  if (dimension <= maxSobolDimension) return sobolSequence(dimension, random);
  return { next: (count4) => random.uniform(count4 * dimension) };
}
function normalOf2(u) {
  return normalQuantile(Math.min(Math.max(u, 2 ** -53), 1 - 2 ** -53));
}
var scrambles = 16;
var perScramble = 4096;
function estimateFraction(dimension, test) {
  const means = Array.from({ length: scrambles }, (_, k) => {
    const units = unitSequence(dimension, rng(0).split("domain quadrature").split(k)).next(perScramble);
    let hits = 0;
    for (let i = 0; i < perScramble; i++) if (test(units, i * dimension)) hits++;
    return hits / perScramble;
  });
  const fraction = means.reduce((sum2, mean2) => sum2 + mean2, 0) / scrambles;
  const variance = means.reduce((sum2, mean2) => sum2 + (mean2 - fraction) ** 2, 0) / (scrambles - 1);
  return { fraction, error: Math.sqrt(variance / scrambles) };
}

// solvers/domain/boundary.ts
function axisIndex(axes, axis) {
  const index2 = typeof axis === "number" ? axis : axes.indexOf(axis);
  if (!(Number.isInteger(index2) && index2 >= 0 && index2 < axes.length)) {
    throw new OptionsError(`Domain: part on the unknown axis ${axis}; the axes are ${axes.join(", ")}`, "axis", axis);
  }
  return index2;
}
function sidesOf(side = "both") {
  if (!["low", "high", "both"].includes(side)) {
    throw new OptionsError(`Domain: side is "${side}"; give "low", "high" or "both"`, "side", side);
  }
  return side === "both" ? ["low", "high"] : [side];
}
function boundarySampler(context) {
  const measures = /* @__PURE__ */ new Map();
  return (count4, rng2, part) => {
    const resolved = resolve(context, part);
    const { axes, space, spaceVolume: spaceVolume2, interval: interval2, inside } = context;
    const dimension = axes.length;
    const duration = interval2 ? interval2[1] - interval2[0] : 1;
    const key = typeof part === "object" && "where" in part ? void 0 : JSON.stringify(part);
    const lateral = key !== void 0 && measures.get(key) || measureOf(space, resolved, interval2);
    if (key !== void 0) measures.set(key, lateral);
    const shares = [lateral.measure * duration, ...resolved.ends.map(() => spaceVolume2)];
    const measure = shares.reduce((sum2, share3) => sum2 + share3, 0);
    if (!(measure > 0)) {
      throw new DomainError(`Domain.boundary: the part ${describe(part)} has no points on the boundary`, part);
    }
    const counts = split(count4, shares);
    const points = new Float64Array(count4 * dimension);
    const normals = new Float64Array(count4 * dimension);
    const weights = new Float64Array(count4);
    const covered = shares.reduce((sum2, share3, k) => sum2 + (counts[k] > 0 ? share3 : 0), 0);
    let row2 = 0;
    for (const [k, n] of counts.entries()) {
      weights.fill(shares[k] / covered / n, row2, row2 + n);
      const at = { points: points.subarray(row2 * dimension), normals: normals.subarray(row2 * dimension) };
      if (n > 0 && k === 0) fillSides(space, resolved, interval2, n, rng2, at, lateral);
      else if (n > 0) {
        const end = resolved.ends[k - 1];
        at.points.set(inside(n, rng2));
        for (let i = 0; i < n; i++) {
          at.points[(i + 1) * dimension - 1] = interval2[end === "low" ? 0 : 1];
          at.normals[(i + 1) * dimension - 1] = end === "low" ? -1 : 1;
        }
      }
      row2 += n;
    }
    return { points, normals, weights, measure, measureError: lateral.error * duration };
  };
}
function split(count4, shares) {
  const total3 = shares.reduce((sum2, share3) => sum2 + share3, 0);
  const counts = shares.map((share3) => share3 > 0 ? Math.max(1, Math.round(count4 * share3 / total3)) : 0);
  for (let excess = counts.reduce((sum2, n) => sum2 + n, 0) - count4; excess !== 0; excess -= Math.sign(excess)) {
    const largest2 = counts.indexOf(Math.max(...counts));
    counts[largest2] -= Math.sign(excess);
  }
  return counts;
}
function describe(part) {
  return typeof part === "object" && "where" in part ? "{ where }" : JSON.stringify(part);
}
function resolve({ axes, space, interval: interval2 }, part) {
  const every = space.pieces.map((_, k) => k);
  const needTime = () => {
    if (interval2 === void 0) {
      throw new OptionsError(
        `Domain: the part ${describe(part)} needs a time axis; add "${timeName}": [start, end]`,
        "part",
        part
      );
    }
  };
  if (part === "boundary") return { pieces: every, ends: [] };
  if (part === "all") return { pieces: every, ends: interval2 ? ["low", "high"] : [] };
  if (part === "initial" || part === "final") {
    needTime();
    return { pieces: [], ends: [part === "initial" ? "low" : "high"] };
  }
  if (typeof part !== "object" || part === null) {
    throw new OptionsError(
      `Domain: unknown part ${describe(part)}; known words are boundary, initial, final, all`,
      "part",
      part
    );
  }
  if ("where" in part) return { pieces: every, ends: [], where: part.where };
  if ("edge" in part) {
    const pieces2 = every.filter((k) => space.pieces[k].edge === part.edge);
    if (pieces2.length !== 1 || space.keeps) {
      throw new OptionsError(
        `Domain: there is no edge ${part.edge}; only polygons and splines have edges, counted from 0`,
        "edge",
        part.edge
      );
    }
    return { pieces: pieces2, ends: [] };
  }
  const axis = axisIndex(axes, part.axis);
  const sides = sidesOf(part.side);
  if (interval2 && axis === axes.length - 1) return { pieces: [], ends: sides };
  const values = sides.map((side) => side === "low" ? space.low[axis] : space.high[axis]);
  const pieces = every.filter((k) => {
    const { flat } = space.pieces[k];
    return flat?.axis === axis && values.includes(flat.value);
  });
  if (pieces.length === 0) {
    throw new DomainError(`Domain: the part ${describe(part)} is empty: no flat face lies there; use { where }`, part);
  }
  return { pieces, ends: [] };
}
function placer(space, chosen) {
  const sums = [0];
  for (const k of chosen) sums.push(sums.at(-1) + space.pieces[k].measure);
  const total3 = sums.at(-1);
  return {
    total: total3,
    place(unit2, point, normal) {
      const along = unit2[0] * total3;
      let k = 0;
      while (k + 1 < chosen.length && along >= sums[k + 1]) k++;
      const piece = space.pieces[chosen[k]];
      unit2[0] = Math.min(1, Math.max(0, (along - sums[k]) / piece.measure));
      piece.place(unit2, 0, point, normal);
      return chosen[k];
    }
  };
}
function measureOf(space, { pieces, where }, interval2) {
  if (pieces.length === 0) return { measure: 0, error: 0, fraction: 1 };
  const { total: total3, place: place2 } = placer(space, pieces);
  const known3 = pieces.reduce((sum2, k) => sum2 + (space.pieces[k].measureError ?? 0), 0);
  if (!space.keeps && !where) return { measure: total3, error: known3, fraction: 1 };
  const accept = acceptor(space, where, interval2);
  const { fraction, error } = estimateFraction(space.dimension + 1, (units, at) => accept(units, at, place2));
  return { measure: total3 * fraction, error: total3 * error + known3, fraction };
}
function acceptor(space, where, interval2) {
  const { dimension } = space;
  const unit2 = new Float64Array(dimension);
  const point = new Float64Array(dimension + (interval2 ? 1 : 0));
  const normal = new Float64Array(point.length);
  const accept = (units, at, place2) => {
    for (let k = 0; k < dimension; k++) unit2[k] = units[at + k];
    const piece = place2(unit2, point, normal);
    if (interval2) point[dimension] = interval2[0] + (interval2[1] - interval2[0]) * units[at + dimension];
    return (space.keeps?.(point, normal, piece) ?? true) && (where?.(point.slice()) ?? true);
  };
  return Object.assign(accept, { point, normal });
}
function fillSides(space, { pieces, where }, interval2, count4, rng2, out, { fraction }) {
  const stride = space.dimension + 1;
  const { place: place2 } = placer(space, pieces);
  const accept = acceptor(space, where, interval2);
  const width = accept.point.length;
  const sequence = unitSequence(stride, rng2);
  let tried = 0;
  for (let filled2 = 0; filled2 < count4; ) {
    const units = sequence.next(count4);
    for (let i = 0; i < count4 && filled2 < count4; i++) {
      if (!accept(units, i * stride, place2)) continue;
      out.points.set(accept.point, filled2 * width);
      out.normals.set(accept.normal, filled2 * width);
      filled2++;
    }
    tried += count4;
    if (filled2 < count4 && tried > 1e3 * count4 / fraction + 1e6) {
      const found = `only ${filled2} of ${count4} points on the part among ${tried} candidates`;
      throw new ConvergenceError(`Domain.boundary: ${found}; is the predicate almost nowhere true?`, "empty", filled2);
    }
  }
}

// solvers/domain/polygon-formula.ts
function halfPlanesOf(vertices) {
  const n = vertices.length;
  const vertex = (k) => vertices[k % n];
  const chain = (i, j) => {
    if (j === i + 1) return { edge: i % n };
    let split2 = i + 1;
    for (let k = i + 1; k < j; k++) {
      const height = (m) => Math.abs(cross(vertex(i), vertex(j), vertex(m)));
      if (height(k) > height(split2)) split2 = k;
    }
    const convex = cross(vertex(split2 - 1), vertex(split2), vertex(split2 + 1)) > 0;
    return { op: convex ? "and" : "or", left: chain(i, split2), right: chain(split2, j) };
  };
  const first = extreme(vertices, 1);
  const last = extreme(vertices, -1);
  const [a, b] = [first, last > first ? last : last + n];
  return { op: "and", left: chain(a, b), right: chain(b, a + n) };
}
function extreme(vertices, sign) {
  let best = 0;
  for (const [k, [x, y]] of vertices.entries()) {
    const [bx, by] = vertices[best];
    if (sign * (x - bx) < 0 || x === bx && sign * (y - by) < 0) best = k;
  }
  return best;
}

// solvers/domain/distance-expression.ts
var constant2 = (value) => ({ kind: "number", value });
var coordinate2 = (axis) => ({ kind: "coordinate", axis });
var call2 = (name, ...args) => ({ kind: "call", name, args });
var shifted = (axis, by) => by === 0 ? coordinate2(axis) : call2("sub", coordinate2(axis), constant2(by));
var times = (factor, e) => factor === 1 ? e : call2("mul", constant2(factor), e);
var product2 = (factors) => factors.reduce((a, b) => call2("mul", a, b));
var norm = (a, b) => call2("sqrt", call2("add", call2("square", a), call2("square", b)));
var conjunction = (a, b) => call2("sub", call2("add", a, b), norm(a, b));
var disjunction = (a, b) => call2("add", call2("add", a, b), norm(a, b));
var above = (axis, low, scale) => times(scale, shifted(axis, low));
var below = (axis, high, scale) => times(scale, call2("sub", constant2(high), coordinate2(axis)));
var between2 = (axis, [low, high], scale) => times(scale, call2("mul", shifted(axis, low), call2("sub", constant2(high), coordinate2(axis))));
function distanceExpressionOf(context, part, inside) {
  const parts2 = Array.isArray(part) ? part : [part];
  if (parts2.length === 0) throw new OptionsError("Domain.distanceExpression: no part is given", "part", part);
  return product2(parts2.map((one2) => ofPart(context, one2, inside)));
}
function ofPart(context, part, inside) {
  const { axes, shape, space, interval: interval2 } = context;
  const time = axes.length - 1;
  if (part === "initial" || part === "final") {
    if (!interval2) throw new OptionsError(`Domain.distanceExpression: "${part}" needs a time axis`, "part", part);
    const scale = 1 / (interval2[1] - interval2[0]);
    return part === "initial" ? above(time, interval2[0], scale) : below(time, interval2[1], scale);
  }
  if (part === "boundary" || part === "all") {
    const whole2 = normalised(context, inside);
    if (part === "boundary" || !interval2) return whole2;
    return call2("mul", whole2, between2(time, interval2, 4 / (interval2[1] - interval2[0]) ** 2));
  }
  if ("where" in part || "surface" in part) {
    const what = "where" in part ? "where" : "surface";
    throw new OptionsError(`Domain.distanceExpression: a part given by { ${what} } has no expression`, "part", part);
  }
  if ("edge" in part) {
    if (shape.kind !== "polygon" || !space.pieces.some(({ edge }) => edge === part.edge)) {
      throw new OptionsError(`Domain.distanceExpression: there is no edge ${part.edge}`, "edge", part.edge);
    }
    const at = space.pieces.findIndex(({ edge }) => edge === part.edge);
    return segment(shape.vertices[at], shape.vertices[(at + 1) % shape.vertices.length]);
  }
  const axis = axisIndex(axes, part.axis);
  const sides = sidesOf(part.side);
  const [low, high] = interval2 && axis === time ? interval2 : [space.low[axis], space.high[axis]];
  if (!(interval2 && axis === time)) {
    const flat = (value) => space.pieces.some(({ flat: f }) => f?.axis === axis && f.value === value);
    if (!sides.some((side) => flat(side === "low" ? low : high))) {
      throw new DomainError(
        `Domain.distanceExpression: no flat face lies at ${axes[axis]}, side ${sides.join(", ")}`,
        part
      );
    }
  }
  if (sides.length === 2) return between2(axis, [low, high], 4 / (high - low) ** 2);
  return sides[0] === "low" ? above(axis, low, 1 / (high - low)) : below(axis, high, 1 / (high - low));
}
function normalised({ axes, shape, space }, inside) {
  if (shape.kind === "box") {
    return product2(shape.low.map((l, k) => between2(k, [l, shape.high[k]], 4 / (shape.high[k] - l) ** 2)));
  }
  if (shape.kind === "ball") return times(2 / shape.radius, signed(shape));
  if ("parts" in shape) refuseSeams(space);
  const raw = signed(shape);
  const points = inside(2048, rng(0).split("distance expression"));
  refuseKinks(shape, points, axes.length);
  const values = evaluateAt(raw, points, axes.length);
  const largest2 = values.reduce((a, b) => Math.max(a, b), 0);
  const wrong2 = values.find((value) => !(value > 0));
  if (wrong2 !== void 0) {
    const hint = "give the conditions as residual rows on this shape";
    throw new DomainError(`Domain.distanceExpression: the function is ${wrong2} at a point inside; ${hint}`, wrong2);
  }
  return times(1 / largest2, raw);
}
var smallShare = 0.02;
function refuseKinks(shape, points, dimension) {
  if ("parts" in shape) for (const part of shape.parts) refuseKinks(part, points, dimension);
  if (shape.kind !== "level") return;
  for (const node of nodesOf(shape.value)) {
    if (node.kind !== "call" || !kinked.has(node.name)) continue;
    const [a, b] = node.args;
    const turn = node.name === "min" || node.name === "max" ? call2("sub", a, b) : a;
    const values = evaluateAt(turn, points, dimension);
    const [least2, most8] = values.reduce(([l, m], v) => [Math.min(l, v), Math.max(m, v)], [Infinity, -Infinity]);
    const size = Math.max(Math.abs(least2), Math.abs(most8));
    if (least2 > smallShare * size || most8 < -smallShare * size) continue;
    const way3 = "give the conditions as residual rows on this shape";
    throw new DomainError(`Domain.distanceExpression: "${shape.text}" has a kink inside (${node.name}); ${way3}`, shape);
  }
}
var kinked = /* @__PURE__ */ new Set(["abs", "sign", "min", "max", "if", "sqrt", "log"]);
function refuseSeams(space) {
  const { dimension, low, high, pieces } = space;
  const step = 1e-6 * Math.hypot(...low.map((l, k) => high[k] - l));
  const [point, normal] = [new Float64Array(dimension), new Float64Array(dimension)];
  for (const [index2, piece] of pieces.entries()) {
    const units = unitSequence(dimension, rng(0).split("seams").split(index2)).next(128);
    for (let i = 0; i < 128; i++) {
      piece.place(units, i * dimension, point, normal);
      const at = [-1, 0, 1].map(
        (side) => space.distance(
          point.map((x, k) => x + side * step * normal[k]),
          0
        )
      );
      if (at[0] < -step / 2 && at[2] < -step / 2 && at[1] > -step / 4) {
        const where = `the parts touch at [${point.join(", ")}] inside, where the function would be 0`;
        throw new DomainError(`Domain.distanceExpression: ${where}; let them overlap`, Array.from(point));
      }
    }
  }
}
function signed(shape) {
  switch (shape.kind) {
    case "box":
      return shape.low.map((l, k) => between2(k, [l, shape.high[k]], 1 / (shape.high[k] - l))).reduce(conjunction);
    case "ball": {
      const squares = shape.center.map((c, k) => call2("square", shifted(k, c))).reduce((a, b) => call2("add", a, b));
      return times(1 / (2 * shape.radius), call2("sub", constant2(shape.radius ** 2), squares));
    }
    case "polygon":
      return shape.holes.map((hole) => call2("neg", polygon([...hole].reverse()))).reduce(conjunction, polygon(shape.vertices));
    case "ellipse":
      return ellipse(shape);
    case "level":
      return shape.value;
    case "spline":
      throw new DomainError(
        "Domain.distanceExpression: a spline has no such function; give its conditions as residual rows",
        shape
      );
    case "union":
      return shape.parts.map(signed).reduce(disjunction);
    case "intersection":
      return shape.parts.map(signed).reduce(conjunction);
    case "difference":
      return shape.parts.map((part, k) => k === 0 ? signed(part) : call2("neg", signed(part))).reduce(conjunction);
  }
}
function ellipse({ center, radii, angle }) {
  const [x, y] = [shifted(0, center[0]), shifted(1, center[1])];
  const [cos3, sin3] = [Math.cos(angle), Math.sin(angle)];
  const along = angle === 0 ? x : call2("add", times(cos3, x), times(sin3, y));
  const across = angle === 0 ? y : call2("sub", times(cos3, y), times(sin3, x));
  const squares = call2("add", call2("square", times(1 / radii[0], along)), call2("square", times(1 / radii[1], across)));
  return call2("sub", constant2(1), squares);
}
function polygon(all) {
  const n = all.length;
  const vertices = all.filter((vertex, k) => cross(all[(k + n - 1) % n], vertex, all[(k + 1) % n]) !== 0);
  const build2 = (formula) => {
    if ("edge" in formula) {
      return line(vertices[formula.edge], vertices[(formula.edge + 1) % vertices.length]);
    }
    return (formula.op === "and" ? conjunction : disjunction)(build2(formula.left), build2(formula.right));
  };
  return build2(halfPlanesOf(vertices));
}
function line([ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  if (bx === ax) return by > ay ? call2("sub", constant2(ax), coordinate2(0)) : shifted(0, ax);
  if (by === ay) return bx > ax ? shifted(1, ay) : call2("sub", constant2(ay), coordinate2(1));
  return call2("sub", times((bx - ax) / length, shifted(1, ay)), times((by - ay) / length, shifted(0, ax)));
}
function segment(a, b) {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const f = line(a, b);
  const [mx, my] = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  const fromMiddle = call2("add", call2("square", shifted(0, mx)), call2("square", shifted(1, my)));
  const trim = times(1 / length, call2("sub", constant2((length / 2) ** 2), fromMiddle));
  const beyond = times(0.5, call2("sub", norm(trim, call2("square", f)), trim));
  return norm(f, beyond);
}

// solvers/domain/level.ts
function level(shape) {
  const { low, high } = shape;
  const d = low.length;
  const f = functionsOf(shape);
  const grid = gridOf(low, high, f.value);
  const facets = facetsOf(grid, f);
  const bounds = facets.length === 0 ? { low, high } : boundsOf(facets, grid, f);
  const farthest2 = Math.min(...bounds.low.map((l, k) => bounds.high[k] - l));
  let measured2;
  const measures = () => {
    measured2 ??= measuresOf(facets, f, low);
    return measured2;
  };
  const [point, slope] = [new Float64Array(d), new Float64Array(d)];
  return {
    dimension: d,
    ...bounds,
    ...d > 1 && !grid.open && facets.length > 0 && { volume: measures().volume, volumeError: measures().volumeError },
    distance(points, at) {
      for (let k = 0; k < d; k++) point[k] = points[at + k];
      const value = f.value(point);
      if (Number.isNaN(value)) return farthest2;
      const estimate = -value / f.slopes(point, slope);
      return value === 0 ? 0 : Math.abs(estimate) < farthest2 ? estimate : value > 0 ? -farthest2 : farthest2;
    },
    get pieces() {
      return d === 1 ? facets.map((facet) => pieceOf([facet], [1], 0, f)) : onePiece();
    }
  };
  function onePiece() {
    const { sizes, sizeError } = measures();
    return facets.length === 0 ? [] : [pieceOf(facets, sizes, sizeError, f)];
  }
}
function pieceOf(facets, sizes, measureError, f) {
  const sums = new Float64Array(facets.length + 1);
  for (let i = 0; i < facets.length; i++) sums[i + 1] = sums[i] + sizes[i];
  const measure = sums.at(-1);
  return {
    measure,
    ...measureError > 0 && { measureError },
    place(unit2, at, point, normal) {
      const along = unit2[at] * measure;
      let [from, to] = [0, facets.length];
      while (to - from > 1) {
        const middle = from + to >> 1;
        if (sums[middle] <= along) from = middle;
        else to = middle;
      }
      const rest = Math.min(1, Math.max(0, (along - sums[from]) / sizes[from]));
      pointOnFacet(facets[from], rest, f.dimension > 2 ? unit2[at + 1] : 0, point);
      const size = bringOnto(f, point, normal);
      for (let k = 0; k < f.dimension; k++) normal[k] = size > 0 ? -normal[k] / size : 0;
    }
  };
}
function measuresOf(facets, f, origin) {
  const sizes = new Float64Array(facets.length);
  let [sizeError, volume, volumeError] = [0, 0, 0];
  for (const [i, facet] of facets.entries()) {
    const found = refined(facet, f, origin);
    sizes[i] = found.size;
    sizeError += found.sizeChange;
    volume += found.volume;
    volumeError += found.volumeChange;
  }
  return { sizes, sizeError: Math.abs(sizeError), volume, volumeError: Math.abs(volumeError) };
}
function boundsOf(facets, { low, high, inside, cells: cells2 }, f) {
  const d = f.dimension;
  const axes = Array.from({ length: d }, (_, k) => k);
  const nodes2 = axes.map((axis) => {
    const stride = (cells2 + 1) ** (d - 1 - axis);
    let [first, last] = [cells2, 0];
    for (let i = 0; i < inside.length; i++) {
      if (inside[i] !== 1) continue;
      const node = Math.floor(i / stride) % (cells2 + 1);
      [first, last] = [Math.min(first, node), Math.max(last, node)];
    }
    return [first, last].map((node) => nodeAt(low[axis], high[axis], node, cells2));
  });
  const far2 = (axis, sign) => {
    let best = facets[0][0];
    for (const facet of facets)
      for (const corner of facet) if (sign * corner[axis] > sign * best[axis]) best = corner;
    const slope = new Float64Array(d);
    let step = (high[axis] - low[axis]) / cells2;
    for (let round3 = 0; round3 < 60 && d > 1 && step > 1e-12 * (high[axis] - low[axis]); round3++) {
      const size = f.slopes(best, slope);
      const next = best.map((x, k) => x + step * sign * (Number(k === axis) - slope[axis] * slope[k] / size ** 2));
      bringOnto(f, next, new Float64Array(d));
      const within = next.every((x, k) => x >= low[k] && x <= high[k]);
      if (within && sign * next[axis] > sign * best[axis]) best = next;
      else step /= 2;
    }
    return best[axis];
  };
  return {
    low: axes.map((k) => Math.min(nodes2[k][0], far2(k, -1))),
    high: axes.map((k) => Math.max(nodes2[k][1], far2(k, 1)))
  };
}

// solvers/domain/geometry.ts
function geometryOf(shape) {
  switch (shape.kind) {
    case "box":
      return box(shape.low, shape.high);
    case "ball":
      return ball(shape.center, shape.radius);
    case "polygon":
      return polygon2(shape.vertices, shape.reversed, shape.holes);
    case "ellipse":
      return ellipse2(shape);
    case "spline":
      return spline(shape);
    case "level":
      return level(shape);
    default:
      return combination(shape);
  }
}
function box(low, high) {
  const dimension = low.length;
  const widths = low.map((l, k) => high[k] - l);
  const volume = widths.reduce((a, b) => a * b, 1);
  const pieces = widths.flatMap(
    (_, axis) => [low[axis], high[axis]].map((value, side) => ({
      measure: widths.reduce((product5, width, k) => k === axis ? product5 : product5 * width, 1),
      flat: { axis, value },
      place(unit2, at, point, normal) {
        for (let k = 0, from = at; k < dimension; k++) {
          normal[k] = 0;
          point[k] = k === axis ? value : low[k] + widths[k] * unit2[from++];
        }
        normal[axis] = side === 0 ? -1 : 1;
      }
    }))
  );
  return {
    dimension,
    low,
    high,
    volume,
    pieces,
    distance(points, at) {
      let outside = 0;
      let nearest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < dimension; k++) {
        const x = points[at + k];
        const past = Math.max(low[k] - x, x - high[k]);
        nearest = Math.max(nearest, past);
        if (past > 0) outside += past * past;
      }
      return nearest > 0 ? Math.sqrt(outside) : nearest;
    },
    inside: {
      coordinates: dimension,
      place(unit2, at, point) {
        for (let k = 0; k < dimension; k++) point[k] = low[k] + widths[k] * unit2[at + k];
      }
    }
  };
}
function unitBallVolume(dimension) {
  let volume = dimension % 2 === 0 ? 1 : 2;
  for (let d = dimension % 2 === 0 ? 2 : 3; d <= dimension; d += 2) volume *= 2 * Math.PI / d;
  return volume;
}
function ball(center, radius) {
  const dimension = center.length;
  const direction = (unit2, at, out) => {
    if (dimension === 2) {
      out[0] = Math.cos(2 * Math.PI * unit2[at]);
      out[1] = Math.sin(2 * Math.PI * unit2[at]);
      return;
    }
    let squares = 0;
    for (let k = 0; k < dimension; k++) {
      out[k] = normalOf2(unit2[at + k]);
      squares += out[k] ** 2;
    }
    for (let k = 0; k < dimension; k++) out[k] = out[k] / Math.sqrt(squares);
  };
  const surface = (turn, measure) => ({
    measure,
    place(unit2, at, point, normal) {
      turn(unit2, at, normal);
      for (let k = 0; k < dimension; k++) point[k] = center[k] + radius * normal[k];
    }
  });
  const volume = unitBallVolume(dimension) * radius ** dimension;
  const pieces = dimension === 1 ? [-1, 1].map((side) => surface((_unit, _at, out) => out.fill(side), 1)) : [surface(direction, volume * dimension / radius)];
  return {
    dimension,
    low: center.map((c) => c - radius),
    high: center.map((c) => c + radius),
    volume,
    pieces,
    distance(points, at) {
      let squares = 0;
      for (let k = 0; k < dimension; k++) squares += (points[at + k] - center[k]) ** 2;
      return Math.sqrt(squares) - radius;
    },
    inside: {
      coordinates: dimension === 2 ? 2 : dimension + 1,
      place(unit2, at, point) {
        const reach = radius * unit2[at] ** (1 / dimension);
        direction(unit2, at + 1, point);
        for (let k = 0; k < dimension; k++) point[k] = center[k] + reach * point[k];
      }
    }
  };
}
var writtenEdge = (k, n, reversed) => reversed ? (2 * n - 2 - k) % n : k;
function polygon2(vertices, reversed, holes) {
  const rings = [vertices, ...holes];
  const extreme2 = (choose) => [0, 1].map((k) => choose(...vertices.map((v) => v[k])));
  const edges = rings.flatMap((ring) => ring.map((v, k) => [v, ring[(k + 1) % ring.length]]));
  const n = vertices.length;
  const pieces = edges.map(([[x, y], [ex, ey]], k) => {
    const length = Math.hypot(ex - x, ey - y);
    const flat = ex === x ? { axis: 0, value: x } : ey === y ? { axis: 1, value: y } : void 0;
    return {
      measure: length,
      ...k < n && { edge: writtenEdge(k, n, reversed) },
      ...flat && { flat },
      place(unit2, at, point, normal) {
        point[0] = x + (ex - x) * unit2[at];
        point[1] = y + (ey - y) * unit2[at];
        normal[0] = (ey - y) / length;
        normal[1] = (x - ex) / length;
      }
    };
  });
  return {
    dimension: 2,
    low: extreme2(Math.min),
    high: extreme2(Math.max),
    volume: rings.reduce((sum2, ring) => sum2 + polygonArea(ring), 0),
    pieces,
    distance(points, at) {
      const [px, py] = [points[at], points[at + 1]];
      if (Number.isNaN(px + py)) return Number.NaN;
      let squared = Number.POSITIVE_INFINITY;
      for (const [[ax, ay], [bx, by]] of edges) {
        const [dx, dy] = [bx - ax, by - ay];
        const along = Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy)));
        squared = Math.min(squared, (px - ax - along * dx) ** 2 + (py - ay - along * dy) ** 2);
      }
      const within = rings.reduce((odd, ring) => odd !== isInside(ring, [px, py]), false);
      return within ? -Math.sqrt(squared) : Math.sqrt(squared);
    }
  };
}
function ellipse2({ center, radii, angle }) {
  const [cos3, sin3] = [Math.cos(angle), Math.sin(angle)];
  const [a, b] = radii;
  const reach = [Math.hypot(a * cos3, b * sin3), Math.hypot(a * sin3, b * cos3)];
  const low = center.map((c, k) => c - reach[k]);
  const high = center.map((c, k) => c + reach[k]);
  const whole2 = insideOfCurve(ellipseArcs(center, radii, angle), { low, high });
  return {
    ...whole2,
    volume: Math.PI * a * b,
    inside: {
      coordinates: 2,
      place(unit2, at, point) {
        const far2 = Math.sqrt(unit2[at]);
        const [u, v] = [
          a * far2 * Math.cos(2 * Math.PI * unit2[at + 1]),
          b * far2 * Math.sin(2 * Math.PI * unit2[at + 1])
        ];
        point[0] = center[0] + cos3 * u - sin3 * v;
        point[1] = center[1] + sin3 * u + cos3 * v;
      }
    }
  };
}
function spline({ points, reversed }) {
  const arcs = splineArcs(points);
  const bound = (side, choose) => [0, 1].map((k) => choose(...arcs.map(({ bounds }) => bounds[side][k])));
  const edges = points.map((_, k) => writtenEdge(k, points.length, reversed));
  return insideOfCurve(arcs, { low: bound("low", Math.min), high: bound("high", Math.max), edges });
}
var leavesOf = (geometry, sign) => geometry.leaves?.map((leaf) => ({ ...leaf, sign: sign === leaf.sign ? 1 : -1 })) ?? [{ geometry, sign }];
function combination(shape) {
  const parts2 = shape.parts.map(geometryOf);
  const dimension = parts2[0].dimension;
  const distance = (points, at) => {
    let result = parts2[0].distance(points, at);
    for (let k = 1; k < parts2.length; k++) {
      const other = parts2[k].distance(points, at);
      if (shape.kind === "union") result = Math.min(result, other);
      else result = Math.max(result, shape.kind === "difference" ? -other : other);
    }
    return result;
  };
  const bound = (pick, choose) => pick(parts2[0]).map(
    (first, k) => shape.kind === "difference" ? first : choose(...parts2.map((part) => pick(part)[k]))
  );
  const union = shape.kind === "union";
  const low = bound((part) => part.low, union ? Math.min : Math.max);
  const high = bound((part) => part.high, union ? Math.max : Math.min);
  if (low.some((l, k) => !(l < high[k]))) {
    throw new DomainError(`domainOf: the ${shape.kind} is empty: its parts' bounding boxes do not overlap`, shape);
  }
  const leaves = parts2.flatMap((part, k) => leavesOf(part, shape.kind === "difference" && k > 0 ? -1 : 1));
  const owners = leaves.flatMap((leaf, index2) => leaf.geometry.pieces.map(() => index2));
  const step = 1e-7 * Math.hypot(...low.map((l, k) => high[k] - l));
  const [ahead, behind] = [new Float64Array(dimension), new Float64Array(dimension)];
  return {
    dimension,
    low,
    high,
    distance,
    leaves,
    pieces: leaves.flatMap(({ geometry, sign }) => sign === 1 ? geometry.pieces : geometry.pieces.map(turned2)),
    keeps(point, normal, index2) {
      for (let k = 0; k < dimension; k++) {
        ahead[k] = point[k] + step * normal[k];
        behind[k] = point[k] - step * normal[k];
      }
      if (!(distance(behind, 0) < 0 && distance(ahead, 0) > 0)) return false;
      return !leaves.slice(0, owners[index2]).some(({ geometry, sign }) => {
        const [out, back] = [sign * geometry.distance(ahead, 0), sign * geometry.distance(behind, 0)];
        return out > 0.99 * step && back < -0.99 * step && out - back < 2.01 * step;
      });
    }
  };
}
function turned2(piece) {
  return {
    ...piece,
    place(unit2, at, point, normal) {
      piece.place(unit2, at, point, normal);
      for (let k = 0; k < normal.length; k++) normal[k] = -normal[k];
    }
  };
}

// solvers/domain/surface.ts
var [candidates, steps] = [64, 12];
function surfacePoints(space, surface, count4, rng2) {
  const d = space.dimension;
  const all = space.interior(Math.max(4096, candidates * count4), rng2);
  const distances = distancesOf(surface, all);
  const order = Array.from(distances.keys()).sort((a, b) => distances[a] - distances[b]);
  const found = [];
  const normals = [];
  let farthest2 = 0;
  for (const batch of [order.slice(0, 2 * count4), order.slice(2 * count4, 16 * count4)]) {
    if (found.length >= count4 * d) break;
    const points = Float64Array.from(batch.flatMap((i) => Array.from(all.subarray(i * d, (i + 1) * d))));
    const start2 = points.slice();
    const unit2 = project(surface, points, d);
    const left = distancesOf(surface, points);
    const inside = space.contains(points);
    for (let i = 0; i < batch.length && found.length < count4 * d; i++) {
      if (!(inside[i] === 1 && left[i] < 1e-9)) continue;
      found.push(...points.subarray(i * d, (i + 1) * d));
      normals.push(...unit2.subarray(i * d, (i + 1) * d));
      let squares = 0;
      for (let k = i * d; k < (i + 1) * d; k++) squares += (points[k] - start2[k]) ** 2;
      farthest2 = Math.max(farthest2, Math.sqrt(squares));
    }
  }
  if (found.length < count4 * d) {
    const way3 = "give a line or surface that passes through it";
    throw new DomainError(`Domain: "${surface.text}" is not met in the domain; ${way3}`, surface.text);
  }
  return {
    points: Float64Array.from(found),
    normals: Float64Array.from(normals),
    weights: new Float64Array(count4).fill(1 / count4),
    // The volume of a band of this half-width is that of the surface times twice the width.
    measure: farthest2 > 0 ? count4 / order.length * (space.volume / (2 * farthest2)) : 0,
    measureError: 0
  };
}
function distancesOf(surface, points) {
  const slopes = surface.slopes(points);
  return surface.values(points).map((v, i) => {
    const size = Math.sqrt(slopes.reduce((sum2, s) => sum2 + s[i] ** 2, 0));
    return v === 0 ? 0 : size > 0 ? Math.abs(v) / size : Number.POSITIVE_INFINITY;
  });
}
function project(surface, points, d) {
  const count4 = points.length / d;
  const unit2 = new Float64Array(points.length);
  for (let step = 0; step <= steps; step++) {
    const [values, slopes] = [surface.values(points), surface.slopes(points)];
    for (let i = 0; i < count4; i++) {
      const squares = slopes.reduce((sum2, s) => sum2 + s[i] ** 2, 0);
      if (!(squares > 0)) continue;
      for (let k = 0; k < d; k++) {
        unit2[i * d + k] = slopes[k][i] / Math.sqrt(squares);
        if (step < steps) points[i * d + k] -= values[i] * slopes[k][i] / squares;
      }
    }
  }
  return unit2;
}

// solvers/domain/domain.ts
function domainOf(spec) {
  const key = JSON.stringify(spec);
  const known3 = recent.get(key);
  if (known3) return known3;
  const domain = made(spec);
  recent.set(key, domain);
  if (recent.size > mostRecent) recent.delete(recent.keys().next().value);
  return domain;
}
var recent = /* @__PURE__ */ new Map();
var mostRecent = 16;
function made(spec) {
  const { axes, time, shape, interval: interval2 } = parseDomain(spec);
  const space = geometryOf(shape);
  const { volume, error } = spaceVolume(space);
  const duration = interval2 ? interval2[1] - interval2[0] : 1;
  const dimension = axes.length;
  const low = interval2 ? [...space.low, interval2[0]] : space.low;
  const high = interval2 ? [...space.high, interval2[1]] : space.high;
  const slack2 = 1e-12 * Math.hypot(...low.map((l, k) => high[k] - l));
  const distanceAt = (points, at) => interval2 ? withTime(space.distance(points, at), points[at + dimension - 1], interval2) : space.distance(points, at);
  const each = (points, make, f) => {
    if (points.length % dimension !== 0) {
      const way3 = `rows hold ${axes.join(", ")}`;
      throw new ShapeError("Domain: points", `[n, ${dimension}]`, [points.length], way3);
    }
    const out = make(points.length / dimension);
    for (let i = 0; i < out.length; i++) out[i] = f(distanceAt(points, i * dimension));
    return out;
  };
  const inside = (count4, rng2) => insidePoints(space, count4, rng2, interval2);
  const sample = boundarySampler({ axes, space, spaceVolume: volume, inside, ...interval2 && { interval: interval2 } });
  const domain = {
    spec,
    axes,
    ...time !== void 0 && { time },
    dimension,
    low,
    high,
    isBox: shape.kind === "box",
    volume: volume * duration,
    volumeError: error * duration,
    contains: (points) => each(
      points,
      (n) => new Uint8Array(n),
      (d) => d <= slack2 ? 1 : 0
    ),
    signedDistance: (points) => each(
      points,
      (n) => new Float64Array(n),
      (d) => d
    ),
    interior(count4, rng2) {
      checkCount("Domain.interior", count4);
      return inside(count4, rng2);
    },
    boundary(count4, rng2, part = "boundary") {
      checkCount("Domain.boundary", count4);
      const inside2 = typeof part === "object" && "surface" in part;
      return inside2 ? surfacePoints(domain, part.surface, count4, rng2) : sample(count4, rng2, part);
    },
    distanceExpression: (part = "boundary") => distanceExpressionOf({ axes, shape, space, ...interval2 && { interval: interval2 } }, part, inside)
  };
  return domain;
}
function withTime(space, t, [start2, end]) {
  const past = Math.max(start2 - t, t - end);
  return space > 0 && past > 0 ? Math.hypot(space, past) : Math.max(space, past);
}
function spaceVolume(space) {
  if (space.volume !== void 0) return { volume: space.volume, error: space.volumeError ?? 0 };
  const { dimension, low, high } = space;
  const point = new Float64Array(dimension);
  const { fraction, error } = estimateFraction(dimension, (unit2, at) => {
    for (let k = 0; k < dimension; k++) point[k] = low[k] + (high[k] - low[k]) * unit2[at + k];
    return space.distance(point, 0) < 0;
  });
  if (fraction === 0) {
    throw new DomainError(
      "domainOf: the combination is empty: none of 65536 points of its bounding box lies inside",
      0
    );
  }
  const bounding = low.reduce((product5, l, k) => product5 * (high[k] - l), 1);
  return { volume: fraction * bounding, error: error * bounding };
}
function insidePoints(space, count4, rng2, interval2) {
  const { dimension, low, high } = space;
  const width = dimension + (interval2 ? 1 : 0);
  const map = space.inside;
  const coordinates = map?.coordinates ?? dimension;
  const stride = coordinates + (interval2 ? 1 : 0);
  const sequence = unitSequence(stride, rng2);
  const out = new Float64Array(count4 * width);
  const point = new Float64Array(dimension);
  for (let filled2 = 0, tried = 0; filled2 < count4; ) {
    const block = map ? count4 : Math.max(64, count4 - filled2);
    const units = sequence.next(block);
    for (let i = 0; i < block && filled2 < count4; i++) {
      if (map) map.place(units, i * stride, point);
      else for (let k = 0; k < dimension; k++) point[k] = low[k] + (high[k] - low[k]) * units[i * stride + k];
      if (!map && !(space.distance(point, 0) < 0)) continue;
      out.set(point, filled2 * width);
      if (interval2)
        out[filled2 * width + dimension] = interval2[0] + (interval2[1] - interval2[0]) * units[i * stride + coordinates];
      filled2++;
    }
    tried += block;
    if (filled2 === 0 && tried > 2 ** 20) {
      throw new ConvergenceError("Domain.interior: no point inside among 2^20 of the bounding box", "empty", tried);
    }
  }
  return out;
}
function checkCount(caller, count4) {
  if (!(Number.isInteger(count4) && count4 >= 1)) {
    throw new OptionsError(`${caller}: count is ${count4}; give a positive integer`, "count", count4);
  }
}

// solvers/problem/json.ts
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";

// solvers/problem/domain-files.ts
import { readFileSync } from "node:fs";
import { resolve as resolve2 } from "node:path";
var mostBytes = 2 ** 25;
function withFiles(domain, folder) {
  if (Array.isArray(domain)) return domain.map((part) => withFiles(part, folder));
  if (typeof domain !== "object" || domain === null || ArrayBuffer.isView(domain)) return domain;
  const record2 = domain;
  if (record2["shape"] !== "geojson") {
    const parts2 = Object.entries(record2).map(([key, part]) => [key, withFiles(part, folder)]);
    return parts2.every(([key, part]) => part === record2[key]) ? domain : Object.fromEntries(parts2);
  }
  const { file, ...rest } = record2;
  if (file === void 0) return domain;
  if (typeof file !== "string")
    throw new OptionsError(
      `pde: the domain's "file" is ${JSON.stringify(file)}; give the path of a file`,
      "file",
      file
    );
  if (rest["geojson"] !== void 0)
    throw new OptionsError('pde: the domain has "geojson" and "file"; keep one of them', "file", file);
  return { ...rest, geojson: read(resolve2(folder, file), file) };
}
function read(path, written2) {
  let text3;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > mostBytes)
      throw new OptionsError(
        `pde: the domain's file ${path} has ${bytes.length} bytes; give a simpler outline`,
        "file",
        path
      );
    text3 = bytes.toString("utf8");
  } catch (cause) {
    if (cause instanceof OptionsError) throw cause;
    const why = cause.code ?? String(cause);
    const way3 = "paths begin at the problem's file, or at the working directory for problems in code";
    throw new OptionsError(`pde: the domain's file ${path} cannot be read (${why}); ${way3}`, "file", written2);
  }
  try {
    return JSON.parse(text3);
  } catch (cause) {
    throw new FormatError(path, "GeoJSON", `no JSON: ${cause.message}`, "mend the file", { cause });
  }
}

// solvers/expression/collapse.ts
function collapseLaplacians(equations, space, elsewhere2 = []) {
  if (space.length < 2) return [...equations];
  const collapsed = equations.map((e) => collapse(e, space, /* @__PURE__ */ new Set(), /* @__PURE__ */ new Map()));
  const alone = /* @__PURE__ */ new Set();
  for (const node of nodesOf([...collapsed, ...elsewhere2])) {
    if (node.kind === "derivative" && pureAxis(node, space) !== void 0) alone.add(node.unknown);
  }
  return alone.size === 0 ? collapsed : equations.map((e) => collapse(e, space, alone, /* @__PURE__ */ new Map()));
}
function pureAxis(e, space) {
  if (e.kind !== "derivative" || e.order.reduce((a, b) => a + b, 0) !== 2) return void 0;
  const axis = e.order.indexOf(2);
  return space.includes(axis) ? axis : void 0;
}
function collapse(e, space, spared, memo) {
  if (e.kind !== "call") return e;
  const known3 = memo.get(e);
  if (known3) return known3;
  const args = e.args.map((a) => collapse(a, space, spared, memo));
  const node = args.every((a, i) => a === e.args[i]) ? e : call(e.name, ...args);
  const result = additive(node) ? collapseSum(node, space, spared) : node;
  memo.set(e, result);
  return result;
}
function additive(e) {
  return e.kind === "call" && (e.name === "add" || e.name === "sub");
}
function termsOf(e, sign = 1) {
  if (e.kind !== "call" || !["add", "sub", "neg"].includes(e.name)) return [{ sign, e }];
  const flipped = sign === 1 ? -1 : 1;
  if (e.name === "neg") return termsOf(e.args[0], flipped);
  return [...termsOf(e.args[0], sign), ...termsOf(e.args[1], e.name === "add" ? sign : flipped)];
}
function collapseSum(sum2, space, spared) {
  const terms = termsOf(sum2);
  const found = terms.flatMap(({ sign, e }, at) => {
    const second = secondOf(e, space);
    return second && !spared.has(second.unknown) ? [{ at, sign, second }] : [];
  });
  const factors = share(found.flatMap(({ second }) => [...second.over, ...second.under]));
  let next = 0;
  const names = (list3) => list3.map(() => factors.indexOf(factors[next++])).sort((a, b) => a - b);
  const groups = /* @__PURE__ */ new Map();
  for (const one2 of found) {
    const { unknown: unknown2, coefficient, over: over2, under } = one2.second;
    const key = `${unknown2} ${one2.sign * coefficient} ${names(over2)} / ${names(under)}`;
    const group = groups.get(key) ?? [];
    if (!group.some(({ second }) => second.axis === one2.second.axis)) group.push(one2);
    groups.set(key, group);
  }
  const full = [...groups.values()].filter((group) => group.length === space.length);
  if (full.length === 0) return sum2;
  const replaced = /* @__PURE__ */ new Map();
  for (const group of full) {
    for (const { at: at2 } of group) replaced.set(at2, void 0);
    const { at, second } = group[0];
    replaced.set(at, second.rebuild(laplacian(second.unknown, space, second.dimension)));
  }
  return terms.map(({ sign, e }, i) => {
    const kept = replaced.has(i) ? replaced.get(i) : e;
    return kept && { sign, e: kept };
  }).filter((term) => term !== void 0).reduce((left, { sign, e }) => call(sign === 1 ? "add" : "sub", left, e), zero);
}
function secondOf(e, space) {
  const axis = pureAxis(e, space);
  if (e.kind === "derivative" && axis !== void 0) {
    const none = { coefficient: 1, over: [], under: [] };
    return { unknown: e.unknown, axis, dimension: e.order.length, ...none, rebuild: (by) => by };
  }
  if (e.kind !== "call") return void 0;
  const [a, b] = e.args;
  const wrap = (inner, make, more) => inner && { ...inner, ...more, rebuild: (by) => make(inner.rebuild(by)) };
  if (e.name === "neg") {
    const inner = secondOf(a, space);
    return inner && wrap(inner, (x) => call("neg", x), { coefficient: -inner.coefficient });
  }
  if (e.name === "div") {
    const inner = secondOf(a, space);
    return inner && wrap(inner, (x) => call("div", x, b), { under: [...inner.under, b] });
  }
  if (e.name !== "mul") return void 0;
  const times3 = (inner, factor, make) => {
    if (!inner) return void 0;
    const { coefficient, over: over2, under } = factorsOf(factor);
    return wrap(inner, make, {
      coefficient: inner.coefficient * coefficient,
      over: [...inner.over, ...over2],
      under: [...inner.under, ...under]
    });
  };
  return times3(secondOf(b, space), a, (x) => call("mul", a, x)) ?? times3(secondOf(a, space), b, (x) => call("mul", x, b));
}
function factorsOf(e) {
  if (e.kind === "number") return { coefficient: e.value, over: [], under: [] };
  if (e.kind !== "call" || !["mul", "div", "neg"].includes(e.name)) return { coefficient: 1, over: [e], under: [] };
  const a = factorsOf(e.args[0]);
  if (e.name === "neg") return { ...a, coefficient: -a.coefficient };
  if (e.name === "div") return { ...a, under: [...a.under, e.args[1]] };
  const b = factorsOf(e.args[1]);
  return {
    coefficient: a.coefficient * b.coefficient,
    over: [...a.over, ...b.over],
    under: [...a.under, ...b.under]
  };
}

// solvers/problem/place.ts
function parsePlaces(spec, context) {
  const { scope } = context;
  if (!scope.parameters) return [parsePlace(spec, context)];
  if (spec === "boundary") return spaceAxes(scope).map((axis) => ({ axis, side: "both" }));
  const place2 = parsePlace(spec, context);
  const known3 = place2 !== "boundary" && "axis" in place2 && !scope.parameters.includes(place2.axis);
  if (known3) return [place2];
  const way3 = "give a face of a space axis";
  throw new OptionsError(`pde: with parameters no condition can be on ${JSON.stringify(spec)}; ${way3}`, "on", spec);
}
function parsePlace(spec, context) {
  const { shape, constants: constants2 } = context;
  const scope = { ...context.scope, constants: Object.keys(constants2) };
  if (typeof spec !== "string") {
    if ("axis" in spec) return face(spec.axis, spec.side ?? "both", context);
    if ("where" in spec) return { where: parsePredicate(spec.where, scope) };
    const count4 = shape.kind === "polygon" ? shape.vertices.length : shape.kind === "spline" ? shape.points.length : 0;
    if (!(Number.isInteger(spec.edge) && spec.edge >= 0 && spec.edge < count4)) {
      const way3 = count4 > 0 ? `edges are counted from 0 to ${count4 - 1}` : "only polygons and splines have edges";
      throw new OptionsError(`pde: there is no edge ${spec.edge}; ${way3}`, "on", spec);
    }
    return { edge: spec.edge };
  }
  if (spec === "boundary") return "boundary";
  if (/[<>]/.test(spec)) return { where: parsePredicate(spec, scope) };
  return spec.includes("=") ? faceAt(spec, context) : face(spec.trim(), "both", context);
}
var round2 = /* @__PURE__ */ new Set(["ball", "ellipse", "spline", "level"]);
function face(name, side, { scope, shape }) {
  const axis = scope.axes.indexOf(name);
  if (axis < 0) {
    const known3 = ["boundary", ...scope.axes];
    const way3 = `${suggest(name, known3)} A face is "${scope.axes[0]} = \u2026", a part "${scope.axes[0]} < \u2026"`;
    throw new OptionsError(`pde: conditions cannot be on "${name}"; ${way3}`, "on", name);
  }
  if (round2.has(shape.kind) && axis !== scope.time)
    throw new DomainError(`pde: the domain has no face along ${name}; use "boundary" or a predicate`, name);
  return { axis, side };
}
function parseSurface(text3, { scope, constants: constants2 }) {
  const names = { ...scope, constants: Object.keys(constants2) };
  const [left, right] = parseEquation(text3, names, { unknowns: false });
  return { surface: call("sub", left, right) };
}
function faceAt(text3, context) {
  const { scope, bounds, constants: constants2 } = context;
  const [left, right] = parseEquation(text3, scope, { unknowns: false });
  if (left.kind !== "coordinate")
    throw new OptionsError(`pde: the place "${text3}" is no face; write an axis = a number`, "on", text3);
  const value = evaluate(right, numbers({ constants: constants2 }));
  const [low, high] = bounds[left.axis];
  const near = (bound) => Math.abs(value - bound) <= 1e-12 * Math.max(1, high - low);
  const name = scope.axes[left.axis];
  if (near(low)) return face(name, "low", context);
  if (near(high)) return face(name, "high", context);
  throw new DomainError(`pde: no face lies at "${text3}"; ${name} runs from ${low} to ${high}`, value);
}
var keys = /* @__PURE__ */ new WeakMap();
function placeKey(place2) {
  if (typeof place2 === "string") return place2;
  const known3 = keys.get(place2);
  if (known3 !== void 0) return known3;
  const inText = (e) => toText(e, { axes: [], unknowns: [] });
  const key = "where" in place2 ? `where ${inText(place2.where)}` : "surface" in place2 ? `surface ${inText(place2.surface)}` : JSON.stringify(place2);
  keys.set(place2, key);
  return key;
}
function boundaryPart(place2, problem4) {
  const { axes, time, constants: constants2 } = problem4;
  if (place2 === "boundary") return place2;
  if ("surface" in place2) return { surface: surfaceOf(place2.surface, problem4) };
  if (!("where" in place2)) return place2;
  const value = functionOfPoint(place2.where, constants2);
  return { where: (point) => value(point) > 0 };
  function surfaceOf(e, names) {
    const d = axes.length;
    const derivative = derivativesOfExpression(e, d);
    const slopes = axes.map((_, k) => k === time ? zero : derivative(unit(d, k)));
    return {
      text: `${toText(e, { ...names, unknowns: [] })} = 0`,
      values: (points) => evaluateAt(e, points, d, constants2),
      slopes: (points) => slopes.map((slope) => evaluateAt(slope, points, d, constants2))
    };
  }
}

// solvers/problem/check-balance.ts
var [count2, repeats] = [2048, 6];
var tolerance = 1e-3;
function checkBalance(problem4, probe2) {
  const { time, unknowns, trainable, observations, conditions, axes } = problem4;
  const [equation2] = problem4.equations;
  if (time !== void 0 || unknowns.length > 1 || Object.keys(trainable).length > 0) return;
  if (observations.length > 0 || conditions.length === 0) return;
  const slopes = conditions.filter((c) => c.kind === "neumann");
  if (conditions.some((c) => c.kind !== "periodic" && c.kind !== "neumann")) return;
  const produced = productionOf(equation2, problem4.source?.[0], probe2, axes.length);
  if (produced === void 0) return;
  const domain = domainOf(problem4.domain);
  const inside = estimated((k) => {
    const values = produced(domain.interior(count2, rng(0).split(`balance ${k}`)));
    return domain.volume * mean(values);
  });
  const outside = estimated((k) => fluxOf(problem4, slopes, domain, probe2, k));
  if (!(inside && outside)) return;
  const scale = Math.max(Math.abs(inside.value), Math.abs(outside.value));
  const gap = Math.abs(inside.value - outside.value);
  if (gap <= Math.max(tolerance * scale, 5 * Math.hypot(inside.error, outside.error), 1e-9)) return;
  const show2 = (v) => Number(v.toPrecision(4));
  throw new DomainError(
    `pde: there is no solution: the integral of lap(u) over the domain is ${show2(inside.value)} by the equation, but the slopes on the boundary make it ${show2(outside.value)}; mend one of them, or give a value somewhere`,
    [inside.value, outside.value]
  );
}
function productionOf(equation2, source, probe2, d) {
  const nodes2 = [...nodesOf(equation2)];
  const pure = (order) => order.includes(2) && order.reduce((a, b) => a + b, 0) === 2;
  if (nodes2.some((n) => n.kind === "function" || n.kind === "derivative" && !pure(n.order))) return void 0;
  const withSecond = (axis, by) => (points) => {
    const n = points.length / d;
    const derivative = (_, order) => new Float64Array(n).fill(order.indexOf(2) === axis ? by : 0);
    const data2 = source ? { source0: probe2.values(source, points) } : {};
    const { constants: constants2 } = probe2;
    return evaluate(equation2, columns(n, { coordinates: columnsOf(points, d), constants: constants2, data: data2, derivative }));
  };
  const nothing = withSecond(0, 0);
  const none = nothing(probe2.interior);
  const factors = Array.from({ length: d }, (_, axis) => {
    const [one2, two] = [withSecond(axis, 1)(probe2.interior), withSecond(axis, 2)(probe2.interior)];
    const linear = none.every((v, i) => close(two[i] - v, 2 * (one2[i] - v), 1 + Math.abs(v)));
    return linear ? none.map((v, i) => one2[i] - v) : new Float64Array(1);
  }).flatMap((all) => [...all]);
  const c = factors[0];
  if (c === 0 || !factors.every((v) => close(v, c, 1 + Math.abs(c)))) return void 0;
  return (at) => nothing(at).map((v) => -v / c);
}
var close = (a, b, scale) => Math.abs(a - b) <= 1e-8 * scale;
var columnsOf = (rows, d) => Array.from({ length: d }, (_, k) => rows.filter((__, i) => i % d === k));
function fluxOf(problem4, slopes, domain, probe2, k) {
  const parts2 = slopes.map((c) => {
    const random = rng(0).split(`balance ${k}, boundary`);
    const at = domain.boundary(count2, random, boundaryPart(c.on, { ...problem4, constants: probe2.constants }));
    return { at, slope: slopeOf(c.residual, at, probe2, domain.dimension) };
  });
  const periodic = problem4.conditions.flatMap(
    (c) => c.kind === "periodic" ? [domain.boundary(1, rng(0), { axis: c.on.axis, side: "both" }).measure] : []
  );
  const all = domain.boundary(1, rng(0)).measure;
  const told = [...parts2.map(({ at }) => at.measure), ...periodic].reduce((a, b) => a + b, 0);
  const error = parts2.reduce((sum2, { at }) => sum2 + at.measureError, 0);
  if (Math.abs(told - all) > 1e-9 * all + 4 * error) return void 0;
  let flux = 0;
  for (const { at, slope } of parts2) {
    if (slope === void 0) return void 0;
    flux += at.measure * slope.reduce((sum2, v, i) => sum2 + at.weights[i] * v, 0);
  }
  return flux;
}
function slopeOf(residual, at, probe2, d) {
  const nodes2 = [...nodesOf(residual)];
  const first = (order) => order.reduce((a, b) => a + b, 0) === 1;
  if (nodes2.some((n2) => n2.kind === "laplacian" || n2.kind === "function")) return void 0;
  if (nodes2.some((n2) => n2.kind === "derivative" && !first(n2.order))) return void 0;
  const { points, normals } = at;
  const n = points.length / d;
  const axes = Array.from({ length: d }, (_, k) => k);
  const [coordinates, normal] = [columnsOf(points, d), columnsOf(normals, d)];
  const data2 = Object.fromEntries(normal.map((v, k) => [`normal${k}`, v]));
  const withGradient = (gradient) => {
    const derivative = (_, order) => Float64Array.from({ length: n }, (__, i) => gradient(i, order.indexOf(1)));
    return evaluate(residual, columns(n, { coordinates, constants: probe2.constants, data: data2, derivative }));
  };
  const none = withGradient(() => 0);
  const [one2, two] = [1, 2].map((s) => withGradient((i, k) => s * normal[k][i]));
  const across = (i) => axes.reduce((sum2, k) => sum2 + normal[k][i], 0);
  const along = withGradient((i, k) => 1 - across(i) * normal[k][i]);
  const known3 = none.every((v, i) => {
    const a = one2[i] - v;
    const scale = 1 + Math.abs(a) + Math.abs(v);
    return Math.abs(a) > 1e-12 && close(two[i] - v, 2 * a, scale) && close(along[i], v, scale);
  });
  return known3 ? none.map((v, i) => -v / (one2[i] - v)) : void 0;
}
var mean = (values) => values.reduce((sum2, v) => sum2 + v, 0) / values.length;
function estimated(one2) {
  const all = Array.from({ length: repeats }, (_, k) => one2(k));
  if (!all.every((v) => v !== void 0 && Number.isFinite(v))) return void 0;
  const value = all.reduce((sum2, v) => sum2 + v, 0) / repeats;
  const error = Math.sqrt(all.reduce((sum2, v) => sum2 + (v - value) ** 2, 0) / (repeats * (repeats - 1)));
  return { value, error };
}

// solvers/problem/check-contradictions.ts
var differ = (a, b) => Math.abs(a - b) > 1e-8 * Math.max(1, Math.abs(a), Math.abs(b));
function checkContradictions(problem4, probe2) {
  const prescriptions = problem4.conditions.filter(
    (c) => c.kind !== "periodic" && c.prescribes !== void 0
  );
  const firsts = firstOfEach(prescriptions);
  for (const a of firsts) {
    for (const b of prescriptions) {
      if (a !== b && sameQuantity(a, b)) checkPlace(problem4, probe2, a, b);
    }
  }
  for (const c of problem4.conditions) if (c.kind === "periodic") checkPeriodic(problem4, c);
  if (problem4.time === void 0 || problem4.text.allow?.includes("corner-mismatch")) return;
  const ends = firsts.filter((c) => isAt(c, problem4.time) && c.prescribes.order.every((o) => o === 0));
  for (const end of ends) {
    for (const c of prescriptions) {
      if (!isAt(c, problem4.time) && sameQuantity(c, end)) checkCorner(problem4, probe2, end, c);
    }
    for (const c of problem4.conditions) if (c.kind === "periodic") checkSeam(problem4, probe2, end, c);
  }
}
function firstOfEach(prescriptions) {
  const firsts = /* @__PURE__ */ new Map();
  for (const c of prescriptions) {
    const key = `${c.prescribes.unknown} ${c.prescribes.order} ${placeKey(c.on)}`;
    if (!firsts.has(key)) firsts.set(key, c);
  }
  return [...firsts.values()];
}
function sameQuantity(a, b) {
  return a.prescribes.unknown === b.prescribes.unknown && a.prescribes.order.join() === b.prescribes.order.join();
}
function isAt(c, axis) {
  return typeof c.on === "object" && "axis" in c.on && c.on.axis === axis;
}
function complain(what, where, left, right, way3) {
  const message = `pde: ${what} contradict one another at ${where}: ${left} and ${right}; ${way3}`;
  return new DomainError(message, [left, right]);
}
function checkPlace(problem4, probe2, a, b) {
  const { points } = probe2.on(a.on);
  const both = probe2.within(b.on, points, isAt(a, problem4.time));
  if (!both.includes(true)) return;
  const [left, right] = [probe2.values(a.prescribes.value, points), probe2.values(b.prescribes.value, points)];
  const bad = both.findIndex((inside, i) => inside && differ(left[i], right[i]));
  if (bad < 0) return;
  const way3 = "say with `on` where each of them holds";
  throw complain(`"${a.text}" and "${b.text}"`, probe2.show(points, bad), left[bad], right[bad], way3);
}
var cornerWay = 'mend one of them, or allow: ["corner-mismatch"] (values there will then be approximate)';
function checkCorner(problem4, probe2, end, c) {
  for (const time of endTimes(problem4, end)) {
    const points = probe2.on(c.on).points.slice();
    const d = problem4.axes.length;
    for (let i = d - 1; i < points.length; i += d) points[i] = time;
    const inside = probe2.within(c.on, points, false);
    const [left, right] = [probe2.values(end.prescribes.value, points), probe2.values(c.prescribes.value, points)];
    const bad = inside.findIndex((yes, i) => yes && differ(left[i], right[i]));
    if (bad < 0) continue;
    throw complain(`"${end.text}" and "${c.text}"`, probe2.show(points, bad), left[bad], right[bad], cornerWay);
  }
}
function endTimes({ bounds }, end) {
  if (typeof end.on !== "object" || !("axis" in end.on)) return [];
  const [low, high] = bounds[end.on.axis];
  return end.on.side === "both" ? [low, high] : [end.on.side === "low" ? low : high];
}
function checkSeam(problem4, probe2, end, c) {
  const { axis } = c.on;
  if (!c.unknowns.includes(end.prescribes.unknown) || axis === problem4.time) return;
  const at = (side) => {
    const points = probe2.on(end.on).points.slice();
    for (let i = axis; i < points.length; i += problem4.axes.length) points[i] = problem4.bounds[axis][side];
    return points;
  };
  const [low, high] = [at(0), at(1)];
  const [left, right] = [probe2.values(end.prescribes.value, low), probe2.values(end.prescribes.value, high)];
  const bad = left.findIndex((v, i) => differ(v, right[i]));
  if (bad < 0) return;
  const where = `${probe2.show(low, bad)} and the other side`;
  throw complain(`"${end.text}" and "${c.text}"`, where, left[bad], right[bad], cornerWay);
}
function checkPeriodic(problem4, c) {
  const name = problem4.axes[c.on.axis];
  for (const other of problem4.conditions) {
    if (other === c || other.kind === "initial") continue;
    const faces = isAt(other, c.on.axis) || other.on === "boundary" && c.on.axis !== problem4.time;
    const unknowns = other.kind === "periodic" ? other.unknowns : other.prescribes ? [other.prescribes.unknown] : [];
    if (!faces || !unknowns.some((u) => c.unknowns.includes(u))) continue;
    const message = `pde: "${other.text}" is on the faces of ${name}, which is periodic`;
    throw new DomainError(`${message}; keep one of them, or say with \`on\` where it holds`, name);
  }
}

// solvers/problem/derivatives.ts
var derivativeName = (unknown2, axis, order) => order === 0 ? unknown2 : `${unknown2}_${axis.repeat(order)}`;
function highestOrders(expressions, scope) {
  const orders2 = scope.unknowns.map(() => scope.axes.map(() => 0));
  for (const node of nodesOf(expressions)) {
    if (node.kind === "derivative") {
      const row2 = orders2[node.unknown];
      for (const [k, o] of node.order.entries()) row2[k] = Math.max(row2[k], o);
    } else if (node.kind === "laplacian") {
      const row2 = orders2[node.unknown];
      for (const k of node.axes) row2[k] = Math.max(row2[k], 2);
    }
  }
  return orders2;
}

// solvers/problem/check-missing.ts
function checkMissing(problem4) {
  const { observations, text: text3 } = problem4;
  if (observations.length > 0 || text3.allow?.includes("missing-condition")) return;
  const orders2 = highestOrders(problem4.equations, problem4);
  if (problem4.time !== void 0) checkTime(problem4, orders2, problem4.time);
  checkSpace(problem4, orders2);
  checkConstants(problem4);
}
function missing(message, way3) {
  const waiver = 'or, if the equation needs none, allow: ["missing-condition"]';
  return new OptionsError(`pde: ${message}; ${way3}, ${waiver}`, "conditions");
}
function expressionsOf(c) {
  return c.kind === "periodic" ? c.matched : [c.residual];
}
function unknownsOf(c) {
  const nodes2 = [...nodesOf(expressionsOf(c))];
  return new Set(nodes2.flatMap((n) => "unknown" in n ? [n.unknown] : []));
}
function checkTime({ axes, unknowns, conditions, text: text3 }, orders2, time) {
  const inTime = conditions.filter((c) => typeof c.on === "object" && "axis" in c.on && c.on.axis === time).map((c) => ({ c, about: unknownsOf(c) }));
  const determined = unknowns.length - Object.keys(fieldsOf(text3)).length;
  for (const [i, name] of unknowns.slice(0, determined).entries()) {
    const order = orders2[i][time];
    const at = inTime.filter(({ about }) => about.has(i)).map(({ c }) => c);
    if (at.some((c) => c.kind === "periodic")) continue;
    const count4 = at.reduce(
      (sum2, c) => sum2 + (typeof c.on === "object" && "side" in c.on && c.on.side === "both" ? 2 : 1),
      0
    );
    if (count4 >= order) continue;
    const derivative = (k) => derivativeName(name, axes[time], k);
    const have = count4 === 0 ? "no initial condition" : `${count4} initial condition${count4 === 1 ? "" : "s"}`;
    throw missing(
      `${name} has ${have} although ${derivative(order)} appears`,
      `add initial("${derivative(count4)} = \u2026")`
    );
  }
}
function checkSpace(problem4, orders2) {
  const { axes, unknowns, conditions } = problem4;
  const space = spaceAxes(problem4);
  const system = unknowns.length > 1;
  for (const k of space) {
    const need = orders2.map((o) => system ? 2 * Math.floor(o[k] / 2) : o[k] >= 2 ? o[k] : 0);
    const total3 = need.reduce((a, b) => a + b, 0);
    const count4 = conditions.reduce((sum2, c) => sum2 + countAlong(c, k, problem4.time, need), 0);
    if (count4 >= total3) continue;
    const axis = axes[k];
    const have = count4 === 0 ? "no boundary condition" : `only ${count4} condition${count4 === 1 ? "" : "s"}`;
    const reason = system ? `the equations need ${total3}` : `order ${total3} needs ${total3}`;
    throw missing(
      `${have} along ${axis}, where ${reason} (one face counts 1)`,
      `add dirichlet("${unknowns[0]} = \u2026", { on: "${axis}" }) or another one`
    );
  }
  const differentiated = space.some((k) => orders2.some((o) => o[k] > 0));
  if (problem4.time === void 0 && differentiated && conditions.length === 0)
    throw missing("there are no conditions at all", `add dirichlet("${unknowns[0]} = \u2026")`);
}
function countAlong(c, axis, time, need) {
  if (c.kind === "periodic") {
    return c.on.axis === axis ? c.unknowns.reduce((sum2, unknown2) => sum2 + need[unknown2], 0) : 0;
  }
  if (typeof c.on !== "object" || !("axis" in c.on)) return 2;
  if (c.on.axis === time || c.on.axis !== axis) return 0;
  return c.on.side === "both" ? 2 : 1;
}
function checkConstants({ unknowns, equations, conditions, integrals }) {
  const values = conditions.flatMap((c) => c.kind === "periodic" ? [] : [c.residual]);
  const nodes2 = [...nodesOf([...equations, ...values, ...integrals.map((i) => i.integrand)])];
  const fixed = new Set(
    nodes2.flatMap((n) => n.kind === "derivative" && n.order.every((o) => o === 0) ? [n.unknown] : [])
  );
  for (const [i, name] of unknowns.entries()) {
    if (fixed.has(i)) continue;
    const message = `${name} appears only through its derivatives, so that it is determined up to a constant`;
    throw missing(message, `add integrals: [integral("${name} = 0")] or a value somewhere`);
  }
}

// solvers/problem/check-observations.ts
var slack = 1e-9;
function checkObservations(problem4) {
  if (problem4.observations.length === 0) return;
  const { axes, bounds } = problem4;
  const width = Math.hypot(...bounds.map(([low, high]) => high - low));
  const domain = domainOf(problem4.domain);
  for (const [k, { points }] of problem4.observations.entries()) {
    const outside = domain.signedDistance(points).findIndex((v) => !(v <= slack * width));
    if (outside < 0) continue;
    const at = axes.map((name, j) => `${name} = ${points[outside * axes.length + j]}`).join(", ");
    throw new DomainError(
      `pde: observations[${k}] has point ${outside + 1} at ${at}, outside the domain; leave it out, or widen the domain`,
      [...points.subarray(outside * axes.length, (outside + 1) * axes.length)]
    );
  }
}

// solvers/expression/moved.ts
function movedTo(expression, at) {
  const memo = /* @__PURE__ */ new Map();
  const visit = (e) => {
    const known3 = memo.get(e);
    if (known3) return known3;
    const made2 = e.kind === "coordinate" ? at[e.axis] ?? e : e.kind === "call" ? call(e.name, ...e.args.map(visit)) : e;
    memo.set(e, made2);
    return made2;
  };
  return visit(expression);
}

// solvers/problem/manufactured.ts
function substitution(solution2, dimension, data2 = {}) {
  const derivatives = solution2.map((formula) => derivativesOfExpression(formula, dimension));
  const memo = /* @__PURE__ */ new Map();
  const visit = (e) => {
    const known3 = memo.get(e);
    if (known3) return known3;
    const result = replaced(e);
    memo.set(e, result);
    return result;
  };
  const replaced = (e) => {
    switch (e.kind) {
      case "derivative":
        return derivatives[e.unknown](e.order);
      case "laplacian":
        return total(e.axes.map((axis) => derivatives[e.unknown](unit(dimension, axis, 2))));
      case "elsewhere":
        return movedTo(derivatives[e.unknown](e.order), e.args.map(visit));
      case "data":
        return data2[e.name] ?? e;
      case "call":
        return call(e.name, ...e.args.map(visit));
      case "function":
        return Object.freeze({ ...e, args: Object.freeze(e.args.map(visit)) });
      default:
        return e;
    }
  };
  return visit;
}
function sourcesOf(equations, solution2, dimension) {
  const appears = (e, name) => [...nodesOf(e)].some((n) => n.kind === "data" && n.name === name);
  if (!equations.some((e, i) => appears(e, `source${i}`))) {
    const way3 = 'write it into the equation, as in -lap(u) = source; a solution without one is called "exact"';
    throw new OptionsError(`pde: "manufactured" derives a source, but no equation has one; ${way3}`, "manufactured");
  }
  const sources = equations.map((equation2, i) => {
    const name = `source${i}`;
    if (!appears(equation2, name)) return zero;
    const slope = differentiate(equation2, { data: name }, dimension);
    if (isZero(slope) || appears(slope, name)) {
      const message = `pde: the source of equation ${i + 1} must stand in it linearly, as in left = source`;
      throw new OptionsError(message, "equations", i);
    }
    const put = substitution(solution2, dimension, { [name]: zero });
    const [a, b] = [put(equation2), put(slope)];
    return b.kind === "number" ? call("mul", { kind: "number", value: -1 / b.value }, a) : call("neg", call("div", a, b));
  });
  return share(sources);
}

// solvers/problem/check-singular.ts
var looked = 1024;
var onShell = 64;
var most = 4;
var mostDivisors = 32;
function checkSingular(problem4, probe2) {
  const d = problem4.axes.length;
  if (d > most) return;
  const data2 = Object.fromEntries((problem4.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution(
    problem4.unknowns.map(() => zero),
    d,
    data2
  );
  const domain = domainOf(problem4.domain);
  let points;
  for (const [i, equation2] of problem4.equations.entries()) {
    if ([...nodesOf(equation2)].some(({ kind }) => kind === "function")) continue;
    const source = put(equation2);
    for (const divisor of divisorsOf(source)) {
      points ??= domain.interior(looked, rng(0).split("singular"));
      const value = (e) => (at) => evaluateAt(e, at, d, probe2.constants);
      for (const place2 of zerosOf(value(divisor), points, domain)) {
        const size = shells(value(source), place2, domain);
        if (size === void 0) continue;
        const where = probe2.show(
          place2.map((v) => Math.round(v * 1e9) / 1e9),
          0
        );
        const found = `it reaches ${size.largest.toPrecision(2)} at a distance of ${size.distance.toPrecision(2)}`;
        const way3 = "leave a neighbourhood of the place out of the domain, or multiply the equation by what vanishes there";
        throw new DomainError(
          `pde: the source of equation ${i + 1} is not square integrable near ${where}: ${found}; ${way3}`,
          size.largest
        );
      }
    }
  }
}
function divisorsOf(source) {
  const found = [];
  for (const node of nodesOf(source)) {
    if (node.kind !== "call") continue;
    const [a, b] = node.args;
    if (node.name === "div") found.push(b);
    if (node.name === "pow" && b.kind === "number" && b.value < 0) found.push(a);
    if (node.name === "tan") found.push(call("cos", a));
  }
  const varies = (e) => [...nodesOf(e)].some(({ kind }) => kind === "coordinate");
  return found.filter(varies).slice(0, mostDivisors);
}
function zerosOf(f, points, domain) {
  const d = domain.dimension;
  const values = f(points);
  const sizes = Array.from(values, Math.abs).sort((a, b) => a - b);
  const typical = sizes[sizes.length >> 1];
  const row2 = (i) => points.slice(i * d, (i + 1) * d);
  const order = Array.from(values.keys()).filter((i) => Number.isFinite(values[i])).sort((a, b) => Math.abs(values[a]) - Math.abs(values[b]));
  const plus = order.find((i) => values[i] > 0);
  const minus = order.find((i) => values[i] < 0);
  const crossing = plus !== void 0 && minus !== void 0 ? [bisected(f, row2(plus), row2(minus))] : [];
  const least2 = order.slice(0, 3).map((i) => descended(f, row2(i), domain));
  const vanishes = (p) => Math.abs(f(p)[0]) <= 1e-9 * typical;
  return [...crossing, ...least2].filter((p) => vanishes(p) && domain.contains(p)[0] === 1);
}
function bisected(f, plus, minus) {
  let [a, b] = [plus, minus];
  for (let k = 0; k < 60; k++) {
    const middle = a.map((v, j) => (v + b[j]) / 2);
    if (f(middle)[0] > 0) a = middle;
    else b = middle;
  }
  return a;
}
function descended(f, start2, domain) {
  let at = start2;
  let value = Math.abs(f(at)[0]);
  const widths = domain.high.map((h, k) => h - domain.low[k]);
  for (let step = 0.1; step > 1e-11 && value > 0; ) {
    let moved = false;
    for (let k = 0; k < widths.length; k++) {
      for (const sign of [1, -1]) {
        const next = at.slice();
        const to = at[k] + sign * step * widths[k];
        next[k] = Math.min(domain.high[k], Math.max(domain.low[k], to));
        const found = Math.abs(f(next)[0]);
        if (!(found < value)) continue;
        [at, value, moved] = [next, found, true];
      }
    }
    if (!moved) step /= 2;
  }
  return at;
}
function shells(f, place2, domain) {
  const d = domain.dimension;
  const width = Math.max(...domain.high.map((h, k) => h - domain.low[k]));
  const directions = rng(0).split("shells").normal(onShell * d);
  const at = (distance) => {
    const around = new Float64Array(onShell * d);
    for (let i = 0; i < onShell; i++) {
      const length = Math.hypot(...directions.subarray(i * d, (i + 1) * d));
      for (let k = 0; k < d; k++) around[i * d + k] = place2[k] + distance * directions[i * d + k] / length;
    }
    const inside = domain.contains(around);
    const values = f(around).filter((v, i) => inside[i] === 1 && Number.isFinite(v));
    const largest2 = values.reduce((most8, v) => Math.max(most8, Math.abs(v)), 0);
    return { largest: largest2, integral: distance ** d * values.reduce((sum2, v) => sum2 + v * v, 0) };
  };
  const [far2, near] = [1e-3 * width, 1e-6 * width];
  const [outer, inner] = [at(far2), at(near)];
  const falls = inner.integral <= 0.1 * outer.integral;
  return falls || outer.largest === 0 ? void 0 : { largest: inner.largest, distance: near };
}

// solvers/problem/check-values.ts
var TOLERANCE = 1e-8;
function checkValues(problem4, probe2) {
  const finite2 = (e, points, what) => {
    const values = probe2.values(e, points);
    const bad = values.findIndex((v) => !Number.isFinite(v));
    if (bad < 0) return;
    const way3 = "give formulas that are finite in the whole domain";
    throw new DomainError(`pde: ${cut(what())} is ${values[bad]} at ${probe2.show(points, bad)}; ${way3}`, values[bad]);
  };
  for (const [i, name] of problem4.unknowns.entries()) {
    const exact = problem4.exact?.[i];
    if (exact) finite2(exact, probe2.interior, () => `the exact solution of ${name}`);
  }
  for (const [i, source] of (problem4.source ?? []).entries())
    finite2(source, probe2.interior, () => `the source of equation ${i + 1}`);
  for (const e of problem4.equations) {
    for (const part of givenParts(e)) finite2(part, probe2.interior, () => toText(part, problem4));
  }
  for (const c of problem4.conditions) {
    if (c.kind === "periodic") continue;
    const { points } = probe2.on(c.on);
    for (const part of givenParts(c.residual)) finite2(part, points, () => `${toText(part, problem4)} in "${c.text}"`);
  }
  const unfixed = Object.keys(problem4.trainable).filter((name) => !Object.hasOwn(problem4.constants, name));
  if (problem4.exact && unfixed.length === 0) checkExact(problem4, problem4.exact, probe2);
}
function checkExact(problem4, exact, probe2) {
  const sources = Object.fromEntries((problem4.source ?? []).map((e, i) => [`source${i}`, e]));
  const put = substitution(exact, problem4.axes.length, sources);
  const inGraphs = (e) => [...nodesOf(e)].some(({ kind }) => kind === "function");
  const solves = (e, at, what) => {
    const { values, scale } = probe2.scaled(put(e), at);
    const bad = values.findIndex((v, i) => !(Math.abs(v) <= TOLERANCE * scale[i]) && Number.isFinite(v));
    if (bad < 0) return;
    const found = `leaves ${values[bad].toPrecision(3)} at ${probe2.show(at.points, bad)}`;
    throw new DomainError(
      `pde: the exact solution does not fulfil ${what}: it ${found}; mend one of them`,
      values[bad]
    );
  };
  if (!problem4.source) {
    const slopes = Object.keys(fieldsOf(problem4.text)).length * problem4.axes.length;
    for (const [i, e] of problem4.equations.slice(0, problem4.equations.length - slopes).entries()) {
      if (!inGraphs(e)) solves(e, { points: probe2.interior }, `equation ${i + 1}`);
    }
  }
  for (const c of problem4.conditions) {
    if (c.kind !== "periodic") solves(c.residual, probe2.on(c.on), `the condition "${c.text}"`);
  }
}
var notGiven = ["derivative", "laplacian", "elsewhere", "data", "function"];
function givenParts(e) {
  const free2 = (part) => ![...nodesOf(part)].some(({ kind }) => notGiven.includes(kind));
  if (free2(e)) return [e];
  return "args" in e ? e.args.flatMap(givenParts) : [];
}

// solvers/problem/probe.ts
var COUNT = 64;
var Probe = class {
  constants;
  interior;
  #problem;
  #domain;
  #places = /* @__PURE__ */ new Map();
  constructor(problem4) {
    this.#problem = problem4;
    this.#domain = domainOf(problem4.domain);
    this.constants = { ...problem4.trainable, ...problem4.constants };
    this.interior = this.#domain.interior(COUNT, rng(0).split("problem check"));
  }
  /** Points of a place, with normals. */
  on(place2) {
    const key = placeKey(place2);
    const known3 = this.#places.get(key);
    if (known3) return known3;
    const random = rng(0).split("problem check, boundary");
    const points = this.#domain.boundary(
      COUNT,
      random,
      boundaryPart(place2, { ...this.#problem, constants: this.constants })
    );
    this.#places.set(key, points);
    return points;
  }
  /** Values of an expression without unknowns. */
  values(e, points) {
    return evaluateAt(e, points, this.#problem.axes.length, this.constants);
  }
  /** Values, and at each point the greatest magnitude that occurs on the way to it, as a scale of rounding. */
  scaled(e, { points, normals }) {
    const d = this.#problem.axes.length;
    const count4 = points.length / d;
    const column = (of, k) => Float64Array.from({ length: count4 }, (_, i) => of[i * d + k]);
    const axes = Array.from({ length: d }, (_, k) => k);
    const data2 = normals ? Object.fromEntries(axes.map((k) => [`normal${k}`, column(normals, k)])) : {};
    const memo = /* @__PURE__ */ new Map();
    const coordinates = axes.map((k) => column(points, k));
    const values = evaluate(e, columns(count4, { coordinates, constants: this.constants, data: data2 }), memo);
    const scale = new Float64Array(count4);
    for (const v of memo.values()) for (let i = 0; i < count4; i++) scale[i] = Math.max(scale[i], Math.abs(v[i]));
    return { values, scale };
  }
  /** Which points of a part of the boundary (or of the first or last moment) also belong to `place`. */
  within(place2, points, inTime) {
    const { axes, bounds } = this.#problem;
    const d = axes.length;
    const sign = typeof place2 === "object" && "where" in place2 && !inTime ? this.values(place2.where, points) : void 0;
    return Array.from({ length: points.length / d }, (_, i) => {
      const point = points.subarray(i * d, (i + 1) * d);
      if (typeof place2 === "object" && "axis" in place2) {
        const [low, high] = bounds[place2.axis];
        const near = (bound) => Math.abs(point[place2.axis] - bound) <= 1e-12 * (high - low);
        return place2.side !== "high" && near(low) || place2.side !== "low" && near(high);
      }
      if (inTime) return false;
      if (place2 === "boundary") return true;
      return sign !== void 0 && sign[i] > 0;
    });
  }
  /** `x = 0.5, y = 0` for messages. */
  show(points, index2) {
    const { axes } = this.#problem;
    return axes.map((name, k) => `${name} = ${Number(points[index2 * axes.length + k].toPrecision(6))}`).join(", ");
  }
};

// solvers/problem/check.ts
function checkProblem(problem4) {
  checkPlaces(problem4);
  checkMissing(problem4);
  checkObservations(problem4);
  const probe2 = new Probe(problem4);
  checkValues(problem4, probe2);
  checkContradictions(problem4, probe2);
  checkSingular(problem4, probe2);
  checkBalance(problem4, probe2);
}
var mostPlaces = 256;
function checkPlaces({ conditions }) {
  const { size } = new Set(conditions.map((c) => placeKey(c.on)));
  if (size <= mostPlaces) return;
  const message = `pde: conditions are on ${size} different places, above ${mostPlaces}`;
  throw new OptionsError(`${message}; join those that say the same`, "conditions", size);
}

// solvers/problem/read-conditions.ts
function conditionSpecs(spec, time, orders2) {
  if (spec.conditions !== "exact") {
    const written2 = typeof spec.conditions === "string" ? [spec.conditions] : spec.conditions ?? [];
    const timeAlone = time === 0;
    return written2.map((c) => typeof c === "string" ? { type: timeAlone ? "initial" : "dirichlet", equation: c } : c);
  }
  if (spec.exact === void 0 && spec.manufactured === void 0) {
    const message = 'pde: conditions are "exact", but no solution is given; add "exact" or "manufactured"';
    throw new OptionsError(message, "conditions", spec.conditions);
  }
  const exact = (type) => ({ type, equation: "exact" });
  const high = orders2.some((row2) => row2.some((order, k) => k !== time && order > 2));
  return [exact("dirichlet"), ...high ? [exact("neumann")] : [], ...time === void 0 ? [] : [exact("initial")]];
}
function readConditions(spec, context) {
  if (spec.type === "periodic") return readPeriodic(spec, context);
  const { scope } = context;
  const { type, weight = 1 } = spec;
  if (type === "initial" && scope.time === void 0)
    throw new OptionsError(
      `pde: an initial condition needs time; add "${timeName}": [start, end] to the domain`,
      "conditions",
      spec
    );
  const places = spec.type === "initial" ? [{ axis: scope.time, side: "low" }] : spec.type === "interface" ? [parseSurface(spec.on, context)] : parsePlaces(spec.on ?? "boundary", context);
  const texts = typeof spec.equation === "string" ? [spec.equation] : spec.equation;
  const made2 = texts.flatMap((text3) => conditionsOf(text3, type, context));
  return places.flatMap((on) => made2.map((c) => ({ ...c, on, weight })));
}
function conditionsOf(text3, type, context) {
  const { scope } = context;
  if (text3.trim() === "exact") return exactConditions(type, context).map(({ condition: condition3 }) => condition3);
  const one2 = /^\s*(\p{L}[\p{L}\p{Nd}]*)(_n|_(?=t)[\p{L}\p{Nd}]+)?\s*=\s*exact\s*$/u.exec(text3);
  if (one2) {
    const [, name = "", suffix] = one2;
    const kind = suffix === "_n" ? "neumann" : type;
    const unknowns = scope.complex?.get(name) ?? [scope.unknowns.indexOf(name)];
    if (unknowns.includes(-1)) throw textError(text3, 0, `"${name}" is no unknown`, suggest(name, scope.unknowns));
    const wanted = suffix === void 0 || suffix === "_n" ? 0 : suffix.length - 1;
    return exactConditions(kind, context).flatMap(
      ({ condition: condition3, unknown: unknown2, derivative }) => unknowns.includes(unknown2) && derivative === wanted ? [condition3] : []
    );
  }
  return parseEquations(text3, scope, {
    unknowns: true,
    normal: type === "neumann" || type === "robin" || type === "interface"
  }).map(([left, right], part, { length }) => {
    const residual = call("sub", left, right);
    checkKind(type, text3, residual, context);
    const prescribes = prescribedBy(left, right, type);
    const shown = length === 1 ? text3 : `${part === 0 ? "re" : "im"}: ${text3}`;
    return { kind: type, residual, ...prescribes && { prescribes }, text: shown };
  });
}
function checkKind(type, text3, residual, { scope, orders: orders2 }) {
  const nodes2 = [...nodesOf(residual)];
  const derivatives = nodes2.filter((n) => n.kind === "derivative");
  const differentiated = nodes2.some((n) => n.kind === "laplacian") || derivatives.some((n) => n.order.some((o) => o > 0));
  if (derivatives.length === 0 && !differentiated)
    throw textError(text3, 0, "no unknown appears in this condition", `the unknowns are ${scope.unknowns.join(", ")}`);
  if (type === "dirichlet" && differentiated)
    throw textError(text3, 0, "a Dirichlet condition has no derivatives", "use neumann or robin for this");
  if ((type === "neumann" || type === "robin") && !differentiated)
    throw textError(text3, 0, `a ${type} condition needs a derivative`, "use dirichlet, or write u_n");
  if (type !== "initial") return;
  for (const { unknown: unknown2, order } of derivatives) {
    const [have, highest] = [order[scope.time], orders2[unknown2][scope.time]];
    if (have < highest || have === 0 && highest === 0) continue;
    const way3 = `in t the equations are of order ${highest}`;
    throw textError(text3, 0, `an initial condition on a time derivative of order ${have} is one too many`, way3);
  }
}
function prescribedBy(left, right, type) {
  if (type !== "dirichlet" && type !== "initial") return void 0;
  const free2 = (e) => ![...nodesOf(e)].some((n) => n.kind === "derivative" || n.kind === "laplacian");
  const pairs = [
    [left, right],
    [right, left]
  ];
  for (const [a, value] of pairs) {
    if (a.kind === "derivative" && free2(value)) return { unknown: a.unknown, order: a.order, value };
  }
  return void 0;
}
function exactConditions(type, context) {
  const { scope, exact, orders: orders2 } = context;
  if (!exact) {
    const message = 'pde: a condition is "exact", but no solution is given; add "exact" or "manufactured"';
    throw new OptionsError(message, "conditions", "exact");
  }
  if (type === "robin" || type === "interface") {
    const message = `pde: ${type === "robin" ? "a" : "an"} ${type} condition cannot be "exact"; write its formula, or use dirichlet or neumann`;
    throw new OptionsError(message, "conditions", type);
  }
  const dimension = scope.axes.length;
  return scope.unknowns.slice(0, scope.unknowns.length - context.fields).flatMap((name, unknown2) => {
    if (type === "neumann") {
      const slopes = spaceAxes(scope).map((k) => {
        const order = unit(dimension, k);
        const value = derivativesOfExpression(exact[unknown2], dimension)(order);
        return call("mul", data(`normal${k}`), call("sub", partial(unknown2, order), value));
      });
      const condition3 = { kind: type, residual: total(slopes), text: `${name}_n = exact` };
      return [{ condition: condition3, unknown: unknown2, derivative: 0 }];
    }
    const highest = type === "initial" ? orders2[unknown2][scope.time] : 1;
    return Array.from({ length: highest }, (_, k) => {
      const order = type === "initial" ? unit(dimension, scope.time, k) : unit(dimension, -1);
      const value = derivativesOfExpression(exact[unknown2], dimension)(order);
      const text3 = `${type === "initial" ? derivativeName(name, scope.axes[scope.time], k) : name} = exact`;
      const residual = call("sub", partial(unknown2, order), value);
      const condition3 = { kind: type, residual, prescribes: { unknown: unknown2, order, value }, text: text3 };
      return { condition: condition3, unknown: unknown2, derivative: k };
    });
  });
}
function readPeriodic(spec, context) {
  const { scope, shape, orders: orders2 } = context;
  const names = spec.unknowns ?? scope.unknowns;
  const unknowns = names.map((name) => {
    const unknown2 = scope.unknowns.indexOf(name);
    if (unknown2 < 0)
      throw new OptionsError(`pde: "${name}" is no unknown; ${suggest(name, scope.unknowns)}`, "unknowns", name);
    return unknown2;
  });
  const { weight = 1 } = spec;
  return (typeof spec.on === "string" ? [spec.on] : spec.on).map((name) => {
    const axis = scope.axes.indexOf(name);
    if (axis < 0) throw new OptionsError(`pde: "${name}" is no axis; ${suggest(name, scope.axes)}`, "on", name);
    if (shape.kind !== "box")
      throw new OptionsError("pde: only boxes can be periodic; give the domain as a box", "on", name);
    const matched = unknowns.flatMap(
      (unknown2) => Array.from(
        { length: Math.max(1, orders2[unknown2][axis]) },
        (_, k) => partial(unknown2, unit(scope.axes.length, axis, k))
      )
    );
    const text3 = `${names.join(", ")} periodic in ${name}`;
    return { kind: "periodic", on: { axis, side: "both" }, unknowns, matched, weight, text: text3 };
  });
}

// solvers/problem/read-data.ts
function readIntegral(spec, scope, bounds) {
  const { equation: equation2, at, weight = 1 } = typeof spec === "string" ? { equation: spec } : spec;
  const [integrand, value] = parseEquation(equation2, scope, { unknowns: true });
  const leaves = [...nodesOf(value)];
  if (leaves.some((n) => n.kind !== "number" && n.kind !== "constant" && n.kind !== "call"))
    throw textError(equation2, equation2.indexOf("=") + 1, "the value of an integral is a number", "use constants only");
  if (at === void 0) return { integrand, value, weight, text: equation2 };
  const interval2 = scope.time === void 0 ? void 0 : bounds[scope.time];
  if (!interval2 || at.t < interval2[0] || at.t > interval2[1]) {
    const way3 = interval2 ? `give a time from ${interval2[0]} to ${interval2[1]}` : "the domain has no time";
    throw new OptionsError(`pde: the integral "${equation2}" is at ${timeName} = ${at.t}; ${way3}`, "at", at.t);
  }
  return { integrand, value, at: at.t, weight, text: equation2 };
}
function readObservation(spec, index2, scope) {
  const text3 = spec.quantity ?? scope.unknowns[0];
  const quantity = parseExpression(text3, scope, { unknowns: true });
  const d = scope.axes.length;
  const rows = Array.from(spec.points);
  const ragged = rows.find((row2) => typeof row2 !== "number" && row2.length !== d);
  const points = Float64Array.from(rows.flat());
  const values = Float64Array.from(spec.values);
  if (ragged !== void 0 || points.length !== values.length * d) {
    const have = ragged === void 0 ? `${points.length} coordinates for ${values.length} values` : `a row [${ragged}]`;
    const way3 = `each point has ${d}: ${scope.axes.join(", ")}`;
    throw new OptionsError(`pde: observations[${index2}] has ${have}; ${way3}`, "observations", index2);
  }
  return { quantity, points, values, sigma: spec.sigma ?? 1, text: text3 };
}

// solvers/problem/spec-check.ts
function fail(path, value, wanted) {
  const shown = JSON.stringify(value) ?? String(value);
  const short = shown.length > 80 ? `${shown.slice(0, 77)}\u2026` : shown;
  throw new OptionsError(`pde: ${path} is ${short}; give ${wanted}`, path, value);
}
var isRecord = (v) => typeof v === "object" && v !== null && !Array.isArray(v) && !ArrayBuffer.isView(v);
var isList = (v) => Array.isArray(v) || ArrayBuffer.isView(v) && !(v instanceof DataView);
var text2 = (v, path) => {
  if (typeof v !== "string" || v.trim() === "") fail(path, v, "a text that is not empty");
};
var finite = (v, path) => {
  if (typeof v !== "number" || !Number.isFinite(v)) fail(path, v, "a finite number");
};
var positive3 = (v, path) => {
  if (typeof v !== "number" || !(v > 0 && v < Number.POSITIVE_INFINITY)) fail(path, v, "a positive number");
};
var anyText = (v, path) => {
  if (typeof v !== "string") fail(path, v, "a text");
};
function oneOf(...words2) {
  return (v, path) => {
    if (typeof v !== "string" || !words2.includes(v)) fail(path, v, words2.map((w) => `"${w}"`).join(" or "));
  };
}
function listOf(item, least2 = 0, most8 = Number.MAX_SAFE_INTEGER) {
  return (v, path) => {
    if (isList(v) && v.length > most8) {
      throw new OptionsError(`pde: ${path} has ${v.length} entries; give at most ${most8}`, path, v.length);
    }
    if (!isList(v) || v.length < least2) fail(path, v, `a list${least2 > 0 ? ` of at least ${least2}` : ""}`);
    for (let i = 0; i < v.length; i++) item(v[i], `${path}[${i}]`);
  };
}
function recordOf(item) {
  return (v, path) => {
    if (!isRecord(v)) fail(path, v, "an object");
    for (const [key, value] of Object.entries(v)) item(value, `${path}.${key}`);
  };
}
function either2(wanted, ...alternatives) {
  return (v, path) => {
    const found = alternatives.find(([test]) => test(v));
    if (!found) fail(path, v, wanted);
    found[1](v, path);
  };
}
function object(required, optional2 = {}) {
  const fields3 = { ...required, ...optional2 };
  return (v, path) => {
    if (!isRecord(v)) fail(path, v, `an object with ${Object.keys(required).join(", ")}`);
    for (const key of Object.keys(v)) {
      if (!Object.hasOwn(fields3, key)) {
        const known3 = Object.keys(fields3);
        throw new OptionsError(`pde: ${path} has the unknown key "${key}"; ${suggest(key, known3)}`, key, v[key]);
      }
    }
    for (const key of Object.keys(required)) {
      if (v[key] === void 0) {
        throw new OptionsError(`pde: ${path} has no "${key}"; it needs ${Object.keys(required).join(", ")}`, key);
      }
    }
    for (const [key, value] of Object.entries(v)) if (value !== void 0) fields3[key](value, `${path}.${key}`);
  };
}
var isText = (v) => typeof v === "string";
var textOrTexts = either2("a text or a list of texts", [isText, text2], [isList, listOf(text2, 1)]);
var constants = recordOf(
  either2("a number or a formula", [isText, text2], [(v) => typeof v === "number" || v === null, finite])
);
var solution = either2(
  "a formula, a list of them or one by name",
  [isText, text2],
  [isList, listOf(text2, 1)],
  [isRecord, recordOf(text2)]
);
var place = either2(
  'a place such as "x", "x = 1" or { "where": "x < 0" }',
  [isText, text2],
  [(v) => isRecord(v) && "axis" in v, object({ axis: text2 }, { side: oneOf("low", "high", "both") })],
  [(v) => isRecord(v) && "edge" in v, object({ edge: finite })],
  [(v) => isRecord(v), object({ where: text2 })]
);
var numberOrText = either2("a number or a formula", [isText, text2], [() => true, finite]);
var interval = listOf(numberOrText, 2, 2);
var conditionKinds = {
  ...Object.fromEntries(
    ["dirichlet", "neumann", "robin"].map((type) => [
      type,
      object({ type: text2, equation: textOrTexts }, { on: place, weight: positive3 })
    ])
  ),
  initial: object({ type: text2, equation: textOrTexts }, { weight: positive3 }),
  interface: object({ type: text2, equation: textOrTexts, on: text2 }, { weight: positive3 }),
  periodic: object({ type: text2, on: textOrTexts }, { unknowns: listOf(text2, 1), weight: positive3 })
};
var condition2 = (v, path) => {
  if (!isRecord(v)) fail(path, v, 'an object such as { "type": "dirichlet", "equation": "u = 0" }');
  const kinds = Object.keys(conditionKinds);
  const { type } = v;
  if (typeof type !== "string") fail(`${path}.type`, type, kinds.join(", "));
  if (!Object.hasOwn(conditionKinds, type)) fail(`${path}.type`, type, `one of ${kinds.join(", ")}`);
  conditionKinds[type](v, path);
};
var integral2 = either2(
  "an equation or an object",
  [isText, text2],
  [isRecord, object({ equation: text2 }, { at: object({ [timeName]: finite }), weight: positive3 })]
);
var observation = object(
  {
    points: listOf(either2("a number or a row of numbers", [isList, listOf(finite)], [() => true, finite]), 1),
    values: listOf(finite, 1)
  },
  { quantity: text2, sigma: positive3 }
);
var functionResidual = object(
  {
    inputs: listOf(text2, 1),
    residual: (v, path) => {
      if (typeof v !== "function") fail(path, v, "a function of columns");
    }
  },
  { name: text2 }
);
var equation = either2(
  "a text or { inputs, residual }",
  [isText, text2],
  [
    (v) => isRecord(v) && "inputs" in v && v["residual"] === void 0,
    (v, path) => fail(path, v, "its residual: functions are no part of JSON, make the problem in code (loadSolution takes it)")
  ],
  [isRecord, functionResidual]
);
var [mostUnknowns, mostIntegrals] = [64, 256];
var mostOfAList = 4096;
var conditionsWanted = '"exact", an equation such as "u = 0" on the whole boundary, or a list such as [{ "type": "dirichlet", "equation": "u = 0", "on": "x" }]';
var problem = object(
  {
    name: anyText,
    domain: (v, path) => {
      if (!isRecord(v)) fail(path, v, 'an object such as { "x": [-1, 1], "t": [0, 1] }');
    },
    equations: either2(
      "a text, a residual, or a list of them",
      [isText, text2],
      [isList, listOf(equation, 1, mostOfAList)],
      [isRecord, equation]
    )
  },
  {
    unknowns: listOf(text2, 1, mostUnknowns),
    complex: listOf(text2, 1, mostUnknowns),
    fields: recordOf(
      either2(
        "a positive number or { smooth }",
        [(v) => typeof v === "number", positive3],
        [isRecord, object({ smooth: positive3 }, { guess: numberOrText, over: listOf(text2, 1) })]
      )
    ),
    parameters: recordOf(interval),
    functions: recordOf(text2),
    constants,
    trainable: constants,
    conditions: either2(
      conditionsWanted,
      [isText, (v, path) => v === "exact" || String(v).includes("=") ? void 0 : fail(path, v, conditionsWanted)],
      [isList, listOf(either2("a condition or an equation", [isText, text2], [() => true, condition2]), 0, mostOfAList)]
    ),
    integrals: listOf(integral2, 0, mostIntegrals),
    observations: listOf(observation, 0, mostOfAList),
    manufactured: solution,
    exact: solution,
    allow: listOf(oneOf("missing-condition", "corner-mismatch"))
  }
);
var deepest = 64;
function checkDepth(value) {
  let level2 = [value];
  for (let depth = 0; level2.length > 0; depth++) {
    if (depth > deepest)
      throw new OptionsError(
        `pde: lists and objects are nested more than ${deepest} deep; give a flatter problem`,
        "problem"
      );
    level2 = level2.flatMap(
      (v) => typeof v === "object" && v !== null && !ArrayBuffer.isView(v) ? Object.values(v).filter((inner) => typeof inner === "object" && inner !== null) : []
    );
  }
}
function checkSpec(value) {
  checkDepth(value);
  problem(value, "the problem");
}

// solvers/problem/written-domain.ts
var mostAxes2 = 1e4;
var words = /* @__PURE__ */ new Set(["shape", "axes", "geojson", "file", "project"]);
function numericDomain({ domain, parameters: parameters2 = {} }, constants2) {
  const value = (text3, path) => {
    const scope = { axes: [], time: void 0, unknowns: [], constants: Object.keys(constants2) };
    try {
      return evaluate(parseExpression(text3, scope, { unknowns: false }), numbers({ constants: constants2 }));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new OptionsError(`pde: ${path} is no number: ${error.message}`, "domain", text3);
    }
  };
  const inNumbers = (v, path) => {
    if (typeof v === "string") return value(v, path);
    if (Array.isArray(v)) return v.map((item, k) => inNumbers(item, `${path}[${k}]`));
    if (typeof v !== "object" || v === null) return v;
    return Object.fromEntries(
      Object.entries(v).map(([key, part]) => [
        key,
        words.has(key) ? part : key === "inside" && typeof part === "string" ? withoutConstants(part, v, constants2) : inNumbers(part, `${path}.${key}`)
      ])
    );
  };
  const numeric = expandAxes(inNumbers(domain, "domain"));
  const names = Object.keys(parameters2);
  if (names.length === 0) return numeric;
  if ("shape" in numeric || combinationNames.some((name) => name in numeric))
    throw new OptionsError("pde: parameters need a box; give the domain as one", "parameters", names);
  const twice = names.find((name) => Object.hasOwn(numeric, name) || name === timeName);
  if (twice !== void 0)
    throw new OptionsError(`pde: the parameter "${twice}" is an axis already; rename it`, "parameters", twice);
  const { [timeName]: time, ...space } = numeric;
  const added = inNumbers(parameters2, "parameters");
  return { ...space, ...added, ...time && { [timeName]: time } };
}
function withoutConstants(text3, { within }, constants2) {
  const axes = Object.keys(within ?? {});
  let read3;
  try {
    read3 = parsePredicate(text3, { axes, time: void 0, unknowns: [], constants: Object.keys(constants2) });
  } catch (error) {
    if (error instanceof FormatError) return text3;
    throw error;
  }
  if (![...nodesOf(read3)].some((node) => node.kind === "constant")) return text3;
  return written(inValues(read3, constants2), axes);
}
function written(e, axes) {
  if (e.kind !== "call" || e.name !== "min" && e.name !== "max") return `${toText(e, { axes, unknowns: [] })} > 0`;
  const [a, b] = e.args.map((part) => `(${written(part, axes)})`);
  return `${a} ${e.name === "min" ? "and" : "or"} ${b}`;
}
var inValues = (e, constants2) => e.kind === "constant" ? { kind: "number", value: constants2[e.name] } : e.kind === "call" ? { ...e, args: e.args.map((part) => inValues(part, constants2)) } : e;
function expandAxes(domain) {
  const entries = Object.entries(domain).flatMap(([key, value]) => {
    const match = /^(\p{L}+)(\d+)\.\.\1(\d+)$/u.exec(key);
    if (!match) return [[key, value]];
    const [first, last] = [Number(match[2]), Number(match[3])];
    if (last > mostAxes2)
      throw new OptionsError(`pde: "${key}" are more than ${mostAxes2} axes; give fewer`, "domain", key);
    if (first !== 1 || last < 1)
      throw new OptionsError(`pde: the axes "${key}" do not count up from 1; write "x1..x10"`, "domain", key);
    return Array.from({ length: last }, (_, k) => [`${match[1]}${k + 1}`, value]);
  });
  return Object.fromEntries(entries);
}

// solvers/problem/pde.ts
function pde(spec) {
  checkSpec(spec);
  return read2({ ...spec, domain: withFiles(spec.domain, ".") });
}
function read2(spec) {
  const constants2 = readConstants(spec.constants ?? {}, {});
  const domain = numericDomain(spec, constants2);
  const { axes, time, shape } = parseDomain(domain);
  const { low, high } = domainOf(domain);
  const bounds = low.map((l, k) => [l, high[k]]);
  const names = readNames(spec, axes);
  const { unknowns, parameters: parameters2 } = names;
  const given = Object.keys(spec.constants ?? {});
  const guesses = readConstants(spec.trainable ?? {}, constants2);
  const known3 = { ...names, constants: given };
  if (spec.exact !== void 0 && spec.manufactured !== void 0)
    throw new OptionsError('pde: "exact" and "manufactured" are both given; keep one of them', "exact", spec.exact);
  const exactText = spec.manufactured ?? spec.exact;
  const what = spec.manufactured === void 0 ? "exact" : "manufactured";
  const exact = exactText === void 0 ? void 0 : readSolution(exactText, known3, { spec, what });
  const equations = readEquations(spec, names);
  const source = spec.manufactured === void 0 ? void 0 : sourcesOf(equations, exact, axes.length);
  const orders2 = highestOrders(equations, names);
  const first = guessesOfFields(spec, known3);
  const context = {
    scope: names,
    shape,
    bounds,
    constants: constants2,
    exact,
    orders: orders2,
    fields: Object.keys(fieldsOf(spec)).length
  };
  const conditions = conditionSpecs(spec, time, orders2).flatMap((c) => readConditions(c, context));
  const problem4 = {
    name: spec.name,
    axes,
    time,
    ...parameters2 && { parameters: parameters2 },
    domain,
    bounds,
    unknowns,
    constants: constants2,
    trainable: guesses,
    equations: collapse2([...equations, ...slopesOfFields(spec, names)], conditions, names),
    conditions,
    integrals: (spec.integrals ?? []).map((one2) => readIntegral(one2, names, bounds)),
    observations: (spec.observations ?? []).map((one2, i) => readObservation(one2, i, names)),
    ...Object.keys(first).length > 0 && { guesses: first },
    ...exact && { exact },
    ...source && { source },
    text: plain(spec)
  };
  freeze(printingProblem(problem4));
  checkProblem(problem4);
  return problem4;
}
function readConstants(spec, earlier) {
  const values = {};
  for (const [name, value] of Object.entries(spec)) {
    const constants2 = { ...earlier, ...values };
    const scope = { axes: [], time: void 0, unknowns: [], constants: Object.keys(constants2) };
    const result = typeof value === "number" ? value : evaluate(parseExpression(value, scope, { unknowns: false }), numbers({ constants: constants2 }));
    if (!Number.isFinite(result))
      throw new OptionsError(`pde: the constant ${name} = ${value} is ${result}; give a finite number`, name, value);
    values[name] = result;
  }
  return values;
}
function readSolution(formulas, scope, { spec, what }) {
  const names = [...writtenUnknowns(spec), ...Object.keys(fieldsOf(spec))];
  const texts = typeof formulas === "string" ? [formulas] : Array.isArray(formulas) ? formulas : void 0;
  if (texts && texts.length !== names.length) {
    const wanted = `one formula for each of ${names.join(", ")}`;
    throw new OptionsError(`pde: "${what}" has ${texts.length} formulas; give ${wanted}`, what, formulas);
  }
  const byName = formulas;
  const stranger = texts ? void 0 : Object.keys(byName).find((name) => !names.includes(name));
  if (stranger !== void 0)
    throw new OptionsError(`pde: "${what}" speaks of "${stranger}"; ${suggest(stranger, names)}`, what, formulas);
  const parts2 = names.flatMap((name, i) => {
    const formula = texts ? texts[i] : own(byName, name);
    if (formula === void 0)
      throw new OptionsError(`pde: "${what}" has no formula for ${name}; add it`, what, formulas);
    if (!scope.complex?.has(name)) return [parseExpression(formula, scope, { unknowns: false })];
    return parseParts(formula, scope, { unknowns: false });
  });
  return share(parts2);
}
function collapse2(equations, conditions, scope) {
  const elsewhere2 = conditions.flatMap((c) => c.kind === "periodic" ? c.matched : [c.residual]);
  return share(collapseLaplacians(equations, spaceAxes(scope), elsewhere2));
}
function plain(value) {
  return JSON.parse(
    JSON.stringify(value, (_, v) => ArrayBuffer.isView(v) ? Array.from(v) : v)
  );
}
function freeze(value) {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

// solvers/problem/json.ts
function problemToJson(problem4) {
  return problem4.text;
}
function problemFromJson(json, path = "problem") {
  const value = typeof json === "string" ? parse(json, path) : json;
  checkSpec(value);
  return pde({ ...value, domain: withFiles(value.domain, dirname(path)) });
}
function savedProblem(reader, path, stored, given) {
  if (given !== void 0) {
    if (isDeepStrictEqual(problemToJson(given), stored)) return given;
    throw new OptionsError(
      `${reader}: ${path} is of another problem than the one given, "${given.name}"; give the one that was solved`,
      "problem",
      given.name
    );
  }
  if (hasFunction(stored)) {
    const way3 = "make the problem in code, and hand it in: { problem: yours }";
    throw new OptionsError(
      `${reader}: ${path} has a residual that is a function, which files cannot hold; ${way3}`,
      "problem"
    );
  }
  try {
    return problemFromJson(stored, path);
  } catch (cause) {
    if (!isMongeError(cause)) throw cause;
    throw new FormatError(path, "problem", cause.message, "the file is damaged: save what it holds again", { cause });
  }
}
function hasFunction(stored) {
  const { equations } = stored ?? {};
  const list3 = Array.isArray(equations) ? equations : [equations];
  return list3.some((e) => typeof e === "object" && e !== null && "inputs" in e);
}
function parse(text3, path) {
  try {
    return JSON.parse(text3);
  } catch (cause) {
    throw new FormatError(path, "JSON", `no JSON: ${cause.message}`, "mend the file", { cause });
  }
}

// solvers/residual/model.ts
var parameterCount = (model) => model.network.size + model.trainable.length;
function constantsOf(model, theta) {
  return (name) => {
    const at = model.trainable.indexOf(name);
    if (at >= 0) return tf.reshape(tf.slice(theta, [model.network.size + at], [1]), []);
    const value = own(model.constants, name);
    if (value === void 0) throw new RangeError(`model: no constant "${name}"`);
    return value;
  };
}
var coordinatesOf = (points) => Array.from({ length: points.shape[1] }, (_, k) => tf.slice(points, [0, k], [points.shape[0], 1]));
function solutionJets(model, theta, points, set, constants2, listen) {
  const outputs = model.network.forward(theta, points, set, listen);
  const algebra = jetAlgebra(tensorRing, set);
  const x = coordinateAlgebra(algebra, coordinatesOf(points), constants2);
  const memo = /* @__PURE__ */ new Map();
  return outputs.map((output, j) => {
    const { lift, distance } = model.ansatz[j] ?? {};
    const shaped = distance ? algebra.mul(evaluate(distance, x, memo), output) : output;
    return lift ? algebra.add(evaluate(lift, x, memo), shaped) : shaped;
  });
}
function asColumn(x, count4) {
  const t = typeof x === "number" ? constant(x) : x;
  return t.rank === 2 && t.shape[0] === count4 ? t : tf.broadcastTo(tf.reshape(t, [1, 1]), [count4, 1]);
}

// solvers/residual/elsewhere.ts
function elsewhereColumns({ model, group, theta, constants: constants2, listen }, at) {
  let columns2;
  const evaluateAll = () => {
    const { found, places } = placesOf(group.residuals);
    const nodes2 = found.map(({ node }) => node);
    const count4 = group.count;
    const blocks = [...places.values()].map(
      ({ args }) => tf.concat(
        args.map((a) => asColumn(at(a), count4)),
        1
      )
    );
    const copies = blocks.length;
    const points = copies === 1 ? blocks[0] : tf.concat(blocks, 0);
    const orders2 = nodes2.map(({ order }) => order.flatMap((n, axis) => new Array(n).fill(axis)));
    const set = slotSet(model.dimension, orders2, []);
    const heard = listen && ((layer2, z) => listen(layer2, z, copies));
    const jets = solutionJets(model, theta, points, set, constants2, heard);
    return new Map(
      found.map(({ node, place: place2 }, i) => {
        const column = jets[node.unknown][set.indexOf(orders2[i])] ?? 0;
        return [node, typeof column === "number" ? column : tf.slice(column, [place2 * count4, 0], [count4, 1])];
      })
    );
  };
  return (node) => {
    columns2 ??= evaluateAll();
    return columns2.get(node);
  };
}
function placesOf(residuals) {
  const places = /* @__PURE__ */ new Map();
  const numbers2 = /* @__PURE__ */ new Map();
  const placeOf = ({ args }) => {
    const key = args.map((a) => numbered(numbers2, a)).join();
    const known3 = places.get(key);
    if (known3) return known3.index;
    places.set(key, { index: places.size, args });
    return places.size - 1;
  };
  const isElsewhere = (e) => e.kind === "elsewhere";
  const found = [...nodesOf(residuals)].filter(isElsewhere).map((node) => ({ node, place: placeOf(node) }));
  return { found, places };
}
var pointsElsewhere = (residuals) => placesOf(residuals).places.size;
var fewerPoints = (count4, residuals, least2 = 64) => Math.min(count4, Math.max(least2, Math.floor(count4 / Math.max(1, pointsElsewhere(residuals)))));
function numbered(numbers2, e) {
  const known3 = numbers2.get(e);
  if (known3 !== void 0) return known3;
  numbers2.set(e, numbers2.size);
  return numbers2.size - 1;
}

// solvers/residual/rows.ts
var rowCount = (group) => (group.sum ? 1 : group.count) * group.residuals.length;
function slotsOf(dimension, residuals) {
  const derivatives = [];
  const laplacians = /* @__PURE__ */ new Map();
  const probe2 = {
    number: () => null,
    coordinate: () => null,
    constant: () => null,
    data: () => null,
    call: () => null,
    apply: () => null,
    derivative: (_, order) => {
      derivatives.push(axesOf(order));
      return null;
    },
    laplacian: (_, axes) => {
      laplacians.set(axes.join(), axes);
      return null;
    },
    elsewhere: () => null
  };
  for (const residual of residuals) evaluate(residual, probe2);
  const [sum2, ...others] = laplacians.values();
  for (const axes of others) derivatives.push(...axes.map((axis) => [axis, axis]));
  return slotSet(dimension, derivatives, sum2 ?? []);
}
var axesOf = (order) => order.flatMap((n, axis) => new Array(n).fill(axis));
function residualColumns(model, group, theta, tensors, constants2, listen) {
  const { points, data: data2 } = tensors;
  const set = slotsOf(model.dimension, group.residuals);
  const jets = solutionJets(model, theta, points, set, constants2, listen && ((layer2, z) => listen(layer2, z, 1)));
  const x = coordinatesOf(points);
  const algebra = {
    number: (value) => value,
    coordinate: (axis) => x[axis],
    constant: constants2,
    data: (name) => tf.slice(data2, [0, group.data.indexOf(name)], [group.count, 1]),
    derivative: (unknown2, order) => jets[unknown2][set.indexOf(axesOf(order))] ?? 0,
    laplacian(unknown2, axes) {
      if (axes.join() === set.laplacianAxes.join()) return jets[unknown2][set.laplacian] ?? 0;
      return axes.map((axis) => jets[unknown2][set.indexOf([axis, axis])] ?? 0).reduce((a, b) => tensorRing.add(a, b));
    },
    elsewhere: (_unknown, _order, _at, node) => elsewhere2(node),
    call: callTensor,
    apply: (f, args) => f(args.map((arg) => asColumn(arg, group.count)))
  };
  const memo = /* @__PURE__ */ new Map();
  const elsewhere2 = elsewhereColumns({ model, group, theta, constants: constants2, listen }, (e) => evaluate(e, algebra, memo));
  return group.residuals.map((residual) => asColumn(evaluate(residual, algebra, memo), group.count));
}
function callTensor(name, args) {
  const [a, b] = args;
  switch (name) {
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "min":
    case "max":
      return tensorRing[name](a, b);
    case "if":
      return tensorRing.where(a, b, args[2]);
    case "neg":
      return tensorRing.mul(-1, a);
    case "square":
      return tensorRing.mul(a, a);
    case "pow":
      return typeof b === "number" ? tensorRing.power(a, b) : tf.pow(typeof a === "number" ? constant(a) : a, b);
    default:
      return tensorRing.unary(name, a);
  }
}
var rowsOf = (group, values) => group.sum ? tf.sum(values, 0, true) : values;
function weightedRows(model, groups, theta, tensors) {
  const constants2 = constantsOf(model, theta);
  const columns2 = groups.flatMap(
    (group, i) => residualColumns(model, group, theta, tensors[i], constants2).map(
      (r) => rowsOf(group, tf.mul(r, tensors[i].rootWeights))
    )
  );
  return columns2.length === 1 ? columns2[0] : tf.concat(columns2, 0);
}

// solvers/residual/evaluator.ts
function evaluator(model, expressions, options = {}) {
  const { data: names = [], chunk = fewerPoints(2048, expressions, 16), threads = 1 } = options;
  const width = expressions.length;
  const { dimension } = model;
  let program;
  const group = { name: "evaluation", count: chunk, residuals: expressions, data: names };
  const outputs = (theta, tensors) => tf.concat(residualColumns(model, group, theta, tensors, constantsOf(model, theta)), 1);
  const compiled = () => {
    program ??= compile(
      (theta, points, data2) => [outputs(theta, { points, data: data2 })],
      [
        { shape: [parameterCount(model)] },
        { shape: [chunk, dimension] },
        { shape: [chunk, Math.max(1, names.length)] }
      ],
      { precision: "float64", threads, name: "evaluation" }
    );
    return program;
  };
  return {
    async evaluate(theta, points, data2) {
      const count4 = points.length / dimension;
      if (!Number.isInteger(count4)) throw new ShapeError("evaluate: points", `[n, ${dimension}]`, [points.length]);
      const bad = points.findIndex((v) => !Number.isFinite(v));
      if (bad >= 0) {
        const row2 = Math.floor(bad / dimension);
        throw new DomainError(
          `evaluate: point ${row2} has the coordinate ${points[bad]}; give finite points`,
          points[bad]
        );
      }
      const run = await compiled();
      const result = new Float64Array(count4 * width);
      const columns2 = Math.max(1, names.length);
      const [partPoints, partData] = [new Float64Array(chunk * dimension), new Float64Array(chunk * columns2)];
      const out = new Float64Array(chunk * width);
      for (let from = 0; from < count4; from += chunk) {
        const n = Math.min(chunk, count4 - from);
        partPoints.set(points.subarray(from * dimension, (from + n) * dimension));
        for (let i = n; i < chunk; i++) partPoints.copyWithin(i * dimension, 0, dimension);
        if (data2) partData.set(data2.subarray(from * columns2, (from + n) * columns2));
        await run.run([theta, partPoints, partData], { into: [out] });
        result.set(out.subarray(0, n * width), from * width);
      }
      return result;
    },
    async toOnnx(theta) {
      const once = await compile(
        (points) => [outputs(constant(theta, [theta.length]), { points, data: points })],
        [{ shape: [chunk, dimension] }],
        { precision: "float64", threads, name: "evaluation" }
      );
      try {
        return once.toOnnx();
      } finally {
        await once.dispose();
      }
    },
    async dispose() {
      await (await program)?.dispose();
    }
  };
}

// solvers/solve/lift.ts
var negligible = 1e-14;
var invisible = 1e-30;
var tolerance2 = 1e-3;
var rounding = 1e-11;
var most2 = 3;
function construct(problem4, domain) {
  const results = problem4.unknowns.map((_, unknown2) => ofUnknown(problem4, domain, unknown2));
  const held2 = new Set(results.flatMap((r) => r.held));
  return {
    ansatz: results.map((r) => r.ansatz),
    held: problem4.conditions.filter((c) => held2.has(c)),
    rows: problem4.conditions.filter((c) => !held2.has(c))
  };
}
function ofUnknown(problem4, domain, unknown2) {
  let candidates2 = problem4.conditions.filter(
    (c) => c.kind !== "periodic" && c.prescribes?.unknown === unknown2 && !usesTrainable(problem4, c) && isSmooth(problem4, domain, c.prescribes.value) && isPeriodic(problem4, domain, c.prescribes.value, unknown2)
  );
  const scale = largest(problem4, domain, candidates2);
  for (; ; ) {
    const { ansatz, held: held2 } = build(problem4, domain, candidates2, scale);
    const broken = held2.filter((c) => !holds(problem4, domain, ansatz.lift ?? zero, c, scale));
    if (broken.length === 0) return { ansatz, held: held2 };
    candidates2 = candidates2.filter((c) => !broken.includes(c));
  }
}
function build(problem4, domain, prescribed, scale) {
  const { time } = problem4;
  const order = (c) => c.prescribes.order;
  const plain2 = (c) => order(c).every((n) => n === 0);
  const start2 = time === void 0 ? [] : prescribed.filter((c) => c.kind === "initial");
  const value = start2.find(plain2);
  const slope = value && start2.find((c) => order(c).every((n, k) => n === (k === time ? 1 : 0)));
  const walls = prescribed.filter((c) => c.kind === "dirichlet");
  const faces = domain.isBox ? walls.map((c) => facesOf(problem4, c)) : [];
  const placed = walls.filter(
    (c, i) => faces[i] !== void 0 || !domain.isBox && c.on === "boundary" && isNothing(problem4, domain, c, scale)
  );
  const list3 = distinct(faces.flatMap((f) => f ?? []));
  const edges = partsOf(domain, placed, list3);
  const held2 = [...value ? [value] : [], ...slope ? [slope] : [], ...edges ? placed : []];
  const atStart = (c) => substitute(c.prescribes.value, time, domain.low[time]);
  let lift = value ? atStart(value) : zero;
  if (slope) {
    const since = call("sub", { kind: "coordinate", axis: time }, number(domain.low[time]));
    lift = call("add", lift, call("mul", since, atStart(slope)));
  }
  const walled = domain.isBox ? corrected(problem4, domain, lift, list3, scale) : lift;
  const factors = edges ? [...edges] : [];
  if (value) {
    const first = domain.distanceExpression("initial");
    factors.push(slope ? call("square", first) : first);
  }
  const [shared2, distance] = share([walled, factors.length > 0 ? factors.reduce((a, b) => call("mul", a, b)) : zero]);
  const ansatz = {
    ...shared2.kind === "number" && shared2.value === 0 ? {} : { lift: shared2 },
    ...factors.length > 0 ? { distance } : {}
  };
  return { ansatz, held: held2 };
}
function holds(problem4, domain, lift, condition3, scale) {
  const { order, value } = condition3.prescribes;
  const d = domain.dimension;
  const points = pointsOf(problem4, domain, condition3, 1024);
  const have = evaluateAt(derivativesOfExpression(lift, d)(order), points, d, problem4.constants);
  const wanted = evaluateAt(value, points, d, problem4.constants);
  const size = have.reduce((m, v) => Math.max(m, Math.abs(v)), scale);
  const allowed = Math.max(invisible, (d > most2 ? tolerance2 : rounding) * size);
  return have.every((v, i) => Math.abs(v - wanted[i]) <= allowed);
}
function isPeriodic(problem4, domain, value, unknown2) {
  const d = domain.dimension;
  const derivative = derivativesOfExpression(value, d);
  return problem4.conditions.every((c) => {
    if (c.kind !== "periodic" || !c.unknowns.includes(unknown2)) return true;
    const { axis } = c.on;
    const points = probePoints(domain);
    const at = (order, side) => {
      const moved = points.map((x, i) => i % d === axis ? side : x);
      return evaluateAt(derivative(order), moved, d, problem4.constants);
    };
    return c.matched.every((m) => {
      if (m.kind !== "derivative" || m.unknown !== unknown2) return true;
      const [low, high] = [at(m.order, domain.low[axis]), at(m.order, domain.high[axis])];
      const size = low.reduce((s, v) => Math.max(s, Math.abs(v)), 1);
      return low.every((v, i) => Math.abs(v - high[i]) <= 1e-8 * size);
    });
  });
}
function isSmooth(problem4, domain, value) {
  const turns = [...nodesOf(value)].flatMap((e) => {
    if (e.kind !== "call") return [];
    const [a, b] = e.args;
    if (e.name === "abs" || e.name === "sign" || e.name === "if") return [a];
    return e.name === "min" || e.name === "max" ? [call("sub", a, b)] : [];
  });
  if (turns.length === 0) return true;
  const points = probePoints(domain);
  return turns.every((turn) => {
    const signs = new Set(evaluateAt(turn, points, domain.dimension, problem4.constants).map(Math.sign));
    return !(signs.has(1) && signs.has(-1));
  });
}
function usesTrainable(problem4, condition3) {
  for (const node of nodesOf(condition3.residual)) {
    if (node.kind === "constant" && Object.hasOwn(problem4.trainable, node.name)) return true;
  }
  return false;
}
function facesOf(problem4, condition3) {
  const { on, prescribes } = condition3;
  const { value } = prescribes;
  const both = (axis, side) => sidesOf(side).map((s) => ({ axis, side: s, value }));
  if (on === "boundary") return spaceAxes(problem4).flatMap((axis) => both(axis, "both"));
  return "axis" in on ? both(on.axis, on.side) : void 0;
}
var distinct = (faces) => faces.filter((f, i) => faces.findIndex((g) => g.axis === f.axis && g.side === f.side) === i);
var hasPolygon = (shape) => "parts" in shape ? shape.parts.some(hasPolygon) : shape.kind === "polygon";
function partsOf(domain, conditions, faces) {
  if (conditions.length === 0) return [];
  if (!domain.isBox) {
    if (hasPolygon(parseDomain(domain.spec).shape)) return void 0;
    try {
      return [domain.distanceExpression("boundary")];
    } catch (error) {
      if (error instanceof DomainError) return void 0;
      throw error;
    }
  }
  const axes = [...new Set(faces.map((f) => f.axis))];
  return axes.map((axis) => {
    const sides = new Set(faces.filter((f) => f.axis === axis).map((f) => f.side));
    return domain.distanceExpression({ axis, side: sides.size === 2 ? "both" : [...sides][0] });
  });
}
function corrected(problem4, domain, start2, faces, scale) {
  const axes = [...new Set(faces.map((f) => f.axis))];
  let lift = start2;
  for (const axis of axes) {
    const [low, high] = [domain.low[axis], domain.high[axis]];
    const base = axes.length <= most2 ? lift : start2;
    const x = { kind: "coordinate", axis };
    const up = call("mul", number(1 / (high - low)), call("sub", x, number(low)));
    const mine = faces.filter((f) => f.axis === axis);
    for (const { side, value } of mine) {
      const at = side === "low" ? low : high;
      const gap = substitute(call("sub", value, base), axis, at);
      if (sizeOf2(problem4, domain, gap) <= Math.max(invisible, negligible * scale)) continue;
      const part = mine.length === 1 ? number(1) : side === "high" ? up : call("sub", number(1), up);
      lift = call("add", lift, call("mul", part, gap));
    }
  }
  return lift;
}
var substitute = (expression, axis, at) => movedTo(expression, { [axis]: number(at) });
function sizeOf2(problem4, domain, expression) {
  const points = probePoints(domain);
  return evaluateAt(expression, points, domain.dimension, problem4.constants).reduce(
    (m, v) => Math.max(m, Math.abs(v)),
    0
  );
}
var probePoints = (domain) => {
  const unit2 = rng(0).split("lift").uniform(1024 * domain.dimension);
  return unit2.map((u, i) => {
    const k = i % domain.dimension;
    return domain.low[k] + u * (domain.high[k] - domain.low[k]);
  });
};
function largest(problem4, domain, conditions) {
  const given = conditions.map((c) => onBoundary(problem4, domain, c));
  const exact = (problem4.exact ?? []).map((e) => {
    const points = domain.interior(4096, rng(0).split("lift scale"));
    return evaluateAt(e, points, domain.dimension, problem4.constants).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  });
  return Math.max(0, ...given, ...exact);
}
function onBoundary(problem4, domain, condition3) {
  const points = pointsOf(problem4, domain, condition3, 512);
  const values = evaluateAt(condition3.prescribes.value, points, domain.dimension, problem4.constants);
  return values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
}
function pointsOf(problem4, domain, condition3, count4) {
  const part = condition3.kind === "initial" ? "initial" : boundaryPart(condition3.on, problem4);
  return domain.boundary(count4, rng(0).split("lift boundary"), part).points;
}
var isNothing = (problem4, domain, condition3, scale) => onBoundary(problem4, domain, condition3) <= Math.max(invisible, negligible * scale);

// solvers/solve/quadrature.ts
var most3 = 3;
var fewest = 4096;
function quadrature(domain, count4, fixed) {
  const d = domain.dimension;
  const free2 = Array.from({ length: d }, (_, k) => k).filter((k) => k !== fixed?.axis);
  if (!domain.isBox || free2.length > most3) {
    const n = Math.max(count4, fewest);
    const weights2 = new Float64Array(n).fill(1 / n);
    const draw2 = (rng2) => {
      const points2 = domain.interior(n, rng2);
      if (fixed) for (let i = fixed.axis; i < points2.length; i += d) points2[i] = fixed.at;
      return { points: points2, weights: weights2 };
    };
    return { count: n, draw: draw2 };
  }
  const m = Math.max(2, Math.floor(count4 ** (1 / free2.length) + 1e-9));
  const { nodes: nodes2, weights: line3 } = gaussLegendre(m);
  const total3 = m ** free2.length;
  const points = new Float64Array(total3 * d);
  const weights = new Float64Array(total3).fill(1);
  for (let i = 0; i < total3; i++) {
    if (fixed) points[i * d + fixed.axis] = fixed.at;
    let rest = i;
    for (const k of free2) {
      const j = rest % m;
      rest = (rest - j) / m;
      points[i * d + k] = domain.low[k] + (domain.high[k] - domain.low[k]) * nodes2[j];
      weights[i] *= line3[j];
    }
  }
  return { count: total3, draw: () => ({ points, weights }) };
}

// solvers/solve/assemble.ts
function assemble(problem4, domain, network, conditions = "hard") {
  checkNetwork(network, domain.axes);
  const box2 = { low: domain.low, high: domain.high };
  const { ansatz, held: held2, rows } = conditions === "hard" ? construct(problem4, domain) : { ansatz: [], held: [], rows: problem4.conditions };
  const periodicAxes = problem4.conditions.flatMap((c) => c.kind === "periodic" ? [c.on.axis] : []);
  const features = periodicAxes.length > 0 && domain.isBox ? periodicNetwork(network, periodicAxes) : network;
  const all = problem4.unknowns.length;
  const partial3 = problem4.conditions.find((c) => c.kind === "periodic" && c.unknowns.length < all);
  if (partial3) {
    const message = `solve: "${partial3.text}" holds for some unknowns only, but a network is periodic in all of them or in none`;
    throw new OptionsError(message, "conditions", partial3.text);
  }
  const heldByFeatures = (c) => c.kind === "periodic" && features !== network;
  const model = {
    dimension: domain.dimension,
    network: programFor(problem4, features, box2),
    ansatz: problem4.unknowns.map((_, i) => {
      const guess = problem4.guesses?.[i];
      return { ...ansatz[i], ...guess && { lift: guess } };
    }),
    constants: problem4.constants,
    trainable: Object.keys(problem4.trainable)
  };
  const sources = dataNames(problem4.equations);
  const interiorData = (points) => {
    const columns2 = sources.map((name) => {
      const source = problem4.source?.[Number(name.slice("source".length))];
      if (!source)
        throw new OptionsError(`solve: the equations ask for "${name}", which nothing gives`, "source", name);
      return evaluateAt(source, points, domain.dimension, problem4.constants);
    });
    return interleave(columns2, points.length / domain.dimension);
  };
  const temperature = (weight) => {
    const seen = problem4.observations.flatMap(({ values, sigma }) => [...values.map((v) => (v / sigma) ** 2)]);
    const squares = seen.reduce((sum2, v) => sum2 + v, 0);
    return weight / (squares || Math.max(1, seen.length));
  };
  return {
    problem: problem4,
    domain,
    model,
    held: [...held2, ...rows.filter(heldByFeatures)],
    rows: rows.filter((c) => !heldByFeatures(c)),
    interior: (count4, scale) => ({
      name: "equations",
      count: count4,
      residuals: problem4.equations.map((e) => call("mul", number(1 / scale), e)),
      data: sources
    }),
    interiorData,
    interiorPoints: (set, weight) => ({
      points: set.points,
      rootWeights: set.weights.map((w) => Math.sqrt(weight * w)),
      data: interiorData(set.points)
    }),
    others: (counts, weights) => [
      ...rows.filter((c) => !heldByFeatures(c)).flatMap((c) => conditionGroups(problem4, domain, c, counts.boundary, weights.conditions)),
      ...problem4.integrals.map((i) => integralGroup(domain, problem4, i, counts.interior, weights.conditions)),
      ...problem4.observations.map((o) => observationGroup(domain, o, Math.sqrt(temperature(weights.observations))))
    ],
    temperature
  };
}
function programFor(problem4, network, box2) {
  const fields3 = Object.keys(fieldsOf(problem4.text)).length;
  const all = problem4.unknowns.length;
  if (fields3 === 0 || !isDeep(network)) return networkProgram(network, box2, all);
  const { width, activation } = network;
  const own2 = mlp({ width: Math.max(8, Math.ceil(width / 2)), depth: 2, activation });
  const parts2 = Array.from({ length: fields3 }, () => networkProgram(own2, box2, 1));
  return parallelProgram([networkProgram(network, box2, all - fields3), ...parts2]);
}
var isDeep = (network) => network.kind === "mlp" && network.depth > 1;
var dataNames = (expressions) => [...new Set([...nodesOf(expressions)].flatMap((node) => node.kind === "data" ? [node.name] : []))].sort();
function interleave(columns2, count4) {
  const width = Math.max(1, columns2.length);
  const out = new Float64Array(count4 * width);
  columns2.forEach((column, j) => {
    for (let i = 0; i < count4; i++) out[i * width + j] = column[i];
  });
  return out;
}
function rowsAt(domain, on, asked) {
  if (domain.dimension > 1) return asked;
  return Math.min(asked, typeof on === "object" && "axis" in on && on.side !== "both" ? 1 : 2);
}
function conditionGroups(problem4, domain, condition3, asked, weight) {
  const count4 = rowsAt(domain, condition3.on, asked);
  const rootWeight = Math.sqrt(weight * condition3.weight);
  if (condition3.kind === "periodic")
    throw new OptionsError(
      `solve: the condition "${condition3.text}" needs a box and a network that can be periodic; use mlp()`,
      "conditions",
      condition3.text
    );
  const data2 = dataNames([condition3.residual]);
  const part = condition3.kind === "initial" ? "initial" : boundaryPart(condition3.on, problem4);
  const group = { name: condition3.text, count: count4, residuals: [condition3.residual], data: data2 };
  const { table } = condition3;
  if (table) return [{ group, draw: (rng2) => stretchOf(table, domain.dimension, count4, rootWeight, rng2) }];
  const draw2 = (rng2) => {
    const { points, normals, weights } = domain.boundary(count4, rng2, part);
    const columns2 = data2.map((name) => {
      const axis = Number(name.slice("normal".length));
      return Float64Array.from({ length: count4 }, (_, i) => normals[i * domain.dimension + axis]);
    });
    return { points, rootWeights: weights.map((w) => rootWeight * Math.sqrt(w)), data: interleave(columns2, count4) };
  };
  return [{ group, draw: draw2 }];
}
function stretchOf(table, d, count4, rootWeight, rng2) {
  const n = table.values.length;
  const from = Math.floor(rng2.uniform() * n);
  const at = (i) => (from + i) % n;
  return {
    points: Float64Array.from({ length: count4 * d }, (_, i) => table.points[at(Math.floor(i / d)) * d + i % d]),
    rootWeights: new Float64Array(count4).fill(rootWeight),
    data: Float64Array.from({ length: count4 }, (_, i) => table.values[at(i)])
  };
}
function integralGroup(domain, problem4, integral3, count4, weight) {
  const { at } = integral3;
  const { time } = problem4;
  const moment = at === void 0 || time === void 0 ? void 0 : { axis: time, at };
  const measure = moment ? domain.volume / (domain.high[moment.axis] - domain.low[moment.axis]) : domain.volume;
  const rule2 = quadrature(domain, count4, moment);
  const group = {
    name: integral3.text,
    count: rule2.count,
    residuals: [call("sub", call("mul", number(measure), integral3.integrand), integral3.value)],
    data: [],
    sum: true
  };
  const rootWeight = Math.sqrt(weight * integral3.weight);
  const draw2 = (rng2) => {
    const { points, weights } = rule2.draw(rng2);
    return { points, rootWeights: weights.map((w) => rootWeight * w), data: new Float64Array(rule2.count) };
  };
  return { group, draw: draw2 };
}
function observationGroup(domain, observation2, factor) {
  const { quantity, points, values, sigma, text: text3 } = observation2;
  const count4 = points.length / domain.dimension;
  const group = {
    name: text3,
    count: count4,
    residuals: [call("sub", quantity, { kind: "data", name: "observed" })],
    data: ["observed"]
  };
  const rootWeights = new Float64Array(count4).fill(factor / sigma);
  const draw2 = () => ({ points, rootWeights, data: values });
  return { group, draw: draw2 };
}

// solvers/solve/test-set.ts
function relativeL2(test, prediction, unknown2) {
  const { values, weights, known: known3, unknowns = 1 } = test;
  if (prediction.length !== values.length) {
    throw new ShapeError(
      "relativeL2: prediction",
      [values.length],
      [prediction.length],
      "one value a point and unknown"
    );
  }
  let [error, size] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (known3?.[i] === 0 || unknown2 !== void 0 && i % unknowns !== unknown2) continue;
    const p = prediction[i];
    if (!Number.isFinite(p)) {
      throw new DomainError(`relativeL2: prediction ${i} is ${p}; evaluate at the points of the test set`, p);
    }
    const w = weights ? weights[Math.floor(i / unknowns)] : 1;
    error += w * (p - values[i]) ** 2;
    size += w * values[i] ** 2;
  }
  if (!(size > 0))
    throw new DomainError("relativeL2: the true values are all zero, so no error is relative to them", size);
  return Math.sqrt(error / size);
}
function gridPoints(low, high, counts, centred = false) {
  const dimension = low.length;
  const total3 = counts.reduce((a, b) => a * b, 1);
  const points = new Float64Array(total3 * dimension);
  for (let i = 0; i < total3; i++) {
    let rest = i;
    for (let k = dimension - 1; k >= 0; k--) {
      const n = counts[k];
      const j = rest % n;
      rest = (rest - j) / n;
      points[i * dimension + k] = low[k] + (high[k] - low[k]) * (centred ? (j + 0.5) / n : j / (n - 1));
    }
  }
  return points;
}
function boxPoints(low, high, count4, rng2) {
  const d = low.length;
  return unitSequence(d, rng2).next(count4).map((u, i) => low[i % d] + (high[i % d] - low[i % d]) * u);
}
function peakMixture(center, count4, rng2) {
  const d = center.length;
  const each = Math.ceil(count4 / 3);
  const scales = [Math.sqrt(1 / 40), 0.3];
  const limits = (s, k) => [(-1 - center[k]) / s, (1 - center[k]) / s];
  const points = new Float64Array(3 * each * d);
  for (let component = 0; component < 3; component++) {
    const s = scales[component];
    const units = unitSequence(d, rng2).next(each);
    for (const [i, u] of units.entries()) {
      const k = i % d;
      points[component * each * d + i] = s === void 0 ? 2 * u - 1 : center[k] + s * truncatedQuantile(u, ...limits(s, k));
    }
  }
  const constants2 = scales.map(
    (s) => center.reduce((sum2, _, k) => sum2 - Math.log(normalMass(...limits(s, k)) * s * Math.sqrt(2 * Math.PI)), 0)
  );
  const weights = new Float64Array(3 * each);
  for (let i = 0; i < 3 * each; i++) {
    let squares = 0;
    for (let k = 0; k < d; k++) squares += (points[i * d + k] - center[k]) ** 2;
    const normal = scales.reduce((sum2, s, c) => sum2 + Math.exp(constants2[c] - squares / (2 * s * s)), 0);
    weights[i] = 1 / (each * (normal + 2 ** -d));
  }
  return { points, weights };
}

// solvers/solve/judge.ts
async function errorsOf(solution2, given) {
  const { unknowns } = solution2.problem;
  const test = given ?? exactTest(solution2);
  const values = await solution2.evaluate(test.points);
  const known3 = (i) => test.known?.[i] !== 0;
  const isKnown = (unknown2) => test.values.some((v, i) => i % unknowns.length === unknown2 && known3(i) && v !== 0);
  return {
    relativeL2: relativeL2(test, values),
    maxError: values.reduce((m, v, i) => known3(i) ? Math.max(m, Math.abs(v - test.values[i])) : m, 0),
    perUnknown: Object.fromEntries(
      unknowns.flatMap((name, k) => isKnown(k) ? [[name, relativeL2(test, values, k)]] : [])
    ),
    points: test.points.length / solution2.domain.dimension
  };
}
function exactTest({ problem: problem4, domain }) {
  const { exact, unknowns, constants: constants2, name } = problem4;
  if (!exact) {
    const message = `errors: "${name}" has no exact solution; give points with true values`;
    throw new OptionsError(message, "test", void 0);
  }
  const d = domain.dimension;
  const points = domain.interior(2 ** 16, rng(0).split("errors"));
  const columns2 = exact.map((e) => evaluateAt(e, points, d, constants2));
  const values = new Float64Array(points.length / d * unknowns.length);
  columns2.forEach((column, k) => {
    column.forEach((v, i) => {
      values[i * unknowns.length + k] = v;
    });
  });
  return { points, values, unknowns: unknowns.length };
}
async function gridOf2(solution2, counts) {
  const { problem: problem4, domain } = solution2;
  const { axes, unknowns } = problem4;
  const shape = axes.map((axis) => {
    const n = counts[axis];
    if (!(n !== void 0 && Number.isInteger(n) && n >= 2)) {
      throw new OptionsError(`onGrid: ${axis} has ${n} points, expected a whole number \u2265 2`, axis, n);
    }
    return n;
  });
  const coordinates = shape.map((n, k) => {
    const [low, high] = [domain.low[k], domain.high[k]];
    return Float64Array.from({ length: n }, (_, i) => low + (high - low) * i / (n - 1));
  });
  const count4 = shape.reduce((a, b) => a * b, 1);
  const points = new Float64Array(count4 * axes.length);
  for (let i = 0, rest = 0; i < count4; i++) {
    rest = i;
    for (let k = axes.length - 1; k >= 0; k--) {
      points[i * axes.length + k] = coordinates[k][rest % shape[k]];
      rest = Math.floor(rest / shape[k]);
    }
  }
  const inside = domain.isBox ? void 0 : domain.contains(points);
  const all = await solution2.evaluate(points);
  const values = Object.fromEntries(
    unknowns.map((name, j) => [
      name,
      Float64Array.from({ length: count4 }, (_, i) => inside?.[i] === 0 ? Number.NaN : all[i * unknowns.length + j])
    ])
  );
  return { axes, shape, coordinates, points, values };
}

// solvers/solve/solution-record.ts
import { createHash } from "node:crypto";

// solvers/solve/hardness.ts
var named = { hard: "hard", soft: "soft", exact: "hard", fitted: "soft" };
function hardnessOf(caller, value) {
  const hardness = own(named, value);
  if (hardness !== void 0) return hardness;
  throw new OptionsError(`${caller}: conditions is ${value}, expected "hard" or "soft"`, "conditions", value);
}
var fields2 = {
  exactConditions: "hardConditions",
  fittedConditions: "softConditions"
};
function inTodaysNames(stored) {
  if (!isPlainObject(stored)) return stored;
  return Object.fromEntries(
    Object.entries(stored).map(([key, value]) => {
      const name = own(fields2, key) ?? key;
      return [name, key === "conditions" && typeof value === "string" ? own(named, value) ?? value : value];
    })
  );
}

// solvers/solve/solution-record.ts
var measured = either(among(null, "NaN", "Infinity", "-Infinity"), real());
var reportCheck = (value, at) => todaysReport(inTodaysNames(value), at);
var todaysReport = record({
  status: among("converged", "budget", "diverged", "aborted", "stalled", "doubtful"),
  seconds: real(0),
  processorSeconds: optional(real(0)),
  steps: whole(0),
  rounds: whole(0),
  residual: measured,
  scale: measured,
  conditions: among("hard", "soft"),
  hardConditions: list(text),
  softConditions: list(text),
  constants: fields(record({ value: real(), standardDeviation: measured })),
  estimate: optional(record({ relativeL2: measured, by: text, advice: optional(text) })),
  method: optional(list(text))
});
var digestCheck = optional(text);
var numberOf = (stored) => stored === null ? Number.NaN : Number(stored);
function reportOf(written2) {
  const stored = inTodaysNames(written2);
  const constants2 = Object.entries(stored.constants).map(([name, { value, standardDeviation }]) => [
    name,
    { value, standardDeviation: numberOf(standardDeviation) }
  ]);
  const { residual, scale, estimate } = stored;
  return {
    ...stored,
    ...{ residual: numberOf(residual), scale: numberOf(scale), constants: Object.fromEntries(constants2) },
    ...estimate && { estimate: { ...estimate, relativeL2: numberOf(estimate.relativeL2) } }
  };
}
function digestOf(theta) {
  return createHash("sha256").update(new Uint8Array(theta.buffer, theta.byteOffset, theta.byteLength)).digest("hex");
}
async function writeTheta(path, theta) {
  const tensors = { theta: { shape: [theta.length], data: theta } };
  const complaint = notFinite(tensors);
  if (complaint !== void 0) throw new DomainError(`${path}: ${complaint}; such a solution is not saved`);
  await writeSafetensors(path, tensors);
}
async function readTheta(path, format, digest) {
  const fail3 = (message, hint) => {
    throw new FormatError(path, format, message, hint);
  };
  const { tensors, metadata } = await readSafetensors(path);
  const { data: data2, shape } = tensors.get("theta") ?? {};
  const alone = tensors.size === 1 && Object.keys(metadata).length === 0;
  if (!(data2 instanceof Float64Array) || shape?.length !== 1 || !alone) {
    return fail3('it holds other things than one list "theta" of float64', "the file is damaged, or no solution");
  }
  const complaint = notFinite(tensors);
  if (complaint !== void 0) fail3(complaint, "the file is damaged");
  if (digest !== void 0 && digest !== digestOf(data2)) {
    fail3("these are not the parameters that belong to the record beside it", "the files are of two solutions");
  }
  return data2;
}

// solvers/solve/solution-text.ts
var most4 = 4;
function solutionText({ problem: problem4, report, network, parameters: parameters2 }, more = []) {
  const { status, residual, scale, steps: steps2, rounds: rounds2, seconds, hardConditions, softConditions } = report;
  const constants2 = Object.entries(report.constants).map(
    ([name, { value, standardDeviation }]) => `${name} = ${shortNumber(value)} \xB1 ${shortNumber(standardDeviation)}`
  );
  return printedLines(`Solution of ${JSON.stringify(problem4.name)} (${status})`, [
    ["unknowns", `${some(problem4.unknowns)} of ${some(problem4.axes)}`],
    ["residual", `${shortNumber(residual)} \xD7 ${shortNumber(scale)}, root mean square`],
    ["effort", `${steps2} steps in ${rounds2} rounds, ${shortNumber(seconds)} s`],
    ["network", describeNetwork(network, parameters2)],
    ...more,
    ...hardConditions.length > 0 ? [["hard", some(hardConditions)]] : [],
    ...softConditions.length > 0 ? [["soft", some(softConditions)]] : [],
    ...constants2.length > 0 ? [["found", some(constants2)]] : []
  ]);
}
function some(list3) {
  const rest = list3.length - most4;
  return list3.slice(0, most4).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

// solvers/solve/solution.ts
var Solution = class _Solution {
  problem;
  domain;
  network;
  /** All parameters: the network's, then the trainable constants. */
  theta;
  report;
  /** Folder of the run's record, where `solve` kept one. */
  run;
  #assembly;
  #evaluators = /* @__PURE__ */ new Map();
  /** Prefer `solve` and {@link loadSolution}. */
  constructor(problem4, network, theta, report, run) {
    this.problem = problem4;
    this.domain = domainOf(problem4.domain);
    this.network = network;
    this.theta = theta;
    this.report = report;
    this.run = run;
    this.#assembly = assemble(problem4, this.domain, network, report.conditions);
  }
  /** Number of parameters of the network, and of constants that were found. */
  get parameters() {
    return parameterCount(this.#assembly.model);
  }
  get status() {
    return this.report.status;
  }
  /** The same solution with more said of it. */
  told(more) {
    return new _Solution(this.problem, this.network, this.theta, { ...this.report, ...more }, this.run);
  }
  /** What `console.log` prints: a few lines. */
  [inspect]() {
    return solutionText(this);
  }
  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite
   * @returns [n, unknowns], row-major
   * @throws ShapeError where the numbers are no whole points; DomainError where one is not finite
   */
  evaluate(points) {
    const { unknowns, axes } = this.problem;
    return this.#values(
      "unknowns",
      unknowns.map((_, k) => partial(k, unit(axes.length, -1))),
      points
    );
  }
  /**
   * Any formula of the unknowns at points, such as `"u_x"`, `"lap(u)"` or `"u*u_x - nu*u_xx"`.
   *
   * @param points - [n, axes]
   * @returns n values
   * @throws FormatError where the formula cannot be read
   */
  quantity(formula, points) {
    const expression = parseExpression(formula, scopeOf(this.problem), { unknowns: true });
    return this.#values(`quantity ${formula}`, [expression], points);
  }
  /** Residuals of the equations at points, unscaled: [n, equations]. */
  async residual(points) {
    const { problem: problem4 } = this;
    const { data: data2 } = this.#assembly.interior(1, 1);
    const program = this.#evaluator("residual", problem4.equations, data2);
    return program.evaluate(this.theta, points, this.#assembly.interiorData(points));
  }
  /**
   * Errors against the problem's exact solution at even points, or against a test set.
   *
   * @param test - points with true values @defaultValue 65 536 Sobol points with the exact solution
   * @throws OptionsError where there is neither
   */
  errors(test) {
    return errorsOf(this, test);
  }
  /**
   * The unknowns on a grid over the bounding box, both ends included; NaN outside the domain.
   *
   * @param counts - points along each axis, at least 2, by name
   */
  onGrid(counts) {
    return gridOf2(this, counts);
  }
  /**
   * The solution as an ONNX model in float64, parameters and lift inside: points [2048, axes] in, unknowns [2048, unknowns] out.
   */
  toOnnx() {
    const { unknowns, axes } = this.problem;
    const expressions = unknowns.map((_, k) => partial(k, unit(axes.length, -1)));
    return this.#evaluator("unknowns", expressions, []).toOnnx(this.theta);
  }
  /**
   * Writes `solution.json` and `solution.safetensors` into a folder, each whole or not at all, with checksums.
   *
   * @throws DomainError where a parameter is not finite
   */
  async save(folder) {
    await mkdir(folder, { recursive: true });
    const { theta, problem: problem4, network, report } = this;
    await writeTheta(join(folder, parametersFile), theta);
    const plain2 = { problem: problemToJson(problem4), network: dataOf(network), report, parameters: digestOf(theta) };
    await writeAtomically(join(folder, solutionFile), sealedJson(plain2));
  }
  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose() {
    const open = [...this.#evaluators.values()];
    this.#evaluators.clear();
    for (const one2 of open) await one2.dispose();
  }
  #values(key, expressions, points) {
    return this.#evaluator(key, expressions, []).evaluate(this.theta, points);
  }
  #evaluator(key, expressions, data2) {
    const known3 = this.#evaluators.get(key) ?? evaluator(this.#assembly.model, expressions, { data: data2 });
    this.#evaluators.set(key, known3);
    return known3;
  }
};
var solutionFile = "solution.json";
var parametersFile = "solution.safetensors";
var way = "give a folder that Solution.save wrote";
var handedIn = (given = {}) => "equations" in given ? { problem: given } : given;
async function loadSolution(folder, given) {
  const { problem: problem4, network: own2 } = handedIn(given);
  const [path, parameters2] = [join(folder, solutionFile), join(folder, parametersFile)];
  for (const file of [path, parameters2]) {
    if (!existsSync(file)) throw new FormatError(file, "solution", "there is no such file", way);
  }
  const fail3 = (message, cause) => {
    throw new FormatError(path, "solution", message, "the file is damaged: save the solution again", { cause });
  };
  const stored = await readSealedJson(path, { format: "solution", hint: way, fields: Object.keys(recordFields) });
  const complaint = record(recordFields)(stored, "the solution");
  if (complaint !== void 0) fail3(complaint);
  const plain2 = stored;
  const whole2 = savedProblem("loadSolution", path, plain2.problem, problem4);
  const theta = await readTheta(parameters2, "solution", plain2.parameters);
  const network = savedNetwork(`loadSolution: ${path}`, plain2.network, own2);
  let solution2;
  try {
    solution2 = new Solution(whole2, network, theta, reportOf(plain2.report));
  } catch (error) {
    if (isMongeError(error)) return fail3(error.message, error);
    throw error;
  }
  if (theta.length !== solution2.parameters) {
    const message = `${theta.length} parameters, where the network has ${solution2.parameters}`;
    throw new FormatError(parameters2, "solution", message, "the files are of two solutions");
  }
  return solution2;
}
var recordFields = { problem: anything, network: networkCheck, report: reportCheck, parameters: digestCheck };

// solvers/solve/blas.ts
function blasName(caller, asked = "auto") {
  if (asked === "none") return asked;
  const found = systemBlas()?.name ?? "none";
  if (asked === "auto" || asked === found) return found;
  const way3 = `take "auto" or "none"; a run that began with "${asked}" goes on where that is`;
  throw new OptionsError(
    `${caller}: blas is "${asked}", but this machine has ${found === "none" ? "none" : `"${found}"`}; ${way3}`,
    "blas",
    asked
  );
}
var blasOf = (name) => name === "none" ? void 0 : systemBlas();
function withBlas(stored) {
  if (!isPlainObject(stored) || !("optimizer" in stored) || "blas" in stored) return stored;
  return { ...stored, blas: "none" };
}

// solvers/solve/presets.ts
var presetNames = ["aas"];
var presets = {
  aas: (dimension) => ({
    network: mlp({ width: dimension <= 3 ? 32 : 64, depth: 6, scale: 1 }),
    sampler: adversarial({ method: "paper" }),
    optimizer: adam({ learningRate: 1e-4 }),
    conditions: "soft",
    weights: { conditions: 100 },
    points: 5e3,
    boundaryPoints: 5e3,
    residualScale: 1,
    stepsPerRound: 500,
    growth: { after: 1, factor: 1 },
    budget: { steps: 25e3 },
    precision: "float32"
  })
};
function presetOptions(name, dimension) {
  const preset = own(presets, name);
  if (preset) return preset(dimension);
  throw new OptionsError(`solve: there is no preset "${name}", only ${presetNames.join(", ")}`, "preset", name);
}

// solvers/solve/scale.ts
var [least, most5] = [2, 40];
function suggestedScale(problem4, conditions = "hard") {
  const domain = domainOf(problem4.domain);
  const d = domain.dimension;
  const inGraphs = [...nodesOf(problem4.equations)].some(({ kind }) => kind === "function");
  if (d > 3 || inGraphs) return least;
  const points = domain.interior(fewerPoints(2 ** 14, problem4.equations, 256), rng(0).split("scale"));
  const count4 = points.length / d;
  const constants2 = { ...problem4.constants, ...problem4.trainable };
  const ansatz = conditions === "hard" ? construct(problem4, domain).ansatz : [];
  const put = substitution(
    problem4.unknowns.map((_, i) => ansatz[i]?.lift ?? zero),
    d
  );
  const data2 = Object.fromEntries(
    (problem4.source ?? []).map((source, i) => [`source${i}`, evaluateAt(source, points, d, problem4.constants)])
  );
  const sizes = new Float64Array(count4);
  for (const equation2 of problem4.equations) {
    evaluateAt(put(equation2), points, d, constants2, data2).forEach((v, i) => {
      sizes[i] += v * v;
    });
  }
  let [first, second] = [0, 0];
  for (const square2 of sizes) {
    first += Math.sqrt(square2) / count4;
    second += square2 / count4;
  }
  const share3 = first * first / second;
  return Number.isFinite(share3) && share3 > 0 ? Math.min(most5, Math.max(least, Number((share3 ** (-1 / d)).toPrecision(3)))) : least;
}

// solvers/solve/options.ts
function processorMilliseconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
function resolveOptions(given, problem4, domain) {
  const { preset, ...said } = given;
  const stated = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== void 0));
  const options = preset === void 0 ? said : { ...presetOptions(preset, domain.dimension), ...stated };
  const optimizer = options.optimizer ?? gaussNewton();
  checkOptimizer(optimizer);
  const hardness = hardnessOf("solve", options.conditions ?? "hard");
  const resolved = {
    network: options.network ?? mlp({ scale: suggestedScale(problem4, hardness) }),
    sampler: options.sampler ?? defaultSampler(domain),
    optimizer,
    ...options.warmStart && { warmStart: options.warmStart },
    seed: options.seed ?? 0,
    budget: options.budget ?? { seconds: 60 },
    points: options.points ?? 2e3,
    ...options.batch !== void 0 && { batch: options.batch },
    boundaryPoints: options.boundaryPoints ?? 500,
    stepsPerRound: options.stepsPerRound ?? stepsOf(optimizer),
    growth: options.growth ?? { after: 0.7, factor: 2 },
    conditions: hardness,
    weights: { equations: 1, conditions: 1e4, observations: 0.01, ...options.weights },
    starts: { count: 1, steps: 60, ...options.starts },
    ...options.residualScale !== void 0 && { residualScale: options.residualScale },
    threads: options.threads ?? 1,
    ...options.precision !== void 0 && { precision: options.precision },
    blas: blasName("solve", options.blas)
  };
  for (const name of Object.keys(options)) {
    if (!known.includes(name))
      throw new OptionsError(`solve: unknown option "${name}", known are ${known.join(", ")}`, name);
  }
  checkSampler(resolved.sampler);
  checkNetwork(resolved.network, problem4.axes);
  if (resolved.warmStart) checkOptimizer(resolved.warmStart.optimizer, "warmStart.optimizer");
  const { points, boundaryPoints, stepsPerRound, threads, seed, budget, growth, weights } = resolved;
  const { checkpointEvery = 10 } = options;
  for (const [name, value] of Object.entries({ points, boundaryPoints, stepsPerRound, threads, checkpointEvery })) {
    if (!(Number.isInteger(value) && value >= 1)) fail2(name, value, "a whole number \u2265 1");
  }
  checkBatch(resolved, problem4);
  checkPrecision(resolved);
  if (!(Number.isSafeInteger(seed) && seed >= 0)) fail2("seed", seed, "a whole number \u2265 0");
  for (const [name, value] of Object.entries(budget)) {
    if (!budgets.includes(name)) fail2("budget", name, "seconds, processorSeconds, steps or residual");
    if (value !== void 0 && !(value > 0 && value < Infinity)) fail2(`budget.${name}`, value, "a finite number > 0");
  }
  if (budget.seconds === void 0 && budget.processorSeconds === void 0 && budget.steps === void 0) {
    const expected = "seconds, processorSeconds or steps: a target residual may never be reached";
    fail2("budget", JSON.stringify(budget), expected);
  }
  const warm = resolved.warmStart?.steps;
  if (warm !== void 0 && !(Number.isInteger(warm) && warm >= 1)) fail2("warmStart.steps", warm, "a whole number \u2265 1");
  if (!(growth.after >= 0)) fail2("growth.after", growth.after, "a number \u2265 0");
  if (!(growth.factor * Math.min(points, boundaryPoints) >= 1 && growth.factor < Infinity))
    fail2("growth.factor", growth.factor, "a finite number > 0 that leaves at least one point");
  for (const [name, value] of Object.entries(weights)) {
    if (!["equations", "conditions", "observations"].includes(name))
      fail2("weights", name, "equations, conditions or observations");
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) fail2(`weights.${name}`, value, "a number > 0");
  }
  for (const name of ["count", "steps"]) {
    const value = resolved.starts[name];
    if (!(Number.isInteger(value) && value >= 1)) fail2(`starts.${name}`, value, "a whole number \u2265 1");
  }
  const { residualScale } = resolved;
  if (residualScale !== void 0 && !(residualScale > 0 && residualScale < Infinity))
    fail2("residualScale", residualScale, "a finite number > 0");
  return resolved;
}
var budgets = ["seconds", "processorSeconds", "steps", "residual"];
var known = "preset network sampler optimizer warmStart seed budget points batch boundaryPoints stepsPerRound growth weights conditions starts residualScale start threads precision blas signal onProgress runs checkpointEvery resume clock processorClock".split(" ");
function checkBatch(resolved, problem4) {
  const { batch, points, growth } = resolved;
  if (batch === void 0) return;
  const whole2 = Number.isInteger(batch) && batch >= 1;
  const grown2 = Math.round(points * growth.factor);
  if (!whole2 || points % batch !== 0 || grown2 % batch !== 0) fail2("batch", batch, `a divisor of the ${points} points`);
  const other = notAdam(resolved);
  if (other) fail2("batch", batch, `all points for ${other.kind}; batches are for adam`);
  if (Object.keys(problem4.trainable).length > 0) fail2("batch", batch, "all points where constants are to be found");
}
var notAdam = ({ optimizer, warmStart }) => [optimizer, ...warmStart ? [warmStart.optimizer] : []].find(({ kind }) => kind !== "adam");
function checkPrecision(resolved) {
  const { precision } = resolved;
  if (precision === void 0 || precision === "float64") return;
  if (precision !== "float32") fail2("precision", precision, '"float32" or "float64"');
  const other = notAdam(resolved);
  if (other) fail2("precision", precision, `float64 for ${other.kind}; float32 is for adam`);
}
function fail2(option, value, expected) {
  throw new OptionsError(`solve: ${option} is ${value}, expected ${expected}`, option, value);
}
function recorded(resolved) {
  const { network, sampler, optimizer, warmStart } = resolved;
  return {
    ...resolved,
    network: dataOf(network),
    sampler: dataOf(sampler),
    optimizer: dataOf(optimizer),
    ...warmStart && { warmStart: { ...warmStart, optimizer: dataOf(warmStart.optimizer) } }
  };
}
function defaultSampler(domain) {
  if (domain.dimension <= 3) return adversarial();
  return domain.isBox ? gaussianMixture() : sobol();
}

// solvers/solve/resume.ts
import { existsSync as existsSync2 } from "node:fs";
import { basename, join as join2 } from "node:path";

// solvers/solve/train-state.ts
var stateCheck = record({
  round: whole(0),
  steps: whole(0),
  seconds: real(0),
  processorSeconds: optional(real(0)),
  scale: positive(),
  grown: among(true, false),
  best: either(among("Infinity"), real(0)),
  first: either(among("Infinity"), real(0)),
  failures: whole(0)
});
var decides = (name) => !name.endsWith("report");
function checkTrainState({ tensors }) {
  const complaint = notFinite(tensors, decides);
  if (complaint === void 0) return;
  throw new DomainError(`solve: ${complaint}; no checkpoint is written of this, those before it are kept`);
}
async function readTrainState(path) {
  const { step, tensors, state } = await loadCheckpoint(path);
  const fail3 = (message) => {
    const hint = "this is no checkpoint of a solver, or a damaged one: give a folder that solve() wrote";
    throw new FormatError(path, "checkpoint", message, hint);
  };
  const complaint = stateCheck(state, "the checkpoint") ?? notFinite(tensors, decides);
  if (complaint !== void 0) fail3(complaint);
  const plain2 = state;
  if (plain2.round !== step) fail3(`it is of step ${step} and of round ${plain2.round}`);
  if (!tensors.has("theta")) fail3('tensor "theta" is missing');
  const [best, first] = [Number(plain2.best), Number(plain2.first)];
  return { ...plain2, best, first, tensors: Object.fromEntries(tensors), path };
}
function restoring({ path }, restore) {
  try {
    return restore();
  } catch (cause) {
    if (path === void 0 || !isMongeError(cause)) throw cause;
    throw new FormatError(path, "checkpoint", cause.message, "remove it to go on from the one before it", { cause });
  }
}

// solvers/solve/resume.ts
async function blasOfRun({ resume, blas }) {
  if (resume === void 0 || blas !== void 0 || !existsSync2(join2(resume, "options.json"))) return blas ?? "auto";
  const before = withBlas(await readRunOptions(resume));
  return isPlainObject(before) && typeof before["blas"] === "string" ? before["blas"] : "auto";
}
var free = ["budget", "threads"];
async function lastState(folder, problem4, resolved) {
  const path = join2(folder, "options.json");
  if (!existsSync2(path))
    throw new FormatError(folder, "run", "no options.json in it", "give a folder that solve() wrote");
  if (existsSync2(join2(folder, "result.json")))
    throw new DomainError(`solve: the run in ${folder} has ended; start another one`, folder);
  const before = withBlas(inTodaysNames(await readRunOptions(folder)));
  const now = JSON.parse(recordToJson({ problem: problemToJson(problem4), ...resolved }));
  const at = firstDifference(without(before), without(now), []);
  if (at) {
    const [where, was, is2] = at;
    const message = `solve: ${where} is ${is2}, but the run in ${folder} has ${was}; resume it as it began`;
    throw new OptionsError(message, where, is2);
  }
  const state = await loadLatestCheckpoint(folder, readTrainState);
  if (state === void 0) {
    const message = `${basename(folder)} has no checkpoint`;
    throw new FormatError(folder, "run", message, "start anew, or lower `checkpointEvery`");
  }
  return state;
}
var without = (options) => Object.fromEntries(Object.entries(options ?? {}).filter(([key]) => !free.includes(key)));
function firstDifference(a, b, path) {
  if (Object.is(a, b)) return void 0;
  const objects = typeof a === "object" && typeof b === "object" && a !== null && b !== null;
  if (!objects) {
    const show2 = (v) => (v === void 0 ? "nothing" : JSON.stringify(v)).slice(0, 80);
    return [path.join(".") || "options", show2(a), show2(b)];
  }
  const [left, right] = [a, b];
  for (const key of /* @__PURE__ */ new Set([...Object.keys(left), ...Object.keys(right)])) {
    const found = firstDifference(left[key], right[key], [...path, key]);
    if (found) return found;
  }
  return void 0;
}

// solvers/solve/some-points.ts
var golden = (Math.sqrt(5) - 1) / 2;
function someRows(count4, most8) {
  const all = Array.from({ length: count4 }, (_, i) => i);
  if (count4 <= most8) return all;
  const keyed = all.map((i) => ({ i, key: i * golden % 1 })).sort((a, b) => a.key - b.key);
  return keyed.slice(0, most8).map(({ i }) => i);
}
function isRecorded(round3) {
  let at = 3;
  while (at < round3) at = Math.ceil(1.4 * at);
  return round3 < 3 || at === round3;
}
var mostPlaces2 = 500;
function recordedPoints(points, axes) {
  return someRows(points.length / axes, mostPlaces2).flatMap(
    (i) => Array.from(points.subarray(i * axes, (i + 1) * axes), (v) => Number(v.toPrecision(4)))
  );
}

// solvers/solve/stepper.ts
function startStepper(optimizer, program, warmStart) {
  const main = startOptimizer(optimizer, program);
  if (!warmStart) return main;
  const warm = startOptimizer(warmStart.optimizer, program);
  let done = 0;
  const current = () => done < warmStart.steps ? warm : main;
  return {
    async step(theta) {
      const step = await current().step(theta);
      done++;
      return step;
    },
    changed() {
      warm.changed();
      main.changed();
    },
    state: () => ({
      ...prefixed("warm.", warm.state()),
      ...prefixed("main.", main.state()),
      done: { shape: [1], data: Float64Array.of(done) }
    }),
    restore(state) {
      warm.restore(withPrefix("warm.", state));
      main.restore(withPrefix("main.", state));
      done = storedNumbers("warmStart", state, "done", 1)[0];
    },
    report: () => current().report()
  };
}
var entriesOf = (tensors) => tensors instanceof Map ? [...tensors] : Object.entries(tensors);
var copied = (tensors) => Object.fromEntries(entriesOf(tensors).map(([name, { shape, data: data2 }]) => [name, { shape, data: data2.slice() }]));
var prefixed = (prefix, tensors) => Object.fromEntries(entriesOf(tensors).map(([name, tensor]) => [prefix + name, tensor]));
var withPrefix = (prefix, tensors) => Object.fromEntries(
  entriesOf(tensors).flatMap(([name, t]) => name.startsWith(prefix) ? [[name.slice(prefix.length), t]] : [])
);

// solvers/solve/begin.ts
var pool = 2 ** 14;
function magnitudeOf({ model, problem: problem4, interior, interiorData }, threads) {
  const { data: data2 } = interior(1, 1);
  const program = evaluator(model, problem4.equations, { data: data2, threads });
  const width = problem4.equations.length;
  return {
    async evaluate(theta, points) {
      const values = await program.evaluate(theta, points, interiorData(points));
      return Float64Array.from(
        { length: values.length / width },
        (_, i) => Math.hypot(...values.subarray(i * width, (i + 1) * width))
      );
    },
    dispose: () => program.dispose()
  };
}
function silentParameters({ model, problem: problem4 }) {
  const theta = new Float64Array(model.network.size + model.trainable.length);
  theta.set(Object.values(problem4.trainable), model.network.size);
  return theta;
}
async function initial({ model, domain, problem: problem4 }, magnitude, root, silent) {
  const points = domain.interior(fewerPoints(pool, problem4.equations, 256), root.split("source"));
  const source = await magnitude.evaluate(silent, points);
  const total3 = source.reduce((sum2, v) => sum2 + v, 0);
  const mean2 = source.reduce((sum2, v) => sum2 + v * v, 0) / source.length;
  if (!Number.isFinite(mean2)) {
    const at = source.findIndex((v) => !Number.isFinite(v));
    const point = points.subarray(at * domain.dimension, (at + 1) * domain.dimension);
    throw new ConvergenceError(`solve: the residual of u = 0 is ${source[at]} at (${point.join(", ")})`, "diverged");
  }
  const centres = total3 > 0 ? inProportion(points, source, total3, domain.dimension, root.split("centres")) : void 0;
  const theta = silent.slice();
  theta.set(model.network.initial(root.split("network"), centres));
  return { theta, scale: mean2 > 0 ? Math.sqrt(mean2) : 1 };
}
function inProportion(points, values, total3, d, draw2) {
  const out = new Float64Array(512 * d);
  const offset = draw2.uniform();
  let [at, sum2] = [0, values[0]];
  for (let i = 0; i < 512; i++) {
    const target = (i + offset) / 512 * total3;
    while (sum2 < target && at < values.length - 1) sum2 += values[++at];
    out.set(points.subarray(at * d, (at + 1) * d), i * d);
  }
  return out;
}

// solvers/solve/laplace.ts
var most6 = 2e4;
async function laplace(assembly, rows, theta, weights) {
  const { network, trainable } = assembly.model;
  const [n, k] = [rows.size, trainable.length];
  if (k === 0) return new Float64Array(0);
  if (n > most6) return new Float64Array(k * k).fill(Number.NaN);
  const { matrix: matrix2, diagonal } = await rows.linearize(theta);
  const largest2 = diagonal.reduce((most8, v) => Math.max(most8, v), 0);
  for (let i = 0; i < n; i++) matrix2[i * (n + 1)] += 1e-14 * largest2;
  const factor = cholesky(matrix2, n);
  if (!factor) return new Float64Array(k * k).fill(Number.NaN);
  const tau = assembly.temperature(weights.observations);
  return Float64Array.from(
    trainable.flatMap((_, i) => {
      const unit2 = new Float64Array(n);
      unit2[network.size + i] = 1;
      return [
        ...factor.solve(unit2).subarray(network.size).map((v) => tau * v)
      ];
    })
  );
}

// engine/cholesky-graph.ts
var PANEL = 64;
var LEAF = 32;
var STRIP = 128;
function choleskySolve(a, rhs) {
  const n = a.shape[0];
  if (a.shape.length !== 2 || a.shape[1] !== n || n < 1) {
    throw new ShapeError("choleskySolve: a", "a square matrix [P, P] with P \u2265 1", a.shape);
  }
  if (!isTracing()) {
    throw new OptionsError(
      'choleskySolve: works inside `compile` on a native device ("cpu", "cuda") only; use `cholesky` on the host',
      "device"
    );
  }
  const panels = [];
  factorRows(new Algebra(currentGraph()), toPlain(currentGraph(), tracedOf(a)), panels);
  const solve2 = (b) => {
    if (b.shape.length !== 2 || b.shape[0] !== n) throw new ShapeError("choleskySolve: rhs", `[${n}, k]`, b.shape);
    const graph = currentGraph();
    return tensorOf(solvePanels(new Algebra(graph), panels, toPlain(graph, tracedOf(b))));
  };
  return { factor: { solve: solve2 }, solution: solve2(rhs) };
}
var matrix = (v) => v.shape;
var Algebra = class {
  graph;
  constructor(graph) {
    this.graph = graph;
  }
  block(x, rows, columns2) {
    const [r, c] = matrix(x);
    const cuts2 = [rows ?? [0, r], columns2 ?? [0, c]];
    const axes = [0, 1].filter((i) => cuts2[i][1] - cuts2[i][0] !== matrix(x)[i]);
    if (axes.length === 0) return x;
    const ints = (pick) => this.graph.ints(axes.map(pick));
    return this.graph.op(
      "Slice",
      [x, ints((i) => cuts2[i][0]), ints((i) => cuts2[i][1]), ints((i) => i)],
      cuts2.map(([from, to]) => to - from)
    );
  }
  split(x, axis, sizes) {
    const outputs = sizes.map((size) => ({
      shape: x.shape.map((d, i) => i === axis ? size : d),
      type: "float"
    }));
    return this.graph.ops("Split", [x, this.graph.ints(sizes)], outputs, { axis });
  }
  join(parts2, axis) {
    const length = parts2.reduce((sum2, p) => sum2 + p.shape[axis], 0);
    const shape = parts2[0].shape.map((d, i) => i === axis ? length : d);
    return parts2.length === 1 ? parts2[0] : this.graph.op("Concat", parts2, shape, "float", { axis });
  }
  /** c + sign·op(a)·b */
  combine(c, sign, a, b, transA) {
    return this.graph.op("Gemm", [a, b, c], c.shape, "float", { transA, alpha: { float: sign }, beta: { float: 1 } });
  }
  /** sign·op(a)·b */
  product(a, b, transA = 0, sign = 1) {
    const shape = [a.shape[transA ? 1 : 0], b.shape[1]];
    if (!transA && sign === 1) return this.graph.op("MatMul", [a, b], shape);
    const attributes = { transA, transB: 0, alpha: { float: sign } };
    return this.graph.op("FusedMatMul", [a, b], shape, "float", attributes, microsoft);
  }
  of(op, a, b) {
    return this.graph.op(op, [a, b], a.shape);
  }
  zeros(rows, columns2) {
    return this.graph.constant(new Float64Array(rows * columns2), [rows, columns2], "float");
  }
  /** [I], or [upper triangle of ones | ones], kept once a graph. */
  pattern(kind, b) {
    const patterns = shared(this.graph);
    const key = `${kind}${b}`;
    const known3 = patterns.get(key);
    if (known3) return known3;
    const width = kind === "identity" ? b : 2 * b;
    const data2 = Float64Array.from({ length: b * width }, (_, i) => {
      const [row2, column] = [Math.floor(i / width), i % width];
      return Number(kind === "identity" ? row2 === column : column >= row2);
    });
    const value = this.graph.constant(data2, [b, width], "float");
    patterns.set(key, value);
    return value;
  }
};
var patternsOf = /* @__PURE__ */ new WeakMap();
function shared(graph) {
  const known3 = patternsOf.get(graph) ?? /* @__PURE__ */ new Map();
  patternsOf.set(graph, known3);
  return known3;
}
function forward(m, { upper, inverse }, b) {
  const first = m.product(inverse, b);
  return m.combine(first, 1, inverse, m.combine(b, -1, upper, first, 1), 0);
}
function backward(m, { upper, inverse }, y) {
  const first = m.product(inverse, y, 1);
  return m.combine(first, 1, inverse, m.combine(y, -1, upper, first, 0), 1);
}
function eliminate(m, d) {
  const b = d.shape[0];
  let rest = m.join([d, m.pattern("identity", b)], 1);
  const rows = [];
  const pivots = [];
  for (let j = 0; j < b; j++) {
    const [row2, below2] = j < b - 1 ? m.split(rest, 0, [1, b - j - 1]) : [rest, rest];
    const pivot = m.block(row2, void 0, [j, j + 1]);
    rows.push(row2);
    pivots.push(pivot);
    if (j < b - 1) rest = m.combine(below2, -1, m.block(row2, void 0, [j + 1, b]), m.of("Div", row2, pivot), 1);
  }
  const root = m.graph.op("Sqrt", [m.join(pivots, 0)], [b, 1]);
  const both = m.of("Div", m.of("Mul", m.join(rows, 0), m.pattern("upper", b)), root);
  const [upper, inverse] = m.split(both, 1, [b, b]);
  return { upper, inverse };
}
function factorBlock(m, d) {
  const b = d.shape[0];
  if (b <= LEAF) return eliminate(m, d);
  const h = Math.ceil(b / 2);
  const [low, high] = [
    [0, h],
    [h, b]
  ];
  const first = factorBlock(m, m.block(d, low, low));
  const corner = forward(m, first, m.block(d, low, high));
  const second = factorBlock(m, m.combine(m.block(d, high, high), -1, corner, corner, 1));
  const below2 = m.product(second.inverse, m.product(corner, first.inverse, 1, -1));
  return {
    upper: m.join([m.join([first.upper, corner], 1), m.join([m.zeros(b - h, h), second.upper], 1)], 0),
    inverse: m.join([m.join([first.inverse, m.zeros(h, b - h)], 1), m.join([below2, second.inverse], 1)], 0)
  };
}
var half = (rows) => Math.ceil(rows / PANEL / 2) * PANEL;
function factorRows(m, rows, panels) {
  const [b, w] = matrix(rows);
  if (b <= PANEL) {
    const triangle = factorBlock(m, m.block(rows, void 0, [0, b]));
    const right = w > b ? forward(m, triangle, m.block(rows, void 0, [b, w])) : void 0;
    panels.push({ ...triangle, right });
    return right;
  }
  const h = half(b);
  return factorHalves(m, m.block(rows, [0, h]), m.block(rows, [h, b], [h, w]), panels);
}
function factorHalves(m, top, bottom, panels) {
  const [b, w] = matrix(bottom);
  const above2 = factorRows(m, top, panels);
  const columns2 = (from, to) => m.block(above2, void 0, [from, to]);
  let right;
  if (b >= STRIP) {
    const h = half(b);
    const upper = m.combine(m.block(bottom, [0, h]), -1, columns2(0, h), above2, 1);
    const lower = m.combine(m.block(bottom, [h, b], [h, w]), -1, columns2(h, b), columns2(h, w), 1);
    right = factorHalves(m, upper, lower, panels);
  } else {
    right = factorRows(m, m.combine(bottom, -1, columns2(0, b), above2, 1), panels);
  }
  return right && m.join([columns2(b, w), right], 0);
}
function solvePanels(m, panels, rhs) {
  let rest = rhs;
  const ys = panels.map((panel) => {
    const [b, n] = [panel.upper.shape[0], rest.shape[0]];
    const y = forward(m, panel, m.block(rest, [0, b]));
    if (panel.right) rest = m.combine(m.block(rest, [b, n]), -1, panel.right, y, 1);
    return y;
  });
  let x;
  for (const [i, panel] of [...panels.entries()].reverse()) {
    const y = x && panel.right ? m.combine(ys[i], -1, panel.right, x, 0) : ys[i];
    const own2 = backward(m, panel, y);
    x = x ? m.join([own2, x], 0) : own2;
  }
  return x;
}

// solvers/residual/trial.ts
var probe = 0.1;
var largestBend = 0.75;
function trialStep({ dual, geodesic, refine }, { rows, jacobian, matrix: matrix2, gradient }, theta, shift, rowsAt2) {
  const size = theta.shape[0];
  const vector = (x) => tf.reshape(x, [size]);
  const forward2 = (x) => tf.matMul(jacobian, x);
  const back = (y) => tf.matMul(jacobian, y, true, false);
  const first = choleskySolve(matrix2, dual ? rows : gradient);
  const inverse = (e) => dual ? tf.div(tf.sub(e, back(first.factor.solve(forward2(e)))), shift) : first.factor.solve(e);
  const refined2 = (start2, k) => {
    let x = start2;
    for (let round3 = 0; round3 < refine; round3++) {
      const error = tf.sub(back(tf.sub(k, forward2(x))), tf.mul(shift, x));
      x = tf.add(x, inverse(error));
    }
    return x;
  };
  const delta = tf.neg(refined2(dual ? back(first.solution) : first.solution, rows));
  let bend = tf.zeros([size, 1]);
  let step = delta;
  if (geodesic) {
    const ahead = rowsAt2(tf.add(theta, vector(tf.mul(delta, constant(probe)))));
    const slope = tf.div(tf.sub(ahead, rows), constant(probe));
    const second = tf.mul(tf.sub(slope, forward2(delta)), constant(2 / probe));
    const start2 = dual ? back(first.factor.solve(second)) : first.factor.solve(back(second));
    bend = tf.neg(refined2(start2, second));
    const norm5 = (x) => tf.sqrt(tf.sum(tf.square(x)));
    const trusted = tf.lessEqual(tf.mul(norm5(bend), constant(2 / largestBend)), norm5(delta));
    step = tf.add(delta, tf.where(tf.reshape(trusted, [1, 1]), tf.mul(bend, constant(0.5)), tf.zerosLike(bend)));
  }
  const moved = tf.add(theta, vector(step));
  const loss = tf.sum(tf.square(rowsAt2(moved)));
  return { theta: moved, delta: vector(delta), bend: vector(bend), loss };
}

// solvers/residual/blas-step.ts
function blasSteps(blas, { rows: m, size: n, threads, jacobian, residual }) {
  const [r, ahead] = [new Float64Array(m), new Float64Array(m)];
  const [gradient, moved, delta, bend, along] = Array.from({ length: 5 }, () => new Float64Array(n));
  let j = new Float64Array(0);
  let [matrix2, work, diagonal] = [j, j, j];
  const forward2 = (x, into) => blas.multiply(j, m, n, x, into);
  const back = (y, into) => blas.multiply(j, m, n, y, into, true);
  return {
    async linearize(theta, dual) {
      const side = dual ? m : n;
      if (j.length === 0) j = new Float64Array(m * n);
      if (matrix2.length !== side * side)
        [matrix2, work] = [new Float64Array(side * side), new Float64Array(side * side)];
      const loss = await jacobian(theta, r, j);
      blas.useThreads(threads);
      blas.gram(j, m, n, matrix2, dual);
      back(r, gradient);
      diagonal = Float64Array.from({ length: side }, (_, i) => matrix2[i * (side + 1)]);
      const whole2 = matrix2;
      return {
        ...{ rows: r, jacobian: j, diagonal, gradient, loss },
        get matrix() {
          return mirrored(whole2, side);
        }
      };
    },
    async trial(theta, shift, { dual, geodesic, refine }) {
      blas.useThreads(threads);
      const side = dual ? m : n;
      work.set(matrix2);
      for (let i = 0; i < side; i++) work[i * (side + 1)] = diagonal[i] + shift;
      if (!blas.factor(work, side)) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      const solve2 = (b) => blas.solve(work, side, b);
      const leastSquares = (k, x, known3) => {
        if (dual) {
          const y = k.slice();
          solve2(y);
          back(y, x);
        } else {
          if (known3) x.set(known3);
          else back(k, x);
          solve2(x);
        }
        const rest = new Float64Array(m);
        for (let round3 = 0; round3 < refine; round3++) {
          forward2(x, rest);
          for (let i = 0; i < m; i++) rest[i] = k[i] - rest[i];
          back(rest, along);
          for (let i = 0; i < n; i++) along[i] -= shift * x[i];
          if (dual) {
            const e = along.slice();
            forward2(e, rest);
            solve2(rest);
            back(rest, along);
            for (let i = 0; i < n; i++) along[i] = (e[i] - along[i]) / shift;
          } else solve2(along);
          for (let i = 0; i < n; i++) x[i] += along[i];
        }
      };
      leastSquares(r, delta, gradient);
      for (let i = 0; i < n; i++) delta[i] = -delta[i];
      bend.fill(0);
      let share3 = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i] + probe * delta[i];
        await residual(moved, ahead);
        if (!dual && refine === 0) {
          back(ahead, along);
          for (let i = 0; i < n; i++) {
            along[i] = 2 / probe * ((along[i] - gradient[i]) / probe + gradient[i] + shift * delta[i]);
          }
          leastSquares(ahead, bend, along);
        } else {
          const second = new Float64Array(m);
          forward2(delta, second);
          for (let i = 0; i < m; i++) second[i] = 2 / probe * ((ahead[i] - r[i]) / probe - second[i]);
          leastSquares(second, bend);
        }
        for (let i = 0; i < n; i++) bend[i] = -bend[i];
        if (2 / largestBend * norm2(bend) <= norm2(delta)) share3 = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i] + (delta[i] + share3 * bend[i]);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    }
  };
}
function mirrored(a, n) {
  for (let i = 1; i < n; i++) for (let k = 0; k < i; k++) a[i * n + k] = a[k * n + i];
  return a;
}
var norm2 = (x) => Math.sqrt(x.reduce((sum2, v) => sum2 + v * v, 0));

// solvers/residual/gradient.ts
var most7 = 1e3;
function gradientSums(model, groups, precision, compile2) {
  const size = parameterCount(model);
  const made2 = (length) => precision === "float64" ? new Float64Array(length) : new Float32Array(length);
  const [loss, slope, single] = [made2(1), made2(size), made2(size)];
  const parts2 = groups.map((group) => partsOf2(model, group, precision, compile2, made2));
  return async (theta, points, gradient) => {
    const at = precision === "float64" ? theta : single;
    if (at === single) single.set(theta);
    gradient.fill(0);
    let sum2 = 0;
    for (const [i, part] of parts2.entries()) {
      for (const inputs of part.inputs(points[i])) {
        await (await part.program()).run([at, ...inputs], { into: [loss, slope] });
        sum2 += loss[0];
        for (let k = 0; k < size; k++) gradient[k] += slope[k];
      }
    }
    return sum2;
  };
}
function partsOf2(model, group, precision, compile2, made2) {
  const { dimension } = model;
  const number2 = group.sum ? 1 : Math.ceil(group.count / most7);
  const count4 = Math.ceil(group.count / number2);
  const part = { ...group, count: count4 };
  const columns2 = Math.max(1, group.data.length);
  const specs = [{ shape: [count4, dimension] }, { shape: [count4, 1] }, { shape: [count4, columns2] }];
  const program = compile2(
    `gradient of ${group.name}`,
    [{ shape: [parameterCount(model)] }, ...specs],
    ([theta, points, rootWeights, data2]) => {
      const tensors = [{ points, rootWeights, data: data2 }];
      const { value, grad } = tf.valueAndGrad(
        (t) => tf.sum(tf.square(weightedRows(model, [part], t, tensors)))
      )(theta);
      return [tf.reshape(value, [1]), grad];
    },
    precision
  );
  const buffers = Array.from({ length: number2 }, () => [made2(count4 * dimension), made2(count4), made2(count4 * columns2)]);
  let known3;
  return {
    program,
    /** The arrays of every part; what is left over in the last one repeats the first point, without weight. */
    inputs(given) {
      if (given === known3) return buffers;
      known3 = given;
      const widths = [dimension, 1, columns2];
      for (const [k, buffer] of buffers.entries()) {
        const from = k * count4;
        const n = Math.min(count4, group.count - from);
        [given.points, given.rootWeights, given.data].forEach((all, j) => {
          const width = widths[j];
          const into = buffer[j];
          into.set(all.subarray(from * width, (from + n) * width));
          for (let i = n; i < count4; i++) into.set(all.subarray(0, width), i * width);
        });
        buffer[1].fill(0, n);
      }
      return buffers;
    }
  };
}

// solvers/residual/graph-step.ts
function graphSteps({ rows, size, lazily, linear, residual, points }) {
  const linearProgram = (dual) => lazily(dual ? "linearize (dual)" : "linearize", [{ shape: [size] }], ([theta], rest) => {
    const { rows: r, parts: parts2 } = linear(theta, rest);
    const whole2 = tf.concat([...parts2], 1);
    const gradient = tf.concat(parts2.map((a) => tf.matMul(a, r, true, false)));
    return [
      tf.reshape(r, [rows]),
      whole2,
      dual ? tf.matMul(whole2, whole2, false, true) : normalMatrix(parts2),
      tf.reshape(gradient, [size]),
      tf.reshape(tf.sum(tf.square(r)), [1])
    ];
  });
  const linearized = { primal: linearProgram(false), dual: linearProgram(true) };
  const trialPrograms = /* @__PURE__ */ new Map();
  const trialProgram = (form) => {
    const side = form.dual ? rows : size;
    const specs = [
      { shape: [size] },
      { shape: [1] },
      { shape: [rows, 1] },
      { shape: [rows, size] },
      { shape: [side, side] },
      { shape: [size, 1] }
    ];
    return lazily("trial step", specs, ([theta, shift, r, jacobian, matrix2, gradient], rest) => {
      const at = { rows: r, jacobian, matrix: matrix2, gradient };
      const step = trialStep(form, at, theta, shift, (moved) => residual(moved, rest));
      return [step.theta, step.delta, step.bend, tf.reshape(step.loss, [1])];
    });
  };
  const buffers = {
    rows: new Float64Array(rows),
    jacobian: new Float64Array(0),
    matrix: new Float64Array(0),
    gradient: new Float64Array(size),
    diagonal: new Float64Array(0),
    moved: new Float64Array(size),
    delta: new Float64Array(size),
    bend: new Float64Array(size),
    one: new Float64Array(1)
  };
  return {
    async linearize(theta, dual) {
      const program = await linearized[dual ? "dual" : "primal"]();
      const side = dual ? rows : size;
      if (buffers.jacobian.length === 0) buffers.jacobian = new Float64Array(rows * size);
      if (buffers.matrix.length !== side * side) buffers.matrix = new Float64Array(side * side);
      const { rows: r, jacobian, matrix: matrix2, gradient, one: one2 } = buffers;
      await program.run([theta, ...points()], { into: [r, jacobian, matrix2, gradient, one2] });
      buffers.diagonal = Float64Array.from({ length: side }, (_, i) => matrix2[i * (side + 1)]);
      return { rows: r, jacobian, matrix: matrix2, gradient, diagonal: buffers.diagonal, loss: one2[0] };
    },
    async trial(theta, shift, form) {
      const key = JSON.stringify(form);
      const program = trialPrograms.get(key) ?? trialProgram(form);
      trialPrograms.set(key, program);
      const side = form.dual ? rows : size;
      for (let i = 0; i < side; i++) buffers.matrix[i * (side + 1)] = buffers.diagonal[i] + shift;
      const { rows: r, jacobian, matrix: matrix2, gradient, moved, delta, bend, one: one2 } = buffers;
      const inputs = [theta, Float64Array.of(shift), r, jacobian, matrix2, gradient, ...points()];
      await (await program()).run(inputs, { into: [moved, delta, bend, one2] });
      return { theta: moved, delta, bend, loss: one2[0] };
    }
  };
}
function normalMatrix(parts2) {
  const products2 = parts2.map((a, i) => parts2.slice(0, i + 1).map((b) => tf.matMul(a, b, true, false)));
  const rows = parts2.map(
    (_, i) => tf.concat(
      parts2.map((_2, j) => j <= i ? products2[i][j] : tf.transpose(products2[j][i])),
      1
    )
  );
  return tf.concat(rows, 0);
}

// solvers/residual/jacobian.ts
var columnsIn = ({ inputs, outputs, bias }) => (inputs + (bias ? 1 : 0)) * outputs;
function rowsAndJacobian(model, groups, theta, tensors) {
  const blocks = /* @__PURE__ */ new Map();
  const { rows, factors } = rowsAndFactors(model, groups, theta, tensors);
  for (const { count: count4, sum: sum2, layers } of factors) {
    const own2 = /* @__PURE__ */ new Map();
    for (const layer2 of layers) {
      const values = layerBlock(layer2, count4);
      const before = own2.get(layer2.offset);
      own2.set(layer2.offset, before ? tf.add(before, values) : values);
    }
    for (const [offset, values] of own2) {
      blocks.set(offset, [...blocks.get(offset) ?? [], sum2 ? tf.sum(values, 0, true) : values]);
    }
  }
  const jacobian = [...blocks.entries()].sort(([a], [b]) => a - b).map(([offset, parts2]) => ({ offset, values: join3(parts2) }));
  return { rows, jacobian };
}
var join3 = (parts2) => parts2.length === 1 ? parts2[0] : tf.concat([...parts2], 0);
function rowsAndFactors(model, groups, theta, tensors) {
  const rows = [];
  const factors = groups.flatMap(
    (group, i) => group.residuals.map((_, equation2) => {
      const { residual, layers } = factorsOf2(model, group, equation2, theta, tensors[i]);
      rows.push(rowsOf(group, tf.mul(residual, tensors[i].rootWeights)));
      return { count: group.count, sum: group.sum === true, layers };
    })
  );
  return { rows: join3(rows), factors };
}
function factorsOf2(model, group, equation2, theta, tensors) {
  const layers = [];
  const listened = [];
  const spread = /* @__PURE__ */ new Map();
  const plain2 = constantsOf(model, theta);
  let residual;
  const forward2 = () => {
    const constants2 = (name) => {
      if (!model.trainable.includes(name)) return plain2(name);
      const known3 = spread.get(name);
      if (known3) return known3;
      const column = asColumn(plain2(name), group.count);
      spread.set(name, column);
      listened.push(column);
      return column;
    };
    const columns3 = residualColumns(model, group, theta, tensors, constants2, (layer2, z, copies) => {
      const count4 = group.count * copies;
      const full = z.map(
        (part) => part?.shape[0] === 1 && count4 > 1 ? tf.broadcastTo(part, [count4, layer2.outputs]) : part
      );
      layers.push({ layer: layer2, z: full, copies });
      listened.push(...full.filter((part) => part !== void 0));
      return full;
    });
    residual = columns3[equation2];
    return tf.sum(tf.mul(residual, tensors.rootWeights));
  };
  const { grads } = tf.engine().gradients(forward2, listened.length > 0 ? listened : pushed(listened, theta), void 0, true);
  const gradients = new Map(listened.map((tensor, i) => [tensor, grads[i]]));
  const factors = layers.map(({ layer: { offset, inputs, outputs, bias, h }, z, copies }) => {
    const slots = h.flatMap((part, slot) => {
      const bar = z[slot] && gradients.get(z[slot]);
      if (!(part && bar)) return [];
      return Array.from({ length: copies }, (_, k) => ({
        h: copyOf(part, k, copies, group.count),
        bar: copyOf(bar, k, copies, group.count),
        value: slot === 0
      }));
    });
    return { offset, inputs, outputs, bias, slots };
  });
  checkCover(factors, model.network.size);
  const columns2 = model.trainable.map((name, i) => {
    const column = spread.get(name);
    const bar = (column && gradients.get(column)) ?? constantColumn(0, group.count);
    const slots = [{ h: constant(1, [1, 1]), bar, value: true }];
    return { offset: model.network.size + i, inputs: 1, outputs: 1, bias: false, slots };
  });
  return { residual, layers: [...factors, ...columns2] };
}
var copyOf = (part, copy, copies, count4) => copies === 1 || part.shape[0] === 1 ? part : tf.slice(part, [copy * count4, 0], [count4, part.shape[1]]);
function checkCover(layers, size) {
  let next = 0;
  const distinct2 = new Map(layers.map((layer2) => [layer2.offset, layer2]));
  for (const layer2 of [...distinct2.values()].sort((a, b) => a.offset - b.offset)) {
    if (layer2.offset !== next) break;
    next += columnsIn(layer2);
  }
  if (next === size && layers.every(({ offset }) => offset < size)) return;
  const way3 = "pass each of them through linear() or freeParameters() with the listener, without gaps or overlaps";
  throw new OptionsError(
    `solve: the layers of the network cover parameters 0 to ${next} of ${size}; ${way3}`,
    "network",
    next
  );
}
function pushed(list3, first) {
  list3.push(first);
  return list3;
}
var constantColumn = (value, count4) => tf.broadcastTo(constant(value, [1, 1]), [count4, 1]);
function layerBlock({ inputs, outputs, bias, slots }, count4) {
  const width = inputs + (bias ? 1 : 0);
  const left = slots.map(({ h, value }) => {
    const full = h.shape[0] === count4 ? h : tf.broadcastTo(h, [count4, inputs]);
    if (!bias) return full;
    return tf.concat([full, tf.broadcastTo(constant(value ? 1 : 0, [1, 1]), [count4, 1])], 1);
  });
  const right = slots.map(({ bar }) => bar);
  if (left.length === 0) return tf.zeros([count4, width * outputs]);
  if (left.length === 1 && outputs === 1) return tf.mul(left[0], right[0]);
  const h3 = tf.reshape(tf.concat(left, 1), [count4, left.length, width]);
  const z3 = tf.reshape(tf.concat(right, 1), [count4, left.length, outputs]);
  return tf.reshape(tf.matMul(h3, z3, true, false), [count4, width * outputs]);
}

// solvers/residual/kernel.ts
function kernelOf(factors) {
  const layers = factors.map(({ layers: list3 }) => byOffset(list3));
  const blocks = factors.map(
    (a, i) => factors.slice(i).map((b, j) => {
      const whole2 = j === 0 ? ownBlock(layers[i]) : crossBlock(layers[i], layers[i + j]);
      const full = tf.broadcastTo(whole2 ?? tf.zeros([1, 1]), [a.count, b.count]);
      const rows = a.sum ? tf.sum(full, 0, true) : full;
      return b.sum ? tf.sum(rows, 1, true) : rows;
    })
  );
  const strips = factors.map(
    (_, i) => join4(
      factors.map((_b, j) => j >= i ? blocks[i][j - i] : tf.transpose(blocks[j][i - j])),
      1
    )
  );
  return join4(strips, 0);
}
var join4 = (parts2, axis) => parts2.length === 1 ? parts2[0] : tf.concat([...parts2], axis);
function byOffset(layers) {
  const found = /* @__PURE__ */ new Map();
  for (const { offset, bias, slots } of layers) {
    found.set(offset, { bias, slots: [...found.get(offset)?.slots ?? [], ...slots] });
  }
  return found;
}
function product3(bias, s, t) {
  const inner = tf.matMul(s.h, t.h, false, true);
  const inputs = bias && s.value && t.value ? tf.add(inner, 1) : inner;
  return tf.mul(inputs, tf.matMul(s.bar, t.bar, false, true));
}
var total2 = (parts2) => parts2.length === 0 ? void 0 : parts2.reduce((a, b) => tf.add(a, b));
function ownBlock(layers) {
  const all = [...layers.values()];
  const equal = total2(all.flatMap(({ bias, slots }) => slots.map((s) => product3(bias, s, s))));
  const mixed = total2(
    all.flatMap(({ bias, slots }) => slots.flatMap((s, i) => slots.slice(i + 1).map((t) => product3(bias, s, t))))
  );
  return equal && mixed ? tf.add(equal, tf.add(mixed, tf.transpose(mixed))) : equal;
}
function crossBlock(a, b) {
  return total2(
    [...a].flatMap(
      ([offset, { bias, slots }]) => (b.get(offset)?.slots ?? []).flatMap((t) => slots.map((s) => product3(bias, s, t)))
    )
  );
}

// solvers/residual/kernel-step.ts
function kernelSteps({ rows: m, size: n, threads, blas, kernel, residual, pullBack }) {
  const [r, ahead, second] = [new Float64Array(m), new Float64Array(m), new Float64Array(m)];
  const [gradient, moved, delta, bend] = [0, 0, 0, 0].map(() => new Float64Array(n));
  let [matrix2, work, diagonal] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  const factored = (shift) => {
    work.set(matrix2);
    for (let i = 0; i < m; i++) work[i * (m + 1)] = diagonal[i] + shift;
    if (!blas) return cholesky(work, m)?.solve;
    blas.useThreads(threads);
    if (!blas.factor(work, m)) return void 0;
    return (b) => {
      const y = b.slice();
      blas.solve(work, m, y);
      return y;
    };
  };
  return {
    async linearize(theta) {
      if (matrix2.length === 0) [matrix2, work] = [new Float64Array(m * m), new Float64Array(m * m)];
      const loss = await kernel(theta, r, matrix2);
      await pullBack(theta, r, gradient);
      diagonal = Float64Array.from({ length: m }, (_, i) => matrix2[i * (m + 1)]);
      return { rows: r, jacobian: new Float64Array(0), matrix: matrix2, gradient, diagonal, loss };
    },
    async trial(theta, shift, { geodesic }) {
      const solve2 = factored(shift);
      if (!solve2) {
        for (const array of [moved, delta, bend]) array.fill(Number.NaN);
        return { theta: moved, delta, bend, loss: Number.NaN };
      }
      const y = solve2(r);
      await pullBack(theta, y, delta);
      for (let i = 0; i < n; i++) delta[i] = -delta[i];
      bend.fill(0);
      let share3 = 0;
      if (geodesic) {
        for (let i = 0; i < n; i++) moved[i] = theta[i] + probe * delta[i];
        await residual(moved, ahead);
        for (let i = 0; i < m; i++) {
          second[i] = 2 / probe * ((ahead[i] - r[i]) / probe + r[i] - shift * y[i]);
        }
        await pullBack(theta, solve2(second), bend);
        for (let i = 0; i < n; i++) bend[i] = -bend[i];
        if (2 / largestBend * norm3(bend) <= norm3(delta)) share3 = 0.5;
      }
      for (let i = 0; i < n; i++) moved[i] = theta[i] + (delta[i] + share3 * bend[i]);
      return { theta: moved, delta, bend, loss: await residual(moved, ahead) };
    }
  };
}
var norm3 = (x) => Math.sqrt(x.reduce((sum2, v) => sum2 + v * v, 0));

// solvers/residual/program.ts
function leastSquaresProgram(model, groups, options = {}) {
  const { threads = 1, blas, precision = "float64" } = options;
  const size = parameterCount(model);
  const rows = groups.reduce((sum2, group) => sum2 + rowCount(group), 0);
  const groupSpecs = groups.flatMap(({ count: count4, data: data2 }) => [
    { shape: [count4, model.dimension] },
    { shape: [count4, 1] },
    { shape: [count4, Math.max(1, data2.length)] }
  ]);
  const tensorsOf = (inputs) => groups.map((_, i) => ({
    points: inputs[3 * i],
    rootWeights: inputs[3 * i + 1],
    data: inputs[3 * i + 2]
  }));
  const opened = [];
  const opening = (name, specs, fn, of) => {
    let program;
    return () => {
      if (!program) {
        program = compile((...inputs) => fn(inputs), specs, { precision: of, threads, name });
        opened.push(program);
      }
      return program;
    };
  };
  const lazily = (name, specs, fn) => {
    const all = (inputs) => fn(inputs.slice(0, specs.length), inputs.slice(specs.length));
    return opening(name, [...specs, ...groupSpecs], all, "float64");
  };
  const vector = { shape: [size] };
  const residual = (theta, points) => weightedRows(model, groups, theta, tensorsOf(points));
  const linear = (theta, points) => {
    const { rows: r, jacobian } = rowsAndJacobian(model, groups, theta, tensorsOf(points));
    return { rows: r, parts: jacobian.map((block) => block.values) };
  };
  const residualProgram = lazily("residual", [vector], ([theta], points) => {
    const r = residual(theta, points);
    return [tf.reshape(r, [rows]), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const jacobianProgram = lazily("jacobian", [vector], ([theta], points) => {
    const { rows: r, parts: parts2 } = linear(theta, points);
    return [tf.reshape(r, [rows]), tf.concat(parts2, 1), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const kernelProgram = lazily("kernel", [vector], ([theta], points) => {
    const { rows: r, factors } = rowsAndFactors(model, groups, theta, tensorsOf(points));
    return [tf.reshape(r, [rows]), kernelOf(factors), tf.reshape(tf.sum(tf.square(r)), [1])];
  });
  const pullBackProgram = lazily("pull back", [vector, { shape: [rows, 1] }], ([theta, y], points) => [
    tf.grad((t) => tf.sum(tf.mul(residual(t, points), y)))(theta)
  ]);
  const gradient = gradientSums(model, groups, precision, opening);
  let sets = [];
  let current = [];
  const last = new Float64Array(rows);
  const one2 = new Float64Array(1);
  const residualInto = async (theta, into) => {
    await (await residualProgram()).run([theta, ...current], { into: [into, one2] });
    return one2[0];
  };
  const steps2 = blas ? blasSteps(blas, {
    ...{ rows, size, threads, residual: residualInto },
    async jacobian(theta, r, j) {
      await (await jacobianProgram()).run([theta, ...current], { into: [r, j, one2] });
      return one2[0];
    }
  }) : graphSteps({ rows, size, lazily, linear, residual, points: () => current });
  const byKernel = kernelSteps({
    ...{ rows, size, threads, blas, residual: residualInto },
    async kernel(theta, r, matrix2) {
      await (await kernelProgram()).run([theta, ...current], { into: [r, matrix2, one2] });
      return one2[0];
    },
    async pullBack(theta, y, into) {
      await (await pullBackProgram()).run([theta, y, ...current], { into: [into] });
    }
  });
  return {
    size,
    rows,
    setPoints(given) {
      sets = given.map((set) => ({ ...set }));
      current = given.flatMap(({ points, rootWeights, data: data2 }) => [points, rootWeights, data2]);
    },
    residual: () => last,
    loss: (theta) => residualInto(theta, last),
    linearize: (theta, dual = false) => (dual === "kernel" ? byKernel : steps2).linearize(theta, dual === true),
    trial: (theta, shift, form) => (form.dual === "kernel" ? byKernel : steps2).trial(theta, shift, form),
    lossAndGradient: (theta, into) => gradient(theta, sets, into),
    async dispose() {
      for (const program of opened) await (await program).dispose();
    }
  };
}

// solvers/solve/machine.ts
function machineOf(options, scale, grown2) {
  const { assembly, weights } = options;
  let program = programOf(options, grown2, scale);
  let parts2 = [];
  let next = 0;
  const turn = () => {
    if (parts2.length > 1) parts2[next % parts2.length]();
    next++;
  };
  const begin = () => {
    const made2 = options.stepper(program.rows);
    const step = (theta) => {
      turn();
      return made2.step(theta);
    };
    return options.batch === void 0 ? made2 : { ...made2, step };
  };
  let stepper = begin();
  return {
    get interior() {
      return program.interior;
    },
    get rows() {
      return program.rows;
    },
    get stepper() {
      return stepper;
    },
    take(set, draw2) {
      const others = program.others.map((other, i) => other.draw(draw2.split("other").split(i)));
      const put = (part) => program.rows.setPoints([assembly.interiorPoints(part, weights.equations), ...others]);
      const sets = partsOf3(filled(set, program.interior), options.batch, draw2);
      parts2 = sets.map((part) => () => put(part));
      next = 0;
      parts2[0]();
      stepper.changed();
    },
    async loss(theta) {
      let [loss, fourth, n] = [0, 0, 0];
      for (const put of parts2) {
        if (parts2.length > 1) put();
        loss += await program.rows.loss(theta) / parts2.length;
        for (const r of program.rows.residual()) fourth += r * r * (r * r) / parts2.length ** 2;
        n += program.rows.rows;
      }
      const variance = (fourth - loss ** 2 / n) * (n / Math.max(1, n - 1));
      return { loss, error: Math.sqrt(Math.max(0, variance)) };
    },
    restart() {
      stepper = begin();
    },
    async grow() {
      const state = stepper.state();
      await program.rows.dispose();
      program = programOf(options, true, scale);
      stepper = begin();
      stepper.restore(state);
    },
    dispose: () => program.rows.dispose()
  };
}
function partsOf3(set, batch, draw2) {
  const count4 = set.weights.length;
  if (batch === void 0 || batch === count4) return [set];
  const d = set.points.length / count4;
  const keys2 = draw2.split("batches").uniform(count4);
  const order = Uint32Array.from(keys2.keys()).sort((a, b) => keys2[a] - keys2[b] || a - b);
  return Array.from({ length: count4 / batch }, (_, k) => {
    const rows = order.subarray(k * batch, (k + 1) * batch);
    return {
      points: Float64Array.from(
        { length: batch * d },
        (_v, at) => set.points[rows[Math.floor(at / d)] * d + at % d]
      ),
      weights: Float64Array.from(rows, (i) => set.weights[i] * count4 / batch),
      density: Float64Array.from(rows, (i) => set.density[i])
    };
  });
}
function filled(set, count4) {
  const have = set.weights.length;
  if (have === count4) return set;
  const dimension = set.points.length / have;
  const points = new Float64Array(count4 * dimension);
  for (let i = 0; i < count4; i++) points.set(set.points.subarray(0, dimension), i * dimension);
  points.set(set.points);
  const [weights, density] = [new Float64Array(count4), new Float64Array(count4)];
  weights.set(set.weights);
  density.set(set.density);
  return { points, weights, density };
}
function programOf({ assembly, points, boundaryPoints, batch, growth, weights, threads, precision, blas: name = "none" }, grown2, scale) {
  const factor = grown2 ? growth.factor : 1;
  const counts = { interior: Math.round(points * factor), boundary: Math.round(boundaryPoints * factor) };
  const others = assembly.others(counts, weights);
  const groups = [assembly.interior(batch ?? counts.interior, scale), ...others.map((o) => o.group)];
  const rows = leastSquaresProgram(assembly.model, groups, { threads, precision, blas: blasOf(name) });
  return { rows, others, interior: counts.interior };
}

// solvers/solve/fresh-loss.ts
var rounding2 = 1e-6;
async function freshLoss(machine, sampler, domain, { theta, best, bestTheta }, set, draw2) {
  if (isUnbiased(set, domain)) return { ...await machine.loss(theta), best };
  machine.take(await judgingSet(sampler, domain, set, machine.interior, draw2.split("judge")), draw2);
  const found = await machine.loss(theta);
  const rival = best === Number.POSITIVE_INFINITY ? best : (await machine.loss(bestTheta)).loss;
  machine.take(set, draw2);
  return { ...found, best: rival };
}
function isUnbiased({ weights, density }, domain) {
  const unit2 = weights.length * domain.volume;
  return weights.every((w, i) => Math.abs(w * unit2 * density[i] - 1) <= rounding2);
}
async function judgingSet(sampler, domain, set, count4, draw2) {
  const d = domain.dimension;
  const have = set.density.length;
  const own2 = Math.min(have, Math.floor(count4 / 2));
  const even = count4 - own2;
  const points = new Float64Array(count4 * d);
  points.set(evenPoints(domain, even, draw2));
  const density = new Float64Array(count4);
  density.set(await sampler.density(points.slice(0, even * d)));
  for (let i = 0; i < own2; i++) {
    const from = Math.floor((i + 0.5) * have / own2);
    points.set(set.points.subarray(from * d, (from + 1) * d), (even + i) * d);
    density[even + i] = set.density[from];
  }
  return { points, density, weights: density.map((q) => 1 / (even + own2 * domain.volume * q)) };
}

// solvers/solve/rounds.ts
var patience = 5;
var explosion = 1e10;
async function rounds(shop, from, trial) {
  const { sampler, assembly } = shop.options;
  let at = from;
  let fresh = unknown;
  for (; ; ) {
    if (trial !== void 0 && at.steps - from.steps >= trial) return { at, why: "tried", freshLoss: fresh.loss };
    if (trial === void 0) at = await grown(shop, at);
    const stream = shop.root.split("round").split(at.round);
    const set = await draw(shop, at, stream);
    fresh = set ? await freshLoss(shop.machine, sampler, assembly.domain, at, set, stream) : unknown;
    const judged = verdict(shop, at, fresh);
    at = judged.at;
    if (judged.why !== void 0 || !set) return { at, why: judged.why ?? "diverged", freshLoss: fresh.loss };
    const walked = await walk(shop, at, fresh.loss);
    at = { ...at, steps: walked.steps };
    if (walked.lost) return { at, why: "diverged", freshLoss: fresh.loss };
    at = after(shop, at, walked, fresh);
    await shop.options.onRound?.(at.last, at.theta, set);
    if (walked.whole && trial === void 0) await checkpoint(shop, at);
  }
}
var unknown = { loss: Number.NaN, error: Number.NaN, best: Number.NaN };
function share2({ options: { budget, elapsed, processor } }, steps2) {
  return Math.max(
    budget.seconds === void 0 ? 0 : elapsed() / budget.seconds,
    budget.processorSeconds === void 0 ? 0 : processor() / budget.processorSeconds,
    budget.steps === void 0 ? 0 : steps2 / budget.steps
  );
}
async function grown(shop, at) {
  const { after: after2, factor } = shop.options.growth;
  if (at.grown || factor === 1 || share2(shop, at.steps) < after2) return at;
  await shop.machine.grow();
  return { ...at, grown: true };
}
async function draw(shop, { theta, round: round3 }, at) {
  const { machine, magnitude, silent } = shop;
  const { sampler, assembly } = shop.options;
  let lost = false;
  const residual = async (points) => {
    const values = await magnitude.evaluate(theta, points);
    lost ||= !values.every(Number.isFinite);
    return values;
  };
  const source = (points) => magnitude.evaluate(silent, points);
  const given = {
    domain: assembly.domain,
    count: machine.interior,
    rng: at.split("interior"),
    round: round3,
    residual,
    source
  };
  const set = await sampler.draw(given).catch((error) => {
    if (lost && error instanceof DomainError) return void 0;
    throw error;
  });
  if (set) machine.take(set, at);
  return set;
}
function verdict(shop, before, { loss, best }) {
  const { budget, signal } = shop.options;
  if (!Number.isFinite(loss) || loss > explosion * Math.max(1, before.first)) {
    return { at: before, why: "diverged" };
  }
  const at = {
    ...before,
    first: before.first === Number.POSITIVE_INFINITY ? loss : before.first,
    ...loss < best ? { best: loss, bestTheta: before.theta } : { best }
  };
  if (budget.residual !== void 0 && Math.sqrt(loss) <= budget.residual) return { at, why: "converged" };
  if (signal?.aborted) return { at, why: "aborted" };
  if (at.failures >= patience) return { at, why: "stalled" };
  if (share2(shop, at.steps) >= 1) return { at, why: "budget" };
  return { at };
}
async function walk(shop, at, freshLoss2) {
  const { stepsPerRound, signal } = shop.options;
  const theta = at.theta.slice();
  let [steps2, loss, taken2] = [at.steps, freshLoss2, false];
  for (let i = 0; i < stepsPerRound; i++) {
    if (share2(shop, steps2) >= 1 || signal?.aborted) return { theta, steps: steps2, loss, taken: taken2, whole: false, lost: false };
    try {
      const step = await shop.machine.stepper.step(theta);
      steps2++;
      loss = step.loss;
      if (!step.accepted) break;
      taken2 = true;
    } catch (error) {
      if (error instanceof ConvergenceError) return { theta, steps: steps2, loss, taken: taken2, whole: false, lost: true };
      throw error;
    }
  }
  return { theta, steps: steps2, loss, taken: taken2, whole: true, lost: false };
}
function after(shop, at, { theta, steps: steps2, loss, taken: taken2 }, fresh) {
  const { machine, options } = shop;
  const last = {
    round: at.round,
    steps: steps2,
    seconds: options.elapsed(),
    freshLoss: fresh.loss,
    freshError: fresh.error,
    loss,
    bestFreshLoss: at.best,
    points: machine.interior,
    optimizer: machine.stepper.report(),
    sampler: options.sampler.report()
  };
  return { ...at, theta, failures: taken2 ? 0 : at.failures + 1, last, round: at.round + 1 };
}
async function checkpoint({ options, machine, scale }, at) {
  const { round: round3, steps: steps2, grown: grown2, best, first, failures, theta, bestTheta } = at;
  await options.onCheckpoint?.({
    ...{ round: round3, steps: steps2, seconds: options.elapsed(), processorSeconds: options.processor() },
    ...{ scale, grown: grown2, best, first, failures },
    tensors: {
      theta: { shape: [theta.length], data: theta.slice() },
      best: { shape: [theta.length], data: bestTheta.slice() },
      ...prefixed("sampler.", options.sampler.state()),
      ...prefixed("optimizer.", machine.stepper.state())
    }
  });
}

// solvers/solve/starts.ts
var winnerOf = (all) => all.reduce((a, b) => b.best < a.best ? b : a);
async function contest(shop, from) {
  const { options, machine, magnitude, root, silent } = shop;
  const { sampler, starts, assembly } = options;
  const untouched2 = copied(sampler.state());
  const rivals = [];
  let at = from;
  for (; ; ) {
    const ended = await rounds(shop, at, starts.steps);
    at = ended.at;
    const { best, bestTheta } = at;
    if (["converged", "aborted", "budget"].includes(ended.why)) {
      const winner = winnerOf([{ best, bestTheta }, ...rivals]);
      return { ...ended, at: { ...at, best: winner.best, bestTheta: winner.bestTheta } };
    }
    rivals.push({ best, bestTheta, optimizer: copied(machine.stepper.state()), sampler: copied(sampler.state()) });
    machine.restart();
    if (rivals.length === starts.count) break;
    const next = await initial(assembly, magnitude, root.split("start").split(rivals.length), silent);
    sampler.restore(untouched2);
    at = { ...at, theta: next.theta, best: Number.POSITIVE_INFINITY, failures: 0 };
  }
  const { optimizer, sampler: sampled2, ...won } = winnerOf(rivals);
  machine.stepper.restore(optimizer);
  sampler.restore(sampled2);
  const standing = { ...at, ...won, theta: won.bestTheta, failures: 0 };
  await checkpoint(shop, standing);
  return standing;
}

// solvers/solve/train.ts
async function train(options) {
  const { assembly, resume, starts, threads } = options;
  const root = rng(options.seed);
  const magnitude = magnitudeOf(assembly, threads);
  try {
    const silent = silentParameters(assembly);
    const first = resume ? void 0 : await initial(assembly, magnitude, root, silent);
    const scale = resume?.scale ?? options.residualScale ?? first.scale;
    const from = resume ? restoring(resume, () => restored(resume, silent.length)) : { ...untouched, theta: options.start?.slice() ?? first.theta, bestTheta: new Float64Array(silent.length) };
    if (resume) restoring(resume, () => options.sampler.restore(withPrefix("sampler.", resume.tensors)));
    const machine = machineOf(options, scale, from.grown);
    try {
      if (resume) restoring(resume, () => machine.stepper.restore(withPrefix("optimizer.", resume.tensors)));
      const shop = { options, root, magnitude, silent, machine, scale };
      if (!resume) await checkpoint(shop, from);
      const begun = starts.count > 1 && from.round === 0 ? await contest(shop, from) : from;
      return await finish(shop, "why" in begun ? begun : await rounds(shop, begun));
    } finally {
      await machine.dispose();
    }
  } finally {
    await magnitude.dispose();
  }
}
var far = Number.POSITIVE_INFINITY;
var untouched = { round: 0, steps: 0, failures: 0, grown: false, best: far, first: far };
function restored({ tensors, round: round3, steps: steps2, failures, grown: grown2, best, first }, size) {
  const theta = storedNumbers("solve", tensors, "theta", size).slice();
  const bestTheta = storedNumbers("solve", tensors, "best", size).slice();
  return { round: round3, steps: steps2, failures, grown: grown2, best, first, theta, bestTheta };
}
async function finish(shop, { at, why, freshLoss: freshLoss2 }) {
  if (at.best === far) {
    throw new ConvergenceError(
      `solve: the loss is ${freshLoss2} before the first step; check the equations for values that are not finite, or take another seed or a smaller network scale`,
      "diverged"
    );
  }
  const { options, machine, scale } = shop;
  const covariance = await laplace(options.assembly, machine.rows, at.bestTheta, options.weights);
  return {
    theta: at.bestTheta,
    status: why === "tried" ? "budget" : why,
    freshLoss: at.best,
    scale,
    steps: at.steps,
    rounds: at.round,
    seconds: options.elapsed(),
    processorSeconds: options.processor(),
    lastRound: at.last,
    covariance
  };
}

// solvers/solve/solve.ts
async function solve(problem4, options = {}) {
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  const [began, used] = [clock(), processor()];
  const domain = domainOf(problem4.domain);
  const resolved = resolveOptions({ ...options, blas: await blasOfRun(options) }, problem4, domain);
  const assembly = assemble(problem4, domain, resolved.network, resolved.conditions);
  checkStart(options.start, parameterCount(assembly.model));
  const sampler = start(resolved.sampler, domain);
  let latest;
  let saved = -1;
  let run;
  try {
    run = await openRecord(problem4, options, recorded(resolved));
    const resumed = options.resume === void 0 ? void 0 : await lastState(options.resume, problem4, recorded(resolved));
    const { seconds: offset = 0, processorSeconds: usedBefore = 0 } = resumed ?? {};
    const every = options.checkpointEvery ?? 10;
    const keep = async (whole2) => {
      checkTrainState(whole2);
      const { tensors, ...state } = whole2;
      saved = state.round;
      await run?.checkpoint({ step: state.round, tensors, state });
    };
    const result = await train({
      ...resolved,
      assembly,
      sampler,
      stepper: (program) => startStepper(resolved.optimizer, program, resolved.warmStart),
      elapsed: () => offset + (clock() - began) / 1e3,
      processor: () => usedBefore + (processor() - used) / 1e3,
      ...options.start && { start: options.start },
      ...options.signal && { signal: options.signal },
      ...resumed && { resume: resumed },
      onRound: (progress, theta, set) => {
        const isKept = isRecorded(progress.round);
        run?.log({ ...progress, ...isKept && { places: recordedPoints(set.points, problem4.axes.length) } });
        options.onProgress?.(progress, { ...set, theta: theta.slice() });
      },
      ...run && {
        onCheckpoint: async (state) => {
          latest = state;
          if (state.round > 0 && state.round % every === 0) await keep(state);
        }
      }
    });
    const { model } = assembly;
    const k = model.trainable.length;
    const report = {
      status: result.status,
      seconds: result.seconds,
      processorSeconds: result.processorSeconds,
      steps: result.steps,
      rounds: result.rounds,
      residual: Math.sqrt(result.freshLoss),
      scale: result.scale,
      conditions: resolved.conditions,
      hardConditions: assembly.held.map((c) => c.text),
      softConditions: assembly.rows.map((c) => c.text),
      constants: Object.fromEntries(
        model.trainable.map((name, i) => [
          name,
          {
            value: result.theta[model.network.size + i],
            standardDeviation: Math.sqrt(result.covariance[i * (k + 1)])
          }
        ])
      )
    };
    const solution2 = new Solution(problem4, resolved.network, result.theta, report, run?.directory);
    if (run) {
      await solution2.save(run.directory);
      if (result.status !== "aborted") await run.finish(report);
      else if (latest && latest.round > saved) await keep(latest);
    }
    return solution2;
  } finally {
    run?.close();
    sampler.dispose?.();
  }
}
function checkStart(start2, size) {
  if (!start2) return;
  if (start2.length !== size) throw new ShapeError("solve: start", [size], [start2.length]);
  const bad = start2.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new DomainError(
      `solve: start[${bad}] is ${start2[bad]}; give finite parameters, or leave start out`,
      start2[bad]
    );
}
async function openRecord(problem4, options, resolved) {
  if (options.resume !== void 0) return openRun(options.resume);
  const { runs } = options;
  if (runs === void 0) return void 0;
  const name = problem4.name.replaceAll(/[^A-Za-z0-9._-]+/g, "-").replace(/^[^A-Za-z0-9]+/, "").slice(0, 100);
  const record2 = { problem: problemToJson(problem4), ...resolved };
  return createRun({
    ...{ root: runs, name: name || "problem", options: record2 },
    ...{ seed: resolved.seed, device: "cpu", precision: resolved.precision ?? "float64" }
  }).catch((cause) => {
    if (cause.code === void 0) throw cause;
    throw new FormatError(runs, "folder of runs", cause.message, "give a folder that can be written", { cause });
  });
}

// solvers/solve/march.ts
import { mkdir as mkdir3 } from "node:fs/promises";

// solvers/solve/marched-solution.ts
import { existsSync as existsSync3 } from "node:fs";
import { mkdir as mkdir2 } from "node:fs/promises";
import { join as join5 } from "node:path";
import { isDeepStrictEqual as isDeepStrictEqual2 } from "node:util";

// solvers/solve/window.ts
var known2 = 2 ** 14;
function timeToMarch(problem4) {
  const { time, axes, trainable, integrals, conditions } = problem4;
  const refuse = (what, way3) => {
    throw new OptionsError(`march: "${problem4.name}" ${what}; ${way3}`, "problem", problem4.name);
  };
  if (time === void 0) return refuse("has no time axis", "use solve()");
  const constant3 = Object.keys(trainable)[0];
  if (constant3 !== void 0)
    refuse(`is to find ${constant3}, which is one number for all windows`, "use solve() on the whole time");
  const whole2 = integrals.find((i) => i.at === void 0);
  if (whole2) refuse(`has "${whole2.text}" over all of time`, "give the integral a time, at: { t: \u2026 }, or use solve()");
  const late = conditions.find(
    (c) => c.kind !== "initial" && typeof c.on === "object" && "axis" in c.on && c.on.axis === time
  );
  if (late)
    refuse(
      `has the condition "${late.text}" on ${axes[time]}`,
      "only initial conditions can be handed on; use solve()"
    );
  return time;
}
function edgesOf(windows, problem4) {
  const [low, high] = problem4.bounds[timeToMarch(problem4)];
  if (typeof windows === "number") {
    if (!(Number.isInteger(windows) && windows >= 1)) {
      throw new OptionsError(`march: windows is ${windows}, expected a whole number \u2265 1, or times`, "windows", windows);
    }
    return Array.from({ length: windows + 1 }, (_, k) => k === windows ? high : low + (high - low) * k / windows);
  }
  const edges = [low, ...windows, high];
  const bad = windows.findIndex((t, k) => !(t > edges[k] && t < high));
  if (bad >= 0) {
    const message = `march: windows[${bad}] is ${windows[bad]}; give times between ${low} and ${high}, each later than the one before`;
    throw new OptionsError(message, "windows", windows[bad]);
  }
  return edges;
}
function handedOn(problem4) {
  const time = problem4.time;
  const orders2 = highestOrders(problem4.equations, problem4);
  return problem4.unknowns.flatMap(
    (name, unknown2) => Array.from({ length: orders2[unknown2][time] }, (_, k) => ({
      formula: derivativeName(name, problem4.axes[time], k),
      expression: partial(unknown2, unit(problem4.axes.length, time, k))
    }))
  );
}
async function startNumbers(problem4, from, last) {
  if (problem4.axes.length > 1 || last === void 0) return [];
  const points = Float64Array.of(from);
  const tables = [];
  for (const quantity of handedOn(problem4)) {
    tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
  }
  return tables;
}
function startPoints(window, rng2) {
  return domainOf(window.domain).boundary(known2, rng2, "initial").points;
}
function windowOf(problem4, interval2, start2 = [], weight = 1) {
  const { time, bounds, conditions, integrals, observations, axes } = problem4;
  const d = axes.length;
  const [from, to] = interval2;
  const first = from === bounds[time][0];
  const tables = start2.map(({ quantity: { formula, expression }, points, values }) => {
    const common = { kind: "initial", on: { axis: time, side: "low" }, weight };
    const text3 = `${formula} = that of the window before`;
    const value = number(values[0]);
    if (d === 1 && expression.kind === "derivative") {
      const prescribes = { unknown: expression.unknown, order: expression.order, value };
      return { ...common, residual: call("sub", expression, value), prescribes, text: text3 };
    }
    return { ...common, residual: call("sub", expression, data("given")), table: { points, values }, text: text3 };
  });
  const kept = conditions.filter((c) => first || c.kind !== "initial");
  const inside = (t) => (first ? t >= from : t > from) && t <= to;
  return {
    ...problem4,
    name: `${problem4.name}, ${axes[time]} = ${from} to ${to}`,
    domain: overTime(problem4.domain, interval2),
    bounds: bounds.map((b, k) => k === time ? interval2 : b),
    conditions: [...kept, ...tables],
    integrals: integrals.filter((i) => inside(i.at)),
    observations: observations.flatMap((o) => {
      const rows = Array.from(o.values.keys()).filter((i) => inside(o.points[i * d + time]));
      if (rows.length === 0) return [];
      const points = Float64Array.from(rows.flatMap((i) => Array.from(o.points.subarray(i * d, (i + 1) * d))));
      return [{ ...o, points, values: Float64Array.from(rows, (i) => o.values[i]) }];
    })
  };
}

// solvers/solve/marched-solution.ts
var ranks = ["diverged", "aborted", "doubtful", "stalled", "budget", "converged"];
var MarchedSolution = class _MarchedSolution {
  /** All of it. */
  problem;
  domain;
  /** Times between windows, with both ends. */
  edges;
  /** In order; fewer than `edges` ask for where one was aborted or diverged. */
  windows;
  #more;
  /** Prefer `march` and {@link loadMarchedSolution}. */
  constructor(problem4, edges, windows, more = {}) {
    this.problem = problem4;
    this.domain = domainOf(problem4.domain);
    this.edges = edges;
    this.windows = [...windows];
    this.#more = more;
  }
  /** The same solution with more said of it. */
  told(more) {
    return new _MarchedSolution(this.problem, this.edges, this.windows, { ...this.#more, ...more });
  }
  /** Writes all windows into a folder, as `march` does; `loadMarchedSolution` reads them. */
  async save(folder) {
    const { problem: problem4, edges, windows } = this;
    const record2 = { edges, network: dataOf(windows[0].network) };
    for (let k = 1; k <= windows.length; k++) await saveWindow(folder, problem4, record2, windows.slice(0, k));
  }
  /** The worst of the windows'. */
  get status() {
    return this.#more.status ?? ranks.find((rank) => this.windows.some(({ status }) => status === rank));
  }
  /** All windows as one: the worst status, sums of seconds, steps and rounds, and the root mean square of residuals over time. */
  get report() {
    const { reports, edges } = this;
    const sum2 = (of) => reports.reduce((total3, report, k) => total3 + of(report, k), 0);
    const squares = sum2(({ residual }, k) => residual ** 2 * (edges[k + 1] - edges[k]));
    return {
      ...reports[0],
      status: this.status,
      seconds: sum2((r) => r.seconds),
      steps: sum2((r) => r.steps),
      rounds: sum2((r) => r.rounds),
      residual: Math.sqrt(squares / (this.until - edges[0])),
      ...reports[0].processorSeconds !== void 0 && { processorSeconds: sum2((r) => r.processorSeconds ?? 0) },
      ...this.#more
    };
  }
  /** The last time that is solved. */
  get until() {
    return this.edges[this.windows.length];
  }
  /** What `console.log` prints: a few lines. */
  [inspect]() {
    const { problem: problem4, windows, edges, until } = this;
    const axis = problem4.axes[problem4.time];
    const far2 = windows.length < edges.length - 1 ? `, to ${axis} = ${shortNumber(until)}` : "";
    const solved = `${windows.length} of ${edges.length - 1}${far2}, each with such a network`;
    if (windows.length === 0) return printedLines(`Solution of ${JSON.stringify(problem4.name)}`, [["windows", solved]]);
    const { network, parameters: parameters2 } = windows[0];
    return solutionText({ problem: problem4, report: this.report, network, parameters: parameters2 }, [["windows", solved]]);
  }
  /** How each window came about. */
  get reports() {
    return this.windows.map(({ report }) => report);
  }
  /**
   * The unknowns at points.
   *
   * @param points - [n, axes], row-major, finite
   * @returns [n, unknowns], row-major
   * @throws DomainError where a point is later than what is solved; ShapeError where the numbers are no whole points
   */
  evaluate(points) {
    return this.#gather(points, this.problem.unknowns.length, (window, some2) => window.evaluate(some2));
  }
  /** Any formula of the unknowns at points [n, axes], such as `"u_x"`: n values. */
  quantity(formula, points) {
    return this.#gather(points, 1, (window, some2) => window.quantity(formula, some2));
  }
  /** Residuals of the equations at points, unscaled: [n, equations]. */
  residual(points) {
    return this.#gather(points, this.problem.equations.length, (window, some2) => window.residual(some2));
  }
  /** As `Solution.errors`. */
  errors(test) {
    return errorsOf(this, test);
  }
  /** As `Solution.onGrid`. */
  onGrid(counts) {
    return gridOf2(this, counts);
  }
  /** Frees compiled programs; evaluating again compiles anew. */
  async dispose() {
    for (const window of this.windows) await window.dispose();
  }
  async #gather(points, width, from) {
    const { edges, windows, problem: problem4 } = this;
    const [d, time] = [this.domain.dimension, problem4.time];
    if (points.length % d !== 0) return from(windows[0], points);
    const count4 = points.length / d;
    const rows = windows.map(() => []);
    for (let i = 0; i < count4; i++) {
      const t = points[i * d + time];
      const window = Math.max(0, edges.findIndex((edge) => t <= edge) - 1);
      const at = t > edges.at(-1) ? edges.length - 2 : window;
      if (at >= windows.length) {
        throw new DomainError(
          `evaluate: point ${i} is at ${problem4.axes[time]} = ${t}, but the march ended at ${this.until}`,
          t
        );
      }
      rows[at].push(i);
    }
    const out = new Float64Array(count4 * width);
    for (const [k, window] of windows.entries()) {
      if (rows[k].length === 0) continue;
      const some2 = new Float64Array(rows[k].length * d);
      rows[k].forEach((i, j) => {
        some2.set(points.subarray(i * d, (i + 1) * d), j * d);
      });
      const values = await from(window, some2);
      rows[k].forEach((i, j) => {
        out.set(values.subarray(j * width, (j + 1) * width), i * width);
      });
    }
    return out;
  }
};
var index = "march.json";
var parameters = (k) => `window-${String(k).padStart(3, "0")}.safetensors`;
var way2 = "give a folder that march() wrote";
async function saveWindow(folder, problem4, record2, windows) {
  await mkdir2(folder, { recursive: true });
  await writeTheta(join5(folder, parameters(windows.length - 1)), windows.at(-1).theta);
  const reports = windows.map(({ report }) => report);
  const plain2 = { problem: problemToJson(problem4), record: record2, reports, parameters: windows.map((w) => digestOf(w.theta)) };
  await writeAtomically(join5(folder, index), sealedJson(plain2));
}
var storedFields = {
  problem: anything,
  record: anything,
  reports: list(reportCheck),
  parameters: optional(list(text))
};
var storedCheck = (value, at) => record(storedFields)(value, at) ?? recordCheck(value.record, at);
var recordCheck = (value, at) => {
  const { edges, network } = value ?? {};
  const complaint = list(real(), 2)(edges, `${at}.record.edges`) ?? networkCheck(network, `${at}.record.network`);
  const rising = complaint === void 0 && edges.every((t, i, all) => i === 0 || t > all[i - 1]);
  return complaint ?? (rising ? void 0 : `${at}.record.edges do not rise`);
};
async function blasOfWindows(folder) {
  if (!existsSync3(join5(folder, index))) return void 0;
  return (await readIndex(folder)).record.blas;
}
async function readWindows(folder, problem4, record2, network) {
  if (!existsSync3(join5(folder, index))) return [];
  const stored = await readIndex(folder);
  const mine = JSON.parse(recordToJson({ problem: problemToJson(problem4), record: record2 }));
  if (!isDeepStrictEqual2({ problem: stored.problem, record: stored.record }, mine)) {
    const message = `march: ${folder} holds windows of another problem or with other options; give another folder, or the same options`;
    throw new OptionsError(message, "folder", folder);
  }
  return windowsOf(folder, problem4, stored, network);
}
async function loadMarchedSolution(folder, given) {
  const { problem: problem4, network } = handedIn(given);
  const stored = await readIndex(folder);
  const path = join5(folder, index);
  const own2 = savedNetwork(`loadMarchedSolution: ${path}`, stored.record.network, network);
  const whole2 = savedProblem("loadMarchedSolution", path, stored.problem, problem4);
  try {
    return new MarchedSolution(whole2, stored.record.edges, await windowsOf(folder, whole2, stored, own2));
  } catch (error) {
    if (!isMongeError(error) || error instanceof FormatError) throw error;
    throw new FormatError(path, "march", error.message, way2, { cause: error });
  }
}
async function readIndex(folder) {
  const path = join5(folder, index);
  const stored = await readSealedJson(path, { format: "march", hint: way2, fields: Object.keys(storedFields) });
  const complaint = storedCheck(stored, "the march");
  if (complaint !== void 0) throw new FormatError(path, "march", complaint, way2);
  const plain2 = stored;
  const { record: record2, reports, parameters: digests = reports } = plain2;
  if (reports.length >= record2.edges.length || digests.length !== reports.length) {
    const message = `${reports.length} reports and ${digests.length} digests for ${record2.edges.length - 1} windows`;
    throw new FormatError(path, "march", message, way2);
  }
  return { ...plain2, record: withBlas(inTodaysNames(record2)), reports: reports.map(reportOf) };
}
async function windowsOf(folder, problem4, { record: record2, reports, ...stored }, network) {
  const { edges } = record2;
  const windows = [];
  for (const [k, report] of reports.entries()) {
    const path = join5(folder, parameters(k));
    if (!existsSync3(path)) throw new FormatError(path, "march", "there is no such file", way2);
    const theta = await readTheta(path, "march", stored.parameters?.[k]);
    const start2 = await startNumbers(problem4, edges[k], windows.at(-1));
    const window = new Solution(windowOf(problem4, [edges[k], edges[k + 1]], start2), network, theta, report);
    if (theta.length !== window.parameters) {
      const message = `${theta.length} parameters, where the network has ${window.parameters}`;
      throw new FormatError(path, "march", message, "the files are of two marches");
    }
    windows.push(window);
  }
  return windows;
}

// solvers/solve/march.ts
async function march(problem4, options) {
  const { windows, carry = false, startWeight = 1, folder, onProgress: _p, ...each } = options;
  const edges = edgesOf(windows, problem4);
  const count4 = edges.length - 1;
  const network = each.network ?? mlp({ scale: suggestedScale(problem4) });
  const blas = each.blas ?? (folder && await blasOfWindows(folder)) ?? "auto";
  const resolved = resolveOptions({ ...each, network, blas }, problem4, domainOf(problem4.domain));
  if ((resolved.budget.steps ?? count4) < count4) {
    throw new OptionsError(
      `march: ${resolved.budget.steps} steps for ${count4} windows; give each at least one`,
      "budget"
    );
  }
  if (!(startWeight > 0 && startWeight < Infinity)) {
    throw new OptionsError(
      `march: startWeight is ${startWeight}, expected a finite number > 0`,
      "startWeight",
      startWeight
    );
  }
  const { budget: _, threads: _t, ...fixed } = recorded(resolved);
  const record2 = { edges, carry, startWeight, ...fixed };
  if (folder !== void 0) await mkdir3(folder, { recursive: true });
  const lock = folder === void 0 ? void 0 : lockFolder(folder, `march: the folder ${folder}`);
  try {
    const done = folder === void 0 ? [] : await readWindows(folder, problem4, record2, network);
    return await goOn(problem4, { ...options, network }, { resolved, record: record2, done });
  } finally {
    lock?.release();
  }
}
async function goOn(problem4, options, { resolved, record: record2, done }) {
  const { windows: _, carry = false, startWeight = 1, folder, onProgress, ...each } = options;
  const { edges } = record2;
  const { network } = each;
  const count4 = edges.length - 1;
  const quantities = handedOn(problem4);
  const root = rng(resolved.seed);
  const clock = options.clock ?? (() => performance.now());
  const processor = options.processorClock ?? processorMilliseconds;
  const [began, used] = [clock(), processor()];
  const earlier = done.reduce(
    (sum2, { report }) => ({
      seconds: sum2.seconds + report.seconds,
      processorSeconds: sum2.processorSeconds + (report.processorSeconds ?? report.seconds)
    }),
    { seconds: 0, processorSeconds: 0 }
  );
  let marched = new MarchedSolution(problem4, edges, done);
  for (let k = done.length; k < count4; k++) {
    const draw2 = root.split("window").split(k);
    const last = done.at(-1);
    if (last && ["aborted", "diverged"].includes(last.report.status)) break;
    const interval2 = [edges[k], edges[k + 1]];
    const bare = windowOf(problem4, interval2);
    const tables = await startNumbers(problem4, interval2[0], last);
    if (last && tables.length === 0) {
      const points = startPoints(bare, draw2.split("start"));
      for (const quantity of quantities) {
        tables.push({ quantity, points, values: await last.quantity(quantity.formula, points) });
      }
    }
    const spent = {
      seconds: earlier.seconds + (clock() - began) / 1e3,
      processorSeconds: earlier.processorSeconds + (processor() - used) / 1e3
    };
    const steps2 = done.reduce((sum2, { report }) => sum2 + report.steps, 0);
    const solution2 = await solve(windowOf(problem4, interval2, tables, startWeight / resolved.weights.conditions), {
      ...each,
      network,
      blas: resolved.blas,
      seed: Math.floor(draw2.uniform() * 2 ** 53),
      budget: shareOf(resolved.budget, spent, steps2, count4 - k),
      // One scale for all: later windows have no lift, so that u = 0 may leave nothing.
      ...done[0] && { residualScale: resolved.residualScale ?? done[0].report.scale },
      ...carry && last && { start: last.theta },
      onProgress: (progress, round3) => onProgress?.(progress, round3, k)
    });
    await last?.dispose();
    done.push(solution2);
    if (folder !== void 0 && solution2.report.status !== "aborted") await saveWindow(folder, problem4, record2, done);
    marched = new MarchedSolution(problem4, edges, done);
  }
  return marched;
}
function shareOf({ seconds, processorSeconds, steps: steps2, ...rest }, spent, taken2, left) {
  const part = (whole2, gone) => Math.max(0.05, (whole2 - gone) / left);
  return {
    ...rest,
    ...seconds !== void 0 && { seconds: part(seconds, spent.seconds) },
    ...processorSeconds !== void 0 && { processorSeconds: part(processorSeconds, spent.processorSeconds) },
    ...steps2 !== void 0 && { steps: Math.max(1, Math.floor((steps2 - taken2) / left)) }
  };
}

// solvers/reference/exact-solutions.ts
var kovasznayReynolds = 40;
function gaussian(rate, center) {
  return (x) => {
    let squares = 0;
    for (let k = 0; k < center.length; k++) squares += (x[k] - center[k]) ** 2;
    return Math.exp(-rate * squares);
  };
}
function kovasznay(x, y) {
  const lambda = kovasznayReynolds / 2 - Math.hypot(kovasznayReynolds / 2, 2 * Math.PI);
  const growth = Math.exp(lambda * x);
  const angle = 2 * Math.PI * y;
  return [1 - growth * Math.cos(angle), lambda / (2 * Math.PI) * growth * Math.sin(angle), (1 - growth * growth) / 2];
}
function lShapeSingular(x, y) {
  const angle = Math.atan2(y, x);
  const theta = angle < -1e-12 ? angle + 2 * Math.PI : angle;
  return Math.hypot(x, y) ** (2 / 3) * Math.sin(2 / 3 * theta);
}
function kdvTwoSolitons(x, t, speeds, phases2) {
  const s = speeds.map(Math.sqrt);
  const exponents = s.map((si, i) => si * (x - si * si * t) - phases2[i]);
  const coupling = 2 * Math.log((s[0] - s[1]) / (s[0] + s[1]));
  const terms = [
    [0, 0],
    [exponents[0], s[0]],
    [exponents[1], s[1]],
    [exponents[0] + exponents[1] + coupling, s[0] + s[1]]
  ];
  const greatest = Math.max(...terms.map(([e]) => e));
  let [mass, first] = [0, 0];
  for (const [e, rate] of terms) {
    const weight = Math.exp(e - greatest);
    mass += weight;
    first += weight * rate;
  }
  const mean2 = first / mass;
  let variance = 0;
  for (const [e, rate] of terms) variance += Math.exp(e - greatest) / mass * (rate - mean2) ** 2;
  return 2 * variance;
}

// solvers/reference/reference-problem.ts
function atPoints(dimension, f) {
  return (points) => {
    const rows = Array.from(
      { length: points.length / dimension },
      (_, i) => f(points.subarray(i * dimension, (i + 1) * dimension))
    );
    return Float64Array.from(rows.flat());
  };
}

// solvers/reference/elliptic-problems.ts
var { PI, cos, sin } = Math;
var offCentre = [0.3, -0.2, 0.25, 0.1, -0.3, 0.2, -0.1, -0.25, 0.15, 0.3];
var square = { x: [-1, 1], y: [-1, 1] };
var cube = (d, low, high) => Object.fromEntries(Array.from({ length: d }, (_, k) => [`x${k + 1}`, [low, high]]));
var range = (d) => Array.from({ length: d }, (_, k) => k + 1);
function problem2({ spec, dimension, solution: solution2, points, published }) {
  const reference = atPoints(dimension, solution2);
  const unknowns = spec.unknowns?.length ?? 1;
  const testSet = (rng2) => {
    const at = points(rng2);
    return { points: at, values: reference(at), ...unknowns > 1 && { unknowns } };
  };
  return { name: spec.name, spec, reference, accuracy: 1e-14, testSet, published };
}
function peakText(x, y) {
  const shift = (name, c) => `(${name}${c > 0 ? "-" : "+"}${Math.abs(c)})^2`;
  return `exp(-1000*(${shift("x", x)}+${shift("y", y)}))`;
}
function peak() {
  return problem2({
    spec: {
      name: "peak",
      domain: square,
      equations: ["-lap(u) = source"],
      manufactured: peakText(0.5, 0.5),
      conditions: "exact"
    },
    dimension: 2,
    solution: gaussian(1e3, [0.5, 0.5]),
    points: () => gridPoints([-1, -1], [1, 1], [256, 256], true),
    published: ["AAS and DAS: order 1e-2 to 1e-3 (arXiv 2305.18702, 2112.14038; order of magnitude, from curves)"]
  });
}
function twoPeaks() {
  const [one2, other] = [gaussian(1e3, [0.5, 0.5]), gaussian(1e3, [-0.5, -0.5])];
  return problem2({
    spec: {
      name: "two-peaks",
      domain: square,
      equations: ["-(2*x*u_x + 2*y*u_y + 4*u) + lap(u) = source"],
      manufactured: `${peakText(0.5, 0.5)} + ${peakText(-0.5, -0.5)}`,
      conditions: "exact"
    },
    dimension: 2,
    solution: (x) => one2(x) + other(x),
    points: () => gridPoints([-1, -1], [1, 1], [256, 256], true),
    published: ["AAS and DAS: order 1e-2 to 1e-3 (arXiv 2305.18702, 2112.14038; order of magnitude, from curves)"]
  });
}
function gaussian10(name, center) {
  const solution2 = gaussian(10, center);
  const reference = atPoints(10, solution2);
  const squares = center.map((c, k) => c === 0 ? `x${k + 1}^2` : `(x${k + 1}${c > 0 ? "-" : "+"}${Math.abs(c)})^2`);
  return {
    name,
    spec: {
      name,
      domain: cube(10, -1, 1),
      equations: ["-lap(u) + u - u^3 = source"],
      manufactured: `exp(-10*(${squares.join(" + ")}))`,
      conditions: "exact"
    },
    reference,
    accuracy: 1e-15,
    testSet(rng2) {
      const { points, weights } = peakMixture(center, 6e4, rng2);
      return { points, weights, values: reference(points) };
    },
    published: ["AAS and DAS: order 1e-2 (arXiv 2305.18702; order of magnitude, from curves)"]
  };
}
function poisson2() {
  return problem2({
    spec: {
      name: "poisson-2d",
      domain: { x: [0, 1], y: [0, 1] },
      equations: ["-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)"],
      exact: "sin(pi*x)*sin(pi*y)",
      conditions: [{ type: "dirichlet", equation: "u = 0" }]
    },
    dimension: 2,
    solution: ([x, y]) => sin(PI * x) * sin(PI * y),
    points: () => gridPoints([0, 0], [1, 1], [101, 101]),
    published: [
      "ENGD: absolute L2 9.0e-7 at 100 s, 6.1e-8 at 1000 s on a GPU (arXiv 2302.13163, data of 2405.15603); divide by 1/2 for relative"
    ]
  });
}
function poisson5() {
  const sum2 = range(5).map((k) => `cos(pi*x${k})`).join(" + ");
  return problem2({
    spec: {
      name: "poisson-5d",
      domain: cube(5, 0, 1),
      equations: [`-lap(u) = pi^2*(${sum2})`],
      exact: sum2,
      conditions: "exact"
    },
    dimension: 5,
    solution: (x) => x.reduce((total3, v) => total3 + cos(PI * v), 0),
    points: (rng2) => boxPoints(Array(5).fill(0), Array(5).fill(1), 2e4, rng2),
    published: [
      "ENGD: absolute L2 6.4e-7 at 100 s, 5.6e-8 at 3000 s on a GPU (data of arXiv 2405.15603)",
      "SPRING 2.6e-7 at 7000 s (data of arXiv 2505.12149)"
    ]
  });
}
function harmonic10() {
  return problem2({
    spec: {
      name: "harmonic-10d",
      domain: cube(10, 0, 1),
      equations: ["-lap(u) = 0"],
      exact: "x1*x2 + x3*x4 + x5*x6 + x7*x8 + x9*x10",
      conditions: "exact"
    },
    dimension: 10,
    solution: (x) => [0, 2, 4, 6, 8].reduce((total3, k) => total3 + x[k] * x[k + 1], 0),
    points: (rng2) => boxPoints(Array(10).fill(0), Array(10).fill(1), 2e4, rng2),
    published: ["SPRING: absolute L2 1.2e-5 at 7000 s on a GPU (data of arXiv 2505.12149)"]
  });
}
function helmholtz(a, b) {
  return problem2({
    spec: {
      name: `helmholtz-${a}-${b}`,
      domain: square,
      constants: { k: 1 },
      equations: ["lap(u) + k^2*u = source"],
      manufactured: `sin(${a}*pi*x)*sin(${b}*pi*y)`,
      conditions: [{ type: "dirichlet", equation: "u = 0" }]
    },
    dimension: 2,
    solution: ([x, y]) => sin(a * PI * x) * sin(b * PI * y),
    points: () => gridPoints([-1, -1], [1, 1], [201, 201]),
    published: ["FastLSQ, Helmholtz 2-D with k = 10: 1.9e-6 (arXiv 2602.10541)"]
  });
}
function lShape() {
  const domain = {
    shape: "polygon",
    vertices: [
      [0, 0],
      [1, 0],
      [1, 1],
      [-1, 1],
      [-1, -1],
      [0, -1]
    ]
  };
  return problem2({
    spec: {
      name: "l-shape",
      domain,
      equations: ["-lap(u) = 0"],
      // With φ the angle from the diagonal of the corner, u = r^{2/3} cos(2φ/3) and tan(φ/2) = −(x+y)/(√2 r + y − x).
      exact: "(x^2+y^2)^(1/3)*cos(4/3*atan((x+y)/(sqrt(2*(x^2+y^2)) + y - x)))",
      conditions: "exact"
    },
    dimension: 2,
    solution: ([x, y]) => lShapeSingular(x, y),
    points: (rng2) => domainOf(domain).interior(2e4, rng2),
    published: []
  });
}
function kovasznayFlow() {
  const reynolds = kovasznayReynolds;
  const lambda = `(${reynolds / 2} - sqrt(${(reynolds / 2) ** 2} + 4*pi^2))`;
  const exact = {
    u: `1 - exp(${lambda}*x)*cos(2*pi*y)`,
    v: `${lambda}/(2*pi)*exp(${lambda}*x)*sin(2*pi*y)`,
    p: `1/2*(1 - exp(2*${lambda}*x))`
  };
  return problem2({
    spec: {
      name: "kovasznay",
      domain: { x: [-0.5, 1], y: [-0.5, 1.5] },
      unknowns: ["u", "v", "p"],
      constants: { Re: reynolds },
      equations: navierStokes,
      exact,
      conditions: [
        { type: "dirichlet", equation: [`u = ${exact.u}`, `v = ${exact.v}`] },
        { type: "dirichlet", equation: `p = ${exact.p}`, on: "x = 1" }
      ]
    },
    dimension: 2,
    solution: ([x, y]) => kovasznay(x, y),
    points: () => gridPoints([-0.5, -0.5], [1, 1.5], [101, 101]),
    published: []
  });
}
var navierStokes = [
  "u*u_x + v*u_y = -p_x + lap(u)/Re",
  "u*v_x + v*v_y = -p_y + lap(v)/Re",
  "u_x + v_y = 0"
];

// solvers/reference/cavity.ts
var ghia100 = {
  u: [
    [0, 0],
    [0.0547, -0.03717],
    [0.0625, -0.04192],
    [0.0703, -0.04775],
    [0.1016, -0.06434],
    [0.1719, -0.1015],
    [0.2813, -0.15662],
    [0.4531, -0.2109],
    [0.5, -0.20581],
    [0.6172, -0.13641],
    [0.7344, 332e-5],
    [0.8516, 0.23151],
    [0.9531, 0.68717],
    [0.9609, 0.73722],
    [0.9688, 0.78871],
    [0.9766, 0.84123],
    [1, 1]
  ],
  v: [
    [0, 0],
    [0.0625, 0.09233],
    [0.0703, 0.10091],
    [0.0781, 0.1089],
    [0.0938, 0.12317],
    [0.1563, 0.16077],
    [0.2266, 0.17507],
    [0.2344, 0.17527],
    [0.5, 0.05454],
    [0.8047, -0.24533],
    [0.8594, -0.22445],
    [0.9063, -0.16914],
    [0.9453, -0.10313],
    [0.9531, -0.08864],
    [0.9609, -0.07391],
    [0.9688, -0.05906],
    [1, 0]
  ]
};
function lidDrivenCavity() {
  const rows = [
    ...ghia100.u.map(([y, u]) => ({ point: [0.5, y], value: [u, 0, 0], known: [1, 0, 0] })),
    ...ghia100.v.map(([x, v]) => ({ point: [x, 0.5], value: [0, v, 0], known: [0, 1, 0] }))
  ];
  return {
    name: "lid-driven-cavity",
    spec: {
      name: "lid-driven-cavity",
      domain: { x: [0, 1], y: [0, 1] },
      unknowns: ["u", "v", "p"],
      constants: { Re: 100 },
      equations: navierStokes,
      conditions: [
        { type: "dirichlet", equation: "u = 1", on: "y = 1" },
        { type: "dirichlet", equation: "u = 0", on: "y = 0" },
        { type: "dirichlet", equation: "u = 0", on: "x" },
        { type: "dirichlet", equation: "v = 0" }
      ],
      integrals: ["p = 0"],
      allow: ["corner-mismatch"]
    },
    accuracy: 3e-3,
    testSet: () => ({
      points: Float64Array.from(rows.flatMap(({ point }) => point)),
      values: Float64Array.from(rows.flatMap(({ value }) => value)),
      known: Uint8Array.from(rows.flatMap(({ known: known3 }) => known3)),
      unknowns: 3
    }),
    published: [
      "jaxpi, Re 1000: 1.58e-1 (arXiv 2308.08468, repository)",
      "PirateNet, Re 3200: 4.2e-2 (arXiv 2402.00326, repository)"
    ]
  };
}

// solvers/reference/cole-hopf.ts
function coleHopf(options = {}) {
  const { nu = 0.01 / Math.PI, step = 0.05 } = options;
  for (const [name, value2] of Object.entries({ nu, step })) {
    if (!(value2 > 0 && Number.isFinite(value2))) {
      throw new DomainError(`coleHopf: ${name} is ${value2}; give a positive number`, value2);
    }
  }
  const depth = 1 / (2 * Math.PI * nu);
  const half2 = Math.ceil(Math.sqrt(2 * depth + 45) / step);
  const exponents = new Float64Array(2 * half2 + 1);
  const sines = new Float64Array(2 * half2 + 1);
  const value = (x, t) => {
    if (!(t >= 0 && Number.isFinite(t) && Number.isFinite(x))) {
      throw new DomainError(`coleHopf: point (${x}, ${t}); finite x and t \u2265 0 are needed`, [x, t]);
    }
    if (t === 0) return -Math.sin(Math.PI * x);
    const scale = 2 * Math.sqrt(nu * t);
    let greatest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k <= 2 * half2; k++) {
      const z = (k - half2) * step;
      const angle = Math.PI * (x - scale * z);
      exponents[k] = -depth * Math.cos(angle) - z * z;
      sines[k] = Math.sin(angle);
      greatest = Math.max(greatest, exponents[k]);
    }
    let [above2, below2] = [0, 0];
    for (let k = 0; k <= 2 * half2; k++) {
      const weight = Math.exp(exponents[k] - greatest);
      above2 += sines[k] * weight;
      below2 += weight;
    }
    return -above2 / below2;
  };
  return (points) => {
    if (points.length % 2 !== 0) throw new ShapeError("coleHopf: points", "[n, 2]", [points.length], "rows hold x, t");
    return Float64Array.from({ length: points.length / 2 }, (_, i) => value(points[2 * i], points[2 * i + 1]));
  };
}

// solvers/reference/fourier-evolution.ts
var stencil = 8;
var FourierEvolution = class {
  low;
  high;
  until;
  /** Kept moments, the first and the last included. */
  times;
  /**
   * Coefficients of k = 0 … highest, [moment][k], already doubled for the negative half, without what is below
   * rounding.
   */
  #series;
  /** @param spectra unscaled forward transforms of the states at equal intervals from 0 to `until` */
  constructor(low, high, until, spectra) {
    this.low = low;
    this.high = high;
    this.until = until;
    this.times = Float64Array.from(spectra, (_, j) => until * j / (spectra.length - 1));
    this.#series = spectra.map(compact);
  }
  /**
   * @param points row-major `[n, 2]`: x (taken periodically), 0 ≤ t ≤ until
   * @param derivative order of the derivative in x; `@defaultValue 0`
   * @throws ShapeError for broken rows; DomainError for times outside
   */
  evaluate(points, derivative = 0) {
    if (points.length % 2 !== 0) throw new ShapeError("FourierEvolution: points", "[n, 2]", [points.length]);
    const out = new Float64Array(points.length / 2);
    for (let i = 0; i < out.length; i++) out[i] = this.#value(points[2 * i], points[2 * i + 1], derivative);
    return out;
  }
  #value(x, t, derivative) {
    const last = this.times.length - 1;
    if (!(t >= 0 && t <= this.until * (1 + 1e-12))) {
      throw new DomainError(`FourierEvolution: t = ${t} lies outside [0, ${this.until}]`, t);
    }
    const at = t / this.until * last;
    const near = Math.round(at);
    if (Math.abs(at - near) < 1e-9) return this.#sum(near, x, derivative);
    const width = Math.min(stencil, last + 1);
    const start2 = Math.min(Math.max(0, Math.floor(at) - width / 2 + 1), last + 1 - width);
    let value = 0;
    for (let j = start2; j < start2 + width; j++) {
      let weight = 1;
      for (let m = start2; m < start2 + width; m++) if (m !== j) weight *= (at - m) / (j - m);
      value += weight * this.#sum(j, x, derivative);
    }
    return value;
  }
  /** Re Σ c_k (iκ_k)^derivative e^{ikθ}, with e^{ikθ} by rotation. */
  #sum(moment, x, derivative) {
    const { re, im } = this.#series[moment];
    const turn = 2 * Math.PI / (this.high - this.low);
    const theta = turn * (x - this.low);
    const [stepRe, stepIm] = [Math.cos(theta), Math.sin(theta)];
    let [cos3, sin3] = [1, 0];
    let total3 = 0;
    for (let k = 0; k < re.length; k++) {
      const power2 = derivative === 0 ? 1 : (turn * k) ** derivative;
      const [a, b] = rotated(re[k] * power2, im[k] * power2, derivative);
      total3 += a * cos3 - b * sin3;
      [cos3, sin3] = [cos3 * stepRe - sin3 * stepIm, cos3 * stepIm + sin3 * stepRe];
    }
    return total3;
  }
};
function rotated(a, b, n) {
  switch (n % 4) {
    case 0:
      return [a, b];
    case 1:
      return [-b, a];
    case 2:
      return [-a, -b];
    default:
      return [b, -a];
  }
}
function compact({ re, im }) {
  const n = re.length;
  const scale = (k) => (k === 0 || 2 * k === n ? 1 : 2) / n;
  let greatest = 0;
  for (let k = 0; k <= n / 2; k++) greatest = Math.max(greatest, Math.hypot(re[k], im[k]));
  let highest = Math.floor(n / 2);
  while (highest > 0 && Math.hypot(re[highest], im[highest]) < 1e-15 * greatest) highest--;
  return {
    re: Float64Array.from({ length: highest + 1 }, (_, k) => re[k] * scale(k)),
    im: Float64Array.from({ length: highest + 1 }, (_, k) => im[k] * scale(k))
  };
}

// solvers/reference/etdrk4.ts
function etdrk4(equation2, initial2, options) {
  const { modes, until, steps: steps2, snapshots = steps2 } = options;
  for (const [name, value, unit2] of [
    ["modes", modes, 2],
    ["steps", steps2, snapshots],
    ["snapshots", snapshots, 1]
  ]) {
    if (!(Number.isInteger(value) && value > 0 && value % unit2 === 0)) {
      const message = `etdrk4: ${name} is ${value}; give a positive multiple of ${unit2}`;
      throw new OptionsError(message, name, value);
    }
  }
  if (!(until > 0)) throw new OptionsError(`etdrk4: until is ${until}; give a positive time`, "until", until);
  const { low, high } = equation2;
  const kappas = Float64Array.from(wavenumbers(modes), (k) => 2 * Math.PI * k / (high - low));
  const symbol = (f) => {
    const values = Array.from(kappas, f);
    values[modes / 2] = [values[modes / 2][0], 0];
    return { re: Float64Array.from(values, (v2) => v2[0]), im: Float64Array.from(values, (v2) => v2[1]) };
  };
  const outer = symbol(equation2.outer ?? (() => [1, 0]));
  const c = coefficients(
    symbol((kappa) => equation2.linear(kappa)),
    until / steps2
  );
  const nonlinear = (v2) => {
    const u = inverseFft2(v2, 1, modes).re;
    for (let i = 0; i < modes; i++) u[i] = equation2.nonlinear(u[i]);
    return product4(outer, fft2(u, 1, modes));
  };
  let v = typeof initial2 === "function" ? fromFunction(initial2, equation2, modes) : fromCoefficients(initial2.coefficients, modes);
  const kept = [v];
  for (let n = 1; n <= steps2; n++) {
    const nv = nonlinear(v);
    const a = combine(modes, [c.half, v], [c.q, nv]);
    const na = nonlinear(a);
    const b = combine(modes, [c.half, v], [c.q, na]);
    const nb = nonlinear(b);
    const twice = { re: nb.re.map((x, i) => 2 * x - nv.re[i]), im: nb.im.map((x, i) => 2 * x - nv.im[i]) };
    const nc = nonlinear(combine(modes, [c.half, a], [c.q, twice]));
    const middle = { re: na.re.map((x, i) => x + nb.re[i]), im: na.im.map((x, i) => x + nb.im[i]) };
    v = combine(modes, [c.full, v], [c.f1, nv], [c.f2, middle], [c.f3, nc]);
    if (!Number.isFinite(v.re[1])) {
      const message = `etdrk4: the state is not finite after step ${n} of ${steps2}; take more steps`;
      throw new ConvergenceError(message, "diverged", n);
    }
    if (n % (steps2 / snapshots) === 0) kept.push(v);
  }
  return new FourierEvolution(low, high, until, kept);
}
function fromFunction(f, { low, high }, modes) {
  return fft2(
    Float64Array.from({ length: modes }, (_, i) => f(low + (high - low) * i / modes)),
    1,
    modes
  );
}
function fromCoefficients(coefficient, modes) {
  const out = { re: new Float64Array(modes), im: new Float64Array(modes) };
  for (let k = 0; k <= modes / 2; k++) {
    const [re, im] = coefficient(k);
    for (const [at, sign] of [
      [k, 1],
      [(modes - k) % modes, -1]
    ]) {
      out.re[at] = modes * re;
      out.im[at] = at === k && k % (modes / 2) === 0 ? 0 : sign * modes * im;
    }
  }
  return out;
}
function product4(a, b) {
  return combine(a.re.length, [a, b]);
}
function combine(n, ...terms) {
  const out = { re: new Float64Array(n), im: new Float64Array(n) };
  for (const [a, b] of terms) {
    for (let i = 0; i < n; i++) {
      out.re[i] += a.re[i] * b.re[i] - a.im[i] * b.im[i];
      out.im[i] += a.re[i] * b.im[i] + a.im[i] * b.re[i];
    }
  }
  return out;
}
function coefficients(linear, h) {
  const n = linear.re.length;
  const make = () => ({ re: new Float64Array(n), im: new Float64Array(n) });
  const out = { full: make(), half: make(), q: make(), f1: make(), f2: make(), f3: make() };
  const points = 64;
  for (let k = 0; k < n; k++) {
    const z0 = [h * linear.re[k], h * linear.im[k]];
    const put = (to, [re, im], factor = 1) => {
      to.re[k] += factor * re;
      to.im[k] += factor * im;
    };
    put(out.full, exp(z0));
    put(out.half, exp([z0[0] / 2, z0[1] / 2]));
    for (let m = 0; m < points; m++) {
      const angle = 2 * Math.PI * (m + 0.5) / points;
      const z = [z0[0] + Math.cos(angle), z0[1] + Math.sin(angle)];
      const e = exp(z);
      const z2 = times2(z, z);
      const z3 = times2(z2, z);
      const weight = h / points;
      put(out.q, over(sum([-1, 0], exp([z[0] / 2, z[1] / 2])), z), weight);
      put(out.f1, over(sum([-4, 0], scaled(-1, z), times2(e, sum([4, 0], scaled(-3, z), z2))), z3), weight);
      put(out.f2, over(sum([2, 0], z, times2(e, sum([-2, 0], z))), z3), 2 * weight);
      put(out.f3, over(sum([-4, 0], scaled(-3, z), scaled(-1, z2), times2(e, sum([4, 0], scaled(-1, z)))), z3), weight);
    }
  }
  return out;
}
var exp = ([re, im]) => [Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im)];
var times2 = (a, b) => [a[0] * b[0] - a[1] * b[1], a[0] * b[1] + a[1] * b[0]];
var scaled = (s, a) => [s * a[0], s * a[1]];
var sum = (...terms) => terms.reduce((a, b) => [a[0] + b[0], a[1] + b[1]], [0, 0]);
var over = (a, b) => {
  const size = b[0] * b[0] + b[1] * b[1];
  return [(a[0] * b[0] + a[1] * b[1]) / size, (a[1] * b[0] - a[0] * b[1]) / size];
};

// solvers/reference/semilinear.ts
function allenCahn(options = {}) {
  const moment = (m) => m === 0 ? 2 / 3 : 4 * (m % 2 === 0 ? 1 : -1) / (Math.PI * m) ** 2;
  const equation2 = {
    low: -1,
    high: 1,
    linear: (kappa) => [5 - 1e-4 * kappa * kappa, 0],
    nonlinear: (u) => -5 * u * u * u
  };
  const coefficients2 = (k) => [(k % 2 === 0 ? 1 : -1) * (moment(k + 1) + moment(k - 1)) / 4, 0];
  return etdrk4(equation2, { coefficients: coefficients2 }, { modes: 2048, until: 1, steps: 1200, snapshots: 400, ...options });
}

// solvers/reference/evolution-problems.ts
var { PI: PI2, cos: cos2, sin: sin2, exp: exp2 } = Math;
function problem3({ spec, reference, accuracy = 1e-14, points, published }) {
  const testSet = (random) => {
    const at = points(random);
    return { points: at, values: reference(at) };
  };
  return { name: spec.name, spec, reference, accuracy, testSet, published };
}
function heat(d) {
  const names = d === 1 ? ["x"] : Array.from({ length: d }, (_, k) => `x${k + 1}`);
  const modes = names.map((x) => `sin(pi*${x})`).join("*");
  return problem3({
    spec: {
      name: `heat-${d}d`,
      domain: { ...Object.fromEntries(names.map((x) => [x, [0, 1]])), t: [0, 1] },
      constants: { kappa: 0.25 },
      equations: ["u_t = kappa*lap(u)"],
      exact: `exp(-${d}*pi^2*kappa*t)*${modes}`,
      conditions: [
        { type: "initial", equation: `u = ${modes}` },
        { type: "dirichlet", equation: "u = 0" }
      ]
    },
    reference: atPoints(d + 1, (x) => {
      let value = exp2(-d * PI2 * PI2 * x[d] / 4);
      for (let k = 0; k < d; k++) value *= sin2(PI2 * x[k]);
      return value;
    }),
    points: (random) => d === 1 ? gridPoints([0, 0], [1, 1], [101, 101]) : boxPoints(Array(d + 1).fill(0), Array(d + 1).fill(1), 2e4, random),
    published: [
      d === 1 ? "ENGD: absolute L2 2.8e-8 on a GPU (data of arXiv 2405.15603)" : "ENGD: absolute L2 7.4e-7 on a GPU (data of arXiv 2405.15603)"
    ]
  });
}
var burgersConditions = [
  { type: "initial", equation: "u = -sin(pi*x)" },
  { type: "dirichlet", equation: "u = 0", on: "x" }
];
function burgers() {
  return problem3({
    spec: {
      name: "burgers",
      domain: { x: [-1, 1], t: [0, 1] },
      constants: { nu: "0.01/pi" },
      equations: ["u_t + u*u_x = nu*u_xx"],
      conditions: burgersConditions
    },
    reference: coleHopf(),
    points: () => gridPoints([-1, 0], [1, 1], [257, 101]),
    published: [
      "RAD about 2e-4 (arXiv 2207.10289)",
      "SOAP 4.0e-5 (arXiv 2502.00604, as quoted by others)",
      "SSBroyden 1.6e-8 (arXiv 2405.04230, quoted in 2501.16371)"
    ]
  });
}
function inverseBurgers(options = {}) {
  const { count: count4 = 200, noise = 0.01, rng: random = rng(0).split("inverse-burgers") } = options;
  const forward2 = burgers();
  const points = boxPoints([-1, 0], [1, 1], count4, random.split("points"));
  const errors = random.split("noise").normal(count4);
  return {
    ...forward2,
    name: "inverse-burgers",
    spec: {
      ...forward2.spec,
      name: "inverse-burgers",
      trainable: { nu: 0.05 },
      observations: [
        {
          points: Array.from(points),
          values: Array.from(coleHopf()(points), (u, i) => u + noise * errors[i]),
          ...noise > 0 && { sigma: noise }
        }
      ]
    },
    published: []
  };
}
var allenCahnSolution;
function allenCahnProblem() {
  const solution2 = () => {
    allenCahnSolution ??= allenCahn();
    return allenCahnSolution;
  };
  return problem3({
    spec: {
      name: "allen-cahn",
      domain: { x: [-1, 1], t: [0, 1] },
      equations: ["u_t = 1e-4*u_xx - 5*u^3 + 5*u"],
      conditions: [
        { type: "initial", equation: "u = x^2*cos(pi*x)" },
        { type: "periodic", on: "x" }
      ]
    },
    reference(points) {
      const values = solution2().evaluate(points);
      for (let i = 0; i < values.length; i++) {
        const x = points[2 * i];
        if (points[2 * i + 1] === 0) values[i] = x * x * cos2(PI2 * x);
      }
      return values;
    },
    accuracy: 5e-10,
    points: () => gridPoints([-1, 0], [1, 1], [257, 101]),
    published: [
      "jaxpi 5.37e-5 (arXiv 2308.08468, repository)",
      "PirateNet 2.24e-5 (arXiv 2402.00326, repository)",
      "SSBroyden 9.4e-7 (arXiv 2405.04230, quoted in 2501.16371)"
    ]
  });
}
function kdvTwoSolitonProblem() {
  const [a, b] = ["((x + 4 - t)/2)", "(x + 10 - 4*t)"];
  const above2 = `(4*cosh(${a})^2 + sinh(${b})^2)`;
  const below2 = `(cosh(${b} + ${a}) + 3*cosh(${b} - ${a}))`;
  const aboveSlope = `(4*cosh(${a})*sinh(${a}) + 2*cosh(${b})*sinh(${b}))`;
  const belowSlope = `(3/2*sinh(${b} + ${a}) + 3/2*sinh(${b} - ${a}))`;
  const exact = `6*${above2}/${below2}^2`;
  const shift = Math.log(3);
  return problem3({
    spec: {
      name: "kdv-two-soliton",
      domain: { x: [-20, 20], t: [0, 4] },
      equations: ["u_t + 6*u*u_x + u_xxx = 0"],
      exact,
      conditions: [
        { type: "initial", equation: "exact" },
        { type: "dirichlet", equation: "exact", on: "x" },
        {
          type: "neumann",
          equation: `u_x = 6*${aboveSlope}/${below2}^2 - 12*${above2}*${belowSlope}/${below2}^3`,
          on: "x = 20"
        }
      ]
    },
    reference: atPoints(2, ([x, t]) => kdvTwoSolitons(x, t, [4, 1], [-20 - shift, -4 - shift])),
    points: () => gridPoints([-20, 0], [20, 4], [401, 101]),
    published: [
      "vRBA with SSBroyden, a two-soliton problem with other parameters: 2.2e-6 (arXiv 2509.14198, as quoted by others)"
    ]
  });
}
function wave() {
  return problem3({
    spec: {
      name: "wave",
      domain: { x: [0, 1], t: [0, 1] },
      equations: ["u_tt = 4*u_xx"],
      exact: "sin(pi*x)*cos(2*pi*t) + 1/2*sin(4*pi*x)*cos(8*pi*t)",
      conditions: [
        { type: "initial", equation: ["u = sin(pi*x) + 1/2*sin(4*pi*x)", "u_t = 0"] },
        { type: "dirichlet", equation: "u = 0", on: "x" }
      ]
    },
    reference: atPoints(2, ([x, t]) => sin2(PI2 * x) * cos2(2 * PI2 * t) + 0.5 * sin2(4 * PI2 * x) * cos2(8 * PI2 * t)),
    points: () => gridPoints([0, 0], [1, 1], [201, 201]),
    published: [
      "RAD about 9e-4 (arXiv 2207.10289)",
      "DSGNAR 7.2e-7 against SSBroyden 3.9e-2 (arXiv 2607.02194, as quoted by others)"
    ]
  });
}
function convection() {
  return problem3({
    spec: {
      name: "convection",
      domain: { x: [0, 2 * PI2], t: [0, 1] },
      constants: { c: 80 },
      equations: ["u_t + c*u_x = 0"],
      exact: "sin(x - c*t)",
      conditions: [
        { type: "initial", equation: "u = sin(x)" },
        { type: "periodic", on: "x" }
      ]
    },
    reference: atPoints(2, ([x, t]) => sin2(x - 80 * t)),
    points: () => gridPoints([0, 0], [2 * PI2, 1], [201, 401]),
    published: ["jaxpi 6.88e-4 (arXiv 2308.08468, repository)"]
  });
}

// solvers/reference/catalogue.ts
var makers = {
  peak,
  "two-peaks": twoPeaks,
  "gaussian-10d": () => gaussian10("gaussian-10d", Array(10).fill(0)),
  "gaussian-10d-off-centre": () => gaussian10("gaussian-10d-off-centre", offCentre),
  "poisson-2d": poisson2,
  "poisson-5d": poisson5,
  "harmonic-10d": harmonic10,
  "heat-1d": () => heat(1),
  "heat-4d": () => heat(4),
  burgers,
  "allen-cahn": allenCahnProblem,
  "kdv-two-soliton": kdvTwoSolitonProblem,
  "helmholtz-1-4": () => helmholtz(1, 4),
  "helmholtz-6-6": () => helmholtz(6, 6),
  wave,
  convection,
  kovasznay: kovasznayFlow,
  "lid-driven-cavity": lidDrivenCavity,
  "inverse-burgers": () => inverseBurgers(),
  "l-shape": lShape
};
var referenceNames = Object.keys(makers);
function referenceProblem(name) {
  if (!Object.hasOwn(makers, name)) {
    throw new OptionsError(`referenceProblem: "${name}" is none of ${referenceNames.join(", ")}`, "name", name);
  }
  return makers[name]();
}

// solvers/reference/recommended.ts
var peak2 = { network: mlp({ width: 12, depth: 5, scale: 20 }), starts: { count: 2, steps: 60 } };
var twoPeaks2 = {
  network: mlp({ width: 10, depth: 6, scale: 20 }),
  sampler: residualDensity(),
  starts: { count: 3, steps: 90 }
};
var gaussian2 = {
  network: mlp({ width: 12, depth: 3, squares: true, outputScale: 0.3 }),
  sampler: gaussianMixture({ tempering: 0.5 }),
  points: 2500
};
var smooth = {
  network: mlp({ width: 64, depth: 1 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3, decrease: 2.5, increase: 2.5 }),
  points: 1024,
  growth: { after: 1, factor: 1 }
};
var waves = {
  network: separable({ rank: 4, width: 32, scale: 15 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3 }),
  points: 3e3
};
var smoothCube = {
  network: mlp({ width: 64, depth: 1 }),
  sampler: sobol(),
  points: 2500,
  boundaryPoints: 1e3,
  weights: { conditions: 10 }
};
var products = {
  network: separable({ rank: 6, width: 16 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3 }),
  points: 2500
};
var harmonic = {
  ...smoothCube,
  network: mlp({ width: 48, depth: 1, scale: 1 }),
  weights: { conditions: 100 }
};
var layer = {
  network: mlp({ width: 12, depth: 5 }),
  sampler: residualDensity({ shape: [512, 64] }),
  points: 2500
};
var transport = {
  network: mlp({ width: 16, depth: 2 }),
  sampler: sobol(),
  points: 1e3,
  growth: { after: 1, factor: 1 }
};
var phases = {
  network: mlp({ width: 16, depth: 3, periodic: { 0: 4 } }),
  boundaryPoints: 1e3,
  growth: { after: 1, factor: 1 }
};
var recipes = {
  peak: peak2,
  "two-peaks": twoPeaks2,
  "gaussian-10d": gaussian2,
  "gaussian-10d-off-centre": { ...gaussian2, network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }) },
  "poisson-2d": smooth,
  "poisson-5d": smoothCube,
  "harmonic-10d": harmonic,
  "heat-1d": smooth,
  "heat-4d": products,
  "helmholtz-6-6": waves,
  burgers: layer,
  "allen-cahn": phases,
  convection: transport
};
var marches = {
  // The kink of the start spreads as √t: windows that grow with time.
  "allen-cahn": {
    windows: [3e-3, 0.01, 0.02, 0.04, 0.07, 0.11, 0.16, 0.22, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9],
    carry: true
  },
  convection: { windows: 20 }
};
function recommendedWindows(name) {
  return marches[name];
}
function recommendedOptions(name) {
  return recipes[name] ?? {};
}

// pages/solution-truth.ts
function referenceOf(problem4) {
  const name = referenceNames.find((one2) => one2 === problem4.name);
  if (name === void 0) return void 0;
  const reference = referenceProblem(name);
  const same = JSON.stringify(reference.spec) === JSON.stringify(problemToJson(problem4));
  return same ? reference : void 0;
}
var count3 = 2 ** 16;
function testSetOf(plan) {
  const { problem: problem4, reference } = plan;
  if (reference !== void 0) return reference.testSet(rng(0).split("test set"));
  const points = problem4.exact && domainOf(problem4.domain).interior(count3, rng(0).split("test set"));
  const values = points && trueValues(plan, points);
  return values && { points, values, unknowns: problem4.unknowns.length };
}
function trueValues({ problem: problem4, reference }, points) {
  if (reference?.reference !== void 0) return reference.reference(points);
  if (problem4.exact === void 0) return void 0;
  const { axes, constants: constants2, exact } = problem4;
  const columns2 = exact.map((e) => evaluateAt(e, points, axes.length, constants2));
  const n = exact.length;
  return Float64Array.from({ length: n * columns2[0].length }, (_, i) => columns2[i % n][Math.floor(i / n)]);
}

// pages/solution-curves.ts
var [mostErrors, mostPoints2] = [30, 4096];
async function solutionCurves(solution2, known3, snapshots, timed) {
  const at = (one2) => timed ? one2.seconds : one2.steps;
  const residual = {
    name: "residual",
    // The loss on fresh points is that of the parameters before the round's steps.
    x: snapshots.map((_, i) => i === 0 ? 0 : at(snapshots[i - 1])),
    y: snapshots.map((one2) => Math.sqrt(one2.freshLoss) || Number.NaN)
  };
  const kept = snapshots.flatMap(({ theta, ...rest }) => theta ? [{ ...rest, theta }] : []);
  const chosen = kept.filter((_, i) => i % Math.ceil(kept.length / mostErrors) === 0 || i === kept.length - 1);
  const errors = await errorsAlong(solution2, known3, chosen);
  const error = errors && errors.length > 0 ? [{ name: "relative L2 error", x: chosen.map(at), y: errors.map((e) => e.relativeL2 || Number.NaN) }] : [];
  return curveFigure({
    title: known3.problem.name,
    curves: [residual, ...error],
    x: { name: timed ? "seconds" : "step" },
    y: { name: "after each round", log: true }
  });
}
async function errorsAlong(solution2, known3, snapshots) {
  const test = testSetOf(known3);
  if (test === void 0) return void 0;
  const d = solution2.domain.dimension;
  const n = solution2.problem.unknowns.length;
  const count4 = test.points.length / d;
  const stride = count4 > mostPoints2 ? Math.floor(count4 / mostPoints2) * 2 + 1 : 1;
  const kept = Array.from({ length: Math.min(count4, mostPoints2) }, (_, i) => i * stride % count4);
  const take = (values, width) => kept.flatMap((i) => Array.from({ length: width }, (_, k) => values[i * width + k]));
  const part = {
    points: Float64Array.from(take(test.points, d)),
    values: Float64Array.from(take(test.values, n)),
    unknowns: n,
    ...test.weights && { weights: Float64Array.from(take(test.weights, 1)) },
    ...test.known && { known: Uint8Array.from(take(test.known, n)) }
  };
  const { problem: problem4, network, report } = solution2;
  const earlier = new Solution(problem4, network, solution2.theta.slice(), report);
  const errors = [];
  for (const { theta } of snapshots) {
    earlier.theta.set(theta);
    errors.push(await earlier.errors(part));
  }
  await earlier.dispose();
  return errors;
}

// pages/solution-file.ts
function solutionFields({ axes, shape, coordinates, values }) {
  const along = axes.map((name, k) => ({
    name,
    dims: [name],
    values: coordinates[k],
    attributes: { units: "1", long_name: name === "t" ? "time of the problem" : `coordinate ${name}` }
  }));
  return Object.entries(values).map(
    ([name, numbers2]) => new Field({
      name,
      dims: axes,
      shape,
      values: numbers2,
      units: "1",
      coordinates: along,
      attributes: { long_name: `unknown ${name}` }
    })
  );
}
async function writeSolution(path, solution2, about) {
  const [first, ...also] = solutionFields(solution2);
  const { title, history, attributes } = about;
  await writeNetcdf(path, first, { also, history, attributes: { title, ...attributes }, unlimitedTime: false });
}

// report/solution-figure.ts
var decades = 6;
function solutionFigure(options) {
  const { unknowns, sizes, height, width, axes, title, columns: columns2 } = options;
  const shown = unknowns.map(({ name, values }) => {
    const [low, high] = extent(values);
    const signed2 = low < 0 && high > 0 && Math.min(-low, high) > 0.2 * Math.max(-low, high);
    const scale = signed2 ? differenceScale(Math.max(-low, high)) : smoothScale(low, high);
    return { title: name, values, height, width, scale, units: "" };
  });
  const logs = sizes.map(({ name, values, dots, note }) => {
    const logarithms = Float64Array.from(values, (v) => Math.log10(Math.abs(v)));
    const finite2 = logarithms.filter((v) => Number.isFinite(v));
    const top = finite2.length > 0 ? finite2.reduce((a, b) => Math.max(a, b)) : 0;
    const bottom = finite2.reduce((a, b) => Math.min(a, b), top - 1);
    const scale = smoothScale(Math.max(bottom, top - decades), top);
    return {
      ...{ title: name, values: logarithms, height, width, scale, units: "log\u2081\u2080" },
      ...dots && { dots },
      ...note !== void 0 && { note }
    };
  });
  const panels = [...shown, ...logs];
  return mapFigure({
    panels,
    scale: panels[0]?.scale ?? smoothScale(0, 1),
    units: "",
    firstRow: "bottom",
    axes,
    ...title !== void 0 && { title },
    ...columns2 !== void 0 && { columns: columns2 }
  });
}
function extent(values) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    const v = values[i];
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (low < high) return [low, high];
  const middle = low === high ? low : 0;
  return [middle - 1, middle + 1];
}

// pages/solution-maps.ts
var [cells, nodes] = [160, 401];
var mostDots = 1e3;
async function solutionPicture(solution2, known3, { points, truth: isShown = false, columns: columns2 } = {}) {
  const { problem: problem4, domain } = solution2;
  const { axes, unknowns } = problem4;
  if (axes.length === 1) return line2(solution2, known3);
  const { low, high } = domain;
  const plane = planeOf(known3);
  const [a, b] = plane.axes;
  const two = gridPoints([low[b], low[a]], [high[b], high[a]], [cells, cells], true);
  const all = Float64Array.from({ length: cells * cells * axes.length }, (_, i) => {
    const [row2, k] = [Math.floor(i / axes.length), i % axes.length];
    return k === a ? two[2 * row2 + 1] : k === b ? two[2 * row2] : plane.at[k];
  });
  const inside = domain.isBox ? void 0 : domain.contains(all);
  const rows = Array.from({ length: cells * cells }, (_, i) => i).filter((i) => inside?.[i] !== 0);
  const some2 = Float64Array.from(rows.flatMap((i) => Array.from(all.subarray(i * axes.length, (i + 1) * axes.length))));
  const spread = (f) => {
    const out = new Float64Array(cells * cells).fill(Number.NaN);
    rows.forEach((row2, i) => {
      out[row2] = f(i);
    });
    return out;
  };
  const n = unknowns.length;
  const values = await solution2.evaluate(some2);
  const truth = trueValues(known3, some2);
  const residual = await solution2.residual(some2);
  const m = problem4.equations.length;
  const dots = axes.length === 2 && points !== void 0 ? someOf(points) : void 0;
  const range2 = (k) => ({ name: axes[k], range: [low[k], high[k]] });
  return solutionFigure({
    title: `${problem4.name}${plane.text}`,
    ...{ height: cells, width: cells },
    axes: { x: range2(a), y: range2(b) },
    ...columns2 !== void 0 && { columns: columns2 },
    unknowns: [
      ...unknowns.map((name, k) => ({ name, values: spread((i) => values[i * n + k]) })),
      ...truth && isShown ? unknowns.map((name, k) => ({ name: `${name}, true`, values: spread((i) => truth[i * n + k]) })) : []
    ],
    sizes: [
      ...truth ? [
        {
          name: n > 1 ? "error, all unknowns" : `error of ${unknowns[0]}`,
          values: spread((i) => norm4(n, (k) => values[i * n + k] - truth[i * n + k]))
        }
      ] : [],
      {
        name: dots && points ? `residual, ${countText(dots.length / 2, points.length / 2)}` : "residual",
        values: spread((i) => norm4(m, (k) => residual[i * m + k])),
        ...dots && { dots }
      }
    ]
  });
}
function planeOf({ problem: problem4 }) {
  const { axes, bounds, time } = problem4;
  const shown = [0, 1];
  const at = bounds.map(([low, high], k) => k === time ? high : (low + high) / 2);
  const held2 = axes.flatMap((name, k) => k < 2 ? [] : [`${name} = ${Number(at[k].toPrecision(4))}`]);
  const few = held2.length > 3 ? [...held2.slice(0, 1), "\u2026", ...held2.slice(-1)] : held2;
  return { axes: shown, at, text: held2.length > 0 ? ` at ${few.join(", ")}` : "" };
}
function someOf(points) {
  const rows = someRows(points.length / 2, mostDots);
  return Float64Array.from(rows.flatMap((i) => [points[2 * i], points[2 * i + 1]]));
}
var countText = (shown, all) => shown < all ? `${shown} of ${all} points` : `${all} points`;
var norm4 = (n, f) => Math.sqrt(Array.from({ length: n }, (_, k) => f(k) ** 2).reduce((x, y) => x + y, 0));
async function line2(solution2, known3) {
  const { axes, unknowns, name } = solution2.problem;
  const [low, high] = [solution2.domain.low[0], solution2.domain.high[0]];
  const x = Float64Array.from({ length: nodes }, (_, i) => low + (high - low) * i / (nodes - 1));
  const values = await solution2.evaluate(x);
  const truth = trueValues(known3, x);
  const n = unknowns.length;
  const column = (of, k) => x.map((_, i) => of[i * n + k]);
  const curves = unknowns.flatMap((u, k) => [
    { name: u, x, y: column(values, k) },
    ...truth ? [{ name: `${u}, true`, x, y: column(truth, k), dashed: true }] : []
  ]);
  return curveFigure({ curves, x: { name: axes[0] }, y: { name: unknowns.join(", ") }, title: name });
}

export {
  evaluate,
  nodesOf,
  construct,
  domainOf,
  equationList,
  printProblem,
  toMathml,
  pde,
  problemToJson,
  problemFromJson,
  blasName,
  blasOf,
  hardnessOf,
  parameterCount,
  pointsElsewhere,
  fewerPoints,
  weightedRows,
  evaluator,
  assemble,
  Solution,
  loadSolution,
  timeToMarch,
  edgesOf,
  handedOn,
  startNumbers,
  startPoints,
  windowOf,
  MarchedSolution,
  loadMarchedSolution,
  presetOptions,
  suggestedScale,
  processorMilliseconds,
  resolveOptions,
  defaultSampler,
  someRows,
  rowsAndJacobian,
  solve,
  march,
  referenceNames,
  referenceProblem,
  recommendedWindows,
  recommendedOptions,
  referenceOf,
  testSetOf,
  trueValues,
  solutionCurves,
  writeSolution,
  solutionPicture
};
