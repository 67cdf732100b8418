import {
  Graph,
  blockedDomain,
  microsoft,
  outerNames,
  registerGradients,
  removeUnused,
  resizeMatrix,
  sizeOf
} from "./chunk-UT3GBMX3.js";
import {
  aligned,
  commonPerm,
  identity,
  isTracing,
  lower,
  loweringOf,
  physicalAxes,
  plain,
  reshapeTraced,
  reshapeValue,
  samePerm,
  tensorOf,
  toPerm,
  toPlain,
  tracedOf,
  tracing,
  transposeValue,
  typeOf,
  withPerm
} from "./chunk-2JKOHZZA.js";
import {
  tf
} from "./chunk-JHNL2DBA.js";
import {
  BackendError,
  KernelError,
  OptionsError,
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/session.ts
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as ort from "onnxruntime-node";

// engine/onnx.ts
import onnxProto from "onnx-proto";
function elementCode(type, precision) {
  if (type === "float") return precision === "float64" ? 11 : 1;
  return { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
}
var { ModelProto } = onnxProto.onnx;
var text = new TextEncoder();
function attributeProto(name, value) {
  if (value instanceof Graph) return { name, type: 5, g: graphProto(value, name) };
  if (typeof value === "string") return { name, type: 3, s: text.encode(value) };
  if (typeof value === "number") return { name, type: 2, i: value };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}
function valueInfo(value, precision) {
  const dim = value.shape.map((d) => ({ dimValue: d }));
  return { name: value.name, type: { tensorType: { elemType: elementCode(value.type, precision), shape: { dim } } } };
}
function graphProto(graph, name) {
  return {
    name,
    input: graph.inputs.map((v) => valueInfo(v, graph.precision)),
    output: graph.outputs.map((v) => valueInfo(v, graph.precision)),
    node: graph.nodes.map((node) => ({
      opType: node.operator,
      domain: node.domain,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: Object.entries(node.attributes).map(([key, value]) => attributeProto(key, value))
    })),
    initializer: [...graph.constants.values()].map((c) => ({
      name: c.name,
      dims: [...c.shape],
      dataType: elementCode(c.type, graph.precision),
      rawData: new Uint8Array(c.data.buffer, c.data.byteOffset, c.data.byteLength)
    }))
  };
}
function encodeModel(graph, name) {
  const domains = new Set(graph.nodes.map((node) => node.domain));
  const opsetImport = [{ domain: "", version: 17 }];
  if (domains.has(microsoft) || graph.nodes.some((n) => n.operator === "Loop")) {
    opsetImport.push({ domain: microsoft, version: 1 });
  }
  if (domains.has(blockedDomain)) opsetImport.push({ domain: blockedDomain, version: 1 });
  const model = { irVersion: 8, producerName: "monge", opsetImport, graph: graphProto(graph, name) };
  return ModelProto.encode(ModelProto.create(model)).finish();
}

// engine/session.ts
async function openSession(model, inputs, outputs, options) {
  const double = [...inputs, ...outputs].some((port) => port.type === "float64");
  const session = await create(model, options, double);
  const wrappers = /* @__PURE__ */ new WeakMap();
  const wrap = (port, data) => {
    const byShape = wrappers.get(data) ?? /* @__PURE__ */ new Map();
    wrappers.set(data, byShape);
    const key = `${port.type}:${port.shape.join()}`;
    const tensor = byShape.get(key) ?? new ort.Tensor(port.type, data, port.shape);
    byShape.set(key, tensor);
    return tensor;
  };
  return {
    async run(feeds, into) {
      const fed = {};
      const fetched = {};
      inputs.forEach((port, i) => {
        fed[port.name] = wrap(port, feeds[i]);
      });
      outputs.forEach((port, i) => {
        fetched[port.name] = wrap(port, into[i]);
      });
      const results = await session.run(fed, fetched);
      for (const [i, port] of outputs.entries()) {
        const data = results[port.name].data;
        if (data !== into[i] && data.buffer !== into[i].buffer) into[i].set(data);
      }
    },
    async dispose() {
      if (options.profile) session.endProfiling();
      await session.release();
    }
  };
}
async function create(model, options, double) {
  try {
    return await ort.InferenceSession.create(model, {
      executionProviders: options.device === "cpu" ? ["cpu"] : [options.device, "cpu"],
      intraOpNumThreads: options.threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      // It folds x·c before or after a product into an attribute of single precision: float64 would lose half its digits.
      ...double ? { extra: { optimization: { disable_specified_optimizers: "MatMulScaleFusion" } } } : {},
      ...options.profile ? { enableProfiling: true, profileFilePrefix: options.profile } : {}
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/not (available|supported|enabled)|no available backend|adapter|CUDA|cannot open shared/i.test(reason) && options.device !== "cpu") {
      throw new BackendError(
        `compile: device "${options.device}" is not available on this machine (${reason}); use device "cpu"`,
        options.device,
        { cause: error }
      );
    }
    throw new BackendError(
      `compile: ONNX Runtime refused the graph on "${options.device}": ${reason}`,
      options.device,
      {
        cause: error
      }
    );
  }
}
var block;
function channelBlock() {
  block ??= probeBlock();
  return block;
}
async function probeBlock() {
  const graph = new Graph({ precision: "float32" });
  const shape = [1, 32, 1, 2];
  const x = graph.input("x", shape, "float");
  const r = graph.op("ReorderInput", [x], shape, "float", {}, blockedDomain);
  graph.output("y", graph.op("Neg", [r], shape));
  try {
    const session = await ort.InferenceSession.create(encodeModel(graph, "probe"), { logSeverityLevel: 4 });
    const data = Float32Array.from({ length: 64 }, (_, i) => i);
    const { y } = await session.run({ x: new ort.Tensor("float32", data, shape) });
    await session.release();
    const at = Array.from(y.data).indexOf(-1);
    return at === 8 || at === 16 ? at : 0;
  } catch {
    return 0;
  }
}
var arrayOf = (type, length) => type === "float64" ? new Float64Array(length) : type === "int32" ? new Int32Array(length) : type === "bool" ? new Uint8Array(length) : new Float32Array(length);
function mayHaveCuda() {
  const folder = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), "bin");
  if (!existsSync(folder)) return true;
  return readdirSync(folder, { recursive: true }).some((path) => String(path).includes("providers_cuda"));
}
var runtimeVersion = () => ort.env.versions.node ?? ort.env.versions.common;

// engine/kernels/shape.ts
function sliceValue(graph, x, axes, begin, end, steps) {
  const shape = [...x.shape];
  axes.forEach((axis, i) => {
    const step = steps?.[i] ?? 1;
    shape[axis] = Math.max(0, Math.ceil((end[i] - begin[i]) / step));
  });
  const inputs = [x, graph.ints(begin), graph.ints(end), graph.ints(axes)];
  return graph.op("Slice", steps ? [...inputs, graph.ints(steps)] : inputs, shape, x.type);
}
function reverseValue(graph, x, axes) {
  if (axes.length === 0) return x;
  const inputs = [
    x,
    graph.ints(axes.map(() => -1)),
    graph.ints(axes.map(() => -(2 ** 31))),
    graph.ints(axes),
    graph.ints(axes.map(() => -1))
  ];
  return graph.op("Slice", inputs, x.shape, x.type);
}
function slice(graph, x, begin, size) {
  const axes = identity(x.shape.length).filter((a) => begin[a] !== 0 || size[a] !== x.shape[a]);
  if (axes.length === 0) return x;
  const value = sliceValue(
    graph,
    x.value,
    axes.map((a) => x.perm.indexOf(a)),
    axes.map((a) => begin[a]),
    axes.map((a) => begin[a] + size[a])
  );
  return withPerm(value, x.perm);
}
function padValue(graph, x, before, after, value = 0, mode = "constant") {
  if ([...before, ...after].every((p) => p === 0)) return x;
  const shape = x.shape.map((d, i) => d + before[i] + after[i]);
  const inputs = [x, graph.ints([...before, ...after])];
  if (mode === "constant" && value !== 0) inputs.push(graph.constant([value], [], x.type));
  return graph.op("Pad", inputs, shape, x.type, { mode });
}
function concat(graph, tensors, axis) {
  const kept = tensors.filter((t) => t.shape[axis] !== 0);
  if (kept.length === 1) return kept[0];
  const perm = commonPerm(kept, kept[0].shape.length);
  const values = kept.map((t) => toPerm(graph, t, perm).value);
  const at = perm.indexOf(axis);
  const shape = [...values[0].shape];
  shape[at] = values.reduce((sum, v) => sum + v.shape[at], 0);
  return withPerm(graph.op("Concat", values, shape, values[0].type, { axis: at }), perm);
}
function registerShape() {
  lower("Reshape", ({ graph, named, attributes }) => {
    const x = named["x"];
    const shape = tf.util.inferFromImplicitShape(attributes["shape"], tf.util.sizeFromShape([...x.shape]));
    return reshapeTraced(graph, x, shape);
  });
  lower("ExpandDims", ({ graph, named, attributes }) => {
    const x = named["input"];
    const dim = Number(attributes["dim"]);
    const shape = [...x.shape];
    shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
    return reshapeTraced(graph, x, shape);
  });
  lower("Transpose", ({ named, attributes }) => {
    const x = named["x"];
    const order = attributes["perm"];
    return withPerm(
      x.value,
      x.perm.map((axis) => order.indexOf(axis))
    );
  });
  lower("Slice", ({ graph, named, attributes }) => {
    const x = named["x"];
    const [begin, size] = tf.slice_util.parseSliceParams(
      { shape: [...x.shape] },
      attributes["begin"],
      attributes["size"]
    );
    return slice(graph, x, begin, size);
  });
  lower("StridedSlice", ({ graph, named, attributes }) => {
    const x = named["x"];
    const a = attributes;
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask
    );
    if (info.begin.length !== x.shape.length) {
      throw new KernelError(
        "compile: StridedSlice with new axes has no lowering; use tf.slice and tf.reshape",
        "StridedSlice"
      );
    }
    const axes = identity(x.shape.length);
    const value = sliceValue(graph, toPlain(graph, x), axes, info.begin, info.end, info.strides);
    return reshapeTraced(graph, withPerm(value, axes), info.finalShape);
  });
  lower("PadV2", ({ graph, named, attributes }) => {
    const x = named["x"];
    const paddings = attributes["paddings"];
    const side = (k) => x.perm.map((axis) => paddings[axis][k]);
    return withPerm(padValue(graph, x.value, side(0), side(1), Number(attributes["constantValue"] ?? 0)), x.perm);
  });
  lower("MirrorPad", ({ graph, named, attributes }) => {
    const x = named["x"];
    const paddings = attributes["paddings"];
    const side = (k) => x.perm.map((axis) => paddings[axis][k]);
    if (attributes["mode"] === "reflect") {
      return withPerm(padValue(graph, x.value, side(0), side(1), 0, "reflect"), x.perm);
    }
    const mirrored = x.perm.reduce((value, _, at) => {
      const n = value.shape[at];
      const strip = (begin, length) => reverseValue(graph, sliceValue(graph, value, [at], [begin], [begin + length]), [at]);
      const [before, after] = [side(0)[at], side(1)[at]];
      const parts = [...before > 0 ? [strip(0, before)] : [], value, ...after > 0 ? [strip(n - after, after)] : []];
      const shape = value.shape.map((d, i) => i === at ? n + before + after : d);
      return parts.length === 1 ? value : graph.op("Concat", parts, shape, value.type, { axis: at });
    }, x.value);
    return withPerm(mirrored, x.perm);
  });
  lower("Concat", ({ graph, inputs, attributes }) => {
    const rank = inputs[0].shape.length;
    const axis = Number(attributes["axis"]);
    return concat(graph, inputs, axis < 0 ? axis + rank : axis);
  });
  lower("Pack", ({ graph, inputs, attributes }) => {
    const axis = Number(attributes["axis"]);
    const at = axis < 0 ? axis + inputs[0].shape.length + 1 : axis;
    const raised = inputs.map((t) => reshapeTraced(graph, t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]));
    return concat(graph, raised, at);
  });
  lower("Unpack", ({ graph, named, attributes }) => {
    const x = named["value"];
    const axis = Number(attributes["axis"]);
    const at = axis < 0 ? axis + x.shape.length : axis;
    const shape = x.shape.filter((_, i) => i !== at);
    const size = x.shape.map((d, i) => i === at ? 1 : d);
    return identity(x.shape[at]).map((k) => {
      const begin = x.shape.map((_, i) => i === at ? k : 0);
      return reshapeTraced(graph, slice(graph, x, begin, size), shape);
    });
  });
  lower("SplitV", ({ graph, named, attributes }) => {
    const x = named["x"];
    const raw = Number(attributes["axis"]);
    const axis = raw < 0 ? raw + x.shape.length : raw;
    const sizes = tf.backend_util.prepareSplitSize(
      { shape: [...x.shape] },
      attributes["numOrSizeSplits"],
      axis
    );
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => i === axis ? start : 0);
      start += length;
      return slice(
        graph,
        x,
        begin,
        x.shape.map((d, i) => i === axis ? length : d)
      );
    });
  });
  lower("Tile", ({ graph, named, attributes }) => {
    const x = named["x"];
    const reps = attributes["reps"];
    const physical = x.perm.map((axis) => reps[axis]);
    if (physical.every((r) => r === 1)) return x;
    const shape = x.value.shape.map((d, i) => d * physical[i]);
    return withPerm(graph.op("Tile", [x.value, graph.ints(physical)], shape, typeOf(x)), x.perm);
  });
  lower("Reverse", ({ graph, named, attributes }) => {
    const x = named["x"];
    const dims = tf.util.parseAxisParam(attributes["dims"], [...x.shape]);
    return withPerm(
      reverseValue(
        graph,
        x.value,
        dims.map((d) => x.perm.indexOf(d))
      ),
      x.perm
    );
  });
}

