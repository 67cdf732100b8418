/** The step that L-BFGS and self-scaled Broyden share: direction, strong Wolfe search, update of the curvature. */
import { ConvergenceError, OptionsError } from "../../engine/errors.ts";
import type { NamedTensors } from "../../engine/files/safetensors.ts";
import { type LinePoint, searchLine } from "./line-search.ts";
import { type ActiveOptimizer, checkFinite, checkSizes, dot, norm, type Objective } from "./optimizer.ts";

/** Options of every line search. */
export interface WolfeOptions {
  /** c₁ of sufficient decrease, in (0, curvature). @defaultValue 1e-4 */
  readonly decrease?: number;
  /** c₂ of curvature, in (decrease, 1); small values search exactly. @defaultValue 0.9 */
  readonly curvature?: number;
}

/** Evaluations of one line search at most. */
const mostEvaluations = 25;

export function wolfeOptions(where: string, options: WolfeOptions): Required<WolfeOptions> {
  const { decrease = 1e-4, curvature = 0.9 } = options;
  const refuse = (name: string, value: number, expected: string): never => {
    throw new OptionsError(`${where}: ${name} is ${value}, expected ${expected}`, name, value);
  };
  if (!(curvature > 0 && curvature < 1)) refuse("curvature", curvature, "a number in (0, 1)");
  if (!(decrease > 0 && decrease < curvature))
    refuse("decrease", decrease, `a number in (0, curvature = ${curvature})`);
  return { decrease, curvature };
}

/** Knowledge of the inverse Hessian. */
export interface CurvatureModel {
  /** True where nothing is known yet, so that the direction is −g. */
  readonly fresh: boolean;
  /** −H·g */
  direction(gradient: Float64Array): Float64Array;
  /** Learns from s = α·p and y; `gradient` is the one that p = −H·g came from. */
  update(s: Float64Array, y: Float64Array, gradient: Float64Array, stepLength: number): void;
  /** Forgets everything. */
  reset(): void;
  /** The objective changed. */
  changed(): void;
  state(): NamedTensors;
  restore(tensors: NamedTensors): void;
}

interface Trial extends LinePoint {
  readonly theta: Float64Array;
  readonly gradient: Float64Array;
}

/** Loss and gradient at a known θ, so that a step does not evaluate again what the last one ended with. */
interface Memory {
  readonly objective: Objective;
  readonly theta: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
}

const equal = (x: Float64Array, y: Float64Array): boolean => x.every((v, i) => v === y[i]);

/** An optimizer around a curvature model of `size` parameters; `where` begins its messages. */
export function startQuasiNewton(
  where: string,
  model: CurvatureModel,
  size: number,
  options: Required<WolfeOptions>,
): ActiveOptimizer {
  const search = { ...options, evaluations: mostEvaluations };
  let known: Memory | undefined;

  async function descend(at: Memory, direction: Float64Array, slope: number, first: number) {
    let evaluations = 0;
    const trial = async (step: number): Promise<Trial> => {
      const theta = at.theta.map((v, i) => v + step * direction[i]!);
      const gradient = new Float64Array(size);
      // A step that rounding swallows is none.
      if (equal(theta, at.theta)) return { step, value: NaN, slope: NaN, theta, gradient };
      evaluations++;
      const value = await at.objective.evaluate(theta, gradient);
      return { step, value, slope: dot(gradient, direction), theta, gradient };
    };
    const result = await searchLine(trial, { step: 0, value: at.loss, slope }, first, search);
    return { ...result, evaluations };
  }

  return {
    async step(objective, theta) {
      checkSizes(where, size, objective, theta);
      let evaluations = 0;
      if (known?.objective !== objective || !equal(known.theta, theta)) {
        const gradient = new Float64Array(size);
        const loss = await objective.evaluate(theta.slice(), gradient);
        evaluations++;
        known = { objective, theta: theta.slice(), loss, gradient };
      }
      const at = known;
      const gradientNorm = norm(at.gradient);
      checkFinite(where, at.loss, gradientNorm);
      const still = { loss: at.loss, before: at.loss, accepted: false, wolfe: false, stepLength: 0, gradientNorm };
      if (gradientNorm === 0) return { ...still, evaluations };

      const steepest = () => at.gradient.map((g) => -g);
      let direction = model.direction(at.gradient);
      let slope = dot(direction, at.gradient);
      let fresh = model.fresh;
      if (!(slope < 0 && Number.isFinite(slope))) {
        model.reset();
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
      }
      const first = () => (fresh ? Math.min(1, 1 / gradientNorm) : 1);
      let found = await descend(at, direction, slope, first());
      evaluations += found.evaluations;
      let finite = found.finite;
      if (!found.point && !fresh) {
        // The model misleads, or rounding hides the descent: a step along −g decides, and the model is dropped if it finds descent.
        [direction, slope, fresh] = [steepest(), -gradientNorm * gradientNorm, true];
        found = await descend(at, direction, slope, first());
        evaluations += found.evaluations;
        finite ||= found.finite;
        if (found.point) model.reset();
      }
      const { point } = found;
      if (!point) {
        if (finite) return { ...still, evaluations };
        throw new ConvergenceError(
          `${where}: the loss is ${at.loss} at the given parameters and not finite anywhere tried below it; ` +
            "check the problem for poles, or start from other parameters",
          "not-finite",
          { loss: at.loss, gradientNorm, evaluations },
        );
      }
      const s = point.theta.map((v, i) => v - at.theta[i]!);
      const y = point.gradient.map((v, i) => v - at.gradient[i]!);
      model.update(s, y, at.gradient, point.step);
      theta.set(point.theta);
      known = { objective, theta: point.theta, loss: point.value, gradient: point.gradient };
      const wolfe = found.kind === "wolfe";
      const [loss, stepLength] = [point.value, point.step];
      return { loss, before: at.loss, accepted: true, wolfe, stepLength, evaluations, gradientNorm };
    },
    changed() {
      known = undefined;
      model.changed();
    },
    state: () => model.state(),
    restore(tensors) {
      model.restore(tensors);
      known = undefined;
    },
  };
}
