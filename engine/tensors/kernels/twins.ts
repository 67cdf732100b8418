/**
 * Images that stay in blocks of channels. The blocked convolutions of ONNX Runtime take and give images [N, C/b, H, W,
 * b]; an image that comes out of one has that form as its twin, and operators that have a blocked form work on the
 * twins and give another. The plain form of an image with a twin is a reorder, which is dropped with all unused nodes
 * where nothing reads it.
 *
 * Channels are padded to whole blocks. What lies in the padding is finite and never read: filters are padded with
 * zeros.
 */
import { blockedDomain, type Graph, sizeOf, type Value } from "../graph.ts";
import { reshapeValue } from "../layout.ts";
import { padValue, sliceValue } from "./moves.ts";

export const roundUp = (n: number, block: number): number => Math.ceil(n / block) * block;

/** True if images of so many channels stay in blocks: they fill them well enough, and the runtime can reorder them. */
export const staysBlocked = (graph: Graph, channels: number): boolean =>
  graph.blocks.channels > 0 &&
  graph.precision === "float32" &&
  channels % 4 === 0 &&
  channels >= graph.blocks.leastFill * roundUp(channels, graph.blocks.channels);

/** The blocked form of an NCHW image, where it came out of an operator on blocks. */
export const twinOf = (graph: Graph, image: Value): Value | undefined => graph.twins.get(image.name);

/** The blocked form of an NCHW image, made where it is not there. */
export function blockedImage(graph: Graph, image: Value): Value {
  const [n, c, h, w] = image.shape as [number, number, number, number];
  const shape = [n, roundUp(c, graph.blocks.channels), h, w];
  return twinOf(graph, image) ?? graph.op("ReorderInput", [image], shape, "float", {}, blockedDomain);
}

/** The NCHW image of so many channels whose blocked form is given. */
export function imageOf(graph: Graph, blocked: Value, channels: number): Value {
  const [n, , h, w] = blocked.shape as [number, number, number, number];
  const image = graph.op("ReorderOutput", [blocked], [n, channels, h, w], "float", { channels }, blockedDomain);
  if (staysBlocked(graph, channels)) graph.twins.set(image.name, blocked);
  return image;
}

const finiteEverywhere = new Set(["Add", "Sub", "Mul", "Neg", "Sigmoid", "Tanh", "Relu"]);

/** An elementwise operator on twins, where all images have one; other operands are scalars. */
export function elementwiseOnTwins(graph: Graph, operator: string, values: readonly Value[]): Value | undefined {
  if (!finiteEverywhere.has(operator)) return undefined;
  const image = values.find((v) => twinOf(graph, v));
  if (!image) return undefined;
  const operands = values.map((v) => (v.shape.length === 0 ? v : twinOf(graph, v)));
  const same = values.every((v) => v.shape.length === 0 || v.shape.every((d, k) => d === image.shape[k]));
  if (!same || operands.some((v) => v === undefined)) return undefined;
  return imageOf(graph, graph.op(operator, operands as Value[], twinOf(graph, image)!.shape), image.shape[1]!);
}

/** A blocked convolution's image plus a bias per channel: the convolution takes it in. */
export function biasOnTwin(graph: Graph, image: Value, bias: Value): Value | undefined {
  const convolution = graph.producer(twinOf(graph, image)?.name ?? "");
  const channels = image.shape[1]!;
  if (convolution?.operator !== "Conv" || convolution.inputs.length !== 2) return undefined;
  if (bias.shape.length < 3 || bias.shape.at(-3) !== channels || sizeOf(bias.shape) !== channels) return undefined;
  const { shape } = twinOf(graph, image)!;
  const padded = padValue(graph, reshapeValue(graph, bias, [channels]), [0], [shape[1]! - channels]);
  const inputs = [...convolution.inputs.map((name) => graph.value(name)!), padded];
  return imageOf(graph, graph.op("Conv", inputs, shape, "float", convolution.attributes, blockedDomain), channels);
}

/** [N, C] padded to the twin's channels, as one vector. */
function perMap(graph: Graph, vector: Value, channels: number): Value {
  const [n, c] = vector.shape as [number, number];
  return reshapeValue(graph, padValue(graph, vector, [0, 0], [0, channels - c]), [n * channels]);
}

/** A depthwise convolution of all maps of all images at once. */
function depthwise(
  graph: Graph,
  x: Value,
  filter: Value,
  kernel: readonly [number, number],
  more: readonly Value[] = [],
): Value {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const attributes = { pads: [0, 0, 0, 0], strides: [1, 1], dilations: [1, 1], kernel_shape: kernel, group: n * c };
  const inputs = [
    reshapeValue(graph, x, [1, n * c, h, w]),
    reshapeValue(graph, filter, [n * c, 1, ...kernel]),
    ...more,
  ];
  return graph.op("Conv", inputs, [1, n * c, h - kernel[0] + 1, w - kernel[1] + 1], "float", attributes, blockedDomain);
}

