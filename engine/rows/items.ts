/**
 * Values of a recorded graph as a program over rows has them: numbers, views of the parameters, small arrays, and
 * arrays with a row for each point.
 */
import type { Graph, GraphNode, Value } from "../tensors/graph.ts";
import { sizeOf } from "../tensors/graph.ts";

/** When a value is made: "small" once for each θ, "points" once for each set of points, "main" for both. */
export type Phase = "given" | "small" | "points" | "main";

/** A value. */
export interface Item {
  readonly name: string;
  /** True with a row for each point. */
  readonly rows: boolean;
  /** Rows of a value without a row for each point. */
  readonly height: number;
  readonly width: number;
  readonly phase: Phase;
  /** True where it depends on the parameters. */
  readonly free: boolean;
  /** A constant that is the same number everywhere. */
  readonly number?: number;
  /** Other constants. */
  readonly constant?: ArrayLike<number>;
  /** Number of the input with rows that it is. */
  readonly input?: number;
  /** Place in the parameters of which it is a view. */
  readonly view?: number;
  /** The node that makes it. */
  readonly node?: GraphNode;
}

/** Thrown where a graph has a node that programs over rows lack; such a graph is for the runtime. */
export class NotInRows extends Error {}

/** Operators on numbers point by point. */
export const pointwise: ReadonlySet<string> = new Set([
  ...["Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Neg", "Abs", "Sqrt", "Reciprocal", "Relu", "Tanh"],
  ...[
    "Equal",
    "Less",
    "Greater",
    "LessOrEqual",
    "GreaterOrEqual",
    "And",
    "Or",
    "Not",
    "Where",
    "Cast",
    "Expand",
    "Tile",
  ],
]);

/** Functions that the host evaluates, number by number. */
export const hosted: Readonly<Record<string, (x: number, y: number) => number>> = {
  Sin: one(Math.sin),
  Cos: one(Math.cos),
  Exp: one(Math.exp),
  Log: one(Math.log),
  Sinh: one(Math.sinh),
  Atan: one(Math.atan),
  Sign: one(Math.sign),
  Pow: Math.pow,
};

function one(f: (x: number) => number): (x: number) => number {
  return (x) => f(x);
}

/** Columns of values of which the host evaluates functions: for more the runtime is faster. */
const fewColumns = 2;

/** The values of a graph that was recorded with a number of rows that no other length of it has. */
export class Items {
  readonly #items = new Map<string, Item>();
  readonly nodes: readonly GraphNode[];

  /**
   * @param count - rows with which the graph was recorded
   * @throws NotInRows
   */
  constructor(graph: Graph, count: number) {
    const isRows = (shape: readonly number[]) => shape[0] === count && shape.length <= 2;
    graph.inputs.forEach(({ name, shape }, i) => {
      const [height, width] = i === 0 ? [1, shape[0]!] : [1, shape[1]!];
      const rows = i > 0;
      const where = rows ? { input: i - 1 } : { view: 0 };
      this.#items.set(name, { name, rows, height, width, phase: "given", free: !rows, ...where });
    });
    for (const { name, shape, data, type } of graph.constants.values()) {
      if (type !== "float") continue;
      const numbers = data as Float64Array;
      const [height, width] = [isRows(shape) ? 1 : heightOf(shape), isRows(shape) ? 1 : (shape.at(-1) ?? 1)];
      const common = { name, rows: false, height, width, phase: "given", free: false } as const;
      const alike = numbers.every((v) => Object.is(v, numbers[0]));
      const short = !isRows(shape) && shape.length <= 2;
      if (alike || short) {
        this.#items.set(name, {
          ...common,
          ...(alike && { number: numbers[0]! }),
          ...(short && { constant: numbers }),
        });
      }
    }
    const kept: GraphNode[] = [];
    for (const node of graph.nodes) {
      const [output] = node.outputs.map((name) => graph.value(name)) as [Value];
      if (node.outputs.length !== 1 || !isReal(node, graph)) throw new NotInRows(node.operator);
      const same = this.#sameAs(node, output, graph);
      if (same) {
        this.#items.set(output.name, same);
        continue;
      }
      const inputs = this.operands(node);
      const rows = isRows(output.shape);
      // [n] beside [n, 1] is [n, n].
      const rankOf = (name: string) => graph.value(name)?.shape.length;
      const mixed = inputs.some((item, i) => item.rows && rankOf(node.inputs[i]!) !== output.shape.length);
      if (rows && pointwise.has(node.operator) && mixed) throw new NotInRows(node.operator);
      if (!rows && (output.shape.length > 2 || sizeOf(output.shape) > 4096)) throw new NotInRows(node.operator);
      const free = inputs.some((item) => item.free);
      const [height, width] = rows
        ? [1, sizeOf(output.shape) / count]
        : [heightOf(output.shape), output.shape.at(-1) ?? 1];
      const phase = rows ? (free ? "main" : "points") : "small";
      const item: Item = { name: output.name, rows, height, width, phase, free, node };
      check(item, inputs);
      this.#items.set(output.name, item);
      kept.push(node);
    }
    this.nodes = kept;
  }

  of(name: string): Item {
    const item = this.#items.get(name);
    if (!item) throw new NotInRows(name);
    return item;
  }

  /** The values that a node computes with; numbers that say shapes and places are left out. */
  operands({ operator, inputs }: GraphNode): Item[] {
    const first = operator === "Expand" || operator === "Tile" || operator === "Slice" || operator === "Pad";
    return (first ? inputs.slice(0, 1) : inputs).map((name) => this.of(name));
  }

  /** The value of a node that is another value as it stands. */
  #sameAs({ operator, inputs }: GraphNode, { name, shape }: Value, graph: Graph): Item | undefined {
    const source = this.#items.get(inputs[0] ?? "");
    if (operator === "Identity") return source;
    if (operator === "Reshape" && source) {
      const before = graph.value(inputs[0]!)?.shape ?? [];
      if (source.rows) {
        if (sizeOf(before) !== sizeOf(shape) || shape[0] !== before[0] || shape.length > 2)
          throw new NotInRows(operator);
        return source;
      }
      if (shape.length > 2) throw new NotInRows(operator);
      return { ...source, height: heightOf(shape), width: shape.at(-1) ?? 1 };
    }
    if (operator === "Slice" && source?.view !== undefined) {
      const [starts, , axes = [0], steps = [1]] = inputs.slice(1).map((input) => numbersOf(graph, input));
      const along = axes.length === 1 && (axes[0] === -1 || axes[0] === shape.length - 1) && steps[0] === 1;
      const [start] = starts as [number];
      if (source.height > 1 || !along || start < 0) throw new NotInRows(operator);
      return { ...source, name, width: shape.at(-1)!, view: source.view + start };
    }
    return undefined;
  }
}

