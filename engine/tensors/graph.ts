/**
 * An ONNX graph under construction: nodes with known shapes, shared constants, common subexpressions merged as they
 * are written. Shapes are physical (as ONNX sees them); the logical view of a tensor lives in `layout.ts`.
 */

export type Precision = "float32" | "float64";
/** Element types of traced tensors; "float" becomes the graph's precision. "int64" and "float32" only where ONNX demands them. */
export type ElementType = "float" | "float32" | "int32" | "int64" | "bool";
export type AttributeValue = number | string | readonly number[] | { readonly float: number } | Graph;
export type ConstantData = Float64Array | Float32Array | Uint16Array | Int32Array | BigInt64Array | Uint8Array;

export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
}

export interface GraphNode {
  readonly operator: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly data: ConstantData;
}

export const microsoft = "com.microsoft";
/** Domain of ONNX Runtime's blocked convolutions (channels in blocks of the vector width). */
export const blockedDomain = "com.microsoft.nchwc";

const noAttributes: Readonly<Record<string, AttributeValue>> = {};

/** True if nodes of these attributes may be merged: a loop's body is a graph of its own. */
function isPure(attributes: Readonly<Record<string, AttributeValue>>): boolean {
  for (const key in attributes) if (attributes[key] instanceof Graph) return false;
  return true;
}

/** The graphs inside of a node, such as a loop's body. */
export const innerGraphs = ({ attributes }: GraphNode): readonly Graph[] =>
  isPure(attributes) ? noGraphs : Object.values(attributes).filter((value) => value instanceof Graph);

const noGraphs: readonly Graph[] = [];

export const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Blocks of channels. */
export interface ChannelBlocks {
  /** Channels of a block, 0 where there are none. */
  readonly channels: number;
  /** Least share of whole blocks that an image's channels fill, where it stays in blocks, in (0, 1]. */
  readonly leastFill: number;
}

export interface GraphOptions {
  readonly precision: Precision;
  /** The CPU's blocked convolution kernels. @defaultValue none */
  readonly blocks?: ChannelBlocks;
  /**
   * True if operators become shaders: without ONNX Runtime's products of transposed factors, and without many outputs
   * of one operator, as a shader has room for eight buffers or so. @defaultValue false
   */
  readonly shaders?: boolean;
}

export class Graph {
  readonly precision: Precision;
  readonly blocks: ChannelBlocks;
  readonly shaders: boolean;
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  readonly constants = new Map<string, Constant>();
  /** The form in blocks of channels of NCHW images that have one, by their names (`kernels/twins.ts`). */
  readonly twins = new Map<string, Value>();
  readonly #values = new Map<string, Value>();
  /** Absent after the nodes were replaced, until someone asks. */
  #producers: Map<string, GraphNode> | undefined = new Map();
  readonly #seen = new Map<string, readonly Value[]>();
  readonly #prefix: string;
  #nodes: GraphNode[] = [];
  #count = 0;

  /** @param prefix - of the names of values; a subgraph (loop body) may use its parent's, and needs another */
  constructor(options: GraphOptions, prefix = "v") {
    this.precision = options.precision;
    this.blocks = options.blocks ?? { channels: 0, leastFill: 1 };
    this.shaders = options.shaders ?? false;
    this.#prefix = prefix;
  }

  get nodes(): readonly GraphNode[] {
    return this.#nodes;
  }

  set nodes(nodes: readonly GraphNode[]) {
    this.#nodes = [...nodes];
    this.#producers = undefined;
  }

  value(name: string): Value | undefined {
    return this.#values.get(name);
  }

  producer(name: string): GraphNode | undefined {
    if (!this.#producers) {
      this.#producers = new Map();
      for (const node of this.#nodes) for (const output of node.outputs) this.#producers.set(output, node);
    }
    return this.#producers.get(name);
  }

  #declare(shape: readonly number[], type: ElementType, name = `${this.#prefix}${this.#count++}`): Value {
    const value: Value = { name, shape: shape.slice(), type };
    this.#values.set(name, value);
    return value;
  }

  /** A name that no other value of this graph or of an inner graph has. */
  fresh(): string {
    return `${this.#prefix}${this.#count++}`;
  }

  input(name: string, shape: readonly number[], type: ElementType): Value {
    const value = this.#declare(shape, type, name);
    this.inputs.push(value);
    return value;
  }

