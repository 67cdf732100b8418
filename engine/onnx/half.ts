/**
 * Images and filters in float16, sums in float32: a rewrite of a recorded graph for devices whose memory is the bound. What is large is kept
 * in half the bytes; vectors, reductions and what only reductions read stay as they are, and numbers are cast where one meets the other.
 */
import type { Constant, ElementType, Graph, GraphNode, Value } from "../graph.ts";
import { innerGraphs, sizeOf } from "../graph.ts";
import { elementCode } from "./model.ts";

/** Values with fewer elements stay in float32: they cost no time, and hold noise levels and their embeddings. */
const leastElements = 1024;

/** Largest finite number of float16. */
const largest = 65504;

/** Operators that may read and write float16. */
const halves = new Set([
  ...[
    "Conv",
    "ConvTranspose",
    "MatMul",
    "Gemm",
    "BatchNormalization",
    "AveragePool",
    "MaxPool",
    "Resize",
    "Pad",
    "Tile",
    "Expand",
  ],
  ...["Add", "Sub", "Mul", "Div", "Neg", "Relu", "Sigmoid", "Tanh", "QuickGelu"],
  ...["Concat", "Split", "Slice", "Reshape", "Transpose", "Identity", "Gather"],
]);

const reductions = new Set(["ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "GlobalAveragePool", "Softmax"]);

/** Turns images and filters of a graph into float16, in place; inputs and outputs stay as they are. */
export function storeHalf(graph: Graph): void {
  // What a loop's body reads from outside has the type that it was recorded with.
  if (graph.nodes.some((node) => innerGraphs(node).length > 0)) return;
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const summed = (name: string) => (readers.get(name) ?? []).every(({ operator }) => reductions.has(operator));
  const isHalf = (node: GraphNode): boolean =>
    halves.has(node.operator) &&
    node.outputs.every((name) => {
      const { type, shape } = graph.value(name)!;
      return type === "float" && sizeOf(shape) >= leastElements && !outputs.has(name) && !summed(name);
    });
  const half = new Set<string>();
  const constants = [...graph.constants.values()];
  for (const constant of constants) {
    const used = readers.get(constant.name) ?? [];
    if (isStorable(constant) && used.length > 0 && used.every(isHalf)) half.add(constant.name);
  }
  for (const node of graph.nodes) if (isHalf(node)) for (const name of node.outputs) half.add(name);
  const added: GraphNode[] = [];
  const casts = new Map<string, string>();
  const cast = (name: string, type: ElementType): string => {
    const known = casts.get(name);
    if (known) return known;
    const { shape } = graph.value(name)!;
    const to = { to: elementCode(type, graph.precision) };
    const { nodes, value } = graph.collect(() => graph.op("Cast", [graph.value(name)!], shape, type, to));
    added.push(...nodes);
    casts.set(name, value.name);
    return value.name;
  };
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes) {
    const wanted: ElementType = isHalf(node) ? "float16" : "float";
    const inputs = node.inputs.map((name) => {
      const value: Value | undefined = name === "" ? undefined : graph.value(name);
      if (value?.type !== "float") return name;
      return half.has(name) === (wanted === "float16") ? name : cast(name, wanted);
    });
    nodes.push(...added.splice(0), { ...node, inputs });
  }
  graph.nodes = nodes;
  for (const constant of constants) {
    if (half.has(constant.name))
      graph.constants.set(constant.name, { ...constant, type: "float16", data: toHalf(constant.data) });
  }
}

const isStorable = ({ type, data, shape }: Constant): boolean =>
  type === "float" && sizeOf(shape) >= leastElements && (data as Float32Array).every((v) => Math.abs(v) <= largest);

/** Bits of the nearest numbers of float16, ties to even. */
export function toHalf(values: ArrayLike<number | bigint>): Uint16Array {
  return Uint16Array.from(values as ArrayLike<number>, halfBits);
}

function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  // Steps are 2⁻²⁴ below the smallest normal number, else 2⁻¹⁰ of the power of two below.
  let power = Math.max(-14, Math.floor(Math.log2(size)));
  if (power > -14 && size < 2 ** power) power--;
  if (size >= 2 ** (power + 1)) power++;
  const steps = size / 2 ** (power - 10);
  const whole = Math.floor(steps);
  const rest = steps - whole;
  const rounded = whole + (rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? 1 : 0);
  // A carry into the next power of two comes out right by adding.
  return sign | ((power + 14) * 1024 + rounded);
}
