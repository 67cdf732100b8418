/** The start of training: the size of the residual, and first parameters placed where it is large. */

import type { Rng } from "../../../engine/random/rng.ts";
import { fewerPoints } from "../../../equations/expression/index.ts";
import { evaluator } from "../../residual/evaluator.ts";
import type { Assembly } from "../assemble.ts";
import { notFinite, whyNotFinite } from "./not-finite.ts";

/** Points in the pool from which centres of first-layer neurons are drawn in proportion to the source. */
const pool = 2 ** 14;

/** |r|, the root of the sum of squares over equations, unscaled. */
export function magnitudeOf({ model, problem, interior, interiorData }: Assembly, threads: number) {
  const { data } = interior(1, 1);
  const program = evaluator(model, problem.equations, data, threads);
  const width = problem.equations.length;
  return {
    async evaluate(theta: Float64Array, points: Float64Array): Promise<Float64Array> {
      const values = await program.evaluate(theta, points, interiorData(points));
      return Float64Array.from({ length: values.length / width }, (_, i) =>
        Math.hypot(...values.subarray(i * width, (i + 1) * width)),
      );
    },
    dispose: () => program.dispose(),
  };
}

/** A network that is zero, with constants as first guessed. */
export function silentParameters({ model, problem }: Assembly): Float64Array {
  const theta = new Float64Array(model.network.size + model.trainable.length);
  theta.set(Object.values(problem.trainable), model.network.size);
  return theta;
}

/**
 * First parameters, and the scale of the residual: its root mean square for a network that is zero, that is, of the
 * sources. Half of the first layer's neurons vary near points drawn in proportion to that residual.
 */
export async function initial(
  assembly: Assembly,
  magnitude: ReturnType<typeof magnitudeOf>,
  root: Rng,
  silent: Float64Array,
) {
  const { model, domain, problem } = assembly;
  const points = domain.interior(fewerPoints(pool, problem.equations, 256), root.split("source"));
  const source = await magnitude.evaluate(silent, points);
  const total = source.reduce((sum, v) => sum + v, 0);
  const mean = source.reduce((sum, v) => sum + v * v, 0) / source.length;
  if (!Number.isFinite(mean)) {
    const at = source.findIndex((v) => !Number.isFinite(v));
    const point = points.subarray(at * domain.dimension, (at + 1) * domain.dimension);
    const found = whyNotFinite(assembly, point);
    throw notFinite(found ?? `the residual of u = 0 is ${source[at]} at (${point.join(", ")})`);
  }
  const centres = total > 0 ? inProportion(points, source, total, domain.dimension, root.split("centres")) : undefined;
  const theta = silent.slice();
  theta.set(model.network.initial(root.split("network"), centres));
  return { theta, scale: mean > 0 ? Math.sqrt(mean) : 1 };
}

/** 512 of the points, in proportion to their values. */
function inProportion(points: Float64Array, values: Float64Array, total: number, d: number, draw: Rng): Float64Array {
  const out = new Float64Array(512 * d);
  const offset = draw.uniform();
  let [at, sum] = [0, values[0]!];
  for (let i = 0; i < 512; i++) {
    const target = ((i + offset) / 512) * total;
    while (sum < target && at < values.length - 1) sum += values[++at]!;
    out.set(points.subarray(at * d, (at + 1) * d), i * d);
  }
  return out;
}