// engine/kernels/elementwise.ts
function broadcastShape(...shapes) {
  const rank = Math.max(...shapes.map((s) => s.length));
  return Array.from({ length: rank }, (_, i) => {
    let d = 1;
    for (const s of shapes) {
      const e = s[i - rank + s.length] ?? 1;
      if (e !== 1) d = e;
    }
    return d;
  });
}
function elementwise(graph, operands, emit) {
  const full = broadcastShape(...operands.map((t) => t.shape));
  const sources = operands.map((t) => unexpanded(graph, t));
  const logical = broadcastShape(...sources.map((t) => t.shape));
  const perm = commonPerm(sources, logical.length);
  const shape = perm.map((axis) => logical[axis]);
  const values = sources.map((t) => alignedKeepingSize(graph, t, perm, logical));
  const result = withPerm(emit(values, shape), perm);
  if (sizeOf(logical) === sizeOf(full) && logical.length === full.length) return result;
  const order = perm.length === full.length ? perm : identity(full.length);
  const wide = order.map((axis) => full[axis]);
  return withPerm(graph.op("Expand", [result.value, graph.ints(wide)], wide, typeOf(result)), order);
}
function unexpanded(graph, t) {
  const producer = graph.producer(t.value.name);
  const source = producer?.operator === "Expand" ? graph.value(producer.inputs[0]) : void 0;
  if (!source) return t;
  if (source.shape.length === 0) return plain(source);
  return source.shape.length === t.value.shape.length ? withPerm(source, t.perm) : t;
}
function alignedKeepingSize(graph, t, perm, logical) {
  const value = aligned(graph, t, perm);
  if (value.shape.length === perm.length || sizeOf(logical) > 1) return value;
  return graph.op("Reshape", [value, graph.ints(logical)], logical, value.type);
}
function binary(graph, operator, a, b, type = typeOf(a)) {
  return elementwise(graph, [a, b], (values, shape) => graph.op(operator, values, shape, type));
}
function unary(graph, operator, x, attributes = {}) {
  return { ...x, value: graph.op(operator, [x.value], x.value.shape, x.value.type, attributes) };
}
var same = (operator) => (graph, x) => graph.op(operator, [x], x.shape);
var un = (graph, operator, x) => graph.op(operator, [x], x.shape, x.type);
var bi = (graph, operator, a, b, type = a.type) => graph.op(operator, [a, b], broadcastShape(a.shape, b.shape), type);
var unaryEmitters = {
  Neg: same("Neg"),
  Exp: same("Exp"),
  Log: same("Log"),
  Sqrt: same("Sqrt"),
  Abs: same("Abs"),
  Sign: same("Sign"),
  Reciprocal: same("Reciprocal"),
  Sigmoid: same("Sigmoid"),
  Tanh: same("Tanh"),
  Sin: same("Sin"),
  Cos: same("Cos"),
  Floor: same("Floor"),
  Ceil: same("Ceil"),
  Round: same("Round"),
  Relu: same("Relu"),
  Tan: (g, x) => bi(g, "Div", un(g, "Sin", x), un(g, "Cos", x)),
  Cosh: (g, x) => bi(g, "Mul", bi(g, "Add", un(g, "Exp", x), un(g, "Exp", un(g, "Neg", x))), g.scalar(0.5)),
  Square: (g, x) => bi(g, "Mul", x, x),
  Rsqrt: (g, x) => un(g, "Reciprocal", un(g, "Sqrt", x)),
  Relu6: (g, x) => bi(g, "Min", un(g, "Relu", x), g.scalar(6)),
  // softplus(x) = max(x, 0) + log1p(exp(−|x|)), which neither overflows nor cancels.
  Softplus: (g, x) => bi(g, "Add", un(g, "Relu", x), log1p(g, un(g, "Exp", un(g, "Neg", un(g, "Abs", x))))),
  Log1p: log1p,
  Expm1: expm1,
  Elu: (g, x) => g.op(
    "Where",
    [bi(g, "Greater", x, g.scalar(0), "bool"), x, expm1(g, bi(g, "Min", x, g.scalar(0)))],
    x.shape,
    "float"
  ),
  IsNan: (g, x) => g.op("IsNaN", [x], x.shape, "bool"),
  IsInf: (g, x) => g.op("IsInf", [x], x.shape, "bool"),
  // x − x is 0 for finite x and NaN otherwise.
  IsFinite: (g, x) => bi(g, "Equal", bi(g, "Sub", x, x), g.scalar(0), "bool")
};
function log1p(g, x) {
  const one = g.scalar(1);
  const u = bi(g, "Add", x, one);
  const d = bi(g, "Sub", u, one);
  const tiny = bi(g, "Equal", d, g.scalar(0), "bool");
  const safe = g.op("Where", [tiny, one, d], x.shape, "float");
  const y = bi(g, "Mul", un(g, "Log", u), bi(g, "Div", x, safe));
  const infinite = g.op("IsInf", [x], x.shape, "bool");
  return g.op("Where", [g.op("Or", [tiny, infinite], x.shape, "bool"), x, y], x.shape, "float");
}
function expm1(g, x) {
  const one = g.scalar(1);
  const u = un(g, "Exp", x);
  const d = bi(g, "Sub", u, one);
  const near = bi(g, "Less", un(g, "Abs", x), g.scalar(0.5), "bool");
  const tiny = bi(g, "Equal", d, g.scalar(0), "bool");
  const l = un(g, "Log", u);
  const safe = g.op("Where", [bi(g, "Equal", l, g.scalar(0), "bool"), one, l], x.shape, "float");
  const y = g.op("Where", [near, bi(g, "Div", bi(g, "Mul", d, x), safe), d], x.shape, "float");
  return g.op("Where", [g.op("And", [near, tiny], x.shape, "bool"), x, y], x.shape, "float");
}
function registerElementwise() {
  for (const [kernel, emit] of Object.entries(unaryEmitters)) {
    lower(kernel, ({ graph, named }) => {
      const x = named["x"];
      return { ...x, value: emit(graph, x.value) };
    });
  }
  const binaries = {
    Add: "Add",
    Sub: "Sub",
    Multiply: "Mul",
    RealDiv: "Div",
    Pow: "Pow",
    Maximum: "Max",
    Minimum: "Min"
  };
  for (const [kernel, operator] of Object.entries(binaries)) {
    lower(kernel, ({ graph, named }) => binary(graph, operator, named["a"], named["b"]));
  }
  const comparisons = {
    Equal: "Equal",
    Greater: "Greater",
    GreaterEqual: "GreaterOrEqual",
    Less: "Less",
    LessEqual: "LessOrEqual",
    LogicalAnd: "And",
    LogicalOr: "Or"
  };
  for (const [kernel, operator] of Object.entries(comparisons)) {
    lower(kernel, ({ graph, named }) => binary(graph, operator, named["a"], named["b"], "bool"));
  }
  lower(
    "NotEqual",
    ({ graph, named }) => unary(graph, "Not", binary(graph, "Equal", named["a"], named["b"], "bool"))
  );
  lower("LogicalNot", ({ graph, named }) => unary(graph, "Not", named["x"]));
  lower("SquaredDifference", ({ graph, named }) => {
    const d = binary(graph, "Sub", named["a"], named["b"]);
    return { ...d, value: bi(graph, "Mul", d.value, d.value) };
  });
  lower("FloorDiv", ({ graph, named }) => floorDivide(graph, named["a"], named["b"]));
  lower("Mod", ({ graph, named }) => {
    const [a, b] = [named["a"], named["b"]];
    if (typeOf(a) === "int32") return binary(graph, "Mod", a, b);
    return binary(graph, "Sub", a, binary(graph, "Mul", floorDivide(graph, a, b), b));
  });
  lower(
    "AddN",
    ({ graph, inputs }) => inputs.length === 1 ? inputs[0] : elementwise(graph, inputs, (values, shape) => graph.op("Sum", values, shape, values[0].type))
  );
  lower("Select", ({ graph, named }) => {
    const [t, e] = [named["t"], named["e"]];
    let condition = named["condition"];
    if (condition.shape.length === 1 && t.shape.length > 1) {
      const shape = [condition.shape[0], ...new Array(t.shape.length - 1).fill(1)];
      condition = plain(graph.op("Reshape", [condition.value, graph.ints(shape)], shape, "bool"));
    }
    return elementwise(graph, [condition, t, e], (values, shape) => {
      if (typeOf(t) !== "bool") return graph.op("Where", values, shape, typeOf(t));
      const [c, yes, no] = values;
      return bi(graph, "Or", bi(graph, "And", c, yes), bi(graph, "And", un(graph, "Not", c), no));
    });
  });
  lower("ClipByValue", ({ graph, named, attributes }) => {
    const x = named["x"];
    const { clipValueMin, clipValueMax } = attributes;
    const low = bi(graph, "Max", x.value, graph.scalar(clipValueMin));
    return { ...x, value: bi(graph, "Min", low, graph.scalar(clipValueMax)) };
  });
  lower(
    "LeakyRelu",
    ({ graph, named, attributes }) => unary(graph, "LeakyRelu", named["x"], { alpha: { float: Number(attributes["alpha"]) } })
  );
  lower("Prelu", ({ graph, named }) => {
    const [x, alpha] = [named["x"], named["alpha"]];
    return elementwise(
      graph,
      [x, binary(graph, "Mul", x, alpha)],
      ([v, s], shape) => graph.op("Where", [bi(graph, "Less", v, graph.scalar(0), "bool"), s, v], shape, "float")
    );
  });
  lower("Step", ({ graph, named, attributes }) => {
    const x = named["x"];
    const alpha = graph.scalar(Number(attributes["alpha"] ?? 0));
    const positive = bi(graph, "Greater", x.value, graph.scalar(0), "bool");
    const step = graph.op("Where", [positive, graph.scalar(1), alpha], x.value.shape, "float");
    const nan = graph.op("IsNaN", [x.value], x.value.shape, "bool");
    return { ...x, value: graph.op("Where", [nan, x.value, step], x.value.shape, "float") };
  });
  lower(
    "EluGrad",
    ({ graph, named }) => (
      // y = elu(x): dy where y ≥ 0, dy·(y + 1) below.
      elementwise(
        graph,
        [named["dy"], named["y"]],
        ([dy, y], shape) => graph.op(
          "Where",
          [
            bi(graph, "GreaterOrEqual", y, graph.scalar(0), "bool"),
            dy,
            bi(graph, "Mul", dy, bi(graph, "Add", y, graph.scalar(1)))
          ],
          shape,
          "float"
        )
      )
    )
  );
  lower("Identity", ({ named }) => named["x"]);
  lower("Cast", ({ graph, named, attributes }) => cast(graph, named["x"], String(attributes["dtype"])));
  lower("Fill", ({ graph, attributes }) => {
    const { shape, value, dtype } = attributes;
    return filled(graph, shape, value, dtype === "int32" ? "int32" : dtype === "bool" ? "bool" : "float");
  });
  lower("OnesLike", ({ graph, named }) => filled(graph, named["x"].shape, 1, typeOf(named["x"])));
  lower("ZerosLike", ({ graph, named }) => filled(graph, named["x"].shape, 0, typeOf(named["x"])));
}
function floorDivide(graph, a, b) {
  if (typeOf(a) !== "int32") return unary(graph, "Floor", binary(graph, "Div", a, b));
  const wide = (t) => ({
    ...t,
    value: graph.op("Cast", [t.value], t.value.shape, "float", { to: 11 })
  });
  const q = unary(graph, "Floor", binary(graph, "Div", wide(a), wide(b)));
  return { ...q, value: graph.op("Cast", [q.value], q.value.shape, "int32", { to: elementCode("int32", "float32") }) };
}
function cast(graph, x, dtype) {
  const target = { float32: "float", int32: "int32", bool: "bool" }[dtype];
  if (!target) throw new KernelError(`compile: cast to ${dtype} has no lowering`, "Cast");
  if (target === typeOf(x)) return x;
  return { ...x, value: castValue(graph, x.value, target) };
}
var castValue = (graph, value, type) => value.type === type ? value : graph.op("Cast", [value], value.shape, type, { to: elementCode(type, graph.precision) });
function filled(graph, shape, value, type) {
  const scalar = graph.constant([value], [], type);
  if (shape.length === 0) return plain(scalar);
  return plain(graph.op("Expand", [scalar, graph.ints(shape)], shape, type));
}

