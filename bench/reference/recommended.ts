/** Options of `solve` that suit the reference problems. */
import { separable } from "../../examples/papers/separable.ts";
import { mlp } from "../../solvers/network/mlp.ts";
import { gaussNewton } from "../../solvers/optimizer/gauss-newton.ts";
import { adversarial } from "../../solvers/sampler/adversarial.ts";
import { gaussianMixture } from "../../solvers/sampler/gaussian-mixture.ts";
import { sobol } from "../../solvers/sampler/uniform.ts";
import type { SolveOptions } from "../../solvers/solution/options.ts";
import type { ReferenceName } from "./catalogue.ts";

/**
 * First-layer weights of about the inverse width of the peaks; half of the neurons sit where the source is. Depth beats width: with as
 * many parameters, three layers of 16 end at 1e-3, six of 10 at 1e-6. Seeds differ a hundredfold, hence several starts.
 */
const peak: SolveOptions = {
  network: mlp({ width: 12, depth: 5, scale: 20 }),
  starts: { count: 2, steps: 60 },
};
const twoPeaks: SolveOptions = {
  network: mlp({ width: 10, depth: 6, scale: 20 }),
  optimizer: gaussNewton({ control: "gain" }),
  sampler: adversarial(),
  starts: { count: 3, steps: 90 },
};
/** Squares suit what depends on distance. Tempered weights make the rows near the peak count more than its volume. */
const gaussian: SolveOptions = {
  network: mlp({ width: 12, depth: 3, squares: true, outputScale: 0.3 }),
  sampler: gaussianMixture({ tempering: 0.5 }),
  points: 2500,
};
/**
 * One wide layer is best for smooth solutions. On a network this small a trial costs more than JᵀJ: smaller steps of λ refuse
 * fewer of them, and the points need not grow.
 */
const smooth: SolveOptions = {
  network: mlp({ width: 64, depth: 1 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3, decrease: 2.5, increase: 2.5 }),
  points: 1024,
  growth: { after: 1, factor: 1 },
};
/** Sources that are products, or sums of few, suit a separable network; its scale is about their wavenumber in scaled coordinates. */
const waves: SolveOptions = {
  network: separable({ rank: 4, width: 32, scale: 15 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3 }),
  points: 3000,
};
/** Values on the faces of a cube of many dimensions are rows; they need less weight than the default where solutions are smooth. */
const smoothCube: SolveOptions = {
  network: mlp({ width: 64, depth: 1 }),
  sampler: sobol(),
  points: 2500,
  boundaryPoints: 1000,
  weights: { conditions: 10 },
};
/** The same for an initial value and values of zero that hold by construction. */
const products: SolveOptions = {
  network: separable({ rank: 6, width: 16 }),
  sampler: sobol(),
  optimizer: gaussNewton({ damping: 1e-3 }),
  points: 2500,
};
const harmonic: SolveOptions = {
  ...smoothCube,
  network: mlp({ width: 48, depth: 1, scale: 1 }),
  weights: { conditions: 100 },
};
/** A layer that grows: more, narrower layers, and cells as fine across it as it is wide. */
const layer: SolveOptions = {
  network: mlp({ width: 12, depth: 5 }),
  optimizer: gaussNewton({ control: "gain" }),
  sampler: adversarial({ shape: [512, 64] }),
  points: 2500,
};

/** Interfaces that sharpen, and a start that has a kink as a periodic function. */
const phases: SolveOptions = {
  network: mlp({ width: 16, depth: 4 }),
  optimizer: gaussNewton({ control: "gain" }),
  sampler: adversarial(),
  growth: { after: 1, factor: 1 },
  conditions: "exact",
};

const recipes: Readonly<Partial<Record<ReferenceName, SolveOptions>>> = {
  peak,
  "two-peaks": twoPeaks,
  "gaussian-10d": gaussian,
  "gaussian-10d-off-centre": { ...gaussian, network: mlp({ width: 16, depth: 2, squares: true, outputScale: 0.3 }) },
  "poisson-2d": smooth,
  "poisson-5d": smoothCube,
  "harmonic-10d": harmonic,
  "heat-1d": smooth,
  "heat-4d": products,
  "helmholtz-6-6": waves,
  burgers: layer,
  "allen-cahn": phases,
};

/**
 * Network, sampler, optimizer and numbers of points with which a reference problem was solved best; what is left out, and every
 * problem that is not listed, has the defaults of `solve`. They were chosen by the error on these same problems: a problem of your own may
 * need another scale or more points.
 *
 * @param name - one of `referenceNames`
 * @example const solution = await solve(pde(referenceProblem("peak").spec), { ...recommendedOptions("peak"), seed: 1 });
 */
export function recommendedOptions(name: ReferenceName): SolveOptions {
  return recipes[name] ?? {};
}
