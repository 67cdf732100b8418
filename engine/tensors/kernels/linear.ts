/** Lowering of matrix products. Transposes of the last two axes become flags of the product. */
import { type Graph, microsoft, sizeOf, type Value } from "../graph.ts";
import { identity, plain, reshapeValue, samePerm, type Traced, toPlain, transposeValue } from "../layout.ts";
import { lower } from "../trace.ts";

interface Operand {
  readonly value: Traced["value"];
  readonly transposed: boolean;
  /** Logical shape without transposition by kernel flags. */
  readonly shape: readonly number[];
}

/** A matrix operand as it lies, or with its last two axes swapped; another order is written out. */
function operand(graph: Graph, t: Traced): Operand {
  const rank = t.shape.length;
  const swapped = [...identity(rank - 2), rank - 1, rank - 2];
  if (samePerm(t.perm, swapped)) return { value: t.value, transposed: true, shape: t.shape };
  return { value: toPlain(graph, t), transposed: false, shape: t.shape };
}

/** Matrix product over the last two axes with broadcast batches. */
export function matMul(graph: Graph, a: Traced, b: Traced, transposeA: boolean, transposeB: boolean): Traced {
  const [p, q] = [operand(graph, a), operand(graph, b)];
  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const rows = a.shape[a.shape.length - (transposeA ? 1 : 2)]!;
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)]!;
  const rank = Math.max(batchA.length, batchB.length);
  const batch = identity(rank).map((i) => {
    const x = batchA[i - rank + batchA.length] ?? 1;
    return x === 1 ? (batchB[i - rank + batchB.length] ?? 1) : x;
  });
  const transA = p.transposed !== transposeA;
  const transB = q.transposed !== transposeB;
  // One matrix each: drop the batch axes, so that ONNX Runtime calls one plain product.
  const single = sizeOf(batch) === 1;
  const flat = (o: Operand) => (single ? reshapeValue(graph, o.value, o.value.shape.slice(-2)) : o.value);
  const shape = single ? [rows, columns] : [...batch, rows, columns];
  const y = product(graph, flat(p), flat(q), shape, { transA, transB });
  return plain(single ? reshapeValue(graph, y, [...batch, rows, columns]) : y);
}

export function registerLinear(): void {
  lower("BatchMatMul", ({ graph, named, attributes }) =>
    matMul(graph, named["a"]!, named["b"]!, Boolean(attributes["transposeA"]), Boolean(attributes["transposeB"])),
  );
  lower("Einsum", ({ graph, inputs, attributes }) => {
    const equation = String(attributes["equation"]);
    const [terms, result] = equation.replaceAll(" ", "").split("->") as [string, string];
    const sizes = new Map<string, number>();
    terms.split(",").forEach((term, k) => {
      [...term].forEach((letter, i) => {
        sizes.set(letter, inputs[k]!.shape[i]!);
      });
    });
    const shape = [...result].map((letter) => sizes.get(letter)!);
    const values = inputs.map((t) => toPlain(graph, t));
    return plain(graph.op("Einsum", values, shape, "float", { equation }));
  });
}

/** Factors that are transposed in their last two axes. */
interface Transposed {
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
