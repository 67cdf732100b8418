/** The Jacobian on the host: a compiled program gives the factors of its rows, WebAssembly multiplies them out. */
import { type OuterGroup, type OuterRows, outerRows } from "../../engine/numerics/outer-rows.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import type { RowFactors, TallFactors } from "./jacobian.ts";
import type { Lazily } from "./program.ts";

/** The parts that the programs are made from. */
interface WriterContext {
  readonly rows: number;
  readonly size: number;
  readonly lazily: Lazily;
  /** Weighted rows [rows, 1], and J in blocks of columns. */
  linear(theta: tf.Tensor, points: readonly tf.Tensor[]): { rows: tf.Tensor; parts: readonly tf.Tensor2D[] };
  /** The points at hand. */
  points(): readonly Float64Array[];
  /** Weighted rows [rows, 1], and the factors of the Jacobian. */
  factors(theta: tf.Tensor, points: readonly tf.Tensor[]): { rows: tf.Tensor; factors: readonly TallFactors[] };
}

/** r [M] is filled; J [M, P] is the writer's own and overwritten by the next call. */
export type WriteJacobian = (theta: Float64Array, r: Float64Array) => Promise<{ loss: number; jacobian: Float64Array }>;

/**
 * The writer; where J does not fit into a memory of WebAssembly, the program multiplies the factors out itself, to
 * rounding the same.
 */
export function jacobianWriter({ rows, size, lazily, points, factors, linear }: WriterContext): WriteJacobian {
  const outputs = (r: tf.Tensor) => [tf.reshape(r, [rows]), tf.reshape(tf.sum(tf.square(r)), [1])];
  let groups: readonly OuterGroup[] = [];
  let lengths: readonly number[] = [];
  const factorProgram = lazily("factors of the Jacobian", [{ shape: [size] }], ([theta], set) => {
    const { rows: r, factors: all } = factors(theta!, set);
    const tensors = factorTensors(all);
    groups = groupsOf(all);
    lengths = tensors.map((tensor) => tensor.size);
    return [...outputs(r), ...tensors];
  });
  const wholeProgram = lazily("jacobian", [{ shape: [size] }], ([theta], set) => {
    const { rows: r, parts } = linear(theta!, set);
    return [...outputs(r), tf.concat([...parts], 1)];
  });
  const one = new Float64Array(1);
  let written: OuterRows | undefined;
  let whole: Float64Array | undefined;
  return async (theta, r) => {
    const inputs = [theta, ...points()];
    if (!whole) {
      const program = await factorProgram();
      written ??= outerRows(lengths, groups, size);
      if (written) {
        await program.run(inputs, { into: [r, one, ...written.arrays] });
        written.run();
        return { loss: one[0]!, jacobian: written.matrix };
      }
    }
    whole ??= new Float64Array(rows * size);
    await (await wholeProgram()).run(inputs, { into: [r, one, whole] });
    return { loss: one[0]!, jacobian: whole };
  };
}

/** The tensors of factors, one after the other. */
export const factorTensors = (factors: readonly RowFactors[]): tf.Tensor[] =>
  factors.flatMap(({ layers }) => layers.flatMap(({ slots }) => slots.flatMap(({ h, bar }) => [h, bar])));

/**
 * The rows as sums of outer products of the tensors that {@link factorTensors} gives; a layer that is used twice has
 * the sum of both. Copies of the points in a tensor are one product each.
 */
export function groupsOf(factors: readonly (RowFactors | TallFactors)[]): OuterGroup[] {
  let next = 0;
  return factors.map(({ count, sum, layers }) => {
    const blocks = new Map<number, OuterGroup["blocks"][number]>();
    for (const layer of layers) {
      const { offset, inputs, outputs, bias, slots } = layer;
      const copies = "copies" in layer ? layer.copies : 1;
      const products = slots.flatMap(({ h, value }) => {
        const both = { h: next, shared: h.shape[0] !== copies * count, z: next + 1, value };
        next += 2;
        return Array.from({ length: copies }, (_, k) => ({ ...both, ...(k > 0 && { after: k * count }) }));
      });
      const before = blocks.get(offset)?.products ?? [];
      blocks.set(offset, { offset, inputs, outputs, bias, products: [...before, ...products] });
    }
    return { count, sum, blocks: [...blocks.values()] };
  });
}
