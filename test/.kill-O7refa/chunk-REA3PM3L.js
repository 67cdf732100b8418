import {
  dataOf,
  ownKind
} from "./chunk-RDQ5FCHV.js";
import {
  among,
  erf,
  erfCoefficients,
  fields,
  list,
  positive,
  real,
  record,
  text,
  whole
} from "./chunk-O6FHBCA2.js";
import {
  constant
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  DomainError,
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// solvers/jet/functions.ts
function derivativesOf(ring, name, z, order) {
  const { add: add2, sub: sub2, mul: mul2, div: div2, number, unary: unary3 } = ring;
  const times = (factor, x) => mul2(number(factor), x);
  const zero = number(0);
  const value = unary3(name, z);
  const cut = (...series) => [value, ...series.slice(0, order).map((f) => f())];
  switch (name) {
    case "sin":
      return cut(
        () => unary3("cos", z),
        () => times(-1, value),
        () => times(-1, unary3("cos", z)),
        () => value
      );
    case "cos":
      return cut(
        () => times(-1, unary3("sin", z)),
        () => times(-1, value),
        () => unary3("sin", z),
        () => value
      );
    case "exp":
      return Array.from({ length: order + 1 }, () => value);
    case "sinh":
    case "cosh": {
      const other = () => unary3(name === "sinh" ? "cosh" : "sinh", z);
      return cut(
        other,
        () => value,
        other,
        () => value
      );
    }
    case "tanh": {
      const square = mul2(value, value);
      const s = sub2(number(1), square);
      return cut(
        () => s,
        () => mul2(s, times(-2, value)),
        () => mul2(s, sub2(times(6, square), number(2))),
        () => mul2(s, mul2(value, sub2(number(16), times(24, square))))
      );
    }
    case "tan": {
      const square = mul2(value, value);
      const c = add2(number(1), square);
      return cut(
        () => c,
        () => mul2(c, times(2, value)),
        () => mul2(c, add2(number(2), times(6, square))),
        () => mul2(c, mul2(value, add2(number(16), times(24, square))))
      );
    }
    case "log": {
      const r = div2(number(1), z);
      const series = [value, r];
      for (let k = 2; k <= order; k++) series.push(times(-(k - 1), mul2(series[k - 1], r)));
      return series.slice(0, order + 1);
    }
    case "sqrt":
      return powers(ring, z, 0.5, order, value);
    case "atan": {
      const square = mul2(z, z);
      const q = div2(number(1), add2(number(1), square));
      const q2 = mul2(q, q);
      return cut(
        () => q,
        () => times(-2, mul2(z, q2)),
        () => mul2(mul2(q2, q), sub2(times(6, square), number(2))),
        () => times(24, mul2(mul2(z, sub2(number(1), square)), mul2(q2, q2)))
      );
    }
    case "erf": {
      const square = mul2(z, z);
      const g = times(2 / Math.sqrt(Math.PI), unary3("exp", times(-1, square)));
      return cut(
        () => g,
        () => times(-2, mul2(z, g)),
        () => mul2(g, sub2(times(4, square), number(2))),
        () => mul2(mul2(z, g), sub2(number(12), times(8, square)))
      );
    }
    case "abs":
      return cut(
        () => unary3("sign", z),
        () => zero,
        () => zero,
        () => zero
      );
    case "sign":
      return cut(
        () => zero,
        () => zero,
        () => zero,
        () => zero
      );
  }
}
function powers(ring, z, exponent, order, value = ring.power(z, exponent)) {
  const series = [value];
  let factor = 1;
  for (let k = 1; k <= order; k++) {
    factor *= exponent - k + 1;
    series.push(factor === 0 ? ring.number(0) : ring.mul(ring.number(factor), ring.power(z, exponent - k)));
  }
  return series;
}

// solvers/jet/slots.ts
var isLaplacian = (slot) => "laplacian" in slot;
var highestOrder = 4;
function slotSet(dimension, derivatives, laplacianAxes = []) {
  const found = /* @__PURE__ */ new Map([["", []]]);
  const add2 = (axes) => {
    for (const axis of axes) {
      if (!(Number.isInteger(axis) && axis >= 0 && axis < dimension)) {
        throw new DomainError(`slotSet: axis ${axis} does not exist in ${dimension} dimensions`, axis);
      }
    }
    if (axes.length > highestOrder) {
      throw new DomainError(`slotSet: a derivative of order ${axes.length}; orders up to ${highestOrder} exist`, axes);
    }
    const sorted = [...axes].sort((a, b) => a - b);
    if (found.has(sorted.join())) return;
    found.set(sorted.join(), sorted);
    sorted.forEach((_, i) => {
      add2(sorted.filter((_2, j) => j !== i));
    });
  };
  for (const axes of derivatives) add2(axes);
  for (const axis of laplacianAxes) add2([axis]);
  const plain = [...found.values()].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
  const slots = [...plain];
  if (laplacianAxes.length > 0) slots.push({ laplacian: [...laplacianAxes] });
  const positions = new Map(plain.map((axes, i) => [axes.join(), i]));
  return Object.freeze({
    dimension,
    slots,
    indexOf: (axes) => positions.get([...axes].sort((a, b) => a - b).join()) ?? -1,
    laplacian: laplacianAxes.length > 0 ? slots.length - 1 : -1,
    laplacianAxes,
    order: Math.max(laplacianAxes.length > 0 ? 2 : 0, ...plain.map((axes) => axes.length))
  });
}
function productTerms(set, slot) {
  if (isLaplacian(slot)) {
    const firsts = slot.laplacian.map((axis) => ({ factor: 2, left: set.indexOf([axis]), right: set.indexOf([axis]) }));
    return [{ factor: 1, left: 0, right: set.laplacian }, ...firsts, { factor: 1, left: set.laplacian, right: 0 }];
  }
  const terms = /* @__PURE__ */ new Map();
  for (let subset = 0; subset < 1 << slot.length; subset++) {
    const left = set.indexOf(slot.filter((_, i) => subset & 1 << i));
    const right = set.indexOf(slot.filter((_, i) => !(subset & 1 << i)));
    const key = `${left},${right}`;
    terms.set(key, { factor: (terms.get(key)?.factor ?? 0) + 1, left, right });
  }
  return [...terms.values()];
}
function compositionTerms(set, slot) {
  if (isLaplacian(slot)) {
    const squares = slot.laplacian.map((axis) => ({
      factor: 1,
      order: 2,
      blocks: [axis, axis].map((a) => set.indexOf([a]))
    }));
    return [{ factor: 1, order: 1, blocks: [set.laplacian] }, ...squares];
  }
  const terms = /* @__PURE__ */ new Map();
  for (const partition of partitions(slot.map((_, i) => i))) {
    const blocks = partition.map((block) => set.indexOf(block.map((i) => slot[i]))).sort((a, b) => a - b);
    const key = blocks.join();
    terms.set(key, { factor: (terms.get(key)?.factor ?? 0) + 1, order: blocks.length, blocks });
  }
  return [...terms.values()];
}
function partitions(items) {
  if (items.length === 0) return [[]];
  const [first, ...rest] = items;
  return partitions(rest).flatMap((partition) => [
    [[first], ...partition],
    ...partition.map((block, i) => [[first, ...block], ...partition.filter((_, j) => j !== i)])
  ]);
}

// solvers/jet/jet.ts
function jetAlgebra(ring, set) {
  const products = set.slots.map((slot) => productTerms(set, slot));
  const compositions = set.slots.map((slot, i) => i === 0 ? [] : compositionTerms(set, slot));
  const sum2 = (terms) => terms.reduce((a, b) => a === void 0 ? b : b === void 0 ? a : ring.add(a, b), void 0);
  const times = (factor, x) => factor === 1 ? x : ring.mul(ring.number(factor), x);
  const merge = (a, b, both, right) => set.slots.map((_, i) => {
    const [x, y] = [a[i], b[i]];
    if (x === void 0) return y === void 0 ? void 0 : right(y);
    return y === void 0 ? x : both(x, y);
  });
  const add2 = (a, b) => merge(a, b, ring.add, (y) => y);
  const scale = (a, factor) => a.map((x) => x === void 0 ? void 0 : times(factor, x));
  const sub2 = (a, b) => merge(a, b, ring.sub, (y) => times(-1, y));
  const isNumber = (a) => a.every((x, i) => i === 0 || x === void 0);
  function mul2(a, b) {
    if (isNumber(a)) return b.map((y) => y === void 0 ? void 0 : ring.mul(a[0], y));
    if (isNumber(b)) return a.map((x) => x === void 0 ? void 0 : ring.mul(x, b[0]));
    return products.map(
      (terms) => sum2(
        terms.map(({ factor, left, right }) => {
          const [x, y] = [a[left], b[right]];
          return x === void 0 || y === void 0 ? void 0 : times(factor, ring.mul(x, y));
        })
      )
    );
  }
  function compose(z, series) {
    return compositions.map((terms, i) => {
      if (i === 0) return series[0];
      const byOrder = /* @__PURE__ */ new Map();
      for (const { factor, order, blocks } of terms) {
        if (blocks.some((block) => z[block] === void 0)) continue;
        const product = blocks.map((block) => z[block]).reduce((x, y) => ring.mul(x, y));
        byOrder.set(order, [...byOrder.get(order) ?? [], times(factor, product)]);
      }
      return sum2([...byOrder].map(([order, list2]) => ring.mul(series[order], sum2(list2))));
    });
  }
  function tanh(z) {
    const h = ring.unary("tanh", z[0]);
    const square = ring.mul(h, h);
    const s = ring.sub(ring.number(1), square);
    const q = [
      () => times(-2, h),
      () => ring.sub(times(6, square), ring.number(2)),
      () => ring.mul(h, ring.sub(ring.number(16), times(24, square)))
    ];
    const series = [h, ring.number(1), ...q.slice(0, Math.max(0, set.order - 1)).map((f) => f())];
    return compose(z, series).map((x, i) => i === 0 || x === void 0 ? x : ring.mul(s, x));
  }
  const number = (value) => set.slots.map((_, i) => i === 0 ? ring.number(value) : void 0);
  const unary3 = (name, z) => name === "tanh" ? tanh(z) : compose(z, derivativesOf(ring, name, z[0], isNumber(z) ? 0 : set.order));
  const power = (z, exponent) => {
    if (exponent === 1) return z;
    if (exponent === 2) return mul2(z, z);
    return compose(z, powers(ring, z[0], exponent, isNumber(z) ? 0 : set.order));
  };
  const choose = (condition, a, b) => set.slots.map(
    (_, i) => a[i] === void 0 && b[i] === void 0 ? void 0 : ring.where(condition, a[i] ?? ring.number(0), b[i] ?? ring.number(0))
  );
  return {
    set,
    number,
    variable: (axis, x) => {
      const at = set.indexOf([axis]);
      return set.slots.map((_, i) => i === 0 ? x : i === at ? ring.number(1) : void 0);
    },
    add: add2,
    sub: sub2,
    mul: mul2,
    scale,
    compose,
    call(name, args) {
      const [a, b, c] = args;
      switch (name) {
        case "add":
          return add2(a, b);
        case "sub":
          return sub2(a, b);
        case "mul":
          return mul2(a, b);
        case "div":
          return isNumber(b) ? a.map((x) => x && ring.div(x, b[0])) : mul2(a, power(b, -1));
        case "neg":
          return scale(a, -1);
        case "square":
          return mul2(a, a);
        case "pow": {
          const exponent = isNumber(b) ? ring.known(b[0]) : void 0;
          if (exponent !== void 0) return power(a, exponent);
          return unary3("exp", mul2(b, unary3("log", a)));
        }
        case "min":
          return choose(ring.sub(b[0], a[0]), a, b);
        case "max":
          return choose(ring.sub(a[0], b[0]), a, b);
        case "if":
          return choose(a[0], b, c);
        default:
          return unary3(name, a);
      }
    }
  };
}
function coordinateAlgebra(algebra, x, constants, data = (name) => {
  throw new RangeError(`no data "${name}" here`);
}) {
  const refuse = () => {
    throw new RangeError("an unknown cannot appear in an expression of the coordinates");
  };
  const wrap = (value) => algebra.set.slots.map((_, i) => i === 0 ? value : void 0);
  return {
    number: algebra.number,
    coordinate: (axis) => algebra.variable(axis, x[axis]),
    constant: (name) => wrap(constants(name)),
    data: (name) => wrap(data(name)),
    derivative: refuse,
    laplacian: refuse,
    call: (name, args) => algebra.call(name, args)
  };
}

// solvers/jet/ring.ts
var unary = {
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
  sign: Math.sign,
  erf
};
var numberRing = {
  number: (value) => value,
  known: (x) => x,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  power: (a, n) => a ** n,
  unary: (name, a) => unary[name](a),
  min: Math.min,
  max: Math.max,
  where: (condition, a, b) => condition > 0 ? a : b
};

// solvers/jet/tensor-ring.ts
var asTensor = (x) => typeof x === "number" ? constant(x) : x;
var unary2 = {
  sin: tf.sin,
  cos: tf.cos,
  tan: (x) => tf.div(tf.sin(x), tf.cos(x)),
  exp: tf.exp,
  log: tf.log,
  sqrt: tf.sqrt,
  abs: tf.abs,
  tanh: tf.tanh,
  sinh: (x) => tf.mul(tf.sub(tf.exp(x), tf.exp(tf.neg(x))), constant(0.5)),
  cosh: (x) => tf.mul(tf.add(tf.exp(x), tf.exp(tf.neg(x))), constant(0.5)),
  // arctan x = 2 arctan(x / (1 + √(1 + x²))) has no closed elementary form; tfjs' kernel is lowered by the compiler.
  atan: tf.atan,
  sign: tf.sign,
  erf: erfTensor
};
var polynomial = (x, c) => c.slice(1).reduce((sum2, ck) => tf.add(tf.mul(sum2, x), constant(ck)), constant(c[0]));
function erfTensor(x) {
  const { near, middle } = erfCoefficients;
  const y = tf.minimum(tf.abs(x), constant(6));
  const small = tf.minimum(y, constant(0.46875));
  const square = tf.square(small);
  const inside = tf.mul(small, tf.div(polynomial(square, near[0]), polynomial(square, near[1])));
  const tail = tf.div(polynomial(y, middle[0]), polynomial(y, middle[1]));
  const outside = tf.sub(constant(1), tf.mul(tail, tf.exp(tf.neg(tf.square(y)))));
  return tf.mul(tf.sign(x), tf.where(tf.greater(y, constant(0.46875)), outside, inside));
}
var lift = (tensor, number) => (a, b) => typeof a === "number" && typeof b === "number" ? number(a, b) : tensor(asTensor(a), asTensor(b));
var [add, sub, mul, div] = [
  lift(tf.add, numberRing.add),
  lift(tf.sub, numberRing.sub),
  lift(tf.mul, numberRing.mul),
  lift(tf.div, numberRing.div)
];
var tensorRing = {
  number: (value) => value,
  known: (x) => typeof x === "number" ? x : void 0,
  add: (a, b) => a === 0 ? b : b === 0 ? a : add(a, b),
  sub: (a, b) => b === 0 ? a : a === 0 && typeof b !== "number" ? tf.neg(b) : sub(a, b),
  mul(a, b) {
    if (a === 0 || b === 0) return 0;
    if (a === 1) return b;
    if (b === 1) return a;
    if (a === -1 && typeof b !== "number") return tf.neg(b);
    if (b === -1 && typeof a !== "number") return tf.neg(a);
    return a === b && typeof a !== "number" ? tf.square(a) : mul(a, b);
  },
  div: (a, b) => a === 0 ? 0 : b === 1 ? a : typeof b === "number" ? mul(a, 1 / b) : div(a, b),
  power(a, n) {
    if (typeof a === "number") return a ** n;
    if (n === 0) return 1;
    if (n === 1) return a;
    if (n === 2) return tf.square(a);
    if (n === 0.5) return tf.sqrt(a);
    if (n < 0) return div(1, this.power(a, -n));
    if (Number.isInteger(n) && n <= 64) {
      const half = this.power(a, Math.floor(n / 2));
      const even = this.mul(half, half);
      return n % 2 === 0 ? even : this.mul(even, a);
    }
    return tf.pow(a, constant(n));
  },
  unary: (name, a) => typeof a === "number" ? numberRing.unary(name, a) : unary2[name](a),
  min: lift(tf.minimum, Math.min),
  max: lift(tf.maximum, Math.max),
  where: (c, a, b) => typeof c === "number" ? c > 0 ? a : b : tf.where(tf.greater(c, constant(0)), asTensor(a), asTensor(b))
};

// solvers/network/layers.ts
function linear(theta, layer, listen) {
  const { offset, inputs, outputs, bias, h } = layer;
  const weight = tf.reshape(tf.slice(theta, [offset], [inputs * outputs]), [inputs, outputs]);
  const z = h.map((part, slot) => {
    const product = part && tf.matMul(part, weight);
    if (slot > 0 || !bias || !product) return product;
    return tf.add(product, tf.reshape(tf.slice(theta, [offset + inputs * outputs], [outputs]), [1, outputs]));
  });
  return listen ? listen(layer, z) : z;
}
function activate(name, z, set) {
  const algebra = jetAlgebra(tensorRing, set);
  const h = name === "tanh" ? algebra.call("tanh", [z]) : algebra.compose(z, derivativesOf(tensorRing, "sin", z[0], set.order));
  return h;
}
function columnsOf(block, columns, count) {
  return Array.from(
    { length: columns },
    (_, j) => block.map((part) => part && (columns === 1 ? part : tf.slice(part, [0, j], [part.shape[0] === 1 ? 1 : count, 1])))
  );
}
var blockOf = (columns, count) => columns[0].map(
  (_, slot) => glue(
    columns.map((column) => column[slot] ?? 0),
    count
  )
);
function glue(columns, count) {
  if (columns.every((c) => c === 0)) return void 0;
  if (columns.every((c) => typeof c === "number")) return constant(columns, [1, columns.length]);
  const full = columns.map((c) => {
    const t = asTensor(c);
    return t.shape[0] === count && t.rank === 2 ? t : tf.broadcastTo(t, [count, 1]);
  });
  return full.length === 1 ? full[0] : tf.concat(full, 1);
}
var columnAlgebra = (set) => jetAlgebra(tensorRing, set);
function freeParameters(theta, { offset, count, points }, listen) {
  const layer = { offset, inputs: 1, outputs: count, bias: false, h: [constant(1, [1, 1])] };
  return columnsOf(linear(theta, layer, listen), count, points.shape[0]);
}

// solvers/network/features.ts
function checkFeatures({ periodic = {}, fourier = [] }, axes) {
  const names = axes.join(", ");
  for (const [axis, harmonics] of Object.entries(periodic)) {
    if (!(Number(axis) < axes.length)) {
      const message = `solve: network.periodic speaks of axis ${axis}; the axes 0 to ${axes.length - 1} are ${names}`;
      throw new OptionsError(message, "network.periodic", axis);
    }
    if (!(Number.isInteger(harmonics) && harmonics >= 0)) {
      const message = `solve: network.periodic[${axis}] is ${harmonics}, expected a whole number \u2265 0 of harmonics`;
      throw new OptionsError(message, "network.periodic", harmonics);
    }
  }
  const bad = fourier.find((wave) => wave.length !== axes.length || !wave.every(Number.isFinite));
  if (bad) {
    const message = `solve: the wave vector [${bad.join(", ")}] in network.fourier needs ${axes.length} finite numbers, for ${names}`;
    throw new OptionsError(message, "network.fourier", bad);
  }
}
function featureCount(options, dimension) {
  const { periodic = {}, fourier = [], squares = false } = options;
  const own = Array.from({ length: dimension }, (_, k) => periodic[k] ? 2 * periodic[k] : squares ? 2 : 1);
  return own.reduce((a, b) => a + b, 0) + 2 * fourier.length;
}
function scaledCoordinates(box, points, set) {
  const algebra = jetAlgebra(tensorRing, set);
  return box.low.map((low, k) => {
    const [middle, half] = [(low + box.high[k]) / 2, (box.high[k] - low) / 2];
    const x = algebra.variable(k, tf.slice(points, [0, k], [points.shape[0], 1]));
    return algebra.scale(algebra.sub(x, algebra.number(middle)), 1 / half);
  });
}
function featureBlock(options, box, points, set) {
  const { periodic = {}, fourier = [], squares = false } = options;
  const count = points.shape[0];
  const algebra = jetAlgebra(tensorRing, set);
  const scaled = scaledCoordinates(box, points, set);
  const waves = (phase) => [algebra.call("cos", [phase]), algebra.call("sin", [phase])];
  const columns = scaled.flatMap((x, k) => {
    const harmonics = periodic[k] ?? 0;
    if (harmonics > 0)
      return Array.from({ length: harmonics }, (_, j) => waves(algebra.scale(x, Math.PI * (j + 1)))).flat();
    return squares ? [x, algebra.mul(x, x)] : [x];
  });
  for (const wave of fourier) {
    columns.push(...waves(wave.map((w, k) => algebra.scale(scaled[k], w)).reduce((a, b) => algebra.add(a, b))));
  }
  return blockOf(columns, count);
}

// solvers/network/mlp.ts
function mlp(options = {}) {
  const { width = 16, depth = 4, activation = "tanh", scale = 2, outputScale = 1 } = options;
  const { squares = false, periodic = {}, fourier = [] } = options;
  for (const [name, value] of [
    ["width", width],
    ["depth", depth]
  ]) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new OptionsError(`mlp: ${name} is ${value}, expected a whole number \u2265 1`, name, value);
    }
  }
  for (const [name, value] of [
    ["scale", scale],
    ["outputScale", outputScale]
  ]) {
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
      throw new OptionsError(`mlp: ${name} is ${value}, expected a number > 0`, name, value);
    }
  }
  if (activation !== "tanh" && activation !== "sin") {
    throw new OptionsError(
      `mlp: activation is "${String(activation)}", expected "tanh" or "sin"`,
      "activation",
      activation
    );
  }
  return Object.freeze({ kind: "mlp", width, depth, activation, scale, outputScale, squares, periodic, fourier });
}
function periodicMlp(network, axes) {
  const periodic = Object.fromEntries(axes.map((axis) => [axis, network.periodic[axis] ?? 1]));
  return { ...network, periodic: { ...network.periodic, ...periodic } };
}
function mlpProgram(network, box, unknowns) {
  const dimension = box.low.length;
  const features = featureCount(network, dimension);
  const widths = [features, ...new Array(network.depth).fill(network.width), unknowns];
  const layers2 = widths.slice(1).map((outputs, i) => ({ inputs: widths[i], outputs }));
  const offsets = layers2.map((_, i) => layers2.slice(0, i).reduce((sum2, l) => sum2 + (l.inputs + 1) * l.outputs, 0));
  const size2 = layers2.reduce((sum2, l) => sum2 + (l.inputs + 1) * l.outputs, 0);
  return {
    size: size2,
    initial: (rng, centres) => initialise(network, box, layers2, rng, centres),
    forward(theta, points, set, listen) {
      let h = featureBlock(network, box, points, set);
      for (const [i, layer] of layers2.entries()) {
        const z = linear(theta, { ...layer, offset: offsets[i], bias: true, h }, listen);
        h = i < layers2.length - 1 ? activate(network.activation, z, set) : z;
      }
      return columnsOf(h, unknowns, points.shape[0]);
    }
  };
}
function initialise(network, box, layers2, rng, centres) {
  const d = box.low.length;
  const values = [];
  for (const [i, { inputs, outputs }] of layers2.entries()) {
    const last = i === layers2.length - 1;
    const weights = rng.split(`weights ${i}`).normal(inputs * outputs);
    if (i > 0) {
      const scale = (last ? network.outputScale : 1) / Math.sqrt(inputs);
      values.push(...weights.map((w) => w * scale));
      values.push(
        ...rng.split(`bias ${i}`).uniform(outputs).map((u) => last ? 0 : u - 0.5)
      );
      continue;
    }
    const draw = rng.split("first layer");
    const bias = [];
    for (let j = 0; j < outputs; j++) {
      let norm = 0;
      for (let k = 0; k < inputs; k++) norm += weights[k * outputs + j] ** 2;
      const length = network.scale * Math.exp(draw.uniform() - 0.5) / Math.sqrt(norm);
      for (let k = 0; k < inputs; k++) weights[k * outputs + j] *= length;
      const centre = centres && centres.length > 0 && j % 2 === 1 ? Math.floor(draw.uniform() * (centres.length / d)) : -1;
      const point = box.low.map((low, k) => {
        const high = box.high[k];
        return centre < 0 ? 2 * draw.uniform() - 1 : (2 * centres[centre * d + k] - low - high) / (high - low);
      });
      const seen = plainFeatures(network, point);
      bias.push(-seen.reduce((sum2, f, k) => sum2 + f * weights[k * outputs + j], 0));
    }
    values.push(...weights, ...bias);
  }
  return Float64Array.from(values);
}
function plainFeatures({ squares, periodic, fourier }, point) {
  const own = point.flatMap((x, k) => {
    const harmonics = periodic[k] ?? 0;
    if (harmonics === 0) return squares ? [x, x * x] : [x];
    return Array.from({ length: harmonics }, (_, j) => [
      Math.cos(Math.PI * (j + 1) * x),
      Math.sin(Math.PI * (j + 1) * x)
    ]).flat();
  });
  const waves = fourier.flatMap((wave) => {
    const phase = wave.reduce((sum2, w, k) => sum2 + w * point[k], 0);
    return [Math.cos(phase), Math.sin(phase)];
  });
  return [...own, ...waves];
}

