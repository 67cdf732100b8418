/**
 * Gradients of convolutions with respect to their filters: Σ over images and pixels of products of the image with the
 * output's gradient. Three forms, each the fastest somewhere: a blocked convolution with the output's gradient as its
 * filter, one matrix product per image of three row shifts of one with three column shifts of the other, and one
 * product with all taps.
 */
import { blockedDomain, type Graph, type Value } from "../graph.ts";
import { reshapeValue, transposeValue } from "../layout.ts";
import type { ConvolutionGeometry } from "./convolution.ts";
import { product } from "./linear.ts";
import { padValue, sliceInPieces, sliceValue } from "./moves.ts";
import { tapsOf } from "./taps.ts";

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
  if (kh > 1 && useConvolution(graph, x, dy, g)) return convolvedGradient(graph, x, dy, wShape, g);
  if (kh === 1 && kw === 1 && unit && g.pads.every((p) => p === 0)) return productGradient(graph, [x], [dy], wShape);
  if (unit) return shiftedGradient(graph, x, dy, wShape, g);
  // Strided or dilated: one strided slice of the input per tap.
  const taps = tapsOf(graph, x, [kh, kw], [dy.shape[2]!, dy.shape[3]!], g);
  return productGradient(graph, taps, [dy], wShape);
}

/** Bytes of the output's gradient up to which it stays in the second-level cache while it is a filter. */
const filterBytes = 2 ** 20;

/**
 * True if {@link convolvedGradient} wins: whole blocks of images, a block at most a quarter padding, and a filter that
 * stays in the cache and keeps enough sums in flight. The other forms cut strided images into nine, so that it always
 * wins there.
 */
function useConvolution(graph: Graph, x: Value, dy: Value, g: ConvolutionGeometry): boolean {
  const block = graph.blocks.channels;
  const [n, o, h, w] = dy.shape as [number, number, number, number];
  if (block === 0 || graph.precision !== "float32" || n % block !== 0 || x.shape[1]! < 4) return false;
  const padded = Math.ceil(o / block) * block;
  // The runtime reorders multiples of 4 alone.
  if (o % 4 !== 0 || o < 0.75 * padded) return false;
  return g.strides.some((s) => s > 1) || (padded >= 3 * block && 4 * n * padded * h * w <= filterBytes);
}

/**
 * dW[o,c,i,j] = Σ dy[n,o,h,w] x[n,c,sh+di−top,sw+dj−left] as a convolution of its own: the images n are its channels,
 * the channels c its batch, dy its filter, strides s and dilations d change places.
 */
