/**
 * Distributional slicing: the mean transport cost over directions gathered around the best one,
 * v-DSW_p^p = max_ε E_{θ ~ vMF(ε, κ)} W_p^p(⟨θ, x⟩, ⟨θ, y⟩) (arXiv 2301.04791). κ = 0 is sliced, κ → ∞ max-sliced: from
 * below like 1/κ where the maximum is smooth, like 1/√κ where it is at a kink, as for small samples.
 *
 * The location is found by ascent from the max-sliced direction instead of being predicted by an attention network: the same draws
 * follow the location, and the gradient is scaled so that for p = 2 the step is that of the power iteration of max-slicing.
 */
import { checkWhole } from "../../engine/checks.ts";
import { addScaled, dot, normalize } from "../../engine/numerics/vectors.ts";
import type { Rng } from "../../engine/random/rng.ts";
import { wasserstein1d } from "../../wasserstein/line/index.ts";
import type { Cloud } from "../../wasserstein/measure/index.ts";
import { type Directions, slicedWasserstein } from "../../wasserstein/sliced/index.ts";
import { maxSlicedWasserstein } from "./max-sliced.ts";
import {
  checkConcentration,
  drawAroundPole,
  meanResultantLength,
  placeAround,
  pullThroughPlacing,
} from "./von-mises-fisher.ts";

/**
 * v-DSW_2² between two clouds.
 *
 * @param options - κ ≥ 0, how closely the directions gather; number of directions ≥ 2; most steps of the ascent; random numbers
 * @returns the mean over `directions` around `location`, which are drawn afresh, free of the bias of having chosen it on them
 */
export function distributionalSlicedWasserstein(
  x: Cloud,
  y: Cloud,
  options: { readonly concentration: number; readonly count?: number; readonly steps?: number; readonly rng: Rng },
): {
  readonly value: number;
  readonly standardError: number;
  readonly location: Float64Array;
  readonly directions: Directions;
} {
  const { concentration, count = 64, steps = 50, rng } = options;
  const { dim } = x;
  checkWhole("distributionalSlicedWasserstein", { count }, 2);
  checkConcentration("distributionalSlicedWasserstein", concentration);
  const draws = drawAroundPole(count, dim, concentration, rng);
  const contrast = meanResultantLength(dim, concentration) * meanResultantLength(dim + 2, concentration);

  /** Mean over the draws placed around a centre, and the direction of a step of the power iteration. */
  const around = (centre: Float64Array) => {
    const points = placeAround(draws, centre);
    const step = new Float64Array(dim);
    let value = 0;
    for (let l = 0; l < count; l++) {
      const slice = sliceAt(x, y, points.subarray(l * dim, (l + 1) * dim));
      value += slice.value / count;
      addScaled(step, 1 / (count * (contrast || 1)), pullThroughPlacing(draws, l, centre, slice.gradient));
    }
    addScaled(step, 2 * sliceAt(x, y, centre).value - dot(step, centre), centre);
    normalize(step);
    return { value, step };
  };

  let location = maxSlicedWasserstein(x, y, { rng }).direction;
  let here = around(location);
  // Around all directions alike there is nothing to find.
  for (let k = 0, length = 1; k < steps && length > 1e-3 && concentration > 0; k++) {
    const next = location.map((v, i) => v + length * (here.step[i]! - v));
    normalize(next);
    const there = around(next);
    if (there.value > here.value) [location, here] = [next, there];
    else length /= 2;
  }
  const fresh = placeAround(drawAroundPole(count, dim, concentration, rng), location);
  const directions: Directions = { points: fresh, count, dim, kind: "uniform" };
  const { value, standardError } = slicedWasserstein(x, y, { directions });
  return { value, standardError: standardError!, location, directions };
}

/** W₂² along a direction, and its gradient in the direction. */
function sliceAt(x: Cloud, y: Cloud, theta: Float64Array) {
  const { dim } = x;
  const rows = [x, y].map(({ points, count }) =>
    Array.from({ length: count }, (_, i) => Float64Array.from({ length: dim }, (_, k) => points[i * dim + k]!)),
  ) as [Float64Array[], Float64Array[]];
  const [u, v] = rows.map((cloud) => cloud.map((row) => dot(row, theta))) as [number[], number[]];
  const slice = wasserstein1d({ values: u, weights: x.weights }, { values: v, weights: y.weights }, { p: 2 });
  const slopes = slice.gradient();
  const gradient = new Float64Array(dim);
  for (const [i, row] of rows[0].entries()) addScaled(gradient, slopes.x[i]!, row);
  for (const [j, row] of rows[1].entries()) addScaled(gradient, slopes.y[j]!, row);
  return { value: slice.value, gradient };
}