// engine/kernels/taps.ts
function dilateValue(graph, x, axis, stride) {
  if (stride === 1) return x;
  const n = x.shape[axis];
  const open = reshapeValue(graph, x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const none = open.shape.map(() => 0);
  const wide = padValue(
    graph,
    open,
    none,
    none.map((_, i) => i === axis + 1 ? stride - 1 : 0)
  );
  const merged = reshapeValue(graph, wide, [...x.shape.slice(0, axis), n * stride, ...x.shape.slice(axis + 1)]);
  return sliceValue(graph, merged, [axis], [0], [(n - 1) * stride + 1]);
}
function tapsOf(graph, x, kernel, out, g, padding = 0) {
  const after = [0, 0, Math.max(0, g.pads[2]), Math.max(0, g.pads[3])];
  const padded = padValue(graph, x, [0, 0, g.pads[0], g.pads[1]], after, padding);
  const taps = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const begin = [i * g.dilations[0], j * g.dilations[1]];
      const end = begin.map((b, side) => b + (out[side] - 1) * g.strides[side] + 1);
      taps.push(sliceValue(graph, padded, [2, 3], begin, end, g.strides));
    }
  }
  return taps;
}
function spreadTaps(graph, taps, kernel, xShape, g) {
  const placed = taps.map((tap, t) => {
    const apart = dilateValue(graph, dilateValue(graph, tap, 2, g.strides[0]), 3, g.strides[1]);
    const before = [
      Math.floor(t / kernel[1]) * g.dilations[0] - g.pads[0],
      t % kernel[1] * g.dilations[1] - g.pads[1]
    ];
    const after = [0, 1].map((side) => xShape[2 + side] - apart.shape[2 + side] - before[side]);
    return padValue(graph, apart, [0, 0, ...before], [0, 0, ...after]);
  });
  return placed.reduce((a, b) => bi(graph, "Add", a, b));
}
function convolveByTaps(graph, x, w, out, g) {
  const [o, c, kh, kw] = w.shape;
  const n = x.shape[0];
  const taps = tapsOf(graph, x, [kh, kw], out, g);
  const stack = [n, c * taps.length, ...out];
  const joined = taps.length === 1 ? taps[0] : graph.op("Concat", taps, stack, "float", { axis: 1 });
  const columns = reshapeValue(graph, joined, [n, c * taps.length, out[0] * out[1]]);
  const turned = graph.op("Transpose", [w], [o, kh, kw, c], "float", { perm: [0, 2, 3, 1] });
  const rows = reshapeValue(graph, turned, [o, kh * kw * c]);
  return reshapeValue(graph, graph.op("MatMul", [rows, columns], [n, o, out[0] * out[1]], "float"), [n, o, ...out]);
}
function convolveInputByTaps(graph, dy, w, xShape, g) {
  const [o, c, kh, kw] = w.shape;
  const [n, , oh, ow] = dy.shape;
  const turned = graph.op("Transpose", [w], [o, kh, kw, c], "float", { perm: [0, 2, 3, 1] });
  const rows = reshapeValue(graph, turned, [1, o, kh * kw * c]);
  const pixels = reshapeValue(graph, dy, [n, o, oh * ow]);
  const columns = graph.op("FusedMatMul", [rows, pixels], [n, kh * kw * c, oh * ow], "float", { transA: 1 }, microsoft);
  const image = reshapeValue(graph, columns, [n, kh * kw * c, oh, ow]);
  const taps = Array.from({ length: kh * kw }, (_, t) => sliceValue(graph, image, [1], [t * c], [(t + 1) * c]));
  return spreadTaps(graph, taps, [kh, kw], xShape, g);
}

// engine/kernels/convolution.ts
var imagePerm = [0, 3, 1, 2];
var filterPerm = [3, 2, 0, 1];
function geometry(xShape, filterShape, attributes) {
  const info = tf.backend_util.computeConv2DInfo(
    xShape,
    filterShape,
    attributes["strides"],
    attributes["dilations"] ?? 1,
    attributes["pad"],
    attributes["dimRoundingMode"],
    false,
    tf.backend_util.convertConv2DDataFormat(attributes["dataFormat"] ?? "NHWC")
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right]
  };
}
function outputSize(x, w, g) {
  const along = (k) => Math.floor(
    (x.shape[2 + k] + g.pads[k] + g.pads[k + 2] - ((w.shape[2 + k] - 1) * g.dilations[k] + 1)) / g.strides[k]
  ) + 1;
  return [along(0), along(1)];
}
var attributesOf = (g, w) => ({
  pads: g.pads,
  strides: g.strides,
  dilations: g.dilations,
  kernel_shape: w.shape.slice(2),
  group: 1
});
var roundUp = (n, block2) => Math.ceil(n / block2) * block2;
function useBlocked(graph, x, w) {
  const block2 = graph.channelBlock;
  if (block2 === 0 || graph.precision !== "float32" || graph.constants.has(w.name)) return false;
  const [o, c] = [w.shape[0], w.shape[1]];
  const fill = o * c / (roundUp(o, block2) * roundUp(c, block2));
  return c % 4 === 0 && o % 4 === 0 && Math.min(o, c) >= block2 && fill >= 0.55 && x.shape[2] * x.shape[3] >= 16;
}
function blockedFilter(graph, w) {
  const b = graph.channelBlock;
  const [o, c, kh, kw] = w.shape;
  const [ob, cb] = [roundUp(o, b), roundUp(c, b)];
  const padded = padValue(graph, w, [0, 0, 0, 0], [ob - o, cb - c, 0, 0]);
  const split = reshapeValue(graph, padded, [ob / b, b, cb / b, b, kh, kw]);
  return reshapeValue(graph, transposeValue(graph, split, [0, 2, 4, 5, 3, 1]), [ob, cb, kh, kw]);
}
function convolve(graph, x, w, g) {
  const [height, width] = outputSize(x, w, g);
  const shape = [x.shape[0], w.shape[0], height, width];
  if (graph.precision === "float64") return convolveByTaps(graph, x, w, [height, width], g);
  if (!useBlocked(graph, x, w)) return graph.op("Conv", [x, w], shape, "float", attributesOf(g, w));
  const b = graph.channelBlock;
  const [n, c, h, wd] = x.shape;
  const blocked = graph.op("ReorderInput", [x], [n, roundUp(c, b), h, wd], "float", {}, blockedDomain);
  const out = [n, roundUp(shape[1], b), height, width];
  const y = graph.op("Conv", [blocked, blockedFilter(graph, w)], out, "float", attributesOf(g, w), blockedDomain);
  return graph.op("ReorderOutput", [y], shape, "float", { channels: shape[1] }, blockedDomain);
}
function convolveInputGradient(graph, dy, w, xShape, g) {
  const [kh, kw] = [w.shape[2], w.shape[3]];
  const [dh, dw] = g.dilations;
  if (g.strides[0] === 1 && g.strides[1] === 1) {
    const flipped = reverseValue(
      graph,
      w,
      [2, 3].filter((axis) => w.shape[axis] > 1)
    );
    const turned = transposeValue(graph, flipped, [1, 0, 2, 3]);
    const pads = [
      (kh - 1) * dh - g.pads[0],
      (kw - 1) * dw - g.pads[1],
      (kh - 1) * dh - g.pads[2],
      (kw - 1) * dw - g.pads[3]
    ];
    if (pads.every((p) => p >= 0))
      return convolve(graph, dy, turned, { strides: [1, 1], dilations: g.dilations, pads });
  }
  if (graph.precision === "float64") return convolveInputByTaps(graph, dy, w, xShape, g);
  const [h, wd] = [xShape[2], xShape[3]];
  const reach = (out, stride, k, d, before, after) => (out - 1) * stride + (k - 1) * d + 1 - before - after;
  const left = [
    h - reach(dy.shape[2], g.strides[0], kh, dh, g.pads[0], g.pads[2]),
    wd - reach(dy.shape[3], g.strides[1], kw, dw, g.pads[1], g.pads[3])
  ];
  return graph.op("ConvTranspose", [dy, w], [...xShape], "float", { ...attributesOf(g, w), output_padding: left });
}
function convolveFilterGradient(graph, x, dy, wShape, g) {
  const [kh, kw] = [wShape[2], wShape[3]];
  const unit = g.strides.every((s) => s === 1) && g.dilations.every((d) => d === 1);
  if (kh === 1 && kw === 1 && unit && g.pads.every((p) => p === 0)) return productGradient(graph, [x], [dy], wShape);
  if (unit) return shiftedGradient(graph, x, dy, wShape, g);
  const xp = padValue(graph, x, [0, 0, g.pads[0], g.pads[1]], [0, 0, g.pads[2], g.pads[3]]);
  const [oh, ow] = [dy.shape[2], dy.shape[3]];
  const taps = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const begin = [i * g.dilations[0], j * g.dilations[1]];
      const end = [begin[0] + (oh - 1) * g.strides[0] + 1, begin[1] + (ow - 1) * g.strides[1] + 1];
      taps.push(sliceValue(graph, xp, [2, 3], begin, end, g.strides));
    }
  }
  return productGradient(graph, taps, [dy], wShape);
}
function shiftedGradient(graph, x, dy, wShape, g) {
  const [kh, kw] = [wShape[2], wShape[3]];
  const [oh, ow] = [dy.shape[2], dy.shape[3]];
  const [h, w] = [x.shape[2], x.shape[3]];
  const [top, left] = g.pads;
  const inside = top >= 1 && top <= kh - 2 && left <= w && kw - 1 - left <= w;
  if (oh === h && ow === w && inside) return flatShiftGradient(graph, x, dy, wShape, top, left);
  const rows = oh + kh - 1;
  const columns = Array.from({ length: kw }, (_, j) => {
    const before = left - j;
    return padValue(graph, x, [0, 0, top, before], [0, 0, rows - h - top, ow - w - before]);
  });
  const shifts = Array.from({ length: kh }, (_, i) => padValue(graph, dy, [0, 0, i, 0], [0, 0, kh - 1 - i, 0]));
  return productGradient(graph, columns, shifts, wShape);
}
var chunkBytes = 2 ** 21;
function flatShiftGradient(graph, x, dy, wShape, top, left) {
  const [o, c, kh, kw] = wShape;
  const [n, , h, w] = x.shape;
  const pixels = h * w;
  const length = pixels + (kh - 1) * w;
  const perImage = 4 * length * (kh * c + kw * o);
  const images = Math.max(1, Math.min(n, Math.floor(chunkBytes / perImage)));
  const products = [];
  for (let start = 0; start < n; start += images) {
    const count = Math.min(images, n - start);
    const part = (v, channels) => {
      const piece = count === n ? v : sliceValue(graph, v, [0], [start], [start + count]);
      return reshapeValue(graph, piece, [count, channels, pixels]);
    };
    const lay = (channels, rows) => {
      const pieces = [];
      let gap = 0;
      const flush = () => {
        if (gap > 0) pieces.push(graph.zeros([count, channels, gap]));
      };
      for (const { before, row } of rows) {
        gap += before;
        flush();
        pieces.push(row);
        gap = length - before - pixels;
      }
      flush();
      const all2 = [count, channels, rows.length * length];
      const laid = graph.op("Concat", pieces, all2, "float", { axis: 2 });
      return reshapeValue(graph, laid, [count, channels * rows.length, length]);
    };
    const image = part(x, c);
    const gradient = part(dy, o);
    const a = lay(
      c,
      range(kh).map((i) => ({ before: (kh - 1 - i) * w, row: image }))
    );
    const b = lay(
      o,
      range(kw).map((j) => ({ before: (kh - 1 - top) * w + j - left, row: maskColumns(graph, gradient, w, j - left) }))
    );
    products.push(graph.op("FusedMatMul", [a, b], [count, c * kh, o * kw], "float", { transB: 1 }, microsoft));
  }
  const all = [n, c * kh, o * kw];
  const joined = products.length === 1 ? products[0] : graph.op("Concat", products, all, "float", { axis: 0 });
  const sum = sumImages(graph, joined);
  return transposeValue(graph, reshapeValue(graph, sum, [c, kh, o, kw]), [2, 0, 1, 3]);
}
var range = (length) => Array.from({ length }, (_, i) => i);
function maskColumns(graph, flat, width, shift) {
  if (shift === 0) return flat;
  const pixels = flat.shape[2];
  const inside = Float32Array.from({ length: pixels }, (_, k) => {
    const column = k % width + shift;
    return column >= 0 && column < width ? 1 : 0;
  });
  return graph.op("Mul", [flat, graph.constant(inside, [1, 1, pixels], "float")], flat.shape);
}
function sumImages(graph, products) {
  const [n, a, b] = products.shape;
  if (n === 1) return reshapeValue(graph, products, [a, b]);
  return graph.op("ReduceSum", [products, graph.ints([0])], [a, b], "float", { keepdims: 0 });
}
function productGradient(graph, xs, dys, wShape) {
  const [o, c, kh, kw] = wShape;
  const stack = (values) => {
    const [n2, channels, height, width] = values[0].shape;
    const all = [n2, channels * values.length, height, width];
    const joined = values.length === 1 ? values[0] : graph.op("Concat", values, all, "float", { axis: 1 });
    return reshapeValue(graph, joined, [n2, all[1], height * width]);
  };
  const [a, b] = [stack(xs), stack(dys)];
  const [n, ca, ob] = [a.shape[0], a.shape[1], b.shape[1]];
  const product = graph.op("FusedMatMul", [a, b], [n, ca, ob], "float", { transB: 1 }, microsoft);
  const sum = sumImages(graph, product);
  if (dys.length === 1) {
    const taps = reshapeValue(graph, sum, [kh * kw, c, o]);
    return reshapeValue(graph, transposeValue(graph, taps, [2, 1, 0]), [o, c, kh, kw]);
  }
  return transposeValue(graph, reshapeValue(graph, sum, [kw, c, kh, o]), [3, 1, 2, 0]);
}
function registerConvolution() {
  lower("Conv2D", ({ graph, named, attributes }) => {
    const [x, filter] = [named["x"], named["filter"]];
    const g = geometry(x.shape, filter.shape, attributes);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolve(graph, image, toPerm(graph, filter, filterPerm).value, g), imagePerm);
  });
  lower("Conv2DBackpropInput", ({ graph, named, attributes }) => {
    const [dy, filter] = [named["dy"], named["filter"]];
    const inputShape = attributes["inputShape"];
    const g = geometry(inputShape, filter.shape, attributes);
    const physical = imagePerm.map((axis) => inputShape[axis]);
    const gradient = toPerm(graph, dy, imagePerm).value;
    const w = toPerm(graph, filter, filterPerm).value;
    return withPerm(convolveInputGradient(graph, gradient, w, physical, g), imagePerm);
  });
  lower("Conv2DBackpropFilter", ({ graph, named, attributes }) => {
    const [x, dy] = [named["x"], named["dy"]];
    const filterShape = attributes["filterShape"];
    const g = geometry(x.shape, filterShape, attributes);
    const physical = filterPerm.map((axis) => filterShape[axis]);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolveFilterGradient(graph, image, toPerm(graph, dy, imagePerm).value, physical, g), filterPerm);
  });
}

