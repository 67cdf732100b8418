/** Lowering of gathers, scatters, sorting and the kernels that make index patterns. */
import { type ElementType, type Graph, sizeOf, type Value } from "../graph.ts";
import {
  identity,
  plain,
  reshapeTraced,
  reshapeValue,
  type Traced,
  toPerm,
  toPlain,
  typeOf,
  withPerm,
} from "../layout.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { bi, castValue } from "./elementwise.ts";
import { sliceValue } from "./moves.ts";
import { axesOf } from "./reduce.ts";

const elementOf = (dtype: unknown, otherwise: ElementType = "float"): ElementType =>
  dtype === "int32" ? "int32" : dtype === "bool" ? "bool" : dtype === "float32" ? "float" : otherwise;

/** Integers 0, step, 2·step, … of length n. */
const ramp = (graph: Graph, n: number, step = 1): Value =>
  graph.constant(
    Int32Array.from({ length: n }, (_, i) => i * step),
    [n],
    "int32",
  );

function zeros(graph: Graph, shape: readonly number[], type: ElementType): Value {
  const zero = graph.constant([0], [], type);
  return shape.length === 0 ? zero : graph.op("Expand", [zero, graph.ints(shape)], shape, type);
}

/** Slices of x along logical `axis` at `indices` (any rank, whose axes take the place of `axis`). */
function gather(graph: Graph, x: Traced, indices: Traced, axis: number): Traced {
  const flat = reshapeValue(graph, toPlain(graph, indices), [sizeOf(indices.shape)]);
  const at = x.perm.indexOf(axis);
  const shape = x.value.shape.map((d, i) => (i === at ? flat.shape[0]! : d));
  const taken = withPerm(graph.op("Gather", [x.value, flat], shape, typeOf(x), { axis: at }), x.perm);
  return reshapeTraced(graph, taken, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]);
}

