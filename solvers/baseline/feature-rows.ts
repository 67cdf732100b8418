/** Residual rows at all points of a set of groups, and their derivatives by the coefficients of frozen features. */
import { type Compiled, compile, type TensorSpec } from "../../engine/compile.ts";
import type { tf } from "../../engine/tensor.ts";
import { rowsAndJacobian } from "../residual/jacobian.ts";
import { type Model, parameterCount } from "../residual/model.ts";
import type { GroupPoints } from "../residual/program.ts";
import { type RowGroup, weightedRows } from "../residual/rows.ts";
import { type PanelMatrix, setRow } from "./least-squares.ts";

/** A group of rows with its points. */
export interface FilledGroup {
  readonly group: RowGroup;
  readonly at: GroupPoints;
}

/** Rows of groups of points; programs run on a few hundred points at a time, so that memory stays small. */
export interface FeatureRows {
  /** Number of rows. */
  readonly count: number;
  /** Weighted rows at θ, [count]. */
  rows(theta: Float64Array): Promise<Float64Array>;
  /** The same, with their derivatives by the last layer's parameters written to the first rows of `into`. */
  rowsAndColumns(theta: Float64Array, into: PanelMatrix): Promise<Float64Array>;
  dispose(): Promise<void>;
}

/** Points of one run of a program: the arrays of one slot of 1000 features then fit the cache. */
const chunk = 256;

/** Prepares the rows of groups. */
export function featureRows(model: Model, filled: readonly FilledGroup[], threads: number): FeatureRows {
  const size = parameterCount(model);
  const parts = filled.map(({ group, at }) => {
    // A sum over points is one row, which cannot be taken apart.
    const each: RowGroup = group.sum ? group : { ...group, count: Math.min(chunk, group.count) };
    const widths = [model.dimension, 1, Math.max(1, group.data.length)];
    const specs: TensorSpec[] = [{ shape: [size] }, ...widths.map((w) => ({ shape: [each.count, w] }))];
    const programs = new Map<boolean, Promise<Compiled>>();
    const program = (withColumns: boolean) => {
      const known = programs.get(withColumns);
      if (known) return known;
      const fn = (theta: tf.Tensor, points: tf.Tensor, rootWeights: tf.Tensor, data: tf.Tensor) => {
        const tensors = [{ points, rootWeights, data }];
        if (!withColumns) return [weightedRows(model, [each], theta, tensors)];
        const { rows, jacobian } = rowsAndJacobian(model, [each], theta, tensors);
        return [rows, jacobian.at(-1)!.values];
      };
      const made = compile((...inputs) => fn(...(inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor])), specs, {
        precision: "float64",
        threads,
        name: `features, ${group.name}`,
      });
      programs.set(withColumns, made);
      return made;
    };
    const count = (group.sum ? 1 : group.count) * group.residuals.length;
    return { group, each, at, widths, program, programs, count };
  });
  const total = parts.reduce((sum, p) => sum + p.count, 0);

  async function run(theta: Float64Array, into?: PanelMatrix): Promise<Float64Array> {
    const result = new Float64Array(total);
    let row = 0;
    for (const { group, each, at, widths, program } of parts) {
      const compiled = await program(into !== undefined);
      const out = compiled.outputs.map((o) => new Float64Array(o.shape.reduce((a, b) => a * b, 1)));
      const sources = [at.points, at.rootWeights, at.data];
      const inputs = widths.map((width) => new Float64Array(each.count * width));
      for (let from = 0; from < group.count; from += each.count) {
        const n = Math.min(each.count, group.count - from);
        for (const [k, input] of inputs.entries()) {
          const width = widths[k]!;
          input.set(sources[k]!.subarray(from * width, (from + n) * width));
          // What is left over repeats the first point, where everything is finite.
          for (let i = n; i < each.count; i++) input.copyWithin(i * width, 0, width);
        }
        await compiled.run([theta, ...inputs], { into: out });
        const [values, columns] = out as [Float64Array, Float64Array?];
        for (let equation = 0; equation < group.residuals.length; equation++) {
          const [start, rows] = group.sum ? [equation, 1] : [equation * each.count, n];
          for (let i = start; i < start + rows; i++) {
            result[row] = values[i]!;
            if (into) setRow(into, row, columns!, i * into.columns);
            row++;
          }
        }
      }
    }
    return result;
  }
  return {
    count: total,
    rows: (theta) => run(theta),
    rowsAndColumns: run,
    async dispose() {
      for (const { programs } of parts) for (const program of programs.values()) await (await program).dispose();
    },
  };
}