// engine/kernels/blocks.ts
var permuted = (t, order) => withPerm(
  t.value,
  t.perm.map((axis) => order.indexOf(axis))
);
function spaceToBatch(graph, x, blocks, paddings) {
  const m = blocks.length;
  const side = (k) => x.perm.map((axis) => axis >= 1 && axis <= m ? paddings[axis - 1][k] : 0);
  const padded = withPerm(padValue(graph, x.value, side(0), side(1)), x.perm);
  const [n, ...rest] = padded.shape;
  const tail = rest.slice(m);
  const split = blocks.flatMap((b, k) => [rest[k] / b, b]);
  const open = reshapeTraced(graph, padded, [n, ...split, ...tail]);
  const order = [
    ...blocks.map((_, k) => 2 * k + 2),
    0,
    ...blocks.map((_, k) => 2 * k + 1),
    ...tail.map((_, k) => 2 * m + 1 + k)
  ];
  const shape = [blocks.reduce((a, b) => a * b, n), ...blocks.map((b, k) => rest[k] / b), ...tail];
  return reshapeTraced(graph, permuted(open, order), shape);
}
function batchToSpace(graph, x, blocks, crops) {
  const m = blocks.length;
  const [n, ...rest] = x.shape;
  const tail = rest.slice(m);
  const batch = n / blocks.reduce((a, b) => a * b, 1);
  const open = reshapeTraced(graph, x, [...blocks, batch, ...rest]);
  const order = [m, ...blocks.flatMap((_, k) => [m + 1 + k, k]), ...tail.map((_, k) => 2 * m + 1 + k)];
  const full = [batch, ...blocks.map((b, k) => rest[k] * b), ...tail];
  const merged = reshapeTraced(graph, permuted(open, order), full);
  const begin = full.map((_, axis) => axis >= 1 && axis <= m ? crops[axis - 1][0] : 0);
  const size = full.map((d, axis) => axis >= 1 && axis <= m ? d - crops[axis - 1][0] - crops[axis - 1][1] : d);
  return slice(graph, merged, begin, size);
}
function activate(call, x) {
  const name = String(call.attributes["activation"] ?? "linear");
  const kernels = {
    relu: "Relu",
    relu6: "Relu6",
    elu: "Elu",
    sigmoid: "Sigmoid",
    prelu: "Prelu",
    leakyrelu: "LeakyRelu"
  };
  if (name === "linear") return x;
  const kernel = kernels[name];
  if (!kernel) {
    throw new KernelError(
      `compile: ${call.kernel} with activation "${name}" has no lowering; apply it as an operation of its own`,
      call.kernel
    );
  }
  const alpha = call.named["preluActivationWeights"];
  return apply(call.graph, kernel, { x, ...alpha && { alpha } }, { alpha: call.attributes["leakyreluAlpha"] ?? 0.2 });
}
function apply(graph, kernel, named, attributes) {
  return loweringOf(kernel)({ graph, kernel, named, inputs: Object.values(named), attributes });
}
function fused(call, kernel, names) {
  const { graph, named, attributes } = call;
  const inputs = Object.fromEntries(names.map((name) => [name, named[name]]));
  const y = apply(graph, kernel, inputs, attributes);
  const bias = named["bias"];
  return activate(call, bias ? binary(graph, "Add", y, bias) : y);
}
function registerBlocks() {
  lower(
    "SpaceToBatchND",
    ({ graph, named, attributes }) => spaceToBatch(graph, named["x"], attributes["blockShape"], attributes["paddings"])
  );
  lower(
    "BatchToSpaceND",
    ({ graph, named, attributes }) => batchToSpace(graph, named["x"], attributes["blockShape"], attributes["crops"])
  );
  lower("DepthToSpace", ({ graph, named, attributes }) => {
    if (attributes["dataFormat"] === "NCHW") {
      throw new KernelError("compile: DepthToSpace on NCHW has no lowering; use NHWC, the default", "DepthToSpace");
    }
    const x = toPerm(graph, named["x"], imagePerm).value;
    const [n, c, h, w] = x.shape;
    const b = Number(attributes["blockSize"]);
    const depth = c / (b * b);
    const open = plain(reshapeValue(graph, x, [n, b, b, depth, h, w]));
    const moved = toPerm(graph, open, [0, 3, 4, 1, 5, 2]).value;
    return withPerm(reshapeValue(graph, moved, [n, depth, h * b, w * b]), imagePerm);
  });
  lower("FlipLeftRight", ({ graph, named }) => {
    const x = named["image"];
    return withPerm(reverseValue(graph, x.value, [x.perm.indexOf(2)]), x.perm);
  });
  lower("FusedBatchNorm", ({ graph, named, attributes }) => {
    const [x, mean, variance] = [named["x"], named["mean"], named["variance"]];
    const epsilon = plain(graph.scalar(Number(attributes["varianceEpsilon"] ?? 1e-3)));
    const deviation = unary(graph, "Sqrt", binary(graph, "Add", variance, epsilon));
    const scale = named["scale"] ? binary(graph, "Div", named["scale"], deviation) : unary(graph, "Reciprocal", deviation);
    const y = binary(graph, "Mul", binary(graph, "Sub", x, mean), scale);
    return named["offset"] ? binary(graph, "Add", y, named["offset"]) : y;
  });
  lower("_FusedMatMul", (call) => fused(call, "BatchMatMul", ["a", "b"]));
  lower("FusedConv2D", (call) => fused(call, "Conv2D", ["x", "filter"]));
  lower("FusedDepthwiseConv2D", (call) => fused(call, "DepthwiseConv2dNative", ["x", "filter"]));
}

// engine/kernels/depthwise.ts
function geometry2(x, filter, attributes) {
  const info = tf.backend_util.computeConv2DInfo(
    x,
    filter,
    attributes["strides"],
    attributes["dilations"] ?? 1,
    attributes["pad"],
    attributes["dimRoundingMode"],
    true
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    out: [info.outHeight, info.outWidth]
  };
}
function grouped(graph, filter) {
  const [kh, kw, c, m] = filter.shape;
  return reshapeValue(graph, toPerm(graph, filter, [2, 3, 0, 1]).value, [c * m, 1, kh, kw]);
}
var attributesOf2 = ({ pads, strides, dilations }, kernel, group) => ({
  pads,
  strides,
  dilations,
  kernel_shape: kernel,
  group
});
function tapFilter(graph, filter, t) {
  const [kh, kw, c, m] = filter.shape;
  const flat = reshapeValue(graph, toPlain(graph, filter), [kh * kw, c * m]);
  const row = graph.op("Gather", [flat, graph.ints([t])], [1, c * m], "float", { axis: 0 });
  return reshapeValue(graph, row, [1, c, m, 1, 1]);
}
function depthwise(graph, x, filter, attributes) {
  const g = geometry2(x.shape, filter.shape, attributes);
  const image = toPerm(graph, x, imagePerm).value;
  const [kh, kw, c, m] = filter.shape;
  const n = image.shape[0];
  const shape = [n, c * m, ...g.out];
  if (graph.precision === "float32") {
    const attributes32 = attributesOf2(g, [kh, kw], c);
    return withPerm(graph.op("Conv", [image, grouped(graph, filter)], shape, "float", attributes32), imagePerm);
  }
  const products = tapsOf(graph, image, [kh, kw], g.out, g).map(
    (tap, t) => bi(graph, "Mul", reshapeValue(graph, tap, [n, c, 1, ...g.out]), tapFilter(graph, filter, t))
  );
  const sum = products.reduce((a, b) => bi(graph, "Add", a, b));
  return withPerm(reshapeValue(graph, sum, shape), imagePerm);
}
function inputGradient(graph, dy, filter, attributes) {
  const inputShape = attributes["inputShape"];
  const g = geometry2(inputShape, filter.shape, attributes);
  const [kh, kw, c, m] = filter.shape;
  const image = toPerm(graph, dy, imagePerm).value;
  const [n, , oh, ow] = image.shape;
  const xShape = imagePerm.map((axis) => inputShape[axis]);
  const deep = reshapeValue(graph, image, [n, c, m, oh, ow]);
  const taps = Array.from({ length: kh * kw }, (_, t) => {
    const product = bi(graph, "Mul", deep, tapFilter(graph, filter, t));
    if (m === 1) return reshapeValue(graph, product, [n, c, oh, ow]);
    return graph.op("ReduceSum", [product, graph.ints([2])], [n, c, oh, ow], "float", { keepdims: 0 });
  });
  return withPerm(spreadTaps(graph, taps, [kh, kw], xShape, g), imagePerm);
}
function filterGradient(graph, x, dy, attributes) {
  const filterShape = attributes["filterShape"];
  const g = geometry2(x.shape, filterShape, attributes);
  const [kh, kw, c, m] = filterShape;
  const image = toPerm(graph, x, imagePerm).value;
  const [n] = image.shape;
  const pixels = n * g.out[0] * g.out[1];
  const perChannel2 = (value, k) => reshapeValue(graph, transposeValue(graph, reshapeValue(graph, value, [n, c, k, ...g.out]), [1, 2, 0, 3, 4]), [
    c,
    k,
    pixels
  ]);
  const taps = tapsOf(graph, image, [kh, kw], g.out, g).map((tap) => reshapeValue(graph, tap, [n, c, 1, ...g.out]));
  const stack = [n, c, taps.length, ...g.out];
  const joined = taps.length === 1 ? taps[0] : graph.op("Concat", taps, stack, "float", { axis: 2 });
  const a = perChannel2(joined, kh * kw);
  const b = perChannel2(toPerm(graph, dy, imagePerm).value, m);
  const product = graph.op("FusedMatMul", [a, b], [c, kh * kw, m], "float", { transB: 1 }, microsoft);
  return withPerm(reshapeValue(graph, product, [c, kh, kw, m]), [2, 0, 1, 3]);
}
function registerDepthwise() {
  lower(
    "DepthwiseConv2dNative",
    ({ graph, named, attributes }) => depthwise(graph, named["x"], named["filter"], attributes)
  );
  lower(
    "DepthwiseConv2dNativeBackpropInput",
    ({ graph, named, attributes }) => inputGradient(graph, named["dy"], named["filter"], attributes)
  );
  lower(
    "DepthwiseConv2dNativeBackpropFilter",
    ({ graph, named, attributes }) => filterGradient(graph, named["x"], named["dy"], attributes)
  );
}

