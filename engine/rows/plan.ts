/**
 * The order in which a graph over rows is computed: pointwise operators that can go through the rows together do,
 * between products and moves.
 */
import type { Graph, GraphNode } from "../tensors/graph.ts";
import { type Item, type Items, NotInRows, numbersOf, type Phase, pointwise } from "./items.ts";

/** A step for all rows of a part. */
export type Step =
  | { readonly kind: "loop"; readonly rows: boolean; readonly width: number; readonly items: readonly Item[] }
  | {
      readonly kind: "product";
      readonly item: Item;
      readonly left: Item;
      readonly right: Item;
      readonly transposed: boolean;
      readonly bias?: Item;
    }
  /** Columns of others, or zeros. */
  | { readonly kind: "move"; readonly item: Item; readonly columns: readonly (readonly [Item, number] | undefined)[] }
  | { readonly kind: "call"; readonly item: Item; readonly operands: readonly Item[] };

/** The steps of one phase, and what they read and leave in memory. */
export interface Plan {
  readonly steps: readonly Step[];
  /** Items that are written to memory, with the number of the last step that reads them: infinite for what leaves the phase. */
  readonly stored: ReadonlyMap<string, number>;
}

/**
 * The steps of a phase.
 *
 * @param wanted - items that are needed when the phase is over
 */
export function planOf(graph: Graph, items: Items, phase: Phase, wanted: ReadonlySet<string>): Plan {
  const needed = neededNodes(items, wanted);
  const own = items.nodes.filter((node) => needed.has(node) && items.of(node.outputs[0]!).phase === phase);
  const uses = new Map<string, GraphNode[]>();
  for (const node of own) {
    for (const { name } of items.operands(node)) uses.set(name, [...(uses.get(name) ?? []), node]);
  }
  const biases = biasesOf(own, items, uses, wanted);
  const rest = own.filter((node) => !biases.dropped.has(node));
  const stages = stagesOf(rest, items, uses, biases, wanted);
  const ordered = [...new Set(stages.values())].sort((a, b) => a - b);
  const steps = ordered.flatMap((stage): Step[] => {
    const here = rest.filter((node) => stages.get(node) === stage);
    if (stage % 2 === 1) return here.map((node) => barrier(graph, items, node, biases));
    const widths = [...new Set(here.map((node) => widthKey(items.of(node.outputs[0]!))))].sort((a, b) => a - b);
    return widths.map((key): Step => {
      const found = here.map((node) => items.of(node.outputs[0]!)).filter((item) => widthKey(item) === key);
      return { kind: "loop", rows: found[0]!.rows, width: found[0]!.width, items: found };
    });
  });
  return { steps, stored: storedBy(steps, items, wanted) };
}

/** Loops over rows of one width; what has no rows comes first. */
const widthKey = ({ rows, width }: Item): number => (rows ? 2 ** 20 : 0) + width;

const isPointwise = ({ operator }: GraphNode): boolean => pointwise.has(operator);

/** Nodes that lead to the wanted items. */
export function neededNodes(items: Items, wanted: ReadonlySet<string>): Set<GraphNode> {
  const names = new Set(wanted);
  const found = new Set<GraphNode>();
  for (const node of [...items.nodes].reverse()) {
    if (!names.has(node.outputs[0]!)) continue;
    found.add(node);
    for (const { name } of items.operands(node)) names.add(name);
  }
  return found;
}

interface Biases {
  /** By the node of the product: what it adds, and the name of the sum. */
  readonly of: ReadonlyMap<GraphNode, { readonly bias: Item; readonly sum: Item }>;
  /** Sums that products make. */
  readonly dropped: ReadonlySet<GraphNode>;
}

/** Products whose only use is that a row is added: they start from that row. */
function biasesOf(
  nodes: readonly GraphNode[],
  items: Items,
  uses: ReadonlyMap<string, readonly GraphNode[]>,
  wanted: ReadonlySet<string>,
): Biases {
  const found = new Map<GraphNode, { bias: Item; sum: Item }>();
  const dropped = new Set<GraphNode>();
  const products = new Map(nodes.filter(isProduct).map((node) => [node.outputs[0]!, node]));
  for (const node of nodes) {
    if (node.operator !== "Add") continue;
    const [a, b] = items.operands(node) as [Item, Item];
    for (const [product, bias] of [
      [a, b],
      [b, a],
    ] as const) {
      const from = products.get(product.name);
      const sum = items.of(node.outputs[0]!);
      const alone = uses.get(product.name)?.length === 1 && !wanted.has(product.name);
      const fits = !bias.rows && bias.number === undefined && bias.width === product.width && bias.phase !== "main";
      if (!from || !alone || !fits || !product.rows || found.has(from)) continue;
      found.set(from, { bias, sum });
      dropped.add(node);
      break;
    }
  }
  return { of: found, dropped };
}

const isProduct = ({ operator }: GraphNode): boolean => operator === "MatMul" || operator === "FusedMatMul";

