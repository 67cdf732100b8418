/**
 * Gradients that TensorFlow.js lacks or gets wrong, registered for every backend, so that compiled and eager functions
 * agree. Wrong in tfjs 4.22: Cumsum (permutes the result for all axes but the last), AvgPool (divides by whole windows
 * where the forward leaves padding out), ResizeBilinear and ResizeNearestNeighbor (ignore halfPixelCenters; the
 * bilinear one swaps height and width of its result), Erf and Selu (constants rounded to float32), Maximum, Minimum,
 * SquaredDifference and BatchMatMul (fail where an operand was broadcast), Prod (fails for negative axes), Unpack
 * (fails for one slice). Missing: TopK, GatherNd, ScatterNd, TensorScatterUpdate, and the zero gradients of
 * comparisons, without which `tf.where(tf.greater(x, 0), …)` cannot be differentiated.
 */
import { type ResizeOptions, resizeMatrix } from "../numerics/resize-matrix.ts";
import { tf } from "./tensor.ts";
import { constant, isTracing } from "./trace.ts";

type Gradient = Parameters<typeof tf.registerGradient>[0];
type GradFunc = NonNullable<Gradient["gradFunc"]>;

const one = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(dy) ? dy[0]! : dy);

/** The values' gradients go back to the positions they came from. */
const topK: GradFunc = (dy, saved) => {
  const [x, indices] = saved as [tf.Tensor, tf.Tensor];
  return {
    x: () => {
      const n = x.shape.at(-1)!;
      const k = indices.shape.at(-1)!;
      const rows = x.size / n;
      const start = tf.tensor(
        Int32Array.from({ length: rows }, (_, i) => i * n),
        [rows, 1],
        "int32",
      );
      const at = tf.reshape(tf.add(tf.reshape(indices, [rows, k]), start), [rows * k, 1]);
      return tf.reshape(tf.scatterND(at as tf.Tensor2D, tf.reshape(one(dy), [rows * k]), [x.size]), x.shape);
    },
  };
};

const selu: GradFunc = (dy, saved) => {
  const x = saved[0]!;
  const [scale, alpha] = [1.0507009873554805, 1.6732632423543772];
  return {
    x: () => {
      const below = tf.mul(tf.exp(tf.minimum(x, 0)), constant(scale * alpha));
      return tf.mul(one(dy), tf.where(tf.less(x, 0), below, tf.mul(tf.onesLike(x), constant(scale))));
    },
  };
};

const averagePool: GradFunc = (dy, saved, attributes) => {
  const x = saved[0] as tf.Tensor4D;
  const { filterSize, strides, pad } = attributes as unknown as {
    filterSize: [number, number];
    strides: [number, number];
    pad: "same";
  };
  return {
    x: () => {
      const info = tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad);
      const inside = (out: number, stride: number, k: number, before: number, size: number) =>
        Array.from({ length: out }, (_, o) => {
          const begin = o * stride - before;
          return k / (Math.min(begin + k, size) - Math.max(begin, 0));
        });
      const rows = inside(info.outHeight, info.strideHeight, info.filterHeight, info.padInfo.top, info.inHeight);
      const columns = inside(info.outWidth, info.strideWidth, info.filterWidth, info.padInfo.left, info.inWidth);
      const gain = rows.flatMap((a) => columns.map((b) => a * b));
      const whole = gain.every((g) => g === 1);
      const scaled = whole ? one(dy) : tf.mul(one(dy), constant(gain, [1, rows.length, columns.length, 1]));
      const kernelAttributes = { filterSize, strides, pad } as unknown as tf.NamedAttrMap;
      return tf.engine().runKernel("AvgPoolGrad", { dy: scaled, input: x }, kernelAttributes) as tf.Tensor;
    },
  };
};

const resize =
  (method: ResizeOptions["method"], kernel: string): GradFunc =>
  (dy, saved, attributes) => {
    const images = saved[0] as tf.Tensor4D;
    return {
      images: () => {
        if (isTracing()) return tf.engine().runKernel(kernel, { dy: one(dy), images }, attributes) as tf.Tensor;
        const [n, h, w, c] = images.shape;
        const [, oh, ow] = one(dy).shape as [number, number, number, number];
        const { alignCorners, halfPixelCenters } = attributes as unknown as ResizeOptions;
        const matrix = (from: number, to: number) =>
          tf.tensor2d(Float32Array.from(resizeMatrix(from, to, { method, alignCorners, halfPixelCenters })), [
            to,
            from,
          ]);
        const planes = tf.reshape(tf.transpose(one(dy), [0, 3, 1, 2]), [n * c * oh, ow]);
        const columns = tf.reshape(tf.matMul(planes, matrix(w, ow)), [n, c, oh, w]);
        const rows = tf.reshape(tf.transpose(columns, [0, 1, 3, 2]), [n * c * w, oh]);
        return tf.transpose(tf.reshape(tf.matMul(rows, matrix(h, oh)), [n, c, w, h]), [0, 3, 2, 1]);
      },
    };
  };

