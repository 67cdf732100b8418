/**
 * A method for each problem of the suite, chosen by hand from the look of its text and never by an error: random features with largest weights that suit the
 * shortest wave (in coordinates scaled to [−1, 1]), more along an axis where it is steeper, and windows of time for what travels far. A network only where so many
 * features would be needed that none would count them: thin layers that move or bend, a peak in three dimensions, ten dimensions, flows with corners.
 */
import type { FeaturePlan } from "../../solvers/automatic/feature-solve.ts";
import type { MlpOptions } from "../../solvers/network/mlp.ts";
import type { Enforcement } from "../../solvers/solve/enforcement.ts";

/** A network with the suggested scale and all else as it is by default. */
export interface NetworkPlan {
  readonly network: MlpOptions;
  /** @defaultValue "exact" */
  readonly conditions?: Enforcement;
}

/** By the name of the problem. */
export const tuned: Readonly<Record<string, FeaturePlan | NetworkPlan>> = {
  // A layer of width 0.1 in scaled coordinates along an arc of length 2.
  "arc-layer": { network: { depth: 4, width: 16 } },
  // 1/(1 + e^(14 x)) that moves by a third of x in all of t.
  "nagumo-front": { features: 1200, reach: 8, stretch: [6, 1], windows: 1 },
  // Two waves a turn and their products; some 20 radians of time, 4 a window.
  "klein-gordon-periodic": { features: 700, reach: 6, stretch: [3, 1], windows: 5 },
  "two-unknowns": { features: 500, reach: 4, stretch: [1, 1, 0.5], windows: 1 },
  annulus: {
    ...{ features: 500, reach: 4, stretch: [1, 1], windows: 1 },
    holes: [{ center: [0, 0], radius: 0.4, far: Math.SQRT2 }],
  },
  // 80 half waves along each of three axes would be 10^5 features.
  "peak-3d": { network: { depth: 4, width: 16 } },
  "euler-beam": { features: 50, reach: 2, stretch: [1], windows: 1 },
  // e^(25 x).
  "boundary-layer": { features: 400, reach: 50, stretch: [1], windows: 1 },
  // A step is a neuron or two.
  "burgers-step": { network: { depth: 2, width: 12 } },
  burgers: { network: { depth: 4, width: 16 } },
  // The start has a kink as a periodic function.
  "allen-cahn": { network: { depth: 4, width: 16 }, conditions: "exact" },
  "gaussian-10d-off-centre": { network: { depth: 2, width: 16 } },
  "lid-driven-cavity": { network: { depth: 4, width: 16 } },
  // sin 8x on 2π: 25 radians, smooth in time.
  "diffusion-reaction": { features: 1200, reach: 24, stretch: [1, 0.1], windows: 1 },
  "klein-gordon": { features: 100, reach: 2, stretch: [1, 1], windows: 1 },
  // 25 periods in [−1, 1]: 79 radians.
  "poisson-multiscale": { features: 500, reach: 80, stretch: [1], windows: 1 },
  helmholtz: { features: 1000, reach: 6, stretch: [1, 1], windows: 1 },
  "beltrami-flow": { features: 500, reach: 2, stretch: [1, 1, 1, 0.5], windows: 1 },
  // 20π in time against 2π in space.
  "wave-speed-10": { features: 1500, reach: 4, stretch: [1, 8], windows: 1 },
  "kovasznay-20": { features: 700, reach: 5, stretch: [0.5, 1], windows: 1 },
  "elasticity-plate": { features: 300, reach: 3, stretch: [1, 1], windows: 1 },
  "kuramoto-sivashinsky": { features: 1200, reach: 5, stretch: [4, 1], windows: 2 },
  "advection-50": { features: 500, reach: 4, stretch: [0.5, 1], windows: 12 },
  // Waves of width 0.04 that move by a length: 30 windows, in each steep along x alone.
  "kdv-zabusky-kruskal": { features: 700, reach: 4, stretch: [10, 1], windows: 30 },
  schroedinger: { features: 600, reach: 3, stretch: [5, 1], windows: 8 },
  "parabolic-system": { features: 600, reach: 4, stretch: [1, 1], windows: 1 },
};
