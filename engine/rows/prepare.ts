/** Plans of a pass from the equations at its points: the graph is recorded once, and shared out among the phases. */

import type { OuterBlock } from "../numerics/outer-rows.ts";
import { trace } from "../tensors/compile.ts";
import type { Graph } from "../tensors/graph.ts";
import type { tf } from "../tensors/tensor.ts";
import { type Item, Items, NotInRows } from "./items.ts";
import { rowsAtOnce } from "./kernels.ts";
import { type Layout, layoutOf } from "./memory.ts";
import { neededNodes, type Plan, planOf } from "./plan.ts";

/** One equation at the points of a set: a column, and its derivatives by the parameters as sums of outer products. */
export interface RowEquation {
  /** [n, 1] */
  readonly value: tf.Tensor;
  /** Blocks whose products name places in `factors`. */
  readonly blocks: readonly OuterBlock[];
  readonly factors: readonly tf.Tensor[];
}

/** Points, and the equations at them. */
export interface RowSet {
  readonly count: number;
  /** Columns of each input that has a row for each point. */
  readonly widths: readonly number[];
  /** Recorded once, with some number of points. */
  record(parameters: tf.Tensor, inputs: readonly tf.Tensor[]): readonly RowEquation[];
}

/** Points with which graphs are recorded: the first of these numbers that no layer is as wide as. */
const recorded = [61, 67, 71, 73, 79, 83, 89, 97];
/** Bytes of the arrays of a part: they stay in the second cache, beside the rows that are written. */
const partBytes = 300_000;
/** Rows of a part: fewer make products slow, more gain nothing. */
const [leastPart, mostPart] = [16, 128];
/** A set of points and all that is planned for it. */
export interface Prepared {
  readonly set: RowSet;
  readonly items: Items;
  readonly equations: readonly {
    readonly value: Item;
    readonly factors: readonly Item[];
    readonly blocks: readonly OuterBlock[];
  }[];
  readonly plans: Readonly<Record<"small" | "points" | "whole" | "values", Plan>>;
  readonly layouts: Readonly<Record<"points" | "whole" | "values", Layout>>;
  readonly isFull: (item: Item) => boolean;
  /** Rows of a part in each plan, and the most rows of all parts. */
  readonly parts: Readonly<Record<"points" | "whole" | "values", number>>;
  readonly padded: number;
}

/** A graph of few points, of which everything with so many rows has a row for each point. */
function record(parameters: number, { widths, record: fn }: RowSet) {
  for (const count of recorded) {
    let equations: readonly RowEquation[] = [];
    const graph: Graph = trace(
      (theta, ...inputs) => {
        equations = fn(theta!, inputs);
        return equations.flatMap(({ value, factors }) => [value, ...factors]);
      },
      [{ shape: [parameters] }, ...widths.map((width) => ({ shape: [count, width] }))],
      { precision: "float64" },
    );
    const blocks = equations.flatMap((equation) => equation.blocks);
    const lengths = [parameters, ...widths, ...blocks.flatMap(({ inputs, outputs }) => [inputs, outputs])];
    if (!lengths.includes(count)) return { graph, found: equations, count };
  }
  throw new NotInRows("widths");
}

/** @throws NotInRows */
export function prepare(parameters: number, set: RowSet): Prepared {
  if (set.count < 1) throw new NotInRows("no points");
  const { graph, found, count } = record(parameters, set);
  const items = new Items(graph, count);
  let next = 0;
  const output = () => items.of(graph.outputs[next++]!.name);
  const equations = found.map(({ factors, blocks }) => ({ value: output(), factors: factors.map(output), blocks }));
  const values = equations.map(({ value }) => value);
  if (values.some(({ phase, width }) => phase !== "main" || width !== 1)) throw new NotInRows("value");
  const outputs = [...values, ...equations.flatMap(({ factors }) => factors)];
  if (outputs.some(({ rows, number, constant }) => number !== undefined && (rows || !constant)))
    throw new NotInRows("factor");
  for (const { blocks, factors } of equations) {
    for (const { h, shared, z } of blocks.flatMap(({ products }) => products)) {
      if (!factors[z]!.rows || factors[h]!.rows === shared) throw new NotInRows("factor");
    }
  }
  const names = (list: readonly Item[]) => new Set(list.map(({ name }) => name));
  const all = names(outputs);
  const needed = [...neededNodes(items, all)].map((node) => ({ node, item: items.of(node.outputs[0]!) }));
  /** Values that a phase leaves for others. */
  const left = (phase: "small" | "points") =>
    names(
      [
        ...needed.filter(({ item }) => item.phase !== phase).flatMap(({ node }) => items.operands(node)),
        ...outputs,
      ].filter((item) => item.phase === phase),
    );
  const pointsLeft = left("points");
  const plans = {
    small: planOf(graph, items, "small", left("small")),
    points: planOf(graph, items, "points", pointsLeft),
    whole: planOf(graph, items, "main", all),
    values: planOf(graph, items, "main", names(values)),
  };
  const valueNames = names(values);
  const isFull = ({ name, input }: Item) => input !== undefined || pointsLeft.has(name) || valueNames.has(name);
  const layouts = {
    points: layoutOf(plans.points, isFull),
    whole: layoutOf(plans.whole, isFull),
    values: layoutOf(plans.values, isFull),
  };
  const parts = {
    points: partOf(layouts.points, set.count),
    whole: partOf(layouts.whole, set.count),
    values: partOf(layouts.values, set.count),
  };
  const padded = Math.max(...Object.values(parts).map((part) => Math.ceil(set.count / part) * part));
  return { set, items, equations, plans, layouts, isFull, parts, padded };
}

/** Rows of a part: as many as the cache holds, all parts about equal. */
function partOf({ numbers }: Layout, count: number): number {
  const fitting = Math.max(leastPart, Math.min(mostPart, Math.floor(partBytes / (8 * Math.max(1, numbers)))));
  const equal = Math.ceil(count / Math.ceil(count / fitting));
  return Math.ceil(equal / rowsAtOnce) * rowsAtOnce;
}
