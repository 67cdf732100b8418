/**
 * A method for each problem of the final half, chosen by hand from the look of its text and never by an error: random features with largest weights that suit the
 * shortest wave (in coordinates scaled to [−1, 1]), more along an axis where it is steeper, and windows of time for what travels far. A network is nowhere among them.
 */
import type { FeaturePlan } from "../../solvers/automatic/feature-solve.ts";

/** By the name of the problem. */
export const tuned: Readonly<Record<string, FeaturePlan>> = {
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