// solvers/network/separable.ts
function separable(options = {}) {
  const { rank = 16, width = 12, depth = 1, activation = "tanh", scale = 2 } = options;
  for (const [name, value] of Object.entries({ rank, width, depth })) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new OptionsError(`separable: ${name} is ${value}, expected a whole number \u2265 1`, name, value);
    }
  }
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`separable: scale is ${scale}, expected a number > 0`, "scale", scale);
  }
  if (activation !== "tanh" && activation !== "sin") {
    const shown = String(activation);
    throw new OptionsError(`separable: activation is "${shown}", expected "tanh" or "sin"`, "activation", shown);
  }
  return Object.freeze({ kind: "separable", rank, width, depth, activation, scale });
}
function separableProgram(network, box, unknowns) {
  const { rank, width, depth, activation, scale } = network;
  const widths = [1, ...new Array(depth).fill(width), rank];
  const layers2 = widths.slice(1).map((outputs, i) => ({ inputs: widths[i], outputs }));
  const perAxis = layers2.reduce((sum2, l) => sum2 + (l.inputs + 1) * l.outputs, 0);
  const dimension = box.low.length;
  const tail = dimension * perAxis;
  return {
    size: tail + rank * unknowns,
    initial(rng) {
      const values = [];
      for (let axis = 0; axis < dimension; axis++) {
        for (const [i, { inputs, outputs }] of layers2.entries()) {
          const draw = rng.split(`axis ${axis} layer ${i}`);
          const weights = draw.normal(inputs * outputs).map((w) => w * (i === 0 ? scale : 1) / Math.sqrt(inputs));
          const centres = draw.uniform(outputs).map((u) => 2 * u - 1);
          values.push(...weights, ...centres.map((c, j) => i === 0 ? -c * weights[j] : c / 2));
        }
      }
      const last = rng.split("last").normal(rank * unknowns);
      return Float64Array.from([...values, ...last.map((w) => w / Math.sqrt(rank))]);
    },
    forward(theta, points, set, listen) {
      const algebra = jetAlgebra(tensorRing, set);
      const count = points.shape[0];
      const factors = box.low.map((low, axis) => {
        const half = (box.high[axis] - low) / 2;
        const x = tf.mul(tf.sub(tf.slice(points, [0, axis], [count, 1]), constant(low + half)), constant(1 / half));
        let h = algebra.variable(axis, x).map((part) => typeof part === "number" ? constant(part / half, [1, 1]) : part);
        let offset = axis * perAxis;
        for (const [i, layer] of layers2.entries()) {
          const z = linear(theta, { ...layer, offset, bias: true, h }, listen);
          h = i < layers2.length - 1 ? activate(activation, z, set) : z;
          offset += (layer.inputs + 1) * layer.outputs;
        }
        return h;
      });
      const product = factors.reduce((a, b) => algebra.mul(a, b));
      const sum2 = linear(theta, { offset: tail, inputs: rank, outputs: unknowns, bias: false, h: product }, listen);
      return columnsOf(sum2, unknowns, count);
    }
  };
}