// engine/kernels/image.ts
function affine(graph, x, slope, offset) {
  const [n, c, h, w] = x.shape;
  if (graph.channelBlock === 0) {
    const along = (v) => reshapeValue(graph, v, [n, c, 1, 1]);
    return bi(graph, "Add", bi(graph, "Mul", x, along(slope)), along(offset));
  }
  const flat = [n * c];
  const ones = graph.constant(new Float32Array(n * c).fill(1), flat, "float");
  const zeros2 = graph.constant(new Float32Array(n * c), flat, "float");
  const image = reshapeValue(graph, x, [1, n * c, h * w]);
  const inputs = [image, reshapeValue(graph, slope, flat), reshapeValue(graph, offset, flat), zeros2, ones];
  const y = graph.op("BatchNormalization", inputs, image.shape, "float", { epsilon: { float: 0 } });
  return reshapeValue(graph, y, x.shape);
}
function registerImage() {
  lower("MongeAffine", ({ graph, named }) => {
    const x = toPerm(graph, named["x"], imagePerm).value;
    return withPerm(affine(graph, x, toPlain(graph, named["slope"]), toPlain(graph, named["offset"])), imagePerm);
  });
  lower("MongeChannelSquares", ({ graph, named }) => {
    const x = toPerm(graph, named["x"], imagePerm).value;
    const [n, c, h, w] = x.shape;
    const flat = reshapeValue(graph, x, [n * c, h * w]);
    const sums = graph.op("ReduceSumSquare", [flat], [n * c], "float", { axes: [1], keepdims: 0 });
    return plain(reshapeValue(graph, sums, [n, c]));
  });
}

// engine/kernels/reduce.ts
function axesOf(attributes, rank) {
  const axis = attributes["axis"] ?? attributes["reductionIndices"];
  if (axis === void 0 || axis === null) return identity(rank);
  return (Array.isArray(axis) ? axis : [Number(axis)]).map((a) => a < 0 ? a + rank : a);
}
function emitReduce(graph, operator, x, axes, keep) {
  const shape = keep ? x.shape.map((d, i) => axes.includes(i) ? 1 : d) : x.shape.filter((_, i) => !axes.includes(i));
  return operator === "ReduceSum" ? graph.op(operator, [x, graph.ints(axes)], shape, x.type, { keepdims: keep ? 1 : 0 }) : graph.op(operator, [x], shape, x.type, { axes, keepdims: keep ? 1 : 0 });
}
var accurateSum = 2 ** 14;
function sumStages(graph, operator, x, positions) {
  const size = (p) => p.reduce((product, axis) => product * x.shape[axis], 1);
  const sums = operator === "ReduceSum" || operator === "ReduceMean";
  if (!sums || graph.precision !== "float32" || x.type !== "float" || size(positions) <= accurateSum) {
    return [[...positions], []];
  }
  let from = positions.length - 1;
  while (from > 1 && size(positions.slice(from - 1)) <= accurateSum) from--;
  return [positions.slice(from), positions.slice(0, from)];
}
function reduce(graph, operator, x, axes, keep) {
  if (axes.length === 0) return x;
  const positions = physicalAxes(x, axes);
  const [first, rest] = sumStages(graph, operator, x.value, positions);
  const inner = rest.length > 0 ? emitReduce(graph, operator, x.value, first, true) : x.value;
  const value = emitReduce(graph, operator, inner, keep && rest.length > 0 ? rest : positions, keep);
  if (keep) return withPerm(value, x.perm);
  const kept = x.perm.filter((axis) => !axes.includes(axis));
  const rank = [...kept].sort((a, b) => a - b);
  return withPerm(
    value,
    kept.map((axis) => rank.indexOf(axis))
  );
}
function registerReductions() {
  const operators = { Sum: "ReduceSum", Mean: "ReduceMean", Max: "ReduceMax", Min: "ReduceMin", Prod: "ReduceProd" };
  for (const [kernel, operator] of Object.entries(operators)) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"];
      return reduce(graph, operator, x, axesOf(attributes, x.shape.length), Boolean(attributes["keepDims"]));
    });
  }
  for (const [kernel, operator] of Object.entries({ Any: "ReduceMax", All: "ReduceMin" })) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"];
      const numbers = { ...x, value: castValue(graph, x.value, "int32") };
      const y = reduce(graph, operator, numbers, axesOf(attributes, x.shape.length), Boolean(attributes["keepDims"]));
      return { ...y, value: castValue(graph, y.value, "bool") };
    });
  }
  for (const [kernel, operator] of Object.entries({ ArgMax: "ArgMax", ArgMin: "ArgMin" })) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"];
      const axes = axesOf(attributes, x.shape.length);
      const axis = x.perm.indexOf(axes[0]);
      const shape = x.value.shape.filter((_, i) => i !== axis);
      const y = graph.op(operator, [x.value], shape, "int64", { axis, keepdims: 0 });
      const rest = x.perm.filter((a) => a !== axes[0]);
      const rank = [...rest].sort((a, b) => a - b);
      return withPerm(
        castValue(graph, y, "int32"),
        rest.map((a) => rank.indexOf(a))
      );
    });
  }
  lower("Softmax", ({ graph, named, attributes }) => {
    const x = named["logits"];
    const dim = Number(attributes["dim"] ?? -1);
    return unary(graph, "Softmax", x, { axis: x.perm.indexOf(dim < 0 ? dim + x.shape.length : dim) });
  });
  lower("Cumsum", ({ graph, named, attributes }) => {
    const x = named["x"];
    const [axis] = axesOf(attributes, x.shape.length);
    const at = graph.constant([x.perm.indexOf(axis)], [], "int64");
    const flags = { exclusive: attributes["exclusive"] ? 1 : 0, reverse: attributes["reverse"] ? 1 : 0 };
    return { ...x, value: graph.op("CumSum", [x.value, at], x.value.shape, typeOf(x), flags) };
  });
  lower("Cumprod", ({ graph, named, attributes }) => {
    const x = named["x"];
    const [axis] = axesOf(attributes, x.shape.length);
    const at = x.perm.indexOf(axis);
    const n = x.shape[axis];
    const reverse = Boolean(attributes["reverse"]);
    const shifted = (v, by) => {
      const [before, after] = [x.perm.map(() => 0), x.perm.map(() => 0)];
      before[at] = reverse ? -by : by;
      after[at] = -before[at];
      return padValue(graph, v, before, after, 1);
    };
    let y = attributes["exclusive"] ? shifted(x.value, 1) : x.value;
    for (let by = 1; by < n; by *= 2) y = bi(graph, "Mul", y, shifted(y, by));
    return { ...x, value: y };
  });
}

