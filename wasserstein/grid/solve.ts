/**
 * The iteration on grids: ε comes down from the range of the costs, on grids that get finer as ε does; at the last ε
 * sweeps mixed as those between points are, first on coarser grids. A coarser grid's potentials pass to the finer by
 * the update itself.
 */
import { sum } from "../../engine/numerics/vectors.ts";
import { Mixer } from "../sinkhorn/mixing.ts";
import { descent, type Solution } from "../sinkhorn/solve.ts";
import { bestShift } from "../sinkhorn/sweep.ts";
import { axisCosts } from "./axes.ts";
import { halved, type Side, widestStep } from "./box.ts";
import { newtonStep } from "./newton.ts";
import { GridKernel } from "./operator.ts";

/** Transport from `x` to `y` with the cost Σ |Δ|^p; ρ = ∞ for equal masses. */
export interface GridProblem {
  readonly x: Side;
  readonly y: Side;
  readonly p: number;
  readonly rho: number;
  /** Partial transport: mass stays behind at this price a unit on either side, so that potentials are at most it. */
  readonly price?: number;
}

export interface GridSettings {
  readonly epsilon: number;
  /** Bound on the L1 error of the marginals. */
  readonly tolerance: number;
  /** Bound on the passes on the grid itself. */
  readonly maxIterations: number;
}

export interface GridSolution extends Omit<Solution, "newtonSteps"> {
  /** Passes on coarser grids; `iterations` are those on the grid itself. */
  readonly coarseIterations: number;
}

/** A grid serves an ε of at least this part of its widest step to the p: for p = 2, cells of twice the blur. */
const leastOfStep = 0.5;
/** Coarser grids are solved to this L1 error at the last ε, a share of the mass; what their cells hide is of this size. */
const coarseTolerance = 1e-4;
const coarsePasses = 500;
/**
 * Every ε on the way down is solved to this L1 error, by at most so many passes: errors of long waves fall soon where ε
 * is large, and hardly at all where it is small. A member against the truth of rain on 64 × 64 cells, blur one cell:
 * from one pass an ε, 2000 passes at the last one end at 6e-6; from these, 63 come to 1e-3 and Newton's steps from
 * there to 1e-6 in 600. Mixing from a poor start goes astray besides.
 */
const stageTolerance = 1e-3;
const stagePasses = 100;
/** With a price, a potential whose mass has too few partners rises by ε · log(mass/partners) a pass until it is at the price. */
const pricedTolerance = 1e-4;
const pricedPasses = { coarse: 300, fine: 100 } as const;
/** Mixed passes before Newton's steps: mixing is soon done, or loses its way. */
const mixedPasses = 100;

/** Potentials on one grid, and what a pass finds out about them. */
export class GridSweeper {
  readonly problem: GridProblem;
  readonly f: Float64Array;
  readonly g: Float64Array;
  /** The next g without mixing. */
  readonly image: Float64Array;
  /** Column sums of the plan of (f, g). */
  readonly columns: Float64Array;
  epsilon = Number.NaN;
  #toX: GridKernel | undefined;
  #toY: GridKernel | undefined;
  readonly #heightsX: Float64Array;
  readonly #heightsY: Float64Array;
  readonly #logA: Float64Array;
  readonly #logB: Float64Array;

  constructor(problem: GridProblem) {
    const [n, m] = [problem.x.kept.length, problem.y.kept.length];
    this.problem = problem;
    this.f = new Float64Array(n);
    this.g = new Float64Array(m);
    this.image = new Float64Array(m);
    this.columns = new Float64Array(m);
    this.#heightsX = new Float64Array(n);
    this.#heightsY = new Float64Array(m);
    this.#logA = problem.x.weights.map(Math.log);
    this.#logB = problem.y.weights.map(Math.log);
  }

