/**
 * Unknowns at points of their own, such as those of an integral inside of a residual: one more pass of the network for
 * all of them.
 */
import { tf } from "../../engine/tensors/tensor.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { placesOf } from "../../equations/expression/index.ts";
import { slotSet } from "../jet/slots.ts";
import type { TensorOrNumber } from "../jet/tensor-ring.ts";
import { gathered, spreadOut } from "./lanes.ts";
import { type ConstantLookup, type Model, solutionJets } from "./model.ts";
import type { CopyListener, RowGroup } from "./rows.ts";

interface Context {
  readonly model: Model;
  readonly group: RowGroup;
  readonly theta: tf.Tensor;
  readonly constants: ConstantLookup;
  readonly listen: CopyListener | undefined;
}

/**
 * Columns of the unknowns elsewhere, by node. The points of all nodes are put below one another, each place once, and
 * the network is evaluated when the first of them is asked for.
 *
 * @param at - values of the coordinates of a node
 */
export function elsewhereColumns(
  { model, group, theta, constants, listen }: Context,
  at: (coordinate: Expression) => TensorOrNumber,
): (node: Expression) => TensorOrNumber {
  let columns: Map<Expression, TensorOrNumber> | undefined;
  const evaluateAll = () => {
    const { found, places } = placesOf(group.residuals);
    const nodes = found.map(({ node }) => node);
    const count = group.count;
    let copies = 0;
    const blocks = [...places.values()].map(({ args }) => {
      const spread = spreadOut(broughtBack(args.map(at), model), count);
      const first = copies;
      copies += spread.copies;
      return { ...spread, first, points: join(spread.columns, 1) };
    });
    const points = join(
      blocks.map((block) => block.points),
      0,
    );
    const orders = nodes.map(({ order }) => order.flatMap((n, axis) => new Array<number>(n).fill(axis)));
    const set = slotSet(model.dimension, orders, []);
    const heard = listen && (((layer, z) => listen(layer, z, copies)) satisfies CopyListener | undefined);
    const jets = solutionJets(model, theta, points, set, constants, heard);
    return new Map(
      found.map(({ node, place }, i): [Expression, TensorOrNumber] => {
        const column = jets[node.unknown]![set.indexOf(orders[i]!)] ?? 0;
        if (typeof column === "number") return [node, column];
        const { lanes, first, copies: own } = blocks[place]!;
        return [node, gathered(tf.slice(column, [first * count, 0], [own * count, 1]), lanes, count)];
      }),
    );
  };
  return (node) => {
    columns ??= evaluateAll();
    return columns.get(node)!;
  };
}

/** Coordinates of places, with those on a closed axis between its ends: lifts are formulas that know nothing of it. */
function broughtBack(coordinates: readonly TensorOrNumber[], { around = [] }: Model): TensorOrNumber[] {
  const all = [...coordinates];
  for (const { axis, ends } of around) {
    const [low, high] = ends;
    const at = all[axis]!;
    all[axis] =
      typeof at === "number"
        ? at - (high - low) * Math.floor((at - low) / (high - low))
        : tf.sub(at, tf.mul(tf.floor(tf.div(tf.sub(at, low), high - low)), high - low));
  }
  return all;
}

const join = (parts: readonly tf.Tensor[], axis: number): tf.Tensor =>
  parts.length === 1 ? parts[0]! : tf.concat([...parts], axis);
