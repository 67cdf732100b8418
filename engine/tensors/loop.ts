/** A loop over rows inside a compiled function. */
import { Graph } from "./graph.ts";
import { plain, toPlain } from "./layout.ts";
import { optimize } from "./optimize.ts";
import type { tf } from "./tensor.ts";
import { currentGraph, isTracing, tensorOf, tracedOf, tracing } from "./trace.ts";

/**
 * Applies an elementwise `body` to tensors of shape [rows, columns], row by row where that is compiled for a CPU (one
 * ONNX `Scan`): what it holds in between are rows, which stay in the cache, and not tensors.
 *
 * @param body - gets tensors of one shape and gives such, or scalars to be added up; it may use scalars from outside
 */
export function rowByRow(
  tensors: readonly tf.Tensor[],
  body: (rows: readonly tf.Tensor[]) => readonly tf.Tensor[],
): tf.Tensor[] {
  const [rows, columns] = tensors[0]!.shape as [number, number];
  // WebGPU, which has no fused products either, has no Scan of its own.
  if (!isTracing() || currentGraph().shaders || rows === 1) return [...body(tensors)];
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

const bodyOf = (outer: Graph): Graph => new Graph(outer, `${outer.fresh()}_`);