  /** ρ/(ρ + ε) */
  get damping(): number {
    const { rho } = this.problem;
    return rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + this.epsilon);
  }

  cool(epsilon: number): void {
    if (epsilon === this.epsilon) return;
    const { x, y, p } = this.problem;
    this.epsilon = epsilon;
    this.#toX = new GridKernel(x, y, p, epsilon);
    this.#toY = x === y ? this.#toX : new GridKernel(y, x, p, epsilon);
  }

  /** f from g. */
  forward(): void {
    softmin(this.#toX!, this.g, this.#logB, this.epsilon, this.damping, this.#heightsY, this.f);
    cap(this.f, this.problem.price);
  }

  /** f from g, the columns of the plan, and the image of g. */
  pass(): void {
    const { f, g, image, columns, epsilon, damping } = this;
    const { x, y, rho } = this.problem;
    this.forward();
    softmin(this.#toY!, f, this.#logA, epsilon, 1, this.#heightsX, image);
    const b = y.weights;
    for (let j = 0; j < g.length; j++) {
      columns[j] = b[j]! * Math.exp((g[j]! - image[j]!) / epsilon);
      image[j]! *= damping;
    }
    this.#meetMass();
    cap(image, this.problem.price);
    if (rho === Number.POSITIVE_INFINITY) return;
    const shift = bestShift(x.weights, f, b, image, rho);
    for (let j = 0; j < g.length; j++) image[j]! -= shift;
  }

  /** diag(columns) v − Pᵀ diag(P1)⁻¹ P v of the plan of (f, g) after a pass; balanced. */
  curvature(v: Float64Array, columns: Float64Array): Float64Array {
    const { f, g, epsilon } = this;
    const [heightsX, heightsY] = [this.#heightsX, this.#heightsY];
    const out = new Float64Array(v.length);
    const low = v.reduce((least, w) => Math.min(least, w), Number.POSITIVE_INFINITY);
    const spread = v.reduce((most, w) => Math.max(most, w), Number.NEGATIVE_INFINITY) - low;
    if (!(spread > 0)) return out;
    // Constants are in the kernel of S, and only positive numbers have logarithms.
    const base = low - spread;
    for (let j = 0; j < v.length; j++) heightsY[j] = g[j]! / epsilon + this.#logB[j]! + Math.log(v[j]! - base);
    this.#toX!.apply(heightsY, heightsX);
    for (let i = 0; i < f.length; i++) heightsX[i]! += 2 * (f[i]! / epsilon) + this.#logA[i]!;
    this.#toY!.apply(heightsX, heightsY);
    for (let j = 0; j < v.length; j++) {
      out[j] = columns[j]! * (v[j]! - base) - Math.exp(heightsY[j]! + g[j]! / epsilon + this.#logB[j]!);
    }
    return out;
  }

  /** With a price: no more mass can lie below it on one side than there is on the other, which passes alone reach slowly. */
  #meetMass(): void {
    const { f, image } = this;
    const { x, y, price } = this.problem;
    if (price === undefined) return;
    const [a, b] = [sum(x.weights), sum(y.weights)];
    const shift = a > b ? shortfall(f, x.weights, b, price) : -shortfall(image, y.weights, a, price);
    if (shift !== 0) for (let j = 0; j < image.length; j++) image[j]! -= shift;
  }

  /** L1 distance of the columns from where they should be; the rows are exact. */
  error(): number {
    const { y, rho, price } = this.problem;
    let total = 0;
    for (let j = 0; j < y.weights.length; j++) {
      // At the price, columns may stay short.
      if (price !== undefined && this.g[j]! >= price && this.columns[j]! <= y.weights[j]!) continue;
      const wanted = rho === Number.POSITIVE_INFINITY ? y.weights[j]! : y.weights[j]! * Math.exp(-this.g[j]! / rho);
      total += Math.abs(this.columns[j]! - wanted);
    }
    return total;
  }
}

/** Rise of a potential that is needed for no more mass than `most` to lie below the price. */
function shortfall(potential: Float64Array, weights: Float64Array, most: number, price: number): number {
  const below = Array.from(potential.keys()).filter((i) => potential[i]! < price);
  let mass = below.reduce((total, i) => total + weights[i]!, 0);
  if (mass <= most) return 0;
  below.sort((i, j) => potential[j]! - potential[i]!);
  for (const i of below) {
    mass -= weights[i]!;
    if (mass <= most) return price - potential[i]!;
  }
  return 0;
}

/** No more than the price, in place. */
function cap(potential: Float64Array, price: number | undefined): void {
  if (price === undefined) return;
  for (let i = 0; i < potential.length; i++) potential[i] = Math.min(potential[i]!, price);
}

/** out = −damping · ε · log Σ exp(potential/ε + log w − C/ε). */
function softmin(
  kernel: GridKernel,
  potential: Float64Array,
  logWeights: Float64Array,
  epsilon: number,
  damping: number,
  heights: Float64Array,
  out: Float64Array,
): void {
  for (let k = 0; k < heights.length; k++) heights[k] = potential[k]! / epsilon + logWeights[k]!;
  kernel.apply(heights, out);
  for (let i = 0; i < out.length; i++) out[i]! *= -damping * epsilon;
}

/** The update of the potential at `to` from the potential on `from`. */
export function updateAt(
  to: Side,
  from: Side,
  potential: Float64Array,
  { p, epsilon, damping }: { readonly p: number; readonly epsilon: number; readonly damping: number },
): Float64Array {
  const out = new Float64Array(to.kept.length);
  const heights = new Float64Array(from.kept.length);
  softmin(new GridKernel(to, from, p, epsilon), potential, from.weights.map(Math.log), epsilon, damping, heights, out);
  return out;
}

/** Largest less least cost between the boxes. */
export function costRange({ x, y, p }: GridProblem): number {
  let range = 0;
  for (const [k, axis] of x.axes.entries()) {
    const costs = axisCosts(axis, y.axes[k]!, p);
    range += costs.reduce((top, v) => Math.max(top, v), 0) - costs.reduce((low, v) => Math.min(low, v), costs[0]!);
  }
  return range;
}

/** The problem, and after it the same on grids of half the size each. */
function pyramid(problem: GridProblem): readonly GridProblem[] {
  const levels = [problem];
  for (;;) {
    const { x, y, ...rest } = levels.at(-1)!;
    if (Math.max(...x.shape, ...y.shape) < 8) return levels;
    const coarse = halved(x);
    levels.push({ x: coarse, y: x === y ? coarse : halved(y), ...rest });
  }
}

/** The coarsest level that serves ε. */
function levelFor(levels: readonly GridProblem[], epsilon: number): number {
  let level = 0;
  while (level + 1 < levels.length) {
    const { x, y, p } = levels[level + 1]!;
    if (leastOfStep * Math.max(widestStep(x), widestStep(y)) ** p > epsilon) break;
    level++;
  }
  return level;
}

interface Count {
  fine: number;
  coarse: number;
}

/** Solves between two measures. */
export function solveGrid(problem: GridProblem, settings: GridSettings, symmetric = false): GridSolution {
  const { epsilon, tolerance, maxIterations } = settings;
  const levels = pyramid(problem);
  const count: Count = { fine: 0, coarse: 0 };
  const mass = sum(problem.x.weights);
  const stages = descent(costRange(problem), epsilon);
  const priced = problem.price !== undefined;
  const balanced = problem.rho === Number.POSITIVE_INFINITY && !priced;
  let level = levelFor(levels, stages[0] ?? epsilon);
  let sweeper = new GridSweeper(levels[level]!);
  const refine = (to: number) => {
    for (; level > to; level--) sweeper = finer(sweeper, levels[level - 1]!, symmetric);
  };
  for (const stage of stages) {
    if (count.fine >= maxIterations - 1) break;
    refine(levelFor(levels, stage));
    sweeper.cool(stage);
    const wanted = priced ? pricedPasses[level === 0 ? "fine" : "coarse"] : stagePasses;
    const most = level === 0 ? Math.min(wanted, maxIterations - 1 - count.fine) : wanted;
    const passes = symmetric
      ? halfway(sweeper)
      : mixed(sweeper, (priced ? pricedTolerance : stageTolerance) * mass, most);
    if (level === 0) count.fine += passes;
    else count.coarse += passes;
  }
  refine(levelFor(levels, epsilon));
  const iterate = symmetric ? average : balanced ? descend : mix;
  for (;;) {
    sweeper.cool(epsilon);
    const last = level === 0;
    const goal = last ? tolerance : Math.max(tolerance, coarseTolerance * mass);
    const most = last ? Math.max(1, maxIterations - count.fine) : priced ? pricedPasses.coarse : coarsePasses;
    const { error, passes } = iterate(sweeper, goal, most);
    if (last) {
      const iterations = count.fine + passes;
      const { f, g, columns } = sweeper;
      const report = { iterations, coarseIterations: count.coarse, converged: error <= tolerance };
      return { f: symmetric ? g : f, g, epsilon, marginalError: error, planMass: sum(columns), ...report };
    }
    count.coarse += passes;
    refine(level - 1);
  }
}

/** Mixed passes at an ε on the way, and the plain step after them; how many it took. */
function mixed(sweeper: GridSweeper, goal: number, most: number): number {
  const { passes } = mix(sweeper, goal, most);
  sweeper.g.set(sweeper.image);
  return passes;
}

/** One pass at an ε on the way between a measure and itself. */
function halfway(sweeper: GridSweeper): number {
  const { f, g } = sweeper;
  sweeper.forward();
  for (let j = 0; j < g.length; j++) g[j] = (g[j]! + f[j]!) / 2;
  return 1;
}

/** The sweeper of the next finer grid, its g the update from the coarser f. */
function finer(coarse: GridSweeper, problem: GridProblem, symmetric: boolean): GridSweeper {
  const fine = new GridSweeper(problem);
  if (Number.isNaN(coarse.epsilon)) return fine;
  const { epsilon, damping } = coarse;
  if (!symmetric) coarse.forward();
  const potential = symmetric ? coarse.g : coarse.f;
  fine.g.set(updateAt(problem.y, coarse.problem.x, potential, { p: problem.p, epsilon, damping }));
  return fine;
}

interface Ending {
  readonly error: number;
  readonly passes: number;
}

/** Passes until the error is small, mixed; ends with f, g and the columns of one plan. */
function mix(sweeper: GridSweeper, goal: number, most: number): Ending {
  const { g, image } = sweeper;
  sweeper.pass();
  let passes = 1;
  let error = sweeper.error();
  const mixer = new Mixer(sweeper.problem.y.weights);
  const own = new Float64Array(g.length);
  while (error > goal && passes < most) {
    const mixed = passes + 2 <= most ? mixer.propose(g, image) : undefined;
    own.set(image);
    g.set(mixed ?? own);
    sweeper.pass();
    passes++;
    let tried = sweeper.error();
    if (mixed !== undefined && !(tried < error)) {
      // Sinkhorn's own step instead, which never raises the error.
      mixer.reset();
      g.set(own);
      sweeper.pass();
      passes++;
      tried = sweeper.error();
    }
    error = tried;
  }
  return { error, passes };
}

/** Mixed passes, and Newton's steps where these have not ended: mixing is soon done or takes very long. */
function descend(sweeper: GridSweeper, goal: number, most: number): Ending {
  let { error, passes } = mix(sweeper, goal, Math.min(most, mixedPasses));
  while (error > goal && passes < most) {
    const step = newtonStep(sweeper, most - passes);
    passes += step.passes;
    error = step.error;
  }
  return { error, passes };
}

/** f ← ½(f + Tf) between a measure and itself. */
function average(sweeper: GridSweeper, goal: number, most: number): Ending {
  const { f, g, columns, epsilon } = sweeper;
  const { rho, y } = sweeper.problem;
  for (let passes = 1; ; passes++) {
    sweeper.forward();
    let error = 0;
    for (let j = 0; j < g.length; j++) {
      columns[j] = y.weights[j]! * Math.exp((g[j]! - f[j]! * (1 + epsilon / rho)) / epsilon);
      error += Math.abs(columns[j]! - y.weights[j]! * Math.exp(-g[j]! / rho));
    }
    if (error <= goal || passes >= most) return { error, passes };
    for (let j = 0; j < g.length; j++) g[j] = (g[j]! + f[j]!) / 2;
  }
}