// engine/kernels/indexing.ts
var elementOf = (dtype, otherwise = "float") => dtype === "int32" ? "int32" : dtype === "bool" ? "bool" : dtype === "float32" ? "float" : otherwise;
var ramp = (graph, n, step = 1) => graph.constant(
  Int32Array.from({ length: n }, (_, i) => i * step),
  [n],
  "int32"
);
function zeros(graph, shape, type) {
  const zero = graph.constant([0], [], type);
  return shape.length === 0 ? zero : graph.op("Expand", [zero, graph.ints(shape)], shape, type);
}
function gather(graph, x, indices, axis) {
  const flat = reshapeValue(graph, toPlain(graph, indices), [sizeOf(indices.shape)]);
  const at = x.perm.indexOf(axis);
  const shape = x.value.shape.map((d, i) => i === at ? flat.shape[0] : d);
  const taken = withPerm(graph.op("Gather", [x.value, flat], shape, typeOf(x), { axis: at }), x.perm);
  return reshapeTraced(graph, taken, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]);
}
function batchedGather(graph, x, indices, axis, batchDims) {
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = x.shape.slice(batchDims, axis);
  const length = x.shape[axis];
  const inner = x.shape.slice(axis + 1);
  const per = sizeOf(indices.shape.slice(batchDims));
  const grouped2 = reshapeValue(graph, toPlain(graph, x), [batch, sizeOf(outer), length, sizeOf(inner)]);
  const front = toPerm(graph, plain(grouped2), [0, 2, 1, 3]).value;
  const rows = reshapeValue(graph, front, [batch * length, sizeOf(outer), sizeOf(inner)]);
  const offsets = reshapeValue(graph, ramp(graph, batch, length), [batch, 1]);
  const index = bi(graph, "Add", reshapeValue(graph, toPlain(graph, indices), [batch, per]), offsets);
  const flat = reshapeValue(graph, index, [batch * per]);
  const taken = graph.op("Gather", [rows, flat], [batch * per, ...rows.shape.slice(1)], typeOf(x), { axis: 0 });
  const back = reshapeValue(graph, taken, [batch, per, sizeOf(outer), sizeOf(inner)]);
  const ordered = toPerm(graph, plain(back), [0, 2, 1, 3]).value;
  const shape = [...x.shape.slice(0, batchDims), ...outer, ...indices.shape.slice(batchDims), ...inner];
  return plain(reshapeValue(graph, ordered, shape));
}
function scatter(graph, target, indices, updates, reduction) {
  const depth = indices.shape.at(-1);
  const wide = castValue(graph, indices, "int64");
  const attributes = reduction === "add" ? { reduction } : {};
  if (depth === 1 && target.shape.length === 1) {
    const index = reshapeValue(graph, wide, [sizeOf(wide.shape)]);
    const values = reshapeValue(graph, updates, index.shape);
    return graph.op("ScatterElements", [target, index, values], target.shape, target.type, { axis: 0, ...attributes });
  }
  return graph.op("ScatterND", [target, wide, updates], target.shape, target.type, attributes);
}
function segmentSum(graph, x, ids, count) {
  const perm = [0, ...x.perm.filter((axis) => axis !== 0)];
  const rows = toPerm(graph, x, perm).value;
  const n = graph.constant([count], [], "int32");
  const inside = graph.op(
    "And",
    [bi(graph, "GreaterOrEqual", ids, graph.constant([0], [], "int32"), "bool"), bi(graph, "Less", ids, n, "bool")],
    ids.shape,
    "bool"
  );
  const safe = graph.op("Where", [inside, ids, n], ids.shape, "int32");
  const index = reshapeValue(graph, safe, [ids.shape[0], 1]);
  const target = zeros(graph, [count + 1, ...rows.shape.slice(1)], typeOf(x));
  const sums = scatter(graph, target, index, rows, "add");
  return withPerm(sliceValue(graph, sums, [0], [0], [count]), perm);
}
function topK(graph, x, attributes) {
  const k = Number(attributes["k"]);
  const axis = x.perm.indexOf(x.shape.length - 1);
  const shape = x.value.shape.map((d, i) => i === axis ? k : d);
  const outputs = [
    { shape, type: typeOf(x) },
    { shape, type: "int64" }
  ];
  const [values, indices] = graph.ops("TopK", [x.value, graph.ints([k])], outputs, { axis, largest: 1, sorted: 1 });
  return [withPerm(values, x.perm), withPerm(castValue(graph, indices, "int32"), x.perm)];
}
function searchSorted(graph, sorted, values, side) {
  const [batch, n] = sorted.shape;
  const m = values.shape[1];
  const row = reshapeValue(graph, toPlain(graph, sorted), [batch, 1, n]);
  const column = reshapeValue(graph, toPlain(graph, values), [batch, m, 1]);
  const before = bi(graph, side === "right" ? "LessOrEqual" : "Less", row, column, "bool");
  const ones = castValue(graph, before, "int32");
  return plain(graph.op("ReduceSum", [ones, graph.ints([2])], [batch, m], "int32", { keepdims: 0 }));
}
function registerIndexing() {
  lower("GatherV2", ({ graph, named, attributes }) => {
    const [x, indices] = [named["x"], named["indices"]];
    const axis = axesOf(attributes, x.shape.length)[0];
    const batchDims = Number(attributes["batchDims"] ?? 0);
    const from = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
    return from === 0 ? gather(graph, x, indices, axis) : batchedGather(graph, x, indices, axis, from);
  });
  lower("GatherNd", ({ graph, named }) => {
    const [x, indices] = [named["params"], named["indices"]];
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(indices.shape.at(-1))];
    const index = castValue(graph, toPlain(graph, indices), "int64");
    return plain(graph.op("GatherND", [toPlain(graph, x), index], shape, typeOf(x)));
  });
  lower("ScatterNd", ({ graph, named, attributes }) => {
    const [indices, updates] = [named["indices"], named["updates"]];
    const target = zeros(graph, attributes["shape"], typeOf(updates));
    return plain(scatter(graph, target, toPlain(graph, indices), toPlain(graph, updates), "add"));
  });
  lower("TensorScatterUpdate", ({ graph, named }) => {
    const [tensor, indices, updates] = [named["tensor"], named["indices"], named["updates"]];
    return plain(scatter(graph, toPlain(graph, tensor), toPlain(graph, indices), toPlain(graph, updates), "none"));
  });
  lower(
    "UnsortedSegmentSum",
    ({ graph, named, attributes }) => segmentSum(graph, named["x"], toPlain(graph, named["segmentIds"]), Number(attributes["numSegments"]))
  );
  lower("TopK", ({ graph, named, attributes }) => topK(graph, named["x"], attributes));
  lower(
    "SearchSorted",
    ({ graph, named, attributes }) => searchSorted(graph, named["sortedSequence"], named["values"], attributes["side"])
  );
  lower("OneHot", ({ graph, named, attributes }) => {
    const indices = named["indices"];
    const depth = Number(attributes["depth"]);
    const type = elementOf(attributes["dtype"], "int32");
    const column = reshapeValue(graph, toPlain(graph, indices), [...indices.shape, 1]);
    const hit = bi(graph, "Equal", column, ramp(graph, depth), "bool");
    const number = type === "bool" ? "int32" : type;
    const [on, off] = [Number(attributes["onValue"] ?? 1), Number(attributes["offValue"] ?? 0)];
    const values = [graph.constant([on], [], number), graph.constant([off], [], number)];
    return plain(castValue(graph, graph.op("Where", [hit, ...values], hit.shape, number), type));
  });
  lower("Diag", ({ graph, named }) => {
    const x = named["x"];
    const n = sizeOf(x.shape);
    const eye = bi(graph, "Equal", reshapeValue(graph, ramp(graph, n), [n, 1]), ramp(graph, n), "bool");
    const row = reshapeValue(graph, toPlain(graph, x), [n]);
    const values = graph.op("Where", [eye, row, graph.constant([0], [], typeOf(x))], [n, n], typeOf(x));
    return plain(reshapeValue(graph, values, [...x.shape, ...x.shape]));
  });
  lower("Range", ({ graph, attributes }) => {
    const { start, stop, step, dtype } = attributes;
    const none = start === stop || start < stop && step < 0 || stop < start && step > 1;
    const count = none ? 0 : Math.abs(Math.ceil((stop - start) / step));
    const by = stop < start && step === 1 ? -1 : step;
    return plain(
      graph.constant(
        identity(count).map((i) => start + i * by),
        [count],
        elementOf(dtype)
      )
    );
  });
  lower("LinSpace", ({ graph, attributes }) => {
    const { start, stop, num } = attributes;
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return plain(
      graph.constant(
        identity(num).map((i) => start + i * step),
        [num],
        "float"
      )
    );
  });
}

// engine/kernels/linear.ts
function operand(graph, t) {
  const rank = t.shape.length;
  const swapped = [...identity(rank - 2), rank - 1, rank - 2];
  if (samePerm(t.perm, swapped)) return { value: t.value, transposed: true, shape: t.shape };
  return { value: toPlain(graph, t), transposed: false, shape: t.shape };
}
function matMul(graph, a, b, transposeA, transposeB) {
  const [p, q] = [operand(graph, a), operand(graph, b)];
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)];
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  const rank = Math.max(batchA.length, batchB.length);
  const batch = identity(rank).map((i) => {
    const x = batchA[i - rank + batchA.length] ?? 1;
    return x === 1 ? batchB[i - rank + batchB.length] ?? 1 : x;
  });
  const transA = p.transposed !== transposeA;
  const transB = q.transposed !== transposeB;
  const single = sizeOf(batch) === 1;
  const flat = (o) => single ? reshapeValue(graph, o.value, o.value.shape.slice(-2)) : o.value;
  const shape = single ? [rows, columns] : [...batch, rows, columns];
  const product = transA || transB ? graph.op(
    "FusedMatMul",
    [flat(p), flat(q)],
    shape,
    "float",
    { transA: transA ? 1 : 0, transB: transB ? 1 : 0 },
    microsoft
  ) : graph.op("MatMul", [flat(p), flat(q)], shape, "float");
  return plain(single ? reshapeValue(graph, product, [...batch, rows, columns]) : product);
}
function registerLinear() {
  lower(
    "BatchMatMul",
    ({ graph, named, attributes }) => matMul(graph, named["a"], named["b"], Boolean(attributes["transposeA"]), Boolean(attributes["transposeB"]))
  );
  lower("Einsum", ({ graph, inputs, attributes }) => {
    const equation = String(attributes["equation"]);
    const [terms, result] = equation.replaceAll(" ", "").split("->");
    const sizes = /* @__PURE__ */ new Map();
    terms.split(",").forEach((term, k) => {
      [...term].forEach((letter, i) => {
        sizes.set(letter, inputs[k].shape[i]);
      });
    });
    const shape = [...result].map((letter) => sizes.get(letter));
    const values = inputs.map((t) => toPlain(graph, t));
    return plain(graph.op("Einsum", values, shape, "float", { equation }));
  });
}

// engine/kernels/pooling.ts
function poolGeometry(shape, attributes) {
  const info = tf.backend_util.computePool2DInfo(
    shape,
    attributes["filterSize"],
    attributes["strides"],
    1,
    attributes["pad"],
    attributes["dimRoundingMode"]
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    out: [info.outHeight, info.outWidth]
  };
}
function windowSums(graph, x, pool, out) {
  let sum = x;
  for (const side of [0, 1]) {
    const axis = 2 + side;
    const [k, stride] = [pool.kernel_shape[side], pool.strides[side]];
    const reach = (out[side] - 1) * stride + k;
    const before = [0, 0, 0, 0];
    const after = [0, 0, 0, 0];
    before[axis] = pool.pads[side];
    after[axis] = Math.max(0, reach - sum.shape[axis] - pool.pads[side]);
    const padded = padValue(graph, sum, before, after);
    const windows = Array.from(
      { length: k },
      (_, i) => sliceValue(graph, padded, [axis], [i], [i + (out[side] - 1) * stride + 1], [stride])
    );
    sum = windows.reduce((a, b) => bi(graph, "Add", a, b));
  }
  return sum;
}
function spreadWindows(graph, dy, pool, image) {
  let spread = dy;
  for (const side of [0, 1]) {
    const axis = 2 + side;
    const [k, stride] = [pool.kernel_shape[side], pool.strides[side]];
    const size = image[side];
    const apart = dilateValue(graph, spread, axis, stride);
    const copies = Array.from({ length: k }, (_, i) => {
      const before = [0, 0, 0, 0];
      const after = [0, 0, 0, 0];
      before[axis] = i - pool.pads[side];
      after[axis] = size - apart.shape[axis] - before[axis];
      return padValue(graph, apart, before, after);
    });
    spread = copies.reduce((a, b) => bi(graph, "Add", a, b));
  }
  return spread;
}
function windowCounts(graph, pool, out, image) {
  const along = (side) => Array.from({ length: out[side] }, (_, o) => {
    const begin = o * pool.strides[side] - pool.pads[side];
    return Math.min(begin + pool.kernel_shape[side], image[side]) - Math.max(begin, 0);
  });
  const columns = along(1);
  return graph.constant(
    along(0).flatMap((h) => columns.map((w) => h * w)),
    [1, 1, ...out],
    "float"
  );
}
var tiles = (pool) => pool.kernel_shape.every((k, i) => k === pool.strides[i]) && pool.pads.every((p) => p === 0);
function averageGradient(graph, dy, pool, image) {
  const [kh, kw] = pool.kernel_shape;
  const scaled = bi(graph, "Mul", dy, graph.scalar(1 / (kh * kw)));
  if (!tiles(pool)) return spreadWindows(graph, scaled, pool, image);
  const [n, c, h, w] = dy.shape;
  const open = reshapeValue(graph, scaled, [n, c, h, 1, w, 1]);
  const size = [n, c, h, kh, w, kw];
  const full = reshapeValue(graph, graph.op("Expand", [open, graph.ints(size)], size), [n, c, h * kh, w * kw]);
  return padValue(graph, full, [0, 0, 0, 0], [0, 0, image[0] - h * kh, image[1] - w * kw]);
}
function scatterToLargest(graph, x, dy, pool) {
  const outputs = [
    { shape: dy.shape, type: "float" },
    { shape: dy.shape, type: "int64" }
  ];
  const at = graph.ops("MaxPool", [x], outputs, { ...pool })[1];
  const size = [sizeOf(x.shape)];
  const flat = [sizeOf(dy.shape)];
  const zeros2 = graph.op("Expand", [graph.scalar(0), graph.ints(size)], size, "float");
  const inputs = [zeros2, reshapeValue(graph, at, flat), reshapeValue(graph, dy, flat)];
  const dx = graph.op("ScatterElements", inputs, size, "float", { axis: 0, reduction: "add" });
  return reshapeValue(graph, dx, x.shape);
}
function spreadToLargest(graph, x, dy, pool) {
  const g = { ...pool, dilations: [1, 1] };
  const out = [dy.shape[2], dy.shape[3]];
  const largest = graph.op("MaxPool", [x], dy.shape, "float", { ...pool });
  let free = dy;
  const taps = tapsOf(graph, x, pool.kernel_shape, out, g, -34028234663852886e22).map((tap) => {
    const hit = castValue(graph, bi(graph, "Equal", tap, largest, "bool"), "float");
    const share = bi(graph, "Mul", hit, free);
    free = bi(graph, "Sub", free, share);
    return share;
  });
  return spreadTaps(graph, taps, pool.kernel_shape, x.shape, g);
}
function registerPooling() {
  lower("AvgPool", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["x"], imagePerm).value;
    const { out, ...pool } = poolGeometry(named["x"].shape, attributes);
    if (graph.precision === "float32") {
      return withPerm(graph.op("AveragePool", [x], [...x.shape.slice(0, 2), ...out], "float", { ...pool }), imagePerm);
    }
    const image = [x.shape[2], x.shape[3]];
    const counts = windowCounts(graph, pool, out, image);
    return withPerm(bi(graph, "Div", windowSums(graph, x, pool, out), counts), imagePerm);
  });
  lower("AvgPoolGrad", ({ graph, named, attributes }) => {
    const dy = toPerm(graph, named["dy"], imagePerm).value;
    const { out: _, ...pool } = poolGeometry(named["input"].shape, attributes);
    const [, h, w] = named["input"].shape;
    return withPerm(averageGradient(graph, dy, pool, [h, w]), imagePerm);
  });
  lower("MaxPool", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["x"], imagePerm).value;
    const { out, ...pool } = poolGeometry(named["x"].shape, attributes);
    return withPerm(graph.op("MaxPool", [x], [...x.shape.slice(0, 2), ...out], "float", { ...pool }), imagePerm);
  });
  lower("MaxPoolGrad", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["input"], imagePerm).value;
    const dy = toPerm(graph, named["dy"], imagePerm).value;
    const { out: _, ...pool } = poolGeometry(named["input"].shape, attributes);
    const positions = graph.channelBlock > 0 || graph.precision === "float64";
    return withPerm((positions ? scatterToLargest : spreadToLargest)(graph, x, dy, pool), imagePerm);
  });
}

