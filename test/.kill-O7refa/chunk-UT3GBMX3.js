import {
  constant,
  isTracing
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";

// engine/graph.ts
var microsoft = "com.microsoft";
var blockedDomain = "com.microsoft.nchwc";
var sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);
var Graph = class _Graph {
  precision;
  channelBlock;
  inputs = [];
  outputs = [];
  constants = /* @__PURE__ */ new Map();
  #values = /* @__PURE__ */ new Map();
  #producers = /* @__PURE__ */ new Map();
  #seen = /* @__PURE__ */ new Map();
  #prefix;
  #nodes = [];
  #count = 0;
  constructor(options) {
    this.precision = options.precision;
    this.channelBlock = options.channelBlock ?? 0;
    this.#prefix = options.prefix ?? "v";
  }
  get nodes() {
    return this.#nodes;
  }
  set nodes(nodes) {
    this.#nodes = [...nodes];
    this.#producers.clear();
    for (const node of nodes) for (const output of node.outputs) this.#producers.set(output, node);
  }
  value(name) {
    return this.#values.get(name);
  }
  producer(name) {
    return this.#producers.get(name);
  }
  #declare(shape, type, name = `${this.#prefix}${this.#count++}`) {
    const value = { name, shape: [...shape], type };
    this.#values.set(name, value);
    return value;
  }
  /** A name that no other value of this graph or of an inner graph has. */
  fresh() {
    return `${this.#prefix}${this.#count++}`;
  }
  input(name, shape, type) {
    const value = this.#declare(shape, type, name);
    this.inputs.push(value);
    return value;
  }
  /** Names `value` as an output of the graph. */
  output(name, value) {
    const output = this.#declare(value.shape, value.type, name);
    this.#nodes.push({ operator: "Identity", domain: "", inputs: [value.name], outputs: [name], attributes: {} });
    this.outputs.push(output);
  }
  /** A constant; equal small constants are shared. */
  constant(data, shape, type) {
    const typed = toElement(data, type, this.precision);
    const key = typed.length <= 64 ? `${type}|${shape.join()}|${typed.join()}` : "";
    const seen = key ? this.#seen.get(key) : void 0;
    if (seen) return seen[0];
    const value = this.#declare(shape, type);
    this.constants.set(value.name, { name: value.name, shape: value.shape, type, data: typed });
    if (key) this.#seen.set(key, [value]);
    return value;
  }
  /** int64 vector, as shape, axes and pads arguments want it. */
  ints(values) {
    return this.constant(values, [values.length], "int64");
  }
  /** Shared zeros of any size. */
  zeros(shape) {
    const key = `zeros|${shape.join()}`;
    const seen = this.#seen.get(key);
    if (seen) return seen[0];
    const value = this.constant(new Float32Array(sizeOf(shape)), shape, "float");
    this.#seen.set(key, [value]);
    return value;
  }
  /** Records what `body` adds as a separate list of nodes instead of appending it. */
  collect(body) {
    const before = this.#nodes.length;
    const value = body();
    return { nodes: this.#nodes.splice(before), value };
  }
  scalar(value) {
    return this.constant([value], [], "float");
  }
  /** Adds a node of one output, or returns the equal node that is already there. */
  op(operator, inputs, shape, type = inputs[0]?.type ?? "float", attributes = {}, domain = "") {
    return this.ops(operator, inputs, [{ shape, type }], attributes, domain)[0];
  }
  /** Adds a node of several outputs. An input `undefined` is an optional argument left out. */
  ops(operator, inputs, outputs, attributes = {}, domain = "") {
    const names = inputs.map((v) => v?.name ?? "");
    const pure = !Object.values(attributes).some((a) => a instanceof _Graph);
    const key = pure ? `${outputs.length}=${domain}:${operator}(${names.join()})${JSON.stringify(attributes)}` : "";
    const seen = key ? this.#seen.get(key) : void 0;
    if (seen) return seen;
    const values = outputs.map((o) => this.#declare(o.shape, o.type));
    const node = { operator, domain, inputs: names, outputs: values.map((v) => v.name), attributes };
    this.#nodes.push(node);
    for (const value of values) this.#producers.set(value.name, node);
    if (key) this.#seen.set(key, values);
    return values;
  }
};
function toElement(data, type, precision) {
  const numbers = data;
  if (type === "int64") return BigInt64Array.from(Array.from(numbers, (v) => BigInt(v)));
  if (type === "int32") return Int32Array.from(Array.from(numbers, Number));
  if (type === "bool") return Uint8Array.from(Array.from(numbers, Number));
  return precision === "float64" && type !== "float32" ? Float64Array.from(numbers) : Float32Array.from(numbers);
}
function removeUnused(graph) {
  const needed = new Set(graph.outputs.map((v) => v.name));
  const kept = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) needed.add(name);
    for (const attribute of Object.values(node.attributes)) {
      if (attribute instanceof Graph) for (const name of outerNames(attribute)) needed.add(name);
    }
  }
  graph.nodes = kept.reverse();
  for (const name of [...graph.constants.keys()]) if (!needed.has(name)) graph.constants.delete(name);
}
function outerNames(graph) {
  return graph.nodes.flatMap((node) => [
    ...node.inputs.filter((name) => name !== "" && graph.value(name) === void 0),
    ...Object.values(node.attributes).flatMap((a) => a instanceof Graph ? outerNames(a) : [])
  ]);
}

