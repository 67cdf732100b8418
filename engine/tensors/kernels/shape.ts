/** Lowering of kernels that move data: reshape, transpose (free), slice, pad, concat, split, tile, reverse, stack. */
import { KernelError } from "../../errors.ts";
import type { Graph } from "../graph.ts";
import { commonPerm, identity, reshapeTraced, type Traced, toPerm, toPlain, typeOf, withPerm } from "../layout.ts";
import { tf } from "../tensor.ts";
import { lower } from "../trace.ts";
import { padValue, reverseValue, sliceValue, splitValue } from "./moves.ts";
import { cutTwin, joinTwins, twinOf } from "./twins.ts";

export function slice(graph: Graph, x: Traced, begin: readonly number[], size: readonly number[]): Traced {
  const axes = identity(x.shape.length).filter((a) => begin[a] !== 0 || size[a] !== x.shape[a]);
  if (axes.length === 0) return x;
  const [axis] = axes;
  const onTwin =
    axes.length === 1 && x.perm.indexOf(axis!) === 1
      ? cutTwin(graph, x.value, begin[axis!]!, begin[axis!]! + size[axis!]!)
      : undefined;
  if (onTwin) return withPerm(onTwin, x.perm);
  const value = sliceValue(
    graph,
    x.value,
    axes.map((a) => x.perm.indexOf(a)),
    axes.map((a) => begin[a]!),
    axes.map((a) => begin[a]! + size[a]!),
  );
  return withPerm(value, x.perm);
}

export function concat(graph: Graph, tensors: readonly Traced[], axis: number): Traced {
  const kept = tensors.filter((t) => t.shape[axis] !== 0);
  if (kept.length === 1) return kept[0]!;
  const perm = commonPerm(kept, kept[0]!.shape.length);
  const values = kept.map((t) => toPerm(graph, t, perm).value);
  const at = perm.indexOf(axis);
  const shape = [...values[0]!.shape];
  shape[at] = values.reduce((sum, v) => sum + v.shape[at]!, 0);
  const onTwins = at === 1 && shape.length === 4 ? joinTwins(graph, values) : undefined;
  return withPerm(onTwins ?? graph.op("Concat", values, shape, values[0]!.type, { axis: at }), perm);
}

