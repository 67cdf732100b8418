import {
  quietCpu,
  tf
} from "./chunk-JHNL2DBA.js";
import {
  KernelError,
  TracedValueError
} from "./chunk-Y46VEHZ7.js";

// engine/layout.ts
var identity = (rank) => Array.from({ length: rank }, (_, i) => i);
var isIdentity = (perm) => perm.every((axis, i) => axis === i);
var samePerm = (a, b) => a.length === b.length && a.every((axis, i) => axis === b[i]);
var plain = (value) => ({ value, shape: value.shape, perm: identity(value.shape.length) });
function withPerm(value, perm) {
  const shape = new Array(perm.length);
  perm.forEach((axis, position) => {
    shape[axis] = value.shape[position];
  });
  return { value, shape, perm };
}
var typeOf = (t) => t.value.type;
function reshapeValue(graph, value, shape) {
  if (samePerm(shape, value.shape)) return value;
  const producer = graph.producer(value.name);
  const source = producer?.operator === "Reshape" ? graph.value(producer.inputs[0]) ?? value : value;
  if (samePerm(shape, source.shape)) return source;
  return graph.op("Reshape", [source, graph.ints(shape)], shape, value.type);
}
function transposeValue(graph, value, perm) {
  if (isIdentity(perm)) return value;
  const shape = perm.map((axis) => value.shape[axis]);
  const order = perm.filter((axis) => value.shape[axis] !== 1);
  if (order.every((axis, i) => i === 0 || axis > order[i - 1])) return reshapeValue(graph, value, shape);
  return graph.op("Transpose", [value], shape, value.type, { perm });
}
function toPerm(graph, t, perm) {
  if (samePerm(t.perm, perm)) return t;
  const move = perm.map((axis) => t.perm.indexOf(axis));
  return { value: transposeValue(graph, t.value, move), shape: t.shape, perm };
}
var toPlain = (graph, t) => toPerm(graph, t, identity(t.shape.length)).value;
function aligned(graph, t, perm) {
  const rank = perm.length;
  const missing = rank - t.shape.length;
  if (t.shape.every((d) => d === 1)) return reshapeValue(graph, t.value, []);
  if (missing === 0) return toPerm(graph, t, perm).value;
  const logical = [...new Array(missing).fill(1), ...t.shape];
  const raisedPerm = [...identity(missing), ...t.perm.map((axis) => axis + missing)];
  const raised = {
    value: reshapeValue(
      graph,
      t.value,
      raisedPerm.map((axis) => logical[axis])
    ),
    shape: logical,
    perm: raisedPerm
  };
  return toPerm(graph, raised, perm).value;
}
function commonPerm(operands, rank) {
  let best;
  const size = (t) => t.shape.reduce((a, b) => a * b, 1);
  for (const t of operands) {
    if (t.shape.length !== rank) continue;
    const better = !best || size(t) > size(best) || size(t) === size(best) && isIdentity(best.perm);
    if (better) best = t;
  }
  return best?.perm ?? identity(rank);
}
var physicalAxes = (t, axes) => axes.map((axis) => t.perm.indexOf(axis)).sort((a, b) => a - b);
function reshapeGroups(from, to) {
  const groups = [];
  let i = 0;
  let j = 0;
  while (i < from.length && j < to.length) {
    const group = { from: [i], to: [j] };
    let a = from[i++];
    let b = to[j++];
    while (a !== b) {
      if (a < b) {
        group.from.push(i);
        a *= from[i++];
      } else {
        group.to.push(j);
        b *= to[j++];
      }
    }
    groups.push(group);
  }
  const last = groups.at(-1);
  if (!last) return groups;
  while (i < from.length) last.from.push(i++);
  while (j < to.length) last.to.push(j++);
  return groups;
}
function reshapeTraced(graph, t, shape) {
  const plainReshape = () => plain(reshapeValue(graph, toPlain(graph, t), shape));
  if (isIdentity(t.perm) || t.shape.includes(0)) return plainReshape();
  const groups = reshapeGroups(t.shape, shape);
  const placed = groups.map((group) => ({ ...group, at: group.from.map((axis) => t.perm.indexOf(axis)) }));
  if (placed.length === 0) return plainReshape();
  for (const { at } of placed) {
    if (at.some((position, k) => k > 0 && position !== at[k - 1] + 1)) return plainReshape();
  }
  const perm = [...placed].sort((a, b) => a.at[0] - b.at[0]).flatMap((group) => group.to);
  const physical = perm.map((axis) => shape[axis]);
  return { value: reshapeValue(graph, t.value, physical), shape, perm };
}

