/** Lowering of kernels that are compositions: space and depth blocks, batch normalisation, tfjs' fused operators. */
import { KernelError } from "../../errors.ts";
import type { Graph } from "../graph.ts";
import { plain, reshapeTraced, reshapeValue, type Traced, toPerm, withPerm } from "../layout.ts";
import { type KernelAttributes, type Lowering, lower, loweringOf } from "../trace.ts";
import { imagePerm } from "./convolution.ts";
import { binary, unary } from "./elementwise.ts";
import { padValue, reverseValue } from "./moves.ts";
import { slice } from "./shape.ts";

/** Permutes logical axes: tfjs' transpose, which costs nothing here. */
const permuted = (t: Traced, order: readonly number[]): Traced =>
  withPerm(
    t.value,
    t.perm.map((axis) => order.indexOf(axis)),
  );

/** Cuts every spatial axis k into blocks of length b[k], whose positions go to the batch axis. */
function spaceToBatch(graph: Graph, x: Traced, blocks: readonly number[], paddings: readonly number[][]): Traced {
  const m = blocks.length;
  const side = (k: 0 | 1) => x.perm.map((axis) => (axis >= 1 && axis <= m ? paddings[axis - 1]![k]! : 0));
  const padded = withPerm(padValue(graph, x.value, side(0), side(1)), x.perm);
  const [n, ...rest] = padded.shape;
  const tail = rest.slice(m);
  const split = blocks.flatMap((b, k) => [rest[k]! / b, b]);
  const open = reshapeTraced(graph, padded, [n!, ...split, ...tail]);
  const order = [
    ...blocks.map((_, k) => 2 * k + 2),
    0,
    ...blocks.map((_, k) => 2 * k + 1),
    ...tail.map((_, k) => 2 * m + 1 + k),
  ];
  const shape = [blocks.reduce((a, b) => a * b, n!), ...blocks.map((b, k) => rest[k]! / b), ...tail];
  return reshapeTraced(graph, permuted(open, order), shape);
}

function batchToSpace(graph: Graph, x: Traced, blocks: readonly number[], crops: readonly number[][]): Traced {
  const m = blocks.length;
  const [n, ...rest] = x.shape;
  const tail = rest.slice(m);
  const batch = n! / blocks.reduce((a, b) => a * b, 1);
  const open = reshapeTraced(graph, x, [...blocks, batch, ...rest]);
  const order = [m, ...blocks.flatMap((_, k) => [m + 1 + k, k]), ...tail.map((_, k) => 2 * m + 1 + k)];
  const full = [batch, ...blocks.map((b, k) => rest[k]! * b), ...tail];
  const merged = reshapeTraced(graph, permuted(open, order), full);
  const begin = full.map((_, axis) => (axis >= 1 && axis <= m ? crops[axis - 1]![0]! : 0));
  const size = full.map((d, axis) => (axis >= 1 && axis <= m ? d - crops[axis - 1]![0]! - crops[axis - 1]![1]! : d));
  return slice(graph, merged, begin, size);
}

/** Applies a tfjs activation by the lowering of the kernel of that name. */
function activate(call: Lowering, x: Traced): Traced {
  const name = String(call.attributes["activation"] ?? "linear");
  const kernels: Readonly<Record<string, string>> = {
    relu: "Relu",
    relu6: "Relu6",
    elu: "Elu",
    sigmoid: "Sigmoid",
    prelu: "Prelu",
    leakyrelu: "LeakyRelu",
  };
  if (name === "linear") return x;
  const kernel = kernels[name];
  if (!kernel) {
    throw new KernelError(
      `compile: ${call.kernel} with activation "${name}" has no lowering; apply it as an operation of its own`,
      call.kernel,
    );
  }
  const alpha = call.named["preluActivationWeights"];
  return apply(call.graph, kernel, { x, ...(alpha && { alpha }) }, { alpha: call.attributes["leakyreluAlpha"] ?? 0.2 });
}

function apply(
  graph: Graph,
  kernel: string,
  named: Readonly<Record<string, Traced>>,
  attributes: KernelAttributes,
): Traced {
  return loweringOf(kernel)!({ graph, kernel, named, inputs: Object.values(named), attributes }) as Traced;
}

/** A product or convolution, then bias, then activation. */
function fused(call: Lowering, kernel: string, names: readonly string[]): Traced {
  const { graph, named, attributes } = call;
  const inputs = Object.fromEntries(names.map((name) => [name, named[name]!]));
  const y = apply(graph, kernel, inputs, attributes);
  const bias = named["bias"];
  return activate(call, bias ? binary(graph, "Add", y, bias) : y);
}

export function registerBlocks(): void {
  lower("SpaceToBatchND", ({ graph, named, attributes }) =>
    spaceToBatch(graph, named["x"]!, attributes["blockShape"] as number[], attributes["paddings"] as number[][]),
  );
  lower("BatchToSpaceND", ({ graph, named, attributes }) =>
    batchToSpace(graph, named["x"]!, attributes["blockShape"] as number[], attributes["crops"] as number[][]),
  );
  lower("DepthToSpace", ({ graph, named, attributes }) => {
    if (attributes["dataFormat"] === "NCHW") {
      throw new KernelError("compile: DepthToSpace on NCHW has no lowering; use NHWC, the default", "DepthToSpace");
    }
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const b = Number(attributes["blockSize"]);
    const depth = c / (b * b);
    const open = plain(reshapeValue(graph, x, [n, b, b, depth, h, w]));
    const moved = toPerm(graph, open, [0, 3, 4, 1, 5, 2]).value;
    return withPerm(reshapeValue(graph, moved, [n, depth, h * b, w * b]), imagePerm);
  });
  lower("FlipLeftRight", ({ graph, named }) => {
    const x = named["image"]!;
    return withPerm(reverseValue(graph, x.value, [x.perm.indexOf(2)]), x.perm);
  });
  lower("FusedBatchNorm", ({ graph, named, attributes }) => {
    const [x, mean, variance] = [named["x"]!, named["mean"]!, named["variance"]!];
    const epsilon = plain(graph.scalar(Number(attributes["varianceEpsilon"] ?? 0.001)));
    const deviation = unary(graph, "Sqrt", binary(graph, "Add", variance, epsilon));
    const scale = named["scale"]
      ? binary(graph, "Div", named["scale"], deviation)
      : unary(graph, "Reciprocal", deviation);
    const y = binary(graph, "Mul", binary(graph, "Sub", x, mean), scale);
    return named["offset"] ? binary(graph, "Add", y, named["offset"]) : y;
  });
  lower("_FusedMatMul", (call) => fused(call, "BatchMatMul", ["a", "b"]));
  lower("FusedConv2D", (call) => fused(call, "Conv2D", ["x", "filter"]));
  lower("FusedDepthwiseConv2D", (call) => fused(call, "DepthwiseConv2dNative", ["x", "filter"]));
}
