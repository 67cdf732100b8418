/** Unknowns at points of their own, such as those of an integral inside of a residual: one more pass of the network for all of them. */
import { tf } from "../../engine/tensors/tensor.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { copiesOf, nodesOf } from "../../equations/expression/index.ts";
import { slotSet } from "../jet/slots.ts";
import type { TensorOrNumber } from "../jet/tensor-ring.ts";
import { gathered, spreadOut } from "./lanes.ts";
import { type ConstantLookup, type Model, solutionJets } from "./model.ts";
import type { CopyListener, RowGroup } from "./rows.ts";

type Elsewhere = Extract<Expression, { kind: "elsewhere" }>;

interface Context {
  readonly model: Model;
  readonly group: RowGroup;
  readonly theta: tf.Tensor;
  readonly constants: ConstantLookup;
  readonly listen: CopyListener | undefined;
}

/**
 * Columns of the unknowns elsewhere, by node. The points of all nodes are put below one another, each place once, and the network is
 * evaluated when the first of them is asked for.
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

/** The unknowns that expressions ask for at other points, and these points, each once. */
export function placesOf(residuals: readonly Expression[]) {
  const places = new Map<string, { readonly index: number; readonly args: readonly Expression[] }>();
  const numbers = new Map<Expression, number>();
  const placeOf = ({ args }: Elsewhere) => {
    const key = args.map((a) => numbered(numbers, a)).join();
    const known = places.get(key);
    if (known) return known.index;
    places.set(key, { index: places.size, args });
    return places.size - 1;
  };
  const isElsewhere = (e: Expression): e is Elsewhere => e.kind === "elsewhere";
  const found = [...nodesOf(residuals)].filter(isElsewhere).map((node) => ({ node, place: placeOf(node) }));
  return { found, places };
}

/** At how many points other than its own a residual asks for unknowns: what a row costs beside one of a differential equation. */
export const pointsElsewhere = (residuals: readonly Expression[]): number =>
  [...placesOf(residuals).places.values()].reduce((sum, { args }) => sum + copiesOf(args), 0);

/** So many points, or fewer of those that ask for many others. */
export const fewerPoints = (count: number, residuals: readonly Expression[], least = 64): number =>
  Math.min(count, Math.max(least, Math.floor(count / Math.max(1, pointsElsewhere(residuals)))));

/** A number for each expression that is the same object. */
function numbered(numbers: Map<Expression, number>, e: Expression): number {
  const known = numbers.get(e);
  if (known !== undefined) return known;
  numbers.set(e, numbers.size);
  return numbers.size - 1;
}