function convolvedGradient(
  graph: Graph,
  x: Value,
  dy: Value,
  wShape: readonly number[],
  g: ConvolutionGeometry,
): Value {
  const block = graph.blocks.channels;
  const [o, c, kh, kw] = wShape as [number, number, number, number];
  const [n, , h, w] = x.shape as [number, number, number, number];
  const [oh, ow] = [dy.shape[2]!, dy.shape[3]!];
  const reorder = (v: Value, shape: readonly number[]) =>
    graph.op("ReorderInput", [v], shape, "float", {}, blockedDomain);
  const [blocks, padded] = [n / block, Math.ceil(o / block) * block];
  // Memory [n block, c, h, w, n in block].
  const turned = reorder(reshapeValue(graph, x, [1, n, c * h, w]), [1, n, c * h, w]);
  const [ph, pw] = [
    (oh - 1) * g.strides[0] + (kh - 1) * g.dilations[0] + 1,
    (ow - 1) * g.strides[1] + (kw - 1) * g.dilations[1] + 1,
  ];
  const open = reshapeValue(graph, turned, [blocks, c, h, w, block]);
  const wide = padValue(
    graph,
    open,
    [0, 0, g.pads[0], g.pads[1], 0],
    [0, 0, ph - h - g.pads[0], pw - w - g.pads[1], 0],
  );
  const image = reshapeValue(graph, transposeValue(graph, wide, [1, 0, 2, 3, 4]), [c, n, ph, pw]);
  // Memory [n, o block, h, w, o in block] → [o block, n block, h, w, n in block, o in block].
  const outputs = reshapeValue(graph, reorder(dy, [n, padded, oh, ow]), [
    blocks,
    block,
    padded / block,
    oh * ow,
    block,
  ]);
  const filter = reshapeValue(graph, transposeValue(graph, outputs, [2, 0, 3, 1, 4]), [padded, n, oh, ow]);
  const attributes = {
    pads: [0, 0, 0, 0],
    strides: g.dilations,
    dilations: g.strides,
    kernel_shape: [oh, ow],
    group: 1,
  };
  const y = graph.op("Conv", [image, filter], [c, padded, kh, kw], "float", attributes, blockedDomain);
  // Memory [c, o block, i, j, o in block] → HWIO, the order in which filters are kept.
  const sums = reshapeValue(graph, y, [c, padded / block, kh, kw, block]);
  const kept = reshapeValue(graph, transposeValue(graph, sums, [2, 3, 0, 1, 4]), [kh, kw, c, padded]);
  return transposeValue(graph, padded === o ? kept : sliceValue(graph, kept, [3], [0], [o]), [3, 2, 0, 1]);
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
 * shift by (i − top)·W + (j − left); where it would wrap around a row, dy is masked. Row shifts of x and column shifts
 * of dy are each one concatenation with blocks of zeros:
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
  const counts = range(Math.ceil(n / images)).map((group) => Math.min(images, n - group * images));
  const parts = (v: Value, channels: number) =>
    sliceInPieces(graph, reshapeValue(graph, v, [n, channels, pixels]), 0, counts);
  const gradients = parts(dy, o);
  const products = parts(x, c).map((image, group) => {
    const count = counts[group]!;
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
    const gradient = gradients[group]!;
    const a = lay(
      c,
      range(kh).map((i) => ({ before: (kh - 1 - i) * w, row: image })),
    );
    const b = lay(
      o,
      range(kw).map((j) => ({ before: (kh - 1 - top) * w + j - left, row: maskColumns(graph, gradient, w, j - left) })),
    );
    return product(graph, a, b, [count, c * kh, o * kw], { transB: true });
  });
  const all = [n, c * kh, o * kw];
  const joined = products.length === 1 ? products[0]! : graph.op("Concat", products, all, "float", { axis: 0 });
  const sum = sumImages(graph, joined);
  return transposeValue(graph, reshapeValue(graph, sum, [c, kh, o, kw]), [2, 0, 1, 3]);
}

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

/** Zeroes the columns whose partner `shift` to the right lies outside of the image. */
function maskColumns(graph: Graph, flat: Value, width: number, shift: number): Value {
  if (shift === 0) return flat;
  const inside = graph.shared(`columns|${width}|${shift}`, [1, 1, flat.shape[2]!], (data) => {
    data.fill(1);
    for (let row = 0; row < data.length; row += width) {
      if (shift > 0) data.fill(0, row + Math.max(0, width - shift), row + width);
      else data.fill(0, row, row + Math.min(width, -shift));
    }
  });
  return graph.op("Mul", [flat, inside], flat.shape);
}

/** Σ over the first axis of [N, A, B]: a product with ones is three times as fast as the runtime's sum. */
function sumImages(graph: Graph, products: Value): Value {
  const [n, a, b] = products.shape as [number, number, number];
  if (n === 1) return reshapeValue(graph, products, [a, b]);
  const rows = reshapeValue(graph, products, [n, a * b]);
  return reshapeValue(graph, graph.op("MatMul", [graph.filled(1, [1, n]), rows], [1, a * b], "float"), [a, b]);
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
  const sum = sumImages(graph, product(graph, a, b, [n, ca, ob], { transB: true }));
  if (dys.length === 1) {
    // Taps in row-major order i, j on the side of x.
    const taps = reshapeValue(graph, sum, [kh * kw, c, o]);
    return reshapeValue(graph, transposeValue(graph, taps, [2, 1, 0]), [o, c, kh, kw]);
  }
  return transposeValue(graph, reshapeValue(graph, sum, [kw, c, kh, o]), [3, 1, 2, 0]);
}
