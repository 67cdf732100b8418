/** The compiled residual rows at the number of points at hand, with the optimizer at work on them. */
import type { Rng } from "../../engine/rng.ts";
import type { Stepper } from "../optimizer/stepper.ts";
import { type LeastSquaresProgram, leastSquaresProgram } from "../residual/program.ts";
import type { PointSet } from "../sampler/sampler.ts";
import { blasOf } from "./blas.ts";
import type { TrainOptions } from "./training.ts";

/** What a round works with; it holds compiled programs, and must be disposed of. */
export interface Machine {
  /** Collocation points of a set. */
  readonly interior: number;
  readonly rows: LeastSquaresProgram;
  readonly stepper: Stepper;
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
  let stepper = options.stepper(program.rows);
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
      program.rows.setPoints([
        assembly.interiorPoints(filled(set, program.interior), weights.equations),
        ...program.others.map((other, i) => other.draw(draw.split("other").split(i))),
      ]);
      stepper.changed();
    },
    restart() {
      stepper = options.stepper(program.rows);
    },
    async grow() {
      const state = stepper.state();
      await program.rows.dispose();
      program = programOf(options, true, scale);
      stepper = options.stepper(program.rows);
      stepper.restore(state);
    },
    dispose: () => program.rows.dispose(),
  };
}

/** A set that is still growing (RAR-D, DAS-G), filled up with points of no weight. */
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
  { assembly, points, boundaryPoints, growth, weights, threads, blas: name = "none" }: TrainOptions,
  grown: boolean,
  scale: number,
) {
  const factor = grown ? growth.factor : 1;
  const counts = { interior: Math.round(points * factor), boundary: Math.round(boundaryPoints * factor) };
  const others = assembly.others(counts, weights);
  const groups = [assembly.interior(counts.interior, scale), ...others.map((o) => o.group)];
  const rows = leastSquaresProgram(assembly.model, groups, { threads, blas: blasOf(name) });
  return { rows, others, interior: counts.interior };
}