/** The batches become one long axis, and the indices of batch b are raised by b times its length. */
function batchedGather(graph: Graph, x: Traced, indices: Traced, axis: number, batchDims: number): Traced {
  const batch = sizeOf(x.shape.slice(0, batchDims));
  const outer = x.shape.slice(batchDims, axis);
  const length = x.shape[axis]!;
  const inner = x.shape.slice(axis + 1);
  const per = sizeOf(indices.shape.slice(batchDims));
  const grouped = reshapeValue(graph, toPlain(graph, x), [batch, sizeOf(outer), length, sizeOf(inner)]);
  const front = toPerm(graph, plain(grouped), [0, 2, 1, 3]).value;
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

/** Adds (or writes) `updates` into `target` at `indices` [..., depth], as ONNX ScatterND. */
function scatter(graph: Graph, target: Value, indices: Value, updates: Value, reduction: "add" | "none"): Value {
  const depth = indices.shape.at(-1)!;
  const wide = castValue(graph, indices, "int64");
  const attributes = reduction === "add" ? { reduction } : {};
  if (depth === 1 && target.shape.length === 1) {
    const index = reshapeValue(graph, wide, [sizeOf(wide.shape)]);
    const values = reshapeValue(graph, updates, index.shape);
    return graph.op("ScatterElements", [target, index, values], target.shape, target.type, { axis: 0, ...attributes });
  }
  return graph.op("ScatterND", [target, wide, updates], target.shape, target.type, attributes);
}

/** Sums the slices of x along its first axis by segment; ids outside [0, count) are left out, as tfjs does. */
function segmentSum(graph: Graph, x: Traced, ids: Value, count: number): Traced {
  // The first axis to the front, the others as they lie.
  const perm = [0, ...x.perm.filter((axis) => axis !== 0)];
  const rows = toPerm(graph, x, perm).value;
  const n = graph.constant([count], [], "int32");
  const inside = graph.op(
    "And",
    [bi(graph, "GreaterOrEqual", ids, graph.constant([0], [], "int32"), "bool"), bi(graph, "Less", ids, n, "bool")],
    ids.shape,
    "bool",
  );
  const safe = graph.op("Where", [inside, ids, n], ids.shape, "int32");
  const index = reshapeValue(graph, safe, [ids.shape[0]!, 1]);
  const target = zeros(graph, [count + 1, ...rows.shape.slice(1)], typeOf(x));
  const sums = scatter(graph, target, index, rows, "add");
  return withPerm(sliceValue(graph, sums, [0], [0], [count]), perm);
}

function topK(graph: Graph, x: Traced, attributes: KernelAttributes): readonly Traced[] {
  const k = Number(attributes["k"]);
  const axis = x.perm.indexOf(x.shape.length - 1);
  const shape = x.value.shape.map((d, i) => (i === axis ? k : d));
  // The runtime sorts along the last physical axis fastest, and so do its callers afterwards.
  const outputs = [
    { shape, type: typeOf(x) },
    { shape, type: "int64" },
  ] as const;
  // Always sorted: tfjs ignores `sorted: false` too, and every device must give the same order.
  const [values, indices] = graph.ops("TopK", [x.value, graph.ints([k])], outputs, { axis, largest: 1, sorted: 1 });
  return [withPerm(values!, x.perm), withPerm(castValue(graph, indices!, "int32"), x.perm)];
}

export function registerIndexing(): void {
  lower("GatherV2", ({ graph, named, attributes }) => {
    const [x, indices] = [named["x"]!, named["indices"]!];
    const axis = axesOf(attributes, x.shape.length)[0]!;
    const batchDims = Number(attributes["batchDims"] ?? 0);
    const from = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
    return from === 0 ? gather(graph, x, indices, axis) : batchedGather(graph, x, indices, axis, from);
  });
  lower("GatherNd", ({ graph, named }) => {
    const [x, indices] = [named["params"]!, named["indices"]!];
    const shape = [...indices.shape.slice(0, -1), ...x.shape.slice(indices.shape.at(-1)!)];
    const index = castValue(graph, toPlain(graph, indices), "int64");
    return plain(graph.op("GatherND", [toPlain(graph, x), index], shape, typeOf(x)));
  });
  lower("ScatterNd", ({ graph, named, attributes }) => {
    const [indices, updates] = [named["indices"]!, named["updates"]!];
    const target = zeros(graph, attributes["shape"] as number[], typeOf(updates));
    return plain(scatter(graph, target, toPlain(graph, indices), toPlain(graph, updates), "add"));
  });
  lower("TensorScatterUpdate", ({ graph, named }) => {
    const [tensor, indices, updates] = [named["tensor"]!, named["indices"]!, named["updates"]!];
    return plain(scatter(graph, toPlain(graph, tensor), toPlain(graph, indices), toPlain(graph, updates), "none"));
  });
  lower("UnsortedSegmentSum", ({ graph, named, attributes }) =>
    segmentSum(graph, named["x"]!, toPlain(graph, named["segmentIds"]!), Number(attributes["numSegments"])),
  );
  lower("TopK", ({ graph, named, attributes }) => topK(graph, named["x"]!, attributes));
  lower("OneHot", ({ graph, named, attributes }) => {
    const indices = named["indices"]!;
    const depth = Number(attributes["depth"]);
    const type = elementOf(attributes["dtype"], "int32");
    const column = reshapeValue(graph, toPlain(graph, indices), [...indices.shape, 1]);
    const hit = bi(graph, "Equal", column, ramp(graph, depth), "bool");
    // ONNX Runtime selects no booleans; they go through int32.
    const number: ElementType = type === "bool" ? "int32" : type;
    const [on, off] = [Number(attributes["onValue"] ?? 1), Number(attributes["offValue"] ?? 0)];
    const values = [graph.constant([on], [], number), graph.constant([off], [], number)];
    return plain(castValue(graph, graph.op("Where", [hit, ...values], hit.shape, number), type));
  });
  lower("Diag", ({ graph, named }) => {
    const x = named["x"]!;
    const n = sizeOf(x.shape);
    const eye = bi(graph, "Equal", reshapeValue(graph, ramp(graph, n), [n, 1]), ramp(graph, n), "bool");
    const row = reshapeValue(graph, toPlain(graph, x), [n]);
    const values = graph.op("Where", [eye, row, graph.constant([0], [], typeOf(x))], [n, n], typeOf(x));
    return plain(reshapeValue(graph, values, [...x.shape, ...x.shape]));
  });
  lower("Range", ({ graph, attributes }) => {
    const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype: string };
    // As tfjs: an unset step counts down where the range does.
    const none = start === stop || (start < stop && step < 0) || (stop < start && step > 1);
    const count = none ? 0 : Math.abs(Math.ceil((stop - start) / step));
    const by = stop < start && step === 1 ? -1 : step;
    return plain(
      graph.constant(
        identity(count).map((i) => start + i * by),
        [count],
        elementOf(dtype),
      ),
    );
  });
  lower("LinSpace", ({ graph, attributes }) => {
    const { start, stop, num } = attributes as { start: number; stop: number; num: number };
    const step = num > 1 ? (stop - start) / (num - 1) : 0;
    return plain(
      graph.constant(
        identity(num).map((i) => start + i * step),
        [num],
        "float",
      ),
    );
  });
}