// engine/trace.ts
var traceBackendName = "monge-trace";
var elementTypes = { float32: "float", int32: "int32", bool: "bool" };
var tensorTypes = { float: "float32", float32: "float32", int32: "int32", int64: "int32", bool: "bool" };
var TraceBackend = class extends tf.KernelBackend {
  graph;
  #traced = /* @__PURE__ */ new WeakMap();
  current() {
    if (!this.graph) throw new TracedValueError("compile: a traced operation ran outside of compile");
    return this.graph;
  }
  enter(traced) {
    const dataId = {};
    this.#traced.set(dataId, traced);
    return { dataId, shape: [...traced.shape], dtype: tensorTypes[traced.value.type] };
  }
  traced(info) {
    const traced = this.#traced.get(info.dataId);
    if (!traced) throw new TracedValueError("compile: a tensor of another backend cannot be used in a traced function");
    return traced;
  }
  write(values, shape, dtype) {
    const dataId = {};
    this.move(dataId, values, shape, dtype);
    return dataId;
  }
  move(dataId, values, shape, dtype) {
    const type = elementTypes[dtype];
    if (!type)
      throw new KernelError(`compile: tensors of dtype ${dtype} are not supported in a traced function`, dtype);
    const graph = this.current();
    const numbers = values;
    const first = numbers[0];
    const uniform = numbers.length > 1 && numbers.every((v) => Object.is(v, first));
    const value = uniform ? graph.op("Expand", [graph.constant([first], [], type), graph.ints(shape)], shape, type) : graph.constant(numbers, shape, type);
    this.#traced.set(dataId, plain(value));
  }
  readSync() {
    throw new TracedValueError(
      "compile: the traced function read the value of a tensor (dataSync, arraySync, print, or a condition on a value), which has none until the compiled function runs; return it as an output, or use tf.where instead of a branch"
    );
  }
  async read() {
    return this.readSync();
  }
  numDataIds() {
    return 0;
  }
  disposeData() {
    return true;
  }
  refCount() {
    return 1;
  }
  incRef() {
  }
  decRef() {
  }
  memory() {
    return { unreliable: true };
  }
  floatPrecision() {
    return 32;
  }
  epsilon() {
    return 1e-7;
  }
  dispose() {
  }
};
var backend = new TraceBackend();
var registered = false;
function registerTraceBackend() {
  if (registered) return;
  registered = true;
  quietCpu();
  tf.registerBackend(traceBackendName, () => backend, 0);
}
var lowerings = /* @__PURE__ */ new Map();
var loweringOf = (kernel) => lowerings.get(kernel);
function lower(kernel, lowering) {
  lowerings.set(kernel, lowering);
  tf.registerKernel({
    kernelName: kernel,
    backendName: traceBackendName,
    kernelFunc: ({ inputs, attrs }) => {
      const named = Object.fromEntries(
        Object.entries(inputs).filter(([, info]) => info !== void 0 && info !== null).map(([name, info]) => [name, view(info)])
      );
      const result = lowering({
        graph: backend.current(),
        kernel,
        inputs: Object.values(named),
        named,
        attributes: attrs ?? {}
      });
      return Array.isArray(result) ? result.map((t) => backend.enter(t)) : backend.enter(result);
    }
  });
}
function view(info) {
  const traced = backend.traced(info);
  const same = traced.shape.length === info.shape.length && traced.shape.every((d, i) => d === info.shape[i]);
  if (same) return traced;
  throw new KernelError(`compile: a tensor of shape [${traced.shape}] is viewed as [${info.shape}]`, "Reshape");
}
function tracing(graph, body) {
  registerTraceBackend();
  const engine = tf.engine();
  const formerBackend = tf.getBackend();
  const formerGraph = backend.graph;
  backend.graph = graph;
  if (formerBackend !== traceBackendName) void tf.setBackend(traceBackendName);
  try {
    engine.startScope("monge-trace");
    return body();
  } catch (error) {
    throw explained(error);
  } finally {
    engine.endScope();
    backend.graph = formerGraph;
    if (formerBackend !== traceBackendName) void tf.setBackend(formerBackend ?? "cpu");
  }
}
var currentGraph = () => backend.current();
var isTracing = () => backend.graph !== void 0;
function explained(error) {
  const match = error instanceof Error && /Kernel '(\w+)' not registered for backend/.exec(error.message);
  if (!match) return error;
  const op = /at (?:Object\.)?(\w+?)_ \(/.exec(error.stack ?? "")?.[1];
  return new KernelError(
    `compile: tfjs kernel ${match[1]}${op ? ` (called by tf.${op})` : ""} has no lowering; write the function with supported operations (loweredKernels() lists them) or run it with device "eager"`,
    match[1],
    { cause: error }
  );
}
function tensorOf(traced) {
  const t = "perm" in traced ? traced : plain(traced);
  const info = backend.enter(t);
  return tf.engine().makeTensorFromTensorInfo(info);
}
var tracedOf = (tensor) => view(tensor);
function constant(values, shape = []) {
  const data = typeof values === "number" ? [values] : values;
  if (!isTracing()) return tf.tensor(Array.from(data), [...shape], "float32");
  return tensorOf(backend.current().constant(data, shape, "float"));
}

export {
  identity,
  samePerm,
  plain,
  withPerm,
  typeOf,
  reshapeValue,
  transposeValue,
  toPerm,
  toPlain,
  aligned,
  commonPerm,
  physicalAxes,
  reshapeTraced,
  loweringOf,
  lower,
  tracing,
  currentGraph,
  isTracing,
  tensorOf,
  tracedOf,
  constant
};
