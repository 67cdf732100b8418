/** Lowering of reductions, norms and cumulative sums. */
import type { Graph, Value } from "../graph.ts";
import { identity, physicalAxes, plain, type Traced, typeOf, withPerm } from "../layout.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { bi, castValue, unary } from "./elementwise.ts";
import { padValue } from "./moves.ts";
import { sumOnTwin } from "./twins.ts";

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

/** Terms up to which the runtime's float32 sum is accurate to a few units in the last place. */
const accurateSum = 2 ** 14;

/**
 * Axes of a first and of a second reduction. The runtime adds float32 terms one after another: two million of them lose
 * four digits. Summing the last axes first and the partial sums afterwards loses none.
 */
function sumStages(graph: Graph, operator: string, x: Value, positions: readonly number[]): [number[], number[]] {
  const size = (p: readonly number[]) => p.reduce((product, axis) => product * x.shape[axis]!, 1);
  const sums = operator === "ReduceSum" || operator === "ReduceMean";
  if (!sums || graph.precision !== "float32" || x.type !== "float" || size(positions) <= accurateSum) {
    return [[...positions], []];
  }
  let from = positions.length - 1;
  while (from > 1 && size(positions.slice(from - 1)) <= accurateSum) from--;
  return [positions.slice(from), positions.slice(0, from)];
}

/** Reduces logical `axes`, keeping the physical order of the others. */
export function reduce(graph: Graph, operator: string, x: Traced, axes: readonly number[], keep: boolean): Traced {
  if (axes.length === 0) return x;
  const positions = physicalAxes(x, axes);
  const pixels = operator === "ReduceSum" && !keep && x.shape.length === 4 && positions.join() === "2,3";
  const sums = pixels ? sumOnTwin(graph, x.value) : undefined;
  if (sums) return plain(sums);
  const [first, rest] = sumStages(graph, operator, x.value, positions);
  const inner = rest.length > 0 ? emitReduce(graph, operator, x.value, first, true) : x.value;
  const value = emitReduce(graph, operator, inner, keep && rest.length > 0 ? rest : positions, keep);
  if (keep) return withPerm(value, x.perm);
  const kept = x.perm.filter((axis) => !axes.includes(axis));
  const rank = [...kept].sort((a, b) => a - b);
  return withPerm(
    value,
    kept.map((axis) => rank.indexOf(axis)),
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
