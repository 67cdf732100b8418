/**
 * Several variables of a climate model corrected together by dynamical optimal transport (dOTC; Robin et al. 2019,
 * doi:10.5194/hess-23-773-2019, section 3), on the points themselves instead of bins. It does not replace or join
 * `--method mbcn`: research/joint-correction/RULE.md.
 */
import type { Rng } from "../../engine/index.ts";
import { emd } from "../../wasserstein/index.ts";

/** Samples of N variables, an array each; those of one sample are values of the same times, without gaps. */
export interface ClimateSamples {
  readonly observed: readonly Float64Array[];
  /** The model over the years of the observations. */
  readonly history: readonly Float64Array[];
  /** The model's values that are to be corrected. */
  readonly projected: readonly Float64Array[];
}

/**
 * The projected values corrected. Each observed point goes with the model's history by the optimal plan, and moves as the
 * model moves from there to its projection, scaled by the ratio of standard deviations. The projected points then go to
 * the moved ones by the optimal plan. Where a plan splits a point, one of its ways is drawn.
 *
 * @returns the projected variables
 */
export function dynamicallyMoved(
  { observed, history, projected }: ClimateSamples,
  stream: Rng,
): readonly Float64Array[] {
  const scales = observed.map(deviation);
  const ratios = history.map((values, k) => scales[k]! / deviation(values));
  const [observedPoints, historyPoints, projectedPoints] = [observed, history, projected].map((axes) =>
    pointsOf(axes, scales),
  ) as [Float64Array, Float64Array, Float64Array];
  const n = observed.length;
  const toHistory = drawn(observedPoints, historyPoints, n, stream.split("history"));
  const toProjection = drawn(historyPoints, projectedPoints, n, stream.split("projection"));
  const moved = observed.map((values, k) =>
    values.map((value, i) => {
      const from = toHistory[i]!;
      return value + ratios[k]! * (projected[k]![toProjection[from]!]! - history[k]![from]!);
    }),
  );
  const targets = drawn(projectedPoints, pointsOf(moved, scales), n, stream.split("correction"));
  return moved.map((values) => Float64Array.from(targets, (i) => values[i]!));
}

/** Of each point the one that an optimal plan brings it to. */
function drawn(x: Float64Array, y: Float64Array, dim: number, stream: Rng): Int32Array {
  const count = x.length / dim;
  const { rows, columns, masses } = emd({ points: x, count, dim }, { points: y, count: y.length / dim, dim }).plan();
  const chances = stream.uniform(count).map((u) => u / count);
  const out = new Int32Array(count);
  for (const [route, row] of rows.entries()) {
    if (chances[row]! < 0) continue;
    out[row] = columns[route]!;
    chances[row]! -= masses[route]!;
  }
  return out;
}

/** Rows of points, each variable over its scale. */
function pointsOf(axes: readonly Float64Array[], scales: readonly number[]): Float64Array {
  const n = axes.length;
  return Float64Array.from(
    { length: n * axes[0]!.length },
    (_, i) => axes[i % n]![Math.floor(i / n)]! / scales[i % n]!,
  );
}

/** Standard deviation; 1 of a constant. */
function deviation(values: Float64Array): number {
  let [mean, square] = [0, 0];
  for (const v of values) mean += v / values.length;
  for (const v of values) square += (v - mean) ** 2 / values.length;
  return square > 0 ? Math.sqrt(square) : 1;
}
