/**
 * Lowering of image resizing. Interpolation is separable, so it is a matrix product along each axis, and its gradient
 * the products with the transposed matrices. Whole factors of nearest neighbours need no arithmetic at all.
 */

import { type ResizeOptions, resizeMatrix } from "../../numerics/resize-matrix.ts";
import type { Graph, Value } from "../graph.ts";
import { reshapeValue, type Traced, toPerm, withPerm } from "../layout.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { imagePerm } from "./convolution.ts";
import { product } from "./linear.ts";
import { enlargeTwin } from "./twins.ts";

const optionsOf = (attributes: KernelAttributes, method: ResizeOptions["method"]): ResizeOptions => ({
  method,
  alignCorners: Boolean(attributes["alignCorners"]),
  halfPixelCenters: Boolean(attributes["halfPixelCenters"]),
});

type Size = readonly [number, number];

/** Products with the interpolation matrices from `small` to `large` along both axes, or with their transposes. */
function interpolate(graph: Graph, x: Value, from: Size, to: Size, options: ResizeOptions, transpose: boolean): Value {
  const [n, c] = x.shape as [number, number];
  const [h, w] = transpose ? from : to;
  const matrix = (side: 0 | 1): Value =>
    graph.constant(resizeMatrix(from[side], to[side], options), [to[side], from[side]], "float");
  let y = x;
  if (from[1] !== to[1] || options.halfPixelCenters || options.alignCorners) {
    const rows = reshapeValue(graph, x, [n * c * x.shape[2]!, x.shape[3]!]);
    const along = product(graph, rows, matrix(1), [rows.shape[0]!, w], { transB: !transpose });
    y = reshapeValue(graph, along, [n, c, x.shape[2]!, w]);
  }
  if (from[0] !== to[0] || options.halfPixelCenters || options.alignCorners) {
    const planes = reshapeValue(graph, y, [n * c, y.shape[2]!, w]);
    const left = reshapeValue(graph, matrix(0), [1, to[0], from[0]]);
    const along = product(graph, left, planes, [n * c, h, w], { transA: transpose });
    y = reshapeValue(graph, along, [n, c, h, w]);
  }
  return y;
}

/** Whole factors of nearest neighbours without options: pixels repeat. */
const repeats = (from: Size, to: Size, o: ResizeOptions): boolean =>
  o.method === "nearest" && !o.alignCorners && to[0] % from[0] === 0 && to[1] % from[1] === 0;

function resize(graph: Graph, images: Traced, to: Size, options: ResizeOptions): Traced {
  const x = toPerm(graph, images, imagePerm).value;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (!repeats([h, w], to, options)) return withPerm(interpolate(graph, x, [h, w], to, options, false), imagePerm);
  if (graph.precision === "float32" && x.type === "float") {
    const onTwin = enlargeTwin(graph, x, [to[0] / h, to[1] / w]);
    if (onTwin) return withPerm(onTwin, imagePerm);
    // The runtime's own resize, which exists in single precision only, is six times as fast as an expansion.
    const scales = graph.constant([1, 1, to[0] / h, to[1] / w], [4], "float32");
    const nearest = { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" };
    const output = { shape: [n, c, ...to], type: x.type };
    return withPerm(graph.ops("Resize", [x, undefined, scales], [output], nearest)[0]!, imagePerm);
  }
  // Insert axes of length one, expand, merge.
  const open = reshapeValue(graph, x, [n, c, h, 1, w, 1]);
  const size = [n, c, h, to[0] / h, w, to[1] / w];
  const wide = graph.op("Expand", [open, graph.ints(size)], size, x.type);
  return withPerm(reshapeValue(graph, wide, [n, c, ...to]), imagePerm);
}

function resizeGradient(graph: Graph, dy: Traced, from: Size, options: ResizeOptions): Traced {
  const g = toPerm(graph, dy, imagePerm).value;
  const [n, c, oh, ow] = g.shape as [number, number, number, number];
  if (!repeats(from, [oh, ow], options)) {
    return withPerm(interpolate(graph, g, from, [oh, ow], options, true), imagePerm);
  }
  const blocks = reshapeValue(graph, g, [n, c, from[0], oh / from[0], from[1], ow / from[1]]);
  return withPerm(
    graph.op("ReduceSum", [blocks, graph.ints([3, 5])], [n, c, ...from], "float", { keepdims: 0 }),
    imagePerm,
  );
}

export function registerResize(): void {
  for (const [kernel, method] of [
    ["ResizeBilinear", "bilinear"],
    ["ResizeNearestNeighbor", "nearest"],
  ] as const) {
    lower(kernel, ({ graph, named, attributes }) =>
      resize(graph, named["images"]!, attributes["size"] as [number, number], optionsOf(attributes, method)),
    );
    lower(`${kernel}Grad`, ({ graph, named, attributes }) => {
      const [, h, w] = named["images"]!.shape as [number, number, number, number];
      return resizeGradient(graph, named["dy"]!, [h, w], optionsOf(attributes, method));
    });
  }
}
