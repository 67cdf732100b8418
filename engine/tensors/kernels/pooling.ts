/** Lowering of pooling and its gradients on NCHW images. As in TensorFlow, averages leave the padding out. */
import { type Graph, sizeOf, type Value } from "../graph.ts";
import { reshapeValue, toPerm, withPerm } from "../layout.ts";
import { tf } from "../tensor.ts";
import { type KernelAttributes, lower } from "../trace.ts";
import { imagePerm } from "./convolution.ts";
import { bi, castValue } from "./elementwise.ts";
import { padValue } from "./moves.ts";
import { spreadTaps, tapsOf } from "./taps.ts";
import { averageTwin } from "./twins.ts";

interface Pool {
  readonly kernel_shape: readonly [number, number];
  readonly strides: readonly [number, number];
  /** top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
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

/** Pixels of every window that lie inside the image, [1, 1, OH, OW]. */
function windowCounts(
  graph: Graph,
  pool: Pool,
  out: readonly [number, number],
  image: readonly [number, number],
): Value {
  const along = (side: 0 | 1) =>
    Array.from({ length: out[side] }, (_, o) => {
      const begin = o * pool.strides[side] - pool.pads[side];
      return Math.min(begin + pool.kernel_shape[side], image[side]) - Math.max(begin, 0);
    });
  const columns = along(1);
  return graph.constant(
    along(0).flatMap((h) => columns.map((w) => h * w)),
    [1, 1, ...out],
    "float",
  );
}

const undilated = (pool: Pool) => ({ ...pool, dilations: [1, 1] as const });

/** Windows that tile the image from its first pixel on without overlap. */
const tiles = (pool: Pool) =>
  pool.kernel_shape.every((k, i) => k === pool.strides[i]) && pool.pads.every((p) => p === 0);

function averageGradient(graph: Graph, dy: Value, pool: Pool, image: readonly [number, number]): Value {
  const [kh, kw] = pool.kernel_shape;
  const scaled = bi(graph, "Mul", dy, graph.scalar(1 / (kh * kw)));
  const [n, c, h, w] = dy.shape as [number, number, number, number];
  if (!tiles(pool)) {
    const taps = Array.from({ length: kh * kw }, () => scaled);
    return spreadTaps(graph, taps, pool.kernel_shape, [n, c, ...image], undilated(pool));
  }
  const open = reshapeValue(graph, scaled, [n, c, h, 1, w, 1]);
  const size = [n, c, h, kh, w, kw];
  const full = reshapeValue(graph, graph.op("Expand", [open, graph.ints(size)], size), [n, c, h * kh, w * kw]);
  return padValue(graph, full, [0, 0, 0, 0], [0, 0, image[0] - h * kh, image[1] - w * kw]);
}

/** The gradient of max pooling through the positions that the runtime reports. */
function scatterToLargest(graph: Graph, x: Value, dy: Value, pool: Pool): Value {
  const outputs = [
    { shape: dy.shape, type: "float" },
    { shape: dy.shape, type: "int64" },
  ] as const;
  const at = graph.ops("MaxPool", [x], outputs, { ...pool })[1]!;
  const size = [sizeOf(x.shape)];
  const flat = [sizeOf(dy.shape)];
  const zeros = graph.op("Expand", [graph.scalar(0), graph.ints(size)], size, "float");
  const inputs = [zeros, reshapeValue(graph, at, flat), reshapeValue(graph, dy, flat)];
  const dx = graph.op("ScatterElements", inputs, size, "float", { axis: 0, reduction: "add" });
  return reshapeValue(graph, dx, x.shape);
}

/** The same tap by tap: each takes the gradient where it equals the maximum and no earlier tap did. */
function spreadToLargest(graph: Graph, x: Value, dy: Value, pool: Pool): Value {
  const g = undilated(pool);
  const out = [dy.shape[2]!, dy.shape[3]!] as const;
  const largest = graph.op("MaxPool", [x], dy.shape, "float", { ...pool });
  let free = dy;
  const taps = tapsOf(graph, x, pool.kernel_shape, out, g, -3.4028234663852886e38).map((tap) => {
    const hit = castValue(graph, bi(graph, "Equal", tap, largest, "bool"), "float");
    const share = bi(graph, "Mul", hit, free);
    free = bi(graph, "Sub", free, share);
    return share;
  });
  return spreadTaps(graph, taps, pool.kernel_shape, x.shape, g);
}

export function registerPooling(): void {
  lower("AvgPool", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    const { out, ...pool } = poolGeometry(named["x"]!.shape, attributes);
    const onTwin = tiles(pool) ? averageTwin(graph, x, pool.kernel_shape) : undefined;
    if (onTwin) return withPerm(onTwin, imagePerm);
    if (graph.precision === "float32") {
      return withPerm(graph.op("AveragePool", [x], [...x.shape.slice(0, 2), ...out], "float", { ...pool }), imagePerm);
    }
    const image = [x.shape[2]!, x.shape[3]!] as const;
    const taps = tapsOf(graph, x, pool.kernel_shape, out, undilated(pool));
    const sums = taps.reduce((a, b) => bi(graph, "Add", a, b));
    return withPerm(bi(graph, "Div", sums, windowCounts(graph, pool, out, image)), imagePerm);
  });
  // As defined by tfjs: divides by whole windows. The gradient of AvgPool corrects for the padding (gradients.ts).
  lower("AvgPoolGrad", ({ graph, named, attributes }) => {
    const dy = toPerm(graph, named["dy"]!, imagePerm).value;
    const { out: _, ...pool } = poolGeometry(named["input"]!.shape, attributes);
    const [, h, w] = named["input"]!.shape as [number, number, number, number];
    return withPerm(averageGradient(graph, dy, pool, [h, w]), imagePerm);
  });
  lower("MaxPool", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["x"]!, imagePerm).value;
    const { out, ...pool } = poolGeometry(named["x"]!.shape, attributes);
    return withPerm(graph.op("MaxPool", [x], [...x.shape.slice(0, 2), ...out], "float", { ...pool }), imagePerm);
  });
  // The gradient goes to the first largest pixel of every window.
  lower("MaxPoolGrad", ({ graph, named, attributes }) => {
    const x = toPerm(graph, named["input"]!, imagePerm).value;
    const dy = toPerm(graph, named["dy"]!, imagePerm).value;
    const { out: _, ...pool } = poolGeometry(named["input"]!.shape, attributes);
    // GPUs do not give the positions of largest pixels. The graphs of CPUs are blocked or of float64.
    const positions = graph.blocks.channels > 0 || graph.precision === "float64";
    return withPerm((positions ? scatterToLargest : spreadToLargest)(graph, x, dy, pool), imagePerm);
  });
}
