/** Rewrites of graphs of many small operators on columns, which are what the solvers record. */
import { type Graph, type GraphNode, innerGraphs, outerNames, sizeOf, type Value } from "./graph.ts";

/** Operators that give bitwise identical results whether a number is one or is repeated. */
const spreading = new Set(["Add", "Sub", "Mul", "Div"]);
/** Elements of a result from which repeating a number pays. */
const leastElements = 64;

/**
 * Repeats numbers that meet columns [n, 1]: ONNX Runtime goes through a last axis of one element by itself, which takes
 * ten times as long as two columns of the same shape do.
 */
export function spreadNumbers(graph: Graph): void {
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
export function writeOutputs(graph: Graph): void {
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
