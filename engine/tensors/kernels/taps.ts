/**
 * Convolutions from slices and matrix products, one slice of the image per tap of the filter. ONNX Runtime has no
 * float64 convolution; these are the float64 forms, and the reference for the others.
 */
import type { Graph, Value } from "../graph.ts";
import { reshapeValue } from "../layout.ts";
import type { ConvolutionGeometry } from "./convolution.ts";
import { bi } from "./elementwise.ts";
import { product } from "./linear.ts";
import { padValue, sliceValue } from "./moves.ts";

/** Puts stride − 1 zeros between neighbours along a physical axis. */
function dilateValue(graph: Graph, x: Value, axis: number, stride: number): Value {
  if (stride === 1) return x;
  const n = x.shape[axis]!;
  const open = reshapeValue(graph, x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
  const none = open.shape.map(() => 0);
  const wide = padValue(
    graph,
    open,
    none,
    none.map((_, i) => (i === axis + 1 ? stride - 1 : 0)),
  );
  const merged = reshapeValue(graph, wide, [...x.shape.slice(0, axis), n * stride, ...x.shape.slice(axis + 1)]);
  return sliceValue(graph, merged, [axis], [0], [(n - 1) * stride + 1]);
}

/**
 * The pixels that tap (i, j) meets, for every output pixel: [N, C, OH, OW] each, taps in row-major order. Outside of
 * the image they see `padding`.
 */
export function tapsOf(
  graph: Graph,
  x: Value,
  kernel: readonly [number, number],
  out: readonly [number, number],
  g: ConvolutionGeometry,
  padding = 0,
): Value[] {
  const after = [0, 0, Math.max(0, g.pads[2]), Math.max(0, g.pads[3])];
  const padded = padValue(graph, x, [0, 0, g.pads[0], g.pads[1]], after, padding);
  const taps: Value[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const begin = [i * g.dilations[0], j * g.dilations[1]];
      const end = begin.map((b, side) => b + (out[side as 0 | 1] - 1) * g.strides[side as 0 | 1] + 1);
      taps.push(sliceValue(graph, padded, [2, 3], begin, end, g.strides));
    }
  }
  return taps;
}

/** The adjoint of `tapsOf`: sums [N, C, OH, OW] tap images back into an image [N, C, H, W]. */
export function spreadTaps(
  graph: Graph,
  taps: readonly Value[],
  kernel: readonly [number, number],
  xShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const placed = taps.map((tap, t) => {
    const apart = dilateValue(graph, dilateValue(graph, tap, 2, g.strides[0]), 3, g.strides[1]);
    const before = [
      Math.floor(t / kernel[1]) * g.dilations[0] - g.pads[0],
      (t % kernel[1]) * g.dilations[1] - g.pads[1],
    ];
    const after = [0, 1].map((side) => xShape[2 + side]! - apart.shape[2 + side]! - before[side]!);
    return padValue(graph, apart, [0, 0, ...before], [0, 0, ...after]);
  });
  return placed.reduce((a, b) => bi(graph, "Add", a, b));
}

/** Convolution of an NCHW image with OIHW filters: all taps as one matrix of columns, one product per image. */
export function convolveByTaps(
  graph: Graph,
  x: Value,
  w: Value,
  out: readonly [number, number],
  g: ConvolutionGeometry,
): Value {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const n = x.shape[0]!;
  const taps = tapsOf(graph, x, [kh, kw], out, g);
  const stack = [n, c * taps.length, ...out];
  const joined = taps.length === 1 ? taps[0]! : graph.op("Concat", taps, stack, "float", { axis: 1 });
  const columns = reshapeValue(graph, joined, [n, c * taps.length, out[0] * out[1]]);
  const turned = graph.op("Transpose", [w], [o, kh, kw, c], "float", { perm: [0, 2, 3, 1] });
  const rows = reshapeValue(graph, turned, [o, kh * kw * c]);
  return reshapeValue(graph, graph.op("MatMul", [rows, columns], [n, o, out[0] * out[1]], "float"), [n, o, ...out]);
}

/** Gradient with respect to the image: the columns' gradients spread back over the image. */
export function convolveInputByTaps(
  graph: Graph,
  dy: Value,
  w: Value,
  xShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const [n, , oh, ow] = dy.shape as [number, number, number, number];
  const turned = graph.op("Transpose", [w], [o, kh, kw, c], "float", { perm: [0, 2, 3, 1] });
  const rows = reshapeValue(graph, turned, [1, o, kh * kw * c]);
  const pixels = reshapeValue(graph, dy, [n, o, oh * ow]);
  const columns = product(graph, rows, pixels, [n, kh * kw * c, oh * ow], { transA: true });
  const image = reshapeValue(graph, columns, [n, kh * kw * c, oh, ow]);
  const taps = Array.from({ length: kh * kw }, (_, t) => sliceValue(graph, image, [1], [t * c], [(t + 1) * c]));
  return spreadTaps(graph, taps, [kh, kw], xShape, g);
}
