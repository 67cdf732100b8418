/** Lowering of reductions, norms and cumulative sums. */
import type { Graph, Value } from "../graph.ts";
import { identity, physicalAxes, type Traced, typeOf, withPerm } from "../layout.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { bi, castValue, unary } from "./elementwise.ts";
import { padValue } from "./shape.ts";

/** Logical axes of a kernel's `axis` attribute; all axes where it is absent. */
export function axesOf(attributes: KernelAttributes, rank: number): number[] {
  const axis = attributes["axis"] ?? attributes["reductionIndices"];
  if (axis === undefined || axis === null) return identity(rank);
  return (Array.isArray(axis) ? (axis as number[]) : [Number(axis)]).map((a) => (a < 0 ? a + rank : a));
}

// Opset 17: the axes of ReduceSum are an input, those of the other reductions an attribute.
function emitReduce(graph: Graph, operator: string, x: Value, axes: readonly number[], keep: boolean): Value {
  const shape = keep ? x.shape.map((d, i) => (axes.includes(i) ? 1 : d)) : x.shape.filter((_, i) => !axes.includes(i));
  return operator === "ReduceSum"
    ? graph.op(operator, [x, graph.ints(axes)], shape, x.type, { keepdims: keep ? 1 : 0 })
    : graph.op(operator, [x], shape, x.type, { axes, keepdims: keep ? 1 : 0 });
}

/** Reduces logical `axes`, keeping the physical order of the others. */
export function reduce(graph: Graph, operator: string, x: Traced, axes: readonly number[], keep: boolean): Traced {
  const positions = physicalAxes(x, axes);
  const moved = positions.filter((p) => x.value.shape[p] !== 1);
  if (axes.length === 0) return x;
  const value = emitReduce(graph, operator, x.value, moved.length > 0 || !keep ? positions : positions, keep);
  if (keep) return withPerm(value, x.perm);
  const rest = x.perm.filter((axis) => !axes.includes(axis));
  const rank = [...rest].sort((a, b) => a - b);
  return withPerm(
    value,
    rest.map((axis) => rank.indexOf(axis)),
  );
}

export function registerReductions(): void {
  const operators = { Sum: "ReduceSum", Mean: "ReduceMean", Max: "ReduceMax", Min: "ReduceMin", Prod: "ReduceProd" };
  for (const [kernel, operator] of Object.entries(operators)) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"]!;
      return reduce(graph, operator, x, axesOf(attributes, x.shape.length), Boolean(attributes["keepDims"]));
    });
  }
  for (const [kernel, operator] of Object.entries({ Any: "ReduceMax", All: "ReduceMin" })) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"]!;
      const numbers = { ...x, value: castValue(graph, x.value, "int32") };
      const y = reduce(graph, operator, numbers, axesOf(attributes, x.shape.length), Boolean(attributes["keepDims"]));
      return { ...y, value: castValue(graph, y.value, "bool") };
    });
  }
  for (const [kernel, operator] of Object.entries({ ArgMax: "ArgMax", ArgMin: "ArgMin" })) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = named["x"]!;
      const axes = axesOf(attributes, x.shape.length);
      const axis = x.perm.indexOf(axes[0]!);
      const shape = x.value.shape.filter((_, i) => i !== axis);
      const y = graph.op(operator, [x.value], shape, "int64", { axis, keepdims: 0 });
      const rest = x.perm.filter((a) => a !== axes[0]);
      const rank = [...rest].sort((a, b) => a - b);
      return withPerm(
        castValue(graph, y, "int32"),
        rest.map((a) => rank.indexOf(a)),
      );
    });
  }
  lower("Softmax", ({ graph, named, attributes }) => {
    const x = named["logits"]!;
    const dim = Number(attributes["dim"] ?? -1);
    return unary(graph, "Softmax", x, { axis: x.perm.indexOf(dim < 0 ? dim + x.shape.length : dim) });
  });
  lower("Cumsum", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const [axis] = axesOf(attributes, x.shape.length);
    const at = graph.constant([x.perm.indexOf(axis!)], [], "int64");
    const flags = { exclusive: attributes["exclusive"] ? 1 : 0, reverse: attributes["reverse"] ? 1 : 0 };
    return { ...x, value: graph.op("CumSum", [x.value, at], x.value.shape, typeOf(x), flags) };
  });
  // ONNX has no product scan: log₂ n products with shifted copies.
  lower("Cumprod", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const [axis] = axesOf(attributes, x.shape.length);
    const at = x.perm.indexOf(axis!);
    const n = x.shape[axis!]!;
    const reverse = Boolean(attributes["reverse"]);
    const shifted = (v: Value, by: number): Value => {
      const [before, after] = [x.perm.map(() => 0), x.perm.map(() => 0)];
      before[at] = reverse ? -by : by;
      after[at] = -before[at]!;
      return padValue(graph, v, before, after, 1);
    };
    let y = attributes["exclusive"] ? shifted(x.value, 1) : x.value;
    for (let by = 1; by < n; by *= 2) y = bi(graph, "Mul", y, shifted(y, by));
    return { ...x, value: y };
  });
}
