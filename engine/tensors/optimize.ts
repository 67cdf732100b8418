/** Rewrites of a recorded graph before it is encoded. */
import {
  blockedDomain,
  type Graph,
  type GraphNode,
  innerGraphs,
  outerNames,
  removeUnused,
  sizeOf,
  type Value,
} from "./graph.ts";
import { reshapeValue } from "./layout.ts";

/** Applies all rewrites in place, and drops what no output needs. */
export function optimize(graph: Graph): void {
  if (graph.nodes.some((node) => node.operator === "Conv")) {
    fuseConvolutionBias(graph);
    removeUnused(graph);
    fuseConvolutionSum(graph);
  }
  // Graphs in float64 are the solvers'.
  const columns = graph.precision === "float64";
  if (columns) spreadNumbers(graph);
  removeUnused(graph);
  if (columns) writeOutputs(graph);
}

/** Number of times that every value that a convolution gave is read, in blocks or out of them. */
function useCounts(graph: Graph): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { operator, outputs } of graph.nodes) {
    if (operator === "Conv" || operator === "ReorderOutput") counts.set(outputs[0]!, 0);
  }
  const use = (name: string) => {
    const count = counts.get(name);
    if (count !== undefined) counts.set(name, count + 1);
  };
  for (const node of graph.nodes) {
    node.inputs.forEach(use);
    for (const inner of innerGraphs(node)) outerNames(inner).forEach(use);
  }
  return counts;
}

/** conv(x, w) + b with b per channel is conv(x, w, b): the runtime does this itself only for constant b. */
function fuseConvolutionBias(graph: Graph): void {
  const uses = useCounts(graph);
  const once = (name: string) => uses.get(name) === 1;
  const renamed = new Map<string, string>();
  const dropped = new Set<GraphNode>();
  const replacements = new Map<GraphNode, readonly GraphNode[]>();
  for (const node of graph.nodes) {
    if (node.operator !== "Add") continue;
    for (const [image, other] of [node.inputs, [...node.inputs].reverse()] as [string, string][]) {
      const chain = convolutionChain(graph, image, once);
      const bias = graph.value(other);
      if (!chain || !bias || dropped.has(chain.convolution)) continue;
      const channels = graph.value(image)!.shape[1]!;
      if (!isPerChannel(bias, channels)) continue;
      const { nodes, value } = graph.collect(() => withBias(graph, chain, bias, channels));
      replacements.set(node, nodes);
      renamed.set(node.outputs[0]!, value.name);
      for (const old of [chain.convolution, chain.reorder]) if (old) dropped.add(old);
      break;
    }
  }
  if (renamed.size === 0) return;
  const current = (name: string) => renamed.get(name) ?? name;
  graph.nodes = graph.nodes
    .filter((node) => !dropped.has(node))
    .flatMap((node) => replacements.get(node) ?? [node])
    .map((node) =>
      node.inputs.some((name) => renamed.has(name)) ? { ...node, inputs: node.inputs.map(current) } : node,
    );
}

interface ConvolutionChain {
  readonly convolution: GraphNode;
  /** The reorder from blocks after a blocked convolution. */
  readonly reorder: GraphNode | undefined;
}

function convolutionChain(graph: Graph, name: string, once: (name: string) => boolean): ConvolutionChain | undefined {
  const producer = graph.producer(name);
  if (!producer || !once(name)) return undefined;
  if (producer.operator === "Conv" && producer.inputs.length === 2)
    return { convolution: producer, reorder: undefined };
  if (producer.operator !== "ReorderOutput" || !once(producer.inputs[0]!)) return undefined;
  const convolution = graph.producer(producer.inputs[0]!);
  return convolution?.operator === "Conv" && convolution.inputs.length === 2
    ? { convolution, reorder: producer }
    : undefined;
}

const isPerChannel = (bias: Value, channels: number): boolean =>
  bias.type === "float" && bias.shape.length >= 3 && bias.shape.at(-3) === channels && sizeOf(bias.shape) === channels;

