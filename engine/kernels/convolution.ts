/**
 * Lowering of convolutions and their gradients. Images stay in NCHW (layout tracking), filters OIHW.
 *
 * On CPUs with blocked kernels, float32 convolutions whose channels fill the blocks run as ONNX Runtime's NCHWc
 * convolution with filters reordered in the graph: it does for changing filters what the runtime itself does only
 * for constant ones. The filter gradient is one matrix product per image of three column shifts of the input with
 * three row shifts of the output gradient (nine taps for the price of six copies).
 */
import { blockedDomain, type Graph, microsoft, type Value } from "../graph.ts";
import { reshapeValue, toPerm, transposeValue, withPerm } from "../layout.ts";
import { tf } from "../tensor.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { padValue, reverseValue, sliceValue } from "./shape.ts";
import { convolveByTaps, convolveInputByTaps } from "./taps.ts";

/** Physical order NCHW of a logical NHWC image. */
export const imagePerm = [0, 3, 1, 2];
/** Physical order OIHW of a logical HWIO filter. */
export const filterPerm = [3, 2, 0, 1];

export interface ConvolutionGeometry {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

function geometry(
  xShape: readonly number[],
  filterShape: readonly number[],
  attributes: KernelAttributes,
): ConvolutionGeometry {
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
  };
}

function outputSize(x: Value, w: Value, g: ConvolutionGeometry): [number, number] {
  const along = (k: 0 | 1) =>
    Math.floor(
      (x.shape[2 + k]! + g.pads[k]! + g.pads[k + 2]! - ((w.shape[2 + k]! - 1) * g.dilations[k]! + 1)) / g.strides[k]!,
    ) + 1;
  return [along(0), along(1)];
}

const attributesOf = (g: ConvolutionGeometry, w: Value) => ({
  pads: g.pads,
  strides: g.strides,
  dilations: g.dilations,
  kernel_shape: w.shape.slice(2),
  group: 1,
});

const roundUp = (n: number, block: number) => Math.ceil(n / block) * block;

/** Whether the blocked kernel wins: enough channels, and at most a quarter of the blocks is padding. */
function useBlocked(graph: Graph, x: Value, w: Value): boolean {
  const block = graph.channelBlock;
  if (block === 0 || graph.precision !== "float32" || graph.constants.has(w.name)) return false;
  const [o, c] = [w.shape[0]!, w.shape[1]!];
  const fill = (o * c) / (roundUp(o, block) * roundUp(c, block));
  return c % 4 === 0 && o % 4 === 0 && Math.min(o, c) >= block && fill >= 0.55 && x.shape[2]! * x.shape[3]! >= 16;
}

/** Filters OIHW in the runtime's order OIHWBiBo: blocks of output and input channels innermost. */
function blockedFilter(graph: Graph, w: Value): Value {
  const b = graph.channelBlock;
  const [o, c, kh, kw] = w.shape as [number, number, number, number];
  const [ob, cb] = [roundUp(o, b), roundUp(c, b)];
  const padded = padValue(graph, w, [0, 0, 0, 0], [ob - o, cb - c, 0, 0]);
  const split = reshapeValue(graph, padded, [ob / b, b, cb / b, b, kh, kw]);
  return reshapeValue(graph, transposeValue(graph, split, [0, 2, 4, 5, 3, 1]), [ob, cb, kh, kw]);
}

/** Convolution of an NCHW image with OIHW filters. */
export function convolve(graph: Graph, x: Value, w: Value, g: ConvolutionGeometry): Value {
  const [height, width] = outputSize(x, w, g);
  const shape = [x.shape[0]!, w.shape[0]!, height, width];
  if (graph.precision === "float64") return convolveByTaps(graph, x, w, [height, width], g);
  if (!useBlocked(graph, x, w)) return graph.op("Conv", [x, w], shape, "float", attributesOf(g, w));
  const b = graph.channelBlock;
  const [n, c, h, wd] = x.shape as [number, number, number, number];
  const blocked = graph.op("ReorderInput", [x], [n, roundUp(c, b), h, wd], "float", {}, blockedDomain);
  const out = [n, roundUp(shape[1]!, b), height, width];
  const y = graph.op("Conv", [blocked, blockedFilter(graph, w)], out, "float", attributesOf(g, w), blockedDomain);
  return graph.op("ReorderOutput", [y], shape, "float", { channels: shape[1]! }, blockedDomain);
}

