/** The iteration: a small ε reached from the range of the costs by halves, then sweeps, and Newton steps if asked for. */

import { sum } from "../../engine/numerics/vectors.ts";
import { Mixer } from "./mixing.ts";
import { newtonStep } from "./newton.ts";
import type { Problem } from "./sweep.ts";
import { Sweeper } from "./sweep.ts";

export interface Settings {
  readonly epsilon: number;
  /** Bound on the L1 error of the marginals. */
  readonly tolerance: number;
  /** Bound on the passes over all pairs, the descent to ε included. */
  readonly maxIterations: number;
  readonly newton: boolean;
  /** Mix iterates, where Newton does not. */
  readonly mixing: boolean;
  /** Store the plan (rows × columns numbers), so that most sweeps need no exponential. */
  readonly keep: boolean;
  /** Called with the passes at the last ε. */
  readonly onProgress: ((progress: { readonly iterations: number; readonly error: number }) => void) | undefined;
}

export interface Solution {
  readonly f: Float64Array;
  readonly g: Float64Array;
  readonly epsilon: number;
  readonly marginalError: number;
  /** Σ P */
  readonly planMass: number;
  readonly iterations: number;
  readonly newtonSteps: number;
  readonly converged: boolean;
}

/** Sweeps at the last ε before the first Newton step, if the error does not fall below `newtonEntry` sooner. */
const sweepsBeforeNewton = 10;
const newtonEntry = 1e-2;
/** On the way down to ε, Newton steps keep the error below this, or costs with many ties leave the last ε too far off. */
const stageError = 0.2;
const stepsPerStage = 4;
/** Range of the costs over ε up to which Sinkhorn from 0 mostly needs fewer passes than the descent takes. */
const nearRange = 250;

/** The values of ε before the last: the range of the costs, then half of the one before. */
export function descent(range: number, epsilon: number): number[] {
  const stages: number[] = [];
  for (let e = range; e > epsilon && Number.isFinite(e); e /= 2) stages.push(e);
  return stages;
}

/** Solves the entropic problem between two different measures. */
export function solve(problem: Problem, settings: Settings): Solution {
  const { epsilon, tolerance, maxIterations, newton, mixing, keep, onProgress } = settings;
  const sweeper = new Sweeper(problem, keep);
  const mass = sum(problem.a);
  let iterations = 0;
  let newtonSteps = 0;
  const { range } = problem.geometry;
  for (const stage of !newton && range <= nearRange * epsilon ? [] : descent(range, epsilon)) {
    if (iterations >= maxIterations - 1) break;
    sweeper.cool(stage);
    sweeper.sweep(false);
    iterations++;
    let rough = newton ? sweeper.error() : 0;
    for (let k = 0; k < stepsPerStage && rough > stageError * mass && iterations < maxIterations - 1; k++) {
      const step = newtonStep(sweeper, rough, maxIterations - 1 - iterations);
      newtonSteps++;
      iterations += step.sweeps;
      rough = step.error;
      if (!step.accepted) break;
    }
    sweeper.advance();
  }
  sweeper.cool(epsilon);
  sweeper.sweep(keep);
  iterations++;
  let error = sweeper.error();
  let plain = 0;
  const mixer = new Mixer(problem.b);
  const [before, image] = [new Float64Array(problem.b.length), new Float64Array(problem.b.length)];
  while (error > tolerance && iterations < maxIterations) {
    onProgress?.({ iterations, error });
    if (newton && (error < newtonEntry * mass || plain >= sweepsBeforeNewton)) {
      const step = newtonStep(sweeper, error, maxIterations - iterations);
      newtonSteps++;
      iterations += step.sweeps;
      error = step.error;
      // A refused step: let Sinkhorn move before the next.
      if (!step.accepted) plain = 0;
      if (step.accepted || iterations >= maxIterations) continue;
    }
    before.set(sweeper.g);
    sweeper.advance();
    const mixes = mixing && !newton && iterations + 2 <= maxIterations;
    const mixed = mixes ? mixer.propose(before, sweeper.g) : undefined;
    if (mixed !== undefined) {
      image.set(sweeper.g);
      sweeper.place(mixed);
    }
    sweeper.sweep(keep);
    iterations++;
    plain++;
    const tried = sweeper.error();
    if (mixed !== undefined && !(tried < error)) {
      // Sinkhorn's own step instead, which never raises the error.
      mixer.reset();
      sweeper.place(image);
      sweeper.sweep(keep);
      iterations++;
      error = sweeper.error();
    } else {
      error = tried;
    }
  }
  const { f, g, columns } = sweeper;
  const planMass = sum(columns);
  return { f, g, epsilon, marginalError: error, planMass, iterations, newtonSteps, converged: error <= tolerance };
}

/**
 * Solves OT(α, α) by f ← ½(f + Tf), which stays symmetric and needs few steps.
 *
 * @param problem - with `b` equal to `a` and a symmetric geometry
 */
export function solveSymmetric(problem: Problem, settings: Settings): Solution {
  const { epsilon, tolerance, maxIterations, keep } = settings;
  const sweeper = new Sweeper(problem, keep);
  const h = new Float64Array(problem.a.length);
  const average = () => {
    for (let i = 0; i < h.length; i++) h[i] = (h[i]! + sweeper.f[i]!) / 2;
    sweeper.place(h);
  };
  let iterations = 0;
  for (const stage of descent(problem.geometry.range, epsilon)) {
    if (iterations >= maxIterations - 1) break;
    sweeper.cool(stage);
    sweeper.sweep(false);
    average();
    iterations++;
  }
  sweeper.cool(epsilon);
  let error = Number.POSITIVE_INFINITY;
  let planMass = 0;
  for (;;) {
    sweeper.sweep(keep);
    iterations++;
    ({ error, planMass } = symmetricRows(problem, epsilon, h, sweeper.f));
    if (error <= tolerance || iterations >= maxIterations) break;
    average();
  }
  const converged = error <= tolerance;
  return { f: h, g: h, epsilon, marginalError: error, planMass, iterations, newtonSteps: 0, converged };
}

/** L1 error and sum of the row sums of the plan of (h, h), where `f` is the update of h. */
function symmetricRows({ a, rho }: Problem, epsilon: number, h: Float64Array, f: Float64Array) {
  let error = 0;
  let planMass = 0;
  for (let i = 0; i < a.length; i++) {
    const row = a[i]! * Math.exp((h[i]! - f[i]! * (1 + epsilon / rho)) / epsilon);
    error += Math.abs(row - a[i]! * Math.exp(-h[i]! / rho));
    planMass += row;
  }
  return { error, planMass };
}
