/** Residual rows at all points of a set of groups, and their derivatives by the coefficients of frozen features. */

import { type Compiled, compile, type TensorSpec } from "../../engine/tensors/compile.ts";
import type { tf } from "../../engine/tensors/tensor.ts";
import { fewerPoints } from "../../equations/expression/index.ts";
import { rowsAndJacobian } from "../residual/jacobian.ts";
import { type Model, parameterCount } from "../residual/model.ts";
import type { GroupPoints } from "../residual/program.ts";
import { type RowGroup, weightedRows } from "../residual/rows.ts";
import { ask, type Deadline, noDeadline } from "./deadline.ts";

/** A group of rows with its points. */
export interface FilledGroup {
  readonly group: RowGroup;
  readonly at: GroupPoints;
}

/** A matrix by rows, `width` numbers from one to the next. */
export interface RowMatrix {
  readonly values: Float64Array;
  readonly width: number;
}

/** Rows of groups of points; programs run on a few hundred points at a time, so that memory stays small. */
export interface FeatureRows {
  /** Number of rows. */
  readonly count: number;
  /**
   * Weighted rows at θ, [count].
   *
   * @throws OutOfTime where the pace says so after the first of them
   */
  rows(theta: Float64Array, pace?: Deadline): Promise<Float64Array>;
  /**
   * The same, with their derivatives by the last layer's parameters, written to the first rows of `into`.
   *
   * @param free - which of these parameters, in order; all of them where it is not given
   */
  rowsAndColumns(
    theta: Float64Array,
    into: RowMatrix,
    pace?: Deadline,
    free?: readonly number[],
  ): Promise<Float64Array>;
  /** Seconds that a point of the equations took with its columns when they were computed last, by the pace's clock. */
  readonly secondsAPoint: number;
}

/** Programs for the rows of groups of points, shared by all sets of such groups. */
export interface FeaturePrograms {
  of(filled: readonly FilledGroup[]): FeatureRows;
  dispose(): Promise<void>;
}

/** Points of one run of a program: the arrays of one slot of 1000 features then fit the cache. */
const chunk = 256;

/** The same where each point asks for the unknowns at others. */
const chunkOf = ({ residuals }: RowGroup): number => fewerPoints(chunk, residuals, 8);

type ProgramOf = (withColumns: boolean) => Promise<Compiled>;

/** Prepares programs for the rows of groups; groups at one place in their lists are alike but for their points. */
export function featurePrograms(model: Model, threads: number): FeaturePrograms {
  const known = new Map<string, ProgramOf>();
  const opened: Promise<Compiled>[] = [];
  const open = (program: Promise<Compiled>) => {
    opened.push(program);
    return program;
  };
  return {
    of: (filled) => rowsOf(model, filled, { threads, known, open }),
    async dispose() {
      for (const program of opened) await (await program).dispose();
    },
  };
}

interface CompileContext {
  readonly threads: number;
  readonly known: Map<string, ProgramOf>;
  readonly open: (program: Promise<Compiled>) => Promise<Compiled>;
}

function rowsOf(
  model: Model,
  filled: readonly FilledGroup[],
  { threads, known: shared, open }: CompileContext,
): FeatureRows {
  const size = parameterCount(model);
  const parts = filled.map(({ group, at }, place) => {
    // A sum over points is one row, which cannot be cut.
    const each: RowGroup = group.sum ? group : { ...group, count: Math.min(chunkOf(group), group.count) };
    const widths = [model.dimension, 1, Math.max(1, group.data.length)];
    const specs: TensorSpec[] = [{ shape: [size] }, ...widths.map((w) => ({ shape: [each.count, w] }))];
    const programs = new Map<boolean, Promise<Compiled>>();
    const name = `${place}, ${each.count}`;
    const program: ProgramOf =
      shared.get(name) ??
      ((withColumns) => {
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
        programs.set(withColumns, open(made));
        return made;
      });
    shared.set(name, program);
    const count = (group.sum ? 1 : group.count) * group.residuals.length;
    return { group, each, at, widths, program, count };
  });
  const total = parts.reduce((sum, p) => sum + p.count, 0);
  let secondsAPoint = 0;

  async function run(
    theta: Float64Array,
    pace: Deadline,
    into?: RowMatrix,
    free?: readonly number[],
  ): Promise<Float64Array> {
    const result = new Float64Array(total);
    let row = 0;
    for (const [part, { group, each, at, widths, program }] of parts.entries()) {
      ask(pace, "compilation", 0);
      const compiled = await program(into !== undefined);
      const stride = compiled.outputs[1]?.shape.at(-1) ?? 0;
      const out = compiled.outputs.map((o) => new Float64Array(o.shape.reduce((a, b) => a * b, 1)));
      const sources = [at.points, at.rootWeights, at.data];
      const inputs = widths.map((width) => new Float64Array(each.count * width));
      const began = pace.now();
      for (let from = 0; from < group.count; from += each.count) {
        if (from > 0) ask(pace, "residual rows", ((pace.now() - began) * (group.count - from)) / from);
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
            const own = columns?.subarray(i * stride, (i + 1) * stride);
            if (own) into!.values.set(free ? free.map((k) => own[k]!) : own, row * into!.width);
            row++;
          }
        }
      }
      if (part === 0 && into) secondsAPoint = (pace.now() - began) / group.count;
    }
    return result;
  }
  return {
    count: total,
    get secondsAPoint() {
      return secondsAPoint;
    },
    rows: (theta, pace = noDeadline()) => run(theta, pace),
    rowsAndColumns: (theta, into, pace = noDeadline(), free = undefined) => run(theta, pace, into, free),
  };
}
