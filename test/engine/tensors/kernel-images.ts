/** The kernel table, continued: images, convolutions, indexing, sorting. */

import { tf } from "../../../engine/index.ts";
import { conv2d, groupNorm, upsampleNearest } from "../../../engine/tensors/index.ts";
import type { Draw, KernelTable } from "./kernel-harness.ts";

type Image = tf.Tensor4D;

const image = (d: Draw, channels = d.int(1, 5), smallest = 3, largest = 7) => [
  d.int(1, 2),
  d.int(smallest, largest),
  d.int(smallest, largest),
  channels,
];

/** Strides or dilations, never both above one (tfjs refuses that). */
function steps(d: Draw): { strides: [number, number]; dilations: [number, number] } {
  const [a, b] = [d.int(1, 2), d.int(1, 2)];
  return d.int(0, 2) === 0 ? { strides: [1, 1], dilations: [a, b] } : { strides: [a, b], dilations: [1, 1] };
}

const padding = (d: Draw) =>
  d.pick<"same" | "valid" | [[0, 0], [number, number], [number, number], [0, 0]]>([
    "same",
    "valid",
    [
      [0, 0],
      [d.int(0, 2), d.int(0, 2)],
      [d.int(0, 2), d.int(0, 2)],
      [0, 0],
    ],
  ]);

/** Of group norms: variances of a few pixels may be near zero, where central differences are not exact. */
const epsilon = 0.1;

