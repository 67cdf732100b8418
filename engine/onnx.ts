/** Encodes a graph as an ONNX model. Numbers of fields and types are those of ONNX's own schema, `onnx.proto3`. */
import {
  type AttributeValue,
  blockedDomain,
  type ElementType,
  Graph,
  type GraphNode,
  microsoft,
  type Precision,
  type Value,
} from "./graph.ts";
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
    out.message(6, () => writeGraph(out, value, name));
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
  for (const name of node.inputs) out.string(1, name);
  for (const name of node.outputs) out.string(2, name);
  out.string(4, node.operator);
  for (const key in node.attributes) out.message(5, () => writeAttribute(out, key, node.attributes[key]!));
  if (node.domain !== "") out.string(7, node.domain);
}

function writePort(out: MessageWriter, value: Value, precision: Precision): void {
  out.string(1, value.name);
  // TypeProto { tensor_type { elem_type, shape { dim { dim_value } } } }
  out.message(2, () =>
    out.message(1, () => {
      out.int(1, elementCode(value.type, precision));
      out.message(2, () => {
        for (const d of value.shape) out.message(1, () => out.int(1, d));
      });
    }),
  );
}

function writeGraph(out: MessageWriter, graph: Graph, name: string): void {
  for (const node of graph.nodes) out.message(1, () => writeNode(out, node));
  out.string(2, name);
  for (const constant of graph.constants.values()) {
    out.message(5, () => {
      for (const d of constant.shape) out.int(1, d);
      out.int(2, elementCode(constant.type, graph.precision));
      out.string(8, constant.name);
      const { buffer, byteOffset, byteLength } = constant.data;
      out.bytes(9, new Uint8Array(buffer, byteOffset, byteLength));
    });
  }
  for (const value of graph.inputs) out.message(11, () => writePort(out, value, graph.precision));
  for (const value of graph.outputs) out.message(12, () => writePort(out, value, graph.precision));
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
  out.message(7, () => writeGraph(out, graph, name));
  for (const [domain, version] of versions) {
    out.message(8, () => {
      out.string(1, domain);
      out.int(2, version);
    });
  }
  return out.finish();
}