/** Sums a broadcast gradient back to the shape of its operand. */
function sumTo(t: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const missing = t.rank - shape.length;
  const axes = t.shape.flatMap((d, i) => (i < missing || (shape[i - missing] === 1 && d !== 1) ? [i] : []));
  return axes.length === 0 ? t : tf.reshape(tf.sum(t, axes), [...shape]);
}

/** tfjs' own gradient of a kernel with operands a and b, summed over the axes along which each was broadcast. */
function broadcasting(kernelName: string): Gradient {
  const original = tf.getGradient(kernelName);
  return {
    ...original,
    gradFunc: (dy, saved, attributes) => {
      const [a, b] = saved as [tf.Tensor, tf.Tensor];
      const own = original.gradFunc(dy, saved, attributes) as Record<"a" | "b", () => tf.Tensor>;
      return { a: () => sumTo(own.a(), a.shape), b: () => sumTo(own.b(), b.shape) };
    },
  };
}

/** A comparison or logical kernel: zero almost everywhere. */
const piecewiseConstant = (kernelName: string, names: readonly string[] = ["a", "b"]): Gradient => ({
  kernelName,
  inputsToSave: [...names],
  gradFunc: (_dy, saved) => Object.fromEntries(names.map((name, i) => [name, () => tf.zeros(saved[i]!.shape)])),
});

/** The product of all other factors: exclusive products from both ends, which need no division. */
const product: GradFunc = (dy, saved, attributes) => {
  const x = saved[0]!;
  return {
    x: () => {
      const axes = tf.util.parseAxisParam(attributes["axis"] as number, x.shape);
      const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
      const perm = [...kept, ...axes];
      const length = axes.reduce((n, axis) => n * x.shape[axis]!, 1);
      const rows = tf.reshape(tf.transpose(x, perm), [-1, length]);
      const others = tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));
      const gradient = tf.reshape(
        tf.mul(others, tf.reshape(one(dy), [-1, 1])),
        perm.map((axis) => x.shape[axis]!),
      );
      return tf.transpose(
        gradient,
        perm.map((_, i) => perm.indexOf(i)),
      );
    },
  };
};

const gradients = (): readonly Gradient[] => [
  ...["Maximum", "Minimum", "SquaredDifference", "BatchMatMul"].map(broadcasting),
  ...["Greater", "GreaterEqual", "Less", "LessEqual", "Equal", "NotEqual"].map((name) => piecewiseConstant(name)),
  ...["LogicalAnd", "LogicalOr"].map((name) => piecewiseConstant(name)),
  piecewiseConstant("LogicalNot", ["x"]),
  { kernelName: "Prod", inputsToSave: ["x"], gradFunc: product },
  {
    kernelName: "Unpack",
    gradFunc: (dy, _saved, attributes) => ({ value: () => tf.stack([dy].flat(), Number(attributes["axis"])) }),
  },
  { kernelName: "TopK", inputsToSave: ["x"], outputsToSave: [false, true], gradFunc: topK },
  {
    kernelName: "GatherNd",
    inputsToSave: ["params", "indices"],
    gradFunc: (dy, saved) => {
      const [params, indices] = saved as [tf.Tensor, tf.Tensor];
      return { params: () => tf.scatterND(indices as tf.Tensor2D, one(dy), params.shape) };
    },
  },
  {
    kernelName: "ScatterNd",
    inputsToSave: ["indices"],
    gradFunc: (dy, saved) => ({ updates: () => tf.gatherND(one(dy), saved[0]!) }),
  },
  {
    kernelName: "TensorScatterUpdate",
    inputsToSave: ["indices", "updates"],
    gradFunc: (dy, saved) => {
      const [indices, updates] = saved as [tf.Tensor, tf.Tensor];
      return {
        // tfjs' plain backend writes into the tensor that it is given, so it is given a new one.
        tensor: () => tf.neg(tf.tensorScatterUpdate(tf.neg(one(dy)), indices as tf.Tensor2D, tf.zerosLike(updates))),
        updates: () => tf.gatherND(one(dy), indices),
      };
    },
  },
  {
    kernelName: "Cumsum",
    gradFunc: (dy, _saved, attributes) => {
      const { axis, exclusive, reverse } = attributes as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => tf.cumsum(one(dy), axis, exclusive, !reverse) };
    },
  },
  {
    kernelName: "Erf",
    inputsToSave: ["x"],
    gradFunc: (dy, saved) => ({
      x: () => tf.mul(one(dy), tf.mul(tf.exp(tf.neg(tf.square(saved[0]!))), constant(2 / Math.sqrt(Math.PI)))),
    }),
  },
  { kernelName: "Selu", inputsToSave: ["x"], gradFunc: selu },
  { kernelName: "AvgPool", inputsToSave: ["x"], gradFunc: averagePool },
  { kernelName: "ResizeBilinear", inputsToSave: ["images"], gradFunc: resize("bilinear", "ResizeBilinearGrad") },
  {
    kernelName: "ResizeNearestNeighbor",
    inputsToSave: ["images"],
    gradFunc: resize("nearest", "ResizeNearestNeighborGrad"),
  },
];

let done = false;

/** Registers the gradients, once. */
export function registerGradients(): void {
  if (done) return;
  done = true;
  for (const gradient of gradients()) tf.registerGradient(gradient);
}
