/** Lowering of the building blocks of normalisation on images. */
import { blockedDomain, type Graph, sizeOf, type Value } from "../graph.ts";
import { plain, reshapeValue, toPerm, toPlain, withPerm } from "../layout.ts";
import { lower } from "../trace.ts";
import { imagePerm } from "./convolution.ts";
import { bi, binary, unary } from "./elementwise.ts";
import { affineOnTwins, dotOnTwins } from "./twins.ts";

/** x·slope + offset of an NCHW image with slope, offset [N, C]. */
function affine(graph: Graph, x: Value, slope: Value, offset: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const onTwin = affineOnTwins(graph, x, slope, offset);
  if (onTwin) return onTwin;
  if (graph.blocks.channels === 0) {
    const along = (v: Value) => reshapeValue(graph, v, [n, c, 1, 1]);
    return bi(graph, "Add", bi(graph, "Mul", x, along(slope)), along(offset));
  }
  // ONNX Runtime's BatchNormalization scales and shifts in a single pass.
  const flat = [n * c];
  const ones = graph.filled(1, flat);
  const zeros = graph.zeros(flat);
  const image = reshapeValue(graph, x, [1, n * c, h * w]);
  const inputs = [image, reshapeValue(graph, slope, flat), reshapeValue(graph, offset, flat), zeros, ones];
  const y = graph.op("BatchNormalization", inputs, image.shape, "float", { epsilon: { float: 0 } });
  return reshapeValue(graph, y, x.shape);
}

/**
 * Depthwise blocked convolutions on images that are not blocked. Where the block b divides H·W, an NCHW image lies in
 * memory as a blocked one of N·C·b channels with H·W/b pixels: channel (n·C + c)·b + l holds every b-th pixel of map
 * (n, c). A filter of one pixel then scales, adds an offset and adds another image in one pass; a filter as large as
 * the image is a product summed over the pixels.
 */
function byLanes(
  graph: Graph,
  x: Value,
  filter: Value,
  pixels: number,
  more: readonly [] | readonly [offset: Value, added: Value],
): Value {
  const channels = sizeOf(filter.shape) / pixels;
  const length = sizeOf(x.shape) / channels;
  const attributes = {
    pads: [0, 0, 0, 0],
    strides: [1, 1],
    dilations: [1, 1],
    kernel_shape: [1, pixels],
    group: channels,
  };
  const image = (v: Value) => reshapeValue(graph, v, [1, channels, 1, length]);
  const [offset, added] = more;
  const inputs = [image(x), reshapeValue(graph, filter, [channels, 1, 1, pixels])];
  if (offset && added) inputs.push(reshapeValue(graph, offset, [channels]), image(added));
  return graph.op("Conv", inputs, [1, channels, 1, length - pixels + 1], "float", attributes, blockedDomain);
}

/** True if {@link byLanes} takes the image; sums of more than 2¹⁴ terms in a row would lose digits of float32. */
function hasLanes(graph: Graph, x: Value): boolean {
  const pixels = x.shape[2]! * x.shape[3]!;
  return graph.blocks.channels > 0 && pixels % graph.blocks.channels === 0 && pixels <= graph.blocks.channels * 2 ** 14;
}

/** x·slope + offset + y·factor of NCHW images with slope, offset, factor [N, C]; without a factor y as it is. */
function affineSum(graph: Graph, x: Value, slope: Value, offset: Value, y: Value, factor: Value | undefined): Value {
  const added = factor ? affine(graph, y, factor, graph.zeros(offset.shape)) : y;
  const onTwins = affineOnTwins(graph, x, slope, offset, added);
  if (onTwins) return onTwins;
  if (!hasLanes(graph, x)) return bi(graph, "Add", affine(graph, x, slope, offset), added);
  const [maps, block] = [sizeOf(slope.shape), graph.blocks.channels];
  const spread = (v: Value): Value =>
    graph.op("MatMul", [reshapeValue(graph, v, [maps, 1]), graph.filled(1, [1, block])], [maps, block]);
  return reshapeValue(graph, byLanes(graph, x, spread(slope), 1, [spread(offset), added]), x.shape);
}

/** Σ over pixels of x·y for NCHW images, [N, C]. */
function channelDot(graph: Graph, x: Value, y: Value): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const sum = (v: Value): Value =>
    graph.op("ReduceSum", [v, graph.ints([v.shape.length - 1])], v.shape.slice(0, -1), "float", { keepdims: 0 });
  const onTwins = dotOnTwins(graph, x, y);
  if (onTwins) return onTwins;
  if (!hasLanes(graph, x)) return sum(sum(bi(graph, "Mul", x, y)));
  const block = graph.blocks.channels;
  const lanes = byLanes(graph, x, y, (h * w) / block, []);
  return sum(reshapeValue(graph, lanes, [n, c, block]));
}

export function registerImage(): void {
  lower("MongeAffine", ({ graph, named }) => {
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    return withPerm(affine(graph, x, toPlain(graph, named["slope"]!), toPlain(graph, named["offset"]!)), imagePerm);
  });
  lower("MongeAffineSum", ({ graph, named }) => {
    const image = (name: string) => toPerm(graph, named[name]!, imagePerm).value;
    const vector = (name: string) => toPlain(graph, named[name]!);
    const factor = named["factor"] && vector("factor");
    return withPerm(affineSum(graph, image("x"), vector("slope"), vector("offset"), image("y"), factor), imagePerm);
  });
  lower("MongeChannelDot", ({ graph, named }) => {
    const image = (name: string) => toPerm(graph, named[name]!, imagePerm).value;
    return plain(channelDot(graph, image("x"), image("y")));
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
}
