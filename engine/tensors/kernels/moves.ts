/** Nodes that cut, turn and pad physical axes. */
import type { Graph, Value } from "../graph.ts";

/** Slice with unit steps of physical axes `axes`. */
export function sliceValue(
  graph: Graph,
  x: Value,
  axes: readonly number[],
  begin: readonly number[],
  end: readonly number[],
  steps?: readonly number[],
): Value {
  const shape = [...x.shape];
  axes.forEach((axis, i) => {
    const step = steps?.[i] ?? 1;
    shape[axis] = Math.max(0, Math.ceil((end[i]! - begin[i]!) / step));
  });
  const inputs = [x, graph.ints(begin), graph.ints(end), graph.ints(axes)];
  return graph.op("Slice", steps ? [...inputs, graph.ints(steps)] : inputs, shape, x.type);
}

/** Reverses physical axes. */
export function reverseValue(graph: Graph, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  // Ends beyond the first element: ONNX clamps them.
  const inputs = [
    x,
    graph.ints(axes.map(() => -1)),
    graph.ints(axes.map(() => -(2 ** 31))),
    graph.ints(axes),
    graph.ints(axes.map(() => -1)),
  ];
  return graph.op("Slice", inputs, x.shape, x.type);
}

/** Pads physical axes; `before` and `after` may be negative (a crop). */
export function padValue(
  graph: Graph,
  x: Value,
  before: readonly number[],
  after: readonly number[],
  value = 0,
  mode = "constant",
): Value {
  if ([...before, ...after].every((p) => p === 0)) return x;
  const shape = x.shape.map((d, i) => d + before[i]! + after[i]!);
  const inputs = [x, graph.ints([...before, ...after])];
  if (mode === "constant" && value !== 0) inputs.push(graph.constant([value], [], x.type));
  return graph.op("Pad", inputs, shape, x.type, { mode });
}

/** Cuts a physical axis into pieces of these lengths, which together are its length, by one operator: all of them at once. */
export function splitValue(graph: Graph, x: Value, axis: number, lengths: readonly number[]): readonly Value[] {
  if (lengths.length === 1) return [x];
  if (graph.shaders) return sliceInPieces(graph, x, axis, lengths);
  const outputs = lengths.map((length) => ({ shape: x.shape.with(axis, length), type: x.type }));
  return graph.ops("Split", [x, graph.ints(lengths)], outputs, { axis });
}

/**
 * The same by an operator for each piece, which the runtime puts off until the piece is needed: it is still in the
 * cache then.
 */
export function sliceInPieces(graph: Graph, x: Value, axis: number, lengths: readonly number[]): readonly Value[] {
  if (lengths.length === 1) return [x];
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return sliceValue(graph, x, [axis], [end - length], [end]);
  });
}
