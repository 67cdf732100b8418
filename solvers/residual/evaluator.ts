/** Expressions of the trial solution at any number of points, by a program for a fixed number of them. */

import { DomainError, ShapeError } from "../../engine/errors.ts";
import { type Compiled, compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { constant } from "../../engine/tensors/trace.ts";
import type { Expression } from "../../equations/expression/index.ts";
import { fewerPoints } from "../../equations/expression/index.ts";
import { constantsOf, type Model, parameterCount } from "./model.ts";
import { residualColumns } from "./rows.ts";

/** Evaluates expressions; compiled when first used. */
export interface Evaluator {
  /**
   * Values [n, expressions], row-major.
   *
   * @param points - [n, d]
   * @param data - [n, columns], where there are data
   */
  evaluate(theta: Float64Array, points: Float64Array, data?: Float64Array): Promise<Float64Array>;
  /**
   * The program for one θ as an ONNX model, for expressions without data: points [chunk, d] in, [chunk, expressions]
   * out.
   */
  toOnnx(theta: Float64Array): Promise<Uint8Array>;
  dispose(): Promise<void>;
}

/**
 * An evaluator of expressions of a model's unknowns, their derivatives, coordinates and constants.
 *
 * @param names - of columns that come with the points
 */
export function evaluator(
  model: Model,
  expressions: readonly Expression[],
  names: readonly string[] = [],
  threads = 1,
): Evaluator {
  // Points per call of the program.
  const chunk = fewerPoints(2048, expressions, 16);
  const width = expressions.length;
  const { dimension } = model;
  let program: Promise<Compiled> | undefined;
  const group = { name: "evaluation", count: chunk, residuals: expressions, data: names };
  const outputs = (theta: tf.Tensor, tensors: { points: tf.Tensor; data: tf.Tensor }) =>
    tf.concat(residualColumns(model, group, theta, tensors, constantsOf(model, theta)), 1);
  const compiled = () => {
    program ??= compile(
      (theta, points, data) => [outputs(theta!, { points: points!, data: data! })],
      [
        { shape: [parameterCount(model)] },
        { shape: [chunk, dimension] },
        { shape: [chunk, Math.max(1, names.length)] },
      ],
      { precision: "float64", threads, name: "evaluation" },
    );
    return program;
  };
  return {
    async evaluate(theta, points, data) {
      const count = points.length / dimension;
      if (!Number.isInteger(count)) throw new ShapeError("evaluate: points", `[n, ${dimension}]`, [points.length]);
      const bad = points.findIndex((v) => !Number.isFinite(v));
      if (bad >= 0) {
        const row = Math.floor(bad / dimension);
        throw new DomainError(
          `evaluate: point ${row} has the coordinate ${points[bad]}; give finite points`,
          points[bad],
        );
      }
      const run = await compiled();
      const result = new Float64Array(count * width);
      const columns = Math.max(1, names.length);
      const [partPoints, partData] = [new Float64Array(chunk * dimension), new Float64Array(chunk * columns)];
      const out = new Float64Array(chunk * width);
      for (let from = 0; from < count; from += chunk) {
        const n = Math.min(chunk, count - from);
        partPoints.set(points.subarray(from * dimension, (from + n) * dimension));
        // What is left over repeats the first point, where everything is finite.
        for (let i = n; i < chunk; i++) partPoints.copyWithin(i * dimension, 0, dimension);
        if (data) partData.set(data.subarray(from * columns, (from + n) * columns));
        await run.run([theta, partPoints, partData], { into: [out] });
        result.set(out.subarray(0, n * width), from * width);
      }
      return result;
    },
    async toOnnx(theta) {
      const once = await compile(
        (points) => [outputs(constant(theta, [theta.length]), { points: points!, data: points! })],
        [{ shape: [chunk, dimension] }],
        { precision: "float64", threads, name: "evaluation" },
      );
      try {
        return once.toOnnx();
      } finally {
        await once.dispose();
      }
    },
    async dispose() {
      await (await program)?.dispose();
    },
  };
}