export function registerShape(): void {
  lower("Reshape", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const shape = tf.util.inferFromImplicitShape(attributes["shape"] as number[], tf.util.sizeFromShape([...x.shape]));
    return reshapeTraced(graph, x, shape);
  });
  lower("ExpandDims", ({ graph, named, attributes }) => {
    const x = named["input"]!;
    const dim = Number(attributes["dim"]);
    const shape = [...x.shape];
    shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
    return reshapeTraced(graph, x, shape);
  });
  lower("Transpose", ({ named, attributes }) => {
    const x = named["x"]!;
    const order = attributes["perm"] as number[];
    return withPerm(
      x.value,
      x.perm.map((axis) => order.indexOf(axis)),
    );
  });
  lower("Slice", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const [begin, size] = tf.slice_util.parseSliceParams(
      { shape: [...x.shape] } as never,
      attributes["begin"] as number[],
      attributes["size"] as number[],
    );
    return slice(graph, x, begin!, size!);
  });
  lower("StridedSlice", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const a = attributes as unknown as Record<
      "beginMask" | "endMask" | "ellipsisMask" | "newAxisMask" | "shrinkAxisMask",
      number
    > &
      Record<"begin" | "end" | "strides", number[]>;
    const info = tf.slice_util.sliceInfo(
      [...x.shape],
      a.begin,
      a.end,
      a.strides,
      a.beginMask,
      a.endMask,
      a.ellipsisMask,
      a.newAxisMask,
      a.shrinkAxisMask,
    );
    if (info.begin.length !== x.shape.length) {
      throw new KernelError(
        "compile: StridedSlice with new axes has no lowering; use tf.slice and tf.reshape",
        "StridedSlice",
      );
    }
    const axes = identity(x.shape.length);
    const value = sliceValue(graph, toPlain(graph, x), axes, info.begin, info.end, info.strides);
    return reshapeTraced(graph, withPerm(value, axes), info.finalShape);
  });
  lower("PadV2", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const paddings = attributes["paddings"] as [number, number][];
    const side = (k: 0 | 1) => x.perm.map((axis) => paddings[axis]![k]);
    return withPerm(padValue(graph, x.value, side(0), side(1), Number(attributes["constantValue"] ?? 0)), x.perm);
  });
  lower("MirrorPad", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const paddings = attributes["paddings"] as [number, number][];
    const side = (k: 0 | 1) => x.perm.map((axis) => paddings[axis]![k]);
    if (attributes["mode"] === "reflect") {
      return withPerm(padValue(graph, x.value, side(0), side(1), 0, "reflect"), x.perm);
    }
    // Symmetric, edge included: the mirrored strips are slices of the tensor itself.
    const mirrored = x.perm.reduce((value, _, at) => {
      const n = value.shape[at]!;
      const strip = (begin: number, length: number) =>
        reverseValue(graph, sliceValue(graph, value, [at], [begin], [begin + length]), [at]);
      const [before, after] = [side(0)[at]!, side(1)[at]!];
      const parts = [...(before > 0 ? [strip(0, before)] : []), value, ...(after > 0 ? [strip(n - after, after)] : [])];
      const shape = value.shape.map((d, i) => (i === at ? n + before + after : d));
      return parts.length === 1 ? value : graph.op("Concat", parts, shape, value.type, { axis: at });
    }, x.value);
    return withPerm(mirrored, x.perm);
  });
  lower("Concat", ({ graph, inputs, attributes }) => {
    const rank = inputs[0]!.shape.length;
    const axis = Number(attributes["axis"]);
    return concat(graph, inputs, axis < 0 ? axis + rank : axis);
  });
  lower("Pack", ({ graph, inputs, attributes }) => {
    const axis = Number(attributes["axis"]);
    const at = axis < 0 ? axis + inputs[0]!.shape.length + 1 : axis;
    const raised = inputs.map((t) => reshapeTraced(graph, t, [...t.shape.slice(0, at), 1, ...t.shape.slice(at)]));
    return concat(graph, raised, at);
  });
  lower("Unpack", ({ graph, named, attributes }) => {
    const x = named["value"]!;
    const axis = Number(attributes["axis"]);
    const at = axis < 0 ? axis + x.shape.length : axis;
    const shape = x.shape.filter((_, i) => i !== at);
    const size = x.shape.map((d, i) => (i === at ? 1 : d));
    return identity(x.shape[at]!).map((k) => {
      const begin = x.shape.map((_, i) => (i === at ? k : 0));
      return reshapeTraced(graph, slice(graph, x, begin, size), shape);
    });
  });
  lower("SplitV", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const raw = Number(attributes["axis"]);
    const axis = raw < 0 ? raw + x.shape.length : raw;
    const sizes = tf.backend_util.prepareSplitSize(
      { shape: [...x.shape] } as never,
      attributes["numOrSizeSplits"] as number | number[],
      axis,
    );
    const at = x.perm.indexOf(axis);
    if (!(at === 1 && twinOf(graph, x.value))) {
      return splitValue(graph, x.value, at, sizes).map((value) => withPerm(value, x.perm));
    }
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => (i === axis ? start : 0));
      start += length;
      return slice(
        graph,
        x,
        begin,
        x.shape.map((d, i) => (i === axis ? length : d)),
      );
    });
  });
  lower("Tile", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const reps = attributes["reps"] as number[];
    const physical = x.perm.map((axis) => reps[axis]!);
    if (physical.every((r) => r === 1)) return x;
    const shape = x.value.shape.map((d, i) => d * physical[i]!);
    return withPerm(graph.op("Tile", [x.value, graph.ints(physical)], shape, typeOf(x)), x.perm);
  });
  lower("Reverse", ({ graph, named, attributes }) => {
    const x = named["x"]!;
    const dims = tf.util.parseAxisParam(attributes["dims"] as number | number[], [...x.shape]);
    return withPerm(
      reverseValue(
        graph,
        x.value,
        dims.map((d) => x.perm.indexOf(d)),
      ),
      x.perm,
    );
  });
}