function withBias(graph: Graph, chain: ConvolutionChain, bias: Value, channels: number): Value {
  const { convolution, reorder } = chain;
  const output = graph.value(convolution.outputs[0]!)!;
  const padded = output.shape[1]!;
  let b = reshapeValue(graph, bias, [channels]);
  if (padded > channels)
    b = graph.op("Pad", [b, graph.ints([0, padded - channels])], [padded], "float", { mode: "constant" });
  const inputs = [...convolution.inputs.map((name) => graph.value(name)!), b];
  const y = graph.op("Conv", inputs, output.shape, "float", convolution.attributes, convolution.domain);
  if (!reorder) return y;
  const shape = graph.value(reorder.outputs[0]!)!.shape;
  return graph.op("ReorderOutput", [y], shape, "float", reorder.attributes, blockedDomain);
}

/** conv(x, w, b) + y on blocks is one convolution that adds to y, where nothing else reads the convolution. */
function fuseConvolutionSum(graph: Graph): void {
  const uses = useCounts(graph);
  const dropped = new Set<GraphNode>();
  const replacements = new Map<GraphNode, GraphNode>();
  for (const node of graph.nodes) {
    if (node.operator !== "Add") continue;
    const convolution = node.inputs
      .map((name) => graph.producer(name))
      .find((p) => p !== undefined && isBlockedSum(p) && uses.get(p.outputs[0]!) === 1);
    const [a, b] = node.inputs.map((name) => graph.value(name)!.shape);
    if (!convolution || dropped.has(convolution) || a!.join() !== b!.join()) continue;
    const [x, w, bias = ""] = convolution.inputs;
    const added = node.inputs.find((name) => name !== convolution.outputs[0])!;
    dropped.add(convolution);
    replacements.set(node, { ...convolution, inputs: [x!, w!, bias, added], outputs: node.outputs });
  }
  if (dropped.size === 0) return;
  graph.nodes = graph.nodes.filter((node) => !dropped.has(node)).map((node) => replacements.get(node) ?? node);
}

const isBlockedSum = (node: GraphNode): boolean =>
  node.operator === "Conv" &&
  node.domain === blockedDomain &&
  node.inputs.length <= 3 &&
  node.attributes["group"] === 1;

/** Operators that give bitwise identical results whether a number is one or is repeated. */
const spreading = new Set(["Add", "Sub", "Mul", "Div"]);
/** Elements of a result from which repeating a number pays. */
const leastElements = 64;

/**
 * Repeats numbers that meet columns [n, 1]: ONNX Runtime goes through a last axis of one element by itself, which takes
 * ten times as long as two columns of the same shape do.
 */
function spreadNumbers(graph: Graph): void {
  const all: GraphNode[] = [];
  const written = new Set<GraphNode>();
  const write = (node: GraphNode) => {
    if (!written.has(node)) all.push(node);
    written.add(node);
  };
  /** The number in so many places; a node that does so already may stand further on, and is written now. */
  const spread = (number: Value, shape: readonly number[]): string => {
    const { nodes, value } = graph.collect(() => graph.op("Expand", [number, graph.ints(shape)], shape, number.type));
    write(nodes[0] ?? graph.producer(value.name)!);
    return value.name;
  };
  for (const node of [...graph.nodes]) {
    const shape = graph.value(node.outputs[0]!)?.shape ?? [];
    const isColumn = shape.length > 1 && shape.at(-1) === 1 && sizeOf(shape) >= leastElements;
    if (!isColumn || !spreading.has(node.operator)) {
      write(node);
      continue;
    }
    const inputs = node.inputs.map((name) => {
      const value = graph.value(name);
      return value && sizeOf(value.shape) === 1 ? spread(value, shape) : name;
    });
    write({ ...node, inputs });
  }
  graph.nodes = all;
}

/** Lets operators write the outputs themselves, where each was to be a copy of what one of them gives. */
function writeOutputs(graph: Graph): void {
  const taken = new Set([
    ...[...graph.inputs, ...graph.outputs].map(({ name }) => name),
    ...graph.nodes.flatMap((node) => innerGraphs(node).flatMap(outerNames)),
  ]);
  const named = new Map<string, string>();
  const dropped = new Set<GraphNode>();
  for (const { name } of graph.outputs) {
    const copy = graph.producer(name);
    const from = copy?.operator === "Identity" ? copy.inputs[0]! : "";
    if (!copy || taken.has(from) || !graph.producer(from)) continue;
    taken.add(from);
    named.set(from, name);
    dropped.add(copy);
  }
  const now = (name: string) => named.get(name) ?? name;
  graph.nodes = graph.nodes
    .filter((node) => !dropped.has(node))
    .map((node) => ({ ...node, inputs: node.inputs.map(now), outputs: node.outputs.map(now) }));
}
