/** Lowering of the building blocks of normalisation on images. */
import type { Graph, Value } from "../graph.ts";
import { plain, reshapeValue, toPerm, toPlain, withPerm } from "../layout.ts";
import { lower } from "../trace.ts";
import { imagePerm } from "./convolution.ts";
import { bi } from "./elementwise.ts";

/** x·slope + offset of an NCHW image with slope, offset [N, C]. */
function affine(graph: Graph, x: Value, slope: Value, offset: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (graph.channelBlock === 0) {
    const along = (v: Value) => reshapeValue(graph, v, [n, c, 1, 1]);
    return bi(graph, "Add", bi(graph, "Mul", x, along(slope)), along(offset));
  }
  // ONNX Runtime's BatchNormalization is the one CPU operator that scales and shifts in a single pass.
  const flat = [n * c];
  const ones = graph.constant(new Float32Array(n * c).fill(1), flat, "float");
  const zeros = graph.constant(new Float32Array(n * c), flat, "float");
  const image = reshapeValue(graph, x, [1, n * c, h * w]);
  const inputs = [image, reshapeValue(graph, slope, flat), reshapeValue(graph, offset, flat), zeros, ones];
  const y = graph.op("BatchNormalization", inputs, image.shape, "float", { epsilon: { float: 0 } });
  return reshapeValue(graph, y, x.shape);
}

export function registerImage(): void {
  lower("MongeAffine", ({ graph, named }) => {
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    return withPerm(affine(graph, x, toPlain(graph, named["slope"]!), toPlain(graph, named["offset"]!)), imagePerm);
  });
  lower("MongeChannelSquares", ({ graph, named }) => {
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const flat = reshapeValue(graph, x, [n * c, h * w]);
    const sums = graph.op("ReduceSumSquare", [flat], [n * c], "float", { axes: [1], keepdims: 0 });
    return plain(reshapeValue(graph, sums, [n, c]));
  });
}
