import onnxProto, { type onnx } from "onnx-proto";
import { type AttributeValue, blockedDomain, Graph, microsoft } from "../../../../engine/tensors/graph.ts";
import { encodeModel } from "../../../../engine/tensors/onnx/model.ts";
import { MessageWriter } from "../../../../engine/tensors/onnx/protobuf.ts";
import { assert, test } from "../../../harness.ts";

const { ModelProto, AttributeProto } = onnxProto.onnx;

/** A graph with every kind of attribute, element type, domain and port, and a loop. */
function everything(): Graph {
  const graph = new Graph({ precision: "float64" });
  const x = graph.input("x", [2, 300, 0], "float");
  const flags = graph.input("flags", [], "bool");
  const inner = new Graph({ precision: "float64" }, "b");
  inner.input("i", [], "int64");
  inner.output("state", inner.op("Add", [inner.scalar(-1.5), x], [2, 300, 0]));
  const attributes = { axis: -3, big: 2 ** 40, alpha: { float: 0.1 }, mode: "größer", pads: [0, -1, 128, 2 ** 31] };
  const y = graph.op("Thing", [x, graph.ints([-1, 2 ** 52])], [2, 300, 0], "float", attributes, microsoft);
  const z = graph.op("Conv", [y, graph.constant(new Float32Array(70).fill(0.3), [7, 10], "float32")], [], "float", {
    kernel_shape: [],
  });
  graph.op("ReorderInput", [z], [1], "float", {}, blockedDomain);
  const [last] = graph.ops(
    "Loop",
    [graph.constant([3], [], "int64"), undefined, flags],
    [{ shape: [], type: "bool" }],
    { body: inner },
  );
  graph.output("out0", last!);
  return graph;
}

/** The same model by onnx-proto's own encoder. */
function oracle(graph: Graph, name: string): onnx.IModelProto {
  const code = { float: 11, float32: 1, float16: 10, int32: 6, int64: 7, bool: 9 } as const;
  const attribute = (key: string, value: AttributeValue): onnx.IAttributeProto => {
    if (value instanceof Graph) return { name: key, type: 5, g: body(value, key) };
    if (typeof value === "string") return { name: key, type: 3, s: new TextEncoder().encode(value) };
    if (typeof value === "number") return { name: key, type: 2, i: value };
    return "float" in value
      ? { name: key, type: 1, f: value.float }
      : { name: key, type: AttributeProto.AttributeType.INTS, ints: [...value] };
  };
  const port = (v: Graph["inputs"][number]): onnx.IValueInfoProto => {
    const dim = v.shape.map((d) => ({ dimValue: d }));
    return { name: v.name, type: { tensorType: { elemType: code[v.type], shape: { dim } } } };
  };
  const body = (g: Graph, title: string): onnx.IGraphProto => ({
    name: title,
    input: g.inputs.map(port),
    output: g.outputs.map(port),
    node: g.nodes.map((node) => ({
      opType: node.operator,
      domain: node.domain,
      input: [...node.inputs],
      output: [...node.outputs],
      attribute: Object.entries(node.attributes).map(([key, value]) => attribute(key, value)),
    })),
    initializer: [...g.constants.values()].map(({ data, ...c }) => ({
      name: c.name,
      dims: [...c.shape],
      dataType: code[c.type],
      rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    })),
  });
  const opsetImport = [
    { domain: "", version: 17 },
    { domain: microsoft, version: 1 },
    { domain: blockedDomain, version: 1 },
  ];
  const model = { irVersion: 8, producerName: "monge", opsetImport, graph: body(graph, name) };
  return ModelProto.decode(ModelProto.encode(ModelProto.create(model)).finish());
}

const comparable = (model: onnx.IModelProto): unknown =>
  ModelProto.toObject(model as onnx.ModelProto, { longs: String, bytes: String, defaults: true });

test("A model reads the same in another ONNX library as one that this library wrote", () => {
  const graph = everything();
  const read = ModelProto.decode(encodeModel(graph, "Übung"));
  assert.equal(comparable(read), comparable(oracle(graph, "Übung")));
  assert.is(read.graph?.node?.[0]?.attribute?.length, 5);
});

test("Messages of every length around a change of their prefix's width keep what they hold", () => {
  for (const length of [0, 1, 125, 126, 127, 128, 16380, 16383, 16384, 70000]) {
    const out = new MessageWriter();
    const name = "n".repeat(length);
    const graph = out.begin(7);
    out.string(2, name);
    out.end(graph);
    assert.is(ModelProto.decode(out.finish()).graph?.name, name, String(length));
  }
});

test.run();