// engine/resize-matrix.ts
function resizeMatrix(from, to, options) {
  const { method, alignCorners, halfPixelCenters } = options;
  const matrix = new Float64Array(to * from);
  const ends = alignCorners && to > 1;
  const ratio = ends ? (from - 1) / (to - 1) : from / to;
  for (let i = 0; i < to; i++) {
    const row = i * from;
    if (method === "nearest") {
      const at2 = halfPixelCenters ? ratio * (i + 0.5) : ratio * i;
      matrix[row + Math.max(0, Math.min(from - 1, alignCorners ? Math.round(at2) : Math.floor(at2)))] += 1;
      continue;
    }
    const at = halfPixelCenters ? ratio * (i + 0.5) - 0.5 : ratio * i;
    const low = Math.max(0, Math.floor(at));
    const high = Math.max(0, Math.min(from - 1, Math.ceil(at)));
    const weight = at - low;
    matrix[row + low] += 1 - weight;
    matrix[row + high] += weight;
  }
  return matrix;
}

// engine/gradients.ts
var one = (dy) => Array.isArray(dy) ? dy[0] : dy;
var topK = (dy, saved) => {
  const [x, indices] = saved;
  return {
    x: () => {
      const n = x.shape.at(-1);
      const k = indices.shape.at(-1);
      const rows = x.size / n;
      const start = tf.tensor(
        Int32Array.from({ length: rows }, (_, i) => i * n),
        [rows, 1],
        "int32"
      );
      const at = tf.reshape(tf.add(tf.reshape(indices, [rows, k]), start), [rows * k, 1]);
      return tf.reshape(tf.scatterND(at, tf.reshape(one(dy), [rows * k]), [x.size]), x.shape);
    }
  };
};
var selu = (dy, saved) => {
  const x = saved[0];
  const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
  return {
    x: () => {
      const below = tf.mul(tf.exp(tf.minimum(x, 0)), constant(scale * alpha));
      return tf.mul(one(dy), tf.where(tf.less(x, 0), below, tf.mul(tf.onesLike(x), constant(scale))));
    }
  };
};
var averagePool = (dy, saved, attributes) => {
  const x = saved[0];
  const { filterSize, strides, pad } = attributes;
  return {
    x: () => {
      const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad);
      const inside = (out, stride, k, before, size) => Array.from({ length: out }, (_, o) => {
        const begin = o * stride - before;
        return k / (Math.min(begin + k, size) - Math.max(begin, 0));
      });
      const rows = inside(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight);
      const columns = inside(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth);
      const gain = rows.flatMap((a) => columns.map((b) => a * b));
      const whole = gain.every((g) => g === 1);
      const scaled = whole ? one(dy) : tf.mul(one(dy), constant(gain, [1, rows.length, columns.length, 1]));
      const kernelAttributes = { filterSize, strides, pad };
      return tf.engine().runKernel("AvgPoolGrad", { dy: scaled, input: x }, kernelAttributes);
    }
  };
};
var resize = (method, kernel) => (dy, saved, attributes) => {
  const images = saved[0];
  return {
    images: () => {
      if (isTracing()) return tf.engine().runKernel(kernel, { dy: one(dy), images }, attributes);
      const [n, h, w, c] = images.shape;
      const [, oh, ow] = one(dy).shape;
      const { alignCorners, halfPixelCenters } = attributes;
      const matrix = (from, to) => tf.tensor2d(Float32Array.from(resizeMatrix(from, to, { method, alignCorners, halfPixelCenters })), [
        to,
        from
      ]);
      const planes = tf.reshape(tf.transpose(one(dy), [0, 3, 1, 2]), [n * c * oh, ow]);
      const columns = tf.reshape(tf.matMul(planes, matrix(w, ow)), [n, c, oh, w]);
      const rows = tf.reshape(tf.transpose(columns, [0, 1, 3, 2]), [n * c * w, oh]);
      return tf.transpose(tf.reshape(tf.matMul(rows, matrix(h, oh)), [n, c, w, h]), [0, 3, 2, 1]);
    }
  };
};
function sumTo(t, shape) {
  const missing = t.rank - shape.length;
  const axes = t.shape.flatMap((d, i) => i < missing || shape[i - missing] === 1 && d !== 1 ? [i] : []);
  return axes.length === 0 ? t : tf.reshape(tf.sum(t, axes), [...shape]);
}
function broadcasting(kernelName) {
  const original = tf.getGradient(kernelName);
  return {
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved;
      const own = original.gradFunc(dy, saved, attributes);
      return { a: () => sumTo(own.a(), a.shape), b: () => sumTo(own.b(), b.shape) };
    }
  };
}
var piecewiseConstant = (kernelName, names = ["a", "b"]) => ({
  kernelName,
  inputsToSave: [...names],
  gradFunc: (_dy, saved) => Object.fromEntries(names.map((name, i) => [name, () => tf.zeros(saved[i].shape)]))
});
var product = (dy, saved, attributes) => {
  const x = saved[0];
  return {
    x: () => {
      const axes = tf.util.parseAxisParam(attributes["axis"], x.shape);
      const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const perm = [...kept, ...axes];
      const length = axes.reduce((n, axis) => n * x.shape[axis], 1);
      const rows = tf.reshape(tf.transpose(x, perm), [-1, length]);
      const others = tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));
      const gradient = tf.reshape(
        tf.mul(others, tf.reshape(one(dy), [-1, 1])),
        perm.map((axis) => x.shape[axis])
      );
      return tf.transpose(
        gradient,
        perm.map((_, i) => perm.indexOf(i))
      );
    }
  };
};
var gradients = () => [
  ...["Maximum", "Minimum", "SquaredDifference", "BatchMatMul"].map(broadcasting),
  ...["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"].map((name) => piecewiseConstant(name)),
  ...["LogicalAnd", "LogicalOr"].map((name) => piecewiseConstant(name)),
  piecewiseConstant("LogicalNot", ["x"]),
  { kernelName: "Prod", inputsToSave: ["x"], gradFunc: product },
  {
    kernelName: "Unpack",
    gradFunc: (dy, _saved, attributes) => ({ value: () => tf.stack([dy].flat(), Number(attributes["axis"])) })
  },
  { kernelName: "TopK", inputsToSave: ["x"], outputsToSave: [false, true], gradFunc: topK },
  {
    kernelName: "GatherNd",
    inputsToSave: ["params", "indices"],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved;
      return { params: () => tf.scatterND(indices, one(dy), params.shape) };
    }
  },
  {
    kernelName: "ScatterNd",
    inputsToSave: ["indices"],
    gradFunc: (dy, saved) => ({ updates: () => tf.gatherND(one(dy), saved[0]) })
  },
  {
    kernelName: "TensorScatterUpdate",
    inputsToSave: ["indices", "updates"],
    gradFunc: (dy, saved) => {
      const [indices, updates] = saved;
      return {
        tensor: () => tf.tensorScatterUpdate(one(dy), indices, tf.zerosLike(updates)),
        updates: () => tf.gatherND(one(dy), indices)
      };
    }
  },
  {
    kernelName: "Cumsum",
    gradFunc: (dy, _saved, attributes) => {
      const { axis, exclusive, reverse } = attributes;
      return { x: () => tf.cumsum(one(dy), axis, exclusive, !reverse) };
    }
  },
  {
    kernelName: "Erf",
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => ({
      x: () => tf.mul(one(dy), tf.mul(tf.exp(tf.neg(tf.square(saved[0]))), constant(2 / Math.sqrt(Math.PI))))
    })
  },
  { kernelName: "Selu", inputsToSave: ["x"], gradFunc: selu },
  { kernelName: "AvgPool", inputsToSave: ["x"], gradFunc: averagePool },
  { kernelName: "ResizeBilinear", inputsToSave: ["images"], gradFunc: resize("bilinear", "ResizeBilinearGrad") },
  {
    kernelName: "ResizeNearestNeighbor",
    inputsToSave: ["images"],
    gradFunc: resize("nearest", "ResizeNearestNeighborGrad")
  }
];
var done = false;
function registerGradients() {
  if (done) return;
  done = true;
  for (const gradient of gradients()) tf.registerGradient(gradient);
}

export {
  microsoft,
  blockedDomain,
  sizeOf,
  Graph,
  removeUnused,
  outerNames,
  resizeMatrix,
  registerGradients
};