/** Gradient with respect to the input (N, C, H, W): a convolution with flipped filters; strided, a transposed one. */
export function convolveInputGradient(
  graph: Graph,
  dy: Value,
  w: Value,
  xShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const [kh, kw] = [w.shape[2]!, w.shape[3]!];
  const [dh, dw] = g.dilations;
  if (g.strides[0] === 1 && g.strides[1] === 1) {
    const flipped = reverseValue(
      graph,
      w,
      [2, 3].filter((axis) => w.shape[axis]! > 1),
    );
    const turned = transposeValue(graph, flipped, [1, 0, 2, 3]);
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
  return graph.op("ConvTranspose", [dy, w], [...xShape], "float", { ...attributesOf(g, w), output_padding: left });
}

/** Gradient with respect to the filters (O, C, KH, KW). */
export function convolveFilterGradient(
  graph: Graph,
  x: Value,
  dy: Value,
  wShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const [kh, kw] = [wShape[2]!, wShape[3]!];
  const unit = g.strides.every((s) => s === 1) && g.dilations.every((d) => d === 1);
  if (kh === 1 && kw === 1 && unit && g.pads.every((p) => p === 0)) return productGradient(graph, [x], [dy], wShape);
  if (unit) return shiftedGradient(graph, x, dy, wShape, g);
  // Strided or dilated: one strided slice of the input per tap.
  const xp = padValue(graph, x, [0, 0, g.pads[0], g.pads[1]], [0, 0, g.pads[2], g.pads[3]]);
  const [oh, ow] = [dy.shape[2]!, dy.shape[3]!];
  const taps: Value[] = [];
  for (let i = 0; i < kh; i++) {
    for (let j = 0; j < kw; j++) {
      const begin = [i * g.dilations[0], j * g.dilations[1]];
      const end = [begin[0]! + (oh - 1) * g.strides[0] + 1, begin[1]! + (ow - 1) * g.strides[1] + 1];
      taps.push(sliceValue(graph, xp, [2, 3], begin, end, g.strides));
    }
  }
  return productGradient(graph, taps, [dy], wShape);
}

/**
 * dW[o,c,i,j] = Σ dy[o,h,w] x[c,h+i−top,w+j−left]. With rows h' = h + i the sum is over h' and w of column shifts of x
 * and row shifts of dy: [KW·C, K] × [KH·O, K]ᵀ in one product per image.
 */
function shiftedGradient(graph: Graph, x: Value, dy: Value, wShape: readonly number[], g: ConvolutionGeometry): Value {
  const [kh, kw] = [wShape[2]!, wShape[3]!];
  const [oh, ow] = [dy.shape[2]!, dy.shape[3]!];
  const [h, w] = [x.shape[2]!, x.shape[3]!];
  const [top, left] = g.pads;
  const inside = top >= 1 && top <= kh - 2 && left <= w && kw - 1 - left <= w;
  if (oh === h && ow === w && inside) return flatShiftGradient(graph, x, dy, wShape, top, left);
  const rows = oh + kh - 1;
  const columns = Array.from({ length: kw }, (_, j) => {
    // Column c of the shift is x's column c + j − left; the same rows as the padded image.
    const before = left - j;
    return padValue(graph, x, [0, 0, top, before], [0, 0, rows - h - top, ow - w - before]);
  });
  const shifts = Array.from({ length: kh }, (_, i) => padValue(graph, dy, [0, 0, i, 0], [0, 0, kh - 1 - i, 0]));
  return productGradient(graph, columns, shifts, wShape);
}

/** Bytes of shifted copies that one product may use, so that they stay in the second-level cache. */
const chunkBytes = 2 ** 21;

/**
 * The same for outputs of the input's size, in fewer copies. On images flattened to one axis k = h·W + w every tap is a
 * shift by (i − top)·W + (j − left); where it would wrap around a row, dy is masked. Row shifts of x and column shifts of
 * dy are each one concatenation with blocks of zeros:
 *   A[c,i] = 0^{(KH−1−i)W} x[c] 0^{iW},  B[o,j] = 0^{s+j−left} dy_j[o] 0^{…},  s = (KH−1−top)·W,  dW = Σ_n A Bᵀ.
 */
function flatShiftGradient(
  graph: Graph,
  x: Value,
  dy: Value,
  wShape: readonly number[],
  top: number,
  left: number,
): Value {
  const [o, c, kh, kw] = wShape as [number, number, number, number];
  const [n, , h, w] = x.shape as [number, number, number, number];
  const pixels = h * w;
  const length = pixels + (kh - 1) * w;
  const perImage = 4 * length * (kh * c + kw * o);
  const images = Math.max(1, Math.min(n, Math.floor(chunkBytes / perImage)));
  const products: Value[] = [];
  for (let start = 0; start < n; start += images) {
    const count = Math.min(images, n - start);
    const part = (v: Value, channels: number): Value => {
      const piece = count === n ? v : sliceValue(graph, v, [0], [start], [start + count]);
      return reshapeValue(graph, piece, [count, channels, pixels]);
    };
    // Pieces of one row after another along k, zeros between them merged.
    const lay = (channels: number, rows: readonly { before: number; row: Value }[]): Value => {
      const pieces: Value[] = [];
      let gap = 0;
      const flush = () => {
        if (gap > 0) pieces.push(graph.zeros([count, channels, gap]));
      };
      for (const { before, row } of rows) {
        gap += before;
        flush();
        pieces.push(row);
        gap = length - before - pixels;
      }
      flush();
      const all = [count, channels, rows.length * length];
      const laid = graph.op("Concat", pieces, all, "float", { axis: 2 });
      return reshapeValue(graph, laid, [count, channels * rows.length, length]);
    };
    const image = part(x, c);
    const gradient = part(dy, o);
    const a = lay(
      c,
      range(kh).map((i) => ({ before: (kh - 1 - i) * w, row: image })),
    );
    const b = lay(
      o,
      range(kw).map((j) => ({ before: (kh - 1 - top) * w + j - left, row: maskColumns(graph, gradient, w, j - left) })),
    );
    products.push(graph.op("FusedMatMul", [a, b], [count, c * kh, o * kw], "float", { transB: 1 }, microsoft));
  }
  const all = [n, c * kh, o * kw];
  const joined = products.length === 1 ? products[0]! : graph.op("Concat", products, all, "float", { axis: 0 });
  const sum = sumImages(graph, joined);
  return transposeValue(graph, reshapeValue(graph, sum, [c, kh, o, kw]), [2, 0, 1, 3]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Zeroes the columns whose partner `shift` to the right lies outside of the image. */
function maskColumns(graph: Graph, flat: Value, width: number, shift: number): Value {
  if (shift === 0) return flat;
  const pixels = flat.shape[2]!;
  const inside = Float32Array.from({ length: pixels }, (_, k) => {
    const column = (k % width) + shift;
    return column >= 0 && column < width ? 1 : 0;
  });
  return graph.op("Mul", [flat, graph.constant(inside, [1, 1, pixels], "float")], flat.shape);
}

/** Σ over the first axis of [N, A, B]. */
function sumImages(graph: Graph, products: Value): Value {
  const [n, a, b] = products.shape as [number, number, number];
  if (n === 1) return reshapeValue(graph, products, [a, b]);
  return graph.op("ReduceSum", [products, graph.ints([0])], [a, b], "float", { keepdims: 0 });
}

/** Σ over images and pixels of products of every image in `xs` (taps j) with every one in `dys` (taps i). */
function productGradient(graph: Graph, xs: readonly Value[], dys: readonly Value[], wShape: readonly number[]): Value {
  const [o, c, kh, kw] = wShape as [number, number, number, number];
  const stack = (values: readonly Value[]): Value => {
    const [n, channels, height, width] = values[0]!.shape as [number, number, number, number];
    const all = [n, channels * values.length, height, width];
    const joined = values.length === 1 ? values[0]! : graph.op("Concat", values, all, "float", { axis: 1 });
    return reshapeValue(graph, joined, [n, all[1]!, height * width]);
  };
  const [a, b] = [stack(xs), stack(dys)];
  const [n, ca, ob] = [a.shape[0]!, a.shape[1]!, b.shape[1]!];
  const product = graph.op("FusedMatMul", [a, b], [n, ca, ob], "float", { transB: 1 }, microsoft);
  const sum = sumImages(graph, product);
  if (dys.length === 1) {
    // Taps in row-major order i, j on the side of x.
    const taps = reshapeValue(graph, sum, [kh * kw, c, o]);
    return reshapeValue(graph, transposeValue(graph, taps, [2, 1, 0]), [o, c, kh, kw]);
  }
  return transposeValue(graph, reshapeValue(graph, sum, [kw, c, kh, o]), [3, 1, 2, 0]);
}

export function registerConvolution(): void {
  lower("Conv2D", ({ graph, named, attributes }) => {
    const [x, filter] = [named["x"]!, named["filter"]!];
    const g = geometry(x.shape, filter.shape, attributes);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolve(graph, image, toPerm(graph, filter, filterPerm).value, g), imagePerm);
  });
  lower("Conv2DBackpropInput", ({ graph, named, attributes }) => {
    const [dy, filter] = [named["dy"]!, named["filter"]!];
    const inputShape = attributes["inputShape"] as number[];
    const g = geometry(inputShape, filter.shape, attributes);
    const physical = imagePerm.map((axis) => inputShape[axis]!);
    const gradient = toPerm(graph, dy, imagePerm).value;
    const w = toPerm(graph, filter, filterPerm).value;
    return withPerm(convolveInputGradient(graph, gradient, w, physical, g), imagePerm);
  });
  lower("Conv2DBackpropFilter", ({ graph, named, attributes }) => {
    const [x, dy] = [named["x"]!, named["dy"]!];
    const filterShape = attributes["filterShape"] as number[];
    const g = geometry(x.shape, filterShape, attributes);
    const physical = filterPerm.map((axis) => filterShape[axis]!);
    const image = toPerm(graph, x, imagePerm).value;
    return withPerm(convolveFilterGradient(graph, image, toPerm(graph, dy, imagePerm).value, physical, g), filterPerm);
  });
}