  /** Names `value` as an output of the graph. */
  output(name: string, value: Value): void {
    const output = this.#declare(value.shape, value.type, name);
    this.#nodes.push({
      operator: "Identity",
      domain: "",
      inputs: [value.name],
      outputs: [name],
      attributes: noAttributes,
    });
    this.outputs.push(output);
  }

  /** A constant; equal small constants are shared. */
  constant(data: ConstantData | readonly number[], shape: readonly number[], type: ElementType): Value {
    const typed = toElement(data, type, this.precision);
    const key = typed.length <= 64 ? `${type}|${shape.join()}|${typed.join()}` : "";
    const seen = key ? this.#seen.get(key) : undefined;
    if (seen) return seen[0]!;
    const value = this.#declare(shape, type);
    this.constants.set(value.name, { name: value.name, shape: value.shape, type, data: typed });
    if (key) this.#seen.set(key, [value]);
    return value;
  }

  /** int64 vector, as shape, axes and pads arguments want it. */
  ints(values: readonly number[]): Value {
    const key = `ints|${values.join()}`;
    const seen = this.#seen.get(key);
    if (seen) return seen[0]!;
    const value = this.constant(values, [values.length], "int64");
    this.#seen.set(key, [value]);
    return value;
  }

  /** A constant of real numbers that `key` describes wholly, made once: large constants are not shared by their values. */
  shared(key: string, shape: readonly number[], fill: (data: Float32Array) => void): Value {
    const known = `${key}|${shape.join()}`;
    const seen = this.#seen.get(known);
    if (seen) return seen[0]!;
    const data = new Float32Array(sizeOf(shape));
    fill(data);
    const constant = this.constant(data, shape, "float");
    this.#seen.set(known, [constant]);
    return constant;
  }

  /** One number in any shape, shared. */
  filled(value: number, shape: readonly number[]): Value {
    return this.shared(`filled|${value}`, shape, (data) => data.fill(value));
  }

  zeros(shape: readonly number[]): Value {
    return this.filled(0, shape);
  }

  /** Records what `body` adds as a separate list of nodes instead of appending it. */
  collect(body: () => Value): { readonly nodes: readonly GraphNode[]; readonly value: Value } {
    const before = this.#nodes.length;
    const value = body();
    return { nodes: this.#nodes.splice(before), value };
  }

  scalar(value: number): Value {
    return this.constant([value], [], "float");
  }

  /** Adds a node of one output, or returns the equal node that is already there. */
  op(
    operator: string,
    inputs: readonly Value[],
    shape: readonly number[],
    type: ElementType = inputs[0]?.type ?? "float",
    attributes: Readonly<Record<string, AttributeValue>> = noAttributes,
    domain = "",
  ): Value {
    return this.ops(operator, inputs, [{ shape, type }], attributes, domain)[0]!;
  }

  /** Adds a node of several outputs. An input `undefined` is an optional argument left out. */
  ops(
    operator: string,
    inputs: readonly (Value | undefined)[],
    outputs: readonly { readonly shape: readonly number[]; readonly type: ElementType }[],
    attributes: Readonly<Record<string, AttributeValue>> = noAttributes,
    domain = "",
  ): readonly Value[] {
    const names = inputs.map((v) => v?.name ?? "");
    const key = isPure(attributes)
      ? `${outputs.length}=${domain}:${operator}(${names.join()})${attributes === noAttributes ? "" : JSON.stringify(attributes)}`
      : "";
    const seen = key ? this.#seen.get(key) : undefined;
    if (seen) return seen;
    const values = outputs.map((o) => this.#declare(o.shape, o.type));
    const node: GraphNode = { operator, domain, inputs: names, outputs: values.map((v) => v.name), attributes };
    this.#nodes.push(node);
    for (const value of values) this.#producers?.set(value.name, node);
    if (key) this.#seen.set(key, values);
    return values;
  }
}

function toElement(data: ConstantData | readonly number[], type: ElementType, precision: Precision): ConstantData {
  const numbers = data as ArrayLike<number | bigint>;
  if (type === "int64") return BigInt64Array.from(Array.from(numbers, (v) => BigInt(v)));
  if (type === "int32") return Int32Array.from(Array.from(numbers, Number));
  if (type === "bool") return Uint8Array.from(Array.from(numbers, Number));
  return precision === "float64" && type !== "float32"
    ? Float64Array.from(numbers as ArrayLike<number>)
    : Float32Array.from(numbers as ArrayLike<number>);
}

/** Drops every node and constant that no output needs. */
export function removeUnused(graph: Graph): void {
  const needed = new Set(graph.outputs.map((v) => v.name));
  const kept: GraphNode[] = [];
  for (let k = graph.nodes.length - 1; k >= 0; k--) {
    const node = graph.nodes[k]!;
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) needed.add(name);
    for (const inner of innerGraphs(node)) for (const name of outerNames(inner)) needed.add(name);
  }
  if (kept.length < graph.nodes.length) graph.nodes = kept.reverse();
  for (const name of [...graph.constants.keys()]) if (!needed.has(name)) graph.constants.delete(name);
}

/** Names that a subgraph reads from the graph around it. */
export function outerNames(graph: Graph): string[] {
  return graph.nodes.flatMap((node) => [
    ...node.inputs.filter((name) => name !== "" && graph.value(name) === undefined),
    ...innerGraphs(node).flatMap(outerNames),
  ]);
}
