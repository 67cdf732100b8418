/**
 * Loops inside a compiled function. A run of a compiled function costs about a tenth of a millisecond, so steps that are
 * as small as that are better repeated in the graph than from JavaScript.
 */
import { Graph } from "./graph.ts";
import { castValue } from "./kernels/elementwise.ts";
import { plain, toPlain } from "./layout.ts";
import { optimize } from "./optimize.ts";
import { tf } from "./tensor.ts";
import { currentGraph, isTracing, tensorOf, tracedOf, tracing } from "./trace.ts";

export interface Iteration {
  /** The next state, of the same shapes and types. */
  readonly state: readonly tf.Tensor[];
  /** A tensor kept from every iteration. */
  readonly record: tf.Tensor;
}

/**
 * Applies `body` to `state` `count` times; returns the last state and the records stacked along a new first axis. While
 * tracing this becomes one ONNX `Loop`; elsewhere it is a plain loop.
 *
 * @param body - gets the iteration (int32 scalar, from 0) and the state. It may use tensors from outside of the loop.
 *   Gradients through the loop are not available: take them inside.
 */
export function repeat(
  count: number,
  state: readonly tf.Tensor[],
  body: (iteration: tf.Tensor, state: readonly tf.Tensor[]) => Iteration,
): Iteration {
  if (!isTracing()) {
    const records: tf.Tensor[] = [];
    let current = state;
    for (let i = 0; i < count; i++) {
      const next = body(tf.scalar(i, "int32"), current);
      current = next.state;
      records.push(next.record);
    }
    return { state: current, record: tf.stack(records) };
  }
  const outer = currentGraph();
  const inner = bodyOf(outer);
  const initial = state.map((t) => toPlain(outer, tracedOf(t)));
  tracing(inner, () => {
    const index = inner.input(inner.fresh(), [], "int64");
    const goOn = inner.input(inner.fresh(), [], "bool");
    const inputs = initial.map((value) => inner.input(inner.fresh(), value.shape, value.type));
    const iteration = castValue(inner, index, "int32");
    const next = body(
      tensorOf(iteration),
      inputs.map((value) => tensorOf(value)),
    );
    const results = [...next.state, next.record].map((t) => toPlain(inner, tracedOf(t)));
    inner.output(inner.fresh(), goOn);
    for (const result of results) inner.output(inner.fresh(), result);
  });
  optimize(inner);
  const record = inner.outputs.at(-1)!;
  const outputs = outer.ops(
    "Loop",
    [outer.constant([count], [], "int64"), undefined, ...initial],
    [...initial.map(({ shape, type }) => ({ shape, type })), { shape: [count, ...record.shape], type: record.type }],
    { body: inner },
  );
  const tensors = outputs.map((value) => tensorOf(plain(value)));
  return { state: tensors.slice(0, -1), record: tensors.at(-1)! };
}

/**
 * Applies an elementwise `body` to tensors of shape [rows, columns], row by row where that is compiled for a CPU (one ONNX `Scan`): what it
 * holds in between are rows, which stay in the cache, and not tensors.
 *
 * @param body - gets tensors of one shape and gives such, or scalars to be added up; it may use scalars from outside
 */
export function rowByRow(
  tensors: readonly tf.Tensor[],
  body: (rows: readonly tf.Tensor[]) => readonly tf.Tensor[],
): tf.Tensor[] {
  const [rows, columns] = tensors[0]!.shape as [number, number];
  // WebGPU, which has no fused products either, has no Scan of its own.
  if (!isTracing() || !currentGraph().fusedProducts || rows === 1) return [...body(tensors)];
  const outer = currentGraph();
  const inner = bodyOf(outer);
  const whole = tensors.map((t) => toPlain(outer, tracedOf(t)));
  tracing(inner, () => {
    const inputs = whole.map(({ type }) => inner.input(inner.fresh(), [columns], type));
    for (const result of body(inputs.map((value) => tensorOf(plain(value))))) {
      inner.output(inner.fresh(), toPlain(inner, tracedOf(result)));
    }
  });
  optimize(inner);
  const outputs = outer.ops(
    "Scan",
    whole,
    inner.outputs.map(({ shape, type }) => ({ shape: [rows, ...shape], type })),
    { num_scan_inputs: whole.length, body: inner },
  );
  return outputs.map((value) => tensorOf(plain(value)));
}

const bodyOf = (outer: Graph): Graph =>
  new Graph({
    precision: outer.precision,
    channelBlock: outer.channelBlock,
    fusedProducts: outer.fusedProducts,
    manyOutputs: outer.manyOutputs,
    leastFill: outer.leastFill,
    prefix: `${outer.fresh()}_`,
  });