export const imageKernels: KernelTable = {
  Conv2D: (d) => {
    const shape = image(d, d.int(1, 5), 5, 8);
    const filter = [d.int(1, 3), d.int(1, 3), shape[3]!, d.int(1, 5)];
    const { strides, dilations } = steps(d);
    const pad = padding(d);
    return {
      inputs: [{ shape }, { shape: filter }],
      fn: (x, w) => tf.conv2d(x as Image, w as Image, strides, pad as "same", "NHWC", dilations),
      gradient: dilations.every((s) => s === 1),
    };
  },
  "Conv2D with channels in whole blocks": (d) => {
    const shape = [d.int(1, 2), d.int(4, 6), d.int(4, 6), 16];
    const filter = [d.pick([1, 3]), d.pick([1, 3]), 16, d.pick([16, 32])];
    return { inputs: [{ shape }, { shape: filter }], fn: (x, w) => tf.conv2d(x as Image, w as Image, 1, "same") };
  },
  "Conv2D of whole blocks of images": (d) => {
    // Filter gradients by a convolution: strides and dilations change places.
    const side = d.int(4, 7);
    const strides = d.pick([1, 2]);
    const shape = [d.pick([16, 32]), side, d.int(4, 7), d.int(4, 6)];
    const filter = [d.int(2, 3), d.int(1, 3), shape[3]!, d.pick([13, 16, 40, 48])];
    const pad = padding(d);
    return {
      inputs: [{ shape }, { shape: filter }],
      fn: (x, w) => tf.conv2d(x as Image, w as Image, strides, pad as "same"),
    };
  },
  "groupNorm, with and without SiLU": (d) => {
    const channels = d.pick([4, 6]);
    // Images whose pixels fill blocks, and others.
    const shape = [d.int(1, 3), d.pick([4, 8, 3]), d.pick([4, 2, 5]), channels];
    const vectors = [{ shape: [channels] }, { shape: [channels] }];
    const modulated = d.int(0, 1) === 1;
    const films = modulated ? [{ shape: [shape[0]!, channels] }, { shape: [shape[0]!, channels] }] : [];
    const active = d.int(0, 1) === 1;
    return {
      inputs: [{ shape }, ...vectors, ...films],
      fn: (x, gain, offset, scale, shift) =>
        groupNorm(
          x as Image,
          gain as tf.Tensor1D,
          offset as tf.Tensor1D,
          {
            groups: 2,
            ...(modulated && { film: [scale as tf.Tensor2D, shift as tf.Tensor2D] }),
            ...(active && { activation: "silu" }),
          },
          epsilon,
        ),
    };
  },
  "a chain of operators on images in blocks": (d) => {
    const channels = d.pick([16, 32]);
    const [from, to] = [d.int(1, 5), d.pick([1, 3, 8, 16, 20])];
    return {
      inputs: [
        { shape: [d.int(1, 2), 4, 6, from] },
        { shape: [3, 3, from, channels], low: -0.5, high: 0.5 },
        { shape: [3, 3, 2 * channels, to], low: -0.5, high: 0.5 },
        { shape: [channels], low: 0.5 },
        { shape: [channels] },
      ],
      fn: (x, first, last, gain, offset) => {
        const y = tf.add(conv2d(x as Image, first as Image), offset!) as Image;
        const h = groupNorm(y, gain as tf.Tensor1D, offset as tf.Tensor1D, { groups: 2, activation: "silu" }, epsilon);
        const pooled = tf.avgPool(upsampleNearest(h, 2), 2, 2, "valid");
        const joined = tf.concat([tf.add(pooled, tf.tanh(y)), tf.mul(tf.sub(y, h), 0.5)], 3) as Image;
        const halves = tf.split(joined, 2, 3);
        return conv2d(tf.concat([halves[1]!, tf.sigmoid(halves[0]!)], 3) as Image, last as Image);
      },
    };
  },
  "Conv2D twice with a residual": (d) => {
    const shape = image(d, 4);
    const filter = [3, 3, 4, 4];
    return {
      inputs: [{ shape }, { shape: filter }, { shape: [4] }],
      fn: (x, w, b) => {
        const y = tf.relu(tf.add(tf.conv2d(x as Image, w as Image, 1, "same"), b!)) as Image;
        return tf.add(tf.conv2d(y, w as Image, 1, "same"), x!);
      },
    };
  },
  Conv2DBackpropInput: (d) => {
    const stride = d.int(1, 2);
    const [n, h, w, c, o] = [d.int(1, 2), d.int(2, 4), d.int(2, 4), d.int(1, 3), d.int(1, 3)];
    return {
      inputs: [{ shape: [n, h, w, o] }, { shape: [3, 3, c, o] }],
      fn: (dy, f) => tf.conv2dTranspose(dy as Image, f as Image, [n, h * stride, w * stride, c], stride, "same"),
    };
  },
  FusedBatchNorm: (d) => {
    const shape = image(d);
    const one = { shape: [shape[3]!] };
    return {
      inputs: [{ shape }, one, { ...one, low: 0.5, high: 2 }, one, one],
      fn: (x, mean, variance, offset, scale) =>
        tf.batchNorm(
          x!,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          0.01,
        ),
    };
  },
  AvgPool: (d) => {
    const shape = image(d, 2, 4, 7);
    const [k, stride] = [d.int(1, 3), d.int(1, 3)];
    const pad = d.pick(["same", "valid"] as const);
    return { inputs: [{ shape }], fn: (x) => tf.avgPool(x as Image, k, stride, pad) };
  },
  "AvgPool of tiles": (d) => {
    const shape = image(d, 2, 4, 7);
    const k = d.int(2, 3);
    return { inputs: [{ shape }], fn: (x) => tf.avgPool(x as Image, k, k, "valid") };
  },
  MaxPool: (d) => {
    const shape = image(d, 2, 4, 7);
    const [k, stride] = [d.int(1, 3), d.int(1, 3)];
    const pad = d.pick(["same", "valid"] as const);
    return { inputs: [{ shape }], fn: (x) => tf.maxPool(x as Image, k, stride, pad) };
  },
  ResizeNearestNeighbor: (d) => {
    const shape = image(d, 2, 2, 5);
    const size: [number, number] = d.int(0, 1) ? [shape[1]! * 2, shape[2]! * 3] : [d.int(1, 9), d.int(1, 9)];
    const [align, half] = d.pick([
      [false, false],
      [true, false],
      [false, true],
    ] as const);
    return { inputs: [{ shape }], fn: (x) => tf.image.resizeNearestNeighbor(x as Image, size, align, half) };
  },
  ResizeBilinear: (d) => {
    const shape = image(d, 2, 2, 5);
    const size: [number, number] = [d.int(1, 9), d.int(1, 9)];
    const [align, half] = d.pick([
      [false, false],
      [true, false],
      [false, true],
    ] as const);
    return { inputs: [{ shape }], fn: (x) => tf.image.resizeBilinear(x as Image, size, align, half) };
  },
  "an image after a convolution, moved about": (d) => {
    const shape = image(d, 3, 4, 4);
    return {
      inputs: [{ shape }, { shape: [3, 3, 3, 4] }],
      fn: (x, w) => {
        const y = tf.conv2d(x as Image, w as Image, 1, "same");
        const padded = tf.mirrorPad(
          tf.pad(y, [
            [0, 0],
            [1, 0],
            [0, 1],
            [0, 0],
          ]),
          [
            [0, 0],
            [1, 1],
            [0, 0],
            [0, 0],
          ],
          "reflect",
        );
        return tf.concat([tf.softmax(padded), tf.cumsum(padded, 2), tf.reverse(padded, [1, 3])], 3);
      },
      gradient: false,
    };
  },
};