/** x·slope + offset (+ added) on twins, with slope and offset [N, C]. */
export function affineOnTwins(graph: Graph, x: Value, slope: Value, offset: Value, added?: Value): Value | undefined {
  const twin = twinOf(graph, x);
  const other = added && twinOf(graph, added);
  if (!twin || (added && !other)) return undefined;
  const [n, c, h, w] = twin.shape as [number, number, number, number];
  const more = [perMap(graph, offset, c), ...(other ? [reshapeValue(graph, other, [1, n * c, h, w])] : [])];
  const y = depthwise(graph, twin, perMap(graph, slope, c), [1, 1], more);
  return imageOf(graph, reshapeValue(graph, y, twin.shape), x.shape[1]!);
}

/** [1, N·C', 1, 1] of a twin as [N, C]. */
function vectorOf(graph: Graph, sums: Value, [n, c]: readonly [number, number]): Value {
  const all = reshapeValue(graph, sums, [n, sizeOf(sums.shape) / n]);
  return all.shape[1] === c ? all : sliceValue(graph, all, [1], [0], [c]);
}

/** Pixels up to which the runtime's running sum of a map is accurate to float32's digits. */
const longestSum = 2 ** 14;

/** Σ over pixels of x·y, [N, C], on twins. */
export function dotOnTwins(graph: Graph, x: Value, y: Value): Value | undefined {
  const [a, b] = [twinOf(graph, x), twinOf(graph, y)];
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (!a || !b || h * w > longestSum) return undefined;
  return vectorOf(graph, depthwise(graph, a, b, [h, w]), [n, c]);
}

/** Σ over pixels, [N, C], on a twin. */
export function sumOnTwin(graph: Graph, x: Value): Value | undefined {
  const twin = twinOf(graph, x);
  const [n, c, h, w] = x.shape as [number, number, number, number];
  if (!twin || h * w > longestSum) return undefined;
  const means = graph.op("GlobalAveragePool", [twin], [n, twin.shape[1]!, 1, 1], "float", {}, blockedDomain);
  return graph.op("Mul", [vectorOf(graph, means, [n, c]), graph.scalar(h * w)], [n, c]);
}

/** Images one after another along their channels, on twins: all but the last fill their blocks. */
export function joinTwins(graph: Graph, images: readonly Value[]): Value | undefined {
  const twins = images.map((v) => twinOf(graph, v));
  const whole = images.slice(0, -1).every((v) => v.shape[1]! % graph.blocks.channels === 0);
  if (!whole || twins.some((t) => t === undefined)) return undefined;
  const sum = (values: readonly Value[]) => values.reduce((total, v) => total + v.shape[1]!, 0);
  const [n, , h, w] = images[0]!.shape as [number, number, number, number];
  const joined = graph.op("Concat", twins as Value[], [n, sum(twins as Value[]), h, w], "float", { axis: 1 });
  return imageOf(graph, joined, sum(images));
}

/** Channels [begin, end) of a twin, where they begin and end at blocks or with the image. */
export function cutTwin(graph: Graph, image: Value, begin: number, end: number): Value | undefined {
  const [twin, b] = [twinOf(graph, image), graph.blocks.channels];
  if (!twin || begin % b !== 0 || (end % b !== 0 && end !== image.shape[1])) return undefined;
  return imageOf(graph, sliceValue(graph, twin, [1], [begin], [roundUp(end, b)]), end - begin);
}

/** Every pixel repeated, on a twin. */
export function enlargeTwin(graph: Graph, image: Value, factors: readonly [number, number]): Value | undefined {
  const twin = twinOf(graph, image);
  if (!twin) return undefined;
  const [n, c, h, w] = twin.shape as [number, number, number, number];
  const attributes = { scales: [1, 1, ...factors], mode: "nearest", coordinate_transformation_mode: "asymmetric" };
  const shape = [n, c, h * factors[0], w * factors[1]];
  return imageOf(graph, graph.op("Upsample", [twin], shape, "float", attributes, blockedDomain), image.shape[1]!);
}

/** Averages of windows that lie side by side, on a twin. */
export function averageTwin(graph: Graph, image: Value, window: readonly [number, number]): Value | undefined {
  const twin = twinOf(graph, image);
  if (!twin) return undefined;
  const [n, c, h, w] = twin.shape as [number, number, number, number];
  const attributes = { kernel_shape: window, strides: window, pads: [0, 0, 0, 0] };
  const shape = [n, c, Math.floor(h / window[0]), Math.floor(w / window[1])];
  return imageOf(graph, graph.op("AveragePool", [twin], shape, "float", attributes, blockedDomain), image.shape[1]!);
}
