/** The compiled residual rows at the number of points at hand, with the optimizer at work on them. */
import { defined } from "../../engine/defined.ts";
import type { Rng } from "../../engine/random/rng.ts";
import type { Stepper } from "../optimizer/optimizer.ts";
import { type LeastSquaresProgram, leastSquaresProgram } from "../residual/program.ts";
import type { PointSet } from "../sampler/sampler.ts";
import { blasOf } from "../solution/options.ts";
import type { TrainOptions } from "./train.ts";

/** The compiled parts of a round; it holds compiled programs, and must be disposed of. */
export interface Machine {
  /** Collocation points of a set. */
  readonly interior: number;
  readonly rows: LeastSquaresProgram;
  readonly stepper: Stepper;
  /** The loss on all of the set, and its standard error as if rows were independent. */
  loss(theta: Float64Array): Promise<{ readonly loss: number; readonly error: number }>;
  /** Puts a sampler's set, and fresh points of all other rows, in place of the last ones. */
  take(set: PointSet, draw: Rng): void;
  /** An optimizer that knows nothing yet. */
  restart(): void;
  /** Multiplies the number of points; the optimizer goes on. */
  grow(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Compiles the rows.
 *
 * @param scale - what the equations' residuals are divided by
 * @param grown - begins with the larger number of points
 */
export function machineOf(options: TrainOptions, scale: number, grown: boolean): Machine {
  const { assembly, weights } = options;
  let program = programOf(options, grown, scale);
  /** The set in parts, one for each step; the last of which is in place. */
  let parts: (() => void)[] = [];
  let next = 0;
  const turn = () => {
    if (parts.length > 1) parts[next % parts.length]!();
    next++;
  };
  const begin = (): Stepper => {
    const made = options.stepper(program.rows);
    const step = (theta: Float64Array) => {
      turn();
      return made.step(theta);
    };
    return options.batch === undefined ? made : { ...made, step };
  };
  let stepper = begin();
  return {
    get interior() {
      return program.interior;
    },
    get rows() {
      return program.rows;
    },
    get stepper() {
      return stepper;
    },
    take(set, draw) {
      const others = program.others.map((other, i) => other.draw(draw.split("other").split(i)));
      const stream = draw.split("term");
      parts = partsOf(filled(set, program.interior), options.batch, draw).map((part) => {
        const points = [{ ...assembly.interiorPoints(part, weights.equations), stream }, ...others];
        return () => program.rows.setPoints(points);
      });
      next = 0;
      parts[0]!();
      stepper.changed();
    },
    async loss(theta) {
      let [loss, fourth, n] = [0, 0, 0];
      for (const put of parts) {
        if (parts.length > 1) put();
        loss += (await program.rows.loss(theta)) / parts.length;
        for (const r of program.rows.residual()) fourth += (r * r * (r * r)) / parts.length ** 2;
        n += program.rows.rows;
      }
      const variance = (fourth - loss ** 2 / n) * (n / Math.max(1, n - 1));
      return { loss, error: Math.sqrt(Math.max(0, variance)) };
    },
    restart() {
      stepper = begin();
    },
    async grow() {
      const state = stepper.state();
      await program.rows.dispose();
      program = programOf(options, true, scale);
      stepper = begin();
      stepper.restore(state);
    },
    dispose: () => program.rows.dispose(),
  };
}

/** The set in random parts of `batch` points, each weighted like the whole. */
function partsOf(set: PointSet, batch: number | undefined, draw: Rng): PointSet[] {
  const count = set.weights.length;
  if (batch === undefined || batch === count) return [set];
  const d = set.points.length / count;
  const keys = draw.split("batches").uniform(count);
  const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[a]! - keys[b]! || a - b);
  return Array.from({ length: count / batch }, (_, k) => {
    const rows = order.subarray(k * batch, (k + 1) * batch);
    return {
      points: Float64Array.from(
        { length: batch * d },
        (_v, at) => set.points[rows[Math.floor(at / d)]! * d + (at % d)]!,
      ),
      weights: Float64Array.from(rows, (i) => (set.weights[i]! * count) / batch),
      density: Float64Array.from(rows, (i) => set.density[i]!),
    };
  });
}

/** A set of fewer points than there is room for, filled up with points of no weight. */
function filled(set: PointSet, count: number): PointSet {
  const have = set.weights.length;
  if (have === count) return set;
  const dimension = set.points.length / have;
  const points = new Float64Array(count * dimension);
  for (let i = 0; i < count; i++) points.set(set.points.subarray(0, dimension), i * dimension);
  points.set(set.points);
  const [weights, density] = [new Float64Array(count), new Float64Array(count)];
  weights.set(set.weights);
  density.set(set.density);
  return { points, weights, density };
}

function programOf(
  { assembly, points, boundaryPoints, batch, growth, weights, threads, precision, blas, term }: TrainOptions,
  grown: boolean,
  scale: number,
) {
  const factor = grown ? growth.factor : 1;
  const counts = { interior: Math.round(points * factor), boundary: Math.round(boundaryPoints * factor) };
  const others = assembly.others(counts, weights);
  const groups = [assembly.interior(batch ?? counts.interior, scale), ...others.map((o) => o.group)];
  const rows = leastSquaresProgram(assembly.model, groups, {
    ...{ threads, ...defined({ precision }), blas: blasOf(blas) },
    ...(term && { term: { term, box: assembly.domain } }),
  });
  return { rows, others, interior: counts.interior };
}