// engine/kernels/resize.ts
var optionsOf = (attributes, method) => ({
  method,
  alignCorners: Boolean(attributes["alignCorners"]),
  halfPixelCenters: Boolean(attributes["halfPixelCenters"])
});
function interpolate(graph, x, from, to, options, transpose) {
  const [n, c] = x.shape;
  const [h, w] = transpose ? from : to;
  const matrix = (side) => graph.constant(resizeMatrix(from[side], to[side], options), [to[side], from[side]], "float");
  let y = x;
  if (from[1] !== to[1] || options.halfPixelCenters || options.alignCorners) {
    const flags = { transB: transpose ? 0 : 1 };
    const rows = reshapeValue(graph, x, [n * c * x.shape[2], x.shape[3]]);
    const product = graph.op("FusedMatMul", [rows, matrix(1)], [rows.shape[0], w], "float", flags, microsoft);
    y = reshapeValue(graph, product, [n, c, x.shape[2], w]);
  }
  if (from[0] !== to[0] || options.halfPixelCenters || options.alignCorners) {
    const flags = { transA: transpose ? 1 : 0 };
    const planes = reshapeValue(graph, y, [n * c, y.shape[2], w]);
    const left = reshapeValue(graph, matrix(0), [1, to[0], from[0]]);
    const product = graph.op("FusedMatMul", [left, planes], [n * c, h, w], "float", flags, microsoft);
    y = reshapeValue(graph, product, [n, c, h, w]);
  }
  return y;
}
var repeats = (from, to, o) => o.method === "nearest" && !o.alignCorners && to[0] % from[0] === 0 && to[1] % from[1] === 0;
function resize(graph, images, to, options) {
  const x = toPerm(graph, images, imagePerm).value;
  const [n, c, h, w] = x.shape;
  if (!repeats([h, w], to, options)) return withPerm(interpolate(graph, x, [h, w], to, options, false), imagePerm);
  if (graph.precision === "float32" && x.type === "float") {
    const scales = graph.constant([1, 1, to[0] / h, to[1] / w], [4], "float32");
    const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    const output = { shape: [n, c, ...to], type: x.type };
    return withPerm(graph.ops("Resize", [x, void 0, scales], [output], nearest)[0], imagePerm);
  }
  const open = reshapeValue(graph, x, [n, c, h, 1, w, 1]);
  const size = [n, c, h, to[0] / h, w, to[1] / w];
  const wide = graph.op("Expand", [open, graph.ints(size)], size, x.type);
  return withPerm(reshapeValue(graph, wide, [n, c, ...to]), imagePerm);
}
function resizeGradient(graph, dy, from, options) {
  const g = toPerm(graph, dy, imagePerm).value;
  const [n, c, oh, ow] = g.shape;
  if (!repeats(from, [oh, ow], options)) {
    return withPerm(interpolate(graph, g, from, [oh, ow], options, true), imagePerm);
  }
  const blocks = reshapeValue(graph, g, [n, c, from[0], oh / from[0], from[1], ow / from[1]]);
  return withPerm(
    graph.op("ReduceSum", [blocks, graph.ints([3, 5])], [n, c, ...from], "float", { keepdims: 0 }),
    imagePerm
  );
}
function registerResize() {
  for (const [kernel, method] of [
    ["ResizeBilinear", "bilinear"],
    ["ResizeNearestNeighbor", "nearest"]
  ]) {
    lower(
      kernel,
      ({ graph, named, attributes }) => resize(graph, named["images"], attributes["size"], optionsOf(attributes, method))
    );
    lower(`${kernel}Grad`, ({ graph, named, attributes }) => {
      const [, h, w] = named["images"].shape;
      return resizeGradient(graph, named["dy"], [h, w], optionsOf(attributes, method));
    });
  }
}

// engine/kernels/special.ts
var un2 = (g, operator, x) => g.op(operator, [x], x.shape, x.type);
var add = (g, a, b) => bi(g, "Add", a, typeof b === "number" ? g.scalar(b) : b);
var mul = (g, a, b) => bi(g, "Mul", a, typeof b === "number" ? g.scalar(b) : b);
var less = (g, a, b) => bi(g, "Less", a, g.scalar(b), "bool");
var choose = (g, condition, a, b) => g.op("Where", [condition, a, b], condition.shape, "float");
function polynomial(g, x, coefficients) {
  const [first, second, ...rest] = coefficients;
  return rest.reduce((sum, c) => add(g, mul(g, sum, x), c), add(g, mul(g, x, first), second));
}
var odd = (g, x, f) => mul(g, f(un2(g, "Abs", x)), un2(g, "Sign", x));
function atanPositive(g, t) {
  const large = bi(g, "Greater", t, g.scalar(1), "bool");
  const half = (v) => bi(g, "Div", v, add(g, un2(g, "Sqrt", add(g, mul(g, v, v), 1)), 1));
  const small = half(half(choose(g, large, un2(g, "Reciprocal", t), t)));
  const terms = g.precision === "float64" ? 12 : 6;
  const series = Array.from({ length: terms }, (_, i) => {
    const k = terms - 1 - i;
    return (k % 2 === 0 ? 1 : -1) / (2 * k + 1);
  });
  const angle = mul(g, mul(g, small, polynomial(g, mul(g, small, small), series)), 4);
  return choose(g, large, bi(g, "Sub", g.scalar(Math.PI / 2), angle), angle);
}
var atan = (g, x) => odd(g, x, (t) => atanPositive(g, t));
var erfNear = {
  p: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  q: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171]
};
var erfFar = {
  p: [
    21531153547440383e-24,
    0.5641884969886701,
    8.883149794388377,
    66.11919063714163,
    298.6351381974001,
    881.952221241769,
    1712.0476126340707,
    2051.0783778260716,
    1230.3393547979972
  ],
  q: [
    1,
    15.744926110709835,
    117.6939508913125,
    537.1811018620099,
    1621.3895745666903,
    3290.7992357334597,
    4362.619090143247,
    3439.3676741437216,
    1230.3393548037495
  ]
};
var quotient = (g, x, { p, q }) => bi(g, "Div", polynomial(g, x, p), polynomial(g, x, q));
function erf(g, x) {
  if (g.precision === "float32") return un2(g, "Erf", x);
  const y = un2(g, "Abs", x);
  const near = mul(g, x, quotient(g, bi(g, "Min", mul(g, x, x), g.scalar(0.25)), erfNear));
  const clamped = bi(g, "Min", y, g.scalar(6));
  const tail = mul(g, un2(g, "Exp", un2(g, "Neg", mul(g, clamped, clamped))), quotient(g, clamped, erfFar));
  const far = mul(g, bi(g, "Sub", g.scalar(1), tail), un2(g, "Sign", x));
  return choose(g, less(g, y, 0.46875), near, far);
}
function asinhPositive(g, x) {
  const big = bi(g, "Greater", x, g.scalar(g.precision === "float64" ? 1e9 : 1e5), "bool");
  const v = choose(g, big, g.scalar(1), x);
  const root = un2(g, "Sqrt", add(g, mul(g, v, v), 1));
  const y = log1p(g, add(g, v, bi(g, "Div", mul(g, v, v), add(g, root, 1))));
  return choose(g, big, add(g, un2(g, "Log", choose(g, big, x, g.scalar(1))), Math.LN2), y);
}
function acosh(g, x) {
  const big = bi(g, "Greater", x, g.scalar(g.precision === "float64" ? 1e9 : 1e5), "bool");
  const t = add(g, choose(g, big, g.scalar(1), x), -1);
  const y = log1p(g, add(g, t, un2(g, "Sqrt", mul(g, t, add(g, t, 2)))));
  return choose(g, big, add(g, un2(g, "Log", choose(g, big, x, g.scalar(1))), Math.LN2), y);
}
function sinhPositive(g, x) {
  const e = expm1(g, bi(g, "Min", x, g.scalar(1)));
  const low = mul(g, add(g, e, bi(g, "Div", e, add(g, e, 1))), 0.5);
  const high = mul(g, bi(g, "Sub", un2(g, "Exp", x), un2(g, "Exp", un2(g, "Neg", x))), 0.5);
  return choose(g, less(g, x, 1), low, high);
}
var seluScale = 1.0507009873554805;
var seluAlpha = 1.6732632423543772;
var emitters = {
  Erf: erf,
  Atan: atan,
  // asin x = 2 atan(x/(1 + √(1 − x²))) and acos x = 2 atan √((1 − x)/(1 + x)).
  Asin: (g, x) => {
    const root = un2(g, "Sqrt", mul(g, bi(g, "Sub", g.scalar(1), x), add(g, x, 1)));
    return mul(g, atan(g, bi(g, "Div", x, add(g, root, 1))), 2);
  },
  Acos: (g, x) => mul(g, atanPositive(g, un2(g, "Sqrt", bi(g, "Div", bi(g, "Sub", g.scalar(1), x), add(g, x, 1)))), 2),
  Sinh: (g, x) => odd(g, x, (t) => sinhPositive(g, t)),
  Asinh: (g, x) => odd(g, x, (t) => asinhPositive(g, t)),
  Acosh: acosh,
  Atanh: (g, x) => odd(g, x, (t) => mul(g, log1p(g, bi(g, "Div", mul(g, t, 2), bi(g, "Sub", g.scalar(1), t))), 0.5)),
  Selu: (g, x) => choose(
    g,
    less(g, x, 0),
    mul(g, expm1(g, bi(g, "Min", x, g.scalar(0))), seluScale * seluAlpha),
    mul(g, x, seluScale)
  )
};
function registerSpecial() {
  for (const [kernel, emit] of Object.entries(emitters)) {
    lower(kernel, ({ graph, named }) => {
      const x = named["x"];
      return { ...x, value: emit(graph, x.value) };
    });
  }
  lower(
    "Atan2",
    ({ graph: g, named }) => elementwise(g, [named["a"], named["b"]], ([y, x], shape) => {
      const zero = g.scalar(0);
      const [ay, ax] = [un2(g, "Abs", y), un2(g, "Abs", x)];
      const origin = bi(g, "Equal", bi(g, "Max", ay, ax), zero, "bool");
      const ratio = bi(g, "Div", ay, ax);
      const angle = atanPositive(g, g.op("Where", [origin, zero, ratio], shape, "float"));
      const turned = choose(g, less(g, x, 0), bi(g, "Sub", g.scalar(Math.PI), angle), angle);
      return g.op("Where", [less(g, y, 0), un2(g, "Neg", turned), turned], shape, "float");
    })
  );
}

// engine/kernels/index.ts
var done = false;
function registerKernels() {
  if (done) return;
  done = true;
  registerElementwise();
  registerReductions();
  registerShape();
  registerLinear();
  registerConvolution();
  registerImage();
  registerSpecial();
  registerIndexing();
  registerPooling();
  registerResize();
  registerDepthwise();
  registerBlocks();
  registerGradients();
}

