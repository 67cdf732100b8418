/** Lowering of pooling, resizing and the building blocks of normalisation on images. */
import { KernelError } from "../errors.ts";
import type { Graph, Value } from "../graph.ts";
import { plain, reshapeValue, toPerm, toPlain, withPerm } from "../layout.ts";
import { tf } from "../tensor.ts";
import { type KernelAttributes, lower } from "../trace.ts";
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

interface Pool {
  readonly kernel_shape: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
}

function poolGeometry(shape: readonly number[], attributes: KernelAttributes): Pool & { out: [number, number] } {
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    attributes["filterSize"] as number,
    attributes["strides"] as number,
    1,
    attributes["pad"] as "same",
    attributes["dimRoundingMode"] as "floor",
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    pads: [top, left, bottom, right],
    out: [info.outHeight, info.outWidth],
  };
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
  for (const [kernel, operator] of [
    ["AvgPool", "AveragePool"],
    ["MaxPool", "MaxPool"],
  ] as const) {
    lower(kernel, ({ graph, named, attributes }) => {
      const x = toPerm(graph, named["x"]!, imagePerm).value;
      const { out, ...pool } = poolGeometry(named["x"]!.shape, attributes);
      return withPerm(graph.op(operator, [x], [x.shape[0]!, x.shape[1]!, ...out], "float", { ...pool }), imagePerm);
    });
  }
  lower("ResizeNearestNeighbor", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["images"]!, imagePerm).value;
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const [oh, ow] = attributes["size"] as [number, number];
    if (attributes["alignCorners"] || attributes["halfPixelCenters"] || oh % h !== 0 || ow % w !== 0) {
      throw new KernelError(
        `compile: ResizeNearestNeighbor from [${h}, ${w}] to [${oh}, ${ow}] has no lowering; use whole factors without alignCorners`,
        "ResizeNearestNeighbor",
      );
    }
    // Whole factors: the runtime has a fast path for them.
    const scales = graph.constant([1, 1, oh / h, ow / w], [4], "float32");
    const y = graph.ops("Resize", [x, undefined, scales], [{ shape: [n, c, oh, ow], type: "float" }], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    })[0]!;
    return withPerm(y, imagePerm);
  });
}
