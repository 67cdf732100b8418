/** Matrix products with either factor transposed. */
import { type Graph, microsoft, type Value } from "../graph.ts";
import { transposeValue } from "../layout.ts";

/** Factors that are transposed in their last two axes. */
export interface Transposed {
  readonly transA?: boolean;
  readonly transB?: boolean;
}

/**
 * a·b over the last two axes, of the given shape. ONNX Runtime's FusedMatMul reads transposed factors as they lie;
 * WebGPU has none, and would send the factors to the CPU and the product back, so that there they are transposed first.
 */
export function product(
  graph: Graph,
  a: Value,
  b: Value,
  shape: readonly number[],
  transposed: Transposed = {},
): Value {
  const { transA = false, transB = false } = transposed;
  if (!transA && !transB) return graph.op("MatMul", [a, b], shape, "float");
  if (!graph.shaders) {
    const flags = { transA: transA ? 1 : 0, transB: transB ? 1 : 0 };
    return graph.op("FusedMatMul", [a, b], shape, "float", flags, microsoft);
  }
  const turned = (v: Value): Value => {
    const rank = v.shape.length;
    return transposeValue(
      graph,
      v,
      [...v.shape.keys()].map((axis) => (axis < rank - 2 ? axis : 2 * rank - 3 - axis)),
    );
  };
  return graph.op("MatMul", [transA ? turned(a) : a, transB ? turned(b) : b], shape, "float");
}