// engine/optimize.ts
function optimize(graph) {
  fuseConvolutionBias(graph);
}
function useCounts(graph) {
  const counts = /* @__PURE__ */ new Map();
  const use = (name) => counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const node of graph.nodes) {
    for (const name of node.inputs) use(name);
    for (const attribute of Object.values(node.attributes)) {
      if (attribute instanceof Graph) for (const name of outerNames(attribute)) use(name);
    }
  }
  return counts;
}
function fuseConvolutionBias(graph) {
  const uses = useCounts(graph);
  const once = (name) => uses.get(name) === 1;
  const renamed = /* @__PURE__ */ new Map();
  const dropped = /* @__PURE__ */ new Set();
  const replacements = /* @__PURE__ */ new Map();
  for (const node of graph.nodes) {
    if (node.operator !== "Add") continue;
    for (const [image, other] of [node.inputs, [...node.inputs].reverse()]) {
      const chain = convolutionChain(graph, image, once);
      const bias = graph.value(other);
      if (!chain || !bias || dropped.has(chain.convolution)) continue;
      const channels = graph.value(image).shape[1];
      if (!isPerChannel(bias, channels)) continue;
      const { nodes, value } = graph.collect(() => withBias(graph, chain, bias, channels));
      replacements.set(node, nodes);
      renamed.set(node.outputs[0], value.name);
      for (const old of [chain.convolution, chain.reorder]) if (old) dropped.add(old);
      break;
    }
  }
  const current = (name) => renamed.get(name) ?? name;
  graph.nodes = graph.nodes.filter((node) => !dropped.has(node)).flatMap((node) => replacements.get(node) ?? [node]).map((node) => ({ ...node, inputs: node.inputs.map(current) }));
}
function convolutionChain(graph, name, once) {
  const producer = graph.producer(name);
  if (!producer || !once(name)) return void 0;
  if (producer.operator === "Conv" && producer.inputs.length === 2)
    return { convolution: producer, reorder: void 0 };
  if (producer.operator !== "ReorderOutput" || !once(producer.inputs[0])) return void 0;
  const convolution = graph.producer(producer.inputs[0]);
  return convolution?.operator === "Conv" && convolution.inputs.length === 2 ? { convolution, reorder: producer } : void 0;
}
var isPerChannel = (bias, channels) => bias.type === "float" && bias.shape.length >= 3 && bias.shape.at(-3) === channels && sizeOf(bias.shape) === channels;
function withBias(graph, chain, bias, channels) {
  const { convolution, reorder } = chain;
  const output = graph.value(convolution.outputs[0]);
  const padded = output.shape[1];
  let b = reshapeValue(graph, bias, [channels]);
  if (padded > channels)
    b = graph.op("Pad", [b, graph.ints([0, padded - channels])], [padded], "float", { mode: "constant" });
  const inputs = [...convolution.inputs.map((name) => graph.value(name)), b];
  const y = graph.op("Conv", inputs, output.shape, "float", convolution.attributes, convolution.domain);
  if (!reorder) return y;
  const shape = graph.value(reorder.outputs[0]).shape;
  return graph.op("ReorderOutput", [y], shape, "float", reorder.attributes, blockedDomain);
}

// engine/compile.ts
async function compile(fn, inputs, options = {}) {
  const { precision = "float32", device = "cpu", threads = 1, name = "monge", profile } = options;
  checkOptions(inputs, precision, device, threads, name);
  if (device === "eager" || device === "tensorflow") {
    const { compileEager } = await import("./eager-YVB7EHQB.js");
    const program = await compileEager(fn, inputs, { device, name });
    const encode2 = () => encodeModel(trace(fn, inputs, "float32", 0), name);
    return assemble({ ...program, device, name, nodeCount: 0, encode: encode2 });
  }
  const block2 = device === "cpu" && precision === "float32" ? await channelBlock() : 0;
  const graph = trace(fn, inputs, precision, block2);
  const port = (value) => ({
    name: value.name,
    shape: value.shape,
    type: value.type === "float" ? precision : value.type === "bool" ? "bool" : "int32"
  });
  const inPorts = graph.inputs.map(port);
  const outPorts = graph.outputs.map(port);
  const model = encodeModel(graph, name);
  const session = await openSession(model, inPorts, outPorts, { device, threads, ...profile ? { profile } : {} });
  const nodeCount = graph.nodes.length;
  const encode = () => model.slice();
  return assemble({ inputs: inPorts, outputs: outPorts, session, device, name, nodeCount, encode });
}
function assemble(program) {
  const { inputs, outputs, device, name, nodeCount, note = "" } = program;
  const spec = (p) => ({
    shape: p.shape,
    dtype: p.type === "float64" ? "float32" : p.type
  });
  let session = program.session;
  return {
    inputs: inputs.map(spec),
    outputs: outputs.map(spec),
    nodeCount,
    note,
    async run(arrays, runOptions = {}) {
      if (!session) throw new BackendError(`${name}.run: the compiled function was disposed; compile it again`, device);
      const into = runOptions.into ?? outputs.map((p) => arrayOf(p.type, sizeOf(p.shape)));
      checkArrays(`${name}.run`, "input", arrays, inputs);
      checkArrays(`${name}.run`, "output buffer", into, outputs);
      await session.run(arrays, into);
      return [...into];
    },
    toOnnx: () => program.encode(),
    async dispose() {
      const closing = session;
      session = void 0;
      await closing?.dispose();
    }
  };
}
function trace(fn, inputs, precision, block2) {
  registerKernels();
  const graph = new Graph({ precision, channelBlock: block2 });
  tracing(graph, () => {
    const tensors = inputs.map((spec, i) => {
      const type = spec.dtype === "int32" || spec.dtype === "bool" ? spec.dtype : "float";
      return tensorOf(plain(graph.input(`in${i}`, spec.shape, type)));
    });
    const outputs = fn(...tensors);
    outputs.forEach((output, i) => {
      graph.output(`out${i}`, toPlain(graph, tracedOf(output)));
    });
  });
  optimize(graph);
  removeUnused(graph);
  return graph;
}
function checkOptions(inputs, precision, device, threads, name) {
  if (precision !== "float32" && precision !== "float64") {
    throw new OptionsError(
      `${name}: precision must be "float32" or "float64", got ${String(precision)}`,
      "precision",
      precision
    );
  }
  if (!["cpu", "webgpu", "cuda", "tensorflow", "eager"].includes(device)) {
    throw new OptionsError(
      `${name}: device must be "cpu", "webgpu", "cuda", "tensorflow" or "eager", got ${String(device)}`,
      "device",
      device
    );
  }
  if (precision === "float64" && device !== "cpu" && device !== "cuda") {
    throw new BackendError(
      `${name}: float64 does not exist on device "${device}"; use device "cpu", or precision "float32"`,
      device
    );
  }
  if (!Number.isInteger(threads) || threads < 1) {
    throw new OptionsError(`${name}: threads must be a whole number \u2265 1, got ${threads}`, "threads", threads);
  }
  for (const [i, spec] of inputs.entries()) {
    if (spec.shape.some((d) => !Number.isInteger(d) || d < 0)) {
      throw new ShapeError(`${name}: shape of input ${i}`, "whole numbers \u2265 0", spec.shape);
    }
  }
}
function checkArrays(where, what, arrays, ports) {
  if (arrays.length !== ports.length) {
    throw new ShapeError(`${where}: number of ${what}s`, String(ports.length), String(arrays.length));
  }
  for (const [i, port] of ports.entries()) {
    const array = arrays[i];
    const wanted = arrayOf(port.type, 0).constructor.name;
    if (array.constructor.name !== wanted) {
      throw new ShapeError(
        `${where}: ${what} ${i}`,
        `a ${wanted} (precision and dtype of the compiled function)`,
        array.constructor.name
      );
    }
    if (array.length !== sizeOf(port.shape)) {
      throw new ShapeError(
        `${where}: ${what} ${i}`,
        `${sizeOf(port.shape)} values of shape [${port.shape}]`,
        `${array.length} values`
      );
    }
  }
}

// engine/nn.ts
function conv2d(x, filter, options = {}) {
  const { stride = 1, bias, padding = "symmetric" } = options;
  const [kh, kw] = filter.shape;
  const [ph, pw] = [kh - 1 >> 1, kw - 1 >> 1];
  const pad = padding === "same" ? "same" : [
    [0, 0],
    [ph, kh - 1 - ph],
    [pw, kw - 1 - pw],
    [0, 0]
  ];
  const y = tf.conv2d(x, filter, stride, pad);
  return bias ? tf.add(y, bias) : y;
}
function dense(x, weights, bias) {
  const y = tf.matMul(x, weights);
  return bias ? tf.add(y, bias) : y;
}
var silu = (x) => {
  const op = tf.customGrad((input, save) => {
    const v = input;
    const s = tf.sigmoid(v);
    save([v]);
    return {
      value: tf.mul(v, s),
      gradFunc: (dy, saved) => {
        const u = saved[0];
        const sigma = tf.sigmoid(u);
        const h = tf.mul(u, sigma);
        return tf.mul(dy, tf.add(sigma, tf.mul(h, tf.sub(1, sigma))));
      }
    };
  });
  return op(x);
};
function groupNorm(x, gamma, beta, options) {
  const { groups, epsilon = 1e-5, scale, shift } = options;
  const [n, , , c] = x.shape;
  if (c % groups !== 0) throw new ShapeError("groupNorm: channels", `a multiple of ${groups} groups`, `${c}`);
  const gain = scale ? tf.mul(tf.add(scale, 1), gamma) : tf.broadcastTo(tf.reshape(gamma, [1, c]), [n, c]);
  const base = scale ? tf.mul(tf.add(scale, 1), beta) : tf.broadcastTo(tf.reshape(beta, [1, c]), [n, c]);
  return normalize(x, gain, shift ? tf.add(base, shift) : base, groups, epsilon);
}
function normalize(x, gain, offset, groups, epsilon) {
  const [n, h, w, c] = x.shape;
  const perGroup = c / groups;
  const length = h * w * perGroup;
  const groupMean = (t) => {
    const sums = tf.sum(tf.reshape(t, [n, groups, perGroup]), 2, true);
    return tf.reshape(tf.tile(tf.div(sums, length), [1, 1, perGroup]), [n, c]);
  };
  const moments = (v) => {
    const mean = groupMean(tf.sum(v, [1, 2]));
    const variance = tf.relu(tf.sub(groupMean(channelSquares(v)), tf.square(mean)));
    return { mean, inverse: tf.rsqrt(tf.add(variance, epsilon)) };
  };
  const op = tf.customGrad((...args) => {
    const [v, a, b, save] = args;
    const { mean, inverse } = moments(v);
    const slope = tf.mul(a, inverse);
    save([v, a]);
    return {
      value: affine2(v, slope, tf.sub(b, tf.mul(slope, mean))),
      gradFunc: (dy, saved) => {
        const [u, g] = saved;
        const { mean: m, inverse: r } = moments(u);
        const sum = tf.sum(dy, [1, 2]);
        const dot = tf.sum(tf.mul(dy, u), [1, 2]);
        const dGain = tf.mul(r, tf.sub(dot, tf.mul(m, sum)));
        const meanDy = groupMean(tf.mul(g, sum));
        const q = tf.neg(tf.mul(tf.square(r), groupMean(tf.mul(g, dGain))));
        const rest = tf.neg(tf.add(tf.mul(r, meanDy), tf.mul(q, m)));
        const dx = tf.add(tf.mul(dy, perChannel(tf.mul(r, g))), affine2(u, q, rest));
        return [dx, dGain, sum];
      }
    };
  });
  return op(x, gain, offset);
}
var perChannel = (t) => tf.reshape(t, [t.shape[0], 1, 1, t.shape[1]]);
function affine2(x, slope, offset) {
  if (isTracing()) return tf.engine().runKernel("MongeAffine", { x, slope, offset });
  return tf.add(tf.mul(x, perChannel(slope)), perChannel(offset));
}
function channelSquares(x) {
  if (isTracing()) return tf.engine().runKernel("MongeChannelSquares", { x });
  return tf.sum(tf.square(x), [1, 2]);
}
function upsampleNearest(x, factor) {
  const [, h, w] = x.shape;
  const op = tf.customGrad((...args) => {
    const [v] = args;
    return {
      value: tf.image.resizeNearestNeighbor(v, [h * factor, w * factor]),
      gradFunc: (dy) => tf.mul(tf.avgPool(dy, factor, factor, "valid"), factor * factor)
    };
  });
  return op(x);
}

export {
  castValue,
  optimize,
  mayHaveCuda,
  runtimeVersion,
  compile,
  conv2d,
  dense,
  silu,
  groupNorm,
  upsampleNearest
};