/** Even numbers for what goes through the rows, odd ones for what stands between. */
function stagesOf(
  nodes: readonly GraphNode[],
  items: Items,
  uses: ReadonlyMap<string, readonly GraphNode[]>,
  biases: Biases,
  wanted: ReadonlySet<string>,
): Map<GraphNode, number> {
  const stages = new Map<GraphNode, number>();
  const made = new Map<string, GraphNode>();
  for (const node of nodes) made.set((biases.of.get(node)?.sum.name ?? node.outputs[0])!, node);
  for (const node of nodes) {
    const before = items.operands(node).map(({ name }) => stages.get(made.get(name)!) ?? 0);
    const stage = Math.max(0, ...before);
    stages.set(node, stage + ((stage % 2 === 0) === isPointwise(node) ? 0 : 1));
  }
  // What is needed only later is made then, unless more would have to be kept until then.
  const kept = (name: string, besides: GraphNode) => {
    const node = made.get(name);
    if (!node || !isPointwise(node) || wanted.has(name)) return true;
    return (uses.get(name) ?? []).some((user) => user !== besides && stages.get(user) !== stages.get(node));
  };
  for (const node of [...nodes].reverse()) {
    if (!isPointwise(node)) continue;
    const users = (uses.get(node.outputs[0]!) ?? []).map((user) => stages.get(user)!);
    if (users.length === 0 || wanted.has(node.outputs[0]!)) continue;
    const last = Math.min(...users.map((stage) => stage - (stage % 2)));
    const unkept = new Set(items.operands(node).flatMap(({ name }) => (kept(name, node) ? [] : [name])));
    if (last > stages.get(node)! && unkept.size <= 1) stages.set(node, last);
  }
  return stages;
}

function barrier(graph: Graph, items: Items, node: GraphNode, biases: Biases): Step {
  const item = items.of(node.outputs[0]!);
  const operands = items.operands(node);
  const { operator, attributes, inputs } = node;
  if (isProduct(node)) {
    const [left, right] = operands as [Item, Item];
    const common = { kind: "product", left, right, transposed: Number(attributes["transB"] ?? 0) === 1 } as const;
    const sum = biases.of.get(node);
    return sum ? { ...common, item: sum.sum, bias: sum.bias } : { ...common, item };
  }
  if (operator === "Concat") {
    const columns = operands.flatMap((part) => columnsOf(part, 0, part.width));
    return { kind: "move", item, columns };
  }
  if (operator === "Slice") {
    const [starts, , axes, steps] = inputs.slice(1).map((name) => numbersOf(graph, name));
    const axis = axes?.[0] ?? 0;
    if (starts!.length !== 1 || (axis !== 1 && axis !== -1) || (steps?.[0] ?? 1) !== 1) throw new NotInRows(operator);
    const [source] = operands as [Item];
    const start = starts![0]! < 0 ? starts![0]! + source.width : starts![0]!;
    return { kind: "move", item, columns: columnsOf(source, start, item.width) };
  }
  if (operator === "Pad") {
    const pads = numbersOf(graph, inputs[1]!);
    const [source] = operands as [Item];
    const filled = inputs[2] !== undefined && inputs[2] !== "" && items.of(inputs[2]).number !== 0;
    if (pads.length !== 4 || pads[0] !== 0 || pads[2] !== 0 || filled || Math.min(...pads) < 0)
      throw new NotInRows(operator);
    const none = (count: number) => new Array<undefined>(count).fill(undefined);
    return {
      kind: "move",
      item,
      columns: [...none(pads[1]!), ...columnsOf(source, 0, source.width), ...none(pads[3]!)],
    };
  }
  return { kind: "call", item, operands };
}

const columnsOf = (source: Item, start: number, count: number) =>
  Array.from({ length: count }, (_, k) => [source, start + k] as const);

/** Values that a step reads. */
function readBy(step: Step, items: Items): Item[] {
  switch (step.kind) {
    case "loop":
      return step.items.flatMap(({ node }) => items.operands(node!));
    case "product":
      return [step.left, step.right, ...(step.bias ? [step.bias] : [])];
    case "move":
      return step.columns.flatMap((column) => (column ? [column[0]] : []));
    case "call":
      return [...step.operands];
  }
}

/** Values that a step makes. */
export const madeBy = (step: Step): readonly Item[] => (step.kind === "loop" ? step.items : [step.item]);

function storedBy(steps: readonly Step[], items: Items, wanted: ReadonlySet<string>): Map<string, number> {
  const stored = new Map<string, number>();
  const madeIn = new Map<string, number>();
  steps.forEach((step, k) => {
    for (const { name } of madeBy(step)) {
      madeIn.set(name, k);
      if (wanted.has(name)) stored.set(name, Number.POSITIVE_INFINITY);
      else if (step.kind !== "loop") stored.set(name, k);
    }
    for (const { name } of readBy(step, items)) {
      const at = madeIn.get(name);
      if (at === undefined || (at === k && step.kind === "loop")) continue;
      stored.set(name, Math.max(stored.get(name) ?? 0, k));
    }
  });
  return stored;
}