const indices = (d: Draw, shape: number[], below: number) => ({
  shape,
  dtype: "int32" as const,
  low: 0,
  high: Math.max(1, d.int(1, below)),
});

export const indexKernels: KernelTable = {
  GatherV2: (d) => {
    const shape = d.shape(1, 3);
    const axis = d.int(0, shape.length - 1);
    return {
      inputs: [{ shape }, indices(d, d.shape(0, 2), shape[axis]!)],
      fn: (x, i) => tf.gather(x!, i as tf.Tensor1D, axis),
    };
  },
  "GatherV2 after a convolution": (d) => {
    const shape = image(d, 2, 3, 4);
    return {
      inputs: [{ shape }, { shape: [1, 1, 2, 3] }, indices(d, [5], 3)],
      fn: (x, w, i) => tf.gather(tf.conv2d(x as Image, w as Image, 1, "same"), i as tf.Tensor1D, 3),
    };
  },
  "GatherV2 in batches": (d) => {
    const [batch, length] = [d.int(1, 3), d.int(1, 4)];
    const axis = d.int(1, 2);
    const shape = axis === 1 ? [batch, length, d.int(1, 3)] : [batch, d.int(1, 3), length];
    return {
      inputs: [{ shape }, indices(d, [batch, d.int(1, 4)], length)],
      fn: (x, i) => tf.gather(x!, i as tf.Tensor1D, axis, 1),
      gradient: false,
    };
  },
  GatherNd: (d) => {
    const shape = d.shape(2, 3);
    const depth = d.int(1, 2);
    const below = Math.min(...shape.slice(0, depth));
    return { inputs: [{ shape }, indices(d, [d.int(1, 4), depth], below)], fn: (x, i) => tf.gatherND(x!, i!) };
  },
  ScatterNd: (d) => {
    const shape = d.shape(1, 3);
    const depth = d.int(1, shape.length);
    const below = Math.min(...shape.slice(0, depth));
    const n = d.int(1, 5);
    return {
      inputs: [{ shape: [n, ...shape.slice(depth)] }, indices(d, [n, depth], below)],
      fn: (u, i) => tf.scatterND(i as tf.Tensor2D, u!, shape),
    };
  },
  TensorScatterUpdate: (d) => {
    const shape = [d.int(3, 5), d.int(1, 3)];
    return {
      inputs: [{ shape }, { shape: [2, 1], dtype: "int32", data: [2, 0] }, { shape: [2, shape[1]!] }],
      fn: (x, i, u) => tf.tensorScatterUpdate(x!, i as tf.Tensor2D, u!),
    };
  },
  UnsortedSegmentSum: (d) => {
    const shape = d.shape(1, 3);
    const count = d.int(1, 4);
    return {
      inputs: [{ shape }, { shape: [shape[0]!], dtype: "int32", low: -1, high: count + 1 }],
      fn: (x, ids) => tf.unsortedSegmentSum(x!, ids as tf.Tensor1D, count),
      gradient: false,
    };
  },
  TopK: (d) => {
    const shape = d.shape(1, 3, 6);
    const k = d.int(1, shape.at(-1)!);
    return { inputs: [{ shape }], fn: (x) => tf.topk(x!, k).values };
  },
  "TopK along an axis that lies elsewhere": (d) => {
    const shape = d.shape(2, 3, 6);
    return { inputs: [{ shape }], fn: (x) => tf.topk(tf.transpose(x!), shape[0]!).values };
  },
  "TopK indices, ties in order": (d) => {
    const shape = d.shape(1, 2, 6);
    return {
      inputs: [{ shape, dtype: "int32", low: 0, high: 3 }],
      fn: (x) => tf.topk(x!, shape.at(-1)!).indices,
      gradient: false,
    };
  },
  OneHot: (d) => ({
    inputs: [{ shape: d.shape(0, 3), dtype: "int32", low: -1, high: 5 }],
    fn: (i) => tf.oneHot(i!, 4, 2, -1),
    gradient: false,
  }),
  Diag: (d) => ({ inputs: [{ shape: d.shape(1, 2, 3) }], fn: (x) => tf.diag(x!), gradient: false }),
  Range: (d) => {
    const [start, step] = [d.int(-5, 5), d.pick([1, 2, -2, 0.5])];
    const stop = start + step * d.int(1, 6);
    const n = Math.abs(Math.ceil((stop - start) / step));
    return { inputs: [{ shape: [n] }], fn: (x) => tf.mul(tf.range(start, stop, step, "float32"), x!) };
  },
  LinSpace: (d) => {
    const n = d.int(2, 6);
    return { inputs: [{ shape: [n] }], fn: (x) => tf.mul(tf.linspace(-1, 2, n), x!) };
  },
};
