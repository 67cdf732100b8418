/** Encodes a graph as an ONNX model. Numbers of fields and types are those of ONNX's own schema, `onnx.proto3`. */
import {
  type AttributeValue,
  blockedDomain,
  type Constant,
  type ElementType,
  Graph,
  type GraphNode,
  microsoft,
  type Precision,
  type Value,
} from "../graph.ts";
import { MessageWriter } from "./protobuf.ts";

/** ONNX TensorProto.DataType of an element type. */
export function elementCode(type: ElementType, precision: Precision): number {
  if (type === "float") return precision === "float64" ? 11 : 1;
  return { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
}

const attributeTypes = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

function writeAttribute(out: MessageWriter, name: string, value: AttributeValue): void {
  out.string(1, name);
  const type = (kind: keyof typeof attributeTypes) => out.int(20, attributeTypes[kind]);
  if (value instanceof Graph) {
    type("graph");
    const body = out.begin(6);
    writeGraph(out, value, name);
    out.end(body);
  } else if (typeof value === "string") {
    type("string");
    out.string(4, value);
  } else if (typeof value === "number") {
    type("int");
    out.int(3, value);
  } else if ("float" in value) {
    type("float");
    out.float(2, value.float);
  } else {
    type("ints");
    for (const each of value) out.int(8, each);
  }
}

function writeNode(out: MessageWriter, node: GraphNode): void {
  const start = out.begin(1);
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(4, node.operator);
  for (const key in node.attributes) {
    const attribute = out.begin(5);
    writeAttribute(out, key, node.attributes[key]!);
    out.end(attribute);
  }
  if (node.domain !== "") out.string(7, node.domain);
  out.end(start);
}

function writeConstant(out: MessageWriter, constant: Constant, precision: Precision): void {
  const start = out.begin(5);
  for (const d of constant.shape) out.int(1, d);
  out.int(2, elementCode(constant.type, precision));
  out.string(8, constant.name);
  const { buffer, byteOffset, byteLength } = constant.data;
  out.bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
  out.end(start);
}

function writePort(out: MessageWriter, field: number, value: Value, precision: Precision): void {
  const start = out.begin(field);
  out.string(1, value.name);
  const [type, tensor] = [out.begin(2), out.begin(1)];
  out.int(1, elementCode(value.type, precision));
  const shape = out.begin(2);
  for (const d of value.shape) {
    const dimension = out.begin(1);
    out.int(1, d);
    out.end(dimension);
  }
  for (const open of [shape, tensor, type, start]) out.end(open);
}

function writeGraph(out: MessageWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) writeNode(out, node);
  out.string(2, name);
  for (const constant of graph.constants.values()) writeConstant(out, constant, graph.precision);
  for (const value of graph.inputs) writePort(out, 11, value, graph.precision);
  for (const value of graph.outputs) writePort(out, 12, value, graph.precision);
}

/** Serialises a graph as an ONNX model (IR 8, opset 17, ONNX Runtime's contributed operators). */
export function encodeModel(graph: Graph, name: string): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain));
  const versions: [domain: string, version: number][] = [["", 17]];
  if (domains.has(microsoft) || graph.nodes.some((n) => n.operator === "Loop")) versions.push([microsoft, 1]);
  if (domains.has(blockedDomain)) versions.push([blockedDomain, 1]);
  const out = new MessageWriter();
  out.int(1, 8);
  out.string(2, "monge");
  const body = out.begin(7);
  writeGraph(out, graph, name);
  out.end(body);
  for (const [domain, version] of versions) {
    const opset = out.begin(8);
    out.string(1, domain);
    out.int(2, version);
    out.end(opset);
  }
  return out.finish();
}
