/** The one door to onnx-proto: encodes a graph as an ONNX model. */
import onnxProto, { type onnx } from "onnx-proto";
import {
  type AttributeValue,
  blockedDomain,
  type ElementType,
  Graph,
  microsoft,
  type Precision,
  type Value,
} from "./graph.ts";

/** ONNX TensorProto.DataType of an element type. */
export function elementCode(type: ElementType, precision: Precision): number {
  if (type === "float") return precision === "float64" ? 11 : 1;
  return { float32: 1, int32: 6, int64: 7, bool: 9 }[type];
}

const { ModelProto } = onnxProto.onnx;
const text = new TextEncoder();

function attributeProto(name: string, value: AttributeValue): onnx.IAttributeProto {
  if (value instanceof Graph) return { name, type: 5, g: graphProto(value, name) };
  if (typeof value === "string") return { name, type: 3, s: text.encode(value) };
  if (typeof value === "number") return { name, type: 2, i: value };
  if ("float" in value) return { name, type: 1, f: value.float };
  return { name, type: 7, ints: [...value] };
}

function valueInfo(value: Value, precision: Precision): onnx.IValueInfoProto {
  const dim = value.shape.map((d) => ({ dimValue: d }));
  return { name: value.name, type: { tensorType: { elemType: elementCode(value.type, precision), shape: { dim } } } };
}

function graphProto(graph: Graph, name: string): onnx.IGraphProto {
  return {
    name,
    input: graph.inputs.map((v) => valueInfo(v, graph.precision)),
    output: graph.outputs.map((v) => valueInfo(v, graph.precision)),
    node: graph.nodes.map((node) => ({
      opType: node.operator,
      domain: node.domain,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: Object.entries(node.attributes).map(([key, value]) => attributeProto(key, value)),
    })),
    initializer: [...graph.constants.values()].map((c) => ({
      name: c.name,
      dims: [...c.shape],
      dataType: elementCode(c.type, graph.precision),
      rawData: new Uint8Array(c.data.buffer, c.data.byteOffset, c.data.byteLength),
    })),
  };
}

/** Serialises a graph as an ONNX model (IR 8, opset 17, ONNX Runtime's contributed operators). */
export function encodeModel(graph: Graph, name: string): Uint8Array {
  const domains = new Set(graph.nodes.map((node) => node.domain));
  const opsetImport = [{ domain: "", version: 17 }];
  if (domains.has(microsoft) || graph.nodes.some((n) => n.operator === "Loop")) {
    opsetImport.push({ domain: microsoft, version: 1 });
  }
  if (domains.has(blockedDomain)) opsetImport.push({ domain: blockedDomain, version: 1 });
  const model = { irVersion: 8, producerName: "monge", opsetImport, graph: graphProto(graph, name) };
  return ModelProto.encode(ModelProto.create(model)).finish();
}
