/** Lowering of depthwise convolutions: filters [KH, KW, C, M] give output channel c·M + m from input channel c. */
import type { Graph, Value } from "../graph.ts";
import { reshapeValue, type Traced, toPerm, toPlain, transposeValue, withPerm } from "../layout.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { convolutionAttributes, convolutionGeometry, imagePerm } from "./convolution.ts";
import { bi } from "./elementwise.ts";
import { product } from "./product.ts";
import { spreadTaps, tapsOf } from "./taps.ts";

/** Filters as ONNX wants them, [C·M, 1, KH, KW]. */
function grouped(graph: Graph, filter: Traced): Value {
  const [kh, kw, c, m] = filter.shape as [number, number, number, number];
  return reshapeValue(graph, toPerm(graph, filter, [2, 3, 0, 1]).value, [c * m, 1, kh, kw]);
}

/** Filter of tap t, [1, C, M, 1, 1]. */
function tapFilter(graph: Graph, filter: Traced, t: number): Value {
  const [kh, kw, c, m] = filter.shape as [number, number, number, number];
  const flat = reshapeValue(graph, toPlain(graph, filter), [kh * kw, c * m]);
  const row = graph.op("Gather", [flat, graph.ints([t])], [1, c * m], "float", { axis: 0 });
  return reshapeValue(graph, row, [1, c, m, 1, 1]);
}

export function depthwise(graph: Graph, x: Traced, filter: Traced, attributes: KernelAttributes): Traced {
  const g = convolutionGeometry(x.shape, filter.shape, attributes, true);
  const image = toPerm(graph, x, imagePerm).value;
  const [kh, kw, c, m] = filter.shape as [number, number, number, number];
  const n = image.shape[0]!;
  const shape = [n, c * m, ...g.out];
  if (graph.precision === "float32") {
    const attributes32 = convolutionAttributes(g, [kh, kw], c);
    return withPerm(graph.op("Conv", [image, grouped(graph, filter)], shape, "float", attributes32), imagePerm);
  }
  const products = tapsOf(graph, image, [kh, kw], g.out, g).map((tap, t) =>
    bi(graph, "Mul", reshapeValue(graph, tap, [n, c, 1, ...g.out]), tapFilter(graph, filter, t)),
  );
  const sum = products.reduce((a, b) => bi(graph, "Add", a, b));
  return withPerm(reshapeValue(graph, sum, shape), imagePerm);
}

function inputGradient(graph: Graph, dy: Traced, filter: Traced, attributes: KernelAttributes): Traced {
  const inputShape = attributes["inputShape"] as number[];
  const g = convolutionGeometry(inputShape, filter.shape, attributes, true);
  const [kh, kw, c, m] = filter.shape as [number, number, number, number];
  const image = toPerm(graph, dy, imagePerm).value;
  const [n, , oh, ow] = image.shape as [number, number, number, number];
  const xShape = imagePerm.map((axis) => inputShape[axis]!);
  const deep = reshapeValue(graph, image, [n, c, m, oh, ow]);
  const taps = Array.from({ length: kh * kw }, (_, t) => {
    const product = bi(graph, "Mul", deep, tapFilter(graph, filter, t));
    if (m === 1) return reshapeValue(graph, product, [n, c, oh, ow]);
    return graph.op("ReduceSum", [product, graph.ints([2])], [n, c, oh, ow], "float", { keepdims: 0 });
  });
  return withPerm(spreadTaps(graph, taps, [kh, kw], xShape, g), imagePerm);
}

/** Every tap's image times the output gradient, summed over images and pixels: one small product per channel. */
function filterGradient(graph: Graph, x: Traced, dy: Traced, attributes: KernelAttributes): Traced {
  const filterShape = attributes["filterShape"] as [number, number, number, number];
  const g = convolutionGeometry(x.shape, filterShape, attributes, true);
  const [kh, kw, c, m] = filterShape;
  const image = toPerm(graph, x, imagePerm).value;
  const [n] = image.shape as [number];
  const pixels = n * g.out[0] * g.out[1];
  // [N, C·K, OH, OW] → [C, K, N·OH·OW]
  const perChannel = (value: Value, k: number) =>
    reshapeValue(graph, transposeValue(graph, reshapeValue(graph, value, [n, c, k, ...g.out]), [1, 2, 0, 3, 4]), [
      c,
      k,
      pixels,
    ]);
  const taps = tapsOf(graph, image, [kh, kw], g.out, g).map((tap) => reshapeValue(graph, tap, [n, c, 1, ...g.out]));
  const stack = [n, c, taps.length, ...g.out];
  const joined = taps.length === 1 ? taps[0]! : graph.op("Concat", taps, stack, "float", { axis: 2 });
  const a = perChannel(joined, kh * kw);
  const b = perChannel(toPerm(graph, dy, imagePerm).value, m);
  const products = product(graph, a, b, [c, kh * kw, m], { transB: true });
  // [C, KH·KW, M] → physical order C, KH, KW, M of the logical filter.
  return withPerm(reshapeValue(graph, products, [c, kh, kw, m]), [2, 0, 1, 3]);
}

export function registerDepthwise(): void {
  lower("DepthwiseConv2dNative", ({ graph, named, attributes }) =>
    depthwise(graph, named["x"]!, named["filter"]!, attributes),
  );
  lower("DepthwiseConv2dNativeBackpropInput", ({ graph, named, attributes }) =>
    inputGradient(graph, named["dy"]!, named["filter"]!, attributes),
  );
  lower("DepthwiseConv2dNativeBackpropFilter", ({ graph, named, attributes }) =>
    filterGradient(graph, named["x"]!, named["dy"]!, attributes),
  );
}