// solvers/network/parallel.ts
function together(parts) {
  const offsets = parts.map((_, i) => parts.slice(0, i).reduce((total, { size: size2 }) => total + size2, 0));
  return {
    size: parts.reduce((total, { size: size2 }) => total + size2, 0),
    outputs: (...[theta, points, set, listen]) => parts.map((part, i) => {
      const offset = offsets[i];
      const own = tf.slice(theta, [offset], [part.size]);
      const heard = listen && ((layer, z) => listen({ ...layer, offset: offset + layer.offset }, z));
      return part.forward(own, points, set, heard);
    })
  };
}
function parallelProgram(parts) {
  const { size: size2, outputs } = together(parts);
  return {
    size: size2,
    // The first is as it would be alone.
    initial: (rng, centres) => Float64Array.from(
      parts.flatMap((part, i) => Array.from(part.initial(i === 0 ? rng : rng.split(`part ${i}`), centres)))
    ),
    forward: (...inputs) => outputs(...inputs).flat()
  };
}

// solvers/network/sum.ts
function sum({ parts }) {
  if (Array.isArray(parts) && parts.length > 0) return Object.freeze({ kind: "sum", parts });
  throw new OptionsError("sum: parts is no list of networks; give at least one", "parts", parts);
}
function sumProgram(parts) {
  const { size: size2, outputs } = together(parts);
  return {
    size: size2,
    initial: (rng, centres) => Float64Array.from(parts.flatMap((part, i) => Array.from(part.initial(rng.split(`part ${i}`), centres)))),
    forward(theta, points, set, listen) {
      const algebra = jetAlgebra(tensorRing, set);
      return outputs(theta, points, set, listen).reduce((a, b) => a.map((jet, k) => algebra.add(jet, b[k])));
    }
  };
}

