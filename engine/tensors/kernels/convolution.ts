/**
 * Lowering of convolutions and their gradients. Images stay in NCHW (layout tracking), filters OIHW.
 *
 * On CPUs with blocked kernels, float32 convolutions whose channels fill the blocks run as ONNX Runtime's NCHWc
 * convolution with filters reordered in the graph: it does for changing filters what the runtime itself does only
 * for constant ones. The filter gradient is one matrix product per image of three column shifts of the input with
 * three row shifts of the output gradient (nine taps for the price of six copies).
 */
import { blockedDomain, type Graph, type Value } from "../graph.ts";
import { reshapeValue, toPerm, transposeSource, transposeValue, withPerm } from "../layout.ts";
import { tf } from "../tensor.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { convolveFilterGradient } from "./filter-gradient.ts";
import { padValue, reverseValue } from "./moves.ts";
import { convolveByTaps, convolveInputByTaps } from "./taps.ts";
import { blockedImage, imageOf, roundUp, staysBlocked, twinOf } from "./twins.ts";

/** Physical order NCHW of a logical NHWC image. */
export const imagePerm = [0, 3, 1, 2];
/** Physical order OIHW of a logical HWIO filter. */
const filterPerm = [3, 2, 0, 1];

export interface ConvolutionGeometry {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** Geometry and output size of a layer, from shapes NHWC and HWIO and tfjs' attributes. */
function convolutionGeometry(
  xShape: readonly number[],
  filterShape: readonly number[],
  attributes: KernelAttributes,
): ConvolutionGeometry & { readonly out: readonly [number, number] } {
  const info = tf.backend_util.computeConv2DInfo(
    xShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attributes["strides"] as number | [number, number],
    (attributes["dilations"] as number | [number, number] | undefined) ?? 1,
    attributes["pad"] as "same",
    attributes["dimRoundingMode"] as "floor",
    false,
    tf.backend_util.convertConv2DDataFormat((attributes["dataFormat"] as "NHWC" | undefined) ?? "NHWC"),
  );
  const { top, left, bottom, right } = info.padInfo;
  return {
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [top, left, bottom, right],
    out: [info.outHeight, info.outWidth],
  };
}

function outputSize(x: Value, w: Value, g: ConvolutionGeometry): [number, number] {
  const along = (k: 0 | 1) =>
    Math.floor(
      (x.shape[2 + k]! + g.pads[k]! + g.pads[k + 2]! - ((w.shape[2 + k]! - 1) * g.dilations[k]! + 1)) / g.strides[k]!,
    ) + 1;
  return [along(0), along(1)];
}

/** Attributes of the runtime's convolutions. */
const convolutionAttributes = ({ pads, strides, dilations }: ConvolutionGeometry, kernel: readonly number[]) => {
  return { pads, strides, dilations, kernel_shape: kernel, group: 1 };
};

/**
 * Fastest of the runtime's kernels. "blocked" takes and gives blocks: for images that have them, else where at most a
 * quarter of the blocks is padding. "entering" takes NCHW images of less than a block of channels and gives blocks.
 */
function formOf(graph: Graph, x: Value, w: Value): "plain" | "entering" | "blocked" {
  const block = graph.blocks.channels;
  const [o, c] = [w.shape[0]!, w.shape[1]!];
  if (block === 0 || graph.precision !== "float32" || x.shape[2]! * x.shape[3]! < 16) return "plain";
  if (c < block) return o >= block && staysBlocked(graph, o) ? "entering" : "plain";
  if (twinOf(graph, x)) return "blocked";
  const fill = (o * c) / (roundUp(o, block) * roundUp(c, block));
  return c % 4 === 0 && o % 4 === 0 && o >= block && fill >= 0.55 ? "blocked" : "plain";
}

/**
 * Filters OIHW in the runtime's order: OIHWBiBo with blocks of output and input channels innermost, or OIHWBo where
 * images come in NCHW. One transpose of what is stored.
 */
function blockedFilter(graph: Graph, w: Value, form: "entering" | "blocked"): Value {
  const b = graph.blocks.channels;
  const { source, perm } = transposeSource(graph, w);
  const [outputs, inputs, height, width] = perm as [number, number, number, number];
  // Every axis of channels in blocks becomes two: blocks, and channels in a block.
  const split = form === "blocked" ? [outputs, inputs] : [outputs];
  const sizes = source.shape.map((d, axis) => (split.includes(axis) ? roundUp(d, b) : d));
  const none = sizes.map(() => 0);
  const after = sizes.map((d, axis) => d - source.shape[axis]!);
  const open = sizes.flatMap((d, axis) => (split.includes(axis) ? [d / b, b] : [d]));
  const at = (axis: number) => axis + split.filter((channel) => channel < axis).length;
  const order = [at(outputs), at(inputs), at(height), at(width), ...[...split].reverse().map((axis) => at(axis) + 1)];
  const turned = transposeValue(graph, reshapeValue(graph, padValue(graph, source, none, after), open), order);
  return reshapeValue(
    graph,
    turned,
    perm.map((axis) => sizes[axis]!),
  );
}

/** Image and filters with channels in fours: ONNX Runtime 1.30's WebGPU convolves 6 channels to 16 to wrong numbers. */
function inFours(graph: Graph, x: Value, w: Value): [Value, Value] {
  const missing = x.shape[1]! > 4 ? roundUp(x.shape[1]!, 4) - x.shape[1]! : 0;
  const pad = (v: Value) => padValue(graph, v, [0, 0, 0, 0], [0, missing, 0, 0]);
  return [pad(x), pad(w)];
}

/** Convolution of an NCHW image with OIHW filters. */
function convolve(graph: Graph, x: Value, w: Value, g: ConvolutionGeometry): Value {
  const [height, width] = outputSize(x, w, g);
  const shape = [x.shape[0]!, w.shape[0]!, height, width];
  if (graph.precision === "float64") return convolveByTaps(graph, x, w, [height, width], g);
  const form = formOf(graph, x, w);
  if (form === "plain") {
    const [image, filter] = graph.shaders ? inFours(graph, x, w) : [x, w];
    return graph.op("Conv", [image, filter], shape, "float", convolutionAttributes(g, filter.shape.slice(2)));
  }
  const out = [x.shape[0]!, roundUp(shape[1]!, graph.blocks.channels), height, width];
  const inputs = [form === "blocked" ? blockedImage(graph, x) : x, blockedFilter(graph, w, form)];
  const y = graph.op("Conv", inputs, out, "float", convolutionAttributes(g, w.shape.slice(2)), blockedDomain);
  return imageOf(graph, y, shape[1]!);
}

/** Gradient with respect to the input (N, C, H, W): a convolution with flipped filters; strided, a transposed one. */
function convolveInputGradient(
  graph: Graph,
  dy: Value,
  w: Value,
  xShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const [kh, kw] = [w.shape[2]!, w.shape[3]!];
  const [dh, dw] = g.dilations;
  if (g.strides[0] === 1 && g.strides[1] === 1) {
    const { source, perm } = transposeSource(graph, w);
    const flipped = reverseValue(
      graph,
      source,
      [perm[2]!, perm[3]!].filter((axis) => source.shape[axis]! > 1),
    );
    const turned = transposeValue(graph, flipped, [perm[1]!, perm[0]!, perm[2]!, perm[3]!]);
    const pads = [
      (kh - 1) * dh - g.pads[0],
      (kw - 1) * dw - g.pads[1],
      (kh - 1) * dh - g.pads[2],
      (kw - 1) * dw - g.pads[3],
    ] as const;
    if (pads.every((p) => p >= 0))
      return convolve(graph, dy, turned, { strides: [1, 1], dilations: g.dilations, pads });
  }
  if (graph.precision === "float64") return convolveInputByTaps(graph, dy, w, xShape, g);
  // Rows and columns that no window reached get a zero gradient through output_padding.
  const [h, wd] = [xShape[2]!, xShape[3]!];
  const reach = (out: number, stride: number, k: number, d: number, before: number, after: number) =>
    (out - 1) * stride + (k - 1) * d + 1 - before - after;
  const left = [
    h - reach(dy.shape[2]!, g.strides[0], kh, dh, g.pads[0], g.pads[2]),
    wd - reach(dy.shape[3]!, g.strides[1], kw, dw, g.pads[1], g.pads[3]),
  ];
  return graph.op("ConvTranspose", [dy, w], [...xShape], "float", {
    ...convolutionAttributes(g, w.shape.slice(2)),
    output_padding: left,
  });
}

export function registerConvolution(): void {
  lower("Conv2D", ({ graph, named, attributes }) => {
    const [x, filter] = [named["x"]!, named["filter"]!];
    const g = convolutionGeometry(x.shape, filter.shape, attributes);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolve(graph, image, toPerm(graph, filter, filterPerm).value, g), imagePerm);
  });
  lower("Conv2DBackpropInput", ({ graph, named, attributes }) => {
    const [dy, filter] = [named["dy"]!, named["filter"]!];
    const inputShape = attributes["inputShape"] as number[];
    const g = convolutionGeometry(inputShape, filter.shape, attributes);
    const physical = imagePerm.map((axis) => inputShape[axis]!);
    const gradient = toPerm(graph, dy, imagePerm).value;
    const w = toPerm(graph, filter, filterPerm).value;
    return withPerm(convolveInputGradient(graph, gradient, w, physical, g), imagePerm);
  });
  lower("Conv2DBackpropFilter", ({ graph, named, attributes }) => {
    const [x, dy] = [named["x"]!, named["dy"]!];
    const filterShape = attributes["filterShape"] as number[];
    const g = convolutionGeometry(x.shape, filterShape, attributes);
    const physical = filterPerm.map((axis) => filterShape[axis]!);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolveFilterGradient(graph, image, toPerm(graph, dy, imagePerm).value, physical, g), filterPerm);
  });
}
