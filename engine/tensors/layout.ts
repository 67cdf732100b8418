/**
 * Layout tracking. TensorFlow.js thinks in NHWC, ONNX in NCHW: a traced tensor keeps the logical shape that tfjs sees
 * and the physical order in which its axes lie in the graph, so that transposes appear only where an operator needs
 * another order. `perm[p]` is the logical axis at physical position `p`, as in ONNX `Transpose`.
 */
import type { ElementType, Graph, Value } from "./graph.ts";

export interface Traced {
  readonly value: Value;
  /** Logical shape. */
  readonly shape: readonly number[];
  readonly perm: readonly number[];
}

export const identity = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i);
export const isIdentity = (perm: readonly number[]): boolean => perm.every((axis, i) => axis === i);
export const samePerm = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i]);

/** A traced tensor whose axes lie in logical order. */
export const plain = (value: Value): Traced => ({ value, shape: value.shape, perm: identity(value.shape.length) });

/** A traced tensor with axes in physical order `perm`. */
export function withPerm(value: Value, perm: readonly number[]): Traced {
  const shape: number[] = new Array(perm.length);
  perm.forEach((axis, position) => {
    shape[axis] = value.shape[position]!;
  });
  return { value, shape, perm };
}

export const typeOf = (t: Traced): ElementType => t.value.type;

export function reshapeValue(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (samePerm(shape, value.shape)) return value;
  // A reshape of a reshape is one reshape of the source.
  const producer = graph.producer(value.name);
  const source = producer?.operator === "Reshape" ? (graph.value(producer.inputs[0]!) ?? value) : value;
  if (samePerm(shape, source.shape)) return source;
  return graph.op("Reshape", [source, graph.ints(shape)], shape, value.type);
}

/** Source that a value is a transpose of: axis k of the value is axis `perm[k]` of the source. */
export function transposeSource(
  graph: Graph,
  value: Value,
): { readonly source: Value; readonly perm: readonly number[] } {
  const producer = graph.producer(value.name);
  const source = producer?.operator === "Transpose" ? graph.value(producer.inputs[0]!) : undefined;
  if (!source) return { source: value, perm: identity(value.shape.length) };
  return { source, perm: producer!.attributes["perm"] as readonly number[] };
}

export function transposeValue(graph: Graph, value: Value, perm: readonly number[]): Value {
  if (isIdentity(perm)) return value;
  const before = transposeSource(graph, value);
  if (before.source !== value) {
    // A transpose of a transpose is one transpose of the source.
    const joined = perm.map((axis) => before.perm[axis]!);
    return transposeValue(graph, before.source, joined);
  }
  const shape = perm.map((axis) => value.shape[axis]!);
  // Moving axes of length one moves no data.
  const order = perm.filter((axis) => value.shape[axis] !== 1);
  if (order.every((axis, i) => i === 0 || axis > order[i - 1]!)) return reshapeValue(graph, value, shape);
  return graph.op("Transpose", [value], shape, value.type, { perm });
}

/** The same tensor with its axes in physical order `perm`. */
export function toPerm(graph: Graph, t: Traced, perm: readonly number[]): Traced {
  if (samePerm(t.perm, perm)) return t;
  const move = perm.map((axis) => t.perm.indexOf(axis));
  return { value: transposeValue(graph, t.value, move), shape: t.shape, perm };
}

/** The value with axes in logical order. */
export const toPlain = (graph: Graph, t: Traced): Value => toPerm(graph, t, identity(t.shape.length)).value;

/** The value with axes in physical order `perm`, leading axes of length one added to reach its rank. */
export function aligned(graph: Graph, t: Traced, perm: readonly number[]): Value {
  const rank = perm.length;
  const missing = rank - t.shape.length;
  if (t.shape.every((d) => d === 1)) return reshapeValue(graph, t.value, []);
  if (missing === 0) return toPerm(graph, t, perm).value;
  const logical = [...new Array<number>(missing).fill(1), ...t.shape];
  const raisedPerm = [...identity(missing), ...t.perm.map((axis) => axis + missing)];
  const raised: Traced = {
    value: reshapeValue(
      graph,
      t.value,
      raisedPerm.map((axis) => logical[axis]!),
    ),
    shape: logical,
    perm: raisedPerm,
  };
  return toPerm(graph, raised, perm).value;
}

/** The physical order that operands of an elementwise operator of result rank `rank` share: that of the largest. */
export function commonPerm(operands: readonly Traced[], rank: number): readonly number[] {
  let best: Traced | undefined;
  const size = (t: Traced) => t.shape.reduce((a, b) => a * b, 1);
  for (const t of operands) {
    if (t.shape.length !== rank) continue;
    // Of equals, one that a convolution left in its own order: the next one will want that order again.
    const better = !best || size(t) > size(best) || (size(t) === size(best) && isIdentity(best.perm));
    if (better) best = t;
  }
  return best?.perm ?? identity(rank);
}

/** Physical positions of logical `axes`, ascending. */
export const physicalAxes = (t: Traced, axes: readonly number[]): number[] =>
  axes.map((axis) => t.perm.indexOf(axis)).sort((a, b) => a - b);

/** Splits a reshape into groups of old and new axes with equal products; trailing ones join the last group. */
function reshapeGroups(from: readonly number[], to: readonly number[]): { from: number[]; to: number[] }[] {
  const groups: { from: number[]; to: number[] }[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length && j < to.length) {
    const group = { from: [i], to: [j] };
    let a = from[i++]!;
    let b = to[j++]!;
    while (a !== b) {
      if (a < b) {
        group.from.push(i);
        a *= from[i++]!;
      } else {
        group.to.push(j);
        b *= to[j++]!;
      }
    }
    groups.push(group);
  }
  // Without a group one side has no axes at all.
  const last = groups.at(-1);
  if (!last) return groups;
  while (i < from.length) last.from.push(i++);
  while (j < to.length) last.to.push(j++);
  return groups;
}

/** Reshape that keeps the physical order where whole groups of axes split or merge in place. */
export function reshapeTraced(graph: Graph, t: Traced, shape: readonly number[]): Traced {
  const plainReshape = (): Traced => plain(reshapeValue(graph, toPlain(graph, t), shape));
  if (isIdentity(t.perm) || t.shape.includes(0)) return plainReshape();
  const groups = reshapeGroups(t.shape, shape);
  const placed = groups.map((group) => ({ ...group, at: group.from.map((axis) => t.perm.indexOf(axis)) }));
  if (placed.length === 0) return plainReshape();
  for (const { at } of placed) {
    if (at.some((position, k) => k > 0 && position !== at[k - 1]! + 1)) return plainReshape();
  }
  const perm = [...placed].sort((a, b) => a.at[0]! - b.at[0]!).flatMap((group) => group.to);
  const physical = perm.map((axis) => shape[axis]!);
  return { value: reshapeValue(graph, t.value, physical), shape, perm };
}
