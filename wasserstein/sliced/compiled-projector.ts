/** Projections of point clouds by a native matrix product, for large clouds or many dimensions. */

import { ShapeError } from "../../engine/errors.ts";
import { compile } from "../../engine/tensors/compile.ts";
import { tf } from "../../engine/tensors/tensor.ts";
import { type Cloud, cloudPoints } from "../measure/measure.ts";
import type { Directions } from "./directions.ts";

/**
 * Compiles the projection of clouds of one size. It takes over the share n·dim·L of a sliced distance, which the host
 * form computes in plain loops; the sorting stays. For {@link slicedWasserstein}, as its option `projections`.
 *
 * @param sizes - sizes that it is compiled for
 * @throws as `compile`; `project` throws ShapeError for clouds or directions of other sizes
 */
export async function compileProjector(sizes: {
  /** Number of points. */
  readonly count: number;
  /** Dimension of the points. */
  readonly dim: number;
  /** Number of directions. */
  readonly directions: number;
  /** Threads of the matrix product. @defaultValue 1 */
  readonly threads?: number;
}): Promise<{
  /**
   * ⟨θ_l, x_i⟩ as [directions, points], row-major, in float64: what `slicedWasserstein` takes as `projections`.
   *
   * @throws ShapeError where the sizes are not those compiled for
   * @throws DomainError where a point is not finite
   */
  project(cloud: Cloud, directions: Directions): Promise<Float64Array>;
  /** Frees the native program. */
  dispose(): Promise<void>;
}> {
  const { count, dim, directions: rows, threads = 1 } = sizes;
  const program = await compile(
    (points, directions) => [tf.matMul(directions as tf.Tensor2D, points as tf.Tensor2D, false, true)],
    [{ shape: [count, dim] }, { shape: [rows, dim] }],
    { precision: "float64", threads, name: "projector" },
  );
  return {
    async project(cloud, directions) {
      const where = "Projector.project";
      const points = cloudPoints(`${where}: cloud`, cloud);
      if (cloud.count !== count || cloud.dim !== dim) {
        throw new ShapeError(`${where}: cloud`, [count, dim], [cloud.count, cloud.dim], "compile one for each size");
      }
      if (directions.count !== rows || directions.dim !== dim) {
        throw new ShapeError(`${where}: directions`, [rows, dim], [directions.count, directions.dim]);
      }
      const [projected] = await program.run([points, directions.points]);
      return projected as Float64Array;
    },
    dispose: () => program.dispose(),
  };
}