// solvers/network/kinds.ts
import { isDeepStrictEqual } from "node:util";
var row = (kind) => kind;
var perceptron = ({ depth, width, activation, scale }) => `${depth} x ${width} (${activation}, scale ${scale}`;
var size = whole(1, 2 ** 20);
var layers = {
  width: size,
  depth: whole(1, 1e3),
  activation: among("tanh", "sin"),
  scale: positive()
};
var rows = {
  mlp: row({
    make: mlp,
    program: mlpProgram,
    options: ["width", "depth", "activation", "scale", "features"],
    describe: perceptron,
    saved: record({
      ...{ kind: among("mlp"), ...layers, outputScale: positive(), squares: among(true, false) },
      ...{ periodic: fields(whole(0, 2 ** 16)), fourier: list(list(real(), 1)) }
    }),
    check: checkFeatures,
    periodicIn: periodicMlp
  }),
  separable: row({
    make: separable,
    program: separableProgram,
    options: ["width", "depth", "activation", "scale", "rank"],
    describe: perceptron,
    saved: record({ kind: among("separable"), rank: size, ...layers })
  }),
  sum: row({
    make: sum,
    program: (network, box, unknowns) => sumProgram(network.parts.map((part) => networkProgram(part, box, unknowns))),
    options: [],
    describe: ({ parts }) => parts.map((part) => `${part.kind} ${networkKinds[part.kind].describe(part)})`).join(" + "),
    saved: (value, at) => record({ kind: among("sum"), parts: list(partCheck, 1) })(value, at),
    check: ({ parts }, axes) => {
      for (const part of parts) checkNetwork(part, axes);
    },
    periodicIn: ({ parts, ...rest }, axes) => ({
      ...rest,
      parts: parts.map((part) => periodicNetwork(part, axes))
    })
  })
};
var networkKinds = rows;
var networkNames = Object.keys(rows);
var networkChoices = networkNames.filter((name) => networkKinds[name].options.length > 0);
var isOwn = (network) => ownKind("network", network, "program", networkNames);
var isKnownNetwork = (network) => !isOwn(network);
function checkNetwork(network, axes) {
  if (isOwn(network)) return;
  const { make, check } = networkKinds[network.kind];
  make(network);
  if (axes) check?.(network, axes);
}
function networkProgram(network, box, unknowns) {
  if (!isOwn(network)) {
    const { make, program: program2 } = networkKinds[network.kind];
    return program2(make(network), box, unknowns);
  }
  const program = network.program(box, unknowns);
  const { size: size2 } = program;
  if (Number.isInteger(size2) && size2 >= 1) return program;
  throw new OptionsError(
    `network "${network.kind}": its size is ${size2}, expected a whole number \u2265 1`,
    "network",
    size2
  );
}
function periodicNetwork(network, axes) {
  if (isOwn(network)) return network.periodicIn?.(axes) ?? network;
  return networkKinds[network.kind].periodicIn?.(network, axes) ?? network;
}
function describeNetwork(network, parameters) {
  if (isOwn(network)) return `${network.kind} (${parameters} parameters)`;
  const size2 = networkKinds[network.kind].describe(network);
  return network.kind === "sum" ? `${size2}, ${parameters} parameters` : `${network.kind} ${size2}, ${parameters} parameters)`;
}
var partCheck = (value, at) => among(...networkNames)(value?.kind, `${at}.kind`) ?? networkCheck(value, at);
var networkCheck = (value, at) => {
  const kind = value?.kind;
  if (typeof kind !== "string") return text(kind, `${at}.kind`);
  return networkNames.includes(kind) ? networkKinds[kind].saved(value, at) : void 0;
};
function savedNetwork(where, saved, given) {
  if (given === void 0) {
    if (networkNames.includes(saved.kind)) return saved;
    const way = `hand the object in, as it was given to solve: { network: yours }`;
    throw new OptionsError(
      `${where} has a network of the kind "${saved.kind}", which this package has not; ${way}`,
      "network",
      saved.kind
    );
  }
  const [was, is] = [dataOf(saved), dataOf(given)];
  if (isDeepStrictEqual(was, is)) return given;
  throw new OptionsError(
    `${where} has the network ${JSON.stringify(was)}, but ${JSON.stringify(is)} is handed in; give the one that was solved with`,
    "network",
    is
  );
}

export {
  slotSet,
  jetAlgebra,
  coordinateAlgebra,
  tensorRing,
  linear,
  activate,
  columnsOf,
  blockOf,
  columnAlgebra,
  freeParameters,
  scaledCoordinates,
  mlp,
  separable,
  parallelProgram,
  sum,
  networkKinds,
  networkNames,
  networkChoices,
  isKnownNetwork,
  checkNetwork,
  networkProgram,
  periodicNetwork,
  describeNetwork,
  networkCheck,
  savedNetwork
};