/** True where there is an array of it, and not only a number. */
const inMemory = ({ number, constant }: Item): boolean => number === undefined || constant !== undefined;

/** True for nodes on real numbers and conditions on them. */
function isReal({ operator, inputs, outputs }: GraphNode, graph: Graph): boolean {
  const type = (name: string) => graph.value(name)?.type;
  if (operator === "Cast" && !(type(inputs[0]!) === "bool" && type(outputs[0]!) === "float")) return false;
  if (operator === "Equal" && inputs.some((name) => type(name) === "bool")) return false;
  return type(outputs[0]!) === "float" || type(outputs[0]!) === "bool";
}

const heightOf = (shape: readonly number[]): number => (shape.length < 2 ? 1 : shape[0]!);

/** The numbers of a constant of whole numbers. */
export function numbersOf(graph: Graph, name: string): number[] {
  const constant = graph.constants.get(name);
  if (!constant) throw new NotInRows(name);
  return Array.from(constant.data as ArrayLike<number | bigint>, Number);
}

/** @throws NotInRows where a program over rows has no such node */
function check({ node, rows, width, height, free }: Item, inputs: readonly Item[]): void {
  const { operator, attributes } = node!;
  const refuse = () => {
    throw new NotInRows(operator);
  };
  if (pointwise.has(operator)) {
    if (height > 1) refuse();
    for (const input of inputs) {
      if (input.rows && !rows) refuse();
      if (input.height > 1 || (input.width !== width && input.width !== 1)) refuse();
    }
    return;
  }
  if (operator in hosted) {
    if (!rows || (width > fewColumns && free)) refuse();
    for (const input of inputs) if (input.number === undefined && (!input.rows || input.width !== width)) refuse();
    return;
  }
  if (operator === "MatMul" || operator === "FusedMatMul") {
    const [left, right] = inputs as [Item, Item];
    const unknown = Object.entries(attributes).some(([key, value]) => key !== "transB" && Number(value) !== 0);
    if (unknown || right.rows || (!left.rows && !inMemory(left)) || !inMemory(right) || height > 1) refuse();
    if (!left.rows && left.height > 1) refuse();
    // Transposes are made before anything is computed.
    if (Number(attributes["transB"] ?? 0) !== 0 && right.node !== undefined) refuse();
    return;
  }
  if (operator === "Slice" || operator === "Pad") {
    if (!rows || !inputs[0]!.rows || (attributes["mode"] ?? "constant") !== "constant") refuse();
    return;
  }
  if (operator === "Concat") {
    const { axis } = attributes;
    if (!rows || (axis !== 1 && axis !== -1) || inputs.some((input) => !input.rows)) refuse();
    return;
  }
  refuse();
}
